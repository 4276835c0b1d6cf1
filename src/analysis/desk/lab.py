"""JupyterLab in Chinese, opened on the notebook to explore with; nothing it shows comes from a network."""

import os
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tornado.ioloop import PeriodicCallback

from analysis.data.folder import find_data
from analysis.exhibits.fonts import font_path
from analysis.site.pages import load_contents
from analysis.site.running import kernel_environment
from analysis.storage import NOTEBOOKS_VARIABLE

_COMMAND_VARIABLE = "WORKBOOK_LAB_PID"
"""The environment variable that tells JupyterLab which process it serves."""
_WATCH = 1000
"""Milliseconds after which it looks again whether that process is still there."""
_SETTINGS = Path(__file__).with_name("lab_settings")


def open_lab(data: str | None = None, notebooks: Path | None = None, options: Sequence[str] = ()) -> int:
    """Start JupyterLab on the notebooks folder and wait until it ends, or end it when asked to by any signal.

    Parameters
    ----------
    data : str, optional
        Data folder the notebooks read.
    notebooks : Path, optional
        See `find_notebooks`.
    options : sequence of str
        More options of JupyterLab.

    Returns
    -------
    int
        Exit code of JupyterLab; 0 if it was asked to end.
    """
    root, (folder, _) = find_data(data), load_contents(notebooks)
    shared = Path(os.path.commonpath([folder, root]))  # where the data folder has notebooks of its own
    shown = shared if (root / "notebooks").is_dir() and shared != Path(shared.anchor) else folder
    explore = folder / "explore.ipynb"
    first = f"/tree/{explore.relative_to(shown).as_posix()}" if explore.is_file() else ""
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--notebook-dir={shown}",
        f"--LabApp.app_settings_dir={_SETTINGS}",
        f"--LabApp.default_url=/lab{first}",
        "--LabApp.extension_manager=readonly",  # the other one asks a package index
        "--LabApp.custom_css=True",
        f"--ServerApp.jpserver_extensions={__name__}=True",
        "--ServerApp.answer_yes=True",  # Ctrl-C ends it at once, without a question in English
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container there may be no other user
        command.append("--allow-root")
    told = {NOTEBOOKS_VARIABLE: str(folder), _COMMAND_VARIABLE: str(os.getpid())}
    process = subprocess.Popen([*command, *options], env=kernel_environment(root) | told)
    asked = False
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:  # Ctrl-C, a window that is closed, a system that shuts down
            asked = True
            process.terminate()  # it ends its kernels, then itself
        else:
            return 0 if asked else code


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Serve our custom.css and the Chinese font, which the command line cannot ask for; end with the command."""
    font = font_path()
    folders = [_SETTINGS / "custom", *([font.parent] if font else [])]
    server.web_app.settings["static_custom_path"][:0] = map(str, folders)
    if os.name == "posix":  # elsewhere a process does not learn that its parent is gone
        PeriodicCallback(partial(_end_alone, server), _WATCH).start()


def _end_alone(server: Any) -> None:
    """Stop the server if the command that started it was killed: nobody would know that it still listens."""
    if str(os.getppid()) != os.environ.get(_COMMAND_VARIABLE):
        server.stop()
