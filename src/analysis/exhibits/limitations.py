"""What a page takes for granted and cannot know, told from the data at hand, whatever the city."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.data.schemes import Scheme
from analysis.data.silence import UNKNOWN, is_known
from analysis.data.unit_tables import are_of_more
from analysis.exhibits.all_years import LEAST
from analysis.exhibits.audit import ListOrder
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.grades import GradeRules
from analysis.methods.printed import CIRCULAR
from analysis.periods import AnyYear, short_year
from analysis.problems import WorkbookError
from analysis.texts import legible, name_some
from analysis.words import ADJUSTMENTS, RULES, name_years

_EARNING = {
    "大项": "components",
    "等次换算": "ratings",
    "自评指标": "own_indicators",
    ADJUSTMENTS["bonus"]: "bonus",
    ADJUSTMENTS["deduction"]: "deduction",
}
"""The clauses that say how points are earned."""
_ABOUT = ("overview", "scores", "unit", "comparison", "streaks", "years")


@dataclass(eq=False)
class Limitations(Exhibit, name="limitations", label="数据局限", needs=("results",), since_base=True, listed=True):
    """What cannot be known, by what is asked.

    Parameters
    ----------
    about : {"overview", "scores", "unit", "comparison", "streaks", "years"}
        A comparison needs a base year.
    """

    templates = {
        "made_up_overview": "{whose}各单位的真实得分没有公布。评分为重构数据，即按通报所列各数反推的评分，"
        "由此算得的单位得分和分差只是与通报相符的一种可能，不代表实际得分。",
        "made_up_scores": "通报没有公布各单位的得分，也没有公布指标的名称、分值和评分；"
        "重构评分只保证与通报所列各数一致。",
        "made_up_items": "加分、扣分和取消评优资格的单位，通报没有点名；"
        "页面所列归属为重构时设定，不是对任何单位的评价。",
        "invented": "城市、单位、办法、通报和评分都是虚构的，只供演示。",
        "made_up_comparison": "单位总分的增减由重构评分算得，通报载明的只有名次和等次。",
        "apart": "{apart}，单位总分的增减不可比；平均分的增减和名次、等次的变化，只列通报载明的。",
        "unprinted": "通报没有载明{grades}如何划定，{rule}划定{basis}（见考核办法表）。",
        "assumed": "系推定",
        "derived": "由通报推得",
        "derived_average": "{year}年的平均分由通报所列增减数推得。",
        "unknown": "{year}年的等次不详。",
        "partly_unknown": "{year}年的等次只知通报点名的单位，其余不详。",
        "unknown_streak": "图中以“？”表示，年数前加“至少”。",
        "incomparable": "{years:list}年的等次与{year}年的{best}不对应，或不是一一对应，图中以“×”表示。",
        "first_year": "{year}年以前没有资料，升降和连续年数不再上溯。",
        "first_year_streak": "连续至这一年的，年数前加“至少”。",
        "listed": "以名单内的先后为名次，系推定{against}。",
        "against": "；{years:list}年度通报正文列名的次序与名单不同，这一推定不够可靠",
        "vetoed": "因情节严重不得评为{grades:list}的单位，名次可能在{grades:list}单位之前。",
        "required": "不符合{grades:list}条件的单位，名次可能在{grades:list}单位之前。",
        "marked": "得分按评分计算，评分本身是否准确无法核实。",
        "printed": "{whose}没有逐项评分，总分按通报所列各项得分计算；通报所列各数已经舍入，"
        "总分末位和名次可能因此不同。",
        "circular": "{whose}没有评分，得分、名次、等次以通报所列为准，通报未列的不作推算。",
        "moved": "{year}年度有{count}个单位核算的名次与通报所列不同（{units}）："
        "通报所列得分已经舍入，或者有的数有误（见通报核对）。",
        "schemes_differ": "两年的办法不同（{clauses:list}），平均分之差含工作、办法和名单变化的影响。",
        "open": "{year}年的通报没有列出全部考核对象（{groups:list}），单位数和新列入、不再列入的单位不能判断。",
        "unsettled": "{units}是否由其他单位更名而来尚未核实（见沿革表），不计为新列入或不再列入。",
        "schemes_changed": "办法有变动的年度：{changes:clauses}。与前一个年度相比，总分的增减含办法变动的影响。",
        "scheme_changed": "{year}年（{clauses:list}）",
        "membership": "名次的升降和一致度只比两年均在本组的单位；单位进出多的，只说明这些单位的先后。",
        "gone": "以前有、{year}年没有的组别不列：{groups:list}。",
        "schemes_silent": "通报没有载明两年的{clauses:list}，是否相同不能判断。",
        "schemes_alike": "两年的办法相同，平均分之差仍含指标和名单变化的影响。",
        "unlinked": "没有载明两年为同一项的指标，指标的变化与得分的变化不能分开。",
    }

    about: str = "overview"

    def __post_init__(self) -> None:
        if self.about not in _ABOUT:
            raise WorkbookError(f"数据局限不按“{legible(self.about)}”说。about 可用：{'、'.join(_ABOUT)}。")
        if self.about == "comparison" and self.base is None:
            raise WorkbookError(f"两年相比的数据局限（about=comparison）用 pair(基期年度, {self.year.year}).show。")

    @property
    def years(self) -> list[AnyYear]:
        """The year alone for its scores, and for those of a unit."""
        return [self.year.year] if self.about in {"scores", "unit"} else super().years

    @property
    def frame(self) -> pd.DataFrame:
        """Column limitation: the sentences."""
        return pd.DataFrame({"limitation": self.sentences})

    @property
    def sentences(self) -> tuple[str, ...]:
        """One a limitation."""
        return tuple(getattr(self, f"_of_{self.about}")())

    def _of_overview(self) -> Iterator[str]:
        yield from self._if_made_up("made_up_overview")
        yield from self._if_printed()
        yield from self._if_circular()
        rules = GradeRules(self.year).frame
        for row in rules[rules["basis"].isin(["assumed", "derived"])].itertuples():
            yield self.say("unprinted", grades=row.grades, rule=RULES[row.kind], basis=self.say(str(row.basis)))
        for year in sorted(set(self.year.averages.query("basis == 'derived'")["year"])):
            yield self.say("derived_average", year=year)
        yield from self._unknown_grades()
        yield from self._first_year()

    def _of_scores(self) -> Iterator[str]:
        yield from self._if_made_up("made_up_scores", "made_up_items")
        if self.year.facts.printed_lists()["list"].eq("graded").any():
            against = dict.fromkeys(map(short_year, ListOrder(self.year).frame["year"]))
            yield self.say("listed", against=self.say("against", years=against) if against else "")
        veto, names = self.scheme.veto, self.scheme.grade_names
        if veto and is_known(veto) and veto.bars:
            yield self.say("vetoed", grades=[names[grade] for grade in veto.bars])
        if required := self.scheme.conditional_grades.values():
            yield self.say("required", grades=required)
        yield from self._if_circular()
        yield from self._if_printed()
        yield from [self.say("marked")] if self.year.facts.inputs and "printed" not in self.provenances else []

    def _of_unit(self) -> Iterator[str]:
        yield from self._if_made_up("made_up_scores", "made_up_items")

    def _of_comparison(self) -> Iterator[str]:
        before, now = _earning_rules(self.pair.base.scheme), _earning_rules(self.scheme)
        known = [name for name in now if UNKNOWN not in (before[name], now[name])]
        differing = [name for name in known if before[name] != now[name]]
        if differing or len(known) == len(now):
            yield self.say("schemes_differ" if differing else "schemes_alike", clauses=differing)
        if silent := [name for name in now if name not in known]:
            yield self.say("schemes_silent", clauses=silent)
        yield from [self.say("apart")] if self.apart else self._if_made_up("made_up_comparison")
        yield from self._if_circular()
        inputs = [each.facts.inputs for each in (self.pair.base, self.year)]
        origins = [set(each.indicators["origin"]) for each in inputs if each is not None]
        if len(origins) == 2 and origins[0] != origins[1]:
            yield self.say("unlinked")

    def _of_years(self) -> Iterator[str]:
        if len(self.year.reported_years) < LEAST:
            return
        yield from [self.say("apart")] if self.apart else self._if_made_up("made_up_comparison")
        yield from self._if_circular()
        yield from self._if_printed()
        schemes = [self.year.dataset.year(year).scheme for year in self.year.reported_years]
        rules = list(map(_earning_rules, schemes))
        changed = [
            self.say("scheme_changed", year=scheme.year, clauses=clauses)
            for scheme, before, now in zip(schemes[1:], rules, rules[1:], strict=False)
            if (
                clauses := [
                    name for name in now if before[name] != now[name] and UNKNOWN not in (before[name], now[name])
                ]
            )
        ]
        yield from [self.say("schemes_changed", changes=changed)] if changed else []
        yield self.say("membership")
        gone = {group: name for each in schemes for group, name in each.group_names.items()}
        if names := [name for group, name in gone.items() if group not in self.scheme.groups]:
            yield self.say("gone", groups=names)

    def _of_streaks(self) -> Iterator[str]:
        for unknown in self._unknown_grades():
            yield unknown + self.say("unknown_streak")
        if years := [*map(short_year, self.year.grade_panel.query("state == 'incomparable'")["year"].unique())]:
            yield self.say("incomparable", years=years)
        yield from (told + self.say("first_year_streak") for told in self._first_year())

    def _if_made_up(self, *templates: str) -> Iterator[str]:
        if "reconstructed" in self.provenances:
            whose = self._whose("reconstructed") if self.apart else ""
            yield from (self.say(template, whose=whose) for template in templates)
        if "demonstration" in self.provenances:
            yield self.say("invented")

    def _if_printed(self) -> Iterator[str]:
        if "printed" in self.provenances:
            yield self.say("printed", whose=self._whose("printed") if len(set(self.provenances)) > 1 else "")
            if moved := self._moved_ranks():
                yield self.say("moved", count=len(moved), units=name_some(moved))

    def _if_circular(self) -> Iterator[str]:
        if CIRCULAR in self.provenances:
            yield self.say("circular", whose=self._whose(CIRCULAR) if len(set(self.provenances)) > 1 else "")
        for year in [year for year in self.years if year in self.origins]:
            scheme = self.year.dataset.year(year).scheme
            if groups := [name for group, name in scheme.group_names.items() if not scheme.knows_units(group)]:
                yield self.say("open", year=year, groups=groups)
        unsettled = self.year.facts.unsettled_since(self.years[0])
        if names := list(self.year.units.loc[self.year.units["unit_id"].isin(unsettled), "name"]):
            yield self.say("unsettled", units=name_some(names))

    def _moved_ranks(self) -> list[str]:
        """Name the units whose computed rank is not the printed one; none of a part of a larger list."""
        table, scores = self.year.facts.table, self.year.scores
        cells = table.cells if table else {}
        printed = {name: int(cell.value) for (name, column), cell in cells.items() if column == "rank"}
        ranks = scores.set_index("name")["rank"].astype(int)
        if are_of_more(printed.values(), len(ranks)):
            return []
        return [
            f"{name}核算为第{ranks[name]}名，通报为第{rank}名"
            for name, rank in printed.items()
            if name in ranks.index and ranks[name] != rank
        ]

    def _whose(self, kind: str) -> str:
        """Name the years shown whose marks are of a kind."""
        return name_years(year for year, origin in self.origins.items() if origin == kind)

    def _unknown_grades(self) -> Iterator[str]:
        """Say of which years the grades of some units are not known."""
        panel, known = self.year.grade_panel, self.year.dataset.years
        for year, states in panel.set_index("unit_id").groupby("year")["state"]:
            assessed = known[year].units["unit_id"] if year in known else states.index
            if states[assessed].eq("unknown").any():
                named = states.isin(["excellent", "not_excellent"]).any()
                yield self.say("partly_unknown" if named else "unknown", year=year)

    def _first_year(self) -> Iterator[str]:
        if len(self.year.grade_panel):
            yield self.say("first_year", year=self.year.grade_panel["year"].min())


def _earning_rules(scheme: Scheme) -> dict[str, object]:
    """Say how points are earned, clause by clause, or that it is not known; where that is said does not matter."""
    silent = {clause.partition(".")[0] for clause in scheme.unknown}
    given = scheme.model_dump(include=set(_EARNING.values()))
    return {name: UNKNOWN if clause in silent else _strip(given[clause]) for name, clause in _EARNING.items()}


def _strip(given: Any) -> Any:
    """Leave out where a clause is said."""
    if isinstance(given, list):
        return [_strip(each) for each in given]
    return {key: value for key, value in given.items() if key not in {"source", "basis", "note"}}
