"""Lists of units by grade, however they are written: after a colon, in a sentence, under a heading, as all others."""

import re
from dataclasses import replace
from itertools import groupby

from analysis.exchange.circulars.language import load
from analysis.exchange.circulars.names import Name, find_runs, is_name, names_after, names_before, split_names
from analysis.exchange.circulars.numerals import read_count
from analysis.exchange.circulars.reading import Reading, Stretch
from analysis.exchange.circulars.text import Segment
from analysis.exchange.circulars.whose import Subject, explain

_SENTENCES = load("rules.yml")["sentences"]
_MOST_ALONE = 400
"""Characters of a line that may hold nothing but names."""


def read_lists_after(reading: Reading) -> None:
    """优秀等次（2个）：甲县、乙县 — also in groups, and over lines with a name each."""
    for segment in reading.text.segments:
        if segment.cells:
            continue
        place = segment.start
        while found := next(reading.find(_SENTENCES["list after"], place, segment.end), None):
            place = found.end()
            after = next(reading.find(_SENTENCES["list after"], place, segment.end), None)
            end = after.start() if after else segment.end
            stop = re.compile("。").search(reading.clean, place, end)
            end = stop.start() if stop else end
            count = read_count(_count(found)) if _count(found) else None
            if found.end() == segment.end:
                continue  # the names stand on the lines below
            subject = _list_subject(reading, segment, found)
            if _read_groups(reading, place, end, subject, count) and _count(found):
                reading.figure("list_units", _count(found), _count_span(found), **reading.identify(subject))


def _count(found: re.Match[str]) -> str:
    return found["number"] or found["number2"] or ""


def _count_span(found: re.Match[str]) -> tuple[int, int]:
    return found.span("number" if found["number"] else "number2")


_POPULATION = re.compile("(?P<group>[一-鿿（）、]{2,14}(?:部门|单位|[县区市乡镇组类]|街道|企业|学校|医院))：")


def _list_subject(reading: Reading, segment: Segment, found: re.Match[str]) -> Subject:
    words = found.groupdict()
    said = Subject(words.get("group") or words.get("group2") or "", words.get("grade") or words.get("grade2") or "")
    first = max(reading.clean.rfind(mark, segment.start, found.start()) + 1 for mark in "。；")
    before = explain(reading.clean[max(first, segment.start) : found.start()], reading.words)
    sentence = max(reading.clean.rfind("。", segment.start, found.start()) + 1, segment.start)
    own = _POPULATION.match(reading.clean[sentence : found.start()])
    return said.within(Subject(own["group"] if own else before.group)).within(
        replace(reading.heading(segment), grade="")
    )


def _read_groups(reading: Reading, start: int, end: int, subject: Subject, count: int | None) -> bool:
    """Take the names of a stretch, group by group where it names them (组：甲、乙；组：丙)."""
    marks = [*reading.find(_SENTENCES["group in a list"], start, end)]
    stretches = [(mark.end(), mark["group"]) for mark in marks] or [(start, "")]
    ends = [*(mark.start() for mark in marks[1:]), end]
    found = False
    for (first, group), last in zip(stretches, ends, strict=True):
        names = names_after(reading.clean, first, last, reading.words, None if marks else count)
        if names:
            told = replace(subject, group=group or subject.group)
            reading.names("graded", names, **reading.identify(told))
            _check_count(reading, names, None if marks else count)
            found = True
    return found


def _check_count(reading: Reading, names: list[Name], count: int | None) -> None:
    if count is not None and count != len(names):
        reading.doubt(names[0].start, names[0].start, f"旁边印的是 {count} 个，列出的名称有 {len(names)} 个")


