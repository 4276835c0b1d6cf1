"""Folders swapped whole or not at all; nothing goes that is not as it was written, or in place as a copy."""

import ctypes
import errno
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from analysis.placing import note_placed
from analysis.problems import WorkbookError, tell_refusal
from analysis.seals import find_edited, seal
from analysis.storage import stamp, take_mode
from analysis.terminal import tell
from analysis.texts import legible, name_path, name_some

_HERE, _EXCHANGE = -100, 2
"""AT_FDCWD and RENAME_EXCHANGE of Linux's renameat2."""
_READ = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
"""Whoever may read a file may look into a folder of what was made of it."""


class _Swap(NamedTuple):
    """A folder that is to take the place of another, and what mode it is given: of a new one, and at most."""

    fresh: Path
    target: Path
    mode: int
    most: int | None
    previous: Path | None
    copy: Path | None
    sealed: bool

    @property
    def near(self) -> Path:
        """What it stands near, and is called after, that has to be kept under another name."""
        return self.copy or self.previous or self.target


@contextmanager
def replaced_folder(
    target: Path,
    previous: Path | None = None,
    *,
    copy: Path | None = None,
    most: int | None = None,
    sealed: bool = False,
) -> Iterator[Path]:
    """Give a fresh folder to fill; it takes the place of `target` only if nothing fails.

    What was in place goes if it is as its seal says, or the same stands in the new folder or in the copy;
    else it is kept under a name with the date, and that is told.

    Parameters
    ----------
    target : Path
        Left as it is when the block raises or the process dies at any moment.
    previous : Path, optional
        Where the earlier contents go, whatever they are; the rule is then for what was there.
    copy : Path, optional
        Where the block has put a copy of the earlier contents, if they are worth one (see `keep_folder`).
    most : int, optional
        The mode of what it is made of: nobody else may look into it, whatever new folders, or that in its place, are.
    sealed : bool
        Write down what the folder holds (see `seals`), so that changes to it will be noticed.

    Yields
    ------
    Path
        An empty folder beside `target`, that nobody else can look into.

    Raises
    ------
    WorkbookError
        If another process is at it, `target` is there but no folder, or something cannot be written.
    """
    with replaced_together() as replace:
        yield replace(target, previous, copy=copy, most=most, sealed=sealed)


