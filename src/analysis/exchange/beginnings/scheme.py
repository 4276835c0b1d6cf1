"""A year's scheme made of its circular: what print says, and `unknown` for the rest."""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from analysis.data.silence import UNKNOWN
from analysis.data.unit_tables import ADJUSTED
from analysis.exchange.beginnings.membership import ALL, UNGROUPED, Members, list_groups, lists_everybody
from analysis.exchange.beginnings.read import ReadCircular
from analysis.periods import name_assessed, name_document

_GROUP_NAMES = {ALL: "全部单位", UNGROUPED: "未写明组别的单位"}
_UNLISTED = ("unlisted", "未列等次")
"""The grade of units that print does not grade."""
_SILENT = ("own_indicators", "veto", "ranking")
"""Clauses that no figure or list of a circular says."""
_LIMITS = {
    "bonus": {"item_min": "bonus_item_min", "item_max": "bonus_item_max", "cap": "bonus_cap"},
    "deduction": {"item_min": "deduction_item", "cap": "deduction_cap"},
}
_OF_GRADES = (
    "grade_units", "grade_share", "list_units", "consecutive_units", "newly_units", "average", "average_delta",
    "average_growth",
)  # fmt: skip
_WHOLE = (100.0, 1000.0)
"""What components add up to where they are the whole."""
_LONGEST = 40
"""Characters of a name."""


