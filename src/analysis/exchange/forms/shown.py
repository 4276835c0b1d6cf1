"""What a form shows besides what is filled in: units and scheme, which are kept in the data folder."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.data.clauses import tell_clauses
from analysis.data.dataset import YearFacts
from analysis.exchange.forms import form
from analysis.exchange.forms.sheets import Sheet, show
from analysis.words import BASES, tell_event

_WHERE = {form.UNITS: "units.csv、lineage.csv", form.SCHEME: "schemes/{year}.yml"}
"""The files of the data folder in which it is changed what a sheet shows."""


def list_shown(facts: YearFacts) -> dict[str, pd.DataFrame]:
    """List what the sheets of a year show that nobody fills in.

    Parameters
    ----------
    facts : YearFacts

    Returns
    -------
    dict of sheet to DataFrame of str, under the headers of `form.SHOWN`; columns without any content are left out
    """
    units, clauses, groups = facts.units, tell_clauses(facts.scheme), facts.scheme.group_names
    events = facts.events[facts.events["year"].eq(facts.year)]
    told = dict.fromkeys(units["unit_id"], "") | {
        unit: "；".join(_tell(event, groups) for event in own.itertuples()) for unit, own in events.groupby("unit_id")
    }
    group, changes = units["group"].map(groups), units["unit_id"].map(told)
    shown = {
        form.UNITS: pd.DataFrame({"id": units["unit_id"], "name": units["name"], "group": group, "changes": changes}),
        form.SCHEME: clauses.assign(basis=clauses["basis"].map(BASES)),
    }
    labelled = {title: rows.set_axis(list(form.SHOWN[title]), axis=1) for title, rows in shown.items()}
    return {title: rows.loc[:, rows.ne("").any()] for title, rows in labelled.items()}


def _tell(event: Any, groups: Mapping[str, str]) -> str:
    is_moved = event.event == "regrouped"
    return tell_event(event.event, [groups[each] for each in event.others] if is_moved else event.others, event.note)


def pass_over(sheet: Sheet, facts: YearFacts) -> None:
    """Read nothing from a sheet; tell its rows that say otherwise than the data folder: a change of them is in vain.

    Parameters
    ----------
    sheet : Sheet
        Takes the notes in place of any others; what is wrong with it does not matter.
    facts : YearFacts
    """
    sheet.problems.clear()
    sheet.notes.clear()
    if sheet.title not in form.SHOWN:
        return
    shown = list_shown(facts)[sheet.title]
    headers = [header for header in shown if header in sheet.header]
    known = {tuple(" ".join(text.split()) for text in row) for row in shown[headers].itertuples(index=False)}
    where = _WHERE[sheet.title].format(year=facts.year)
    for number, cells in sheet.body() if headers else ():
        row = tuple(" ".join(show(cells.get(header)).split()) for header in headers)
        if row not in known:
            sheet.note(f"与数据里的不同，没有读；确要改的，改 {where}", number, headers[0], row[0])
