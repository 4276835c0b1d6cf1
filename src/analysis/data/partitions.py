"""Marks in Parquet: each file is added up by one SQL statement, which nothing but sound marks gets through."""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, TypeVar

import numpy as np
import pandas as pd

from analysis.data.marks import MARK_COLUMNS, MarkRules, check_marks, score_marks, sum_marks
from analysis.data.schemes import Scheme
from analysis.data.tables import INDEX, Table, open_parquet
from analysis.problems import InputError, Problem, WorkbookError
from analysis.texts import name_some

Item = TypeVar("Item")
Result = TypeVar("Result")
Mapper: TypeAlias = Callable[..., Iterable[tuple[Path, pd.DataFrame | None]]]
"""Applies a function to items, here or elsewhere, with other arguments by name; yields each item and its result."""

MARKS = "marks.parquet"
MOST_PROBLEMS = 1_000
"""Of a kind, in a file: whoever has more has the same mistake in every row."""

_NUMBER, _TEXT = r"double|float|u?int\d+|decimal.*|null", r"(large_)?string|dictionary<values=(large_)?string, .*>|null"
_USUAL = {column.name: _NUMBER if column.number else _TEXT for column in MARK_COLUMNS}
"""The types, by Arrow's names, that columns usually have."""

_STATEMENT = """
WITH marks AS (
    SELECT unit_id, indicator_id, status, coalesce(rating::VARCHAR, '') AS rating, nullif({score}, 'NaN') AS score
    FROM read_parquet(?, hive_partitioning = false)
), sums AS (
    SELECT unit_id, count(*) AS marks, bitstring_agg(place, 0, {last}) AS given, {sums},
           count_if(status = 'not_carried') AS not_applicable, count_if(status = 'own_assessor') AS own_assessor
    FROM marks JOIN kinds USING (indicator_id, status, rating)
    WHERE CASE WHEN scored THEN score BETWEEN 0 AND points ELSE score IS NULL END
      AND coalesce((unit_id = assessor_id) = own, true)
    GROUP BY unit_id
), due AS (
    SELECT "group", count(*) AS marks, bitstring_agg(place, 0, {last}) AS given
    FROM (SELECT DISTINCT "group", place FROM kinds) GROUP BY "group"
)
SELECT * EXCLUDE given FROM sums JOIN due USING (marks, given)
"""
"""Marks that are of no sound kind are left out, and so are units whose marks are not just what a group needs, once."""
_SUMS = "sum(in_{0} * (earned + coalesce(score, 0))) AS {0}_earned, sum(in_{0} * carried) AS {0}_carried"