def make_scheme(
    source: ReadCircular,
    members: Members,
    ids: Mapping[str, str],
    others: Mapping[str, str],
    better: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """Make the scheme of a circular.

    Parameters
    ----------
    source : ReadCircular
    members : Members
    ids : mapping of name to unit_id
    others : mapping of group to name
        Groups that units are in which are assessed as far as is known, though the circular does not speak of them.
    better : mapping of grade to name
        See `find_better`.

    Returns
    -------
    dict
        As in schemes/<year>.yml.
    """
    return {
        **name_document(source.year),
        "title": _find_title(source),
        "document": source.document,
        "groups": {key: _make_group(source, members, key, others) for key in name_groups(source, members, others)},
        "ratings": _make_ratings(source),
        "components": _make_components(source) or UNKNOWN,
        **({} if adds_up(source) else {"base": UNKNOWN}),
        "assessors": _make_assessors(source, ids),
        **{kind: _make_limits(source, measures) for kind, measures in _LIMITS.items()},
        **dict.fromkeys(_SILENT, UNKNOWN),
        "grades": [*_list_grades(source, better, whole=lists_everybody(source, members))],
    }


def name_groups(source: ReadCircular, members: Members, others: Mapping[str, str]) -> dict[str, str]:
    """Name the groups of a year: those of its units, those that figures are of, and others."""
    words = _GROUP_NAMES | source.words("groups")
    own = list_groups(source) if set(members.groups.values()) != {ALL} else []
    known = dict.fromkeys([*own, *members.groups.values(), *others]) or {ALL: None}
    return {key: words.get(key) or others.get(key) or key for key in known}


def adds_up(source: ReadCircular) -> bool:
    """Say whether printed points of components are those of the whole."""
    points = [component["points"] for component in _make_components(source)]
    return bool(points) and UNKNOWN not in points and sum(points) in _WHOLE


def order_grades(source: ReadCircular) -> dict[str, str]:
    """Name the grades that a circular speaks of, in their order as far as it is known, else in printed order."""
    words = source.words("grades")
    lists = source.lists("graded", "consecutive", "newly")
    figures = source.figures(*_OF_GRADES)
    used = dict.fromkeys(each["of"] for each in [*lists, *figures] if each.get("of", ALL) != ALL)
    return {
        key: words.get(key, key)
        for key in [*(key for key in words if key in used), *(key for key in used if key not in words)]
    }


def _make_group(source: ReadCircular, members: Members, group: str, others: Mapping[str, str]) -> dict[str, Any]:
    printed = [each for each in [*source.lists("graded"), *source.printed] if each.get("group", ALL) == group]
    name = name_groups(source, members, others)[group]
    made: dict[str, Any] = {"name": name}
    if group in members.open or group not in members.groups.values():
        made["units"] = UNKNOWN
    if printed and group not in _GROUP_NAMES:
        return made | {"source": source.cite(printed[0]["section"]), "basis": "printed"}
    note = "通报没有分组" if group in _GROUP_NAMES else "通报没有提到这一组"
    return made | {"source": source.cite(), "basis": "assumed", "note": note}


def _make_ratings(source: ReadCircular) -> Any:
    printed = source.figures("rating_rate")
    shares = {each["of"]: _read_share(each["value"]) for each in printed if each.get("of", ALL) != ALL}
    if not shares or not all(0 <= share <= 1 for share in shares.values()):
        return UNKNOWN
    return {"value": shares, **_say(source, printed[0])}


def _read_share(written: str) -> float:
    return round(float(written.rstrip("%")) / (100 if written.endswith("%") else 1), 9)


def _make_components(source: ReadCircular) -> list[dict[str, Any]]:
    """Make the components whose points are printed, or of which units have printed scores."""
    words = source.words("components")
    figures = source.figures("component_points", "unit_component", "unit_score")
    made = dict[str, dict[str, Any]]()
    for each in sorted(figures, key=lambda each: each["measure"] != "component_points"):
        key = each.get("of", ALL)
        if key not in {ALL, *ADJUSTED, *made}:
            worth = _read_number(each["value"]) if each["measure"] == "component_points" else UNKNOWN
            points = worth if isinstance(worth, str) or worth > 0 else UNKNOWN
            made[key] = {"id": key, "name": words.get(key, key), "points": points, **_say(source, each)}
    return list(made.values())


def _make_assessors(source: ReadCircular, ids: Mapping[str, str]) -> Any:
    for each in source.lists("assessors"):
        names = list(dict.fromkeys(each["names"]))
        if each.get("complete", True) and names and max(map(len, names)) <= _LONGEST:
            return {
                "value": {ids.get(name, f"a{place:03}"): name for place, name in enumerate(names, 1)},
                **_say(source, each),
            }
    return UNKNOWN


def _make_limits(source: ReadCircular, measures: Mapping[str, str]) -> Any:
    printed = {limit: source.figures(measure) for limit, measure in measures.items()}
    limits = {limit: abs(_read_number(found[0]["value"])) for limit, found in printed.items() if found}
    if not limits or limits.get("item_min", 0) > limits.get("item_max", float("inf")):
        return UNKNOWN
    return {**limits, **_say(source, next(found[0] for found in printed.values() if found))}


def _read_number(written: str) -> int | float:
    number = float(written.rstrip("%"))
    return int(number) if number.is_integer() else number


def find_better(source: ReadCircular, others: Iterable[ReadCircular]) -> dict[str, str]:
    """Find the grades that other circulars have above the best one that this circular speaks of."""
    own = order_grades(source)
    found = dict[str, str]()
    for other in others:
        order = order_grades(other)
        above = list(order)[: list(order).index(next(iter(own)))] if own and next(iter(own)) in order else []
        found |= {key: order[key] for key in above if key not in own}
    return found


def _list_grades(source: ReadCircular, better: Mapping[str, str], *, whole: bool) -> Iterator[dict[str, Any]]:
    for key, name in better.items():
        said = {"source": source.cite(), "basis": "assumed", "note": "这份通报没有提到，别的年度有"}
        yield {"id": key, "name": name, "rule": UNKNOWN, **said}
    grades = order_grades(source)
    for key, name in grades.items():
        own = [each for each in source.printed if each.get("of") == key]
        yield {"id": key, "name": name, "rule": UNKNOWN, **_say(source, own[0])}
    if not grades or not whole:
        key, name = _UNLISTED
        said = {"source": source.cite(), "basis": "assumed", "note": "通报没有载明其余单位的等次"}
        yield {"id": key, "name": name, "rule": {"kind": "rest"}, **said}


def _say(source: ReadCircular, printed: Mapping[str, Any]) -> dict[str, str]:
    return {"source": source.cite(printed["section"]), "basis": "printed"}


def _find_title(source: ReadCircular) -> str:
    """Take the assessment's name from the circular's heading."""
    found = re.search(r"关于(?:印发|公布)?(\S{2,40}?)(?:结果|情况|等次)*的?通报", re.sub(r"\s", "", source.text)[:400])
    return found[1] if found else f"{name_assessed(source.year)}考核"
