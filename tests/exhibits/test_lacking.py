"""An exhibit that print does not bear out is a sentence and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from tests.print_only import write_print_only

from analysis import open_assessment
from analysis.assessment import Assessment
from analysis.exhibits.exhibit import EXHIBITS
from analysis.exhibits.lacking import find_lacking
from analysis.exhibits.table import Table
from analysis.problems import WorkbookError


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    return open_assessment(write_print_only(tmp_path_factory.mktemp("towns") / "data"))


def test_what_is_lacking_is_told_and_has_no_numbers(towns: Assessment) -> None:
    lacking = towns.year(2033).show("averages")
    told = "没有“平均分”：2033年度的通报没有公布各组全部单位的平均分。"
    assert lacking.sentences == (told,) and lacking.prose.sentences == (told,)
    assert (lacking.chart, lacking.table, lacking.headlines) == (None, None, ())
    with pytest.raises(WorkbookError, match="没有公布各组全部单位的平均分"):
        _ = lacking.frame


def test_of_groups_it_is_told_once(towns: Assessment) -> None:
    assert [each.sentences for each in towns.year(2031).show("printed_results").values()] == [
        ("没有“通报所载得分和名次”：2031年度的通报没有公布各单位的得分名次表。",)
    ]


@pytest.mark.parametrize("name", ["scores", "distribution", "margins", "judgement"])
def test_what_needs_marks_is_refused(towns: Assessment, name: str) -> None:
    with pytest.raises(WorkbookError, match=r"2032年度没有评分数据（inputs/2032），没有“"):
        towns.year(2032).show(name)


def test_what_explains_a_change_needs_the_marks_of_both_years(towns: Assessment) -> None:
    with pytest.raises(WorkbookError, match=r"没有评分数据（inputs/2032），没有“.+”（average_change）"):
        towns.pair(2031, 2032).show("average_change")


def test_a_year_of_which_nothing_is_known_is_refused(tmp_path: Path) -> None:
    data = write_print_only(tmp_path / "data", 2031, 2032)
    (data / "published/2032.yml").unlink()
    with pytest.raises(WorkbookError, match=r"（inputs/2032），也没有通报（published/2032\.yml），没有“等次”"):
        open_assessment(data).year(2032).show("grades")


def test_every_exhibit_of_print_is_shown_or_says_why_not(towns: Assessment) -> None:
    """Of years with lists alone, with figures that disagree, with a table."""
    for name, kind in EXHIBITS.items():
        if "marks" in kind.needs:
            continue
        for year in (2031, 2032, 2033):
            of = towns.pair(2031, year) if "base_year" in kind.needs and year > 2031 else towns.year(year)
            if "base_year" in kind.needs and year == 2031:
                continue
            shown = of.show(name, unit="东乡镇") if "unit" in kind.needs else of.show(name)
            for each in shown.values() if isinstance(shown, dict) else [shown]:
                cells = [part.cells.to_string() for part in each.parts if isinstance(part, Table)]
                told = " ".join([*each.prose.sentences, *cells])
                assert "nan" not in told and "None" not in told, (name, year)


def test_an_average_of_all_groups_together_is_shown_as_such(tmp_path: Path) -> None:
    data = write_print_only(tmp_path / "data", 2031)
    circular = data / "published/2031.yml"
    circular.write_text(
        circular.read_text(encoding="utf-8").replace("group: town\n  value", "group: all\n  value"), "utf-8"
    )
    shown = open_assessment(data).year(2031).show("averages")
    assert shown.sentences == ("合计5个单位，2031年平均80.00分。",)
    assert shown.chart.title == "2031年平均分：合计80.00分"


def test_where_lists_leave_room_for_others_nobody_is_counted(tmp_path: Path) -> None:
    data = write_print_only(tmp_path / "data", 2031, 2032)
    for path in (data / "schemes").glob("*.yml"):
        text = path.read_text(encoding="utf-8").replace("name: 乡镇", "name: 乡镇\n    units: unknown")
        path.write_text(text, encoding="utf-8")
    city = open_assessment(data)
    assert city.year(2032).show("averages").sentences[0].startswith("乡镇2032年平均82.00分，比2031年")
    assert "没有公布各组全部单位的等次" in city.year(2032).show("grades").sentences[0]
    moved = city.pair(2031, 2032).show("movement")["town"].sentences[0]
    assert "新列入" not in moved and "另一年是否列入未知" in moved
    assert "没有列出全部考核对象（乡镇）" in city.year(2032).show("limitations").prose.sentences[1]


def test_what_is_there_is_not_lacking(towns: Assessment) -> None:
    assert find_lacking(["grades", "best_grade", "table"], towns.year(2033)) == ""
    assert find_lacking(["grades"], towns.year(2031), towns.year(2032)) == ""
    assert find_lacking(["marks"], towns.year(2033)) == "2033年度没有评分数据（inputs/2033）"


def test_a_year_whose_circular_names_nobody_has_no_results(tmp_path: Path) -> None:
    data = write_print_only(tmp_path / "data", 2031, 2032)
    circular = yaml.safe_load((data / "published/2031.yml").read_text(encoding="utf-8"))
    scheme = yaml.safe_load((data / "schemes/2031.yml").read_text(encoding="utf-8"))
    scheme["groups"] = {key: group | {"units": "unknown"} for key, group in scheme["groups"].items()}
    for name, content in (("published", circular | {"figures": [], "lists": []}), ("schemes", scheme)):
        (data / f"{name}/2031.yml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    year = open_assessment(data).year(2031)
    assert year.results.empty and year.averages.empty
    assert "2031年度通报没有公布结果" in year.show("print_only").sentences[0]
    assert "没有公布各组全部单位的平均分" in year.show("averages").sentences[0]
