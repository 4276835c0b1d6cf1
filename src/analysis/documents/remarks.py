"""What is to be said of a circular that is being proofread: where something is wrong, or could not be checked."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from analysis.assessment import Year
from analysis.data.published import ROUNDED, PrintedFigure, PrintedList
from analysis.documents.dates import check_dates, find_other_years
from analysis.documents.unchecked import find_unchecked
from analysis.exchange.beginnings.read import ReadCircular
from analysis.exchange.circulars.head import NO_NUMBER
from analysis.exhibits.places import Places, Span
from analysis.methods.audit.agreement import recompute_figures
from analysis.methods.audit.tabulation import Claim
from analysis.methods.audit.verdicts import exactly, write_fully, write_like
from analysis.periods import AnyYear, name_assessed

Kind = Literal["wrong", "open"]
_BY_MARKS = "评分核算"
"""How a claim that marks decide is checked."""
_BASE = re.compile(r"(?:与|较|比)\s*(20\d\d)\s*年")
"""The year that changes are said to be on."""
_WAYS = {"delta-": ("增加", "减少"), "growth-": ("增长", "下降")}
"""How a rise and a fall are called, by what stands in the id of a claim."""
NOWHERE: Span = (0, 0)
"""Where that stands which is about no characters of the text: what it does not say, for instance."""
_RUNS = frozenset({"consecutive", "newly"})
"""Lists of those who were in the best grade before too, or are new in it."""
_NAMED = "named_unit"
"""Claims that a name is that of a unit: they do not say that it is in the right list."""
_SHOWN, _LONGEST = 6, 20
"""Consequences that a remark names, and characters of what another one is about."""


@dataclass(frozen=True)
class Remark:
    """What is to be said of some characters of a circular.

    Attributes
    ----------
    span : (start, end)
        In its text; `NOWHERE` for none.
    kind : {"wrong", "open"}
        That it is wrong, or that it could not be checked.
    text : str
        Lines.
    """

    span: Span
    kind: Kind
    text: str


def write_remarks(read: ReadCircular, year: Year) -> Iterator[Remark]:
    """Say what is wrong where it stands, and what could not be checked or read.

    Parameters
    ----------
    read : ReadCircular
    year : Year
        Whose circular it is.

    Yields
    ------
    Remark
        In the order of the text. What has none is right.
    """
    writer = _Writer(read, year)
    found = [*writer.tell_wrong(), *writer.tell_open(), *writer.check_repeated(), *writer.check_document()]
    found += writer.check_years(remark.span for remark in found)
    yield from _join([*found, *writer.tell_unread(remark.span for remark in found)])


class _Writer:
    def __init__(self, read: ReadCircular, year: Year) -> None:
        self._read, self._year = read, year
        self._rows = {row["id"]: row for row in year.audit.to_dict("records")}
        self._claims = [claim for claim in year.claims if claim["id"] in self._rows]
        self._places, self._marks = Places(read, year), _Marks(year)

    def tell_wrong(self) -> Iterator[Remark]:
        """Say of every finding what should be printed, at its cause; what else is wrong because of it points there."""
        under: dict[str, list[Claim]] = {}
        for claim in self._claims:
            under.setdefault(claim["cause"], []).append(claim)
        for claim in self._claims:
            row = self._rows[claim["id"]]
            if row["verdict"] == "contradicted" and row["cause"] in {"", row["id"]}:
                yield from self._tell_finding(claim, [each for each in under.get(row["id"], ()) if each is not claim])

    def _tell_finding(self, claim: Claim, others: Sequence[Claim]) -> Iterator[Remark]:
        rows = [self._rows[each["id"]] for each in others]
        said = _tell_wrong(self._rows[claim["id"]], rows, is_list=_is_of_list(claim)) + self._tell_missing(claim)
        own = self._places.of(claim)
        if not own:  # what is wrong is printed in another circular: it is told where this one is at odds with it
            beside = [Remark(span, "open", said) for each in others for span in self._places.of(each)]
            yield from beside or [Remark(NOWHERE, "wrong", said)]
            return
        doubt = self._marks.doubt(self._places.figure_of(claim))
        yield from (Remark(span, "open" if doubt else "wrong", f"{doubt}{said}") for span in own)
        see = f"原因见“{_shorten(self._read.text[slice(*own[0])])}”处。"
        for each, row in zip(others, rows, strict=True):
            right = self._marks.correct(self._places.figure_of(each))
            if right or _is_wrong_too(each, claim):
                told = f"{f'应为{right}。' if right else ''}{_tell(row)}\n{see}"
                yield from (Remark(span, "wrong", told) for span in self._places.of(each) if span not in own)

    def _tell_missing(self, claim: Claim) -> str:
        """Say who is lacking in a whole list of units that are new in the best grade or were in it before."""
        printed = next((each for each in claim["rests"] if isinstance(each, PrintedList)), None)
        if not claim["name"] or printed is None or printed.list not in _RUNS or not printed.complete:
            return ""
        streaks, years = self._year.streaks, int(printed.years or 2)
        flags = streaks["newly"] if printed.list == "newly" else streaks["streak"].ge(years)
        own = streaks["group"].eq(printed.group) | (printed.group == "all")
        missing = [name for name in streaks.loc[flags & own, "name"] if name not in printed.names]
        return f"\n少列：{'、'.join(missing)}。" if missing else ""

    def tell_open(self) -> Iterator[Remark]:
        """Say what could not be checked, and what was read with doubts."""
        for claim in self._claims:
            row = self._rows[claim["id"]]
            if self._is_open(claim):
                told = f"{row['text']}：无法核对，{row['reason']}。"
                yield from (Remark(span, "open", told) for span in self._places.of(claim) or [NOWHERE])
        for doubt in self._read.doubts:
            if NO_NUMBER not in doubt.text:  # what is not printed yet has none
                yield Remark(doubt.span, "open", f"{doubt.text}。")

    def _is_open(self, claim: Claim) -> bool:
        """Say whether neither print nor marks settle a claim."""
        return self._rows[claim["id"]]["verdict"] == "unverifiable" and not self._marks.bear_out(claim)

    def check_repeated(self) -> Iterator[Remark]:
        """Hold what the circular repeats of earlier years against the circulars of those."""
        for figure, span in self._repeated:
            facts, told = self._year.dataset.years.get(figure["year"]), name_assessed(figure["year"])
            key = figure["measure"], figure.get("group", "all"), figure.get("of", "all")
            printed = facts.published.figure(*key) if facts is not None and facts.published is not None else None
            own, year = self._marks.write(key, figure["value"]), name_assessed(self._year.year)
            if own == figure["value"] and (
                printed is None or printed.value != own
            ):  # the year is wrong, not the number
                meant = f"应为{year}：这里的数与{year}核算一致。\n依据：{_BY_MARKS}。"
                yield Remark(self._year_before(figure["year"], span), "wrong", meant)
            elif printed is None:
                yield Remark(span, "open", f"{told}的数，没有通报可以核对。")
            elif Decimal(printed.value.rstrip("%")) != Decimal(figure["value"].rstrip("%")):
                where = f"{told}通报所载为{printed.value}（见“{printed.section}”）"
                yield Remark(span, "wrong", f"应为{printed.value}。{where}。\n依据：{told}通报。")

    @property
    def _repeated(self) -> Iterator[tuple[dict[str, Any], Span]]:
        """The figures of other years, and where they stand."""
        for figure in self._read.draft.figures:
            if "year" in figure and figure.get("span"):
                yield figure, (figure["span"][0], figure["span"][1])

    def _year_before(self, year: AnyYear, span: Span) -> Span:
        """Find the year that is written before a figure: the last; the figure itself if there is none."""
        at = self._read.text.rfind(str(year), 0, span[0])
        return (at, at + len(str(year))) if at >= 0 else span

    def check_years(self, told: Iterable[Span]) -> Iterator[Remark]:
        """Say which dates and years cannot be right, or are another's; of what is told already, nothing."""
        text, year, known = self._read.text, self._year.year, list(told)
        for span, why in check_dates(text, year, self._read.draft.document):
            yield Remark(span, "wrong", why)
        for span, why in self._check_base():
            yield Remark(span, "wrong", why)
        for span, why in find_other_years(text, year):
            if not any(start < span[1] and span[0] < end for start, end in known):
                yield Remark(span, "open", why)

    def _check_base(self) -> Iterator[tuple[Span, str]]:
        """Hold the year that changes are said to be on against the one that they hold on."""
        base, right = self._year.facts.base_year, dict[int, bool]()
        for claim in self._claims:
            if re.match(rf"{self._year.year}-(?:delta|growth)", claim["id"]):
                holds = self._rows[claim["id"]]["verdict"] in {"exact", "within_rounding"}
                right |= {span[0]: holds for span in self._places.of(claim)}
        for found in _BASE.finditer(self._read.text):
            changes = [holds for at, holds in right.items() if found.end() <= at < self._end_of_line(found.end())]
            if str(base) != found[1] and found[1] != str(self._year.year) and changes and all(changes):
                yield found.span(1), f"应为{base}：文中的增减与{name_assessed(base)}相比成立。"

    def _end_of_line(self, at: int) -> int:
        end = self._read.text.find("\n", at)
        return end if end >= 0 else len(self._read.text)

    def check_document(self) -> Iterator[Remark]:
        """Hold the circular's number, wherever it is repeated, against that of the scheme."""
        right, years = self._year.scheme.document, self._year.dataset.years.values()
        known = {right, *(facts.published.document for facts in years if facts.published is not None)}
        known -= {self._read.draft.document} - {right}
        for found in re.finditer(re.escape(right.partition("〔")[0]) + r"〔\d+〕\d+号", self._read.text):
            if right.count("〔") == 1 and found[0] not in known:
                yield Remark(found.span(), "wrong", f"应为{right}。\n依据：考核办法所载通报文号。")

    def tell_unread(self, told: Iterable[Span]) -> Iterator[Remark]:
        """Say what nothing that was checked rests on, and nothing is told of yet."""
        checked = [*told, *(span for _, span in self._repeated)]
        for claim in self._claims:
            if not self._is_open(claim) and f"-{_NAMED}-" not in claim["id"]:
                checked += self._places.all_of(claim)
        elsewhere = "|".join(map(re.escape, sorted(self._read.draft.elsewhere, key=len, reverse=True)))
        checked += [found.span() for found in re.finditer(elsewhere, self._read.text)] if elsewhere else []
        for span, what in find_unchecked(self._read.text, checked, self._year.units["name"]):
            yield Remark(span, "open", f"没有读懂，没有核对：{what}。")


