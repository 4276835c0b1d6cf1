"""Small made-up cities of several years: drawn at random as plain data, written in the documented format."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import yaml

from analysis.data.dataset import Dataset, YearFacts, load_dataset
from analysis.methods.matrices import MarkMatrix, gather_marks
from analysis.methods.what_if import change_scheme
from analysis.scoring.years import score_year

City = dict[str, Any]
YEARS = (2030, 2031)
SAID = {"source": "算例", "basis": "printed"}
UNMARKED = {"-": "not_applicable", "own": "own_assessor"}
MARKINGS = {"platform": "rating", "routine": "score", "reports": "rating"}


@cache
def city_data(seed: int, alike: bool = False) -> Dataset:
    return load_city(draw_city(seed, alike))


@cache
def city_marks(seed: int) -> tuple[MarkMatrix, ...]:
    """Every group of every year of a random city."""
    years = city_data(seed).years.values()
    return tuple(gather_marks(facts, score_year(facts), group) for facts in years for group in facts.scheme.groups)


@cache
def strict_years(seed: int) -> tuple[YearFacts, ...]:
    """Every year of a random city, ranked on rounded totals, with a best grade that requires more than a total."""
    random, years = Random(seed), []
    for facts in city_data(seed).years.values():
        scheme = facts.scheme
        component = random.choice(scheme.components)
        least = {random.choice([component.id, *component.parts]): component.points * random.choice([0.2, 0.4, 0.6])}
        items = [*scheme.parts, *(each.id for each in scheme.components)]
        within = {item: float(random.randint(1, 4)) for item in random.sample(items, random.randint(0, 1))}
        requires = {"least": least, "within": within, "no_deduction": random.random() < 0.2}
        changes = {("grades", "best", "requires"): requires, ("ranking", "decimals"): random.choice([None, 0, 1])}
        years.append(replace(facts, scheme=change_scheme(scheme, changes)))
    return tuple(years)


@cache
def strict_marks(seed: int) -> tuple[MarkMatrix, ...]:
    """Every group of `strict_years`."""
    years = strict_years(seed)
    return tuple(gather_marks(facts, score_year(facts), group) for facts in years for group in facts.scheme.groups)


def outside_city() -> City:
    """Draw a city that is assessed from outside alone."""
    city = draw_city(0)
    for facts in city["years"].values():
        facts["scheme"]["components"] = [{"id": "inspection", "name": "督察", "points": 60, **SAID}]
        facts["results"] = {"inspection": {unit: (place, 30) for place, unit in enumerate(facts["marks"])}}
        facts |= {"indicators": {}, "marks": {}}
    return city


def graded_city(
    years: Mapping[Any, tuple[list[dict[str, Any]], dict[str, float]]], full: float = 100, group: str = "east"
) -> City:
    """Make a city of one group that is given its totals from outside, year by year, and its grades.

    A grade has id, name, the least total that earns it (`line`; the last none), and formerly where it is to be said. A
    year may be a period ("2031Q1"), and without totals has a scheme and no scores. Whoever has no total is not
    assessed in the year.
    """
    assessed = {year: totals for year, (_, totals) in years.items() if totals}
    units = sorted({unit for totals in assessed.values() for unit in totals})
    lineage, told = [], dict.fromkeys(units, True)
    for year, totals in sorted(assessed.items()):
        first = year == min(assessed)
        for unit in units:
            if told[unit] != (unit in totals) or (first and unit not in totals):
                lineage.append((unit, year, f"{unit}局", "enters" if unit in totals else "leaves"))
            told[unit] = unit in totals
    city: City = {"units": dict.fromkeys(units, group), "lineage": lineage, "years": {}}
    for year, (grades, totals) in years.items():
        said = [{key: value for key, value in grade.items() if key != "line"} for grade in grades]
        rules = [
            {"kind": "threshold", "value": grade["line"]} if "line" in grade else {"kind": "rest"} for grade in grades
        ]
        scheme = _draw_scheme(Random(0), year, {"inspection": []}, [group])
        scheme["components"] = [{"id": "inspection", "name": "督察", "points": full, **SAID}]
        scheme["grades"] = [{**grade, "rule": rule, **SAID} for grade, rule in zip(said, rules, strict=True)]
        scheme.pop("veto", None)
        scheme["assessors"]["value"] = {"office": "主管"}
        facts = {"scheme": scheme, "indicators": {}, "marks": {}, "adjustments": []}
        if totals:
            facts["results"] = {"inspection": {unit: (total, full) for unit, total in totals.items()}}
        city["years"][year] = facts
    return city


BEST_FROM_90 = [{"id": "best", "name": "优秀", "line": 90}, {"id": "rest", "name": "一般"}]


def followed_city(years: dict[int, dict[str, float]], groups: dict[str, str], lineage: list[tuple[Any, ...]]) -> City:
    """Make a city of given totals, first groups and lineage: unit, year, event, and group or predecessors."""
    city = graded_city({year: (BEST_FROM_90, totals) for year, totals in years.items()})
    used = sorted({*groups.values(), *(told for *_, event, told in lineage if event == "regrouped")})
    rows = {"regrouped": lambda told: (told, ""), "merged": lambda told: ("", told), "split": lambda told: ("", told)}
    city["units"] = groups
    city["lineage"] = [
        (unit, year, f"{unit}局", event, *rows.get(event, lambda _: ("", ""))(told))
        for unit, year, event, told in lineage
    ]
    for facts in city["years"].values():
        facts["scheme"]["groups"] = {group: {"name": f"{group}组", **SAID} for group in used}
    return city


def merged_city(keys: tuple[int | str, ...] = (2030, 2031, 2032, 2033)) -> City:
    """Four years: r goes from west to east; c of east and p of west become m; m becomes s of west and t of east."""
    return followed_city(
        {
            keys[0]: {"a": 95, "b": 85, "c": 92, "d": 80, "p": 91, "q": 70, "r": 60},
            keys[1]: {"a": 96, "b": 95, "c": 80, "d": 85, "r": 93, "p": 75, "q": 90},
            keys[2]: {"a": 90, "b": 91, "d": 70, "r": 94, "q": 95, "m": 92},
            keys[3]: {"a": 91, "b": 80, "d": 90, "r": 95, "t": 60, "q": 90, "s": 99},
        },
        dict.fromkeys("abcdt", "east") | dict.fromkeys("pqrms", "west"),
        [
            ("r", keys[1], "regrouped", "east"),
            ("m", keys[2], "merged", "c、p"),
            *((u, keys[3], "split", "m") for u in "st"),
        ],
    )


def dropped_city() -> City:
    """Three years, of which the first has a group of its own."""
    totals: dict[str, float] = {"a": 95, "b": 85}
    years = {2030: totals | {"x": 70}, 2031: totals, 2032: totals}
    city = followed_city(years, {"a": "east", "b": "east", "x": "north"}, [("x", 2031, "leaves", "")])
    for year in (2031, 2032):
        del city["years"][year]["scheme"]["groups"]["north"]
    return city


def draw_followed(seed: int) -> City:
    """Draw four years in which units change groups, merge, split, come and go, and what happened to whom.

    Beside the city itself: `groups`, year to unit to group; `made` and `went`, unit to (year, others).
    """
    random = Random(seed)
    now, made, went = {f"u{place}": random.choice(["east", "west"]) for place in range(9)}, {}, {}
    first, lineage, groups = dict(now), list[tuple[Any, ...]](), {}
    for year in range(2030, 2034):
        free = random.sample(sorted(now), len(now)) if year > 2030 else []
        while len(free) > 3:
            event, unit, group = (
                random.choice(["merged", "split", "regrouped", "enters", "leaves", "", ""]),
                free.pop(),
                "",
            )
            new = [f"n{len(first)}", f"n{len(first) + 1}"]
            if event == "regrouped":
                now[unit] = group = "west" if now[unit] == "east" else "east"
                lineage.append((unit, year, event, group))
            elif event == "leaves":
                lineage.append((unit, year, event, ""))
                del now[unit]
            elif event in {"merged", "split"}:
                old, new = ([unit, free.pop()], new[:1]) if event == "merged" else ([unit], new)
                made |= dict.fromkeys(new, (year, event, old))
                went |= dict.fromkeys(old, (year, new))
                lineage += [(each, year, event, " ".join(old)) for each in new]
                for each in old:
                    del now[each]
            elif event == "enters":
                new = new[:1]
                lineage.append((new[0], year, event, ""))
            if event in {"merged", "split", "enters"}:
                for each in new:
                    first[each] = now[each] = random.choice(["east", "west"])
        groups[year] = dict(now)
    totals = {year: {unit: random.randint(75, 99) for unit in own} for year, own in groups.items()}
    if any(set(own.values()) != {"east", "west"} for own in groups.values()):
        return draw_followed(seed + 1000)
    return followed_city(totals, first, lineage) | {"groups": groups, "totals": totals, "made": made, "went": went}


def regrouped_city(seed: int, as_two: bool = False) -> City:
    """A drawn city in which a unit goes from east to west; `as_two`: one unit leaves east, and another enters west."""
    city = next(
        city for each in range(seed * 10, seed * 10 + 10) if "west" in (city := draw_city(each))["units"].values()
    )
    after, unit = city["years"][YEARS[1]], "west9" if as_two else "east1"
    for table in (after["marks"], *after["results"].values()):
        table[unit] = table.pop("east1")
    if after["marks"][unit]:
        after["marks"][unit] = after["marks"]["west0"]
    after["adjustments"] = [
        row | {"unit_id": unit} if row["unit_id"] == "east1" else row for row in after["adjustments"]
    ]
    city["lineage"] = [row for row in city["lineage"] if row[0] != "east1"]
    if as_two:
        city["units"][unit] = "west"
        city["lineage"] += [("east1", YEARS[1], "east1局", "leaves"), (unit, YEARS[1], "west9局", "enters")]
    else:
        city["lineage"].append((unit, YEARS[1], "east1局", "regrouped", "west", ""))
    return city


def give_origins(data: Path, origins: dict[int, str]) -> Path:
    """Give the marks of shipped years other origins; a year 2022 repeats 2021, but one unit is rated 中 throughout."""
    if 2022 in origins:
        shutil.copytree(data / "inputs/2021", data / "inputs/2022")
        scheme = (data / "schemes/2021.yml").read_text(encoding="utf-8").replace("year: 2021", "year: 2022")
        (data / "schemes/2022.yml").write_text(scheme.replace("2021年度", "2022年度"), encoding="utf-8")
        marks = pd.read_csv(data / "inputs/2022/marks.csv")
        rated = marks["unit_id"].eq("baofeng") & marks["rating"].notna()
        marks.assign(rating=marks["rating"].mask(rated, "中")).to_csv(data / "inputs/2022/marks.csv", index=False)
    for year, origin in origins.items():
        told = f"provenance: {origin}\nmethod: 算例\n"
        (data / f"inputs/{year}/provenance.yml").write_text(told, encoding="utf-8")
        reasons = data / f"inputs/{year}/adjustments.csv"  # which say so themselves
        reasons.write_text(reasons.read_text(encoding="utf-8").replace("重构", "算例"), encoding="utf-8")
    return data


def load_city(city: City) -> Dataset:
    with TemporaryDirectory() as folder:
        return load_dataset(write_city(city, Path(folder)))


def draw_city(seed: int, alike: bool = False) -> City:
    """Draw a city; `alike` keeps the indicators' ids and parts, but not their points, from year to year."""
    random = Random(seed)
    groups = ["east", "west", "south"][: random.randint(1, 3)]
    units = {f"{group}{number}": group for group in groups for number in range(random.randint(3, 7))}
    present = {unit: [unit[-1] in "012" or random.random() < 0.7 for _ in YEARS] for unit in units}
    present = {
        unit: [False, True] if units[unit] == "south" or not any(known) else known for unit, known in present.items()
    }
    shapes = [_draw_shape(random)] * 2 if alike else [_draw_shape(random), _draw_shape(random)]
    years = {}
    for place, (year, shape) in enumerate(zip(YEARS, shapes, strict=True)):
        members = {unit: group for unit, group in units.items() if present[unit][place]}
        years[year] = _draw_year(random, year, shape, members, "" if alike or not place else f"_{year}")
    before, after = (years[year]["indicators"] for year in YEARS)
    for indicator in before.keys() & after.keys():
        after[indicator]["same_as"] = f"{YEARS[0]}:{indicator}"
    return {"units": units, "lineage": _draw_lineage(random, present), "years": years}


