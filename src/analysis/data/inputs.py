"""A year's inputs: indicators, marks, outside results and adjustments, checked against the scheme."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field, model_validator

from analysis.data.documents import Document, Truth, load_document
from analysis.data.folder import find_copies, refuse_others
from analysis.data.indicators import INDICATOR_COLUMNS, check_indicators
from analysis.data.links import Earlier, has_links, trace_indicators
from analysis.data.marks import MARK_COLUMNS, STATUSES, check_marks, check_unit
from analysis.data.partitions import MarkFiles
from analysis.data.reading import read_table
from analysis.data.schemes import Adjustment, Scheme
from analysis.data.silence import UNKNOWN
from analysis.data.state import MARKS, find_partitions, mark_partitions
from analysis.data.tables import Column, Place, Table
from analysis.problems import InputError, Problem, Problems
from analysis.rounding import without_noise

PROVENANCE = "provenance.yml"
ADJUSTMENT_KINDS = ("bonus", "deduction", "veto")

RESULT_COLUMNS = (
    Column("unit_id"),
    Column("score", number=True, required=False),
    Column("full_score", number=True, required=False),
    Column("status", allowed=STATUSES[:2], required=False, optional=True),
)
ADJUSTMENT_COLUMNS = (
    Column("unit_id"),
    Column("kind", allowed=ADJUSTMENT_KINDS),
    Column("points", number=True, required=False),
    Column("reason"),
)


_MATTERS = ("indicator_id", "group", "part", "points", "assessor_id")
"""What a mark is checked against; an indicator of which one is wrong is no measure of marks or of sums."""


class Provenance(Document):
    """Where a year's inputs come from.

    `reconstructed` marks are ours and never a real office's; of `demonstration` the units are invented as well. Those
    `from_print` are what the circular itself prints, rounded: they cannot be held against it.
    """

    provenance: Literal["official", "reconstructed", "demonstration"]
    method: str
    seed: Annotated[int, Field(strict=True)] | None = None
    agrees_with: tuple[str, ...] = ()
    from_print: Truth = False

    @property
    def origin(self) -> str:
        """What readers are told: "printed" where results of an office are from print, else `provenance`."""
        return "printed" if self.from_print and self.provenance == "official" else self.provenance

    @model_validator(mode="after")
    def _is_one_or_the_other(self) -> Provenance:
        if self.provenance == "official" and (self.seed is not None or self.agrees_with):
            raise ValueError("正式数据没有 seed 和 agrees_with，重构数据才有；method 也要如实写")
        return self


@dataclass(frozen=True)
class Inputs:
    """A year's inputs; every frame carries a `provenance` column.

    Attributes
    ----------
    indicators : DataFrame with columns indicator_id, group, part, name, points, assessor_id, same_as, origin
        See `trace_indicators`.
    stored_marks : DataFrame or MarkFiles
        Sound marks, or Parquet files that are read and checked when they are needed.
    results : dict of component id to DataFrame with columns unit_id, score, full_score, status
        Points are NaN for a unit that does not have the component.
    adjustments : DataFrame with columns unit_id, kind, points, reason
    provenance : Provenance
    table_notes : tuple of str
        How something was read that is no longer written so; see also `notes`.
    """

    indicators: pd.DataFrame
    stored_marks: pd.DataFrame | MarkFiles
    results: dict[str, pd.DataFrame]
    adjustments: pd.DataFrame
    provenance: Provenance
    table_notes: tuple[str, ...] = ()

    @cached_property
    def marks(self) -> pd.DataFrame:
        """All marks: a DataFrame with columns unit_id, indicator_id, status, rating, score.

        Reading them is an InputError if they stand in Parquet files that are not sound.
        """
        if isinstance(self.stored_marks, pd.DataFrame):
            return self.stored_marks
        return self.stored_marks.read().assign(provenance=self.provenance.provenance)

    @property
    def notes(self) -> tuple[str, ...]:
        """How something was read that is no longer written so, in marks as well that are read only when needed."""
        return (*self.table_notes, *(self.stored_marks.notes if isinstance(self.stored_marks, MarkFiles) else ()))


def list_tables(scheme: Scheme) -> dict[str, tuple[Column, ...]]:
    """Name the tables of a year and their columns: indicators, marks, adjustments, a result of each outside component.

    Parameters
    ----------
    scheme : Scheme

    Returns
    -------
    dict of str to tuple of Column
    """
    tables = {"indicators": INDICATOR_COLUMNS, "marks": MARK_COLUMNS, "adjustments": ADJUSTMENT_COLUMNS}
    return tables | {component.id: RESULT_COLUMNS for component in scheme.outside_components}


def load_inputs(
    folder: Path, root: Path, scheme: Scheme, units: pd.DataFrame, earlier: Earlier | None = MappingProxyType({})
) -> Inputs:
    """Read and check the inputs of one year.

    Parameters
    ----------
    folder, root : Path
        The year's folder, and the data folder it is named against in messages.
    scheme : Scheme
    units : DataFrame with columns unit_id, group (those assessed in the year)
    earlier : mapping of year to DataFrame, or None
        See `make_inputs`.

    Returns
    -------
    Inputs

    Raises
    ------
    InputError
        With every problem of every table.
    """
    problems, provenance = Problems(), None
    with problems.gathered():
        provenance = load_document(folder / PROVENANCE, root, Provenance)
    files = find_partitions(folder)
    problems += _misplaced_marks(folder, root, files)
    columns = list_tables(scheme)
    problems += _find_others(folder, root, list(columns))
    tables = {
        name: read_table(folder / f"{name}.csv", root, columns[name])
        for name in columns
        if not (name == "marks" and files)
    }
    return make_inputs(tables, provenance, scheme, units, folder, root, problems, earlier)


def make_inputs(
    tables: Mapping[str, Table],
    provenance: Provenance | None,
    scheme: Scheme,
    units: pd.DataFrame,
    folder: Path,
    root: Path,
    problems: Sequence[Problem] = (),
    earlier: Earlier | None = MappingProxyType({}),
) -> Inputs:
    """Check the tables of one year, wherever they come from, and make its inputs of them.

    Parameters
    ----------
    tables : mapping of table name to Table
        All that `list_tables` names; without marks, those are in the partitions of `folder`.
    provenance : Provenance or None
        None only if problems say why.
    scheme : Scheme
    units : DataFrame with columns unit_id, group (those assessed in the year)
    folder, root : Path
        Where the inputs stand, or are to stand, and the data folder.
    problems : sequence of Problem
        Found already.
    earlier : mapping of year to DataFrame, or None
        The indicators of the years before, which `same_as` may name; None while they are not sound: then links wait.

    Returns
    -------
    Inputs

    Raises
    ------
    InputError
        With every problem.
    """
    if scheme.unknown:
        told = Place(f"schemes/{scheme.year}.yml").tell
        rule = f"这一年有评分数据，办法里不能还有 {UNKNOWN}"
        raise InputError([told(rule, "照印本或办法原文补上这一条", each, UNKNOWN) for each in scheme.unknown])
    indicators, marks, adjustments = tables["indicators"], tables.get("marks"), tables["adjustments"]
    results = {component.id: tables[component.id] for component in scheme.outside_components}
    origins = pd.Series(dtype=str)
    if indicators.is_read:
        check_indicators(indicators, scheme)
        origins = trace_indicators(indicators, scheme.year, earlier)
        if marks is not None and marks.is_read:
            sound = indicators.frame[indicators.sound(*_MATTERS)]
            check_marks(marks, indicators.frame["indicator_id"], sound, scheme, units)
    if adjustments.is_read:
        _check_adjustments(adjustments, scheme, units)
    for result in results.values():
        if result.is_read:
            _check_result(result, scheme, units)
    found = [*problems, *(problem for table in tables.values() for problem in table.problems)]
    all_read = all(table.is_read for table in tables.values())
    if found or provenance is None or not all_read:
        waiting = earlier is None and has_links(indicators.frame)
        raise InputError(found, unfinished=waiting or not (all_read and indicators.sound(*_MATTERS).all()))
    origin = provenance.provenance

    def with_provenance(table: Table) -> pd.DataFrame:
        return table.frame.reset_index(drop=True).assign(provenance=origin)

    of_marks, files = indicators.frame.reset_index(drop=True), mark_partitions(folder)
    return Inputs(
        indicators=with_provenance(indicators).assign(origin=origins.to_numpy()),
        stored_marks=(
            MarkFiles(folder / MARKS, root, scheme, of_marks, units, files) if marks is None else with_provenance(marks)
        ),
        results={component: with_provenance(table) for component, table in results.items()},
        adjustments=with_provenance(adjustments),
        provenance=provenance,
        table_notes=tuple(note for table in tables.values() for note in table.notes),
    )


def _misplaced_marks(folder: Path, root: Path, files: Sequence[Path]) -> Iterator[Problem]:
    """Find what would be read in place of the marks, beside them, or not at all."""

    def tell(path: Path, rule: str, fix: str) -> Problem:
        return Problem(path.relative_to(root).as_posix(), rule, fix)

    for file in files:
        if file.suffix != ".parquet" or not file.is_file():
            yield tell(file, "不是能读的 .parquet 文件", "移走，或让名称以 _ 开头（会略过）")
    if os.path.lexists(folder / MARKS) and (folder / "marks.csv").exists():
        yield tell(folder / MARKS, f"已有 marks.csv，又有 {MARKS}", "删去一份")
    elif (folder / MARKS).is_dir() and not files:
        yield tell(folder / MARKS, "文件夹中没有 .parquet 文件", "放进评分，或改用 marks.csv")


def _find_others(folder: Path, root: Path, tables: Sequence[str]) -> Iterator[Problem]:
    """Find what stands beside the tables and is not read, so that nobody takes it for what counts."""
    known = {"provenance": [PROVENANCE], **{name: [f"{name}.csv", f"{name}.parquet"] for name in tables}}
    copies = [*find_copies(folder, root, known)]
    told = {problem.file for problem in copies}
    others = refuse_others(folder, root, [name for names in known.values() for name in names])
    yield from (*copies, *(problem for problem in others if problem.file not in told))


def _check_result(table: Table, scheme: Scheme, units: pd.DataFrame) -> None:
    table.refuse_duplicates(["unit_id"])
    check_unit(table, units)
    frame = table.frame
    absent, numbers = frame["status"].eq("not_applicable"), frame[["score", "full_score"]].notna()
    as_absent = table.wording.words("status", "not_applicable")
    if not scheme.passes_up:
        rule = "办法没有规定缺这个大项的单位怎样计分（办法 base.rescale）"
        table.refuse(absent, "status", rule, "填写得分；缺的大项由其他大项分担的，在办法中写 base")
    for column in numbers:
        fix = (
            f"填上值；没有这个大项的，{table.wording.columns('status')}写{as_absent}" if scheme.passes_up else "填上值"
        )
        table.refuse(~absent & ~numbers[column], column, "不能为空", fix)
        table.refuse(absent & numbers[column], column, f"{as_absent} 的不应有数", "清空，或改正状态")
    table.refuse(frame["full_score"] <= 0, "full_score", "满分应大于0", "填写满分")
    beyond = (frame["score"] < 0) | (frame["score"] > frame["full_score"])
    table.refuse(beyond, "score", "得分应在0与满分之间", "核对得分")
    for unit in units.loc[~units["unit_id"].isin(frame["unit_id"]), "unit_id"]:
        table.refuse_unit(unit, "缺少这个单位的成绩", "补上一行")


def _check_adjustments(table: Table, scheme: Scheme, units: pd.DataFrame) -> None:
    check_unit(table, units)
    frame = table.frame
    for kind, limits in (("bonus", scheme.bonus), ("deduction", scheme.deduction)):
        _check_items(table, frame["kind"].eq(kind), limits, kind)
    veto, has_points = frame["kind"].eq("veto"), frame["points"].fillna(0).ne(0)
    as_deduction, as_veto = (table.wording.words("kind", kind) for kind in ("deduction", "veto"))
    table.refuse(veto & has_points, "points", f"{as_veto} 不带分值", f"清空；扣分另起一行 {as_deduction}")
    if scheme.veto is None:
        table.refuse(veto, "kind", f"办法没有 {as_veto} 条款", "删去这一行，或在办法中补上条款")


def _check_items(table: Table, rows: pd.Series, limits: Adjustment, kind: str) -> None:
    points = table.frame["points"]
    table.refuse(rows & ~(points > 0), "points", "加分、扣分应为正数", "填写分值，扣分也写正数")
    low, high = limits.item_min, limits.item_max
    if low is not None:
        table.refuse(rows & (points < low), "points", f"低于单项下限{low:g}（办法 {kind}.item_min）", "核对分值")
    if high is not None:
        rule = f"高于单项上限{high:g}（办法 {kind}.item_max）；一行只写一项"
        table.refuse(rows & (points > high), "points", rule, "拆成多项或核对分值")
    if limits.step is not None:
        steps = without_noise(points / limits.step)
        rule = f"不是{limits.step:g}的整数倍（办法 {kind}.step）"
        table.refuse(rows & steps.ne(steps.round()), "points", rule, "核对分值")
