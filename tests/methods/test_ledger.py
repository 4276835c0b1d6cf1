"""The two circulars under audit: their real contradictions are pinned, and no printed number can change unnoticed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from tests.conftest import widely

from analysis.assessment import Assessment
from analysis.cli import main
from analysis.data.dataset import Dataset, load_dataset
from analysis.data.published import PrintedFigure, PrintedList
from analysis.exhibits import show
from analysis.methods.audit.circulars import Circular
from analysis.methods.audit.claims import derive_claims
from analysis.methods.audit.ledger import audit_year, count_verdicts
from analysis.methods.what_if import change_scheme
from analysis.problems import InputError

# What the circulars really get wrong, found by reading them. One that disappears must be taken out here.
DOUBTFUL = {
    2020: {
        # 24 + 5 are not 30, but who was assessed in 2019 is not at hand: a unit that was not may count as neither
        "2020-excellent_split-all-excellent": ("explained", "有 1 个单位上一年没有列入考核"),
    },
    2021: {
        # 27 units are in the excellent lists of both years; 汝州市 is counted, which the 2020 lists do not have
        "2021-streak_count_consecutive_units-all-excellent": ("contradicted", "汝州市人民政府"),
        "2021-named_consecutive-all-ruzhou": ("contradicted", "2020 年度没有列入考核"),
        "2021-streak_count_newly_units-all-excellent": ("explained", "汝州市人民政府"),
    },
}


@pytest.fixture(scope="module")
def ledgers(dataset: Dataset, scores: pd.DataFrame) -> dict[int, pd.DataFrame]:
    return {year: audit_year(dataset, scores, year) for year in (2020, 2021)}


@pytest.mark.parametrize("year", [2020, 2021])
def test_the_real_contradictions_are_found_and_explained(year: int, ledgers: dict[int, pd.DataFrame]) -> None:
    ledger = ledgers[year].set_index("id")
    doubtful = ledger[~ledger["verdict"].isin(["exact", "unverifiable"])]
    assert set(doubtful.index) == set(DOUBTFUL[year])
    for claim, (verdict, word) in DOUBTFUL[year].items():
        assert doubtful.loc[claim, "verdict"] == verdict
        assert word in doubtful.loc[claim, "reason"]


def test_every_claim_that_fails_has_its_cause(ledgers: dict[int, pd.DataFrame]) -> None:
    for ledger in ledgers.values():
        rows = ledger.set_index("id")
        heads = rows.loc[rows["cause"].ne(""), "cause"]
        assert set(heads.index) == set(rows.index[rows["verdict"].isin(["contradicted", "affected"])])
        assert rows.loc[heads.unique(), "verdict"].eq("contradicted").all()
        assert rows.loc[rows["verdict"].eq("affected"), "computed"].eq("").all()


def test_prose_that_names_units_in_another_order_is_told(ledgers: dict[int, pd.DataFrame]) -> None:
    """Section 三（一） of the 2020 circular names 郏县 before 宝丰, 人社 before 市场监管, and 城管 before 气象."""
    told = ledgers[2020][ledgers[2020]["id"].str.contains("-list_order-")].set_index("population")
    assert set(told["verdict"]) == {"unverifiable"}
    assert "郏县人民政府在宝丰县人民政府之前（三（一））" in told.loc["县（市、区）政府", "reason"]
    for pair in ("市人力资源和社会保障局在市市场监督管理局之前", "市城市管理局在市气象局之前"):
        assert pair in told.loc["市直部门", "reason"]
    assert not ledgers[2021]["id"].str.contains("-list_order-").any()


@pytest.mark.parametrize("year", [2020, 2021])
def test_every_printed_number_has_a_verdict(year: int, ledgers: dict[int, pd.DataFrame], dataset: Dataset) -> None:
    ledger = ledgers[year]
    assert ledger["id"].is_unique
    assert ledger[["text", "printed", "formula", "section", "verdict"]].ne("").all(axis=None)
    published = dataset.year(year).published
    assert published is not None
    for figure in published.figures:
        assert ledger["printed"].str.contains(figure.value, regex=False).any(), figure
    assert ledger.loc[ledger["verdict"].eq("unverifiable"), "reason"].ne("").all()
    assert count_verdicts(ledger).to_numpy().sum() == len(ledger)


def test_only_what_2019_would_tell_is_unverifiable(ledgers: dict[int, pd.DataFrame]) -> None:
    unknown = ledgers[2020][ledgers[2020]["verdict"].eq("unverifiable")]
    assert unknown["reason"].str.contains("2019|上一年").eq(~unknown["id"].str.contains("list_order")).all()
    assert not ledgers[2021]["verdict"].eq("unverifiable").any()


def _misprint(value: str) -> str:
    """Change a printed number by one in its last place."""
    digits = value.rstrip("%")
    last = str(int(digits[-1]) + 1) if digits[-1] != "9" else "7"
    return digits[:-1] + last + value[len(digits) :]


def _with_figure(dataset: Dataset, year: int, place: int, value: str) -> Dataset:
    facts = dataset.year(year)
    assert facts.published is not None
    figures = list(facts.published.figures)
    figures[place] = PrintedFigure(**(figures[place].model_dump() | {"value": value}))
    published = facts.published.model_copy(update={"figures": figures})
    return replace(dataset, years={**dataset.years, year: replace(facts, published=published)})


@pytest.mark.slow
@widely("year", [2021, 2020], always=1)
def test_no_printed_number_can_change_unnoticed(
    year: int, dataset: Dataset, scores: pd.DataFrame, ledgers: dict[int, pd.DataFrame]
) -> None:
    """A misprint anywhere makes more claims doubtful (a year's own or the next year's)."""
    published = dataset.year(year).published
    assert published is not None

    def doubtful(changed: Dataset) -> int:
        told = [each for each in (2020, 2021) if each >= year]  # nobody knows of a later year
        verdicts = pd.concat([audit_year(changed, scores, each)["verdict"] for each in told])
        return int((~verdicts.isin(["exact", "unverifiable"])).sum())

    before = doubtful(dataset)
    unnoticed = [
        f"{figure.measure} {figure.group} {figure.of}"
        for place, figure in enumerate(published.figures)
        if doubtful(_with_figure(dataset, year, place, _misprint(figure.value))) <= before
    ]
    # of 2020, what is said of 2019 could only be checked against the 2019 circular, but for a sum that is wrong already
    assert unnoticed == (
        [
            "consecutive_units all excellent",
            "newly_units all excellent",
            "first_place_years department 市卫生健康委员会",
        ]
        if year == 2020
        else []
    )


def test_a_first_place_names_only_years_whose_lists_say_so(dataset: Dataset) -> None:
    facts = dataset.year(2020)
    assert facts.published is not None
    without_lists = replace(facts, published=facts.published.model_copy(update={"lists": []}))
    for known, reason in (
        (facts, "2020 年度名单之首是它；缺 2019 年度的名单"),
        (without_lists, "缺 2019、2020 年度的名单"),
    ):
        reasons = {
            claim["reason"] for claim in derive_claims(Circular(known, known.published)) if "first_place" in claim["id"]
        }
        assert reasons == {reason}


def test_print_alone_is_enough(copied_data: Path) -> None:
    shutil.rmtree(copied_data / "inputs")
    dataset = load_dataset(copied_data)
    ledger = audit_year(dataset, Assessment(dataset).scores, 2021).set_index("id")
    assert ledger.loc["2021-named_consecutive-all-ruzhou", "verdict"] == "contradicted"
    assert ledger.loc["2021-growth-county-all", "verdict"] == "exact"
    marks = ledger[ledger["basis"].eq("marks")]
    assert set(marks["verdict"]) == {"unverifiable"}
    assert marks["reason"].eq("没有这一年的评分数据").all()


def test_a_year_without_a_circular_has_nothing_to_audit(copied_data: Path) -> None:
    (copied_data / "published" / "2021.yml").unlink()
    dataset = load_dataset(copied_data)
    ledger = audit_year(dataset, Assessment(dataset).scores, 2021)
    assert ledger.empty
    assert str(show(Assessment(dataset).year(2021), "audit").prose) == "没有 2021 年度的通报，或其中没有可核对的说法。"
    assert main(["audit", "--year", "2021", "--data", str(copied_data)]) == 2


REMARK = """
annotations:
  - claim: 2021-named_consecutive-all-ruzhou
    expect: {expect}
    reason: 汝州市2020年由省考核
    evidence: 虚构文件
