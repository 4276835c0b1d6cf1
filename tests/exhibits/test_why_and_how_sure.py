"""Pictures, tables and sentences of why a score changed and how sure it is: what they say, no pixels."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest
from analysis.exhibits.tables import Table
from analysis.exhibits.theme import Chart
from analysis.exhibits.words import rounding_note
from tests.exhibits.test_charts import _texts

from analysis.data.dataset import Dataset
from analysis.exhibits import (
    certainty_charts,
    certainty_tables,
    change_charts,
    change_sentences,
    change_tables,
    profile_charts,
    profile_tables,
)
from analysis.methods.assessors import compare_assessors, find_weak_links
from analysis.methods.audit.ledger import audit_years
from analysis.methods.audit.mentions import find_mentions
from analysis.methods.counterfactuals import Counterfactuals, cross_with_previous, cross_years, score_counterfactuals
from analysis.methods.decomposition import decompose_average, decompose_units
from analysis.methods.history import follow_unit
from analysis.methods.margins import find_margins
from analysis.methods.matrices import MarkMatrix, gather_marks
from analysis.methods.profiles import compare_marks, rate_parts
from analysis.methods.rescaling import compare_alternatives, list_excluded, list_rescalings, weigh_parts
from analysis.methods.rules import compare_rules
from analysis.methods.uncertainty import simulate_judgement, summarise_draws
from analysis.methods.weights import leave_out, weigh_indicators
from analysis.scoring.years import score_year

MADE_UP = "不是任何单位的真实得分"


@pytest.fixture(scope="module")
def marks(dataset: Dataset) -> MarkMatrix:
    facts = dataset.year(2021)
    return gather_marks(facts, score_year(facts), "department")


@pytest.fixture(scope="module")
def crossed(dataset: Dataset) -> Counterfactuals:
    return cross_years(dataset.year(2020), dataset.year(2021), "county")


@pytest.fixture(scope="module")
def steps(crossed: Counterfactuals) -> pd.DataFrame:
    return change_tables.name_factors(decompose_average(crossed), crossed.part_names)


@pytest.fixture(scope="module")
def charts(marks: MarkMatrix, crossed: Counterfactuals, steps: pd.DataFrame, dataset: Dataset) -> dict[str, Chart]:
    ranks = summarise_draws(marks, simulate_judgement(marks, 0.1, 400, 1))
    change = profile_charts.chart_change(cross_with_previous(dataset, "baofeng", 2021), "baofeng")
    assert isinstance(change, Chart)
    return {
        "average": change_charts.chart_average_change(crossed, steps),
        "unit": change,
        "margins": certainty_charts.chart_margins(marks, find_margins(marks)),
        "ranks": certainty_charts.chart_ranks(marks, ranks, "模拟"),
        "influence": certainty_charts.chart_influence(marks, weigh_indicators(marks)),
        "leniency": certainty_charts.chart_leniency(marks, compare_assessors(marks, 200, 1)),
        "parts": profile_charts.chart_parts(marks, rate_parts(marks), "tax"),
    }


@pytest.mark.parametrize("name", ["average", "unit", "margins", "ranks", "influence", "leniency", "parts"])
def test_every_chart_says_its_finding_and_that_marks_are_made_up(name: str, charts: dict[str, Chart]) -> None:
    words = _texts(charts[name])
    assert charts[name].title in words
    assert "来源：" in words and MADE_UP in words
    assert len(charts[name].alt) > 30
    assert charts[name].png()[:4] == b"\x89PNG"


def test_the_waterfall_goes_from_one_printed_average_to_the_other(charts: dict[str, Chart]) -> None:
    chart = charts["average"]
    words = _texts(chart)
    assert "升 10.52 分" in chart.title
    assert "79.22" in words and "89.74" in words
    bars = [bar for bar in chart.figure.axes[0].patches if bar.get_width()]
    edges = sorted({round(edge, 6) for bar in bars for edge in (bar.get_x(), bar.get_x() + bar.get_width())})
    assert any(abs(edge - 79.219584) < 1e-5 for edge in edges) and any(abs(edge - 89.739781) < 1e-5 for edge in edges)


def test_the_sentence_adds_up_to_the_printed_change(crossed: Counterfactuals, steps: pd.DataFrame) -> None:
    told = change_sentences.describe_change(steps, crossed)
    assert "79.22 分到 2021 年的 89.74 分，升 10.52 分" in told
    shown = [float(value.replace("−", "-")) for value in re.findall(r" ([+−]\d+\.\d\d)", told)]
    assert sum(shown) == pytest.approx(10.52, abs=0.005 * len(steps))


def test_what_a_year_does_not_mark_is_said(crossed: Counterfactuals) -> None:
    (told,) = change_sentences.describe_lacking([crossed])
    assert "2020 年没有“督察考评”" in told


def test_every_table_says_that_marks_are_made_up(
    marks: MarkMatrix, crossed: Counterfactuals, steps: pd.DataFrame, dataset: Dataset, scores: pd.DataFrame
) -> None:
    margins, note = find_margins(marks), "评分为重构数据，不是任何单位的真实得分"
    own = compare_marks(marks, "water")
    units = change_tables.name_factors(decompose_units(crossed), crossed.part_names)
    adjustments = dataset.year(2021).inputs.adjustments  # type: ignore[union-attr]
    tables = [
        change_tables.table_average_change(steps, crossed, note),
        change_tables.table_unit_changes(units, crossed, note),
        change_tables.table_counterfactuals(score_counterfactuals(crossed), crossed, note),
        certainty_tables.table_margins(marks, margins),
        certainty_tables.table_rescalings(marks, list_rescalings(marks), weigh_parts(marks)),
        certainty_tables.table_alternatives(marks, compare_alternatives(marks)),
        certainty_tables.table_left_out(marks, leave_out(marks), 5),
        certainty_tables.table_rules(compare_rules(scores[scores["year"].eq(2021)], marks.scheme), marks.scheme, note),
        certainty_tables.table_indicators(marks, weigh_indicators(marks), 5),
        certainty_tables.table_weak_links(marks, find_weak_links(marks, "assessor_id"), "assessor_id"),
        profile_tables.table_history(follow_unit(dataset, scores, "water"), dataset.grade_names, note),
        profile_tables.table_marks(marks, own, 5),
        profile_tables.table_raised(marks, margins, own, "water"),
        profile_tables.table_excluded(marks, list_excluded(marks), "tax"),
    ]
    told = profile_tables.table_items(marks, adjustments, "water")
    assert isinstance(told, Table) or MADE_UP[3:] in str(told) or "不是真实得分" in str(told)
    for table in tables:
        assert isinstance(table, Table)
        assert MADE_UP in table.note, table.caption
        assert len(table.cells)


def test_a_row_of_a_unit_is_known_by_its_id(marks: MarkMatrix) -> None:
    table = certainty_tables.table_margins(marks, find_margins(marks))
    assert set(table.units) == set(marks.units["unit_id"])
    assert 'data-unit="tax"' in table._repr_html_()


def test_raising_the_named_marks_reaches_the_line(marks: MarkMatrix) -> None:
    """What the profile's table adds up to is at least what is missing."""
    margins = find_margins(marks)
    for unit in margins[margins["raised"].gt(0)].to_dict("records"):
        own = compare_marks(marks, unit["unit_id"]).set_index("indicator_id")["gain"]
        gains = own[list(unit["raised_ids"])]
        assert gains.sum() >= -unit["margin"] - 1e-9
        assert gains.sum() - gains.min() < -unit["margin"]


