"""An appendix before it takes a form: its words, its numbered figures and tables, and where its numbers are from."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.documents.contents import AppendixContents, Item, make_items
from analysis.documents.subject import Subject
from analysis.exhibits.drafting import Cited, Passage, draft_passages, list_cited, table_cited
from analysis.exhibits.words import is_made_up


@dataclass(frozen=True)
class Appendix:
    """What stands in every form of the appendix.

    Attributes
    ----------
    title : str
    year : int
    notice : str
        Where the marks are from.
    is_made_up : bool
        Whether some of them are not an office's.
    passages : list of Passage
        The statistics in sentences; empty if none are wanted.
    cited : list of Cited
        The numbers of the sentences; the last table has a row for each, in this order.
    items : list of Item
        Figures and tables in order.
    left_out : list of str
        What could not be shown, and why.
    """

    title: str
    year: int
    notice: str
    is_made_up: bool
    passages: list[Passage]
    cited: list[Cited]
    items: list[Item]
    left_out: list[str]

    @property
    def sources(self) -> Item | None:
        """The table of where the numbers in the sentences are from."""
        return self.items[-1] if self.cited else None


def compose(contents: AppendixContents, subject: Subject) -> Appendix:
    """Make the words, figures and tables of an appendix.

    Parameters
    ----------
    contents : AppendixContents
    subject : Subject

    Returns
    -------
    Appendix
    """
    passages = draft_passages(subject.dataset, subject.scores, subject.year) if contents.statistics else []
    items, left_out = make_items(contents, subject)
    cited = list_cited(passages)
    if cited:
        number = 1 + sum(item.kind == "表" for item in items)
        table = table_cited(cited, subject.dataset, subject.scores, subject.year, subject.note)
        items.append(Item("表", number, table, subject.source))
    return Appendix(
        title=contents.title.format(year=subject.year),
        year=subject.year,
        notice=subject.note,
        is_made_up=is_made_up(subject.provenances),
        passages=passages,
        cited=cited,
        items=items,
        left_out=left_out,
    )


def file_name(item: Item) -> str:
    """Name the file of a figure by number and title, as every system allows it.

    Parameters
    ----------
    item : Item

    Returns
    -------
    str, without an ending
    """
    kept = "".join(each if each.isalnum() or each in " ，、。；：（）〔〕·—-_+%." else "_" for each in item.caption)
    return f"{item.label} {kept[:_LONGEST].rstrip(' ._')}"


_LONGEST = 50
"""Characters of a title in a file name: three bytes each still fit everywhere."""
