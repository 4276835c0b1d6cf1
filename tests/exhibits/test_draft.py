"""The statistics in sentences: what is printed stands in them, and what is written from them passes the audit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from tests.exhibits.reading import with_known
from tests.made_up import BEST_FROM_90, city_data, graded_city, load_city

from analysis.assessment import Assessment, Year
from analysis.data.city_words import words_of
from analysis.data.dataset import load_dataset
from analysis.exchange.circulars.draft import write_draft
from analysis.exchange.circulars.reader import read_circular
from analysis.exhibits import show
from analysis.exhibits.draft import Draft, DraftResults
from analysis.exhibits.drafting import Cited, number_headings, numeral, plain


def _write(draft: Draft) -> str:
    year = draft.year.year
    lines = [draft.year.facts.scheme.document, f"关于{year}年度考核情况的通报"]
    for passage in draft.passages:
        lines += [*filter(None, [passage.heading]), *map(plain, passage.paragraphs)]
    return "\n\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def text(year: Year) -> str:
    return _write(show(year, "draft"))


def test_it_says_what_is_printed(text: str) -> None:
    """Numbers from the circular of 2021, but for the two that its own lists contradict."""
    for printed in (
        "优秀等次33个，其中县（市、区）政府7个，占比58.33%，市直部门26个，占比57.78%",
        "良好等次24个，其中县（市、区）政府5个，占比41.67%，市直部门19个，占比42.22%",
        "县（市、区）政府平均得分为89.74分，较去年增加了10.52分，同比增长了13.28%",
        "市直部门平均得分为86.06分，较去年增加了9.09分，同比增长了11.81%",
        "在评定为优秀等次的单位中，县（市、区）政府平均得分为95.62分，较去年增加了9.21分，同比增长了10.66%",
        "市直部门平均得分为91.66分，较去年增加了5.05分，同比增长了5.83%",
        "10个县（市、区）政府获得加分，最高加分为5分，最少加分为1.5分",
        "16个市直部门获得加分，最高加分为3.75分，最少加分为0.75分",
        "1个县（市、区）政府存在扣分情形，最高扣分为3分",
        "1个市直部门因情节严重被取消评定优秀等次资格",
        "等27个单位连续2年获评优秀",
        "优秀等次（7个）：宝丰县人民政府、汝州市人民政府、郏县人民政府、舞钢市人民政府、叶县人民政府、湛河区人民政府、鲁山县人民政府。",
    ):
        assert printed in text


def _audit(text: str, data: Path) -> pd.DataFrame:
    draft = read_circular(text, *words_of(load_dataset(data)))
    assert draft.unsure == []
    (data / "published/2021.yml").write_text(write_draft(draft, "draft"), encoding="utf-8")
    return Assessment(load_dataset(data)).year(2021).audit


def test_a_circular_written_from_it_passes_the_audit(text: str, copied_data: Path) -> None:
    ledger = _audit(text, copied_data)
    ledger = ledger[~ledger["id"].str.contains("-list_order-")]  # it names some units as they stand in the unit table
    assert len(ledger) > 100
    assert set(ledger["verdict"]) <= {"exact", "within_rounding"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("平均得分为89.74", "平均得分为89.75"),
        ("优秀等次33个", "优秀等次34个"),
        ("等27个", "等28个"),
        ("58.33%", "58.34%"),
    ],
)
def test_a_number_changed_by_hand_does_not(old: str, new: str, text: str, copied_data: Path) -> None:
    assert old in text
    assert "contradicted" in set(_audit(text.replace(old, new), copied_data)["verdict"])


def test_every_number_has_a_row_that_says_where_it_is_from(year: Year) -> None:
    draft = show(year, "draft")
    rows = draft.table.cells.set_index("核对编号")
    assert len(rows) == len(draft.cited) and rows.index.is_unique
    average = rows.loc["2021-average-county-all"]
    assert (average["文中"], average["是什么"]) == ("89.74", "县（市、区）政府平均分")
    assert (average["通报所载"], average["与通报"]) == ("89.74", "一致")
    assert rows.at["2021-consecutive_units-all-excellent", "通报所载"] == "28"
    assert rows.at["2021-consecutive_units-all-excellent", "与通报"] == "不一致"
    digits = sum(character.isdigit() for passage in draft.passages for each in passage.paragraphs
                 for piece in each if isinstance(piece, str) for character in piece)  # fmt: skip
    assert digits == 1 + 4 + 4  # the length of a run, the numbers of the lists, the year; every other number is cited


def test_what_the_office_computed_in_another_way_agrees(year: Year) -> None:
    """The audit knows how; here it is made to say so of a number that unrounded averages do not give."""
    audit, id_, published = year.audit, "2021-grade_units-county-excellent", year.facts.published
    assert published is not None
    figures = [
        each.model_copy(update={"value": "8"}) if f"2021-{each.measure}-{each.group}-{each.of}" == id_ else each
        for each in published.figures
    ]
    other = published.model_copy(update={"figures": figures})
    for verdict, said in (("contradicted", "不一致"), ("exact", "一致")):
        told = audit.assign(verdict=audit["verdict"].mask(audit["id"].eq("2021-marks-" + id_[5:]), verdict))
        again = with_known(year, audit=told, facts=replace(year.facts, published=other))
        assert show(again, "draft").table.cells.set_index("核对编号").at[id_, "与通报"] == said


def test_the_first_year_has_nothing_to_compare_with(shipped: Assessment) -> None:
    written = _write(show(shipped.year(2020), "draft"))
    assert "平均得分为79.22分；" in written and "较去年" not in written and "连续" not in written


def test_its_sentences_are_those_of_its_passages(text: str, year: Year) -> None:
    sentences = show(year, "draft").sentences
    assert len(sentences) > 10 and all(f"\n\n{sentence}\n" in text for sentence in sentences)


@pytest.mark.parametrize("seed", range(8))
def test_any_city_is_drafted(seed: int) -> None:
    city = Assessment(city_data(seed))
    for each in city.years:
        draft = show(city.year(each), "draft")
        assert draft.cited
        assert all(isinstance(piece, Cited) and piece.text not in {"nan", "—"} for piece in draft.cited)
        numerals = [passage.heading[0] for passage in draft.passages if passage.level == 1 and passage.heading]
        assert numerals == list("一二三")[: len(numerals)]


def test_however_many_groups_there_are_each_has_its_lists(shipped: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    groups = {"county": "县", **{f"g{number}": f"组{number}" for number in range(2, 13)}}
    monkeypatch.setattr(DraftResults, "groups", groups)
    headings = [passage.heading for passage in number_headings(show(shipped.latest, "draft_results")._lists())]
    assert len(headings) == 12 and headings[0] == "（一）县" and headings[-1] == "（十二）组12"


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (23, "二十三"), (99, "九十九")],
)
def test_headings_are_numbered_as_in_circulars(number: int, written: str) -> None:
    assert numeral(number) == written


def test_an_average_that_is_what_it_was_has_not_risen_by_nothing(tied: Assessment) -> None:
    written = _write(show(tied.latest, "draft"))
    assert "east组平均得分为95.00分，与去年持平" in written and "0.00" not in written.replace("0.00%", "")


def test_one_unit_is_not_called_one_of_several() -> None:
    totals = {2030: {"a": 95, "b": 50, "c": 95, "d": 50}, 2031: {"a": 95, "b": 91, "c": 80, "d": 50}}
    city = graded_city({year: (BEST_FROM_90, own) for year, own in totals.items()})
    told = show(Assessment(load_city(city)).latest, "draft").sentences
    assert "与上年相比，a局1个单位连续2年获评优秀；b局1个单位新进入优秀。" in told
