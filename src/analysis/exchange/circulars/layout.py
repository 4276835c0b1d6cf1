"""How the lines of a circular lie: what goes on in the next line, what is a row of a table, what numbers a heading."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from analysis.exchange.circulars.cells import Cell, find_cells
from analysis.exchange.circulars.language import SUFFIXES
from analysis.exchange.circulars.numerals import NUMERAL, read_count

_PAGE_NUMBER = re.compile(
    r"[ \t　]*(?:[-—–－一]+[ \t　]*\d+[ \t　]*[-—–－一]+|第\s*\d+\s*页(?:[，,/ ]*共\s*\d+\s*页)?)[ \t　]*"
)
_LINE = re.compile(
    r"(?![ \u3000]*[|｜])[^\n\r\x0c]{1,80}[|｜][ \u3000]*\r?\n"
    r"[ \u3000]*[|｜](?=[^\n\r\x0c|｜])[^\n\r\x0c]{1,80}[|｜](?=[ \u3000]*(?:[\r\n]|$))"
    r"|[^\n\r\x0c]*[^\s][^\n\r\x0c]*"
)
"""A line; one that was broken in an empty cell goes on: 甲县 | 132 | and below | 264 |."""
_MARKS = (
    rf"(?:(?P<number>{NUMERAL})、)",
    rf"(?:[（(](?P<number>{NUMERAL})[）)]|[㈠-㈩])",
    r"(?:(?P<number>\d{1,2})[.．、](?!\d))",
    r"(?:[（(](?P<number>\d{1,2})[）)])",
)
_MARKS_ANYWHERE = tuple(re.compile(rf"(?<![^\n。；：])[ \t　]*({mark})") for mark in _MARKS)
"""Headings of four levels, 一、（一）1.（1）, at the start of a line or after a full stop."""
_MARK = re.compile(f"^(?:{'|'.join(mark.replace('?P<number>', '?:') for mark in _MARKS)})")
_BEGINS_ANEW = re.compile(
    rf"[ \t　]*(?:{'|'.join(mark.replace('?P<number>', '?:') for mark in _MARKS)}"
    rf"|[①-⑳●■◆]|附件|据悉|据了解|其余|其他|其它|第[一二三四五]|20\d\d年\d|[^：，。、]{{1,14}}[：:])"
)
_GOES_ON, _GOES_BEFORE = "，、（(《“〔—的和及与对在为等约于是被由将从", "，。、；：）)》”％%"
_FRAME = re.compile(r"^[ \u3000]*[|｜▲●■◆★☆◇□△]*[ \u3000]*|[ \u3000]*[|｜]?[ \u3000]*$")
_ROW_OF_NAMES = re.compile(
    f"(?<=[：:])[ \u3000]*(?:[一-鿿（）]{{2,28}}(?:{SUFFIXES})[ \u3000]+){{2,}}"
    f"[一-鿿（）]{{2,28}}(?:{SUFFIXES})(?![一-鿿])"
)
"""Names behind a colon with nothing but spaces between, in the middle of a line."""
_NUMBERED_NAMES = re.compile(
    rf"^[ \u3000]*(?:\d{{1,2}}[.．、][ \u3000]?[一-鿿（）]{{1,20}}(?:{SUFFIXES})[ \u3000]*){{2,}}$", re.MULTILINE
)
"""1.甲镇 2.乙镇, several a line."""
_BEFORE_NEXT = re.compile(r"[ \u3000]+\d{1,2}[.．、][ \u3000]?")
_CELL_NAME = re.compile(f"(?=.{{3}})[一-鿿（） \u3000]{{1,40}}(?:{SUFFIXES})")
_FEWEST, _FEWEST_LOOSE = 2, 4
"""Rows of a table with tabs or bars between its cells, and of two columns with spaces between."""
_UNMARKED = re.compile(
    f"[一-鿿A-E]{{1,4}}[ \u3000]+(?:[一-鿿（）]{{2,20}}(?:{SUFFIXES})、)+[一-鿿（）]{{2,20}}(?:{SUFFIXES})[。；]?"
)
_FIRST_SPACES = re.compile("(?<=^.)[ \u3000]+|(?<=^..)[ \u3000]+|(?<=^...)[ \u3000]+|(?<=^....)[ \u3000]+")
_LABEL = re.compile("[^：，。\t]{1,16}：[ \u3000]*")
_CELLS, _SPACES = (
    re.compile(r"[ \u3000]*[\t|｜][ \u3000]*|[ \u3000]{2,}"),
    re.compile(r"[ \u3000]{2,}|(?<![^一-鿿][一-鿿])[ \u3000]|[ \u3000](?![一-鿿](?:[^一-鿿]|$))"),
)
"""What stands around a row, and between its cells."""
LONGEST_HEADING, _LONGEST_ROW, _SHORT_LINE = 40, 480, 20
"""Characters of a heading, of a cell of a row, and of a line that begins anew after a name."""
_SCORED_LINE = re.compile(r"[一-鿿、]{2,60}[（(](?:[\d.]+分|无数据)[）)][。；]?")
_NAMED_LINE = re.compile(
    rf"(?!(?:县|市|区|乡|镇|街道|、)+$)[一-鿿（）]{{2,28}}(?:{SUFFIXES})[。；，、]?(?:[ \t　]*[\d.]+分?)?$"
)


def find_headings(original: str) -> list[tuple[re.Match[str], int, str]]:
    """Number the headings: each with its level and section; one that does not continue its count is part of a sentence.

    Numbers before names (1.甲县) have the level −1.
    """
    found = sorted(
        ((match, level) for level, mark in enumerate(_MARKS_ANYWHERE) for match in mark.finditer(original)),
        key=lambda each: each[0].start(1),
    )
    numbered = [row.span() for row in _NUMBERED_NAMES.finditer(original)]
    counts, names = [0] * len(_MARKS), [""] * len(_MARKS)
    headings = []
    for mark, level in found:
        written = mark["number"] or unicodedata.normalize("NFKC", mark[1])[1:-1]  # ㈠
        number = read_count(written)
        line = re.split("[；。\n]", original[mark.end(1) : mark.end(1) + 2 * LONGEST_HEADING], maxsplit=1)[0].strip()
        is_name = _NAMED_LINE.fullmatch(line) and not re.search("各|部门|、|（市", line)
        if level > 1 and (is_name or any(first <= mark.start(1) < last for first, last in numbered)):
            headings.append((mark, -1, ""))
            continue
        if number == counts[level] + 1 and not _is_row(original, mark.start(1)):
            counts[level:] = [number, *[0] * (len(_MARKS) - level - 1)]
            name = (written, f"（{written}）", str(number), f"（{number}）")[level]
            names[level:] = [name, *[""] * (len(_MARKS) - level - 1)]
            headings.append((mark, level, "".join(names)))
    return headings


def _is_row(original: str, position: int) -> bool:
    end = original.find("\n", position)
    return re.search(r"\t|[ \u3000]{2}\d", original[position : end if end >= 0 else len(original)]) is not None


def lay_out(original: str) -> Iterator[tuple[int, int, str]]:
    """Say what stands between lines and cells: a line break, a tab, 、 between names, or nothing where a line goes on.

    Parameters
    ----------
    original : str

    Yields
    ------
    (start, end, what stands in place of it)
    """
    lines: list[re.Match[str]] = []
    pages: list[re.Match[str]] = []
    for found in _LINE.finditer(original):
        (pages if _PAGE_NUMBER.fullmatch(found[0]) else lines).append(found)
    yield from ((*page.span(), "") for page in pages)
    yield from (
        (line.start() + each.start(), line.start() + each.end(), "")
        for line in lines
        for each in re.finditer("[\r\n]+", line[0])
    )
    tables = list(find_cells(lines))
    inside = {place for rows in tables for place in range(rows[0][0].line, rows[-1][-1].line + 1)}
    for rows in tables:
        yield from _lay_out_cells(rows, lines)
        yield from ((*gap.span(), "") for row in rows for cell in row for gap in _gaps(original, cell))
    divided: list[_Line] = []
    cut = ["" if place in inside else _FRAME.sub("", line[0]) for place, line in enumerate(lines)]
    for place, (line, text, row) in enumerate(zip(lines, cut, _find_rows(cut), strict=True)):
        if place in inside:
            divided.append(_IN_TABLE)
            continue
        divided.append(_divide(text, divided[-1] if divided else _Line(), row))
        gap, between = divided[-1].gap, divided[-1].between
        first = line.start() + line[0].index(text)
        if gap is None:
            gaps = (
                re.compile(r"(?<=[一-鿿）])[ \u3000]+").finditer(text, *row.span())
                for row in _ROW_OF_NAMES.finditer(text)
            )
            yield from ((first + each.start(), first + each.end(), "、") for run in gaps for each in run)
        else:
            yield line.start(), first, ""
            yield from ((first + each.start(), first + each.end(), between) for each in gap.finditer(text))
            yield first + len(text), line.end(), ""
    for (line, after), (here, behind) in zip(pairwise(lines), pairwise(divided), strict=True):
        if here is behind is _IN_TABLE:
            continue  # says the table
        is_text = here.gap is None and behind.gap is None
        joint = "、" if behind.goes_on else "" if is_text and _goes_on(line[0], after[0]) else "\n"
        yield line.end(), after.start(), joint


@dataclass(frozen=True)
class _Line:
    """How a line is divided: where, by what, whether it is a list with a label (一等奖：甲　乙) or goes on with one."""

    gap: re.Pattern[str] | None = None
    between: str = "、"
    is_list: bool = False
    goes_on: bool = False


_IN_TABLE = _Line(re.compile("(?!)"))
"""A line of a table that is laid out as a whole."""


def _lay_out_cells(rows: list[list[Cell]], lines: list[re.Match[str]]) -> Iterator[tuple[int, int, str]]:
    """Say what stands between the cells of a table that lost its rows, and around it in its first and last line."""
    first, last = rows[0][0], rows[-1][-1]
    before = lines[first.line][0][: first.start - lines[first.line].start()]
    yield first.start - len(before) + len(_FRAME.sub("", before)), first.start, "\n" if _FRAME.sub("", before) else ""
    for row, below in pairwise([*rows, []]):
        yield from ((cell.end, after.start, "\t") for cell, after in pairwise(row))
        if below:
            yield row[-1].end, below[0].start, "\n"
    behind = lines[last.line][0][last.end - lines[last.line].start() :]
    bare = _FRAME.sub("", behind)
    yield last.end, last.end + len(behind) - len(behind.lstrip(" \u3000|｜")), "\n" if bare else ""


def _gaps(original: str, cell: Cell) -> Iterator[re.Match[str]]:
    return re.compile(r"\s+").finditer(original, cell.start, cell.end)


def _divide(text: str, before: _Line, row: re.Pattern[str] | None) -> _Line:
    if _NUMBERED_NAMES.fullmatch(text):
        return _Line(_BEFORE_NEXT)
    if _UNMARKED.fullmatch(text):  # 一类　甲街道、乙街道
        return _Line(_FIRST_SPACES, "：")
    label = _LABEL.match(text)
    names = text[label.end() :] if label else text
    is_list, is_next = before.is_list, before.gap is not None and before.between == "、"
    for gap, few in ((_SPACES, 2 if label or is_next else 3), (_CELLS, 2)):
        if _are_names(gap.split(names), few):
            return _Line(gap, is_list=label is not None or is_list, goes_on=is_list and label is None)
    if is_list and not label and _are_names(_SPACES.split(names), 1):
        return _Line(_SPACES, is_list=True, goes_on=True)
    return _Line(row, "\t") if row else _Line()


def _are_names(cells: list[str], few: int) -> bool:
    return len(cells) >= few and all(_CELL_NAME.fullmatch(cell) for cell in cells)


def _find_rows(texts: list[str]) -> list[re.Pattern[str] | None]:
    """Say what divides each line's cells, if it is a row: most lines beside it have as many, and none is a sentence."""
    rows: list[re.Pattern[str] | None] = []
    for may_be, block in groupby(texts, key=_may_be_row):
        lines = list(block)
        rows += _divide_rows(lines) if may_be else [None] * len(lines)
    return rows


