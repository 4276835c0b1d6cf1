"""Whatever stands in a data folder is read as it stands there, or refused; nothing is changed by looking at it."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from functools import cache
from pathlib import Path
from random import Random

import pandas as pd
import pytest
import yaml
from hypothesis import event, given, settings
from hypothesis import strategies as st
from tests.damage import DAMAGE, NASTY, SLOW, change_cells, change_document, edit_text, randoms, run_command, snapshot
from tests.made_up import draw_city, write_city
from tests.naive import number_of, read_data
from tests.tables import write_city as write_table

from analysis.commands.starting import start_city
from analysis.data.dataset import load_dataset

pytestmark = pytest.mark.slow

ROWS = [
    {"name": name, "total": total, "rank": rank, "grade": grade, "a": a, "b": b}
    for name, total, rank, grade, a, b in (
        ("甲县", "81.0", "1", "优秀", "90.0", "72.0"),
        ("乙县", "75.5", "2", "优秀", "80.0", "71.0"),
        ("丙县", "60.0", "3", "其他", "60.0", "60.0"),
    )
]


def _write_drawn(seed: int, folder: Path) -> Path:
    folder.mkdir()
    return write_city(draw_city(seed), folder)


CITIES = {
    "new": start_city,
    "printed": lambda folder: write_table(folder, ROWS, {"a": 50, "b": 50}, out_of=100),
    **{f"drawn {seed}": lambda folder, seed=seed: _write_drawn(seed, folder) for seed in range(4)},
}


@cache
def make_city(name: str) -> Path:
    """Write a city once, to be copied."""
    return Path(CITIES[name](Path(tempfile.mkdtemp()) / "data"))


def damage_file(random: Random, path: Path) -> str:
    """Put one fault into a file of a data folder; name its kind."""
    good = path.read_bytes()
    way = random.choice(
        ("cells", "cells", "cells", "text", "bytes")
        if path.suffix == ".csv"
        else ("clauses", "clauses", "text", "bytes")
    )
    if way == "cells":
        text = io.StringIO()
        rows = list(csv.reader(io.StringIO(good.decode())))
        csv.writer(text, lineterminator=random.choice(("\n", "\r\n"))).writerows(change_cells(random, rows))
        content = text.getvalue().encode("utf-8", "surrogatepass")
    elif way == "clauses":
        try:
            said = change_document(random, yaml.safe_load(good))
        except yaml.YAMLError:  # of a second fault
            said = None
        content = yaml.safe_dump(said, allow_unicode=True, sort_keys=False).encode("utf-8", "surrogatepass")
    elif way == "text":
        changes = [(random.random(), random.randint(0, 30), random.choice(NASTY)) for _ in range(random.randint(1, 3))]
        content = edit_text(good.decode("utf-8", "replace"), changes).encode("utf-8", "surrogatepass")
    else:
        content = DAMAGE["outside"](random, good)
    path.write_bytes(content)
    return f"{path.suffix} {way}"


@settings(suppress_health_check=SLOW)
@given(random=randoms, name=st.sampled_from(sorted(CITIES)), faults=st.sampled_from([1, 1, 2]))
def test_any_change_of_any_file_of_the_data_is_read_as_it_stands_or_refused(
    random: Random, name: str, faults: int
) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(shutil.copytree(make_city(name), Path(scratch) / "data"))
        files = sorted(path for path in data.rglob("*") if path.suffix in {".csv", ".yml"})
        ways = [damage_file(random, path) for path in random.sample(files, faults)]
        before = snapshot(Path(scratch))
        code, told = run_command("check", "--data", str(data))
        event(f"{' + '.join(ways)}: {code}")
        assert snapshot(Path(scratch)) == before
        if code:
            assert any(path.name in told or path.stem in told for path in files), told
        else:
            _compare_with_files(data)


def _compare_with_files(data: Path) -> None:
    """Hold every cell and clause that was read against what a plain reader finds there."""
    dataset, files = load_dataset(data), read_data(data)
    for year, facts in dataset.years.items():
        scheme = yaml.safe_load((data / f"schemes/{year}.yml").read_text(encoding="utf-8-sig"))
        stated = {each["id"]: each.get("points") for each in scheme["components"]}
        for component in facts.scheme.components:
            written = stated[component.id]
            if isinstance(written, int | float):
                assert component.points == written
        if facts.inputs is None:
            continue
        frames = {
            "marks": facts.inputs.marks, "indicators": facts.inputs.indicators, "adjustments": facts.inputs.adjustments,
            **facts.inputs.results,
        }  # fmt: skip
        for table, frame in frames.items():
            rows = files.get(f"inputs/{year}/{table}.csv")
            if rows is None:
                continue
            header, *cells = rows.values()
            assert len(cells) == len(frame)
            for place, row in enumerate(cells):
                for column, written in zip(header, row, strict=True):
                    _compare(frame[column].iloc[place], written, f"{year} {table} {place} {column}")
        if facts.table is not None:
            header, *cells = files[f"published/{year}.csv"].values()
            for row in cells:
                said = dict(zip(header, row, strict=True))
                for column, written in said.items():
                    read = facts.table.cells.get((said["name"], column))
                    assert column in {"name", "grade"} or (read.value if read else "—") == (written or "—")


def _compare(read: object, written: str, where: str) -> None:
    if isinstance(read, str):
        formerly = {"not_carried": "not_applicable"}
        assert read.strip() == formerly.get(written, written), where
    elif "/" in written:
        top, bottom = written.split("/")
        assert read == pytest.approx(float(top) / float(bottom)), where
    elif written == "":
        assert pd.isna(read), where
    else:
        number = number_of(written)
        assert number is not None and float(str(read)) == pytest.approx(float(number), abs=1e-8), (where, read, written)
