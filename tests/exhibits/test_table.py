"""Tables are marked up, rounded once, and show as text whatever they are given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from analysis.assessment import Pair, Year
from analysis.exhibits import EXHIBITS, show
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.gallery import Gallery
from analysis.exhibits.palette import light
from analysis.exhibits.prose import Prose
from analysis.exhibits.table import Column, Table, make_table
from analysis.words import POINTS

MADE_UP = "不是任何单位的真实得分"
FROM_PRINT = {"scheme", "transitions", "audit", "streak_claims", "bounds", "mentions", "printed_lists",
              "printed_results", "grade_history"}  # fmt: skip
"""Tables of what is printed, or of counts of it."""


def test_the_score_table_is_marked_up_and_rounded_once(year: Year) -> None:
    table = show(year, "scores", "county").table
    soup = BeautifulSoup(table._repr_html_(), "html.parser")
    assert len(soup.select("tbody tr")) == 12
    assert soup.select_one("thead th")["scope"] == "col"  # type: ignore[index]
    assert soup.select_one("tbody th")["scope"] == "row"  # type: ignore[index]
    assert soup.select_one("tbody th").get_text() == "宝丰县人民政府"  # type: ignore[union-attr]
    assert "2021" in soup.select_one(".caption").get_text()  # type: ignore[union-attr]


def test_hostile_text_is_shown_as_text() -> None:
    nasty = "<script>alert(1)</script>"
    columns = [Column("a", "单位"), Column("b", "分", POINTS), Column(nasty, nasty)]
    table = make_table(pd.DataFrame({"a": [nasty], "b": [1.005], nasty: [nasty]}), columns, nasty, nasty)
    html = table._repr_html_() + Prose((nasty,))._repr_html_() + Prose((nasty,), listed=True)._repr_html_()
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") >= 7
    assert "1.01" in html


@pytest.mark.parametrize("rows", [0, 7, 8])
def test_a_table_without_rows_says_so_and_a_long_one_can_be_sorted(rows: int) -> None:
    frame = pd.DataFrame({"name": ["甲局"] * rows, "total": [1.0] * rows, "rank": [1] * rows})
    page = BeautifulSoup(make_table(frame, ["name", "total", "rank"], "得分")._repr_html_(), "html.parser")
    cells = [cell.get_text() for cell in page.select("tbody tr")[0].select("th, td")]
    assert cells == (["甲局", "1.00", "1"] if rows else ["没有"])
    assert bool(page.select("table.sortable")) == (rows == 8)


def _make(name: str, of: Year | Pair) -> list[Exhibit]:
    given: dict[str, Any] = {}
    if "unit" in EXHIBITS[name].needs:
        given = {"unit": "tax" if name in {"unit_rescaling", "feedback_rescaling"} else "water"}
    if "indicator_id" in EXHIBITS[name].needs:
        year = of.year if isinstance(of, Pair) else of
        given = {"indicator_id": year.marks("department").indicators["indicator_id"].iloc[0]}
    if "draws" in EXHIBITS[name].__dataclass_fields__:
        given |= {"draws": 50}
    shown = show(of, name, **given)
    return list(shown.values()) if isinstance(shown, Gallery) else [shown]


@pytest.mark.parametrize("name", [name for name, kind in EXHIBITS.items() if kind.has("table")])
def test_every_table_says_that_marks_are_made_up(name: str, pair: Pair) -> None:
    of = pair if "base_year" in EXHIBITS[name].needs else pair.year
    for shown in _make(name, of):
        if shown.absent:
            assert "不是真实得分" in shown.absent or name in FROM_PRINT
            continue
        table = shown.table
        if table is None:
            silent = {"doubtful", "wrong", "from_marks"}
            assert name in silent or "table" in shown.withholds, "the sentences say it all"
            continue
        assert isinstance(table, Table) and len(table.cells)
        assert not table.cells.isin(["nan", "None"]).any(axis=None)
        assert (MADE_UP in table.note) == (name not in FROM_PRINT), table.caption


def test_values_are_unrounded_where_cells_are_rounded(year: Year) -> None:
    table = show(year, "scores", "county").table
    assert table.values["总分"].to_list() == year.scores.query("group == 'county'")["total"].to_list()
    assert table.cells["总分"].str.fullmatch(r"\d+\.\d\d").all()
    assert table.numeric >= {"名次", "总分"} and not table.numeric & {"单位", "等次"}


def _units(count: int) -> pd.DataFrame:
    return pd.DataFrame({
        "unit_id": [f"u{place}" for place in range(count)],
        "name": [f"{place}局" for place in range(count)],
        "total": 90.0,
        "bar": [[(0.5, light("part-0")), (0.25, light("part-1"))]] * count,
    })  # fmt: skip


def test_a_bar_stands_beside_its_number_which_remains_text() -> None:
    table = make_table(_units(1), ["name", Column("total", "总分", POINTS, bars="bar")], "得分")
    (cell,) = BeautifulSoup(table._repr_html_(), "html.parser").select("td.bar")
    assert cell.get_text() == "90.00"
    assert cell["style"] == "--bar: var(--part-0) 0 50.0%, var(--part-1) 0 75.0%"
    assert table.numeric == {"总分"} and list(table.values["总分"]) == [90.0]


def test_rows_of_units_are_known_by_them_whatever_heads_the_row() -> None:
    headed = make_table(_units(2), ["name", "total"], "得分")
    remarks = make_table(_units(2).assign(name="x", claim=["甲", ""]), [Column("claim", "说法"), "total"], "说法")
    for table, heads in ((headed, ["u0", "u1"]), (remarks, [None, None])):
        page = BeautifulSoup(table._repr_html_(), "html.parser")
        assert [row["data-unit"] for row in page.select("tbody tr")] == ["u0", "u1"]
        assert [head.get("data-unit") for head in page.select("tbody th")] == heads


def test_rows_that_are_all_about_one_unit_are_not_marked_as_such() -> None:
    rows = _units(1).loc[[0, 0, 0]].assign(name=["指标一", "指标二", "指标三"])
    table = make_table(rows, [Column("name", "指标"), "total"], "一个单位的指标")
    assert table.units == [] and "data-unit" not in table._repr_html_()


def test_a_line_and_its_words_stand_over_a_row() -> None:
    table = replace(make_table(_units(3), ["name", "total"], "得分"), lines={2: '优秀线"<90'})
    page = BeautifulSoup(table._repr_html_(), "html.parser")
    assert [cell.get("data-line") for cell in page.select("tbody th")] == [None, None, '优秀线"<90']
    assert page.select("tbody th")[2].get_text() == "2局"


def test_a_folded_table_is_whole_and_says_what_it_holds() -> None:
    table = replace(make_table(_units(9), ["name", "total"], "得分"), folded="各单位<得分>")
    page = BeautifulSoup(table._repr_html_(), "html.parser")
    (fold,) = page.find_all("details", recursive=False)
    assert fold.summary.get_text() == "各单位<得分>" and "open" not in fold.attrs  # type: ignore[union-attr]
    assert len(fold.select("tbody tr")) == 9 and fold.select(".caption")
    assert not BeautifulSoup(make_table(_units(9), ["name"], "得分")._repr_html_(), "html.parser").details


@pytest.mark.parametrize(("header", "wide"), [("名次", None), ("计算法", 3), ("日常工作情况评价", 4), ("名" * 40, 7)])
def test_a_header_has_room_for_two_lines_of_it(header: str, wide: int | None) -> None:
    table = make_table(pd.DataFrame({"a": [1]}), [Column("a", header)], "表")
    head = BeautifulSoup(table._repr_html_(), "html.parser").select_one("thead th")
    assert head is not None and head.get("style") == (f"--wide: {wide}" if wide else None)
