"""The data folder as one checked whole: nothing is computed from a folder that has a problem."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Self, TypeVar

import pandas as pd

from analysis.data.documents import load_document, unlike_file
from analysis.data.folder import DATA_VARIABLE, find_data, find_kind, find_strays
from analysis.data.inputs import PROVENANCE, Inputs, Provenance, load_inputs
from analysis.data.links import Earlier, has_links
from analysis.data.published import Published
from analysis.data.reading import read_table
from analysis.data.schemes import Scheme
from analysis.data.state import State, data_hash, look, read_still, refuse_changed
from analysis.data.succession import check_succession
from analysis.data.tables import Place
from analysis.data.unit_tables import UnitTable, load_published
from analysis.data.units import (
    EVENT_COLUMNS,
    LINEAGE_COLUMNS,
    PERIOD_LINEAGE,
    SUCCESSION_COLUMNS,
    UNIT_COLUMNS,
    check_units,
    check_year,
    list_events,
    list_successions,
    list_unsettled,
    tell_successions,
    units_in_year,
)
from analysis.periods import AnyYear, is_year, name_assessed
from analysis.problems import InputError, Problems, WorkbookError
from analysis.texts import legible, name_path

FINGERPRINT_VARIABLE = "WORKBOOK_DATA_FINGERPRINT"
"""Environment variable that says which contents of that folder a page is made of: no others are read for it."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class YearFacts:
    """What was given for one year.

    Attributes
    ----------
    year : AnyYear
    scheme : Scheme
    units : DataFrame with columns unit_id, group, name (both as of the year)
    inputs : Inputs or None
        None where only a circular is at hand.
    published : Published or None
    successions : DataFrame of `list_successions`, up to the year
    events : DataFrame of `list_events`, up to the year
    table : UnitTable or None
        The units' results, as far as the circular prints them.
    unsettled : dict of year to frozenset of str
        The units that may be others under new names (`UNSETTLED`): to whom it happened, by year, up to the year.
    """

    year: AnyYear
    scheme: Scheme
    units: pd.DataFrame
    inputs: Inputs | None
    published: Published | None
    successions: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=SUCCESSION_COLUMNS))
    events: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=EVENT_COLUMNS))
    table: UnitTable | None = None
    unsettled: Mapping[AnyYear, frozenset[str]] = field(default_factory=dict)

    def unsettled_since(self, year: AnyYear) -> frozenset[str]:
        """Return the units that may have been others in an earlier year."""
        return frozenset().union(*(units for event, units in self.unsettled.items() if event > year))

    def need_inputs(self, refusal: str) -> Inputs:
        """Return the inputs; none is a WorkbookError that ends in `refusal`, what cannot be done without."""
        if self.inputs is None:
            raise WorkbookError(f"{name_assessed(self.year)}没有评分数据（inputs/{self.year}），{refusal}。")
        return self.inputs

    @property
    def is_reported(self) -> bool:
        """Whether there are results: inputs to compute them from, or a circular that may print them."""
        return self.inputs is not None or self.published is not None

    @property
    def has_genuine_marks(self) -> bool:
        """Whether there are inputs, and they are not reconstructed."""
        return self.inputs is not None and self.inputs.provenance.provenance != "reconstructed"

    def need_results(self, refusal: str) -> None:
        """Refuse a year that has neither inputs nor a circular, as a WorkbookError that ends in `refusal`."""
        if not self.is_reported:
            self.need_inputs(f"也没有通报（published/{self.year}.yml），{refusal}")

    def name_of(self, unit_id: str) -> str:
        """Return the name that a unit has in the year."""
        return str(self.units.set_index("unit_id").at[unit_id, "name"])

    def group_of(self, unit_id: str) -> str:
        """Return the group of a unit assessed in the year."""
        return str(self.units.set_index("unit_id").at[unit_id, "group"])

    @property
    def base_year(self) -> AnyYear:
        """The year that the circular's changes of averages are on (see `Published.base_year`)."""
        return self._circular.base_year

    def printed_figures(self) -> pd.DataFrame:
        """Tabulate the printed numbers (see `Published.figure_table`); empty without a circular."""
        return self._circular.figure_table()

    def printed_lists(self) -> pd.DataFrame:
        """Tabulate the printed lists, names resolved (see `Published.list_table`); empty without a circular."""
        return self._lists.copy(deep=False)

    @cached_property
    def _lists(self) -> pd.DataFrame:
        return self._circular.list_table(self.units)

    @property
    def _circular(self) -> Published:
        return self.published or Published(year=self.year, document="", figures=[], lists=[])


