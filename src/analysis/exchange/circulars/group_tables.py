"""Tables whose rows are groups: how many units there are, how many got which grade, averages of two years, extremes."""

import re
from typing import Any

from analysis.exchange.circulars.numerals import NUMBER
from analysis.exchange.circulars.reading import Reading
from analysis.exchange.circulars.rows import HEADS, Row, is_grade, take_cell
from analysis.exchange.circulars.whose import Subject
from analysis.periods import read_year

_COLUMNS = {
    "unit_count": "合计|总数|总量|小计|数量|(?:参[评检加]|被?考核|应?检查)?(?:单位|对象|部门)?(?:总?数|个数|家数)",
    "average": "(?P<year>20[0-9]{2})?(?:年度?)?平均(?:得分|分|成绩|分值)|均分",
    "average_delta": "增减|升降|变化|增减[分值]?|(?:比|较)(?:上年|上年度|去年|20[0-9]{2}年度?)(?:增减|变化|升降|提高)",
    "total_max": "(?:20[0-9]{2}年度?)?最高(?:得分|分)?",
    "total_min": "(?:20[0-9]{2}年度?)?最低(?:得分|分)?",
}
"""What the columns of a table of groups are called."""
_GRADE = re.compile("(?P<grade>.{1,6}?)(?:等次|等级)?(?:(?P<share>率|占比|比例|比率)|(?:单位)?(?:个数|家数|数量|数))?")
_WHOLE = re.compile("合计|总计|总体|全部|全[市省县区州]|总")
_LEAST = 2
"""Columns that are understood, for a table to be one of groups."""


def read_groups(reading: Reading, rows: list[Row]) -> None:
    """Take a table whose rows are groups; the row of all is of no group."""
    columns = {place: told for place, text in enumerate(rows[0].texts) if place and (told := _tell(reading, text))}
    if len(columns) < _LEAST:
        return
    is_of_groups = re.fullmatch(HEADS["group"], rows[0].texts[0]) is not None
    for row in rows[1:]:
        group = row.text(0)
        is_whole = _WHOLE.fullmatch(group) is not None
        if not group or (not is_whole and not is_of_groups and not reading.words.pattern("各?<组>").fullmatch(group)):
            continue
        for place, (measure, grade, year) in columns.items():
            of = reading.identify(Subject("" if is_whole else group, grade))
            of |= {"year": read_year(year)} if year and read_year(year) != reading.draft.year else {}
            _take(reading, row, place, measure, of)


def _tell(reading: Reading, head: str) -> tuple[str, str, str] | None:
    """Tell the measure of a column, the grade and the year that it is of: 优秀率, 2032年度平均分."""
    bare = re.sub("[（(][个家所%分名]*[)）]|\v", "", head)
    for measure, words in _COLUMNS.items():
        if found := re.fullmatch(words, bare):
            return measure, "", found.groupdict().get("year") or ""
    found = _GRADE.fullmatch(bare)
    if found and is_grade(reading.words, found["grade"]):
        return "grade_share" if found["share"] or "%" in head else "grade_units", found["grade"], ""
    return None


def _take(reading: Reading, row: Row, place: int, measure: str, known: dict[str, Any]) -> None:
    """Take a cell: a share with its sign, a change with its fall, else a bare number."""
    start, text = row.spans[place][0], row.texts[place]
    if measure not in {"grade_share", "average_delta"}:
        take_cell(reading, row, place, measure, known)
    elif found := re.fullmatch(rf"(?P<sign>[+＋−-]?)(?P<number>{NUMBER}%?)", text):
        is_share = measure == "grade_share"
        if is_share == text.endswith("%") and not (is_share and found["sign"]):
            span = (start + found.start("number"), start + found.end("number"))
            reading.figure(measure, found["number"], span, fall=found["sign"] in {"−", "-"}, **known)
