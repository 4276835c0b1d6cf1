"""A widget for every clause of a scheme that can be changed, built from the scheme."""

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets
import pandas as pd

from analysis.data.schemes import Scheme
from analysis.methods.what_if import ClausePath, Lever, change_scheme, list_levers
from analysis.problems import InputError
from analysis.rounding import NOISE_DECIMALS
from analysis.words import TIES

_KINDS = {"count": "名额（个）", "share": "占本组比例（0–1）", "threshold": "分数线（分）"}
_OPEN = {
    "bonus": ("加分封顶（分）", "不封顶"),
    "deduction": ("扣分封顶（分）", "不封顶"),
    "ranking": ("总分先舍入到（位小数）", "不舍入"),
}
"""Clauses that need not say a number, and what it is called where they do not."""
_REQUIRED = {"least": "不少于（分）", "within": "在前（名或比例）"}
_LIMITS = {
    "requires": "分数不小于0、不多于所在大项的分值，名次是1以上的整数，比例在0与1之间",
    "rule": "名额是不小于0的整数，比例在0与1之间，分数线不小于0、不高于更好等次的分数线",
    "cap": "封顶是不小于0的数",
}
"""What a number may be; ticks, choices and sliders offer nothing else than what a clause may say."""


@dataclass(frozen=True)
class Control:
    """What changes one clause.

    Attributes
    ----------
    lever : Lever
    name : str
        What the reader calls the clause.
    inputs : list of Widget
        What has a value that may change.
    read : callable
        Gives what the clause is to say, or the lever's own value if nothing was changed.
    box : Widget
        What is shown.
    """

    lever: Lever
    name: str
    inputs: list[Any]
    read: Callable[[], Any]
    box: Any


def make_controls(scheme: Scheme, scores: pd.DataFrame) -> list[Control]:
    """Make a control for every clause that can be changed; none for conditions where a grade has none.

    Parameters
    ----------
    scheme : Scheme
    scores : DataFrame of `score_year`
        Rules of another kind start from what the scores come to under the scheme.

    Returns
    -------
    list of Control
    """
    levers = [lever for lever in list_levers(scheme) if lever.kind != "requires" or lever.value]
    return [_make_control(lever, scheme, scores) for lever in levers]


def read_changes(controls: list[Control]) -> dict[ClausePath, Any]:
    """Return what the controls say otherwise than the scheme.

    Parameters
    ----------
    controls : list of Control

    Returns
    -------
    dict of path to value
    """
    said = {control.lever.path: (control.lever.value, control.read()) for control in controls}
    return {path: value for path, (now, value) in said.items() if value != now}


def name_trouble(controls: list[Control], scheme: Scheme) -> str:
    """Say which controls ask for what a scheme cannot say, in the words of the screen.

    Parameters
    ----------
    controls : list of Control
    scheme : Scheme

    Returns
    -------
    str
        "" if all of them together are possible.
    """
    refusals = ""
    for kind, limit in _LIMITS.items():  # rules are bound by each other
        changed = [control for control in controls if control.lever.kind == kind and read_changes([control])]
        if _is_refused(changed, scheme):
            refused = [control for control in changed if _is_refused([control], scheme)] or changed
            refusals += "".join(f"“{control.name}”不能这样改：{limit}。" for control in refused)
    return refusals


def _is_refused(controls: list[Control], scheme: Scheme) -> bool:
    try:
        change_scheme(scheme, read_changes(controls))
    except InputError:
        return True
    return False


def label(text: str, width: str = "9em") -> Any:
    """Name a control; as text, whatever the name holds: a widget's own description would set formulas."""
    return widgets.HTML(html.escape(text), layout={"width": width, "margin": "2px 6px 2px 0"})


def _row(name: str, *parts: Any) -> Any:
    return widgets.HBox([label(name), *parts], layout={"align_items": "center", "flex_flow": "row wrap"})


def _number(value: float, **options: Any) -> Any:
    return widgets.FloatText(value=value, layout={"width": "7em"}, **options)


def _tick(value: bool, width: str, description: str = "") -> Any:
    return widgets.Checkbox(value=value, description=description, indent=False, layout={"width": width})


def _choice(labels: dict[str, str], value: str) -> Any:
    options = [(text, key) for key, text in labels.items()]
    return widgets.Dropdown(options=options, value=value, layout={"width": "12em"})


