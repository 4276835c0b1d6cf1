"""Data in and out: checking, reconstructing, importing, and reading circulars."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from analysis.assessment import Assessment, Year
from analysis.commands.console import DOUBT, count_doubts, refuse_existing, save, with_data
from analysis.data.city_words import words_of
from analysis.data.dataset import load_dataset
from analysis.data.folder import find_data, list_unread
from analysis.data.published import UNIT_LISTS
from analysis.data.silence import UNKNOWN
from analysis.data.units import UNSETTLED
from analysis.documents.kinds import FILE as DOCUMENTS
from analysis.documents.kinds import load_kinds
from analysis.documents.problem_report import remove_problems, write_problems
from analysis.exchange.circulars.draft import write_draft
from analysis.exchange.circulars.reader import read_circular as read_statements
from analysis.exchange.forms.importing import import_inputs
from analysis.exchange.forms.sheets import Sheet
from analysis.exchange.results.importing import Stated, import_results, is_new, open_plain
from analysis.exchange.results.reading import tell_columns
from analysis.exchange.results.rules import tell_points
from analysis.exchange.sources.source import read_source
from analysis.exhibits import show
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.fonts import STAND_IN, find_lacking
from analysis.methods.plausibility import comparable_year, find_idle, find_leftovers
from analysis.origins import ORIGINS, TOLD_ORIGINS
from analysis.periods import KINDS, AnyYear, kind_of, name_assessed
from analysis.problems import InputError, WorkbookError
from analysis.terminal import tell, waiting
from analysis.texts import name_path, name_some, suggest
from analysis.words import NOT_PRINTED, RESULT_RULES

_IDLE = {
    "everybody": "对{group}不起作用：只有{size}个单位，都够得上",
    "nobody": "使{group}没有单位够得上：{size}个单位按比例折算为0个",
    "unused": "对{group}不起作用：没有一个单位有这一项的分值",
}
"""How a clause of a scheme fails to tell the units of a group apart."""

_NOT_DRAWN = f"图片里画成方框，PDF 写作“{STAND_IN}”，网页、Word 和 Excel 里要看读者电脑的字体。能用通用字的请改写"
_MOST, _SHOWN, _ALIKE = 20, 30, 0.6
"""Notices of a kind that are told one by one; characters of a text shown around one; likeness of names suggested."""


def check(data: str | None) -> None:
    """Say that a data folder is sound and what it holds; problems are raised by loading and auditing it."""
    city = Assessment(load_dataset(data))
    years = [city.year(year) for year in city.dataset.years]
    _ = city.scores  # marks that are read only now: with the problems of every year
    for each in years:
        _ = each.audit  # remarks that no longer fit
    if (city.dataset.root / DOCUMENTS).is_file():
        load_kinds(city.dataset.root)
    tell(f"数据无误：{name_path(city.dataset.root)}")
    sources = city.dataset.lineage["source"]
    if count := int(sources.str.startswith(UNSETTLED).sum()):
        mend = f"核实是否只是改名；核实了的，删去 source 里的“{UNSETTLED}”"
        tell(f"  留意：lineage.csv 还有{count}行{UNSETTLED}（source）：{mend}")
    if unread := list_unread(city.dataset.root):
        tell(f"  留意：数据文件夹里没有读的文件：{name_some(unread)}")
    for each in years:
        for sentence in _describe(each):
            tell(sentence)


def _describe(year: Year) -> Iterator[str]:
    """Say what there is of a year, how it was read, and what is yet to be done to it."""
    held, published, inputs = ["办法"], year.facts.published, year.facts.inputs
    if published is not None:
        table = f"，{len(year.facts.table.names.names)}个单位的结果表" if year.facts.table else ""
        lists = [each for each in published.lists if each.list != "table"]
        held.append(f"通报（{len(published.figures)}个数，{len(lists)}份名单{table}）")
    if inputs is not None:
        held.append(f"评分{len(inputs.stored_marks)}条（{Exhibit(year).note}）")
    yield f"  {name_assessed(year.year)}：{'，'.join(held)}；{len(year.units)}个单位"
    if doubts := count_doubts(year):
        yield f"    留意：published/{year.year}.yml 开头还有{doubts}处待核：对照原文看过的，删去那一行“{DOUBT}”"
    for note in inputs.notes if inputs else ():
        yield f"    读法：{note}"
    left = {kind: "、".join(clauses) for kind, clauses in find_leftovers(year.dataset, year.year).items()}
    if left["to_fill"]:
        yield f"    留意：办法还有待填的：{left['to_fill']}"
    if left["old_source"]:
        before = f"以前{KINDS[kind_of(year.year)]}"
        mend = f"改写 source；沿用{before}的，basis 写 assumed"
        yield f"    留意：出处仍是{before}文件的条款：{left['old_source']}。{mend}"
    if silent := year.scheme.unknown:
        yield f"    留意：办法中{NOT_PRINTED}（{UNKNOWN}）的条款：{'、'.join(silent)}；要用到这些条款的都不计算"
    sizes = year.facts.units["group"].value_counts()
    idle = [
        f"办法的 {clause} {_IDLE[effect].format(group=year.scheme.group_names[group], size=sizes[group])}"
        for clause, group, effect in find_idle(year.facts)
    ]
    unknown = show(year, "unknown_names").sentences if published is not None else ()
    for sentences in (idle, list(_find_not_drawn(year)), unknown):
        yield from (f"    留意：{sentence}" for sentence in sentences[:_MOST])
        if len(sentences) > _MOST:
            yield f"    留意：同样的另有{len(sentences) - _MOST}处，没有逐一列出"
    yield from _find_unusual(year)


def _find_not_drawn(year: Year) -> Iterator[str]:
    """Point out the characters that the workbook's font lacks, and where they stand."""
    found: dict[str, list[str]] = {}
    for place, text in _list_texts(year):
        for character in find_lacking(text):
            found.setdefault(character, []).append(f"{place}“{text[:_SHOWN]}”")
    for character, places in found.items():
        where = f"“{character}”（U+{ord(character):04X}），见{name_some(places)}"
        yield f"字体里没有{where}：{_NOT_DRAWN}"


