"""The page and the marked copy of a file's problems: written if they can be, and never in place of what is not ours."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from analysis.documents.problem_report import remove_problems, write_problems
from analysis.problems import InputError, Problem, WorkbookError
from analysis.seals import SEAL

FOUND = InputError([Problem("表.xlsx", "得分太高", "核对", row=2, column="得分", sheet="乙")])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "甲"
    sheet = book.create_sheet("乙")
    sheet.append(["单位", "得分"])
    sheet.append(["某局", 99])
    book.save(tmp_path / "表.xlsx")
    return tmp_path / "表.xlsx"


def test_a_fault_on_a_hidden_sheet_is_marked_there_and_the_copy_opens_elsewhere(file: Path) -> None:
    book = openpyxl.load_workbook(file)
    book["乙"].sheet_state = "hidden"
    book.save(file)
    copy = openpyxl.load_workbook(write_problems(file, FOUND) / "表-标出问题.xlsx")
    assert "得分太高" in copy["乙"]["B2"].comment.text
    assert copy.active.title == "甲"


def test_a_workbook_that_cannot_be_written_again_still_gets_its_page(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OverflowError

    monkeypatch.setattr(openpyxl.Workbook, "save", fail)
    folder = write_problems(file, FOUND)
    assert {path.name for path in folder.iterdir()} == {"问题.html", SEAL}


def test_what_was_written_is_replaced_and_removed(file: Path) -> None:
    folder = write_problems(file, FOUND)
    assert write_problems(file, FOUND) == folder
    assert {path.name for path in file.parent.iterdir()} == {"表.xlsx", "表-问题"}
    remove_problems(file)
    assert not folder.exists()


def _tables(file: Path) -> Path:
    folder = file.with_name("表")
    folder.mkdir()
    file.rename(folder / "表.csv").chmod(0o600)
    return folder


@pytest.mark.parametrize("make", [lambda file: file, _tables], ids=["a workbook", "a folder of tables"])
def test_what_quotes_a_file_may_be_read_by_those_who_may_read_that(make: Callable[[Path], Path], file: Path) -> None:
    """Whatever new folders are, and whatever the one in its place was."""
    file.chmod(0o600)
    given, before = make(file), os.umask(0o022)
    try:
        for _ in range(2):
            folder = write_problems(given, FOUND)
            assert folder.stat().st_mode & 0o777 == 0o700
            folder.chmod(0o755)
    finally:
        os.umask(before)


def _mend(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "表-标出问题.xlsx")
    book["乙"]["B2"] = 9
    book.save(folder / "表-标出问题.xlsx")


CHANGES = {
    "mended": _mend,
    "added to": lambda folder: (folder / "备忘.txt").write_text("", encoding="utf-8"),
    "a page of someone's": lambda folder: (folder / "问题.html").write_text("<p>", encoding="utf-8"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_somebody_changed_is_kept(name: str, file: Path) -> None:
    folder = write_problems(file, FOUND)
    CHANGES[name](folder)
    there = {path.name: path.read_bytes() for path in folder.iterdir()}
    remove_problems(file)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == there
    write_problems(file, FOUND)
    (kept,) = [path for path in file.parent.iterdir() if path.name.startswith("表-问题-")]
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == there
    assert {path.name for path in folder.iterdir()} == {"问题.html", "表-标出问题.xlsx", SEAL}


def test_a_file_or_a_link_of_that_name_stays(file: Path, tmp_path: Path) -> None:
    place = file.with_name("表-问题")
    place.write_text("别人的", encoding="utf-8")
    with pytest.raises(WorkbookError, match="是文件或链接，不是文件夹，没有改动"):
        write_problems(file, FOUND)
    assert place.read_text(encoding="utf-8") == "别人的"
    place.unlink()
    (tmp_path / "要紧").mkdir()
    (tmp_path / "要紧/a.txt").write_text("a", encoding="utf-8")
    place.symlink_to(tmp_path / "要紧")
    with pytest.raises(WorkbookError, match="是文件或链接"):
        write_problems(file, FOUND)
    remove_problems(file)
    assert place.is_symlink() and (tmp_path / "要紧/a.txt").exists()


@pytest.mark.parametrize("name", [b"..xlsx", b"...xlsx", b"\xc6\xc0\xb7\xd6.xlsx", b"a\nb.xlsx", b"=1.xlsx"])
def test_any_name_of_a_file_will_do(name: bytes, file: Path, tmp_path: Path) -> None:
    odd = tmp_path / "odd" / os.fsdecode(name)
    odd.parent.mkdir()
    file.rename(odd)
    folder = write_problems(odd, FOUND)
    assert len(list(folder.iterdir())) == 3
    remove_problems(odd)
    assert [path.name for path in odd.parent.iterdir()] == [odd.name]
