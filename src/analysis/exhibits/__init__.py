"""The exhibits: one module a question, holding its frame, its chart, its table and its sentences."""

from dataclasses import fields
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import pandas as pd

import analysis.exhibits.plain  # noqa: F401  # before all that draws
from analysis.assessment import Pair, Year
from analysis.exhibits.exhibit import EXHIBITS, Exhibit
from analysis.exhibits.gallery import Gallery
from analysis.exhibits.lacking import Lacking, find_lacking, need_results
from analysis.periods import name_assessed
from analysis.problems import WorkbookError
from analysis.texts import legible

_MODULES = (
    "averages",
    "grades",
    "streaks",
    "scheme",
    "scores",
    "distribution",
    "movement",
    "change",
    "counterfactuals",
    "audit",
    "findings",
    "circular_text",
    "bounds",
    "intervals",
    "margins",
    "uncertainty",
    "weights",
    "rescaling",
    "rules",
    "effects",
    "indicators",
    "leniency",
    "unit",
    "unit_marks",
    "printed",
    "all_years",
    "trajectories",
    "rank_matrix",
    "movers",
    "by_year",
    "convergence",
    "as_printed",
    "mobility",
    "what_if",
    "draft",
    "plausibility",
    "items",
    "reliability",
    "mark_shares",
    "identical",
    "carried",
    "regression",
    "limitations",
    "front",
    "leads",
    "brief",
    "ranking",
    "feedback",
)
"""Where exhibits are, in reading order."""

for _module in _MODULES:
    import_module(f"analysis.exhibits.{_module}")


def list_exhibits() -> pd.DataFrame:
    """List what can be shown.

    Returns
    -------
    DataFrame indexed by name with columns title, needs (of "base_year", "group", "unit", "indicator_id", "circular",
    "marks", and where print will do as well: "results", "grades", "best_grade", "averages", "table"; exhibits that need
    a group are shown for all groups where none is named), holds (of "sentences", "chart", "table"), options, about.
    """
    rows = []
    for name, kind in EXHIBITS.items():
        holds = tuple(part for part in ("sentences", "chart", "table") if kind.has(part))
        about = (kind.__doc__ or "").splitlines()[0]
        rows.append((name, kind.label, kind.needs, holds, tuple(_options(kind)), about))
    return pd.DataFrame(rows, columns=["name", "title", "needs", "holds", "options", "about"]).set_index("name")


def find_exhibit(name: str) -> type[Exhibit]:
    """Return an exhibit by its name; an unknown name is a WorkbookError that names the nearest."""
    if name not in EXHIBITS:
        near = get_close_matches(name, EXHIBITS)
        hint = f"相近的有：{'、'.join(near)}。" if near else ""
        raise WorkbookError(f"没有叫“{legible(name)}”的图表。{hint}全部名称见 list_exhibits。")
    return EXHIBITS[name]


def show(of: Year | Pair, name: str, group: str = "", unit: str = "", **options: Any) -> Any:
    """Make an exhibit; as the last line of a cell it shows what a page shows.

    Parameters
    ----------
    of : Year or Pair
    name : str
        One of `list_exhibits`.
    group : str
        A group of the scheme; without it, an exhibit that needs one is made for every group.
    unit : str
        A unit's id, or one of its names, for an exhibit that is about one.
    **options
        Options of the exhibit, such as `draws`.

    Returns
    -------
    Exhibit, or Gallery of one exhibit a group
        Where a year without marks does not print what is needed, one that holds a sentence why and nothing else.

    Raises
    ------
    WorkbookError
        If there is no such exhibit, group, unit or option, or something that it needs is missing.

    Examples
    --------
    >>> from analysis import open_assessment
    >>> year = open_assessment().year(2021)
    >>> year.show("averages").sentences[1]
    '市直部门45个单位，2021年平均86.06分，比2020年的76.97分提高9.09分（增长11.81%）。'
    >>> year.show("avrages")
    Traceback (most recent call last):
    analysis.problems.WorkbookError: 没有叫“avrages”的图表。相近的有：averages。全部名称见 list_exhibits。
    """
    kind = find_exhibit(name)
    year, base = (of.year, of.base) if isinstance(of, Pair) else (of, None)
    if "base_year" in kind.needs and base is None:
        raise WorkbookError(f"“{kind.label}”（{name}）要与另一年比：用 pair(基期年度, {year.year}).show。")
    if "unit" in kind.needs and not unit:
        raise WorkbookError(f"“{kind.label}”（{name}）是关于一个单位的：写明 unit=…，单位的编号或名称。")
    years = (year, base) if base and "base_year" in kind.needs else (year,)
    need_results(kind, *years)
    if unknown := set(options) - set(_options(kind)):
        known = "、".join(_options(kind)) or "无"
        raise WorkbookError(f"“{kind.label}”（{name}）没有 {'、'.join(sorted(unknown))} 这个选项。可用：{known}。")
    if "base_year" not in kind.needs and not kind.since_base:
        base = None
    lacking = find_lacking(kind.needs, *years)
    stands_in = Lacking.of(kind, lacking, year, base) if lacking else None
    if "unit" in kind.needs:
        unit_id = year.dataset.find_unit(unit, year.year)
        return stands_in or kind(year, base, unit_id=unit_id, **options)
    if "indicator_id" in kind.needs:
        group = _find_indicator(year, group, options.get("indicator_id", ""))
    groups = [each for each in year.scheme.groups if not (base and kind.of_both_years) or each in base.scheme.groups]
    if group and group not in groups:
        raise WorkbookError(
            f"{name_assessed(year.year)}没有“{legible(group)}”这一组，或不是两年均有。可用：{'、'.join(groups)}。"
        )
    if stands_in:
        return stands_in if group or "group" not in kind.needs else Gallery({"": stands_in})
    if "group" not in kind.needs or group:
        return kind(year, base, group, **options)
    return Gallery({each: kind(year, base, each, **options) for each in groups})


def _find_indicator(year: Year, group: str, indicator_id: str) -> str:
    """Return the group that is marked by an indicator; an unknown one, or one of another group, is a WorkbookError."""
    assert year.facts.inputs is not None
    owners = year.facts.inputs.indicators.set_index("indicator_id")["group"]
    owner = str(owners.get(indicator_id, ""))
    if not indicator_id or not owner:
        fault = f"没有编号为“{legible(indicator_id)}”的指标。" if indicator_id else "没有写明是哪一项指标。"
        raise WorkbookError(f"{fault}写明 indicator_id=…，{name_assessed(year.year)}指标的编号。")
    if group and group != owner:
        raise WorkbookError(f"指标“{legible(indicator_id)}”不属于“{legible(group)}”这一组，属于 {owner}。")
    return owner


def _options(kind: type[Exhibit]) -> list[str]:
    return [field.name for field in fields(kind) if field.name not in {"year", "base", "group", "unit_id"}]
