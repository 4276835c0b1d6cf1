"""Average scores of a group, their change and growth from year to year."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from itertools import pairwise, product

import pandas as pd

from analysis.data.dataset import Dataset
from analysis.data.published import Published
from analysis.methods.grades import align_grades, align_scores
from analysis.methods.printed import read_averages, read_changes
from analysis.methods.provenance import withhold_averages
from analysis.periods import AnyYear, as_year, same_before

COLUMNS = ["year", "group", "population", "units", "average", "basis", "provenance"]


def average_scores(scores: pd.DataFrame) -> pd.DataFrame:
    """Average the totals of each group: all units, and each grade.

    Parameters
    ----------
    scores : DataFrame with columns year, group, grade, total, provenance

    Returns
    -------
    DataFrame with columns year, group, population ("all" or a grade), units, average (points, unrounded),
    basis ("computed"), provenance.

    Examples
    --------
    >>> scores = pd.DataFrame({"grade": ["best", "rest", "rest"], "total": [90.0, 80.0, 70.0]})
    >>> averages = average_scores(scores.assign(year=2030, group="county", provenance="official"))
    >>> averages[["population", "units", "average"]].to_numpy().tolist()
    [['all', 3, 80.0], ['best', 1, 90.0], ['rest', 2, 75.0]]
    """
    averages = (
        _stack_populations(scores)
        .groupby(["year", "group", "population"], sort=False)
        .agg(units=("total", "size"), average=("total", "mean"), provenance=("provenance", "first"))
    )
    return averages.reset_index().assign(basis="computed")[COLUMNS]


def derive_earlier_averages(circulars: Iterable[Published], scored_years: Iterable[AnyYear]) -> pd.DataFrame:
    """Derive the averages of a year without inputs from the next circular: its average minus its delta.

    Parameters
    ----------
    circulars : iterable of Published
    scored_years : iterable of AnyYear
        Years that need no derivation.

    Returns
    -------
    DataFrame like that of `average_scores`, with basis "derived" and provenance "published"; units is missing.

    Examples
    --------
    >>> said = {"group": "county", "section": "一"}
    >>> figures = [{"measure": "average", "value": "79.22"}, {"measure": "average_delta", "value": "5.61"}]
    >>> circular = Published(year=2030, document="", figures=[said | figure for figure in figures], lists=[])
    >>> derive_earlier_averages([circular], [2030])[["year", "population", "average"]].to_numpy().tolist()
    [[2029, 'all', 73.61]]
    """
    known, rows = set(scored_years), []
    for circular in circulars:
        printed = {(each.group, each.of): each.value for each in circular.figures if each.measure == "average"}
        for earlier, ((group, of), value) in product(circular.base_years, printed.items()):
            delta = circular.figure("average_delta", group, of, earlier)
            if delta is not None and earlier not in known:
                average = float(Decimal(value) - Decimal(delta.value))
                rows.append((earlier, group, of, pd.NA, average, "derived", "published"))
        known.update(circular.base_years)
    return pd.DataFrame(rows, columns=COLUMNS)


def compare_averages(
    averages: pd.DataFrame, base_year: AnyYear | None = None, *, on_same_period: bool = False
) -> pd.DataFrame:
    """Add the change on a base year.

    Parameters
    ----------
    averages : DataFrame with columns year, group, population, average
    base_year : AnyYear, optional
        By default, each year is compared with the last one before it of which there are averages.
    on_same_period : bool
        Each is compared with the same period of the year before instead, whether or not there are averages of it.

    Returns
    -------
    DataFrame: `averages` with base_year (NA for the first), base_average, delta (points) and growth (fraction of
    base_average); NaN where the base year has no such average, and no growth on an average that is not above 0.

    Examples
    --------
    >>> averages = pd.DataFrame({"year": [2030, 2033, 2034], "group": "county", "population": "all"})
    >>> averages = averages.assign(average=[80.0, 90.0, 100.0])
    >>> compare_averages(averages)["delta"].tolist(), compare_averages(averages, 2030)["delta"].tolist()
    ([nan, 10.0, 10.0], [nan, 10.0, 20.0])
    """
    years = sorted(averages["year"].unique())
    bases = {year: before if base_year is None else base_year for before, year in pairwise(years)}
    if on_same_period:
        bases = {year: same_before(as_year(year)) for year in years}
    kind = object if isinstance(max(years, default=0), str) else "Int64"
    compared = averages.assign(base_year=averages["year"].map(bases).astype(kind))
    keys = ["year", "group", "population"]
    earlier = averages[[*keys, "average"]].set_axis(["base_year", *keys[1:], "base_average"], axis=1)
    joined = compared.merge(earlier, on=["base_year", *keys[1:]], how="left", validate="many_to_one")
    delta = joined["average"] - joined["base_average"]
    return joined.assign(delta=delta, growth=delta / joined["base_average"].where(joined["base_average"].gt(0)))


def count_turnover(compared: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Count the units that make two averages averages of different units.

    Parameters
    ----------
    compared : DataFrame of `compare_averages`
    scores : DataFrame with columns year, group, grade, unit_id

    Returns
    -------
    DataFrame: `compared` with columns entered and left, the units that are in a population of the year and not of the
    base year, and the reverse; NA where there is no change to speak of, or one of the two years has no scores.

    Examples
    --------
    >>> rows = [(2030, "a", "best"), (2030, "b", "rest"), (2031, "b", "best"), (2031, "c", "rest")]
    >>> scores = pd.DataFrame(rows, columns=["year", "unit_id", "grade"]).assign(group="county", total=80.0)
    >>> compared = compare_averages(average_scores(scores.assign(provenance="official")))
    >>> counted = count_turnover(compared, scores).query("year == 2031")
    >>> counted[["population", "entered", "left"]].to_numpy().tolist()
    [['all', 1, 1], ['best', 1, 1], ['rest', 1, 1]]
    """
    keys = ["group", "population", "unit_id"]
    members = _stack_populations(scores)[["year", *keys]]
    years = compared[["year", "base_year"]].drop_duplicates()
    years = years[years.isin(set(members["year"])).all(axis=1)]
    now, before = (years.merge(members.rename(columns={"year": year}), on=year) for year in ("year", "base_year"))
    both = now.merge(before, on=["year", "base_year", *keys], how="outer", indicator=True)
    both = both.assign(entered=both["_merge"].eq("left_only"), left=both["_merge"].eq("right_only"))
    counts = both.groupby(["year", *keys[:2]], as_index=False)[["entered", "left"]].sum()
    joined = compared.merge(counts.astype({"entered": "Int64", "left": "Int64"}), on=["year", *keys[:2]], how="left")
    return joined.assign(**joined[["entered", "left"]].where(joined["delta"].notna()))


