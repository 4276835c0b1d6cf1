"""Claims a circular makes about earlier years: streaks, first ranks, changes and growth."""

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from itertools import chain
from typing import Any

from analysis.data.published import PrintedFigure
from analysis.data.units import tell_successions
from analysis.methods.audit.circulars import Circular, number_of
from analysis.methods.audit.practices import PRACTICES, Check, Practice, always, compute_change
from analysis.methods.audit.tabulation import Claim
from analysis.methods.audit.verdicts import Number, Verdict, exactly, say
from analysis.periods import AnyYear, run_of


def streak_counts(circular: Circular) -> Iterator[Claim]:
    """Count consecutive and newly excellent units from the graded lists, through the lineage."""
    now = circular.excellent()
    if now is None:
        return
    for figure in circular.figures("consecutive_units", "newly_units"):
        rule, consecutive = f"streak_count_{figure.measure}", figure.measure == "consecutive_units"
        before, missing = _excellent_before(circular, figure.years if consecutive else None)
        units = circular.facts.units
        own = set(units.loc[units["group"].eq(figure.group) | (figure.group == "all"), "unit_id"])
        rests = circular.best_lists(circular.facts.year, *before)
        unsettled = now & own & set().union(*(_may_be_others(circular, year) for year in before))
        if missing or unsettled:
            lacking = _tell_lacking(circular, missing, unsettled)
            yield circular.claim("streak_count", "unverifiable", figure, group=figure.measure, lacking=lacking)
        elif consecutive:
            found = (now & own).intersection(*before.values())
            is_named = circular.lists["list"].eq("consecutive") & circular.lists["years"].eq(figure.years or "2")
            besides = own & set(circular.lists.loc[is_named, "unit_id"]) - found
            count = len(found | besides)
            counts = "counts" if exactly(count) == number_of(figure) else "names"
            units = "、".join(_tell_besides(circular, rule, besides, now, before))
            told = say(rule, counts, units=units, count=count) if besides else ""
            values = {"besides": told, "rests": rests, "blames": besides if counts == "counts" else ()}
            yield circular.follows(Check(rule, figure, always(exactly(len(found))), values=values))
        else:
            last = circular.facts.year - 1
            found = (now & own) - before[last]
            entered = found - {*circular.earlier[last].unit_ids.values()}
            without = say(rule, "without_entered", units=circular.names(entered))
            others = {without: always(exactly(len(found - entered)))} if entered else {}
            values = {"rests": rests, "blames": entered}
            yield circular.follows(Check(rule, figure, always(exactly(len(found))), others, values))


def _tell_besides(
    circular: Circular, rule: str, units: Collection[str], now: set[str], before: Mapping[AnyYear, set[str]]
) -> Iterator[str]:
    """Name units that are named without having been in the best grade all the years, by what became of them first."""
    faults: dict[tuple[AnyYear, str], list[str]] = {}
    for unit in sorted(units):
        faults.setdefault(next(iter(_find_faults(circular, unit, now, before).items())), []).append(unit)
    for (year, fault), own in faults.items():
        yield say(rule, fault, year=year, units=circular.names(own))


def _find_faults(
    circular: Circular, unit: str, now: set[str] | None, before: Mapping[AnyYear, set[str]]
) -> dict[AnyYear, str]:
    """Find the years in which a unit is not listed in the best grade, and what became of it in each."""
    faults = {} if now is None or unit in now else {circular.facts.year: "not_now"}
    for year in (year for year, units in before.items() if unit not in units):
        earlier = circular.earlier[year]
        kind = "left_out" if unit in earlier.unit_ids.values() else "not_assessed"
        faults[year] = "other_grade" if unit in earlier.listed() else kind
    return faults


def named_streaks(circular: Circular) -> Iterator[Claim]:
    """Hold every unit named as consecutive or newly excellent against the lists of the years it speaks of."""
    now, named = circular.excellent(), circular.lists["list"].isin(["consecutive", "newly"])
    known: dict[AnyYear, Circular] = {**circular.earlier, circular.facts.year: circular}
    for row in circular.lists[named & circular.lists["unit_id"].notna()].to_dict("records"):
        rule, unit, consecutive = f"named_{row['list']}", row["unit_id"], row["list"] == "consecutive"
        before, missing = _excellent_before(circular, row["years"] if consecutive else None)
        settled = {year: units for year, units in before.items() if unit not in _may_be_others(circular, year)}
        faults = _find_faults(circular, unit, now, settled if consecutive else {})
        if not consecutive:
            faults |= {year: "already" for year, units in settled.items() if unit in units}
        reasons = [say(rule, fault, year=year) for year, fault in faults.items()]
        reasons += tell_successions(circular.facts.successions, unit) if "not_assessed" in faults.values() else []
        values = {key: row[key] for key in ("group", "section", "unit_id", "name", "years")} | {"of": unit}
        naming = [each for each in circular.printed_lists(row["list"]) if row["name"] in each.names]
        groups = {year: known[year].groups.get(unit, circular.groups[unit]) for year in faults}
        lists = [circular.best_lists(year, group=group) for year, group in groups.items()]
        values["rests"] = [*naming, *chain(*lists)]
        values["blames"] = {unit} if consecutive and faults else ()
        lacking = _tell_lacking(circular, missing, {unit} if len(settled) < len(before) else ())
        yield circular.claim(rule, _decide(faults, lacking), reasons=reasons, lacking=lacking, **values)


