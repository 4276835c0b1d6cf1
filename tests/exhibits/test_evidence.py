"""The audit's tables and the interval chart show what they are given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from analysis.data.dataset import Dataset
from analysis.exhibits import evidence_charts, evidence_tables, sentences, words
from analysis.methods.audit.ledger import audit_year
from analysis.methods.bounds.bounds import Proof, prove_from_print
from analysis.methods.bounds.constraints import ASSUMPTIONS


@pytest.fixture(scope="module")
def ledger(dataset: Dataset, scores: pd.DataFrame) -> pd.DataFrame:
    return audit_year(dataset, scores, 2021)


@pytest.fixture(scope="module")
def proof(dataset: Dataset) -> Proof:
    return prove_from_print(dataset, 2021, draws=500)


def test_the_ledger_has_a_row_a_claim_and_a_button_a_verdict(ledger: pd.DataFrame) -> None:
    page = BeautifulSoup(evidence_tables.table_ledger(ledger, "核对")._repr_html_(), "html.parser")
    assert len(page.select("tbody tr")) == len(ledger)
    assert len(page.select("tbody tr.contradicted")) == 2
    labels = [label.text for label in page.select("label")]
    assert labels[:3] == [f"全部 {len(ledger)}", "矛盾 2", "另有口径 1"]
    assert page.select("tbody tr")[0]["class"] == ["contradicted"]  # what needs attention comes first
    assert not page.select("script")


def test_hostile_words_in_a_claim_are_shown_as_text(ledger: pd.DataFrame) -> None:
    hostile = ledger.head(1).assign(text="<script>alert(1)</script>", reason="<b>x</b>")
    shown = evidence_tables.table_ledger(hostile, "<i>")._repr_html_()
    assert "<script>alert" not in shown and "<b>x" not in shown and "<i>" not in shown


def test_the_interval_chart_draws_every_interval(dataset: Dataset, proof: Proof) -> None:
    facts = dataset.year(2021)
    units = proof.units.merge(facts.units[["unit_id", "name"]], on="unit_id")
    chart = evidence_charts.chart_intervals(units, facts.scheme, "county", ["文件"])
    (ax,) = chart.figure.axes
    own = units[units["group"].eq("county")]
    bars = [bar for container in ax.containers for bar in container]
    assert len(bars) == len(own) == 12
    lines = np.concatenate([each.get_segments() for each in ax.collections])
    assert lines[:, 0, 0].tolist() == pytest.approx(own["low"].tolist())
    assert lines[:, 1, 0].tolist() == pytest.approx(own["high"].tolist())
    told = [text.get_text() for text in [*ax.texts, *chart.figure.texts]]
    assert "95.62 – 105.00" in told
    assert any("只依据印本" in each for each in told)
    assert "汝州市人民政府94.05 – 105.00" in chart.alt


@pytest.mark.slow
def test_who_may_be_vetoed_is_said_beside_an_interval_that_no_line_binds(dataset: Dataset, proof: Proof) -> None:
    """One department is barred and not named: the first of the lower list may be the one, so it may outrank others."""
    facts = dataset.year(2021)
    units = proof.units.merge(facts.units[["unit_id", "name"]], on="unit_id")
    first = units[units["group"].eq("department") & units["grade"].eq("good")].iloc[0]
    assert units.loc[units["unbound"], "unit_id"].tolist() == [first["unit_id"]]
    chart = evidence_charts.chart_intervals(units, facts.scheme, "department", ["文件"])
    told = [text.get_text() for text in chart.figure.axes[0].texts]
    assert [text for text in told if "可能取消评优资格" in text] == ["78.38 – 103.75  可能取消评优资格"]
    assert "印本未点名" in chart.subtitle and f"{first['name']}78.38 – 103.75（可能取消评优资格）" in chart.alt
    assert "印本未点名" not in evidence_charts.chart_intervals(units, facts.scheme, "county", ["文件"]).subtitle


def test_common_growth_is_set_beside_print(dataset: Dataset, proof: Proof) -> None:
    facts = dataset.year(2021)
    county, department = sentences.describe_common_growth(
        proof.statistics, facts.printed_figures(), facts.scheme.group_names
    )
    assert "13.28%" in county and "11.52% – 12.79%" in county and "11 个单位" in county
    assert "11.81%" in department and "45 个单位" in department
    table = evidence_tables.table_bounds(proof.statistics, facts.scheme, ASSUMPTIONS)
    assert table.cells.shape == (10, 3 + len(ASSUMPTIONS))
    assert table.cells.notna().all(axis=None)


def test_a_conflict_is_told_in_words() -> None:
    told = sentences.describe_conflicts({"a": ["甲", "乙"], "b": []}, {"a": "一组", "b": "二组"})
    assert "一组" in told[0] and "甲；乙" in told[0] and "不能同时成立" in told[0]
    assert "可以同时成立" in told[1]


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [(1.0, 2.0, "1.00 – 2.00"), (-np.inf, 2.0, "不限 – 2.00"), (-np.inf, np.inf, "印本不能确定")],
)
def test_intervals_say_what_is_open(low: float, high: float, shown: str) -> None:
    assert words.interval(low, high) == shown
