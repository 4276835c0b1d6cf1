"""What the command line shows and saves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.progress import track
from rich.table import Table as TerminalTable
from rich.text import Text

from analysis.cluster import map_on_workers
from analysis.commands.starting import save_export, save_template, start_city, start_year
from analysis.data.dataset import Dataset, load_dataset
from analysis.data.partitions import Mapper, map_here
from analysis.documents.problem_report import keep_findings, remove_findings, write_findings
from analysis.exchange.circulars.draft import write_draft
from analysis.exchange.circulars.rules import read_circular
from analysis.exchange.circulars.text import read_text
from analysis.exchange.forms.importing import import_inputs
from analysis.exchange.office import to_csv
from analysis.exhibits.sentences import (
    describe_averages,
    describe_claims,
    describe_grades,
    describe_movement,
    describe_suspicions,
    describe_verdicts,
)
from analysis.exhibits.tables import Table, table_averages, table_movement, table_scores
from analysis.exhibits.words import provenance_note
from analysis.methods.audit.ledger import audit_year, audit_years
from analysis.methods.averages import average_history
from analysis.methods.grades import compare_units, count_grades
from analysis.methods.plausibility import comparable_year, find_leftovers, find_suspicions
from analysis.problems import InputError, WorkbookError
from analysis.scoring.years import score_year, score_years
from analysis.storage import write_file
from analysis.texts import legible

_BOUNDLESS = 10_000
"""Columns of a window that any table fits in."""


def print_scores(data: str | None, year: int, scheduler: str | None = None) -> None:
    """Show one year's scores, group by group."""
    facts = load_dataset(data).year(year)
    scores = score_year(facts, _mapper(scheduler))
    parts = [f"{spec.name}得分" for spec in facts.scheme.parts.values()]
    for group in facts.scheme.groups:
        table = table_scores(scores, facts.scheme, group, provenance_note(scores["provenance"]))
        first = list(table.cells.columns[:4])
        _print_table(table, spare=[*parts, *reversed([name for name in table.cells if name not in [*first, *parts]])])


def save_scores(data: str | None, year: int, path: Path, scheduler: str | None = None) -> None:
    """Save one year's scores, unrounded: as CSV for other programs, or as a workbook for readers (.xlsx).

    Raises
    ------
    WorkbookError
        If the file cannot be written, or is to be of another kind; an earlier one of that name is left as it was.
    """
    if path.suffix.lower() not in {".csv", ".xlsx"}:
        raise WorkbookError(f"“{legible(path.name)}”：得分只能存成 .csv 或 .xlsx，请改文件名。")
    facts = load_dataset(data).year(year)
    scores = score_year(facts, _mapper(scheduler))
    note = provenance_note(scores["provenance"])
    if path.suffix.lower() == ".xlsx":
        from analysis.documents.spreadsheet import write_tables  # and all that draws charts

        names = facts.scheme.group_names
        content = write_tables({names[group]: table_scores(scores, facts.scheme, group, note) for group in names}, year)
    else:
        content = to_csv(scores)
    _save(path, content, f"（{len(scores)} 个单位，{note}）")


def _mapper(scheduler: str | None) -> Mapper:
    """Say where files of marks are added up; it shows how far it is."""

    def mapper(function: Callable[..., Any], files: Sequence[Path], **shared: Any) -> Iterable[tuple[Path, Any]]:
        map_there = map_here if scheduler is None else partial(map_on_workers, scheduler)
        console = Console(stderr=True)
        quiet = len(files) < 2 or not console.is_terminal
        done = map_there(function, files, **shared)
        return track(done, "正在算分", len(files), console=console, transient=True, disable=quiet)

    return mapper


