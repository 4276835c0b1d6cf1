"""What the circulars print about one unit, and what an audit makes of it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.facts.dataset import Dataset, YearFacts

COLUMNS = ["year", "document", "section", "text", "verdict", "reason"]


def find_mentions(dataset: Dataset, ledgers: Mapping[int, pd.DataFrame], unit_id: str) -> pd.DataFrame:
    """Collect every printed list and number that names a unit.

    Parameters
    ----------
    dataset : Dataset
    ledgers : dict of year to DataFrame of `audit_year`
    unit_id : str

    Returns
    -------
    DataFrame with columns year, document, section, text, verdict ("" where there is nothing to check), reason.
    """
    rows = []
    for year, facts in dataset.years.items():
        if facts.published is None:
            continue
        found = [*_in_lists(facts, unit_id), *_in_figures(facts, unit_id)]
        ledger = ledgers[year].set_index("id") if year in ledgers else pd.DataFrame()
        for section, text, claim in found:
            known = claim in ledger.index
            verdict, reason = ledger.loc[claim, ["verdict", "reason"]] if known else ("", "")
            rows.append((year, facts.published.document, section, text, verdict, reason))
    return pd.DataFrame(rows, columns=COLUMNS)


def _in_lists(facts: YearFacts, unit_id: str) -> list[tuple[str, str, str]]:
    """Return section, text and the id of the claim for every list that has the unit."""
    lists = facts.printed_lists()
    grades = facts.scheme.grade_names
    texts = {
        "graded": "列入{of}名单，第 {place} 个",
        "consecutive": "点名连续 {years} 年{of}",
        "newly": "点名新获{of}",
        "method": "点名为计算法的例子",
        "assessors": "列为考核主体",
        "mentioned": "点名：{of}",
    }
    return [
        (
            row["section"],
            texts[row["list"]].format(of=grades.get(row["of"], row["of"]), place=row["place"], years=row["years"]),
            f"{facts.year}-named_{row['list']}-{row['group']}-{unit_id}",
        )
        for row in lists[lists["unit_id"].eq(unit_id)].to_dict("records")
    ]


def _in_figures(facts: YearFacts, unit_id: str) -> list[tuple[str, str, str]]:
    """Return section, text and the id of the claim for every number printed of the unit by name."""
    name = facts.units.set_index("unit_id")["name"].get(unit_id)
    figures = facts.printed_figures()
    first = figures[figures["of"].eq(name) & figures["measure"].eq("first_place_years")]
    return [
        (row["section"], f"连续 {row['value']} 年列第 1 名", f"{facts.year}-first_place-{row['group']}-{name}")
        for row in first.to_dict("records")
    ]
