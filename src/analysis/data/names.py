"""What things may be called: so that no two look the same, and none is a word that means something else in a table."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from analysis.texts import LONGEST_NAME, find_twins, look_of

STATUS_WORDS = {"marked": "已评", "not_applicable": "不承担", "own_assessor": "自评", "not_carried": "不承担"}
"""What stands in the cell of a mark instead of it, and the identifiers, which are read as well."""
_LACKING = ("—", "–", "-", "--", "/", "n/a", "na", "n.a.", "不适用", "不涉及", "无", "空")
_SUMMARIES = (
    "序号", "编号", "备注", "合计", "小计", "总计", "总分", "平均", "平均分", "平均值", "均值", "中位数", "权重",
    "满分", "分值", "all", "total", "sum", "mean", "average", "median",
)  # fmt: skip
_SHEETS = ("填写说明", "数据来源", "考核办法", "单位", "指标", "评分", "加减分", "核对", "下拉单")
_EXAMPLE = "示例（不读入）"
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)%?")


def _words(*words: str) -> set[str]:
    return {look_of(word).casefold() for word in words}


_MARK_WORDS = _words(*STATUS_WORDS, *STATUS_WORDS.values(), *_LACKING, *_SUMMARIES, _EXAMPLE)
_UNIT_WORDS = _words(*_LACKING, *_SUMMARIES, _EXAMPLE, "部分", "指标名称")
_BLOCK_WORDS = _words(*_SHEETS, *_SUMMARIES, *_LACKING)


def _without_stray_spaces(name: str) -> str:
    if name != " ".join(name.split()):
        raise ValueError(f"“{name}”首尾有空格，或中间有多余的、全角的空格")
    return name


Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_without_stray_spaces)]


def find_taken(kind: str, names: Iterable[str]) -> list[str]:
    """List the names that mean something else where a name of a kind stands.

    Parameters
    ----------
    kind : {"rating", "grade", "unit", "block"}
    names : iterable of str

    Returns
    -------
    list of str

    Examples
    --------
    >>> find_taken("rating", ["优", "不承担", "９０", "Total"]), find_taken("unit", ["甲县", "合计"])
    (['不承担', '９０', 'Total'], ['合计'])
    """
    words = {"unit": _UNIT_WORDS, "block": _BLOCK_WORDS}.get(kind, _MARK_WORDS)
    looks = {name: look_of(name).casefold() for name in names}
    numbers = kind in {"rating", "grade"}
    return [name for name, look in looks.items() if look in words or (numbers and _NUMBER.fullmatch(look))]


def find_faulty_names(clauses: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Say what is wrong with the names of a scheme's clauses.

    Parameters
    ----------
    clauses : mapping of clause to mapping of id to name

    Yields
    ------
    str
    """
    for clause, names in clauses.items():
        if twice := find_twins(names.values()):
            yield f"{clause} 中有重复的名称：{'、'.join(twice)}（全角、半角不算区别）"
        if other := [name for key, name in names.items() if name in names and name != key]:
            yield f"{clause} 中有名称是另一项的编号：{'、'.join(other)}"
