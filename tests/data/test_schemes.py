"""A scheme broken in one way, and what has to be said."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.damage import tell

from analysis.data.dataset import load_dataset
from analysis.data.documents import load_document
from analysis.data.schemes import Scheme
from analysis.problems import InputError

pytestmark = pytest.mark.slow

YEAR = 2023
Expected = tuple[str, ...]


def _line(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def _requires(says: str) -> Callable[[str], str]:
    return _line("value: 90}", f"value: 90}}, requires: {{{says}}}")


SCHEMES: dict[str, tuple[Callable[[str], str], Expected]] = {
    "a tab": (_line("  county:", "\tcounty:"), ("第6行", "制表符")),
    "an open quote": (_line("title: ", 'title: "'), ("引号",)),
    "an open bracket": (_line("{ties: min", "[{ties: min"), ("括号",)),
    "a step out": (_line("    points: 70", "   points: 70"), ("第",)),
    "a colon in a value": (_line("title: ", "title: a: "), ("第2行", "冒号")),
    "a full-width colon": (_line("title: ", "title："), ("第2行", "全角“：”")),
    "a percentage": (
        _line("value: 90", "value: 60%"),
        ("第41行“grades.excellent.rule.value”（值：'60%'）：应为数", "比例写0.6，不写60%"),
    ),
    "a percentage of a group": (
        _line("value: 90", "value: {county: 60%, department: 90}"),
        ("“grades.excellent.rule.value.county”（值：'60%'）：应为数",),
    ),
    "a component called all": (
        _line("  - id: survey", "  - id: all"), ("components、parts 的编号不能用 all", "指全部")
    ),
    "a group called all": (_line("  county:", "  all:"), ("groups 的编号不能用 all", "指全部")),
    "a clause gone": (_line("    points: 70\n", ""), ("第15行“components.daily.points”", "缺少这一项")),
    "a key twice": (_line("year: 2023", "year: 2023\nyear: 2023"), ("第2行", "“year”写了两次")),
    "a tag that runs": (_line("title: ", "title: !!python/object/apply:os.system "), ("第2行", "标签")),
    **{
        f"the tag {tag}": (_line("title: ", f"title: {tag} "), ("第2行", "不允许标签（!）"))
        for tag in ("!!str", "!", "!own", "!!int", "!!binary", "!<tag:yaml.org,2002:str>")
    },
    "a tag of a mapping": (_line("groups:", "groups: !!map"), ("不允许标签（!）",)),
    "parts within parts without end": (
        _line("title: ", "title: " + "{parts: {a: " * 60 + "1" + "}}" * 60 + " #"), ("嵌套过深",)
    ),
    "an alias": (_line("title: ", "title: *y #"), ("第2行", "别名")),
    "an anchor": (_line("title: ", "title: &R "), ("第2行", "不能用锚（&）；值以“&”开头的要加引号")),
    "an anchor of a mapping": (_line("groups:", "groups: &all"), ("不能用锚（&）",)),
    "no character": (_line("title: ", 'title: "\\ud800" #'), ("第2行", "双引号里的“\\”写法不对")),
    "a path in quotes": (_line("title: ", 'title: "C:\\办法" #'), ("第2行", "双引号里的“\\”写法不对")),
    "an asterisk": (_line("title: ", "title: ** "), ("第2行", "值以“*”“&”开头的要加引号")),
    "a minus": (_line("title: ", "title: - "), ("第2行", "这里不该有“- ”")),
    "a percent sign": (lambda text: f"%年度\n{text}", ("第1行", "行首的“%”要放进引号")),
    "a merge key": (_line("year: 2023", "year: 2023\n<<: 3"), ("合并键",)),
    "a merge key with a mapping": (_line("year: 2023", "year: 2023\n<<: {title: 另一个}"), ("合并键",)),
    "two documents": (lambda text: f"{text}---\n{text}", ("一份文档",)),
    "control characters": (_line("title: ", 'title: "\\e[31m"#'), ("“title”", "看不见")),
    "text from right to left": (_line("示例市", "\u202e示例市"), ("“title”", "看不见")),
    "a long text": (_line("title: ", f"title: {'长' * 4000}"), ("“title”", "最多3000")),
    "too deep": (_line("title: ", "title: " + "[" * 5000), ("嵌套过深",)),
    "much too large": (lambda text: text + "#" * 1_000_001, ("超过1 MB",)),
    "a date that is none": (_line("title: ", "title: 2023-13-45 #"), ("日期",)),
    "a list": (lambda text: "- 1\n- 2\n", ("全文",)),
    "nothing": (lambda text: "", ("全文",)),
    "an unknown clause": (_line("bonus:", "bonuses:"), ("“bonuses”", "不认识的项", "“bonus”", "缺少这一项")),
    "a year in words": (_line("year: 2023", "year: 二〇二三"), ("“year”", "二〇二三")),
    "points below nothing": (_line("points: 70", "points: -70"), ("“components.daily.points”", "-70", "应大于0")),
    "points without end": (_line("points: 70", "points: .inf"), ("“components.daily.points”", "inf")),
    "a rating above one": (_line("好: 1,", "好: 1.2,"), ("“ratings.value.好”", "1.2", "不应大于1")),
    "a truth value for a number": (_line("cap: 3", "cap: no"), ("第36行“bonus.cap”（值：'no'）：应为数",)),
    "a number in quotes": (_line("points: 70", 'points: "70"'), ("“components.daily.points”（值：'70'）：应为数",)),
    "an octal number": (_line("points: 70", "points: 070"), ("“components.daily.points”（值：'070'）：应为数",)),
    "a time for a number": (_line("points: 70", "points: 1:10"), ("“components.daily.points”（值：'1:10'）：应为数",)),
    "points beyond reason": (
        _line("points: 30", "points: 1.0e+308"), ("“components.survey.points”", "不应大于1e+06")
    ),
    **{
        f"a fraction written {given}": (
            _line("points: 70", f"points: {given}"),
            (f"“components.daily.points”（值：'{given}'）：应为数，分数写作100/13（半角斜杠，不留空格",),
        )
        for given in ("100/0", "100 / 13", "１００／13", "1/3/4", "-1/3", "1/0.5", "100÷13")
    },
    "points of 5000 digits": (
        _line("points: 70", f"points: {'9' * 5000}"), ("“components.daily.points”", "有5000个字")
    ),
    "a word for a truth value": (
        _line("excluded: true", "excluded: yes"), ("“own_indicators.excluded”", "应为 true 或")
    ),
    "limits that leave no room": (
        _line("item_max: 2", "item_min: 5, item_max: 2"), ("item_min（5）不应大于 item_max（2）",)
    ),
    "two groups of one name": (_line("name: 市直部门,", "name: 区政府,"), ("groups 中有重复的名称：区政府",)),
    "two assessors of one name": (
        _line("finance: 市财政局", "finance: 市司法局"), ("assessors.value 中有重复的名称：市司法局",)
    ),
    "no title": (_line("title: 示例市2023年度法治政府建设考核", 'title: ""'), ("“title”：不能为空",)),
    "too many items": (lambda text: f"{text}x: [{'1,' * 100_001}]\n", ("超过100000项",)),
    "an unknown basis": (_line("basis: printed", "basis: guessed"), ("guessed", "改为 printed、derived、assumed 之一")),
    "an unknown rule": (
        _line("kind: threshold", "kind: best"),
        ("“grades.excellent.rule.kind”（值：'best'）", "count、share、threshold、rest、unknown 之一"),
    ),
    "a path for an id": (_line("id: survey", "id: ../../survey"), ("components.群众满意度.id", "../../survey")),
    "a best grade that takes the rest": (_line("kind: threshold, value: 90", "kind: rest"), ("最后一个等次",)),
    "a grade above a better one": (
        _line("value: 75", "value: {county: 75, department: 95}"),
        ("grades.good 的分数线不应高于更好的等次 excellent 的分数线：department 组为95，高于90",),
    ),
    "a grade above a better one, with another between": (
        _line(
            "  - {id: good, name: 良好, rule: {kind: threshold, value: 75}",
            "  - {id: next, name: 次优, rule: {kind: count, value: 1}, source: 示例, basis: printed}\n"
            "  - {id: good, name: 良好, rule: {kind: threshold, value: 90.000011}",
        ),
        ("grades.good 的分数线不应高于更好的等次 excellent 的分数线：county 组为90.000011，高于90",),
    ),
    "a grade without units to have it in a group": (
        _line("value: 75", "value: {county: 75}"), ("grades.good.rule.value 应给出每个组的值",)
    ),
    "decimals that are none": (
        _line("{ties: min", "{ties: min, decimals: 1.5"), ("“ranking.decimals”（值：'1.5'）：应为整数",)
    ),
    "decimals below nothing": (_line("{ties: min", "{ties: min, decimals: -1"), ("“ranking.decimals”", "不应小于0")),
    "more decimals than are told apart": (
        _line("{ties: min", "{ties: min, decimals: 10"), ("“ranking.decimals”", "不应大于9")
    ),
    "a condition on nothing known": (
        _requires("least: {daly: 60}, within: {survay: 3}"),
        ("grades.excellent.requires：least 中没有 daly 这个大项或部分，可写：material", "within 中没有 survay"),
    ),
    "a condition above what there is": (
        _requires("least: {survey: 31}"), ("least.survey 为31分，多于所在大项的30分",)
    ),
    "a condition on a part above its component": (
        _requires("least: {material: {county: 60, department: 71}}"), ("least.material 为71分，多于所在大项的70分",)
    ),
    "a condition for one group": (
        _requires("within: {survey: {county: 2}}"), ("within.survey 应给出每个组的值：county、department",)
    ),
    "a place between two": (_requires("within: {survey: 2.5}"), ("within.survey 应为名次", "不应为2.5")),
    "no place": (_requires("within: {survey: 0}"), ("within.survey 应为名次", "不应为0")),
    "no condition": (_requires(""), ("requires 至少写一项条件",)),
    "a condition in words": (_requires("no_deduction: yes"), ("“grades.excellent.requires.no_deduction”", "true")),
    "another condition": (_requires("most: {survey: 3}"), ("“grades.excellent.requires.most”", "不认识的项")),
    "a condition of the last grade": (
        _line("rule: {kind: rest}", "rule: {kind: rest}, requires: {no_deduction: true}"), ("最末等次 fair 收其余单位",)
    ),
    "ratings without any": (
        _line("value: {好: 1, 较好: 0.85, 一般: 0.6, 差: 0}", "value: {}"), ("ratings.value 中没有评价等级，而",)
    ),
    "a group without units": (
        _line("groups:", "groups:\n  town: {name: 乡镇, source: 示例, basis: printed}"), ("town", "没有任何单位")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SCHEMES)
def test_a_broken_scheme_is_told(name: str, city: Path, tmp_path: Path) -> None:
    change, expected = SCHEMES[name]
    data = Path(shutil.copytree(city, tmp_path / "data"))
    path = data / f"schemes/{YEAR}.yml"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_dataset(data)
    told = tell(caught)
    for words in (path.name, *expected):
        assert words in told, told


def test_an_equals_sign_is_a_text(copied_city: Path) -> None:
    path = copied_city / "schemes/2023.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("name: 区政府", "name: ="), encoding="utf-8")
    assert load_dataset(copied_city).year(2023).scheme.group_names["county"] == "="


FAULTY = {
    "!区": "开头的要加引号", '"a\\q"': "双引号里的“\\”写法不对", "|x": "“|”“>”之后直接换行",
    "- b": "值以“-”开头的要加引号", '"a\n---\nb"': "引号没有成对",
}  # fmt: skip


@pytest.mark.parametrize("value", FAULTY)
def test_what_is_no_yaml_is_told_in_chinese(value: str, tmp_path: Path) -> None:
    (tmp_path / "2023.yml").write_text(f"year: 2023\ntitle: {value}\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"YAML 写法有误：[^。]*{re.escape(FAULTY[value])}"):
        load_document(tmp_path / "2023.yml", tmp_path, Scheme)
