"""Tables of units: their grades, totals, ranks and scores of blocks, by the words above the columns."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from analysis.exchange.circulars.language import Words, load
from analysis.exchange.circulars.names import Name, is_name, split_names
from analysis.exchange.circulars.numerals import COUNT, NUMBER
from analysis.exchange.circulars.reading import Reading
from analysis.exchange.circulars.text import Segment
from analysis.exchange.circulars.whose import Subject, explain
from analysis.periods import read_year

_HEADS: dict[str, str] = load("words.yml")["table heads"]
"""What columns are called, without points in brackets; the last `score` is the total where no column is called so."""
_OF_A_YEAR = "(20[0-9]{2})年(?:度)?(?:考核)?(?:得分|总分|成绩)"
_SHORT = 5
"""Characters of a name without an ending, such as 青禾."""
_SUMMARY = re.compile(".{0,6}(?:合计|总计|小计|平均(?:分|值)?|均值|全[市省县区](?:平均|总体)?|总体)")
_WEIGHT, _SHARE = re.compile("(.{2,16}?)(?:权重|占比)"), re.compile(f"{NUMBER}%?")
"""The head of a column that says what a block weighs, and what stands below."""
_BLOCK = re.compile(f"{NUMBER}|[—-]?")
_BLOCK_NAME = re.compile("（[^（）]*[%分\\d][^（）]*）|得分$")
"""What the head of a block's column says besides its name."""
_MOST = 0.7
"""Of the cells of a column that are names where all are."""
_LEAST, _ROUNDED, _ALL_BUT = 2, Decimal("0.02"), Decimal("0.9")
"""Of the rows of which blocks add up to the total, blocks are told to be such."""


def read_tables(reading: Reading) -> None:
    """Take what tables say of units; a column that is not understood is in doubt."""
    table: list[_Row] = []
    for segment in [*reading.text.segments, None]:
        row = _Row(reading, segment, len(table[0].texts) if table else 0) if segment and segment.cells else None
        goes_on = (
            row and table and row.segment.section == table[0].segment.section and len(row.texts) == len(table[0].texts)
        )
        if row and goes_on and not _is_head(row):
            table.append(row)
            continue
        if row and len(table) == 1 and (head := _join_heads(table[0], row)):
            table = [head]
            continue
        if len(table) > 1:
            _read_table(reading, table)
        table = [row] if row else []


def _is_head(row: "_Row") -> bool:
    return "unit" in _name_columns([row]) and not any(re.search(r"\d", text) for text in row.texts)


