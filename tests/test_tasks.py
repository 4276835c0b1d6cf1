"""The chores before anything is installed: what is installed when, and where a folder has moved."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sysconfig
import venv
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import ROOT

PLACE = "工作簿 'a' \"b\""
LINK = "_editable_impl_assessment_workbook.pth"


class Desk:
    """A copy of the workbook whose installations are only noted down."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.done, self.code = folder, list[str](), 0
        monkeypatch.setattr(subprocess, "call", self._call)
        monkeypatch.setattr(venv, "create", self._create)

    @property
    def packages(self) -> Path:
        return Path(sysconfig.get_path("purelib", "venv", {"base": str(self.folder / ".venv")}))

    def _call(self, command: list[Any], cwd: Path) -> int:
        what = next((str(each) for each in reversed(command) if each not in {self.folder}), "")
        self.done.append(Path(what).name or what)
        return self.code

    def _create(self, where: Path, *, with_pip: bool, clear: bool) -> None:
        self.done.append("anew" if clear else "kept")
        assert with_pip or not clear
        if clear:
            shutil.rmtree(where, ignore_errors=True)
        packages = self.packages
        packages.mkdir(parents=True, exist_ok=True)
        (packages / LINK).write_text(str(self.folder / "src"), encoding="utf-8")

    def run(self, task: str) -> list[str]:
        """Return what is done for a task."""
        self.done.clear()
        _load(self.folder).TASKS[task]()
        return list(self.done)

    def move(self, to: Path) -> None:
        self.folder = self.folder.rename(to)


def _load(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("chores", folder / "tasks.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    folder = tmp_path / PLACE
    folder.mkdir()
    for name in ("tasks.py", "pyproject.toml", "requirements.lock", "requirements-all.lock"):
        shutil.copy(ROOT / name, folder)
    return Desk(folder, monkeypatch)


def test_running_installs_what_running_needs_once(desk: Desk) -> None:
    assert desk.run("setup") == ["anew", "requirements.lock", "."]
    assert desk.run("report") == ["build"]


def test_testing_adds_the_rest_and_nothing_is_taken_away_again(desk: Desk) -> None:
    desk.run("setup")
    assert desk.run("setup-all") == ["kept", "requirements-all.lock", "."]
    assert desk.run("setup-all") == desk.run("setup") == []


def test_everything_may_be_installed_at_once(desk: Desk) -> None:
    assert desk.run("setup-all") == ["anew", "requirements-all.lock", "."]


def test_a_folder_that_has_moved_is_put_right_without_a_network(desk: Desk, tmp_path: Path) -> None:
    desk.run("setup-all")
    desk.move(tmp_path / "elsewhere")
    assert desk.run("setup") == ["kept", "."]
    assert desk.run("setup-all") == []  # and is still known to be complete


def test_where_the_code_is_holds_in_any_place_and_encoding(desk: Desk) -> None:
    desk.run("setup")
    link = desk.packages / LINK
    assert link.read_bytes().isascii()
    assert (link.parent / link.read_text(encoding="ascii")).resolve() == desk.folder.resolve() / "src"


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.lock"])
def test_other_dependencies_make_it_anew(desk: Desk, name: str) -> None:
    desk.run("setup")
    with (desk.folder / name).open("a", encoding="utf-8") as file:
        file.write("# other")
    assert desk.run("setup") == ["anew", "requirements.lock", "."]


def test_other_line_ends_do_not(desk: Desk) -> None:
    desk.run("setup")
    for lock in desk.folder.glob("*.lock"):
        lock.write_bytes(lock.read_bytes().replace(b"\n", b"\r\n"))
    assert desk.run("setup") == []


def test_what_could_not_be_installed_is_told_and_tried_again(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.code = 1
    with pytest.raises(SystemExit):
        desk.run("setup")
    assert "没有装好" in capsys.readouterr().err
    desk.code = 0
    assert desk.run("setup") == ["anew", "requirements.lock", "."]
