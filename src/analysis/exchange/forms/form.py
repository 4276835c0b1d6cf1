"""What an office calls the sheets, columns and entries of a year, and which identifiers its words stand for."""

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from analysis.data.dataset import YearFacts
from analysis.words import ADJUSTMENTS

LAYOUT: dict[str, Any] = yaml.safe_load(files("analysis.exchange.forms").joinpath("form.yml").read_bytes())
"""What the sheets of a year look like: titles, columns, notes."""
HEADERS: dict[str, str] = LAYOUT["headers"]
"""What an analyst calls the columns; the identifiers are read as well."""
COLUMNS = {name: column for column, name in HEADERS.items()}
STATUSES: dict[str, str] = LAYOUT["statuses"]
UNMARKED = {name: key for key, name in STATUSES.items() if key != "marked"}
TABLES: dict[str, str] = LAYOUT["tables"]
"""What the tables of every year are called; a result is called as its component is."""
GUIDE, SOURCE, SCHEME, UNITS, CHECK, LISTS = (
    LAYOUT["sheets"][sheet] for sheet in ("guide", "source", "scheme", "units", "check", "lists")
)
SHOWN: dict[str, dict[str, int]] = {LAYOUT["sheets"][sheet]: widths for sheet, widths in LAYOUT["shown"].items()}
"""Sheets that are not filled in: their columns, and how wide those are."""
DESCRIBED: list[str] = LAYOUT["described"]
"""What the rows of a sheet of marks, under the indicators' ids, say of them."""
REMARKED_BY = "工作簿"
"""Who has written the remarks on faulty cells."""
EXAMPLE: str = LAYOUT["example"]
"""First cell of a row that only shows how to fill in a sheet."""


class Words:
    """What an office writes for the identifiers of a year, and the other way round.

    Parameters
    ----------
    facts : YearFacts
    called : mapping of name to tuple of unit_id
        What units were called in any year.

    Attributes
    ----------
    names, identifiers : dict of column to dict
        The word for each identifier, and the identifier for each word.
    former : dict of name to tuple of unit_id
        Names that units had in other years, and none has in this one.
    groups : dict of unit_id to group
        Of the units assessed in the year.
    """

    def __init__(self, facts: YearFacts, called: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> None:
        scheme, units = facts.scheme, facts.units.set_index("unit_id")
        self.groups: dict[str, str] = units["group"].to_dict()
        self.names: dict[str, dict[str, str]] = {
            "unit_id": units["name"].to_dict(),
            "group": scheme.group_names,
            "part": {part: spec.name for part, spec in scheme.parts.items()},
            "assessor_id": scheme.assessors.value,
            "status": STATUSES,
            "kind": ADJUSTMENTS,
            "component": scheme.component_names,
            "table": {"indicators.csv": f"“{TABLES['indicators']}”表"},
        }
        self.identifiers = {
            column: {name: identifier for identifier, name in names.items()} for column, names in self.names.items()
        }
        self.former = {name: units for name, units in called.items() if name not in self.identifiers["unit_id"]}
