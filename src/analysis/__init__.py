"""Score, compare, audit and publish a government assessment.

The public face: `open_assessment` and `list_exhibits`; docs/api.md shows both in use.

Floors, each importing only from those before it: texts, problems, rounding, words, versions, storage; data; cluster;
exchange; scoring; methods; assessment; exhibits; site and documents, which do not know each other; commands; desk; cli.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from analysis.assessment import Assessment

__version__ = "0.1.0"
__all__ = ["list_exhibits", "open_assessment"]


def open_assessment(data: str | Path | None = None) -> Assessment:
    """Open a data folder for questions.

    Parameters
    ----------
    data : path, optional
        By default the folder that the environment variable WORKBOOK_DATA names, else the one we stand in, else `data`
        here or above, else the
        workbook's own.

    Returns
    -------
    Assessment

    Raises
    ------
    InputError
        With every problem of every file.
    WorkbookError
        If there is no such folder.

    Examples
    --------
    >>> from analysis import open_assessment
    >>> city = open_assessment()
    >>> averages = city.year(2021).averages
    >>> averages.query("population == 'all'")[["year", "group", "average"]].round(2).to_dict("records")[-1]
    {'year': 2021, 'group': 'department', 'average': 86.06}
    """
    from analysis.assessment import Pair, Year, open_city
    from analysis.exhibits import show
    from analysis.exhibits.own import draw_own

    Year.show = Pair.show = show
    Year.chart = Pair.chart = draw_own
    return open_city(data)


def list_exhibits() -> pd.DataFrame:
    """List what `Year.show` and `Pair.show` can show.

    Returns
    -------
    DataFrame indexed by name with columns title, needs, holds, options, about (see `analysis.exhibits.list_exhibits`).

    Examples
    --------
    >>> from analysis import list_exhibits
    >>> list_exhibits().loc["movement", "needs"]
    ('base_year', 'group', 'grades')
    """
    from analysis.exhibits import list_exhibits as listed

    return listed()
