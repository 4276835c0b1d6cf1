"""What a record is written with: frames, pages and files as plain JSON. Nothing here knows the workbook."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from bs4 import BeautifulSoup, Tag

_TEXTS = ["h1", "h2", "h3", "p", "li", "pre"]
_ABOUT_THE_BUILD = "details.code, a.anchor-link, style, script, nav, p.kicker"
_EXHIBITS = "p.caption, div.table-scroll, table, figure"


def plain(value: Any) -> Any:
    """Turn a value into what JSON has: NaN into null, an infinite number into a text, other floats as they are."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else repr(value)
    if isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"cannot record a {type(value).__name__}: {value!r}")


def write_frame(frame: pd.DataFrame) -> dict[str, Any]:
    """Return a frame's columns and rows; an index that has a name is its first column."""
    kept = frame if frame.index.name is None else frame.reset_index()
    rows = kept.itertuples(index=False, name=None)
    return {"columns": [str(column) for column in kept.columns], "rows": [plain(row) for row in rows]}


def write_series(frame: pd.DataFrame) -> dict[str, Any]:
    """Return the frame of a chart, in which the index is what the reader calls each row."""
    return {
        "index": plain(list(frame.index)),
        "columns": plain(list(frame.columns)),
        "values": plain(frame.to_numpy(object).tolist()),
    }


def write_file(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON file with a line for every key; Python writes a float so that it reads back the same."""
    lines = [f"{_dump(key)}: {_dump(value)}" for key, value in content.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8", newline="\n")


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def read_page(html: str) -> dict[str, Any]:
    """Return what a page tells: headlines, sentences, tables and charts, without its code and what it was made from.

    Tables are [caption, note, header cells, rows of cells]; the choices are the buttons that filter a table.
    """
    page = BeautifulSoup(html, "lxml")
    main = page.find("main")
    if not isinstance(main, Tag):
        raise TypeError("a page without <main>")
    for part in main.select(_ABOUT_THE_BUILD):
        part.decompose()
    told: dict[str, Any] = {
        "title": _text(page.title),
        "notices": [_text(each) for each in page.select("p.badge")],
        "headlines": [
            [_text(each) for each in entry.select("dt, dd:not(.bar)")] for entry in main.select("dl.headlines > div")
        ],
        "tables": [_read_table(table) for table in main.find_all("table")],
        "charts": [_read_chart(figure) for figure in main.find_all("figure")],
        "choices": [_text(label) for label in main.find_all("label")],
    }
    for part in main.select(_EXHIBITS):
        part.decompose()
    told["sentences"] = [_text(each) for each in main.find_all(_TEXTS) if not each.find_parent("li")]
    return told


def _read_table(table: Tag) -> list[Any]:
    around = table.find_parent("div", class_="table-scroll")
    caption = around.find_previous_sibling("p", class_="caption") if around else None
    header, *rows = [[_text(cell) for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]
    note = caption.find("span", class_="note") if caption else None
    return [_text(caption.find("span") if caption else None), _text(note), header, rows]


def _read_chart(figure: Tag) -> dict[str, str]:
    words = [_text(each) for each in figure.select("figcaption b, figcaption span, p.source")] or ["", "", ""]
    picture = figure.find("img")
    alt = str(picture["alt"]) if isinstance(picture, Tag) else ""
    return dict(zip(("title", "subtitle", "source"), words, strict=True)) | {"alt": alt}


def _text(element: Any) -> str:
    return " ".join(element.get_text().split()) if element else ""
