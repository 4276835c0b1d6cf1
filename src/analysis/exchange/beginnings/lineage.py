"""Units and their lineage, as far as the lists of several circulars tell: what is not certain is left out and told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.data.units import UNSETTLED
from analysis.exchange.beginnings.membership import Members
from analysis.exchange.beginnings.read import ReadCircular
from analysis.periods import AnyYear


@dataclass(frozen=True)
class Lineage:
    """The units of a folder.

    Attributes
    ----------
    ids : dict of name to unit_id
        Of every printed name.
    units, events : list of dict
        The rows of units.csv and lineage.csv.
    groups : dict of year to dict of unit_id to group
        Of those assessed in the year, as far as is known.
    unsettled : dict of year to list of str
        First names of units that the year's lists, not being complete, do not name.
    """

    ids: dict[str, str]
    units: list[dict[str, str]] = field(default_factory=list)
    events: list[dict[str, str]] = field(default_factory=list)
    groups: dict[AnyYear, dict[str, str]] = field(default_factory=dict)
    unsettled: dict[AnyYear, list[str]] = field(default_factory=dict)


def trace(sources: Sequence[ReadCircular], members: Mapping[AnyYear, Members], joined: Mapping[str, str]) -> Lineage:
    """Number the units and follow them from year to year.

    Ids are u001, u002 and so on: by year, in a year by group, in a group in printed order, so that a later circular
    changes none.

    Parameters
    ----------
    sources : sequence of ReadCircular, in order of year
    members : mapping of year to Members
    joined : mapping of name to the first name of its unit

    Returns
    -------
    Lineage
    """
    firsts = list(dict.fromkeys(joined[name] for source in sources for name in _by_group(members[source.year])))
    digits = max(3, len(str(len(firsts))))
    number = {first: f"u{place:0{digits}}" for place, first in enumerate(firsts, 1)}
    found = Lineage({name: number[first] for name, first in joined.items()}, groups={each.year: {} for each in sources})
    for first in firsts:
        _follow(first, sources, members, joined, found)
    _unsettle(found)
    found.events.sort(key=lambda row: (row["year"], row["unit_id"]))
    return found


def _by_group(members: Members) -> list[str]:
    order = list(dict.fromkeys(members.groups.values()))
    return sorted(members.groups, key=lambda name: order.index(members.groups[name]))


def _follow(
    first: str,
    sources: Sequence[ReadCircular],
    members: Mapping[AnyYear, Members],
    joined: Mapping[str, str],
    found: Lineage,
) -> None:
    """Write the rows of one unit.

    A year whose complete lists do not name it had it not; one whose lists are open says nothing: it stays as it was.
    """
    names = {year: next((each for each in own.groups if joined[each] == first), "") for year, own in members.items()}
    unit, name, is_in = found.ids[first], first, True
    group = next(members[year].groups[each] for year, each in names.items() if each)
    found.units.append({"unit_id": unit, "group": group, "name": first})
    for source in sources:
        year, printed, of_year = source.year, names[source.year], members[source.year]
        events = list[tuple[str, str, str]]()
        if printed:
            if not is_in:
                events.append(("enters", "", "以前的完整名单没有这个单位，这一年列入"))
            elif printed != name:
                events.append(("renamed", "", "两份通报称谓不同，按写明的作为同一单位"))
            if of_year.groups[printed] != group and printed not in of_year.derived:
                group = of_year.groups[printed]
                events.append(("regrouped", group, "两份通报列在不同的组"))
            name, is_in = printed, True
        elif _is_told(of_year, group):
            if is_in and year != sources[0].year:
                events.append(("leaves", "", "这一年的完整名单没有这个单位"))
            is_in = False
        elif is_in:
            found.unsettled.setdefault(year, []).append(first)
        if is_in:
            found.groups[year][unit] = group
        for event, to_group, note in events:
            row = {"unit_id": unit, "year": str(year), "name": name, "event": event, "group": to_group, "note": note}
            found.events.append(row | {"source": source.cite()})


def _unsettle(found: Lineage) -> None:
    """Mark who comes and who leaves in one group and year: it may be one unit under a new name."""
    group_of = {row["unit_id"]: row["group"] for row in found.units}
    seen: dict[tuple[str, str], set[str]] = {}
    for row in found.events:
        seen.setdefault((row["year"], group_of[row["unit_id"]]), set()).add(row["event"])
    for row in found.events:
        both = {"enters", "leaves"} <= seen[row["year"], group_of[row["unit_id"]]]
        if both and row["event"] in {"enters", "leaves"}:
            row["source"] = f"{UNSETTLED}：{row['source']}"


def _is_told(members: Members, group: str) -> bool:
    """Say whether a year's lists name everybody of a group."""
    return group in members.groups.values() and group not in members.open
