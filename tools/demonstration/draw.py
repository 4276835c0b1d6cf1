"""An invented city of two groups, sixty units and fifteen years, drawn after one plan; it says nothing of a real unit.

Names, schemes and stories stand in city.yml. Marks are drawn around the level of work that the plan gives a unit in a
year; circulars are printed from the scores of those marks, as an office would, but for declared misprints.

Usage: python tools/demonstration/draw.py [ARCHIVE]

By default the archive is the one in the package, which `workbook new-city FOLDER --demo` unpacks.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
import pandas as pd
import yaml

from analysis.assessment import Assessment
from analysis.data.dataset import YearFacts, load_dataset
from analysis.data.indicators import INDICATOR_COLUMNS
from analysis.data.inputs import ADJUSTMENT_COLUMNS, PROVENANCE, RESULT_COLUMNS
from analysis.data.marks import MARK_COLUMNS, STATUSES
from analysis.data.published import ROUNDED
from analysis.data.tables import Column
from analysis.data.units import LINEAGE_COLUMNS, UNIT_COLUMNS, units_in_year
from analysis.methods.audit.agreement import recompute_figures
from analysis.methods.audit.verdicts import exactly, write_like

Plan = dict[str, Any]
"""A part of city.yml, or a document written from it."""
Row = tuple[Any, ...]

_PLAN = Path(__file__).with_name("city.yml")
_ARCHIVE = Path(str(files("analysis.commands").joinpath("demonstration.zip")))
_HEAD = "# 演示数据：城市、单位和得分都是虚构的。\n"
_HERE = "本通报"
"""Stands in the plan for the number of the year's circular."""
_MARKED, _NOT_APPLICABLE, _OWN = STATUSES
_PERCENTAGES = {"rating_rate": "0%", "grade_share": "0.00%", "indicator_share": "0.00%", "average_growth": "0.00%"}
"""What is printed as a percentage, and with how many decimals."""
_EASE, _WOBBLE, _MARK, _RESULT = 0.08, 0.02, 0.2, 0.1
"""How far, as a share of the points, an indicator's ease, a unit's year, a mark and an outside result may deviate."""


def write_demonstration(folder: Path) -> None:
    """Write the data folder of the demonstration city, byte for byte the same every time.

    Parameters
    ----------
    folder : Path
        Empty.
    """
    plan: Plan = yaml.load(_PLAN.read_text(encoding="utf-8"), yaml.CSafeLoader)
    named = [(unit, group, name) for group, own in plan["units"].items() for unit, name in own.items()]
    events = [(*event, _number_document(plan, event[1])) for event in plan["lineage"]]
    columns = [column for column in LINEAGE_COLUMNS if not column.optional]
    units, lineage = _table(named, UNIT_COLUMNS), _table(events, columns)
    _write_table(folder / "units.csv", units)
    _write_table(folder / "lineage.csv", lineage)
    lineage = lineage.assign(group="", predecessors="")
    first, last = plan["years"]
    scheme: Plan = {}
    for year in range(first, last + 1):
        scheme |= plan["schemes"].get(year, {})
        _Year(plan, scheme, year, units_in_year(units, lineage, year)).write(folder)

    dataset = load_dataset(folder)
    scores = Assessment(dataset).scores
    for facts in dataset.years.values():
        year = int(facts.year)
        since = [each for each in (facts.year - 1, facts.year) if each in dataset.years]
        recent = replace(dataset, years={each: dataset.years[each] for each in since})
        own = scores[scores["year"].isin(since)]
        circular = {
            "year": year,
            "document": facts.scheme.document,
            "figures": list(_print_figures(plan, recompute_figures(recent, own, year), year)),
            "lists": list(_print_lists(plan, facts, own)),
        }
        _write_document(folder / f"published/{year}.yml", circular)


