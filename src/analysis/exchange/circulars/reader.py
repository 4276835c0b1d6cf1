"""Read a circular: head, scheme, tables, lists, results; what no rule has taken is told, so nothing is passed over."""

import re
from collections.abc import Mapping

from analysis.exchange.circulars.draft import Draft
from analysis.exchange.circulars.figures import read_compared, read_results, read_told
from analysis.exchange.circulars.language import Words, load
from analysis.exchange.circulars.lists import (
    read_lists_after,
    read_lists_after_counts,
    read_lists_before,
    read_lists_below,
    read_lists_in_brackets,
    read_none,
    read_others,
)
from analysis.exchange.circulars.mentions import (
    read_assessors,
    read_first_places,
    read_mentions,
    read_methods,
    read_streaks,
)
from analysis.exchange.circulars.ranks import (
    read_leaders,
    read_rank_lines,
    read_ranked,
    read_scores,
    read_single_ranks,
)
from analysis.exchange.circulars.reading import Reading
from analysis.exchange.circulars.respective import read_respective
from analysis.exchange.circulars.tables import read_tables
from analysis.exchange.circulars.text import CircularText
from analysis.periods import PERIODS, AnyYear, kind_of, read_year

_BASES = {"previous": "环比|上一?个?(?:季度|半年)", "same_period": "同比|同期|同一?季度|去年|上年"}
"""How circulars of periods call what a change is on."""
_LONGEST_TITLE = 60
_CHANGES = ("average_delta", "average_growth")


def read_circular(
    original: str, own: Mapping[str, Mapping[str, list[str]]] | None = None, units: frozenset[str] = frozenset()
) -> Draft:
    """Draft a circular's printed figures and lists.

    Parameters
    ----------
    original : str
        The circular's text.
    own : mapping, optional
        The words of its city, as in words.yml of a data folder.
    units : frozenset of str
        Names of units that are known.

    Returns
    -------
    Draft
    """
    text = CircularText(original)
    reading = Reading(text, Words(own or {}, units, _title_words(text.clean)))
    for rule in RULES:
        rule(reading)
    reading.draft.figures.sort(key=lambda figure: figure["span"])
    reading.draft.lists.sort(key=lambda found: found["span"])
    return reading.draft


def _title_words(clean: str) -> tuple[str, ...]:
    """Find the words by which the title calls the assessment: in its figures they say nothing more."""
    found = re.search(
        r"关于(?:印发|公布|通报|发布)?(.{2,60}?)(?:结果|情况|排名|成绩|等次)*的?(?:通报|公告|公示|通知)", clean
    )
    first = clean.split("\n", maxsplit=1)[0]
    title = found[1] if found else first if len(first) <= _LONGEST_TITLE and "。" not in first else ""
    title = re.sub(
        r"各?[一-鿿]{0,2}（[^）]*）[一-鿿]?(?=[一-鿿])|20\d\d年?度?|第?[一二三四]季度|[上下]半年|\d{1,2}月份?|《|》|\n",
        "",
        title,
    )
    place = re.match("[一-鿿]{2,3}?[省市县区州]", title)
    between = "和|及|与|、|考核|考评|评估|评价|测评|检查|工作|情况|结果|通报|公布|发布|公告|关于|各|度|对|的|[：，]|全[市省县区州]"
    parts = [part for part in re.split(between, title.removeprefix(place[0]) if place else title) if len(part) > 1]
    return (*([place[0]] if place else []), *parts)


def _read_head(reading: Reading) -> None:
    """Year, document number, date, and the documents cited."""
    clean, draft = reading.clean, reading.draft
    number = r"(?m)^[^\S\n]*(?:文号[:：]|发文字号[:：])?[（(]?([一-鿿]{2,14}\s*[〔\[［【(（]\s*\d{4}\s*[〕\]］】)）]\s*(?:第)?\s*\d+\s*号)[）)]?(?=\s|$)"
    alone = re.search(number, reading.text.original)
    if alone:
        draft.document = re.sub("[（【]", "〔", re.sub("[）】]", "〕", CircularText(alone[1]).clean)).replace("第", "")
    cited = [found[1] for found in reading.find(load("rules.yml")["sentences"]["cited"])]
    if not draft.document and (last := re.findall(r"（([一-鿿]{2,14}〔\d{4}〕\d+号)）", clean)):
        draft.document = next((each for each in last if each not in cited), "")
    if not draft.document:
        reading.doubt(0, 0, "没有单独成行的文号，请填 document")
    draft.cites = [each for each in dict.fromkeys(cited) if each != draft.document]
    draft.year = _find_year(reading.text, draft.document)
    if draft.year is None:
        reading.doubt(0, 0, "没有找到“某某年度”，请填 year")
    for found in reading.find(load("rules.yml")["sentences"]["dated"]):  # the last is the date of the document
        written, month, day = map(int, found.groups())
        draft.dated = f"{written}-{month:02d}-{day:02d}"
    for found in reading.find(load("rules.yml")["sentences"]["no figures"]):
        reading.pass_over(*found.span())


