from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize

from analysis.assessment import Assessment
from analysis.cli import main
from analysis.data.dataset import load_dataset
from analysis.methods.bounds.constraints import Constraint, ConstraintSet
from analysis.methods.bounds.polytope import Polytope, analytic_centre


def _contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in sorted(folder.rglob("[!.]*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.slow
def test_inputs_are_regenerated_to_the_byte(copied_data: Path, data_folder: Path) -> None:
    shutil.rmtree(copied_data / "inputs")
    assert main(["reconstruct", "--data", str(copied_data)]) == 0
    assert _contents(copied_data / "inputs") == _contents(data_folder / "inputs")


@pytest.mark.slow
def test_groups_may_share_an_initial(copied_data: Path, data_folder: Path) -> None:
    """Another name of a group changes nothing but that name."""
    for path in [path for path in copied_data.rglob("*") if path.suffix in {".csv", ".yml"}]:
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"\bdepartment\b", "council", text), encoding="utf-8")
    assert set(load_dataset(copied_data).year(2021).scheme.groups) == {"county", "council"}
    shutil.rmtree(copied_data / "inputs")
    assert main(["reconstruct", "--data", str(copied_data)]) == 0
    shipped = {
        name: re.sub(rb"\bdepartment\b", b"council", text) for name, text in _contents(data_folder / "inputs").items()
    }
    assert _contents(copied_data / "inputs") == shipped


@pytest.mark.slow
def test_official_inputs_are_never_overwritten(copied_data: Path) -> None:
    path = copied_data / "inputs/2021/provenance.yml"
    path.write_text("provenance: official\nmethod: 主管机关提供\n", encoding="utf-8")
    before = _contents(copied_data / "inputs/2021")
    assert main(["reconstruct", "--data", str(copied_data)]) == 0
    assert _contents(copied_data / "inputs/2021") == before


