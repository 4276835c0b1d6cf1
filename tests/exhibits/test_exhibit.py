"""What all exhibits share: prose, sources, sentences that know what they are about."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.conftest import ROOT
from tests.exhibits.reading import all_words, declared_official
from tests.made_up import YEARS, city_data, give_origins

from analysis.assessment import Assessment, Pair, Year
from analysis.data.dataset import load_dataset
from analysis.exhibits import EXHIBITS, show
from analysis.exhibits.chart import Chart
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.gallery import Gallery
from analysis.exhibits.prose import Prose
from analysis.exhibits.table import Table
from analysis.methods.provenance import list_origins
from analysis.origins import WITHHELD


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


MIXED = {
    "official after reconstructed": ("reconstructed", "reconstructed", "official"),
    "reconstructed after official": ("official", "reconstructed"),
}


@pytest.fixture(scope="module", params=MIXED)
def mixed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    data = shutil.copytree(ROOT / "data", tmp_path_factory.mktemp("mixed") / "data")
    return Assessment(load_dataset(give_origins(data, dict(enumerate(MIXED[request.param], 2020)))))


def _tell(exhibit: Exhibit) -> list[str]:
    """All that an exhibit says of one thing, clause by clause."""
    told = [*exhibit.prose.sentences, *(says for each in exhibit.headlines for says in each.says)]
    for part in [] if exhibit.absent else exhibit.parts:
        if isinstance(part, Chart):
            told += [part.title, part.subtitle, part.source, part.alt]
        elif isinstance(part, Table):
            told += [part.caption, part.note, *part.cells.astype(str).to_numpy().ravel()]
    return [clause for each in told for clause in re.split("[；。，]", each)]


def _show_all(city: Assessment) -> list[Exhibit]:
    """Every exhibit of the last year, and of the last two, that uses marks and takes neither an indicator nor draws."""
    of, shown, unit = city.pair(*city.years[-2:]), list[Exhibit](), city.latest.scores["unit_id"].iloc[0]
    for name, kind in EXHIBITS.items():
        options = {"unit": unit} if "unit" in kind.needs else {}
        if "marks" in kind.needs and not {"draws", "indicator_id"} & set(kind.__dataclass_fields__):
            for each in [of] if "base_year" in kind.needs else [of, of.year]:
                found = show(each, name, **options)
                shown += found.values() if isinstance(found, Gallery) else [found]
    return shown


@pytest.mark.slow
def test_only_years_whose_marks_are_reconstructed_are_said_to_be(mixed: Assessment) -> None:
    for exhibit in _show_all(mixed):
        official = {year for year, origin in exhibit.origins.items() if origin == "official"}
        for clause in _tell(exhibit):
            if official and re.search("重构" if official == set(exhibit.origins) else "评分为重构|没有公布", clause):
                named = re.match(r"([\d、—]+)年", clause)
                assert named, (exhibit.name, clause)
                first, *_, last = re.findall(r"\d{4}", named[1]) * 2
                assert not official & set(range(int(first), int(last) + 1)), (exhibit.name, clause)


@pytest.mark.parametrize("seed", range(3))
def test_official_marks_are_never_said_to_be_made_up(seed: int) -> None:
    year = Assessment(city_data(seed)).year(YEARS[1])
    assert show(year, "averages").made_up == "" and show(year, "averages").note == "评分为正式数据"
    assert "（" not in show(year, "position", unit=year.units["unit_id"].iloc[0]).sentences[0]


def test_a_misspelt_declaration_is_refused() -> None:
    with pytest.raises(TypeError, match="loooks_back"):
        type("Misspelt", (Exhibit,), {}, loooks_back=True)


UNCERTAIN = {
    "margins", "judgement", "weights", "left_out", "alternatives", "rules", "leniency", "way_to_best", "what_if",
}  # fmt: skip
"""What is said of how certain, how close or how otherwise results may be."""
SAID_OF_ONE = (
    "的可能", "距优秀线", "高出优秀线", "提升至最高档", "降一级即退出", "即退出优秀", "距前一名", "领先后一名", "范围第"
)  # fmt: skip


def _shown(name: str, of: Year | Pair) -> Iterator[Any]:
    kind, year = EXHIBITS[name], of.year if isinstance(of, Pair) else of
    given: list[dict[str, Any]] = [{}]
    if "unit" in kind.needs:
        given = [{"unit": unit} for unit in year.scores.groupby("group")["unit_id"].nth([0, 8, -1])]
    elif "indicator_id" in kind.needs:
        given = [{"indicator_id": year.marks("department").indicators["indicator_id"].iloc[0]}]
    elif name == "what_if":
        given = [{"changes": {("bonus", "cap"): 0.0, ("ratings", "value", "良"): 0.5}}]
    for options in given:
        drawn = {"draws": 40} if "draws" in kind.__dataclass_fields__ else {}
        shown = show(of, name, **options, **drawn)
        yield from [shown] if isinstance(shown, Exhibit) else shown.values()


def _names(year: Year) -> set[str]:
    known = [*year.dataset.units["name"], *year.units["name"], *year.scheme.assessors.value.values()]
    return set(known)


@pytest.mark.parametrize("name", sorted(UNCERTAIN))
def test_nothing_uncertain_is_said_by_name_of_reconstructed_marks(name: str, shipped: Assessment) -> None:
    """Not in a sentence, a table, a drawing or what stands for it; and it is said why."""
    for year in map(shipped.year, shipped.years):
        for shown in _shown(name, year):
            words = all_words(shown)
            assert WITHHELD in words
            assert not [each for each in _names(year) if each in words]


@pytest.mark.parametrize("name", sorted(UNCERTAIN - {"way_to_best"}))
def test_of_official_marks_all_is_said_by_name(name: str, official: Year) -> None:
    told = "\n".join(all_words(shown) for shown in _shown(name, official))
    assert WITHHELD not in told
    assert [each for each in _names(official) if each in told]


def test_of_invented_units_all_is_said_by_name(demonstration: Assessment) -> None:
    (one, *_) = _shown("margins", demonstration.latest)
    words = all_words(one)
    assert WITHHELD not in words and [each for each in _names(demonstration.latest) if each in words]


@pytest.mark.parametrize("name", [name for name, kind in EXHIBITS.items() if "marks" in kind.needs])
def test_beside_a_name_nothing_is_said_that_reconstructed_marks_do_not_bear(name: str, pair: Pair) -> None:
    for shown in _shown(name, pair if "base_year" in EXHIBITS[name].needs else pair.year):
        words = all_words(shown)
        if any(each in words for each in _names(pair.year)):
            assert not [each for each in SAID_OF_ONE if each in words]


def test_one_reconstructed_year_of_two_is_enough_to_withhold_names(pair: Pair, official: Year) -> None:
    assert not Exhibit(official).withheld and Exhibit(pair.year).withheld
    mixed = declared_official(pair.year.assessment).dataset
    years = {2020: pair.base.facts, 2021: mixed.years[2021]}
    both = Assessment(replace(mixed, years=years))
    assert Exhibit(both.year(2021), both.year(2020)).withheld and not Exhibit(both.year(2021)).withheld


@pytest.mark.slow
def test_nothing_made_up_is_spoken_of_where_all_marks_are_official() -> None:
    shown = _show_all(Assessment(city_data(1)))
    told = "".join(clause for exhibit in shown for clause in _tell(exhibit))
    assert not re.search("重构|真实得分|演示", told) and "正式" in told


@pytest.mark.slow
def test_nothing_rises_or_falls_between_marks_of_different_origin_but_what_print_bears_out(mixed: Assessment) -> None:
    pair = mixed.pair(*mixed.years[-2:])
    apart = len({*list_origins(pair.year.dataset).values()}) > 1
    for name in ("average_change", "unit_changes", "counterfactuals"):
        for exhibit in show(pair, name).values():
            assert bool(exhibit.absent) == apart and ("两年的得分不可比" in str(exhibit.prose)) == apart
    assert bool(show(pair, "imputation").absent) == apart
    profile = [show(pair.year, name, unit="baofeng") for name in ("position", "history", "unit_change", "unit_streak")]
    told = "；".join(clause for exhibit in profile for clause in _tell(exhibit))
    assert bool(re.search(r"[升降] \d", told)) != apart
    for exhibit in show(pair, "movement").values():
        assert (exhibit.table.cells["增减"] == "—").all() == apart
        assert any("总分不可比" in each for each in exhibit.sentences) == apart
    averages = show(pair, "averages").table.cells
    good = averages[averages["范围"].eq("良好单位") & averages["年度"].eq(str(pair.year.year))]
    assert (good["比上年"] == "—").all() == apart and (averages["比上年"] != "—").any()


def test_an_average_that_cannot_be_compared_says_why(copied_data: Path) -> None:
    path = copied_data / "published/2020.yml"
    printed = path.read_text(encoding="utf-8")
    figure = "{{measure: {}, group: county, of: all, value"
    path.write_text(printed.replace(figure.format("average"), figure.format("total_max")), encoding="utf-8")
    city = Assessment(load_dataset(give_origins(copied_data, {2020: "reconstructed", 2021: "official"})))
    county, department = show(city.year(2021), "averages").sentences
    why = "（2020年评分为重构，2021年评分为正式，通报没有可比的平均分，不列增减）。"
    assert county.endswith(f"2021年平均89.74分{why}") and "提高9.09分" in department
    assert not [each for each in show(city.year(2021), "averages").headlines[0].says if "提高" in each]
