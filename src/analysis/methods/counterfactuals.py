"""What two years would be in each other's place: one year's marks under another year's scheme."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
import pandas as pd

from analysis.data.dataset import Dataset, YearFacts
from analysis.data.schemes import Scheme
from analysis.scoring.adjustments import score_adjustments
from analysis.scoring.grading import grade_units, rank_totals
from analysis.scoring.kernel import Components, add_items, find_factors, over_applicable, value_marks

Imputation = Literal["own_rate", "other_year"]
"""A unit's rate in what only the other year marks: its rate in everything its year marks, or that of the other year."""


@dataclass(frozen=True)
class Counterfactuals:
    """The points of one group's units under every mixture of two years.

    Attributes
    ----------
    years : (YearFacts, YearFacts)
        The base year and the current one.
    group : str
    units : DataFrame with columns unit_id, name
        Everyone assessed in either year.
    members : ndarray of bool, shape (2, units)
        Who is assessed in the base year and in the current one.
    items : DataFrame with columns kind ("performance", "bonus", "deduction") and part (of the scheme, or an outside
        component; "" for adjustments)
        What a total is the sum of.
    points : ndarray, shape (2, 2, 2, units, items)
        What an item adds to a unit's total with the scheme, the applicable indicators and the marks (in this order) of
        the base year (0) or the current one (1). A unit of one year has that year's marks throughout.
    imputed : tuple of (year, part)
        What one year does not mark; see `Imputation`.
    """

    years: tuple[YearFacts, YearFacts]
    group: str
    units: pd.DataFrame
    members: np.ndarray
    items: pd.DataFrame
    points: np.ndarray
    imputed: tuple[tuple[int, str], ...]

    @property
    def averages(self) -> tuple[float, float]:
        """The group's average in the base year and in the current one, in points."""
        totals = self.points.sum(axis=-1)
        return float(totals[0, 0, 0, self.members[0]].mean()), float(totals[1, 1, 1, self.members[1]].mean())

    @property
    def part_names(self) -> dict[str, str]:
        """Parts and outside components of both years, by id."""
        return self.years[0].scheme.part_names | self.years[1].scheme.part_names


