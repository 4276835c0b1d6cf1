"""Text out of a file of any format that print comes in: what it is, its content says, not its name."""

import re
from pathlib import Path

from analysis.exchange.decoding import decode_text
from analysis.exchange.files import CIRCULAR, read_once
from analysis.exchange.sources.apart import read_apart
from analysis.exchange.sources.binary import TOO_OLD
from analysis.exchange.sources.conversion import convert_to_docx
from analysis.exchange.sources.furniture import LINE_ENDS
from analysis.exchange.sources.parts import LONGEST, Part, Source, join
from analysis.exchange.sources.scan import read_scan
from analysis.problems import WorkbookError, tell_refusal
from analysis.texts import FileError, name_path

__all__ = ["Source", "read_source"]

_SUFFIXES = {
    ".txt": "txt", ".docx": "docx", ".pdf": "pdf", ".html": "html", ".htm": "html", ".doc": "doc", ".wps": "doc",
    ".ofd": "ofd", ".png": "picture", ".jpg": "picture", ".jpeg": "picture",
}  # fmt: skip
_NAMES = {
    "txt": "纯文本", "docx": ".docx", "pdf": ".pdf", "html": "网页", "doc": ".doc", "ofd": ".ofd", "picture": "图片",
}  # fmt: skip
_SAVE_AS_TEXT = "在能打开它的程序里另存为 .docx 或 .txt"
_FOREIGN = {
    b"{\\rtf": ("是 RTF 文件", "在 Word 或 WPS 里打开，另存为 .docx"),
    b"MIME-Version:": ("是单个文件的网页（MHT）", "在浏览器里另存为“网页，仅 HTML”，或另存为 .docx"),
    b"GIF8": ("是 GIF 图片", "另存为 .png"),
    b"II*\0": ("是 TIFF 图片", "另存为 .png 或 .pdf"),
    b"MM\0*": ("是 TIFF 图片", "另存为 .png 或 .pdf"),
    b"Rar!": ("是压缩包", "解开，读里面的文件"),
    b"7z\xbc\xaf": ("是压缩包", "解开，读里面的文件"),
}
"""How files begin that are not read, what they are, and what to do."""
_HEAD = 1024
"""Bytes among which a .pdf or a web page says what it is."""
_PAGE, _TAG = re.compile(rb"<(?:!doctype\s+html|html)\b", re.IGNORECASE), re.compile(rb"<\0?[a-z!/]", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|table|div|p)\b", re.IGNORECASE)


def read_source(path: Path) -> Source:
    """Read the text of a file, whatever print came in.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Source
        Its notes say what was doubtful or left out.

    Raises
    ------
    WorkbookError
        If the file is missing, too large, of another kind, damaged, or has no text.
    """
    named, shown = _SUFFIXES.get(path.suffix.lower()), name_path(path)
    if named is None:
        raise WorkbookError(f"“{shown}”不是能读的格式（{'、'.join(_SUFFIXES)}）。请{_SAVE_AS_TEXT}。")
    if not path.is_file():
        raise WorkbookError(f"没有文件“{shown}”。请核对路径。")
    try:
        content = read_once(path, CIRCULAR)
        kind = _kind_of(content, named)
        source = _read(content, kind)
    except FileError as error:
        where = f"第{error.row}行：" if error.row else ""
        raise WorkbookError(f"“{shown}”{where}{error.rule}。请{error.fix}。") from error
    except OSError as error:
        raise WorkbookError(tell_refusal(error, path)) from error
    if len(source.text) > LONGEST:
        raise WorkbookError(f"“{shown}”有{len(source.text)}字，不像一份通报。请只留通报正文。")
    if not source.text.strip():
        raise WorkbookError(f"“{shown}”里没有文字。请核对是不是通报；扫描件存为 .pdf、.png 或 .jpg 再读。")
    if kind == named:
        return source
    note = f"扩展名是 {path.suffix}，内容是{_NAMES[kind]}，按{_NAMES[kind]}来读"
    return Source(source.text, source.places, (note, *source.notes), source.by_ocr)


def _kind_of(content: bytes, named: str) -> str:
    """Say what a file is by its content.

    Raises
    ------
    FileError
        If it is something that is not read.
    """
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    for start, (rule, fix) in _FOREIGN.items():
        if head.startswith(start):
            raise FileError(rule, fix)
    if head.startswith(b"\x89PNG\r\n") or head.startswith(b"\xff\xd8\xff"):
        return "picture"
    if content.startswith(bytes.fromhex("D0CF11E0A1B11AE1")):
        return "docx" if "EncryptedPackage".encode("utf-16-le") in content else "doc"
    if b"%PDF-" in content[:_HEAD]:
        return "pdf"
    if content.startswith(b"PK\3\4"):
        return "ofd" if b"OFD.xml" in content else "docx"
    if named == "txt" or (named == "html" and not _TAG.search(content)):
        return "html" if _PAGE.match(head) else "txt"
    return "html" if _MARKUP.search(head) else named


def _read(content: bytes, kind: str) -> Source:
    if kind == "txt":
        return read_text(content)
    if kind == "picture":
        return read_scan(content)
    if kind == "doc":
        return _read_older(content)
    source = read_apart(kind, content)
    return read_scan(content) if kind == "pdf" and not source.text.strip() else source


def _read_older(content: bytes) -> Source:
    """Read a .doc or .wps; of one that is too old, LibreOffice may make a .docx."""
    try:
        return read_apart("doc", content)
    except FileError as error:  # what is damaged or locked is refused: LibreOffice would make something of it
        converted = convert_to_docx(content) if error.rule == TOO_OLD else None
        if converted is None:
            raise
    source = read_apart("docx", converted)
    note = "由 LibreOffice 转成 .docx 再读，请对照原文核对"
    return Source(source.text, source.places, (note, *source.notes))


def read_text(content: bytes) -> Source:
    """Read a text file, line by line (see `decode_text`)."""
    text, note = decode_text(content)
    lines = LINE_ENDS.split(text)
    return join((Part(f"第{count}行", line) for count, line in enumerate(lines, 1)), [note] if note else [])
