"""Draft the printed figures and lists of a circular from its text; what is not sure is listed, never guessed.

One small rule per kind of statement. Every value keeps the place it was read from; numbers that no rule has read are
reported, so that nothing is passed over in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from analysis.exchange.circulars.draft import COUNT, NUMBER, Draft, Reader, Words, load_words
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
        draft.year = int(year.group(1))
    else:
        draft.unsure.append("没有找到“某某年度”，请填 year")
    own = re.search(
        r"^[^\S\n]*(\S{2,12}[〔\[［]\s*\d{4}\s*[〕\]］]\s*\d+\s*号)\s*$", reader.text.original, re.MULTILINE
    )
    if own:
        draft.document = open_text(own.group(1)).clean
    else:
        draft.unsure.append("没有单独成行的文号，请填 document")
    cited = r"(?:(?<=[（》，。、；：])|(?<=根据)|(?<=按照)|(?<=依据))([一-鿿]{2,10}〔\d{4}〕\d+号)"
    draft.cites = [each for each in dict.fromkeys(re.findall(cited, clean)) if each != draft.document]
    dates = list(re.finditer(r"(20\d\d)年(\d{1,2})月(\d{1,2})日", clean))
    if dates:
        written, month, day = map(int, dates[-1].groups())
        draft.dated = f"{written}-{month:02d}-{day:02d}"
    for pattern in (r"〔\d{4}〕\d+号", r"20\d\d年(?:\d{1,2}月\d{1,2}日)?"):
        for found in re.finditer(pattern, clean):
            reader.read |= set(range(*found.span()))


def _read_points(reader: Reader) -> None:
    """Points of components, caps and items of adjustments."""
    words = reader.words
    worth = rf"({words.component})(?:（({NUMBER})分）|(?:[^\n。；，]{{0,3}}|[^\n。]{{0,60}}?，)分值为({NUMBER})分)"
    for found in re.finditer(worth, reader.clean):
        name = 2 if found.group(2) else 3
        reader.figure("component_points", found, name, of=words.find("components", found.group(1)))
    single = {
        "bonus_cap": rf"(?:加减分(?:评定)?（最[高多]|累计加分(?:原则上)?(?:最[高多])?)不(?:得)?超过({NUMBER})分",
        "deduction_cap": rf"累计扣分(?:原则上)?(?:最[高多])?不(?:得)?超过({NUMBER})分",
        "bonus_item_min": rf"增加({NUMBER})分?[至到—-]{NUMBER}分",
        "bonus_item_max": rf"增加{NUMBER}分?[至到—-]({NUMBER})分",
        "deduction_item": rf"(?<!情形，)在总分中减少({NUMBER})分",
    }
    for measure, pattern in single.items():
        for found in re.finditer(pattern, reader.clean):
            reader.figure(measure, found, 1)


def _read_indicators(reader: Reader) -> None:
    words = reader.words
    whole = rf"对(?:各)?({words.group})考核的三级指标[为共有]*({COUNT})项(.*?)(?=对{words.group}|。|；)"
    for found in re.finditer(whole, reader.clean):
        group = words.find("groups", found.group(1))
        reader.figure("indicator_count", found, 2, group=group)
        start, end = found.span(3)
        for share in re.compile(rf"({words.part})(?:指标)?占比?({NUMBER}%)").finditer(reader.clean, start, end):
            reader.figure("indicator_share", share, 2, group=group, of=words.find("parts", share.group(1)))
        for count in re.compile(rf"({words.part})指标({COUNT})项").finditer(reader.clean, start, end):
            reader.figure("indicator_count", count, 2, group=group, of=words.find("parts", count.group(1)))


def _read_ratings(reader: Reader) -> None:
    for found in re.finditer(rf"“(.)”等次[^\n，。；]*?(?:得(?:该项)?分值的({NUMBER}%)|(不得分))", reader.clean):
        if found.group(2):
            reader.figure("rating_rate", found, 2, of=found.group(1))
        else:
            reader.put_figure("rating_rate", "0", *found.span(3), of=found.group(1), note=f"印作“{found.group(3)}”")


def _read_assessors(reader: Reader) -> None:
    role = r"[^\n，。；]{0,20}?(?:部门|成员单位)(?=作为考核主体|[^\n，。]*参与考核)"
    for found in re.finditer(rf"{_RUN_STARTS}([^\n，。；：]*?)等({COUNT})个{role}", reader.clean):
        run = re.sub(r"^.*?(?:组织|由|如)(?=[市县区省])", "", found.group(1))
        count = read_count(found.group(2))
        names = split_names(run, count)
        start = found.end(1) - len(run)
        reader.figure("assessor_count", found, 2)
        reader.names("assessors", names, (start, found.end(1)), complete=len(names) == count)
    for found in re.finditer(rf"({COUNT})个考核主体", reader.clean):
        reader.figure("assessor_count", found, 1)


def _read_methods(reader: Reader) -> None:
    pattern = (
        rf"对([^\n，。；]{{0,200}}?)，(?:如|包括)([^\n，。；]*?)等({COUNT})[个家]单位，([^\n。；]*?)采用(百分制|加权)"
    )
    for found in re.finditer(pattern, reader.clean):
        what, run, _, _, how = found.groups()
        method = "full" if how == "百分制" else "rescaled_assessor" if "考核主体" in what else "rescaled"
        reader.figure("method_units", found, 3, of=method)
        names = split_names(run)
        units = [name for name in names if not re.fullmatch(f"各?{reader.words.group}", name)]
        others = "、".join(f"“{name}”" for name in names if name not in units)
        note = {"note": f"另印{others}，未逐一列名"} if others else {}
        reader.names("method", units, found.span(2), complete=False, of=method, **note)


def _read_adjusted_units(reader: Reader) -> None:
    """How many units of a group have bonuses and deductions, the highest and the lowest."""
    group_word = reader.words.group
    for counted in re.finditer(r"参加考核的(?:单位)?有：([^\n。；]*)", reader.clean):
        for found in re.compile(rf"({group_word})({COUNT})[个家]").finditer(reader.clean, *counted.span(1)):
            reader.figure("unit_count", found, 2, group=reader.words.find("groups", found.group(1)))
    for found in re.finditer(rf"({COUNT})个({group_word})中，?({COUNT})个有加分", reader.clean):
        group = reader.words.find("groups", found.group(2))
        reader.figure("unit_count", found, 1, group=group)
        reader.figure("bonus_units", found, 3, group=group)
    patterns = {
        "bonus_units": rf"({COUNT})个{group_word}(?:获得|得到|有|存在)加分",
        "deduction_units": rf"({COUNT})个{group_word}(?:存在|有|被)(?:扣分|扣)(?!情形，取消)",
        "veto_units": rf"({COUNT})个{group_word}[^\n。；]{{0,30}}?取消[^\n。；]{{0,4}}(?:评优|优秀)",
        "bonus_max": rf"最[高多](?:的)?加分(?:为)?({NUMBER})分",
        "bonus_min": rf"最[低少](?:的)?加分(?:为)?({NUMBER})分",
        "deduction_max": rf"(?:扣分情形，在总分中减少|最[高多](?:的)?扣分(?:为)?)({NUMBER})分",
    }
    for measure, pattern in patterns.items():
        for found in re.finditer(pattern, reader.clean):
            clause = reader.clause_start(found.start(1), "。；")
            reader.figure(measure, found, 1, group=reader.group_before(found.end(), clause))


def _read_grade_counts(reader: Reader) -> None:
    """How many units got a grade: of all, of each group, and their shares."""
    words = reader.words
    level = "(?:等次|位次|等级)?"
    pattern = (
        rf"(?P<grade>{words.grade}){level}(?:单位)?(?:的)?(?:有|为|共)?(?P<count>{COUNT})[个家]"
        rf"|(?P<count2>{COUNT})[个家](?:单位|(?P<group>{words.group}))?(?:被)?(?:评定?为|评为|定为|获评|达到|为)?(?P<grade2>{words.grade})"
    )
    for found in re.finditer(pattern, reader.clean):
        if reader.clean[found.start() - 1 : found.start()] == "（" or re.match("单位连续", reader.clean[found.end() :]):
            continue
        name = "count" if found.group("grade") else "count2"
        grade = words.find("grades", found.group("grade") or found.group("grade2"))
        named = found.group("group")
        clause = reader.clause_start(found.start(), "。；")
        group = words.find("groups", named) if named else reader.group_before(found.start(), clause)
        reader.figure("grade_units", found, name, group=group, of=grade)
        _read_shares(reader, found.end(), reader.clause_end(found.end(), "；。"), grade)


def _read_shares(reader: Reader, start: int, end: int, grade: str) -> None:
    """Read what follows a count of all: 其中（组）（数）个，占比（比例）."""
    words = reader.words
    tail = re.compile(rf"({words.group})(?:有)?({COUNT})[个家](?:，?占(?:比|该组)?(?:为)?({NUMBER}%))?")
    for found in tail.finditer(reader.clean, start, end):
        if re.search(words.grade, reader.clean[start : found.start()]):
            break
        group = words.find("groups", found.group(1))
        reader.figure("grade_units", found, 2, group=group, of=grade)
        if found.group(3):
            reader.figure("grade_share", found, 3, group=group, of=grade)
    alone = re.compile(rf"，占(?:比)?(?:为)?({NUMBER}%)").match(reader.clean, start, end)
    if alone:
        before = reader.clause_start(start, "。；")
        reader.figure("grade_share", alone, 1, group=reader.group_before(start, before), of=grade)


def _read_graded_lists(reader: Reader) -> None:
    """Lists of units by grade; a grade that takes all others has no names."""
    words = reader.words
    level = "(?:等次|位次|等级|单位)*"
    pattern = rf"(?P<grade>{words.grade}){level}(?:（(?:共)?(?P<count>{COUNT})[个家]）|{COUNT}[个家])?[：]"
    place = 0
    while found := re.compile(pattern).search(reader.clean, place):
        start, end = found.end(), reader.clause_end(found.end(), "。")
        next_list = rf"[；、]?(?:\d[.．、])?{words.grade}{level}(?:（(?:共)?{COUNT}[个家]）|{COUNT}[个家])?[：]"
        nested = re.compile(next_list).search(reader.clean, start, end)
        end = nested.start() if nested else end
        place = nested.start() if nested else end
        grade = words.find("grades", found.group("grade"))
        group = _heading_group(reader, found.start())
        for own_group, names, first, last in _groups_in_list(reader, start, end, group):
            if names:
                reader.names("graded", names, (first, last), group=own_group, of=grade)
                if len(names) == 1 and len(names[0]) > 30:
                    reader.draft.unsure.append(f"{reader.text.section(first)}：名单只分出一个名称，请核对分隔")
        if found.group("count"):
            reader.figure("list_units", found, "count", group=group, of=grade)
    whom = rf"(?:其他|其余|剩余)(?:({COUNT})[个家])?的?(?:单位|{words.group}|考核对象)*"
    rest = rf"{whom}[均都]?(?:被?评定?|确?定)?为({words.grade})"
    for found in re.finditer(rest, reader.clean):
        grade, group = words.find("grades", found.group(2)), _heading_group(reader, found.start())
        if found.group(1):
            reader.figure("grade_units", found, 1, group=group, of=grade)
        reader.names("graded", [], found.span(), complete=False, group=group, of=grade, note=f"印作“{found.group()}”")
        reader.draft.unsure.append(
            f"{reader.text.section(found.start())}：“{found.group()}”没有列名；这一等次是单位表中没有列出的其他单位，次序不明"
        )


def _heading_group(reader: Reader, position: int) -> str:
    """Return the group that the heading above a place names, all if it names none."""
    for start, section in reader.text.above(position):
        line = reader.text.original[start : start + 40].splitlines()[0]
        found = re.search(reader.words.group, open_text(line).clean.split("等次")[0])
        if found:
            return reader.words.find("groups", found.group())
        if not section[-1].isdigit():
            break
    inline = re.compile(rf"({reader.words.group})[的中，：]?$").search(reader.clean[max(0, position - 40) : position])
    return reader.words.find("groups", inline.group(1)) if inline else "all"


def _groups_in_list(reader: Reader, start: int, end: int, group: str) -> Iterator[tuple[str, list[str], int, int]]:
    """Split a list into its groups where it names them (组：甲、乙；组：丙)."""
    marks = list(re.compile(rf"({reader.words.group})(?:（{COUNT}[个家]）)?[：]").finditer(reader.clean, start, end))
    if not marks:
        yield group, split_names(reader.clean[start:end].strip("；，、")), start, end
        return
    for mark, after in zip(marks, [*(found.start() for found in marks[1:]), end], strict=True):
        names = split_names(reader.clean[mark.end() : after].strip("；，、"))
        yield reader.words.find("groups", mark.group(1)), names, mark.end(), after


def _read_streaks(reader: Reader) -> None:
    """Units excellent for years running, and units new in the grade."""
    words = reader.words
    run = rf"{_RUN_STARTS}(?P<names>[^\n，。；：]*?)等?(?:(?P<count>{COUNT})[个家](?:单位)?)?"
    streak = rf"{run}已?连续(?P<years>{COUNT})年[均都]?(?:获评|被?评为|评定为|保持|获得)(?P<grade>{words.grade})"
    for found in re.finditer(streak, reader.clean):
        years = str(read_count(found.group("years")))
        _read_named(reader, found, "consecutive", words.find("grades", found.group("grade")), years)
        reader.read |= set(range(*found.span("years")))
    entry = r"(?:(?:首次|新)(?:获评|评为)|(?:首次|新)?(?:进入|晋升)|新增)"
    newly = rf"{run}(?:，[^\n。；]{{0,80}}?)?{entry}(?P<grade>{words.grade})"
    for found in re.finditer(newly, reader.clean):
        if "连续" not in found.group() and found.group("count"):
            _read_named(reader, found, "newly", words.find("grades", found.group("grade")), "")


def _read_named(reader: Reader, found: re.Match[str], kind: str, grade: str, years: str) -> None:
    count = read_count(found.group("count")) if found.group("count") else None
    names = split_names(found.group("names"), count)
    more = {"years": years} if years else {}
    if count is not None:
        reader.figure(f"{kind}_units", found, "count", of=grade, **more)
    if names:
        complete = count is None or len(names) == count
        reader.names(kind, names, found.span("names"), complete=complete, of=grade, **more)


def _read_averages(reader: Reader) -> None:
    """Averages, their change and growth, highest and lowest totals: by group, for all or for a grade."""
    words = reader.words
    rises, falls = "增加|提高|上升|增长|提升|增幅", "减少|下降|降低|降幅"
    amounts = {
        "average": rf"平均(?:得分|分数?|成绩)(?:为|是|达到?)?({NUMBER})分?",
        "total_max": rf"最高(?:得?分|成绩)?(?:为|是|达到?)?({NUMBER})分",
        "total_min": rf"最低(?:得?分|成绩)?(?:为|是|达到?)?({NUMBER})分",
    }
    change = re.compile(rf"(?:较|比)(?:去年|上年|上一年|20\d\d年)(?:度)?(?:({rises})|({falls}))了?({NUMBER})分")
    growth = re.compile(rf"(?:同比)?(?:({rises})|({falls}))了?({NUMBER}%)")
    for measure, pattern in amounts.items():
        for found in re.finditer(pattern, reader.clean):
            sentence = reader.clause_start(found.start(), "。")
            before = reader.clean[sentence : found.start()]
            if re.search("[加扣]分[^，。；]{0,6}$", before):
                continue  # the highest bonus, not the highest total
            grade = re.findall(rf"(?:评定?为|定为)?({words.grade})(?:等次|位次|等级|单位)", before)
            of = words.find("grades", grade[-1]) if grade else "all"
            group = reader.group_before(found.start(), sentence)
            reader.figure(measure, found, 1, group=group, of=of)
            end = reader.clause_end(found.end(), "。；")
            end = found.end() + len(reader.clean[found.end() : end].split("平均")[0])
            if measure == "average":
                for kind, pattern_of_change in (("average_delta", change), ("average_growth", growth)):
                    if said := pattern_of_change.search(reader.clean, found.end(), end):
                        value = ("-" if said.group(2) else "") + said.group(3)
                        reader.put_figure(kind, value, *said.span(3), group=group, of=of)


def _read_first_places(reader: Reader) -> None:
    pattern = rf"连续({COUNT})年[^\n。；，]{{0,25}}?(?:第1名|第一名?|首位|榜首)"
    for found in re.finditer(pattern, reader.clean):
        clause = reader.clean[reader.clause_start(found.start(), "。；") : found.start()]
        named = {name: group for group, name in _graded_names(reader) if name in clause}
        reader.read |= set(range(*found.span()))
        if named:
            name, group = list(named.items())[-1]
            reader.figure("first_place_years", found, 1, group=group, of=name)
        else:
            section = reader.text.section(found.start())
            reader.draft.unsure.append(f"{section}：“{found.group()}”说的是哪个单位，没有读出")


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
    for found in re.finditer(run, reader.clean):
        names = split_names(found.group(1))
        start, end = reader.text.span(*found.span(1))
        if not known & set(names) or any(start < last and first < end for first, last in taken):
            continue
        topic = re.search(r"“([^”]+)”|开展([^\n，。；]+?)工作", found.group(3))
        of = next((word for word in (topic.groups() if topic else ()) if word), "")
        reader.names("mentioned", names, found.span(1), complete=not found.group(2), **({"of": of} if of else {}))


def _report_unread(reader: Reader) -> None:
    """List the numbers after the first heading that no rule has read."""
    for found in re.finditer(rf"{NUMBER}%?", reader.clean):
        section = reader.text.section(found.start())
        if reader.read & set(range(*found.span())):
            continue
        around = reader.clean[max(0, found.start() - 12) : found.end() + 8]
        start = reader.text.span(*found.span())[0]
        reader.draft.unsure.append(f"{section}：数字 {found.group()} 没有读入（第 {start + 1} 字，“…{around}…”）")


_RULES: tuple[Callable[[Reader], None], ...] = (
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
