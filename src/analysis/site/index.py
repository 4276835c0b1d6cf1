"""The first page: the year in a few figures, then the pages by the question they answer, then the units."""

from __future__ import annotations

from datetime import datetime

from analysis.assessment import Year
from analysis.exhibits import show
from analysis.site.navigation import warn_of_marks
from analysis.site.pages import INDEX, Page, group_by_question, group_by_topic
from analysis.versions import list_versions

HEADLINES = ("averages", "grades", "streaks", "audit")
"""The exhibits whose figures stand on it."""


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


def make_index(year: Year, site: str, pages: list[Page], stamp: str) -> str:
    """Make the first page.

    Parameters
    ----------
    year : Year
        The year it tells of.
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

    latest, title = year.facts, year.scheme.title
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
        [headline for name in HEADLINES for headline in show(year, name).headlines],
        group_by_question(pages),
        {latest.scheme.group_names[group]: units for group, units in profiles.items() if units},
    )
    return render_page(
        body,
        title=title,
        site=site,
        notice=warn_of_marks(year.dataset, year.scored_years),
        facts={"数据指纹": year.dataset.fingerprint, "版本": list_versions(), "生成时间": show_time(stamp)},
        file=INDEX,
        home=INDEX,
        topics=group_by_topic(pages),
        next=(pages[0].file, pages[0].title) if pages else None,
    )
