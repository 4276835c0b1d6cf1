"""What is wrong in a circular, each cause with all that comes of it, and what could not be checked."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from analysis.exhibits.audit import Claims, explain, gather, tell_verdicts
from analysis.exhibits.chart import Chart
from analysis.exhibits.prose import Finding, Prose
from analysis.exhibits.table import HTML, Table
from analysis.methods.audit.tabulation import are_heads
from analysis.words import VERDICTS

_MOST = 8
"""Claims that are named one by one."""
_LONGEST = 20
"""Characters of a claim that the heading of a page has room for."""


@dataclass(frozen=True)
class Cases(Prose):
    """Findings for a page, a card each.

    Attributes
    ----------
    cases : tuple of dict
        The claim that heads each, as columns of `audit_year`; also label (of the verdict), why, and others: the claims
        that come of it, alike.
    """

    cases: tuple[dict[str, object], ...] = ()

    def _repr_html_(self) -> str:
        return HTML.get_template("cases.html.j2").render(cases=self.cases, most=_MOST)


class Findings(Claims, name="findings", label="核对发现的问题"):
    """What does not hold as printed, each cause with the claims that fail because of it."""

    templates = {
        **Claims.templates,
        "scope": "核对范围：{year}年度通报（{document}）所载数据和名单，共{claims}项，其中{verdicts}。",
        "wrong": "{year}年度通报{wrong}处不符",
        "wrong_one": "{year}年度通报1处不符：{text}，核算为{computed}",
        "wrong_claim": "{year}年度通报1处不符：“{text}”不成立，核算为{computed}",
        "sound": "{year}年度通报未发现不符",
        "otherwise": "{claims}处口径不同",
        "agree": "共核对{claims}项，一致{exact}项",
        "open": "{claims}项无法核对",
        "case": "{label}：{text}（见“{section}”）{why}{others}。",
        "computed": "核算为{computed}",
        "others": "；同一原因还涉及{claims}项：{texts:list}",
        "and_others": "等",
    }

    @property
    def _heads(self) -> pd.DataFrame:
        """The claims that head a finding, what is wrong first."""
        rows = self.evidence[self.evidence["verdict"].isin(["contradicted", "explained"])]
        rows = rows[are_heads(rows)]
        return rows.assign(label=rows["verdict"].map(VERDICTS), why=explain(rows))

    def _others(self, head: str) -> pd.DataFrame:
        """The claims that come of one."""
        rows = self.evidence[self.evidence["cause"].eq(head) & self.evidence["id"].ne(head)]
        return rows.assign(why=[self._explain(row) for row in rows.assign(why=explain(rows)).to_dict("records")])

    def _explain(self, claim: dict[str, str]) -> str:
        """Say what follows in the place of what is printed, and why that is."""
        computed = self.say("computed", computed=claim["computed"]) if claim["computed"] else ""
        return "，".join(filter(None, [computed, claim["why"]]))

    @property
    def cases(self) -> Cases:
        """The findings as cards."""
        heads = self._heads.to_dict("records")
        cases = [head | {"others": self._others(head["id"]).to_dict("records")} for head in heads]
        return Cases(self.sentences, cases=tuple(cases))

    @property
    def sentences(self) -> tuple[str, ...]:
        """One a finding, and what comes of it."""
        return tuple(map(self._tell, self._heads.to_dict("records")))

    def _tell(self, head: dict[str, str]) -> str:
        others = self._others(head["id"]).to_dict("records")
        texts = [self._name(each) for each in others]
        named = [*texts[: _MOST - 1], texts[_MOST - 1] + self.say("and_others")] if len(texts) > _MOST else texts
        told = self.say("others", claims=len(texts), texts=named) if texts else ""
        why = self._explain(head)
        return self.say("case", **head | {"why": f"：{why}" * bool(why), "others": told})

    def _name(self, other: dict[str, str]) -> str:
        """Name a claim that comes of another, and why it does not hold, if not because of that alone."""
        is_own = other["verdict"] != "affected" and other["why"]
        return other["text"] + (f"（{other['why']}）" if is_own else "")

    @property
    def parts(self) -> list[Prose | Chart | Table]:
        """What was checked, and the findings."""
        if self.absent:
            return [self.prose]
        document, verdicts = self.scheme.document, tell_verdicts(self.evidence)
        scope = self.say("scope", document=document, claims=len(self.evidence), verdicts=verdicts)
        told = Prose((scope, *self.fitted))
        return [told, self.cases] if len(self._heads) else [told]

    @property
    def finding(self) -> Finding:
        """How much is wrong, and what became of the rest."""
        if self.absent:
            return Finding(self.absent.removesuffix("。"))
        wrong = self._heads[self._heads["verdict"].eq("contradicted")]
        rest = "，".join(self._tell_rest(len(wrong)))
        if len(wrong) == 1 and len(wrong["text"].item()) <= _LONGEST and wrong["computed"].item():
            claim = wrong[["text", "computed"]].iloc[0]
            told, mark = self.say("wrong_claim" if "，" in claim["text"] else "wrong_one", **claim), "；"
        else:
            told, mark = self.say("wrong" if len(wrong) else "sound", wrong=len(wrong)), "，"
        return Finding(mark.join(filter(None, (told, rest))))

    def _tell_rest(self, wrong: int) -> Iterator[str]:
        otherwise = len(self._heads) - wrong
        exact = int(self.evidence["verdict"].eq("exact").sum())
        unverifiable = int(self.evidence["verdict"].eq("unverifiable").sum())
        if otherwise:
            yield self.say("otherwise", claims=otherwise)
        yield self.say("agree", claims=len(self.evidence), exact=exact)
        if unverifiable:
            yield self.say("open", claims=unverifiable)


class Unchecked(Claims, name="unchecked", label="无法核对的事项", listed=True):
    """What could not be checked, by what is lacking."""

    templates = {
        **Claims.templates,
        "lacking": "{reason}：{texts:list}，无法核对。",
        "lacking_many": "{reason}：{texts:list}等{claims}项，无法核对。",
        "all_checked": "{year}年度通报没有无法核对的事项。",
    }

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for whatever is lacking."""
        found = gather(self.evidence[self.evidence["verdict"].eq("unverifiable")])
        if found.empty:
            return (self.absent or self.say("all_checked"),)
        told = []
        for reason, rows in found.groupby("reason", sort=False):
            template = "lacking_many" if len(rows) > _MOST else "lacking"
            told.append(self.say(template, reason=reason, texts=rows["text"][:_MOST], claims=rows["claims"].sum()))
        return tuple(told)
