"""Which printed statements hold, and which do not?"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import ClassVar

import pandas as pd

from analysis.exhibits.exhibit import Exhibit, Headline
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.methods.audit.ledger import count_verdicts
from analysis.words import CHECKED_AGAINST, VERDICTS, WHOLE


class Audit(Exhibit):
    """Every claim of the year's circular that can be checked, with its verdict."""

    name = "audit"
    label = "通报逐条核对"
    needs = ("circular",)
    templates = {
        "none": "没有 {year} 年度的通报，或其中没有可核对的说法。",
        "counts": "{year} 年度通报可核对的说法共 {claims} 条：{verdicts}。",
        "counts_marks": "{year} 年度通报由评分复算的说法共 {claims} 条：{verdicts}。",
        "claim": "{verdict}：{text}（见“{section}”）。{reason}",
        "remark": "注：{remark}。",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `audit_year`."""
        return self.year.audit

    @property
    def absent(self) -> str:
        """Where the year has no circular."""
        return self.say("none") if self.frame.empty else ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """How many claims there are of each verdict."""
        return (self.count_claims(),)

    def count_claims(self) -> str:
        """Count the claims by verdict."""
        if self.frame.empty:
            return self.absent
        counts = self.frame["verdict"].value_counts()
        told = "，".join(f"{name} {counts.get(verdict, 0)} 条" for verdict, name in VERDICTS.items())
        kind = "counts_marks" if self.frame["basis"].eq("marks").all() else "counts"
        return self.say(kind, claims=len(self.frame), verdicts=told)

    def tell_claims(self) -> tuple[str, ...]:
        """Say what was found of each claim."""
        return tuple(
            self.say(
                "claim",
                verdict=VERDICTS[row["verdict"]],
                text=row["text"],
                section=row["section"],
                reason=row["reason"] and f"{row['reason']}。",
            )
            + (self.say("remark", remark=row["remark"]) if row["remark"] else "")
            for row in self.frame.to_dict("records")
        )

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """How many claims are contradicted, and what became of the others."""
        label = "通报核对"
        if self.frame.empty:
            return (Headline(label, "—", says=("没有这一年度的通报",)),)
        counts = self.frame["verdict"].value_counts()
        others = [
            f"{name} {counts[verdict]} 条"
            for verdict, name in VERDICTS.items()
            if verdict in counts and verdict != "contradicted"
        ]
        told = ["，".join(others)] if others else []
        contradicted = f"{counts.get('contradicted', 0)}"
        says = (*told, f"共核对 {len(self.frame)} 条说法")
        return (Headline(label, contradicted, f"条{VERDICTS['contradicted']}", says),)

    @property
    def table(self) -> Table | None:
        """A row a claim, filtered by verdict."""
        return self._list(f"{self.year.year} 年度通报：逐条核对")

    def _list(self, caption: str) -> Table:
        claims = self.frame
        counts = claims["verdict"].value_counts()
        remark = claims["remark"].where(claims["remark"].eq(""), "注：" + claims["remark"])
        frame = claims.assign(
            named=claims["verdict"].map(VERDICTS),
            computed=claims["computed"].where(claims["computed"].ne(""), "—"),
            basis=claims["basis"].map(CHECKED_AGAINST),
            why=claims["reason"].str.cat(remark, sep="").where(lambda text: text.ne(""), "—"),
        )
        columns: Columns = [
            Column("named", "结论"), Column("text", "说法"), Column("printed", "印出", right=True),
            Column("computed", "核算", right=True), Column("formula", "算法"), "basis", "section",
            Column("why", "说明"),
        ]  # fmt: skip
        filters: dict[str, str] = {
            verdict: f"{name} {counts[verdict]}" for verdict, name in VERDICTS.items() if verdict in counts
        }
        table = make_table(frame, columns, caption, head="说法")
        return replace(table, kinds=tuple(claims["verdict"]), filters=filters)


class Verdicts(Audit):
    """How many claims got which verdict, from print alone and from marks."""

    name = "verdicts"
    label = "各种结论的条数"

    @property
    def table(self) -> Table | None:
        """A row a verdict."""
        counts = count_verdicts(self.frame)
        frame = counts.assign(total=counts.sum(axis=1), name=[VERDICTS[verdict] for verdict in counts.index])
        against = [Column(basis, name, WHOLE) for basis, name in CHECKED_AGAINST.items()]
        columns = [Column("name", "结论"), *against, Column("total", "合计", WHOLE)]
        return make_table(frame, columns, f"{self.year.year} 年度通报：各种结论的条数", head="结论")


class Doubtful(Audit):
    """The claims that do not hold as printed."""

    name = "doubtful"
    label = "不一致的说法"
    kinds: ClassVar[tuple[str, ...]] = ("contradicted", "explained", "within_rounding")

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `audit_year`: the claims that are not simply true."""
        return self.year.audit[self.year.audit["verdict"].isin(self.kinds)]

    @property
    def absent(self) -> str:
        """Nothing is said where there is no such claim."""
        return ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """One a claim."""
        return self.tell_claims()

    table = Exhibit.table  # none: the sentences say it all


class Wrong(Doubtful):
    """The claims that are contradicted, or hold only in another reading."""

    name = "wrong"
    label = "站不住的说法"
    kinds = ("contradicted", "explained")


class FromMarks(Audit):
    """How many printed numbers the marks bear out."""

    name = "from_marks"
    label = "由评分复算"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `audit_year`: the claims held against marks."""
        return self.year.audit[self.year.audit["basis"].eq("marks")]

    table = Exhibit.table  # none: the count says it all, the claims are in the audit


class StreakClaims(Audit):
    """What the circular says about consecutive years in the best grade."""

    name = "streak_claims"
    label = "关于连续获得最好等次的说法"
    templates = {**Audit.templates, "none": "没有 {year} 年度的通报。"}

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `audit_year`: the claims about consecutive years."""
        return self.year.audit[self.year.audit["id"].str.contains("streak_count|named_|excellent_split|first_place")]

    @property
    def absent(self) -> str:
        """Where the year has no circular."""
        return "" if self.year.facts.published else self.say("none")

    sentences = Exhibit.sentences  # none: the table says it all

    @property
    def table(self) -> Table | None:
        """A row a claim."""
        return self._list(f"{self.year.year} 年度通报关于连续{self.best}的说法")
