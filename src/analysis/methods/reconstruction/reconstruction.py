"""Inputs that agree with everything printed: a feasible, centred, seeded set of marks. Never real scores.

Method, in order: (1) adjustments that meet the printed counts and extremes; (2) totals at the analytic centre of
the printed averages, list order and limits; (3) indicators with the printed counts; (4) for every unit, ratings
and scores that add up to its total, the rounding error applicable to the next unit so that averages stay exact.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from analysis.data.dataset import YearFacts
from analysis.data.inputs import PROVENANCE, load_inputs
from analysis.data.schemes import Adjustment, Component, Scheme
from analysis.methods.audit.circulars import Circular
from analysis.methods.bounds.polytope import Polytope, analytic_centre, order_constraints
from analysis.methods.reconstruction.settings import Settings, check_settings
from analysis.problems import InputError, WorkbookError, tell_problems
from analysis.scoring.components import value_ratings
from analysis.scoring.kernel import over_applicable
from analysis.storage import follow_links, keep_folder, log, replaced_folder


def reconstruct_inputs(facts: YearFacts, settings: Settings) -> dict[str, pd.DataFrame]:
    """Make one year's input tables.

    Parameters
    ----------
    facts : YearFacts
        Its circular and scheme are used, its inputs are not.
    settings : Settings

    Returns
    -------
    dict of table name (indicators, marks, adjustments, and each outside component) to DataFrame

    Raises
    ------
    WorkbookError
        If the year has no circular, no marks agree with its printed averages and order, or what comes out would be
        refused as data.
    """
    printed = Circular.of(facts)
    if printed is None:
        raise WorkbookError(f"{facts.year} 年度没有通报（published/{facts.year}.yml），不能重构评分数据。")
    check_settings(facts, settings)
    draw = random.Random(f"{settings.seed}-{facts.year}")
    scheme = facts.scheme

    adjustments = pd.concat(
        [_reconstruct_adjustments(group, scheme, printed, settings, draw) for group in scheme.groups],
        ignore_index=True,
    )
    totals = {
        unit: total for group in scheme.groups for unit, total in _totals(group, scheme, printed, adjustments).items()
    }
    indicators = pd.concat(
        [_reconstruct_indicators(group, scheme, printed, settings, draw) for group in scheme.groups],
        ignore_index=True,
    )
    marks, results = _reconstruct_marks(facts, totals, adjustments, indicators, printed, settings, draw)
    tables = {"indicators": indicators, "marks": marks, "adjustments": adjustments, **results}
    _check_tables(tables, facts, settings)
    return tables


def _check_tables(tables: dict[str, pd.DataFrame], facts: YearFacts, settings: Settings) -> None:
    """Hold what was made against the scheme, as any data, before it takes the place of anything."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _write_tables(folder, tables, facts, settings)
        try:
            load_inputs(folder, folder, facts.scheme, facts.units)
        except InputError as error:
            told = tell_problems(error.problems)
            raise WorkbookError(
                f"{facts.year} 年度：按 reconstruction.yml 的取定重构出的数据不合办法，没有采用（共 {len(told)} 处，"
                f"如 {told[0]}）请改 reconstruction.yml 的取定。原有数据没有改动。"
            ) from error


def _number(printed: Circular, measure: str, group: str, of: str = "all") -> Decimal | None:
    figure = printed.published.figure(measure, group, of)
    return Decimal(figure.value.rstrip("%")) if figure else None


def _count(printed: Circular, measure: str, group: str, of: str = "all") -> int:
    """Return a printed count, 0 where it is not printed."""
    return int(_number(printed, measure, group, of) or 0)


def write_inputs(root: Path, tables: dict[str, pd.DataFrame], facts: YearFacts, settings: Settings) -> None:
    """Write one year's input tables and their provenance, replacing the folder as a whole; the earlier one is kept.

    Parameters
    ----------
    root : Path
        Data folder.
    tables : dict of table name to DataFrame
    facts : YearFacts
    settings : Settings
    """
    folder = root / "inputs" / str(facts.year)
    with replaced_folder(follow_links(folder)) as fresh:
        _write_tables(fresh, tables, facts, settings)
        backup = keep_folder(folder, root, fresh)
    log(root, f"reconstruct -> inputs/{facts.year}，原有：{backup or '无，或相同'}")


