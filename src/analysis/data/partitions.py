"""Marks in Parquet: each file is added up by one SQL statement, which nothing but valid marks gets through."""

from __future__ import annotations

import atexit
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, TypeVar

import numpy as np
import pandas as pd

from analysis.data.marks import MARK_COLUMNS, STATUS, STATUSES, check_marks, list_valid_marks, sum_marks
from analysis.data.reading import INDEX, open_parquet, read_table
from analysis.data.schemes import Scheme
from analysis.data.state import Mark, changed_since, mark_partitions
from analysis.data.tables import Place, Table
from analysis.problems import InputError, Problem, WorkbookError
from analysis.storage import scratch_folder
from analysis.texts import name_some

Item = TypeVar("Item")
Result = TypeVar("Result")
Mapper: TypeAlias = Callable[..., Iterable[tuple[Path, pd.DataFrame | None]]]
"""Applies a function to items, here or elsewhere, with other arguments by name; yields each item and its result."""
Valuer: TypeAlias = Callable[[pd.DataFrame], pd.DataFrame]
"""Says what marks are worth: adds columns part, points, applicable and earned to a DataFrame of marks."""

_NUMBER, _TEXT = r"double|float|u?int\d+|decimal.*|null", r"(large_)?string|dictionary<values=(large_)?string, .*>|null"
_USUAL = {column.name: _NUMBER if column.number else _TEXT for column in MARK_COLUMNS}
"""The types, by Arrow's names, that columns usually have."""

_STATEMENT = """
WITH marks AS (
    SELECT unit_id, indicator_id, status, coalesce(rating::VARCHAR, '') AS rating, nullif({score}, 'NaN') AS score
    FROM read_parquet(?, hive_partitioning = false)
), sums AS (
    SELECT unit_id, count(*) AS marks, bitstring_agg(number, 0, {last}) AS given, {sums},
           sum(not_applicable) AS not_applicable_marks, sum(own_assessor) AS own_assessor_marks
    FROM marks JOIN valid USING (indicator_id, status, rating)
    WHERE CASE WHEN scored THEN score BETWEEN 0 AND highest ELSE score IS NULL END
      AND coalesce((unit_id = assessor_id) = is_assessor, true)
    GROUP BY unit_id
), due AS (
    SELECT "group", count(*) AS marks, bitstring_agg(number, 0, {last}) AS given
    FROM (SELECT DISTINCT "group", number FROM valid) GROUP BY "group"
)
SELECT * EXCLUDE given FROM sums JOIN due USING (marks, given)
"""
"""Marks that are not valid are left out, and so are units whose marks are not just what a group needs, once."""
_SUMS = "sum({0}_earned + in_{0} * coalesce(score, 0)) AS {0}_earned, sum({0}_applicable) AS {0}_applicable"


def map_here(function: Callable[..., Result], items: Sequence[Item], **shared: Any) -> Iterator[tuple[Item, Result]]:
    """Apply a function to items in this process, on all its cores (see `Mapper`)."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    with ThreadPoolExecutor(cores) as pool:
        yield from zip(items, pool.map(lambda item: function(item, **shared), items), strict=True)


def sum_file(path: Path, valid: pd.DataFrame, parts: Sequence[str]) -> pd.DataFrame | None:
    """Add up the marks of a file, if all is as usual in it and every mark is valid.

    Parameters
    ----------
    path : Path
    valid : DataFrame of `MarkFiles.value_valid_marks`
    parts : sequence of str

    Returns
    -------
    DataFrame, indexed by unit_id: the columns of `sum_marks`, marks (how many it has), group (the one of which it has
    every indicator, and no other). None if there is anything else in the file, be it wrong or not.

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
    if not usual or not rows or valid.empty:
        return None
    statement = _STATEMENT.format(
        score="score" if types["score"] == "double" else "score::VARCHAR::DOUBLE",  # the number that was written
        sums=", ".join(map(_SUMS.format, parts)),
        last=valid["number"].max(),
    )
    sums = _query(statement, path, valid=valid)
    return sums.set_index("unit_id") if sums is not None and sums["marks"].sum() == rows else None


