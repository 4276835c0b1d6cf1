"""Read a CSV table strictly: every cell that breaks a rule becomes a Problem."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.problems import Problem, WorkbookError, tell_reason
from analysis.texts import TableError, find_fault, split_rows

pd.set_option("mode.string_storage", "python")
"""Small tables are quicker so, and the same whether or not pyarrow is installed."""

MOST = 1_000_000
"""No points, marks or years are larger; beyond it sums in decimals would lose digits."""


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


def read_arrow(parquet: Any) -> Any:
    """Read an open Parquet file as a pyarrow.Table, without the index pandas may have written into it."""
    table = parquet.read()
    return table.drop_columns([name for name in table.column_names if name.startswith("__index_level_")])


class Table:
    """A table as read, with the problems found so far.

    Attributes
    ----------
    frame : DataFrame
        The rows; the index is the row number of the file (the header is row 1).
    problems : list of Problem
    is_read : bool
        The file is a table with the right columns, whatever is in its cells.
    """

    def __init__(self, path: Path, root: Path, columns: Sequence[Column]) -> None:
        self.file = path.relative_to(root).as_posix()
        self.problems: list[Problem] = []
        self.frame = pd.DataFrame({column.name: pd.Series(dtype=object) for column in columns})
        self._written, self._faulty = self.frame, set[tuple[int | None, str]]()
        text = self._read(path)
        self.is_read = text is not None and self._has_columns(text, columns)
        if text is not None and self.is_read:
            self._convert(text, columns)

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
            for row, value in self._written.loc[bad[bad].index, column].items()
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
        faults = {text: fault for text in set(cells.tolist()) if (fault := find_fault(text))}
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
        """Read every value as it would be written in a CSV file; rows are numbered from 1, there is no header."""
        name, texts = "", dict[str, pd.Series]()
        try:
            with open_parquet(path) as parquet:
                table = read_arrow(parquet)
                if self._refuse_repeated(table.column_names):
                    return None
                for name in table.column_names:
                    texts[name] = table[name].to_pandas().astype(str).fillna("")
        except OSError as error:
            self._refuse_unreadable(error)
        except ValueError:  # with a column: of its texts
            if name:
                rule, fix = "有文字不是 UTF-8 编码", "按 UTF-8 重新生成"
            else:
                rule, fix = "不是完好的 Parquet 文件", "重新生成"
            self.problems.append(Problem(self.file, rule, fix, column=name))
        else:
            return pd.DataFrame(texts, dtype=str).set_axis(range(1, len(table) + 1))
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

    def _convert(self, text: pd.DataFrame, columns: Sequence[Column]) -> None:
        text = text[[column.name for column in columns]].rename_axis("row")
        self.frame, self._written = text.copy(), text
        for column in columns:
            cells = text[column.name]
            blank = cells.eq("")
            self._refuse_faulty(cells)
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
                numbers = pd.to_numeric(cells.where(~blank), errors="coerce").astype(float)
                huge = numbers.abs().gt(MOST)
                large = cells[huge]
                wordy = numbers.isna() | cells.isin(large[~large.str.contains("[0-9]")])  # "inf" is a number to pandas
                self.refuse(~blank & wordy, column.name, "不是数", "填写阿拉伯数字，不带单位")
                self.refuse(huge & ~wordy, column.name, f"大得不合常理（最多 {MOST}）", "核对这个数")
                self.frame[column.name] = numbers.mask(huge)
        self._faulty = {(problem.row, problem.column) for problem in self.problems}
