"""The explorer without a browser: every view of every city, clauses, faults, exports."""

from __future__ import annotations

import base64
import csv
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.conftest import widely
from tests.exhibits.reading import declared_official
from tests.made_up import CITIES, give_origins, load_city
from tests.scenarios.scenario import read_scenario, write_data

from analysis.assessment import Assessment
from analysis.commands.starting import start_city
from analysis.data.dataset import load_dataset
from analysis.desk.controls import make_controls, read_changes
from analysis.desk.explorer import Explorer
from analysis.problems import WorkbookError
from analysis.scoring.years import score_year

pytestmark = pytest.mark.slow

KINDS = ("scores", "unit", "indicator", "years", "what_if")


@pytest.fixture
def explorer(shipped: Assessment, tmp_path: Path) -> Explorer:
    return Explorer(shipped, folder=tmp_path / "导出")


@pytest.fixture
def official(shipped: Assessment, tmp_path: Path) -> Explorer:
    """Of the same city, as if its marks were the office's."""
    return Explorer(declared_official(shipped), folder=tmp_path / "导出")


def _control(explorer: Explorer, *path: str) -> Any:
    return next(control for control in explorer.controls if control.lever.path == path)


def _table(explorer: Explorer) -> str:
    return str(explorer.table.outputs[0]["data"]["text/html"]) if explorer.table.outputs else ""


@widely("name", CITIES, always=1)
def test_every_view_of_any_city_shows_something_or_says_why(name: str, tmp_path: Path) -> None:
    city = Assessment(load_city(CITIES[name]()))
    explorer = Explorer(city, folder=tmp_path)
    for year in city.years:
        explorer.choosers["year"].value = year
        for _, group in explorer.choosers["group"].options:
            explorer.choosers["group"].value = group
            for kind in KINDS:
                explorer.kind.value = kind
                if explorer.view is None:
                    assert "没有" in explorer.message.value and not _table(explorer)
                    continue
                assert not explorer.message.value and "nan" not in explorer.view.table._repr_html_().lower()
                assert explorer.chart.value.startswith('<img src="data:image/png;base64,')
                assert "评分为正式数据" in explorer.note.value and "评分为正式数据" in _table(explorer)


def test_what_is_shown_says_of_which_years_the_marks_are_made_up(copied_data: Path) -> None:
    given = give_origins(copied_data, {2020: "reconstructed", 2021: "official"})
    explorer = Explorer(Assessment(load_dataset(given)))
    assert "评分为正式数据" in explorer.note.value and "重构" not in explorer.note.value
    explorer.kind.value = "years"
    assert "2020年评分为重构数据，不是任何单位的真实得分；2021年评分为正式数据" in explorer.note.value
    assert "总分不可比" in explorer.sentences.value


@pytest.mark.parametrize("name", CITIES)
def test_controls_left_alone_change_nothing(name: str) -> None:
    for facts in load_city(CITIES[name]()).years.values():
        controls = make_controls(facts.scheme, score_year(facts))
        assert read_changes(controls) == {}
        ruled = {"grades"} if len(facts.scheme.grades) > 1 else set()  # the last grade has no rule
        assert {control.lever.path[0] for control in controls} >= {"bonus", "deduction", "ranking"} | ruled


def test_what_is_shown_follows_the_choice(explorer: Explorer, shipped: Assessment) -> None:
    assert explorer.year is shipped.latest
    seen = {explorer.chart.value}
    explorer.choosers["group"].value = "department"
    explorer.kind.value = "unit"
    explorer.choosers["unit"].value = "justice"
    seen.add(explorer.chart.value)
    assert "市司法局" in explorer.sentences.value and "市司法局" in explorer.chart.value
    assert "重构数据" in explorer.note.value
    explorer.choosers["year"].value = shipped.years[0]
    assert explorer.choosers["group"].value == "department" and explorer.choosers["unit"].value == "justice"
    assert f"{shipped.years[0]}年总分" in explorer.sentences.value
    seen.add(explorer.chart.value)
    assert len(seen) == 3
    assert explorer.view is not None  # the picture has its words in it: title, measure, source
    picture = base64.b64encode(explorer.view.chart.with_words().png(110)).decode("ascii")
    assert f'src="data:image/png;base64,{picture}"' in explorer.chart.value
    shown = {name for name, row in explorer._rows.items() if row.layout.display != "none"}
    assert shown == {"year", "group", "unit"} and explorer.levers.layout.display == "none"