def _write_tables(folder: Path, tables: dict[str, pd.DataFrame], facts: YearFacts, settings: Settings) -> None:
    for name, table in tables.items():
        path = folder / f"{name}.csv"
        table.to_csv(path, index=False, lineterminator="\n", float_format="%.10g", encoding="utf-8")
    provenance = {
        "provenance": "reconstructed",
        "method": "由 workbook reconstruct 按印出的各数重构（印本约束的解析中心，定种子），不是任何单位的真实得分",
        "seed": settings.seed,
        "agrees_with": [facts.published.document if facts.published else ""],
    }
    text = yaml.safe_dump(provenance, allow_unicode=True, sort_keys=False, width=1000)
    (folder / PROVENANCE).write_text(text, encoding="utf-8", newline="\n")


def _reconstruct_adjustments(
    group: str, scheme: Scheme, printed: Circular, settings: Settings, draw: random.Random
) -> pd.DataFrame:
    ranked = [unit for grade in scheme.grades for unit in printed.graded.get((group, grade.id), [])]
    rows: list[tuple[str, str, float | None, str]] = []

    units = _count(printed, "bonus_units", group)
    if units:
        highest, lowest = _number(printed, "bonus_max", group), _number(printed, "bonus_min", group)
        step = scheme.bonus.step or settings.bonus_step
        amounts = np.round(np.linspace(float(highest or 0), float(lowest or 0), units) / step) * step
        if units > len(ranked):
            told = f"印出 {units} 个单位有加分，而名单只有 {len(ranked)} 个单位"
            raise WorkbookError(
                f"{scheme.year} 年度 {group} 组：{told}，不能重构。请核对 published/{scheme.year}.yml。"
            )
        candidates = ranked[: min(len(ranked), round(units * settings.bonus_candidates))]
        chosen = sorted(draw.sample(candidates, units), key=ranked.index)
        shuffled = _swap_neighbours(list(amounts), draw)
        rows += [
            (unit, "bonus", item, "重构：推进法治政府建设成效明显")
            for unit, amount in zip(chosen, shuffled, strict=True)
            for item in _split(float(amount), scheme.bonus)
        ]
    without_bonus = [unit for unit in ranked if unit not in {row[0] for row in rows}]
    deducted = _count(printed, "deduction_units", group)
    for unit in without_bonus[len(without_bonus) - deducted :]:
        amount = float(_number(printed, "deduction_max", group) or 0)
        rows += [
            (unit, "deduction", item, "重构：被有关单位通报批评（印本未点名）")
            for item in _split(amount, scheme.deduction)
        ]
    if scheme.veto:
        vetoed = printed.graded.get((group, _next_grade(scheme)), [])[: _count(printed, "veto_units", group)]
        rows += [(unit, "veto", None, "重构：情节严重（印本未点名）") for unit in vetoed]
    return pd.DataFrame(rows, columns=["unit_id", "kind", "points", "reason"])


def _next_grade(scheme: Scheme) -> str:
    """Return the best grade that a vetoed unit can still get."""
    barred = scheme.veto.bars if scheme.veto else []
    return next(grade.id for grade in scheme.grades if grade.id not in barred)


def _swap_neighbours(values: list[float], draw: random.Random) -> list[float]:
    """Swap some neighbours, so that the bonus does not simply fall with rank."""
    for left in range(0, len(values) - 1, 2):
        if draw.random() < 0.5:
            values[left], values[left + 1] = values[left + 1], values[left]
    return values


def _split(amount: float, limits: Adjustment) -> list[float]:
    """Split an amount into items of at most `item_max`; one of nothing is left to the check of what was made."""
    if amount <= 0:
        return [amount]
    largest = limits.item_max or amount
    whole, rest = divmod(round(amount / largest, 9), 1)
    return [largest] * int(whole) + ([round(rest * largest, 9)] if rest else [])


def _totals(group: str, scheme: Scheme, printed: Circular, adjustments: pd.DataFrame) -> dict[str, float]:
    """Totals at the analytic centre of what is printed about the group."""
    lists = {grade.id: printed.graded.get((group, grade.id), []) for grade in scheme.grades}
    units = [unit for names in lists.values() for unit in names]
    place = {unit: index for index, unit in enumerate(units)}
    vetoed = set(adjustments.loc[adjustments["kind"].eq("veto"), "unit_id"])
    sums = adjustments.groupby(["unit_id", "kind"])["points"].sum()

    better_than: list[tuple[int, int]] = []
    previous: list[str] = []
    for names in lists.values():
        better_than += [(place[left], place[right]) for left, right in pairwise(names)]
        free = [unit for unit in names if unit not in vetoed]
        if previous and free:
            better_than.append((place[previous[-1]], place[free[0]]))
        for unit in vetoed & set(names):  # just above the cut: the least that makes the veto matter
            better_than += [(place[unit], place[better]) for better in previous[-1:]]
            better_than += [(place[better], place[unit]) for better in previous[-2:-1]]
        previous = free or previous
    bounds = [
        (0.0, scheme.base_points + sums.get((unit, "bonus"), 0.0) - sums.get((unit, "deduction"), 0.0))
        for unit in units
    ]
    upper, limit = order_constraints(len(units), better_than, bounds)

    averages = [(units, _number(printed, "average", group))]
    averages += [(names, _number(printed, "average", group, grade)) for grade, names in lists.items()]
    known = [(set(members), float(average)) for members, average in averages if average is not None and members]
    equal = np.array([[1.0 / len(members) if unit in members else 0.0 for unit in units] for members, _ in known])
    value = np.array([average for _, average in known])
    try:
        centre = analytic_centre(Polytope(upper, limit, equal.reshape(len(known), len(units)), value))
    except ValueError as error:
        raise WorkbookError(
            f"{scheme.year} 年度 {group} 组：没有一组得分同时符合印出的平均分、名单顺序和满分，不能重构。"
        ) from error
    return dict(zip(units, centre.round(6), strict=True))  # so that no machine's last bits reach a mark


