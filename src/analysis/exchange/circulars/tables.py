"""Tables of units: their grades, totals, ranks and scores of blocks, by the words above the columns."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from analysis.exchange.circulars.block_columns import find_blocks, find_ranks, find_total, is_unnamed, name_block
from analysis.exchange.circulars.group_tables import read_groups
from analysis.exchange.circulars.language import Words
from analysis.exchange.circulars.layout import LONGEST_HEADING
from analysis.exchange.circulars.names import Name, is_name, split_names
from analysis.exchange.circulars.numerals import COUNT, NUMBER
from analysis.exchange.circulars.reading import Reading
from analysis.exchange.circulars.rows import HEADS, Row, is_grade, take_cell
from analysis.exchange.circulars.text import Segment
from analysis.exchange.circulars.whose import Subject, explain
from analysis.periods import read_year

_OF_A_YEAR = "(20[0-9]{2})年(?:度)?(?:考核)?(?:得分|总分|成绩)"
_SHORT = 5
"""Characters of a name without an ending, such as 青禾."""
_SUMMARY = re.compile(".{0,6}(?:合计|总计|小计|平均(?:分|值)?|均值|全[市省县区](?:平均|总体)?|总体)")
_WEIGHT, _SHARE = re.compile("(.{2,16}?)(?:权重|占比)"), re.compile(f"{NUMBER}%?")
"""The head of a column that says what a block weighs, and what stands below."""
_POINTS, _WHOLES = re.compile(rf"（占?(?P<number>{NUMBER}%?)分?）"), {Decimal(100), Decimal(1000)}
"""What a block weighs, beside its name in a head or below it, and what all weigh together."""
_COUNTED = re.compile(f"(?P<grade>.+?)（?(?:共)?(?P<number>{COUNT})[个家所户]）?")
"""A grade with how many there are: 优秀（5个）."""
_MOST = 0.7
"""Of the cells of a column that are names where all are."""
_BRACKETS = re.compile("（[^（）]*）")
_WORKS = re.compile("(?:重点|建设|考核|评价|工作|具体)?(?:项目|工程|任务|指标|事项)(?:名称|内容)?")
"""The head of a column of works, of which each row says how far one is."""
_LEAST = 2


def read_tables(reading: Reading) -> None:
    """Take what tables say of units; a column that is not understood is in doubt."""
    table: list[Row] = []
    lines: list[Segment] = []
    head: Row | None = None
    for segment in [*reading.text.segments, None]:
        row = Row(reading, segment, len(table[0].texts) if table else 0) if segment and segment.cells else None
        if row and len(table) == 1 and (joined := _join_heads(table[0], row)):
            table = [joined]
            continue
        is_same = row and table and row.segment.section == table[-1].segment.section
        if row and is_same and len(row.texts) == len(table[0].texts) and not _is_head(row):
            table.append(row)
            continue
        if len(table) > 1:
            _read_table(reading, table)
        head, table = (table[0] if table else head), []
        if row:
            is_divided = len(lines) == 1 and head and len(head.texts) == len(row.texts) and not _is_head(row)
            table = [head, row] if head and is_divided and _is_divider(reading, lines[0]) else [row]
        lines = [] if row or segment is None else [*lines, segment]


def _is_divider(reading: Reading, line: Segment) -> bool:
    """Say whether a line between rows is of the group that those below are in: 二、市直部门."""
    return line.end - line.start <= LONGEST_HEADING and bool(reading.heading(line).group)


def _is_head(row: Row) -> bool:
    return "unit" in _name_columns([row]) and not any(re.search(r"\d", text) for text in row.texts)


def _join_heads(over: Row, under: Row) -> Row | None:
    """Join a head of two rows, of which the second says more of several columns; other cells stand in both, or in one.

    Where the second is narrower, as of a page that was pulled apart, it says the same of several: 得分 权重 得分 权重.
    """
    texts, width = under.texts, len(under.texts)
    if width == len(over.texts):
        return _join_cells(over, under)
    times = next((n for n in range(2, width // 2 + 1) if width % n == 0 and texts == texts[: width // n] * n), 0)
    unknown = [place for place, kind in enumerate(_name_columns([over])) if not kind]
    if not times or len(unknown) != times or unknown[-1] - unknown[0] != times - 1:
        return None
    below = [f"{over.texts[unknown[0] + place * times // width]}{text}" for place, text in enumerate(texts)]
    over.texts[unknown[0] : unknown[-1] + 1] = below
    over.spans[unknown[0] : unknown[-1] + 1] = under.spans
    return over


def _join_cells(over: Row, under: Row) -> Row | None:
    """Join the cells of two rows of a head, where the unit's says nothing new; one that spans columns may be empty."""
    unit = next((place for place, kind in enumerate(_name_columns([over])) if kind == "unit"), None)
    is_head = unit is not None and under.texts[unit] in {"", over.texts[unit]} and over.texts != under.texts
    if not is_head or any(re.search(r"\d", _BRACKETS.sub("", text)) for text in under.texts):
        return None
    spanning = ""
    for place, text in enumerate(under.texts):
        spanning = over.texts[place] or (spanning if text else "")
        if text and text != over.texts[place]:
            is_own = text in spanning or (under.texts.count(text) == 1 and not is_unnamed(text))
            over.texts[place] = text if is_own else spanning + text
            over.spans[place] = under.spans[place] if is_own else over.spans[place]
    return over


