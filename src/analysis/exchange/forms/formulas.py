"""Whether what a formula came to when its workbook was saved is a value, and the one a reader sees today."""

import re
from typing import Any

_ELSEWHERE = re.compile(
    r"\[(?!0\])[^\[\]]+\][\w.]*!|'[^']*\[[^\[\]']+\][^']*'!|\[[^\[\]]*\.xl[a-z]{1,3}\]|'(file|https?):[^']*'",
    re.IGNORECASE,
)
"""How a formula names another workbook."""
_INDIRECT = re.compile(r"\bINDIRECT\s*\(", re.IGNORECASE)
_CHANGING = re.compile(
    r"(?<![\w.])(?:_xl[a-z]*\.|__xludf\.)*(RAND|RANDBETWEEN|RANDARRAY|NOW|TODAY|RTD|WEBSERVICE|STOCKHISTORY|DDE|PY"
    r"|CUBE[A-Z]+|CALL|REGISTER\.ID|DUMMYFUNCTION|(?<=_xll\.)[\w.]+)\s*\(",
    re.IGNORECASE,
)
"""Functions that come to something else every time, or take it from elsewhere; newer ones, those of add-ins and of
other programs are written with a prefix."""
_QUOTED = re.compile('"[^"]*"')
_OPEN_AND_SAVE = "在 Excel 或 WPS 里打开、算完再保存，或换成数值"


def find_formula_fault(written: Any, cell: Any, stale: str) -> tuple[str, str] | None:
    """Say why what a formula came to is no value.

    Parameters
    ----------
    written : str, ArrayFormula or DataTableFormula
        The formula.
    cell : openpyxl cell
        With what it came to.
    stale : str
        Why such values mean nothing in this workbook; "" if they do.

    Returns
    -------
    rule, fix : str
        None if nothing is wrong.
    """
    formula, quoted = _QUOTED.sub("", text_of(written)), "".join(_QUOTED.findall(text_of(written)))
    if cell.value is None and cell.data_type not in {"s", "str"}:  # an empty text is a blank
        return "公式没有算出的值", "在 Excel 或 WPS 里打开再保存，或换成数值"
    if stale:
        return f"公式的值不是算出来的（文件{stale}）", _OPEN_AND_SAVE
    if _ELSEWHERE.search(formula) or (_INDIRECT.search(formula) and "[" in quoted):
        return "公式引用了别的文件，数值靠不住", "换成数值"
    if found := _CHANGING.search(formula):
        return f"公式里有 {found[1].upper()}，每次打开都可能变，或取自别处", "换成数值"
    return None


def text_of(written: Any) -> str:
    """Return the text of a formula, whatever kind it is of."""
    return written if isinstance(written, str) else str(getattr(written, "text", "") or "")
