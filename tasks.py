"""The workbook's chores, with nothing but Python's standard library: `python tasks.py report` or `test`."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
SCRIPTS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
LOCK = ROOT / "requirements.lock"
STAMP = ENVIRONMENT / "installed.sha256"


def run(*command: str | Path) -> None:
    """Run a command of the environment and stop with its exit code if it fails."""
    code = subprocess.call([str(SCRIPTS / command[0]), *map(str, command[1:])], cwd=ROOT)
    if code:
        sys.exit(code)


def setup() -> None:
    """Make .venv from the hashed lock file, unless it already matches it."""
    wanted = hashlib.sha256(LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    if sys.version_info < (3, 11):
        sys.exit("需要 Python 3.11 或更高版本（Python 3.11 or later is needed）。")
    print("正在准备运行环境（只在第一次或依赖变动时）……", flush=True)
    venv.create(ENVIRONMENT, with_pip=True, clear=True)
    pip = ("python", "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet")
    run(*pip, "--require-hashes", "--requirement", LOCK)
    run(*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT)
    STAMP.write_text(wanted, encoding="utf-8")


def report(*arguments: str) -> None:
    """Build every page into reports/ (or: report --out FOLDER)."""
    setup()
    run("workbook", "build", *arguments)


def test(*arguments: str) -> None:
    """Run the tests, the fast ones first: every rule, and every kind of case once."""
    setup()
    for which in ("not slow", "slow"):
        run("python", "-m", "pytest", "-m", which, "-n", "auto", "--dist", "worksteal", *arguments)


def test_all(*arguments: str) -> None:
    """Run the tests and the wide corpus: many more cases of each kind."""
    test("--wide", "0/1", *arguments)


def lint() -> None:
    """Check style and types."""
    setup()
    run("ruff", "check", ".")
    run("ruff", "format", "--check", ".")
    run("mypy")


def bench() -> None:
    """Measure speed and memory, and write benchmarks/*.md (20 minutes; nothing else should run)."""
    setup()
    run("python", "benchmarks/pages.py")
    run("python", "benchmarks/scale.py")


def lock() -> None:
    """Write requirements.lock anew from pyproject.toml."""
    setup()
    run(
        "uv", "pip", "compile", "pyproject.toml", "--extra", "dev", "--extra", "scale", "--universal",
        "--generate-hashes", "--python-version", "3.11", "--no-emit-index-url",
        "--custom-compile-command", "python tasks.py lock",
        "--quiet", "--upgrade", "--output-file", LOCK,
    )  # fmt: skip


TASKS = {
    "setup": setup, "report": report, "test": test, "test-all": test_all, "lint": lint, "bench": bench, "lock": lock,
}  # fmt: skip


def main() -> None:
    """Run the task named first on the command line, or list them."""
    name, *arguments = sys.argv[1:] or ["help"]
    if name not in TASKS:
        print("python tasks.py TASK\n")
        for task, function in TASKS.items():
            print(f"  {task:<10}{(function.__doc__ or '').splitlines()[0]}")
        sys.exit(0 if name in {"help", "-h", "--help"} else 2)
    TASKS[name](*arguments)


if __name__ == "__main__":
    main()