def _make_control(lever: Lever, scheme: Scheme, scores: pd.DataFrame) -> Control:
    match lever.kind:
        case "rate":
            slider = widgets.FloatSlider(
                value=lever.value,
                min=0,
                max=1,
                step=0.01,
                readout_format=".0%",
                continuous_update=False,
                layout={"width": "15em"},
            )

            def read() -> Any:
                return lever.value if slider.value == lever.value else round(slider.value, 6)

            return _in_a_row(lever, f"“{lever.name}”得分比例", [slider], read)
        case "cap" | "decimals":
            name, without = _OPEN[lever.path[0]]
            number, free = _number(lever.value or 0, step=0.5), _tick(lever.value is None, "6em", without)
            if lever.kind == "decimals":
                number = widgets.BoundedIntText(value=lever.value or 0, max=NOISE_DECIMALS, layout={"width": "7em"})
            return _in_a_row(lever, name, [number, free], lambda: None if free.value else number.value)
        case "switch":
            told = "不承担的扣除后换算" if lever.name else "缺的大项由其他大项分担"
            box = _tick(lever.value, "14em", told)
            return _in_a_row(lever, lever.name or "基础分", [box], lambda: box.value)
        case "ties":
            choice = _choice(TIES, lever.value)
            return _in_a_row(lever, "同分名次", [choice], lambda: choice.value)
        case "bars":
            boxes = {grade.id: _tick(grade.id in lever.value, "1.6em") for grade in scheme.grades[:-1]}
            parts = [part for grade, box in boxes.items() for part in (box, label(scheme.grade_names[grade], "6em"))]

            def read_bars() -> list[str]:
                return [grade for grade, box in boxes.items() if box.value]

            name = "一票否决不得评"
            return Control(lever, name, list(boxes.values()), read_bars, _row(name, *parts))
        case "rule" | "requires":
            is_rule = lever.kind == "rule"
            return _make_rule(lever, scheme, scores) if is_rule else _make_requirements(lever, scheme)


def _in_a_row(lever: Lever, name: str, inputs: list[Any], read: Callable[[], Any]) -> Control:
    return Control(lever, name, inputs, read, _row(name, *inputs))


def _make_rule(lever: Lever, scheme: Scheme, scores: pd.DataFrame) -> Control:
    rule = next(grade.rule for grade in scheme.grades if grade.id == lever.path[1])
    now = {group: rule.value_for(group) for group in scheme.groups}
    kind, numbers = _choice(_KINDS, rule.kind), {group: _number(value) for group, value in now.items()}

    def start_from_now(_change: object) -> None:
        for group, number in numbers.items():
            inside = scores[scores["group"].eq(group)]
            number.value = now[group] if kind.value == rule.kind else _as_now(inside, lever.path[1], kind.value, scheme)

    kind.observe(start_from_now, "value")

    def read() -> dict[str, Any]:
        values = {group: number.value for group, number in numbers.items()}
        unchanged = kind.value == rule.kind and values == now
        return lever.value if unchanged else {**lever.value, "kind": kind.value, "value": values}

    name = f"{lever.name}等次"
    rows = [_row(f"　{group_name}", numbers[group]) for group, group_name in scheme.group_names.items()]
    return Control(lever, name, [kind, *numbers.values()], read, widgets.VBox([_row(f"{name}按", kind), *rows]))


def _make_requirements(lever: Lever, scheme: Scheme) -> Control:
    """Offer to let all conditions of a grade go, or to have other numbers in them."""
    names = scheme.item_names
    keep, rows = _tick(True, "10em", "保留各项条件"), list[Any]()
    numbers: dict[tuple[str, str, str], Any] = {}
    values = ((kind, item, value) for kind in _REQUIRED for item, value in lever.value[kind].items())
    for kind, item, value in values:
        for group, line in value.items() if isinstance(value, dict) else [("", value)]:
            number = numbers[kind, item, group] = _number(line)
            rows.append(_row(f"　{scheme.group_names.get(group, '')}{names[item]}{_REQUIRED[kind]}", number))
    no_deduction = _tick(lever.value["no_deduction"], "10em", "没有扣分")

    def read() -> dict[str, Any] | None:
        said: dict[str, Any] = {**lever.value, "no_deduction": no_deduction.value, "least": {}, "within": {}}
        for (kind, item, group), number in numbers.items():
            said[kind][item] = said[kind].get(item, {}) | {group: number.value} if group else number.value
        return said if keep.value and said != {"least": {}, "within": {}, "no_deduction": False} else None

    name = f"{lever.name}的条件"
    return Control(lever, name, [keep, no_deduction, *numbers.values()], read,
                   widgets.VBox([_row(name, keep, no_deduction), *rows]))  # fmt: skip


def _as_now(scores: pd.DataFrame, grade: str, kind: str, scheme: Scheme) -> float:
    """Return the count, share or cutoff at which a grade of a group's scores comes to about what it is."""
    inside = scores["grade"].eq(grade)
    if kind == "count":
        return float(inside.sum())
    if kind == "share":
        return round(float(inside.mean()), 4)
    names = list(scheme.grade_names)
    worse = scores["grade"].isin(names[names.index(grade) + 1 :])
    cutoff = scores.loc[inside, "total"].min() if inside.any() else scores.loc[worse, "total"].max() + 0.01
    return max(float(cutoff * 100 // 1 / 100), 0.0) if pd.notna(cutoff) else 0.0