def print_comparison(data: str | None, base_year: int, year: int) -> None:
    """Show how averages, grades and ranks changed between two years.

    Raises
    ------
    WorkbookError
        If a year is unknown, or both are the same.
    """
    dataset = load_dataset(data)
    base, facts = dataset.year(base_year), dataset.year(year)
    if base_year >= year:
        raise WorkbookError(f"基期年度 {base_year} 应早于报告年度 {year}。")
    scores = score_years(dataset.years)
    groups = facts.scheme.group_names
    grades = base.scheme.grade_names | facts.scheme.grade_names
    units = compare_units(score_year(base), score_year(facts), list(facts.scheme.grade_names | base.scheme.grade_names))
    note = provenance_note(scores["provenance"])
    history = average_history(dataset, scores)
    counts = count_grades(scores)
    for sentence in (
        *(describe_grades(counts, each.year, each.scheme.grade_names) for each in (base, facts)),
        *describe_averages(history, year, groups),
        *describe_movement(units, year, groups),
    ):
        _tell(sentence)
    _print_table(table_averages(history[history["year"].between(base_year, year)], facts.scheme, note), ["依据"])
    spare = [f"{each} 总分" for each in (base_year, year)] + [f"{each} 等次" for each in (base_year, year)]
    for group in facts.scheme.groups:
        _print_table(table_movement(units, facts.scheme, group, base_year, grades, note), spare)


def print_audit(data: str | None, year: int | None, json_file: Path | None, csv_file: Path | None) -> bool:
    """Show what an audit found, and save every claim if asked to.

    Parameters
    ----------
    data : str or None
    year : int or None
        By default every year that has a circular.
    json_file, csv_file : Path or None

    Returns
    -------
    bool
        Whether anything is contradicted that no declared remark explains.
    """
    dataset = load_dataset(data)
    ledgers = audit_years(dataset, score_years(dataset.years))
    if year is not None:
        ledgers = {each: ledger for each, ledger in ledgers.items() if each == dataset.year(year).year}
    if not ledgers:
        raise WorkbookError(f"{'数据文件夹' if year is None else f'{year} 年度'}没有通报（published），无从核对。")
    for each, ledger in ledgers.items():
        doubtful = ledger["verdict"].isin(["contradicted", "explained", "within_rounding"])
        sentences = [describe_verdicts(ledger, each), *(f"  {told}" for told in describe_claims(ledger[doubtful]))]
        _tell("\n".join(sentences))
    claims = pd.concat([ledger.assign(year=each) for each, ledger in ledgers.items()], ignore_index=True)
    claims = claims[["year", *claims.columns.drop("year")]]
    if json_file is not None:
        text = json.dumps(claims.to_dict("records"), ensure_ascii=False, indent=2) + "\n"
        _save(json_file, text.encode("utf-8"))
    if csv_file is not None:
        _save(csv_file, to_csv(claims))
    return bool((claims["verdict"].eq("contradicted") & claims["remark"].eq("")).any())


def print_appendix(data: str | None, year: int, base_year: int | None, out: Path | None) -> None:
    """Make an appendix and say where it is and what is not in it."""
    from analysis.documents.making import build_appendix

    target = out or Path(f"附件-{year}")
    for each in build_appendix(data, year, base_year, target):
        _tell(f"  略去：{each}")
    _tell(f"附件已生成：{target}")


def print_draft(source: Path, out: Path | None) -> None:
    """Draft a circular's printed facts from its text; show or save them, and say what to look at.

    Raises
    ------
    WorkbookError
        If the file cannot be read, nothing is found in it, or `out` exists.
    """
    if out is not None:
        _refuse_existing(out)
    draft = read_circular(read_text(source))
    if not draft.figures and not draft.lists:
        raise WorkbookError(
            f"“{source}”里没有读出任何数或名单，没有起草。请看看是不是通报的正文"
            "（文字要能选中、复制；扫描件先做文字识别），或照已有的 published/<年度>.yml 手工填写。"
        )
    text = write_draft(draft, source.name)
    if out is None:
        Console().print(Text(text), soft_wrap=True, end="")
    else:
        _save(out, text.encode("utf-8"))
    _tell(f"读出 {len(draft.figures)} 个数、{len(draft.lists)} 份名单；待核 {len(draft.unsure)} 处。", aside=True)
    for each in draft.unsure:
        _tell(f"  待核：{each}", aside=True)


def print_check(data: str | None) -> None:
    """Say that a data folder is sound and what it holds; problems are raised by loading and auditing it."""
    dataset = load_dataset(data)
    audit_years(dataset, score_years(dataset.years))  # remarks that no longer fit
    _tell(f"数据无误：{dataset.root}")
    for year, facts in dataset.years.items():
        _tell(f"  {year} 年度：{_contents(dataset, year)}；{len(facts.units)} 个单位")
        _tell_leftovers(dataset, year)
        _tell_suspicions(dataset, year)


