"""What has been read from a circular: figures, lists, and what its reader should look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from analysis.periods import AnyYear, name_document


@dataclass(frozen=True)
class Doubt:
    """What could not be read, or not for certain.

    Attributes
    ----------
    text : str
        One sentence for the reader: where, what and why.
    sentence : str
        That it stands in, as far as that is known.
    span : (start, end)
        In the text.
    """

    text: str
    sentence: str = ""
    span: tuple[int, int] = (0, 0)

    def __str__(self) -> str:
        return self.text


@dataclass
class Draft:
    """What was read from a circular.

    Attributes
    ----------
    year : AnyYear or None
    document, base : str
        Base: of a period's changes (see `Published.base_year`).
    dated : str
    cites : list of str
    figures, lists : list of dict
        Like `PrintedFigure` and `PrintedList`, each with `span` (start and end in the text); a figure of one unit has
        its name as `unit`, one of another year has `year`.
    unsure : list of Doubt
        What the reader should look at.
    elsewhere : list of str
        Numbers that are plainly of something else, with the words behind them: 3210人次; names beside the lists.
    words : dict
        `groups`, `grades`, `components`: id → word as printed, in order of print.
    """

    year: AnyYear | None = None
    document: str = ""
    base: str = ""
    dated: str = ""
    cites: list[str] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    lists: list[dict[str, Any]] = field(default_factory=list)
    unsure: list[Doubt] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    words: dict[str, dict[str, str]] = field(default_factory=lambda: {"groups": {}, "grades": {}, "components": {}})


def write_draft(draft: Draft, source: str) -> str:
    """Write a draft as the YAML of data/published, with what is unsure as comments on top.

    What is of single units stands in a table of its own (see `write_table`), what is of other years in comments.

    Parameters
    ----------
    draft : Draft
    source : str
        Name of the file it was read from.

    Returns
    -------
    str
    """
    head = {
        **name_document(draft.year),
        "document": draft.document,
        "base": draft.base,
        "dated": draft.dated,
        "cites": draft.cites,
    }
    figures = [figure for figure in draft.figures if "unit" not in figure and "year" not in figure]
    lines = [f"# 由“{_one_line(source)}”读出的草稿，请对照原文核对后放进 data/published。span 为在原文中的起止字位。"]
    lines += [f"# 待核：{_one_line(each.text)}" for each in draft.unsure]
    lines += [f"# 属于{each['year']}年度，未列入：{_flow(each)}" for each in draft.figures if "year" in each]
    if draft.elsewhere:
        lines += [f"# 另提到，没有当作考核结果：{_one_line('、'.join(draft.elsewhere))}"]
    lines += [_flow({key: value})[1:-1] for key, value in head.items() if value]
    for kind, rows in (("figures", figures), ("lists", draft.lists)):
        lines += ["", f"{kind}:" if rows else f"{kind}: []"]
        lines += [f"  - {_flow(row)}" for row in rows]
    return "\n".join(lines) + "\n"


def _flow(value: Mapping[str, Any]) -> str:
    written = yaml.safe_dump(dict(value), allow_unicode=True, default_flow_style=True, sort_keys=False, width=10**9)
    return str(written).rstrip("\n")


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