def read_lists_after_counts(reading: Reading) -> None:
    """优秀2个，甲县、乙县；良好1个，丙县: as many names as the count says."""
    for segment in reading.text.segments:
        for found in () if segment.cells else reading.find(_SENTENCES["list after count"], segment.start, segment.end):
            stop = re.compile("[。；]").search(reading.clean, found.end(), segment.end)
            names = names_after(reading.clean, found.end(), stop.start() if stop else segment.end, reading.words)
            if len(names) == read_count(found["number"]) and not any(reading.taken[name.start] for name in names):
                known = reading.identify(_list_subject(reading, segment, found))
                reading.names("graded", names, **known)
                reading.figure("list_units", found["number"], found.span("number"), **known)


def read_lists_in_brackets(reading: Reading) -> None:
    """优秀等次（甲县、乙县）2个."""
    for found in reading.find(_SENTENCES["list in brackets"]):
        segment = reading.text.segment(found.start())
        names = names_after(reading.clean, *found.span("names"), reading.words)
        if names and names[-1].end == found.end("names"):
            subject = Subject(grade=found["grade"]).within(replace(reading.heading(segment), grade=""))
            reading.names("graded", names, **reading.identify(subject))
            reading.figure("list_units", found["number"], found.span("number"), **reading.identify(subject))
            _check_count(reading, names, read_count(found["number"]))


def read_lists_below(reading: Reading) -> None:
    """A heading that is a grade, and lines of names below it."""
    segments = [each for each in reading.text.segments if not each.cells]
    for above, run in groupby(segments, key=lambda each: each.above):
        lines = list(run)
        heading = next((line for _, line in reversed(above)), "")
        found = (
            next(iter(reading.words.pattern(_SENTENCES["grade alone"]).finditer(heading.rstrip("："))), None)
            if heading
            else None
        )
        if found is None or found.end() < len(heading.rstrip("：")):
            continue
        if "名单" not in heading and explain(heading[: found.start()], reading.words).other:
            continue
        names: list[Name] = []
        for line in lines:
            text = reading.clean[line.start : line.end]
            if text.rstrip("：") == heading.rstrip("：") or len(text) > _MOST_ALONE * 10:
                continue
            body = text[len(heading) :].lstrip("：。") if text.startswith(heading) else text
            first = line.end - len(body)
            read = names_after(reading.clean, first, line.end, reading.words)
            if not read or read[-1].end < line.end - 8:
                break
            names += read
        if names and not any(reading.taken[name.start] for name in names):
            count = _count(found)
            outer = reading.heading(replace(lines[0], above=above[:-1]))
            subject = Subject(found["group"] or found["group2"] or "", found["grade"]).within(replace(outer, grade=""))
            reading.names("graded", names, **reading.identify(subject))
            if count:
                beside = re.compile(f"{count}(?=[个家）])").search(reading.clean, lines[0].start, names[0].start)
                if beside:
                    reading.figure("list_units", count, beside.span(), **reading.identify(subject))
                _check_count(reading, names, read_count(count))


def read_lists_before(reading: Reading) -> None:
    """甲县、乙县等 2 个县为优秀等次."""
    for sentence in reading.sentences():
        place = sentence.start
        frames = (_SENTENCES["list before"], _SENTENCES["list of verb"])
        matches = [found for frame in frames for found in reading.find(frame, sentence.start, sentence.end)]
        for found in sorted(matches, key=lambda each: each.start("grade")):
            if found.start() < place or any(reading.taken[found.start() : found.start("grade")]):
                continue
            if _read_before(reading, sentence, place, found.start(), found["grade"]):
                place = found.end()
                reading.pass_over(*found.span())


