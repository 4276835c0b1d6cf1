"""The statistics of a circular in sentences of our own, every number tied to what it is a number of.

Every sentence is one that `read_circular` reads: a circular written from them can be audited, number by number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from analysis.data.dataset import Dataset, YearFacts
from analysis.data.published import MEASURES
from analysis.exhibits.tables import Table, make_table
from analysis.exhibits.words import percent, points
from analysis.methods.audit.agreement import KEYS, compare_with_print, recompute_figures
from analysis.methods.audit.ledger import STREAKS
from analysis.methods.streaks import build_grade_panel, find_streaks


@dataclass(frozen=True)
class Cited:
    """A number in a sentence.

    Attributes
    ----------
    text : str
        As it is written there: rounded once, without a sign.
    measure, group, of : str
        What it is a number of; see `PrintedFigure`.
    value : float
        Unrounded; shares and growth are fractions.
    """

    text: str
    measure: str
    group: str
    of: str
    value: float

    @property
    def key(self) -> str:
        """Names the number within its year, like the claims of an audit."""
        return f"{self.measure}-{self.group}-{self.of}"


Sentence = tuple[str | Cited, ...]


@dataclass(frozen=True)
class Passage:
    """Some paragraphs under a heading.

    Attributes
    ----------
    heading : str
    level : int
        1 for 一、, 2 for （一）.
    paragraphs : tuple of Sentence
    """

    heading: str
    level: int
    paragraphs: tuple[Sentence, ...]


def draft_passages(dataset: Dataset, scores: pd.DataFrame, year: int) -> list[Passage]:
    """Draft the statistics of a year: grades, lists, runs of excellent years, averages, adjustments.

    Parameters
    ----------
    dataset : Dataset
    scores : DataFrame of `score_years`
        With the year.
    year : int

    Returns
    -------
    list of Passage
    """
    drafter = _Drafter(dataset, scores, year)
    parts = {
        "等次": tuple(drafter.grades()),
        "名单": (),
        "连续和新获": tuple(drafter.runs()),
        "平均分": tuple(drafter.averages()),
        "加减分": tuple(drafter.adjustments()),
    }
    passages = []
    numerals = iter("一二三四五")
    for heading, paragraphs in parts.items():
        lists = list(drafter.lists()) if heading == "名单" else []
        if paragraphs or lists:
            passages += [Passage(f"{next(numerals)}、{heading}", 1, paragraphs), *lists]
    return passages


def list_cited(passages: list[Passage]) -> list[Cited]:
    """List the numbers of a draft, each once, in order.

    Parameters
    ----------
    passages : list of Passage

    Returns
    -------
    list of Cited
    """
    pieces = [piece for passage in passages for sentence in passage.paragraphs for piece in sentence]
    return list({piece.key: piece for piece in reversed(pieces) if isinstance(piece, Cited)}.values())[::-1]


def table_cited(cited: list[Cited], dataset: Dataset, scores: pd.DataFrame, year: int, note: str) -> Table:
    """Tabulate where the numbers of a draft are from, and what the circular prints instead.

    Parameters
    ----------
    cited : list of Cited
    dataset : Dataset
    scores : DataFrame of `score_years`
    year : int
    note : str

    Returns
    -------
    Table
    """
    facts = dataset.year(year)
    printed = compare_with_print(facts, recompute_figures(dataset, scores, year)).drop_duplicates(KEYS).set_index(KEYS)
    rows = []
    for each in cited:
        key = (each.measure, each.group, each.of)
        found = printed.loc[key] if key in printed.index else None
        agrees = None if found is None or pd.isna(found["agrees"]) else bool(found["agrees"])
        rows.append(
            {
                "id": f"{year}-{each.key}",
                "text": each.text,
                "what": _name(each, facts),
                "value": each.value,
                "printed": "未印" if found is None else str(found["printed"]),
                "agrees": {True: "一致", False: "不一致", None: "—"}[agrees],
            }
        )
    columns = {
        "text": ("文中", None),
        "what": ("是什么", None),
        "value": ("算得（未舍入）", lambda value: f"{value:.10g}"),
        "printed": ("通报所印", None),
        "agrees": ("与通报", None),
        "id": ("核对编号", None),
    }
    return make_table(pd.DataFrame(rows), columns, "文中数字的出处：由评分和办法算得", note, head="文中")


def _name(cited: Cited, facts: YearFacts) -> str:
    """Say in words what a number is a number of."""
    group = facts.scheme.group_names.get(cited.group, "全部单位")
    grade = "" if cited.measure in STREAKS else facts.scheme.grade_names.get(cited.of, "")
    return f"{group}{grade}{MEASURES[cited.measure]}"


class _Drafter:
    """Writes sentences out of the recomputed figures of a year."""

    def __init__(self, dataset: Dataset, scores: pd.DataFrame, year: int) -> None:
        facts = dataset.year(year)
        self.dataset, self.scores, self.year = dataset, scores, year
        self.own = scores[scores["year"].eq(year)]
        self.groups, self.grades_ = facts.scheme.group_names, facts.scheme.grade_names
        self.best = facts.scheme.grades[0].id
        self.units = facts.units
        self.figures = recompute_figures(dataset, scores, year).set_index(KEYS)["computed"]

    def value(self, measure: str, group: str = "all", of: str = "all") -> float:
        """Return a recomputed figure; NaN if there is none."""
        return float(self.figures.get((measure, group, of), float("nan")))

    def cite(self, measure: str, group: str = "all", of: str = "all") -> Cited:
        """Write a figure: shares and growth as percentages, points as short as the rule that set them."""
        value = self.value(measure, group, of)
        size = abs(value)
        if measure in {"grade_share", "average_growth"}:
            text = percent(size)
        elif measure in {"average", "average_delta"}:
            text = points(size)
        else:
            text = f"{round(size, 9):g}"
        return Cited(text, measure, group, of, value)

    def grades(self) -> Iterator[Sentence]:
        """How many units there are, and how many of each grade."""
        counted = [(name, self.cite("unit_count", group)) for group, name in self.groups.items()]
        yield _sentence("参加考核的有：", *_joined((name, count, "个") for name, count in counted))
        for grade, name in self.grades_.items():
            if not self.value("grade_units", "all", grade) > 0:
                continue
            parts = [
                (group_name, self.cite("grade_units", group, grade), "个，占该组",
                 self.cite("grade_share", group, grade))
                for group, group_name in self.groups.items()
                if self.value("grade_units", group, grade) > 0
            ]  # fmt: skip
            yield _sentence(f"{name}等次", self.cite("grade_units", "all", grade), "个，", *_joined(parts))

    def lists(self) -> Iterator[Passage]:
        """The units of every grade, in order of rank."""
        for numeral, (group, name) in zip("一二三四五六七八九十", self.groups.items(), strict=False):
            own = self.own[self.own["group"].eq(group)]
            paragraphs = [
                _sentence(f"{grade_name}等次（", self.cite("list_units", group, grade), "个）：", "、".join(units))
                for grade, grade_name in self.grades_.items()
                if len(units := own.loc[own["grade"].eq(grade), "name"])
            ]
            yield Passage(f"（{numeral}）{name}", 2, tuple(paragraphs))

    def runs(self) -> Iterator[Sentence]:
        """Who was in the best grade the year before too, and who is new in it."""
        if pd.isna(self.value("consecutive_units", of=self.best)):
            return
        streaks = self.units.merge(
            find_streaks(build_grade_panel(self.dataset, self.scores), self.year), on="unit_id", validate="one_to_one"
        )
        best = self.grades_[self.best]
        told: list[Sentence] = []
        for measure, rows, what in (
            ("consecutive_units", streaks["streak"] > 1, f"个单位连续2年获评{best}"),
            ("newly_units", streaks["newly"], f"个单位新进入{best}"),
        ):
            if rows.any():
                names = "、".join(streaks.loc[rows, "name"])
                told.append((f"{names}等", self.cite(measure, of=self.best), what))
        if told:
            yield _sentence("与上年相比，", *_joined(told, "；"))

    def averages(self) -> Iterator[Sentence]:
        """Every group's average, and that of its best, with change and growth."""
        for of, who in (("all", ""), (self.best, f"{self.grades_[self.best]}单位")):
            for group, name in self.groups.items():
                if pd.isna(self.value("average", group, of)):
                    continue
                delta = self.value("average_delta", group, of)
                pieces: list[str | Cited] = [f"{name}{who}平均得分", self.cite("average", group, of), "分"]
                if pd.notna(delta):
                    more, grew = ("增加", "增长") if delta >= 0 else ("减少", "下降")
                    pieces += [f"，比上年{more}", self.cite("average_delta", group, of), "分"]
                    pieces += [f"，同比{grew}", self.cite("average_growth", group, of)]
                yield _sentence(*pieces)

    def adjustments(self) -> Iterator[Sentence]:
        """How many units had points added or taken away, and how many are barred."""
        for group, name in self.groups.items():
            if self.value("bonus_units", group) > 0:
                yield _sentence(
                    self.cite("unit_count", group), f"个{name}中，", self.cite("bonus_units", group),
                    "个有加分，最高加分", self.cite("bonus_max", group), "分，最少加分",
                    self.cite("bonus_min", group), "分",
                )  # fmt: skip
            if self.value("deduction_units", group) > 0:
                yield _sentence(
                    self.cite("deduction_units", group), f"个{name}有扣分，最高扣分",
                    self.cite("deduction_max", group), "分",
                )  # fmt: skip
            if self.value("veto_units", group) > 0:
                yield _sentence(self.cite("veto_units", group), f"个{name}被取消评优资格")


def _sentence(*pieces: str | Cited) -> Sentence:
    return (*(piece for piece in pieces if piece != ""), "。")


def _joined(parts: Iterable[Iterable[str | Cited]], mark: str = "，") -> Iterator[str | Cited]:
    """Put a mark between parts of several pieces."""
    for place, part in enumerate(parts):
        if place:
            yield mark
        yield from part


def plain(sentence: Sentence) -> str:
    """Write a sentence without its ties.

    Parameters
    ----------
    sentence : Sentence

    Returns
    -------
    str
    """
    return "".join(piece if isinstance(piece, str) else piece.text for piece in sentence)
