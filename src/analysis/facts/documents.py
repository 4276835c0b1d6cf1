"""Read a YAML file into a checked model; every fault names the file and the clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from analysis.facts.problems import InputError, Problem, tell_reason
from analysis.facts.texts import find_fault

_MESSAGES = {
    "missing": ("缺少这一项", "补上这一项"),
    "extra_forbidden": ("不认识的项", "检查拼写，或删去"),
    "literal_error": ("不在允许的取值内", "改为 {expected} 之一"),
    "string_type": ("应为文字", "给值加上引号"),
    "string_too_short": ("不能为空", "填上值"),
    "string_too_long": ("最多 {max_length} 个字", "用简称"),
    "string_pattern_mismatch": ("写法不对", "编号用小写字母、数字和 _；其他照 data/README.md"),
    "greater_than": ("应大于 {gt}", "改为更大的数"),
    "greater_than_equal": ("不应小于 {ge}", "改为更大的数"),
    "less_than_equal": ("不应大于 {le}", "改为更小的数"),
    "value_error": ("{error}", "按上述规则修改"),
}
_FALLBACK = ("类型不对", "对照 data/README.md 的说明修改")

Model = TypeVar("Model", bound="Document")


class Document(BaseModel):
    """Base of everything read from YAML: unknown keys are refused, values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


MOST_BYTES = 1_000_000
"""A circular of a whole province, every number and name recorded, stays far below."""

_YAML_MESSAGES = {
    "mapping values are not allowed here": "这里不该有冒号；值里有冒号的要加引号",
    "could not find expected ':'": "少了冒号",
    "could not determine a constructor": "不允许标签（!）",
    "cannot start any token": "有 YAML 不认的字符；缩进不能用制表符",
    "found unexpected end of stream": "引号或括号没有成对",
    "expected <block end>": "缩进对不齐",
    "expected the node content": "少了值，或括号没有成对",
    "special characters are not allowed": "有看不见的控制字符",
    "expected ',' or": "括号没有成对，或少了逗号",
    "found another document": "只能有一份文档（不要写 ---）",
    "expected '<document start>'": "引号之后有多余的字",
    "for merging": "不用合并键（<<）",
}


class _StrictLoader(yaml.SafeLoader):
    """A safe loader without aliases, which can swell, and without repeated keys, of which YAML takes the last."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(None, None, "不能用别名（*）", self.get_mark())
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "键应是一个词", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"“{key.value}”写了两次", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def load_document(path: Path, root: Path, model: type[Model]) -> Model:
    """Read and check one YAML file.

    Parameters
    ----------
    path, root : Path
        The file, and the data folder it is named against in messages.
    model : subclass of Document

    Returns
    -------
    Model

    Raises
    ------
    InputError
        With one problem for every clause that breaks a rule.
    """
    file = path.relative_to(root).as_posix()
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError([Problem(file, f"文件超过 {MOST_BYTES // 1000} KB", "换成真正的数据文件")])
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)
    except FileNotFoundError as error:
        raise InputError([Problem(file, "缺少这个文件", "补上文件，写法见 data/README.md")]) from error
    except OSError as error:
        raise InputError([Problem(file, f"打不开：{tell_reason(error)}", "检查这个文件")]) from error
    except UnicodeDecodeError as error:
        raise InputError([Problem(file, "文件不是 UTF-8 编码", "另存为 UTF-8")]) from error
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        rule = f"YAML 写法有误：{_in_chinese(error)}"
        raise InputError([Problem(file, rule, "检查缩进、冒号与引号", row=mark.line + 1 if mark else None)]) from error
    except ValueError as error:  # a date such as 2021-13-45
        raise InputError([Problem(file, "有不存在的日期", "给值加上引号")]) from error
    return check_document(content, file, model)


def check_document(content: Any, file: str, model: type[Model]) -> Model:
    """Check what a document says, wherever it comes from.

    Parameters
    ----------
    content : mappings, lists and values
    file : str
        What messages call the document.
    model : subclass of Document

    Returns
    -------
    Model

    Raises
    ------
    InputError
        With one problem for every clause that breaks a rule.
    """
    if problems := list(_check_texts(file, content)):
        raise InputError(problems)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise InputError([_describe(file, detail) for detail in error.errors()]) from error


def _check_texts(file: str, content: Any, *clause: str) -> Iterator[Problem]:
    if isinstance(content, str) and (fault := find_fault(content)):
        rule, fix = fault
        yield Problem(file, rule, fix, column=".".join(clause) or "全文", value=content[:20])
    for key, value in _children(content):
        yield from _check_texts(file, value, *clause, str(key))


def _children(content: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(content, dict):
        return content.items()
    return enumerate(content) if isinstance(content, list) else ()


def _in_chinese(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "嵌套过深"
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    return next((chinese for english, chinese in _YAML_MESSAGES.items() if english in reason), reason)


def _describe(file: str, detail: Any) -> Problem:
    rule, fix = _MESSAGES.get(detail["type"], _FALLBACK)
    context = detail.get("ctx", {})
    given = detail["input"]
    return Problem(
        file,
        rule.format(**context),
        fix.format(**context),
        column=".".join(str(step) for step in detail["loc"]) or "全文",
        value="" if isinstance(given, dict | list) or given is None else str(given),
    )
