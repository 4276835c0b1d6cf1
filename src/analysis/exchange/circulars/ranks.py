"""Ranks of units and scores beside their names: in the order of a list, one by one, or the first few."""

import re
from itertools import groupby
from typing import Any

from analysis.exchange.circulars.language import load
from analysis.exchange.circulars.lists import check_count, end_below, find_group, run_before
from analysis.exchange.circulars.names import Name, is_name, names_after, names_before, split_names
from analysis.exchange.circulars.numerals import COUNT, NUMBER, read_count
from analysis.exchange.circulars.own import find_subject, is_clear
from analysis.exchange.circulars.reading import Reading, Stretch
from analysis.exchange.circulars.text import Segment
from analysis.exchange.circulars.whose import Subject, explain

_SENTENCES = load("rules.yml")["sentences"]
_LEAD = re.compile(
    rf"(?:高于|低于|超过|不足|在){NUMBER}分(?:以[上下])?|第?{COUNT}[名位]?(?:[至到—-]第?{COUNT}[名位])|较?[高低]的?(?=[是为])"
    rf"|\d{{1,2}}[.．]|[前后]{COUNT}[名位]?|(?:相对)?较[好差优劣]的(?=前|后|（|$)|按[一-鿿]{{2,12}}指数(?=由|从)"
    "|(?:由|从)[好优高差劣低大小]到[好优高差劣低大小](?:的顺序)?"
)
"""What leads to names in the order of their scores, and says nothing of what they are scored for."""
_LED = re.compile("[^、；：]{2,60}?(?:依次|分别|的|单位|企业)(?:为|是)(?=[一-鿿]{2,20}（?\\d)")
"""What leads to the first of several names with scores: 平均分低于75分的单位是甲镇（74.16）."""
_LABEL = re.compile("(?P<group>[一-鿿（）]{2,16})：")
_REST = 10
"""Characters behind the last name of a line that may be its score."""


def read_ranked(reading: Reading) -> None:
    """排名依次为甲县、乙县: names in the order of their ranks; 前三名是甲县、乙县、丙县."""
    for segment in reading.prose():
        frames = (_SENTENCES["first ones"], _SENTENCES["ranked"])
        before = ""
        for found in (each for frame in frames for each in reading.find(frame, segment.start, segment.end)):
            end = reading.end_of(found.end(), "。" if found[0].endswith("：") else "。；")
            end = end_below(reading, segment) if found.end() >= segment.end else end
            said = found.groupdict()
            count = read_count(said.get("number") or said.get("number2") or "0")
            names = names_after(reading.clean, found.end(), end, reading.words, count or None)
            if len(names) < 2 or reading.are_taken(names) or _is_foreign(reading, found.start(), names):
                continue
            if said.get("leads") == "" and len(names) != count:  # 前三名的单位是
                continue
            subject = reading.explain(reading.start_of(found.start()), found.end())
            is_half = re.search(f"[及和、]{re.escape(subject.group)}", reading.clean[segment.start : found.start()])
            own = said.get("group") or ("" if subject.other and is_half else subject.group)  # 服务行业及区属企业
            group = own or find_group(reading, segment.start, found.start()) or reading.heading(segment).group
            group = before = group or before  # 前五名是…；最后三名是…
            reading.pass_over_with_ends(*found.span())
            last = said.get("last")
            if last and (treated := next(reading.find(_SENTENCES["topic"], names[-1].end, end), None)):
                last = treated["treated"] or last
            _take(reading, names, reading.identify(Subject(group)), last)
            are_tied = "并列" in reading.clean[found.end() : names[-1].end + _REST]
            check_count(reading, names, None if are_tied else count or None)


def _take(reading: Reading, names: list[Name], known: dict[str, Any], last: str | None) -> None:
    """Take names in the order of their ranks, or the last ones, of which nobody knows in which order they stand."""
    reading.names("mentioned" if last else "ranked", names, **known | ({"of": last} if last else {}))


def read_ranked_below(reading: Reading) -> None:
    """A heading such as 前5名 or 得分顺序如下：, and below it names in order, or groups: 甲组：乙村、丙村."""
    for above, run in groupby(reading.prose(), key=lambda each: each.above):
        heading = above[-1][1].rstrip("：") if above else ""
        found = reading.words.pattern(_SENTENCES["ranked heading"]).fullmatch(heading)
        lines = [line for line in run if found and not reading.clean.startswith(heading, line.start)]
        _read_lines(reading, lines, found["last"] if found else None)
    segments = list(reading.prose())
    for place, segment in enumerate(segments):
        found = next(reading.find(_SENTENCES["ranked"], segment.start, segment.end), None)
        if found and found.end() == segment.end and found[0].endswith("：") and not reading.taken[found.end() - 1]:
            _read_lines(reading, segments[place + 1 :], None)


