"""A table as HTML: caption, heads with their scope, rows of kinds to choose from; all text is escaped.

The caption stands before the table rather than in it: it does not scroll away with a wide table on a narrow screen, and
print keeps it on the sheet of the first rows, which browsers do not do for a caption in a table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zlib import crc32

from jinja2 import Environment

_ITEMS = frozenset({"单位", "指标", "考核主体", "说法", "表"})
"""Heads of rows that each stand for themselves: other rows belong in their order, or add up to the last."""
_MANY = 8
"""Items from which it helps to sort and search: a page lets readers do so (templates/page.js)."""
_HTML = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
    """\
{% if filters %}
<div class="filtered">
<style>{% for kind, _ in filters %}
#{{ id }}-{{ kind }}:checked ~ .table-scroll tbody tr:not(.{{ kind }}) { display: none; }
{% endfor %}</style>
<input type="radio" name="{{ id }}" id="{{ id }}-all" checked><label for="{{ id }}-all">全部 {{ rows | length }}</label>
{% for kind, label in filters %}
<input type="radio" name="{{ id }}" id="{{ id }}-{{ kind }}"><label for="{{ id }}-{{ kind }}">{{ label }}</label>
{% endfor %}
{% endif %}
<p class="caption"><span id="{{ id }}">{{ caption }}</span>
{%- if note %}<span class="note">{{ note }}</span>{% endif %}</p>
<div class="table-scroll" role="group" aria-labelledby="{{ id }}" tabindex="0">
<table aria-labelledby="{{ id }}"{% if sortable %} class="sortable"{% endif %}>
<thead><tr>{% for name, look in columns %}<th scope="col" class="{{ look }}">{{ name }}</th>{% endfor %}</tr></thead>
<tbody>
{% for kind, unit, row in rows %}
<tr{% if kind %} class="{{ kind }}"{% endif %}>{% for cell, look in row %}
{% if look.startswith("head") %}
<th scope="row" class="{{ look }}"{% if unit %} data-unit="{{ unit }}"{% endif %}>{{ cell }}</th>
{% else %}<td class="{{ look }}">{{ cell }}</td>{% endif %}
{% endfor %}</tr>
{% else %}
<tr><td class="none" colspan="{{ columns | length }}">没有</td></tr>
{% endfor %}
</tbody>
</table>
</div>
{% if filters %}
</div>
{% endif %}
"""
)


Cells = Sequence[tuple[str, str]]
"""Texts, each with its look (a CSS class)."""


def mark_up(
    caption: str,
    note: str,
    columns: Cells,
    rows: Sequence[tuple[str, str, Cells]],
    filters: Mapping[str, str],
    head: str,
) -> str:
    """Write a table as HTML.

    Parameters
    ----------
    caption, note : str
    columns : sequence of (header, look)
    rows : sequence of (kind, unit_id, cells)
    filters : dict of kind to label
        Buttons that show the rows of one kind only.
    head : str
        The header of the column that names the row.

    Returns
    -------
    str
    """
    return _HTML.render(
        caption=caption,
        note=note,
        columns=columns,
        rows=rows,
        filters=list(filters.items()),
        sortable=len(rows) >= _MANY and head in _ITEMS,
        id=f"table-{crc32(caption.encode()):08x}",
    )
