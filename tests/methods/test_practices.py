"""Circulars printed by an oracle in plain Python under every practice: none is accused, and every alteration is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random

import pandas as pd
import pytest
from tests.conftest import widely
from tests.made_up import CITIES, YEARS, city_data, load_city

from analysis.assessment import Assessment
from analysis.data.dataset import Dataset
from analysis.data.published import PrintedFigure, Published
from analysis.methods.audit.ledger import audit_year, practices_of
from analysis.methods.audit.practices import PRACTICES, USUAL, Practice

Key = tuple[str, str, str]
RULES = {"ROUND_HALF_UP": "up", "ROUND_HALF_EVEN": "even", "ROUND_DOWN": "down", "ROUND_UP": "away"}


def put(value: Fraction, form: str, rule: str) -> str:
    """Write a number with as many decimals as `form` has, in whole numbers alone."""
    hundredfold, places = (100, form.rstrip("%")) if form.endswith("%") else (1, form)
    places = len(places.partition(".")[2])
    whole, rest = divmod(abs(value) * hundredfold * 10**places, 1)
    up = {
        "up": rest >= Fraction(1, 2),
        "even": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1),
        "down": False,
        "away": rest > 0,
    }[rule]
    digits = str(int(whole) + up).rjust(places + 1, "0")
    sign = "-" if value < 0 and int(digits) else ""
    return f"{sign}{digits[: len(digits) - places]}{'.' if places else ''}{digits[len(digits) - places :]}{form[len(form.rstrip('%')) :]}"


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
            known.setdefault(row.year, {}).setdefault((row.group, of), []).append(Fraction(repr(row.total)))
    forms = {"average": random.choice(["0.00", "0.00", "0.0", "0.000"]), "grade_share": random.choice(["0%", "0.00%"])}
    forms |= {"average_delta": random.choice([forms["average"]] * 3 + ["0.0"])}
    forms |= {"average_growth": random.choice(["0.00%", "0.0%"]), "total_max": forms["average"], "total_min": "0.0"}
    return scores, Office(known, forms)


def publish(dataset: Dataset, printed: dict[int, dict[Key, str]]) -> Dataset:
    years = dict(dataset.years)
    for year, figures in printed.items():
        table = [
            PrintedFigure(measure=measure, group=group, of=of, value=value, section="一")
            for (measure, group, of), value in figures.items()
        ]
        counts = years[year].units["group"].value_counts()
        table += [
            PrintedFigure(measure="unit_count", group=str(g), value=str(n), section="一") for g, n in counts.items()
        ]
        years[year] = replace(years[year], published=Published(year=year, document="", figures=table, lists=[]))
    return replace(dataset, years=years)


def accused(ledger: pd.DataFrame) -> set[str]:
    return set(ledger.loc[ledger["verdict"].isin(["contradicted", "explained"]), "id"])


def draw_circulars(seed: int, practice: Practice) -> tuple[Dataset, pd.DataFrame, Office, dict[int, dict[Key, str]]]:
    dataset = city_data(seed % 20)
    scores, office = draw_office(dataset, Assessment(dataset).scores, seed)
    random = Random(seed)
    printed = {
        year: {key: random.choice(ways) for key, ways in office.prints(year, practice).items()} for year in YEARS
    }
    return dataset, scores, office, printed


@widely("seed", range(100), always=1)
@pytest.mark.parametrize("practice", USUAL, ids=str)
def test_no_circular_is_accused_of_how_it_was_computed(practice: Practice, seed: int) -> None:
    dataset, scores, _, printed = draw_circulars(seed, practice)
    shown = publish(dataset, printed)
    ledger = audit_year(shown, scores, YEARS[1])
    assert accused(ledger) == set()
    assert practice in practices_of(shown, scores, YEARS[1])
    assert accused(audit_year(shown, scores.iloc[:0], YEARS[1])) == set()  # from print alone
    only_this = scores[scores["year"].eq(YEARS[1])]  # last year's marks are gone
    assert accused(audit_year(shown, only_this, YEARS[1])) == set()


def keep(office: Office, printed: dict[Key, str]) -> list[dict[Key, list[str]]]:
    """Try every practice on what is printed; return what those would print that need the fewest changes."""
    tried = {practice: office.prints(YEARS[1], practice) for practice in PRACTICES}
    misfits = {
        practice: (sum(text not in ways.get(key, [text]) for key, text in printed.items()), practice not in USUAL)
        for practice, ways in tried.items()
    }
    return [ways for practice, ways in tried.items() if misfits[practice] == min(misfits.values())]


@widely("seed", range(100), always=1)
@pytest.mark.parametrize("practice", USUAL[::3], ids=str)
def test_every_alteration_is_told_that_the_other_figures_expose(practice: Practice, seed: int) -> None:
    dataset, scores, office, printed = draw_circulars(seed, practice)
    random = Random(seed)
    for key, text in random.sample(sorted(printed[YEARS[1]].items()), 3):
        number, places = text.rstrip("%"), len(text.rstrip("%").partition(".")[2])
        changed = Fraction(number) + Fraction(random.choice([-7, -1, 1, 2]), 10**places)
        altered = printed[YEARS[1]] | {key: put(changed, number, "up") + text[len(number) :]}
        kept = keep(office, altered)
        wrong = {each for each, told in altered.items() if all(told not in ways.get(each, [told]) for ways in kept)}
        ledger = audit_year(publish(dataset, printed | {YEARS[1]: altered}), scores, YEARS[1]).set_index("id")
        verdicts = {each: ledger.loc[f"{YEARS[1]}-marks-{'-'.join(each)}", "verdict"] for each in altered}
        contradicted = {each for each, verdict in verdicts.items() if verdict == "contradicted"}
        assert (
            contradicted
            <= wrong
            <= {each for each, verdict in verdicts.items() if verdict in {"contradicted", "explained"}}
        )
        assert key in wrong or altered[key] in [text for ways in kept for text in ways[key]]
