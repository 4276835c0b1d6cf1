"""What is told to a unit of its result: its place, every component and part, every point that was lost."""

from functools import cached_property

import pandas as pd

from analysis.exhibits.table import Column, Table
from analysis.exhibits.unit import UnitExhibit
from analysis.methods.grades import follow_unit
from analysis.methods.profiles import compare_marks, list_blocks
from analysis.words import HEADS, POINTS, SHARE, WHOLE

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
        now = self.named(self.of_unit(own)).to_dict("records")[0]
        tied = "tied" if own["rank"].eq(now["rank"]).sum() > 1 else ""
        place = "" if len(own) == 1 else self.say(
            "place", **now | {"group": self.group_name}, units=len(own), tied=self.say(tied) if tied else ""
        )  # fmt: skip
        told = {"average": own["total"].mean(), "median": own["total"].median()}
        said = self.say("result", **now | {"group": self.group_name}, place=place, **told)
        return (said, *self._before())

    def _before(self) -> tuple[str, ...]:
        rows = self.frame[self.frame["year"].lt(self.year.year) & self.frame["grade"].notna()]
        if rows.empty:
            return ()
        row = rows.iloc[-1]
        base = self.year.dataset.year(row["year"])
        named = {"base_year": row["year"], "grade": base.scheme.grade_names.get(row["grade"], row["grade"])}
        if not base.has_genuine_marks or pd.isna(row["total"]):  # no history that was made up
            return (self.say("before_unscored", **named),)
        group = base.scheme.group_names[base.group_of(self.unit_id)]
        place = self.say("place", group=group, units=WHOLE(row["units"]), tied="", rank=row["rank"])
        return (self.say("before", total=row["total"], place=place, **named),)


class FeedbackScores(UnitExhibit, name="feedback_scores", label="得分构成"):
    """A unit's score of every component and part beside its group, and the year before."""

    templates = {"caption": "得分构成（分）"}

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `list_blocks`, with last: its score in the year before where that was marked too."""
        rows = list_blocks(self.marks, self.unit_id)
        years = [year for year in self.year.scored_years if year < self.year.year]
        before = self.year.assessment.year(years[-1]) if years else None
        if before is None or not before.facts.has_genuine_marks or self.unit_id not in set(before.units["unit_id"]):
            return rows.assign(last=float("nan"))
        last = list_blocks(before.marks(before.facts.group_of(self.unit_id)), self.unit_id)
        return rows.merge(last[["block", "score"]].rename(columns={"score": "last"}), on="block", how="left")

    @property
    def table(self) -> Table:
        """A row a component, part or adjustment, and the total."""
        last = [Column("last", self.retell("上年得分"), POINTS)] if self.frame["last"].notna().any() else []
        names = {key: HEADS[key][0] for key in ("bonus", "deduction", "total")}
        return self.tabulate(self.frame.replace({"name": names}), [
            Column("name", "项目"), Column("points", "满分", POINTS), Column("score", "得分", POINTS),
            Column("average", "本组平均", POINTS), Column("median", "本组中位数", POINTS), *last,
        ], self.say("caption"), head="项目")  # fmt: skip


class LostPoints(UnitExhibit, name="lost_points", label="失分指标"):
    """Every indicator on which a unit lost points, the most first."""

    templates = {
        "none": "各项指标均未失分。",
        "unmarked": "没有逐项评分的指标。",
        "lost": "{items}项指标失分，按折合总分计共失{lost:points}分。",
        "caption": "失分指标（按失分多少排列）",
        "note": "失分按折合总分计；",
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
        marks = rows["rating"].where(rows["rating"].ne(""), rows["rate"].map(SHARE))
        return self.tabulate(rows.assign(mark=marks), [
            Column("name", "指标"), "part", "points", Column("mark", "评价"), Column("lost", "失分", POINTS),
            Column("assessor_id", "考核主体"),
        ], self.say("caption"), self.say("note"), head="指标")  # fmt: skip
