"""The frame of a page: where it belongs, whether its marks are official, what it was made from; and the first page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from analysis.data.dataset import Dataset
from analysis.exhibits.html import UnitEntry
from analysis.methods.provenance import list_origins
from analysis.origins import is_to_be_told, provenance_note
from analysis.periods import KINDS, AnyYear, kind_of
from analysis.site.pages import INDEX, Page, group_pages, label_years
from analysis.versions import list_versions

if TYPE_CHECKING:
    from analysis.assessment import Year

_FRONT = (INDEX, "首页")
HEADLINES = ("averages", "grades", "streaks", "audit")
"""The exhibits whose figures stand on it."""


def frame_pages(dataset: Dataset, site: str, pages: list[Page]) -> list[dict[str, Any]]:
    """Say for every page what its frame shows (see `frame_page`).

    Parameters
    ----------
    dataset : Dataset
    site : str
    pages : list of Page, in reading order

    Returns
    -------
    list of dict of arguments of `render_page`
    """
    units = list_units(dataset, pages)
    return [frame_page(dataset, site, page, pages, units) for page in pages]


def frame_page(
    dataset: Dataset,
    site: str,
    page: Page,
    listed: list[Page] | None = None,
    units: list[UnitEntry] | None = None,
) -> dict[str, Any]:
    """Say what the frame of a page shows: what it is, provenance, footer, and the navigation if it is not alone.

    Parameters
    ----------
    dataset : Dataset
    site : str
    page : Page
    listed : list of Page, optional
        The pages there are; without them there is no navigation.
    units : list of UnitEntry, optional
        Of `list_units`, where they are known.

    Returns
    -------
    dict of arguments of `render_page`
    """
    frame: dict[str, Any] = {
        "file": page.file,
        "title": page.title,
        "kicker": page.title,
        "site": site,
        "notice": warn_of_marks(dataset, page.years),
        "facts": {
            "笔记本": page.notebook.name,
            KINDS[kind_of(page.parameters["year"])]: page.label,
            "数据指纹": dataset.fingerprint,
            "版本": list_versions(),
        },
    }
    if listed is None:
        return frame
    units = list_units(dataset, listed) if units is None else units
    return frame | {"units": units} | _navigate(listed, page.parameters["year"], page)


def _navigate(pages: list[Page], year: AnyYear, page: Page | None = None) -> dict[str, Any]:
    """Say where one can go from a page, or from the first page: to the other topics of the year, and to other years."""
    series = list(group_pages(pages, "series").values())
    topics = [page if page in own else find_page(own, year) for own in series]
    way = [_FRONT, *((each.file, each.topic) for each in topics)]
    at = topics.index(page) + 1 if page in topics else 0
    return {
        "home": INDEX,
        "topics": {each.topic: each for each in topics},
        "years": _list_years(series, year, page),
        "previous": way[max(at - 1, 0)] if page else None,
        "next": next(iter(way[at + 1 :]), None) if at or not page else None,
    }


def find_page(series: Sequence[Page], year: AnyYear) -> Page:
    """Find the page of a series that is about a year, or else about the nearest before it, or else the first there is.

    Parameters
    ----------
    series : sequence of Page
        In the order of their years.
    year : AnyYear

    Returns
    -------
    Page
    """
    return [series[0], *(page for page in series if page.parameters["year"] <= year)][-1]


def _list_years(series: list[list[Page]], year: AnyYear, page: Page | None) -> list[tuple[str, str]]:
    """List the pages of the same topic of other years; where there is no other, the first page of each year.

    The latest comes first, and what is called what comes before where it is found.
    """
    own = next((each for each in series if page in each and len(each) > 1), [])
    if own:
        return [(each.label, each.file) for each in reversed(own)]
    first: dict[AnyYear, str] = {year: page.file if page else INDEX}
    for each in chain(*series):
        first.setdefault(each.parameters["year"], each.file)
    return [(label_years({"year": each}), first[each]) for each in sorted(first, reverse=True)]


def list_units(dataset: Dataset, pages: Sequence[Page]) -> list[UnitEntry]:
    """List who can be looked for on pages: everybody who was ever assessed, by the name of the latest year.

    Parameters
    ----------
    dataset : Dataset
    pages : sequence of Page
        Those there are; the pages of units among them are linked.

    Returns
    -------
    list of UnitEntry
    """
    files = {page.unit_id: page.file for page in pages if page.unit_id}
    latest = {row.unit_id: row.name for year in dataset.reported_years for row in dataset.year(year).units.itertuples()}
    names: dict[str, list[str]] = {}
    for name, units in dataset.units_called().items():
        for unit in units:
            names.setdefault(unit, []).append(name)
    others = {unit: "、".join(each for each in names.get(unit, []) if each != name) for unit, name in latest.items()}
    return [UnitEntry(unit, name, others[unit], files.get(unit, "")) for unit, name in latest.items()]


def warn_of_marks(dataset: Dataset, years: Sequence[AnyYear]) -> str:
    """Say that the marks of some years are not those that an office gave, and of which.

    Parameters
    ----------
    dataset : Dataset
    years : sequence of AnyYear

    Returns
    -------
    str, empty where all are official
    """
    used = {year: origin for year, origin in list_origins(dataset).items() if year in years}
    return provenance_note(used) if is_to_be_told(used.values()) else ""


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


def make_index(year: Year, site: str, pages: list[Page], stamp: str, unmade: Sequence[str] = ()) -> str:
    """Make the first page.

    Parameters
    ----------
    year : Year
        The year it tells of.
    site : str
    pages : list of Page, in reading order
    stamp : str
        When the pages were made, in ISO 8601.
    unmade : sequence of str
        The topics of which there is no page for want of marks.

    Returns
    -------
    str
        A complete document.
    """
    from analysis.exhibits import show  # seconds, where nothing is to be made
    from analysis.exhibits.html import render_page
    from analysis.exhibits.table import HTML

    latest, front, leads = year.facts, show(year, "front"), show(year, "leads")
    series = list(group_pages(pages, "series").values())
    profiles: dict[str, list[tuple[str, str]]] = {}
    for group, name in latest.scheme.group_names.items():
        units = [page for page in pages if page.unit_id and latest.group_of(page.unit_id) == group]
        if units:
            profiles[name] = [(latest.name_of(page.unit_id), page.file) for page in units]
    questions = group_pages((find_page(each, year.year) for each in series), "question")
    body = HTML.get_template("index.html.j2").render(
        finding=front.finding._repr_html_(),
        picture=front.chart.show_live() if front.chart else "",
        absent=front.sentences,
        leads=[(lead.said, _find_proof(lead.exhibit, series, year.year)) for lead in leads.frame.itertuples()],
        headlines=[headline for name in HEADLINES for headline in show(year, name).headlines],
        questions=questions,
        method=leads.method,
        profiles=profiles,
        print_only=[*show(year, "print_only").sentences, *_tell_unmade(unmade)],
    )
    return render_page(
        body,
        title=year.scheme.title,
        kicker=year.scheme.title,
        site=site,
        notice=warn_of_marks(year.dataset, [year.year]),
        facts={"数据指纹": year.dataset.fingerprint, "版本": list_versions(), "生成时间": show_time(stamp)},
        file=INDEX,
        units=list_units(year.dataset, pages),
        **_navigate(pages, year.year),
    )


def _find_proof(exhibit: str, series: list[list[Page]], year: AnyYear) -> Page | None:
    """Find the page of the year whose notebook shows an exhibit; the first of several."""
    shows = f'show(\\"{exhibit}\\"'  # as it stands in the file
    found = (find_page(own, year) for own in series if shows in own[0].notebook.read_text(encoding="utf-8"))
    return next((page for page in found if page.parameters["year"] == year), None)


def _tell_unmade(topics: Sequence[str]) -> list[str]:
    named = "、".join(f"“{topic}”" for topic in topics)
    return [f"没有{named}各页：要有逐项评分（数据文件夹的 inputs）才能做。"] if topics else []
