"""What a draft of a notice has right, wrong and missed: `python -m tests.exchange.notices.scoring` prints it.

A figure is right if its measure, its value as printed and everything that it is of are those of the truth; it is wrong
if the notice has no such fact, neither one that must be taken nor one that may be. A name is right in the list where
print has it, misplaced elsewhere. A number is passed over if nothing of the draft holds it.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from opencc import OpenCC
from tests.exchange.notices.filing import KINDS, LAYOUTS, file_notice, lay_out
from tests.exchange.notices.loading import Fact, Notice, load_notices

ALIKE = {"list_units": "grade_units", "unit_score": "unit_component"}
"""A count beside a list of names counts both; a draft calls a component's score as the audit does."""
NOTHING = {"", "all", "total"}
"""A draft's words for what is of everyone."""
OF_UNITS = {"unit_total", "unit_rank", "unit_score", "unit_component", "first_place_years"}
"""Measures of one unit: which group it is in goes without saying, and `of` is the unit."""
AROUND = re.compile(r"^各|(人民政府|政府|等次|等级|档次|位次|得分)$")
"""What a word means the same with and without: 优秀 and 优秀等次, 各县 and 县人民政府."""
SIMPLIFIED = OpenCC("t2s")
"""A name in traditional characters is the name."""
NUMERALS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九十")} | {"两": 2}
COMPLETED = re.compile(r"(市|县|区|镇|乡|街道)?(人民政府|政府|管委会|办事处)?")
"""What completes a short printed name: “青禾、石桥2个县人民政府”."""
NO_FIGURE = re.compile(
    r"[〔\[（(【]\s*\d{4}\s*[〕\]）)】]\s*第?\d+\s*[号號]|\d{4}\s*[年-]\s*(\d+\s*[月-]\s*(\d+\s*日?([至—-]\d+日)?)?)?"
    r"|\d+\s*月\s*(\d+\s*日)?|\d+[:：]\d\d([:：]\d\d)?|(浏览次数|点击|阅读|标识码)[:：]?\d+"
    r"|第\s*\d+\s*页(\s*共\s*\d+\s*页)?|(?<=前)\d+名"
    r"|^\s*[-—－]+\s*\d+\s*[-—－]+\s*$|^\s*[（(]?\d+[)）.．、](?!\d)|^([一-鿿]+类)?[|\t ]*\d+(?=[|\t ]+[一-鿿])"
    r"|(?<=[一-鿿）][ \u3000])\d{1,2}[.．、](?=[一-鿿])|附件[：:]\s*1[.．]|附件\s*\d*|第\s*\d+\s*[页号条]",
    re.MULTILINE,
)
"""Numbers that structure a text: of documents, dates, pages, headings, rows, and how many names follow."""


