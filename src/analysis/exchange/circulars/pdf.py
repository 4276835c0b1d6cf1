"""Read the text of a .pdf, from standard input, in a process that may not take more than its share of memory.

Run as a script that knows nothing but pypdf: it starts fast, and what a crafted file does to it ends with it.
"""

import io
import json
import logging
import os
import sys
from contextlib import suppress

LONGEST = 100_000
"""Characters of text beyond which it is no circular."""
TOO_LARGE = 3
"""What the process returns when memory was not enough."""
_MEMORY = 900_000_000
_MOST_PAGES, _MOST_OPERATIONS, _BYTES_OF_AN_OPERATION = 500, 400_000, 50

_SILENT, _SHOWN = {"/Link", "/Popup", "/PrinterMark", "/TrapNet"}, 5
"""What lies on a page and says nothing; pages that a note names one by one."""


class _RefusalError(Exception):
    def __init__(self, rule: str, fix: str = "只留通报正文") -> None:
        super().__init__(rule)
        self.said = {"rule": rule, "fix": fix}


def read_pages(content: bytes) -> dict[str, str]:
    """Read the text of all pages.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    dict of str
        The `text`, and a `note` of what its readers see and is not in it; "" if that is nothing.
    """
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks on damage are for programmers
    reader = PdfReader(io.BytesIO(content))
    if len(reader.pages) > _MOST_PAGES:
        raise _RefusalError(f"有 {len(reader.pages)} 页，最多 {_MOST_PAGES} 页，不像一份通报")
    texts: list[str] = []
    noted: list[str] = []
    drawn = 0

    def count(*_: object) -> None:
        nonlocal drawn
        drawn += 1
        if drawn > _MOST_OPERATIONS:
            raise _RefusalError("里要画的东西太多，不像一份通报", "只留通报正文，或存为 .txt")

    for page in reader.pages:
        contents = page.get_contents()
        drawn += 0 if contents is None else len(contents.get_data()) // _BYTES_OF_AN_OPERATION
        count()
        texts.append(page.extract_text(visitor_operand_before=count))
        if any(each.get_object().get("/Subtype") not in _SILENT for each in page.annotations or ()):
            noted.append(str(len(texts)))
        if sum(map(len, texts)) > LONGEST:  # refused for its length, without reading the rest
            break
    where = "、".join(noted[:_SHOWN]) + (" 等" if len(noted) > _SHOWN else "")
    note = f"没有读第 {where} 页的批注、删改标记或填写的表单，请对照原文核对" if noted else ""
    return {"text": "\n".join(texts), "note": note}


def _main() -> int:
    with suppress(ImportError, ValueError, OSError):  # not on every system
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    try:
        said = read_pages(sys.stdin.buffer.read())
    except _RefusalError as refusal:
        said = refusal.said
    except MemoryError:
        return TOO_LARGE
    sys.stdout.buffer.write(json.dumps(said).encode())
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    os._exit(_main())  # what is left of a large file is not tidied up first
