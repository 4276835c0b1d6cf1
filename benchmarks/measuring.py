"""Time commands, and write what was measured with the machine it was measured on."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = Path(sys.executable).parent


def clock(*command: str | Path, cwd: Path = ROOT) -> float:
    """Return the seconds a command takes; one that fails ends the benchmark."""
    print("  " + " ".join(Path(str(word)).name for word in command)[:110], end=" ", file=sys.stderr, flush=True)
    started = time.perf_counter()
    subprocess.run([str(SCRIPTS / command[0]), *map(str, command[1:])], cwd=cwd, check=True, capture_output=True)
    took = time.perf_counter() - started
    print(f"{took:.2f} s", file=sys.stderr)
    return took


def peak(*command: str | Path, cwd: Path = ROOT) -> float:
    """Return the most memory (MB) a command and all it starts hold at once, pages they share counted once."""
    process = psutil.Popen([str(SCRIPTS / command[0]), *map(str, command[1:])], cwd=cwd, stdout=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        most = max(most, sum(map(_proportional, [process, *process.children(recursive=True)])))
        time.sleep(0.1)
    return most / 1e6


def _proportional(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0


def write_results(name: str, title: str, head: Sequence[str], rows: Iterable[Sequence[str]], notes: str) -> None:
    """Write a table beside the benchmarks, and print it."""
    packages = (
        "pandas",
        "numpy",
        "matplotlib",
        "papermill",
        "nbconvert",
        "ipykernel",
        "pyarrow",
        "duckdb",
        "distributed",
    )
    lines = [
        f"# {title}",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {_processor()}, {os.cpu_count()} cores, "
        f"{psutil.virtual_memory().total / 2**30:.0f} GiB, {platform.system()}, Python {platform.python_version()}, "
        + ", ".join(f"{package} {version(package)}" for package in packages)
        + ".",
        "",
        "| " + " | ".join(head) + " |",
        "|---" * len(head) + "|",
        *("| " + " | ".join(row) + " |" for row in rows),
        "",
        notes,
    ]
    text = "\n".join(lines) + "\n"
    (ROOT / "benchmarks" / f"{name}.md").write_text(text, encoding="utf-8")
    print(text)


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.is_file() else []
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor()
