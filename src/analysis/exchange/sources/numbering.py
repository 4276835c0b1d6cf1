"""Automatic numbers of paragraphs, which stand in no text: 一、 （一） 1. as a reader sees them."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from analysis.exchange.sources.styles import Styles, W, child, is_on, number, value

_DIGITS, _UNITS = "零一二三四五六七八九", ("", "十", "百", "千")
_FORMAL, _FORMAL_UNITS = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟")
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MOST = 9_999
_DEEPEST = 9
"""Levels of a list."""


def write_chinese(number: int, digits: str = _DIGITS, units: tuple[str, ...] = _UNITS) -> str:
    """Write a number from 0 to 9999 in Chinese, as lists count.

    Examples
    --------
    >>> [write_chinese(number) for number in (3, 10, 12, 20, 105, 1010)]
    ['三', '十', '十二', '二十', '一百零五', '一千零一十']
    """
    if number < 10:
        return digits[number]
    figures = str(number)
    written = "".join(
        digits[int(each)] + (units[len(figures) - 1 - place] if each != "0" else "")
        for place, each in enumerate(figures)
    )
    written = re.sub(f"{digits[0]}+", digits[0], written).rstrip(digits[0])
    return written.removeprefix(digits[1]) if 10 <= number < 20 and digits == _DIGITS else written


def _write_letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number else ""


def _write_roman(number: int) -> str:
    if number > 39:
        return str(number)
    written = ""
    for worth, letters in _ROMAN:
        written += letters * (number // worth)
        number %= worth
    return written


def _enclosed(first: str) -> Callable[[int], str]:
    """Write 1 to 20 as characters of one row of Unicode, which begins with the one that is given."""
    return lambda number: chr(ord(first) + number - 1) if 1 <= number <= 20 else str(number)


def _from(row: str) -> Callable[[int], str]:
    return lambda number: row[(number - 1) % len(row)] if number else row[0]


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": "{:02d}".format,
    "decimalFullWidth": lambda number: str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "decimalFullWidth2": lambda number: str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "decimalHalfWidth": str,
    "decimalEnclosedCircle": _enclosed("①"),
    "decimalEnclosedCircleChinese": _enclosed("①"),
    "decimalEnclosedParen": _enclosed("⑴"),
    "decimalEnclosedFullstop": _enclosed("⒈"),
    "lowerLetter": _write_letters,
    "upperLetter": lambda number: _write_letters(number).upper(),
    "lowerRoman": _write_roman,
    "upperRoman": lambda number: _write_roman(number).upper(),
    "ideographTraditional": _from("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _from("子丑寅卯辰巳午未申酉戌亥"),
    "chineseLegalSimplified": lambda number: write_chinese(number, _FORMAL, _FORMAL_UNITS),
    "ideographLegalTraditional": lambda number: write_chinese(number, _FORMAL, _FORMAL_UNITS),
    "none": lambda _: "",
    **dict.fromkeys(
        ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
         "taiwaneseCountingThousand", "ideographDigital", "japaneseDigitalTenThousand", "koreanDigital2",
         "ideographEnclosedCircle"),
        write_chinese,
    ),
}  # fmt: skip


def write_number(count: int, kind: str) -> str:
    """Write a number as a list counts; in digits if its kind is not known."""
    return _FORMATS.get(kind, str)(min(max(count, 0), _MOST))


def with_label(label: str, text: str, gap: str) -> str:
    r"""Put an automatic number before a text, so that the two never make one number.

    Parameters
    ----------
    label, text : str
    gap : str
        Stands between the two where they would.

    Examples
    --------
    >>> with_label("1.", "甲县", "\t"), with_label("1.", "5分", "\t"), with_label("（一）", "2个", "\t")
    ('1.甲县', '1.\t5分', '（一）2个')
    """
    if not label or not text:
        return label or text
    joins = label[-1].isalnum() or (label[-1] in ".．" and text[:1].isalnum() and text[:1].isascii())
    return f"{label}{gap}{text}" if joins else f"{label}{text}"


class _Level(NamedTuple):
    start: int
    kind: str
    text: str
    is_arabic: bool
    restarts: bool


class Numbering:
    """The lists of a document, which count as its paragraphs are gone through.

    Parameters
    ----------
    root : element or None
        Of the part that holds them.
    styles : Styles

    Attributes
    ----------
    unknown : set of str
        Ways of counting that were met and are not known.
    """

    def __init__(self, root: Any, styles: Styles) -> None:
        self._styles, self.unknown = styles, set[str]()
        self._lists, self._numbers = _named(root, "abstractNum", "abstractNumId"), _named(root, "num", "numId")
        self._counts = dict[str, dict[int, int]]()
        self._begun = set[str]()

    def label(self, paragraph: Any) -> str:
        """Count a paragraph, and return its number as it is seen; "" if it has none."""
        name, depth = self._styles.numbering(paragraph)
        common = self._common(name)
        levels = self._levels(name, common)
        if depth not in levels:
            return ""
        counts = self._counts.setdefault(common, {})
        if name not in self._begun:
            self._begun.add(name)
            for each in _overrides(self._numbers[name]):
                if child(each, "startOverride") is not None:
                    counts.pop(_depth(each), None)
        counts[depth] = counts[depth] + 1 if depth in counts else levels[depth].start
        for deeper in [each for each in counts if each > depth and (each not in levels or levels[each].restarts)]:
            del counts[deeper]
        return self._write(levels, counts, depth)

    def _common(self, name: str) -> str:
        """Return the list that a numbered one is of: they count together; "" if there is none."""
        for _ in range(_DEEPEST):
            common = value(self._numbers.get(name), "abstractNumId")
            link = value(self._lists.get(common), "numStyleLink")
            if not link:
                return common if common in self._lists else ""
            name = self._styles.list_of(link)
        return ""

    def _levels(self, name: str, common: str) -> dict[int, _Level]:
        """Return the levels of a list, as its own number says in place of what is common."""
        if not common or name not in self._numbers:
            return {}
        levels = {_depth(each): _level(each) for each in self._lists[common].findall(f"{W}lvl")}
        for each in _overrides(self._numbers[name]):
            if child(each, "lvl") is not None:
                levels[_depth(each)] = _level(child(each, "lvl"))
            start = value(each, "startOverride")
            if start and _depth(each) in levels:
                levels[_depth(each)] = levels[_depth(each)]._replace(start=number(start, 1))
        return levels

    def _write(self, levels: dict[int, _Level], counts: dict[int, int], depth: int) -> str:
        shown = levels[depth]
        if shown.kind == "bullet":
            return ""

        def write(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            if at not in levels:
                return ""
            kind = "decimal" if shown.is_arabic and at < depth else levels[at].kind
            if kind not in _FORMATS:
                self.unknown.add(kind)
            return write_number(counts.get(at, levels[at].start), kind)

        return re.sub("%([1-9])", write, shown.text).strip()


def _named(root: Any, name: str, by: str) -> dict[str, Any]:
    return {} if root is None else {str(each.get(W + by)): each for each in root.findall(W + name)}


def _overrides(numbered: Any) -> Iterator[Any]:
    return iter(numbered.findall(f"{W}lvlOverride"))


def _depth(element: Any) -> int:
    return number(str(element.get(f"{W}ilvl")), -1)


def _level(element: Any) -> _Level:
    return _Level(
        number(value(element, "start", default="1"), 1),
        value(element, "numFmt", default="decimal"),
        value(element, "lvlText"),
        is_on(child(element, "isLgl")),
        value(element, "lvlRestart") != "0",
    )