@dataclass(frozen=True)
class Dataset:
    """A checked data folder.

    Attributes
    ----------
    root : Path
    units : DataFrame with columns unit_id, group (the first), name (first printed name)
    lineage : DataFrame with columns unit_id, year, name, event, group, predecessors, note, source
    years : dict of AnyYear to YearFacts, in order of year
    state : State
        Of the folder, when all this was read.
    """

    root: Path
    units: pd.DataFrame
    lineage: pd.DataFrame
    years: dict[AnyYear, YearFacts]
    state: State

    @cached_property
    def fingerprint(self) -> str:
        """Of what was read (see `data_hash`); a folder that has changed since is a WorkbookError."""
        return self.read_beside(lambda: data_hash(self.root))

    def read_beside(self, read: Callable[[], Result]) -> Result:
        """Read something more of the data folder; one that is no longer what was read is a WorkbookError."""
        result, state = read_still(self.root, read)
        self.refuse_changed(state)
        return result

    def is_current(self) -> bool:
        """Say whether the data folder is what was read, and nothing in it was written since."""
        return look(self.root) == self.state

    def refuse_changed(self, now: State | None = None) -> None:
        """Refuse a data folder that is no longer what was read, as a WorkbookError."""
        refuse_changed(self.root, self.state, now or look(self.root))

    @property
    def scored_years(self) -> list[AnyYear]:
        """Years that have inputs."""
        return [year for year, facts in self.years.items() if facts.inputs is not None]

    @property
    def reported_years(self) -> list[AnyYear]:
        """Years of which there are results: computed from inputs, or printed in a circular."""
        return [year for year, facts in self.years.items() if facts.is_reported]

    @property
    def successions(self) -> pd.DataFrame:
        """Who was made of whom, up to the last year (see `list_successions`)."""
        return self.years[max(self.years)].successions

    @property
    def events(self) -> pd.DataFrame:
        """What happened to units, up to the last year (see `list_events`)."""
        return self.years[max(self.years)].events

    @property
    def grade_names(self) -> dict[str, str]:
        """Grade id to name, over all years; the latest name counts."""
        return {grade: name for facts in self.years.values() for grade, name in facts.scheme.grade_names.items()}

    def until(self, year: AnyYear) -> Self:
        """Return the dataset as it stood in `year`: without later years."""
        self.year(year)
        return replace(self, years={each: facts for each, facts in self.years.items() if each <= year})

    def year(self, year: AnyYear) -> YearFacts:
        """Return the facts of one year; an unknown year is a WorkbookError."""
        if year not in self.years:
            known = "、".join(map(str, self.years)) or "无"
            raise WorkbookError(
                f"没有{name_assessed(year)}的数据。可用年度：{known}。怎样新增年度，见 docs/how-to-new-year.zh-CN.md。"
            )
        return self.years[year]

    def units_called(self) -> dict[str, tuple[str, ...]]:
        """Return the units that have had each name, in any year; most names belong to one."""
        named = pd.concat([self.units, self.lineage])[["unit_id", "name"]].drop_duplicates()
        return {str(name): tuple(units) for name, units in named.groupby("name", sort=False)["unit_id"]}

    def find_unit(self, given: str, year: AnyYear) -> str:
        """Return the unit_id of a unit assessed in a year.

        Parameters
        ----------
        given : str
            Its id, or one of its names.
        year : AnyYear

        Returns
        -------
        str

        Raises
        ------
        WorkbookError
            If no unit is called so, or it is not assessed in the year.
        """
        current = self.year(year).units[["unit_id", "name"]]
        known = self.units_called() | {row.name: (row.unit_id,) for row in current.itertuples(index=False)}
        known |= {unit: (unit,) for unit in self.units["unit_id"]}
        if given not in known:
            near = get_close_matches(given, known, n=3, cutoff=0.4)
            hint = f"相近的有：{'、'.join(near)}。" if near else "编号和名称见 units.csv、lineage.csv。"
            raise WorkbookError(f"没有叫“{legible(given)}”的单位。{hint}")
        if len(known[given]) > 1:
            units = "、".join(known[given])
            raise WorkbookError(f"“{given}”是 {units} 几个单位都用过的名称。请写编号，或当年的名称。")
        (unit,) = known[given]
        if unit not in set(current["unit_id"]):
            told = "；".join(tell_successions(self.successions, unit))
            raise WorkbookError(f"“{given}”{name_assessed(year)}没有列入考核（{told or '见 lineage.csv'}）。")
        return unit