def map_here(function: Callable[..., Result], items: Sequence[Item], **shared: Any) -> Iterator[tuple[Item, Result]]:
    """Apply a function to items in this process, on all its cores (see `Mapper`)."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    with ThreadPoolExecutor(cores) as pool:
        yield from zip(items, pool.map(lambda item: function(item, **shared), items), strict=True)


def weigh_kinds(rules: MarkRules, scheme: Scheme) -> pd.DataFrame:
    """Say what marks of every sound kind are worth, without their score.

    Parameters
    ----------
    rules : MarkRules
    scheme : Scheme

    Returns
    -------
    DataFrame: `MarkRules.kinds` with the columns of `score_marks`; in_<part>, 1 if the mark counts in the part, else 0;
    place, a number for each indicator.
    """
    kinds = score_marks(rules.kinds.assign(score=np.nan), rules.indicators, scheme).drop(columns="score")
    in_parts = pd.get_dummies(pd.Categorical(kinds["part"], list(scheme.parts)), prefix="in", dtype=float)
    return kinds.join(in_parts).assign(place=pd.factorize(kinds["indicator_id"])[0])


def sum_file(path: Path, kinds: pd.DataFrame, parts: Sequence[str]) -> pd.DataFrame | None:
    """Add up the marks of a file, if all is as usual in it and every mark is of a sound kind.

    Parameters
    ----------
    path : Path
    kinds : DataFrame of `weigh_kinds`
    parts : sequence of str

    Returns
    -------
    DataFrame, one row a unit: unit_id, the columns of `sum_marks`, marks (how many it has), group (the one of which it
    has every indicator, and no other). None if there is anything else in the file, be it wrong or not.

    Raises
    ------
    WorkbookError
        If DuckDB or pyarrow is not installed, or memory is short.
    """
    try:
        with open_parquet(path) as parquet:
            rows, schema = parquet.metadata.num_rows, parquet.schema_arrow
    except (OSError, ValueError):
        return None
    names = [name for name in schema.names if not name.startswith(INDEX)]
    types = {field.name: str(field.type) for field in schema}
    usual = sorted(names) == sorted(_USUAL) and all(re.fullmatch(_USUAL[name], types[name]) for name in names)
    if not usual or not rows or kinds.empty:
        return None
    statement = _STATEMENT.format(
        score="score" if types["score"] == "double" else "score::VARCHAR::DOUBLE",  # the number that was written
        sums=", ".join(map(_SUMS.format, parts)),
        last=kinds["place"].max(),
    )
    sums = _query(statement, path, kinds=kinds)
    return sums if sums is not None and sums["marks"].sum() == rows else None


def _query(statement: str, path: Path, **tables: pd.DataFrame) -> pd.DataFrame | None:
    """Put a statement about a Parquet file and tables; None if the file cannot be read so."""
    try:
        import duckdb
    except ImportError as error:
        raise WorkbookError(f"没有安装 DuckDB，不能读 {path.name}。请运行 pip install '.[scale]'。") from error
    if "\\" in (place := path.as_posix()):  # would be a separator
        return None
    try:
        with _engine().cursor() as cursor:
            for name, table in tables.items():
                cursor.register(name, table)
            return cursor.execute(statement, [re.sub(r"[*?[]", r"[\g<0>]", place)]).df()  # no wildcards
    except duckdb.OutOfMemoryException as error:
        raise WorkbookError(f"内存不够，没有算完 {path}。请把它分成几个小些的文件，再运行一次。") from error
    except (duckdb.Error, ValueError):
        return None


@cache
def _engine() -> Any:
    """Start DuckDB once; each statement has one thread, so that sums are always the same."""
    import duckdb

    settings: dict[str, Any] = {
        "threads": 1,
        "temp_directory": tempfile.gettempdir(),
        "autoinstall_known_extensions": False,  # nothing is fetched from anywhere
        "disabled_optimizers": "partial_aggregate_pushdown",  # ten times slower here
    }
    return duckdb.connect(config=settings)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_engine.cache_clear)  # a fork that inherits it would crash at its end


class _Worked(NamedTuple):
    """What came of a file: the places of its units in `MarkRules.units` (-1: none), their sums if sound, problems."""

    file: str
    places: np.ndarray
    sums: pd.DataFrame
    problems: list[Problem]


def sum_files(files: Sequence[Path], rules: MarkRules, scheme: Scheme, mapper: Mapper) -> pd.DataFrame:
    """Add up the marks of files, if all are sound and every unit is in one of them.

    Parameters
    ----------
    files : sequence of Path
    rules : MarkRules
    scheme : Scheme
        What marks are worth.
    mapper : callable
        Where files are added up.

    Returns
    -------
    DataFrame of `sum_marks`, with a row for every unit of the year

    Raises
    ------
    InputError
        With every problem of every file.
    """
    summed = mapper(sum_file, files, kinds=weigh_kinds(rules, scheme), parts=list(scheme.parts))
    worked = [_settle(path, sums, rules, scheme) for path, sums in summed]
    if problems := _gather_problems(worked, rules):
        raise InputError(problems)
    places = np.concatenate([each.places for each in worked])
    sums = pd.concat([each.sums for each in worked]).set_axis(places)
    return sums.reindex(range(len(rules.units))).set_axis(rules.unit_ids)


def _settle(path: Path, sums: pd.DataFrame | None, rules: MarkRules, scheme: Scheme) -> _Worked:
    """Take sums that fit the units of the year; otherwise read the file anew, slowly, to tell what is wrong with it."""
    file = path.relative_to(rules.root).as_posix()
    if sums is not None:
        places = rules.unit_ids.get_indexer(sums["unit_id"])
        if _fit(sums, places, rules):
            return _Worked(file, places, sums.drop(columns=["unit_id", "group", "marks"]), [])
    table = Table(path, rules.root, MARK_COLUMNS)
    marks = table.frame
    if table.is_read:
        own = rules.units[rules.units["unit_id"].isin(marks["unit_id"])]
        check_marks(table, rules.indicators["indicator_id"], rules.indicators, rules.scheme, own)
    sums = sum_marks(marks[:0] if table.problems else marks, rules.indicators, scheme)
    units = marks["unit_id"].unique() if table.problems else sums.index
    return _Worked(file, rules.unit_ids.get_indexer(units), sums, list(_most(table.problems)))


def _fit(sums: pd.DataFrame, places: np.ndarray, rules: MarkRules) -> bool:
    """Say whether units are of the year and of the group whose marks they have, and carry some of every component."""
    carried = [sums[[f"{part}_carried" for part in each.parts]] for each in rules.scheme.components if each.parts]
    return bool(
        (places >= 0).all()
        and (rules.groups[places] == sums["group"]).all()
        and all((of_component.sum(axis=1) > 0).all() for of_component in carried)
    )


def _most(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Leave out what is the same as very many before, and say so."""
    seen = Counter[tuple[str, str]]()
    for problem in problems:
        kind = problem.column, problem.rule
        seen[kind] += 1
        if seen[kind] <= MOST_PROBLEMS:
            yield problem
        elif seen[kind] == MOST_PROBLEMS + 1:
            yield Problem(problem.file, f"“{problem.rule}”的还有更多行，没有列出", problem.fix, column=problem.column)


