"""Files damaged in any way, and what a refusal of them has to say."""

from __future__ import annotations

import copy
import csv
import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import strategies as st

from analysis.cli import main
from analysis.problems import InputError, Problem, WorkbookError

SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
NASTY = (
    *",;:\"'\t\n\0\\#&*!%@`|>{}[]()-?=+~<", "\ufeff", "\u202e", "\r\n", "---\n", "- ", "? ", "<<: ", "!!set ", "&a ",
    "*a", "nan", "inf", "-0", "1e999", "1_0", "０", "１２％", "null", "true", "2023-13-45", "0x1F", "='a'!A1", "../..",
)  # fmt: skip
words = st.sampled_from(NASTY) | st.text(max_size=8)
randoms = st.integers(0, 10**9).map(Random)
edits = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), words), min_size=1, max_size=4)


def edit_text(text: str, changes: list[tuple[float, int, str]]) -> str:
    """Put words in place of stretches of a text."""
    for where, length, word in changes:
        start = int(where * len(text))
        text = text[:start] + word + text[start + length :]
    return text


def _damage(random: Random, good: bytes) -> bytes:
    """Flip, drop, repeat or insert bytes."""
    content = bytearray(good)
    for _ in range(random.choice((1, 3, 30))):
        start, length = random.randrange(len(content) + 1), random.choice((1, 4, 40, 400))
        content[start : start + length] = random.choice(
            (b"", random.randbytes(length), content[start : start + length] * 2, b"<" * length, b"&#0;", b"\xff\xfe")
        )
    return bytes(content)


def _damage_inside(random: Random, good: bytes) -> bytes:
    """Damage parts of an archive, so that the archive itself can be opened."""
    with io.BytesIO() as buffer, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Duplicate name")  # an archive may have had a part twice before
        with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                content = old.read(entry)
                new.writestr(entry.filename, _damage(random, content) if random.random() < 0.3 else content)
        return buffer.getvalue()


DAMAGE = {"outside": _damage, "inside": _damage_inside}


def tell(error: pytest.ExceptionInfo[WorkbookError]) -> str:
    """Return the message, checking that every problem says what, where and how to mend it."""
    if isinstance(error.value, InputError):
        assert error.value.problems
        for problem in error.value.problems:
            assert isinstance(problem, Problem) and problem.file and problem.rule and problem.fix
    return str(error.value)


AS_NUMBERS = (
    "1e1", "1E+1", "+5", "-5", "-0", ".5", "5.", "05", "5.0", "1_0", "1,000", "１２", "１２．５", "５", "٥", "½", "²",
    "Ⅳ", "五十", "50%", "1/2", "100/13", "0/5", "5/0", "0x1F", "1d1", "1e-9", "1e-400", "1e400", "1.5", "18", "16.0",
    "90", "0", "0.0", "00", "18.50", "1８", "18.4999999999999", "0.1234567891234", "33.333333333333336", "1e0", "0b1",
    "0o7", "1L", "5f", "1:30", "NaN", "NA", "None", "<NA>", "Infinity", "-inf", "TRUE", "2023-01-08", "18分", "'5",
    "=5", "—", "–", "-", "/", "n/a", "不适用", "不承担", "自评", "9" * 16, "9" * 20, "9" * 400, "2.5 ", " 18",
    "\u00a05", "5\u2009", "5\u200b", "5\n",
)  # fmt: skip
"""What somebody or some program may take for a number, or write in its place."""
TITLES = (
    "单位", "名称", "总分", "得分", "满分", "名次", "等次", "组别", "加分", "扣分", "序号", "备注", "合计", "平均",
    "权重", "分值", "指标名称", "好", "差", "东城区人民政府", "市司法局", "2023年总分", "总分（100分）", "经济（0分）",
    "经济（1e2分）", "（30分）", "乙（50%）", "乙（0.0%）", "示例（不读入）", "total", "rank", "name", "unit_id",
    "score", "status", "Score", "Rank", f"甲（{'9' * 400}分）",
)  # fmt: skip


_WIDE = str.maketrans("0123456789.-%()", "０１２３４５６７８９．－％（）")


_WAYS = (
    *["same"] * 3, *["number"] * 2, "word", "title", "other", "swap", "blank", "row", "column", "order", "ragged",
)  # fmt: skip


def _rewrite(cell: str) -> tuple[str, ...]:
    """Write a cell in other ways that a reader takes for the same."""
    more = f"{cell}0" if "." in cell else f"{cell}.0" if cell.isdecimal() else cell
    return more, f" {cell}", f"{cell}\u3000", cell.translate(_WIDE), cell.upper(), f"0{cell}", cell.removesuffix("0")


def change_cells(random: Random, rows: list[list[str]], times: int = 2) -> list[list[str]]:
    """Change a table as hands and programs do: a cell, a row, a column; now and then two cells for each other."""
    rows = [list(row) for row in rows]
    for _ in range(random.choice((1, 1, times))):
        full = [row for row in rows if row]
        if not full:
            break
        row, width = random.choice(full), max(map(len, rows))
        place, column = random.randrange(len(row)), random.randrange(width)
        way = random.choice(_WAYS)
        if way == "row":
            at = random.randrange(len(rows))
            rows[at : at + random.randint(0, 1)] = random.choice(([], [list(row)], [[row[0]]], [[""] * width]))
        elif way == "column":
            is_new, title = random.random() < 0.5, random.choice((*TITLES, row[place]))
            for at, each in enumerate(rows):
                each[column : column + random.randint(0, 1) * (not is_new)] = (
                    [title if at == 0 else random.choice((*each, "7", ""))] if is_new and each else []
                )
        elif way == "ragged":
            row[len(row) - random.randint(0, 1) :] = random.choice(([], [""], ["", "x"]))
        elif way == "order":
            rows[1:] = random.sample(rows[1:], len(rows) - 1)
        elif way == "swap":
            other = random.choice(full)
            there = random.randrange(len(other))
            row[place], other[there] = other[there], row[place]
        else:
            row[place] = {
                "same": random.choice(_rewrite(row[place])),
                "number": random.choice(AS_NUMBERS),
                "word": random.choice((row[place] + random.choice(NASTY), random.choice(NASTY))),
                "title": random.choice(TITLES),
                "other": random.choice(random.choice(full)),
                "blank": random.choice(("", " ", "\u3000")),
            }[way]
    return rows


