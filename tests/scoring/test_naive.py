"""The scores of both years recomputed without pandas, in exact fractions, from the files themselves."""

from __future__ import annotations

import csv
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _naive_totals(data: Path, year: int) -> dict[str, Fraction]:
    scheme: dict[str, Any] = yaml.safe_load((data / f"schemes/{year}.yml").read_text(encoding="utf-8"))
    folder = data / f"inputs/{year}"
    indicators = {row["indicator_id"]: row for row in _rows(folder / "indicators.csv")}
    rates = {name: Fraction(str(rate)) for name, rate in scheme["ratings"]["value"].items()}
    totals: dict[str, Fraction] = defaultdict(Fraction)
    for component in scheme["components"]:
        worth = Fraction(str(component["points"]))
        if "parts" not in component:
            for row in _rows(folder / f"{component['id']}.csv"):
                totals[row["unit_id"]] += worth * Fraction(row["score"]) / Fraction(row["full_score"])
            continue
        earned: dict[str, Fraction] = defaultdict(Fraction)
        carried: dict[str, Fraction] = defaultdict(Fraction)
        for row in _rows(folder / "marks.csv"):
            indicator = indicators[row["indicator_id"]]
            if indicator["part"] in component["parts"] and row["status"] == "marked":
                points = Fraction(indicator["points"])
                carried[row["unit_id"]] += points
                earned[row["unit_id"]] += rates[row["rating"]] * points if row["rating"] else Fraction(row["score"])
        for unit, points in carried.items():
            totals[unit] += earned[unit] * worth / points
    sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for row in _rows(folder / "adjustments.csv"):
        sums[row["unit_id"], row["kind"]] += Fraction(row["points"] or 0)
    return {
        unit: total
        + min(sums[unit, "bonus"], scheme["bonus"]["cap"])
        - min(sums[unit, "deduction"], scheme["deduction"]["cap"])
        for unit, total in totals.items()
    }


@pytest.mark.parametrize("year", [2020, 2021])
def test_the_engine_equals_the_naive_recomputation(year: int, data_folder: Path, scores: pd.DataFrame) -> None:
    naive = _naive_totals(data_folder, year)
    own = scores[scores["year"].eq(year)].set_index("unit_id")
    assert set(naive) == set(own.index)
    for unit, total in naive.items():
        assert abs(own.loc[unit, "total"] - float(total)) < 1e-9
    for group in own["group"].unique():
        members = own.index[own["group"].eq(group)]
        for unit in members:
            assert own.loc[unit, "rank"] == 1 + sum(naive[other] > naive[unit] for other in members)
