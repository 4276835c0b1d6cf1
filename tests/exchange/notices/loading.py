"""Invented notices and what is true of them: README.md says what an entry holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
FRAMES = "frames.yml"
"""Opening and closing of whole notices: what stands around many a form."""

Fact = dict[str, Any]


@dataclass(frozen=True)
class Notice:
    """A text or a table, and the facts that a reader must, may and must never take from it."""

    id: str
    year: str = ""
    document: str = ""
    text: str = ""
    table: list[list[str]] = field(default_factory=list)
    merged: str = ""
    expect: list[Fact] = field(default_factory=list)
    may: list[Fact] = field(default_factory=list)
    never: list[Fact] = field(default_factory=list)
    same: list[list[str]] = field(default_factory=list)
    note: str = ""
    held: bool = False

    @property
    def facts(self) -> list[Fact]:
        return [fact for fact in self.expect if "measure" in fact]

    @property
    def lists(self) -> list[Fact]:
        return [fact for fact in self.expect if "list" in fact]


def _read(path: Path) -> list[dict[str, Any]]:
    """Everything is text as printed: 87.30 keeps its nought, 2032 is no number."""
    return yaml.load(path.read_bytes(), Loader=yaml.CBaseLoader) or []


def _frame(entry: dict[str, Any], frames: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Stand a form in the frame that it names."""
    entry = dict(entry)
    frame = dict(frames[entry.pop("within")])
    year = int(entry["year"][:4])
    said = {"{year}": str(year), "{last}": str(year - 1), "{next}": str(year + 1)}

    def fill(text: str) -> str:
        for name, value in said.items():
            text = text.replace(name, value)
        return text

    whole = fill(frame["head"]) + entry["text"] + fill(frame["tail"])
    facts = {key: [*frame.get(key, []), *entry.get(key, [])] for key in ("expect", "may", "never", "same")}
    return {**entry, **facts, "text": whole, "document": fill(frame["document"])}


@cache
def load_notices(held: bool) -> tuple[Notice, ...]:
    """Load the forms to work with, or those that are held back for the test."""
    folder = HERE / "held" if held else HERE
    frames = {frame["id"]: frame for frame in _read(folder / FRAMES)}
    entries = [entry for path in sorted(folder.glob("*.yml")) if path.name != FRAMES for entry in _read(path)]
    framed = [_frame(entry, frames) if "within" in entry else entry for entry in entries]
    return tuple(Notice(**entry, held=held) for entry in framed)
