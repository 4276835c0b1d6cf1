"""Draft the printed figures and lists of a circular from its text; what is not sure is listed, never guessed.

One small rule per kind of statement. Every value keeps the place it was read from; numbers that no rule has read are
reported, so that nothing is passed over in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analysis.exchange.circulars.draft import (
    A_COUNT,
    A_NUMBER,
    A_SHARE,
    COUNT,
    NUMBER,
    Draft,
    Reader,
    Words,
    load_words,
)
from analysis.exchange.circulars.text import open_text, read_count

_RUN_STARTS = r"(?:^|(?<=[，。；：\n]))"
_SUFFIXES = "局|委员会|委|办公室|办|厅|部|府|会|院|中心|队|署|行|站|所|社|区|县|市|镇|乡|道"


def read_circular(original: str, words: Words | None = None) -> Draft:
    """Draft a circular's printed figures and lists.

    Parameters
    ----------
    original : str
        The circular's text.
    words : Words, optional
        The vocabulary; that of words.yml by default.

    Returns
    -------
    Draft
    """
    reader = Reader(open_text(original), words or load_words())
    for rule in _RULES:
        rule(reader)
    reader.draft.figures.sort(key=lambda figure: figure["span"])
    reader.draft.lists.sort(key=lambda found: found["span"])
    _report_unread(reader)
    return reader.draft


def split_names(run: str, count: int | None = None) -> list[str]:
    """Split a run of names at 、 and, where both sides are names, at 和 or 及.

    Parameters
    ----------
    run : str
    count : int, optional
        How many names there should be; a 和 is taken for part of a name once there are as many.

    Returns
    -------
    list of str
    """
    names = [name for name in re.split("[、，,](?![^（]*）)", run) if name]
    joint = re.compile(rf"(?<=[{''.join(sorted(set(_SUFFIXES) - {'|'}))}])(?:以及|和|及)(?=[市县区省])")
    while names and (count is None or len(names) < count) and (found := joint.search(names[-1])):
        names[-1:] = [names[-1][: found.start()], names[-1][found.end() :]]
    return names


def _read_head(reader: Reader) -> None:
    """Year, document number, date, and the documents cited."""
    clean, draft = reader.clean, reader.draft
    year = re.search(r"(20\d\d)年度", clean)
    if year:
        draft.year = int(year[1])
    else:
        draft.unsure.append("没有找到“某某年度”，请填 year")
    own = re.search(
        r"^[^\S\n]*(\S{2,12}[〔\[［]\s*\d{4}\s*[〕\]］]\s*\d+\s*号)\s*$", reader.text.original, re.MULTILINE
    )
    if own:
        draft.document = open_text(own[1]).clean
    else:
        draft.unsure.append("没有单独成行的文号，请填 document")
    cited = r"(?:(?<=[（》，。、；：])|(?<=根据)|(?<=按照)|(?<=依据))([一-鿿]{2,10}〔\d{4}〕\d+号)"
    draft.cites = [each for each in dict.fromkeys(re.findall(cited, clean)) if each != draft.document]
    dates = re.findall(r"(20\d\d)年(\d{1,2})月(\d{1,2})日", clean)
    if dates:
        written, month, day = map(int, dates[-1])
        draft.dated = f"{written}-{month:02d}-{day:02d}"
    for found in reader.find(r"〔\d{4}〕\d+号|20\d\d年(?:\d{1,2}月\d{1,2}日)?"):
        reader.pass_over(*found.span())


def _read_points(reader: Reader) -> None:
    """Points of components, caps and items of adjustments."""
    component = reader.words.a_component
    patterns = (
        ("component_points", rf"{component}（{A_NUMBER}分）"),
        ("component_points", rf"{component}(?:[^\n。；，]{{0,3}}|[^\n。]{{0,60}}?，)分值为{A_NUMBER}分"),
        ("bonus_cap", rf"(?:加减分(?:评定)?（最[高多]|累计加分(?:原则上)?(?:最[高多])?)不(?:得)?超过{A_NUMBER}分"),
        ("deduction_cap", rf"累计扣分(?:原则上)?(?:最[高多])?不(?:得)?超过{A_NUMBER}分"),
        ("bonus_item_min", rf"增加{A_NUMBER}分?[至到—-]{NUMBER}分"),
        ("bonus_item_max", rf"增加{NUMBER}分?[至到—-]{A_NUMBER}分"),
        ("deduction_item", rf"(?<!情形，)在总分中减少{A_NUMBER}分"),
    )
    for measure, pattern in patterns:
        for found in reader.find(pattern):
            reader.figure(measure, found)


def _read_indicators(reader: Reader) -> None:
    words = reader.words
    parts = {
        "indicator_share": rf"{words.a_part}(?:指标)?占比?{A_SHARE}",
        "indicator_count": rf"{words.a_part}指标{A_COUNT}项",
    }
    whole = rf"对(?:各)?{words.a_group}考核的三级指标[为共有]*{A_COUNT}项(?P<parts_of_it>.*?)(?=对{words.group}|。|；)"
    for found in reader.find(whole):
        reader.figure("indicator_count", found)
        for measure, pattern in parts.items():
            for part in reader.find(pattern, *found.span("parts_of_it")):
                reader.figure(measure, part, **reader.identify(found))


def _read_ratings(reader: Reader) -> None:
    for found in reader.find(rf"“(.)”等次[^\n，。；]*?(?:得(?:该项)?分值的{A_SHARE}|(不得分))"):
        rating, _, nothing = found.groups()
        if nothing:
            reader.put_figure("rating_rate", "0", *found.span(3), of=rating, note=f"印作“{nothing}”")
        else:
            reader.figure("rating_rate", found, of=rating)


def _read_assessors(reader: Reader) -> None:
    role = r"[^\n，。；]{0,20}?(?:部门|成员单位)(?=作为考核主体|[^\n，。]*参与考核)"
    for found in reader.find(rf"{_RUN_STARTS}([^\n，。；：]*?)等{A_COUNT}个{role}"):
        run = re.sub(r"^.*?(?:组织|由|如)(?=[市县区省])", "", found[1])
        count = read_count(found["number"])
        names = split_names(run, count)
        reader.figure("assessor_count", found)
        reader.names("assessors", names, (found.end(1) - len(run), found.end(1)), complete=len(names) == count)
    for found in reader.find(rf"{A_COUNT}个考核主体"):
        reader.figure("assessor_count", found)


def _read_methods(reader: Reader) -> None:
    pattern = (
        rf"对([^\n，。；]{{0,200}}?)，(?:如|包括)([^\n，。；]*?)等{A_COUNT}[个家]单位，([^\n。；]*?)采用(百分制|加权)"
    )
    for found in reader.find(pattern):
        what, run, _, _, how = found.groups()
        method = "full" if how == "百分制" else "rescaled_assessor" if "考核主体" in what else "rescaled"
        reader.figure("method_units", found, of=method)
        names = split_names(run)
        units = [name for name in names if not re.fullmatch(f"各?{reader.words.group}", name)]
        others = "、".join(f"“{name}”" for name in names if name not in units)
        note = f"另印{others}，未逐一列名" if others else ""
        reader.names("method", units, found.span(2), complete=False, of=method, note=note)


def _read_adjusted_units(reader: Reader) -> None:
    """How many units of a group have bonuses and deductions, the highest and the lowest."""
    words = reader.words
    for counted in reader.find(r"参加考核的(?:单位)?有：([^\n。；]*)"):
        for found in reader.find(rf"{words.a_group}{A_COUNT}[个家]", *counted.span(1)):
            reader.figure("unit_count", found)
    for found in reader.find(rf"{A_COUNT}个{words.a_group}中，?(?P<with_bonus>{COUNT})个有加分"):
        reader.figure("unit_count", found)
        reader.figure("bonus_units", found, "with_bonus")
    patterns = {
        "bonus_units": rf"{A_COUNT}个{words.group}(?:获得|得到|有|存在)加分",
        "deduction_units": rf"{A_COUNT}个{words.group}(?:存在|有|被)(?:扣分|扣)(?!情形，取消)",
        "veto_units": rf"{A_COUNT}个{words.group}[^\n。；]{{0,30}}?取消[^\n。；]{{0,4}}(?:评优|优秀)",
        "bonus_max": rf"最[高多](?:的)?加分(?:为)?{A_NUMBER}分",
        "bonus_min": rf"最[低少](?:的)?加分(?:为)?{A_NUMBER}分",
        "deduction_max": rf"(?:扣分情形，在总分中减少|最[高多](?:的)?扣分(?:为)?){A_NUMBER}分",
    }
    for measure, pattern in patterns.items():
        for found in reader.find(pattern):
            reader.figure(measure, found, group=reader.group_before(found.end()))


def _read_grade_counts(reader: Reader) -> None:
    """How many units got a grade: of all, of each group, and their shares."""
    words = reader.words
    level = "(?:等次|位次|等级)?"
    pattern = (
        rf"{words.a_grade}{level}(?:单位)?(?:的)?(?:有|为|共)?{A_COUNT}[个家]|(?P<number2>{COUNT})[个家]"
        rf"(?:单位|{words.a_group})?(?:被)?(?:评定?为|评为|定为|获评|达到|为)?(?P<grades2>{words.grade})"
    )
    for found in reader.find(pattern):
        if reader.clean.startswith("（", found.start() - 1) or reader.clean.startswith("单位连续", found.end()):
            continue
        known = {"group": reader.group_before(found.start())} | reader.identify(found)
        reader.figure("grade_units", found, **known)
        _read_shares(reader, found.end(), reader.clause_end(found.end(), "；。"), known["of"])


def _read_shares(reader: Reader, start: int, end: int, grade: str) -> None:
    """Read what follows a count of all: 其中（组）（数）个，占比（比例）."""
    words = reader.words
    tail = rf"{words.a_group}(?:有)?{A_COUNT}[个家](?:，?占(?:比|该组)?(?:为)?(?P<share>{NUMBER}%))?"
    for found in reader.find(tail, start, end):
        if re.search(words.grade, reader.clean[start : found.start()]):
            break
        reader.figure("grade_units", found, of=grade)
        if found["share"]:
            reader.figure("grade_share", found, "share", of=grade)
    alone = re.compile(rf"，占(?:比)?(?:为)?{A_SHARE}").match(reader.clean, start, end)
    if alone:
        reader.figure("grade_share", alone, group=reader.group_before(start), of=grade)


def _read_graded_lists(reader: Reader) -> None:
    """Lists of units by grade; a grade that takes all others has no names."""
    words, clean = reader.words, reader.clean
    heading = rf"{words.a_grade}(?:等次|位次|等级|单位)*(?:（(?:共)?{A_COUNT}[个家]）|{COUNT}[个家])?[：]"
    next_list = rf"[；、]?(?:\d[.．、])?{heading}"
    end = 0
    while found := next(reader.find(heading, end), None):
        end = reader.clause_end(found.end(), "。")
        nested = next(reader.find(next_list, found.end(), end), None)
        end = nested.start() if nested else end
        known = {"group": _heading_group(reader, found.start())} | reader.identify(found)
        for group, first, last in _groups_in_list(reader, found.end(), end, known["group"]):
            names = split_names(clean[first:last].strip("；，、"))
            if names:
                reader.names("graded", names, (first, last), group=group, of=known["of"])
                if len(names) == 1 and len(names[0]) > 30:
                    reader.draft.unsure.append(f"{reader.text.section(first)}：名单只分出一个名称，请核对分隔")
        if found["number"]:
            reader.figure("list_units", found, **known)
    whom = rf"(?:其他|其余|剩余)(?:{A_COUNT}[个家])?的?(?:单位|{words.group}|考核对象)*"
    for found in reader.find(rf"{whom}[均都]?(?:被?评定?|确?定)?为{words.a_grade}"):
        known = {"group": _heading_group(reader, found.start())} | reader.identify(found)
        if found["number"]:
            reader.figure("grade_units", found, **known)
        reader.names("graded", [], found.span(), complete=False, note=f"印作“{found[0]}”", **known)
        reader.draft.unsure.append(
            f"{reader.text.section(found.start())}：“{found[0]}”没有列名；这一等次是单位表中没有列出的其他单位，次序不明"
        )


def _heading_group(reader: Reader, position: int) -> str:
    """Return the group that the heading above a place names, all if it names none."""
    for start, section in reader.text.above(position):
        line = reader.text.original[start : start + 40].splitlines()[0]
        if found := re.search(reader.words.a_group, open_text(line).clean.split("等次")[0]):
            return reader.identify(found)["group"]
        if not section[-1].isdigit():
            break
    inline = re.search(rf"{reader.words.a_group}[的中，：]?$", reader.clean[max(0, position - 40) : position])
    return reader.identify(inline)["group"] if inline else "all"


def _groups_in_list(reader: Reader, start: int, end: int, group: str) -> Iterator[tuple[str, int, int]]:
    """Split a list into its groups, each with its start and end, where it names them (组：甲、乙；组：丙)."""
    marks = [*reader.find(rf"{reader.words.a_group}(?:（{COUNT}[个家]）)?[：]", start, end)]
    if not marks:
        yield group, start, end
    for mark, after in zip(marks, [*(mark.start() for mark in marks[1:]), end], strict=False):
        yield reader.identify(mark)["group"], mark.end(), after


def _read_streaks(reader: Reader) -> None:
    """Units excellent for years running, and units new in the grade."""
    grade = reader.words.a_grade
    run = rf"{_RUN_STARTS}(?P<names>[^\n，。；：]*?)等?(?:{A_COUNT}[个家](?:单位)?)?"
    for found in reader.find(rf"{run}已?连续(?P<years>{COUNT})年[均都]?(?:获评|被?评为|评定为|保持|获得){grade}"):
        _read_named(reader, found, "consecutive", years=str(read_count(found["years"])))
        reader.pass_over(*found.span("years"))
    entry = r"(?:(?:首次|新)(?:获评|评为)|(?:首次|新)?(?:进入|晋升)|新增)"
    for found in reader.find(rf"{run}(?:，[^\n。；]{{0,80}}?)?{entry}{grade}"):
        if "连续" not in found[0] and found["number"]:
            _read_named(reader, found, "newly")


def _read_named(reader: Reader, found: re.Match[str], kind: str, **known: str) -> None:
    count = read_count(found["number"]) if found["number"] else None
    names = split_names(found["names"], count)
    if count is not None:
        reader.figure(f"{kind}_units", found, **known)
    if names:
        known |= reader.identify(found)
        reader.names(kind, names, found.span("names"), complete=count in {None, len(names)}, **known)


def _read_averages(reader: Reader) -> None:
    """Averages, their change and growth, highest and lowest totals: by group, for all or for a grade."""
    rises, falls = "增加|提高|上升|增长|提升|增幅", "减少|下降|降低|降幅"
    patterns = {
        "average": rf"平均(?:得分|分数?|成绩)(?:为|是|达到?)?{A_NUMBER}分?",
        "total_max": rf"最高(?:得?分|成绩)?(?:为|是|达到?)?{A_NUMBER}分",
        "total_min": rf"最低(?:得?分|成绩)?(?:为|是|达到?)?{A_NUMBER}分",
    }
    moved = rf"(?:(?:{rises})|(?P<fall>{falls}))了?"
    changes = {
        "average_delta": rf"(?:较|比)(?:去年|上年|上一年|20\d\d年)(?:度)?{moved}{A_NUMBER}分",
        "average_growth": rf"(?:同比)?{moved}{A_SHARE}",
    }
    for measure, pattern in patterns.items():
        for found in reader.find(pattern):
            before = reader.clean[reader.clause_start(found.start(), "。") : found.start()]
            if re.search("[加扣]分[^，。；]{0,6}$", before):
                continue  # the highest bonus, not the highest total
            grades = [*re.finditer(rf"{reader.words.a_grade}(?:等次|位次|等级|单位)", before)]
            known = {"group": reader.group_before(found.start(), "。")} | (
                reader.identify(grades[-1]) if grades else {}
            )
            reader.figure(measure, found, **known)
            if measure == "average":
                rest = reader.clean[found.end() : reader.clause_end(found.end(), "。；")].split("平均")[0]
                for change, pattern_of_change in changes.items():
                    if said := next(reader.find(pattern_of_change, found.end(), found.end() + len(rest)), None):
                        value = ("-" if said["fall"] else "") + said["number"]
                        reader.put_figure(change, value, *said.span("number"), **known)


def _read_first_places(reader: Reader) -> None:
    for found in reader.find(rf"连续{A_COUNT}年[^\n。；，]{{0,25}}?(?:第1名|第一名?|首位|榜首)"):
        clause = reader.clean[reader.clause_start(found.start(), "。；") : found.start()]
        named = {name: group for group, name in _graded_names(reader) if name in clause}
        reader.pass_over(*found.span())
        if named:
            name, group = list(named.items())[-1]
            reader.figure("first_place_years", found, group=group, of=name)
        else:
            section = reader.text.section(found.start())
            reader.draft.unsure.append(f"{section}：“{found[0]}”说的是哪个单位，没有读出")


def _graded_names(reader: Reader) -> list[tuple[str, str]]:
    """Return group and name of every unit of the graded lists."""
    graded = [each for each in reader.draft.lists if each["list"] == "graded"]
    return [(str(each.get("group", "all")), name) for each in graded for name in each["names"]]


def _read_mentions(reader: Reader) -> None:
    """Runs of names in prose that no other rule has read, at least one of them a listed unit."""
    known = {name for _, name in _graded_names(reader)}
    taken = [tuple(each["span"]) for each in reader.draft.lists]
    name = rf"[^\n，。；：、“”]*?(?:{_SUFFIXES})"
    run = rf"{_RUN_STARTS}({name}(?:、{name})+)(等单位|等)?(?=积极|开展|认真|率先)([^\n。；]*)"
    for found in reader.find(run):
        names = split_names(found[1])
        start, end = reader.text.span(*found.span(1))
        if not known & set(names) or any(start < last and first < end for first, last in taken):
            continue
        topic = re.search(r"“([^”]+)”|开展([^\n，。；]+?)工作", found[3])
        reader.names(
            "mentioned", names, found.span(1), complete=not found[2], of=(topic[1] or topic[2]) if topic else ""
        )


def _report_unread(reader: Reader) -> None:
    """List the numbers after the first heading that no rule has read."""
    for found in reader.find(rf"{NUMBER}%?"):
        if reader.read.isdisjoint(range(*found.span())):
            around = reader.clean[max(0, found.start() - 12) : found.end() + 8]
            section, (start, _) = reader.text.section(found.start()), reader.text.span(*found.span())
            reader.draft.unsure.append(f"{section}：数字 {found[0]} 没有读入（第 {start + 1} 字，“…{around}…”）")


_RULES = (
    _read_head,
    _read_points,
    _read_indicators,
    _read_ratings,
    _read_assessors,
    _read_methods,
    _read_adjusted_units,
    _read_graded_lists,
    _read_grade_counts,
    _read_streaks,
    _read_averages,
    _read_first_places,
    _read_mentions,
)
