"""Documents for tests: the kinds that come with the workbook, and one that holds every figure and table."""

from __future__ import annotations

from typing import Any

from analysis.documents.kinds import DocumentKind, Entry, list_available, load_kinds
from analysis.exhibits.exhibit import EXHIBITS
from tests.conftest import ROOT

KINDS = load_kinds(ROOT / "data")
APPENDIX = KINDS["附件"]


def kind_of_items(*items: Entry, **said: Any) -> DocumentKind:
    """A document of its own."""
    return DocumentKind(name="文件", items=list(items), **({"title": "{year}文件", "contents": True} | said))


def list_all() -> list[Entry]:
    """Every figure and table that is about no unit."""
    names = {part: list_available(part) for part in ("chart", "table")}
    kinds = {"chart": "figure", "table": "table"}
    return [
        Entry.model_validate({kinds[part]: name})
        for part in names
        for name in names[part]
        if "unit" not in EXHIBITS[name].needs
    ]
