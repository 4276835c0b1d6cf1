"""Printed tables of results beside a circular: read as printed, refused where they say nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.tables import YEAR, load_city, write_city

from analysis.data.dataset import load_dataset
from analysis.problems import InputError

ROWS = [
    {"name": "甲县", "a": "30.0", "b": "—", "total": "71.50", "rank": "1", "grade": "优秀"},
    {"name": "乙县", "a": "20.5", "b": "40", "total": "60.5", "rank": "2", "grade": "其他"},
    {"name": "丙县", "a": "", "b": "", "total": "", "rank": "", "grade": ""},
]
POINTS = {"a": 30, "b": 70}
PASSED_UP = {"base": {"points": 100, "rescale": True, "source": "附件1", "basis": "printed"}}


def test_cells_are_kept_as_printed(tmp_path: Path) -> None:
    facts = load_city(tmp_path / "data", ROWS, POINTS, **PASSED_UP).year(YEAR)
    assert facts.table is not None and facts.published is not None
    assert facts.table.cells["甲县", "total"].value == "71.50"
    assert facts.table.lacking == {("甲县", "b")} and ("丙县", "total") not in facts.table.cells
    graded = {each.of: each.names for each in facts.published.lists if each.list == "graded"}
    assert graded == {"best": ("甲县",), "rest": ("乙县",)}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("71.50", "约70", "不是印出的数"),
        ("71.50", "—", "不是印出的数"),
        (",1,优秀", ",1.5,优秀", "名次应为从1起的整数"),
        (",1,优秀", ",0,优秀", "名次应为从1起的整数"),
        ("20.5", "-20.5", "或是负数"),
        ("优秀", "上等", "办法中没有这个等次"),
        ("name,a", "name,c", "不认识的列"),
        ("甲县", "", "不能为空"),
    ],
)
def test_what_says_nothing_is_refused(old: str, new: str, rule: str, tmp_path: Path) -> None:
    folder = write_city(tmp_path / "data", ROWS, POINTS, **PASSED_UP)
    path = folder / f"published/{YEAR}.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=rule):
        load_dataset(folder)


def test_a_table_goes_with_its_circular(tmp_path: Path) -> None:
    folder = write_city(tmp_path / "data", ROWS, POINTS, **PASSED_UP)
    circular, table = folder / f"published/{YEAR}.yml", folder / f"published/{YEAR}.csv"
    said = circular.read_text(encoding="utf-8")
    circular.write_text(said.replace("table:\n  section: 附件1\n", ""), encoding="utf-8")
    with pytest.raises(InputError, match="没有写明这张表的出处"):
        load_dataset(folder)
    circular.write_text(said, encoding="utf-8")
    table.rename(folder / "published/2022.csv")
    with pytest.raises(InputError, match=r"缺少这个文件(?s:.*)没有同名的 \.yml"):
        load_dataset(folder)


def test_figures_of_units_stand_in_the_table(tmp_path: Path) -> None:
    figures = [{"measure": "unit_total", "of": "甲县", "value": "71.5"}]
    with pytest.raises(InputError, match="单个单位的数不写在 figures 里"):
        load_city(tmp_path / "data", ROWS, POINTS, figures=figures)


def test_a_component_that_may_not_be_lacking_is_not(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="“b”（值：'—'）：办法没有规定缺这个大项的单位怎样计分"):
        load_city(tmp_path / "data", ROWS, POINTS)


@pytest.mark.parametrize("text", ["name,total\n", "name\n甲县\n", "name,total\n甲县,\n"])
def test_a_table_that_prints_nothing_is_refused(text: str, tmp_path: Path) -> None:
    folder = write_city(tmp_path / "data", ROWS, POINTS, **PASSED_UP)
    (folder / f"published/{YEAR}.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="没有印出任何单位的结果"):
        load_dataset(folder)


def test_what_may_be_a_misprint_is_left_to_the_audit(tmp_path: Path) -> None:
    rows = [{**ROWS[0], "rank": "99"}, {**ROWS[1], "a": "31"}, ROWS[2]]  # of three units, and out of 30
    assert load_city(tmp_path / "data", rows, POINTS, **PASSED_UP).year(YEAR).table is not None
