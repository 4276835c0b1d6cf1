"""What an office calls the sheets, columns and entries of a year, and which identifiers its words stand for."""

from __future__ import annotations

from analysis.data.dataset import Dataset, YearFacts
from analysis.data.tables import Wording
from analysis.words import ADJUSTMENTS

HEADERS = {
    "unit_id": "单位",
    "indicator_id": "指标编号",
    "group": "组别",
    "part": "部分",
    "name": "指标名称",
    "points": "分值",
    "assessor_id": "考核主体",
    "status": "状态",
    "rating": "评价等次",
    "score": "得分",
    "full_score": "满分",
    "kind": "类别",
    "reason": "事由",
}
"""What an analyst calls the columns; the identifiers are read as well."""
STATUSES = {"marked": "已评", "not_applicable": "不承担", "own_assessor": "自评"}
UNMARKED = {name: key for key, name in STATUSES.items() if key != "marked"}
TABLES = {"indicators": "指标", "marks": "评分", "adjustments": "加减分"}
"""What the tables of every year are called; a result is called as its component is."""
GUIDE, SOURCE, UNITS, CHECK = "填写说明", "数据来源", "单位", "核对"
SOURCE_ROWS = ("年度", "性质", "说明", "种子", "相符的文件")
"""What the sheet of sources may say; the first two it must."""
EXAMPLE = "示例（不读入）"
"""First cell of a row that only shows how to fill in a sheet."""
DESCRIBED = ("name", "points", "part")
"""What the rows of a sheet of marks, under the indicators' ids, say of them."""
SUMMARIES = ("序号", "合计", "小计", "总分", "平均", "平均分", "备注")
"""Columns that offices keep in such sheets beside the marks; they are passed over."""


def identify_column(header: str) -> str:
    """Return the column that a header stands for; what is unknown stays as it is."""
    return {name: key for key, name in HEADERS.items()}.get(header, header)


def name_values(facts: YearFacts) -> dict[str, dict[str, str]]:
    """Return what an office writes for the identifiers of a year: by column, the word for each."""
    scheme = facts.scheme
    return {
        "unit_id": dict(zip(facts.units["unit_id"], facts.units["name"], strict=True)),
        "group": scheme.group_names,
        "part": {part: spec.name for part, spec in scheme.parts.items()},
        "assessor_id": scheme.assessors.value,
        "status": STATUSES,
        "kind": ADJUSTMENTS,
        "component": {component.id: component.name for component in scheme.components},
        "table": {"indicators.csv": f"“{TABLES['indicators']}”表"},
    }


class Words:
    """What an office writes for the identifiers of a year, and the other way round.

    Attributes
    ----------
    groups : dict of unit_id to group
        Of the units assessed in the year.
    """

    def __init__(self, dataset: Dataset, year: int) -> None:
        facts = dataset.year(year)
        self.groups = dict(zip(facts.units["unit_id"], facts.units["group"], strict=True))
        self._names = name_values(facts)
        self._identifiers = {
            column: {name: identifier for identifier, name in names.items()} for column, names in self._names.items()
        }
        current = self._identifiers["unit_id"]
        self._former = {name: units for name, units in dataset.units_called().items() if name not in current}

    def identify(self, column: str, word: str) -> str:
        """Return what a word stands for in a column; what is unknown stays as it is."""
        return self._identifiers.get(column, {}).get(word, word)

    def find_former(self, name: str) -> tuple[str, ...]:
        """Return the units that had a name in other years, if no unit has it in this one."""
        return self._former.get(name, ())

    def wording(self, marked: str) -> Wording:
        """Return how messages call columns and values; `marked` is what a marked indicator shows."""
        return Wording(HEADERS, self._names | {"status": STATUSES | {"marked": marked}})

    def name_table(self, table: str) -> str:
        """Return what a table is called."""
        return (TABLES | self._names["component"])[table]
