"""The ledger of an audit: every claim of a circular, from print alone and from marks, with its verdict.

And what circulars print about one unit.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, pairwise
from typing import Annotated, Any

import pandas as pd
from pydantic import Field

from analysis.data.dataset import Dataset, YearFacts
from analysis.data.documents import Document, load_document
from analysis.data.published import PrintedList
from analysis.methods.audit.causes import trace_causes
from analysis.methods.audit.circulars import Circular, open_circulars
from analysis.methods.audit.claims import derive_claims, settle
from analysis.methods.audit.practices import Practice
from analysis.methods.audit.recomputation import Recomputation
from analysis.methods.audit.tabulation import Claim, name_claims, tabulate_claims
from analysis.methods.audit.unit_claims import check_on_marks
from analysis.methods.audit.verdicts import WORDING, Verdict, say
from analysis.periods import AnyYear, kind_of, retell
from analysis.problems import Problem, Problems
from analysis.words import VERDICTS

ANNOTATIONS = "annotations.yml"


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


def audit_year(dataset: Dataset, scores: pd.DataFrame, year: AnyYear) -> pd.DataFrame:
    """Check every claim of one year's circular.

    Parameters
    ----------
    dataset : Dataset
    scores : DataFrame of `stack_years`
        May lack the year; then its circular is checked from print alone.
    year : AnyYear

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
    return write_ledger(dataset, year, find_claims(dataset, scores, year))


def find_claims(dataset: Dataset, scores: pd.DataFrame, year: AnyYear) -> list[Claim]:
    """Check every claim of one year's circular (see `audit_year`), and say which printed facts each rests on.

    Parameters
    ----------
    dataset : Dataset
    scores : DataFrame of `stack_years`
    year : AnyYear

    Returns
    -------
    list of Claim
        With key cause; none for a year without a circular.
    """
    circular = open_circulars(dataset.years).get(year)
    if circular is None:
        return []
    circular, on_marks = _claim_on_marks(circular, dataset, scores)
    claims = name_claims([*derive_claims(circular), *on_marks])
    decided = chain(_decided(circular, claims), _decided_before(circular, dataset, scores))
    return trace_causes(circular, claims, decided)


def write_ledger(dataset: Dataset, year: AnyYear, claims: Iterable[Claim]) -> pd.DataFrame:
    """Tabulate the claims of one year's circular, with declared remarks (see `audit_year`).

    Parameters
    ----------
    dataset : Dataset
    year : AnyYear
    claims : iterable of Claim

    Returns
    -------
    DataFrame of `audit_year`
    """
    ledger = _retell(tabulate_claims(claims, "cause"), year)
    return ledger.assign(remark=_remarks(dataset, year, ledger) if dataset.year(year).published else "")


def practices_of(dataset: Dataset, scores: pd.DataFrame, year: AnyYear) -> tuple[Practice, ...]:
    """Find how the office may have rounded and computed one year's circular (see `find_practices`).

    Parameters
    ----------
    dataset : Dataset
    scores : DataFrame of `stack_years`
    year : AnyYear

    Returns
    -------
    tuple of Practice
        Empty for a year without a circular.
    """
    circular = open_circulars(dataset.years).get(year)
    return _claim_on_marks(circular, dataset, scores)[0].practices if circular else ()


def _claim_on_marks(circular: Circular, dataset: Dataset, scores: pd.DataFrame) -> tuple[Circular, list[Claim]]:
    """Find out the practice from print and marks, but none that were made to agree; and claim what marks check."""
    copied = [year for year, facts in dataset.years.items() if _is_copied(facts)]
    scores = scores[~scores["year"].isin(copied)]  # what print says cannot be held against print
    genuine = scores["provenance"].ne("reconstructed")
    on_marks = list(Recomputation(circular, dataset, scores).checks())
    telling = on_marks if genuine.all() else Recomputation(circular, dataset, scores[genuine]).checks()
    circular, unit_scores = settle(circular, telling), scores[scores["year"].eq(circular.facts.year)]
    lists = [] if unit_scores.empty else _lists_on_marks(circular, unit_scores)
    return circular, [*map(circular.follows, chain(on_marks, check_on_marks(circular, unit_scores))), *lists]


def _is_copied(facts: YearFacts) -> bool:
    """Say whether a year's inputs are what its circular prints."""
    return facts.inputs is not None and facts.inputs.provenance.from_print


def _decided(circular: Circular, claims: Iterable[Claim]) -> Iterator[Claim]:
    """Yield what marks decide: marks that were made to agree with print do not, nor where other figures are needed."""
    inputs = circular.facts.inputs
    if inputs is not None and circular.facts.has_genuine_marks and not inputs.provenance.from_print:
        for claim in claims:
            rests = claim["rests"]
            if claim["basis"] == "marks" and (not rests[1:] or isinstance(rests[0], PrintedList)):
                yield claim


