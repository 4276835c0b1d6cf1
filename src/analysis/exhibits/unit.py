"""How is one unit doing: its rank, its years, why its total changed, and what is printed about it?"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from analysis import words
from analysis.exhibits.change import LEAST, REASONS, largest_first, name_factors, tell_range, tell_reason
from analysis.exhibits.exhibit import GroupExhibit
from analysis.exhibits.margins import describe_margin, tell_distance
from analysis.exhibits.prose import Finding
from analysis.exhibits.streaks import tell_beginnings
from analysis.exhibits.table import Column, Table, make_table
from analysis.exhibits.writer import Headline, Headlines
from analysis.methods.audit.ledger import find_mentions
from analysis.methods.counterfactuals import Counterfactuals, cross_with_previous
from analysis.methods.decomposition import decompose_units
from analysis.methods.grades import follow_unit
from analysis.methods.printed import CIRCULAR
from analysis.origins import TOLD_ORIGINS
from analysis.words import CHANGE, HEADS, POINTS, WHOLE, tell_event


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
        "found": "{name}：{grade}，{units}个单位中{tied}列第{rank}名",
        "found_alone": "{name}：{grade}，本组只有这1个单位",
        "rank": "{name}，{group}，{year}年总分{total:points}分{made_up}，"
        "{units}个单位中{tied}列第{rank}名，{grade}；本组中位数{median:points}分，{side}。",
        "higher": "本单位高{gap:points}分",
        "lower": "本单位低{gap:points}分",
        "level": "本单位与其持平",
        "tied": "与另外{others}个单位并",
        "alone": "{name}，{group}，{year}年总分{total:points}分{made_up}，{grade}；本组只有这1个单位，没有先后可比。",
        "line_alone": "与{best}线相比：{margin}{made_up}。",
        "line": "与{best}线相比：{margin}；{above}；{below}{made_up}。",
        "above": "距前一名{distance}",
        "first": "没有排在前面的单位",
        "below": "领先后一名{distance}",
        "last": "没有排在后面的单位",
        "median": "本组中位数{median:points}分",
        "line_label": "与{best}线的分差",
        "withheld": "评分系重构，不列",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The group's rows of `find_margins`; of `score_year` where distances are withheld."""
        return self.of_group(self.year.scores) if self.withheld else self.year.margins(self.group)

    @cached_property
    def _told(self) -> dict[str, Any]:
        """What sentences say of its place."""
        (unit,) = self.named(self.of_unit(self.frame)).to_dict("records")
        others = self.frame["rank"].eq(unit["rank"]).sum() - 1
        tied = self.say("tied", others=others) if others else ""
        return {**unit, "units": len(self.frame), "tied": tied, "median": self.frame["total"].median()}

    @property
    def sentences(self) -> tuple[str, ...]:
        """Its rank, and its distance to the line and to its neighbours, or why that is withheld."""
        unit, is_alone = self._told, len(self.frame) == 1
        gap = unit["total"] - unit["median"]
        side = "level" if not float(POINTS(abs(gap))) else "higher" if gap > 0 else "lower"
        place = self.say("alone" if is_alone else "rank", **unit, side=self.say(side, gap=abs(gap)))
        if self.withheld:
            return place, self.withheld
        above, below = (
            self.say(side, distance=tell_distance(unit[side])) if pd.notna(unit[side]) else self.say(end)
            for side, end in (("above", "first"), ("below", "last"))
        )
        margin = describe_margin(unit, self.scheme)
        return place, self.say("line_alone" if is_alone else "line", margin=margin, above=above, below=below)

    @property
    def finding(self) -> Finding:
        """Its grade and its rank."""
        return Finding(self.say("found_alone" if len(self.frame) == 1 else "found", **self._told))

    @property
    def headlines(self) -> Headlines:
        """Its total, rank, grade and distance to the line."""
        unit = self._told
        withheld, margin = bool(self.withheld), unit.get("margin", np.nan)
        far = "—" if not np.isfinite(margin) else CHANGE(margin)
        told = self.say("withheld") if withheld else describe_margin(unit, self.scheme)
        return Headlines([
            Headline("总分", POINTS(unit["total"]), "分", (*self._beside, self.say("median", **unit))),
            Headline("名次", WHOLE(unit["rank"]), f"／{unit['units']}"),
            Headline("等次", unit["grade"], "", (UnitStreak(self.year, unit_id=self.unit_id).told,)),
            Headline(self.say("line_label"), far, "" if far == "—" else "分", (told,)),
        ])  # fmt: skip

    @property
    def _beside(self) -> tuple[str, ...]:
        return (self.made_up.strip("（）"),) if self.made_up else ()


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
        made_up = [year for year, origin in self.origins.items() if origin == "reconstructed"]
        rows.loc[rows["year"].isin(made_up), ["total", "average", "standing"]] = np.nan  # print bears out the grade
        scored = [
            Column("total", *HEADS["total"]), Column("average", "本组平均", POINTS),
            Column("standing", "名次 / 单位数", right=True),
        ]  # fmt: skip
        if CIRCULAR in self.provenances or made_up:
            scored = [each for each in scored if rows[each.key].notna().any()]
        became = [Column("events", "沿革")] if events.ne("").any() else []
        return self.tabulate(rows, [
            "year", Column("name", "当年名称"), *moved, *told, *scored, "grade", *became,
        ], self.label if scored else "历年等次", head="当年名称")  # fmt: skip

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

    templates = {
        **REASONS,
        "none": "此前没有本单位在本组参评且有评分的年度，总分变化无从分解。",
        "change": "总分比{base_year}年{delta:moved}{made_up}{reason}。各因素作用（分）：{factors}。",
        "still": "总分与{base_year}年持平{made_up}。",
        "factor": "{label}{told}",
        "ranges": "有“～”的因素，前后两数分别以当年、另一年得分率代替没有的大项。",
    }

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

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The unit's rows of `decompose_units` with column label; none without a year to compare with."""
        if self.crossed is None:
            return pd.DataFrame(columns=["unit_id", "factor", "part", "contribution", "alternative", "group", "label"])
        return name_factors(self.of_unit(decompose_units(self.crossed)), self.crossed.part_names)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What its total changed by, and what that is made of, the largest factor first."""
        if self.absent:
            return (self.absent,)
        factors = largest_first(self.frame).assign(told=tell_range)
        delta = self.frame["contribution"].sum()
        shown = factors[factors[["contribution", "alternative"]].abs().max(axis=1) >= LEAST]
        told = {"delta": delta, "reason": tell_reason(self, factors, delta)}
        said = self.say("change" if len(shown) else "still", factors=self.say_each("factor", shown, "，"), **told)
        return (said + (self.say("ranges") if shown["told"].str.contains("～").any() else ""),)


class UnitStreak(
    UnitExhibit, name="unit_streak", label="连续获得最好等次", needs=("unit", "best_grade"), looks_back=True
):
    """How long a unit has been in the best grade."""

    templates = {
        "streak": "{at_least}连续{streak}年{best}{made}",
        "made": "（{made}，自设立的年度起计）",
        "once": "{newly}{best}{made}",
        "not_before": "新获",
        "unknown_before": "上年等次不详，本年",
        "none": "{lost}",
        "lost": "退出{best}等次",
        "not": "未评为{best}",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """The unit's row of `find_streaks`."""
        return self.of_unit(self.year.streaks.assign(made=tell_beginnings(self.year)))

    @property
    def sentences(self) -> tuple[str, ...]:
        """One."""
        return (f"{self.told}。",)

    @property
    def told(self) -> str:
        """How long, in a clause."""
        unit = self.frame.iloc[0]
        made = self.say("made", made=unit["made"]) if unit["made"] else ""
        told = {
            "streak": unit["streak"],
            "at_least": "至少" if unit["at_least"] else "",
            "lost": self.say("lost" if unit["lost"] else "not"),
            "newly": self.say("unknown_before" if unit["at_least"] else "not_before"),
        }
        said = "none" if not unit["streak"] else "once" if unit["streak"] == 1 and not made else "streak"
        return self.say(said, made=made, **told)


