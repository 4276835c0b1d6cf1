"""Charts that Word and WPS can edit: DrawingML, with the numbers in a workbook inside the document."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from pptx.chart.chart import Chart as OfficeChart
from pptx.chart.data import CategoryChartData
from pptx.chart.xmlwriter import ChartXmlWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.enum.dml import MSO_LINE_DASH_STYLE, MSO_PATTERN_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Pt

from analysis.exchange.office import PLAIN_TEXT, stamp
from analysis.exhibits.chart import ChartData
from analysis.exhibits.theme import FAINT, INK, MUTED, PAPER, ink_on

FONT = "黑体"
_TYPES = {
    "line": XL_CHART_TYPE.LINE_MARKERS,
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "stacked": XL_CHART_TYPE.BAR_STACKED,
    "shares": XL_CHART_TYPE.BAR_STACKED_100,
}


def add_chart(package: Any, number: int, data: ChartData, year: int) -> Part:
    """Add a chart and its workbook to a document's package.

    Parameters
    ----------
    package : docx package
    number : int
        Names its parts.
    data : ChartData
        Of a kind that office software can draw.
    year : int
        Dates the workbook.

    Returns
    -------
    Part
        To be related to from the document.
    """
    chart = _draw(data)
    workbook = Part(
        PackURI(f"/word/embeddings/Microsoft_Excel_Sheet{number}.xlsx"),
        CONTENT_TYPE.SML_SHEET,
        _write_numbers(data.frame, year),
        package,
    )
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), CONTENT_TYPE.DML_CHART, b"", package)
    space = chart._chartSpace
    space._add_externalData().set(qn("r:id"), part.relate_to(workbook, RELATIONSHIP_TYPE.PACKAGE))
    part._blob = space.xml.encode()
    return part


def _write_numbers(frame: pd.DataFrame, year: int) -> bytes:
    """Write the workbook where the chart's references expect it: labels in column A, series from B on."""
    with io.BytesIO() as buffer:
        with xlsxwriter.Workbook(buffer, PLAIN_TEXT) as book:
            stamp(book, year)
            sheet = book.add_worksheet("Sheet1")
            sheet.set_column(0, 0, 24)
            sheet.write_row(0, 1, list(map(str, frame.columns)))
            sheet.write_column(1, 0, list(map(str, frame.index)))
            for column, name in enumerate(frame.columns, 1):
                sheet.write_column(1, column, frame[name].astype(object).where(frame[name].notna(), None))
        return buffer.getvalue()


def _draw(data: ChartData) -> OfficeChart:
    content = CategoryChartData(number_format=data.number_format.excel)
    content.categories = list(map(str, data.frame.index))
    for name in data.frame.columns:
        content.add_series(str(name), [None if pd.isna(value) else float(value) for value in data.frame[name]])
    chart = OfficeChart(parse_xml(ChartXmlWriter(_TYPES[data.kind], content).xml.encode()), None)
    chart.font.size, chart.font.name = Pt(9), FONT
    chart.font.color.rgb = _rgb(INK)
    _name_east_asian(chart)
    chart.has_title = False
    shown = [str(name) for name in data.frame.columns if name != data.hidden]
    chart.has_legend = len(shown) > 1 and not data.hidden  # what is lifted says itself what it is
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    _draw_axes(chart, data)
    for place, series in enumerate(chart.plots[0].series):
        _draw_series(series, data, place)
    return chart


def _draw_axes(chart: OfficeChart, data: ChartData) -> None:
    values, categories = chart.value_axis, chart.category_axis
    values.has_major_gridlines = True
    values.major_gridlines.format.line.color.rgb = _rgb(FAINT)
    values.format.line.fill.background()
    values.tick_labels.number_format_is_linked = False
    values.tick_labels.number_format = "0%" if data.kind == "shares" or data.number_format.percent else "0"
    values.has_title = True
    values.axis_title.text_frame.text = "占比" if data.kind == "shares" else data.axis
    if data.lowest is not None:
        values.minimum_scale = data.lowest
    categories.format.line.color.rgb = _rgb(MUTED)
    categories.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if data.kind != "line":
        categories.reverse_order = True  # the first row on top, and the numbers below
        values.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
        chart.plots[0].gap_width = 45
        chart.plots[0].overlap = 0 if data.kind == "bars" else 100


def _draw_series(series: Any, data: ChartData, place: int) -> None:
    name = str(data.frame.columns[place])
    if name == data.hidden:
        series.format.fill.background()
        series.format.line.fill.background()
        _label_lifted(series, data)
        return
    colour = data.colours.get(name, MUTED)
    values = data.frame.iloc[:, place]
    if data.kind == "line":
        series.smooth = False
        series.format.line.color.rgb, series.format.line.width = _rgb(colour), Pt(1.75)
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = _rgb(colour)
        series.marker.format.line.color.rgb = _rgb(colour)
        if place % 2:
            series.format.line.dash_style = MSO_LINE_DASH_STYLE.DASH  # dashes, so that lines stay apart in grey print
    else:
        if name in data.hatched:
            series.format.fill.patterned()
            series.format.fill.pattern = MSO_PATTERN_TYPE.WIDE_UPWARD_DIAGONAL
            series.format.fill.back_color.rgb = _rgb(PAPER)
            series.format.line.color.rgb = _rgb(colour)
        else:
            series.format.fill.solid()
        series.format.fill.fore_color.rgb = _rgb(colour)
        series.invert_if_negative = False
    if data.hidden:
        values = values.where([not text for text in data.lifted], 0.0)
    if (len(values) > _MOST_LABELLED and data.kind != "bars") or not values.any():
        return
    labels = series.data_labels
    labels.show_value, labels.number_format_is_linked = True, False
    written = data.number_format.excel
    labels.number_format = f"{written};-{written};;"  # nothing at nothing
    labels.font.size, labels.font.name = Pt(8), FONT
    labels.font.color.rgb = _rgb(ink_on(colour) if data.kind in {"stacked", "shares"} else INK)
    if data.kind == "line":
        for point, above in enumerate(_stand_above(data.frame)[:, place]):
            side = XL_LABEL_POSITION.ABOVE if above else XL_LABEL_POSITION.BELOW
            series.points[point].data_label.position = side


_MOST_LABELLED = 14
"""Rows up to which every piece of a stack carries its number."""


def _stand_above(frame: pd.DataFrame) -> np.ndarray:
    """Say for every number whether there is more room above it than below, among those of its row."""
    values = frame.to_numpy(float)
    order = np.argsort(values, axis=1)
    gaps = np.diff(np.take_along_axis(values, order, axis=1), axis=1)
    edge = np.full((len(values), 1), np.inf)
    roomier_above = np.hstack([gaps, edge]) >= np.hstack([edge, gaps])
    found = np.empty_like(roomier_above)
    np.put_along_axis(found, order, roomier_above, axis=1)
    return found


def _name_east_asian(chart: OfficeChart) -> None:
    """Name the font for Chinese too: a Latin font alone leaves Chinese to the theme."""
    (properties,) = chart._chartSpace.xpath("c:txPr//a:defRPr")
    latin = properties.find(qn("a:latin"))
    east_asian = latin.makeelement(qn("a:ea"), {"typeface": FONT})
    latin.addnext(east_asian)


def _label_lifted(series: Any, data: ChartData) -> None:
    """Write what is lifted at the end of what lifts it: there is room, whatever the size of the step."""
    for point, text in enumerate(data.lifted):
        if text:
            label = series.points[point].data_label
            label.text_frame.text = text
            label.position = XL_LABEL_POSITION.INSIDE_END


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.removeprefix("#").upper())
