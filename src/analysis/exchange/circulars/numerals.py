"""Counts in digits and in Chinese numerals."""

_DIGITS = dict(zip(["", *"一二三四五六七八九两"], [*range(10), 2], strict=True))
NUMERAL = "(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
"""A Chinese numeral below a hundred."""
NUMBER = r"(?<![\d.])(?<!\d )\d{1,6}(?:\.\d{1,6})?(?! ?\d|\.\d)"
"""A number; digits with a space between are two, or one that was pulled apart: nobody knows."""
COUNT = rf"(?:(?<![\d.])\d{{1,6}}(?!\d)|(?<![一二两三四五六七八九十百千万零〇]){NUMERAL})"


def read_count(written: str) -> int:
    """Read a count in digits, or a `NUMERAL`.

    Examples
    --------
    >>> read_count("二十八"), read_count("十"), read_count("28")
    (28, 10, 28)
    """
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    return (10 * _DIGITS[tens or "一"] if ten else 0) + _DIGITS[ones]
