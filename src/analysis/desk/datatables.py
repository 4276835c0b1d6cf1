"""Tables that can be sorted and searched in the browser, without a network."""

from __future__ import annotations

import html
from typing import Any

import itables
import itables.options
import pandas as pd
from itables.javascript import generate_init_offline_itables_html
from pandas.api.types import is_numeric_dtype

from analysis.exhibits.table import Table

_WORDS: dict[str, Any] = {
    "search": "查找：",
    "lengthMenu": "每页 _MENU_ 行",
    "info": "第 _START_ 至 _END_ 行，共 _TOTAL_ 行",
    "infoEmpty": "没有行",
    "infoFiltered": "（从 _MAX_ 行中找到）",
    "zeroRecords": "没有找到",
    "emptyTable": "没有内容",
    "paginate": {"first": "首页", "previous": "上一页", "next": "下一页", "last": "末页"},
    "aria": {
        "orderable": "：按这一列排序",
        "orderableReverse": "：倒过来排序",
        "orderableRemove": "：恢复原来的次序",
        "paginate": {"first": "首页", "previous": "上一页", "next": "下一页", "last": "末页", "number": "第 "},
    },
}
_ROWS = 15
"""Rows of a page."""
_SHORT = 20
"""Characters that stand on one line of a cell."""


def library_html() -> str:
    """Return the HTML that brings the table library into a notebook page, in full: nothing is fetched."""
    return generate_init_offline_itables_html(itables.options.dt_bundle)


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
    numbers = [place for place, name in enumerate(shown) if is_numeric_dtype(table.values[name])]
    ranks = {
        f"次序{place}": table.values.iloc[:, place].rank(method="dense", na_option="top").astype(int)
        for place in numbers
    }
    hidden = [len(shown.columns) + place for place in range(len(numbers))]
    looks = [
        "dt-right" if name in table.numeric else "dt-left" + (" long" if shown[name].str.len().max() > _SHORT else "")
        for name in shown
    ]
    columns: list[dict[str, Any]] = [
        *({"targets": place, "className": look} for place, look in enumerate(looks)),
        *({"targets": place, "orderData": [own]} for place, own in zip(numbers, hidden, strict=True)),
        *({"targets": own, "visible": False, "searchable": False} for own in hidden),
    ]
    body = itables.to_html_datatable(
        pd.concat([shown, pd.DataFrame(ranks, index=shown.index)], axis=1),
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
