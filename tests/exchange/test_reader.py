"""Reading facts from text: the two real circulars where they are at hand, and fictional ones that always are."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import ROOT, widely

from analysis.data.city_words import load_city_words
from analysis.data.published import Published
from analysis.exchange.circulars.draft import Draft, write_draft
from analysis.exchange.circulars.reader import read_circular
from analysis.exchange.circulars.text import CircularText
from analysis.exchange.sources.source import read_source

FICTION = Path(__file__).parent / "circulars"
CIRCULARS = Path(os.environ.get("WORKBOOK_CIRCULARS", ROOT.parent / "shared" / "circulars"))


def bare(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Drop notes and spans, which are not facts, and order what is left."""
    bare = [{key: value for key, value in entry.items() if key not in {"note", "span"}} for entry in entries]
    return sorted(bare, key=str)


@pytest.mark.parametrize("year", [2020, 2021])
def test_the_real_circulars_are_read_completely(year: int) -> None:
    path = CIRCULARS / f"{year}.txt"
    if not path.is_file():
        pytest.skip("the circulars' texts are not part of the project")
    draft = read_circular(read_source(path).text, load_city_words(ROOT / "data"))
    known = yaml.safe_load((ROOT / "data" / "published" / f"{year}.yml").read_text(encoding="utf-8"))
    assert (draft.year, draft.document, draft.cites) == (year, known["document"], known["cites"])
    assert draft.dated == str(known.get("dated", ""))
    normal = Published(**known).model_dump()
    drafted = Published(**yaml.safe_load(write_draft(draft, path.name))).model_dump()
    assert bare(drafted["figures"]) == bare(normal["figures"])
    assert bare(drafted["lists"]) == bare(normal["lists"])


def _read(name: str) -> tuple[Draft, dict[tuple[str, str, str], str]]:
    draft = read_circular(read_source(FICTION / f"{name}.txt").text)
    figures = {
        (figure["measure"], figure.get("group", "all"), figure.get("of", "all")): figure["value"]
        for figure in draft.figures
    }
    return draft, figures


def test_three_grades_full_width_digits_and_falls() -> None:
    draft, figures = _read("three_grades")
    assert (draft.year, draft.document) == (2023, "东法办〔2024〕3号")
    graded = {(each["group"], each["of"]): each["names"] for each in draft.lists if each["list"] == "graded"}
    assert graded["county", "excellent"] == ["甲县人民政府", "乙县人民政府", "丙区人民政府"]  # broken over two lines
    assert graded["department", "excellent"][1] == "市科学技术和工业信息化局"
    assert graded["department", "qualified"] == ["市商务局", "市统计局"]
    assert figures["grade_units", "all", "qualified"] == "4"
    assert figures["grade_share", "county", "excellent"] == "37.50%"
    assert figures["average", "county", "all"] == "81.05"
    assert figures["average_delta", "county", "all"] == "-2.30"
    assert figures["average_growth", "county", "all"] == "-2.76%"
    assert figures["average", "department", "all"] == "88.4"
    streak = next(each for each in draft.lists if each["list"] == "consecutive")
    assert (streak["names"], streak["years"], streak["complete"]) == (["乙县人民政府", "市公安局"], "3", False)
    newly = next(each for each in draft.lists if each["list"] == "newly")
    assert newly["names"] == ["丙区人民政府", "市教育局", "市司法局"]
    assert "complete" not in newly
    assert draft.unsure == []


def test_a_grade_by_complement_and_only_extremes_and_means() -> None:
    draft, figures = _read("complement")
    rest = next(each for each in draft.lists if each["of"] == "good")
    assert rest["names"] == [] and rest["complete"] is False
    assert {key: value for key, value in figures.items() if key[0].startswith(("total", "average"))} == {
        ("total_max", "county", "all"): "96.5", ("total_min", "county", "all"): "71.2",
        ("average", "county", "all"): "85.33", ("total_max", "department", "all"): "98",
        ("total_min", "department", "all"): "60.75", ("average", "department", "all"): "84.6",
    }  # fmt: skip
    assert figures["bonus_units", "department", "all"] == "12"  # printed 十二
    assert [each.text.split("：")[0] for each in draft.unsure] == ["一"]
    assert "其他单位为良好" in draft.unsure[0].text
    assert draft.elsewhere == ["3210人次"]  # told, not read