def _join_heads(over: "_Row", under: "_Row") -> "_Row | None":
    """Join a head of two rows, of which the second says the same below several columns: 得分 权重 得分 权重."""
    texts, width = under.texts, len(under.texts)
    times = next((n for n in range(2, width // 2 + 1) if width % n == 0 and texts == texts[: width // n] * n), 0)
    unknown = [place for place, kind in enumerate(_name_columns([over])) if not kind]
    if not times or len(unknown) != times or unknown[-1] - unknown[0] != times - 1:
        return None
    below = [f"{over.texts[unknown[0] + place * times // width]}{text}" for place, text in enumerate(texts)]
    over.texts[unknown[0] : unknown[-1] + 1] = below
    over.spans[unknown[0] : unknown[-1] + 1] = under.spans
    return over


class _Row:
    """A row of a table, its cells as texts and where each stands; cells that are missing at its end are empty."""

    def __init__(self, reading: Reading, segment: Segment, width: int) -> None:
        missing = max(width - len(segment.cells), 0)
        self.segment, self.spans = segment, [*segment.cells, *[(segment.end, segment.end)] * missing]
        self.texts = [reading.clean[start:end] for start, end in self.spans]

    def text(self, column: int | None) -> str:
        """Return the text of a cell in one line; "" of no column."""
        return "" if column is None else self.texts[column].replace("\v", "")


def _read_table(reading: Reading, rows: list[_Row]) -> None:
    weights = [text for text in rows[1].texts if text]
    if weights and all(
        re.fullmatch(r"[（(]占?[\d.]+%[)）]", text) for text in weights
    ):  # of the columns behind the names
        rows[0].texts[1 : len(weights) + 1] = [a + b for a, b in zip(rows[0].texts[1:], weights, strict=False)]
        reading.pass_over(rows[1].segment.start, rows[1].segment.end)
        del rows[1]
    _read_weights(reading, rows)
    kinds = _name_columns(rows, reading.words)
    if "unit" not in kinds and (headless := _head_of(reading, rows)):
        kinds, rows = headless, [rows[0], *rows]
    if "unit" not in kinds:
        _read_counts(reading, rows)
        return
    start = 0
    while start < len(kinds):  # tables side by side are read one after the other
        unit = next((place for place in range(start, len(kinds)) if kinds[place] == "unit"), None)
        if unit is None:
            break
        after = next(
            (
                place
                for place in range(unit + 1, len(kinds))
                if kinds[place] in {"unit", "number"} and "unit" in kinds[place:]
            ),
            len(kinds),
        )
        _read_units(reading, rows, kinds, unit, range(start, after))
        start = after


def _read_weights(reading: Reading, rows: list[_Row]) -> None:
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
        scored = next((each for each, text in enumerate(head.texts) if text in {columns[place], columns[place] + "得分"}), None)
        if scored is not None and weight.endswith("%"):
            head.texts[scored] += f"（{weight}）"


def _head_of(reading: Reading, rows: list[_Row]) -> list[str]:
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
        "grade": lambda text: _is_grade(words, text),
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


def _read_counts(reading: Reading, rows: list[_Row]) -> None:
    """Take a table of how many units of each group got which grade."""
    grades = {place: text for place, text in enumerate(rows[0].texts) if _is_grade(reading.words, text)}
    wholes = [
        place
        for place, text in enumerate(rows[0].texts)
        if re.fullmatch("合计|总数|单位数|参[评检](?:单位)?数?(?:（个）)?|小计|数量", text)
    ]
    if len(grades) < _LEAST:
        return
    is_of_groups = re.fullmatch(_HEADS["group"], rows[0].texts[0]) is not None
    averages = [place for place, text in enumerate(rows[0].texts) if re.fullmatch("平均(?:得分|分)?", text)]
    for row in rows[1:]:
        group = row.texts[0]
        is_whole = re.fullmatch("合计|总计|全部|全[市省县区]", group) is not None
        if not group or (not is_whole and not is_of_groups and not reading.words.pattern("各?<组>").fullmatch(group)):
            continue
        subject = Subject("" if is_whole else group)
        for place, grade in grades.items():
            of = reading.identify(Subject(subject.group, re.sub("(?:等次|等级)$", "", grade)))
            _take_cell(reading, row, place, "grade_units", of)
        for place, measure in (
            *((place, "unit_count") for place in wholes),
            *((place, "average") for place in averages),
        ):
            _take_cell(reading, row, place, measure, reading.identify(subject))


def _name_columns(rows: list[_Row], words: Words | None = None) -> list[str]:
    """Name the columns by the words in the head, or else by their cells."""
    kinds = []
    for column, text in enumerate(rows[0].texts):
        bare = re.sub(r"[（(][^）)]*[分%\d制][^）)]*[)）]|\v", "", text)
        kind = "year" if re.fullmatch(_OF_A_YEAR, bare) else ""
        kind = kind or next((kind for kind, heads in _HEADS.items() if re.fullmatch(heads, bare)), "")
        if not kind and words is not None and words.pattern("<组>").fullmatch(bare):
            kind = "unit"
        if not kind and words is not None and _kind_of([row.text(column) for row in rows[1:]], words) == "grade":
            kind = "grade"
        kinds.append(kind)
    if "unit" not in kinds and {"total", "score", "rank"} & set(kinds) and words is not None:  # 社区（村）
        told = [_kind_of([row.text(column) for row in rows[1:]], words) for column in range(len(kinds))]
        named = [column for column, kind in enumerate(kinds) if not kind and told[column] == "unit"]
        kinds = ["unit" if column in named[:1] else kind for column, kind in enumerate(kinds)]
    return kinds


def _read_units(reading: Reading, rows: list[_Row], kinds: list[str], unit: int, columns: range) -> None:
    """Take the rows of one column of units."""
    told = {kinds[column]: column for column in columns if kinds[column]}
    if "total" not in told and "score" in told:  # the last, as it is written
        told["total"] = told.pop("score")
    outer = reading.heading(rows[0].segment)
    others = [column for column in columns if kinds[column] in {"", "score"} and column != told.get("total")]
    units = [row for row in rows[1:] if row.texts[unit] and not _SUMMARY.fullmatch(row.texts[unit])]
    blocks = _find_blocks(rows[0], units, told, others)
    graded: dict[tuple[str, str], list[Name]] = {}
    divided = ""
    for row in rows[1:]:
        if row.texts[unit] and not any(row.texts[column] for column in columns if column != unit):
            divided = re.sub(
                "^[（(]?[一二三四五六七八九十]+[)）、.]?", "", row.text(unit)
            )  # a row that heads those below
            continue
        names = split_names(row.texts[unit], row.spans[unit][0], reading.words)
        if (
            not names
            or _SUMMARY.fullmatch(row.texts[unit])
            or not all(is_name(name.text, reading.words) or len(name.text) <= _SHORT for name in names)
        ):
            continue
        group = row.text(told.get("group")) or divided or outer.group
        grade = row.text(told.get("grade")) or outer.grade
        grade = re.sub("(?:等次|等级|单位)$", "", grade)
        if grade and _is_grade(reading.words, grade):
            graded.setdefault((group, grade), []).extend(names)
        if "number" in told:
            reading.pass_over(*row.spans[told["number"]])
        if len(names) == 1:
            known = {"unit": names[0].text, **reading.identify(Subject(group))}
            _take_cells(reading, rows[0], row, [column for column in columns if column not in others], kinds, known)
            for column in blocks:
                of = reading.identify(Subject(component=_BLOCK_NAME.sub("", rows[0].text(column))))["of"]
                _take_cell(reading, row, column, "unit_score", {**known, "of": of})
    for (group, grade), names in graded.items():
        reading.names("graded", names, **reading.identify(Subject(group, grade)))
    for column in columns:
        _doubt_column(reading, rows, column)


_MEASURES = {"total": "unit_total", "score": "unit_total", "year": "unit_total", "rank": "unit_rank"}
_ADJUSTMENTS = ("bonus", "deduction")


def _take_cells(
    reading: Reading, head: _Row, row: _Row, columns: list[int], kinds: list[str], known: dict[str, Any]
) -> None:
    """Take a unit's total, of whatever year, its rank, and what was added and taken."""
    for column in columns:
        kind = kinds[column]
        if kind in _MEASURES:
            year = read_year(head.texts[column][:5]) if kind == "year" else None
            of_year = {"year": year} if year not in {None, reading.draft.year} else {}
            _take_cell(reading, row, column, _MEASURES[kind], known | of_year)
        elif kind in _ADJUSTMENTS:
            reading.draft.words["components"].setdefault(kind, _BLOCK_NAME.sub("", head.text(column)))
            _take_cell(reading, row, column, "unit_score", known | {"of": kind})


def _find_blocks(head: _Row, rows: list[_Row], told: dict[str, int], columns: list[int]) -> list[int]:
    """Find the columns of blocks: numbers that with weights and bonuses make the total of nearly every row."""
    columns = [column for column in columns if not re.search("排名|名次|位次", head.texts[column])]
    numbers = [column for column in columns if all(_BLOCK.fullmatch(row.texts[column]) for row in rows)]
    numbers = [column for column in numbers if any(re.search(r"\d", row.texts[column]) for row in rows)]
    if "total" not in told or not numbers:
        return []
    shares = {column: re.search(rf"({NUMBER})%", head.texts[column]) for column in numbers}
    weights = {column: Decimal(share[1]) / 100 if share else Decimal(1) for column, share in shares.items()}
    for kind, sign in (("bonus", 1), ("adjustment", 1), ("deduction", -1)):
        if kind in told:
            weights[told[kind]] = Decimal(sign)
    if len(weights) < _LEAST:
        return []
    whole = [row for row in rows if any(re.search(r"\d", row.texts[column]) for column in numbers)]
    for each in (weights, {column: Decimal(1) if column in numbers else weight for column, weight in weights.items()}):
        right = sum(_adds_up(row, each, told["total"], is_signed=told.get("adjustment")) for row in whole)
        if right >= _ALL_BUT * len(whole):
            return numbers
    return []


def _adds_up(row: _Row, weights: dict[int, Decimal], total: int, is_signed: int | None) -> bool:
    cells = {column: row.texts[column].replace("−", "-") for column in weights}
    bare = {column: text if column == is_signed else text.lstrip("-+") for column, text in cells.items()}
    values = [weights[column] * Decimal(text) for column, text in bare.items() if re.fullmatch(rf"[+-]?{NUMBER}", text)]
    written = row.texts[total]
    return bool(re.fullmatch(NUMBER, written)) and abs(Decimal(written) - sum(values, Decimal(0))) <= _ROUNDED


def _is_grade(words: Words, text: str) -> bool:
    return words.pattern("<等次><档>?").fullmatch(text) is not None or text in set("优良中差好")


def _take_cell(reading: Reading, row: _Row, column: int, measure: str, known: dict[str, Any]) -> None:
    start, _ = row.spans[column]
    found = re.fullmatch(rf"(?:第|并列)*({COUNT}|{NUMBER})(?:分|名)?", row.texts[column])
    if found:
        reading.figure(measure, found[1], (start + found.start(1), start + found.end(1)), **known)


def _doubt_column(reading: Reading, rows: list[_Row], column: int) -> None:
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
