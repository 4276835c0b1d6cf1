"""Plain tables of results, as circulars and indices print them, become a year of a data folder; or are refused."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
import yaml
from openpyxl import Workbook, load_workbook
from tests.papers import APPENDIX

from analysis import open_assessment
from analysis.cli import main
from analysis.data.dataset import load_dataset
from analysis.documents.composing import compose
from analysis.exchange.results.headers import WORDS
from analysis.exhibits import show
from analysis.site.navigation import frame_page, make_index
from analysis.site.pages import plan_site

Cell = str | float
YEAR = 2023
POINTS: list[list[Cell]] = [
    ["名次", "单位名称", "经济（30分）", "民生（70分）", "总分", "等次"],
    [1, "甲县", 30, 65, 95, "优秀"],
    [2, "乙县", 28.5, 62, 90.5, "优秀"],
    [3, "丙县", 27, 60, 87, "良好"],
    [4, "丁县", 25, 58.5, 83.5, "良好"],
]
MEAN: list[list[Cell]] = [
    ["Country", "Access", "Use", "Overall score", "Rank"],
    ["Northland", "80.0", "70.0", "75.0", "1"],
    ["Southland", "72.0", "70.0", "71.0", "2"],
    ["East Isles", "70.0", "72.0", "71.0", "2"],
    ["Westmark", "60.1", "50.0", "55.1", "4"],  # 55.05, half up
]


def _xlsx(path: Path, rows: Sequence[Sequence[Cell]], **more: Sequence[Sequence[Cell]]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for title, cells in more.items():
        other = book.create_sheet(title)
        for row in cells:
            other.append(row)
    book.save(path)
    return path


def _csv(path: Path, rows: Sequence[Sequence[Cell]], encoding: str = "utf-8") -> Path:
    text = StringIO()
    csv.writer(text).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def _import(file: Path, data: Path, *more: str) -> int:
    return main(["import", str(file), "--year", str(YEAR), "--data", str(data), "--document", "示例〔2024〕1号", *more])


def test_points_in_the_header(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, data = _xlsx(tmp_path / "表.xlsx", [["2023年度考核结果"], *POINTS]), tmp_path / "data"
    assert _import(file, data) == 0
    assert "各项得分之和，满分100：经济 30分、民生 70分" in capsys.readouterr().out
    year = open_assessment(data).year(YEAR)
    assert year.scores[["name", "total", "rank", "grade"]].to_numpy().tolist() == [
        ["甲县", 95.0, 1, "grade_1"], ["乙县", 90.5, 2, "grade_1"], ["丙县", 87.0, 3, "grade_2"],
        ["丁县", 83.5, 4, "grade_2"],
    ]  # fmt: skip
    assert set(year.audit["verdict"]) == {"exact"}
    assert year.scheme.grade_names == {"grade_1": "优秀", "grade_2": "良好"}
    printed = pd.read_csv(data / f"published/{YEAR}.csv", dtype=str)
    assert list(printed["total"]) == ["95.0", "90.5", "87.0", "83.5"]  # Excel keeps no zeros
    assert main(["check", "--data", str(data)]) == 0
    assert all(each.sentences for each in show(year, "leniency", draws=10).values())  # nobody marked anything


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_equal_weights_are_derived_from_every_total(encoding: str, tmp_path: Path) -> None:
    rows = [["单位", "接入", "使用", "总分", "排名"], *MEAN[1:]]
    data = tmp_path / "data"
    assert _import(_csv(tmp_path / "表.csv", rows, encoding), data, "--out-of", "100") == 0
    year = open_assessment(data).year(YEAR)
    assert {(each.points, each.basis) for each in year.scheme.components} == {(50.0, "derived")}
    assert "4个总分推得" in year.scheme.components[0].note
    assert (year.scheme.ranking.ties, year.scheme.ranking.decimals) == ("min", 1)
    assert year.scheme.ranking.basis == "derived"
    audit = year.audit
    assert set(audit["verdict"]) == {"exact"} and audit["id"].str.contains("-unit_rank-").sum() == 4


def test_english_headers(tmp_path: Path) -> None:
    assert _import(_xlsx(tmp_path / "index.xlsx", MEAN), tmp_path / "data", "--out-of", "100") == 0
    assert list(load_dataset(tmp_path / "data").year(YEAR).scheme.part_names) == ["access", "use"]


def test_names_in_letters_may_be_long_and_do_not_run_into_what_they_have(tmp_path: Path) -> None:
    data, name = tmp_path / "data", "Hong Kong University of Science and Technology"
    rows = [MEAN[0], *MEAN[1:4], [name, "60.1", "50.0", "58.0", "4"]]
    assert _import(_csv(tmp_path / "表.csv", rows), data, "--out-of", "100", "--weights", "等权") == 0
    audit = open_assessment(data).year(YEAR).audit
    assert f"{name} Access得分60.1" in audit.loc[audit["verdict"].eq("contradicted"), "reason"].item()


def test_large_points_are_written_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["County", "A（1000000分）", "B（1000000分）", "Total"], ["North", 47300, 34062, 81362]]
    assert _import(_csv(tmp_path / "表.csv", rows), tmp_path / "data") == 0
    assert "满分2000000：A 1000000分、B 1000000分" in capsys.readouterr().out


def test_a_row_of_weights(tmp_path: Path) -> None:
    rows = [
        ["单位", "甲项", "乙项", "总分"],
        ["权重", "30%", "70%", "100"],
        ["甲县", 80, 90, 87],  # 24 + 63
        ["乙县", 81, 70.1, 73.4],  # 24.3 + 49.07 = 73.37
    ]
    data = tmp_path / "data"
    assert _import(_csv(tmp_path / "表.csv", rows), data) == 0
    year = open_assessment(data).year(YEAR)
    assert [(each.points, each.basis) for each in year.scheme.components] == [(30, "printed"), (70, "printed")]
    assert set(year.audit.loc[year.audit["id"].str.contains("unit_total"), "verdict"]) == {"exact"}


def test_a_wrong_cell_is_kept_as_printed_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [*POINTS[:3], [3, "丙县", 27, 60, 89, "良好"], POINTS[4]]
    data = tmp_path / "data"
    assert _import(_xlsx(tmp_path / "表.xlsx", rows), data) == 0
    assert "总分与各项得分不符" in capsys.readouterr().out
    audit = open_assessment(data).year(YEAR).audit
    (wrong,) = audit[audit["verdict"].eq("contradicted")].to_dict("records")
    assert wrong["unit_id"] == "u003" and wrong["id"].startswith(f"{YEAR}-unit_total")


REFUSED = [
    (
        [*MEAN[:4], ["Westmark", 60, 50, 58, 4]],
        ["--out-of", "100"],
        "按等权平均，有1个单位的总分对不上：Westmark（第5行）",
    ),
    (MEAN, [], "没有写明总分的满分"),
    # B is everywhere as the total is: of whatever weight
    (
        [["单位", "A", "B", "C", "总分"], ["甲", 80, 70, 60, 70], ["乙", 40, 50, 60, 50], ["丙", 61, 50, 39, 50]],
        ["--out-of", "100"],
        "别的权重也相符",
    ),
    (
        [["单位", "A", "B", "总分"], ["甲", 70.1, 70.2, 70.1], ["乙", 50.1, 50, 50.1]],
        ["--out-of", "100"],
        "别的权重也相符",
    ),
    (MEAN, ["--out-of", "70"], "有得分高于满分70"),
    ([["单位", "甲项", "总分"], ["甲县", 60, 60], ["甲县", 50, 50]], ["--out-of", "100"], "与第2行是同一个单位"),
    (
        [["单位", "甲项", "乙项", "总分"], ["甲县", 6, 7, 13]],
        ["--out-of", "100"],
        "总分是各项之和，而各项的满分没有写明",
    ),
    (
        [["单位", "甲项", "乙项", "总分"], ["甲县", 6, 7, 13], ["乙县", 2, 9, 11]],
        ["--out-of", "20", "--weights", "等权"],
        '在列名里写明，如“甲项（30分）”，或用 --weights 写明，如 --weights "甲项=30,乙项=70"。',
    ),
    (
        [["单位", "甲项", "乙项", "Quartile", "总分"], ["甲县", 80, 60, 1, 70], ["乙县", 50, 40, 2, 45]],
        ["--out-of", "100", "--weights", "等权"],
        "读作各项得分的列：甲项、乙项、Quartile，其中不是得分的删去",
    ),
    (
        [["单位", "甲项", "总分", "等次"], ["甲县", 60, 60, 1], ["乙县", 50, 50, 2]],
        ["--out-of", "100"],
        "“等次”（值：'1、2'）",
    ),
    ([*POINTS, [5, "a" * 73, 20, 50, 70, "良好"]], [], "名称最多40个字宽（字母约算半个）"),  # 73 × 0.55 = 40.15
    ([["单位", "甲项", "总分"], ["甲县", "约六十", 60]], ["--out-of", "100"], "不是数"),
    ([["单位", "甲项", "总分", "排名"], ["甲县", 60, 60, "第一"]], ["--out-of", "100"], "名次应为从1起的整数"),
    ([["单位", "甲项", "总分"], ["甲县", 60, ""]], ["--out-of", "100"], "没有印出总分"),
    ([["单位", "甲项", "总分"], ["", 60, 60]], ["--out-of", "100"], "没有单位名称"),
    ([["单位", "甲项", "总分"], ["甲县", 60, 60, 3]], ["--out-of", "100"], "上方没有列名"),
    (
        [["单位", "甲项", "总分", "总得分"], ["甲县", 60, 60, 60]],
        ["--out-of", "100"],
        "“总得分”（值：'总得分'）：与“总分”同名，或是同一个意思",
    ),
    ([["单位", "甲项", "总分"], ["甲县", -1, -1]], ["--out-of", "100"], "得分不应是负数"),
    ([*POINTS, [5, "甲　县", 20, 50, 70, "良好"]], [], "与第2行是同一个单位"),
    ([*POINTS, [5, "甲 县", 20, 50, 70, "良好"]], [], "与第2行是同一个单位"),
    ([*POINTS, [5, "甲" * 41, 20, 50, 70, "良好"]], [], "表.csv 第6行“单位名称”"),
    ([["单位", "甲项（100分）", "总分", "上年"], ["甲县", 60, 60, 3]], [], "没有写明这几项：上年"),
    ([*POINTS[:4], ["=4", *POINTS[4][1:]]], [], "第5行“名次”（值：'=4'）：名次应为从1起的整数。改法：并列的各写"),
    ([*POINTS[:4], [*POINTS[4][:4], "—", "良好"]], [], "没有印出总分，却有名次"),
    ([["单位", "甲项", "总分", "n"], ["甲县", 60, 60, "=A1"]], ["--out-of", "100"], "“n”（值：'=A1'）：不是数"),
    (
        [["类别", *MEAN[0]], *([word, *row] for word, row in zip("ABAB", MEAN[1:], strict=True))],
        ["--out-of", "100"],
        "“类别”：这一列读作组别，而名次是全部单位一起排的",
    ),
    (
        [*POINTS[:4], [4, "丁县", 30.5, 58.5, 89, "良好"]],
        [],
        "第5行“经济（30分）”（值：'30.5'）：丁县的得分高于满分30",
    ),
    (POINTS, ["--out-of", "120"], "各项分值合计100，不是总分的满分120"),
    (MEAN, ["--weights", "Access=60,Access=40"], "“Access”写了两次"),
    (MEAN, ["--weights", "Access=60,Use=0"], "“Use”的权重是0，应为大于0的数"),
    (MEAN, ["--weights", "Access=60,Use=-1"], "“Use”的权重是-1，应为大于0的数"),
    # to Python numbers as well, of so many digits that it is never done with them
    (MEAN, ["--out-of", "1e99999999999"], "--out-of 应为大于0的数（最多1000000），写的是“1e99999999999”"),
    (MEAN, ["--out-of", "9" * 400], f"写的是“{'9' * 20}”"),
    (MEAN, ["--weights", "Access=1e99999999999,Use=1"], "“Access”的权重是1e99999999999，应为大于0的数"),
    ([["单位", "甲项（0分）", "总分"], ["甲县", 0, 0]], [], "“甲项（0分）”（值：'0'）：应为大于0的数"),
    ([["单位", f"甲项（{'9' * 400}分）", "总分"], ["甲县", 6, 6]], [], f"（值：'{'9' * 20}'）：应为大于0的数"),
    ([["单位", f"甲项（{'9' * 5000}分）", "总分"], ["甲县", 6, 6]], [], "：应为大于0的数"),
    ([["单位", "甲项（9分）", "总分（0.0分）"], ["甲县", 6, 6]], [], "“总分（0.0分）”（值：'0.0'）：应为大于0的数"),
    (
        [["单位", "甲项", "（30分）", "总分"], ["甲县", 6, 7, 6]],
        ["--out-of", "100"],
        "第1行“（30分）”（值：'（30分）'）：列名只写了分值",
    ),
    # what only the files made of it cannot hold
    (
        [["单位", "甲项（50分）", "乙项（50分）", "加分", "总分"], ["甲县", 5, 6, 2_000_000, 2_000_011]],
        [],
        "1. 表.csv“points”（值：'2000000'）：由它做成的 inputs/2023/adjustments.csv 不合规则：大得不合常理",
    ),
    # out of 10 or out of 100: weights alone do not say
    (
        [["单位", "A（40%）", "B（60%）", "总分"], ["甲", "45.0", "30.0", "36.0"], ["乙", "20.0", "50.0", "38.0"]],
        [],
        "的得分高于满分",
    ),
    # weighted means 95 and 70, each × 100 ÷ 95
    (
        [["学校", "A", "B", "总分"], ["甲", 100, 90, 100], ["乙", 60, 80, 73.7]],
        ["--out-of", "100", "--weights", "等权"],
        "最高的总分恰是满分100，而得分没有都满分",
    ),
    ([[*POINTS[0][:4], "2022年总分", "等次"], *POINTS[1:]], [], "“2022年总分”：列名中的年度不是导入的2023年度"),
    ([*POINTS, ["", "注：民生得分由统计局提供"]], [], "“单位名称”（值：'注：民生得分由统计局提供'）：这一行只有名称"),
    (MEAN, ["--weights", "Access=30,Usage=70"], "没有这一列：Usage"),
    (MEAN, ["--weights", "Access=30"], "缺少：Use"),
    (MEAN, ["--weights", "Access=30,Use=70", "--out-of", "100"], "既不是各项加权平均，也不是各项之和"),
    ([POINTS[0], ["权重", "", 30, 70, "", ""], *POINTS[1:]], [], "既写了权重，又写了满分|写了两处|没有写明"),
]


@pytest.mark.parametrize(("rows", "more", "told"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_told_is_refused(
    rows: list[list[Cell]], more: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _import(_csv(tmp_path / "表.csv", rows), tmp_path / "data", *more) == 2
    said = capsys.readouterr().err
    assert any(each in said for each in told.split("|")), said
    assert not (tmp_path / "data").exists()


def test_the_document_has_to_be_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = _xlsx(tmp_path / "表.xlsx", POINTS)
    assert main(["import", str(file), "--year", str(YEAR), "--data", str(tmp_path / "data")]) == 2
    assert "--document" in capsys.readouterr().err and not (tmp_path / "data").exists()


def test_invented_tables_say_so(tmp_path: Path) -> None:
    origin = [["年度", YEAR], ["性质", "演示"], ["说明", "虚构"]]
    assert _import(_xlsx(tmp_path / "表.xlsx", POINTS, 数据来源=origin), tmp_path / "data") == 0
    inputs = load_dataset(tmp_path / "data").year(YEAR).inputs
    assert inputs is not None and inputs.provenance.provenance == "demonstration" and inputs.provenance.from_print


TOLD = "按通报所列各项得分计算"


def test_what_is_made_of_printed_results_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    assert _import(_xlsx(tmp_path / "表.xlsx", POINTS), data) == 0
    year = open_assessment(data).year(YEAR)
    assert year.scores["provenance"].eq("official").all()
    pages = plan_site(year.dataset, [YEAR], profiles=True).pages
    assert {frame_page(year.dataset, "", page)["notice"] for page in pages} == {TOLD}
    assert f'<p class="badge" role="note">{TOLD}</p>' in make_index(year, "", [], "2026-03-09T23:51:56Z")
    shown = [show(year, name) for name in ("averages", "draft", "adjustments", "limitations")]
    assert {each.note for each in shown} == {TOLD} and shown[0].source.endswith(f"；{TOLD}")
    averages, draft = shown[0].table, shown[1].table
    assert averages is not None and set(averages.cells["依据"]) == {"由通报所列各项得分算得"}
    assert draft is not None and draft.caption == "文中数字的出处（供核对，印发时删去）：由通报所列各项得分和办法算得"
    rounded = "没有逐项评分，总分按通报所列各项得分计算；通报所列各数已经舍入，总分末位和名次可能因此不同。"
    assert rounded in show(year, "limitations").sentences
    assert show(year, "limitations", about="scores").sentences[-1] == rounded
    appendix = compose(APPENDIX, year)
    assert appendix.is_to_be_told and appendix.notice == TOLD
    capsys.readouterr()
    assert main(["check", "--data", str(data)]) == 0
    assert f"（{TOLD}）" in capsys.readouterr().out
    out = str(tmp_path / "得分.csv")
    assert main(["score", "--data", str(data), "--year", str(YEAR), "--out", out]) == 0
    assert TOLD in capsys.readouterr().err


def test_ranks_that_come_out_otherwise_than_printed_are_told(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["单位", "甲项", "乙项", "总分", "名次"],
        ["子县", "80.0", "70.1", "75.1", 1],  # 75.05, half up
        ["丑县", "70.1", "79.9", "75.1", 2],  # 75.00, and 75.05 at most, which is printed so
        ["寅县", "70.0", "80.1", "75.0", 3],  # 75.05: computed as good as the first
    ]
    data = tmp_path / "data"
    assert _import(_csv(tmp_path / "表.csv", rows), data, "--out-of", "100", "--weights", "等权") == 0
    told = show(open_assessment(data).year(YEAR), "limitations", about="scores").sentences[-1]
    assert "有2个单位核算的名次与通报所列不同（丑县核算为第3名，通报为第2名、寅县核算为第1名，通报为第3名）" in told


def test_printed_results_compare_with_marks_of_the_office(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert _import(_xlsx(tmp_path / "表.xlsx", POINTS), data) == 0
    new = ["import", str(_xlsx(tmp_path / "下年.xlsx", POINTS)), "--year", "2024", "--data", str(data)]
    assert main([*new, "--document", "新"]) == 0
    for year, origin in ((2024, "official"), (YEAR, "official"), (YEAR, "reconstructed")):
        (data / f"inputs/{year}/provenance.yml").write_text(
            f"provenance: {origin}\nmethod: 算例\n" + ("from_print: true\n" if year != YEAR else ""), encoding="utf-8"
        )
    city = open_assessment(data)
    now = show(city.year(2024), "averages")
    assert now.apart == "2023年评分为重构，2024年按通报所列各项得分计算"
    assert now.note == f"2023年评分为重构数据，不是任何单位的真实得分；2024年{TOLD}"
    (data / f"inputs/{YEAR}/provenance.yml").write_text("provenance: official\nmethod: 算例\n", encoding="utf-8")
    now = show(open_assessment(data).year(2024), "averages")
    assert not now.apart and "与2023年的89.00分持平" in now.sentences[0]
    assert now.note == f"2023年评分为正式数据；2024年{TOLD}"
    told = show(open_assessment(data).year(2024), "limitations").sentences
    assert any(each.startswith("2024年没有逐项评分，总分按通报所列各项得分计算") for each in told)


def test_into_a_folder_that_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    assert _import(_xlsx(tmp_path / "表.xlsx", POINTS), data) == 0
    shutil.rmtree(tmp_path / "data-backups")
    new = [
        "import",
        str(_xlsx(tmp_path / "下年.xlsx", POINTS)),
        "--year",
        "2024",
        "--data",
        str(data),
        "--document",
        "新",
    ]
    assert main(new) == 0
    city = load_dataset(data)
    assert list(city.years) == [YEAR, 2024] and len(city.units) == 4
    assert city.year(2024).scheme.part_names == city.year(YEAR).scheme.part_names
    capsys.readouterr()
    assert main(new) == 2  # nothing printed is replaced
    assert "已有" in capsys.readouterr().err


def test_unknown_units_are_told_with_the_nearest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    assert _import(_xlsx(tmp_path / "表.xlsx", POINTS), data) == 0
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    rows = [POINTS[0], *([row[0], f"{row[1]}城" if row[1] == "甲县" else row[1], *row[2:]] for row in POINTS[1:])]
    file = _xlsx(tmp_path / "下年.xlsx", rows)
    assert main(["import", str(file), "--year", "2024", "--data", str(data), "--document", "新"]) == 2
    said = capsys.readouterr().err
    assert "下年.xlsx 表“Sheet” 第2行“单位”（值：'甲县城'）：本年度考核对象中没有这个单位" in said and "甲县" in said
    assert said.count("甲县、") <= 1  # each once
    assert {path: path.read_bytes() for path in data.rglob("*") if path.is_file()} == before


def test_a_year_with_a_scheme_and_a_circular(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert _import(_xlsx(tmp_path / "表.xlsx", POINTS), data) == 0
    shutil.rmtree(data / "inputs")
    (data / f"published/{YEAR}.csv").unlink()
    circular = data / f"published/{YEAR}.yml"
    said = yaml.safe_load(circular.read_text(encoding="utf-8"))
    del said["table"]
    said["figures"] = [{"measure": "average", "group": "units", "value": "89.00", "section": "一"}]  # 356 ÷ 4
    circular.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    plain = [
        ["单位", "经济", "民生", "总分", "排名"],
        *([name, a, b, total, rank] for rank, name, a, b, total, _ in POINTS[1:]),
    ]
    assert _import(_csv(tmp_path / "表.csv", plain), data) == 0
    audit = open_assessment(data).year(YEAR).audit
    assert audit.set_index("id").at[f"{YEAR}-table_summary-units-all", "verdict"] == "exact"


def test_what_is_from_print_stays_so(tmp_path: Path) -> None:
    data, form = tmp_path / "data", tmp_path / "评分.xlsx"
    assert _import(_xlsx(tmp_path / "表.xlsx", POINTS), data) == 0
    assert main(["export", "--year", str(YEAR), "--data", str(data), "--out", str(form)]) == 0
    said = (data / f"inputs/{YEAR}/provenance.yml").read_text(encoding="utf-8")
    assert main(["import", str(form), "--year", str(YEAR), "--data", str(data)]) == 0
    assert (data / f"inputs/{YEAR}/provenance.yml").read_text(encoding="utf-8") == said


def test_a_table_of_a_quarter(tmp_path: Path) -> None:
    file, data = _xlsx(tmp_path / "表.xlsx", POINTS), tmp_path / "data"
    assert main(["import", str(file), "--year", "2023Q1", "--data", str(data), "--document", "季报"]) == 0
    assert main(["check", "--data", str(data)]) == 0
    (year,) = load_dataset(data).years
    assert set(open_assessment(data).year(year).audit["verdict"]) == {"exact"}


def test_the_usual_forms_are_read_as_ever(good: bytes, copied_city: Path, tmp_path: Path) -> None:
    file = tmp_path / "评分表.xlsx"
    file.write_bytes(good)
    assert main(["import", str(file), "--year", "2023", "--data", str(copied_city)]) == 0
    assert main(["import", str(file), "--year", "2023", "--data", str(copied_city), "--out-of", "100"]) == 2


def test_what_does_not_apply_passes_its_points_on(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["Country", "A", "B", "C", "Overall score", "Rank"],
        ["X", "80.0", "75.0", "55.0", "70.0", "1"],
        ["Y", "50.0", "n/a", "61.0", "55.5", "2"],  # (50 + 61) ÷ 2
        ["Z", "40.0", "38.0", "72.0", "50.0", "3"],
        ["W", "", "—", "44.4", "44.4", "4"],
        ["V", "10.0", "60.0", "20.0", "30.0", "5"],
    ]
    data = tmp_path / "data"
    assert _import(_csv(tmp_path / "index.csv", rows), data, "--out-of", "100") == 0
    year = open_assessment(data).year(YEAR)
    totals = year.scores.set_index("name")["total"].round(9).to_dict()
    assert totals == {"X": 70.0, "Y": 55.5, "Z": 50.0, "W": 44.4, "V": 30.0}
    assert set(year.audit["verdict"]) <= {"exact", "within_rounding"}
    assert "points: 100/3" in (data / f"schemes/{YEAR}.yml").read_text(encoding="utf-8")
    status = pd.read_csv(data / f"inputs/{YEAR}/b.csv", dtype=str, keep_default_na=False)
    assert status.to_numpy().tolist()[1] == ["u002", "", "", "not_applicable"]


@pytest.mark.parametrize("name", ["平均", "全市 平均", "Average", "合计", "中位数"])
def test_a_row_that_sums_up_is_no_unit(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    assert _import(_csv(tmp_path / "表.csv", [*POINTS, ["", name, 27.6, 61.4, 89, ""]]), data) == 0
    assert f"第6行（值：'{name}'）：这一行是汇总，不是单位，没有读" in capsys.readouterr().out
    assert len(load_dataset(data).units) == 4


@pytest.mark.parametrize("total", ["Total_Score", "2023 Score", "2023score", "Ｓｃｏｒｅ　2023", "2023年总分", "总评"])
@pytest.mark.parametrize("name", ["University_Name", "学 校"])
def test_headers_are_known_however_they_are_written(name: str, total: str, tmp_path: Path) -> None:
    rows = [["World_rank", name, "经济（30分）", "民生（70分）", total, "等次"], *POINTS[1:]]
    data = tmp_path / "data"
    assert _import(_csv(tmp_path / "表.csv", rows), data) == 0
    assert set(open_assessment(data).year(YEAR).audit["verdict"]) == {"exact"}


@pytest.mark.parametrize("total", ["91分", "91%", "1,091", "约91"])
def test_a_total_that_cannot_be_read_is_not_said_to_be_missing(
    total: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _csv(tmp_path / "表.csv", [*POINTS[:4], [*POINTS[4][:4], total, "良好"]])
    assert _import(file, tmp_path / "data") == 2
    said = capsys.readouterr().err
    assert f"第5行“总分”（值：'{total}'）" in said and "有1处问题" in said


def test_units_that_are_not_ranked_are_passed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    assert _import(_csv(tmp_path / "表.csv", [*POINTS, ["N/A", "戊县", 12, "n/a", "N/A", ""]]), data) == 0
    assert "第6行“总分”（值：'N/A'）：没有印出总分和名次，不参加排名，这一行没有读" in capsys.readouterr().out
    assert len(load_dataset(data).units) == 4


def test_ranks_that_start_anew_make_groups(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["类别", *POINTS[0]]]
    rows += [[group, rank, *row[1:]] for group, rank, row in zip("县县局局", [1, 2, 1, 2], POINTS[1:], strict=True)]
    data = tmp_path / "data"
    assert _import(_csv(tmp_path / "表.csv", rows), data) == 0
    told = "各列读作：组别“类别”、名次“名次”、单位“单位名称”、总分“总分”、等次“等次”；各项得分：经济、民生"
    assert told in capsys.readouterr().out
    year = open_assessment(data).year(YEAR)
    assert list(year.scores["rank"]) == [1, 2, 1, 2] and set(year.audit["verdict"]) == {"exact"}


UNLIKE = {
    "no total": ("单位,经济\n甲县,3\n".encode(), "第1行看作列名，其中没有“总分”一列（认得的写法：总分、总得分"),
    "no header": ("甲县,3,3\n".encode(), "前6行里没有找到列名，应有“单位”一列（认得的写法：单位、单位名称"),
    "semicolons": ("单位;经济;总分\n甲县;3;3\n".encode(), "各格是用分号或制表符隔开的"),
    "UTF-16": ("单位,经济,总分\n甲县,3,3\n".encode("utf-16"), "文字编码既不是 UTF-8 也不是 GB18030"),
    "empty": (b"", "没有内容"),
    "form": ("单位,得分,满分,总分\n甲县,3,3,3\n".encode(), "第1行有“满分”一列，按评分表读"),
}


@pytest.mark.parametrize("what", UNLIKE)
def test_why_a_file_is_no_table_is_said(what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, told = UNLIKE[what]
    (tmp_path / "表.csv").write_bytes(content)
    assert _import(tmp_path / "表.csv", tmp_path / "data") == 2
    assert told in capsys.readouterr().err
    bare = ["import", str(tmp_path / "表.csv"), "--year", str(YEAR), "--data", str(tmp_path / "data")]
    assert main(bare) == 2 and told in capsys.readouterr().err  # nor is it told that there is no folder yet


@pytest.mark.parametrize(("area", "code"), [("A1:F1", 0), ("A1:F2", 2), ("A3:A4", 2)])
def test_a_title_may_be_merged_and_nothing_else(area: str, code: int, tmp_path: Path) -> None:
    file = _xlsx(tmp_path / "表.xlsx", [["2023年度考核结果"], *POINTS])
    book = load_workbook(file)
    book.active.merge_cells(area)
    book.save(file)
    assert _import(file, tmp_path / "data") == code


def test_every_word_that_is_known_is_in_the_codebook() -> None:
    listed = (Path(__file__).parents[2] / "data/README.md").read_text(encoding="utf-8")
    assert all(f"| {'、'.join(words)} |" in listed for words in WORDS["columns"].values())
    assert "、".join(WORDS["summaries"]) in listed


@pytest.mark.parametrize(("ranks", "told"), [([3, 17, 40, 41], True), ([1, 2, 3, 44], False)])
def test_a_part_of_a_larger_ranking_is_told(
    ranks: list[int], told: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [POINTS[0], *([rank, *row[1:]] for rank, row in zip(ranks, POINTS[1:], strict=True))]
    assert _import(_csv(tmp_path / "表.csv", rows), tmp_path / "data") == 0
    assert ("看作更大排名的一部分" in capsys.readouterr().out) == told


def test_one_sheet_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _import(_xlsx(tmp_path / "表.xlsx", POINTS, 附表=[["另一张"]]), tmp_path / "data") == 2
    assert "有2张表（Sheet、附表），只能有一张" in capsys.readouterr().err
    assert _import(_xlsx(tmp_path / "表.xlsx", POINTS, 空表=[]), tmp_path / "data") == 0


@pytest.mark.parametrize(
    ("first", "second", "shares", "more"),
    [
        ("A（40%）", "B（60%）", [], []),
        ("A", "B", [], ["--weights", "A=0.4,B=0.6"]),
        ("A", "B", [["权重", 0.4, 0.6, 1]], []),
        ("A", "B", [["权重", "40%", "60%", ""]], []),
    ],
)
def test_totals_out_of_100_are_told_by_weights(
    first: str, second: str, shares: list[list[Cell]], more: list[str], tmp_path: Path
) -> None:
    rows: list[list[Cell]] = [
        ["单位", first, second, "总分"],
        *shares,
        ["甲县", "90.0", "70.0", "78.0"],  # 36 + 42
        ["乙县", "45.0", "80.5", "66.3"],  # 18 + 48.3
    ]
    data = tmp_path / "data"
    assert _import(_csv(tmp_path / "表.csv", rows), data, *more) == 0
    year = open_assessment(data).year(YEAR)
    assert [(each.points, each.basis) for each in year.scheme.components] == [(40, "derived"), (60, "derived")]
    assert "没有写明总分的满分" in year.scheme.components[0].note
    assert set(year.audit["verdict"]) == {"exact"}


@pytest.mark.parametrize(
    "circular",
    [
        f"{{year: {YEAR}, document: 甲, figures: [], lists: []}}\n",
        f"  year: {YEAR}\n  document: 甲\n  figures: []\n  lists: []\n",
        f"year: {YEAR}\ndocument: 甲\nfigures: []\nlists: []\n...\n",
    ],
)
def test_a_circular_below_which_nothing_can_be_written_is_told(
    circular: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    assert _import(_csv(tmp_path / "表.csv", POINTS), data) == 0
    shutil.rmtree(data / "inputs")
    (data / f"published/{YEAR}.csv").unlink()
    (data / f"published/{YEAR}.yml").write_text(circular, encoding="utf-8")
    before = {path: path.read_bytes() for path in data.rglob("*.*")}
    plain = [[str(cell).partition("（")[0] for cell in row] for row in POINTS]
    assert _import(_csv(tmp_path / "表.csv", plain), data) == 2
    assert f"published/{YEAR}.yml 的末尾不能接着写" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in data.rglob("*.*")} == before
