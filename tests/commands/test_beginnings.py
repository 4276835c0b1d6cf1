"""Two invented circulars made a data folder: nothing is merged, guessed, or said to contradict itself."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
import yaml
from docx import Document

from analysis import open_assessment
from analysis.cli import main

FIRST = """东山市法治政府建设工作领导小组文件

东法办〔2023〕3号

关于2022年度全市法治政府建设考核情况的通报

一、考核等次

（一）县（市、区）政府

1.优秀等次(3个)：甲县人民政府、乙县人民政府、丙区人民政府。

2.良好等次(2个)：丁区人民政府、戊县人民政府。

（二）市直部门

1.优秀等次(4个)：市教育局、市工业和信息化局、市公安局、市民政局。

2.良好等次(3个)：市财政局、市旅游发展委员会、市水利局。

二、分析

（一）县（市、区）政府平均得分为83.35分；市直部门平均得分为 87.3 分。
"""
SECOND = """东山市法治政府建设工作领导小组文件

东法办〔2024〕3号

关于2023年度全市法治政府建设考核情况的通报

一、考核等次

（一）县（市、区）政府

1.优秀等次(3个)：甲县政府、乙县人民政府、丁区人民政府。

2.良好等次(3个)：丙区人民政府、戊县人民政府、己县人民政府。

（二）市直部门

1.优秀等次(4个)：市教育局、市工业和信息化局、市公安局、市司法局。

2.良好等次(3个)：市财政局、市旅游发展委、市民政局。

二、分析

（一）市公安局等 5 个单位连续2年获评优秀。丁区人民政府和市司法局等2个单位，首次进入优秀位次。

