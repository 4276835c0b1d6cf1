"""Looking around in a notebook: choose, and the sentences, the chart and the table follow."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from analysis.assessment import Assessment, Year
from analysis.desk.controls import Control, label, make_controls, name_trouble, read_changes
from analysis.desk.datatables import library_html, table_html
from analysis.desk.saving import FOLDER, save_view
from analysis.desk.views import (
    View,
    view_indicator,
    view_scores,
    view_unit,
    view_what_if,
    view_years,
)
from analysis.exhibits.chart import Chart
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.theme import FALL, MUTED, RISE
from analysis.problems import InputError, WorkbookError
from analysis.site.pages import choose_years, load_contents
from analysis.words import is_made_up, provenance_note

_KINDS = {
    "scores": "各单位得分",
    "unit": "一个单位",
    "indicator": "一项指标",
    "years": "与另一年比",
    "what_if": "改办法试试",
}
_CHOOSERS = {"year": "年度", "group": "组别", "unit": "单位", "indicator": "指标", "other": "另一年"}
_USED = {
    "scores": ("year", "group"),
    "unit": ("year", "group", "unit"),
    "indicator": ("year", "group", "indicator"),
    "years": ("year", "group", "other"),
    "what_if": ("year", "group"),
}
_DPI = 110
"""As sharp as a screen shows it: half the waiting of a page's picture."""


class Explorer:
    """Widgets over an assessment; displayed by being the last line of a cell.

    Parameters
    ----------
    city : Assessment
    year : int
        To begin with; 0 for the latest that has marks.
    folder : Path, optional
        Where exports go; by default a folder beside the notebooks'.

    Attributes
    ----------
    kind : ToggleButtons
        Which view is shown: "scores", "unit", "indicator", "years" or "what_if".
    choosers : dict of str to Dropdown
        "year", "group", "unit", "indicator", "other".
    controls : list of Control
        Of the clauses of the year's scheme.
    view : View or None
        What is shown; None if it cannot be.
    box : Widget

    Raises
    ------
    WorkbookError
        If no year has marks, or not the one to begin with.
    """

    def __init__(self, city: Assessment, year: int = 0, folder: Path | None = None) -> None:
        years = choose_years(city.dataset, [year] if year else None)
        self.city = city
        self.view: View | None = None
        self.folder = folder or load_contents()[0].parent / FOLDER
        self.controls: list[Control] = []
        self._quiet = False
        self._last: dict[str, Any] = {}

        self.kind = widgets.ToggleButtons(
            options=[(told, kind) for kind, told in _KINDS.items()], style={"button_width": "8em"}
        )
        self.choosers = {name: widgets.Dropdown(layout=widgets.Layout(width="auto")) for name in _CHOOSERS}
        self.choosers["year"].options = [(f"{each} 年", each) for each in reversed(city.years)]
        self.choosers["year"].value = years[-1]
        self.save = widgets.Button(
            description="导出当前视图", icon="download", tooltip="表存成 CSV，图存成 PNG", button_style="info"
        )
        self.reset = widgets.Button(description="恢复现行办法", icon="undo")
        self.note, self.message = widgets.HTML(), widgets.HTML()
        self.sentences, self.chart = widgets.HTML(), widgets.HTML()
        self.table = widgets.Output()
        self.levers = widgets.VBox(layout=widgets.Layout(width="28em", flex="0 0 auto"))
        self._rows = {
            name: widgets.HBox([label(told, "auto"), self.choosers[name]], layout=widgets.Layout(margin="0 16px 0 0"))
            for name, told in _CHOOSERS.items()
        }
        self.box = self._lay_out()

        self.kind.observe(self._refresh, "value")
        for chooser in self.choosers.values():
            chooser.observe(self._refresh, "value")
        self.save.on_click(self._save)
        self.reset.on_click(self._restore)
        self._refresh()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self.box._repr_mimebundle_(**options)

    def _lay_out(self) -> Any:
        library = widgets.Output(layout=widgets.Layout(display="none"))
        library.outputs = _shown(library_html())
        style = widgets.HTML(_STYLE)
        choices = widgets.HBox(list(self._rows.values()), layout=widgets.Layout(flex_flow="row wrap"))
        looking = widgets.HBox(
            [self.levers, widgets.VBox([self.chart], layout=widgets.Layout(flex="1 1 40em", min_width="0"))],
            layout=widgets.Layout(flex_flow="row wrap", align_items="flex-start"),
        )
        saving = widgets.HBox([self.save, self.message], layout=widgets.Layout(align_items="center"))
        return widgets.VBox(
            [style, library, self.kind, choices, self.note, saving, self.sentences, looking, self.table]
        )

    @property
    def year(self) -> Year:
        """The chosen year."""
        return self.city.year(self.choosers["year"].value)

    def _refresh(self, _change: object = None) -> None:
        """Show what is chosen; a choice that leaves another without its object moves that one on."""
        if self._quiet:
            return
        self._quiet = True
        try:
            self._offer()
        finally:
            self._quiet = False
        self._look()

    def _offer(self) -> None:
        year, chosen = self.year, {name: chooser.value for name, chooser in self.choosers.items()}
        if self._last.get("year") != year.year:
            self._set_levers()
        groups = year.scheme.group_names
        self._options("group", ((name, group) for group, name in groups.items()), chosen["group"])
        group = self.choosers["group"].value
        units = year.units[year.units["group"].eq(group)]
        self._options("unit", zip(units["name"], units["unit_id"], strict=True), chosen["unit"])
        if year.facts.inputs is not None:
            indicators = year.facts.inputs.indicators
            own = indicators[indicators["group"].eq(group)]
            told = own["indicator_id"] + "  " + own["name"]
            self._options("indicator", zip(told, own["indicator_id"], strict=True), chosen["indicator"])
        others = [each for each in self.city.years if each != year.year]
        self._options("other", ((f"{each} 年", each) for each in others), chosen["other"])
        self._last = {name: chooser.value for name, chooser in self.choosers.items()}
        for name, row in self._rows.items():
            row.layout.display = None if name in _USED[self.kind.value] else "none"
        self.levers.layout.display = None if self.kind.value == "what_if" else "none"

    def _options(self, name: str, options: Iterable[tuple[str, Any]], chosen: Any) -> None:
        """Offer options, keeping the choice if it is still one of them."""
        chooser, listed = self.choosers[name], list(options)
        values = [value for _, value in listed]
        if list(chooser.options) != listed:
            chooser.options = listed
        if listed:
            chooser.value = chosen if chosen in values else values[0]

    def _set_levers(self) -> None:
        self.controls = make_controls(self.year.scheme, self.year.scores)
        for control in self.controls:
            for each in control.inputs:
                each.observe(self._refresh, "value")
        head = widgets.HTML("<b>改办法的条款</b>（评分不变）")
        self.levers.children = [head, *(control.box for control in self.controls), self.reset]

    def _restore(self, _button: object) -> None:
        self._quiet = True
        try:
            self._set_levers()
        finally:
            self._quiet = False
        self._look()

    def _look(self) -> None:
        year, kind = self.year, self.kind.value
        self.message.value = _say("正在计算……", MUTED)
        self.note.value = _say_provenance(Exhibit(year).provenances)
        try:
            self._show(_VIEWS[kind](self), "")
        except InputError as error:
            self._show(None, name_trouble(self.controls, year.scheme) or str(error))
        except WorkbookError as error:
            self._show(None, str(error))

    def _show(self, view: View | None, trouble: str) -> None:
        self.view = view
        self.save.disabled = view is None
        self.sentences.value = "".join(f"<p>{html.escape(each)}</p>" for each in view.sentences) if view else ""
        self.chart.value = _picture(view.chart) if view else ""
        self.table.outputs = _shown(table_html(view.table)) if view else ()
        self.message.value = _say(trouble, RISE)

    def _save(self, _button: object) -> None:
        if self.view is None:
            return
        try:
            self.message.value = _say("　".join(save_view(self.view, self.folder)), FALL)
        except WorkbookError as error:
            self.message.value = _say(str(error), RISE)

    def _changes(self) -> dict[tuple[str, ...], Any]:
        return read_changes(self.controls)