_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 0.5, 99, 2023, 1_000_000, 10**30, 1e300, -0.0, float("nan"), float("inf"),
    "", "0", "1/3", "100/13", "2023", "Q1", "好", "甲", "all", "rest", "min", "x" * 4000, "\u202e",
    [], {}, [[]], [{}], {"": ""}, [1], dt.date(2023, 1, 1),
)  # fmt: skip


def change_document(random: Random, content: Any, times: int = 2) -> Any:
    """Change what a YAML file says, clause by clause: put, drop, repeat, rename, or move one from elsewhere."""
    content = copy.deepcopy(content)
    for _ in range(random.choice((1, 1, times))):
        holders = [each for each in _walk(content) if isinstance(each, dict | list) and each]
        if not holders:
            break
        holder = random.choice(holders)
        key = random.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        value, other = random.choice(_VALUES), copy.deepcopy(random.choice(list(_walk(content))))
        way = random.choice(("value", "value", "drop", "rename", "other", "repeat", "scale"))
        if way == "drop":
            del holder[key]
        elif way == "rename" and isinstance(holder, dict):
            holder[random.choice((*holder, "x", "points", "name", 1, ""))] = holder.pop(key)
        elif way == "repeat" and isinstance(holder, list):
            holder.insert(0, copy.deepcopy(holder[key]))
        elif way == "scale" and isinstance(holder[key], int | float):
            holder[key] = holder[key] * random.choice((-1, 0, 0.1, 2, 10**9))
        else:
            holder[key] = other if way == "other" else value
    return content


def _walk(content: Any) -> Iterator[Any]:
    yield content
    for each in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from _walk(each)


_TOKEN = re.compile(r'<[^<>]*>|[\w:]+="[^"]*"|>[^<>]+<')
_ATTRIBUTES = (
    "",
    *["0", "1", "-1", "2", "99", "999999", "s", "str", "inlineStr", "b", "e", "n", "d", "x", "A1", "B6", "XFD1048576"],
)


def change_parts(random: Random, good: bytes) -> bytes:
    """Change parts of an archive as XML: drop, repeat or move tags, change attributes and texts; or whole parts."""
    with zipfile.ZipFile(io.BytesIO(good)) as old:
        parts = {entry.filename: old.read(entry) for entry in old.infolist()}
    for _ in range(random.choice((1, 1, 2, 4))):
        name, other = random.choice([*parts]), random.choice([*parts])
        way = random.choice(("token", "token", "token", "token", "token", "part"))
        if way == "part":
            parts |= random.choice(({name: parts[other]}, {name + "x": parts[name]}, {name: b""}))
            if random.random() < 0.3:
                del parts[name]
            continue
        text = parts[name].decode("utf-8", "replace")
        tokens = [*_TOKEN.finditer(text)] or [re.compile("").search(text)]
        inner = [each for token in tokens for each in re.finditer(r'(?<==")[^"]*(?=")', token[0])]
        chosen, donor = random.choice(tokens), random.choice(tokens)[0]
        start, end = chosen.span()
        values = [*re.finditer(r'(?<==")[^"]*(?=")', chosen[0])]
        if values and random.random() < 0.6:
            value = random.choice(values)
            start, end = start + value.start(), chosen.start() + value.end()
            new = random.choice((*_ATTRIBUTES, random.choice(inner)[0]))
        elif chosen[0].startswith(">"):
            new = f">{random.choice((*AS_NUMBERS, *TITLES, donor.strip('<>')))}<"
        else:
            new = random.choice(("", chosen[0] * 2, donor, chosen[0].replace("/>", ">")))
        parts[name] = (text[:start] + new + text[end:]).encode("utf-8", "replace")
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new_archive:
            for name, content in parts.items():
                new_archive.writestr(name, content)
        return buffer.getvalue()


def damage_text(random: Random, good: bytes) -> bytes:
    """Put words in place of stretches of a text, or damage its bytes."""
    if random.random() < 0.3:
        return _damage(random, good)
    words_of = (*NASTY, *AS_NUMBERS, *TITLES)
    changes = [
        (random.random(), random.choice((0, 1, 3, 30)), random.choice(words_of)) for _ in range(random.randint(1, 2))
    ]
    return edit_text(good.decode("utf-8", "surrogateescape"), changes).encode("utf-8", "surrogateescape")


def write_csv(rows: list[list[str]], encoding: str = "utf-8") -> bytes:
    """Write a table; a character that the encoding lacks becomes a question mark."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode(encoding, "replace")


def run_command(*words: str) -> tuple[int, str]:
    """Run a command as the terminal does; it ends well or by a sentence, never by a traceback."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = main(words)
    told = said.getvalue()
    assert code in {0, 2} and "Traceback" not in told
    assert code == 0 or re.search("[\u4e00-\u9fff]", told)
    return code, told


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder, byte by byte."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
