"""Archives of a year, and whether they still say what they said."""

from collections.abc import Sequence
from pathlib import Path

from analysis.assessment import Assessment
from analysis.commands.console import refuse_existing, save
from analysis.data.dataset import load_dataset
from analysis.documents.archives import make_archive, verify_archive
from analysis.periods import AnyYear, name_assessed
from analysis.terminal import tell, waiting

_LISTED = 20
"""Statements that the terminal lists."""


def archive(data: str | None, year: AnyYear, documents: Sequence[Path] | None = None, out: Path | None = None) -> None:
    """Put a year with its data, results and documents into one file.

    Parameters
    ----------
    data : str or None
    year : AnyYear
    documents : sequence of Path, optional
        Files to keep with it.
    out : Path, optional
        By default 归档-<year>.zip beside the data folder.

    Raises
    ------
    WorkbookError
        If the year is unknown, a document cannot be read, or `out` is there.
    """
    dataset = load_dataset(data)
    target = out or dataset.root.with_name(f"归档-{year}.zip")
    refuse_existing(target)
    with waiting("正在归档……"):
        content = make_archive(Assessment(dataset).year(year), documents or ())
    save(
        target,
        content,
        f"（{name_assessed(year)}，{len(content) / 1e6:.1f} MB；workbook verify {target.name} 可随时复核）",
    )


def verify(file: Path) -> int:
    """Recompute what an archive says from its own data, and say whether every published number follows.

    Parameters
    ----------
    file : Path

    Returns
    -------
    int
        1 if it is not as it was made, or anything in it does not follow that no declared remark explains; else 0.
    """
    with waiting("正在重新核算……"):
        found = verify_archive(file)
    tell(f"{name_assessed(found.year)}归档，{found.made}由{found.versions}制作，{found.files}个文件。")
    for fault in found.faults:
        tell(f"  {fault}")
    if not found.faults:
        tell("各文件与归档时相同；得分、名单、平均分和核对结论由其中的数据重新核算，全部一致。")
    if found.verdicts:
        told = "，".join(f"{name}{count}项" for name, count in found.verdicts.items() if count)
        tell(f"通报所载共{sum(found.verdicts.values())}项：{told}。")
    for text in found.contradicted[:_LISTED]:
        tell(f"  不符：{text}")
    if len(found.contradicted) > _LISTED:
        tell(f"  另有{len(found.contradicted) - _LISTED}项不符。")
    return int(bool(found.faults or found.contradicted))
