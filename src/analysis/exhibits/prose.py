"""What exhibits say on a page: its heading, sentences, and parts one after the other."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Prose:
    """Sentences for a page, shown as text whatever they contain: as paragraphs, or as a list."""

    sentences: tuple[str, ...]
    listed: bool = False

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    def _repr_html_(self) -> str:
        tag = "li" if self.listed else "p"
        written = "".join(f"<{tag}>{html.escape(sentence)}</{tag}>" for sentence in self.sentences)
        return f"<ul>{written}</ul>" if self.listed else written


_CLAUSE = re.compile(r"[^，；]+[，；]?|[，；]")
"""What stays on a line of a heading, if it can."""


class Finding(str):
    """What a page finds, in a sentence: its heading."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        clauses = (f"<span>{html.escape(clause)}</span>" for clause in _CLAUSE.findall(self))
        return f'<h1 class="finding">{"".join(clauses)}</h1>'


class Shown(list[Any]):
    """Parts of exhibits, to be shown one after the other."""

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for part in self:
            display(part)


def say_once(parts: Iterable[Any]) -> Shown:
    """Leave out the sentences that were said before."""
    shown, said = Shown(), set[str]()
    for part in parts:
        if type(part) is Prose:
            new = tuple(sentence for sentence in part.sentences if sentence not in said)
            said.update(new)
            shown += [Prose(new, part.listed)] if new else []
        else:
            shown.append(part)
    return shown
