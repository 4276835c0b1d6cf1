"""Files that somebody has put where Python, IPython or matplotlib may look: they note that they were run."""

from __future__ import annotations

from pathlib import Path

MODULES = ("pandas", "selectors", "json", "matplotlib", "analysis", "ipykernel", "ipykernel_launcher", "sitecustomize")
"""What every command imports: at once, in a process it starts, or in a kernel."""


def plant_modules(mark: Path, *folders: Path) -> None:
    """Put modules of well-known names into folders; each adds a line to the mark when it is imported."""
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        for name in MODULES:
            plant(folder / f"{name}.py", mark)


SETTINGS = (
    *(f"jupyter_{name}config.py" for name in ("", "server_", "lab_")),
    *("ipython_config.py", "ipython_kernel_config.py", "profile_default/startup/00-first.py"),
)
"""What Jupyter and IPython take for settings where they look for some: programs, too."""


def plant_settings(mark: Path, *folders: Path) -> None:
    """Put settings into folders; each adds a line to the mark when it is read."""
    for folder in folders:
        for name in SETTINGS:
            plant(folder / name, mark)


def plant(file: Path, mark: Path, *code: str) -> None:
    """Write a program that adds a line to the mark when it is run."""
    file.parent.mkdir(parents=True, exist_ok=True)
    note = f"with open({str(mark)!r}, 'a') as file:\n    file.write({str(file)!r} + chr(10))"
    file.write_text("\n".join([note, *code, ""]), encoding="utf-8")
