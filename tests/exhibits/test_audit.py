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
    assert labels == ["全部 120", "不符 2", "口径不同 1", "一致 63", "不作依据 54"]
    assert page.select("tbody tr")[0]["class"] == ["contradicted"]  # what needs attention comes first
    assert not page.select("script")


def test_the_ledger_is_folded_on_a_page(year: Year) -> None:
    page = BeautifulSoup(show(year, "audit").folded._repr_html_(), "html.parser")
    assert page.select_one("details > summary").get_text() == "逐项核对表（120项，可按结论筛选）"  # type: ignore[union-attr]
    assert page.select("details:not([open]) table tbody tr")


def test_hostile_words_in_a_claim_are_shown_as_text(year: Year) -> None:
    hostile = year.audit.head(1).assign(
        text="<script>alert(1)</script>", reason="<b>x</b>", printed="<i>", remark="<u>"
    )
    table = with_frame(show(year, "audit"), hostile).table._repr_html_()
    assert "<script>alert" not in table and "<b>x" not in table and "<i>" not in table and "<u>" not in table


def test_claims_are_counted_by_verdict_without_those_that_reconstructed_marks_were_made_to_bear_out(
    year: Year, official: Year
) -> None:
    """By hand: 66 claims are held against print alone, 54 against marks."""
    counted, fitted = show(year, "audit").sentences[:2]
    assert counted == "2021年度通报可核对的事项共66项：不符2项，口径不同1项，一致63项。"
    assert fitted == "另有54项由重构评分（按通报数据反推，不是实际评分）核算，不作为核对依据。"
    told, caution = show(year, "from_marks").sentences
    assert told == "2021年度通报由评分核算的事项共54项：一致54项。" and "不能证明通报无误" in caution
    assert show(official, "from_marks").sentences == (told,)


def test_what_reconstructed_marks_contradict_is_no_finding(year: Year) -> None:
    """The marks are what does not fit print any more."""
    claim = year.audit[year.audit["basis"].eq("marks")].head(1)
    wrong = claim.assign(verdict="contradicted", cause=claim["id"])
    shown = with_frame(show(year, "audit"), wrong)
    assert shown.headlines[0].value == "0"
    assert shown.sentences[1].endswith("不作为核对依据；其中1项与通报不一致，须重新重构。")
    assert with_frame(show(year, "findings"), wrong).sentences == ()


def test_the_practice_that_was_found_is_told(year: Year) -> None:
    """All growth rates and deltas of 2021 follow from the printed averages, and from unrounded ones too."""
    told = show(year, "audit").sentences[-1]
    assert "增减和增长由通报所载或未舍入的平均分算得，两种算法均相符，前一种可能性较大" in told
    assert told == show(year, "audit").table.note
    assert "总分" not in told  # reconstructed marks were made to agree: they do not tell how averages were computed
    from_printed = tuple(practice for practice in year.practices if practice.from_printed)
    only = with_known(year, practices=from_printed)
    assert show(only, "audit").sentences[-1].endswith("；增减和增长由通报所载的平均分算得。")
    counts = year.audit[year.audit["id"].str.contains("list_length")]
    assert len(with_frame(show(year, "audit"), counts).sentences) == 1  # nothing tells of a practice


def test_every_unit_that_print_names_for_its_streak_has_its_claim(year: Year) -> None:
    claims = list(show(year, "streak_claims").table.cells["核对事项"])
    assert {"连续优秀单位数为28", "新获优秀单位数为5"} <= set(claims)
    lists = year.facts.printed_lists()
    for kind, said in (("consecutive", "列为连续优秀2年的单位"), ("newly", "新获优秀")):
        named = lists.loc[lists["list"].eq(kind), "name"]
        assert len(named) >= 5
        assert {f"{name}{said}" for name in named} == {claim for claim in claims if claim.endswith(said)}


@pytest.mark.parametrize("name", ["audit", "from_marks", "streak_claims"])
def test_without_a_circular_that_is_said(name: str, small: Year) -> None:
    assert str(show(small, name).prose).startswith(("没有2023年度通报", "2023年度没有通报"))
    assert [str(part) for part in show(small, name).parts] == [str(show(small, name).prose)]


def test_findings_are_counted_for_the_first_page(year: Year, shipped: Assessment) -> None:
    (headline,) = show(year, "audit").headlines
    assert (headline.value, headline.measure) == ("1", "处不符（2项）")
    assert headline.says == ("不符2项，口径不同1项，一致63项", "共核对66项")
    fine = with_frame(show(year, "audit"), year.audit[year.audit["verdict"].eq("exact")])
    assert fine.headlines == (replace(headline, value="0", measure="处不符", says=("一致63项", "共核对63项")),)
    (before,) = show(shipped.year(2020), "audit").headlines
    assert before.value == "0" and before.says[0].startswith("口径不同1项")


def test_lists_and_text_in_another_order_are_told_of_every_circular_so_far(year: Year) -> None:
    counties, departments = show(year, "list_order").sentences
    assert counties.startswith("2020年度通报：") and "郏县人民政府列于宝丰县人民政府之前" in counties
    assert "市人力资源和社会保障局列于市市场监督管理局之前" in departments
    assert show(year, "unknown_names").sentences == ()


def test_where_no_circular_is_at_hand_nothing_is_said_of_what_is_in_one(small: Year) -> None:
    assert show(small, "unknown_names").absent == f"没有{small.year}年度通报。"
    assert show(small, "mentions", unit=small.units["unit_id"].iloc[0]).absent == "没有可查的通报。"


def test_buttons_count_the_rows_they_leave(tmp_path: Path) -> None:
    """Of a printed table what agrees is one row, for however many units."""
    shown = open_assessment(write_print_only(tmp_path / "data")).year(2033).show("audit")
    assert len(shown.table.cells) < len(shown.frame)
    page = BeautifulSoup(shown.table._repr_html_(), "html.parser")
    whole, *parts = (int(label.text.split()[-1]) for label in page.select("label") if label.text[-1].isdigit())
    assert whole == sum(parts) == len(shown.table.cells)


def test_negative_numbers_are_written_as_readers_write_them(year: Year) -> None:
    claim = year.audit.head(1).assign(printed="-0.23", formula="1 ÷ (2 − -0.23)", text="增减为-0.23（〔2022〕-甲）")
    table = with_frame(show(year, "audit"), claim).table.cells
    assert table["通报"].item() == "−0.23" and table["核算方法"].item() == "1 ÷ (2 − −0.23)"
    assert table["核对事项"].item() == "增减为−0.23（〔2022〕-甲）"
    assert with_frame(show(year, "audit"), claim).frame["printed"].item() == "-0.23"  # as it is printed