def test_groups_in_one_list() -> None:
    draft, figures = _read("one_list")
    excellent = next(each for each in draft.lists if each["list"] == "graded" and each["of"] == "excellent")
    assert "group" not in excellent
    assert excellent["names"][-2:] == ["三县人民政府", "市审计局"]  # joined by 和
    assert figures["list_units", "all", "good"] == "3"  # printed 三
    assert figures["average_delta", "all", "all"] == "-0.46"
    assert figures["first_place_years", "all", "市公安局"] == "2"


def test_other_phrases_for_the_same_things() -> None:
    draft, figures = _read("other_phrases")
    graded = {(each["group"], each["of"]): each["names"] for each in draft.lists}
    assert graded["county", "excellent"] == ["甲县", "乙县", "丙区"]  # 优秀单位3个：
    assert graded["county", "good"] == ["丁县", "戊县"]  # ends with the line, not with a full stop
    assert graded["department", "excellent"] == ["市公安局", "市司法局", "市财政局"]
    assert figures["grade_units", "department", "qualified"] == "12"  # 其余12个
    assert (figures["total_max", "all", "all"], figures["total_min", "all", "all"]) == ("98.2", "61.35")
    assert figures["average_growth", "county", "all"] == "2.68%"  # 增幅
    assert figures["average_growth", "department", "all"] == "-1.06%"  # 降幅
    assert figures["grade_share", "all", "excellent"] == "45.5%"  # 优秀率
    assert len(draft.unsure) == 1


def test_a_text_without_headings() -> None:
    draft, figures = _read("no_headings")
    assert draft.document == "东法政办〔2023〕8号"  # printed with square brackets
    assert figures["grade_units", "county", "excellent"] == "5"
    assert figures["grade_units", "all", "excellent"] == "15"
    assert figures["grade_share", "all", "good"] == "37.5%"
    assert not any(key[0] == "newly_units" for key in figures)
    assert figures["unit_count", "all", "all"] == "24"


@pytest.mark.parametrize("name", ["three_grades", "complement", "one_list", "other_phrases", "no_headings"])
def test_every_value_stands_where_its_span_says(name: str) -> None:
    text = read_source(FICTION / f"{name}.txt").text
    draft = read_circular(text)
    for figure in draft.figures:
        start, end = figure["span"]
        stretch = CircularText(text[start:end]).clean
        assert figure["value"].lstrip("-") == stretch or f"印作“{stretch}”" == figure["note"]
    for each in draft.lists:
        start, end = each["span"]
        stretch = CircularText(text[start:end]).clean
        assert all(name in stretch for name in each["names"])


def test_layout_does_not_matter() -> None:
    """Spaces anywhere but within numbers, full- and half-width forms: the same facts."""
    text = read_source(FICTION / "three_grades.txt").text
    draw = random.Random(5)
    lines = []
    for line in text.splitlines():
        if line[:1] in "一二三（123 " or not line.strip():
            lines.append(line)
            continue
        spaced = (c + ("" if c in "0123456789." else draw.choice(["", "", " ", "\u3000"])) for c in line)
        lines.append("".join(spaced))
    swapped = "\n".join(lines).translate(str.maketrans("0123456789()", "０１２３４５６７８９（）"))
    plain, other = read_circular(text), read_circular(swapped)
    assert bare(plain.figures) == bare(other.figures)
    assert bare(plain.lists) == bare(other.lists)


