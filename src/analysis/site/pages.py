"""Which notebook runs with which parameters into which page: notebooks/workbook.yml against the years at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from string import Formatter
from typing import Literal

from pydantic import Field, model_validator

from analysis.data.dataset import Dataset
from analysis.data.documents import Document, load_document
from analysis.problems import BuildError, InputError, Problem, WorkbookError
from analysis.storage import find_above
from analysis.texts import legible

INDEX = "index.html"
"""The front page."""
_CONTENTS = "notebooks/workbook.yml"
_LONGEST = 200
"""Characters of another library's complaint that a message shows."""

Parameters = dict[str, int | str]


class PageTemplate(Document):
    """A notebook and the pages it makes.

    Attributes
    ----------
    notebook : str
        File name in the notebooks folder.
    page, title, summary : str
        File name (without .html), title and summary; {year}, {base_year}, {unit_id}, {unit} (its name) and {best} (the
        name of the best grade) are filled in.
    repeat : {"latest", "year", "circular", "pair", "unit"}
        One page for the latest year, for every year, for every year with a circular, for every two years that follow
        each other, or for every unit of the latest year.
    topic : str
        What its pages are called in the navigation, {best} filled in; by default each by its title.
    question : str
        The question they answer, under which the first page lists them.
    """

    notebook: str = Field(pattern=r"^[\w-]+\.ipynb$")
    page: str = Field(pattern=r"^[\w{}-]+$")
    title: str
    summary: str
    repeat: Literal["latest", "year", "circular", "pair", "unit"]
    topic: str = ""
    question: str = "各页"

    @model_validator(mode="after")
    def _blanks_can_be_filled_in(self) -> PageTemplate:
        known = {"pair": {"base_year", "year"}, "unit": {"unit_id", "unit", "year"}}.get(self.repeat, {"year"})
        for text in (self.page, self.title, self.summary, self.topic):
            allowed = known if text == self.page else known | {"best"}  # the name of a grade makes no name of a file
            try:
                blanks = [blank for _, *blank in Formatter().parse(text) if blank[0] is not None]
            except ValueError as error:
                raise ValueError("大括号没有成对") from error
            if not all(name in allowed and not layout and not conversion for name, layout, conversion in blanks):
                raise ValueError(f"大括号里只能写 {'、'.join(sorted(allowed))}")
        return self


class OwnContents(Document):
    """The notebooks that a data folder adds, in reading order."""

    pages: list[PageTemplate]


class Contents(OwnContents):
    """The table of contents: the title, the notebooks in reading order, and how long a cell may take."""

    title: str
    cell_seconds: int = Field(600, gt=0, strict=True)


@dataclass(frozen=True)
class Page:
    """One page to make.

    Attributes
    ----------
    notebook : Path
    file, title, summary : str
    parameters : dict of str to int or str
    years : sequence of int
        The years whose marks it shows.
    cell_seconds : int
        How long one cell may take.
    unit_id : str
        The unit a profile is about; "" for other pages.
    topic, label, question : str
        What the page is called in the navigation, what tells it from others of its topic, and the question it answers.
    """

    notebook: Path
    file: str
    title: str
    summary: str
    parameters: Parameters
    years: Sequence[int]
    cell_seconds: int
    unit_id: str = ""
    topic: str = ""
    label: str = ""
    question: str = ""


def load_contents() -> tuple[Path, Contents]:
    """Find the notebooks folder and read its workbook.yml.

    Returns
    -------
    folder : Path
    contents : Contents

    Raises
    ------
    WorkbookError
        If there is none.
    """
    found = find_above(_CONTENTS)
    if found is None:
        raise WorkbookError("找不到 notebooks/workbook.yml。请进入工作簿文件夹再运行。")
    return found.parent, load_document(found, found.parent.parent, Contents)


def load_own_contents(root: Path, cell_seconds: int) -> tuple[Path, Contents] | None:
    """Read what a data folder's notebooks/workbook.yml adds.

    Parameters
    ----------
    root : Path
        Data folder.
    cell_seconds : int
        How long a cell may take.

    Returns
    -------
    folder : Path
    contents : Contents
        None if the data folder has none of its own, or is the workbook's.
    """
    found = root / _CONTENTS
    if not found.is_file():
        return None
    pages = load_document(found, root, OwnContents).pages
    return found.parent, Contents(title="", pages=pages, cell_seconds=cell_seconds)


