"""From an analyst's file to data/inputs: everything is checked first, and what was there is kept."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from analysis.data.dataset import Dataset
from analysis.data.documents import load_document
from analysis.data.indicators import INDICATOR_COLUMNS
from analysis.data.inputs import PROVENANCE, Inputs, Provenance, make_inputs
from analysis.data.links import trace_indicators
from analysis.data.tables import Place, Table
from analysis.exchange.forms import form
from analysis.exchange.forms.opening import open_sheets
from analysis.exchange.forms.sheets import Sheet
from analysis.exchange.forms.tables import gather_tables
from analysis.folders import keep_folder, name_backup
from analysis.origins import ORIGINS
from analysis.periods import AnyYear, name_assessed, read_year
from analysis.problems import InputError, Problem, Problems, WorkbookError
from analysis.storage import follow_links, log
from analysis.swaps import replaced_folder
from analysis.texts import legible, with_plain_digits


@dataclass(frozen=True)
class Intake:
    """What a file holds, checked.

    Attributes
    ----------
    inputs : Inputs
    tables : mapping of table name to Table
        As they are to be written.
    notes : tuple of Problem
        How doubtful but clear places were read.
    """

    inputs: Inputs
    tables: Mapping[str, Table]
    notes: tuple[Problem, ...]


def read_intake(path: Path, dataset: Dataset, year: AnyYear) -> Intake:
    """Read a file and check it as the inputs of a year.

    Parameters
    ----------
    path : Path
        An .xlsx file, a .csv file or a folder of them.
    dataset : Dataset
    year : AnyYear
        One of the dataset's; the scheme says what is expected.

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
    facts, root = dataset.year(year), dataset.root
    sheets = open_sheets(path)
    tables, missing = gather_tables(sheets, path.name, dataset, year)
    provenance, unclear = None, Problems()
    with unclear.gathered():
        provenance = _read_origin(sheets, path, year)
    problems = [*(problem for sheet in sheets for problem in sheet.problems), *unclear, *missing]
    folder = root / "inputs" / str(year)
    try:
        known = {each: given.inputs.indicators for each, given in dataset.years.items() if given.inputs}
        inputs = make_inputs(tables, provenance, facts.scheme, facts.units, folder, root, problems, known)
        _check_later_links(known | {year: inputs.indicators}, year)
    except InputError as error:
        earlier, blamed = set(problems), set(map(_place, problems))
        found = dict.fromkeys(each for each in error.problems if each in earlier or _place(each) not in blamed)
        order = {(sheet.file, sheet.name): position for position, sheet in enumerate(sheets)}
        in_order = sorted(found, key=lambda each: (order.get((each.file, each.sheet), -1), each.row or 0))
        raise InputError(in_order, unfinished=error.unfinished or not tables["marks"].is_complete) from error
    return Intake(inputs, tables, tuple(note for sheet in sheets for note in sheet.notes))


def _check_later_links(indicators: dict[AnyYear, pd.DataFrame], year: AnyYear) -> None:
    """Refuse a year's new indicators if later years name, as what theirs were then, what is no longer there."""
    problems = list[Problem]()
    for later in sorted(each for each in indicators if each > year):
        place, rows = Place(f"inputs/{later}/indicators.csv"), indicators[later]
        table = Table(place, INDICATOR_COLUMNS, rows.set_axis(range(2, len(rows) + 2)))
        indicators[later] = rows.assign(origin=trace_indicators(table, later, indicators).to_numpy())
        problems += table.problems
    Problems(problems).refuse()


def _place(problem: Problem) -> tuple[Any, ...]:
    return problem.file, problem.sheet, problem.row, problem.column


def import_inputs(path: Path, dataset: Dataset, year: AnyYear) -> tuple[Intake, Path | None]:
    """Make a file the inputs of a year; earlier inputs are kept beside the data folder.

    Parameters
    ----------
    path : Path
    dataset : Dataset
    year : AnyYear

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
        If others would take the place of official marks, or the data have been changed since they were read.
    """
    folder = dataset.root / "inputs" / str(year)
    earlier = dataset.year(year).inputs
    intake = read_intake(path, dataset, year)
    new = intake.inputs.provenance.provenance
    if earlier is not None and earlier.provenance.provenance == "official" != new:
        raise WorkbookError(
            f"{name_assessed(year)}已有正式数据，不能换成{ORIGINS[new]}数据。确要这样做，请先移走 inputs/{year}。"
        )
    copy = name_backup(folder, dataset.root)
    with replaced_folder(follow_links(folder), copy=copy) as fresh:
        for name, table in intake.tables.items():
            unused = [column for column in ("same_as",) if column in table.text and table.text[column].eq("").all()]
            table.text.drop(columns=unused).to_csv(
                fresh / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8"
            )
        origin = intake.inputs.provenance.model_dump(mode="json", exclude_unset=True)
        text = yaml.safe_dump(origin, allow_unicode=True, sort_keys=False, width=1000)
        (fresh / PROVENANCE).write_text(text, encoding="utf-8", newline="\n")
        backup = keep_folder(folder, dataset.root, copy, fresh)
        dataset.refuse_changed()  # somebody's change of what is replaced would be in no copy
    log(dataset.root, f"import {path.absolute()} -> inputs/{year}（{new}），原有：{backup or '无，或相同'}")
    return intake, backup


