"""Which printed statements hold, and which do not?"""

from dataclasses import replace
from functools import cached_property
from typing import ClassVar

import pandas as pd

from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.exhibits.writer import Headline
from analysis.methods.audit.ledger import count_verdicts
from analysis.methods.audit.practices import describe
from analysis.periods import AnyYear, name_assessed
from analysis.words import CELLS, CHECKED_AGAINST, HOW_MANY, MORE, VERDICTS, WHOLE

_CHANGES, _SUMMARIES = "delta-|growth-", "marks-(?:average|total)"
"""What claims that tell of a practice have in their ids."""

_TOLD_OF_EACH = ("contradicted", "affected", "explained")
_MOST_TEXTS, _MOST_YEARS = 8, 3
"""Claims that a sentence names one by one; years that a card does."""


class Claims(Exhibit, needs=("circular",)):
    """Claims of the year's circular that can be checked, counted by verdict."""

    only: ClassVar[tuple[str, str]] = ("id", "")
    """A column of `audit_year`, and a pattern of what stands there in the claims it is about."""
    templates = {
        "none": "没有 {year} 年度的通报，或其中没有可核对的说法。",
        "counts": "{year} 年度通报可核对的说法共 {claims} 条：{verdicts}。",
        "counts_marks": "{year} 年度通报由评分复算的说法共 {claims} 条：{verdicts}。",
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
        """How many claims there are of each verdict."""
        kind = "counts_marks" if self.frame["basis"].eq("marks").all() else "counts"
        return (self.absent or self.say(kind, claims=len(self.frame), verdicts=_tell(self._counts)),)

    @property
    def _counts(self) -> pd.Series:
        """How many claims there are of each verdict, what needs attention first."""
        return self.frame["verdict"].value_counts().reindex(list(VERDICTS), fill_value=0)

    @property
    def _rows(self) -> pd.DataFrame:
        """The claims in the words of readers, with the remark as a note."""
        return self.named(self._folded.assign(remark=("注：" + self._folded["remark"]).replace("注：", "")))

    @cached_property
    def _folded(self) -> pd.DataFrame:
        """The claims; of cells of a printed table of results in which nothing is wrong, one for all of a kind."""
        kinds = self.frame["id"].str.extract(f"^[0-9]+-({'|'.join(CELLS)})-")[0]
        held = kinds.notna() & ~self.frame["verdict"].isin(_TOLD_OF_EACH) & self.frame["remark"].eq("")
        keys = [kinds, self.frame["verdict"]]
        sizes = self.frame.groupby(keys)["id"].transform("size").fillna(1).astype(int)
        folded = self.frame.assign(
            text=self.frame["text"].mask(held, kinds.map(CELLS) + sizes.map(HOW_MANY.format)),
            **{column: self.frame[column].mask(held, "") for column in ("computed", "population", "reason", "unit_id")},
            **{column: self.frame[column].mask(held, "—") for column in ("printed", "formula")},
        )
        return folded[~(held & self.frame.assign(kind=kinds).duplicated(["kind", "verdict"]))]


class Judged(Claims):
    """All claims, and how the circular was computed as far as it tells."""

    templates = {**Claims.templates, "practice": "按通报整体推定的算法：{practice}。"}

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


class Audit(Judged, name="audit", label="通报逐条核对"):
    """Every claim of the year's circular that can be checked, with its verdict."""

    templates = {**Judged.templates, "caption": "{year} 年度通报：逐条核对"}

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """How many claims of the circular are contradicted, what became of the others; how many of earlier years."""
        label, wrong = self.retell(f"{self.year.year}年度通报核对"), VERDICTS["contradicted"]
        earlier = {
            year: self._count_wrong(year) for year in reversed(self.year.reported_years) if year != self.year.year
        }
        others = [f"{year}年度{claims}条" for year, claims in earlier.items() if claims]
        more = f"等{len(others)}个年度" if len(others) > _MOST_YEARS else ""
        before = (self.retell(f"以前年度{wrong}：{'、'.join(others[:_MOST_YEARS])}{more}"),) if others else ()
        if self.frame.empty:
            nothing = "没有可核对的说法" if self.year.facts.published else "没有这一年度的通报"
            return (Headline(label, "—", says=(self.retell(nothing), *before)),)
        counts = self._counts.drop("contradicted")
        says = tuple(filter(None, (f"共核对{len(self.frame)}条说法", _tell(counts[counts > 0]))))
        return (Headline(label, f"{self._counts['contradicted']}", f"条{wrong}", (*says, *before)),)

    def _count_wrong(self, year: AnyYear) -> int:
        return int(self.year.assessment.year(year).audit["verdict"].eq("contradicted").sum())

    @property
    def table(self) -> Table:
        """A row a claim, filtered by verdict."""
        rows, counts = self._rows, self._folded["verdict"].value_counts().reindex(list(VERDICTS), fill_value=0)
        rows["why"] = rows["reason"] + rows["remark"]
        rows[["computed", "why"]] = rows[["computed", "why"]].replace("", "—")
        columns: Columns = [
            Column("verdict", "结论"), Column("text", "说法"), Column("printed", "印出", right=True),
            Column("computed", "核算", right=True), Column("formula", "算法"), "basis", "section",
            Column("why", "说明"),
        ]  # fmt: skip
        filters = {
            verdict: f"{VERDICTS[verdict]} {claims}" for verdict, claims in counts[counts > 0].items()
        }  # as rows
        table = make_table(rows, columns, self.say("caption"), "".join(self._practice), head="说法")
        return replace(table, kinds=tuple(self._folded["verdict"]), filters=filters)


class Verdicts(Judged, name="verdicts", label="各种结论的条数"):
    """How many claims got which verdict, from print alone and from marks."""

    @property
    def table(self) -> Table:
        """A row a verdict."""
        counts = count_verdicts(self.frame)
        rows = self.named(counts.assign(total=counts.sum(axis=1)).reset_index())
        columns: Columns = [
            Column("verdict", "结论"), *(Column(basis, name, WHOLE) for basis, name in CHECKED_AGAINST.items()),
            Column("total", "合计", WHOLE),
        ]  # fmt: skip
        return make_table(rows, columns, f"{name_assessed(self.year.year)}通报：各种结论的条数", head="结论")


class Doubtful(Claims, name="doubtful", label="不一致的说法"):
    """The claims that do not hold as printed."""

    only = ("verdict", "contradicted|explained|within_rounding")
    templates = {
        "claim": "{verdict}：{text}（见“{section}”）。{reason}{remark}{affects}",
        "affects": "因此对不上的还有 {claims} 条：{texts:clauses}。",
    }

    @property
    def absent(self) -> str:
        """Nothing is said where there is no such claim."""
        return ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """One a claim, and what fails only because of it."""
        rows, said = self._rows, ["reason", "remark"]
        rows[said] = (rows[said] + "。").replace("。", "")
        affected = self.year.audit[self.year.audit["verdict"].eq("affected")]
        texts = [list(affected.loc[affected["cause"].eq(claim), "text"]) for claim in rows["id"]]
        named = [[*own[:_MOST_TEXTS], *[MORE] * (len(own) > _MOST_TEXTS)] for own in texts]
        rows["affects"] = [
            self.say("affects", claims=len(own), texts=few) if own else ""
            for own, few in zip(texts, named, strict=True)
        ]
        return tuple(self.say("claim", **row) for row in rows.to_dict("records"))


class Wrong(Doubtful, name="wrong", label="站不住的说法", only=("verdict", "contradicted|explained")):
    """The claims that are contradicted, or hold only in another reading."""


class UnknownNames(Doubtful, name="unknown_names", label="名单中不认得的名称", only=("id", "-named_unit-")):
    """The names in lists of units that no unit of the year bears, or that a list has twice."""

    templates = {
        **Doubtful.templates,
        "sound": "{year} 年度通报各名单所列，都是本年度的考核对象，没有重列。",
        "no_circular": "没有 {year} 年度的通报。",
    }

    @property
    def absent(self) -> str:
        """Where every name is a unit's, or nothing is printed."""
        if self.year.facts.published is None:
            return self.say("no_circular")
        return self.say("sound") if self.frame.empty else ""


class ListOrder(Exhibit, name="list_order", label="名单次序与正文次序", needs=("circular",), looks_back=True):
    """What speaks against the order of the graded lists being the rank order."""

    templates = {
        "order": "{year} 年度通报：{text}。{reason}。",
        "none": "各年度通报中，没有单位在正文列名的次序与等次名单不同。",
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


class FromMarks(Claims, name="from_marks", label="由评分复算", only=("basis", "marks")):
    """How many printed numbers the marks bear out."""


class StreakClaims(Audit, name="streak_claims", label="关于连续获得最好等次的说法"):
    """What the circular says about consecutive years in the best grade."""

    only = (
        "id",
        "streak_count|named_(?:cons|new)|excellent_split|first_place|consecutive_at_most|list_length_(?:cons|new)"
        "|(?:cause|conflict)-.*(?:consec|newly)",
    )
    templates = {"none": "没有 {year} 年度的通报。", "caption": "{year} 年度通报关于连续{best}的说法"}
    sentences = Exhibit.sentences  # none: the table says it all

    @property
    def absent(self) -> str:
        """Where the year has no circular."""
        return "" if self.year.facts.published else self.say("none")


def _tell(counts: pd.Series) -> str:
    return "，".join(f"{VERDICTS[verdict]} {claims} 条" for verdict, claims in counts.items())
