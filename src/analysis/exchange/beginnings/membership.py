"""Who is assessed in a year, in which group, and whether print names all of them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from analysis.exchange.beginnings.naming import plain_form
from analysis.exchange.beginnings.read import ReadCircular
from analysis.periods import AnyYear

ALL, UNGROUPED = "all", "ungrouped"
"""The group of a folder in which print has none; that of units of which it is not printed, where print has some."""
_FIRST, _OTHER = ("graded",), ("method", "consecutive", "newly")
"""Lists whose names are units; those whose names are, where the first do not name everybody."""
_UNIT_MEASURES = ("unit_total", "unit_rank", "unit_score", "unit_component")


@dataclass(frozen=True)
class Members:
    """The units that a circular names.

    Attributes
    ----------
    groups : dict of name to group
        In printed order.
    derived : frozenset of str
        Names whose group is printed in another year only, or nowhere.
    beside : frozenset of str
        Those of them that are in the group of everybody else in the lists they stand in.
    open : dict of group to str
        Why a group may have had other units; groups that are named in full are not in it.
    strangers : tuple of str
        Names in lists of units that stand in no graded list, though these are complete.
    """

    groups: dict[str, str]
    derived: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    open: dict[str, str] = field(default_factory=dict)
    strangers: tuple[str, ...] = ()


def list_members(sources: Sequence[ReadCircular]) -> dict[AnyYear, Members]:
    """List who is named in each year.

    Parameters
    ----------
    sources : sequence of ReadCircular
        One a year.

    Returns
    -------
    dict of year to Members
    """
    printed = {source.year: _name_units(source) for source in sources}
    has_groups = any(group != ALL for source in sources for group in list_groups(source))
    found = dict[AnyYear, Members]()
    for source in sources:
        groups, derived = _resolve(source.year, printed) if has_groups else (printed[source.year], set())
        beside = _take_from_lists(source, groups)
        groups |= beside
        known = dict.fromkeys([*groups.values(), *list_groups(source)]) or [ALL]
        open_ = {group: why for group in known if (why := _find_gap(source, group, groups))}
        strangers = _find_strangers(source, groups)
        found[source.year] = Members(groups, frozenset(derived), frozenset(beside), open_, strangers)
    return found


def write_groups(source: ReadCircular, members: Members) -> ReadCircular:
    """Write the group of the graded lists, and the counts beside them, whose names are all of one: they are its lists.

    Read as lists of all units, they would be short of everybody else.
    """

    def write(each: dict[str, Any], lists: Collection[Mapping[str, Any]]) -> dict[str, Any]:
        groups = {members.groups[name] for own in lists for name in own["names"]}
        if each.get("group", ALL) != ALL or len(groups) != 1 or groups == {ALL}:
            return each
        head: dict[str, Any] = {key: each[key] for key in ("list", "measure", "value") if key in each}
        return {**head, "group": groups.pop(), **each}

    graded = source.lists(*_FIRST)
    lists = [write(each, [each]) if each["list"] in _FIRST else each for each in source.draft.lists]
    figures = [
        write(each, [own for own in graded if (own["of"], own["section"]) == (each.get("of"), each["section"])])
        if each["measure"] == "list_units"
        else each
        for each in source.draft.figures
    ]
    return replace(source, draft=replace(source.draft, figures=figures, lists=lists))


def list_groups(source: ReadCircular) -> list[str]:
    """List the groups that a circular speaks of, in the order in which it names their units, then others."""
    own = dict.fromkeys(each.get("group", ALL) for each in [*source.lists(*_FIRST), *source.printed])
    return [group for group in own if group != ALL]


def _name_units(source: ReadCircular) -> dict[str, str]:
    """Name the units of a circular, each with the group printed of it."""
    found = dict[str, str]()

    def add(name: str, group: str) -> None:
        if found.setdefault(name, group) == ALL:
            found[name] = group

    for each in sorted(source.lists(*_FIRST), key=lambda each: each.get("group", ALL) == ALL):
        for name in each["names"]:
            add(name, each.get("group", ALL))
    for figure in source.figures(*_UNIT_MEASURES):
        add(figure["unit"], figure.get("group", ALL))
    if not found or any(_find_gap(source, group) for group in [*list_groups(source)] or [ALL]):
        forms = {plain_form(name) for name in found}
        for each in source.lists(*_OTHER):
            for name in each["names"]:
                if name in found or plain_form(name) not in forms:
                    add(name, each.get("group", ALL))
    return found


def _find_strangers(source: ReadCircular, groups: Mapping[str, str]) -> tuple[str, ...]:
    named = dict.fromkeys(name for each in source.lists(*_OTHER) for name in each["names"])
    return tuple(name for name in named if name not in groups)


def _resolve(year: AnyYear, printed: Mapping[AnyYear, Mapping[str, str]]) -> tuple[dict[str, str], set[str]]:
    """Give every unit of a year a group: the printed one, or that of the nearest year, or none."""
    order = sorted(printed)
    others = sorted(order, key=lambda each: abs(order.index(each) - order.index(year)))[1:]
    groups, derived = dict[str, str](), set[str]()
    for name, group in printed[year].items():
        known = [group, *(printed[each].get(name, ALL) for each in others)]
        groups[name] = next((each for each in known if each != ALL), UNGROUPED)
        derived |= {name} if group == ALL else set()
    return groups, derived


def _take_from_lists(source: ReadCircular, groups: Mapping[str, str]) -> dict[str, str]:
    """Give names without a group that of the others: lists of one place, of which it is not printed, are of one group.

    Where fewer than half of the names there have one, that is not known.
    """
    places: dict[str, list[str]] = {}
    for each in source.lists(*_FIRST):
        if each.get("group", ALL) == ALL:
            places.setdefault(each["section"], []).extend(each["names"])
    found = dict[str, str]()
    for names in places.values():
        loose = [name for name in names if groups[name] == UNGROUPED]
        others = [groups[name] for name in names if name not in loose]
        if len({*others}) == 1 and len(others) >= len(loose):
            found |= dict.fromkeys(loose, others[0])
    return found


def _find_gap(source: ReadCircular, group: str, groups: Mapping[str, str] | None = None) -> str:
    """Say why a group may have units that print does not name; "" where it names them all, as far as can be told.

    Lists and scores of which no group is printed may be of any, as long as it is not known of whom the groups are.
    """

    def own(each: Mapping[str, Any], names: Collection[str]) -> set[str]:
        if each.get("group", ALL) == group or groups is None:
            return {*names}
        return {name for name in names if each.get("group", ALL) == ALL and groups.get(name) == group}

    lists = [each for each in source.lists(*_FIRST) if each.get("group", ALL) in {group, ALL}]
    named = [own(each, each["names"]) for each in lists]
    scored = [own(each, [each["unit"]]) for each in source.figures(*_UNIT_MEASURES)]
    names = {name for each in [*named, *scored] for name in each}
    if not names:
        return "没有列名"
    if any(not each.get("complete", True) or not each["names"] for each in lists):
        return "有的等次没有全部列名"
    counted = Counter[str]()
    for each, listed in zip(lists, named, strict=True):
        counted[each["of"]] += len(listed)
    wholes = {each["value"] for each in source.figures("unit_count") if each.get("group", ALL) == group}
    if wholes == {str(len(names))}:
        return ""
    whole = f"印作{min(wholes)}个单位，列名的有{len(names)}个" if wholes else ""
    return _find_misfit(source, group, counted) or whole or _find_only(source, group, counted)


def _find_misfit(source: ReadCircular, group: str, counted: Mapping[str, int]) -> str:
    """Say which printed count of a grade the lists of a group do not have."""
    for figure in source.figures("list_units", "grade_units"):
        if figure.get("group", ALL) == group and figure["value"] != str(counted[figure["of"]]):
            return f"印出的数（{figure['value']}）与名单（{counted[figure['of']]}个）不合"
    return ""


def _find_only(source: ReadCircular, group: str, counted: Mapping[str, int]) -> str:
    """Say that one grade alone is listed, and is not printed as the whole."""
    shares = [each["value"].rstrip("%") for each in source.figures("grade_share") if each.get("group", ALL) == group]
    is_whole = bool(shares) and abs(sum(map(float, shares)) - 100) < 0.1
    return "只列了一个等次" if len(counted) == 1 and not is_whole else ""


def lists_everybody(source: ReadCircular, members: Members) -> bool:
    """Say whether everybody that a circular names has a grade, and no other grade is left open."""
    rest = any(not each["names"] and not each.get("complete", True) for each in source.lists(*_FIRST))
    return rest or (not members.open and bool(source.lists(*_FIRST)))