def test_print_that_no_marks_can_meet_is_refused(copied_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = copied_data / "published/2021.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('value: "95.62"', 'value: "85.62"'), encoding="utf-8")  # excellent below average
    before = _contents(copied_data / "inputs")
    assert main(["reconstruct", "--data", str(copied_data)]) == 2
    assert "不能重构" in capsys.readouterr().err
    assert _contents(copied_data / "inputs/2021") == {
        name.removeprefix("2021/"): text for name, text in before.items() if name.startswith("2021/")
    }


def test_a_unit_in_two_graded_lists_is_refused(copied_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = copied_data / "published/2020.yml"
    text = path.read_text(encoding="utf-8")
    assert "names: [高新区管委会, " in text
    path.write_text(text.replace("names: [高新区管委会, ", "names: [鲁山县人民政府, 高新区管委会, "), encoding="utf-8")
    assert main(["reconstruct", "--data", str(copied_data)]) == 2
    assert "2020年度 county 组：没有一组得分同时符合" in capsys.readouterr().err


def test_reconstructed_reasons_say_so(data_folder: Path) -> None:
    for facts in load_dataset(data_folder).years.values():
        assert facts.inputs is not None
        assert facts.inputs.adjustments["reason"].str.startswith("重构：").all()


def _ordered(units: str, better_than: list[str], average: float) -> Polytope:
    """Totals from 0 to 100 of units named by letters, some better than others, with a fixed average."""
    order = [Constraint("order", {(0, better): 1.0, (0, worse): -1.0}, low=0.0) for better, worse in better_than]
    limits = [Constraint("limits", {(0, unit): 1.0}, 0.0, 100.0) for unit in units]
    known = ConstraintSet("all", [*order, *limits], {0: {"": list(units)}})
    return replace(known.polytope(), equal=np.full((1, len(units)), 1 / len(units)), value=np.array([average]))


def test_the_analytic_centre_is_the_best_of_the_log_barrier() -> None:
    """Against scipy's own minimiser on a small case: three ordered totals with a fixed average."""
    polytope = _ordered("abc", ["ab", "bc"], 70.0)
    upper, limit, centre = polytope.upper, polytope.limit, analytic_centre(polytope)

    def barrier(free: np.ndarray) -> float:
        point = np.array([free[0], free[1], 210 - free[0] - free[1]])
        slack = limit - upper @ point
        return float(-np.log(slack).sum()) if (slack > 0).all() else 1e9

    best = minimize(
        barrier, [80.0, 70.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 5000}
    )
    assert centre.mean() == pytest.approx(70)
    assert centre[:2] == pytest.approx(best.x, abs=1e-4)


def test_an_empty_polytope_is_said() -> None:
    with pytest.raises(ValueError, match="no point"):
        analytic_centre(_ordered("ab", ["ab", "ba"], 50.0))


SETTINGS = {
    "no topics": ("topics: [", "topics: []\nx: [", "“topics”：一项也没有"),
    "no points": ("indicator_points: [0.5, 1, 1.5, 2]", "indicator_points: []", "“indicator_points”：一项也没有"),
    "points of nothing": ("[0.5, 1, 1.5, 2]", "[0, 1]", "应大于0"),
    "points that never add up": ("[0.5, 1, 1.5, 2]", "[0.5, 0.8]", "凑不成"),
    "a step below nothing": ("score_step: 0.01", "score_step: -1", "“score_step”（值：'-1'）：应大于0"),
    "no step": ("score_step: 0.01", "score_step: 0", "“score_step”（值：'0'）：应大于0"),
    "a step above the points": (
        "score_step: 0.01",
        "score_step: 3",
        "score_step 不应大于 indicator_points 中最小的分值",
    ),
    "a result of nothing": (
        "result_full_score: 100",
        "result_full_score: -1",
        "“result_full_score”（值：'-1'）：应大于0",
    ),
    "a result's step of nothing": ("result_step: 0.1", "result_step: 0", "“result_step”（值：'0'）：应大于0"),
    "everything not applicable": (
        "not_applicable_share: 0.04",
        "not_applicable_share: 1",
        "“not_applicable_share”（值：'1'）：应小于1",
    ),
    "fewer candidates than units": ("bonus_candidates: ", "bonus_candidates: -1 #", "“bonus_candidates”（值：'-1'）"),
    "no step of a bonus": ("bonus_step: ", "bonus_step: 0 #", "“bonus_step”（值：'0'）：应大于0"),
    "a bonus that rounds to nothing": ("bonus_step: ", "bonus_step: 1000 #", "重构出的数据不合办法"),
    "a unit that carries nothing": (
        "not_applicable_share: 0.04",
        "not_applicable_share: 0.999999",
        "重构出的数据不合办法",
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_that_cannot_work_change_nothing(
    name: str, copied_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, told = SETTINGS[name]
    path = copied_data / "reconstruction.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    before = _contents(copied_data)
    assert main(["reconstruct", "--data", str(copied_data)]) == 2
    assert told in capsys.readouterr().err
    assert _contents(copied_data) == before and not copied_data.with_name("data-backups").exists()


@pytest.mark.slow
def test_broken_reconstructed_inputs_can_be_made_anew(copied_data: Path, data_folder: Path) -> None:
    marks = copied_data / "inputs/2021/marks.csv"
    marks.write_text("unit_id\n", encoding="utf-8")
    assert main(["check", "--data", str(copied_data)]) == 2
    assert main(["reconstruct", "--data", str(copied_data)]) == 0
    assert _contents(copied_data / "inputs") == _contents(data_folder / "inputs")
    marks.write_text("unit_id\n", encoding="utf-8")
    (copied_data / "inputs/2021/provenance.yml").write_text("provenance: official\nmethod: 汇总\n", encoding="utf-8")
    assert main(["reconstruct", "--data", str(copied_data)]) == 2  # whose they are, they are mended by hand
    assert marks.read_text(encoding="utf-8") == "unit_id\n"


def test_a_grade_that_requires_more_than_a_total_is_not_reconstructed(
    copied_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = copied_data / "schemes/2021.yml"
    text = path.read_text(encoding="utf-8")
    assert text.count("    name: 优秀\n") == 1
    said = "    name: 优秀\n    requires: {no_deduction: true}\n"
    path.write_text(text.replace("    name: 优秀\n", said), encoding="utf-8")
    assert main(["reconstruct", "--data", str(copied_data)]) == 2
    told = capsys.readouterr().err
    assert "2021年度考核办法的优秀另有总分以外的条件（requires）" in told and "不能重构评分数据" in told


@pytest.mark.slow
def test_grades_stay_apart_where_totals_are_ranked_rounded(copied_data: Path) -> None:
    path = copied_data / "schemes/2021.yml"
    text = path.read_text(encoding="utf-8")
    assert text.count("  ties: min\n") == 1
    path.write_text(text.replace("  ties: min\n", "  ties: min\n  decimals: 0\n"), encoding="utf-8")
    shutil.rmtree(copied_data / "inputs")
    assert main(["reconstruct", "--data", str(copied_data)]) == 0
    scores = Assessment(load_dataset(copied_data)).year(2021).scores
    free = scores[~scores["vetoed"]]
    for _, group in free.groupby("group"):
        ends = group.groupby("grade")["total"].agg(["min", "max"])
        assert ends.loc["excellent", "min"].round() > ends.loc["good", "max"].round()
    printed = {(group, grade): len(names) for (group, grade), names in scores.groupby(["group", "grade"])}
    assert printed == {("county", "excellent"): 7, ("county", "good"): 5, ("department", "excellent"): 26,
                       ("department", "good"): 19}  # fmt: skip