def _may_be_row(text: str) -> bool:
    text = re.sub(r"^\d{1,2}[.．、][ \u3000]+", "", text)  # 1. 甲公司
    cells = [cell for each in _CELLS.split(text) for cell in _SPACES.split(each)]
    if len(re.findall(r"[^\t]\t", text)) > 1:  # a row as other programs write it
        return True
    return len(cells) > 1 and not any(re.search("[。；]|，.*，", cell) or len(cell) > _LONGEST_ROW for cell in cells)


def _divide_rows(lines: list[str]) -> list[re.Pattern[str] | None]:
    best: tuple[int, int, re.Pattern[str]] | None = None
    is_ruled = any(re.search(r"[\t|｜]", line) for line in lines)
    for gap, fewest in ((_CELLS, _FEWEST if is_ruled else _FEWEST + 1), (_SPACES, _FEWEST_LOOSE)):
        counts = Counter(len(gap.split(line)) for line in lines)
        times, width = max(((times, width) for width, times in counts.items() if width > 1), default=(0, 0))
        if times >= fewest - (width > _FEWEST) * (gap is _SPACES) and (best is None or times > best[0]):
            best = times, width, gap
    if best is None:
        return [None] * len(lines)
    _, width, gap = best
    usual_ones = [place for place, line in enumerate(lines) if len(gap.split(line)) == width]
    table = range(usual_ones[0], usual_ones[-1] + 1)
    return [gap if place in table and len(gap.split(line)) > 1 else None for place, line in enumerate(lines)]


def _goes_on(line: str, after: str) -> bool:
    """Say whether a line goes on in the next: it was broken for want of room, not to begin anew."""
    before, behind = line.strip(), after.strip()
    if re.search(r"\d\.$", before) and behind[0].isdigit():
        return True
    if before[-1] in "。；！？：:;." or _BEGINS_ANEW.match(behind):
        return False
    if _SCORED_LINE.fullmatch(behind) and (_MARK.match(before) or _SCORED_LINE.fullmatch(before)):
        return False  # units with their scores, below a heading or others
    if before[-1] in _GOES_ON or behind[0] in _GOES_BEFORE:
        return True
    if before[-1].isdigit() and re.match(r"[\d.％%分个名家项年月]", behind):
        return not (before.isdigit() and behind.isdigit())
    is_short = len(behind) <= _SHORT_LINE and not re.search("[，。、；]", behind)
    ends_in_name = re.search(f"[一-鿿]{{2}}(?:{SUFFIXES})$", before) is not None
    is_indented = after.startswith(("　　", "    "))
    is_sentence = re.search("[，、：:；]", re.sub("（[^）]*）", "", _MARK.sub("", before))) is not None
    return not is_indented and not (is_short and ends_in_name) and is_sentence
