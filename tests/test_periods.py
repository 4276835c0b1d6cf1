"""Periods within a year: keys and words, and small cities of quarters and half-years worked out in plain Python."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import Any

import pandas as pd
import pytest
import yaml

from analysis.assessment import Assessment
from analysis.cli import main
from analysis.data.dataset import load_dataset
from analysis.desk.explorer import Explorer
from analysis.documents.composing import compose
from analysis.exhibits import show
from analysis.exhibits.exhibit import EXHIBITS
from analysis.methods.audit.verdicts import WORDING
from analysis.periods import KINDS, PERIODS, Period, is_year, name_assessed, retell, run_of, same_before
from analysis.problems import InputError, WorkbookError
from analysis.site.navigation import frame_page, make_index
from analysis.site.pages import plan_site
from analysis.words import name_growth, name_years, past
from tests.conftest import ROOT
from tests.made_up import graded_city, load_city, merged_city, write_city
from tests.papers import APPENDIX

QUARTERS = ["2030Q3", "2030Q4", "2031Q1", "2031Q2", "2031Q3", "2031Q4"]
TOTALS = {
    "a": [90.0, 91.0, 92.0, 93.0, 94.0, 95.0],
    "b": [70.0, 85.0, 86.0, 87.0, 70.0, 88.0],
    "c": [60.0, 61.0, 65.0, 62.0, 66.0, 81.0],
}
"""Best from 80 points on."""
HALVES = ["2030H1", "2030H2", "2031H1", "2031H2"]
BEST = {"id": "best", "name": "优秀", "line": 80}
GRADES: list[dict[str, Any]] = [BEST, {"id": "rest", "name": "一般"}]


def _city(keys: list[str]) -> dict[str, Any]:
    """The first of the quarters' totals under other keys."""
    return graded_city(
        {key: (GRADES, {unit: own[place] for unit, own in TOTALS.items()}) for place, key in enumerate(keys)}
    )


def _averages(keys: list[str]) -> dict[str, float]:
    return {key: mean(own[place] for own in TOTALS.values()) for place, key in enumerate(keys)}


