"""Why did averages and totals change, and what would one year be under the other's scheme?"""

from collections import ChainMap
from functools import cached_property, partial

import numpy as np
import pandas as pd

from analysis import words
from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.drawing import draw_bars, write_beside
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Columns, Table, arrange
from analysis.exhibits.theme import FALL, MUTED, RISE
from analysis.methods.counterfactual_grades import find_lacking
from analysis.methods.counterfactuals import Counterfactuals, name_parts
from analysis.methods.grades import link_grades
from analysis.periods import name_year
from analysis.rounding import without_noise
from analysis.words import CHANGE, FACTORS, POINTS, SHARE, WHOLE, rounding_note

_LEAST = 0.005
"""Points from which a contribution shows at two decimals."""
_STEP = 0.34
"""Inches a step takes."""
_BESIDE = 0.4
"""The share of the whole change that office software needs left of the bars, where it writes what they are worth."""
_STILL = 10.0
"""Points that the axis spans where nothing has changed."""
_OTHER = "“另一推算”：一年没有的大项，取另一年的得分率；"
STEPS = {
    "title": "{whose}{delta:moved}{reason}",
    "reason": "，{label}的作用最大（{told} 分）",
    "measure": "总变化按 Shapley 值分给各因素；实心为升，斜线为降{ranges}{rounding}",
    "ranges_drawn": "；“～”前后以当年、另一年得分率代替没有的大项",
    "alt": "瀑布图。{whose}由{base_year}年{start:points}分到{year}年{end:points}分：{steps}。",
    "alt_step": "{label}{told}分",
}
"""What is said of a chart of steps."""


class Change(Exhibit, needs=("base_year", "marks")):
    """About why scores changed between two years, which must be of one provenance."""

    @property
    def absent(self) -> str:
        """Where the two years are of different provenance."""
        return self.retell(words.NOT_SPLIT).format(apart=self.apart) if self.apart else ""


class GroupChange(Change, needs=("base_year", "group", "marks"), of_both_years=True):
    """About a group of two years."""

    @property
    def crossed(self) -> Counterfactuals:
        """The two years crossed."""
        return self.pair.crossed[self.group]


