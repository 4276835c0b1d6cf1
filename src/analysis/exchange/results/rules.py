"""How the totals of a plain table follow from its scores: stated, or found where one way alone gives all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from analysis.data.unit_tables import LACKING
from analysis.exchange.results.headers import NO_WORTH, WORDS, read_worth
from analysis.exchange.results.reading import ResultRow, ResultTable, names_of, printed_range
from analysis.problems import InputError, Problem, WorkbookError
from analysis.texts import name_some

_HOW = '用 --weights 写明，如 --weights "{first}=30,{second}=70"'
_EQUAL = "；各项同样重要的写 --weights 等权"

_LESSER_SCALE = 50
"""Scores some of which are above it are taken to be out of 100, if they may be: not out of 5, 10, 20 or 50."""

_TIMES_ROUNDING = 10
"""How much more than rounding has to tell weights apart: they are then known to about a tenth."""


@dataclass(frozen=True)
class Rule:
    """How totals follow from scores.

    Attributes
    ----------
    kind : {"mean", "sum"}
        The weighted mean of scores that are out of as much as the total; or their sum, each out of its own points.
    points : dict of component to Fraction
        What each component is worth in the total.
    out_of : Fraction
        What totals are out of.
    basis : {"printed", "derived", "assumed"}
    note : str
        How it was found.
    unlike : tuple of ResultRow
        Those whose printed total it does not give.
    """

    kind: str
    points: Mapping[str, Fraction]
    out_of: Fraction
    basis: str
    note: str
    unlike: tuple[ResultRow, ...] = ()

    def full_score(self, component: str) -> Fraction:
        """Return what a component's score is out of."""
        return self.out_of if self.kind == "mean" else self.points[component]


def read_weights(written: str, components: Sequence[str]) -> dict[str, Fraction]:
    """Read the weights that a user states.

    Parameters
    ----------
    written : str
        Such as "a=30,b=70"; or that all are equal.
    components : sequence of str

    Returns
    -------
    dict of component to Fraction

    Raises
    ------
    WorkbookError
        If it is not written so, or not of all components.

    Examples
    --------
    >>> read_weights("a=30, b=70%", ["a", "b"])
    {'a': Fraction(30, 1), 'b': Fraction(70, 1)}
    """
    if written.strip().casefold() in WORDS["equal"]:
        return dict.fromkeys(components, Fraction(1))
    found: dict[str, Fraction] = {}
    for each in written.replace("，", ",").split(","):
        name, sign, value = each.replace("＝", "=").rpartition("=")
        if not sign:
            raise WorkbookError(f"--weights 中的“{each.strip()}”读不懂。请写成 名称=权重，用逗号隔开，每项一次。")
        weight = read_worth(value.strip().rstrip("%"))
        if weight is None:
            told = f"--weights 中“{name.strip()}”的权重是{value.strip()[:20]}，{NO_WORTH}"
            raise WorkbookError(f"{told}。不计入总分的列请删去。")
        if name.strip() in found:
            raise WorkbookError(f"--weights 中“{name.strip()}”写了两次。请只留一次。")
        found[name.strip()] = weight
    if {*found} != {*components}:
        unknown, missing = [each for each in found if each not in components], [*({*components} - {*found})]
        what = f"没有这一列：{'、'.join(unknown)}" if unknown else f"缺少：{'、'.join(sorted(missing))}"
        raise WorkbookError(f"--weights {what}。各项是：{'、'.join(components)}。")
    return {component: found[component] for component in components}