def _read_lines(reading: Reading, lines: list[Segment], last: str | None) -> None:
    """Take the names of lines, by the group that each has for a label, up to one that holds more than names."""
    names: dict[str, list[Name]] = {}
    headed = ""
    for line in lines:
        text = reading.clean[line.start : line.end]
        if reading.is_signed(line):
            break
        if line.above and line.above[-1][1] == text:
            headed = text
            continue
        label = _LABEL.match(reading.clean, line.start, line.end)
        read = names_after(reading.clean, label.end() if label else line.start, line.end, reading.words)
        if not read or read[-1].end < line.end - _REST:
            break
        names.setdefault(label["group"] if label else headed, []).extend(read)
    for group, ranked in names.items():
        if len(ranked) > 1 and not reading.are_taken(ranked):
            known = reading.identify(Subject(group or reading.heading(lines[0]).group))
            _take(reading, ranked, known, last)


def _is_foreign(reading: Reading, place: int, names: list[Name]) -> bool:
    """Tell, of names whose clause says by what they are ranked, that this is not the whole assessment."""
    first = reading.start_of(place, "。；，—")
    lead = reading.clean.find(names[0].text, first) if place == names[0].start else -1
    said = explain(_LEAD.sub("", reading.clean[first : lead if lead > first else place]), reading.words)
    by = said.other or said.component
    if by:
        reading.doubt(names[0].start, names[-1].end, f"“{reading.clean[first : names[-1].end]}”说的是“{by}”，没有读入")
    return bool(by)


def read_leaders(reading: Reading) -> None:
    """甲县、乙县、丙县位居前三."""
    for sentence in reading.sentences():
        for found in reading.find(_SENTENCES["leaders"], sentence.start, sentence.end):
            count = read_count(found["number"] or found["number2"])
            names = run_before(reading, sentence.start, found.start(), count)[-count:]
            if len(names) != count or reading.are_taken(names):
                continue
            said = reading.explain(reading.start_of(names[0].start, "。；，"), names[0].start)
            if not said.other and not said.component:
                reading.pass_over_with_ends(*found.span())
                own = found["group"] or found["whom"] or ""
                _take(reading, names, _group(reading, sentence, names[0].start, own), found["last"])


def read_rank_ranges(reading: Reading) -> None:
    """甲市、乙市、丙市分列第2位到第4位；分列第二、三位 — or the names behind: 居第4位至第5位的分别是甲市、乙市."""
    for sentence in reading.sentences():
        for found in reading.find(_SENTENCES["rank range"], sentence.start, sentence.end):
            ranks = _ranks(found["ranks"], is_row="分" in found["lead"])
            if found["behind"]:
                names = names_after(reading.clean, found.end(), reading.end_of(found.end(), "。；"), reading.words)
            else:
                names = names_before(reading.clean, sentence.start, found.start(), reading.words)[-len(ranks) or None :]
            if not ranks or len(names) != len(ranks) or _is_foreign(reading, min(names[0].start, found.start()), names):
                continue
            known = _group(reading, sentence, names[0].start)
            for rank, name in zip(ranks, names, strict=True):
                span = found.span("ranks")
                note = f"印作“{found[0]}”"
                reading.figure("unit_rank", str(rank), span, unit=name.text, again=True, note=note, **known)
                reading.beside(name, known)
            reading.pass_over(min(names[0].start, found.start()), max(names[-1].end, found.end()))


def _ranks(written: str, *, is_row: bool) -> list[int]:
    """Read 第2位到第4位 and, told one by one, 第二、三位."""
    numbers = [read_count(number) for number in re.findall(COUNT, written)]
    if re.search("[至到—－-]", written):
        return list(range(numbers[0], numbers[-1] + 1)) if len(numbers) == 2 else []
    return numbers if is_row and numbers == sorted(numbers) else []


def _group(reading: Reading, sentence: Stretch, end: int, own: str = "") -> dict[str, Any]:
    group = own or find_group(reading, sentence.start, end) or reading.heading(sentence.segment).group
    return reading.identify(Subject(group))