@contextmanager
def replaced_together() -> Iterator[Callable[..., Path]]:
    """Give a function with the arguments of `replaced_folder`: the folders it gives are put in place all or none."""
    swaps: list[_Swap] = []
    with ExitStack() as held:

        def replace(
            target: Path,
            previous: Path | None = None,
            *,
            copy: Path | None = None,
            most: int | None = None,
            sealed: bool = False,
        ) -> Path:
            if is_something_else(target):
                raise WorkbookError(
                    f"“{name_path(target)}”是文件或链接，不是文件夹，没有改动。请移走它，或换一个位置。"
                )
            with told_of(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                held.enter_context(_locked(target))
                swap = _Swap(_beside(target, "new"), target, 0, most, previous, copy, sealed)
                _clear_up(swap)
                swap.fresh.mkdir()
                held.callback(shutil.rmtree, swap.fresh, ignore_errors=True)
                swaps.append(swap._replace(mode=stat.S_IMODE(swap.fresh.stat().st_mode)))
                swap.fresh.chmod(stat.S_IRWXU)
                return swap.fresh

        try:
            yield replace
        except OSError as error:
            raise WorkbookError(tell_refusal(error, *(swap.target for swap in swaps[-1:]))) from error
        for swap in swaps:
            with told_of(swap.target):
                _finish(swap)
        for swap, old in put_in_place(swaps):
            if old is not None:
                _put_away(old, swap)


def is_something_else(place: Path) -> bool:
    """Say whether something is at a place that is no folder, or a link to one."""
    return place.is_symlink() or (place.exists() and not place.is_dir())


@contextmanager
def told_of(target: Path) -> Iterator[None]:
    """Tell what the system refuses in the block as a mistake that the user can mend."""
    try:
        yield
    except OSError as error:
        raise WorkbookError(tell_refusal(error, target)) from error


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Let no other process write a folder; the lock goes while it is still held, when nothing is left to protect."""
    lock = target.with_name(f".{target.name}.lock")
    try:
        with FileLock(lock, timeout=0):
            try:
                yield
            finally:
                with suppress(OSError):  # a system that does not remove open files keeps it, and can lock it again
                    lock.unlink()
    except Timeout as error:
        if not lock.exists():  # nobody holds it: it cannot be made at such a place
            raise WorkbookError(tell_refusal(OSError(errno.EINVAL, ""), target)) from error
        raise WorkbookError(f"另一个命令正在写“{name_path(target)}”。等它结束，再运行一次。") from error


def _clear_up(swap: _Swap) -> None:
    """Undo what a killed run left: its unfinished folder, and a swap it did not end."""
    target, aside = swap.target, _aside(swap.target)
    if aside.is_dir() and not target.exists():
        aside.rename(target)
    for left in sorted(target.parent.iterdir()):
        if left.name.startswith(_prefix(target, "new")):
            shutil.rmtree(left, ignore_errors=True)
        elif left == aside or left.name.startswith(_prefix(target, "out")):  # what was in place, or was to be
            _drop_unless(find_edited(left, target, swap.near, trusting=False), left, swap)


def _finish(swap: _Swap) -> None:
    """Seal what is complete, and give it the modes of what it replaces."""
    fresh, target = swap.fresh, swap.target
    if swap.sealed:
        seal(fresh)
    if target.exists():
        for path in fresh.rglob("*"):
            if (earlier := target / path.relative_to(fresh)).exists():
                take_mode(path, earlier)
        take_mode(fresh, target)
    else:
        fresh.chmod(swap.mode)
    if swap.most is not None:
        entered = stat.S_IRWXU | swap.most | (swap.most & _READ) >> 2
        fresh.chmod(stat.S_IMODE(fresh.stat().st_mode) & entered)


def put_in_place(swaps: Iterable[_Swap]) -> list[tuple[_Swap, Path | None]]:
    """Put all in place, or none; return where what was there is now."""
    done: list[tuple[_Swap, Path | None]] = []
    try:
        for swap in swaps:
            with told_of(swap.target):
                done.append((swap, _swap_in(swap)))
    except BaseException:
        for swap, old in reversed(done):
            if old is None:
                swap.target.rename(swap.fresh)
            else:
                _exchange(old, swap.target, swap.fresh).rename(swap.fresh)
        raise
    note_placed(*(swap.target for swap in swaps))
    return done


def _swap_in(swap: _Swap) -> Path | None:
    """Put a folder in place; return where what was there is now, which no run takes for rubbish."""
    if not swap.target.exists():
        swap.fresh.rename(swap.target)
        return None
    out = swap.fresh.rename(_beside(swap.target, "out"))
    try:
        return _exchange(out, swap.target, _aside(swap.target))
    except BaseException:
        if out.exists():
            out.rename(swap.fresh)
        raise


def _exchange(one: Path, other: Path, aside: Path) -> Path:
    """Put one folder in the place of another; return where that is then: in place of the one, or aside.

    It takes one step where the system has one for it, else it goes by way of a third name.
    """
    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    if swap is not None and swap(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return one
    other.rename(aside)
    try:
        one.rename(other)
    except BaseException:
        aside.rename(other)
        raise
    return aside


def _put_away(old: Path, swap: _Swap) -> None:
    """Let go what was in place; or make it the previous one, and let go what was that."""
    target, previous = swap.target, swap.previous
    if previous is None:
        _drop_unless(find_edited(old, *filter(None, (target, swap.copy))), old, swap)
        return
    edited = find_edited(old, target)
    if is_something_else(previous):  # since it was looked at
        _keep(old, swap)
        return
    try:
        spare = _exchange(old, previous, _beside(target, "out")) if previous.exists() else None
        if spare is None:
            old.rename(previous)
    except OSError:  # the new contents are in place, and nobody asked for the old ones to go
        _keep(old, swap)
        return
    if edited:
        what = f"“{name_path(target.name)}”里有改过或另放的文件（{legible(name_some(edited))}）"
        tell(f"{what}，原样留在“{name_path(previous)}”。", aside=True)
    if spare is not None:
        _drop_unless(find_edited(spare, target, previous), spare, swap)


def _drop_unless(needed: list[str], folder: Path, swap: _Swap) -> None:
    """Remove a folder that a swap has left, unless something in it is needed."""
    if needed or is_something_else(folder):
        _keep(folder, swap)
        return
    with suppress(OSError):
        folder = folder.rename(_beside(swap.target, "new"))  # should this run be killed now, the next one goes on
    shutil.rmtree(folder, ignore_errors=True)


def _keep(folder: Path, swap: _Swap) -> None:
    """Give a folder a name with the date, and say so."""
    near = swap.near
    kept = near.with_name(f"{near.name}-{stamp()}")
    try:
        near.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(kept)
    except OSError:
        kept = folder
    was = near if near.parent == swap.target.parent else swap.target
    tell(f"“{name_path(was)}”里原来有别处没有的内容，没有删去，留在“{name_path(kept)}”。", aside=True)


def _beside(target: Path, kind: str) -> Path:
    return target.with_name(f"{_prefix(target, kind)}{secrets.token_hex(4)}")


def _prefix(target: Path, kind: str) -> str:
    """Name what is made for a target: `new` is unfinished, or rubbish; `out` is complete, or was in place."""
    return f".{target.name}.{kind}-"


def _aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.aside")
