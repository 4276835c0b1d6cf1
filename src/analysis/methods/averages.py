"""Average scores of a group, their change and growth from year to year."""

from collections.abc import Iterable
from decimal import Decimal

import pandas as pd

from analysis.data.dataset import Dataset
from analysis.data.published import Published
from analysis.methods.provenance import withhold_averages

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
    everyone = scores.assign(population="all")
    stacked = pd.concat([everyone, scores.assign(population=scores["grade"])])
    averages = stacked.groupby(["year", "group", "population"], sort=False).agg(
        units=("total", "size"), average=("total", "mean"), provenance=("provenance", "first")
    )
    return averages.reset_index().assign(basis="computed")[COLUMNS]


def derive_earlier_averages(circulars: Iterable[Published], scored_years: Iterable[int]) -> pd.DataFrame:
    """Derive the averages of a year without inputs from the next circular: its average minus its delta.

    Parameters
    ----------
    circulars : iterable of Published
    scored_years : iterable of int
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
        earlier = circular.year - 1
        printed = {(figure.measure, figure.group, figure.of): figure.value for figure in circular.figures}
        for (measure, group, of), value in printed.items():
            delta = printed.get(("average_delta", group, of))
            if measure == "average" and delta is not None and earlier not in known:
                average = float(Decimal(value) - Decimal(delta))
                rows.append((earlier, group, of, pd.NA, average, "derived", "published"))
    return pd.DataFrame(rows, columns=COLUMNS)


def compare_averages(averages: pd.DataFrame) -> pd.DataFrame:
    """Add the change on the year before.

    Parameters
    ----------
    averages : DataFrame with columns year, group, population, average

    Returns
    -------
    DataFrame: `averages` by group, population and year, with base_average (of the year before), delta (points) and
    growth (fraction of base_average); NaN where the year before is not known, and no growth on an average of 0.

    Examples
    --------
    >>> averages = pd.DataFrame({"year": [2030, 2031], "group": "county", "population": "all"})
    >>> compare_averages(averages.assign(average=[80.0, 90.0]))[["base_average", "delta", "growth"]].to_numpy().tolist()
    [[nan, nan, nan], [80.0, 10.0, 0.125]]
    """
    earlier = averages[["year", "group", "population", "average"]].rename(columns={"average": "base_average"})
    earlier = earlier.assign(year=earlier["year"] + 1)
    joined = averages.merge(earlier, on=["year", "group", "population"], how="left", validate="one_to_one")
    delta = joined["average"] - joined["base_average"]
    return joined.assign(delta=delta, growth=delta / joined["base_average"].where(joined["base_average"].ne(0)))


def average_history(dataset: Dataset, scores: pd.DataFrame) -> pd.DataFrame:
    """Average every scored year, add what circulars tell of the year before them, and compare what is comparable.

    Parameters
    ----------
    dataset : Dataset
        Its circulars are used.
    scores : DataFrame of `stack_years`

    Returns
    -------
    DataFrame of `compare_averages`, as `withhold_averages` leaves it

    Examples
    --------
    >>> from analysis.scoring.examples import example_city
    >>> from analysis.scoring.years import score_year
    >>> history = average_history(example_city(), score_year(example_city().year(2023)))
    >>> history.set_index(["group", "population"]).loc[("county", "all"), ["units", "average"]].tolist()
    [3, 83.42333333333333]
    """
    years = [int(year) for year in scores["year"].unique()]
    circulars = [facts.published for year, facts in dataset.years.items() if facts.published and year in years]
    averages = pd.concat([average_scores(scores), derive_earlier_averages(circulars, years)], ignore_index=True)
    return withhold_averages(compare_averages(averages), dataset)
