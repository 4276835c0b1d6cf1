"""A scenario is a made-up city in one small YAML file: what is given, and the scores worked out by hand."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from analysis.data.dataset import load_dataset
from analysis.scoring.years import score_year

FOLDER = Path(__file__).parent
YEAR = 2030


def scenario_names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.yml") if not path.stem.startswith("_"))


def read_scenario(name: str) -> dict[str, Any]:
    base = yaml.safe_load((FOLDER / "_base.yml").read_text(encoding="utf-8"))
    return _merge(base, yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8")))


def write_data(scenario: dict[str, Any], folder: Path) -> Path:
    """Write the scenario as a data folder in the documented format."""
    inputs = folder / "inputs" / str(YEAR)
    inputs.mkdir(parents=True)
    (folder / "schemes").mkdir()
    (folder / "schemes" / f"{YEAR}.yml").write_text(yaml.safe_dump(scenario["scheme"], allow_unicode=True))
    (inputs / "provenance.yml").write_text("provenance: official\nmethod: 手工算例\n")
    tables = {
        folder / "units.csv": [
            {"unit_id": unit, "group": group, "name": f"{unit}局"} for unit, group in scenario["units"].items()
        ],
        folder / "lineage.csv": pd.DataFrame(columns=["unit_id", "year", "name", "event", "note", "source"]),
        inputs / "indicators.csv": pd.DataFrame(
            [
                {"indicator_id": indicator, "name": f"指标{indicator}", **spec}
                for indicator, spec in scenario["indicators"].items()
            ],
            columns=["indicator_id", "name", "group", "part", "points", "assessor_id"],
        ),
        inputs / "marks.csv": pd.DataFrame(
            [
                {"unit_id": unit, "indicator_id": indicator, **_mark(value)}
                for unit, marks in scenario["marks"].items()
                for indicator, value in marks.items()
            ],
            columns=["unit_id", "indicator_id", "status", "rating", "score"],
        ),
        inputs / "adjustments.csv": pd.DataFrame(
            [{**item, "reason": "算例"} for item in scenario["adjustments"]],
            columns=["unit_id", "kind", "points", "reason"],
        ),
    }
    for component, results in scenario["results"].items():
        tables[inputs / f"{component}.csv"] = [
            {"unit_id": unit, "status": "not_applicable"}
            if result == "-"
            else {"unit_id": unit, "score": result[0], "full_score": result[1]}
            for unit, result in results.items()
        ]
    for path, rows in tables.items():
        pd.DataFrame(rows).to_csv(path, index=False)
    return folder


def check_scenario(name: str, folder: Path) -> None:
    """Score the scenario through the same door as a user and compare every expected column."""
    scenario = read_scenario(name)
    facts = load_dataset(write_data(scenario, folder)).year(YEAR)
    computed = score_year(facts).set_index("unit_id")
    for unit, expected in scenario["expected"].items():
        for column, value in expected.items():
            found = computed.loc[unit, column]
            if value is None:
                same = bool(pd.isna(found))
            else:
                same = found == value if isinstance(value, str | bool) else abs(found - value) < 1e-9
            assert same, f"{name}: {unit} {column} is {found}, by hand {value}"


def _mark(value: Any) -> dict[str, Any]:
    if value == "-":
        return {"status": "not_applicable", "rating": "", "score": None}
    if value == "own":
        return {"status": "own_assessor", "rating": "", "score": None}
    if isinstance(value, str):
        return {"status": "marked", "rating": value, "score": None}
    return {"status": "marked", "rating": "", "score": value}


def _merge(base: Any, changes: Any) -> Any:
    """Lay changes over a base; a mapping that holds `replace: true` stands alone."""
    if not isinstance(base, dict) or not isinstance(changes, dict):
        return copy.deepcopy(changes)
    if changes.get("replace"):
        return {key: value for key, value in changes.items() if key != "replace"}
    return {**base, **{key: _merge(base.get(key), value) for key, value in changes.items()}}