def write_city(city: City, folder: Path) -> Path:
    tables: dict[str, pd.DataFrame] = {
        "units": pd.DataFrame(
            [(unit, group, f"{unit}局") for unit, group in city["units"].items()], columns=["unit_id", "group", "name"]
        ),
        "lineage": _tabulate_lineage(city["lineage"]),
    }
    (folder / "schemes").mkdir()
    for year, facts in city["years"].items():
        period = {"year": int(year[:4]), "period": year[4:]} if isinstance(year, str) else {}
        scheme = yaml.safe_dump(facts["scheme"] | period, allow_unicode=True)
        (folder / f"schemes/{year}.yml").write_text(scheme, encoding="utf-8")
        if "results" not in facts:
            continue
        (folder / f"inputs/{year}").mkdir(parents=True)
        (folder / f"inputs/{year}/provenance.yml").write_text("provenance: official\nmethod: 算例\n", encoding="utf-8")
        tables |= {f"inputs/{year}/{name}": table for name, table in _tabulate(facts).items()}
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return folder


def _tabulate_lineage(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Rows of four cells, or of six, with group and predecessors, which a file may do without."""
    optional = ["group", "predecessors"] if any(len(row) > 4 for row in rows) else []
    columns = ["unit_id", "year", "name", "event", *optional, "note", "source"]
    return pd.DataFrame([(*row, *[""] * (len(columns) - 2 - len(row)), "", "算例") for row in rows], columns=columns)


def _tabulate(facts: dict[str, Any]) -> dict[str, pd.DataFrame]:
    marks = [
        (unit, indicator, UNMARKED.get(mark, "marked"))
        + (
            (mark, None)
            if isinstance(mark, str) and mark not in UNMARKED
            else ("", mark if mark not in UNMARKED else None)
        )
        for unit, own in facts["marks"].items()
        for indicator, mark in own.items()
    ]
    results = {
        component: pd.DataFrame(
            [(unit, *result) for unit, result in own.items()], columns=["unit_id", "score", "full_score"]
        )
        for component, own in facts["results"].items()
    }
    return results | {
        "indicators": pd.DataFrame(
            [{"indicator_id": indicator, "name": indicator, **spec} for indicator, spec in facts["indicators"].items()],
            columns=["indicator_id", "group", "part", "name", "points", "assessor_id", "same_as"],
        ),
        "marks": pd.DataFrame(marks, columns=["unit_id", "indicator_id", "status", "rating", "score"]),
        "adjustments": pd.DataFrame(facts["adjustments"], columns=["unit_id", "kind", "points"]).assign(reason="算例"),
    }


def _draw_lineage(random: Random, present: dict[str, list[bool]]) -> list[tuple[str, int, str, str]]:
    lineage = []
    for unit, (before, after) in present.items():
        if before != after:
            lineage.append((unit, YEARS[1], f"{unit}局", "enters" if after else "leaves"))
        elif random.random() < 0.3:
            lineage.append((unit, YEARS[1], f"新{unit}局", "renamed"))
    return lineage


def _draw_shape(random: Random) -> dict[str, list[str]]:
    """Components, and the part of each of their indicators; an outside component has none."""
    shape = {"daily": random.choices(["platform", "routine"], k=random.randint(2, 5))}
    if random.random() < 0.6:
        shape["reporting"] = ["reports"] * random.randint(1, 3)
    return shape | {outside: [] for outside in ("inspection", "survey") if random.random() < 0.5}


def _draw_year(
    random: Random, year: int, shape: dict[str, list[str]], members: dict[str, str], suffix: str
) -> dict[str, Any]:
    groups = list(dict.fromkeys(members.values()))
    scheme = _draw_scheme(random, year, shape, groups)
    indicators = {}
    for component in scheme["components"]:
        for group in groups:
            points = _split(random, component["points"], len(shape[component["id"]]))
            for place, part in enumerate(shape[component["id"]]):
                ending = suffix if random.random() < 0.4 else ""
                indicators[f"{group}_{component['id']}{place}{ending}"] = {
                    "group": group,
                    "part": part,
                    "points": points[place],
                    "assessor_id": random.choice(["office", "bureau", f"{group}2"]) if place else "office",
                }
    marks = {unit: _draw_marks(random, unit, group, scheme, indicators) for unit, group in members.items()}
    results = {
        component: {unit: (random.randint(0, 20) / 2, 10) for unit in members}
        for component in shape
        if not shape[component]
    }
    for group in groups:  # a tie
        marks[f"{group}1"] = marks[f"{group}0"]
        for result in results.values():
            result[f"{group}1"] = result[f"{group}0"]
    kinds = ["bonus", "deduction", *(["veto"] if "veto" in scheme else [])]
    drawn = [(unit, random.choice(kinds)) for unit in members for _ in range(2) if unit[-1] not in "01"]
    adjustments = [
        (unit, kind, None if kind == "veto" else random.randint(1, 6) / 2)
        for unit, kind in drawn
        if random.random() < 0.4
    ]
    return {
        "scheme": scheme,
        "indicators": indicators,
        "marks": marks,
        "results": results,
        "adjustments": [dict(zip(("unit_id", "kind", "points"), row, strict=True)) for row in adjustments],
    }


def _draw_marks(
    random: Random, unit: str, group: str, scheme: dict[str, Any], indicators: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    own = {indicator: spec for indicator, spec in indicators.items() if spec["group"] == group}
    excluded = scheme["own_indicators"]["excluded"]
    applicable = set()
    for component in scheme["components"]:
        theirs = [key for key, spec in own.items() if spec["part"] in component.get("parts", {})]
        applicable |= {random.choice([key for key in theirs if own[key]["assessor_id"] != unit])} if theirs else set()
    marks: dict[str, Any] = {}
    for indicator, spec in own.items():
        if excluded and spec["assessor_id"] == unit:
            marks[indicator] = "own"
        elif indicator not in applicable and random.random() < 0.3:
            marks[indicator] = "-"
        elif MARKINGS[spec["part"]] == "rating":
            marks[indicator] = random.choice([*scheme["ratings"]["value"], "优"])
        else:
            marks[indicator] = random.randint(0, int(2 * spec["points"])) / 2
    return marks


def _draw_scheme(random: Random, year: int, shape: dict[str, list[str]], groups: list[str]) -> dict[str, Any]:
    components = [
        {"id": component, "name": component, "points": random.choice([20, 40, 60]), **SAID}
        | (
            {
                "parts": {part: {"name": part, "marking": MARKINGS[part]} for part in dict.fromkeys(parts)},
                "rescale": random.random() < 0.7,
            }
            if parts
            else {}
        )
        for component, parts in shape.items()
    ]
    full = sum(component["points"] for component in components)
    rule = random.choice(
        [
            {"kind": "count", "value": {group: random.randint(0, 4) for group in groups}},
            {"kind": "share", "value": random.choice([0.3, 0.5]), "rounding": random.choice(["half_up", "down", "up"])},
            {"kind": "threshold", "value": random.choice([0.6, 0.7]) * full},
        ]
    )
    middle = {"id": "good", "name": "良好", "rule": {"kind": "share", "value": 0.5}, **SAID}
    scheme = {
        "year": year,
        "title": "算例",
        "document": "算例",
        "groups": {group: {"name": group, **SAID} for group in groups},
        "ratings": {
            "value": {
                "差": random.choice([0, 0.2]),
                "优": 1,
                "中": random.choice([0.5, 0.6]),
                "良": random.choice([0.8, 0.85]),
            },
            **SAID,
        },
        "components": components,
        "own_indicators": {"excluded": random.random() < 0.7, **SAID},
        "assessors": {
            "value": {"office": "主管", "bureau": "另一局"} | {f"{group}2": f"{group}2局" for group in groups},
            **SAID,
        },
        "bonus": {"cap": random.choice([1, 2, 5]), **SAID},
        "deduction": {"cap": random.choice([1, 3]), **SAID},
        "ranking": {"ties": random.choice(["min", "max"]), **SAID},
        "grades": [
            {"id": "best", "name": "优秀", "rule": rule, **SAID},
            *([middle] if random.random() < 0.5 else []),
            {"id": "rest", "name": "一般", "rule": {"kind": "rest"}, **SAID},
        ],
    }
    return scheme | ({"veto": {"bars": ["best"], **SAID}} if random.random() < 0.7 else {})


def _split(random: Random, points: int, number: int) -> list[float]:
    cuts = sorted(random.sample(range(1, 2 * points), max(number - 1, 0)))
    return [(high - low) / 2 for low, high in pairwise([0, *cuts, 2 * points])]


def three_years() -> City:
    """A third year like the second, in which whoever is new leaves again."""
    city = draw_city(8)
    before, after = city["years"].values()
    city["years"][YEARS[1] + 1] = last = deepcopy(after)
    last["scheme"]["year"] += 1
    for spec in last["indicators"].values():
        spec.pop("same_as", None)
    gone = after["marks"].keys() - before["marks"].keys()
    assert gone
    city["lineage"] += [(unit, YEARS[1] + 1, unit, "leaves") for unit in gone]
    for table in (last["marks"], *last["results"].values()):
        for unit in gone:
            del table[unit]
    last["adjustments"] = [row for row in last["adjustments"] if row["unit_id"] not in gone]
    return city


def nobody_stays() -> City:
    """All units of the second year are new."""
    city = draw_city(8)
    before, after = city["years"].values()
    new = {unit: f"{unit}n" for unit in after["marks"]}
    city["units"] |= {name: city["units"][unit] for unit, name in new.items()}
    city["lineage"] = [(unit, YEARS[1], unit, "leaves") for unit in before["marks"]]
    city["lineage"] += [(name, YEARS[1], name, "enters") for name in new.values()]
    city["units"] = {unit: group for unit, group in city["units"].items() if unit in {*before["marks"], *new.values()}}
    for table in (after["marks"], *after["results"].values()):
        for unit, name in new.items():
            table[name] = table.pop(unit)
    for row in after["adjustments"]:
        row["unit_id"] = new[row["unit_id"]]
    for marks in after["marks"].values():
        marks.update({key: "-" for key, mark in marks.items() if mark == "own"})
    return city


def _nobody_is_best() -> City:
    city = draw_city(2)
    for facts in city["years"].values():
        facts["scheme"]["grades"][0]["rule"] = {"kind": "threshold", "value": 1000}
    return city


def _one_assessor() -> City:
    city = draw_city(4)
    for facts in city["years"].values():
        for indicator in facts["indicators"].values():
            indicator["assessor_id"] = "office"
        for marks in facts["marks"].values():
            marks.update({key: "-" for key, mark in marks.items() if mark == "own"})
    return city


def _one_unit() -> City:
    city = deepcopy(draw_city(2))
    kept = next(iter(city["years"][2031]["marks"]))
    for facts in city["years"].values():
        facts["marks"] = {kept: facts["marks"].get(kept, next(iter(facts["marks"].values())))}
        facts["results"] = {
            name: {kept: own.get(kept, next(iter(own.values())))} for name, own in facts["results"].items()
        }
        facts["adjustments"] = [row for row in facts["adjustments"] if row["unit_id"] == kept]
    city["units"] = {kept: city["units"][kept]}
    city["lineage"] = []
    return city


def _points_alone() -> City:
    """No ratings at all: every mark is given in points."""
    city = draw_city(3)
    for facts in city["years"].values():
        values = facts["scheme"]["ratings"]["value"]
        for component in facts["scheme"]["components"]:
            for part in component.get("parts", {}).values():
                part["marking"] = "score"
        for marks in facts["marks"].values():
            for key, mark in marks.items():
                if mark in values:
                    marks[key] = round(values[mark] * facts["indicators"][key]["points"], 6)
        facts["scheme"]["ratings"]["value"] = {}
    return city


def _no_group_in_both_years() -> City:
    """Whoever is assessed in the first year leaves, and the others enter."""
    city = draw_city(5)
    first, *others = dict.fromkeys(city["units"].values())
    city["lineage"] = []
    for facts, groups, event in zip(city["years"].values(), ([first], others), ("leaves", "enters"), strict=True):
        scheme = facts["scheme"]
        scheme["groups"] = {group: scheme["groups"][group] for group in groups}
        for grade in scheme["grades"]:
            if isinstance(grade["rule"].get("value"), dict):
                grade["rule"]["value"] = {group: grade["rule"]["value"][group] for group in groups}
        facts["indicators"] = {
            key: spec | {"same_as": ""} for key, spec in facts["indicators"].items() if spec["group"] in groups
        }
        facts["marks"] = {unit: own for unit, own in facts["marks"].items() if city["units"][unit] in groups}
        facts["results"] = {
            name: {unit: result for unit, result in results.items() if unit in facts["marks"]}
            for name, results in facts["results"].items()
        }
        facts["adjustments"] = [row for row in facts["adjustments"] if row["unit_id"] in facts["marks"]]
        city["lineage"] += [(unit, YEARS[1], f"{unit}局", event) for unit in facts["marks"]]
    assessed = [unit for unit, *_ in city["lineage"]]
    city["units"] = {unit: city["units"][unit] for unit in assessed}
    return city


def _one_grade() -> City:
    city = draw_city(2)
    for facts in city["years"].values():
        facts["scheme"]["grades"] = facts["scheme"]["grades"][-1:]
        facts["scheme"].pop("veto", None)
        facts["adjustments"] = [row for row in facts["adjustments"] if row["kind"] != "veto"]
    return city


def _two_alike_years_apart() -> City:
    """The same scheme, units and marks, but for one unit that rises to the best marks; its best grade is derived."""
    city = draw_city(2)
    before = city["years"].pop(YEARS[0])
    before["scheme"]["grades"][0]["basis"] = "derived"
    after = deepcopy(before)
    before["scheme"]["year"], after["scheme"]["year"] = YEARS[0] - 1, YEARS[1]
    risen = list(after["marks"])[-1]
    after["marks"][risen] = {
        key: "优" if after["indicators"][key]["part"] != "routine" else after["indicators"][key]["points"]
        for key in after["marks"][risen]
    }
    city["years"] = {YEARS[0] - 1: before, YEARS[1]: after}
    city["units"] = {unit: city["units"][unit] for unit in after["marks"]}
    city["lineage"] = []
    return city


def _other_grades_and_many_notices() -> City:
    """Grades of other ids in the second year; a third of the units moves a little, and one falls from 2nd to last."""
    grades = [("top", "优秀", 90), ("good", "良好", 80), ("rest", "一般", None)]
    before = {f"u{place:02}": 95.0 - place for place in range(61)}
    moved = {f"u{place:02}": 0.8 if place % 3 == 0 else 0.05 * (place % 2) for place in range(61)}
    now = {unit: before[unit] + moved[unit] for unit in before} | {"u01": 20.0}
    years = {}
    for year, totals in zip(YEARS, (before, now), strict=True):
        said = [{"id": f"{grade}_{year}", "name": name, "line": line} for grade, name, line in grades]
        years[year] = ([{key: value for key, value in grade.items() if value is not None} for grade in said], totals)
    return graded_city(years)


def tied_city() -> City:
    """Two years of a group of one unit, of one whose units are always tied and get another, and of one of near ties."""
    before = dict.fromkeys("abcd", 95.0) | {"p": 70.0, "x": 85.0, "y": 85.03}
    return followed_city(
        {2030: before, 2031: before | {"e": 95.0, "p": 71.5}},
        dict.fromkeys("abcde", "east") | {"p": "west"} | dict.fromkeys("xy", "north"),
        [("e", 2031, "enters", "")],
    )


CITIES: dict[str, Callable[[], City]] = {
    "three groups, of which one enters": lambda: draw_city(5),
    "no group in both years": _no_group_in_both_years,
    "outside results alone": outside_city,
    "nobody is best": _nobody_is_best,
    "one assessor": _one_assessor,
    "one unit": _one_unit,
    "points alone": _points_alone,
    "one group, three grades": lambda: draw_city(8),
    "one grade alone": _one_grade,
    "two alike years, and one between": _two_alike_years_apart,
    "other grades, and many notices": _other_grades_and_many_notices,
    "ties, and a group of one": tied_city,
}
"""Cities of unusual shapes."""
