"""What is wrong with an input, said so that the reader can mend it."""

import errno
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from analysis.texts import legible


class WorkbookError(Exception):
    """A mistake the user can mend; the message is complete, in Chinese, and shown without a traceback."""


class BuildError(Exception):
    """A notebook failed; the message names the page, the notebook, the cell and the error."""


_LONGEST = 60
"""Characters of a value that a message shows."""
_MOST_COLUMNS = 3
"""Columns that a line names one by one; a page has room for all."""


class Problem(NamedTuple):  # every command imports this: dataclasses would take longer than all else here
    """One thing wrong with one place of one input file.

    Attributes
    ----------
    file : str
        Path relative to the data folder.
    rule : str
        The rule that is broken.
    fix : str
        How to mend it.
    row : int or None
        Row as a spreadsheet numbers it (the header is row 1).
    column : str
        Column of a table, or the clause of a YAML file.
    value : str
        The offending value as written.
    sheet : str
        Sheet of an Excel workbook.
    columns : tuple of str
        Where the rule is about several cells of the row, the columns of all of them.
    """

    file: str
    rule: str
    fix: str
    row: int | None = None
    column: str = ""
    value: str = ""
    sheet: str = ""
    columns: tuple[str, ...] = ()

    def tell_rule(self, most: int | None = None) -> str:
        """Write the rule with the columns it is about, at most so many of them."""
        shown = self.columns[:most]
        more = "……" if len(shown) < len(self.columns) else ""
        return f"{self.rule}（{'、'.join(shown)}{more}）" if shown else self.rule

    def __str__(self) -> str:
        where = self.file + (f" 表“{self.sheet}”" if self.sheet else "")
        if self.row is not None:
            where += f" 第{self.row}行"
        if self.column:
            where += f"“{_shorten(self.column)}”"
        shown = f"（值：'{_shorten(self.value)}'）" if self.value else ""
        return legible(f"{where}{shown}：{self.tell_rule(_MOST_COLUMNS)}。改法：{self.fix}。")


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"


UNFINISHED = "改好这些以后，还会再查其余各项。"

_ONE_BY_ONE = 3
"""The same cell breaking the same rule in more rows than this is told once."""


def tell_problems(problems: Iterable[Problem]) -> list[str]:
    """Write problems for a reader; many of the same kind in many rows become one.

    Parameters
    ----------
    problems : iterable of Problem

    Returns
    -------
    list of str
    """
    alike: dict[Problem, list[Problem]] = {}
    for problem in problems:
        alike.setdefault(problem._replace(row=None, value=""), []).append(problem)
    texts: list[str] = []
    for same in alike.values():
        rows = sorted({problem.row for problem in same if problem.row is not None})
        if len(rows) <= _ONE_BY_ONE:
            texts += map(str, same)
        else:
            rule = f"{same[0].rule}（共{len(rows)}行：第{'、'.join(map(str, rows[:3]))}……行）"
            value = same[0].value if len({problem.value for problem in same}) == 1 else ""
            texts.append(str(same[0]._replace(row=None, value=value, rule=rule)))
    return texts


def tell_reason(error: OSError) -> str:
    """Say why the system did not read or write something.

    Parameters
    ----------
    error : OSError

    Returns
    -------
    str
    """
    return _reason(error)[0]


def tell_refusal(error: OSError, path: Path | None = None) -> str:
    """Say that the system did not let something be read or written, why, and what to do.

    Parameters
    ----------
    error : OSError
    path : Path, optional
        What the reader calls the place; by default what the system says.

    Returns
    -------
    str
    """
    refused = path or error.filename
    where = f"“{legible(str(refused))}”" if refused else "文件"
    reason, mending = _reason(error)
    return f"读写不了{where}：{reason}。{mending}，再运行一次；原有内容没有改动。"


