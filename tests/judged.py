"""A city in whose marks there is everything that may be wrong with marks, a group each, over two years."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tests.made_up import SAID, YEARS, City

RATINGS = {"优": 1, "良": 0.8, "中": 0.6, "差": 0}
_RATED, _SCORED, _POINTS = 8, 8, 10
_UNITS = 20
Sheet = list[Any]


def _sheet(random: Random, level: float, spread: float) -> Sheet:
    """Marks of a unit of some level, from 0 to 1: eight ratings and eight scores out of ten."""
    drawn = [min(max(level + random.gauss(0, spread), 0), 1) for _ in range(_RATED + _SCORED)]
    names = list(reversed(RATINGS))
    return [names[min(int(4 * each), 3)] for each in drawn[:_RATED]] + [round(10 * each, 1) for each in drawn[_RATED:]]


def _good(random: Random, year: int) -> list[Sheet]:
    """Two indicators are nearly the same, and the second year is like the first."""
    sheets = [_sheet(Random(f"{place}"), 0.2 + place / 40, 0.1) for place in range(_UNITS)]
    for place, sheet in enumerate(sheets):
        sheet[14] = round(sheet[15] + 0.1 * (place % 2), 1)
        sheet[13] = round(sheet[13] + 0.2 * (place % 3) * (year - YEARS[0]), 1)
        sheet[13:] = [min(each, 10.0) for each in sheet[13:]]
    return sheets


def _bad(random: Random, year: int) -> list[Sheet]:
    """Dead, duplicate and contrary indicators, units that are copies, and sheets of two kinds from one assessor."""
    sheets = _good(random, year)
    flipped = dict(zip(RATINGS, reversed(RATINGS), strict=True))
    for place, sheet in enumerate(sheets):
        sheet[0], sheet[1], sheet[2] = "优", "良", flipped[sheet[3]]
        sheet[4] = sheet[3]
        sheet[8:13] = [4 + place % 2] * 5
    sheets[6] = list(sheets[4])
    return sheets


def _contrary(random: Random, year: int) -> list[Sheet]:
    """One indicator is below 0 by chance, and who has more of one thing has less of another."""
    sheets = [_sheet(random, 0.5, 0.0) for _ in range(_UNITS)]
    for place, sheet in enumerate(sheets):
        sheet[8:] = [float(place % 7 + 1) if at % 2 else float(9 - place % 7) for at in range(_SCORED)]
        sheet[8] = float(random.randint(0, 10))
    return sheets


def _tied(random: Random, year: int) -> list[Sheet]:
    """All have the best of everything, though not all carry it."""
    return [[*["优"] * _RATED, *[10.0] * (_SCORED - 1), "-" if place % 2 else 10.0] for place in range(_UNITS)]


def _carrying(better: int) -> Callable[[Random, int], list[Sheet]]:
    def make(random: Random, year: int) -> list[Sheet]:
        """Who carries less is better, or worse; no two years have anything in common."""
        places = list(range(_UNITS))
        random.shuffle(places)
        sheets = [_sheet(random, 0.2 + place / 30, 0.02) for place in places]
        for place, sheet in zip(places, sheets, strict=True):
            for left in range((place if better > 0 else _UNITS - place) // 4):
                sheet[8 + left] = "-"
        return sheets

    return make


def _widening(random: Random, year: int) -> list[Sheet]:
    """Whoever was ahead is further ahead in the second year."""
    wide = 1 + (year - YEARS[0])
    return [_sheet(random, 0.5 + wide * (place - _UNITS / 2) / 60, 0.02) for place in range(_UNITS)]


GROUPS = {
    "good": _good, "bad": _bad, "contrary": _contrary, "tied": _tied, "fewer": _carrying(1), "more": _carrying(-1),
    "widening": _widening,
}  # fmt: skip


def judged_city() -> City:
    """Make it: two years, a group of twenty units each."""
    units = {f"{group}{place}": group for group in GROUPS for place in range(_UNITS)}
    indicators = {
        f"{group}_{place}": {
            "group": group,
            "part": "platform" if place < _RATED else "routine",
            "points": _POINTS,
            "assessor_id": "audit" if place == 0 else "office" if 8 <= place < 13 else "bureau",
        }
        for group in GROUPS
        for place in range(_RATED + _SCORED)
    }
    parts = {"platform": {"name": "平台", "marking": "rating"}, "routine": {"name": "日常", "marking": "score"}}
    scheme = {
        "title": "算例", "document": "算例",
        "groups": {group: {"name": group, **SAID} for group in GROUPS},
        "ratings": {"value": {**RATINGS}, **SAID},
        "components": [{"id": "daily", "name": "日常", "points": 160, "parts": parts, "rescale": True, **SAID}],
        "own_indicators": {"excluded": False, **SAID},
        "assessors": {"value": {"office": "主管", "bureau": "另一局", "audit": "审计"}, **SAID},
        "bonus": {**SAID}, "deduction": {**SAID}, "ranking": {"ties": "min", **SAID},
        "grades": [
            {"id": "best", "name": "优秀", "rule": {"kind": "share", "value": 0.5}, **SAID},
            {"id": "rest", "name": "一般", "rule": {"kind": "rest"}, **SAID},
        ],
    }  # fmt: skip
    years = {}
    for year in YEARS:
        marks = {}
        for group, make in GROUPS.items():
            for place, sheet in enumerate(make(Random(f"{group} {year}"), year)):
                given = ["优", *sheet[1:]] if year == YEARS[1] else sheet  # one assessor gives everybody the best
                marks[f"{group}{place}"] = {f"{group}_{at}": mark for at, mark in enumerate(given)}
        years[year] = {
            "scheme": scheme | {"year": year}, "indicators": indicators, "marks": marks, "results": {},
            "adjustments": [],
        }  # fmt: skip
    return {"units": units, "lineage": [], "years": years}
