"""The circulars that a data folder is to be made of: each file, the year it is of, and what was read in it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from analysis.data.names import find_taken
from analysis.data.published import UNIT_LISTS
from analysis.exchange.circulars.draft import Doubt, Draft
from analysis.exchange.circulars.reader import read_circular
from analysis.exchange.sources.parts import cut_before
from analysis.exchange.sources.source import Source, read_source
from analysis.periods import AnyYear, kind_of, name_assessed, read_year
from analysis.problems import WorkbookError
from analysis.texts import LONGEST_NAME, count_ems, find_fault, legible, name_path
from analysis.words import NUMBERS_TRACED

_NEAR = 300
"""Characters of a sentence before, and after, what is shown in it."""
_NO_YEAR = "请填 year"
"""What the doubt says that is none where the year is stated."""
_PLACE = re.compile(r"^\s*(?:中共)?([一-鿿]{2,5}[市县区州盟旗])(?=人民政府|委|法治|依法|全面|政府)", re.MULTILINE)
_HEAD = 300
"""Characters among which it stands whose circular it is."""
_SENTENCE = re.compile(r"[^。；\n]*[。；]?")


CityWords: TypeAlias = Mapping[str, Mapping[str, list[str]]]


@dataclass(frozen=True)
class ReadCircular:
    """A circular that was read.

    Attributes
    ----------
    path : Path
    source : Source
        The text of the file.
    draft : Draft
    year : AnyYear
    doubts : tuple of Doubt
    """

    path: Path
    source: Source
    draft: Draft
    year: AnyYear
    doubts: tuple[Doubt, ...] = ()

    @property
    def text(self) -> str:
        """The text of the file."""
        return self.source.text

    @property
    def notes(self) -> tuple[str, ...]:
        """How the file was read, where that is not plain."""
        return self.source.notes

    @property
    def name(self) -> str:
        """The file's name, fit to be shown."""
        return legible(self.path.name)

    @property
    def document(self) -> str:
        """The circular's number, or else the name of its file."""
        return self.draft.document or self.name

    @property
    def title(self) -> str:
        """The circular's number and its file, or the file alone."""
        return self.name if self.document == self.name else f"{self.document}（{self.name}）"

    def cite(self, section: str = "") -> str:
        """Say where something is printed."""
        return f"{self.document} {section}".strip()

    def words(self, kind: str) -> dict[str, str]:
        """Return how the circular calls its groups, grades or components, by id; grades best first."""
        return dict(self.draft.words.get(kind, {}))

    @property
    def printed(self) -> list[dict[str, Any]]:
        """All figures and lists."""
        return [*self.draft.figures, *self.draft.lists]

    def figures(self, *measures: str) -> list[dict[str, Any]]:
        """Return the figures of some measures, in printed order."""
        return [each for each in self.draft.figures if each["measure"] in measures]

    def lists(self, *kinds: str) -> list[dict[str, Any]]:
        """Return the lists of some kinds, in printed order."""
        return [each for each in self.draft.lists if each["list"] in kinds]

    def sentence_around(self, span: Sequence[int]) -> tuple[str, str, str]:
        """Return the sentence that a stretch of the text stands in: what is before it, the stretch, what is after.

        Of a long one as much as is near.
        """
        start, end = span
        near = max(start - _NEAR, 0)
        first = max(near, *(self.text.rfind(mark, near, start) + 1 for mark in "。；\n"))
        found = _SENTENCE.match(self.text, end, end + _NEAR)
        return self.text[first:start].lstrip(), self.text[start:end], found[0].rstrip() if found else ""


def read_all(written: Iterable[str], own: CityWords | None = None) -> list[ReadCircular]:
    """Read circulars, one a year.

    Parameters
    ----------
    written : iterable of str
        A path each, or `2021=path` where the file does not say, or not rightly, of which year it is.
    own : CityWords, optional
        The words of the city, as in words.yml of a data folder.

    Returns
    -------
    list of ReadCircular, in order of year

    Raises
    ------
    WorkbookError
        If a file cannot be read, nothing is found in it, its year is not known, or two are of one year.
    """
    sources = dict[AnyYear, ReadCircular]()
    for each in dict.fromkeys(written):
        source = read_one(each, own)
        other = sources.setdefault(source.year, source)
        if other is not source:
            sources[source.year] = _unite(other, source)
    if len({kind_of(year) for year in sources}) > 1:
        years = "、".join(name_assessed(year) for year in sorted(sources, key=str))
        raise WorkbookError(f"年度、半年、季度不能放在一个数据文件夹里（{years}）。请分几次做，各用一个文件夹。")
    return _doubt_places([sources[year] for year in sorted(sources)])


def _doubt_places(sources: list[ReadCircular]) -> list[ReadCircular]:
    """Doubt that circulars belong together which begin with the names of two places."""
    found = {source.year: place[1] for source in sources if (place := _PLACE.search(source.text[:_HEAD]))}
    if len({*found.values()}) < 2:
        return sources
    whose = "，".join(f"{name_assessed(year)}的是“{place}”" for year, place in found.items())
    doubt = Doubt(f"各份通报开头的地方不同（{whose}）：不是同一个地方的，请分开做，各用一个文件夹")
    return [replace(sources[0], doubts=(doubt, *sources[0].doubts)), *sources[1:]]