def find_rule(
    table: ResultTable, weights: Mapping[str, Fraction] | None, out_of: Fraction | None, basis: str = "assumed"
) -> Rule:
    """Find how totals follow from scores.

    Parameters
    ----------
    table : ResultTable
    weights : mapping of component to Fraction, optional
        What the user, or the scheme, says they are worth.
    out_of : Fraction, optional
        What the user says totals are out of.
    basis : str
        How well what they say is founded.

    Returns
    -------
    Rule
        Where nothing states the weights, equal ones if these alone give every printed total.

    Raises
    ------
    InputError
        If something is stated twice, or no rule can be told.
    """
    sheet, said = table.sheet, table.out_of if table.out_of is not None else out_of
    if weights and table.worth:
        raise _refuse(table, "各项的分值或权重，表里写了，又在别处写了", "只留一处")
    if table.out_of is not None and out_of not in {None, table.out_of}:
        raise _refuse(table, f"总分的满分写了两处：{table.out_of}和{out_of}", "只留一处")
    stated = weights or table.worth or None
    given = "printed" if table.worth else basis
    possible = _list_rules(table, stated, said, given)
    tried = [_hold(rule, table) for rule in possible if _find_exceeding(rule, table) is None]
    if stated is None:
        return _derive(table, tried, said)
    is_equal = stated is not None and len({*stated.values()}) == 1
    if is_equal and all(2 * len(rule.unlike) >= len(table.rows) for rule in tried) and _is_sum(table):
        raise _refuse_sum(table)  # full scores are not all alike because somebody says that weights are
    unsaid = said is None or (table.kind == "weights" and said == table.out_of == 1)  # no more than that shares add up
    if not tried and unsaid and (found := _derive_out_of(table, stated)):
        return found
    if not tried:
        raise _refuse_exceeding(table, possible, stated, said)
    tried.sort(key=lambda rule: len(rule.unlike))
    best = tried[0]
    if 2 * len(best.unlike) >= len(table.rows):
        some = name_some([*names_of(best.unlike)])
        rule = f"按写明的分值或权重，总分既不是各项加权平均，也不是各项之和：如{some}{_tell_scaled(best, table)}"
        raise _refuse(table, rule, f"核对分值或权重，以及总分的满分（--out-of）{_tell_components(table)}")
    if len(tried) > 1 and len(tried[1].unlike) == len(best.unlike):
        raise _refuse(table, "总分是各项之和还是加权平均，印出的数分不出来", "把各项的满分写进列名，如“经济（30分）”")
    for row in best.unlike:
        sheet.note("总分与各项得分不符，照印本存下；见 workbook audit", row.row, "总分", row.cells["total"])
    return best


def _list_rules(
    table: ResultTable, stated: Mapping[str, Fraction] | None, out_of: Fraction | None, basis: str
) -> list[Rule]:
    """Make the rules that may be meant."""
    weights = stated or dict.fromkeys(table.components, Fraction(1))
    whole = sum(weights.values(), Fraction(0))
    found = list[Rule]()
    if out_of is not None and table.kind != "points":
        shares = {component: weight * out_of / whole for component, weight in weights.items()}
        found.append(Rule("mean", shares, out_of, basis, ""))
    if stated and out_of in {None, whole}:
        found.append(Rule("sum", dict(stated), whole, basis, ""))
    return found


def _hold(rule: Rule, table: ResultTable) -> Rule:
    """Find the rows that a rule does not give."""
    return replace(rule, unlike=tuple(row for row in table.rows if not _gives(rule, row)))


def _find_exceeding(rule: Rule, table: ResultTable) -> tuple[ResultRow, str] | None:
    """Find the first score that is more than its component is out of."""
    scores = ((row, *score) for row in table.rows for score in table.scores_of(row).items())
    return next(((row, each) for row, each, score in scores if Fraction(score) > rule.full_score(each)), None)


def _derive_out_of(table: ResultTable, stated: Mapping[str, Fraction]) -> Rule | None:
    """Take totals to be out of 100 if shares of the whole then give every one of them, and no lesser scale would do."""
    if table.kind == "points" or sum(stated.values()) not in {1, 100}:
        return None
    (rule,) = _list_rules(table, stated, Fraction(100), "derived")[:1]
    scores = [Fraction(score) for row in table.rows for score in table.scores_of(row).values()]
    if not _LESSER_SCALE < max(scores) <= rule.out_of or _hold(rule, table).unlike:
        return None
    note = "没有写明总分的满分：各项得分都在0与100之间，按满分100，各总分都等于各项得分的加权平均（舍入之内）"
    return replace(rule, note=note)


def _refuse_exceeding(
    table: ResultTable, possible: Sequence[Rule], stated: Mapping[str, Fraction], out_of: Fraction | None
) -> InputError:
    """Say which score is more than it is out of, or that points do not add up to what totals are out of."""
    if not possible:
        whole = sum(stated.values(), Fraction(0))
        rule = f"各项分值合计{tell_points(whole)}，不是总分的满分{tell_points(out_of or Fraction(0))}"
        return _refuse(table, rule, "核对各项分值和总分的满分")
    row, component = _find_exceeding(possible[-1], table) or (table.rows[0], table.components[0])
    rule = f"{row.name}的得分高于满分{tell_points(possible[-1].full_score(component))}"
    fix = "核对得分和分值；写的是权重、各项得分与总分满分相同的，用 --out-of 写明总分的满分，如 --out-of 100"
    table.refuse(rule, fix, row.row, component, row.cells[component])
    return InputError(table.sheet.problems)


def _gives(rule: Rule, row: ResultRow) -> bool:
    """Say whether a row's scores give its total; what does not apply passes its points on to the others."""
    points = {each: worth for each, worth in rule.points.items() if row.cells[each] != LACKING}
    scale = rule.out_of / sum(points.values(), Fraction(0))
    return _covers(row, {each: worth / rule.full_score(each) * scale for each, worth in points.items()})


