"""Scoring against the number of marks: time and memory on one core, against reading alone, and on a cluster.

Usage: python benchmarks/scale.py [--places 30 100 300] [--workers 2]

`python benchmarks/scale.py --only read|score FOLDER [ADDRESS]` is one measurement in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.cluster import partition_mapper
from analysis.data.dataset import load_dataset
from analysis.data.partitions import find_partitions
from analysis.scoring.years import score_year
from generate import generate
from measuring import SCRIPTS, write_results

UNITS, INDICATORS, YEARS = 100, 76, 5
RUNS = 2
"""The better counts: the other was held up by something else."""


@dataclass(frozen=True)
class Measured:
    """Marks; seconds to read all else, to read (check, add up) the marks, and to rank; the most memory held, in MB."""

    marks: int
    loading: float
    adding: float
    ranking: float
    memory: float


def read(folder: Path, _: str | None) -> Measured:
    """Read marks as pandas does, and do nothing with them."""
    files = [path for year in sorted((folder / "inputs").iterdir()) for path in find_partitions(year)]
    started = time.perf_counter()
    marks = sum(len(pd.read_parquet(path)) for path in files)
    return Measured(marks, 0.0, time.perf_counter() - started, 0.0, _peak())


def score(folder: Path, address: str | None) -> Measured:
    """Score every year; what is not marks is read first and timed apart."""
    started = time.perf_counter()
    years = load_dataset(folder).years.values()
    loaded = time.perf_counter()
    adding = 0.0

    def add_up(*given: Any) -> list[Any]:
        nonlocal adding
        begun = time.perf_counter()
        worked = list(partition_mapper(address)(*given))
        adding += time.perf_counter() - begun
        return worked

    for facts in years:
        score_year(facts, add_up)
    ranking = time.perf_counter() - loaded - adding
    marks = sum(facts.inputs.count_marks() for facts in years if facts.inputs is not None)
    return Measured(marks, loaded - started, adding, ranking, _peak())


def _peak() -> float:
    """Linux's own count of this program: that of the standard library goes on from what its parent held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1e3


def measure(what: str, folder: Path, address: str = "") -> Measured:
    """Measure in processes of their own, on one core if no cluster is named; the best run."""
    print(f"  {what} {folder.name} {address}", file=sys.stderr)
    command = [sys.executable, __file__, "--only", what, str(folder), *([address] if address else [])]
    pinned = None if address else lambda: os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    runs = [
        Measured(**json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, preexec_fn=pinned).stdout))
        for _ in range(RUNS)
    ]
    return min(runs, key=lambda run: run.adding + run.ranking)


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
        print(json.dumps(vars({"read": read, "score": score}[what](Path(folder), *(address or [None])))))
        return

    with tempfile.TemporaryDirectory() as name:
        rows = []
        for places, units, years in [(333, 57, 1), *((places, UNITS, 1) for places in options.places)]:
            rows.append(_row(Path(name), places, units, years))
        largest = Path(name) / f"{max(options.places)}-{UNITS}-1"
        alone = measure("score", largest)
        with cluster(1) as address:
            one = measure("score", largest, address)
        with cluster(options.workers) as address:
            several = measure("score", largest, address)
        rows.append(_row(Path(name), max(options.places), UNITS, YEARS))

    write_results(
        "scale",
        "Scoring, measured",
        (
            "places × units × indicators × years", "marks", "reading alone, s", "adding up, s", "ranking, s",
            "both to reading alone (≤ 3)", "ms a million marks", "million marks a minute (≥ 20)", "memory, MB",
            "other tables, s",
        ),
        rows,
        f"Every row is the better of {RUNS} runs in a process of its own, held to one core. Reading alone is\n"
        "`pandas.read_parquet` of the files; adding up is reading, checking and adding up the marks in them; ranking\n"
        "is all that comes then: components, adjustments, totals, ranks, grades. The three columns after these two\n"
        "count both. Memory is the most the process ever held. Other tables are units, outside results and\n"
        "adjustments, in CSV.\n\n"
        f"Adding up the same {alone.marks / 1e6:.1f} million marks by Dask workers of one thread each, cores free:\n"
        f"{alone.adding:.1f} s in process, {one.adding:.1f} s with one worker, {several.adding:.1f} s with\n"
        f"{options.workers}, connecting included; the scheduler and the command have no core of their own.",
    )  # fmt: skip


def _row(scratch: Path, places: int, units: int, years: int) -> list[str]:
    folder = scratch / f"{places}-{units}-{years}"
    generate(folder, places, units, INDICATORS, years)
    reading, scoring = measure("read", folder), measure("score", folder)
    both = scoring.adding + scoring.ranking
    return [
        f"{places:,} × {units} × {INDICATORS} × {years}",
        f"{scoring.marks:,}",
        f"{reading.adding:.2f}",
        f"{scoring.adding:.2f}",
        f"{scoring.ranking:.2f}",
        f"{both / reading.adding:.1f}",
        f"{both / scoring.marks * 1e9:.0f}",
        f"{scoring.marks / both * 60 / 1e6:.0f}",
        f"{scoring.memory:.0f}",
        f"{scoring.loading:.1f}",
    ]


if __name__ == "__main__":
    main()
