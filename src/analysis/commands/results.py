"""Results in the terminal and in files: scores, comparisons, audits, and what there is to show.

Exhibits, and what draws them, are imported where they are shown: saving scores does without.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.assessment import Assessment, Year
from analysis.commands.console import count_doubts, print_table, save
from analysis.data.dataset import load_dataset
from analysis.data.partitions import Mapper, map_here
from analysis.exchange.office import to_csv, to_parquet
from analysis.methods.provenance import list_origins
from analysis.origins import provenance_note
from analysis.periods import AnyYear, name_assessed, name_year
from analysis.problems import WorkbookError
from analysis.terminal import tell, tracked
from analysis.texts import legible

_WRITERS = {".csv": to_csv, ".parquet": to_parquet}
"""What writes scores for other programs, by the ending of a file's name."""


def _open(data: str | None, scheduler: str | None = None) -> Assessment:
    return Assessment(load_dataset(data), _mapper(scheduler))


def _mapper(scheduler: str | None) -> Mapper:
    """Say where files of marks are added up; it shows how far it is."""
    map_there = map_here
    if scheduler is not None:
        from analysis.cluster import map_on_workers

        map_there = partial(map_on_workers, scheduler)

    def mapper(function: Callable[..., Any], files: Sequence[Path], **shared: Any) -> Iterable[tuple[Path, Any]]:
        return tracked(map_there(function, files, **shared), "正在算分", len(files))

    return mapper


def score(
    data: str | None,
    year: AnyYear | None = None,
    out: Path | None = None,
    scheduler: str | None = None,
    *,
    all_years: bool = False,
) -> None:
    """Show one year's scores, or the ranks of all years, group by group; or save them, unrounded.

    Parameters
    ----------
    data : str or None
    year : AnyYear, optional
        Not together with `all_years`; one of the two is needed.
    out : Path, optional
        As CSV or Parquet for other programs, or as a workbook for readers (.xlsx).
    scheduler : str, optional
        Of a Dask cluster that adds up marks in Parquet; marks in CSV are added up here, and the reader is told so.
    all_years : bool

    Raises
    ------
    WorkbookError
        If neither a year nor all are asked for, or both; the file cannot be written, or is to be of another kind (an
        earlier one of that name is left as it was); or the year has no marks, and no printed table of results to show
        in their place.
    """
    suffix = out.suffix.lower() if out else ""
    if out and suffix not in {*_WRITERS, ".xlsx"}:
        raise WorkbookError(f"“{legible(out.name)}”：得分只能存成 .csv、.parquet 或 .xlsx，请改文件名。")
    if (year is None) != all_years:
        raise WorkbookError("请写明 --year 年度，或者用 --all-years 看全部年度，两者只用一个。")
    city = _open(data, scheduler)
    if year is None:
        _score_all(city, out, suffix)
        return
    scored = city.year(year)
    if scheduler is not None and scored.facts.inputs and isinstance(scored.facts.inputs.stored_marks, pd.DataFrame):
        tell("评分在 marks.csv 中，由本机加总，没有用到 Dask 调度程序。", aside=True)
    results, name = (scored.scores, "scores") if scored.facts.inputs else (_need_table(scored), "printed_results")
    if out and suffix in _WRITERS:
        content = _WRITERS[suffix](results)
    else:
        from analysis.documents.spreadsheet import write_tables
        from analysis.exhibits import show

        shown = [each for each in show(scored, name).values() if not each.absent]
        if out is None:
            for each in shown:
                table, parts = each.table, [spec.name for spec in each.scheme.parts.values()]
                others = [name for name in table.cells.columns[4:] if name not in parts]
                print_table(table, spare=[*parts, *reversed(others)])
            return
        content = write_tables({each.group_name: each.table for each in shown}, year)
    origin = list_origins(scored.dataset)[scored.year]
    save(out, content, f"（{len(results)}个单位，{provenance_note({scored.year: origin})}）")


def _score_all(city: Assessment, out: Path | None, suffix: str) -> None:
    """Show the ranks of all years, group by group, or save the results of all years."""
    latest = city.year(city.reported_years[-1]) if city.reported_years else city.latest  # which says there is none
    rows = len(latest.results_so_far)  # all years are read before any is shown
    if out and suffix in _WRITERS:
        years = map(city.year, city.reported_years)
        stacked = [each.scores if each.facts.inputs else each.results for each in years]
        content = _WRITERS[suffix](pd.concat(stacked, ignore_index=True))
    else:
        from analysis.documents.spreadsheet import write_tables
        from analysis.exhibits import show
        from analysis.exhibits.rank_matrix import list_sheets

        if out is None:
            for each in [each for each in show(latest, "rank_matrix").values() if not each.absent]:
                print_table(each.table, list(each.table.cells.columns[1:-2]))
            return
        content = write_tables(list_sheets(latest), latest.year)
    save(out, content, f"（{rows}行，{provenance_note(list_origins(latest.dataset))}）")


