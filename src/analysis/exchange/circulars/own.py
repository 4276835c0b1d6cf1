"""What a clause says of the one unit that it, or one before it, begins with: 甲市总得分为892.35分，列全省第四位."""

import re

from analysis.exchange.circulars.language import load
from analysis.exchange.circulars.names import Name, is_name
from analysis.exchange.circulars.numerals import NUMBER
from analysis.exchange.circulars.reading import Reading
from analysis.exchange.circulars.whose import explain

_SENTENCES = load("rules.yml")["sentences"]
_END = re.compile(
    "[县区旗镇乡市局委厅办村]|街道|社区|公司|集团|银行|医院|学校|[大中小]学|学院|幼儿园|[法检察]{1,2}院|中心|[支大]队|管委会|人民政府"
)
"""How the names end of units that have scores of their own: a 评议团 and 社会 give them."""
_LEAD = re.compile("(?:其中|此外|另外|同时|而)，?|20\\d\\d年度?，?")
"""What stands before the unit that a clause is about."""
_SCORE = (
    r"(?:以|凭借)?(?:综合|考核)?(?:总?得分率?|总分|总?成绩|得|评分)?的?(?:为|是|达到?)?"
    rf"{NUMBER}(?:分|%)(?:的[一-鿿]{{2,6}})?"
)
_REST = re.compile(
    rf"{_SCORE}|在[^，；]{{2,30}}?中，?|(?:被?评为|获评|获得?|认定为|确定为)[^，；]*"
    r"|(?:比|较|与|同比|环比|高出|高于|低于|超过|提高|上升|增加|下降|降低)[^；]{0,40}?(?=，|$)"
)
"""What may stand between a unit and its rank."""
_ELSEWHERE = re.compile("(?:方面|指标|榜单|环节|项目|[上中里])，?$")
"""How a clause ends that says of what the next one is, if it is no whole assessment."""
_CLAUSES = 5
"""Clauses before a rank in which its unit may stand."""
_LONGEST = 20
"""Characters of a unit's name."""
_YOU = re.compile("[你我贵][市县区旗镇乡局委校]|[你贵]单位")
_SURE = re.compile("(?:[县区旗镇乡市局委厅办]|街道|单位)$")
"""How a unit's name ends that is one whatever stands behind it."""
_TOTAL = re.compile("总|综合")


def read_own(reading: Reading) -> None:
    """Scores of the unit that a clause begins with, and totals of the one that a clause before began with."""
    for sentence in reading.sentences():
        for found in reading.find(_SENTENCES["own score"], sentence.start, sentence.end):
            if any(reading.taken[found.start() : found.end()]):
                continue
            first = reading.start_of(found.start(), "。；，")
            name = _begins_with(reading, first, found.start())
            rest = reading.clean[name.end if name else first : found.start()]
            names = [name] if name and is_clear(reading, first) else []
            if name is None and _TOTAL.search(found[0]):
                names = _first_of(reading, found.start())
            if names and _is_plain(reading, rest):
                branch = next(each for each in ("number", "number2", "number3") if found[each])
                number, sign = found[branch], "%" * reading.clean.startswith("%", found.end(branch))
                span = (found.start(branch), found.end(branch) + len(sign))
                reading.figure("unit_total", number + sign, span, unit=names[0].text)
                reading.pass_over(*found.span())


def find_subject(reading: Reading, place: int) -> list[Name]:
    """Find the unit that a rank is of: the clauses between say nothing else."""
    part, first = reading.start_of(place), place
    for _ in range(_CLAUSES):
        if first < part:
            break
        first = reading.start_of(first, "。；，")
        name = _begins_with(reading, first, place)
        if name:
            rest = _REST.sub("", reading.clean[name.end : place])
            inside = re.findall("在([^，；]{2,30}?)中", reading.clean[name.end : place])
            is_sure = is_clear(reading, first) and all(_is_plain(reading, each) for each in (rest, *inside))
            return [name] if is_sure else []
        first -= 1
    return []


def _first_of(reading: Reading, place: int) -> list[Name]:
    """Give the unit that the sentence begins with."""
    part = reading.start_of(place)
    name = _begins_with(reading, part, place)
    return [name] if name else []


def _begins_with(reading: Reading, start: int, end: int) -> Name | None:
    """Find the name that a clause begins with: the longest behind which words are that say nothing."""
    while (lead := _LEAD.match(reading.clean, start, end)) and lead[0]:
        start = lead.end()
    if told := _YOU.match(reading.clean, start, end):
        return Name(_addressee(reading, told[0]), *told.span())
    clause = reading.clean.find("，", start, end)
    group = reading.match("<组>", start, end)
    names = [
        Name(text, start, found.end())
        for found in _END.finditer(reading.clean, start, min(end, start + _LONGEST))
        if is_name(text := reading.clean[start : found.end()], reading.words) and text.count("（") == text.count("）")
    ]
    names = [each for each in names if len(each.text) > 1 and (group is None or group.end() < each.end)]
    rests = {each: _REST.sub("", reading.clean[each.end : end if clause < 0 else clause]) for each in names}
    sure = [each for each in names if _is_plain(reading, rests[each])] or [
        each for each in names if _SURE.search(each.text)
    ]
    return sure[-1] if sure else None


def _addressee(reading: Reading, told: str) -> str:
    """Give the name of the unit that a letter is to, where it says 你单位; a place is none: 你市."""
    lines = (reading.clean[each.start : each.end] for each in reading.prose())
    to = (line[:-1] for line in lines if line.endswith("：") and is_name(line[:-1], reading.words))
    return next(to, told) if re.search("(?:单位|[局委校])$", told) else told


def _is_plain(reading: Reading, text: str) -> bool:
    said = explain(text, reading.words)
    return (
        not re.search("均|最[高低]", text)
        and not said.other
        and not said.component
        and said.year in {None, reading.draft.year}
    )


def is_clear(reading: Reading, start: int) -> bool:
    """Say whether the clause before says of nothing else that this is about it."""
    before = reading.clean[reading.start_of(start - 1, "。；，") : start] if start else ""
    if re.search("”方面，", reading.clean[reading.start_of(start) : start]):
        return False
    said = explain(before, reading.words)
    if said.year not in {None, reading.draft.year}:
        return False
    return not (_ELSEWHERE.search(before.rstrip("，")) and (said.other or said.component))
