"""A real Dask scheduler and real workers: what they make is what is made here, though one of them is killed at it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pandas as pd
import psutil
import pytest
from distributed import Client

from analysis import cluster as cluster_module
from analysis.cli import main
from analysis.cluster import map_on_workers
from analysis.commands.starting import start_city
from analysis.data.dataset import load_dataset
from analysis.problems import BuildError, WorkbookError
from analysis.scoring.years import score_year
from analysis.seals import SEAL
from tests.conftest import ROOT
from tests.planting import plant_modules

YEAR, PATIENCE = 2023, 240
ALONE = "--no-nanny"
QUIET = ["--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
COMMAND = [sys.executable, "-c", "import sys; from analysis.cli import main; sys.exit(main(sys.argv[1:]))"]


class Cluster:
    """A scheduler and its workers on this machine, started as docs/scale.md says."""

    def __init__(self, folder: Path) -> None:
        told = folder / "scheduler.json"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.scheduler = _start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told))
        _until(lambda: told.is_file() and told.read_text(encoding="utf-8").endswith("}"))
        self.address = str(json.loads(told.read_text(encoding="utf-8"))["address"])

    def add(self, *options: str) -> subprocess.Popen[bytes]:
        self.workers.append(_start("worker", self.address, "--host", "127.0.0.1", "--nthreads", "1", *options))
        return self.workers[-1]

    def wait(self) -> None:
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(sum(worker.poll() is None for worker in self.workers), timeout=PATIENCE)

    def stop(self) -> None:
        processes = [*self.workers, self.scheduler]
        begun = [each for process in processes for each in _family(process)]
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()
        _until(lambda: not _running(begun))


def _start(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [str(Path(sys.executable).with_name("dask")), *arguments, *QUIET],
        env={"PYTHONPATH": str(ROOT), **os.environ, "PYTHONSAFEPATH": "1"},  # workers find this module's functions
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    try:
        own = psutil.Process(process.pid)
        return [own, *own.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(PATIENCE * 10):
        if holds():
            return
        time.sleep(0.1)
    pytest.fail("waited in vain")


def _running(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [each for each in processes if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    started = Cluster(tmp_path)
    yield started
    started.stop()


def _recipe(title: str) -> list[str]:
    """The commands of the first block of a section of docs/scale.md, line by line."""
    text = (ROOT / "docs/scale.md").read_text(encoding="utf-8").split(f"{title}\n")[1].split("```")[1]
    return text.splitlines()[1:]


def _listening(processes: list[psutil.Process]) -> set[str]:
    """The addresses that processes listen at, of the network and not of files."""
    listed = [each.laddr for process in processes for each in process.net_connections() if each.status == "LISTEN"]
    return {address.ip for address in listed}


@pytest.mark.slow
def test_what_the_documents_start_listens_to_this_machine_alone_and_imports_nothing_from_here(
    city: Path, tmp_path: Path
) -> None:
    """Word by word, but for the port, where somebody has put modules into all folders. It makes a page there."""
    safe, *begun = [line for line in _recipe("## A cluster") if line.startswith(("export ", "dask "))]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    mark, told, here = tmp_path / "mark", tmp_path / "log", tmp_path / "here"
    plant_modules(mark, here, here / "dask-scratch-space", city, tmp_path / "notebooks")
    shutil.copy(ROOT / "notebooks/03_streaks.ipynb", tmp_path / "notebooks")
    page = "{notebook: 03_streaks.ipynb, page: one, title: 一页, summary: 一页, repeat: latest}"
    (tmp_path / "notebooks/workbook.yml").write_text(f"title: 小册\npages: [{page}]\n", encoding="utf-8")
    installed = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    known = {**os.environ, "PATH": installed, "TMPDIR": str(here)}
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for line in begun:
            with told.open("ab") as log:
                program = ["sh", "-c", f"{safe}\nexec {line.replace('8786', port)}"]
                processes.append(subprocess.Popen(program, cwd=here, env=known, stdout=log, stderr=log))
        assert len(processes) == 2
        with Client(f"tcp://127.0.0.1:{port}", set_as_default=False, timeout=PATIENCE) as client:
            client.wait_for_workers(1, timeout=PATIENCE)
            families = [each for process in processes for each in _family(process)]
            assert len(families) > 3  # the scheduler, the nanny and what it keeps, the worker
            assert _listening(families) == {"127.0.0.1"}, told.read_text(encoding="utf-8")
        made = ["--notebooks", str(tmp_path / "notebooks"), "--out", str(tmp_path / "made")]
        assert main(["build", "--data", str(city), *made, "--scheduler", f"tcp://127.0.0.1:{port}"]) == 0
        assert (tmp_path / "made/one.html").is_file()
        assert not mark.exists(), mark.read_text(encoding="utf-8")
    finally:
        left = [each for process in processes for each in _family(process)]
        for process in processes:
            process.kill()
            process.wait()
        _until(lambda: not _running(left))


def test_on_several_machines_everything_is_said_to_use_tls() -> None:
    for line in _recipe("### On several machines"):
        words = shlex.split(line)
        if words[0] == "dask":
            assert {"--tls-ca-file", "--tls-cert", "--tls-key", *QUIET} < set(words)
            assert words[words.index("--host") + 1].startswith("tls://")


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A small city with the marks of every unit in a file of their own."""
    folder = tmp_path / "data"
    start_city(folder)
    written = folder / f"inputs/{YEAR}/marks.csv"
    marks = pd.read_csv(written, keep_default_na=False).assign(score=lambda each: pd.to_numeric(each["score"]))
    written.unlink()
    written.with_suffix(".parquet").mkdir()
    for unit, own in marks.groupby("unit_id"):
        own.to_parquet(written.with_suffix(".parquet") / f"{unit}.parquet", index=False)
    return folder


