"""Every table may stand in Parquet: it is read, checked and refused as the same table in CSV is."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.made_up import YEARS, draw_city, write_city

from analysis.data.dataset import load_dataset
from analysis.data.folder import find_data
from analysis.data.state import data_hash
from analysis.problems import InputError, Problem, WorkbookError
from analysis.scoring.years import score_year

INPUTS = f"inputs/{YEARS[0]}"
TABLES = ["units", "lineage", f"{INPUTS}/indicators", f"{INPUTS}/inspection", f"{INPUTS}/adjustments"]
NUMBERS = ["points", "score", "full_score", "year"]
SEED = 7
"""Of a city that has all of these tables, and rows in them."""

some = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return write_city(draw_city(SEED), tmp_path)


def _read(city: Path, table: str) -> pd.DataFrame:
    written = pd.read_csv(city / f"{table}.csv", dtype=str, keep_default_na=False)
    return written.assign(**{name: pd.to_numeric(written[name]) for name in NUMBERS if name in written})


def _put_in_parquet(city: Path, *tables: str, change: Callable[[pd.DataFrame], pd.DataFrame] = lambda own: own) -> None:
    for table in tables:
        change(_read(city, table)).to_parquet(city / f"{table}.parquet", index=False)
        (city / f"{table}.csv").unlink()


def _scores(city: Path) -> pd.DataFrame:
    return score_year(load_dataset(city).year(YEARS[0]))


def _categories(own: pd.DataFrame) -> pd.DataFrame:
    return own.astype({name: "category" for name in own if name not in NUMBERS})


def _decimals(own: pd.DataFrame) -> pd.DataFrame:
    return own.assign(**{name: own[name].map(lambda each: Decimal(str(each))) for name in NUMBERS if name in own})


FORMS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "as they are": lambda own: own,
    "categories": _categories,
    "decimals": lambda own: _decimals(own) if len(own) and own.notna().all(axis=None) else own,
    "32 bits": lambda own: own.astype({name: "float32" for name in NUMBERS if name in own}),
    "texts": lambda own: own.astype(str).replace("nan", None),
    "a null for a blank": lambda own: own.replace("", None),
}


@pytest.mark.parametrize("form", FORMS)
def test_scores_are_those_of_the_same_tables_in_csv(city: Path, form: str) -> None:
    assert all(len(_read(city, table)) for table in TABLES)
    in_csv = _scores(city)
    _put_in_parquet(city, *TABLES, change=FORMS[form])
    pd.testing.assert_frame_equal(_scores(city), in_csv, check_exact=True)


WORDS = [
    "",
    " ",
    "nan",
    "inf",
    "-1",
    "0",
    "1e400",
    "１",
    "12,5",
    "没有",
    "a\x00b",
    "x" * 3001,
    "2030",
    "office",
    "unheard of",
]
changes = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 9), st.sampled_from(WORDS)), min_size=1, max_size=3)


@pytest.mark.slow
@some
@given(table=st.sampled_from(TABLES), changed=changes)
def test_what_is_told_of_a_table_in_parquet_is_what_is_told_of_it_in_csv(
    table: str, changed: list[tuple[int, int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    city = write_city(draw_city(SEED), tmp_path_factory.mktemp("city"))
    written = pd.read_csv(city / f"{table}.csv", dtype=str, keep_default_na=False)
    for row, column, word in changed:
        written.iloc[row % len(written), column % len(written.columns)] = word
    blank = written.eq("").all(axis=1)
    written = written[~blank]  # passed over in CSV

    def told() -> set[tuple[object, ...]]:
        try:
            _scores(city)
        except InputError as error:
            return {_apart_from_place(problem) for problem in error.problems}
        return set()

    written.to_csv(city / f"{table}.csv", index=False)
    in_csv = told()
    (city / f"{table}.csv").unlink()
    written.to_parquet(city / f"{table}.parquet", index=False)
    assert told() == in_csv


def _apart_from_place(problem: Problem) -> tuple[object, ...]:
    """Name the file without its ending, and rows as if no file had a header."""
    header = 0 if problem.file.endswith(".parquet") else 1
    return problem.file.partition(".")[0], problem.row and problem.row - header, *problem[1:3], *problem[4:]


@pytest.mark.parametrize(("value", "told"), [(-1.0, "-1.0"), (float("inf"), "inf"), (2e6, "2000000.0"), (None, "")])
def test_a_number_is_told_as_it_stands_in_the_file(city: Path, value: float | None, told: str) -> None:
    table = f"{INPUTS}/inspection"
    _put_in_parquet(city, table, change=lambda own: own.assign(score=[value, *own["score"][1:]]))
    with pytest.raises(InputError) as raised:
        load_dataset(city)
    (problem,) = raised.value.problems
    assert (problem.file, problem.row, problem.column, problem.value) == (f"{table}.parquet", 1, "score", told)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_stands_in_one_place(city: Path, table: str) -> None:
    _read(city, table).to_parquet(city / f"{table}.parquet", index=False)
    name = Path(table).name
    with pytest.raises(
        InputError, match=rf"{re.escape(table)}\.parquet：已有 {name}\.csv，又有 {name}\.parquet。改法：删去一份"
    ):
        load_dataset(city)


@pytest.mark.parametrize("table", TABLES)
def test_the_fingerprint_covers_tables_in_parquet(city: Path, table: str) -> None:
    _put_in_parquet(city, table)
    before = data_hash(city)
    place = city / f"{table}.parquet"
    pd.read_parquet(place).head(1).to_parquet(place, index=False)
    assert data_hash(city) != before


def test_units_in_parquet_make_a_data_folder(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _put_in_parquet(city, "units")
    assert find_data(city) == city.resolve()
    city.rename(city.with_name("data"))
    monkeypatch.chdir(city.parent)
    assert find_data() == city.with_name("data").resolve()


def test_without_pyarrow_it_says_what_to_install(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _put_in_parquet(city, "units")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(WorkbookError, match=r"没有安装 pyarrow，不能读 units\.parquet"):
        load_dataset(city)