def _shorten(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}……"


def _is_of_list(claim: Claim) -> bool:
    """Say whether a claim is about a list as a whole."""
    return not claim["about"] and not claim["name"] and any(isinstance(each, PrintedList) for each in claim["rests"])


def _is_wrong_too(claim: Claim, cause: Claim) -> bool:
    """Say whether what a claim is about is itself wrong, not only at odds with what is: then it is marked as well."""
    if _is_of_list(claim):
        return bool(claim["basis"] == "marks")
    lists = [each for each in cause["rests"] if isinstance(each, PrintedList)]
    of_list = any(each is other for each in claim["rests"][:1] for other in lists)
    return bool(claim["name"]) and bool(claim["blames"] & cause["blames"] or of_list)


def _tell(row: Mapping[str, Any]) -> str:
    """Say that a claim does not hold, and why."""
    says_so = row["id"].split("-")[1].startswith(("cause", "conflict"))  # that it is wrong
    fails, why = "" if says_so else "，不成立", f"：{row['reason']}" if row["reason"] else ""
    return f"{row['text']}{fails}{why}。"


def _tell_wrong(head: Mapping[str, Any], others: Sequence[Mapping[str, Any]], *, is_list: bool) -> str:
    """Say what should be printed, by what, and what else comes of it."""
    computed = f"应为{_write_change(head)}。" if head["computed"] and not is_list else ""
    by = _BY_MARKS if head["basis"] == "marks" else head["formula"]
    lines = [f"{computed}{_tell(head)}", f"依据：{by}。"]
    if texts := list(dict.fromkeys(each["text"] for each in others if each["text"] != head["text"])):
        told, more = "；".join(texts[:_SHOWN]), f"等{len(texts)}项" if len(texts) > _SHOWN else ""
        lines.append(f"由此连带不符：{told}{more}。")
    return "\n".join(lines)


