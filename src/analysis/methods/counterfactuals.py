"""What two years would be in each other's place: one year's marks under another year's scheme."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from analysis.data.dataset import Dataset, YearFacts
from analysis.data.schemes import Scheme
from analysis.periods import AnyYear
from analysis.scoring.adjustments import score_adjustments
from analysis.scoring.components import score_points
from analysis.scoring.kernel import climb, find_worth, lay_out_tiers, over_applicable, value_marks

Imputation = Literal["own_rate", "other_year"]
"""A unit's rate in a component that its year lacks: that in all that the year marks, or that of the other year."""
IMPUTATIONS: tuple[Imputation, ...] = get_args(Imputation)
YEAR_PARTS = ("base_part", "current_part")
"""The columns for the part that an item is in, in either year; where it is not in a year, that of the other."""


@dataclass(frozen=True)
class Counterfactuals:
    """The points of one group's units under every mixture of two years.

    Attributes
    ----------
    years : (YearFacts, YearFacts)
        The base year and the current one.
    group : str
    units : DataFrame with columns unit_id, name
        Everyone assessed in the group in either year.
    members : ndarray of bool, shape (2, units)
        Who is assessed in the group in the base year, and in the current one.
    items : DataFrame with columns kind ("performance": a linked indicator or an outside result, "unlinked": all other
        indicators of a part, "bonus", "deduction"), part, component ("" for adjustments), and `YEAR_PARTS`
        What a total is the sum of.
    points : ndarray, shape (2, 2, 2, 2, 2, units, items)
        What an item adds to a unit's total under either imputation (first), with the scheme, the applicable indicators,
        the marks and the unlinked indicators (in this order) of the base year (0) or the current one (1). A unit of one
        year has that year's marks throughout.
    worth : ndarray, shape (2, 2, 2, units, items without adjustments)
        What all of an item, as far as it applies, adds to a total, with the scheme, the applicable indicators and the
        unlinked indicators of either year.
    imputed : tuple of (year, component)
        What one year does not have; see `Imputation`.
    linked : DataFrame with columns year, component, points, linked
        Of each year's components of indicators: points, and those of linked indicators.
    """

    years: tuple[YearFacts, YearFacts]
    group: str
    units: pd.DataFrame
    members: np.ndarray
    items: pd.DataFrame
    points: np.ndarray
    worth: np.ndarray
    imputed: tuple[tuple[AnyYear, str], ...]
    linked: pd.DataFrame

    @property
    def averages(self) -> tuple[float, float]:
        """The group's average in the base year and in the current one, in points."""
        return self._average(*self.members)

    @property
    def panel(self) -> np.ndarray:
        """Who is assessed in the group in both years."""
        return np.asarray(self.members.all(axis=0))

    @property
    def panel_averages(self) -> tuple[float, float]:
        """The averages of the units of both years; NaN if there are none."""
        return self._average(self.panel, self.panel) if self.panel.any() else (np.nan, np.nan)

    def _average(self, before: np.ndarray, now: np.ndarray) -> tuple[float, float]:
        totals = self.points[0].sum(axis=-1)
        return float(totals[0, 0, 0, 0, before].mean()), float(totals[1, 1, 1, 1, now].mean())

    @property
    def part_names(self) -> dict[str, str]:
        """Parts and components of both years, by id."""
        return name_parts(facts.scheme for facts in self.years)


def name_parts(schemes: Iterable[Scheme]) -> dict[str, str]:
    """Name the parts and components of some schemes, by id; the last name counts."""
    return {key: name for scheme in schemes for key, name in scheme.item_names.items()}