def test_a_unit_is_followed_through_its_names(dataset: Dataset, scores: pd.DataFrame) -> None:
    history = follow_unit(dataset, scores, "tax")
    assert list(history["year"]) == [2020, 2021]
    assert list(history["name"]) == ["市税务局", "国家税务局平顶山分局"]
    assert history["events"].str.slice(0, 2).to_list() == ["", "改名"]
    assert list(follow_unit(dataset, scores, "ruzhou")["year"]) == [2021]


def test_what_is_printed_about_a_unit_is_found_with_its_verdict(dataset: Dataset) -> None:
    ruzhou = find_mentions(dataset, "ruzhou")
    assert set(zip(ruzhou["text"], ruzhou["verdict"], strict=True)) == {
        ("列入优秀名单，第 2 个", ""),
        ("汝州市人民政府连续优秀 2 年", "contradicted"),
    }
    assert "市卫生健康委员会连续 2 年第 1 名" in set(find_mentions(dataset, "health")["text"])


def test_a_profile_tells_every_claim_about_its_unit_as_the_audit_does(dataset: Dataset, scores: pd.DataFrame) -> None:
    audited = pd.concat(audit_years(dataset, scores), names=["year", "row"]).reset_index("year")
    mentions = [find_mentions(dataset, unit).assign(unit_id=unit) for unit in dataset.units["unit_id"]]

    def by_unit(claims: pd.DataFrame) -> dict[Any, list[Any]]:
        told = claims[["text", "verdict", "reason"]].agg(tuple, axis=1)
        return told.groupby([claims["unit_id"], claims["year"]]).agg(list).to_dict()

    about = by_unit(audited[audited["unit_id"].ne("")])
    assert len(about) > 20
    assert about == by_unit(pd.concat(mentions).query("verdict != ''"))


