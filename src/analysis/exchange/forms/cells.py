"""What a cell says: text and numbers as a person types them, with every doubt told instead of guessed away."""

from __future__ import annotations

import re
from typing import Any

from analysis.exchange.forms.sheets import Sheet, is_date
from analysis.texts import MOST_CHARACTERS, find_fault, with_plain_digits

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")


def read_text(sheet: Sheet, row: int, column: str, value: Any) -> str:
    """Read a cell that should hold words; a number stands for its digits.

    Parameters
    ----------
    sheet : Sheet
        Takes the problems.
    row : int
    column : str
        What the reader calls the column.
    value : cell of a `Sheet`

    Returns
    -------
    str, "" for a blank cell
    """
    if value is None:
        return ""
    if is_date(value):
        sheet.refuse("被当成了日期", "把单元格格式改为“文本”再填", row=row, column=column, value=value)
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    if fault := find_fault(text):
        sheet.refuse(*fault, row=row, column=column, value=text[:20])
    return " ".join(text[:MOST_CHARACTERS].split())


def read_number(sheet: Sheet, row: int, column: str, value: Any) -> str:
    """Read a cell that should hold a number, as the text a table holds.

    What is no number is left as it is: the table's own check tells it.

    Parameters
    ----------
    sheet : Sheet
    row : int
    column : str
    value : cell of a `Sheet`

    Returns
    -------
    str, "" for a blank cell
    """
    if isinstance(value, bool) or is_date(value):
        kind = "被当成了日期" if is_date(value) else "是逻辑值，不是数"
        sheet.refuse(kind, "把单元格格式改为“常规”再填数", row=row, column=column, value=value)
        return ""
    if isinstance(value, float):
        return repr(round(value, 12) + 0.0).removesuffix(".0")  # without a sign of zero
    text = read_text(sheet, row, column, value)
    plain = with_plain_digits(text)
    if plain.endswith("%"):
        sheet.refuse("带百分号，不知道按多少算", "去掉百分号，填写分数", row=row, column=column, value=text)
        return ""
    if plain != text and _NUMBER.fullmatch(plain):
        sheet.note(f"全角数字按 {plain} 读入", row, column, text)
        return plain
    return text
