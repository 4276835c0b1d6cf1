"""What a chart says, and exhibits of what is made up."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.transforms import Bbox

from analysis.assessment import Assessment, Year
from analysis.exhibits.chart import Chart
from analysis.exhibits.theme import theme

_UPRIGHT = 90.0
_SLACK, _LEADING = 2.0, 0.2
"""Pixels that boxes of texts may share, and what share of their height: lines are higher than characters."""


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


def find_overlaps(chart: Chart) -> list[tuple[str, str]]:
    """Name the pairs of texts that are drawn over each other, and each that leaves the sheet, beside "the edge"."""
    figure = chart.figure
    boxes: list[tuple[str, Bbox]] = []
    with theme():
        renderer = FigureCanvasAgg(figure).get_renderer()
        write = renderer.draw_text

        def note(gc: Any, x: float, y: float, text: str, font: Any, angle: float, *rest: Any, **options: Any) -> None:
            wide, high, below = renderer.get_text_width_height_descent(text, font, False)
            left, low = x, figure.bbox.height - y - below
            size = (high, wide) if angle == _UPRIGHT else (wide, high)
            boxes.append((text, Bbox.from_bounds(left - (high if angle == _UPRIGHT else 0), low, *size)))
            write(gc, x, y, text, font, angle, *rest, **options)

        renderer.draw_text = note  # type: ignore[method-assign]
        figure.draw(renderer)
    shared = [
        (one, other)
        for (one, box), (other, second) in combinations(boxes, 2)
        if min(box.x1, second.x1) - max(box.x0, second.x0) > _SLACK
        and min(box.y1, second.y1) - max(box.y0, second.y0) > _SLACK + _LEADING * min(box.height, second.height)
    ]
    wide, high = figure.bbox.width + _SLACK, figure.bbox.height + _SLACK
    outside = [text for text, box in boxes if box.x0 < -_SLACK or box.x1 > wide or box.y0 < -_SLACK or box.y1 > high]
    return shared + [(text, "the edge") for text in outside]


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
