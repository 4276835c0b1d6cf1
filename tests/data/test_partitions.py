"""Marks in Parquet, whole or in partitions, are read, checked and scored as the same marks in CSV are."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import chain, product
from pathlib import Path
from unittest.mock import patch

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import widely
from tests.made_up import YEARS, draw_city, write_city

from analysis.cli import main
from analysis.commands.starting import start_city
from analysis.data import partitions
from analysis.data.dataset import load_dataset
from analysis.data.marks import MARK_COLUMNS, STATUSES, check_marks
from analysis.data.partitions import MarkFiles
from analysis.data.reading import read_table
from analysis.data.state import data_hash, mark_partitions
from analysis.problems import InputError, WorkbookError
from analysis.scoring.components import score_marks
from analysis.scoring.years import score_year
from analysis.storage import scratch_folder

YEAR = 2023
TEXTS = ["unit_id", "indicator_id", "status", "rating"]
MARK = ["status", "rating", "score"]

some = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city") / "data"
    start_city(folder)
    return folder


@pytest.fixture(scope="module")
def marks(city: Path) -> pd.DataFrame:
    return pd.read_csv(city / f"inputs/{YEAR}/marks.csv", keep_default_na=False).assign(
        score=lambda table: pd.to_numeric(table["score"])
    )


def _write(city: Path, to: Path, *parts: pd.DataFrame, **options: object) -> Path:
    """Copy a city with its marks in Parquet: one file, or a folder of several."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(city, to)
    place = to / f"inputs/{YEAR}/marks.parquet"
    place.with_name("marks.csv").unlink()
    if len(parts) > 1:
        place.mkdir()
    for number, part in enumerate(parts):
        part.to_parquet(place / f"{number}.parquet" if len(parts) > 1 else place, **{"index": False, **options})  # type: ignore[call-overload]
    return to


def _scores(folder: Path) -> pd.DataFrame:
    return score_year(load_dataset(folder).year(YEAR))


def _by_unit(marks: pd.DataFrame) -> list[pd.DataFrame]:
    return [own for _, own in marks.groupby("unit_id", sort=False)]


FORMS: dict[str, Callable[[pd.DataFrame], list[pd.DataFrame]]] = {
    "one file": lambda marks: [marks],
    "a file per unit": _by_unit,
    "categories": lambda marks: [marks.astype(dict.fromkeys(TEXTS, "category"))],
    "categories that not all occur": lambda marks: _by_unit(marks.astype(dict.fromkeys(TEXTS, "category"))),
    "no rating is null": lambda marks: [marks.assign(rating=marks["rating"].replace("", None))],
    "no rating is null or blank": lambda marks: [marks.assign(rating=_every_other_null(marks["rating"]))],
    "units in another order": lambda marks: [pd.concat(_by_unit(marks)[::-1])],
    "columns in another order": lambda marks: [marks[["score", *reversed(TEXTS)]]],
    "scores as text": lambda marks: [
        marks.assign(score=marks["score"].map(lambda score: f"{score:g}").replace("nan", ""))
    ],
}


OTHER_FORMS: dict[str, Callable[[pd.DataFrame], list[pd.DataFrame]]] = {
    "index of pandas in the file": lambda marks: [
        marks[marks["unit_id"].eq(unit)] for unit in marks["unit_id"].unique()
    ],
    "scores as decimals": lambda marks: [marks.assign(score=_decimals(marks["score"]))],
    "scores in 32 bits": lambda marks: [marks.assign(score=marks["score"].astype("float32"))],
    "categories nobody knows, that do not occur": lambda marks: [
        marks.assign(**{name: marks[name].astype("category").cat.add_categories(["last year"]) for name in TEXTS})
    ],
}


def _every_other_null(ratings: pd.Series) -> pd.Series:
    return ratings.where(ratings.ne("") | (np.arange(len(ratings)) % 2 == 0), None)


def _decimals(scores: pd.Series) -> pd.Series:
    return scores.map(lambda score: None if np.isnan(score) else Decimal(f"{score:.2f}")).astype(object)