def _gather_problems(worked: Sequence[_Worked], rules: MarkRules) -> list[Problem]:
    """List the problems of all files, and units that are in several files or in none."""

    def tell(units: pd.Index, rule: str, fix: str) -> list[Problem]:
        return [Problem(rules.place, rule, fix, column="unit_id", value=name_some(units))] if len(units) else []

    places = np.concatenate([each.places for each in worked])
    counts = np.bincount(places[places >= 0], minlength=len(rules.units))
    split = rules.unit_ids[counts > 1]
    problems = [problem for each in worked for problem in each.problems if problem.value not in split]
    problems.sort(key=lambda problem: (problem.file, problem.row or 0))
    files = sorted(Path(each.file).name for each in worked if (counts[each.places[each.places >= 0]] > 1).any())
    problems += tell(split, f"单位的评分分在几个文件里（{name_some(files)}）", "一个单位的评分放在同一个文件里")
    if not any(each.problems and not each.places.size for each in worked):  # all files could be read
        due = rules.units["group"].isin(rules.indicators["group"])
        absent = rules.unit_ids[(counts == 0) & due]
        problems += tell(absent, "缺少单位全部指标的评分", "补上评分；不承担的写 not_carried")
    return problems


def count_marks(path: Path) -> int:
    """Count the marks of a file, by what it says of itself."""
    with open_parquet(path) as parquet:
        return int(parquet.metadata.num_rows)


def find_partitions(folder: Path) -> tuple[Path, ...]:
    """Return the Parquet files of a year's marks: `marks.parquet`, or what is in a folder of that name; () if none.

    Names that begin with "." or "_" are passed over; whatever else is there counts, so that nothing is overlooked.
    """
    place = folder / MARKS
    if not place.is_dir():
        return (place,) if os.path.lexists(place) else ()
    return tuple(sorted(path for path in place.iterdir() if path.name[0] not in "._"))
