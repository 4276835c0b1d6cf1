"""What a command has put in place: whatever ends it afterwards, that stays, and is told."""

from pathlib import Path

from analysis.texts import legible, name_some

PUTTING = "put_in_place"
"""How functions are called that put something in place and note it: none of them is interrupted half-way."""
_PLACED: list[str] = []


def begin_placing() -> None:
    """Forget what an earlier command of this process has put in place."""
    _PLACED.clear()


def note_placed(*paths: Path) -> None:
    """Note what has just been put in place."""
    _PLACED.extend(path for path in map(str, paths) if path not in _PLACED)


def tell_unchanged() -> str:
    """Say that nothing was changed; once something was put in place, that nothing else was.

    Examples
    --------
    >>> tell_unchanged()
    '原有文件没有改动'
    """
    if not _PLACED:
        return "原有文件没有改动"
    return f"在此之前已写好“{legible(name_some(_PLACED))}”，其余文件没有改动"
