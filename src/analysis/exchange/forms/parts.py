"""What the parts of a workbook say, before a library makes objects of them: how much there is, and what is in doubt."""

import io
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from analysis.exchange.files import FORM, Package, check_count, damaged
from analysis.texts import FileError

SHEETS, ROWS, COLUMNS, CELLS = 60, 20_000, 3_000, 500_000
"""As many sheets may a workbook have, and each of them so many rows, columns and cells."""
_CHEAP, _DEAR = {"", "row", "c", "v", "f", "is", "t", "si"}, 4
"""Elements that take a library little, and how many of them any other counts for."""
_AREAS = {"mergeCell": ("合并了", "取消合并"), "hyperlink": ("有链接的范围是", "删去链接")}
"""Elements of which a library fills the whole area, what a message says of them, and how to mend it."""
_TRUE, _FALSE = {"1", "true"}, {"0", "false"}
_MACROS = ("vbaProject", "xlMacrosheet", "xlIntlMacrosheet")
_BARS = ("dataBar", "iconSet")
_ONLY_BARS = ("条件格式的数据条、图标集不显示数值", "清除条件格式，或取消“仅显示数据条（图标）”")
_RUNS = ("有的格里一部分文字另有字体，读不准", "在 Excel 或 WPS 里打开，保存一次，再导入")
"""What is wrong with texts that a sheet itself holds, where no office program keeps any with fonts of their own."""
_SAVE_ANEW = "在 Excel 或 WPS 里打开核对，重新另存一次"
_ROW, _CELL = re.compile("[1-9][0-9]{0,6}"), re.compile("[A-Z]{1,3}[1-9][0-9]{0,6}")
"""How a row and a cell are called: a library also reads c6 and C06, and takes the last of what is one cell to it."""
_CORNERS = re.compile("(?:.*})?(from|to)$")

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


class Outline(NamedTuple):
    """What a workbook says of itself.

    Attributes
    ----------
    stale : str
        Why what its formulas came to means nothing; "" if it, or a sheet of it, does not say so.
    has_formulas : bool
    doubts : dict of sheet to list of (rule, fix)
        What keeps readers from seeing what cells hold, wherever on the sheet it is.
    drawings : dict of sheet to list of Area
        What lies above the cells.
    boxes : set of sheet
        Those with boxes or controls drawn in the old way (VML), wherever they lie.
    rules : dict of sheet to list of (areas, style)
        Rules of newer kinds, which a library leaves out: what they do to which cells.
    """

    stale: str
    has_formulas: bool
    doubts: dict[str, list[tuple[str, str]]]
    drawings: dict[str, list[Area]]
    boxes: set[str]
    rules: dict[str, list[tuple[str, Any]]]


def check_parts(content: bytes) -> Outline:
    """Refuse a workbook that holds too much, or programs, or numbers of other files, before anything is made of it.

    Parameters
    ----------
    content : bytes
        An .xlsx file.

    Returns
    -------
    Outline

    Raises
    ------
    FileError
    """
    package = Package(content, ".xlsx", FORM)
    survey = _Survey()
    for part, name, attributes in package.elements():
        survey.take(part, name, attributes)
    if any("vbaProject" in part for part in package.parts):
        _check_relation("vbaProject")
    if any(part.startswith("xl/externalLinks/") for part in package.parts):
        _check_relation("externalLink")
    sheets = _list_sheets(content)
    counts, uses = survey.counts, Counter(part for parts in sheets.values() for part in parts)
    made = counts.total() + sum((times - 1) * counts[part] for part, times in uses.items())
    check_count(made * (2 if survey.has_formulas else 1))  # which are read apart from what they came to
    for title, (part, *_) in sheets.items():
        _check_areas(title, survey.areas[part])
        if cell := survey.twice.get(part):
            raise FileError(f"表“{title}”的 {cell} 格写了两次，不知道哪一个算数", _SAVE_ANEW)
        if part in survey.odd:
            raise damaged()
    return Outline(
        survey.stale,
        survey.has_formulas,
        {title: list(survey.doubts[part].values()) for title, (part, *_) in sheets.items()},
        {title: [area for each in others if each in survey.drawn for area in _list_drawings(package.read(each))]
         for title, (_, *others) in sheets.items()},
        {title for title, parts in sheets.items() if not survey.boxed.isdisjoint(parts)},
        {title: _list_rules(package.read(part)) for title, (part, *_) in sheets.items() if part in survey.styled},
    )  # fmt: skip


