"""What of a web page nobody sees, or does not count: by attributes, styles, and the style sheets in the page."""

import re
from typing import Any

from analysis.exchange.sources.styles import is_white
from analysis.texts import FileError

_HIDING = re.compile(
    r"(?:^|[;\s{])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)"
    r"|font-size\s*:\s*[01](?:\.\d+)?(?:px|pt)?\s*(?:;|!|$))",
    re.IGNORECASE,
)
_INDENTING = re.compile(r"text-indent\s*:\s*0*\.?[1-9]", re.IGNORECASE)
_STRIKING = re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through", re.IGNORECASE)
_RAISING = re.compile(r"vertical-align\s*:\s*(?:super|sub)\b", re.IGNORECASE)
_COLOUR = re.compile(r"(?:^|[;\s])color\s*:\s*(#[0-9a-f]{3,6}|white|rgb\([\d\s,]+\))", re.IGNORECASE)
_AT_RULE = re.compile(r"@[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_SELECTOR = re.compile(r"([a-z][\w-]*)?(?:([.#])([\w-]+))?", re.IGNORECASE)
_LONGEST_SHEET, _SHOWN = 500_000, 20


class HiddenRules:
    """The simple rules of a style sheet that hide something, or have lines stand in: of a tag, a class or an id.

    Parameters
    ----------
    sheet : str
    """

    def __init__(self, sheet: str) -> None:
        self._hidden, self._indented = set[tuple[str, str, str]](), set[tuple[str, str, str]]()
        for selectors, body in _RULE.findall(_AT_RULE.sub("", sheet[:_LONGEST_SHEET])):
            for rules, pattern in ((self._hidden, _HIDING), (self._indented, _INDENTING)):
                for each in selectors.split(",") if pattern.search(body) else ():
                    if found := _SELECTOR.fullmatch(each.strip()):
                        rules.add((str(found[1] or "").lower(), found[2] or "", found[3] or ""))

    def hides(self, element: Any) -> bool:
        """Say whether a rule hides an element."""
        return _are_of(self._hidden, element)

    def indents(self, element: Any) -> bool:
        """Say whether an element or a rule has its first line stand in."""
        return bool(_INDENTING.search(element.get("style", ""))) or _are_of(self._indented, element)


def _are_of(rules: set[tuple[str, str, str]], element: Any) -> bool:
    """Say whether one of the rules is of an element."""
    if not rules:
        return False
    marks = [("", ""), ("#", element.get("id", "")), *((".", name) for name in element.get("class", "").split())]
    tags = ("", str(element.tag))
    return any((tag, *mark) in rules for tag in tags for mark in marks if tag or mark[0])


def say_hidden(element: Any, rules: HiddenRules) -> str:
    """Say why a reader does not see an element, or takes it for deleted; "" if it counts.

    Parameters
    ----------
    element : element of a page
    rules : HiddenRules

    Returns
    -------
    str

    Raises
    ------
    FileError
        If it has raised or lowered digits, which may be part of the number beside them.
    """
    style = str(element.get("style", ""))
    if element.get("hidden") is not None or _HIDING.search(style) or rules.hides(element):
        return "隐藏的"
    if element.tag in {"s", "strike", "del"} or _STRIKING.search(style):
        return "有删除线的"
    if _is_white_text(element, style):
        return "白色的"
    if element.tag in {"sup", "sub"} or _RAISING.search(style):
        text = "".join(element.itertext()).strip()
        if any(map(str.isdigit, text)):
            raise FileError(f"里“{text[:_SHOWN]}”是上标或下标，不知道算不算数", "改成普通的文字；不要的删去")
    return ""


def _is_white_text(element: Any, style: str) -> bool:
    """Say whether a text is white, with nothing around it that may be a ground."""
    found = _COLOUR.search(style)
    written = found[1].lower() if found else str(element.get("color", "")).lower() if element.tag == "font" else ""
    if not is_white(_as_hex(written)):
        return False
    around = [element, *element.iterancestors()]
    return not any("background" in each.get("style", "") or each.get("bgcolor") or each.tag == "td" for each in around)


def _as_hex(colour: str) -> str:
    """Write a colour as six digits."""
    if colour == "white":
        return "ffffff"
    if colour.startswith("rgb"):
        parts = [min(int(each), 255) for each in re.findall(r"\d{1,3}", colour)[:3]]
        return bytes(parts).hex()
    bare = colour.removeprefix("#")
    return "".join(each * 2 for each in bare) if len(bare) == 3 else bare
