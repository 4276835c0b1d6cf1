"""Who moved between two years: in rank, in grade, in and out of the list?"""

from functools import cached_property

import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.chart import Chart, ChartData, new_figure, pick
from analysis.exhibits.drawing import LONG, measure_name, write_name
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Columns, Table, arrange, make_table
from analysis.exhibits.theme import FALL, INK, MUTED, POINTS_AN_INCH, RISE, ROW, SMALL
from analysis.methods.grades import COMPARED
from analysis.methods.printed import CIRCULAR
from analysis.periods import AnyYear, name_year, short_year
from analysis.texts import count_ems, name_some
from analysis.words import HEADS, MOVE, MOVEMENTS, POINTS, WHOLE, arrow, name_years, tell_succession

_DOT, _RANK = 7.0, 24.0
"""Points from the end of a line to the rank there, and to the name behind it."""
_LEAST_ACROSS, _MOST_ACROSS = 90.0, 0.45
"""Points that lines take at least from side to side, and what share of the drawing at most."""
_USUAL = ("stayed", "rose", "fell", "entered", "left")
"""Movements that are counted even where there are none."""


class Movement(Exhibit, name="movement", label="名次升降", needs=("base_year", "group", "grades")):
    """The units that one group has in two years."""

    templates = {
        "movement": "{group}：{year} 年等次不变 {stayed} 个{moved}。",
        "kind": "，{movement} {units} 个（{names:list}）",
        "incomparable": "{base_year} 年的{grades:list}，{year} 年没有等次承接；原在其中的单位，等次的升降不作比较。",
        "title": "{group}：{rose} 个单位名次上升，{fell} 个下降{most}",
        "title_still": "{group}：{units} 个单位名次都没有变",
        "title_alone": "{group}：只有 1 个单位，没有名次升降",
        "title_among": "{group}：{whose}的 {units} 个单位中，{rose} 个名次上升，{fell} 个下降{most}",
        "title_among_still": "{group}：{whose}的 {units} 个单位，名次先后都没有变",
        "title_none": "{group}：没有{whose}的单位",
        "others": "其中{changes:clauses}。",
        "both": "两年都在本组",
        "proved": "名次有据可比",
        "most": "；{names}升幅最大（{places:whole} 位）",
        "measure": "{base_year} 年与 {year} 年名次，改名单位按沿革连线；实线升或平、虚线降{among}",
        "among": "，升降只在两年都在本组的单位中排；连同进出本组的排，则 {rose} 升 {fell} 降",
        "alt": "名次变动图。{moves}。",
        "alt_none": "没有可比的单位",
        "alt_unit": "{name}由第{base_rank:whole}名到第{rank:whole}名",
        "caption": "{group}：{base_year} 年与 {year} 年",
        "note": "同批变动为只在两年都在本组的单位中排的升降；",
        "unranked": "{whose}的通报没有印出名次，不列名次升降。",
        "apart": "{apart}，总分不可比，不列增减；名次、等次以印本所载为限。",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The group's rows of `compare_units`."""
        return self.of_group(self.pair.movement)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Who rose to or fell from a grade, who entered or left, and of whom they were made or into whom they went."""
        moved = self.named(arrange(self.frame, movement=[kind for kind in MOVEMENTS if kind != "stayed"]))
        kinds = moved.groupby("movement", sort=False, as_index=False)["name"].agg(units="size", names=list)
        stayed = len(self.frame) - len(moved)
        said = self.say("movement", stayed=stayed, moved=self.say_each("kind", kinds, ""))
        lost = self.frame.loc[self.frame["movement"].eq("incomparable"), "base_grade"]
        grades = [name for grade, name in self.pair.base.scheme.grade_names.items() if grade in set(lost)]
        told = [said, *([self.say("incomparable", grades=grades)] if grades else [])]
        changes = [f"{name}{told}" for name, told in zip(self.frame["name"], self.changes, strict=True) if told]
        told += [self.say("others", changes=changes)] if changes else []
        told += [self.say("unranked", whose=name_years(self._unranked))] if self._unranked else []
        return (*told, self.say("apart")) if self.apart else tuple(told)

    @property
    def _unranked(self) -> list[AnyYear]:
        """The years without marks whose circular prints no rank of the group."""
        ranks = dict(zip(self.years, ("base_rank", "rank"), strict=True))
        unmarked = [year for year in self.years if self.origins.get(year) == CIRCULAR]
        return [year for year in unmarked if self.frame[ranks[year]].isna().all()]

    @cached_property
    def changes(self) -> list[str]:
        """Say of each unit of whom it was made, into whom it went, or which other group it was in; "" of most."""
        names = self.pair.base.scheme.group_names | self.scheme.group_names
        moves = zip(self.frame["movement"], self.frame["others"], strict=True)
        return [
            tell_succession(kind, [names[each] for each in others] if kind.startswith("regrouped") else others)
            for kind, others in moves
        ]

    @property
    def table(self) -> Table:
        """A row a unit."""
        base_year, year = map(short_year, self.years)
        mixed = not self.frame["movement"].isin(COMPARED).all()
        told = [change or MOVEMENTS[kind] for change, kind in zip(self.changes, self.frame["movement"], strict=True)]
        columns: Columns = [
            "name", Column("base_rank", f"{base_year} 名次", WHOLE), Column("rank", f"{year} 名次", WHOLE),
            Column("rank_change", *HEADS["rank_change"]),
            *([Column("common_rank_change", "同批变动", MOVE)] if mixed else []),
            Column("base_total", f"{base_year} 总分", POINTS), Column("total", f"{year} 总分", POINTS),
            Column("total_change", *HEADS["total_change"]),
            Column("base_grade", f"{base_year} 等次"), Column("grade", f"{year} 等次"), Column("movement", "变化"),
        ]  # fmt: skip
        rows, printed = self.frame.assign(movement=told), CIRCULAR in self.provenances
        columns = [each for each in columns if not printed or isinstance(each, str) or rows[each.key].notna().any()]
        note = self.say("note") if mixed and rows["common_rank_change"].notna().any() else ""
        return self.tabulate(rows, columns, self.say("caption"), note)

    @property
    def chart(self) -> Chart | None:
        """A line a unit; none where a year has no ranks."""
        if self._unranked:
            return None
        units = self.frame
        base_year, year = self.years
        ranks = {"base_rank": f"{name_year(base_year, '年')}名次", "rank": f"{name_year(year, '年')}名次"}
        with new_figure(0.4 + ROW * len(units)) as (figure, (ax,)):
            _draw_ranks(units, ax, figure.get_figwidth() * POINTS_AN_INCH, *ranks.values())
        moved = units.dropna(subset=["rank_change"])
        common, plain = moved["common_rank_change"], moved["rank_change"]
        title = "title" if len(moved) == len(units) else "title_none" if moved.empty else "title_among"
        if len(moved) and not common.any():
            title = "title_alone" if len(units) == 1 else f"{title}_still"
        whose = self.say("proved" if self.apart else "both")
        counts = {"units": len(moved), "rose": (common > 0).sum(), "fell": (common < 0).sum()}
        names = name_some(moved.loc[common.eq(common.max()), "name"].to_list())
        most = self.say("most", names=names, places=common.max()) if counts["rose"] else ""
        mixed = title.startswith("title_among") and not self.apart
        among = self.say("among", rose=(plain > 0).sum(), fell=(plain < 0).sum()) if mixed else ""
        moves = self.say_each("alt_unit", moved) or self.say("alt_none")
        data = ChartData(pick(units, ranks), "picture", "名次", WHOLE)
        return self.draw(figure, data, title, **counts, whose=whose, most=most, among=among, moves=moves)


class Transitions(Exhibit, name="transitions", label="等次变化", needs=("base_year", "grades")):
    """How many units of every group moved between grades."""

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Column group, and a column of counts for each movement."""
        counts = pd.crosstab(self.pair.movement["group"], self.pair.movement["movement"])
        return counts.reindex(index=list(self.groups), columns=list(MOVEMENTS), fill_value=0).reset_index()

    @property
    def table(self) -> Table:
        """A row a group."""
        shown = [each for each in MOVEMENTS if each in _USUAL or self.frame[each].any()]
        columns: Columns = ["group", *(Column(movement, MOVEMENTS[movement], WHOLE) for movement in shown)]
        return make_table(self.named(self.frame), columns, "等次变化的单位数", head="组别")


def _draw_ranks(units: pd.DataFrame, ax: Axes, wide: float, before: str, after: str) -> None:
    """Draw one group's ranks of two years joined by lines, `wide` points across; what moved is told like for like.

    A unit that enters or leaves shifts all units below it: colours and arrows are of the order among the units of both
    years, or a single newcomer would have nearly everyone fall.
    """
    moves = units["movement"].map(MOVEMENTS)
    units = units.assign(left=_spread_ties(units, "base_rank", "rank"), right=_spread_ties(units, "rank", "base_rank"))
    units["was"] = units["base_name"].astype(object).fillna("") + ("（" + moves + "）").where(units["right"].isna(), "")
    arrows = [arrow(ranks) if pd.notna(ranks) else "" for ranks in units["common_rank_change"]]
    units["mark"] = moves.where(units["left"].isna(), arrows)
    start, end, ems = _lay_out(units, wide)
    for row in units.to_dict("records"):
        left, right, moved = row["left"], row["right"], row["common_rank_change"]
        colour = MUTED if pd.isna(moved) or moved == 0 else RISE if moved > 0 else FALL
        if pd.notna(moved):
            ax.plot([start, end], [left, right], color=colour, linewidth=0.9 + min(abs(moved), 10) * 0.14, marker="o",
                    markersize=3.5, linestyle="-" if moved >= 0 else (0, (5, 1.5)))  # fmt: skip
        if pd.notna(left):
            ax.text(start - _DOT, left, f"{row['base_rank']:.0f}", ha="right", va="center", fontsize=SMALL)
            write_name(ax, row["was"], (start, left), -_RANK, ems)
        if pd.notna(right):
            if pd.isna(left):
                ax.plot(end, right, marker="D", markersize=5, color=INK)
            ax.text(end + _DOT, right, f"{row['rank']:.0f}", ha="left", va="center", fontsize=SMALL)
            write_name(ax, row["name"], (end, right), _RANK, ems)
            ax.text(wide, right, row["mark"], ha="right", va="center", fontsize=SMALL, color=colour)
    last = units[["left", "right"]].max().max()
    ax.set_ylim(last + 0.7, -0.6)
    ax.set_xlim(0, wide)
    for x, label, side in ((start - _DOT, before, "right"), (end + _DOT, after, "left")):
        ax.text(x, 0.0, label, ha=side, va="center", color=MUTED)
    ax.axis("off")


def _lay_out(units: pd.DataFrame, wide: float) -> tuple[float, float, float]:
    """Say where lines begin and end, and how many characters a name has in a line; all widths are in points.

    Names get the room that they take; what lies between them takes the rest.
    """
    marks = max(map(count_ems, units["mark"]), default=0.0) * SMALL + _DOT
    ems = min(LONG, ((wide - marks - _LEAST_ACROSS) / 2 - _RANK) / SMALL)
    named = {"left": units["was"], "right": units["name"]}
    left, right = (
        _RANK + max((measure_name(name, ems) for name in names[units[side].notna()]), default=0.0)
        for side, names in named.items()
    )
    free = max(wide - marks - left - right - wide * _MOST_ACROSS, 0.0)
    return left + free / 2, wide - marks - right - free / 2, ems


def _spread_ties(units: pd.DataFrame, ranks: str, others: str) -> pd.Series:
    """Give units of one rank a row each, in the order of their other rank."""
    return units.sort_values([ranks, others], kind="stable")[ranks].rank(method="first")
