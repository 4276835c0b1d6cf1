"""Proofreading: a circular that is not printed yet is held against all that is known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.assessment import Assessment
from analysis.data.dataset import Dataset, load_dataset
from analysis.data.published import Published, check_published
from analysis.data.schemes import Scheme
from analysis.documents.remarks import Kind, Remark, write_remarks
from analysis.exchange.beginnings.folder import TABLE, begin, make_circular
from analysis.exchange.beginnings.read import ReadCircular
from analysis.exchange.circulars.draft import Doubt
from analysis.problems import InputError, WorkbookError
from analysis.storage import scratch_folder


@dataclass(frozen=True)
class Proof:
    """A circular that has been proofread.

    Attributes
    ----------
    read : ReadCircular
    ledger : DataFrame of `audit_year`
        Every claim, with its verdict.
    remarks : tuple of Remark
        In the order of the text, one for a stretch of it.
    """

    read: ReadCircular
    ledger: pd.DataFrame
    remarks: tuple[Remark, ...]

    def of(self, kind: Kind) -> list[Remark]:
        """Return the remarks of a kind."""
        return [remark for remark in self.remarks if remark.kind == kind]


def proofread(read: ReadCircular, dataset: Dataset | None, others: Sequence[ReadCircular] = ()) -> Proof:
    """Hold a circular against a data folder, which is not written in, or against other circulars alone.

    Parameters
    ----------
    read : ReadCircular
    dataset : Dataset or None
        With the scheme of the year; what it has of the year's circular is left aside. None: there is none.
    others : sequence of ReadCircular
        Earlier circulars, where there is no data folder.

    Returns
    -------
    Proof

    Raises
    ------
    WorkbookError
        If the data folder does not know the year, or what was read makes no sound data.
    """
    if dataset is not None:
        scheme = dataset.year(read.year).scheme
        read = _leave_out_unknown(read, scheme)
        files, doubts = make_circular(read)
        read = replace(read, doubts=(*read.doubts, *doubts))
    with scratch_folder() as folder:
        if dataset is None:
            begun = begin(sorted([*others, read], key=lambda each: each.year))
            read, files = next(each for each in begun.sources if each.year == read.year), begun.files
        else:
            _link_all_but_circulars(dataset.root, folder, {Path(name).name for name in files})
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        try:
            year = Assessment(load_dataset(folder)).year(read.year)
        except InputError as error:
            raise WorkbookError(f"读出的内容做不成合规则的数据，没有校对：\n{error}") from error
        return Proof(read, year.audit, tuple(write_remarks(read, year)))


def _link_all_but_circulars(root: Path, folder: Path, made: set[str]) -> None:
    """Make a folder that holds what another holds, but for the circular of a year."""
    for path in root.iterdir():
        if path.name != "published":
            (folder / path.name).symlink_to(path, target_is_directory=path.is_dir())
    stems = {Path(name).stem for name in made}
    (folder / "published").mkdir()
    for path in (root / "published").iterdir() if (root / "published").is_dir() else ():
        if path.stem not in stems:
            (folder / "published" / path.name).symlink_to(path)


def _leave_out_unknown(read: ReadCircular, scheme: Scheme) -> ReadCircular:
    """Leave out what is of groups or grades that the scheme does not have, as doubts: nothing can be said of it."""
    doubts = list(read.doubts)

    def keep(printed: list[dict[str, Any]], kind: str) -> Iterator[dict[str, Any]]:
        for each in printed:
            fault = "" if "year" in each else _find_fault(each, kind, read, scheme)
            if fault:
                start, end = each.get("span", (0, 0))
                doubts.append(Doubt(fault, "".join(read.sentence_around((start, end))), (start, end)))
            else:
                yield each

    figures, lists = list(keep(read.draft.figures, "figures")), list(keep(read.draft.lists, "lists"))
    return replace(read, draft=replace(read.draft, figures=figures, lists=lists), doubts=tuple(doubts))


def _find_fault(printed: Mapping[str, Any], kind: str, read: ReadCircular, scheme: Scheme) -> str:
    """Say what the scheme does not know of a figure or a list; "" if it knows all."""
    if "unit" in printed:
        is_known = printed["measure"] in TABLE or printed.get("of") in scheme.item_names
        return "" if is_known else f"办法里没有这一项得分：{printed.get('of', '')}"
    known: dict[str, Any] = {"year": read.year, "document": read.document, "figures": [], "lists": []}
    base = {"base": read.draft.base} if read.draft.base else {}
    try:
        published = Published.model_validate(known | base | {kind: [dict(printed)]})
    except ValueError as error:
        return f"读不成一项数据（{error.args[0] if error.args else error}）"
    faults = list(check_published(published, scheme, ""))
    return f"办法里没有：{faults[0].rule}" if faults else ""
