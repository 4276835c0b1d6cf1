"""Who stayed in the best grade, who is new in it, and who is no longer?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import count, pairwise
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.assessment import Year
from analysis.exhibits.chart import Chart, ChartData, new_figure
from analysis.exhibits.drawing import measure_name, write_name
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.live import tag
from analysis.exhibits.prose import Finding
from analysis.exhibits.table import Column, Table, arrange
from analysis.exhibits.theme import FAINT, MUTED, PAPER, POINTS_AN_INCH, SMALL, grade_colours
from analysis.exhibits.writer import Headline
from analysis.periods import AnyYear, label_year, name_year
from analysis.texts import count_ems, name_first
from analysis.words import STATES, WHOLE, tell_succession

_LINE, _HIGH, _CELL, _LEAST_CELL, _GAP, _BETWEEN = 14.5, 11.0, 15.0, 8.0, 6.0, 28.0
"""Points: a line, a cell in it, across a cell and a narrow one, from a name to its cells, and between columns."""
_FEW, _SHORT = 8, 4
"""Years up to which cells say what the best grade is called, and the characters that this may have."""


class Streaks(Exhibit, name="streaks", label="连续获得最好等次", needs=("best_grade",), looks_back=True):
    """Runs of years in the best grade."""

    templates = {
        "unknown": "{year}年{best}单位{units}个；{why}，是否连续不能判断。",
        "no_grades": "上一年等次不详",
        "no_best": "上一年没有与本年{best}对应的等次",
        "again": "{year}年{best}单位中，{units}个上年也是{best}。",
        "again_known": "{year}年{best}单位中，已知{units}个上年也是{best}，另有{others}个上年等次不详。",
        "none_again": "{year}年{best}单位中，没有上年也是{best}的。",
        "nobody": "{year}年没有单位获评{best}。",
        "newly": "新获{best}{units}个：{names}。",
        "lost": "退出{best}等次{units}个：{names}。",
        "finding": "{year}年{units}个单位连续2年以上{best}{moved}",
        "finding_known": "{year}年已知{units}个单位连续2年以上{best}{moved}",
        "finding_none": "{year}年没有单位连续2年{best}{moved}",
        "finding_unknown": "{year}年{units}个单位{best}，{why}",
        "moved_newly": "，新获{best}{units}个",
        "moved_lost": "，退出{best}等次{units}个",
        "title": "截至{year}年，{units}个单位连续{best}时间最长，{length}",
        "title_found": "{found}",
        "measure": "历年等次，按连续{best}年数分列：实色为{best}，淡色为未获{best}，空白为未列入考核{unknown}{others}",
        "hatched": "，“？”为等次不详",
        "others": "，“×”为当年等次与{best}不能对应",
        "section": "{group}：连续{best}{length}（{units}个）",
        "section_none": "{group}：本年未获{best}（{units}个）",
        "told": "{name}：截至{year}年连续{best}{length}；列入考核的{years}个年度中，{times}个{best}",
        "told_none": "{name}：{year}年未获{best}；列入考核的{years}个年度中，{times}个{best}",
        "alt": "矩阵图。截至{year}年连续{best}年数：{streaks}。",
        "caption": "截至{year}年的连续{best}年数",
        "folded": "各单位连续{best}的年数（{units}个）",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Units of the year with columns of `find_streaks`, and made (see `tell_beginnings`)."""
        return self.year.streaks.assign(made=tell_beginnings(self.year))

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is known of the year before, so that no unit can be called consecutive or new."""
        excellent = self.frame[self.frame["streak"] > 0]
        return bool(len(excellent) and excellent["streak"].eq(1).all() and excellent["at_least"].all())

    @property
    def _others(self) -> int:
        """How many units in the best grade may have been there the year before, for all that is known."""
        return int((self.frame["streak"].eq(1) & self.frame["at_least"]).sum())

    @property
    def _span(self) -> str:
        """What stands behind the length of a run."""
        return self.retell("1年").removeprefix("1")

    @property
    def _why(self) -> str:
        """Why nothing is known of the year before."""
        panel = self.year.grade_panel
        last = panel.loc[panel["year"].eq(self.year.year - 1), "state"]
        return self.say("no_best" if last.eq("incomparable").any() else "no_grades")

    @property
    def sentences(self) -> tuple[str, ...]:
        """Who was in the best grade again, newly, and no longer."""
        units = self.frame
        if self.is_unknown:
            return (self.say("unknown", units=units["streak"].gt(0).sum(), why=self._why),)
        held, kept = units["streak"].gt(0).sum(), units["streak"].gt(1).sum()
        template = "again_known" if self._others else "again" if kept else "none_again" if held else "nobody"
        again = self.say(template, units=kept, others=self._others)
        named = units["name"].where(units["made"].eq(""), units["name"] + "（" + units["made"] + "）")
        moved = {kind: list(named[units[kind]]) for kind in ("newly", "lost")}
        told = [
            self.say(kind, units=len(names), names=name_first(names)) for kind, names in moved.items() if len(names)
        ]
        return (again, *told)

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """How many units were in the best grade again, newly, and no longer."""
        label, units = f"连续{self.best}单位", self.frame
        if self.is_unknown:
            return (Headline(label, "—", says=(self._why,)),)
        says = [f"新获{self.best}{units['newly'].sum()}个", f"退出{self.best}等次{units['lost'].sum()}个"]
        says += [self.retell(f"上年等次不详的{self._others}个")] if self._others else []
        return (Headline(label, f"{units['streak'].gt(1).sum()}", "个", tuple(says), (), self._trend, WHOLE),)

    @property
    def _trend(self) -> tuple[tuple[str, float], ...]:
        """How many units were in the best grade in each year and the year before, where both are known of everybody."""
        states = self.year.grade_panel.pivot(index="unit_id", columns="year", values="state")
        known = ~states.isin(["unknown", "incomparable"]).any()
        pairs = [(before, year) for before, year in pairwise(states) if known[before] and known[year]]
        both = {year: states[[before, year]].eq("excellent").all(axis=1).sum() for before, year in pairs}
        return tuple((name_year(year), float(units)) for year, units in both.items())

    @property
    def table(self) -> Table:
        """The units in the best grade, the longest runs first, and those no longer in it."""
        rows = self.frame[self.frame["streak"].gt(0) | self.frame["lost"]]
        rows = rows.sort_values("streak", ascending=False, kind="stable")
        remarks = {"newly": f"新获{self.best}", "lost": f"退出{self.best}等次"}
        rows = rows.assign(
            length=self._write_lengths(rows).mask(rows["streak"].eq(0), "—"),
            remark=np.select([rows[kind] for kind in remarks], list(remarks.values()), ""),
        )
        rows["remark"] = ["；".join(filter(None, told)) for told in zip(rows["remark"], rows["made"], strict=True)]
        table = self.tabulate(rows, [
            "name", "group", Column("length", f"连续{self.best}"), Column("remark", "备注"),
        ], self.say("caption"))  # fmt: skip
        return replace(table, folded=self.say("folded", units=len(rows)))

    @property
    def finding(self) -> Finding:
        """How many units were in the best grade again, newly, and no longer."""
        units = self.frame
        moved = [self.say(f"moved_{kind}", units=units[kind].sum()) for kind in ("newly", "lost") if units[kind].any()]
        kept = units["streak"].gt(1).sum()
        kind = "unknown" if self.is_unknown else "known" if self._others else "" if kept else "none"
        count = units["streak"].gt(0).sum() if self.is_unknown else kept
        template = f"finding_{kind}".removesuffix("_")
        return Finding(self.say(template, units=count, why=self._why, moved="".join(moved)))

    @property
    def chart(self) -> Chart:
        """Units by years, the longest runs first: everyone who was in the best grade in any of them."""
        states = self.year.grade_panel.pivot(index="unit_id", columns="year", values="state")
        units = self.frame[self.frame["unit_id"].isin(states.index[states.eq("excellent").any(axis=1)])]
        units = units.sort_values(["streak", "at_least"], ascending=False, kind="stable")
        units = arrange(units, group=self.scheme.group_names)
        own = states.loc[units["unit_id"]].set_axis(units.index)
        units = units.assign(
            length=self._write_lengths(units), years=own.ne("absent").sum(axis=1), times=own.eq("excellent").sum(axis=1)
        )
        colour = grade_colours(self.scheme.grade_names)[self.scheme.grades[0].id]
        figure = draw_runs(dict(self._list_sections(units)), states, self.best, colour)
        longest = units.nlargest(1, "streak", keep="all").query("streak > 1")
        words = own.replace(STATES | {"excellent": self.best}).rename(columns=label_year).set_axis(units["name"])
        lengths = units["length"].str.removesuffix(self._span).to_numpy()
        return self.draw(
            figure,
            ChartData(words.assign(**{self.retell("连续年数"): lengths}), "picture", "等次", WHOLE),
            "title" if len(longest) else "title_found",
            found=self.finding,
            units=len(longest),
            length="、".join(dict.fromkeys(longest["length"])),
            unknown=self.say("hatched") if own.eq("unknown").any(axis=None) else "",
            others=self.say("others") if own.eq("incomparable").any(axis=None) else "",
            streaks="；".join(units["name"] + "：" + units["length"]) or "没有单位",
        )

    def _list_sections(self, units: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
        """List the units of each group with runs of a length, under what they are called, and what is told of each."""
        for (group, streak, _), rows in units.groupby(["group", "streak", "at_least"], sort=False):
            kind = "" if streak else "_none"
            told = [self.say(f"told{kind}", **row) for row in rows.to_dict("records")]
            values = {"group": self.scheme.group_names[group], "length": rows["length"].iloc[0], "units": len(rows)}
            yield self.say(f"section{kind}", **values), rows.assign(told=told)

    def _write_lengths(self, units: pd.DataFrame) -> pd.Series:
        """Write how many years each run lasts, at least."""
        return units["at_least"].map({True: "至少", False: ""}) + units["streak"].astype(str) + self._span


def tell_beginnings(year: Year) -> list[str]:
    """Say of whom each unit of `Year.streaks` was made, where its run takes in all of its years; "" of others."""
    made = year.facts.successions.itertuples()
    told = {(row.unit_id, row.year): tell_succession(row.event, row.others) for row in made}
    runs = zip(year.streaks["unit_id"], year.streaks["streak"], strict=True)
    return [told.get((unit, year.year - (length - 1)), "") for unit, length in runs]


def draw_runs(sections: Mapping[str, pd.DataFrame], states: pd.DataFrame, best: str, colour: str) -> Figure:
    """Draw units by years, a cell a year, in as many columns of rows as there is room for.

    Parameters
    ----------
    sections : dict of heading to DataFrame
        Columns unit_id, name, told (str: what is said of a row when it is pointed at).
    states : DataFrame of str
        Of `build_grade_panel`: units × years.
    best : str
        What the best grade is called: written into its cells, if there are few years and it is short.
    colour : str
        Of the best grade.

    Returns
    -------
    Figure
    """
    rows = pd.concat(sections.values()) if sections else pd.DataFrame(columns=["name"])
    names = max(map(measure_name, rows["name"]), default=0.0) + _GAP
    headings, years = max((count_ems(head) * SMALL for head in sections), default=0.0), states.shape[1]
    is_written = years <= _FEW and count_ems(best) <= _SHORT
    with new_figure(1.0) as (figure, (ax,)):
        wide = figure.get_figwidth() * POINTS_AN_INCH
        cell = max(_CELL, count_ems(best) * SMALL + 4) if is_written else _CELL
        in_two = ((wide - _BETWEEN) / 2 - names) / years
        if _LEAST_CELL <= in_two < cell and not is_written:
            cell = in_two
        block = max(names + cell * years, headings) + _BETWEEN
        columns = _fill_columns(sections, max(int((wide + _BETWEEN + 1) / block), 1))
        for column, lines in enumerate(columns):
            left = column * block
            _label_years(ax, states.columns, left + names, cell)
            for line, (heading, row) in enumerate(lines):
                y = (line + 1) * _LINE
                if row is None:
                    ax.text(left, y + 2, heading, va="center", fontsize=SMALL, color=MUTED)
                    continue
                tag(write_name(ax, row.name, (left + names, y), -_GAP), row.unit_id)
                _draw_run(ax, states.loc[row.unit_id], row, left + names, y, cell, colour, best if is_written else "")
        bottom = (max(map(len, columns)) + 0.8) * _LINE
        ax.set_xlim(0, wide)
        ax.set_ylim(bottom, -0.8 * _LINE)
        ax.axis("off")
        figure.set_figheight((bottom + 2 * _LINE) / POINTS_AN_INCH)
    return figure


def _fill_columns(sections: Mapping[str, pd.DataFrame], columns: int) -> list[list[tuple[str, Any]]]:
    """Deal headings and rows out to columns of about one length, as short as they can be."""
    least = -(-sum(len(rows) + 1 for rows in sections.values()) // columns) + 1
    return next(filled for high in count(least) if len(filled := _deal_out(sections, high)) <= columns)


def _deal_out(sections: Mapping[str, pd.DataFrame], high: int) -> list[list[tuple[str, Any]]]:
    """Deal headings and rows out to columns of a length; a heading that is parted from its rows is repeated."""
    filled: list[list[tuple[str, Any]]] = [[]]
    for heading, rows in sections.items():
        for place, row in enumerate(rows.itertuples()):
            if len(filled[-1]) + (place == 0) >= high:
                filled.append([])
            if place == 0 or not filled[-1]:
                filled[-1].append((heading, None))
            filled[-1].append((heading, row))
    return filled


def _label_years(ax: Axes, years: Iterable[AnyYear], left: float, cell: float) -> None:
    """Write years over their cells: the last, and as many of those before as there is room for."""
    labels = [label_year(year) if isinstance(year, str) else str(year) for year in years]
    every = ceil(max(count_ems(line) for label in labels for line in label.split("\n")) * SMALL / (cell - 2))
    for place, label in list(enumerate(labels))[::-every]:
        ax.text(left + (place + 0.5) * cell, 0.0, label, ha="center", va="center", fontsize=SMALL, color=MUTED)


def _draw_run(
    ax: Axes, states: pd.Series, row: Any, left: float, y: float, cell: float, colour: str, best: str
) -> None:
    """Draw the cells of a unit: those of a kind together."""
    looks: Any = {
        "excellent": {"facecolor": colour},
        "not_excellent": {"facecolor": FAINT},
        "unknown": {"facecolor": PAPER, "edgecolor": MUTED, "hatch": "////", "linewidth": 0.4},
        "incomparable": {"facecolor": PAPER, "edgecolor": MUTED, "linewidth": 0.4},
    }
    for state, look in looks.items():
        places = np.flatnonzero(states.eq(state))
        cells = ax.broken_barh([(left + place * cell, cell - 1.5) for place in places], (y - _HIGH / 2, _HIGH), **look)
        tag(cells, row.unit_id, row.told)
        text = {"excellent": best, "not_excellent": ""}.get(state, STATES[state])
        for place in places if text else ():
            middle = left + place * cell + (cell - 1.5) / 2
            ink = PAPER if state == "excellent" else MUTED
            box = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.6} if state == "unknown" else None
            ax.text(middle, y, text, ha="center", va="center_baseline", fontsize=SMALL, color=ink, bbox=box)
