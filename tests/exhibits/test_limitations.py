"""What cannot be known of a city follows its own scheme, circulars and years."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from tests.exhibits.reading import with_known
from tests.made_up import dropped_city, load_city

from analysis.assessment import Assessment, Pair, Year
from analysis.commands.starting import start_city
from analysis.data.dataset import load_dataset
from analysis.exhibits import show


def _told(of: Year | Pair, about: str = "overview") -> list[str]:
    return list(show(of, "limitations", about=about).sentences)


def test_the_shipped_city_is_told_as_it_is(year: Year) -> None:
    told = _told(year)
    assert "真实得分没有公布" in told[0] and "按通报所列各数反推" in told[0]
    assert told[1:] == [
        "通报没有载明优秀如何划定，按数目划定系推定（见考核办法表）。",
        "2019年的平均分由通报所列增减数推得。",
        "2019年的等次只知通报点名的单位，其余不详。",
        "2019年以前没有资料，升降和连续年数不再上溯。",
    ]
    scored = _told(year, "scores")
    assert sum("重构" in each for each in scored) == 2
    order = "以名单内的先后为名次，系推定；2020年度通报正文列名的次序与名单不同，这一推定不够可靠。"
    assert order in scored


def test_two_years_are_told_apart_by_what_differs(pair: Pair) -> None:
    told = _told(pair, "comparison")
    assert re.match("两年的办法不同（.*大项.*），", told[0]) and "重构" in told[1]
    assert told[2] == "没有载明两年为同一项的指标，指标的变化与得分的变化不能分开。"


def test_two_years_under_one_scheme_are_not_told_apart(tmp_path: Path) -> None:
    root = start_city(tmp_path / "data")
    scheme = (root / "schemes/2023.yml").read_text(encoding="utf-8")
    (root / "schemes/2024.yml").write_text(scheme.replace("year: 2023", "year: 2024"), encoding="utf-8")
    shutil.copytree(root / "inputs/2023", root / "inputs/2024")
    first = "两年的办法相同，平均分之差仍含指标和名单变化的影响。"
    unlinked = Assessment(load_dataset(root)).pair(2023, 2024)
    assert _told(unlinked, "comparison")[0] == first and len(_told(unlinked, "comparison")) == 2
    path = root / "inputs/2024/indicators.csv"
    indicators = pd.read_csv(path)
    indicators.assign(same_as="2023:" + indicators["indicator_id"]).to_csv(path, index=False)
    assert _told(Assessment(load_dataset(root)).pair(2023, 2024), "comparison") == [first]


def test_a_small_city_is_told_by_its_scheme(small: Year) -> None:
    first = "2023年以前没有资料，升降和连续年数不再上溯。"
    assert _told(small) == [first]
    assert _told(small, "streaks") == [first + "连续至这一年的，年数前加“至少”。"]


@pytest.fixture
def change(tmp_path: Path) -> Callable[[dict[str, Any]], Year]:
    """Change how the best grade of the small city is given."""

    def write(clause: dict[str, Any]) -> Year:
        (path,) = (start_city(tmp_path / "given") / "schemes").glob("*.yml")
        scheme = yaml.safe_load(path.read_text(encoding="utf-8"))
        scheme["grades"][0] |= clause
        path.write_text(yaml.safe_dump(scheme, allow_unicode=True), encoding="utf-8")
        return Assessment(load_dataset(tmp_path / "given")).latest

    return write


@pytest.mark.parametrize(
    ("kind", "value", "basis", "told"),
    [
        ("share", 0.5, "assumed", "通报没有载明优秀如何划定，按比例划定系推定"),
        ("threshold", 95, "derived", "通报没有载明优秀如何划定，按分数线划定由通报推得"),
    ],
)
def test_what_is_not_printed_is_said(
    kind: str, value: float, basis: str, told: str, change: Callable[[dict[str, Any]], Year]
) -> None:
    assert _told(change({"rule": {"kind": kind, "value": value}, "basis": basis}))[0].startswith(told)


def test_a_year_of_which_nothing_is_known_is_not_said_to_be_named_in_print(small: Year) -> None:
    panel = pd.DataFrame({"unit_id": list("abc"), "year": [1, 1, 2], "state": ["unknown", "unknown", "excellent"]})
    assert _told(with_known(small, grade_panel=panel), "streaks")[0].startswith("1年的等次不详。")


def test_units_that_lack_something_may_rank_before_better_grades(conditions: Year) -> None:
    assert "不符合优秀条件的单位，名次可能在优秀单位之前。" in show(conditions, "limitations", about="scores").sentences


def test_of_all_years_it_is_told_when_the_rules_changed(demonstration: Assessment) -> None:
    told = _told(demonstration.latest, "years")
    assert told[0].startswith("城市、单位、办法、通报和评分都是虚构的")
    changed = next(each for each in told if each.startswith("办法有变动的年度："))
    assert re.findall(r"(\d{4})年（", changed) == ["2034", "2035", "2039", "2043"]
    assert "2039年（等次换算）" in changed and "2035年（大项、加分、扣分）" in changed
    assert not _told(demonstration.year(2032), "years")  # two years: they have pages of their own


def test_a_group_that_is_no_more_is_not_shown_and_it_is_said_so() -> None:
    told = _told(Assessment(load_city(dropped_city())).latest, "years")
    assert told[-1] == "以前有、2032年没有的组别不列：north组。"
