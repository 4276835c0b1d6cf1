"""Marks in partitions by unit, as arrays of numbers: the form in which any number of them is checked and added up."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

import numpy as np
import pandas as pd

from analysis.data.marks import MARK_COLUMNS, STATUSES, check_marks
from analysis.data.schemes import Scheme
from analysis.data.tables import open_parquet, read_arrow, read_table
from analysis.problems import InputError, Problem
from analysis.texts import name_some

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

    @cached_property
    def due(self) -> np.ndarray:
        """How many marks each unit needs: one of every indicator of its group."""
        of_group = pd.Index(self.scheme.groups).get_indexer(self.indicators["group"])
        return np.bincount(of_group, minlength=len(self.scheme.groups))[self.groups]

    def find_units(self, given: pd.Index) -> np.ndarray:
        """Return the row in `units` of every unit_id given; -1 for one that is not there."""
        for first in self.unit_ids.get_indexer(given[:1]):
            if self.unit_ids[first : first + len(given)].equals(given):  # most files go on as units.csv does: quicker
                return np.arange(first, first + len(given))
        return np.asarray(self.unit_ids.get_indexer(given))

    @cached_property
    def words(self) -> list[pd.Index]:
        """Every indicator_id, status and rating ("" for none)."""
        words = self.indicators["indicator_id"], STATUSES, [*self.scheme.ratings.value, ""]
        return [pd.Index(each, dtype=object) for each in words]

    @cached_property
    def kinds(self) -> pd.DataFrame:
        """Every indicator with every status and rating: what holds for all such marks is worked out once, by row.

        Columns indicator_id, status, rating, and those of `indicators`.
        """
        index = pd.MultiIndex.from_product(self.words, names=_TEXTS[1:])
        return index.to_frame(index=False).merge(self.indicators, how="left", on="indicator_id")

    def find_kinds(self, coded: Iterable[tuple[np.ndarray, pd.Index]]) -> np.ndarray:
        """Return the row in `kinds` of every mark, given codes and words of each column.

        Raises
        ------
        ValueError
            If a word that occurs is none of `words`.
        """
        kind: Any = 0
        for known, (codes, given) in zip(self.words, coded, strict=True):
            places = known.get_indexer(given)[codes]
            if (places < 0).any():
                raise ValueError("a word that no mark may have")
            kind = kind * len(known) + places
        return np.asarray(kind)

    @cached_property
    def limits(self) -> KindLimits:
        """See `KindLimits`."""
        scheme, kinds = self.scheme, self.kinds
        components = pd.Index([component.id for component in scheme.components if component.parts])
        marked = kinds["status"].eq("marked")
        by_rating = kinds["part"].map({part: spec.marking for part, spec in scheme.parts.items()}).eq("rating")
        fits = kinds["rating"].ne("").eq(marked & by_rating)
        group = pd.Index(scheme.groups).get_indexer(kinds["group"])
        component = components.get_indexer(kinds["part"].map(scheme.component_of))
        assessor = self.unit_ids.get_indexer(kinds["assessor_id"])
        return KindLimits(
            indicator=self.words[0].get_indexer(kinds["indicator_id"]),
            group=np.where(fits, group, -2),
            component=np.where(marked, component, len(components)),
            assessor=assessor if scheme.own_indicators.excluded else np.full(len(kinds), -1),
            own=kinds["status"].eq("own_assessor").to_numpy(),
            score=kinds["points"].where(marked & ~by_rating).to_numpy(),
        )


class KindLimits(NamedTuple):
    """What marks of every kind have to keep; every array has an entry for each row of `MarkRules.kinds`.

    Attributes
    ----------
    indicator : ndarray of int
        Position in `MarkRules.indicators`.
    group : ndarray of int
        Position of the only group whose units may have such marks; -2 if status and rating do not go together.
    component : ndarray of int
        Position of the component that such a mark counts in; one beyond the last if it is not marked.
    assessor : ndarray of int
        Row in `MarkRules.units` of the unit that assesses itself; -1 if none does.
    own : ndarray of bool
        Such a mark is left out as the assessor's own.
    score : ndarray of float
        The highest score; NaN if there is to be none.
    """

    indicator: np.ndarray
    group: np.ndarray
    component: np.ndarray
    assessor: np.ndarray
    own: np.ndarray
    score: np.ndarray


@dataclass(frozen=True)
class CodedMarks:
    """Marks of some units, as numbers.

    Attributes
    ----------
    units : Index of str
        Ids of the units that occur.
    unit : ndarray of int, one entry per mark
        Position in `units`.
    kind : ndarray of int, one entry per mark
        Row in `MarkRules.kinds`.
    score : ndarray of float, one entry per mark
        Points; NaN where there are none.
    """

    units: pd.Index
    unit: np.ndarray
    kind: np.ndarray
    score: np.ndarray

    @classmethod
    def of(cls, marks: pd.DataFrame, rules: MarkRules) -> CodedMarks:
        """Code sound marks: a DataFrame with columns unit_id, indicator_id, status, rating, score."""
        unit, units = pd.factorize(marks["unit_id"])
        kind = rules.find_kinds(pd.factorize(marks[name]) for name in _TEXTS[1:])
        return cls(units, unit, kind, marks["score"].to_numpy(float))

    def in_words(self, kinds: pd.DataFrame) -> pd.DataFrame:
        """Return a DataFrame with columns unit_id, indicator_id, status, rating, score, given `MarkRules.kinds`."""
        marks = kinds.take(self.kind).assign(unit_id=self.units.take(self.unit), score=self.score)
        return marks[[column.name for column in MARK_COLUMNS]]

    def blocks(self) -> Iterator[CodedMarks]:
        """Take the marks some at a time, in order."""
        size = max(_BLOCK, len(self.units))  # what is added up by unit is not to be larger than what is added
        for first in range(0, len(self.unit), size):
            some = slice(first, first + size)
            yield CodedMarks(self.units, self.unit[some], self.kind[some], self.score[some])


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
        marks = CodedMarks.of(partition, rules)
        return Worked("", rules.find_units(marks.units), function(marks), [])
    file = partition.relative_to(rules.root).as_posix()
    if (coded := _read_parquet(partition, rules)) is not None:
        places = rules.find_units(coded.units)
        if _are_sound(coded, places, rules):
            return Worked(file, places, function(coded), [])
    table = read_table(partition, rules.root, MARK_COLUMNS)  # slower, and tells what is wrong
    if table.is_read:
        own = rules.units[rules.units["unit_id"].isin(table.frame["unit_id"])]
        by_id = rules.indicators.set_index("indicator_id")
        check_marks(table, rules.indicators["indicator_id"], by_id, rules.scheme, own)
    places = rules.find_units(pd.Index(table.frame["unit_id"].unique()))
    result = None if table.problems else function(CodedMarks.of(table.frame, rules))
    return Worked(file, places, result, list(_most(table.problems)))


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


def gather(worked: Iterable[Worked[Result]], rules: MarkRules) -> tuple[np.ndarray, list[Result]]:
    """Take the results together, if every unit is in one partition and all are sound.

    Parameters
    ----------
    worked : iterable of Worked
        Of every partition.
    rules : MarkRules

    Returns
    -------
    ndarray of int, list
        Rows in `MarkRules.units` of the units that the results are about, and the results.

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
        absent = rules.unit_ids[(counts == 0) & (rules.due > 0)]
        problems += tell(absent, "缺少单位全部指标的评分", "补上评分；不承担的写 not_applicable")
    if problems:
        raise InputError(problems)
    return places, [each.result for each in worked if each.result is not None]


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


