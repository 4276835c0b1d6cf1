"""Looking around in a notebook: choose, and the sentences, the chart and the table follow."""

import base64
import html
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from analysis.assessment import Assessment, Year
from analysis.desk.controls import Control, label, make_controls, name_trouble, read_changes
from analysis.desk.datatables import library_html, table_html
from analysis.desk.views import KINDS, View
from analysis.exhibits.chart import Chart
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.theme import FALL, MUTED, RISE
from analysis.origins import is_made_up
from analysis.periods import AnyYear, kind_of, name_year, retell
from analysis.problems import InputError, WorkbookError
from analysis.storage import find_notebooks

_CHOOSERS = {"year": "年度", "group": "组别", "unit": "单位", "indicator": "指标", "other": "另一年"}
_DPI = 110
"""As sharp as a screen shows it: half the waiting of a page's picture."""
_STYLE = Path(__file__).with_name("explorer.css").read_text(encoding="utf-8")


class Explorer:
    """Widgets over an assessment; displayed by being the last line of a cell.

    Parameters
    ----------
    city : Assessment
    year : AnyYear
        To begin with; 0 for the latest that has marks.
    folder : Path, optional
        Where exports go; by default a folder beside the notebooks'.

    Attributes
    ----------
    kind : ToggleButtons
        Which view is shown, one of `KINDS`.
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

    def __init__(self, city: Assessment, year: AnyYear = 0, folder: Path | None = None) -> None:
        if year:
            city.year(year).facts.need_inputs("不能试算")
        years = [year] if year else [city.latest.year]
        self.city = city
        self.view: View | None = None
        self.folder = folder or find_notebooks().parent / "导出"
        self.controls: list[Control] = []
        self._controlled: Year | None = None
        self._quiet = False

        of = kind_of(years[-1])
        kinds = [(retell(kind.label, of), name) for name, kind in KINDS.items()]
        self.kind = widgets.ToggleButtons(options=kinds, style={"button_width": "8em"})
        self.choosers = {name: widgets.Dropdown(layout={"width": "auto"}) for name in _CHOOSERS}
        self.choosers["year"].options = [(name_year(each), each) for each in reversed(city.years)]
        self.choosers["year"].value = years[-1]
        self.save = widgets.Button(
            description="导出当前视图", icon="download", tooltip="表存成 CSV，图存成 PNG", button_style="info"
        )
        self.reset = widgets.Button(description="恢复现行办法", icon="undo")
        self.note, self.message, self.sentences, self.chart = (widgets.HTML() for _ in range(4))
        self.table = widgets.Output()
        self.levers = widgets.VBox(layout={"width": "28em", "flex": "0 0 auto"})
        self._rows = {
            name: widgets.HBox([label(retell(text, of), "auto"), self.choosers[name]], layout={"margin": "0 16px 0 0"})
            for name, text in _CHOOSERS.items()
        }
        library = widgets.Output(layout={"display": "none"}, outputs=_as_output(library_html()))
        picture = widgets.VBox([self.chart], layout={"flex": "1 1 40em", "min_width": "0"})
        self.box = widgets.VBox(
            [
                widgets.HTML(f"<style>\n{_STYLE}</style>"),
                library,
                self.kind,
                widgets.HBox(list(self._rows.values()), layout={"flex_flow": "row wrap"}),
                self.note,
                widgets.HBox([self.save, self.message], layout={"align_items": "center"}),
                self.sentences,
                widgets.HBox([self.levers, picture], layout={"flex_flow": "row wrap", "align_items": "flex-start"}),
                self.table,
            ]
        )

        for each in (self.kind, *self.choosers.values()):
            each.observe(self._refresh, "value")
        self.save.on_click(self._save)
        self.reset.on_click(self._restore)
        self._refresh()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self.box._repr_mimebundle_(**options)

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
            self._offer_choices()
        finally:
            self._quiet = False
        self._look()

    def _restore(self, _button: object) -> None:
        self._controlled = None
        self._refresh()

    def _offer_choices(self) -> None:
        year, used = self.year, KINDS[self.kind.value].chosen
        if self._controlled is not year:
            self._set_levers()
        self._offer("group", ((name, group) for group, name in year.scheme.group_names.items()))
        group = self.choosers["group"].value
        units = year.units[year.units["group"].eq(group)]
        self._offer("unit", zip(units["name"], units["unit_id"], strict=True))
        if year.facts.inputs is not None:
            indicators = year.facts.inputs.indicators
            ids, names = (indicators.loc[indicators["group"].eq(group), name] for name in ("indicator_id", "name"))
            self._offer("indicator", zip(ids + "  " + names, ids, strict=True))
        self._offer("other", ((name_year(each), each) for each in self.city.years if each != year.year))
        for name, row in self._rows.items():
            row.layout.display = None if name in used else "none"
        self.levers.layout.display = None if "changes" in used else "none"

    def _offer(self, name: str, options: Iterable[tuple[str, Any]]) -> None:
        """Offer options, keeping the choice if it is still one of them; else the first is chosen."""
        chooser, offered = self.choosers[name], tuple(options)
        if chooser.options != offered:
            chosen, values = chooser.value, [value for _, value in offered]
            chooser.options = offered
            chooser.value = chosen if chosen in values else next(iter(values), None)

    def _set_levers(self) -> None:
        self._controlled = self.year
        self.controls = make_controls(self.year.scheme, self.year.scores)
        for control in self.controls:
            for each in control.inputs:
                each.observe(self._refresh, "value")
        head = widgets.HTML("<b>改办法的条款</b>（评分不变）")
        self.levers.children = [head, *(control.box for control in self.controls), self.reset]

    def _look(self) -> None:
        year, kind = self.year, KINDS[self.kind.value]
        self.message.value = _in_colour("正在计算……", MUTED)
        chosen = {name: chooser.value for name, chooser in self.choosers.items()}
        chosen |= {"year": year, "changes": read_changes(self.controls)}
        self.view, trouble = None, ""
        try:
            self.view = kind.show(**{name: chosen[name] for name in kind.chosen})
        except WorkbookError as error:
            refused = name_trouble(self.controls, year.scheme) if isinstance(error, InputError) else ""
            trouble = refused or str(error)
        view = self.view
        shown = view.about if view else Exhibit(year)
        self.note.value = f"<b>{_in_colour(shown.note, RISE if is_made_up(shown.provenances) else MUTED)}</b>"
        self.save.disabled = view is None
        self.sentences.value = "".join(f"<p>{html.escape(each)}</p>" for each in view.sentences) if view else ""
        self.chart.value = _picture(view.chart) if view else ""
        self.table.outputs = _as_output(table_html(view.table)) if view else ()
        self.message.value = _in_colour(trouble, RISE)

    def _save(self, _button: object) -> None:
        if self.view is None:
            return
        try:
            self.message.value = _in_colour("　".join(self.view.save(self.folder)), FALL)
        except WorkbookError as error:
            self.message.value = _in_colour(str(error), RISE)


def _as_output(content: str) -> tuple[dict[str, Any], ...]:
    return ({"output_type": "display_data", "data": {"text/html": content}, "metadata": {}},)


def _picture(chart: Chart) -> str:
    data = base64.b64encode(chart.with_words().png(_DPI)).decode("ascii")
    return f'<img src="data:image/png;base64,{data}" alt="{html.escape(chart.alt)}" style="max-width:100%">'


def _in_colour(text: str, colour: str) -> str:
    return f'<span style="color:{colour};white-space:pre-wrap">{html.escape(text)}</span>' if text else ""
