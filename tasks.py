"""The workbook's chores, with nothing but Python's standard library: `python tasks.py report` or `test`."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
RUNNING, EVERYTHING = ROOT / "requirements.lock", ROOT / "requirements-all.lock"
"""What running needs; this and what tests, Parquet, clusters and scans need, in the same versions."""
STAMP = ENVIRONMENT / "installed.txt"
"""What is installed (see `_fingerprint`), and where the folder stood then."""


def run(*command: str | Path) -> None:
    """Run the environment's Python and stop with its exit code if it fails.

    Not the scripts beside it: they hold the name of the folder they were made in, and cannot hold every name.
    """
    if code := subprocess.call([PYTHON, *command], cwd=ROOT):
        sys.exit(code)


def setup(lock: Path = RUNNING) -> None:
    """Make .venv of what running needs, checked by hash; where all is there but the folder has moved, put it right."""
    installed, _, place = (STAMP.read_text(encoding="utf-8") if STAMP.is_file() else "").partition("\n")
    is_complete = installed in {_fingerprint(lock), _fingerprint(EVERYTHING)}
    if is_complete and place == str(ROOT):
        return
    if sys.version_info < (3, 11):
        sys.exit("需要 Python 3.11 或更高版本（Python 3.11 or later is needed）。")
    wait = "文件夹换了位置，正在改正运行环境" if is_complete else "正在准备运行环境（只在第一次或依赖变动时）"
    print(f"{wait}……", flush=True)
    STAMP.unlink(missing_ok=True)
    is_kept = is_complete or installed == _fingerprint(RUNNING)
    venv.create(ENVIRONMENT, with_pip=not is_kept, clear=not is_kept)  # anew, or the paths in what activates it
    if not is_complete:
        _install("--require-hashes", "--requirement", lock)
    _install("--no-deps", "--no-build-isolation", "--editable", ".")
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(ENVIRONMENT)}))
    (link,) = packages.glob("*assessment_workbook.pth")
    link.write_text(os.path.relpath(ROOT / "src", link.parent), encoding="ascii")  # not every Python reads other paths
    STAMP.write_text(f"{installed if is_complete else _fingerprint(lock)}\n{ROOT}", encoding="utf-8")


def _fingerprint(lock: Path) -> str:
    """Fingerprint what an environment is made from; the same wherever it stands, and however lines end."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}\n"
    texts = [path.read_text(encoding="utf-8") for path in (lock, ROOT / "pyproject.toml")]
    return hashlib.sha256("".join([python, *texts]).encode()).hexdigest()


def _install(*what: str | Path) -> None:
    command = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet", *what]
    if code := subprocess.call(command, cwd=ROOT):
        print("没有装好。请看上面的原因（多半是连不上软件源），改好后再运行一次。", file=sys.stderr)
        sys.exit(code)


def setup_all() -> None:
    """Make .venv of everything: also what tests, Parquet, clusters and scans need."""
    setup(EVERYTHING)


def report(*arguments: str) -> None:
    """Build every page into reports/ (or: report --out FOLDER)."""
    setup()
    run("-P", "-m", "analysis.cli", "build", *arguments)


def test(*arguments: str) -> None:
    """Run the tests, the fast ones first: every rule, and every kind of case once."""
    setup_all()
    for which in ("not slow", "slow"):
        run("-m", "pytest", "-m", which, "-n", "auto", "--dist", "worksteal", *arguments)


def test_all(*arguments: str) -> None:
    """Run the tests and the wide corpus: many more cases of each kind."""
    test("--wide", "0/1", *arguments)


def fuzz(*arguments: str) -> None:
    """Try everything that reads files with many thousands of broken ones: about an hour of one core."""
    setup_all()
    run("-m", "pytest", "-k", "fuzz", "-n", "auto", "--dist", "worksteal", "--examples", "2000", *arguments)


def lint() -> None:
    """Check style and types."""
    setup_all()
    run("-m", "ruff", "check", ".")
    run("-m", "ruff", "format", "--check", ".")
    run("-m", "mypy")


def sentences() -> None:
    """List every Chinese sentence that pages, documents and messages can say, each with its place."""
    setup_all()
    run("-m", "tests.sentences")


def bench() -> None:
    """Measure speed and memory, and write benchmarks/*.md (20 minutes; nothing else should run)."""
    setup_all()
    run("benchmarks/pages.py")
    run("benchmarks/scale.py")


def lock() -> None:
    """Write both lock files anew from pyproject.toml."""
    setup_all()
    compiling = (
        "-m", "uv", "pip", "compile", "pyproject.toml", "--universal", "--generate-hashes", "--python-version", "3.11",
        "--no-emit-index-url", "--custom-compile-command", "python tasks.py lock", "--quiet",
    )  # fmt: skip
    run(*compiling, "--all-extras", "--upgrade", "--output-file", EVERYTHING.name)
    run(*compiling, "--extra", "install", "--constraint", EVERYTHING.name, "--upgrade", "--output-file", RUNNING.name)


TASKS = {
    "setup": setup, "setup-all": setup_all, "report": report, "test": test, "test-all": test_all, "fuzz": fuzz,
    "lint": lint, "sentences": sentences, "bench": bench, "lock": lock,
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
