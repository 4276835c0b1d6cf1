"""What files a data folder has: of which kind its years are, and what would be passed over."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from analysis.data.tables import Place
from analysis.periods import KINDS, AnyYear, is_year
from analysis.problems import InputError, Problem, WorkbookError
from analysis.storage import find_above
from analysis.texts import look_of, name_path

DATA_VARIABLE = "WORKBOOK_DATA"
"""Environment variable that names the data folder for notebooks (a path in a parameter would show up in pages)."""

_ROOT = {
    **{name: (f"{name}.csv", f"{name}.parquet") for name in ("units", "lineage")},
    **{name: (f"{name}.yml",) for name in ("annotations", "documents", "reconstruction", "words")},
}
_FOLDERS = ("schemes", "inputs", "published")
_READ = {"csv", "parquet", "yml", "yaml"}
"""What the names end in of files that hold data, or are taken for such."""
_LIKE = _READ | {"tsv", "txt", "parq", "xls", "xlsx", "xlsm", "xlsb", "et", "ods", "numbers"}
"""What the name of a copy of a table may hold besides: in which other form it was saved."""
_ASIDE = re.compile(r"^[._]|^~\$|^#.*#$|~[0-9]*$|\.(bak|old|orig|save|tmp|swp)[0-9]*$", re.IGNORECASE)
"""Names of what editors, offices and systems put aside: plainly no data, and left alone."""
_COPIED = re.compile(r"\([0-9]+\)|副本|复件|拷贝|冲突|备份|copy|conflict|旧|新", re.IGNORECASE)
"""What is in the name of a folder that was copied."""
_YEAR = re.compile(r"(?<![0-9])[0-9]{4}([HQhq][0-9])?(?![0-9])")
_KEEP = "比对两份，算数的那份叫这个名字，另一份移到数据文件夹外"


def find_data(given: str | Path | None = None) -> Path:
    """Find the data folder: the one given, else `WORKBOOK_DATA`, else the one we stand in, else `data` here or above.

    Parameters
    ----------
    given : path, optional

    Returns
    -------
    Path

    Raises
    ------
    WorkbookError
        If there is no such folder, or it has no units.csv.
    """
    if given is not None and not str(given).strip():
        raise WorkbookError("没有写明数据文件夹：--data 后面是空的。请写上文件夹，或不用 --data。")
    named = given or os.environ.get(DATA_VARIABLE)
    if named:
        if not any((Path(named) / units).is_file() for units in _ROOT["units"]):
            raise WorkbookError(f"“{name_path(named)}”不是数据文件夹：其中没有 units.csv。请用 --data 另外指定。")
        return Path(named).resolve()
    inside = (f"schemes/../{units}" for units in _ROOT["units"])  # a units.csv alone may be anybody's
    found = find_above(*(f"data/{units}" for units in _ROOT["units"]), *inside)
    if found is not None:
        return found.parent.resolve()
    raise WorkbookError("当前文件夹及其上级都没有 data/units.csv。请进入工作簿文件夹，或用 --data 指定。")


def find_kind(root: Path) -> str:
    """Find the kind of period that the folder's schemes are of (see `periods.kind_of`); several are an InputError."""
    kinds = {path.stem[4:5] for path in (root / "schemes").glob("*.yml") if is_year(path.stem)}
    if len(kinds) > 1:
        rule = f"{'、'.join(KINDS[kind] for kind in sorted(kinds))}混在一起：一个数据文件夹只用一种"
        raise InputError([Problem("schemes", rule, "各用一个数据文件夹")], unfinished=True)
    return max(kinds, default="")


def find_circular(root: Path, year: AnyYear) -> Path | None:
    """Find the text of a year's circular, as circulars/<year> with any ending; None if there is none.

    Where there are several, a Word file is taken before others.
    """
    found = sorted((root / "circulars").glob(f"{year}.*"), key=lambda path: (path.suffix.lower() != ".docx", path.name))
    return next((path for path in found if path.is_file()), None)


def find_strays(root: Path) -> Iterator[Problem]:
    """Find what looks like a file of the data and would be passed over in silence, but for those of a year's inputs."""
    for folder, ending in (("schemes", ".yml"), ("published", ".yml"), ("inputs", "")):
        for path in sorted((root / folder).glob("[!.]*")):
            tell = Place(path.relative_to(root).as_posix()).tell
            looks_like_one = path.suffix.lower() in {".yml", ".yaml"} if ending else path.name[0].isdigit()
            year = path.name.removesuffix(ending)
            if looks_like_one and not is_year(year):
                yield tell(
                    "文件名应为年度",
                    f"改为四位年度，如 {folder}/2021{ending}，季度、半年如2021Q1、2021H1；不要的移到数据文件夹外",
                )
            elif not looks_like_one and _is_copy_of_a_year(path, folder):
                yield tell("像是某一年的另一份，不会读", "比对两份，算数的那份以年度为名，另一份移到数据文件夹外")
            elif not looks_like_one or folder == "schemes":
                continue  # a scheme is read, and told, with its year
            elif not (path.is_file() if ending else path.is_dir()):
                yield tell("应为文件" if ending else "应为文件夹", "换成真正的数据，或移走")
            elif not (root / "schemes" / f"{year}.yml").is_file():
                yield tell("这一年没有办法", f"补上 schemes/{year}.yml")
    for path in sorted((root / "published").glob("[!.]*.*")):
        if path.suffix.lower() in {".csv", ".parquet"} and not path.with_suffix(".yml").is_file():
            rule = "没有同名的 .yml，不知道是哪份通报的表"
            yield Problem(path.relative_to(root).as_posix(), rule, f"补上 {path.stem}.yml，或移走")
    for path in sorted(root.glob("*.yaml")):
        yield Problem(path.name, "扩展名应为 .yml", f"改名为 {path.stem}.yml，或移走")
    yield from _find_other_folders(root)
    yield from find_copies(root, root, _ROOT)


