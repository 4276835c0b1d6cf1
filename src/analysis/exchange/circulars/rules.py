"""Draft the printed figures and lists of a circular from its text; what is not sure is listed, never guessed.

One small rule per kind of statement. Every value keeps the position it was read from; numbers that no rule has read are
reported, so that nothing is passed over in silence.
"""

import re
from collections.abc import Iterator

from analysis.exchange.circulars.draft import Draft, Reader
from analysis.exchange.circulars.language import SUFFIXES, identify, load, pattern, read_count
from analysis.exchange.circulars.text import CircularText
from analysis.periods import PERIODS, kind_of, read_year


def read_circular(original: str) -> Draft:
    """Draft a circular's printed figures and lists.

    Parameters
    ----------
    original : str
        The circular's text.

    Returns
    -------
    Draft
    """
    reader = Reader(CircularText(original))
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
    joint = re.compile(rf"(?<=[{''.join(sorted(set(SUFFIXES) - {'|'}))}])(?:以及|和|及)(?=[市县区省])")
    while names and (count is None or len(names) < count) and (found := joint.search(names[-1])):
        names[-1:] = [names[-1][: found.start()], names[-1][found.end() :]]
    return names


_BASES = {"previous": "环比|上一?个?(?:季度|半年)", "same_period": "同比|同期|同一?季度|去年|上年"}
"""How circulars of periods call what a change is on."""
_CHANGES = ("average_delta", "average_growth")


def _read_head(reader: Reader) -> None:
    """Year, document number, date, and the documents cited."""
    clean, draft = reader.clean, reader.draft
    if year := re.search(rf"20\d\d年(?:度(?!第|[上下]半年)|度?(?:{'|'.join(PERIODS.values())}))", clean):
        draft.year = read_year(year[0])
    else:
        draft.unsure.append("没有找到“某某年度”，请填 year")
    number = r"(?m)^[^\S\n]*(\S{2,12}[〔\[［]\s*\d{4}\s*[〕\]］]\s*\d+\s*号)\s*$"
    if alone := re.search(number, reader.text.original):
        draft.document = CircularText(alone[1]).clean
    else:
        draft.unsure.append("没有单独成行的文号，请填 document")
    cited = [found[1] for found in reader.find("cited")]
    draft.cites = [each for each in dict.fromkeys(cited) if each != draft.document]
    for found in reader.find("dated"):  # the last is the date of the document
        written, month, day = map(int, found.groups())
        draft.dated = f"{written}-{month:02d}-{day:02d}"
    for found in reader.find("no figures"):
        reader.pass_over(*found.span())


def _read_figures(reader: Reader) -> None:
    """Numbers of which one sentence says all: points, caps, counts of indicators and of units with adjustments."""
    for each in load("sentences.yml")["figures"]:
        scopes = reader.find(each["from"]) if "from" in each else (None,)
        for scope in scopes:
            stretch, known = (scope.span("rest"), identify(scope)) if scope else ((), {})
            for found in reader.find(each["sentence"], *stretch):
                context = {"group": reader.group_before(found.end())} if each.get("before") else known
                reader.figure(each["measure"], found, **context)


def _read_assessors(reader: Reader) -> None:
    for found in reader.find("assessors"):
        run = re.sub(r"^.*?(?:组织|由|如)(?=[市县区省])", "", found["names"])
        count = read_count(found["number"])
        names = split_names(run, count)
        end = found.end("names")
        reader.figure("assessor_count", found)
        reader.names("assessors", names, (end - len(run), end), complete=len(names) == count)


def _read_methods(reader: Reader) -> None:
    for found in reader.find("method"):
        rescaled = "rescaled_assessor" if "考核主体" in found["what"] else "rescaled"
        method = "full" if found["method"] == "百分制" else rescaled
        reader.figure("method_units", found, of=method)
        names = split_names(found["names"])
        others = [name for name in names if pattern("各?<组>").fullmatch(name)]
        units = [name for name in names if name not in others]
        note = f"另印{'、'.join(f'“{name}”' for name in others)}，未逐一列名" if others else ""
        reader.names("method", units, found.span("names"), complete=False, of=method, note=note)


