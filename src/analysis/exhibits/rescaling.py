"""Whose scores were rescaled, whose weight grew, and what else could have been done?"""

from functools import cached_property

import pandas as pd

from analysis.exhibits.exhibit import GroupExhibit
from analysis.exhibits.table import Column, Columns, Table
from analysis.methods.rescaling import compare_alternatives, list_rescalings, weigh_parts
from analysis.texts import name_first
from analysis.words import ALTERNATIVES, CHANGE, FACTOR, POINTS, WHOLE


class Alternatives(GroupExhibit, name="alternatives", label="改变换算办法的结果", withholds=("table",)):
    """One group's scores under each alternative to rescaling, applied to all its units alike."""

    templates = {
        "none": "{group}没有单位换算，全部按百分制计分。",
        "rescaled": "{group}{units}个单位加权换算。{alternatives}。",
        "both": "{alternative}，{reranked}个单位名次变动、{regraded}个单位等次变动{names}",
        "ranks": "{alternative}，{reranked}个单位名次变动，等次不变",
        "grades": "{alternative}，{regraded}个单位等次变动{names}，名次不变",
        "neither": "{alternative}，名次和等次均不变",
        "names": "（{names}）",
        "note": "全组一律改用，列换算的和等次有变动的单位；名次后注明等次的，等次有变动。",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `compare_alternatives`."""
        return compare_alternatives(self.marks)

    @property
    def sentences(self) -> tuple[str, ...]:
        """How many units were rescaled, and what the alternatives would change."""
        units = self.frame
        if not units["rescaled"].any():
            return (self.say("none"),)
        changes = []
        for alternative, label in ALTERNATIVES.items():
            reranked = units[f"rank_{alternative}"].ne(units["rank"]).sum()
            names = list(units.loc[units[f"grade_{alternative}"].ne(units["grade"]), "name"])
            named = "" if self.withheld else self.say("names", names=name_first(names))
            changed = ("both" if names else "ranks") if reranked else "grades" if names else "neither"
            told = {"reranked": reranked, "regraded": len(names), "names": named}
            changes.append(self.say(changed, alternative=label, **told))
        return (self.say("rescaled", units=units["rescaled"].sum(), alternatives="；".join(changes)),)

    @property
    def table(self) -> Table | None:
        """A row a unit that is rescaled, or whose grade would change; none if nobody is rescaled."""
        if not self.frame["rescaled"].any():
            return None
        grades = self.frame[[f"grade_{alternative}" for alternative in ALTERNATIVES]]
        rows = self.frame[self.frame["rescaled"] | grades.ne(self.frame["grade"], axis=0).any(axis=1)]
        columns: list[str | Column] = ["name", Column("total", "换算（现行）", POINTS), "rank"]
        for alternative, label in ALTERNATIVES.items():
            grade = rows[f"grade_{alternative}"]
            regraded = ("，" + grade.map(self.scheme.grade_names)).where(grade.ne(rows["grade"]), "")
            rank = f"rank_{alternative}"
            rows = rows.assign(**{rank: rows[rank].map(WHOLE) + regraded})
            columns += [Column(f"total_{alternative}", label, POINTS), Column(rank, f"{label}：名次")]
        return self.tabulate(rows, columns, f"{self.about}：{self.label}", self.say("note"))


class RescalingLedger(GroupExhibit, name="rescaling", label="换算台账"):
    """Every rescaled score of one group: what was left out, the factor, and whose weight grew."""

    templates = {
        "grown": "权重一栏为换算后该部分所占分值比办法规定增减的分数；",
        "note": "{grown}承担的每项指标，得分乘以换算系数。",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `list_rescalings`, and for each part, beside its component, the points its weight grew by."""
        keys, weights = ["unit_id", "block"], weigh_parts(self.marks)
        weights["block"] = weights["part"].map(self.scheme.component_of)
        grown = weights.pivot(index=keys, columns="part", values="grown")
        return list_rescalings(self.marks).merge(grown, on=keys, how="left").dropna(axis=1, how="all")

    @property
    def table(self) -> Table | None:
        """A row a rescaled component, or part, of a unit; none if there is none."""
        if self.frame.empty:
            return None
        grown = self.scheme.parts.keys() & self.frame.columns[self.frame.notna().any()]
        columns: Columns = [
            "name", Column("block", "大项" if len(self.scheme.blocks) == len(self.scheme.components) else "大项、部分"),
            Column("not_applicable", "不承担（项）", WHOLE),
            Column("own_assessor", "自评扣除（项）", WHOLE), Column("applicable", "承担分值", POINTS),
            Column("factor", "换算系数", FACTOR),
            *(Column(part, f"{spec.name}权重", CHANGE) for part, spec in self.scheme.parts.items() if part in grown),
        ]  # fmt: skip
        note = self.say("note", grown=self.say("grown") if grown else "")
        return self.tabulate(self.frame, columns, f"{self.about}：{self.label}", note)