def _find_other_folders(root: Path) -> Iterator[Problem]:
    """Find what bears the name of a folder of the data and is none, and folders that are called like one."""
    for path in sorted(root.iterdir()):
        like = next((name for name in _FOLDERS if _says(path.name, name)), "")
        if path.name in _FOLDERS and not path.is_dir():
            yield Problem(path.name, "应为文件夹；是链接的，所指的地方可能没有连上", "换成真正的数据，或移走")
        elif not like or path.name == like or not path.is_dir() or _ASIDE.search(path.name):
            continue
        elif look_of(path.name).casefold() == like or _COPIED.search(look_of(path.name)):
            yield Problem(path.name, f"像是 {like} 的另一份，不会读", _KEEP)


def find_copies(folder: Path, root: Path, known: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    """Find what is called like a file of the data and is none, so that it is not plain which of both counts.

    Parameters
    ----------
    folder, root : Path
        Where it stands, and the data folder it is named against in messages.
    known : mapping of stem to names of files
        What is read there.

    Yields
    ------
    Problem
    """
    right = {name for names in known.values() for name in names}
    for path in _list_others(folder, right):
        like = next((names[0] for stem, names in known.items() if _says(path.name, stem)), "")
        if like and _forms(path.name) & _LIKE and path.suffix != ".yaml":
            yield Problem(path.relative_to(root).as_posix(), f"像是 {like} 的另一份，不会读", _KEEP)


def list_unread(root: Path) -> list[str]:
    """List what could be taken for data in a sound data folder, and is not read.

    Parameters
    ----------
    root : Path

    Returns
    -------
    list of str
        Paths relative to the folder: of tables and documents that are called like none, and of what editors put aside.
    """
    names = {name for names in _ROOT.values() for name in names}
    found = [path for path in sorted(root.iterdir()) if path.name not in names and path.is_file()]
    for folder in (*(root / name for name in ("schemes", "published")), *sorted((root / "inputs").glob("[!.]*"))):
        others = sorted(folder.iterdir()) if folder.is_dir() else []
        found += [path for path in others if path.is_file() and path.suffix.lower().removeprefix(".") not in _READ]
    return [
        path.relative_to(root).as_posix() for path in found if _forms(path.name) & _READ and path.name[0] not in "._"
    ]


def refuse_others(folder: Path, root: Path, known: Iterable[str]) -> Iterator[Problem]:
    """Find the tables and documents of a folder that are none of those that are read there.

    Parameters
    ----------
    folder, root : Path
        Where they stand, and the data folder they are named against in messages.
    known : iterable of str

    Yields
    ------
    Problem
    """
    for path in _list_others(folder, {*known}):
        if path.suffix.lower().removeprefix(".") in _READ | {"tsv"}:
            fix = f"要读的，改为 {'、'.join(known)} 之一；不要的移到数据文件夹外"
            yield Problem(path.relative_to(root).as_posix(), "这里没有叫这个名字的表，不会读", fix)


def _list_others(folder: Path, right: set[str]) -> list[Path]:
    others = (path for path in folder.iterdir() if path.name not in right)
    return sorted(path for path in others if not _ASIDE.search(path.name))


def _is_copy_of_a_year(path: Path, folder: str) -> bool:
    """Say whether a name holds a year, and a form in which its file is read, or is saved by mistake."""
    if _ASIDE.search(path.name) or not _YEAR.search(look_of(path.name)):
        return False
    forms = {"schemes": {"yml", "yaml", "txt"}, "published": {"yml", "yaml", "csv"}, "inputs": set[str]()}[folder]
    is_table = path.suffix.lower() in {".csv", ".parquet"}  # is told with its circular
    return path.is_dir() if folder == "inputs" else bool(_forms(path.name) & forms) and not is_table


def _says(name: str, stem: str) -> bool:
    """Say whether a file's name holds a stem as a word."""
    return bool(re.search(rf"(?<![a-z0-9]){re.escape(stem)}(?![a-z])", look_of(name).casefold()))


def _forms(name: str) -> set[str]:
    """List what may be extensions in a file's name, wherever they stand."""
    return {*re.findall("[a-z]+", look_of(name).casefold().partition(".")[2])}
