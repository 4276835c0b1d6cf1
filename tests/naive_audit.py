"""What two circulars of a city and its schemes say of each other, in plain Python: an oracle without marks.

Circulars and schemes as they stand in their files. Only what must hold however the office computed: a number printed
with decimals may stand for anything within half of its last one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

Files = Mapping[int, Mapping[str, Any]]
Said = tuple[str, bool]
ROUNDED = {"grade_share", "indicator_share", "average", "average_delta", "average_growth", "total_max", "total_min"}


def find_broken(circulars: Files, schemes: Files, units: Mapping[int, Mapping[str, tuple[str, str]]]) -> set[str]:
    """Name what does not hold; `units` are, by year, name to (id, group)."""
    papers = {year: _Paper(year, circulars[year], schemes[year], units[year]) for year in sorted(circulars)}
    said = [each for paper in papers.values() for each in paper.says(papers.get(paper.year - 1))]
    return {name for name, holds in said if not holds}


def _ends(value: str, rounded: bool) -> tuple[Fraction, Fraction]:
    number, places = Fraction(value.rstrip("%")), len(value.rstrip("%").partition(".")[2])
    half, scale = Fraction(int(rounded), 2 * 10**places), 100 if value.endswith("%") else 1
    return (number - half) / scale, (number + half) / scale


class _Paper:
    def __init__(self, year: int, circular: Any, scheme: Any, units: Mapping[str, tuple[str, str]]) -> None:
        self.year, self.circular, self.scheme, self.units = year, circular, scheme, units
        self.groups, self.grades = [*scheme["groups"]], [grade["id"] for grade in scheme["grades"]]
        self.found: dict[tuple[str, str, str], list[str]] = {}
        for each in circular["figures"]:
            key = (each["measure"], each.get("group", "all"), each.get("of", "all"))
            self.found.setdefault(key, []).append(each["value"])
        self.lists = [(each["list"], each.get("group", "all"), each.get("of", "all"), each["names"],
                       each.get("complete", True)) for each in circular["lists"]]  # fmt: skip

    def number(self, measure: str, group: str = "all", of: str = "all") -> tuple[Fraction, Fraction] | None:
        values = self.found.get((measure, group, of))
        return _ends(values[0], measure in ROUNDED) if values else None

    def exact(self, measure: str, group: str = "all", of: str = "all") -> Fraction | None:
        ends = self.number(measure, group, of)
        return sum(ends) / 2 if ends else None

    def names(self, kind: str, group: str = "all", of: str = "all") -> list[str]:
        return [name for one, where, what, names, _ in self.lists if (one, where, what) == (kind, group, of)
                for name in names]  # fmt: skip

    def ids(self, names: list[str]) -> set[str]:
        return {self.units[name][0] for name in names if name in self.units}

    def best(self) -> set[str]:
        return set().union(*(self.ids(self.names("graded", group, self.grades[0])) for group in self.groups))

    def says(self, last: _Paper | None) -> Iterator[Said]:
        yield f"{self.year} document", self.circular["document"] == self.scheme["document"]
        for key, values in self.found.items():
            yield f"{self.year} twice {key}", len({*values}) == 1
        for parts in (self.clauses(), self.counts(), self.adjustments(), self.named(), self.averages(last)):
            yield from ((f"{self.year} {name}", holds) for name, holds in parts)
        if last:
            yield from ((f"{self.year} {name}", holds) for name, holds in self.streaks(last))

    def clauses(self) -> Iterator[Said]:
        scheme = self.scheme
        fixed = {("component_points", each["id"]): each["points"] for each in scheme["components"]}
        fixed |= {("rating_rate", rating): rate for rating, rate in scheme["ratings"]["value"].items()}
        limits = {"bonus_cap": ("bonus", "cap"), "bonus_item_min": ("bonus", "item_min"),
                  "bonus_item_max": ("bonus", "item_max"), "deduction_item": ("deduction", "item_min"),
                  "deduction_cap": ("deduction", "cap")}  # fmt: skip
        fixed |= {(measure, "all"): scheme[kind].get(limit) for measure, (kind, limit) in limits.items()}
        fixed["assessor_count", "all"] = len(scheme["assessors"]["value"])
        for (measure, of), clause in fixed.items():
            printed = self.exact(measure, "all", of)
            yield f"{measure} {of}", printed is None or clause is None or printed == Fraction(str(clause))
        names = {*scheme["assessors"]["value"].values()}
        for kind, _, of, own, complete in self.lists:
            if kind == "assessors" or (kind, of) == ("method", "rescaled_assessor"):
                yield f"{kind} of scheme", {*own} <= names
                yield "all assessors", kind != "assessors" or not complete or {*own} == names
        assessed = {name for name in names if name in self.units}
        yield "assessed assessors", (self.exact("method_units", of="rescaled_assessor") or 0) <= len(assessed)

    def counts(self) -> Iterator[Said]:
        parts = [part for each in self.scheme["components"] for part in each.get("parts", {})]
        for group in self.groups:
            everything = self.exact("indicator_count", group)
            counts = [self.exact("indicator_count", group, part) for part in parts]
            yield f"indicators {group}", None in counts or sum(each for each in counts if each) == everything
            shares = [self.number("indicator_share", group, part) for part in parts]
            if all(shares):
                yield f"shares {group}", sum(low for low, _ in shares) <= 1 <= sum(high for _, high in shares)
            for low, high in filter(None, shares):
                yield f"share of {group}", not everything or high * everything >= -(-low * everything // 1)
            size = sum(own == group for _, own in self.units.values())
            yield f"units {group}", self.exact("unit_count", group) in {None, size}
            for grade in self.grades:
                listed, share = len(self.names("graded", group, grade)), self.number("grade_share", group, grade)
                for measure in ("grade_units", "list_units"):
                    yield f"{measure} {group} {grade}", self.exact(measure, group, grade) in {None, listed}
                yield f"grade share {group} {grade}", not share or share[0] <= Fraction(listed, size) <= share[1]
        for grade in self.grades:
            listed = sum(len(self.names("graded", group, grade)) for group in self.groups)
            yield f"grade_units {grade}", self.exact("grade_units", "all", grade) in {None, listed}
        methods = [self.exact("method_units", of=of) for of in ("full", "rescaled", "rescaled_assessor")]
        yield "methods", None in methods or sum(each for each in methods if each) == len(self.units)

    def adjustments(self) -> Iterator[Said]:
        for kind in ("bonus", "deduction"):
            limits = self.scheme[kind]
            for group in self.groups:
                most, least = (self.exact(f"{kind}_{end}", group) for end in ("max", "min"))
                size = sum(own == group for _, own in self.units.values())
                yield f"{kind} units {group}", (self.exact(f"{kind}_units", group) or 0) <= size
                yield f"{kind} order {group}", most is None or least is None or least <= most
                for amount in (most, least):
                    if amount is not None:
                        step = Fraction(str(limits.get("step", 1)))
                        yield f"{kind} cap {group}", amount <= limits.get("cap", amount)
                        yield f"{kind} least {group}", amount >= Fraction(str(limits.get("item_min", amount)))
                        yield f"{kind} step {group}", "step" not in limits or amount % step == 0
        for group in self.groups:
            better = self.names("graded", group, self.grades[0])
            left = sum(own == group for _, own in self.units.values()) - len(better)
            yield f"vetoed {group}", (self.exact("veto_units", group) or 0) <= left

    def named(self) -> Iterator[Said]:
        for group in self.groups:
            listed = [name for grade in self.grades for name in self.names("graded", group, grade)]
            yield f"lists {group}", sorted(listed) == sorted(n for n, (_, own) in self.units.items() if own == group)
        for kind, _, of, own, complete in self.lists:
            if kind in {"method", "consecutive", "newly"}:
                yield f"{kind} units", {*own} <= {*self.units} and len({*own}) == len(own)
            measure = {"method": "method_units", "assessors": "assessor_count"}.get(kind, f"{kind}_units")
            count = self.exact(measure, "all", of)
            if count is not None:
                yield f"{measure} named", count == len(own) if complete else count >= len(own)
        for name in [name for kind in ("consecutive", "newly") for name in self.names(kind, of=self.grades[0])]:
            yield f"{name} now", name not in self.units or self.units[name][0] in self.best()
        total, again, new = (
            self.exact(f"{kind}_units", of=self.grades[0]) for kind in ("grade", "consecutive", "newly")
        )
        yield "split", not total or (again or 0) + (new or 0) <= total
        for measure, group, of in self.found:
            if measure == "first_place_years":
                yield "first", self.names("graded", group, self.grades[0])[:1] == [of]

    def averages(self, last: _Paper | None) -> Iterator[Said]:
        most = self.scheme["bonus"]["cap"] + sum(each["points"] for each in self.scheme["components"])
        for group in self.groups:
            everyone, best = self.number("average", group), self.number("average", group, self.grades[0])
            yield f"better {group}", not everyone or not best or best[1] >= everyone[0]
            for of in ("all", *self.grades):
                average = self.number("average", group, of)
                delta, growth = (self.number(f"average_{kind}", group, of) for kind in ("delta", "growth"))
                base = last.number("average", group, of) if last else None
                yield f"possible {group} {of}", not average or average[0] <= most
                if average and delta and base:
                    yield f"delta {group} {of}", (average[0] - base[1] <= delta[1] and delta[0] <= average[1] - base[0])
                if average and base is None and delta:
                    base = average[0] - delta[1], average[1] - delta[0]
                if average and base and growth:
                    low, high = average[0] / base[1] - 1, average[1] / base[0] - 1
                    yield f"growth {group} {of}", low <= growth[1] and growth[0] <= high
                if delta and base and growth:
                    low, high = min(delta[0] / end for end in base), max(delta[1] / end for end in base)
                    yield f"growth by change {group} {of}", low <= growth[1] and growth[0] <= high

    def streaks(self, last: _Paper) -> Iterator[Said]:
        now, then, best = self.best(), last.best(), self.grades[0]
        known = {unit for unit, _ in last.units.values()}
        yield "again", self.exact("consecutive_units", of=best) in {None, len(now & then)}
        new = now - then
        yield "new", self.exact("newly_units", of=best) in {None, len(new), len(new & known)}
        for name in self.names("consecutive", of=best):
            yield f"{name} again", name not in self.units or self.units[name][0] in then
        for name in self.names("newly", of=best):
            yield f"{name} new", name not in self.units or self.units[name][0] not in then
