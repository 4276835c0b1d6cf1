"""An appendix before it takes a form: its words, its numbered figures and tables, and where its numbers are from."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.assessment import Pair, Year
from analysis.documents.contents import AppendixContents, Item, make_items
from analysis.exhibits import show
from analysis.exhibits.draft import Cited, Passage
from analysis.exhibits.exhibit import Exhibit
from analysis.words import is_made_up


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


def compose(contents: AppendixContents, of: Year | Pair) -> Appendix:
    """Make the words, figures and tables of an appendix.

    Parameters
    ----------
    contents : AppendixContents
    of : Year or Pair
        What it is about; two years are compared.

    Returns
    -------
    Appendix
    """
    whole = Exhibit(of.year, of.base) if isinstance(of, Pair) else Exhibit(of)
    year = whole.year.year
    draft = show(whole.year, "draft")
    items, left_out = make_items(contents, of)
    sources = draft.table if contents.statistics else None
    if sources is not None:
        number = 1 + sum(item.kind == "表" for item in items)
        items.append(Item("表", number, sources, draft.source))
    return Appendix(
        title=contents.title.format(year=year),
        year=year,
        notice=whole.note,
        is_made_up=is_made_up(whole.provenances),
        passages=draft.passages if contents.statistics else [],
        cited=draft.cited if contents.statistics else [],
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
