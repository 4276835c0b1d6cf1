"""Whose a number is: what the words before it say of group, grade, year and block, and whether they say more."""

import re
from dataclasses import dataclass, replace
from functools import cache

from analysis.exchange.circulars.language import Words, load
from analysis.exchange.circulars.numerals import COUNT, NUMBER
from analysis.periods import PERIODS, AnyYear, read_year

YEAR = rf"20\d\d年度?(?:{'|'.join(PERIODS.values())})?|[一二三四]季度"


@dataclass(frozen=True)
class Subject:
    """What words say a number is of, each in the circular's own words; "" where they say nothing.

    Attributes
    ----------
    group, grade, component : str
    year : AnyYear or None
    whole : bool
        Words say that it is of all there are: of the heading's group, not of one named before in the sentence.
    other : str
        Words that are none of these and not plain: the number is of something else, or of something not understood.
    """

    group: str = ""
    grade: str = ""
    component: str = ""
    year: AnyYear | None = None
    whole: bool = False
    other: str = ""

    @property
    def is_silent(self) -> bool:
        """Whether nothing is said."""
        return self == NOBODY

    def within(self, outer: "Subject") -> "Subject":
        """Say what is not said here by what stands around it."""
        return Subject(
            self.group or outer.group,
            self.grade or outer.grade,
            self.component or outer.component,
            self.year or outer.year,
            self.whole or outer.whole,
            self.other or outer.other,
        )


NOBODY = Subject()
"""What words say that say nothing."""


@cache
def _token(words: Words) -> re.Pattern[str]:
    plain = "|".join(map(re.escape, words.plain))
    whole = "|".join(map(re.escape, load("words.yml")["whole"]))
    return re.compile(
        rf"(?P<date>20\d\d年\d{{1,2}}月(?:\d{{1,2}}日)?)|(?P<year>{YEAR})|(?P<group>{words.alternatives('组')})|(?P<grade>{words.alternatives('等次')})|(?P<whole>{whole})"
        f"|(?P<component>{words.alternatives('大项')}|{words.alternatives('部分')})"
        f"|(?P<plain>{plain}|{COUNT}[个家所户名]?[市县区镇乡省州旗](?!平均|均分|级|直|辖|属|政府|部门|[（、市县区镇乡街州旗])|{COUNT}[个家所户名]|\\d{{1,2}}月份?|{NUMBER}分?|[与较比同](?=20\\d\\d年|上年|去年|上一年)|上一?年度?|去年|同期|[，。；：、（）“”%\\s])"
    )


def explain(text: str, words: Words) -> Subject:
    """Say what a stretch of words before a number says it is of.

    Examples
    --------
    >>> explain("2021年县（市、区）政府的", Words({}))
    Subject(group='县（市、区）政府', grade='', component='', year=2021, whole=False, other='')
    >>> explain("其中，信息发布指标的", Words({})).other
    '信息发布指标'
    """
    subject, other = Subject(), list[str]()
    place = first = several = 0
    token = _token(words)
    while place < len(text):
        found = token.match(text, place)
        if found is None or not found[0]:
            other.append(text[place])
            place += 1
            continue
        kind = found.lastgroup or ""
        if kind == "year":
            subject = replace(subject, year=read_year(found[0]))
        elif kind == "whole":
            subject = replace(subject, whole=True)
        elif kind == "group" and other and other[-1] != " ":  # the end of a longer word
            other.append(found[0])
        elif kind == "group" and subject.group and found[0] in {"部门", "单位"}:  # 执法类21个部门
            pass
        elif kind == "group" and subject.group and text.endswith(subject.group, 0, place):  # 市政府部门政务新媒体
            subject = replace(subject, group=subject.group + found[0])
        elif kind == "group" and several and place == several:  # 设区市、县（市、区）政府门户网站
            subject = replace(subject, group=text[first : found.end()], whole=False)
        elif kind == "group" and subject.group:  # 各县区和市直单位: all of them
            subject, several = replace(subject, group="", whole=True), found.end()
        elif kind not in {"plain", "date"}:
            first = place if kind == "group" else first
            subject = replace(subject, **{kind: found[0]})  # type: ignore[arg-type]
        elif other and other[-1] != " ":
            other.append(" ")
        place = found.end()
    return replace(subject, other=_without_title("".join(other).strip(), "".join(words.title)))


def _without_title(other: str, title: str) -> str:
    """Take from what is not understood what shortens the title: 法治建设 of 法治政府建设."""
    return " ".join(each for each in other.split() if not _shortens(each, title))


def _shortens(word: str, title: str) -> bool:
    rest = iter(title)
    return len(word) > 1 and all(character in rest for character in word)
