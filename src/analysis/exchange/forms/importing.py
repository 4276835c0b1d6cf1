"""From an analyst's file to data/inputs: everything is checked first, and what was there is kept."""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from analysis.data.dataset import Dataset
from analysis.data.documents import load_document
from analysis.data.inputs import PROVENANCE, RESULT_COLUMNS, Inputs, Provenance, load_inputs
from analysis.exchange.forms.sheets import open_sheets
from analysis.exchange.forms.tables import ORIGINS, SOURCE, TABLES, Gathered, Row, gather_tables
from analysis.problems import InputError, Problem, WorkbookError
from analysis.storage import follow_links, keep_folder, log, replaced_folder
from analysis.texts import legible, with_plain_digits


@dataclass(frozen=True)
class Intake:
    """What a file holds, checked.

    Attributes
    ----------
    inputs : Inputs
    notes : tuple of Problem
        How doubtful but clear places were read.
    """

    inputs: Inputs
    notes: tuple[Problem, ...]


def read_intake(path: Path, dataset: Dataset, year: int, folder: Path) -> Intake:
    """Read a file, write its tables into a folder, and check them as the inputs of a year.

    Parameters
    ----------
    path : Path
        An .xlsx file, a .csv file or a folder of them.
    dataset : Dataset
    year : int
        One of the dataset's; the scheme says what is expected.
    folder : Path
        An empty folder.

    Returns
    -------
    Intake

    Raises
    ------
    InputError
        With every problem, named as the file's reader sees it: sheet, row, column.
    """
    if not path.exists():
        raise WorkbookError(f"没有文件“{legible(str(path))}”。请核对路径。")
    if not (path.is_dir() or path.is_file()):
        raise WorkbookError(f"“{legible(str(path))}”不是普通文件，没有读。请换成 .xlsx，或装有 CSV 的文件夹。")
    facts = dataset.year(year)
    sheets = open_sheets(path)
    gathered = gather_tables(sheets, dataset, year)
    problems = [problem for sheet in sheets for problem in sheet.problems]
    provenance, unclear = _read_origin(gathered, path, year)
    problems += unclear
    problems += [
        Problem(path.name, f"缺少“{gathered.called.get(table, table)}”表", "照模板补上；没有内容的，留下列名")
        for table in sorted(gathered.missing)
    ]
    _write_tables(gathered, folder, provenance)
    unfinished = bool(gathered.missing or gathered.unread)
    try:
        inputs = load_inputs(folder, folder, facts.scheme, facts.units)
    except InputError as error:
        told = {(problem.sheet, problem.row, problem.column) for problem in problems}
        unread = gathered.missing | (gathered.unread - {"marks"})
        unread |= {"marks"} if {"indicators"} & unread or not gathered.rows["marks"] else set()
        seen = [
            _as_seen(problem, gathered, path.name)
            for problem in error.problems
            if problem.file.removesuffix(".csv") not in unread
            and not (unclear and problem.file == PROVENANCE)
            and not ("marks" in gathered.unread and _is_nowhere(problem, gathered))
        ]
        unfinished |= error.unfinished
        problems += [problem for problem in seen if (problem.sheet, problem.row, problem.column) not in told]
    if problems:
        places = {sheet.name: place for place, sheet in enumerate(sheets)}
        raise InputError(
            sorted(dict.fromkeys(problems), key=lambda problem: (places.get(problem.sheet, -1), problem.row or 0)),
            unfinished=unfinished,
        )
    return Intake(inputs, tuple(note for sheet in sheets for note in sheet.notes))


def import_inputs(path: Path, dataset: Dataset, year: int) -> tuple[Intake, Path | None]:
    """Make a file the inputs of a year; earlier inputs are kept beside the data folder.

    Parameters
    ----------
    path : Path
    dataset : Dataset
    year : int

    Returns
    -------
    intake : Intake
    backup : Path or None
        Where the earlier inputs of the year are kept; None if there were none, or the same.

    Raises
    ------
    InputError
        With every problem; nothing has been changed.
    WorkbookError
        If others would take the place of official marks.
    """
    folder = dataset.root / "inputs" / str(year)
    earlier = dataset.year(year).inputs
    with tempfile.TemporaryDirectory() as scratch:
        intake = read_intake(path, dataset, year, Path(scratch))
        new = intake.inputs.provenance.provenance
        if earlier is not None and earlier.provenance.provenance == "official" != new:
            raise WorkbookError(
                f"{year} 年度已有正式数据，不能换成{ORIGINS[new]}数据。确要这样做，请先移走 inputs/{year}。"
            )
        with replaced_folder(follow_links(folder)) as fresh:
            for file in Path(scratch).iterdir():
                shutil.copyfile(file, fresh / file.name)
            backup = keep_folder(folder, dataset.root, fresh)
    log(dataset.root, f"import {path.absolute()} -> inputs/{year}（{new}），原有：{backup or '无，或相同'}")
    return intake, backup