@pytest.fixture(scope="module")
def quarters() -> Assessment:
    return Assessment(load_city(_city(QUARTERS)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return write_city(_city(QUARTERS), tmp_path / "data")


def _publish(data: Path, keys: list[str], base: str | None, back: int) -> None:
    """Print each period's average, what it changed by since so many periods before, and the list of the best."""
    (data / "published").mkdir()
    averages = {key: round(average, 2) for key, average in _averages(keys).items()}
    for place, key in enumerate(keys):
        figures = [{"measure": "average", "group": "east", "value": f"{averages[key]:.2f}", "section": "三"}]
        if place >= back:
            then = averages[keys[place - back]]
            delta, growth = averages[key] - then, (averages[key] - then) / then
            figures += [
                {"measure": f"average_{what}", "group": "east", "value": value, "section": "三"}
                for what, value in (("delta", f"{delta:.2f}"), ("growth", f"{growth:.2%}"))
            ]
        best = sorted((unit for unit in TOTALS if TOTALS[unit][place] >= 80), key=lambda unit: -TOTALS[unit][place])
        lists = [{"list": "graded", "group": "east", "of": "best", "names": [f"{each}局" for each in best]}]
        said = {"year": int(key[:4]), "period": key[4:], "document": key, "figures": figures}
        said |= {"lists": [each | {"section": "二"} for each in lists]} | ({"base": base} if base else {})
        (data / f"published/{key}.yml").write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")


def test_periods_are_counted_back_over_the_turn_of_the_year() -> None:
    assert [Period("2031Q2") - number for number in range(6)] == [
        "2031Q2", "2031Q1", "2030Q4", "2030Q3", "2030Q2", "2030Q1",
    ]  # fmt: skip
    assert run_of(Period("2030H2"), Period("2032H1")) == ["2030H2", "2031H1", "2031H2", "2032H1"]
    assert (same_before(Period("2031H1")), same_before(Period("2031Q4")), same_before(2031)) == (
        "2030H1", "2030Q4", 2030,
    )  # fmt: skip


@pytest.mark.parametrize("text", ["2031Q0", "2031Q5", "2031H3", "2031q1", "031Q1", "2031Q11", "2031-Q1", "0031"])
def test_what_is_no_year_and_no_period(text: str) -> None:
    assert not is_year(text)


def test_years_are_told_as_before_and_periods_in_words_of_their_own() -> None:
    assert (name_assessed(2031), past(2030, 2031), past(2029, 2031)) == ("2031年度", "上年", "2029年")
    now = Period("2031Q1")
    assert (name_assessed(now), past(now - 1, now), past(now - 4, now)) == (
        "2031年第一季度", "上一季度", "2030年第一季度",
    )  # fmt: skip
    assert [name_growth(now - number, now) for number in (1, 4, 2)] == ["环比", "同比", ""]
    assert name_growth(2030, 2031) == "同比"
    halves = [Period(each) for each in ("2030H2", "2031H1", "2031H2", "2032H2")]
    assert name_years(halves) == "2030年下半年至2031年下半年、2032年下半年"


def _shipped_texts() -> dict[str, str]:
    """All that is said of years: sentences, claims, titles and what notebooks say between their cells."""
    texts = {f"{name}.{key}": text for name, kind in EXHIBITS.items() for key, text in kind.templates.items()}
    texts |= {f"{name}.label": kind.label for name, kind in EXHIBITS.items()}
    texts |= {f"{kind}.{key}": str(text) for kind, said in WORDING.items() for key, text in said.items()}
    pages = yaml.safe_load((ROOT / "notebooks/workbook.yml").read_text(encoding="utf-8"))["pages"]
    texts |= {f"{page['notebook']}.{key}": str(text) for page in pages for key, text in page.items()}
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        for place, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
            if cell["cell_type"] == "markdown":
                texts[f"{path.name}.{place}"] = "".join(cell["source"])
    return texts


@pytest.mark.parametrize("kind", ["H", "Q"])
def test_nothing_that_is_said_of_periods_speaks_of_years(kind: str) -> None:
    told = {name: retell(text, kind) for name, text in _shipped_texts().items()}
    of_years = {name: text for name, text in told.items() if re.search("年", re.sub(r":年\}|半年", "", text))}
    assert not of_years


def test_a_page_of_two_years_says_nothing_of_the_one_before() -> None:
    """The base may be the same period of the year before."""
    pages = yaml.safe_load((ROOT / "notebooks/workbook.yml").read_text(encoding="utf-8"))["pages"]
    pairs = {page["notebook"] for page in pages if page["repeat"] == "pair"}
    told = {name: text for name, text in _shipped_texts().items() if name.rpartition(".")[0] in pairs}
    assert told and not {name: text for name, text in told.items() if re.search("上一?年", text)}


def test_another_half_year_is_not_half_of_something() -> None:
    assert retell("另一年的办法，上年、这一年", "H") == "另一个半年的办法，上一个半年、这一个半年"
    assert retell("另一年的办法，上年、这一年", "Q") == "另一季度的办法，上一季度、这一季度"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("从基期年度到报告年度，各按当年办法计分", "从基期到报告期，各按当期办法计分"),
        ("{year}年的评分，按当年办法计", "{year:年}的评分，按当期办法计"),
    ],
)
def test_a_period_that_is_assessed_is_called_so(text: str, told: str) -> None:
    assert retell(text, "Q") == retell(text, "H") == told


def test_nothing_that_is_said_of_years_is_changed() -> None:
    assert all(retell(text, "") == text for text in _shipped_texts().values())


