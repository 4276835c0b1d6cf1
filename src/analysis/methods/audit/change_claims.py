"""Claims a circular makes about earlier years: streaks, places, changes and growth."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.data.published import PrintedFigure
from analysis.methods.audit.circulars import Circular, Claim, Earlier, number_of
from analysis.methods.audit.verdicts import Number, Verdict, combine, exactly, write_like


def streak_counts(circular: Circular, earlier: Earlier) -> Iterator[Claim]:
    """Count consecutive and newly excellent units from the graded lists, through the lineage."""
    now = circular.excellent()
    for figure in circular.published.figures:
        if figure.measure not in {"consecutive_units", "newly_units"} or now is None:
            continue
        consecutive = figure.measure == "consecutive_units"
        span = int(figure.years or 2) if consecutive else 2
        years = range(circular.facts.year - span + 1, circular.facts.year)
        lists = {year: earlier[year].excellent() if year in earlier else None for year in years}
        missing = [year for year, units in lists.items() if units is None]
        text = f"{circular.label(figure)}为 {figure.value}"
        if missing:
            yield circular.claim(
                "streak_count",
                figure.measure,
                figure.of,
                text=text,
                printed=figure.value,
                population="全部单位",
                formula="各年优秀名单逐一比对",
                section=figure.section,
                verdict="unverifiable",
                reason=f"缺 {'、'.join(map(str, missing))} 年度的优秀名单",
            )
            continue
        before = [units for units in lists.values() if units is not None]
        if consecutive:
            found = now.intersection(*before)
            absent = _named(circular, "consecutive") - found
            hint = (
                f"点名的{circular.names(absent)}不在之前各年的优秀名单中，把它计入才是 {len(found | absent)} 个"
                if absent
                else ""
            )
            others: dict[str, Number] = {}
        else:
            last = earlier[circular.facts.year - 1]
            entered = (now - before[-1]) - last.listed()
            found, hint = now - before[-1], ""
            others = {
                f"不计上一年没有列入考核的{circular.names(entered)}": exactly(len(found - entered)),
            }
        yield circular.follows(
            f"streak_count_{figure.measure}",
            figure,
            "本年与之前各年优秀名单的交集" if consecutive else "本年优秀而上一年不在优秀名单",
            exactly(len(found)),
            others=others,
            hint=hint,
            text=text,
        )


def _named(circular: Circular, kind: str) -> set[str]:
    return set(circular.lists.loc[circular.lists["list"].eq(kind), "unit_id"].dropna())


def named_streaks(circular: Circular, earlier: Earlier) -> Iterator[Claim]:
    """Hold every unit named as consecutive or newly excellent against the lists of the years it speaks of."""
    kinds = {"consecutive": "连续优秀", "newly": "新获优秀"}
    for row in circular.lists[circular.lists["list"].isin(list(kinds))].to_dict("records"):
        unit, consecutive = row["unit_id"], row["list"] == "consecutive"
        span = int(row["years"] or 2) if consecutive else 2
        years = range(circular.facts.year - span + 1, circular.facts.year)
        faults, unknown = [], []
        if (now := circular.excellent()) is not None and unit not in now:
            faults.append(f"{circular.facts.year} 年度优秀名单中没有它")
        for year in years:
            lists = earlier[year].excellent() if year in earlier else None
            if lists is None:
                unknown.append(str(year))
            elif consecutive and unit not in lists:
                listed = unit in earlier[year].listed()
                faults.append(f"{year} 年度{'名单列它为其他等次' if listed else '没有列入考核，名单中无此单位'}")
            elif not consecutive and unit in lists:
                faults.append(f"{year} 年度优秀名单中已有它")
        verdict: Verdict = "contradicted" if faults else "unverifiable" if unknown else "exact"
        reason = "；".join(faults) or (f"缺 {'、'.join(unknown)} 年度的名单" if unknown else "")
        yield circular.claim(
            f"named_{row['list']}",
            str(row["group"]),
            str(unit),
            text=f"{row['name']}{kinds[row['list']]}" + (f" {row['years']} 年" if consecutive else ""),
            printed="点名",
            formula="查各年优秀名单",
            population=str(row["name"]),
            section=str(row["section"]),
            verdict=verdict,
            reason=reason,
            unit_id=str(unit),
        )


def first_places(circular: Circular, earlier: Earlier) -> Iterator[Claim]:
    """A unit said to have come first several years running heads its list in each of them."""
    known = {**earlier, circular.facts.year: circular}
    ids = circular.facts.units.set_index("name")["unit_id"]
    for figure in circular.published.figures:
        if figure.measure != "first_place_years":
            continue
        wrong: list[str] = []
        unknown: list[str] = []
        right: list[str] = []
        for year in range(circular.facts.year - int(figure.value) + 1, circular.facts.year + 1):
            heads = known[year].graded.get((figure.group, known[year].best), []) if year in known else []
            same = heads and circular.names({heads[0]}) == figure.of
            (unknown if not heads else right if same else wrong).append(str(year))
        verdict: Verdict = "contradicted" if wrong else "unverifiable" if unknown else "exact"
        reason = f"{'、'.join(wrong)} 年度名单之首不是它" if wrong else ""
        if unknown and not wrong:
            reason = f"{'、'.join(right)} 年度名单之首是它；缺 {'、'.join(unknown)} 年度的名单"
        yield circular.claim(
            "first_place",
            figure.group,
            figure.of,
            text=f"{figure.of}连续 {figure.value} 年第 1 名",
            printed=figure.value,
            formula="查各年名单之首（以名单次序为名次）",
            section=figure.section,
            verdict=verdict,
            reason=reason,
            unit_id=ids.get(figure.of, ""),
        )


def changes(circular: Circular, earlier: Earlier) -> Iterator[Claim]:
    """A delta is this average less last year's; growth is delta over base; both circulars agree on the base."""
    last = earlier.get(circular.facts.year - 1)
    for delta in [figure for figure in circular.published.figures if figure.measure == "average_delta"]:
        average = circular.published.figure("average", delta.group, delta.of)
        base = last.published.figure("average", delta.group, delta.of) if last else None
        if average is not None and base is not None:
            yield circular.follows(
                "delta",
                delta,
                f"{average.value} − {base.value}（{base.value} 为 {circular.facts.year - 1} 年度通报所印）",
                combine(lambda now, then: now - then, number_of(average), number_of(base)),
                hint=_implied_base(average, delta, base),
            )
        else:
            yield circular.claim(
                "delta",
                delta.group,
                delta.of,
                text=f"{circular.label(delta)}为 {delta.value}",
                printed=delta.value,
                formula="本年平均分 − 上年平均分",
                section=delta.section,
                verdict="unverifiable",
                reason=f"没有 {circular.facts.year - 1} 年度通报印出的平均分",
            )
    yield from _growths(circular, last)


