"""Lists of units by grade, however they are written: after a colon, in a sentence, under a heading, as all others."""

import re
from dataclasses import replace
from typing import Any

from analysis.exchange.circulars.language import load
from analysis.exchange.circulars.names import Name, is_name, names_after, names_before, split_names
from analysis.exchange.circulars.numerals import read_count
from analysis.exchange.circulars.reading import NEAR, Reading, Stretch
from analysis.exchange.circulars.text import Segment
from analysis.exchange.circulars.whose import Subject, explain

_SENTENCES = load("rules.yml")["sentences"]
_POPULATION = re.compile("(?P<group>[一-鿿（）、]{2,14}(?:部门|单位|[县区市乡镇组类]|街道|企业|学校|医院))：")
"""What begins a sentence that is about one group."""
_ANY = {"", "部门", "单位", "部门和单位"}
"""What is said of any group's units once it is named."""
_JUDGED = {"评定为", "评为", "确定为", "认定为", "核定为", "考核为", "获评", "获评为", "荣获", "列为", "定为"}
"""Verbs that say of which grade all are that the sentence has named."""
_TAIL = 40
"""Characters behind a run of names that say how many of what there are: 等5个市直部门."""
_DECIDED = re.compile("(?:决定|同意|通报)[：，]")
"""What says who speaks, not of whom: 市人民政府决定：."""
_REST = 8
"""Characters behind the last name of a line that may be something else."""


def read_lists_after(reading: Reading) -> None:
    """优秀等次（2个）：甲县、乙县 — also group by group."""
    for segment in reading.prose():
        frames = (_SENTENCES["list after"], _SENTENCES["list after band"])
        found = [each for frame in frames for each in reading.find(frame, segment.start, segment.end)]
        found.sort(key=lambda each: each.start())
        ends = [*(each.start() for each in found[1:]), segment.end]
        for each, last in zip(found, ends, strict=False):
            end = min(last, reading.end_of(each.end(), "。"))
            end = end_below(reading, segment) if each.end() >= segment.end else end
            count, span = _count_beside(each)
            known = read_grouped(reading, each.end(), end, _subject_of(reading, each), count)
            if known and count and span:
                reading.figure("list_units", count, span, **known)


def end_below(reading: Reading, segment: Segment) -> int:
    """Return where the names end that stand in the lines below one that ends in a colon."""
    end = segment.end
    for below in reading.text.segments:
        if below.start <= segment.start:
            continue
        is_heading = below.above[-1:] and below.above[-1][1] == reading.clean[below.start : below.end]
        is_no_line = below.cells or is_heading
        names = () if is_no_line else names_after(reading.clean, below.start, below.end, reading.words)
        if not names or names[-1].end < below.end - 1:
            break
        end = below.end
    return end


def _subject_of(reading: Reading, found: re.Match[str]) -> Subject:
    """Say of which grade a list is, and of which group, by its own words and those before it."""
    words = found.groupdict()
    own = _POPULATION.match(reading.clean, reading.start_of(found.start(), "。"), found.start())
    before = own["group"] if own else find_group(reading, reading.start_of(found.start(), "。"), found.start())
    group = words.get("group") or words.get("group2") or before
    return Subject(group, words.get("grade") or words.get("grade2") or "")


def read_grouped(reading: Reading, start: int, end: int, subject: Subject, count: str | None) -> dict[str, Any]:
    """Take the names of a stretch, group by group where it names them; return what the list is of, if there is one."""
    marks = [*reading.find(_SENTENCES["group in a list"], start, end)]
    stretches = [(mark.end(), mark["group"], *_count_beside(mark)) for mark in marks] or [(start, "", count, None)]
    known: dict[str, Any] = {}
    for (first, group, number, span), last in zip(stretches, [*(mark.start() for mark in marks[1:]), end], strict=True):
        wanted = read_count(number) if number else None
        names = names_after(reading.clean, first, last, reading.words, wanted)
        if wanted and len(names) > wanted and reading.clean[names[wanted].start - 1] == "；":  # and others without it
            names = names[:wanted]
        if names:
            is_open = reading.clean.startswith("等", names[-1].end)
            told = reading.graded(names, replace(subject, group=group or subject.group), complete=not is_open)
            check_count(reading, names, None if is_open else wanted)
            if is_open and (tail := reading.match("等(?:共|共计)?<个数>[个家所户]", names[-1].end)):
                reading.figure("grade_units", tail["number"], tail.span("number"), **told)
            if number and span:
                reading.figure("list_units", number, span, **told)
            known = known or (told if not marks else reading.identify(subject))
    return known


def _count_beside(found: re.Match[str]) -> tuple[str | None, tuple[int, int] | None]:
    """Return the count that a sentence has beside what it is of, and where it stands."""
    name = next((each for each in ("number", "number2") if found[each]), None)
    return (found[name], found.span(name)) if name else (None, None)