class Mentions(UnitExhibit, name="mentions", label="通报所载", needs=("unit",)):
    """What the circulars print about a unit."""

    templates = {
        "none": "通报没有提及本单位。",
        "no_circular": "没有可查的通报。",
        "year": "{year}年通报所载：{told:clauses}。",
        "silent": "{year}年通报没有提及本单位。",
        "said": "{text}",
        "checked": "{text}（{verdict}）",
        "reasoned": "{text}（{verdict}：{reason}）",
        "note": "名单内的次序视为名次，系推定",
    }

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
        return self.say("none" if any(facts.published for facts in self.year.dataset.years.values()) else "no_circular")

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the year's circular prints."""
        rows = self.named(self.frame[self.frame["year"].eq(self.year.year)]).to_dict("records")
        if self.absent or not rows:
            return (self.absent or self.say("silent"),)
        kinds = ["reasoned" if row["reason"] else "checked" if row["verdict"] else "said" for row in rows]
        told = [self.say(kind, **row) for kind, row in zip(kinds, rows, strict=True)]
        return (self.say("year", told=told),)

    @property
    def table(self) -> Table:
        """A row a statement."""
        rows = self.named(self.frame)
        checked = [Column("verdict", "核对结论"), Column("reason", "说明")]
        return make_table(rows.replace({"verdict": {"": "—"}, "reason": {"": "—"}}), [
            Column("text", "通报所载"), "year", "section", Column("document", "文号"),
            *(each for each in checked if rows[each.key].ne("").any()),
        ], f"{self.label}：{self.unit}", self.say("note")).retold(self.retell)  # fmt: skip
