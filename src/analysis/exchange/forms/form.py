"""What an office calls the sheets, columns and entries of a year, and which identifiers its words stand for."""

from importlib.resources import files
from typing import Any

import yaml

from analysis.data.dataset import Dataset, YearFacts
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
GUIDE, SOURCE, UNITS, CHECK = (LAYOUT["sheets"][sheet] for sheet in ("guide", "source", "units", "check"))
DESCRIBED: list[str] = LAYOUT["described"]
"""What the rows of a sheet of marks, under the indicators' ids, say of them."""
EXAMPLE: str = LAYOUT["example"]
"""First cell of a row that only shows how to fill in a sheet."""


def name_values(facts: YearFacts) -> dict[str, dict[str, str]]:
    """Return what an office writes for the identifiers of a year: by column, the word for each."""
    scheme = facts.scheme
    return {
        "unit_id": dict(zip(facts.units["unit_id"], facts.units["name"], strict=True)),
        "group": scheme.group_names,
        "part": {part: spec.name for part, spec in scheme.parts.items()},
        "assessor_id": scheme.assessors.value,
        "status": STATUSES,
        "kind": ADJUSTMENTS,
        "component": {component.id: component.name for component in scheme.components},
        "table": {"indicators.csv": f"“{TABLES['indicators']}”表"},
    }


class Words:
    """What an office writes for the identifiers of a year, and the other way round.

    Attributes
    ----------
    names, identifiers : dict of column to dict
        The word for each identifier, and the identifier for each word.
    former : dict of name to tuple of unit_id
        Names that units had in other years, and none has in this one.
    groups : dict of unit_id to group
        Of the units assessed in the year.
    """

    def __init__(self, dataset: Dataset, year: int) -> None:
        facts = dataset.year(year)
        self.groups = dict(zip(facts.units["unit_id"], facts.units["group"], strict=True))
        self.names = name_values(facts)
        self.identifiers = {
            column: {name: identifier for identifier, name in names.items()} for column, names in self.names.items()
        }
        current = self.identifiers["unit_id"]
        self.former = {name: units for name, units in dataset.units_called().items() if name not in current}