@dataclass(frozen=True)
class _Year:
    """The scheme and the inputs of a year; every unit is drawn by itself, so that a change moves no other."""

    plan: Plan
    scheme: Plan
    year: int
    units: pd.DataFrame

    def write(self, folder: Path) -> None:
        head = {"year": self.year, "title": self.plan["title"].format(year=self.year)}
        head["document"] = _number_document(self.plan, self.year)
        _write_document(folder / f"schemes/{self.year}.yml", head | self.scheme | {"assessors": self.assessors()})
        inputs = folder / f"inputs/{self.year}"
        origin = {"provenance": "demonstration", "method": self.plan["method"], "seed": self.plan["seed"]}
        _write_document(inputs / PROVENANCE, origin)
        _write_table(inputs / "indicators.csv", self.indicators)
        _write_table(inputs / "marks.csv", _table(self.marks(), MARK_COLUMNS))
        _write_table(inputs / "adjustments.csv", _table(self.adjustments(), ADJUSTMENT_COLUMNS))
        for component in self.scheme["components"]:
            if "parts" not in component:
                columns = [column for column in RESULT_COLUMNS if not column.optional]
                results = _table(self.results(component["id"]), columns)
                _write_table(inputs / f"{component['id']}.csv", results)

    def draw(self, *what: str | int) -> Random:
        """Begin a series of its own; `random()` alone is the same in every version of Python."""
        return Random("-".join(map(str, [self.plan["seed"], *what])))

    def level(self, unit: str) -> float:
        """Say what share of its points a unit's work is worth in the year, more or less."""
        course = self.plan["courses"].get(unit)
        if course is None:
            draw = self.draw(unit)
            start, gain = 0.78 + 0.14 * draw.random(), 0.1 * draw.random() - 0.02
            course = dict(zip(self.plan["years"], (start, start + gain), strict=True))
        at = [np.interp(self.year, list(line), list(line.values())) for line in (course, self.plan["climate"])]
        return float(sum(at)) + _deviate(self.draw(unit, self.year), _WOBBLE)

    @cached_property
    def indicators(self) -> pd.DataFrame:
        rows: list[Row] = []
        for group in self.scheme["groups"]:
            for component in self.scheme["components"]:
                own = [(part, *each) for part in component.get("parts", {}) for each in self.in_force(part)]
                points = _share_out(component["points"], [spec["weight"] for *_, spec in own])
                rows += [
                    (
                        f"{group}-{code}",
                        group,
                        part,
                        spec["name"],
                        worth,
                        spec["assessor"],
                        self.earlier(group, code, spec),
                    )
                    for (part, code, spec), worth in zip(own, points, strict=True)
                ]
        return _table(rows, INDICATOR_COLUMNS)

    def earlier(self, group: str, code: str, spec: Plan) -> str:
        """Say which of last year's indicators one is: the same, but in the year from which it is used."""
        last = self.year - 1
        return f"{last}:{group}-{code}" if last >= max(spec.get("from", 0), self.plan["years"][0]) else ""

    def in_force(self, part: str) -> Iterator[tuple[str, Plan]]:
        for code, spec in self.plan["indicators"][part].items():
            if spec.get("from", self.year) <= self.year <= spec.get("until", self.year):
                yield code, spec

    def assessors(self) -> Plan:
        """Name who marks: those that the scheme names are no units, the others bear their name of the year."""
        clause, names = self.scheme["assessors"], self.units.set_index("unit_id")["name"]
        units = [each for each in self.indicators["assessor_id"].unique() if each not in clause["value"]]
        return clause | {"value": clause["value"] | dict(names[units])}

    def marks(self) -> Iterator[Row]:
        """Draw a mark around the unit's level and how easy the indicator is."""
        rates, own_excluded = self.scheme["ratings"]["value"], self.scheme["own_indicators"]["excluded"]
        parts = {name: part for each in self.scheme["components"] for name, part in each.get("parts", {}).items()}
        spared = self.plan["not_applicable"]
        ease = {each: _deviate(self.draw(each), _EASE) for each in self.indicators["indicator_id"]}
        by_group = {group: own.to_dict("records") for group, own in self.indicators.groupby("group")}
        for unit, group in zip(self.units["unit_id"], self.units["group"], strict=True):
            draw, level = self.draw(unit, self.year, "marks"), self.level(unit)
            for each in by_group[group]:
                name = each["indicator_id"]
                share = min(1.0, max(0.0, level + ease[name] + _deviate(draw, _MARK)))
                if own_excluded and each["assessor_id"] == unit:
                    yield unit, name, _OWN, None, None
                elif unit in spared["units"] and each["name"] in spared["indicators"]:
                    yield unit, name, _NOT_APPLICABLE, None, None
                elif parts[each["part"]]["marking"] == "rating":
                    yield unit, name, _MARKED, min(rates, key=lambda rating: abs(rates[rating] - share)), None
                else:
                    yield unit, name, _MARKED, None, round(each["points"] * share, 1)

    def results(self, component: str) -> Iterator[Row]:
        """Draw an outside result; the plan gives those that make totals equal."""
        given = self.plan["results"].get(self.year, {}).get(component, {})
        for unit in self.units["unit_id"]:
            share = min(1.0, self.level(unit) + _deviate(self.draw(unit, self.year, component), _RESULT))
            yield unit, given.get(unit, round(100 * share, 1)), 100

    def adjustments(self) -> Iterator[Row]:
        """Draw bonuses of who works well and deductions of who does not; vetoes are the plan's."""
        reasons, bonus, deduction = self.plan["reasons"], self.scheme["bonus"], self.scheme["deduction"]
        sizes = np.arange(bonus["item_min"], bonus["item_max"] + bonus["step"], bonus["step"])
        for unit in self.units["unit_id"]:
            draw, level = self.draw(unit, self.year, "adjustments"), self.level(unit)
            for _ in range(int(40 * draw.random() * max(0.0, level - 0.8))):
                yield unit, "bonus", sizes[int(len(sizes) * draw.random())], reasons["bonus"]
            if draw.random() < 0.9 - level:
                yield unit, "deduction", deduction["item_min"], reasons["deduction"]
            if self.plan["vetoes"].get(self.year) == unit:
                yield unit, "veto", None, reasons["veto"]


