"""What is wrong is told cause by cause, with what comes of it; what is right, or could not be checked, in full."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag
from tests.exhibits.reading import with_frame
from tests.print_only import write_print_only

from analysis import open_assessment
from analysis.assessment import Assessment, Year
from analysis.exhibits import show


def _cards(shown: object) -> list[Tag]:
    return list(BeautifulSoup(shown.cases._repr_html_(), "html.parser").select("article"))  # type: ignore[attr-defined]


def test_one_cause_is_one_card_with_what_comes_of_it(year: Year) -> None:
    """Print counts 汝州市 among the 28: the lists give 27; so it is named, and not counted as new."""
    (card,) = _cards(show(year, "findings"))
    assert card["class"] == ["case", "wrong"]
    assert card.select_one(".where").get_text() == "不符，见通报“三（一）”"  # type: ignore[union-attr]
    assert [each.get_text() for each in card.select("dt + dd")] == ["28", "27"]
    assert "系计入2020年度未参加考核的汝州市人民政府所致。" in card.get_text()
    named, counted = (each.get_text() for each in card.select("li"))
    assert named == "汝州市人民政府列为连续优秀2年的单位（见“三（一）”）：2020年度未参加考核"
    assert counted == (
        "新获优秀单位数为5（见“三（一）”）：核算为6，不计上一年度未参加考核的汝州市人民政府，则与通报一致"
    )


def test_the_heading_says_what_is_wrong_and_what_became_of_the_rest(year: Year) -> None:
    shown = show(year, "findings")
    assert shown.finding == "2021年度通报1处不符：连续优秀单位数为28，核算为27；共核对66项，一致63项"
    assert shown.sentences == (
        "不符：连续优秀单位数为28（见“三（一）”）：核算为27，系计入2020年度未参加考核的汝州市人民政府所致；"
        "同一原因还涉及2项：汝州市人民政府列为连续优秀2年的单位（2020年度未参加考核）、"
        "新获优秀单位数为5（核算为6，不计上一年度未参加考核的汝州市人民政府，则与通报一致）。",
    )
    scope, fitted = shown.parts[0].sentences
    assert scope == (
        "核对范围：2021年度通报（平法政办〔2022〕2号）所载数据和名单，共66项，其中不符2项，口径不同1项，一致63项。"
    )
    assert fitted.startswith("另有54项由重构评分")


def test_what_a_unit_that_entered_would_explain_is_no_contradiction(shipped: Assessment) -> None:
    """24 and 5 are one less than 30; who was assessed in 2019 is not at hand."""
    shown = show(shipped.year(2020), "findings")
    (told,), (card,) = shown.sentences, _cards(shown)
    assert told.startswith("口径不同：优秀等次单位数30") and "上一年度未参加考核的1个单位不计入连续优秀" in told
    assert card["class"] == ["case"] and not card.select("li")
    assert shown.finding == "2020年度通报未发现不符，1处口径不同，共核对70项，一致50项，19项无法核对"


def test_nothing_wrong_is_told_plainly(year: Year) -> None:
    fine = with_frame(show(year, "findings"), year.audit[year.audit["verdict"].eq("exact")])
    assert fine.finding == "2021年度通报未发现不符，共核对63项，一致63项"
    assert fine.sentences == () and len(fine.parts) == 1


def test_two_causes_are_counted_and_long_claims_do_not_stand_in_the_heading(year: Year) -> None:
    wrong = year.audit[year.audit["basis"].eq("print") & year.audit["verdict"].eq("exact")].head(2)
    wrong = wrong.assign(verdict="contradicted", cause=wrong["id"])
    assert with_frame(show(year, "findings"), wrong).finding == "2021年度通报2处不符，共核对2项，一致0项"
    alone = wrong.head(1).assign(text="很" * 21)
    assert with_frame(show(year, "findings"), alone).finding == "2021年度通报1处不符，共核对1项，一致0项"


def test_many_claims_that_come_of_one_are_folded(year: Year) -> None:
    head = year.audit.head(1)
    others = year.audit[year.audit["verdict"].eq("exact")].head(10).assign(verdict="affected", cause=head["id"].item())
    shown = with_frame(show(year, "findings"), pd.concat([head, others]))
    (card,) = _cards(shown)
    assert card.select_one("details > summary").get_text() == "其余2项"  # type: ignore[union-attr]
    assert len(card.select("li")) == 10 and len(card.select("details li")) == 2
    assert "还涉及10项：" in shown.sentences[0] and shown.sentences[0].endswith("等。")


def test_a_declared_remark_stands_behind_its_claim(year: Year) -> None:
    claim = year.audit.head(1).assign(remark="另有文件")
    assert with_frame(show(year, "findings"), claim).sentences[0].endswith("；注：另有文件。")


def test_hostile_words_in_a_claim_are_shown_as_text(year: Year) -> None:
    hostile = year.audit.head(1).assign(
        text="<script>alert(1)</script>", reason="<b>x</b>", printed="<i>", remark="<u>"
    )
    page = with_frame(show(year, "findings"), hostile).cases._repr_html_()
    assert "<script>alert" not in page and "<b>x" not in page and "<i>" not in page and "<u>" not in page


def test_what_could_not_be_checked_is_told_by_what_is_lacking(shipped: Assessment, year: Year) -> None:
    told = show(shipped.year(2020), "unchecked").sentences
    (lists,) = [each for each in told if each.startswith("缺2019年度名单：")]
    assert lists.endswith("等12项，无法核对。") and lists.count("、") == 7
    assert sum(each.startswith("缺2019年度通报所载平均分：") for each in told) == 1
    assert show(year, "unchecked").sentences == ("2021年度通报没有无法核对的事项。",)


def test_cells_of_a_table_that_could_not_be_checked_are_told_at_once(tmp_path: Path) -> None:
    year = open_assessment(write_print_only(tmp_path / "data")).year(2033)
    assert year.show("unchecked").sentences == (
        "各项得分未全部公布，不能与总分核对：各单位总分，等于各项得分按办法合成（6项），无法核对。",
    )
    assert year.show("findings").finding == "2033年度通报未发现不符，共核对24项，一致18项，6项无法核对"


@pytest.mark.parametrize("name", ["findings", "unchecked"])
def test_without_a_circular_that_is_said(name: str, small: Year) -> None:
    assert str(show(small, name).prose).startswith("2023年度没有通报")
    assert not str(show(small, "findings").finding).endswith("。")
