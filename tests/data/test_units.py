from pathlib import Path

import pandas as pd
import pytest
from tests.made_up import followed_city, load_city, merged_city, write_city

from analysis.data.dataset import Dataset, load_dataset
from analysis.data.units import units_in_year
from analysis.problems import InputError, WorkbookError

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


def _write(rows: list[tuple[object, ...]], folder: Path) -> Path:
    """A city of a, b, c (甲, 乙, 丙) and n (新), in groups east and west, of the years 2030 to 2032."""
    told = [(unit, year, f"{unit}局", event, *more) for unit, year, event, *more in rows]
    totals = dict.fromkeys("abcnewx", 80.0)
    city = followed_city(
        dict.fromkeys((2030, 2031, 2032), totals), dict.fromkeys("abcn", "east") | dict.fromkeys("ewx", "west"), []
    )
    for facts in city["years"].values():
        del facts["results"]  # the rules of units are asked for alone
    return write_city(city | {"lineage": told}, folder)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("a", 2031, "regrouped", "", "")], "“group”：regrouped 的行要填这一列。"),
        (
            [("a", 2031, "renamed", "west", "")],
            "“group”（值：'west'）：这一列只用于 regrouped 的行。改法：清空，或改 event。",
        ),
        ([("a", 2031, "regrouped", "east", "")], "“group”（值：'east'）：这个单位原来就在这一组。"),
        (
            [("a", 2031, "regrouped", "west", ""), ("a", 2032, "regrouped", "west", "")],
            "第3行“group”（值：'west'）：这个单位原来就在这一组。",
        ),
        (
            [("a", 2032, "regrouped", "south", "")],
            "schemes/2032.yml“groups”（值：'south'）：单位 a 所在的组在 groups 中没有。",
        ),
        ([("n", 2031, "merged", "", "")], "“predecessors”：merged、split 的行要填这一列。"),
        ([("a", 2031, "leaves", "", "b")], "“predecessors”（值：'b'）：这一列只用于 merged、split 的行。"),
        (
            [("n", 2031, "merged", "", "a z")],
            "（值：'a z'）：units.csv 中没有这个单位。改法：写单位编号，多个用 、 或空格隔开。",
        ),
        ([("n", 2031, "merged", "", "a，b")], "（值：'a，b'）：units.csv 中没有这个单位。"),
        (
            [("a", 2031, "merged", "", "a b")],
            "单位不能是自己的前身。改法：用新的编号登记合并、分设后的单位；原单位继续考核的，用 succeeds 或 renamed。",
        ),
        ([("n", 2031, "merged", "", "a、a")], "（值：'a、a'）：同一个前身写了两次。"),
        ([("n", 2031, "merged", "", "a")], "（值：'a'）：合并要有两个以上的前身。"),
        ([("n", 2031, "split", "", "a b"), ("w", 2031, "split", "", "a")], "（值：'a b'）：分设只有一个前身。"),
        ([("n", 2031, "split", "", "a")], "（值：'a'）：分设要有两个以上的单位写同一个前身，这里只有一个。"),
        (
            [("n", 2031, "enters", "", ""), ("n", 2031, "merged", "", "a b")],
            "第2行“event”（值：'enters'）：合并、分设的单位是新的，到那一年为止只有这一行。",
        ),
        (
            [("n", 2031, "merged", "", "a b"), ("a", 2031, "leaves", "", "")],
            "第3行“event”（值：'leaves'）：这个单位那时已并入或分设为别的单位，不再有变动。改法：删去这一行；以后恢复设置的，用新的编号。",
        ),
        (
            [("n", 2031, "merged", "", "a b"), ("b", 2032, "enters", "", "")],
            "第3行“event”（值：'enters'）：这个单位那时已",
        ),
        (
            [("a", 2031, "leaves", "", ""), ("n", 2032, "merged", "", "a b")],
            "第3行“predecessors”（值：'a b'）：前身在上一年度没有列入考核。",
        ),
        (
            [("n", 2031, "merged", "", "a b"), ("a", 2032, "merged", "", "n c")],
            "第3行“event”（值：'merged'）：这个单位那时已并入或分设为别的单位",
        ),
    ],
)
def test_what_contradicts_itself_is_refused(rows: list[tuple[object, ...]], told: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_dataset(_write(rows, tmp_path))
    assert told in str(caught.value)


def test_units_that_go_into_others_and_come_of_them() -> None:
    city = load_city(merged_city())
    groups = {year: facts.units.set_index("unit_id")["group"].to_dict() for year, facts in city.years.items()}
    east, west = dict.fromkeys("abcd", "east"), dict.fromkeys("pqr", "west")
    assert groups[2030] == east | west
    assert groups[2031] == east | west | {"r": "east"}
    stayed = dict.fromkeys("abdr", "east") | {"q": "west"}
    assert groups[2032] == stayed | {"m": "west"}
    assert groups[2033] == stayed | {"s": "west", "t": "east"}
    assert [len(facts.successions) for facts in city.years.values()] == [0, 0, 3, 6]


def test_of_what_was_split_one_part_may_be_merged() -> None:
    """a goes into n, and with b into w."""
    city = followed_city(
        {2030: dict.fromkeys("abc", 80.0), 2031: dict.fromkeys("cnw", 80.0)},
        dict.fromkeys("abcnw", "east"),
        [("n", 2031, "split", "a"), ("w", 2031, "merged", "a b")],
    )
    told = load_city(city).successions
    assert {row.unit_id: (row.event, row.others) for row in told.itertuples()} == {
        "n": ("split", ("a局",)),
        "w": ("merged", ("a局", "b局")),
        "a": ("split_into", ("n局", "w局")),
        "b": ("merged_into", ("w局",)),
    }


def test_a_unit_that_is_set_up_again_may_bear_its_old_name(tmp_path: Path) -> None:
    folder = _write([("n", 2031, "merged", "", "a b"), *((u, 2032, "split", "", "n") for u in "wx")], tmp_path)
    for path, old, new in (("units.csv", "w局", "a局"), ("lineage.csv", "w,2032,w局", "w,2032,a局")):
        text = (folder / path).read_text(encoding="utf-8")
        assert old in text
        (folder / path).write_text(text.replace(old, new), encoding="utf-8")
    city = load_dataset(folder)
    assert city.find_unit("a局", 2032) == "w"
    with pytest.raises(WorkbookError, match="“a局”是 a、w 几个单位都用过的名称"):
        city.find_unit("a局", 2031)


@pytest.mark.parametrize(
    ("given", "year", "told"),
    [
        ("p局", 2033, "“p局”2033年度没有列入考核（2032年度并入m局）。"),
        ("m", 2033, "（2032年度由c局、p局合并设立；2033年度分设为s局、t局）"),
        ("s局", 2031, "（2033年度由m局分设）"),
    ],
)
def test_who_asks_for_a_unit_that_went_into_another_is_told_so(given: str, year: int, told: str) -> None:
    with pytest.raises(WorkbookError) as caught:
        load_city(merged_city()).find_unit(given, year)
    assert told in str(caught.value)


def test_the_shipped_units(dataset: Dataset) -> None:
    assert len(dataset.units) == 57
    assert dataset.year(2020).units["group"].value_counts().to_dict() == {"department": 45, "county": 11}
    assert dataset.year(2021).units["group"].value_counts().to_dict() == {"department": 45, "county": 12}
    names = dataset.year(2021).units.set_index("unit_id")["name"]
    assert names["rural_revival"] == "市乡村振兴局"
    assert names["tax"] == "国家税务局平顶山分局"
    assert set(names.index) - set(dataset.year(2020).units["unit_id"]) == {"ruzhou"}
