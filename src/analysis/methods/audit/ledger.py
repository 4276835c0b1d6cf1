"""The ledger of an audit: every claim of a circular, from print alone and from marks, with its verdict."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import Field

from analysis.data.dataset import Dataset
from analysis.data.documents import Document, load_document
from analysis.data.published import MEASURES, ROUNDED, PrintedFigure
from analysis.methods.audit.agreement import KEYS, recompute_figures
from analysis.methods.audit.circulars import Circular, Claim, tabulate_claims
from analysis.methods.audit.claims import derive_claims
from analysis.methods.audit.verdicts import Number, Verdict, consistent_roundings, exactly
from analysis.methods.audit.wording import WORDING, say
from analysis.problems import InputError, Problem
from analysis.words import VERDICTS

ANNOTATIONS = "annotations.yml"
STREAKS = {"consecutive_units", "newly_units", "first_place_years"}
"""Measures that lists of several years settle."""


class Annotation(Document):
    """A declared remark on a claim.

    Attributes
    ----------
    claim : str
        The claim's id.
    expect : Verdict
        The verdict it is about; once the audit finds another, the remark is refused.
    reason, evidence : str
        What is known about it, and from where.
    """

    claim: Annotated[str, Field(pattern=r"^\d{4}-.+")]
    expect: Verdict
    reason: str
    evidence: str


class Annotations(Document):
    """All remarks of a data folder."""

    annotations: list[Annotation]


def audit_year(dataset: Dataset, scores: pd.DataFrame, year: int) -> pd.DataFrame:
    """Check every claim of one year's circular.

    Parameters
    ----------
    dataset : Dataset
    scores : DataFrame of `score_years`
        May lack the year; then its circular is checked from print alone.
    year : int

    Returns
    -------
    DataFrame, one row per claim, what needs attention first, with columns id, text, printed, computed, formula,
    population, section, basis ("print" or "marks"), verdict, reason, remark (declared, empty for none). Empty for a
    year without a circular.

    Raises
    ------
    InputError
        If a declared remark is about a claim or verdict that is not found.
    """
    facts = dataset.year(year)
    circular = Circular.of(facts)
    if circular is None:
        return tabulate_claims([]).assign(remark="")
    claims = [*derive_claims(facts, dataset.years), *_claims_on_marks(circular, dataset, scores)]
    ledger = tabulate_claims(claims)
    return ledger.assign(remark=_remarks(dataset.root, year, ledger))


def count_verdicts(ledger: pd.DataFrame) -> pd.DataFrame:
    """Count claims by verdict and basis.

    Parameters
    ----------
    ledger : DataFrame of `audit_year`

    Returns
    -------
    DataFrame indexed by verdict (all of them, in order of attention) with a column per basis.
    """
    counts = pd.crosstab(ledger["verdict"], ledger["basis"])
    return counts.reindex(index=list(VERDICTS), columns=["print", "marks"], fill_value=0)


def _claims_on_marks(circular: Circular, dataset: Dataset, scores: pd.DataFrame) -> Iterator[Claim]:
    """Recompute every printed figure, and the lists, from marks and scheme."""
    year = circular.facts.year
    unit_scores = scores[scores["year"].eq(year)]
    known: dict[tuple[str, str, str], Number] = {}
    if not unit_scores.empty:
        computed = recompute_figures(dataset, scores, year).set_index(KEYS)["computed"].dropna()
        known = {key: exactly(value) for key, value in computed.items()}
    figures = [(each, known.get((each.measure, each.group, each.of))) for each in circular.published.figures]
    roundings = consistent_roundings(
        (figure.value, number) for figure, number in figures if figure.measure in ROUNDED and number is not None
    )
    for position, (figure, number) in enumerate(figures):
        if figure.measure in STREAKS:
            continue  # the printed lists settle these; marks that lead to the same lists add nothing
        again = "" if circular.figure(figure.measure, figure.group, figure.of) is figure else f"-{position}"
        rule = f"marks-{figure.measure}{again}"
        phrased = {"wording": "marks", "basis": "marks", "measure": MEASURES[figure.measure]}
        if number is None:
            missing = WORDING["marks"].get(figure.measure if known else "no_marks", "")
            yield circular.claim(rule, "unverifiable", missing, figure, **phrased)
        else:
            others = _other_averages(circular, dataset, unit_scores, figure) if figure.measure == "average" else None
            yield circular.follows(rule, figure, number, others=others, roundings=roundings, **phrased)
    if known:
        yield from _lists_on_marks(circular, unit_scores)


def _other_averages(
    circular: Circular, dataset: Dataset, scores: pd.DataFrame, figure: PrintedFigure
) -> dict[str, Number]:
    """Average over populations a circular may have meant: without vetoed units, without entrants."""
    readings = {"not_vetoed": ~scores["vetoed"]}
    before = dataset.years.get(circular.facts.year - 1)
    if before is not None:
        readings["of_both_years"] = scores["unit_id"].isin(before.units["unit_id"])
    population = scores["group"].eq(figure.group)
    if figure.of != "all":
        population &= scores["grade"].eq(figure.of)
    means = {say("marks", reading): scores.loc[population & rows, "total"].mean() for reading, rows in readings.items()}
    return {reading: exactly(mean) for reading, mean in means.items() if pd.notna(mean)}


def _lists_on_marks(circular: Circular, scores: pd.DataFrame) -> Iterator[Claim]:
    """Hold every graded list against grades and rank order computed from marks."""
    names = circular.facts.units.set_index("unit_id")["name"]
    for (group, grade), units in circular.graded.items():
        graded = scores[scores["group"].eq(group) & scores["grade"].eq(grade)].set_index("unit_id")
        rank = graded["rank"].reindex(units)
        faults = [
            say("marks-list", "swapped", above=names[above], below=names[below])
            for above, below in pairwise(units)
            if rank[above] > rank[below]
        ]
        if differ := set(graded.index) ^ set(units):
            faults.insert(0, say("marks-list", "differ", units=circular.names(differ)))
        yield circular.holds(
            "marks-list",
            not faults,
            "；".join(faults),
            group=group,
            of=grade,
            section=circular.section_of(group, [grade]),
            basis="marks",
            listed=len(units),
            expected=len(graded),
        )


def _remarks(root: Path, year: int, ledger: pd.DataFrame) -> pd.Series:
    """Match declared remarks to claims; one that no longer fits is an error."""
    path = root / ANNOTATIONS
    if not path.is_file():
        return pd.Series("", index=ledger.index)
    verdicts = ledger.set_index("id")["verdict"]
    remarks: dict[str, str] = {}
    problems = []
    for note in load_document(path, root, Annotations).annotations:
        if not note.claim.startswith(f"{year}-"):
            continue
        found = verdicts.get(note.claim)
        if found is None:
            problems.append(
                Problem(ANNOTATIONS, "没有这条核对", "改正编号（见 workbook audit --csv）", value=note.claim)
            )
        elif note.claim in remarks:
            problems.append(Problem(ANNOTATIONS, "这条核对有两条注记", "并成一条", value=note.claim))
        elif found != note.expect:
            rule = f"注明的结论是“{VERDICTS[note.expect]}”，现在核对为“{VERDICTS[found]}”"
            problems.append(Problem(ANNOTATIONS, rule, "重新查证，改写或删去这条注记", value=note.claim))
        remarks[note.claim] = say("remark", "text", reason=note.reason, evidence=note.evidence)
    if problems:
        raise InputError(problems)
    return ledger["id"].map(lambda claim: remarks.get(claim, ""))
