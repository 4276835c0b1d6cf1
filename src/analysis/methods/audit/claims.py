"""Every checkable claim a circular makes about itself and about the circular before it, each with a verdict.

One small rule per kind of claim; a rule yields what it can and nothing where the circular does not print the numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from analysis.data.dataset import YearFacts
from analysis.data.published import MEASURES, PrintedFigure
from analysis.data.schemes import Adjustment
from analysis.methods.audit import change_claims
from analysis.methods.audit.circulars import Circular, Claim, Earlier, number_of
from analysis.methods.audit.verdicts import Number, combine, consistent_roundings, exactly, write_like


def derive_claims(facts: YearFacts, earlier: Mapping[int, YearFacts]) -> list[Claim]:
    """Derive and check every claim that printed facts alone can check.

    Parameters
    ----------
    facts : YearFacts
    earlier : dict of year to YearFacts
        Years before, for claims about change.

    Returns
    -------
    list of Claim; empty for a year without a circular
    """
    circular = Circular.of(facts)
    if circular is None:
        return []
    before = {year: opened for year, each in earlier.items() if year < facts.year and (opened := Circular.of(each))}
    claims = [claim for rule in _RULES for claim in rule(circular, before)]
    return _with_unique_ids(claims)


def _with_unique_ids(claims: list[Claim]) -> list[Claim]:
    seen: dict[str, int] = {}
    unique = []
    for claim in claims:
        seen[claim.id] = seen.get(claim.id, 0) + 1
        suffix = f"-{seen[claim.id]}" if seen[claim.id] > 1 else ""
        unique.append(replace(claim, id=claim.id + suffix))
    return unique


def _repeated(circular: Circular, _: Earlier) -> Iterator[Claim]:
    """Hold a number printed twice against its first printing."""
    for figure in circular.published.figures:
        first = circular.published.figure(figure.measure, figure.group, figure.of)
        if first is not None and first is not figure and first.years == figure.years:
            yield circular.follows(
                "repeated",
                figure,
                f"与“{first.section}”所印相同",
                number_of(first),
                text=f"{circular.label(figure)}两处所印相同",
            )


def _list_lengths(circular: Circular, _: Earlier) -> Iterator[Claim]:
    """Count the names of a list."""
    for figure in circular.published.figures:
        if figure.measure not in {"list_units", "grade_units"}:
            continue
        groups = circular.facts.scheme.groups if figure.group == "all" else [figure.group]
        lists = [circular.graded.get((group, figure.of)) for group in groups]
        if all(lists):
            yield circular.follows(
                f"list_length_{figure.measure}",
                figure,
                "名单中的单位数",
                exactly(sum(len(units) for units in lists if units)),
                text=f"{circular.who(figure.group, figure.of)}有 {figure.value} 个，名单列出同样多",
            )
    for kind, measure in (("newly", "newly_units"), ("assessors", "assessor_count")):
        rows = circular.lists[circular.lists["list"].eq(kind)]
        named = circular.published.figure(measure, of=str(rows["of"].iloc[0])) if len(rows) else None
        if named is not None and rows["complete"].all():
            yield circular.follows(
                f"list_length_{measure}",
                named,
                "点名的个数",
                exactly(len(rows)),
                text=f"{circular.label(named)} {named.value}，点名同样多",
            )


def _membership(circular: Circular, _: Earlier) -> Iterator[Claim]:
    """Every unit that is assessed is in exactly one graded list, of its own group."""
    units = circular.facts.units
    for group in circular.facts.scheme.groups:
        listed = [unit for (own, _), names in circular.graded.items() if own == group for unit in names]
        sections = circular.lists.loc[
            circular.lists["group"].eq(group) & circular.lists["list"].eq("graded"), "section"
        ]
        if circular.grades_without_list(group):
            continue
        expected = set(units.loc[units["group"].eq(group), "unit_id"])
        faults = {
            "名单里没有": expected - set(listed),
            "名单里多出": set(listed) - expected,
            "列了两次": {unit for unit in listed if listed.count(unit) > 1},
        }
        yield circular.holds(
            "membership",
            group,
            "all",
            "；".join(f"{fault}：{circular.names(found)}" for fault, found in faults.items() if found),
            text=f"{circular.who(group)}每个单位恰在一份等次名单中",
            printed=f"{len(listed)} 个名称",
            computed=f"{len(expected)} 个单位",
            formula="名单与单位表逐一对应",
            section=str(sections.iloc[0]),
        )


def _grade_sums(circular: Circular, _: Earlier) -> Iterator[Claim]:
    """Counts by group and by grade add up."""
    scheme, figure = circular.facts.scheme, circular.published.figure
    for grade in scheme.grade_names:
        terms = [figure("grade_units", group, grade) for group in scheme.groups]
        if len(terms) > 1:
            yield from circular.adds_up("groups_add_up", figure("grade_units", "all", grade), terms)
    for group in [*scheme.groups, "all"]:
        terms = [figure("grade_units", group, grade) for grade in scheme.grade_names]
        yield from circular.adds_up("grades_add_up", figure("unit_count", group), terms)


def _shares(circular: Circular, _: Earlier) -> Iterator[Claim]:
    """Compute shares from counts; shares whose count is not printed must belong to a whole number."""
    counts = {
        "grade_share": ("grade_units", list(circular.facts.scheme.grade_names)),
        "indicator_share": ("indicator_count", list(circular.facts.scheme.parts)),
    }
    shares = []
    for share in circular.published.figures:
        if share.measure not in counts:
            continue
        count_of, others = counts[share.measure]
        part = circular.published.figure(count_of, share.group, share.of)
        whole = _whole(circular, count_of, share.group, others)
        if whole is None or not whole.value:
            continue
        count = number_of(part).value if part else Fraction(round(number_of(share).value * whole.value))
        formula = f"{write_like(count, '1')} ÷ {write_like(whole.value, '1')}" + ("" if part else "（最近的整数）")
        readings = _share_of_all(circular, count_of, part, others)
        shares.append((share, formula, exactly(count / whole.value), readings))
    roundings = consistent_roundings((share.value, computed) for share, _, computed, _ in shares)
    for share, formula, computed, readings in shares:
        yield circular.follows("share", share, formula, computed, others=readings, roundings=roundings)
    yield from _shares_of_a_whole(circular)


def _share_of_all(circular: Circular, measure: str, part: PrintedFigure | None, others: list[str]) -> dict[str, Number]:
    """Compute the share of all groups' units that a circular may have meant."""
    everyone = _whole(circular, measure, "all", others)
    if part is None or everyone is None or not everyone.value:
        return {}
    return {"按全部单位计": exactly(number_of(part).value / everyone.value)}


