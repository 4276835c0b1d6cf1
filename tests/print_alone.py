"""Invented cities of which nothing is known but circulars and what they say of the scheme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

import pandas as pd
import yaml

from analysis.assessment import Assessment
from analysis.data.dataset import Dataset, load_dataset
from tests.printing import put

YEAR = 2032
SAID = {"source": "通报", "basis": "printed"}
GRADES = [
    {"id": "best", "name": "优秀", "rule": {"kind": "count", "value": 2}, **SAID},
    {"id": "good", "name": "良好", "rule": {"kind": "rest"}, **SAID},
]
UNITS = {"county": ["青禾县", "石桥县", "白塔县", "云岭县"], "bureau": ["市司法局", "市水利局", "市林业局", "市商务局"]}
COUNTIES, BUREAUS = UNITS["county"], UNITS["bureau"]
BOTH = [("graded", "county", "best", COUNTIES[:2]), ("graded", "county", "good", COUNTIES[2:])]
"""All lists of the counties."""
NAMES = {"county": "县区", "bureau": "市直部门"}

LIST = ("list", "group", "of", "names")
Printed = Mapping[str, Any]


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True


def write_city(
    folder: Path, circulars: Mapping[int, Printed], units: Mapping[str, Sequence[str]] = UNITS, **clauses: Any
) -> Path:
    """Write a data folder without marks.

    Figures are (measure, group, of, value), lists (list, group, of, names), or as they are written.
    """
    for name in ("schemes", "published"):
        (folder / name).mkdir(parents=True)
    last = [*units][-1]
    for year, circular in circulars.items():
        scheme = {
            "year": year, "title": "法治考核", "document": f"青依法办〔{year + 1}〕2号",
            "groups": {group: {"name": NAMES.get(group, group), **SAID} for group in units},
            "ratings": {"value": {"优": 1, "良": 0.8, "差": 0}, **SAID},
            "components": [
                {"id": "daily", "name": "日常评价", "points": 80, **SAID},
                {"id": "inspection", "name": "督察考评", "points": 20, **SAID},
            ],
            "own_indicators": {"excluded": False, **SAID},
            "assessors": {"value": {"office": "市委编办", f"{last}0": units[last][0]}, **SAID},
            "bonus": {"cap": 5, **SAID},
            "deduction": {"cap": 5, **SAID},
            "ranking": {"ties": "min", **SAID},
            "grades": GRADES,
        }  # fmt: skip
        figures = [
            {"measure": measure, "group": group, "of": of, "value": value, "section": "一"}
            for measure, group, of, value in circular.get("figures", [])
        ]
        lists = [
            {"section": "二"} | (each if isinstance(each, dict) else dict(zip(LIST, each, strict=True)))
            for each in circular.get("lists", [])
        ]
        told = {key: value for key, value in circular.items() if key not in {"figures", "lists"}}
        published = {"year": year, "document": f"青依法办〔{year + 1}〕2号", "figures": figures, "lists": lists} | told
        for name, content in {"schemes": scheme | clauses, "published": published}.items():
            text = yaml.dump(content, Dumper=_Plain, allow_unicode=True, sort_keys=False)
            (folder / name / f"{year}.yml").write_text(text, encoding="utf-8")
    rows = [(f"{group}{place}", group, name) for group, own in units.items() for place, name in enumerate(own)]
    pd.DataFrame(rows, columns=["unit_id", "group", "name"]).to_csv(folder / "units.csv", index=False)
    (folder / "lineage.csv").write_text("unit_id,year,name,event,note,source\n", encoding="utf-8")
    return folder


def load_print(
    circulars: Mapping[int, Printed],
    units: Mapping[str, Sequence[str]] = UNITS,
    clauses: Mapping[str, Any] = MappingProxyType({}),
) -> Dataset:  # fmt: skip
    """Write such a city and read it."""
    with TemporaryDirectory() as folder:
        return load_dataset(write_city(Path(folder) / "city", circulars, units, **clauses))


def audit_print(dataset: Dataset, year: int = YEAR) -> pd.DataFrame:
    """Return the ledger of a year, by id."""
    return Assessment(dataset).year(year).audit.set_index("id")


def audit_circular(
    figures: Sequence[tuple[str, str, str, str]] = (), lists: Sequence[Any] = (), **more: Any
) -> pd.DataFrame:
    """Return the ledger of one circular of a city without marks."""
    told = {key: more.pop(key) for key in ("document", "cites") if key in more}
    return audit_print(load_print({YEAR: {"figures": figures, "lists": lists, **told}}, clauses=more))


def draw_circulars(seed: int) -> tuple[dict[int, Printed], dict[str, list[str]], dict[str, Any]]:
    """Draw two years of a city, and what an office prints of them: everything follows from the same totals."""
    random = Random(seed)
    groups = ["county", "bureau", "street"][: random.randint(1, 3)]
    units = {group: [f"{group}{place}局" for place in range(random.randint(3, 9))] for group in groups}
    by_line, form = random.random() < 0.4, random.choice(["0.00", "0.00", "0.0"])
    best, good = random.choice([85, 88]), random.choice([70, 75])
    counts = {group: random.randint(1, len(own) - 1) for group, own in units.items()}
    rules = [{"kind": "threshold", "value": best}, {"kind": "threshold", "value": good}]
    rules = rules if by_line else [{"kind": "count", "value": counts}, {"kind": "share", "value": 0.3}]
    names = zip(("best", "good", "fair"), ("优秀", "良好", "一般"), [*rules, {"kind": "rest"}], strict=True)
    grades = [{"id": grade, "name": name, "rule": rule, **SAID} for grade, name, rule in names]
    circulars, last = dict[int, Printed](), dict[tuple[str, str], str]()
    before = set[str]()
    for year in (YEAR, YEAR + 1):
        office = _Office(random, units, counts, (best, good) if by_line else None, form)
        circulars[year] = office.prints(last, before if year > YEAR else None)
        last, before = office.averages(), office.excellent()
    return circulars, units, {"grades": grades}


class _Office:
    """One year's totals, and what follows from them."""

    def __init__(
        self, random: Random, units: Mapping[str, Sequence[str]], counts: Mapping[str, int],
        lines: tuple[int, int] | None, form: str,
    ) -> None:  # fmt: skip
        self.random, self.form, self.lines, self.groups = random, form, lines, [*units]
        names = [name for own in units.values() for name in own]
        self.bonus = {name: Fraction(random.choice([0, 0, 1, 2, 3, 9]), 2) for name in names}
        self.deduction = {name: Fraction(random.choice([0, 0, 0, 1, 2])) for name in names}
        given = {name: self.bonus[name] - self.deduction[name] for name in names}
        total = {name: Fraction(random.randint(550_000, 1_000_000), 10_000) + given[name] for name in names}
        self.listed: dict[tuple[str, str], list[str]] = {}
        for group, own in units.items():
            order = sorted(own, key=lambda name: -total[name])
            first = counts[group]
            second = first + (3 * len(own) + 5) // 10  # three tenths of the group, half up
            if lines:
                first, second = (sum(total[name] >= line for name in own) for line in lines)
            ends = (0, first, max(first, second), len(own))
            for grade, start, end in zip(("best", "good", "fair"), ends, ends[1:], strict=False):
                self.listed[group, grade] = order[start:end]
        self.total, self.units = total, {**units, "all": names}
        self.shown = [*self.units] if len(units) > 1 else self.groups

    def averages(self) -> dict[tuple[str, str], str]:
        found = {}
        for group, own in self.units.items():
            populations = {"all": own} | {grade: names for (of, grade), names in self.listed.items() if of == group}
            for grade, names in populations.items():
                if names:
                    found[group, grade] = put(sum(self.total[each] for each in names) / len(names), self.form, "up")
        return found

    def excellent(self) -> set[str]:
        return {name for (_, grade), names in self.listed.items() if grade == "best" for name in names}

    def prints(self, last: Mapping[tuple[str, str], str], before: set[str] | None) -> Printed:
        figures = [
            ("component_points", "all", "daily", "80"), ("component_points", "all", "inspection", "20"),
            ("bonus_cap", "all", "all", "5"), ("rating_rate", "all", "良", "80%"),
            ("assessor_count", "all", "all", "2"),
        ]  # fmt: skip
        for group in self.shown:
            figures += self._of_group(group)
        averages = self.averages()
        for (group, grade), average in averages.items():
            figures.append(("average", group, grade, average))
            if (group, grade) in last:
                now, then = Fraction(average), Fraction(last[group, grade])
                figures.append(("average_delta", group, grade, put(now - then, self.form, "up")))
                figures.append(("average_growth", group, grade, put((now - then) / then, "0.00%", "up")))
        if self.lines:
            figures += [
                ("threshold", "all", grade, str(line)) for grade, line in zip(("best", "good"), self.lines, strict=True)
            ]
        lists: list[Any] = [("graded", group, grade, names) for (group, grade), names in self.listed.items() if names]
        lists += [("ranked", group, "all", sorted(self.units[group], key=lambda name: -self.total[name]))
                  for group in self.groups if self.random.random() < 0.5]  # fmt: skip
        if before is not None:
            again, new = self.excellent() & before, self.excellent() - before
            figures += [
                ("consecutive_units", "all", "best", str(len(again))),
                ("newly_units", "all", "best", str(len(new))),
            ]
            lists += [("newly", "all", "best", sorted(new))] if new else []
        return {"figures": [each for each in figures if self.random.random() < 0.75], "lists": lists}

    def _of_group(self, group: str) -> list[tuple[str, str, str, str]]:
        own, grades = self.units[group], ("best", "good", "fair")
        totals = [self.total[name] for name in own]
        figures = [
            ("unit_count", group, "all", str(len(own))),
            ("total_max", group, "all", put(max(totals), self.form, "up")),
            ("total_min", group, "all", put(min(totals), self.form, "up")),
        ]
        for kind, amounts in (("bonus", self.bonus), ("deduction", self.deduction)):
            given = [amounts[name] for name in own if amounts[name]]
            figures.append((f"{kind}_units", group, "all", str(len(given))))
            ends = (max, min) if kind == "bonus" else (max,)
            figures += [(f"{kind}_{end.__name__}", group, "all", f"{float(end(given)):g}") for end in ends if given]
        for grade in grades:
            of = self.groups if group == "all" else [group]
            size = sum(len(self.listed[each, grade]) for each in of)
            figures.append(("grade_units", group, grade, str(size)))
            figures.append(("grade_share", group, grade, put(Fraction(size, len(own)), "0.00%", "up")))
        return figures
