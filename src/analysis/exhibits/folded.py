"""Parts of a page that are folded away until somebody opens them."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


def fold(summary: str, held: str) -> str:
    """Fold what is written in HTML away behind a line of text."""
    return f'<details class="fold"><summary>{html.escape(summary)}</summary>{held}</details>'


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
        return fold(self.summary, "".join(part._repr_html_() for part in self.parts))