def _read_before(reading: Reading, sentence: Stretch, first: int, end: int, grade: str) -> bool:
    """Take the runs of names that end at a position: one, or several of different groups, each with its count."""
    taken = False
    while end > first:
        end -= len(reading.clean[first:end]) - len(reading.clean[first:end].rstrip("，、；"))
        tail = reading.words.pattern(_SENTENCES["others before"]).search(reading.clean, first, end)
        count = read_count(tail["number"]) if tail else None
        last = tail.start() if tail else end
        names = _run_before(reading, first, last, count)
        if not names or any(reading.taken[name.start] for name in names):
            return taken
        group = (tail["group"] or "") if tail else ""
        named = _group_before(reading, sentence.start, names[0].start)
        group = named or group if group in _ANY else group
        outer = Subject(group or named).within(replace(reading.heading(sentence.segment), grade=""))
        subject = replace(outer, grade=grade)
        is_open = count is not None and count > len(names)
        reading.names("graded", names, complete=not is_open, **reading.identify(subject))
        if tail and count is not None:
            measure = "grade_units" if is_open else "list_units"
            reading.figure(measure, tail["number"], tail.span("number"), **reading.identify(subject))
            if count < len(names):
                _check_count(reading, names, count)
        taken = True
        end = names[0].start
        if not tail or reading.clean[end - 1 : end] not in {"，", "、"}:
            return taken
    return taken


_ANY = {"", "部门", "单位", "部门和单位"}
"""What is said of any group's units once it is named."""


def _group_before(reading: Reading, first: int, end: int) -> str:
    """Say which group a sentence speaks of before a position: the one that its clause names, or one named for all that follows."""
    clause = explain(reading.clean[max(first, reading.clean.rfind("；", first, end) + 1) : end], reading.words)
    topics = [
        topic
        for topic in reading.find("<组>(?P<frame>方面|中|里|内|层面)?[：，]", first, end)
        if topic["frame"] or reading.clean[topic.start() - 1] not in "个家"
    ]
    said = (
        explain(reading.clean[first:end].partition("：")[0], reading.words)
        if "：" in reading.clean[first:end]
        else Subject()
    )
    return clause.group or (topics[-1]["group"] if topics else said.group)


def _run_before(reading: Reading, first: int, end: int, count: int | None) -> list[Name]:
    names = names_before(reading.clean, first, end, reading.words)
    if not names and count is not None:  # 临川、望江、东陵等3个市
        names = [name for name in split_names(reading.clean[first:end], first, reading.words, count)][-count:]
        if len(names) != count or not all(re.fullmatch("[一-鿿]{2,5}", name.text) for name in names):
            return []
    return names


def read_others(reading: Reading) -> None:
    """A grade that takes all others has no names."""
    for found in reading.find(_SENTENCES["all others"]):
        segment = reading.text.segment(found.start())
        subject = Subject(found["group"] or "", found["grade"]).within(replace(reading.heading(segment), grade=""))
        known = reading.identify(subject)
        if found["number"]:
            reading.figure("grade_units", found["number"], found.span("number"), **known)
        start, end = reading.text.span(*found.span())
        said = {
            "list": "graded",
            **{key: known[key] for key in ("group", "of") if key in known},
            "names": [],
            "complete": False,
        }
        where = {"note": f"印作“{found[0]}”", "section": segment.section, "span": [start, end]}
        reading.draft.lists.append(said | where)
        doubt = f"“{found[0]}”没有列名；这一等次是单位表中没有列出的其他单位，次序不明"
        reading.doubt(*found.span(), doubt)


def read_none(reading: Reading) -> None:
    """A grade that nobody has: 没有不合格单位."""
    for found in reading.find(_SENTENCES["none"]):
        segment = reading.text.segment(found.start())
        first = max(reading.clean.rfind("。", segment.start, found.start()) + 1, segment.start)
        group = explain(reading.clean[first : found.start()], reading.words).group
        known = reading.identify(Subject(group, found["grade"]).within(replace(reading.heading(segment), grade="")))
        known.pop("year", None)
        where = {"section": segment.section, "span": list(reading.text.span(*found.span()))}
        reading.draft.lists.append({"list": "graded", **known, "names": [], "note": f"印作“{found[0]}”", **where})


