"""One year under a changed scheme: whose total, rank and grade would move."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from analysis.data.dataset import YearFacts
from analysis.data.documents import check_document
from analysis.data.schemes import Grade, Scheme
from analysis.methods.grades import compare_units
from analysis.problems import WorkbookError
from analysis.scoring.years import score_year

ClausePath = tuple[str, ...]
Changes = Mapping[ClausePath, Any]
"""What a clause is to say instead, by its path in the scheme."""


@dataclass(frozen=True)
class Lever:
    """A clause of a scheme that can say something else while the marks stay what they are.

    Attributes
    ----------
    path : tuple of str
        Where it stands in the scheme; components and grades are named by id.
    kind : {"rate", "cap", "switch", "rule", "requires", "decimals", "ties", "bars"}
        The share of the points that a rating earns; points, or None for no cap; whether a component is rescaled;
        a grade's rule as a dict (see `GradeRule`); what it requires besides as a dict (see `Requirements`), or None;
        to how many decimals totals are rounded, or None; the tie rule; the grades a veto bars from.
    name : str
        What the scheme calls the rating, the component or the grade; "" for clauses of which there is one.
    value : float, bool, str, dict, list or None
        What the scheme says.
    """

    path: ClausePath
    kind: Literal["rate", "cap", "switch", "rule", "requires", "decimals", "ties", "bars"]
    name: str
    value: Any


def list_levers(scheme: Scheme) -> list[Lever]:
    """List the clauses of a scheme that can be changed, in its order.

    Parameters
    ----------
    scheme : Scheme

    Returns
    -------
    list of Lever

    Examples
    --------
    >>> from analysis.scoring.examples import small_scheme
    >>> [lever.path for lever in list_levers(small_scheme({"优": 1}))][:3]
    [('ratings', 'value', '优'), ('components', 'daily', 'rescale'), ('bonus', 'cap')]
    """
    return [
        *(Lever(("ratings", "value", rating), "rate", rating, rate) for rating, rate in scheme.ratings.value.items()),
        *(
            Lever((*scheme.ways[key], "rescale"), "switch", block.name, block.rescale)
            for key, block in scheme.blocks.items()
            if not block.is_outside and not block.weights
        ),
        *([Lever(("base", "rescale"), "switch", "", scheme.base.rescale)] if scheme.base else []),
        Lever(("bonus", "cap"), "cap", "", scheme.bonus.cap),
        Lever(("deduction", "cap"), "cap", "", scheme.deduction.cap),
        *([Lever(("veto", "bars"), "bars", "", list(scheme.veto.bars))] if scheme.veto else []),
        Lever(("ranking", "ties"), "ties", "", scheme.ranking.ties),
        Lever(("ranking", "decimals"), "decimals", "", scheme.ranking.decimals),
        *(lever for grade in scheme.grades[:-1] for lever in _levers_of(grade)),
    ]


def _levers_of(grade: Grade) -> Iterator[Lever]:
    yield Lever(("grades", grade.id, "rule"), "rule", grade.name, grade.rule.model_dump())
    required = grade.requires and grade.requires.model_dump()
    yield Lever(("grades", grade.id, "requires"), "requires", grade.name, required)


def change_scheme(scheme: Scheme, changes: Changes) -> Scheme:
    """Return the scheme with other clauses, checked like one that is read from a file.

    Parameters
    ----------
    scheme : Scheme
    changes : dict of path to value
        Paths of `list_levers`.

    Returns
    -------
    Scheme

    Raises
    ------
    InputError
        If a clause cannot say so.
    WorkbookError
        If a path is not one of `list_levers`.

    Examples
    --------
    >>> from analysis.scoring.examples import small_scheme
    >>> change_scheme(small_scheme({"优": 1}), {("ratings", "value", "优"): 0.9}).ratings.value
    {'优': 0.9}
    """
    known = {lever.path for lever in list_levers(scheme)}
    content = scheme.model_dump()
    for path, value in changes.items():
        if path not in known:
            raise WorkbookError(f"办法里没有可以改的条款“{'.'.join(path)}”。")
        _put(content, path, value)
    return check_document(content, "考核办法", Scheme)


def _put(content: Any, path: ClausePath, value: Any) -> None:
    *way, last = path
    for step in way:
        content = content[step] if isinstance(content, dict) else next(each for each in content if each["id"] == step)
    content[last] = value


def ask_what_if(facts: YearFacts, changes: Changes) -> pd.DataFrame:
    """Score a year under its scheme and under the changed one, from the same marks.

    Parameters
    ----------
    facts : YearFacts
    changes : dict of path to value
        Paths of `list_levers`.

    Returns
    -------
    DataFrame of `compare_units`, one row per unit: unit_id, group, name; base_total, base_rank, base_grade (under the
    scheme as it is); total, rank, grade (under the changed one); total_change (points), rank_change (places up),
    movement ("stayed", "rose", "fell"). Points are unrounded.

    Raises
    ------
    InputError
        If a clause cannot say so.
    WorkbookError
        If a path is not one of `list_levers`, or the year has no inputs.

    Examples
    --------
    Were a score in part of the work not scaled up, the county that carries 50 of 70 points would lose 12:

    >>> from analysis.scoring.examples import example_city
    >>> units = ask_what_if(example_city().year(2023), {("components", "daily", "rescale"): False})
    >>> units.set_index("unit_id").loc["nanqu", ["base_total", "total", "total_change"]].astype(float).round(9).tolist()
    [67.65, 55.65, -12.0]
    """
    changed = replace(facts, scheme=change_scheme(facts.scheme, changes))
    ties = facts.scheme.ranking.ties, changed.scheme.ranking.ties
    return compare_units(score_year(facts), score_year(changed), list(facts.scheme.grade_names), ties=ties)
