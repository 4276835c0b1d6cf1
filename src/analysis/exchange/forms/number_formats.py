"""What a number format makes of a value: whether a reader of the cell sees it, a rounded one, or something else."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import NamedTuple

_LONGEST, _MOST_SECTIONS = 255, 4
"""Characters, and parts between semicolons, that a format has in Excel."""
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<exponent>E[+-]?)(?=[0#?])|(?P<fraction>/ *(?:[1-9][0-9]*|[0#?]+))"
    r"|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<text>@)|(?P<letter>[A-Za-z])"
    r"|(?P<end>;)|(?P<literal>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"\s*(<=|>=|<>|<|>|=)\s*(-?[0-9]+(?:\.[0-9]+)?)\s*")
_COLOUR = re.compile(
    "(black|blue|cyan|green|magenta|red|white|yellow|(color|颜色) ?[0-9]{1,2}|洋?[黑蓝青绿红白黄]色?)", re.IGNORECASE
)
_WHITE = re.compile(r"(white|白色?|(color|颜色) ?2)", re.IGNORECASE)
_LOCALE = re.compile(r"\$(?P<symbol>[^-]*)(-[0-9A-F]*)?|(?:DBNum|NatNum)[0-9].*", re.IGNORECASE)
_HARMLESS = re.compile("[\\s分得个项件条次名家人元¥￥$€()（）：:%％]*")
"""What may stand beside a number: anything else may make another of it (万, <, 约) or say that it does not count."""
_AUTOMATIC = {"GENERAL", "STANDARD", "@"}
_SHOWS = "数字格式使这一格显示"


class Shown(NamedTuple):
    """How a cell is shown.

    Attributes
    ----------
    fault : str
        Why a reader takes it for another value, or for none; "" if not.
    text : str
        The digits that are shown; "" if they are not worked out.
    is_exact : bool
        They are those of the value, not rounded.
    is_white : bool
        The format gives them the colour of paper.
    """

    fault: str = ""
    text: str = ""
    is_exact: bool = True
    is_white: bool = False


@dataclass(frozen=True)
class _Section:
    """What stands between the semicolons of a format."""

    tokens: tuple[tuple[str, str], ...]
    condition: tuple[str, Fraction] | None
    is_white: bool

    @cached_property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.tokens]

    @property
    def literals(self) -> str:
        """The text that it shows whatever the value."""
        return "".join(value for kind, value in self.tokens if kind == "literal").strip()

    def is_for(self, value: Fraction) -> bool:
        if self.condition is None:
            return True
        operator, bound = self.condition
        order = "=" if value == bound else "<" if value < bound else ">"
        return order in operator  # "<>" holds both


@lru_cache(maxsize=1 << 16)
def show_number(value: float, form: str) -> Shown:
    """Say how a number is shown by a format.

    Parameters
    ----------
    value : float
        As stored.
    form : str
        As a workbook holds it.

    Returns
    -------
    Shown

    Examples
    --------
    >>> show_number(18.46, "0.0").text, show_number(18.46, "0.0").is_exact
    ('18.5', False)
    >>> show_number(18.5, ";;;").fault
    '数字格式使这一格什么也不显示'
    """
    sections = _parse(form)
    if sections is None:
        return Shown(f"{_SHOWS}什么，没有认出（{form[:40]}）")
    if not math.isfinite(value):
        return Shown()
    exact = Fraction(repr(round(float(value), 12)))
    section, is_signed = _choose(sections, exact)
    if section is None:
        return Shown(f"{_SHOWS}什么，没有认出（{form[:40]}）")
    if fault := _find_fault(section, exact, is_signed, form):
        return Shown(fault)
    text = _write(section, exact)
    return Shown("", text, not text or Fraction(text) == exact, section.is_white)


@lru_cache(maxsize=1024)
def show_text(form: str) -> Shown:
    """Say how a text is shown by a format, whatever it is.

    Parameters
    ----------
    form : str

    Returns
    -------
    Shown

    Examples
    --------
    >>> show_text("@").fault, show_text('0;0;0;"良"').fault
    ('', '数字格式使这一格显示成“良”')
    """
    sections = _parse(form)
    if sections is None:
        return Shown(f"{_SHOWS}什么，没有认出（{form[:40]}）")
    if not any(section.tokens for section in sections):  # of `;;`, programs differ
        return Shown(_say_only(sections[0]))
    textual = sections[3:] or [section for section in sections if "text" in section.kinds]
    if not textual:
        return Shown()
    section = textual[0]
    if not {"text", "general"}.isdisjoint(section.kinds):
        fault = f"{_SHOWS}成“{section.literals}”加原来的文字" if section.literals else ""
        return Shown(fault, is_white=section.is_white)
    return Shown(_say_only(section))


def _say_only(section: _Section) -> str:
    return f"{_SHOWS}成“{section.literals}”" if section.literals else "数字格式使这一格什么也不显示"


def _find_fault(section: _Section, value: Fraction, is_signed: bool, form: str) -> str:
    """Say why a reader takes what a section shows for another number."""
    kinds, literals = section.kinds, section.literals
    if "letter" in kinds:
        return f"{_SHOWS}成日期或别的文字（{form[:40]}）"
    if {"digit", "general", "text"}.isdisjoint(kinds) or (value == 0 and _skips_zero(section)):
        return _say_only(section)
    if value < 0 and not is_signed:  # a section of its own writes the sign itself, or brackets
        if not re.search("[-−]|[(（].*[)）]", literals):
            return f"数字格式不显示负号（{form[:40]}）"
        literals = re.sub("[-−]", "", literals, count=1)
    if not _HARMLESS.fullmatch(literals) or _is_split(kinds):
        return f"{_SHOWS}成带“{literals}”的数（{form[:40]}）"
    point = kinds.index("point") if "point" in kinds else len(kinds)
    last = max((place for place, kind in enumerate(kinds[:point]) if kind == "digit"), default=-1)
    if "digit" in kinds and "comma" in kinds[last + 1 :]:
        return f"数字格式按千、百万显示（{form[:40]}）"
    return ""


def _skips_zero(section: _Section) -> bool:
    """Say whether a zero has no digit: `#` and `?` stand for one only where there is one."""
    return "digit" in section.kinds and ("digit", "0") not in section.tokens and "exponent" not in section.kinds


def _is_split(kinds: Sequence[str]) -> bool:
    """Say whether something stands among the digits."""
    digits = [place for place, kind in enumerate(kinds) if kind == "digit"]
    within = kinds[digits[0] : digits[-1]] if digits and not {"fraction", "exponent"} & {*kinds} else []
    return "literal" in within or within.count("point") > 1


def _write(section: _Section, value: Fraction) -> str:
    """Write the digits that a section shows; "" where they are not worked out."""
    kinds, absolute = section.kinds, abs(value)
    if "digit" not in kinds or "percent" in kinds:  # a percentage is told by its sign
        return ""
    places = kinds[kinds.index("point") :].count("digit") if "point" in kinds else 0
    below = next((text.strip("/ ") for kind, text in section.tokens if kind == "fraction"), "")
    sign = "-" if value < 0 else ""
    if below.isdecimal() and int(below):
        return f"{sign}{Fraction(round(absolute * int(below)), int(below))}"
    if below:
        return f"{sign}{absolute.limit_denominator(10 ** min(len(below), 6) - 1)}"
    number = Decimal(absolute.numerator) / Decimal(absolute.denominator)
    if "exponent" in kinds:
        places = max(kinds[kinds.index("point") : kinds.index("exponent")].count("digit"), 0) if "point" in kinds else 0
        return f"{sign}{number:.{places}e}"
    if number >= Decimal(10) ** 15:
        return ""
    return f"{sign}{number.quantize(Decimal(1).scaleb(-min(places, 12)), ROUND_HALF_UP)}"


def _choose(sections: Sequence[_Section], value: Fraction) -> tuple[_Section | None, bool]:
    """Return the section that shows a number, and whether the program writes a minus sign before it."""
    numeric = [each for each in sections[:3] if len(sections) == 1 or "text" not in each.kinds] or list(sections[:1])
    if any(each.condition for each in numeric):
        first = numeric[0]
        if first.condition is None and value <= 0:  # it is for what is above zero
            numeric = numeric[1:]
        return next((each for each in numeric if each.is_for(value)), None), True
    if len(numeric) > 2 and value == 0:
        return numeric[2], True
    if len(numeric) > 1 and value < 0:
        return numeric[1], False
    return numeric[0], True


@lru_cache(maxsize=1024)
def _parse(form: str) -> tuple[_Section, ...] | None:
    """Split a format into sections; None for what is none."""
    if len(form) > _LONGEST:
        return None
    tokens = [(found.lastgroup or "", found[found.lastgroup or 0]) for found in _TOKEN.finditer(form)]
    if form.strip().upper() in _AUTOMATIC:
        tokens = [("general", form)]
    parts: list[list[tuple[str, str]]] = [[]]
    for kind, text in tokens:
        if kind == "end":
            parts.append([])
        else:
            parts[-1].append((kind, text))
    return tuple(map(_make, parts)) if len(parts) <= _MOST_SECTIONS else None


def _make(parts: Sequence[tuple[str, str]]) -> _Section:
    tokens: list[tuple[str, str]] = []
    condition, is_white = None, False
    for kind, text in parts:
        if kind in {"quoted", "escaped", "fill"}:
            tokens.append(("literal", text))
        elif kind == "space":
            tokens.append(("literal", " "))
        elif kind != "bracket":
            tokens.append((kind, text))
        elif found := _CONDITION.fullmatch(text):
            condition = (found[1], Fraction(found[2]))
        elif _COLOUR.fullmatch(text.strip()):
            is_white = bool(_WHITE.fullmatch(text.strip()))
        elif found := _LOCALE.fullmatch(text.strip()):
            tokens.append(("literal", found["symbol"] or ""))
        else:  # hours, or what no one knows
            tokens.append(("letter", text))
    return _Section(tuple(tokens), condition, is_white)
