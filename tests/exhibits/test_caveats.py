"""What pages say of a city follows its own scheme, circulars and years."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import yaml
from bs4 import BeautifulSoup

from analysis.cli import main
from analysis.commands.starting import start_city
from analysis.data.dataset import Dataset, load_dataset
from analysis.exhibits import caveats
from analysis.methods.averages import average_history
from analysis.methods.streaks import build_grade_panel
from analysis.scoring.years import score_year, score_years


def _overview(dataset: Dataset, year: int) -> list[str]:
    scores = score_years(dataset.years)
    panel = build_grade_panel(dataset, scores)
    return caveats.doubt_overview(dataset.year(year), scores, average_history(dataset, scores), panel)


def test_the_shipped_city_is_told_as_it_is(dataset: Dataset) -> None:
    facts = dataset.year(2021)
    assert caveats.describe_rules(facts.scheme) == "优秀按数目评定（推定），其余为良好。"
    assert caveats.describe_judgement(facts.scheme).startswith("优、良、中、差是人评的。")
    told = _overview(dataset, 2021)
    assert "真实得分没有公布" in told[0]
    assert told[1:] == [
        "印本没有写明优秀怎样划线，按数目划线是推定（见年度得分页的考核办法表）。",
        "2019 年的平均分由通报的增减数推得。",
        "2019 年的等次只知道通报点名的单位，其余不知道。",
        "2019 年以前没有资料，升降和连续年数不能再往前推。",
    ]
    scored = caveats.doubt_scores(facts, score_year(facts))
    assert sum("重构" in each for each in scored) == 2 and "名单内的先后读作名次，是推定。" in scored


def test_two_years_are_told_apart_by_what_differs(dataset: Dataset) -> None:
    base, facts = dataset.year(2020), dataset.year(2021)
    told = caveats.doubt_comparison(base, facts, score_years(dataset.years))
    assert re.match("两年的办法不同（.*大项.*），", told[0]) and "重构" in told[1]
    assert caveats.doubt_comparison(base, base, score_year(base).assign(provenance="official")) == [
        "两年的办法相同，平均分之差仍含指标和名单的变化。"
    ]


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return start_city(tmp_path / "given")


def test_a_small_city_is_told_by_its_scheme(city: Path) -> None:
    small = load_dataset(city)
    (year,) = small.years
    assert caveats.describe_rules(small.year(year).scheme) == "优秀、良好按分数线评定（印本所载），其余为一般。"
    assert caveats.describe_judgement(small.year(year).scheme).startswith("好、较好、一般、差是人评的。")
    assert _overview(small, year) == [f"{year} 年以前没有资料，升降和连续年数不能再往前推。"]


@pytest.mark.parametrize(
    ("kind", "value", "basis", "told"),
    [
        ("share", 0.5, "assumed", "印本没有写明优秀怎样划线，按比例划线是推定"),
        ("threshold", 95, "derived", "印本没有写明优秀怎样划线，按分数线划线由印本推得"),
    ],
)
def test_what_is_not_printed_is_said(city: Path, kind: str, value: float, basis: str, told: str) -> None:
    (path,) = (city / "schemes").glob("*.yml")
    scheme = yaml.safe_load(path.read_text(encoding="utf-8"))
    scheme["grades"][0] |= {"rule": {"kind": kind, "value": value}, "basis": basis}
    path.write_text(yaml.safe_dump(scheme, allow_unicode=True), encoding="utf-8")
    changed = load_dataset(city)
    assert _overview(changed, *changed.years)[0].startswith(told)


def test_marks_in_points_alone_leave_nothing_to_judge(city: Path) -> None:
    (facts,) = load_dataset(city).years.values()
    (daily,) = [each for each in facts.scheme.components if each.parts]
    parts = {name: part.model_copy(update={"marking": "score"}) for name, part in daily.parts.items()}
    points = facts.scheme.model_copy(update={"components": [daily.model_copy(update={"parts": parts})]})
    assert caveats.describe_judgement(points).startswith("这一年没有按等次评的指标")


def test_a_year_of_which_nothing_is_known_is_not_said_to_be_named_in_print() -> None:
    panel = pd.DataFrame({"year": [1, 1, 2], "state": ["unknown", "unknown", "excellent"]})
    assert caveats.doubt_streaks(panel)[0].startswith("1 年的等次不知道。")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The words of all pages of a small city whose best grade is called otherwise, in a folder of another name."""
    folder = tmp_path_factory.mktemp("words")
    (path,) = (start_city(folder / "given") / "schemes").glob("*.yml")
    path.write_text(path.read_text(encoding="utf-8").replace("优秀", "先进"), encoding="utf-8")
    assert main(["build", "--data", str(folder / "given"), "--out", str(folder / "out"), "--profiles"]) == 0
    yield {
        file.name: BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser").body.get_text()  # type: ignore[union-attr]
        for file in (folder / "out").glob("*.html")
    }


@pytest.mark.slow
def test_no_page_tells_of_another_city(pages: dict[str, str]) -> None:
    for file, words in pages.items():
        for alien in ("优秀", "优、良", "data/", "第一份通报", "按数目划线"):
            assert alien not in words, f"{alien} on {file}"
    assert any("先进、良好按分数线评定（印本所载）" in words for words in pages.values())
    assert any("好、较好、一般、差是人评的" in words for words in pages.values())
