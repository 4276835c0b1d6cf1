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


class _RefusalError(Exception):
    def __init__(self, rule: str, fix: str = "只留通报正文") -> None:
        super().__init__(rule)
        self.said = {"rule": rule, "fix": fix}


def read_pages(content: bytes) -> str:
    """Read the text of all pages.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    str
    """
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks on damage are for programmers
    reader = PdfReader(io.BytesIO(content))
    if len(reader.pages) > _MOST_PAGES:
        raise _RefusalError(f"有 {len(reader.pages)} 页，最多 {_MOST_PAGES} 页，不像一份通报")
    texts: list[str] = []
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
        if sum(map(len, texts)) > LONGEST:  # refused for its length, without reading the rest
            break
    return "\n".join(texts)


def _main() -> int:
    with suppress(ImportError, ValueError, OSError):  # not on every system
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    try:
        said = {"text": read_pages(sys.stdin.buffer.read())}
    except _RefusalError as refusal:
        said = refusal.said
    except MemoryError:
        return TOO_LARGE
    sys.stdout.buffer.write(json.dumps(said).encode())
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    os._exit(_main())  # what is left of a large file is not tidied up first
