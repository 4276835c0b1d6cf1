"""Circulars of the demonstration city altered in one place: found, with one cause or with every way to mend them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from tests.conftest import widely
from tests.print_alone import NAMES, SAID, audit_print, load_print

from analysis.assessment import Assessment
from analysis.cli import main
from analysis.commands.starting import start_city
from analysis.data.dataset import Dataset, load_dataset
from analysis.data.published import PrintedFigure
from analysis.exhibits import show
from analysis.methods.audit.ledger import audit_year, find_mentions
from analysis.methods.bounds.bounds import bound_from_print
from analysis.methods.reconstruction.reconstruction import reconstruct_inputs
from analysis.methods.reconstruction.settings import load_settings
from analysis.methods.streaks import build_grade_panel, find_streaks
from analysis.problems import WorkbookError

YEAR = 2036
Names = dict[tuple[str, str, str], Sequence[str]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = start_city(tmp_path_factory.mktemp("demonstration") / "city", demonstration=True)
    for path in [*folder.glob("*/20*")]:  # the others take time
        if path.stem not in {"2031", str(YEAR - 1), str(YEAR)}:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for year in (2031, YEAR - 1):  # of the year before nothing is left to be linked to
        indicators = folder / f"inputs/{year}/indicators.csv"
        pd.read_csv(indicators, dtype=str).drop(columns="same_as").to_csv(indicators, index=False)
    return load_dataset(folder)


@pytest.fixture(scope="module")
def marked(whole: Dataset) -> tuple[Dataset, pd.DataFrame]:
    """Two years of the demonstration city in which print is right, and their scores."""
    dataset = replace(whole, years={year: whole.year(year) for year in (YEAR - 1, YEAR)})
    return dataset, Assessment(dataset).scores


@pytest.fixture(scope="module")
def printed(marked: tuple[Dataset, pd.DataFrame]) -> tuple[Dataset, pd.DataFrame]:
    """The same without marks."""
    dataset, scores = marked
    years = {year: replace(facts, inputs=None) for year, facts in dataset.years.items()}
    return replace(dataset, years=years), scores.iloc[:0]


def _publish(dataset: Dataset, year: int, **changed: object) -> Dataset:
    facts = dataset.year(year)
    assert facts.published is not None
    published = facts.published.model_copy(update=changed)
    return replace(dataset, years={**dataset.years, year: replace(facts, published=published)})


def _print_figure(dataset: Dataset, year: int, figure: str, value: str) -> tuple[Dataset, str]:
    """Print another value of "measure group of"; also return the value that was printed."""
    measure, group, of = figure.split()
    published = dataset.year(year).published
    assert published is not None
    right = published.figure(measure, group, of)
    assert right is not None and right.value != value
    wrong = PrintedFigure(**(right.model_dump() | {"value": value}))
    figures = [wrong if each is right else each for each in published.figures]
    return _publish(dataset, year, figures=figures), right.value


def _names(dataset: Dataset, kind: str, group: str, year: int = YEAR) -> list[str]:
    published = dataset.year(year).published
    assert published is not None
    of = {"graded": "excellent"}.get(kind, kind)
    kind, of = ("graded", of) if of in {"good", "fair"} else (kind, "excellent")
    return list(next(e.names for e in published.lists if (e.list, e.group, e.of) == (kind, group, of)))


def _print_names(dataset: Dataset, changed: Names, year: int = YEAR) -> Dataset:
    published = dataset.year(year).published
    assert published is not None
    lists = [
        each.model_copy(update={"names": tuple(changed.get((each.list, each.group, each.of), each.names))})
        for each in published.lists
    ]
    return _publish(dataset, year, lists=lists)


_NUMBER = r"[-−]?[0-9.]+%?"
_NUMBERS = rf"{_NUMBER}(至{_NUMBER})?"


def _findings(dataset: Dataset, scores: pd.DataFrame, year: int = YEAR) -> pd.DataFrame:
    """Return the claims that are contradicted, and see to it that the others that fail say nothing of their own."""
    ledger = audit_year(dataset, scores, year)
    affected = ledger[ledger["verdict"].eq("affected")]
    advised = affected["printed"].str.fullmatch(_NUMBER) & affected["computed"].str.fullmatch(_NUMBERS)
    assert not advised.any() and affected["cause"].isin(ledger["id"]).all()
    return ledger[ledger["verdict"].eq("contradicted")]


def test_print_that_is_right_is_right(
    marked: tuple[Dataset, pd.DataFrame], printed: tuple[Dataset, pd.DataFrame]
) -> None:
    assert _findings(*marked).empty and _findings(*printed).empty


def _leaves(computed: str, right: str) -> bool:
    """Say whether what should be printed is the right value, or a narrow range that it is in."""
    ends = [float(end.rstrip("%")) for end in computed.split("至")]
    return ends[0] <= float(right.rstrip("%")) <= ends[-1] and ends[-1] - ends[0] < 0.05


ALTERED = [
    ("average county excellent", "87.93"),
    ("average department all", "83.42"),
    ("average_delta county good", "4.35"),
    ("average_growth department excellent", "2.25%"),
    ("grade_units county good", "6"),
    ("grade_share county good", "41.76%"),
    ("unit_count department all", "47"),
    ("list_units department fair", "9"),
    ("consecutive_units all excellent", "21"),
    ("newly_units all excellent", "3"),
    ("indicator_share county routine", "30.00%"),
    ("indicator_count department platform", "23"),
]


@widely("changed", ALTERED, always=4)
def test_with_marks_the_altered_figure_is_the_cause(
    changed: tuple[str, str], marked: tuple[Dataset, pd.DataFrame]
) -> None:
    (figure, value), (dataset, scores) = changed, marked
    altered, right = _print_figure(dataset, YEAR, figure, value)
    (found,) = _findings(altered, scores).to_dict("records")
    assert found["printed"] == value and found["computed"] == right


@widely("changed", ALTERED, always=5)
def test_print_alone_finds_the_altered_figure(changed: tuple[str, str], printed: tuple[Dataset, pd.DataFrame]) -> None:
    """What all else leaves to it holds what was printed: one value, or the ends of a range."""
    (figure, value), (dataset, scores) = changed, printed
    altered, right = _print_figure(dataset, YEAR, figure, value)
    (found,) = _findings(altered, scores).to_dict("records")
    assert found["printed"] == value
    assert _leaves(found["computed"], right)


@pytest.mark.parametrize(
    ("measure", "right", "wrong"), [("total_min", "60.00", "99.00"), ("total_max", "99.00", "60.00")]
)
def test_extremes_lie_on_either_side_of_every_average(
    printed: tuple[Dataset, pd.DataFrame], measure: str, right: str, wrong: str
) -> None:
    dataset, scores = printed
    for value, verdict in ((right, "exact"), (wrong, "contradicted")):
        published = dataset.year(YEAR).published
        assert published is not None
        others = [each for each in published.figures if each.measure not in {"total_min", "total_max"}]
        added = PrintedFigure(measure=measure, group="county", value=value, section="二")
        ledger = audit_year(_publish(dataset, YEAR, figures=[*others, added]), scores, YEAR).set_index("id")
        assert ledger.loc[f"{YEAR}-{measure}_beside_average-county-all", "verdict"] == verdict


def test_shares_that_are_all_cut_off_are_no_misprints(printed: tuple[Dataset, pd.DataFrame]) -> None:
    dataset, scores = printed
    published = dataset.year(YEAR).published
    assert published is not None
    cut = {"excellent": "41.66%", "good": "41.66%", "fair": "16.66%"}  # 5, 5 and 2 of 12
    kept = ("grade_share", "county")
    figures = [
        each.model_copy(update={"value": cut[each.of]}) if each.measure == "grade_share" else each
        for each in published.figures
        if not each.measure.endswith(("_share", "_delta", "_growth")) or (each.measure, each.group) == kept
    ]
    altered = _publish(dataset, YEAR, figures=figures)
    ledger = audit_year(altered, scores, YEAR)
    assert set(ledger.loc[ledger["id"].str.startswith(f"{YEAR}-share-"), "verdict"]) == {"explained"}
    assert not _findings(altered, scores)["id"].str.contains("share").any()


def test_one_wrong_average_is_one_finding_in_both_circulars(
    marked: tuple[Dataset, pd.DataFrame], printed: tuple[Dataset, pd.DataFrame]
) -> None:
    """Its delta and growth, and those of the next year, are right: they stand under it."""
    for dataset, scores in (marked, printed):
        altered, right = _print_figure(dataset, YEAR - 1, "average county all", "85.57")
        assert len(_findings(altered, scores, YEAR - 1)) == 1
        (found,) = _findings(altered, scores).to_dict("records")
        assert found["id"] == f"{YEAR}-cause-{YEAR - 1}-average-county-all" and _leaves(found["computed"], right)
        ledger = audit_year(altered, scores, YEAR)
        affected = ledger[ledger["verdict"].eq("affected")]
        assert set(affected["cause"]) == {found["id"]} and affected["text"].str.contains("增减|增长").all()
        told = show(Assessment(altered).year(YEAR), "findings").sentences if not scores.empty else ("还涉及",)
        assert len(told) == 1 and "还涉及" in told[0]


def test_figures_that_any_of_several_could_put_right_are_all_named(printed: tuple[Dataset, pd.DataFrame]) -> None:
    """Three methods add up to the units; nothing else is said of them."""
    dataset, scores = printed
    altered, _ = _print_figure(dataset, YEAR, "method_units all full", "41")
    (found,) = _findings(altered, scores).to_dict("records")
    assert "至少须更正1处" in found["reason"] and found["computed"] == ""
    for repair in ("百分制计算法单位数41更正为40", "11更正为10", "9更正为8"):
        assert repair in found["reason"]


def test_what_fails_only_together_is_found(whole: Dataset, printed: tuple[Dataset, pd.DataFrame]) -> None:
    """Averages of the grades and of all, in a circular before which there is none."""
    first = min(whole.years)
    dataset = replace(whole, years={first: replace(whole.year(first), inputs=None)})
    altered, right = _print_figure(dataset, first, "average county good", "78.26")
    _, scores = printed
    assert _findings(dataset, scores, first).empty
    (found,) = _findings(altered, scores, first).to_dict("records")
    assert "-mean_of_grades-" in found["id"] and set(audit_year(altered, scores, first)["verdict"]) == {
        "contradicted", "exact", "unverifiable",
    }  # fmt: skip
    for named in ("良好平均分78.26", "政府平均分", "优秀平均分"):
        assert named in found["text"] and named in found["reason"]
    assert right in found["reason"] or "之间" in found["reason"]


LISTS = ["dropped", "added", "moved", "swapped", "newly dropped", "newly added", "consecutive dropped",
         "consecutive added"]  # fmt: skip


def _alter_lists(dataset: Dataset, kind: str) -> tuple[Dataset, str]:
    """Alter the lists in one way; also return what the finding is about."""
    best, good, group = _names(dataset, "graded", "department"), _names(dataset, "good", "department"), "department"
    consecutive, newly = _names(dataset, "consecutive", "all"), _names(dataset, "newly", "all")
    excellent, fine = ("graded", group, "excellent"), ("graded", group, "good")
    again, new = ("consecutive", "all", "excellent"), ("newly", "all", "excellent")
    changed: dict[str, Names] = {
        "dropped": {excellent: best[1:]},
        "added": {excellent: [*best, good[4]]},
        "moved": {excellent: best[1:], fine: [*good, best[0]]},
        "swapped": {excellent: [good[4], *best[1:]], fine: [best[0] if name == good[4] else name for name in good]},
        "newly dropped": {new: newly[1:]},
        "newly added": {new: [*newly, consecutive[2]]},
        "consecutive dropped": {again: consecutive[1:]},
        "consecutive added": {again: [*consecutive, good[4]]},
    }
    about = {"newly added": consecutive[2], "consecutive added": good[4]}
    return _print_names(dataset, changed[kind]), about.get(kind, "名单")


@pytest.mark.parametrize("with_marks", [True, False])
@widely("kind", LISTS, always=3)
def test_a_name_that_is_printed_wrongly_is_one_finding(
    kind: str, with_marks: bool, marked: tuple[Dataset, pd.DataFrame], printed: tuple[Dataset, pd.DataFrame]
) -> None:
    dataset, scores = marked if with_marks else printed
    altered, about = _alter_lists(dataset, kind)
    (found,) = _findings(altered, scores).to_dict("records")
    assert about in found["text"] or "membership" in found["id"]


def test_a_unit_that_this_years_list_lacks_is_not_told_as_missing_before(printed: tuple[Dataset, pd.DataFrame]) -> None:
    dataset, scores = printed
    name = _names(dataset, "consecutive", "all")[0]
    best = [each for each in _names(dataset, "graded", "county") if each != name]
    altered = _print_names(dataset, {("graded", "county", "excellent"): best})
    ledger = audit_year(altered, scores, YEAR).set_index("id")
    reason = ledger.loc[ledger["text"].str.startswith(f"{name}列为连续优秀"), "reason"].item()
    assert f"{YEAR}年度未列入优秀名单" in reason and f"{YEAR - 1}年度" not in reason
    assert not ledger["reason"].str.contains(f"{YEAR - 1}年度未").any()


@pytest.fixture
def misspelt(printed: tuple[Dataset, pd.DataFrame]) -> tuple[Dataset, str]:
    """A name in the best grade's list, and a unit twice in the list of those new in it."""
    dataset, _ = printed
    best, newly = _names(dataset, "graded", "department"), _names(dataset, "newly", "all")
    changed: Names = {("graded", "department", "excellent"): [f"{best[0][:-1]}厅", *best[1:]],
                      ("newly", "all", "excellent"): newly * 2}  # fmt: skip
    return _print_names(dataset, changed), best[0]