def _reconstruct_indicators(
    group: str, scheme: Scheme, printed: Circular, settings: Settings, draw: random.Random
) -> pd.DataFrame:
    rows = []
    assessors = list(scheme.assessors.value)
    for component in scheme.components:
        parts = [part for part in component.parts for _ in range(_indicator_count(part, group, printed))]
        if component.parts and not parts:
            raise WorkbookError(
                f"{scheme.year} 年度 {group} 组：没有印出“{component.name}”的三级指标数（indicator_count），不能重构。"
            )
        points = _draw_points(len(parts), component.points, settings.indicator_points, draw) if parts else []
        rows += [(part, value) for part, value in zip(parts, points, strict=True)]
    topics = [settings.topics[index % len(settings.topics)] for index in range(len(rows))]
    return pd.DataFrame(
        {
            "indicator_id": [f"{group}-{scheme.year}-{number:03d}" for number in range(1, len(rows) + 1)],
            "group": group,
            "part": [part for part, _ in rows],
            "name": [f"{topic}（{index // len(settings.topics) + 1}）" for index, topic in enumerate(topics)],
            "points": [value for _, value in rows],
            "assessor_id": _deal(assessors, len(rows), draw),
        }
    )


def _indicator_count(part: str, group: str, printed: Circular) -> int:
    """Return the printed number of indicators of a part, or derive it from the printed total and share."""
    count = _count(printed, "indicator_count", group, part)
    if count:
        return count
    share = _number(printed, "indicator_share", group, part) or Decimal(0)
    return round(_count(printed, "indicator_count", group) * share / 100)


def _draw_points(count: int, total: float, choices: Sequence[float], draw: random.Random) -> list[float]:
    """Draw `count` points from `choices` that add up to `total`."""
    if not count * min(choices) <= total <= count * max(choices):
        raise WorkbookError(
            f"reconstruction.yml 的 indicator_points：{count} 项各 {min(choices):g} 至 {max(choices):g} 分，"
            f"凑不成 {total:g} 分。请加上更小或更大的分值。"
        )
    points = [draw.choice(choices) for _ in range(count)]
    step = min(choices)
    for _ in range(1_000 * count):
        if (excess := round((sum(points) - total) / step)) == 0:
            return points
        index = draw.randrange(count)
        moved = points[index] - step * np.sign(excess)
        if min(choices) <= moved <= max(choices):
            points[index] = float(moved)
    raise WorkbookError(
        f"reconstruction.yml 的 indicator_points：{count} 项凑不成 {total:g} 分。请只写最小分值的倍数，相差不要太大。"
    )


def _deal(names: Sequence[str], count: int, draw: random.Random) -> list[str]:
    """Deal names round and round, then shuffle: every name gets its share."""
    dealt = [names[index % len(names)] for index in range(count)]
    draw.shuffle(dealt)
    return dealt


