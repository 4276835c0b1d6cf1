"""Faults of a YAML document as its writer meets them: which clause, on which line, what is wrong and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import yaml

from analysis.problems import Problem

_NUMBER = ("应为数", "写阿拉伯数字，不带单位；比例写 0.6，不写 60%")
_TEXT = ("应为文字", "给值加上引号")
_BELOW = ("这里应分项写", "换行缩进写下级各项，照上年办法同一处的样子")
_MESSAGES = {
    "missing": ("缺少这一项", "补上这一项"),
    "extra_forbidden": ("不认识的项", "检查拼写，或删去"),
    "literal_error": ("不在允许的取值内", "改为 {expected} 之一"),
    "string_type": _TEXT,
    "string_too_short": ("不能为空", "填上值"),
    "string_too_long": ("最多 {max_length} 个字", "用简称"),
    "greater_than": ("应大于 {gt:g}", "改为更大的数"),
    "greater_than_equal": ("不应小于 {ge:g}", "改为更大的数"),
    "less_than": ("应小于 {lt:g}", "改为更小的数"),
    "less_than_equal": ("不应大于 {le:g}", "改为更小的数；比例写 0.6，不写 60"),
    "too_short": ("一项也没有", "至少写一项"),
    "finite_number": ("应为有限的数", "写阿拉伯数字"),
    "bool_type": ("应为 true 或 false", "写 true（是）或 false（否），不加引号"),
    "value_error": ("{error}", "按上述规则修改"),
}
_KINDS = {
    "float": _NUMBER,
    "int": ("应为整数", "写阿拉伯数字，不带单位"),
    "bool": _MESSAGES["bool_type"],
    "dict": _BELOW,
    "model": _BELOW,
    "list": ("应为一列", "写成 [甲, 乙]，或一行一项，前加“- ”"),
    "tuple": ("应为一列", "写成 [甲, 乙]，或一行一项，前加“- ”"),
    "string": _TEXT,
}
"""By the first word of what is expected, such as float_parsing."""
_PATTERNS = {
    r"^[a-z]": ("编号只能用小写字母、数字和 _，字母开头", "改写编号"),
    r"^-?[0-9]": ("应为印出的数", '照印出的样子写在引号里，如 "89.74"、"57.78%"'),
}
"""By how the pattern begins that a text does not match."""


def describe_faults(file: str, content: Any, faults: Iterable[Any], node: yaml.Node | None = None) -> Iterator[Problem]:
    """Describe what the check of a document's content found.

    Parameters
    ----------
    file : str
        What messages call the document.
    content : mappings, lists and values
    faults : iterable of dict
        As pydantic lists them.
    node : yaml.Node, optional
        The content as parsed, which knows its lines.

    Yields
    ------
    Problem
    """
    for fault in faults:
        rule, fix = _message(fault)
        context = dict(fault.get("ctx", {}))
        if "expected" in context:
            context["expected"] = "、".join(re.findall(r"'([^']*)'", str(context["expected"])))
        steps = _real_steps(content, fault["loc"])
        given = fault["input"]
        yield Problem(
            file,
            rule.format(**context),
            fix.format(**context),
            row=line_of(node, steps),
            column=name_clause(content, steps),
            value="" if isinstance(given, dict | list) or given is None else str(given),
        )


def name_clause(content: Any, steps: Sequence[Any]) -> str:
    """Name a clause by its keys, an item of a list by its id or name, else by its place.

    Parameters
    ----------
    content : mappings, lists and values
    steps : sequence of keys and places in lists

    Returns
    -------
    str
        Such as components.daily.points; 全文 for the document as a whole.
    """
    told = []
    for step in steps:
        told.append(_name_item(content[step], step) if isinstance(content, list) else str(step))
        content = _child(content, step)
    return ".".join(told) or "全文"


def line_of(node: yaml.Node | None, steps: Sequence[Any]) -> int | None:
    """Return the line a clause stands on, or that of what it should stand in; None for the document as a whole."""
    line = None
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(step)]
        else:
            items = node.value if isinstance(node, yaml.SequenceNode) and isinstance(step, int) else []
            found = [(item, item) for place, item in enumerate(items) if place == step]
        if not found:
            break
        key, node = found[0]
        line = key.start_mark.line + 1
    return line


def _name_item(item: Any, place: Any) -> str:
    names = [str(item.get(key, "")) for key in ("id", "name")] if isinstance(item, dict) else []
    return next((name for name in names if re.fullmatch(r"\w+", name)), f"第{place + 1}项")


def _message(fault: Any) -> tuple[str, str]:
    if fault["type"] == "string_pattern_mismatch":
        pattern = str(fault["ctx"]["pattern"])
        return next((told for start, told in _PATTERNS.items() if pattern.startswith(start)), ("写法不对", "改写"))
    kind = fault["type"].split("_")[0]
    return _MESSAGES.get(fault["type"]) or _KINDS.get(kind, ("类型不对", "照上年办法同一处的样子写"))


def _real_steps(content: Any, steps: Sequence[Any]) -> list[Any]:
    """Leave out what stands for a type or a key itself instead of a place; a missing clause is the last step."""
    real: list[Any] = []
    for place, step in enumerate(steps, 1):
        below = _child(content, step)
        is_place = below is not None or (isinstance(content, dict) and step in content)
        if is_place or (place == len(steps) and isinstance(content, dict) and str(step).isidentifier()):
            real.append(step)
            content = below
    return real


def _child(content: Any, step: Any) -> Any:
    if isinstance(content, dict):
        return content.get(step)
    return content[step] if isinstance(content, list) and isinstance(step, int) and step < len(content) else None
