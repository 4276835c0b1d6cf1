"""A page for leaders: what it says and shows, and that it is one page in both forms, whatever the names and groups."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest
from tests.made_up import BEST_FROM_90, SAID, city_data, draw_city, graded_city, load_city, merged_city, write_city
from tests.office import convert
from tests.papers import KINDS
from tests.print_only import write_print_only

from analysis.assessment import Assessment, Pair, Year
from analysis.data.dataset import load_dataset
from analysis.documents.composing import compose
from analysis.documents.paper import Row
from analysis.documents.pdf import typeset
from analysis.documents.word import write_word
from analysis.exhibits import show

BRIEF = KINDS["领导参阅件"]
GROUP, UNIT = "承担综合协调和专项执法职能的市直部门及派出机构", "某某市高新技术产业开发区综合执法和应急管理街道办事处"


def _crowd(groups: int, folder: Path, long: bool) -> Pair:
    """A city of many groups, with names as long as are allowed."""
    city = draw_city(5)
    members = {f"u{group}x{place}": f"g{group}" for group in range(groups) for place in range(6)}
    city["units"], city["lineage"] = members, []
    for place, facts in enumerate(city["years"].values()):
        facts["scheme"]["groups"] = {
            f"g{group}": {"name": f"{GROUP * long}{group}组", **SAID} for group in range(groups)
        }
        facts["scheme"]["components"] = [{"id": "survey", "name": "满意度", "points": 100, **SAID}]
        facts["scheme"]["grades"][0]["rule"] = {"kind": "share", "value": 0.5, "rounding": "down"}
        facts["scheme"]["assessors"]["value"] = {"office": "主管"}
        points = {unit: ((7 * number + 11 * place * number) % 60 + 30, 100) for number, unit in enumerate(members)}
        facts |= {"indicators": {}, "marks": {}, "results": {"survey": points}, "adjustments": []}
    write_city(city, folder)
    units = (folder / "units.csv").read_text(encoding="utf-8")
    (folder / "units.csv").write_text(units.replace(",u", f",{UNIT * long}u"), encoding="utf-8")
    return Assessment(load_dataset(folder)).pair(2030, 2031)


def _count_pages(of: Year | Pair, folder: Path) -> tuple[int, int]:
    made = compose(BRIEF, of)
    pdf, pages = typeset(made)
    (folder / "brief.docx").write_bytes(write_word(made, pages))
    of_word = convert(folder / "brief.docx", "pdf", folder)
    return len(pypdf.PdfReader(io.BytesIO(pdf)).pages), len(pypdf.PdfReader(of_word).pages)


@pytest.mark.slow
@pytest.mark.parametrize(("groups", "long"), [(1, False), (3, True), (5, True), (12, True), (12, False)])
def test_a_page_is_one_page_whatever_names_and_groups_there_are(groups: int, long: bool, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    assert _count_pages(_crowd(groups, tmp_path / "data", long), tmp_path) == (1, 1)


@pytest.mark.slow
def test_a_page_is_one_page_of_made_up_marks_and_of_print(shipped: Assessment, tmp_path: Path) -> None:
    assert _count_pages(shipped.pair(2020, 2021), tmp_path) == (1, 1)
    of_print = Assessment(load_dataset(write_print_only(tmp_path / "print", 2031, 2032)))
    assert _count_pages(of_print.pair(2031, 2032), tmp_path) == (1, 1)


def test_it_is_a_sentence_and_four_findings(shipped: Assessment) -> None:
    sentence, *findings = show(shipped.year(2021), "brief").sentences
    assert (
        sentence == "2021年县（市、区）政府平均分提高10.52分，市直部门平均分提高9.09分；优秀单位33个，比上年增加3个。"
    )
    assert [each[:2] for each in findings] == ["1.", "2.", "3.", "4."]
    assert findings[0].startswith("1.2021年度通报1处不符：连续优秀单位数为28，核算为27")
    (caveat,) = show(shipped.year(2021), "caveat").sentences
    assert caveat.startswith("注：各单位的真实得分没有公布。") and "来源：平法政办〔2022〕2号" in caveat


def test_a_sentence_of_many_groups_leaves_their_averages_out(tmp_path: Path) -> None:
    year = _crowd(12, tmp_path, long=True).year
    assert show(year, "brief").sentences[0] == "2031年度考核12组、72个单位，评定为优秀的36个。"
    assert "另有8组" in show(year, "brief_crossings").left_out  # type: ignore[attr-defined]
    assert len(show(year, "brief_crossings").frame) == 4


def test_crossings_are_counted_by_hand_and_not_shown_of_a_first_year() -> None:
    """In 2033 r, a and q are best again, of east r and a; d and s are new; b is no longer; m was split."""
    city = Assessment(load_city(merged_city()))
    shown = show(city.year(2033), "brief_crossings")
    assert shown.frame.to_dict("index") == {
        "east": {"kept": 2, "newly": 1, "lost": 1}, "west": {"kept": 1, "newly": 1, "lost": 0}
    }  # fmt: skip
    assert show(city.year(2030), "brief_crossings").absent == "上年的等次不详，没有进出可比。"
    made = compose(BRIEF, city.year(2030))
    assert [item.caption for item in made.items] == ["2030年各组平均分"]
    assert [len(row.items) for row in made.blocks if isinstance(row, Row)] == [1]


def test_the_largest_moves_are_shown_and_ranks_that_stay_are_not() -> None:
    totals = {2030: dict(zip("abcdefgh", range(99, 91, -1), strict=True))}
    totals[2031] = dict(zip("habcdefg", range(99, 91, -1), strict=True))
    city = Assessment(load_city(graded_city({year: (BEST_FROM_90, own) for year, own in totals.items()})))  # type: ignore[arg-type]
    moves = show(city.pair(2030, 2031), "brief_moves").frame.set_index("name")["common_rank_change"].astype(int)
    assert moves.to_dict()["h局"] == 7 and sorted(moves)[:3] == [-1, -1, -1] and len(moves) == 4


def test_a_chart_through_the_years_is_captioned_by_them(shipped: Assessment) -> None:
    """Print tells an average of a year before those that there are data of."""
    captions = [item.caption for item in compose(BRIEF, shipped.pair(2020, 2021)).items]
    assert captions == ["2019—2021年各组平均分", "2021年最高等次的进出", "2020—2021年名次升降最大的单位"]


@pytest.mark.parametrize("seed", range(3))
def test_crossings_of_any_city(seed: int) -> None:
    year = Assessment(city_data(seed)).year(2031)
    before, now = (
        {row.unit_id for row in Assessment(city_data(seed)).year(each).scores.itertuples() if row.grade == "best"}
        for each in (2030, 2031)
    )
    shown = show(year, "brief_crossings")
    if not shown.absent:
        assert shown.frame["kept"].sum() == len(now & before) and shown.frame["newly"].sum() == len(now - before)
