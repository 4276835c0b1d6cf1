"""What is allowed but unusual is pointed out, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from statistics import fmean, median

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.made_up import graded_city, load_city

from analysis.assessment import Assessment
from analysis.commands.starting import new_year, start_city
from analysis.data.dataset import Dataset, load_dataset
from analysis.exhibits import show
from analysis.methods.plausibility import check_plausibility, comparable_year, find_idle, find_leftovers, modified_z

GRADES = [{"id": "top", "name": "优秀", "line": 0}, {"id": "rest", "name": "一般"}]


def _unusual(before: dict[str, float], now: dict[str, float], full: float = 100) -> list[tuple[str, str]]:
    city = graded_city({2022: (GRADES, before), 2025: (GRADES, now)}, full)
    found = check_plausibility(load_city(city), 2025)
    assert found["base_year"].eq(2022).all() and found["gravity"].is_monotonic_decreasing
    return sorted(zip(found["what"], found["unit_id"], strict=True))


@given(st.lists(st.integers(-100, 100).map(lambda tenths: tenths / 10), max_size=12))
def test_the_modified_z_score_is_that_of_its_authors(values: list[float]) -> None:
    expected = [0.0] * len(values)
    if len(values) >= 5:
        off = [round(value - median(values), 9) for value in values]
        spread = median(map(abs, off)) / 0.6745 or 1.253314 * fmean(map(abs, off))
        expected = [each / spread if spread else 0.0 for each in off]
    assert modified_z(pd.Series(values, dtype=float)).tolist() == pytest.approx(expected, rel=1e-6)


def test_a_jump_is_judged_against_the_group(dataset: Dataset) -> None:
    before = {f"u{place:02}": 500.0 + 10 * place for place in range(20)}
    now = {unit: total + 60 + place % 4 for place, (unit, total) in enumerate(before.items())}
    assert _unusual(before, now, 1000) == []  # that all rose by 60 to 63 of 1,000 points is nothing unusual
    assert _unusual(before, now | {"u05": before["u05"] + 5}, 1000) == [
        ("jump", "u05")
    ]  # though it rose, and by little
    small = {unit: total / 10 for unit, total in before.items()}
    assert _unusual(small, {unit: now[unit] / 10 for unit in now} | {"u05": small["u05"] + 0.5}) == [("jump", "u05")]
    assert check_plausibility(dataset, 2020).empty  # there is no year before


def test_where_most_changed_alike_the_one_that_did_not_is_found_and_of_a_few_units_none() -> None:
    before = {f"u{place}": 50.0 + place for place in range(6)}
    alike = {unit: total + 0.1 + 0.2 for unit, total in before.items()}  # but for binary noise
    assert _unusual(before, alike) == []
    assert _unusual(before, alike | {"u3": 53.9}) == [("jump", "u3")]
    four = list(before)[:4]
    assert _unusual({unit: before[unit] for unit in four}, {unit: alike[unit] for unit in four} | {"u3": 99.0}) == []


def test_a_rank_is_reversed_among_the_units_of_both_years() -> None:
    before = {f"u{place:02}": 90.0 - place for place in range(10)}
    now = {unit: total + 1 for unit, total in before.items()}
    newcomers = {f"v{place}": 95.0 for place in range(12)}
    assert _unusual(before, now | newcomers) == []  # all fall by twelve places in the whole list
    fallen = now | newcomers | {"u01": 80.5}
    assert _unusual(before, fallen) == [("jump", "u01"), ("reversal", "u01")]  # from 2 to 10 of 10


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
        "市司法局扣分合计11分，超过上限，按10分计",
        "市水利局加分合计6分，超过上限，按5分计",  # 8 × 0.75; the scheme's cap is 5
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


def test_clauses_that_tell_nobody_apart_are_found(copied_data: Path) -> None:
    assert find_idle(load_dataset(copied_data).year(2021)) == []
    path = copied_data / "schemes/2021.yml"
    scheme = yaml.safe_load(path.read_text(encoding="utf-8"))
    best, rest = scheme["grades"]
    middle = {"id": "middle", "name": "中等", "source": "—", "basis": "assumed"}
    best["rule"] = {"kind": "share", "value": {"county": 0.03, "department": 0.5}}  # 0.03 × 12 = 0.36; of 45
    middle["rule"] = {"kind": "count", "value": {"county": 4, "department": 60}}
    middle["requires"] = {"within": {"inspection": {"county": 12, "department": 0.5}}}
    scheme["grades"] = [best, middle, rest]
    path.write_text(yaml.safe_dump(scheme, allow_unicode=True), encoding="utf-8")
    assert find_idle(load_dataset(copied_data).year(2021)) == [
        ("grades.excellent.rule", "county", "nobody"),
        ("grades.middle.requires.within.inspection", "county", "everybody"),
        ("grades.middle.rule", "department", "everybody"),
    ]


def test_a_component_that_no_unit_of_a_group_has_is_found(copied_data: Path) -> None:
    path = copied_data / "schemes/2021.yml"
    scheme = yaml.safe_load(path.read_text(encoding="utf-8"))
    scheme["base"] = {"rescale": True, "source": "—", "basis": "assumed"}
    path.write_text(yaml.safe_dump(scheme, allow_unicode=True), encoding="utf-8")
    table = copied_data / "inputs/2021/inspection.csv"
    results = pd.read_csv(table)
    units = load_dataset(copied_data).year(2021).units.set_index("unit_id")["group"]
    absent = results["unit_id"].map(units).eq("county")
    results["status"] = absent.map({True: "not_applicable", False: ""})
    results.loc[absent, ["score", "full_score"]] = np.nan
    results.to_csv(table, index=False)
    assert find_idle(load_dataset(copied_data).year(2021)) == [("components.inspection", "county", "unused")]


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
    new_year(str(copied_data), 2023, None)  # a draft of a draft: its sources are two years old
    later = find_leftovers(load_dataset(copied_data), 2023)
    assert later == left
    third = copied_data / "schemes/2023.yml"
    other = third.read_text(encoding="utf-8").replace("平法政办〔2022〕2号", "平法政办［２０２２］ 2号")
    third.write_text(re.sub("document: .*", "document: 甲〔2024〕1号", other), encoding="utf-8")
    assert find_leftovers(load_dataset(copied_data), 2023) == {"to_fill": [], "old_source": left["old_source"]}
    text = path.read_text(encoding="utf-8").replace("平法政办〔2022〕2号", "甲〔2023〕1号")
    path.write_text(re.sub("document: .*", "document: 甲〔2023〕1号", text), encoding="utf-8")
    assert find_leftovers(load_dataset(copied_data), 2022) == {"to_fill": [], "old_source": []}
