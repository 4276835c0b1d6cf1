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
from analysis.data.published import MEASURES, ROUNDED
from analysis.methods.audit.agreement import KEYS, compare_with_print, recompute_figures
from analysis.methods.audit.circulars import Circular, Claim, tabulate_claims
from analysis.methods.audit.claims import derive_claims
from analysis.methods.audit.verdicts import VERDICTS, Number, Verdict, consistent_roundings, exactly, judge, write_like
from analysis.problems import InputError, Problem

ANNOTATIONS = "annotations.yml"
STREAKS = {"consecutive_units", "newly_units", "first_place_years"}
_MISSING = {
    "average_delta": "没有上一年的评分数据；上年平均分由本条倒推，不能反过来核对本条",
    "average_growth": "上一年的平均分不知道，或者是 0",
}


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


def audit_years(dataset: Dataset, scores: pd.DataFrame) -> dict[int, pd.DataFrame]:
    """Check every circular of a data folder.

    Parameters
    ----------
    dataset : Dataset
    scores : DataFrame of `score_years`

    Returns
    -------
    dict of year to DataFrame of `audit_year`
    """
    return {year: audit_year(dataset, scores, year) for year, facts in dataset.years.items() if facts.published}


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
    facts = circular.facts
    own = scores[scores["year"].eq(facts.year)]
    computed = recompute_figures(dataset, scores, facts.year) if len(own) else None
    compared = compare_with_print(facts, computed) if computed is not None else _nothing_computed(circular)
    readings = _other_averages(circular, dataset, own) if len(own) else {}
    rounded = compared[compared["measure"].isin(ROUNDED) & compared["computed"].notna()]
    roundings = consistent_roundings(zip(rounded["printed"], rounded["computed"].map(exactly), strict=True))
    for place, row in enumerate(compared.to_dict("records")):
        figure = circular.published.figures[place]
        if figure.measure in STREAKS:
            continue  # the printed lists settle these; marks that lead to the same lists add nothing
        number = exactly(row["computed"]) if pd.notna(row["computed"]) else None
        verdict: Verdict = "unverifiable"
        reason = "没有这一年的评分数据" if computed is None else _MISSING.get(figure.measure, "办法和评分中没有这一项")
        if number is not None:
            others = readings.get((figure.group, figure.of)) if figure.measure == "average" else None
            is_rounded = figure.measure in ROUNDED
            verdict, reason = judge(figure.value, number, rounded=is_rounded, others=others, roundings=roundings)
        yield circular.claim(
            f"marks-{figure.measure}" + (f"-{place}" if _printed_again(circular, place) else ""),
            figure.group,
            figure.of,
            text=f"{circular.label(figure)}为 {figure.value}",
            printed=figure.value,
            computed="" if number is None else write_like(number.value, figure.value),
            formula=f"由评分和办法算{MEASURES[figure.measure]}",
            section=figure.section,
            basis="marks",
            verdict=verdict,
            reason=reason,
        )
    if len(own):
        yield from _lists_on_marks(circular, own)


def _nothing_computed(circular: Circular) -> pd.DataFrame:
    return compare_with_print(circular.facts, pd.DataFrame(columns=[*KEYS, "computed"]).astype({"computed": float}))


def _printed_again(circular: Circular, place: int) -> bool:
    figure = circular.published.figures[place]
    return circular.published.figure(figure.measure, figure.group, figure.of) is not figure


def _other_averages(
    circular: Circular, dataset: Dataset, own: pd.DataFrame
) -> dict[tuple[str, str], dict[str, Number]]:
    """Average over populations a circular may have meant: without entrants, without vetoed units."""
    year = circular.facts.year
    before = set(dataset.years[year - 1].units["unit_id"]) if year - 1 in dataset.years else None
    kept = {"不计取消评优资格的单位": ~own["vetoed"]}
    if before is not None:
        kept["只计上一年也在的单位"] = own["unit_id"].isin(before)
    readings: dict[tuple[str, str], dict[str, Number]] = {}
    for reading, rows in kept.items():
        some = own[rows]
        for of in ["all", *circular.facts.scheme.grade_names]:
            means = (some if of == "all" else some[some["grade"].eq(of)]).groupby("group")["total"].mean()
            for group, mean in means.items():
                readings.setdefault((str(group), of), {})[reading] = exactly(mean)
    return readings


def _lists_on_marks(circular: Circular, own: pd.DataFrame) -> Iterator[Claim]:
    """Hold every graded list against grades and rank order computed from marks."""
    ranked = own.sort_values(["rank"], kind="stable")
    names = circular.facts.units.set_index("unit_id")["name"]
    for (group, grade), units in circular.graded.items():
        mine = ranked[ranked["group"].eq(group) & ranked["grade"].eq(grade)].set_index("unit_id")
        rank = mine["rank"].reindex(units)
        faults = [
            f"{names[above]}印在{names[below]}之前，而名次在后"
            for above, below in pairwise(units)
            if rank[above] > rank[below]
        ]
        if differ := set(mine.index) ^ set(units):
            faults.insert(0, f"单位不同：{circular.names(differ)}")
        section = circular.lists.loc[circular.lists["group"].eq(group) & circular.lists["of"].eq(grade), "section"]
        yield circular.claim(
            "marks-list",
            group,
            grade,
            text=f"{circular.who(group, grade)}名单：单位与次序",
            printed=f"{len(units)} 个单位",
            computed=f"{len(mine)} 个单位",
            formula="由评分算名次和等次",
            section=str(section.iloc[0]),
            basis="marks",
            verdict="contradicted" if faults else "exact",
            reason="；".join(faults),
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
        remarks[note.claim] = f"{note.reason}（依据：{note.evidence}）"
    if problems:
        raise InputError(problems)
    return ledger["id"].map(lambda claim: remarks.get(claim, ""))