def _decided_before(circular: Circular, dataset: Dataset, scores: pd.DataFrame) -> Iterator[Claim]:
    """Yield what marks decide of the circular before; nothing is recomputed until it is asked for."""
    last = circular.earlier.get(circular.facts.year - 1)
    if last is not None:
        yield from _decided(*_claim_on_marks(last, dataset, scores))


def _lists_on_marks(circular: Circular, scores: pd.DataFrame) -> Iterator[Claim]:
    """Hold every graded list against grades and rank order computed from marks."""
    names = circular.facts.units.set_index("unit_id")["name"]
    for (group, grade), units in circular.graded.items():
        graded = scores[scores["group"].eq(group) & scores["grade"].eq(grade)].set_index("unit_id")
        rank = graded["rank"].to_dict()
        wrong = {"more": set(units) - set(graded.index), "missing": set(graded.index) - set(units)}
        faults = [say("marks-list", way, units=circular.names(some)) for way, some in wrong.items() if some]
        faults += [
            say("marks-list", "swapped", above=names[above], below=names[below])
            for above, below in pairwise(units)
            if rank.get(above, 0) > rank.get(below, float("inf"))
        ]
        claimed: dict[str, Any] = {"group": group, "of": grade, "section": circular.section_of(group, [grade])}
        counts: dict[str, Any] = {"listed": len(units), "expected": len(graded)}
        claimed["rests"] = circular.printed_lists("graded", group, grade)
        yield circular.holds("marks-list", not faults, reasons=faults, basis="marks", **claimed, **counts)


def _remarks(dataset: Dataset, year: AnyYear, ledger: pd.DataFrame) -> pd.Series:
    """Match declared remarks to claims; one that no longer fits is an error."""
    path = dataset.root / ANNOTATIONS
    if not os.path.lexists(path):
        return pd.Series("", index=ledger.index)
    verdicts = ledger.set_index("id")["verdict"]
    remarks: dict[str, str] = {}
    problems = Problems()
    for note in dataset.read_beside(lambda: load_document(path, dataset.root, Annotations)).annotations:
        if not note.claim.startswith(f"{year}-"):
            continue
        found = verdicts.get(note.claim, "")
        named = {"expected": VERDICTS[note.expect], "found": VERDICTS.get(found)}
        faults = {"unknown": not found, "twice": note.claim in remarks, "other": found != note.expect}
        for fault in [fault for fault, is_so in faults.items() if is_so][:1]:
            rule, fix = say("remark", fault, **named), say("remark", f"mend_{fault}")
            problems.append(Problem(ANNOTATIONS, rule, fix, value=note.claim))
        remarks[note.claim] = say("remark", "text", reason=note.reason, evidence=note.evidence)
    problems.refuse()
    return ledger["id"].map(lambda claim: remarks.get(claim, ""))


def find_mentions(dataset: Dataset, unit_id: str, audit: Callable[[AnyYear], pd.DataFrame]) -> pd.DataFrame:
    """Collect every printed list that names a unit, and every claim about it, what needs attention first.

    Print alone decides about units: what marks decide is about groups.

    Parameters
    ----------
    dataset : Dataset
    unit_id : str
    audit : function of a year
        Its ledger (`audit_year`).

    Returns
    -------
    DataFrame with columns year, document, section, text, verdict ("" where there is nothing to check), reason.
    """
    found, columns = [], ["year", "document", "section", "text", "verdict", "reason"]
    for year, circular in open_circulars(dataset.years).items():
        claims = audit(year).query("unit_id == @unit_id")
        statements = _retell(pd.concat([_in_lists(circular, unit_id), _tell_computed(claims)]), year)
        found.append(statements.assign(year=year, document=circular.published.document))
    if not found:
        return pd.DataFrame(columns=columns)
    return pd.concat(found, ignore_index=True).reindex(columns=columns).fillna("")


def _tell_computed(claims: pd.DataFrame) -> pd.DataFrame:
    """Say with the reasons for contradictions what should be printed."""
    told = claims["computed"].map(lambda computed: say("reasons", "computed", computed=computed))
    is_told = claims["verdict"].eq("contradicted") & claims["computed"].ne("")
    return claims.assign(reason=(told.where(is_told, "") + "；" + claims["reason"]).str.strip("；"))


def _retell(claims: pd.DataFrame, year: AnyYear) -> pd.DataFrame:
    """Say of a period what claims.yml says of a year."""
    said = [column for column in ("text", "printed", "formula", "reason") if kind_of(year) and column in claims]
    return claims.assign(**{
        column: claims[column].map(partial(retell, kind=kind_of(year)), na_action="ignore") for column in said
    })  # fmt: skip


def _in_lists(circular: Circular, unit_id: str) -> pd.DataFrame:
    """Say where the unit stands in the lists that make no claim about it beyond its being there."""
    lists, grades = circular.lists, circular.facts.scheme.grade_names
    naming = lists[lists["unit_id"].eq(unit_id) & lists["list"].isin(WORDING["mentions"])]
    texts = [
        say("mentions", row["list"], of=grades.get(row["of"], row["of"]), position=row["position"])
        for row in naming.to_dict("records")
    ]
    return naming[["section"]].assign(text=texts)
