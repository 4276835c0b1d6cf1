"""A data folder made of circulars alone."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from analysis.commands.console import quoted, with_data
from analysis.data.city_words import WORDS, read_city_words
from analysis.data.dataset import load_dataset
from analysis.documents.review import PAGE, make_review
from analysis.exchange.beginnings.folder import PROPOSED, Beginning, begin
from analysis.exchange.beginnings.read import read_all
from analysis.folders import filled_folder, is_vacant
from analysis.periods import name_assessed
from analysis.problems import InputError, WorkbookError
from analysis.storage import log
from analysis.terminal import tell, waiting
from analysis.texts import name_path

_SHOWN = 5
"""Doubts that are told in the terminal; the page has all."""


def from_circulars(files: Sequence[str], out: Path, same: Sequence[str] | None, words: Path | None = None) -> None:
    """Read circulars, make a data folder of them, and say what is to be looked at.

    Parameters
    ----------
    files : sequence of str
        Paths, or `2021=path`.
    out : Path
        Not there yet, or empty.
    same : sequence of str or None
        Names that are one unit's, such as 旧名=新名.
    words : Path or None
        How the city's circulars call groups, grades and components: becomes words.yml of the folder.

    Raises
    ------
    WorkbookError
        If a file cannot be read, two are of one year, or something is in `out`.
    """
    if not is_vacant(out):
        raise WorkbookError(f"“{name_path(out)}”里已有东西，没有改动。请用 --out 另指一个新的或空的文件夹。")
    own = read_city_words(words) if words else None
    with waiting("正在读通报……") as say:

        def announced() -> Iterator[str]:
            for place, each in enumerate(files, 1):
                say(f"正在读通报（{place}/{len(files)}）：{each}")
                yield each

        begun = begin(read_all(announced(), own), same or ())
        say("正在做成数据文件夹……")
        if words:
            begun.files[WORDS] = words.read_bytes()
        _write(out, begun, files, words)
    log(out, f"from-circulars -> {out.absolute()}")
    _tell(begun, out)


def _write(out: Path, begun: Beginning, files: Sequence[str], words: Path | None) -> None:
    """Write a folder that is sound and complete, or none."""
    with filled_folder(out) as fresh:
        for name, content in begun.files.items():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).write_bytes(content)
        try:
            dataset = load_dataset(fresh)
        except InputError as error:
            rule = "读到的内容做不成合规则的数据文件夹，没有写；多半是通报里有读错的地方："
            raise WorkbookError(f"{rule}\n{error}") from error
        pairs = " ".join(quoted(f"{each.old}={each.new}") for each in begun.proposals)
        given = " ".join(map(quoted, [*files, *(["--words", str(words)] if words else [])]))
        again = f"workbook from-circulars {given} --out {quoted(f'{out}-2')} --same {pairs}"
        page = make_review(begun, dataset, f"workbook check{with_data(str(out))}", again)
        (fresh / PAGE).write_bytes(page.encode("utf-8", errors="backslashreplace"))


def _tell(begun: Beginning, out: Path) -> None:
    tell(f"已做成数据文件夹：{name_path(out)}")
    for each in begun.sources:
        held = f"{len(each.draft.figures)}个数、{len(each.draft.lists)}份名单"
        tell(f"  {name_assessed(each.year)}：{each.title}，{held}，待核{len(each.doubts)}处")
        for note in each.notes:
            tell(f"    读法：{note}")
    doubts = [f"{name_assessed(each.year)}：{doubt.text}" for each in begun.sources for doubt in each.doubts]
    for doubt in doubts[:_SHOWN]:
        tell(f"  待核：{doubt}")
    if len(doubts) > _SHOWN:
        tell(f"  待核的另有{len(doubts) - _SHOWN}处，见 {PAGE}")
    for pair in begun.proposals:
        tell(f"  可能是同一单位：{pair.old}、{pair.new}（{pair.why}），没有合并")
    if begun.proposals:
        tell(f"  确是同一单位的，用 --same 旧名=新名 重新做一次，见 {PAGE}、{PROPOSED}")
    tell(f"  推定{len(begun.assumed)}条，见 {PAGE}")
    where = with_data(str(out))
    mend = "对照原句核对，直接改文件夹里的文件"
    tell(f"接下来：打开 {name_path(out / PAGE)}，{mend}；再 workbook check{where}，workbook audit{where}")
