"""What exhibits about the quality of marks share: they speak of marks that somebody gave."""

from collections.abc import Iterable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.theme import INK, MUTED, PAPER
from analysis.words import WHOLE


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


def gather_alike(pairs: pd.DataFrame, keys: tuple[str, str]) -> list[pd.DataFrame]:
    """Gather pairs that are alike into groups of which each is like every other: three alike are no three pairs.

    Parameters
    ----------
    pairs : DataFrame
    keys : (str, str)
        The columns that say what is like what.

    Returns
    -------
    list of DataFrame: the pairs of each group, the first pair first

    Examples
    --------
    >>> pairs = pd.DataFrame([("a", "b"), ("a", "c"), ("b", "c"), ("c", "d")], columns=["one", "other"])
    >>> [group.to_numpy().tolist() for group in gather_alike(pairs, ("one", "other"))]
    [[['a', 'b'], ['a', 'c'], ['b', 'c']], [['c', 'd']]]
    """
    both = list(pairs[list(keys)].itertuples(index=False, name=None))
    like: dict[str, set[str]] = {}
    for one, other in both:
        like.setdefault(one, {one}).add(other)
        like.setdefault(other, {other}).add(one)
    groups, told = list[pd.DataFrame](), set[tuple[str, str]]()
    for one, other in both:
        if (one, other) in told:
            continue
        group = [one, other]
        for each, alike in like.items():
            if each not in group and alike.issuperset(group):
                group.append(each)
        own = [set(pair) <= set(group) for pair in both]
        told.update(pair for pair, is_own in zip(both, own, strict=True) if is_own)
        groups.append(pairs[own])
    return groups


def name_alike(group: pd.DataFrame) -> list[str]:
    """Name what one group of `gather_alike` holds, from its columns name and other_name."""
    return list(dict.fromkeys([*group["name"].head(1), *group["other_name"], *group["name"]]))


def write_range(numbers: pd.Series) -> str:
    """Write a number, or from which to which several are."""
    return "—".join(dict.fromkeys([WHOLE(numbers.min()), WHOLE(numbers.max())]))
