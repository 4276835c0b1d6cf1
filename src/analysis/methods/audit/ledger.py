"""The ledger of an audit: every claim of a circular, from print alone and from marks, with its verdict.

And what circulars print about one unit.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, pairwise
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from pydantic import Field

from analysis.data.dataset import Dataset
from analysis.data.documents import Document, load_document
from analysis.data.published import MEASURES, ROUNDED, PrintedFigure, PrintedList
from analysis.methods.audit.agreement import KEYS, recompute_figures
from analysis.methods.audit.causes import trace_causes
from analysis.methods.audit.circulars import Circular, Claim, name_claims, open_circulars, tabulate_claims
from analysis.methods.audit.claims import derive_claims
from analysis.methods.audit.verdicts import WORDING, Number, Verdict, consistent_roundings, exactly, say
from analysis.problems import Problem, Problems
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
    scores : DataFrame of `stack_years`
        May lack the year; then its circular is checked from print alone.
    year : int

    Returns
    -------
    DataFrame, one row per claim, what needs attention first, with columns id, text, printed, computed, formula,
    population, section, basis ("print" or "marks"), verdict, reason, cause (the id of the claim that heads its finding,
    see `trace_causes`), remark (declared, empty for none). Empty for a year without a circular.

    Raises
    ------
    InputError
        If a declared remark is about a claim or verdict that is not found.
    """
    circular = open_circulars(dataset.years).get(year)
    if circular is None:
        return tabulate_claims([], "cause").assign(remark="")
    claims = name_claims([*derive_claims(circular), *_claims_on_marks(circular, dataset, scores)])
    last = circular.earlier.get(year - 1)
    of_last = _decided(last, _claims_on_marks(last, dataset, scores)) if last else ()
    traced = trace_causes(circular, claims, chain(_decided(circular, claims), of_last))
    ledger = tabulate_claims(traced, "cause")
    return ledger.assign(remark=_remarks(dataset.root, year, ledger))


def _decided(circular: Circular, claims: Iterable[Claim]) -> Iterator[Claim]:
    """Yield what marks decide: marks that were made to agree with print do not, nor where other figures are needed."""
    inputs = circular.facts.inputs
    if inputs is not None and inputs.provenance.provenance != "reconstructed":
        for claim in claims:
            rests = claim["rests"]
            if claim["basis"] == "marks" and (not rests[1:] or isinstance(rests[0], PrintedList)):
                yield claim


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
        known = recompute_figures(dataset, scores, year).set_index(KEYS)["computed"].dropna().map(exactly).to_dict()
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
            words = WORDING["marks"]
            missing = words.get(figure.measure, words["not_computed"]) if known else words["no_marks"]
            yield circular.claim(rule, "unverifiable", figure, reasons=[missing], **phrased)
        else:
            others = _other_averages(circular, dataset, unit_scores, figure) if figure.measure == "average" else {}
            rests: list[PrintedFigure | None] = []
            if figure.measure in {"average_delta", "average_growth"} and year - 1 not in set(scores["year"]):
                rests = [circular.figure(kind, figure.group, figure.of) for kind in ("average", "average_delta")]
            yield circular.follows(rule, figure, number, others, roundings, rests=rests, **phrased)
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
    population = scores["group"].eq(figure.group) & (scores["grade"].eq(figure.of) | (figure.of == "all"))
    means = {say("marks", reading): scores.loc[population & rows, "total"].mean() for reading, rows in readings.items()}
    return {reading: exactly(mean) for reading, mean in means.items() if pd.notna(mean)}


def _lists_on_marks(circular: Circular, scores: pd.DataFrame) -> Iterator[Claim]:
    """Hold every graded list against grades and rank order computed from marks."""
    names = circular.facts.units.set_index("unit_id")["name"]
    for (group, grade), units in circular.graded.items():
        graded = scores[scores["group"].eq(group) & scores["grade"].eq(grade)].set_index("unit_id")
        rank, differ = graded["rank"].to_dict(), set(graded.index) ^ set(units)
        faults = [say("marks-list", "differ", units=circular.names(differ))] if differ else []
        faults += [
            say("marks-list", "swapped", above=names[above], below=names[below])
            for above, below in pairwise(units)
            if rank.get(above, 0) > rank.get(below, float("inf"))
        ]
        claimed: dict[str, Any] = {"group": group, "of": grade, "section": circular.section_of(group, [grade])}
        counts: dict[str, Any] = {"listed": len(units), "expected": len(graded)}
        claimed["rests"] = circular.printed_lists("graded", group, grade)
        yield circular.holds("marks-list", not faults, reasons=faults, basis="marks", **claimed, **counts)


def _remarks(root: Path, year: int, ledger: pd.DataFrame) -> pd.Series:
    """Match declared remarks to claims; one that no longer fits is an error."""
    path = root / ANNOTATIONS
    if not path.is_file():
        return pd.Series("", index=ledger.index)
    verdicts = ledger.set_index("id")["verdict"]
    remarks: dict[str, str] = {}
    problems = Problems()
    for note in load_document(path, root, Annotations).annotations:
        if not note.claim.startswith(f"{year}-"):
            continue
        found = verdicts.get(note.claim, "")
        other = f"注明的结论是“{VERDICTS[note.expect]}”，现在核对为“{VERDICTS.get(found)}”"
        faults = [
            (not found, "没有这条核对", "改正编号（见 workbook audit --csv）"),
            (note.claim in remarks, "这条核对有两条注记", "并成一条"),
            (found != note.expect, other, "重新查证，改写或删去这条注记"),
        ]
        problems += [Problem(ANNOTATIONS, rule, fix, value=note.claim) for wrong, rule, fix in faults if wrong][:1]
        remarks[note.claim] = say("remark", "text", reason=note.reason, evidence=note.evidence)
    problems.refuse()
    return ledger["id"].map(lambda claim: remarks.get(claim, ""))


def find_mentions(dataset: Dataset, unit_id: str, audit: Callable[[int], pd.DataFrame]) -> pd.DataFrame:
    """Collect every printed list that names a unit, and every claim about it, what needs attention first.

    Print alone decides about units: what marks decide is about groups.

    Parameters
    ----------
    dataset : Dataset
    unit_id : str
    audit : function of a year
        Its ledger (`audit_year`): asked for only where a claim about the unit fails, and the cause may be another.

    Returns
    -------
    DataFrame with columns year, document, section, text, verdict ("" where there is nothing to check), reason.
    """
    found, columns = [], ["year", "document", "section", "text", "verdict", "reason"]
    for year, circular in open_circulars(dataset.years).items():
        claims = tabulate_claims(claim for claim in derive_claims(circular) if claim["unit_id"] == unit_id)
        if claims["verdict"].eq("contradicted").any():
            claims = audit(year).query("unit_id == @unit_id")
        statements = pd.concat([_in_lists(circular, unit_id), claims])
        found.append(statements.assign(year=year, document=circular.published.document))
    if not found:
        return pd.DataFrame(columns=columns)
    return pd.concat(found, ignore_index=True).reindex(columns=columns).fillna("")


def _in_lists(circular: Circular, unit_id: str) -> pd.DataFrame:
    """Say where the unit stands in the lists that make no claim about it beyond its being there."""
    lists, grades = circular.lists, circular.facts.scheme.grade_names
    naming = lists[lists["unit_id"].eq(unit_id) & lists["list"].isin(WORDING["mentions"])]
    texts = [
        say("mentions", row["list"], of=grades.get(row["of"], row["of"]), position=row["position"])
        for row in naming.to_dict("records")
    ]
    return naming[["section"]].assign(text=texts)