@pytest.mark.slow
@widely("word", ["（1）", "优秀（1个）：", "宝丰县、", "\n", "优秀：", "平均分89.74分", "对", "，其中", "1."], always=3)
def test_a_text_of_nothing_but_one_word_is_read_in_bounded_time(word: str) -> None:
    """Ten times the text takes no hundred times as long."""

    def takes(length: int) -> float:
        started = time.process_time()
        read_circular(word * (length // len(word)))
        return time.process_time() - started

    short, long = max(min(takes(8_000), takes(8_000)), 0.05), takes(80_000)
    assert long < 50 * short, (short, long)


@pytest.mark.parametrize("written", ["二一", "两一", "十十", "二", "一百", "１１", "٢", "²"])
def test_numerals_that_continue_no_count_are_no_headings(written: str) -> None:
    text = f"2023年度考核结果\n{written}、优秀等次（{written}个）：甲县、乙县。\n（{written}）优秀{written}个。\n"
    draft = read_circular(text)
    assert all(figure["section"] == "引言" for figure in draft.figures)
    assert yaml.safe_load(write_draft(draft, "x.txt"))["figures"] is not None


@given(
    st.text(
        alphabet="优秀良好等次（）()、，。：；0123456789.%一二三十两百县市区政府直部门个平均得分连续年为较去\n ",
        max_size=300,
    )
)
def test_no_text_breaks_the_reader(text: str) -> None:
    draft = read_circular(text)
    assert yaml.safe_load(write_draft(draft, "x.txt"))["figures"] is not None


@pytest.mark.parametrize(
    ("changed", "base", "deltas", "growths", "doubts"),
    [
        ("较上一季度下降了 2.30 分，环比下降了2.76%", "previous", ["-2.30", "1.1"], ["-2.76%", "1.26%"], 0),
        ("较上一季度下降了 2.30 分、下降了2.76%，比上年同期提高3.4分，同比增长4.04%", "previous",
         ["-2.30", "3.4 same_period", "1.1"], ["-2.76%", "4.04% same_period", "1.26%"], 0),
        ("比上年同期提高3.4分，同比增长4.04%；较上一季度下降了 2.30 分，环比下降了2.76%", "same_period",
         ["3.4", "-2.30 previous", "1.1 previous"], ["4.04%", "-2.76% previous", "1.26% previous"], 0),
        ("同比增长4.04%，环比下降了2.76%", "same_period", ["1.1 previous"],
         ["4.04%", "-2.76% previous", "1.26% previous"], 0),
        ("增长4.04%，同比增长3.21%", "same_period", ["1.1 previous"], ["4.04%", "3.21%", "1.26% previous"], 1),
    ],
)  # fmt: skip
def test_a_quarter_and_the_bases_of_its_changes_are_read(
    tmp_path: Path, changed: str, base: str, deltas: list[str], growths: list[str], doubts: int
) -> None:
    """The base named first is the circular's; what is on the other one says so."""
    text = (FICTION / "three_grades.txt").read_text(encoding="utf-8").replace("2023年度", "2023年第一季度")
    text = text.replace("较上年下降了 2.30 分，同比下降了2.76%", changed)
    text = text.replace("较上年提高 1.1 分，同比增长1.26%", "较上一季度提高 1.1 分，环比增长1.26%")
    path = tmp_path / "circular.txt"
    path.write_text(text, encoding="utf-8")
    draft = read_circular(read_source(path).text)
    assert (draft.year, draft.base, sum("base" in each.text for each in draft.unsure)) == ("2023Q1", base, doubts)
    written = yaml.safe_load(write_draft(draft, path.name))
    assert (written["year"], written["period"], written.get("base", "")) == (2023, "Q1", base)
    for measure, said in (("average_delta", deltas), ("average_growth", growths)):
        found = [each for each in written["figures"] if each["measure"] == measure]
        assert [" ".join([each["value"], each.get("base", "")]).strip() for each in found] == said


def test_a_list_that_goes_on_is_open() -> None:
    draft = read_circular("关于2030年度考核情况的通报\n优秀等次（5个）：市司法局、市交通运输局等。\n良好等次：甲县。\n")
    found = {each["of"]: (each["names"], each.get("complete", True)) for each in draft.lists}
    assert found == {"excellent": (["市司法局", "市交通运输局"], False), "good": (["甲县"], True)}
    assert draft.unsure[1:] == []  # but for the document's number


def test_two_values_of_the_same_thing_are_both_in_doubt() -> None:
    """One of them is of something that was not understood; which, nobody knows."""
    draft = read_circular("2031年度检查通报\n上旬共查328个，总体合格率是91.8%。\n下旬共查728个，总体合格率是91.9%。\n")
    assert not [figure for figure in draft.figures if figure["measure"] == "grade_share"]
    told = [str(each) for each in draft.unsure if "没有读入" in str(each)]
    assert [each for each in told if "91.8%" in each] and [each for each in told if "91.9%" in each]


def test_groups_with_their_names_under_a_grade() -> None:
    draft = read_circular(
        "某县2031年度考核结果通报\n1.优秀单位（5个）：\n（1）县政府工作部门（3个）：民政局、水利局、司法局；\n"
        "（2）县政府事业单位（3个）：信访局、公路局。\n"
    )
    assert [(each["of"], draft.words["groups"][each["group"]], each["names"]) for each in draft.lists] == [
        ("excellent", "县政府工作部门", ["民政局", "水利局", "司法局"]),
        ("excellent", "县政府事业单位", ["信访局", "公路局"]),
    ]
    assert [(each["measure"], each["value"]) for each in draft.figures] == [("list_units", "3"), ("list_units", "3")]
    assert any("旁边印的是3个，列出的名称有2个" in str(each) for each in draft.unsure)


def test_a_range_of_ranks_is_told_to_the_units_before_it_in_their_order() -> None:
    draft = read_circular("潍川市名列第1位，青屿市、南济市、威岬市分列第2位到第4位。昌邑市、寿光市分列第5位到第9位。")
    ranks = {figure["unit"]: figure["value"] for figure in draft.figures if figure["measure"] == "unit_rank"}
    assert ranks == {"潍川市": "1", "青屿市": "2", "南济市": "3", "威岬市": "4"}


def test_points_are_of_blocks_where_they_make_a_hundred() -> None:
    draft = read_circular(
        "经日常考勤（20分）、业务办理（50分）、服务评价（30分）综合评分。甲项（20分）、乙项（30分）另计。"
    )
    points = {figure["of"]: figure["value"] for figure in draft.figures}
    assert [draft.words["components"][block] for block in points] == ["日常考勤", "业务办理", "服务评价"]
    assert [*points.values()] == ["20", "50", "30"]


def test_a_circular_teaches_its_groups_and_grades() -> None:
    draft = read_circular(
        "关于2031年度评议结果的通报\n评议结果分“好、较好、一般”三档。\n一、执法监管类（3个）\n好：市城管局、市税务局\n一般：市人防办\n"
        "二、公共服务类（1个）\n好：市图书馆\n红榜单位：甲县、乙县。"
    )
    lists = {(each.get("group"), draft.words["grades"][each["of"]]): each["names"] for each in draft.lists}
    enforcing, serving = (key for key, word in draft.words["groups"].items() if word.endswith("类"))
    assert lists[enforcing, "好"] == ["市城管局", "市税务局"]
    assert lists[enforcing, "一般"] == ["市人防办"]
    assert lists[serving, "好"] == ["市图书馆"]
    assert ["甲县", "乙县"] in lists.values()


def test_names_in_columns_behind_a_label_and_for_a_reason() -> None:
    draft = read_circular(
        "一等奖：第二中学　外国语学校\n　　　　官塘镇中心小学\n　　甲山县因发生较大事故，考核为不合格等次。"
    )
    lists = {draft.words["grades"][each["of"]]: each["names"] for each in draft.lists}
    assert lists == {"一等奖": ["第二中学", "外国语学校", "官塘镇中心小学"], "不合格": ["甲山县"]}


def test_names_that_no_rule_takes_are_told() -> None:
    draft = read_circular("入选的有清浦、浦源、建瓯。对工作不力的甲山县予以约谈。")
    assert any("清浦、浦源、建瓯" in doubt.text for doubt in draft.unsure)
    assert draft.elsewhere == ["甲山县"]


def test_a_month_before_scores_is_no_number() -> None:
    draft = read_circular("某市考核月报\n9月考核成绩：东城区97.7分，西青区95.5分，滨海新区93.8分。\n")
    assert [(each["unit"], each["value"]) for each in draft.figures] == [
        ("东城区", "97.7"), ("西青区", "95.5"), ("滨海新区", "93.8"),
    ]  # fmt: skip
