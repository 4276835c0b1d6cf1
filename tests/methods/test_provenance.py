"""What may be said of a change between marks of different provenance, by the printed lists and averages."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from tests.made_up import give_origins

from analysis.assessment import Assessment
from analysis.data.dataset import load_dataset
from analysis.methods.provenance import list_origins


def _open(data: Path, *origins: str) -> Assessment:
    return Assessment(load_dataset(give_origins(data, dict(enumerate(origins, 2020)))))


def _deltas(city: Assessment, year: int) -> dict[tuple[str, str], bool]:
    """Say of every average whether its change is told."""
    averages = city.year(year).averages
    told = averages[averages["year"].eq(year)].set_index(["group", "population"])
    assert (told["delta"].isna() == told["growth"].isna()).all()
    return told["delta"].notna().to_dict()


def test_the_origins_of_years_are_listed(copied_data: Path) -> None:
    city = _open(copied_data, "official", "reconstructed", "official")
    assert list_origins(city.dataset) == {2020: "official", 2021: "reconstructed", 2022: "official"}
    assert list_origins(city.dataset.until(2020)) == {2020: "official"}


@pytest.mark.parametrize("origins", [("reconstructed", "official"), ("official", "reconstructed")])
def test_averages_are_compared_across_origins_only_where_both_are_printed_or_official(
    origins: tuple[str, ...], copied_data: Path
) -> None:
    """Print has the averages of all units and of the best, not of the good."""
    told = _deltas(_open(copied_data, *origins), 2021)
    assert told == {
        (group, of): of != "good" for group in ("county", "department") for of in ("all", "excellent", "good")
    }


@pytest.mark.parametrize("origin", ["official", "reconstructed", "demonstration"])
def test_years_of_one_origin_are_compared_throughout(origin: str, copied_data: Path) -> None:
    city = _open(copied_data, origin, origin)
    assert all(_deltas(city, 2021).values())
    moves = city.pair(2020, 2021).movement
    assert moves["total_change"].notna().sum() == 11 + 45 and moves["rank_change"].notna().sum() == 11 + 45


def test_a_reconstructed_average_that_is_not_the_printed_one_is_not_compared(copied_data: Path) -> None:
    path = copied_data / "published/2020.yml"
    printed = path.read_text(encoding="utf-8")
    assert 'group: county, of: all, value: "79.22"' in printed
    path.write_text(printed.replace('group: county, of: all, value: "79.22"', 'group: county, of: all, value: "79.23"'))
    told = _deltas(_open(copied_data, "reconstructed", "official"), 2021)
    assert not told["county", "all"] and told["county", "excellent"] and told["department", "all"]


def test_ranks_are_compared_where_they_are_places_in_the_printed_lists(copied_data: Path) -> None:
    """One department is reconstructed as barred, above better grades: its rank and that of who it outranks are ours."""
    moves = _open(copied_data, "official", "reconstructed").pair(2020, 2021).movement.set_index("name")
    lists = yaml.safe_load((copied_data / "published/2021.yml").read_text(encoding="utf-8"))["lists"]
    graded = {(each["group"], each["of"]): each["names"] for each in lists if each["list"] == "graded"}
    ordered = [graded[group, "excellent"] + graded[group, "good"] for group in ("county", "department")]
    places = {name: place for names in ordered for place, name in enumerate(names, 1)}
    expected = {name for name, place in places.items() if moves.at[name, "rank"] == place} - {
        "汝州市人民政府"
    }  # is new
    assert len(expected) == 11 + 43
    for change in ("rank_change", "common_rank_change"):
        assert set(moves.index[moves[change].notna()]) == expected
    assert moves["total_change"].isna().all() and moves["total"].notna().all()


@pytest.mark.parametrize("other", ["official", "reconstructed"])
def test_invented_marks_are_never_compared_with_others(other: str, copied_data: Path) -> None:
    city = _open(copied_data, "demonstration", other)
    assert not any(_deltas(city, 2021).values())
    assert city.pair(2020, 2021).movement[["total_change", "rank_change", "common_rank_change"]].isna().all(axis=None)


def test_what_cannot_be_compared_is_missing_not_nothing(copied_data: Path) -> None:
    averages = _open(copied_data, "reconstructed", "official").year(2021).averages
    good = averages[averages["year"].eq(2021) & averages["population"].eq("good")]
    assert good[["base_average", "delta", "growth"]].isna().all(axis=None) and good["average"].notna().all()
