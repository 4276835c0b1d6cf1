"""Text out of bytes: as UTF-8, or told to be read otherwise, or refused; never a wrong reading in silence."""

import re
from typing import NamedTuple

from analysis.texts import FileError, legible

_MEND = "在记事本或 WPS 里打开，核对无误后另存为 UTF-8（表格另存为“CSV UTF-8”）"
_UNKNOWN = "文字编码既不是 UTF-8 也不是 GB18030"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
"""How UTF-16 and UTF-32 begin."""
_BOM = "\ufeff"
_FOREIGN = re.compile(rb"[\x80-\xff]+")
_CHARACTERS = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
"""Those of UTF-8 that are not ASCII."""
_CHINESE = re.compile("[\u3400-\u9fff]")
_USUAL = 0.8
"""Share of the Chinese characters of a text in GB18030 that are in GB 2312: of other encodings read so it is less."""
_SHOWN = 12
"""Characters of a text that show how it is read."""


class Decoded(NamedTuple):
    """A text, and how it was read, if not as UTF-8."""

    text: str
    note: str = ""


def decode_text(content: bytes) -> Decoded:
    """Decode a text file as UTF-8, with or without a byte order mark, or as GB18030, which is then told.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    Decoded

    Raises
    ------
    FileError
        If it is in neither, or is so in parts; with the line.

    Examples
    --------
    >>> decode_text("甲县,90".encode()).text, decode_text("甲县,90".encode("gbk")).text
    ('甲县,90', '甲县,90')
    >>> decode_text("甲县,90".encode("gbk")).note
    '不是 UTF-8 编码，按 GB18030 读作“甲县”'
    """
    if content.startswith(_WIDE):
        raise FileError(_UNKNOWN, f"像是 UTF-16（“Unicode 文本”）：{_MEND}")
    if b"\0" in content:
        raise _at(content, content.index(b"\0"), f"有看不见的空字节：{_UNKNOWN}，像是 UTF-16，或已损坏")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _decode_otherwise(content, error.start)
    if _BOM in text:
        at = text.encode().index(_BOM.encode())
        raise _at(
            text.encode(), at, "中间有字节顺序标记（BOM），像是几个文件拼成的", "删去拼接处看不见的字符，或分开存"
        )
    return Decoded(text, _doubt(content, text))


def _decode_otherwise(content: bytes, start: int) -> Decoded:
    """Decode what is no UTF-8 from a byte on."""
    foreign = sum(map(len, _FOREIGN.findall(content)))
    if 2 * sum(map(len, _CHARACTERS.findall(content))) > foreign:
        raise _at(content, start, "文字编码不一：大部分是 UTF-8，这里不是；文件损坏了，或几种编码混在一起")
    for run in _FOREIGN.finditer(content):
        if _is_chinese_in_utf8(run[0]):
            raise _at(content, run.start(), "文字编码不一：这里是 UTF-8，别处不是；几种编码混在一起")
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError as error:
        raise _at(content, error.start, _UNKNOWN) from error
    chinese = _CHINESE.findall(text)
    rare = [each for each in chinese if not _is_usual(each)]
    nonsense = any(each > "\x7f" and not (each.isprintable() or each.isspace()) for each in text)
    if not chinese or nonsense or len(rare) > (1 - _USUAL) * len(chinese):
        what = f"按 GB18030 读出的多是生僻字或不成字（如“{legible(_sample(text))}”），像是 Big5 等别的编码"
        raise _at(content, start, f"{_UNKNOWN}：{what}")
    told = f"，其中有生僻字“{'、'.join(dict.fromkeys(rare[:_SHOWN]))}”，请核对" if rare else ""
    return Decoded(text, f"不是 UTF-8 编码，按 GB18030 读作“{_sample(text)}”{told}")


def _doubt(content: bytes, text: str) -> str:
    """Say how a text in UTF-8 would be read as GB18030, if it may as well be that: a few short words can be both."""
    if any(each > "\u07ff" for each in text) or not re.search("[\x80-\u07ff]{2}", text):
        return ""
    try:
        other = content.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    if not all(_is_usual(each) for each in other if each > "\x7f"):
        return ""
    return f"按 UTF-8 读作“{_sample(text)}”；如果应为“{_sample(other)}”，请另存为 UTF-8"


def _is_chinese_in_utf8(run: bytes) -> bool:
    """Say whether bytes are two or more Chinese characters in UTF-8, all of them usual: in GB18030 hardly any are."""
    try:
        text = run.decode()
    except UnicodeDecodeError:
        return False
    return len(text) > 1 and all(each > "\u2fff" and _is_usual(each) for each in text)


def _is_usual(character: str) -> bool:
    try:
        return bool(character.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def _sample(text: str) -> str:
    """Show the first words that are not ASCII."""
    return "、".join(re.findall("[^\x00-\x7f]+", text))[:_SHOWN]


def _at(content: bytes, position: int, rule: str, fix: str = _MEND) -> FileError:
    line = content.count(b"\n", 0, position) + 1
    byte = position - content.rfind(b"\n", 0, position)
    return FileError(f"这一行第{byte}个字节起，{rule}", fix, line)
