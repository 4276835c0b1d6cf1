"""What is read of a data folder is of one moment, and what is read later is of the same."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd
import pytest
from tests.made_up import YEARS, draw_city, write_city

from analysis.assessment import Assessment, open_city
from analysis.data import dataset as dataset_module
from analysis.data import inputs as inputs_module
from analysis.data.dataset import FINGERPRINT_VARIABLE, load_dataset
from analysis.data.folder import DATA_VARIABLE
from analysis.data.state import data_hash, look, read_still
from analysis.problems import InputError, WorkbookError

SEED = 7
INPUTS = f"inputs/{YEARS[0]}"
MARKED = "inspection.csv"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A city with two versions of a year's inputs: every outside result is 1 in one of them, and 2 in the other."""
    folder = tmp_path / "data"
    folder.mkdir()
    write_city(draw_city(SEED), folder)
    _give_all(folder / INPUTS, 1)
    shutil.copytree(folder / INPUTS, tmp_path / "other")
    _give_all(tmp_path / "other", 2)
    return folder


def _give_all(inputs: Path, score: int) -> None:
    """Let every outside result and adjustment say the same."""
    results = pd.read_csv(inputs / MARKED, dtype=str, keep_default_na=False)
    results["score"] = results["score"].where(results["score"].eq(""), str(score))
    results.to_csv(inputs / MARKED, index=False)
    units = results.loc[results["score"].ne(""), "unit_id"]
    reasons = pd.DataFrame({"unit_id": units, "kind": "deduction", "points": 1, "reason": f"版本{score}"})
    reasons.to_csv(inputs / "adjustments.csv", index=False)


def _versions(city: Path) -> set[str]:
    """Say which versions of the inputs have been read."""
    inputs = load_dataset(city).year(YEARS[0]).inputs
    assert inputs is not None
    scores = inputs.results["inspection"]["score"].dropna().astype(int).astype(str)
    return {*scores, *inputs.adjustments["reason"].str.removeprefix("版本")}


def _exchange(city: Path) -> None:
    """Put the other version in place, in the steps of any system."""
    here, other, aside = city / INPUTS, city.with_name("other"), city.with_name("aside")
    here.rename(aside)
    other.rename(here)
    aside.rename(other)


def _while_reading(before: str, act: Callable[[], None], times: int) -> Any:
    """Let something happen just before a table is read, so many times."""
    left = [times]
    read = inputs_module.read_table

    def reading(path: Path, *rest: Any) -> Any:
        if path.name == before and INPUTS in path.as_posix() and left[0]:
            left[0] -= 1
            act()
        return read(path, *rest)

    return patch.object(inputs_module, "read_table", reading)


@pytest.mark.parametrize("table", ["marks.csv", MARKED, "adjustments.csv"])
def test_a_folder_exchanged_while_it_is_read_is_read_again(table: str, city: Path) -> None:
    assert _versions(city) == {"1"}
    with _while_reading(table, lambda: _exchange(city), times=1):
        assert _versions(city) == {"2"}


@pytest.mark.parametrize("table", ["marks.csv", MARKED])
def test_so_is_one_exchanged_and_put_back(table: str, city: Path) -> None:
    tables = []
    read = inputs_module.read_table

    def reading(path: Path, *rest: Any) -> Any:
        if INPUTS in path.as_posix():
            tables.append(path.name)
            if len(tables) <= 5 and path.name in {table, "adjustments.csv"}:
                _exchange(city)  # there, and at the next one back
        return read(path, *rest)

    with patch.object(inputs_module, "read_table", reading):
        assert len(_versions(city)) == 1
    assert tables.count(MARKED) > 1, "it was not read again"


def test_a_folder_that_changes_all_the_while_is_refused(city: Path) -> None:
    told = "在读取时不断被改动，没有读成。等保存、同步或复制结束，再运行一次"
    changing = _while_reading(MARKED, lambda: _exchange(city), times=10**6)
    with changing, pytest.raises(WorkbookError, match=told):
        load_dataset(city)


def test_what_is_missing_for_a_moment_is_no_problem(city: Path) -> None:
    def away() -> None:
        (city / "lineage.csv").rename(city / "away")
        threading.Timer(0.05, lambda: (city / "away").rename(city / "lineage.csv")).start()

    away()
    read = dataset_module.read_table
    with patch.object(dataset_module, "read_table", lambda *given: (time.sleep(0.06), read(*given))[1]):
        assert load_dataset(city).scored_years