def _whole(circular: Circular, measure: str, group: str, parts: list[str]) -> Number | None:
    """Return the printed whole, or else the sum of its printed parts."""
    named = circular.published.figure("unit_count" if measure == "grade_units" else measure, group)
    if named is not None:
        return number_of(named)
    figures = [circular.published.figure(measure, group, part) for part in parts]
    known = [number_of(figure).value for figure in figures if figure is not None]
    return exactly(sum(known, Fraction(0))) if len(known) == len(figures) else None


def _shares_of_a_whole(circular: Circular) -> Iterator[Claim]:
    scheme = circular.facts.scheme
    for measure, parts in (("grade_share", list(scheme.grade_names)), ("indicator_share", list(scheme.parts))):
        for group in [*scheme.groups, "all"]:
            shares = [circular.published.figure(measure, group, part) for part in parts]
            known = [share for share in shares if share is not None]
            if len(known) < 2 or len(known) < len(parts):
                continue
            total = combine(lambda *values: sum(values, Fraction(0)), *map(number_of, known))
            fits = total.low <= 1 <= total.high
            yield circular.claim(
                f"{measure}s_of_a_whole",
                group,
                "all",
                text=f"{circular.who(group)}各项{MEASURES[measure]}合计 100%",
                printed=" + ".join(share.value for share in known),
                computed=write_like(total.value, "100.00%"),
                formula="各占比相加",
                section=known[0].section,
                verdict=("exact" if total.value == 1 else "within_rounding") if fits else "contradicted",
                reason="" if fits else "合计不是 100%，至少一个占比印错",
            )


def _indicator_sums(circular: Circular, _: Earlier) -> Iterator[Claim]:
    figure, parts = circular.published.figure, list(circular.facts.scheme.parts)
    for group in circular.facts.scheme.groups:
        terms = [figure("indicator_count", group, part) for part in parts]
        yield from circular.adds_up("indicators_add_up", figure("indicator_count", group), terms)


def _methods(circular: Circular, _: Earlier) -> Iterator[Claim]:
    """Units by method add up to the units assessed."""
    methods = [figure for figure in circular.published.figures if figure.measure == "method_units"]
    counts = [circular.published.figure("unit_count", group) for group in circular.facts.scheme.groups]
    known = [count for count in counts if count is not None]
    if methods and len(known) == len(counts):
        total = sum((number_of(figure).value for figure in methods), Fraction(0))
        units = sum((number_of(count).value for count in known), Fraction(0))
        yield circular.holds(
            "methods_add_up",
            "all",
            "all",
            "" if total == units else f"各种算法的单位合计 {total}，而各组单位合计 {units}",
            text="各种计算法的单位数之和等于单位总数",
            printed=" + ".join(figure.value for figure in methods),
            computed=str(units),
            formula=" + ".join(count.value for count in known),
            section=methods[0].section,
        )


