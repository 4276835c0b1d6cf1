"""The demonstration city: what it holds, what its circulars print rightly and wrongly, and what it is called."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
import yaml
from docx import Document
from tests.conftest import ROOT
from tests.papers import APPENDIX

from analysis.assessment import Assessment
from analysis.cli import main
from analysis.commands.starting import export, start_city
from analysis.data.dataset import Dataset, load_dataset
from analysis.data.state import data_hash
from analysis.documents.composing import compose
from analysis.documents.word import write_word
from analysis.exchange.forms.importing import import_inputs
from analysis.exhibits import show
from analysis.methods.audit.agreement import compare_with_print, recompute_figures
from analysis.methods.audit.ledger import audit_year
from analysis.methods.streaks import build_grade_panel, find_streaks
from analysis.origins import is_made_up, made_up_mark, provenance_note, source_note
from analysis.problems import InputError, WorkbookError
from analysis.site.navigation import warn_of_marks

INVENTED = "演示数据，城市、单位和得分都是虚构的"
OURS = "重构数据，不是任何单位的真实得分"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return start_city(tmp_path_factory.mktemp("demonstration") / "city", demonstration=True)


@pytest.fixture
def two_years(folder: Path, tmp_path: Path) -> Path:
    """What is quicker to read."""
    copy = Path(shutil.copytree(folder, tmp_path / "two"))
    for path in [*copy.glob("*/20*.yml"), *copy.glob("inputs/20*")]:
        if path.stem not in {"2039", "2040"}:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    first = copy / "inputs/2039/indicators.csv"  # of which nothing earlier is left
    pd.read_csv(first, dtype=str).drop(columns="same_as").to_csv(first, index=False)
    return copy


@pytest.fixture(scope="module")
def city(folder: Path) -> Dataset:
    return load_dataset(folder)


@pytest.fixture(scope="module")
def scores(city: Dataset) -> pd.DataFrame:
    return Assessment(city).scores


@pytest.fixture(scope="module")
def misprints() -> list[dict[str, Any]]:
    return list(yaml.safe_load((ROOT / "tools/demonstration/city.yml").read_text(encoding="utf-8"))["misprints"])


def _one(scores: pd.DataFrame, year: int, unit: str) -> pd.Series:
    return scores.set_index(["year", "unit_id"]).loc[(year, unit)]


def test_the_city_is_written_alike_every_time(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new-city", str(tmp_path), "--demo"]) == 0  # a folder that is there already
    told = capsys.readouterr().out.replace("\n", "")
    assert _is_told_as_invented(told) and "workbook build" in told
    written, again = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (folder, tmp_path)
    )
    assert written == again and len(written) == 2 + 15 * 2 + 15 * 4 + 11 + 3
    assert all("虚构" in path.read_text(encoding="utf-8").splitlines()[0] for path in folder.rglob("*.yml"))
    with pytest.raises(WorkbookError, match="不是空文件夹"):
        start_city(folder, demonstration=True)


def test_it_is_what_is_drawn_after_the_plan(folder: Path, tmp_path: Path) -> None:
    draw = [sys.executable, str(ROOT / "tools/demonstration/draw.py"), str(tmp_path / "drawn.zip")]
    subprocess.run(draw, check=True)
    with ZipFile(tmp_path / "drawn.zip") as drawn:
        assert {folder / name for name in drawn.namelist()} == {path for path in folder.rglob("*") if path.is_file()}
        for name in drawn.namelist():
            assert drawn.read(name) == (folder / name).read_bytes(), name


def test_it_has_two_groups_sixty_units_and_fifteen_years(city: Dataset) -> None:
    assert list(city.years) == list(range(2031, 2046)) == city.scored_years
    assert city.units["group"].value_counts().to_dict() == {"department": 48, "county": 12}
    for facts in city.years.values():
        assert list(facts.scheme.groups) == ["county", "department"] and facts.published is not None
        assert facts.inputs is not None and facts.inputs.indicators["group"].value_counts().between(20, 30).all()
        assert all(facts.scheme.document in clause.source for clause in facts.scheme.clauses.values())
    assert {clause.basis for facts in city.years.values() for clause in facts.scheme.clauses.values()} == {
        "printed", "derived", "assumed"
    }  # fmt: skip


def test_units_enter_leave_come_back_and_are_renamed(city: Dataset) -> None:
    assert set(city.lineage["event"]) == {"renamed", "succeeds", "enters", "leaves"}
    there = {
        unit: [year for year, facts in city.years.items() if unit in set(facts.units["unit_id"])]
        for unit in city.units["unit_id"]
    }
    assert there["chenghu"] == list(range(2034, 2046)) and there["sports"] == list(range(2031, 2037))
    assert there["tobacco"] == [*range(2031, 2039), 2043, 2044, 2045]
    assert [city.year(year).name_of("tingsong") for year in (2037, 2038)] == ["听松县人民政府", "听松市人民政府"]
    assert sum(len(years) == 15 for years in there.values()) == 55  # chenghu, data, sports, rural_revival, tobacco


def test_grades_are_two_or_three_and_given_by_every_kind_of_rule(city: Dataset) -> None:
    names = [list(facts.scheme.grade_names.values()) for facts in city.years.values()]
    assert names.count(["优秀", "良好", "一般"]) >= 5
    assert set(map(tuple, names)) == {("优秀", "良好", "一般"), ("优秀", "良好")}
    kinds = {grade.rule.kind for facts in city.years.values() for grade in facts.scheme.grades}
    assert kinds == {"count", "share", "threshold", "rest"}


def test_schemes_change(city: Dataset) -> None:
    schemes = [facts.scheme for facts in city.years.values()]
    shapes = [{each.id: each.points for each in scheme.components} for scheme in schemes]
    assert [shapes[0], shapes[4], shapes[12]] == [
        {"daily": 100}, {"daily": 80, "inspection": 20}, {"daily": 70, "inspection": 20, "survey": 10}
    ]  # fmt: skip
    assert {scheme.own_indicators.excluded for scheme in schemes} == {True, False}
    assert len({tuple(scheme.ratings.value.items()) for scheme in schemes}) == 2
    assert {scheme.ranking.ties for scheme in schemes} == {"min", "max"}
    assert {None, ("excellent",)} < {scheme.veto and tuple(scheme.veto.bars) for scheme in schemes}


def test_a_tie_on_the_line_lets_both_in_or_neither(city: Dataset, scores: pd.DataFrame) -> None:
    """Six of the counties are excellent by number, later two fifths of 12, 4.8: 5."""
    for year, group, tied, ties, grade, excellent in (
        (2035, "county", ("yangui", "chengdong"), "min", "excellent", 7),
        (2037, "county", ("luming", "daoxiang"), "max", "good", 4),
    ):
        own = scores[scores["year"].eq(year) & scores["group"].eq(group)].set_index("unit_id")
        assert city.year(year).scheme.ranking.ties == ties
        assert abs(own.at[tied[0], "total"] - own.at[tied[1], "total"]) < 1e-9
        assert set(own.loc[list(tied), "grade"]) == {grade}
        assert own["grade"].eq("excellent").sum() == excellent


def test_who_is_vetoed_would_be_excellent(scores: pd.DataFrame) -> None:
    vetoed = scores[scores["vetoed"]]
    assert set(vetoed["group"]) == {"county", "department"} and len(vetoed) == 3
    for row in vetoed.itertuples():
        best = scores[scores["year"].eq(row.year) & scores["group"].eq(row.group) & scores["grade"].eq("excellent")]
        assert row.grade == "good" and row.total > best["total"].min()


def test_it_has_risers_fallers_and_long_runs(city: Dataset, scores: pd.DataFrame) -> None:
    totals = scores.pivot(index="unit_id", columns="year", values="total")
    groups = city.units.set_index("unit_id")["group"]
    last = totals.loc[groups.eq("department"), [2042, 2043, 2044, 2045]].dropna()
    falling = last.diff(axis=1).iloc[:, 1:].lt(-1).all(axis=1)
    assert set(falling[falling].index) == {"water", "commerce", "forestry", "grain"}
    streaks = find_streaks(build_grade_panel(city, scores), 2045).set_index("unit_id")["streak"]
    assert streaks.ge(10).sum() >= 3
    assert totals.loc["chengdong", 2045] - totals.loc["chengdong", 2031] > 15
    assert scores.loc[scores["unit_id"].eq("chenghu"), "rank"].tolist()[0] == 12
    assert _one(scores, 2045, "chenghu")["grade"] == "excellent"


def test_marks_are_of_every_kind(city: Dataset, scores: pd.DataFrame) -> None:
    assert set(scores["method"]) == {"full", "rescaled", "rescaled_assessor"}
    assert set(scores.loc[scores["year"].eq(2031), "method"]) == {"full", "rescaled"}  # own indicators are marked
    assert (scores["bonus_uncapped"] > 0).any() and (scores["deduction"] > 0).any()
    for facts in city.years.values():
        assert facts.inputs is not None
        found = facts.inputs.marks["rating"].value_counts()
        assert set(found.index) <= {"", *facts.scheme.ratings.value} and found[["优", "良", "中"]].min() > 20


def test_every_printed_figure_is_right_but_the_declared_ones(
    city: Dataset, scores: pd.DataFrame, misprints: list[dict[str, Any]]
) -> None:
    assert len({each["year"] for each in misprints}) == len(misprints) == 3
    wrong = []
    for year, facts in city.years.items():
        compared = compare_with_print(facts, recompute_figures(city, scores, year))
        assert compared["agrees"].notna().all() and len(compared) >= 60
        off = compared[~compared["agrees"].astype(bool)]
        wrong += [(year, f"{row.measure}-{row.group}-{row.of}", row.printed) for row in off.itertuples()]
    assert wrong == [(each["year"], each["claim"], each["printed"]) for each in misprints]


def test_printed_averages_are_rounded_half_up(
    city: Dataset, scores: pd.DataFrame, misprints: list[dict[str, Any]]
) -> None:
    wrong = {(each["year"], each["claim"]) for each in misprints}
    checked = 0
    for (year, group), totals in scores.groupby(["year", "group"])["total"]:
        published = city.year(year).published
        figure = published.figure("average", group) if published else None
        mean = sum(Decimal(repr(round(total, 9))) for total in totals) / len(totals)
        assert figure is not None
        if (year, f"average-{group}-all") not in wrong:
            assert figure.value == str(mean.quantize(Decimal("0.01"), ROUND_HALF_UP))
            checked += 1
    assert checked == 29


@pytest.mark.slow
def test_an_audit_finds_the_misprints_and_nothing_else(
    city: Dataset, scores: pd.DataFrame, misprints: list[dict[str, Any]]
) -> None:
    declared = {each["year"]: each["printed"] for each in misprints}
    for year in city.years:
        ledger = audit_year(city, scores, year)
        doubtful = ledger[~ledger["verdict"].isin(["exact", "within_rounding"])]
        if year in declared:
            assert declared[year] in set(doubtful["printed"])
        elif year - 1 in declared:  # what is printed of the change on a misprint does not follow from it
            assert doubtful["id"].str.contains(f"{year}-cause-{year - 1}|delta|growth").all()
        else:
            assert doubtful.empty
    assert not doubtful["verdict"].eq("unverifiable").any()


def test_lists_are_printed_in_order_of_rank(city: Dataset, scores: pd.DataFrame) -> None:
    for year, facts in city.years.items():
        lists = facts.printed_lists()
        graded = lists[lists["list"].eq("graded")].merge(scores[scores["year"].eq(year)], on="unit_id")
        assert len(graded) == len(facts.units)
        assert graded["of"].eq(graded["grade"]).all()
        assert graded.groupby(["group_x", "of"])["rank"].apply(lambda ranks: ranks.is_monotonic_increasing).all()


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        (["official"], "评分为正式数据"),
        (["demonstration", "demonstration"], f"评分为{INVENTED}"),
        (["official", "demonstration"], f"2030年评分为正式数据；2031年评分为{INVENTED}"),
        (["demonstration", "reconstructed"], f"2030年评分为{INVENTED}；2031年评分为{OURS}"),
    ],
)
def test_provenance_is_told(kinds: list[str], told: str) -> None:
    origins = dict(enumerate(kinds, 2030))
    assert provenance_note(origins) == told and source_note(["文"], origins) == f"来源：文；{told}"
    assert is_made_up(kinds) == (kinds != ["official"])


def _is_told_as_invented(text: str) -> bool:
    return INVENTED in text and "正式" not in text and "重构" not in text


def test_what_is_shown_of_it_says_that_it_is_invented(
    two_years: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved, for_programs, book = tmp_path / "s.csv", tmp_path / "s.parquet", tmp_path / "s.xlsx"
    for words in (
        ["check"], ["score", "--year", "2040"], ["compare", "--base", "2039", "--year", "2040"],
        *(["score", "--year", "2040", "--out", str(out)] for out in (saved, for_programs, book)),
    ):  # fmt: skip
        assert main([*words, "--data", str(two_years)]) == 0
        assert _is_told_as_invented("".join(capsys.readouterr()).replace("\n", ""))
    scores = pd.read_csv(saved, encoding="utf-8-sig")
    assert set(scores["provenance"]) == {"demonstration"}
    pd.testing.assert_frame_equal(pd.read_parquet(for_programs), scores, check_dtype=False)
    cells = [str(cell.value) for sheet in openpyxl.load_workbook(book) for row in sheet for cell in row]
    assert _is_told_as_invented("".join(cells))


def test_what_is_said_of_print_is_not_said_of_it(city: Dataset, scores: pd.DataFrame) -> None:
    assert warn_of_marks(city, [2039, 2040]) == f"评分为{INVENTED}"
    assert made_up_mark(["demonstration"]) == ""  # all of the city is
    opened = Assessment(city)
    told = [
        *show(opened.year(2040), "limitations", about="scores").sentences,
        *show(opened.pair(2039, 2040), "limitations", about="comparison").sentences,
    ]
    assert sum("都是虚构的" in each for each in told) == 2
    assert not any(word in each for each in told for word in ("正式", "重构", "印本"))


@pytest.mark.slow
def test_its_appendix_says_at_its_head_that_it_is_invented(city: Dataset) -> None:
    appendix = compose(APPENDIX, Assessment(city).pair(2039, 2040))
    paragraphs = [each.text for each in Document(io.BytesIO(write_word(appendix))).paragraphs]
    assert f"评分为{INVENTED}。" in paragraphs[:6]
    assert _is_told_as_invented("".join(paragraphs))
    assert all(_is_told_as_invented(item.note()) for item in appendix.items)


def test_it_is_not_reconstructed(two_years: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(ROOT / "data/reconstruction.yml", two_years)
    before = data_hash(two_years)
    assert main(["reconstruct", "--data", str(two_years)]) == 0
    assert capsys.readouterr().out.count("演示数据，不重构") == 2 and data_hash(two_years) == before


def test_it_does_not_become_official_by_a_word(two_years: Path, tmp_path: Path) -> None:
    file = tmp_path / "评分.xlsx"
    export(str(two_years), 2040, file)
    book = openpyxl.load_workbook(file)
    assert [cell.value for cell in book["数据来源"]["B"]][1:3] == [2040, "演示"]
    intake, _ = import_inputs(file, load_dataset(two_years), 2040)
    assert intake.inputs.provenance.provenance == "demonstration" and intake.inputs.provenance.seed is not None
    book["数据来源"]["B3"] = "正式"
    book.save(file)
    with pytest.raises(InputError, match="正式数据没有 种子"):
        import_inputs(file, load_dataset(two_years), 2040)


def test_it_does_not_take_the_place_of_official_marks(tmp_path: Path) -> None:
    small = start_city(tmp_path / "small")
    tables = Path(shutil.copytree(small / "inputs/2023", tmp_path / "表"))
    (tables / "provenance.yml").write_text("provenance: demonstration\nmethod: 演示\n", encoding="utf-8")
    before = data_hash(small)
    with pytest.raises(WorkbookError, match="已有正式数据，不能换成演示数据"):
        import_inputs(tables, load_dataset(small), 2023)
    assert data_hash(small) == before