def test_a_name_that_no_unit_bears_is_a_finding(
    misspelt: tuple[Dataset, str], printed: tuple[Dataset, pd.DataFrame]
) -> None:
    dataset, right = misspelt
    found = _findings(dataset, printed[1])
    assert found["id"].str.contains("-named_unit-").all() and len(found) == 2
    assert found["reason"].str.contains(f"单位表无此名称，相近名称：{right}").sum() == 1
    assert found["reason"].str.contains("同一名单重复列名").sum() == 1


def test_all_that_reads_lists_copes_with_such_a_name(
    misspelt: tuple[Dataset, str], marked: tuple[Dataset, pd.DataFrame]
) -> None:
    """It is not known whether the unit was in the best grade, and no totals follow from the list; nothing stops."""
    dataset, right = misspelt
    unit = dataset.find_unit(right, YEAR)
    panel = build_grade_panel(dataset, pd.DataFrame(columns=["year", "unit_id", "grade"]))
    assert panel.query("unit_id == @unit and year == @YEAR")["state"].item() == "unknown"
    assert len(find_streaks(panel, YEAR)) == len(dataset.units)
    bounds = bound_from_print(dataset, YEAR, rounds=25)
    assert set(bounds.units["group"]) == {"county"} and not any(bounds.conflicts.values())
    scores = marked[1].iloc[:0]
    mentions = find_mentions(dataset, unit, lambda year: audit_year(dataset, scores, year))
    assert set(mentions["year"]) == {YEAR - 1, YEAR} and "contradicted" not in set(mentions["verdict"])
    scored = replace(dataset, years={year: marked[0].year(year) for year in dataset.years})
    assert set(Assessment(scored).scores["year"]) == {YEAR - 1, YEAR}