def _excellent_before(circular: Circular, years: str | None) -> tuple[dict[AnyYear, set[str]], str]:
    """Return who is listed in the best grade in the years before that a run takes in, and the years without a list."""
    run = run_of(circular.facts.year - (int(years or 2) - 1), circular.facts.year - 1)
    listed = {year: circular.earlier[year].excellent() for year in run if year in circular.earlier}
    known = {year: units for year, units in listed.items() if units is not None}
    return known, "、".join(str(year) for year in run if year not in known)


def _may_be_others(circular: Circular, year: AnyYear) -> set[str]:
    """Return the units that may have had another name in an earlier year, so that its lists do not tell of them."""
    earlier = circular.earlier[year]
    then, now = ({*each.lists["unit_id"].dropna()} for each in (earlier, circular))
    are_open = not (earlier.facts.scheme.knows_units() and circular.facts.scheme.knows_units())
    return {*circular.facts.unsettled_since(year)} - then | (now - then if are_open and then - now else set())


def _tell_lacking(circular: Circular, missing: str, unsettled: Collection[str]) -> str:
    """Say what is lacking to tell a run: lists of years, or who units were before."""
    told = [say("streaks", "missing", years=missing)] if missing else []
    told += [say("streaks", "unsettled", units=circular.names(unsettled))] if unsettled else []
    return "；".join(told)


def _decide(wrong: Collection[object], missing: str) -> Verdict:
    return "contradicted" if wrong else "unverifiable" if missing else "exact"


def first_places(circular: Circular) -> Iterator[Claim]:
    """A unit said to have come first several years running heads its list in each of them.

    Where the best grade requires something besides the total, who came first need not be in it.
    """
    known: dict[AnyYear, Circular] = {**circular.earlier, circular.facts.year: circular}
    for figure in circular.figures("first_place_years"):
        unit = circular.unit_ids.get(figure.of, "")
        found: dict[str, list[AnyYear]] = {each: [] for each in ("right", "wrong", *_OPEN)}
        for year in run_of(circular.facts.year - (int(figure.value) - 1), circular.facts.year):
            found[_tell_first(circular, known.get(year), unit, figure)].append(year)
        right, wrong, *lacking = ("、".join(map(str, years)) for years in found.values())
        values: dict[str, Any] = {"wrong": wrong, "unit_id": unit}
        values["rests"] = circular.best_lists(*found["right"], *found["wrong"])
        values["known"] = say("first_place", "known", right=right) if right else ""
        why = zip(_OPEN, lacking, strict=True)
        values["lacking"] = "；".join(say("first_place", each, years=years) for each, years in why if years)
        yield circular.claim("first_place", _decide(wrong, values["lacking"]), figure, **values)


_OPEN = ("lacking", "mixed", "unsettled", "open")
"""Why it may not be known who came first."""


def _tell_first(circular: Circular, known: Circular | None, unit: str, figure: PrintedFigure) -> str:
    """Say whether a unit was first in a year, by the order of lists: "right", "wrong", or why that is not known."""
    group = known.groups.get(unit, figure.group) if known else ""  # first in the one it was in
    heads = known.list_named(group, known.best) if known else []
    if known is None or not heads:
        return "lacking"
    if circular.names(heads[:1]) == figure.of:
        return "open" if known.best in known.required else "right"
    if known.facts.scheme.groups[group].basis == "assumed":
        return "mixed"
    if known is not circular and unit in _may_be_others(circular, known.facts.year):
        return "unsettled"
    return "open" if known.best in known.required else "wrong"


def changes(circular: Circular) -> Iterator[Check]:
    """A delta is this average less that of the base year; growth is delta over base; both circulars agree on it."""
    for change in circular.figures("average_delta", "average_growth"):
        last, beside = circular.published.base_of(change), circular.beside(change)
        average, base, delta = circular.compared(change)
        readings = partial(_compute, change.measure, (average, base, delta))
        given = {"average": average, "base": base, "delta": delta}
        values: dict[str, Any] = {"last": last} | {name: figure.value for name, figure in given.items() if figure}
        values["rests"] = [figure for figure in given.values() if figure and figure is not change]
        if change.measure == "average_growth":
            ways = {"on_delta": average and delta, "on_base": average and base}
            said = [say("growth", way, **values) for way, printed in ways.items() if printed]
            if any(map(readings, PRACTICES)):
                values |= {"wording": "growth", "ways": say("reasons", "or").join(said)}
                yield Check(f"growth{beside}", change, readings, values=values)
        else:
            wording = "delta" if average and base else "delta_on_unprinted"
            yield Check(f"delta{beside}", change, readings, values=values | {"wording": wording})


def _compute(measure: str, figures: tuple[PrintedFigure | None, ...], practice: Practice) -> list[Number]:
    """Compute a change from printed averages (this year's, last year's) and delta, or from all they may stand for."""
    return compute_change(measure, practice, *(practice.read(figure) if figure else None for figure in figures))
