"""No text holds what cannot be seen, or a character that only looks like another; names differ to the eye."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from analysis.commands.starting import start_city
from analysis.data.dataset import load_dataset
from analysis.data.names import STATUS_WORDS, find_taken
from analysis.exchange.circulars.text import CircularText
from analysis.exchange.forms import form
from analysis.exchange.results.headers import WORDS
from analysis.problems import InputError
from analysis.texts import find_fault, find_faults, suggest
from tests.conftest import ROOT
from tests.damage import tell

UNSEEN = ["\u200b", "\u2060", "\ufeff", "\u202e", "\u3164", "\u115f", "\u1160", "\uffa0", "\u2800", "\ufe0f",
          "\ufe00", "\U000e0100", "\u034f", "\u180b", "\U000e0041", "\x00", "\x85"]  # fmt: skip
TWINS = {"\u2f12": "力", "\u2f08": "人", "\u2ed3": "长", "\uf9e9": "里", "\ufa19": "神", "\U0002f804": "你"}


@pytest.mark.parametrize("character", UNSEEN, ids=ascii)
@pytest.mark.parametrize("text", ["优{}", "{}优", "优{}秀", "{}"])
def test_what_cannot_be_seen_is_found(character: str, text: str) -> None:
    fault = find_fault(text.format(character))
    assert fault is not None and "看不见" in fault[0] and f"U+{ord(character):04X}" in fault[0]
    assert find_faults(["良", text.format(character)]).keys() == {text.format(character)}


@pytest.mark.parametrize(("character", "plain"), TWINS.items(), ids=ascii)
def test_a_character_that_looks_like_another_is_found(character: str, plain: str) -> None:
    assert find_fault(f"甲{character}县") == (
        f"“{character}”不是通用的“{plain}”字（U+{ord(character):04X}，多半是从 PDF 复制来的）",
        f"改为“{plain}”",
    )
    assert CircularText(f"甲{character}县").clean == f"甲{plain}县"  # what a reader sees of a circular


def test_every_radical_of_unicode_is_found() -> None:
    for code in range(0x2F00, 0x2FD6):
        assert find_fault(chr(code)) is not None, hex(code)


@pytest.mark.parametrize("text", ["\u0301", "甲 \u0301", "\u20dd甲", "(\u0301)"], ids=ascii)
def test_a_mark_without_a_letter_is_found(text: str) -> None:
    fault = find_fault(text)
    assert fault is not None and "单独的附加符号" in fault[0]


@pytest.mark.parametrize(
    "text", ["县（市、区）", "e\u0301", "Île", "﨑", "㐂", "𠮷", "１２％", "甲\n乙", "हिन्दी", "①", "Ⅳ"]
)
def test_ordinary_texts_are_left_alone(text: str) -> None:
    assert find_fault(text) is None and not find_faults([text])


def test_words_that_mean_something_else_are_known_to_be_taken() -> None:
    """Where an office's words are read from files, none of them is a name that a rating may have."""
    assert {*STATUS_WORDS.values()} == {*form.STATUSES.values()}
    marks = [*form.STATUSES, *form.STATUSES.values(), *form.LAYOUT["summaries"], form.EXAMPLE]
    lacking = [word for word in WORDS["lacking"] if word]
    assert find_taken("rating", [*marks, *lacking]) == list(dict.fromkeys([*marks, *lacking]))
    assert find_taken("rating", ["90", "９０", "90%", "-1", ".5", "－"]) == ["90", "９０", "90%", "-1", ".5", "－"]
    assert find_taken("rating", ["优", "良", "A", "一等", "3A", "较好"]) == []
    sheets = [*form.LAYOUT["sheets"].values(), *form.TABLES.values()]
    assert find_taken("block", sheets) == sheets
    described = [form.HEADERS[column] for column in form.DESCRIBED]
    assert find_taken("unit", [*described, form.EXAMPLE]) == [*described, form.EXAMPLE]


EDITS = {
    "a rating that says that there is none": ("好: 1,", "不承担: 1,", "ratings.value 中的名称 不承担", "另有所指"),
    "a rating that is a number": ("好: 1,", '"９０": 1,', "ratings.value 中的名称 ９０", "另有所指"),
    "a rating with a filler": ("好: 1,", "好\u3164: 1,", "ratings.value.好\\u3164", "看不见的控制字符（U+3164）"),
    "a rating with a radical": ("好: 1,", "\u2f12: 1,", "不是通用的“力”字", "改为“力”"),
    "a rating with a space": ("好: 1,", '"好 ": 1,', "首尾有空格", "ratings"),
    "two ratings that look the same": ("好: 1,", "A: 1, Ａ: 0.9,", "ratings.value 中有重复的名称：Ａ", "全角、半角"),
    "a group with a selector": ("name: 市直部门,", "name: 市直部门\ufe0f,", "看不见的控制字符", "groups.department"),
    "two groups that look the same": ("name: 市直部门,", "name: 区政府\u3000,", "多余的、全角的空格", "groups"),
    "a group that is called by another's id": ("name: 市直部门,", "name: county,", "另一项的编号：county", "groups"),
    "a component that is called as a sheet": ("name: 群众满意度", "name: 指标", "components 中的名称 指标", "另有所指"),
}


@pytest.mark.parametrize("name", EDITS)
def test_names_of_a_scheme(name: str, tmp_path: Path) -> None:
    old, new, *expected = EDITS[name]
    start_city(tmp_path / "data")
    path = tmp_path / "data/schemes/2023.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_dataset(tmp_path / "data")
    for each in expected:
        assert each in tell(refused)


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("name", "东城区\u3164", "看不见的控制字符"),
        ("name", "\u2f03城区", "不是通用的"),
        ("name", "合计", "另有所指"),
        ("name", "justice", "另一个单位的编号"),
        ("name", "西城区人民政府（", "name 与前面某行重复（全角、半角不算区别）"),
        ("unit_id", "ｊustice", "看起来一样"),
    ],
)
def test_names_of_units(column: str, value: str, told: str, tmp_path: Path) -> None:
    start_city(tmp_path / "data")
    path = tmp_path / "data/units.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    new = {"unit_id": "new", "group": "county", "name": "西城区人民政府("}
    other = {"unit_id": "other", "group": "county", "name": "新区", column: value}
    rows += [",".join(cells[each] for each in header.split(",")) for cells in (new, other)]
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_dataset(tmp_path / "data")
    assert told in tell(refused)


def test_what_is_shipped_has_no_such_names() -> None:
    for path in (ROOT / "data").rglob("*.csv"):
        assert not find_faults(path.read_text(encoding="utf-8").split(","))
    assert unicodedata.is_normalized("NFC", (ROOT / "data/units.csv").read_text(encoding="utf-8"))


def test_of_many_unknown_names_only_the_first_are_compared() -> None:
    """100 000 comparisons: with 40 000 known names, of two unknown ones."""
    known = [f"市第{number}局" for number in range(40_000)]
    assert list(suggest(["市第1据", "市第2据", "市第3据"], known, 0.5)) == ["市第1据", "市第2据"]
    assert suggest(["市司法据"], [], 0.5) == {"市司法据": []}
