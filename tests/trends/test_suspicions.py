"""What is allowed but unusual is pointed out, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from analysis.facts.dataset import Dataset, load_dataset
from analysis.trends.suspicions import JUMP, find_suspicions


def test_jumps_on_the_year_before_are_found(dataset: Dataset, scores: pd.DataFrame) -> None:
    totals = scores.pivot(index="unit_id", columns="year", values="total")
    change = (totals[2021] - totals[2020]).dropna()
    found = find_suspicions(dataset, 2021).query("what == 'jump'").set_index("unit_id")["value"]
    assert found.round(6).to_dict() == change[change.abs() > JUMP].round(6).to_dict()
    assert find_suspicions(dataset, 2020).empty  # there is no year before


def test_a_unit_with_nothing_but_the_best_is_found(copied_data: Path) -> None:
    path = copied_data / "inputs/2021/marks.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    best = [re.sub(",[良中差],", ",优,", line) if line.startswith("water,") else line for line in lines]
    path.write_text("\n".join(best) + "\n", encoding="utf-8")
    found = find_suspicions(load_dataset(copied_data), 2021).query("what == 'all_best'")
    assert list(found["unit_id"]) == ["water"]
    assert list(found["value"]) == [sum(line.startswith("water,") and ",优," in line for line in best)]
