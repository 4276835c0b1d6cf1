"""A year of the data folder made of a plain table of results: its scheme, inputs and circular, as files."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import Any

import pandas as pd
import yaml

from analysis.data.dataset import Dataset
from analysis.data.indicators import INDICATOR_COLUMNS
from analysis.data.marks import MARK_COLUMNS
from analysis.data.schemes import Scheme
from analysis.data.unit_tables import LACKING
from analysis.data.units import LINEAGE_COLUMNS, PERIOD_LINEAGE
from analysis.exchange.results.reading import ResultRow, ResultTable
from analysis.exchange.results.rules import Rule
from analysis.periods import AnyYear, kind_of, name_assessed, name_document

_TAKEN = {
    "indicators", "marks", "adjustments", "provenance", "name", "total", "rank", "grade", "bonus", "deduction", "base",
}  # fmt: skip
_ALL, _ALL_NAME, _UNGRADED = "units", "全部单位", "ungraded"


@dataclass(frozen=True)
class Origin:
    """Where a table comes from.

    Attributes
    ----------
    year : AnyYear
    document : str
        What is said to print it.
    section : str
        Where in it the table stands, or the file it was taken from.
    provenance : str
        "official", or what the file says.
    method : str
    """

    year: AnyYear
    document: str
    section: str
    provenance: str
    method: str


class Names:
    """What units, groups, components and grades of a table are called in the data folder.

    Parameters
    ----------
    table : ResultTable
    dataset : Dataset or None
        None for a new folder.
    year : AnyYear
    units : mapping of name to unit_id
        Those that are known; of a new folder none.
    """

    def __init__(self, table: ResultTable, dataset: Dataset | None, year: AnyYear, units: Mapping[str, str]) -> None:
        schemes = [facts.scheme for facts in dataset.years.values()] if dataset else []
        self.own: Scheme | None = next((each for each in schemes if each.year == year), None)
        self.before: Scheme | None = self.own or (schemes[-1] if schemes else None)
        digits = max(3, len(str(len(table.rows))))
        self.units = dict(units) or {row.name: f"u{place:0{digits}}" for place, row in enumerate(table.rows, 1)}
        outside = {each.name: each.id for each in chain(*(scheme.outside_components for scheme in schemes))}
        self.components = _identify(table.components, outside, "c")
        grades = {grade.name: grade.id for scheme in schemes for grade in scheme.grades}
        self.grades = _identify(_in_order(table.rows), grades, "grade_")
        written = dict.fromkeys(row.group for row in table.rows)
        self.groups = {group: f"g{place}" for place, group in enumerate(written, 1)} if any(written) else {"": _ALL}


def make_files(
    table: ResultTable, rule: Rule, names: Names, origin: Origin, units: pd.DataFrame | None
) -> dict[str, bytes]:
    """Make the files of a year.

    Parameters
    ----------
    table : ResultTable
    rule : Rule
    names : Names
    origin : Origin
    units : DataFrame with columns unit_id, group (those assessed in the year), or None
        None for a new folder.

    Returns
    -------
    dict of path in the data folder to bytes
        All but what is there already: of a new folder the units, of a year without a scheme that.
    """
    files: dict[str, bytes] = {}
    groups = {row.name: names.groups[row.group if any(names.groups) else ""] for row in table.rows}
    if units is None:
        rows = [{"unit_id": names.units[row.name], "group": groups[row.name], "name": row.name} for row in table.rows]
        files["units.csv"] = _to_csv(rows, ["unit_id", "group", "name"])
        files["lineage.csv"] = _to_csv(
            [], [column.name for column in (PERIOD_LINEAGE if kind_of(origin.year) else LINEAGE_COLUMNS)]
        )
        known = {group: name or _ALL_NAME for name, group in names.groups.items()}
    else:
        of_units = units.set_index("unit_id")["group"].to_dict()
        groups = {row.name: of_units[names.units[row.name]] for row in table.rows}
        called = names.before.group_names if names.before else {}
        known = {group: name for group, name in called.items() if group in {*of_units.values()}}
    if names.own is None:
        scheme = _make_scheme(table, rule, names, origin, known, groups)
        files[f"schemes/{origin.year}.yml"] = to_yaml(scheme)
    files |= _make_inputs(table, rule, names, origin)
    files[f"published/{origin.year}.csv"] = _make_print(table, names)
    return files


def describe_table(rule: Rule, origin: Origin) -> dict[str, Any]:
    """Say of the printed table what published/<year>.yml says of it."""
    told: dict[str, Any] = {"section": origin.section}
    return told | ({"out_of": _as_number(rule.out_of)} if rule.kind == "mean" else {})


def make_circular(rule: Rule, origin: Origin) -> bytes:
    """Make the file of a circular of which nothing is known but the table."""
    said = {**name_document(origin.year), "document": origin.document, "table": describe_table(rule, origin)}
    return to_yaml(said | {"figures": [], "lists": []})


def _identify(names: Sequence[str], known: Mapping[str, str], first: str) -> dict[str, str]:
    """Give an identifier to every name: the one that it has, one made of its letters, or a number."""
    found: dict[str, str] = {}
    for place, name in enumerate(names, 1):
        letters = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
        spelt = letters if re.fullmatch("[a-z][a-z0-9_]*", letters) and name.isascii() else f"{first}{place}"
        identifier = known.get(name, spelt)
        taken = {*found.values(), *_TAKEN} | ({*known.values()} if name not in known else set())
        found[name] = identifier if identifier not in taken or name in known else f"{first}{place}_"
    return found


def _in_order(rows: Sequence[ResultRow]) -> list[str]:
    """List grades, the best first: by the best total of each."""
    best: dict[str, Fraction] = {}
    for row in rows:
        total = Fraction(row.cells.get("total", "0"))
        if row.grade:
            best[row.grade] = max(total, best.get(row.grade, total))
    return sorted(best, key=lambda grade: -best[grade])


def _as_number(value: Fraction) -> int | float | str:
    """Write points as a number if they are one of few decimals, else as a fraction."""
    if value.denominator == 1:
        return int(value)
    return float(value) if (value * 10**6).denominator == 1 else f"{value.numerator}/{value.denominator}"


def _make_scheme(
    table: ResultTable, rule: Rule, names: Names, origin: Origin, called: Mapping[str, str], groups: Mapping[str, str]
) -> dict[str, Any]:
    said = {"source": f"{origin.document} {origin.section}", "basis": "printed"}
    derived, assumed = said | {"basis": "derived"}, said | {"basis": "assumed"}
    worth = said | {"basis": rule.basis} | ({"note": rule.note} if rule.note else {})
    points = {component: _as_number(value) for component, value in rule.points.items()}
    lacks = any(LACKING in row.cells.values() for row in table.rows)
    base = {"base": {"points": _as_number(rule.out_of), "rescale": lacks, **worth}}
    is_plain = not lacks and not any(isinstance(each, str) for each in points.values())
    adjusts = {kind: any(kind in row.cells for row in table.rows) for kind in ("bonus", "deduction")}
    none = {"cap": 0, **assumed, "note": "结果表没有这一项"}
    return {
        **name_document(origin.year),
        "title": f"{origin.document}：{name_assessed(origin.year)}结果"[:60],
        "document": origin.document,
        "groups": {group: {"name": name, **said} for group, name in called.items()},
        "ratings": {"value": {}, **assumed},
        "components": [
            {"id": names.components[component], "name": component, "points": value, **worth}
            for component, value in points.items()
        ],
        **({} if is_plain else base),
        "own_indicators": {"excluded": False, **assumed},
        "assessors": {"value": {}, **assumed},
        **{kind: dict(said) if so else dict(none) for kind, so in adjusts.items()},
        "ranking": _find_ranking(table, groups, derived) or {"ties": "min", **assumed},
        "grades": _make_grades(table, names, groups, list(called), derived, assumed),
    }


def _find_ranking(table: ResultTable, groups: Mapping[str, str], derived: Mapping[str, str]) -> dict[str, Any]:
    """Find by which rule of ties printed ranks follow from totals as they are printed; {} where none are tied."""
    by_group: dict[str, list[ResultRow]] = {}
    for row in table.rows:
        by_group.setdefault(groups[row.name], []).append(row)
    tied = any(len({row.cells["total"] for row in rows}) < len(rows) for rows in by_group.values())
    for ties in ("min", "max") if tied and all("rank" in row.cells for row in table.rows) else ():
        ranks = [(row, _place(row, rows, ties)) for rows in by_group.values() for row in rows]
        if all(int(row.cells["rank"]) == place for row, place in ranks):
            decimals = len(table.rows[0].cells["total"].partition(".")[2])
            return {"ties": ties, "decimals": decimals, **derived, "note": "表中总分相同的，名次也相同"}
    return {}


def _place(row: ResultRow, rows: Sequence[ResultRow], ties: str) -> int:
    total = Fraction(row.cells["total"])
    others = [Fraction(each.cells["total"]) for each in rows]
    return 1 + sum(each > total for each in others) if ties == "min" else sum(each >= total for each in others)


def _make_grades(
    table: ResultTable, names: Names, groups: Mapping[str, str], ids: Sequence[str],
    derived: Mapping[str, str], assumed: Mapping[str, str],
) -> list[dict[str, Any]]:  # fmt: skip
    """Make grades by how many units have each; one for all where none are printed."""
    if not names.grades:
        note = "结果表没有等次"
        return [
            {"id": _UNGRADED, "name": "不分等次", "rule": {"kind": "rest"}, **assumed, "note": note, "formerly": []}
        ]
    made = []
    for place, (name, grade) in enumerate(names.grades.items(), 1):
        counted = Counter(groups[row.name] for row in table.rows if row.grade == name)
        value = {group: counted[group] for group in ids} if len(ids) > 1 else counted[ids[0]]
        rule = {"kind": "rest"} if place == len(names.grades) else {"kind": "count", "value": value}
        made.append({"id": grade, "name": name, "rule": rule, **derived, "note": "按表中的单位数"})
    return made


def _make_inputs(table: ResultTable, rule: Rule, names: Names, origin: Origin) -> dict[str, bytes]:
    folder, lacks = f"inputs/{origin.year}", any(LACKING in row.cells.values() for row in table.rows)
    header = ["unit_id", "score", "full_score", *(["status"] if lacks else [])]
    files: dict[str, bytes] = {}
    for component, identifier in names.components.items():
        full = rule.full_score(component)
        rows = []
        for row in table.rows:
            has_it = row.cells[component] != LACKING
            cells = {"score": row.cells[component], "full_score": str(_as_number(full)), "status": "marked"}
            lacking = {"score": "", "full_score": "", "status": "not_applicable"}
            rows.append({"unit_id": names.units[row.name], **(cells if has_it else lacking)})
        files[f"{folder}/{identifier}.csv"] = _to_csv(rows, header)
    adjusted = [
        {"unit_id": names.units[row.name], "kind": kind, "points": row.cells[kind], "reason": "印本所载"}
        for row in table.rows
        for kind in ("bonus", "deduction")
        if Fraction(row.cells.get(kind, "0"))
    ]
    columns = [column.name for column in INDICATOR_COLUMNS if not column.optional]
    files[f"{folder}/indicators.csv"] = _to_csv([], columns)
    files[f"{folder}/marks.csv"] = _to_csv([], [column.name for column in MARK_COLUMNS])
    files[f"{folder}/adjustments.csv"] = _to_csv(adjusted, ["unit_id", "kind", "points", "reason"])
    said = {"provenance": origin.provenance, "method": origin.method, "from_print": True}
    files[f"{folder}/provenance.yml"] = to_yaml(said)
    return files


def _make_print(table: ResultTable, names: Names) -> bytes:
    """Write the table as published/<year>.csv: everything as printed."""
    scored = {**names.components, "bonus": "bonus", "deduction": "deduction", "total": "total", "rank": "rank"}
    printed = {column for row in table.rows for column in row.cells}
    columns = {column: identifier for column, identifier in scored.items() if column in printed}
    rows = [
        {"name": row.name, **{identifier: row.cells.get(column, "") for column, identifier in columns.items()}}
        | ({"grade": row.grade} if row.grade else {})
        for row in table.rows
    ]
    return _to_csv(rows, ["name", *columns.values(), *(["grade"] if names.grades else [])])


def _to_csv(rows: Sequence[Mapping[str, str]], columns: Sequence[str]) -> bytes:
    return pd.DataFrame(list(rows), columns=list(columns)).to_csv(index=False, lineterminator="\n").encode("utf-8")


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, _: Any) -> bool:
        return True


def to_yaml(content: Mapping[str, Any]) -> bytes:
    """Write YAML as people do, without aliases."""
    text = yaml.dump(dict(content), Dumper=_Plain, allow_unicode=True, sort_keys=False, width=1000)
    return str(text).encode("utf-8")
