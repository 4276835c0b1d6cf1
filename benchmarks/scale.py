"""Scoring against the number of marks: time and memory on one core, against reading alone, and on a cluster.

Usage: python benchmarks/scale.py [--places 30 100 300] [--workers 2]

`python benchmarks/scale.py --only read|read_files|score FOLDER [ADDRESS]` is one measurement in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.cluster import map_on_workers
from analysis.data.dataset import load_dataset
from analysis.data.partitions import map_here
from analysis.data.state import MARKS, find_partitions
from analysis.exchange.office import to_parquet
from analysis.scoring.years import score_year
from generate import generate
from measuring import SCRIPTS, write_results

UNITS, INDICATORS, YEARS = 100, 76, 5
HERE = "here"
"""In the place of a scheduler's address: in this process, but on all cores and by the clock."""
RUNS = 2
"""The better counts: the other was held up by something else."""


@dataclass(frozen=True)
class Measured:
    """Marks; seconds to read all else, to add the marks up, to rank, to write; the most memory held, in MB."""

    marks: int
    adding: float
    memory: float
    loading: float = 0.0
    ranking: float = 0.0
    writing: float = 0.0

    @property
    def whole(self) -> float:
        """Seconds in all."""
        return self.loading + self.adding + self.ranking + self.writing


def read(folder: Path, _: str | None) -> Measured:
    """Read each year's marks as pandas does, and do nothing with them."""
    return _read([year / MARKS for year in sorted((folder / "inputs").iterdir())])


def read_files(folder: Path, _: str | None) -> Measured:
    """Do so file by file: less work for pandas, which has no words of several files to bring together."""
    return _read([path for year in sorted((folder / "inputs").iterdir()) for path in find_partitions(year)])


def _read(places: Iterable[Path]) -> Measured:
    started = time.process_time()
    marks = sum(len(pd.read_parquet(place)) for place in places)
    return Measured(marks, time.process_time() - started, _peak())


def score(folder: Path, address: str | None) -> Measured:
    """Score every year and write the scores as Parquet, as the command does when asked to."""
    clock = time.perf_counter if address else time.process_time
    started = clock()
    years = load_dataset(folder).years.values()
    loaded = clock()
    map_there = map_here if address in {None, HERE} else partial(map_on_workers, address)
    adding = writing = 0.0

    def add_up(function: Callable[..., Any], files: Iterable[Path], **shared: Any) -> list[tuple[Path, Any]]:
        nonlocal adding
        begun = clock()
        summed = list(map_there(function, list(files), **shared))
        adding += clock() - begun
        return summed

    for facts in years:
        scores = score_year(facts, add_up)
        begun = clock()
        to_parquet(scores)
        writing += clock() - begun
    ranking = clock() - loaded - adding - writing
    marks = sum(len(facts.inputs.stored_marks) for facts in years if facts.inputs is not None)
    return Measured(marks, adding, _peak(), loaded - started, ranking, writing)


def _peak() -> float:
    """Linux's own count of this program: that of the standard library goes on from what its parent held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1e3


def measure(what: str, folder: Path, address: str = "") -> Measured:
    """Measure in processes of their own, in seconds of one core if no address is given; the best run."""
    print(f"  {what} {folder.name} {address}", file=sys.stderr)
    command = [sys.executable, __file__, "--only", what, str(folder), *([address] if address else [])]
    pinned = None if address else lambda: os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    runs = [
        Measured(**json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, preexec_fn=pinned).stdout))
        for _ in range(RUNS)
    ]
    return min(runs, key=lambda run: run.whole)


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """Start a scheduler and workers on this machine, as docs/scale.md says; end them afterwards."""
    with tempfile.TemporaryDirectory() as name:
        told = Path(name) / "scheduler.json"
        processes = [_start("scheduler", told, "--port", "0")]
        try:
            while not told.is_file():
                time.sleep(0.1)
            processes += [_start("worker", told, "--nthreads", "1", "--no-nanny") for _ in range(workers)]
            address = str(json.loads(told.read_text(encoding="utf-8"))["address"])
            from distributed import Client

            with Client(address, set_as_default=False) as client:
                client.wait_for_workers(workers)
            yield address
        finally:
            for process in processes:
                process.kill()
                process.wait()


def _start(what: str, told: Path, *options: str) -> subprocess.Popen[bytes]:
    command = [SCRIPTS / "dask", what, *options, "--host", "127.0.0.1", "--scheduler-file", told, "--no-dashboard"]
    return subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main() -> None:
    """Measure and write benchmarks/scale.md, or make one measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--places", type=int, nargs="+", default=[100, 300, 1000, 3000])
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--only", nargs="+", metavar="WORD")
    options = parser.parse_args()
    if options.only:
        what, folder, *address = options.only
        measuring = {"read": read, "read_files": read_files, "score": score}[what]
        print(json.dumps(vars(measuring(Path(folder), *(address or [None])))))
        return

    with tempfile.TemporaryDirectory() as name:
        rows = []
        for places, units, years in [(333, 57, 1), *((places, UNITS, 1) for places in options.places)]:
            rows.append(_row(Path(name), places, units, years))
        largest = Path(name) / f"{max(options.places)}-{UNITS}-1"
        here = measure("score", largest, HERE)
        with cluster(1) as address:
            one = measure("score", largest, address)
        with cluster(options.workers) as address:
            several = measure("score", largest, address)
        rows.append(_row(Path(name), max(options.places), UNITS, YEARS))

    write_results(
        "scale",
        "Scoring, measured",
        (
            "places × units × indicators × years", "marks", "reading alone, s", "file by file, s", "other tables, s",
            "adding up, s", "ranking, s", "writing, s", "whole to reading alone (≤ 1.5)", "ms a million marks",
            "memory, MB",
        ),
        rows,
        f"Seconds of one core, the better of {RUNS} runs, each in a process of its own. Reading alone is\n"
        "`pandas.read_parquet` of a year's folder of marks; file by file, of each file in it. Other tables are units,\n"
        "outside results and adjustments, in Parquet; adding up is reading, checking and adding up the marks; ranking\n"
        "is components, adjustments, totals, ranks, grades; writing makes the CSV of the scores. The whole is these\n"
        "four, once the workbook is imported. Memory is the most the process ever held.\n\n"
        f"Adding up {here.marks / 1e6:.1f} million marks by the clock: {here.adding:.1f} s in process, on all cores;\n"
        f"{one.adding:.1f} s with one Dask worker of one thread, {several.adding:.1f} s with {options.workers},\n"
        "connecting included; the scheduler and the command have no core of their own.",
    )  # fmt: skip


def _row(scratch: Path, places: int, units: int, years: int) -> list[str]:
    folder = scratch / f"{places}-{units}-{years}"
    generate(folder, places, units, INDICATORS, years)
    reading, by_file, scoring = (measure(what, folder) for what in ("read", "read_files", "score"))
    return [
        f"{places:,} × {units} × {INDICATORS} × {years}",
        f"{scoring.marks:,}",
        f"{reading.adding:.2f}",
        f"{by_file.adding:.2f}",
        f"{scoring.loading:.2f}",
        f"{scoring.adding:.2f}",
        f"{scoring.ranking:.2f}",
        f"{scoring.writing:.2f}",
        f"{scoring.whole / reading.whole:.1f}",
        f"{scoring.whole / scoring.marks * 1e9:.0f}",
        f"{scoring.memory:.0f}",
    ]


if __name__ == "__main__":
    main()
