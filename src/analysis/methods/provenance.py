"""Whose marks a year has, and what may be said of a change between marks of different provenance.

Official marks and reconstructed ones are not two observations of one thing: only what print says of the reconstructed
year (its list order, its grades, its averages) is. Invented marks are never set against others.
"""

from decimal import Decimal

import numpy as np
import pandas as pd

from analysis.data.dataset import Dataset, YearFacts
from analysis.methods.printed import CIRCULAR
from analysis.periods import AnyYear, as_year
from analysis.rounding import round_half_up


def list_origins(dataset: Dataset) -> dict[AnyYear, str]:
    """List where the results of every year that has some come from.

    Returns
    -------
    dict of year to the provenance of its marks, "printed" (see `Provenance`), or "circular" where there are no marks

    Examples
    --------
    >>> from analysis.scoring.examples import example_city
    >>> list_origins(example_city())
    {2023: 'official'}
    """
    return {
        year: facts.inputs.provenance.origin if facts.inputs else CIRCULAR
        for year, facts in dataset.years.items()
        if facts.is_reported
    }


def _whose(facts: YearFacts) -> str:
    """Say whose results a year has: the provenance of its marks; those of print are an office's."""
    return facts.inputs.provenance.provenance if facts.inputs else "official"


def withhold_averages(compared: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Take back changes between averages of different provenance, but for those that print bears out.

    Parameters
    ----------
    compared : DataFrame of `compare_averages`
    dataset : Dataset
        Its circulars are used.

    Returns
    -------
    DataFrame: `compared` with base_average, delta and growth NaN where they are not comparable
    """
    origins = {year: _whose(facts) for year, facts in dataset.years.items() if facts.is_reported}
    years, bases = compared["year"], compared.get("base_year", compared["year"].map(as_year).map(lambda year: year - 1))
    apart = years.map(origins).ne(bases.map(origins)) & bases.isin(origins)
    known = compared.set_index(["year", "group", "population"])["average"]
    proved = [
        all(_is_average_proved(dataset, year, row.group, row.population, known) for year in (row.year, base))
        for row, base in zip(compared.itertuples(), bases, strict=True)
    ]
    kept = ~apart | np.array(proved, dtype=bool)
    return compared.assign(**{each: compared[each].where(kept) for each in ("base_average", "delta", "growth")})


def _is_average_proved(dataset: Dataset, year: AnyYear, group: str, of: str, known: pd.Series) -> bool:
    """Say whether an average is an office's, or that of print."""
    facts = dataset.years.get(year)
    if facts is None or facts.inputs is None or facts.inputs.provenance.provenance == "official":
        return True
    figure = facts.published.figure("average", group, of) if facts.published else None
    if figure is None or facts.inputs.provenance.provenance == "demonstration":
        return False
    decimals = max(0, -int(Decimal(figure.value).as_tuple().exponent))
    return round_half_up(known[year, group, of], decimals) == Decimal(figure.value)


def withhold_moves(moves: pd.DataFrame, *years: tuple[YearFacts, pd.DataFrame]) -> pd.DataFrame:
    """Take back changes of totals between marks of different provenance, and of ranks that print does not bear out.

    Parameters
    ----------
    moves : DataFrame of `compare_units`
    *years : (YearFacts, DataFrame of `gather_results`)
        The two years.

    Returns
    -------
    DataFrame: `moves` with total_change, rank_change and common_rank_change NaN where they are not comparable
    """
    if len({_whose(facts) for facts, _ in years}) == 1:
        return moves
    kept = np.logical_and.reduce([moves["unit_id"].isin(_prove_ranks(*year)) for year in years])
    ranks = {each: moves[each].where(kept) for each in ("rank_change", "common_rank_change")}
    return moves.assign(total_change=np.nan, **ranks)


def _prove_ranks(facts: YearFacts, scores: pd.DataFrame) -> pd.Series:
    """Return the units whose rank is an office's, or their place in the printed lists (see `ASSUMPTIONS`)."""
    origin, lists = _whose(facts), facts.printed_lists()
    if origin == "official":
        return scores["unit_id"]
    graded = lists[lists["list"].eq("graded")].sort_values(
        "of", key=pd.Index(facts.scheme.grade_names).get_indexer, kind="stable"
    )
    places = graded.assign(place=graded.groupby("group").cumcount() + 1).merge(scores, on=["unit_id", "group"])
    return places.loc[places["place"].eq(places["rank"]) & (origin != "demonstration"), "unit_id"]