_ROOM, _RIGHTS, _ELSEWHERE = "请腾出磁盘空间", "请改正权限，或换一个位置", "请改正路径，或换一个位置"
_REASONS = {
    errno.ENOSPC: ("磁盘满了", _ROOM),
    errno.EDQUOT: ("磁盘配额用完了", _ROOM),
    errno.EFBIG: ("文件超过允许的大小", "请腾出磁盘空间，或换一个位置"),
    errno.EACCES: ("没有权限", _RIGHTS),
    errno.EPERM: ("没有权限", _RIGHTS),
    errno.EROFS: ("磁盘是只读的", _RIGHTS),
    errno.EEXIST: ("已有同名的文件", "请移走它，或换一个位置"),
    errno.ENOENT: ("没有这个文件或文件夹", "请先建好，或改正路径"),
    errno.ENOTDIR: ("路径中有一段是文件，不是文件夹", _ELSEWHERE),
    errno.EISDIR: ("是文件夹，不是文件", _ELSEWHERE),
    errno.ENOTEMPTY: ("文件夹里有别的内容", "请移走它，或换一个位置"),
    errno.ENAMETOOLONG: ("名称太长", "请缩短名称"),
    errno.ELOOP: ("链接绕成了圈", "请删去这个链接，或换一个位置"),
    errno.EBUSY: ("正被别的程序使用", "请关闭正打开它的程序"),
    errno.ETXTBSY: ("正被别的程序使用", "请关闭正打开它的程序"),
    errno.EXDEV: ("跨了两个磁盘", "请换一个位置"),
    errno.EMFILE: ("打开的文件太多", "请关闭一些程序，或放宽系统对打开文件数的限制"),
    errno.ENFILE: ("打开的文件太多", "请关闭一些程序，或放宽系统对打开文件数的限制"),
    errno.ENOMEM: ("内存不足", "请关闭一些程序"),
    errno.EAGAIN: ("系统不让再开进程或线程", "请关闭一些程序"),
    errno.EINVAL: ("系统不接受这个名称或位置", _ELSEWHERE),
    errno.EIO: ("磁盘或网络出错", "请检查磁盘或网络连接"),
}
"""What the system's words mean, and what to do; other words are passed on."""


def _reason(error: OSError) -> tuple[str, str]:
    mending = "请改正权限、换一个位置，或关闭正打开它的程序"
    return _REASONS.get(error.errno or 0, (error.strerror or str(error), mending))


_SHORT = (
    "cannot allocate memory",
    "can't start new thread",
    "failed to map segment",
    "out of memory",
    "outofmemory",
)
"""How the system and libraries say that there is no more memory, where they do not raise a MemoryError."""


def is_short_of_memory(error: BaseException) -> bool:
    """Say whether there was not enough memory for something, whoever noticed it.

    Parameters
    ----------
    error : exception

    Returns
    -------
    bool
    """
    said = f"{type(error).__name__} {error}".lower()
    return isinstance(error, MemoryError) or any(words in said for words in _SHORT)


class InputError(WorkbookError):
    """All problems found in the inputs, before anything was computed.

    Parameters
    ----------
    problems : iterable of Problem
    unfinished : bool
        Other checks wait until these problems are mended, and may find more.
    """

    shown_at_most = 50

    def __init__(self, problems: Iterable[Problem], *, unfinished: bool = False) -> None:
        self.problems, self.unfinished = tuple(problems), unfinished
        lines = [f"{number}. {text}" for number, text in enumerate(tell_problems(self.problems), 1)]
        alike = f"（同类的并作一条，共{len(lines)}条）" if len(lines) < len(self.problems) else ""
        rest = len(lines) - self.shown_at_most
        more = [f"…… 另有{rest}条，改好以上各条后再看。"] if rest > 0 else []
        said = [f"数据有{len(self.problems)}处问题{alike}，未作任何计算：", *lines[: self.shown_at_most], *more]
        super().__init__("\n".join(said + [UNFINISHED] * unfinished))

    def __reduce__(self) -> tuple[Any, ...]:
        """Let it pass from one process to another: exceptions are made anew from their message alone."""
        return partial(InputError, self.problems, unfinished=self.unfinished), ()


class Problems(list[Problem]):
    """Problems of several inputs, gathered so that all are told at once."""

    unfinished = False

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Take the problems of what is tried, in place of its InputError."""
        try:
            yield
        except InputError as error:
            self += error.problems
            self.unfinished |= error.unfinished

    def refuse(self) -> None:
        """Raise an InputError if there are any."""
        if self:
            raise InputError(self, unfinished=self.unfinished)
