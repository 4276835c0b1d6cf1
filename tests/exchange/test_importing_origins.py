"""Where data come from and whose they are: stated once, read where it is stated, and never guessed."""

from __future__ import annotations

import io
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from analysis.data.dataset import load_dataset
from analysis.data.state import data_hash
from analysis.exchange.forms.importing import import_inputs, read_intake
from analysis.problems import InputError, WorkbookError

YEAR = 2023
OURS = "provenance: reconstructed\nmethod: 推算\nseed: 7\n"


@pytest.fixture
def data(copied_city: Path) -> Path:
    return copied_city


@pytest.fixture
def tables(city: Path, tmp_path: Path) -> Path:
    """A folder of CSV as an analyst keeps it: the tables of the small city, and nothing that says whose they are."""
    folder = Path(shutil.copytree(city / f"inputs/{YEAR}", tmp_path / "表"))
    (folder / "provenance.yml").unlink()
    return folder


def _refused(given: Path, data: Path) -> str:
    with pytest.raises(InputError) as caught:
        import_inputs(given, load_dataset(data), YEAR)
    return str(caught.value)


def test_reconstructed_tables_stay_reconstructed(data: Path, tables: Path) -> None:
    (tables / "provenance.yml").write_text(OURS, encoding="utf-8")
    shutil.rmtree(data / "inputs")
    intake, _ = import_inputs(tables, load_dataset(data), YEAR)
    assert (intake.inputs.provenance.provenance, intake.inputs.provenance.seed) == ("reconstructed", 7)
    found = load_dataset(data).year(YEAR).inputs
    assert found is not None and found.provenance == intake.inputs.provenance


def test_tables_that_do_not_say_whose_they_are_are_refused(data: Path, tables: Path) -> None:
    told = _refused(tables, data)
    assert (
        "表：没有写明数据来源：是哪一年的，是正式、重构还是演示数据。改法：在各表所在的文件夹里放一份数据来源.csv"
        in told
    )
    (tables / "数据来源.csv").write_text("年度,２０２３\n性质,正式\n", encoding="utf-8")
    intake, _ = import_inputs(tables, load_dataset(data), YEAR)
    assert intake.inputs.provenance.provenance == "official"
    (tables / "provenance.yml").write_text(OURS, encoding="utf-8")
    assert "来源写了两处：provenance.yml 和“数据来源”" in _refused(tables, data)


def test_a_broken_statement_of_origin_is_told(data: Path, tables: Path) -> None:
    (tables / "provenance.yml").write_text("provenance: real\nmethod: x\n", encoding="utf-8")
    told = _refused(tables, data)
    assert "数据有1处问题" in told and "provenance.yml 第1行“provenance”（值：'real'）" in told
    (tables / "provenance.yml").unlink()
    (tables / "数据来源.csv").write_text("年度,2023\n性质,重构\n种子,七\n", encoding="utf-8")
    assert "表 表“数据来源”“种子”（值：'七'）：应为整数" in _refused(tables, data)


@pytest.mark.parametrize("remains", ["种子,7", "相符的文件,通报"])
def test_reconstructed_tables_do_not_become_official_by_a_word(data: Path, tables: Path, remains: str) -> None:
    (tables / "数据来源.csv").write_text(f"年度,2023\n性质,正式\n{remains}\n", encoding="utf-8")
    assert "正式数据没有 种子 和 相符的文件，重构数据才有" in _refused(tables, data)
    (data / f"inputs/{YEAR}/provenance.yml").write_text(OURS.replace("reconstructed", "official"), encoding="utf-8")
    with pytest.raises(InputError, match="正式数据没有 seed 和 agrees_with，重构数据才有"):
        load_dataset(data)


def test_a_table_that_cannot_be_read_is_the_only_thing_told_of_it(data: Path, tables: Path) -> None:
    (tables / "provenance.yml").write_text(OURS, encoding="utf-8")
    for name in ("marks", "survey", "indicators"):
        good = (tables / f"{name}.csv").read_bytes()
        (tables / f"{name}.csv").write_bytes(good.decode().encode("utf-16"))
        told = _refused(tables, data)
        assert "数据有1处问题" in told and f"{name}.csv：文字编码既不是 UTF-8 也不是 GB18030" in told
        assert "改好这些以后，还会再查其余各项" in told
        (tables / f"{name}.csv").write_bytes(good)


