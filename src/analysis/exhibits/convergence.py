"""Did the units of a group come nearer each other, and did their order hold?"""

from functools import cached_property

import pandas as pd
from matplotlib.axes import Axes

from analysis.exhibits.all_years import OverYears, group_panels, tell_distance
from analysis.exhibits.chart import Chart, ChartData
from analysis.exhibits.table import Column, Columns, Table
from analysis.exhibits.theme import FAINT, INK, MUTED, SMALL
from analysis.periods import as_year, name_year, place_of, short_year
from analysis.words import CHANGE, POINTS, THREE, WHOLE

_CAUGHT_UP = {"slope": "gain", "reversion": "chance", "narrowing": "nearer"}
"""What a slope and its parts are called the other way round: what a unit gains for every point that it is behind."""


class Convergence(OverYears, name="convergence", label="差距和次序"):
    """How far apart totals are in every year, how far the order of ranks holds, whether who is behind catches up."""

    templates = {
        "order": "名次一致度（肯德尔等级相关系数 τ-b，1为次序完全相同，0为没有关系，−1为完全颠倒）：{groups:clauses}。",
        "order_group": "{group}与前一个年度相比平均{mean:three}，{base_year}年与{year}年相比{tau:three}",
        "gain": "得分较低单位的追赶情况：{groups:clauses}。“自然回归”指得分偶然偏低的单位，"
        "下一年本会接近平均分，不计为追赶；差距变化为正表示追赶，为负表示差距拉大。",
        "gain_group": "{group}中，{base_year}年总分每低1分，到{year}年平均{way}{size:points}分"
        "（自然回归{chance:change}，差距变化{nearer:change}）",
        "more": "多升",
        "less": "少升",
        "title": "{base_year}年到{year}年：{groups:list}",
        "title_group": "{group}{changed}（标准差{first:points}分到{last:points}分）",
        "title_apart": "各年总分的差距：评分性质不同，不作比较",
        "measure": "{scale}粗条为居中的一半单位，细条为最低到最高，圆点为平均分；"
        "标准差是各单位与平均分相差的一般幅度；各年按当年办法计分",
        "alt": "分布图。{points}。",
        "alt_point": "{group}{year}年平均{average:points}分，标准差{sd:points}分",
        "caption": "各组历年总分的差距和名次的次序",
        "note": "标准差、四分位距越小，各单位差距越小；其后各列与前一个有结果的年度相比，每组末行为首末两年相比，"
        "只算两年均在本组的单位；各数分别四舍五入；",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns group, base_year, year, sd, iqr (of the year), units, tau, slope, reversion, narrowing.

        A row a year, compared with the one before (the first with none), and one of the first and the last.
        """
        rows = []
        for group in self.groups:
            spread, held = (self.in_order(rows, group) for rows in (self.panel.spread, self.panel.persistence))
            years = sorted({*spread["year"], *held["year"], *held["base_year"]})
            ends = [(years[0], years[-1])] if len(years) > 2 else []
            pairs = [*zip([None, *years], years, strict=False), *ends]
            own = pd.DataFrame(pairs, columns=["base_year", "year"], dtype=object).assign(group=group)
            own = own.merge(spread[["year", "sd", "iqr"]].astype({"year": object}), on="year", how="left")
            held = held.astype({"base_year": object, "year": object}).drop(columns="group")
            rows.append(own.merge(held, on=["base_year", "year"], how="left"))
        return pd.concat(rows, ignore_index=True)

    @property
    def sentences(self) -> tuple[str, ...]:
        """How far the order held, and whether who was behind caught up; nothing where nothing can be compared."""
        order, gain = list[str](), list[str]()
        for group, name in self.groups.items():
            compared = self.in_order(self.frame, group).dropna(subset=["tau"])
            if compared.empty:
                continue
            ends = compared.sort_values(["base_year", "year"], ascending=[True, False], kind="stable").iloc[0]
            following = compared.drop(index=ends.name) if len(compared) > 1 else compared
            order.append(self.say("order_group", group=name, mean=following["tau"].mean(), **ends.drop("group")))
            if pd.notna(ends["reversion"]):
                told = {_CAUGHT_UP[part]: -ends[part] for part in _CAUGHT_UP}
                way = self.say("more" if told["gain"] >= 0 else "less")
                years = ends[["base_year", "year"]]
                gain.append(self.say("gain_group", group=name, way=way, size=abs(told["gain"]), **told, **years))
        said = (("order", order), ("gain", gain))
        return tuple(self.say(template, groups=groups) for template, groups in said if groups)

    @property
    def table(self) -> Table:
        """A row a year, and one of the first and the last, of each group."""
        rows = self.frame.rename(columns=_CAUGHT_UP)
        rows = rows.assign(**-rows[list(_CAUGHT_UP.values())])
        ends = rows["group"].eq(rows["group"].shift()) & rows["year"].eq(rows["year"].shift())
        years = [
            f"{short_year(as_year(base))}–{short_year(as_year(year))}" if is_end else short_year(as_year(year))
            for base, year, is_end in zip(rows["base_year"], rows["year"], ends, strict=True)
        ]
        rows.loc[ends, ["sd", "iqr"]] = float("nan")
        columns: Columns = [
            "group", Column("years", "年度"), Column("sd", "标准差", POINTS), Column("iqr", "四分位距", POINTS),
            Column("units", "两年均在", WHOLE), Column("tau", "名次一致度", THREE),
            Column("gain", "每低1分多升", CHANGE), Column("chance", "自然回归", CHANGE),
            Column("nearer", "差距变化", CHANGE),
        ]  # fmt: skip
        return self.tabulate(rows.assign(years=years), columns, self.say("caption"), self.say("note") + self.scale)

    @property
    def chart(self) -> Chart | None:
        """The totals of each year, a panel a group; none where there are not two years of which all are known."""
        spread = {group: self.in_order(self.panel.spread, group) for group in self.groups}
        spread = {group: rows for group, rows in spread.items() if len(rows) > 1}
        if not spread:
            return None
        with group_panels({group: self.groups[group] for group in spread}, self.years, 2.9) as (figure, axes):
            for group, ax in axes.items():
                _draw_spread(ax, spread[group])
            for ax in figure.axes[:: min(len(axes), 2)]:
                ax.set_ylabel("总分（折合百分制，分）" if self.is_scaled else "总分（分）")
        ends = [(self.groups[group], *rows["sd"].iloc[[0, -1]]) for group, rows in spread.items()]
        told = [
            self.say("title_group", group=name, changed=tell_distance(first, last), first=first, last=last)
            for name, first, last in ends
        ]
        shown = self.named(pd.concat(spread.values()))
        wide = shown.pivot(index="year", columns="group", values="sd")[[name for name, *_ in ends]]
        data = ChartData(
            wide.set_axis([name_year(as_year(year)) for year in wide.index]),
            "line",
            "标准差（分）",
            colours=dict.fromkeys(wide, INK),
            measure="各组总分的标准差",
            dashed=tuple(wide)[1::2],
            lowest=0.0,
        )
        points = self.say_each("alt_point", shown)
        title = "title_apart" if self.apart else "title"
        years = {"base_year": min(shown["year"]), "year": max(shown["year"])}
        return self.draw(figure, data, title, groups=told, scale=self.scale, points=points, **years)


def _draw_spread(ax: Axes, rows: pd.DataFrame) -> None:
    """Draw one group's totals by year: from the lowest to the highest, the middle half, the average."""
    places = rows["year"].map(as_year).map(place_of)
    for place, row in zip(places, rows.to_dict("records"), strict=True):
        ax.plot([place] * 2, [row["low"], row["high"]], color=FAINT, linewidth=2.5, solid_capstyle="butt")
        ax.plot([place] * 2, [row["q1"], row["q3"]], color=MUTED, linewidth=6, alpha=0.6, solid_capstyle="butt")
    ax.plot(places, rows["average"], "o-", color=INK, markersize=4.5, linewidth=1.2)
    for end, side in ((0, "left"), (-1, "right")):
        row = rows.iloc[end]
        at, away = (places.iloc[end], row["high"]), (-6 if side == "left" else 6, 4)
        ax.annotate(f"标准差\n{POINTS(row['sd'])}", at, xytext=away, textcoords="offset points", ha=side, va="bottom",
                    fontsize=SMALL, linespacing=1.1)  # fmt: skip
    ax.margins(y=0.16)
