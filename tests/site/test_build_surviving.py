"""Whatever happens while data are imported or reports are built, what was there stays whole and the next run works."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from random import Random

import pytest
from nbformat.v4 import new_markdown_cell
from tests.conftest import widely
from tests.small import start_project, write_notebook

from analysis.cli import main
from analysis.data.dataset import load_dataset
from analysis.exchange.forms.template import write_workbook
from analysis.seals import SEAL
from analysis.storage import NOTEBOOKS_VARIABLE

pytestmark = pytest.mark.slow

Command = Callable[..., tuple[int, str]]


@pytest.fixture(autouse=True)
def _signals_are_heeded() -> Iterator[None]:
    """Whoever runs the tests under nohup, or in a script's background, hands on to every command that they are not."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGHUP, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return start_project(tmp_path, cell_seconds=5)


PROGRAM = """
import sys
from analysis.cli import main
sys.exit(main())
"""
ON_A_SMALL_DISK = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))
"""


def _start(project: Path, *words: str, program: str = PROGRAM) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name != "WORKBOOK_DATA"}
    return subprocess.Popen(
        [sys.executable, "-c", program, *words], cwd=project,
        env=environment | {"PYTHONUTF8": "1", NOTEBOOKS_VARIABLE: str(project / "notebooks")},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True,
    )  # fmt: skip


@pytest.fixture
def here(project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Run a command in the project here, without the seconds that a new process takes."""
    monkeypatch.chdir(project)
    monkeypatch.delenv("WORKBOOK_DATA", raising=False)
    monkeypatch.setenv(NOTEBOOKS_VARIABLE, str(project / "notebooks"))

    def run(*words: str) -> tuple[int, str]:
        code = main(words)
        told = capfd.readouterr()
        return code, told.out + told.err

    return run


def _run(project: Path, *words: str, program: str = PROGRAM) -> tuple[int, str]:
    process = _start(project, *words, program=program)
    out, err = process.communicate(timeout=120)
    return process.returncode, out + err


READY = get_context("forkserver")
"""Starts commands without the seconds that importing takes."""
READY.set_forkserver_preload(["analysis.site.warm", "analysis.site.build", "analysis.exchange.forms.importing"])


def _command(project: Path, words: list[str]) -> None:
    os.chdir(project)
    os.environ.pop("WORKBOOK_DATA", None)
    os.environ[NOTEBOOKS_VARIABLE] = str(project / "notebooks")
    nowhere = Path(os.devnull)
    with nowhere.open("w") as sys.stdout, nowhere.open("w") as sys.stderr:
        sys.exit(main(words))


def _time(project: Path, *words: str, kill_after: float | None = None) -> float:
    """Run a command, perhaps kill it alone, as the system would: what it started must end by itself."""
    process = READY.Process(target=_command, args=(project, words))
    process.start()
    started = time.monotonic()
    process.join(kill_after)
    process.kill()
    process.join()
    assert kill_after or process.exitcode == 0
    return time.monotonic() - started


def _state(reports: Path) -> str:
    """Return the data a complete set of reports was built from; anything short of complete is a failure."""
    manifest = json.loads((reports / "build.json").read_text(encoding="utf-8"))
    pages = {page["file"]: page["sha256"] for page in manifest["pages"]}
    assert {path.name for path in reports.iterdir()} == {*pages, "index.html", "build.json", SEAL}
    assert {name: hashlib.sha256((reports / name).read_bytes()).hexdigest() for name in pages} == pages
    assert manifest["data_hash"] in (reports / "index.html").read_text(encoding="utf-8")
    return str(manifest["data_hash"])


def _change_data(project: Path, number: int) -> None:
    with (project / "data/schemes/2023.yml").open("a", encoding="utf-8") as file:
        file.write(f"# {number}\n")


def _leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob(".*") if ".new-" in path.name or ".aside" in path.name]


@widely("kills", [6, 16], always=1)
def test_a_build_killed_at_any_moment_leaves_old_or_new_reports_complete(project: Path, kills: int) -> None:
    reports, random = project / "reports", Random(5)
    takes = max(_time(project, "build", "--force") for _ in range(2))
    found = [_state(reports)]
    for number in range(kills):
        _change_data(project, number)
        moment = (number + random.random()) / kills  # evenly over more time than a build takes: tests slow each other
        _time(project, "build", kill_after=2 * moment * takes)
        found.append(_state(reports))
    assert 1 < len(set(found)) < len(found)  # some kills came too late, and some did not
    _time(project, "build")
    _state(reports)
    assert _leftovers(project) == []