def test_quarters_are_averaged_and_compared_with_the_one_before_and_the_same_of_the_year_before(
    quarters: Assessment,
) -> None:
    assert quarters.years == QUARTERS
    expected = _averages(QUARTERS)
    now = quarters.year(Period("2031Q4"))
    averages = now.averages.query("population == 'all'").set_index("year")
    assert averages["average"].to_dict() == pytest.approx(expected)
    assert averages["base_year"].dropna().to_dict() == dict(zip(QUARTERS[1:], QUARTERS, strict=False))
    for base, said in (("2031Q3", "2031年第三季度"), ("2030Q4", "2030年第四季度")):
        pair = quarters.pair(Period(base), Period("2031Q4"))
        row = pair.averages.query("population == 'all'").set_index("year").loc["2031Q4"]
        assert row["delta"] == pytest.approx(expected["2031Q4"] - expected[base])
        assert row["growth"] == pytest.approx(expected["2031Q4"] / expected[base] - 1)
        assert f"比{said}的{expected[base]:.2f}分" in show(pair, "averages").sentences[0]


def test_a_quarter_tells_both_changes(quarters: Assessment) -> None:
    shown = show(quarters.year(Period("2031Q4")), "averages")
    assert shown.sentences == (
        "east3个单位，2031年第四季度平均88.00分，比2031年第三季度的76.67分提高11.33分（增长14.78%），"
        "比2030年第四季度的79.00分提高9.00分（增长11.39%）。",
    )
    cells = shown.table.cells[shown.table.cells["范围"].eq("全部单位")].set_index("季度")
    columns = ["比上一季度", "环比增长", "比上年同期", "同比增长"]
    assert cells.loc["2031年第四季度", columns].tolist() == ["+11.33", "+14.78%", "+9.00", "+11.39%"]
    assert cells.loc["2031年第一季度", columns].tolist() == ["+2.00", "+2.53%", "—", "—"]


def test_runs_are_of_consecutive_quarters(quarters: Assessment) -> None:
    runs = quarters.year(Period("2031Q2")).streaks.set_index("unit_id")["streak"].to_dict()
    assert runs == {"a": 4, "b": 3, "c": 0}  # b: 2030Q4, 2031Q1, 2031Q2
    last = quarters.year(Period("2031Q4"))
    assert last.streaks.set_index("unit_id")["streak"].to_dict() == {"a": 6, "b": 1, "c": 1}
    assert show(last, "streaks").sentences == (
        "2031年第四季度优秀单位中，1个上一季度也是优秀。",
        "新获优秀2个：b局、c局。",
    )


def test_tables_of_a_page_and_of_a_spreadsheet_name_quarters(quarters: Assessment) -> None:
    pair = quarters.pair(Period("2030Q4"), Period("2031Q4"))
    assert list(show(pair, "movement", "east").table.cells)[1:3] == ["2030年第四季度名次", "2031年第四季度名次"]
    values = show(quarters.year(Period("2031Q1")), "averages").table.values
    assert values.loc[0, "季度"] == "2030年第三季度"
    assert values.loc[0, "平均分"] == pytest.approx(_averages(QUARTERS)["2030Q3"])
    assert values["季度"].str.contains("季度").all()