@dataclass
class Score:
    """Counts over one notice or many; names and numbers are silent if nothing of the draft holds them."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    names_right: int = 0
    names_misplaced: int = 0
    names_missed: int = 0
    names_silent: int = 0
    silent: int = 0
    never: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def precision(self) -> float:
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return _share(self.right, self.right + self.missed)

    @property
    def names_recall(self) -> float:
        return _share(self.names_right, self.names_right + self.names_misplaced + self.names_missed)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


@dataclass(frozen=True)
class _Told:
    """A figure in words that drafts and truths share."""

    measure: str
    value: str
    year: str
    group: str
    about: frozenset[str]
    unit: str

    def __str__(self) -> str:
        words = (self.measure, self.value, self.year, self.group, *sorted(self.about), self.unit)
        return " ".join(filter(None, words))


class _Words:
    """The words that a draft's ids and a notice's truth have in common."""

    def __init__(self, draft: Any, notice: Notice) -> None:
        printed = getattr(draft, "words", None) or {}
        self.printed = {id_: word for words in printed.values() for id_, word in words.items()}
        self.same = {AROUND.sub("", _normal(word)): words[0] for words in notice.same for word in words}
        self.year = notice.year

    def word(self, said: Any) -> str:
        said = _normal(said)
        word = "" if said in NOTHING else AROUND.sub("", _normal(self.printed.get(said, said)))
        return AROUND.sub("", _normal(self.same.get(word, word)))

    def told(self, fact: Fact) -> _Told:
        """Tell a figure: of which component it is may be said as `of`, too."""
        of_unit = fact["measure"] in OF_UNITS
        about = {fact.get("component"), None if of_unit and "unit" not in fact else fact.get("of")}
        return _Told(
            ALIKE.get(fact["measure"], fact["measure"]),
            read_value(fact["value"]),
            str(fact.get("year") or self.year),
            "" if of_unit else self.word(fact.get("group")),
            frozenset(filter(None, map(self.word, about))),
            self.word(fact.get("unit") or (fact.get("of") if of_unit else "")),
        )

    def place(self, listed: Fact) -> tuple[str, ...]:
        """Tell where a list stands: ranked ones are of no grade."""
        of = "" if listed["list"] in {"ranked", "table", "assessors"} else self.word(listed.get("of"))
        return (listed["list"], str(listed.get("year") or self.year), self.word(listed.get("group")), of)


def _normal(said: Any) -> str:
    """Full-width digits are digits, spaces are none, traditional characters the simplified ones."""
    return SIMPLIFIED.convert(re.sub(r"\s", "", unicodedata.normalize("NFKC", str(said or ""))))


def read_value(printed: str) -> str:
    """Give the digits of a value: as printed, or those that its words say, up to ninety-nine."""
    value = _normal(printed)
    if value.startswith("百分之"):
        return read_value(value.removeprefix("百分之")) + "%"
    whole, point, decimals = value.partition("点")
    if point:
        return f"{read_value(whole)}.{''.join(map(read_value, decimals))}"
    if not value or not all(character in NUMERALS for character in value):
        return value
    tens, ten, ones = value.rpartition("十")
    if not ten:
        return str(NUMERALS[value]) if len(value) == 1 else value
    return str((NUMERALS[tens] if tens else 1) * 10 + (NUMERALS[ones] if ones else 0))


def _where(place: tuple[str, ...]) -> str:
    return " ".join(filter(None, place))


def same_name(taken: str, printed: str) -> bool:
    """Whether a name is the printed one, with or without the brackets behind it, or completes it."""
    taken, printed = (re.sub(r"\([^)]*\)$", "", _normal(name)) for name in (taken, printed))
    return taken == printed or (taken.startswith(printed) and bool(COMPLETED.fullmatch(taken[len(printed) :])))


def judge(draft: Any, notice: Notice) -> tuple[Score, list[str]]:
    """Compare a draft with the truth: the counts, and a line for each fault."""
    words, score, faults = _Words(draft, notice), Score(), []
    _judge_figures(draft, notice, words, score, faults)
    _judge_names(draft, notice, words, score, faults)
    _judge_head(draft, notice, score, faults)
    for number in passed_over(draft, notice):
        score.silent += 1
        faults.append(f"silent   {number}")
    return score, faults


def _judge_figures(draft: Any, notice: Notice, words: _Words, score: Score, faults: list[str]) -> None:
    taken = list(dict.fromkeys(words.told(figure) for figure in draft.figures))
    wanted = list(dict.fromkeys(words.told(fact) for fact in notice.facts))
    allowed = {words.told(fact) for fact in notice.may if "measure" in fact}.union(wanted)
    wrong = [told for told in taken if told not in allowed]
    missed = [told for told in wanted if told not in taken]
    score.right, score.wrong, score.missed = len(wanted) - len(missed), len(wrong), len(missed)
    faults += [f"wrong    {told}" for told in wrong] + [f"missed   {told}" for told in missed]
    broken = [fact for fact in notice.never if any(_breaks(told, fact, words) for told in wrong)]
    score.never = len(broken)
    faults += [f"never    {words.told(fact)}" for fact in broken]


def _breaks(told: _Told, never: Fact, words: _Words) -> bool:
    """Whether a figure is what must not be taken: in all that is said of it, whatever else it is of."""
    forbidden = words.told(never)
    return (
        (told.measure, told.value, told.year) == (forbidden.measure, forbidden.value, forbidden.year)
        and ("group" not in never or told.group == forbidden.group)
        and (not {"of", "component"} & never.keys() or told.about == forbidden.about)
        and (not forbidden.unit or told.unit == forbidden.unit)
    )


def _judge_names(draft: Any, notice: Notice, words: _Words, score: Score, faults: list[str]) -> None:
    left = [(words.place(found), name) for found in draft.lists for name in found.get("names", [])]
    may = [found for found in notice.may if "list" in found]
    told = [*_remarks(draft), *(name for found in draft.lists for name in found.get("names", []))]
    for listed in notice.lists:
        for name in listed["names"]:
            places = {words.place(listed)} | {
                words.place(other) for other in may if name in other["names"] and _as_good(listed, other)
            }
            found = next((each for each in left if each[0] in places and same_name(each[1], name)), None)
            if found:
                left.remove(found)
                score.names_right += 1
            elif not any(same_name(other, name) for place, other in left if place[0] == listed["list"]):
                score.names_missed += 1
                score.names_silent += not any(_normal(name) in _normal(remark) for remark in told)
                faults.append(f"no name  {name}: {_where(words.place(listed))}")
    allowed = [(words.place(other), printed) for other in may for printed in other["names"]]
    scored = {str(fact.get("unit", "")) for fact in notice.facts} - {""}
    for place, name in left:
        of_scores = place[0] in {"ranked", "table"} and any(same_name(name, unit) for unit in scored)
        if not of_scores and not any(place == other and same_name(name, printed) for other, printed in allowed):
            score.names_misplaced += 1
            faults.append(f"put      {name}: {_where(place)}")


def _as_good(listed: Fact, other: Fact) -> bool:
    """Whether a name may stand in the other list instead: of the same kind, or an honour that is as good as a grade."""
    kinds = {listed["list"], other["list"]}
    return len(kinds) == 1 or kinds == {"graded", "mentioned"}


def _judge_head(draft: Any, notice: Notice, score: Score, faults: list[str]) -> None:
    """The year and the number of the document are facts like others."""
    for name in ("year", "document"):
        printed, taken = (re.sub(r"[〔\[【〕\]】]", "|", _normal(getattr(of, name, ""))) for of in (notice, draft))
        if not printed:
            continue
        outcome = "right" if taken == printed else "wrong" if taken else "missed"
        setattr(score, outcome, getattr(score, outcome) + 1)
        if outcome != "right":
            faults.append(f"{outcome:8} {name}={printed}, not {taken or 'nothing'}")


def _remarks(draft: Any) -> list[str]:
    """What a draft asks, and what it says is about something else."""
    return [str(remark) for remark in (*draft.unsure, *getattr(draft, "elsewhere", []))]


def passed_over(draft: Any, notice: Notice) -> Iterator[str]:
    """Numbers of the text of which the draft says nothing at all."""
    told = [read_value(figure["value"]) for figure in draft.figures]
    told += [str(entry["years"]) for entry in [*draft.figures, *draft.lists] if entry.get("years")]
    told += [*_remarks(draft), *getattr(draft, "cites", [])]
    told += [name for listed in draft.lists for name in listed.get("names", [])]
    told += [word for words in getattr(draft, "words", {}).values() for word in words.values()]
    said = {number for each in told for number in re.findall(r"\d+(?:\.\d+)?", _normal(each))}
    text = "\n".join([notice.text, *("\t".join(row) for row in notice.table)])
    for found in re.finditer(r"\d+(?:\.\d+)?", unicodedata.normalize("NFKC", NO_FIGURE.sub(" ", text))):
        if found[0] not in said:
            yield found[0]


def read_notice(notice: Notice, folder: Path, kind: str = "") -> Any:
    """Draft a notice from a file of a kind; one that is refused gives nothing, and says so."""
    from analysis.exchange.circulars.reader import read_circular
    from analysis.exchange.sources.source import read_source
    from analysis.problems import WorkbookError

    try:
        return read_circular(read_source(file_notice(notice, folder, kind)).text)
    except WorkbookError as refusal:
        return SimpleNamespace(figures=[], lists=[], words={}, unsure=[str(refusal)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held", action="store_true", help="the forms that are kept for the test")
    parser.add_argument("--only", default="", help="notices whose id holds this")
    parser.add_argument("--kind", default="", choices=("", *KINDS), help="as a file of this kind")
    parser.add_argument("--layout", default="", choices=("", *LAYOUTS), help="printed in this layout")
    parser.add_argument("--faults", action="store_true", help="every fault, not only the counts")
    asked = parser.parse_args()
    say, total = sys.stdout.write, Score()
    say("  ".join(field.name for field in fields(Score)) + "\n")
    with tempfile.TemporaryDirectory() as folder:
        for notice in load_notices(asked.held):
            if asked.only not in notice.id:
                continue
            printed = lay_out(notice, asked.layout) if asked.layout else notice
            score, faults = judge(read_notice(printed, Path(folder), asked.kind), notice)
            total += score
            say("".join(f"{count:5}" for count in astuple(score)) + f"  {notice.id}\n")
            if asked.faults:
                say("".join(f"        {fault}\n" for fault in faults))
    say("".join(f"{count:5}" for count in astuple(total)) + "  in all\n")
    say(f"precision {total.precision:.1%}, recall {total.recall:.1%}, names {total.names_recall:.1%}\n")


if __name__ == "__main__":
    main()
