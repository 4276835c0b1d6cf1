"""Folders that are swapped whole or not at all, and what was in place: nothing goes that somebody may need."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from analysis.folders import filled_folder, is_vacant, name_previous
from analysis.problems import WorkbookError
from analysis.seals import SEAL, find_edited
from analysis.swaps import replaced_folder, replaced_together
from tests.conftest import widely


@pytest.mark.slow
@widely("kills", [10, 30], always=1)
def test_a_folder_is_whole_whenever_its_replacement_is_killed(tmp_path: Path, kills: int) -> None:
    """Nothing but swaps, as fast as they go, killed in their midst."""
    program = textwrap.dedent(
        """
        import sys
        from itertools import count
        from pathlib import Path
        from analysis.swaps import replaced_folder
        target = Path(sys.argv[1])
        for number in count():
            with replaced_folder(target, target.with_name("previous")) as fresh:
                for name in "abc":
                    (fresh / name).write_text(str(number))
            print(number, flush=True)
        """
    )
    target, random = tmp_path / "target", Random(7)
    for _ in range(kills):
        process = subprocess.Popen([sys.executable, "-c", program, str(target)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random.uniform(0, 0.05))
        process.kill()
        process.communicate()
        assert {path.name for path in target.iterdir()} == set("abc")
        assert len({path.read_text() for path in target.iterdir()}) == 1


def test_one_folder_takes_one_writer(tmp_path: Path) -> None:
    with (
        replaced_folder(tmp_path / "a"),
        pytest.raises(WorkbookError, match="另一个命令正在写"),
        replaced_folder(tmp_path / "a"),
    ):
        pass
    assert _names(tmp_path) == ["a"]


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.rglob("*") if path.is_file() and path.name != SEAL}


def _write(target: Path, text: str, previous: Path | None = None) -> None:
    with replaced_folder(target, previous, sealed=True) as fresh:
        (fresh / "a").write_text(text)
        (fresh / "b").mkdir()
        (fresh / "b/c").write_text(text)


@pytest.fixture(params=[True, False], ids=["in one step", "by a third name"])
def steps(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every system can let two folders change places in one step."""
    if not request.param:
        monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())


@pytest.fixture
def out(tmp_path: Path, steps: None) -> tuple[Path, Path]:
    return tmp_path / "out", tmp_path / "out-previous"


