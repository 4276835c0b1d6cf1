"""Files of tables as they stand on disk: CSV and Parquet, read as written and checked for their columns."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.data.opening import check_regular, read_file
from analysis.data.tables import MOST_PROBLEMS, NUMBERS, Column, Place, Table, as_text
from analysis.problems import InputError, Problem, WorkbookError, tell_reason
from analysis.texts import FileError, split_rows

INDEX = "__index_level_"
"""How the columns begin that pandas puts into a Parquet file for an index without a name."""


@contextmanager
def open_parquet(path: Path) -> Iterator[Any]:
    """Open a Parquet file, as a `pyarrow.parquet.ParquetFile`.

    Raises
    ------
    WorkbookError
        If pyarrow is not installed.
    OSError
        If the file cannot be opened.
    ValueError
        If it is no sound Parquet file; also where pyarrow cannot do what is asked of it.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise WorkbookError(
            f"没有安装 pyarrow，不能读 {path.name}。请在工作簿文件夹里运行 python tasks.py setup-all。"
        ) from error
    try:
        check_regular(path)
    except FileError as error:
        raise ValueError(error.rule) from error
    try:
        with pq.ParquetFile(path) as parquet:
            yield parquet
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:  # said by the system, not by pyarrow
            raise
        raise ValueError(str(error)) from error


def read_table(path: Path, root: Path, columns: Sequence[Column]) -> Table:
    """Read a CSV or Parquet file of the data folder; a table called X.csv may stand in X.parquet instead.

    Parameters
    ----------
    path, root : Path
        The file, and the data folder it is named against in messages.
    columns : sequence of Column
        All of which it has to have, but for optional ones, and no others.

    Returns
    -------
    Table
        Its rows are numbered as those of the file; a Parquet file's from 1.
    """
    called, in_parquet = path, path.with_suffix(".parquet")
    path = in_parquet if os.path.lexists(in_parquet) else path
    place = Place(path.relative_to(root).as_posix())
    if path != called and called.exists():
        return Table(place, columns, None, problems=[place.tell(f"已有 {called.name}，又有 {path.name}", "删去一份")])
    try:
        cells = _read_parquet(path, place, columns) if path == in_parquet else _read_csv(path, place, columns)
    except FileNotFoundError:
        return Table(place, columns, None, problems=[place.tell("缺少这个文件", "补上文件，列名见 data/README.md")])
    except OSError as error:
        return Table(place, columns, None, problems=[place.tell(f"打不开：{tell_reason(error)}", "检查这个文件")])
    except InputError as error:
        return Table(place, columns, None, problems=error.problems)
    return Table(place, columns, cells)


def _read_csv(path: Path, place: Place, columns: Sequence[Column]) -> pd.DataFrame:
    """Read all cells as texts; rows without any value are dropped, every other row must be as long as the header."""
    try:
        rows = split_rows(read_file(path).decode("utf-8-sig"))
        header = next(rows, None)
        if header is None:
            raise InputError([place.tell("文件是空的", "补上列名与数据，列名见 data/README.md")])
        if repeated := _find_repeated(header, place):
            raise InputError(repeated)
        _check_header(header, place, columns)
        return _gather_rows(header, rows, place)
    except UnicodeDecodeError as error:
        raise InputError([place.tell("文件不是 UTF-8 编码", "另存为“CSV UTF-8”")]) from error
    except FileError as error:
        raise InputError([place.at(error.row).tell(error.rule, error.fix)]) from error


def _gather_rows(header: list[str], rows: Iterable[list[str]], place: Place) -> pd.DataFrame:
    numbers, cells, ragged = list[int](), [list[str]() for _ in header], list[Problem]()
    for number, row in enumerate(rows, 2):
        if len(row) == len(header) and any(row):
            numbers.append(number)
            for column, cell in zip(cells, row, strict=True):
                column.append(cell)
        elif any(row):
            ragged.append(place.at(number).tell(f"有{len(row)}格，应与列名一样{len(header)}格", "检查逗号"))
        if len(ragged) > MOST_PROBLEMS:
            break
    if ragged:
        raise InputError(ragged)
    return pd.DataFrame(dict(zip(header, cells, strict=True)), index=numbers, dtype=str)


def _read_parquet(path: Path, place: Place, columns: Sequence[Column]) -> pd.DataFrame:
    """Read numbers as they are, all else as it would be written; rows are numbered from 1, there is no header."""
    numbers = [column.name for column in columns if column.number]
    name, read = "", dict[str, pd.Series]()
    try:
        with open_parquet(path) as parquet:
            table = parquet.read()
            if repeated := _find_repeated(table.column_names, place):
                raise InputError(repeated)
            for name in table.column_names:
                if not name.startswith(INDEX):
                    cells = table[name].to_pandas()
                    read[name] = cells if name in numbers and cells.dtype in NUMBERS else as_text(cells)
    except ValueError as error:  # with a column: of its texts
        rule, fix = ("有文字不是 UTF-8 编码", "按 UTF-8 重新生成") if name else ("不是完好的 Parquet 文件", "重新生成")
        raise InputError([place.tell(rule, fix, name)]) from error
    _check_header(list(read), place, columns)
    return pd.DataFrame(read).set_axis(range(1, len(table) + 1))


def _find_repeated(header: list[str], place: Place) -> list[Problem]:
    repeated = sorted(name for name, times in Counter(header).items() if times > 1)
    return [place.at(1).tell("列名重复", "删去一列", name) for name in repeated[:MOST_PROBLEMS]]


def _check_header(header: list[str], place: Place, columns: Sequence[Column]) -> None:
    """Refuse a table that has not just the columns that it should have."""
    first, names = place.at(1), [column.name for column in columns]
    absent = [column.name for column in columns if column.name not in header and not column.optional]
    missing = [first.tell("缺少这一列", "补上列名与数据", name) for name in absent]
    others = [name for name in header if name not in names][:MOST_PROBLEMS]
    unknown = [first.tell("不认识的列", f"可用的列：{'、'.join(names)}", name) for name in others]
    if missing or unknown:
        raise InputError([*missing, *unknown])
