"""How large is the error of a total, as far as the marks themselves tell?"""

from functools import cached_property

import numpy as np
import pandas as pd

from analysis.exhibits.exhibit import GroupExhibit
from analysis.exhibits.quality import Quality
from analysis.exhibits.table import Column, Table
from analysis.methods.correlation import FEWEST
from analysis.methods.reliability import TOTAL, count_close, measure_reliability
from analysis.texts import name_first
from analysis.words import POINTS, WHOLE


class Reliability(Quality, GroupExhibit, name="reliability", label="总分的信度", withholds=("sentences", "table")):
    """How consistent the marks of one group are, and which differences of totals are within the error that follows."""

    templates = {
        "none": "{group}没有逐项评分的指标。",
        "few": f"{{group}}：共同承担两项以上有差异的指标的单位不足{FEWEST}个，不计算信度。",
        "error": "{group}：{alphas}，总分的标准误为{error:points}分。",
        "alpha": "{name}信度{alpha:points}",
        "close": "{pairs}对相邻名次中，{close}对的分差小于两个单位之差的标准误（{difference:points}分）；{near}。",
        "near": "离{best}线不到{error:points}分的有{count}个单位（{names}）",
        "no_near": "没有单位离{best}线不到{error:points}分",
        "negative": "{names:list}的信度低于0，各项指标此消彼长，标准误按信度为0计算。",
        "total": "总分",
        "caption": "各大项的信度与标准误",
        "note": "信度为克龙巴赫α系数；标准误 = 标准差 × √(1 − 信度)；总分中督察一类成绩和加减分按没有误差计；",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `measure_reliability`, and name."""
        names = self.scheme.component_names | {TOTAL: self.templates["total"]}
        frame = measure_reliability(self.marks)
        return frame.assign(name=frame["component"].map(names))

    @property
    def absent(self) -> str:
        """Where nothing is marked."""
        return self.say("none") if self.frame.empty else ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """How large the error is, and what lies within it."""
        if self.absent:
            return (self.absent,)
        components, total = self.frame[:-1], self.frame.iloc[-1]
        if np.isnan(total["error"]):
            return (self.say("few"),)
        told = [self.say("error", alphas=self.say_each("alpha", components, "，"), error=total["error"])]
        if len(negative := components.loc[components["alpha"] < 0, "name"]):
            told.append(self.say("negative", names=list(negative)))
        close, pairs = count_close(self.marks, total["error"])
        margins = self.year.margins(self.group)
        near = margins.loc[margins["margin"].abs() < total["error"], "name"].to_list()
        return *told, self.say(
            "close",
            close=close,
            pairs=pairs,
            difference=total["error"] * np.sqrt(2),
            near=self.say("near" if near else "no_near", error=total["error"], count=len(near), names=name_first(near)),
        )

    @property
    def table(self) -> Table | None:
        """A row a component, and the total; none where there is no error."""
        if self.frame["alpha"].isna().all():
            return None
        return self.tabulate(self.frame, [
            Column("name", "大项"), Column("items", "指标数", WHOLE), Column("complete", "承担全部指标的单位", WHOLE),
            Column("alpha", "信度", POINTS), Column("spread", "标准差（分）", POINTS),
            Column("error", "标准误（分）", POINTS),
        ], f"{self.about}：{self.say('caption')}", self.say("note"))  # fmt: skip
