"""What a page takes for granted and cannot know, told from the data at hand, whatever the city."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import pandas as pd

from analysis.data.dataset import YearFacts
from analysis.data.schemes import Grade, Scheme
from analysis.exhibits.words import BASES

_RULES = {"count": "按数目", "share": "按比例", "threshold": "按分数线"}
_UNPRINTED = {"assumed": "是推定", "derived": "由印本推得"}


def describe_rules(scheme: Scheme) -> str:
    """Say by what kind of rule each grade is given, and on what basis.

    Parameters
    ----------
    scheme : Scheme

    Returns
    -------
    str
    """
    told = [f"{names}{rule}评定（{BASES[basis]}）" for names, rule, basis in _rules(scheme.grades[:-1])]
    rest = f"其余为{scheme.grades[-1].name}" if told else f"全部为{scheme.grades[-1].name}"
    return "，".join([*told, rest]) + "。"


def describe_judgement(scheme: Scheme) -> str:
    """Say who gives the ratings, what a simulation does to them, and what it leaves alone.

    Parameters
    ----------
    scheme : Scheme

    Returns
    -------
    str
    """
    ratings, marking = scheme.ratings.value, {part.marking for part in scheme.parts.values()}
    if "rating" not in marking:
        return "这一年没有按等次评的指标：按分值评的不动，名次和等次不变。"
    left_alone = "，按分值评的不动" if "score" in marking else ""
    return (
        f"{'、'.join(ratings)}是人评的。让每一项评价等次各自独立地以给定的概率上移或下移一级"
        f"（已在顶端或底端的不能再移{left_alone}），重算名次和等次。"
    )


def doubt_overview(facts: YearFacts, scores: pd.DataFrame, history: pd.DataFrame, panel: pd.DataFrame) -> list[str]:
    """List what the overview of a year cannot know.

    Parameters
    ----------
    facts : YearFacts
    scores : DataFrame of `score_years`
    history : DataFrame of `average_history`
    panel : DataFrame of `build_grade_panel`

    Returns
    -------
    list of str
    """
    made_up = "各单位的真实得分没有公布，由重构评分得到的单位得分和名次间距，只说明“印本容许如此”，不说明“实际如此”。"
    unprinted = [
        f"印本没有写明{names}怎样划线，{rule}划线{_UNPRINTED[basis]}（见年度得分页的考核办法表）。"
        for names, rule, basis in _rules(facts.scheme.grades[:-1])
        if basis in _UNPRINTED
    ]
    derived = sorted(history.loc[history["basis"].eq("derived"), "year"].unique())
    averages = [f"{year} 年的平均分由通报的增减数推得。" for year in derived]
    return [*_if_made_up(scores, made_up), *unprinted, *averages, *_unknown_grades(panel), _first_year(panel)]


def doubt_scores(facts: YearFacts, scores: pd.DataFrame) -> list[str]:
    """List what the scores of a year cannot tell.

    Parameters
    ----------
    facts : YearFacts
    scores : DataFrame of `score_year`

    Returns
    -------
    list of str
    """
    made_up = (
        "通报没有公布任何单位的得分，也没有公布指标的名称、分值和评分，重构评分只保证与印出的数一致。",
        "谁得加分、谁被扣分、谁被取消评优资格，印本没有点名；页面上的归属是重构时的取定，不是对任何单位的判断。",
    )
    lists = facts.printed_lists()
    listed = ["名单内的先后读作名次，是推定。"] if lists["list"].eq("graded").any() else []
    veto, names = facts.scheme.veto, facts.scheme.grade_names
    barred = "、".join(names[grade] for grade in veto.bars) if veto else ""
    vetoed = [f"情节严重、不得评为{barred}的单位，名次可能排在{barred}单位之前。"] if barred else []
    marked = "得分照评分算出；评分本身评得准不准，这里看不出来。"
    return [*_if_made_up(scores, *made_up), *listed, *vetoed, marked]


def doubt_comparison(base: YearFacts, facts: YearFacts, scores: pd.DataFrame) -> list[str]:
    """List what a comparison of two years cannot tell apart.

    Parameters
    ----------
    base, facts : YearFacts
    scores : DataFrame of `score_years`

    Returns
    -------
    list of str
    """
    differing = _differing(base.scheme, facts.scheme)
    schemes = (
        f"两年的办法不同（{'、'.join(differing)}），平均分之差既含工作的变化，也含办法和名单的变化。"
        if differing
        else "两年的办法相同，平均分之差仍含指标和名单的变化。"
    )
    made_up = "单位总分的增减来自重构评分，只有名次和等次是印本所载。"
    return [schemes, *_if_made_up(scores, made_up)]


def doubt_streaks(panel: pd.DataFrame) -> list[str]:
    """List what is not known about runs of years.

    Parameters
    ----------
    panel : DataFrame of `build_grade_panel`

    Returns
    -------
    list of str
    """
    unknown = [told + "图中作“？”，年数写“至少”。" for told in _unknown_grades(panel)]
    return [*unknown, _first_year(panel) + "连续到那一年的，年数写“至少”。"]


def _rules(grades: Iterable[Grade]) -> list[tuple[str, str, str]]:
    """Join the names of neighbouring grades whose rules are of the same kind and basis."""
    alike = groupby(grades, lambda grade: (grade.rule.kind, grade.basis))
    return [("、".join(grade.name for grade in own), _RULES[kind], basis) for (kind, basis), own in alike]


def _if_made_up(scores: pd.DataFrame, *told: str) -> tuple[str, ...]:
    """Say what is told of reconstructed marks, and of what is invented that it is."""
    invented = ("城市、单位、办法、通报和评分都是虚构的，只供演示，不说明任何真实的单位。",)
    origins = set(scores["provenance"])
    return (*(told if "reconstructed" in origins else ()), *(invented if "demonstration" in origins else ()))


def _unknown_grades(panel: pd.DataFrame) -> list[str]:
    """Say of which years the grades of some units are not known."""
    told = []
    for year, own in panel.groupby("year"):
        if own["state"].eq("unknown").any():
            named = own["state"].isin(["excellent", "not_excellent"]).any()
            told.append(f"{year} 年的等次{'只知道通报点名的单位，其余' if named else ''}不知道。")
    return told


def _first_year(panel: pd.DataFrame) -> str:
    return f"{panel['year'].min()} 年以前没有资料，升降和连续年数不能再往前推。"


def _differing(base: Scheme, scheme: Scheme) -> list[str]:
    """Name what two schemes say differently about how points are earned; where they say so does not matter."""
    rules = [_earning_rules(each) for each in (base, scheme)]
    return [name for name, rule in rules[0].items() if rule != rules[1][name]]


def _earning_rules(scheme: Scheme) -> dict[str, object]:
    elsewhere = {"source", "basis", "note"}
    return {
        "大项": [each.model_dump(exclude=elsewhere) for each in scheme.components],
        "等次换算": scheme.ratings.value,
        "自评指标": scheme.own_indicators.excluded,
        "加分": scheme.bonus.model_dump(exclude=elsewhere),
        "扣分": scheme.deduction.model_dump(exclude=elsewhere),
    }
