"""Circulars of made-up cities, printed in plain Python from random totals as one office or another would."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pandas as pd

from analysis.assessment import Assessment
from analysis.data.dataset import Dataset
from analysis.data.published import PrintedFigure, PrintedList, Published
from analysis.methods.audit.practices import Practice
from analysis.methods.what_if import change_scheme
from tests.made_up import CITIES, YEARS, city_data, load_city

Key = tuple[str, str, str]
RULES = {"ROUND_HALF_UP": "up", "ROUND_HALF_EVEN": "even", "ROUND_DOWN": "down", "ROUND_UP": "away"}


def put(value: Fraction, form: str, rule: str) -> str:
    """Write a number with as many decimals as `form` has, in whole numbers alone."""
    hundredfold, end = (100, "%") if form.endswith("%") else (1, "")
    places = len(form.rstrip("%").partition(".")[2])
    whole, rest = divmod(abs(value) * hundredfold * 10**places, 1)
    up = {
        "up": rest >= Fraction(1, 2),
        "even": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1),
        "down": False,
        "away": rest > 0,
    }[rule]
    digits = str(int(whole) + up).rjust(places + 1, "0")
    sign = "-" if value < 0 and int(digits) else ""
    whole_part, decimals = digits[: len(digits) - places], digits[len(digits) - places :]
    return sign + whole_part + ("." + decimals if places else "") + end


class Office:
    """One year's totals and last year's, and what an office prints of them."""

    def __init__(self, totals: dict[int, dict[tuple[str, str], list[Fraction]]], forms: dict[str, str]) -> None:
        self.totals, self.forms = totals, forms

    def mean(self, year: int, key: tuple[str, str], practice: Practice) -> Fraction:
        totals = self.totals[year][key]
        if practice.totals_first:
            totals = [Fraction(put(total, self.forms["average"], RULES[practice.rounding])) for total in totals]
        return sum(totals, Fraction(0)) / len(totals)

    def prints(self, year: int, practice: Practice) -> dict[Key, list[str]]:
        """List every figure, with the ways in which it may be written under a practice."""
        rule, found = RULES[practice.rounding], {}

        def written(measure: str, value: Fraction) -> str:
            return put(value, self.forms[measure], rule)

        for key, totals in self.totals[year].items():
            now = self.mean(year, key, practice)
            found["average", *key] = [written("average", now)]
            kept = [Fraction(written("average", total)) for total in totals] if practice.totals_first else totals
            if key[1] == "all":
                found["total_max", *key] = [written("total_max", max(kept))]
                found["total_min", *key] = [written("total_min", min(kept))]
            else:
                share = Fraction(len(totals), len(self.totals[year][key[0], "all"]))
                found["grade_share", *key] = [written("grade_share", share)]
            if key not in self.totals.get(year - 1, {}):
                continue
            then = self.mean(year - 1, key, practice)
            if practice.from_printed:
                now, then = (Fraction(written("average", each)) for each in (now, then))
            delta = written("average_delta", now - then)
            found["average_delta", *key] = [delta]
            change = Fraction(delta)
            ways = [(now - then, then)] + ([(change, now - change)] if practice.from_printed else [])
            if all(base != 0 for _, base in ways) and then != 0:
                found["average_growth", *key] = [written("average_growth", change / base) for change, base in ways]
        return found


def draw_office(dataset: Dataset, scores: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, Office]:
    """Draw other totals: some tied, some on the border between two printed numbers, in some cities around zero."""
    random = Random(seed)
    centre = random.choice([80, 80, 0, -30])
    step = random.choice([1, 5, 125, 1000])  # thousandths
    totals = [centre + random.randint(-15000, 15000) // step * step / 1000 for _ in range(len(scores))]
    grades = [
        list(dataset.year(year).scheme.grade_names).index(grade)
        for year, grade in zip(scores["year"], scores["grade"], strict=True)
    ]
    scores = scores.assign(vetoed=False, place=grades).sort_values(["year", "group", "place"])
    drawn = scores.assign(total=totals).sort_values(["year", "group", "total"], ascending=[True, True, False])
    scores = scores.assign(total=drawn["total"].to_numpy())
    known: dict[int, dict[tuple[str, str], list[Fraction]]] = {}
    for row in scores.itertuples():
        for of in ("all", row.grade):
            known.setdefault(row.year, {}).setdefault((row.group, of), []).append(Fraction(f"{row.total:.6f}"))
    forms = {"average": random.choice(["0.00", "0.00", "0.0", "0.000"]), "grade_share": random.choice(["0%", "0.00%"])}
    forms |= {"average_delta": random.choice([forms["average"]] * 3 + ["0.0"])}
    forms |= {"average_growth": random.choice(["0.00%", "0.0%"]), "total_max": forms["average"], "total_min": "0.0"}
    return scores, Office(known, forms)


def publish(dataset: Dataset, printed: dict[int, dict[Key, str]], listed: pd.DataFrame | None = None) -> Dataset:
    """Give years their circulars, with graded lists in the order of the scores that are given.

    Totals are drawn: they may be beyond any cap of bonuses and deductions.
    """
    no_caps = dict.fromkeys([("bonus", "cap"), ("deduction", "cap")])
    years = {year: replace(facts, scheme=change_scheme(facts.scheme, no_caps)) for year, facts in dataset.years.items()}
    for year, figures in printed.items():
        table = [
            PrintedFigure(measure=measure, group=group, of=of, value=value, section="一")
            for (measure, group, of), value in figures.items()
        ]
        counts = years[year].units["group"].value_counts()
        table += [
            PrintedFigure(measure="unit_count", group=str(g), value=str(n), section="一") for g, n in counts.items()
        ]
        scores = pd.DataFrame(columns=["group", "grade"]) if listed is None else listed[listed["year"].eq(year)]
        lists = [
            PrintedList(list="graded", group=group, of=of, names=tuple(rows["name"]), section="一")
            for (group, of), rows in scores.groupby(["group", "grade"])
        ]
        years[year] = replace(years[year], published=Published(year=year, document="", figures=table, lists=lists))
    return replace(dataset, years=years)


def draw_circulars(seed: int, practice: Practice) -> tuple[Dataset, pd.DataFrame, Office, dict[int, dict[Key, str]]]:
    dataset = load_city(CITIES["one unit"]()) if seed % 20 == 19 else city_data(seed % 20)
    scores, office = draw_office(dataset, Assessment(dataset).scores, seed)
    random = Random(seed)
    printed = {
        year: {key: random.choice(ways) for key, ways in office.prints(year, practice).items()} for year in YEARS
    }
    return dataset, scores, office, printed
