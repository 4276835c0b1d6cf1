"""Little memory, few open files, a wrong clock, odd names: a sentence, and nothing that is half done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.cli import main
from analysis.commands import documents as documents_module
from analysis.commands.console import quoted
from analysis.storage import NOTEBOOKS_VARIABLE
from analysis.terminal import tell, waiting
from tests.conftest import ROOT
from tests.small import add_profiles, start_project

PROGRAM = """
import sys
from analysis.cli import main
sys.exit(main())
"""
LIMITED = """
import resource
resource.setrlimit(resource.{0}, ({1}, {1}))
"""
CLOCK = """
import time
time.time = lambda: {0}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WORKBOOK_DATA", raising=False)
    monkeypatch.setenv(NOTEBOOKS_VARIABLE, str(tmp_path / "notebooks"))
    return start_project(tmp_path)


def _run(project: Path, *words: str, before: str = "") -> tuple[int, str]:
    command = [sys.executable, "-c", before + PROGRAM, *words]
    environment = os.environ | {"PYTHONUTF8": "1"}
    done = subprocess.run(command, check=False, cwd=project, capture_output=True, timeout=300, env=environment)
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "surrogateescape")


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_reports_of_other_data_stand_beside_them(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    add_profiles(project)
    other = project / "others/data 2"
    shutil.copytree(project / "data", other)
    (project / "reports").mkdir()
    before = _files(project)
    assert main(["build", "--data", str(other)]) == 0
    assert f"报告已生成：{other}-reports/index.html" in capsys.readouterr().out
    assert main(["profile", "--data", str(other), "--unit", "dongcheng", "--year", "2023"]) == 0
    monkeypatch.setattr(documents_module, "_write_one", lambda _, folder, *__: (folder / "附件.docx").touch() or [])
    assert main(["document", "附件", "--data", str(other), "--year", "2023"]) == 0
    monkeypatch.chdir(other)  # one that is found because one stands in it is no other
    assert main(["build"]) == 0 and "仍是最新" not in capsys.readouterr().err
    made = _files(project) - before
    assert all(name.startswith("others/data 2-") for name in made)
    beside = {"reports/one.html", "reports-previous/unit-dongcheng.html", "附件-2023/附件.docx"}
    assert {f"others/data 2-{name}" for name in beside} <= made
    monkeypatch.chdir(project)
    assert main(["build", "--data", "data"]) == 0 and (project / "reports/one.html").is_file()
    assert main(["document", "附件", "--year", "2023"]) == 0 and (project / "附件-2023/附件.docx").is_file()


ODD = ["[/x] [bold]y", "a'b\"c $(d) {e}", os.fsdecode(b"\xc6\xc0\n\x1b[31m")]


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD, ids=["markup", "quotes", "bytes"])
def test_a_data_folder_may_have_any_name(
    name: str, project: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    add_profiles(project)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    data = (project / "data").rename(tmp_path / name)
    commands = ["check", "new-year 2024", "new-page mine", "template --year 2023", "build --keep-notebooks run"]
    for words in (*commands, "profile --unit dongcheng --year 2023"):
        assert main([*words.split(), "--data", str(data)]) == 0, words
    told = capfd.readouterr()
    assert "\x1b" not in told.out + told.err
    assert {"one.html", "mine.html", "unit-dongcheng.html"} <= _files(tmp_path / f"{name}-reports")
    (line,) = [line for line in told.out.splitlines() if "workbook template" in line]
    option = line.split("--data ")[1].split("    ")[0]
    given = subprocess.run(["bash", "-c", f"printf %s {option}"], capture_output=True, check=True).stdout
    assert given == os.fsencode(data)


@pytest.mark.slow
def test_a_unit_may_be_called_like_markup(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    add_profiles(project)
    units = project / "data/units.csv"
    text = units.read_text(encoding="utf-8")
    units.write_text(text.replace("东城区", "[/x] [red]东城"), encoding="utf-8")
    assert main(["profile", "--unit", "dongcheng", "--year", "2023"]) == 0
    assert main(["build"]) == 0
    assert "[/x] [red]东城" in capfd.readouterr().err
    assert main(["score", "--year", "2023"]) == 0
    assert "[/x] [red]东城" in capfd.readouterr().out


def test_what_is_told_does_nothing_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with waiting("[/x] \x1b[2J") as say:
        say("[/y] \x1b[2J")
    tell("[/x] \x1b]0;a\x07\r\u202e一　二\n三")
    told = capsys.readouterr()
    assert told.out == "[/x] \\x1b]0;a\\x07\\r\\u202e一　二\n三\n" and "\x1b" not in told.err
    assert main(["score", "--year", "2023", "--data", "\x1b[31m\r"]) == 2
    assert "“\\x1b[31m\\r”不是数据文件夹" in capsys.readouterr().err


def test_nothing_else_prints_with_rich() -> None:
    """What it takes for markup would be in names."""
    modules = (ROOT / "src/analysis").rglob("*.py")
    assert {path.stem for path in modules if "from rich" in path.read_text(encoding="utf-8")} == {"terminal", "console"}


@pytest.mark.parametrize("name", [*ODD, "数据", "data-2022", "a b", "-x", "~", "a　b"])
def test_a_name_in_a_command_is_one_word_to_a_shell(name: str) -> None:
    given = subprocess.run(["bash", "-c", f"printf %s {quoted(name)}"], capture_output=True, check=True).stdout
    assert os.fsdecode(given) == ("./-x" if name == "-x" else name)
    assert quoted("数据") == "数据"


SAVE = "score --year 2023 --out s.xlsx"
ALL = ["build", "document 附件 --year 2023", SAVE]
SHORTAGES = {
    "memory": MemoryError(),
    "threads": RuntimeError("can't start new thread"),
    "libraries": ImportError("x.so: failed to map segment from shared object"),
}


@pytest.mark.parametrize("shortage", SHORTAGES)
def test_too_little_memory_is_told(
    shortage: str, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise SHORTAGES[shortage]

    monkeypatch.setattr("analysis.commands.starting.load_dataset", fail)
    assert main(["new-year", "2024"]) == 2
    assert capsys.readouterr().err == "内存不足，没有做完；原有文件没有改动。请关掉别的程序，再运行一次。\n"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
@pytest.mark.parametrize(
    ("limit", "told", "commands"),
    [
        (LIMITED.format("RLIMIT_NOFILE", 24), ["打开的文件太多", "没有做成", "被系统中止"], ALL),
        (LIMITED.format("RLIMIT_AS", 700_000_000), ["内存不足", "没有做成"], ["build", SAVE]),  # a typesetter may abort
        (CLOCK.format("-1e9"), ["时钟"], ALL),
    ],
    ids=["few files", "little memory", "a clock before 1970"],
)
def test_a_machine_that_lacks_something_is_told(
    limit: str, told: list[str], commands: list[str], project: Path
) -> None:
    before = _files(project)
    for words in commands:
        code, said = _run(project, *words.split(), before=limit)
        assert "Traceback" not in said, said
        if code:
            assert any(each in said for each in told), said
            assert {name for name in _files(project) - before if not name.startswith("data-backups")} == set()
        for name in ("reports", "附件-2023"):
            shutil.rmtree(project / name, ignore_errors=True)
        (project / "s.xlsx").unlink(missing_ok=True)