（二）县（市、区）政府平均得分为81.05分，较上年下降了 2.30 分，同比下降了2.76%；
市直部门平均得分为 88.4 分，较上年提高 1.1 分，同比增长1.26%。
"""
SAME = ("甲县人民政府=甲县政府", "市旅游发展委员会=市旅游发展委")


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    paths = tmp_path / "first.txt", tmp_path / "second.docx"
    paths[0].write_text(FIRST, encoding="utf-8")
    document = Document()
    for line in SECOND.splitlines():
        document.add_paragraph(line)
    document.save(str(paths[1]))
    return str(paths[0]), str(paths[1])


def test_two_circulars_become_a_folder(
    tmp_path: Path, files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "city"
    assert main(["from-circulars", *files, "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "可能是同一单位：甲县人民政府、甲县政府（只是写法不同），没有合并" in told
    assert "可能是同一单位：市旅游发展委员会、市旅游发展委（只是写法不同），没有合并" in told

    units, lineage = pd.read_csv(out / "units.csv"), pd.read_csv(out / "lineage.csv")
    assert len(units) == 16  # 12 of the first, and four names that only the second has
    assert units["group"].value_counts().to_dict() == {"department": 9, "county": 7}
    events = lineage.groupby("event")["name"].agg(set).to_dict()
    assert events["enters"] == {"甲县政府", "己县人民政府", "市司法局", "市旅游发展委"}
    assert events["leaves"] == {"甲县人民政府", "市旅游发展委员会", "市水利局"}
    assert len(pd.read_csv(out / "待定改名.csv")) == 2

    scheme = yaml.safe_load((out / "schemes/2023.yml").read_text(encoding="utf-8"))
    assert scheme["groups"].keys() == {"county", "department"}
    assert scheme["bonus"] == scheme["components"] == "unknown"
    page = (out / "待核.html").read_text(encoding="utf-8")
    assert "市直部门平均得分为 <mark>88.4</mark> 分" in page
    assert not re.search(r"(src|href)=\"(?!data:|#)", page)

    assert main(["check", "--data", str(out)]) == 0
    for year in open_assessment(out).dataset.years:
        verdicts = open_assessment(out).year(year).audit["verdict"]
        assert "contradicted" not in set(verdicts)
        assert (verdicts == "exact").sum() > 5


def test_names_that_are_said_to_be_one_are_one(tmp_path: Path, files: tuple[str, str]) -> None:
    """Then the five that were excellent in both years can be counted: 甲, 乙, 教育, 工信, 公安."""
    out = tmp_path / "city"
    assert main(["from-circulars", *files, "--out", str(out), "--same", *SAME]) == 0
    lineage = pd.read_csv(out / "lineage.csv")
    assert set(lineage.loc[lineage["event"].eq("renamed"), "name"]) == {"甲县政府", "市旅游发展委"}
    assert not (out / "待定改名.csv").exists()
    unsettled = lineage[lineage["source"].str.startswith("待定")]  # one office came as another went
    assert set(unsettled["name"]) == {"市水利局", "市司法局"}
    text = (out / "lineage.csv").read_text(encoding="utf-8")
    (out / "lineage.csv").write_text(text.replace("待定：", ""), encoding="utf-8")
    audit = open_assessment(out).year(2023).audit.set_index("id")
    assert audit.at["2023-streak_count_consecutive_units-all-excellent", "computed"] == "5"
    assert audit.at["2023-streak_count_consecutive_units-all-excellent", "verdict"] == "exact"


def test_a_misprint_is_found(tmp_path: Path, files: tuple[str, str]) -> None:
    """An average that fell by 2.30 from 83.35 is not 80.05."""
    Path(files[0]).with_name("wrong.txt").write_text(SECOND.replace("81.05", "80.05"), encoding="utf-8")
    out = tmp_path / "city"
    wrong = str(Path(files[0]).with_name("wrong.txt"))
    assert main(["from-circulars", files[0], wrong, "--out", str(out)]) == 0
    audit = open_assessment(out).year(2023).audit
    assert set(audit.loc[audit["verdict"].eq("contradicted"), "text"].str.contains("平均分")) == {True}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["{first}", "{second}", "--same", "甲县=甲县政府"], "“甲县”在各份通报的名单中都没有，相近的有：甲县政府"),
        (["{first}", "2022={second}"], "都是2022年度的，却不是同一份文件"),
        (["{first}", "2023Q1={second}"], "不能放在一个数据文件夹里"),
        (["{first}", "nowhere.txt"], "没有文件“nowhere.txt”"),
    ],
)
def test_what_cannot_be_made_is_refused(
    tmp_path: Path, files: tuple[str, str], capsys: pytest.CaptureFixture[str], given: list[str], told: str
) -> None:
    out = tmp_path / "city"
    words = [each.format(first=files[0], second=files[1]) for each in given]
    assert main(["from-circulars", *words, "--out", str(out)]) == 2
    assert told in capsys.readouterr().err
    assert not out.exists()


def test_nothing_is_overwritten(tmp_path: Path, files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "city").mkdir()
    (tmp_path / "city" / "mine.txt").write_text("", encoding="utf-8")
    assert main(["from-circulars", *files, "--out", str(tmp_path / "city")]) == 2
    assert "里已有东西" in capsys.readouterr().err


def test_a_file_twice_is_read_once(tmp_path: Path, files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_text(FIRST, encoding="utf-8")
    assert main(["from-circulars", files[0], str(copy), "--out", str(tmp_path / "city")]) == 0
    assert "copy.txt 与 first.txt 是同一份文件，没有再读入" in capsys.readouterr().out


def test_a_circular_that_does_not_say_its_year_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "no.txt"
    path.write_text(FIRST.replace("2022年度", ""), encoding="utf-8")
    assert main(["from-circulars", str(path), "--out", str(tmp_path / "city")]) == 2
    assert f"没有读出考核年度。请在文件名前写明，如2021={path}" in capsys.readouterr().err
    assert main(["from-circulars", f"2022={path}", "--out", str(tmp_path / "city")]) == 0
    assert list(open_assessment(tmp_path / "city").dataset.years) == [2022]


def test_doubts_that_nobody_has_looked_at_are_told(
    tmp_path: Path, files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "city"
    wrong = tmp_path / "wrong.txt"
    wrong.write_text(SECOND.replace("81.05", "80.05"), encoding="utf-8")
    assert main(["from-circulars", files[0], str(wrong), "--out", str(out)]) == 0
    published = out / "published/2023.yml"
    sound = published.read_text(encoding="utf-8")
    published.write_text("# 待核：一\n# 待核：二\n" + sound, encoding="utf-8")
    capsys.readouterr()
    for command, told in (("check", "开头还有2处待核"), ("audit", "还有2处待核没有看过")):
        assert main([command, "--data", str(out)]) == 0
        assert f"published/2023.yml {told}" in capsys.readouterr().out
    published.write_text(sound, encoding="utf-8")
    assert main(["audit", "--data", str(out)]) == 0
    assert "待核" not in capsys.readouterr().out


def test_a_city_s_own_words_are_read_and_kept(
    tmp_path: Path, files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    first, words = Path(files[0]), tmp_path / "words of ours.yml"
    first.write_text(FIRST.replace("县（市、区）政府", "各地片区"), encoding="utf-8")
    words.write_text("groups:\n  county: [各地片区]\n", encoding="utf-8")
    out = tmp_path / "city"
    assert main(["from-circulars", str(first), "--out", str(out), "--words", str(words)]) == 0
    units = pd.read_csv(out / "units.csv")
    assert units["group"].value_counts().to_dict() == {"county": 5, "department": 7}
    assert (out / "words.yml").read_bytes() == words.read_bytes()
    words.write_text("groups: [", encoding="utf-8")
    assert main(["from-circulars", str(first), "--out", str(out / "other"), "--words", str(words)]) == 2
    assert "words of ours.yml" in capsys.readouterr().err
    assert not (out / "other").exists()
