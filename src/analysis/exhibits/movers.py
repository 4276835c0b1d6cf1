"""Who moved most over any span of years, and who came and went?"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

import pandas as pd

from analysis.exhibits.all_years import OverYears
from analysis.exhibits.movement import Movement
from analysis.exhibits.table import Column, Columns, Table, arrange
from analysis.methods.grades import COMPARED
from analysis.methods.panel import find_largest
from analysis.periods import AnyYear
from analysis.words import DIRECTIONS, MOVE, MOVEMENTS, POINTS, WHOLE


class Movers(OverYears, name="movers", label="升降最大的单位", needs=("group", "results")):
    """The largest rise and the largest fall of rank over spans of every length."""

    templates = {
        "none": "{group}：没有名次的升降可比。",
        "largest": "{group}：{moves:clauses}。",
        "rose": "各种间隔中升幅最大的是{name}，{base_year}年到{year}年升{places:whole}位",
        "fell": "降幅最大的是{name}，{base_year}年到{year}年降{places:whole}位",
        "caption": "{group}：相隔各年数升降最大的单位",
        "note": "升降只在两年均在本组的单位中排，因此可能与两个名次之差不同{ties}；",
        "ties": "；升降幅度相同的，列最近的一个，“并列”为其余个数",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows of `find_largest`, with column name."""
        rows = find_largest(self.of_group(self.panel.spans))
        return rows.assign(name=rows["unit_id"].map(self.unit_names))

    @property
    def absent(self) -> str:
        """Where nobody's rank has changed, or none can be compared."""
        return "" if len(self.frame) else self.say("none")

    @property
    def sentences(self) -> tuple[str, ...]:
        """Who rose and who fell most of all."""
        if self.absent:
            return (self.absent,)
        places = self.frame["common_rank_change"].abs()
        rows = self.frame.assign(places=places).sort_values("places", ascending=False, kind="stable")
        most = arrange(rows.drop_duplicates("direction"), direction=DIRECTIONS)
        return (self.say("largest", moves=[self.say(row["direction"], **row) for row in most.to_dict("records")]),)

    @property
    def table(self) -> Table:
        """Two rows a span."""
        rows, totals = self.frame, list[Column]()
        if not self.withheld and rows["total_change"].notna().any():
            totals = [Column("base_scaled", "起始总分", POINTS), Column("scaled", "截止总分", POINTS)]
        ties = [Column("ties", "并列", WHOLE)] if rows["ties"].any() else []
        columns: Columns = [
            Column("span", "间隔年数", WHOLE), Column("direction", "升降最大"), "name",
            Column("base_year", "起始年度", WHOLE), Column("year", "截止年度", WHOLE),
            Column("base_rank", "起始名次", WHOLE), Column("rank", "截止名次", WHOLE),
            Column("common_rank_change", "升降", MOVE), *totals, *ties,
        ]  # fmt: skip
        note = self.say("note", ties=self.say("ties") if ties else "") + (self.scale if totals else "")
        told = rows.assign(direction=rows["direction"].map(DIRECTIONS))
        table = self.tabulate(told, columns, self.say("caption"), note)
        return replace(table, kinds=tuple(rows["direction"]), filters=DIRECTIONS)


class Turnover(OverYears, name="turnover", label="单位进出"):
    """Who came into which group and who left it, year by year."""

    templates = {
        "moved": "{base_year}年到{year}年考核过{units}个单位，{stayed}个每年均在同一组；{counts:list}。",
        "still": "{base_year}年到{year}年，各组单位没有变动。",
        "count": "{movement}{units}个",
        "caption": "各年进出各组的单位",
        "note": "与前一个有结果的年度相比；",
        "changed": "{name}（{told}）",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns year, group (its name), movement, unit_id, told (name, and of whom it was made or where it went)."""
        rows = [row for years in pairwise(self.years) for row in self._compare(*years)]
        return pd.DataFrame(rows, columns=["year", "group", "movement", "unit_id", "told"])

    def _compare(self, base_year: AnyYear, year: AnyYear) -> Iterator[tuple[object, ...]]:
        pair = self.year.assessment.pair(base_year, year)
        names = pair.base.scheme.group_names | pair.year.scheme.group_names
        for group in pair.movement["group"].unique():
            moves = Movement(pair.year, pair.base, group)
            for row, told in zip(moves.frame.itertuples(), moves.changes, strict=True):
                if row.movement not in COMPARED:
                    name = self.say("changed", name=row.name, told=told) if told else row.name
                    yield year, names[group], row.movement, row.unit_id, name

    @property
    def sentences(self) -> tuple[str, ...]:
        """How many units there were, how many of them stayed, and how many came and went in which way."""
        ends = {"base_year": self.years[0], "year": self.years[-1]}
        if self.frame.empty:
            return (self.say("still", **ends),)
        kinds = arrange(self.frame, movement=MOVEMENTS).groupby("movement", sort=False, as_index=False).size()
        groups = self.panel.groups
        stayed = int((groups.notna().all(axis=1) & groups.nunique(axis=1).eq(1)).sum())
        counts = [self.say("count", movement=MOVEMENTS[row.movement], units=row.size) for row in kinds.itertuples()]
        return (self.say("moved", units=len(groups), stayed=stayed, counts=counts, **ends),)

    @property
    def table(self) -> Table | None:
        """A row a year, group and kind of change; none where there was none."""
        if self.frame.empty:
            return None
        keys = ["year", "group", "movement"]
        rows = self.frame.groupby(keys, sort=False).agg(units=("told", "size"), told=("told", "、".join)).reset_index()
        columns: Columns = ["year", "group", Column("movement", "变化"), "units", Column("told", "单位名称")]
        return self.tabulate(rows, columns, self.say("caption"), self.say("note"))
