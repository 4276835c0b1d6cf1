"""Which marks does each assessor give, this year and before?"""

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.drawing import label_rows
from analysis.exhibits.quality import Quality
from analysis.exhibits.table import Column, Table
from analysis.exhibits.theme import PAPER, SMALL, ink_on, level_colours
from analysis.methods.assessors import SCORED, share_marks
from analysis.methods.provenance import list_origins
from analysis.periods import AnyYear, name_year, short_year
from analysis.texts import name_first
from analysis.words import SHARE, WHOLE

_YEARS = 8
"""Years that a table has room for."""
_MARKS = 10
"""Marks of an assessor below which it is nothing unusual that all are the best."""
_READABLE = 0.08
"""The share from which there is room for a number in a bar."""
_SCORED = dict(zip(SCORED, ("满分", "部分得分", "零分"), strict=True))


class MarkShares(
    Quality, name="mark_shares", label="各考核主体的评价分布", needs=("marks",),
    withholds=("sentences", "chart", "table"),
):  # fmt: skip
    """How often each assessor gives the best mark and each other one, of all groups together."""

    templates = {
        "none": "没有逐项评分的指标。",
        "all_best": "{year}年给出的评价全部为最高档的考核主体{count}个（{names}），不能区分单位，建议复核"
        f"（只看{_MARKS}项次以上的）。",
        "no_all_best": f"{{year}}年没有考核主体将全部评价评为最高档（只看{_MARKS}项次以上的）。",
        "range": "评为最高档的占比，最高为{most}（{high:share}），最低为{least}（{low:share}）。",
        "moved": "占比比{before:年}变动最大的是{name}，由{earlier:share}变为{now:share}。",
        "title": "{year}年各考核主体评为最高档的占比，{range}",
        "title_range": "从{least}的{low:share}到{most}的{high:share}",
        "title_one": "均为{high:share}",
        "measure": "占该考核主体同类评价的百分之几，各组合计；按评为最高档（最高等次或满分）的占比排列",
        "rated": "评价等次",
        "scored": "按分值评",
        "alt": "堆积条形图。{year}年{assessors}。",
        "alt_assessor": "{name}{marks}项次：{shares}",
        "caption": "评为最高档的占该考核主体全部评价的比例",
        "note": "最高档：评价等次为最高一级，或得满分；",
    }

    @property
    def years(self) -> list[AnyYear]:
        """The year and the last before it whose marks are of the same provenance and told indicator by indicator."""
        origins, now = list_origins(self.year.dataset), self.year.year
        own = {year: self.year.dataset.year(year).inputs for year in self.year.scored_years}
        return [
            year
            for year, inputs in own.items()
            if year == now or (inputs is not None and len(inputs.indicators) and origins[year] == origins[now])
        ][-_YEARS:]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `share_marks` and year, of all groups together: the last years, of the assessors of the year."""
        counted = []
        for year in self.years:
            of_year = self.year.assessment.year(year)
            counted += [share_marks(of_year.marks(group)).assign(year=year) for group in of_year.scheme.groups]
        kept = ["year", "assessor_id", "level", "rated", "best"]
        sums = pd.concat(counted).groupby(kept, sort=False)["marks"].sum().reset_index()
        return sums[sums["assessor_id"].isin(sums.loc[sums["year"].eq(self.year.year), "assessor_id"])]

    @property
    def absent(self) -> str:
        """Where nothing is marked."""
        return self.say("none") if self.frame.empty else ""

    @property
    def _now(self) -> pd.DataFrame:
        """The counts of the year."""
        return self.frame[self.frame["year"].eq(self.year.year)]

    @cached_property
    def _best(self) -> pd.DataFrame:
        """The share of the best marks by assessor (highest first) and year; NaN where an assessor marked nothing."""
        marks = self.frame.groupby(["assessor_id", "year"])["marks"].sum()
        best = self.frame[self.frame["best"]].groupby(["assessor_id", "year"])["marks"].sum()
        shares = (best.reindex(marks.index, fill_value=0) / marks).unstack("year")
        named = shares.rename(index=self.scheme.assessor_names)
        return named.sort_values(self.year.year, ascending=False, kind="stable")

    @property
    def sentences(self) -> tuple[str, ...]:
        """Who gives nothing but the best, who gives it most and least, and whose share moved most."""
        if self.absent:
            return (self.absent,)
        now = self._best[self.year.year]
        marks = self._now.groupby("assessor_id")["marks"].sum().rename(index=self.scheme.assessor_names)
        all_best = now.index[now.eq(1) & marks.reindex(now.index).ge(_MARKS)].to_list()
        told = [
            self.say("all_best", names=name_first(all_best), count=len(all_best))
            if all_best
            else self.say("no_all_best")
        ]
        if now.max() > now.min():
            told.append(self.say("range", **self._ends()))
        if len(self._best.columns) > 1 and len(moved := self._best.iloc[:, -2:].dropna()):
            by = moved.iloc[:, 1] - moved.iloc[:, 0]
            name = str(by.abs().idxmax())
            earlier, later = moved.loc[name]
            told.append(self.say("moved", before=self._best.columns[-2], name=name, earlier=earlier, now=later))
        return tuple(told)

    def _ends(self) -> dict[str, Any]:
        """Who gives the best mark most and least often; of several, all are named as one."""
        now = self._best[self.year.year]
        most, least = (now.index[now.eq(end)].to_list() for end in (now.max(), now.min()))
        return {"most": name_first(most), "least": name_first(least), "high": now.max(), "low": now.min()}

    @property
    def table(self) -> Table:
        """A row an assessor, a column a year."""
        marks = self._now.groupby("assessor_id")["marks"].sum().rename(index=self.scheme.assessor_names)
        rows = self._best.rename(columns=str).assign(marks=marks).rename_axis("name").reset_index()
        years = [Column(str(year), short_year(year), SHARE) for year in self._best]
        columns = [Column("name", "考核主体"), Column("marks", f"{name_year(self.year.year)}项次", WHOLE), *years]
        return self.tabulate(rows, columns, self.say("caption"), self.say("note"), "考核主体")

    @property
    def chart(self) -> Chart | None:
        """A bar an assessor, ratings and scores side by side; none where nothing is marked."""
        if self.absent:
            return None
        names, now = list(self._best.index), self._now
        named = now.assign(name=now["assessor_id"].map(self.scheme.assessor_names))
        counts = named.pivot_table(index="name", columns="level", values="marks", aggfunc="sum", fill_value=0)
        counts, ratings = counts.reindex(names), pd.Series(self.scheme.ratings.value).sort_values(ascending=False)
        levels = {"rated": [each for each in ratings.index if each in counts],
                  "scored": [each for each in SCORED if each in counts]}  # fmt: skip
        kinds = [kind for kind, own in levels.items() if own]
        with new_figure(1.0 + 0.27 * len(names), columns=len(kinds), sharey=True) as (figure, axes):
            for ax, kind in zip(axes, kinds, strict=True):
                shares = counts[levels[kind]].rename(columns=_SCORED)
                _draw_shares(ax, shares.div(shares.sum(axis=1), axis=0))
                ax.set_title(self.say(kind), pad=22)
            label_rows(axes[0], names)
        shown = counts[[*levels["rated"], *levels["scored"]]].rename(columns=_SCORED)
        told = [
            self.say("alt_assessor", name=name, marks=row.sum(), shares="、".join(
                f"{level}{SHARE(count / row.sum())}" for level, count in row.items() if count))
            for name, row in shown.iterrows()
        ]  # fmt: skip
        ends = self._ends()
        return self.draw(
            figure,
            ChartData(shown, "picture", "项次", WHOLE),
            range=self.say("title_range" if ends["high"] > ends["low"] else "title_one", **ends),
            assessors="；".join(told),
        )


def _draw_shares(ax: Axes, shares: pd.DataFrame) -> None:
    """Draw the shares of each level, from dark (best) to light; whoever has none of them has no bar."""
    ends, colours = shares.fillna(0).cumsum(axis=1), level_colours(map(str, shares))
    for level, own in shares.items():
        colour = colours[str(level)]
        for row, (share, end) in enumerate(zip(own, ends[level], strict=True)):
            if share > 0:
                ax.barh(row, share, left=end - share, height=0.72, color=colour, edgecolor=PAPER)
            if share >= _READABLE:
                ax.annotate(SHARE(share).removesuffix("%"), (end - share / 2, row), ha="center", va="center",
                            fontsize=SMALL - 1, color=ink_on(colour))  # fmt: skip
        ax.barh(np.nan, 0, color=colour, label=str(level))
    ax.set_xlim(0, 1)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=shares.shape[1])
