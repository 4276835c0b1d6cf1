"""Every exhibit can be shown for any city, says all it can say, and refuses what it cannot show."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import IPython.display
import pandas as pd
import pytest
import yaml
from tests.begun import COUNTIES, circular, complete, figure, graded
from tests.conftest import ROOT, widely
from tests.exhibits.reading import declared_official, with_frame, with_known
from tests.judged import judged_city
from tests.made_up import (
    BEST_FROM_90,
    CITIES,
    city_data,
    draw_city,
    dropped_city,
    give_origins,
    graded_city,
    load_city,
    merged_city,
    nobody_stays,
    strict_years,
    three_years,
)
from tests.print_only import write_print_only, write_some_results
from tests.scenarios.scenario import read_scenario, write_data

from analysis import list_exhibits
from analysis.assessment import Assessment, Pair, Year
from analysis.commands.starting import start_city
from analysis.data.dataset import Dataset, load_dataset
from analysis.data.published import PrintedCell, PrintedList, PrintedTable
from analysis.data.unit_tables import UnitTable
from analysis.exchange.beginnings.folder import begin
from analysis.exchange.beginnings.read import ReadCircular
from analysis.exhibits import EXHIBITS, find_exhibit, show
from analysis.exhibits.all_years import OverYears
from analysis.exhibits.chart import Chart
from analysis.exhibits.circular_text import MarkedText
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.findings import Cases
from analysis.exhibits.gallery import Gallery
from analysis.exhibits.lacking import Lacking
from analysis.exhibits.prose import Prose
from analysis.exhibits.rank_matrix import list_sheets
from analysis.exhibits.table import Table
from analysis.methods.what_if import change_scheme
from analysis.problems import WorkbookError

HELD = {Prose: "sentences", Cases: "sentences", MarkedText: "sentences", Chart: "chart", Table: "table"}
NEEDS = {
    "base_year", "group", "unit", "indicator_id", "circular", "marks", "results", "grades", "best_grade",
    "grade_counts", "averages", "table",
}  # fmt: skip


def _given(name: str, of: Year | Pair) -> Iterator[dict[str, Any]]:
    """What to ask of an exhibit: of each group the best unit, the worst and the barred; the ends of long lists."""
    kind, year = EXHIBITS[name], of.year if isinstance(of, Pair) else of
    if "unit" in kind.needs:
        units = year.results if year.facts.inputs is None else year.scores
        by_group = units.groupby("group")["unit_id"]
        barred = units.loc[units["vetoed"], "unit_id"] if "vetoed" in units else []
        yield from ({"unit": unit} for unit in dict.fromkeys([*by_group.head(1), *by_group.tail(1), *barred]))
    elif "indicator_id" in kind.needs:
        for group in year.scheme.groups:
            indicators = year.marks(group).indicators["indicator_id"]
            yield from ({"indicator_id": each} for each in dict.fromkeys([*indicators.head(1), *indicators.tail(1)]))
    elif name == "limitations":
        compared = ["comparison"] if isinstance(of, Pair) else []
        yield from ({"about": about} for about in ("overview", "scores", "streaks", "years", *compared))
    elif name == "what_if":
        yield from ({"changes": each} for each in ({}, {("bonus", "cap"): 0.0, ("deduction", "cap"): 0.0}))
    else:
        yield {"draws": 40} if "draws" in kind.__dataclass_fields__ else {}


def _make(name: str, of: Year | Pair) -> Iterator[Exhibit]:
    for given in _given(name, of):
        shown = show(of, name, **given)
        yield from shown.values() if isinstance(shown, Gallery) else [shown]


def _subjects(name: str, city: Assessment) -> list[Year | Pair]:
    kind = EXHIBITS[name]
    years = city.years if "marks" in kind.needs else city.reported_years
    shown: list[Year | Pair] = []
    if "base_year" not in kind.needs:
        shown += map(city.year, years)
    if len(years) > 1 and ("base_year" in kind.needs or kind.since_base):
        shown.append(city.pair(years[0], years[-1]))
    return shown


def _look(exhibit: Exhibit) -> set[str]:
    """Look at all that it shows; return what it holds."""
    if isinstance(exhibit, Lacking):
        assert [str(part) for part in exhibit.parts] == list(exhibit.sentences)
        return set()
    assert exhibit.frame is not None
    assert type(exhibit).finding is Exhibit.finding or exhibit.finding  # else it is a title, or the first sentence
    told = [*exhibit.sentences, *(says for each in exhibit.headlines for says in (each.value, *each.says))]
    assert not [each for each in told if not each or "nan" in each or "None" in each]
    assert exhibit.folded.summary and getattr(exhibit, "method", True)
    parts = exhibit.parts
    if isinstance(exhibit, OverYears) and not parts:  # it waits for a third year
        return set()
    assert exhibit.finding and "nan" not in exhibit.finding
    if exhibit.absent:
        assert [str(part) for part in parts] == [exhibit.absent]
        return set()
    for part in parts:
        assert isinstance(part, Chart) or part._repr_html_()
        if isinstance(part, Chart):
            assert part.title and part.source and part.alt
            assert len(part.data.frame) or exhibit.name == "streaks"  # where nobody was ever in the best grade
        elif isinstance(part, Table):
            assert part.caption and not part.cells.isin(["nan", "None"]).any(axis=None)
    return {HELD[type(part)] for part in parts}


@pytest.mark.parametrize("name", EXHIBITS)
def test_every_exhibit_can_be_shown_for_the_shipped_data(
    name: str, shipped: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    displayed: list[Any] = []
    monkeypatch.setattr(IPython.display, "display", displayed.append)
    for of in _subjects(name, shipped):
        if of is shipped.year(2020):
            continue  # the slow test shows all years
        for exhibit in _make(name, of):
            _look(exhibit)
            displayed.clear()
            exhibit._ipython_display_()
            assert list(map(type, displayed)) == list(map(type, exhibit.parts))
    waits = issubclass(EXHIBITS[name], OverYears)  # for a third year
    assert displayed or waits or name == "print_only"  # which has nothing to say where there are marks


def _new_city() -> Dataset:
    with TemporaryDirectory() as folder:
        return load_dataset(start_city(Path(folder) / "data"))


def _of_print() -> Dataset:
    with TemporaryDirectory() as folder:
        return load_dataset(write_print_only(Path(folder) / "data"))


def _of_some_print() -> Dataset:
    with TemporaryDirectory() as folder:
        return load_dataset(write_some_results(Path(folder) / "data"))


def _begun_city(*circulars: ReadCircular) -> Dataset:
    """A folder of circulars alone, whose schemes hold what print says."""
    with TemporaryDirectory() as folder:
        for name, content in begin(circulars).files.items():
            file = Path(folder) / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)
        return load_dataset(Path(folder))


TOTALS = dict(zip(COUNTIES, ("93.00", "91.00", "90.00"), strict=True))
BEGUN: dict[str, Callable[[], Dataset]] = {
    "whose units may have been renamed": lambda: _begun_city(
        complete(2031), complete(2032, ["甲县人民政府", "乙市人民政府", "丙区人民政府"])
    ),
    "that name a few": lambda: _begun_city(
        circular(2031, figure("unit_count", "5", group="county")),
        circular(
            2032, graded("excellent", COUNTIES[:1], "county", complete=False), figure("average", "85.5", group="county")
        ),
    ),
    "that print totals": lambda: _begun_city(
        circular(2032, *(figure("unit_total", "90.00", unit=unit, group="county") for unit in COUNTIES))
    ),
    "that print one total": lambda: _begun_city(
        circular(
            2032,
            graded("excellent", COUNTIES[:2], "county"),
            graded("good", COUNTIES[2:], "county"),
            figure("unit_total", "90.00", unit=COUNTIES[1], group="county"),
        )
    ),
    "that print parts of totals": lambda: _begun_city(
        circular(
            2032,
            *(figure("unit_total", "90.00", unit=unit, group="county") for unit in COUNTIES[:2]),
            figure("unit_component", "3.00", unit=COUNTIES[2], group="county", of="bonus"),
        )
    ),
    "that print a wrong rank": lambda: _begun_city(
        circular(
            2032,
            *(figure("unit_total", total, unit=unit, group="county") for unit, total in TOTALS.items()),
            *(figure("unit_rank", rank, unit=unit, group="county") for unit, rank in zip(TOTALS, "213", strict=True)),
        )
    ),
}


def _mixed_city() -> Dataset:
    with TemporaryDirectory() as folder:
        data = Path(shutil.copytree(ROOT / "data", Path(folder) / "data"))
        return load_dataset(give_origins(data, {2020: "reconstructed", 2021: "official"}))


def _scenario_city(name: str, *, without: str = "", requires: dict[str, Any] | None = None) -> Dataset:
    """The city of a scenario, without one of its components, or with conditions of its best grade."""
    scenario = read_scenario(name)
    if requires:
        scenario["scheme"]["grades"][0]["requires"] = requires
    if without:
        components = scenario["scheme"]["components"]
        scenario["scheme"]["components"] = [each for each in components if each["id"] != without]
        scenario["indicators"], scenario["marks"] = {}, {}
        scenario["results"]["inspection"] = {"a": [90, 100], "b": [70, 100], "c": [60, 120]}
    with TemporaryDirectory() as folder:
        return load_dataset(write_data(scenario, Path(folder) / "data"))


NESTED: dict[str, Callable[[], Dataset]] = {
    "parts within parts": lambda: _scenario_city("parts_within_parts"),
    "components passed up": lambda: _scenario_city("components_passed_up"),
    "without indicators": lambda: _scenario_city("components_passed_up", without="daily"),
}


@pytest.mark.parametrize("city", NESTED)
def test_every_exhibit_can_be_shown_for_blocks_of_any_kind(city: str) -> None:
    assert len(_see(Assessment(NESTED[city]()), EXHIBITS)) > len(EXHIBITS) / 2


def _strict_city(seed: int) -> Dataset:
    return replace(city_data(seed), years={facts.year: facts for facts in strict_years(seed)})


def _strict_print() -> Dataset:
    """The shipped circulars, under schemes that rank on rounded totals and require more than these."""
    shipped = load_dataset(ROOT / "data")
    changes = {
        2020: {("grades", "excellent", "requires"): {"least": {"daily": 20}}, ("ranking", "decimals"): 1},
        2021: {("grades", "excellent", "requires"): {"within": {"routine": 40}}, ("ranking", "decimals"): 1},
    }
    years = {
        year: replace(facts, scheme=change_scheme(facts.scheme, changes[year])) for year, facts in shipped.years.items()
    }
    return replace(shipped, years=years)


def _rank_last_first(year: Year) -> UnitTable:
    """Print of one unit a rank that is not that of its scores."""
    last = year.scores.sort_values("rank").iloc[-1]
    known = {"measure": "unit_rank", "value": "1", "unit": last["name"], "section": "附件"}
    names = PrintedList(list="table", names=(last["name"],), section="附件")
    cells = {(last["name"], "rank"): PrintedCell(**known)}
    return UnitTable(PrintedTable(section="附件"), names, cells, frozenset(), {})


def _flawless(year: Year) -> Year:
    """The year, as if every mark were the best."""
    inputs = year.facts.inputs
    assert inputs is not None
    best = max(year.scheme.ratings.value, key=year.scheme.ratings.value.__getitem__)
    points = inputs.marks["indicator_id"].map(inputs.indicators.set_index("indicator_id")["points"])
    marks = inputs.marks.assign(
        rating=inputs.marks["rating"].where(inputs.marks["rating"].eq(""), best),
        score=points.where(inputs.marks["score"].notna()),
    )
    return with_known(year, facts=replace(year.facts, inputs=replace(inputs, stored_marks=marks)))


WATCHED: dict[str, Callable[[], Dataset]] = {
    "shipped": lambda: load_dataset(ROOT / "data"),
    "shipped, as if official": lambda: declared_official(Assessment(load_dataset(ROOT / "data"))).dataset,
    "new": _new_city,
    "official after reconstructed": _mixed_city,
    **{name: lambda make=make: load_city(make()) for name, make in CITIES.items()},  # type: ignore[misc]
    "three years": lambda: load_city(three_years()),
    "nobody stays": lambda: load_city(nobody_stays()),
    "judged": lambda: load_city(judged_city()),
    **NESTED,
    **{f"strict from {seed}": lambda seed=seed: _strict_city(seed) for seed in range(4)},  # type: ignore[misc]
    "merged": lambda: load_city(merged_city()),
    "of print alone": _of_print,
    "of print alone, of some units": _of_some_print,
    **{f"begun with circulars {name}": make for name, make in BEGUN.items()},
    **{f"drawn from {seed}": lambda seed=seed: city_data(seed) for seed in range(3)},  # type: ignore[misc]
}


@contextmanager
def _sentences_watched() -> Iterator[set[str]]:
    """Collect the sentences that are used, as they are before they are filled in."""
    said: set[str] = set()

    class Watched(dict[str, str]):
        def __getitem__(self, key: str) -> str:
            said.add(super().__getitem__(key))
            return super().__getitem__(key)

    with pytest.MonkeyPatch.context() as patch:
        for kind, templates in [(kind, Watched(kind.templates)) for kind in EXHIBITS.values()]:
            patch.setattr(kind, "templates", templates)
        yield said


def _see(city: Assessment, names: Iterable[str]) -> set[tuple[str, str]]:
    """Show all that some exhibits can show of a city; return what they hold."""
    return {
        (name, part)
        for name in names
        for of in _subjects(name, city)
        for exhibit in _make(name, of)
        for part in _look(exhibit)
    }


@pytest.mark.slow
@widely("city", reversed(WATCHED), always=1)
def test_every_exhibit_can_be_shown_for_any_city(city: str) -> None:
    assessment = Assessment(WATCHED[city]())
    shown = [name for name in EXHIBITS if _subjects(name, assessment)]
    assert len(_see(assessment, EXHIBITS)) > len(shown) / 4  # of print alone, much is told to be lacking


@pytest.mark.slow
def test_every_sentence_is_said_and_every_part_held_of_some_city(copied_data: Path, tmp_path: Path) -> None:
    """A sentence that nobody gets to read, or that cannot be filled in, is a mistake."""
    misprinted = Assessment(_misprint(copied_data)).latest
    start_city(tmp_path / "demo", demonstration=True)
    invented = Assessment(load_dataset(tmp_path / "demo")).latest
    listed = list_exhibits()["holds"]
    held = set[tuple[str, str]]()
    with _sentences_watched() as said:

        def wanting(name: str) -> set[str]:
            return set(EXHIBITS[name].templates.values()) - said | {
                part for part in listed[name] if (name, part) not in held
            }

        shown = [
            (name, misprinted) for name in ("findings", "conflicts", "plausibility", "unknown_names", "circular_text")
        ]
        printed = declared_official(invented.assessment, from_print=True).latest
        ranked_otherwise = with_known(printed, facts=replace(printed.facts, table=_rank_last_first(printed)))
        shown += [("limitations", each) for each in (invented, printed, ranked_otherwise)] + [("averages", printed)]
        shown.append(("intervals", Assessment(_strict_print()).latest))
        held_by_a_part = _scenario_city("ratings_to_points", requires={"least": {"platform": 42}})
        shown.append(("margins", Assessment(held_by_a_part).latest))
        unlike = _unlike(Path(shutil.copytree(copied_data, tmp_path / "unlike")))
        shown += [("averages", unlike), *(("intervals", year) for year in _unsettled(misprinted))]
        shown += [("intervals", year) for year in _narrow(misprinted)]
        shown += [(name, invented) for name, kind in EXHIBITS.items() if issubclass(kind, OverYears)]
        shown.append(("limitations", Assessment(load_city(dropped_city())).latest))
        assert list_sheets(invented)
        from_nothing = graded_city({2030: (BEST_FROM_90, {"a": 0, "b": 0}), 2031: (BEST_FROM_90, {"a": 1, "b": 3})})
        shown += [(name, Assessment(load_city(from_nothing)).latest) for name in ("draft", "averages")]
        from_nothing["years"][2030]["results"], from_nothing["years"][2031]["results"] = (
            {"inspection": dict.fromkeys("ab", (0, 100))} for _ in range(2)
        )
        from_nothing["years"][2031]["adjustments"] = [{"unit_id": "a", "kind": "deduction", "points": 1}]
        shown.append(("draft", Assessment(load_city(from_nothing)).latest))
        shown.append(("losses", _flawless(invented)))
        shown += [("sampling", year) for name, year in shown if name == "intervals"]
        shown.append(("convergence", _of_two_origins(Path(shutil.copytree(copied_data, tmp_path / "origins")))))
        shown += [("trajectories", year) for year in (_still(), _many())]
        grown = _grown()
        shown += [("movement", grown), ("draft_method", grown.year), ("brief", _lengthened())]
        exhibits = [(name, exhibit) for name, year in shown for exhibit in _make(name, year)]
        for name, exhibit in exhibits + [(each.name, each) for each in _forced(misprinted)]:
            held |= {(name, part) for part in _look(exhibit)}
        for make in WATCHED.values():  # each shows what those before could not
            if names := list(filter(wanting, EXHIBITS)):
                held |= _see(Assessment(make()), names)
    assert not sorted((name, each) for name in EXHIBITS for each in wanting(name))
    assert held <= {(str(name), part) for name, parts in listed.items() for part in parts}


def _of_two_origins(data: Path) -> Year:
    """The last of three years, official after reconstructed ones."""
    origins = {2020: "reconstructed", 2021: "reconstructed", 2022: "official"}
    return Assessment(load_dataset(give_origins(data, origins))).year(2022)


def _still() -> Year:
    """The last of three years in which nobody moved."""
    return Assessment(
        load_city(graded_city(dict.fromkeys((2030, 2031, 2032), (BEST_FROM_90, {"a": 95.0, "b": 85.0}))))
    ).latest


def _grown() -> Pair:
    """Two years of a group to which more units come than a chart names; each bonus is as large."""
    before = {"a": 95.0, "b": 85.0, "c": 75.0}
    after = before | {f"n{unit}": 60.0 + unit for unit in range(12)}
    city = graded_city({2030: (BEST_FROM_90, before), 2031: (BEST_FROM_90, after)})
    for facts in city["years"].values():
        facts["scheme"]["bonus"] |= {"item_min": 1, "item_max": 1, "step": 1, "cap": 5}
    return Assessment(load_city(city)).pair(2030, 2031)


def _lengthened() -> Year:
    """A year of three groups with names as long as they may be."""
    city = draw_city(5)
    for facts in city["years"].values():
        for group, spec in facts["scheme"]["groups"].items():
            spec["name"] = (group + "名称很长的一组单位" * 4)[:40]
    return Assessment(load_city(city)).latest


def _many() -> Year:
    """The last of three years of more units than can be named."""
    totals = {year: {f"u{unit}": (37 * unit + year) % 97 / 1.0 for unit in range(60)} for year in (2030, 2031, 2032)}
    return Assessment(load_city(graded_city({year: (BEST_FROM_90, own) for year, own in totals.items()}))).latest


def _forced(year: Year) -> Iterator[Exhibit]:
    """What is rarely to be told, as if it had come out so."""
    for printed in ({}, {"department": "1.00%"}):
        growth = show(year, "common_growth")
        vars(growth)["printed"] = printed
        yield growth
    yield show(with_known(year, bounds=replace(year.bounds, conflicts={"county": [*"甲乙丙丁戊己庚"]})), "conflicts")
    head = year.audit.head(1).assign(verdict="contradicted", text="甲，与乙一致", computed="1")
    head = head.assign(cause=head["id"])
    yield with_frame(show(year, "findings"), head)
    others = year.audit[year.audit["verdict"].eq("exact")].head(10).assign(verdict="affected", cause=head["id"].item())
    yield with_frame(show(year, "findings"), pd.concat([head, others]))


def _unsettled(year: Year) -> Iterator[Year]:
    """A year of which nothing could be sampled, and one of which walks did not settle."""
    samples = year.bounds.samples
    for changed in ({}, {group: sample and sample._replace(settled=False) for group, sample in samples.items()}):
        yield with_known(year, bounds=replace(year.bounds, samples=dict.fromkeys(samples) | changed))


def _narrow(year: Year) -> Iterator[Year]:
    """A year of which print bounds one unit of each group, and one of which it bounds all alike."""
    units = year.bounds.units
    for changed in (units.groupby("group").head(1), units.assign(high=units["low"] + 1)):
        yield with_known(year, bounds=replace(year.bounds, units=changed))


def _unlike(misprinted: Path) -> Year:
    """An official year after a reconstructed one, whose average is not the printed one."""
    return Assessment(load_dataset(give_origins(misprinted, {2021: "reconstructed", 2022: "official"}))).latest


def _misprint(data: Path) -> Dataset:
    """Print an average that cannot be, and a name of nobody; put a remark on a claim; rate one unit best throughout."""
    path, average = data / "published/2021.yml", "{measure: average, group: county, of: all, value: "
    text = path.read_text(encoding="utf-8")
    assert f'{average}"89.74"' in text
    text = text.replace(f'{average}"89.74"', f'{average}"59.74"').replace("names: [市政务服务", "names: [市政务服", 1)
    path.write_text(text, encoding="utf-8")
    (data / "circulars").mkdir()
    printed = (
        "关于2021年度法治政府建设考核情况的通报\n县（市、区）政府平均得分为59.74分，市直部门平均得分为86.06分。\n"
        "市审计局、市政府办公室、汝州市人民政府等28个单位连续2年获评优秀。\n"
    )
    (data / "circulars/2021.txt").write_text(printed, encoding="utf-8")
    remark = {
        "claim": "2021-named_consecutive-all-ruzhou",
        "expect": "contradicted",
        "reason": "笔误",
        "evidence": "虚构文件",
    }
    (data / "annotations.yml").write_text(
        yaml.safe_dump({"annotations": [remark]}, allow_unicode=True), encoding="utf-8"
    )
    marks = pd.read_csv(data / "inputs/2021/marks.csv")
    rated = marks["unit_id"].eq("baofeng") & marks["rating"].notna()
    marks.assign(rating=marks["rating"].mask(rated, "优")).to_csv(data / "inputs/2021/marks.csv", index=False)
    return load_dataset(data)


def test_listed_is_what_can_be_shown() -> None:
    listed = list_exhibits()
    assert list(listed.index) == list(EXHIBITS) and listed.index.name == "name"
    assert list(listed) == ["title", "needs", "holds", "options", "about"]
    assert listed["title"].to_dict() == {name: kind.label for name, kind in EXHIBITS.items()}
    for row in listed.to_dict("records"):
        assert set(row["needs"]) <= NEEDS and set(row["holds"]) <= set(HELD.values()) and row["holds"]
        assert row["about"].endswith(".") and "\n" not in row["about"]
    assert listed["about"].is_unique
    assert set(listed.at["judgement", "options"]) == {"draws", "seed", "step_percent", "score_step_percent"}
    assert listed.at["averages", "options"] == ()


@pytest.mark.parametrize(
    ("name", "near"), [("avrages", "averages"), ("movment", "movement"), ("what-if", "what_if"), ("margin", "margins")]
)
def test_an_unknown_name_gets_the_nearest(name: str, near: str, year: Year) -> None:
    for ask in (find_exhibit, lambda asked: show(year, asked)):
        with pytest.raises(WorkbookError, match=f"没有叫“{name}”的图表。相近的有：(.*、)?{near}(、.*)?。全部名称见"):
            ask(name)


@pytest.mark.parametrize(("name", "told"), [("\x1b", r"\\x1b"), ("zzzz", "zzzz")])
def test_a_name_like_no_other_is_told_legibly(name: str, told: str, year: Year) -> None:
    with pytest.raises(WorkbookError, match=f"^没有叫“{told}”的图表。全部名称见 list_exhibits。$"):
        show(year, name)


@pytest.mark.parametrize("name", [name for name, kind in EXHIBITS.items() if "base_year" in kind.needs])
def test_a_missing_base_year_is_refused(name: str, year: Year) -> None:
    with pytest.raises(WorkbookError, match=rf"（{name}）要与另一年比：用 pair\(基期年度, 2021\)\.show"):
        show(year, name)


@pytest.mark.parametrize("name", [name for name, kind in EXHIBITS.items() if "unit" in kind.needs])
def test_a_missing_or_unknown_unit_is_refused(name: str, year: Year) -> None:
    with pytest.raises(WorkbookError, match=rf"（{name}）是关于一个单位的：写明 unit="):
        show(year, name)
    with pytest.raises(WorkbookError, match=r"没有叫“宝丰县”的单位。相近的有：.*宝丰县人民政府"):
        show(year, name, unit="宝丰县")


@pytest.mark.parametrize("name", [name for name, kind in EXHIBITS.items() if "unit" not in kind.needs])
def test_an_unknown_group_is_refused(name: str, pair: Pair) -> None:
    of = pair if "base_year" in EXHIBITS[name].needs else pair.year
    given = next(_given(name, of), {})
    with pytest.raises(WorkbookError, match="“village”这一组"):
        show(of, name, "village", **given)


@pytest.mark.parametrize("name", EXHIBITS)
def test_an_unknown_option_is_refused_with_those_there_are(name: str, pair: Pair) -> None:
    of = pair if "base_year" in EXHIBITS[name].needs else pair.year
    known = "、".join(list_exhibits().at[name, "options"]) or "无"
    with pytest.raises(WorkbookError, match=f"（{name}）没有 colour 这个选项。可用：{known}。"):
        show(of, name, **(next(_given(name, of), {}) | {"colour": "red"}))


def test_an_indicator_has_to_be_named_and_to_be_of_the_group(year: Year) -> None:
    with pytest.raises(WorkbookError, match="没有写明是哪一项指标"):
        show(year, "indicator")
    with pytest.raises(WorkbookError, match="没有编号为“x”的指标"):
        show(year, "indicator", indicator_id="x")
    with pytest.raises(WorkbookError, match="不属于“county”这一组，属于 department"):
        show(year, "indicator", "county", indicator_id="department-2021-012")
    assert show(year, "indicator", indicator_id="department-2021-012").group == "department"


def test_limitations_are_asked_for_by_what_they_are_about(year: Year) -> None:
    with pytest.raises(WorkbookError, match="about 可用：overview、scores、unit、comparison、streaks、years"):
        show(year, "limitations", about="everything")
    with pytest.raises(WorkbookError, match="用 pair"):
        show(year, "limitations", about="comparison")


@pytest.mark.parametrize("name", [name for name, kind in EXHIBITS.items() if "marks" in kind.needs])
def test_without_marks_what_needs_them_is_refused(name: str, pair: Pair) -> None:
    if "base_year" in EXHIBITS[name].needs:
        return
    unmarked = with_known(pair.year, facts=replace(pair.year.facts, inputs=None))
    with pytest.raises(WorkbookError, match=rf"2021年度没有评分数据（inputs/2021），没有“.+”（{name}）"):
        show(unmarked, name, **next(_given(name, pair.year)))


def test_for_every_group_or_for_the_one_that_is_named(year: Year) -> None:
    every, one = show(year, "margins"), show(year, "margins", "county")
    assert isinstance(every, Gallery) and list(every) == list(year.scheme.groups)
    assert list(every["county"].frame["unit_id"]) == list(one.frame["unit_id"])
    assert len(every.frame) == len(year.units)
    assert not isinstance(show(year, "averages"), Gallery)


def test_a_unit_is_known_by_its_id_and_by_any_of_its_names(year: Year) -> None:
    shown = [show(year, "position", unit=unit) for unit in ("tax", "市税务局", "国家税务局平顶山分局")]
    assert [each.unit_id for each in shown] == ["tax"] * 3


def test_of_a_pair_what_is_about_one_year_is_about_the_later(pair: Pair) -> None:
    for name, given in (("position", {"unit": "tax"}), ("components", {"group": "county"}), ("audit", {})):
        assert show(pair, name, **given).source == show(pair.year, name, **given).source
    assert show(pair, "unit_change", unit="ruzhou").years == [2021]
