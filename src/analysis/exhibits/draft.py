"""The statistics of a circular in sentences of our own, every number tied to what it is a number of.

Every sentence is one that `read_circular` reads: a circular written from them can be audited, number by number.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import count
from string import Formatter
from typing import NamedTuple

import pandas as pd

from analysis.data.published import MEASURES
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.methods.audit.agreement import KEYS, compare_with_print, recompute_figures
from analysis.methods.audit.recomputation import STREAKS
from analysis.periods import kind_of, same_before
from analysis.words import AS_IT_IS, PERCENT, POINTS, name_growth, turnover


class Cited(NamedTuple):
    """A number in a sentence.

    Attributes
    ----------
    text : str
        As it is written there: rounded once, without a sign.
    figure : tuple of str
        What it is a number of: measure, group, of (see `PrintedFigure`).
    """

    text: str
    figure: tuple[str, ...]

    @property
    def key(self) -> str:
        """Names the number within its year, like the claims of an audit."""
        return "-".join(self.figure)


Sentence = tuple[str | Cited, ...]
_FORMATS = {"grade_share": PERCENT, "average_growth": PERCENT, "average": POINTS, "average_delta": POINTS}
"""How measures are written that are not as short as the rule that set them."""


class Passage(NamedTuple):
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


class Draft(Exhibit, name="draft", label="统计文字", needs=("marks",), looks_back=True):
    """The statistics of a year in sentences: grades, lists, runs of excellent years, averages, adjustments.

    A field of a sentence is a word that is given to it, or else a measure: the number that is cited there.
    """

    templates = {
        "units": "参加考核的有：{groups}。",
        "group_units": "{group}{unit_count}个",
        "grade": "{grade}等次{grade_units}个，{groups}。",
        "group_grade": "{group}{grade_units}个，占该组{grade_share}",
        "list": "{grade}等次（{list_units}个）：{names}。",
        "runs": "与上年相比，{runs}。",
        "again": "{names}{consecutive_units}个单位连续2年获评{best}",
        "newly": "{names}{newly_units}个单位新进入{best}",
        "average": "{group}{population}平均得分{average}分{change}。",
        "more": "，比上年增加{average_delta}分，同比增长{average_growth}",
        "more_points": "，比上年增加{average_delta}分",
        "same": "，与上年持平",
        "less_points": "，比上年减少{average_delta}分",
        "less": "，比上年减少{average_delta}分，同比下降{average_growth}",
        "bonus": "{unit_count}个{group}中，{bonus_units}个有加分，最高加分{bonus_max}分，最少加分{bonus_min}分。",
        "deduction": "{deduction_units}个{group}有扣分，最高扣分{deduction_max}分。",
        "veto": "{veto_units}个{group}被取消评优资格。",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `recompute_figures`: everything the sentences could cite."""
        return recompute_figures(self.year.dataset, self.year.scores_so_far, self.year.year)

    @cached_property
    def passages(self) -> list[Passage]:
        """The sentences, under their headings."""
        chapters = {
            "等次": self._grades(),
            "名单": (),
            "连续和新获": self._runs(),
            "平均分": self._averages(),
            "加减分": self._adjustments(),
        }
        passages: list[Passage] = []
        chapter = count(1)
        for heading, sentences in chapters.items():
            paragraphs = tuple(sentences)
            lists = list(self._lists()) if heading == "名单" else []
            if paragraphs or lists:
                passages += [Passage(f"{numeral(next(chapter))}、{heading}", 1, paragraphs), *lists]
        return passages

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences without their ties."""
        return tuple(plain(sentence) for passage in self.passages for sentence in passage.paragraphs)

    @cached_property
    def cited(self) -> list[Cited]:
        """The numbers of the sentences, each once, in order."""
        pieces = [piece for passage in self.passages for sentence in passage.paragraphs for piece in sentence]
        return list(dict.fromkeys(piece for piece in reversed(pieces) if isinstance(piece, Cited)))[::-1]

    @property
    def table(self) -> Table | None:
        """Where the numbers of the sentences are from, and what the circular prints instead; none without numbers."""
        if not self.cited:
            return None
        rows = self._figures.loc[[each.figure for each in self.cited]].assign(
            text=[each.text for each in self.cited],
            id=[f"{self.year.year}-{each.key}" for each in self.cited],
            what=[self._name(*each.figure) for each in self.cited],
            printed=lambda rows: rows["printed"].fillna("未载"),
        )
        audit = self.year.audit  # an office may have printed it right, though computed in another way
        right = rows["id"].str.replace("-", "-marks-", n=1).isin(audit.loc[audit["verdict"].eq("exact"), "id"])
        rows["agrees"] = rows["agrees"].mask(right, True).map({True: "一致", False: "不一致"})
        columns: Columns = [
            Column("text", "文中"), Column("what", "是什么"), Column("computed", "算得（未舍入）", AS_IT_IS),
            Column("printed", "通报所载"), Column("agrees", "与通报"), Column("id", "核对编号"),
        ]  # fmt: skip
        scores = "通报所列各项得分" if self.origins[self.year.year] == "printed" else "评分"
        return make_table(rows, columns, f"文中数字的出处：由{scores}和办法算得", self.note, head="文中")

    def _name(self, measure: str, group: str, of: str) -> str:
        """Say in words what a number is a number of."""
        grade = "" if measure in STREAKS else self.scheme.grade_names.get(of, "")
        moves = self._turnover.get((group, of), "") if measure in {"average_delta", "average_growth"} else ""
        mixed = self.retell(f"（两年单位不同，{moves}）") if moves else ""
        return f"{self.scheme.group_names.get(group, '全部单位')}{grade}{MEASURES[measure]}{mixed}"

    @cached_property
    def _turnover(self) -> dict[tuple[str, str], str]:
        """How many units came and went between the averages of the year and its base, by group and of."""
        year, base_year, rows = self.year.year, self.year.facts.base_year, self.year.averages
        if kind_of(year) and base_year in self.year.scored_years:
            rows = self.year.assessment.pair(base_year, year).averages
        rows = rows[rows["year"].eq(year)]
        return {(row.group, row.population): turnover(row.entered, row.left) for row in rows.itertuples()}

    def _value(self, measure: str, group: str = "all", of: str = "all") -> float:
        """Return a recomputed figure; NaN if there is none."""
        return float(self._figures["computed"].get((measure, group, of), float("nan")))

    @cached_property
    def _figures(self) -> pd.DataFrame:
        """What could be cited beside what is printed, by `KEYS`."""
        printed = compare_with_print(self.year.facts, self.frame).drop_duplicates(KEYS).set_index(KEYS)
        return self.frame.set_index(KEYS).join(printed[["printed", "agrees"]].astype(object))

    def _cite(self, *figure: str) -> Cited:
        """Write a figure without its sign."""
        return Cited(_FORMATS.get(figure[0], AS_IT_IS)(abs(self._value(*figure))), figure)

    def _word(self, template: str) -> str:
        """Return one of the sentences; those of a change name the base that the circular's changes are on."""
        text, year, base_year = self.templates[template], self.year.year, self.year.facts.base_year
        if not kind_of(year) or template.removesuffix("_points") not in {"more", "less"}:
            return self.retell(text)
        base = "上年同期" if base_year == same_before(year) else self.retell("上年")
        return text.replace("上年", base).replace("同比", name_growth(base_year, year))

    def _write(self, template: str, of_group: str = "all", of: str = "all", **words: str | Sentence) -> Sentence:
        """Fill in one of the sentences, with the numbers of a group and of a grade or all."""
        pieces: list[str | Cited] = []
        for text, field, *_ in Formatter().parse(self._word(template)):
            pieces.append(text)
            if field in words:
                word = words[field]
                pieces += [word] if isinstance(word, str) else word
            elif field:
                pieces.append(self._cite(field, of_group, of))
        return tuple(piece for piece in pieces if piece != "")

    def _grades(self) -> Iterator[Sentence]:
        """How many units there are, and how many of each grade."""
        counted = [self._write("group_units", group, group=name) for group, name in self.groups.items()]
        yield self._write("units", groups=_join(counted))
        for grade, label in self.scheme.grade_names.items():
            counted = [
                self._write("group_grade", group, grade, group=name)
                for group, name in self.groups.items()
                if self._value("grade_units", group, grade) > 0
            ]
            if counted:
                yield self._write("grade", of=grade, grade=label, groups=_join(counted))

    def _lists(self) -> Iterator[Passage]:
        """The units of every grade, in order of rank."""
        names = self.year.scores.groupby(["group", "grade"])["name"].agg("、".join)
        for number, (group, name) in enumerate(self.groups.items(), 1):
            paragraphs = [
                self._write("list", group, grade, grade=label, names=names[group, grade])
                for grade, label in self.scheme.grade_names.items()
                if (group, grade) in names
            ]
            yield Passage(f"（{numeral(number)}）{name}", 2, tuple(paragraphs))

    def _runs(self) -> Iterator[Sentence]:
        """Who was in the best grade the year before too, and who is new in it, in order of rank as in the lists."""
        best, ranked = self.scheme.grades[0].id, self.year.scores[["unit_id"]]
        streaks = ranked.merge(self.year.streaks, on="unit_id", validate="one_to_one")
        if pd.isna(self._value("consecutive_units", of=best)):
            return
        runs = [
            self._write(
                kind,
                of=best,
                names="、".join(streaks.loc[rows, "name"]) + ("等" if rows.sum() > 1 else ""),
                best=self.best,
            )
            for kind, rows in (("again", streaks["streak"] > 1), ("newly", streaks["newly"]))
            if rows.any()
        ]
        if runs:
            yield self._write("runs", runs=_join(runs, "；"))

    def _averages(self) -> Iterator[Sentence]:
        """Every group's average, and that of its best, with change and growth."""
        for of, population in (("all", ""), (self.scheme.grades[0].id, f"{self.best}单位")):
            for group, name in self.groups.items():
                if pd.notna(self._value("average", group, of)):
                    delta = self._value("average_delta", group, of)
                    kind = "same" if POINTS(delta) == POINTS(0) else "more" if delta > 0 else "less"
                    if kind != "same" and pd.isna(self._value("average_growth", group, of)):  # on a base not above 0
                        kind += "_points"
                    change = () if pd.isna(delta) else self._write(kind, group, of)
                    yield self._write("average", group, of, group=name, population=population, change=change)

    def _adjustments(self) -> Iterator[Sentence]:
        """How many units had points added or taken away, and how many are barred."""
        for group, name in self.groups.items():
            for kind in ("bonus", "deduction", "veto"):
                if self._value(f"{kind}_units", group) > 0:
                    yield self._write(kind, group, group=name)


def _join(sentences: Iterable[Sentence], mark: str = "，") -> Sentence:
    """Put a mark between sentences."""
    return tuple(piece for sentence in sentences for piece in (mark, *sentence))[1:]


def plain(sentence: Sentence) -> str:
    """Write a sentence without its ties."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in sentence)


def numeral(number: int) -> str:
    """Write a number from 1 to 99 as headings and lists are numbered: 十一, 二十."""
    digits = ("", *"一二三四五六七八九")
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else digits[tens]) + ("十" if tens else "") + digits[ones]
