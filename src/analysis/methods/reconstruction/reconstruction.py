"""Inputs that agree with everything printed: a feasible, centred, seeded set of marks. Never real scores.

Method, in order: (1) adjustments that meet the printed counts and extremes; (2) totals at the analytic centre of
the printed averages, list order and limits; (3) indicators with the printed counts; (4) for every unit, ratings
and scores that add up to its total, the rounding error carried to the next unit so that averages stay exact.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from analysis.data.dataset import YearFacts
from analysis.data.inputs import PROVENANCE, load_inputs
from analysis.data.schemes import Adjustment
from analysis.folders import keep_folder, name_backup
from analysis.methods.audit.circulars import Circular
from analysis.methods.bounds.constraints import Constraint, ConstraintSet, weigh_mean
from analysis.methods.bounds.polytope import analytic_centre
from analysis.methods.reconstruction.marks import Marker
from analysis.methods.reconstruction.settings import Settings, check_settings
from analysis.periods import AnyYear, name_assessed
from analysis.problems import InputError, WorkbookError, tell_problems
from analysis.storage import follow_links, log, scratch_folder
from analysis.swaps import replaced_folder
from analysis.words import CLAUSES, RECONSTRUCTED


def reconstruct_inputs(facts: YearFacts, settings: Settings) -> dict[str, str]:
    """Make one year's input files.

    Parameters
    ----------
    facts : YearFacts
        Its circular and scheme are used, its inputs are not.
    settings : Settings

    Returns
    -------
    dict of file name to text
        Tables of indicators, marks, adjustments and each outside component, and their provenance.

    Raises
    ------
    WorkbookError
        If the year has no circular, a grade requires more than a total, its lists have names that no unit bears, no
        marks agree with its printed averages and order, or what comes out would be refused as data.
    """
    if facts.published is None:
        raise WorkbookError(f"{name_assessed(facts.year)}没有通报（published/{facts.year}.yml），不能重构评分数据。")
    check_settings(facts, settings)
    printed = Circular(facts, facts.published)
    if required := facts.scheme.conditional_grades.values():
        raise WorkbookError(
            f"{name_assessed(facts.year)}考核办法的{'、'.join(required)}另有总分以外的条件（requires），"
            "通报没有载明哪些单位合不合条件，不能重构评分数据。"
        )
    if unknown := sorted(printed.listed() - set(facts.units["unit_id"])):
        raise WorkbookError(
            f"{name_assessed(facts.year)}通报的等次名单中有单位表没有的名称：{'、'.join(unknown)}，不能重构评分数据。"
            f"请先改正 published/{facts.year}.yml，或在 lineage.csv 登记这一年的名称。"
        )
    tables = _Reconstruction(printed, settings).make_tables()
    provenance = {
        "provenance": "reconstructed",
        "method": RECONSTRUCTED["method"],
        "seed": settings.seed,
        "agrees_with": [facts.published.document],
    }
    files = {
        f"{name}.csv": str(table.to_csv(index=False, lineterminator="\n", float_format="%.10g"))
        for name, table in tables.items()
    }
    files[PROVENANCE] = yaml.safe_dump(provenance, allow_unicode=True, sort_keys=False, width=1000)
    _check_files(files, facts)
    return files


def find_missing(facts: YearFacts) -> list[str]:
    """Name what a reconstruction cannot do without and the circular does not print.

    Parameters
    ----------
    facts : YearFacts
        With a circular.

    Returns
    -------
    list of str
    """
    assert facts.published is not None
    printed, missing = Circular(facts, facts.published), list[str]()
    for group, name in facts.scheme.group_names.items():
        unlisted = set(printed.members(group)) - printed.listed()
        if unlisted:
            missing.append(f"{name}{len(unlisted)}个单位的等次（等次名单）")
        missing += [
            f"{name}“{component.name}”的三级指标数（indicator_count）"
            for component in facts.scheme.components
            if component.parts and not any(_count_indicators(printed, part, group) for part in component.parts)
        ]
    silent = dict.fromkeys(CLAUSES.get(each.partition(".")[0], each) for each in facts.scheme.unknown)
    return missing + ([f"考核办法的{'、'.join(silent)}"] if silent else [])


def write_inputs(root: Path, year: AnyYear, files: dict[str, str]) -> None:
    """Write one year's input files, replacing the folder as a whole; the earlier one is kept.

    Parameters
    ----------
    root : Path
        Data folder.
    year : AnyYear
    files : dict of file name to text
    """
    folder = root / "inputs" / str(year)
    copy = name_backup(folder, root)
    with replaced_folder(follow_links(folder), copy=copy) as fresh:
        _write_files(fresh, files)
        backup = keep_folder(folder, root, copy, fresh)
    log(root, f"reconstruct -> inputs/{year}，原有：{backup or '无，或相同'}")


def _write_files(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _check_files(files: dict[str, str], facts: YearFacts) -> None:
    """Hold what was made against the scheme, as any data, before it takes the place of anything."""
    with scratch_folder() as folder:
        _write_files(folder, files)
        try:
            load_inputs(folder, folder, facts.scheme, facts.units)
        except InputError as error:
            problems = tell_problems(error.problems)
            raise WorkbookError(
                f"{name_assessed(facts.year)}：按 reconstruction.yml 的取定重构出的数据不合办法，没有采用"
                f"（共{len(problems)}处，如{problems[0]}）请改 reconstruction.yml 的取定。原有数据没有改动。"
            ) from error


class _Reconstruction:
    """One year's circular, what print leaves open, and the draws that fill it."""

    def __init__(self, printed: Circular, settings: Settings) -> None:
        self.printed, self.settings = printed, settings
        self.scheme, self.year = printed.facts.scheme, printed.facts.year
        self.draw = random.Random(f"{settings.seed}-{self.year}")

    def make_tables(self) -> dict[str, pd.DataFrame]:
        """Make all tables, in the order in which numbers are drawn for them."""
        groups = self.scheme.groups
        if not self.scheme.is_plain:
            reason = "办法中有单列分值的部分、按百分数评分的部分、只作权重的分值或基础分的折算，不能重构。"
            raise WorkbookError(f"{name_assessed(self.year)}：{reason}")
        adjustments = pd.concat([self._adjust(group) for group in groups], ignore_index=True)
        sign = adjustments["kind"].map({"bonus": 1.0, "deduction": -1.0, "veto": 0.0})
        adjusted = (adjustments["points"].fillna(0.0) * sign).groupby(adjustments["unit_id"]).sum().to_dict()
        vetoed = set(adjustments.loc[adjustments["kind"].eq("veto"), "unit_id"])
        totals = {group: self._choose_totals(group, adjusted, vetoed) for group in groups}
        indicators = {group: self._choose_indicators(group) for group in groups}
        marks: list[pd.DataFrame] = []
        results: list[dict[str, object]] = []
        for group in groups:
            marker = Marker(self.scheme, self.settings, indicators[group], self.draw)
            for units in self._lists(group).values():
                owed = 0.0  # points by which the units so far fall short of their targets
                for unit in units:
                    base = totals[group][unit] + owed - adjusted.get(unit, 0.0)
                    unit_marks, unit_results, owed = marker.mark_unit(unit, base)
                    marks.append(unit_marks)
                    results.append({"unit_id": unit, **unit_results})
        outside = pd.DataFrame(results).assign(full_score=self.settings.result_full_score)
        tables = {"indicators": pd.concat(indicators.values()), "marks": pd.concat(marks), "adjustments": adjustments}
        for component in self.scheme.outside_components:
            columns = {component.id: "score"}
            tables[component.id] = outside[["unit_id", component.id, "full_score"]].rename(columns=columns)
        return tables

    def _lists(self, group: str) -> dict[str, list[str]]:
        """Return the group's units by grade, best first, in printed order."""
        return {grade: self.printed.graded.get((group, grade), []) for grade in self.scheme.grade_names}

    def _number(self, measure: str, group: str, of: str = "all") -> float | None:
        return _read_number(self.printed, measure, group, of)

    def _count(self, measure: str, group: str, of: str = "all") -> int:
        """Return a printed count, 0 where it is not printed."""
        return int(self._number(measure, group, of) or 0)

    def _refuse(self, group: str, reason: str) -> WorkbookError:
        return WorkbookError(f"{name_assessed(self.year)} {group} 组：{reason}")

    def _adjust(self, group: str) -> pd.DataFrame:
        """Give out as many adjustments as are printed, from the highest to the lowest printed."""
        scheme, settings = self.scheme, self.settings
        ranked = [unit for units in self._lists(group).values() for unit in units]
        items: list[tuple[str, str, float | None]] = []
        if count := self._count("bonus_units", group):
            if count > len(ranked):
                reason = f"通报载有{count}个单位有加分，而名单只有{len(ranked)}个单位，不能重构。"
                raise self._refuse(group, f"{reason}请核对 published/{self.year}.yml。")
            highest, lowest = (self._number(f"bonus_{end}", group) or 0.0 for end in ("max", "min"))
            step = scheme.bonus.step or settings.bonus_step
            amounts = np.round(np.linspace(highest, lowest, count) / step) * step
            candidates = ranked[: round(count * settings.bonus_candidates)]
            chosen = sorted(self.draw.sample(candidates, count), key=ranked.index)
            for left in range(0, count - 1, 2):  # so that the bonus does not simply fall with rank
                if self.draw.random() < 0.5:
                    amounts[[left, left + 1]] = amounts[[left + 1, left]]
            for unit, amount in zip(chosen, amounts, strict=True):
                items += [(unit, "bonus", item) for item in _split(float(amount), scheme.bonus)]
        without_bonus = [unit for unit in ranked if unit not in {unit for unit, *_ in items}]
        deduction = _split(self._number("deduction_max", group) or 0.0, scheme.deduction)
        for unit in without_bonus[len(without_bonus) - self._count("deduction_units", group) :]:
            items += [(unit, "deduction", item) for item in deduction]
        if scheme.veto:
            best_left = next(grade for grade in scheme.grade_names if not scheme.bars(grade))
            vetoed = self._lists(group)[best_left][: self._count("veto_units", group)]
            items += [(unit, "veto", None) for unit in vetoed]
        table = pd.DataFrame(items, columns=["unit_id", "kind", "points"])
        return table.assign(reason=table["kind"].map(RECONSTRUCTED))

    def _choose_totals(self, group: str, adjusted: dict[str, float], vetoed: set[str]) -> dict[str, float]:
        """Return totals at the analytic centre of what is printed about the group."""
        lists = self._lists(group)
        decimals = self.scheme.ranking.decimals
        step = 0.0 if decimals is None else 10.0**-decimals  # else they might be tied at a cut once they are rounded
        better_than: list[tuple[str, str, float]] = []
        previous: list[str] = []
        for units in lists.values():
            better_than += [(*pair, 0.0) for pair in pairwise(units)]
            free = [unit for unit in units if unit not in vetoed]
            better_than += [(*pair, step) for pair in zip(previous[-1:], free[:1], strict=False)]
            for unit in vetoed & set(units):  # just above the cut: the least that makes the veto matter
                better_than += [(unit, better, 0.0) for better in previous[-1:]]
                better_than += [(better, unit, 0.0) for better in previous[-2:-1]]
            previous = free or previous
        year, full = self.year, self.scheme.base_points
        order = [
            Constraint("", {(year, better): 1.0, (year, worse): -1.0}, low=apart)
            for better, worse, apart in better_than
        ]
        units = list(dict.fromkeys(unit for listed in lists.values() for unit in listed))
        limits = [Constraint("", {(year, unit): 1.0}, 0.0, full + adjusted.get(unit, 0.0)) for unit in units]
        known = ConstraintSet(group, [*order, *limits], {year: lists})
        printed = {of: self._number("average", group, of) for of in ("all", *lists) if lists.get(of, units)}
        averages = {of: average for of, average in printed.items() if average is not None}
        weights = [known.weights(weigh_mean(year, of, known.members)) for of in averages]
        equal, value = np.reshape(weights, (-1, len(units))), np.array(list(averages.values()), dtype=float)
        try:
            centre = analytic_centre(replace(known.polytope(), equal=equal, value=value))
        except ValueError as error:
            reason = "没有一组得分同时符合通报所列平均分、名单顺序和满分，不能重构。"
            raise self._refuse(group, reason) from error
        return dict(zip(units, centre.round(6), strict=True))  # so that no machine's last bits reach a mark

    def _choose_indicators(self, group: str) -> pd.DataFrame:
        """Make as many indicators as are printed, whose points add up to what their component is worth."""
        settings, assessors = self.settings, list(self.scheme.assessors.value)
        rows: list[tuple[str, float]] = []
        for component in self.scheme.components:
            parts = [part for part in component.parts for _ in range(_count_indicators(self.printed, part, group))]
            if parts:
                points = _draw_points(len(parts), component.points, settings.indicator_points, self.draw)
                rows += zip(parts, points, strict=True)
            elif component.parts:
                reason = f"通报没有载明“{component.name}”的三级指标数（indicator_count），不能重构。"
                raise self._refuse(group, reason)
        numbers, topics = np.arange(len(rows)), settings.topics
        assessor_ids = [assessors[number % len(assessors)] for number in numbers]
        self.draw.shuffle(assessor_ids)
        table = pd.DataFrame(rows, columns=["part", "points"])
        table = table.assign(
            indicator_id=[f"{group}-{self.year}-{number + 1:03d}" for number in numbers],
            group=group,
            name=[f"{topics[number % len(topics)]}（{number // len(topics) + 1}）" for number in numbers],
            assessor_id=assessor_ids,
        )
        return table[["indicator_id", "group", "part", "name", "points", "assessor_id"]]


