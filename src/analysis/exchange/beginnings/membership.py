"""Who is assessed in a year, in which group, and whether print names all of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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
    open : dict of group to str
        Why a group may have had other units; groups that are named in full are not in it.
    strangers : tuple of str
        Names in lists of units that stand in no graded list, though these are complete.
    """

    groups: dict[str, str]
    derived: frozenset[str] = frozenset()
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
        known = dict.fromkeys([*groups.values(), *list_groups(source)]) or [ALL]
        open_ = {group: why for group in known if (why := _find_gap(source, group))}
        found[source.year] = Members(groups, frozenset(derived), open_, _find_strangers(source, groups))
    return found


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


def _find_gap(source: ReadCircular, group: str) -> str:
    """Say why a group may have units that print does not name; "" where it names them all, as far as can be told."""
    own = {group, ALL} if group not in {ALL, UNGROUPED} else {ALL}
    lists = [each for each in source.lists(*_FIRST) if each.get("group", ALL) in own]
    names = {name for each in lists for name in each["names"]}
    names |= {each["unit"] for each in source.figures(*_UNIT_MEASURES) if each.get("group", ALL) in own}
    if not names:
        return "没有列名"
    if any(not each.get("complete", True) or not each["names"] for each in lists):
        return "有的等次没有全部列名"
    counted = Counter[str]()
    for each in lists:
        counted[each["of"]] += len({*each["names"]})
    for figure in source.figures("list_units", "grade_units"):
        if figure.get("group", ALL) == group and figure["value"] != str(counted[figure["of"]]):
            return f"印出的数（{figure['value']}）与名单（{counted[figure['of']]} 个）不合"
    wholes = [each["value"] for each in source.figures("unit_count") if each.get("group", ALL) == group]
    if any(whole != str(len(names)) for whole in wholes):
        return f"印作 {wholes[0]} 个单位，列名的有 {len(names)} 个"
    if len(counted) == 1 and not wholes and not _shares_are_whole(source, group):
        return "只列了一个等次"
    return ""


def _shares_are_whole(source: ReadCircular, group: str) -> bool:
    shares = [each["value"].rstrip("%") for each in source.figures("grade_share") if each.get("group", ALL) == group]
    return bool(shares) and abs(sum(map(float, shares)) - 100) < 0.1


def lists_everybody(source: ReadCircular, members: Members) -> bool:
    """Say whether everybody that a circular names has a grade, and no other grade is left open."""
    rest = any(not each["names"] and not each.get("complete", True) for each in source.lists(*_FIRST))
    return rest or (not members.open and bool(source.lists(*_FIRST)))
