"""The cities that are recorded: the shipped one, and three made-up ones that have what it has not.

The made-up ones are drawn by seed and written in the documented format. Between them they have grades by count, share
and threshold, both tie rules, components that are and are not rescaled and one from outside, units that enter, leave,
come back and are renamed, a group that begins later, ties, vetoes, caps, own indicators, marks of both provenances,
years without marks, and circulars that are wrong in places.
"""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import yaml
from tools.golden.circulars import print_circulars

YEARS = range(2030, 2035)
SAID = {"source": "算例", "basis": "printed"}
GROUPS = {"east": "东片各局", "west": "西片 & <各局>", "south": "南片各局"}
SHARES = ({"优": 1, "良": 0.8, "中": 0.6, "差": 0}, {"差": 0.2, "优": 0.95, "中": 0.5, "良": 0.85})
PRESENCE = {4: "01111", 5: "11100", 6: "11011", 7: "00111"}
"""In which years the units of these numbers are assessed; all others are in every year."""
GOOD, ENOUGH = 0.75, 0.5
"""What a mark, from 0 to 1, has to be for the best rating and for the second."""


@dataclass(frozen=True)
class Plan:
    """What tells one made-up city from another; a year's faults are those of `print_circulars`."""

    seed: int
    units: dict[str, int]
    circulars: dict[int, set[str]]
    markless: set[int] = field(default_factory=set)
    reconstructed: set[int] = field(default_factory=set)


PLANS = {
    "city1": Plan(
        11,
        {"east": 8, "west": 9},
        {2031: {"common"}, 2032: {"cut"}, 2033: {"average", "streak", "named", "again"}, 2034: {"share_of_all"}},
    ),
    "city2": Plan(
        12,
        {"east": 8, "west": 7, "south": 3},
        {2030: {"short"}, 2032: {"count", "swapped"}, 2033: {"mixed"}, 2034: {"misplaced", "method", "first"}},
        markless={2030},
    ),
    "city3": Plan(
        13,
        {"east": 9, "west": 8},
        {2030: {"mixed"}, 2031: {"short", "over_cap"}, 2032: set(), 2034: {"newly", "extremes"}},
        markless={2032},
        reconstructed={2030, 2031, 2033},
    ),
}
REMARKS = [
    {"claim": "2033-marks-average-east-all", "expect": "contradicted", "reason": "印错", "evidence": "算例〔2034〕9号"}
]
"""Of the first made-up city."""


def write_cities(folder: Path) -> dict[str, Path]:
    """Write every city into a folder of its own, and say where."""
    shutil.copytree(Path(__file__).resolve().parents[2] / "data", folder / "shipped")
    for name, plan in PLANS.items():
        _write(_draw(name, plan), folder / name)
    remarks = yaml.safe_dump({"annotations": REMARKS}, allow_unicode=True)
    (folder / "city1/annotations.yml").write_text(remarks, encoding="utf-8")
    return {name: folder / name for name in ("shipped", *PLANS)}


def _draw(city: str, plan: Plan) -> dict[str, Any]:
    units = {f"{group}{number}": group for group, count in plan.units.items() for number in range(count)}
    presence = {
        unit: PRESENCE.get(int(unit[-1]), "11111") if group != "south" else "00111" for unit, group in units.items()
    }
    first_names = {unit: f"{GROUPS[group][:2]}{'甲乙丙丁戊己庚辛壬'[int(unit[-1])]}局" for unit, group in units.items()}
    lineage = [row for unit in units for row in _follow(unit, first_names[unit], presence[unit])]
    skill = {unit: Random(f"{plan.seed} {unit}").uniform(0.45, 0.95) for unit in units}
    years = {}
    for year in YEARS:
        members = {unit: group for unit, group in units.items() if presence[unit][year - YEARS[0]] == "1"}
        names = {unit: first_names[unit] for unit in members}
        names |= {unit: name for unit, when, name, _ in lineage if unit in members and when <= year}
        random = Random(f"{plan.seed} {year}")
        years[year] = _draw_year(random, city, year, members, names, skill) | {
            "provenance": _say_provenance(year, plan),
            "markless": year in plan.markless,
        }
    circulars = print_circulars(years, plan.circulars)
    return {"units": units, "names": first_names, "lineage": lineage, "years": years, "circulars": circulars}