def _list_texts(year: Year) -> Iterator[tuple[str, str]]:
    """List what names and says something in a year's data, and what it is."""
    facts = year.facts
    yield from (("单位", name) for name in facts.units["name"])
    yield from ((f"办法的 {place} ", text) for place, text in _walk(facts.scheme.model_dump()))
    if facts.inputs is not None:
        yield from (("指标", name) for name in facts.inputs.indicators["name"])
        yield from (("加减分理由", reason) for reason in facts.inputs.adjustments["reason"])
    if facts.published is not None:
        yield from ((f"通报的 {place} ", text) for place, text in _walk(facts.published.model_dump()))


def _walk(content: object, place: str = "") -> Iterator[tuple[str, str]]:
    """List the texts of a document, and where they stand."""
    if isinstance(content, str):
        yield place, content
    elif isinstance(content, dict | list):
        for key, value in content.items() if isinstance(content, dict) else enumerate(content, 1):
            yield from _walk(value, f"{place}.{key}" if place else str(key))


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
    """Regenerate the reconstructed inputs of every year that has a circular; others are left alone.

    Of a year whose circular does not print enough, it is said what is missing.

    Raises
    ------
    WorkbookError
        If what is missing, or anything else, leaves no year to be made.
    """
    from analysis.methods.reconstruction.reconstruction import find_missing, reconstruct_inputs, write_inputs
    from analysis.methods.reconstruction.settings import load_settings

    dataset = load_dataset(data, without_reconstructed=True)
    printed = {year: facts for year, facts in dataset.years.items() if facts.published and not facts.inputs}
    missing = {year: told for year, facts in printed.items() if (told := find_missing(facts))}
    settings = load_settings(dataset.root) if printed.keys() - missing else None
    files = {}
    for year, facts in dataset.years.items():
        if facts.published is None:
            tell(f"  {name_assessed(year)}：没有通报，跳过")
        elif facts.inputs is not None:  # none that are reconstructed have been read
            tell(f"  {name_assessed(year)}：{TOLD_ORIGINS[facts.inputs.provenance.origin]}数据，不重构")
        elif year in missing:
            tell(f"  {name_assessed(year)}：不能重构，通报没有载明{'；'.join(missing[year])}")
        elif settings is not None:
            files[year] = reconstruct_inputs(facts, settings)
    if missing and not files:
        raise WorkbookError("没有可以重构的年度：通报所载的数不够重构之用。原有数据没有改动。")
    dataset.refuse_changed()
    for year, made in files.items():  # nothing is written unless every year can be made
        write_inputs(dataset.root, year, made)
        tell(f"  {name_assessed(year)}：已重构")
    made_anew = Assessment(load_dataset(data))
    for year in files:
        tell(f"  由评分复算：{show(made_anew.year(year), 'from_marks').prose}")


