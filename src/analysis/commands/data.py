"""Data in and out: checking, forms, circulars, and the first files of a year, a city or a page."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.text import Text

from analysis.assessment import Assessment, Year
from analysis.commands.console import refuse_existing, save, tell
from analysis.commands.own_page import write_own_page
from analysis.commands.starting import save_export, save_template, start_city, start_year
from analysis.data.dataset import Dataset, load_dataset
from analysis.documents.problem_report import keep_problems, remove_problems, write_problems
from analysis.exchange.circulars.draft import write_draft
from analysis.exchange.circulars.rules import read_circular as read_statements
from analysis.exchange.circulars.text import read_text
from analysis.exchange.forms.importing import import_inputs
from analysis.exchange.forms.words import ORIGINS
from analysis.exhibits import show
from analysis.methods.plausibility import comparable_year, find_leftovers
from analysis.problems import InputError, WorkbookError
from analysis.words import provenance_note


def check(data: str | None) -> None:
    """Say that a data folder is sound and what it holds; problems are raised by loading and auditing it."""
    city = Assessment(load_dataset(data))
    years = [city.year(year) for year in city.dataset.years]
    _ = city.scores  # marks that are read only now: with the problems of every year
    for each in years:
        _ = each.audit  # remarks that no longer fit
    tell(f"数据无误：{city.dataset.root}")
    for each in years:
        tell(f"  {each.year} 年度：{_contents(city.dataset, each.year)}；{len(each.units)} 个单位")
        for note in each.facts.inputs.notes if each.facts.inputs else ():
            tell(f"    读法：{note}")
        _tell_leftovers(city.dataset, each.year)
        _tell_plausibility(each)


def reconstruct(data: str | None) -> None:
    """Regenerate the reconstructed inputs of every year that has a circular; others are left alone."""
    from analysis.methods.reconstruction.reconstruction import reconstruct_inputs, write_inputs
    from analysis.methods.reconstruction.settings import load_settings

    dataset = load_dataset(data, without_reconstructed=True)
    settings = load_settings(dataset.root)
    tables = {}
    for year, facts in dataset.years.items():
        if facts.published is None:
            tell(f"  {year} 年度：没有通报，跳过")
        elif facts.inputs is not None:  # none that are reconstructed have been read
            tell(f"  {year} 年度：{ORIGINS[facts.inputs.provenance.provenance]}数据，不重构")
        else:
            tables[year] = reconstruct_inputs(facts, settings)
    for year, made in tables.items():  # nothing is written unless every year can be made
        write_inputs(dataset.root, made, dataset.year(year), settings)
        tell(f"  {year} 年度：已重构")
    made_anew = Assessment(load_dataset(data))
    for year in tables:
        tell(f"  由评分复算：{show(made_anew.year(year), 'from_marks').prose}")


def import_data(data: str | None, file: Path, year: int) -> None:
    """Import a file and say what was read, how, and where the earlier data are kept."""
    dataset = load_dataset(data)
    try:
        with Console(stderr=True).status("正在检查……"):
            intake, backup = import_inputs(file, dataset, year)
    except InputError as error:
        _write_problems(file, error)
        raise
    remove_problems(file)
    inputs = intake.inputs
    for note in intake.notes:
        tell(f"  读法：{note}")
    told = f"{inputs.marks['unit_id'].nunique()} 个单位、{len(inputs.indicators)} 项指标、{len(inputs.marks)} 个评分"
    tell(f"已导入 {year} 年度：{told}，{provenance_note([inputs.provenance.provenance])}")
    if backup is not None:
        tell(f"原来的数据留在：{backup}")
    _tell_plausibility(Assessment(load_dataset(data)).year(year))


def template(data: str | None, year: int, base_year: int | None, out: Path | None) -> None:
    """Save the blank workbook of a year."""
    target = out or Path(f"评分表-{year}.xlsx")
    refuse_existing(target)
    save_template(data, year, base_year, target)
    where = f" --data {data}" if data else ""
    tell(f"已生成：{target}。填好后运行 workbook import {target} --year {year}{where}")


def export(data: str | None, year: int, out: Path | None) -> None:
    """Save a year's inputs as a workbook."""
    target = out or Path(f"评分数据-{year}.xlsx")
    refuse_existing(target)
    save_export(data, year, target)
    tell(f"已导出：{target}")


