"""Marks in partitions by unit, as arrays of numbers: the form in which any number of them is checked and added up."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np
import pandas as pd

from analysis.facts.marks import MARK_COLUMNS, STATUSES, check_marks
from analysis.facts.problems import InputError, Problem
from analysis.facts.schemes import Scheme
from analysis.facts.tables import Table, open_parquet, read_arrow
from analysis.facts.texts import name_some

Partition: TypeAlias = pd.DataFrame | Path
"""The marks of some units: sound already, or a Parquet file that is read and checked when it is needed."""
Result = TypeVar("Result")
Mapper = Callable[[Callable[[Partition, "MarkRules"], Result], Sequence[Partition], "MarkRules"], Iterable[Result]]
"""Applies a function to partitions, here or elsewhere; the results in any order."""

MARKS = "marks.parquet"
MOST_PROBLEMS = 1_000
"""Of a kind, in a file: whoever has more has the same mistake in every row."""
_BLOCK = 1 << 16
"""Marks that are worked on at once: few enough to stay in a processor's cache."""
_NUMBERS = ("double", "float", "halffloat", "int", "uint", "decimal")
"""How the names of Arrow's types of numbers begin."""
_TEXTS = [column.name for column in MARK_COLUMNS if not column.number]


@dataclass(frozen=True)
class MarkRules:
    """What the marks of a year are checked against and measured by.

    Attributes
    ----------
    scheme : Scheme
    indicators : DataFrame with columns indicator_id, group, part, points, assessor_id
    units : DataFrame with columns unit_id, group
    root : Path
        The data folder, against which messages name files.
    place : str
        Where partitions stand, as messages name it.
    """

    scheme: Scheme
    indicators: pd.DataFrame
    units: pd.DataFrame
    root: Path
    place: str

    @cached_property
    def unit_ids(self) -> pd.Index:
        """Every unit_id; of objects, as those of partitions are."""
        return pd.Index(self.units["unit_id"], dtype=object)

    @cached_property
    def groups(self) -> np.ndarray:
        """Position of each unit's group in the scheme."""
        return np.asarray(pd.Index(self.scheme.groups).get_indexer(self.units["group"]))


@dataclass(frozen=True)
class CodedMarks:
    """Marks of some units: what is named once in words, and for every mark its position there.

    Attributes
    ----------
    units, indicators, statuses, ratings : Index of str
        Unit ids, indicator ids, statuses and ratings ("" for none) that occur.
    unit, indicator, status, rating : ndarray of int, one entry per mark
    score : ndarray of float, one entry per mark, in points; NaN where there is none
    """

    units: pd.Index
    indicators: pd.Index
    statuses: pd.Index
    ratings: pd.Index
    unit: np.ndarray
    indicator: np.ndarray
    status: np.ndarray
    rating: np.ndarray
    score: np.ndarray

    @classmethod
    def of(cls, marks: pd.DataFrame) -> CodedMarks:
        """Code a DataFrame with columns unit_id, indicator_id, status, rating, score."""
        (unit, units), (indicator, indicators), (status, statuses), (rating, ratings) = (
            pd.factorize(marks[name]) for name in _TEXTS
        )
        score = marks["score"].to_numpy(float)
        return cls(units, indicators, statuses, ratings, unit, indicator, status, rating, score)

    def in_words(self) -> pd.DataFrame:
        """Return a DataFrame with columns unit_id, indicator_id, status, rating, score."""
        words = (self.units, self.indicators, self.statuses, self.ratings)
        codes = (self.unit, self.indicator, self.status, self.rating)
        texts = {name: each.take(places) for name, each, places in zip(_TEXTS, words, codes, strict=True)}
        return pd.DataFrame({**texts, "score": self.score})

    @cached_property
    def kinds(self) -> pd.DataFrame:
        """Every indicator with every status and rating: what holds for all such marks is worked out here once."""
        words = (self.indicators, self.statuses, self.ratings)
        return pd.MultiIndex.from_product(words, names=_TEXTS[1:]).to_frame(index=False)

    def blocks(self) -> Iterator[CodedMarks]:
        """Take the marks some at a time, in order."""
        size = max(_BLOCK, len(self.units))  # what is added up by unit is not to be larger than what is added
        for first in range(0, len(self.unit), size):
            some = slice(first, first + size)
            codes = (self.unit[some], self.indicator[some], self.status[some], self.rating[some])
            yield CodedMarks(self.units, self.indicators, self.statuses, self.ratings, *codes, self.score[some])

    @cached_property
    def kind(self) -> np.ndarray:
        """Row of every mark in `kinds`."""
        return (self.indicator * len(self.statuses) + self.status) * len(self.ratings) + self.rating


