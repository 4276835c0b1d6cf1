"""What is told to a unit of its result: its place, every component and part, every point that was lost."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import pandas as pd

from analysis.assessment import Year
from analysis.exhibits.table import Column, Table
from analysis.exhibits.unit import UnitExhibit
from analysis.exhibits.unit_marks import Items, UnitRescaling
from analysis.methods.grades import follow_unit
from analysis.methods.profiles import compare_marks, list_blocks
from analysis.periods import name_year
from analysis.words import ADJUSTMENTS, AS_IT_IS, HEADS, POINTS

_SLIGHT = 0.005
"""Points of the total below which nothing shows as lost."""


class Feedback(UnitExhibit, name="feedback", label="考核成绩"):
    """A unit's total, grade and rank, beside its group and the year before."""

    templates = {
        "result": "{year}年度考核，你单位总分{total:points}分，评定为{grade}等次{place}。"
        "{group}平均{average:points}分，中位数{median:points}分。",
        "place": "，在{group}{units}个单位中{tied}列第{rank:whole}名",
        "tied": "并",
        "before": "{base_year}年度总分{total:points}分，评定为{grade}等次{place}。",
        "before_unscored": "{base_year}年度评定为{grade}等次。",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `follow_unit`."""
        return follow_unit(self.year.dataset, self.year.results_so_far, self.unit_id)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Of the year, and of the last year before in which it had a result."""
        own = self.of_group(self.year.scores)
        now = self.named(self.of_unit(own)).to_dict("records")[0] | {"group": self.group_name}
        told = {"average": own["total"].mean(), "median": own["total"].median()}
        place = self._tell_place(own["rank"], now["rank"], self.group_name)
        return (self.say("result", **now, place=place, **told), *self._before())

    def _tell_place(self, ranks: pd.Series, rank: float, group: str) -> str:
        """Tell a rank among others; nothing of a unit that is alone in its group."""
        tied = self.say("tied") if ranks.eq(rank).sum() > 1 else ""
        return "" if len(ranks) == 1 else self.say("place", group=group, units=len(ranks), tied=tied, rank=rank)

    def _before(self) -> tuple[str, ...]:
        rows = self.frame[self.frame["year"].lt(self.year.year) & self.frame["grade"].notna()]
        if rows.empty:
            return ()
        row = rows.iloc[-1]
        base = self.year.dataset.year(row["year"])
        named = {"base_year": row["year"], "grade": base.scheme.grade_names.get(row["grade"], row["grade"])}
        if not base.has_genuine_marks or pd.isna(row["total"]):  # no history that was made up
            return (self.say("before_unscored", **named),)
        results, group = self.year.results_so_far, base.group_of(self.unit_id)
        ranks = results.loc[results["year"].eq(row["year"]) & results["group"].eq(group), "rank"]
        place = self._tell_place(ranks, row["rank"], base.scheme.group_names[group])
        return (self.say("before", total=row["total"], place=place, **named),)


class FeedbackScores(UnitExhibit, name="feedback_scores", label="得分构成"):
    """A unit's score of every component and part beside its group, and the year before."""

    templates = {
        "caption": "得分构成（分）",
        "rescaled": "各部分的得分已按承担分值换算；",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `list_blocks`, with last: its score in the year before where that was marked too."""
        rows = list_blocks(self.marks, self.unit_id)
        before = self._before
        if before is None or not before.facts.has_genuine_marks or self.unit_id not in set(before.units["unit_id"]):
            return rows.assign(last=float("nan"))
        last = list_blocks(before.marks(before.facts.group_of(self.unit_id)), self.unit_id)
        return rows.merge(last[["block", "score"]].rename(columns={"score": "last"}), on="block", how="left")

    @property
    def _before(self) -> Year | None:
        """The last year before that has marks."""
        years = [year for year in self.year.scored_years if year < self.year.year]
        return self.year.assessment.year(years[-1]) if years else None

    @property
    def _has_parts(self) -> bool:
        return bool(self.frame["name"].str.startswith("　").any())

    @property
    def table(self) -> Table:
        """A row a component, part or adjustment, and the total."""
        before, is_known = self._before, self.frame["last"].notna().any()
        last = [Column("last", f"{name_year(before.year)}得分", POINTS)] if before and is_known else []
        names = {key: HEADS[key][0] for key in ("bonus", "deduction", "total")}
        return self.tabulate(self.frame.replace({"name": names}), [
            Column("name", "项目"), Column("points", "满分", POINTS), Column("score", "得分", POINTS),
            Column("average", "本组平均", POINTS), Column("median", "本组中位数", POINTS), *last,
        ], self.say("caption"), self.say("rescaled") if self._has_parts else "", head="项目")  # fmt: skip


class LostPoints(UnitExhibit, name="lost_points", label="失分指标"):
    """Every indicator on which a unit lost points, the most first."""

    templates = {
        "none": "各项指标均未失分。",
        "unmarked": "没有逐项评分的指标。",
        "lost": "{items}项指标失分，按折合总分计共失{lost:points}分。",
        "caption": "失分指标（按失分多少排列）",
        "note": "失分按折合总分计；",
        "scored": "{earned:plain}分",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows of `compare_marks` with points lost, with column assessor_id."""
        rows = compare_marks(self.marks, self.unit_id)
        rows = rows[rows["lost"] >= _SLIGHT].sort_values("lost", ascending=False, kind="stable")
        assessors = self.marks.indicators.set_index("indicator_id")["assessor_id"]
        return rows.assign(assessor_id=rows["indicator_id"].map(assessors))

    @property
    def sentences(self) -> tuple[str, ...]:
        """How many indicators, and how many points of the total."""
        if not len(self.marks.indicators):
            return (self.say("unmarked"),)
        rows = self.frame
        return (self.say("lost", items=len(rows), lost=rows["lost"].sum()) if len(rows) else self.say("none"),)

    @property
    def table(self) -> Table | None:
        """A row an indicator; none where nothing was lost."""
        if self.frame.empty:
            return None
        rows = self.frame
        earned = (rows["rate"] * rows["points"]).map(lambda points: self.say("scored", earned=points))
        marks = rows["rating"].where(rows["rating"].ne(""), earned)
        return self.tabulate(rows.assign(mark=marks), [
            Column("name", "指标"), "part", "points", Column("mark", "评价"), Column("lost", "失分", POINTS),
            Column("assessor_id", "考核主体"),
        ], self.say("caption"), self.say("note"), head="指标")  # fmt: skip


class FeedbackAdjustments(Items, name="feedback_adjustments", label="加分和扣分"):
    """What a unit was given and taken away, and why; what of it counts: a letter is stamped where that is made up."""

    withholds = ()
    templates = {
        "none": "你单位没有加分、扣分和取消评优资格的情形。",
        "sum": "{kind}{sum:plain}分：{reasons}{capped}。",
        "capped": "；按累计{kind}最多不超过{cap:plain}分的规定，计入{cap:plain}分",
        "veto": "因{reasons}，取消评定{best}等次资格。",
        "reason": "{reason}（{items}项，每项{points:plain}分）",
        "reason_one": "{reason}（{points:plain}分）",
    }

    @property
    def sentences(self) -> tuple[str, ...]:
        """One a kind."""
        return tuple(self._tell(str(kind), rows) for kind, rows in self.frame.groupby("kind", sort=False)) or (
            self.say("none"),
        )

    def _tell(self, kind: str, rows: pd.DataFrame) -> str:
        if rows["points"].isna().any():
            return self.say("veto", reasons="、".join(dict.fromkeys(rows["reason"])))
        told = {"kind": ADJUSTMENTS[kind], "sum": (rows["points"] * rows["items"]).sum()}
        counted = self.of_unit(self.year.scores)[kind].item()
        capped = self.say("capped", cap=counted, **told) if AS_IT_IS(counted) != AS_IT_IS(told["sum"]) else ""
        each = [self.say("reason" if row["items"] > 1 else "reason_one", **row) for row in rows.to_dict("records")]
        return self.say("sum", reasons="，".join(each), capped=capped, **told)


class FeedbackRescaling(UnitRescaling, name="feedback_rescaling", label="不适用的指标"):
    """Which indicators a unit is not marked on, and how its points were rescaled."""

    templates = {
        "factor": "你单位承担{block}{applicable:plain}分（满分{points:plain}分），"
        "得分按比例换算，即乘以{factor:factor}。",
        "share": "你单位承担{block}{carried:share}的权重，该项得分按承担的部分折算。",
        "absent": "你单位不承担{block}，其分值由其他部分分担。",
        "none": "你单位承担全部指标，不作换算。",
        "unmarked": "没有逐项评分的指标，不作换算。",
        "own_assessor": "你单位是考核主体",
    }

    @property
    def sentences(self) -> tuple[str, ...]:
        """As of every unit, in the words of a letter."""
        return super().sentences if len(self.marks.indicators) else (self.say("unmarked"),)

    def _vocabulary(self) -> dict[str, Mapping[Any, str]]:
        known = super()._vocabulary()
        return known | {"status": {**known["status"], "own_assessor": self.say("own_assessor")}}
