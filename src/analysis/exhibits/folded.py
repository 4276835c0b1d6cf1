"""Parts of a page that are folded away until somebody opens them."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Folded:
    """What is shown only to who asks for it.

    Attributes
    ----------
    summary : str
        What is in it.
    parts : sequence of what pages can show
    """

    summary: str
    parts: Sequence[Any]

    def __str__(self) -> str:
        return self.summary

    def _repr_html_(self) -> str:
        held = "".join(part._repr_html_() for part in self.parts)
        return f'<details class="fold"><summary>{html.escape(self.summary)}</summary>{held}</details>'