def _print_figures(plan: Plan, computed: pd.DataFrame, year: int) -> Iterator[Plan]:
    """Print the figures that the plan names, in its order; nothing is said of what is 0 or not known."""
    sections = plan["figures"]
    known = computed[computed["measure"].isin(sections) & computed["computed"].fillna(0).ne(0)]
    in_order = sorted(known.itertuples(index=False), key=lambda row: list(sections).index(row.measure))
    misprints = {each["claim"]: each["printed"] for each in plan["misprints"] if each["year"] == year}
    for measure, group, of, value in in_order:
        printed = misprints.get(f"{measure}-{group}-{of}") or _print_number(measure, value)
        years = {"years": "2"} if measure == "consecutive_units" else {}
        yield {"measure": measure, "group": group, "of": of, **years, "value": printed, "section": sections[measure]}


def _print_number(measure: str, value: float) -> str:
    form = _PERCENTAGES.get(measure) or ("0.00" if measure in ROUNDED else "")
    return write_like(exactly(value).value, form) if form else f"{value:g}"


def _print_lists(plan: Plan, facts: YearFacts, scores: pd.DataFrame) -> Iterator[Plan]:
    """Print who marked, who got which grade, and of the best who had it the year before and who had not."""
    sections, best = plan["lists"], facts.scheme.grades[0].id
    assessors = list(facts.scheme.assessors.value.values())
    yield {"list": "assessors", "names": assessors, "section": sections["assessors"]}
    own, before = (scores[scores["year"].eq(year)] for year in (facts.year, facts.year - 1))
    for (group, grade), rows in own.groupby(["group", "grade"], sort=False):
        names, section = list(rows["name"]), sections["graded"]
        yield {"list": "graded", "group": group, "of": grade, "names": names, "section": section}
    if len(before):
        again = own["unit_id"].isin(before.loc[before["grade"].eq(best), "unit_id"])
        for kind, named, years in (("consecutive", again, {"years": "2"}), ("newly", ~again, {})):
            names, section = list(own.loc[named & own["grade"].eq(best), "name"]), sections[kind]
            yield {"list": kind, "of": best, **years, "names": names, "section": section}


def _number_document(plan: Plan, year: int) -> str:
    return str(plan["document"].format(next=year + 1))


def _deviate(draw: Random, most: float) -> float:
    """Draw a deviation, small ones more often."""
    return most * (draw.random() + draw.random() - 1)


def _share_out(total: float, weights: Sequence[float]) -> list[float]:
    """Share out points by weight, in halves of a point; what is left goes to the largest remainders."""
    exact = [2 * total * weight / sum(weights) for weight in weights]
    halves = [int(each) for each in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: halves[place] - exact[place])
    for place in by_remainder[: round(2 * total) - sum(halves)]:
        halves[place] += 1
    return [each / 2 for each in halves]


def _table(rows: Iterable[Row], columns: Sequence[Column]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=[column.name for column in columns])


def _write_table(path: Path, table: pd.DataFrame) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, index=False, lineterminator="\n", float_format="%.10g", encoding="utf-8")


def _write_document(path: Path, content: Plan) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    style: dict[str, Any] = {"default_flow_style": None, "width": 1000, "allow_unicode": True, "sort_keys": False}
    text = yaml.dump(content, None, yaml.CSafeDumper, **style)
    path.write_text(_HEAD + text.replace(_HERE, content.get("document", "")), encoding="utf-8", newline="\n")


def pack(folder: Path, archive: Path) -> None:
    """Pack a folder's files, whoever packs it and whenever, into the same bytes."""
    with ZipFile(archive, "w", ZIP_DEFLATED, compresslevel=9) as packed:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            packed.writestr(ZipInfo(path.relative_to(folder).as_posix()), path.read_bytes(), ZIP_DEFLATED)


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        write_demonstration(Path(scratch))
        pack(Path(scratch), Path(sys.argv[1]) if len(sys.argv) > 1 else _ARCHIVE)