def _need_table(year: Year) -> pd.DataFrame:
    """Return the printed results of a year without marks, and say that they are; none is a WorkbookError."""
    if year.facts.table is None:
        year.facts.need_inputs("通报也没有公布各单位的得分名次表，不能算分")
    tell(f"{name_assessed(year.year)}没有评分数据（inputs/{year.year}），各数以通报所列为准，没有重算。", aside=True)
    return year.results


def compare(data: str | None, base_year: AnyYear, year: AnyYear) -> None:
    """Show how averages, grades and ranks changed between two years.

    Raises
    ------
    WorkbookError
        If a year is unknown, or both are the same.
    """
    from analysis.exhibits import show

    pair = _open(data).pair(base_year, year)
    averages, movement = show(pair, "averages"), show(pair, "movement")
    grades = (show(each, "grades").sentences for each in (pair.base, pair.year))
    said = dict.fromkeys([*chain(*grades), *averages.sentences])
    for sentence in [*said, *(sentence for shown in movement.values() for sentence in shown.sentences)]:
        tell(sentence)
    if averages.table is not None:
        print_table(averages.table, ["依据"])
    spare = [f"{name_year(each)}{what}" for what in ("总分", "等次") for each in (base_year, year)]
    for shown in movement.values():
        if shown.table is not None:
            print_table(shown.table, spare)


def audit(
    data: str | None, year: AnyYear | None, json_file: Path | None, csv_file: Path | None, *, strict: bool = False
) -> int:
    """Show what an audit found, and save every claim if asked to.

    Parameters
    ----------
    data : str or None
    year : AnyYear or None
        By default every year that has a circular.
    json_file, csv_file : Path or None
    strict : bool

    Returns
    -------
    int
        1 if strict and anything is contradicted that no declared remark explains, else 0.
    """
    from analysis.exhibits import show

    city = _open(data)
    years = [each for each, facts in city.dataset.years.items() if facts.published]
    audits = {each: show(city.year(each), "audit") for each in years}
    if year is not None:
        audits = {each: found for each, found in audits.items() if each == city.year(year).year}
    if not audits:
        raise WorkbookError(f"{'数据文件夹' if year is None else name_assessed(year)}没有通报（published），无从核对。")
    for found in audits.values():
        doubtful = show(found.year, "findings").sentences
        tell("\n".join([*found.sentences, *(f"  {sentence}" for sentence in doubtful)]))
        if doubtful and (left := count_doubts(found.year)):
            rest = "不一致的，先看是不是没有读到或读错"
            tell(f"  留意：published/{found.year.year}.yml 还有{left}处待核没有看过，{rest}")
    claims = pd.concat([found.frame.assign(year=each) for each, found in audits.items()], ignore_index=True)
    claims = claims[["year", *claims.columns.drop("year")]]
    if json_file is not None:
        text = json.dumps(claims.to_dict("records"), ensure_ascii=False, indent=2) + "\n"
        save(json_file, text.encode("utf-8"))
    if csv_file is not None:
        save(csv_file, to_csv(claims))
    return int(strict and (claims["verdict"].eq("contradicted") & claims["remark"].eq("")).any())


def exhibits(name: str | None) -> None:
    """List the exhibits, or the sentences of one."""
    from analysis.exhibits import find_exhibit, list_exhibits
    from analysis.exhibits.table import Column, make_table

    if name is not None:
        kind = find_exhibit(name)
        tell(f"{kind.label}（{kind.name}）")
        for template, text in kind.templates.items():
            tell(f"  {template}：{text}")
        return
    listed = list_exhibits()
    frame = listed.assign(name=listed.index, needs=listed["needs"].map("、".join), holds=listed["holds"].map("、".join))
    columns = [Column("name", "名称"), Column("title", "标题"), Column("needs", "需要"), Column("holds", "有什么")]
    print_table(
        make_table(frame, columns, "能展示的图表", "show(名称)；workbook exhibits 名称 看它的句子", head="名称")
    )
