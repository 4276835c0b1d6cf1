"""What did the units score, how are the totals spread, and what are they made of?"""

from collections.abc import Hashable
from functools import cached_property, partial
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.data.clauses import round_first
from analysis.data.schemes import Scheme
from analysis.exhibits.chart import Chart, ChartData, new_figure, pick
from analysis.exhibits.drawing import add_legend, draw_bars, name_by_rank, write_beside
from analysis.exhibits.exhibit import Exhibit, GroupExhibit
from analysis.exhibits.scheme import describe_unmet
from analysis.exhibits.table import Column, Table
from analysis.exhibits.theme import FAINT, INK, MUTED, PAPER, ROW, SMALL, WARN, grade_colours, part_colours
from analysis.origins import veto_label
from analysis.periods import name_year
from analysis.scoring.grading import find_unmet
from analysis.words import ADJUSTMENTS, POINTS, WHOLE

_DOTS_ACROSS = 60
"""Dots that fit side by side across a panel."""
_LEAST_SPREAD = 0.05
"""Points from which a spread shows at one decimal."""
_BONUS, _DEDUCTION = ADJUSTMENTS["bonus"], ADJUSTMENTS["deduction"]


class GroupScores(GroupExhibit):
    """About one group's scores."""

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The group's rows of `score_year`."""
        return self.of_group(self.year.scores)


class Scores(GroupScores, name="scores", label="得分"):
    """One group's ranked scores."""

    templates = {
        "missing": "，不合{grade}的条件：{reasons}",
        "rounded": "名次和等次按{rounded}的总分。",
    }

    @property
    def table(self) -> Table:
        """A row a unit, best first; beside a grade, why it is not the better one that its total would give."""
        vetoed = self.frame["provenance"].map(veto_label).radd("，").where(self.frame["vetoed"], "")
        grades, blocks = self.frame["grade"].map(self.scheme.grade_names), self.scheme.blocks
        grades = grades + vetoed + self._missing
        return self.tabulate(self.frame.assign(grade=grades), [
            "rank", "name", "total", "grade",
            *(Column(f"{key}_score", f"{block.name}（{block.points:.6g}）", POINTS) for key, block in blocks.items()),
            *(Column(f"{key}_earned", f"{part.name}得分", POINTS)
              for key, part in self.scheme.parts.items() if key not in blocks),
            *([Column("base", f"基础分（{self.scheme.base_points:.6g}）", POINTS)] if self.scheme.base else []),
            "bonus", "deduction", "method",
        ], f"{self.about}得分", self._note)  # fmt: skip

    @property
    def _note(self) -> str:
        """Say on what units are ranked, where it is not what the table shows."""
        ranking = self.scheme.ranking
        return "" if ranking.decimals is None else self.say("rounded", rounded=round_first(ranking))

    @property
    def _missing(self) -> pd.Series:
        """What a unit does not have that a grade requires which its total would give; "" for none."""
        unmet = find_unmet(self.frame, self.scheme).query("passed_over")
        said = dict.fromkeys(self.frame["unit_id"], "")
        for (unit, grade), rows in unmet.groupby(["unit_id", "grade"], sort=False):
            reasons = "、".join(describe_unmet(row, self.scheme) for row in rows.to_dict("records"))
            said[unit] += self.say("missing", grade=self.scheme.grade_names[grade], reasons=reasons)
        return self.frame["unit_id"].map(said)


def label_passed_over(scores: pd.DataFrame, scheme: Scheme) -> pd.Series:
    """Mark units that do not have a grade that their total would give: vetoed, or without something required.

    Parameters
    ----------
    scores : DataFrame of `score_year`
    scheme : Scheme

    Returns
    -------
    Series of str, "" for all others
    """
    unmet = find_unmet(scores, scheme).query("passed_over").drop_duplicates("unit_id").set_index("unit_id")["grade"]
    grades = scores["unit_id"].map(unmet).map(scheme.grade_names)
    labels = grades.map("不合{}的条件".format).where(grades.notna(), "")
    return labels.mask(scores["vetoed"], scores["provenance"].map(veto_label))