def test_a_rule_of_another_kind_starts_from_what_is(official: Explorer) -> None:
    official.kind.value = "what_if"
    scores = score_year(official.year.facts)
    best = official.year.scheme.grades[0].id
    kind, *numbers = _control(official, "grades", best, "rule").inputs
    inside = scores[scores["grade"].eq(best)]
    wanted = {
        "share": [len(inside[inside["group"].eq(g)]) / scores["group"].eq(g).sum() for g in ("county", "department")],
        "threshold": [inside.loc[inside["group"].eq(g), "total"].min() for g in ("county", "department")],
    }
    for name, values in wanted.items():
        kind.value = name
        assert [number.value for number in numbers] == pytest.approx(values, abs=0.011)
        assert official.view is not None and official.view.table.values["升降"].eq(0).all()
        assert "优秀等次由“" in official.sentences.value
    kind.value = "count"
    assert [number.value for number in numbers] == [7, 26] and "办法没有改动" in official.sentences.value


def test_a_clause_that_cannot_be_so_is_named_and_nothing_is_shown(official: Explorer) -> None:
    official.kind.value = "what_if"
    number, free = _control(official, "bonus", "cap").inputs
    number.value = -1
    assert "“加分封顶（分）”不能这样改：封顶是不小于0的数。" in official.message.value
    assert official.view is None and official.save.disabled and not official.chart.value and not _table(official)
    free.value = True
    assert official.view is not None and not official.message.value and not official.save.disabled
    official.reset.click()
    assert "办法没有改动" in official.sentences.value


def _by_line(kind: Any, *numbers: Any, line: float) -> None:
    kind.value = "threshold"
    for number in numbers:
        number.value = line


def test_lines_that_cross_are_named_and_lines_that_fall_are_not(tmp_path: Path) -> None:
    explorer = Explorer(Assessment(load_dataset(start_city(tmp_path / "data"))), folder=tmp_path / "导出")
    explorer.kind.value = "what_if"
    best, middle = (_control(explorer, "grades", grade, "rule").inputs for grade in ("excellent", "good"))
    _by_line(*best, line=80)
    _by_line(*middle, line=85)  # each is possible by itself
    both = [f"“{name}等次”不能这样改：" for name in ("优秀", "良好")]
    assert all(name in explorer.message.value for name in both) and "不高于更好等次的分数线" in explorer.message.value
    assert "grades" not in explorer.message.value and explorer.view is None
    _by_line(*best, line=70)
    _by_line(*middle, line=60)  # the first would cross the line that the second had
    assert explorer.view is not None and not explorer.message.value
    _control(explorer, "bonus", "cap").inputs[0].value = -1
    assert "加分封顶" in explorer.message.value and not any(name in explorer.message.value for name in both)


def test_the_line_of_a_grade_that_nobody_has_starts_below_that_of_the_better_one(tmp_path: Path) -> None:
    data = start_city(tmp_path / "data")
    (path,) = (data / "schemes").glob("*.yml")
    counted = path.read_text(encoding="utf-8").replace("kind: threshold, value: 75", "kind: count, value: 0")
    path.write_text(counted, encoding="utf-8")
    explorer = Explorer(Assessment(load_dataset(data)), folder=tmp_path / "导出")
    explorer.kind.value = "what_if"
    _control(explorer, "grades", "good", "rule").inputs[0].value = "threshold"
    assert not explorer.message.value and explorer.view is not None
    assert explorer.view.table.values["升降"].eq(0).all()


