"""A widget for every clause of a scheme that can be changed, built from the scheme."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets
import pandas as pd

from analysis.data.schemes import Scheme
from analysis.methods.what_if import Lever, Place, change_scheme, list_levers
from analysis.problems import InputError
from analysis.words import TIES

_NAMED = "9em"
_NUMBER = "7em"
_KINDS = {"count": "名额（个）", "share": "占本组比例（0–1）", "threshold": "分数线（分）"}


_LIMITS = {
    "rate": "比例在 0 与 1 之间",
    "cap": "封顶是不小于 0 的数",
    "rule": "名额是不小于 0 的整数，比例在 0 与 1 之间，分数线不小于 0、不高于更好等次的分数线",
    "switch": "只有换算或不换算",
    "bars": "只能是最末等次以外的等次",
    "ties": "只有取高位或取低位",
}


@dataclass(frozen=True)
class Control:
    """What changes one clause.

    Attributes
    ----------
    lever : Lever
    name : str
        What the reader calls the clause.
    box : Widget
        What is shown.
    inputs : list of Widget
        What has a value that may change.
    read : callable
        Gives what the clause is to say, or the lever's own value if nothing was changed.
    """

    lever: Lever
    name: str
    box: Any
    inputs: list[Any]
    read: Callable[[], Any]


def make_controls(scheme: Scheme, scores: pd.DataFrame) -> list[Control]:
    """Make a control for every clause that can be changed.

    Parameters
    ----------
    scheme : Scheme
    scores : DataFrame of `score_year`
        Rules of another kind start from what the scores come to under the scheme.

    Returns
    -------
    list of Control
    """
    return [_BUILDERS[lever.kind](lever, scheme, scores) for lever in list_levers(scheme)]


def read_changes(controls: list[Control]) -> dict[Place, Any]:
    """Return what the controls say otherwise than the scheme.

    Parameters
    ----------
    controls : list of Control

    Returns
    -------
    dict of place to value
    """
    said = {control.lever.place: (control.lever.value, control.read()) for control in controls}
    return {place: value for place, (now, value) in said.items() if value != now}


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
    rules = [control for control in controls if control.lever.kind == "rule"]  # each is bound by the others
    told: list[Control] = []
    for some in [rules, *([control] for control in controls if control.lever.kind != "rule")]:
        if _is_refused(some, scheme):
            alone = [control for control in some if _is_refused([control], scheme)]
            told += alone or [control for control in some if read_changes([control])]
    return "".join(f"“{control.name}”不能这样改：{_LIMITS[control.lever.kind]}。" for control in told)


def _is_refused(controls: list[Control], scheme: Scheme) -> bool:
    try:
        change_scheme(scheme, read_changes(controls))
    except InputError:
        return True
    return False


def label(text: str, width: str = _NAMED) -> Any:
    """Name a control; as text, whatever the name holds: a widget's own description would set formulas."""
    return widgets.HTML(html.escape(text), layout=widgets.Layout(width=width, margin="2px 6px 2px 0"))


def _row(name: str, *parts: Any) -> Any:
    return widgets.HBox([label(name), *parts], layout=widgets.Layout(align_items="center", flex_flow="row wrap"))


def _rate(lever: Lever, _scheme: Scheme, _scores: pd.DataFrame) -> Control:
    slider = widgets.FloatSlider(
        value=lever.value,
        min=0,
        max=1,
        step=0.01,
        readout_format=".0%",
        continuous_update=False,
        layout=widgets.Layout(width="15em"),
    )
    at = slider.value
    name = f"“{lever.name}”得分比例"
    return Control(
        lever,
        name,
        _row(name, slider),
        [slider],
        lambda: lever.value if slider.value == at else round(slider.value, 6),
    )


