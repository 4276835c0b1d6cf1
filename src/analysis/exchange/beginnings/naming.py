"""Which printed names may be one unit: proposed, and joined only where somebody says so."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import NamedTuple

from analysis.periods import AnyYear, name_assessed
from analysis.problems import WorkbookError
from analysis.texts import legible, look_of, suggest

_SHORT = (
    ("人民政府", "政府"), ("管理委员会", "管委会"), ("委员会", "委"), ("办公室", "办"), ("联合会", "联"),
)  # fmt: skip
"""Ends of names that are printed in full or shortened."""
_ALIKE = 0.6
"""From which likeness on two names are proposed as one unit's."""


class Proposal(NamedTuple):
    """Two names, each printed in other years, that may be one unit's."""

    old: str
    new: str
    year: AnyYear
    why: str


def plain_form(name: str) -> str:
    """Write a name without what circulars leave out at will: the city before it, long forms of its end.

    Examples
    --------
    >>> plain_form("某某市公安局"), plain_form("市公安局"), plain_form("甲县政府"), plain_form("甲县")
    ('公安局', '公安局', '甲县', '甲县')
    """
    form = re.sub(r"[（(].*?[）)]", "", look_of(name))
    for long, short in _SHORT:
        form = form.replace(long, short)
    form = re.sub("(?<=.)政府$", "", form)
    return re.sub(r"^[^市]{0,6}市(?=..)", "", form)


def propose(names: Mapping[AnyYear, Mapping[str, str]], loose: str = "") -> list[Proposal]:
    """Pair names that are printed up to some year with names that are printed only after it.

    Parameters
    ----------
    names : mapping of year to mapping of name to group
    loose : str
        What stands for the group of names of which it is not known: they may be one unit's with those of any group.

    Returns
    -------
    list of Proposal
        Those that differ only in their form come first, then those that are alike, then those that alone share a word;
        every name is in one at most.
    """
    spans = _find_spans(names)
    group_of = {name: group for of_year in names.values() for name, group in of_year.items()}
    taken, found = set[str](), list[Proposal]()

    def fits(old: str, new: str) -> bool:
        grouped = {group_of[old], group_of[new]} - {loose}
        return spans[old][1] < spans[new][0] and len(grouped) < 2 and not {old, new} & taken

    def add(old: str, new: str, why: str) -> None:
        taken.update((old, new))
        found.append(Proposal(old, new, spans[new][0], why))

    first, last = min(names, default=0), max(names, default=0)
    gone = [name for name, (_, end) in spans.items() if end != last]
    come = [name for name, (start, _) in spans.items() if start != first]
    for new in come:
        for old in gone:
            if plain_form(old) == plain_form(new) and fits(old, new):
                add(old, new, "只是写法不同")
    for new, likes in suggest([name for name in come if name not in taken], gone, _ALIKE).items():
        for old in likes:
            if fits(old, new):
                add(old, new, "名称相近")
    forms = [plain_form(name) for name in spans]
    for new in come:
        for old in gone:
            shared = _find_shared(plain_form(old), plain_form(new))
            if len(shared) > 1 and sum(shared in form for form in forms) == 2 and fits(old, new):
                add(old, new, f"只有这两个名称有“{shared}”")
    return sorted(found, key=lambda each: (str(each.year), each.why != "只是写法不同"))


def _find_shared(one: str, other: str) -> str:
    found = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return one[found.a : found.a + found.size]


def read_pairs(written: Iterable[str], names: Mapping[AnyYear, Collection[str]]) -> dict[str, str]:
    """Read which names somebody says are one unit's.

    Parameters
    ----------
    written : iterable of str
        Such as 旧名=新名.
    names : mapping of year to names

    Returns
    -------
    dict of new name to old

    Raises
    ------
    WorkbookError
        If a name is not printed in any year, or both in one.
    """
    known = {name for of_year in names.values() for name in of_year}
    pairs = dict[str, str]()
    for each in written:
        old, equals, new = (part.strip() for part in each.partition("="))
        if not equals or not old or not new or old == new:
            raise WorkbookError(f"--same 应写成 旧名=新名，写的是“{legible(each)}”。")
        for name in (old, new):
            if name not in known:
                near = suggest([name], known, 0.5)[name]
                hint = f"，相近的有：{'、'.join(near)}" if near else ""
                raise WorkbookError(f"--same 里的“{legible(name)}”在各份通报的名单中都没有{hint}。请照印出的名称写。")
        if new in pairs:
            raise WorkbookError(f"--same 里“{legible(new)}”写了两次。请只留一个。")
        pairs[new] = old
    return pairs


def join(names: Mapping[AnyYear, Mapping[str, str]], pairs: Mapping[str, str]) -> dict[str, str]:
    """Find the first name of the unit that each name is of.

    Names that look the same, of full or half width, are one.

    Raises
    ------
    WorkbookError
        If one unit would have two names in one year.
    """
    order = list(dict.fromkeys(name for year in sorted(names) for name in names[year]))
    looks = dict[str, str]()
    heads = {name: looks.setdefault(look_of(name), name) for name in order}

    def head(name: str) -> str:
        seen = {name}
        while (other := pairs.get(name, heads[name])) not in seen:
            name = other
            seen.add(name)
        return name

    ends = {name: head(name) for name in order}
    first = {end: next(name for name in order if ends[name] == end) for end in ends.values()}
    joined = {name: first[end] for name, end in ends.items()}
    for year, own in names.items():
        for one, other in _find_doubles(own, joined):
            both = f"“{legible(one)}”和“{legible(other)}”"
            raise WorkbookError(f"{both}在{name_assessed(year)}的名单中都有，不会是同一单位。请改 --same。")
    return joined


def _find_doubles(names: Iterable[str], joined: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    seen = dict[str, str]()
    for name in names:
        other = seen.setdefault(joined[name], name)
        if look_of(other) != look_of(name):
            yield other, name


def _find_spans(names: Mapping[AnyYear, Mapping[str, str]]) -> dict[str, tuple[AnyYear, AnyYear]]:
    """Find the first and the last year of each name."""
    spans = dict[str, tuple[AnyYear, AnyYear]]()
    for year in sorted(names):
        for name in names[year]:
            spans[name] = (spans[name][0] if name in spans else year, year)
    return spans