def _adjustments(circular: Circular, _: Earlier) -> Iterator[Claim]:
    """Printed bonuses and deductions keep the scheme's step, cap and order."""
    scheme, figure = circular.facts.scheme, circular.published.figure
    for kind, limits in (("bonus", scheme.bonus), ("deduction", scheme.deduction)):
        for group in [*scheme.groups, "all"]:
            highest, lowest = figure(f"{kind}_max", group), figure(f"{kind}_min", group)
            for name, amount in (("max", highest), ("min", lowest)):
                if amount is None:
                    continue
                yield circular.holds(
                    f"{kind}_{name}_keeps_the_rule",
                    group,
                    "all",
                    _broken_limits(number_of(amount).value, limits),
                    text=f"{circular.label(amount)} {amount.value} 分，合乎办法的步长和上限",
                    printed=amount.value,
                    formula="下限、步长、上限："
                    + "、".join(
                        "未定" if limit is None else f"{limit:g}"
                        for limit in (limits.item_min, limits.step, limits.cap)
                    ),
                    section=amount.section,
                )
            if highest is not None and lowest is not None:
                ordered = number_of(lowest).value <= number_of(highest).value
                yield circular.holds(
                    f"{kind}_min_below_max",
                    group,
                    "all",
                    "" if ordered else "最少的比最多的还多",
                    text=f"{circular.who(group)}最少加减分不高于最高的",
                    printed=f"{lowest.value}，{highest.value}",
                    formula=f"{lowest.value} ≤ {highest.value}",
                    section=lowest.section,
                )
    yield from _adjusted_units(circular)


def _broken_limits(amount: Fraction, limits: Adjustment) -> str:
    item_min, step, cap = (
        None if limit is None else exactly(limit).value for limit in (limits.item_min, limits.step, limits.cap)
    )
    faults = {
        f"高于累计上限 {limits.cap}": cap is not None and amount > cap,
        f"低于单项下限 {limits.item_min}": item_min is not None and amount < item_min,
        f"不是 {limits.step} 的整数倍": step is not None and amount % step != 0,
    }
    return "；".join(fault for fault, broken in faults.items() if broken)


def _adjusted_units(circular: Circular) -> Iterator[Claim]:
    sizes = circular.facts.units["group"].value_counts()
    for figure in circular.published.figures:
        if figure.measure in {"bonus_units", "deduction_units", "veto_units"} and figure.group in sizes:
            size = int(sizes[figure.group])
            yield circular.holds(
                f"{figure.measure}_at_most_all",
                figure.group,
                "all",
                "" if number_of(figure).value <= size else f"该组只有 {size} 个单位",
                text=f"{circular.label(figure)} {figure.value}，不多于该组单位数",
                printed=figure.value,
                formula=f"{figure.value} ≤ {size}",
                section=figure.section,
            )


def _excellent_split(circular: Circular, _: Earlier) -> Iterator[Claim]:
    """Units of the best grade either had it the year before or are new in it."""
    figure, best = circular.published.figure, circular.best
    consecutive = figure("consecutive_units", of=best)
    if consecutive is not None and consecutive.years in {None, "2"}:
        total = figure("grade_units", of=best)
        if total is not None:
            yield circular.holds(
                "consecutive_at_most_all",
                "all",
                best,
                "" if number_of(consecutive).value <= number_of(total).value else f"本年一共只有 {total.value} 个",
                text=f"{circular.label(consecutive)} {consecutive.value}，不多于{circular.label(total)}",
                printed=consecutive.value,
                formula=f"{consecutive.value} ≤ {total.value}",
                section=consecutive.section,
            )
        terms = [consecutive, figure("newly_units", of=best)]
        yield from circular.adds_up("excellent_split", figure("grade_units", of=best), terms)


def _mean_of_grades(circular: Circular, _: Earlier) -> Iterator[Claim]:
    """The averages of better and worse grades lie on both sides of the average of all."""
    for group in circular.facts.scheme.groups:
        averages = {of: circular.published.figure("average", group, of) for of in circular.facts.scheme.grade_names}
        known = [figure for figure in averages.values() if figure is not None]
        everyone = circular.published.figure("average", group)
        chain = [known[0], everyone] if len(known) == 1 and everyone and known[0].of == circular.best else known
        for better, worse in pairwise(chain):
            falls = number_of(better).value > number_of(worse).value
            yield circular.holds(
                "better_grade_averages_more",
                group,
                better.of,
                "" if falls else "等次较好的单位平均分反而不高",
                text=f"{circular.label(better)}高于{circular.label(worse)}",
                printed=f"{better.value}，{worse.value}",
                formula=f"{better.value} > {worse.value}",
                section=better.section,
            )


_RULES: tuple[Callable[[Circular, Earlier], Iterator[Claim]], ...] = (
    _repeated,
    _list_lengths,
    _membership,
    _grade_sums,
    _shares,
    _indicator_sums,
    _methods,
    _adjustments,
    _excellent_split,
    change_claims.streak_counts,
    change_claims.named_streaks,
    change_claims.first_places,
    change_claims.changes,
    _mean_of_grades,
)
