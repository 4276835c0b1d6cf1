"""Archives: a year with all that follows from it in one file, to be kept, and to be recomputed from."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from analysis.assessment import Assessment, Year
from analysis.data.dataset import load_dataset
from analysis.data.state import list_files
from analysis.exchange.files import Limits, Package, read_once
from analysis.exchange.office import to_csv
from analysis.methods.audit.tabulation import are_heads
from analysis.periods import AnyYear, read_year
from analysis.problems import InputError, WorkbookError
from analysis.storage import scratch_folder, write_time
from analysis.texts import FileError, name_path
from analysis.versions import list_versions
from analysis.words import VERDICTS

_MANIFEST = "manifest.json"
_LIMITS = Limits(1_000_000_000, 4_000_000_000)
_DATA, _CIRCULARS, _RESULTS, _DOCUMENTS = "data", "circulars", "results", "documents"
"""Folders of an archive: the data folder, with the circulars as they were given; what follows; what was made of it."""
_CLOSE = 1e-9
"""How far a number may be from itself on another machine: libraries add up in another order."""


@dataclass(frozen=True)
class Verified:
    """What became of an archive when it was recomputed.

    Attributes
    ----------
    year : AnyYear
    made, versions : str
        When, and with which versions, it was made.
    files : int
    faults : tuple of str
        What is not as it was, or does not follow from the data; none: it is whole, and all results follow.
    verdicts : dict of str to int
        Claims of the circular by verdict; empty without a circular.
    contradicted : tuple of str
        What of the circular does not follow, and has no declared remark.
    """

    year: AnyYear
    made: str
    versions: str
    files: int
    faults: tuple[str, ...]
    verdicts: Mapping[str, int]
    contradicted: tuple[str, ...]


def make_archive(year: Year, documents: Iterable[Path] = ()) -> bytes:
    """Put a year into one file: the data folder, results, lists and audit, documents, and what is in it.

    Parameters
    ----------
    year : Year
    documents : iterable of Path
        Files that were made of the year or belong to it; two of one name are refused.

    Returns
    -------
    bytes
        A .zip; the same inputs at the same time give the same bytes.

    Raises
    ------
    WorkbookError
        If a document cannot be read or two have the same name, or the data folder changes meanwhile.
    """
    root = year.dataset.root
    given = sorted(path for path in (root / _CIRCULARS).glob(f"{year.year}.*") if path.is_file())
    files = {f"{_DATA}/{path.relative_to(root).as_posix()}": path for path in [*list_files(root), *given]}
    for path in documents:
        if files.setdefault(f"{_DOCUMENTS}/{path.name}", path) != path:
            raise WorkbookError(f"有两个文件都叫“{name_path(path.name)}”，归档后分不清。请改一个的名字。")
    contents, times = dict[str, bytes](), dict[str, str]()
    for name, path in files.items():
        try:
            contents[name], changed = read_once(path, _LIMITS), path.stat().st_mtime
        except FileError as error:
            raise WorkbookError(f"“{name_path(path)}”{error.rule}。请{error.fix}。") from error
        except OSError as error:
            raise WorkbookError(f"“{name_path(path)}”读不了，没有归档。请核对路径。") from error
        times[name] = write_time(changed)
    contents |= {f"{_RESULTS}/{name}": to_csv(frame) for name, frame in _work_out(year).items()}
    year.dataset.refuse_changed()
    listed = [
        {"name": name, "sha256": sha256(content).hexdigest(), "bytes": len(content), "changed": times.get(name, "")}
        for name, content in contents.items()
    ]
    stamp = write_time()
    manifest = {"year": str(year.year), "made": stamp, "versions": list_versions(), "files": listed}
    contents[_MANIFEST] = f"{json.dumps(manifest, ensure_ascii=False, indent=2)}\n".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _work_out(year: Year) -> dict[str, pd.DataFrame]:
    """Return all that follows from a year's data, by the name of its file."""
    results = year.scores if year.facts.inputs is not None else year.results
    names = year.units.set_index("unit_id")["name"]
    graded = results[results["grade"].notna()].assign(name=results["unit_id"].map(names))
    lists = graded.sort_values(["group", "grade", "rank"], kind="stable")[["group", "grade", "rank", "unit_id", "name"]]
    found = {"scores.csv": results, "lists.csv": lists, "averages.csv": year.averages}
    return found | ({"audit.csv": year.audit} if year.facts.published is not None else {})


