"""The frame of a page: where it belongs, whether its marks are official, what it was made from; and the first page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from analysis.data.dataset import Dataset
from analysis.exhibits.html import UnitEntry
from analysis.methods.provenance import list_origins
from analysis.origins import is_to_be_told, provenance_note
from analysis.periods import AnyYear, Period, short_year
from analysis.site.pages import INDEX, Page, group_pages
from analysis.versions import list_versions

if TYPE_CHECKING:
    from analysis.assessment import Year

_FRONT = (INDEX, "首页")
HEADLINES = ("averages", "grades", "streaks", "audit")
"""The exhibits whose figures stand on it."""


def frame_pages(dataset: Dataset, site: str, pages: list[Page]) -> list[dict[str, Any]]:
    """Say for every page what its frame shows, and what comes before and after it.

    Parameters
    ----------
    dataset : Dataset
    site : str
    pages : list of Page, in reading order

    Returns
    -------
    list of dict of arguments of `render_page`
    """
    links = [_FRONT, *((page.file, page.title) for page in pages), None]
    return [
        frame_page(dataset, site, page, pages) | {"previous": before, "next": after}
        for page, before, after in zip(pages, links, links[2:], strict=False)
    ]


def frame_page(dataset: Dataset, site: str, page: Page, listed: list[Page] | None = None) -> dict[str, Any]:
    """Say what the frame of a page shows: what it is, provenance, footer, and the navigation if it is not alone.

    Parameters
    ----------
    dataset : Dataset
    site : str
    page : Page
    listed : list of Page, optional
        The pages the navigation lists; without them there is none.

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
            "参数": "，".join(f"{name} = {_tell(value)}" for name, value in page.parameters.items()),
            "数据指纹": dataset.fingerprint,
            "版本": list_versions(),
        },
    }
    if listed is not None:
        frame["units"] = list_units(dataset, listed)
        frame |= {"home": INDEX, "topics": group_pages(listed, "topic"), "previous": _FRONT}
    return frame


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


def _tell(value: AnyYear | str) -> AnyYear | str:
    """Write a parameter for readers: a period by its name."""
    return short_year(value) if isinstance(value, Period) else value


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

    latest, title = year.facts, year.scheme.title
    profiles: dict[str, list[tuple[str, str]]] = {}
    for group, name in latest.scheme.group_names.items():
        units = [page for page in pages if page.unit_id and latest.group_of(page.unit_id) == group]
        if units:
            profiles[name] = [(latest.name_of(page.unit_id), page.file) for page in units]
    body = HTML.get_template("index.html.j2").render(
        title=title,
        headlines=[headline for name in HEADLINES for headline in show(year, name).headlines],
        questions={question: group_pages(those, "topic") for question, those in group_pages(pages, "question").items()},
        profiles=profiles,
        print_only=[*show(year, "print_only").sentences, *_tell_unmade(unmade)],
    )
    return render_page(
        body,
        title=title,
        site=site,
        notice=warn_of_marks(year.dataset, [year.year]),
        facts={"数据指纹": year.dataset.fingerprint, "版本": list_versions(), "生成时间": show_time(stamp)},
        file=INDEX,
        home=INDEX,
        units=list_units(year.assessment.dataset, pages),
        topics=group_pages(pages, "topic"),
        next=(pages[0].file, pages[0].title) if pages else None,
    )


def _tell_unmade(topics: Sequence[str]) -> list[str]:
    named = "、".join(f"“{topic}”" for topic in topics)
    return [f"没有{named}各页：要有逐项评分（数据文件夹的 inputs）才能做。"] if topics else []
