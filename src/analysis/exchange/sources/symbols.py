"""Signs of fonts that have no letters: what a reader takes them for."""

_SYMBOL = {
    0xA3: "≤", 0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB7: "·", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈",
    0xBC: "…", 0xAD: "↑", 0xAF: "↓", 0xAB: "↔", 0xAC: "←", 0xAE: "→", 0xE5: "∑", 0xA5: "∞",
}  # fmt: skip
_WINGDINGS = {
    0xFC: "√", 0xFB: "×", 0xFE: "√", 0xFD: "×", 0xA8: "□", 0x6F: "□", 0x6E: "■", 0x6C: "●", 0xA1: "○", 0xAB: "★",
    0x75: "◆", 0xD8: "➢", 0x4A: "", 0xE0: "→", 0xE8: "➔",
    **{0x81 + place: chr(0x2460 + place) for place in range(10)},
    **{0x8C + place: chr(0x2776 + place) for place in range(10)},
}  # fmt: skip
_WINGDINGS_2 = {0x50: "√", 0x4F: "×", 0x52: "√", 0x51: "×", 0xA3: "□", 0x97: "●"}
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}
_PRIVATE = 0xF000
"""What is added to a sign's place in such a font."""


def read_symbol(font: str, code: str) -> str | None:
    """Return the character that looks like a sign of a font; None if it is not known.

    Examples
    --------
    >>> read_symbol("Wingdings", "F0FC"), read_symbol("Symbol", "F0B3"), read_symbol("Webdings", "F021")
    ('√', '≥', None)
    """
    try:
        place = int(code, 16)
    except ValueError:
        return None
    signs = _FONTS.get(font.strip().casefold())
    if signs is None:  # a character of an ordinary font, written by its number
        return chr(place) if 0x20 <= place < 0xD800 else None
    place -= _PRIVATE if place >= _PRIVATE else 0
    if signs is _SYMBOL and 0x20 <= place < 0x40:  # digits and signs of ASCII stand where they do there
        return chr(place)
    return signs.get(place)
