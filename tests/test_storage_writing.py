"""What is written where, and who may read it: as the system has it for new files, as it was for those replaced."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pytest

from analysis.cli import main
from analysis.data.dataset import load_dataset
from analysis.exchange.forms.template import write_workbook
from analysis.methods.reconstruction.reconstruction import write_inputs
from analysis.problems import WorkbookError
from analysis.storage import NOTEBOOKS_VARIABLE, scratch_folder, write_file
from analysis.swaps import replaced_folder
from tests.conftest import widely
from tests.small import add_profiles, start_project


@contextmanager
def _masked(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _write_forms(project: Path) -> None:
    """Save the year's data as forms to import, changed and with a fault; a table of results; a circular."""
    facts = load_dataset(project / "data").year(2023)
    assert facts.inputs is not None
    marks = facts.inputs.marks
    for name, score in {"changed": 10.0, "faulty": 1e6}.items():
        marks.loc[marks["score"].notna(), "score"] = score
        (project / f"{name}.xlsx").write_bytes(write_workbook(facts, facts.inputs.indicators, facts.inputs))
    book = openpyxl.Workbook()
    for row in (["单位", "甲（30分）", "乙（70分）", "总分"], ["某局", 30, 60, 90], ["另局", 20, 60, 80]):
        book.active.append(row)
    book.save(project / "results.xlsx")
    text = "2023年度，县（市、区）政府平均得分为90.10分。"
    (project / "circular.txt").write_text(text, encoding="utf-8")


COMMANDS = [
    "template --year 2023", "export --year 2023", "new-city city", "import changed.xlsx --year 2023",
    "import faulty.xlsx --year 2023", "build --keep-notebooks run", "profile --unit dongcheng --year 2023",
    "build --force", "document 附件 --year 2023", "score --year 2023 --out s.csv", "score --year 2023 --out s.xlsx",
    "read-circular circular.txt --out c.yml", "import results.xlsx --year 2023 --data results --document 某文",
    "new-year 2024", "new-page mine", "from-circulars circular.txt --out print",
]  # fmt: skip
MADE = [
    *("评分表-2023.xlsx", "评分数据-2023.xlsx", "city/inputs/2023/marks.csv", "data-backups/log.txt"),
    *("faulty-问题/问题.html", "faulty-问题/faulty-标出问题.xlsx", "reports/index.html", "reports/.seal.json"),
    *(
        "run/one.ipynb",
        "reports-previous/unit-dongcheng.html",
        "附件-2023/图",
        "附件-2023/附件.docx",
        "s.csv",
        "s.xlsx",
    ),
    *("s.xlsx", "c.yml", "results/schemes/2023.yml", "data/schemes/2024.yml", "data/notebooks/mine.ipynb"),
    *("print/schemes/2023.yml", "print/待核.html"),
]


@pytest.mark.slow
@widely("mask", [0o077, 0o022, 0o027], always=2)
def test_what_is_new_is_as_open_as_new_files_are(mask: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WORKBOOK_DATA", raising=False)
    monkeypatch.setenv(NOTEBOOKS_VARIABLE, str(tmp_path / "notebooks"))
    with _masked(mask):
        add_profiles(start_project(tmp_path))
        _write_forms(tmp_path)
        for words in COMMANDS:
            assert main(words.split()) == (2 if "faulty" in words else 0), words
        write_inputs(tmp_path / "data", 2024, {"marks.csv": "made\n"})
    assert not [name for name in MADE if not (tmp_path / name).exists()]
    (backup,) = (tmp_path / "data-backups").glob("inputs-2023-*")
    assert (backup / "marks.csv").is_file()
    modes = {path: (_mode(path), 0o777 if path.is_dir() else 0o666) for path in tmp_path.rglob("*")}
    assert not {str(path): oct(mode) for path, (mode, most) in modes.items() if mode != most & ~mask}


CLOSED = [
    *("data", "data/inputs/2023", "data/inputs/2023/marks.csv", "reports", "reports/one.html", "reports/index.html"),
    *("s.csv", "faulty-问题", "faulty-问题/faulty-标出问题.xlsx", "data-backups/log.txt", "附件-2023/附件.docx"),
]


@pytest.mark.slow
def test_what_is_replaced_stays_as_open_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing becomes readable for others on the way from one version to the next, nor in a copy that is kept."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WORKBOOK_DATA", raising=False)
    monkeypatch.setenv(NOTEBOOKS_VARIABLE, str(tmp_path / "notebooks"))
    (tmp_path / "data").mkdir(mode=0o700)
    start_project(tmp_path)
    _write_forms(tmp_path)
    commands = [words for words in COMMANDS if words.startswith(("import changed", "import faulty", "build", "score"))]
    commands += ["document 附件 --year 2023"]
    for words in commands:
        main(words.split())
    assert _mode(tmp_path / "data-backups") == 0o700
    for name in CLOSED:
        (tmp_path / name).chmod(0o700 if (tmp_path / name).is_dir() else 0o600)
    (tmp_path / "reports/one.html").chmod(0o640)
    before = {name: _mode(tmp_path / name) for name in CLOSED}
    with (tmp_path / "data/inputs/2023/provenance.yml").open("a", encoding="utf-8") as file:
        file.write("# mine\n")
    (tmp_path / "s.csv").write_text("mine")
    with _masked(0o022):
        for words in commands:
            main(words.split())
    assert {name: _mode(tmp_path / name) for name in CLOSED} == before
    (kept,) = tmp_path.glob("s.2*.csv")
    copies = sorted((tmp_path / "data-backups").glob("inputs-2023-*"))
    assert [_mode(path) for path in (kept, copies[-1], copies[-1] / "marks.csv")] == [0o600, 0o700, 0o600]
    assert kept.read_text() == "mine" and _mode(tmp_path / "reports-previous") == 0o700


