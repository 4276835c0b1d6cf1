"""What do all the years show, taken together?"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.exhibits.chart import Chart, new_figure
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.prose import Finding, Prose
from analysis.exhibits.table import Table
from analysis.methods.panel import find_largest
from analysis.panel import Panel
from analysis.periods import AnyYear, as_year, label_year, place_of
from analysis.words import POINTS, name_years

LEAST = 3
"""Years from which they are shown together: two are compared on a page of their own."""
_SCALED = "各年满分不尽相同，总分折合百分制（总分÷当年满分×100）；"
_UNSCALED = "{whose}的满分通报没有载明，总分不列入；"
_LABELS = 11
"""Years that can be written side by side across a chart."""


class OverYears(Exhibit, needs=("results",), looks_back=True):
    """Shows all years so far that have results, once there are three of them; until then the page has one sentence."""

    @property
    def parts(self) -> list[Prose | Chart | Table]:
        """Nothing as long as there are too few years."""
        return super().parts if len(self.years) >= LEAST else []

    @property
    def years(self) -> list[AnyYear]:
        """The years that have results."""
        return self.year.reported_years

    @property
    def panel(self) -> Panel:
        """The units through all years."""
        return self.year.panel

    @property
    def is_scaled(self) -> bool:
        """Whether totals are not what they are of a hundred."""
        return any(points != 100 for points in self.panel.full.values())

    @property
    def scale(self) -> str:
        """Say so, and of which years it cannot be known what they would be; "" where it makes no difference."""
        unknown = [year for year, points in self.panel.full.items() if pd.isna(points)]
        told = _SCALED if any(points != 100 for points in self.panel.full.values() if pd.notna(points)) else ""
        return self.retell(told + (_UNSCALED.format(whose=name_years(unknown)) if unknown else ""))

    @property
    def averages(self) -> pd.DataFrame:
        """The averages of all units of each group and their changes, in points of a hundred (see `Year.averages`)."""
        averages, full = self.year.averages, self.panel.full
        own = averages[averages["population"].eq("all") & averages["year"].isin(list(full))]
        own = own.assign(average=own["average"].astype(float) * 100 / own["year"].map(full))
        own = own.dropna(subset=["average"]).sort_values("year", kind="stable")
        return own.assign(change=own.groupby("group")["average"].diff().where(own["delta"].notna()))

    @property
    def unit_names(self) -> dict[str, str]:
        """What every unit was called last, by unit_id."""
        return self.panel.units["name"].to_dict()

    @staticmethod
    def in_order(rows: pd.DataFrame, group: str) -> pd.DataFrame:
        """Take the rows of a group, in order of year."""
        return rows[rows["group"].eq(group)].sort_values("year", kind="stable")


class AllYears(OverYears, name="all_years", label="历年概况"):
    """What averages, ranks and distances did through all years."""

    templates = {
        "too_few": "具备三个以上年度的结果后，本页列出：历年名次和走势、升降最大的单位、新列入和不再列入的单位、"
        "历年平均分和等次、各单位差距的变化和等次转移。现有{count}个年度（{whose}）。",
        "page": "历年总览",
        "finding": "{base_year}年到{year}年：{groups:clauses}",
        "finding_group": "{group}{told}",
        "finding_level": "平均分{scaled}{delta:moved}",
        "level": "平均分{scaled}：{groups:clauses}。",
        "scaled": "（折合百分制）",
        "level_group": "{group}由{base_year}年的{first:points}分到{year}年的{last:points}分，{delta:moved}",
        "level_none": "平均分：没有两个年度可比。",
        "apart": "平均分：{apart}，各年得分不可比。",
        "ranks": "名次：{groups:clauses}。",
        "ranks_group": "{group}中，{moves}",
        "rose": "{name}升幅最大，{base_year}年第{base_rank:whole}名，{year}年第{rank:whole}名，"
        "{among}升{places:whole}位",
        "fell": "{name}降幅最大，{base_year}年第{base_rank:whole}名，{year}年第{rank:whole}名，"
        "{among}降{places:whole}位",
        "among": "在两年均在本组的单位中",
        "ranks_none": "名次：没有升降可比。",
        "order": "差距和次序：{groups:clauses}。名次一致度1为次序完全相同，0为没有关系。",
        "order_group": "{group}{told}",
        "spread": "总分的标准差由{base_year}年的{first:points}分到{year}年的{last:points}分，{changed}",
        "tau": "{base_year}年与{year}年的名次一致度{tau:three}（{units:whole}个单位）",
    }

    @property
    def absent(self) -> str:
        """What there will be, as long as there are too few years."""
        few = len(self.years) < LEAST
        return self.say("too_few", count=len(self.years), whose=name_years(self.years)) if few else ""

    @property
    def finding(self) -> Finding:
        """What became of averages and distances; what the page is called where that cannot be said."""
        told = []
        for group, name in self.groups.items():
            level, distance = self._levels.get(group), self._distances.get(group)
            clauses = [self.say("finding_level", scaled=self._scaled, **level)] if level else []
            clauses += [tell_distance(distance["first"], distance["last"])] if distance else []
            told += [self.say("finding_group", group=name, told="、".join(clauses))] if clauses else []
        if self.absent or not told:
            return Finding(self.say("page"))
        return Finding(self.say("finding", base_year=self.years[0], year=self.years[-1], groups=told))

    @property
    def parts(self) -> list[Prose | Chart | Table]:
        """Also what there will be."""
        return [self.prose]

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows of `find_largest`: the largest rise and fall of every group, over spans of any length."""
        found = find_largest(self.panel.spans).sort_values("direction", ascending=False, kind="stable")
        found = found.assign(places=found["common_rank_change"].abs(), name=found["unit_id"].map(self.unit_names))
        largest = found.groupby(["group", "direction"])["places"].transform("max")
        return found[found["places"].eq(largest)].drop_duplicates(["group", "direction"])

    @property
    def sentences(self) -> tuple[str, ...]:
        """One of averages, one of ranks, one of distances and order."""
        return tuple(filter(None, (self._level, self._ranks, self._order)))

    @property
    def _scaled(self) -> str:
        return self.say("scaled") if self.is_scaled else ""

    @cached_property
    def _levels(self) -> dict[str, dict[str, Any]]:
        """The first and the last average of each group, where they can be compared."""
        found = {group: _ends(self.in_order(self.averages, group), "average") for group in self.groups}
        return {group: ends for group, ends in found.items() if ends and self._is_comparable(group, **ends)}

    @cached_property
    def _distances(self) -> dict[str, dict[str, Any]]:
        """The first and the last standard deviation of each group, where all marks are of one provenance."""
        found = {group: _ends(self.in_order(self.panel.spread, group), "sd") for group in self.groups}
        return {group: ends for group, ends in found.items() if ends and not self.apart}

    @property
    def _level(self) -> str:
        told = [self.say("level_group", group=self.groups[group], **ends) for group, ends in self._levels.items()]
        none = self.say("apart" if self.apart else "level_none")
        return self.say("level", groups=told, scaled=self._scaled) if told else none

    def _is_comparable(self, group: str, base_year: AnyYear, year: AnyYear, **_: float) -> bool:
        """Say whether the averages of two years are, as far as marks of other provenance are borne out by print."""
        compared = self.year.assessment.pair(as_year(base_year), as_year(year)).averages
        own = compared[compared["group"].eq(group) & compared["population"].eq("all") & compared["year"].eq(year)]
        return bool(own["delta"].notna().any())

    @property
    def _ranks(self) -> str:
        told = []
        for group, name in self.groups.items():
            rows = self.frame[self.frame["group"].eq(group)].to_dict("records")
            moves = [self.say(row["direction"], among=self._tell_among(row), **row) for row in rows]
            if moves:
                told.append(self.say("ranks_group", group=name, moves="，".join(moves)))
        return self.say("ranks", groups=told) if told else self.say("ranks_none")

    def _tell_among(self, row: dict[str, Any]) -> str:
        """Say among whom a unit moved, where that is not the difference of its ranks."""
        return "" if row["rank_change"] == row["common_rank_change"] else self.say("among")

    @property
    def _order(self) -> str:
        told = [
            self.say("order_group", group=name, told="，".join(clauses))
            for group, name in self.groups.items()
            if (clauses := [*self._tell_order(group)])
        ]
        return self.say("order", groups=told) if told else ""

    def _tell_order(self, group: str) -> Iterator[str]:
        if ends := self._distances.get(group):
            yield self.say("spread", changed=tell_distance(ends["first"], ends["last"]), **ends)
        held = self.in_order(self.panel.persistence, group).dropna(subset=["tau"])
        if len(held):
            longest = held.sort_values(["base_year", "year"], ascending=[True, False]).iloc[0]
            yield self.say("tau", **longest)