def test_what_is_as_it_was_written_makes_room(out: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    for text in "1234":
        _write(out[0], text, out[1])
    assert _texts(out[0]) == {"a": "4", "c": "4"} and _texts(out[1]) == {"a": "3", "c": "3"}
    assert _names(out[0].parent) == ["out", "out-previous"] and capsys.readouterr().err == ""


EDITS: dict[str, Callable[[Path], object]] = {
    "changed": lambda folder: (folder / "b/c").write_text("mine"),
    "put there": lambda folder: (folder / "b/note").write_text("mine"),
    "put there by a link": lambda folder: (folder / "b/note").symlink_to(folder.parent),
    "without a seal": lambda folder: (folder / SEAL).unlink(),
    "with another seal": lambda folder: (folder / SEAL).write_text("[]"),
    "with a broken seal": lambda folder: (folder / SEAL).write_text('{"a": 1, "b/c": '),
}


@pytest.mark.parametrize("edit", EDITS)
def test_what_somebody_changed_is_kept_through_any_number_of_runs(
    edit: str, out: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    _write(out[0], "1", out[1])
    EDITS[edit](out[0])
    edited = _texts(out[0])
    _write(out[0], "2", out[1])
    assert "“out”里有改过或另放的文件" in capsys.readouterr().err and _texts(out[1]) == edited
    _write(out[0], "3", out[1])
    told = capsys.readouterr().err
    (kept,) = out[0].parent.glob("out-previous-*")
    assert f"没有删去，留在“{kept}”" in told and _texts(kept) == edited and _texts(out[1]) == {"a": "2", "c": "2"}
    _write(out[0], "4", out[1])
    assert capsys.readouterr().err == "" and _texts(kept) == edited
    assert _names(out[0].parent) == ["out", "out-previous", kept.name]


def test_what_is_put_there_meanwhile_is_kept(out: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    for text in "12":
        _write(out[0], text, out[1])
    with replaced_folder(out[0], out[1]):
        (out[0] / "note").write_text("mine")
        (out[1] / "note").write_text("mine too")
    assert _texts(out[1]) == {"a": "2", "c": "2", "note": "mine"}
    (kept,) = out[0].parent.glob("out-previous-*")
    assert _texts(kept) == {"a": "1", "c": "1", "note": "mine too"}
    assert "（note）" in capsys.readouterr().err


def test_what_the_new_folder_holds_too_needs_no_keeping(out: tuple[Path, Path]) -> None:
    """As a README that came with the folder."""
    for folder in out:
        folder.mkdir()
        (folder / "a").write_text("1")
    _write(out[0], "1", out[1])
    assert _names(out[0].parent) == ["out", "out-previous"]


@pytest.mark.parametrize("what", ["file", "link", "a link to nothing", "a link in a circle"])
def test_something_else_in_the_previous_place_is_left_alone(
    what: str, out: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    target, previous = out
    _write(target, "1")
    elsewhere = target.with_name("elsewhere")
    _write(elsewhere, "others'")

    def put() -> None:
        if what == "file":
            previous.write_text("mine")
        else:
            previous.symlink_to({"link": elsewhere, "a link in a circle": previous}.get(what, target / "nowhere"))

    put()
    with pytest.raises(WorkbookError, match="out-previous”是文件或链接，不是文件夹，没有改动"):
        name_previous(target, "报告", lambda _: ["*"])
    previous.unlink()
    with replaced_folder(target, previous) as fresh:  # it is put there when nobody looks any more
        (fresh / "a").write_text("2")
        put()
    (kept,) = target.parent.glob("out-previous-*")
    assert _texts(kept) == {"a": "1", "c": "1"} and _texts(target) == {"a": "2"}
    assert previous.is_symlink() or previous.read_text() == "mine"
    assert _texts(elsewhere) == {"a": "others'", "c": "others'"} and f"留在“{kept}”" in capsys.readouterr().err


def _failing(monkeypatch: pytest.MonkeyPatch, number: int) -> list[str]:
    """Let the system refuse to rename the N-th time, whichever call that is."""
    calls: list[str] = []
    rename, library = os.rename, ctypes.CDLL(None, use_errno=True)

    def count(*names: object) -> None:
        calls.append(" → ".join(map(str, names)))
        if len(calls) == number:
            raise PermissionError(13, "no")

    def renamed(self: Path, other: Path) -> Path:
        count(self.name, other.name)
        rename(self, other)
        return other

    class Library:
        def __init__(self, *_: object, **__: object) -> None: ...

        def renameat2(self, *arguments: object) -> int:
            try:
                count(*arguments)
            except PermissionError:
                return -1
            return int(library.renameat2(*arguments))

    monkeypatch.setattr(Path, "rename", renamed)
    if ctypes.CDLL(None) and isinstance(ctypes.CDLL, type):
        monkeypatch.setattr(ctypes, "CDLL", Library)
    return calls


@pytest.mark.parametrize("number", range(1, 9))
def test_a_rename_that_fails_leaves_all_old_or_all_new(
    number: int, out: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    target, previous = out
    for text in "12":
        _write(target, text, previous)
    with monkeypatch.context() as patched:
        _failing(patched, number)
        try:
            _write(target, "3", previous)
        except WorkbookError as error:
            assert "读写不了" in str(error) and "没有权限" in str(error)
            assert _texts(target) == {"a": "2", "c": "2"} and _texts(previous) == {"a": "1", "c": "1"}
            assert _names(target.parent) == ["out", "out-previous"]
        else:
            assert _texts(target) == {"a": "3", "c": "3"}
    _write(target, "4", previous)
    assert _texts(target)["a"] == "4"
    held = [_texts(folder).get("a") for folder in target.parent.iterdir()]
    assert {"2", "3"} & set(held) and not [name for name in _names(target.parent) if name.startswith(".")]


@pytest.mark.parametrize("number", range(1, 5))
def test_several_folders_are_replaced_all_or_none(
    number: int, tmp_path: Path, steps: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path / name for name in ("one", "two", "three")]
    for folder in folders[:2]:
        _write(folder, "1")
    with monkeypatch.context() as patched:
        _failing(patched, number)
        try:
            with replaced_together() as replace:
                for folder in folders:
                    (replace(folder, sealed=True) / "a").write_text("2")
        except WorkbookError:
            assert [_texts(folder)["a"] for folder in folders[:2]] == ["1", "1"] and not folders[2].exists()
        else:
            assert [_texts(folder)["a"] for folder in folders] == ["2", "2", "2"]
    assert not [name for name in _names(tmp_path) if name.startswith(".")]


def test_a_swap_that_was_killed_loses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a swap leaves that is killed before it has put away what was in place, by either way."""
    target, previous = tmp_path / "out", tmp_path / "out-previous"
    _write(tmp_path / ".out.out-0123", "1")  # sealed, but the only one there is
    _write(tmp_path / ".out.aside", "2")
    (tmp_path / ".out.new-0123").mkdir()
    _write(target, "3", previous)
    assert _texts(target)["a"] == "3" and _texts(previous)["a"] == "2"  # what was in place has come back
    (kept,) = tmp_path.glob("out-previous-*")
    assert _texts(kept)["a"] == "1" and f"“{kept}”" in capsys.readouterr().err
    assert _names(tmp_path) == ["out", "out-previous", kept.name]


def test_a_lock_that_was_left_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / ".out.lock").touch()
    _write(tmp_path / "out", "1")
    assert _names(tmp_path) == ["out"]


def test_a_seal_tells_what_has_changed(tmp_path: Path) -> None:
    _write(tmp_path / "out", "1")
    assert find_edited(tmp_path / "out") == []
    (tmp_path / "out/Thumbs.db").touch()
    (tmp_path / "out/b/c").unlink()
    assert find_edited(tmp_path / "out") == []  # nothing is there that could be lost
    (tmp_path / "out/b/c").write_text("2")
    os.mkfifo(tmp_path / "out/pipe")
    assert find_edited(tmp_path / "out") == ["pipe", "b/c"]


def test_a_folder_that_is_filled_where_it_stands_is_filled_or_vacant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".new-999999999").mkdir()  # of a run that was killed
    (tmp_path / ".new-999999999/a").touch()
    assert is_vacant(tmp_path)
    refused = pytest.raises(WorkbookError, match="没有权限")
    with monkeypatch.context() as patched, refused, filled_folder(tmp_path) as fresh:
        for name in "ab":
            (fresh / name).touch()
        _failing(patched, 2)
    assert _names(tmp_path) == []
    with filled_folder(tmp_path) as fresh:
        for name in ("units.csv", "schemes.d"):
            (fresh / name).touch()
    assert _names(tmp_path) == ["schemes.d", "units.csv"] and not is_vacant(tmp_path)


def test_what_cannot_be_moved_to_another_disk_stays_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A data folder may lie on another disk than its backups, by way of a link."""
    target, copy = tmp_path / "2023", tmp_path / "backups/2023"
    _write(target, "1")
    (target / "note").write_text("mine")
    rename = os.rename

    def renamed(self: Path, other: Path) -> Path:
        if other.parent != self.parent:
            raise OSError(18, "Invalid cross-device link")
        rename(self, other)
        return other

    monkeypatch.setattr(Path, "rename", renamed)
    for text in "23":
        with replaced_folder(target, copy=copy, sealed=True) as fresh:
            (fresh / "a").write_text(text)
        (kept,) = tmp_path.glob(".2023.out-*")
        assert _texts(kept)["note"] == "mine" and f"留在“{kept}”" in capsys.readouterr().err
    assert _texts(target) == {"a": "3"} and _names(copy.parent) == []
