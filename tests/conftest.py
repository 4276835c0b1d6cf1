"""Shared fixtures: the shipped data, and small made-up cities written to disk."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from filelock import FileLock
from hypothesis import Phase, settings

from analysis import open_assessment
from analysis.assessment import Assessment
from analysis.cli import main
from analysis.commands.starting import start_city
from analysis.data.dataset import Dataset, load_dataset
from analysis.exchange.forms.template import write_workbook

ROOT = Path(__file__).resolve().parents[1]


WIDE = "wide"
COLLECTED = pytest.StashKey[list[pytest.Item]]()
"""Every test there is where pytest was told to look, chosen or not."""


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "also run part K of N of the wide corpus; 0/1 is all of it"
    parser.addoption("--wide", metavar="K/N", type=_part, help=told)
    parser.addoption("--examples", metavar="N", type=int, help="let every property test draw N examples")


def _part(written: str) -> tuple[int, int]:
    part, parts = map(int, written.split("/"))
    if not 0 <= part < parts:
        raise ValueError
    return part, parts


def pytest_configure(config: pytest.Config) -> None:
    """Let Hypothesis draw few examples, but many where these or the whole of the wide corpus are asked for."""
    examples = config.option.examples or (200 if config.option.wide == (0, 1) else 20)
    phases = [phase for phase in Phase if phase is not Phase.explain]  # which takes longer than all the others
    settings.register_profile("asked for", max_examples=examples, deadline=None, phases=phases)
    settings.load_profile("asked for")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the wide corpus, but for the part of it that is asked for."""
    config.stash[COLLECTED] = list(items)
    chosen = set(choose_part(items, config.option.wide))
    left_out = [item for item in items if is_wide(item) and item not in chosen]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not is_wide(item) or item in chosen]


def pytest_runtest_logfinish() -> None:
    """Let no command that a test has run here (see `cli.main`) say where others import from."""
    if not sys.flags.safe_path:
        os.environ.pop("PYTHONSAFEPATH", None)


def is_wide(item: pytest.Item) -> bool:
    return item.get_closest_marker(WIDE) is not None


def choose_part(items: list[pytest.Item], part: tuple[int, int] | None) -> list[pytest.Item]:
    """Take every N-th test of the wide corpus: some of each kind, as those of a kind stand together."""
    if part is None:
        return []
    place, parts = part
    return [item for item in items if is_wide(item)][place::parts]


def widely(name: str, values: Iterable[Any], always: int) -> pytest.MarkDecorator:
    """Parametrize a test by values that are much alike: the first few always run, the others are of the wide corpus.

    Parameters
    ----------
    name : str
        The parameter.
    values : iterable
    always : int
        How many always run.
    """
    cases = [
        value if place < always else pytest.param(value, marks=pytest.mark.wide(name))
        for place, value in enumerate(values)
    ]
    return pytest.mark.parametrize(name, cases)


@pytest.fixture(scope="session")
def data_folder() -> Path:
    return ROOT / "data"


@pytest.fixture(scope="session")
def dataset(data_folder: Path) -> Dataset:
    return load_dataset(data_folder)


@pytest.fixture(scope="session")
def scores(dataset: Dataset) -> pd.DataFrame:
    return Assessment(dataset).scores


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All pages of the shipped data: made once, by whichever of pytest's processes asks first."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "reports"
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            assert main(["build", "--data", str(ROOT / "data"), "--out", str(folder), "--no-profiles"]) == 0
    return folder


@pytest.fixture(scope="session")
def shipped(data_folder: Path) -> Assessment:
    return open_assessment(data_folder)


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small city that `workbook new-city` starts from."""
    return start_city(tmp_path_factory.mktemp("city") / "data")


@pytest.fixture(scope="session")
def good(city: Path) -> bytes:
    """Its year as a workbook, for tests to break."""
    facts = load_dataset(city).year(2023)
    assert facts.inputs is not None
    return write_workbook(facts, facts.inputs.indicators, facts.inputs)


@pytest.fixture
def copied_city(city: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(city, tmp_path / "data"))


@pytest.fixture
def copied_data(data_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(data_folder, tmp_path / "data"))


@pytest.fixture
def edit(copied_data: Path) -> Callable[[str, str, str], Path]:
    """Replace one passage of one file of a copy of the shipped data; return the copy."""

    def replace(file: str, old: str, new: str) -> Path:
        path = copied_data / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) >= 1, f"{old!r} is not in {file}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return copied_data

    return replace
