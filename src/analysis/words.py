"""The vocabulary: every label and recurring phrase once, and how numbers are written for readers."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from analysis.periods import AnyYear, Period, as_year, kind_of, name_year, retell, same_before
from analysis.rounding import round_half_up

METHODS = {"full": "百分制", "rescaled": "加权（不承担）", "rescaled_assessor": "加权（考核主体）"}
MOVEMENTS = {
    "stayed": "等次不变",
    "rose": "等次上升",
    "fell": "等次下降",
    "incomparable": "等次不可比",
    "unknown": "等次变化未知",
    "regrouped_in": "换组转入",
    "entered": "新列入",
    "unsettled": "是否改名待定",
    "unseen": "另一年是否列入未知",
    "merged": "合并设立",
    "split": "分设成立",
    "regrouped_out": "换组转出",
    "left": "不再列入",
    "merged_into": "并入新单位",
    "split_into": "分设为新单位",
}
SUCCESSIONS = {
    "merged": "由{others}合并设立",
    "split": "由{others}分设",
    "merged_into": "并入{others}",
    "split_into": "分设为{others}",
    "regrouped_in": "换组，原在{others}",
    "regrouped_out": "换组，转入{others}",
}
"""Of whom a unit was made and into whom it went, from which group and into which."""
FACTORS = {
    "performance": "{part}得分率",
    "unseparated": "{part}（办法与得分不可分）",
    "bonus": "加分",
    "deduction": "扣分",
    "applicable": "承担的指标",
    "scheme": "考核办法",
    "entering": "名单变化（进入）",
    "leaving": "名单变化（退出）",
    "membership": "名单变化（全部更换）",
}
ADJUSTMENTS = {"bonus": "加分", "deduction": "扣分", "veto": "取消评优资格"}
CLAUSES = {
    "groups": "组别",
    "ratings": "等次换算",
    "components": "大项及其分值",
    "base": "基础分",
    "own_indicators": "自评指标",
    "assessors": "考核主体",
    "bonus": ADJUSTMENTS["bonus"],
    "deduction": ADJUSTMENTS["deduction"],
    "veto": "一票否决",
    "ranking": "同分名次",
    "grades": "等次划分规则",
}
"""What the clauses of a scheme are called."""
NOT_PRINTED = "通报未载"
"""What a clause says on which print is silent."""
EVENTS = {
    "renamed": "改名",
    "succeeds": "改组接续",
    "regrouped": SUCCESSIONS["regrouped_out"],
    "enters": "新列入",
    "leaves": "不再列入",
    "merged": SUCCESSIONS["merged"],
    "split": SUCCESSIONS["split"],
}
DIRECTIONS = {"rose": "升幅最大", "fell": "降幅最大"}
"""Who moved most over a span of years."""
SUSPICIONS = {
    "jump": "总分变动",
    "reversal": "名次变动",
    "deduction_cut": "扣分超过上限",
    "bonus_cut": "加分超过上限",
    "all_best": "评价全部为最高档",
}
UNGRADED = "等次未公布"
"""Of a unit whose grade no circular prints."""
STATES = {"excellent": "优", "not_excellent": "—", "absent": "未列入", "incomparable": "×", "unknown": "？"}
ALTERNATIVES = {"unscaled": "不换算", "median": "按本组中位得分率补", "full": "按满分补"}
BEST_RULES = {
    "scheme": "办法的规则",
    "count": "按现有个数",
    "share": "按全体占比，四舍五入",
    "share_down": "按全体占比，舍去",
    "share_up": "按全体占比，进一",
    "threshold": "各组同一分数线",
}
RULES = {"count": "按数目", "share": "按比例", "threshold": "按分数线"}
EXCLUDED = {"not_applicable": "不承担", "own_assessor": "本单位是考核主体"}
TIES = {"min": "并列取高位", "max": "并列取低位"}
BASES = {
    "computed": "由评分算得",
    "derived": "由通报推得",
    "printed": "通报所载",
    "assumed": "推定",
    "unknown": NOT_PRINTED,
}
NUMBERS_TRACED = "文中数字的出处（供核对，印发时删去）"
"""Begins the caption of the table that says where the numbers of a drafted circular are from."""
CHECKED_AGAINST = {"print": "依据通报", "marks": "依据评分"}
VERDICTS = {
    "contradicted": "不符",
    "affected": "连带不符",
    "explained": "口径不同",
    "within_rounding": "尾数差异",
    "exact": "一致",
    "unverifiable": "无法核对",
}
"""What needs attention first."""
CELLS = {
    "unit_total": "各单位总分，等于各项得分按办法合成",
    "unit_rank": "各单位名次，与各单位总分高低相符",
    "unit_score": "各单位各项得分，在0至满分之间",
    "unit_grade": "各单位所列等次，与名次或总分相符",
    "marks-unit_total": "各单位总分，由评分核算",
    "marks-unit_rank": "各单位名次，由评分核算",
    "marks-unit_score": "各单位各项得分，由评分核算",
}
"""What is claimed of every unit in a printed table of results, by kind of claim: told at once of those that hold."""
HOW_MANY = "（{}项）"
RESULT_RULES = {
    "mean": "各项得分（满分均为{out_of}）按分值加权平均：{points}",
    "sum": "各项得分之和，满分{out_of}：{points}",
}
"""How totals of a printed table of results follow from its scores."""
ASSUMPTIONS = {
    "list_order": "名单次序即名次",
    "cut": "等次按总分划线（取消评优资格的除外）",
    "caps": "总分在0至满分加最高加分之间",
}
"""What print does not say but a reader would take for granted; each can be left out."""
ROUNDED_TOTALS = "求平均前的总分至多舍入到平均分的末位"
"""What a printed average rests on where totals may have been rounded first."""
PRINTED_FIGURE = "{year}年度{label}{value}"
STATISTICS = {
    "average": "{grade}单位平均分",
    "average_of_unlisted": "未列名单位平均分",
    "gap": "{better}末位与{worse}首位之差",
    "common_delta": "两年均参加考核单位平均分增减",
    "common_growth": "两年均参加考核单位平均分增长",
}
"""What print may bound without saying it."""
RECONSTRUCTED = {
    "method": "由 workbook reconstruct 按通报所列各数重构（取约束的解析中心，种子固定），不是任何单位的真实得分",
    "bonus": "重构：推进法治政府建设成效明显",
    "deduction": "重构：被有关单位通报批评（通报未点名）",
    "veto": "重构：情节严重（通报未点名）",
}
"""What reconstructed inputs say of themselves: how they were made, and why there is an adjustment."""


@dataclass(frozen=True)
class Format:
    """How the numbers of a column are written: for readers by calling it, for spreadsheets as `excel`.

    Attributes
    ----------
    decimals : int or None
        None writes a number as short as it is.
    percent, signed : bool
        Written as a percentage, of a fraction; always with a sign.
    """

    decimals: int | None = 2
    percent: bool = False
    signed: bool = False

    def __call__(self, value: float | Decimal | str | None) -> str:
        """Write a number, or a period, for readers; a missing one becomes an em dash."""
        if value is None or pd.isna(value):
            return "—"
        if isinstance(value, str):  # a period, where others have the number of a year
            return name_year(as_year(value))
        if self.decimals is None:
            return f"{value:.10g}".replace("-", "−")
        rounded = round_half_up(value * 100 if self.percent else value, self.decimals)
        sign = "+" if self.signed and rounded > 0 else "−" if rounded < 0 else ""
        return f"{sign}{abs(rounded)}{'%' if self.percent else ''}"

    @property
    def excel(self) -> str:
        """As spreadsheets write it."""
        if self.decimals is None:
            return "General"
        return f"+{self._number};−{self._number};{self._number}" if self.signed else self._number

    def excel_of(self, value: float) -> str:
        """As spreadsheets write a number: one that rounds to nothing has no sign.

        Examples
        --------
        >>> Format(2).excel_of(-0.001), Format(2).excel_of(-0.01)
        ('0.00;0.00', '0.00')
        """
        return f"{self._number};{self._number}" if self.is_nothing(value) else self.excel

    def is_nothing(self, value: float) -> bool:
        """Say whether a number rounds to nothing."""
        return self.decimals is not None and not round_half_up(value * 100 if self.percent else value, self.decimals)

    @property
    def _number(self) -> str:
        return "0" + ("." + "0" * self.decimals if self.decimals else "") + ("%" if self.percent else "")


POINTS, WHOLE, CHANGE, MOVE = Format(), Format(0), Format(signed=True), Format(0, signed=True)
PERCENT, SHARE, GROWTH = Format(percent=True), Format(1, percent=True), Format(percent=True, signed=True)
THREE, FACTOR, AS_IT_IS = Format(3), Format(4), Format(None)

HEADS: dict[str, tuple[str, Format | None]] = {
    "rank": ("名次", WHOLE),
    "name": ("单位", None),
    "total": ("总分", POINTS),
    "grade": ("等次", None),
    "group": ("组别", None),
    "year": ("年度", WHOLE),
    "units": ("单位数", WHOLE),
    "bonus": ("加分", POINTS),
    "deduction": ("扣分", POINTS),
    "method": ("计算法", None),
    "rank_change": ("升降", MOVE),
    "total_change": ("增减", CHANGE),
    "part": ("部分", None),
    "points": ("分值", POINTS),
    "mark": ("评价", None),
    "basis": ("依据", None),
    "note": ("说明", None),
    "section": ("出处", None),
    "rate": ("得分率", SHARE),
    "adds": ("计入总分", POINTS),
}
"""What a column of a table is called where nothing else is said, and how its numbers are written; None is text."""


def rise_or_fall(value: float) -> str:
    """Say a change in words: 提高10.52分, 下降0.30分, 持平."""
    shown = POINTS(abs(value))
    return "持平" if float(shown) == 0 else f"{'提高' if value > 0 else '下降'}{shown}分"


def grow_or_shrink(value: float) -> str:
    """Say growth in words: 增长13.28%, 下降0.41%."""
    return f"{'下降' if value < 0 else '增长'}{PERCENT(abs(value))}"


def past(before: AnyYear, year: AnyYear) -> str:
    """Call an earlier year as a later one does: 上年, or by its number: 2019年."""
    return retell("上年", kind_of(year)) if before == year - 1 else name_year(before)


def name_growth(before: AnyYear, year: AnyYear) -> str:
    """Call growth by its base: 同比 on the year before, or its same period; 环比 on the period before; else ""."""
    return "同比" if before == same_before(year) else "环比" if before == year - 1 else ""


def turnover(entered: float, left: float) -> str:
    """Say how many units came and went between two averages: 新增5个、减少3个; "" where none, or not known."""
    if pd.isna(entered):
        return ""
    return "、".join(f"{moved}{units}个" for moved, units in (("新增", entered), ("减少", left)) if units)


def tell_succession(event: str, others: Iterable[str]) -> str:
    """Say of whom a unit was made or into whom it went (see `SUCCESSIONS`): 由甲、乙合并设立; "" of other events."""
    return SUCCESSIONS.get(event, "").format(others="、".join(others))


def tell_event(event: str, others: Iterable[str], note: str) -> str:
    """Say what happened to a unit (see `EVENTS`), and what is noted of it: 改名：两份通报称谓不同."""
    return EVENTS[event].format(others="、".join(others)) + (f"：{note}" if note else "")


def arrow(ranks: float) -> str:
    """Write a change of rank with an arrow; none is not written."""
    return f"{'↑' if ranks > 0 else '↓'}{abs(ranks):.0f}" if ranks else ""


def interval(low: float, high: float, decimals: int = 2, *, ratio: bool = False) -> str:
    """Write the smallest and largest possible value; what print leaves open on a side is said so."""
    write = Format(decimals, percent=ratio)
    ends = ["不限" if math.isinf(end) else write(end) for end in (low, high)]
    return "不能确定" if set(ends) == {"不限"} else "至".join(ends)


def rounding_note(start: float, steps: Iterable[float], end: float, decimals: int = 2) -> str:
    """Say that rounded steps do not lead from the rounded start to the rounded end, where they do not; else nothing."""
    first, last, moved, *shown = (round_half_up(value, decimals) for value in (start, end, end - start, *steps))
    return "" if sum(shown) == moved == last - first else "；各数分别四舍五入，末位略有出入"


WRITERS: dict[str, Callable[[Any], str]] = {
    "points": POINTS,
    "three": THREE,
    "factor": FACTOR,
    "change": CHANGE,
    "percent": PERCENT,
    "share": SHARE,
    "growth": GROWTH,
    "moved": rise_or_fall,
    "grown": grow_or_shrink,
    "whole": WHOLE,
    "plain": AS_IT_IS,
    "tenths": Format(1),
    "change_tenths": Format(1, signed=True),
    "list": "、".join,
    "clauses": "；".join,
    "年": name_year,
}
"""How a sentence has its values written: `{average:points}`, `{names:list}`."""


def name_years(years: Iterable[AnyYear]) -> str:
    """Write years as readers do, three and more in a row by the first and the last: 2018、2020—2023年."""
    runs: list[list[AnyYear]] = []
    for year in sorted(years):
        if runs and year - 1 == runs[-1][-1]:
            runs[-1].append(year)
        else:
            runs.append([year])
    if any(isinstance(year, Period) for run in runs for year in run):
        return "、".join("至".join(map(name_year, dict.fromkeys([run[0], run[-1]]))) for run in runs)
    told = [f"{run[0]}—{run[-1]}" if len(run) > 2 else "、".join(map(str, run)) for run in runs]
    return "、".join(told) + "年"


NOT_SPLIT = "{apart}，两年的得分不可比，变化不能分到各因素。"
"""Why there is no saying what made scores change."""
