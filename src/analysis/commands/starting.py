"""The first files of a new year or a new city, and what to do with them."""

from __future__ import annotations

import re
import shutil
import tempfile
from functools import partial
from importlib.resources import files
from pathlib import Path

import pandas as pd

from analysis.commands.demonstration import write_demonstration
from analysis.data.dataset import is_year, load_dataset
from analysis.data.inputs import INDICATOR_COLUMNS
from analysis.data.schemes import TO_FILL
from analysis.exchange.forms.template import write_workbook
from analysis.problems import WorkbookError
from analysis.storage import log, replaced_folder, write_file

_CITY = Path(str(files("analysis.commands").joinpath("city")))


def start_year(data: str | None, year: int, base_year: int | None) -> Path:
    """Write the scheme of a new year after that of an earlier one.

    Parameters
    ----------
    data : str or None
        Data folder.
    year : int
    base_year : int or None
        By default the last one.

    Returns
    -------
    Path
        The new scheme.

    Raises
    ------
    WorkbookError
        If it is no year, or is there already, or the earlier one is not.
    """
    if not is_year(str(year)):
        raise WorkbookError(f"{year} 不是四位数的年度，没有起草。请写成 2022 这样的四位数。")
    dataset = load_dataset(data)
    base = dataset.year(base_year if base_year is not None else max(dataset.years))
    target = dataset.root / "schemes" / f"{year}.yml"
    if target.exists():
        raise WorkbookError(f"已有 {year} 年度的办法（{target.name}），没有改动。")
    text = (dataset.root / "schemes" / f"{base.year}.yml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^year:.*$", f"year: {year}", text)
    text = re.sub(r"(?m)^title:.*$", lambda found: found[0].replace(str(base.year), str(year)), text)
    text = re.sub(r"(?m)^document:.*$", f"document: {TO_FILL}（{year} 年度通报文号）", text)
    write_file(target, text.replace(f"# {base.year} 年度", f"# {year} 年度").encode())
    log(dataset.root, f"new-year {year}，照 {base.year} 年度 -> schemes/{year}.yml")
    return target


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
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkbookError(f"“{folder}”不是空文件夹，没有改动。请换一个名字。")
    fill = write_demonstration if demonstration else partial(shutil.copytree, _CITY, dirs_exist_ok=True)
    if folder.exists():  # filled where it is: somebody may be standing in it
        with tempfile.TemporaryDirectory(prefix=".new-", dir=folder) as scratch:
            fill(Path(scratch))
            for each in Path(scratch).iterdir():
                each.rename(folder / each.name)
    else:
        with replaced_folder(folder.absolute()) as fresh:
            fill(fresh)
    return folder


def save_template(data: str | None, year: int, base_year: int | None, out: Path) -> None:
    """Save the blank workbook of a year.

    Parameters
    ----------
    data : str or None
    year : int
    base_year : int or None
        The year whose indicators are filled in; by default the last year before that has some.
    out : Path
    """
    dataset = load_dataset(data)
    facts = dataset.year(year)
    earlier = [each for each in dataset.scored_years if each <= year]
    base = dataset.year(base_year if base_year is not None else (earlier or [year])[-1]).inputs
    columns = [column.name for column in INDICATOR_COLUMNS]
    indicators = pd.DataFrame(columns=columns) if base is None else base.indicators
    known = indicators["group"].isin(facts.scheme.groups) & indicators["part"].isin(facts.scheme.parts)
    write_file(out, write_workbook(facts, indicators[known]))


def save_export(data: str | None, year: int, out: Path) -> None:
    """Save a year's inputs as a workbook that can be imported again.

    Parameters
    ----------
    data : str or None
    year : int
    out : Path

    Raises
    ------
    WorkbookError
        If the year has no inputs.
    """
    facts = load_dataset(data).year(year)
    if facts.inputs is None:
        raise WorkbookError(f"{year} 年度没有评分数据（inputs/{year}），没有可导出的。空白表用 workbook template。")
    write_file(out, write_workbook(facts, facts.inputs.indicators, facts.inputs))
