"""What documents there are: documents.yml lists each with what stands in it, and an office adds its own."""

import re
from collections.abc import Mapping
from dataclasses import fields
from itertools import chain
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PrivateAttr, field_validator, model_validator

from analysis.data.documents import Document, Truth, load_document
from analysis.exhibits.drafting import Drafted
from analysis.exhibits.exhibit import EXHIBITS, Exhibit
from analysis.problems import WorkbookError
from analysis.storage import find_notebooks
from analysis.texts import legible, name_path

FILE = "documents.yml"
"""Where documents are listed: among the notebooks, and in a data folder."""
Form = Literal["docx", "pdf", "xlsx", "pictures"]
_GIVEN = frozenset({"year", "base", "group", "unit_id"})
"""What an exhibit is told that is no option of it."""
_TYPES = {int: "整数", float: "数", bool: "true 或 false"}
_BLANKS = frozenset({"year", "base_year", "unit", "group"})
"""What a text may leave open."""


def _check_blanks(text: str) -> str:
    """Refuse what nobody fills in."""
    try:
        parsed = [each for each in Formatter().parse(text) if each[1] is not None]
    except ValueError as error:
        raise ValueError("花括号不成对") from error
    blanks = {f"{field}{'!' + how if how else ''}{':' + width if width else ''}" for _, field, width, how in parsed}
    if unknown := blanks - _BLANKS:
        known = "、".join(f"{{{each}}}" for each in sorted(_BLANKS))
        raise ValueError(f"不认识 {'、'.join(f'{{{each}}}' for each in sorted(unknown))}；可用：{known}")
    return text


Text = Annotated[str, Field(min_length=1)]
_LONGEST = 20
"""Characters of a name, which files are called by."""
_NO_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]|^[\s.]|[\s.]$|^(?i:con|prn|aux|nul|com\d|lpt\d)$')
"""What no file can be called everywhere."""


class Entry(Document):
    """One line of a document: a heading, a paragraph, what an exhibit says, a figure or a table.

    Attributes
    ----------
    heading, write, address, sign : str or None
        Words: over what follows, in a paragraph, to whom, by whom. What stands in 【】 the office has yet to write.
    level : int
        Of a heading: 1 for 一、, 2 for （一）.
    tell, figure, table : str or None
        An exhibit, of which the sentences, the chart or the table are taken.
    figures : list of str
        Exhibits whose charts stand side by side.
    sources : bool
        The table that says where the numbers of the text are from.
    groups : list of str
        The groups that are shown; empty for all.
    options : dict
        Of the exhibit.
    """

    heading: Text | None = None
    level: Literal[1, 2] = 1
    write: Text | None = None
    address: Text | None = None
    sign: Text | None = None
    tell: str | None = None
    figure: str | None = None
    table: str | None = None
    figures: list[str] = Field(default_factory=list)
    sources: Truth = False
    groups: list[str] = Field(default_factory=list)
    options: dict[str, Any] = Field(default_factory=dict)

    _check_words = field_validator("heading", "write", "address", "sign")(_check_blanks)

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        kinds = ("heading", "write", "address", "sign", "tell", "figure", "table", "figures", "sources")
        given = [kind for kind in kinds if getattr(self, kind)]
        if len(given) != 1:
            raise ValueError(f"每一条从 {'、'.join(kinds)} 中写一个，只写一个")
        if self.level != 1 and not self.heading:
            raise ValueError("level 只用于 heading")
        if not self.exhibits and (self.options or self.groups):
            raise ValueError("options、groups 只用于图表")
        for name in self.exhibits:
            if name not in (known := list_available(self.part)):
                raise ValueError(f"没有 {legible(name)} 这个图表；可用：{'、'.join(known)}")
            if self.groups and "group" not in EXHIBITS[name].needs:
                raise ValueError("这个图表不分组，不写 groups")
            self._check_options(EXHIBITS[name])
        return self

    def _check_options(self, kind: type[Exhibit]) -> None:
        """Refuse options that the exhibit does not have, or of another type."""
        known = {each.name: type(each.default) for each in fields(kind) if each.name not in _GIVEN}
        for name, value in self.options.items():
            if name not in known or type(value) is not known[name]:
                told = "、".join(f"{each}（{_TYPES.get(of, '文字')}）" for each, of in known.items()) or "无"
                raise ValueError(f"“{kind.label}”的 options 可写：{told}")

    @property
    def part(self) -> str:
        """What is taken of its exhibits."""
        return "sentences" if self.tell else "table" if self.table else "chart"

    @property
    def exhibits(self) -> list[str]:
        """The names of the exhibits that it takes from."""
        return [each for each in (self.tell, self.figure, self.table, *self.figures) if each]


def list_available(part: str) -> list[str]:
    """Name the exhibits that have "sentences", a "chart" or a "table", and are about no indicator."""
    return [name for name, kind in EXHIBITS.items() if kind.has(part) and "indicator_id" not in kind.needs]


