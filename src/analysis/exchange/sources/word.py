"""Going through the body, a header or a note of a .docx: paragraphs, rows of tables, text boxes."""

import re
from collections.abc import Iterator
from typing import Any

from analysis.exchange.sources.fields import COUNTED, Fields, name_field
from analysis.exchange.sources.numbering import Numbering, with_label
from analysis.exchange.sources.parts import BETWEEN_CELLS, IN_CELL, Part, check_length, row_of, tell_left_out
from analysis.exchange.sources.styles import Styles, W, child, is_on, number, value
from analysis.exchange.sources.symbols import read_symbol
from analysis.texts import FileError, name_some

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_THROUGH = {f"{W}{name}" for name in ("sdt", "sdtContent", "smartTag", "customXml", "ins", "moveTo", "hyperlink",
            "fldSimple", "dir", "bdo", "ruby", "rubyBase")}  # fmt: skip
"""What stands around text without changing it: controls, tags, accepted insertions, links, fields."""
_INSERTED = tuple(f"{W}{name}" for name in ("ins", "moveTo", "cellIns"))
_DELETED = {f"{W}{name}" for name in ("del", "moveFrom")}
_IN_RUNS = {"tab": BETWEEN_CELLS, "ptab": BETWEEN_CELLS, "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_PICTURES = (f"{W}drawing", f"{W}pict", f"{W}object")
_MIDDLE = "\N{REPLACEMENT CHARACTER}"
"""What stands for a sign that is not known: what is around it does not join."""
_SHOWN = 20


class Walker:
    """Goes through parts of a document, and keeps what is to be told of them all.

    Parameters
    ----------
    styles : Styles
    numbering : Numbering

    Attributes
    ----------
    referred : dict of str to list of str
        The footnotes and endnotes that were met.
    """

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self._styles, self._numbering = styles, numbering
        self.referred: dict[str, list[str]] = {"footnote": [], "endnote": []}
        self._left_out: dict[str, list[str]] = {}
        self._is_revised, self._pictures, self._length = False, 0, 0
        self._paragraphs = self._tables = 0
        self._boxes: list[Any] = []
        self._seen: set[Any] = set()
        self._fields = Fields()
        self._carried = ""
        self._pieces: list[Any] = []

    def tell(self) -> Iterator[str]:
        """Say what was doubtful or left out."""
        if self._is_revised:
            yield "有没接受也没拒绝的修订，按全部接受来读（插入的算，删除的不算），请先定稿或对照原文核对"
        for why, texts in self._left_out.items():
            yield from tell_left_out(f"{why}文字", texts)
        if self._pictures:
            yield f"有{self._pictures}处图片、图表或嵌入的对象，里面的文字没有读，请对照原文核对"
        if self._numbering.unknown:
            yield f"自动编号有不认识的写法（{name_some(sorted(self._numbering.unknown))}），按1、2、3来读"

    def walk(self, holder: Any) -> Iterator[Part]:
        """Read what stands in a holder of paragraphs and tables, block by block."""
        for block in _blocks(holder):
            if block.tag == f"{W}tbl":
                yield from self._paragraph(self._end())
                yield from self._read_table(block)
            else:
                yield from self._paragraph(self._read_paragraph(block, BETWEEN_CELLS))
            yield from self._read_boxes()
        yield from self._paragraph(self._end())

    def _paragraph(self, text: str) -> Iterator[Part]:
        if text.strip():
            self._paragraphs += 1
            yield self._checked(Part(f"第{self._paragraphs}段", text.strip(BETWEEN_CELLS), self._take_pieces()))

    def _take_pieces(self) -> tuple[Any, ...]:
        """Return the elements that text was taken from since the last part."""
        pieces, self._pieces = tuple(self._pieces), []
        return pieces

    def _end(self) -> str:
        """Return what was carried to a paragraph that does not come."""
        carried, self._carried = self._carried, ""
        return carried

    def look_for_more(self, root: Any) -> None:
        """Take note of text that stands where none is looked for, so that it is told."""
        for each in root.iter(f"{W}t"):
            if each not in self._seen and (each.text or "").strip() and not any(map(_is_dead, each.iterancestors())):
                self._left_out.setdefault("不知道在哪里显示的", []).append(each.text)

    def _checked(self, part: Part) -> Part:
        self._length += len(part.text)
        check_length(self._length)
        return part

    def _read_boxes(self) -> Iterator[Part]:
        """Read the text boxes that were met, after what they are fixed to."""
        while self._boxes:
            paragraphs, carried, self._carried = self._paragraphs, self._carried, ""
            pieces = self._take_pieces()
            for part in list(self.walk(self._boxes.pop(0))):
                yield part._replace(place="文本框")
            self._paragraphs, self._carried, self._pieces = paragraphs, carried, list(pieces)

    def _read_table(self, table: Any) -> Iterator[Part]:
        """Read a table row by row, and those within it after the row that they stand in."""
        self._tables += 1
        name, above, count, inner = f"表{self._tables}", dict[int, str](), 0, list[Any]()
        for row in _children(table, "tr"):
            if any(child(row, "trPr", each.removeprefix(W)) is not None for each in _DELETED):
                self._is_revised = True
                continue
            count += 1
            self._is_revised |= child(row, "trPr", "ins") is not None
            cells = self._read_row(row, above, inner)
            if is_on(child(row, "trPr", "hidden")):
                self._left_out.setdefault("隐藏的表格行里的", []).append(" ".join(filter(None, cells)))
                self._take_pieces()
            elif any(map(str.strip, cells)):
                yield self._checked(Part(f"{name}第{count}行", row_of(cells), self._take_pieces()))
            yield from self._read_boxes()
            while inner:
                yield from self._read_table(inner.pop(0))

    def _read_row(self, row: Any, above: dict[int, str], inner: list[Any]) -> list[str]:
        """Read the cells of a row; one that spans columns stands in each, one that goes on is the one above."""
        cells = [""] * number(value(row, "trPr", "gridBefore"))
        for cell in _children(row, "tc"):
            if child(cell, "tcPr", "cellDel") is not None or child(cell, "tcPr", "cellMerge") is not None:
                raise FileError("里有对表格格子的修订，没接受也没拒绝，不知道哪一种算数", "接受或拒绝全部修订，再保存")
            self._is_revised |= child(cell, "tcPr", "cellIns") is not None
            span, place = max(number(value(cell, "tcPr", "gridSpan"), 1), 1), len(cells)
            goes_on = [_goes_on(cell, name) for name in ("vMerge", "hMerge")]
            text = self._read_cell(cell, inner)
            if goes_on[0]:
                covered, text = text, above.get(place, text)
                if covered.strip() and covered != text:
                    self._left_out.setdefault("被合并的格子盖住的", []).append(covered)
            elif goes_on[1] and cells:
                text = cells[-1]
            cells += [text] * span
            above.update(dict.fromkeys(range(place, place + span), text))
            check_length(sum(map(len, cells)))
        return cells

    def _read_cell(self, cell: Any, inner: list[Any]) -> str:
        texts = []
        for block in _blocks(cell):
            if block.tag == f"{W}tbl":
                inner.append(block)
            else:
                texts.append(self._read_paragraph(block, IN_CELL))
        return "\n".join(text for text in (*texts, self._end()) if text.strip())

    def _read_paragraph(self, paragraph: Any, gap: str) -> str:
        """Read a paragraph, with its number; one whose end is deleted goes on in the next."""
        text = self._end() + "".join(self._read_inline(paragraph, paragraph))
        end = child(paragraph, "pPr", "rPr")
        self._is_revised |= any(child(end, name.removeprefix(W)) is not None for name in _INSERTED)
        if any(child(end, name.removeprefix(W)) is not None for name in _DELETED):
            self._is_revised, self._carried = True, text
            return ""
        label = "" if is_on(child(end, "vanish")) else self._numbering.label(paragraph)
        stands_in = (
            "\u3000\u3000" if gap == BETWEEN_CELLS and text.strip() and self._styles.stands_in(paragraph) else ""
        )
        return stands_in + (with_label(label, text.strip(" \u3000\t"), gap) if label else text)

    def _read_inline(self, holder: Any, paragraph: Any) -> Iterator[str]:
        """Read what stands in a line."""
        for each in holder:
            if each.tag == f"{W}r":
                yield from self._read_run(each, paragraph)
            elif each.tag in _THROUGH:
                self._is_revised |= each.tag in _INSERTED
                if each.tag == f"{W}fldSimple" and name_field(str(each.get(f"{W}instr", ""))) in COUNTED:
                    continue
                yield from self._read_inline(each, paragraph)
            elif each.tag in _DELETED:
                self._is_revised = True
            elif each.tag in {f"{_MATH}oMath", f"{_MATH}oMathPara"}:
                yield self._read_formula(each)
            elif each.tag.startswith(_CHOICE):
                yield from self._read_inline(_chosen(each), paragraph)

    def _read_formula(self, formula: Any) -> str:
        """Read a formula that is a line of signs; of others nobody knows what is above what."""
        text = "".join(each.text or "" for each in formula.iter(f"{_MATH}t"))
        names = {each.tag.rpartition("}")[2] for each in formula.iter() if each.tag.startswith(_MATH)}
        if names <= {"oMathPara", "oMathParaPr", "jc", "oMath", "r", "rPr", "t", "sty", "ctrlPr", "nor", "lit"}:
            return text
        self._left_out.setdefault("公式里的", []).append(text)
        return _MIDDLE

    def _read_run(self, run: Any, paragraph: Any) -> Iterator[str]:
        """Read a run, unless nobody sees it or it only counts pages."""
        taken = len(self._pieces)
        text = "".join(self._read_pieces(run, paragraph))
        fault = self._styles.fault(run, paragraph) if text.strip() else ""
        if fault == "上标或下标":
            if any(map(str.isdigit, text)):
                raise FileError(f"里“{text.strip()[:_SHOWN]}”是{fault}，不知道算不算数", "改成普通的文字；不要的删去")
        elif fault:
            self._left_out.setdefault(fault, []).append(text)
            del self._pieces[taken:]
            return
        yield text

    def _read_pieces(self, run: Any, paragraph: Any) -> Iterator[str]:
        for each in run:
            space, _, name = str(each.tag).rpartition("}")
            if space == _CHOICE[:-1]:
                yield from self._read_pieces(_chosen(each), paragraph)
            elif each.tag in _PICTURES:
                self._see(each)
            elif f"{space}}}" != W:
                continue
            elif name in {"fldChar", "instrText"}:
                self._pass(each, name)
            elif name == "t":
                self._seen.add(each)
                if self._fields.is_seen:
                    self._pieces.append(each)
                    yield re.sub(r"[\n\r\t]", " ", each.text or "")
            elif self._fields.is_seen:
                yield from self._read_sign(each, name, paragraph)

    def _read_sign(self, sign: Any, name: str, paragraph: Any) -> Iterator[str]:
        """Read what stands in a run besides its text."""
        if name in _IN_RUNS:
            yield _IN_RUNS[name]
        elif name == "sym":
            yield self._read_symbol(sign)
        elif name in {"footnoteReference", "endnoteReference"}:
            self.referred[name.removesuffix("Reference")].append(str(sign.get(f"{W}id")))
        elif name == "ruby":
            yield from self._read_inline(sign, paragraph)

    def _read_symbol(self, symbol: Any) -> str:
        font, code = str(symbol.get(f"{W}font")), str(symbol.get(f"{W}char"))
        known = read_symbol(font, code)
        if known is None:
            self._left_out.setdefault("不认识的符号，不是", []).append(f"{font} {code}")
        return _MIDDLE if known is None else known

    def _pass(self, mark: Any, name: str) -> None:
        """Begin, go on with, or end a field."""
        if name == "instrText":
            self._fields.instruct(mark.text or "")
            return
        steps = {"begin": self._fields.begin, "separate": self._fields.separate, "end": self._fields.end}
        kind = str(mark.get(f"{W}fldCharType"))
        if kind in steps:
            steps[kind]()

    def _see(self, picture: Any) -> None:
        """Keep the text boxes of a drawing; what is drawn besides is told."""
        boxes = [each for each in picture.iter(f"{W}txbxContent") if _is_outermost(each, picture)]
        self._boxes += boxes
        for each in picture.iter("{urn:schemas-microsoft-com:vml}textpath"):
            self._left_out.setdefault("艺术字里的", []).append(str(each.get("string")))
        is_shown = picture.tag == f"{W}object" or any(
            each.tag.rpartition("}")[2] in {"blip", "imagedata", "chart", "relIds"} for each in picture.iter()
        )
        self._pictures += is_shown


def _is_outermost(box: Any, picture: Any) -> bool:
    """Say whether a text box is in no other, and in no copy for older programs."""
    for each in box.iterancestors():
        if each is picture:
            return True
        if each.tag in {f"{W}txbxContent", f"{_CHOICE}Fallback"}:
            return False
    return True


def _blocks(holder: Any) -> Iterator[Any]:
    """Go through the paragraphs and tables of a holder, through what stands around them."""
    for each in holder:
        if each.tag in {f"{W}p", f"{W}tbl"}:
            yield each
        elif each.tag in _THROUGH:
            yield from _blocks(each)
        elif str(each.tag).startswith(_CHOICE):
            yield from _blocks(_chosen(each))


def _children(holder: Any, name: str) -> Iterator[Any]:
    """Go through the rows of a table or the cells of a row, through what stands around them."""
    for each in holder:
        if each.tag == f"{W}{name}":
            yield each
        elif each.tag in _THROUGH:
            yield from _children(each, name)


def _is_dead(holder: Any) -> bool:
    """Say whether what stands in a holder is deleted, or a copy or reading of something else."""
    if holder.tag == f"{W}tr":
        return any(child(holder, "trPr", name.removeprefix(W)) is not None for name in _DELETED)
    return holder.tag in _DELETED or holder.tag in {f"{_CHOICE}Fallback", f"{W}rt"}


def _chosen(alternatives: Any) -> Any:
    """Return what a program of today shows of alternatives."""
    if alternatives.tag != f"{_CHOICE}AlternateContent":
        return alternatives
    return next((each for each in alternatives if each.tag == f"{_CHOICE}Choice"), next(iter(alternatives), ()))


def _goes_on(cell: Any, name: str) -> bool:
    mark = child(cell, "tcPr", name)
    return mark is not None and mark.get(f"{W}val", "continue") == "continue"