def print_reconstruction(data: str | None) -> None:
    """Regenerate the reconstructed inputs of every year that has a circular; official inputs are left alone."""
    from analysis.methods.reconstruction.reconstruction import reconstruct_inputs, write_inputs
    from analysis.methods.reconstruction.settings import load_settings

    dataset = load_dataset(data, without_reconstructed=True)
    settings = load_settings(dataset.root)
    tables = {}
    for year, facts in dataset.years.items():
        if facts.published is None:
            _tell(f"  {year} 年度：没有通报，跳过")
        elif facts.inputs is not None and facts.inputs.provenance.provenance == "official":
            _tell(f"  {year} 年度：正式数据，不重构")
        else:
            tables[year] = reconstruct_inputs(facts, settings)
    for year, made in tables.items():  # nothing is written unless every year can be made
        write_inputs(dataset.root, made, dataset.year(year), settings)
        _tell(f"  {year} 年度：已重构")
    made_anew = load_dataset(data)
    scores = score_years(made_anew.years)
    for year in tables:
        ledger = audit_year(made_anew, scores, year)
        _tell(f"  由评分复算：{describe_verdicts(ledger[ledger['basis'].eq('marks')], year)}")


def _tell_suspicions(dataset: Dataset, year: int) -> None:
    """Point out what is unusual in official data; reconstructed marks say nothing of real offices."""
    inputs = dataset.year(year).inputs
    if inputs is None or inputs.provenance.provenance != "official":
        return
    for told in describe_suspicions(find_suspicions(dataset, year)):
        _tell(f"    留意：{told}")
    if comparable_year(dataset, year) is None and dataset.scored_years[0] < year:
        _tell("    上年为重构评分，未与上年比较")


def _tell_leftovers(dataset: Dataset, year: int) -> None:
    """Point out what a drafted scheme still holds of the draft."""
    left = find_leftovers(dataset, year)
    if left["to_fill"]:
        _tell(f"    留意：办法还有待填的：{'、'.join(left['to_fill'])}")
    if left["old_source"]:
        names = "、".join(left["old_source"])
        _tell(f"    留意：出处仍是上年文件的条款：{names}。改写 source；沿用上年的，basis 写 assumed")


def _contents(dataset: Dataset, year: int) -> str:
    facts = dataset.year(year)
    told = ["办法"]
    if facts.published is not None:
        told.append(f"通报（{len(facts.published.figures)} 个数，{len(facts.published.lists)} 份名单）")
    if facts.inputs is not None:
        told.append(f"评分 {facts.inputs.count_marks()} 条（{provenance_note([facts.inputs.provenance.provenance])}）")
    return "，".join(told)


def _print_table(table: Table, spare: Sequence[str] = ()) -> None:
    """Show a table as wide as it is: a window too narrow for it goes without spare columns, then wraps lines.

    A pipe or a file has no window: it gets all columns.
    """
    console = Console()
    spare = spare if console.is_terminal else ()
    boundless = console.options.update(max_width=_BOUNDLESS)
    for count in range(len(spare) + 1):
        left_out = [name for name in table.cells if name in spare[:count]]
        shown = _draw_table(table, left_out)
        width = console.measure(shown, options=boundless).maximum
        if width <= console.width:
            break
    console.width = max(console.width, width)
    console.print(shown)


def _draw_table(table: Table, left_out: Sequence[str]) -> TerminalTable:
    note = f"窗口窄，没有显示：{'、'.join(left_out)}。" if left_out else ""
    shown = TerminalTable(title=Text(table.caption), title_justify="left", caption_justify="left")
    shown.caption = Text(f"{table.note}\n{note}".strip())
    cells = table.cells.drop(columns=list(left_out))
    for name in cells.columns:
        shown.add_column(Text(name), justify="right" if name in table.numeric else "left", no_wrap=True)
    for row in cells.itertuples(index=False, name=None):
        shown.add_row(*(Text(str(cell)) for cell in row))
    return shown


