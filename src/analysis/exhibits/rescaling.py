"""Whose scores were rescaled, whose weight grew, and what else could have been done?"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.methods.rescaling import compare_alternatives, list_rescalings, weigh_parts
from analysis.words import ALTERNATIVES, CHANGE, FACTOR, POINTS, WHOLE


class Alternatives(Exhibit):
    """One group's scores under each alternative to rescaling, applied to all its units alike."""

    name = "alternatives"
    label = "不这样换算会怎样"
    needs = ("group", "marks")
    templates = {
        "none": "{group}：没有单位换算，全部按百分制计分。",
        "rescaled": "{group}有 {units} 个单位加权换算。{alternatives}。",
        "alternative": "若{alternative}，会改变 {units} 个单位的名次{grades}",
        "regraded": "、{units} 个单位的等次（{names}）",
        "same_grades": "，等次都不变",
        "note": "对全组一律改用；名次后写出等次的，是等次会变。",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `compare_alternatives`."""
        return compare_alternatives(self.year.marks(self.group))

    @property
    def sentences(self) -> tuple[str, ...]:
        """How many units were rescaled, and what the alternatives would change."""
        compared = self.frame
        if not compared["rescaled"].any():
            return (self.say("none"),)
        told = []
        for alternative, label in ALTERNATIVES.items():
            moved = int(compared[f"rank_{alternative}"].ne(compared["rank"]).sum())
            names = compared.loc[compared[f"grade_{alternative}"].ne(compared["grade"]), "name"]
            grades = self.say("regraded" if len(names) else "same_grades", units=len(names), names="、".join(names))
            told.append(self.say("alternative", alternative=label, units=moved, grades=grades))
        units = int(compared["rescaled"].sum())
        return (self.say("rescaled", units=units, alternatives="；".join(told)),)

    @property
    def table(self) -> Table | None:
        """A row a rescaled unit; none if there is none."""
        own, names = self.frame[self.frame["rescaled"]], self.scheme.grade_names
        if own.empty:
            return None
        columns: list[str | Column] = ["name", Column("total", "换算（现行）", POINTS), "rank"]
        changed = {}
        for alternative, label in ALTERNATIVES.items():
            rank, grade = own[f"rank_{alternative}"], own[f"grade_{alternative}"]
            regraded = ("，" + grade.map(names)).where(grade.ne(own["grade"]), "")
            changed[f"place_{alternative}"] = rank.map(WHOLE) + regraded
            columns += [Column(f"total_{alternative}", label, POINTS), Column(f"place_{alternative}", f"{label}：名次")]
        caption = f"{self.about}：{self.label}"
        return make_table(own.assign(**changed), columns, caption, self.templates["note"] + self.note)


class RescalingLedger(Exhibit):
    """Every rescaled score of one group: what was left out, the factor, and whose weight grew."""

    name = "rescaling"
    label = "换算台账"
    needs = ("group", "marks")
    templates = {"note": "权重一栏是换算后该部分所占分值比办法多或少几分；承担的每项指标分值都乘以换算系数。"}

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `list_rescalings`, and for each part the points its weight grew by."""
        marks = self.year.marks(self.group)
        grown = weigh_parts(marks).pivot(index="unit_id", columns="part", values="grown")
        frame = list_rescalings(marks).merge(grown, on="unit_id", how="left")
        for component in self.scheme.components:
            frame.loc[frame["component"].ne(component.id), list(component.parts)] = np.nan
        return frame

    @property
    def table(self) -> Table | None:
        """A row a rescaled component of a unit; none if there is none."""
        if self.frame.empty:
            return None
        names = {component.id: component.name for component in self.scheme.components}
        grown = [Column(part, f"{spec.name}权重", CHANGE) for part, spec in self.scheme.parts.items()]
        columns: Columns = [
            "name", Column("component", "大项"), Column("not_applicable", "不承担（项）", WHOLE),
            Column("own_assessor", "自评扣除（项）", WHOLE), Column("applicable", "承担分值", POINTS),
            Column("factor", "换算系数", FACTOR), *(each for each in grown if each.key in self.frame),
        ]  # fmt: skip
        frame = self.frame.assign(component=self.frame["component"].map(names))
        caption = f"{self.about}：{self.label}"
        return make_table(frame, columns, caption, self.templates["note"] + self.note)
