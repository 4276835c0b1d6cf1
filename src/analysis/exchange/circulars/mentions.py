"""What else a circular says of named units: runs of years, firsts, who marks, how they are scored, examples."""

import re
from collections.abc import Iterator
from itertools import groupby

from analysis.exchange.circulars.language import load
from analysis.exchange.circulars.lists import check_count, run_before
from analysis.exchange.circulars.names import Name, find_runs, is_name, names_before, split_names
from analysis.exchange.circulars.numerals import read_count
from analysis.exchange.circulars.own import is_clear
from analysis.exchange.circulars.reading import NEAR, Reading, Stretch
from analysis.exchange.circulars.text import Segment
from analysis.exchange.circulars.whose import Subject

_SENTENCES = load("rules.yml")["sentences"]
_SURE = re.compile("^[市省县区州].*|.*(?:县|区|市|政府|局|委|厅|管委会|镇|乡|街道)$")
"""Names that are units' wherever they stand."""
_NEAR = 24
"""Characters behind names in which it stands what they are mentioned for."""
_LABEL = re.compile(
    "(?:列入|获|获得|荣获|下列|以下)?“?(?P<of>[一-鿿A-Z]{2,14}?)”?(?:的?(?:单位|部门)|的(?P<group>[县市区乡镇街道级直属部门单位（）、]{2,12}))?"
    "(?:（[^（）]{1,20}）)?(?:有|是|为|包括|主要涉及)?(?:：|(?<=[是有]))"
)
_NO_TOPIC = re.compile(
    "依次|分别|顺序|送|附件|联系|成员|组长|牵头|责任单位|参加|出席|前.{1,2}[名位]|后.{1,2}[名位]|关于|20\\d\\d"
)
"""What names stand behind or under that are mentioned for nothing."""
_SHORT_ROW = re.compile(
    "(?:(?<=[是为有])|(?<=[是为有]：)|(?<=(?:单位|地区)：))[一-鿿]{2,5}(?:、[一-鿿]{2,5}){2,30}(?=[。；等和]|$)"
    "|(?<![一-鿿])[一-鿿]{2,5}(?:、[一-鿿]{2,5}?){2,30}(?=(?:和[一-鿿]{2,5}?)?等?[\\d一二三四五六七八九十]+[个家]?[市县区镇乡地])"
)
"""Short names in a row: behind what leads to them, or with how many they are."""
_BEFORE_NAME = re.compile("^.*(?:其中|分别为|包括|抄送|如|对|由|将|请|有(?!限)|是|为|的|和|及|：|“|”|，)(?=[一-鿿]{2})")
_PIECE = re.compile("(?<![^、，。；：\n])[一-鿿]{2,20}(?=[、，。；\n]|$)")
"""What stands between marks, and may be a name."""
_OF_UNITS = re.compile("的(?:单位|部门|地区|县区|乡镇|街道|企业)$")
"""What a heading ends in that says of which units the sentences below are."""
_AROUND = re.compile("^(?:予以|给予|拟)|的?(?:单位)?(?:名单)?(?:（[^（）]*）)?：?$")


def read_streaks(reading: Reading) -> None:
    """Units excellent for years running, and units new in the grade."""
    for kind in ("consecutive", "newly"):
        for found in reading.find(_SENTENCES[kind]):
            count = read_count(found["number"]) if found["number"] else None
            names = names_before(reading.clean, reading.start_of(found.start()), found.start(), reading.words)
            is_listed = any(reading.taken[name.start] == 2 for name in names)
            if is_listed or (count is None and not names) or (kind == "newly" and "连续" in found[0]):
                continue
            known = reading.identify(Subject(grade=found["grade"]))
            if kind == "consecutive":
                known["years"] = str(read_count(found["years"]))
                reading.pass_over(*found.span("years"))
            if count is not None:
                reading.figure(f"{kind}_units", found["number"], found.span("number"), **known)
            if names:
                is_open = reading.clean.startswith("等", names[-1].end) and count != len(names)
                reading.names(kind, names, complete=not is_open, **known)
                check_count(reading, names, None if is_open else count)


