"""Tables gathered from an office's sheets: the checks of the data folder, told in the words and places of the file."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from analysis.data.dataset import load_dataset
from analysis.documents.problem_report import mark_workbook
from analysis.exchange.forms.importing import Intake, import_inputs, read_intake
from analysis.exchange.forms.template import write_workbook
from analysis.problems import InputError, Problem

YEAR = 2023
MARK_SHEETS = ("评分·区政府", "评分·市直部门")
Change = Callable[[Any], None]
Read = Callable[[Change], Intake]


@pytest.fixture
def read(good: bytes, city: Path, tmp_path: Path) -> Read:
    """Change the good workbook and read it."""

    def run(change: Change) -> Intake:
        book = openpyxl.load_workbook(io.BytesIO(good))
        change(book)
        book.save(tmp_path / "表.xlsx")
        return read_intake(tmp_path / "表.xlsx", load_dataset(city), YEAR)

    return run


def _problems(read: Read, change: Change) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        read(change)
    return list(caught.value.problems)


def _list_marks(book: Any, header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Put a list of marks in place of the sheets of units by indicators."""
    for title in MARK_SHEETS:
        del book[title]
    sheet = book.create_sheet("清单")
    for row in (header, *rows):
        sheet.append(row)


WORDS = ("单位", "指标编号", "状态", "评价等次", "得分")
LISTED = [
    ("东城区人民政府", "Q1", "已评", "好", None), ("东城区人民政府", "执法规范", "已评", None, 18.5),
    ("西城区人民政府", "Q1", "已评", "较好", None), ("西城区人民政府", "Q2", "已评", None, 16),
    ("南区管委会", "Q1", "已评", "一般", None), ("南区管委会", "Q2", "不承担", None, None),
    ("市司法局", "B1", "自评", None, None), ("市司法局", "B2", "已评", None, 19),
    ("市财政局", "B1", "已评", "好", None), ("市财政局", "B2", "自评", None, None),
    ("市气象局", "B1", "已评", "较好", None), ("市气象局", "B2", "已评", None, 17),
]  # fmt: skip


def test_a_list_of_marks_is_as_good_as_sheets_of_them(read: Read) -> None:
    listed, sheets = read(lambda book: _list_marks(book, WORDS, LISTED)), read(lambda book: None)
    assert listed.tables["marks"].text.equals(sheets.tables["marks"].text)


def test_a_row_of_a_list_is_told_in_the_words_of_lists(read: Read) -> None:
    rows = [*LISTED[:7], ("市司法局", "B2", "自评", None, None), *LISTED[8:-1], ("市气象局", "B2", "好", None, 17)]
    told = _problems(read, lambda book: _list_marks(book, WORDS, rows))
    assert told == [
        Problem("表.xlsx", "“日常考核”没有承担任何指标，无法换算", "至少一项应为 已评", 8, "单位", "市司法局", "清单"),
        Problem("表.xlsx", "该单位不是这个指标的考核主体", "改为 已评、不承担 之一", 9, "状态", "自评", "清单"),
        Problem("表.xlsx", "不在允许的取值内", "改为 已评、不承担、自评 之一", 13, "状态", "好", "清单"),
    ]


