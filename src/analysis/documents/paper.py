"""What stands in a document, whatever form it takes: headings, paragraphs, figures and tables, in order."""

from dataclasses import dataclass

from analysis.documents.kinds import DocumentKind
from analysis.exhibits.chart import Chart
from analysis.exhibits.drafting import Cited, Sentence
from analysis.exhibits.table import Table
from analysis.periods import AnyYear

_LONGEST = 200
"""Bytes of a title in a file name: with an ending they fit everywhere."""


@dataclass(frozen=True)
class Item:
    """A numbered figure or table.

    Attributes
    ----------
    content : Chart or Table
    number : int
        Figures and tables are counted apart.
    caption : str
        What it shows, as a noun: what a chart finds stands in its note.
    source : str
        Where it is from, and what was reconstructed.
    remark : str
        What else is to be known of a table.
    """

    content: Chart | Table
    number: int
    caption: str
    source: str
    remark: str = ""

    @property
    def kind(self) -> str:
        """A figure or a table, as readers call them."""
        return "图" if isinstance(self.content, Chart) else "表"

    @property
    def label(self) -> str:
        """Kind and number."""
        return f"{self.kind}{self.number}"

    def note(self, *, redrawn: bool = False) -> str:
        """Return what stands under it: how it is measured, also where office software has redrawn it; the source."""
        if isinstance(self.content, Table):
            return f"{self.remark}。{self.source}" if self.remark else self.source
        data = self.content.data
        measure = data.measure if redrawn and data.kind != "picture" else ""
        return f"{self.content.title}。{measure or self.content.subtitle}。{self.source}"

    @property
    def file_name(self) -> str:
        """The name of its file by number and title, without an ending, as every system allows it."""
        kept = "".join(each if each.isalnum() or each in " ，、。；：（）〔〕·—-_+%." else "_" for each in self.caption)
        return f"{self.label} {kept.encode()[:_LONGEST].decode(errors='ignore').rstrip(' ._')}"


@dataclass(frozen=True)
class Heading:
    """A heading with its number; level 1 for 一、, 2 for （一）."""

    text: str
    level: int


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `side` is "" for one of the text, "left" for whom it is to, "right" for who signs."""

    pieces: Sentence
    side: str = ""


@dataclass(frozen=True)
class Row:
    """Figures side by side."""

    items: tuple[Item, ...]


Block = Heading | Paragraph | Item | Row


@dataclass(frozen=True)
class Paper:
    """What stands in every form of a document.

    Attributes
    ----------
    kind : DocumentKind
    title : str
    year : AnyYear
    notice : str
        Where the marks are from.
    is_to_be_told : bool
        Whether that is said on top: where some of them are not those that an office gave.
    stamp : str
        Stands on every page; "" for nothing.
    blocks : tuple of Block
        In order.
    traced : tuple of Cited
        The numbers of the text that the last table has a row for each, in this order.
    left_out : tuple of str
        What could not be shown, and why.
    is_filled : bool
        Whether anything of what it takes from exhibits could be shown.
    """

    kind: DocumentKind
    title: str
    year: AnyYear
    notice: str
    is_to_be_told: bool
    stamp: str
    blocks: tuple[Block, ...]
    traced: tuple[Cited, ...]
    left_out: tuple[str, ...]
    is_filled: bool

    @property
    def items(self) -> list[Item]:
        """Figures and tables in order."""
        return [
            item
            for block in self.blocks
            for item in (block.items if isinstance(block, Row) else [block])
            if isinstance(item, Item)
        ]

    @property
    def figures(self) -> list[tuple[Item, Chart]]:
        """The figures in order, with their charts."""
        return [(item, item.content) for item in self.items if isinstance(item.content, Chart)]

    @property
    def text(self) -> list[Heading | Paragraph]:
        """The words in order."""
        return [block for block in self.blocks if isinstance(block, Heading | Paragraph)]
