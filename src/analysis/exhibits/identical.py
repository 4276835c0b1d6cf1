"""Which units were marked just like another?"""

from functools import cached_property

import pandas as pd

from analysis.exhibits.exhibit import GroupExhibit
from analysis.exhibits.quality import Quality, gather_alike, name_alike, write_range
from analysis.exhibits.table import Column, Table
from analysis.methods.assessors import FEWEST
from analysis.methods.identical import compare_sheets, find_identical
from analysis.texts import name_first, name_some
from analysis.words import SHARE, WHOLE

_PAIR = 2
"""Units that are alike, of whom one is told beside the other."""
_LARGE, _TIMES = 0.1, 2
"""The share of pairs from which sheets that are the same want a look (a third of the units are, or more), and how many
times the expected share that is."""


class IdenticalUnits(
    Quality, GroupExhibit, name="identical_units", label="各项评价相同的单位", withholds=("sentences", "table")
):
    """Which units of one group have the same mark of every indicator that both carry."""

    templates = {
        "none": f"{{group}}没有各项评价完全相同的单位（共同承担不足{FEWEST}项的不作比较，全部评为最高档的不计）。",
        "found": "{group}各项评价完全相同的单位{count}组：{groups}，建议复核。",
        "caption": "各项评价完全相同的单位",
        "note": f"共同承担不足{FEWEST}项的不作比较，全部评为最高档的不列；",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `find_identical`."""
        return find_identical(self.marks)

    @property
    def sentences(self) -> tuple[str, ...]:
        """How many groups of units there are that are alike, and the first."""
        told = [
            "与".join(names) if len(names) == _PAIR else name_some(names) for names in map(name_alike, self._groups)
        ]
        return (self.say("found", count=len(told), groups=name_first(told, "；")) if told else self.say("none"),)

    @property
    def _groups(self) -> list[pd.DataFrame]:
        return gather_alike(self.frame, ("unit_id", "other_id"))

    @property
    def table(self) -> Table | None:
        """A row a group of units that are alike; none if there is none."""
        if self.frame.empty:
            return None
        rows = [
            group.iloc[0].to_dict()
            | {"other_name": "、".join(name_alike(group)[1:])}
            | {column: write_range(group[column]) for column in ("indicators", "below")}
            for group in self._groups
        ]
        return self.tabulate(pd.DataFrame(rows), [
            "name", Column("other_name", "相同的单位"), Column("indicators", "共同承担（项）", right=True),
            Column("below", "其中未达最高档的", right=True),
        ], f"{self.about}：{self.say('caption')}", self.say("note"))  # fmt: skip


class IdenticalSheets(
    Quality, GroupExhibit, name="identical_sheets", label="同一主体评价相同的单位", withholds=("sentences", "table")
):
    """Which assessors gave many units of one group the same marks throughout."""

    templates = {
        "none": f"{{group}}没有评{FEWEST}项以上指标的考核主体，同一主体的评价是否相同不作比较。",
        "few": "{group}没有考核主体的评价大量相同。",
        "found": "{group}同一主体的评价大量相同：{assessors}；超出各项互不相干时预计的一倍以上，建议复核。",
        "assessor": "{name}评的{indicators}项，最多有{largest}个单位完全相同，"
        "单位两两相比相同的占{same:share}（预计{expected:share}）",
        "caption": "同一考核主体的评价，各单位之间完全相同的占比",
        "note": f"只看评{FEWEST}项以上的考核主体，全部评为最高档的不计；“预计”是各项评价互不相干时的占比，"
        "工作好的单位各项都好，实际略高属正常；",
    }

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns of `compare_sheets`, and name."""
        frame = compare_sheets(self.marks)
        return frame.assign(name=frame["assessor_id"].map(self.scheme.assessor_names))

    @property
    def absent(self) -> str:
        """Where no assessor marks enough."""
        return self.say("none") if self.frame.empty else ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """Whose sheets want a look."""
        if self.absent:
            return (self.absent,)
        same, expected = self.frame["same"], self.frame["expected"]
        found = self.frame[same.gt(_LARGE) & same.gt(_TIMES * expected)]
        return (self.say("found", assessors=self.say_each("assessor", found)) if len(found) else self.say("few"),)

    @property
    def table(self) -> Table:
        """A row an assessor, the largest share first."""
        return self.tabulate(self.frame.sort_values("same", ascending=False, kind="stable"), [
            Column("name", "考核主体"), Column("indicators", "指标数", WHOLE), "units",
            Column("largest", "最多相同的单位", WHOLE), Column("same", "两两相同", SHARE),
            Column("expected", "预计", SHARE),
        ], f"{self.about}：{self.say('caption')}", self.say("note"), "考核主体")  # fmt: skip