def print_new_year(data: str | None, year: int, base_year: int | None) -> None:
    """Draft the scheme of a new year and say what to do next."""
    target = start_year(data, year, base_year)
    where = f" --data {data}" if data else ""
    out = f" --out reports-{year}" if data else ""  # the reports of the usual data stay as they are
    _tell(f"已起草：{target}")
    _tell("接下来：")
    _tell(f"  1. 对照新办法逐条改 {target.name}，每条的 source、basis 也要改；单位有变动的，登记到 lineage.csv")
    _tell(f"  2. workbook check{where}    看有没有写错")
    _tell(f"  3. workbook template --year {year}{where}    生成空白评分表，用 Excel 或 WPS 填")
    _tell(f"  4. workbook import 评分表-{year}.xlsx --year {year}{where}    检查，无误后成为 {year} 年度的数据")
    _tell(f"  5. workbook build{where}{out}    生成报告")


def print_new_city(folder: Path) -> None:
    """Write a small city and say what to do next."""
    start_city(folder)
    _tell(f"已放好一套能运行的最小数据：{folder}")
    _tell("接下来：把 units.csv、schemes 里的办法换成自己的，再运行")
    _tell(f"  workbook check --data {folder}")
    _tell(f"  workbook template --year <年度> --data {folder}")


def print_template(data: str | None, year: int, base_year: int | None, out: Path | None) -> None:
    """Save the blank workbook of a year."""
    target = out or Path(f"评分表-{year}.xlsx")
    _refuse_existing(target)
    save_template(data, year, base_year, target)
    where = f" --data {data}" if data else ""
    _tell(f"已生成：{target}。填好后运行 workbook import {target} --year {year}{where}")


def print_import(data: str | None, file: Path, year: int) -> None:
    """Import a file and say what was read, how, and where the earlier data are kept."""
    dataset = load_dataset(data)
    try:
        with Console(stderr=True).status("正在检查……"):
            intake, backup = import_inputs(file, dataset, year)
    except InputError as error:
        _tell_findings(file, error)
        raise
    remove_findings(file)
    inputs = intake.inputs
    for note in intake.notes:
        _tell(f"  读法：{note}")
    told = f"{inputs.marks['unit_id'].nunique()} 个单位、{len(inputs.indicators)} 项指标、{len(inputs.marks)} 个评分"
    _tell(f"已导入 {year} 年度：{told}，{provenance_note([inputs.provenance.provenance])}")
    if backup is not None:
        _tell(f"原来的数据留在：{backup}")
    _tell_suspicions(load_dataset(data), year)


def _tell_findings(file: Path, found: InputError) -> None:
    """Write the page and the marked copy; whatever fails here, the problems themselves are still told."""
    try:
        if (kept := keep_findings(file)) is not None:
            _tell(f"上次的“问题”文件夹里有改过或另放的内容，没有覆盖，留在：{kept}")
        _tell(f"逐条的网页和标出问题的副本：{write_findings(file, found)}")
    except Exception as failure:
        reason = str(failure) if isinstance(failure, WorkbookError) else "文件所在的位置写不了"
        _tell(f"没有另存网页和标出问题的副本：{reason}", aside=True)


def print_export(data: str | None, year: int, out: Path | None) -> None:
    """Save a year's inputs as a workbook."""
    target = out or Path(f"评分数据-{year}.xlsx")
    _refuse_existing(target)
    save_export(data, year, target)
    _tell(f"已导出：{target}")


def _refuse_existing(path: Path) -> None:
    """Refuse to write over a file that people fill in or mend by hand."""
    if path.exists():
        raise WorkbookError(f"已有“{path}”，没有覆盖。请先移走它，或用 --out 另取名。")


def _save(path: Path, content: bytes, told: str = "") -> None:
    """Write a file and say so; an earlier one of that name is kept."""
    kept = write_file(path, content)
    _tell(f"已存 {path}{told}", aside=True)
    if kept is not None:
        _tell(f"原来的同名文件留作 {kept}", aside=True)


def _tell(text: str, *, aside: bool = False) -> None:
    """Print text as it is; what is said aside is kept out of redirected output."""
    Console(stderr=aside).print(Text(text), soft_wrap=True)
