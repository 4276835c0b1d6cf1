"""Marks that earn a unit about what is wanted: what it carries, its ratings, its scores and its outside results."""

import random
from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.data.blocks import Component
from analysis.data.schemes import Scheme
from analysis.methods.reconstruction.settings import Settings
from analysis.problems import WorkbookError
from analysis.scoring.kernel import climb, lay_out_tiers, value_marks


class Marker:
    """Draws the marks of one group's units.

    Parameters
    ----------
    scheme : Scheme
    settings : Settings
    indicators : DataFrame with columns indicator_id, part, name, points, assessor_id
        Of the group.
    draw : Random
    """

    def __init__(self, scheme: Scheme, settings: Settings, indicators: pd.DataFrame, draw: random.Random) -> None:
        self.scheme, self.settings, self.indicators, self.draw = scheme, settings, indicators, draw
        self.points, self.parts = indicators["points"].to_numpy(), indicators["part"]
        self.ease = self._draw_each()

    def _draw_each(self) -> np.ndarray:
        """Draw a number from 0 to 1 for each indicator."""
        return np.array([self.draw.random() for _ in self.indicators.index])

    def mark_unit(self, unit: str, base: float) -> tuple[pd.DataFrame, dict[str, float], float]:
        """Choose marks that earn about a base score.

        Parameters
        ----------
        unit : str
        base : float
            In points.

        Returns
        -------
        marks : DataFrame with columns unit_id, indicator_id, status, rating, score
        results : dict of outside component to score
        left : float
            Points of the base score that the marks fall short of.

        Raises
        ------
        WorkbookError
            If the unit carries nothing of a component.
        """
        given = {"unit_id": unit, "indicator_id": self.indicators["indicator_id"], "status": self._choose_status(unit)}
        marks = pd.DataFrame(given | {"rating": "", "score": np.nan})
        carried = marks["status"].eq("marked").to_numpy()
        outside = self.scheme.outside_components
        tiers = lay_out_tiers(self.scheme, [*self.parts, *(component.id for component in outside)])
        applicable = np.array([[*(self.points * carried), *(self.settings.result_full_score for _ in outside)]])
        factors = climb(tiers, applicable, applicable)[-2].factors[0].tolist()
        outside_first = sorted(zip(self.scheme.components, factors, strict=True), key=lambda each: bool(each[0].parts))

        results = {}
        left, room = base, self.scheme.base_points
        for component, factor in outside_first:
            room -= component.points
            share = left * component.points / (component.points + room)
            target = float(np.clip(share, left - room, component.points))
            if component.parts:
                left -= factor * self._mark_component(marks, component, carried, target / factor)
            else:
                results[component.id] = self._choose_result(component, target, left - room, factor)
                left -= factor * results[component.id]
        return marks, results, left

    def _choose_status(self, unit: str) -> np.ndarray:
        """Say which indicators the unit carries."""
        topic = self.indicators["name"].str.replace(r"（\d+）$", "", regex=True)
        by_chance = self._draw_each() < self.settings.not_applicable_share
        spared = topic.isin(self.settings.not_applicable_topics) | by_chance
        is_assessor = self.indicators["assessor_id"].eq(unit) & self.scheme.own_indicators.excluded
        not_applicable = spared & (unit in self.settings.rescaled)
        return np.select([is_assessor, not_applicable], ["own_assessor", "not_applicable"], "marked")

    def _choose_result(self, component: Component, target: float, lowest: float, factor: float) -> float:
        """Choose an outside score near the target."""
        step, most = self.settings.result_step, self.settings.result_full_score
        wanted = target + (self.draw.random() - 0.5) * 0.1 * component.points
        wanted = float(np.clip(wanted, max(lowest, 0.0) + 0.01 * component.points, component.points))
        return round(round(min(wanted / factor, most) / step) * step, 9)

    def _mark_component(self, marks: pd.DataFrame, component: Component, carried: np.ndarray, wanted: float) -> float:
        """Fill in ratings and scores that earn what is wanted; return the points they earn."""
        inside = carried & self.parts.isin(component.parts).to_numpy()
        if not inside.any():
            raise WorkbookError(
                f"按 reconstruction.yml 重构出的数据不合办法：有单位没有承担“{component.name}”的任何指标。"
                "请减少 not_applicable_topics，或降低 not_applicable_share。"
            )
        marking = {part: spec.marking for part, spec in component.parts.items()}
        rated = inside & self.parts.map(marking).eq("rating").to_numpy()
        scored = inside & ~rated
        likely = 0.7 * self.ease + 0.3 * self._draw_each()

        share = wanted / self.points[inside].sum()
        ratings = self._choose_ratings(likely[rated], self.points[rated], share * self.points[rated].sum())
        marks.loc[rated, "rating"] = list(ratings.index)
        earned, _ = value_marks(self.points[rated], True, ratings.to_numpy())
        scores = _choose_scores(likely[scored], self.points[scored], wanted - earned.sum(), self.settings.score_step)
        marks.loc[scored, "score"] = scores
        return float(earned.sum() + scores.sum())

    def _choose_ratings(self, likely: np.ndarray, points: np.ndarray, wanted: float) -> pd.Series:
        """Shift one set of thresholds until the ratings, and what they are worth, earn about what is wanted."""
        levels = pd.Series(self.scheme.ratings.value, dtype=float).sort_values(ascending=False, kind="stable")
        values, width = levels.to_numpy(), 0.25

        def rate(shift: float) -> np.ndarray:
            levels_down: np.ndarray = np.floor((1 - likely - shift) / width) + 1
            return levels_down.clip(0, len(values) - 1).astype(int)

        return levels.iloc[rate(_bisect(-2.0, 2.0, lambda shift: values[rate(shift)] @ points < wanted))]


def _bisect(low: float, high: float, is_low: Callable[[float], bool]) -> float:
    """Return the highest value found that is still too low."""
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if is_low(middle) else (low, middle)
    return low


def _choose_scores(likely: np.ndarray, points: np.ndarray, wanted: float, step: float) -> np.ndarray:
    """Spread what is wanted over the indicators in whole steps, none below 0 or above its points."""
    full = np.round(points / step).astype(int)
    needed = int(np.clip(round(wanted / step), 0, full.sum()))

    def steps_at(ease: float) -> np.ndarray:
        steps: np.ndarray = np.floor(full * (0.05 + 0.95 * likely) ** np.exp(-ease))
        return steps.astype(int)

    steps = steps_at(_bisect(-8.0, 8.0, lambda ease: steps_at(ease).sum() <= needed))
    for index in np.argsort(steps - full, kind="stable"):
        steps[index] += min(full[index] - steps[index], needed - steps.sum())
    return np.round(steps * step, 9)