def read_assessors(reading: Reading) -> None:
    """Who marks."""
    for found in reading.find(_SENTENCES["assessors"]):
        run = re.sub(r"^.*?(?:组织|由|如)(?=[市县区省])", "", found["names"])
        count = read_count(found["number"])
        names = split_names(run, found.end("names") - len(run), reading.words, count)
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
    groups = _graded(reading)
    for found in reading.find(_SENTENCES["first place"]):
        first = reading.start_of(found.start())
        clause = reading.clean[first : found.start()]
        named = sorted((clause.rfind(name), name) for name in groups if name in clause)
        before = names_before(reading.clean, first, found.start(), reading.words)
        name = named[-1][1] if named else before[-1].text if before else ""
        if name:
            group = groups.get(name, "all")
            reading.figure("first_place_years", found["number"], found.span("number"), of=name, group=group)
            reading.pass_over(*found.span())
        else:
            reading.doubt(*found.span(), f"“{found[0]}”说的是哪个单位，没有读出")


def _graded(reading: Reading) -> dict[str, str]:
    """Return the group that each unit of the graded lists stands under."""
    graded = (each for each in reading.draft.lists if each["list"] == "graded")
    return {name: str(each.get("group", "all")) for each in graded for name in each["names"]}


def read_mentions(reading: Reading) -> None:
    """Runs of names in prose that no other rule has taken: of what label, verb or heading say; else in doubt."""
    _read_lines(reading)
    listed = _graded(reading).keys()
    for sentence in reading.sentences():
        for run in (
            ()
            if _is_address(reading, sentence) or reading.is_signed(sentence.segment)
            else find_runs(reading.clean, sentence.start, sentence.end, reading.words)
        ):
            names = [name for name in run if not reading.taken[name.start]]
            if len(names) < 2 or names[0].text.startswith("各"):
                continue
            if "抄送" in reading.clean[max(sentence.start, names[0].start - NEAR) : names[0].end]:
                reading.draft.elsewhere.append("抄送" + "、".join(name.text for name in names))
                reading.pass_over(names[0].start, names[-1].end)
                continue
            is_sure = all(_SURE.fullmatch(name.text) for name in names)
            is_led = reading.clean[names[0].start - 1] in "：是有"
            of, group = _topic(reading, sentence, names) if is_sure or is_led or len(names) > 2 else ("", "")
            if not of:
                if not listed >= {name.text for name in names}:  # which says nothing more of them
                    _doubt(reading, names)
                continue
            is_open = reading.clean.startswith("等", names[-1].end)
            known = reading.identify(Subject(group)) | {"of": of}
            reading.names("mentioned", names, complete=not is_open, **known)


def read_mentioned_for(reading: Reading) -> None:
    """甲县、乙镇等15个单位逾期回复: names with their count, and what is said of them."""
    for sentence in reading.sentences():
        for found in reading.find(_SENTENCES["mentioned for"], sentence.start, sentence.end):
            if next(reading.find(_SENTENCES["done well"], *found.span("of")), None):
                continue  # see `_topic`
            count = read_count(found["number"])
            first = reading.start_of(found.start(), "。；")
            names = run_before(reading, first, found.start(), count, is_cut=found[0].startswith("等"))[-count:]
            if (
                len(names) > 1
                and not reading.are_taken(names)
                and not _NO_TOPIC.search(found["of"])
                and is_clear(reading, names[0].start)
            ):
                known = reading.identify(Subject(found["group"] or ""))
                reading.names("mentioned", names, complete=len(names) == count, of=found["of"], **known)
                reading.pass_over_with_ends(*found.span("number"))


def read_firsts(reading: Reading) -> None:
    """甲区等10个县区、市公安局等15个市级部门予以通报表彰: the first of each group, and what is done with all."""
    listed = _graded(reading)
    for sentence in reading.sentences():
        treated = [each for each in reading.find(_SENTENCES["topic"], sentence.start, sentence.end) if each["treated"]]
        end = treated[-1].end() if treated else sentence.start
        for found in reading.find(_SENTENCES["first of each"], sentence.start, end):
            named = names_before(reading.clean, sentence.start, found.end("name"), reading.words, is_cut=True)[-1:]
            if named and named[0].text not in listed and not reading.are_taken(named):
                group = found["whom"] if reading.words.pattern("<组>").fullmatch(found["whom"]) else ""
                of = treated[-1]["treated"] if group else found["whom"]
                reading.names("mentioned", named, complete=False, of=of, **reading.identify(Subject(group)))
                reading.pass_over_with_ends(*found.span("number"))


def _read_lines(reading: Reading) -> None:
    """Names one a line under a heading, mentioned for what it says; in doubt if it says nothing."""
    for above, run in groupby(reading.prose(), key=lambda each: (each.above, _is_name_line(reading, each))):
        lines = list(run)
        if not above[1] or len(lines) < 2:
            continue
        names = [Name(reading.clean[line.start : line.end].rstrip("。；，"), line.start, line.end) for line in lines]
        names = [name for name in names if not reading.taken[name.start]]
        heading = above[0][-1][1] if above[0] else ""
        heading = re.sub("^.*以下.*为(?:第.批)?", "", heading)
        if names and not _NO_TOPIC.search(heading) and heading:
            reading.names("mentioned", names, of=_AROUND.sub("", heading))
        elif names:
            _doubt(reading, names)