def _covers(row: ResultRow, weights: Mapping[str, Fraction]) -> bool:
    """Say whether weighted scores, with what is added and taken, may be the total, each with all that is printed so."""
    low = high = Fraction(0)
    for each, weight in weights.items():
        least, most = printed_range(row.cells[each])
        low, high = low + weight * least, high + weight * most
    for kind, sign in (("bonus", 1), ("deduction", -1)):
        if kind in row.cells:
            ends = [sign * end for end in printed_range(row.cells[kind])]
            low, high = low + min(ends), high + max(ends)
    least, most = printed_range(row.cells["total"])
    return low <= most and least <= high


def _derive(table: ResultTable, tried: Sequence[Rule], out_of: Fraction | None) -> Rule:
    """Take equal weights if they give every total."""
    fix = _tell_how(table) + _EQUAL
    if _is_sum(table):
        raise _refuse_sum(table)
    if out_of is None:
        raise _refuse(table, "没有写明总分的满分", "用 --out-of 写明，如 --out-of 100")
    if not tried:
        raise _refuse(table, f"有得分高于满分{tell_points(out_of)}", f"核对 --out-of，或{fix}")
    (rule,) = tried
    if rule.unlike:
        some = f"{len(rule.unlike)}个单位的总分对不上：{name_some([*names_of(rule.unlike)])}"
        raise _refuse(
            table, f"没有写明权重；按等权平均，有{some}{_tell_scaled(rule, table)}", fix + _tell_components(table)
        )
    if not _determines(table):
        raise _refuse(table, "没有写明权重；等权平均与各总分相符，但单位太少或得分太相近，别的权重也相符", fix)
    note = f"由印出的{len(table.rows)}个总分推得：都等于各项得分的等权平均（舍入之内）"
    return Rule(rule.kind, rule.points, rule.out_of, "derived", note)


def _is_sum(table: ResultTable) -> bool:
    """Say whether every total is no more than its scores added up."""
    return len(table.components) > 1 and all(
        _covers(row, dict.fromkeys(table.scores_of(row), Fraction(1))) for row in table.rows
    )


def _refuse_sum(table: ResultTable) -> InputError:
    fix = f"在列名里写明，如“{table.components[0]}（30分）”，或{_tell_how(table)}"
    return _refuse(table, "总分是各项之和，而各项的满分没有写明", fix)


def _tell_how(table: ResultTable) -> str:
    first, second = [*table.components, "…"][:2]
    return _HOW.format(first=first, second=second)


def _tell_components(table: ResultTable) -> str:
    return f"；读作各项得分的列：{'、'.join(table.components)}，其中不是得分的删去"


def tell_points(points: Fraction) -> str:
    """Write points as a reader does, to five decimals.

    Examples
    --------
    >>> tell_points(Fraction(100, 12)), tell_points(Fraction(1_000_000))
    ('8.33333', '1000000')
    """
    return f"{round(float(points), 5):.15g}"


def _tell_scaled(rule: Rule, table: ResultTable) -> str:
    """Say that totals may have been scaled, where the best one is all they are out of and not made of full scores."""
    best = max(table.rows, key=lambda row: Fraction(row.cells["total"]))
    if Fraction(best.cells["total"]) != rule.out_of or best not in rule.unlike:
        return ""
    return (
        f"（最高的总分恰是满分{tell_points(rule.out_of)}，而得分没有都满分：总分可能又按最高的单位折算过，"
        "这样的总分由得分推不出，不能导入；可以在 published/<年度>.csv 里只写总分和名次）"
    )


def _determines(table: ResultTable) -> bool:
    """Say whether weights other than these would give other totals.

    The weighted mean is the total where weights of scores less the total add up to 0: so weights are known, but for
    their scale, if that matrix has one direction to spare and no second one that is no more than rounding (Golub & Van
    Loan, Matrix Computations, 5.4: numerical rank).
    """
    size, scores = len(table.components), [table.scores_of(row) for row in table.rows]
    gaps = np.array(
        [
            [float(own[each]) - float(row.cells["total"]) if each in own else 0.0 for each in table.components]
            for row, own in zip(table.rows, scores, strict=True)
        ]
    )
    ends = [printed_range(score) for own in scores for score in own.values()]
    noise = float(max(high - low for low, high in ends)) / 2 * gaps.size**0.5
    values = np.linalg.svd(np.vstack([gaps, np.zeros((size, size))]), compute_uv=False)
    return size == 1 or bool(values[size - 2] >= _TIMES_ROUNDING * noise)


def _refuse(table: ResultTable, rule: str, fix: str) -> InputError:
    sheet = table.sheet
    return InputError([*sheet.problems, Problem(sheet.file, rule, fix, sheet=sheet.name)])
