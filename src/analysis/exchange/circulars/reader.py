"""Read a circular: head, scheme, tables, lists, results; what no rule has taken is told, so nothing is passed over."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from analysis.exchange.circulars.compared import read_compared
from analysis.exchange.circulars.draft import Doubt, Draft
from analysis.exchange.circulars.figures import read_results, read_told
from analysis.exchange.circulars.head import find_title_words, read_head
from analysis.exchange.circulars.language import Words, load
from analysis.exchange.circulars.lists import (
    read_lists_after,
    read_lists_after_counts,
    read_lists_before,
    read_lists_for_reasons,
    read_lists_in_brackets,
    read_none,
    read_others,
)
from analysis.exchange.circulars.lists_below import read_lists_below
from analysis.exchange.circulars.mentions import (
    read_assessors,
    read_first_places,
    read_firsts,
    read_mentioned_for,
    read_mentions,
    read_methods,
    read_streaks,
    report_unread_names,
)
from analysis.exchange.circulars.own import read_own
from analysis.exchange.circulars.points import read_points, read_points_together
from analysis.exchange.circulars.ranks import (
    read_leaders,
    read_rank_lines,
    read_rank_ranges,
    read_ranked,
    read_ranked_below,
    read_rates,
    read_scores,
    read_single_ranks,
)
from analysis.exchange.circulars.rates import read_rate_rows
from analysis.exchange.circulars.reading import ORDER, Reading
from analysis.exchange.circulars.respective import read_respective
from analysis.exchange.circulars.score_lines import read_score_lines
from analysis.exchange.circulars.tables import read_tables
from analysis.exchange.circulars.terms import find_terms
from analysis.exchange.circulars.text import CircularText
from analysis.periods import kind_of
from analysis.texts import name_some

_BASES = {"previous": "环比|上一?个?(?:季度|半年)", "same_period": "同比|同期|同一?季度|去年|上年"}
"""How circulars of periods call what a change is on."""
_CHANGES = ("average_delta", "average_growth")


def read_circular(
    original: str,
    own: Mapping[str, Mapping[str, list[str]]] | None = None,
    units: frozenset[str] = frozenset(),
    *,
    with_rivals: bool = False,
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
    with_rivals : bool
        Also take what is printed twice with two values: of a circular that is being proofread one of them is wrong, of
        any other one may be of something that was not understood.

    Returns
    -------
    Draft
    """
    text = CircularText(original)
    words = Words(own or {}, units, find_title_words(text.clean), text=re.sub("[\t\v]", "\n", text.clean))
    reading = Reading(text, replace(words, taught=find_terms(text, words)))
    for rule in RULES:
        if rule is not _doubt_rivals or not with_rivals:
            rule(reading)
    reading.draft.figures.sort(key=lambda figure: figure["span"])
    reading.draft.lists.sort(key=lambda found: found["span"])
    return reading.draft


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
        if len(bases) > 1 and "base" not in figure:
            told = f"{figure['section']}：{figure['value']}没有写明是同比还是环比，请核对它的 base"
            start, end = figure["span"]
            reading.draft.unsure.append(Doubt(told, _sentence(reading.text.original, start, end), (start, end)))
        if figure.get("base") == reading.draft.base:
            del figure["base"]


def _doubt_rivals(reading: Reading) -> None:
    """Take nothing of which two sentences give two values: one of them is of something that was not understood."""
    rivals: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for figure in reading.draft.figures:
        if figure["measure"] in _CHANGES and reading.draft.base:
            continue  # on which base each is, is told already
        key = tuple(figure.get(each) for each in ("measure", *(each for each in ORDER if each != "note")))
        key += ("%" in figure["value"],)  # points, and the rate of all points
        rivals.setdefault(key, []).append(figure)
    for figures in rivals.values():
        values = list(dict.fromkeys(figure["value"] for figure in figures))
        if len(values) < 2:
            continue
        for figure in figures:
            reading.draft.figures.remove(figure)
            start, end = figure["span"]
            around = re.sub(r"\s", " ", reading.text.original[max(0, start - 20) : end + 4])
            told = f"{figure['section']}：“…{around}…”没有读入，同样的数印有{name_some(values)}，可能各有所指"
            reading.draft.unsure.append(Doubt(told, _sentence(reading.text.original, start, end), (start, end)))


def _sentence(original: str, start: int, end: int) -> str:
    """Cut the sentence out of a text that a stretch of it stands in."""
    first = max(original.rfind(mark, 0, start) + 1 for mark in "。\n")
    last = min((place for mark in "。\n" if (place := original.find(mark, end)) >= 0), default=len(original))
    return original[first : last + 1].strip()[:300]


def _report_unread(reading: Reading) -> None:
    """Tell every number that no rule has taken: of a name, or of something else by the words behind it, or in doubt."""
    foreign = sorted(load("words.yml")["foreign units"].split(), key=len, reverse=True)
    unit = re.compile("|".join(map(re.escape, foreign)))
    for kind in ("contact", "quoted name"):
        for found in reading.find(load("rules.yml")["sentences"][kind]):
            reading.draft.elsewhere.append(found[0])
            reading.pass_over(*found.span())
    for found in reading.find(load("rules.yml")["sentences"]["number"]):
        if any(reading.taken[slice(*found.span())]):
            continue
        behind = unit.match(reading.clean, found.end())
        if behind:
            reading.draft.elsewhere.append(found[0] + behind[0])
            continue
        around = reading.clean[max(0, found.start() - 12) : found.end() + 8].replace("\n", " ").replace("\t", " ")
        start, _ = reading.text.span(*found.span())
        reading.doubt(*found.span(), f"数字{found[0]}没有读入（第{start + 1}字，“…{around}…”）")


RULES = (
    read_head,
    read_assessors,
    read_told,
    read_points,
    read_points_together,
    read_methods,
    read_rank_lines,
    read_score_lines,
    read_tables,
    read_streaks,
    read_lists_in_brackets,
    read_lists_after,
    read_lists_after_counts,
    read_lists_below,
    read_others,
    read_none,
    read_lists_before,
    read_lists_for_reasons,
    read_rank_ranges,
    read_ranked,
    read_ranked_below,
    read_leaders,
    read_scores,
    read_rates,
    read_own,
    read_compared,
    read_rate_rows,
    read_respective,
    read_results,
    _settle_base,
    _doubt_rivals,
    read_first_places,
    read_single_ranks,
    read_firsts,
    read_mentioned_for,
    read_mentions,
    report_unread_names,
    _report_unread,
)
"""One rule per kind of statement; what one has taken the next leave alone."""
