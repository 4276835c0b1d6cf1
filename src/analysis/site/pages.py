"""Which notebook runs with which parameters into which page: notebooks/workbook.yml against the years at hand."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from analysis.data.dataset import Dataset, YearFacts
from analysis.data.documents import Document, load_document
from analysis.periods import AnyYear, kind_of, retell, same_before, short_year
from analysis.problems import InputError, Problem, WorkbookError
from analysis.storage import find_notebooks

INDEX = "index.html"
"""The front page."""
_CONTENTS = "workbook.yml"
_LISTED = f"notebooks/{_CONTENTS}"

Parameters = dict[str, Any]


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
    needs : {"marks", "given_marks", "genuine", "not_genuine", "results", "print"}
        Of which years: those that have marks; those that have marks of indicators that somebody gave, be it in a
        demonstration; those whose marks are not reconstructed; those whose marks are, or that have a circular alone;
        those that have marks or a circular; those that have a circular alone.
    least : int
        How many years that have it there have to be, of a page for the latest.
    topic : str
        What its pages are called in the navigation, where they have one place, {best} filled in; by default the title.
    question : str
        The question they answer, under which the first page lists them.
    """

    notebook: str = Field(pattern=r"^[\w-]+\.ipynb$")
    page: str = Field(pattern=r"^[\w{}-]+$")
    title: str
    summary: str
    repeat: Literal["latest", "year", "circular", "pair", "unit"]
    needs: Literal["marks", "given_marks", "genuine", "not_genuine", "results", "print"] = "marks"
    least: int = Field(1, ge=1, strict=True)
    topic: str = ""
    question: str = "各页"

    @model_validator(mode="after")
    def _blanks_can_be_filled_in(self) -> Self:
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

    @property
    def pattern(self) -> str:
        """What the names of the files of its pages are like."""
        return re.sub(r"\{\w+\}", "*", self.page) + ".html"


