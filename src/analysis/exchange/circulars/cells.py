"""Tables that lost their rows: a cell a line, or all cells in one line; where each row begins, its head tells."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from analysis.exchange.circulars.language import load

_HEADS = re.compile(
    "|".join(f"(?:{pattern})" for pattern in [*load("words.yml")["table heads"].values(), ".{2,6}(?:排名|名次|位次)"])
)
_BAR = re.compile("[|｜]")
_NUMERIC = re.compile(r"[+−△-]?\d[\d.,]*[%％分名]?|第\d{1,3}名?")
_NOTHING = re.compile("[—–/-]*")
_ORDINAL = re.compile(r"\d{1,3}")
_POINTS = re.compile(r"[（(]占?[\d.]+[分%％][)）]")
_PLACE = re.compile("[一-鿿]{2,12}[县区市镇乡村]")
_NAME = re.compile("[一-鿿].*")
_SENTENCE = re.compile("[。；，！？]|[：:].")
_BEFORE_HEAD = re.compile(r".*[：:。）)](?=[ \u3000]*[一-鿿]{2,6}[ \u3000]*$)")
_RULE = re.compile(r"(?=[^—=-]*[—=-]{2})[ \t|｜:+=—-]*")
"""A line that only divides others: |---|---|."""
_WORD = re.compile(r"(?:(?<!\S)[一-鿿][ \u3000](?=[一-鿿](?!\S)))+[一-鿿]|\S+")
_PAGE = re.compile(r"[ \u3000]*\d{1,2}、")
"""What a page begins with where a table was copied page by page: 2、50%."""
_LONGEST_CELL, _LONGEST_HEAD, _WIDEST, _FEWEST_ROWS, _LEAST_HEADS = 24, 16, 24, 2, 2
_FEWEST_CELLS, _FEWEST_BARS, _LONGEST_TABLE = 12, 6, 3_000
"""Cells of a line that may be a table by itself, with spaces or bars between."""


@dataclass(frozen=True)
class Cell:
    """A cell: the line that it begins in, and where it stands."""

    line: int
    start: int
    end: int
    text: str
    opens: bool = False
    closes: bool = False


def find_cells(lines: Sequence[re.Match[str]]) -> Iterator[list[list[Cell]]]:
    """Find the tables of which a line is no row, each as its rows of cells."""
    for is_cell, run in groupby(_join_broken(_cells(lines)), key=_is_cell):
        cells = [cell for cell in run if cell]
        place = 0
        while is_cell and place < len(cells):
            rows = _table_at(cells[place : place + _LONGEST_TABLE])
            if rows and not _are_lines(rows):
                yield rows
                place += sum(map(len, rows)) - 1
            place += 1


def _is_cell(cell: Cell | None) -> bool:
    return cell is not None and len(cell.text) <= _LONGEST_CELL and not _SENTENCE.search(cell.text)


def _cells(lines: Sequence[re.Match[str]]) -> Iterator[Cell | None]:
    """Cut lines into cells; None stands where no table goes on."""
    for number, line in enumerate(lines):
        pieces = [piece for piece in re.finditer("[^|｜]+", line[0]) if piece[0].strip()]
        if _RULE.fullmatch(line[0]):
            yield None
        elif _closes_row(lines, number):
            continue
        elif len(pieces) >= _FEWEST_BARS:
            yield from (_cell(number, line, *piece.span()) for piece in pieces)
        elif len(words := _words(line[0])) >= _FEWEST_CELLS and sum(map(_is_number, words)) * 3 > len(words):
            yield from (_cell(number, line, *word) for word in _spans(line[0]))
        elif len(pieces) <= 1:
            start, end = pieces[0].span() if pieces else (0, 0)
            bare = line[0].strip()
            opens, closes = (bool(_BAR.match(bare[0])), bool(_BAR.match(bare[-1]))) if bare else (False, False)
            closes = (closes and len(bare) > 1) or _closes_row(lines, number + 1)
            yield replace(_cell(number, line, start, end), opens=opens, closes=closes)
        else:
            yield None


def _closes_row(lines: Sequence[re.Match[str]], number: int) -> bool:
    """Say whether a line is the bar behind a row whose other cells have one before them; else it is an empty cell."""
    if not 0 < number < len(lines) or not _BAR.fullmatch(lines[number][0].strip()):
        return False
    before, after = (
        line[0].strip() if line else "" for line in (lines[number - 1], next(iter(lines[number + 1 :]), None))
    )
    return len(before) > 1 and _BAR.match(before) is not None and _BAR.match(after) is None


def _cell(number: int, line: re.Match[str], start: int, end: int) -> Cell:
    text = line[0][start:end]
    if (lead := _BEFORE_HEAD.match(text)) and len(text) > len(lead[0]):
        start, text = start + lead.end(), text[lead.end() :]
    first = start + len(text) - len(text.lstrip())
    last = first + len(text.strip())
    written = re.sub(r"\s", "", text)
    return Cell(number, line.start() + first, line.start() + last, written)


def _spans(line: str) -> Iterator[tuple[int, int]]:
    """Where the words of a line stand; characters of one word may have spaces between: 文 学 院."""
    page = _PAGE.match(line)
    for word in _WORD.finditer(line, page.end() if page else 0):
        yield word.span()


def _words(line: str) -> list[str]:
    return [line[start:end] for start, end in _spans(line)]


def _is_number(text: str) -> bool:
    return _NUMERIC.fullmatch(text) is not None


def _join_broken(cells: Iterator[Cell | None]) -> Iterator[Cell | None]:
    """Join a cell that was broken in two lines: only the first begins with a bar, or the second is its points."""
    held: Cell | None = None
    for cell in cells:
        is_rest = cell and cell.text and not cell.opens and not cell.closes and not _SENTENCE.search(cell.text)
        is_name = held is not None and _kind(held.text) == "name"
        is_cut = is_rest and held and held.opens and not held.closes
        if cell and held and is_name and (is_cut or _POINTS.fullmatch(cell.text)):
            held = replace(held, end=cell.end, text=held.text + cell.text)
            continue
        if held:
            yield held
        held = cell
        if cell is None:
            yield None
    if held:
        yield held


def _table_at(run: list[Cell]) -> list[list[Cell]]:
    """Read the table whose head begins with the first of these cells, if there is one."""
    if not _is_head(run[0].text):
        return []
    number = next((place for place, cell in enumerate(run[: 2 * _WIDEST]) if _is_number(cell.text)), 0)
    tables = [_rows(run, start) for start in range(number, max(number - 4, 1), -1)]
    whole = [rows for rows in tables if rows and not _is_shifted(run, rows)]
    return max(whole, key=lambda rows: len(rows) * len(rows[-1]), default=[])


def _is_shifted(run: list[Cell], rows: list[list[Cell]]) -> bool:
    """Whether rows begin in the middle of what is printed: a number is left behind them, or a place heads the names."""
    behind = run[sum(map(len, rows)) :]
    names = [place for place, cell in enumerate(rows[-1]) if _kind(cell.text) == "name"]
    heads = [row[place].text for row in rows[:1] for place in names if place < len(row)]
    is_left = bool(behind) and _is_number(behind[0].text) and len(rows[-1]) == len(rows[0])
    return is_left or any(_PLACE.fullmatch(head) and not _is_head(head) for head in heads)


def _is_head(text: str) -> bool:
    return _HEADS.fullmatch(re.sub("[（(][^（）()]*[分%\\d][^（）()]*[)）]", "", text)) is not None


def _rows(run: list[Cell], start: int) -> list[list[Cell]]:
    """Divide cells into rows, of which the first begins at a place: all as wide as the head before it."""
    head = run[:start]
    is_head = all(0 < len(cell.text) <= _LONGEST_HEAD and not _is_number(cell.text) for cell in head)
    if len(head) > _WIDEST or not is_head or sum(_is_head(cell.text) for cell in head) < _LEAST_HEADS:
        return []
    if not _ORDINAL.fullmatch(run[start].text):
        return _below(run, [len(head)], start, len(head), [])
    rows = _below(run, [len(head)], start, len(head), _starts(run, start, len(head)))
    if rows:
        return rows
    starts = _starts(run, start, 0)
    width = max((last - first for first, last in pairwise(starts)), default=0)
    heads = _divide_head([cell.text for cell in head], width)
    return _below(run, heads, start, width, starts) if heads else []


def _below(run: list[Cell], heads: list[int], start: int, width: int, starts: list[int]) -> list[list[Cell]]:
    """Take the rows of a head while their columns hold the same kind; where they start is known of numbered ones."""
    rows = [run[a:b] for a, b in pairwise([0, *heads])]
    kinds, place = [""] * width, start
    while place < len(run) and (not starts or place in starts):
        end = next((each for each in starts if each > place), place + width)
        row = run[place:end]
        new = [_kind(cell.text) for cell in row]
        is_like = all(not a or not b or a == b for a, b in zip(kinds, new, strict=False))
        if not width - bool(starts) <= len(row) <= width or not is_like or "name" not in new:
            break
        kinds = [a or b for a, b in zip(kinds, [*new, ""], strict=False)]
        rows.append(row)
        place = end
    return rows if len(rows) - len(heads) >= _FEWEST_ROWS and {"name", "number"} <= set(kinds) else []


def _starts(run: list[Cell], start: int, width: int) -> list[int]:
    """Where rows begin that are numbered, or ranked: a number and a name behind it; of no width, as the first two."""
    starts, last = [start], int(run[start].text)
    for place in range(start + 1, len(run) - 1):
        is_next = _ORDINAL.fullmatch(run[place].text) and last <= int(run[place].text) <= last + 2
        wide = place - starts[-1]
        if wide > _WIDEST or (not width and wide >= start):  # as a head of two rows is wider than its table
            break
        if not is_next or not _NAME.match(run[place + 1].text) or (width and not width - 1 <= wide <= width):
            continue
        width = width or wide + 1
        starts.append(place)
        last = int(run[place].text)
    return starts


def _divide_head(texts: list[str], width: int) -> list[int]:
    """Say where the lines of a head end: one, or two of which the second says the same below several of the first."""
    over = len(texts) - width
    if over == 0:
        return [len(texts)]
    for times in (2, 3, 4):
        below = texts[len(texts) - over * times :]
        if over > 0 and len(below) == over * times < len(texts) and below == below[:times] * over:
            return [len(texts) - len(below), len(texts)]
    return []


def _kind(text: str) -> str:
    return "" if _NOTHING.fullmatch(text) else "number" if _is_number(text) else "name"


def _are_lines(rows: list[list[Cell]]) -> bool:
    """Whether every row stands in a line of its own."""
    return all(row[0].line == row[-1].line for row in rows) and len({row[0].line for row in rows}) == len(rows)