def _read_grade_counts(reader: Reader) -> None:
    """How many units got a grade: of all, of each group, and their shares."""
    for found in reader.find("grade count"):
        if reader.clean.startswith("（", found.start() - 1) or reader.clean.startswith("单位连续", found.end()):
            continue
        known = {"group": reader.group_before(found.start())} | identify(found)
        reader.figure("grade_units", found, **known)
        start, end, grade = found.end(), reader.clause_end(found.end(), "；。"), known["of"]
        for share in reader.find("grade count of a group", start, end):  # 其中（组）（数）个，占比（比例）
            if any(reader.find("<等次>", start, share.start())):
                break
            reader.figure("grade_units", share, of=grade)
            reader.figure("grade_share", share, "share", of=grade)
        if alone := pattern("grade share").match(reader.clean, start, end):
            reader.figure("grade_share", alone, group=reader.group_before(start), of=grade)


def _read_graded_lists(reader: Reader) -> None:
    """Lists of units by grade; a grade that takes all others has no names."""
    end = 0
    while found := next(reader.find("graded list", end), None):
        end = reader.clause_end(found.end(), "。")
        if nested := next(reader.find("next graded list", found.end(), end), None):
            end = nested.start()
        known = {"group": _heading_group(reader, found.start())} | identify(found)
        for group, first, last in _groups_in_list(reader, found.end(), end, known["group"]):
            if names := split_names(reader.clean[first:last].strip("；，、")):
                reader.names("graded", names, (first, last), group=group, of=known["of"])
                if len(names) == 1 and len(names[0]) > 30:
                    reader.doubt(first, "名单只分出一个名称，请核对分隔")
        reader.figure("list_units", found, **known)
    for found in reader.find("all others"):
        known = {"group": _heading_group(reader, found.start())} | identify(found)
        reader.figure("grade_units", found, **known)
        reader.names("graded", [], found.span(), complete=False, note=f"印作“{found[0]}”", **known)
        doubt = f"“{found[0]}”没有列名；这一等次是单位表中没有列出的其他单位，次序不明"
        reader.doubt(found.start(), doubt)


def _heading_group(reader: Reader, position: int) -> str:
    """Return the group that the heading above a position names, all if it names none."""
    for mark, section in reader.text.above(position):
        line = reader.text.original[mark.start(1) : mark.start(1) + 40].splitlines()[0]
        if found := pattern("<组>").search(CircularText(line).clean.split("等次")[0]):
            return identify(found)["group"]
        if not section[-1].isdigit():
            break
    inline = reader.find("group before a list", max(0, position - 40), position)
    return next((identify(found)["group"] for found in inline), "all")


def _groups_in_list(reader: Reader, start: int, end: int, group: str) -> Iterator[tuple[str, int, int]]:
    """Split a list into its groups, each with its start and end, where it names them (组：甲、乙；组：丙)."""
    marks = [*reader.find("group in a list", start, end)]
    if not marks:
        yield group, start, end
    for mark, after in zip(marks, [*(mark.start() for mark in marks[1:]), end], strict=False):
        yield identify(mark)["group"], mark.end(), after


def _read_streaks(reader: Reader) -> None:
    """Units excellent for years running, and units new in the grade."""
    for kind in ("consecutive", "newly"):
        for found in reader.find(kind):
            count = read_count(found["number"]) if found["number"] else None
            if kind == "newly" and ("连续" in found[0] or count is None):
                continue
            known, names = {}, split_names(found["names"], count)
            if kind == "consecutive":
                known = {"years": str(read_count(found["years"]))}
                reader.pass_over(*found.span("years"))
            reader.figure(f"{kind}_units", found, **known)
            if names:
                known |= identify(found)
                reader.names(kind, names, found.span("names"), complete=count in {None, len(names)}, **known)