def _query(statement: str, path: Path, **tables: pd.DataFrame) -> pd.DataFrame | None:
    """Put a statement about a Parquet file and tables; None if the file cannot be read so."""
    try:
        import duckdb
    except ImportError as error:
        raise WorkbookError(
            f"没有安装 DuckDB，不能读 {path.name}。请在工作簿文件夹里运行 python tasks.py setup-all。"
        ) from error
    if "\\" in (name := path.as_posix()):  # would be a separator
        return None
    try:
        with _engine().cursor() as cursor:
            for table, frame in tables.items():
                cursor.register(table, frame)
            return cursor.execute(statement, [re.sub(r"[*?[]", r"[\g<0>]", name)]).df()  # no wildcards
    except duckdb.OutOfMemoryException as error:
        raise WorkbookError(f"内存不够，没有算完 {path}。请把它分成几个小些的文件，再运行一次。") from error
    except (duckdb.Error, ValueError):
        return None


@cache
def _engine() -> Any:
    """Start DuckDB once; each statement has one thread, so that sums are always the same.

    What does not fit into memory it writes to a folder that nobody else can read, and that the next run removes if this
    one is killed.
    """
    import duckdb

    scratch = ExitStack()
    atexit.register(scratch.close)
    atexit.register(_engine.cache_clear)  # before that, as functions that were registered last come first
    settings: dict[str, Any] = {
        "threads": 1,
        "temp_directory": str(scratch.enter_context(scratch_folder())),
        "autoinstall_known_extensions": False,  # nothing is fetched from anywhere
        "disabled_optimizers": "partial_aggregate_pushdown",  # ten times slower here
    }
    return duckdb.connect(config=settings)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_engine.cache_clear)  # a fork that inherits it would crash at its end


class _Checked(NamedTuple):
    """What came of a file: the ids of its units, what is asked of their marks if they are sound, and problems."""

    file: str
    units: pd.Index
    frame: pd.DataFrame
    problems: list[Problem]


