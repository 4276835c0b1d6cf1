"""What files a data folder has: of which kind its years are, and what would be passed over."""

from collections.abc import Iterator
from pathlib import Path

from analysis.data.tables import Place
from analysis.periods import KINDS, is_year
from analysis.problems import InputError, Problem


def find_kind(root: Path) -> str:
    """Find the kind of period that the folder's schemes are of (see `periods.kind_of`); several are an InputError."""
    kinds = {path.stem[4:5] for path in (root / "schemes").glob("*.yml") if is_year(path.stem)}
    if len(kinds) > 1:
        rule = f"{'、'.join(KINDS[kind] for kind in sorted(kinds))}混在一起：一个数据文件夹只用一种"
        raise InputError([Problem("schemes", rule, "各用一个数据文件夹")], unfinished=True)
    return max(kinds, default="")


def find_strays(root: Path) -> Iterator[Problem]:
    """Find what looks like a year's file and would be passed over in silence."""
    for folder, ending in (("schemes", ".yml"), ("published", ".yml"), ("inputs", "")):
        for path in sorted((root / folder).glob("[!.]*")):
            tell = Place(path.relative_to(root).as_posix()).tell
            looks_like_one = path.suffix.lower() in {".yml", ".yaml"} if ending else path.name[0].isdigit()
            year = path.name.removesuffix(ending)
            if looks_like_one and not is_year(year):
                yield tell(
                    "文件名应为年度",
                    f"改为四位年度，如 {folder}/2021{ending}，季度、半年如 2021Q1、2021H1；不要的移到数据文件夹外",
                )
            elif not looks_like_one or folder == "schemes":
                continue  # a scheme is read, and told, with its year
            elif not (path.is_file() if ending else path.is_dir()):
                yield tell("应为文件" if ending else "应为文件夹", "换成真正的数据，或移走")
            elif not (root / "schemes" / f"{year}.yml").is_file():
                yield tell("这一年没有办法", f"补上 schemes/{year}.yml")
    for path in sorted(root.glob("*.yaml")):
        yield Problem(path.name, "扩展名应为 .yml", f"改名为 {path.stem}.yml，或移走")
