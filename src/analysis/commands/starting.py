"""The first files of a new year, a new city or a new page, and what to do with them; a year's tables as a workbook."""

import re
import shutil
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from string import Template

import pandas as pd

from analysis.assessment import Assessment
from analysis.commands.console import quoted, refuse_existing, with_data
from analysis.data.dataset import Dataset, load_dataset
from analysis.data.indicators import INDICATOR_COLUMNS
from analysis.data.schemes import TO_FILL
from analysis.exchange.forms.template import write_workbook
from analysis.folders import filled_folder, is_vacant
from analysis.origins import provenance_note
from analysis.periods import KINDS, AnyYear, following, is_year, kind_of, name_assessed, name_document, name_year
from analysis.problems import InputError, WorkbookError
from analysis.site.pages import plan_site
from analysis.storage import log, write_file
from analysis.terminal import tell
from analysis.texts import legible, name_path

_CITY, _DEMONSTRATION, _PAGE = (
    Path(str(files("analysis.commands").joinpath(name))) for name in ("city", "demonstration.zip", "own_page")
)

_FORMERLY = r",?\s*formerly:(?:\s*\[[^\]]*\]|(?:\s*\n\s*- *\w+(?= *(?:\n|#|$)))+)"
"""What a grade was in the scheme before, in a line or one below the other."""


def new_year(data: str | None, year: AnyYear, base_year: AnyYear | None) -> None:
    """Draft the scheme of a new year after that of an earlier one, and say what to do next.

    Parameters
    ----------
    data : str or None
        Data folder.
    year : AnyYear
    base_year : AnyYear or None
        By default the last one.

    Raises
    ------
    WorkbookError
        If it is no year, or is there already, or the earlier one is not.
    """
    if not is_year(str(year)):
        raise WorkbookError(f"{year}不是四位数的年度，没有起草。请写成2022这样的四位数。")
    dataset = load_dataset(data)
    base = dataset.year(base_year if base_year is not None else max(dataset.years))
    if kind_of(year) != kind_of(base.year):
        known, following_one = KINDS[kind_of(base.year)], following(max(dataset.years))
        raise WorkbookError(f"这个数据文件夹按{known}考核，{year}不是{known}，没有起草。下一个是{following_one}。")
    target = dataset.root / "schemes" / f"{year}.yml"
    if target.exists():
        raise WorkbookError(f"已有{name_assessed(year)}的办法（{target.name}），没有改动。")
    text = dataset.read_beside(lambda: target.with_stem(str(base.year)).read_text(encoding="utf-8"))
    head = "\n".join(f"{key}: {value}" for key, value in name_document(year).items())
    text = re.sub(r"(?m)^year:.*$", head, re.sub(r"(?m)^period:.*\n", "", text))
    titled = (name_year(base.year), name_year(year)) if kind_of(year) else (str(base.year), str(year))
    text = re.sub(r"(?m)^title:.*$", lambda found: found[0].replace(*titled), text)
    text = re.sub(_FORMERLY, "", text)  # the grades are those of the scheme it is drafted after
    text = re.sub(r"(?m)^document:.*$", f"document: {TO_FILL}（{name_assessed(year)}通报文号）", text)
    write_file(target, text.replace(f"# {name_assessed(base.year)}", f"# {name_assessed(year)}").encode())
    log(dataset.root, f"new-year {year}，照{name_assessed(base.year)} -> schemes/{year}.yml")
    where = with_data(data)
    tell(
        f"""\
已起草：{name_path(target)}
接下来：
  1. 对照新办法逐条改 {target.name}，每条的 source、basis 也要改；单位有变动的，登记到 lineage.csv
  2. workbook check{where}    看有没有写错
  3. workbook template --year {year}{where}    生成空白评分表，用 Excel 或 WPS 填
  4. workbook import 评分表-{year}.xlsx --year {year}{where}    检查，无误后成为{name_assessed(year)}的数据
  5. workbook build{where}    生成报告"""
    )


def new_city(folder: Path, *, demonstration: bool = False) -> None:
    """Write a small city, or the demonstration city, and say what to do next (see `start_city`)."""
    start_city(folder, demonstration=demonstration)
    if not demonstration:
        tell(
            f"""\
已放好一套能运行的最小数据：{name_path(folder)}
接下来：把 units.csv、schemes 里的办法换成自己的，再运行
  workbook check{with_data(str(folder))}
  workbook template --year <年度>{with_data(str(folder))}"""
        )
        return
    years = sorted(path.stem for path in (folder / "schemes").iterdir())
    tell(
        f"""\
已写好演示城市（{years[0]}–{years[-1]}年度）：{name_path(folder)}
{provenance_note(dict.fromkeys(map(int, years), "demonstration"))}。可以运行
  workbook audit{with_data(str(folder))}
  workbook build{with_data(str(folder))}"""
    )


