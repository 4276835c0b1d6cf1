"""A seeded corpus of broken files: a good one of a small city, one thing wrong with it, and what has to be said."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import warnings
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.cell import Cell
from openpyxl.formatting.rule import DataBarRule, IconSetRule, Rule
from openpyxl.styles import Alignment, Color, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from tests.conftest import widely
from tests.damage import tell

from analysis.data.dataset import load_dataset
from analysis.exchange.forms.importing import import_inputs, read_intake
from analysis.problems import InputError, WorkbookError

pytestmark = pytest.mark.slow

YEAR = 2023
MARKS = {"评分·区政府": ("Q1", "Q2"), "评分·市直部门": ("B1", "B2")}
RESULT, ADJUSTMENTS, INDICATORS, SOURCE = "群众满意度", "加减分", "指标", "数据来源"
FIRST_MARK = 6
"""Row of the first unit of a mark sheet: under the header, three rows of notes and the example."""
Expected = tuple[str, ...]
Mutator = Callable[[Random, Any], Expected]


def _at(cell: Cell, *words: str, column: str = "") -> Expected:
    """What has to be said of a cell: its sheet, its row, its column, and why."""
    header = column or cell.parent.cell(1, cell.column).value
    return (f"表“{cell.parent.title}” 第{cell.row}行", f"“{header}”", *words)


def _mark(random: Random, book: Any, kind: str) -> Cell:
    """Pick a cell marked by a rating or by a score; not one that says why it is unmarked."""
    cells = [
        cell
        for title in MARKS
        for cell in book[title]["B" if kind == "rating" else "C"][FIRST_MARK - 1 :]
        if cell.value not in {"自评", "不承担"}
    ]
    return random.choice(cells)


def _cell(random: Random, book: Any, sheet: str, column: str) -> Cell:
    return random.choice(book[sheet][column][2:])  # under the header and the example


def _put(value_of: Callable[[Random], Any], pick: Callable[[Random, Any], Cell], *words: str) -> Mutator:
    def mutate(random: Random, book: Any) -> Expected:
        cell = pick(random, book)
        cell.value = value_of(random)
        return _at(cell, *words)

    return mutate


def _one_of(*values: Any) -> Callable[[Random], Any]:
    return lambda random: random.choice(values)


rating, score = partial(_mark, kind="rating"), partial(_mark, kind="score")
result, full = partial(_cell, sheet=RESULT, column="B"), partial(_cell, sheet=RESULT, column="C")
item = partial(_cell, sheet=ADJUSTMENTS, column="C")
points = partial(_cell, sheet=INDICATORS, column="E")

NO_NUMBER = _one_of("八", "1,5", "1..2", "—", "待定", "9O", "约18", "1e", "18分", "#N/A", "0x1F", "１８点", "十八")
INVISIBLE = _one_of("好\u200b", "\u202e好", "好\x7f", "\ufeff好", "好\u2066好")
DATES = _one_of(dt.date(2023, 1, 8), dt.datetime(2023, 9, 5, 8), dt.time(18, 30))

CELLS: dict[str, Mutator] = {
    "rating not in the scheme": _put(
        _one_of("优", "良好", "A", "较 好", "0.85", "好好", 95, "合格？"), rating, "等次不在办法内"
    ),
    "rating with invisible characters": _put(INVISIBLE, rating, "看不见"),
    "score above its points": _put(lambda random: 20 + random.random() + 0.01, score, "得分应在0与该指标分值之间"),
    "score below nothing": _put(lambda random: -random.random() - 0.01, score, "得分应在0与该指标分值之间"),
    "score in words": _put(NO_NUMBER, score, "不是数"),
    "score in other digits": _put(_one_of("9²", "①", "𝟓", "⒌", "٥", "1_0"), score, "不是数"),
    "score beyond reason": _put(_one_of(1_000_001, 10**16, 10**200), score, "大得不合常理"),
    "score a rating": _put(_one_of("好", "较好", "差"), score, "不是数"),
    "score a share": _put(lambda random: f"{random.randint(1, 99)}%", score, "带百分号"),
    "score a date": _put(DATES, score, "被当成了日期"),
    "score a truth value": _put(_one_of(True, False), score, "是逻辑值"),
    "result in words": _put(NO_NUMBER, result, "不是数"),
    "result above full marks": _put(lambda random: 100.01 + random.random() * 50, result, "得分应在0与满分之间"),
    "result below nothing": _put(lambda random: -0.01 - random.random(), result, "得分应在0与满分之间"),
    "result blank": _put(_one_of(None, "", "  ", "　"), result, "不能为空"),
    "result a date": _put(DATES, result, "被当成了日期"),
    "full marks of nothing": _put(_one_of(0, -100, "0"), full, "满分应大于0"),
    "bonus above an item's limit": _put(lambda random: 2.01 + random.random() * 9, item, "高于单项上限2"),
    "bonus of nothing or less": _put(_one_of(0, -1, -0.5, None), item, "加分、扣分应为正数"),
    "bonus in words": _put(NO_NUMBER, item, "不是数"),
    "bonus of an unknown kind": _put(
        _one_of("奖励", "加", "+", "bonus!", "扣减"), partial(_cell, sheet=ADJUSTMENTS, column="B"), "不在允许的取值内"
    ),
    "bonus without a reason": _put(_one_of(None, " "), partial(_cell, sheet=ADJUSTMENTS, column="D"), "不能为空"),
    "reason with invisible characters": _put(INVISIBLE, partial(_cell, sheet=ADJUSTMENTS, column="D"), "看不见"),
    "reason without end": _put(
        lambda random: "长" * random.randint(3001, 9000), partial(_cell, sheet=ADJUSTMENTS, column="D"), "最多3000"
    ),
    "points of an indicator in words": _put(NO_NUMBER, points, "不是数"),
    "points of an indicator not above nothing": _put(_one_of(0, -20), points, "分值应大于0"),
    "indicator of an unknown group": _put(
        _one_of("乡镇", "区", "全部"), partial(_cell, sheet=INDICATORS, column="B"), "办法中没有这个组"
    ),
    "indicator of an unknown part": _put(
        _one_of("平时", "加分"), partial(_cell, sheet=INDICATORS, column="C"), "办法中没有这个部分"
    ),
    "indicator of an unknown assessor": _put(
        _one_of("市教育局", "无"), partial(_cell, sheet=INDICATORS, column="F"), "没有这个考核主体"
    ),
    "indicator without a name": _put(_one_of(None, " "), partial(_cell, sheet=INDICATORS, column="D"), "不能为空"),
    "unit of nowhere": _put(
        _one_of("北区人民政府", "东城区", "dong cheng", "<b>东城区</b>", "../东城区"),
        lambda random, book: random.choice(
            [cell for title in (*MARKS, RESULT) for cell in book[title]["A"][FIRST_MARK - 1 :]]
        ),
        "没有这个单位",
    ),
}


def _blank_mark(random: Random, book: Any) -> Expected:
    cell = _mark(random, book, random.choice(["rating", "score"]))
    name = cell.parent.cell(1, cell.column).value
    cell.value = None
    return (f"表“{cell.parent.title}” 第{cell.row}行", f"缺少1项指标的评分（{name}）", "不承担的写")


def _own_mark(random: Random, book: Any) -> Expected:
    rows = book["评分·市直部门"].iter_rows(min_row=FIRST_MARK)
    cell = random.choice([cell for row in rows for cell in row if cell.value == "自评"])
    cell.value = "好" if cell.column_letter == "B" else 12
    return _at(cell, f"（值：'{cell.value}'）：考核主体自身评的指标应扣除", "改法：改为 自评。")


def _not_own(random: Random, book: Any) -> Expected:
    cell = _mark(random, book, random.choice(["rating", "score"]))
    cell.value = "自评"
    return _at(cell, "（值：'自评'）：该单位不是这个指标的考核主体。改法：改为 评价等次或得分、不承担 之一。")


def _year(random: Random, book: Any) -> Expected:
    book[SOURCE]["B2"] = random.choice([2022, 2024, "二〇二三", "2022年"])
    return (SOURCE, "应为2023年度")


def _origin(random: Random, book: Any) -> Expected:
    book[SOURCE]["B3"] = random.choice(["大概", "真实", None, "official "])
    return (SOURCE, "“性质”", "数据性质")


def _said_twice(random: Random, book: Any) -> Expected:
    name, value = random.choice([("年度", 2023), ("年度", 2022), ("性质", "正式"), ("性质", "重构")])
    book[SOURCE].append([name, value])
    return (f"表“{SOURCE}” 第{book[SOURCE].max_row}行“{name}”（值：'{value}'）：写了两次",)


def _not_said(random: Random, book: Any) -> Expected:
    row, name = random.choice([(2, "年度"), (3, "性质")])
    book[SOURCE].cell(row, 1).value = random.choice([None, f"{name[0]} {name[1]}", "年份"])
    return (f"表“{SOURCE}”“{name}”：没有写明", "年度 2023；性质 正式 或 重构 或 演示")


def _shown_as_nothing(random: Random, book: Any) -> Expected:
    cell = random.choice([rating, score, result])(random, book)
    cell.number_format = random.choice([";;;", ";;", ";"])
    return (f"表“{cell.parent.title}” 第{cell.row}行（值：'{cell.coordinate} ", "什么也不显示")


def _percent_format(random: Random, book: Any) -> Expected:
    cell = random.choice([result, score])(random, book)
    cell.value, cell.number_format = random.random(), random.choice(["0%", "0.00%"])
    return _at(cell, "带百分号")


NUMBER_FORMATS = {
    '"18.5"': "显示成“18.5”", "0,": "按千、百万", "0.0,,": "按千、百万", 'General"万"': "带“万”的数",
    '[<>0]""': "什么也不显示", '[>0]"优"': "显示成“优”", '"2"0': "带“2”的数", "-0.0": "带“-”的数",
    "aaaa": "日期或别的文字", "[White]0.0": "变成白色", "[白色]0.0": "变成白色",
}  # fmt: skip


def _number_format(random: Random, book: Any) -> Expected:
    cell = random.choice([score, result])(random, book)
    cell.number_format, told = random.choice(list(NUMBER_FORMATS.items()))
    return (f"表“{cell.parent.title}” 第{cell.row}行（值：'{cell.coordinate} ", told, "改为“常规”")


def _text_format(random: Random, book: Any) -> Expected:
    cell = rating(random, book)
    cell.number_format = random.choice(['0;0;0;"好"', '@"+"', "0;0;0;"])
    return (f"表“{cell.parent.title}” 第{cell.row}行（值：'{cell.coordinate} ", "数字格式使这一格")


LOOKS: dict[str, dict[str, Any]] = {
    "字的颜色和底色一样": {"font": Font(color="FFFFFFFF")},
    "的颜色和底色一样": {"font": Font(color=Color(theme=0))},
    "颜色和底色一样": {"font": Font(color=Color(indexed=9)), "fill": PatternFill("solid", start_color="FFFEFEFE")},
    "和底色一样": {"font": Font(color="FF203040"), "fill": PatternFill("solid", start_color="FF203040")},
    "底色一样": {"fill": PatternFill("solid", start_color="FF000000")},
    "字号只有1": {"font": Font(size=1)},
    "有删除线": {"font": Font(strike=True)},
    "显示的是图案": {"font": Font(name="Wingdings 2")},
    "重复显示": {"alignment": Alignment(horizontal="fill")},
}


def _look(random: Random, book: Any) -> Expected:
    cell = random.choice([rating, score, result, item])(random, book)
    told = random.choice(list(LOOKS))
    for name, value in LOOKS[told].items():
        setattr(cell, name, value)
    return (f"表“{cell.parent.title}” 第{cell.row}行（值：'{cell.coordinate} ", told)


RULES: list[DifferentialStyle] = [
    DifferentialStyle(font=Font(color="FFFFFFFF")),
    DifferentialStyle(font=Font(color=Color(theme=0)), fill=PatternFill(bgColor="FFFFFFFF")),
    DifferentialStyle(fill=PatternFill("solid", bgColor="FF000000")),
    DifferentialStyle(numFmt=NumberFormat(numFmtId=164, formatCode=";;;")),
    DifferentialStyle(numFmt=NumberFormat(numFmtId=164, formatCode='"20"')),
    DifferentialStyle(font=Font(strike=True)),
]


def _rule(random: Random, book: Any) -> Expected:
    cell = random.choice([score, result])(random, book)
    rule = Rule(type="expression", dxf=random.choice(RULES), formula=["TRUE"])
    cell.parent.conditional_formatting.add(cell.coordinate, rule)
    return (
        f"表“{cell.parent.title}” 第{cell.row}行（值：'{cell.coordinate}'）",
        "条件格式使这里的值看不见，或显示成别的",
    )


def _bars(random: Random, book: Any) -> Expected:
    cell = random.choice([score, result])(random, book)
    rule = random.choice(
        [
            DataBarRule("num", 0, "num", 20, color="FF638EC6", showValue=False),
            IconSetRule("3Arrows", "num", [0, 10, 15], showValue=False),
        ]
    )
    cell.parent.conditional_formatting.add(cell.coordinate, rule)
    return (f"表“{cell.parent.title}” 第1行", "数据条、图标集不显示数值")


def _narrow(random: Random, book: Any) -> Expected:
    sheet = book[random.choice([RESULT, ADJUSTMENTS, INDICATORS, *MARKS])]
    if random.random() < 0.5:
        sheet.column_dimensions[letter := random.choice("BC")].width = random.choice([0.05, 0.5])
        return (f"表“{sheet.title}” 第1行", "列宽只有0.", f"看不见（{letter} 列起）")
    sheet.column_dimensions.clear()
    sheet.sheet_format.defaultColWidth = random.choice([0, 0.1])
    return (f"表“{sheet.title}” 第1行", "各列默认宽0", "看不见")


def _low(random: Random, book: Any) -> Expected:
    sheet = book[random.choice([RESULT, ADJUSTMENTS, INDICATORS, *MARKS])]
    row = random.randint(2, sheet.max_row)
    sheet.row_dimensions[row].height = random.choice([0.5, 1.5])
    return (f"表“{sheet.title}” 第{row}行", f"行高太小，看不见（第{row}行）")


def _no_zeros(random: Random, book: Any) -> Expected:
    cell = score(random, book)
    cell.value = 0
    cell.parent.sheet_view.showZeros = False
    return (f"表“{cell.parent.title}” 第{cell.row}行", "不显示零值")


def _formula(random: Random, book: Any) -> Expected:
    cell = random.choice([result, score])(random, book)
    cell.value = random.choice(["=1+1", "=SUM(B1:B3)", "=[1]Sheet1!A1"])
    return (f"表“{cell.parent.title}” 第{cell.row}行", cell.coordinate, "公式没有算出的值")


def _indicator_twice(random: Random, book: Any) -> Expected:
    first, second = random.sample([cell.row for cell in book[INDICATORS]["A"][2:]], 2)
    book[INDICATORS].cell(second, 1).value = book[INDICATORS].cell(first, 1).value
    return (f"表“{INDICATORS}” 第{max(first, second)}行", "与前面某行重复")


def _points_off(random: Random, book: Any) -> Expected:
    points(random, book).value += random.choice([1, 0.5, 10])
    return (INDICATORS, "各指标分值之和应为70")


CELLS |= {
    "missing mark": _blank_mark,
    "assessor marking itself": _own_mark,
    "own indicator of another": _not_own,
    "wrong year": _year,
    "unknown origin": _origin,
    "year or origin twice": _said_twice,
    "year or origin not said": _not_said,
    "a value that is not shown": _shown_as_nothing,
    "a number in a format that says something else": _number_format,
    "a text in a format that says something else": _text_format,
    "what nobody can see": _look,
    "a rule that hides": _rule,
    "bars in place of numbers": _bars,
    "zeros that are not shown": _no_zeros,
    "a share by format": _percent_format,
    "formula without a value": _formula,
    "indicator twice": _indicator_twice,
    "points that do not add up": _points_off,
}


def _drop_sheet(random: Random, book: Any) -> Expected:
    title, name = random.choice([(RESULT, RESULT), (ADJUSTMENTS, ADJUSTMENTS), (INDICATORS, INDICATORS)])
    del book[title]
    return (f"缺少“{name}”表",)


def _drop_source(random: Random, book: Any) -> Expected:
    if random.random() < 0.5:
        del book[SOURCE]
    else:
        book[SOURCE].title = "来源"
    return ("没有写明数据来源", "加一张表“数据来源”，一行一项：年度 2023；性质 正式 或 重构 或 演示")


def _rename_result(random: Random, book: Any) -> Expected:
    book[RESULT].title = random.choice(["满意度", "Survey", "群众满意度 (2)"])
    return ("认不出这张表", f"缺少“{RESULT}”表")


def _rename_column(random: Random, book: Any) -> Expected:
    title = random.choice([RESULT, ADJUSTMENTS, INDICATORS])
    cell = random.choice(book[title][1])
    cell.value = f"{cell.value}（分）"
    return (f"表“{title}” 第1行", "认不出这张表", str(cell.value)[:8])


def _column_twice(random: Random, book: Any) -> Expected:
    sheet = book[random.choice([RESULT, ADJUSTMENTS, INDICATORS, *MARKS])]
    name = sheet.cell(1, 2).value
    sheet.cell(1, sheet.max_column + 1).value = name
    return (f"表“{sheet.title}” 第1行“{name}”", "有两列同名")


def _same_column(random: Random, book: Any) -> Expected:
    """Add a column that bears another name for what is there already."""
    title, own, other = random.choice(
        [
            (RESULT, "得分", "score"),
            (ADJUSTMENTS, "单位", "unit_id"),
            (INDICATORS, "分值", "points"),
            ("评分·区政府", "Q2", "执法规范"),
        ]
    )
    book[title].cell(1, book[title].max_column + 1).value = other
    return (f"表“{title}” 第1行“{other}”", f"与“{own}”是同一")


def _nameless_column(random: Random, book: Any) -> Expected:
    sheet = book[random.choice([RESULT, ADJUSTMENTS, INDICATORS, *MARKS])]
    row = random.randint(2, sheet.max_row)
    sheet.cell(row, sheet.max_column + random.randint(1, 3)).value = random.choice([1, "备注"])
    return (f"表“{sheet.title}” 第{row}行", "上方没有列名")


def _unknown_indicator(random: Random, book: Any) -> Expected:
    sheet = book[random.choice(list(MARKS))]
    cell = sheet.cell(1, random.randint(2, sheet.max_column))
    cell.value = random.choice(["X9", "Q-1", "依法决策 "]) + "?"
    return _at(cell, "没有这个编号", column=str(cell.value))


def _merge(random: Random, book: Any) -> Expected:
    sheet = book[random.choice([RESULT, *MARKS])]
    row = random.randint(FIRST_MARK, sheet.max_row)
    area = random.choice([f"B{row}:C{row}", f"A{row}:B{row}"])
    sheet.merge_cells(area)
    return (f"表“{sheet.title}” 第{row}行", area, "有合并的单元格")


def _hide_row(random: Random, book: Any) -> Expected:
    sheet = book[random.choice([RESULT, ADJUSTMENTS, INDICATORS, *MARKS])]
    row = random.randint(2, sheet.max_row)
    sheet.row_dimensions[row].hidden = True
    return (f"表“{sheet.title}” 第{row}行", "有隐藏的行")


def _hide_column(random: Random, book: Any) -> Expected:
    sheet = book[random.choice([RESULT, ADJUSTMENTS, INDICATORS, *MARKS])]
    letter = random.choice("BC")
    sheet.column_dimensions[letter].hidden = True
    return (f"表“{sheet.title}”", "有隐藏的列")


def _hide_every_row(random: Random, book: Any) -> Expected:
    sheet = book[random.choice([RESULT, ADJUSTMENTS, INDICATORS, *MARKS])]
    sheet.sheet_format.zeroHeight = True
    return (f"表“{sheet.title}” 第1行", "各行默认隐藏")


def _hide_sheet(random: Random, book: Any) -> Expected:
    sheet = book[random.choice([RESULT, ADJUSTMENTS, INDICATORS, *MARKS])]
    sheet.sheet_state = random.choice(["hidden", "veryHidden"])
    return (f"表“{sheet.title}”", "是隐藏的表")


def _empty_sheet(random: Random, book: Any) -> Expected:
    book.create_sheet(title := random.choice(["督察", "2023", "群众"]))
    return (f"表“{title}”", "表是空的")


def _strange_sheet(random: Random, book: Any) -> Expected:
    book.create_sheet(title := random.choice(["汇总", "备查"])).append(["甲", "乙", random.random()])
    return (f"表“{title}” 第1行", "认不出这张表")


def _title_row(random: Random, book: Any) -> Expected:
    sheet = book[random.choice([RESULT, ADJUSTMENTS, INDICATORS, *MARKS])]
    sheet.insert_rows(1)
    sheet["A1"] = "2023年度考核"
    return (f"表“{sheet.title}” 第1行", "认不出这张表", "放在第一行")


def _drop_unit(random: Random, book: Any) -> Expected:
    title = random.choice([RESULT, *MARKS])
    first = 3 if title == RESULT else FIRST_MARK
    row = random.randint(first, book[title].max_row)
    name = book[title].cell(row, 1).value
    book[title].delete_rows(row)
    missing = "缺少这个单位的成绩" if title == RESULT else "缺少全部2项指标的评分。"
    return (f"表“{title}”“单位”（值：'{name}'）：{missing}",)


def _repeat_unit(random: Random, book: Any) -> Expected:
    title = random.choice([RESULT, *MARKS])
    first = 3 if title == RESULT else FIRST_MARK
    cells = [cell.value for cell in book[title][random.randint(first, book[title].max_row)]]
    book[title].append(cells)
    return (f"表“{title}” 第{book[title].max_row}行", "与前面某行重复")


def _wrong_group(random: Random, book: Any) -> Expected:
    first, second = (book[title] for title in MARKS)
    row = random.randint(FIRST_MARK, first.max_row)
    name = second.cell(random.randint(FIRST_MARK, second.max_row), 1).value
    first.cell(row, 1).value = name
    return (f"表“{first.title}” 第{row}行“单位”（值：'{name}'）", "不考核该单位所在的组")


def _nothing_applicable(random: Random, book: Any) -> Expected:
    sheet = book["评分·区政府"]
    row = random.randint(FIRST_MARK, sheet.max_row)
    sheet.cell(row, 2).value = sheet.cell(row, 3).value = "不承担"
    return (f"表“{sheet.title}” 第{row}行", "没有承担任何指标")


STRUCTURES: dict[str, Mutator] = {
    "a sheet gone": _drop_sheet,
    "the source gone": _drop_source,
    "two columns of one meaning": _same_column,
    "every row hidden": _hide_every_row,
    "a result sheet renamed": _rename_result,
    "a column renamed": _rename_column,
    "a column twice": _column_twice,
    "a column without a name": _nameless_column,
    "an unknown indicator": _unknown_indicator,
    "merged cells": _merge,
    "a hidden row": _hide_row,
    "a row without height": _low,
    "a column without width": _narrow,
    "a hidden column": _hide_column,
    "a hidden sheet": _hide_sheet,
    "an empty sheet": _empty_sheet,
    "a strange sheet": _strange_sheet,
    "a title above the header": _title_row,
    "a unit gone": _drop_unit,
    "a unit twice": _repeat_unit,
    "a unit among another group": _wrong_group,
    "a unit that carries nothing": _nothing_applicable,
}


@widely("seed", range(6), always=1)
@pytest.mark.parametrize("name", CELLS | STRUCTURES)
def test_a_broken_workbook_is_told_where_it_is_broken(
    name: str, seed: int, good: bytes, city: Path, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(good))
    expected = (CELLS | STRUCTURES)[name](Random(f"{name} {seed}"), book)
    path = tmp_path / "评分表.xlsx"
    book.save(path)
    with pytest.raises(InputError) as caught:
        read_intake(path, load_dataset(city), YEAR)
    told = tell(caught)
    for words in expected:
        assert words in told, (expected, told)


def _rewritten(good: bytes, part: str, change: Callable[[bytes], bytes], *, add: str = "") -> bytes:
    """Change or add a part of the archive that a workbook is."""
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                content = old.read(entry)
                new.writestr(entry.filename, change(content) if entry.filename == part else content)
            if add:
                new.writestr(add, change(b""))
        return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
LAST_ROW = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
FAR = b'<row r="10000"><c r="ALL10000"><v>1</v></c></row></sheetData>'
MARKS_PART = "xl/worksheets/sheet6.xml"


def _in_marks(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Put something into the raw text of the first sheet of marks."""

    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new, 1)

    return lambda good: _rewritten(good, MARKS_PART, change)


