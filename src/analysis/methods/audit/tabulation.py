"""Claims as rows of a ledger: their ids unique, what says nothing left out, what needs attention first."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeAlias

import pandas as pd

from analysis.methods.audit.verdicts import say
from analysis.words import VERDICTS

Claim: TypeAlias = dict[str, Any]
"""One thing a circular says that can be checked.

id: stable, of year, rule, group and population; text: the claim in plain words; printed, computed: what is printed, and
what follows from `formula`, written alike; formula, population: how it follows, and for which units; section; basis:
"print" or "marks", whether it was checked against printed facts alone or against marks; verdict; reason: why, and what
would make it true; unit_id: the unit it is about, "" for a group. rests: the printed figures and lists it rests on, the
one that it is about first; about: the printed figures that it is about; name: the one it is about, "" for none;
advises: whether it says what should be printed; loose: that not all it rests on need be at odds where it fails;
blames: the units that it would be right without, where it fails or holds in another reading only.
"""

COLUMNS = [
    "id", "text", "printed", "computed", "formula", "population", "section", "basis", "verdict", "reason", "unit_id",
]  # fmt: skip


def name_claims(claims: Iterable[Claim]) -> list[Claim]:
    """Make the ids of claims unique."""
    found, times = list(claims), Counter[str]()
    for claim in found:
        times[claim["id"]] += 1
        claim["id"] += f"-{times[claim['id']]}" if times[claim["id"]] > 1 else ""
    return found


def leave_out_open(claims: Iterable[Claim]) -> list[Claim]:
    """Leave out claims that could not be checked where others say of the same printed figures whether they hold.

    What circulars lack for it is then told by the first of the others.

    Examples
    --------
    >>> known = [("exact", "a", ""), ("unverifiable", "a", "缺名单"), ("unverifiable", "b", "缺名单")]
    >>> claims = [{"verdict": each, "about": [of], "reason": why, "basis": "print"} for each, of, why in known]
    >>> [(claim["verdict"], claim["about"], claim["reason"]) for claim in leave_out_open(claims)]
    [('exact', ['a'], '另，缺名单'), ('unverifiable', ['b'], '缺名单')]
    """
    known = [dict(claim) for claim in claims]
    settled: dict[int, Claim] = {}
    for claim in known:
        for each in claim["about"] if claim["verdict"] != "unverifiable" else ():
            settled.setdefault(id(each), claim)
    left = []
    for claim in known:
        others = [settled.get(id(each)) for each in claim["about"]]
        if claim["verdict"] != "unverifiable" or not others or None in others:
            left.append(claim)
        elif claim["basis"] == "print" and others[0] is not None:
            besides = say("reasons", "besides", reason=claim["reason"])
            others[0]["reason"] = "；".join(filter(None, [others[0]["reason"], besides]))
    return left


def tabulate_claims(claims: Iterable[Claim], *more: str) -> pd.DataFrame:
    """Tabulate claims, what needs attention first: a column for every written key of a `Claim`, and some more."""
    table = pd.DataFrame(leave_out_open(claims), columns=[*COLUMNS, *more], dtype="str")
    return table.sort_values("verdict", key=pd.Index(VERDICTS).get_indexer, kind="stable", ignore_index=True)


def are_heads(ledger: pd.DataFrame) -> pd.Series:
    """Say of every claim of a ledger whether it stands for itself: it comes of no other one."""
    return ledger["cause"].eq("") | ledger["cause"].eq(ledger["id"])
