"""Circulars as if read: drafts written by hand, for tests of what is made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.exchange.beginnings.read import ReadCircular
from analysis.exchange.circulars.draft import Draft
from analysis.exchange.sources.source import Source
from analysis.periods import AnyYear

COUNTIES = ["甲县人民政府", "乙县人民政府", "丙区人民政府"]
WORDS = {
    "groups": {"county": "县（市、区）", "department": "市直部门"},
    "grades": {"excellent": "优秀", "good": "良好", "fair": "一般"},
    "components": {},
}
OFFICES = ["市公安局", "市财政局", "市粮食局"]


def graded(of: str, names: list[str], group: str = "", **known: Any) -> dict[str, Any]:
    return {"list": "graded", **({"group": group} if group else {}), "of": of, "names": names, "section": "一"} | known


def figure(measure: str, value: str, **known: Any) -> dict[str, Any]:
    return {"measure": measure, "value": value, "section": "二", **known}


def circular(year: AnyYear, *printed: dict[str, Any], text: str = "") -> ReadCircular:
    """Return a circular of a year that prints some figures and lists."""
    figures = [each for each in printed if "measure" in each]
    lists = [each for each in printed if "list" in each]
    used = {each.get(key) for each in printed for key in ("group", "of")}
    words = {kind: {key: word for key, word in known.items() if key in used} for kind, known in WORDS.items()}
    number = f"某政办〔{int(str(year)[:4]) + 1}〕1号"
    draft = Draft(year=year, document=number, figures=figures, lists=lists, words=words)
    return ReadCircular(Path(f"{year}.txt"), Source(text, ()), draft, year)


def complete(year: int, counties: list[str] = COUNTIES, offices: list[str] = OFFICES) -> ReadCircular:
    """Return a circular that lists everybody of two groups: the first two of each as excellent, the others as good."""
    groups = {"county": counties, "department": offices}
    lists = [
        graded(grade, names[part], group)
        for group, names in groups.items()
        for grade, part in (("excellent", slice(2)), ("good", slice(2, None)))
    ]
    return circular(year, *lists)
