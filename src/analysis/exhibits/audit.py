"""Which printed statements hold, and which do not?"""

from dataclasses import replace
from functools import cached_property
from typing import ClassVar

import pandas as pd

from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.folded import Folded
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.exhibits.writer import Headline
from analysis.methods.audit.practices import describe
from analysis.words import CELLS, HOW_MANY, VERDICTS

_CHANGES, _SUMMARIES = "delta-|growth-", "marks-(?:average|total)"
"""What claims that tell of a practice have in their ids."""

_MOST_YEARS = 3
"""Earlier years that a card names."""
FAILING = ("contradicted", "affected", "explained")
"""Verdicts of claims that do not hold as printed."""
_FITTED, _NO_EVIDENCE = "fitted", "不作依据"
"""The kind of claims that are held against reconstructed marks, and what readers are told of them."""


class Claims(Exhibit, needs=("circular",)):
    """Claims of the year's circular that can be checked, counted by verdict."""

    only: ClassVar[tuple[str, str]] = ("id", "")
    """A column of `audit_year`, and a pattern of what stands there in the claims it is about."""
    templates = {
        "none": "{year}年度没有通报，或者通报没有可核对的事项。",
        "counts": "{year}年度通报可核对的事项共{claims}项：{verdicts}。",
        "fitted": "另有{claims}项由重构评分（按通报数据反推，不是实际评分）核算，不作为核对依据{differing}。",
        "differing": "；其中{claims}项与通报不一致，须重新重构",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `audit_year`: the claims it is about."""
        column, pattern = self.only
        return self.year.audit[self.year.audit[column].str.contains(pattern)]

    @property
    def absent(self) -> str:
        """Where the year has no circular."""
        return self.say("none") if self.frame.empty else ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """How many claims there are of each verdict, and how many are no evidence."""
        if self.absent:
            return (self.absent,)
        told = self.say("counts", claims=len(self.evidence), verdicts=tell_verdicts(self.evidence))
        return (told, *self.fitted)

    @property
    def evidence(self) -> pd.DataFrame:
        """The claims, but for those that are held against reconstructed marks, which were made to agree."""
        return write_minus(self.frame[self._kinds.ne(_FITTED)])

    @property
    def wrong(self) -> int:
        """How many places of the circular are wrong: what follows from them is not counted again."""
        return int(self.evidence[self.evidence["verdict"].eq("contradicted")]["cause"].nunique())

    @property
    def fitted(self) -> tuple[str, ...]:
        """How many claims are no evidence, and how many of them do not agree; nothing where all are."""
        claims = self.frame[self._kinds.eq(_FITTED)]
        differing = int(claims["verdict"].isin(FAILING).sum())
        told = self.say("differing", claims=differing) if differing else ""
        return (self.say("fitted", claims=len(claims), differing=told),) if len(claims) else ()

    @property
    def _kinds(self) -> pd.Series:
        """The verdicts, and which claims are no evidence."""
        is_made_up = self.frame["basis"].eq("marks") & (self.origins.get(self.year.year) == "reconstructed")
        return self.frame["verdict"].mask(is_made_up, _FITTED)


def write_minus(claims: pd.DataFrame) -> pd.DataFrame:
    """Write negative numbers as readers do.

    Parameters
    ----------
    claims : DataFrame of `audit_year`
    """
    said = ("text", "printed", "computed", "formula", "reason")
    return claims.assign(
        **{each: claims[each].str.replace(r"(?<![0-9A-Za-z〕])-(?=\d)", "−", regex=True) for each in said}
    )


def tell_verdicts(claims: pd.DataFrame) -> str:
    """Say how many claims there are of each verdict, what needs attention first.

    Parameters
    ----------
    claims : DataFrame of `audit_year`

    Returns
    -------
    str
    """
    counts = claims["verdict"].value_counts()
    return "，".join(f"{name}{counts[verdict]}项" for verdict, name in VERDICTS.items() if verdict in counts)


def explain(claims: pd.DataFrame) -> pd.Series:
    """Say why claims got their verdicts, and what is remarked on them; "" where there is nothing to say.

    Parameters
    ----------
    claims : DataFrame of `audit_year`

    Returns
    -------
    Series of str
    """
    remarks = ("注：" + claims["remark"]).where(claims["remark"].ne(""), "")
    return (claims["reason"] + "；" + remarks).str.strip("；")


def gather(claims: pd.DataFrame) -> pd.DataFrame:
    """Put claims about cells of a printed table in which nothing is wrong into one for all of a kind.

    Parameters
    ----------
    claims : DataFrame of `audit_year`

    Returns
    -------
    DataFrame with column claims (how many it stands for) added
    """
    kinds = claims["id"].str.extract(f"^[0-9]+-({'|'.join(CELLS)})-")[0]
    held = kinds.notna() & ~claims["verdict"].isin(FAILING) & claims["remark"].eq("")
    sizes = claims.groupby([kinds, claims["verdict"]])["id"].transform("size").where(held, 1).astype(int)
    gathered = claims.assign(
        claims=sizes,
        text=claims["text"].mask(held, kinds.map(CELLS) + sizes.map(HOW_MANY.format)),
        **{column: claims[column].mask(held, "") for column in ("computed", "unit_id")},
        **{column: claims[column].mask(held, "—") for column in ("printed", "formula")},
    )
    return gathered[~(held & claims.assign(kinds=kinds).duplicated(["kinds", "verdict"]))]


def name_row(claim: str) -> str:
    """Name the row of a claim, for links that lead to it."""
    return f"claim-{claim}"


class Audit(Claims, name="audit", label="通报逐项核对"):
    """Every claim of the year's circular that can be checked, with its verdict, and how the circular was computed."""

    templates = {
        **Claims.templates,
        "practice": "按通报整体推定的算法：{practice}。",
        "caption": "{year}年度通报逐项核对",
        "folded": "逐项核对表（{claims}项，可按结论筛选）",
    }

    @property
    def sentences(self) -> tuple[str, ...]:
        """How many claims there are of each verdict; by which practice they were judged."""
        return (*super().sentences, *self._practice)

    @property
    def _practice(self) -> tuple[str, ...]:
        """What was found of how the office rounded and computed; nothing where nothing printed tells."""
        known = self.frame[self.frame["verdict"].ne("unverifiable")]
        changes = known["id"].str.contains(_CHANGES)
        in_print = known.loc[changes & known["basis"].eq("print"), "verdict"]
        tells = {
            "rounding": known["id"].str.contains(f"{_CHANGES}|{_SUMMARIES}|share-").any(),
            "totals_first": known["id"].str.contains(_SUMMARIES).any() and "reconstructed" not in self.provenances,
            "from_printed": changes.any(),
        }
        choices = [choice for choice, is_told in tells.items() if is_told]
        practice = describe(self.year.practices, choices, fits=set(in_print) == {"exact"}) if choices else ""
        return (self.say("practice", practice=practice),) if practice else ()

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """How many findings there are, and what became of all claims."""
        label, wrong = self.retell(f"{self.year.year}年度通报核对"), VERDICTS["contradicted"]
        before = self._before
        if self.frame.empty:
            nothing = "没有可核对的事项" if self.year.facts.published else "没有这一年度的通报"
            return (Headline(label, "—", says=(self.retell(nothing), *before)),)
        says = (tell_verdicts(self.evidence), f"共核对{len(self.evidence)}项", *before)
        failed = self.evidence["verdict"].eq("contradicted").sum()
        of = f"（{failed}项）" if failed > self.wrong else ""  # several claims may be wrong in one place
        return (Headline(label, f"{self.wrong}", f"处{wrong}{of}", says),)

    @property
    def _before(self) -> tuple[str, ...]:
        """In how many places the circulars of earlier years are wrong, if any is."""
        city, years = self.year.assessment, reversed(self.year.reported_years)
        counts = {year: Audit(city.year(year)).wrong for year in years if year != self.year.year}
        others = [f"{year}年度{places}处" for year, places in counts.items() if places]
        more = f"等{len(others)}个年度" if len(others) > _MOST_YEARS else ""
        told = f"以前年度{VERDICTS['contradicted']}：{'、'.join(others[:_MOST_YEARS])}{more}"
        return (self.retell(told),) if others else ()

    @property
    def table(self) -> Table:
        """A row a claim, filtered by verdict."""
        kinds = VERDICTS | {_FITTED: _NO_EVIDENCE}
        rows = gather(write_minus(self.frame.assign(kind=self._kinds)))
        counts = rows["kind"].value_counts().reindex(list(kinds)).dropna().astype(int)
        rows = rows.assign(verdict=rows["kind"].map(kinds), why=explain(rows))
        rows[["computed", "why"]] = rows[["computed", "why"]].replace("", "—")
        columns: Columns = [
            Column("verdict", "结论"), Column("text", "核对事项"), Column("printed", "通报", right=True),
            Column("computed", "核算", right=True), Column("formula", "核算方法"), "section",
            *([Column("why", "说明")] if rows["why"].ne("—").any() else []),
        ]  # fmt: skip
        table = make_table(rows, columns, self.say("caption"), "".join(self._practice), head="核对事项")
        filters = {kind: f"{kinds[str(kind)]} {claims}" for kind, claims in counts.items()}  # as rows
        return replace(table, kinds=tuple(rows["kind"]), filters=filters, anchors=tuple(rows["id"].map(name_row)))

    @property
    def folded(self) -> Folded:
        """The table alone: what else is said stands before it."""
        return Folded(self.say("folded", claims=len(self.frame)), [self.prose if self.absent else self.table])


class UnknownNames(Claims, name="unknown_names", label="名单中无法识别的名称", only=("id", "-named_unit-")):
    """The names in lists of units that no unit of the year bears, or that a list has twice."""

    templates = {
        **Claims.templates,
        "claim": "{text}（见“{section}”）：{why}。",
        "sound": "{year}年度通报各名单所列均为本年度考核对象，没有重复。",
        "no_circular": "没有{year}年度通报。",
    }

    @property
    def absent(self) -> str:
        """Where every name is a unit's, or nothing is printed."""
        if self.year.facts.published is None:
            return self.say("no_circular")
        return self.say("sound") if self.frame.empty else ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """One a name."""
        return tuple(self.say("claim", **row) for row in self.frame.assign(why=explain(self.frame)).to_dict("records"))


class ListOrder(Exhibit, name="list_order", label="名单次序与正文次序", needs=("circular",), looks_back=True):
    """What speaks against the order of the graded lists being the rank order."""

    templates = {
        "order": "{year}年度通报：{text}。{reason}。",
        "none": "各年度通报正文列名的次序与等次名单没有不同。",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The claims about the order of lists of every circular so far: columns of `audit_year`, and year."""
        audits = {year: self.year.assessment.year(year).audit for year in self.years}
        found = pd.concat([audit.assign(year=year) for year, audit in audits.items()], ignore_index=True)
        return found[found["id"].str.contains("-list_order-")]

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for each circular and group."""
        rows = self.frame[["year", "text", "reason"]].to_dict("records")
        return tuple(self.say("order", **row) for row in rows) or (self.say("none"),)


class FromMarks(Claims, name="from_marks", label="由评分核算", only=("basis", "marks")):
    """How many printed numbers the marks bear out."""

    templates = {
        **Claims.templates,
        "counts": "{year}年度通报由评分核算的事项共{claims}项：{verdicts}。",
        "made_to": "重构评分按通报数据反推，核算一致不能证明通报无误。",
    }

    @property
    def sentences(self) -> tuple[str, ...]:
        """How many claims there are of each verdict, and what that is worth."""
        if self.absent:
            return (self.absent,)
        told = self.say("counts", claims=len(self.frame), verdicts=tell_verdicts(self.frame))
        return (told, *([self.say("made_to")] if self.fitted else []))


class StreakClaims(Audit, name="streak_claims", label="关于连续获得最高等次的事项"):
    """What the circular says about consecutive years in the best grade."""

    only = (
        "id",
        "streak_count|named_(?:cons|new)|excellent_split|first_place|consecutive_at_most|list_length_(?:cons|new)"
        "|(?:cause|conflict)-.*(?:consec|newly)",
    )
    templates = {
        "none": "没有{year}年度通报。",
        "silent": "{year}年度通报没有关于连续{best}的事项。",
        "caption": "{year}年度通报关于连续{best}的事项",
        "folded": "{year}年度通报关于连续{best}的事项（{claims}项）",
        "counts": "{year}年度通报关于连续{best}的事项{claims}项：{verdicts}。",
    }

    @property
    def sentences(self) -> tuple[str, ...]:
        """How many claims there are of each verdict that was found."""
        return (self.say("counts", claims=len(self.evidence), verdicts=tell_verdicts(self.evidence)),)

    @property
    def table(self) -> Table:
        """The same as of all claims, folded."""
        return replace(super().table, folded=self.say("folded", claims=len(self.frame)), anchors=())

    @property
    def absent(self) -> str:
        """Where the year has no circular, or it says nothing of this."""
        if not self.frame.empty:
            return ""
        return self.say("silent" if self.year.facts.published else "none")
