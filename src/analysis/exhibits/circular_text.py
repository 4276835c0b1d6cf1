"""What does the circular itself say, and which of its numbers hold?"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from analysis.data.city_words import words_of
from analysis.data.folder import find_circular
from analysis.exchange.beginnings.read import ReadCircular, read_one
from analysis.exhibits.audit import FAILING, name_row
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.folded import Folded
from analysis.exhibits.places import Places, Span
from analysis.words import VERDICTS

_LONGEST = 40
"""Characters of what is marked: a list as a whole is not, but what is wrong in it."""


@dataclass(frozen=True)
class MarkedText:
    """A text of which some stretches are marked, each with what is told of it and with where more of that stands.

    Attributes
    ----------
    pieces : tuple of (text, kind, told, anchor)
        Kind "" for what is not marked.
    """

    pieces: tuple[tuple[str, str, str, str], ...]

    def _repr_html_(self) -> str:
        marked = '<a class="claim {}" href="#{}" title="{}">{}</a>'
        written = (
            Markup(marked).format(kind, anchor, told, text) if kind else escape(text)
            for text, kind, told, anchor in self.pieces
        )
        return f'<div class="circular">{"".join(written)}</div>'


class CircularText(Exhibit, name="circular_text", label="通报原文", needs=("circular",)):
    """The circular's own text, every number marked by whether it holds, where the data folder has it."""

    templates = {
        "no_file": "数据文件夹中没有{year}年度通报的原文。"
        "放在 circulars/{year}.docx（或 .pdf、.txt 等）的，按核对结论标注全文。",
        "folded": "通报原文（标注{marked}处：{verdicts}）",
        "counted": "通报原文标注{marked}处：{verdicts}。",
        "told": "{text}：{verdict}{reason}",
        "computed": "，核算为{computed}",
        "why": "。{why}",
    }

    @cached_property
    def file(self) -> Path | None:
        """Where the text is."""
        return find_circular(self.year.dataset.root, self.year.year)

    @cached_property
    def read(self) -> ReadCircular | None:
        """The text as it is read."""
        file, dataset = self.file, self.year.dataset
        return dataset.read_beside(lambda: read_one(str(file), *words_of(dataset))) if file else None

    @property
    def absent(self) -> str:
        """Where the text is not there."""
        return "" if self.file else self.say("no_file")

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A row a stretch of the text that is marked, in order: columns start, end, and those of `audit_year`.

        Of the claims about a number that which needs attention most.
        """
        found = pd.DataFrame(self._find(), columns=["start", "end", "id"])
        rows = found.merge(self.year.audit, on="id")
        rows = rows.assign(order=rows["verdict"].map(list(VERDICTS).index))
        return rows.sort_values(["start", "order"], kind="stable").drop_duplicates("start").reset_index(drop=True)

    def _find(self) -> Iterator[tuple[int, int, str]]:
        """Find where every claim stands; what it rests on besides, where it holds."""
        if self.read is None:
            return
        places, verdicts = Places(self.read, self.year), self.year.audit.set_index("id")["verdict"]
        for claim in self.year.claims:
            if claim["id"] in verdicts.index:
                holds = verdicts[claim["id"]] not in (*FAILING, "unverifiable")
                spans: list[Span] = places.all_of(claim) if holds else places.of(claim)
                yield from ((*span, claim["id"]) for span in spans if span[1] - span[0] <= _LONGEST)

    @property
    def sentences(self) -> tuple[str, ...]:
        """How many places are marked, by verdict."""
        return (self._count("counted"),) if self.file else ()

    @property
    def text(self) -> MarkedText | None:
        """The text with its marks; None where it is not there."""
        if self.read is None:
            return None
        pieces, at, text = list[tuple[str, str, str, str]](), 0, self.read.text
        for row in self.frame.to_dict("records"):
            start, end = max(row["start"], at), row["end"]
            if start < end:
                pieces += [
                    (text[at:start], "", "", ""),
                    (text[start:end], row["verdict"], self._tell(row), name_row(row["id"])),
                ]
                at = end
        return MarkedText((*pieces, (text[at:], "", "", "")))

    def _tell(self, row: dict[str, str]) -> str:
        reason = self.say("computed", computed=row["computed"]) if row["computed"] and row["verdict"] in FAILING else ""
        reason += self.say("why", why=row["reason"]) if row["reason"] else ""
        return self.say("told", text=row["text"], verdict=VERDICTS[row["verdict"]], reason=reason)

    @property
    def parts(self) -> list[Any]:
        """The text."""
        return [self.text or self.prose]

    @property
    def folded(self) -> Folded:
        """The text, folded away; why there is none, where it is not there."""
        if self.absent:
            return super().folded
        return Folded(self._count("folded"), self.parts)

    def _count(self, template: str) -> str:
        counts = self.frame["verdict"].value_counts()
        told = "、".join(f"{name}{counts[verdict]}处" for verdict, name in VERDICTS.items() if verdict in counts)
        return self.say(template, marked=len(self.frame), verdicts=told)
