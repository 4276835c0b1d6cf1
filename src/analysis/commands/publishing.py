"""Pages: all of them, or the profile of a unit."""

import shlex
from pathlib import Path

from analysis.periods import AnyYear
from analysis.site.processes import warm_up
from analysis.storage import find_above, find_notebooks
from analysis.texts import legible


def build(
    data: str | None,
    out: str | None,
    years: list[AnyYear] | None,
    *,
    profiles: bool | None,
    force: bool,
    keep_notebooks: Path | None,
    scheduler: str | None,
    notebooks: Path | None = None,
) -> None:
    """Make every page (see `build_workbook`) and say where they are."""
    if force or not any(Path(out or "reports").glob("*.html")):
        warm_up()  # at once: there is something to make

    from analysis.site.build import build_workbook
    from analysis.terminal import tell
    from analysis.texts import name_path

    _name_what_is_not_run(data, notebooks)
    index = build_workbook(
        data,
        out,
        years,
        profiles=profiles,
        force=force,
        keep_notebooks=keep_notebooks,
        scheduler=scheduler,
        notebooks=notebooks,
    )
    unchanged = "数据、笔记本和程序都没有变化，报告仍是最新（加 --force 可重新生成）。"
    tell(f"报告已生成：{name_path(index)}" if index else unchanged)


def profile(data: str | None, unit: str, year: AnyYear, out: str | None, notebooks: Path | None = None) -> None:
    """Make the page of one unit and say where it is."""
    from analysis.site.build import build_profile
    from analysis.terminal import tell
    from analysis.texts import name_path

    _name_what_is_not_run(data, notebooks)
    tell(f"单位画像已生成：{name_path(build_profile(data, unit, year, out, notebooks))}")


def _name_what_is_not_run(data: str | None, notebooks: Path | None) -> None:
    """Who stands beside notebooks may think that they are run; nobody has chosen them."""
    from analysis.data.folder import find_data
    from analysis.terminal import tell

    beside = find_above("notebooks/workbook.yml")
    if beside is not None and beside.parent not in (find_notebooks(notebooks), find_data(data) / "notebooks"):
        where = shlex.quote(legible(str(beside.parent)))
        tell(f"没有运行 {where} 里的笔记本：不是工作簿自己的。要运行它们，加 --notebooks {where}", aside=True)
