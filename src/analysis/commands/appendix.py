"""Make an appendix: Word, PDF, Excel and pictures, put in place together."""

from collections.abc import Callable
from pathlib import Path

from analysis.assessment import Assessment
from analysis.data.dataset import load_dataset
from analysis.documents.appendix import Appendix, compose, load_appendix_contents
from analysis.documents.paper import typeset, write_word
from analysis.documents.spreadsheet import write_spreadsheet
from analysis.exhibits.chart import Chart
from analysis.folders import name_previous
from analysis.periods import AnyYear, name_assessed
from analysis.problems import WorkbookError
from analysis.site.pages import is_own
from analysis.storage import log
from analysis.swaps import replaced_folder
from analysis.terminal import tell, waiting
from analysis.texts import name_path

WORD, PDF, EXCEL, PICTURES = "附件.docx", "附件.pdf", "附件.xlsx", "图"
"""What the folder of an appendix holds."""


def appendix(
    data: str | None, year: AnyYear, base_year: AnyYear | None, out: Path | None, notebooks: Path | None = None
) -> None:
    """Make every form of the appendix of a year, put them in a folder together, and say what is not in it.

    Parameters
    ----------
    data : str or None
        Data folder.
    year : AnyYear
    base_year : AnyYear or None
        The year to compare with; by default the last one before that has marks or a circular.
    out : Path or None
        The folder; an earlier appendix in it is kept in a folder beside, named `-previous`. By default it is made here,
        or beside a data folder that is not the workbook's own.
    notebooks : Path or None
        The folder whose appendix.yml says what is in it (see `find_notebooks`).

    Raises
    ------
    WorkbookError
        For a mistake in the data or the arguments; nothing has been written.
    """
    dataset = load_dataset(data)
    city = Assessment(dataset)
    base = _choose_base(dataset.reported_years, city.year(year).year, base_year)
    contents = load_appendix_contents(notebooks)
    place = out or _default(dataset.root, f"附件-{year}", notebooks)
    target = place.absolute()
    previous = name_previous(target, "附件", lambda _: (WORD, PDF, EXCEL, f"{PICTURES}/"))
    with waiting("正在计算……") as say:
        made = compose(contents, city.year(year) if base is None else city.pair(base, year))
        if not made.items:
            raise WorkbookError(f"{name_assessed(year)}没有可放进附件的图表：{'；'.join(made.left_out)}。")
        with replaced_folder(target, previous, sealed=True) as fresh:
            _write(made, fresh, say)
    log(dataset.root, f"appendix {year}（基期{base or '无'}）-> {target}")
    for each in made.left_out:
        tell(f"  略去：{each}")
    tell(f"附件已生成：{name_path(place)}")


def _default(data: Path, name: str, notebooks: Path | None) -> Path:
    return Path(name) if is_own(data, notebooks) else data.with_name(f"{data.name}-{name}")


def _choose_base(reported: list[AnyYear], year: AnyYear, base_year: AnyYear | None) -> AnyYear | None:
    if year not in reported:
        known = "、".join(map(str, reported)) or "无"
        raise WorkbookError(f"{name_assessed(year)}没有评分数据，也没有通报，做不了附件。可做的年度：{known}。")
    earlier = [each for each in reported if each < year]
    if base_year is not None and base_year not in earlier:
        known = "、".join(map(str, earlier)) or "无"
        raise WorkbookError(f"基期年度{base_year}应有评分数据或通报，且早于报告年度{year}。可用：{known}。")
    return base_year if base_year is not None else max(earlier, default=None)


def _write(made: Appendix, folder: Path, say: Callable[[str], None]) -> None:
    def announce(what: str) -> None:
        say(f"正在写{what}……")

    announce(PDF)
    pdf, pages = typeset(made)
    (folder / PDF).write_bytes(pdf)
    announce(WORD)
    (folder / WORD).write_bytes(write_word(made, pages))
    announce(EXCEL)
    (folder / EXCEL).write_bytes(write_spreadsheet(made))
    (folder / PICTURES).mkdir()
    for item, chart in made.figures:
        announce(item.label)
        _write_pictures(chart, folder / PICTURES / item.file_name)


def _write_pictures(chart: Chart, stem: Path) -> None:
    """Write a figure in every format, in colour and in grey."""
    whole = chart.with_words()
    for each, suffix in ((whole, ""), (whole.in_grey(), "（灰度）")):
        for ending, content in (("png", each.png(300)), ("svg", each.svg()), ("pdf", each.pdf())):
            stem.with_name(f"{stem.name}{suffix}.{ending}").write_bytes(content)
