"""The audit shows every claim with its verdict, and what needs attention first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from tests.exhibits.reading import with_frame, with_known
from tests.print_only import write_print_only

from analysis import open_assessment
from analysis.assessment import Assessment, Year
from analysis.exhibits import show


def test_the_ledger_has_a_row_a_claim_and_a_button_a_verdict(year: Year) -> None:
    shown = show(year, "audit")
    page = BeautifulSoup(shown.table._repr_html_(), "html.parser")
    assert len(page.select("tbody tr")) == len(shown.frame)
    assert len(page.select("tbody tr.contradicted")) == 2
    labels = [label.text for label in page.select("label")]
    assert labels[:3] == [f"全部 {len(shown.frame)}", "矛盾 2", "另有口径 1"]
    assert page.select("tbody tr")[0]["class"] == ["contradicted"]  # what needs attention comes first
    assert not page.select("script")


def test_hostile_words_in_a_claim_are_shown_as_text(year: Year) -> None:
    shown = show(year, "audit")
    hostile = shown.frame.head(1).assign(
        text="<script>alert(1)</script>", reason="<b>x</b>", printed="<i>", remark="<u>"
    )
    table = with_frame(show(year, "audit"), hostile).table._repr_html_()
    assert "<script>alert" not in table and "<b>x" not in table and "<i>" not in table and "<u>" not in table
    doubtful = with_frame(show(year, "doubtful"), hostile).prose._repr_html_()
    assert "<script>alert" not in doubtful and "<b>x" not in doubtful


def test_claims_are_counted_by_verdict_and_by_what_they_are_held_against(year: Year) -> None:
    told = "矛盾 2 条，受影响 0 条，另有口径 1 条，舍入之内 0 条，一致 117 条，无从核对 0 条"
    assert show(year, "audit").sentences[0] == f"2021 年度通报可核对的说法共 120 条：{told}。"
    rows = show(year, "verdicts").table.cells.set_index("结论")["合计"].to_dict()
    assert rows == {"矛盾": "2", "受影响": "0", "另有口径": "1", "舍入之内": "0", "一致": "117", "无从核对": "0"}
    marked = show(year, "from_marks")
    (told,) = marked.sentences
    assert told.startswith(f"2021 年度通报由评分复算的说法共 {len(marked.frame)} 条：矛盾 0 条")


def test_the_practice_that_was_found_is_told(year: Year) -> None:
    """All growth rates and deltas of 2021 follow from the printed averages, and from unrounded ones too."""
    told = show(year, "audit").sentences[1]
    assert "增减和增长由印出或未舍入的平均分算得，两种算法都相符，前一种可能性较大" in told
    assert told in str(show(year, "verdicts").prose) and told == show(year, "audit").table.note
    assert "总分" not in told  # reconstructed marks were made to agree: they do not tell how averages were computed
    from_printed = tuple(practice for practice in year.practices if practice.from_printed)
    only = with_known(year, practices=from_printed)
    assert show(only, "audit").sentences[1].endswith("；增减和增长由印出的平均分算得。")
    counts = year.audit[year.audit["id"].str.contains("list_length")]
    assert len(with_frame(show(year, "audit"), counts).sentences) == 1  # nothing tells of a practice


def test_what_does_not_hold_is_told_one_by_one(year: Year) -> None:
    """The lists of 2021 name 27 units again in the best grade, print says 28; Ruzhou entered only in that year."""
    wrong = show(year, "wrong").sentences
    assert [told.partition("：")[0] for told in wrong] == ["矛盾", "矛盾", "另有口径"]
    assert any("28" in told for told in wrong) and any("汝州市人民政府连续优秀 2 年" in told for told in wrong)
    assert set(wrong) <= set(show(year, "doubtful").sentences)
    assert not any(told.startswith("一致") for told in show(year, "doubtful").sentences)


def test_a_declared_remark_stands_behind_its_claim(year: Year) -> None:
    claim = show(year, "wrong").frame.head(1).assign(remark="另有文件")
    assert with_frame(show(year, "wrong"), claim).sentences[0].endswith("注：另有文件。")


def test_every_unit_that_print_names_for_its_streak_has_its_claim(year: Year) -> None:
    claims = list(show(year, "streak_claims").table.cells["说法"])
    assert {"连续优秀单位数为 28", "新获优秀单位数为 5"} <= set(claims)
    lists = year.facts.printed_lists()
    for kind, said in (("consecutive", "连续优秀 2 年"), ("newly", "新获优秀")):
        named = lists.loc[lists["list"].eq(kind), "name"]
        assert len(named) >= 5
        assert {f"{name}{said}" for name in named} == {claim for claim in claims if claim.endswith(said)}


@pytest.mark.parametrize("name", ["audit", "verdicts", "from_marks", "streak_claims"])
def test_without_a_circular_that_is_said(name: str, small: Year) -> None:
    assert str(show(small, name).prose).startswith("没有 2023 年度的通报")
    assert [str(part) for part in show(small, name).parts] == [str(show(small, name).prose)]


def test_no_contradiction_is_told_as_none(year: Year) -> None:
    (all_of_it,) = show(year, "audit").headlines
    fine = with_frame(show(year, "audit"), year.audit[year.audit["verdict"].eq("exact")])
    assert fine.headlines == (replace(all_of_it, value="0", measure="条矛盾", says=("共核对117条说法", "一致 117 条")),)


def test_what_a_unit_that_entered_would_explain_is_no_contradiction(shipped: Assessment) -> None:
    """24 and 5 are one less than 30; who was assessed in 2019 is not at hand."""
    (told,) = show(shipped.year(2020), "wrong").sentences
    assert told.startswith("另有口径：优秀等次单位数 30") and "有 1 个单位上一年没有列入考核" in told
    (headline,) = show(shipped.year(2020), "audit").headlines
    assert (headline.value, headline.measure) == ("0", "条矛盾") and "另有口径 1 条" in headline.says[1]


def test_the_card_says_of_which_year_it_is_and_which_earlier_years_had_contradictions(year: Year) -> None:
    """One of 2020 is planted; that of another year is no number of this one's."""
    before = with_known(year.assessment.year(2020), audit=year.audit.assign(verdict="contradicted").head(1))
    city = Assessment(year.dataset)
    city._years[2020] = before
    (headline,) = show(city.year(2021), "audit").headlines
    assert (headline.label, headline.value) == ("2021年度通报核对", "2")
    assert headline.says[-1] == "以前年度矛盾：2020年度1条"
    assert not any("以前" in told for told in show(year, "audit").headlines[0].says)


def test_lists_and_text_in_another_order_are_told_of_every_circular_so_far(year: Year) -> None:
    counties, departments = show(year, "list_order").sentences
    assert counties.startswith("2020 年度通报：") and "郏县人民政府在宝丰县人民政府之前" in counties
    assert "市人力资源和社会保障局在市市场监督管理局之前" in departments
    assert show(year, "unknown_names").sentences == ()


def test_where_no_circular_is_at_hand_nothing_is_said_of_what_is_in_one(small: Year) -> None:
    assert show(small, "unknown_names").absent == f"没有 {small.year} 年度的通报。"
    assert show(small, "mentions", unit=small.units["unit_id"].iloc[0]).absent == "没有可查的通报。"


def test_buttons_count_the_rows_they_leave(tmp_path: Path) -> None:
    """Of a printed table what agrees is one row, for however many units."""
    shown = open_assessment(write_print_only(tmp_path / "data")).year(2033).show("audit")
    assert len(shown.table.cells) < len(shown.frame)
    page = BeautifulSoup(shown.table._repr_html_(), "html.parser")
    whole, *parts = (int(label.text.split()[-1]) for label in page.select("label") if label.text[-1].isdigit())
    assert whole == sum(parts) == len(shown.table.cells)
