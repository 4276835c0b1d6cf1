"""WordprocessingML that python-docx has no words for: East Asian fonts, fields, charts in a line, bookmarks."""

from __future__ import annotations

from typing import Any

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Pt, RGBColor

LATIN_FONT = "Times New Roman"
_INK = RGBColor(0, 0, 0)


def set_font(target: Any, east_asian: str, size: Pt, latin: str = LATIN_FONT) -> None:
    """Name the fonts of a style or run for Latin and Chinese; a theme font would win over both."""
    target.font.size, target.font.name = size, latin
    target.font.color.rgb = _INK
    target.font.bold = target.font.italic = False
    fonts = target.element.get_or_add_rPr().get_or_add_rFonts()
    for name in [name for name in fonts.attrib if name.endswith("Theme")]:
        del fonts.attrib[name]
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), east_asian if kind == "eastAsia" else latin)


def restyle(style: Any, font: str, size: Pt) -> None:
    """Give a style our type and nothing of the template's: no colour, no border, no space of its own."""
    set_font(style, font, size)
    properties = style.element.get_or_add_pPr()
    for name in ("w:pBdr", "w:spacing", "w:contextualSpacing", "w:ind"):
        for old in properties.findall(qn(name)):
            properties.remove(old)
    spacing = style.element.rPr.find(qn("w:spacing"))
    if spacing is not None:
        style.element.rPr.remove(spacing)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)


def leave_grid(style: Any) -> None:
    """Let lines be as high as their type asks; the grid is for the text."""
    free = OxmlElement("w:snapToGrid")
    free.set(qn("w:val"), "0")
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(free, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr")


def indent(style: Any, characters: int) -> None:
    """Indent first lines by some characters."""
    indent = OxmlElement("w:ind")
    indent.set(qn("w:firstLineChars"), str(characters * 100))
    indent.set(qn("w:firstLine"), str(round(style.font.size.pt * 20 * characters)))
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(indent, "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr")


def set_tracking(style: Any, points: float) -> None:
    """Set the space between characters."""
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(round(points * 20)))
    properties = style.element.get_or_add_rPr()
    properties.insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang")


def frame(paragraph: Any) -> None:
    """Draw a thin frame around a paragraph."""
    sides = "".join(f'<w:{side} w:val="single" w:sz="6" w:space="4" w:color="000000"/>'
                    for side in ("top", "left", "bottom", "right"))  # fmt: skip
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        parse_xml(f"<w:pBdr {nsdecls('w')}>{sides}</w:pBdr>"), "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def add_field(paragraph: Any, code: str, shown: str) -> list[Any]:
    """Add a field with what it shows until it is counted anew; return its runs."""
    runs = [paragraph.add_run() for _ in range(5)]
    for run, kind in ((runs[0], "begin"), (runs[2], "separate"), (runs[4], "end")):
        run._r.append(_field_mark(kind))
    runs[1]._r.append(_field_code(f" {code} "))
    runs[3].text = shown
    return runs


def begin_field(paragraph: Any, code: str) -> None:
    """Begin a field that is counted anew when the document is opened; what it shows follows."""
    mark = _field_mark("begin")
    mark.set(qn("w:dirty"), "true")
    paragraph.add_run()._r.append(mark)
    paragraph.add_run()._r.append(_field_code(code))
    paragraph.add_run()._r.append(_field_mark("separate"))


def end_field(paragraph: Any) -> None:
    """End a field begun with `begin_field`."""
    paragraph.add_run()._r.append(_field_mark("end"))


def _field_mark(kind: str) -> Any:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    return mark


def _field_code(code: str) -> Any:
    text = OxmlElement("w:instrText")
    text.set(qn("xml:space"), "preserve")
    text.text = code
    return text


def graphic(relation: str, place: int, name: str, alt: str, width: Length, height: Length) -> Any:
    """Place a chart in a line of text."""
    drawing = parse_xml(
        f'<w:drawing {nsdecls("w", "wp", "a", "r")} xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{place}" name=""/><wp:cNvGraphicFramePr/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )
    properties = drawing.find(f".//{qn('wp:docPr')}")
    properties.set("name", name)
    properties.set("descr", alt)
    return drawing