class AverageChange(GroupChange, name="average_change", label="平均分变化的构成"):
    """What each factor added to a group's average: to that of the units of both years, and by who entered and left."""

    templates = {
        **STEPS,
        "change": "{group}平均分从 {base_year} 年的 {start:points} 分到 {year} 年的 {end:points} 分，"
        "{delta:moved}：{factors}。",
        "factor": "{label} {told}",
        "small": "{factors:list}的作用不到 0.01 分",
        "panel": "其中两年都在本组的 {units} 个单位从 {before:points} 分到 {now:points} 分，{moved:moved}；{rest}。",
        "membership": "平均分的变化与它相差 {rest:change} 分，是名单变化",
        "no_membership": "名单变化的作用不到 0.01 分",
        "replaced": "没有两年都在本组的单位，变化全部算作名单变化，不再往下分。",
        "ranges": "有“～”的，前一个数以单位当年全部评分的得分率代替没有的大项（{imputed:list}），后一个数以另一年的"
        "得分率代替；前一组数、后一组数各自相加都等于总变化。",
        "imputed": "{year} 年的{component}",
        "yearly": "表中“直接比较”只用 {base_year} 年和 {year} 年的办法、评分和两年都在本组的单位；"
        "“逐年相加”是当中各年对上一年的构成之和，各年的办法、评分和名单都计入，所以各项不同，合计相同。",
        "caption": "{group}平均分 {base_year} 年 {start:points} 到 {year} 年 {end:points} 的构成",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The group's rows of `decompose_average` with column label, in the order to read."""
        return name_factors(self.of_group(self.pair.decomposition), self.crossed.part_names)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the average changed by, and what that is made of, the largest factor first; what the parts mean."""
        (start, end), (before, now) = self.crossed.averages, self.crossed.panel_averages
        ordered = self.frame.sort_values("contribution", key=lambda added: -without_noise(added.abs()), kind="stable")
        acts = ordered[["contribution", "alternative"]].abs().max(axis=1) >= _LEAST
        acting = self.say_each("factor", ordered[acts].assign(told=tell_range), "，")
        small = "" if acts.all() else self.say("small", factors=ordered.loc[~acts, "label"])
        factors = "；".join(filter(None, (acting, small)))
        said = [self.say("change", start=start, end=end, delta=end - start, factors=factors)]
        if not self.crossed.panel.any():
            said.append(self.say("replaced"))
        elif self.frame["factor"].isin(["entering", "leaving"]).any():
            moved, units = now - before, self.crossed.panel.sum()
            left = end - start - moved
            rest = self.say("membership" if abs(left) >= _LEAST else "no_membership", rest=left)
            said.append(self.say("panel", units=units, before=before, now=now, moved=moved, rest=rest))
        if _varies(self.frame).any():
            names = self.crossed.part_names
            imputed = [self.say("imputed", year=year, component=names[each]) for year, each in self.crossed.imputed]
            said.append(self.say("ranges", imputed=imputed))
        if not self.yearly.empty:
            said.append(self.say("yearly"))
        return tuple(said)

    @property
    def yearly(self) -> pd.DataFrame:
        """The group's rows of `Pair.yearly_decomposition`; none where the two years are neighbours."""
        return self.of_group(self.pair.yearly_decomposition)

    @property
    def chart(self) -> Chart:
        """A step a factor."""
        return chart_steps(self, f"{self.group_name}平均分", "平均分", *self.crossed.averages)

    @property
    def table(self) -> Table:
        """A row a factor."""
        start, end = self.crossed.averages
        both = self.frame.merge(self.yearly, "outer", ["group", "factor", "part"], suffixes=("", "_yearly"))
        rows = name_factors(both, name_parts(self.year.dataset.year(each).scheme for each in self.pair.years))
        totals = rows.select_dtypes("number").sum()
        rows.loc[len(rows)] = {"label": "合计", **totals, "share": np.nan}
        rows["share"] = rows["contribution"] / (end - start if abs(end - start) >= _LEAST else np.nan)
        told = {"": "作用"} if self.yearly.empty else {"": "直接比较", "_yearly": "逐年相加"}
        columns = [Column("label", "因素")]
        for which, name in told.items():
            columns.append(Column(f"contribution{which}", f"{name}（分）", CHANGE))
            if _varies(rows, which).any():
                columns.append(Column(f"alternative{which}", f"{name}（另一推算）", CHANGE))
        columns.append(Column("share", "占总变化", SHARE))
        note = _OTHER if any(each.key.startswith("alternative") for each in columns) else ""
        return self.tabulate(rows, columns, self.say("caption", start=start, end=end), note, head="因素")


class UnitChanges(GroupChange, name="unit_changes", label="各单位总分变化的构成"):
    """What each factor added to the totals of a group's units."""

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The group's rows of `decompose_units` with column label, in the order to read."""
        return name_factors(self.of_group(self.pair.unit_decomposition), self.crossed.part_names)

    @property
    def table(self) -> Table:
        """A row a unit, the largest rise first."""
        frame, other = self.frame, "{}（另一推算）".format
        again = frame[frame["label"].isin(frame.loc[_varies(frame), "label"])]
        told = pd.concat([frame, again.assign(label=again["label"].map(other), contribution=again["alternative"])])
        wide = told.pivot_table(index="unit_id", columns="label", values="contribution", aggfunc="sum")
        wide = wide.assign(total=frame.groupby("unit_id")["contribution"].sum())
        rows = self.crossed.units.merge(wide, on="unit_id").sort_values("total", ascending=False)
        labels = [name for label in frame["label"].unique() for name in (label, other(label)) if name in wide]
        columns: Columns = [
            "name",
            Column("total", "总分变化", CHANGE),
            *(Column(each, each, CHANGE) for each in labels),
        ]
        note = "" if again.empty else _OTHER
        return self.tabulate(rows, columns, f"{self.group_name}：两年都在本组的单位总分变化的构成（分）", note)


class Links(GroupChange, name="links", label="两年同一项的指标"):
    """How many points of each component, in each year, stand in indicators that are the same in the other year."""

    templates = {
        "component": "{group}“{component}”：{years}的指标写明与另一年是同一项{rest}。",
        "year": "{year} 年 {points:plain} 分中有 {linked:plain} 分",
        "unlinked": "{group}“{component}”：两年没有指标写明是同一项{rest}。",
        "rest": "指标的变化与得分的变化分不开，合为“办法与得分不可分”一项",
        "none": "{group}：两年都没有由指标组成的大项。",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns year, component, points, linked."""
        return self.crossed.linked

    @property
    def sentences(self) -> tuple[str, ...]:
        """One a component."""
        said = []
        for component, rows in self.frame.groupby("component", sort=False):
            rest = self.say("rest") if (rows["linked"] < rows["points"] - _LEAST).any() else ""
            name = self.crossed.part_names[str(component)]
            told, mark = ("component", "；其余的，") if rows["linked"].any() else ("unlinked", "，")
            years = self.say_each("year", rows, "、")
            said.append(self.say(told, component=name, years=years, rest=rest and mark + rest))
        return tuple(said) or (self.say("none"),)


class Imputation(Change, name="imputation", label="推算的前提"):
    """What a counterfactual takes for granted about a component that one year does not have."""

    templates = {
        "no_groups": "两年没有共同的组，平均分的变化无从分解。",
        "missing": "{year} 年没有“{part}”：{year} 年评分按另一年办法计分时，取各单位当年全部评分的得分率；"
        "另一年评分按 {year} 年办法计分时，不计这一部分。",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """Columns year, part: the components that a year does not have."""
        missing = dict.fromkeys(pair for each in self.pair.crossed.values() for pair in each.imputed)
        return pd.DataFrame(list(missing), columns=["year", "part"])

    @property
    def sentences(self) -> tuple[str, ...]:
        """One a part, or that there is nothing in common."""
        if not self.pair.crossed:
            return (self.say("no_groups"),)
        names = ChainMap(*(each.part_names for each in self.pair.crossed.values()))
        rows = self.frame.assign(part=self.frame["part"].map(names))
        return tuple(self.say("missing", **row) for row in rows.to_dict("records"))


class OtherScheme(GroupChange, name="counterfactuals", label="换用另一年办法"):
    """What each year's units would get under the other year's scheme."""

    templates = {
        "average": "{group} {marks} 年的评分按 {scheme} 年办法计，平均 {average:points} 分，"
        "与按当年办法计相比{delta:moved}{other}。",
        "other": "；没有评的部分若取另一年的得分率，则为 {average:points} 分",
        "lacking": "{scheme} 年办法对{parts:list}的等次条件，{marks} 年没有这样的部分，不核对。",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `score_counterfactuals`, what a year lacks at the unit's own rate."""
        return self.pair.counterfactuals(self.group)

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for each year's marks, the later year first."""
        frames = (self.frame, self.pair.counterfactuals(self.group, "other_year"))
        average, again = (frame.groupby(["marks_year", "scheme_year"])["total"].mean().unstack() for frame in frames)
        before, now = self.years
        said = []
        for marks, scheme in ((now, before), (before, now)):
            actual, value, second = average.at[marks, marks], average.at[marks, scheme], again.at[marks, scheme]
            other = self.say("other", average=second) if POINTS(value) != POINTS(second) else ""
            said.append(
                self.say("average", marks=marks, scheme=scheme, average=value, delta=value - actual, other=other)
            )
        return tuple(said)

    @property
    def table(self) -> Table:
        """A row for every pairing of marks and scheme."""
        links, earlier = link_grades(self.year.dataset, self.pair.base.year), self.frame["scheme_year"] < self.year.year
        frame = self.frame.assign(grade=self.frame["grade"].mask(earlier, self.frame["grade"].map(links)).fillna(""))
        actual = frame[frame["marks_year"].eq(frame["scheme_year"])]
        both = frame.merge(actual, on=["marks_year", "unit_id"], suffixes=("", "_actual"))
        regraded, unknown = both["grade"].ne(both["grade_actual"]), both[["grade", "grade_actual"]].eq("").any(axis=1)
        regraded = regraded.astype(float).mask(regraded & unknown)
        both = both.assign(moved=both["rank"].ne(both["rank_actual"]), regraded=regraded)
        pairings = both.groupby(["marks_year", "scheme_year"], sort=False, as_index=False)
        known_sum = partial(pd.Series.sum, skipna=False)  # none where grades are not comparable
        sums = pairings.agg({"total": "mean", "moved": "sum", "regraded": known_sum})
        columns: Columns = [
            Column("marks_year", "评分年度", WHOLE), Column("scheme_year", "办法年度", WHOLE),
            Column("total", "平均分", POINTS), Column("moved", "名次不同的单位", WHOLE),
            Column("regraded", "等次不同的单位", WHOLE),
        ]  # fmt: skip
        return self.tabulate(sums, columns, f"{self.group_name}：换用另一年办法", self._lacking, head="评分年度")

    @property
    def _lacking(self) -> str:
        """Say which conditions of one year's grades the other year's marks have no part for."""
        said, both = "", (self.pair.base.facts, self.year.facts)
        for facts, other in (both, both[::-1]):
            if parts := [other.scheme.part_names[part] for part in find_lacking(facts, other.scheme)]:
                said += self.say("lacking", scheme=other.year, marks=facts.year, parts=parts)
        return said


def tell_range(contributions: pd.DataFrame) -> pd.Series:
    """Write contributions; where a year lacks a component, under either imputation, the unit's own rate first."""
    own, other = (contributions[each].map(CHANGE).astype("str") for each in ("contribution", "alternative"))
    return own.where(own.eq(other), own + " ～ " + other)


def _varies(contributions: pd.DataFrame, which: str = "") -> pd.Series:
    own, other = (contributions[f"{each}{which}"].map(CHANGE) for each in ("contribution", "alternative"))
    return own.ne(other)


def name_factors(contributions: pd.DataFrame, part_names: dict[str, str]) -> pd.DataFrame:
    """Give every factor of `decompose_average` or `decompose_units` its label, in the order to read them."""
    rows = arrange(contributions, factor=FACTORS, part=["", *part_names])
    factors = zip(rows["factor"], rows["part"], strict=True)
    labels = [FACTORS[factor].format(part=part_names.get(part, part)) for factor, part in factors]
    return rows.assign(label=labels).reset_index(drop=True)


def chart_steps(exhibit: Exhibit, whose: str, score: str, start: float, end: float) -> Chart:
    """Chart the way from one score to another, a bar for every step.

    Parameters
    ----------
    exhibit : Exhibit
        Of two years, its frame the steps in the order to draw: columns label, contribution, alternative (points).
    whose : str
        Whose score changed.
    score : str
        What kind of score it is.
    start, end : float
        Points.
    """
    steps = exhibit.frame.assign(told=tell_range)
    reached = start + np.append(0.0, without_noise(steps["contribution"]).cumsum())
    before, after = reached[:-1], reached[1:]
    low, high = reached.min(), reached.max()
    shown = {
        "底": np.pad(np.minimum(before, after), 1),
        "得分": [start, *np.zeros(len(steps)), reached[-1]],
        "升": np.pad(np.maximum(after - before, 0.0), 1),
        "降": np.pad(np.maximum(before - after, 0.0), 1),
    }
    labels = [f"{name_year(exhibit.pair.base.year)}{score}", *steps["label"], f"{name_year(exhibit.year.year)}{score}"]
    changes = steps["told"]
    data = ChartData(
        pd.DataFrame(shown, index=labels),
        "stacked",
        "分（横轴不从零起）",
        colours={"得分": MUTED, "升": RISE, "降": FALL},
        hidden="底",
        lifted=("", *changes, ""),
        hatched=("降",),
        lowest=max(0.0, float(np.floor(low - _BESIDE * max(high - low, 1.0)))),
    )
    with new_figure(1.1 + _STEP * len(labels)) as (figure, (ax,)):
        draw_bars(ax, data)
        texts = [POINTS(start), *changes, POINTS(reached[-1])]
        write_beside(ax, texts, data.frame.sum(axis=1), xytext=(4, 0), textcoords="offset points")
        between = np.arange(len(reached)) + 0.5
        ax.vlines(reached, between - 0.14, between + 0.14, color=MUTED, linewidth=0.7)
        room = max(high - low, 0.5 if high > low else _STILL)
        ax.set_xlim(low - 0.18 * room, high + 0.16 * room)
    most = steps.loc[without_noise(steps["contribution"].abs()).idxmax()]
    reason = exhibit.say("reason", **most) if abs(most["contribution"]) >= _LEAST else ""
    rounding, alt = rounding_note(start, steps["contribution"], end), exhibit.say_each("alt_step", steps)
    way = {"whose": whose, "start": start, "end": end, "delta": end - start}
    ranges = exhibit.say("ranges_drawn") if _varies(steps).any() else ""
    return exhibit.draw(figure, data, "title", **way, reason=reason, ranges=ranges, rounding=rounding, steps=alt)
