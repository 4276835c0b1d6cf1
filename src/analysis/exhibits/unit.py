"""How is one unit doing: its rank, its years, why its total changed, and what is printed about it?"""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis import words
from analysis.exhibits.change import STEPS, chart_steps, name_factors
from analysis.exhibits.chart import Chart
from analysis.exhibits.exhibit import GroupExhibit
from analysis.exhibits.margins import describe_margin, tell_distance
from analysis.exhibits.streaks import tell_beginnings
from analysis.exhibits.table import Column, Table, make_table
from analysis.methods.audit.ledger import find_mentions
from analysis.methods.counterfactuals import Counterfactuals, cross_with_previous
from analysis.methods.decomposition import decompose_units
from analysis.methods.grades import follow_unit
from analysis.methods.printed import CIRCULAR
from analysis.origins import TOLD_ORIGINS
from analysis.words import HEADS, POINTS, WHOLE, tell_event


@dataclass(eq=False)
class UnitExhibit(GroupExhibit, needs=("unit", "marks")):
    """About one unit of the year; its group is known."""

    def __post_init__(self) -> None:
        self.group = self.year.facts.group_of(self.unit_id)

    @property
    def unit(self) -> str:
        """Its name in the year."""
        return self.year.facts.name_of(self.unit_id)

    def of_unit(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Take the rows of the unit."""
        return rows[rows["unit_id"].eq(self.unit_id)]


class Position(UnitExhibit, name="position", label="位置"):
    """Where a unit stands: its rank, the group's median, the line, and the units next to it."""

    templates = {
        "rank": "{name}，{group}，{year} 年总分 {total:points} 分{made_up}，"
        "{units} 个单位中{tied}列第 {rank} 名，{grade}；本组中位数 {median:points} 分，{side}。",
        "higher": "本单位高 {gap:points} 分",
        "lower": "本单位低 {gap:points} 分",
        "level": "本单位与它持平",
        "tied": "与另外 {others} 个单位并",
        "alone": "{name}，{group}，{year} 年总分 {total:points} 分{made_up}，{grade}；"
        "本组只有这 1 个单位，没有先后可比。",
        "line_alone": "离{best}线：{margin}{made_up}。",
        "line": "离{best}线：{margin}；{above}；{below}{made_up}。",
        "above": "距前一名 {distance}",
        "first": "没有排在前面的单位",
        "below": "领先后一名 {distance}",
        "last": "没有排在后面的单位",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """The group's rows of `find_margins`."""
        return self.year.margins(self.group)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Its rank, and its distance to the line and to its neighbours, or why that is withheld."""
        (unit,) = self.named(self.of_unit(self.frame)).to_dict("records")
        median = self.frame["total"].median()
        above, below = (
            self.say(side, distance=tell_distance(unit[side])) if pd.notna(unit[side]) else self.say(end)
            for side, end in (("above", "first"), ("below", "last"))
        )
        units, others = len(self.frame), self.frame["rank"].eq(unit["rank"]).sum() - 1
        place, line = ("rank", "line") if units > 1 else ("alone", "line_alone")
        tied = self.say("tied", others=others) if others else ""
        line = self.withheld or self.say(line, margin=describe_margin(unit, self.scheme), above=above, below=below)
        gap = unit["total"] - median
        side = "level" if not float(POINTS(abs(gap))) else "higher" if gap > 0 else "lower"
        told = {"units": units, "tied": tied, "median": median, "side": self.say(side, gap=abs(gap))}
        return self.say(place, **unit, **told), line


class History(UnitExhibit, name="history", label="历年得分、名次和等次", needs=("unit", "results"), looks_back=True):
    """One unit through the years, under whatever name."""

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `follow_unit`."""
        return follow_unit(self.year.dataset, self.year.results_so_far, self.unit_id)

    @property
    def table(self) -> Table:
        """A row a year."""
        ranks, units = self.frame["rank"], self.frame["units"]
        standing = (ranks.map(WHOLE) + " / " + units.map(WHOLE)).where(ranks.notna())
        called = {year: facts.scheme.grade_names for year, facts in self.year.dataset.years.items()}
        given = zip(self.frame["year"], self.frame["grade"], strict=True)
        grades = [called.get(year, {}).get(grade) for year, grade in given]
        events = self.frame["events"].map(self._write_events)
        origins = {year: TOLD_ORIGINS[origin] for year, origin in self.origins.items()}
        told = [Column("origin", "评分性质")] if self.apart else []
        groups = self.frame["group"].map(self._group_names)
        moved = ["group"] if len(set(groups.dropna())) > 1 else []
        rows = self.frame.assign(standing=standing, events=events, grade=grades, group=groups)
        rows = rows.assign(origin=rows["year"].map(origins))
        scored = [
            Column("total", *HEADS["total"]), Column("average", "本组平均", POINTS),
            Column("standing", "名次 / 单位数", right=True),
        ]  # fmt: skip
        if CIRCULAR in self.provenances:
            scored = [each for each in scored if rows[each.key].notna().any()]
        return self.tabulate(rows, [
            "year", Column("name", "当年名称"), *moved, *told, *scored, "grade", Column("events", "沿革"),
        ], self.label, head="当年名称")  # fmt: skip

    def _write_events(self, events: tuple[tuple[str, tuple[str, ...], str], ...]) -> str:
        told = []
        for event, others, note in events:
            names = [self._group_names.get(each, each) for each in others] if event == "regrouped" else others
            told.append(tell_event(event, names, note))
        return "；".join(told)

    @property
    def _group_names(self) -> dict[str, str]:
        """Groups of all years so far, by id; the last name counts."""
        schemes = [facts.scheme for facts in self.year.dataset.years.values()]
        return {group: name for scheme in schemes for group, name in scheme.group_names.items()}


class UnitChange(UnitExhibit, name="unit_change", label="总分变化的构成"):
    """Why a unit's total changed on the last year before in which it was scored in its group."""

    templates = {**STEPS, "none": "前面没有它在本组参评而又有评分的年度，变化无从分解。"}

    @cached_property
    def crossed(self) -> Counterfactuals | None:
        """The two years crossed; None if its group had it in no scored year before."""
        return cross_with_previous(self.year.dataset, self.unit_id, self.year.year)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.crossed is not None:
            self.base = self.year.assessment.year(self.crossed.years[0].year)

    @property
    def absent(self) -> str:
        """Where there is no year to compare with, or one of another provenance."""
        if self.crossed is None:
            return self.say("none")
        return self.retell(words.NOT_SPLIT).format(apart=self.apart) if self.apart else ""

    @property
    def frame(self) -> pd.DataFrame:
        """The unit's rows of `decompose_units` with column label; none without a year to compare with."""
        if self.crossed is None:
            return pd.DataFrame(columns=["unit_id", "factor", "part", "contribution", "alternative", "group", "label"])
        return name_factors(self.of_unit(decompose_units(self.crossed)), self.crossed.part_names)

    @property
    def chart(self) -> Chart | None:
        """A step a factor."""
        if self.crossed is None:
            return None
        unit = self.of_unit(self.crossed.units)
        totals = self.crossed.points[0, ..., unit.index[0], :].sum(axis=-1)
        return chart_steps(self, f"{unit['name'].iloc[0]}总分", "总分", totals[0, 0, 0, 0], totals[1, 1, 1, 1])


class UnitStreak(
    UnitExhibit, name="unit_streak", label="连续获得最好等次", needs=("unit", "best_grade"), looks_back=True
):
    """How long a unit has been in the best grade."""

    templates = {
        "streak": "截至本年度{at_least}连续 {streak} 年{best}{made}。",
        "made": "（本单位{made}，从设立的年度算起）",
        "once": "本年度是{best}，{before}{made}。",
        "not_before": "上年不是",
        "unknown_before": "上年的等次不知道",
        "none": "本年度不是{best}{lost}。",
        "lost": "，上年是{best}",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """The unit's row of `find_streaks`."""
        return self.of_unit(self.year.streaks.assign(made=tell_beginnings(self.year)))

    @property
    def sentences(self) -> tuple[str, ...]:
        """One."""
        unit = self.frame.iloc[0]
        at_least, lost = "至少" if unit["at_least"] else "", self.say("lost") if unit["lost"] else ""
        told = {"streak": unit["streak"], "at_least": at_least, "lost": lost}
        made = self.say("made", made=unit["made"]) if unit["made"] else ""
        before = self.say("unknown_before" if unit["at_least"] else "not_before")
        said = "none" if not unit["streak"] else "once" if unit["streak"] == 1 and not made else "streak"
        return (self.say(said, made=made, before=before, **told),)


class Mentions(UnitExhibit, name="mentions", label="通报里关于这个单位的话", needs=("unit",)):
    """What the circulars print about a unit."""

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `find_mentions`."""
        city = self.year.assessment
        return find_mentions(self.year.dataset, self.unit_id, lambda year: city.year(year).audit)

    @property
    def absent(self) -> str:
        """Where nothing is printed."""
        if not self.frame.empty:
            return ""
        printed = any(facts.published for facts in self.year.dataset.years.values())
        return "通报没有提到这个单位。" if printed else "没有可查的通报。"

    @property
    def table(self) -> Table:
        """A row a statement."""
        return make_table(self.named(self.frame).replace({"verdict": {"": "—"}, "reason": {"": "—"}}), [
            Column("text", "印本所载"), "year", "section", Column("document", "文号"), Column("verdict", "核对结论"),
            Column("reason", "说明"),
        ], self.label, "名单内的先后读作名次，是推定").retold(self.retell)  # fmt: skip
