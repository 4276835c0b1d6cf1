"""Bad input is refused before anything is computed: what, where, which value, which rule, how to mend."""

from __future__ import annotations

import os
import shutil
import socket
import time
import tracemalloc
from collections.abc import Callable, Iterable
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import ROOT
from tests.damage import SLOW, edit_text, edits, tell
from tests.made_up import graded_city, load_city

from analysis.cli import main
from analysis.data.dataset import Dataset, load_dataset
from analysis.data.folder import DATA_VARIABLE, find_data, list_unread
from analysis.data.state import data_hash
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
        ["status", "done", "not_applicable"],
    ),
    "unit id": ("units.csv", "baofeng,", "bao feng,", ["编号只能由字母", "bao feng"]),
    "missing mark": (
        "inputs/2021/marks.csv",
        "baofeng,county-2021-001,marked,优,\n",
        "",
        ["baofeng", "缺少1项指标", "county-2021-001"],
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
        ["（值：'8'）：高于单项上限1"],
    ),
    "points do not add up": (
        "inputs/2021/indicators.csv",
        "（1）,0.5,",
        "（1）,1.5,",
        ["之和应为80", "components.daily.points"],
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
    "more cells than columns": (
        "inputs/2021/marks.csv",
        "county-2021-001,marked,优,",
        "county-2021-001,marked,优,,,",
        ["第2行", "7格", "5格"],
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
    with pytest.raises(InputError, match="county 组“日常评价”各指标分值之和应为80"):
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
    assert len(told) == 1 and "共76行" in told[0]


def test_blank_rows_are_nothing(edit: Edit, data_folder: Path) -> None:
    folder = edit("inputs/2021/inspection.csv", "baofeng,", ",,\n\nbaofeng,")
    ours, theirs = (load_dataset(each).year(2021).inputs for each in (folder, data_folder))
    assert ours is not None and theirs is not None
    assert ours.results["inspection"].equals(theirs.results["inspection"])


def test_a_missing_file_is_named(copied_data: Path) -> None:
    (copied_data / "inputs/2021/inspection.csv").unlink()
    with pytest.raises(InputError, match=r"inspection\.csv：缺少这个文件"):
        load_dataset(copied_data)


def test_a_mark_not_applicable_is_not_a_missing_mark(edit: Edit) -> None:
    folder = edit(
        "inputs/2021/marks.csv", "baofeng,county-2021-001,marked,优,", "baofeng,county-2021-001,not_applicable,,"
    )
    inputs = load_dataset(folder).year(2021).inputs
    assert inputs is not None
    assert inputs.marks.iloc[0]["status"] == "not_applicable"


def test_inputs_without_a_scheme_are_not_passed_over(copied_data: Path) -> None:
    (copied_data / "schemes/2020.yml").unlink()
    with pytest.raises(InputError, match=r"schemes/2020\.yml"):
        load_dataset(copied_data)


def test_an_unknown_year_or_folder_is_said(data_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match=r"没有1999年度.*2020、2021"):
        load_dataset(data_folder).year(1999)
    with pytest.raises(WorkbookError, match=r"units\.csv"):
        load_dataset(tmp_path)


def test_the_fingerprint_follows_the_contents(edit: Edit, data_folder: Path, copied_data: Path) -> None:
    assert data_hash(copied_data) == data_hash(data_folder)
    edit("inputs/2021/inspection.csv", "baofeng,", "baofeng,0")
    assert data_hash(copied_data) != data_hash(data_folder)


def test_a_copy_with_other_line_ends_is_the_same_data(edit: Edit, copied_data: Path) -> None:
    """As a Windows machine writes it: cells in which a line ends, and the texts of YAML, too."""
    whole = "重构：推进法治政府建设成效明显"
    edit("inputs/2021/adjustments.csv", whole, f'"{whole[:5]}\n{whole[5:]}"')
    known, fingerprint = load_dataset(copied_data), data_hash(copied_data)
    files = [path for path in copied_data.rglob("*") if path.suffix in {".csv", ".yml"}]
    for path in files:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert data_hash(copied_data) == fingerprint
    again = load_dataset(copied_data)
    for year, facts in known.years.items():
        assert again.years[year].scheme == facts.scheme
        assert again.years[year].published == facts.published
        assert facts.inputs and again.years[year].inputs
        pd.testing.assert_frame_equal(again.years[year].inputs.adjustments, facts.inputs.adjustments)


def test_every_frame_carries_its_provenance(data_folder: Path) -> None:
    inputs = load_dataset(data_folder).year(2021).inputs
    assert inputs is not None
    for frame in (inputs.indicators, inputs.marks, inputs.adjustments, *inputs.results.values()):
        assert set(frame["provenance"]) == {"reconstructed"}


STRAYS = {
    "inputs/2022": ("", "inputs/2022：应为文件夹"),
    "inputs/2023年": (None, "inputs/2023年：文件名应为年度"),
    "published/2023.yml": (None, "published/2023.yml：应为文件"),
    "published/2023.yaml": ("", "published/2023.yaml：文件名应为年度"),
    "published/2022.yml": ("", "published/2022.yml：这一年没有办法"),
    "schemes/999.yml": ("", "schemes/999.yml：文件名应为年度。改法：改为四位年度，如 schemes/2021.yml"),
    "schemes/10000.yml": ("", "schemes/10000.yml：文件名应为年度"),
    "schemes/2024.yaml": ("", "schemes/2024.yaml：文件名应为年度"),
    "annotations.yaml": ("", "annotations.yaml：扩展名应为 .yml"),
    **{
        name: ("", f"{name}：像是 {like} 的另一份，不会读。改法：比对两份，算数的那份叫这个名字")
        for like, names in {
            "units.csv": (
                "units (1).csv", "units - 副本.csv", "units（1）.csv", "Units.csv", "units.txt", "units.csv.txt",
                "units2.csv", "复件 units.csv", "units (Zhang's conflicted copy 2024-01-02).csv", "units.xlsx",
                "units.sync-conflict-20240102-030405-ABCDEFG.csv", "units-DESKTOP-1AB2C3.csv",
                "units.csv - 副本", "units_旧.CSV",
            ),
            "lineage.csv": ("Copy of lineage.csv", "lineage(冲突副本).csv"),
            "reconstruction.yml": ("reconstruction (1).yml", "reconstruction.yml.txt"),
            "marks.csv": (
                "inputs/2023/marks (1).csv", "inputs/2023/marks - 副本.csv", "inputs/2023/marks-冲突-20240102.csv",
                "inputs/2023/marks.csv.txt", "inputs/2023/marks副本.xlsx", "inputs/2023/marks.et",
            ),
            "survey.csv": ("inputs/2023/survey (2).csv", "inputs/2023/survey.parquet (1)"),
            "provenance.yml": ("inputs/2023/provenance (1).yml",),
        }.items()
        for name in names
    },
    **{
        name: ("", f"{name}：像是某一年的另一份，不会读")
        for name in ("schemes/2023.yml.txt", "schemes/2023.txt", "published/2023.yml (1)", "schemes/副本2023.yml.txt")
    },
    "schemes/2023 (1).yml": ("", "schemes/2023 (1).yml：文件名应为年度"),
    "schemes/2023 - 副本.yml": ("", "schemes/2023 - 副本.yml：文件名应为年度"),
    "inputs/副本2023": (None, "inputs/副本2023：像是某一年的另一份"),
    "inputs/2023 - 副本": (None, "inputs/2023 - 副本：文件名应为年度"),
    "inputs - 副本": (None, "inputs - 副本：像是 inputs 的另一份"),
    "Schemes": (None, "Schemes：像是 schemes 的另一份"),
    "published/2023 (1).csv": ("", "published/2023 (1).csv：没有同名的 .yml"),
    "published/2023.parquet": ("", "published/2023.parquet：没有同名的 .yml"),
    "inputs/2023/评分.csv": ("", "inputs/2023/评分.csv：这里没有叫这个名字的表，不会读"),
    "inputs/2023/inspection.csv": ("", "inputs/2023/inspection.csv：这里没有叫这个名字的表，不会读"),
}  # fmt: skip
LEFT_ALONE = [
    "README.md", "说明.docx", "通报.pdf", "统计.xlsx", "notebooks/own.py", ".git/config", "~$units.xlsx",
    ".~lock.units.csv#", "Thumbs.db", "desktop.ini", ".DS_Store", "inputs/2023/评分表-2023.xlsx",
    "inputs/2023/说明.txt", "published/2023.pdf", "published/2023.docx", "published/2023.txt", "published/2023.xlsx",
    "old/units.csv", "_units.csv",
]  # fmt: skip
TOLD = ["units.csv~", "units.csv.bak", "marks.csv", "inputs/2023/marks.csv.bak2", "schemes/2023.yml.orig", "联系人.csv"]


def test_what_is_no_table_is_left_alone_and_what_may_be_one_is_told(
    copied_city: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [*LEFT_ALONE, *TOLD]:
        (copied_city / name).parent.mkdir(parents=True, exist_ok=True)
        (copied_city / name).touch()
    assert list_unread(copied_city) == sorted(
        TOLD, key=lambda name: (name.count("/"), name.split("/")[0] == "inputs", name)
    )
    assert main(["check", "--data", str(copied_city)]) == 0
    assert (
        "留意：数据文件夹里没有读的文件：marks.csv、units.csv.bak、units.csv~、联系人.csv、schemes/2023.yml.orig等6个"
        in capsys.readouterr().out
    )


def _of_many(name: str, row: str, number: int) -> Callable[[Path], None]:
    return lambda data: (
        (data / name).write_text(
            (data / name).read_text(encoding="utf-8") + "".join(row.format(each) for each in range(number)),
            encoding="utf-8",
        )
        and None
    )


def _of_columns(numbers: Iterable[int]) -> Callable[[Path], None]:
    return lambda data: (data / "units.csv").write_text(",".join(map("c{}".format, numbers))) and None


FLOODS = {
    "unknown marks": (
        _of_many("inputs/2023/marks.csv", "nobody,x{0},what,,y{0}\n", 30_000),
        "的还有更多行，没有列出",
        30,
    ),
    "rows of another length": (_of_many("inputs/2023/marks.csv", "x\n", 200_000), "应与列名一样5格", 30),
    "nothing but line ends": (_of_many("inputs/2023/marks.csv", "\n", 500_000), "", 30),
    "fillers": (_of_many("units.csv", "u{0},county,\u3164{0}\n", 30_000), "看不见的控制字符（U+3164）", 30),
    "unknown columns": (_of_columns(range(300_000)), "不认识的列", 30),
    "columns of one name": (_of_columns(each // 2 for each in range(300_000)), "列名重复", 30),
    "unknown keys": (_of_many("schemes/2023.yml", "k{}: 1\n", 45_000), "问题太多，没有全部列出", 30),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FLOODS)
def test_very_many_faults_take_little_time_and_room(name: str, copied_city: Path) -> None:
    """Seconds of this process, and what Python holds at most: of twenty megabytes of the worst less than a gigabyte."""
    flood, told, seconds = FLOODS[name]
    flood(copied_city)
    size = sum(path.stat().st_size for path in copied_city.rglob("*") if path.is_file())
    started = time.process_time()
    tracemalloc.start()
    try:
        with pytest.raises(InputError) if told else nullcontext() as refused:
            load_dataset(copied_city)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.process_time() - started < seconds and most < 25 * size + 100_000_000
    if refused is not None:
        assert told in "\n".join(map(str, refused.value.problems)) and len(refused.value.problems) < 10_000


IRREGULAR = [
    "units.csv", "lineage.csv", "lineage.parquet", "schemes/2023.yml", "inputs/2023/marks.csv",
    "inputs/2023/marks.parquet", "inputs/2023/survey.csv", "inputs/2023/provenance.yml", "published/2023.yml",
    "published/2023.csv", "annotations.yml",
]  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "socket"])
@pytest.mark.parametrize("name", IRREGULAR)
def test_what_is_no_file_is_refused_and_not_waited_for(
    name: str, kind: str, copied_city: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copied_city / name
    path.parent.mkdir(exist_ok=True)
    if name == "published/2023.csv":
        path.with_suffix(".yml").write_text("year: 2023\ndocument: 通报\nfigures: []\nlists: []\n", encoding="utf-8")
    path.unlink(missing_ok=True)
    monkeypatch.chdir(path.parent)  # names of sockets are short
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path.name)
    assert main(["check", "--data", str(copied_city)]) == (0 if name == "annotations.yml" else 2)
    told = "".join(capsys.readouterr())
    assert name == "annotations.yml" or path.name in told or "没有 units.csv" in told


@pytest.mark.parametrize("what", ["file", "link to nothing", "link in a circle"])
@pytest.mark.parametrize("name", ["inputs", "published"])
def test_what_stands_in_place_of_a_folder_is_told(name: str, what: str, copied_city: Path) -> None:
    """A share that is not connected is no city without marks."""
    path = copied_city / name
    shutil.rmtree(path, ignore_errors=True)
    if what == "file":
        path.write_text("", encoding="utf-8")
    else:
        path.symlink_to(name if what == "link in a circle" else "/share/that/is/not/connected")
    with pytest.raises(InputError, match=f"{name}：应为文件夹；是链接的，所指的地方可能没有连上"):
        load_dataset(copied_city)


@pytest.mark.parametrize("name", STRAYS)
def test_what_would_be_passed_over_is_told(name: str, copied_city: Path) -> None:
    content, expected = STRAYS[name]
    path = copied_city / name
    path.parent.mkdir(exist_ok=True)
    if content is None:
        path.mkdir()
    else:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_dataset(copied_city)
    assert expected in str(caught.value)


NAMES = {"南区管委会 ": "空格", "南区  管委会": "空格", "\u3000南区管委会": "空格"}


@pytest.mark.parametrize("name", NAMES)
def test_spaces_that_no_reader_sees_are_no_part_of_a_name(name: str, copied_city: Path) -> None:
    path = copied_city / "units.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("南区管委会", name), encoding="utf-8")
    with pytest.raises(InputError, match="名称首尾有空格，或中间有多余的空格"):
        load_dataset(copied_city)


@pytest.mark.parametrize(
    ("year", "told"),
    [("1e300", "大得不合常理"), ("-1", "年度应为四位整数"), ("99999", "年度应为四位整数"), ("inf", "不是数")],
)
def test_a_year_has_four_digits(year: str, told: str, copied_city: Path) -> None:
    text = f"unit_id,year,name,event,note,source\nnanqu,{year},新区,renamed,,示例\n"
    (copied_city / "lineage.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_dataset(copied_city)
    assert f"lineage.csv 第2行“year”（值：'{year}'）：{told}" in str(caught.value)


def test_a_printed_number_is_in_ascii_digits(copied_city: Path) -> None:
    (copied_city / "published").mkdir()
    figure = '{measure: average, group: county, value: "１", section: 一}'
    text = f"year: 2023\ndocument: 示例\nfigures:\n  - {figure}\nlists: []\n"
    (copied_city / "published/2023.yml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="（值：'１'）：应为印出的数"):
        load_dataset(copied_city)


@pytest.mark.slow
@settings(suppress_health_check=SLOW)
@given(drawn=st.data())
def test_any_edit_of_any_file_of_the_data_is_read_or_refused(city: Path, drawn: st.DataObject) -> None:
    files = sorted(path for path in city.rglob("*") if path.suffix in {".csv", ".yml"})
    path = drawn.draw(st.sampled_from(files))
    good = path.read_bytes()
    try:
        path.write_text(
            edit_text(good.decode(), drawn.draw(edits)), encoding="utf-8", errors="surrogatepass", newline=""
        )
        with suppress(WorkbookError):
            load_dataset(city)
    finally:
        path.write_bytes(good)


def test_what_was_called_otherwise_is_read_with_a_note(copied_data: Path, dataset: Dataset) -> None:
    path = copied_data / "inputs/2021/marks.csv"
    path.write_bytes(path.read_bytes().replace(b"not_applicable", b"not_carried"))
    inputs = load_dataset(copied_data).year(2021).inputs
    assert inputs is not None and dataset.year(2021).inputs is not None
    assert inputs.notes == ("inputs/2021/marks.csv 的 status 用了旧写法 not_carried，按 not_applicable 读",)
    assert inputs.marks.equals(dataset.year(2021).inputs.marks)


def test_a_data_folder_is_found_by_standing_in_it(
    copied_data: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(DATA_VARIABLE, raising=False)
    for inside in (copied_data, copied_data / "schemes"):
        monkeypatch.chdir(inside)
        assert find_data() == copied_data.resolve()
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "units.csv").write_text("somebody's", encoding="utf-8")
    monkeypatch.chdir(elsewhere)
    assert find_data() == ROOT / "data"


FORMERLY = [
    (
        {"top": ["best"]},
        "“grades.top.formerly”（值：'best'）：2023年度的办法没有这个等次",
        "改为2023年度的等次编号：top、rest",
    ),
    ({"top": ["top", "rest"]}, "“grades.rest.formerly”（值：'rest'）：2023年度的这个等次已由 top 承接", "删去"),
    ({"top": ["top"], "rest": ["top"]}, "“grades.rest.formerly”（值：'top'）", "一个等次只能由一个等次承接"),
    (
        {"top": ["rest"], "rest": ["top"]},
        "所承接的等次，在2023年度的办法中不是这样从好到差排列",
        "核对 grades 的次序",
    ),
]


@pytest.mark.parametrize(("formerly", "told", "mend"), FORMERLY)
def test_what_grades_were_is_held_against_the_scheme_before(
    formerly: dict[str, list[str]], told: str, mend: str
) -> None:
    grades: list[dict[str, Any]] = [{"id": "top", "name": "优秀", "line": 90}, {"id": "rest", "name": "一般"}]
    later = [grade | ({"formerly": formerly[grade["id"]]} if grade["id"] in formerly else {}) for grade in grades]
    years = {year: (said, {"a": 95.0}) for year, said in ((2023, grades), (2025, later))}
    with pytest.raises(InputError) as caught:
        load_city(graded_city(years))
    (line,) = [line for line in tell(caught).splitlines() if "2025.yml" in line]
    assert told in line and mend in line
    with pytest.raises(InputError, match="更早年度的办法没有这个等次"):
        load_city(graded_city({2025: ([{**grades[0], "formerly": ["top"]}, grades[1]], {"a": 95.0})}))