def _read_table(reading: Reading, rows: list[Row]) -> None:
    weights = [text for text in rows[1].texts if text]
    if weights and all(
        re.fullmatch(r"[（(]占?[\d.]+%[)）]", text) for text in weights
    ):  # of the columns behind the names
        _take_points(
            reading, list(zip(rows[0].texts[1:], [cell for cell in rows[1].spans if cell[0] < cell[1]], strict=False))
        )
        rows[0].texts[1 : len(weights) + 1] = [a + b for a, b in zip(rows[0].texts[1:], weights, strict=False)]
        reading.pass_over(rows[1].segment.start, rows[1].segment.end)
        del rows[1]
    _take_points(reading, list(zip(rows[0].texts, rows[0].spans, strict=False)))
    _read_weights(reading, rows)
    rows[0].texts = [re.sub(rf"^{reading.draft.year}年度?(?=.*率)", "", text) for text in rows[0].texts]
    kinds = _name_columns(rows, reading.words)
    if "unit" not in kinds and (headless := _head_of(reading, rows)):
        kinds, rows = headless, [rows[0], *rows]
    if "unit" not in kinds:
        read_groups(reading, rows)
        return
    start = 0
    while start < len(kinds):  # tables side by side are read one after the other
        unit = next((place for place in range(start, len(kinds)) if kinds[place] == "unit"), None)
        if unit is None:
            break
        firsts = {"unit", "number"} | ({"rank"} if kinds[start] == "rank" else set())
        later = [place for place in range(unit + 1, len(kinds)) if kinds[place] in firsts and "unit" in kinds[place:]]
        after = later[0] if later else len(kinds)
        _read_units(reading, rows, kinds, unit, range(start, after))
        start = after


def _take_points(reading: Reading, cells: list[tuple[str, tuple[int, int]]]) -> None:
    """Take the points of blocks beside their names in a head, where they make a hundred: 系统考核（占40%）."""
    found = {name: each for name, span in cells if (each := _POINTS.search(reading.clean, *span))}
    if len(found) < _LEAST or sum(Decimal(each["number"].rstrip("%")) for each in found.values()) not in _WHOLES:
        return
    for name, each in found.items():
        of = reading.identify(Subject(component=name_block(name)))
        reading.figure("component_points", each["number"], each.span("number"), **of)
    head = reading.text.segment(cells[0][1][0])  # a cell that spans columns says them again
    reading.pass_over(head.start, head.end)


def _read_weights(reading: Reading, rows: list[Row]) -> None:
    """Take the weights of blocks from columns that say them in every row, and write them beside the blocks' scores."""
    head, units = rows[0], [row for row in rows[1:] if not _SUMMARY.fullmatch(row.texts[0])]
    columns = {place: found[1] for place, text in enumerate(head.texts) if (found := _WEIGHT.fullmatch(text))}
    said = {place: {row.texts[place] for row in units} for place in columns}
    weights = {place: next(iter(each)) for place, each in said.items() if len(each) == 1}
    if any(not _SHARE.fullmatch(each) for each in weights.values()) or len(weights) < len(columns):
        return
    if sum(Decimal(each.rstrip("%")) for each in weights.values()) not in {Decimal(1), Decimal(100)}:
        return
    for place, weight in weights.items():
        of = reading.identify(Subject(component=columns[place]))
        reading.figure("component_points", weight, units[0].spans[place], **of)
        for row in units:
            reading.pass_over(*row.spans[place])
        scored = next(
            (each for each, text in enumerate(head.texts) if text in {columns[place], columns[place] + "得分"}), None
        )
        if scored is not None and weight.endswith("%"):
            head.texts[scored] += f"（{weight}）"


