"""The first page: the year in a few figures, then the pages by the question they answer, then the units."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from analysis.data.dataset import Dataset
from analysis.exhibits.headlines import (
    Headline,
    headline_averages,
    headline_grades,
    headline_streaks,
    headline_verdicts,
)
from analysis.methods.audit.ledger import audit_year
from analysis.methods.averages import average_history
from analysis.methods.grades import count_grades
from analysis.methods.streaks import build_grade_panel, find_streaks
from analysis.site.navigation import warn_of_marks
from analysis.site.pages import INDEX, Page, group_by_question, group_by_topic
from analysis.versions import list_versions


def show_time(stamp: str) -> str:
    """Write a moment as readers here do, in local time.

    Parameters
    ----------
    stamp : str
        ISO 8601.

    Returns
    -------
    str
    """
    here = datetime.fromisoformat(stamp).astimezone()
    return f"{here.year}年{here.month}月{here.day}日 {here:%H:%M}"


def make_front(dataset: Dataset, scores: pd.DataFrame, site: str, pages: list[Page], stamp: str) -> str:
    """Make the first page.

    Parameters
    ----------
    dataset : Dataset
        Up to the year it tells of.
    scores : DataFrame of `score_years`
    site : str
    pages : list of Page, in reading order
    stamp : str
        When the pages were made, in ISO 8601.

    Returns
    -------
    str
        A complete document.
    """
    from analysis.exhibits.html import render_index, render_page

    latest = dataset.year(dataset.scored_years[-1])
    title = latest.scheme.title
    profiles = {
        group: [
            (latest.name_of(page.unit_id), page.file)
            for page in pages
            if page.unit_id and latest.group_of(page.unit_id) == group
        ]
        for group in latest.scheme.groups
    }
    body = render_index(
        title,
        summarise_year(dataset, scores, latest.year),
        group_by_question(pages),
        {latest.scheme.group_names[group]: units for group, units in profiles.items() if units},
    )
    return render_page(
        body,
        title=title,
        site=site,
        notice=warn_of_marks(dataset, dataset.scored_years),
        facts={"数据指纹": dataset.fingerprint, "版本": list_versions(), "生成时间": show_time(stamp)},
        file=INDEX,
        home=INDEX,
        topics=group_by_topic(pages),
        next=(pages[0].file, pages[0].title) if pages else None,
    )


def summarise_year(dataset: Dataset, scores: pd.DataFrame, year: int) -> list[Headline]:
    """Show the year's averages, grades, runs of the best grade, and what the audit found.

    Parameters
    ----------
    dataset : Dataset
        Up to the year.
    scores : DataFrame of `score_years`
    year : int

    Returns
    -------
    list of Headline
    """
    facts = dataset.year(year)
    own = scores[scores["year"].le(year)]
    streaks = facts.units.merge(find_streaks(build_grade_panel(dataset, own), year), on="unit_id")
    return [
        *headline_averages(average_history(dataset, own), year, facts.scheme.group_names),
        headline_grades(count_grades(own), year, facts.scheme.grade_names),
        headline_streaks(streaks, facts.scheme.grades[0].name),
        headline_verdicts(audit_year(dataset, own, year)),
    ]