def load_dataset(given: str | Path | None = None, *, without_reconstructed: bool = False) -> Dataset:
    """Read and check a whole data folder.

    Parameters
    ----------
    given : path, optional
        See `find_data`.
    without_reconstructed : bool
        Reconstructed inputs, which may be broken, are about to be made anew and are not read.

    Returns
    -------
    Dataset

    Raises
    ------
    InputError
        With every problem of every file.
    WorkbookError
        If it changes all the while, or is not the one that a page is made of.
    """
    root, named = find_data(given), os.environ.get(DATA_VARIABLE)
    expected = os.environ.get(FINGERPRINT_VARIABLE) if named and root == Path(named).resolve() else None
    (units, lineage, years), state = read_still(root, lambda: _read(root, anew=without_reconstructed))
    dataset = Dataset(root, units, lineage, years, state)
    if expected and dataset.fingerprint != expected:
        raise WorkbookError("生成期间数据被改动了，这一页没有采用。请再运行一次。")
    return dataset


def _read(root: Path, *, anew: bool) -> tuple[pd.DataFrame, pd.DataFrame, dict[AnyYear, YearFacts]]:
    """Read and check units, their lineage and all years."""
    kind = find_kind(root)
    columns = PERIOD_LINEAGE if kind else LINEAGE_COLUMNS
    tables = read_table(root / "units.csv", root, UNIT_COLUMNS), read_table(root / "lineage.csv", root, columns)
    check_units(*tables, kind)
    units, lineage = (table.frame.reset_index(drop=True) for table in tables)
    if wrong := [problem for table in tables for problem in table.problems]:
        raise InputError(wrong, unfinished=True)

    years, problems = dict[AnyYear, YearFacts](), Problems()
    for path in sorted((root / "schemes").glob("*.yml")):
        if is_year(path.stem):  # others are told as strays
            with problems.gathered():
                before = {year: each.inputs.indicators for year, each in years.items() if each.inputs}
                earlier = None if problems or anew else before
                facts = _load_year(path, root, units, lineage, earlier, anew=anew)
                problems.unfinished |= earlier is None and bool(facts.inputs and has_links(facts.inputs.indicators))
                years[facts.year] = facts
    problems += [] if problems else check_succession(facts.scheme for facts in years.values())
    problems += find_strays(root)
    problems.refuse()
    if not years:
        raise WorkbookError(f"“{name_path(root)}”的 schemes 中没有任何年度的办法（如 schemes/2021.yml）。")
    return units, lineage, years


def _load_year(
    path: Path, root: Path, units: pd.DataFrame, lineage: pd.DataFrame, earlier: Earlier | None, *, anew: bool
) -> YearFacts:
    scheme = load_document(path, root, Scheme)
    if str(scheme.year) != path.stem:
        place = Place(path.relative_to(root).as_posix())
        raise InputError([place.tell(*unlike_file(path.stem), "year", str(scheme.year))], unfinished=True)
    successions = list_successions(units, lineage).query("year <= @scheme.year")
    unsettled = list_unsettled(lineage.query("year <= @scheme.year"))
    events = list_events(lineage.query("year <= @scheme.year"), successions)
    units = units_in_year(units, lineage, scheme.year)
    if wrong := list(check_year(scheme, units, path, root)):
        raise InputError(wrong, unfinished=True)
    inputs = published = table = None
    problems = Problems()
    folder, circular = root / "inputs" / path.stem, root / "published" / path.name
    if folder.is_dir() and not (anew and _is_reconstructed(folder, root)):
        with problems.gathered():
            inputs = load_inputs(folder, root, scheme, units, earlier)
    if circular.is_file():
        with problems.gathered():
            published, table = load_published(circular, root, scheme, units)
    problems.refuse()
    return YearFacts(scheme.year, scheme, units, inputs, published, successions, events, table, unsettled)


def _is_reconstructed(folder: Path, root: Path) -> bool:
    """Say whether inputs surely are ours; what cannot be told is taken for an office's."""
    try:
        return load_document(folder / PROVENANCE, root, Provenance).provenance == "reconstructed"
    except InputError:
        return False