def _head_of(reading: Reading, rows: list[Row]) -> list[str]:
    """Name the columns of a table without a head by what they hold; bare numbers by the line above: 得分."""
    before = reading.clean[: rows[0].segment.start].rstrip("\n").rpartition("\n")[2]
    is_told = reading.heading(rows[0].segment).grade != "" or (
        re.search("得分|成绩|分数|总分", before) is not None
        and not explain(re.sub("（[^）]*）|：$|“[^”]*”", "", before), reading.words).other
    )
    kinds = [
        _kind_of([row.text(column) for row in rows], reading.words, is_told) for column in range(len(rows[0].texts))
    ]
    return kinds if kinds.count("unit") == 1 and len(set(kinds)) > 1 else []


def _kind_of(texts: list[str], words: Words, is_told: bool = False) -> str:
    """Say what a column holds by its cells alone: units, grades, ranks as 第一名, scores as 90分."""
    written = [text for text in texts if text]
    checks: dict[str, Callable[[str], object]] = {
        "grade": lambda text: is_grade(words, text),
        "unit": lambda text: is_name(re.sub(r"^\d{1,2}[.．、]", "", text), words),
        "rank": lambda text: re.fullmatch(f"(?:并列)?第{COUNT}名?", text),
        "score": lambda text: (
            re.fullmatch(f"{NUMBER}分" + ("?" if is_told else ""), text)
            and (not is_told or "." in text or "分" in text)
        ),
    }
    kind = next((kind for kind, check in checks.items() if written and all(map(check, written))), "")
    are_short = all(re.fullmatch("[一-鿿（）]{2,20}", text) for text in written)
    return kind or (
        "unit" if are_short and sum(bool(checks["unit"](text)) for text in written) > _MOST * len(written) else ""
    )


def _name_columns(rows: list[Row], words: Words | None = None) -> list[str]:
    """Name the columns by the words in the head, or else by their cells."""
    kinds = []
    for column, text in enumerate(rows[0].texts):
        bare = re.sub(r"[（(][^）)]*[分%\d制][^）)]*[)）]|\v", "", text)
        kind = "year" if re.fullmatch(_OF_A_YEAR, bare) else ""
        kind = kind or next((kind for kind, heads in HEADS.items() if re.fullmatch(heads, bare)), "")
        if not kind and words is not None and words.pattern("<组>").fullmatch(bare):
            kind = "unit"
        if not kind and words is not None and _kind_of([row.text(column) for row in rows[1:]], words) == "grade":
            kind = "grade"
        kinds.append(kind)
    if "unit" not in kinds and {"total", "score", "rank"} & set(kinds) and words is not None:  # 社区（村）
        told = [_kind_of([row.text(column) for row in rows[1:]], words) for column in range(len(kinds))]
        named = [column for column, kind in enumerate(kinds) if not kind and told[column] == "unit"]
        kinds = ["unit" if column in named[:1] else kind for column, kind in enumerate(kinds)]
    if (
        kinds[:2] == ["", "unit"]
        and re.search("(?:排名|名次|位次)$", rows[0].text(0))
        and {"score", "total"} & set(kinds)
    ):
        kinds[0] = "rank"  # 质量状况排名: the order of the table
    return kinds


def _read_units(reading: Reading, rows: list[Row], kinds: list[str], unit: int, columns: range) -> None:
    """Take the rows of one column of units; not where a row is of a work of theirs, or a unit has several."""
    head, told = rows[0], {kinds[column]: column for column in columns if kinds[column]}
    divided = list(_divide(rows[1:], unit, columns))
    units = [row for row, _ in divided]
    said = [(divider, row.text(told.get("group")), row.text(unit)) for row, divider in divided]
    if len(set(said)) == len(said) and not any(_is_of_works(units, head, column) for column in columns):
        if (total := find_total(head, units, kinds, columns, reading.words)) is not None:
            told["total"] = total
        others = [column for column in columns if kinds[column] in {"", "score", "rate"} and column != total]
        blocks = find_blocks(head, units, kinds, told, others)
        ranks = find_ranks(head, kinds, columns, blocks)
        own = {column: kinds[column] for column in columns if column not in others}
        _take_units(reading, head, divided, unit, told, own, {"unit_score": blocks, "unit_rank": ranks})
    for column in columns:
        _doubt_column(reading, rows, column)


