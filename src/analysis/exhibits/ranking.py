"""Who stands where, over the last years, for a meeting; and who falls under rules that are declared with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import pandas as pd

from analysis.exhibits.exhibit import Exhibit
from analysis.exhibits.table import Column, Table
from analysis.periods import AnyYear, name_year, short_year
from analysis.problems import WorkbookError
from analysis.words import WHOLE


@dataclass(eq=False)
class Ranking(Exhibit, name="ranking", label="历年名次和等次", needs=("group", "results"), looks_back=True):
    """Ranks and grades of every unit of a group over the last years, and who is to be noticed.

    Parameters
    ----------
    shown : int
        How many years, the last being the one it is about.
    last : int
        How many units from the end are noticed.
    falling : int
        How many years running a rank has to have fallen to be noticed.
    """

    templates = {
        "caption": "{group}{years}{what}",
        "ranks": "名次和等次",
        "grades": "等次",
        "cell": "{rank:whole}（{grade}）",
        "last": "居末{count}位",
        "falling": "名次连降{count}年以上",
        "vetoed": "取消评优资格",
        "rules": "{rules:list}的，在提示栏注明；",
    }

    shown: int = 5
    last: int = 3
    falling: int = 2

    def __post_init__(self) -> None:
        if min(self.shown, self.last, self.falling) < 1:
            raise WorkbookError("排名表的 shown（年数）、last（末几位）、falling（连续下降年数）应不小于1。")

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns unit_id, name, notice, and rank and grade of each year (`rank-…`, `grade-…`), in order of rank."""
        now = self.of_group(self.year.results).sort_values("rank", kind="stable", na_position="last")
        rows, results = now[["unit_id", "name", "total"]].copy(), self.of_group(self.year.results_so_far)
        for year in {*self._last_years, *self._compared_years}:
            own = results[results["year"].eq(year)].set_index("unit_id").reindex(rows["unit_id"])
            names = self.year.dataset.year(year).scheme.grade_names
            rows[f"rank-{year}"], rows[f"grade-{year}"] = (
                own["rank"].to_numpy(float),
                own["grade"].map(names).to_numpy(),
            )
        return rows.assign(notice=["、".join(self._notice(row)) for row in rows.to_dict("records")])

    @property
    def _last_years(self) -> list[AnyYear]:
        """The years that are shown."""
        return self.year.reported_years[-self.shown :]

    @property
    def _compared_years(self) -> list[AnyYear]:
        """The years over which a rank has to have fallen, each following the one before; none if one is lacking."""
        years = [self.year.year - back for back in range(self.falling, -1, -1)]
        return years if set(years) <= set(self.year.reported_years) else []

    @cached_property
    def _rules(self) -> dict[str, str]:
        """The rules that what is known lets be applied, as they are told."""
        ranks, vetoes = self.of_group(self.year.results)["rank"], self.year.facts.inputs is not None
        known = {"last": ranks.notna().all(), "falling": bool(self._compared_years), "vetoed": vetoes}
        counts = {"last": self.last, "falling": self.falling, "vetoed": 0}
        return {rule: self.say(rule, count=counts[rule]) for rule, can in known.items() if can}

    def _notice(self, row: dict[Any, Any]) -> Iterator[str]:
        """Name the rules that a unit falls under."""
        ranks, own = self.of_group(self.year.results)["rank"], row[f"rank-{self.year.year}"]
        falls = [row[f"rank-{year}"] for year in self._compared_years]
        under = {
            "last": ranks.min() < own and (ranks >= own).sum() <= self.last,  # however ties are broken
            "falling": all(one < other for one, other in pairwise(falls)),  # never of a year without a rank
            "vetoed": row["unit_id"] in self._vetoed,
        }
        yield from (told for rule, told in self._rules.items() if under[rule])

    @cached_property
    def _vetoed(self) -> frozenset[str]:
        if self.year.facts.inputs is None:
            return frozenset()
        return frozenset(self.year.scores.loc[self.year.scores["vetoed"], "unit_id"])

    @property
    def table(self) -> Table:
        """A row a unit."""
        now, *before = reversed(self._last_years)
        rows = self.frame.replace({"notice": {"": None}})
        for year in before:
            cells = rows[[f"rank-{year}", f"grade-{year}"]].set_axis(["rank", "grade"], axis=1)
            rows[f"told-{year}"] = [self._tell(**cell) for cell in cells.to_dict("records")]
        ranked = rows[[f"rank-{year}" for year in self._last_years]].notna().any(axis=None)
        columns = [
            *([Column(f"rank-{now}", "名次", WHOLE)] if ranked else []), Column("name", "单位"),
            Column(f"grade-{now}", "等次"), *(Column(f"told-{year}", name_year(year)) for year in before),
            *([Column("notice", "提示")] if self._rules else []),
        ]  # fmt: skip
        years = f"{short_year(before[-1])}—{name_year(now)}" if before else name_year(now)
        caption = self.say("caption", years=years, what=self.say("ranks" if ranked else "grades"))
        rules = self.say("rules", rules=list(self._rules.values())) if self._rules else ""
        return self.tabulate(rows, columns, caption, rules)

    def _tell(self, rank: float, grade: object) -> str | None:
        if pd.isna(rank):
            return None if pd.isna(grade) else str(grade)
        return self.say("cell", rank=rank, grade=grade) if pd.notna(grade) else WHOLE(rank)
