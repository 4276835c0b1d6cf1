"""The view on the screen, saved as files."""

from __future__ import annotations

from pathlib import Path

from analysis.desk.views import View
from analysis.exchange.office import to_csv
from analysis.problems import WorkbookError, tell_refusal
from analysis.storage import write_file

FOLDER = "导出"


def save_view(view: View, folder: Path) -> list[str]:
    """Write a view's table as CSV, unrounded, and its chart as PNG.

    Parameters
    ----------
    view : View
    folder : Path
        Made if it is not there.

    Returns
    -------
    list of str
        What was written, and where earlier files of the same name with other content are kept.

    Raises
    ------
    WorkbookError
        If it cannot be written.
    """
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise WorkbookError(tell_refusal(error, folder)) from error
    table = view.table.values.assign(**{"说明": view.table.note})
    told = [f"已存入 {folder}："]
    for ending, content in (("csv", to_csv(table)), ("png", view.chart.with_words().png())):
        path = folder / f"{view.name}.{ending}"
        kept = write_file(path, content)
        told.append(path.name + (f"（原有的同名文件内容不同，改名为 {kept.name}）" if kept else ""))
    return told