def read_streaks(reading: Reading) -> None:
    """Units excellent for years running, and units new in the grade."""
    for kind in ("consecutive", "newly"):
        for found in reading.find(_SENTENCES[kind]):
            segment = reading.text.segment(found.start())
            first = max(reading.clean.rfind(mark, segment.start, found.start()) + 1 for mark in "。；")
            count = read_count(found["number"]) if found["number"] else None
            start = found.start()
            names = names_before(reading.clean, max(first, segment.start), start, reading.words)
            if any(reading.taken[name.start] == 2 for name in names) or (count is None and not names):
                continue
            if kind == "newly" and "连续" in found[0]:
                continue
            years = {"years": str(read_count(found["years"]))} if kind == "consecutive" else {}
            known = reading.identify(Subject(grade=found["grade"]))
            if kind == "consecutive":
                reading.pass_over(*found.span("years"))
            if count is not None:
                reading.figure(f"{kind}_units", found["number"], found.span("number"), **known, **years)
            if names:
                reading.names(kind, names, complete=count in {None, len(names)}, **known, **years)


def read_ranked(reading: Reading) -> None:
    """Names in the order of their ranks, the scores beside them."""
    for segment in reading.text.segments:
        for found in () if segment.cells else reading.find(_SENTENCES["ranked"], segment.start, segment.end):
            stop = re.compile("。" if found[0].endswith("：") else "[。；]").search(
                reading.clean, found.end(), segment.end
            )
            names = names_after(reading.clean, found.end(), stop.start() if stop else segment.end, reading.words)
            if len(names) < 2 or any(reading.taken[name.start] for name in names):
                continue
            group = _nearest_group(reading, segment, found)
            first = max(reading.clean.rfind(mark, segment.start, found.start()) + 1 for mark in "。；，")
            said = explain(reading.clean[max(first, segment.start) : found.start()], reading.words)
            if said.other or said.component:
                reading.doubt(
                    names[0].start,
                    names[-1].end,
                    f"“{reading.clean[max(first, segment.start) : names[-1].end]}”是按“{said.other or said.component}”排的，没有读入",
                )
                continue
            kind = "mentioned" if "后" in found[0] else "ranked"
            reading.pass_over(*found.span())
            reading.names(
                kind, names, **reading.identify(Subject(group)), **({"of": "排名靠后"} if kind == "mentioned" else {})
            )


def read_leaders(reading: Reading) -> None:
    """甲县、乙县、丙县位居前三."""
    for sentence in reading.sentences():
        for found in reading.find(_SENTENCES["leaders"], sentence.start, sentence.end):
            names = names_before(reading.clean, sentence.start, found.start(), reading.words)[
                -read_count(found["number"]) :
            ]
            part = max(reading.clean.rfind("；", sentence.start, found.start()) + 1, sentence.start)
            if len(names) != read_count(found["number"]) or any(reading.taken[name.start] for name in names):
                continue
            said = explain(reading.clean[part : names[0].start], reading.words)
            if said.other or said.component:
                continue
            group = _group_before(reading, sentence.start, names[0].start) or reading.heading(sentence.segment).group
            reading.pass_over(*found.span())
            reading.names("ranked", names, **reading.identify(Subject(group)))


def _nearest_group(reading: Reading, segment: Segment, found: re.Match[str]) -> str:
    first = max(reading.clean.rfind(mark, segment.start, found.start()) + 1 for mark in "。；")
    before = explain(reading.clean[max(first, segment.start) : found.end()], reading.words)
    return before.group or reading.heading(segment).group


def read_assessors(reading: Reading) -> None:
    """Who marks."""
    for found in reading.find(_SENTENCES["assessors"]):
        run = re.sub(r"^.*?(?:组织|由|如)(?=[市县区省])", "", found["names"])
        count = read_count(found["number"])
        end = found.end("names")
        names = split_names(run, end - len(run), reading.words, count)
        reading.figure("assessor_count", found["number"], found.span("number"))
        if names:
            reading.names("assessors", names, complete=len(names) == count)


