"""Bad input is refused before anything is computed: what, where, which value, which rule, how to mend."""

from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.data.dataset import data_hash, keep_at_hand, load_dataset
from analysis.problems import InputError, WorkbookError

Edit = Callable[[str, str, str], Path]

BROKEN = {
    "unknown unit": (
        "inputs/2021/marks.csv",
        "baofeng,county-2021-001,",
        "baofneg,county-2021-001,",
        ["第2行", "unit_id", "baofneg", "没有这个单位"],
    ),
    "unknown indicator": (
        "inputs/2021/marks.csv",
        "baofeng,county-2021-001,",
        "baofeng,C999,",
        ["indicator_id", "C999", "没有这个指标"],
    ),
    "unknown rating": (
        "inputs/2021/marks.csv",
        "baofeng,county-2021-001,marked,优",
        "baofeng,county-2021-001,marked,良好",
        ["rating", "良好", "不在办法内"],
    ),
    "unknown status": (
        "inputs/2021/marks.csv",
        "baofeng,county-2021-001,marked",
        "baofeng,county-2021-001,done",
        ["status", "done", "not_carried"],
    ),
    "unit id": ("units.csv", "baofeng,", "bao feng,", ["编号只能由字母", "bao feng"]),
    "missing mark": (
        "inputs/2021/marks.csv",
        "baofeng,county-2021-001,marked,优,\n",
        "",
        ["baofeng", "缺少 1 项指标", "county-2021-001"],
    ),
    "blank rating": (
        "inputs/2021/marks.csv",
        "baofeng,county-2021-001,marked,优",
        "baofeng,county-2021-001,marked,",
        ["第2行", "rating", "缺少评价等次"],
    ),
    "score where a rating belongs": (
        "inputs/2021/marks.csv",
        "county-2021-001,marked,优,",
        "county-2021-001,marked,优,0.4",
        ["score", "0.4", "不应有得分"],
    ),
    "text in a number": (
        "inputs/2021/inspection.csv",
        "baofeng,",
        "baofeng,九十",
        ["inspection.csv", "score", "不是数"],
    ),
    "inspection above full": ("inputs/2021/inspection.csv", ",100\n", ",9\n", ["score", "满分之间"]),
    "a number is shown as written": (
        "inputs/2021/adjustments.csv",
        "baofeng,bonus,1,",
        "baofeng,bonus,8,",
        ["（值：'8'）：高于单项上限 1"],
    ),
    "points do not add up": (
        "inputs/2021/indicators.csv",
        "（1）,0.5,",
        "（1）,1.5,",
        ["之和应为 80", "components.daily.points"],
    ),
    "bonus off the step": (
        "inputs/2021/adjustments.csv",
        "baofeng,bonus,1,",
        "baofeng,bonus,0.3,",
        ["0.3", "bonus.step"],
    ),
    "bonus item too large": ("inputs/2021/adjustments.csv", "baofeng,bonus,1,", "baofeng,bonus,2,", ["bonus.item_max"]),
    "unknown column": ("units.csv", "unit_id,group,name", "unit_id,group,nmae", ["units.csv", "nmae", "不认识的列"]),
    "duplicate unit": ("units.csv", "jiaxian,county,郏县", "baofeng,county,郏县", ["第3行", "baofeng", "重复"]),
    "unknown group": ("units.csv", "baofeng,county", "baofeng,countty", ["countty", "groups"]),
    "scheme: unknown key": (
        "schemes/2021.yml",
        "ties: min",
        "tie: min",
        ["schemes/2021.yml", "ranking.tie", "不认识的项"],
    ),
    "scheme: wrong number": ("schemes/2021.yml", "cap: 10", "cap: 十", ["deduction.cap", "十"]),
    "scheme: wrong choice": ("schemes/2021.yml", "ties: min", "ties: first", ["ranking.ties", "改为 min、max 之一"]),
    "scheme: basis missing": ("schemes/2021.yml", "  basis: assumed\n", "", ["basis", "缺少这一项"]),
    "scheme: key twice": ("schemes/2021.yml", "year: 2021\n", "year: 2021\nyear: 2021\n", ["year", "写了两次"]),
    "scheme: last grade takes the rest": ("schemes/2021.yml", "kind: rest", "{kind: count, value: 3}", ["YAML"]),
    "scheme: wrong year": ("schemes/2021.yml", "year: 2021\n", "year: 2022\n", ["文件名一致", "2022"]),
    "circular: unknown name": (
        "published/2021.yml",
        "names: [市审计局",
        "names: [市审计厅",
        ["市审计厅", "lineage.csv"],
    ),
    "more cells than columns": (
        "inputs/2021/marks.csv",
        "county-2021-001,marked,优,",
        "county-2021-001,marked,优,,,",
        ["第2行", "7 格", "5 格"],
    ),
    "an open quote": ("units.csv", "宝丰县人民政府", '"宝丰县人民政府', ["units.csv", "引号"]),
    "year of a name": ("lineage.csv", "tax,2021,", "tax,2021.5,", ["lineage.csv", "第3行", "整数"]),
    "two units of one name": (
        "lineage.csv",
        "tax,2021,国家税务局平顶山分局",
        "tax,2021,市审计局",
        ["同名", "市审计局"],
    ),
    "scheme: a part named like a component": ("schemes/2021.yml", "id: daily", "id: routine", ["编号有重复"]),
    "scheme: a component named like a table": ("schemes/2021.yml", "id: inspection", "id: marks", ["marks", "数据表"]),
    "circular: wrong year": ("published/2021.yml", "year: 2021", "year: 2020", ["文件名一致", "2020"]),
    "circular: unknown group": (
        "published/2021.yml",
        "{measure: average, group: county",
        "{measure: average, group: conty",
        ["conty", "没有这个组"],
    ),
    "circular: unknown grade": ("published/2021.yml", "of: excellent, value", "of: excelent, value", ["excelent"]),
    "circular: a streak without years": ("published/2021.yml", '    years: "2"\n', "", ["years", "连续几年"]),
    "circular: a streak of very many years": (
        "published/2021.yml",
        'years: "2"',
        'years: "999999"',
        ["years", "999999"],
    ),
    "circular: a unit twice in a list": (
        "published/2021.yml",
        "names: [市审计局",
        "names: [市审计局, 市审计局",
        ["lists.graded", "市审计局", "列了两次"],
    ),
    "circular: unknown measure": ("published/2021.yml", "measure: average,", "measure: avrage,", ["avrage", "可用"]),
    "circular: not a number": ("published/2021.yml", 'value: "89.74"', 'value: "89,74"', ["figures", "89,74"]),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_with_its_place_and_rule(case: str, edit: Edit) -> None:
    file, old, new, told = BROKEN[case]
    with pytest.raises(InputError) as caught:
        load_dataset(edit(file, old, new))
    message = str(caught.value)
    for words in told:
        assert words in message, message
    assert "改法" in message


def test_all_problems_are_told_at_once(edit: Edit) -> None:
    edit("inputs/2020/marks.csv", "baofeng,county-2020-001,", "nobody,county-2020-001,")
    folder = edit("schemes/2021.yml", "cap: 10", "cap: 十")
    with pytest.raises(InputError) as caught:
        load_dataset(folder)
    files = {problem.file for problem in caught.value.problems}
    assert files == {"inputs/2020/marks.csv", "schemes/2021.yml"}


def test_a_component_without_indicators_is_refused(copied_data: Path) -> None:
    for table in ("indicators.csv", "marks.csv"):
        path = copied_data / "inputs/2021" / table
        lines = path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if "county-2021" not in line]
        path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="county 组“日常评价”各指标分值之和应为 80"):
        load_dataset(copied_data)