def _read_number(printed: Circular, measure: str, group: str, of: str = "all") -> float | None:
    figure = printed.figure(measure, group, of)
    return float(figure.value.rstrip("%")) if figure else None


def _count_indicators(printed: Circular, part: str, group: str) -> int:
    """Return the printed number of indicators of a part, or derive it from the printed total and share."""
    count = int(_read_number(printed, "indicator_count", group, part) or 0)
    share = _read_number(printed, "indicator_share", group, part) or 0.0
    return count or round((_read_number(printed, "indicator_count", group) or 0.0) * share / 100)


def _split(amount: float, limits: Adjustment) -> list[float]:
    """Split an amount into items of at most `item_max`; one of nothing is left to the check of what was made."""
    if amount <= 0:
        return [amount]
    largest = limits.item_max or amount
    whole, rest = divmod(round(amount / largest, 9), 1)
    return [largest] * int(whole) + ([round(rest * largest, 9)] if rest else [])


def _draw_points(count: int, total: float, choices: Sequence[float], draw: random.Random) -> list[float]:
    """Draw `count` points from `choices` that add up to `total`."""
    if not count * min(choices) <= total <= count * max(choices):
        raise WorkbookError(
            f"reconstruction.yml 的 indicator_points：{count}项各{min(choices):g}至{max(choices):g}分，"
            f"凑不成{total:g}分。请加上更小或更大的分值。"
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
        f"reconstruction.yml 的 indicator_points：{count}项凑不成{total:g}分。请只写最小分值的倍数，相差不要太大。"
    )
