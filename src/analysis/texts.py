"""What any text of the data may hold: characters a reader can see, and not more of them than a reader would read."""

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import islice, pairwise

MOST_CHARACTERS = 3_000
"""No name, reason or note is longer; a longer one is a file in the wrong place."""

LONGEST_NAME = 40
"""Characters of a name that stands in charts: of a unit, group, component, part, rating, grade or assessor."""

_NAMED = 5
"""Units, files and the like that a sentence names one by one."""

_MEANT = 3
"""Names that are proposed for one that is not known."""

_MOST_COMPARED = 100_000
"""Pairs of names that are compared for their likeness: in a few seconds."""

_INVISIBLE, _MARKS = {"Cc", "Cf", "Cs", "Zl", "Zp"}, {"Mn", "Mc", "Me"}
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
_BLANKS = re.compile(f"[{_BLANK}]")
"""Letters and marks that show nothing: fillers of Korean, the blank of Braille, selectors of another shape."""
_DOUBTFUL = re.compile(f"[{_BLANK}\u2e80-\u2fd5\uf900-\ufaff\U0002f800-\U0002fa1f]")
"""These, and radicals and compatibility forms, which look just like an ordinary character and are none."""
_RADICALS = dict(
    zip("⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻥⻦⻨⻩⻬⻮⻰⻳", "西见角贝车长门青页风飞食马鱼鸟麦黄齐齿龙龟", strict=True)
)
"""Those in use that Unicode does not trace to the character."""

_HALF_WIDTH = str.maketrans({chr(ord(plain) + 0xFEE0): plain for plain in "0123456789.+-%"})


class FileError(Exception):
    """A file is not what its name says, or more than is read; `rule` and `fix` are for the reader, `row` is where."""

    def __init__(self, rule: str, fix: str, row: int | None = None) -> None:
        super().__init__(rule)
        self.rule, self.fix, self.row = rule, fix, row


def with_plain_ends(content: bytes) -> bytes:
    r"""End the lines of a text as all but Windows do; a copy that differs in nothing else becomes the same.

    Examples
    --------
    >>> with_plain_ends(b"unit_id,name\r\n")
    b'unit_id,name\n'
    """
    return content.replace(b"\r\n", b"\n")


def count_ems(text: str) -> float:
    """Say how wide a text is, in Chinese characters; others are about half as wide.

    Examples
    --------
    >>> count_ems("优秀7个")
    4.65
    """
    return sum(1.0 if unicodedata.east_asian_width(each) in "WFA" else 0.55 for each in text)


def break_in_two(text: str, ems: float) -> str:
    r"""Break a text that is wider than so many Chinese characters into two lines of about the same width.

    Examples
    --------
    >>> break_in_two("新华区", 3), break_in_two("国家税务总局示例市税务局", 8)
    ('新华区', '国家税务总局\n示例市税务局')
    """
    whole = count_ems(text)
    if whole <= ems:
        return text
    middle = next(place for place in range(len(text) + 1) if count_ems(text[:place]) >= whole / 2)
    return f"{text[:middle]}\n{text[middle:].lstrip()}"


def find_fault(text: str) -> tuple[str, str] | None:
    """Say what is wrong with a text, whatever it stands for.

    Parameters
    ----------
    text : str

    Returns
    -------
    rule, mending : str
        None if nothing is wrong.
    """
    if len(text) > MOST_CHARACTERS:
        return f"有{len(text)}个字，最多{MOST_CHARACTERS}个", "缩短"
    if not any(map(_is_suspect, set(text))):
        return None
    return next(filter(None, (_fault_of(each, before) for before, each in pairwise(f" {text}"))), None)


def _fault_of(character: str, before: str) -> tuple[str, str] | None:
    """Say what is wrong with a character that follows another."""
    kind, code = unicodedata.category(character), f"U+{ord(character):04X}"
    if (kind in _INVISIBLE and character not in "\n\t") or _BLANKS.match(character):
        return f"有看不见的控制字符（{code}）", "删去重填"
    if kind in _MARKS and not (before.isalnum() or unicodedata.category(before) in _MARKS):
        return f"有单独的附加符号（{code}）", "删去重填"
    plain = find_ordinary(character)
    if plain != character:
        return f"“{character}”不是通用的“{plain}”字（{code}，多半是从 PDF 复制来的）", f"改为“{plain}”"
    is_radical = "\u2e80" <= character <= "\u2fdf"
    return (f"“{character}”是部首，不是字（{code}）", "改为通用的字") if is_radical else None


def find_ordinary(character: str) -> str:
    """Return the character that a radical or a compatibility form looks like; any other is that itself.

    Examples
    --------
    >>> find_ordinary("\u2f12"), find_ordinary("力")
    ('力', '力')
    """
    known = _RADICALS.get(character, character)
    return unicodedata.normalize("NFKC", known) if _DOUBTFUL.match(known) else known


