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
    "局|委员会|委|办公室|办|厅|部|府|会|院|中心|队|署|行|站|所|社|区|县|市|镇|乡|州|盟|旗|道|场|公司|集团|学校|大学|学院|医院|法院|检察院|"
    "处|团|馆|台|校|厂|企业|机构|银行|总站|联|编办|司|分局|村"
)
"""What names of units end in."""
_PEOPLE = "县|市|区|州|盟|旗|乡|镇|街道|街|师"
_GROUPS = rf"""
    各?(?:省直管县[（(]市[）)]|省直管县市?|省辖市|地级以?上?市|设区的?市|市州|市[（(]州[）)]|州[（(]市[）)]|市、?州|师市)(?:人民政府|政府)?
  | 各?(?:{_PEOPLE})(?:、?(?:{_PEOPLE}))*（(?:{_PEOPLE})(?:、(?:{_PEOPLE}))*）(?:{_PEOPLE})?(?:级)?(?:各?(?:人民政府|政府))?
  | 各?(?:{_PEOPLE})(?:、?(?:{_PEOPLE}))+(?:级)?(?:各?(?:人民政府|政府))?
  | (?<![一-鿿])各(?:{_PEOPLE})(?:人民政府|政府)?
  | (?:[省市县区州]|自治区)级(?:人民)?政府
  | [省市县区](?:市|县)?(?:直|驻)[一-鿿]{{1,2}}单位
  | (?:[省市县区州]|自治区)人民政府(?![各部办])
  | (?:中央|中省|中|省|市|县|区|州|国|自治区)(?:政府|委|级|直|属|管|垂)*各?(?:行政执法|执法|党政群|党群|政府|工作|职能|国有|行政|组成|有关|相关|责任|事业)*(?:部门和单位|部门（单位）|部门|单位|机关|委办局|企业|高校|学校|医院|公立医院)
  | 各?(?:党群|政府|行政执法|执法|非执法|综合管理|综合|经济管理|经济|社会管理|社会事业|社会服务|监管|垂直管理|垂管|派出|群团|公共服务|窗口|驻\w{{1,3}}|双管)(?:类|系列|系统)?(?:部门和单位|部门|单位|机关)
  | 第?[一二三四五六七八九甲乙丙丁A-E](?:类|组)(?:地区|部门|单位|县（市、区）|县区)?
  | (?:党群|综合|执法|经济|社会|发展|保障|服务|监管|城区|山区|平原)[一-鿿]{{0,4}}[类组](?!织|成|别|长|建)
  | 省[（(]自治区、直辖市[）)]|省[（(]区、市[）)]|省[（(]市、区[）)]|省[（(]市[）)]|省市|省份
  | (?:[市县区省]?(?:安委会|[一-鿿]{{0,6}}领导小组|[一-鿿]{{0,6}}委员会))?成员单位
  | (?:各级)?政府(?:门户)?网站|政务新媒体|门户网站|网站
  | 各?(?:行政区|城区|镇处|部门和单位|委办局|部门|开发区|功能区|园区|街道办事处|街道办|街道|乡镇政府|乡镇|高校|普通高校|高职院校|中学|小学|医院|国有企业|市属企业|区属企业|县属企业)
"""
_GROUP = f"(?:{''.join(_GROUPS.split())})"
_LEVEL_GRADES = r"(?:[ABCDEＡ-Ｅ][+＋-]?[级类档等]|[一二三四五](?:等奖|星级|档|级)|[1-5]星级?|[1-4]级)"
_STEP = "(?:等次|等级|位次|档次|档|级别|行列|格次)"


@cache
def load(name: str) -> dict[str, Any]:
    """Read words.yml or rules.yml."""
    return yaml.load(files("analysis.exchange.circulars").joinpath(name).read_bytes(), yaml.CSafeLoader)


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
    """

    own: Mapping[str, Mapping[str, list[str]]]
    units: frozenset[str] = frozenset()
    title: tuple[str, ...] = ()

    @cached_property
    def kinds(self) -> dict[str, dict[str, str]]:
        """Every word of groups, grades, parts and components, and its id."""
        kinds = {}
        for kind in ("groups", "grades", "parts", "components"):
            own = {word: key for key, words in self.own.get(kind, {}).items() for word in words}
            known = {word: key for key, words in load("words.yml")[kind].items() for word in words}
            kinds[kind] = {**known, **own}
        return kinds

    @cached_property
    def plain(self) -> list[str]:
        """Words that say nothing, longest first."""
        return sorted({*load("words.yml")["plain"].split(), *self.title}, key=len, reverse=True)

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

    def alternatives(self, what: str) -> str:
        """Write a pattern of all words of 组, 等次, 部分 or 大项."""
        kind = {"组": "groups", "等次": "grades", "部分": "parts", "大项": "components"}[what]
        written = "|".join(sorted(map(re.escape, self.kinds[kind]), key=len, reverse=True))
        if what == "组":
            own = sorted(map(re.escape, {w for words in self.own.get("groups", {}).values() for w in words}), key=len)
            return f"(?:{'|'.join([*own[::-1], _GROUP])})"
        if what == "等次":
            short = "".join(word for words in load("words.yml")["short grades"].values() for word in words)
            weak = "|".join(load("words.yml")["weak grades"])
            return rf"(?<![不基未额])(?:(?:{weak})(?={_STEP}|单位|的[\d一二三四五六七八九十]|[”）：，。；\n\d]|[一二三四五六七八九十]+个|$)|(?!{weak})(?:{written})|{_LEVEL_GRADES}|(?<![最较更更良])[{short}](?={_STEP}|”{_STEP})|(?<![一-鿿])[{short}](?=：))"
        return f"(?:{written})" if written else "(?!)"


@cache
def _compile(words: Words, sentence: str) -> re.Pattern[str]:
    numbers = {"数": NUMBER, "比例": f"{NUMBER}(?:%|个百分点)", "个数": COUNT}
    names = {"组": "group", "等次": "grade", "部分": "part", "大项": "component"}

    def fill(found: re.Match[str]) -> str:
        unread, what, branch = found.groups()
        if what == "档":
            return _STEP
        written = numbers.get(what) or words.alternatives(what)
        return written if unread else f"(?P<{names.get(what, 'number')}{branch}>{written})"

    return re.compile(re.sub("<(另一)?(组|等次|部分|大项|数|比例|个数|档)(2?)>", fill, sentence))


def _bare_group(word: str) -> str:
    """Take from a group's word what does not tell it from others: 各县（市、区）人民政府 → 县（市、区）."""
    return re.sub("^各|(?:人民政府|政府)$", "", word) or word