def _follow(unit: str, name: str, presence: str) -> list[tuple[str, int, str, str]]:
    """List when a unit enters and leaves, and two whose names change; one that comes back has another name."""
    rows = []
    if presence[0] == "0":
        rows.append((unit, YEARS[presence.index("1")], name, "enters"))
    for place, (before, after) in enumerate(pairwise(presence[presence.index("1") :]), presence.index("1") + 1):
        if before != after:
            name = f"{name}（恢复）" if after == "1" else name
            rows.append((unit, YEARS[place], name, "enters" if after == "1" else "leaves"))
    changes = {"3": (2032, f"新{name}", "renamed"), "4": (2033, f"{name}·中心", "succeeds")}
    return [*rows, (unit, *changes[unit[-1]])] if unit[-1] in changes else rows


def _say_provenance(year: int, plan: Plan) -> dict[str, Any]:
    if year not in plan.reconstructed:
        return {"provenance": "official", "method": "算例"}
    return {
        "provenance": "reconstructed",
        "method": "算例",
        "seed": plan.seed,
        "agrees_with": [f"算例〔{year + 1}〕1号"],
    }


def _draw_year(
    random: Random, city: str, year: int, members: dict[str, str], names: dict[str, str], skill: dict[str, float]
) -> dict[str, Any]:
    groups = list(dict.fromkeys(members.values()))
    scheme = _say_scheme(city, year, groups)
    indicators = _draw_indicators(city, year, groups, scheme)
    marks = {unit: _draw_marks(random, unit, group, scheme, indicators, skill[unit]) for unit, group in members.items()}
    outside = [component["id"] for component in scheme["components"] if "parts" not in component]
    results = {
        each: {unit: (min(round(random.uniform(0.6, 1.1) * skill[unit] * 200), 200) / 2, 100) for unit in members}
        for each in outside
    }
    for group in groups:  # two units are alike in everything, so that their totals are tied
        marks[f"{group}1"] = dict(marks[f"{group}0"])
        for result in results.values():
            result[f"{group}1"] = result[f"{group}0"]
    return {
        "scheme": scheme,
        "names": names,
        "members": members,
        "indicators": indicators,
        "marks": marks,
        "results": results,
        "adjustments": _draw_adjustments(random, scheme, members, skill),
    }


