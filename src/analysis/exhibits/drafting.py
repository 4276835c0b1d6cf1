"""The words of a circular, every number tied to what it is a number of: what its parts are made with."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from string import Formatter
from typing import NamedTuple

import pandas as pd

from analysis.data.published import MEASURES
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.methods.audit.agreement import KEYS, compare_with_print, recompute_figures
from analysis.methods.audit.recomputation import STREAKS
from analysis.periods import kind_of, same_before
from analysis.words import AS_IT_IS, NUMBERS_TRACED, PERCENT, POINTS, name_growth, turnover


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
        "" for paragraphs that belong to what is before them.
    level : int
        1 for 一、, 2 for （一）.
    paragraphs : tuple of Sentence
    """

    heading: str
    level: int
    paragraphs: tuple[Sentence, ...]


_OF_SCHEME = frozenset({
    "component_points", "assessor_count", "bonus_cap", "bonus_item_min", "bonus_item_max", "deduction_item",
    "deduction_cap",
})  # fmt: skip
"""What the scheme says, of no units."""


class Drafted(Exhibit, needs=("marks",), looks_back=True):
    """A part of a circular in sentences.

    A field of a sentence is a word that is given to it, or else a measure: the number that is cited there.
    """

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `recompute_figures`: everything the sentences could cite."""
        return recompute_figures(self.year.dataset, self.year.scores_so_far, self.year.year)

    @property
    def passages(self) -> list[Passage]:
        """The sentences, under their headings."""
        raise NotImplementedError

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences without their ties."""
        return tuple(plain(sentence) for passage in self.passages for sentence in passage.paragraphs)

    @cached_property
    def cited(self) -> list[Cited]:
        """The numbers of the sentences, each once, in order."""
        return list_cited(self.passages)

    @property
    def table(self) -> Table | None:
        """Where the numbers of the sentences are from, and what the circular prints instead; none without numbers."""
        return self.trace(self.cited) if self.cited else None

    def trace(self, cited: Sequence[Cited]) -> Table:
        """Tabulate where numbers are from, a row each."""
        rows = self._figures.loc[[each.figure for each in cited]].assign(
            text=[each.text for each in cited],
            id=[f"{self.year.year}-{each.key}" for each in cited],
            what=[self._name(*each.figure) for each in cited],
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
        return make_table(rows, columns, f"{NUMBERS_TRACED}：由{scores}和办法算得", self.note, head="文中")

    def _name(self, measure: str, group: str, of: str) -> str:
        """Say in words what a number is a number of."""
        named = {} if measure in STREAKS else self.scheme.grade_names | self.scheme.component_names
        moves = self._turnover.get((group, of), "") if measure in {"average_delta", "average_growth"} else ""
        mixed = self.retell(f"（两年单位不同，{moves}）") if moves else ""
        of_group = "" if measure in _OF_SCHEME else self.scheme.group_names.get(group, "全部单位")
        return f"{of_group}{(named | self.scheme.part_names).get(of, '')}{MEASURES[measure]}{mixed}"

    @cached_property
    def _turnover(self) -> dict[tuple[str, str], str]:
        """How many units came and went between the averages of the year and its base, by group and of."""
        year, base_year, rows = self.year.year, self.year.facts.base_year, self.year.averages
        if kind_of(year) and base_year in self.year.scored_years:
            rows = self.year.assessment.pair(base_year, year).averages
        rows = rows[rows["year"].eq(year)]
        return {(row.group, row.population): turnover(row.entered, row.left) for row in rows.itertuples()}

    def value(self, measure: str, group: str = "all", of: str = "all") -> float:
        """Return a recomputed figure; NaN if there is none."""
        return float(self._figures["computed"].get((measure, group, of), float("nan")))

    @cached_property
    def _figures(self) -> pd.DataFrame:
        """What could be cited beside what is printed, by `KEYS`."""
        printed = compare_with_print(self.year.facts, self.frame).drop_duplicates(KEYS).set_index(KEYS)
        return self.frame.set_index(KEYS).join(printed[["printed", "agrees"]].astype(object))

    def cite(self, *figure: str) -> Cited:
        """Write a figure without its sign."""
        return Cited(_FORMATS.get(figure[0], AS_IT_IS)(abs(self.value(*figure))), figure)

    def word(self, template: str) -> str:
        """Return one of the sentences; those of a change name the base that the circular's changes are on."""
        text, year, base_year = self.templates[template], self.year.year, self.year.facts.base_year
        if kind_of(year):
            text = text.replace("同比", name_growth(base_year, year))
            text = text.replace("去年", "上年同期") if base_year == same_before(year) else text
        return self.retell(text)

    def write(self, template: str, of_group: str = "all", of: str = "all", **words: str | Sentence) -> Sentence:
        """Fill in one of the sentences, with the numbers of a group and of a grade or all."""
        pieces: list[str | Cited] = []
        for text, field, *_ in Formatter().parse(self.word(template)):
            pieces.append(text)
            if field in words:
                word = words[field]
                pieces += [word] if isinstance(word, str) else word
            elif field:
                pieces.append(self.cite(field, of_group, of))
        return tuple(piece for piece in pieces if piece != "")


def list_cited(passages: Iterable[Passage]) -> list[Cited]:
    """List the numbers of passages, each once, in order."""
    pieces = [piece for passage in passages for sentence in passage.paragraphs for piece in sentence]
    return list(dict.fromkeys(piece for piece in pieces if isinstance(piece, Cited)))


def number_headings(passages: Iterable[Passage]) -> list[Passage]:
    """Number headings as circulars do, 一、 and （一） beneath; passages without one belong to what is before them."""
    numbered, counts = list[Passage](), {1: 0, 2: 0}
    for passage in passages:
        if passage.heading:
            counts[passage.level] += 1
            counts |= {2: 0} if passage.level == 1 else {}
            number = numeral(counts[passage.level])
            heading = f"{number}、{passage.heading}" if passage.level == 1 else f"（{number}）{passage.heading}"
            numbered.append(passage._replace(heading=heading))
        else:
            numbered.append(passage)
    return numbered


def join(sentences: Iterable[Sentence], mark: str = "，") -> Sentence:
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


def join_last(names: Sequence[str]) -> str:
    """Join names, the last with 和."""
    return "和".join(filter(None, ["、".join(names[:-1]), names[-1]]))