def test_names_of_files_are_read_in_any_case(data: Path, tables: Path) -> None:
    (tables / "provenance.yml").write_text("provenance: official\nmethod: 汇总\n", encoding="utf-8")
    (tables / "survey.csv").rename(tables / "SURVEY.CSV")
    assert import_inputs(tables, load_dataset(data), YEAR)[0].inputs.results["survey"].shape[0] == 6


def test_an_empty_folder_is_told(data: Path, tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    assert "空：文件夹里没有 .csv 文件" in _refused(tmp_path / "空", data)
    os.mkfifo(tmp_path / "管.xlsx")
    with pytest.raises(WorkbookError, match="不是普通文件"):
        import_inputs(tmp_path / "管.xlsx", load_dataset(data), YEAR)


LINEAGE = """unit_id,year,name,event,note,source
nanqu,2020,甲区,renamed,,示例
nanqu,2021,南区管委会,renamed,,示例
xicheng,2021,甲区,renamed,,示例
xicheng,2022,西城区人民政府,renamed,,示例
"""


def test_a_name_that_two_units_had_is_refused(data: Path, good: bytes, tmp_path: Path) -> None:
    (data / "lineage.csv").write_text(LINEAGE, encoding="utf-8")
    book = openpyxl.load_workbook(io.BytesIO(good))
    book["加减分"]["A3"] = "甲区"
    book.save(tmp_path / "表.xlsx")
    assert "表“加减分” 第3行“单位”（值：'甲区'）：是 nanqu、xicheng 几个单位都用过的名称" in _refused(
        tmp_path / "表.xlsx", data
    )
    with pytest.raises(WorkbookError, match="“甲区”是 nanqu、xicheng 几个单位都用过的名称"):
        load_dataset(data).find_unit("甲区", YEAR)
    assert load_dataset(data).find_unit("南区管委会", YEAR) == "nanqu"


@pytest.fixture
def read(good: bytes, city: Path, tmp_path: Path) -> Callable[[Callable[[Any], None]], list[str]]:
    """Change the good workbook and read it; return what is told, problems or notes."""

    def run(change: Callable[[Any], None]) -> list[str]:
        book = openpyxl.load_workbook(io.BytesIO(good))
        change(book)
        path = tmp_path / "表.xlsx"
        book.save(path)
        try:
            intake = read_intake(path, load_dataset(city), YEAR)
        except InputError as error:
            return str(error).splitlines()[1:]
        return [str(note) for note in intake.notes]

    return run


def test_a_sheet_that_is_not_recognised_blames_no_other(read: Callable[[Callable[[Any], None]], list[str]]) -> None:
    def rename(book: Any) -> None:
        book["评分·区政府"]["A1"] = "单位名称"

    told = read(rename)
    assert len(told) == 2  # the sheet, and that other checks wait
    assert "表“评分·区政府” 第1行（值：'单位名称、Q1、Q2'）：认不出这张表" in told[0]


def test_rows_that_are_left_out_are_told(read: Callable[[Callable[[Any], None]], list[str]]) -> None:
    def add(book: Any) -> None:
        book["评分·区政府"]["A10"] = "北区人民政府"
        book["数据来源"].append(["填表人", "张三"])

    told = read(add)
    assert any("表“评分·区政府” 第10行“单位”（值：'北区人民政府'）：不是考核对象，也没有评分" in each for each in told)
    assert any("表“数据来源” 第5行“项目”（值：'填表人'）：这一行没有读" in each for each in told)


def test_what_stands_beside_the_origin_is_told(read: Callable[[Callable[[Any], None]], list[str]]) -> None:
    def add(book: Any) -> None:
        book["数据来源"]["C3"] = "重构"

    assert ["表“数据来源” 第3行“项目”（值：'性质'）：第三格起没有读" in each for each in read(add)] == [True]


def test_a_name_is_the_same_with_a_line_break_in_it(read: Callable[[Callable[[Any], None]], list[str]]) -> None:
    def wrap(book: Any) -> None:
        book["指标"]["D3"] = book["评分·区政府"]["B1"] = "依法\n决策"

    assert read(wrap) == []


def test_hidden_empty_columns_hide_nothing(read: Callable[[Callable[[Any], None]], list[str]]) -> None:
    def hide(book: Any) -> None:
        columns = book["评分·区政府"].column_dimensions["E"]
        columns.min, columns.max, columns.hidden = 5, 16_384, True

    assert read(hide) == []


def test_sums_are_written_out(read: Callable[[Callable[[Any], None]], list[str]]) -> None:
    def lower(book: Any) -> None:
        book["指标"]["E4"] = 10

    assert any("（值：'60'）：区政府 组“日常考核”各指标分值之和应为70" in each for each in read(lower))


def test_what_a_link_leads_to_is_in_the_fingerprint_and_is_replaced_there(
    data: Path, good: bytes, tmp_path: Path
) -> None:
    shutil.move(data / f"inputs/{YEAR}", tmp_path / "elsewhere")
    (data / f"inputs/{YEAR}").symlink_to(tmp_path / "elsewhere")
    before = data_hash(data)
    adjustments = tmp_path / "elsewhere/adjustments.csv"
    adjustments.write_text("unit_id,kind,points,reason\n", encoding="utf-8")
    assert data_hash(data) != before
    (tmp_path / "表.xlsx").write_bytes(good)
    _, backup = import_inputs(tmp_path / "表.xlsx", load_dataset(data), YEAR)
    assert backup is not None and (data / f"inputs/{YEAR}").is_symlink()
    assert "dongcheng,bonus,1.5" in adjustments.read_text(encoding="utf-8")


RAW: dict[str, tuple[bytes, str]] = {
    "a formula that gives nothing is a blank": (
        b'<c r="C6" t="str"><f>IF(1,"","")</f><v></v></c>',
        "第6行“单位”（值：'东城区人民政府'）：缺少1项指标的评分（Q2）",
    ),
    "an array formula is shown as written": (
        b'<c r="C6"><f t="array" ref="C6">SUM(A1:A2)</f></c>',
        "第6行（值：'C6 =SUM(A1:A2)'）：公式没有算出的值",
    ),
    "a table of data has no formula to show": (
        b'<c r="C6"><f t="dataTable" ref="C6"/></c>',
        "第6行（值：'C6'）：公式没有算出的值",
    ),
    "an escaped character is read": (
        b'<c r="C6" t="str"><v>99_x000D_</v></c>',
        "（值：'99'）：得分应在0与该指标分值之间",
    ),
}


@pytest.mark.parametrize("name", RAW)
def test_a_cell_is_read_as_a_spreadsheet_shows_it(name: str, data: Path, good: bytes, tmp_path: Path) -> None:
    cell, told = RAW[name]
    part = "xl/worksheets/sheet6.xml"
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(tmp_path / "表.xlsx", "w") as new:
        for entry in old.infolist():
            content = old.read(entry).replace(b' fullCalcOnLoad="1"', b"")  # as a spreadsheet has saved it
            changed = re.sub(rb'<c r="C6".*?</c>', lambda _: cell, content)
            assert changed != content or entry.filename != part
            new.writestr(entry.filename, changed if entry.filename == part else content)
    refusal = _refused(tmp_path / "表.xlsx", data)
    assert told in refusal
    assert "公式" in told or "公式" not in refusal


def test_a_file_whose_name_is_not_utf_8_is_imported_and_logged(data: Path, good: bytes, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xc6\xc0.xlsx")
    path.write_bytes(good)
    book = openpyxl.load_workbook(io.BytesIO(good))
    book["数据来源"]["B4"] = None
    book.save(path)
    intake, _ = import_inputs(path, load_dataset(data), YEAR)
    assert intake.inputs.provenance.method == r"由 \udcc6\udcc0.xlsx 导入"
    assert r"\udcc6\udcc0.xlsx" in (tmp_path / "data-backups/log.txt").read_text(encoding="utf-8")
