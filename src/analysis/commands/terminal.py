"""What the command line shows and saves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table as TerminalTable
from rich.text import Text

from analysis.assessment import Assessment, Year
from analysis.cluster import partition_mapper
from analysis.commands.own_page import write_own_page
from analysis.commands.starting import save_export, save_template, start_city, start_year
from analysis.data.dataset import Dataset, load_dataset
from analysis.documents.problem_report import keep_findings, remove_findings, write_findings
from analysis.documents.spreadsheet import write_tables
from analysis.exchange.circulars.draft import write_draft
from analysis.exchange.circulars.rules import read_circular
from analysis.exchange.circulars.text import read_text
from analysis.exchange.forms.importing import import_inputs
from analysis.exchange.forms.words import ORIGINS
from analysis.exchange.office import to_csv
from analysis.exhibits import find_exhibit, list_exhibits, show
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Table, make_table
from analysis.methods.plausibility import comparable_year, find_leftovers
from analysis.problems import InputError, WorkbookError
from analysis.storage import write_file
from analysis.texts import legible
from analysis.words import provenance_note

_BOUNDLESS = 10_000
"""Columns of a window that any table fits in."""


def _open(data: str | None, scheduler: str | None = None) -> Assessment:
    return Assessment(load_dataset(data), partition_mapper(scheduler))


def print_scores(data: str | None, year: int, scheduler: str | None = None) -> None:
    """Show one year's scores, group by group."""
    scores = show(_open(data, scheduler).year(year), "scores")
    for shown in scores.values():
        table, parts = shown.table, [f"{spec.name}得分" for spec in shown.scheme.parts.values()]
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
    scored = _open(data, scheduler).year(year)
    if path.suffix.lower() == ".xlsx":
        content = write_tables({shown.group_name: shown.table for shown in show(scored, "scores").values()}, year)
    else:
        content = to_csv(scored.scores)
    _save(path, content, f"（{len(scored.scores)} 个单位，{Exhibit(scored).note}）")


def print_comparison(data: str | None, base_year: int, year: int) -> None:
    """Show how averages, grades and ranks changed between two years.

    Raises
    ------
    WorkbookError
        If a year is unknown, or both are the same.
    """
    pair = _open(data).pair(base_year, year)
    averages, movement = show(pair, "averages"), show(pair, "movement")
    told = [*show(pair.base, "grades").sentences, *show(pair.year, "grades").sentences, *averages.sentences]
    for sentence in [*told, *(sentence for shown in movement.values() for sentence in shown.sentences)]:
        _tell(sentence)
    _print_table(averages.table, ["依据"])
    spare = [f"{each} 总分" for each in (base_year, year)] + [f"{each} 等次" for each in (base_year, year)]
    for shown in movement.values():
        _print_table(shown.table, spare)


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
    city = _open(data)
    years = [each for each, facts in city.dataset.years.items() if facts.published]
    audits = {each: show(city.year(each), "audit") for each in years}
    if year is not None:
        audits = {each: audit for each, audit in audits.items() if each == city.year(year).year}
    if not audits:
        raise WorkbookError(f"{'数据文件夹' if year is None else f'{year} 年度'}没有通报（published），无从核对。")
    for audit in audits.values():
        doubtful = show(audit.year, "doubtful").sentences
        _tell("\n".join([*audit.sentences, *(f"  {told}" for told in doubtful)]))
    claims = pd.concat([audit.frame.assign(year=each) for each, audit in audits.items()], ignore_index=True)
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
    city = _open(data)
    years = [city.year(year) for year in city.dataset.years]
    for each in years:
        _ = each.audit  # remarks that no longer fit
    _tell(f"数据无误：{city.dataset.root}")
    for each in years:
        _tell(f"  {each.year} 年度：{_contents(city.dataset, each.year)}；{len(each.units)} 个单位")
        _tell_leftovers(city.dataset, each.year)
        _tell_plausibility(each)


def print_reconstruction(data: str | None) -> None:
    """Regenerate the reconstructed inputs of every year that has a circular; others are left alone."""
    from analysis.methods.reconstruction.reconstruction import reconstruct_inputs, write_inputs
    from analysis.methods.reconstruction.settings import load_settings

    dataset = load_dataset(data, without_reconstructed=True)
    settings = load_settings(dataset.root)
    tables = {}
    for year, facts in dataset.years.items():
        if facts.published is None:
            _tell(f"  {year} 年度：没有通报，跳过")
        elif facts.inputs is not None:  # none that are reconstructed have been read
            _tell(f"  {year} 年度：{ORIGINS[facts.inputs.provenance.provenance]}数据，不重构")
        else:
            tables[year] = reconstruct_inputs(facts, settings)
    for year, made in tables.items():  # nothing is written unless every year can be made
        write_inputs(dataset.root, made, dataset.year(year), settings)
        _tell(f"  {year} 年度：已重构")
    made_anew = _open(data)
    for year in tables:
        _tell(f"  由评分复算：{show(made_anew.year(year), 'from_marks').prose}")


def _tell_plausibility(year: Year) -> None:
    """Point out what is unusual, but not in reconstructed marks: they say nothing of real offices."""
    inputs = year.facts.inputs
    if inputs is None or inputs.provenance.provenance == "reconstructed":
        return
    for told in show(year, "plausibility").sentences:
        _tell(f"    留意：{told}")
    if comparable_year(year.dataset, year.year) is None and year.scored_years[0] < year.year:
        _tell(f"    上年不是{ORIGINS[inputs.provenance.provenance]}评分，未与上年比较")


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


def print_new_city(folder: Path, *, demonstration: bool = False) -> None:
    """Write a small city, or the demonstration city, and say what to do next."""
    start_city(folder, demonstration=demonstration)
    if demonstration:
        years = sorted(path.stem for path in (folder / "schemes").iterdir())
        _tell(f"已写好演示城市（{years[0]}–{years[-1]} 年度）：{folder}")
        _tell(f"{provenance_note(['demonstration'])}。可以运行")
        _tell(f"  workbook audit --data {folder}")
        _tell(f"  workbook build --data {folder} --out {folder}-reports")
        return
    _tell(f"已放好一套能运行的最小数据：{folder}")
    _tell("接下来：把 units.csv、schemes 里的办法换成自己的，再运行")
    _tell(f"  workbook check --data {folder}")
    _tell(f"  workbook template --year <年度> --data {folder}")


def print_own_page(data: str | None, name: str) -> None:
    """Write a page of one's own and say what to do next."""
    notebook = write_own_page(data, name)
    where = f" --data {data}" if data else ""
    _tell(f"已新建：{notebook}")
    _tell(f"用 workbook lab{where} 打开来改；workbook build{where} 时一起做成页面，登记在旁边的 workbook.yml。")


def print_exhibits(name: str | None) -> None:
    """List the exhibits, or the sentences of one."""
    if name is not None:
        kind = find_exhibit(name)
        _tell(f"{kind.label}（{kind.name}）：{kind.about_it()}")
        for template, text in kind.templates.items():
            _tell(f"  {template}：{text}")
        return
    listed = list_exhibits()
    frame = listed.assign(name=listed.index, needs=listed["needs"].map("、".join), holds=listed["holds"].map("、".join))
    columns = [Column("name", "名称"), Column("title", "标题"), Column("needs", "需要"), Column("holds", "有什么")]
    _print_table(
        make_table(frame, columns, "能展示的图表", "show(名称)；workbook exhibits 名称 看它的句子", head="名称")
    )


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
    _tell_plausibility(_open(data).year(year))


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
