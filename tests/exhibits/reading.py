"""What a chart says, and exhibits of what is made up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.assessment import Assessment, Year
from analysis.exhibits.chart import Chart


def drawn_words(chart: Chart) -> str:
    """Everything that is written in the drawing."""
    figure = chart.figure
    found = [text.get_text() for text in figure.texts]
    for ax in figure.axes:
        labels = [ax.title, ax.xaxis.label, *ax.get_yticklabels(), *ax.get_xticklabels()]
        found += [text.get_text() for text in [*ax.texts, *labels]]
        found += [text.get_text() for text in (ax.get_legend().get_texts() if ax.get_legend() else [])]
        found.append(ax.get_title(loc="left"))
    return "\n".join(found)


def all_words(exhibit: Any) -> str:
    """Everything that a reader, a listener or whoever takes the numbers along gets of an exhibit."""
    found = [str(exhibit.prose), *exhibit.sentences]
    found += [str(each) for headline in exhibit.headlines for each in (headline.value, *headline.says)]
    if not exhibit.absent and (chart := exhibit.chart) is not None:
        found += [chart.title, chart.subtitle, chart.source, chart.alt, drawn_words(chart), chart.data.frame.to_csv()]
    if not exhibit.absent and (table := exhibit.table) is not None:
        found += [table._repr_html_(), table.values.to_csv()]
    return "\n".join(found)


def with_frame(exhibit: Any, frame: pd.DataFrame) -> Any:
    """The exhibit, as if its frame had come out so."""
    vars(exhibit)["frame"] = frame
    return exhibit


def with_known(year: Year, **known: Any) -> Year:
    """The year afresh, as if some of what is known of it were otherwise."""
    again = Year(year.assessment, year.year)
    assert all(hasattr(Year, name) or name in vars(again) for name in known)
    vars(again).update(known)
    return again


def declared_official(city: Assessment, *, from_print: bool = False) -> Assessment:
    """The same city, as if its marks were the office's, or what the office printed."""
    years = {}
    for year, facts in city.dataset.years.items():
        assert facts.inputs is not None
        provenance = facts.inputs.provenance.model_copy(update={"provenance": "official", "from_print": from_print})
        years[year] = replace(facts, inputs=replace(facts.inputs, provenance=provenance))
    return Assessment(replace(city.dataset, years=years))
