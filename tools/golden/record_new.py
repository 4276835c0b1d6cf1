"""Record everything the workbook tells, as the code is now: python -m tools.golden.record_new OUT."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from tools.golden.cities import write_cities
from tools.golden.writing import read_page, write_file, write_frame, write_series

from analysis.assessment import Assessment, Year
from analysis.data.dataset import Dataset, YearFacts, load_dataset
from analysis.desk.views import KINDS, View
from analysis.documents.appendix import AppendixContents, Item, ItemTemplate, compose
from analysis.exhibits.chart import Chart
from analysis.exhibits.draft import plain as write_sentence
from analysis.exhibits.table import Table
from analysis.methods.assessors import compare_assessors, find_weak_links
from analysis.methods.audit.agreement import compare_with_print, recompute_figures
from analysis.methods.audit.ledger import audit_year, count_verdicts, find_mentions
from analysis.methods.averages import average_history
from analysis.methods.bounds.bounds import bound_from_print
from analysis.methods.counterfactuals import cross_groups, score_counterfactuals
from analysis.methods.decomposition import decompose_average, decompose_units
from analysis.methods.grades import compare_units, count_grades, follow_unit
from analysis.methods.margins import find_margins
from analysis.methods.matrices import MarkMatrix, gather_marks
from analysis.methods.plausibility import check_plausibility
from analysis.methods.profiles import compare_marks, list_marks, rate_parts
from analysis.methods.rescaling import compare_alternatives, list_excluded, list_rescalings, weigh_parts
from analysis.methods.rules import compare_rules
from analysis.methods.streaks import build_grade_panel, find_streaks
from analysis.methods.uncertainty import agreement, perturb_weights, simulate_judgement, summarise_draws
from analysis.methods.weights import leave_out, weigh_indicators
from analysis.methods.what_if import Changes, ask_what_if
from analysis.scoring.years import score_year
from analysis.site.build import build_profile, build_workbook

FIGURES = [
    "averages",
    "grades",
    "distribution",
    "components",
    "movement",
    "streaks",
    "average_change",
    "margins",
    "influence",
]
TABLES = [
    "averages",
    "grades",
    "transitions",
    "movement",
    "streaks",
    "adjustments",
    "scores",
    "scheme",
    "average_change",
    "unit_changes",
    "margins",
    "audit",
]
PROVEN = {"shipped", "city1"}
"""Cities of which is recorded what their print alone proves: it takes long."""
DRAWS, SEED = 300, 1
COMMAND = "import sys; from analysis.cli import main; sys.exit(main())"

Frames = Iterator[tuple[str, pd.DataFrame]]


def record(data_folder: Path, out_folder: Path) -> None:
    """Record one city: its frames, pages, appendices, explorer and terminal."""
    dataset = load_dataset(data_folder)
    frames = dict(_frames(dataset, proven=out_folder.name in PROVEN))
    write_file(out_folder / "frames.json", {key: write_frame(frame) for key, frame in frames.items()})
    write_file(out_folder / "appendix.json", dict(_appendices(dataset)))
    write_file(out_folder / "explorer.json", dict(_views(dataset)))
    write_file(out_folder / "terminal.json", dict(_commands(dataset)))
    write_file(out_folder / "pages.json", dict(_pages(dataset)))


def _frames(dataset: Dataset, *, proven: bool) -> Frames:
    for year in dataset.years:
        known = dataset.until(year)
        yield from _frames_of_year(known if known.scored_years else dataset, year)
    for year in dataset.scored_years:
        facts, scores = dataset.year(year), score_year(dataset.year(year))
        for group in facts.scheme.groups:
            marks = gather_marks(facts, scores, group)
            yield from ((f"group/{year}/{group}/{key}", frame) for key, frame in _frames_of_group(marks))
            for unit in _choose_units(dataset, marks):
                yield from _frames_of_unit(dataset.until(year), marks, unit, year)
    for base, year in pairwise(dataset.scored_years):
        yield from _frames_of_pair(dataset.year(base), dataset.year(year))
    for year in [year for year, facts in dataset.years.items() if facts.published and proven]:
        proof = bound_from_print(dataset, year, draws=100)
        conflicts = [(group, origin) for group, origins in proof.conflicts.items() for origin in origins]
        yield f"print/{year}/units", proof.units
        yield f"print/{year}/statistics", proof.statistics
        yield f"print/{year}/conflicts", pd.DataFrame(conflicts, columns=["group", "origin"])
    latest = dataset.year(dataset.scored_years[-1])
    for name, changes in _changes(latest).items():
        yield f"what_if/{latest.year}/{name}", ask_what_if(latest, changes)


def _frames_of_year(dataset: Dataset, year: int) -> Frames:
    """Yield what is known of a year at its end; in all years, if no marks are at hand until then."""
    facts, scores = dataset.year(year), Assessment(dataset).scores
    panel, ledger = build_grade_panel(dataset, scores), audit_year(dataset, scores, year)
    yield f"year/{year}/units", facts.units
    yield f"year/{year}/averages", average_history(dataset, scores)
    yield f"year/{year}/grades", count_grades(scores)
    yield f"year/{year}/panel", panel
    yield f"year/{year}/claims", ledger
    yield f"year/{year}/verdicts", count_verdicts(ledger)
    if facts.inputs is None:
        return
    own, figures = score_year(facts), recompute_figures(dataset, scores, year)
    yield f"year/{year}/scores", own
    yield f"year/{year}/streaks", find_streaks(panel, year)
    yield f"year/{year}/rules", compare_rules(own, facts.scheme)
    yield f"year/{year}/figures", figures
    yield f"year/{year}/printed", compare_with_print(facts, figures)
    yield f"year/{year}/suspicions", check_plausibility(dataset, year)


def _frames_of_group(marks: MarkMatrix) -> Frames:
    yield "margins", find_margins(marks)
    yield "rescalings", list_rescalings(marks)
    yield "part_weights", weigh_parts(marks)
    yield "alternatives", compare_alternatives(marks)
    yield "excluded", list_excluded(marks)
    yield "left_out", leave_out(marks)
    yield "indicators", weigh_indicators(marks)
    for by in ("part", "assessor_id", "indicator_id"):
        yield f"weak_links/{by}", find_weak_links(marks, by)
    yield "assessors", compare_assessors(marks, draws=200, seed=SEED)
    for name, totals in (
        ("judgement", simulate_judgement(marks, 0.1, DRAWS, SEED)),
        ("other_weights", perturb_weights(marks, 0.25, DRAWS, SEED)),
    ):
        yield name, summarise_draws(marks, totals)
        yield f"{name}/agreement", pd.DataFrame({"agreement": agreement(marks, totals)})
    yield "part_rates", rate_parts(marks)
    yield "marks", list_marks(marks)


def _choose_units(dataset: Dataset, marks: MarkMatrix) -> list[str]:
    """Choose the first, the middle and the last of a group, and those that something happened to."""
    units = list(marks.units["unit_id"])
    changed = [unit for unit in units if unit in set(dataset.lineage["unit_id"])]
    return list(dict.fromkeys([units[0], units[len(units) // 2], units[-1], *changed]))


def _frames_of_unit(dataset: Dataset, marks: MarkMatrix, unit: str, year: int) -> Frames:
    yield f"unit/{year}/{unit}/marks", compare_marks(marks, unit)
    yield f"unit/{year}/{unit}/history", follow_unit(dataset, Assessment(dataset).scores, unit)
    yield f"unit/{year}/{unit}/mentions", find_mentions(dataset, unit)


def _frames_of_pair(base: YearFacts, facts: YearFacts) -> Frames:
    pair, grades = f"pair/{base.year}-{facts.year}", facts.scheme.grade_names | base.scheme.grade_names
    yield f"{pair}/movement", compare_units(score_year(base), score_year(facts), list(grades))
    for crossed in cross_groups(base, facts).values():
        yield f"{pair}/{crossed.group}/average_change", decompose_average(crossed)
        yield f"{pair}/{crossed.group}/unit_changes", decompose_units(crossed)
    for imputation in ("own_rate", "other_year"):
        for crossed in cross_groups(base, facts, imputation).values():  # type: ignore[arg-type]
            yield f"{pair}/{crossed.group}/other_scheme/{imputation}", score_counterfactuals(crossed)


def _changes(facts: YearFacts) -> dict[str, Changes]:
    """Name two changes of a scheme: the limits, and who gets the best grade."""
    scheme = facts.scheme
    rescaled = next(component for component in scheme.components if component.parts)
    return {
        "limits": {
            ("bonus", "cap"): 1,
            ("ranking", "ties"): "max" if scheme.ranking.ties == "min" else "min",
            ("components", rescaled.id, "rescale"): not rescaled.rescale,
        },
        "best": {("grades", scheme.grades[0].id, "rule"): {"kind": "share", "value": 0.4, "rounding": "up"}},
    }


def _pages(dataset: Dataset) -> Iterator[tuple[str, Any]]:
    facts = dataset.year(dataset.scored_years[-1])
    changed = [unit for unit in dataset.lineage["unit_id"] if unit in set(facts.units["unit_id"])]
    with TemporaryDirectory() as folder:
        out = Path(folder) / "reports"
        build_workbook(str(dataset.root), str(out))
        for unit in dict.fromkeys([facts.units["unit_id"].iloc[0], changed[-1]]):
            build_profile(str(dataset.root), unit, facts.year, str(out))
        for path in sorted(out.glob("*.html")):
            yield path.name, read_page(path.read_text(encoding="utf-8"))
    shutil.rmtree(dataset.root.with_name(f"{dataset.root.name}-backups"), ignore_errors=True)  # no more than its log


def _appendices(dataset: Dataset) -> Iterator[tuple[str, Any]]:
    """Compose the appendix of the latest year without a base and beside every earlier year, with all there can be."""
    *earlier, year = dataset.scored_years
    city = Assessment(dataset)
    items = [ItemTemplate(figure=name) for name in FIGURES] + [ItemTemplate(table=name) for name in TABLES]
    for base in [None, *earlier]:
        contents = AppendixContents(title="{year} 年度考核统计图表", items=items)
        appendix = compose(contents, city.year(year) if base is None else city.pair(base, year))
        told = {
            "title": appendix.title,
            "notice": appendix.notice,
            "is_reconstructed": appendix.is_made_up,
            "passages": [
                [each.level, each.heading, *(write_sentence(sentence) for sentence in each.paragraphs)]
                for each in appendix.passages
            ],
            "cited": [[each.text, *each.figure] for each in appendix.cited],
            "items": {item.label: _item(item) for item in appendix.items},
            "left_out": appendix.left_out,
        }
        yield f"{year}-{base}", told


def _item(item: Item) -> dict[str, Any]:
    told = {"kind": item.kind, "caption": item.caption, "note": item.note(), "note_redrawn": item.note(redrawn=True)}
    return told | (_chart(item.content) if isinstance(item.content, Chart) else _table(item.content))


def _chart(chart: Chart) -> dict[str, Any]:
    data = chart.data
    words = {"title": chart.title, "subtitle": chart.subtitle, "source": chart.source, "alt": chart.alt}
    how = {"drawn": data.kind, "axis": data.axis, "number_format": data.number_format.excel, "measure": data.measure}
    return words | how | {"data": write_series(data.frame)}


def _table(table: Table) -> dict[str, Any]:
    words = {"caption": table.caption, "table_note": table.note}
    return words | {"cells": write_frame(table.cells), "values": write_frame(table.values)}


def _views(dataset: Dataset) -> Iterator[tuple[str, Any]]:
    *earlier, year = dataset.scored_years
    city = Assessment(dataset)
    latest, facts = city.year(year), dataset.year(year)
    for group in facts.scheme.groups:
        yield f"scores/{group}", _view("scores", latest, group=group)
        for base in earlier[-1:]:
            if group in dataset.year(base).scheme.groups:
                yield f"years/{base}-{year}/{group}", _view("years", city.year(year), group=group, other=base)
        for name, changes in _changes(facts).items():
            yield f"what_if/{name}/{group}", _view("what_if", latest, group=group, changes=changes)
    for unit in facts.units["unit_id"].iloc[[0, -1]]:
        yield f"unit/{unit}", _view("unit", latest, group="", unit=unit)
    indicators = facts.inputs.indicators if facts.inputs else pd.DataFrame()
    for row in indicators.iloc[[0, -1]].to_dict("records"):
        key = f"indicator/{row['indicator_id']}"
        yield key, _view("indicator", latest, group=row["group"], indicator=row["indicator_id"])


def _view(kind: str, year: Year, **chosen: Any) -> dict[str, Any]:
    view: View = KINDS[kind].show(year=year, **chosen)
    return {"name": view.name, "sentences": view.sentences, "chart": _chart(view.chart), "table": _table(view.table)}


def _commands(dataset: Dataset) -> Iterator[tuple[str, str]]:
    years = dataset.scored_years
    commands = [["score", "--year", str(year)] for year in years]
    commands += [["compare", "--base", str(base), "--year", str(year)] for base, year in pairwise(years)]
    for command in [*commands, ["audit"], ["check"]]:
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, *command, "--data", str(dataset.root)],
            env=os.environ | {"COLUMNS": "300"},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        yield " ".join(command), done.stdout.replace(str(dataset.root), "DATA")


def main() -> None:
    """Write the cities, and the record of each, or of those named, into a new folder."""
    out, *wanted = sys.argv[1:]
    folder = Path(out).resolve()
    folder.mkdir(parents=True)
    for city, data in write_cities(folder / "data").items():
        if not wanted or city in wanted:
            print(city, flush=True)  # noqa: T201
            record(data, folder / city)


if __name__ == "__main__":
    main()