def test_what_is_not_complete_is_for_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, file = tmp_path / "out", tmp_path / "file"
    seen: list[int] = []
    with _masked(0o022):
        for _ in range(2):
            with replaced_folder(target) as fresh:
                assert _mode(fresh) == 0o700
            target.chmod(0o750)
        file.touch(mode=0o600)
        monkeypatch.setattr(Path, "replace", lambda self, _: seen.append(_mode(self)))
        write_file(file, b"new")
    assert _mode(target) == 0o750 and seen == [0o600]


def test_an_earlier_file_is_kept_where_a_disk_has_no_second_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(*_: object) -> None:
        raise OSError(95, "not supported")

    monkeypatch.setattr(os, "link", link)
    path = tmp_path / "a.csv"
    path.write_text("old")
    path.chmod(0o600)
    kept = write_file(path, b"new")
    assert kept is not None and (kept.read_text(), _mode(kept), path.read_text()) == ("old", 0o600, "new")


def _number_of_the_dead() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_what_killed_runs_leave_is_cleared_up_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead = _number_of_the_dead()
    others = [f"workbook-{os.getppid()}-live", "workbook-x-y", f"somebody-{dead}-a", "workbook-1"]
    for name in (*others, f"workbook-{dead}-a"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "marks.csv").touch()
    (tmp_path / f"workbook-{dead}-link").symlink_to(tmp_path / others[0])
    with scratch_folder() as scratch:
        assert _mode(scratch) == 0o700
        names = {path.name for path in tmp_path.iterdir()} - {scratch.name}
    assert names == {*others, f"workbook-{dead}-link"} and not scratch.exists()
    for number in (dead, os.getppid()):
        (tmp_path / f".s.csv.new-{number}").touch()
    write_file(tmp_path / "s.csv", b"")
    assert {path.name for path in tmp_path.iterdir()} - names == {"s.csv", f".s.csv.new-{os.getppid()}"}


def test_a_page_that_was_made_takes_the_place_of_one_and_no_edit(tmp_path: Path) -> None:
    """Of a folder with a seal: what is as it was written needs no keeping, what is written now is none of anybody's."""
    target = tmp_path / "out"
    with replaced_folder(target, sealed=True):
        pass
    for text in (b"1", b"2"):
        assert write_file(target / "a", text, sealed=True) is None
    (target / "a").write_text("mine")
    kept = write_file(target / "a", b"3", sealed=True)
    assert kept is not None and kept.read_text() == "mine"
    kept.unlink()
    with replaced_folder(target, sealed=True) as fresh:
        (fresh / "b").touch()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_data_folder_that_is_edited_while_it_is_replaced_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data/inputs/2023"
    folder.mkdir(parents=True)
    (folder / "marks.csv").write_text("1")
    with pytest.raises(WorkbookError), replaced_folder(folder, copy=tmp_path / "data-backups/copy"):
        raise WorkbookError
    with replaced_folder(folder, copy=tmp_path / "data-backups/copy") as fresh:
        (fresh / "marks.csv").write_text("2")  # and nobody has copied what was there
    (kept,) = (tmp_path / "data-backups").iterdir()
    assert (kept / "marks.csv").read_text() == "1" and f"留在“{kept}”" in capsys.readouterr().err
    assert [path.name for path in folder.parent.iterdir()] == ["2023"]