def map_here(
    function: Callable[[Partition, MarkRules], Result], partitions: Sequence[Partition], rules: MarkRules
) -> Iterable[Result]:
    """Apply a function to partitions one after the other, in this process (see `Mapper`)."""
    return (function(partition, rules) for partition in partitions)


@dataclass(frozen=True)
class Worked(Generic[Result]):
    """What was made of a partition, or why not.

    Attributes
    ----------
    file : str
        Where they stand, relative to the data folder; "" for a table at hand.
    places : ndarray of int
        Rows in `MarkRules.units` of the units it is about; -1 for one that is not there.
    result : object or None
        None if there are problems.
    problems : list of Problem
    """

    file: str
    places: np.ndarray
    result: Result | None
    problems: list[Problem]


def work_on(partition: Partition, rules: MarkRules, function: Callable[[CodedMarks], Result]) -> Worked[Result]:
    """Do something with the marks of some units, once they are read and sound: needs nothing of other units.

    Parameters
    ----------
    partition : DataFrame or Path
    rules : MarkRules
    function : callable
        Takes `CodedMarks`.

    Returns
    -------
    Worked
    """
    if isinstance(partition, pd.DataFrame):
        marks = CodedMarks.of(partition)
        return Worked("", rules.unit_ids.get_indexer(marks.units), function(marks), [])
    file = partition.relative_to(rules.root).as_posix()
    if (coded := _read_parquet(partition)) is not None:
        places = rules.unit_ids.get_indexer(coded.units)
        if _are_sound(coded, places, rules):
            return Worked(file, places, function(coded), [])
    table = Table(partition, rules.root, MARK_COLUMNS)  # slower, and tells what is wrong
    if table.is_read:
        own = rules.units[rules.units["unit_id"].isin(table.frame["unit_id"])]
        by_id = rules.indicators.set_index("indicator_id")
        check_marks(table, rules.indicators["indicator_id"], by_id, rules.scheme, own)
    marks = CodedMarks.of(table.frame)
    places = rules.unit_ids.get_indexer(marks.units)
    return Worked(file, places, None if table.problems else function(marks), list(_most(table.problems)))