@pytest.mark.parametrize("form", [*OTHER_FORMS, *(form for form in FORMS if form != "scores as text")])
def test_usual_files_are_read_the_quick_way(
    city: Path, marks: pd.DataFrame, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _write(city, tmp_path / "data", *(OTHER_FORMS | FORMS)[form](marks), index=None)
    monkeypatch.setattr(partitions, "check_marks", lambda *_: pytest.fail("read the slow way"))
    pd.testing.assert_frame_equal(_scores(folder), _scores(city), rtol=0, atol=1e-9)


def test_a_score_in_32_bits_is_the_number_that_was_written(city: Path, marks: pd.DataFrame, tmp_path: Path) -> None:
    some = marks.assign(score=marks["score"].where(marks["score"].isna(), 0.6))
    folder = _write(city, tmp_path / "data", some.astype({"score": "float32"}))
    given = load_dataset(folder).year(YEAR).inputs
    assert given is not None and set(given.marks["score"].dropna()) == {0.6}
    written = _scores(_write(city, tmp_path / "64 bits", some))
    pd.testing.assert_frame_equal(_scores(folder), written, rtol=0, atol=1e-12)


def test_the_marks_added_up_are_those_of_the_file_named(
    city: Path, marks: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not those of one that its name is a pattern of, nor what a folder on the way is called."""
    monkeypatch.setattr(partitions, "check_marks", lambda *_: pytest.fail("read the slow way"))
    inside = tmp_path / "status=not_applicable"
    folder, other = _write(city, inside / "[1]*?", *_by_unit(marks)), inside / "1.x"
    first, *_ = sorted((folder / f"inputs/{YEAR}/marks.parquet").iterdir())
    first.rename(first.with_name("a[b].parquet"))
    shutil.copytree(folder, other)
    for path in sorted((other / f"inputs/{YEAR}/marks.parquet").iterdir()):
        pd.read_parquet(path).assign(score=lambda own: own["score"] / 2).to_parquet(path, index=False)
        path.rename(path.with_name(path.name.replace("a[b]", "ab")))
    pd.testing.assert_frame_equal(_scores(folder), _scores(city), rtol=0, atol=1e-9)


@pytest.mark.skipif(os.name == "nt", reason="there it is a separator")
def test_a_backslash_in_a_name_is_no_separator(city: Path, marks: pd.DataFrame, tmp_path: Path) -> None:
    _write(city, tmp_path / "a/[b]", marks.assign(score=marks["score"] / 2))
    folder = _write(city, tmp_path / "a\\[b]", marks)
    pd.testing.assert_frame_equal(_scores(folder), _scores(city), rtol=0, atol=1e-9)


def test_links_lead_to_marks_that_the_fingerprint_covers(city: Path, marks: pd.DataFrame, tmp_path: Path) -> None:
    folder, elsewhere = _write(city, tmp_path / "data", *_by_unit(marks)), tmp_path / "elsewhere"
    place = folder / f"inputs/{YEAR}/marks.parquet"
    unlinked = data_hash(folder)
    shutil.move(place, elsewhere)
    place.symlink_to(elsewhere)
    assert data_hash(folder) == unlinked
    pd.testing.assert_frame_equal(_scores(folder), _scores(city), rtol=0, atol=1e-9)
    marks.head(1).to_parquet(elsewhere / "0.parquet")
    assert data_hash(folder) != unlinked


@pytest.mark.parametrize("form", FORMS)
def test_scores_are_those_of_the_same_marks_in_csv(city: Path, marks: pd.DataFrame, form: str, tmp_path: Path) -> None:
    folder = _write(city, tmp_path / "data", *FORMS[form](marks))
    pd.testing.assert_frame_equal(_scores(folder), _scores(city), rtol=0, atol=1e-9)
    given, written = (load_dataset(each).year(YEAR).inputs for each in (folder, city))
    assert given is not None and written is not None
    columns, order = list(written.marks.columns), ["unit_id", "indicator_id"]
    assert list(given.marks[columns].sort_values(order).to_numpy().ravel().astype(str)) == list(
        written.marks.sort_values(order).to_numpy().ravel().astype(str)
    )


def test_row_groups_may_have_vocabularies_of_their_own(city: Path, marks: pd.DataFrame, tmp_path: Path) -> None:
    folder = _write(city, tmp_path / "data", marks, row_group_size=2)
    pd.testing.assert_frame_equal(_scores(folder), _scores(city), rtol=0, atol=1e-9)


@pytest.mark.parametrize("kind", ["str", "category"])
def test_what_was_called_otherwise_is_read_the_quick_way_with_a_note(
    city: Path, marks: pd.DataFrame, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = marks.assign(status=marks["status"].replace("not_applicable", "not_carried"))
    assert not old.equals(marks)
    folder = _write(city, tmp_path / "data", *_by_unit(old.astype(dict.fromkeys(TEXTS, kind))))
    inputs = load_dataset(folder).year(YEAR).inputs
    assert inputs is not None and set(inputs.marks["status"]) == set(marks["status"])
    files = [f"inputs/{YEAR}/marks.parquet/{number}.parquet" for number, own in enumerate(_by_unit(old))
             if own["status"].eq("not_carried").any()]  # fmt: skip
    assert inputs.notes == tuple(f"{file} 的 status 用了旧写法 not_carried，按 not_applicable 读" for file in files)
    monkeypatch.setattr(partitions, "check_marks", lambda *_: pytest.fail("read the slow way"))
    pd.testing.assert_frame_equal(_scores(folder), _scores(city), rtol=0, atol=1e-9)


CHANGES = [*TEXTS, "score", "drop", "repeat", "instead", "not_applicable", "own_assessor", "no component"]
changes = st.lists(
    st.tuples(
        st.sampled_from(CHANGES),
        st.integers(0, 999),
        st.integers(0, 999),
    ),
    min_size=1,
    max_size=2,
)


def _made_up(seed: int, folder: Path) -> tuple[Path, Path, pd.DataFrame]:
    """A city of one or two components, own indicators excluded or not; a year's marks, and where they stand."""
    place = write_city(draw_city(seed), folder) / f"inputs/{YEARS[0]}/marks.csv"
    marks = pd.read_csv(place, keep_default_na=False)
    return folder, place, marks.assign(score=pd.to_numeric(marks["score"]))


@pytest.mark.parametrize("seed", range(16))
def test_sound_marks_of_any_city_are_read_the_quick_way(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, place, marks = _made_up(seed, tmp_path)
    in_csv = score_year(load_dataset(folder).year(YEARS[0]))
    place.unlink()
    marks.to_parquet(place.with_suffix(".parquet"), index=False)
    monkeypatch.setattr(partitions, "check_marks", lambda *_: pytest.fail("read the slow way"))
    pd.testing.assert_frame_equal(score_year(load_dataset(folder).year(YEARS[0])), in_csv, rtol=0, atol=1e-9)


@pytest.mark.slow
@some
@given(seed=st.integers(0, 15), changed=changes)
def test_whatever_is_refused_in_csv_is_refused_in_parquet(
    seed: int, changed: list[tuple[str, int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    written, place, marks = _made_up(seed, tmp_path_factory.mktemp("made_up"))
    values: dict[str, list[object]] = {name: [*marks[name].unique(), "", "unheard of"] for name in TEXTS}
    units = {*marks["unit_id"]}
    values["status"] += ["own_assessor"]
    values["score"] = [np.nan, -1.0, 0.0, 0.5, 1.0, 5.0, 500.0, np.inf]
    for column, row, choice in changed:
        at = row % len(marks)
        if column in {"not_applicable", "own_assessor"}:
            marks.loc[at, MARK] = [column, "", np.nan]
        elif column == "no component":
            of = marks["indicator_id"].str.extract(r"_([a-z]+)", expand=False)
            own = marks["unit_id"].eq(marks.loc[at, "unit_id"]) & of.eq(of[at]) & marks["status"].eq("marked")
            marks.loc[own, MARK] = ["not_applicable", "", np.nan]
        elif column == "drop":
            marks = marks.drop(index=at)
        elif column == "repeat":
            marks = pd.concat([marks, marks.iloc[[at]]])
        elif column == "instead":  # of another mark of the same unit
            own = np.flatnonzero(marks["unit_id"].eq(marks.loc[at, "unit_id"]))
            marks.loc[at] = marks.loc[own[choice % len(own)]]
        else:
            marks.loc[at, column] = values[column][choice % len(values[column])]
        marks = marks.reset_index(drop=True)

    def outcome() -> str:
        try:
            return str(score_year(load_dataset(written).year(YEARS[0])).to_csv(float_format="%.9f"))
        except InputError:
            return "refused"

    marks.to_csv(place, index=False)
    in_csv = outcome()
    place.unlink()
    marks.to_parquet(place.with_suffix(".parquet"), index=False)
    with patch.object(partitions, "check_marks", side_effect=check_marks) as slow_way:
        assert outcome() == in_csv
    if units <= {*marks["unit_id"]}:  # a unit without any marks is missed without reading one
        assert slow_way.called == (in_csv == "refused")


@pytest.mark.slow
@widely("ratings", [1, 100], always=1)
def test_just_those_marks_get_through_that_keep_the_rules(ratings: int, tmp_path: Path) -> None:
    """Every status with ratings and a score of every kind, where a unit is the assessor and where it is not."""
    folder, place, marks = _made_up(8, tmp_path)
    facts = load_dataset(folder).year(YEARS[0])
    assert facts.inputs is not None
    indicators, file = facts.inputs.indicators, place.with_suffix(".parquet")
    place.unlink()
    stored = MarkFiles(file, folder, facts.scheme, indicators, facts.units, mark_partitions(file.parent))
    known = marks.merge(indicators, on="indicator_id").assign(own=lambda each: each["unit_id"].eq(each["assessor_id"]))
    known["marking"] = known["part"].map({name: part.marking for name, part in facts.scheme.parts.items()})
    tried = known.drop_duplicates(["marking", "own"])
    assert len(tried) == 4
    rated = [*list(facts.scheme.ratings.value)[:ratings], "", "unheard of"]
    sound = 0
    for row, points in tried["points"].items():
        scores = [np.nan, -0.01, 0.0, points, points + 0.01, np.inf]
        few = scores[::2] if ratings == 1 else scores  # where there is to be no score, any is as wrong as another
        kinds = [product(["marked"], rated, scores), product([*STATUSES[1:], "unheard of"], rated, few)]
        for mark in chain(*kinds):
            changed = marks.copy()
            changed.loc[row, MARK] = list(mark)
            changed.to_parquet(file, index=False)
            table = read_table(file, folder, MARK_COLUMNS)
            check_marks(table, indicators["indicator_id"], indicators, facts.scheme, facts.units)
            with patch.object(partitions, "check_marks", side_effect=InputError([])) as slow_way, suppress(InputError):
                now = replace(stored, found=mark_partitions(file.parent))
                now.sum(partial(score_marks, indicators=indicators, scheme=facts.scheme))
            assert slow_way.called == bool(table.problems), f"{marks.loc[row].to_dict()} {mark} {table.problems}"
            sound += not table.problems
    assert sound > len(tried)


@pytest.mark.slow
def test_a_mark_in_the_place_of_another_is_told_wherever_it_stands(tmp_path: Path) -> None:
    folder, place, marks = _made_up(4, tmp_path)
    place.unlink()
    second = marks.index[marks["unit_id"].eq(marks["unit_id"].shift())]
    for row in second:
        changed = marks.copy()
        changed.loc[row] = marks.loc[row - 1]
        changed.to_parquet(place.with_suffix(".parquet"), index=False)
        with pytest.raises(InputError, match=f"第{row + 1}行.*与前面某行重复"):
            score_year(load_dataset(folder).year(YEARS[0]))


def _refusal(folder: Path) -> str:
    with pytest.raises(InputError) as raised:
        _scores(folder)
    return "\n".join(f"{each.file} {each.row} {each.column} {each.value} {each.rule}" for each in raised.value.problems)


def test_every_file_is_told_its_problems(city: Path, marks: pd.DataFrame, tmp_path: Path) -> None:
    parts = _by_unit(marks)
    parts[0] = parts[0].assign(status="nonsense")
    parts[1] = parts[1].assign(score=parts[1]["score"] * 1000)
    told = _refusal(_write(city, tmp_path / "data", *parts))
    assert "marks.parquet/0.parquet 1 status nonsense 不在允许的取值内" in told
    assert "marks.parquet/1.parquet 2 score 16000.0 得分应在0与该指标分值之间" in told


def test_a_unit_is_in_one_partition_and_in_one_only(city: Path, marks: pd.DataFrame, tmp_path: Path) -> None:
    first, *rest = _by_unit(marks)
    unit = first["unit_id"].iloc[0]
    assert f"marks.parquet None unit_id {unit} 缺少单位全部指标的评分" in _refusal(_write(city, tmp_path / "a", *rest))
    assert f"marks.parquet None unit_id {unit} 单位的评分分在几个文件里（0.parquet、1.parquet）" in _refusal(
        _write(city, tmp_path / "b", first, first, *rest)
    )


def test_a_unit_nobody_assesses_is_told(city: Path, marks: pd.DataFrame, tmp_path: Path) -> None:
    last = marks[marks["unit_id"].eq(marks["unit_id"].iloc[-1])].assign(unit_id="nobody")
    told = _refusal(_write(city, tmp_path / "data", *_by_unit(marks), last))
    assert told.count("1 unit_id nobody 本年度考核对象中没有这个单位") == 1


def test_a_status_nobody_knows_is_told_where_an_own_mark_is_due(tmp_path: Path) -> None:
    folder, place, marks = _made_up(4, tmp_path)
    own = marks.index[marks["status"].eq("own_assessor")]
    measures = pd.read_csv(place.with_name("indicators.csv"), dtype=str).set_index("indicator_id")
    assert len(own)
    place.unlink()
    for row in own:
        last = marks.loc[row, "indicator_id"]
        pd.concat([measures.drop(last), measures.loc[[last]]]).to_csv(place.with_name("indicators.csv"))
        marks.assign(status=marks["status"].where(marks.index != row, "unheard of")).to_parquet(
            place.with_suffix(".parquet"), index=False
        )
        with pytest.raises(InputError, match=f"第{row + 1}行.*unheard of"):
            score_year(load_dataset(folder).year(YEARS[0]))


def test_a_unit_split_over_files_is_told_that_alone(city: Path, marks: pd.DataFrame, tmp_path: Path) -> None:
    folder = _write(city, tmp_path / "data", marks[::2], marks[1::2])
    first = "、".join(marks["unit_id"].unique()[:5])
    place, rule = f"inputs/{YEAR}/marks.parquet", "单位的评分分在几个文件里（0.parquet、1.parquet）"
    assert _refusal(folder) == f"{place} None unit_id {first}等{marks['unit_id'].nunique()}个 {rule}"
    inputs = load_dataset(folder).year(YEAR).inputs
    assert inputs is not None
    with pytest.raises(InputError, match="分在几个文件里"):
        _ = inputs.marks


def test_an_empty_folder_is_told(city: Path, marks: pd.DataFrame, tmp_path: Path) -> None:
    folder = _write(city, tmp_path / "data", *_by_unit(marks))
    for path in (folder / f"inputs/{YEAR}/marks.parquet").iterdir():
        path.rename(path.with_name(f"_{path.name}"))
    with pytest.raises(InputError, match=r"marks\.parquet.*文件夹中没有 \.parquet 文件"):
        load_dataset(folder)


def test_what_is_no_parquet_file_is_told(city: Path, marks: pd.DataFrame, tmp_path: Path) -> None:
    folder = _write(city, tmp_path / "data", marks)
    (folder / f"inputs/{YEAR}/marks.parquet").write_bytes(b"PAR1 or not")
    assert "不是完好的 Parquet 文件" in _refusal(folder)
    assert "缺少这一列" in _refusal(_write(city, tmp_path / "data", marks.drop(columns="status")))
    assert "不能为空" in _refusal(_write(city, tmp_path / "data", marks.assign(unit_id=None)))


@pytest.mark.parametrize("score", [-0.01, 100.5, np.inf])
def test_scores_out_of_their_range_are_told(city: Path, marks: pd.DataFrame, score: float, tmp_path: Path) -> None:
    row = int(marks["score"].first_valid_index())
    changed = marks.assign(score=marks["score"].where(marks.index != row, score))
    assert f"marks.parquet {row + 1} score" in _refusal(_write(city, tmp_path / "data", changed))


@pytest.mark.parametrize("score", [[1.0], {"points": 1.0}])
def test_scores_that_are_no_numbers_are_told(city: Path, marks: pd.DataFrame, score: object, tmp_path: Path) -> None:
    told = _refusal(_write(city, tmp_path / "data", marks.assign(score=[score] * len(marks))))
    assert "1 score" in told and "不是数" in told
    words = marks.assign(score=marks["score"].map(str).replace("nan", "NaN"))
    assert "1 score NaN 不是数" in _refusal(_write(city, tmp_path / "data", words))


@pytest.mark.parametrize("column", TEXTS)
def test_texts_in_another_encoding_are_told(city: Path, marks: pd.DataFrame, column: str, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = _write(city, tmp_path / "data", marks)
    ratings = pa.array([f"{text}好".encode("gbk") for text in marks[column]])
    unchecked = pa.Array.from_buffers(pa.string(), len(marks), ratings.buffers())
    table = pa.Table.from_pandas(marks)
    for texts in (unchecked, ratings):
        place = folder / f"inputs/{YEAR}/marks.parquet"
        pq.write_table(table.set_column(table.column_names.index(column), column, texts), place)
        assert _refusal(folder) == f"inputs/{YEAR}/marks.parquet None {column}  有文字不是 UTF-8 编码"


def test_two_columns_of_one_name_are_told(city: Path, marks: pd.DataFrame, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = _write(city, tmp_path / "data", marks)
    table = pa.Table.from_pandas(marks)
    pq.write_table(table.append_column("rating", table["rating"]), folder / f"inputs/{YEAR}/marks.parquet")
    assert _refusal(folder) == f"inputs/{YEAR}/marks.parquet 1 rating  列名重复"


@pytest.mark.parametrize("stray", ["part.PARQUET", "notes.txt", "folder.parquet/", "nowhere.parquet@", "pipe.parquet|"])
def test_nothing_beside_the_partitions_is_overlooked(
    city: Path, marks: pd.DataFrame, stray: str, tmp_path: Path
) -> None:
    folder = _write(city, tmp_path / "data", *_by_unit(marks))
    path = folder / f"inputs/{YEAR}/marks.parquet" / stray.rstrip("/@|")
    if stray.endswith("/"):
        path.mkdir()
    elif stray.endswith("@"):
        path.symlink_to(tmp_path / "nowhere")
    elif stray.endswith("|"):
        os.mkfifo(path)
    else:
        path.write_bytes(b"")
    with pytest.raises(InputError, match=f"{re.escape(path.name)}：不是能读的"):
        load_dataset(folder)


def test_very_many_mistakes_of_a_kind_leave_room_for_others(city: Path, marks: pd.DataFrame, tmp_path: Path) -> None:
    many = pd.concat([marks.assign(unit_id="nobody")] * 200, ignore_index=True)
    told = _refusal(_write(city, tmp_path / "data", many))
    assert told.count("重复") == told.count("没有这个单位") == 1001
    assert "还有更多行，没有列出" in told


def test_words_that_all_differ_are_told_and_not_multiplied(city: Path, marks: pd.DataFrame, tmp_path: Path) -> None:
    many = pd.concat([marks] * 200, ignore_index=True)
    words = many.index.map(str)
    told = _refusal(_write(city, tmp_path / "data", many.assign(indicator_id=words, status=words, rating=words)))
    assert "marks.parquet 1 status 0 不在允许的取值内" in told


def test_marks_stand_in_one_place(city: Path, marks: pd.DataFrame, tmp_path: Path) -> None:
    folder = _write(city, tmp_path / "data", marks)
    shutil.copy(city / f"inputs/{YEAR}/marks.csv", folder / f"inputs/{YEAR}/marks.csv")
    with pytest.raises(InputError, match=r"已有 marks\.csv，又有 marks\.parquet"):
        load_dataset(folder)


@pytest.mark.parametrize("name", ["Marks.parquet", "marks.parq", "MARKS.CSV", "marks.xlsx"])
def test_what_looks_like_marks_is_not_overlooked(city: Path, name: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(city, tmp_path / "data"))
    (folder / f"inputs/{YEAR}/{name}").touch()
    with pytest.raises(InputError, match=f"{re.escape(name)}：像是 marks.csv 的另一份，不会读"):
        load_dataset(folder)


def test_the_fingerprint_covers_parquet(city: Path, marks: pd.DataFrame, tmp_path: Path) -> None:
    folder = _write(city, tmp_path / "data", *_by_unit(marks))
    before = data_hash(folder)
    changed = marks.assign(score=marks["score"] / 2)
    changed[changed["unit_id"].eq("dongcheng")].to_parquet(folder / f"inputs/{YEAR}/marks.parquet/0.parquet")
    assert data_hash(folder) != before


def test_without_pyarrow_it_says_what_to_install(
    city: Path, marks: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _write(city, tmp_path / "data", marks)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(WorkbookError, match="没有安装 pyarrow"):
        _scores(folder)


def test_without_duckdb_it_says_what_to_install(
    city: Path, marks: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _write(city, tmp_path / "data", marks)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(WorkbookError, match=r"没有安装 DuckDB.*setup-all"):
        _scores(folder)


def test_where_memory_is_short_it_says_what_to_do(
    city: Path, marks: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _write(city, tmp_path / "data", marks)
    with duckdb.connect(config={"memory_limit": "1KB"}) as engine:
        monkeypatch.setattr(partitions, "_engine", lambda: engine)
        with pytest.raises(WorkbookError, match=r"内存不够，没有算完 .*marks\.parquet.*几个小些的文件"):
            _scores(folder)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
def test_a_fork_adds_up_marks_and_ends_well(city: Path, marks: pd.DataFrame, tmp_path: Path) -> None:
    folder = _write(city, tmp_path / "data", marks)
    script = (
        "import os, sys\n"
        "from analysis.data.dataset import load_dataset\n"
        "from analysis.scoring.years import score_year\n"
        f"facts = load_dataset({str(folder)!r}).year({YEAR})\n"
        "scores = score_year(facts)\n"
        "if child := os.fork():\n"
        "    sys.exit(os.waitpid(child, 0)[1])\n"
        "assert score_year(facts).equals(scores)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=300)


def test_check_counts_marks_and_tells_every_year_its_problems(
    city: Path, marks: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _write(city, tmp_path / "data", *_by_unit(marks))
    assert main(["check", "--data", str(folder)]) == 0
    assert f"评分{len(marks)}条" in capsys.readouterr().out
    later = f"{YEAR + 1}"
    shutil.copytree(folder / f"inputs/{YEAR}", folder / f"inputs/{later}")
    scheme = (folder / f"schemes/{YEAR}.yml").read_text(encoding="utf-8").replace(f"year: {YEAR}", f"year: {later}")
    (folder / f"schemes/{later}.yml").write_text(scheme, encoding="utf-8")
    for year in (f"{YEAR}", later):
        marks.head(1).assign(status="nonsense").to_parquet(folder / f"inputs/{year}/marks.parquet/0.parquet")
    assert main(["check", "--data", str(folder)]) == 2
    told = capsys.readouterr().err
    assert f"inputs/{YEAR}/marks.parquet/0.parquet" in told and f"inputs/{later}/marks.parquet/0.parquet" in told


SPILL = """
import os, signal, sys, tempfile, threading, time
from pathlib import Path
from analysis.data.partitions import _engine

def end_once_something_is_written():
    while not any(file.stat().st_size for file in Path(tempfile.gettempdir()).rglob("*") if file.is_file()):
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGKILL)

engine = _engine()
engine.execute("SET memory_limit = '60MB'")
threading.Thread(target=end_once_something_is_written, daemon=True).start()
engine.execute("SELECT * FROM (SELECT i, md5(i::VARCHAR) AS h FROM range(50000000) t(i)) ORDER BY h").fetchone()
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="processes are known by number")
def test_what_did_not_fit_into_memory_is_for_nobody_else_and_goes_after_a_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = subprocess.run([sys.executable, "-c", SPILL], check=False, env=os.environ | {"TMPDIR": str(tmp_path)})
    assert done.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.stat().st_mode & 0o777 == 0o700 and any(left.iterdir())
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with scratch_folder() as scratch:
        assert list(tmp_path.iterdir()) == [scratch]


def test_a_process_that_ends_leaves_no_folder_for_what_does_not_fit(tmp_path: Path) -> None:
    program = "from analysis.data.partitions import _engine; _engine().execute('SELECT 1')"
    subprocess.run([sys.executable, "-c", program], check=True, env=os.environ | {"TMPDIR": str(tmp_path)})
    assert not list(tmp_path.iterdir())
