"""What a reader of a workbook sees is what is read, or it is told; what office programs write is read as it is."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment, Font, PatternFill
from PIL import Image as Picture
from tests import office

from analysis.data.dataset import load_dataset
from analysis.exchange import files
from analysis.exchange.files import FORM, read_once
from analysis.exchange.forms.importing import Intake, read_intake
from analysis.exchange.forms.opening import open_sheets
from analysis.exchange.office import open_book
from analysis.problems import InputError
from analysis.texts import FileError

pytestmark = pytest.mark.slow

YEAR = 2023
COUNTY = "评分·区政府"
Change = Callable[[Any], None]


@pytest.fixture
def read(good: bytes, city: Path, tmp_path: Path) -> Callable[[Change], Intake]:
    """Change a copy of the workbook and read it."""

    def run(change: Change) -> Intake:
        book = openpyxl.load_workbook(io.BytesIO(good))
        change(book)
        book.save(tmp_path / "改过.xlsx")
        return read_intake(tmp_path / "改过.xlsx", load_dataset(city), YEAR)

    return run


def _score(intake: Intake) -> float:
    marks = intake.inputs.marks
    (score,) = marks.loc[marks["indicator_id"].eq("Q2"), "score"].iloc[:1]
    return float(score)


def _format(value: float, form: str = "General", width: float | None = None) -> Change:
    def change(book: Any) -> None:
        book[COUNTY]["C6"].value, book[COUNTY]["C6"].number_format = value, form
        if width is not None:
            book[COUNTY].column_dimensions["B"].max = 2
            book[COUNTY].column_dimensions["C"].width = width

    return change


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (_format(18.46, "0.0"), "18.46（显示18.5）"),
        (_format(18.46, "0"), "18.46（显示18）"),
        (_format(18.4625, "0.00", 3), "18.4625（显示##）"),
        (_format(18.4625, width=4.8), "18.4625（显示18.5）"),
        (_format(18.46, "# ?/?"), "18.46（显示166/9）"),
    ],
)
def test_a_number_that_is_shown_rounded_is_told(change: Change, shown: str, read: Callable[[Change], Intake]) -> None:
    intake = read(change)
    told = [note for note in intake.notes if note.rule == "显示的是舍入的数，按存的数读入"]
    assert [(note.row, note.column, note.value) for note in told] == [(6, "Q2", shown)]
    assert _score(intake) == float(shown.partition("（")[0])


@pytest.mark.parametrize(
    "change",
    [
        _format(18.46),
        _format(18.46, "0.00_ "),
        _format(18.4, '0.0"分"'),
        _format(18.46, r'_ * #,##0.00_ ;_ * \-#,##0.00_ ;_ * "-"??_ ;_ @_ '),
        _format(0.1 + 0.2, "0.0"),
        _format(1 / 3),
        _format(18.46, "0.00", 5.7),
    ],
    ids=range(7),
)
def test_a_number_that_is_shown_as_it_is_needs_no_words(change: Change, read: Callable[[Change], Intake]) -> None:
    assert read(change).notes == ()


def test_usual_looks_are_no_fault(read: Callable[[Change], Intake]) -> None:
    def change(book: Any) -> None:
        sheet = book[COUNTY]
        for cell in sheet[1]:
            cell.font, cell.fill = Font(color="FFFFFFFF", bold=True), PatternFill("solid", start_color="FF1F4E79")
        for cell in sheet["B"][5:]:
            cell.font, cell.alignment = (
                Font(name="仿宋_GB2312", size=9, color="FFFF0000"),
                Alignment("center", wrap_text=True),
            )
            cell.fill = PatternFill("solid", start_color="FFFFFF00")
        sheet.column_dimensions["F"].hidden = True  # where nothing is
        sheet.row_dimensions[sheet.max_row + 5].hidden = True

    assert read(change).notes == ()


def _picture(book: Any) -> None:
    with io.BytesIO() as buffer:
        Picture.new("RGB", (40, 20), "white").save(buffer, "png")
        book[COUNTY].add_image(Image(io.BytesIO(buffer.getvalue())), "C7")


def test_a_picture_above_cells_is_told(read: Callable[[Change], Intake]) -> None:
    (note,) = read(_picture).notes
    assert (note.sheet, note.row, note.rule) == (COUNTY, 7, "上面有图片、图形或图表，可能盖住格子；按格子里的值读入")


def test_a_remark_on_a_cell_is_told(read: Callable[[Change], Intake]) -> None:
    def change(book: Any) -> None:
        book[COUNTY]["C7"].comment = Comment("作废，\n应为 12", "张三")
        book[COUNTY]["C8"].comment = Comment("缺少评分", "工作簿")  # as the copy that shows problems has it

    (note,) = read(change).notes
    assert (note.sheet, note.row, note.rule, note.value) == (COUNTY, 7, "有批注，没有读", "作废， 应为 12")


@pytest.mark.parametrize(
    ("look", "told"),
    [
        ({"font_script": 1}, "上标或下标"),
        ({"font_color": "#FFFFFF"}, "颜色和底色一样"),
        ({"font_strikeout": True}, "删除线"),
    ],
    ids=["raised", "white", "struck out"],
)
def test_a_part_of_a_text_that_is_not_what_it_seems(look: dict[str, Any], told: str, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        book.add_worksheet().write_rich_string(0, 0, "1", book.add_format(look), "8", book.add_format())
    (sheet,) = open_sheets(tmp_path / "a.xlsx")
    (problem,) = sheet.problems
    assert told in problem.rule and (problem.row, problem.value) == (1, "A1 18")


X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"
NEWER = (
    '<extLst><ext uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}" xmlns:x14="' + X14 + '"><x14:conditionalFormattings>'
    '<x14:conditionalFormatting xmlns:xm="' + XM + '"><x14:cfRule type="expression" priority="1" id="{{1}}">'
    "<xm:f>TRUE</xm:f><x14:dxf>{}</x14:dxf></x14:cfRule><xm:sqref>{}</xm:sqref>"
    "</x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst></worksheet>"
)
"""A rule of the kind that Excel writes since 2010 where a formula refers to another sheet."""
WHITE, RED = '<font><color rgb="FFFFFFFF"/></font>', '<fill><patternFill><bgColor rgb="FFC00000"/></patternFill></fill>'


def _with(tmp_path: Path, part: str, old: str, new: str) -> list[str]:
    """Write a number into B2, and something into a part of the workbook; return the rules that reading it breaks."""
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write(1, 1, 18.5)
        sheet.write_comment("D1", "说明")
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(tmp_path / "a.xlsx") as given, zipfile.ZipFile(buffer, "w") as changed:
            for name in given.namelist():
                text = given.read(name).decode()
                assert name != part or old in text
                changed.writestr(name, text.replace(old, new) if name == part else text)
        (tmp_path / "b.xlsx").write_bytes(buffer.getvalue())
    (sheet,) = open_sheets(tmp_path / "b.xlsx")
    return [problem.rule for problem in [*sheet.problems, *sheet.notes]]


@pytest.mark.parametrize(
    ("look", "area", "told"),
    [
        (WHITE, "A1:B9", "条件格式使这里的值看不见"),
        (WHITE, "A1 B2:C3", "条件格式使这里的值看不见"),
        (WHITE, "A1:A9", ""),
        (WHITE + RED, "A1:B9", ""),
        ("<font><strike/></font>", "B2", "条件格式使这里的值看不见"),
        ('<numFmt numFmtId="170" formatCode=";;;"/>', "B2", "条件格式使这里的值看不见"),
        ('<numFmt numFmtId="170" formatCode="0.0"/>', "B2", ""),
    ],
)
def test_rules_of_newer_kinds_are_seen_as_others_are(look: str, area: str, told: str, tmp_path: Path) -> None:
    rules = _with(tmp_path, "xl/worksheets/sheet1.xml", "</worksheet>", NEWER.format(look, area))
    assert len(rules) == bool(told) and all(rule.startswith(told) for rule in rules)


def test_boxes_drawn_in_the_old_way_are_told(tmp_path: Path) -> None:
    part = "xl/drawings/vmlDrawing1.vml"
    assert _with(tmp_path, part, 'ObjectType="Note"', 'ObjectType="Note"') == []
    (told,) = _with(tmp_path, part, 'ObjectType="Note"', 'ObjectType="Rect"')
    assert told == "有旧式的文本框或控件，可能盖住格子；按格子里的值读入"


@pytest.mark.parametrize(
    ("first", "split", "told"),
    [
        ("A3", 'ySplit="1"', "第3行以前的行看不见"),
        ("C1", 'xSplit="1"', "C 列以前的列看不见"),
        ("A2", 'ySplit="1"', ""),
        ("A1", 'xSplit="1" ySplit="1"', ""),
        ("C3", "", ""),  # scrolled there: anybody can scroll back
    ],
)
def test_what_a_frozen_pane_keeps_out_of_sight_is_refused(first: str, split: str, told: str, tmp_path: Path) -> None:
    pane = f'<pane {split} topLeftCell="D9" state="frozen"/>' if split else ""
    view = f'workbookViewId="0" topLeftCell="{first}">{pane}</sheetView>'
    rules = _with(tmp_path, "xl/worksheets/sheet1.xml", 'workbookViewId="0"/>', view)
    assert len(rules) == bool(told) and all(told in rule for rule in rules)


def test_a_text_whose_parts_stand_in_the_cell_is_not_read(read: Callable[[Change], Intake]) -> None:
    def change(book: Any) -> None:
        book[COUNTY]["C6"] = CellRichText("1", TextBlock(InlineFont(color="FFFFFFFF"), "8"))

    with pytest.raises(InputError, match="一部分文字另有字体，读不准"):
        read(change)


def test_what_libreoffice_saves_is_read_as_it_was(good: bytes, city: Path, tmp_path: Path) -> None:
    """Saved by another program, with formulas that it has computed: nothing is refused, and nothing lost."""
    book = openpyxl.load_workbook(io.BytesIO(good))
    book[COUNTY]["C6"] = "=10+8.5"
    book[COUNTY]["C7"] = "=ROUND(SUM(C6,-3),1)"
    book[COUNTY]["C7"].number_format = "0.00"
    book.save(tmp_path / "评分表.xlsx")
    (tmp_path / "out").mkdir()
    saved = office.convert(tmp_path / "评分表.xlsx", "xlsx", tmp_path / "out")
    dataset = load_dataset(city)
    intake = read_intake(saved, dataset, YEAR)
    assert _score(intake) == 18.5 and not intake.notes
    theirs = dataset.year(YEAR).inputs
    assert theirs is not None
    marks = intake.inputs.marks[["unit_id", "indicator_id", "status", "rating"]]
    pd.testing.assert_frame_equal(marks, theirs.marks[marks.columns])


ODD = ["_x0041_", "_x000D_乙", "x005F_", "<r>甲</r>", "<r><t>甲</t></r>", "_x004g_", "__x0041__", "_x005F_x0041_"]
"""The last of them LibreOffice reads, but does not write, as it is."""


@pytest.mark.parametrize("through", ["nothing", "LibreOffice"])
def test_texts_that_look_like_escapes_come_back(through: str, city: Path, tmp_path: Path) -> None:
    texts = ODD[:-1] if through == "LibreOffice" else ODD
    with io.BytesIO() as buffer:
        with open_book(buffer, YEAR) as book:
            book.add_worksheet("表").write_column(0, 0, texts)
        (tmp_path / "a.xlsx").write_bytes(buffer.getvalue())
    path = tmp_path / "a.xlsx"
    if through == "LibreOffice":
        (tmp_path / "out").mkdir()
        path = office.convert(path, "xlsx", tmp_path / "out")
    (sheet,) = open_sheets(path)
    assert [cells[0] for cells in sheet.rows.values()] == texts and not sheet.problems


def test_a_file_that_is_being_saved_is_told_so(good: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(good)
    assert read_once(path, FORM) == good

    def read_while_it_grows(path: Path, most: int) -> bytes:
        path.write_bytes(good + b"more")
        return good

    monkeypatch.setattr(files, "read_file", read_while_it_grows)
    with pytest.raises(FileError, match="正在改动，可能还在保存"):
        read_once(path, FORM)