def cross_years(
    base: YearFacts, current: YearFacts, group: str, imputation: Imputation = "own_rate"
) -> Counterfactuals:
    """Work out the points of a group's units under every mixture of two years.

    An indicator with the same id and part in both years is followed by itself. The others of a part are taken together:
    the share of their points that is applicable, and the share earned of that. What is not applicable to a unit is
    taken as earned at its rate in the part, or if nothing of the part is applicable, in the component. What a year does
    not know is applicable to the share that it is in the other year.

    Parameters
    ----------
    base, current : YearFacts
        Both with inputs.
    group : str
        One that both years assess.
    imputation : {"own_rate", "other_year"}

    Returns
    -------
    Counterfactuals

    Raises
    ------
    WorkbookError
        If a year has no inputs.

    Examples
    --------
    A year beside itself under a scheme in which 较好 earns 90 % instead of 85 % of an indicator's 50 points; one of
    three counties has that rating:

    >>> from dataclasses import replace
    >>> from analysis.methods.what_if import change_scheme
    >>> from analysis.scoring.examples import example_city
    >>> year = example_city().year(2023)
    >>> other = replace(year, scheme=change_scheme(year.scheme, {("ratings", "value", "较好"): 0.9}))
    >>> crossed = cross_years(year, other, "county")
    >>> crossed.points.shape, [round(average, 4) for average in crossed.averages]
    ((2, 2, 2, 3, 5), [83.4233, 84.2567])
    """
    years, schemes = (base, current), (base.scheme, current.scheme)
    assessed = [facts.units[facts.units["group"].eq(group)] for facts in years]
    units = pd.concat(assessed[::-1]).drop_duplicates("unit_id", ignore_index=True)[["unit_id", "name"]]
    members = np.stack([units["unit_id"].isin(each["unit_id"]) for each in assessed])
    same = _same_indicators(years)
    latest_first = [_tabulate(facts, schemes, group, same) for facts in years[::-1]]
    table = pd.concat(latest_first, keys=[1, 0], names=["year"])
    part = table["part"].groupby(level="item", sort=False).first()
    rows = pd.MultiIndex.from_product([[0, 1], units["unit_id"]])

    def spread(column: str) -> np.ndarray:
        """Lay a column out as years by units by items, 0 where there is nothing."""
        wide = table[column].unstack("item").reindex(rows, columns=part.index).fillna(0.0)
        return wide.to_numpy(dtype=float).reshape(2, len(units), len(part))

    nominal = spread("nominal").max(axis=1)
    applicable, earned = spread("applicable"), np.stack([spread("earned_0"), spread("earned_1")])
    same_part = np.equal.outer(part.to_numpy(), part.to_numpy()).astype(float)
    unmarked = nominal @ same_part == 0

    rates = over_applicable(earned, applicable)
    if imputation == "other_year":
        rates = np.where(unmarked[:, None, :], np.flip(rates, axis=-3), rates)
    same_component = np.stack(
        [each @ each.T for each in (Components.of(scheme, part).membership for scheme in schemes)]
    )
    for wider in (same_part, same_component, np.ones_like(same_part)):
        rates = np.where(np.isnan(rates), over_applicable(earned @ wider, applicable @ wider), rates)
    rates = _borrow(np.nan_to_num(rates), members)
    shares = _borrow(over_applicable(applicable, nominal[:, None, :]), members)
    shares = np.nan_to_num(np.where(np.isnan(shares), shares[::-1], shares), nan=1.0)
    adjusted = _borrow(np.stack([[_adjust(facts, scheme, units) for facts in years] for scheme in schemes]), members)

    weights = [
        [_weigh(scheme, part, points, applying) for applying in shares]
        for scheme, points in zip(schemes, nominal, strict=True)
    ]
    performance = np.stack(weights)[:, :, None] * rates[:, None]
    points = np.concatenate([performance, np.stack([adjusted, adjusted], axis=1)], axis=-1)
    items = pd.DataFrame({"kind": ["performance"] * len(part) + ["bonus", "deduction"], "part": [*part, "", ""]})
    imputed = [(facts.year, name) for facts, none in zip(years, unmarked, strict=True) for name in part[none].unique()]
    return Counterfactuals(years, group, units, members, items, points, tuple(imputed))


def cross_groups(
    base: YearFacts, current: YearFacts, imputation: Imputation = "own_rate"
) -> dict[str, Counterfactuals]:
    """Cross the two years for every group that both assess, in the current scheme's order (see `cross_years`)."""
    shared = [group for group in current.scheme.groups if group in base.scheme.groups]
    return {group: cross_years(base, current, group, imputation) for group in shared}


def cross_with_previous(dataset: Dataset, unit_id: str, year: int) -> Counterfactuals | None:
    """Cross a year with the last scored one before it, for the group of a unit.

    Parameters
    ----------
    dataset : Dataset
    unit_id : str
        Assessed in `year`.
    year : int

    Returns
    -------
    Counterfactuals, or None if the unit was not assessed in a scored year before

    Examples
    --------
    >>> from analysis.scoring.examples import example_city
    >>> cross_with_previous(example_city(), "nanqu", 2023) is None
    True
    """
    current = dataset.year(year)
    earlier = [dataset.year(each) for each in dataset.scored_years if each < year]
    assessed = [facts for facts in earlier if unit_id in set(facts.units["unit_id"])]
    return cross_years(assessed[-1], current, current.group_of(unit_id)) if assessed else None