def _strict(good: bytes) -> bytes:
    return _rewritten(
        good,
        MARKS_PART,
        lambda content: content.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
    )


def _merged(area: bytes) -> Callable[[bytes], bytes]:
    return _in_marks(
        b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="' + area + b'"/></mergeCells>'
    )


MARK = b"<v>18.5</v>"
"""Of the first unit, in Q2."""


def _as_saved(*changes: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Let the workbook not ask for a recalculation, as XlsxWriter lets it; and change it further."""

    def change(good: bytes) -> bytes:
        saved = _rewritten(good, "xl/workbook.xml", lambda content: content.replace(b' fullCalcOnLoad="1"', b""))
        assert saved != good
        for each in changes:
            saved = each(saved)
        return saved

    return change


def _workbook(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda good: _rewritten(good, "xl/workbook.xml", lambda content: content.replace(old, new, 1))


def _named(name: str, content: bytes = b"x") -> Callable[[bytes], bytes]:
    return lambda good: _rewritten(good, "", lambda _: content, add=name)


def _computed(formula: bytes, value: bytes = b"<v>0</v>") -> Callable[[bytes], bytes]:
    return _in_marks(MARK, b"<f>" + formula + b"</f>" + value)


def _again(cell: bytes) -> Callable[[bytes], bytes]:
    """Write another cell after that of the first mark."""
    return _in_marks(MARK + b"</c>", MARK + b"</c>" + cell)


def _twice(good: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(good)) as old:
        content = old.read(MARKS_PART).replace(MARK, b"<v>16.5</v>")
    with io.BytesIO(good) as buffer, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(buffer, "a") as book:
            book.writestr(MARKS_PART, content)
        return buffer.getvalue()


def _workbook_relation(kind: bytes, target: bytes) -> Callable[[bytes], bytes]:
    relation = b'<Relationship Id="rId99" Type="http://x/%s" Target="%s"/></Relationships>' % (kind, target)
    return lambda good: _rewritten(
        good, "xl/_rels/workbook.xml.rels", lambda content: content.replace(b"</Relationships>", relation)
    )


def _elsewhere(part: str, name: str, change: Callable[[bytes], bytes] = bytes) -> Callable[[bytes], bytes]:
    """Call a part of the workbook by another name, wherever it is named."""

    def run(good: bytes) -> bytes:
        with io.BytesIO() as buffer:
            with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
                for entry in old.infolist():
                    content = old.read(entry)
                    if entry.filename.endswith((".rels", "[Content_Types].xml")):
                        content = content.replace(part.rpartition("/")[2].encode(), name.rpartition("/")[2].encode())
                    own = entry.filename == part
                    new.writestr(name if own else entry.filename, change(content) if own else content)
            return buffer.getvalue()

    return run


def _packed(method: int) -> Callable[[bytes], bytes]:
    def run(good: bytes) -> bytes:
        with io.BytesIO() as buffer:
            with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(buffer, "w", method) as new:
                for entry in old.infolist():
                    new.writestr(entry.filename, old.read(entry))
            return buffer.getvalue()

    return run


def _overlapping(good: bytes) -> bytes:
    """Let two entries of the table of contents stand for the same bytes."""
    with zipfile.ZipFile(io.BytesIO(good)) as book:
        offsets = [entry.header_offset.to_bytes(4, "little") for entry in book.infolist()]
    second = [found.start() for found in re.finditer(b"PK\x01\x02", good)][1] + 42
    assert good[second : second + 4] == offsets[1]
    return good[:second] + offsets[0] + good[second + 4 :]


MANY = b"".join(b' a%d=""' % number for number in range(200_000))
LOCKED = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)
LINK = b'</sheetData><hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>'
EMPTY_CELLS = b"<row>" + b"<c/>" * 2900 + b"</row>"
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
FILES: dict[str, tuple[str, Callable[[bytes], bytes], Expected]] = {
    "a formula as XlsxWriter writes it": (
        "算.xlsx", _computed(b"10+8.5"),
        ("第6行（值：'C6 =10+8.5'）：公式的值不是算出来的（文件写明要重新计算）", "打开、算完再保存"),
    ),
    "a formula that was not computed": (
        "算.xlsx", _as_saved(_computed(b"10+8.5"), _workbook(b"<calcPr", b'<calcPr calcCompleted="0"')),
        ("公式的值不是算出来的",),
    ),
    "a formula by hand": (
        "算.xlsx",
        _as_saved(_computed(b"10+8.5"), _workbook(b"<calcPr", b'<calcPr calcMode="manual" calcOnSave="0"')),
        ("公式的值不是算出来的（文件手动计算，保存时没有重算）",),
    ),
    "a formula of a sheet to be computed": (
        "算.xlsx",
        _as_saved(_computed(b"10+8.5"), _in_marks(b"</sheetData>", b'</sheetData><sheetCalcPr fullCalcOnLoad="1"/>')),
        ("公式的值不是算出来的",),
    ),
    "an array formula": (
        "算.xlsx", _in_marks(MARK, b'<f t="array" ref="C6:C7">{10,8}</f><v>18</v>'), ("C6 ={10,8}", "不是算出来的")
    ),
    "a shared formula": (
        "算.xlsx", _in_marks(MARK, b'<f t="shared" ref="C6:C7" si="0">10+8</f><v>18</v>'), ("C6 =10+8", "不是算出来的")
    ),
    "a table of data": (
        "算.xlsx", _in_marks(MARK, b'<f t="dataTable" ref="C6:C7" dt2D="0" dtr="0" r1="B1"/><v>18</v>'),
        ("（值：'C6'）：公式的值不是算出来的",),
    ),
    "a formula that changes": (
        "算.xlsx", _as_saved(_computed(b"10+8*RAND()", b"<v>18</v>")), ("公式里有 RAND，每次打开都可能变", "换成数值")
    ),
    "a formula of another file": (
        "算.xlsx", _as_saved(_computed(b"[1]Sheet1!A1", b"<v>18</v>")), ("公式引用了别的文件", "换成数值")
    ),
    "an error": (
        "错.xlsx", _as_saved(_in_marks(b"><v>18.5</v>", b' t="e"><f>1/0</f><v>#DIV/0!</v>')),
        ("（值：'C6 #DIV/0!'）：是错误值，不是数",),
    ),
    "a cell twice": (
        "重.xlsx", _again(b'<c r="C6"><v>16.5</v></c>'),
        ("表“评分·区政府”的 C6 格写了两次",),
    ),
    "a cell twice, once in small letters": ("重.xlsx", _again(b'<c r="c6"><v>16.5</v></c>'), ("打不开",)),
    "a cell twice, once with a zero": ("重.xlsx", _again(b'<c r="C06"><v>16.5</v></c>'), ("打不开",)),
    "a cell twice, once by its place": (
        "重.xlsx", _in_marks(b'<c r="C6" s="3">', b'<c s="3"><v>18.5</v></c><c r="C6" s="3">'), ("打不开",)
    ),
    "a row twice": (
        "重.xlsx", _in_marks(b"</sheetData>", b'<row r="6"><c r="D6"/></row></sheetData>'), ("打不开",)
    ),
    "a text before the first of all texts": ("前.xlsx", _in_marks(b't="s"><v>', b't="s"><v>-'), ("打不开",)),
    "a sheet twice": (
        "重.xlsx",
        _workbook(b"<sheet name=", '<sheet name="单位" sheetId="99" r:id="rId1"/><sheet name='.encode()),
        ("打不开",),
    ),
    "a part twice": ("重.xlsx", _twice, ("里面有同名的部分，不知道哪一个算数", "重新另存")),
    "a part twice but for capitals": (
        "重.xlsx", _named("xl/Worksheets/Sheet5.xml", b"<x/>"), ("里面有同名的部分",)
    ),
    "entries that overlap": ("叠.xlsx", _overlapping, ("打不开",)),
    "an archive behind something else": ("后.xlsx", lambda good: b"%PDF-1.4\n" + good, ("不是 .xlsx",)),
    "a part outside": ("外.xlsx", _named("../../a.xml", b"<x/>"), ("名称不合规范",)),
    "a part at the root": ("外.xlsx", _named("/etc/a.xml", b"<x/>"), ("名称不合规范",)),
    "a part of another disk": ("外.xlsx", _named("C:\\a.xml", b"<x/>"), ("名称不合规范",)),
    "packed in another way": ("压.xlsx", _packed(zipfile.ZIP_BZIP2), ("压缩的方法不是 Office 用的",)),
    "packed in a third way": ("压.xlsx", _packed(zipfile.ZIP_LZMA), ("压缩的方法不是 Office 用的",)),
    "a sheet that is not called .xml": (
        "名.xlsx",
        _elsewhere(MARKS_PART, "xl/worksheets/sheet5.bin", lambda content: content.replace(
            b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>')),
        ("表“评分·区政府”合并了 A1:XFD1048576",),
    ),
    "entities in a sheet that is not called .xml": (
        "名.xlsx",
        _elsewhere(MARKS_PART, "xl/worksheets/sheet5.vml", lambda content: content.replace(
            b"<worksheet ", b'<!DOCTYPE x [<!ENTITY a "ha">]><worksheet ', 1)),
        ("打不开",),
    ),
    "a sheet in EBCDIC": (
        "名.xlsx",
        _elsewhere(MARKS_PART, "xl/worksheets/sheet5.bin", lambda content: content.decode().encode("cp500", "replace")),
        ("打不开",),
    ),
    "elements in elements in elements": (
        "深.xlsx", _in_marks(b"</sheetData>", b"</sheetData>" + b"<a>" * 300 + b"</a>" * 300),
        ("一层套一层，超过200层",),
    ),
    "an element of many attributes": (
        "多.xlsx", _in_marks(b"</sheetData>", b"</sheetData><a" + MANY + b"/>"), ("打不开",)
    ),
    "links under another name": (
        "链.xlsx",
        _workbook_relation(b"externalLink", b"xl/other.xml"),
        ("外部链接",),
    ),
    "macros of the old kind": ("宏.xlsx", _workbook_relation(b"xlMacrosheet", b"xl/other.xml"), ("带宏",)),
    "a hidden window": (
        "窗.xlsx", _workbook(b"<workbookView", b'<workbookView visibility="hidden"'), ("工作簿的窗口是隐藏的",)
    ),
    "nothing": ("空.xlsx", lambda good: b"", ("不完整，可能还在保存",)),
    "a web page": ("网页.xlsx", lambda good: b"<html><table><tr><td>1</td></tr></table></html>", ("不是 .xlsx",)),
    "an old workbook": ("旧.xlsx", lambda good: bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2000), ("不是 .xlsx",)),
    "an old extension": ("旧.xls", lambda good: good, ("旧版 Excel",)),
    "with macros by name": ("宏.xlsm", lambda good: good, ("带宏",)),
    "of another program": ("表.et", lambda good: good, ("WPS",)),
    "a picture": ("图.png", lambda good: b"\x89PNG", ("不是 .xlsx",)),
    "cut off": ("断.xlsx", lambda good: good[: len(good) // 2], ("不完整，可能还在保存", "再运行一次")),
    "room for what is yet to come": ("留.xlsx", lambda good: bytes(len(good)), ("不完整，可能还在保存",)),
    "the end yet to come": ("半.xlsx", lambda good: good[:9000] + bytes(len(good) - 9000), ("不完整，可能还在保存",)),
    "an archive of something else": (
        "包.xlsx", lambda good: _rewritten(good, "xl/workbook.xml", lambda content: b""), ("打不开",)
    ),
    "with macros inside": (
        "宏.xlsx", lambda good: _rewritten(good, "", lambda content: b"x", add="xl/vbaProject.bin"), ("带宏",)
    ),
    "with links to other files": (
        "链.xlsx",
        lambda good: _rewritten(good, "", lambda content: b"<x/>", add="xl/externalLinks/externalLink1.xml"),
        ("外部链接",),
    ),
    "a bomb": ("弹.xlsx", lambda good: _rewritten(good, "", lambda content: bytes(60_000_000), add="x"), ("不合常理",)),
    "a small bomb": (
        "弹.xlsx", lambda good: _rewritten(good, "", lambda content: bytes(12_000_000), add="x"), ("不合常理",)
    ),
    "a bomb of entities": (
        "弹.xlsx",
        lambda good: _rewritten(
            good, SHEET, lambda content: b'<!DOCTYPE x [<!ENTITY l0 "ha">%s]><x>&l11;</x>' % LAUGHS
        ),
        ("打不开",),
    ),
    "a huge file": ("大.xlsx", lambda good: Random(0).randbytes(10_000_001), ("超过10 MB",)),
    "a password": ("密.xlsx", lambda good: LOCKED, ("有密码", "去掉打开密码")),
    "the strict format": ("严.xlsx", _strict, ("严格 Open XML", "另存为普通的格式")),
    "a stray cell": ("远.xlsx", _in_marks(b"</sheetData>", FAR), ("表“评分·区政府”有10000行1000列", "500000格")),
    "a merged column": ("并.xlsx", _merged(b"E1:E1048576"), ("表“评分·区政府”合并了 E1:E1048576", "改法：取消合并")),
    "a merged row": ("并.xlsx", _merged(b"A10:XFD10"), ("表“评分·区政府”合并了 A10:XFD10", "改法：取消合并")),
    "a merged sheet": ("并.xlsx", _merged(b"A1:XFD1048576"), ("表“评分·区政府”合并了 A1:XFD1048576",)),
    "a link on every cell": (
        "链.xlsx", _in_marks(b"</sheetData>", LINK), ("表“评分·区政府”有链接的范围是 A1:XFD1048576", "删去链接")
    ),
    "millions of empty cells": (
        "空.xlsx",
        lambda good: _rewritten(
            _rewritten(good, "", lambda content: Random(0).randbytes(100_000), add="xl/media/a.png"),
            MARKS_PART,
            lambda content: content.replace(b"</sheetData>", EMPTY_CELLS * 400 + b"</sheetData>"),
        ),
        ("内容太多",),
    ),
    "entities in the texts": (
        "实.xlsx",
        lambda good: _rewritten(
            good, "xl/sharedStrings.xml",
            lambda content: content.replace(b"<sst ", b'<!DOCTYPE x [<!ENTITY a "ha">]><sst ', 1),
        ),
        ("打不开",),
    ),
    "a number of 400 digits": (
        "多.xlsx", _in_marks(b"<v>18.5</v>", b"<v>" + b"9" * 400 + b"</v>"), ("表“评分·区政府” 第6行“Q2”", "不是数")
    ),
    "a number of 4000 digits": (
        "多.xlsx", _in_marks(b"<v>18.5</v>", b"<v>" + b"9" * 4000 + b"</v>"), ("表“评分·区政府” 第6行“Q2”", "不是数")
    ),
    "a row without height": (
        "低.xlsx", _in_marks(b'<row r="7"', b'<row r="7" ht="0" customHeight="1"'),
        ("表“评分·区政府” 第7行", "有隐藏的行（第7行）"),
    ),
    "a column without width": (
        "窄.xlsx", _in_marks(b'max="3" width="16.7109375"', b'max="3" width="0"'),
        ("表“评分·区政府” 第1行", "有隐藏的列（B 列起）"),
    ),
    "a sheet without end": (
        "长.xlsx",
        lambda good: _rewritten(
            good,
            SHEET,
            lambda content: content.replace(b"</sheetData>", LAST_ROW + b"</sheetData>"),
        ),
        ("1048576行",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_workbook_is_refused(name: str, good: bytes, city: Path, tmp_path: Path) -> None:
    file, make, expected = FILES[name]
    path = tmp_path / file
    path.write_bytes(make(good))
    with pytest.raises(WorkbookError) as caught:
        read_intake(path, load_dataset(city), YEAR)
    told = tell(caught)
    for words in (file, *expected):
        assert words in told, told


def _encode(encoding: str) -> Callable[[Random, str], bytes]:
    return lambda random, text: text.encode(encoding)


def _insert(*bytes_: bytes) -> Callable[[Random, str], bytes]:
    def change(random: Random, text: str) -> bytes:
        content = text.encode()
        place = content.index(b"\n") + 1 + random.randrange(len(content) // 2)
        return content[:place] + random.choice(bytes_) + content[place:]

    return change


def _each_line(change: Callable[[Random, str], str]) -> Callable[[Random, str], bytes]:
    """Change one line under the header."""

    def run(random: Random, text: str) -> bytes:
        lines = text.splitlines()
        place = random.randrange(1, len(lines))
        lines[place] = change(random, lines[place])
        return "\n".join(lines).encode()

    return run


SEPARATORS = "\x0b\x0c\x1c\x85\u2028\u2029"
"""Line ends to Python, but to no spreadsheet."""
TABLES: dict[str, tuple[Callable[[Random, str], bytes], tuple[str, ...]]] = {
    "UTF-16": (_encode("utf-16"), ("文字编码", "不是 UTF-8")),
    "an invalid byte": (_insert(b"\xff", b"\xff\xfe", b"\x80\xff"), ("文字编码", "不是 UTF-8")),
    "a null": (_insert(b"\0"), ("看不见", "不是 UTF-8")),
    "an open quote": (_each_line(lambda random, line: f'"{line}'), ("读不成表格", "检查引号")),
    "a cell without end": (_each_line(lambda random, line: line + "长" * 140_000), ("有一格超过131072字",)),
    "a line separator": (
        _each_line(lambda random, line: line[0] + random.choice(SEPARATORS) + line[1:]), ("看不见的控制字符",)
    ),
    "semicolons": (lambda random, text: text.replace(",", ";").encode(), ("认不出", "缺少这一列")),
    "tabs": (lambda random, text: text.replace(",", "\t").encode(), ("认不出", "缺少这一列")),
    "no header": (lambda random, text: text.split("\n", 1)[1].encode(), ("认不出", "缺少这一列")),
    "nothing": (lambda random, text: b"", ("表是空的", "文件是空的")),
    "white space": (lambda random, text: b" \n\n ,\n", ("表是空的", "应与列名一样", "缺少这一列")),
    "a cell too many": (_each_line(lambda random, line: f"{line},多"), ("没有列名", "应与列名一样")),
    "a column twice": (
        lambda random, text: "\n".join(
            f"{line},{line.split(',')[0]}" for line in text.splitlines()
        ).encode(),
        ("有两列同名", "列名重复"),
    ),
    "a row twice": (
        lambda random, text: (text + random.choice(text.splitlines()[1:]) + "\n").encode(), ("与前面某行重复",)
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", ["imported", "edited in place"])
@widely("seed", range(3), always=1)
@widely("table", ["marks", "indicators", "survey"], always=1)
@pytest.mark.parametrize("name", TABLES)
def test_a_broken_table_is_told(name: str, table: str, seed: int, way: str, city: Path, tmp_path: Path) -> None:
    """A table is broken in the same ways whether it is imported or stands in the data folder."""
    change, reasons = TABLES[name]
    data = Path(shutil.copytree(city, tmp_path / "data"))
    path = data / f"inputs/{YEAR}/{table}.csv"
    content = change(Random(f"{name} {table} {seed}"), path.read_text(encoding="utf-8"))
    if way == "imported":
        given = Path(shutil.copytree(path.parent, tmp_path / "表"))
        (given / path.name).write_bytes(content)
        with pytest.raises(InputError) as caught:
            import_inputs(given, load_dataset(data), YEAR)
    else:
        path.write_bytes(content)
        with pytest.raises(InputError) as caught:
            load_dataset(data)
    told = tell(caught)
    assert path.name in told and any(reason in told for reason in reasons), told
