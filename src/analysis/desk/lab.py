"""JupyterLab in Chinese, opened on the notebook to explore with; nothing it shows comes from a network."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.data.folder import find_data
from analysis.exhibits.fonts import font_path
from analysis.site.pages import load_contents
from analysis.site.running import kernel_environment

_SETTINGS = Path(__file__).with_name("lab_settings")


def open_lab(data: str | None = None, options: Sequence[str] = ()) -> int:
    """Start JupyterLab on the notebooks folder and wait until it ends.

    Parameters
    ----------
    data : str, optional
        Data folder the notebooks read.
    options : sequence of str
        More options of JupyterLab.

    Returns
    -------
    int
        Exit code of JupyterLab.
    """
    root, (notebooks, _) = find_data(data), load_contents()
    shared = Path(os.path.commonpath([notebooks, root]))  # where the data folder has notebooks of its own
    shown = shared if (root / "notebooks").is_dir() and shared != Path(shared.anchor) else notebooks
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--notebook-dir={shown}",
        f"--LabApp.app_settings_dir={_SETTINGS}",
        f"--LabApp.default_url=/lab/tree/{(notebooks / 'explore.ipynb').relative_to(shown).as_posix()}",
        "--LabApp.extension_manager=readonly",  # the other one asks a package index
        "--LabApp.custom_css=True",
        f"--ServerApp.jpserver_extensions={__name__}=True",
        "--ServerApp.answer_yes=True",  # Ctrl-C ends it at once, without a question in English
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container there may be no other user
        command.append("--allow-root")
    process = subprocess.Popen([*command, *options], env=kernel_environment(root))
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # Ctrl-C reaches JupyterLab too: it ends its kernels, then itself
            continue


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Serve our custom.css and the Chinese font; the server takes no such folders from its command line."""
    font = font_path()
    folders = [_SETTINGS / "custom", *([font.parent] if font else [])]
    server.web_app.settings["static_custom_path"][:0] = map(str, folders)