def test_such_a_name_stops_neither_check_nor_score_but_reconstruction(
    copied_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = copied_data / "published" / "2021.yml"
    text = path.read_text(encoding="utf-8").replace("names: [市审计局", "names: [市审计厅", 1)
    path.write_text(text, encoding="utf-8")
    assert main(["check", "--data", str(copied_data)]) == 0
    assert "市审计厅" in (told := capsys.readouterr().out) and "相近名称：市审计局" in told
    dataset = load_dataset(copied_data)
    with pytest.raises(WorkbookError, match=r"市审计厅，不能重构"):
        reconstruct_inputs(dataset.year(2021), load_settings(copied_data))
    shutil.rmtree(copied_data)


def test_where_others_may_be_in_a_group_a_change_is_not_said_to_be_what_is_wrong() -> None:
    """80.00, 83.00 and 1.00 do not go together; who else was assessed does not matter to that."""
    groups = {group: {"name": name, "units": "unknown", **SAID} for group, name in NAMES.items()}
    change = [("average", "county", "all", "83.00"), ("average_delta", "county", "all", "1.00")]
    circulars = {2031: {"figures": [("average", "county", "all", "80.00")]}, 2032: {"figures": change}}
    audit = audit_print(load_print(circulars, clauses={"groups": groups}))
    claim = audit.loc["2032-delta-county-all"]
    assert (claim["verdict"], claim["computed"]) == ("contradicted", "")
    assert claim["reason"].endswith("：2031年度通报的县区平均分80.00、县区平均分83.00、县区平均分增减1.00")


def _count_one_more(dataset: Dataset) -> tuple[Dataset, str]:
    """Name a good unit among the consecutive ones, and count it; also return its name."""
    name = _names(dataset, "good", "department")[4]
    again = ("consecutive", "all", "excellent")
    altered = _print_names(dataset, {again: [*_names(dataset, "consecutive", "all"), name]})
    published = altered.year(YEAR).published
    assert published is not None
    counted = published.figure("consecutive_units", "all", "excellent")
    assert counted is not None
    return _print_figure(altered, YEAR, "consecutive_units all excellent", str(int(counted.value) + 1))[0], name


@pytest.mark.parametrize("with_marks", [True, False])
def test_a_unit_that_is_counted_wrongly_and_named_is_one_finding(
    with_marks: bool, marked: tuple[Dataset, pd.DataFrame], printed: tuple[Dataset, pd.DataFrame]
) -> None:
    """The name stands under the count, which says that it would be right without it."""
    dataset, scores = marked if with_marks else printed
    altered, name = _count_one_more(dataset)
    ledger = audit_year(altered, scores, YEAR).set_index("id")
    wrong = ledger[ledger["verdict"].eq("contradicted")]
    (cause,) = set(wrong["cause"])
    assert "streak_count_consecutive_units" in cause and f"{name}所致" in wrong.at[cause, "reason"]
    assert wrong["text"].str.startswith(f"{name}列为连续优秀").sum() == 1


def test_marks_that_were_made_to_agree_head_no_finding(marked: tuple[Dataset, pd.DataFrame]) -> None:
    dataset, scores = marked
    altered, _ = _print_figure(dataset, YEAR, "average department all", "83.42")
    facts = altered.year(YEAR)
    assert facts.inputs is not None
    provenance = facts.inputs.provenance.model_copy(update={"provenance": "reconstructed"})
    made_up = replace(facts, inputs=replace(facts.inputs, provenance=provenance))
    altered = replace(altered, years={**altered.years, YEAR: made_up})
    ledger = audit_year(altered, scores.assign(provenance="reconstructed"), YEAR).set_index("id")
    heads = ledger.loc[sorted({*ledger.loc[ledger["verdict"].eq("affected"), "cause"]})]
    assert len(heads) and heads["basis"].eq("print").all() and heads["printed"].eq("83.42").all()