def _view_indicator(explorer: Explorer) -> View:
    indicator = explorer.choosers["indicator"].value
    if indicator is None:
        raise WorkbookError("这一组没有逐项评分的指标。")
    return view_indicator(explorer.year, explorer.choosers["group"].value, indicator)


def _view_years(explorer: Explorer) -> View:
    other = explorer.choosers["other"].value
    if other is None:
        raise WorkbookError("没有另一个有评分的年度可比。")
    base_year, year = sorted([other, explorer.year.year])
    return view_years(explorer.city, base_year, year, explorer.choosers["group"].value)


_VIEWS: dict[str, Callable[[Explorer], View]] = {
    "scores": lambda explorer: view_scores(explorer.year, explorer.choosers["group"].value),
    "unit": lambda explorer: view_unit(explorer.year, explorer.choosers["unit"].value),
    "indicator": _view_indicator,
    "years": _view_years,
    "what_if": lambda explorer: view_what_if(explorer.year, explorer.choosers["group"].value, explorer._changes()),
}

_STYLE = """<style>
.explored { overflow-x: auto; }
.explored .note { color: #5b6673; }
.explored table.dataTable td { white-space: nowrap; }
.explored table.dataTable td.long { white-space: normal; min-width: 16em; }
.explored table.dataTable td.dt-left, .explored table.dataTable th.dt-left { text-align: left; padding-left: 1.4em; }
</style>"""


def _shown(content: str) -> tuple[dict[str, Any], ...]:
    return ({"output_type": "display_data", "data": {"text/html": content}, "metadata": {}},)


def _picture(chart: Chart) -> str:
    data = base64.b64encode(chart.with_words().png(_DPI)).decode("ascii")
    return f'<img src="data:image/png;base64,{data}" alt="{html.escape(chart.alt)}" style="max-width:100%">'


def _say(text: str, colour: str) -> str:
    return f'<span style="color:{colour};white-space:pre-wrap">{html.escape(text)}</span>' if text else ""


def _say_provenance(provenances: list[str]) -> str:
    colour = RISE if is_made_up(provenances) else MUTED
    return f"<b>{_say(provenance_note(provenances), colour)}</b>"
