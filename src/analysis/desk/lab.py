"""JupyterLab in Chinese, opened on the notebook to explore with; nothing it shows comes from a network."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from analysis.data.dataset import find_data
from analysis.desk import lab_fonts
from analysis.site.pages import load_contents
from analysis.site.running import kernel_environment

OPENED = "explore.ipynb"


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
    root, (folder, _) = find_data(data), load_contents()
    command = [*lab_command(_choose_root(folder, root), folder / OPENED), *options]
    process = subprocess.Popen(command, env=kernel_environment(root))
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # Ctrl-C reaches JupyterLab too: it ends its kernels, then itself
            continue


def _choose_root(notebooks: Path, data: Path) -> Path:
    """Choose what JupyterLab shows: the workbook's notebooks, and the data folder's own with them if it has some."""
    shared = Path(os.path.commonpath([notebooks, data]))
    return shared if (data / "notebooks").is_dir() and shared != Path(shared.anchor) else notebooks


def lab_command(root: Path, opened: Path) -> list[str]:
    """Write the command that starts JupyterLab.

    Parameters
    ----------
    root : Path
        The folder it shows.
    opened : Path
        The notebook in it that is opened.

    Returns
    -------
    list of str
    """
    settings = files("analysis.desk").joinpath("lab_settings")
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--notebook-dir={root}",
        f"--LabApp.app_settings_dir={settings}",
        f"--LabApp.default_url=/lab/tree/{opened.relative_to(root).as_posix()}",
        "--LabApp.extension_manager=readonly",  # the other one asks a package index
        "--LabApp.custom_css=True",
        f"--ServerApp.jpserver_extensions={lab_fonts.__name__}=True",
        "--ServerApp.answer_yes=True",  # Ctrl-C ends it at once, without a question in English
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container there may be no other user
        command.append("--allow-root")
    return command