def score_counterfactuals(crossed: Counterfactuals) -> pd.DataFrame:
    """Score, rank and grade each year's units under its own scheme and under the other year's.

    Parameters
    ----------
    crossed : Counterfactuals

    Returns
    -------
    DataFrame with columns marks_year, scheme_year, unit_id, name (the latest), group, total (points, unrounded), rank,
    grade; the veto is that of the year of the marks.

    Examples
    --------
    >>> from analysis.scoring.examples import example_city
    >>> year = example_city().year(2023)
    >>> scored = score_counterfactuals(cross_years(year, year, "county"))
    >>> scored[["unit_id", "total", "rank", "grade"]][:3].round(9).to_numpy().tolist()
    [['dongcheng', 97.72, 1, 'excellent'], ['xicheng', 84.9, 2, 'good'], ['nanqu', 67.65, 3, 'fair']]
    """
    totals = crossed.points.sum(axis=-1)
    frames = []
    for (marks, facts), (valued, other) in product(enumerate(crossed.years), repeat=2):
        scheme, present = other.scheme, crossed.members[marks]
        adjustments = facts.need_inputs("不能比较").adjustments
        vetoed = adjustments.loc[adjustments["kind"].eq("veto"), "unit_id"]
        scored = crossed.units[present].assign(
            marks_year=facts.year,
            scheme_year=scheme.year,
            group=crossed.group,
            total=totals[valued, marks, marks, present],
            vetoed=crossed.units["unit_id"].isin(vetoed),
        )
        rank = rank_totals(scored["total"], scored["group"], scheme.ranking.ties)
        frames.append(scored.assign(rank=rank, grade=grade_units(scored, scheme)))
    columns = ["marks_year", "scheme_year", "unit_id", "name", "group", "total", "rank", "grade"]
    return pd.concat(frames, ignore_index=True)[columns]


def _same_indicators(years: Sequence[YearFacts]) -> set[str]:
    base, current = (facts.need_inputs("不能比较").indicators[["indicator_id", "group", "part"]] for facts in years)
    return set(base.merge(current)["indicator_id"])


def _tabulate(facts: YearFacts, schemes: Sequence[Scheme], group: str, same: set[str]) -> pd.DataFrame:
    """Sum up a year's marks by unit and item.

    Returns
    -------
    DataFrame indexed by unit_id and item with columns part, nominal (the item's points in the scheme), applicable and
    earned_0, earned_1 (points, with ratings valued as in either scheme).
    """
    inputs, scheme = facts.need_inputs("不能比较"), facts.scheme
    indicators = inputs.indicators[inputs.indicators["group"].eq(group)]
    item = indicators["indicator_id"].where(indicators["indicator_id"].isin(same), "rest of " + indicators["part"])
    indicators = indicators.assign(item=item, nominal=indicators["points"].groupby(item).transform("sum"))
    marks = inputs.marks.merge(indicators, on="indicator_id", validate="many_to_one")
    for number, other in enumerate(schemes):
        rates = marks["rating"].map(scheme.ratings.value | other.ratings.value)  # as the other has it, where it does
        valued = value_marks(marks["points"], marks["status"].eq("marked"), rates, marks["score"])
        marks[f"earned_{number}"], marks["applicable"] = valued
    sums = marks.groupby(["unit_id", "item"]).agg(
        {"part": "first", "nominal": "first", "applicable": "sum", "earned_0": "sum", "earned_1": "sum"}
    )
    tables = [sums]
    for component in scheme.outside_components:
        result = inputs.results[component.id].assign(item="rest of " + component.id, part=component.id)
        earned = result["score"] * over_applicable(component.points, result["full_score"])
        result = result.assign(nominal=component.points, applicable=component.points, earned_0=earned, earned_1=earned)
        tables.append(result.set_index(["unit_id", "item"])[sums.columns])
    return pd.concat(tables)


def _borrow(values: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Give a unit that a year does not assess the values of the other year; axes ..., year, unit, item."""
    return np.where(members[:, :, None], values, np.flip(values, axis=-3))


def _adjust(facts: YearFacts, scheme: Scheme, units: pd.DataFrame) -> np.ndarray:
    adjusted = score_adjustments(facts.need_inputs("不能比较").adjustments, pd.Index(units["unit_id"]), scheme)
    return np.stack([adjusted["bonus"], 0.0 - adjusted["deduction"]], axis=-1)


def _weigh(scheme: Scheme, part: pd.Series, nominal: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return the points of the total that each item stands for, shape (units, items).

    A component of which nothing would be applicable to a unit is taken as applicable in full: the engine refuses it in
    one year, but a mixture of two years can come to it.
    """
    components, applicable = Components.of(scheme, part), nominal * shares
    nothing = add_items(components, applicable) == 0
    applicable = np.where(nothing @ components.membership.T, nominal, applicable)
    factors = find_factors(components, add_items(components, applicable))
    return np.asarray(applicable * (factors @ components.membership.T))