def _find_year(text: CircularText, document: str) -> AnyYear | None:
    """Find the year assessed: the title's, else the only one called 年度, or of several that before the document's number."""
    periods = "|".join(PERIODS.values())
    period = rf"(?:度(?!第|[上下]半年)|度?(?:{periods}|[一二三四]季度))"
    title = re.search(rf"关于[^。]{{0,40}}?(20\d\d年{period}?)[^。\n]{{0,60}}?(?:通报|公告|公示|通知)", text.clean)
    assessed = re.findall(rf"(?<![与较比同])(20\d\d年{period})(?!.{{0,12}}(?:办法|方案|细则|指标》|》))", text.clean)
    first = text.clean[: text.segments[0].end] if text.segments else ""
    found = (
        [title[1]]
        if title
        else list(dict.fromkeys(assessed)) or re.findall(rf"20\d\d年(?:{periods}|[一二三四]季度)?", first)
    )
    if len(found) > 1 and (number := re.search(r"〔(\d{4})〕", document)):
        found = [each for each in found if int(each[:4]) == int(number[1]) - 1][:1]
    if len(found) != 1 or re.search(rf"20\d\d年?[-—~至、]{found[0][:4]}", text.clean):
        return None
    return read_year(re.sub("(?<=年)(?=[一二三四]季度)|(?<=年)度(?=[一二三四]季度)", "第", found[0]))


def _settle_base(reading: Reading) -> None:
    """Of a period: say what every change is on, and take the base that is named first for the circular's."""
    if reading.draft.year is None or not kind_of(reading.draft.year):
        return
    changes = [figure for figure in reading.draft.figures if figure["measure"] in _CHANGES]
    for figure in changes:
        start = figure["span"][0]
        before = re.split("[，。；]", reading.text.original[max(start - 30, 0) : start])[-1]
        base = next((each for each, words in _BASES.items() if re.search(words, before)), "")
        if base:
            figure["base"] = base
    bases = list(dict.fromkeys(figure["base"] for figure in changes if "base" in figure))
    reading.draft.base = bases[0] if bases else ""
    for figure in changes:
        if figure.get("base") == reading.draft.base:
            del figure["base"]


def _report_unread(reading: Reading) -> None:
    """Tell every number that no rule has taken: of something else, by the words behind it, or in doubt."""
    foreign = sorted(load("words.yml")["foreign units"].split(), key=len, reverse=True)
    unit = re.compile("|".join(map(re.escape, foreign)))
    for found in reading.find(load("rules.yml")["sentences"]["number"]):
        if any(reading.taken[slice(*found.span())]):
            continue
        behind = unit.match(reading.clean, found.end())
        if behind:
            reading.draft.elsewhere.append(found[0] + behind[0])
            continue
        around = reading.clean[max(0, found.start() - 12) : found.end() + 8].replace("\n", " ").replace("\t", " ")
        start, _ = reading.text.span(*found.span())
        reading.doubt(*found.span(), f"数字 {found[0]} 没有读入（第 {start + 1} 字，“…{around}…”）")


RULES = (
    _read_head,
    read_assessors,
    read_told,
    read_methods,
    read_tables,
    read_streaks,
    read_lists_in_brackets,
    read_lists_after,
    read_lists_after_counts,
    read_lists_below,
    read_others,
    read_none,
    read_lists_before,
    read_rank_lines,
    read_ranked,
    read_leaders,
    read_scores,
    read_compared,
    read_respective,
    read_results,
    _settle_base,
    read_first_places,
    read_single_ranks,
    read_mentions,
    _report_unread,
)
"""One rule per kind of statement; what one has taken the next leave alone."""