def test_a_unit_that_enters_has_no_change_to_explain(dataset: Dataset) -> None:
    assert cross_with_previous(dataset, "ruzhou", 2021) is None
    assert cross_with_previous(dataset, "baofeng", 2020) is None
    assert "无从分解" in str(profile_charts.chart_change(None, "ruzhou"))


@pytest.mark.parametrize(("ahead", "told"), [(0.94, 0), (0.95, 1)])
def test_neighbours_are_told_apart_by_one_side_of_the_range_that_is_drawn(
    marks: MarkMatrix, ahead: float, told: int
) -> None:
    ranks = pd.DataFrame({"name": ["甲", "乙"], "rank": [1, 2], "rank_low": [1, 1], "rank_high": [2, 2]})
    ranks = ranks.assign(
        provenance="official", barred=False, p_best=[1.0, 0.0], unsure=False, p_ahead=[ahead, None], band=[1, 1 + told]
    )
    chart = certainty_charts.chart_ranks(marks, ranks, "模拟")
    assert f"1 对相邻名次中 {told} 对分得出先后" in chart.title
    assert "90% 范围（两端各舍 5%）" in chart.subtitle and "95% 的模拟一致才算分得出" in chart.subtitle


def test_the_part_furthest_from_its_weight_is_named_whatever_the_bonus_takes(marks: MarkMatrix) -> None:
    weighed = pd.DataFrame({
        "kind": ["indicator", "indicator", "component", "bonus", "deduction"],
        "part": ["platform", "routine", "inspection", "", ""],
        "weight": [0.50, 0.30, 0.20, None, None],
        "influence": [0.48, 0.27, 0.16, 0.09, 0.0],
    })  # fmt: skip
    chart = certainty_charts.chart_influence(marks, weighed)
    assert isinstance(chart, Chart)
    assert chart.title.endswith("督察考评名义权重 20.0%，占总分差异的 16.0%")
    assert "加分占去 9.0%" in chart.subtitle
    without = certainty_charts.chart_influence(marks, weighed.assign(influence=[0.5, 0.35, 0.15, 0.0, 0.0]))
    assert isinstance(without, Chart)
    assert "占去" not in without.subtitle


