"""The head of a circular: its title, the year assessed, its number and date, and the documents that it cites."""

import re

from analysis.exchange.circulars.language import load
from analysis.exchange.circulars.reading import Reading
from analysis.exchange.circulars.text import CircularText
from analysis.periods import PERIODS, AnyYear, read_year

_LONGEST_TITLE = 60
_KINDS = "(?:通报|公告|公示|通知)"
_TITLE = re.compile(
    rf"关于(?:印发|公布|通报|发布|表彰|命名)?([^。]{{2,60}}?)(?:结果|情况|排名|成绩|等次)*的?(?:{_KINDS}|决定|报告)"
)
_RESULTS = "(?:结果|情况|通报|公告|公示|报告|排名|名单|成绩)"
"""What a line is about that is a title without 关于."""
_ASSESSED = re.compile("考核|考评|评估|评价|测评|评议|评比|评选|检查|抽查|督查|调查")
"""What the title of an assessment's results speaks of."""
_HEAD = 300
"""Characters among which a title stands."""
_PERIOD = f"(?:{'|'.join(PERIODS.values())}|[一二三四]季度)"
_BETWEEN = re.compile(
    "和|及|与|、|考核|考评|评估|评价|测评|检查|工作|情况|结果|通报|公布|发布|公告|关于|各|度|对|的|[：，]|全[市省县区州]"
)
"""Words of titles that are those of any assessment."""
_TIMES_AND_GROUPS = re.compile(
    r"各?[一-鿿]{0,2}（[^）]*）[一-鿿]?(?=[一-鿿])|20\d\d年?度?|第?[一二三四]季度|[上下]半年|\d{1,2}月份?|《|》|\n"
)
_NUMBER = re.compile(
    r"^[^\S\n]*(?:文号[:：]|发文字号[:：])?[（(]?"
    r"([一-鿿]{2,14}\s*[〔\[［【(（]\s*\d{4}\s*[〕\]］】)）]\s*(?:第)?\s*\d+\s*号)[）)]?(?=\s|$)",
    re.MULTILINE,
)
"""The number of a document, alone in its line or at its beginning."""


def find_title_words(clean: str) -> tuple[str, ...]:
    """Find the words by which the title calls place and assessment: before a number they say nothing more.

    Examples
    --------
    >>> find_title_words("关于2021年度全市法治政府建设考核情况的通报")
    ('法治政府建设',)
    """
    title = _find_title(clean)
    title = _TIMES_AND_GROUPS.sub("", title)
    place = re.match("[一-鿿]{2,3}?[省市县区州]", title)
    parts = _BETWEEN.split(title.removeprefix(place[0]) if place else title)
    return (*([place[0]] if place else []), *(part for part in parts if len(part) > 1))


def _find_title(clean: str) -> str:
    """Find what the title is about: that of an assessment before any other, no document's that is cited."""
    about = [found for found in _TITLE.finditer(clean) if clean.count("《", 0, found.start()) <= clean.count("》", 0, found.start())]
    lines = [line for line in clean[:_HEAD].split("\n") if len(line) <= _LONGEST_TITLE and not re.search("[。>]", line)]
    titles = [found[1] for found in about] or [line for line in lines if re.search(_RESULTS, line)] or lines[:1]
    return next(filter(_ASSESSED.search, titles), titles[0] if titles else "")


def read_head(reading: Reading) -> None:
    """Year, document number, date, and the documents cited."""
    draft, sentences = reading.draft, load("rules.yml")["sentences"]
    cited = [found[1] for found in reading.find(sentences["cited"])]
    draft.document = _find_number(reading.text, cited)
    draft.cites = [each for each in dict.fromkeys(cited) if each != draft.document]
    draft.year = _find_year(reading.text, draft.document)
    if not draft.document:
        reading.doubt(0, 0, "没有单独成行的文号，请填 document")
    if draft.year is None:
        reading.doubt(0, 0, "没有找到“某某年度”，请填 year")
    for found in reading.find(sentences["dated"]):  # the last is the date of the document
        written, month, day = map(int, found.groups())
        draft.dated = f"{written}-{month:02d}-{day:02d}"
    for found in reading.find(sentences["no figures"]):
        reading.pass_over(*found.span())


def _find_number(text: CircularText, cited: list[str]) -> str:
    if alone := _NUMBER.search(text.original):
        written = CircularText(alone[1]).clean.replace("第", "")
        return re.sub("[（【]", "〔", re.sub("[）】]", "〕", written))
    in_brackets = re.findall(r"（(?:20\d\d年\d+月\d+日)?([一-鿿]{2,14}〔\d{4}〕\d+号)）", text.clean)
    return next((each for each in in_brackets if each not in cited), "")


def _find_year(text: CircularText, document: str) -> AnyYear | None:
    """Find the year assessed: the title's, else the only one called 年度; of several, that before the document's."""
    period = rf"(?:度(?!第|[上下]半年)|学年|度?{_PERIOD})"
    title = re.search(rf"关于[^。]{{0,40}}?(20\d\d年{period}?)[^。]{{0,60}}?{_KINDS}", text.clean)
    title = title or re.search(
        rf"(?:^|\n)[^。\n]{{0,30}}?(20\d\d年{period}?)(?!\d)[^。\n]{{0,60}}?{_RESULTS}[^。\n]{{0,12}}\n",
        text.clean[:_HEAD],
    )
    assessed = re.findall(rf"(?<![与较比同])(20\d\d年{period})(?!.{{0,12}}(?:办法|方案|细则|指标》|》))", text.clean)
    first = text.clean[: text.segments[0].end] if text.segments else ""
    named = re.findall(rf"20\d\d年{_PERIOD}?", first)
    alone = [*dict.fromkeys(re.findall(r"20\d\d年(?!\d{1,2}月|第\d)", text.clean))]
    found = [title[1]] if title else [*dict.fromkeys(assessed)] or named or alone
    if len(found) > 1 and (number := re.search(r"〔(\d{4})〕", document)):
        found = [each for each in found if int(each[:4]) == int(number[1]) - 1][:1]
    is_range = len(found) == 1 and re.search(rf"20\d\d年?[-—~至、]{found[0][:4]}", text.clean)
    if len(found) != 1 or (is_range and f"{found[0][:4]}年度" not in text.clean):
        return None
    return read_year(re.sub("(?<=年)度?(?=[一二三四]季度)", "第", found[0].replace("学年", "年度")))