def _read_parquet(path: Path, rules: MarkRules) -> CodedMarks | None:
    """Read and code a file of marks; None if it is not of the usual columns, types and words."""
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
            (unit, units), *coded = map(_code, texts)
            kind = rules.find_kinds(coded)
    except (OSError, ValueError, LookupError, AttributeError):
        return None
    occurs = np.zeros(len(units), bool)
    occurs[unit] = True
    if not occurs.all():
        unit, units = (occurs.cumsum() - 1)[unit], units[occurs]
    return CodedMarks(units, unit, kind, score.to_numpy(zero_copy_only=False))


def _code(texts: Any) -> tuple[np.ndarray, pd.Index]:
    """Return an Arrow array's codes and words; a null is "", as a blank cell is."""
    words, codes = texts.dictionary.to_pylist(), texts.indices
    if texts.null_count:
        words, codes = [*words, ""], codes.fill_null(len(words))
    return codes.to_numpy().astype(np.intp), pd.Index(words, dtype=object)


def _are_sound(marks: CodedMarks, places: np.ndarray, rules: MarkRules) -> bool:
    """Say whether marks of the units in some places keep every rule of `check_marks`, not which they break."""
    if (places < 0).any():
        return False
    limits, groups, indicators = rules.limits, rules.groups[places], len(rules.indicators)
    columns = limits.component.max() + 1
    counts, last, in_order = np.zeros(len(places) * columns, int), -1, True
    for block in marks.blocks():
        unit, kind, score, highest = block.unit, block.kind, block.score, limits.score[block.kind]
        if (
            (limits.group[kind] != groups[unit]).any()
            or (np.isnan(score) != np.isnan(highest)).any()
            or ((score < 0) | (score > highest)).any()
            or (limits.own[kind] != (limits.assessor[kind] == places[unit])).any()
        ):
            return False
        counts += np.bincount(unit * columns + limits.component[kind], minlength=len(counts))
        mark = unit * indicators + limits.indicator[kind]
        in_order = bool(in_order and last < mark[0] and (mark[1:] > mark[:-1]).all())
        last = mark[-1]
    by_component = counts.reshape(-1, columns)
    return bool(
        (by_component.sum(axis=1) == rules.due[places]).all()
        and (by_component[:, :-1] > 0).all()
        and (in_order or np.bincount(marks.unit * indicators + limits.indicator[marks.kind]).max() == 1)  # none twice
    )