@widely("kills", [10, 30], always=1)
def test_an_import_killed_at_any_moment_leaves_old_or_new_data_whole(project: Path, kills: int) -> None:
    data, random = project / "data", Random(6)
    facts = load_dataset(data).year(2023)
    assert facts.inputs is not None
    marks = facts.inputs.marks
    for version, score in enumerate((10, 11)):
        marks.loc[marks["score"].notna(), "score"] = float(score)
        content = write_workbook(facts, facts.inputs.indicators, facts.inputs)
        (project / f"{version}.xlsx").write_bytes(content)
    takes = max(_time(project, "import", f"{version}.xlsx", "--year", "2023") for version in range(2))
    found = []
    for number in range(kills):
        after = random.uniform(0.5, 1.5) * takes
        _time(project, "import", f"{number % 2}.xlsx", "--year", "2023", kill_after=after)
        inputs = load_dataset(data).year(2023).inputs
        assert inputs is not None
        (score,) = set(inputs.marks["score"].dropna())  # all of one version
        found.append(score)
    assert set(found) == {10, 11}
    _time(project, "import", "0.xlsx", "--year", "2023")
    assert _leftovers(data) == []


def test_two_builds_at_once_do_not_mix(project: Path) -> None:
    both = [_start(project, "build"), _start(project, "build")]
    ends = [(*process.communicate(timeout=120), process.returncode) for process in both]
    codes = sorted(code for _, _, code in ends)
    assert codes == [0, 2]
    (refused,) = [err for _, err, code in ends if code == 2]
    assert "另一个命令正在写" in refused and "Traceback" not in refused
    _state(project / "reports")


def test_a_full_disk_leaves_everything_as_it_was(project: Path, here: Command) -> None:
    """No file may grow beyond a limit, as on a disk without room; the system's answer is the same kind of error."""
    assert here("build")[0] == 0
    facts = load_dataset(project / "data").year(2023)
    assert facts.inputs is not None
    (project / "a.xlsx").write_bytes(write_workbook(facts, facts.inputs.indicators, facts.inputs))
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    for words, room in ((["build", "--force"], 30_000), (["import", "a.xlsx", "--year", "2023"], 100)):
        code, told = _run(project, *words, program=ON_A_SMALL_DISK.format(room) + PROGRAM)
        assert code == 2 and "读写不了" in told and "Traceback" not in told, told
        assert {path: path.read_bytes() for path in before} == before


def test_a_place_that_cannot_be_written_is_told(project: Path, here: Command) -> None:
    (project / "note.txt").write_text("")
    code, told = here("build", "--out", "note.txt/reports")
    assert code == 2 and "note.txt/reports”：已有同名的文件" in told and "Traceback" not in told


def test_a_file_of_somebody_is_not_replaced(project: Path, here: Command) -> None:
    assert here("build")[0] == 0
    for place in ("reports", "reports-previous"):
        (project / place).mkdir(exist_ok=True)
        note = project / place / "note.txt"
        note.write_text("mine", encoding="utf-8")
        code, told = here("build", "--force")
        assert code == 2 and f"{place}”中有别的文件（如 note.txt）" in told
        assert note.read_text(encoding="utf-8") == "mine"
        note.unlink()
    (project / "reports/one.html").unlink()
    (project / "reports/one.html/kept").mkdir(parents=True)  # a folder is no page, whatever it is called
    code, told = here("build", "--force")
    assert code == 2 and "（如 one.html/）" in told and (project / "reports/one.html/kept").is_dir()
    shutil.rmtree(project / "reports/one.html")
    assert here("build", "--force")[0] == 0


def test_pages_that_are_made_no_longer_are_named(project: Path, here: Command) -> None:
    assert here("build")[0] == 0
    contents = project / "notebooks/workbook.yml"
    contents.write_text(contents.read_text(encoding="utf-8").replace("page: one", "page: other"), encoding="utf-8")
    code, told = here("build")
    assert code == 0 and "不再有 one.html：仍在 reports-previous" in told
    assert "不再有" not in here("build", "--force")[1]


@pytest.mark.parametrize("value", [0, 3])
def test_a_notebook_that_ends_itself_is_a_failure(project: Path, here: Command, value: int) -> None:
    write_notebook(project, f"import sys; sys.exit({value})")
    code, told = here("build")
    assert code == 1 and "one.ipynb" in told and f"SystemExit: {value}" in told
    assert not (project / "reports").exists()