def start_city(folder: Path, *, demonstration: bool = False) -> Path:
    """Write a small city that runs, to be replaced piece by piece.

    Parameters
    ----------
    folder : Path
        New, or empty.
    demonstration : bool
        Write the large invented city instead, to try things on.

    Returns
    -------
    Path

    Raises
    ------
    WorkbookError
        If something is in the folder.
    """
    if not is_vacant(folder):
        raise WorkbookError(f"“{name_path(folder)}”不是空文件夹，没有改动。请换一个名字。")
    with filled_folder(folder) as fresh:
        if demonstration:  # drawn by tools/demonstration
            shutil.unpack_archive(_DEMONSTRATION, fresh)
            return folder
        for path in filter(Path.is_file, _CITY.rglob("*")):
            copy = fresh / path.relative_to(_CITY)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())  # not with the modes of how the workbook is installed
    return folder


def new_page(data: str | None, name: str) -> None:
    """Write a notebook into the data folder's notebooks, with an entry in the workbook.yml beside it.

    Parameters
    ----------
    data : str or None
        Data folder.
    name : str
        Of the notebook and of its page.

    Raises
    ------
    WorkbookError
        If it cannot be a name of a file, or is taken, or the workbook.yml is not one that an entry can be added to.
    """
    if not re.fullmatch(r"[\w-]+", name):
        raise WorkbookError(f"“{legible(name)}”不能作页名：只用字母、数字、汉字、_ 和 -。")
    dataset = load_dataset(data)
    year = Assessment(dataset).latest.year
    folder = dataset.root / "notebooks"
    notebook, contents = folder / f"{name}.ipynb", folder / "workbook.yml"
    if notebook.exists() or _has_page(dataset, name):
        raise WorkbookError(f"已有叫“{name}”的笔记本或页面，没有改动。请换一个名字。")
    folder.mkdir(exist_ok=True)
    cells, entry = (
        Template((_PAGE / file).read_text(encoding="utf-8")).substitute(name=name, year=year)
        for file in ("notebook.json", "workbook.yml")
    )
    earlier = contents.read_text(encoding="utf-8") if contents.is_file() else "pages:\n"
    write_file(notebook, cells.encode())
    try:
        write_file(contents, f"{earlier.rstrip()}\n{entry}".encode())
    except BaseException:  # a full disk, say: a notebook that no page is made of would only bar its name
        notebook.unlink()
        raise
    added = False
    with suppress(InputError):
        added = _has_page(dataset, name)
    if not added:  # what people have written stays as it was
        write_file(contents, earlier.encode())
        raise WorkbookError(f"{name_path(contents)} 的末尾接不上新的一页，没有改动它。请在 pages 里加上：\n{entry}")
    log(dataset.root, f"new-page {name} -> notebooks/{name}.ipynb")
    where = with_data(data)
    tell(f"已新建：{name_path(notebook)}")
    tell(f"用 workbook lab{where} 打开来改；workbook build{where} 时一起做成页面，登记在旁边的 workbook.yml。")


def _has_page(dataset: Dataset, name: str) -> bool:
    pages = plan_site(dataset, dataset.reported_years).pages
    return f"{name}.html" in {page.file for page in pages}


def template(data: str | None, year: AnyYear, base_year: AnyYear | None, out: Path | None) -> None:
    """Save the blank workbook of a year.

    Parameters
    ----------
    data : str or None
    year : AnyYear
    base_year : AnyYear or None
        The year whose indicators are filled in; by default the last year before that has some.
    out : Path or None
    """
    target = out or Path(f"评分表-{year}.xlsx")
    refuse_existing(target)
    dataset = load_dataset(data)
    facts = dataset.year(year)
    earlier = [each for each in dataset.scored_years if each <= year]
    base_year = base_year if base_year is not None else (earlier or [year])[-1]
    base = dataset.year(base_year).inputs
    columns = [column.name for column in INDICATOR_COLUMNS]
    indicators = pd.DataFrame(columns=columns) if base is None else base.indicators
    if base_year < year:  # what is kept is the same; what is not is to be cleared
        indicators = indicators.assign(same_as=f"{base_year}:" + indicators["indicator_id"])
    known = indicators["group"].isin(facts.scheme.groups) & indicators["part"].isin(facts.scheme.parts)
    write_file(target, write_workbook(facts, indicators[known]))
    tell(f"已生成：{name_path(target)}。填好后运行 workbook import {quoted(target)} --year {year}{with_data(data)}")


def export(data: str | None, year: AnyYear, out: Path | None) -> None:
    """Save a year's inputs as a workbook that can be imported again.

    Parameters
    ----------
    data : str or None
    year : AnyYear
    out : Path or None

    Raises
    ------
    WorkbookError
        If the year has no inputs.
    """
    target = out or Path(f"评分数据-{year}.xlsx")
    refuse_existing(target)
    facts = load_dataset(data).year(year)
    inputs = facts.need_inputs("没有可导出的。空白表用 workbook template")
    write_file(target, write_workbook(facts, inputs.indicators, inputs))
    tell(f"已导出：{name_path(target)}")
