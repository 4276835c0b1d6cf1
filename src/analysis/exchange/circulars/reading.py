"""A text that is being read: what was taken from it, what is told to be of something else, what is in doubt."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis.exchange.circulars.draft import Doubt, Draft
from analysis.exchange.circulars.language import Words
from analysis.exchange.circulars.names import Name
from analysis.exchange.circulars.numerals import NUMBER, read_count
from analysis.exchange.circulars.text import DATED, CircularText, Segment
from analysis.exchange.circulars.whose import Subject, explain

_LONGEST_TITLE = 14
"""Characters of a heading that names a group although it says more."""
_PLACE = 2
"""Characters of a group's word that may be part of what a title is about: 街道社区矫正."""
_NO_POPULATION = re.compile(
    r"（[^（）]*[\d，][^（）]*）$|(?:(?:绩效|综合|年度|目标|工作|考核|考评|评估|评价|测评|检查|评定)*(?:结果|情况|名单|得分|排名|等次|等级|奖))+[：。]?$|[：。]$"
)
"""What a heading says besides the group that it is about."""
_OWN_GROUP = re.compile(
    "(?!.*(?:以上|以下|存在|主要|末位|最差|表扬|批评|[。；：“”]))[一-鿿（）、]{2,20}(?:序列|系列|系统|片区|方阵|梯队|战线|组|类|长制|部门|单位|机关|企业|学校|医院|机构|科室|窗口|园区|开发区|网站|新媒体|县|区|镇|乡|街道)"
)
"""A heading that is a group of the circular's own: 县委序列, 市直经济与管理类政府部门."""
NEAR = 400
"""Characters before a number that may say whose it is."""
ORDER = ("group", "of", "years", "base", "unit", "year", "note")
"""What a figure or a list may be of, as it is written."""


@dataclass(frozen=True)
class Stretch:
    """A sentence, or a clause: where it stands in the clean text, and its segment."""

    start: int
    end: int
    segment: Segment