class _Survey:
    """What the elements of all parts say, gathered part by part."""

    def __init__(self) -> None:
        self.counts, self.areas = Counter[str](), defaultdict[str, list[tuple[str, str]]](list)
        self.doubts = defaultdict[str, dict[str, tuple[str, str]]](dict)
        self.stale, self.drawn, self.has_formulas = "", set[str](), False
        self.boxed, self.styled, self.odd = set[str](), set[str](), set[str]()
        self.twice: dict[str, str] = {}
        self._part, self._cells, self._row = "", set[str](), 0
        self._takers: dict[str, Callable[[str, dict[str, str]], object]] = {
            "Relationship": lambda _, attributes: _check_relation(attributes.get("Type", "")),
            "row": self._take_row,
            "f": self._take_formula,
            "c": self._take_cell,
            "calcPr": self._take_recalculation,
            "sheetCalcPr": self._take_recalculation,
            "workbookView": self._take_window,
            "wsDr": lambda part, _: self.drawn.add(part),
            "ClientData": self._take_old_drawing,
            "dxf": lambda part, _: self.styled.add(part),
            "rPr": lambda part, _: self.doubts[part].update(rPr=_RUNS),
            **dict.fromkeys(_BARS, self._take_bars),
        }

    def take(self, part: str, name: str, attributes: dict[str, str]) -> None:
        self.counts[part] += 1 if name in _CHEAP else _DEAR
        if taker := self._takers.get(name):
            taker(part, attributes)
        elif name in _AREAS:
            self.areas[part].append((name, attributes.get("ref", "")))

    def _take_row(self, part: str, attributes: dict[str, str]) -> None:
        self._begin(part)
        row = attributes.get("r", str(self._row + 1))
        if not _ROW.fullmatch(row) or int(row) <= self._row:  # no program writes rows otherwise, or twice
            self.odd.add(part)
        else:
            self._row = int(row)

    def _take_formula(self, _: str, __: dict[str, str]) -> None:
        self.has_formulas = True

    def _take_cell(self, part: str, attributes: dict[str, str]) -> None:
        self._begin(part)
        cell = attributes.get("r", "")
        if not (_CELL.fullmatch(cell) if cell else self._cells <= {""}):  # C06, or only some without a name
            self.odd.add(part)
        if cell and cell in self._cells:
            self.twice.setdefault(part, cell)
        self._cells.add(cell)

    def _begin(self, part: str) -> None:
        if part != self._part:
            self._part, self._cells, self._row = part, set(), 0

    def _take_recalculation(self, _: str, attributes: dict[str, str]) -> None:
        by_hand = attributes.get("calcMode") == "manual" and attributes.get("calcOnSave") in _FALSE
        if not _TRUE.isdisjoint(attributes.get(name) for name in ("fullCalcOnLoad", "forceFullCalc")):
            self.stale = self.stale or "写明要重新计算"
        elif by_hand or attributes.get("calcCompleted") in _FALSE:
            self.stale = "手动计算，保存时没有重算"

    def _take_window(self, _: str, attributes: dict[str, str]) -> None:
        if attributes.get("visibility", "visible") != "visible":
            raise FileError("工作簿的窗口是隐藏的，打开后看不见", "在“视图—取消隐藏”里显示出来，再保存")

    def _take_old_drawing(self, part: str, attributes: dict[str, str]) -> None:
        if attributes.get("ObjectType") != "Note":  # a comment, which is not above the cells
            self.boxed.add(part)

    def _take_bars(self, part: str, attributes: dict[str, str]) -> None:
        if attributes.get("showValue") in _FALSE:
            self.doubts[part]["showValue"] = _ONLY_BARS


