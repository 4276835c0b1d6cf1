from __future__ import annotations

import pandas as pd
from analysis.exhibits.tables import make_table, table_scheme, table_scores
from analysis.exhibits.words import points, say
from bs4 import BeautifulSoup

from analysis.data.dataset import Dataset


def test_the_score_table_is_marked_up_and_rounded_once(dataset: Dataset, scores: pd.DataFrame) -> None:
    own = scores[scores["year"].eq(2021)]
    table = table_scores(own, dataset.year(2021).scheme, "county", "注")
    soup = BeautifulSoup(table._repr_html_(), "html.parser")
    assert len(soup.select("tbody tr")) == 12
    assert soup.select_one("thead th")["scope"] == "col"
    assert soup.select_one("tbody th")["scope"] == "row"
    assert soup.select_one("tbody th").get_text() == "宝丰县人民政府"
    assert "2021" in soup.select_one(".caption").get_text()


def test_every_clause_shows_its_source_and_basis(dataset: Dataset) -> None:
    for facts in dataset.years.values():
        cells = table_scheme(facts.scheme).cells
        assert cells["出处"].str.contains("平法政办").all()
        assert set(cells["依据"]) == {"印本所载", "由印本推得", "推定"}


def test_hostile_text_is_shown_as_text() -> None:
    nasty = "<script>alert(1)</script>"
    table = make_table(
        pd.DataFrame({"a": [nasty], "b": [1.005]}), {"a": ("单位", None), "b": ("分", points)}, nasty, nasty
    )
    html = table._repr_html_() + say(nasty)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "1.01" in html