@pytest.mark.slow
def test_scores_of_workers_are_those_of_this_process_though_one_is_killed(
    cluster: Cluster, city: Path, tmp_path: Path
) -> None:
    here, there = tmp_path / "here.csv", tmp_path / "there.csv"
    score = ["score", "--data", str(city), "--year", str(YEAR), "--out"]
    assert main([*score, str(here)]) == 0
    doomed = cluster.add(ALONE)
    cluster.wait()
    with Client(cluster.address, set_as_default=False) as client:
        busy = client.submit(time.sleep, 3 * PATIENCE, pure=False)  # so all the work is given to it, and none done
        with subprocess.Popen([*COMMAND, *score, str(there), "--scheduler", cluster.address]) as command:
            _until(lambda: sum(map(len, client.processing().values())) > 1)  # the command's work is given out
            busy.release()
            doomed.kill()
            for _ in range(3):
                cluster.add(ALONE)
            assert command.wait(PATIENCE) == 0
    assert there.read_bytes() == here.read_bytes()


def _die_once(function: Callable[..., Any], token: Path, item: Any, **shared: Any) -> Any:
    """Do what is asked; whoever is first brings its worker down after the work is done, before it is handed in."""
    result = function(item, **shared)
    with suppress(FileNotFoundError):
        token.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    return result


@pytest.mark.slow
def test_a_file_whose_worker_dies_over_it_is_added_up_once(cluster: Cluster, city: Path, tmp_path: Path) -> None:
    facts, token = load_dataset(city).year(YEAR), tmp_path / "token"
    token.touch()
    workers = [cluster.add(ALONE) for _ in range(3)]
    cluster.wait()

    def mapper(function: Callable[..., Any], files: Any, **shared: Any) -> Any:
        return map_on_workers(cluster.address, partial(_die_once, function, token), files, **shared)

    scores = score_year(facts, mapper)
    assert not token.exists() and [each.wait(9) for each in workers if each.poll() is not None] == [-signal.SIGKILL]
    pd.testing.assert_frame_equal(scores, score_year(facts), check_exact=True)


@pytest.mark.slow
@pytest.mark.wide(like="test_scores_of_workers_are_those_of_this_process_though_one_is_killed")
def test_pages_of_workers_are_those_of_this_machine_though_one_is_killed(
    cluster: Cluster, city: Path, tmp_path: Path
) -> None:
    build = ["build", "--data", str(city), "--out"]
    assert main([*build, str(tmp_path / "here")]) == 0
    doomed, _, _ = (
        cluster.add(ALONE),
        cluster.add(ALONE),
        cluster.add("--nanny"),
    )  # under a nanny kernels are stock ones
    cluster.wait()
    with subprocess.Popen([*COMMAND, *build, str(tmp_path / "there"), "--scheduler", cluster.address]) as command:
        _until(lambda: len(_family(doomed)) > 4)  # Python's fork server, the page's process, its kernel
        begun = _family(doomed)
        doomed.kill()
        assert command.wait(PATIENCE) == 0
    pages = {path.name: path.read_bytes() for path in (tmp_path / "here").glob("*.html") if path.name != "index.html"}
    assert len(pages) > 5
    assert pages == {name: (tmp_path / "there" / name).read_bytes() for name in pages}
    assert {path.name for path in (tmp_path / "there").iterdir()} == {*pages, "index.html", "build.json", SEAL}
    _until(lambda: not _running(begun))


