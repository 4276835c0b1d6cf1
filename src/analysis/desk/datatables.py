"""Tables that can be sorted and searched in the browser, without a network."""

import html
import json
from pathlib import Path
from typing import Any

import itables
import pandas as pd
from itables.javascript import generate_init_offline_itables_html
from itables.options import dt_bundle
from pandas.api.types import is_numeric_dtype

from analysis.exhibits.table import Table

_WORDS = json.loads(Path(__file__).with_name("datatables.zh.json").read_text(encoding="utf-8"))
_ROWS = 15
"""Rows of a page."""
_SHORT = 20
"""Characters that stand on one line of a cell."""


def library_html() -> str:
    """Return the HTML that brings the table library into a notebook page, in full: nothing is fetched."""
    return generate_init_offline_itables_html(dt_bundle)


def table_html(table: Table) -> str:
    """Write a table that can be sorted and searched.

    Parameters
    ----------
    table : Table

    Returns
    -------
    str
        HTML with the script that needs `library_html`. Cells are the text of the table; columns of numbers are sorted
        by the unrounded numbers, what is missing comes first.
    """
    shown = table.cells.astype(object)
    numbers = [position for position, name in enumerate(shown) if is_numeric_dtype(table.values[name])]
    ranks = table.values.iloc[:, numbers].rank(method="dense", na_option="top").astype(int)
    ranks = ranks.set_axis([f"次序{position}" for position in numbers], axis=1)
    hidden = list(range(len(shown.columns), len(shown.columns) + len(numbers)))
    looks = [
        "dt-right" if name in table.numeric else "dt-left" + (" long" if shown[name].str.len().max() > _SHORT else "")
        for name in shown
    ]
    columns: list[dict[str, Any]] = [
        *({"targets": position, "className": look} for position, look in enumerate(looks)),
        *({"targets": position, "orderData": [order]} for position, order in zip(numbers, hidden, strict=True)),
        *({"targets": order, "visible": False, "searchable": False} for order in hidden),
    ]
    body = itables.to_html_datatable(
        pd.concat([shown, ranks], axis=1),
        connected=False,
        columnDefs=columns,
        language=_WORDS,
        showIndex=False,
        pageLength=_ROWS,
        lengthMenu=[_ROWS, 50, 200],
        maxBytes=0,
        classes="display compact",
        style="table-layout:auto;width:100%",
        layout={"topStart": "info", "topEnd": "search", "bottomStart": "pageLength", "bottomEnd": "paging"},
        display_logo_when_loading=False,
        text_in_header_can_be_selected=False,  # else only the small arrow sorts
    )
    caption, note = html.escape(table.caption), html.escape(table.note)
    # without the class a dollar sign in a name would begin a formula
    return f'<div class="mathjax_ignore explored"><p><b>{caption}</b></p>{body}<p class="note">{note}</p></div>'