def plan_site(
    dataset: Dataset, years: list[int], *, profiles: bool = False
) -> tuple[Contents, list[PageTemplate], list[Page]]:
    """Plan the pages of the workbook's notebooks and of the data folder's own.

    Parameters
    ----------
    dataset : Dataset
    years : list of int, in order
    profiles : bool
        Also one page for every unit.

    Returns
    -------
    contents : Contents
        The workbook's.
    templates : list of PageTemplate
        Its own, and those of the data folder.
    pages : list of Page, in reading order

    Raises
    ------
    InputError
        If a notebook is missing, two pages have the same name, or there is none.
    """
    folder, contents = load_contents()
    own = load_own_contents(dataset.root, contents.cell_seconds)
    sources = [(folder, contents), *([own] if own else [])]
    pages = [page for source in sources for page in _expand(*source, dataset, years, profiles=profiles)]
    return contents, [template for _, each in sources for template in each.pages], _checked(pages)


def plan_pages(
    folder: Path, contents: Contents, dataset: Dataset, years: list[int], *, profiles: bool = False
) -> list[Page]:
    """Expand the table of contents over the years.

    Parameters
    ----------
    folder : Path
        The notebooks folder.
    contents : Contents
    dataset : Dataset
    years : list of int, in order
    profiles : bool
        Also one page for every unit.

    Returns
    -------
    list of Page, in reading order

    Raises
    ------
    InputError
        If a notebook is missing, two pages have the same name, or there is none.
    """
    return _checked(_expand(folder, contents, dataset, years, profiles=profiles))


def _expand(folder: Path, contents: Contents, dataset: Dataset, years: list[int], *, profiles: bool) -> list[Page]:
    problems = [
        Problem(_CONTENTS, "没有这个笔记本", "改正文件名", column="notebook", value=template.notebook)
        for template in contents.pages
        if not (folder / template.notebook).is_file()
    ]
    if problems:
        raise InputError(problems)
    return [
        _fill_in(template, folder / template.notebook, run, dataset, contents.cell_seconds)
        for template in contents.pages
        if profiles or template.repeat != "unit"
        for run in _list_runs(template, dataset, years)
    ]


def _checked(pages: list[Page]) -> list[Page]:
    """Refuse pages of one name, or none at all."""
    taken = Counter([INDEX, *(page.file for page in pages)])
    doubled = [file for file, count in taken.items() if count > 1]
    rule, fix = f"几页同名，或与首页 {INDEX} 同名", "给每一页不同的 page"
    problems = [Problem(_CONTENTS, rule, fix, column="page", value=file.removesuffix(".html")) for file in doubled]
    if not pages:
        problems.append(Problem(_CONTENTS, "没有一页可做", "在 pages 里写上笔记本；比较两年的要有两个年度"))
    if problems:
        raise InputError(problems)
    return pages


def _list_runs(template: PageTemplate, dataset: Dataset, years: list[int]) -> list[Parameters]:
    """List the parameters of every page of a template."""
    units = dataset.year(years[-1]).units["unit_id"]
    runs: dict[str, list[Parameters]] = {
        "latest": [{"year": years[-1]}],
        "year": [{"year": year} for year in years],
        "circular": [{"year": year} for year in years if dataset.year(year).published],
        "pair": [{"base_year": base, "year": year} for base, year in pairwise(years)],
        "unit": [{"unit_id": unit, "year": years[-1]} for unit in units],
    }
    return runs[template.repeat]


def _fill_in(template: PageTemplate, notebook: Path, run: Parameters, dataset: Dataset, cell_seconds: int) -> Page:
    year, unit = int(run["year"]), str(run.get("unit_id", ""))
    facts = dataset.year(year)
    words = run | {"unit": facts.name_of(unit) if unit else "", "best": facts.scheme.grades[0].name}
    title = template.title.format(**words)
    return Page(
        notebook,
        template.page.format(**words) + ".html",
        title,
        template.summary.format(**words),
        run,
        [year] if template.repeat == "year" else dataset.until(year).scored_years,
        cell_seconds,
        unit,
        template.topic.format(**words) or title,
        f"{run['base_year']}–{year}" if "base_year" in run else str(year),
        template.question,
    )