def _with_prose(*sources: str) -> Callable[[str], str]:
    def change(notebook: str) -> str:
        content = json.loads(notebook)
        content["cells"] += map(new_markdown_cell, sources)
        return json.dumps(content)

    return change


DAMAGE = {
    "empty": (lambda _: "", "读不了"),
    "no such kernel": (lambda text: text.replace("python3", "nothing"), "nothing"),
    "no such attachment": (_with_prose("![x](attachment:y.png)"), "y.png"),
    "an open script": (_with_prose("<script>", "hidden by it"), "单元里有没闭合的标签（如 <script>"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_notebook_is_named(project: Path, here: Command, damage: str) -> None:
    path, (change, told) = project / "notebooks/one.ipynb", DAMAGE[damage]
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    code, said = here("build")
    assert code == 1 and "one.ipynb" in said and told in said and "Traceback" not in said, said
    assert not (project / "reports").exists()


def test_an_endless_cell_is_stopped(project: Path, here: Command) -> None:
    write_notebook(project, "import time; time.sleep(600)")
    code, told = here("build")
    assert code == 1 and "one.ipynb" in told and "超时" in told and "Traceback" not in told
    assert not (project / "reports").exists()


def test_data_changed_during_a_build_are_noticed(project: Path, here: Command) -> None:
    path = project / "data/schemes/2023.yml"
    write_notebook(project, f"open({str(path)!r}, 'a').write('# changed')")
    code, told = here("build")
    assert code == 2 and "生成期间数据被改动了" in told
    assert not (project / "reports").exists()


CHANGE_AND_BACK = """
import os, time
from pathlib import Path
from analysis import open_assessment
path = Path(os.environ["WORKBOOK_DATA"]) / "inputs/2023/survey.csv"
kept = path.read_bytes()
path.write_bytes(kept.replace(b"90", b"80"))
{}
path.write_bytes(kept)
"""


@pytest.mark.parametrize("way", ["file", "first", "again", "sleep"])
def test_so_are_data_that_are_changed_back(way: str, project: Path, here: Command) -> None:
    """Pages of other data would stand there under the fingerprint of these, for ever."""
    reads = {
        "file": "print(path.read_text())",
        "first": "open_assessment()",
        "again": "kept = kept; open_assessment()",
        "sleep": "time.sleep(0.2)",
    }
    begin = "from analysis import open_assessment; open_assessment()\n" if way == "again" else ""
    write_notebook(project, begin + CHANGE_AND_BACK.format(reads[way]))
    code, told = here("build")
    assert code in {1, 2} and "生成期间数据被改动了" in told and "再运行一次" in told and "Traceback" not in told
    assert not (project / "reports").exists()
    write_notebook(project, "1 + 1")
    assert here("build")[0] == 0


def test_the_last_reports_are_kept_and_the_log_says_what_was_done(project: Path, here: Command) -> None:
    assert here("build")[0] == 0
    first = _state(project / "reports")
    _change_data(project, 1)
    assert here("build")[0] == 0
    assert _state(project / "reports-previous") == first != _state(project / "reports")
    log = (project / "data-backups/log.txt").read_text(encoding="utf-8").splitlines()
    assert len(log) == 2 and all("build 1页" in line for line in log) and first in log[0]


def test_what_has_not_changed_is_not_made_again(project: Path, here: Command) -> None:
    contents = project / "notebooks/workbook.yml"
    second = "  - {notebook: two.ipynb, page: two, title: 二页, summary: 二页, repeat: latest}\n"
    contents.write_text(contents.read_text(encoding="utf-8") + second, encoding="utf-8")
    (project / "notebooks/two.ipynb").write_bytes((project / "notebooks/one.ipynb").read_bytes())
    log, page = project / "data-backups/log.txt", project / "reports/two.html"

    def build(*words: str) -> str:
        code, told = here("build", *words)
        assert code == 0, told
        return told

    def kept() -> str:
        return log.read_text(encoding="utf-8").splitlines()[-1]

    build()
    before = {path: path.read_bytes() for path in (project / "reports").iterdir()}
    assert "报告仍是最新" in build()
    assert {path: path.read_bytes() for path in (project / "reports").iterdir()} == before
    write_notebook(project, "1 + 2")
    build()
    assert "build 2页（其中1页没有变化）" in kept() and page.read_bytes() == before[page]
    page.write_text("changed by somebody", encoding="utf-8")
    build()
    assert "（其中1页没有变化）" in kept() and page.read_bytes() == before[page]
    (project / "reports/index.html").unlink()
    build()
    assert "（其中2页没有变化）" in kept() and (project / "reports/index.html").is_file()
    (project / "reports/build.json").write_text('{"pages": [3]}', encoding="utf-8")
    build()
    assert "没有变化" not in kept()
    build("--force")
    assert "没有变化" not in kept()
    _change_data(project, 1)
    build()
    assert "没有变化" not in kept()


def _marked(mark: str) -> list[int]:
    """Find the processes that were started, by whomever, under an environment with a mark."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
        except OSError:  # it has ended, or is not ours
            continue
        if f"MARK={mark}\0".encode() in environment:
            found.append(int(process.name))
    return found


ENDS = {"killed": signal.SIGKILL, "terminated": signal.SIGTERM, "hung up": signal.SIGHUP, "interrupted": signal.SIGINT}
PROCESSES = 4
"""Command, fork server, page-maker, kernel."""


def _wait_for(processes: int, mark: str) -> None:
    deadline = time.monotonic() + 60
    while len(_marked(mark)) < processes and time.monotonic() < deadline:
        time.sleep(0.01)


@widely("length", [76, 60, 75, 200], always=1)
def test_a_temporary_folder_may_have_a_long_name(project: Path, length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as place:
        scratch = Path(place) / ("x" * (length - len(place) - 1))
        scratch.mkdir()
        monkeypatch.setenv("TMPDIR", str(scratch))
        status, told = _run(project, "build")
        assert status == 0 and not list(scratch.iterdir()), told


@pytest.mark.parametrize(
    ("end", "begun"),
    [
        *((end, PROCESSES) for end in ("done", "failed", "killed")),
        *(
            pytest.param(end, begun, marks=pytest.mark.wide("end", "begun"))
            for end, begun in product(ENDS, range(1, PROCESSES + 1))
            if (end, begun) != ("killed", PROCESSES)
        ),
    ],
)
def test_nothing_is_left_behind(project: Path, end: str, begun: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/proc").is_dir():
        pytest.skip("processes are listed under /proc")
    mark, scratch = f"{project.name}{end}{begun}", project / "tmp"
    scratch.mkdir()
    monkeypatch.setenv("MARK", mark)
    monkeypatch.setenv("TMPDIR", str(scratch))
    write_notebook(project, {"done": "1 + 1", "failed": "1 / 0"}.get(end, "import time; time.sleep(60)"))
    process = _start(project, "build")
    if end in ENDS:
        _wait_for(begun, mark)
        time.sleep(1)
        if end == "killed":
            process.kill()
        else:
            os.killpg(process.pid, ENDS[end])  # as a terminal does
    _, told = process.communicate(timeout=120)
    deadline = time.monotonic() + 20
    while _marked(mark) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _marked(mark) == []
    if end != "killed":
        assert "Traceback" not in told and not list(scratch.iterdir()), told
        assert process.returncode == {"done": 0, "failed": 1}.get(end, 130)
        assert end not in ENDS or told.splitlines()[-1] == "已中断，原有文件没有改动。"


def test_under_nohup_a_hang_up_ends_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARK", project.name)
    write_notebook(project, "import time; time.sleep(3)")
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    process = _start(project, "build")
    _wait_for(PROCESSES, project.name)
    os.killpg(process.pid, signal.SIGHUP)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 0 and (project / "reports/one.html").is_file(), told


@pytest.mark.parametrize("begun", [2, PROCESSES])
def test_a_fork_server_that_is_killed_takes_nothing_along(
    project: Path, begun: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it has made anything, and while a page is being made: all the pages, or a sentence and none."""
    if not Path("/proc").is_dir():
        pytest.skip("processes are listed under /proc")
    mark = f"{project.name}{begun}"
    monkeypatch.setenv("MARK", mark)
    write_notebook(project, "import time; time.sleep(3)")
    process = _start(project, "build")
    _wait_for(begun, mark)
    for number in _marked(mark):
        parent = int(Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        if parent == process.pid and b"forkserver" in Path(f"/proc/{number}/cmdline").read_bytes():
            os.kill(number, signal.SIGKILL)
    _, told = process.communicate(timeout=120)
    assert "Traceback" not in told and process.returncode in (0, 1), told
    if process.returncode == 0:
        _state(project / "reports")
    else:
        assert "进程被系统中止" in told and not (project / "reports").exists()