def check_count(reading: Reading, names: list[Name], count: int | None) -> None:
    """Tell a count beside a list that is not that of its names."""
    if count is not None and count != len(names):
        reading.doubt(names[0].start, names[0].start, f"旁边印的是{count}个，列出的名称有{len(names)}个")


def read_lists_after_counts(reading: Reading) -> None:
    """优秀2个，甲县、乙县；良好1个，丙县: as many names as the count says."""
    for segment in reading.prose():
        for found in reading.find(_SENTENCES["list after count"], segment.start, segment.end):
            names = names_after(reading.clean, found.end(), reading.end_of(found.end()), reading.words)
            if len(names) == read_count(found["number"]) and not reading.are_taken(names):
                known = reading.graded(names, _subject_of(reading, found))
                reading.figure("list_units", found["number"], found.span("number"), **known)


def read_lists_in_brackets(reading: Reading) -> None:
    """优秀等次（甲县、乙县）2个."""
    for found in reading.find(_SENTENCES["list in brackets"]):
        names = names_after(reading.clean, *found.span("names"), reading.words)
        if names and names[-1].end == found.end("names"):
            known = reading.graded(names, _subject_of(reading, found))
            reading.figure("list_units", found["number"], found.span("number"), **known)
            check_count(reading, names, read_count(found["number"]))


def read_lists_before(reading: Reading) -> None:
    """甲县、乙县等2个县为优秀等次; what is judged goes before what is only told: 考核达标、成绩显著，评为优秀等次."""
    for sentence in reading.sentences():
        frames = [_SENTENCES["verdict"], _SENTENCES["grade behind names"]]
        if "授予" in reading.clean[sentence.start : sentence.end]:
            frames.append(_SENTENCES["awarded"])
        matches = [found for frame in frames for found in reading.find(frame, sentence.start, sentence.end)]
        for found in sorted(matches, key=lambda each: (not _is_judged(each), each.start(_grade(each)))):
            _read_verdict(reading, sentence, found)


def _grade(found: re.Match[str]) -> str:
    return "grade" if found.groupdict().get("grade") else "grade2"


def _is_judged(found: re.Match[str]) -> bool:
    return found.groupdict().get("verb", "") in _JUDGED and not found.string.startswith("的", found.end())


def _read_verdict(reading: Reading, sentence: Stretch, found: re.Match[str]) -> None:
    """Take the names before what says of which grade they are, or those that its sentence begins with."""
    said = explain(found.groupdict().get("what") or "", reading.words)
    if said.other or said.component or any(reading.taken[slice(*found.span(_grade(found)))]):
        return
    if _is_apart(reading, sentence, found):
        return
    subject = Subject(found.groupdict().get("group") or said.group, found[_grade(found)])
    near = max(sentence.start, found.start() - _TAIL)
    lead = reading.words.pattern(_SENTENCES["before a verdict"]).search(reading.clean, near, found.start())
    end = lead.start() if lead else found.start()
    is_read = _read_before(reading, sentence, sentence.start, end, subject)
    if not is_read and _is_judged(found):
        is_read = _read_before(reading, sentence, sentence.start, _end_of_subject(reading, sentence, end), subject)
    if is_read:
        reading.pass_over(*found.span())


def _is_apart(reading: Reading, sentence: Stretch, found: re.Match[str]) -> bool:
    """Say whether what is judged has a grade in something else, or does not count: 参照优秀，不参与评选."""
    behind = reading.clean[found.end() : sentence.end]
    if re.search(_SENTENCES["not judged"], behind):
        return True
    apart = re.search(_SENTENCES["judged apart"], reading.clean[sentence.start : found.start()])
    return apart is not None and explain(apart["what"], reading.words).other != ""


def _end_of_subject(reading: Reading, sentence: Stretch, end: int) -> int:
    """Return where the names end that a sentence begins with: 甲县、乙县等2个县工作扎实，…；0 if it has none."""
    first = max(sentence.start, reading.clean.rfind("；", sentence.start, end) + 1)
    if re.search(_SENTENCES["no verdict"], reading.clean[first:end]):
        return 0
    counted = [*reading.find(_SENTENCES["how many"], first, end)]
    names = [] if counted else names_after(reading.clean, first, end, reading.words)
    return counted[-1].end() if counted else names[-1].end if names else 0


def read_lists_for_reasons(reading: Reading) -> None:
    """甲县因发生较大事故，考核为不合格等次."""
    for found in reading.find(_SENTENCES["graded for a reason"]):
        name = Name(found["name"], *found.span("name"))
        if is_name(name.text, reading.words) and not reading.are_taken([name]):
            reading.graded([name], Subject(grade=found["grade"]))


