"""Read a table strictly, CSV or Parquet: every cell that breaks a rule becomes a Problem."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.problems import Problem, WorkbookError, tell_reason
from analysis.texts import TableError, find_faults, split_rows

pd.set_option("mode.string_storage", "python")
"""Small tables are quicker so, and the same whether or not pyarrow is installed."""

MOST = 1_000_000
"""No points, marks or years are larger; beyond it sums in decimals would lose digits."""

INDEX = "__index_level_"
"""How the columns begin that pandas puts into a Parquet file for an index without a name."""

_NUMBERS = ("float64", "int64")
"""Types whose numbers are those that were written."""


@dataclass(frozen=True)
class Column:
    """What one column of a table may hold.

    Attributes
    ----------
    name : str
    number : bool
        Values are numbers (float, NaN where blank); otherwise text.
    required : bool
        A blank cell is a problem.
    allowed : tuple of str
        The only values allowed; empty means any.
    """

    name: str
    number: bool = False
    required: bool = True
    allowed: tuple[str, ...] = ()


@contextmanager
def open_parquet(path: Path, **options: Any) -> Iterator[Any]:
    """Open a Parquet file.

    Parameters
    ----------
    path : Path
    **options
        Of `pyarrow.parquet.ParquetFile`.

    Yields
    ------
    pyarrow.parquet.ParquetFile

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
        raise WorkbookError(f"没有安装 pyarrow，不能读 {path.name}。请运行 pip install '.[scale]'。") from error
    try:
        with pq.ParquetFile(path, **options) as parquet:
            yield parquet
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:  # said by the system, not by pyarrow
            raise
        raise ValueError(str(error)) from error


