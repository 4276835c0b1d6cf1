"""Whatever table of results comes in becomes a year that says what it prints, or is refused: all of it, or nothing."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random

import openpyxl
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from tests.damage import (
    DAMAGE,
    SLOW,
    change_cells,
    change_parts,
    damage_text,
    randoms,
    run_command,
    snapshot,
    write_csv,
)
from tests.naive import number_of, plain, read_csv, read_data, read_xlsx

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Generating overly large repr")]

YEAR = 2023
POINTS = [
    ["名次", "单位名称", "经济（30分）", "民生（70分）", "总分", "等次"],
    ["1", "甲县", "30", "65", "95", "优秀"],
    ["2", "乙县", "28.5", "62", "90.5", "优秀"],
    ["3", "丙县", "27", "60", "87", "良好"],
    ["4", "丁县", "25", "58.5", "83.5", "良好"],
]
MEAN = [
    ["Country", "Access", "Use", "Overall score", "Rank"],
    ["Northland", "80.0", "70.0", "75.0", "1"],
    ["Southland", "72.0", "70.0", "71.0", "2"],
    ["East Isles", "70.0", "72.0", "71.0", "2"],
    ["Westmark", "60.1", "50.0", "55.1", "4"],
]
WEIGHTS = [
    ["2023年度结果", "", "", "", "", ""],
    ["单位", "组别", "甲项", "乙项", "加分", "总分"],
    ["权重", "", "30%", "70%", "", "100"],
    ["甲县", "县", "80", "90", "1", "88"],
    ["乙县", "县", "81", "—", "0", "81"],
    ["平均", "", "80.5", "90", "", "84.5"],
]
RIGHT: dict[str, tuple[str, ...]] = {"points": (), "mean": ("--out-of", "100"), "weights": ()}
TABLES = {"points": POINTS, "mean": MEAN, "weights": WEIGHTS}
DAMAGED = {"bytes", "parts", *DAMAGE}
OPTIONS = (
    *[()] * 6,
    *[
        ("--out-of", text)
        for text in ("100", "100/3", "0", "nan", "1e3", "1e400", "1e99999999999", "一百", "9" * 400, "1_00")
    ],
    *[("--weights", text) for text in ("等权", "Access=1,Use=1", "甲项=1e99999999999,乙项=1", "甲项=nan,乙项=1")],
)


def _write_xlsx(random: Random, rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for at, row in enumerate(rows, 1):
        for place, text in enumerate(row, 1):
            number = number_of(text)
            is_typed = number is not None and len(text) < 16 and random.random() < 0.8
            shown = openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", text)
            book.active.cell(at, place).value = float(number) if is_typed and number is not None else shown
    with io.BytesIO() as buffer:
        book.save(buffer)
        return buffer.getvalue()


@settings(suppress_health_check=SLOW)
@given(
    random=randoms,
    table=st.sampled_from(sorted(TABLES)),
    kind=st.sampled_from(["csv", "csv", "gb18030", "xlsx", "xlsx", *sorted(DAMAGED)]),
    has_data=st.booleans(),
    options=st.sampled_from(OPTIONS),
)
def test_any_table_of_results_is_imported_as_printed_or_refused(
    random: Random, table: str, kind: str, has_data: bool, options: tuple[str, ...]
) -> None:
    rows = TABLES[table] if kind in DAMAGED else change_cells(random, TABLES[table])
    with tempfile.TemporaryDirectory() as scratch:
        suffix, data = ".csv" if kind in {"csv", "gb18030", "bytes"} else ".xlsx", Path(scratch) / "data"
        file = Path(scratch) / f"表{suffix}"
        if suffix == ".csv":
            content = write_csv(rows, "gb18030" if kind == "gb18030" else "utf-8")
            if kind == "bytes":
                content = damage_text(random, content)
        else:
            content = _write_xlsx(random, rows)
            content = {"xlsx": lambda _, same: same, "parts": change_parts, **DAMAGE}[kind](random, content)
        file.write_bytes(content)
        if has_data:
            shutil.copytree(_make_year_before(table), data)
        before = snapshot(data)
        more = options or RIGHT[table]
        code, told = run_command(
            "import", str(file), "--year", str(YEAR), "--data", str(data), "--document", "示例〔2024〕1号", *more
        )
        event(f"{kind}: {code}")
        assert file.read_bytes() == content
        if code:
            assert snapshot(data) == before
            assert data.exists() == has_data
            assert not [*Path(scratch).glob("data-*")]
            return
        after = snapshot(data)
        assert {name: after.get(name) for name in before} == before  # a year is added, the others stay
        _compare_with_print(content, suffix, data, told)
        code, said_of_data = run_command("check", "--data", str(data))
        assert code == 0, said_of_data


@cache
def _make_year_before(table: str) -> Path:
    """Make a data folder of the same units: their table of the year before."""
    folder = Path(tempfile.mkdtemp())
    (folder / "a.csv").write_bytes(write_csv(TABLES[table]))
    said = ["--document", "甲", *RIGHT[table]]
    code, told = run_command(
        "import", str(folder / "a.csv"), "--year", str(YEAR - 1), "--data", str(folder / "data"), *said
    )
    assert code == 0, told
    return folder / "data"


def _compare_with_print(content: bytes, suffix: str, data: Path, told: str) -> None:
    """Hold what is stored of every unit against its row of the file, and every other row against what was told."""
    rows = read_csv(content) if suffix == ".csv" else next(iter(read_xlsx(content).values()))
    stored = read_data(data)
    header, *units = stored[f"published/{YEAR}.csv"].values()
    assert header[0] == "name" and units
    claimed = set[int]()
    for unit in units:
        own = [number for number, cells in rows.items() if plain(unit[0]) in map(plain, cells)]
        fitting = [number for number in own if _is_from(unit[1:], rows[number])]
        assert fitting, (unit, own, rows)
        claimed.add(fitting[0])
    for number in rows.keys() - claimed:
        if sum(number_of(cell) is not None for cell in rows[number]) > 1:
            is_header = any(word in cell for cell in rows[number] for word in ("权重", "总分", "score"))
            assert is_header or f"第{number}行" in told, (number, rows[number], told)


def _is_from(stored: list[str], printed: list[str]) -> bool:
    """Say whether every cell stored of a unit stands in its row, none more often than there."""
    numbers = Counter(filter(None, map(number_of, printed)))
    numbers[0] += 99  # a zero is no number to `filter`
    texts = Counter(map(plain, printed))
    for cell in filter(None, stored):
        number = number_of(cell)
        if number is None:
            if cell != "—" and not texts[plain(cell)]:
                return False
        elif number:
            numbers[number] -= 1
            if numbers[number] < 0:
                return False
    return True
