"""What is allowed but unusual is pointed out, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from analysis.assessment import Assessment
from analysis.commands.starting import new_year, start_city
from analysis.data.dataset import Dataset, load_dataset
from analysis.exhibits import show
from analysis.methods.plausibility import JUMP, check_plausibility, comparable_year, find_leftovers


def test_jumps_on_the_year_before_are_found(dataset: Dataset, scores: pd.DataFrame) -> None:
    totals = scores.pivot(index="unit_id", columns="year", values="total")
    change = (totals[2021] - totals[2020]).dropna()
    found = check_plausibility(dataset, 2021).query("what == 'jump'").set_index("unit_id")["value"]
    assert found.round(6).to_dict() == change[change.abs() > JUMP].round(6).to_dict()
    assert check_plausibility(dataset, 2020).empty  # there is no year before


def test_a_unit_with_nothing_but_the_best_is_found(copied_data: Path) -> None:
    path = copied_data / "inputs/2021/marks.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    best = [re.sub(",[良中差],", ",优,", line) if line.startswith("water,") else line for line in lines]
    path.write_text("\n".join(best) + "\n", encoding="utf-8")
    found = check_plausibility(load_dataset(copied_data), 2021).query("what == 'all_best'")
    assert list(found["unit_id"]) == ["water"]
    assert list(found["value"]) == [sum(line.startswith("water,") and ",优," in line for line in best)]


@pytest.mark.parametrize(("rated", "found"), [(4, 0), (5, 1)])
def test_a_few_best_ratings_are_nothing_unusual(rated: int, found: int, copied_data: Path) -> None:
    path = copied_data / "inputs/2021/marks.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    own = [place for place, line in enumerate(lines) if re.match("water,.*,[优良中差],", line)]
    for place in own[:rated]:
        lines[place] = re.sub(",[优良中差],", ",优,", lines[place])
    for place in own[rated:]:
        lines[place] = re.sub(",marked,[优良中差],", ",not_applicable,,", lines[place])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    suspicions = check_plausibility(load_dataset(copied_data), 2021).query("what == 'all_best'")
    assert list(suspicions["unit_id"]) == ["water"] * found


def test_what_a_cap_cuts_off_is_told(copied_data: Path) -> None:
    path = copied_data / "inputs/2021/adjustments.csv"
    items = ["water,bonus,0.75,甲"] * 8 + ["justice,deduction,1,乙"] * 11
    path.write_text("\n".join(["unit_id,kind,points,reason", *items]) + "\n", encoding="utf-8")
    told = show(Assessment(load_dataset(copied_data)).year(2021), "plausibility").sentences
    assert [sentence.removesuffix("（由重构评分算得，不是真实得分）") for sentence in told if "合计" in sentence] == [
        "市水利局的加分合计 6 分，超过上限，按 5 分计",  # 8 × 0.75; the scheme's cap is 5
        "市司法局的扣分合计 11 分，超过上限，按 10 分计",
    ]


def test_binary_noise_is_above_no_cap(tmp_path: Path) -> None:
    folder, items = start_city(tmp_path / "data"), (0.1, 1.0, 1.3, 0.6)  # of floats, 3.0000000000000004; the cap is 3
    rows = [f"dongcheng,bonus,{points},虚构" for points in items]
    (folder / "inputs/2023/adjustments.csv").write_text("\n".join(["unit_id,kind,points,reason", *rows]) + "\n")
    assert check_plausibility(load_dataset(folder), 2023).empty


def test_official_marks_are_not_compared_with_reconstructed_ones(copied_data: Path) -> None:
    assert comparable_year(load_dataset(copied_data), 2021) == 2020
    provenance = copied_data / "inputs/2021/provenance.yml"
    provenance.write_text("provenance: official\nmethod: 评分汇总表\n", encoding="utf-8")
    assert comparable_year(load_dataset(copied_data), 2021) is None


@pytest.mark.slow
def test_what_is_left_of_a_draft_is_found(copied_data: Path) -> None:
    assert find_leftovers(load_dataset(copied_data), 2021) == {"to_fill": [], "old_source": []}
    new_year(str(copied_data), 2022, None)
    path = copied_data / "schemes/2022.yml"
    left = find_leftovers(load_dataset(copied_data), 2022)
    assert left["to_fill"] == ["document"]
    assert left["old_source"] == [
        *("groups.county", "groups.department", "components.daily", "components.inspection"),
        *("assessors", "bonus", "deduction", "veto", "grades.good"),
    ]  # not what is assumed: ratings, own_indicators, ranking, grades.excellent
    text = path.read_text(encoding="utf-8").replace("平法政办〔2022〕2号", "甲〔2023〕1号")
    path.write_text(re.sub("document: .*", "document: 甲〔2023〕1号", text), encoding="utf-8")
    assert find_leftovers(load_dataset(copied_data), 2022) == {"to_fill": [], "old_source": []}
