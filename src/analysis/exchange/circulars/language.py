"""The words of circulars, which stand for identifiers, and what sentences are written with: <组>, <等次>, <数>."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import yaml

from analysis.exchange.circulars.numerals import COUNT, NUMBER

SUFFIXES = (
    "局|委员会|委|办公室|室|办|厅|部|府|会|院|中心|队|署|行|站|所|社|区|县|市|镇|乡|州|盟|旗|省|道|场|公司|集团|学校|大学|学院|医院|法院|检察院|"
    "机关|[一二三四五六七八九十]中|店|药房|科|科协|党校|窗口|库|中学|小学|幼儿园|职院|处|团|馆|台|校|厂|企业|机构|银行|总站|联|编办|司|分局|村"
)
"""What names of units end in."""
_LEVEL_GRADES = (
    r"(?:(?<=为)[A-E](?:\+{1,2}|-)?(?=[，。；、（]|$)|(?<![A-Za-z\d])(?:[1-5]A|[ABCDEＡ-Ｅ][+＋-]?|A{2,5})[级类档等]|[一二三四五](?:等奖|星级?|档)|[一二三四五]级(?=[，。；：（”\n]|$|单位)|[甲乙丙丁][等级]"
    r"|第[一二三四五](?:方阵|梯队|档次|档|等次|层次)|[一二三四五]等次|[金银铜][牌杯]|[红橙黄蓝绿黑白](?:[牌旗榜]|色预警)|特等|优\+(?=等次)|[1-5]星级?|[1-4]级|[一二三四五]星[级村户]|[一二三]类(?=：)|[一二三四]级预警|(?:领先|优秀|良好|成熟|先进|起步|基础|追赶)(?:发展|建设)?阶段|(?:建设|发展)阶段(?=（|的|\d))"
)
_ABOVE = r"(?:（含[^（）]{0,8}）)?"
_BAND = (
    rf"(?:低于|高于|不足|超过){NUMBER}分|{NUMBER}分?{_ABOVE}"
    rf"(?:及?以[上下]{_ABOVE}|[至到~～—-]{{1,2}}{NUMBER}分{_ABOVE}(?:以下)?(?:之间)?)"
)
"""A range of scores that stands for a grade: 80分（含）至90分."""
_POPULATION = (
    "(?!个|全|单位|单项|参)[一-鿿]{0,12}?(?:（[一-鿿、]{1,12}）)?(?:部门和行业|部门|行业|园区|开发区|县域|区县|[市县区旗镇乡]|区划|城市|街道|网站|新媒体|高校|学校|行政村|社区)"
    "(?:（[市县区旗州乡镇街道村社单位行业、]{1,8}）)?(?:人民政府|政府)?(?![市县区旗州镇乡街村]|（[市县区旗州])"
)
"""What units are called of which a population is told, whatever the word: 对9个旗区、2个市直属园区."""
_STEP = "(?:等次|等级|位次|档次|档|级别|行列|格次)"


@cache
def load(name: str) -> dict[str, Any]:
    """Read words.yml or rules.yml."""
    return yaml.load(files("analysis.exchange.circulars").joinpath(name).read_bytes(), yaml.CSafeLoader)


@dataclass(frozen=True)
class Terms:
    """Words that a circular itself uses for groups, grades, parts and components (see `terms`)."""

    groups: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    components: tuple[str, ...] = ()


@dataclass(frozen=True)
class Words:
    """The words that a circular is read with: those of all circulars, and a city's own.

    Parameters
    ----------
    own : mapping
        As words.yml of a data folder: `groups`, `grades`, `parts`, `components`, each id → its words.
    units : frozenset of str
        Names of units that are known.
    title : tuple of str
        Words of the circular's title, which say nothing where a number is told.
    taught : Terms
        What the circular names itself.
    text : str
        The circular, if patterns need hold no group and no grade that stands nowhere in it: compiling them takes long.
    """

    own: Mapping[str, Mapping[str, list[str]]]
    units: frozenset[str] = frozenset()
    title: tuple[str, ...] = ()
    taught: Terms = Terms()
    text: str = ""

    @cached_property
    def kinds(self) -> dict[str, dict[str, str]]:
        """Every word of groups, grades, parts and components, and its id."""
        kinds = {}
        for kind in ("groups", "grades", "parts", "components"):
            own = {word: key for key, words in self.own.get(kind, {}).items() for word in words}
            known = {word: key for key, words in load("words.yml")[kind].items() for word in words}
            taught = {"parts": self.taught.parts, "components": self.taught.components}.get(kind, ())
            kinds[kind] = {**{word: word for word in taught}, **known, **own}
        return kinds

    @cached_property
    def plain(self) -> list[str]:
        """Words that say nothing, longest first."""
        return sorted({*load("words.yml")["plain"].split(), *self.title}, key=len, reverse=True)

    @cached_property
    def filler(self) -> str:
        """A pattern of words that say nothing between those that do: 考核结果, 综合评定."""
        written = sorted(
            {*load("words.yml")["filler"].split(), *(word for word in self.title if word[-1] not in "省市县区州")},
            key=len,
            reverse=True,
        )
        return f"{self._any_of(list(map(re.escape, written)))}{{0,6}}"

    def identify(self, kind: str, word: str) -> str:
        """Return the id of a word of a kind; a word without one stands for itself."""
        known = self.kinds[kind]
        if kind == "groups":
            return known.get(word) or known.get(_bare_group(word)) or _bare_group(word)
        if kind == "grades":
            short = {each: key for key, words in load("words.yml")["short grades"].items() for each in words}
            return known.get(word) or short.get(word) or word
        return known.get(word) or self.kinds["parts"].get(word, word)

    def pattern(self, sentence: str) -> re.Pattern[str]:
        """Compile a sentence in which <组>, <等次>, <大项>, <数>, <比例>, <个数> stand for words and numbers.

        What is written <另一数> is known but not read; <等次2> is the other side of an alternative.
        """
        return _compile(self, sentence)

    def __hash__(self) -> int:
        return id(self)

    @cached_property
    def _groups(self) -> str:
        own = {word for words in self.own.get("groups", {}).values() for word in words}.union(self.taught.groups)
        places = load("words.yml")["places"]
        shapes = [shape.replace("<辖区>", places) for shape in load("words.yml")["group shapes"]]
        return self._any_of([*sorted(map(re.escape, own), key=len, reverse=True), *shapes])

    def _any_of(self, alternatives: list[str]) -> str:
        """Write a pattern of those alternatives that stand in the text."""
        here = [each for each in alternatives if not self.text or re.search(each, self.text)]
        return f"(?:{'|'.join(here)})" if here else "(?!)"

    @cached_property
    def _grades(self) -> str:
        taught = [word for word in self.taught.grades if len(word) > 1]
        known = self._any_of(sorted(map(re.escape, {*self.kinds["grades"], *taught}), key=len, reverse=True))
        weak, short = (load("words.yml")[name] for name in ("weak grades", "short grades"))
        one = "".join(word for words in short.values() for word in words)
        alone = "".join(word for word in self.taught.grades if len(word) == 1)
        members = "[县市区州乡镇村街道（）、]{1,9}名单"
        behind = (
            rf"(?={_STEP}|单位|{members}|的[一-鿿]{{0,4}}(?:有|是|为)|[”）：，。；\n\d]|[一二三四五六七八九十]+个"
            rf"|[一-鿿（）、]{{2,8}}\d+个[：，]|$)"
        )
        alternatives = [
            f"(?:{'|'.join(weak)}){behind}",
            f"(?:先进|优胜|红旗|示范)(?={self._groups}|[县市区乡镇村省](?:[（，。；：、”\n]|$))",
            f"(?<=为)(?:{'|'.join(weak)})(?=的[\\d一二三四五六七八九十])",
            f"(?!{'|'.join(weak)}){known}",
            _LEVEL_GRADES,
            f"(?<![最较更良])[{one}][+＋-]?(?={_STEP}|”{_STEP})",
            f"(?<![一-鿿])[{one}](?=：)",
            f"(?<=“)[{one}](?=”(?:的|单位|\\d))",
            f"(?<=为)[{one}](?=的)",
            "(?<=成效|工作|情况|质量|成绩|表现)(?:好|较好|一般|较差|差)(?=的)",
            *([f"(?<=“)[{alone}](?=”)"] if alone else []),
        ]
        groups = f"(?!{'|'.join(map(re.escape, self.taught.groups))})" if self.taught.groups else ""
        return f"(?<![不基未额])(?<!完成|运行|反映|发布){groups}{self._any_of(alternatives)}"

    def alternatives(self, what: str) -> str:
        """Write a pattern of all words of 组, 等次, 部分 or 大项."""
        if what in {"组", "等次"}:
            return self._groups if what == "组" else self._grades
        kind = {"部分": "parts", "大项": "components"}[what]
        written = "|".join(sorted(map(re.escape, self.kinds[kind]), key=len, reverse=True))
        return f"(?:{written})" if written else "(?!)"


@cache
def _compile(words: Words, sentence: str) -> re.Pattern[str]:
    numbers = {"数": NUMBER, "比例": f"{NUMBER}(?:%|个百分点)", "个数": COUNT}
    names = {"组": "group", "等次": "grade", "部分": "part", "大项": "component", "分段": "grade", "群": "group"}

    def fill(found: re.Match[str]) -> str:
        unread, what, branch = found.groups()
        if what in {"档", "虚词", "成员", "表现"}:
            own = load("words.yml")
            return {"档": _STEP, "虚词": words.filler, "成员": own["members"], "表现": own["done well"]}[what]
        written = {"分段": _BAND, "群": _POPULATION}.get(what) or numbers.get(what) or words.alternatives(what)
        return written if unread else f"(?P<{names.get(what, 'number')}{branch}>{written})"

    return re.compile(
        re.sub("<(另一)?(组|等次|部分|大项|数|比例|个数|档|虚词|成员|表现|分段|群)([23]?)>", fill, sentence)
    )


def _bare_group(word: str) -> str:
    """Take from a group's word what does not tell it from others: 各县（市、区）人民政府 → 县（市、区）."""
    return re.sub("^各|(?:人民政府|政府)(?:（[^（）]*管委会）)?$", "", word) or word