def read_rank_lines(reading: Reading) -> None:
    """第一名：甲镇90.99分 — in lines or in a sentence; a list where they begin with the first and leave none out."""
    run: list[Name] = []
    last: tuple[str, int] = ("", 0)
    for segment in reading.text.segments:
        population = reading.match("<组>(?:（<另一个数>[个家]）)?：", segment.start)
        group = population["group"] if population else reading.heading(segment).group
        known = reading.identify(Subject(group))
        for found in reading.find(_SENTENCES["rank line"], segment.start, segment.end):
            if reading.taken[found.start("number")] or not is_name(found["name"], reading.words):
                continue
            rank = read_count(found["number"])
            reading.figure("unit_rank", found["number"], found.span("number"), unit=found["name"], **known)
            if found["number2"]:
                reading.figure("unit_total", found["number2"], found.span("number2"), unit=found["name"], **known)
            if (group, rank - 1) != last:
                _list(reading, run, last[0])
                run = []
            if run or rank == 1:
                run.append(Name(found["name"], *found.span("name")))
            last = (group, rank)
    _list(reading, run, last[0])


def _list(reading: Reading, run: list[Name], group: str) -> None:
    if len(run) > 1:
        reading.names("ranked", run, **reading.identify(Subject(group)))


def read_single_ranks(reading: Reading) -> None:
    """甲县第一，乙县以90.60分位列第二."""
    for sentence in reading.sentences():
        for found in reading.find(_SENTENCES["rank of one"], sentence.start, sentence.end):
            names = names_before(reading.clean, sentence.start, found.start(), reading.words)
            names = names if "并列" in found[0] else names[-1:]
            if not names and reading.clean[found.start() - 1] != "、":  # no row of ranks
                names = find_subject(reading, found.start())
            if not names or any(reading.taken[slice(*found.span("number"))]):
                continue
            first = reading.start_of(found.start())
            is_foreign = any(first <= place < found.start() for place in reading.foreign)
            if is_foreign or not is_clear(reading, reading.start_of(names[0].start, "。；，")):
                told = reading.clean[first : found.end()][-40:]
                reading.doubt(names[0].start, found.end(), f"“{told}”不能断定是总的名次")
                continue
            known = _group(reading, sentence, names[0].start, found["group"] or "")
            if len(names) == 1 and found["number2"]:
                span = found.span("number2")
                sign = "%" * reading.clean.startswith("%", span[1])
                span = (span[0], span[1] + len(sign))
                reading.figure("unit_total", found["number2"] + sign, span, unit=names[0].text, **known)
            for name in names:
                reading.figure("unit_rank", found["number"], found.span("number"), unit=name.text, again=True, **known)


def read_scores(reading: Reading) -> None:
    """甲区97.7分，乙区95.5分: units with a score each."""
    for sentence in reading.sentences():
        run: list[Name] = []
        end = sentence.end - (reading.clean[sentence.end - 1] in "。；")
        lead = _LED.match(reading.clean, sentence.start, end)
        start = lead.end() if lead else sentence.start
        names = split_names(reading.clean[start:end], start, reading.words)
        for name in [*map(_cut_lead, names), None]:
            is_scored = name is not None and name.score and not reading.taken[name.start]
            if name is not None and is_scored and is_name(name.text, reading.words):
                run.append(name)
                continue
            _take_scores(reading, sentence, run)
            run = []


def read_rates(reading: Reading) -> None:
    """得分率依次为：甲区74.6%、乙区72.1%: units with a rate each that is what they are scored with."""
    for found in reading.find(_SENTENCES["rates"]):
        parts = [re.fullmatch(rf"(.+?)({NUMBER}%)", part) for part in re.split("[、，]", found["row"])]
        place = found.start("row")
        for part in parts if all(part and is_name(part[1], reading.words) for part in parts) else ():
            if part is not None:
                span = (place + part.start(2), place + part.end(2))
                reading.figure("unit_total", part[2], span, unit=part[1])
                place += len(part[0]) + 1


def _cut_lead(name: Name) -> Name:
    """Take from the first name of a run what leads to it: 考核成绩：1.甲区."""
    rest = re.sub(r"^(?:.*：)?(?:\d{1,2}[.．])?", "", name.text)
    return Name(rest, name.start + len(name.text) - len(rest), name.end, name.score)


def _take_scores(reading: Reading, sentence: Stretch, run: list[Name]) -> None:
    is_average = "平均" in reading.clean[sentence.start : run[0].start] if run else False
    if len(run) < 2 or is_average or _is_foreign(reading, run[0].start, run):
        return
    said = reading.explain(reading.start_of(run[0].start, "。；，"), run[0].start)
    known = reading.identify(Subject(said.group or reading.heading(sentence.segment).group))
    for name in run:
        reading.beside(name, known)
        reading.pass_over(name.start, name.end)
