"""Make documents that follow an assessment: Word, PDF, Excel and pictures, put in place together."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from analysis.assessment import Assessment, Pair, Year
from analysis.data.dataset import load_dataset
from analysis.documents.composing import compose
from analysis.documents.kinds import DocumentKind, find_kind, load_kinds
from analysis.documents.paper import Item, Paper
from analysis.documents.pdf import typeset
from analysis.documents.spreadsheet import write_spreadsheet, write_tables
from analysis.documents.word import write_word
from analysis.exhibits.chart import Chart
from analysis.exhibits.table import Column, make_table
from analysis.folders import name_previous
from analysis.periods import AnyYear, name_assessed, name_year
from analysis.problems import WorkbookError
from analysis.site.pages import is_own
from analysis.storage import log
from analysis.swaps import replaced_folder
from analysis.terminal import tell, waiting
from analysis.texts import legible, name_path
from analysis.words import WHOLE

PICTURES, LIST = "图", "清单.xlsx"
"""What the folder of a document holds besides its forms: pictures, or the list of those of all units."""


def document(
    name: str | None,
    data: str | None,
    year: AnyYear | None,
    base_year: AnyYear | None,
    unit: str | None,
    out: Path | None,
    notebooks: Path | None = None,
    *,
    sample: bool = False,
) -> None:
    """Make every form of a document of a year, put them in a folder together, and say what is not in it.

    Parameters
    ----------
    name : str or None
        Of the kind, as documents.yml calls it; None lists the kinds.
    data : str or None
        Data folder.
    year : AnyYear or None
    base_year : AnyYear or None
        The year to compare with; by default the last one before that has marks or a circular.
    unit : str or None
        Of a document that there is one of for each unit: only that of this unit, by its id or a name.
    out : Path or None
        The folder; what was made before in it is kept in a folder beside, named `-previous`. By default it is made
        here, or beside a data folder that is not the workbook's own.
    notebooks : Path or None
        The folder whose documents.yml says what there is (see `find_notebooks`).
    sample : bool
        Make it of reconstructed marks too, with a stamp on every page.

    Raises
    ------
    WorkbookError
        For a mistake in the data or the arguments; nothing has been written.
    """
    dataset = load_dataset(data)
    kinds = load_kinds(dataset.root, notebooks)
    if name is None:
        for listed in kinds.values():
            tell(f"{listed.name}：{listed.summary}")
        return
    kind = find_kind(kinds, name)
    if year is None:
        raise WorkbookError(f"没有写明年度：workbook document {kind.name} --year 年度。")
    if unit is not None and kind.about == "year":
        raise WorkbookError(f"{kind.name}不是每个单位一份，不写 --unit。")
    city = Assessment(dataset)
    base = _choose_base(kind, dataset.reported_years, city.year(year).year, base_year)
    of: Year | Pair = city.year(year) if base is None else city.pair(base, year)
    place = out or _default(dataset.root, f"{kind.name}-{year}", notebooks)
    target = place.absolute()
    previous = name_previous(target, kind.name, lambda _: _list_files(kind))
    with waiting("正在计算……") as say, replaced_folder(target, previous, sealed=True) as fresh:
        if kind.about == "year":
            left_out = _write_one(compose(kind, of, sample=sample), fresh, kind.name, say)
        else:
            now = of.year if isinstance(of, Pair) else of
            units = [dataset.find_unit(unit, year)] if unit else list(now.units["unit_id"])
            left_out = _write_each(kind, of, units, fresh, say, sample=sample)
    log(dataset.root, f"document {kind.name} {year}（基期{base or '无'}）-> {target}")
    for each in dict.fromkeys(left_out):
        tell(f"  略去：{each}")
    tell(f"{kind.name}已生成：{name_path(place)}")


def _list_files(kind: DocumentKind) -> Iterator[str]:
    stem = kind.name if kind.about == "year" else f"{kind.name}-*"
    yield from (f"{stem}.{form}" for form in kind.forms if form != "pictures")
    yield from [f"{PICTURES}/"] if "pictures" in kind.forms else []
    yield from [LIST] if kind.about == "unit" else []


def _default(data: Path, name: str, notebooks: Path | None) -> Path:
    return Path(name) if is_own(data, notebooks) else data.with_name(f"{data.name}-{name}")


def _choose_base(
    kind: DocumentKind, reported: list[AnyYear], year: AnyYear, base_year: AnyYear | None
) -> AnyYear | None:
    if year not in reported:
        known = "、".join(map(str, reported)) or "无"
        raise WorkbookError(f"{name_assessed(year)}没有评分数据，也没有通报，做不了{kind.name}。可做的年度：{known}。")
    earlier = [each for each in reported if each < year]
    if base_year is not None and base_year not in earlier:
        known = "、".join(map(str, earlier)) or "无"
        raise WorkbookError(f"基期年度{base_year}应有评分数据或通报，且早于报告年度{year}。可用：{known}。")
    return base_year if base_year is not None else max(earlier, default=None)


def _write_each(
    kind: DocumentKind, of: Year | Pair, units: list[str], folder: Path, say: Callable[[str], None], *, sample: bool
) -> list[str]:
    """Write one document for each unit, and a list of them where there are several."""
    year = of.year if isinstance(of, Pair) else of
    left_out, rows = list[str](), []
    for number, unit in enumerate(units, 1):
        name = year.facts.name_of(unit)
        stem = f"{kind.name}-{legible(name).replace('/', '_')}"
        say(f"第{number}份，共{len(units)}份：{name}")
        left_out += _write_one(compose(kind, of, unit, sample=sample), folder, stem, lambda _: None)
        rows.append({"number": number, "unit": name, "file": f"{stem}.{kind.forms[0]}", "signed": ""})
    if len(units) > 1:
        columns = [
            Column("number", "序号", WHOLE),
            Column("unit", "单位"),
            Column("file", "文件"),
            Column("signed", "签收"),
        ]
        caption = f"{name_year(year.year)}{kind.name}清单（{len(units)}份）"
        table = make_table(pd.DataFrame(rows), columns, caption, "")
        (folder / LIST).write_bytes(write_tables({"清单": table}, year.year))
    return left_out


def _write_one(made: Paper, folder: Path, stem: str, say: Callable[[str], None]) -> list[str]:
    """Write every form of a document; say what is left out of it."""
    kind, pages = made.kind, dict[str, int]()
    if kind.exhibits and not made.is_filled:
        why = dict.fromkeys(each.partition("：")[2] for each in made.left_out)
        raise WorkbookError(f"{name_assessed(made.year)}做不了{kind.name}：{'；'.join(why)}。")

    def write(form: str, content: Callable[[], bytes]) -> None:
        say(f"正在写{stem}.{form}……")
        (folder / f"{stem}.{form}").write_bytes(content())

    if "pdf" in kind.forms or kind.contents:
        say(f"正在写{stem}.pdf……")
        pdf, pages = typeset(made)
        if "pdf" in kind.forms:
            (folder / f"{stem}.pdf").write_bytes(pdf)
    if "docx" in kind.forms:
        write("docx", lambda: write_word(made, pages))
    if "xlsx" in kind.forms:
        write("xlsx", lambda: write_spreadsheet(made))
    if "pictures" in kind.forms and made.figures:
        pictures = folder / (PICTURES if kind.about == "year" else f"{PICTURES}-{stem}")
        pictures.mkdir()
        for item, chart in made.figures:
            say(f"正在写{item.label}……")
            _write_pictures(item, chart, pictures)
    return list(made.left_out)


def _write_pictures(item: Item, chart: Chart, folder: Path) -> None:
    """Write a figure in every format, in colour and in grey."""
    whole = chart.with_words()
    for each, suffix in ((whole, ""), (whole.in_grey(), "（灰度）")):
        for ending, content in (("png", each.png(300)), ("svg", each.svg()), ("pdf", each.pdf())):
            (folder / f"{item.file_name}{suffix}.{ending}").write_bytes(content)