class Distribution(Exhibit, name="distribution", label="总分的分布", needs=("marks",)):
    """How the totals of every group are spread."""

    templates = {
        "title": "{year} 年{spreads}",
        "spread": "{group}首尾相差 {spread:tenths} 分",
        "close": "{group}首尾相差不到 0.1 分",
        "tied": "{group} {units} 个单位同分",
        "alone": "{group}只有 1 个单位",
        "measure": "每点一个单位；{cuts}虚线为本组平均分",
        "line": "灰线为分数线，",
        "gap": "灰带为相邻等次之间的空档，",
        "alt": "散点分布图。{groups}。",
        "alt_group": "{group}最高{max:points}分、最低{min:points}分、平均{mean:points}分",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """The rows of `score_year`."""
        return self.year.scores

    @property
    def chart(self) -> Chart:
        """A dot a unit."""
        groups, grades = self.groups, self.scheme.grades
        colours = grade_colours(self.scheme.grade_names)
        with new_figure(0.5 + 1.75 * len(groups), rows=len(groups), sharex=True) as (figure, axes):
            for ax, group in zip(axes, groups, strict=True):
                self._draw_group(ax, group, colours)
            axes[-1].set_xlabel("总分（分）")
            for grade in grades:
                axes[0].scatter([], [], s=36, color=colours[grade.id], edgecolor=INK, label=grade.name)
            axes[0].legend(loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=2.3, handletextpad=0.3,
                           ncols=len(grades))  # fmt: skip
        totals = self.frame.groupby("group")["total"].agg(
            units="size", max="max", min="min", mean="mean", spread=np.ptp
        )
        totals = self.named(totals.loc[list(groups)].reset_index())
        kinds = sorted({grade.rule.kind == "threshold" for grade in grades[:-1]})
        columns = {"group": "组别", "grade": "等次", "total": "总分"}
        return self.draw(
            figure,
            ChartData(pick(self.named(self.frame), columns), "picture", "总分（分）"),
            spreads="，".join(self.say(_tell_spread(row), **row) for row in totals.to_dict("records")),
            cuts="".join(self.say("line" if is_line else "gap") for is_line in kinds),
            groups=self.say_each("alt_group", totals),
        )

    def _draw_group(self, ax: Axes, group: str, colours: dict[str, str]) -> None:
        """Draw one group's totals, one dot a unit, with the mean, and each line or the gap at each cut."""
        import seaborn as sns  # a second, for one chart

        scores = self.frame[self.frame["group"].eq(group)]
        low, high = scores["total"].min(), scores["total"].max()
        labels = label_passed_over(scores, self.scheme)
        ranked, passed_over = scores[labels.eq("")], scores.assign(label=labels)[labels.ne("")]
        heights = stack_dots(ranked["total"], width=max(high - low, 1.0) / _DOTS_ACROSS)
        if len(ranked):  # else all of them are passed over
            sns.scatterplot(x=ranked["total"], y=heights, hue=ranked["grade"], palette=colours, s=52, edgecolor=INK,
                            linewidth=0.6, ax=ax, legend=False)  # fmt: skip
        write = partial(ax.text, transform=ax.get_xaxis_transform(), ha="center", va="bottom", fontsize=SMALL)
        for better, worse in pairwise(self.scheme.grades):
            above = scores["total"][scores["grade"].eq(better.id)]
            below = ranked["total"][ranked["grade"].eq(worse.id)]
            if better.rule.kind == "threshold":
                cut = better.rule.value_for(group)
                if low <= cut <= high:
                    ax.axvline(cut, color=MUTED, zorder=0, linewidth=1)
                    write(cut, 1.02, f"{better.name}线\n{POINTS(cut)}", color=MUTED)
            elif len(above) and len(below):
                last, first = below.max(), above.min()
                ax.axvspan(last, first, color=FAINT, zorder=0, linewidth=0)
                write((last + first) / 2, 1.02, f"{better.name}线\n{POINTS(last)} – {POINTS(first)}", color=MUTED)
        mean = scores["total"].mean()
        ax.axvline(mean, color=INK, linewidth=1, linestyle=(0, (1, 2)))
        write(mean, 0.04, f"平均 {POINTS(mean)}", bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.0})
        lower = -2 - 1.7 * np.arange(len(passed_over))  # each label on a line of its own
        for row, y in zip(passed_over.itertuples(), lower, strict=True):
            ax.scatter(row.total, y, s=64, marker="X", color=colours[row.grade], edgecolor=INK, linewidth=0.6)
            ax.annotate(f"{row.label} {POINTS(row.total)}", (row.total, y), xytext=(7, 0),
                        textcoords="offset points", va="center", fontsize=SMALL, color=WARN)  # fmt: skip
        ax.set_title(f"{self.groups[group]}（{len(scores)} 个）", pad=24)
        ax.tick_params(axis="x", pad=14)
        ax.set_yticks([])
        top = max([5, *(heights + 1)])
        ax.set_ylim(min(-top, lower.min(initial=0) - 1.5), top)
        ax.set(xlabel="", ylabel="")
        ax.spines["left"].set_visible(False)


def _tell_spread(totals: dict[Hashable, Any]) -> str:
    """Choose the sentence for how one group's totals are spread."""
    if totals["units"] == 1:
        return "alone"
    if POINTS(totals["max"]) == POINTS(totals["min"]):
        return "tied"
    return "spread" if totals["spread"] >= _LEAST_SPREAD else "close"


