"""What does the scheme say, where does each clause come from, and on what basis?"""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from analysis.data.clauses import tell_clauses, write_place
from analysis.data.schemes import Scheme
from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Columns, Table, make_table
from analysis.rounding import round_half_up
from analysis.words import AS_IT_IS, POINTS, WHOLE


class SchemeTable(Exhibit, name="scheme", label="考核办法"):
    """The clauses of a year's scheme."""

    templates = {
        "caption": "{year}年度考核办法",
        "source": "出处未写明文件的，均为{document}。",
        "succession": "与{base_year}年度的等次相比：{grades:clauses}{lost}。",
        "grade": "{name}即当年的{formerly:list}",
        "new": "{name}没有对应",
        "lost": "；当年的{grades:list}没有等次承接，不与本年度的等次比较",
    }

    @property
    def frame(self) -> pd.DataFrame:
        """Columns clause, says, basis, source, note: what the scheme says clause by clause, in its order."""
        return tell_clauses(self.scheme)

    @property
    def table(self) -> Table:
        """A row a clause; of those of the year's own document its section alone."""
        document = self.scheme.document
        rows = self.frame.assign(source=[each.removeprefix(document).strip() or each for each in self.frame["source"]])
        note = self.say("source", document=document) if rows["source"].ne(self.frame["source"]).any() else ""
        columns: Columns = [
            Column("clause", "条款"), Column("says", "内容"), "basis", Column("source", "出处"),
            *(["note"] if rows["note"].ne("").any() else []),
        ]  # fmt: skip
        return make_table(self.named(rows), columns, self.say("caption"), note + self._succession)

    @property
    def _succession(self) -> str:
        """Say which grades of the scheme before became which; "" where all are what they were."""
        earlier = [facts.scheme for year, facts in self.year.dataset.years.items() if year < self.year.year]
        if not earlier:
            return ""
        before, links = earlier[-1], self.scheme.succeed(earlier[-1])
        if self.scheme.grade_names == before.grade_names and links == {grade: grade for grade in before.grade_names}:
            return ""
        grades = []
        for grade, name in self.scheme.grade_names.items():
            formerly = [called for each, called in before.grade_names.items() if links.get(each) == grade]
            grades.append(self.say("grade" if formerly else "new", name=name, formerly=formerly))
        lost = [called for each, called in before.grade_names.items() if each not in links]
        end = self.say("lost", grades=lost) if lost else ""
        return self.say("succession", base_year=before.year, grades=grades, lost=end)


def list_changes(scheme: Scheme, changed: Scheme) -> list[str]:
    """Say which clauses a changed scheme has otherwise.

    Parameters
    ----------
    scheme, changed : Scheme

    Returns
    -------
    list of str, one per clause: its name, what it says, what it is to say
    """
    before, after = tell_clauses(scheme), tell_clauses(changed)
    pairs = zip(before["clause"], before["says"], after["says"], strict=True)
    return [f"{name}由“{says}”改为“{instead}”" for name, says, instead in pairs if says != instead]


def describe_unmet(unmet: Mapping[Hashable, Any], scheme: Scheme) -> str:
    """Say what a unit has, and that it is not what a grade requires.

    Parameters
    ----------
    unmet : row of `find_unmet`
    scheme : Scheme

    Returns
    -------
    str
    """
    name, score, value = scheme.item_names.get(unmet["item"], ""), unmet["score"], unmet["value"]
    if unmet["kind"] == "no_deduction":
        return f"有扣分（{POINTS(score)}分）"
    if unmet["kind"] == "within":
        return f"{name}第{WHOLE(unmet['rank'])}名（应在前{write_place(value)}之内）"
    rounded = scheme.ranking.decimals
    shown = POINTS(score) if rounded is None and float(round_half_up(score, 2)) < value else AS_IT_IS(score)
    return f"{name}{shown}分（应不少于{value:g}分）"
