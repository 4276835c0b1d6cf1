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
_RESULT_OF = re.compile("考核|考评|评估|评价|测评|评议|评比|评选|检查|抽查|督查|调查")
"""What the title of an assessment's results speaks of."""
_TOLD = re.compile("20\\d\\d年度?(?P<what>[^，。；“”《》]{2,30}?(?:考核|考评|评估|评价|测评|评议))(?:结果|情况)")
"""What news say that they are about: 通报了2032年度经营业绩考核结果."""
_HEAD = 300
"""Characters among which a title stands."""
_PERIOD = f"(?:{'|'.join(PERIODS.values())}|[一二三四]季度)"
_ANY_PERIOD = rf"(?:度(?!第|[上下]半年)|学年|度?{_PERIOD})"
_ASSESSED = re.compile(rf"(?<![与较比同])(20\d\d年{_ANY_PERIOD})(?!以来|.{{0,12}}(?:办法|方案|细则|指标》|》))")
_PUBLISHED = re.compile(
    rf"(?:通报|公布|发布)了?(20\d\d年{_ANY_PERIOD}?)(?!\d)"
    rf"[^，。；“”《》\d]{{2,30}}?(?:{_RESULT_OF.pattern})(?:工作)?(?:结果|情况|排名|得分|成绩)"
)
"""What news say was published: 通报2034年全省政府网站评估情况."""
_MONTHLY = re.compile(
    r"(20\d\d年)\d{1,2}月份?(?!召开|印发|下发|发布|公布|组织|开展|对|起|至|到)[^，。；\n\d]{0,36}?"
    rf"(?:(?:{_RESULT_OF.pattern}|监测)(?:工作)?(?:结果|情况|排名|通报)|进行了?(?:综合)?(?:{_RESULT_OF.pattern}))"
)
"""An assessment of a month: it is of the year, whatever quarter is spoken of besides."""
_ELSEWHERE = re.compile(
    r"《[^《》\n]{0,120}(?:办法|方案|细则|指标|通知|意见|规定|条例|要点|规则)[^《》\n]{0,20}》"
    r"|(?:纳入|争取在?|力争|列入|作为)20\d\d年?(?:度|一季度|第一季度)"
)
"""Documents cited and what is yet to come: the years named there are not the one assessed."""
_MONTHS = {(1, 3): "Q1", (4, 6): "Q2", (7, 9): "Q3", (10, 12): "Q4", (1, 6): "H1", (7, 12): "H2"}
_YEAR, _EARLY = len("2031年"), 3
"""Months of a year in which circulars are about the year before."""
_BETWEEN = re.compile(
    "和|及|与|、|考核|考评|评估|评价|测评|检查|工作|情况|结果|通报|公布|发布|公告|关于|各|度|对|的|[：，]|全[市省县区州]"
)
"""Words of titles that are those of any assessment."""
_TIMES_AND_GROUPS = re.compile(
    r"各?[一-鿿]{0,2}（[^）]*）[一-鿿]?(?=[一-鿿])|20\d\d年?度?|第?[一二三四]季度|[上下]半年|\d{1,2}月份?|《|》|\n"
)
_A_NUMBER = r"([一-鿿]{2,14}\s*[〔\[［【(（]\s*\d{4}\s*[〕\]］】)）]\s*(?:第)?\s*\d+\s*号)"
NO_NUMBER = "没有单独成行的文号，请填 document"
_NUMBER = re.compile(
    rf"^[^\S\n]*(?:•\s*)?(?:(?:文号|发文字号|来源)[:：])?[（(]?{_A_NUMBER}[）)]?(?=\s|$|各|20\d\d年)", re.MULTILINE
)
_NUMBER_IN_HEAD = re.compile(rf"(?<=[ \u3000]){_A_NUMBER}(?=\s)")
_NUMBER_IN_INDEX = re.compile(rf"文\s*号(?:[^\n]*\n[^\n]*?)??\s{_A_NUMBER}(?=\s|$)")
"""The number of a document: alone in its line or at its beginning, near the title, below or behind 文号 in an index."""


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
    found = [
        each
        for each in _TITLE.finditer(clean)
        if clean.count("《", 0, each.start()) <= clean.count("》", 0, each.start())
    ]
    lines = [line for line in clean[:_HEAD].split("\n") if len(line) <= _LONGEST_TITLE and not re.search("[。>]", line)]
    titles = [each[1] for each in found] or [line for line in lines if re.search(_RESULTS, line)] or lines[:1]
    told = _TOLD.search(clean, 0, 2 * _HEAD)
    return next(filter(_RESULT_OF.search, titles), told["what"] if told else titles[0] if titles else "")


def read_head(reading: Reading) -> None:
    """Year, document number, date, and the documents cited."""
    draft, sentences = reading.draft, load("rules.yml")["sentences"]
    cited = [found[1] for found in reading.find(sentences["cited"])]
    draft.document = _find_number(reading.text, cited)
    draft.cites = [each for each in dict.fromkeys(cited) if each != draft.document]
    draft.year = _find_year(reading.text, draft.document)
    if not draft.document:
        reading.doubt(0, 0, NO_NUMBER)
    if draft.year is None:
        reading.doubt(0, 0, "没有找到“某某年度”，请填 year")
    for found in reading.find(sentences["dated"]):  # the last is the date of the document
        written, month, day = map(int, found.groups())
        draft.dated = f"{written}-{month:02d}-{day:02d}"
    for found in reading.find(sentences["no figures"]):
        reading.pass_over(*found.span())


