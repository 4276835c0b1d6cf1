"""What did the units score, and what is it made of?"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis.data.clauses import round_first
from analysis.data.schemes import Scheme
from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.drawing import add_legend, draw_bars, label_rows, name_by_rank, write_beside
from analysis.exhibits.exhibit import Exhibit, GroupExhibit
from analysis.exhibits.live import tag
from analysis.exhibits.scheme import describe_unmet
from analysis.exhibits.table import Bar, Column, Table
from analysis.exhibits.theme import FAINT, INK, MUTED, PAPER, ROW, grade_colours, part_colours
from analysis.origins import veto_label
from analysis.periods import name_year
from analysis.scoring.grading import find_unmet
from analysis.words import ADJUSTMENTS, HEADS, METHODS, POINTS, WHOLE

_WEIGHTED = "加权"
"""How a unit is scored that does not carry everything, whatever it does not carry."""
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
        "caption": "{year}年{group}得分（分）",
        "missing": "，不合{grade}的条件：{reasons}",
        "rounded": "名次和等次按{rounded}的总分。",
        "weighted": "加权：没有承担全部指标的单位，得分按承担的分值换算。",
        "bars": "条形长短表示得分高低；",
        "shades": "{block}的条形由左至右为{parts:list}。",
        "line": "{grade}线{total:points}分",
    }

    @property
    def table(self) -> Table:
        """A row a unit, best first; beside a grade, why it is not the better one that its total would give.

        Parts are as they count in their component, so that they add up to it.
        """
        vetoed = self.frame["provenance"].map(veto_label).where(self.frame["vetoed"], "")
        vetoed = ("，" + vetoed).where(vetoed.ne(""), "")
        grades = self.frame["grade"].map(self.scheme.grade_names) + vetoed + self._missing
        counted = self._count_parts()
        ways = self.frame["method"].map({"full": METHODS["full"]}).fillna(_WEIGHTED)
        told = {"grade": grades, "method": ways} | dict(counted.add_prefix("counted_").items())
        rows = self.frame.assign(**told, **self._draw_bars(counted))
        table = self.tabulate(rows, [
            "rank", "name", Column("total", *HEADS["total"], bars="total_bar"), "grade", *self._blocks(),
            *([Column("base", f"基础分（{self.scheme.base_points:.6g}）", POINTS)] if self.scheme.base else []),
            "bonus", "deduction", "method",
        ], self.say("caption"), self._note)  # fmt: skip
        return replace(table, lines=self._lines)

    def _blocks(self) -> Iterator[Column]:
        """List what is worth points, each component followed by its parts where it has several."""
        scheme, paths = self.scheme, self.scheme.paths
        for component in scheme.components:
            inside = [part for part, path in paths.items() if path[0] == component.id]
            for key, block in scheme.blocks.items():
                if key == component.id or any(key in paths[part][1:] for part in inside):
                    yield Column(f"{key}_score", f"{block.name}（{block.points:.6g}）", POINTS, bars=f"{key}_bar")
            for part in inside if len(inside) > 1 else ():
                if part not in scheme.blocks:
                    yield Column(f"counted_{part}", scheme.parts[part].name, POINTS)

    def _count_parts(self) -> pd.DataFrame:
        """What each part, or outside component, counts in its component, in points; NaN where it does not apply."""
        factors = {part: [f"{block}_factor" for block in path] for part, path in self.scheme.paths.items()}
        applies = {part: self.frame[f"{part}_applicable"].gt(0) for part in factors}
        return pd.DataFrame({
            part: (self.frame[f"{part}_earned"] * self.frame[own].prod(axis=1)).where(applies[part])
            for part, own in factors.items()
        })  # fmt: skip

    def _draw_bars(self, counted: pd.DataFrame) -> dict[str, list[Bar]]:
        """Draw totals in the colour of the grade, on one scale for all groups, and blocks as their parts."""
        scheme, tones = self.scheme, grade_colours(self.scheme.grade_names)
        greys = part_colours(scheme.part_names)
        most = np.nanmax([scheme.base_points, self.year.scores["total"].max()])
        units = zip(self.frame["total"], self.frame["grade"], strict=True)
        bars: dict[str, list[Bar]] = {"total_bar": [[(max(total / most, 0.0), tones[grade])] for total, grade in units]}
        for key, block in scheme.blocks.items():
            inside = [part for part, path in scheme.paths.items() if key in path]
            shares = (counted[inside] / block.points).fillna(0.0).clip(lower=0.0)
            bars[f"{key}_bar"] = [
                [(share, greys[part]) for part, share in zip(inside, row, strict=True)] for row in shares.to_numpy()
            ]
        return bars

    @property
    def _lines(self) -> dict[int, str]:
        """Over which rows there are lines between grades."""
        names, lines = list(self.scheme.grade_names), dict[int, str]()
        places = self.frame["grade"].map(names.index).to_numpy()
        for place, total in find_lines(self.frame, self.scheme).items():
            row = int(np.flatnonzero(places <= place)[-1]) + 1
            lines.setdefault(row, self.say("line", grade=self.scheme.grades[place].name, total=total))
        return {row: line for row, line in lines.items() if row < len(self.frame)}

    @property
    def _note(self) -> str:
        """Say on what units are ranked, where it is not what the table shows; how they were scored; what bars show."""
        ranking, paths = self.scheme.ranking, self.scheme.paths
        rounded = "" if ranking.decimals is None else self.say("rounded", rounded=round_first(ranking))
        weighted = self.say("weighted") if self.frame["method"].ne("full").any() else ""
        parts = {
            each.name: [self.scheme.part_names[part] for part, path in paths.items() if path[0] == each.id]
            for each in self.scheme.components
        }
        shades = [self.say("shades", block=name, parts=own) for name, own in parts.items() if len(own) > 1]
        return rounded + weighted + self.say("bars") + "".join(shades)

    @property
    def _missing(self) -> pd.Series:
        """What a unit does not have that a grade requires which its total would give; "" for none."""
        unmet = find_unmet(self.frame, self.scheme).query("passed_over")
        said = dict.fromkeys(self.frame["unit_id"], "")
        for (unit, grade), rows in unmet.groupby(["unit_id", "grade"], sort=False):
            reasons = "、".join(describe_unmet(row, self.scheme) for row in rows.to_dict("records"))
            said[unit] += self.say("missing", grade=self.scheme.grade_names[grade], reasons=reasons)
        return self.frame["unit_id"].map(said)


def find_lines(scores: pd.DataFrame, scheme: Scheme) -> dict[int, float]:
    """Find the total from which each grade is given: the line that is drawn, or else the least total that got it.

    Parameters
    ----------
    scores : DataFrame of `score_year`
        Of one group.
    scheme : Scheme

    Returns
    -------
    dict of place in `scheme.grades` to total, the best grade first; without those that nobody got, and the last
    """
    lines = {}
    for place, grade in enumerate(scheme.grades[:-1]):
        totals = scores.loc[scores["grade"].eq(grade.id), "total"]
        if len(totals):
            is_drawn = grade.rule.kind == "threshold"
            lines[place] = grade.rule.value_for(scores["group"].iloc[0]) if is_drawn else totals.min()
    return lines


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


class Components(GroupScores, name="components", label="总分的构成"):
    """One group's totals, and what each part, outside component and adjustment contributes to them."""

    templates = {
        "title": "{year}年{group}：总分{last:points}分至{first:points}分",
        "tied": "{year}年{group}：{count}个单位总分均为{first:points}分",
        "alone": "{year}年{group}：只有1个单位，总分{first:points}分",
        "measure": "总分的构成（分），按名次排列；竖线为总分{less}；加权计算的单位，各部分已换算",
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
            for name, bars in draw_bars(ax, data).items():
                for bar, unit, told in zip(bars, scores["unit_id"], self._tell(data.frame[name]), strict=True):
                    tag(bar, unit, told)
                    if name == _BONUS:
                        bar.set(edgecolor=INK, linewidth=0.6)
            rows, totals, units = np.arange(len(scores)), scores["total"], scores["unit_id"].to_list()
            ax.plot(totals, rows, "|", markersize=15, markeredgewidth=4, color=PAPER)
            ax.plot(totals, rows, "|", markersize=15, markeredgewidth=2, color=INK, label="总分")
            ends = data.frame.clip(lower=0).sum(axis=1)  # a bar with a deduction reaches beyond its total
            texts = totals.map(POINTS) + "  " + label_passed_over(scores, self.scheme)
            write_beside(ax, texts, ends, units=units, xytext=(7, 0), textcoords="offset points")
            label_rows(ax, data.frame.index, units=units)
            ax.set_xlim(min(0.0, data.frame[_DEDUCTION].min() * 1.05), ends.max() * 1.02)
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

    def _tell(self, part: pd.Series) -> Iterator[str]:
        """Say of each unit what a part contributes."""
        for name, points in zip(self.frame["name"], part, strict=True):
            yield f"{name}：{part.name}{POINTS(points)}分"

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

    templates = {
        "group": "{group}{units}个单位中，{given:list}。",
        "bonus": "{bonus_units}个加分（{range}分）",
        "deduction": "{deduction_units}个扣分（{range}分）",
        "veto": "{vetoed}个取消评优资格",
        "none": "没有加分、扣分",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns group, units, vetoed; of bonus and deduction each _units, _max and _min."""
        scores = self.year.scores
        given = {kind: scores[kind].where(scores[kind] > 0) for kind in ("bonus", "deduction")}
        sums = scores.assign(**given).groupby("group").agg(
            units=("unit_id", "size"),
            bonus_units=("bonus", "count"),
            bonus_max=("bonus", "max"),
            bonus_min=("bonus", "min"),
            deduction_units=("deduction", "count"),
            deduction_max=("deduction", "max"),
            deduction_min=("deduction", "min"),
            vetoed=("vetoed", "sum"),
        )  # fmt: skip
        return sums.reindex(list(self.groups)).reset_index()

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for each group."""
        rows = self.named(self.frame).to_dict("records")
        return tuple(self.say("group", given=self._tell(row), **row) for row in rows)

    def _tell(self, row: dict[Any, Any]) -> list[str]:
        """Say of one group how many units were given points, lost some, or are barred."""
        given = []
        for kind in ("bonus", "deduction"):
            if row[f"{kind}_units"]:
                least, most = (POINTS(row[f"{kind}_{end}"]) for end in ("min", "max"))
                given.append(self.say(kind, range="—".join(dict.fromkeys([least, most])), **row))
        return given + ([self.say("veto", **row)] if row["vetoed"] else []) or [self.say("none")]

    @property
    def table(self) -> Table:
        """A row a group."""
        return self.tabulate(self.frame, [
            "group", "units", Column("bonus_units", "加分单位", WHOLE), Column("bonus_max", "最高加分", POINTS),
            Column("bonus_min", "最少加分", POINTS), Column("deduction_units", "扣分单位", WHOLE),
            Column("deduction_max", "最多扣分", POINTS), Column("vetoed", "取消评优", WHOLE),
        ], f"{name_year(self.scheme.year)}加减分")  # fmt: skip
