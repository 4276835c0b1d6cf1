"""A document before it takes a form: its words, figures and tables, as documents.yml lists them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, count
from typing import Any

from analysis.assessment import Pair, Year
from analysis.documents.kinds import FILE, DocumentKind, Entry
from analysis.documents.paper import Block, Heading, Item, Paper, Paragraph, Row
from analysis.exhibits import show
from analysis.exhibits.chart import Chart, drawn_wide
from analysis.exhibits.drafting import Cited, Drafted, Passage, list_cited, number_headings
from analysis.exhibits.exhibit import EXHIBITS, Exhibit
from analysis.exhibits.gallery import Gallery
from analysis.exhibits.lacking import find_lacking
from analysis.exhibits.table import Table
from analysis.origins import is_to_be_told
from analysis.periods import kind_of, name_assessed, name_year, retell, short_year
from analysis.problems import WorkbookError

_DRAWN_WIDE = 6.9
"""Inches charts are drawn at: shown at the text width, their type is still 7.5 points."""
_DRAWN_NARROW = 2.2
"""Inches those are drawn at that stand three side by side, for the same."""
_STAMP = "样张：评分系重构，不是任何单位的真实得分"
"""Stands on every page of a document that is made of reconstructed marks, though it is for genuine ones."""


def compose(kind: DocumentKind, of: Year | Pair, unit: str = "", *, sample: bool = False) -> Paper:
    """Make the words, figures and tables of a document.

    Parameters
    ----------
    kind : DocumentKind
    of : Year or Pair
        What it is about; two years are compared.
    unit : str
        Whom it is about: the id of a unit, where there is one of each.
    sample : bool
        Made of reconstructed marks though it is for genuine ones, with a stamp on every page.

    Returns
    -------
    Paper

    Raises
    ------
    WorkbookError
        If a group is named that the year does not have; if marks are reconstructed, and the document is refused then.
    """
    writer = _Writer(kind, of, unit)
    is_made_up = "reconstructed" in writer.whole.provenances
    if kind.genuine and is_made_up and not sample:
        raise WorkbookError(
            f"{name_assessed(writer.year.year)}的评分系重构，不是任何单位的真实得分，不能出具{kind.name}。"
            "只看样子的，加 --sample，每页都会注明是样张。"
        )
    blocks = writer.write()
    return Paper(
        kind=kind,
        title=writer.fill(kind.title),
        year=writer.year.year,
        notice=writer.whole.note,
        is_to_be_told=is_to_be_told(writer.whole.provenances),
        stamp=_STAMP if kind.genuine and is_made_up else "",
        blocks=tuple(blocks),
        traced=tuple(writer.traced),
        left_out=tuple(writer.left_out),
        is_filled=writer.is_filled,
    )


class _Writer:
    """Writes the blocks of one document; keeps what was drafted, what of it is traced, and what is left out."""

    def __init__(self, kind: DocumentKind, of: Year | Pair, unit: str) -> None:
        self.kind, self.of, self.unit = kind, of, unit
        self.whole = Exhibit(of.year, of.base) if isinstance(of, Pair) else Exhibit(of)
        self.year: Year = self.whole.year
        self.drafted: list[Drafted] = []
        self.traced: list[Cited] = []
        self.left_out: list[str] = []
        self.is_filled = False

    def fill(self, text: str) -> str:
        """Fill in what a text leaves open, for the kind of period that is assessed."""
        facts, unit = self.year.facts, self.unit
        known = {
            "year": self.year.year,
            "base_year": self.whole.base.year if self.whole.base else "—",
            "unit": facts.name_of(unit) if unit else "",
            "group": self.year.scheme.group_names[facts.group_of(unit)] if unit else "",
        }
        return retell(text, kind_of(self.year.year)).format(**known)

    def write(self) -> list[Block]:
        """Write every entry; number headings, figures and tables."""
        numbers = {Chart: count(1), Table: count(1)}

        def number(item: Item) -> Item:
            return replace(item, number=next(numbers[type(item.content)]))

        def number_all(block: Block) -> Block:
            if isinstance(block, Row):
                return replace(block, items=tuple(map(number, block.items)))
            return number(block) if isinstance(block, Item) else block

        written = [(entry, list(self._write(entry))) for entry in self.kind.items]
        self.is_filled = any(entry.exhibits and blocks for entry, blocks in written)
        blocks = [number_all(block) for block in _arrange(written)]
        if any(entry.sources for entry in self.kind.items):
            self.traced = list_cited(passage for each in self.drafted for passage in each.passages)
        if self.traced:
            first = self.drafted[0]
            sources = first.trace(self.traced)
            blocks.append(Item(sources, next(numbers[Table]), sources.caption, first.source))
        return _number(blocks)

    def _write(self, entry: Entry) -> Iterator[Block]:
        for text, block in (
            (entry.heading, lambda text: Heading(text, entry.level)),
            (entry.write, lambda text: Paragraph((text,))),
            (entry.address, lambda text: Paragraph((text,), "left")),
            (entry.sign, lambda text: Paragraph((text,), "right")),
        ):
            if text:
                yield block(self.fill(text))
        if entry.tell:
            yield from self._tell(entry)
        if entry.figures:
            found = [item for name in entry.figures for item in self._take(entry, name, _DRAWN_NARROW)]
            yield from [Row(tuple(found))] if found else []
        for name in (entry.figure, entry.table):
            yield from self._take(entry, name, _DRAWN_WIDE) if name else ()

    def _tell(self, entry: Entry) -> Iterator[Block]:
        """What exhibits say, under their headings where they have any."""
        for exhibit in self._show(entry, entry.tell or ""):
            if isinstance(exhibit, Drafted):
                self.drafted.append(exhibit)
                for passage in exhibit.passages:
                    yield from [Heading(passage.heading, passage.level)] if passage.heading else []
                    yield from map(Paragraph, passage.paragraphs)
            else:
                yield from (Paragraph((sentence,)) for sentence in exhibit.prose.sentences)

    def _take(self, entry: Entry, name: str, wide: float) -> Iterator[Item]:
        """The charts or tables of an exhibit; what has none is told."""
        for exhibit in self._show(entry, name):
            with drawn_wide(wide):
                content = None if exhibit.absent else getattr(exhibit, entry.part)
            if content is not None:
                remark = content.note.removesuffix(exhibit.note).strip("；。") if isinstance(content, Table) else ""
                yield Item(content, 0, _name(exhibit, content), exhibit.source, remark)
            elif name not in {each.tell for each in self.kind.items}:  # else its sentences say why
                why = "".join(exhibit.prose.sentences) or "没有可放的内容"
                self.left_out.append(f"{_about(entry, name)}：{why}")

    def _show(self, entry: Entry, name: str) -> list[Exhibit]:
        """Show an exhibit, of some groups or of all; what the years do not have is told."""
        kind, base = EXHIBITS[name], self.whole.base
        groups = self.year.scheme.groups
        if unknown := set(entry.groups) - set(groups):
            raise WorkbookError(
                f"{FILE} 的“{self.kind.name}”中 {name}：{name_assessed(self.year.year)}没有 "
                f"{'、'.join(sorted(unknown))} 这一组。可用：{'、'.join(groups)}。"
            )
        if "base_year" in kind.needs and base is None:
            lacking = retell("前面没有可比的年度", kind_of(self.year.year))
        else:
            years = (self.year, base) if base and "base_year" in kind.needs else (self.year,)
            lacking = find_lacking(kind.needs, *years)
        if lacking:
            self.left_out.append(f"{_about(entry, name)}：{lacking}")
            return []
        options: dict[str, Any] = entry.options | ({"unit": self.unit} if "unit" in kind.needs else {})
        try:
            made = show(self.of, name, **options)
        except WorkbookError as error:  # an option of the right type may be out of range
            raise WorkbookError(f"{FILE} 的“{self.kind.name}”中 {name}：{error}") from error
        if isinstance(made, Gallery):
            own = [self.year.facts.group_of(self.unit)] if self.unit else entry.groups or made
            return [made[group] for group in own if group in made]
        return [made]


def _arrange(written: list[tuple[Entry, list[Block]]]) -> Iterator[Block]:
    """Put tables beside the figures that they are of, and leave out headings of which everything is left out."""
    for place, (entry, blocks) in enumerate(written):
        before = written[place - 1] if place else None
        after = written[place + 1] if place + 1 < len(written) else None
        if after and _is_table_of(after, (entry, blocks)):
            yield from chain.from_iterable(zip(blocks, after[1], strict=True))
        elif not (before and _is_table_of((entry, blocks), before)) and not _is_idle(entry, written[place + 1 :]):
            yield from blocks


def _is_table_of(one: tuple[Entry, list[Block]], other: tuple[Entry, list[Block]]) -> bool:
    """Say whether each table of an entry is of a figure of another."""
    (table, tables), (figure, figures) = one, other
    alike = table.table == figure.figure and (table.groups, table.options) == (figure.groups, figure.options)
    return table.table is not None and alike and len(tables) == len(figures)


def _is_idle(entry: Entry, rest: list[tuple[Entry, list[Block]]]) -> bool:
    """Say whether an entry is a heading under which there should be something of exhibits, and is nothing."""
    if not entry.heading:
        return False
    ends = ((each.heading is not None and each.level <= entry.level) or bool(each.sign) for each, _ in rest)
    under = rest[: next((place for place, end in enumerate(ends) if end), len(rest))]
    return bool(under) and all(
        _is_idle(each, under[place + 1 :]) if each.heading else each.exhibits and not blocks
        for place, (each, blocks) in enumerate(under)
    )


def _name(exhibit: Exhibit, content: Chart | Table) -> str:
    """Name what a figure or a table shows."""
    if isinstance(content, Table):
        return content.caption
    first, last = exhibit.first_year, exhibit.year.year
    years = name_year(last) if first == last else f"{short_year(first)}—{name_year(last)}"
    return f"{exhibit.group_name if exhibit.group else ''}{years}{exhibit.label}"


def _about(entry: Entry, name: str) -> str:
    return f"{'文字' if entry.tell else '表' if entry.table else '图'}“{EXHIBITS[name].label}”"


def _number(blocks: Iterable[Block]) -> list[Block]:
    """Number the headings of all entries as those of one document."""
    blocks = list(blocks)
    headings = [Passage(each.text, each.level, ()) for each in blocks if isinstance(each, Heading)]
    numbered = iter(number_headings(headings))
    return [replace(each, text=next(numbered).heading) if isinstance(each, Heading) else each for each in blocks]