def _read_averages(reader: Reader) -> None:
    """Averages, their change and growth, highest and lowest totals: by group, for all or for a grade."""
    for measure in ("average", "total_max", "total_min"):
        for found in reader.find(measure):
            sentence = reader.clause_start(found.start(), "。")
            if re.search("[加扣]分[^，。；]{0,6}$", reader.clean[sentence : found.start()]):
                continue  # the highest bonus, not the highest total
            known = {"group": reader.group_before(found.start(), "。")}
            for grade in reader.find("grade of an average", sentence, found.start()):  # the last counts
                known |= identify(grade)
            reader.figure(measure, found, **known)
            if measure == "average":
                _read_changes(reader, found.end(), known)
    _settle_base(reader)


def _read_changes(reader: Reader, start: int, known: dict[str, str]) -> None:
    """What an average changed by, as its sentence says up to the next average; of a period, on each base once.

    A change that does not say its base has that of the one before.
    """
    of_period, base, taken = reader.draft.year is not None and kind_of(reader.draft.year), "", set[tuple[str, str]]()
    last = reader.clause_end(start, "。；")
    while of_period and any(pattern(change).match(reader.clean, last + 1) for change in _CHANGES):
        last = reader.clause_end(last + 1, "。；")  # the other base, in a clause of its own
    end = start + len(reader.clean[start:last].split("平均")[0])
    found = [(changed, change) for change in _CHANGES for changed in reader.find(change, start, end)]
    for changed, change in sorted(found, key=lambda each: each[0].start()):
        named = (each for each, words in _BASES.items() if of_period and re.search(words, changed[0]))
        base = next(named, base)
        if (change, base) not in taken:
            taken.add((change, base))
            reader.figure(change, changed, **known, base=base)


def _settle_base(reader: Reader) -> None:
    """Take the base that is named first for the circular's; what is on the other one says so itself."""
    changes = [figure for figure in reader.draft.figures if figure["measure"] in _CHANGES]
    bases = list(dict.fromkeys(figure["base"] for figure in changes if "base" in figure))
    reader.draft.base = bases[0] if bases else ""
    for figure in changes:
        if len(bases) > 1 and "base" not in figure:
            doubt = f"{figure['section']}：{figure['value']} 没有写明是同比还是环比，请核对它的 base"
            reader.draft.unsure.append(doubt)
        if figure.get("base") == reader.draft.base:
            del figure["base"]


def _read_first_places(reader: Reader) -> None:
    groups = _graded_units(reader)
    for found in reader.find("first place"):
        clause = reader.clean[reader.clause_start(found.start(), "。；") : found.start()]
        named = [name for name in groups if name in clause]
        reader.pass_over(*found.span())
        if named:
            reader.figure("first_place_years", found, group=groups[named[-1]], of=named[-1])
        else:
            reader.doubt(found.start(), f"“{found[0]}”说的是哪个单位，没有读出")


def _graded_units(reader: Reader) -> dict[str, str]:
    """Return the group that each unit of the graded lists stands under."""
    graded = [each for each in reader.draft.lists if each["list"] == "graded"]
    return {name: str(each.get("group", "all")) for each in graded for name in each["names"]}


def _read_mentions(reader: Reader) -> None:
    """Runs of names in prose that no other rule has read, at least one of them a listed unit."""
    known, taken = _graded_units(reader), [tuple(each["span"]) for each in reader.draft.lists]
    for found in reader.find("names in prose"):
        names = split_names(found["names"])
        start, end = reader.text.span(*found.span("names"))
        if not known.keys().isdisjoint(names) and not any(start < last and first < end for first, last in taken):
            topic = pattern("topic").search(found["about"])
            about = (topic[1] or topic[2]) if topic else ""
            reader.names("mentioned", names, found.span("names"), complete=not found["others"], of=about)


def _report_unread(reader: Reader) -> None:
    """List the numbers after the first heading that no rule has read."""
    for found in reader.find("number"):
        if reader.read.isdisjoint(range(*found.span())):
            around = reader.clean[max(0, found.start() - 12) : found.end() + 8]
            start, _ = reader.text.span(*found.span())
            reader.doubt(found.start(), f"数字 {found[0]} 没有读入（第 {start + 1} 字，“…{around}…”）")


_RULES = (
    _read_head,
    _read_assessors,
    _read_figures,
    _read_methods,
    _read_graded_lists,
    _read_grade_counts,
    _read_streaks,
    _read_averages,
    _read_first_places,
    _read_mentions,
)