_HAVING: dict[str, Callable[[YearFacts], bool]] = {
    "marks": lambda facts: facts.inputs is not None,
    "given_marks": lambda facts: (
        facts.inputs is not None and facts.has_genuine_marks and not facts.inputs.indicators.empty
    ),
    "genuine": lambda facts: facts.has_genuine_marks,
    "not_genuine": lambda facts: facts.is_reported and not facts.has_genuine_marks,
    "results": lambda facts: facts.is_reported,
    "print": lambda facts: facts.is_reported and facts.inputs is None,
}
"""What a year has that has what pages need."""


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
    years : sequence of AnyYear
        The years whose marks, or printed results, it shows.
    cell_seconds : int
        How long one cell may take.
    unit_id : str
        The unit a profile is about; "" for other pages.
    topic, label, question : str
        What the page is called in the navigation, what tells it from others of its series, and the question it answers.
    series : str
        What all pages of a topic have in common, of whichever year.
    """

    notebook: Path
    file: str
    title: str
    summary: str
    parameters: Parameters
    years: Sequence[AnyYear]
    cell_seconds: int
    unit_id: str
    topic: str
    label: str
    question: str
    series: str


def load_contents(notebooks: str | Path | None = None) -> tuple[Path, Contents]:
    """Find the notebooks folder and read its workbook.yml.

    Parameters
    ----------
    notebooks : path, optional
        See `find_notebooks`.

    Returns
    -------
    folder : Path
    contents : Contents

    Raises
    ------
    WorkbookError
        If there is none.
    """
    folder = find_notebooks(notebooks)
    if not (folder / _CONTENTS).is_file():
        raise WorkbookError(f"“{folder}”里没有 {_CONTENTS}，不知道做哪些页。请用 --notebooks 指定笔记本所在的文件夹。")
    return folder, load_document(folder / _CONTENTS, folder.parent, Contents)


def is_own(data: Path, notebooks: Path | None = None) -> bool:
    """Say whether a data folder stands beside the notebooks: what is made from another has its place beside that."""
    return data == (find_notebooks(notebooks).parent / "data").resolve()


class Plan(NamedTuple):
    """What a workbook consists of: its title, the templates of its pages, and its pages in reading order."""

    title: str
    templates: list[PageTemplate]
    pages: list[Page]


def plan_site(
    dataset: Dataset, years: list[AnyYear], *, profiles: bool = False, notebooks: str | Path | None = None
) -> Plan:
    """Plan the pages of the workbook's notebooks and of those that a data folder's notebooks/workbook.yml adds.

    Parameters
    ----------
    dataset : Dataset
    years : list of AnyYear, in order
    profiles : bool
        Also one page for every unit.
    notebooks : path, optional
        See `find_notebooks`.

    Returns
    -------
    Plan

    Raises
    ------
    InputError
        If a notebook is missing, two pages have the same name, or there is none.
    """
    folder, contents = load_contents(notebooks)
    sources = [(folder, template) for template in contents.pages]
    added = dataset.root / _LISTED
    if added.is_file():
        sources += [(added.parent, template) for template in load_document(added, dataset.root, OwnContents).pages]
    pages: list[Page] = []
    problems: list[Problem] = []
    for folder, template in sources:
        notebook = folder / template.notebook
        if not notebook.is_file():
            missing = Problem(_LISTED, "没有这个笔记本", "改正文件名", column="notebook", value=template.notebook)
            problems.append(missing)
        if profiles or template.repeat != "unit":
            pages += _make_pages(template, notebook, contents.cell_seconds, dataset, years)
    rule, fix = f"几页同名，或与首页 {INDEX} 同名", "给每一页不同的 page"
    for file, count in Counter([INDEX, *(page.file for page in pages)]).items():
        if count > 1:
            problems.append(Problem(_LISTED, rule, fix, column="page", value=file.removesuffix(".html")))
    if not pages:
        problems.append(Problem(_LISTED, "没有一页可做", "在 pages 里写上笔记本；比较两年的要有两个年度"))
    if problems:
        raise InputError(problems)
    return Plan(contents.title, [template for _, template in sources], pages)


def name_unmade(plan: Plan, dataset: Dataset, years: Iterable[AnyYear]) -> list[str]:
    """Name the topics of which there is no page for want of marks; none where all years have some.

    Parameters
    ----------
    plan : Plan
    dataset : Dataset
    years : iterable of AnyYear
        Those that were planned.

    Returns
    -------
    list of str
    """
    if all(map(_HAVING["marks"], map(dataset.year, years))):
        return []
    made = {page.notebook.name for page in plan.pages}
    lacking = [each for each in plan.templates if each.needs == "marks" and each.repeat != "unit"]
    return [each.topic or each.title for each in lacking if each.notebook not in made]


def _make_pages(
    template: PageTemplate, notebook: Path, cell_seconds: int, dataset: Dataset, years: list[AnyYear]
) -> Iterator[Page]:
    """Make a page for whatever the template is repeated for, of the years that have what it needs."""
    latest, kind = years[-1], kind_of(years[-1])
    years = [year for year in years if _HAVING[template.needs](dataset.year(year))]
    units = dataset.year(latest).units["unit_id"] if latest in years else ()
    needed = "results" if template.repeat == "unit" else template.needs  # a unit is followed through all years
    shown = [year for year in dataset.years if _HAVING[needed](dataset.year(year))]
    runs: dict[str, list[Parameters]] = {
        "latest": [{"year": year} for year in years[-1:] if sum(each <= year for each in shown) >= template.least],
        "year": [{"year": year} for year in years],
        "circular": [{"year": year} for year in years if dataset.year(year).published],
        "pair": [{"base_year": base, "year": year} for year in years for base in _bases(years, year)],
        "unit": [{"unit_id": unit, "year": latest} for unit in units],
    }
    for run in runs[template.repeat]:
        year, unit = run["year"], str(run.get("unit_id", ""))
        facts = dataset.year(year)
        words = run | {"unit": facts.name_of(unit) if unit else "", "best": facts.scheme.grades[0].name}
        said = (retell(each, kind) for each in (template.title, template.summary, template.topic))
        file, title, summary, topic = (text.format(**words) for text in (template.page, *said))
        yield Page(
            notebook,
            f"{file}.html",
            title,
            summary,
            parameters=run,
            years=[year]
            if template.repeat == "year"
            else [each for each in shown if run.get("base_year", each) <= each <= year],
            cell_seconds=cell_seconds,
            unit_id=unit,
            topic=topic or title,
            label=label_years(run),
            question=retell(template.question, kind),
            series=template.topic or template.title,
        )


def _bases(years: list[AnyYear], year: AnyYear) -> list[AnyYear]:
    """Return what a year is compared with: the one before it at hand, and of a period the same of the year before."""
    before = [each for each in years if each < year]
    return sorted({*before[-1:], *({same_before(year)} if kind_of(year) else set()) & {*before}})


def label_years(parameters: Parameters) -> str:
    """Call a page by its years: 2021年, 2020—2021年.

    Examples
    --------
    >>> label_years({"base_year": 2020, "year": 2021}), label_years({"year": 2021, "unit_id": "a"})
    ('2020—2021年', '2021年')
    """
    years = [parameters[each] for each in ("base_year", "year") if each in parameters]
    return "—".join(map(short_year, years)) + ("" if kind_of(years[-1]) else "年")


def group_pages(pages: Iterable[Page], by: Literal["series", "question"]) -> dict[str, list[Page]]:
    """Group pages by what they have in common, or by the question they answer.

    Parameters
    ----------
    pages : iterable of Page
        Profiles are left out.
    by : {"series", "question"}

    Returns
    -------
    dict of series or question to list of Page, both in reading order
    """
    groups: dict[str, list[Page]] = {}
    for page in pages:
        if not page.unit_id:
            groups.setdefault(getattr(page, by), []).append(page)
    return groups


def choose_years(dataset: Dataset, wanted: list[AnyYear] | None) -> list[AnyYear]:
    """Return the wanted years that have marks or a circular, in order; by default all.

    Parameters
    ----------
    dataset : Dataset
    wanted : list of AnyYear or None

    Returns
    -------
    list of AnyYear

    Raises
    ------
    WorkbookError
        If a wanted year is unknown, or has neither, as no year has.
    """
    for year in wanted or []:
        dataset.year(year).need_results("不能生成报告")
    years = sorted(set(wanted or dataset.reported_years))
    if not years:
        raise WorkbookError("数据文件夹中没有任何年度的评分数据（inputs），也没有通报（published）。")
    return years
