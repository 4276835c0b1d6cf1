"""The two circulars under audit: their real contradictions are pinned, and no printed number can change unnoticed."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from tests.conftest import widely
from tests.made_up import followed_city, load_city, merged_city

from analysis.assessment import Assessment
from analysis.cli import main
from analysis.data.dataset import Dataset, load_dataset
from analysis.data.published import PrintedFigure, PrintedList, Published
from analysis.exhibits import show
from analysis.methods.audit.circulars import Circular, open_circulars
from analysis.methods.audit.claims import derive_claims
from analysis.methods.audit.ledger import audit_year
from analysis.methods.audit.unknowns import Unknowns
from analysis.methods.what_if import change_scheme
from analysis.problems import InputError

# What the circulars really get wrong, found by reading them. One that disappears must be taken out here.
DOUBTFUL = {
    2020: {
        # 24 + 5 are not 30, but who was assessed in 2019 is not at hand: a unit that was not may count as neither
        "2020-excellent_split-all-excellent": ("explained", "上一年度未参加考核的1个单位不计入"),
    },
    2021: {
        # 27 units are in the excellent lists of both years; 汝州市 is counted, which the 2020 lists do not have
        "2021-streak_count_consecutive_units-all-excellent": (
            "contradicted",
            "系计入2020年度未参加考核的汝州市人民政府所致",
        ),
        "2021-named_consecutive-all-ruzhou": ("contradicted", "2020年度未参加考核"),
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


def _call_the_best(data: Path, clause: str) -> Dataset:
    """Call the best grade of the later circular and scheme otherwise, and say what it was formerly."""
    for path in (data / "schemes/2021.yml", data / "published/2021.yml"):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"\bexcellent\b", "top", text)
        path.write_text(text.replace("id: top\n", f"id: top\n    formerly: {clause}\n"), encoding="utf-8")
    return load_dataset(data)


def test_changes_of_a_grade_that_is_called_otherwise_now_are_held_against_the_one_it_was(
    ledgers: dict[int, pd.DataFrame], copied_data: Path
) -> None:
    renamed = Assessment(_call_the_best(copied_data, "[excellent]"))
    told = ["printed", "computed", "verdict", "reason"]
    for column in ("id", *told):
        expected = ledgers[2021][column].str.replace(r"-excellent(?!_)", "-top", regex=True)
        assert sorted(renamed.year(2021).audit[column]) == sorted(expected), column
    given = Assessment(load_dataset()).year(2021).bounds.units
    same = renamed.year(2021).bounds.units
    assert (same["low"] - given["low"]).abs().max() < 1e-6 and (same["high"] - given["high"]).abs().max() < 1e-6


def test_a_grade_that_is_new_is_not_held_against_another(copied_data: Path) -> None:
    audit = Assessment(_call_the_best(copied_data, "[]")).year(2021).audit.set_index("id")
    assert audit.at["2021-delta-county-all", "verdict"] == "exact"
    changes = audit[audit.index.str.contains("(?:delta|growth)-(?:county|department)-top")]
    assert set(changes.loc[changes.index.str.contains("delta"), "verdict"]) == {"unverifiable"}
    assert not changes["verdict"].isin(["contradicted", "affected"]).any()


def test_every_claim_that_fails_has_its_cause(ledgers: dict[int, pd.DataFrame]) -> None:
    for ledger in ledgers.values():
        rows = ledger.set_index("id")
        heads = rows.loc[rows["cause"].ne(""), "cause"]
        assert set(rows.index[rows["verdict"].isin(["contradicted", "affected"])]) <= set(heads.index)
        assert rows.loc[heads.index, "verdict"].isin(["contradicted", "affected", "explained"]).all()
        assert rows.loc[heads.unique(), "verdict"].eq("contradicted").all()
        assert rows.loc[rows["verdict"].eq("affected"), "computed"].eq("").all()


def test_prose_that_names_units_in_another_order_is_told(ledgers: dict[int, pd.DataFrame]) -> None:
    """Section 三（一） of the 2020 circular names 郏县 before 宝丰, 人社 before 市场监管, and 城管 before 气象."""
    told = ledgers[2020][ledgers[2020]["id"].str.contains("-list_order-")].set_index("population")
    assert set(told["verdict"]) == {"unverifiable"}
    assert "郏县人民政府列于宝丰县人民政府之前（三（一））" in told.loc["县（市、区）政府", "reason"]
    for pair in ("市人力资源和社会保障局列于市市场监督管理局之前", "市城市管理局列于市气象局之前"):
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


def test_only_what_2019_would_tell_is_unverifiable(ledgers: dict[int, pd.DataFrame]) -> None:
    unknown = ledgers[2020][ledgers[2020]["verdict"].eq("unverifiable")]
    assert unknown["reason"].str.contains("2019|上一年度").eq(~unknown["id"].str.contains("list_order")).all()
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
        (facts, "2020年度名单首位是该单位；缺2019年度名单"),
        (without_lists, "缺2019、2020年度名单"),
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
    assert marks["reason"].eq("缺本年度评分").all()


def test_a_year_without_a_circular_has_nothing_to_audit(copied_data: Path) -> None:
    (copied_data / "published" / "2021.yml").unlink()
    dataset = load_dataset(copied_data)
    ledger = audit_year(dataset, Assessment(dataset).scores, 2021)
    assert ledger.empty
    assert str(show(Assessment(dataset).year(2021), "audit").prose) == "2021年度没有通报，或者通报没有可核对的事项。"
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
    with pytest.raises(InputError, match="现在核对为“不符”"):
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
    assert first["reason"] == ("缺2019年度名单；2020年度最高等次另有总分以外的条件，名单首位不一定是第1名")


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
        told[name] = any(f"{heads['good']}列于{heads['excellent']}之前" in reason for reason in reasons)
    assert told == {"plain": True, "requiring": False}


# --- Units that change their group, merge and split -------------------------------------------------------------------


def _printed_city(changes: dict[int, list[tuple[str, str]]]) -> Assessment:
    """The city of `merged_city` with circulars that print its lists, averages and counts, all right but for `changes`.

    In the texts of these, the first is written as the second.
    """
    averages = {
        "east": {2030: "88.00", 2031: "89.80", 2032: "86.25", 2033: "83.20"},
        "west": {2030: "73.67", 2031: "82.50", 2032: "93.50", 2033: "94.50"},
    }
    deltas = {"east": {2031: "1.80", 2032: "-3.55", 2033: "-3.05"}, "west": {2031: "8.83", 2032: "11.00", 2033: "1.00"}}
    lists = {
        2030: {"east": ("ac", "bd"), "west": ("p", "qr")},
        2031: {"east": ("abr", "dc"), "west": ("q", "p")},
        2032: {"east": ("rba", "d"), "west": ("qm", "")},
        2033: {"east": ("rad", "bt"), "west": ("sq", "")},
    }
    again = {2031: "a", 2032: "rbaq", 2033: "raq"}
    newly = {2031: "brq", 2032: "m", 2033: "ds"}

    def names(units: str) -> list[str]:
        return [f"{unit}局" for unit in units]

    dataset = load_city(merged_city())
    years = {}
    for year, facts in dataset.years.items():
        figures = [("average", group, "all", own[year]) for group, own in averages.items()]
        figures += [("average_delta", group, "all", own[year]) for group, own in deltas.items() if year in own]
        graded = [
            (group, of, own)
            for group, both in lists[year].items()
            for of, own in zip(("best", "rest"), both, strict=True)
        ]
        figures += [("grade_units", group, of, str(len(own))) for group, of, own in graded if own]
        said = [
            {"list": "graded", "group": group, "of": of, "names": names(own), "section": "二"}
            for group, of, own in graded
            if own
        ]
        if year in again:
            figures += [("consecutive_units", "all", "best", str(len(again[year])))]
            figures += [("newly_units", "all", "best", str(len(newly[year])))]
            said.append({"list": "consecutive", "years": "2", "names": names(again[year]), "section": "三"})
            said.append({"list": "newly", "names": names(newly[year]), "section": "三"})
        if year == 2033:
            figures.append(("first_place_years", "east", "r局", "2"))
        columns = ("measure", "group", "of", "value")
        said_of = [dict(zip(columns, each, strict=True)) | {"section": "一"} for each in figures]
        text = json.dumps(
            {"year": year, "document": f"{year}号", "figures": said_of, "lists": said}, ensure_ascii=False
        )
        for old, new in changes.get(year, []):
            assert old in text, text
            text = text.replace(old, new, 1)
        years[year] = replace(facts, published=Published.model_validate_json(text))
    return Assessment(replace(dataset, years=years))


def test_right_circulars_of_units_that_change_groups_merge_and_split_stand() -> None:
    city = _printed_city({})
    for year in city.years:
        ledger = city.year(year).audit
        assert set(ledger["verdict"]) == {"exact"}, ledger[ledger["verdict"].ne("exact")].to_string()


def test_a_merged_unit_has_no_year_before_its_first() -> None:
    said = '"consecutive", "years": "2", "names": ["r局"'
    city = _printed_city({2032: [(said, said.replace("r局", "m局", 1))]})
    row = city.year(2032).audit.set_index("id").loc["2032-named_consecutive-all-m"]
    assert row["verdict"] == "contradicted"
    assert "2031年度未参加考核；2032年度由c局、p局合并设立" in row["reason"]


def test_a_name_of_a_unit_that_went_into_another_is_told_with_it() -> None:
    city = _printed_city({2033: [('"names": ["b局", "t局"]', '"names": ["b局", "p局"]')]})
    ledger = city.year(2033).audit
    told = ledger[ledger["text"].str.contains("“p局”")].iloc[0]
    assert told["verdict"] in {"contradicted", "affected"} and "相近名称：" in told["reason"], told["reason"]
    assert "p局（2032年度并入m局）" in told["reason"]


@pytest.mark.parametrize(("year", "old", "new"), [
    (2031, '"newly_units", "group": "all", "of": "best", "value": "3"', "2"),
    (2031, '"grade_units", "group": "east", "of": "best", "value": "3"', "2"),
    (2032, '"consecutive_units", "group": "all", "of": "best", "value": "4"', "5"),
])  # fmt: skip
def test_one_wrong_count_is_the_cause_and_no_other(year: int, old: str, new: str) -> None:
    """In 2031 r, excellent in east, was not in west the year before; in 2032 m is no run of two years."""
    measure = old.split('"')[1]
    city = _printed_city({year: [(old, f'{old[:-3]}"{new}"')]})
    for each in city.years:
        ledger = city.year(each).audit
        wrong = ledger[ledger["verdict"].isin(["contradicted"])]
        assert (each == year) == bool(len(wrong)) and wrong["id"].str.contains(measure).all(), wrong.to_string()


def test_units_are_counted_in_the_group_of_the_year() -> None:
    """r is one of the units of west in what is printed of 2030, and of those of east in 2031."""
    city = _printed_city({})
    unknowns = Unknowns(open_circulars(city.dataset.years)[2031])
    for item, figure in unknowns.figures.items():
        quantity = unknowns.quantity(item) if figure.measure == "grade_units" else None
        if quantity is not None:
            classes = {unknowns._cells[key][0] for key in quantity.weights}
            units = city.year(item[0]).units
            members = units.loc[units["group"].eq(figure.group), "unit_id"]
            assert {unit for own in classes for unit in unknowns._units[own]} == set(members)


def test_a_unit_may_come_first_in_one_group_after_another() -> None:
    """r heads west in 2030 and east in 2031."""
    totals = {2030: {"a": 92, "p": 70, "r": 99}, 2031: {"a": 92, "p": 70, "r": 99}}
    dataset = load_city(
        followed_city(totals, {"a": "east", "p": "west", "r": "west"}, [("r", 2031, "regrouped", "east")])
    )
    best = {2030: {"east": ["a局"], "west": ["r局"]}, 2031: {"east": ["r局", "a局"], "west": ["p局"]}}
    figure = {"measure": "first_place_years", "group": "east", "of": "r局", "value": "2", "section": "一"}
    years = {}
    for year, facts in dataset.years.items():
        lists = [
            {"list": "graded", "group": group, "of": "best", "names": names, "section": "二", "complete": False}
            for group, names in best[year].items()
        ]
        said = {"year": year, "document": "", "figures": [figure] if year == 2031 else [], "lists": lists}
        years[year] = replace(facts, published=Published.model_validate(said))
    (claim,) = (
        Assessment(replace(dataset, years=years))
        .year(2031)
        .audit.query("id.str.contains('first_place')")
        .to_dict("records")
    )
    assert claim["verdict"] == "exact" and claim["unit_id"] == "r"