@dataclass(frozen=True)
class MarkFiles:
    """A year's marks in Parquet files, read and checked when they are needed.

    Attributes
    ----------
    path, root : Path
        `marks.parquet`, a file or a folder of files, and the data folder it is named against in messages.
    scheme : Scheme
        Of the year: what marks are checked against.
    indicators : DataFrame with columns indicator_id, group, part, points, assessor_id
    units : DataFrame with columns unit_id, group
    found : dict of Path to tuple of int
        The files, and what each was when all else of the year was read (see `find_partitions`, `mark`): no others are
        taken for them later.
    """

    path: Path
    root: Path
    scheme: Scheme
    indicators: pd.DataFrame
    units: pd.DataFrame
    found: dict[Path, Mark]

    def __len__(self) -> int:
        """Count the marks, by what the files say of themselves."""
        count = 0
        with self._still():
            for path in self.files:
                with open_parquet(path) as parquet:
                    count += parquet.metadata.num_rows
        return count

    @property
    def files(self) -> tuple[Path, ...]:
        """See `find_partitions`."""
        return tuple(self.found)

    @property
    def notes(self) -> list[str]:
        """How something was read that is no longer written so; of files that are sound."""
        notes: list[str] = []
        for path in self.files:
            with open_parquet(path) as parquet:
                statuses = parquet.read(columns=[STATUS.name])[STATUS.name].unique().to_pylist()
            notes += Table(self._place(path), [STATUS], pd.DataFrame({STATUS.name: statuses}, dtype=str)).notes
        return notes

    def read(self) -> pd.DataFrame:
        """Read all marks.

        Returns
        -------
        DataFrame of `MARK_COLUMNS`

        Raises
        ------
        InputError
            With every problem of every file.
        WorkbookError
            If a file is no longer what it was.
        """
        with self._still():
            return self._gather([self._read_file(path) for path in self.files]).reset_index(drop=True)

    def sum(self, value: Valuer, mapper: Mapper = map_here) -> pd.DataFrame:
        """Add up the marks of every unit.

        Parameters
        ----------
        value : callable
            See `Valuer`.
        mapper : callable
            Where files are added up; by default here.

        Returns
        -------
        DataFrame of `sum_marks`

        Raises
        ------
        InputError
            With every problem of every file.
        WorkbookError
            If a file is no longer what it was.
        """
        parts = list(self.scheme.parts)
        checked = []
        with self._still():
            for path, sums in mapper(sum_file, self.files, valid=self.value_valid_marks(value), parts=parts):
                if sums is not None and self._fit(sums):
                    summed = sums.drop(columns=["group", "marks"])
                    checked.append(_Checked(self._place(path).file, sums.index, summed, []))
                else:  # slower, and tells what is wrong
                    slowly = self._read_file(path)
                    checked.append(slowly._replace(frame=sum_marks(value(slowly.frame), parts)))
            return self._gather(checked)

    @contextmanager
    def _still(self) -> Iterator[None]:
        """Refuse what is read if a file is not what it was, whatever is found wrong with it."""
        try:
            yield
        finally:
            now = mark_partitions(self.path.parent)
            if changed := sorted(path for path in {*now, *self.found} if now.get(path) != self.found.get(path)):
                raise changed_since(self._place(changed[0]).file)

    def value_valid_marks(self, value: Valuer) -> pd.DataFrame:
        """Say what valid marks are worth, without their score.

        Parameters
        ----------
        value : callable
            See `Valuer`.

        Returns
        -------
        DataFrame of `list_valid_marks`, in the words of earlier versions as well, with those of `Valuer`; number, of
        the indicator; for each part <part>_earned and <part>_applicable, and in_<part>, what a point of a score counts
        in the part; not_applicable and own_assessor, 1 for marks of that status, else 0.
        """
        valid = value(list_valid_marks(self.indicators, self.scheme).assign(score=np.nan)).drop(columns="score")
        valid = valid.assign(number=pd.factorize(valid["indicator_id"])[0])
        for part in self.scheme.parts:
            counts = valid["part"].eq(part).astype(float)
            valid[f"in_{part}"] = counts * valid["points"] / valid["highest"]
            valid[f"{part}_earned"], valid[f"{part}_applicable"] = (
                counts * valid["earned"],
                counts * valid["applicable"],
            )
        for status in STATUSES[1:]:
            valid[status] = valid["status"].eq(status).astype(int)
        formerly = [valid[valid["status"].eq(new)].assign(status=old) for old, new in STATUS.formerly]
        return pd.concat([valid, *formerly], ignore_index=True)

    def _place(self, path: Path) -> Place:
        return Place(path.relative_to(self.root).as_posix())

    def _fit(self, sums: pd.DataFrame) -> bool:
        """Say whether units are of the year and the group whose marks they have, and carry some of every component."""
        component_of = self.scheme.component_of
        held = pd.Series({part: component_of[part] for part in self.scheme.parts})
        if self.scheme.passes_up:
            held[:] = ""  # any of them will do
        applicable = [
            sums[[f"{part}_applicable" for part in parts]].sum(axis=1) for parts in held.groupby(held).groups.values()
        ]
        return bool(
            (self._groups.reindex(sums.index) == sums["group"]).all() and all((each > 0).all() for each in applicable)
        )

    @cached_property
    def _groups(self) -> pd.Series:
        """Group of every unit, by its id; of objects, as DuckDB's are."""
        return self.units.astype(object).set_index("unit_id")["group"]

    def _read_file(self, path: Path) -> _Checked:
        """Read a file as any other table, and check it."""
        table = read_table(path, self.root, MARK_COLUMNS)
        marks = table.frame
        if table.is_read:
            units = self.units[self.units["unit_id"].isin(marks["unit_id"])]
            check_marks(table, self.indicators["indicator_id"], self.indicators, self.scheme, units)
        sound = marks[:0] if table.problems else marks
        return _Checked(table.place.file, pd.Index(marks["unit_id"].unique()), sound, table.problems)

    def _gather(self, checked: Sequence[_Checked]) -> pd.DataFrame:
        """Take what came of all files together, if nothing is wrong in them and every unit is in one of them."""
        given = np.concatenate([each.units for each in checked])
        ids = self._groups.index
        split = ids[ids.isin(pd.Series(given)[pd.Series(given).duplicated()])]
        problems = [problem for each in checked for problem in each.problems if problem.value not in split]
        problems.sort(key=lambda problem: (problem.file, problem.row or 0))

        def tell(units: pd.Index, rule: str, fix: str) -> None:
            if len(units):
                problems.append(self._place(self.path).tell(rule, fix, "unit_id", name_some(units)))

        files = sorted(Path(each.file).name for each in checked if each.units.isin(split).any())
        tell(split, f"单位的评分分在几个文件里（{name_some(files)}）", "一个单位的评分放在同一个文件里")
        if not any(each.problems and each.units.empty for each in checked):  # all files could be read
            absent = self._groups[~ids.isin(given)]
            absent = absent[absent.isin(self.indicators["group"])]
            tell(absent.index, "缺少单位全部指标的评分", "补上评分；不承担的写 not_applicable")
        if problems:
            raise InputError(problems)
        return pd.concat([each.frame for each in checked])
