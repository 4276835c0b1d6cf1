"""From a plain table of results to a year of the data folder: all is checked first, and nothing there is lost."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import yaml

from analysis.data.dataset import Dataset, YearFacts, load_dataset
from analysis.data.units import units_in_year
from analysis.exchange.forms import form
from analysis.exchange.forms.importing import read_statement
from analysis.exchange.forms.opening import open_sheets
from analysis.exchange.forms.sheets import Sheet
from analysis.exchange.results.checking import check_results
from analysis.exchange.results.headers import NO_WORTH, explain_unlike, find_plain, read_worth
from analysis.exchange.results.reading import ResultTable, read_results
from analysis.exchange.results.rules import Rule, find_rule, read_weights
from analysis.exchange.results.writing import Names, Origin, describe_table, make_circular, make_files, to_yaml
from analysis.folders import filled_folder, is_vacant, keep_folder, name_backup
from analysis.origins import ORIGINS
from analysis.periods import KINDS, AnyYear, is_year, kind_of, name_assessed, read_year
from analysis.problems import InputError, Problem, WorkbookError
from analysis.storage import follow_links, log, scratch_folder, write_file
from analysis.swaps import replaced_together
from analysis.texts import legible, name_some, suggest


@dataclass(frozen=True)
class Stated:
    """What a user says of a table besides.

    Attributes
    ----------
    document : str or None
        What prints it.
    weights : str or None
        Such as "a=30,b=70".
    out_of : str or None
        What totals are out of.
    """

    document: str | None = None
    weights: str | None = None
    out_of: str | None = None


class Results(NamedTuple):
    """What was imported.

    Attributes
    ----------
    table : ResultTable
    rule : Rule
    backup : Path or None
        Where the earlier inputs of the year are kept.
    """

    table: ResultTable
    rule: Rule
    backup: Path | None


def is_new(folder: Path) -> bool:
    """Say whether a data folder is yet to be made: nothing is there, or an empty folder."""
    return is_vacant(folder)


def open_plain(path: Path, *, required: bool) -> list[Sheet] | None:
    """Open a file if it is a plain table of results; None if it is not, or cannot be read: that is told elsewhere.

    Parameters
    ----------
    path : Path
    required : bool
        Nothing else will do.

    Returns
    -------
    list of Sheet or None

    Raises
    ------
    WorkbookError
        If it is required and not there, saying why it is none.
    """
    try:
        sheets = open_sheets(path) if path.is_file() else []
    except InputError:
        if required:
            raise
        return None
    if find_plain(sheets):
        return sheets
    if required:
        if any(not sheet.is_read for sheet in sheets):
            raise InputError([problem for sheet in sheets for problem in sheet.problems], unfinished=True)
        why = explain_unlike(sheets) if path.is_file() else "没有这个文件"
        raise WorkbookError(
            f"“{legible(str(path))}”读不成结果表：{why}。结果表是一个 .xlsx 或 .csv 文件，一行一个单位，有“单位”“总分”"
            "两列；--document、--weights、--out-of 和新建数据文件夹都只用于结果表。"
        )
    return None


def import_results(
    sheets: Sequence[Sheet], path: Path, folder: Path, dataset: Dataset | None, year: AnyYear, stated: Stated
) -> Results:
    """Make a plain table of results a year of a data folder, its numbers as printed the claims of the audit.

    Parameters
    ----------
    sheets : sequence of Sheet
        Of the file; one is a plain table (see `find_plain`).
    path : Path
        The file.
    folder : Path
        The data folder.
    dataset : Dataset or None
        What is in it; None to make it.
    year : AnyYear
    stated : Stated

    Returns
    -------
    Results

    Raises
    ------
    InputError
        With every problem of the table; nothing has been changed.
    WorkbookError
        If something is not said that has to be, or stands in the way.
    """
    sheet = find_plain(sheets)
    if sheet is None or not is_year(str(year)):
        raise WorkbookError(f"{year}不是四位数的年度，没有导入。请写成2023这样的四位数。")
    if dataset and kind_of(year) != (kind := kind_of(next(iter(dataset.years)))):
        raise WorkbookError(f"数据文件夹 {folder.name} 按{KINDS[kind]}考核，没有导入{year}。请换一个数据文件夹。")
    facts = dataset.years.get(year) if dataset else None
    _refuse_existing(facts, year)
    table = read_results(sheet)
    check_results(table, year)
    origin = _find_origin(sheets, path, year, stated, facts)
    units = None if dataset is None else _units_of(dataset, year)
    called = {} if dataset is None or units is None else _match_units(table, dataset, units)
    names = Names(table, dataset, year, called)
    if facts is not None:
        _match_components(table, facts)
    problems = [problem for each in sheets for problem in each.problems]
    if problems:
        raise InputError(problems, unfinished=True)
    rule = find_rule(table, *_find_weights(table, facts, stated))
    files = make_files(table, rule, names, origin, units)
    circular = f"published/{year}.yml"
    if facts is None or facts.published is None:
        files[circular] = make_circular(rule, origin)
    else:
        files[circular] = _add_table(folder / circular, to_yaml({"table": describe_table(rule, origin)}))
    backup = None
    try:
        if dataset is None:
            _write_new(folder, files)
        else:
            dataset.refuse_changed()
            backup = _write(folder, year, files)
    except InputError as error:
        told = [_name_table(problem, table, files) for problem in error.problems]
        raise InputError(told, unfinished=error.unfinished) from error
    log(folder, f"import {path.absolute()} -> {name_assessed(year)}的结果表，原有：{backup or '无，或相同'}")
    return Results(table, rule, backup)


def _refuse_existing(facts: YearFacts | None, year: AnyYear) -> None:
    """Refuse to take the place of a printed table, or of an office's own marks."""
    if facts is not None and facts.table is not None:
        raise WorkbookError(
            f"{name_assessed(year)}已有结果表（published/{year}.csv），没有改动。"
            "要换成这一份，请先移走它和 yml 里的 table。"
        )
    if facts is not None and facts.inputs is not None and facts.inputs.provenance.origin == "official":
        raise WorkbookError(
            f"{name_assessed(year)}已有正式数据，不能换成印出的结果。确要这样做，请先移走 inputs/{year}。"
        )


