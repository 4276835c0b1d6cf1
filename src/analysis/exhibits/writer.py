"""The sentences of an exhibit, filled in, and the figures of it that stand on a first page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from analysis.exhibits.table import HTML
from analysis.words import POINTS, WRITERS, Format

_FEWEST = 2
"""Values that make a trend."""


@dataclass(frozen=True)
class Headline:
    """One figure to see at a glance.

    Attributes
    ----------
    label, value, measure : str
        What it is; how much; of what.
    says : tuple of str
        What goes with it.
    parts : tuple of (str, int)
        The parts of a whole, by what they are called, to be drawn as a bar; empty for none.
    trend : tuple of (str, float)
        How much it was, by what the year is called, the first first.
    number_format : Format
        How that is written.
    """

    label: str
    value: str
    measure: str = ""
    says: tuple[str, ...] = ()
    parts: tuple[tuple[str, int], ...] = ()
    trend: tuple[tuple[str, float], ...] = ()
    number_format: Format = POINTS

    @property
    def ends(self) -> list[str]:
        """What the trend begins and ends with."""
        return [f"{name} {self.number_format(value)}" for name, value in (self.trend[0], self.trend[-1])]

    @property
    def line(self) -> list[tuple[float, float]]:
        """The trend as the points of a line, across and down, each from 0 to 1; empty where there is none to draw."""
        values = [value for _, value in self.trend]
        if len(values) < _FEWEST:
            return []
        spread = max(values) - min(values)
        heights = [(max(values) - value) / spread if spread else 0.5 for value in values]
        return [(place / (len(values) - 1), height) for place, height in enumerate(heights)]


class Headlines(tuple[Headline, ...]):
    """Figures that are seen at a glance, side by side."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return HTML.get_template("headlines.html.j2").render(headlines=self)


_KNOWN: dict[str, Callable[[Any], object]] = {
    "year": lambda exhibit: exhibit.year.year,
    "base_year": lambda exhibit: exhibit.pair.base.year,
    "group": lambda exhibit: exhibit.group_name,
    "best": lambda exhibit: exhibit.best,
    "unit": lambda exhibit: exhibit.unit,
    "apart": lambda exhibit: exhibit.apart,
    "made_up": lambda exhibit: exhibit.made_up,
}
"""What a sentence may name without being told."""


class Writer(Formatter):
    """Fills in a sentence of an exhibit."""

    def __init__(self, exhibit: Any) -> None:
        self._exhibit = exhibit

    def get_value(self, key: Any, _: Any, kwargs: Mapping[str, Any]) -> Any:
        """Return what is given, or else known."""
        return kwargs[key] if key in kwargs else _KNOWN[key](self._exhibit)

    def format_field(self, value: Any, format_spec: str) -> Any:
        """Write a value as the sentence asks for."""
        write = WRITERS.get(format_spec)
        return write(value) if write else super().format_field(value, format_spec)
