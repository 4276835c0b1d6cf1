"""What the benchmarks measure is the real thing: data of the promised size, scored as a plain loop scores it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from analysis.data.dataset import load_dataset
from analysis.scoring.years import score_year
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

PLACES, UNITS, INDICATORS, YEARS = 3, 15, 8, 2


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("country") / "data"
    sizes = {"--places": PLACES, "--units": UNITS, "--indicators": INDICATORS, "--years": YEARS}
    words = [word for option, number in sizes.items() for word in (option, str(number))]
    subprocess.run([sys.executable, ROOT / "benchmarks/generate.py", folder, *words], check=True)
    return folder


@pytest.mark.parametrize("what", ["read", "read_files", "score"])
def test_every_mark_asked_for_is_there_and_measured(country: Path, what: str) -> None:
    command = [sys.executable, ROOT / "benchmarks/scale.py", "--only", what, country]
    measured = json.loads(subprocess.check_output(command, stderr=subprocess.DEVNULL))
    assert measured["marks"] == PLACES * UNITS * INDICATORS * YEARS
    assert measured["adding"] > 0 and measured["memory"] > 10


def test_scores_of_generated_data_are_those_of_a_plain_loop(country: Path) -> None:
    for year, facts in load_dataset(country).years.items():
        scores = score_year(facts).set_index("unit_id")
        inputs = country / f"inputs/{year}"
        measures = pd.read_csv(inputs / "indicators.csv").set_index("indicator_id")
        outside = {
            component.id: pd.read_parquet(inputs / f"{component.id}.parquet").set_index("unit_id")
            for component in facts.scheme.outside_components
        }
        earned: dict[tuple[str, str], float] = {}
        applicable: dict[tuple[str, str], float] = {}
        for mark in pd.read_parquet(inputs / "marks.parquet").itertuples():
            if mark.status == "not_applicable":
                continue
            part, points = measures.loc[mark.indicator_id, ["part", "points"]]
            key = (mark.unit_id, next(each.id for each in facts.scheme.components if part in each.parts))
            worth = points * facts.scheme.ratings.value[mark.rating] if mark.rating else mark.score
            earned[key] = earned.get(key, 0.0) + worth
            applicable[key] = applicable.get(key, 0.0) + points
        assert len(scores) == PLACES * UNITS
        for unit, row in scores.iterrows():
            for component in facts.scheme.components:
                if component.parts:
                    full = applicable[unit, component.id] if component.rescale else component.points
                    expected = earned[unit, component.id] / full * component.points
                else:
                    result = outside[component.id].loc[unit]
                    expected = result["score"] / result["full_score"] * component.points
                assert row[f"{component.id}_score"] == pytest.approx(expected, abs=1e-9)