def test_a_column_is_called_as_the_sheet_calls_it(read: Read, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["群众满意度"]["B1"], book["群众满意度"]["B4"] = "score", "八十"

    (problem,) = _problems(read, change)
    assert problem == Problem("表.xlsx", "不是数", "填写阿拉伯数字，不带单位", 4, "score", "八十", "群众满意度")
    marked = mark_workbook(tmp_path / "表.xlsx", [problem])
    assert marked is not None
    assert "不是数" in openpyxl.load_workbook(io.BytesIO(marked))["群众满意度"]["B4"].comment.text


@pytest.mark.parametrize("twice", ["unit_id", "单位"])
@pytest.mark.parametrize("title", ["群众满意度", "加减分", MARK_SHEETS[0]])
def test_a_column_that_stands_twice_is_refused(title: str, twice: str, read: Read) -> None:
    """Whatever is read of it otherwise: the reader would not know which one counts."""

    def change(book: Any) -> None:
        sheet = book[title]
        for row in range(1, sheet.max_row + 1):
            sheet.cell(row, 9, sheet.cell(row, 1).value)
        sheet.cell(1, 9, twice)

    rule = "有两列同名" if twice == "单位" else "与“单位”是同一列"
    assert Problem("表.xlsx", rule, "删去一列", 1, twice, twice, title) in _problems(read, change)


def test_marks_that_are_all_blank_are_missed_unit_by_unit(read: Read) -> None:
    def change(book: Any) -> None:
        for title in MARK_SHEETS:
            book[title].delete_cols(2, 2)
            book[title]["B1"], book[title]["C1"] = ("Q1", "Q2") if title == MARK_SHEETS[0] else ("B1", "B2")

    told = _problems(read, change)
    assert [(problem.sheet, problem.row) for problem in told] == [
        (title, row) for title in MARK_SHEETS for row in (6, 7, 8)
    ]
    assert {problem.rule for problem in told} == {"缺少全部2项指标的评分"}


def test_rows_that_say_nothing_in_the_columns_read_are_no_rows(read: Read) -> None:
    def change(book: Any) -> None:
        book["群众满意度"]["D1"], book["群众满意度"]["D9"] = "备注", "填表人：张三"

    assert len(read(change).tables["survey"].text) == 6


def test_everything_wrong_with_the_origin_is_told_at_once(read: Read) -> None:
    def change(book: Any) -> None:
        book["数据来源"]["B2"] = 2022
        book["数据来源"].append(["种子", "七"])

    assert [(problem.column, problem.value, problem.rule) for problem in _problems(read, change)] == [
        ("年度", "2022", "应为2023年度"),
        ("性质", "正式", "正式数据没有 种子 和 相符的文件，重构数据才有；说明 也要如实写"),
        ("种子", "七", "应为整数"),
    ]


def test_units_that_may_stand_in_a_file_that_cannot_be_read_are_not_missed(city: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(city / f"inputs/{YEAR}", tmp_path / "表"))
    (folder / "marks.csv").unlink()
    (folder / "区政府.csv").write_bytes("单位,Q1,Q2\n".encode("utf-16"))
    (folder / "部门.csv").write_text(
        "单位,B1,B2\n市司法局,自评,19\n市财政局,好,自评\n市气象局,较好,25\n", encoding="utf-8"
    )
    with pytest.raises(InputError) as caught:
        read_intake(folder, load_dataset(city), YEAR)
    assert [(problem.file, problem.row, problem.rule) for problem in caught.value.problems] == [
        ("区政府.csv", None, "文字编码既不是 UTF-8 也不是 GB18030"),
        ("部门.csv", 4, "得分应在0与该指标分值之间"),
    ]
    assert caught.value.unfinished


def test_a_missing_result_is_told_of_its_own_file(city: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(city / f"inputs/{YEAR}", tmp_path / "表"))
    text = (folder / "survey.csv").read_text(encoding="utf-8")
    (folder / "survey.csv").write_text(text.replace("nanqu,85.5,100\n", ""), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_intake(folder, load_dataset(city), YEAR)
    assert str(caught.value).splitlines()[1] == (
        "1. survey.csv“unit_id”（值：'南区管委会'）：缺少这个单位的成绩。改法：补上一行。"
    )


def test_links_to_earlier_years_come_and_go(good: bytes, copied_city: Path, tmp_path: Path) -> None:
    """Filled in, kept, told where they stand, and left out of the file where there are none."""
    shutil.copytree(copied_city / "inputs/2023", copied_city / "inputs/2024")
    scheme = (copied_city / "schemes/2023.yml").read_text(encoding="utf-8")
    (copied_city / "schemes/2024.yml").write_text(scheme.replace("year: 2023", "year: 2024"), encoding="utf-8")
    file = tmp_path / "表.xlsx"

    def import_with(*links: str, year: int = 2024) -> None:
        book = openpyxl.load_workbook(io.BytesIO(good))
        book["数据来源"]["B2"] = year
        assert book["指标"]["G1"].value == "往年同一指标"
        for row, link in enumerate(links, 3):
            book["指标"].cell(row, 7).value = link or None
        book.save(file)
        import_inputs(file, load_dataset(copied_city), year)

    path = copied_city / "inputs/2024/indicators.csv"
    import_with()
    assert path.read_text(encoding="utf-8").splitlines()[0] == "indicator_id,group,part,name,points,assessor_id"
    import_with("2023:Q2", "", "2023:B1")
    facts = load_dataset(copied_city).year(2024)
    inputs = facts.need_inputs("")
    assert inputs.indicators["same_as"].to_list() == ["2023:Q2", "", "2023:B1", ""]
    sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(facts, inputs.indicators, inputs)))["指标"]
    assert [cell.value for cell in sheet["G"]][2:] == ["2023:Q2", None, "2023:B1", None]
    with pytest.raises(InputError, match=r"表“指标” 第4行“往年同一指标”（值：'2023:Q7'）：不是往年的指标"):
        import_with("2023:Q2", "2023:Q7")
    kept = path.read_bytes()
    with pytest.raises(InputError, match=r"inputs/2024/indicators.csv 第2行“same_as”（值：'2023:Q2'）：不是往年的指标"):
        book = openpyxl.load_workbook(io.BytesIO(good))
        for cell in (book["指标"]["A4"], *(sheet["C1"] for sheet in book if sheet.title == MARK_SHEETS[0])):
            cell.value = "Q3"
        book.save(file)
        import_inputs(file, load_dataset(copied_city), 2023)
    assert path.read_bytes() == kept


def test_a_table_without_the_column_of_links_is_read(read: Read) -> None:
    def change(book: Any) -> None:
        book["指标"].delete_cols(7)

    assert read(change).inputs.indicators["same_as"].eq("").all()


@pytest.mark.parametrize("points", [1.5, 1], ids=["the same", "an older version"])
def test_a_copy_of_a_sheet_of_adjustments_does_not_count_twice(points: float, read: Read) -> None:
    def copy(book: Any) -> None:
        book.copy_worksheet(book["加减分"]).title = "加减分 (2)"
        book["加减分 (2)"]["C3"] = points

    rule = "与表“加减分”第3行是同一单位、类别和事由，像是同一张表的另一份"
    fix = "只留一份；确是两项的，写在一张表里"
    assert _problems(read, copy) == [Problem("表.xlsx", rule, fix, 3, sheet="加减分 (2)")]


def test_adjustments_may_stand_in_several_sheets_which_is_told(read: Read) -> None:
    def split(book: Any) -> None:
        book.create_sheet("扣分").append(["单位", "类别", "分值", "事由"])
        book["扣分"].append(["东城区人民政府", "扣分", 0.5, "省级示范"])
        book["加减分"].append(["东城区人民政府", "加分", 1.5, "省级示范"])  # two items in one sheet

    intake = read(split)
    assert intake.tables["adjustments"].text["points"].to_list() == ["1.5", "1.5", "0.5"]
    assert [(note.sheet, note.row, note.rule) for note in intake.notes] == [("扣分", 1, "这张表的各项也算作加减分")]
