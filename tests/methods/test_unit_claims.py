"""A printed table of results, altered in one cell: one cause, and what it takes with it under it."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from tests.conftest import widely
from tests.tables import NAMES, YEAR, load_city, write_city

from analysis import open_assessment
from analysis.assessment import Assessment
from analysis.data.dataset import load_dataset
from analysis.exhibits import show
from analysis.methods.audit.ledger import audit_year, find_mentions
from analysis.periods import Period

POINTS = {"a": 30, "b": 70}
PRINTED = """
甲县 30.0 65.0 95.0 1
乙县 28.5 62.0 90.5 2
丙县 27.0 60.0 87.0 3
丁县 25.0 58.5 83.5 4
戊县 25.5 56.0 81.5 5
己县 22.0 49.0 71.0 6
庚县 21.0 50.0 71.0 6
辛县 20.0 45.5 65.5 8
壬县 18.0 44.0 62.0 9
癸县 15.0 40.0 55.0 10
"""  # 95 + 90.5 + 87 + 83.5 + 81.5 + 71 + 71 + 65.5 + 62 + 55 = 762
ROWS = [dict(zip(("name", *POINTS, "total", "rank"), line.split(), strict=True)) for line in PRINTED.split("\n")[1:-1]]
for _place, _row in enumerate(ROWS):
    _row["grade"] = "优秀" if _place < 2 else "其他"
FIGURES = [
    {"measure": "average", "value": "76.20"},
    {"measure": "total_max", "value": "95.0"},
    {"measure": "total_min", "value": "55.0"},
]


def _audit(folder: Path, changes: dict[tuple[int, str], str], figures: Any = FIGURES, **clauses: Any) -> pd.DataFrame:
    rows = [
        row | {column: value for (at, column), value in changes.items() if at == place}
        for place, row in enumerate(ROWS)
    ]
    return Assessment(load_city(folder / "data", rows, POINTS, figures=figures, **clauses)).year(YEAR).audit


def _wrong(audit: pd.DataFrame) -> list[str]:
    assert audit.loc[audit["verdict"].eq("affected"), "cause"].isin(audit["id"]).all()
    return list(audit.loc[audit["verdict"].eq("contradicted"), "id"])


def test_every_cell_has_a_verdict(tmp_path: Path) -> None:
    audit = _audit(tmp_path, {})
    cells = audit[audit["id"].str.contains("-unit_")].groupby(audit["id"].str.split("-").str[1])["verdict"]
    assert cells.size().to_dict() == {"unit_grade": 10, "unit_rank": 10, "unit_score": 20, "unit_total": 10}
    others = audit[~audit["id"].str.contains("marks-")]
    assert set(others["verdict"]) == {"exact"} and others["id"].str.contains("table_summary").sum() == 3


ALTERED = [
    (
        (3, "total"),
        "93.5",
        "unit_total-all-all-u3",
        "83.4至83.6",
        4,
    ),  # above 乙 and 丙: their ranks, its own, the average
    ((0, "total"), "85.0", "unit_total-all-all-u0", "94.9至95.0", 5),  # no more than 30 + 65.05
    ((3, "rank"), "7", "unit_rank-all-all-u3", "4", 1),  # 4 is missing, and nobody is 7 beside it
    ((9, "rank"), "9", "unit_rank-all-all-u9", "10", 0),  # tied with a higher total
    (
        (3, "b"),
        "48.5",
        f"cause-{YEAR}-unit_score-u3-all-b",
        "58.4至58.6",
        1,
    ),  # 35 of 30 in the other component is no way out
    ((6, "b"), "70.5", f"cause-{YEAR}-unit_score-u6-all-b", "49.9至50.1", 2),
]


@pytest.mark.parametrize(("cell", "value", "head", "computed", "affected"), ALTERED)
def test_one_wrong_cell_is_one_cause(
    cell: tuple[int, str], value: str, head: str, computed: str, affected: int, tmp_path: Path
) -> None:
    audit = _audit(tmp_path, {cell: value})
    assert _wrong(audit) == [f"{YEAR}-{head}"]
    (found,) = audit[audit["verdict"].eq("contradicted")].to_dict("records")
    assert found["computed"] == computed or not computed
    under = audit[audit["verdict"].eq("affected")]
    assert len(under) >= affected and set(under["cause"]) <= {found["id"]}


def test_what_is_said_of_a_unit_says_what_should_be_printed(tmp_path: Path) -> None:
    """己县 and 庚县 share rank 6 with 71.0; 辛县 with 65.5 is the eighth."""
    rows = [row | {"rank": "7"} if row["name"] == "辛县" else row for row in ROWS]
    city = Assessment(load_city(tmp_path / "data", rows, POINTS, figures=FIGURES))
    told = find_mentions(city.dataset, "u7", lambda year: city.year(year).audit).set_index("text")
    assert told.at["辛县名次7，与各单位总分高低相符", "reason"].startswith("核算为8；按通报总分排列")


def test_a_wrong_average_is_held_against_the_totals(tmp_path: Path) -> None:
    audit = _audit(tmp_path, {}, [{"measure": "average", "value": "77.20"}])
    assert _wrong(audit) == [f"{YEAR}-table_summary-all-all"]
    assert audit.set_index("id").at[f"{YEAR}-table_summary-all-all", "computed"] == "76.20"


def test_totals_that_are_printed_alike_may_have_either_order(tmp_path: Path) -> None:
    assert not _wrong(_audit(tmp_path, {(6, "rank"): "7"}))
    assert not _wrong(_audit(tmp_path / "swapped", {(5, "rank"): "7"}))


def test_where_some_are_tied_equal_totals_with_other_ranks_are_told(tmp_path: Path) -> None:
    apart = {(4, "total"): "83.5", (4, "b"): "58.0"}  # 丁 and 戊, 4 and 5, beside 己 and 庚, who share 6
    audit = _audit(tmp_path, apart, figures=[])
    (told,) = audit[audit["id"].str.contains("equal_totals")].to_dict("records")
    assert told["verdict"] == "unverifiable" and "总分同为83.5的，丁县第4名、戊县第5名" in told["reason"]
    none_tied = _audit(tmp_path / "none", apart | {(6, "rank"): "7"}, figures=[])
    assert not none_tied["id"].str.contains("equal_totals").any()


@pytest.mark.parametrize(("ranks", "wrong"), [(("6", "6"), 0), (("6", "7"), 1), (("7", "6"), 1)])
def test_where_totals_are_ranked_as_printed_equal_ones_are_tied(
    ranks: tuple[str, str], wrong: int, tmp_path: Path
) -> None:
    rows = [
        row | {"rank": dict(zip((5, 6), ranks, strict=True)).get(place, row["rank"])} for place, row in enumerate(ROWS)
    ]
    dataset = load_city(tmp_path / "data", rows, POINTS)
    facts = dataset.year(YEAR)
    scheme = facts.scheme.model_copy(update={"ranking": facts.scheme.ranking.model_copy(update={"decimals": 1})})
    as_printed = replace(dataset, years={YEAR: replace(facts, scheme=scheme)})
    audit = audit_year(as_printed, Assessment(dataset).scores, YEAR)
    assert len(_wrong(audit)) == wrong


def test_another_rule_of_ties_is_another_reading(tmp_path: Path) -> None:
    after = {(7, "rank"): "7", (8, "rank"): "8", (9, "rank"): "9"}
    audit = _audit(tmp_path, after)  # 6, 6, 7: who is tied takes no place
    assert not _wrong(audit)
    assert list(audit.loc[audit["verdict"].eq("explained"), "id"]) == [f"{YEAR}-ranks_complete-all-all"]


def test_two_wrong_cells_are_two_causes(tmp_path: Path) -> None:
    audit = _audit(tmp_path, {(1, "total"): "93.5", (8, "rank"): "3"})
    assert sorted(_wrong(audit)) == [f"{YEAR}-unit_rank-all-all-u8", f"{YEAR}-unit_total-all-all-u1"]


RANKS = [
    ({1: "3"}, {1: "2"}, "乙县与丙县名次相同，总分较高"),  # 2 is missing, 3 is there twice
    ({1: "3", 3: "5"}, {1: "2", 3: "4"}, "丁县与戊县名次相同，总分较高"),  # not one of 丙县, 丁县, 戊县 as rank 2
    ({1: "3", 8: "10"}, {1: "2", 8: "9"}, "壬县与癸县名次相同，总分较高"),  # far apart: each by itself
    ({0: "3", 2: "1"}, {0: "1", 2: "3"}, "丙县名次在甲县之前，总分较低"),  # around 乙县, of which nothing is wrong
]


@pytest.mark.parametrize(("ranks", "right", "told"), RANKS)
def test_wrong_ranks_are_named_and_no_other_unit(
    ranks: dict[int, str], right: dict[int, str], told: str, tmp_path: Path
) -> None:
    audit = _audit(tmp_path, {(place, "rank"): rank for place, rank in ranks.items()})
    wrong = audit[audit["verdict"].eq("contradicted")]
    found = {f"{YEAR}-unit_rank-all-all-u{place}": rank for place, rank in right.items()}
    assert dict(zip(wrong["id"], wrong["computed"], strict=True)) == found
    assert wrong["reason"].str.contains(told).any()


PART = dict(enumerate(["3", "7", "12", "20", "21", "30", "30", "41", "58", "90"]))
"""Ranks of the same units in a list of many more."""


def test_ranks_of_a_part_of_a_larger_list_are_not_accused_of_its_gaps(tmp_path: Path) -> None:
    audit = _audit(tmp_path, {(place, "rank"): rank for place, rank in PART.items()})
    assert not _wrong(audit)
    complete = audit.set_index("id").loc[f"{YEAR}-ranks_complete-all-all"]
    assert complete["verdict"] == "unverifiable"
    assert "8个名次大于单位数10" in complete["reason"]  # all but 3 and 7


@pytest.mark.parametrize(
    ("place", "rank", "told"),
    [
        (2, "70", "丁县名次在丙县之前，总分较低"),
        (7, "25", "辛县名次在己县之前，总分较低"),
    ],
)
def test_a_rank_of_a_part_that_is_out_of_order_is_named(place: int, rank: str, told: str, tmp_path: Path) -> None:
    audit = _audit(tmp_path, {(each, "rank"): right for each, right in PART.items()} | {(place, "rank"): rank})
    assert _wrong(audit) == [f"{YEAR}-unit_rank-all-all-u{place}"]
    assert told in audit.loc[audit["verdict"].eq("contradicted"), "reason"].item()


@pytest.mark.parametrize(("place", "rank", "other"), [(2, "20", 3), (7, "59", 8)])
def test_of_two_ranks_of_a_part_either_may_be_wrong(place: int, rank: str, other: int, tmp_path: Path) -> None:
    audit = _audit(tmp_path, {(each, "rank"): right for each, right in PART.items()} | {(place, "rank"): rank})
    (found,) = audit[audit["verdict"].eq("contradicted")].to_dict("records")
    ways = found["reason"].partition("：")[2].split("；或者")
    assert ways == [f"更正{NAMES[place]}名次{rank}", f"更正{NAMES[other]}名次{PART[other]}"]


def test_a_total_of_a_part_that_is_out_of_order_is_named(tmp_path: Path) -> None:
    audit = _audit(
        tmp_path, {(each, "rank"): right for each, right in PART.items()} | {(3, "total"): "53.5"}, figures=()
    )
    assert _wrong(audit) == [f"{YEAR}-unit_total-all-all-u3"]  # 25 + 58.5, and before 戊县 with 81.5


def test_what_would_not_agree_with_a_rank_is_no_way_out(tmp_path: Path) -> None:
    audit = _audit(tmp_path, {(1, "a"): "24.5"})  # 86.5 in all would be less than 丙县; 66 of 70 in b would do
    (found,) = audit[audit["verdict"].eq("contradicted")].to_dict("records")
    assert "乙县a项得分24.5更正为" in found["reason"] and "乙县b项得分62.0更正为65.9至66.1之间的数" in found["reason"]
    assert "总分" not in found["reason"].partition("：")[2]


def test_totals_are_ranked_with_as_many_decimals_as_the_scheme_says(tmp_path: Path) -> None:
    ranking = {"ties": "min", "decimals": 1, "source": "附件1", "basis": "printed"}
    totals = [("85.01", "1"), ("85.04", "1"), ("80.05", "3"), ("80.04", "3"), ("70.05", "5"), ("70.04", "6")]
    rows = [{"name": NAMES[place], "total": total, "rank": rank} for place, (total, rank) in enumerate(totals)]
    audit = Assessment(load_city(tmp_path / "data", rows, {"a": 100}, ranking=ranking)).year(YEAR).audit
    assert not _wrong(audit)  # 80.05 may be of 80.046, which is 80.0 as well
    rows[1]["rank"] = "2"
    audit = Assessment(load_city(tmp_path / "wrong", rows, {"a": 100}, ranking=ranking)).year(YEAR).audit
    assert f"{YEAR}-unit_rank-all-all-u1" in _wrong(audit)  # 85.0 and 85.0


@widely("seed", range(60), always=4)
def test_of_two_wrong_ranks_no_right_one_is_accused(seed: int, tmp_path: Path) -> None:
    draw = Random(seed)
    points, size = draw.choice([{"a": 30, "b": 70}, {"a": 100}]), draw.choice([6, 12, 30])
    rows, figures = _print(draw, points, size, 2)
    altered = draw.sample(range(size), 2)
    for place in altered:
        rank = int(rows[place]["rank"]) + draw.choice([-2, -1, 1, 2, 5])
        rows[place] = rows[place] | {"rank": str(min(max(rank, 1), size))}
    audit = Assessment(load_city(tmp_path / "data", rows, points, figures=figures)).year(YEAR).audit
    certain = audit[audit["verdict"].eq("contradicted") & audit["computed"].ne("") & audit["unit_id"].ne("")]
    assert set(certain["unit_id"]) <= {f"u{place}" for place in altered}


def test_scores_are_weighted_as_the_scheme_says(tmp_path: Path) -> None:
    rows = [{"name": name, "a": a, "b": b, "total": total} for name, a, b, total in (
        ("甲县", "80", "90", "87.0"),  # 0.3 × 80 + 0.7 × 90
        ("乙县", "81", "70", "73.0"),  # 24.3 + 49 = 73.3, from 72.8 to 73.8
        ("丙县", "50", "60", "58.1"),  # 15 + 42 = 57, at most 57.5
    )]  # fmt: skip
    audit = Assessment(load_city(tmp_path / "data", rows, POINTS, out_of=100)).year(YEAR).audit.set_index("id")
    verdicts = [audit.at[f"{YEAR}-unit_total-all-all-u{place}", "verdict"] for place in range(3)]
    assert verdicts == ["exact", "within_rounding", "contradicted"]
    assert audit.at[f"{YEAR}-unit_total-all-all-u0", "formula"] == "80 × 0.3 + 90 × 0.7"


def _with_parts(folder: Path, rows: list[dict[str, str]], **clauses: Any) -> pd.DataFrame:
    said = {"source": "附件1", "basis": "printed"}
    parts = {each: {"name": each, "points": worth, "marking": "percent"} for each, worth in (("p", 45), ("q", 15))}
    whole = {"id": "a", "name": "甲项", "points": 60, "rescale": True, "parts": parts, **said}
    other = {"id": "b", "name": "乙项", "points": 40, **said}
    dataset = load_city(folder, rows, {}, components=[whole, other], **clauses)
    return Assessment(dataset).year(YEAR).audit.set_index("id")


def test_scores_of_parts_make_that_of_their_component(tmp_path: Path) -> None:
    rows = [dict(zip(("name", "p", "q", "a", "b", "total"), cells.split(), strict=True)) for cells in (
        "甲县 80.0 40.0 70.0 50.0 62.0",  # 0.75 × 80 + 0.25 × 40; 0.6 × 70 + 0.4 × 50
        "乙县 80.0 — 80.0 50.0 68.0",
        "丙县 80.0 40.0 60.0 50.0 56.0",  # 70, or p or q otherwise
        "丁县 180.0 40.0 70.0 50.0 62.0",
        "戊县 80.0 40.0 — 50.0 50.0",
        "己县 80.0 40.0 70.0 50.0 62.0",
    )]  # fmt: skip
    rows[5]["q"] = ""
    base = {"points": 100, "rescale": True, "source": "附件1", "basis": "printed"}
    audit = _with_parts(tmp_path / "data", rows, out_of=100, base=base)
    blocks = [audit.at[f"{YEAR}-unit_block-all-a-u{place}", "verdict"] for place in (0, 1, 2)]
    assert blocks == ["exact", "exact", "contradicted"]
    assert f"{YEAR}-unit_block-all-a-u5" not in audit.index  # what is open is told by the claim that it is in its range
    assert "未全部公布" in audit.at[f"{YEAR}-unit_score-all-a-u5", "reason"]
    assert audit.at[f"{YEAR}-unit_block-all-a-u0", "formula"] == "80.0 × 0.75 + 40.0 × 0.25"
    reason = audit.at[f"{YEAR}-unit_block-all-a-u2", "reason"]
    # from (59.95 − 0.25 × 40.05) ÷ 0.75 = 66.583 to just below (60.05 − 0.25 × 39.95) ÷ 0.75 = 66.75
    assert "p得分80.0更正为66.6至66.7之间的数" in reason and "甲项" not in reason  # 0.6 × 60 is in the total
    above = audit.at[f"{YEAR}-unit_score-all-p-u3", "cause"]  # 180 of 100
    assert audit.at[above, "printed"] == "180.0" and audit.at[above, "computed"] in {"80.0", "79.9至80.1"}
    applies = audit[audit.index.str.contains("unit_applies")]
    assert list(applies["verdict"]) == ["contradicted"] * 2 and set(applies["unit_id"]) == {"u4"}


def test_points_of_parts_add_up_where_they_are_printed_as_points(tmp_path: Path) -> None:
    rows = [{"name": "甲县", "p": "36.0", "q": "6.0", "a": "42.0", "b": "20.0", "total": "62.0"}]
    audit = _with_parts(tmp_path / "data", rows)
    assert audit.at[f"{YEAR}-unit_block-all-a-u0", "verdict"] == "exact"
    assert audit.at[f"{YEAR}-unit_score-all-q-u0", "formula"] == "0 ≤ 6.0 ≤ 15"


def test_what_does_not_apply_passes_its_points_on(tmp_path: Path) -> None:
    base = {"points": 100, "rescale": True, "source": "附件1", "basis": "printed"}
    rows = [{"name": name, "a": a, "b": b, "total": total} for name, a, b, total in (
        ("甲县", "80.0", "70.0", "75.0"),
        ("乙县", "60.0", "—", "60.0"),
        ("丙县", "50.0", "—", "52.0"),
    )]  # fmt: skip
    dataset = load_city(tmp_path / "data", rows, {"a": 50, "b": 50}, out_of=100, base=base)
    audit = Assessment(dataset).year(YEAR).audit.set_index("id")
    told = [audit.at[f"{YEAR}-unit_total-all-all-u{place}", "verdict"] for place in range(3)]
    assert told == ["exact", "exact", "contradicted"]


def test_unprinted_adjustments_are_told(tmp_path: Path) -> None:
    bonus = {"cap": 3, "source": "附件1", "basis": "printed"}
    rows = [ROWS[0] | {"total": "97.0"}, ROWS[1] | {"total": "94.0"}, ROWS[2]]  # 2 more, 3.5 more, none
    audit = Assessment(load_city(tmp_path / "data", rows, POINTS, bonus=bonus)).year(YEAR).audit.set_index("id")
    first = audit.loc[f"{YEAR}-unit_total-all-all-u0"]
    assert first["verdict"] == "explained" and "通报未载的加减分（办法允许加3分以内）" in first["reason"]
    assert audit.at[f"{YEAR}-unit_total-all-all-u1", "verdict"] == "contradicted"
    assert audit.at[f"{YEAR}-unit_total-all-all-u2", "verdict"] == "exact"


def test_an_office_that_cuts_digits_off_is_not_accused(tmp_path: Path) -> None:
    rows = [{"name": name, "a": a, "b": b, "total": total} for name, a, b, total in (
        ("甲县", "80.00", "90.09", "87.0"),  # 24 + 63.063 = 87.063
        ("乙县", "81.00", "70.11", "73.3"),  # 24.3 + 49.077 = 73.377
        ("丙县", "50.00", "60.27", "57.1"),  # 15 + 42.189 = 57.189
    )]  # fmt: skip
    audit = Assessment(load_city(tmp_path / "data", rows, POINTS, out_of=100)).year(YEAR).audit
    told = audit.loc[audit["id"].str.contains("unit_total"), "verdict"]
    assert not _wrong(audit) and set(told) == {"explained"}


def test_printed_adjustments_count(tmp_path: Path) -> None:
    said = {"cap": 3, "source": "附件1", "basis": "printed"}
    rows = [
        ROWS[0] | {"bonus": "1.5", "deduction": "", "total": "96.5"},
        ROWS[1] | {"bonus": "", "deduction": "2", "total": "88.5"},
    ]
    audit = Assessment(load_city(tmp_path / "data", rows, POINTS, bonus=said, deduction={**said})).year(YEAR).audit
    assert not _wrong(audit) and "explained" not in set(audit["verdict"])


def test_what_is_taken_off_may_be_less_or_more_as_what_is_added_may(tmp_path: Path) -> None:
    """28 + 62 + 20 − 20 is 90, give or take 0.05 twice and 0.5 twice: enough for rank 2, above what may be 90.45."""
    printed = """
    甲县 30.0 66.0 - - 96.0 1
    乙县 28.0 62.0 20 20 78.0 2
    丙县 28.5 62.0 - - 90.5 3
    丁县 25.0 58.5 - - 83.5 4
    """
    columns, said = ("name", *POINTS, "bonus", "deduction", "total", "rank"), {"source": "附件1", "basis": "printed"}
    rows = [dict(zip(columns, line.split(), strict=True)) for line in printed.split("\n")[1:-1]]
    rows = [{column: cell.replace("-", "") for column, cell in row.items()} for row in rows]
    dataset = load_city(tmp_path / "data", rows, POINTS, bonus={"cap": 30, **said}, deduction={"cap": 30, **said})
    audit = Assessment(dataset).year(YEAR).audit
    assert _wrong(audit) == [f"{YEAR}-unit_total-all-all-u1"]
    assert audit.set_index("id").at[f"{YEAR}-unit_total-all-all-u1", "computed"] == "90.5至91.1"


def test_grades_follow_from_ranks(tmp_path: Path) -> None:
    audit = _audit(tmp_path, {(1, "grade"): "其他", (2, "grade"): "优秀"})
    assert sorted(_wrong(audit)) == [f"{YEAR}-unit_grade-all-all-u1", f"{YEAR}-unit_grade-all-all-u2"]


@pytest.mark.parametrize(("place", "rank"), [(9, "2"), (0, "6"), (1, "10")])
def test_a_wrong_rank_does_not_move_the_line_between_grades(place: int, rank: str, tmp_path: Path) -> None:
    grades = [
        {"id": "best", "name": "优秀", "rule": {"kind": "count", "value": 2}, "source": "附件1", "basis": "printed"},
        {"id": "good", "name": "良好", "rule": {"kind": "count", "value": 3}, "source": "附件1", "basis": "printed"},
        {"id": "rest", "name": "其他", "rule": {"kind": "rest"}, "source": "附件1", "basis": "printed"},
    ]
    named = {(each, "grade"): "优秀" if each < 2 else "良好" if each < 5 else "其他" for each in range(len(ROWS))}
    audit = _audit(tmp_path, named | {(place, "rank"): rank}, grades=grades)
    assert _wrong(audit) == [f"{YEAR}-unit_rank-all-all-u{place}"]


def test_names_that_no_unit_bears_are_told(tmp_path: Path) -> None:
    folder = write_city(tmp_path / "data", ROWS, POINTS)
    table = folder / f"published/{YEAR}.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("甲县", "甲市"), encoding="utf-8")
    audit = Assessment(load_dataset(folder)).year(YEAR).audit
    named = audit[audit["id"].str.contains("named_unit")]
    assert named["verdict"].eq("contradicted").any() and named["population"].eq("甲市").any()


def _give_marks(folder: Path, rows: dict[str, list[str]]) -> Path:
    """Write the inputs of a city: lines of its tables, below those that all have."""
    inputs = folder / f"inputs/{YEAR}"
    inputs.mkdir(parents=True)
    headers = {
        "indicators": "indicator_id,group,part,name,points,assessor_id",
        "marks": "unit_id,indicator_id,status,rating,score", "adjustments": "unit_id,kind,points,reason",
    }  # fmt: skip
    for name, lines in {**dict.fromkeys(headers, ()), **rows}.items():
        text = "\n".join([headers.get(name, "unit_id,score,full_score"), *lines, ""])
        (inputs / f"{name}.csv").write_text(text, encoding="utf-8")
    return inputs / "provenance.yml"


def test_marks_decide(tmp_path: Path) -> None:
    folder = write_city(tmp_path / "data", [ROWS[0] | {"total": "95.4"}, *ROWS[1:]], POINTS)
    scores = {
        column: [f"u{place},{row[column]},{points}" for place, row in enumerate(ROWS)]
        for column, points in POINTS.items()
    }
    provenance = _give_marks(folder, scores)
    for copied, basis in (("false", "marks"), ("true", "print")):
        provenance.write_text(f"provenance: official\nmethod: 办公室\nfrom_print: {copied}\n", encoding="utf-8")
        audit = open_assessment(folder).year(YEAR).audit
        (wrong,) = audit[audit["verdict"].eq("contradicted")].to_dict("records")
        assert (wrong["basis"], wrong["unit_id"]) == (basis, "u0")
        assert audit["id"].str.contains("marks-unit_").any() == (copied == "false")
        assert wrong["computed"] == ("95.0" if basis == "marks" else "")  # 65.4 in b as well


def test_a_part_without_points_that_is_printed_out_of_some_is_not_held_against_marks(tmp_path: Path) -> None:
    said = {"source": "附件1", "basis": "printed"}
    parts = {"p": {"name": "p", "marking": "score"}, "q": {"name": "q", "points": 15, "marking": "score"}}
    whole = {"id": "a", "name": "甲项", "points": 60, "rescale": True, "parts": parts, **said}
    rows = [{"name": "甲县", "p": "80.0", "q": "40.0", "a": "70.0", "total": "70.0"}]
    who = {"value": {"x": "甲办"}, **said}
    folder = write_city(tmp_path / "data", rows, {}, components=[whole], out_of=100, assessors=who)
    indicators, marks = ["p1,all,p,一,45,x", "q1,all,q,二,15,x"], ["u0,p1,marked,,36", "u0,q1,marked,,6"]
    provenance = _give_marks(folder, {"indicators": indicators, "marks": marks})
    provenance.write_text("provenance: official\nmethod: 办公室\n", encoding="utf-8")
    audit = open_assessment(folder).year(YEAR).audit.set_index("id")
    told = audit.loc[[f"{YEAR}-marks-unit_score-all-{column}-u0" for column in "pqa"]]
    assert list(told["verdict"]) == ["unverifiable", "exact", "exact"]  # 6 of 15 are 40 of 100; 42 of 60 are 70
    assert told["reason"].iloc[0] == "办法未规定该部分的分值，通报按满分折算的得分不能与评分核对"


@pytest.fixture(scope="module")
def large() -> tuple[dict[str, int], list[dict[str, str]]]:
    """Two hundred units, twelve components; totals of unrounded scores."""
    points, draw = {"c0": 12} | {f"c{place}": 8 for place in range(1, 12)}, Random(5)
    units = [[Fraction(draw.randrange(3000, 10000), 10000) * worth for worth in points.values()] for _ in range(200)]
    units.sort(key=sum, reverse=True)

    def write(value: Fraction) -> str:
        tenths = int(value * 10 + Fraction(1, 2))
        return f"{tenths // 10}.{tenths % 10}"

    rows = []
    for place, scores in enumerate(units):
        cells = dict(zip(points, map(write, scores), strict=True))
        name = f"{NAMES[place % 30]}{place}"
        rows.append({"name": name, **cells, "total": write(Fraction(sum(scores))), "rank": str(place + 1)})
    return points, rows


@pytest.mark.slow
def test_two_hundred_units_take_seconds(large: tuple[dict[str, int], list[dict[str, str]]], tmp_path: Path) -> None:
    points, rows = large
    rows = [*rows]
    rows[100] = rows[100] | {"total": f"{float(rows[100]['total']) + 3:.1f}"}
    rows[30] = rows[30] | {"rank": "75"}
    dataset = load_city(tmp_path / "data", rows, points)
    start = time.process_time()
    year = Assessment(dataset).year(YEAR)
    assert sorted(_wrong(year.audit)) == [f"{YEAR}-unit_rank-all-all-u30", f"{YEAR}-unit_total-all-all-u100"]
    assert time.process_time() - start < 20
    table = show(year, "audit").table
    assert len(table.cells) < 60 and len(year.audit) > 2500
    assert table.cells["核对事项"].str.contains("项）$").any()


def _write(value: Fraction, decimals: int) -> str:
    digits = f"{int(value * 10**decimals + Fraction(1, 2)):0{decimals + 1}}"
    return f"{digits[:-decimals]}.{digits[-decimals:]}"


def _print(draw: Random, points: dict[str, int], size: int, decimals: int) -> tuple[list[dict[str, str]], list[Any]]:
    """Print a table of random scores, rounded half up, now and then with a tie, an average and the highest total."""
    units = [[Fraction(draw.randrange(4000, 10000), 10000) * worth for worth in points.values()] for _ in range(size)]
    units[1] = units[0] if draw.random() < 0.5 else units[1]
    units.sort(key=sum, reverse=True)
    totals = [Fraction(sum(scores)) for scores in units]
    rows = [
        {
            "name": NAMES[place], **{each: _write(score, decimals) for each, score in zip(points, scores, strict=True)},
            "total": _write(totals[place], decimals), "rank": str(1 + sum(other > totals[place] for other in totals)),
        }
        for place, scores in enumerate(units)
    ]  # fmt: skip
    said = {"average": _write(sum(totals, Fraction(0)) / size, 2), "total_max": _write(totals[0], decimals)}
    figures = [{"measure": measure, "value": value} for measure, value in said.items()]
    return rows, figures if draw.random() < 0.5 else []


@widely("seed", range(60), always=6)
def test_a_right_table_is_not_accused_and_a_wrong_cell_is_named(seed: int, tmp_path: Path) -> None:
    draw = Random(seed)
    points = draw.choice([{"a": 30, "b": 70}, {"a": 20, "b": 30, "c": 50}, {"a": 100}])
    size, decimals = draw.choice([6, 12, 30]), draw.choice([1, 2])
    rows, figures = _print(draw, points, size, decimals)
    right = Assessment(load_city(tmp_path / "right", rows, points, figures=figures)).year(YEAR).audit
    assert not right["verdict"].isin(["contradicted", "affected", "explained"]).any()
    place, column = draw.randrange(size), draw.choice([*points, "total", "rank"])
    if column == "rank":
        wrong = str(draw.choice([rank for rank in range(1, size + 1) if str(rank) != rows[place]["rank"]]))
    else:
        moved = Fraction(rows[place][column]) + draw.choice([-1, 1]) * Fraction(draw.randrange(3, 150), 10)
        wrong = _write(min(max(moved, Fraction(0)), Fraction(points.get(column, 100))), decimals)
    rows[place] = rows[place] | {column: wrong}
    audit = Assessment(load_city(tmp_path / "wrong", rows, points, figures=figures)).year(YEAR).audit
    (found,) = audit[audit["verdict"].eq("contradicted")].to_dict("records")
    label = f"{NAMES[place]}{({'total': '总分', 'rank': '名次'} | {each: f'{each}项得分' for each in points})[column]}"
    assert label in found["text"] + found["reason"]


_SAID = {"source": "附件1", "basis": "printed"}
_KINDS = ("count", "share", "threshold")


@widely("seed", range(60), always=6)
def test_a_wrong_grade_is_named_and_nothing_else(seed: int, tmp_path: Path) -> None:
    draw = Random(seed)
    points, kind = {"a": 20, "b": 30, "c": 50}, _KINDS[seed % 3]
    size, decimals = draw.choice([6, 12, 30]), draw.choice([1, 2])
    rows, figures = _print(draw, points, size, decimals)
    lines = {"count": (2, 2), "share": (0.25, 0.5), "threshold": (75, 65)}[kind]
    names = ["优秀", "良好", "一般"]
    grades = [
        {"id": f"g{place}", "name": name, "rule": {"kind": kind, "value": line}, **_SAID}
        for place, (name, line) in enumerate(zip(names, lines, strict=False))
    ]
    grades.append({"id": "g2", "name": names[2], "rule": {"kind": "rest"}, **_SAID})
    quotas = [line if kind == "count" else int(line * size + 0.5) for line in lines]
    for row in rows:
        above = sum(int(other["rank"]) < int(row["rank"]) for other in rows)
        if kind == "threshold":
            place = sum(Fraction(row["total"]) < line for line in lines)
        else:
            first = sum(int(other["rank"]) <= quotas[0] for other in rows)
            place = 0 if above < quotas[0] else 1 if int(row["rank"]) <= first + quotas[1] else 2
        row["grade"] = names[place]
    totals = [row["total"] for row in rows]
    clear = [  # a total printed like another may be the lower, one near a line may be below it
        place
        for place, total in enumerate(totals)
        if totals.count(total) == 1 and (kind != "threshold" or all(abs(Fraction(total) - line) > 1 for line in lines))
    ]
    right = Assessment(load_city(tmp_path / "right", rows, points, figures=figures, grades=grades)).year(YEAR).audit
    assert not right["verdict"].isin(["contradicted", "affected", "explained"]).any()
    place = draw.choice(clear)
    given = rows[place]["grade"]
    rows[place] = rows[place] | {"grade": draw.choice([name for name in names if name != given])}
    audit = Assessment(load_city(tmp_path / "wrong", rows, points, figures=figures, grades=grades)).year(YEAR).audit
    (found,) = audit[audit["verdict"].eq("contradicted")].to_dict("records")
    assert (found["id"], found["computed"]) == (f"{YEAR}-unit_grade-all-all-u{place}", given)


def test_printed_totals_bound_what_print_leaves_open(tmp_path: Path) -> None:
    year = Assessment(load_city(tmp_path / "data", ROWS, POINTS)).year(YEAR)
    units = year.bounds.units
    known = units[units["year"].eq(YEAR)] if "year" in units else units
    assert known["high"].sub(known["low"]).le(0.1 + 1e-6).all() and len(known) == len(ROWS)


def test_a_conflict_calls_a_quarter_a_quarter(tmp_path: Path) -> None:
    """All totals are printed, and none is as low as the lowest."""
    folder = write_city(tmp_path / "data", ROWS, POINTS, figures=[{"measure": "total_min", "value": "60.0"}])
    for path in list(folder.glob(f"*/{YEAR}.*")):
        text = path.read_text(encoding="utf-8").replace(f"year: {YEAR}", f"year: {YEAR}\nperiod: Q1")
        path.with_stem(f"{YEAR}Q1").write_text(text, encoding="utf-8")
        path.unlink()
    conflicts = Assessment(load_dataset(folder)).year(Period(f"{YEAR}Q1")).bounds.conflicts["all"]
    assert conflicts == [f"{YEAR}年第一季度全部最低分60.0", f"{YEAR}年第一季度癸县总分55.0"]


def test_without_a_table_nothing_is_claimed(dataset: Any) -> None:
    facts = dataset.year(2021)
    assert facts.table is None and replace(facts).table is None