def _reconstruct_marks(
    facts: YearFacts,
    totals: dict[str, float],
    adjustments: pd.DataFrame,
    indicators: pd.DataFrame,
    printed: Circular,
    settings: Settings,
    draw: random.Random,
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    scheme = facts.scheme
    sums = adjustments.groupby(["unit_id", "kind"])["points"].sum()
    marks: list[pd.DataFrame] = []
    results: dict[str, list[tuple[str, float, float]]] = {component.id: [] for component in scheme.outside_components}
    for group in scheme.groups:
        own_indicators = indicators[indicators["group"].eq(group)].reset_index(drop=True)
        ease = np.array([draw.random() for _ in own_indicators.index])
        for grade in scheme.grades:
            owed = 0.0  # points by which the units so far fall short of their targets
            for unit in printed.graded.get((group, grade.id), []):
                base = totals[unit] + owed - sums.get((unit, "bonus"), 0.0) + sums.get((unit, "deduction"), 0.0)
                unit_marks = _choose_status(unit, own_indicators, scheme, settings, draw)
                left, room = base, scheme.base_points
                for component in [*scheme.outside_components, *(c for c in scheme.components if c.parts)]:
                    room -= component.points
                    target = float(
                        np.clip(left * component.points / (component.points + room), left - room, component.points)
                    )
                    if component.parts:
                        left -= _mark_component(unit_marks, component, target, ease, scheme, settings, draw)
                    else:
                        score, earned = _score_result(component, target, left - room, settings, draw)
                        results[component.id].append((unit, score, settings.result_full_score))
                        left -= earned
                owed = left
                marks.append(unit_marks.assign(unit_id=unit))
    columns = ["unit_id", "indicator_id", "status", "rating", "score"]
    frames = {name: pd.DataFrame(rows, columns=["unit_id", "score", "full_score"]) for name, rows in results.items()}
    return pd.concat(marks, ignore_index=True)[columns], frames


def _choose_status(
    unit: str, indicators: pd.DataFrame, scheme: Scheme, settings: Settings, draw: random.Random
) -> pd.DataFrame:
    """Say which indicators the unit carries."""
    topic = indicators["name"].str.replace(r"（\d+）$", "", regex=True)
    chance = np.array([draw.random() for _ in indicators.index])
    not_applicable = (topic.isin(settings.not_applicable_topics) | (chance < settings.not_applicable_share)) & (
        unit in settings.rescaled
    )
    own = indicators["assessor_id"].eq(unit) & scheme.own_indicators.excluded
    status = (
        pd.Series("marked", index=indicators.index).mask(not_applicable, "not_applicable").mask(own, "own_assessor")
    )
    return indicators.assign(status=status, rating="", score=np.nan)


def _score_result(
    component: Component, target: float, lowest: float, settings: Settings, draw: random.Random
) -> tuple[float, float]:
    """Choose an outside result near the target; return the score and the points it earns."""
    wanted = target + (draw.random() - 0.5) * 0.1 * component.points
    wanted = float(np.clip(wanted, max(lowest, 0.0) + 0.01 * component.points, component.points))
    factor = float(over_applicable(component.points, settings.result_full_score))
    steps = round(min(wanted / factor, settings.result_full_score) / settings.result_step)
    score = round(steps * settings.result_step, 9)
    return score, score * factor


def _mark_component(
    marks: pd.DataFrame,
    component: Component,
    target: float,
    ease: np.ndarray,
    scheme: Scheme,
    settings: Settings,
    draw: random.Random,
) -> float:
    """Fill in ratings and scores that earn the target; return the points they earn."""
    own = marks["part"].isin(component.parts) & marks["status"].eq("marked")
    points = marks.loc[own, "points"]
    if points.empty:
        raise WorkbookError(
            f"按 reconstruction.yml 重构出的数据不合办法：有单位没有承担“{component.name}”的任何指标。"
            "请减少 not_applicable_topics，或降低 not_applicable_share。"
        )
    factor = float(over_applicable(component.points, points.sum())) if component.rescale else 1.0
    wanted = target / factor
    rated = own & marks["part"].map({part: spec.marking for part, spec in component.parts.items()}).eq("rating")
    scored = own & ~rated

    share = wanted / points.sum()
    noise = np.array([draw.random() for _ in marks.index])
    likely = 0.7 * ease + 0.3 * noise
    rated_points = marks.loc[rated, "points"].to_numpy()
    marks.loc[rated, "rating"] = _choose_ratings(likely[rated], rated_points, share * rated_points.sum(), scheme)
    earned = value_ratings(marks[rated], scheme)[0].sum()
    scored_points = marks.loc[scored, "points"].to_numpy()
    marks.loc[scored, "score"] = _choose_scores(likely[scored], scored_points, wanted - earned, settings.score_step)
    return float(factor * (earned + marks.loc[scored, "score"].sum()))


def _choose_ratings(likely: np.ndarray, points: np.ndarray, wanted: float, scheme: Scheme) -> list[str]:
    """Shift one set of thresholds until the ratings earn about what is wanted."""
    names = sorted(scheme.ratings.value, key=lambda name: -scheme.ratings.value[name])
    shares = np.array([scheme.ratings.value[name] for name in names])
    width = 0.25

    def rate(shift: float) -> np.ndarray:
        places: np.ndarray = np.floor((1 - likely - shift) / width) + 1
        return places.clip(0, len(names) - 1).astype(int)

    return [names[index] for index in rate(_bisect(-2.0, 2.0, lambda shift: shares[rate(shift)] @ points < wanted))]


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