def _say_scheme(city: str, year: int, groups: list[str]) -> dict[str, Any]:
    late = year >= 2033
    points = (50, 10, 20, 20) if not late else (45, 15, 25, 15)
    outside = ("inspection", "督察") if city != "city2" or not late else ("poll", "测评")
    files = {"files": {"name": "案卷", "marking": "rating"}} if year >= 2032 else {}
    limits = {
        "city1": ({"item_min": 0.5, "item_max": 3, "step": 0.5, "cap": 4 if late else 5}, {"item_min": 1, "cap": 3}),
        "city2": ({}, {"cap": 2}),
        "city3": ({"step": 0.5, "cap": 2}, {"item_min": 1, "item_max": 2, "cap": 4}),
    }[city]
    best, good = {
        "city1": (
            {"kind": "share", "value": 0.3}
            if late
            else {"kind": "count", "value": dict(zip(groups, (2, 3), strict=False))},
            {"kind": "share", "value": 0.5, "rounding": "down"},
        ),
        "city2": ({"kind": "share", "value": 0.25, "rounding": "up"}, {"kind": "threshold", "value": 66}),
        "city3": (
            {"kind": "threshold", "value": dict(zip(groups, (78, 74), strict=False))},
            {"kind": "count", "value": 3},
        ),
    }[city]
    names = ("优秀", "良好", "一般") if city != "city3" else ("一等", "二等", "三等" if year < 2034 else "等外")
    barred = ["excellent"] if city != "city2" else ["excellent", "good"]
    stale = {"note": "待填", "source": f"算例〔{year}〕1号 三"} if city == "city2" and year == YEARS[-1] else {}
    scheme = {
        "year": year,
        "title": f"{year} 年算例考核",
        "document": f"算例〔{year + 1}〕1号",
        "groups": {group: {"name": GROUPS[group], **SAID} for group in groups},
        "ratings": {"value": SHARES[city == "city2"] | ({"良": 0.9} if late else {}), **SAID, "basis": "assumed"},
        "components": [
            {
                "id": "daily",
                "name": "日常评价",
                "points": points[0],
                "parts": {
                    "platform": {"name": "平台", "marking": "rating"},
                    "routine": {"name": "日常工作", "marking": "score"},
                },
                "rescale": True,
                **SAID,
            },
            {
                "id": "reporting",
                "name": "报告",
                "points": points[1],
                "parts": {"reports": {"name": "报送", "marking": "rating"}},
                "rescale": city == "city3" and year == YEARS[-1],
                **SAID,
            },
            {
                "id": "field",
                "name": "实地",
                "points": points[2],
                "parts": {"visits": {"name": "走访", "marking": "score"}, **files},
                "rescale": True,
                **SAID,
                "basis": "derived",
            },
            {"id": outside[0], "name": outside[1], "points": points[3], **SAID},
        ],
        "own_indicators": {"excluded": city != "city2" or year >= 2032, **SAID},
        "assessors": {
            "value": {"office": "主管办公室", "bureau": "综合局"}
            | {f"{group}2": f"{GROUPS[group][:2]}丙局" for group in groups},
            **SAID,
        },
        "bonus": limits[0] | SAID,
        "deduction": limits[1] | SAID,
        "veto": {"bars": barred, **SAID},
        "ranking": {"ties": "max" if city == "city2" or (city == "city3" and year % 2) else "min", **SAID, **stale},
        "grades": [
            {"id": grade, "name": name, "rule": rule, **SAID}
            for grade, name, rule in zip(
                ("excellent", "good", "fair"), names, (best, good, {"kind": "rest"}), strict=True
            )
        ],
    }
    return {key: clause for key, clause in scheme.items() if key != "veto" or city != "city3" or year % 2}