def cross_years(base: YearFacts, current: YearFacts, group: str) -> Counterfactuals:
    """Work out the points of a group's units under every mixture of two years.

    Indicators that `same_as` links, in a component of both years, are followed singly; so are outside results. The
    others of a component are one block, whose points, applicability and marks are only ever exchanged together, and
    with them the share of the component that is linked: nothing says what of one year answers to what of the other. A
    scheme says what components are worth, whether they are rescaled, what ratings earn, how linked indicators are
    weighted among themselves, and the caps.

    What is not applicable to a unit is taken as earned at its rate in the part, or if nothing of the part is
    applicable, in the component. A component that a year does not have is applicable to the share that it is in the
    other year; its rate is told by `Imputation`.

    Parameters
    ----------
    base, current : YearFacts
        Both with inputs.
    group : str
        One that both years assess.

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
    ((2, 2, 2, 2, 2, 3, 5), [83.4233, 84.2567])
    """
    years, schemes = (base, current), (base.scheme, current.scheme)
    assessed = [_units_of(facts, group) for facts in years]
    units = pd.concat(assessed[::-1]).drop_duplicates("unit_id", ignore_index=True)[["unit_id", "name"]]
    members = np.stack([units["unit_id"].isin(each["unit_id"]) for each in assessed])
    links = _find_links(years, group)
    tables = {place: _tabulate(facts, schemes, group, links) for place, facts in enumerate(years)}
    latest_first = sorted(tables, key=lambda place: years[place].year, reverse=True)  # whichever is the base
    table = pd.concat({place: tables[place] for place in latest_first}, names=["year"])
    items = table.groupby(level="item", sort=False)[["kind", "part", "component"]].first()
    for place, column in enumerate(YEAR_PARTS):
        own = tables[place].groupby(level="item")["part"].first().reindex(items.index)
        items[column] = own.fillna(items["part"])
    rows = pd.MultiIndex.from_product([[0, 1], units["unit_id"]])

    def spread(column: str) -> np.ndarray:
        """Lay a column out as years by units by items, 0 where there is nothing."""
        wide = table[column].unstack("item").reindex(rows, columns=items.index).fillna(0.0)
        return wide.to_numpy(dtype=float).reshape(2, len(units), len(items))

    given = spread("nominal").max(axis=1)
    applicable, earned = spread("applicable"), np.stack([spread("earned_0"), spread("earned_1")])
    same_part, same_component = (
        np.equal.outer(each.to_numpy(), each.to_numpy()).astype(float) for each in (items["part"], items["component"])
    )
    missing = given @ same_component == 0
    nominal = np.where(missing, given[::-1], given)

    rates = over_applicable(earned, applicable)
    rates = np.stack([rates, np.where(missing[:, None, :], np.flip(rates, axis=-3), rates)])
    for wider in (same_part * same_component, same_component, np.ones_like(same_part)):
        rates = np.where(np.isnan(rates), over_applicable(earned @ wider, applicable @ wider), rates)
    rates = _borrow(np.nan_to_num(rates), members)
    shares = _borrow(over_applicable(applicable, given[:, None, :]), members)
    shares = np.nan_to_num(np.where(np.isnan(shares), shares[::-1], shares), nan=1.0)

    single, is_linked = items["kind"].eq("performance").to_numpy(), items.index.isin(links)
    fractions = np.nan_to_num(over_applicable(nominal, nominal @ same_component))
    held = fractions * is_linked @ same_component  # the share of the component that is linked
    weights = np.empty((2, 2, 2, len(units), len(items)))
    for valued, applying, chosen in np.ndindex(weights.shape[:3]):
        among = fractions[valued] * np.nan_to_num(over_applicable(held[chosen], held[valued]))
        fraction = np.where(is_linked, among, fractions[chosen])
        carried = np.where(single, shares[applying], shares[chosen])
        weights[valued, applying, chosen] = _weigh(schemes[valued], items, fraction, carried)
    marked = np.where(single, rates[:, :, :, None], rates[:, :, None])  # imputation, scheme, marks, unlinked, …
    performance = weights[:, :, None] * marked[:, :, None]
    adjusted = _borrow(np.stack([[_adjust(facts, scheme, units) for facts in years] for scheme in schemes]), members)
    adjusted = np.broadcast_to(adjusted[:, None, :, None], (*performance.shape[:-1], 2))

    adjustments = pd.DataFrame({"kind": ["bonus", "deduction"]}).reindex(columns=items.columns, fill_value="")
    return Counterfactuals(
        years, group, units, members, pd.concat([items, adjustments], ignore_index=True),
        np.concatenate([performance, adjusted], axis=-1),
        weights,
        tuple((facts.year, name) for facts, none in zip(years, missing, strict=True)
              for name in items["component"][none].unique()),
        _count_links(years, group, links),
    )  # fmt: skip


def cross_groups(base: YearFacts, current: YearFacts) -> dict[str, Counterfactuals]:
    """Cross the two years for every group that both assess, in the current scheme's order (see `cross_years`)."""
    shared = [group for group in current.scheme.groups if group in base.scheme.groups]
    return {group: cross_years(base, current, group) for group in shared}


def cross_with_previous(dataset: Dataset, unit_id: str, year: AnyYear) -> Counterfactuals | None:
    """Cross a year with the last scored one before it in which a unit was in the group that it is in.

    Parameters
    ----------
    dataset : Dataset
    unit_id : str
        Assessed in `year`.
    year : AnyYear

    Returns
    -------
    Counterfactuals, or None if the unit was not assessed in its present group in a scored year before

    Examples
    --------
    >>> from analysis.scoring.examples import example_city
    >>> cross_with_previous(example_city(), "nanqu", 2023) is None
    True
    """
    current = dataset.year(year)
    group = current.group_of(unit_id)
    earlier = [dataset.year(each) for each in dataset.scored_years if each < year]
    assessed = [facts for facts in earlier if unit_id in set(_units_of(facts, group)["unit_id"])]
    return cross_years(assessed[-1], current, group) if assessed else None


def _units_of(facts: YearFacts, group: str) -> pd.DataFrame:
    return facts.units[facts.units["group"].eq(group)]


def _of_group(facts: YearFacts, group: str) -> pd.DataFrame:
    """Return a group's indicators with component, scale and worth: what a point, and all, adds to a full component."""
    indicators = facts.need_inputs("不能比较").indicators
    indicators = indicators[indicators["group"].eq(group)]
    tiers, points = lay_out_tiers(facts.scheme, indicators["part"])[:-1], indicators[["points"]].to_numpy(float).T
    scale = find_worth(tiers, climb(tiers, points, points))[0]
    return indicators.assign(
        component=indicators["part"].map(facts.scheme.component_of), scale=scale, worth=indicators["points"] * scale
    )