def _read_origin(gathered: Gathered, path: Path, year: int) -> tuple[dict[str, Any], list[Problem]]:
    """Return the provenance that the file states, and what is wrong with it; marks of unknown origin are no data."""
    own = path / PROVENANCE
    if path.is_dir() and own.exists():
        if gathered.source:
            return {}, [Problem(path.name, f"来源写了两处：{PROVENANCE} 和“{SOURCE}”", "只留一处")]
        try:
            return load_document(own, path, Provenance).model_dump(mode="json", exclude_unset=True), []
        except InputError as error:
            return {}, list(error.problems)
    problems = _check_source(gathered.source, path, year)
    origins = {word: key for key, word in ORIGINS.items()}
    said = gathered.source
    provenance: dict[str, Any] = {
        "provenance": origins.get(said.get("性质", "")),
        "method": said.get("说明") or f"由 {legible(path.name)} 导入",
    }
    if seed := said.get("种子"):
        provenance["seed"] = int(seed) if re.fullmatch("[0-9]{1,18}", seed) else seed
    if said.get("相符的文件"):
        provenance["agrees_with"] = said["相符的文件"].split("；")
    return provenance, problems


def _check_source(said: Mapping[str, str], path: Path, year: int) -> list[Problem]:
    """Check what the file says of itself."""
    rows = f"年度 {year}；性质 {' 或 '.join(ORIGINS.values())}"
    if not said:
        rule = "没有写明数据来源：是哪一年的，是正式、重构还是演示数据"
        is_book = path.suffix.lower() == ".xlsx" and not path.is_dir()
        fix = f"加一张表“{SOURCE}”" if is_book else f"在各表所在的文件夹里放一份 {SOURCE}.csv"
        return [Problem(path.name, rule, f"{fix}，一行一项：{rows}")]
    given, origin = with_plain_digits(said.get("年度", "")), said.get("性质", "")
    fix = f"写明{rows}"
    problems = []
    if not given:
        problems.append(Problem(path.name, "没有写明年度", fix, column="年度", sheet=SOURCE))
    elif given != str(year):
        fix_year = f"确认是不是拿错了文件；是这一年的，改为 {year}"
        problems.append(Problem(path.name, f"应为 {year} 年度", fix_year, column="年度", value=given, sheet=SOURCE))
    if not origin:
        problems.append(Problem(path.name, "没有写明数据性质", fix, column="性质", sheet=SOURCE))
    elif origin not in ORIGINS.values():
        fix = f"改为 {'、'.join(ORIGINS.values())} 之一"
        problems.append(Problem(path.name, "不认识的数据性质", fix, column="性质", value=origin, sheet=SOURCE))
    return problems


def _write_tables(gathered: Gathered, folder: Path, provenance: Mapping[str, Any]) -> None:
    for table, rows in gathered.rows.items():
        columns = [column.name for column in TABLES.get(table, RESULT_COLUMNS)]
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(row.values for row in rows)
    text = yaml.safe_dump(dict(provenance), allow_unicode=True, sort_keys=False, width=1000)
    (folder / PROVENANCE).write_text(text, encoding="utf-8", newline="\n")


def _as_seen(problem: Problem, gathered: Gathered, file: str) -> Problem:
    """Name the place of a problem in the analyst's file and words instead of in the table written from it."""
    table = problem.file.removesuffix(".csv")
    rows = gathered.rows.get(table, [])
    row = _find_row(problem, table, gathered)
    value = gathered.called.get(problem.value, problem.value)
    if row is None:
        nowhere = problem.column == "unit_id" and table == "marks"
        sheet = rows[0].sheet.name if rows and not nowhere else gathered.called.get(table, table)
        return _in_words(problem._replace(file=file, sheet=sheet, value=value, row=None), gathered.called)
    seen = problem._replace(
        file=row.sheet.file,
        sheet=row.sheet.name,
        row=row.number,
        column=row.headers.get(problem.column, problem.column),
        columns=tuple(row.headers.get(column, column) for column in problem.columns),
        value=row.typed.get(problem.column, value),
    )
    return _in_words(seen, {**gathered.called, **row.words})


def _is_nowhere(problem: Problem, gathered: Gathered) -> bool:
    """Say whether a unit without marks may stand in a sheet that was not read."""
    about = problem.file == "marks.csv" and problem.column == "unit_id" and problem.row is None
    return about and _find_row(problem, "marks", gathered) is None


def _find_row(problem: Problem, table: str, gathered: Gathered) -> Row | None:
    """Find the row a problem is about; a fault of a unit as a whole, such as missing marks, has one too."""
    rows = gathered.rows.get(table, [])
    if rows and problem.row is not None and problem.row >= 2:
        return rows[problem.row - 2]
    if problem.column != "unit_id":
        return None
    wide = gathered.units.get(problem.value, []) if table == "marks" else []
    right = [row for row in wide if set(problem.columns[:1]) <= set(row.headers)]
    own = [row for row in rows if row.values["unit_id"] == problem.value]
    return next(iter([*right, *wide, *own]), None)


def _in_words(problem: Problem, called: Mapping[str, str]) -> Problem:
    """Put the analyst's words in place of identifiers."""

    def put(text: str) -> str:
        return re.sub(r"(?<![\w.-])[a-z_]+(\.csv)?(?![\w.-])", lambda found: called.get(found[0], found[0]), text)

    column = called.get(problem.column, problem.column)
    return problem._replace(rule=put(problem.rule), fix=put(problem.fix), column=column)