def stack_dots(values: pd.Series, width: float) -> pd.Series:
    """Stack dots that would cover each other, evenly above and below a line.

    Parameters
    ----------
    values : Series of float
    width : float
        Width of a dot, in the unit of `values`.

    Returns
    -------
    Series of float: the height of each dot, in dots, 0 on the line.
    """
    stacks = values.groupby((values / width).round())
    return stacks.rank(method="first") - (stacks.transform("size") + 1) / 2


class Components(GroupScores, name="components", label="总分的构成"):
    """One group's totals, and what each part, outside component and adjustment contributes to them."""

    templates = {
        "title": "{year} 年{group}：总分从 {last:points} 分到 {first:points} 分",
        "tied": "{year} 年{group}：{count} 个单位总分都是 {first:points} 分",
        "alone": "{year} 年{group}：只有 1 个单位，总分 {first:points} 分",
        "measure": "按名次排列；竖线为总分{less}；加权计算的单位，各部分已换算",
        "less": "，已减去零点左边的扣分",
        "alt": "堆积条形图。{units}。",
        "alt_unit": "第{rank}名{name}：{total:points}分",
    }

    @property
    def chart(self) -> Chart:
        """A bar a unit, best first."""
        scores, added = self.frame, {_BONUS: PAPER, _DEDUCTION: FAINT}
        data = ChartData(
            self._split().set_axis(name_by_rank(scores)),
            "stacked",
            "总分的构成（分）",
            colours=part_colours(self.scheme.part_names.values()) | added,
            hatched=(_DEDUCTION,),
        )
        with new_figure(0.8 + ROW * len(scores)) as (figure, (ax,)):
            for bar in draw_bars(ax, data)[_BONUS]:
                bar.set(edgecolor=INK, linewidth=0.6)
            rows, totals = np.arange(len(scores)), scores["total"]
            ax.plot(totals, rows, "|", markersize=15, markeredgewidth=4, color=PAPER)
            ax.plot(totals, rows, "|", markersize=15, markeredgewidth=2, color=INK, label="总分")
            ends = data.frame.clip(lower=0).sum(axis=1)  # a bar with a deduction reaches beyond its total
            write_beside(ax, totals.map(POINTS) + "  " + label_passed_over(scores, self.scheme), ends + 1.2)
            ax.set_xlim(min(0.0, data.frame[_DEDUCTION].min() * 1.05), ends.max() + 14)
            ax.axvline(0, color=MUTED, linewidth=0.8)
            add_legend(ax, len(data.colours) + 1)
        first, last = scores["total"].iloc[[0, -1]]
        title = "alone" if len(scores) == 1 else "tied" if POINTS(first) == POINTS(last) else "title"
        return self.draw(
            figure,
            data,
            title,
            first=first,
            last=last,
            count=len(scores),
            less=self.say("less") if scores["deduction"].gt(0).any() else "",
            units=self.say_each("alt_unit", scores),
        )

    def _split(self) -> pd.DataFrame:
        """Split totals into what each part, outside component and adjustment contributes, in points."""
        scores, scheme = self.frame, self.scheme
        columns = {
            scheme.part_names[part]: scores[f"{part}_earned"] * scores[list_factors(scheme, part)].prod(axis=1)
            for part in scheme.paths
        }
        return pd.DataFrame({**columns, _BONUS: scores["bonus"], _DEDUCTION: -scores["deduction"]})


def list_factors(scheme: Scheme, part: str) -> list[str]:
    """Name the columns of `score_year` by which what is earned in a part, or outside, counts in the total."""
    return [f"{block}_factor" for block in scheme.paths[part]] + (["base_factor"] if scheme.base else [])


class Adjustments(Exhibit, name="adjustments", label="加减分", needs=("marks",)):
    """Bonuses, deductions and vetoes of every group."""

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns group, units, bonus_units, bonus_max, bonus_min, deduction_units, deduction_max, vetoed."""
        scores = self.year.scores
        given = {kind: scores[kind].where(scores[kind] > 0) for kind in ("bonus", "deduction")}
        sums = scores.assign(**given).groupby("group").agg(
            units=("unit_id", "size"),
            bonus_units=("bonus", "count"),
            bonus_max=("bonus", "max"),
            bonus_min=("bonus", "min"),
            deduction_units=("deduction", "count"),
            deduction_max=("deduction", "max"),
            vetoed=("vetoed", "sum"),
        )  # fmt: skip
        return sums.reindex(list(self.groups)).reset_index()

    @property
    def table(self) -> Table:
        """A row a group."""
        return self.tabulate(self.frame, [
            "group", "units", Column("bonus_units", "加分单位", WHOLE), Column("bonus_max", "最高加分", POINTS),
            Column("bonus_min", "最少加分", POINTS), Column("deduction_units", "扣分单位", WHOLE),
            Column("deduction_max", "最多扣分", POINTS), Column("vetoed", "取消评优", WHOLE),
        ], f"{name_year(self.scheme.year)}加减分")  # fmt: skip
