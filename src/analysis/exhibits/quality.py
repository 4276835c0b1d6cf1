"""What exhibits about the quality of marks share: they speak of marks that somebody gave."""

from collections.abc import Iterable, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.theme import INK, MUTED, PAPER

_NAMED = 3
"""Things that are named where there are more."""


class Quality(Exhibit):
    """About marks as a measurement: nothing is told of reconstructed ones, whose answers would be their method's."""

    @property
    def withheld(self) -> str:
        """Why nothing is told; "" where it is."""
        return "评分是重构的，不是考核主体作出的，不作评分质量分析。" if super().withheld else ""


def draw_dots(ax: Axes, places: Iterable[tuple[float, float]], **look: Any) -> list[Line2D]:
    """Draw a dot at each place, every one an artist of its own; told apart where they touch.

    Dots that would cover each other are for `set_apart`, once all is drawn.
    """
    dot: dict[str, Any] = {"markersize": 6, "color": MUTED, "markeredgecolor": PAPER, "markeredgewidth": 0.6} | look
    return [ax.plot(x, y, "o", **dot)[0] for x, y in places]


def draw_zero(ax: Axes) -> None:
    """Draw the line between more and less."""
    ax.axhline(0, color=INK, linewidth=0.8, zorder=0)


def name_first(names: Sequence[str]) -> str:
    """Name the first of some things: how many there are is told beside.

    Examples
    --------
    >>> name_first(["甲", "乙", "丙", "丁"]), name_first(["甲"])
    ('甲、乙、丙等', '甲')
    """
    return "、".join(names[:_NAMED]) + ("等" if len(names) > _NAMED else "")