def _implied_base(average: PrintedFigure, delta: PrintedFigure, base: PrintedFigure) -> str:
    implied = number_of(average).value - number_of(delta).value
    return f"照印出的平均分和增减，上年应为 {write_like(implied, base.value)}，而上年通报印作 {base.value}"


def _growths(circular: Circular, last: Circular | None) -> Iterator[Claim]:
    """Growth is a share of last year's average, where that is above zero."""
    for growth in [figure for figure in circular.published.figures if figure.measure == "average_growth"]:
        average = circular.published.figure("average", growth.group, growth.of)
        delta = circular.published.figure("average_delta", growth.group, growth.of)
        base = last.published.figure("average", growth.group, growth.of) if last else None
        if average is not None and delta is not None and number_of(delta).high < number_of(average).low:
            yield circular.follows(
                "growth",
                growth,
                f"{delta.value} ÷ ({average.value} − {delta.value})",
                combine(lambda change, now: change / (now - change), number_of(delta), number_of(average)),
            )
        if average is not None and base is not None and number_of(base).low > 0:
            yield circular.follows(
                "growth_on_last_circular",
                growth,
                f"{average.value} ÷ {base.value} − 1（{base.value} 为 {circular.facts.year - 1} 年度通报所印）",
                combine(lambda now, then: now / then - 1, number_of(average), number_of(base)),
            )
