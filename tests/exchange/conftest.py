"""The small city that `workbook new-city` starts from, and its year as a workbook: good, for tests to break."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.commands.starting import start_city
from analysis.data.dataset import load_dataset
from analysis.exchange.forms.template import write_workbook


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return start_city(tmp_path_factory.mktemp("city") / "data")


@pytest.fixture(scope="module")
def good(city: Path) -> bytes:
    facts = load_dataset(city).year(2023)
    assert facts.inputs is not None
    return write_workbook(facts, facts.inputs.indicators, facts.inputs)