def read_circular(file: Path, out: Path | None) -> None:
    """Draft a circular's printed facts from its text; show or save them, and say what to look at.

    Raises
    ------
    WorkbookError
        If the file cannot be read, nothing is found in it, or `out` exists.
    """
    if out is not None:
        refuse_existing(out)
    draft = read_statements(read_text(file))
    if not draft.figures and not draft.lists:
        raise WorkbookError(
            f"“{file}”里没有读出任何数或名单，没有起草。请看看是不是通报的正文"
            "（文字要能选中、复制；扫描件先做文字识别），或照已有的 published/<年度>.yml 手工填写。"
        )
    text = write_draft(draft, file.name)
    if out is None:
        Console().print(Text(text), soft_wrap=True, end="")
    else:
        save(out, text.encode("utf-8"))
    tell(f"读出 {len(draft.figures)} 个数、{len(draft.lists)} 份名单；待核 {len(draft.unsure)} 处。", aside=True)
    for each in draft.unsure:
        tell(f"  待核：{each}", aside=True)


def new_year(data: str | None, year: int, base_year: int | None) -> None:
    """Draft the scheme of a new year and say what to do next."""
    target = start_year(data, year, base_year)
    where = f" --data {data}" if data else ""
    out = f" --out reports-{year}" if data else ""  # the reports of the usual data stay as they are
    tell(f"已起草：{target}")
    tell("接下来：")
    tell(f"  1. 对照新办法逐条改 {target.name}，每条的 source、basis 也要改；单位有变动的，登记到 lineage.csv")
    tell(f"  2. workbook check{where}    看有没有写错")
    tell(f"  3. workbook template --year {year}{where}    生成空白评分表，用 Excel 或 WPS 填")
    tell(f"  4. workbook import 评分表-{year}.xlsx --year {year}{where}    检查，无误后成为 {year} 年度的数据")
    tell(f"  5. workbook build{where}{out}    生成报告")


def new_city(folder: Path, *, demonstration: bool = False) -> None:
    """Write a small city, or the demonstration city, and say what to do next."""
    start_city(folder, demonstration=demonstration)
    if demonstration:
        years = sorted(path.stem for path in (folder / "schemes").iterdir())
        tell(f"已写好演示城市（{years[0]}–{years[-1]} 年度）：{folder}")
        tell(f"{provenance_note(['demonstration'])}。可以运行")
        tell(f"  workbook audit --data {folder}")
        tell(f"  workbook build --data {folder} --out {folder}-reports")
        return
    tell(f"已放好一套能运行的最小数据：{folder}")
    tell("接下来：把 units.csv、schemes 里的办法换成自己的，再运行")
    tell(f"  workbook check --data {folder}")
    tell(f"  workbook template --year <年度> --data {folder}")


def new_page(data: str | None, name: str) -> None:
    """Write a page of one's own and say what to do next."""
    notebook = write_own_page(data, name)
    where = f" --data {data}" if data else ""
    tell(f"已新建：{notebook}")
    tell(f"用 workbook lab{where} 打开来改；workbook build{where} 时一起做成页面，登记在旁边的 workbook.yml。")


def _tell_plausibility(year: Year) -> None:
    """Point out what is unusual, but not in reconstructed marks: they say nothing of real offices."""
    inputs = year.facts.inputs
    if inputs is None or inputs.provenance.provenance == "reconstructed":
        return
    for told in show(year, "plausibility").sentences:
        tell(f"    留意：{told}")
    if comparable_year(year.dataset, year.year) is None and year.scored_years[0] < year.year:
        tell(f"    上年不是{ORIGINS[inputs.provenance.provenance]}评分，未与上年比较")


def _tell_leftovers(dataset: Dataset, year: int) -> None:
    """Point out what a drafted scheme still holds of the draft."""
    left = find_leftovers(dataset, year)
    if left["to_fill"]:
        tell(f"    留意：办法还有待填的：{'、'.join(left['to_fill'])}")
    if left["old_source"]:
        names = "、".join(left["old_source"])
        tell(f"    留意：出处仍是上年文件的条款：{names}。改写 source；沿用上年的，basis 写 assumed")


def _contents(dataset: Dataset, year: int) -> str:
    facts = dataset.year(year)
    told = ["办法"]
    if facts.published is not None:
        told.append(f"通报（{len(facts.published.figures)} 个数，{len(facts.published.lists)} 份名单）")
    if facts.inputs is not None:
        told.append(
            f"评分 {len(facts.inputs.stored_marks)} 条（{provenance_note([facts.inputs.provenance.provenance])}）"
        )
    return "，".join(told)


def _write_problems(file: Path, found: InputError) -> None:
    """Write the page and the marked copy; whatever fails here, the problems themselves are still told."""
    try:
        if (kept := keep_problems(file)) is not None:
            tell(f"上次的“问题”文件夹里有改过或另放的内容，没有覆盖，留在：{kept}")
        tell(f"逐条的网页和标出问题的副本：{write_problems(file, found)}")
    except Exception as failure:
        reason = str(failure) if isinstance(failure, WorkbookError) else "文件所在的位置写不了"
        tell(f"没有另存网页和标出问题的副本：{reason}", aside=True)
