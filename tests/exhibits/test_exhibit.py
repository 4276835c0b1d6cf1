"""What all exhibits share: prose, sources, sentences that know what they are about."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.made_up import YEARS, city_data

from analysis.assessment import Assessment, Pair, Year
from analysis.exhibits import show
from analysis.exhibits.exhibit import Exhibit, Prose


def test_prose_is_paragraphs_or_a_list() -> None:
    assert Prose(("甲。", "乙。"))._repr_html_() == "<p>甲。</p><p>乙。</p>"
    assert Prose(("甲。", "乙。"), listed=True)._repr_html_() == "<ul><li>甲。</li><li>乙。</li></ul>"
    assert str(Prose(("甲。", "乙。"))) == "甲。\n乙。"


class Told(Exhibit):
    name, label = "told", "说"
    templates = {"about": "{base_year}→{year} {group}{best}{made_up}{more}"}  # noqa: RUF012


def test_a_sentence_knows_what_it_is_about(pair: Pair) -> None:
    told = Told(pair.year, pair.base, "county")
    made_up = "（由重构评分算得，不是真实得分）"
    assert told.say("about", more="！") == f"2020→2021 县（市、区）政府优秀{made_up}！"
    assert told.say("about", more="", best="{year}") == f"2020→2021 县（市、区）政府{{year}}{made_up}"  # filled in once
    with pytest.raises(KeyError, match="more"):
        told.say("about")


def test_a_source_names_the_documents_of_the_years_that_are_shown(pair: Pair) -> None:
    base, now = "平法政办〔2021〕1号", "平法政办〔2022〕2号"
    for of, name, documents in (
        (pair.year, "scores", [now]), (pair.year, "averages", [base, now]), (pair.base, "averages", [base]),
        (pair, "averages", [base, now]), (pair, "movement", [base, now]),
    ):  # fmt: skip
        shown = show(of, name)
        each = shown if isinstance(shown, Exhibit) else shown["county"]
        assert each.documents == documents
        assert each.source == f"来源：{'、'.join(documents)}；评分为重构数据，不是任何单位的真实得分"


def test_what_is_of_two_years_names_no_document_between(demonstration: Assessment) -> None:
    *_, first, _, last = demonstration.years
    pair = demonstration.pair(first, last)
    ends = [year.scheme.document for year in (pair.base, pair.year)]
    for name in ("movement", "average_change", "transitions"):
        shown = show(pair, name)
        assert (shown if isinstance(shown, Exhibit) else next(iter(shown.values()))).documents == ends
    assert len(show(pair, "averages").documents) == 3


def test_a_gallery_holds_its_groups_one_after_the_other(year: Year) -> None:
    every = show(year, "scores")
    assert [exhibit.group for exhibit in every.values()] == list(every) == ["county", "department"]
    pd.testing.assert_frame_equal(every.frame, pd.concat([each.frame for each in every.values()], ignore_index=True))


@pytest.mark.parametrize("seed", range(3))
def test_official_marks_are_never_said_to_be_made_up(seed: int) -> None:
    year = Assessment(city_data(seed)).year(YEARS[1])
    assert show(year, "averages").made_up == "" and show(year, "averages").note == "评分为正式数据"
    assert "（" not in show(year, "position", unit=year.units["unit_id"].iloc[0]).sentences[0]


def test_a_misspelt_declaration_is_refused() -> None:
    with pytest.raises(TypeError, match="loooks_back"):
        type("Misspelt", (Exhibit,), {}, loooks_back=True)
