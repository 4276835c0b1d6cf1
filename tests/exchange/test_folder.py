"""Cities whose truth is known, printed in part and read without error: no audit of the folder may contradict them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.begun import circular, figure, graded
from tests.conftest import widely

from analysis import open_assessment
from analysis.data.dataset import load_dataset
from analysis.exchange.beginnings.folder import Beginning, begin
from analysis.periods import Period
from analysis.rounding import round_half_up

GRADES = ("excellent", "good", "fair")
GROUPS = {"county": "县", "department": "局"}


@dataclass
class Unit:
    group: str
    names: dict[int, str] = field(default_factory=dict)
    grades: dict[int, str] = field(default_factory=dict)


def make_city(draw: random.Random) -> tuple[list[int], list[Unit]]:
    """Draw a city of two groups over up to three years: units come, go and are renamed."""
    years, units = [2031, 2032, 2033][: draw.randint(1, 3)], []
    for group, ending in GROUPS.items():
        for first in "甲乙丙丁戊己庚辛"[: draw.randint(3, 8)]:
            unit, is_in, name = Unit(group), draw.random() < 0.9, first + ending
            for year in years:
                name = first + draw.choice("新改") + ending if draw.random() < 0.1 else name
                is_in ^= draw.random() < 0.1
                if is_in:
                    unit.names[year], unit.grades[year] = name, draw.choice(GRADES)
            units.append(unit)
    return years, units


def print_year(draw: random.Random, year: int, units: list[Unit]) -> Iterator[dict[str, Any]]:
    """Print some of what is true of a year."""
    style = draw.choice(["all", "all", "best", "rest", "open"])
    for unit in units if style == "rest" else ():
        if unit.grades.get(year) == "fair":
            unit.grades[year] = "good"
    for group in GROUPS:
        own = [unit for unit in units if unit.group == group and year in unit.grades]
        if own and draw.random() < 0.5:
            yield figure("unit_count", str(len(own)), group=group)
        for grade in GRADES:
            names = [unit.names[year] for unit in own if unit.grades[year] == grade]
            if names and draw.random() < 0.6:
                yield figure("grade_units", str(len(names)), group=group, of=grade)
                yield figure("grade_share", f"{round_half_up(100 * len(names) / len(own), 2)}%", group=group, of=grade)
            if names and style == "open":
                yield graded(grade, names[: len(names) // 2 + 1], group, complete=False)
            elif names and (style == "all" or grade == "excellent"):
                yield graded(grade, names, group)
    if style == "rest":
        yield graded("good", [], complete=False)
    best = [unit for unit in units if unit.grades.get(year) == "excellent"]
    again = [unit for unit in best if unit.grades.get(year - 1) == "excellent"]
    if year > 2031:
        yield figure("consecutive_units", str(len(again)), of="excellent", years="2")
        yield figure("newly_units", str(len(best) - len(again)), of="excellent")
        names = [unit.names[year] for unit in again[:2]]
        yield {
            "list": "consecutive",
            "of": "excellent",
            "years": "2",
            "names": names,
            "complete": False,
            "section": "三",
        }


def write(begun: Beginning, folder: Path) -> Path:
    for name, content in begun.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@widely("seed", range(60), 4)
def test_what_is_true_is_never_contradicted(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    years, units = make_city(draw)
    folder = write(begin([circular(year, *print_year(draw, year, units)) for year in years]), tmp_path / "data")
    city = open_assessment(folder)
    for year in years:
        audit = city.year(year).audit
        assert audit[audit["verdict"].eq("contradicted")].empty


def test_a_table_of_results_becomes_one(tmp_path: Path) -> None:
    rows = {"甲县": ("88.5", "1"), "乙县": ("85", "2"), "丙县": ("第三", "3"), "丁县": ("70.25", "4")}
    cells = [
        figure(measure, value, unit=name, group="county")
        for name, values in rows.items()
        for measure, value in zip(("unit_total", "unit_rank"), values, strict=True)
    ]
    begun = begin([circular(2031, *cells)])
    facts = load_dataset(write(begun, tmp_path / "data")).year(2031)
    assert facts.table is not None
    assert facts.table.cells["甲县", "total"].value == "88.5"
    assert ("丙县", "total") not in facts.table.cells
    assert [doubt.text for doubt in begun.sources[0].doubts] == ["丙县的第三不是这一栏能有的数，没有收入"]


def test_a_rank_in_a_part_is_not_the_rank(tmp_path: Path) -> None:
    own = {"unit": "甲县", "group": "county"}
    cells = [
        figure("unit_rank", "2", of="quality", **own),
        figure("unit_total", "80", year=2030, **own),
        figure("unit_rank", "1", **own),
    ]
    begun = begin([circular(2031, *cells)])
    facts = load_dataset(write(begun, tmp_path / "data")).year(2031)
    assert facts.table is not None
    assert {key: cell.value for key, cell in facts.table.cells.items()} == {("甲县", "rank"): "1"}
    assert [doubt.text for doubt in begun.sources[0].doubts] == ["甲县在分项里的名次和其他年度的数，共2个，没有收入"]


def test_averages_alone_are_a_folder(tmp_path: Path) -> None:
    """No name and no number of a document is printed: it is called by its file, and nobody is known."""
    source = circular(2031, figure("average", "90.10", group="county"))
    source.draft.document = ""
    facts = load_dataset(write(begin([source]), tmp_path / "data")).year(2031)
    assert facts.scheme.document == "2031.txt"
    assert (len(facts.units), facts.scheme.knows_units("county")) == (0, False)


def test_a_change_on_nothing_that_is_said_is_left_out(tmp_path: Path) -> None:
    quarter = Period("2031Q2")
    begun = begin([circular(quarter, graded("excellent", ["甲县"]), figure("average_delta", "1.5"))])
    assert "没有写明是比上一期还是比上年同期" in begun.sources[0].doubts[0].text
    assert load_dataset(write(begun, tmp_path / "data")).year(quarter).printed_figures().empty
