"""Units through all years: spans of years are those of two years side by side, whatever happened between."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.assessment import Assessment
from analysis.data.dataset import load_dataset
from analysis.methods.grades import COMPARED
from tests.made_up import give_origins, load_city, merged_city
from tests.print_only import write_print_only


def _hold_against_pairs(city: Assessment) -> None:
    spans = city.panel.spans.set_index(["base_year", "year", "group", "unit_id"])
    assert spans.index.is_unique
    found = 0
    for base, year in combinations(city.reported_years, 2):
        moves = city.pair(base, year).movement
        for row in moves[moves["movement"].isin(COMPARED)].itertuples():
            own = spans.loc[base, year, row.group, row.unit_id]
            found += 1
            for name in ("base_rank", "rank", "rank_change", "common_rank_change", "total_change"):
                np.testing.assert_allclose(float(own[name]), float(getattr(row, name)), atol=1e-9)
    assert found == len(spans) > 0


def test_a_span_is_what_two_years_side_by_side_are() -> None:
    _hold_against_pairs(Assessment(load_city(merged_city())))


def test_also_where_only_print_proves_ranks(copied_data: Path) -> None:
    origins = {2020: "official", 2021: "reconstructed", 2022: "official"}
    city = Assessment(load_dataset(give_origins(copied_data, origins)))
    _hold_against_pairs(city)
    apart = city.panel.spans.query("base_year == 2020 and year == 2021")
    assert apart["total_change"].isna().all() and apart["common_rank_change"].notna().any()


def test_also_of_print_alone(tmp_path: Path) -> None:
    city = Assessment(load_dataset(write_print_only(tmp_path / "data")))
    _hold_against_pairs(city)
    assert set(city.panel.spread["year"]) == {2033}  # the one year with totals of all
    assert city.panel.persistence["tau"].isna().all()


@pytest.mark.slow
def test_also_through_fifteen_years(tmp_path: Path) -> None:
    from analysis.commands.starting import start_city

    _hold_against_pairs(Assessment(load_dataset(start_city(tmp_path / "data", demonstration=True))))


def test_a_year_has_the_panel_of_its_time() -> None:
    city = Assessment(load_city(merged_city()))
    panel = city.year(2031).panel
    assert list(panel.ranks) == [2030, 2031] and panel is city.year(2031).panel
    pd.testing.assert_frame_equal(panel.ranks, city.panel.ranks.loc[panel.ranks.index, [2030, 2031]], check_dtype=False)