def _check_relation(kind: str) -> None:
    """Refuse what a part is there for, if it is programs or other files."""
    if kind.endswith(_MACROS):
        raise FileError("带宏，不读取", "另存为不带宏的 .xlsx")
    if kind.endswith(("externalLink", "externalLinkPath")):
        raise FileError("引用了别的文件（外部链接），数值靠不住", "在“数据—编辑链接”里断开链接，再保存")


def _check_areas(title: str, areas: Iterable[tuple[str, str]]) -> None:
    """Refuse a sheet with areas that are too large to be filled."""
    from openpyxl.utils import range_boundaries

    size = 0
    for name, written in areas:
        try:
            left, top, right, bottom = range_boundaries(written)
            size += (abs(bottom - top) + 1) * (abs(right - left) + 1)
        except (ValueError, TypeError) as error:  # no area, or none with corners
            raise damaged() from error
        if max(top, bottom) > ROWS or max(left, right) > COLUMNS or size > CELLS:
            what, fix = _AREAS[name]
            most = f"最多到{ROWS}行、{COLUMNS}列，共{CELLS}格"
            raise FileError(f"表“{title}”{what} {written}，{most}", fix)


def _list_sheets(content: bytes) -> dict[str, list[str]]:
    """Name the sheets, and the parts that each is made of, the sheet itself first."""
    from openpyxl.packaging.relationship import get_dependents, get_rels_path
    from openpyxl.reader.excel import ExcelReader

    found: dict[str, list[str]] = {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = ExcelReader(io.BytesIO(content), keep_links=False)
            reader.read_manifest()
            reader.read_workbook()
            for sheet, part in reader.parser.find_sheets():
                beside = get_rels_path(part.target)
                others = get_dependents(reader.archive, beside) if beside in reader.archive.namelist() else []
                is_another = str(sheet.name).casefold() not in {name.casefold() for name in found}
                found[str(sheet.name) if is_another else ""] = [
                    str(part.target),
                    *(str(each.target) for each in others),
                ]
    except Exception as error:  # openpyxl raises whatever the broken part of a file leads to
        raise damaged() from error
    if "" in found:  # without a name, or with that of another
        raise damaged()
    return found


def _list_rules(content: bytes) -> list[tuple[str, Any]]:
    """List the areas that rules of newer kinds are for, and what they make of their cells."""
    from openpyxl.styles.differential import DifferentialStyle
    from openpyxl.xml.functions import fromstring

    found: list[tuple[str, Any]] = []
    try:
        for block in fromstring(content).iter("{*}conditionalFormatting"):
            areas = " ".join(each.text or "" for each in block.iter("{*}sqref"))
            found += [(areas, DifferentialStyle.from_tree(each)) for each in block.iter("{*}dxf")]
    except Exception as error:  # openpyxl raises whatever the broken part of a file leads to
        raise damaged() from error
    return found


def _list_drawings(content: bytes) -> list[Area]:
    """List where pictures, shapes and charts lie; of one that is only said where it begins, the cell."""
    from openpyxl.xml.functions import fromstring

    found = []
    for anchor in fromstring(content).iter():
        if not str(anchor.tag).endswith("Anchor"):
            continue
        corners: dict[str, list[Any]] = {}
        for child in anchor:
            if corner := _CORNERS.match(str(child.tag)):
                texts = {str(each.tag).rpartition("}")[2]: (each.text or "").strip()[:7] for each in child}
                places = (texts.get(name, "") for name in ("row", "col"))
                corners[corner[1]] = [int(place) + 1 if place.isdecimal() else 1 for place in places]
        start = corners.get("from", [1, 1])
        found.append((*start, *corners.get("to", start)))
    return found