def test_the_first_page_of_a_quarter_speaks_of_quarters(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    data = write_city(merged_city(("2030Q3", "2030Q4", "2031Q1", "2031Q2")), tmp_path / "data")
    city = Assessment(load_dataset(data))
    told = str(make_index(city.latest, "", [], "2032-03-09T23:51:56Z")).partition("<main")[2].partition("</main")[0]
    assert "比2031年第一季度" in told and "环比" in told and "两个季度" not in told
    assert not re.search(r"2031Q\d|上年|年度", re.sub(r"<(script|style)[\s\S]*?</\1>|base64,[\w+/=]+", "", told))


def test_quarters_of_which_one_is_reconstructed_are_not_split(folder: Path) -> None:
    told = "provenance: reconstructed\nmethod: 算例\n"
    (folder / "inputs/2031Q3/provenance.yml").write_text(told, encoding="utf-8")
    pair = Assessment(load_dataset(folder)).pair(Period("2031Q3"), Period("2031Q4"))
    apart = "2031年第三季度评分为重构，2031年第四季度评分为正式"
    assert show(pair, "average_change", "east").absent == f"{apart}，两个季度的得分不可比，变化不能分到各因素。"


def test_an_appendix_says_of_quarters_what_it_lacks(quarters: Assessment) -> None:
    made = compose(APPENDIX, quarters.year(Period("2031Q4")))
    assert "图“名次升降”：前面没有可比的季度" in made.left_out


def test_pages_are_called_by_their_quarter_and_filed_under_its_key(folder: Path) -> None:
    quarters = Assessment(load_dataset(folder))
    pages = {page.file: page for page in plan_site(quarters.dataset, quarters.years, profiles=True).pages}
    labels = {name: page.label for name, page in pages.items()}
    assert labels["scores-2031Q4.html"] == labels["unit-a-2031Q4.html"] == "2031年第四季度"
    assert labels["compare-2030Q4-2031Q4.html"] == "2030年第四季度—2031年第四季度"
    facts = {name: frame_page(quarters.dataset, "", page)["facts"] for name, page in pages.items()}
    assert facts["scores-2031Q4.html"]["季度"] == facts["unit-a-2031Q4.html"]["季度"] == "2031年第四季度"


def test_the_explorer_speaks_of_quarters(quarters: Assessment, folder: Path, tmp_path: Path) -> None:
    explorer = Explorer(quarters, folder=tmp_path / "导出")
    assert [label for label, _ in explorer.kind.options][3] == "与另一季度比"
    labels = [row.children[0].value for row in explorer._rows.values()]
    assert labels == ["季度", "组别", "单位", "指标", "另一季度"]
    assert explorer.choosers["year"].options[0] == ("2031年第四季度", "2031Q4")
    explorer.kind.value = "years"
    assert explorer.view is not None and explorer.view.name == "2031Q4-east-比2030Q3"
    for year in QUARTERS[1:]:
        for kind in ("schemes", "inputs"):
            path = folder / kind / f"{year}{'.yml' if kind == 'schemes' else ''}"
            path.unlink() if path.is_file() else shutil.rmtree(path)
    alone = Explorer(Assessment(load_dataset(folder)), folder=tmp_path / "导出")
    alone.kind.value = "years"
    assert "没有另一个有评分的季度可比。" in alone.message.value


def test_a_year_is_asked_for_as_written_and_another_is_told_what_there_is(quarters: Assessment) -> None:
    assert quarters.year("2031Q4").year - 1 == "2031Q3"  # type: ignore[arg-type]  # as notebooks are given it
    with pytest.raises(WorkbookError, match="没有2031年度的数据。可用年度：2030Q3、"):
        quarters.year(2031)


def test_half_years() -> None:
    city = Assessment(load_city(_city(HALVES)))
    last = city.year(Period("2031H2"))
    assert last.averages.query("population == 'all'").set_index("year")["average"].to_dict() == pytest.approx(
        _averages(HALVES)
    )
    assert last.streaks.set_index("unit_id")["streak"].to_dict() == {"a": 4, "b": 3, "c": 0}
    assert show(last, "averages").sentences == (
        "east3个单位，2031年下半年平均80.67分，比2031年上半年的81.00分下降0.33分（下降0.41%），"
        "比2030年下半年的79.00分提高1.67分（增长2.11%）。",
    )


def test_a_unit_enters_with_a_quarter_or_with_the_first_of_a_year(folder: Path) -> None:
    for written, first in (("2031Q2", "2031Q2"), ("2031", "2031Q1")):
        (folder / "lineage.csv").write_text(
            f"unit_id,year,name,event,note,source\nc,{written},c新局,renamed,,算例\n", encoding="utf-8"
        )
        years = load_dataset(folder).years
        assert [key for key, facts in years.items() if facts.name_of("c") == "c新局"] == [
            each for each in QUARTERS if each >= first
        ]


@pytest.mark.parametrize(("base", "back"), [("previous", 1), ("same_period", 4)])
def test_print_is_held_against_the_base_that_it_names(folder: Path, base: str, back: int) -> None:
    _publish(folder, QUARTERS, base, back)
    city = Assessment(load_dataset(folder))
    for place, key in enumerate(QUARTERS):
        ledger = city.year(Period(key)).audit
        changes = ledger[ledger["id"].str.contains("delta|growth")]
        assert len(changes) == (4 if place >= back else 0)  # from print and from marks
        assert set(ledger["verdict"]) == {"exact"}
    path = folder / "published/2031Q4.yml"
    printed = yaml.safe_load(path.read_text(encoding="utf-8"))
    (delta,) = [figure for figure in printed["figures"] if figure["measure"] == "average_delta"]
    right, delta["value"] = delta["value"], f"{float(delta['value']) + 1:.2f}"
    path.write_text(yaml.safe_dump(printed, allow_unicode=True), encoding="utf-8")
    ledger = Assessment(load_dataset(folder)).year(Period("2031Q4")).audit
    heads = ledger[ledger["verdict"].eq("contradicted")]
    assert heads[["printed", "computed"]].to_numpy().tolist() == [[delta["value"], right]]
    formula = ledger.set_index("id").loc["2031Q4-delta-east-all", "formula"]
    assert ("2031年第三季度通报" if back == 1 else "2030年第四季度通报") in formula


def _publish_both(data: Path, keys: list[str]) -> Path:
    """Print the changes of the last period on both bases, the other one first; it is the only one with a circular."""
    _publish(data, keys, "same_period", 4)
    path = data / f"published/{keys[-1]}.yml"
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    now, then = (_averages(keys)[key] for key in (keys[-1], keys[-2]))
    others = {"average_delta": f"{now - then:.2f}", "average_growth": f"{now / then - 1:.2%}"}
    said["figures"][1:1] = [
        {"measure": measure, "group": "east", "value": value, "base": "previous", "section": "三"}
        for measure, value in others.items()
    ]
    path.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    return path


def test_changes_on_both_bases_are_each_held_against_their_own(folder: Path) -> None:
    path = _publish_both(folder, QUARTERS)
    now = Assessment(load_dataset(folder)).year(Period("2031Q4"))
    drafted = show(now, "draft").table
    assert drafted is not None
    growth = drafted.cells.set_index("核对编号").loc["2031Q4-average_growth-east-all"]
    assert growth[["文中", "通报所载", "与通报"]].tolist() == ["11.39%", "11.39%", "一致"]
    ledger = now.audit.set_index("id")
    changes = ledger[ledger.index.str.contains("delta|growth")]
    assert sorted(changes.index) == [
        "2031Q4-delta-east-all", "2031Q4-delta-previous-east-all",
        "2031Q4-growth-east-all", "2031Q4-growth-previous-east-all",
        "2031Q4-marks-average_delta-east-all", "2031Q4-marks-average_delta-previous-east-all",
        "2031Q4-marks-average_growth-east-all", "2031Q4-marks-average_growth-previous-east-all",
    ]  # fmt: skip
    assert set(ledger["verdict"]) == {"exact"} and len(ledger) == 3 + 8  # besides, the average, the list, who is in it
    assert changes.loc["2031Q4-delta-previous-east-all", ["text", "printed", "formula"]].tolist() == [
        "east平均分增减（环比）为11.33", "11.33", "88.00 − 76.67（76.67为2031年第三季度通报所载）",
    ]  # fmt: skip
    assert changes.loc["2031Q4-delta-east-all", ["printed", "formula"]].tolist() == [
        "9.00", "88.00 − 79.00（79.00为2030年第四季度通报所载）",
    ]  # fmt: skip
    said = path.read_text(encoding="utf-8")
    for right, wrong, told in (("'11.33'", "'11.23'", "环比"), ("'9.00'", "'9.10'", "")):
        path.write_text(said.replace(right, wrong), encoding="utf-8")
        ledger = Assessment(load_dataset(folder)).year(Period("2031Q4")).audit.set_index("id")
        heads = ledger[ledger["verdict"].eq("contradicted")]
        assert heads[["printed", "computed"]].to_numpy().tolist() == [[wrong[1:-1], right[1:-1]]]
        assert ("环比" in heads["text"].iloc[0]) == bool(told)


def test_changes_on_both_bases_bound_totals_and_derive_both_averages(folder: Path) -> None:
    _publish_both(folder, QUARTERS)
    for key in QUARTERS[:-1]:
        shutil.rmtree(folder / f"inputs/{key}")
        (folder / f"published/{key}.yml").unlink()
    now = Assessment(load_dataset(folder)).year(Period("2031Q4"))
    derived = now.averages.query("basis == 'derived'").set_index("year")["average"].round(2).to_dict()
    assert derived == {"2030Q4": 79.0, "2031Q3": 76.67}
    ledger = now.audit.set_index("id")
    missing = {key: ledger.loc[f"2031Q4-marks-average_delta{key}-east-all", "reason"] for key in ("", "-previous")}
    assert missing == {
        "": "缺2030年第四季度评分；2030年第四季度平均分由本项倒推，不能用于核对本项",
        "-previous": "缺2031年第三季度评分；2031年第三季度平均分由本项倒推，不能用于核对本项",
    }
    assert not now.bounds.conflicts["east"]


def test_a_growth_on_the_other_base_contradicts_bounds(folder: Path) -> None:
    path = _publish_both(folder, QUARTERS)
    said = path.read_text(encoding="utf-8")
    assert said.count("14.78%") == 1
    path.write_text(said.replace("14.78%", "24.78%"), encoding="utf-8")
    bounds = Assessment(load_dataset(folder)).year(Period("2031Q4")).bounds
    assert any("增长（环比）" in origin for origin in bounds.conflicts["east"])


@pytest.mark.parametrize(
    ("text", "instead", "told"),
    [
        ("  measure: average\n", "  measure: average\n  base: previous\n",
         "只有季度、半年通报里平均分的增减、增长，才写明与哪一期比。改法：删去 base"),
        ("base: same_period\n", "", "印有平均分的增减或增长，没有写明与哪一期比"),
    ],
)  # fmt: skip
def test_only_a_change_has_a_base_and_a_circular_says_its_own(text: str, instead: str, told: str, folder: Path) -> None:
    path = _publish_both(folder, QUARTERS)
    said = path.read_text(encoding="utf-8")
    assert said.count(text) == 1
    path.write_text(said.replace(text, instead), encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(told)):
        load_dataset(folder)


@pytest.mark.parametrize(("base", "back"), [("previous", 1), ("same_period", 4)])
def test_print_bounds_totals_on_the_base_that_it_names(folder: Path, base: str, back: int) -> None:
    _publish(folder, QUARTERS, base, back)
    now = Assessment(load_dataset(folder)).year(Period("2031Q4"))
    bounds = now.bounds
    assert not bounds.conflicts["east"]
    growth = bounds.statistics.query("ratio and without == ''").iloc[0]
    true = _averages(QUARTERS)["2031Q4"] / _averages(QUARTERS)[QUARTERS[-1 - back]] - 1
    assert growth["low"] - 1e-4 <= true <= growth["high"] + 1e-4


@pytest.mark.parametrize(
    ("base", "back", "said"),
    [
        ("previous", 1, "较上一季度增加了{:.2f}分，环比增长了"),
        ("same_period", 4, "较上年同期增加了{:.2f}分，同比增长了"),
    ],
)
def test_a_draft_names_the_base_of_its_changes(folder: Path, base: str, back: int, said: str) -> None:
    _publish(folder, QUARTERS, base, back)
    now = Assessment(load_dataset(folder)).year(Period("2031Q4"))
    averages = _averages(QUARTERS)
    sentences = show(now, "draft").sentences
    assert any(said.format(averages["2031Q4"] - averages[QUARTERS[-1 - back]]) in each for each in sentences)
    assert "与上一季度相比，a局1个单位连续2个季度获评优秀；b局、c局等2个单位新进入优秀。" in sentences


def test_first_places_are_of_consecutive_quarters(folder: Path) -> None:
    _publish(folder, QUARTERS, None, len(QUARTERS))
    path = folder / "published/2031Q4.yml"
    printed = yaml.safe_load(path.read_text(encoding="utf-8"))
    printed["figures"] += [
        {"measure": "first_place_years", "group": "east", "of": f"{unit}局", "value": value, "section": "三"}
        for unit, value in (("a", "6"), ("b", "2"))
    ]
    path.write_text(yaml.safe_dump(printed, allow_unicode=True), encoding="utf-8")
    ledger = Assessment(load_dataset(folder)).year(Period("2031Q4")).audit.set_index("id")
    said = {unit: ledger.loc[f"2031Q4-first_place-east-{unit}局"] for unit in "ab"}
    assert (said["a"]["text"], said["a"]["verdict"]) == ("a局连续6个季度居第1名", "exact")
    assert said["b"]["verdict"] == "contradicted"
    assert "2031年第三季度、2031年第四季度名单首位不是该单位" in said["b"]["reason"]


def _mix(data: Path) -> None:
    (data / "schemes/2032.yml").write_text((data / "schemes/2031Q4.yml").read_text(encoding="utf-8"), encoding="utf-8")


def _fifth(data: Path) -> None:
    (data / "schemes/2031Q4.yml").rename(data / "schemes/2031Q5.yml")


def _unlike(data: Path) -> None:
    path = data / "schemes/2031Q4.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("period: Q4", "period: Q2"), encoding="utf-8")


def _unknown(data: Path) -> None:
    path = data / "schemes/2031Q4.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("period: Q4", "period: Q7"), encoding="utf-8")


def _without(data: Path) -> None:
    path = data / "schemes/2031Q4.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("period: Q4\n", ""), encoding="utf-8")


def _no_base(data: Path) -> None:
    _publish(data, QUARTERS, None, 1)


def _half_in_lineage(data: Path) -> None:
    row = "unit_id,year,name,event,note,source\nc,2031H1,c新局,renamed,,算例\n"
    (data / "lineage.csv").write_text(row, encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (_mix, "年度、季度混在一起：一个数据文件夹只用一种"),
        (_fifth, "schemes/2031Q5.yml：文件名应为年度"),
        (_unlike, "year 和 period 应与文件名一致。改法：写 year: 2031和 period: Q4"),
        (_unknown, "不在允许的取值内。改法：改为 H1、H2、Q1、Q2、Q3、Q4 之一"),
        (_without, "year 和 period 应与文件名一致"),
        (_no_base, "没有写明与哪一期比。改法：比上一季度（环比）的写 previous，比上年同一季度（同比）的写 same_period"),
        (_half_in_lineage, "应为年度或季度。改法：写成2021，或2021Q1"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(folder: Path, damage: Callable[[Path], None], told: str) -> None:
    damage(folder)
    with pytest.raises(InputError) as caught:
        load_dataset(folder)
    assert told in str(caught.value)


def test_a_circular_of_a_year_names_no_base(edit: Callable[[str, str, str], Path]) -> None:
    data = edit("published/2021.yml", "year: 2021", "year: 2021\nbase: previous")
    with pytest.raises(InputError, match="按年度考核的，增减、增长都比上年，不写 base"):
        load_dataset(data)
    data = edit("published/2021.yml", "\nbase: previous", "")
    edit("published/2021.yml", "{measure: average_growth,", "{measure: average_growth, base: previous,")
    with pytest.raises(InputError, match=r"figures\.average_growth\.base”（值：'previous'）：只有季度、半年通报里"):
        load_dataset(data)


def test_the_next_quarter_is_drafted_filled_in_and_imported(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new-year", "2032", "--data", str(folder)]) == 2
    assert "这个数据文件夹按季度考核，2032不是季度，没有起草。下一个是2032Q1。" in capsys.readouterr().err
    assert main(["new-year", "2032Q1", "--data", str(folder)]) == 0
    drafted = yaml.safe_load((folder / "schemes/2032Q1.yml").read_text(encoding="utf-8"))
    assert (drafted["year"], drafted["period"]) == (2032, "Q1")
    (folder / "schemes/2032Q1.yml").unlink()
    assert main(["export", "--data", str(folder), "--year", "2031Q4", "--out", "filled.xlsx"]) == 0
    assert main(["import", "filled.xlsx", "--data", str(folder), "--year", "2031Q4"]) == 0
    assert "已导入2031年第四季度：" in capsys.readouterr().out
    assert main(["import", "filled.xlsx", "--data", str(folder), "--year", "2031Q3"]) != 0
    assert "应为2031年第三季度" in capsys.readouterr().err


def test_scores_are_saved_under_their_quarter(folder: Path, tmp_path: Path) -> None:
    assert main(["score", "--data", str(folder), "--year", "2031年第四季度", "--out", str(tmp_path / "out.csv")]) == 0
    saved = pd.read_csv(tmp_path / "out.csv")
    assert saved["year"].unique().tolist() == ["2031Q4"]
    assert dict(zip(saved["unit_id"], saved["total"], strict=True)) == {unit: own[-1] for unit, own in TOTALS.items()}


def test_every_kind_has_its_periods() -> None:
    assert {period[0] for period in PERIODS} | {""} == set(KINDS)


@pytest.mark.slow
def test_a_city_of_quarters_is_built(folder: Path, tmp_path: Path) -> None:
    _publish(folder, QUARTERS, "same_period", 4)
    out = tmp_path / "reports"
    years = ["--years", "2030Q4", "2031Q3", "2031Q4"]
    assert main(["build", "--data", str(folder), "--out", str(out), *years]) == 0
    pages = {path.name for path in out.glob("*.html")}
    assert {"scores-2031Q4.html", "compare-2031Q3-2031Q4.html", "compare-2030Q4-2031Q4.html"} <= pages
    compared = (out / "compare-2030Q4-2031Q4.html").read_text(encoding="utf-8")
    assert "2030年第四季度—2031年第四季度比较" in compared
    text = re.sub(r"<(script|style)[\s\S]*?</\1>|<[^>]+>", "", compared)
    assert not re.search(r"2031Q4 ?年|上年|两年", text)


def test_units_change_groups_merge_and_split_in_a_quarter() -> None:
    """The city of `merged_city`, whose years are told apart there, in four quarters over the end of a year."""
    city = Assessment(load_city(merged_city(("2030Q3", "2030Q4", "2031Q1", "2031Q2"))))
    groups = {str(key): city.year(key).units.set_index("unit_id")["group"].to_dict() for key in city.years}
    assert [own.get("r") for own in groups.values()] == ["west", "east", "east", "east"]
    assert [sorted({"c", "p", "m", "s", "t"} & own.keys()) for own in groups.values()] == [
        ["c", "p"], ["c", "p"], ["m"], ["s", "t"],
    ]  # fmt: skip
    assert city.latest.streaks.set_index("unit_id")["streak"].to_dict() == {
        "a": 4, "b": 0, "d": 1, "t": 0, "q": 3, "r": 3, "s": 1,
    }  # fmt: skip
    assert show(city.latest, "streaks").sentences[1] == "新获优秀2个：d局、s局（由m局分设）。"
    assert show(city.latest, "history", unit="s").table.cells["沿革"].to_list() == ["由m局分设"]
    with pytest.raises(WorkbookError, match="2031年第二季度没有列入考核（2031年第一季度并入m局）"):
        city.dataset.find_unit("p", city.years[-1])