@pytest.mark.slow
def test_a_folder_that_is_exchanged_without_end_is_never_mixed(city: Path) -> None:
    done, started = threading.Event(), time.monotonic()
    _versions(city)
    pause = 1.5 * (time.monotonic() - started)  # so that some are exchanged while they are read, and some are not

    def exchange() -> None:
        while not done.wait(pause):
            _exchange(city)

    thread = threading.Thread(target=exchange)
    thread.start()
    outcomes = list[set[str]]()
    try:
        for _ in range(12):
            try:
                outcomes.append(_versions(city))
            except WorkbookError as error:
                assert not isinstance(error, InputError), error
    finally:
        done.set()
        thread.join()
    assert all(len(each) == 1 for each in outcomes)


def test_the_fingerprint_is_of_what_was_read(city: Path) -> None:
    loaded, before = load_dataset(city), data_hash(city)
    assert loaded.fingerprint == before
    late = load_dataset(city)
    content = (city / INPUTS / MARKED).read_bytes()
    (city / INPUTS / MARKED).write_bytes(content.replace(b"1", b"2"))
    for _ in range(2):
        with pytest.raises(
            WorkbookError, match=rf"读入数据以后，{INPUTS}/{MARKED} 又被改动过，.*没有采用。请再运行一次"
        ):
            _ = late.fingerprint
        (city / INPUTS / MARKED).write_bytes(content)  # nor when it is as it was: who knows what was read meanwhile
    assert data_hash(city) == before


def test_marks_that_are_read_later_are_those_that_were_there(city: Path) -> None:
    place = city / INPUTS / "marks.csv"
    marks = pd.read_csv(place, dtype={"rating": str}, keep_default_na=False, na_values={"score": [""]})
    place.unlink()
    folder = city / INPUTS / "marks.parquet"
    folder.mkdir()
    halves = {"a": marks[marks["unit_id"] < "m"], "b": marks[marks["unit_id"] >= "m"]}
    for name, half in halves.items():
        if len(half):
            half.to_parquet(folder / f"{name}.parquet", index=False)
    first = next(iter(folder.iterdir()))
    for spoil in (lambda: os.utime(first), lambda: shutil.copy(first, folder / "c.parquet"), first.unlink):
        year = Assessment(load_dataset(city)).year(YEARS[0])
        spoil()
        told = r"读入数据以后，.*\.parquet 又被改动过"
        with pytest.raises(WorkbookError, match=told):
            _ = year.scores
        with pytest.raises(WorkbookError, match=told):
            assert year.facts.inputs is not None
            _ = year.facts.inputs.marks
        (folder / "c.parquet").unlink(missing_ok=True)


def test_a_page_is_made_of_no_other_data(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = data_hash(city)
    monkeypatch.setenv(DATA_VARIABLE, str(city))
    monkeypatch.setenv(FINGERPRINT_VARIABLE, before)
    open_city().keep_at_hand()
    _exchange(city)
    told = "生成期间数据被改动了，这一页没有采用。请再运行一次"
    with pytest.raises(WorkbookError, match=told):
        open_city()
    with pytest.raises(WorkbookError, match=told):
        load_dataset(city)
    _exchange(city)
    assert load_dataset().fingerprint == before
    other = city.with_name("elsewhere")
    shutil.copytree(city, other)
    (other / "lineage.csv").write_bytes((other / "lineage.csv").read_bytes() + b"\n")
    assert load_dataset(other).root == other  # is not what the page is about


def test_links_are_looked_at_as_well(city: Path) -> None:
    kept = city.with_name("kept")
    (city / INPUTS).rename(kept)
    (city / INPUTS).symlink_to(kept)
    before = look(city)
    assert look(city) == before
    (city / INPUTS).unlink()
    (city / INPUTS).symlink_to(city.with_name("other"))
    assert look(city).files.keys() == before.files.keys() and look(city) != before


def test_what_goes_wrong_while_nothing_changes_is_raised(city: Path) -> None:
    times = []

    def fail() -> None:
        times.append(1)
        raise KeyError("x")

    with pytest.raises(KeyError):
        read_still(city, fail)
    assert len(times) == 1
