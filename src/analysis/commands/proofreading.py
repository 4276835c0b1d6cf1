"""Proofreading of a circular before it is printed."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from analysis.commands.console import refuse_existing, save
from analysis.data.city_words import words_of
from analysis.data.dataset import load_dataset
from analysis.documents.proofreading import Proof
from analysis.documents.proofreading import proofread as hold_against
from analysis.documents.proofs import annotate_docx, make_page
from analysis.documents.remarks import NOWHERE
from analysis.exchange.beginnings.read import ReadCircular, read_all, read_one
from analysis.periods import AnyYear, name_assessed
from analysis.problems import WorkbookError
from analysis.terminal import tell, waiting
from analysis.texts import name_path

_LISTED = 20
"""Remarks that the terminal lists."""


def proofread(
    file: Path,
    data: str | None,
    year: AnyYear | None = None,
    last: Sequence[Path] | None = None,
    out: Path | None = None,
) -> None:
    """Write a copy of a circular with what is wrong marked in it, and say how much that is.

    Parameters
    ----------
    file : Path
        The circular.
    data : str or None
        A data folder with the scheme of the year; nothing is written there.
    year : AnyYear, optional
        By default as the circular says.
    last : sequence of Path, optional
        Earlier circulars, in the place of a data folder.
    out : Path, optional
        The copy; by default beside the circular.

    Raises
    ------
    WorkbookError
        If the file cannot be read, the data folder does not know the year, or the copy would take another file's place.
    """
    is_word = file.suffix.lower() == ".docx"
    ending = ".docx" if is_word else ".html"
    marked = out or file.with_name(f"{file.stem}-校对{ending}")
    if marked.suffix.lower() != ending:
        raise WorkbookError(f"“{name_path(marked)}”：{file.suffix}的校对稿存为{ending}，请改 --out 的文件名。")
    page = marked.with_suffix(".html")
    for each in dict.fromkeys((marked, page)):
        refuse_existing(each)
    written = f"{year}={file}" if year is not None else str(file)
    with waiting("正在读通报……") as say:
        if last:
            others = read_all(map(str, last))
            read = read_one(written)
            say("正在校对……")
            proof = hold_against(read, None, others)
        else:
            dataset = load_dataset(data)
            read = read_one(written, *words_of(dataset), with_rivals=True)
            if year is None:
                _refuse_mixed_years(read)
            say("正在校对……")
            proof = hold_against(read, dataset)
        if is_word:
            save(marked, annotate_docx(proof))
        save(page, make_page(proof).encode())
    _tell(proof, marked, page)


def _refuse_mixed_years(read: ReadCircular) -> None:
    """Refuse a circular that speaks of another year than its title: it would be held against the wrong one."""
    named = Counter(re.findall(r"20\d\d(?=年度)", read.text)).most_common(1)
    if named and named[0][1] > 1 and named[0][0] != str(read.year):
        told = f"题目读作{name_assessed(read.year)}，文中多为{named[0][0]}年度，不知道按哪一年校对"
        raise WorkbookError(f"“{read.name}”{told}。请用 --year 写明考核年度。")


def _tell(proof: Proof, marked: Path, page: Path) -> None:
    wrong, document = proof.of("wrong"), f"{name_assessed(proof.read.year)}通报（{proof.read.document}）"
    tell(f"{document}：核对{len(proof.ledger)}项，标出不符{len(wrong)}处，没有核对{len(proof.of('open'))}处。")
    for remark in wrong[:_LISTED]:
        where = proof.read.source.place(remark.span[0]) if remark.span != NOWHERE else ""
        printed = " ".join(proof.read.text[slice(*remark.span)].split())
        tell(f"  {where}{f'“{printed}”：' if printed else ''}{remark.text.splitlines()[0]}")
    if len(wrong) > _LISTED:
        tell(f"  另有{len(wrong) - _LISTED}处，见校对稿。")
    tell(f"校对稿：{name_path(marked)}" + (f"；摘要：{name_path(page)}" if page != marked else ""))
