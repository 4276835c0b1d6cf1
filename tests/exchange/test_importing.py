"""An analyst's own file: what goes out comes back, and every fault is told where the analyst sees it."""

from __future__ import annotations

import io
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from tests.conftest import widely
from tests.scenarios.scenario import read_scenario, write_data

from analysis.data.dataset import Dataset, load_dataset
from analysis.documents.problem_report import remove_problems, write_problems
from analysis.exchange.forms.importing import Intake, import_inputs, read_intake
from analysis.exchange.forms.template import write_workbook
from analysis.problems import UNFINISHED, InputError, Problem, WorkbookError
from analysis.seals import SEAL

pytestmark = pytest.mark.slow

YEAR = 2021
Change = Callable[[Any], None]


@pytest.fixture(scope="module")
def exported(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    facts = dataset.year(YEAR)
    assert facts.inputs is not None
    path = tmp_path_factory.mktemp("exported") / "评分表.xlsx"
    path.write_bytes(write_workbook(facts, facts.inputs.indicators, facts.inputs))
    return path


@pytest.fixture
def read(exported: Path, dataset: Dataset, tmp_path: Path) -> Callable[[Change], Intake]:
    """Change a copy of the exported workbook and read it."""

    def run(change: Change) -> Intake:
        book = openpyxl.load_workbook(exported)
        change(book)
        path = tmp_path / "改过.xlsx"
        book.save(path)
        return read_intake(path, dataset, YEAR)

    return run


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    columns = list(frame.columns)
    return frame.sort_values(columns, ignore_index=True)


def test_what_is_exported_is_imported_without_loss(read: Callable[[Change], Intake], data_folder: Path) -> None:
    ours, theirs = read(lambda book: None).inputs, load_dataset(data_folder).year(YEAR).inputs
    assert theirs is not None
    assert ours.provenance == theirs.provenance
    for table in ("indicators", "marks", "adjustments"):
        pd.testing.assert_frame_equal(_sorted(getattr(ours, table)), _sorted(getattr(theirs, table)))
    assert ours.results.keys() == theirs.results.keys()
    for name, result in ours.results.items():
        pd.testing.assert_frame_equal(_sorted(result), _sorted(theirs.results[name]))


def _set(sheet: str, cell: str, value: Any) -> Change:
    def change(book: Any) -> None:
        book[sheet][cell] = value

    return change


COUNTY, DEPARTMENT = "评分·县（市、区）政府", "评分·市直部门"


def _append(sheet: str, *values: Any) -> Change:
    def change(book: Any) -> None:
        book[sheet].append(values)

    return change


def _many(*changes: Change) -> Change:
    def change(book: Any) -> None:
        for each in changes:
            each(book)

    return change


def _merge(book: Any) -> None:
    book[COUNTY].merge_cells("B6:C6")


def _hide(book: Any) -> None:
    book[COUNTY].row_dimensions[7].hidden = True


def _percent(book: Any) -> None:
    book["督察考评"]["B3"] = 0.97
    book["督察考评"]["B3"].number_format = "0.0%"


def _date(book: Any) -> None:
    import datetime

    book["督察考评"]["B3"] = datetime.date(2022, 1, 9)


def _own_mark(book: Any) -> None:
    """Let an assessor be marked on what it marks itself."""
    for row in book[DEPARTMENT].iter_rows(min_row=6):
        for cell in row:
            if cell.value == "自评":
                cell.value = "优"
                return


FAULTS: dict[str, tuple[Change, list[str]]] = {
    "unknown unit": (_set(COUNTY, "A6", "不存在县"), [f"表“{COUNTY}” 第6行“单位”", "不存在县", "没有这个单位"]),
    "unit of another group": (_set(COUNTY, "A6", "市水利局"), [COUNTY, "第6行", "不考核该单位所在的组"]),
    "unit twice": (_set(COUNTY, "A7", "宝丰县人民政府"), [COUNTY, "与前面某行重复"]),
    "unknown indicator": (_set(COUNTY, "B1", "没有的编号"), [COUNTY, "第1行", "“指标”表中没有这个编号"]),
    "indicator twice": (_set(COUNTY, "C1", "county-2021-001"), [COUNTY, "第1行", "有两列同名"]),
    "missing mark": (_set(COUNTY, "B6", None), [COUNTY, "第6行", "缺少1项指标的评分（county-2021-001）"]),
    "unknown rating": (
        _set(COUNTY, "B6", "良好"),
        [COUNTY, "第6行“county-2021-001”（值：'良好'）", "优、良、中、差 之一"],
    ),
    "mark above its points": (
        _set(COUNTY, "BB6", 9.5),
        [COUNTY, "第6行“county-2021-053”", "得分应在0与该指标分值之间"],
    ),
    "negative mark": (_set(COUNTY, "BB6", -0.1), [COUNTY, "第6行", "得分应在0与该指标分值之间"]),
    "text for a number": (_set("督察考评", "B3", "97分"), ["表“督察考评” 第3行“得分”（值：'97分'）", "不是数"]),
    "percent as text": (_set("督察考评", "B3", "97%"), ["督察考评", "第3行", "带百分号"]),
    "percent as format": (_percent, ["督察考评", "第3行“得分”（值：'97%'）", "带百分号"]),
    "a date": (_date, ["督察考评", "第3行", "被当成了日期"]),
    "a truth value": (_set("督察考评", "B3", True), ["督察考评", "第3行", "是逻辑值"]),
    "above full marks": (_set("督察考评", "B3", 130), ["督察考评", "第3行", "得分应在0与满分之间"]),
    "merged cells": (_merge, [COUNTY, "第6行", "B6:C6", "有合并的单元格"]),
    "hidden row": (_hide, [COUNTY, "第7行", "隐藏"]),
    "wrong year": (_set("数据来源", "B2", 2020), ["数据来源", "应为2021年度", "2020"]),
    "strange origin": (_set("数据来源", "B3", "大概"), ["数据来源", "不认识的数据性质", "大概"]),
    "own indicator marked": (_own_mark, [DEPARTMENT, "考核主体自身评的指标应扣除"]),
    "bonus off the step": (
        _append("加减分", "市水利局", "加分", 0.3, "某事"),
        ["加减分", "分值", "不是0.25的整数倍"],
    ),
    "bonus too large": (_append("加减分", "市水利局", "加分", 1.5, "某事"), ["加减分", "高于单项上限"]),
    "bonus for a stranger": (_append("加减分", "某局", "加分", 1, "某事"), ["加减分", "没有这个单位", "某局"]),
    "points of a veto": (_append("加减分", "市水利局", "取消评优资格", 1, "某事"), ["加减分", "不带分值"]),
    "unknown kind": (_append("加减分", "市水利局", "奖励", 1, "某事"), ["加减分", "类别", "奖励"]),
    "no reason": (_append("加减分", "市水利局", "加分", 1, None), ["加减分", "事由", "不能为空"]),
    "points of indicators": (_set("指标", "E3", 7), ["指标", "各指标分值之和应为"]),
    "unknown group": (_set("指标", "B3", "乡镇"), ["指标", "第3行“组别”", "没有这个组"]),
    "unknown assessor": (_set("指标", "F3", "市某局"), ["指标", "第3行“考核主体”", "没有这个考核主体"]),
    "a renamed column": (_set("指标", "E1", "分数"), ["表“指标” 第1行", "认不出这张表"]),
    "an empty sheet": (lambda book: book.create_sheet("督察"), ["表“督察”", "表是空的"]),
    "control characters": (_set("加减分", "D3", "x\x7fy\x85"), ["加减分", "控制字符"]),
    "endless text": (_set("加减分", "D3", "长" * 5000), ["加减分", "有5000个字"]),
}
ALONE = ("unknown rating", "text for a number", "bonus off the step", "bonus for a stranger", "points of a veto")
"""Faults of which test_importing_corpus has no kind, or that say more here. Of all others it tries the kind."""


@widely("name", sorted(FAULTS, key=lambda name: name not in ALONE), always=len(ALONE))
def test_a_fault_is_told_where_the_analyst_sees_it(name: str, read: Callable[[Change], Intake]) -> None:
    change, words = FAULTS[name]
    with pytest.raises(InputError) as caught:
        read(change)
    told = str(caught.value)
    for word in words:
        assert word in told, told


def test_all_faults_are_told_at_once(read: Callable[[Change], Intake]) -> None:
    changes = [FAULTS[name][0] for name in ("unknown unit", "percent as text", "unknown kind", "merged cells")]
    with pytest.raises(InputError) as caught:
        read(_many(*changes))
    for name in ("没有这个单位", "带百分号", "奖励", "合并"):
        assert name in str(caught.value)


def _use_former_name(book: Any) -> None:
    (found,) = [cell for cell in book[DEPARTMENT]["A"] if cell.value == "国家税务局平顶山分局"]
    found.value = "市税务局"


READINGS: dict[str, tuple[Change, str]] = {
    "full-width digits": (_set("督察考评", "B3", "９７．５"), "全角数字按97.5读入"),
    "a former name": (_use_former_name, "按沿革归到同一单位"),
}


@pytest.mark.parametrize("name", READINGS)
def test_what_is_clear_is_read_and_noted(name: str, read: Callable[[Change], Intake]) -> None:
    change, note = READINGS[name]
    intake = read(change)
    assert any(note in str(each) for each in intake.notes)


def test_stray_spaces_are_no_fault(read: Callable[[Change], Intake]) -> None:
    intake = read(_many(_set(COUNTY, "B6", " 优 "), _set("督察考评", "A3", " 宝丰县人民政府　")))
    assert "baofeng" in set(intake.inputs.marks["unit_id"])


def test_text_that_looks_like_a_formula_stays_text(data_folder: Path, tmp_path: Path) -> None:
    dataset = load_dataset(data_folder)
    facts = dataset.year(YEAR)
    assert facts.inputs is not None
    reason = '=HYPERLINK("http://x","y")'
    facts.inputs.adjustments.loc[0, "reason"] = reason
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_workbook(facts, facts.inputs.indicators, facts.inputs))
    cells = [cell for row in openpyxl.load_workbook(path)["加减分"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value == reason} == {"s"}
    assert reason in set(read_intake(path, dataset, YEAR).inputs.adjustments["reason"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_folder_of_csv_is_read_in_any_usual_encoding(
    encoding: str, data_folder: Path, dataset: Dataset, tmp_path: Path
) -> None:
    source = tmp_path / "csv"
    source.mkdir()
    inputs = data_folder / "inputs" / str(YEAR)
    for path in inputs.glob("*.csv"):
        (source / path.name).write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    shutil.copyfile(inputs / "provenance.yml", source / "provenance.yml")
    intake = read_intake(source, dataset, YEAR)
    theirs = dataset.year(YEAR).inputs
    assert theirs is not None
    assert intake.inputs.provenance == theirs.provenance
    pd.testing.assert_frame_equal(_sorted(intake.inputs.marks), _sorted(theirs.marks))


def test_an_import_keeps_what_was_there(exported: Path, copied_data: Path) -> None:
    before = {path.name: path.read_bytes() for path in (copied_data / "inputs" / str(YEAR)).iterdir()}
    intake, backup = import_inputs(exported, load_dataset(copied_data), YEAR)
    assert backup is not None and {path.name: path.read_bytes() for path in backup.iterdir()} == before
    assert load_dataset(copied_data).year(YEAR).inputs is not None
    assert intake.inputs.provenance.provenance == "reconstructed"


def test_reconstructed_marks_do_not_take_the_place_of_official_ones(exported: Path, copied_data: Path) -> None:
    provenance = copied_data / f"inputs/{YEAR}/provenance.yml"
    provenance.write_text("provenance: official\nmethod: 评分汇总表\n", encoding="utf-8")
    with pytest.raises(WorkbookError, match="不能换成重构数据"):
        import_inputs(exported, load_dataset(copied_data), YEAR)
    assert "official" in provenance.read_text(encoding="utf-8")


def test_a_faulty_import_changes_nothing(exported: Path, copied_data: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(exported)
    book["督察考评"]["B3"] = "很好"
    book.save(tmp_path / "faulty.xlsx")
    before = {path: path.read_bytes() for path in copied_data.rglob("*") if path.is_file()}
    with pytest.raises(InputError):
        import_inputs(tmp_path / "faulty.xlsx", load_dataset(copied_data), YEAR)
    assert {path: path.read_bytes() for path in copied_data.rglob("*") if path.is_file()} == before
    assert not copied_data.with_name("data-backups").exists()


@widely("seed", range(60), always=3)
def test_a_damaged_file_is_refused_or_read_never_a_traceback(
    seed: int, exported: Path, dataset: Dataset, tmp_path: Path
) -> None:
    """Bytes changed, cut off or put in: whatever comes out is a message."""
    draw = random.Random(seed)
    content = bytearray(exported.read_bytes())
    for _ in range(draw.randint(1, 40)):
        place = draw.randrange(len(content))
        content[place] = draw.randrange(256)
    if seed % 3 == 0:
        del content[draw.randrange(len(content)) :]
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(content)
    try:
        read_intake(path, dataset, YEAR)
    except InputError as error:
        assert all(isinstance(problem, Problem) and problem.rule and problem.fix for problem in error.problems)


def test_the_marked_copy_shows_every_faulty_cell(exported: Path, dataset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "坏.xlsx"
    book = openpyxl.load_workbook(exported)
    _many(FAULTS["unknown rating"][0], FAULTS["text for a number"][0])(book)
    book.save(path)
    with pytest.raises(InputError) as caught:
        read_intake(path, dataset, YEAR)
    folder = write_problems(path, caught.value)
    page = (folder / "问题.html").read_text(encoding="utf-8")
    assert "良好" in page and "97分" in page and "<script" not in page
    marked = openpyxl.load_workbook(folder / "坏-标出问题.xlsx")
    for sheet, cell, word in ((COUNTY, "B6", "等次不在办法内"), ("督察考评", "B3", "不是数")):
        assert word in marked[sheet][cell].comment.text
        assert marked[sheet][cell].fill.start_color.rgb == "FFE3A72F"
    assert marked[COUNTY]["A6"].fill.start_color.rgb == "FFF4D9A0"  # the row
    assert book[COUNTY]["B6"].value == openpyxl.load_workbook(path)[COUNTY]["B6"].value  # the original is as it was


def test_every_blank_mark_is_coloured_and_named(exported: Path, dataset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "空.xlsx"
    book = openpyxl.load_workbook(exported)
    _many(*(_set(COUNTY, f"{letter}6", None) for letter in "BDEF"))(book)
    book.save(path)
    with pytest.raises(InputError) as caught:
        read_intake(path, dataset, YEAR)
    assert "（county-2021-001、county-2021-003、county-2021-004……）" in str(caught.value)
    folder = write_problems(path, caught.value)
    names = "缺少4项指标的评分（county-2021-001、county-2021-003、county-2021-004、county-2021-005）"
    assert names in (folder / "问题.html").read_text(encoding="utf-8")
    sheet = openpyxl.load_workbook(folder / "空-标出问题.xlsx")[COUNTY]
    assert sheet["A6"].comment.text == f"{names}。改法：补上评分；不承担的写 不承担。"
    coloured = {cell.coordinate for row in sheet for cell in row if cell.fill.start_color.rgb == "FFE3A72F"}
    assert coloured == {"A6", "B6", "D6", "E6", "F6"}
    assert all("缺少4项指标的评分" in sheet[cell].comment.text for cell in coloured)


def test_problems_go_when_there_are_none_unless_someone_keeps_something_there(tmp_path: Path) -> None:
    file = tmp_path / "表.csv"
    folder = write_problems(file, InputError([Problem("表.csv", "错", "改")]))
    remove_problems(file)
    assert not folder.exists()
    folder = write_problems(file, InputError([Problem("表.csv", "错", "改")]))
    (folder / "备忘.txt").write_text("", encoding="utf-8")
    remove_problems(file)
    assert {path.name for path in folder.iterdir()} == {"问题.html", "备忘.txt", SEAL}


def _told(read: Callable[[Change], Intake], *changes: Change) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(_many(*changes))
    return str(caught.value).splitlines()


def test_what_cells_say_and_what_they_say_together_is_told_at_once(read: Callable[[Change], Intake]) -> None:
    told = _told(
        read,
        _set("督察考评", "B3", "很好"),
        _set("督察考评", "B4", 130),
        _set(COUNTY, "B6", "良好"),
        _set(COUNTY, "BB7", "八"),
        _set("加减分", "D3", None),
        _set("加减分", "C4", 3.0),
    )
    expected = [
        "表“评分·县（市、区）政府” 第6行“county-2021-001”（值：'良好'）：缺少评价等次，或等次不在办法内",
        "表“评分·县（市、区）政府” 第7行“county-2021-053”（值：'八'）：不是数",
        "表“督察考评” 第3行“得分”（值：'很好'）：不是数",
        "表“督察考评” 第4行“得分”（值：'130'）：得分应在0与满分之间",
        "表“加减分” 第3行“事由”：不能为空",
        "表“加减分” 第4行“分值”（值：'3'）：高于单项上限1（办法 bonus.item_max）",
    ]
    assert told[0] == "数据有6处问题，未作任何计算："
    assert len(told) == 7
    for line, words in zip(told[1:], expected, strict=True):
        assert words in line


def test_checks_that_have_to_wait_are_announced(read: Callable[[Change], Intake]) -> None:
    assert _told(read, lambda book: book.remove(book["督察考评"]))[-1] == UNFINISHED
    assert _told(read, _set("指标", "B3", "乡镇"))[-1] == UNFINISHED  # its sums and marks
    assert _told(read, _set("督察考评", "B3", "很好"))[-1] != UNFINISHED


def test_an_indicator_without_an_id_is_told_once(read: Callable[[Change], Intake]) -> None:
    def change(book: Any) -> None:
        book[COUNTY]["B1"] = book["指标"]["D3"].value  # a column headed by the indicator's name
        book["指标"]["A3"] = None

    told = _told(read, change)
    assert told[0] == "数据有1处问题，未作任何计算："
    assert "表“指标” 第3行“指标编号”：不能为空" in told[1]
    assert told[2:] == [UNFINISHED]


def test_the_heading_says_when_like_problems_share_a_line() -> None:
    problems = [Problem("a.csv", "不能为空", "填上值", row=row, column="x") for row in range(2, 14)]
    told = str(InputError([*problems, Problem("b.csv", "错", "改")])).splitlines()
    assert told[0] == "数据有13处问题（同类的并作一条，共2条），未作任何计算："
    assert len(told) == 3


def test_a_value_is_shown_as_it_was_typed(read: Callable[[Change], Intake]) -> None:
    former = _append(DEPARTMENT, "市扶贫开发办公室", "优")  # the unit has its row already
    told = "\n".join(_told(read, former, _set("督察考评", "B3", "９８０"), _set("指标", "E3", 0)))
    for words in (
        "（值：'市扶贫开发办公室'）：单位、指标编号 与前面某行重复",
        "（值：'９８０'）：得分",
        "（值：'0'）：分值应",
    ):
        assert words in told, told


def test_columns_beside_the_marks_are_passed_over(read: Callable[[Change], Intake]) -> None:
    def change(book: Any) -> None:
        sheet = book[COUNTY]
        last = sheet.max_column
        for column, name in enumerate(("合计", "平均", "备注"), last + 1):
            sheet.cell(1, column).value = name
            sheet.cell(7, column).value = 1
        sheet.insert_cols(1)
        for row in range(6, 18):
            sheet.cell(row, 1).value = row - 5
        sheet["A1"] = "序号"

    intake = read(change)
    passed = [note.column for note in intake.notes if note.rule == "这一列没有读"]
    assert passed == ["序号", "合计", "平均", "备注"]
    assert set(intake.inputs.marks["indicator_id"]) >= {"county-2021-001", "county-2021-076"}


def test_the_check_sheet_shows_its_sums_before_it_is_recalculated(exported: Path, data_folder: Path) -> None:
    rows = list(openpyxl.load_workbook(exported, data_only=True)["核对"].iter_rows(min_row=2, values_only=True))
    assert rows == [("县（市、区）政府", "日常评价", 80, 80, 0), ("市直部门", "日常评价", 80, 80, 0)]
    facts = load_dataset(data_folder).year(YEAR)
    assert facts.inputs is not None
    fewer = facts.inputs.indicators.iloc[1:]  # without one of 0.5
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(facts, fewer)), data_only=True)
    assert [cell.value for cell in book["核对"][2]][3:] == [79.5, -0.5]


def test_each_sheet_explains_its_own_columns_and_prints_whole(exported: Path) -> None:
    book = openpyxl.load_workbook(exported)
    assert "办法的分值" in book["指标"]["E1"].comment.text
    assert book["加减分"]["C1"].comment.text == "分值，填正数，扣分也是；取消评优资格不填"
    assert book["单位"]["A2"].fill.start_color.rgb == "FFF0F2F5"
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert book["加减分"].print_title_rows == "$1:$1"
    assert (book[COUNTY].print_title_rows, book[COUNTY].print_title_cols) == ("$1:$4", "$A:$A")
    assert book[COUNTY].page_setup.fitToWidth == 7  # 76 indicators, 12 a page


@pytest.mark.parametrize("name", ["parts_within_parts", "components_passed_up"])
def test_parts_within_parts_absent_components_and_fractions_come_back(name: str, tmp_path: Path) -> None:
    city = load_dataset(write_data(read_scenario(name), tmp_path / "data"))
    facts = city.year(2030)
    assert facts.inputs is not None
    path = tmp_path / "评分表.xlsx"
    fraction, value = {"parts_within_parts": ("100/13", 100 / 13), "components_passed_up": ("100/3", 100 / 3)}[name]
    path.write_bytes(write_workbook(facts, facts.inputs.indicators, facts.inputs))
    book = openpyxl.load_workbook(path)
    (cell,) = [cell for cell in book["指标"]["E"][2:] if cell.value and abs(float(cell.value) - value) < 1e-9]
    cell.value = fraction
    book.save(path)
    ours = read_intake(path, city, 2030).inputs
    for table in ("indicators", "marks"):
        theirs = _sorted(getattr(facts.inputs, table))
        pd.testing.assert_frame_equal(_sorted(getattr(ours, table)), theirs, check_like=True)
    for component, given in facts.inputs.results.items():
        theirs, read = (
            each.assign(status=each["status"].replace("", "marked")) for each in (given, ours.results[component])
        )
        pd.testing.assert_frame_equal(_sorted(read), _sorted(theirs), check_like=True)
