"""Whether a reader of a sheet sees what its cells hold: colours, sizes, widths, rules of formatting, hidden rows."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from analysis.exchange.forms.number_formats import Shown, show_number, show_text
from analysis.exchange.forms.sheets import Rounded, Sheet

Colour = tuple[int, int, int]
_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)
_SYSTEM = {64: _BLACK, 65: _WHITE}
_ALIKE = 24
"""Steps of each of red, green and blue, of 256, within which two colours cannot be told apart on paper."""
_THEME = ("lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink")
"""How a theme calls its colours, in the order in which cells count them."""
_SMALLEST, _LOWEST, _NARROWEST = 4, 4, 1
"""Points of a font, and of a row's height, and characters of a column, that can be seen."""
_PADDING, _MOST_GENERAL = 0.71, 11
"""Characters of a column's width beside its text; characters that a number without a format takes at most."""
_PICTURES = re.compile("(wingdings|webdings|marlett)", re.IGNORECASE)
_MOST_RULED = 200
"""Areas of rules that hide something, each of which is looked through."""
_CHINESE_DATES, _DATE = {*range(27, 37), *range(50, 59)}, "yyyy/m/d"
"""Numbers of formats that Chinese programs need not write down, and the like of what they stand for."""
_SHOW, _UNKNOWN = "取消隐藏；不要的删去", "不知道算不算数"
_GENERAL = "把单元格格式改为“常规”"

Fault = tuple[str, str]
"""A rule, and how to mend it."""


class Look(NamedTuple):
    """How cells of one style look.

    Attributes
    ----------
    fault : Fault or None
        Why nobody sees what is in them.
    form : str
        Their number format.
    ground : Colour or None
        What is behind their text; None if it is not of one colour.
    """

    fault: Fault | None
    form: str
    ground: Colour | None


class Looks:
    """What readers see of the cells of a workbook.

    Parameters
    ----------
    book : openpyxl.Workbook
    """

    def __init__(self, book: Any) -> None:
        self._book, self._known = book, dict[tuple[int, ...], Look]()

    def of(self, cell: Any) -> Look:
        """Return the look of a cell: one for all cells of a style."""
        style = tuple(cell._style)
        if style not in self._known:
            self._known[style] = self._make(cell)
        return self._known[style]

    def _make(self, cell: Any) -> Look:
        font, form = cell.font, _DATE if cell._style.numFmtId in _CHINESE_DATES else str(cell.number_format)
        ground = self.ground_of(cell.fill)
        fault = self.fault_of_font(font, ground)
        if cell.alignment.horizontal == "fill":
            fault = "对齐方式“填充”把内容重复显示", "把水平对齐改为“常规”"
        return Look(fault, form, ground)

    def fault_of_font(self, font: Any, ground: Colour | None) -> Fault | None:
        """Say why text in a font cannot be seen on a ground, or not for what it is."""
        colour = self.rgb(font.color, _BLACK)
        if ground and colour and _are_alike(colour, ground):
            return "字的颜色和底色一样，看不见", "改正字的颜色；不要的删去"
        if font.sz is not None and font.sz < _SMALLEST:
            return f"字号只有{font.sz:g}，看不见", "改大字号；不要的删去"
        if font.strike:
            return f"有删除线，{_UNKNOWN}", "去掉删除线；作废的删去"
        if _PICTURES.match(str(getattr(font, "name", None) or getattr(font, "rFont", None) or "")):
            return "字体显示的是图案，不是字", "换成普通的字体"
        return None

    def ground_of(self, fill: Any) -> Colour | None:
        """Return the colour of a fill; None if it has several."""
        kind = getattr(fill, "fill_type", None)
        if kind is None:
            return _WHITE
        return self.rgb(fill.fgColor, _BLACK) if kind == "solid" else None

    def rgb(self, colour: Any, automatic: Colour) -> Colour | None:
        """Resolve a colour; None for one that is not known."""
        if colour is None or colour.type == "auto":
            return automatic
        if colour.type == "rgb":
            base: Colour | None = _from_hex(str(colour.rgb))
        elif colour.type == "indexed":
            base = self._indexed.get(colour.indexed)
        else:
            base = self._theme.get(colour.theme)
        tint = colour.tint or 0.0
        if base is None or not tint:
            return base
        red, green, blue = (each * (1 + tint) if tint < 0 else each + (255 - each) * tint for each in base)
        return round(red), round(green), round(blue)

    @cached_property
    def _indexed(self) -> dict[int, Colour]:
        from openpyxl.styles.colors import COLOR_INDEX

        own = getattr(self._book, "_colors", None) or COLOR_INDEX
        return {place: _from_hex(str(each)) or _BLACK for place, each in enumerate(own)} | _SYSTEM

    @cached_property
    def _theme(self) -> dict[int, Colour]:
        """The colours of the theme, or those that every program begins with."""
        from openpyxl.xml.functions import fromstring

        named = {"lt1": _WHITE, "dk1": _BLACK}
        if written := self._book.loaded_theme:
            for each in fromstring(written).iter():
                name = str(each.tag).rpartition("}")[2]
                if name in _THEME and len(each):
                    value = each[0].get("lastClr") or each[0].get("val") or ""
                    named[name] = _from_hex(value) or named.get(name, _BLACK)
        return {place: named[name] for place, name in enumerate(_THEME) if name in named}