def _cap(lever: Lever, _scheme: Scheme, _scores: pd.DataFrame) -> Control:
    number = widgets.FloatText(value=lever.value or 0, step=0.5, layout=widgets.Layout(width=_NUMBER))
    free = widgets.Checkbox(value=lever.value is None, description="不封顶", indent=False)
    free.layout.width = "6em"
    name = {"bonus": "加分封顶（分）", "deduction": "扣分封顶（分）"}[lever.place[0]]
    return Control(lever, name, _row(name, number, free), [number, free], lambda: None if free.value else number.value)


def _switch(lever: Lever, _scheme: Scheme, _scores: pd.DataFrame) -> Control:
    box = widgets.Checkbox(value=lever.value, description="不承担的扣除后换算", indent=False)
    box.layout.width = "14em"
    return Control(lever, lever.name, _row(lever.name, box), [box], lambda: box.value)


def _bars(lever: Lever, scheme: Scheme, _scores: pd.DataFrame) -> Control:
    boxes = {grade.id: widgets.Checkbox(value=grade.id in lever.value, indent=False) for grade in scheme.grades[:-1]}
    for box in boxes.values():
        box.layout.width = "1.6em"
    parts = [part for grade, box in boxes.items() for part in (box, label(scheme.grade_names[grade], "6em"))]
    name = "一票否决不得评"
    return Control(
        lever,
        name,
        _row(name, *parts),
        list(boxes.values()),
        lambda: [grade for grade, box in boxes.items() if box.value],
    )


def _ties(lever: Lever, _scheme: Scheme, _scores: pd.DataFrame) -> Control:
    choice = widgets.Dropdown(
        options=[(told, ties) for ties, told in TIES.items()], value=lever.value, layout=widgets.Layout(width="12em")
    )
    return Control(lever, "同分名次", _row("同分名次", choice), [choice], lambda: choice.value)


def _rule(lever: Lever, scheme: Scheme, scores: pd.DataFrame) -> Control:
    rule = next(grade.rule for grade in scheme.grades if grade.id == lever.place[1])
    kind = widgets.Dropdown(
        options=[(told, kind) for kind, told in _KINDS.items()], value=rule.kind, layout=widgets.Layout(width="12em")
    )
    numbers = {
        group: widgets.FloatText(value=rule.value_for(group), layout=widgets.Layout(width=_NUMBER))
        for group in scheme.groups
    }

    def start_from_now(_change: object) -> None:
        for group, number in numbers.items():
            own = scores[scores["group"].eq(group)]
            number.value = (
                rule.value_for(group) if kind.value == rule.kind else _as_now(own, lever.place[1], kind.value, scheme)
            )

    kind.observe(start_from_now, "value")

    def read() -> Any:
        values = {group: number.value for group, number in numbers.items()}
        if kind.value == rule.kind and all(value == rule.value_for(group) for group, value in values.items()):
            return lever.value
        return {**lever.value, "kind": kind.value, "value": values}

    rows = [_row(f"　{scheme.groups[group].name}", number) for group, number in numbers.items()]
    name = f"{lever.name}等次"
    return Control(lever, name, widgets.VBox([_row(f"{name}按", kind), *rows]), [kind, *numbers.values()], read)


def _as_now(own: pd.DataFrame, grade: str, kind: str, scheme: Scheme) -> float:
    """Return the count, share or line at which a group's grade comes to about what it is."""
    inside = own["grade"].eq(grade)
    if kind == "count":
        return float(inside.sum())
    if kind == "share":
        return round(float(inside.mean()), 4)
    names = list(scheme.grade_names)
    worse = own["grade"].isin(names[names.index(grade) + 1 :])
    line = own.loc[inside, "total"].min() if inside.any() else own.loc[worse, "total"].max() + 0.01
    return max(float(line * 100 // 1 / 100), 0.0) if pd.notna(line) else 0.0


_BUILDERS: dict[str, Callable[[Lever, Scheme, pd.DataFrame], Control]] = {
    "rate": _rate,
    "cap": _cap,
    "switch": _switch,
    "bars": _bars,
    "ties": _ties,
    "rule": _rule,
}
