"""A table gathered from the sheets of an office: checked as any other, and every problem told where it stands there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from analysis.data.tables import Column, Place, Table, Wording


@dataclass(frozen=True)
class Row:
    """One row of a table, and where it stands.

    Attributes
    ----------
    place : Place
    values : dict of column to text, identifiers in place of words
    written : dict of column to the cell as typed
    """

    place: Place
    values: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)


class GatheredTable(Table):
    """A table gathered from sheets.

    Parameters
    ----------
    place : Place
        Of what has no row.
    columns : sequence of Column
    rows : sequence of Row, or None
        None if it is not known what the table holds.
    wording : Wording
    homes : mapping of unit_id to list of Row
        Where what is said of a unit stands, or should stand.
    is_complete : bool
        Nothing of the table may stand in a sheet that could not be read.
    """

    def __init__(
        self,
        place: Place,
        columns: Sequence[Column],
        rows: Sequence[Row] | None,
        wording: Wording,
        homes: Mapping[str, list[Row]],
        *,
        is_complete: bool,
    ) -> None:
        self._rows, self._homes, self._is_complete = rows or [], homes, is_complete
        names = [column.name for column in columns]
        text = pd.DataFrame([row.values for row in self._rows], columns=names, dtype=str)
        written = pd.DataFrame([row.written for row in self._rows], columns=names, dtype=str)
        super().__init__(place, columns, None if rows is None else text, written, wording)

    def place_of(self, row: int) -> Place:
        """Return where a row stands."""
        return self._rows[row].place

    def refuse_unit(self, unit: str, rule: str, fix: str, columns: Iterable[str] = ()) -> None:
        """Record a problem of a unit where it stands or should stand, unless that may be where nothing was read."""
        columns = list(columns)
        homes = self._homes.get(unit) or ([Row(self.place)] if self._is_complete else [])
        right = (home for home in homes if set(columns[:1]) <= home.place.headers.keys())  # of several sheets
        if homes:
            home = next(right, homes[0])
            value = home.written.get("unit_id") or self.wording.words("unit_id", unit)
            self.problems.append(home.place.tell(rule, fix, "unit_id", value, columns))
