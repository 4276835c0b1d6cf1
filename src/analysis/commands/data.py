"""Data in and out: checking, reconstructing, importing, and reading circulars."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from analysis.assessment import Assessment, Year
from analysis.commands.console import refuse_existing, save, tell
from analysis.data.dataset import load_dataset
from analysis.documents.problem_report import keep_problems, remove_problems, write_problems
from analysis.exchange.circulars.draft import write_draft
from analysis.exchange.circulars.rules import read_circular as read_statements
from analysis.exchange.circulars.text import read_text
from analysis.exchange.forms.importing import import_inputs
from analysis.exhibits import show
from analysis.exhibits.exhibit import Exhibit
from analysis.methods.plausibility import comparable_year, find_leftovers
from analysis.periods import KINDS, AnyYear, kind_of, name_assessed, retell
from analysis.problems import InputError, WorkbookError
from analysis.words import ORIGINS


def check(data: str | None) -> None:
    """Say that a data folder is sound and what it holds; problems are raised by loading and auditing it."""
    city = Assessment(load_dataset(data))
    years = [city.year(year) for year in city.dataset.years]
    _ = city.scores  # marks that are read only now: with the problems of every year
    for each in years:
        _ = each.audit  # remarks that no longer fit
    tell(f"数据无误：{city.dataset.root}")
    for each in years:
        for sentence in _describe(each):
            tell(sentence)


def _describe(year: Year) -> Iterator[str]:
    """Say what there is of a year, how it was read, and what is yet to be done to it."""
    held, published, inputs = ["办法"], year.facts.published, year.facts.inputs
    if published is not None:
        held.append(f"通报（{len(published.figures)} 个数，{len(published.lists)} 份名单）")
    if inputs is not None:
        held.append(f"评分 {len(inputs.stored_marks)} 条（{Exhibit(year).note}）")
    yield f"  {name_assessed(year.year)}：{'，'.join(held)}；{len(year.units)} 个单位"
    for note in inputs.notes if inputs else ():
        yield f"    读法：{note}"
    left = {kind: "、".join(clauses) for kind, clauses in find_leftovers(year.dataset, year.year).items()}
    if left["to_fill"]:
        yield f"    留意：办法还有待填的：{left['to_fill']}"
    if left["old_source"]:
        last = retell("上年", kind_of(year.year))
        yield f"    留意：出处仍是{last}文件的条款：{left['old_source']}。改写 source；沿用{last}的，basis 写 assumed"
    if published is not None:
        yield from (f"    留意：{sentence}" for sentence in show(year, "unknown_names").sentences)
    yield from _find_unusual(year)


def _find_unusual(year: Year) -> Iterator[str]:
    """Point out what is unusual, but not in reconstructed marks: they say nothing of real offices."""
    inputs = year.facts.inputs
    if inputs is None or inputs.provenance.provenance == "reconstructed":
        return
    for sentence in show(year, "plausibility").sentences:
        yield f"    留意：{sentence}"
    if comparable_year(year.dataset, year.year) is None and year.scored_years[0] < year.year:
        yield f"    以前{KINDS[kind_of(year.year)]}都不是{ORIGINS[inputs.provenance.provenance]}评分，没有作比较"


def reconstruct(data: str | None) -> None:
    """Regenerate the reconstructed inputs of every year that has a circular; others are left alone."""
    from analysis.methods.reconstruction.reconstruction import reconstruct_inputs, write_inputs
    from analysis.methods.reconstruction.settings import load_settings

    dataset = load_dataset(data, without_reconstructed=True)
    settings = load_settings(dataset.root)
    files = {}
    for year, facts in dataset.years.items():
        if facts.published is None:
            tell(f"  {name_assessed(year)}：没有通报，跳过")
        elif facts.inputs is not None:  # none that are reconstructed have been read
            tell(f"  {name_assessed(year)}：{ORIGINS[facts.inputs.provenance.provenance]}数据，不重构")
        else:
            files[year] = reconstruct_inputs(facts, settings)
    for year, made in files.items():  # nothing is written unless every year can be made
        write_inputs(dataset.root, year, made)
        tell(f"  {name_assessed(year)}：已重构")
    made_anew = Assessment(load_dataset(data))
    for year in files:
        tell(f"  由评分复算：{show(made_anew.year(year), 'from_marks').prose}")


def import_data(data: str | None, file: Path, year: AnyYear) -> None:
    """Import a file and say what was read, how, and where the earlier data are kept."""
    dataset = load_dataset(data)
    try:
        with Console(stderr=True).status("正在检查……"):
            intake, backup = import_inputs(file, dataset, year)
    except InputError as error:
        _write_problems(file, error)
        raise
    remove_problems(file)
    for note in intake.notes:
        tell(f"  读法：{note}")
    imported, marks = Assessment(load_dataset(data)).year(year), intake.inputs.marks
    what = f"{marks['unit_id'].nunique()} 个单位、{len(intake.inputs.indicators)} 项指标、{len(marks)} 个评分"
    tell(f"已导入 {name_assessed(year)}：{what}，{Exhibit(imported).note}")
    if backup is not None:
        tell(f"原来的数据留在：{backup}")
    for sentence in _find_unusual(imported):
        tell(sentence)


def _write_problems(file: Path, found: InputError) -> None:
    """Write the page and the marked copy; whatever fails here, the problems themselves are still told."""
    try:
        if (kept := keep_problems(file)) is not None:
            tell(f"上次的“问题”文件夹里有改过或另放的内容，没有覆盖，留在：{kept}")
        tell(f"逐条的网页和标出问题的副本：{write_problems(file, found)}")
    except Exception as failure:
        reason = str(failure) if isinstance(failure, WorkbookError) else "文件所在的位置写不了"
        tell(f"没有另存网页和标出问题的副本：{reason}", aside=True)


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
