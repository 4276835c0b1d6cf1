"""JupyterLab in Chinese, opened on the notebooks."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.resources import files

from analysis.facts.dataset import DATA_VARIABLE, find_data
from analysis.publishing.pages import load_contents


def open_lab(data: str | None = None) -> int:
    """Start JupyterLab on the notebooks folder and wait until it ends.

    Parameters
    ----------
    data : str, optional
        Data folder the notebooks read.

    Returns
    -------
    int
        Exit code of JupyterLab.
    """
    root, (folder, _) = find_data(data), load_contents()
    settings = str(files("analysis.publishing").joinpath("lab_settings"))
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--notebook-dir={folder}",
        f"--LabApp.app_settings_dir={settings}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container there may be no other user
        command.append("--allow-root")
    return subprocess.call(command, env={**os.environ, DATA_VARIABLE: str(root)})