def _doubt(reading: Reading, names: list[Name]) -> None:
    told = "、".join(name.text for name in names)
    reading.doubt(names[0].start, names[-1].end, f"“{told}”{len(names)}个名称没有读入")


def _is_name_line(reading: Reading, segment: Segment) -> bool:
    text = reading.clean[segment.start : segment.end].rstrip("。；，")
    is_heading = segment.above[-1:] == ((9, text),)
    return is_name(text, reading.words) and not is_heading and not reading.is_signed(segment)


def report_unread_names(reading: Reading) -> None:
    """Tell names that no rule has taken: short ones in a row are in doubt, one in a sentence is mentioned besides."""
    listed = {name for each in reading.draft.lists for name in each["names"]}
    told = {name for doubt in reading.draft.unsure for name in re.split("[“”、，。]", doubt.text)}
    for sentence in reading.sentences():
        if _is_address(reading, sentence):
            continue
        for row in _SHORT_ROW.finditer(reading.clean, sentence.start, sentence.end):
            words = row[0].split("、")
            is_speech = len({word[0] for word in words}) == 1  # 高标准、高质量、高水平
            is_speech = is_speech or any(reading.words.pattern("<等次>").match(word) for word in words)
            is_told = told.issuperset(words)
            if not is_speech and not is_told and not any(reading.taken[row.start() : row.end()]):
                reading.doubt(*row.span(), f"“{row[0]}”没有读入，像是一串名称")
        for name in reading.find(_SENTENCES["unit in prose"], sentence.start, sentence.end):
            text = _BEFORE_NAME.sub("", name["name"])
            if is_name(text, reading.words) and text not in listed | told and not reading.taken[name.end("name") - 1]:
                reading.draft.elsewhere.append(text)
    for beside in _find_beside(reading):
        reading.doubt(*beside.span(), f"“{beside[0]}”与读入的名称并列，没有读入")
    reading.draft.elsewhere[:] = dict.fromkeys(reading.draft.elsewhere)


def _find_beside(reading: Reading) -> Iterator[re.Match[str]]:
    """Find what stands in a row with names that are read, and is none of them."""
    for piece in _PIECE.finditer(reading.clean):
        before = reading.taken[piece.start() - 2] if reading.clean[piece.start() - 1 : piece.start()] == "、" else 0
        behind = reading.clean[piece.end() : piece.end() + 2]
        after = reading.taken[piece.end() + 1] if behind[:1] == "、" and len(behind) > 1 else 0
        if 2 in {before, after} and not any(reading.taken[slice(*piece.span())]):
            yield piece


def _topic(reading: Reading, sentence: Stretch, names: list[Name]) -> tuple[str, str]:
    """Say what names are mentioned for, and of which group.

    By their label, what is done with them, the heading they stand alone under.
    """
    label = _LABEL.fullmatch(reading.clean, reading.start_of(names[0].start, "。；，"), names[0].start)
    if label:
        done = next(reading.find(_SENTENCES["done well"], *label.span("of")), None)
        of = done[0] if done else label["of"]
        is_topic = done or (label[0].endswith("：") and not _NO_TOPIC.search(of))
        return (of.removesuffix("的"), label["group"] or "") if is_topic else ("", "")
    end = reading.end_of(names[-1].end, "。；")
    near = min(sentence.end, names[-1].end + _NEAR, end)
    behind = next(reading.find(_SENTENCES["topic"], names[-1].end, near), None)
    if not behind and names[0].start == sentence.start:  # 甲县、乙县认真履职，…，省政府给予通报表扬
        behind = next((each for each in reading.find(_SENTENCES["topic"], near, end) if each["treated"]), None)
    if behind:
        return next(filter(None, behind.groups())), ""
    heading = sentence.segment.above[-1][1] if sentence.segment.above else ""
    is_alone = names[-1].end >= sentence.end - 1 or _OF_UNITS.search(heading)
    heading = heading if is_alone and names[0].start == sentence.start else ""
    return "" if _NO_TOPIC.search(heading) else _AROUND.sub("", heading), ""


def _is_address(reading: Reading, sentence: Stretch) -> bool:
    """Say whether a sentence is whom the circular is sent to."""
    return reading.clean[sentence.start] == "各" and reading.clean[sentence.end - 1] == "："