def import_data(
    data: str | None, file: Path, year: AnyYear, document: str | None, weights: str | None, out_of: str | None
) -> None:
    """Import a file and say what was read, how, and where the earlier data are kept.

    Parameters
    ----------
    data : str or None
        Data folder; one that is yet to be made, if the file is a plain table of results.
    file : Path
    year : AnyYear
    document, weights, out_of : str or None
        What is to be known of a plain table of results (see `Stated`).
    """
    stated = Stated(document, weights, out_of)
    required = stated != Stated() or _is_new(data)
    if (sheets := open_plain(file, required=required)) is not None:
        _import_results(data, file, sheets, year, stated)
        return
    dataset = load_dataset(data)
    try:
        with waiting("正在检查……"):
            intake, backup = import_inputs(file, dataset, year)
    except InputError as error:
        _write_problems(file, error)
        raise
    remove_problems(file)
    for note in intake.notes:
        tell(f"  读法：{note}")
    imported, marks = Assessment(load_dataset(data)).year(year), intake.inputs.marks
    what = f"{marks['unit_id'].nunique()}个单位、{len(intake.inputs.indicators)}项指标、{len(marks)}个评分"
    tell(f"已导入{name_assessed(year)}：{what}，{Exhibit(imported).note}")
    if backup is not None:
        tell(f"原来的数据留在：{name_path(backup)}")
    for sentence in _find_unusual(imported):
        tell(sentence)


def _is_new(data: str | None) -> bool:
    return data is not None and data.strip() != "" and is_new(Path(data))


def _import_results(data: str | None, file: Path, sheets: Sequence[Sheet], year: AnyYear, stated: Stated) -> None:
    """Import a plain table of results, and say how its totals follow from its scores."""
    folder = Path(data) if data is not None and _is_new(data) else find_data(data)
    dataset = None if is_new(folder) else load_dataset(folder)
    try:
        found = import_results(sheets, file, folder, dataset, year, stated)
    except InputError as error:
        _write_problems(file, error)
        raise
    remove_problems(file)
    if dataset is None:
        tell(f"新建了数据文件夹：{name_path(folder)}")
    for note in found.table.sheet.notes:
        tell(f"  读法：{note}")
    held = f"{len(found.table.rows)}个单位、{len(found.table.components)}项得分"
    tell(f"已导入{name_assessed(year)}的结果表：{held}，在 {name_path(folder)}")
    tell(f"  各列读作：{tell_columns(found.table)}")
    points = "、".join(f"{name} {tell_points(worth)}分" for name, worth in found.rule.points.items())
    how = RESULT_RULES[found.rule.kind].format(out_of=tell_points(found.rule.out_of), points=points)
    tell(f"  总分的算法：{how}{f'（{found.rule.note}）' if found.rule.note else ''}")
    if found.backup is not None:
        tell(f"原来的数据留在：{name_path(found.backup)}")
    where = with_data(data)
    tell(f"接下来：workbook audit --year {year}{where} 逐格核对；schemes/{year}.yml 的出处和依据请对照原文再看一遍")


def _write_problems(file: Path, found: InputError) -> None:
    """Write the page and the marked copy; whatever fails here, the problems themselves are still told."""
    try:
        tell(f"逐条的网页和标出问题的副本：{name_path(write_problems(file, found))}")
    except Exception as failure:
        reason = str(failure) if isinstance(failure, WorkbookError) else "文件所在的位置写不了"
        tell(f"没有另存网页和标出问题的副本：{reason}", aside=True)


def read_circular(file: Path, data: str | Path | None, out: Path | None) -> None:
    """Draft a circular's printed facts from its text; show or save them, and say what to look at.

    Parameters
    ----------
    file : Path
    data : str or Path, optional
        A data folder whose words, scheme and units the circular is read with.
    out : Path, optional

    Raises
    ------
    WorkbookError
        If the file cannot be read, nothing is found in it, or `out` exists.
    """
    if out is not None:
        refuse_existing(out)
    source = read_source(file)
    own, units = ({}, frozenset[str]()) if data is None else words_of(load_dataset(data))
    draft = read_statements(source.text, own, units)
    if not draft.figures and not draft.lists:
        raise WorkbookError(
            f"“{name_path(file)}”里没有读出任何数或名单，没有起草。请看看是不是通报的正文"
            "，或照已有的 published/<年度>.yml 手工填写。"
        )
    for printed in (*draft.figures, *draft.lists) if source.by_ocr else ():
        printed["note"] = "；".join(filter(None, (printed.get("note"), "文字识别读出")))
    text = write_draft(draft, file.name)
    if out is None:
        tell(text, end="")
    else:
        save(out, text.encode("utf-8"))
    for note in source.notes:
        tell(f"读法：{note}", aside=True)
    tell(f"读出{len(draft.figures)}个数、{len(draft.lists)}份名单；待核{len(draft.unsure)}处。", aside=True)
    for each in draft.unsure:
        tell(f"  待核：{each.text}", aside=True)
    listed = {name for each in draft.lists if each["list"] in UNIT_LISTS for name in each["names"]}
    for name, alike in suggest(listed - units, units, _ALIKE).items() if units else ():
        nearest = f"，最像的是“{'”“'.join(alike)}”" if alike else ""
        tell(f"  待核：单位表里没有“{name}”{nearest}", aside=True)