def read_methods(reading: Reading) -> None:
    """Which units are scored how."""
    for found in reading.find(_SENTENCES["method"]):
        rescaled = "rescaled_assessor" if "考核主体" in found["what"] else "rescaled"
        method = "full" if found["method"] == "百分制" else rescaled
        reading.figure("method_units", found["number"], found.span("number"), of=method)
        names = split_names(found["names"], found.start("names"), reading.words)
        others = [name.text for name in names if reading.words.pattern("各?<组>").fullmatch(name.text)]
        units = [name for name in names if name.text not in others]
        note = f"另印{'、'.join(f'“{name}”' for name in others)}，未逐一列名" if others else ""
        if units:
            reading.names("method", units, complete=False, of=method, note=note)


def read_first_places(reading: Reading) -> None:
    """Units that were first for years running."""
    groups = {
        name: str(each.get("group", "all"))
        for each in reading.draft.lists
        if each["list"] == "graded"
        for name in each["names"]
    }
    for found in reading.find(_SENTENCES["first place"]):
        segment = reading.text.segment(found.start())
        first = max(reading.clean.rfind(mark, segment.start, found.start()) + 1 for mark in "。；")
        clause = reading.clean[max(first, segment.start) : found.start()]
        named = sorted((clause.rfind(name), name) for name in groups if name in clause)
        before = names_before(reading.clean, max(first, segment.start), found.start(), reading.words)
        name = named[-1][1] if named else before[-1].text if before else ""
        if name:
            known = {"of": name} | ({"group": groups[name]} if name in groups else {})
            reading.figure("first_place_years", found["number"], found.span("number"), **known)
            reading.pass_over(*found.span())
        else:
            reading.doubt(*found.span(), f"“{found[0]}”说的是哪个单位，没有读出")


_SURE = re.compile("^[市省县区州].*|.*(?:县|区|市|政府|局|委|厅|管委会|镇|乡|街道)$")


def _is_address(reading: Reading, sentence: Stretch) -> bool:
    """Say whether a sentence is whom the circular is sent to."""
    return reading.clean[sentence.start] == "各" and reading.clean[sentence.end - 1] == "："


def read_mentions(reading: Reading) -> None:
    """Runs of names in prose that no other rule has taken."""
    listed = {name for each in reading.draft.lists if each["list"] == "graded" for name in each["names"]}
    for sentence in reading.sentences():
        for run in find_runs(reading.clean, sentence.start, sentence.end, reading.words):
            names = [name for name in run if not reading.taken[name.start] and _SURE.fullmatch(name.text)]
            if len(names) < 2 or names[0].text.startswith("各") or _is_address(reading, sentence):
                continue
            behind = reading.clean[names[-1].end : sentence.end]
            is_open = behind.startswith("等")
            topic = next(reading.find(_SENTENCES["topic"], names[-1].end, sentence.end), None)
            if listed.isdisjoint(name.text for name in names):
                reading.doubt(names[0].start, names[-1].end, f"“{names[0].text}”等 {len(names)} 个名称没有读入")
                continue
            about = (topic[1] or topic[2]) if topic else ""
            reading.names("mentioned", names, complete=not is_open, of=about)


def read_rank_lines(reading: Reading) -> None:
    """第一名：甲镇 90.99分 — in lines or in a sentence."""
    for segment in reading.text.segments:
        found = [
            each
            for each in reading.find(_SENTENCES["rank line"], segment.start, segment.end)
            if not reading.taken[each.start()]
        ]
        population = reading.match("<组>(?:（<另一个数>[个家]）)?：", segment.start)
        group = population["group"] if population else reading.heading(segment).group
        known = reading.identify(Subject(group))
        for each in found:
            name = each["name"]
            if not is_name(name, reading.words):
                continue
            span = each.span("name")
            reading.figure("unit_rank", each["number"], each.span("number"), unit=name, **known)
            if each["number2"]:
                reading.figure("unit_total", each["number2"], each.span("number2"), unit=name, **known)
            reading.ranked.append((segment, Name(name, *span), read_count(each["number"]), group))


