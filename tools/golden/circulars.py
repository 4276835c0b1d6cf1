"""The circulars of made-up cities: scored once more, in fractions, and printed with faults where these are wanted."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

SECTION = "二"
Facts = dict[str, Any]
_ROUNDINGS = {None: lambda number: math.floor(number + Fraction(1, 2)), "down": math.floor, "up": math.ceil}


def print_circulars(years: dict[int, Facts], faults: dict[int, set[str]]) -> dict[int, dict[str, Any]]:
    """Write the circular of each of these years.

    Faults: "cut" (digits are cut off, not rounded), "count", "average", "extremes", "streak", "newly", "over_cap",
    "method", "first" (wrong numbers), "again" (a number printed twice, otherwise), "common" (an average without
    entrants), "share_of_all" (shares of all groups together), "swapped", "misplaced", "named" (wrong lists), "short"
    (no list of the last grade), "mixed" (one list of the best grade for all groups).
    """
    scored = {year: _score(facts) for year, facts in years.items()}
    return {year: _Circular(years, scored, year, own).write() for year, own in faults.items()}


def _score(facts: Facts) -> dict[str, dict[str, Any]]:
    """Score, rank and grade every unit; best first in each group."""
    scheme, sums = facts["scheme"], Counter()
    for row in facts["adjustments"]:
        sums[row["unit_id"], row["kind"]] += _exact(row["points"] or 0)
    vetoed = {row["unit_id"] for row in facts["adjustments"] if row["kind"] == "veto"}
    units: dict[str, dict[str, Any]] = {}
    for unit, group in facts["members"].items():
        marks = facts["marks"][unit].values()
        base = sum((_score_component(facts, unit, each) for each in scheme["components"]), Fraction(0))
        capped = {kind: min(sums[unit, kind], _exact(scheme[kind].get("cap", 1000))) for kind in ("bonus", "deduction")}
        method = "rescaled_assessor" if "own" in marks else "rescaled" if "-" in marks else "full"
        total = base + capped["bonus"] - capped["deduction"]
        units[unit] = {"group": group, "total": total, "method": method, "vetoed": unit in vetoed, **capped}
    for group in dict.fromkeys(facts["members"].values()):
        _grade(scheme, group, {unit: own for unit, own in units.items() if own["group"] == group})
    return dict(sorted(units.items(), key=lambda each: -each[1]["total"]))


def _score_component(facts: Facts, unit: str, component: dict[str, Any]) -> Fraction:
    if "parts" not in component:
        score, full = facts["results"][component["id"]][unit]
        return _exact(score) * component["points"] / full
    earned = carried = Fraction(0)
    for indicator, mark in facts["marks"][unit].items():
        spec = facts["indicators"][indicator]
        if spec["part"] in component["parts"] and mark not in ("-", "own"):
            points = _exact(spec["points"])
            carried += points
            rates = facts["scheme"]["ratings"]["value"]
            earned += _exact(rates[mark]) * points if isinstance(mark, str) else _exact(mark)
    return earned * component["points"] / carried if component["rescale"] else earned


def _grade(scheme: Facts, group: str, units: dict[str, dict[str, Any]]) -> None:
    ungraded = dict(units)
    for grade in scheme["grades"]:
        rule = grade["rule"]
        bars = scheme.get("veto", {}).get("bars", [])
        eligible = {unit: own for unit, own in ungraded.items() if not (own["vetoed"] and grade["id"] in bars)}
        value = rule.get("value")
        value = _exact(value[group] if isinstance(value, dict) else value or 0)
        places = value if rule["kind"] == "count" else _ROUNDINGS[rule.get("rounding")](value * len(units))
        for unit, own in eligible.items():
            ahead = sum(other["total"] > own["total"] for other in eligible.values())
            tied = sum(other["total"] == own["total"] for other in eligible.values())
            place = ahead + (1 if scheme["ranking"]["ties"] == "min" else tied)
            meets = own["total"] >= value if rule["kind"] == "threshold" else place <= places
            if rule["kind"] == "rest" or meets:
                own["grade"] = grade["id"]
                ungraded.pop(unit)


def _exact(number: float) -> Fraction:
    return Fraction(str(number))


class _Circular:
    """One year's circular, in the making."""

    def __init__(self, years: dict[int, Facts], scored: dict[int, Any], year: int, faults: set[str]) -> None:
        self.years, self.scored, self.year, self.faults = years, scored, year, faults
        self.facts, self.units, self.before = years[year], scored[year], scored.get(year - 1)
        self.scheme = self.facts["scheme"]
        self.groups, self.grades = list(self.scheme["groups"]), [grade["id"] for grade in self.scheme["grades"]]
        self.best = self.grades[0]

    def write(self) -> dict[str, Any]:
        """Return the whole circular."""
        parts = (
            self._rules,
            self._indicators,
            self._counts,
            self._shares,
            self._adjustments,
            self._streaks,
            self._averages,
        )
        figures = [figure for part in parts for figure in part()]
        return {
            "year": self.year,
            "document": self.scheme["document"],
            "figures": figures,
            "lists": list(self._lists()),
        }

    def _of(self, group: str = "all", grade: str = "all", units: dict[str, Any] | None = None) -> list[str]:
        return [
            unit
            for unit, own in (self.units if units is None else units).items()
            if group in ("all", own["group"]) and grade in ("all", own["grade"])
        ]

    def _figure(self, measure: str, value: object, group: str = "all", of: str = "all", **more: str) -> dict[str, Any]:
        places = {"group": group, "of": of}
        return {
            "measure": measure,
            **places,
            "value": f"{value:g}" if isinstance(value, int | float) else str(value),
            "section": SECTION,
            **more,
        }

    def _show(self, number: Fraction, *, percent: bool = False) -> str:
        """Write a number with two decimals, rounded half up or cut off."""
        scaled = abs(number) * (10000 if percent else 100)
        digits = f"{math.floor(scaled + (0 if 'cut' in self.faults else Fraction(1, 2))):03d}"
        return ("-" if number < 0 else "") + f"{digits[:-2]}.{digits[-2:]}" + ("%" if percent else "")

    def _rules(self) -> Iterator[dict[str, Any]]:
        for component in self.scheme["components"]:
            yield self._figure("component_points", component["points"], of=component["id"])
        for rating, rate in self.scheme["ratings"]["value"].items():
            yield self._figure("rating_rate", f"{rate * 100:g}%", of=rating)
        limits = {
            "bonus_cap": ("bonus", "cap"),
            "bonus_item_min": ("bonus", "item_min"),
            "bonus_item_max": ("bonus", "item_max"),
            "deduction_cap": ("deduction", "cap"),
            "deduction_item": ("deduction", "item_min"),
        }
        for measure, (kind, limit) in limits.items():
            if limit in self.scheme[kind]:
                yield self._figure(measure, self.scheme[kind][limit])
        yield self._figure("assessor_count", len(self.scheme["assessors"]["value"]))

    def _indicators(self) -> Iterator[dict[str, Any]]:
        for group in self.groups:
            parts = Counter(spec["part"] for spec in self.facts["indicators"].values() if spec["group"] == group)
            yield self._figure("indicator_count", parts.total(), group)
            for part, count in parts.items():
                yield self._figure("indicator_count", count, group, part)
                yield self._figure(
                    "indicator_share", self._show(Fraction(count, parts.total()), percent=True), group, part
                )
        for method, count in Counter(own["method"] for own in self.units.values()).items():
            wrong = "method" in self.faults and method == "full"
            yield self._figure("method_units", count + wrong, of=method)

    def _counts(self) -> Iterator[dict[str, Any]]:
        for group in [*self.groups, "all"]:
            yield self._figure("unit_count", len(self._of(group)), group)
            for grade in self.grades:
                wrong = "count" in self.faults and (group, grade) == ("all", self.best)
                yield self._figure("grade_units", len(self._of(group, grade)) + wrong, group, grade)
        for group in self.groups:
            totals = [own["total"] for own in self.units.values() if own["group"] == group]
            wrong = Fraction(3, 10) if "extremes" in self.faults else 0
            yield self._figure("total_max", self._show(max(totals) + wrong), group)
            yield self._figure("total_min", self._show(min(totals)), group)
            for grade in self.grades:
                yield self._figure("list_units", len(self._of(group, grade)), group, grade)
        if "again" in self.faults:
            yield self._figure("unit_count", len(self.units) + 1, self.groups[0])

    def _shares(self) -> Iterator[dict[str, Any]]:
        for group in self.groups:
            whole = len(self._of("all" if "share_of_all" in self.faults else group))
            for grade in self.grades:
                share = Fraction(len(self._of(group, grade)), whole)
                yield self._figure("grade_share", self._show(share, percent=True), group, grade)

    def _adjustments(self) -> Iterator[dict[str, Any]]:
        for group in self.groups:
            for kind in ("bonus", "deduction"):
                amounts = [own[kind] for own in self.units.values() if own["group"] == group and own[kind] > 0]
                if not amounts:
                    continue
                wrong = 1 if "over_cap" in self.faults and kind == "bonus" else 0
                yield self._figure(f"{kind}_units", len(amounts), group)
                yield self._figure(f"{kind}_max", float(max(amounts) + wrong), group)
                if kind == "bonus":
                    yield self._figure("bonus_min", float(min(amounts)), group)
            if vetoed := sum(own["vetoed"] for own in self.units.values() if own["group"] == group):
                yield self._figure("veto_units", vetoed, group)

    def _streaks(self) -> Iterator[dict[str, Any]]:
        if self.before is None:
            return
        now, last = set(self._of(grade=self.best)), set(self._of(grade=self.best, units=self.before))
        wrong = "streak" in self.faults
        yield self._figure("consecutive_units", len(now & last) + wrong, of=self.best, years="2")
        if (earlier := self.scored.get(self.year - 2)) is not None:
            always = now & last & set(self._of(grade=self.best, units=earlier))
            yield self._figure("consecutive_units", len(always), of=self.best, years="3")
        entered = (now - last) - set(self.before) if "newly" in self.faults else set()
        yield self._figure(
            "newly_units", len(now - last - entered) + ("newly" in self.faults and not entered), of=self.best
        )
        for group in self.groups:
            first, *_ = self._of(group, self.best) or self._of(group)
            years = 3 if "first" in self.faults else 1
            yield self._figure("first_place_years", years, group, self.facts["names"][first])

    def _averages(self) -> Iterator[dict[str, Any]]:
        for group in self.groups:
            for of in ("all", self.best):
                units = self._of(group, of)
                if "common" in self.faults and group == self.groups[0]:
                    units = [unit for unit in units if unit in (self.before or {})]
                if not units:
                    continue
                average = self._mean(self.units, units)
                average += Fraction(1, 2) if ("average" in self.faults and group == self.groups[0]) else 0
                yield self._figure("average", self._show(average), group, of)
                if self.before and (earlier := self._of(group, of, self.before)):
                    base = self._mean(self.before, earlier)
                    yield self._figure("average_delta", self._show(average - base), group, of)
                    yield self._figure("average_growth", self._show((average - base) / base, percent=True), group, of)

    @staticmethod
    def _mean(scored: dict[str, Any], units: list[str]) -> Fraction:
        return sum((scored[unit]["total"] for unit in units), Fraction(0)) / len(units)

    def _lists(self) -> Iterator[dict[str, Any]]:
        names = self.facts["names"]

        def listing(kind: str, units: list[str], **more: Any) -> dict[str, Any]:
            return {"list": kind, **more, "names": [names[unit] for unit in units], "section": SECTION}

        yield {"list": "assessors", "names": list(self.scheme["assessors"]["value"].values()), "section": "引言"}
        yield listing("method", [unit for unit, own in self.units.items() if own["method"] == "full"], of="full")
        graded = {(group, grade): self._of(group, grade) for group in self.groups for grade in self.grades}
        longest = max(self.groups, key=lambda group: len(graded[group, self.best]))
        first, second = graded[longest, self.best], graded[longest, self.grades[1]]
        if "swapped" in self.faults:
            first[:2] = first[1::-1]
        if "misplaced" in self.faults:
            second.append(first.pop())
        for (group, grade), units in graded.items():
            if ("mixed" in self.faults and grade == self.best) or ("short" in self.faults and grade == self.grades[-1]):
                continue
            if units:
                yield listing("graded", units, group=group, of=grade)
        if "mixed" in self.faults:
            everyone = [unit for group in self.groups for unit in graded[group, self.best]]
            yield listing("graded", everyone, group="all", of=self.best)
        if self.before is not None:
            yield from self._named(listing)
        yield {"list": "mentioned", "of": "先进", "names": [names[next(iter(self.units))], "某局"], "section": "三"}

    def _named(self, listing: Callable[..., dict[str, Any]]) -> Iterator[dict[str, Any]]:
        now, last = self._of(grade=self.best), set(self._of(grade=self.best, units=self.before))
        others = [unit for unit in self._of() if unit not in now and unit in self.before]
        wrong = others[:1] if "named" in self.faults else []
        steady, new = [unit for unit in now if unit in last], [unit for unit in now if unit not in last]
        if steady + wrong:
            yield listing("consecutive", steady[:3] + wrong, of=self.best, years="2", complete=False)
        if new + wrong:
            yield listing("newly", new + wrong, of=self.best)
