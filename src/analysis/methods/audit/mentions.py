"""What the circulars print about one unit, and whether it can be so."""

from __future__ import annotations

import pandas as pd

from analysis.data.dataset import Dataset, YearFacts
from analysis.methods.audit.circulars import tabulate_claims
from analysis.methods.audit.claims import derive_claims
from analysis.methods.audit.wording import WORDING, say

COLUMNS = ["year", "document", "section", "text", "verdict", "reason"]


def find_mentions(dataset: Dataset, unit_id: str) -> pd.DataFrame:
    """Collect every printed list that names a unit, and every claim about it, what needs attention first.

    Print alone decides about units: what marks decide is about groups.

    Parameters
    ----------
    dataset : Dataset
    unit_id : str

    Returns
    -------
    DataFrame with columns year, document, section, text, verdict ("" where there is nothing to check), reason.
    """
    found = []
    for year, facts in dataset.years.items():
        if facts.published is not None:
            claims = [claim for claim in derive_claims(facts, dataset.years) if claim["unit_id"] == unit_id]
            statements = pd.concat([_in_lists(facts, unit_id), tabulate_claims(claims)])
            found.append(statements.assign(year=year, document=facts.published.document))
    if not found:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(found, ignore_index=True).reindex(columns=COLUMNS).fillna("")


def _in_lists(facts: YearFacts, unit_id: str) -> pd.DataFrame:
    """Say where the unit stands in the lists that make no claim about it beyond its being there."""
    lists, grades = facts.printed_lists(), facts.scheme.grade_names
    naming = lists[lists["unit_id"].eq(unit_id) & lists["list"].isin(WORDING["mentions"])]
    rows = [
        (row["section"], say("mentions", row["list"], of=grades.get(row["of"], row["of"]), place=row["place"]))
        for row in naming.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["section", "text"])