"""


def test_a_remark_is_shown_and_changes_no_verdict(copied_data: Path) -> None:
    (copied_data / "annotations.yml").write_text(REMARK.format(expect="contradicted"), encoding="utf-8")
    dataset = load_dataset(copied_data)
    ledger = audit_year(dataset, Assessment(dataset).scores, 2021).set_index("id")
    row = ledger.loc["2021-named_consecutive-all-ruzhou"]
    assert row["verdict"] == "contradicted"
    assert row["remark"] == "汝州市2020年由省考核（依据：虚构文件）"


def test_a_claim_has_one_remark(copied_data: Path) -> None:
    remark = REMARK.format(expect="contradicted")
    (copied_data / "annotations.yml").write_text(remark + remark.removeprefix("\nannotations:"), encoding="utf-8")
    dataset = load_dataset(copied_data)
    with pytest.raises(InputError, match="这条核对有两条注记"):
        audit_year(dataset, Assessment(dataset).scores, 2021)


@pytest.mark.slow
def test_a_remark_that_no_longer_fits_is_refused(copied_data: Path) -> None:
    (copied_data / "annotations.yml").write_text(REMARK.format(expect="explained"), encoding="utf-8")
    dataset = load_dataset(copied_data)
    with pytest.raises(InputError, match="现在核对为“矛盾”"):
        audit_year(dataset, Assessment(dataset).scores, 2021)
    assert main(["check", "--data", str(copied_data)]) == 2
    assert main(["build", "--data", str(copied_data), "--out", str(copied_data.parent / "out")]) == 2
    assert not (copied_data.parent / "out").exists()


@pytest.mark.parametrize(
    ("old", "new", "claim", "word"),
    [
        (
            "郏县人民政府, 湛河区人民政府, 舞钢市",
            "湛河区人民政府, 郏县人民政府, 舞钢市",
            "marks-list-county-excellent",
            "之前",
        ),
        (
            "市应急管理局, 市水利局]\n    section: 二",
            "市应急管理局]\n    section: 二",
            "membership-department-all",
            "市水利局",
        ),
    ],
)
def test_a_changed_list_is_noticed(
    edit: Callable[[str, str, str], Path], old: str, new: str, claim: str, word: str
) -> None:
    dataset = load_dataset(edit("published/2020.yml", old, new))
    row = audit_year(dataset, Assessment(dataset).scores, 2020).set_index("id").loc[f"2020-{claim}"]
    assert row["verdict"] == "contradicted"
    assert word in row["reason"]


def _requiring(dataset: Dataset, year: int) -> Dataset:
    """The same circulars, under schemes of which the best grade requires more than a total."""
    years = dict(dataset.years)
    changes = {("grades", "excellent", "requires"): {"no_deduction": True}}
    years[year] = replace(years[year], scheme=change_scheme(years[year].scheme, changes))
    return replace(dataset, years=years)


def test_points_say_nothing_across_a_grade_that_requires_more(dataset: Dataset) -> None:
    """Its average may be below that of a worse grade, and the head of its list need not have come first."""
    known = _requiring(dataset, 2020)
    facts = known.year(2020)
    assert facts.published is not None
    ids = {claim["id"] for claim in derive_claims(Circular(facts, facts.published))}
    plain = {claim["id"] for claim in derive_claims(Circular(dataset.year(2020), facts.published))}
    assert plain - ids == {each for each in plain if "better_grade_averages_more" in each} != set()
    (first,) = [claim for claim in derive_claims(Circular(facts, facts.published)) if "first_place" in claim["id"]]
    assert first["verdict"] == "unverifiable"
    assert first["reason"] == ("缺 2019 年度的名单；2020 年度最好的等次另有总分以外的条件，名单之首不一定是第 1 名")


def test_names_in_another_order_speak_against_a_list_only_within_it(dataset: Dataset) -> None:
    """Across a grade that requires more, who has more points may be named first."""
    facts = dataset.year(2020)
    assert facts.published is not None
    heads = {of: next(each.names[0] for each in facts.published.lists if each.list == "graded"
                      and each.group == "department" and each.of == of) for of in ("excellent", "good")}  # fmt: skip
    named = PrintedList(list="newly", group="department", of="excellent", section="三",
                        names=(heads["good"], heads["excellent"]))  # fmt: skip
    published = facts.published.model_copy(update={"lists": [*facts.published.lists, named]})
    told = {}
    for name, each in (("plain", dataset), ("requiring", _requiring(dataset, 2020))):
        claims = derive_claims(Circular(each.year(2020), published))
        reasons = [claim["reason"] for claim in claims if claim["id"] == "2020-list_order-department-all"]
        told[name] = any(f"{heads['good']}在{heads['excellent']}之前" in reason for reason in reasons)
    assert told == {"plain": True, "requiring": False}