def _most(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Leave out what is the same as very many before, and say so."""
    seen = Counter[tuple[str, str]]()
    for problem in problems:
        kind = problem.column, problem.rule
        seen[kind] += 1
        if seen[kind] <= MOST_PROBLEMS:
            yield problem
        elif seen[kind] == MOST_PROBLEMS + 1:
            yield Problem(problem.file, f"“{problem.rule}”的还有更多行，没有列出", problem.fix, column=problem.column)


def gather(worked: Iterable[Worked[Result]], rules: MarkRules) -> list[Result]:
    """Take the results together, if every unit is in one partition and all are sound.

    Parameters
    ----------
    worked : iterable of Worked
        Of every partition.
    rules : MarkRules

    Returns
    -------
    list

    Raises
    ------
    InputError
        With every problem of every partition.
    """
    worked = list(worked)
    places = np.concatenate([each.places for each in worked])
    counts = np.bincount(places[places >= 0], minlength=len(rules.units))
    doubled = rules.unit_ids[counts > 1]
    problems = [problem for each in worked for problem in each.problems if problem.value not in doubled]
    problems.sort(key=lambda problem: (problem.file, problem.row or 0))

    def tell(units: pd.Index, rule: str, fix: str) -> list[Problem]:
        return [Problem(rules.place, rule, fix, column="unit_id", value=name_some(units))] if len(units) else []

    files = sorted(Path(each.file).name for each in worked if (counts[each.places[each.places >= 0]] > 1).any())
    problems += tell(doubled, f"单位的评分分在几个文件里（{name_some(files)}）", "一个单位的评分放在同一个文件里")
    if not any(each.problems and not each.places.size for each in worked):  # all files could be read
        absent = rules.unit_ids[(counts == 0) & rules.units["group"].isin(rules.indicators["group"]).to_numpy()]
        problems += tell(absent, "缺少单位全部指标的评分", "补上评分；不承担的写 not_carried")
    if problems:
        raise InputError(problems)
    return [each.result for each in worked if each.result is not None]


def count_marks(partition: Partition) -> int:
    """Count the marks of a partition that is known to be sound; of a file, by what it says of itself."""
    if isinstance(partition, pd.DataFrame):
        return len(partition)
    with open_parquet(partition) as parquet:
        return int(parquet.metadata.num_rows)


def find_partitions(folder: Path) -> tuple[Path, ...]:
    """Return the Parquet files of a year's marks: `marks.parquet`, or what is in a folder of that name; () if none.

    Names that begin with "." or "_" are passed over; whatever else is there counts, so that nothing is overlooked.
    """
    place = folder / MARKS
    if not place.is_dir():
        return (place,) if os.path.lexists(place) else ()
    return tuple(sorted(path for path in place.iterdir() if path.name[0] not in "._"))


def _read_parquet(path: Path) -> CodedMarks | None:
    """Read a file of marks as it is coded in the file; None if it is not of the usual columns and types."""
    columns = [column.name for column in MARK_COLUMNS]
    try:
        with open_parquet(path, read_dictionary=_TEXTS) as parquet:
            table = read_arrow(parquet)
            if sorted(table.column_names) != sorted(columns) or not len(table):
                return None
            table = table.unify_dictionaries().combine_chunks()
            *texts, score = (table[name].chunk(0) for name in columns)
            if not str(score.type).startswith(_NUMBERS):  # words like "nan" are not
                return None
            if score.type != "double":  # the number that was written, not the nearest one of another type
                score = score.cast("string").cast("double")
            (unit, units), (indicator, indicators), (status, statuses), (rating, ratings) = map(_code, texts)
    except (OSError, ValueError, LookupError, AttributeError):
        return None
    points = score.to_numpy(zero_copy_only=False)
    return CodedMarks(units, indicators, statuses, ratings, unit, indicator, status, rating, points)


def _code(texts: Any) -> tuple[np.ndarray, pd.Index]:
    """Return an Arrow array's codes and the words that occur; a null is "", as a blank cell is."""
    words = pd.Index([*texts.dictionary.to_pylist(), ""], dtype=object)
    codes = texts.indices.fill_null(len(words) - 1).to_numpy().astype(np.intp)
    occurs = np.zeros(len(words), bool)
    occurs[codes] = True
    return (codes if occurs[:-1].all() else (occurs.cumsum() - 1)[codes]), words[occurs]


def _are_sound(marks: CodedMarks, places: np.ndarray, rules: MarkRules) -> bool:
    """Say whether marks of the units in some places keep every rule of `check_marks`, not which they break."""
    scheme, known = rules.scheme, rules.indicators.set_index("indicator_id")
    if (
        (places < 0).any()
        or not marks.indicators.isin(known.index).all()
        or not marks.statuses.isin(STATUSES).all()
        or not marks.ratings.isin([*scheme.ratings.value, ""]).all()
    ):
        return False

    kinds, units = marks.kinds.join(known, on="indicator_id"), len(marks.units)
    marked = kinds["status"].eq("marked")
    by_rating = kinds["part"].map({part: spec.marking for part, spec in scheme.parts.items()}).eq("rating")
    fits, scored = kinds["rating"].ne("").eq(marked & by_rating), (marked & ~by_rating).to_numpy()
    kind_groups = np.where(fits, pd.Index(scheme.groups).get_indexer(kinds["group"]), -2)  # of no unit's group
    points, own = kinds["points"].to_numpy(), kinds["status"].eq("own_assessor").to_numpy()
    assessor = (
        marks.units.get_indexer(kinds["assessor_id"]) if scheme.own_indicators.excluded else np.full(len(own), -1)
    )
    components = [component for component in scheme.components if component.parts]
    component = kinds["part"].map({part: place for place, each in enumerate(components) for part in each.parts})
    counted_in = component.where(marked, len(components)).to_numpy(np.intp)  # what is not marked, beside them

    groups = rules.groups[places]
    counts, last, in_order = np.zeros(units * (len(components) + 1), int), -1, True
    for block in marks.blocks():
        unit, kind, score = block.unit, block.kind, block.score
        cell = unit * len(marks.indicators) + block.indicator
        if (
            (groups[unit] != kind_groups[kind]).any()
            or (scored[kind] == np.isnan(score)).any()
            or ((score < 0) | (score > points[kind])).any()
            or (own[kind] != (assessor[kind] == unit)).any()
        ):
            return False
        counts += np.bincount(unit * (len(components) + 1) + counted_in[kind], minlength=len(counts))
        in_order = bool(in_order and last < cell[0] and (cell[1:] > cell[:-1]).all())
        last = cell[-1]
    by_component = counts.reshape(units, -1)
    due = rules.indicators["group"].value_counts().reindex(list(scheme.groups), fill_value=0).to_numpy()[groups]
    return bool(
        (by_component.sum(axis=1) == due).all()
        and (by_component[:, :-1] > 0).all()
        and (in_order or np.bincount(marks.unit * len(marks.indicators) + marks.indicator).max() == 1)  # none twice
    )
