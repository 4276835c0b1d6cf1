"""Faults of a YAML document as its writer meets them: which clause, on which line, what is wrong and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from typing import Any

import yaml

from analysis.problems import Problem

FAULTS = yaml.load(files("analysis.data").joinpath("faults.yml").read_bytes(), yaml.CSafeLoader)
"""What pydantic and libyaml find, and what it means to who has written the document."""


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
    """Name a clause by its keys, an item of a list by its id or name, else by its position.

    Parameters
    ----------
    content : mappings, lists and values
    steps : sequence of keys and positions in lists

    Returns
    -------
    str
        Such as components.daily.points; 全文 for the document as a whole.
    """
    names = []
    for step in steps:
        names.append(_name_item(content[step], step) if isinstance(content, list) else str(step))
        content = _child(content, step)
    return ".".join(names) or "全文"


def line_of(node: yaml.Node | None, steps: Sequence[Any]) -> int | None:
    """Return the line a clause stands on, or that of what it should stand in; None for the document as a whole."""
    line = None
    for step in steps:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(step)]
        else:
            items = node.value if isinstance(node, yaml.SequenceNode) and isinstance(step, int) else []
            found = [(item, item) for position, item in enumerate(items) if position == step]
        if not found:
            break
        key, node = found[0]
        line = key.start_mark.line + 1
    return line


def _name_item(item: Any, position: Any) -> str:
    names = [str(item.get(key, "")) for key in ("id", "name")] if isinstance(item, dict) else []
    return next((name for name in names if re.fullmatch(r"\w+", name)), f"第{position + 1}项")


def _message(fault: Any) -> tuple[str, str]:
    """Say which rule a fault breaks, and how to mend it."""
    if fault["type"] == "string_pattern_mismatch":
        pattern = str(fault["ctx"]["pattern"])
        known = (message for start, message in FAULTS["patterns"].items() if pattern.startswith(start))
        rule, fix = next(known, ("写法不对", "改写"))
    else:
        kind = FAULTS["kinds"].get(fault["type"].split("_")[0], ("类型不对", "照上年办法同一处的样子写"))
        rule, fix = FAULTS["types"].get(fault["type"], kind)
    return rule, fix


def _real_steps(content: Any, steps: Sequence[Any]) -> list[Any]:
    """Leave out what stands for a type or a key itself; a missing clause is the last step."""
    real: list[Any] = []
    for number, step in enumerate(steps, 1):
        below = _child(content, step)
        is_there = below is not None or (isinstance(content, dict) and step in content)
        if is_there or (number == len(steps) and isinstance(content, dict) and str(step).isidentifier()):
            real.append(step)
            content = below
    return real


def _child(content: Any, step: Any) -> Any:
    if isinstance(content, dict):
        return content.get(step)
    return content[step] if isinstance(content, list) and isinstance(step, int) and step < len(content) else None
