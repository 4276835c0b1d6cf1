"""The real JupyterLab in a real browser: the notebook to explore with runs, and what is chosen is what is shown."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
import websocket
from tests.conftest import ROOT
from tests.planting import plant_modules, plant_settings

from analysis.storage import NOTEBOOKS_VARIABLE

pytestmark = pytest.mark.slow

PATIENCE = 180_000
"""Milliseconds: a kernel that imports everything on a busy machine."""
START = """
import sys
from functools import partial
from analysis import cli
from analysis.desk import lab
lab.open_lab = partial(lab.open_lab, options=sys.argv[1:])
sys.exit(cli.main(["lab"]))
"""


class Lab:
    """A running JupyterLab, started as `workbook lab` starts it."""

    def __init__(self, project: Path, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        self.token, self.project = secrets.token_hex(16), project
        options = [f"--port={urlsplit(self.url).port}", "--ServerApp.port_retries=0", "--no-browser"]
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", START, *options, f"--IdentityProvider.token={self.token}"],
            cwd=project,
            env={key: value for key, value in os.environ.items() if key != "WORKBOOK_DATA"}
            | {"HOME": str(home), NOTEBOOKS_VARIABLE: str(project / "notebooks")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def ask(self, path: str, method: str = "GET", told: Any = None) -> Any:
        body = None if told is None else json.dumps(told).encode()
        headers = {"Authorization": f"token {self.token}"}
        request = Request(f"{self.url}/{path}", body, headers, method=method)
        with urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def wait(self) -> None:
        for _ in range(PATIENCE // 500):
            assert self.process.poll() is None, "JupyterLab ended"
            try:
                self.ask("api/status")
            except (URLError, OSError):
                time.sleep(0.5)
            else:
                return
        pytest.fail("JupyterLab did not answer")

    def execute(self, code: str, beside: str) -> str:
        """Run code in a new kernel beside a notebook; return what it prints."""
        kernel = self.ask("api/kernels", "POST", {"name": "python3", "path": beside})["id"]
        channels = f"{self.url.replace('http', 'ws')}/api/kernels/{kernel}/channels?token={self.token}"
        connection = websocket.create_connection(channels, timeout=PATIENCE / 1000)
        header = {"msg_id": secrets.token_hex(8), "msg_type": "execute_request", "username": "", "session": "1"}
        content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
        request = {"header": header | {"version": "5.3"}, "parent_header": {}, "metadata": {}, "content": content}
        connection.send(json.dumps(request | {"channel": "shell"}))
        said: list[dict[str, Any]] = []
        while not {"execute_reply", "idle"} <= {each.get("execution_state", each["kind"]) for each in said}:
            message = json.loads(connection.recv())
            if message["parent_header"].get("msg_id") == header["msg_id"]:
                said.append(message["content"] | {"kind": message["msg_type"]})
        connection.close()
        assert [each["status"] for each in said if each["kind"] == "execute_reply"] == ["ok"], said
        return "".join(each["text"] for each in said if each["kind"] == "stream")

    def end(self) -> None:
        """End the command and all that it started."""
        for pid in self.processes() if self.process.poll() is None else ():
            os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def listens(self) -> bool:
        with socket.socket() as caller:
            return caller.connect_ex(("127.0.0.1", urlsplit(self.url).port)) == 0

    def processes(self) -> set[int]:
        """The command, and all that it started and they started."""
        parents = {pid: parent for pid, (_, parent) in _list_processes().items()}
        found, new = set(), {self.process.pid}
        while new:
            found |= new
            new = {pid for pid, parent in parents.items() if parent in found} - found
        return found


def _list_processes() -> dict[int, tuple[str, int]]:
    """Each process, its state and its parent, as the system tells it: not every machine has a program for that."""
    told = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it may have ended
            state, parent = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[:2]
            told[int(path.parent.name)] = (state, int(parent))
    return told


def _running(processes: set[int]) -> set[int]:
    return processes & {pid for pid, (state, _) in _list_processes().items() if state != "Z"}


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """JupyterLab on a copy of the workbook; afterwards nothing of it is left running."""
    project, home = tmp_path / "workbook", tmp_path / "home"
    home.mkdir()
    for folder in ("notebooks", "data"):
        shutil.copytree(ROOT / folder, project / folder, ignore=shutil.ignore_patterns(".*"))
    for path in project.glob("data/inputs/*/provenance.yml"):  # of reconstructed marks, what-if names nobody
        given = path.read_text(encoding="utf-8").replace("provenance: reconstructed", "provenance: demonstration")
        path.write_text(given, encoding="utf-8")
    plant_modules(tmp_path / "mark", project, *(project / folder for folder in ("notebooks", "data")))
    running = Lab(project, home)
    try:
        running.wait()
        yield running
        assert not (tmp_path / "mark").exists()
        begun = running.processes()
        assert len(begun) > 2  # the command, the server, a kernel
        running.ask("api/shutdown", "POST")
        assert running.process.wait(60) == 0
        for _ in range(60):
            if not _running(begun):
                break
            time.sleep(0.5)
        assert _running(begun) == set()
    finally:
        running.end()


@pytest.fixture
def page(lab: Lab, chromium: Any, tmp_path: Path) -> Iterator[Any]:
    """What the command opens, in a browser on a machine without any Chinese font, with the notebook run."""
    from matplotlib import get_data_path

    fonts = tmp_path / "fonts.conf"
    fonts.write_text(
        f"<fontconfig><dir>{get_data_path()}/fonts/ttf</dir><cachedir>{tmp_path}/fonts</cachedir></fontconfig>"
    )
    browser = chromium(env={**os.environ, "FONTCONFIG_FILE": str(fonts)})
    page = browser.new_context(viewport={"width": 1500, "height": 1000}, locale="zh-CN").new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    browser.close()


def test_a_choice_changes_what_is_shown_and_a_clause_moves_ranks(lab: Lab, page: Any) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    _run_all(lab, page)
    _choose(page)
    _ask_what_if(page)
    _export(lab, page)
    _look_for_missing_glyphs(page)
    assert {urlsplit(url).hostname for url in asked if not url.startswith(("data:", "blob:"))} == {"127.0.0.1"}


def _run_all(lab: Lab, page: Any) -> None:
    page.goto(f"{lab.url}/?token={lab.token}")
    page.locator(".jp-NotebookPanel h1").get_by_text("数据查询与办法试算").wait_for()
    page.get_by_text("| 空闲").wait_for()
    page.get_by_role("menuitem", name="运行", exact=True).click()
    page.locator(".lm-Menu-itemLabel").get_by_text("运行所有单元格", exact=True).click()
    _table(page).first.wait_for()
    _settle(page)


def _settle(page: Any) -> None:
    """Wait until the kernel has answered and nothing is left to be drawn."""
    page.wait_for_timeout(300)
    page.get_by_text("正在计算").wait_for(state="detached")
    page.get_by_text("| 空闲").wait_for()
    page.wait_for_timeout(300)


def _until(page: Any, holds: Callable[[], bool]) -> None:
    """Wait for what the kernel has been asked for: a busy machine may be idle between two answers."""
    for _ in range(PATIENCE // 500):
        _settle(page)
        if holds():
            return
    pytest.fail("what was asked for was not shown")


def _tells_what_is_made_up(page: Any) -> bool:
    note = page.locator(".jupyter-widgets").get_by_text("评分为演示数据，城市、单位和得分都是虚构的")
    return bool(note.first.is_visible())


def _table(page: Any) -> Any:
    return page.locator(".explored table.dataTable tbody tr")


def _picture(page: Any) -> str:
    image = page.locator("img[alt*='图。']")
    assert image.evaluate("each => each.complete && each.naturalWidth > 600")
    return str(image.get_attribute("src"))


def _rows(page: Any) -> dict[str, list[str]]:
    """The rows of the page of the table that is shown, by the name of the unit."""
    rows = [row.locator("td").all_inner_texts() for row in _table(page).all()]
    return {next(cell for cell in row if len(cell) > 2 and not cell[0].isdigit()): row for row in rows}


def _totals(page: Any) -> list[float]:
    return [float(row.locator("td").nth(2).inner_text()) for row in _table(page).all()]


def _choose(page: Any) -> None:
    picture, rows = _picture(page), _rows(page)
    assert len(rows) == 12 and _tells_what_is_made_up(page)
    page.locator("select", has_text="市直部门").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    _until(page, lambda: _picture(page) != picture)
    assert len(_rows(page)) == 15 and not set(_rows(page)) & set(rows)
    page.locator(".explored th.dt-orderable-asc", has_text="总分").click()  # what it can be sorted by is known by now
    _until(page, lambda: (totals := _totals(page)) == sorted(totals) and totals[0] < 70)  # as numbers, from the lowest
    page.locator(".explored input[type=search]").fill("司法")
    assert _table(page).count() == 1
    seen = {_picture(page)}
    for name in ("一个单位", "一项指标", "与另一年比"):
        page.get_by_role("button", name=name).click()
        _until(page, lambda: _picture(page) not in seen)
        assert _table(page).count() > 5
        assert _tells_what_is_made_up(page)
        seen.add(_picture(page))


def _ask_what_if(page: Any) -> None:
    page.get_by_role("button", name="改办法试试").click()
    _until(page, lambda: all(row[1] == row[2] and row[3] == "0" for row in _rows(page).values()))
    before, picture = _rows(page), _picture(page)
    page.locator(".noUi-handle").nth(1).focus()
    for _ in range(30):
        page.keyboard.press("ArrowLeft")
    page.get_by_text("良 50%").first.wait_for()
    _until(page, lambda: any(row[1] != row[2] for row in _rows(page).values()))
    _settle(page)
    after = _rows(page)
    assert _picture(page) != picture
    assert all(float(row[5]) <= float(row[4]) for row in after.values())
    assert _tells_what_is_made_up(page)
    assert page.get_by_text("这是假设推演，不是考核结果").is_visible()

    last = page.locator(".jupyter-widgets input[type=number]").last
    right = last.input_value()
    refused, export = page.get_by_text("“优秀等次”不能这样改"), page.get_by_role("button", name="导出当前视图")
    last.fill("2.5")
    last.press("Enter")
    _until(page, lambda: refused.count() == 1 and export.is_disabled())
    last.fill(right)
    last.press("Enter")
    _until(page, lambda: refused.count() == 0 and export.is_enabled())
    _until(page, lambda: _rows(page) == after)
    page.get_by_role("button", name="恢复现行办法").click()
    _until(page, lambda: _rows(page) == before)


def _export(lab: Lab, page: Any) -> None:
    page.get_by_role("button", name="导出当前视图").click()
    page.get_by_text("已存入").wait_for()
    saved = sorted(path.name for path in (lab.project / "导出").iterdir())
    assert saved == ["2021-市直部门-假设.csv", "2021-市直部门-假设.png"]
    assert all(page.get_by_text(name).is_visible() for name in saved)


def _look_for_missing_glyphs(page: Any) -> None:
    """Without a Chinese font on the machine, all Chinese is drawn in the one that comes with the workbook."""
    marked = page.evaluate(
        """() => {
            const leaves = [...document.querySelectorAll("body *")].filter(
                each => !each.childElementCount && each.checkVisibility() && /^[\\u4e00-\\u9fff]+$/.test(each.innerText)
            );
            leaves.forEach(each => each.setAttribute("data-chinese", ""));
            return leaves.map(each => each.innerText);
        }"""
    )
    assert len(marked) > 50 and {"文件", "运行", "市审计局", "一票否决不得评"} <= set(marked)
    inspector = page.context.new_cdp_session(page)
    inspector.send("DOM.enable")
    inspector.send("CSS.enable")
    root = inspector.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    nodes = inspector.send("DOM.querySelectorAll", {"nodeId": root, "selector": "[data-chinese]"})["nodeIds"]
    used = [inspector.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"] for node in nodes]
    assert {(font["postScriptName"], font["isCustomFont"]) for fonts in used for font in fonts} == {
        ("NotoSansSC-Regular", True)
    }
    faces = page.evaluate("[...document.querySelectorAll('select, button')].map(e => getComputedStyle(e).fontFamily)")
    assert all("Workbook Chinese" in face for face in faces)


def test_nothing_is_run_from_where_the_notebooks_are(tmp_path: Path) -> None:
    """By the server, started in a folder of theirs, or by a kernel beside a notebook, asked for as a browser does."""
    project, mark = tmp_path / "workbook", tmp_path / "mark"
    shutil.copytree(ROOT / "notebooks", project / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(ROOT / "data", project / "data")
    folders = [tmp_path, project, project / "notebooks", project / "data"]
    plant_modules(mark, *folders)
    plant_settings(mark, *folders)
    running = Lab(project, tmp_path / "home")
    try:
        running.wait()
        code = "import json, selectors, matplotlib, pandas, ipykernel, analysis, os; print(os.getcwd())"
        assert running.execute(code, beside="explore.ipynb") == f"{project / 'notebooks'}\n"
        assert not mark.exists(), mark.read_text(encoding="utf-8")
    finally:
        running.end()


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        signal.SIGKILL,
        pytest.param(signal.SIGHUP, marks=pytest.mark.wide("number")),
    ],
)
def test_when_the_command_is_ended_nothing_listens_any_more(tmp_path: Path, number: int) -> None:
    """Its kernels end too; of a command that is killed, JupyterLab notices by itself."""
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(ROOT / "data", tmp_path / "data")
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup none is heeded
    running = Lab(tmp_path, tmp_path / "home")
    signal.signal(signal.SIGHUP, before)
    begun: set[int] = set()
    try:
        running.wait()
        running.ask("api/kernels", "POST")
        begun = running.processes()
        assert len(begun) > 2 and running.listens()
        os.kill(running.process.pid, number)
        assert running.process.wait(60) == (-number if number == signal.SIGKILL else 0)
        for _ in range(120):
            if not _running(begun) and not running.listens():
                break
            time.sleep(0.5)
        assert _running(begun) == set() and not running.listens()
    finally:
        for pid in _running(begun or running.processes()):
            os.kill(pid, signal.SIGKILL)
        running.process.wait()
