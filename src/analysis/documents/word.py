"""The appendix as a Word document laid out as GB/T 9704-2012 asks, its charts editable where Word has the kind."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from analysis.documents.appendix import Appendix
from analysis.documents.contents import TEXT_WIDTH, Item
from analysis.documents.layout import LANDSCAPE_WIDTH, LONGEST_UNBROKEN, column_widths, figure_size, is_wide
from analysis.documents.word_charts import add_chart
from analysis.documents.word_markup import (
    add_field,
    begin_field,
    end_field,
    frame,
    graphic,
    indent,
    leave_grid,
    restyle,
    set_font,
    set_tracking,
)
from analysis.exchange.office import last_day
from analysis.exhibits.chart import Chart
from analysis.exhibits.draft import Sentence
from analysis.exhibits.table import Table

TITLE_FONT, HEAD_FONT, SUBHEAD_FONT, BODY_FONT, NUMBER_FONT = (
    "方正小标宋简体",
    "黑体",
    "楷体_GB2312",
    "仿宋_GB2312",
    "宋体",
)
BODY, TITLE, CAPTION, NOTE, TABLE, PAGE_NUMBER = Pt(16), Pt(22), Pt(12), Pt(9), Pt(9), Pt(14)
"""三号, 二号, 小四, 小五, 小五, 四号."""
LINE = Pt(28.95)
"""22 lines to a page of 225 mm."""
NARROW = Mm(156).pt / 28 - BODY.pt
"""Points between characters, so that 28 stand in a line of 156 mm."""
TOP, BOTTOM, LEFT, RIGHT, FOOTER = Mm(37), Mm(35), Mm(28), Mm(26), Mm(23)


def write_word(appendix: Appendix, pages: dict[str, int]) -> bytes:
    """Write the appendix as .docx.

    Parameters
    ----------
    appendix : Appendix
    pages : dict of label to page
        What the list of figures shows until Word counts the pages itself.

    Returns
    -------
    bytes
        The same for the same appendix.
    """
    return _Writer(appendix, pages).write()


class _Writer:
    """Writes the parts of the document one after the other."""

    def __init__(self, appendix: Appendix, pages: dict[str, int]) -> None:
        self.appendix, self.pages = appendix, pages
        self.document = Document()
        self.charts = 0
        self.turned = self.on_a_new_page = False
        self.bookmarks = 0

    def write(self) -> bytes:
        self._set_up()
        self._write_head()
        self._write_lists()
        self.on_a_new_page = True
        for item in self.appendix.items:
            self._write_item(item)
        self.on_a_new_page = True
        if self.appendix.passages:
            self._turn(landscape=False)
        for passage in self.appendix.passages:
            self._add(passage.heading, "Heading 1" if passage.level == 1 else "Heading 2")
            for sentence in passage.paragraphs:
                self._write_sentence(sentence)
        with io.BytesIO() as buffer:
            self.document.save(buffer)
            return _without_clock(buffer.getvalue())

    def _set_up(self) -> None:
        document, properties = self.document, self.document.core_properties
        relations = document.part.package.rels
        for key in [key for key, each in relations.items() if each.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
            del relations[key]  # a picture of python-docx's own template
        properties.title, properties.author, properties.comments = self.appendix.title, "", self.appendix.notice
        properties.created = properties.modified = last_day(self.appendix.year)
        properties.language = "zh-CN"
        styles = document.styles
        set_font(styles["Normal"], BODY_FONT, BODY)
        normal = styles["Normal"].paragraph_format
        normal.line_spacing_rule, normal.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
        normal.space_before = normal.space_after = Pt(0)
        normal.widow_control = False
        for name, font, size in (
            ("Title", TITLE_FONT, TITLE), ("Heading 1", HEAD_FONT, BODY), ("Heading 2", SUBHEAD_FONT, BODY),
            ("Caption", HEAD_FONT, CAPTION),
        ):  # fmt: skip
            restyle(styles[name], font, size)
        for name, font, size in (
            ("Body Indented", BODY_FONT, BODY), ("Note", BODY_FONT, NOTE), ("Cell", BODY_FONT, TABLE),
            ("Figure", BODY_FONT, NOTE),
            ("table of figures", BODY_FONT, CAPTION),
        ):  # fmt: skip
            restyle(styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH), font, size)
        for name in ("Heading 1", "Heading 2", "Body Indented"):
            indent(styles[name], characters=2)
            set_tracking(styles[name], NARROW)
        styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        styles["Caption"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for name, space in (("Note", 4), ("Cell", 1.5), ("Caption", 4), ("Figure", 6)):
            styles[name].paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
            styles[name].paragraph_format.space_before = styles[name].paragraph_format.space_after = Pt(space)
            leave_grid(styles[name])
        styles["Note"].paragraph_format.space_after = Pt(14)
        styles["Cell"].paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        styles["Cell"].paragraph_format.line_spacing = Pt(12)
        listed = styles["table of figures"].paragraph_format
        listed.tab_stops.add_tab_stop(Mm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        listed.line_spacing = Pt(20)
        leave_grid(styles["table of figures"])
        document.settings.odd_and_even_pages_header_footer = True
        self._set_page(document.sections[0], landscape=False)
        self._write_footers(document.sections[0])

    def _set_page(self, section: Any, *, landscape: bool) -> None:
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
        margins = (RIGHT, LEFT, TOP, BOTTOM) if landscape else (TOP, BOTTOM, LEFT, RIGHT)  # turned with the sheet
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = margins
        section.header_distance, section.footer_distance = Mm(15), Mm(15) if landscape else FOOTER
        properties = section._sectPr
        for old in properties.findall(qn("w:docGrid")):
            properties.remove(old)
        grid = OxmlElement("w:docGrid")
        grid.set(qn("w:type"), "lines")
        grid.set(qn("w:linePitch"), str(round(LINE.pt * 20)))
        properties.append(grid)

    def _write_footers(self, section: Any) -> None:
        """Number pages — 1 —, on the outer side, a character from the edge."""
        for footer, side in (
            (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
            (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
        ):
            footer.is_linked_to_previous = False
            paragraph = footer.paragraphs[0]
            paragraph.alignment = side
            paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = PAGE_NUMBER
            paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
            for piece in ("— ", None, " —"):
                runs = [paragraph.add_run(piece)] if piece else add_field(paragraph, "PAGE", "1")
                for run in runs:
                    set_font(run, NUMBER_FONT, PAGE_NUMBER, latin=NUMBER_FONT)

    def _write_head(self) -> None:
        mark = self._add("附件", "Normal")
        set_font(mark.runs[0], HEAD_FONT, BODY)
        self._add("", "Normal")
        title = self._add(self.appendix.title, "Title")
        title.paragraph_format.line_spacing_rule, title.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(32)
        title.paragraph_format.space_after = Pt(12)
        if self.appendix.is_made_up:
            notice = self._add(f"{self.appendix.notice}。", "Normal")
            notice.alignment = WD_ALIGN_PARAGRAPH.CENTER
            set_font(notice.runs[0], HEAD_FONT, CAPTION)
            frame(notice)

    def _add(self, text: str, style: str) -> Any:
        paragraph = self.document.add_paragraph(text, style=style)
        if self.on_a_new_page:
            paragraph.paragraph_format.page_break_before = True
            self.on_a_new_page = False
        return paragraph

    def _write_sentence(self, sentence: Sentence) -> None:
        """Write a sentence; its numbers lead to the table that says where they are from."""
        paragraph = self._add("", "Body Indented")
        places = {cited.key: place for place, cited in enumerate(self.appendix.cited)}
        for piece in sentence:
            if isinstance(piece, str):
                paragraph.add_run(piece)
            else:
                link = OxmlElement("w:hyperlink")
                link.set(qn("w:anchor"), f"number{places[piece.key]}")
                link.set(qn("w:history"), "1")
                link.append(paragraph.add_run(piece.text)._r)
                paragraph._p.append(link)

    def _write_lists(self) -> None:
        """Write the lists of figures and of tables as fields, with what they show until they are counted anew."""
        for kind, heading in (("图", "图目录"), ("表", "表目录")):
            listed = [item for item in self.appendix.items if item.kind == kind]
            if not listed:
                continue
            head = self._add(heading, "Heading 1")
            head.paragraph_format.keep_with_next = True
            for place, item in enumerate(listed):
                paragraph = self._add("", "table of figures")
                if place == 0:
                    begin_field(paragraph, f' TOC \\h \\z \\c "{kind}" ')
                self._write_list_entry(paragraph, item)
                if place == len(listed) - 1:
                    end_field(paragraph)

    def _write_list_entry(self, paragraph: Any, item: Item) -> None:
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), _bookmark(item))
        link.append(paragraph.add_run(f"{item.label}　{item.caption}\t")._r)
        for run in add_field(paragraph, f"PAGEREF {_bookmark(item)} \\h", str(self.pages.get(item.label, ""))):
            link.append(run._r)
        paragraph._p.append(link)

    def _write_item(self, item: Item) -> None:
        turned = isinstance(item.content, Table) and is_wide(item.content)
        self._turn(landscape=turned)
        if isinstance(item.content, Chart):
            self._write_figure(item, item.content)
            self._write_caption(item)
        else:
            self._write_caption(item)
            anchors = [f"number{place}" for place in range(len(item.content.cells))]
            self._write_table(item.content, LANDSCAPE_WIDTH if turned else TEXT_WIDTH,
                              anchors if item is self.appendix.sources else ())  # fmt: skip
        self._add(item.note(redrawn=item.is_redrawn), "Note")

    def _turn(self, *, landscape: bool) -> None:
        """Go on with an upright or a turned sheet."""
        if landscape != self.turned:
            self._set_page(self.document.add_section(), landscape=landscape)
            self.turned, self.on_a_new_page = landscape, False

    def _write_caption(self, item: Item) -> Any:
        paragraph = self._add("", "Caption")
        paragraph.paragraph_format.keep_with_next = True
        paragraph.add_run(item.kind)
        add_field(paragraph, f"SEQ {item.kind} \\* ARABIC", str(item.number))
        self._mark(paragraph._p, _bookmark(item))
        paragraph.add_run(f"　{item.caption}")
        return paragraph

    def _write_figure(self, item: Item, chart: Chart) -> None:
        paragraph = self._add("", "Figure")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        width, height = map(Mm, figure_size(chart))
        if not item.is_redrawn:
            picture = io.BytesIO(chart.png(300))
            drawn = paragraph.add_run().add_picture(picture, width=width)._inline
            drawn.docPr.set("descr", chart.alt)
            drawn.docPr.set("name", item.label)
        else:
            self.charts += 1
            part = add_chart(self.document.part.package, self.charts, chart.data, self.appendix.year)
            related = self.document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
            paragraph.add_run()._r.append(graphic(related, 1000 + self.charts, item.label, chart.alt, width, height))

    def _write_table(self, table: Table, width: float, anchors: Sequence[str]) -> None:
        cells = table.cells
        drawn = self.document.add_table(rows=1 + len(cells), cols=len(cells.columns))
        drawn.style, drawn.alignment, drawn.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        properties = drawn._tbl.tblPr
        description = OxmlElement("w:tblDescription")
        description.set(qn("w:val"), table.caption)
        properties.append(description)
        widths = [Mm(each) for each in column_widths(table, width)]
        for column, each in zip(drawn._tbl.tblGrid.gridCol_lst, widths, strict=True):
            column.w = each
        rows = [list(map(str, cells.columns)), *cells.astype(str).to_numpy().tolist()]
        for number, (row, texts) in enumerate(zip(drawn._tbl.tr_lst, rows, strict=True)):
            self._fill_row(row, texts, table, widths, is_head=number == 0)
            if len(cells) <= LONGEST_UNBROKEN:
                _keep_with_next(row)
            if number and anchors:
                self._mark(row.tc_lst[0].p_lst[0], anchors[number - 1])

    def _fill_row(self, row: Any, texts: list[str], table: Table, widths: list[Mm], *, is_head: bool) -> None:
        settings = row.get_or_add_trPr()
        settings.append(OxmlElement("w:cantSplit"))
        if is_head:
            settings.append(OxmlElement("w:tblHeader"))
        for cell, text, width, name in zip(row.tc_lst, texts, widths, table.cells.columns, strict=True):
            cell.width = width
            paragraph = cell.p_lst[0]
            paragraph.style = "Cell"
            paragraph.alignment = (
                WD_ALIGN_PARAGRAPH.CENTER if is_head
                else WD_ALIGN_PARAGRAPH.RIGHT if name in table.numeric
                else WD_ALIGN_PARAGRAPH.LEFT
            )  # fmt: skip
            run = paragraph.add_r()
            run.text = text
            if is_head:
                font = parse_xml(
                    f'<w:rFonts {nsdecls("w")} w:ascii="{HEAD_FONT}" w:hAnsi="{HEAD_FONT}" w:eastAsia="{HEAD_FONT}"/>'
                )
                run.get_or_add_rPr().append(font)

    def _mark(self, paragraph: Any, name: str) -> None:
        """Put a bookmark around what stands in a paragraph by now."""
        self.bookmarks += 1
        for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
            mark = OxmlElement(tag)
            mark.set(qn("w:id"), str(self.bookmarks))
            if tag == "w:bookmarkStart":
                mark.set(qn("w:name"), name)
                paragraph.insert(1 if paragraph.pPr is not None else 0, mark)
            else:
                paragraph.append(mark)


def _keep_with_next(row: Any) -> None:
    """Keep a row of a short table on the page of the next, and the last on that of the note."""
    for cell in row.tc_lst:
        cell.p_lst[0].get_or_add_pPr().get_or_add_keepNext()


def _bookmark(item: Item) -> str:
    return f"{'figure' if item.kind == '图' else 'table'}{item.number}"


def _without_clock(content: bytes) -> bytes:
    """Write an archive anew with one date for every part, so that the same document gives the same bytes."""
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                new.writestr(zipfile.ZipInfo(entry.filename), old.read(entry), zipfile.ZIP_DEFLATED)
        return buffer.getvalue()