def verify_archive(path: Path) -> Verified:
    """See whether an archive is as it was made, and recompute all that it says from its data.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Verified

    Raises
    ------
    WorkbookError
        If the file is no archive.
    """
    try:
        package = Package(read_once(path, _LIMITS), ".zip", _LIMITS)
        manifest = json.loads(package.read(_MANIFEST)) if _MANIFEST in package.parts else {}
        year = read_year(str(manifest.get("year", "")))
        listed = {str(each["name"]): str(each["sha256"]) for each in manifest.get("files", ())}
        contents = {name: package.read(name) for name in package.parts if name != _MANIFEST}
    except OSError as error:
        raise WorkbookError(f"没有文件“{name_path(path)}”，或者读不了。请核对路径。") from error
    except (FileError, ValueError, KeyError, TypeError, AttributeError):
        year, listed, contents = None, {}, {}
    if year is None or not listed:
        raise WorkbookError(f"“{name_path(path)}”不是工作簿的归档文件（archive），或已损坏。请换一份完好的。")
    faults = [f"“{name}”不见了" for name in listed.keys() - contents.keys()]
    faults += [f"“{name}”是后来放进去的" for name in contents.keys() - listed.keys()]
    both = sorted(listed.keys() & contents.keys())
    faults += [f"“{name}”与归档时不同" for name in both if sha256(contents[name]).hexdigest() != listed[name]]
    verdicts, contradicted = dict[str, int](), tuple[str, ...]()
    try:
        with scratch_folder() as folder:
            again, verdicts, contradicted = _recompute(contents, folder, year)
        faults += [f"“{name}”与由数据重新核算的不同" for name in again if not _agree(contents, name, again[name])]
    except (InputError, WorkbookError) as error:
        faults.append(f"数据不能重新核算：{error}")
    made, versions = str(manifest.get("made", "")), str(manifest.get("versions", ""))
    return Verified(year, made, versions, len(listed), tuple(sorted(faults)), verdicts, contradicted)


def _recompute(
    contents: Mapping[str, bytes], folder: Path, year: AnyYear
) -> tuple[dict[str, pd.DataFrame], dict[str, int], tuple[str, ...]]:
    """Work out again what follows from the data in an archive, in a folder."""
    for name, content in contents.items():
        parts = PurePosixPath(name).parts
        if parts[0] == _DATA:
            place = folder.joinpath(*parts)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    if not (folder / _DATA).is_dir():
        raise WorkbookError("里面没有数据")
    opened = Assessment(load_dataset(folder / _DATA)).year(year)
    again = {f"{_RESULTS}/{name}": frame for name, frame in _work_out(opened).items()}
    if opened.facts.published is None:
        return again, {}, ()
    ledger = opened.audit
    wrong = ledger[ledger["verdict"].eq("contradicted") & ledger["remark"].eq("") & are_heads(ledger)]
    verdicts = {name: int(ledger["verdict"].eq(key).sum()) for key, name in VERDICTS.items()}
    return again, verdicts, tuple(wrong["text"])


def _agree(contents: Mapping[str, bytes], name: str, again: pd.DataFrame) -> bool:
    """Say whether a result that was kept is what was worked out again, but for what libraries round otherwise."""
    if name not in contents:
        return False
    kept, made = (_read(content) for content in (contents[name], to_csv(again)))
    try:
        pd.testing.assert_frame_equal(kept, made, check_dtype=False, rtol=_CLOSE, atol=_CLOSE)
    except AssertionError:
        return False
    return True


def _read(content: bytes) -> pd.DataFrame:
    """Read a CSV of ours, numbers as numbers where a whole column is."""
    frame: Any = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", dtype=str, keep_default_na=False)
    for column in frame:
        numbers = pd.to_numeric(frame[column].replace("", "nan"), errors="coerce")
        if numbers.notna().eq(frame[column].ne("")).all():
            frame[column] = numbers
    return frame
