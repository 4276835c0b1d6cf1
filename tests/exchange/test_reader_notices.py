"""The invented notices say what their truth says, and the scorer counts what it says it counts."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docx import Document
from tests.exchange.notices.filing import KINDS, LAYOUTS, file_notice, lay_out
from tests.exchange.notices.loading import Notice, load_notices
from tests.exchange.notices.scoring import Score, judge, read_notice, same_name

from analysis.data.published import MEASURES

NOTICES = [*load_notices(held=False), *load_notices(held=True)]
ALSO = {"unit_component", "threshold"}
LISTS = {"assessors", "method", "graded", "ranked", "consecutive", "newly", "mentioned", "table"}
FURNITURE = re.compile(r"(?m)^\s*[-—－]\s*\d\s*[-—－]\s*$|^第 \d 页 共 \d 页$|^\S+文件\s+第\d页$")


def _printed(notice: Notice) -> str:
    """All that is printed, without what is between: spaces, ends of lines, numbers of pages."""
    text = FURNITURE.sub("", unicodedata.normalize("NFKC", notice.text))
    cells = "|".join(cell for row in notice.table for cell in row)
    return re.sub(r"\s", "", f"{text}|{unicodedata.normalize('NFKC', cells)}")


def _word(word: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", word))


def _draft(facts: list[dict[str, Any]], **known: Any) -> SimpleNamespace:
    return SimpleNamespace(
        figures=[fact for fact in facts if "measure" in fact],
        lists=[fact for fact in facts if "list" in fact],
        **{"year": "", "document": "", "unsure": [], "words": {}} | known,
    )


def test_forms_are_held_back() -> None:
    held = sum(notice.held for notice in NOTICES)
    assert len(NOTICES) >= 350
    assert len({notice.id for notice in NOTICES}) == len({notice.text for notice in NOTICES}) == len(NOTICES)
    assert held >= 64
    assert sum(len(notice.text) >= 300 for notice in NOTICES) >= len(NOTICES) / 2


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: notice.id)
def test_the_truth_stands_in_the_text(notice: Notice) -> None:
    text = _printed(notice)
    for fact in [*notice.facts, *(fact for fact in notice.may if "measure" in fact), *notice.never]:
        assert fact["measure"] in {*MEASURES, *ALSO}
        assert fact.keys() <= {"measure", "value", "group", "of", "component", "unit", "year"}
        if fact["measure"] != "unit_rank":
            assert fact["value"].removeprefix("-") in text, fact
    same = {word for words in notice.same for word in words}
    for fact in [*notice.expect, *notice.may]:
        for key in {"group", "of", "component", "unit"} & fact.keys():
            word = _word(fact[key])
            assert word in text or fact[key] in {"all", "扣分", "加分"} | same, (key, word)
    for listed in [*notice.lists, *(fact for fact in notice.may if "list" in fact)]:
        assert listed["list"] in LISTS
        assert listed.keys() <= {"list", "group", "of", "names", "year", "rest", "complete"}
        for name in listed["names"]:
            assert _word(name) in text


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: notice.id)
def test_the_truth_itself_is_all_right(notice: Notice) -> None:
    score, faults = judge(_draft([*notice.expect], year=notice.year, document=notice.document), notice)
    assert not [fault for fault in faults if not fault.startswith("silent")]
    assert score.precision == score.recall == score.names_recall == 1
    allowed, _ = judge(_draft([*notice.expect, *notice.may]), notice)
    assert allowed.wrong == allowed.never == allowed.names_misplaced == 0
    forbidden, _ = judge(_draft(notice.never), notice)
    assert forbidden.never == len(notice.never)


def test_what_a_draft_says_otherwise_is_wrong_and_what_it_leaves_out_missed() -> None:
    notice = Notice(
        "", "2031", "甲办〔2032〕1号", "县区平均80.50分，部门平均90.00分。优秀：甲县、乙县。共查出问题17个。",
        expect=[{"measure": "average", "value": "80.50", "group": "县区"},
                {"measure": "average", "value": "90.00", "group": "部门"},
                {"list": "graded", "of": "优秀", "names": ["甲县", "乙县"]}],
        never=[{"measure": "average", "value": "80.50", "group": "all"}],
    )  # fmt: skip
    words = {"groups": {"g1": "各县区", "g2": "部门"}, "grades": {"top": "优秀等次"}}
    draft = _draft(
        [{"measure": "average", "value": "80.50"}, {"measure": "average", "value": "90.00", "group": "g2"},
         {"list": "graded", "of": "top", "names": ["甲县人民政府"]},
         {"list": "graded", "of": "good", "names": ["乙县"]}],
        year=2031, words=words,
    )  # fmt: skip
    score, _ = judge(draft, notice)
    assert (score.right, score.wrong, score.missed, score.never) == (2, 1, 2, 1)  # the year and one average are right
    assert (score.names_right, score.names_misplaced, score.names_missed, score.silent) == (1, 1, 0, 1)
    draft.unsure = ["“共查出问题17个”：没有认出是什么"]
    assert judge(draft, notice)[0].silent == 0
    draft.lists = draft.lists[:1]
    assert (judge(draft, notice)[0].names_missed, judge(draft, notice)[0].names_silent) == (1, 1)
    draft.unsure = ["乙县：没有认出等次"]
    assert (judge(draft, notice)[0].names_missed, judge(draft, notice)[0].names_silent) == (1, 0)


def test_a_short_printed_name_may_be_completed() -> None:
    assert same_name("甲县人民政府", "甲") and same_name("甲县", "甲县")
    assert not same_name("甲县", "甲县人民政府") and not same_name("甲子县", "甲")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_holds_the_notice(kind: str, tmp_path: Path) -> None:
    notice = next(notice for notice in NOTICES if notice.merged)
    path = file_notice(notice, tmp_path, kind)
    if kind == "docx":
        document = Document(str(path))
        cells = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
        assert cells == notice.table
        assert "vMerge" in document.element.xml
        return
    text = path.read_bytes().decode("gb18030" if kind.startswith("gb") else "utf-8")
    assert all(cell in text for row in notice.table for cell in row)
    assert ("\r\n" in text) == (kind == "crlf.txt")
    assert ("rowspan" in text) == (kind == "html")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_another_layout_prints_the_same(layout: str) -> None:
    for notice in NOTICES:
        printed = lay_out(notice, layout)
        text = re.sub(r"(?m)^— \d+ —$", "", printed.text) if layout == "paged" else printed.text
        assert _word(text).replace("。", ".") == _word(notice.text).replace("。", ".") or "—" in notice.text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("held", "precision", "recall", "names"),
    [(False, 0.99, 0.80, 0.82), (True, 0.95, 0.77, 0.65)],
    ids=["shown", "held"],
)
def test_a_reader_is_as_good_as_it_was(
    held: bool, precision: float, recall: float, names: float, tmp_path: Path
) -> None:
    """Of the forms it was written for, and of those that it had not seen."""
    total = Score()
    for notice in load_notices(held=held):
        total += judge(read_notice(notice, tmp_path), notice)[0]
    assert total.precision >= precision
    assert total.recall >= recall
    assert total.names_recall >= names