ORDINARY = {
    code: plain
    for code in (*range(0x2E80, 0x2FD6), *range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20))
    if (plain := find_ordinary(chr(code))) != chr(code)
}
"""Of every character that looks like an ordinary one, that, as `str.translate` takes it."""


def _is_suspect(character: str) -> bool:
    """Say whether a text with this character may have a fault."""
    return unicodedata.category(character) in _INVISIBLE | _MARKS or bool(_DOUBTFUL.match(character))


def find_faults(texts: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Say what is wrong with those of many texts that have a fault (see `find_fault`)."""
    if max(map(len, texts), default=0) <= MOST_CHARACTERS and not any(map(_is_suspect, set("".join(texts)))):
        return {}  # as nearly always: seen at a glance
    return {text: fault for text in set(texts) if (fault := find_fault(text))}


def split_rows(text: str) -> Iterator[list[str]]:
    """Split the text of a CSV file into rows of cells, at the line ends that spreadsheets write and no others.

    Within a cell a line ends the same whichever way the file's lines do.

    Parameters
    ----------
    text : str

    Yields
    ------
    list of str

    Raises
    ------
    FileError
    """
    count, plain = 0, text.replace("\r\n", "\n")
    try:
        for row in csv.reader(io.StringIO(plain, newline=""), strict=True):
            count += 1
            yield row
    except csv.Error as error:
        rule, fix = "读不成表格", "检查引号是否成对"
        if "field limit" in str(error):
            rule, fix = f"有一格超过{csv.field_size_limit()}字", f"缩短，或{fix}"
        raise FileError(rule, fix, count + 1) from error


def with_plain_digits(text: str) -> str:
    """Put half-width digits, points, signs and percent signs in place of full-width ones, and nothing else."""
    return text.translate(_HALF_WIDTH)


def look_of(text: str) -> str:
    """Return what all texts have in common that look the same: of any width, with spaces that are not seen.

    Examples
    --------
    >>> look_of("甲县（市）"), look_of("甲县 (市) ")
    ('甲县(市)', '甲县 (市)')
    """
    return " ".join(unicodedata.normalize("NFKC", text).split())


def find_twins(names: Iterable[str]) -> list[str]:
    """List the names that look like one before, or are one.

    Examples
    --------
    >>> find_twins(["甲", "乙（局）", "乙(局)"])
    ['乙(局)']
    """
    seen, twins = set[str](), list[str]()
    for name in names:
        look = look_of(name)
        twins += [name] if look in seen else []
        seen.add(look)
    return twins


def suggest(names: Iterable[str], known: Collection[str], likeness: float) -> dict[str, list[str]]:
    """Find what unknown names may be meant for: of many, of the first; who has more has taken the wrong file.

    Parameters
    ----------
    names, known : collection of str
    likeness : float
        That a suggestion has at least, from 0 to 1.

    Returns
    -------
    dict of name to list of known names, the most alike first

    Examples
    --------
    >>> suggest(["市司法据", "丁"], ["市司法局", "市财政局"], 0.5)
    {'市司法据': ['市司法局', '市财政局'], '丁': []}
    """
    few = islice(names, _MOST_COMPARED // max(len(known), 1))
    return {name: get_close_matches(name, known, n=_MEANT, cutoff=likeness) for name in few}


def name_some(things: Sequence[str]) -> str:
    """Name the first of some things, and say how many there are if those are not all.

    Examples
    --------
    >>> name_some(["甲", "乙"]), name_some("甲乙丙丁戊己")
    ('甲、乙', '甲、乙、丙、丁、戊等6个')
    """
    return name_first(things) + (f"{len(things)}个" if len(things) > _NAMED else "")


def name_first(things: Sequence[str], mark: str = "、") -> str:
    """Name the first of some things, where how many there are is told beside.

    Parameters
    ----------
    things : sequence of str
    mark : str
        Stands between them.

    Examples
    --------
    >>> name_first(["甲", "乙"]), name_first("甲乙丙丁戊己")
    ('甲、乙', '甲、乙、丙、丁、戊等')
    """
    return mark.join(things[:_NAMED]) + ("等" if len(things) > _NAMED else "")


def legible(text: str) -> str:
    """Write what cannot be seen, or stands for no character at all, as an escape."""
    return "".join(each if each.isprintable() and not _BLANKS.match(each) else ascii(each)[1:-1] for each in text)


def name_path(path: object) -> str:
    """Write a path, or whatever a user gave for one, so that it stands in a sentence (see `legible`)."""
    return legible(str(path))


def legible_lines(text: str) -> str:
    r"""Write what would do something to a terminal, or to the order of letters, as an escape; keep lines and spaces.

    Examples
    --------
    >>> legible_lines("一　二\n三\x1b[2J\u202e")
    '一\u3000二\n三\\x1b[2J\\u202e'
    """
    if text.isprintable():
        return text
    return "".join(each if each == "\n" or unicodedata.category(each) == "Zs" else legible(each) for each in text)
