"""Chinese labels and sentences; every number in a sentence comes from a frame."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.rounding import round_half_up, show_number

METHODS = {"full": "百分制", "rescaled": "加权（不承担）", "rescaled_assessor": "加权（考核主体）"}
MOVEMENTS = {
    "stayed": "等次不变",
    "rose": "等次上升",
    "fell": "等次下降",
    "entered": "新列入",
    "left": "不再列入",
}
FACTORS = {
    "performance": "{part}得分率",
    "bonus": "加分",
    "deduction": "扣分",
    "carried": "承担的指标",
    "scheme": "考核办法",
    "membership": "名单变化",
}
RESCALING_ALTERNATIVES = {"unscaled": "不换算", "median": "按本组中位得分率补", "full": "按满分补"}
BEST_RULES = {
    "own": "办法的规则",
    "count": "按现有个数",
    "share": "按全体占比，四舍五入",
    "share_down": "按全体占比，舍去",
    "share_up": "按全体占比，进一",
    "threshold": "各组同一分数线",
}
EXCLUDED = {"not_carried": "不承担", "own_assessor": "本单位是考核主体"}
LEAST = 0.005
"""Points from which a contribution shows at two decimals."""
TIES = {"min": "并列取高位", "max": "并列取低位"}
LEDGER_BASES = {"print": "印本自证", "marks": "由评分复算"}
_MADE_UP = {
    "reconstructed": "重构数据，不是任何单位的真实得分",
    "demonstration": "演示数据，城市、单位和得分都是虚构的",
}
"""What marks are that are not an office's."""
BASES = {"computed": "由评分算得", "derived": "由印本推得", "printed": "印本所载", "assumed": "推定"}


@dataclass(frozen=True)
class Prose:
    """Sentences for a page, shown as text whatever they contain."""

    sentences: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    def _repr_html_(self) -> str:
        return "".join(f"<p>{html.escape(sentence)}</p>" for sentence in self.sentences)


@dataclass(frozen=True)
class Listing(Prose):
    """Sentences that each stand for themselves, as a list."""

    def _repr_html_(self) -> str:
        return f"<ul>{''.join(f'<li>{html.escape(sentence)}</li>' for sentence in self.sentences)}</ul>"


def say(*sentences: str) -> Prose:
    """Show sentences as paragraphs."""
    return Prose(tuple(sentences))


def list_out(sentences: Iterable[str]) -> Listing:
    """Show sentences as a list."""
    return Listing(tuple(sentences))


def points(value: float, decimals: int = 2) -> str:
    """Write a score."""
    return show_number(value, decimals)


def change(value: float, decimals: int = 2) -> str:
    """Write a change with its sign."""
    return show_number(value, decimals, signed=True)


def percent(fraction: float, decimals: int = 2, *, signed: bool = False) -> str:
    """Write a fraction as a percentage."""
    return show_number(fraction, decimals, percent=True, signed=signed)


def rise_or_fall(value: float) -> str:
    """Say a change in words: 升 10.52 分, 降 0.30 分, 持平."""
    shown = show_number(abs(value), 2)
    if float(shown) == 0:
        return "持平"
    return f"{'升' if value > 0 else '降'} {shown} 分"


def rounding_note(start: float, steps: Iterable[float], end: float, decimals: int = 2) -> str:
    """Say that rounded steps do not lead from the rounded start to the rounded end, where they do not; else nothing."""
    first, last, moved, *shown = (round_half_up(value, decimals) for value in (start, end, end - start, *steps))
    return "" if sum(shown) == moved == last - first else "；各数分别四舍五入，末位略有出入"


def provenance_note(provenances: Iterable[str]) -> str:
    """Say where the numbers come from, loudly where marks are not an office's."""
    kinds = set(provenances)
    told = [words for kind, words in _MADE_UP.items() if kind in kinds]
    which = "所用评分有一部分是" if "official" in kinds or len(told) > 1 else "评分为"
    return "；".join(which + words for words in told) or "评分为正式数据"


def is_made_up(provenances: Iterable[str]) -> bool:
    """Say whether any marks are not an office's."""
    return not _MADE_UP.keys().isdisjoint(provenances)


def veto_label(provenance: str) -> str:
    """Mark a unit barred from the best grades; where marks are reconstructed, so is the choice of the unit."""
    return "取消评优资格" + ("（重构，印本未点名）" if provenance == "reconstructed" else "")


def source_note(documents: Iterable[str], provenances: Iterable[str]) -> str:
    """Write the footer of a chart or table."""
    return f"来源：{'、'.join(documents)}；{provenance_note(provenances)}"


def interval(low: float, high: float, decimals: int = 2, *, ratio: bool = False) -> str:
    """Write the smallest and largest possible value; what print leaves open on a side is said so."""
    write = percent if ratio else points
    if low == -math.inf and high == math.inf:
        return "印本不能确定"
    ends = ["不限" if math.isinf(end) else write(end, decimals) for end in (low, high)]
    return " – ".join(ends)
