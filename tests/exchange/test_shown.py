"""What a form shows and nobody fills in: units and scheme as they are, and a change of them that is in vain is told."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis.data.dataset import load_dataset
from analysis.data.indicators import INDICATOR_COLUMNS
from analysis.exchange.forms.importing import read_intake
from analysis.exchange.forms.template import write_workbook

YEAR = 2023
HEADER = "unit_id,year,name,event,group,predecessors,note,source\n"
GRADES = "grades:\n  - {id: excellent, name: 优秀, rule: {kind: threshold, value: 90}"


def _reorganised(folder: Path) -> Path:
    """Of 2023: two offices merged, one renamed, one moved to the counties."""
    units = folder / "units.csv"
    offices = "old_a,department,市规划局\nold_b,department,市国土局\nland,department,市自然资源局\n"
    units.write_text(units.read_text(encoding="utf-8") + offices, encoding="utf-8")
    (folder / "lineage.csv").write_text(
        HEADER + f"land,{YEAR},市自然资源局,merged,,old_a old_b,机构改革,示例〔2024〕3号\n"
        f"finance,{YEAR},市财政和金融局,renamed,,,,示例〔2024〕3号\n"
        f"weather,{YEAR},市气象局,regrouped,county,,,示例〔2024〕3号\n"
        f"justice,{YEAR + 1},市司法局,leaves,,,,示例〔2025〕3号\n",
        encoding="utf-8",
    )
    return folder


def _form(folder: Path) -> openpyxl.Workbook:
    facts = load_dataset(folder).year(YEAR)
    blank = pd.DataFrame(columns=[column.name for column in INDICATOR_COLUMNS])
    indicators = blank if facts.inputs is None else facts.inputs.indicators
    return openpyxl.load_workbook(io.BytesIO(write_workbook(facts, indicators, facts.inputs)))


def _rows(book: openpyxl.Workbook, sheet: str) -> list[tuple[str, ...]]:
    return [tuple(cell or "" for cell in row) for row in book[sheet].iter_rows(values_only=True)]


def test_a_form_shows_whom_units_were_made_of_and_which_group_they_come_from(copied_city: Path) -> None:
    folder = _reorganised(copied_city)
    shutil.rmtree(folder / f"inputs/{YEAR}")  # it has nothing of the new unit
    header, *rows = _rows(_form(folder), "单位")
    assert header == ("编号", "名称", "所属组", "当年变动")
    assert {row[0]: row[2:] for row in rows} == {
        "dongcheng": ("区政府", ""),
        "xicheng": ("区政府", ""),
        "nanqu": ("区政府", ""),
        "justice": ("市直部门", ""),  # leaves a year later
        "finance": ("市直部门", "改名"),
        "weather": ("区政府", "换组，转入区政府"),
        "land": ("市直部门", "由市规划局、市国土局合并设立：机构改革"),
    }


def test_a_form_shows_every_clause_and_where_it_is_from(copied_city: Path) -> None:
    scheme = copied_city / f"schemes/{YEAR}.yml"
    text = scheme.read_text(encoding="utf-8").replace("{ties: min,", "{ties: min, decimals: 1,")
    text = text.replace(GRADES, GRADES + ", requires: {least: {survey: 27}, no_deduction: true}")
    scheme.write_text(text, encoding="utf-8")
    header, *rows = _rows(_form(copied_city), "考核办法")
    assert header == ("条款", "内容", "依据", "出处", "备注")
    says = {(row[0], row[1]): row[2:] for row in rows}
    assert says["组别", "区政府"] == ("通报所载", "示例〔2024〕3号 二", "")
    ranking = "总分四舍五入到1位小数再排名次、评等次；并列取高位"
    assert says["同分名次", ranking] == ("推定", "示例〔2024〕3号 二", "未写同分处理")
    assert ("优秀等次", "各组90分以上；另须群众满意度不少于27分，没有扣分") in says
    assert ("日常考核", "70分：材料评审＋日常工作；不承担的扣除后加权换算") in says
    # groups, ratings, components, own indicators, assessors, bonus and deduction, ties, grades
    assert len(rows) == 2 + 1 + 2 + 1 + 1 + 2 + 1 + 3


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "where"),
    [
        ("考核办法", "B5", "80 分", "schemes/2023.yml"),
        ("单位", "C3", "市直部门", "units.csv、lineage.csv"),
        ("单位", "A8", "new", "units.csv、lineage.csv"),
    ],
)
def test_what_is_changed_there_is_told_to_be_in_vain(
    copied_city: Path, tmp_path: Path, sheet: str, cell: str, value: str, where: str
) -> None:
    book, path = _form(copied_city), tmp_path / "评分表.xlsx"
    book.save(path)
    dataset = load_dataset(copied_city)
    assert not read_intake(path, dataset, YEAR).notes
    book[sheet][cell] = value
    book.save(path)
    (note,) = read_intake(path, dataset, YEAR).notes
    assert (note.sheet, note.row) == (sheet, int(cell[1:]))
    assert f"与数据里的不同，没有读；确要改的，改 {where}" in str(note)
