"""Causes before symptoms: which printed values would have to change, and which claims fail only because of them.

The smallest sets of printed values that would have to change are found by `diagnosis` from all that they say together
(`unknowns`) and from the claims that are contradicted. Where there is one set, what is in it is the cause; where there
are several, all are named and none is the cause. Marks that are not reconstructed decide before that.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from typing import Any, TypeAlias

import numpy as np

from analysis.data.published import PrintedCell
from analysis.methods.audit.circulars import Circular, number_of
from analysis.methods.audit.diagnosis import Diagnosis, Item, Items, Row, System, connect
from analysis.methods.audit.tabulation import Claim
from analysis.methods.audit.unit_unknowns import suspect
from analysis.methods.audit.unknowns import Unknowns
from analysis.methods.audit.verdicts import exactly, say, write_like
from analysis.periods import AnyYear

_JUST_INSIDE = 1e-6
"""The ends of a range may not belong to it: what is printed is what lies just inside."""

_CHANGE = 2
"""Averages that a change is held against, itself and one more at least."""

Ranges: TypeAlias = Mapping[Item, tuple[str, str] | None]
"""The smallest and largest value that all else leaves to a figure, as it would be printed; None where that is open."""


def trace_causes(circular: Circular, claims: Iterable[Claim], on_marks: Iterable[Claim] = ()) -> list[Claim]:
    """Put every claim that fails under the finding that it belongs to.

    Parameters
    ----------
    circular : Circular
    claims : iterable of Claim
        Of the circular, ids unique.
    on_marks : iterable of Claim
        Those of this circular and the last that marks decide: what they contradict is wrong, all else they bear out.
        Not looked at where nothing fails.

    Returns
    -------
    list of Claim
        With key cause, the id of the claim that heads its finding, "" for none. One claim of a finding is contradicted:
        one about its cause, made where there was none, or else the first. The others are "affected" and no longer say
        what should be printed. What comes of units that a wrong count takes in is under that count, as it is.
    """
    found = _Tracing(circular, claims, on_marks).claims
    counts = [claim for claim in found if claim["verdict"] == "contradicted" and claim["advises"] and claim["blames"]]
    for claim in found:
        for count in counts:
            if claim["verdict"] in {"contradicted", "explained"} and claim["blames"] & count["blames"]:
                claim["cause"] = count["cause"]
    return found


class _Tracing:
    def __init__(self, circular: Circular, claims: Iterable[Claim], on_marks: Iterable[Claim]) -> None:
        self.circular, self.claims = circular, [claim | {"cause": ""} for claim in claims]
        inputs = circular.facts.inputs
        is_made_up = inputs is not None and inputs.provenance.provenance == "reconstructed"
        self.bases = ("print",) if is_made_up else ("marks", "print")  # what marks made to agree say is no finding
        if not circular.facts.scheme.knows_units():  # whoever else there may be makes almost any count possible
            for claim in self._open("print", "marks"):
                claim |= {"cause": claim["id"], **self._tell_change(claim)}
            return
        doubted = [claim["rests"] for claim in self._open("print") if not claim["loose"] or claim["unit_id"]]
        cells = [[each for each in rests if isinstance(each, PrintedCell)] for rests in doubted]
        suspects = suspect({circular.unit_ids[cell.unit] for cell in own} for own in cells)
        self.unknowns = Unknowns(circular, suspects)
        if not self._open("print", "marks") and not System(self._rows()).find_conflict(frozenset()):
            return
        decided = [(self.unknowns.find_items(claim["rests"]), claim) for claim in on_marks]
        self.wrong = {item: claim for items, claim in decided if claim["verdict"] == "contradicted" for item in items}
        gone = frozenset(self.wrong)
        right = {item for items, claim in decided if claim["verdict"] != "unverifiable" for item in items - gone}
        checks = [partial(_check_without, check, gone) for check in self.unknowns.rank_checks()]
        self.system = System((row for row in self._rows() if not row.rests & gone), right, checks)
        self.rests = {claim["id"]: self.unknowns.find_items(claim["rests"]) for claim in self.claims}
        self.conflicts = {name: rests - right for name, rests in self.rests.items()}
        failing = [self.conflicts[claim["id"]] for claim in self._open("print") if not claim["loose"]]
        found = self.system.diagnose(conflict for conflict in failing if not conflict & gone)
        self.given_up = gone.union(*(each.ways[0] for each in found if each.ways))
        marked = [Diagnosis([frozenset({item})], [frozenset({item})]) for item in sorted(gone)]
        for each in self._split([*marked, *found]):
            self._tell(each)
        for claim in self._open("print", "marks"):
            claim["cause"] = claim["id"]

    def _tell_change(self, claim: Claim) -> dict[str, str]:
        """Say of a change that its averages contradict that any of these may be wrong."""
        of_year: dict[AnyYear, Circular] = {**self.circular.earlier, self.circular.facts.year: self.circular}
        figures = [
            (year, each)
            for year, circular in of_year.items()
            for each in circular.published.figures
            if each.measure.startswith("average") and any(each is other for other in claim["rests"])
        ]
        if not claim["advises"] or len(figures) < max(len(claim["rests"]), _CHANGE):
            return {}
        named = (self._name(year, f"{of_year[year].label(each)}{each.value}") for year, each in figures)
        return {"computed": "", "reason": say("causes", "among", figures="、".join(named))}

    def _rows(self) -> Iterator[Row]:
        """Write what print says, but for figures that hold in another reading only: what they say then is not known."""
        explained = [claim["rests"][:1] for claim in self.claims if claim["verdict"] == "explained"]
        loose = self.unknowns.find_items(chain(*explained))
        return (row for row in self.unknowns.rows() if not row.rests & loose)

    def _open(self, *bases: str) -> list[Claim]:
        """Return the claims that fail and belong to no finding yet."""
        failing = (claim for claim in self.claims if claim["verdict"] == "contradicted" and not claim["cause"])
        return [claim for claim in failing if claim["basis"] in bases]

    def _split(self, found: list[Diagnosis]) -> Iterator[Diagnosis]:
        """Tell apart what is wrong for certain, each by itself, and what else hangs together."""
        certain = [frozenset[Item]().union(*each.ways[:1]).intersection(*each.ways) for each in found]
        self.settled = frozenset(chain(*certain))
        conflicts = [*chain(*(each.conflicts for each in found))]
        topics: dict[tuple[AnyYear, int | str], set[Item]] = {}
        for item in sorted(chain(*certain)):  # the graded lists of a group are one: a unit may stand in the wrong one
            each = self.unknowns.printed[item]
            is_graded = item in self.unknowns.lists and self.unknowns.lists[item].list == "graded"
            topics.setdefault((item[0], each.group if is_graded else item[1]), set()).add(item)
        for topic in map(frozenset, topics.values()):
            yield Diagnosis([conflict for conflict in conflicts if conflict & topic], [topic])
        for diagnosis, settled in zip(found, certain, strict=True):
            open_still = [conflict for conflict in diagnosis.conflicts if not conflict & settled]
            for together in connect(open_still, lambda conflict: conflict):
                own = frozenset(chain(*together))
                yield Diagnosis(together, sorted({way & own for way in diagnosis.ways}, key=sorted))

    def _tell(self, found: Diagnosis) -> None:
        """Give a finding its head, and put the other claims that fail with it under that."""
        cause = found.ways[0] if len(found.ways) == 1 else frozenset[Item]()
        failing = [
            claim
            for claim in self._open(*self.bases)
            if not (claim["unit_id"] and self.unknowns.find_items(claim["rests"][:1]) & (self.settled - cause))
            and self._belongs(claim, found, cause)
        ]
        if not failing and any(all(item[0] < self.circular.facts.year for item in each) for each in found.conflicts):
            return  # it is told of an earlier circular
        ranges = {item: self._find_range(item, found, way) for way in found.ways for item in way}
        about = [claim for claim in failing if not cause or self._is_about(claim, cause, ranges)]
        decided = bool(cause & self.wrong.keys())
        about.sort(
            key=lambda claim: (
                not claim["name"],
                (claim["basis"] == "marks") != decided,
                not self._agrees(claim, cause, ranges),
                not claim["advises"],
            )
        )
        head = about[0] if about else self._add_claim(found, cause)
        head["cause"] = head["id"]
        if not cause:
            head |= {"computed": "", "reason": self._tell_ways(found, ranges)}
        elif not about or not self._agrees(head, cause, ranges):
            head |= self._tell_range(cause, ranges)
        because = say("causes", "affected", cause=self._list_labels(cause)) if cause else ""
        because = because or say("causes", "together", head=head["text"])
        for claim in failing:
            if claim["name"] and claim in about and cause:
                claim["cause"] = claim["id"]  # each wrong name of a list is to be put right
            elif claim is not head:
                claim |= {"verdict": "affected", "cause": head["id"]}
                claim["reason"] = because if claim["advises"] else f"{because}；{claim['reason']}"
                claim["computed"] = "" if claim["advises"] else claim["computed"]

    def _belongs(self, claim: Claim, found: Diagnosis, cause: Items) -> bool:
        """Say whether a claim fails with a finding; of ranks, also one that may fail with what is in doubt there."""
        in_doubt = cause
        if not cause and claim["loose"] and isinstance(claim["rests"][0], PrintedCell):
            in_doubt = frozenset(chain(*found.conflicts))
        return self.conflicts[claim["id"]] in found.conflicts or bool(self.rests[claim["id"]] & in_doubt)

    def _is_about(self, claim: Claim, cause: Items, ranges: Ranges) -> bool:
        """Say whether a claim is about the cause: about its figure or a name of its list, or about lists alone."""
        first = self.unknowns.find_items(claim["rests"][:1])
        if claim["name"] or first <= self.unknowns.figures.keys():
            return first <= cause and (claim["advises"] or not any(map(ranges.get, first)))
        return bool(self.rests[claim["id"]] & cause)

    def _find_range(self, item: Item, found: Diagnosis, way: Items) -> tuple[str, str] | None:
        """Find what all else leaves to a figure if some way out is taken; None where that is open."""
        if item in self.wrong:
            return (self.wrong[item]["computed"],) * 2
        figure = self.unknowns.figures.get(item)
        quantity = self.unknowns.quantity(item) if figure else None
        if figure is None or quantity is None:
            return None
        if not quantity.weights:
            return (write_like(exactly(-quantity.less).value, figure.value),) * 2
        others = self.given_up - frozenset(chain(*found.conflicts)) if len(found.ways) > 1 else self.given_up
        low, high = self.system.find_range(quantity.weights, quantity.per, others | way)
        if not np.isfinite([low, high]).all():
            return None
        inside = min(_JUST_INSIDE, (high - low) / 2)
        least, most = (exactly(end - quantity.less).value for end in (low + inside, high - inside))
        if least <= number_of(figure).value <= most:
            return None  # the claims that fail are not linear: all else does not say what it should be
        return write_like(least, figure.value), write_like(most, figure.value)

    def _agrees(self, claim: Claim, cause: Items, ranges: Ranges) -> bool:
        """Say whether what a claim says should be printed is all that the rest leaves to the cause."""
        ends = ranges[next(iter(cause))] if len(cause) == 1 else None
        return ends is None or not claim["advises"] or {claim["computed"]} == {*ends}

    def _tell_range(self, cause: Items, ranges: Ranges) -> Claim:
        """Say what should be printed in the place of a cause."""
        (item, *others) = sorted(cause)
        if others or item in self.unknowns.lists:
            return {}
        ends, printed = ranges[item], self.unknowns.figures[item].value
        kind = (
            "open" if ends is None else "by_marks" if item in self.wrong else "one" if ends[0] == ends[1] else "range"
        )
        low, high = ends or ("", "")
        computed = {"open": "", "range": say("causes", "span", low=low, high=high)}.get(kind, low)
        return {"computed": computed, "reason": say("causes", kind, printed=printed, low=low, high=high)}

    def _tell_ways(self, found: Diagnosis, ranges: Ranges) -> str:
        """Name every smallest set that would settle a finding."""
        if not found.ways:
            return say("causes", "too_many")
        ways = [
            say("causes", "and").join(self._tell_repair(item, ranges[item]) for item in sorted(way))
            for way in found.ways
        ]
        return say("causes", "several", least=len(found.ways[0]), ways=say("causes", "or").join(ways))

    def _tell_repair(self, item: Item, ends: tuple[str, str] | None) -> str:
        kind = "repair_open" if ends is None else "repair" if ends[0] == ends[1] else "repair_range"
        low, high = ends or ("", "")
        return say("causes", kind, label=self._label(item), low=low, high=high)

    def _add_claim(self, found: Diagnosis, cause: Items) -> Claim:
        """Make a claim of a cause that no claim is about, or of what cannot be true together."""
        items = sorted(cause or frozenset(chain(*found.conflicts)))
        item = next((item for item in items if item[0] == self.circular.facts.year), items[0])
        figure, each = self.unknowns.figures.get(item), self.unknowns.printed[item]
        kind = "conflict" if not cause else "cause" if figure else "cause_list"
        known: dict[str, Any] = {
            "group": each.group,
            "of": each.of,
            "section": each.section,
            "label": self._list_labels(items),
        }
        known["value"] = figure.value if figure and cause else "—"
        unit = self.circular.unit_ids[figure.unit] if isinstance(figure, PrintedCell) else ""
        rule = f"{kind}-{item[0]}-{figure.measure if figure else self.unknowns.lists[item].list}" + f"-{unit}" * bool(
            unit
        )
        claim = self.circular.claim(rule, "contradicted", wording=kind, unit_id=unit, **known) | {"cause": ""}
        claim["id"] += f"-{item[1]}" if claim["id"] in {other["id"] for other in self.claims} else ""
        self.claims.append(claim)
        return claim

    def _list_labels(self, items: Iterable[Item]) -> str:
        return "、".join(map(self._label, sorted(items)))

    def _label(self, item: Item) -> str:
        """Name what is printed, and where, if not in this circular."""
        year, figure = item[0], self.unknowns.figures.get(item)
        circular = self.unknowns.circulars[year]
        named = f"{circular.label(figure)}{figure.value}" if figure else circular.label_list(self.unknowns.lists[item])
        return self._name(year, named)

    def _name(self, year: AnyYear, label: str) -> str:
        return label if year == self.circular.facts.year else say("causes", "earlier", year=year, label=label)


def _check_without(check: Callable[[Items], Items], gone: Items, given_up: Items) -> Items:
    return check(gone | given_up)