def _from_hex(text: str) -> Colour | None:
    found = re.fullmatch("(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})", text)
    return (int(found[1], 16), int(found[2], 16), int(found[3], 16)) if found else None


def _are_alike(first: Colour, second: Colour) -> bool:
    return all(abs(one - other) <= _ALIKE for one, other in zip(first, second, strict=True))


def see(value: Any, look: Look, width: float) -> tuple[Any, Fault | None]:
    """Return the value of a cell as it is read, a number that is shown rounded as such, and why nobody sees it.

    Parameters
    ----------
    value : cell
    look : Look
    width : float
        Of its column, in characters.

    Returns
    -------
    value : cell
    fault : Fault or None
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    shown = show_number(value, look.form) if is_number else show_text(look.form) if isinstance(value, str) else Shown()
    if shown.fault:
        return value, (shown.fault, _GENERAL)
    if look.fault:
        return value, look.fault
    if shown.is_white and look.ground and _are_alike(_WHITE, look.ground):
        return value, ("数字格式把字变成白色，看不见", _GENERAL)
    if is_number and (written := _write(value, shown, width - _PADDING)):
        value = Rounded(value)
        value.shown = written
    return value, None


def _write(value: float, shown: Shown, room: float) -> str:
    """Write a number as it is shown, if that is not as it is stored; "" if it is."""
    text, most = shown.text or f"{value:.10g}", room + 1
    if len(text) <= most:
        return "" if shown.is_exact else text
    whole = len(f"{value:.0f}")
    if shown.text or whole > most:
        return "#" * max(int(room), 1)
    fewer = f"{value:.{max(round(room) - whole - 1, 0)}f}"
    return fewer if float(fewer) != round(value, 10) and len(text) <= _MOST_GENERAL + 1 else ""


def widths_of(sheet: Any) -> tuple[dict[int, float], float]:
    """Return the widths of columns that have one of their own, 0 for a hidden one, and that of all others.

    Parameters
    ----------
    sheet : openpyxl worksheet

    Returns
    -------
    widths : dict of column to characters
    default : float
    """
    shape = sheet.sheet_format
    default = shape.defaultColWidth
    if default is None:
        default = (8 if shape.baseColWidth is None else shape.baseColWidth) + _PADDING
    widths = dict[int, float]()
    for each in sheet.column_dimensions.values():
        width = 0.0 if each.hidden else default if each.width is None else each.width
        widths |= dict.fromkeys(range(each.min or 0, min(each.max or 0, sheet.max_column) + 1), width)
    return widths, default


def refuse_unseen(read: Sheet, sheet: Any, looks: Looks, rules: Iterable[tuple[str, Any]] = ()) -> None:
    """Refuse what holds a value and cannot be seen: rows and columns hidden or without size, values ruled away.

    Parameters
    ----------
    read : Sheet
        Its rows.
    sheet : openpyxl worksheet
    looks : Looks
    rules : iterable of (areas, style)
        Rules of newer kinds (see `Outline`).
    """
    _refuse_rows(read, sheet)
    _refuse_frozen(read, sheet.sheet_view)
    used = {column for cells in read.rows.values() for column, value in enumerate(cells, 1) if value is not None}
    widths, default = widths_of(sheet)
    if default < _NARROWEST and not used <= widths.keys():
        read.refuse(f"各列默认宽{default:g}，看不见，{_UNKNOWN}", "加宽各列；不要的删去", row=1)
    for letter, shape in sheet.column_dimensions.items():
        if used.isdisjoint(range(shape.min or 0, min(shape.max or 0, sheet.max_column) + 1)):
            continue
        if shape.hidden or shape.width == 0:
            read.refuse(f"有隐藏的列（{letter} 列起），{_UNKNOWN}", _SHOW, row=1, value=letter)
        elif shape.width is not None and shape.width < _NARROWEST:
            rule = f"列宽只有{shape.width:g}，看不见（{letter} 列起），{_UNKNOWN}"
            read.refuse(rule, "加宽这一列；不要的删去", row=1, value=letter)
    view = sheet.sheet_view
    if view is not None and view.showZeros is False:
        for row, cells in read.rows.items():
            if any(isinstance(value, int | float) and not isinstance(value, bool) and value == 0 for value in cells):
                read.refuse("这张表不显示零值，有一格是0", "在“选项—高级”里显示零值，或清空这一格", row=row)
    ruled = list(islice(_ruled(sheet, looks, rules), _MOST_RULED + 1))
    if len(ruled) > _MOST_RULED:
        read.refuse("有太多条件格式使值看不见，或显示成别的", "清除条件格式", row=1)
    for area, form in ruled[:_MOST_RULED]:
        if row := next((each for each, cells in read.rows.items() if _holds(cells, each, area, form)), 0):
            read.refuse("条件格式使这里的值看不见，或显示成别的", "清除这里的条件格式", row=row, value=area.coord)


def _refuse_rows(read: Sheet, sheet: Any) -> None:
    shape, rows = sheet.sheet_format, sheet.row_dimensions
    if shape.zeroHeight:
        read.refuse(f"各行默认隐藏，{_UNKNOWN}", _SHOW, row=1)
    heights = {row: rows[row].ht for row in read.rows if row in rows}
    if hidden := [row for row in read.rows if row in rows and (rows[row].hidden or heights[row] == 0)]:
        named = "、".join(map(str, hidden[:5])) + ("……" if len(hidden) > 5 else "")
        read.refuse(f"有隐藏的行（第{named}行），{_UNKNOWN}", _SHOW, row=hidden[0])
    default = shape.defaultRowHeight
    low = [row for row in read.rows if (default if heights.get(row) is None else heights[row]) < _LOWEST]
    if low := [row for row in low if row not in hidden]:
        named = "、".join(map(str, low[:5])) + ("……" if len(low) > 5 else "")
        read.refuse(f"行高太小，看不见（第{named}行），{_UNKNOWN}", "加高这些行；不要的删去", row=low[0])


def _refuse_frozen(read: Sheet, view: Any) -> None:
    """Refuse rows and columns before those where a frozen pane begins: nobody can scroll there."""
    from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

    pane = getattr(view, "pane", None)
    if pane is None or not str(pane.state).startswith("frozen") or not view.topLeftCell:
        return
    letter, top = coordinate_from_string(view.topLeftCell)
    left = column_index_from_string(letter)
    mend = "取消冻结窗格；不要的删去"
    if pane.ySplit and (unseen := [row for row in read.rows if row < top]):
        read.refuse(f"冻结窗格使第{top}行以前的行看不见，{_UNKNOWN}", mend, row=unseen[0])
    if pane.xSplit:
        for row, cells in read.rows.items():
            if any(value is not None for value in cells[: left - 1]):
                read.refuse(f"冻结窗格使 {letter} 列以前的列看不见，{_UNKNOWN}", mend, row=row)
                return


def _ruled(sheet: Any, looks: Looks, rules: Iterable[tuple[str, Any]]) -> Iterator[tuple[Any, str]]:
    """List the areas that rules give a number format, which is returned, or a font that cannot be seen ("")."""
    from openpyxl.styles import Font
    from openpyxl.worksheet.cell_range import MultiCellRange

    usual = [(ruled.cells, rule.dxf) for ruled in sheet.conditional_formatting for rule in ruled.rules]
    for cells, look in [*usual, *((MultiCellRange(areas), look) for areas, look in rules)]:
        if look is None:
            continue
        ground = looks.ground_of(_as_solid(look.fill)) if look.fill is not None else _WHITE
        forms = [""] if looks.fault_of_font(look.font or Font(), ground) else []
        forms += [str(look.numFmt.formatCode)] if look.numFmt is not None else []
        yield from ((area, form) for area in cells.ranges for form in forms)


def _as_solid(fill: Any) -> Any:
    """Return a fill as rules hold it, where a plain one needs no kind and has its colour for a background."""
    from openpyxl.styles import Color, GradientFill, PatternFill

    if isinstance(fill, PatternFill) and fill.fill_type in {None, "solid"} and fill.bgColor != Color():
        return PatternFill("solid", fgColor=fill.bgColor)
    return GradientFill()  # of no colour that is known


def _holds(cells: list[Any], row: int, area: Any, form: str) -> bool:
    """Say whether a row has something in an area that nobody sees for what it is, by the format if there is one."""
    if not area.min_row <= row <= area.max_row:
        return False
    for value in cells[area.min_col - 1 : area.max_col]:
        if value is None:
            continue
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not form or (show_number(value, form) if is_number else show_text(form)).fault:
            return True
    return False