def read_single_ranks(reading: Reading) -> None:
    """甲县第一，乙县位列第二."""
    for sentence in reading.sentences():
        for found in reading.find(_SENTENCES["rank of one"], sentence.start, sentence.end):
            if any(reading.taken[found.start("number") : found.end("number")]):
                continue
            names = names_before(reading.clean, sentence.start, found.start(), reading.words)
            names = names if "并列" in found[0] else names[-1:]
            if not names:
                continue
            part = max(reading.clean.rfind("；", sentence.start, found.start()) + 1, sentence.start)
            if any(part <= place < found.start() for place in reading.foreign):
                reading.doubt(
                    names[0].start, found.end(), f"“{reading.clean[part : found.end()][-40:]}”不能断定是总的名次"
                )
                continue
            named = _group_before(reading, sentence.start, names[0].start)
            group = found["group"] or named or reading.heading(sentence.segment).group
            if len(names) == 1 and found["number2"]:
                reading.figure(
                    "unit_total",
                    found["number2"],
                    found.span("number2"),
                    unit=names[0].text,
                    **reading.identify(Subject(group)),
                )
            for name in names:
                reading.taken[found.start("number") : found.end("number")] = bytes(
                    found.end("number") - found.start("number")
                )
                reading.figure(
                    "unit_rank",
                    found["number"],
                    found.span("number"),
                    unit=name.text,
                    **reading.identify(Subject(group)),
                )


def read_scores(reading: Reading) -> None:
    """Units with a score each, in a sentence: 甲区97.7分，乙区95.5分."""
    for sentence in reading.sentences():
        names = split_names(reading.clean[sentence.start : sentence.end].rstrip("。；"), sentence.start, reading.words)
        run: list[Name] = []
        for name in [*names, None]:
            if name is not None and name.score and not reading.taken[name.start]:
                if is_name(name.text, reading.words):
                    run.append(name)
                    continue
                lead = re.match("^.*[：]", name.text)
                rest = name.text[lead.end() :] if lead else ""
                if rest and is_name(rest, reading.words) and not run:
                    run = [Name(rest, name.start + len(name.text) - len(rest), name.end, name.score)]
                    continue
            if len(run) > 1:
                _take_scores(reading, sentence, run)
            run = []


def _take_scores(reading: Reading, sentence: Stretch, run: list[Name]) -> None:
    lead = reading.clean[sentence.start : run[0].start]
    said = explain(re.split("[，；]", lead)[-1], reading.words)
    if said.other or said.component:
        reading.doubt(
            run[0].start,
            run[-1].end,
            f"“{reading.clean[max(run[0].start - 30, sentence.start) : run[-1].end]}”说的是“{said.other or said.component}”，没有读入",
        )
        return
    known = reading.identify(Subject(said.group).within(reading.heading(sentence.segment)))
    known.pop("of", None)
    for name in run:
        if name.score:
            reading.figure("unit_total", name.score[0], name.score[1:], unit=name.text, **known)
        reading.taken[name.start : name.end] = b"\1" * (name.end - name.start)


def list_ranked(reading: Reading) -> None:
    """Make lists of units whose ranks were told one by one, where they begin with the first and leave none out."""
    run: list[tuple[Segment, Name, int, str]] = []
    for each in [*reading.ranked, None]:
        goes_on = each is not None and run and each[2] == run[-1][2] + 1 and each[3] == run[-1][3]
        if not goes_on:
            if len(run) > 1 and run[0][2] == 1:
                reading.names("ranked", [name for _, name, _, _ in run], **reading.identify(Subject(run[0][3])))
            run = []
        if each is not None:
            run.append(each)
