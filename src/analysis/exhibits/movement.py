"""Who moved between two years: in rank, in grade, in and out of the list?"""

from dataclasses import replace
from functools import cached_property

import pandas as pd

from analysis.exhibits.chart import Chart, ChartData, pick
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.prose import Finding
from analysis.exhibits.slopes import draw_slopes
from analysis.exhibits.table import Column, Columns, Table, arrange, make_table
from analysis.methods.grades import COMPARED, link_grades
from analysis.methods.printed import CIRCULAR
from analysis.periods import AnyYear, name_year
from analysis.texts import name_first, name_some
from analysis.words import HEADS, MOVE, MOVEMENTS, POINTS, UNGRADED, WHOLE, arrow, name_years, tell_succession

_FAR, _NAMED = 3, 6
"""How many units stand out as those that rose most, or fell most; how many that came, or went, are named in a chart."""
_TOLD = ("stayed", "rose", "fell")
"""Movements that are told even where there are none."""


class Movement(Exhibit, name="movement", label="名次升降", needs=("base_year", "group", "grades")):
    """The units that one group has in two years."""

    templates = {
        "movement": "{group}：{year}年{stayed}个单位等次不变{moved}。",
        "kind": "，{units}个{movement}（{names}）",
        "incomparable": "{base_year}年的{grades:list}，{year}年没有等次承接；原在其中的单位，等次的升降不作比较。",
        "title": "{group}：{rose}个单位名次上升，{fell}个下降{most}",
        "title_still": "{group}：{units}个单位名次均未变动",
        "title_alone": "{group}：只有1个单位，没有名次升降",
        "title_among": "{group}：{whose}的{units}个单位中，{rose}个名次上升，{fell}个下降{most}",
        "title_among_still": "{group}：{whose}的{units}个单位，名次先后均未变动",
        "others": "其中{changes}。",
        "both": "两年均在本组",
        "proved": "名次有据可比",
        "most": "；{names}上升最多（{places:whole}位）",
        "measure": "{whose}的单位之间的名次；着色的为进出{best}等次和升降最多的单位，实线上升、虚线下降{left}",
        "left": "；不在其中的单位，另有{units}个没有画出",
        "alt": "名次变动图。{moves}。",
        "alt_unit": "{name}由第{common_base_rank:whole}名到第{common_rank:whole}名",
        "told": "{name}：{base_year}年第{base_rank:whole}名{base_grade}，{year}年第{rank:whole}名{grade}",
        "in": "新获{best}",
        "out": "退出{best}",
        "came": "{movement}，第{rank:whole}名",
        "came_unranked": "{movement}",
        "went": "{base_name}（{movement}，原第{base_rank:whole}名）",
        "went_unranked": "{base_name}（{movement}）",
        "caption": "{group}：{base_year}年与{year}年比较",
        "folded": "各单位的名次、总分和等次（{group}{units}个）",
        "note": "升降只在两年均在本组的单位之间比较；",
        "unranked": "{whose}的通报没有公布名次，不列名次升降。",
        "apart": "{apart}，总分不可比，不列增减；名次、等次以通报所载为限。",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The group's rows of `compare_units`."""
        return self.of_group(self.pair.movement)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Who rose to or fell from a grade, who entered or left, and of whom they were made or into whom they went."""
        moved = self.named(arrange(self.frame, movement=[kind for kind in MOVEMENTS if kind != "stayed"]))
        kinds = moved.groupby("movement", sort=False, as_index=False)["name"].agg(units="size", names=_name_first)
        stayed = len(self.frame) - len(moved)
        said = self.say("movement", stayed=stayed, moved=self.say_each("kind", kinds, ""))
        lost = self.frame.loc[self.frame["movement"].eq("incomparable"), "base_grade"]
        grades = [name for grade, name in self.pair.base.scheme.grade_names.items() if grade in set(lost)]
        told = [said, *([self.say("incomparable", grades=grades)] if grades else [])]
        changes = [f"{name}{told}" for name, told in zip(self.frame["name"], self.changes, strict=True) if told]
        told += [self.say("others", changes=name_first(changes, "；"))] if changes else []
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
        base_year, year = (name_year(each) for each in self.years)
        mixed = not self.frame["movement"].isin(COMPARED).all()
        told = [change or MOVEMENTS[kind] for change, kind in zip(self.changes, self.frame["movement"], strict=True)]
        columns: Columns = [
            "name", Column("base_rank", f"{base_year}名次", WHOLE), Column("rank", f"{year}名次", WHOLE),
            Column("common_rank_change", HEADS["rank_change"][0], MOVE),
            Column("base_total", f"{base_year}总分", POINTS), Column("total", f"{year}总分", POINTS),
            Column("total_change", *HEADS["total_change"]),
            Column("base_grade", f"{base_year}等次"), Column("grade", f"{year}等次"), Column("movement", "变化"),
        ]  # fmt: skip
        rows, printed = self.frame.assign(movement=told), CIRCULAR in self.provenances
        columns = [each for each in columns if not printed or isinstance(each, str) or rows[each.key].notna().any()]
        note = self.say("note") if mixed and rows["common_rank_change"].notna().any() else ""
        table = self.tabulate(rows, columns, self.say("caption"), note)
        return replace(table, folded=self.say("folded", units=len(rows)))

    @property
    def chart(self) -> Chart | None:
        """A line a unit; none where a year has no ranks, or nobody has one in both."""
        moved = self.frame.dropna(subset=["common_rank_change"])
        if self._unranked or moved.empty:
            return None
        base_year, year = (f"{name_year(each)}名次" for each in self.years)
        changes, crossed = moved["common_rank_change"], self._crossed.loc[moved.index]
        crossings = crossed.map({1: self.say("in"), -1: self.say("out")}).fillna("")
        drawn = moved.assign(
            **self._best.loc[moved.index],
            stands_out=is_far(changes) | crossed.ne(0),
            mark=(changes.map(arrow) + " " + crossings).str.strip(),
            told=[
                self.say("told", **row)
                for row in self.named(moved).fillna({"base_grade": "", "grade": ""}).to_dict("records")
            ],
        )
        others = self.frame.drop(moved.index)
        labelled = self._label(others)
        figure = draw_slopes(drawn, labelled, (base_year, year), f"{self.best}线")
        left = self.say("left", units=len(others) - len(labelled)) if len(others) > len(labelled) else ""
        among = "_among" if len(others) else ""
        still = "" if changes.any() else "_still"
        title = "title_alone" if len(self.frame) == 1 else f"title{among}{still}"
        whose = self.say("proved" if self.apart else "both")
        counts = {"units": len(moved), "rose": (changes > 0).sum(), "fell": (changes < 0).sum()}
        names = name_some(moved.loc[changes.eq(changes.max()), "name"].to_list())
        most = self.say("most", names=names, places=changes.max()) if counts["rose"] else ""
        data = ChartData(pick(self.frame, {"base_rank": base_year, "rank": year}), "picture", "名次", WHOLE)
        alt = self.say_each("alt_unit", moved)
        return self.draw(figure, data, title, **counts, whose=whose, most=most, left=left, moves=alt)

    def _label(self, others: pd.DataFrame) -> pd.DataFrame:
        """Say of units of one year only what stands at the end that they have, of either kind of the first few."""
        named, new = self.named(others).to_dict("records"), others["base_name"].isna()

        def tell(kind: str, rank: str) -> list[str]:
            return [self.say(kind if pd.notna(row[rank]) else f"{kind}_unranked", **row) for row in named]

        rows = others.assign(base_name=tell("went", "base_rank"), mark=tell("came", "rank"))
        rows.loc[new, "base_name"] = ""
        rows.loc[~new, ["name", "mark"]] = ""
        return rows.groupby(new, sort=False).head(_NAMED)

    @cached_property
    def _best(self) -> pd.DataFrame:
        """Columns was_best, is_best: whether each unit had a grade that is now the best, and has the best."""
        best, links = self.scheme.grades[0].id, link_grades(self.year.dataset, self.pair.base.year)
        before = self.frame["base_grade"].map(links).eq(best)
        return pd.DataFrame({"was_best": before, "is_best": self.frame["grade"].eq(best)})

    @property
    def _crossed(self) -> pd.Series:
        """Say of each unit whether it has come to the best grade (1), has left it (-1), or neither (0)."""
        moved = self.frame["movement"].isin(["rose", "fell"])
        return (self._best["is_best"].astype(int) - self._best["was_best"].astype(int)).where(moved, 0)


def _name_first(names: pd.Series) -> str:
    return name_first(names.to_list())


def is_far(changes: pd.Series) -> pd.Series:
    """Say which changes are the largest either way: three, and all others that are as large, if those are not many.

    Parameters
    ----------
    changes : Series of float

    Returns
    -------
    Series of bool

    Examples
    --------
    >>> is_far(pd.Series([5.0, 3, 3, 2, 2, 0, -1, -1, -1, -1, -1, -1, -1])).to_list()[:7]
    [True, True, True, False, False, False, False]
    """
    far = pd.Series(False, changes.index)
    for way in (changes[changes > 0], -changes[changes < 0]):
        largest = way.nlargest(_FAR, keep="all")
        far |= changes.index.isin(largest[largest > largest.min()].index if len(largest) > 2 * _FAR else largest.index)
    return far


class Transitions(Exhibit, name="transitions", label="等次变化", needs=("base_year", "grades")):
    """How many units of every group came from which grade to which, and in and out of the list."""

    templates = {
        "finding": "{year}年{rose}个单位等次上升，{fell}个下降，{stayed}个不变{others}",
        "still": "{year}年{stayed}个单位等次均未变动{others}",
        "kind": "，{units}个{movement}",
        "caption": "{base_year}年至{year}年等次变化（单位数）",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns group, base (what units were, or how they came to the group), now (or how they went), units."""
        moves = self.pair.movement
        kinds, is_new = moves["movement"].map(MOVEMENTS), moves["base_name"].isna()
        is_gone = ~is_new & ~moves["movement"].isin(COMPARED)
        before, now = (
            moves[column].map(each.scheme.grade_names).fillna(UNGRADED)
            for column, each in (("base_grade", self.pair.base), ("grade", self.year))
        )
        told = moves.assign(base=before.mask(is_new, kinds), now=now.mask(is_gone, kinds))
        return told.groupby(["group", "base", "now"]).size().rename("units").reset_index()

    @property
    def finding(self) -> Finding:
        """How many units rose and fell, and how many came and went in which way."""
        counts = self.pair.movement["movement"].value_counts()
        others = [
            self.say("kind", movement=name, units=counts[kind])
            for kind, name in MOVEMENTS.items()
            if kind not in _TOLD and kind in counts
        ]
        told = {kind: counts.get(kind, 0) for kind in _TOLD}
        return Finding(self.say("finding" if told["rose"] or told["fell"] else "still", others="".join(others), **told))

    @property
    def table(self) -> Table:
        """A row a group and what units were, a column for each that they are."""
        names = [*MOVEMENTS.values(), UNGRADED]
        rows, columns = ([*each.scheme.grade_names.values(), *names] for each in (self.pair.base, self.year))
        wide = self.frame.pivot(index=["group", "base"], columns="now", values="units").fillna(0).reset_index()
        wide = arrange(wide, group=self.groups, base=rows).assign(total=lambda wide: wide.iloc[:, 2:].sum(axis=1))
        years = [name_year(each) for each in self.years]
        grades = {*self.scheme.grade_names.values(), UNGRADED}
        shown: Columns = [
            "group", Column("base", f"{years[0]}等次"),
            *(Column(each, f"{years[1]}{each}" if each in grades else each, WHOLE) for each in columns if each in wide),
            Column("total", "合计", WHOLE),
        ]  # fmt: skip
        return make_table(self.named(wide), shown, self.say("caption"), head="组别")
