"""Circulars without marks: altered copies of the shipped ones, held against plain Python; coherent invented ones."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import pandas as pd
import pytest
import yaml
from tests.conftest import ROOT, widely
from tests.naive_audit import find_broken
from tests.print_alone import BOTH, COUNTIES, SAID, audit_circular, audit_print, draw_circulars, load_print

from analysis.assessment import Assessment
from analysis.data.dataset import Dataset
from analysis.data.published import Published

YEARS = (2020, 2021)
Altered = tuple[str, int, dict[int, Any]]


def _read(kind: str) -> dict[int, Any]:
    paths = {year: ROOT / f"data/{kind}/{year}.yml" for year in YEARS}
    return {year: yaml.safe_load(path.read_text(encoding="utf-8")) for year, path in paths.items()}


PRINTED, SCHEMES = _read("published"), _read("schemes")


def _misprint(value: str) -> str:
    """Exchange the first two digits that differ, or raise the last."""
    for place, (first, second) in enumerate(pairwise(value)):
        if (first + second).isdigit() and second not in {first, "0"}:
            return value[:place] + second + first + value[place + 2 :]
    digits = value.rstrip("%")
    return digits[:-1] + str((int(digits[-1]) + 1) % 10) + value[len(digits) :]


def _alter_figures() -> Iterator[Altered]:
    """Misprint figures of both years: the first of every measure, then every other."""
    for year, circular in PRINTED.items():
        seen = set[str]()
        for place, figure in enumerate(circular["figures"]):
            if figure["measure"] not in seen or place % 4 == 0:
                altered = copy.deepcopy(PRINTED)
                altered[year]["figures"][place]["value"] = _misprint(figure["value"])
                name = f"{year} {figure['measure']} {figure.get('group', 'all')} {figure.get('of', 'all')}"
                yield name, year, altered
            seen.add(figure["measure"])


def _names(circulars: dict[int, Any], year: int, kind: str, group: str = "all", of: str = "excellent") -> list[str]:
    lists = circulars[year]["lists"]
    return next(
        each["names"]
        for each in lists
        if (each["list"], each.get("group", "all"), each.get("of", "all")) == (kind, group, of)
    )


def _exchange(first: list[str], second: list[str]) -> None:
    first[-1], second[0] = second[0], first[-1]


def _print_again(circular: Any, names: list[str], other: str) -> None:
    """Print a list in another section, with one name exchanged."""
    printed = next(each for each in circular["lists"] if each["names"] is names)
    circular["lists"].append({**printed, "section": "四", "names": [*names[:4], other, *names[5:]]})


def _renumber(circular: Any) -> None:
    circular["document"] = circular["document"].replace("号", "0号")


WAYS: dict[str, Callable[[Any, dict[str, list[str]]], object]] = {
    "dropped": lambda _, lists: lists["good"].pop(),
    "moved": lambda _, lists: lists["good"].append(lists["best"].pop(5)),
    "exchanged": lambda _, lists: _exchange(lists["best"], lists["good"]),
    "misspelt": lambda _, lists: lists["best"].__setitem__(3, f"{lists['best'][3][:-1]}厅"),
    "doubled": lambda _, lists: lists["good"].append(lists["good"][2]),
    "assessor": lambda _, lists: lists["assessors"].__setitem__(1, "市档案馆"),
    "assessor dropped": lambda _, lists: lists["assessors"].pop(),
    "newly": lambda _, lists: lists["newly"].__setitem__(1, lists["good"][3]),
    "newly dropped": lambda _, lists: lists["newly"].pop(),
    "consecutive": lambda _, lists: lists["consecutive"].__setitem__(3, lists["good"][5]),
    "first two": lambda _, lists: lists["best"].insert(0, lists["best"].pop(1)),
    "printed again": lambda circular, lists: _print_again(circular, lists["best"], lists["good"][1]),
    "document": lambda circular, _: _renumber(circular),
}


def _alter_lists() -> Iterator[Altered]:
    """Alter the lists of departments, of streaks or of assessors, or the number of the circular."""
    for year, (what, alter) in product(YEARS, WAYS.items()):
        altered = copy.deepcopy(PRINTED)
        lists = {kind: _names(altered, year, kind) for kind in ("newly", "consecutive")}
        lists |= {"assessors": _names(altered, year, "assessors", of="all")}
        lists["best"], lists["good"] = (
            _names(altered, year, "graded", "department", of) for of in ("excellent", "good")
        )
        alter(altered[year], lists)
        yield f"{year} {what}", year, altered
    altered = copy.deepcopy(PRINTED)
    _names(altered, 2020, "method", of="rescaled_assessor")[1] = "市教育体育局"
    yield "2020 method of assessors", 2020, altered


ALTERED = [*_alter_figures(), *_alter_lists()]
ALWAYS = ("document", "assessor", "component_points", "rating_rate", "bonus_cap", "average county all")


KNOWN = {"2021-streak_count_consecutive_units-all-excellent", "2021-named_consecutive-all-ruzhou"}


@pytest.fixture(scope="module")
def bare(dataset: Dataset) -> Dataset:
    return replace(dataset, years={year: replace(facts, inputs=None) for year, facts in dataset.years.items()})


@pytest.fixture(scope="module")
def units(dataset: Dataset) -> dict[int, dict[str, tuple[str, str]]]:
    columns = ["unit_id", "group", "name"]
    return {
        int(str(year)): {name: (unit, group) for unit, group, name in facts.units[columns].itertuples(index=False)}
        for year, facts in dataset.years.items()
    }


def _ledgers(bare: Dataset, circulars: dict[int, Any], since: int) -> pd.DataFrame:
    years = {
        year: replace(facts, published=Published.model_validate(circulars[int(str(year))]))
        for year, facts in bare.years.items()
    }
    told = [each for each in YEARS if each >= since]
    return pd.concat([Assessment(replace(bare, years=years)).year(year).audit for year in told]).set_index("id")


@pytest.fixture(scope="module")
def sound(bare: Dataset) -> pd.DataFrame:
    return _ledgers(bare, PRINTED, min(YEARS))


def _wrong(ledger: pd.DataFrame) -> set[tuple[str, str]]:
    wrong = ledger[ledger["verdict"].eq("contradicted")]
    return {*zip(wrong.index, wrong["printed"], strict=True)}


def test_the_shipped_circulars_have_no_contradiction_but_those_known(
    sound: pd.DataFrame, units: dict[int, dict[str, tuple[str, str]]]
) -> None:
    assert {claim for claim, _ in _wrong(sound)} == KNOWN and len(find_broken(PRINTED, SCHEMES, units)) == 2


def test_the_corpus_is_large_and_most_of_it_can_be_exposed(units: dict[int, dict[str, tuple[str, str]]]) -> None:
    known = find_broken(PRINTED, SCHEMES, units)
    exposed = [name for name, _, altered in ALTERED if find_broken(altered, SCHEMES, units) - known]
    assert len(ALTERED) >= 70 and len(exposed) >= 60


@widely("place", sorted(range(len(ALTERED)), key=lambda place: not ALTERED[place][0].endswith(ALWAYS)), always=6)
def test_every_alteration_is_found_that_print_and_scheme_expose(
    place: int, bare: Dataset, sound: pd.DataFrame, units: dict[int, dict[str, tuple[str, str]]]
) -> None:
    name, year, altered = ALTERED[place]
    broken = find_broken(altered, SCHEMES, units) - find_broken(PRINTED, SCHEMES, units)
    ledger = _ledgers(bare, altered, year)
    found = _wrong(ledger) - _wrong(sound)
    assert bool(found) == bool(broken), (name, broken)
    heads = ledger.loc[ledger["verdict"].isin(["contradicted", "affected"]), "cause"]
    assert heads.isin([claim for claim, _ in _wrong(ledger)]).all()


def test_what_is_printed_twice_is_counted_once(bare: Dataset) -> None:
    twice = copy.deepcopy(PRINTED)
    for kind in ("figures", "lists"):
        twice[2020][kind] += [{**each, "section": "附件"} for each in PRINTED[2020][kind]]
    ledger = _ledgers(bare, twice, 2020)
    assert {claim for claim, _ in _wrong(ledger)} == KNOWN
    assert ledger.index.str.contains("-repeated_list-").sum() == len(PRINTED[2020]["lists"])


@pytest.mark.parametrize("year", YEARS)
def test_no_figure_is_both_right_and_open(year: int, bare: Dataset, dataset: Dataset) -> None:
    for each in (bare, dataset):
        claims = Assessment(each).year(year).audit
        figures = claims[claims["id"].str.contains("marks-|clause_|-share-|list_length|delta-|growth-|add_up|split")]
        verdicts = figures.groupby([figures["population"], figures["printed"], figures["section"]])["verdict"].agg(set)
        assert not verdicts.map({"exact", "unverifiable"}.issubset).any()
        published = each.year(year).published
        assert published is not None
        assert all(claims["printed"].str.contains(figure.value, regex=False).any() for figure in published.figures)


THREE_OF_FOUR = [("graded", "county", "best", COUNTIES[:3]), ("graded", "county", "good", COUNTIES[3:])]
CANNOT_BE: dict[str, tuple[list[tuple[str, str, str, str]], list[Any], dict[str, Any]]] = {
    "total_above_all": ([("average", "county", "all", "189.74")], [], {}),
    "total_min_beside_average": (
        [("total_min", "county", "all", "92.2"), ("average", "county", "all", "90.3")], [], {},
    ),
    "total_max_beside_average": (
        [("average", "county", "best", "93.3"), ("total_max", "county", "all", "91.1")], [], {},
    ),
    "mean_of_grades": (
        [("average", "county", of, value) for of, value in (("best", "95"), ("good", "85"), ("all", "93.0"))], BOTH, {},
    ),
    "mean_of_groups": (
        [("average", of, "all", value) for of, value in (("all", "95.0"), ("county", "90.0"), ("bureau", "91.0"))],
        [], {},
    ),
    "cause-2032-grade_share": ([("grade_share", "county", "best", "150%")], [], {}),
    "share": ([("grade_share", "county", "best", "50%")], THREE_OF_FOUR, {}),
    "bonus_max_keeps_the_rule": ([("bonus_max", "county", "all", "5")], [], {"bonus": {"cap": 4, **SAID}}),
    "clause_component_points": ([("component_points", "all", "daily", "70")], [], {}),
    "assessors-of_scheme": ([], [("assessors", "all", "all", ["市委编办", "市财政局"])], {}),
}  # fmt: skip


@pytest.mark.parametrize("rule", CANNOT_BE)
def test_print_that_cannot_be_is_one_finding(rule: str) -> None:
    figures, lists, clauses = CANNOT_BE[rule]
    ((claim, _),) = _wrong(audit_circular(figures, lists, **clauses))
    assert claim.startswith(f"2032-{rule}-")


@widely("seed", range(30), always=3)
def test_coherent_circulars_have_no_contradiction(seed: int) -> None:
    dataset = load_print(*draw_circulars(seed))
    for year in dataset.years:
        ledger = audit_print(dataset, int(str(year)))
        assert not set(ledger["verdict"]) & {"contradicted", "affected", "explained"}
        assert len(ledger[ledger["verdict"].eq("exact")]) > 8
