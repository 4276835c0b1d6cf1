"""The statistics of a circular in sentences of our own, every number tied to what it is a number of.

Every sentence is one that `read_circular` reads: a circular written from them can be audited, number by number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis.data.published import MEASURES
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.methods.audit.agreement import KEYS, compare_with_print, recompute_figures
from analysis.methods.audit.ledger import STREAKS
from analysis.words import AS_IT_IS, percent, points


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


class Draft(Exhibit):
    """The statistics of a year in sentences: grades, lists, runs of excellent years, averages, adjustments."""

    name = "draft"
    label = "统计文字"
    needs = ("marks",)
    looks_back = True

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `recompute_figures`: everything the sentences could cite."""
        return recompute_figures(self.year.dataset, self.year.scores_so_far, self.year.year)

    @cached_property
    def _figures(self) -> pd.Series:
        return self.frame.set_index(KEYS)["computed"]

    @cached_property
    def passages(self) -> list[Passage]:
        """The sentences, under their headings."""
        parts = {
            "等次": tuple(self._grades()),
            "名单": (),
            "连续和新获": tuple(self._runs()),
            "平均分": tuple(self._averages()),
            "加减分": tuple(self._adjustments()),
        }
        passages: list[Passage] = []
        numerals = iter("一二三四五")
        for heading, paragraphs in parts.items():
            lists = list(self._lists()) if heading == "名单" else []
            if paragraphs or lists:
                passages += [Passage(f"{next(numerals)}、{heading}", 1, paragraphs), *lists]
        return passages

    @property
    def _best(self) -> str:
        return self.scheme.grades[0].id

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences without their ties."""
        return tuple(plain(sentence) for passage in self.passages for sentence in passage.paragraphs)

    @cached_property
    def cited(self) -> list[Cited]:
        """The numbers of the sentences, each once, in order."""
        pieces = [piece for passage in self.passages for sentence in passage.paragraphs for piece in sentence]
        return list({piece.key: piece for piece in reversed(pieces) if isinstance(piece, Cited)}.values())[::-1]

    @property
    def table(self) -> Table | None:
        """Where the numbers of the sentences are from, and what the circular prints instead; none without numbers."""
        if not self.cited:
            return None
        printed = compare_with_print(self.year.facts, self.frame).drop_duplicates(KEYS).set_index(KEYS)
        rows = []
        for each in self.cited:
            key = (each.measure, each.group, each.of)
            found = printed.loc[key] if key in printed.index else None
            agrees = None if found is None or pd.isna(found["agrees"]) else bool(found["agrees"])
            rows.append(
                {
                    "id": f"{self.year.year}-{each.key}",
                    "text": each.text,
                    "what": self._name(each),
                    "value": each.value,
                    "printed": "未印" if found is None else str(found["printed"]),
                    "agrees": {True: "一致", False: "不一致", None: "—"}[agrees],
                }
            )
        columns: Columns = [
            Column("text", "文中"), Column("what", "是什么"), Column("value", "算得（未舍入）", AS_IT_IS),
            Column("printed", "通报所印"), Column("agrees", "与通报"), Column("id", "核对编号"),
        ]  # fmt: skip
        caption = "文中数字的出处：由评分和办法算得"
        return make_table(pd.DataFrame(rows), columns, caption, self.note, head="文中")

    def _name(self, cited: Cited) -> str:
        """Say in words what a number is a number of."""
        group = self.scheme.group_names.get(cited.group, "全部单位")
        grade = "" if cited.measure in STREAKS else self.scheme.grade_names.get(cited.of, "")
        return f"{group}{grade}{MEASURES[cited.measure]}"

    def _value(self, measure: str, group: str = "all", of: str = "all") -> float:
        """Return a recomputed figure; NaN if there is none."""
        return float(self._figures.get((measure, group, of), float("nan")))

    def _cite(self, measure: str, group: str = "all", of: str = "all") -> Cited:
        """Write a figure: shares and growth as percentages, points as short as the rule that set them."""
        value = self._value(measure, group, of)
        size = abs(value)
        if measure in {"grade_share", "average_growth"}:
            text = percent(size)
        elif measure in {"average", "average_delta"}:
            text = points(size)
        else:
            text = f"{round(size, 9):g}"
        return Cited(text, measure, group, of, value)

    def _grades(self) -> Iterator[Sentence]:
        """How many units there are, and how many of each grade."""
        counted = [(name, self._cite("unit_count", group)) for group, name in self.groups.items()]
        yield _sentence("参加考核的有：", *_joined((name, count, "个") for name, count in counted))
        for grade, name in self.scheme.grade_names.items():
            if not self._value("grade_units", "all", grade) > 0:
                continue
            parts = [
                (group_name, self._cite("grade_units", group, grade), "个，占该组",
                 self._cite("grade_share", group, grade))
                for group, group_name in self.groups.items()
                if self._value("grade_units", group, grade) > 0
            ]  # fmt: skip
            yield _sentence(f"{name}等次", self._cite("grade_units", "all", grade), "个，", *_joined(parts))

    def _lists(self) -> Iterator[Passage]:
        """The units of every grade, in order of rank."""
        for numeral, (group, name) in zip("一二三四五六七八九十", self.groups.items(), strict=False):
            own = self.year.scores[self.year.scores["group"].eq(group)]
            paragraphs = [
                _sentence(f"{grade_name}等次（", self._cite("list_units", group, grade), "个）：", "、".join(units))
                for grade, grade_name in self.scheme.grade_names.items()
                if len(units := own.loc[own["grade"].eq(grade), "name"])
            ]
            yield Passage(f"（{numeral}）{name}", 2, tuple(paragraphs))

    def _runs(self) -> Iterator[Sentence]:
        """Who was in the best grade the year before too, and who is new in it."""
        if pd.isna(self._value("consecutive_units", of=self._best)):
            return
        streaks, best = self.year.streaks, self.best
        told: list[Sentence] = []
        for measure, rows, what in (
            ("consecutive_units", streaks["streak"] > 1, f"个单位连续2年获评{best}"),
            ("newly_units", streaks["newly"], f"个单位新进入{best}"),
        ):
            if rows.any():
                names = "、".join(streaks.loc[rows, "name"])
                told.append((f"{names}等", self._cite(measure, of=self._best), what))
        if told:
            yield _sentence("与上年相比，", *_joined(told, "；"))

    def _averages(self) -> Iterator[Sentence]:
        """Every group's average, and that of its best, with change and growth."""
        for of, who in (("all", ""), (self._best, f"{self.best}单位")):
            for group, name in self.groups.items():
                if pd.isna(self._value("average", group, of)):
                    continue
                delta = self._value("average_delta", group, of)
                pieces: list[str | Cited] = [f"{name}{who}平均得分", self._cite("average", group, of), "分"]
                if pd.notna(delta):
                    more, grew = ("增加", "增长") if delta >= 0 else ("减少", "下降")
                    pieces += [f"，比上年{more}", self._cite("average_delta", group, of), "分"]
                    pieces += [f"，同比{grew}", self._cite("average_growth", group, of)]
                yield _sentence(*pieces)

    def _adjustments(self) -> Iterator[Sentence]:
        """How many units had points added or taken away, and how many are barred."""
        for group, name in self.groups.items():
            if self._value("bonus_units", group) > 0:
                yield _sentence(
                    self._cite("unit_count", group), f"个{name}中，", self._cite("bonus_units", group),
                    "个有加分，最高加分", self._cite("bonus_max", group), "分，最少加分",
                    self._cite("bonus_min", group), "分",
                )  # fmt: skip
            if self._value("deduction_units", group) > 0:
                yield _sentence(
                    self._cite("deduction_units", group), f"个{name}有扣分，最高扣分",
                    self._cite("deduction_max", group), "分",
                )  # fmt: skip
            if self._value("veto_units", group) > 0:
                yield _sentence(self._cite("veto_units", group), f"个{name}被取消评优资格")


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
