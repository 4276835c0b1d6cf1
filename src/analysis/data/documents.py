"""Read a YAML file into a checked model; every fault names the file and the clause."""

import io
import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    InstanceOf,
    Tag,
    ValidationError,
    model_validator,
)
from yaml.composer import Composer

from analysis.data.opening import read_file
from analysis.data.tables import MOST
from analysis.periods import Period, is_year
from analysis.problems import InputError, Problem, tell_reason
from analysis.texts import FileError, find_fault

FAULTS = yaml.load(files("analysis.data").joinpath("faults.yml").read_bytes(), yaml.CSafeLoader)
"""What pydantic and libyaml find, and what it means to who has written the document."""
Model = TypeVar("Model", bound="Document")


class Document(BaseModel):
    """Base of everything read from YAML: unknown keys are refused, values cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


Number = Annotated[float, Field(strict=True, ge=-MOST, le=MOST)]
Truth = Annotated[bool, Field(strict=True)]
"""Values as they stand in the file: "no" is no number, "70" in quotes neither."""
Year = Annotated[
    Annotated[int, Field(strict=True, ge=1_000, le=9_999), Tag("year")] | Annotated[InstanceOf[Period], Tag("period")],
    Discriminator(lambda value: "period" if isinstance(value, Period) else "year"),
]


def unlike_file(stem: str) -> tuple[str, str]:
    """Say that a document is of another year than its file, and how to mend it."""
    if not stem[4:]:
        return "year 应与文件名一致", f"改为 {stem}，或改文件名"
    return "year 和 period 应与文件名一致", f"写 year: {stem[:4]}和 period: {stem[4:]}，或改文件名"


class YearDocument(Document):
    """Something about a year, or a period of it: with `period: Q1`, the `year` 2021 is 2021Q1."""

    year: Year
    period: Literal["H1", "H2", "Q1", "Q2", "Q3", "Q4"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _join(cls, content: Any) -> Any:
        year, period = (content.get(key) for key in ("year", "period")) if isinstance(content, dict) else (None, None)
        if type(year) is int and isinstance(period, str) and is_year(f"{year}{period}"):
            return content | {"year": Period(f"{year}{period}")}
        return content


MOST_BYTES, _MOST_NODES, _DEEPEST = 1_000_000, 100_000, 40
"""A circular of a whole province, every number and name recorded, stays far below; so does the deepest scheme."""
_MOST_FAULTS = 100
"""Of a document: more than these are not listed."""


class _StrictLoader(Composer, yaml.CSafeLoader):
    """A safe loader on libyaml, without aliases, which can swell, tags, or repeated keys, of which YAML takes the last.

    Nor anchors: of a value such as &R 研发 the first word would be gone.
    Numbers and truth values are only what anybody takes for one: to YAML 1.1, 070 is 56, 1:10 is 70 and no is false.
    """

    def __init__(self, text: str) -> None:
        yaml.CSafeLoader.__init__(self, text)
        Composer.__init__(self)
        self.nodes = self.depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self.nodes += 1
        event = self.peek_event()
        for is_wrong, rule in (
            (self.nodes > _MOST_NODES, f"超过{_MOST_NODES}项"),
            (self.depth >= _DEEPEST, f"嵌套过深（超过{_DEEPEST}层）"),
            (isinstance(event, yaml.AliasEvent), "不能用别名（*）"),
            (getattr(event, "anchor", None) is not None, "不能用锚（&）；值以“&”开头的要加引号"),
            (getattr(event, "tag", None) is not None, "不允许标签（!）"),
        ):
            if is_wrong:
                raise yaml.constructor.ConstructorError(None, None, rule, getattr(event, "start_mark", None))
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "键应是一个词", key.start_mark)
            if key.tag == "tag:yaml.org,2002:merge":
                raise yaml.constructor.ConstructorError(None, None, "不用合并键（<<）", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"“{key.value}”写了两次", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


_TAGS = {
    "tag:yaml.org,2002:bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "tag:yaml.org,2002:int": (r"[-+]?(0|[1-9][0-9]{0,17})", "-+0123456789"),
    "tag:yaml.org,2002:float": (
        r"[-+]?(0|[1-9][0-9]{0,17})(\.[0-9]*)?([eE][-+]?[0-9]+)?|[-+]?\.[0-9]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
}
_DEFAULT = "tag:yaml.org,2002:value"
"""What "=" is to YAML 1.1, and to no writer of a text."""
_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if tag not in {*_TAGS, _DEFAULT}]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, (_pattern, _first) in _TAGS.items():
    _StrictLoader.add_implicit_resolver(_tag, re.compile(rf"^(?:{_pattern})$"), list(_first))


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
        loader = _StrictLoader(io.TextIOWrapper(io.BytesIO(read_file(path, MOST_BYTES)), "utf-8").read())
        node = loader.get_single_node()
        content = None if node is None else loader.construct_document(node)
    except FileNotFoundError as error:
        raise _refused(file, "缺少这个文件", "补上文件，写法见 data/README.md") from error
    except FileError as error:
        raise _refused(file, error.rule, error.fix) from error
    except OSError as error:
        raise _refused(file, f"打不开：{tell_reason(error)}", "检查这个文件") from error
    except UnicodeDecodeError as error:
        raise _refused(file, "文件不是 UTF-8 编码", "另存为 UTF-8") from error
    except (yaml.YAMLError, RecursionError) as error:
        rule = f"YAML 写法有误：{_in_chinese(error)}"
        raise _refused(file, rule, "检查缩进、冒号与引号", _line(error)) from error
    except ValueError as error:  # a date such as 2021-13-45
        raise _refused(file, "有不存在的日期", "给值加上引号") from error
    return check_document(content, file, model, node)


def check_document(content: Any, file: str, model: type[Model], node: yaml.Node | None = None) -> Model:
    """Check what a document says, wherever it comes from.

    Parameters
    ----------
    content : mappings, lists and values
    file : str
        What messages call the document.
    model : subclass of Document
    node : yaml.Node, optional
        The content as parsed; messages then name lines.

    Returns
    -------
    Model

    Raises
    ------
    InputError
        With one problem for every clause that breaks a rule.
    """
    problems = [
        Problem(file, *fault, _line_of(node, steps), _name_clause(content, steps), text[:20])
        for steps, text, fault in islice(_find_faults(content, as_written=node is not None), _MOST_FAULTS)
    ]
    faulty = {problem.column for problem in problems}
    try:
        checked = model.model_validate(content)
    except ValidationError as error:
        found = [each for each in _describe_faults(file, content, error, node) if each.column not in faulty]
        problems += found
        if error.error_count() > _MOST_FAULTS:
            problems.append(Problem(file, "问题太多，没有全部列出", "先改好以上各项，或换成真正的数据文件"))
    else:
        if not problems:
            return checked
    raise InputError(problems, unfinished=True)


def _refused(file: str, rule: str, fix: str, line: int | None = None) -> InputError:
    return InputError([Problem(file, rule, fix, row=line)], unfinished=True)


def _line(error: Exception) -> int | None:
    """Return the line of a fault; a key without its colon, or an open bracket, is noticed only further down."""
    problem = str(getattr(error, "problem", ""))
    late = any(words in problem for words in ("could not find expected ':'", "did not find expected ',' or"))
    mark = getattr(error, "context_mark" if late else "problem_mark", None)
    return mark.line + 1 if mark else None


def _find_faults(content: Any, *steps: Any, as_written: bool) -> Iterator[tuple[tuple[Any, ...], str, tuple[str, str]]]:
    """Find texts that no file should hold, and, in what is written, keys without a value: a clause may be forgotten."""
    if isinstance(content, str) and (fault := find_fault(content)):
        yield steps, content, fault
    if content is None and steps and as_written:
        yield steps, "", ("这一项没有写值", "填上值；不用的，删去这一项")
    for key in content if isinstance(content, dict) else ():
        if isinstance(key, str) and (fault := find_fault(key)):
            yield (*steps, key), key, fault
    children = content.items() if isinstance(content, dict) else enumerate(content if isinstance(content, list) else ())
    for key, value in children:
        yield from _find_faults(value, *steps, key, as_written=as_written)


def _in_chinese(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "嵌套过深"
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    known = next((chinese for english, chinese in FAULTS["libyaml"].items() if english in reason), "")
    return known or ("有读不懂的写法" if reason.isascii() else reason)


def _describe_faults(file: str, content: Any, error: ValidationError, node: yaml.Node | None) -> Iterator[Problem]:
    """Describe what the check of a document's content found.

    Parameters
    ----------
    file : str
        What messages call the document.
    content : mappings, lists and values
    error : ValidationError
    node : yaml.Node or None
        The content as parsed, which knows its lines.

    Yields
    ------
    Problem
    """
    for fault in islice(error.errors(include_url=False), _MOST_FAULTS):
        rule, fix = _message(fault)
        context = dict(fault.get("ctx", {}))
        if "expected" in context:
            told = str(context["expected"])
            context["expected"] = "、".join(re.findall(r"'([^']*)'", told) or re.findall(r"\d+", told))
        steps = _real_steps(content, fault["loc"])
        texts, given = (rule.format(**context), fix.format(**context)), fault["input"]
        value = "" if isinstance(given, dict | list | None) else str(given)
        yield Problem(file, *texts, _line_of(node, steps), _name_clause(content, steps), value)


def _name_clause(content: Any, steps: Sequence[Any]) -> str:
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


def _line_of(node: yaml.Node | None, steps: Sequence[Any]) -> int | None:
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
    kind = fault["type"]
    if kind == "string_pattern_mismatch":
        pattern = str(fault["ctx"]["pattern"])
        known = (message for start, message in FAULTS["patterns"].items() if pattern.startswith(start))
        return next(known, ("写法不对", "改写"))
    default = FAULTS["kinds"].get(kind.split("_")[0], ("类型不对", "照上年办法同一处的样子写"))
    return FAULTS["types"].get(kind, default)


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
