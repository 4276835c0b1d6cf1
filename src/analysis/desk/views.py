"""What the explorer shows for a choice: sentences, a chart and a table, made by the functions the pages use."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analysis.data.dataset import YearFacts
from analysis.exhibits.mark_charts import chart_indicator
from analysis.exhibits.mark_tables import table_indicator_marks, table_unit_marks
from analysis.exhibits.profile_charts import chart_parts
from analysis.exhibits.profile_sentences import describe_position
from analysis.exhibits.score_charts import chart_components
from analysis.exhibits.sentences import describe_grades, describe_movement
from analysis.exhibits.tables import Table, table_movement, table_scores
from analysis.exhibits.theme import Chart
from analysis.exhibits.trend_charts import chart_movement
from analysis.exhibits.what_if_charts import chart_what_if
from analysis.exhibits.what_if_tables import list_changes, table_what_if
from analysis.exhibits.words import provenance_note
from analysis.methods.counterfactuals import shared_groups
from analysis.methods.grades import compare_units, count_grades
from analysis.methods.margins import find_margins
from analysis.methods.matrices import MarkMatrix, gather_marks
from analysis.methods.profiles import list_marks, rate_parts
from analysis.methods.what_if import Changes, ask_what_if, change_scheme
from analysis.problems import WorkbookError
from analysis.scoring.years import score_year, score_years

_LONGEST = 24
"""Characters of a name that a file name keeps."""


@dataclass(frozen=True)
class View:
    """What is on the screen, and what an export writes.

    Attributes
    ----------
    name : str
        A file name without its ending: letters, digits, `_` and `-` only, whatever is in the data.
    sentences : list of str
    chart : Chart
    table : Table
    """

    name: str
    sentences: list[str]
    chart: Chart
    table: Table


def view_scores(facts: YearFacts, group: str) -> View:
    """Show one group's ranked scores.

    Parameters
    ----------
    facts : YearFacts
    group : str

    Returns
    -------
    View
    """
    scheme, scores = facts.scheme, score_year(facts)
    own, name = scores[scores["group"].eq(group)], scheme.groups[group].name
    told = describe_grades(count_grades(own), facts.year, scheme.grade_names)
    return View(
        _name(facts.year, name, "得分"),
        [f"{name}：{told}"],
        chart_components(scores, scheme, group),
        table_scores(scores, scheme, group, provenance_note(own["provenance"])),
    )


def view_unit(facts: YearFacts, unit_id: str) -> View:
    """Show one unit: its parts against its group, and all its marks.

    Parameters
    ----------
    facts : YearFacts
    unit_id : str

    Returns
    -------
    View
    """
    marks = _marks(facts, facts.group_of(unit_id))
    return View(
        _name(facts.year, facts.name_of(unit_id), "评分"),
        describe_position(marks, find_margins(marks), unit_id),
        chart_parts(marks, rate_parts(marks), unit_id),
        table_unit_marks(marks, list_marks(marks), unit_id),
    )


def view_indicator(facts: YearFacts, group: str, indicator_id: str) -> View:
    """Show one indicator: how many units got which mark, and who.

    Parameters
    ----------
    facts : YearFacts
    group, indicator_id : str

    Returns
    -------
    View
    """
    marks = _marks(facts, group)
    listed = list_marks(marks)
    return View(
        _name(facts.year, marks.group_name, indicator_id),
        [],
        chart_indicator(marks, listed, indicator_id),
        table_indicator_marks(marks, listed, indicator_id),
    )


def view_years(base: YearFacts, facts: YearFacts, group: str) -> View:
    """Show how one group moved between two years.

    Parameters
    ----------
    base, facts : YearFacts
        The earlier year and the later one.
    group : str

    Returns
    -------
    View

    Raises
    ------
    WorkbookError
        If one of the years does not assess the group.
    """
    if group not in shared_groups(base, facts):
        raise WorkbookError(f"{base.year} 年和 {facts.year} 年没有都考核这一组，无从比较。")
    scheme, documents = facts.scheme, [base.scheme.document, facts.scheme.document]
    grades = base.scheme.grade_names | scheme.grade_names
    units = compare_units(score_year(base), score_year(facts), list(scheme.grade_names | base.scheme.grade_names))
    provenances = list(score_years({base.year: base, facts.year: facts})["provenance"])
    note, name = provenance_note(provenances), scheme.groups[group].name
    return View(
        _name(facts.year, name, f"比{base.year}"),
        describe_movement(units, facts.year, {group: name}),
        chart_movement(units, scheme, group, base.year, documents, provenances),
        table_movement(units, scheme, group, base.year, grades, note),
    )


def view_what_if(facts: YearFacts, group: str, changes: Changes) -> View:
    """Show one group under a changed scheme.

    Parameters
    ----------
    facts : YearFacts
    group : str
    changes : dict of place to value
        See `list_levers`.

    Returns
    -------
    View

    Raises
    ------
    InputError
        If a clause cannot say so.
    """
    scheme, units = facts.scheme, ask_what_if(facts, changes)
    provenances: list[str] = [facts.inputs.provenance.provenance] if facts.inputs else []
    changed = list_changes(scheme, change_scheme(scheme, changes))
    said = f"假设{'；'.join(changed)}。" if changed else "办法没有改动。"
    name = scheme.groups[group].name
    return View(
        _name(facts.year, name, "假设"),
        [f"这是假设推演，不是考核结果：评分不变，只改办法。{said}"],
        chart_what_if(units, scheme, group, [scheme.document], provenances),
        table_what_if(units, scheme, group, f"假设推演，不是考核结果。{said}{provenance_note(provenances)}"),
    )


def _marks(facts: YearFacts, group: str) -> MarkMatrix:
    return gather_marks(facts, score_year(facts), group)


def _name(*words: object) -> str:
    """Names of units and groups may hold anything; a file name may not."""
    return "-".join(re.sub(r"[^\w（）、-]+", "_", str(word))[:_LONGEST] for word in words)
