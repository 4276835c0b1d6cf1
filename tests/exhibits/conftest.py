"""Years to make exhibits of."""

from __future__ import annotations

import pytest
from tests.exhibits.reading import declared_official
from tests.made_up import load_city, tied_city
from tests.scenarios.scenario import read_scenario, write_data

from analysis import open_assessment
from analysis.assessment import Assessment, Pair, Year
from analysis.commands.starting import start_city


@pytest.fixture(scope="session")
def year(shipped: Assessment) -> Year:
    return shipped.year(2021)


@pytest.fixture(scope="session")
def official(shipped: Assessment) -> Year:
    """The shipped year, as if its marks were the office's: units are named whatever is told of them."""
    return declared_official(shipped).year(2021)


@pytest.fixture(scope="session")
def pair(shipped: Assessment) -> Pair:
    return shipped.pair(2020, 2021)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """A city of one year, without a circular, whose grades begin at 90 and 75 points."""
    return open_assessment(start_city(tmp_path_factory.mktemp("small") / "data")).latest


@pytest.fixture(scope="session")
def conditions(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """The scenario of that name: the best grade requires more than a total."""
    return _open("grade_with_conditions", tmp_path_factory)


@pytest.fixture(scope="session")
def rounded(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """A scenario ranked on totals of one decimal."""
    return _open("ranked_on_rounded_totals", tmp_path_factory)


def _open(scenario: str, folders: pytest.TempPathFactory) -> Year:
    return open_assessment(write_data(read_scenario(scenario), folders.mktemp(scenario) / "data")).latest


@pytest.fixture(scope="session")
def tied() -> Assessment:
    """Two years of a group of one unit, one of units that are always tied, and one of two near ties."""
    return Assessment(load_city(tied_city()))


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """The demonstration city."""
    return open_assessment(start_city(tmp_path_factory.mktemp("demonstration") / "data", demonstration=True))
