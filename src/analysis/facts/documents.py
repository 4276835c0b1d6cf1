"""Read a YAML file into a checked model; every fault names the file and the clause."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from analysis.facts.problems import InputError, Problem

_MESSAGES = {
    "missing": ("缺少这一项", "补上这一项"),
    "extra_forbidden": ("不认识的项", "检查拼写，或删去"),
    "literal_error": ("不在允许的取值内", "改为 {expected} 之一"),
    "string_type": ("应为文字", "给值加上引号"),
    "greater_than": ("应大于 {gt}", "改为更大的数"),
    "greater_than_equal": ("不应小于 {ge}", "改为更大的数"),
    "less_than_equal": ("不应大于 {le}", "改为更小的数"),
    "value_error": ("{error}", "按上述规则修改"),
}
_FALLBACK = ("类型不对", "对照 data/README.md 的说明修改")

Model = TypeVar("Model", bound="Document")


class Document(BaseModel):
    """Base of everything read from YAML: unknown keys are refused, values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _UniqueKeyLoader(yaml.SafeLoader):
    """A safe loader that refuses a key given twice, which YAML would silently overwrite."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for position, key in enumerate(keys):
            if key in keys[:position]:
                raise yaml.constructor.ConstructorError(
                    None, None, f"“{key}”写了两次", node.value[position][0].start_mark
                )
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
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)
    except FileNotFoundError as error:
        raise InputError([Problem(file, "缺少这个文件", "补上文件，写法见 data/README.md")]) from error
    except UnicodeDecodeError as error:
        raise InputError([Problem(file, "文件不是 UTF-8 编码", "另存为 UTF-8")]) from error
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "嵌套过深"
        raise InputError(
            [
                Problem(
                    file,
                    f"YAML 写法有误：{reason}",
                    "检查缩进、冒号与引号",
                    row=mark.line + 1 if mark else None,
                )
            ]
        ) from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise InputError([_describe(file, detail) for detail in error.errors()]) from error


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