def _find_origin(sheets: Sequence[Sheet], path: Path, year: AnyYear, stated: Stated, facts: YearFacts | None) -> Origin:
    said = read_statement(sheets)
    document = stated.document or (facts.scheme.document if facts else "")
    if not document:
        raise WorkbookError("没有写明这张表是哪份文件印出的。请用 --document 写明文号或名称。")
    kinds = {word: key for key, word in ORIGINS.items() if key != "reconstructed"}
    origin = said.get("性质", ORIGINS["official"])
    place = next((sheet for sheet in sheets if sheet.title == form.SOURCE), None)
    if place is not None and read_year(said.get("年度", str(year))) != year:
        place.refuse(f"应为{name_assessed(year)}", "确认是不是拿错了文件", column="年度", value=said["年度"])
    if place is not None and origin not in kinds:
        place.refuse("印出的结果表不是这种性质", f"改为 {'、'.join(kinds)} 之一", column="性质", value=origin)
    section = legible(path.name)
    method = said.get("说明") or f"取自《{document}》印出的结果（{section}）"
    return Origin(year, document, section, kinds.get(origin, "official"), method)


def _units_of(dataset: Dataset, year: AnyYear) -> pd.DataFrame:
    facts = dataset.years.get(year)
    return facts.units if facts else units_in_year(dataset.units, dataset.lineage, year)


def _match_units(table: ResultTable, dataset: Dataset, units: pd.DataFrame) -> dict[str, str]:
    """Find the units that rows are about; they are then called by their names of the year."""
    current: dict[str, str] = units.set_index("name")["unit_id"].to_dict()
    name_of = {unit: name for name, unit in current.items()}
    former = {
        name: known[0] for name, known in dataset.units_called().items() if len(known) == 1 and known[0] in name_of
    }
    known = {**former, **{unit: unit for unit in name_of}, **current}
    near_to = suggest([row.name for row in table.rows if row.name not in known], {**current, **former}, 0.4)
    sheet, found = table.sheet, dict[str, str]()
    for row in table.rows:
        unit = known.get(row.name)
        if unit is None:
            near = near_to.get(row.name)
            fix = f"改为 {'、'.join(near)} 之一，或" if near else ""
            sheet.refuse(
                "本年度考核对象中没有这个单位", f"{fix}登记到 units.csv、lineage.csv", row.row, "单位", row.name
            )
        elif name_of[unit] in found:
            sheet.refuse("与前面某行是同一个单位", "删去一行", row.row, "单位", row.name)
        else:
            if row.name != name_of[unit]:
                sheet.note(f"按 {name_of[unit]} 读", row.row, "单位", row.name)
            row.name = name_of[unit]
            found[row.name] = unit
    if len(found) == len(table.rows) and (missing := [name for name in current if name not in found]):
        rule = f"缺少本年度的考核对象：{name_some(missing)}"
        sheet.refuse(rule, "补上；不再列入考核的，在 lineage.csv 登记 leaves")
    return found