def test_a_group_without_units_is_refused(edit: Edit) -> None:
    edit("schemes/2021.yml", "value: {county", "value: {town: 1, county")
    folder = edit("schemes/2021.yml", "groups:\n", "groups:\n  town: {name: 乡镇, source: 虚构, basis: assumed}\n")
    with pytest.raises(InputError, match=r"town.*没有任何单位"):
        load_dataset(folder)


def test_the_same_fault_in_many_rows_is_told_once(copied_data: Path) -> None:
    path = copied_data / "inputs/2021/marks.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("baofeng,", "baofneg,"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_dataset(copied_data)
    assert len([problem for problem in caught.value.problems if problem.value == "baofneg"]) == 76
    told = [line for line in str(caught.value).splitlines() if "baofneg" in line]
    assert len(told) == 1 and "共 76 行" in told[0]


def test_blank_rows_are_nothing(edit: Edit, data_folder: Path) -> None:
    folder = edit("inputs/2021/inspection.csv", "baofeng,", ",,\n\nbaofeng,")
    ours, theirs = (load_dataset(each).year(2021).inputs for each in (folder, data_folder))
    assert ours is not None and theirs is not None
    assert ours.results["inspection"].equals(theirs.results["inspection"])


def test_a_missing_file_is_named(copied_data: Path) -> None:
    (copied_data / "inputs/2021/inspection.csv").unlink()
    with pytest.raises(InputError, match=r"inspection\.csv：缺少这个文件"):
        load_dataset(copied_data)


def test_a_mark_not_carried_is_not_a_missing_mark(edit: Edit) -> None:
    folder = edit(
        "inputs/2021/marks.csv", "baofeng,county-2021-001,marked,优,", "baofeng,county-2021-001,not_carried,,"
    )
    inputs = load_dataset(folder).year(2021).inputs
    assert inputs is not None
    assert inputs.marks.iloc[0]["status"] == "not_carried"


def test_inputs_without_a_scheme_are_not_passed_over(copied_data: Path) -> None:
    (copied_data / "schemes/2020.yml").unlink()
    with pytest.raises(InputError, match=r"schemes/2020\.yml"):
        load_dataset(copied_data)


def test_an_unknown_year_or_folder_is_said(data_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match=r"没有 1999 年度.*2020、2021"):
        load_dataset(data_folder).year(1999)
    with pytest.raises(WorkbookError, match=r"units\.csv"):
        load_dataset(tmp_path)


def test_the_fingerprint_follows_the_contents(edit: Edit, data_folder: Path, copied_data: Path) -> None:
    assert data_hash(copied_data) == data_hash(data_folder)
    edit("inputs/2021/inspection.csv", "baofeng,", "baofeng,0")
    assert data_hash(copied_data) != data_hash(data_folder)


def test_a_dataset_at_hand_is_given_once(copied_data: Path) -> None:
    """What one has changed in it, the next does not meet."""
    known = load_dataset(copied_data)
    keep_at_hand(known)
    assert load_dataset(copied_data) is known
    assert load_dataset(copied_data) is not known


def test_a_dataset_at_hand_is_not_given_for_changed_files(copied_data: Path) -> None:
    known = load_dataset(copied_data)
    keep_at_hand(known)
    with (copied_data / "units.csv").open("a", encoding="utf-8") as units:
        units.write("\n")
    assert load_dataset(copied_data) is not known


def test_every_frame_carries_its_provenance(data_folder: Path) -> None:
    inputs = load_dataset(data_folder).year(2021).inputs
    assert inputs is not None
    for frame in (inputs.indicators, inputs.marks, inputs.adjustments, *inputs.results.values()):
        assert set(frame["provenance"]) == {"reconstructed"}