@pytest.mark.slow
def test_what_is_wrong_is_told_as_it_is_here(cluster: Cluster, city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = next((city / f"inputs/{YEAR}/marks.parquet").iterdir())
    pd.read_parquet(place).assign(status="maybe").to_parquet(place)
    score = ["score", "--data", str(city), "--year", str(YEAR)]
    assert main(score) == 2
    told = capsys.readouterr().err
    assert place.name in told and "maybe" in told
    cluster.add(ALONE)
    cluster.wait()
    assert main([*score, "--scheduler", cluster.address]) == 2
    assert capsys.readouterr().err == told


def test_a_file_is_worked_on_if_it_is_what_it_was(tmp_path: Path) -> None:
    """It, or what could not be read anywhere: the function tells why."""
    file, gone = tmp_path / "a.parquet", tmp_path / "b.parquet"
    file.write_bytes(b"marks")
    (tmp_path / "folder").mkdir()
    for item in (file, gone, tmp_path / "folder", "no file"):
        known = item, cluster_module._fingerprint(item)
        assert all(each is item for each in cluster_module._work_on_same(lambda given: given, known))
    for path, digest in ((file, ""), (gone, cluster_module._fingerprint(file))):
        with pytest.raises(BuildError, match="与本机不同"):
            cluster_module._work_on_same(lambda given: given, (path, digest))
    digest = cluster_module._fingerprint(file)
    file.write_bytes(b"marks changed")
    with pytest.raises(BuildError, match="与本机不同"):
        cluster_module._work_on_same(lambda given: given, (file, digest))


@pytest.mark.slow
def test_a_worker_with_another_file_says_so(cluster: Cluster, city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = load_dataset(city).year(YEAR)
    *_, last = sorted((city / f"inputs/{YEAR}/marks.parquet").iterdir())
    fingerprint = cluster_module._fingerprint
    monkeypatch.setattr(cluster_module, "_fingerprint", lambda item: "other" if item == last else fingerprint(item))
    cluster.add(ALONE)
    cluster.wait()
    with pytest.raises(BuildError, match=rf"工作节点 \S+ 上 {re.escape(str(last))} 与本机不同"):
        score_year(facts, partial(map_on_workers, cluster.address))


@pytest.mark.slow
def test_a_scheduler_without_workers_is_told(cluster: Cluster, city: Path) -> None:
    with pytest.raises(WorkbookError, match=r"没有工作节点.*docs/scale\.md"):
        list(map_on_workers(cluster.address, str, [1]))


@pytest.mark.parametrize(
    "address", ["nonsense://x", "127.0.0.1:nine", pytest.param("tcp://127.0.0.1:9", marks=pytest.mark.slow)]
)
def test_an_address_where_nobody_answers_is_told(address: str) -> None:
    with pytest.raises(WorkbookError, match=f"“{address}”处没有 Dask 调度程序应答"):
        list(map_on_workers(address, str, [1]))


def test_what_answers_but_is_no_scheduler_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "ANSWER", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(WorkbookError, match=f"“{address}”处没有 Dask 调度程序应答"):
            list(map_on_workers(address, str, [1]))


def _refuse_as_http(server: socket.socket) -> None:
    with suppress(OSError):
        while True:
            with server.accept()[0] as caller:
                caller.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 9)


def test_what_answers_in_another_protocol_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=_refuse_as_http, args=(server,), daemon=True).start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(WorkbookError, match=f"“{address}”处没有 Dask 调度程序应答"):
            list(map_on_workers(address, str, [1]))


def test_without_dask_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(WorkbookError, match=r"没有安装 Dask.*setup-all"):
        list(map_on_workers("tcp://127.0.0.1:9", str, [1]))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"__init__": "raise ModuleNotFoundError('No module named analysis')"}, "没有安装工作簿"),
        (
            {"__init__": "", "versions": "def fingerprint_tools(): return ''"},
            "版本与本机不同",
        ),
    ],
)
def test_a_worker_with_another_workbook_or_none_is_told(
    cluster: Cluster, tmp_path: Path, files: dict[str, str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in files.items():
        path = tmp_path / f"other/analysis/{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "other"))
    cluster.add(ALONE)
    cluster.wait()
    with pytest.raises(WorkbookError, match=rf"tcp://\S+ 处.*{told}.*docs/scale\.md"):
        list(map_on_workers(cluster.address, str, [1]))


@pytest.mark.slow
@pytest.mark.parametrize("lost", ["scheduler", "workers"])
def test_a_lost_cluster_is_told(cluster: Cluster, lost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "PATIENCE", 5)
    worker = cluster.add(ALONE)
    cluster.wait()
    results = map_on_workers(cluster.address, time.sleep, [0, 3 * PATIENCE])
    assert next(results) == (0, None)
    (cluster.scheduler if lost == "scheduler" else worker).kill()
    with pytest.raises(BuildError, match="连接断了" if lost == "scheduler" else "没有工作节点了"):
        next(results)