def _read_origin(sheets: Sequence[Sheet], path: Path, year: AnyYear) -> Provenance:
    """Return the provenance that the file states; marks of unknown origin are no data, but an InputError."""
    stated, beside = read_statement(sheets), path / PROVENANCE
    if path.is_dir() and beside.exists():
        if stated:
            raise InputError([Problem(path.name, f"来源写了两处：{PROVENANCE} 和“{form.SOURCE}”", "只留一处")])
        return load_document(beside, path, Provenance)
    Problems(_check_statement(stated, path, year)).refuse()
    kinds = {word: key for key, word in ORIGINS.items()}
    method = stated.get("说明") or f"由 {legible(path.name)} 导入"
    origin: dict[str, Any] = {"provenance": kinds[stated["性质"]], "method": method}
    if stated.get("取自印本"):
        origin["from_print"] = True
    if stated.get("种子"):
        origin["seed"] = int(stated["种子"])
    if stated.get("相符的文件"):
        origin["agrees_with"] = stated["相符的文件"].split("；")
    return Provenance(**origin)


def read_statement(sheets: Sequence[Sheet]) -> dict[str, str]:
    """Read what a file says of itself in its sheet 数据来源; what is said twice is a problem of the sheet.

    Parameters
    ----------
    sheets : sequence of Sheet

    Returns
    -------
    dict of item to str
    """
    stated: dict[str, str] = {}
    for sheet in sheets:
        for row, cells in sheet.rows.items() if sheet.title == form.SOURCE else ():
            name = sheet.text(row, "", cells[0])
            value = sheet.text(row, name, cells[1] if len(cells) > 1 else None)
            if name in stated:
                sheet.refuse("写了两次", "只留一行", row=row, column=name, value=value)
            elif name not in {*form.LAYOUT["source rows"], "项目", ""}:
                sheet.note(f"这一行没有读；认得的项目：{'、'.join(form.LAYOUT['source rows'])}", row, "项目", name)
            if any(cell is not None for cell in cells[2:]):
                sheet.note("第三格起没有读", row, "项目", name)
            stated[name] = value
    return stated


def _check_statement(stated: Mapping[str, str], path: Path, year: AnyYear) -> Iterator[Problem]:
    """Find what is wrong with what the file says of itself."""
    rows = f"年度 {year}；性质 {' 或 '.join(ORIGINS.values())}"
    if not stated:
        rule = "没有写明数据来源：是哪一年的，是正式、重构还是演示数据"
        is_book = path.suffix.lower() == ".xlsx" and not path.is_dir()
        fix = f"加一张表“{form.SOURCE}”" if is_book else f"在各表所在的文件夹里放一份{form.SOURCE}.csv"
        yield Problem(path.name, rule, f"{fix}，一行一项：{rows}")
        return
    given, origin, seed = with_plain_digits(stated.get("年度", "")), stated.get("性质", ""), stated.get("种子", "")
    copied = stated.get("取自印本", "")
    is_unknown, is_official = origin not in {"", *ORIGINS.values()}, origin == ORIGINS["official"]
    mistaken, known = f"确认是不是拿错了文件；是这一年的，改为{year}", f"改为{'、'.join(ORIGINS.values())}之一"
    not_official = "正式数据没有 种子 和 相符的文件，重构数据才有；说明 也要如实写"
    reconstructed = f"删去这两项；是重构数据的，性质写{ORIGINS['reconstructed']}"
    for is_wrong, item, value, rule, fix in (
        (not given, "年度", "", "没有写明年度", f"写明{rows}"),
        (given != "" and read_year(given) != year, "年度", given, f"应为{name_assessed(year)}", mistaken),
        (not origin, "性质", "", "没有写明数据性质", f"写明{rows}"),
        (is_unknown, "性质", origin, "不认识的数据性质", known),
        (is_official and (seed or stated.get("相符的文件")), "性质", origin, not_official, reconstructed),
        (copied not in {"", "是"}, "取自印本", copied, "只能写 是", "得分是印本上印出的写 是，否则留空"),
        (seed and not re.fullmatch("[0-9]{1,18}", seed), "种子", seed, "应为整数", "写阿拉伯数字，不带单位"),
    ):
        if is_wrong:
            yield Problem(path.name, rule, fix, column=item, value=value, sheet=form.SOURCE)
