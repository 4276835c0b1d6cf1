import pandas as pd

from analysis.data.dataset import Dataset
from analysis.data.units import units_in_year

UNITS = pd.DataFrame({"unit_id": ["a", "b", "c"], "group": "g", "name": ["甲", "乙", "丙"]})
LINEAGE = pd.DataFrame(
    [
        ("a", 2021, "新甲", "renamed"),
        ("b", 2021, "乙", "enters"),
        ("b", 2023, "乙", "leaves"),
        ("c", 2022, "丙", "leaves"),
    ],
    columns=["unit_id", "year", "name", "event"],
).assign(group="", predecessors="")


def _names(year: int) -> list[str]:
    return list(units_in_year(UNITS, LINEAGE, year)["name"])


def test_names_and_membership_follow_the_lineage() -> None:
    assert _names(2020) == ["甲", "丙"]
    assert _names(2021) == ["新甲", "乙", "丙"]
    assert _names(2022) == ["新甲", "乙"]
    assert _names(2023) == ["新甲"]


def test_the_shipped_units(dataset: Dataset) -> None:
    assert len(dataset.units) == 57
    assert dataset.year(2020).units["group"].value_counts().to_dict() == {"department": 45, "county": 11}
    assert dataset.year(2021).units["group"].value_counts().to_dict() == {"department": 45, "county": 12}
    names = dataset.year(2021).units.set_index("unit_id")["name"]
    assert names["rural_revival"] == "市乡村振兴局"
    assert names["tax"] == "国家税务局平顶山分局"
    assert set(names.index) - set(dataset.year(2020).units["unit_id"]) == {"ruzhou"}