def _draw_indicators(city: str, year: int, groups: list[str], scheme: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Draw indicators; most are the same in every year, some are new ones, and one is moved to another part."""
    shape = {"daily": ["platform"] * 6 + ["routine"] * 4, "reporting": ["reports"] * 3, "field": ["visits"] * 5}
    if year >= 2032:
        shape["field"] = ["visits"] * 3 + ["files"] * 2
    points = {component["id"]: component["points"] for component in scheme["components"]}
    indicators = {}
    for group in groups:
        random = Random(f"{city} {group} {year >= 2033}")
        for component, parts in shape.items():
            cuts = [0, *sorted(random.sample(range(1, 2 * points[component]), len(parts) - 1)), 2 * points[component]]
            for place, (part, (low, high)) in enumerate(zip(parts, pairwise(cuts), strict=True)):
                indicators[f"{group}-{component}{place}" + (f"-{year}" if place == 2 else "")] = {
                    "group": group,
                    "part": part,
                    "name": f"{part}事项（{place + 1}）",
                    "points": (high - low) / 2,
                    "assessor_id": random.choice(["office", "bureau", "bureau", f"{group}2"]) if place else "office",
                }
    return indicators


def _draw_marks(
    random: Random, unit: str, group: str, scheme: dict[str, Any], indicators: dict[str, dict[str, Any]], skill: float
) -> dict[str, Any]:
    """Draw a unit's marks: a rating, points, "-" (not carried) or "own"; everyone carries the first of a component.

    The third unit of every group is an assessor, the fourth has nothing but best ratings, and nobody carries the
    seventh indicator of the daily component in the first group.
    """
    marked = {
        part: spec["marking"] for component in scheme["components"] for part, spec in component.get("parts", {}).items()
    }
    marks: dict[str, Any] = {}
    for indicator, spec in indicators.items():
        if spec["group"] != group:
            continue
        worth = min(max(skill + random.uniform(-0.35, 0.3), 0.0), 1.0)
        lacking = random.random() < 0.15
        rating = "优" if worth > GOOD or unit[-1] == "3" else "良" if worth > ENOUGH else "中" if worth > 0.3 else "差"
        if scheme["own_indicators"]["excluded"] and spec["assessor_id"] == unit:
            marks[indicator] = "own"
        elif indicator == "east-daily6" or (lacking and "0" not in (unit[-1], indicator.split("-")[1][-1])):
            marks[indicator] = "-"
        elif indicator.startswith(f"{group}-reporting0"):
            marks[indicator] = "优"
        else:
            marks[indicator] = rating if marked[spec["part"]] == "rating" else round(worth * spec["points"] * 2) / 2
    return marks


def _draw_adjustments(
    random: Random, scheme: dict[str, Any], members: dict[str, str], skill: dict[str, float]
) -> list[dict[str, Any]]:
    """Draw items within the limits, more than the cap for one unit, and veto the best unit of the first group."""
    rows = []
    for unit in members:
        if unit[-1] in "01":
            continue
        if unit[-1] == "3":
            rows += [(unit, "bonus", 2)] * 3
        rows += [(unit, "bonus", random.randint(1, 4) / 2) for _ in range(2) if random.random() < 0.3]
        rows += [(unit, "deduction", random.randint(2, 4) / 2) for _ in range(3) if random.random() < 0.15]
    first = [unit for unit, group in members.items() if group == "east" and unit[-1] not in "013"]
    if "veto" in scheme:
        rows.append((max(first, key=skill.__getitem__), "veto", ""))
    return [dict(zip(("unit_id", "kind", "points"), row, strict=True)) | {"reason": "算例"} for row in rows]


def _write(city: dict[str, Any], folder: Path) -> None:
    units = [(unit, group, city["names"][unit]) for unit, group in city["units"].items()]
    _write_table(folder / "units.csv", ["unit_id", "group", "name"], units)
    lineage = [(*row, "", "算例") for row in city["lineage"]]
    _write_table(folder / "lineage.csv", ["unit_id", "year", "name", "event", "note", "source"], lineage)
    for year, facts in city["years"].items():
        _write_document(folder / f"schemes/{year}.yml", facts["scheme"])
        if year in city["circulars"]:
            _write_document(folder / f"published/{year}.yml", city["circulars"][year])
        if not facts["markless"]:
            _write_inputs(folder / f"inputs/{year}", facts)


def _write_inputs(folder: Path, facts: dict[str, Any]) -> None:
    _write_document(folder / "provenance.yml", facts["provenance"])
    columns = ["group", "part", "name", "points", "assessor_id"]
    indicators = [(each, *(spec[column] for column in columns)) for each, spec in facts["indicators"].items()]
    _write_table(folder / "indicators.csv", ["indicator_id", *columns], indicators)
    marks = [(unit, each, *_spell(mark)) for unit, own in facts["marks"].items() for each, mark in own.items()]
    _write_table(folder / "marks.csv", ["unit_id", "indicator_id", "status", "rating", "score"], marks)
    for component, results in facts["results"].items():
        rows = [(unit, *result) for unit, result in results.items()]
        _write_table(folder / f"{component}.csv", ["unit_id", "score", "full_score"], rows)
    adjustments = [tuple(row.values()) for row in facts["adjustments"]]
    _write_table(folder / "adjustments.csv", ["unit_id", "kind", "points", "reason"], adjustments)


def _spell(mark: str | float) -> tuple[str, str, str | float]:
    """Write a mark as status, rating and score."""
    if mark in ("-", "own"):
        return "not_carried" if mark == "-" else "own_assessor", "", ""
    return ("marked", mark, "") if isinstance(mark, str) else ("marked", "", mark)


def _write_table(path: Path, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *rows])


def _write_document(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