def _find_number(text: CircularText, cited: list[str]) -> str:
    printed = text.original
    alone = _NUMBER.search(printed) or _NUMBER_IN_HEAD.search(printed, 0, _HEAD) or _NUMBER_IN_INDEX.search(printed)
    if alone:
        written = CircularText(alone[1]).clean.replace("第", "")
        return re.sub("[（【]", "〔", re.sub("[）】]", "〕", written))
    in_brackets = re.findall(r"（(?:20\d\d年\d+月\d+日)?([一-鿿]{2,14}〔\d{4}〕\d+号)）", text.clean)
    return next((each for each in in_brackets if each not in cited), "")


def _find_year(text: CircularText, document: str) -> AnyYear | None:
    """Find the year assessed: the title's, else the only one called 年度; of several, that before the document's."""
    clean = re.sub(r"(20\d\d)学年", r"\1年度", _ELSEWHERE.sub("", text.clean))
    clean = re.sub(r"(?<!\d)第?([1-4])季度", lambda quarter: PERIODS[f"Q{quarter[1]}"], clean)
    first = clean[: clean.find("\n")] if "\n" in clean else clean
    months = dict.fromkeys(_MONTHLY.findall(clean, 0, 2 * _HEAD))
    found = _title_years(clean) or list(dict.fromkeys(_PUBLISHED.findall(clean, 0, 2 * _HEAD))) or list(months)
    found = found or list(dict.fromkeys(_ASSESSED.findall(_months_as_periods(clean))))
    found = found or re.findall(rf"20\d\d年{_PERIOD}?", first)
    found = found or [*dict.fromkeys(re.findall(r"(?<![与较比同自从、])(?<!较之)20\d\d年(?!\d{1,2}月|第\d)", clean))]
    if len(found) > 1:
        found = _narrow(found, clean, document)
    is_range = len(found) == 1 and re.search(rf"20\d\d年?[-—~至、]{found[0][:4]}", clean)
    if is_range and f"{found[0][:4]}年度" not in clean:
        return None
    year = found[0] if len(found) == 1 else "" if found else _year_of_dates(text.clean, clean)
    is_of_period = len(year) == _YEAR and f"{year}度" not in clean and year not in months
    year += _bare_period(clean) if is_of_period else ""
    return read_year(re.sub("(?<=年)度?(?=[一二三四]季度)", "第", year.replace("学年", "年度"))) if year else None


def _title_years(clean: str) -> list[str]:
    """Find the year in the title: after 关于, in a line about results, before or behind it."""
    about = re.finditer(rf"关于[^。]{{0,40}}?(20\d\d年{_ANY_PERIOD}?)[^。]{{0,60}}?{_KINDS}", clean)
    titles = [
        each for each in about if "《" not in re.split("[》\n]", clean[max(0, each.start() - 40) : each.start()])[-1]
    ]
    titles += re.finditer(
        rf"(?:^|\n)[^。\n]{{0,30}}?(20\d\d年(?:{_ANY_PERIOD}|(?!\d)))[^。\n]{{0,60}}?{_RESULTS}[^。\n]{{0,12}}\n",
        clean[:_HEAD],
    )
    if titles:
        return [titles[0][1]]
    short = re.search(rf"(?:^|\n)(20\d\d)(?=[一-鿿])(?![年/])[^。\n]{{2,60}}{_RESULTS}", clean[:_HEAD])
    short = short or re.search(r"(?:报告|评估|评价|排行榜?|指数)》?（(20\d\d)年?）", clean[:_HEAD])
    return [f"{short[1]}年"] if short else []


def _months_as_periods(clean: str) -> str:
    """Write 2034年4至6月 as the quarter that it is."""

    def name(found: re.Match[str]) -> str:
        key = _MONTHS.get((int(found[2]), int(found[3])))
        return f"{found[1]}年{PERIODS[key]}" if key else found[0]

    return re.sub(r"(20\d\d)年(?:\d{1,2}月份?[及和、])?(\d{1,2})月?[-—~至到](\d{1,2})月", name, clean)


def _narrow(found: list[str], clean: str, document: str) -> list[str]:
    """Of several years take that before the document's, else the only one where it begins, or before its date."""
    if number := re.search(r"〔(\d{4})〕", document):
        return [each for each in found if int(each[:4]) == int(number[1]) - 1][:1]
    period = _bare_period(clean)
    early = [each for each in found if each in clean[:_HEAD]]
    early = [each for each in early if period and period in each] or early
    dated = re.search(r"(20\d\d)[年-]0?[1-4][月-]", clean[:_HEAD]) if len(early) > 1 else None
    before = [each for each in early if dated and int(each[:4]) == int(dated[1]) - 1]
    return before or (early if len(early) == 1 else found)


def _year_of_dates(printed: str, clean: str) -> str:
    """Take the year of the dates where no other is named: of a month, a quarter or a week that has just passed."""
    dates = re.findall(r"(20\d\d)[年-](\d{1,2})(?=[月-])", _ELSEWHERE.sub("", printed))
    years = {int(year) for year, _ in dates}
    if len(years) != 1 or re.search("年度|全年|去年|上年|一年来", clean):
        return ""
    last = max(int(month) for _, month in dates)
    is_recent = last > _EARLY or re.search(r"(?<!\d)\d{1,2}月份|本周|一周|一季度", clean) is not None
    is_before = not is_recent and re.search("四季度|下半年|12月份", clean) is not None
    return f"{min(years) - is_before}年" if is_recent or is_before else ""


def _bare_period(clean: str) -> str:
    """Return the only quarter or half-year that is named without a year, if it is named where the circular begins."""
    named = {each[-3:] for each in re.findall(rf"(?<![前上年第]){_PERIOD}", clean)}
    period = next(iter(named)) if len(named) == 1 else ""
    return period if period in clean[:_HEAD] else ""