def _read_before(reading: Reading, sentence: Stretch, first: int, end: int, said: Subject) -> bool:
    """Take the runs of names that end at a position: one, or several of different groups, each with its count."""
    taken = False
    first = max(first, reading.taken.rfind(2, first, end) + 1)  # names stand in one list
    while end > first:
        end = first + len(re.sub("(?:等(?:单位|部门|县区)?)?(?:[，、；]|以及|及|和)*$", "", reading.clean[first:end]))
        tail = reading.words.pattern(_SENTENCES["others before"]).search(reading.clean, max(first, end - _TAIL), end)
        count = read_count(tail["number"]) if tail else None
        is_cut = reading.clean.startswith("等", end)
        names = run_before(reading, first, tail.start() if tail else end, count, is_cut=is_cut)
        if not names or reading.are_taken(names):
            return taken
        taken = True
        is_several = tail is not None and re.search("[及和]", tail[0]) is not None
        group = (tail["group"] or "") if tail and not is_several else ""
        named = find_group(reading, sentence.start, names[0].start)
        is_any = group in _ANY or set(group) < set(named)  # 县（市） of 县（市、区）
        subject = replace(said, group=(named or group if is_any else group) or said.group)
        is_open = is_cut if count is None else count > len(names)
        known = reading.graded(names, subject, complete=not is_open)
        if tail:
            reading.figure("grade_units" if is_open else "list_units", tail["number"], tail.span("number"), **known)
            check_count(reading, names, None if is_open else count)
        end = names[0].start
        lead = reading.words.pattern("<组>[中里内]?的?$").search(reading.clean, max(first, end - _TAIL), end)
        if lead and not tail and reading.clean[lead.start() - 1] in "，、；：":
            end = lead.start()
            continue
        if not tail or not re.search("[，、及和]$", reading.clean[first:end]):
            return taken
    return taken


def find_group(reading: Reading, first: int, end: int) -> str:
    """Say which group a sentence speaks of before a position: its clause's, or one named for all that follows."""
    first = max(first, end - NEAR, *(said.end() for said in _DECIDED.finditer(reading.clean, first, end)))
    clause = reading.explain(max(first, *(reading.clean.rfind(mark, first, end) + 1 for mark in "，；")), end).group
    frames = [
        topic["group"]
        for topic in reading.find("<组>(?P<frame>方面|中|里|内|层面|是|有|为)?[：，]", first, end)
        if topic["frame"] or not _is_of_grade(reading, max(first, topic.start() - _REST), topic.start())
    ]
    if clause or frames:
        return clause or frames[-1]
    labels = [found.span() for found in re.compile("[^；：]+(?=：)").finditer(reading.clean, first, end)]
    return next((group for label in reversed(labels) if (group := reading.explain(*label).group)), "")


def _is_of_grade(reading: Reading, first: int, end: int) -> bool:
    """Say whether a group behind a stretch is counted or graded there: 5个县, 优秀县; it is no topic then."""
    return reading.words.pattern("(?:[个家]|<等次>)$").search(reading.clean, first, end) is not None


def run_before(reading: Reading, first: int, end: int, count: int | None, *, is_cut: bool = False) -> list[Name]:
    """Find the names before a position; as many as print says may all be short: 临川、望江、东陵等3个市."""
    names = names_before(reading.clean, first, end, reading.words, is_cut)
    if not names and count is not None:
        names = split_names(reading.clean[first:end], first, reading.words)[-count:]
        if len(names) != count or not all(re.fullmatch("[一-鿿]{2,5}", name.text) for name in names):
            return []
    return names


def read_others(reading: Reading) -> None:
    """A grade that takes all others has no names."""
    for found in reading.find(_SENTENCES["all others"]):
        group = found["group"] or ""
        named = find_group(reading, reading.start_of(found.start(), "。"), found.start())
        subject = Subject(named if group in _ANY else group, found["grade"])
        known = _list_nobody(reading, found, subject, complete=False)
        if found["number"]:
            reading.figure("grade_units", found["number"], found.span("number"), **known)
        doubt = f"“{found[0]}”没有列名；这一等次是单位表中没有列出的其他单位，次序不明"
        reading.doubt(*found.span(), doubt)


def read_none(reading: Reading) -> None:
    """A grade that nobody has: 没有不合格单位."""
    for found in reading.find(_SENTENCES["none"]):
        before = reading.explain(reading.start_of(found.start(), "。"), found.start())
        _list_nobody(reading, found, Subject(before.group, found["grade"]), complete=True)


def _list_nobody(reading: Reading, found: re.Match[str], subject: Subject, *, complete: bool) -> dict[str, Any]:
    segment = reading.text.segment(found.start())
    known = reading.identify(subject.within(replace(reading.heading(segment), grade="")))
    said = {"list": "graded", **known, "names": []} | ({} if complete else {"complete": False})
    where = {"section": segment.section, "span": list(reading.text.span(*found.span()))}
    reading.draft.lists.append(said | {"note": f"印作“{found[0]}”"} | where)
    return known