class Reading:
    """A circular's text, the words it is read with, and what has been read of it so far."""

    def __init__(self, text: CircularText, words: Words) -> None:
        self.text, self.clean, self.words = text, text.clean, words
        self.draft, self.taken = Draft(), bytearray(len(text.clean))
        self.foreign: list[int] = []
        self._ids: dict[str, dict[str, str]] = {}

    def sentences(self) -> Iterator[Stretch]:
        """Go through the sentences of all that is no table."""
        for segment in self.prose():
            yield from self._split(segment.start, segment.end, segment, "[。！？]")

    def clauses(self, sentence: Stretch) -> Iterator[Stretch]:
        """Go through the clauses of a sentence."""
        return self._split(sentence.start, sentence.end, sentence.segment, "[，；]|(?<=方面)：")

    def _split(self, start: int, end: int, segment: Segment, mark: str) -> Iterator[Stretch]:
        first = start
        for found in re.compile(mark).finditer(self.clean, start, end):
            opened = max(first, found.start() - NEAR)
            if self.clean.count("（", opened, found.start()) > self.clean.count("）", opened, found.start()):
                continue
            yield Stretch(first, found.end(), segment)
            first = found.end()
        if first < end:
            yield Stretch(first, end, segment)

    def prose(self) -> Iterator[Segment]:
        """Go through all that is no row of a table."""
        return (segment for segment in self.text.segments if not segment.cells)

    def is_signed(self, segment: Segment) -> bool:
        """Say whether a segment is who signs: the date follows."""
        is_sentence = re.search("[，。；：]", self.clean[segment.start : segment.end])
        return not is_sentence and DATED.match(self.clean, min(segment.end + 1, len(self.clean))) is not None

    def start_of(self, position: int, marks: str = "。；") -> int:
        """Return where the sentence around a position begins, or the clause, by the marks that end one."""
        start = self.text.segment(position).start
        return max(start, *(self.clean.rfind(mark, start, position) + 1 for mark in marks))

    def end_of(self, position: int, marks: str = "。；") -> int:
        """Return where the sentence around a position ends."""
        end = self.text.segment(max(position - 1, 0)).end
        found = re.compile(f"[{marks}]").search(self.clean, position, end)
        return found.start() if found else end

    def explain(self, start: int, end: int) -> Subject:
        """Say what a stretch says that a number or a list behind it is of; only its end is read if it is long."""
        near = max(start, end - NEAR)
        said = explain(self.clean[near:end], self.words)
        return said if near == start else replace(said, other=said.other or "……")

    def are_taken(self, names: Sequence[Name]) -> bool:
        """Say whether any of the names is read already."""
        return any(self.taken[name.start] for name in names)

    def find(self, sentence: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """Go through the matches of a sentence (see `Words.pattern`) in a stretch of the clean text."""
        return self.words.pattern(sentence).finditer(self.clean, start, len(self.clean) if end is None else end)

    def match(self, sentence: str, start: int, end: int | None = None) -> re.Match[str] | None:
        """Match a sentence at a position."""
        return self.words.pattern(sentence).match(self.clean, start, len(self.clean) if end is None else end)

    def identify(self, subject: Subject) -> dict[str, Any]:
        """Write a subject as a figure's or a list's `group`, `of` and `year`, and keep the words it is printed with."""
        known: dict[str, Any] = {}
        for name, kind, value in (
            ("group", "groups", subject.group),
            ("of", "components", subject.component),
            ("of", "grades", subject.grade),
        ):
            if value:
                known[name] = self._name(kind, self.words.identify(kind, value))
                self.draft.words[kind].setdefault(known[name], value)
        if subject.year is not None and subject.year != self.draft.year:
            known["year"] = subject.year
        return known

    def _name(self, kind: str, key: str) -> str:
        """Return the id of a word: its own, or one by order of print (group_1) of a word that no list has."""
        if re.fullmatch("[a-z][a-z0-9_]*", key):
            return key
        others = self._ids.setdefault(kind, {})
        return others.setdefault(key, f"{kind.removesuffix('s')}_{len(others) + 1}")

    def figure(
        self,
        measure: str,
        written: str,
        span: tuple[int, int],
        *,
        fall: bool = False,
        again: bool = False,
        **known: Any,
    ) -> None:
        """Take a number as a printed figure, unless its section has said it already; `again`: of another unit, too."""
        if any(self.taken[span[0] : span[1]]) and not again:
            return
        self.taken[span[0] : span[1]] = b"\1" * (span[1] - span[0])
        if not re.fullmatch(rf"{NUMBER}%?", written):
            known.setdefault("note", f"印作“{written}”")
            written = "0" if written == "不得分" else str(read_count(written))
        value = f"-{written}" if fall else written
        said = {"measure": measure, "value": value, **in_order(known), "section": self.text.section(span[0])}
        if not any(said == {key: figure[key] for key in figure if key != "span"} for figure in self.draft.figures):
            self.draft.figures.append(said | {"span": list(self.text.span(*span))})

    def graded(self, names: Sequence[Name], subject: Subject, *, complete: bool = True) -> dict[str, Any]:
        """Record a list of names with a grade, of its own group or the heading's; return what it is of."""
        outer = replace(self.heading(self.text.segment(names[0].start)), grade="")
        known = self.identify(subject.within(outer))
        said = {name for each in self.draft.lists if _same(each, known) for name in each["names"]}
        if new := [name for name in names if name.text not in said]:
            self.names("graded", new, complete=complete, **known)
        return known

    def names(self, kind: str, names: Sequence[Name], *, complete: bool = True, **known: Any) -> None:
        """Record a list of names, and the scores beside them."""
        first, last = names[0].start, names[-1].end
        if any(self.taken[name.start] == 2 for name in names):
            return
        for name in names:
            self.taken[name.start : name.end] = b"\2" * (name.end - name.start)
            self.beside(name, {"group": known.get("group", "all")})
        said = {"list": kind, **in_order(known), "names": [name.text for name in names]}
        where = {"section": self.text.section(first), "span": list(self.text.span(first, last))}
        self.draft.lists.append(said | ({} if complete else {"complete": False}) | where)

    def beside(self, name: Name, known: dict[str, Any]) -> None:
        """Take the score and the rank beside a name."""
        for measure, number in (("unit_total", name.score), ("unit_rank", name.rank)):
            if number:
                self.figure(measure, number[0], number[1:], unit=name.text, **known)

    def pass_over(self, start: int, end: int) -> None:
        """Take note that the numbers of a stretch are read, or are no figures."""
        for place in range(start, end):
            self.taken[place] = self.taken[place] or 1

    def pass_over_with_ends(self, start: int, end: int) -> None:
        """Pass over a stretch, and tell the numbers in it that no figure has: the other end of 800—899分."""
        numbers = list(re.compile(NUMBER).finditer(self.clean, start, end))
        self.draft.elsewhere += [found[0] for found in numbers if not any(self.taken[slice(*found.span())])]
        self.pass_over(start, end)

    def doubt(self, start: int, end: int, what: str) -> None:
        """Record what the reader of the draft should look at."""
        segment = self.text.segment(start)
        first = max(self.clean.rfind("。", segment.start, start) + 1, segment.start)
        last = self.clean.find("。", end, segment.end)
        sentence = self.clean[first : last + 1 if last >= 0 else segment.end][:300]
        self.draft.unsure.append(Doubt(f"{segment.section}：{what}", sentence, self.text.span(start, end)))
        self.pass_over(start, end)

    def heading(self, segment: Segment) -> Subject:
        """Say what the headings above a segment say that it is of, the nearest first."""
        subject = Subject()
        for _, line in reversed(segment.above):
            if re.search("(?:报告|通报|通知|公告|决定)$", line):  # the title
                continue
            bare = _NO_POPULATION.sub("", line)
            said = explain(bare, self.words)
            is_clear = not said.other and not (said.whole and not said.group)
            own = "" if is_clear or said.grade or not _OWN_GROUP.fullmatch(bare) else bare.removeprefix("各")
            if (said.other or (said.year and len(said.group) <= _PLACE)) and len(line) > _LONGEST_TITLE and not own:
                continue
            subject = subject.within(Subject(own or said.group, said.grade))
        return subject


def _same(listed: dict[str, Any], known: dict[str, Any]) -> bool:
    """Say whether a list is of the same grade and year, and not of another group."""
    group = known.get("group", "all")
    return (
        listed["list"] == "graded"
        and all(listed.get(each) == known.get(each) for each in ("of", "year"))
        and "all" in {group, listed.get("group", "all")} | ({"all"} if group == listed.get("group", "all") else set())
    )


def in_order(known: dict[str, Any]) -> dict[str, Any]:
    """Order what is known of a figure or a list, without what says nothing."""
    return {key: known[key] for key in ORDER if known.get(key, "all") not in {"", "all", None}}