def group_by_topic(pages: Iterable[Page]) -> dict[str, list[Page]]:
    """Group pages by what they are called in the navigation.

    Parameters
    ----------
    pages : iterable of Page
        Profiles are left out.

    Returns
    -------
    dict of topic to list of Page, both in reading order
    """
    topics: dict[str, list[Page]] = {}
    for page in pages:
        if not page.unit_id:
            topics.setdefault(page.topic, []).append(page)
    return topics


def group_by_question(pages: Iterable[Page]) -> dict[str, dict[str, list[Page]]]:
    """Group pages by the question they answer, and then by topic.

    Parameters
    ----------
    pages : iterable of Page
        Profiles are left out.

    Returns
    -------
    dict of question to dict of topic to list of Page
    """
    questions: dict[str, list[Page]] = {}
    for page in pages:
        if not page.unit_id:
            questions.setdefault(page.question, []).append(page)
    return {question: group_by_topic(own) for question, own in questions.items()}


def plan_profile(folder: Path, contents: Contents, dataset: Dataset, unit: str, year: int) -> Page:
    """Plan the profile of one unit.

    Parameters
    ----------
    folder : Path
    contents : Contents
    dataset : Dataset
    unit : str
        The unit_id, or the unit's name in the year.
    year : int

    Returns
    -------
    Page

    Raises
    ------
    WorkbookError
        If the year or the unit is unknown, or no notebook is repeated by unit.
    """
    (year,) = choose_years(dataset, [year])
    unit_id = dataset.find_unit(unit, year)
    profiles = contents.model_copy(update={"pages": [page for page in contents.pages if page.repeat == "unit"]})
    found = [page for page in plan_pages(folder, profiles, dataset, [year], profiles=True) if page.unit_id == unit_id]
    if not found:
        raise WorkbookError("notebooks/workbook.yml 里没有 repeat 为 unit 的笔记本，做不了单位画像。")
    return found[0]


def choose_years(dataset: Dataset, wanted: list[int] | None) -> list[int]:
    """Return the wanted years that can be scored, in order; by default all.

    Parameters
    ----------
    dataset : Dataset
    wanted : list of int or None

    Returns
    -------
    list of int

    Raises
    ------
    WorkbookError
        If a wanted year is unknown, or no year has inputs.
    """
    for year in wanted or []:
        if dataset.year(year).inputs is None:
            raise WorkbookError(f"{year} 年度没有评分数据（inputs/{year}），不能生成报告。")
    years = sorted(set(wanted or dataset.scored_years))
    if not years:
        raise WorkbookError("数据文件夹中没有任何年度的评分数据（inputs）。")
    return years


def refuse_missing_parameters(pages: Iterable[Page]) -> None:
    """Refuse to run a notebook that lacks a parameter it is to be run with: papermill would run it with the default.

    Parameters
    ----------
    pages : iterable of Page

    Raises
    ------
    InputError
        With every parameter missing in any notebook.
    BuildError
        If one cannot be read.
    """
    parameters = {page.notebook: page.parameters for page in pages}
    problems = [
        Problem(
            f"{notebook.parent.name}/{notebook.name}",
            f"parameters 单元里没有参数 {name}",
            "在笔记本中补上，或改 workbook.yml 的 repeat",
        )
        for notebook, given in parameters.items()
        for known in [_known_parameters(notebook)]
        for name in given
        if name not in known
    ]
    if problems:
        raise InputError(problems)


def _known_parameters(notebook: Path) -> set[str]:
    from papermill import inspect_notebook  # seconds

    try:
        return set(inspect_notebook(notebook))
    except Exception as error:  # of many kinds: what is no notebook is no JSON, or lacks this or that
        told = f"{type(error).__name__}: {str(error).strip()}".splitlines()[0]
        mend = "请在 JupyterLab 里打开看看，或换回完好的文件。"
        raise BuildError(f"笔记本 {notebook.name} 读不了（{legible(told[:_LONGEST])}）。{mend}") from error
