"""Shared fixtures: the shipped data, and small made-up cities written to disk."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis import open_assessment
from analysis.assessment import Assessment
from analysis.data.dataset import Dataset, load_dataset
from analysis.scoring.years import score_years

ROOT = Path(__file__).resolve().parents[1]


FEW = 3


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of the cities that a test draws by seed, the first few are tested fast."""
    for item in items:
        drawn = getattr(item, "callspec", None)  # what a test's parameters are, if it has any
        seed = drawn.params.get("seed") if drawn else None
        if isinstance(seed, int) and seed >= FEW:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def data_folder() -> Path:
    return ROOT / "data"


@pytest.fixture(scope="session")
def dataset(data_folder: Path) -> Dataset:
    return load_dataset(data_folder)


@pytest.fixture(scope="session")
def scores(dataset: Dataset) -> pd.DataFrame:
    return score_years(dataset.years)


@pytest.fixture(scope="session")
def shipped(data_folder: Path) -> Assessment:
    return open_assessment(data_folder)


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