def _write_change(head: Mapping[str, Any]) -> str:
    """Write what should be printed as it is: a fall without its sign, and the other way where it is printed wrongly."""
    computed, printed = str(head["computed"]), str(head["printed"])
    words = next((ways for kind, ways in _WAYS.items() if kind in head["id"]), None)
    if words is None or "或" in computed:
        return computed
    falls, number = computed.startswith("-"), computed.lstrip("-")
    return number if falls == printed.startswith("-") else words[falls] + number


def _join(remarks: Iterable[Remark]) -> Iterator[Remark]:
    """Put what is said of the same characters together, what is wrong first."""
    said: dict[tuple[Span, Kind], list[str]] = {}
    for remark in remarks:
        texts = said.setdefault((remark.span, remark.kind), [])
        texts += [] if remark.text in texts else [remark.text]
    wrong = {span for span, kind in said if kind == "wrong"}
    for (span, kind), texts in sorted(said.items()):
        if kind == "wrong" or span not in wrong:
            yield Remark(span, kind, "\n".join(texts))


class _Marks:
    """What follows from the year's marks, where they are not reconstructed, and what may be read wrongly."""

    def __init__(self, year: Year) -> None:
        assert year.facts.published is not None
        self._units = year.units["group"].value_counts().to_dict()
        counts = [each for each in year.facts.published.figures if each.measure == "unit_count"]
        self._counted = {(each.group, each.value) for each in counts}
        self._values: dict[tuple[str, ...], float] = {}
        self._year = year
        if year.facts.has_genuine_marks:
            rows = recompute_figures(year.dataset, year.scores_so_far, year.year).dropna(subset="computed")
            self._values = {(row.measure, row.group, row.of): row.computed for row in rows.itertuples()}

    def bear_out(self, claim: Claim) -> bool:
        """Say whether a unit that is named for a run, or as new, is that by the marks, where lists do not tell."""
        lists = [each for each in claim["rests"] if isinstance(each, PrintedList) and each.list in _RUNS]
        if not lists or claim["unit_id"] not in self._runs:
            return False
        streak, newly = self._runs[claim["unit_id"]]
        return all(newly if each.list == "newly" else streak >= int(each.years or 2) for each in lists)

    @cached_property
    def _runs(self) -> dict[str, tuple[int, bool]]:
        """How long units have been in the best grade, and whether newly, where the marks of all years are genuine."""
        facts = [self._year.dataset.year(year) for year in self._year.dataset.years]
        if not all(each.has_genuine_marks for each in facts):
            return {}
        return {row.unit_id: (row.streak, row.newly) for row in self._year.streaks.itertuples()}

    def doubt(self, figure: PrintedFigure | None) -> str:
        """Say why a figure may be right although claims about it fail: it may not be what it was read as; else ""."""
        if figure is None or figure.years not in {None, "2"}:  # longer runs are not worked out
            return ""
        if self._show(figure, (figure.measure, figure.group, figure.of)) == figure.value:
            return "与评分核算一致，但与通报别处不能同时成立。\n"
        if self._may_be_part(figure):
            return "也可能说的是其中一部分单位，请对照原文。\n"
        is_telling = "." in figure.value or figure.measure == "unit_count"  # small counts are alike by chance
        others = [key for key in self._values if key[0] == figure.measure and key[1:] != (figure.group, figure.of)]
        if is_telling and any(self._show(figure, key) == figure.value for key in others):
            return "与另一组或另一等次的数相同，也可能是把它读错了，请对照原文。\n"
        return ""

    def _may_be_part(self, figure: PrintedFigure) -> bool:
        """Say whether fewer units are counted than there are, who are counted rightly elsewhere, or all together."""
        if figure.measure != "unit_count" or figure.group not in {"all", *self._units}:
            return False
        whole = self._units.get(figure.group, sum(self._units.values()))
        return int(figure.value) < whole and (figure.group == "all" or (figure.group, str(whole)) in self._counted)

    def correct(self, figure: PrintedFigure | None) -> str:
        """Return what should stand in the place of a figure; "" where it is right, may be, or is not known."""
        if figure is None or self.doubt(figure) or figure.years not in {None, "2"}:
            return ""
        return self._show(figure, (figure.measure, figure.group, figure.of))

    def _show(self, figure: PrintedFigure, key: tuple[str, ...]) -> str:
        """Write a number of the marks as a figure is printed; "" for none."""
        return self.write(key, figure.value)

    def write(self, key: tuple[str, ...], like: str) -> str:
        """Write a number of the marks with the decimals of another; "" for none."""
        write = write_like if key[0] in ROUNDED else write_fully
        return write(exactly(self._values[key]).value, like) if key in self._values else ""
