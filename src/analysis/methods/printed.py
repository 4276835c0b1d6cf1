"""What print alone says of a year's units and groups: totals, ranks, grades and averages, as printed.

Nothing is worked out but the last grade of units that the complete lists of all better ones do not name, where the
scheme gives it to the rest. What is printed in two ways is not known.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

import pandas as pd

from analysis.data.dataset import Dataset, YearFacts
from analysis.data.published import PrintedList, Published
from analysis.data.unit_tables import are_of_more
from analysis.periods import AnyYear

RESULTS = ["year", "unit_id", "group", "name", "total", "rank", "grade", "provenance"]
"""Columns of results, computed or printed."""
CIRCULAR = "circular"
"""The provenance of what is taken from print as it stands."""


def gather_results(dataset: Dataset, scores: pd.DataFrame, years: Iterable[AnyYear]) -> pd.DataFrame:
    """Stack the results of some years: computed where there are scores, else as printed.

    Parameters
    ----------
    dataset : Dataset
    scores : DataFrame of `stack_years`
    years : iterable of AnyYear

    Returns
    -------
    DataFrame with columns year, unit_id, group, name, total, rank, grade, provenance; total, rank and grade are missing
    where they are not printed
    """
    scored = set(scores["year"])
    rows = [
        scores.loc[scores["year"].eq(year), RESULTS] if year in scored else read_results(dataset.year(year))
        for year in years
    ]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=RESULTS)


def read_results(facts: YearFacts) -> pd.DataFrame:
    """Read what is printed of every unit.

    Parameters
    ----------
    facts : YearFacts

    Returns
    -------
    DataFrame with columns of `gather_results`: by group, then by printed rank, then as listed; of groups of which not
    all units are known, those of which anything is printed
    """
    units, grades = facts.units, read_grades(facts)
    places = pd.Series(range(len(grades)), grades.index, dtype=float)
    rows = units.assign(
        year=facts.year,
        total=_read_cells(facts, "total"),
        rank=_read_cells(facts, "rank"),
        grade=units["unit_id"].map(grades).astype(object),
        provenance=CIRCULAR,
        place=units["unit_id"].map(places),
        order=pd.Index(facts.scheme.groups).get_indexer(units["group"]),
    )
    for _, own in rows.groupby("group"):
        if are_of_more([int(rank) for rank in own["rank"].dropna()], len(own)):
            rows.loc[own.index, "rank"] = float("nan")  # of a larger list: no rank in the group
    named = rows[["total", "rank", "grade"]].notna().any(axis=1) | rows["group"].map(facts.scheme.knows_units)
    return rows[named].sort_values(["order", "rank", "place"], kind="stable", ignore_index=True)[RESULTS]


def _read_cells(facts: YearFacts, column: str) -> list[float]:
    """Read a column of the printed table for each unit; NaN of a unit that it does not name, or names twice."""
    table = facts.table
    times = Counter(table.names.names if table else ())
    cells = table.cells if table else {}
    return [
        float(cells[name, column].value) if times[name] == 1 and (name, column) in cells else float("nan")
        for name in facts.units["name"]
    ]


def read_grades(facts: YearFacts) -> pd.Series:
    """Read the grades of units off lists and table, best first, in printed order.

    Parameters
    ----------
    facts : YearFacts

    Returns
    -------
    Series of grade, by unit_id; units of which none is printed, or more than one, are left out
    """
    lists, scheme = facts.printed_lists(), facts.scheme
    graded = lists[lists["list"].eq("graded") & lists["unit_id"].notna() & lists["of"].isin(scheme.grade_names)]
    ids = facts.units.set_index("name")["unit_id"]
    cells = {name: grade for name, grade in (facts.table.grades if facts.table else {}).items() if name in ids.index}
    listed = graded[["unit_id", "of"]]
    told = pd.concat([listed, pd.DataFrame({"unit_id": [ids[name] for name in cells], "of": [*cells.values()]})])
    told = told.drop_duplicates().sort_values("of", key=pd.Index(scheme.grade_names).get_indexer, kind="stable")
    rest = facts.units[facts.units["group"].isin([*_groups_with_rest(facts)])]
    rest = rest[~rest["unit_id"].isin(told["unit_id"])]
    told = told[~told["unit_id"].duplicated(keep=False)]
    last = pd.DataFrame({"unit_id": rest["unit_id"], "of": scheme.grades[-1].id})
    return pd.concat([told, last]).set_index("unit_id")["of"]


def _groups_with_rest(facts: YearFacts) -> Iterator[str]:
    """List the groups whose units have the last grade if no list names them: every other grade's lists are complete.

    Not where it is not known who was assessed: who is not named may not have been.
    """
    *better, last = facts.scheme.grades
    if last.rule.kind != "rest" or facts.published is None or (facts.table and facts.table.grades):
        return
    names = set(facts.units["name"])
    for group in facts.scheme.groups:
        lists = {grade.id: _lists_of(facts.published, group, grade.id) for grade in facts.scheme.grades}
        known = [bool(own) and all(each.complete and names.issuperset(each.names) for each in own)
                 for own in (lists[grade.id] for grade in better)]  # fmt: skip
        names_nobody = not any(each.names for each in lists[last.id])
        if facts.scheme.knows_units(group) and known and all(known) and names_nobody:
            yield group


def _lists_of(published: Published, group: str, grade: str) -> list[PrintedList]:
    graded = [each for each in published.lists if each.list == "graded" and each.of == grade]
    return [each for each in graded if each.group in {group, "all"}]


def read_averages(facts: YearFacts, results: pd.DataFrame) -> pd.DataFrame:
    """Read the printed averages of a year.

    Parameters
    ----------
    facts : YearFacts
    results : DataFrame of `gather_results`
        Of the year.

    Returns
    -------
    DataFrame with columns year, group, population ("all" or a grade), units (missing where it is not known who they
    are), average, basis ("printed"), provenance; what is printed with two values is left out
    """
    figures = facts.published.figures if facts.published else []
    printed = {(each.group, each.of, each.value) for each in figures if each.measure == "average"}
    times = Counter((group, of) for group, of, _ in printed)
    rows = [
        (facts.year, group, of, _count(facts, results, group, of), float(value), "printed", CIRCULAR)
        for group, of, value in dict.fromkeys((each.group, each.of, each.value) for each in figures)
        if (group, of, value) in printed and times[group, of] == 1 and not value.endswith("%")
    ]
    return pd.DataFrame(rows, columns=["year", "group", "population", "units", "average", "basis", "provenance"])


def _count(facts: YearFacts, results: pd.DataFrame, group: str, grade: str) -> object:
    if not facts.scheme.knows_units(group):
        return pd.NA
    own = results if group == "all" else results[results["group"].eq(group)]
    if grade == "all":
        return len(own)
    return pd.NA if own["grade"].isna().any() else int(own["grade"].eq(grade).sum())


def read_changes(facts: YearFacts) -> dict[tuple[AnyYear, str, str, str], float]:
    """Read the printed changes of averages of a year.

    Parameters
    ----------
    facts : YearFacts

    Returns
    -------
    dict of (base year, group, grade or "all", "delta" or "growth") to points or fraction
    """
    circular, found = facts.published, dict[tuple[AnyYear, str, str, str], float]()
    for figure in circular.figures if circular else ():
        is_share = figure.value.endswith("%")
        kind = {("average_delta", False): "delta", ("average_growth", True): "growth"}.get((figure.measure, is_share))
        if circular and kind:
            value = float(figure.value.rstrip("%")) / (100 if is_share else 1)
            found.setdefault((circular.base_of(figure), figure.group, figure.of, kind), value)
    return found