def _divide(rows: list[Row], unit: int, columns: range) -> Iterator[tuple[Row, str]]:
    """Go through the rows of units, each with the one that heads it, which has one cell, or equal ones."""
    divider = ""
    for row in rows:
        texts = {row.texts[column] for column in columns} - {""}
        if len(texts) == 1 and re.search("[一-鿿]", row.texts[unit]):
            divider = re.sub("^[（(]?[一二三四五六七八九十]+[)）、.]?", "", row.text(unit))
        elif row.texts[unit] and not _SUMMARY.fullmatch(row.texts[unit]):
            yield row, divider


def _is_of_works(units: list[Row], head: Row, column: int) -> bool:
    return _WORKS.fullmatch(head.text(column)) is not None and any(
        re.search("[一-鿿]{2}", row.texts[column]) for row in units
    )


def _take_units(
    reading: Reading,
    head: Row,
    rows: list[tuple[Row, str]],
    unit: int,
    told: dict[str, int],
    own: dict[int, str],
    of_blocks: dict[str, dict[int, str]],
) -> None:
    """Take what the rows say of their units: grades, what the columns' kinds say, and scores and ranks of blocks."""
    outer = reading.heading(rows[0][0].segment) if rows else Subject()
    graded: dict[tuple[str, str], list[Name]] = {}
    headed = head.text(unit)
    headed = headed if len(headed) > _SHORT - 1 and reading.words.pattern("<组>").fullmatch(headed) else ""  # 市直部门
    for row, divider in rows:
        names = _split_cell(row.texts[unit], row.spans[unit][0], reading.words)
        if not names or not all(is_name(name.text, reading.words) or len(name.text) <= _SHORT for name in names):
            continue
        group = row.text(told.get("group")) or divider or outer.group or headed
        grade = row.text(told.get("grade")) or outer.grade
        counted = _COUNTED.fullmatch(grade)
        grade = re.sub("(?:等次|等级|单位)$", "", counted["grade"] if counted else grade)
        if grade and is_grade(reading.words, grade):
            graded.setdefault((group, grade), []).extend(names)
            if counted:
                start = row.spans[told["grade"]][0]
                span = (start + counted.start("number"), start + counted.end("number"))
                reading.figure("list_units", counted["number"], span, **reading.identify(Subject(group, grade)))
                reading.pass_over(*row.spans[told["grade"]])
        if "number" in told:
            reading.pass_over(*row.spans[told["number"]])
        if len(names) == 1:
            known = {"unit": names[0].text, **reading.identify(Subject(group))}
            _take_cells(reading, head, row, own, known)
            for measure, blocks in of_blocks.items():
                for column, block in blocks.items():
                    of = {"of": reading.identify(Subject(component=block))["of"]} if block else {}
                    take_cell(reading, row, column, measure, known | of)
    for (group, grade), names in graded.items():
        reading.names("graded", names, **reading.identify(Subject(group, grade)))


def _split_cell(text: str, start: int, words: Words) -> list[Name]:
    """Split the names of a cell; a 和 between what ends unlike is part of one: 县农业农村和水利局."""
    names = split_names(text, start, words)
    is_one = len({name.text[-1] for name in names}) > 1 and not re.search("[、，；\v]", text)
    return split_names(text, start, words, count=1) if is_one else names


_ADJUSTMENTS = ("bonus", "deduction")


def _take_cells(reading: Reading, head: Row, row: Row, kinds: dict[int, str], known: dict[str, Any]) -> None:
    """Take a unit's total, of whatever year, and what was added and taken."""
    for column, kind in kinds.items():
        if kind in {"total", "score", "year"}:
            year = read_year(head.texts[column][:5]) if kind == "year" else None
            of_year = {"year": year} if year not in {None, reading.draft.year} else {}
            take_cell(reading, row, column, "unit_total", known | of_year)
        elif kind in _ADJUSTMENTS:
            reading.draft.words["components"].setdefault(kind, name_block(head.text(column)))
            take_cell(reading, row, column, "unit_score", known | {"of": kind})


def _doubt_column(reading: Reading, rows: list[Row], column: int) -> None:
    """Tell a column of numbers that was not taken, once."""
    left = [
        row
        for row in rows[1:]
        if re.search(r"\d", row.texts[column]) and not all(reading.taken[slice(*row.spans[column])])
    ]
    if left:
        values = "、".join(row.texts[column] for row in left)
        reading.doubt(*left[0].spans[column], f"表中“{rows[0].texts[column]}”一列没有读入：{values}")
        for row in left:
            reading.pass_over(*row.spans[column])
