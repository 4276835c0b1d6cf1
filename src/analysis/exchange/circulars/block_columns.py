"""Columns of scores: which is the total, and which are blocks, by arithmetic or by what their heads plainly name."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product

from analysis.exchange.circulars.language import Words
from analysis.exchange.circulars.numerals import NUMBER
from analysis.exchange.circulars.rows import Row
from analysis.exchange.circulars.whose import explain

_NUMERIC = re.compile(f"(?:[−-]?{NUMBER}[%％]?分?)?|[—–/-]+")
_BLOCK = re.compile(f"{NUMBER}|[—-]?")
_BESIDE = re.compile("（[^（）]*[%％分\\d][^（）]*）|得分$")
"""What the head of a block's column says besides its name."""
_UNNAMED = re.compile("(?:实际|最终|考核|折算|加权|评估)?(?:得分|分数|评分)")
"""A score of what the column before it says: 办结率 得分 满意率 得分."""
_NO_BLOCK = re.compile(
    "得分率|(?:[本上下]半?|全)[年月期]度?|(?:第?[一二三四1-4]|[本上下])季度?|(?:\\d{1,2}[-—至~])?\\d{1,2}月份?"
)
"""What a score may be of that is no block: a period, or the whole."""
_PERIOD = re.compile("（[^）]*）|^\\d{1,2}[-—至~]\\d{1,2}月份?")
"""What the head of a total may say besides: 1-3月得分."""
_RANK_OF = re.compile("(.{2,16}?)(?:得分)?(?:排名|名次|位次|排序)")
_LEAST, _ROUNDED, _ALL_BUT = 2, Decimal("0.02"), Decimal("0.9")
_ROWS_FOR_WEIGHTS, _TOO_MANY, _HEAVIEST = 4, 4, 10
"""Of the rows of which blocks add up to the total, blocks are told to be such."""


def name_block(text: str) -> str:
    """Return the name of the block that a head says, without its points: 日常考核（40分）得分."""
    return _BESIDE.sub("", _BESIDE.sub("", text.replace("\v", "")))


def is_unnamed(text: str) -> bool:
    """Say whether a head is a word of what stands elsewhere in the head: 得分, 排名."""
    return _UNNAMED.fullmatch(text) is not None or re.fullmatch("权重|满分|分值|排名|名次|位次", text) is not None


def find_total(head: Row, rows: list[Row], kinds: list[str], columns: Sequence[int], words: Words) -> int | None:
    """Find the column of the total: one called so, else of the scores the one of nothing else, or the sum of all."""
    if totals := [column for column in columns if kinds[column] == "total"]:
        return totals[-1]
    scores = [column for column in columns if kinds[column] == "score"]
    if len(scores) < _LEAST:
        return scores[0] if scores else None
    said = {column: explain(_PERIOD.sub("", head.text(column)), words) for column in scores}
    bare = [column for column, of in said.items() if not of.other + of.group + of.component]
    if len(bare) == 1 or len({head.texts[column] for column in bare}) > 1:
        return bare[-1]
    told = {kinds[column]: column for column in columns} | {"total": scores[-1]}
    others = [column for column in columns if kinds[column] in {"", "score", "rate"} and column != scores[-1]]
    return scores[-1] if not bare and find_sum(head, rows, told, others) else None


def find_blocks(
    head: Row, rows: list[Row], kinds: list[str], told: dict[str, int], columns: Sequence[int]
) -> dict[int, str]:
    """Find the columns of blocks, each with its block: those of which the total is made, and scores, rates and indices.

    A score without a name is that of the column before it, which then is how it came about.
    """
    rated = {
        column: name_block(head.text(column))
        for column in columns
        if kinds[column] in {"score", "rate"} and _are_numbers(rows, column)
    }
    for column in [column for column in rated if _UNNAMED.fullmatch(head.text(column))]:
        before = column - 1 if column - 1 in columns else None
        rated[column] = name_block(head.text(before)) if before is not None else ""
        rated.pop(column - 1, None)
    summed = {column: name_block(head.text(column)) for column in find_sum(head, rows, told, columns)}
    found = {column: name for column, name in (summed | rated).items() if name and not _NO_BLOCK.fullmatch(name)}
    scored = {name for column, name in found.items() if head.text(column).endswith("得分")}
    found = {column: name for column, name in found.items() if name not in scored or head.text(column).endswith("得分")}
    return {column: name for column, name in found.items() if list(found.values()).count(name) == 1}


def find_ranks(head: Row, kinds: list[str], columns: Sequence[int], blocks: dict[int, str]) -> dict[int, str]:
    """Find the columns of ranks, each with its block, or "" of the total: of several, each is of the column before."""
    ranks = [column for column in columns if kinds[column] == "rank"]
    found = dict.fromkeys(ranks, "")
    if len(ranks) > 1:
        scored = {column: "" for column, kind in enumerate(kinds) if kind in {"total", "score"}} | blocks
        found = {column: scored[column - 1] for column in ranks if column - 1 in scored}
    for column in columns:
        of = _RANK_OF.fullmatch(head.text(column)) if not kinds[column] else None
        if of and name_block(of[1]) in blocks.values():
            found[column] = name_block(of[1])
    return found


def _are_numbers(rows: list[Row], column: int) -> bool:
    texts = [row.texts[column] for row in rows]
    return all(map(_NUMERIC.fullmatch, texts)) and any(re.search(r"\d", text) for text in texts)


def find_sum(head: Row, rows: list[Row], told: dict[str, int], columns: Sequence[int]) -> list[int]:
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
    alike = {column: Decimal(1) if column in numbers else weight for column, weight in weights.items()}
    for each in (weights, alike, *(alike | shares for shares in _possible_weights(numbers, whole))):
        right = sum(_adds_up(row, each, told["total"], is_signed=told.get("adjustment")) for row in whole)
        if right >= _ALL_BUT * len(whole):
            return numbers
    return []


def _possible_weights(numbers: list[int], rows: list[Row]) -> Iterator[dict[int, Decimal]]:
    """Give every weights of two or three blocks in steps of five per cent, and whole ones of pieces counted.

    Of few rows many would do.
    """
    if len(rows) < _ROWS_FOR_WEIGHTS or not 1 < len(numbers) < _TOO_MANY:
        return
    for steps in product(range(1, 20), repeat=len(numbers) - 1):
        if sum(steps) < 20:
            yield dict(zip(numbers, [Decimal(step) / 20 for step in (*steps, 20 - sum(steps))], strict=True))
    if all(row.texts[column].isdecimal() or not row.texts[column] for row in rows for column in numbers):
        for points in product(range(1, _HEAVIEST + 1), repeat=len(numbers)):
            yield dict(zip(numbers, map(Decimal, points), strict=True))


def _adds_up(row: Row, weights: dict[int, Decimal], total: int, is_signed: int | None) -> bool:
    cells = {column: row.texts[column].replace("−", "-") for column in weights}
    bare = {column: text if column == is_signed else text.lstrip("-+") for column, text in cells.items()}
    values = [weights[column] * Decimal(text) for column, text in bare.items() if re.fullmatch(rf"[+-]?{NUMBER}", text)]
    written = row.texts[total]
    return bool(re.fullmatch(NUMBER, written)) and abs(Decimal(written) - sum(values, Decimal(0))) <= _ROUNDED