def average_history(
    dataset: Dataset,
    scores: pd.DataFrame,
    base_year: AnyYear | None = None,
    *,
    on_same_period: bool = False,
    years: Collection[AnyYear] = (),
) -> pd.DataFrame:
    """Average every year, add what circulars tell of the year before them, and compare what is comparable.

    Averages and changes of a year without inputs are those that are printed.

    Averages of a grade are compared where one grade alone takes the place of another, year after year (see
    `align_grades`).

    Parameters
    ----------
    dataset : Dataset
        Its circulars are used.
    scores : DataFrame of `stack_years` or `gather_results`
    base_year, on_same_period
        See `compare_averages`.
    years : collection of AnyYear
        Besides those of the scores: print may have averages of a year, and name no unit.

    Returns
    -------
    DataFrame of `count_turnover`, from the base year on, as `withhold_averages` leaves it

    Examples
    --------
    >>> from analysis.scoring.examples import example_city
    >>> from analysis.scoring.years import score_year
    >>> history = average_history(example_city(), score_year(example_city().year(2023)))
    >>> history.set_index(["group", "population"]).loc[("county", "all"), ["units", "average"]].tolist()
    [3, 83.42333333333333]
    """
    years = list(dict.fromkeys([*(as_year(year) for year in scores["year"].unique()), *years]))
    circulars = [facts.published for year, facts in dataset.years.items() if facts.published and year in years]
    aligned = align_scores(dataset, scores)
    printed = [year for year in years if dataset.year(year).inputs is None]
    known = [average_scores(aligned[~aligned["year"].isin(printed)])]
    known += [_align_printed(dataset, year, scores) for year in printed]
    derived = derive_earlier_averages(circulars, {year for own in known for year in own["year"]})
    callers = {base_year: each.year for each in reversed(circulars) for base_year in each.base_years}
    derived["population"] = [
        align_grades(dataset, callers[year]).get(of, of)  # as the circular's year calls them
        for year, of in zip(derived["year"], derived["population"], strict=True)
    ]
    averages = pd.concat([*known, derived], ignore_index=True)
    if base_year is not None:
        averages = averages[averages["year"].ge(base_year)]
    compared = compare_averages(averages, base_year, on_same_period=on_same_period)
    counted = count_turnover(_restate_changes(withhold_averages(compared, dataset), dataset), aligned)
    return _forget_turnover(counted, aligned, dataset)


def _align_printed(dataset: Dataset, year: AnyYear, results: pd.DataFrame) -> pd.DataFrame:
    """Read the printed averages of a year, its grades called as beside those of the last one."""
    averages, aligned = (
        read_averages(dataset.year(year), results[results["year"].eq(year)]),
        align_grades(dataset, year),
    )
    return averages.assign(population=[aligned.get(of, of) for of in averages["population"]])


def _restate_changes(compared: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Put printed changes in the place of differences of printed averages: those are rounded, and may be misprinted."""
    restated = compared.copy()
    for year in {as_year(year) for year in compared["year"]} & {*dataset.years}:
        facts, aligned = dataset.year(year), align_grades(dataset, year)
        for (base, group, of, kind), value in read_changes(facts).items() if facts.inputs is None else ():
            about = {"year": year, "base_year": base, "group": group, "population": aligned.get(of, of)}
            rows = pd.concat([compared[column].eq(each) for column, each in about.items()], axis=1).all(axis=1)
            restated.loc[rows & compared["delta"].notna(), kind] = value
    return restated


def _forget_turnover(counted: pd.DataFrame, results: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Take back who came and went where not every unit, who a unit was before, or not every grade is known."""
    ungraded = {*results.loc[results["grade"].isna(), ["year", "group"]].itertuples(index=False, name=None)}
    facts, last = dataset.years, dataset.years[max(dataset.years)]

    def is_open(year: AnyYear, group: str) -> bool:
        return year in facts and not facts[year].scheme.knows_units(group)

    forgotten = []
    for year, base, group, of in zip(
        *(counted[each] for each in ("year", "base_year", "group", "population")), strict=True
    ):
        ends = [(each, group) for each in (year, base) if pd.notna(each)]
        renamed = pd.notna(base) and bool(last.unsettled_since(as_year(base)))
        forgotten.append(renamed or any(is_open(*end) or (of != "all" and end in ungraded) for end in ends))
    moves = {each: counted[each].mask(pd.Series(forgotten, counted.index, dtype=bool)) for each in ("entered", "left")}
    return counted.assign(**moves)


def _stack_populations(scores: pd.DataFrame) -> pd.DataFrame:
    """Stack all units, and those of each grade."""
    return pd.concat([scores.assign(population="all"), scores.assign(population=scores["grade"])])
