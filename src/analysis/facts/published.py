"""What a circular prints: numbers as strings, lists in printed order, each with its section."""

from __future__ import annotations

from typing import Annotated, Literal

import pandas as pd
from pydantic import Field

from analysis.facts.documents import Document
from analysis.facts.problems import Problem

Measure = Literal[
    "component_points",
    "rating_rate",
    "bonus_cap",
    "bonus_item_min",
    "bonus_item_max",
    "deduction_item",
    "deduction_cap",
    "indicator_count",
    "indicator_share",
    "assessor_count",
    "method_units",
    "unit_count",
    "bonus_units",
    "bonus_max",
    "bonus_min",
    "deduction_units",
    "deduction_max",
    "veto_units",
    "grade_units",
    "grade_share",
    "list_units",
    "consecutive_units",
    "newly_units",
    "first_place_years",
    "average",
    "average_delta",
    "average_growth",
]
ListKind = Literal["assessors", "method", "graded", "consecutive", "newly", "first_place", "mentioned"]
UNIT_LISTS = ("method", "graded", "consecutive", "newly", "first_place")
PrintedNumber = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?%?$")]


class PrintedFigure(Document):
    """One printed number.

    Attributes
    ----------
    measure : str
        What is counted or measured; data/README.md lists the measures.
    group, of : str
        The group of units, and the grade, part, component, rating, method or unit it is about; "all" for all.
    years : str or None
        The number of years a run is said to last.
    value : str
        As printed, so that its decimals are known.
    section : str
    """

    measure: Measure
    group: str = "all"
    of: str = "all"
    years: str | None = None
    value: PrintedNumber
    section: str
    note: str = ""


class PrintedList(Document):
    """One printed list of names, in printed order; `complete` is False for an open list (“等……”)."""

    list: ListKind
    group: str = "all"
    of: str = "all"
    years: str | None = None
    names: tuple[str, ...]
    complete: bool = True
    section: str
    note: str = ""


class Published(Document):
    """A circular's facts and figures."""

    year: int
    document: str
    dated: object = None
    cites: tuple[str, ...] = ()
    figures: list[PrintedFigure]
    lists: list[PrintedList]

    def figure_table(self) -> pd.DataFrame:
        """Tabulate the printed numbers.

        Returns
        -------
        DataFrame with columns year, measure, group, of, years, value, section, note; one row per number.
        """
        rows = [figure.model_dump() for figure in self.figures]
        columns = ["year", *PrintedFigure.model_fields]
        return pd.DataFrame(rows).assign(year=self.year).reindex(columns=columns)

    def list_table(self, units: pd.DataFrame) -> pd.DataFrame:
        """Tabulate the printed lists, resolving names to units.

        Parameters
        ----------
        units : DataFrame with columns unit_id, name (as of the circular's year)

        Returns
        -------
        DataFrame with columns year, list, group, of, years, place, name, complete, section, unit_id;
        one row per name, `place` from 1 in printed order, unit_id missing for names that are not units.
        """
        rows = [
            {**printed.model_dump(exclude={"names", "note"}), "place": place, "name": name}
            for printed in self.lists
            for place, name in enumerate(printed.names, 1)
        ]
        columns = ["list", "group", "of", "years", "place", "name", "complete", "section"]
        table = pd.DataFrame(rows, columns=columns).assign(year=self.year)
        return table.assign(unit_id=table["name"].map(units.set_index("name")["unit_id"]))


def check_published(published: Published, units: pd.DataFrame, file: str) -> list[Problem]:
    """Find names in unit lists that no unit bears in the circular's year.

    Parameters
    ----------
    published : Published
    units : DataFrame with columns unit_id, group, name (as of the circular's year)
    file : str

    Returns
    -------
    list of Problem
    """
    table = published.list_table(units)
    unknown = table[table["list"].isin(UNIT_LISTS) & table["unit_id"].isna()]
    return [
        Problem(
            file,
            f"{published.year} 年度没有叫这个名称的单位",
            "改正名称，或在 lineage.csv 登记这一年的名称",
            column=f"lists.{row.list}",
            value=str(row.name_),
        )
        for row in unknown.rename(columns={"name": "name_"}).itertuples()
    ]