def test_an_export_holds_what_is_shown_and_overwrites_nothing(explorer: Explorer, tmp_path: Path) -> None:
    assert explorer.view is not None
    table = explorer.view.table
    explorer.save.click()
    path = next((tmp_path / "导出").glob("*.csv"))
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert [float(row["总分"]) for row in rows] == list(table.values["总分"])
    assert {row["说明"] for row in rows} == {table.note} and "重构数据" in table.note
    assert path.with_suffix(".png").read_bytes() == explorer.view.chart.with_words().png()
    assert str(tmp_path) in explorer.message.value and path.name in explorer.message.value

    explorer.save.click()
    assert len(list(path.parent.iterdir())) == 2
    path.write_text("别人的", encoding="utf-8")
    told = "".join(explorer.view.save(path.parent))
    (kept,) = (each for each in path.parent.glob("*.csv") if each != path)
    assert kept.read_text(encoding="utf-8") == "别人的" and kept.name in told
    assert path.read_text(encoding="utf-8-sig").startswith("名次,")


def test_an_export_that_cannot_be_written_says_so(explorer: Explorer, tmp_path: Path) -> None:
    (tmp_path / "导出").write_text("", encoding="utf-8")
    explorer.save.click()
    assert "读写不了" in explorer.message.value and "已有同名的文件" in explorer.message.value


def test_columns_of_numbers_are_sorted_unrounded(explorer: Explorer) -> None:
    assert explorer.view is not None
    content = _table(explorer)
    (data,) = re.findall(r'"data_json": "(.*)"', content)
    rows = pd.read_json(io.StringIO(data.encode().decode("unicode_escape")), orient="values")
    shown = explorer.view.table
    place, hidden = (
        list(shown.cells).index("总分"),
        len(shown.cells.columns)
        + [name for name in shown.cells if pd.api.types.is_numeric_dtype(shown.values[name])].index("总分"),
    )
    assert f'"orderData": [{hidden}], "targets": {place}' in content
    by_hidden = rows.sort_values(hidden)[1].tolist()
    assert by_hidden == shown.values.sort_values("总分")["单位"].tolist()


def test_without_marks_there_is_nothing_to_explore(shipped: Assessment) -> None:
    years = {year: replace(facts, inputs=None) for year, facts in shipped.dataset.years.items()}
    with pytest.raises(WorkbookError, match="没有任何年度的评分数据"):
        Explorer(Assessment(replace(shipped.dataset, years=years)))


@pytest.mark.parametrize("year", [2020, 2021])
def test_it_begins_with_the_year_that_is_asked_for(year: int, shipped: Assessment, tmp_path: Path) -> None:
    assert Explorer(shipped, year, tmp_path).year.year == year
    with pytest.raises(WorkbookError, match="1998"):
        Explorer(shipped, 1998, tmp_path)


def test_where_names_are_withheld_what_would_move_is_counted_and_nothing_exported(explorer: Explorer) -> None:
    explorer.kind.value = "what_if"
    assert explorer.view is None and explorer.save.disabled and not explorer.chart.value and not _table(explorer)
    assert "假设：县（市、区）政府的名次和等次均不变。评分系重构，" in explorer.message.value


def test_conditions_and_decimals_have_their_controls(tmp_path: Path) -> None:
    data = write_data(read_scenario("grade_with_conditions"), tmp_path / "data")
    explorer = Explorer(Assessment(load_dataset(data)))
    explorer.kind.value = "what_if"
    assert read_changes(explorer.controls) == {}
    places, free = _control(explorer, "ranking", "decimals").inputs
    free.value = False
    assert read_changes(explorer.controls) == {("ranking", "decimals"): 0}
    places.value = 2
    assert read_changes(explorer.controls) == {("ranking", "decimals"): 2}
    free.value = True
    keep, no_deduction, daily, platform, inspection = _control(explorer, "grades", "excellent", "requires").inputs
    assert [daily.value, platform.value, inspection.value, no_deduction.value] == [60, 44, 4, True]
    no_deduction.value, platform.value = False, 40
    path = ("grades", "excellent", "requires")
    least = {"daily": 60, "platform": {"department": 40}}
    assert read_changes(explorer.controls) == {
        path: {"least": least, "within": {"inspection": 4}, "no_deduction": False}
    }
    assert "优秀" in _table(explorer) and not explorer.message.value
    daily.value = 81
    assert "“优秀的条件”不能这样改：分数不小于0、不多于所在大项的分值" in explorer.message.value
    keep.value = False
    assert read_changes(explorer.controls) == {path: None}
    assert [control for control in explorer.controls if control.lever.path == ("grades", "good", "requires")] == []