def read_one(
    written: str, own: CityWords | None = None, units: frozenset[str] = frozenset(), *, with_rivals: bool = False
) -> ReadCircular:
    """Read one circular (see `read_all`), knowing the names of some units (see `read_circular`)."""
    stated, path = _split(written)
    content = cut_before(read_source(path), NUMBERS_TRACED)  # of a circular that was drafted here
    draft = read_circular(content.text, own, units, with_rivals=with_rivals)
    year = stated if stated is not None else draft.year
    if not draft.figures and not draft.lists:
        raise WorkbookError(f"“{name_path(path)}”里没有读出任何数或名单。请看看是不是通报的正文，或先从文件中去掉它。")
    if year is None:
        way = f"请在文件名前写明，如2021={name_path(path)}（季度、半年写2021Q1、2021H1）"
        raise WorkbookError(f"“{name_path(path)}”里没有读出考核年度。{way}。")
    if stated is not None:
        draft = replace(draft, unsure=[each for each in draft.unsure if _NO_YEAR not in each.text])
    doubts = list(draft.unsure)
    if draft.year not in {None, year}:
        start = max(content.text.find(written := f"{draft.year}年"), 0)
        told = f"文中读作{name_assessed(draft.year)}，按写明的{name_assessed(year)}收入"
        doubts.append(Doubt(told, span=(start, start + len(written) * content.text.startswith(written, start))))
        figures, lists = _of_this_year(draft.figures, year), _of_this_year(draft.lists, year)
        draft = replace(draft, figures=figures, lists=lists)
    draft, faulty = without_faulty_names(replace(draft, year=year))
    doubts += [Doubt(f"“{legible(name)}”不能是单位的名称，没有收入") for name in faulty]
    return ReadCircular(path, content, draft, year, tuple(doubts))


def _of_this_year(printed: Iterable[dict[str, Any]], year: AnyYear) -> list[dict[str, Any]]:
    """Take what is printed of the year as the circular's own, now that it is known to be of that year."""
    return [{key: value for key, value in each.items() if (key, value) != ("year", year)} for each in printed]


def without_faulty_names(draft: Draft) -> tuple[Draft, list[str]]:
    """Leave out what no unit can be called in a data folder; the lists are open then."""
    lists = [each for each in draft.lists if each["list"] in UNIT_LISTS]
    names = [*(name for each in lists for name in each["names"]), *(each.get("unit", "") for each in draft.figures)]
    faulty = dict.fromkeys(name for name in names if name and _is_faulty(name))
    if not faulty:
        return draft, []
    kept = [
        each | {"names": [name for name in each["names"] if name not in faulty], "complete": False}
        if each["list"] in UNIT_LISTS and faulty.keys() & {*each["names"]}
        else each
        for each in draft.lists
    ]
    figures = [each for each in draft.figures if each.get("unit") not in faulty]
    return replace(draft, lists=kept, figures=figures), list(faulty)


def _is_faulty(name: str) -> bool:
    spaced = name != " ".join(name.split())
    return spaced or count_ems(name) > LONGEST_NAME or bool(find_fault(name) or find_taken("unit", [name]))


def _split(written: str) -> tuple[AnyYear | None, Path]:
    """Tell a stated year from the path behind it; a file that is called so is a path."""
    stated, equals, path = written.partition("=")
    year = read_year(stated) if equals and path and not Path(written).exists() else None
    return (None, Path(written)) if year is None else (year, Path(path))


def _unite(first: ReadCircular, second: ReadCircular) -> ReadCircular:
    """Keep the first of two files that are one document; others of one year are refused."""
    one = bool(first.draft.document) and first.draft.document == second.draft.document
    same = "".join(first.text.split()) == "".join(second.text.split())
    names = f"“{name_path(first.path)}”和“{name_path(second.path)}”"
    if not (one or same):
        raise WorkbookError(
            f"{names}都是{name_assessed(first.year)}的，却不是同一份文件。一个年度只用一份通报：去掉一份；"
            "年度读错了的，在文件名前写明，如2021=文件。"
        )
    if differing := _compare(first, second):
        raise WorkbookError(
            f"{names}文号相同，读出的数却有{len(differing)}处不同（如{differing[0]}）。请核对后只留一份。"
        )
    note = f"{second.name} 与 {first.name} 是同一份文件，没有再读入"
    return replace(first, source=replace(first.source, notes=(*first.notes, note)))


def _compare(first: ReadCircular, second: ReadCircular) -> list[str]:
    """List the values of what only one of two readings of a document has otherwise."""

    def tell(source: ReadCircular) -> dict[tuple[Any, ...], str]:
        keys = ("measure", "group", "of", "unit", "years", "section")
        return {tuple(each.get(key) for key in keys): each["value"] for each in source.draft.figures}

    known, others = tell(first), tell(second)
    return [f"{known[key]}与{others[key]}" for key in known.keys() & others.keys() if known[key] != others[key]]
