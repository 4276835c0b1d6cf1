"""The figures and tables that an appendix may hold, by the names that notebooks/appendix.yml gives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analysis.documents.subject import Subject
from analysis.exhibits import (
    certainty_charts,
    certainty_tables,
    change_charts,
    change_tables,
    evidence_tables,
    grade_tables,
    score_charts,
    streak_charts,
    tables,
    trend_charts,
)
from analysis.exhibits.tables import Table
from analysis.exhibits.theme import Chart
from analysis.exhibits.words import Prose
from analysis.methods.audit.ledger import audit_year
from analysis.methods.decomposition import decompose_average, decompose_units
from analysis.methods.margins import find_margins
from analysis.methods.weights import weigh_indicators

Content = Chart | Table


@dataclass(frozen=True)
class Entry:
    """How to make a figure or table.

    Attributes
    ----------
    name : str
        What readers call it where it cannot be shown.
    make : function of (Subject, group)
        Prose means that there is nothing to show, and why.
    by_group : bool
        One for every group.
    compares : bool
        Needs a base year.
    """

    name: str
    make: Callable[[Subject, str], Content | Prose]
    by_group: bool = False
    compares: bool = False


def _average_change(subject: Subject, group: str) -> Chart:
    crossed = subject.crossed[group]
    steps = change_tables.name_factors(decompose_average(crossed), crossed.part_names)
    return change_charts.chart_average_change(crossed, steps)


def _table_average_change(subject: Subject, group: str) -> Table:
    crossed = subject.crossed[group]
    steps = change_tables.name_factors(decompose_average(crossed), crossed.part_names)
    return change_tables.table_average_change(steps, crossed, subject.note)


def _table_unit_changes(subject: Subject, group: str) -> Table:
    crossed = subject.crossed[group]
    steps = change_tables.name_factors(decompose_units(crossed), crossed.part_names)
    return change_tables.table_unit_changes(steps, crossed, subject.note)


def _movement(subject: Subject, group: str) -> Chart:
    return trend_charts.chart_movement(
        subject.movement, subject.scheme, group, subject.base_year or 0, subject.documents, subject.provenances
    )


def _table_movement(subject: Subject, group: str) -> Table:
    return tables.table_movement(
        subject.movement, subject.scheme, group, subject.base_year or 0, subject.grade_names, subject.note
    )


def _margins(subject: Subject, group: str) -> Chart:
    marks = subject.marks(group)
    return certainty_charts.chart_margins(marks, find_margins(marks))


def _table_margins(subject: Subject, group: str) -> Table:
    marks = subject.marks(group)
    return certainty_tables.table_margins(marks, find_margins(marks))


def _influence(subject: Subject, group: str) -> Content | Prose:
    marks = subject.marks(group)
    return certainty_charts.chart_influence(marks, weigh_indicators(marks))


def _audit(subject: Subject, _: str) -> Table | Prose:
    ledger = audit_year(subject.dataset, subject.scores, subject.year)
    if ledger.empty:
        return Prose(("没有这一年的通报，无从核对。",))
    return evidence_tables.table_ledger(ledger, f"{subject.year} 年度通报：逐条核对")


FIGURES: dict[str, Entry] = {
    "averages": Entry("平均分", lambda its, _: trend_charts.chart_averages(its.history, its.scheme, its.documents)),
    "grades": Entry(
        "等次", lambda its, _: trend_charts.chart_grades(its.counts, its.scheme, its.documents, its.provenances)
    ),
    "distribution": Entry("总分的分布", lambda its, _: score_charts.chart_distribution(its.now, its.scheme)),
    "components": Entry(
        "总分的构成", lambda its, group: score_charts.chart_components(its.now, its.scheme, group), by_group=True
    ),
    "movement": Entry("名次升降", _movement, by_group=True, compares=True),
    "streaks": Entry(
        "连续获得最好等次",
        lambda its, _: streak_charts.chart_streaks(
            its.panel, its.streaks, its.scheme, its.dataset.documents, its.provenances
        ),
    ),
    "average_change": Entry("平均分变化的构成", _average_change, by_group=True, compares=True),
    "margins": Entry("离最好的等次有多远", _margins, by_group=True),
    "influence": Entry("指标的影响", _influence, by_group=True),
}
TABLES: dict[str, Entry] = {
    "averages": Entry("平均分", lambda its, _: tables.table_averages(its.history, its.scheme, its.note)),
    "grades": Entry("等次", lambda its, _: grade_tables.table_grades(its.counts, its.scheme, its.note)),
    "transitions": Entry("等次变化", lambda its, _: tables.table_transitions(its.movement, its.scheme), compares=True),
    "movement": Entry("名次升降", _table_movement, by_group=True, compares=True),
    "streaks": Entry("连续获得最好等次", lambda its, _: tables.table_streaks(its.streaks, its.scheme, its.note)),
    "adjustments": Entry("加减分", lambda its, _: tables.table_adjustments(its.now, its.scheme, its.note)),
    "scores": Entry(
        "得分", lambda its, group: tables.table_scores(its.now, its.scheme, group, its.note), by_group=True
    ),
    "scheme": Entry("考核办法", lambda its, _: tables.table_scheme(its.scheme)),
    "average_change": Entry("平均分变化的构成", _table_average_change, by_group=True, compares=True),
    "unit_changes": Entry("各单位总分变化的构成", _table_unit_changes, by_group=True, compares=True),
    "margins": Entry("离最好的等次有多远", _table_margins, by_group=True),
    "audit": Entry("通报逐条核对", _audit),
}