class Table:
    """A table as read, with the problems found so far.

    A table called X.csv may stand in X.parquet instead.

    Attributes
    ----------
    frame : DataFrame
        The rows; the index is the row number of the file (the header is row 1).
    problems : list of Problem
    is_read : bool
        The file is a table with the right columns, whatever is in its cells.
    """

    def __init__(self, path: Path, root: Path, columns: Sequence[Column]) -> None:
        self.problems: list[Problem] = []
        called, in_parquet = path.name, path.with_suffix(".parquet")
        is_twice = path != in_parquet and path.exists() and os.path.lexists(in_parquet)
        path = in_parquet if os.path.lexists(in_parquet) else path
        self.file = path.relative_to(root).as_posix()
        self.frame = pd.DataFrame({column.name: pd.Series(dtype=object) for column in columns})
        self._written, self._faulty = self.frame, set[tuple[int | None, str]]()
        if is_twice:
            self.problems.append(Problem(self.file, f"已有 {called}，又有 {path.name}", "删去一份"))
        written = None if is_twice else self._read(path)
        self.is_read = written is not None and self._has_columns(written, columns)
        if written is not None and self.is_read:
            self._convert(written, columns)

    def refuse(self, bad: pd.Series, column: str, rule: str, fix: str) -> None:
        """Record a problem for every row where `bad` is true, unless the cell already says nothing by itself.

        Parameters
        ----------
        bad : Series of bool, indexed like `frame`
        column : str
            The column shown, and the source of the value shown.
        rule, fix : str
        """
        if not bad.any():
            return
        self.problems += [
            Problem(self.file, rule, fix, row=int(row), column=column, value=value)
            for row, value in _as_text(self._written.loc[bad[bad].index, column]).items()
            if (row, column) not in self._faulty
        ]

    def refuse_duplicates(self, key: list[str]) -> None:
        """Record a problem for every row that repeats an earlier `key`."""
        repeated = self.frame.duplicated(key) & self.sound(*key)
        self.refuse(repeated, key[0], f"{'、'.join(key)} 与前面某行重复", "删去重复的一行")

    def sound(self, *columns: str) -> pd.Series:
        """Say of every row whether nothing has been found wrong with its cells in some columns."""
        wrong = {problem.row for problem in self.problems if problem.column in columns}
        return pd.Series(~self.frame.index.isin(wrong), index=self.frame.index)

    def _refuse_faulty(self, cells: pd.Series) -> None:
        faults = find_faults(cells.tolist())
        for row, text in cells[cells.isin(faults)].items():
            rule, fix = faults[text]
            self.problems.append(Problem(self.file, rule, fix, int(row), str(cells.name), text[:20]))

    def _read(self, path: Path) -> pd.DataFrame | None:
        if path.suffix == ".parquet":
            return self._read_parquet(path)
        try:
            rows = split_rows(path.read_bytes().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.problems.append(Problem(self.file, "文件不是 UTF-8 编码", "另存为“CSV UTF-8”"))
        except OSError as error:
            self._refuse_unreadable(error)
        except TableError as error:
            self.problems.append(Problem(self.file, error.rule, error.fix, row=error.row))
        else:
            return self._as_frame(rows)
        return None

    def _refuse_unreadable(self, error: OSError) -> None:
        missing = isinstance(error, FileNotFoundError)
        rule = "缺少这个文件" if missing else f"打不开：{tell_reason(error)}"
        self.problems.append(Problem(self.file, rule, "补上文件，列名见 data/README.md" if missing else "检查这个文件"))

    def _read_parquet(self, path: Path) -> pd.DataFrame | None:
        """Read numbers as they are, all else as it would be written; rows are numbered from 1, there is no header."""
        name, columns = "", dict[str, pd.Series]()
        try:
            with open_parquet(path) as parquet:
                table = parquet.read()
                if self._refuse_repeated(table.column_names):
                    return None
                for name in table.column_names:
                    if not name.startswith(INDEX):
                        cells = table[name].to_pandas()
                        columns[name] = cells if cells.dtype in _NUMBERS else _as_text(cells)
        except OSError as error:
            self._refuse_unreadable(error)
        except ValueError:  # with a column: of its texts
            if name:
                rule, fix = "有文字不是 UTF-8 编码", "按 UTF-8 重新生成"
            else:
                rule, fix = "不是完好的 Parquet 文件", "重新生成"
            self.problems.append(Problem(self.file, rule, fix, column=name))
        else:
            return pd.DataFrame(columns).set_axis(range(1, len(table) + 1))
        return None

    def _refuse_repeated(self, header: Sequence[str]) -> bool:
        repeated = {name for name in header if header.count(name) > 1}
        self.problems += [Problem(self.file, "列名重复", "删去一列", row=1, column=name) for name in sorted(repeated)]
        return bool(repeated)

    def _as_frame(self, rows: list[list[str]]) -> pd.DataFrame | None:
        """Drop rows without any value; every other row must be as long as the header."""
        if not rows:
            self.problems.append(Problem(self.file, "文件是空的", "补上列名与数据，列名见 data/README.md"))
            return None
        header, *body = rows
        filled = {number: row for number, row in enumerate(body, 2) if any(row)}
        ragged = [number for number, row in filled.items() if len(row) != len(header)]
        self.problems += [
            Problem(self.file, f"有 {len(filled[number])} 格，应与列名一样 {len(header)} 格", "检查逗号", row=number)
            for number in ragged
        ]
        if self._refuse_repeated(header) or ragged:
            return None
        return pd.DataFrame(list(filled.values()), index=list(filled), columns=header, dtype=str)

    def _has_columns(self, text: pd.DataFrame, columns: Sequence[Column]) -> bool:
        names = [column.name for column in columns]
        missing = [name for name in names if name not in text.columns]
        unknown = [name for name in text.columns if name not in names]
        self.problems += [Problem(self.file, "缺少这一列", "补上列名与数据", row=1, column=name) for name in missing]
        self.problems += [
            Problem(self.file, "不认识的列", f"可用的列：{'、'.join(names)}", row=1, column=str(name))
            for name in unknown
        ]
        return not missing and not unknown

    def _convert(self, written: pd.DataFrame, columns: Sequence[Column]) -> None:
        self._written = written[[column.name for column in columns]].rename_axis("row")
        self.frame = self._written.copy()
        for column in columns:
            cells = self._written[column.name]
            is_read = column.number and cells.dtype in _NUMBERS
            if not is_read:
                cells = _as_text(cells)
                self._refuse_faulty(cells)
            blank = cells.isna() if is_read else cells.eq("")
            if column.required:
                self.refuse(blank, column.name, "不能为空", "填上值")
            if column.allowed:
                self.refuse(
                    ~blank & ~cells.isin(column.allowed),
                    column.name,
                    "不在允许的取值内",
                    f"改为 {'、'.join(column.allowed)} 之一",
                )
            if column.number:
                numbers = cells if is_read else pd.to_numeric(cells.where(~blank), errors="coerce")
                cells = self._check_numbers(numbers.astype(float), blank, column.name)
            self.frame[column.name] = cells
        self._faulty = {(problem.row, problem.column) for problem in self.problems}

    def _check_numbers(self, numbers: pd.Series, blank: pd.Series, column: str) -> pd.Series:
        huge = numbers.abs().gt(MOST)
        large = _as_text(self._written.loc[huge, column])
        words = large.index[~large.str.contains("[0-9]")]  # "inf" is a number to pandas
        wordy = numbers.isna() | numbers.index.isin(words)
        self.refuse(~blank & wordy, column, "不是数", "填写阿拉伯数字，不带单位")
        self.refuse(huge & ~wordy, column, f"大得不合常理（最多 {MOST}）", "核对这个数")
        return numbers.mask(huge)


def _as_text(cells: pd.Series) -> pd.Series:
    """Write cells as a CSV file has them."""
    return cells.astype(str).fillna("")