def _find_links(years: Sequence[YearFacts], group: str) -> set[str]:
    """Name the indicators that are the same in both years, in the same component; others cannot be told apart."""
    base, current = (_of_group(facts, group)[["origin", "component"]] for facts in years)
    return set(base.merge(current)["origin"])


def _count_links(years: Sequence[YearFacts], group: str, links: set[str]) -> pd.DataFrame:
    rows = []
    for facts in years:
        indicators = _of_group(facts, group)
        linked = indicators["worth"].where(indicators["origin"].isin(links), 0.0).groupby(indicators["component"]).sum()
        rows += [(facts.year, each.id, each.points, linked[each.id]) for each in facts.scheme.components if each.parts]
    return pd.DataFrame(rows, columns=["year", "component", "points", "linked"])


def _tabulate(facts: YearFacts, schemes: Sequence[Scheme], group: str, links: set[str]) -> pd.DataFrame:
    """Sum up a year's marks by unit and item.

    Returns
    -------
    DataFrame indexed by unit_id and item with columns kind, part, component, nominal (the item's points in the scheme),
    applicable and earned_0, earned_1 (points, with ratings valued as in either scheme).
    """
    inputs, scheme, indicators = facts.need_inputs("不能比较"), facts.scheme, _of_group(facts, group)
    is_linked = indicators["origin"].isin(links)
    item = indicators["origin"].where(is_linked, "rest of " + indicators["component"] + "/" + indicators["part"])
    kind, nominal = np.where(is_linked, "performance", "unlinked"), indicators["worth"].groupby(item).transform("sum")
    indicators = indicators.assign(item=item, kind=kind, nominal=nominal)
    marks = inputs.marks.merge(indicators, on="indicator_id", validate="many_to_one")
    for number, other in enumerate(schemes):
        rates = marks["rating"].map(scheme.ratings.value | other.ratings.value)  # as the other has it, where it does
        valued = value_marks(marks["points"], marks["status"].eq("marked"), rates, score_points(marks, scheme))
        marks[f"earned_{number}"], marks["applicable"] = (each * marks["scale"] for each in valued)
    firsts, sums = ["kind", "part", "component", "nominal"], ["applicable", "earned_0", "earned_1"]
    summed = marks.groupby(["unit_id", "item"]).agg(dict.fromkeys(firsts, "first") | dict.fromkeys(sums, "sum"))
    tables, units = [summed], _units_of(facts, group)["unit_id"]  # a unit may be of another group in the other year
    for component in scheme.outside_components:
        result, points = inputs.results[component.id], component.points
        result = result[result["unit_id"].isin(units)]
        earned = (result["score"] * over_applicable(points, result["full_score"])).fillna(0.0)
        told = {"kind": "performance", "part": component.id, "component": component.id, "item": component.id}
        applicable = np.where(result["score"].notna(), points, 0.0)
        result = result.assign(**told, nominal=points, applicable=applicable, earned_0=earned, earned_1=earned)
        tables.append(result.set_index(["unit_id", "item"])[summed.columns])
    return pd.concat(tables)


def _borrow(values: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Give a unit that a year does not assess the values of the other year; axes ..., year, unit, item."""
    return np.where(members[:, :, None], values, np.flip(values, axis=-3))


def _adjust(facts: YearFacts, scheme: Scheme, units: pd.DataFrame) -> np.ndarray:
    adjusted = score_adjustments(facts.need_inputs("不能比较").adjustments, pd.Index(units["unit_id"]), scheme)
    return np.stack([adjusted["bonus"], 0.0 - adjusted["deduction"]], axis=-1)


def _weigh(scheme: Scheme, items: pd.DataFrame, fraction: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return the points of the total that each item stands for, shape (units, items), from its fraction of a component.

    A component of which nothing would be applicable to a unit is taken as applicable in full, unless its points pass on
    to the others: the engine refuses it in one year, but a mixture of two years can come to it. A part of which the
    scheme knows nothing counts in its component directly.
    """
    worth = items["component"].map({each.id: each.points for each in scheme.components}).fillna(0.0).to_numpy()
    known = worth > 0
    held, own = items[known], items["part"].map(scheme.component_of)[known]
    tiers = lay_out_tiers(scheme, held["part"].where(own.eq(held["component"]), held["component"]))
    full = (fraction * worth)[..., known]
    applicable = full * shares[:, known]
    if not scheme.passes_up:
        same = np.equal.outer(held["component"].to_numpy(), held["component"].to_numpy())
        applicable = np.where(applicable @ same == 0, full, applicable)
    inner, below = [], full
    for tier in tiers[:-2]:  # what parts are worth follows from what is in them
        below = below @ tier.membership
        inner.append(tier._replace(points=np.where(np.isnan(tier.points), np.nan, below), full=below))
    tiers = *inner, *tiers[-2:]
    weights = np.zeros(shares.shape)
    weights[:, known] = applicable * find_worth(tiers, climb(tiers, applicable, applicable))
    return weights