def test_who_marks_higher_or_lower_is_named_with_the_direction(marks: MarkMatrix) -> None:
    ids = list(marks.scheme.assessors.value)[:4]
    assessors = pd.DataFrame({"assessor_id": ids, "indicators": 6, "rate": 0.8, "leniency": [0.09, 0.05, 0.01, -0.08]})
    assessors = assessors.assign(low=assessors["leniency"] - 0.04, high=assessors["leniency"] + 0.04)
    first, second, _, last = (marks.scheme.assessors.value[each] for each in ids)
    for apart, told in (
        ([True, True, False, True], f"{first}等 2 个主体评得比其他主体高，{last}评得比其他主体低 8.0 个百分点"),
        ([False, True, False, False], f"{second}评得比其他主体高 5.0 个百分点"),
        ([False] * 4, "考核主体之间的宽严分不出高下"),
    ):
        chart = certainty_charts.chart_leniency(marks, assessors.assign(told_apart=apart))
        assert isinstance(chart, Chart)
        assert chart.title.endswith(f"：{told}")
        legend = chart.figure.axes[0].get_legend()
        assert legend is not None
        shown = {"评得高": apart[0] or apart[1], "评得低": apart[3], "分不出": True}
        assert [text.get_text() for text in legend.get_texts()] == [label for label, drawn in shown.items() if drawn]


def test_whoever_is_nearest_to_the_line_is_named_on_either_side(marks: MarkMatrix) -> None:
    margins = find_margins(marks)
    shown = margins[~margins["barred"]].head(3).assign(name=["甲", "乙", "丙"], best=[True, True, False])
    for values, told in (
        ([9.0, 1.824, -1.818], "乙高出 1.82 分，丙差 1.82 分"),
        ([9.0, 1.83, -1.82], "丙差 1.82 分"),
        ([9.0, 1.81, -1.82], "乙高出 1.81 分"),
    ):
        title = certainty_charts.chart_margins(marks, shown.assign(margin=values)).title
        assert title.endswith(f"最近的{told}")


@pytest.mark.parametrize(
    ("start", "steps", "end", "differs"),
    [
        (1.0, [0.25, 0.5], 1.75, False),
        (0.0, [0.004, 0.004], 0.008, True),  # 0.00 + 0.00, yet 0.01 in all
        (88.354, [8.652], 97.006, True),  # 88.35 + 8.65 = 97.00, not 97.01
        (10.004, [-0.008], 9.996, True),  # 10.00 − 0.01 is not 10.00
        (0.1, [0.2], 0.3, False),  # binary noise is no rounding
    ],
)
def test_rounding_is_noted_only_where_the_shown_numbers_do_not_add_up(
    start: float, steps: list[float], end: float, differs: bool
) -> None:
    assert bool(rounding_note(start, steps, end)) == differs


@pytest.mark.slow
def test_charts_note_rounding_where_their_labels_need_it(
    marks: MarkMatrix, crossed: Counterfactuals, charts: dict[str, Chart]
) -> None:
    assert "末位略有出入" in charts["average"].subtitle  # 79.22 + 10.51 in parts, 89.74 shown
    even = pd.DataFrame({"label": ["甲", "乙"], "contribution": [10.0, crossed.averages[1] - crossed.averages[0] - 10]})
    assert "出入" not in change_charts.chart_average_change(crossed, even).subtitle
    for unit in marks.units["unit_id"]:
        chart = profile_charts.chart_parts(marks, rate_parts(marks), unit)
        gap = re.search(r"：(.+)比本组中位数.+ ([\d.]+) 个百分点", chart.title)
        assert gap is not None
        shown = re.search(rf"{gap[1]}得分率([\d.]+)%，中位数([\d.]+)%", chart.alt)
        assert shown is not None
        differs = abs(abs(float(shown[1]) - float(shown[2])) - float(gap[2])) > 0.01
        assert ("出入" in chart.subtitle) == differs


def test_a_barred_unit_has_no_chance_to_tell(marks: MarkMatrix, charts: dict[str, Chart]) -> None:
    """The vetoed department stands above the line: 0.0 % beside better ranks than its neighbours' would be a riddle."""
    vetoed = marks.units.loc[marks.units["vetoed"], "name"].to_list()
    assert len(vetoed) == 1
    drawn = [text.get_text() for text in charts["ranks"].figure.axes[0].texts]
    assert drawn.count("取消评优资格（重构，印本未点名）") == 1
    assert re.search(rf"{vetoed[0]}第\d+到\d+名，优秀的可能：取消评优资格", charts["ranks"].alt)
