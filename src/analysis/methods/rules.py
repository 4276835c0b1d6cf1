"""The same totals under other rules for the best grade: count, share, threshold, and both tie rules."""

from collections.abc import Iterator
from itertools import product

import pandas as pd

from analysis.data.grade_rules import GradeRule
from analysis.data.schemes import Scheme
from analysis.scoring.conditions import list_bars
from analysis.scoring.grading import grade_units
from analysis.scoring.ranking import as_ranked


def compare_rules(scores: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """Grade the year by each rule with each tie rule; what the grade requires besides stays what it is.

    "scheme" is the scheme's; "count", as many in each group as are in now; "share", "share_down" and "share_up",
    everyone's share in each group, rounded half up, down and up; "threshold", one line for all groups, at which as
    many are in as are in now (left out if nobody is).

    Parameters
    ----------
    scores : DataFrame of `score_year`
    scheme : Scheme

    Returns
    -------
    DataFrame with columns rule, ties, group, value (count, share or points), units (in the best grade),
    gained, lost (names of those who would enter and leave it, tuples).

    Examples
    --------
    Two are tied for the only place, which a rule that gives ties the better place lets both have:

    >>> from analysis.methods.examples import lay_out_marks
    >>> marks = lay_out_marks({"r1": 100}, {"a": [90], "b": [90], "c": [70]}, {})
    >>> compared = compare_rules(marks.units, marks.scheme).set_index(["rule", "ties"])
    >>> compared.loc[[("scheme", "min"), ("scheme", "max")], ["units", "lost"]].to_numpy().tolist()
    [[2, ()], [0, ('a', 'b')]]
    """
    now = scores["grade"].eq(scheme.grades[0].id)
    rows = []
    for (name, rule), ties in product(_rules(scores, scheme, now), ("min", "max")):
        best = grade_units(scores, _with_rule(scheme, rule, ties)).eq(scheme.grades[0].id)
        for group in scheme.groups:
            members = scores["group"].eq(group)
            gained, lost = (tuple(scores.loc[members & moved, "name"]) for moved in (best & ~now, now & ~best))
            rows.append((name, ties, group, rule.value_for(group), int((best & members).sum()), gained, lost))
    return pd.DataFrame(rows, columns=["rule", "ties", "group", "value", "units", "gained", "lost"])


def _rules(scores: pd.DataFrame, scheme: Scheme, now: pd.Series) -> Iterator[tuple[str, GradeRule]]:
    yield "scheme", scheme.grades[0].rule
    in_group = now.groupby(scores["group"]).sum()
    yield "count", GradeRule(kind="count", value={group: int(in_group.get(group, 0)) for group in scheme.groups})
    share = GradeRule(kind="share", value=float(now.mean()))
    yield "share", share
    yield "share_down", share.model_copy(update={"rounding": "down"})
    yield "share_up", share.model_copy(update={"rounding": "up"})
    if now.any():  # the total of the last of so many units, all groups together; one that is barred takes no place
        totals = scores.loc[~list_bars(scores, scheme)[:, 0], "total"]
        line = as_ranked(totals, scheme.ranking).nlargest(int(now.sum())).min()
        yield "threshold", GradeRule(kind="threshold", value=float(max(line, 0.0)))


def _with_rule(scheme: Scheme, rule: GradeRule, ties: str) -> Scheme:
    best = scheme.grades[0].model_copy(update={"rule": rule})
    ranking = scheme.ranking.model_copy(update={"ties": ties})
    return scheme.model_copy(update={"grades": [best, *scheme.grades[1:]], "ranking": ranking})
