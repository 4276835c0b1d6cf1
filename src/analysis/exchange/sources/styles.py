"""How the text of a .docx looks: what is said of a run itself, of its styles, and of the document as a whole."""

from collections.abc import Iterator
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""The namespace of Word's elements."""
_SMALLEST = 8
"""Half points of a text that can be seen."""
_WHITEST = 0xF0
"""What each part of a colour has at least that cannot be told from white paper."""
_LONGEST_CHAIN = 20
"""Styles that a style is based on, one on the other."""
_LONGEST_NUMBER = 12
_OFF = {"0", "false", "off", "none"}


def child(element: Any, *names: str) -> Any:
    """Return what stands in an element under names, one in the other; None if it is not there."""
    for name in names:
        element = None if element is None else element.find(W + name)
    return element


def value(element: Any, *names: str, of: str = "val", default: str = "") -> str:
    """Return an attribute of what stands in an element under names (see `child`)."""
    found = child(element, *names)
    return default if found is None else str(found.get(W + of, default))


def number(text: str, default: int = 0) -> int:
    """Return what a text counts, if it does."""
    try:
        return int(text) if len(text) < _LONGEST_NUMBER else default
    except ValueError:
        return default


def is_on(mark: Any) -> bool:
    """Say whether a mark that switches something on is there, and does."""
    return mark is not None and mark.get(f"{W}val") not in _OFF


class Styles:
    """The styles of a document.

    Parameters
    ----------
    root : element or None
        Of the part that holds them.
    """

    def __init__(self, root: Any) -> None:
        styles = [] if root is None else root.findall(f"{W}style")
        self._styles = {each.get(f"{W}styleId"): each for each in styles}
        self._usual = {each.get(f"{W}type"): each for each in styles if each.get(f"{W}default") in {"1", "true", "on"}}
        self._defaults = child(root, "docDefaults", "rPrDefault", "rPr")

    def _chain(self, name: str, kind: str) -> Iterator[Any]:
        """Go through a style, or the usual one of its kind, and those that it is based on."""
        style = self._styles.get(name, self._usual.get(kind))
        for _ in range(_LONGEST_CHAIN):
            if style is None:
                return
            yield style
            style = self._styles.get(value(style, "basedOn"))

    def _looks(self, run: Any, paragraph: Any) -> Iterator[Any]:
        """Go through what is said of how a run looks, the nearest first."""
        own = child(run, "rPr")
        yield own
        if own is not None and child(own, "rStyle") is not None:
            yield from (child(each, "rPr") for each in self._chain(value(own, "rStyle"), "character"))
        yield from (child(each, "rPr") for each in self._chain(value(paragraph, "pPr", "pStyle"), "paragraph"))
        yield self._defaults

    def _find(self, run: Any, paragraph: Any, name: str) -> Any:
        found = (child(looks, name) for looks in self._looks(run, paragraph))
        return next((each for each in found if each is not None), None)

    def fault(self, run: Any, paragraph: Any) -> str:
        """Say why a reader does not see a run's text, or not for what it is; "" if there is nothing to say.

        Parameters
        ----------
        run, paragraph : element

        Returns
        -------
        str
            隐藏的, 有删除线的, 太小的, 白色的: nobody sees it, or it does not count; 上标或下标: read on, it may make
            another number of the one beside it.
        """
        for fault, names in {"隐藏的": ("vanish",), "有删除线的": ("strike", "dstrike")}.items():
            if any(is_on(self._find(run, paragraph, name)) for name in names):
                return fault
        size = self._find(run, paragraph, "sz")
        if size is not None and number(str(size.get(f"{W}val")), _SMALLEST) < _SMALLEST:
            return "太小的"
        if self._is_white(run, paragraph):
            return "白色的"
        place = self._find(run, paragraph, "vertAlign")
        is_moved = place is not None and place.get(f"{W}val") in {"superscript", "subscript"}
        return "上标或下标" if is_moved else ""

    def _is_white(self, run: Any, paragraph: Any) -> bool:
        """Say whether a run is white on white; headers of tables are white on a ground that their style may give."""
        colour = self._find(run, paragraph, "color")
        written = "" if colour is None else str(colour.get(f"{W}val"))
        if not is_white(written) or next(run.iterancestors(f"{W}tc"), None) is not None:
            return False
        grounds = (self._find(run, paragraph, "shd"), child(paragraph, "pPr", "shd"))
        if any(ground is not None and not is_white(_fill_of(ground)) for ground in grounds):
            return False
        return self._find(run, paragraph, "highlight") is None

    def numbering(self, paragraph: Any) -> tuple[str, int]:
        """Return which list a paragraph is numbered in, and on which level; "" if in none."""
        own = child(paragraph, "pPr", "numPr")
        list_name, level = value(own, "numId"), value(own, "ilvl")
        for style in self._chain(value(paragraph, "pPr", "pStyle"), "paragraph"):
            list_name = list_name or value(style, "pPr", "numPr", "numId")
            level = level or value(style, "pPr", "numPr", "ilvl")
        return ("", 0) if list_name == "0" else (list_name, number(level))

    def stands_in(self, paragraph: Any) -> bool:
        """Say whether the first line of a paragraph stands in, as one does that begins anew."""
        styles = self._chain(value(paragraph, "pPr", "pStyle"), "paragraph")
        said = [child(each, "pPr", "ind") for each in (paragraph, *styles)]
        for name in (f"{W}firstLineChars", f"{W}firstLine"):
            first = next((each.get(name) for each in said if each is not None and each.get(name)), "0")
            if number(first) > 0:
                return True
        return False

    def list_of(self, name: str) -> str:
        """Return which list a style of lists stands for."""
        return value(self._styles.get(name), "pPr", "numPr", "numId")


def _fill_of(ground: Any) -> str:
    fill = str(ground.get(f"{W}fill", "FFFFFF"))
    return "FFFFFF" if fill == "auto" else fill


def is_white(colour: str) -> bool:
    """Say whether a colour such as FFFFFF cannot be told from white paper.

    Examples
    --------
    >>> is_white("FEFEFE"), is_white("FF0000"), is_white("auto")
    (True, False, False)
    """
    try:
        parts = bytes.fromhex(colour)
    except ValueError:
        return False
    return len(parts) == 3 and min(parts) >= _WHITEST
