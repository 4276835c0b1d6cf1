"""Clauses on which print is silent: nothing takes them for a rule, and what rests on them is refused or left open."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis import open_assessment
from analysis.data.clauses import tell_clauses
from analysis.data.dataset import load_dataset
from analysis.data.schemes import Scheme
from analysis.data.silence import UNKNOWN
from analysis.problems import InputError, WorkbookError
from analysis.scoring.examples import small_scheme

CLAUSES = (
    "ratings", "components", "base", "own_indicators", "assessors", "bonus", "deduction", "veto", "ranking",
)  # fmt: skip


def silence(scheme: dict[str, Any]) -> dict[str, Any]:
    """Leave a scheme nothing but its groups and the names of its grades."""
    grades = [{**grade, "rule": UNKNOWN} for grade in scheme["grades"]]
    return {**scheme, **dict.fromkeys(CLAUSES, UNKNOWN), "grades": grades}


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory, data_folder: Path) -> Path:
    """The shipped city without marks and without rules: units, groups, grades and what circulars print."""
    folder = tmp_path_factory.mktemp("silent") / "data"
    shutil.copytree(data_folder, folder, ignore=shutil.ignore_patterns("inputs"))
    for path in (folder / "schemes").glob("*.yml"):
        scheme = silence(yaml.safe_load(path.read_text(encoding="utf-8")))
        path.write_text(yaml.safe_dump(scheme, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


@pytest.fixture
def scheme() -> Scheme:
    return Scheme.model_validate(small_scheme({}).model_dump() | dict.fromkeys(CLAUSES, UNKNOWN))


@pytest.mark.parametrize(
    "ask",
    [
        lambda scheme: scheme.ratings.value,
        lambda scheme: scheme.own_indicators.excluded,
        lambda scheme: scheme.bonus.cap,
        lambda scheme: scheme.bars("best"),
        lambda scheme: scheme.ranking.ties,
    ],
)
def test_who_needs_a_clause_is_refused(scheme: Scheme, ask: Any) -> None:
    with pytest.raises(WorkbookError, match=r"1000年度的办法没有写明.*schemes/1000.yml 的 .* 为 unknown"):
        ask(scheme)


def test_points_that_are_not_known_are_no_number() -> None:
    said = {"source": "", "basis": "printed"}
    given = [
        {"id": "daily", "name": "日常", "points": UNKNOWN, **said},
        {"id": "survey", "name": "测评", "points": 20, **said},
    ]
    scheme = small_scheme({}, components=given)
    assert scheme.unknown == ["components.daily.points"]
    assert scheme.base_points != scheme.base_points
    assert scheme.blocks["survey"].points == 20


def test_what_is_not_known_is_told(scheme: Scheme) -> None:
    told = tell_clauses(scheme).set_index("clause")
    assert told.loc["加分", ["says", "basis"]].to_list() == ["通报未载", "unknown"]
    assert set(scheme.unknown) == {*CLAUSES}
    assert Scheme.model_validate(scheme.model_dump(exclude={"components"}) | {"components": UNKNOWN}) == scheme


def test_a_year_with_marks_has_every_clause(tmp_path: Path, data_folder: Path) -> None:
    shutil.copytree(data_folder, folder := tmp_path / "data")
    path = folder / "schemes" / "2021.yml"
    given = yaml.safe_load(path.read_text(encoding="utf-8")) | {"bonus": UNKNOWN}
    path.write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    with pytest.raises(InputError, match=r"schemes/2021.yml“bonus”（值：'unknown'）：这一年有评分数据"):
        load_dataset(folder)


def test_silence_contradicts_nothing(silent: Path, shipped: Any) -> None:
    """What is contradicted with all rules known (from print: units and lists) is all that is without them."""
    city = open_assessment(silent)
    for year in city.dataset.years:
        found, full = (each.year(year).audit.query("verdict == 'contradicted'") for each in (city, shipped))
        assert set(found["id"]) <= set(full["id"])


def test_no_total_is_bounded_by_a_cap_that_is_not_known(silent: Path) -> None:
    city = open_assessment(silent)
    first = city.year(2021).bounds.units.query("position == 1")
    assert (first["high"] > 105).all()  # 100 and the cap of 5, were they known
