"""Of which units a count is, by its own words: 9个中心城市; 64家县直机关、事业单位 are all there are."""

import re

from analysis.exchange.circulars.reading import Reading
from analysis.exchange.circulars.whose import Subject, explain

_BRACKET = "(?:（[一-鿿、]{1,12}）)?"
_MEMBER = re.compile(
    f"(?P<stem>[一-鿿]{{1,10}}?)(?:城市|企业|机构|组织|单位|部门|学校|医院|社区|地区|网站|新媒体|开发区|科室|窗口){_BRACKET}"
)
_ALSO = re.compile(
    rf"(?:(?:人民)?政府)?{_BRACKET}(?:[、和及与]|以及)(?![各全\d])(?:有关|相关)?"
    r"(?P<other>[一-鿿]{0,8}?(?:部门|单位|机关|企业|机构|组织|行业|乡镇|街道|政府|园区|[县市区](?![一-鿿])))"
)
"""More units behind those counted, without a count of their own."""
_KIND = re.compile("(?:部门|单位|机关|企业|机构|组织|行业|乡镇|街道|政府|园区)$")
_REST = re.compile("(?:和|、)单位|（单位）")
"""What belongs to a word for units: 部门和单位."""
_LONGEST = 12
"""Characters of what units are called behind their count."""
_HONOUR = re.compile("表扬|批评|末位|最差|示范|先进|文明|优胜|约谈")
_JUDGED = "[一-鿿（）]{0,8}(?:上榜|入选|入围|(?:被|分别|均){0,2}(?:授予|评为|评定为|获评|荣获))"
"""What is said of some, not of all."""
_ANY = {"部门", "单位"}
_OF_ALL = {"部门和单位", "部门（单位）"}
"""Words for all there are, where it is said that they are."""


def find_population(reading: Reading, found: re.Match[str], branch: str) -> str:
    """Return what the units of a count are called: by the group of its sentence, or by words right behind it."""
    words = found.groupdict()
    group = next((name for name in ("group", "group2", "group3") if words.get(name)), "")
    behind = found.end(branch) + 1
    if group and found.start(group) < behind:
        return found[group] + (words.get("kind") or "")
    if group:
        rest = _REST.match(reading.clean, found.end(group))
        lead = reading.clean[behind : found.start(group)]
        is_part = explain(lead, reading.words)
        word = reading.clean[behind : found.end(group)] if is_part.other or is_part.group else found[group]
        return word + (rest[0] if rest and not word.endswith(rest[0]) else "")
    end = found.end() if found.end() > behind else behind + _LONGEST
    member = _MEMBER.match(reading.clean, behind, end)
    stem = explain(member["stem"].rsplit("的")[-1], reading.words) if member else None
    if member and stem and (stem.other or stem.group):
        return member[0].rsplit("的")[-1]
    return next((each["group"] for each in reading.find("<组>", *found.span())), "")


def is_of_more(reading: Reading, found: re.Match[str]) -> bool | None:
    """Say whether a count is of all that stand behind it: 96家市政府部门、区政府和有关企事业单位; None of names."""
    ends = [found.end(name) for name in ("group", "group2", "group3") if found.groupdict().get(name)]
    also = _ALSO.match(reading.clean, max(ends, default=found.end()))
    if also is None:
        return False
    if also["other"] in _ANY | {"行业"}:
        return False
    return True if _KIND.search(also["other"]) else None


def is_of_all(group: str, said: Subject, told: str) -> bool:
    """Say whether a word for units means all there are of what is said."""
    return (group in _ANY and said.group != "") or ((said.whole or "全" in told) and group in _OF_ALL)


def is_honour(group: str) -> bool:
    """Say whether a word for units says what was thought of them: it is a grade."""
    return _HONOUR.search(group) is not None


def is_judged(reading: Reading, number: str) -> bool:
    """Say whether it is told elsewhere that as many got a grade: 27个单位被评为优秀."""
    return re.search(rf"(?<!\d){number}(?:个(?!季度|半年|月)|[家所户]){_JUDGED}", reading.clean) is not None
