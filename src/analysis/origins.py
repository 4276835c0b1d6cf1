"""Where marks come from, as readers are told: loudly where they are not an office's."""

from collections.abc import Iterable, Mapping

from analysis.periods import AnyYear
from analysis.words import ADJUSTMENTS, name_years

ORIGINS = {"official": "正式", "reconstructed": "重构", "demonstration": "演示"}
"""What inputs may be said to be."""
TOLD_ORIGINS = ORIGINS | {"printed": "通报所载", "circular": "只有通报"}
"""What readers are told that they are: an office's results may be taken from print."""
_OF_PRINT = {"printed", "circular"}
_NOTES = {
    "official": "评分为正式数据",
    "printed": "按通报所列各项得分计算",
    "circular": "没有评分，各数以通报所列为准",
    "reconstructed": "评分为重构数据，不是任何单位的真实得分",
    "demonstration": "评分为演示数据，城市、单位和得分都是虚构的",
}
"""Where marks come from."""
_MADE_UP = "（由重构评分算得，不是真实得分）"
"""What stands right behind a number that comes from reconstructed marks. In a demonstration all is invented."""
_MOST_DOCUMENTS = 4
"""Documents that a source names one by one."""

WITHHELD = (
    "评分系重构，即由本工作簿按通报所列各数推算，不是真实得分；符合通报的评分不止一套，因此不就单位和考核主体下结论。"
)
"""Why nothing that is uncertain stands beside a name."""


def provenance_note(origins: Mapping[AnyYear, str]) -> str:
    """Say where the marks of some years come from, loudly where they are not an office's.

    Years are named where their marks are of different provenance: what is so of one is not so of another.
    """
    if len(kinds := set(origins.values())) == 1:
        return _NOTES[kinds.pop()]
    return _tell_origins(origins, _NOTES, "；") or "没有用到评分"


def tell_apart(origins: Mapping[AnyYear, str]) -> str:
    """Say that years are of different provenance: 2020、2021年评分为重构，2022年评分为正式; "" where they are not."""
    notes = _NOTES | {kind: f"评分为{name}" for kind, name in ORIGINS.items()}
    whose = {"official" if kind in _OF_PRINT else kind for kind in origins.values()}  # all are an office's
    return _tell_origins(origins, notes, "，") if len(whose) > 1 else ""


def _tell_origins(origins: Mapping[AnyYear, str], notes: Mapping[str, str], mark: str) -> str:
    years: dict[str, list[AnyYear]] = {}
    for year, kind in sorted(origins.items()):
        years.setdefault(kind, []).append(year)
    return mark.join(f"{name_years(own)}{notes[kind]}" for kind, own in years.items())


def is_to_be_told(provenances: Iterable[str]) -> bool:
    """Say whether it stands on top of a page where marks come from: unless all are those that an office gave."""
    return not {"official"}.issuperset(provenances)


def is_made_up(provenances: Iterable[str]) -> bool:
    """Say whether any marks are not an office's."""
    return not {"reconstructed", "demonstration"}.isdisjoint(provenances)


def name_documents(documents: Iterable[str]) -> str:
    """Name documents one by one, each once; of many the first, the last, and how many there are.

    Examples
    --------
    >>> name_documents(["甲〔2021〕1号", "甲〔2021〕1号"]), name_documents(["1号", "2号", "3号", "4号", "5号"])
    ('甲〔2021〕1号', '1号至5号（共5份）')
    """
    named = list(dict.fromkeys(documents))
    return "、".join(named) if len(named) <= _MOST_DOCUMENTS else f"{named[0]}至{named[-1]}（共{len(named)}份）"


def source_note(documents: Iterable[str], origins: Mapping[AnyYear, str]) -> str:
    """Write the footer of a chart or table."""
    return f"来源：{name_documents(documents)}；{provenance_note(origins)}"


def veto_label(provenance: str) -> str:
    """Mark a unit barred from the best grades; "" where marks are reconstructed, and so is which unit it is."""
    return "" if provenance == "reconstructed" else ADJUSTMENTS["veto"]


def made_up_mark(provenances: Iterable[str]) -> str:
    """Mark a number that comes from reconstructed marks, right behind it."""
    return _MADE_UP if "reconstructed" in provenances else ""