def tell_distance(first: float, last: float) -> str:
    """Say whether units are nearer each other than they were, as far as the shown numbers tell."""
    before, now = float(POINTS(first)), float(POINTS(last))
    return "差距没有变化" if before == now else "差距缩小" if now < before else "差距扩大"


def _ends(rows: pd.DataFrame, column: str) -> dict[str, Any]:
    """Return the first and the last value of a column, with their years; nothing of fewer than two."""
    if len(rows) < 2:
        return {}
    first, last = rows.iloc[0], rows.iloc[-1]
    ends = {"base_year": first["year"], "year": last["year"], "first": first[column], "last": last[column]}
    return ends | {"delta": last[column] - first[column]}


@contextmanager
def group_panels(
    groups: Mapping[str, str], years: Sequence[AnyYear], height: float
) -> Iterator[tuple[Figure, dict[str, Axes]]]:
    """Open a figure with a panel a group, two side by side, and the years along each.

    Parameters
    ----------
    groups : mapping of group to name
    years : sequence of AnyYear
    height : float
        Inches of a panel.

    Yields
    ------
    figure : Figure
    axes : dict of group to Axes
        A year is at `place_of` it.
    """
    across = min(len(groups), 2)
    shown = years[::-1][:: -(-len(years) * across // _LABELS)]
    down = -(-len(groups) // across)
    with new_figure(height * down, across, down, sharey=True) as (figure, axes):
        for ax, name in zip(axes, groups.values(), strict=False):
            ax.set_title(name)
            ax.set_xticks(list(map(place_of, years)), [label_year(each) if each in shown else "" for each in years])
            ax.set_xlim(place_of(years[0]) - 0.6, place_of(years[-1]) + 0.6)
        for ax in axes[len(groups) :]:
            ax.set_axis_off()
        yield figure, dict(zip(groups, axes, strict=False))
