"""What stands around the body of a page: where it belongs, whether its marks are official, what it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.data.dataset import Dataset
from analysis.site.pages import INDEX, Page, group_by_topic
from analysis.versions import list_versions
from analysis.words import is_made_up, provenance_note


def frame_pages(dataset: Dataset, site: str, pages: list[Page]) -> dict[str, dict[str, Any]]:
    """Say for every page what its frame shows, and what comes before and after it.

    Parameters
    ----------
    dataset : Dataset
    site : str
    pages : list of Page, in reading order

    Returns
    -------
    dict of file to arguments of `render_page`
    """
    frames = {}
    for place, page in enumerate(pages):
        frames[page.file] = frame_page(dataset, site, page) | {
            "home": INDEX,
            "topics": group_by_topic(pages),
            "previous": (pages[place - 1].file, pages[place - 1].title) if place else (INDEX, "首页"),
            "next": (pages[place + 1].file, pages[place + 1].title) if place + 1 < len(pages) else None,
        }
    return frames


def frame_page(dataset: Dataset, site: str, page: Page) -> dict[str, Any]:
    """Say what the frame of a page by itself shows: what it is, provenance, footer.

    Parameters
    ----------
    dataset : Dataset
    site : str
    page : Page

    Returns
    -------
    dict of arguments of `render_page`
    """
    return {
        "file": page.file,
        "title": page.title,
        "kicker": page.title,
        "site": site,
        "notice": warn_of_marks(dataset, page.years),
        "facts": {
            "笔记本": page.notebook.name,
            "参数": "，".join(f"{name} = {value}" for name, value in page.parameters.items()),
            "数据指纹": dataset.fingerprint,
            "版本": list_versions(),
        },
    }


def warn_of_marks(dataset: Dataset, years: Sequence[int]) -> str:
    """Say that the marks of some years are not an office's.

    Parameters
    ----------
    dataset : Dataset
    years : sequence of int

    Returns
    -------
    str, empty where all are official
    """
    used = [inputs.provenance.provenance for year in years if (inputs := dataset.year(year).inputs) is not None]
    return provenance_note(used) if is_made_up(used) else ""