class DocumentKind(Document):
    """A kind of document.

    Attributes
    ----------
    name, summary : str
    about : {"year", "unit"}
        Whether there is one of a year, or one of each of its units.
    forms : list of {"docx", "pdf", "xlsx", "pictures"}
    title : str
    opening : str
        What stands over the title at the left: 附件.
    contents : bool
        Whether lists of figures and tables come first.
    genuine : bool
        Whether it is refused for reconstructed marks.
    dense : bool
        Set in small type, to fit on a sheet.
    sheet : {"A4", "A3"}
    template : str
        A .docx beside documents.yml whose styles, page and head are taken; "" for the workbook's own.
    items : list of Entry
    """

    name: Text
    summary: str = ""
    about: Literal["year", "unit"] = "year"
    forms: list[Form] = Field(default=["docx"], min_length=1)
    title: Text
    opening: str = ""
    contents: Truth = False
    genuine: Truth = False
    dense: Truth = False
    sheet: Literal["A4", "A3"] = "A4"
    template: str = ""
    items: list[Entry] = Field(min_length=1)
    _folder: Path = PrivateAttr(default=Path())

    _check_words = field_validator("title")(_check_blanks)

    @field_validator("name")
    @classmethod
    def _names_a_file(cls, name: str) -> str:
        if _NO_NAME.search(name) or len(name) > _LONGEST:
            told = f'名称用作文件名，最多{_LONGEST}个字，不用 \\ / : * ? " < > | 和系统保留的名称，首尾不用点和空格'
            raise ValueError(told)
        return name

    @field_validator("template")
    @classmethod
    def _is_beside(cls, template: str) -> str:
        if template and (_NO_NAME.search(template) or not template.lower().endswith(".docx")):
            raise ValueError("template 写 documents.yml 旁边的 Word 文件的文件名，如 模板.docx")
        return template

    @model_validator(mode="after")
    def _has_sources(self) -> Self:
        told = [EXHIBITS[each.tell] for each in self.items if each.tell]
        if any(each.sources for each in self.items) and not any(issubclass(kind, Drafted) for kind in told):
            drafted = "、".join(name for name, kind in EXHIBITS.items() if issubclass(kind, Drafted))
            raise ValueError(f"sources 是通报文字中数字的出处，要有 tell：{drafted} 之一")
        return self

    @model_validator(mode="after")
    def _is_about_one(self) -> Self:
        if self.about == "year":
            words = [(each.heading, each.write, each.address, each.sign) for each in self.items]
            told = filter(None, [self.title, *chain.from_iterable(words)])
            if of_unit := [word for word in told if re.search(r"\{(unit|group)\}", word)]:
                raise ValueError(f"“{of_unit[0]}”是关于一个单位的；每个单位一份的文件写 about: unit")
            for each in self.items:
                if of_unit := [name for name in each.exhibits if "unit" in EXHIBITS[name].needs]:
                    raise ValueError(f"{'、'.join(of_unit)} 是关于一个单位的；每个单位一份的文件写 about: unit")
        return self

    @property
    def exhibits(self) -> list[type[Exhibit]]:
        """The exhibits that it takes from."""
        return [EXHIBITS[name] for entry in self.items for name in entry.exhibits]

    @property
    def template_path(self) -> Path | None:
        """The template, if it has one of its own."""
        return self._folder / self.template if self.template else None


class _List(Document):
    documents: list[DocumentKind]

    @model_validator(mode="after")
    def _are_different(self) -> Self:
        names = [each.name for each in self.documents]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"{'、'.join(sorted(twice))} 列了两次")
        return self


def load_kinds(data: Path, notebooks: str | Path | None = None) -> Mapping[str, DocumentKind]:
    """Read what documents there are: those that come with the notebooks, and those of a data folder over them.

    Parameters
    ----------
    data : Path
        Data folder; its documents.yml need not be there.
    notebooks : path, optional
        See `find_notebooks`.

    Returns
    -------
    dict of name to DocumentKind

    Raises
    ------
    WorkbookError
        If there is no list at all, or something in it is not known.
    """
    kinds: dict[str, DocumentKind] = {}
    for folder in (find_notebooks(notebooks), data):
        path = folder / FILE
        if path.is_file():
            for kind in load_document(path, folder, _List).documents:
                kind._folder = folder
                kinds[kind.name] = kind
    if not kinds:
        where = f"“{name_path(find_notebooks(notebooks))}”里没有 {FILE}"
        raise WorkbookError(f"{where}，不知道有哪些文件。请用 --notebooks 指定它所在的文件夹。")
    return kinds


def find_kind(kinds: Mapping[str, DocumentKind], name: str) -> DocumentKind:
    """Return a kind by its name; an unknown name is a WorkbookError that lists those there are."""
    if name not in kinds:
        raise WorkbookError(f"没有“{legible(name)}”这种文件。可用：{'、'.join(kinds)}。")
    return kinds[name]


def split_gaps(text: str) -> list[tuple[str, bool]]:
    """Cut a text into what is written and what is yet to be written: 【…】.

    Examples
    --------
    >>> split_gaps("根据【文件】，")
    [('根据', False), ('【文件】', True), ('，', False)]
    """
    return [(piece, piece.startswith("【")) for piece in re.split(r"(【[^】]*】)", text) if piece]
