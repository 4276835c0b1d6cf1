"""Lists of units by grade under headings: of a grade, or of a group where it is said of which grade all are."""

import re
from itertools import groupby
from typing import Any

from analysis.exchange.circulars.language import load
from analysis.exchange.circulars.lists import check_count, read_grouped
from analysis.exchange.circulars.names import Name, is_name, names_after
from analysis.exchange.circulars.numerals import COUNT, read_count
from analysis.exchange.circulars.reading import Reading
from analysis.exchange.circulars.text import Segment
from analysis.exchange.circulars.whose import Subject, explain

_SENTENCES = load("rules.yml")["sentences"]
_LEAD = re.compile("第?[^，。；：]{2,20}：")
_REST = 8
"""Characters behind the last name of a line that may be something else."""


def read_lists_below(reading: Reading) -> None:
    """A heading that is a grade, and below it lines of names, or of groups: 部门（2个）：甲局、乙局.

    Or a heading that is a group, where a sentence before says of which grade all are: 现将优秀等次单位通报如下.
    """
    told = next(reading.find(_SENTENCES["told grade"]), None)
    for above, run in groupby(reading.prose(), key=lambda each: each.above):
        lines, names = list(run), list[Name]()
        found, heading = _grade_above(reading, above)
        if found is None and told and lines[0].start >= told.end() and reading.heading(lines[-1]).group:
            found, heading = told, ""
        if found is None:
            continue
        words = found.groupdict()
        whom = next((words[each] for each in ("whom", "group", "group2") if words.get(each)), "")
        group = _group_below(reading, above) or whom or (reading.heading(lines[-1]).group if found is told else "")
        subject = Subject(group, words.get("grade") or words.get("grade2") or "")
        for line in lines:
            if above[-1][1] != heading and reading.clean[line.start : line.end] == above[-1][1]:
                continue
            start = _behind(reading, line, heading)
            if reading.match(_SENTENCES["group in a list"], start, line.end):
                read_grouped(reading, start, line.end, subject, None)
                continue
            read = names_after(reading.clean, start, line.end, reading.words)
            if start < line.end and (not read or read[-1].end < line.end - _REST):
                break
            names += read
        nearest = reading.words.pattern(_SENTENCES["count in a heading"]).search(above[-1][1])
        if nearest and above[-1][1].rstrip("：") != heading:
            found = nearest
        if names and not reading.are_taken(names):
            known = reading.graded(names, subject)
            _count_in_heading(reading, found, lines[0].start, names, known)
        elif not heading:  # over groups that have their lists below
            for beside in reading.find(_SENTENCES["count in a heading"], lines[0].start, lines[0].end):
                reading.figure("list_units", beside["number"], beside.span("number"), **reading.identify(subject))


def _grade_above(reading: Reading, above: tuple[tuple[int, str], ...]) -> tuple[re.Match[str] | None, str]:
    """Find the nearest heading that is a grade alone; one between may say of which group."""
    for _, line in reversed(above):
        heading = line.rstrip("：")
        found = next(reading.words.pattern(_SENTENCES["grade alone"]).finditer(heading), None)
        if found is not None and found.end() == len(heading):
            before = Subject() if "名单" in heading else explain(heading[: found.start()], reading.words)
            return (None, "") if before.other else (found, heading)
        if explain(heading, reading.words).other:
            break
    return None, ""


def _group_below(reading: Reading, above: tuple[tuple[int, str], ...]) -> str:
    """Return the group that the nearest heading names, if it is none that has a grade."""
    said = explain(above[-1][1].rstrip("："), reading.words)
    return "" if said.grade else said.group


def _behind(reading: Reading, line: Segment, heading: str) -> int:
    """Return where the names of a line begin: behind its heading, and behind what says in which order they stand."""
    start = line.start
    if reading.clean.startswith(heading, start):
        start += len(heading)
        start += len(re.match("[：。]*", reading.clean[start : line.end])[0])  # type: ignore[index]
    lead = _LEAD.match(reading.clean, start, line.end)
    if not lead:
        return start
    is_place = is_name(lead[0].rstrip("："), reading.words)  # 甲镇：乙村、丙村
    is_place = is_place or re.fullmatch(f"第{COUNT}名?：", lead[0]) is not None
    return lead.end() if is_place or reading.explain(start, lead.end()) == Subject() else start


def _count_in_heading(
    reading: Reading, found: re.Match[str], start: int, names: list[Name], known: dict[str, Any]
) -> None:
    if count := found.groupdict().get("number") or found.groupdict().get("number2"):
        beside = re.compile(f"{count}(?=[个家名）])").search(reading.clean, start, names[0].start)
        if beside:
            reading.figure("list_units", count, beside.span(), **known)
        check_count(reading, names, read_count(count))
