"""Make data of any size on the pattern of the shipped ones: a province, a nation; in Parquet, marks by unit.

Usage: python benchmarks/generate.py FOLDER --places 333 --units 57 --indicators 76 --years 5

Everything is drawn by chance from a seed. The names are the shipped ones with a number in front: nothing of it is about
a real office.
"""

from __future__ import annotations

import argparse
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from analysis.data.dataset import YearFacts, load_dataset
from analysis.data.schemes import Scheme

ROWS = 1_000_000
"""Marks a partition holds at most, if it holds more than one unit."""
NOT_CARRIED = 0.1


def generate(folder: Path, places: int, units: int, indicators: int, years: int, seed: int = 1) -> None:
    """Write a data folder.

    Parameters
    ----------
    folder : Path
    places, units, indicators, years : int
        Cities; units of each; indicators of each unit; years.
    seed : int
    """
    shipped = load_dataset(Path(__file__).parents[1] / "data")
    pattern = shipped.year(max(shipped.years))
    table = _make_units(pattern, places, units)
    (folder / "schemes").mkdir(parents=True)
    table.to_parquet(folder / "units.parquet", index=False)
    shipped.lineage.head(0).to_csv(folder / "lineage.csv", index=False)
    measures = _make_indicators(pattern.scheme, indicators)
    first = int(pattern.year)
    for year in range(first, first + years):
        _write_scheme(folder / f"schemes/{year}.yml", pattern.scheme, year, places)
        inputs = folder / "inputs" / str(year)
        (inputs / "marks.parquet").mkdir(parents=True)
        measures.to_csv(inputs / "indicators.csv", index=False)
        _write_small_tables(inputs, pattern.scheme, table, np.random.default_rng((seed, year)))
        _write_marks(inputs / "marks.parquet", pattern.scheme, table, measures, np.random.default_rng((seed, year, 1)))


def _make_units(pattern: YearFacts, places: int, units: int) -> pd.DataFrame:
    own = pattern.units.iloc[np.arange(units) % len(pattern.units)]
    rounds = pd.Series(np.arange(units) // len(pattern.units), index=own.index).map(lambda number: f"{number or ''}")
    place = np.repeat([f"{number:05d}" for number in range(places)], units)
    repeated = {column: np.tile((own[column] + rounds).to_numpy(object), places) for column in ("unit_id", "name")}
    return pd.DataFrame(
        {
            "unit_id": [f"p{number}_{unit}" for number, unit in zip(place, repeated["unit_id"], strict=True)],
            "group": np.tile(own["group"].to_numpy(object), places),
            "name": [f"{number}号{name}" for number, name in zip(place, repeated["name"], strict=True)],
        }
    )


def _make_indicators(scheme: Scheme, indicators: int) -> pd.DataFrame:
    """Share the indicators of a group out among the parts, and the points of a component evenly among its own."""
    rows: list[dict[str, Any]] = []
    components = [component for component in scheme.components if component.parts]
    for group in scheme.groups:
        for component, places in zip(components, np.array_split(np.arange(indicators), len(components)), strict=True):
            total, parts = Decimal(repr(component.points)), list(component.parts)
            each = round(total / len(places), 2)
            rows += [
                {
                    "indicator_id": f"{group}-{place:03d}",
                    "group": group,
                    "part": parts[place % len(parts)],
                    "name": f"指标{place}",
                    "points": str(each if place < places[-1] else total - each * (len(places) - 1)),
                    "assessor_id": next(iter(scheme.assessors.value)),
                }
                for place in places
            ]
    return pd.DataFrame(rows)


def _write_scheme(path: Path, scheme: Scheme, year: int, places: int) -> None:
    said = scheme.model_dump(mode="json", exclude_none=True) | {"year": year}
    for grade in said["grades"]:
        if grade["rule"]["kind"] == "count":
            grade["rule"]["value"] = {group: number * places for group, number in grade["rule"]["value"].items()}
    path.write_text(yaml.safe_dump(said, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _write_small_tables(inputs: Path, scheme: Scheme, units: pd.DataFrame, random: np.random.Generator) -> None:
    said = "provenance: reconstructed\nmethod: 按种子随机生成，只用来测速度\n"
    (inputs / "provenance.yml").write_text(said, encoding="utf-8")
    for component in scheme.outside_components:
        score = random.integers(5000, 10001, len(units)) / 100
        result = pd.DataFrame({"unit_id": units["unit_id"], "score": score, "full_score": 100})
        result.to_parquet(inputs / f"{component.id}.parquet", index=False)
    given = units["unit_id"][random.random(len(units)) < 0.2]
    bonus = pd.DataFrame({"unit_id": given, "kind": "bonus", "points": scheme.bonus.item_max or 1, "reason": "随机"})
    bonus.to_parquet(inputs / "adjustments.parquet", index=False)


def _write_marks(
    folder: Path, scheme: Scheme, units: pd.DataFrame, indicators: pd.DataFrame, random: np.random.Generator
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    of_group = {group: np.flatnonzero(indicators["group"].eq(group)) for group in scheme.groups}
    points = indicators["points"].astype(float).to_numpy()
    rated = indicators["part"].map({part: spec.marking == "rating" for part, spec in scheme.parts.items()}).to_numpy()
    ratings = [*scheme.ratings.value, ""]
    at_once = max(ROWS // max(map(len, of_group.values())), 1)
    for number, first in enumerate(range(0, len(units), at_once)):
        own = units.iloc[first : first + at_once]
        measures = [of_group[group] for group in own["group"]]
        unit, indicator = np.repeat(np.arange(len(own)), list(map(len, measures))), np.concatenate(measures)
        applicable = random.random(len(unit)) >= NOT_CARRIED
        by_rating = applicable & rated[indicator]
        rating = np.where(by_rating, random.integers(0, len(ratings) - 1, len(unit)), len(ratings) - 1)
        score = np.where(
            applicable & ~by_rating, np.floor(random.random(len(unit)) * points[indicator] * 10) / 10, np.nan
        )
        columns = {
            "unit_id": _dictionary(unit, own["unit_id"]),
            "indicator_id": _dictionary(indicator, indicators["indicator_id"]),
            "status": _dictionary(~applicable, ["marked", "not_applicable"]),
            "rating": _dictionary(rating, ratings),
            "score": pa.array(score, from_pandas=True),
        }
        pq.write_table(pa.table(columns), folder / f"part-{number:05d}.parquet")


def _dictionary(places: np.ndarray, values: Any) -> Any:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), pa.array(list(values)))


def main() -> None:
    """Read the command line and write the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    for option, usual in (("places", 333), ("units", 57), ("indicators", 76), ("years", 5), ("seed", 1)):
        parser.add_argument(f"--{option}", type=int, default=usual)
    options = parser.parse_args()
    generate(options.folder, options.places, options.units, options.indicators, options.years, options.seed)


if __name__ == "__main__":
    main()