def _match_components(table: ResultTable, facts: YearFacts) -> None:
    """Hold the columns against the scheme, and call them as it does."""
    scheme, sheet = facts.scheme, table.sheet
    if scheme.parts:
        raise WorkbookError(
            f"{name_assessed(facts.year)}的办法有按指标评分的部分，结果表不能作为它的评分。"
            f"请用 workbook template 的表；只想核对印出的结果，照 data/README.md 写 published/{facts.year}.csv。"
        )
    names = scheme.component_names
    here = {each: names.get(each, each) for each in table.components}
    for each in [each for each, name in here.items() if name not in names.values()]:
        fix = f"改为办法中的大项：{'、'.join(names.values())}；不是得分的列删去"
        sheet.refuse("办法中没有这个大项", fix, column=each)
    if missing := [name for name in names.values() if name not in here.values()]:
        sheet.refuse(f"缺少办法中的大项：{'、'.join(missing)}", "补上这一列")
    table.components = [here[each] for each in table.components]
    table.worth = {here.get(each, each): value for each, value in table.worth.items()}
    table.heads = {here.get(each, each): head for each, head in table.heads.items()}
    for row in table.rows:
        row.cells = {here.get(column, column): text for column, text in row.cells.items()}


def _find_weights(
    table: ResultTable, facts: YearFacts | None, stated: Stated
) -> tuple[Mapping[str, Fraction] | None, Fraction | None, str]:
    """Return what components are worth, what totals are out of, and how well that is founded, as far as it is said."""
    weights = read_weights(stated.weights, table.components) if stated.weights else None
    out_of = None
    if stated.out_of is not None and (out_of := read_worth(stated.out_of.strip())) is None:
        raise WorkbookError(f"--out-of {NO_WORTH}，写的是“{legible(stated.out_of[:20])}”。")
    if facts is None:
        return weights, out_of, "assumed"
    if weights or table.worth:
        raise WorkbookError(f"{name_assessed(facts.year)}的办法已有各项的分值，不用再写权重或满分。请删去，或改办法。")
    points = {each.name: Fraction(each.points).limit_denominator(10**6) for each in facts.scheme.components}
    return points, out_of or sum(points.values(), Fraction(0)), "printed"


def _add_table(circular: Path, table: bytes) -> bytes:
    """Write below what a circular's file holds where its table is printed."""
    added = f"{circular.read_text(encoding='utf-8').rstrip()}\n\n".encode() + table
    try:
        yaml.compose(added, yaml.CSafeLoader)
    except yaml.YAMLError as error:  # sound as it is, but nothing can be added
        raise WorkbookError(
            f"published/{circular.name} 的末尾不能接着写结果表的出处（table），没有导入。"
            "请把它改成各项顶格、一行一项，不整份写在{ }里，末尾不写 ...，再运行一次。"
        ) from error
    return added


def _name_table(problem: Problem, table: ResultTable, files: Mapping[str, bytes]) -> Problem:
    """Tell what is wrong with a file made of a table as of the table: nobody has seen the file."""
    if problem.file not in files:
        return problem
    rule = f"由它做成的 {problem.file} 不合规则：{problem.rule}"
    return problem._replace(file=table.sheet.file, sheet=table.sheet.name, row=None, rule=rule)


def _write_new(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a data folder that is complete, or none."""
    with filled_folder(folder) as fresh:
        _put(fresh, files)
        load_dataset(fresh)


def _write(folder: Path, year: AnyYear, files: Mapping[str, bytes]) -> Path | None:
    """Add the files to a data folder if it is sound with them; earlier inputs of the year are kept beside it."""
    with scratch_folder() as scratch:
        copy = scratch / "data"
        shutil.copytree(folder, copy)
        shutil.rmtree(copy / f"inputs/{year}", ignore_errors=True)
        _put(copy, files)
        load_dataset(copy)
    scheme, published, inputs = (folder / place for place in (f"schemes/{year}.yml", "published", f"inputs/{year}"))
    is_new = f"schemes/{year}.yml" in files
    try:
        with replaced_together() as replace:
            backups = {}
            for place in (published, inputs):
                copy = name_backup(place, folder)
                fresh = replace(follow_links(place), copy=copy)
                if place == published and published.is_dir():
                    shutil.copytree(published, fresh, dirs_exist_ok=True)
                _put(fresh, _below(f"{place.relative_to(folder).as_posix()}/", files))
                backups[place] = keep_folder(place, folder, copy, fresh)
            if is_new:
                write_file(scheme, files[f"schemes/{year}.yml"])
    except BaseException:
        if is_new and not inputs.exists():
            scheme.unlink(missing_ok=True)
        raise
    return backups[inputs]


def _below(place: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name.removeprefix(place): content for name, content in files.items() if name.startswith(place)}


def _put(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
