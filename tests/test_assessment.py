"""An assessment opened for questions: years as they stood, two side by side, units through all of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import open_assessment
from analysis.assessment import Assessment, Year, open_city
from analysis.commands.starting import start_city
from analysis.data.folder import DATA_VARIABLE
from analysis.data.partitions import map_here
from analysis.problems import InputError, WorkbookError
from analysis.scoring.years import score_year, stack_years
from tests.made_up import YEARS, city_data, load_city, merged_city

SEEDS = pytest.mark.parametrize("seed", range(6))


def _same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one.reset_index(drop=True), other.reset_index(drop=True))


@SEEDS
def test_scores_are_those_of_each_year_by_itself(seed: int) -> None:
    dataset = city_data(seed)
    city = Assessment(dataset)
    alone = {year: score_year(facts) for year, facts in dataset.years.items()}
    for year, scores in alone.items():
        _same(city.year(year).scores, scores)
    _same(city.scores, stack_years(alone.values()))
    _same(city.year(YEARS[0]).scores_so_far, alone[YEARS[0]])


@SEEDS
def test_a_year_does_not_know_later_ones(seed: int) -> None:
    """Whatever is asked of it, it answers as if they had not been."""
    dataset = city_data(seed)
    year, alone = Assessment(dataset).year(YEARS[0]), Assessment(dataset.until(YEARS[0])).year(YEARS[0])
    assert year.scored_years == [YEARS[0]] and list(year.dataset.years) == [YEARS[0]]
    for name in ("scores_so_far", "averages", "grade_counts", "grade_panel", "streaks", "audit"):
        _same(getattr(year, name), getattr(alone, name))


def test_the_shipped_years_know_what_was_known_then(shipped: Assessment) -> None:
    assert shipped.years == [2020, 2021] and shipped.latest is shipped.year(2021)
    before, now = shipped.year(2020), shipped.year(2021)
    assert (before.scored_years, now.scored_years) == ([2020], [2020, 2021])
    assert before.averages["year"].max() == 2020 and set(now.averages["year"]) == {2019, 2020, 2021}
    assert 2021 not in set(before.grade_panel["year"]) and list(before.dataset.years) == [2020]
    assert before.units.set_index("unit_id").at["tax", "name"] == "市税务局"
    assert "ruzhou" not in set(before.units["unit_id"]) and len(before.units) == len(now.units) - 1 == 56


def test_what_was_worked_out_is_kept(shipped: Assessment, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def score(facts: Any, mapper: Any) -> pd.DataFrame:
        calls.append(facts.year)
        return score_year(facts, mapper)

    monkeypatch.setattr("analysis.assessment.score_year", score)
    city = Assessment(shipped.dataset)
    year = city.year(2021)
    assert calls == [] and city.year(2021) is year
    for _ in range(2):
        assert len(city.scores) == 113 and len(year.scores_so_far) == 113 and len(year.scores) == 57
        assert city.pair(2020, 2021).year is year
    assert calls == [2020, 2021]
    for name in ("scores", "averages", "grade_counts", "grade_panel", "streaks", "audit"):
        assert getattr(year, name) is getattr(year, name)
    assert year.marks("county") is year.marks("county") and year.margins("county") is year.margins("county")
    pair = city.pair(2020, 2021)
    assert city.pair(2020, 2021) is pair and pair.crossed is pair.crossed and pair.movement is pair.movement
    assert city.panel is city.panel and city.panel.totals is city.panel.totals


def test_marks_in_parquet_are_added_up_where_it_is_told_to(shipped: Assessment, copied_data: Path) -> None:
    place, sent = copied_data / "inputs/2020/marks.csv", []
    marks = pd.read_csv(place, keep_default_na=False)
    place.unlink()
    marks.assign(score=pd.to_numeric(marks["score"])).to_parquet(place.with_suffix(".parquet"), index=False)

    def send(*work: Any, **shared: Any) -> Any:
        sent.append(work)
        return map_here(*work, **shared)

    scores = Assessment(open_assessment(copied_data).dataset, send).year(2020).scores
    pd.testing.assert_frame_equal(scores, shipped.year(2020).scores, rtol=0, atol=1e-9)
    assert len(sent) == 1


def test_an_unknown_year_is_refused_with_those_there_are(shipped: Assessment) -> None:
    for ask in (lambda: shipped.year(1998), lambda: shipped.pair(1998, 2021), lambda: shipped.pair(2020, 1998)):
        with pytest.raises(WorkbookError, match="没有1998年度的数据。可用年度：2020、2021"):
            ask()


@pytest.mark.parametrize(("base", "year"), [(2021, 2020), (2021, 2021)])
def test_a_pair_in_the_wrong_order_is_refused(base: int, year: int, shipped: Assessment) -> None:
    with pytest.raises(WorkbookError, match=f"基期年度{base}应早于报告年度{year}"):
        shipped.pair(base, year)


def _without_marks(city: Assessment, year: int) -> Assessment:
    years = city.dataset.years | {year: replace(city.dataset.year(year), inputs=None)}
    return Assessment(replace(city.dataset, years=years))


@pytest.mark.parametrize("unmarked", [2020, 2021])
def test_a_year_without_marks_is_compared_as_printed(unmarked: int, shipped: Assessment) -> None:
    city = _without_marks(shipped, unmarked)
    assert city.years == [year for year in (2020, 2021) if year != unmarked]
    assert city.reported_years == [2020, 2021]
    moves = city.pair(2020, 2021).movement.set_index("unit_id")["movement"].sort_index()
    assert moves.equals(shipped.pair(2020, 2021).movement.set_index("unit_id")["movement"].sort_index())
    averages = city.year(2021).averages.query("year == 2021 and population == 'all'").set_index("group")
    assert averages[["average", "delta"]].round(2).to_numpy().tolist() == [[89.74, 10.52], [86.06, 9.09]]


@pytest.mark.parametrize("ask", ["scores", "marks", "margins", "decomposition"])
def test_what_needs_marks_says_so(ask: str, shipped: Assessment) -> None:
    city = _without_marks(shipped, 2021)
    with pytest.raises(WorkbookError, match="2021年度没有评分数据（inputs/2021）"):
        if ask == "decomposition":
            _ = city.pair(2020, 2021).decomposition
        else:
            _ = city.year(2021).scores if ask == "scores" else getattr(city.year(2021), ask)("county")


def test_a_year_without_marks_or_circular_is_not_compared(shipped: Assessment) -> None:
    nothing = replace(shipped.dataset.year(2020), inputs=None, published=None)
    city = Assessment(replace(shipped.dataset, years=shipped.dataset.years | {2020: nothing}))
    with pytest.raises(WorkbookError, match=r"（inputs/2020），也没有通报（published/2020\.yml），不能比较"):
        city.pair(2020, 2021)


def test_without_any_marks_there_is_no_latest_year(shipped: Assessment) -> None:
    city = _without_marks(_without_marks(shipped, 2020), 2021)
    with pytest.raises(WorkbookError, match=r"没有任何年度的评分数据.+year.年度.，可用年度：2020、2021"):
        _ = city.latest
    assert city.panel.grades[2021].value_counts().to_dict() == {"excellent": 33, "good": 24}


@SEEDS
def test_two_years_are_those_two_and_nothing_before(seed: int) -> None:
    city = Assessment(city_data(seed))
    pair = city.pair(*YEARS)
    assert pair.years == list(YEARS) and pair.base is city.year(YEARS[0]) and pair.year is city.year(YEARS[1])
    assert set(pair.averages["year"]) == set(pair.grade_counts["year"]) == set(YEARS)
    sizes = pair.movement["movement"].value_counts()
    assert len(pair.movement) - sizes.get("left", 0) == len(pair.year.units)
    assert len(pair.movement) - sizes.get("entered", 0) == len(pair.base.units)


@SEEDS
def test_what_changed_averages_and_totals_adds_up(seed: int) -> None:
    city = Assessment(city_data(seed))
    pair = city.pair(*YEARS)
    means = pd.concat([pair.base.scores, pair.year.scores]).groupby(["year", "group"])["total"].mean().unstack("year")
    rose = (means[YEARS[1]] - means[YEARS[0]]).dropna()
    assert set(pair.crossed) == set(rose.index)
    contributions = pair.decomposition.groupby("group")["contribution"].sum()
    assert contributions.to_dict() == pytest.approx(rose.to_dict())
    moved = pair.movement.set_index("unit_id")["total_change"].dropna()
    units = pair.unit_decomposition.groupby("unit_id")["contribution"].sum()
    assert units.to_dict() == pytest.approx(moved.to_dict())


@SEEDS
def test_the_panel_has_a_row_a_unit_and_a_column_a_year(seed: int) -> None:
    city = Assessment(city_data(seed))
    panel, scores = city.panel, city.scores
    assert list(panel.units.index) == list(scores["unit_id"].unique())
    latest = scores.drop_duplicates("unit_id", keep="last").set_index("unit_id")
    assert panel.units.to_dict() == latest[["group", "name"]].to_dict()
    for name, wide in (("total", panel.totals), ("rank", panel.ranks), ("grade", panel.grades)):
        assert list(wide.index) == list(panel.units.index) and list(wide.columns) == list(YEARS)
        assert wide.notna().to_numpy().sum() == len(scores)
        for row in scores.to_dict("records"):
            assert wide.at[row["unit_id"], row["year"]] == row[name]


def test_marks_of_a_group_are_its_units_by_its_indicators(shipped: Assessment) -> None:
    year = shipped.year(2021)
    marks = year.marks("department")
    assert list(marks.units["unit_id"]) == list(year.scores.query("group == 'department'")["unit_id"])
    assert np.allclose(marks.totals, marks.units["total"])
    assert list(year.margins("department")["unit_id"]) == list(marks.units["unit_id"])


def test_counterfactuals_say_what_stands_in_for_what_a_year_lacks(shipped: Assessment) -> None:
    pair = shipped.pair(2020, 2021)
    own, other = (
        pair.counterfactuals("county", imputation).set_index(["marks_year", "scheme_year", "unit_id"])["total"]
        for imputation in ("own_rate", "other_year")
    )
    assert own.loc[2021, 2021].to_dict() == pytest.approx(other.loc[2021, 2021].to_dict())
    assert not np.allclose(own.loc[2020, 2021], other.loc[2020, 2021])


def test_all_that_is_wrong_with_marks_of_any_year_is_told_at_once(copied_data: Path) -> None:
    """Marks in partitions are read only when they are scored."""
    for year in (2020, 2021):
        whole = copied_data / f"inputs/{year}/marks.csv"
        marks = pd.read_csv(whole, keep_default_na=False).astype({"score": object})
        marks["score"] = pd.to_numeric(marks["score"])
        marks.loc[marks.index[marks["rating"].ne("")][0], "rating"] = "坏"
        whole.unlink()
        place = whole.with_suffix(".parquet")
        place.mkdir()
        for number, units in enumerate(np.array_split(marks["unit_id"].unique(), 2)):
            marks[marks["unit_id"].isin(units)].to_parquet(place / f"{number}.parquet", index=False)
    city = open_assessment(copied_data)
    with pytest.raises(InputError) as told:
        _ = city.scores
    assert {problem.file.split("/")[1] for problem in told.value.problems} == {"2020", "2021"}
    assert {problem.value for problem in told.value.problems} == {"坏"}


def test_a_folder_is_opened_wherever_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = start_city(tmp_path / "elsewhere")
    monkeypatch.setenv(DATA_VARIABLE, str(data))
    assert repr(open_assessment()) == "Assessment('elsewhere', years=[2023])"
    city = open_assessment(str(data))
    assert repr(city.latest) == f"Year(2023, units={len(city.latest.units)})"
    assert repr(city.panel) == f"Panel(units={len(city.latest.units)}, years=[2023])"
    assert city.latest.show("averages").sentences and isinstance(city.latest, Year)


def test_the_panel_knows_the_group_of_each_year_and_who_was_made_of_whom() -> None:
    panel = Assessment(load_city(merged_city())).panel
    assert panel.units.at["r", "group"] == "east"
    assert panel.groups.loc["r"].to_dict() == {2030: "west", 2031: "east", 2032: "east", 2033: "east"}
    assert set(panel.successions["unit_id"]) == {"m", "s", "t", "c", "p"}


def test_what_is_at_hand_is_given_once(copied_data: Path) -> None:
    """What one has changed in it, the next does not meet."""
    known = open_city(copied_data)
    known.keep_at_hand()
    assert open_city(copied_data) is known
    assert open_city(copied_data) is not known


def test_what_is_at_hand_is_not_given_for_changed_files(copied_data: Path) -> None:
    known = open_city(copied_data)
    known.keep_at_hand()
    with (copied_data / "units.csv").open("a", encoding="utf-8") as units:
        units.write("\n")
    assert open_city(copied_data) is not known
