"""Every Chinese sentence that pages, documents and messages can say, with its place: `make sentences` lists them."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE, NOTEBOOKS = ROOT / "src/analysis", ROOT / "notebooks"
_SAY_NOTHING = (SOURCE / "exchange/circulars", SOURCE / "commands/city")
"""What the reader looks for, and data."""
_CHINESE = re.compile("[\u4e00-\u9fff]")


def list_sentences() -> Iterator[tuple[str, str]]:
    """Yield the place and the text of each: of modules (blanks to be filled in as they stand), templates, notebooks."""
    said_in_files = [path for kind in ("py", "j2", "js", "yml", "toml") for path in SOURCE.rglob(f"*.{kind}")]
    for path in sorted([*said_in_files, *NOTEBOOKS.iterdir()]):
        if path.suffix == ".yml" and any(folder in path.parents for folder in _SAY_NOTHING):
            continue
        text = path.read_text(encoding="utf-8")
        for number, said in _read(path.suffix, text):
            if _CHINESE.search(said):
                yield f"{path.relative_to(ROOT).as_posix()}:{number}", " ".join(said.split())


def _read(suffix: str, text: str) -> Iterator[tuple[int, str]]:
    if suffix == ".py":
        yield from sorted(_read_code(text))
    elif suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        yield from ((number, line) for number, cell in enumerate(cells, 1) for line in cell["source"])
    else:
        yield from enumerate(text.splitlines(), 1)


def _read_code(text: str) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module; what documents it and the parts of a longer text are none of their own."""
    tree = ast.parse(text)
    passed_over = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in passed_over:
            continue
        if isinstance(node, ast.JoinedStr):
            passed_over.update(map(id, ast.walk(node)))
            yield node.lineno, ast.unparse(node)[2:-1]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


if __name__ == "__main__":
    sys.stdout.writelines(f"{place}\t{said}\n" for place, said in list_sentences())
