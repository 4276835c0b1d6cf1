"""The command as a user meets it: its exit code, its words, its files."""

from __future__ import annotations

import csv
import inspect
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from analysis.cli import main
from tests.conftest import ROOT
from tests.made_up import give_origins

Workbook = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def workbook(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Workbook:
    """Run the command here, without the seconds a new process takes."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("WORKBOOK_DATA", raising=False)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        try:
            code = main(words)
        except SystemExit as error:  # argparse leaves that way
            code = int(error.code or 0)
        told = capfd.readouterr()
        return subprocess.CompletedProcess(words, code, told.out, told.err)

    return run


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_import_is_not_interrupted_but_what_comes_after_it(name: str, tmp_path: Path) -> None:
    """A compiled module that is interrupted as it is begun fails, or aborts the process."""
    if not hasattr(signal, name):
        pytest.skip("not a signal of this system")
    (tmp_path / "compiled.py").write_text(
        f"""
import os, signal, time
os.kill(os.getpid(), signal.{name})
time.sleep(0.3)
print("imported", flush=True)

def check(**_):
    time.sleep(20)
"""
    )
    program = """
import importlib, signal, sys
from analysis import cli
sys.path.append(sys.argv[1])
signal.signal(getattr(signal, sys.argv[2]), signal.SIG_DFL)  # whoever runs the tests may have it ignored
cli.import_module = lambda _: importlib.import_module("compiled")
sys.exit(cli.main(["check"]))
"""
    start = time.monotonic()
    command = [sys.executable, "-X", "utf8", "-c", program, str(tmp_path), name]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    assert (done.returncode, done.stdout) == (130, "imported\n") and time.monotonic() - start < 15
    assert done.stderr.splitlines() == ["已中断，原有文件没有改动。"]


WRITING = {
    "a folder": "with replaced_folder(Path('new')) as fresh:\n        (fresh / 'a').touch()",
    "a file": "write_file(Path('new'), b'a')",
    "the contents of a folder": (
        "Path('new').mkdir()\n    with filled_folder(Path('new')) as fresh:\n        (fresh / 'a').touch()"
    ),
}


@pytest.mark.parametrize("what", WRITING)
@pytest.mark.parametrize("when", ["between", "after"])
def test_what_was_put_in_place_before_an_interruption_is_told(what: str, when: str, tmp_path: Path) -> None:
    """Also if it comes between the renaming of something and its being noted."""
    if not hasattr(signal, "setitimer"):
        pytest.skip("interruptions come at once on this system")
    (tmp_path / "writing.py").write_text(
        f"""
import os, signal, time
from pathlib import Path
from analysis.folders import filled_folder
from analysis.storage import write_file
from analysis.swaps import replaced_folder

def renamed(rename):
    def rename_and_interrupt(path, target):
        made = rename(path, target)
        if {when == "between"} and Path(target).name in {{"new", "a"}}:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.2)
        return made
    return rename_and_interrupt

Path.rename, Path.replace = renamed(Path.rename), renamed(Path.replace)

def check(**_):
    {WRITING[what]}
    if {when == "after"}:
        os.kill(os.getpid(), signal.SIGINT)
    time.sleep(20)
"""
    )
    program = """
import importlib, signal, sys
from analysis import cli
sys.path.append(sys.argv[1])
signal.signal(signal.SIGINT, signal.default_int_handler)
cli.import_module = lambda _: importlib.import_module("writing")
sys.exit(cli.main(["check"]))
"""
    command = [sys.executable, "-X", "utf8", "-c", program, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8", cwd=tmp_path)
    (told,) = done.stderr.splitlines()
    assert done.returncode == 130 and (tmp_path / "new").exists()
    assert told.startswith("已中断，在此之前已写好“") and told.endswith("new”，其余文件没有改动。")


def test_help_is_chinese_and_imports_nothing_heavy() -> None:
    program = """
import sys
import tomllib
from analysis.cli import main
try:
    main(["--help"])
finally:
    print("heavy:", [name for name in ("pandas", "matplotlib", "papermill") if name in sys.modules])
"""
    told = subprocess.check_output([sys.executable, "-X", "utf8", "-c", program], text=True, encoding="utf-8")
    for command in (
        *("build", "profile", "score", "compare", "audit", "read-circular", "from-circulars", "new-year", "new-city"),
        *("template", "import", "export", "check", "reconstruct", "lab"),
    ):
        assert f"\n    {command}" in told, command
    assert "heavy: []" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "缺少参数"),
        (["scroe"], "没有这个选择"),
        (["score"], "--year"),
        (["score", "--year", "二〇二一"], "应为整数"),
        (["score", "--year", "1999"], "没有1999年度的数据。可用年度：2020、2021"),
        (["score", "--year", "2021", "--yaer", "2021"], "不认识的参数: --yaer 2021"),
        (["score", "--ye", "2021"], "不认识的参数: --ye 2021"),
        (["score", "--year", "2021", "--all-years"], "两者只用一个"),
        (["score", "--all-years", "--out", "all.txt"], "得分只能存成 .csv、.parquet 或 .xlsx"),
        (["compare", "--base", "2021", "--year", "2020"], "应早于"),
        (["audit", "--year", "1999"], "没有1999年度"),
        (["read-circular", "nowhere.txt"], "没有文件“nowhere.txt”"),
        (["read-circular", "README.md"], "不是能读的格式（.txt、.docx、.pdf"),
        (["check", "--data", "nowhere"], "“nowhere”不是数据文件夹"),
        (["build", "--years", "1999"], "没有1999年度"),
        (["build", "--out", "src"], "不敢整体替换"),
        (["profile", "--unit=\x1b[31m", "--year", "2021"], r"没有叫“\x1b[31m”的单位"),
        (["score", "--year", "2021", "--out", "nowhere/scores.csv"], "没有这个文件或文件夹。请先建好"),
        (["audit", "--csv", "src"], "不是普通文件，没有写入"),
        (["score", "--year", "2021", "--out", "README.md/s.csv"], "路径中有一段是文件"),
        (["check", "--data", ""], "参数 --data: 不能为空"),
        (["check", "\x1b[31m"], r"不认识的参数: \x1b[31m"),
        (["import", "", "--year", "2021"], "参数 文件: 不能为空"),
        (["build", "--out", "/"], "“/”是整个磁盘，不能放报告"),
        (["document", "附件", "--year", "2021", "--out", "/"], "“/”是整个磁盘，不能放附件"),
        (["new-year", "0"], "0不是四位数的年度"),
        (["new-year", "-1"], "-1不是四位数的年度"),
        (["new-year", "99999"], "99999不是四位数的年度"),
        (["new-city", "/proc/city"], "读写不了“/proc/city”：系统不接受这个名称或位置"),
    ],
)
def test_a_mistake_gets_one_chinese_message_and_exit_code_2(words: list[str], told: str, workbook: Workbook) -> None:
    done = workbook(*words)
    assert done.returncode == 2, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_scores_are_saved_unrounded_for_spreadsheets(tmp_path: Path, workbook: Workbook) -> None:
    path = tmp_path / "得分.csv"
    assert workbook("score", "--year", "2021", "--out", str(path)).returncode == 0
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert len(rows) == 57
    assert {row["provenance"] for row in rows} == {"reconstructed"}
    county = [float(row["total"]) for row in rows if row["group"] == "county"]
    assert f"{sum(county) / len(county):.2f}" == "89.74"


def test_saving_scores_imports_nothing_that_draws(tmp_path: Path) -> None:
    program = f"""
import sys
from analysis.cli import main
main(["score", "--year", "2021", "--data", {str(ROOT / "data")!r}, "--out", {str(tmp_path / "s.csv")!r}])
print("drawing:", [name for name in ("matplotlib", "jinja2", "xlsxwriter") if name in sys.modules])
"""
    told = subprocess.check_output([sys.executable, "-c", program], text=True, stderr=subprocess.DEVNULL)
    assert told == "drawing: []\n"


def test_a_scheduler_without_marks_to_add_up_is_told(tmp_path: Path, workbook: Workbook) -> None:
    score = ("score", "--year", "2021", "--out", str(tmp_path / "s.csv"))
    assert "调度程序" not in workbook(*score).stderr
    told = workbook(*score, "--scheduler", "tcp://127.0.0.1:9")
    assert (told.returncode, told.stdout) == (0, "")
    assert "没有用到 Dask 调度程序" in told.stderr


def test_scores_are_saved_as_a_workbook_in_chinese(tmp_path: Path, workbook: Workbook) -> None:
    import openpyxl

    path = tmp_path / "得分.xlsx"
    assert workbook("score", "--year", "2021", "--out", str(path)).returncode == 0
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["县（市、区）政府", "市直部门"]
    rows = list(book["县（市、区）政府"].iter_rows(values_only=True))
    assert "重构" in rows[1][0]
    assert rows[2][:4] == ("名次", "单位", "总分", "等次")
    assert rows[3][:2] == (1, "宝丰县人民政府")
    totals = [row[2] for row in rows[3:]]
    assert len(totals) == 12 and f"{sum(totals) / 12:.2f}" == "89.74"


@pytest.mark.parametrize("name", ["历年.xlsx", "all.csv", "all.parquet"])
def test_all_years_are_saved_together(name: str, tmp_path: Path, workbook: Workbook) -> None:
    path = tmp_path / name
    told = workbook("score", "--all-years", "--out", str(path))
    assert told.returncode == 0 and told.stdout == "" and "113行，评分为重构数据" in told.stderr
    if path.suffix == ".xlsx":
        sheets = pd.read_excel(path, sheet_name=None, header=2)
        assert list(sheets) == ["历年名次", "历年总分", "历年等次", "各年结果"]
        assert sheets["历年名次"].set_index("单位").loc["汝州市人民政府", ["2020", "2021"]].tolist() == ["—", 2]
        rows = sheets["各年结果"].rename(columns={"年度": "year", "组别": "group", "总分": "total"})
    else:
        rows = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
        rows["group"] = rows["group"].map({"county": "县（市、区）政府", "department": "市直部门"})
    averages = rows.groupby(["group", "year"])["total"].mean().round(2).to_dict()
    assert averages == {
        ("县（市、区）政府", 2020): 79.22,
        ("县（市、区）政府", 2021): 89.74,
        ("市直部门", 2020): 76.97,
        ("市直部门", 2021): 86.06,
    }


def test_all_years_are_shown_as_units_by_years(workbook: Workbook) -> None:
    told = workbook("score", "--all-years").stdout
    row = next(line for line in told.splitlines() if "汝州市人民政府" in line)
    assert [cell.strip() for cell in row.split("│")[1:-1]] == ["汝州市人民政府", "", "2", "—"]
    assert "评分为重构数据" in told


def test_a_formula_in_a_name_stays_text(copied_data: Path, tmp_path: Path, workbook: Workbook) -> None:
    for file in ("units.csv", "published/2020.yml", "published/2021.yml"):
        path = copied_data / file
        path.write_text(path.read_text(encoding="utf-8").replace("宝丰县人民政府", "=HYPERLINK(1)"), encoding="utf-8")
    out = tmp_path / "scores.csv"
    assert workbook("score", "--year", "2021", "--data", str(copied_data), "--out", str(out)).returncode == 0
    assert ",'=HYPERLINK(1)," in out.read_text(encoding="utf-8-sig")


def test_comparison_prints_the_published_growth(workbook: Workbook) -> None:
    done = workbook("compare", "--base", "2020", "--year", "2021")
    assert done.returncode == 0
    for words in ("+10.52", "+13.28%", "+9.09", "+11.81%", "汝州市人民政府"):
        assert words in done.stdout


def test_check_lists_every_problem(copied_data: Path, workbook: Workbook) -> None:
    for file in ("inputs/2020/marks.csv", "inputs/2021/marks.csv"):
        path = copied_data / file
        path.write_text(
            path.read_text(encoding="utf-8").replace("baofeng,county", "baofneg,county", 1), encoding="utf-8"
        )
    done = workbook("check", "--data", str(copied_data))
    assert done.returncode == 2
    assert "inputs/2020/marks.csv 第2行" in done.stderr and "inputs/2021/marks.csv 第2行" in done.stderr
    assert workbook("check").returncode == 0


def test_an_audit_finds_the_contradictions_and_saves_every_claim(tmp_path: Path, workbook: Workbook) -> None:
    done = workbook("audit", "--csv", str(tmp_path / "claims.csv"), "--json", str(tmp_path / "claims.json"))
    assert done.returncode == 0
    assert done.stdout.count("  不符：") == 1 and done.stdout.count("  口径不同：") == 1
    assert "汝州市人民政府" in done.stdout
    table = list(csv.DictReader(io.StringIO((tmp_path / "claims.csv").read_text(encoding="utf-8-sig"))))
    claims = json.loads((tmp_path / "claims.json").read_text(encoding="utf-8"))
    assert [row["id"] for row in table] == [claim["id"] for claim in claims]
    assert {claim["year"] for claim in claims} == {2020, 2021}
    growth = next(claim for claim in claims if claim["id"] == "2021-growth-county-all")
    assert (growth["printed"], growth["verdict"]) == ("13.28%", "exact")


@pytest.mark.slow
def test_a_strict_audit_fails_on_a_contradiction_without_a_remark(tmp_path: Path, workbook: Workbook) -> None:
    assert workbook("audit", "--strict").returncode == 1
    data = Path(shutil.copytree(ROOT / "data", tmp_path / "data"))
    remarks = [
        {"claim": claim, "expect": "contradicted", "reason": "虚构", "evidence": "虚构"}
        for claim in ("2021-streak_count_consecutive_units-all-excellent", "2021-named_consecutive-all-ruzhou")
    ]
    (data / "annotations.yml").write_text(json.dumps({"annotations": remarks}), encoding="utf-8")
    done = workbook("audit", "--strict", "--year", "2021", "--data", str(data))
    assert done.returncode == 0
    assert "注：虚构（依据：虚构）" in done.stdout


def _saved(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def test_a_new_city_runs_and_is_the_one_of_the_how_to(tmp_path: Path, workbook: Workbook) -> None:
    done = workbook("new-city", str(tmp_path / "city"))
    assert done.returncode == 0 and "workbook template" in done.stdout
    told = (ROOT / "docs/how-to-new-city.zh-CN.md").read_text(encoding="utf-8")
    files = [path for path in (tmp_path / "city").rglob("*") if path.is_file()]
    assert len(files) == 8
    for path in files:
        assert path.read_text(encoding="utf-8").strip() in told, path.name
    score = workbook("score", "--year", "2023", "--data", str(tmp_path / "city"), "--out", str(tmp_path / "s.csv"))
    assert score.returncode == 0
    rows = {row["unit_id"]: row for row in _saved(tmp_path / "s.csv")}
    assert round(float(rows["dongcheng"]["total"]), 2) == 97.72  # as the how-to works out
    again = workbook("new-city", str(tmp_path / "city"))
    assert again.returncode == 2 and "不是空文件夹" in again.stderr


def _break_like_the_how_to(file: Path, target: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(file)
    marks = book["评分·县（市、区）政府"]
    for cell, value in {"C7": "良好", "E8": None, "F9": " 优 ", "A12": "叶县政府"}.items():
        marks[cell] = value
    marks.cell(10, marks.max_column).value = 9.5
    for column, value in enumerate(("宝丰县人民政府", "加分", 3, "某项工作受省级表彰"), 1):
        book["加减分"].cell(3, column).value = value
    target.parent.mkdir()
    book.save(target)


@pytest.mark.slow
def test_a_year_goes_from_scheme_to_scores_through_excel(copied_data: Path, tmp_path: Path, workbook: Workbook) -> None:
    """new-year, template, filled in by hand, import: the way of an analyst."""
    import openpyxl

    data = ("--data", str(copied_data))
    drafted = workbook("new-year", "2022", *data)
    assert f"workbook build --data {copied_data}    " in drafted.stdout
    assert "留意：办法还有待填的：document" in workbook("check", *data).stdout
    assert "year: 2022" in (copied_data / "schemes/2022.yml").read_text(encoding="utf-8")
    assert workbook("new-year", "2022", *data).returncode == 2
    file = tmp_path / "评分表.xlsx"
    assert workbook("template", "--year", "2022", "--out", str(file), *data).returncode == 0
    assert workbook("template", "--year", "2022", "--out", str(file), *data).returncode == 2  # not written over
    blank = workbook("import", str(file), "--year", "2022", *data)
    assert blank.returncode == 2 and "缺少" in blank.stderr and "Traceback" not in blank.stderr

    book = openpyxl.load_workbook(file)
    book["数据来源"]["B3"] = "正式"
    for sheet in [each for each in book if each.title.startswith("评分·")]:
        points = [cell.value for cell in sheet[3]]
        rated = [cell.value == "督导平台评价" for cell in sheet[4]]
        for row in sheet.iter_rows(min_row=6):
            for cell in row[1:]:
                if row[0].value and cell.value is None:
                    cell.value = "良" if rated[cell.column - 1] else points[cell.column - 1] * 0.5
    for row in book["督察考评"].iter_rows(min_row=3):
        row[1].value, row[2].value = 70, 100
    book.save(file)
    _break_like_the_how_to(file, tmp_path / "broken/评分表-2022.xlsx")
    broken = workbook("import", str(tmp_path / "broken/评分表-2022.xlsx"), "--year", "2022", *data)
    assert broken.returncode == 2
    how_to = (ROOT / "docs/how-to-new-year.zh-CN.md").read_text(encoding="utf-8")
    assert broken.stderr.strip() in how_to
    done = workbook("import", str(file), "--year", "2022", *data)
    assert done.returncode == 0, done.stderr
    assert "以前年度都不是正式评分，没有作比较" in done.stdout
    assert not file.with_name("评分表-问题").exists()  # the blank one's
    assert workbook("score", "--year", "2022", "--out", str(tmp_path / "s.csv"), *data).returncode == 0
    rows = _saved(tmp_path / "s.csv")
    full = [row for row in rows if row["method"] == "full" and row["group"] == "county"]
    assert len(rows) == 57 and full
    for row in full:  # 52 platform indicators at 0.8, routine at 0.5 of their points, inspection at 70 %
        assert float(row["total"]) == pytest.approx(0.8 * 57.5 + 0.5 * 22.5 + 0.7 * 20, abs=1e-9)


def test_template_and_export_do_not_share_a_name(
    copied_data: Path, tmp_path: Path, workbook: Workbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for command in ("template", "export"):
        assert workbook(command, "--year", "2021", "--data", str(copied_data)).returncode == 0
    assert {path.name for path in tmp_path.glob("*.xlsx")} == {"评分表-2021.xlsx", "评分数据-2021.xlsx"}
    again = workbook("export", "--year", "2021", "--data", str(copied_data))
    assert again.returncode == 2 and "没有覆盖。请先移走它，或用 --out 另取名。" in again.stderr


@pytest.mark.parametrize(
    ("width", "columns"),
    [
        (
            "200",
            "名次 单位 总分 等次 日常评价（80） 督导平台评价 日常工作情况评价 督察考评（20） 加分 扣分 计算法",
        ),
        ("120", "名次 单位 总分 等次 日常评价（80） 督察考评（20） 加分 扣分 计算法"),
        ("80", "名次 单位 总分 等次 日常评价（80）"),
        ("20", "名次 单位 总分 等次"),
    ],
)
def test_a_narrow_window_goes_without_columns_and_cuts_none(
    width: str, columns: str, workbook: Workbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    monkeypatch.setattr(Console, "is_terminal", True)
    told = re.sub(r"\x1b\[[\d;]*m", "", workbook("score", "--year", "2021").stdout)
    assert "…" not in told and "平顶山银保监分局" in told
    header = next(line for line in told.splitlines() if "名次" in line)
    assert [cell.strip() for cell in header.strip("┃").split("┃")] == columns.split(" ")
    assert ("窗口窄，没有显示" in told) == (width != "200")


def test_comparisons_fit_the_window(workbook: Workbook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "90")
    monkeypatch.setattr(Console, "is_terminal", True)
    told = workbook("compare", "--base", "2020", "--year", "2021").stdout
    assert "窗口窄，没有显示：依据" in told and "窗口窄，没有显示：2020年总分" in told


@pytest.mark.slow
def test_a_pipe_gets_all_columns(workbook: Workbook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    for words in (("score", "--year", "2021"), ("compare", "--base", "2020", "--year", "2021")):
        told = workbook(*words).stdout
        assert "窗口窄" not in told and "…" not in told
        assert ("计算法" if words[0] == "score" else "2021年等次") in told


def test_a_text_without_figures_is_told(workbook: Workbook, tmp_path: Path) -> None:
    (tmp_path / "h.txt").write_text("今天天气很好。\n", encoding="utf-8")
    ran = workbook("read-circular", str(tmp_path / "h.txt"))
    assert ran.returncode == 2 and ran.stdout == ""
    assert "没有读出任何数或名单" in "".join(ran.stderr.split())


def test_help_of_a_command_is_chinese(workbook: Workbook) -> None:
    told = workbook("import", "--help").stdout
    assert told.startswith("用法：workbook import")
    assert "\n参数:" in told and "\n选项:" in told
    assert not [word for word in ("usage", "positional", "options", "optional") if word in told]


def test_a_new_city_fills_the_folder_one_stands_in(
    tmp_path: Path, workbook: Workbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = tmp_path.stat().st_ino
    assert workbook("new-city", ".").returncode == 0
    assert Path.cwd().stat().st_ino == before
    assert {path.name for path in Path.cwd().iterdir()} == {"units.csv", "lineage.csv", "schemes", "inputs"}
    assert workbook("check", "--data", ".").returncode == 0


def test_a_folder_is_imported_from_within(tmp_path: Path, workbook: Workbook, monkeypatch: pytest.MonkeyPatch) -> None:
    workbook("new-city", str(tmp_path / "city"))
    shutil.copytree(tmp_path / "city/inputs/2023", tmp_path / "表")
    monkeypatch.chdir(tmp_path / "表")
    assert workbook("import", ".", "--year", "2023", "--data", str(tmp_path / "city")).returncode == 0
    marks = Path("marks.csv")
    marks.write_text(marks.read_text(encoding="utf-8").replace("18.5", "99"), encoding="utf-8")
    told = workbook("import", ".", "--year", "2023", "--data", str(tmp_path / "city"))
    assert told.returncode == 2 and "得分应在0与该指标分值之间" in told.stderr
    assert (tmp_path / "表-问题/问题.html").is_file()


def test_the_problems_are_told_where_nothing_can_be_written_beside_the_file(
    tmp_path: Path, workbook: Workbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OverflowError

    workbook("new-city", str(tmp_path / "city"))
    (tmp_path / "a.xlsx").write_bytes(b"")
    monkeypatch.setattr("analysis.commands.data.write_problems", fail)
    told = workbook("import", str(tmp_path / "a.xlsx"), "--year", "2023", "--data", str(tmp_path / "city"))
    assert told.returncode == 2
    assert "没有另存网页和标出问题的副本" in told.stderr and "a.xlsx：打不开：文件不完整" in told.stderr


@pytest.mark.slow
def test_files_are_written_through_links_and_never_in_place_of_pipes(tmp_path: Path, workbook: Workbook) -> None:
    (tmp_path / "real.csv").write_text("old", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    score = ("score", "--year", "2021", "--out")
    assert workbook(*score, str(tmp_path / "link.csv")).returncode == 0
    assert (tmp_path / "link.csv").is_symlink() and "baofeng" in (tmp_path / "real.csv").read_text(encoding="utf-8-sig")
    assert "不是普通文件，没有写入" in workbook(*score, str(tmp_path / "pipe.csv")).stderr
    assert (tmp_path / "pipe.csv").is_fifo()
    assert "链接绕成了圈" in workbook(*score, str(tmp_path / "loop.csv")).stderr
    assert (tmp_path / "loop.csv").is_symlink()
    assert "是文件或链接" in workbook("build", "--out", str(tmp_path / "loop.csv")).stderr


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
def test_a_window_that_cannot_show_a_character_gets_its_number(encoding: str, tmp_path: Path) -> None:
    program = """
import sys
import tomllib
from pathlib import Path
from analysis.cli import main
sys.exit(main(["new-city", "city"]) or main(["check", "--data", "\\U0001f600"]))
"""
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, check=False, cwd=tmp_path, env=environment, capture_output=True)
    assert done.returncode == 2
    assert "\\U0001f600" in done.stderr.decode(encoding) and b"Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["a.xls", "a.txt", "a"])
def test_scores_are_saved_as_what_the_file_is_called(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", "--year", "2021", "--data", str(ROOT / "data"), "--out", str(tmp_path / name)]) == 2
    assert f"“{name}”：得分只能存成 .csv、.parquet 或 .xlsx" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_every_command_takes_what_its_function_does() -> None:
    """What the command line reads is what the function is called with, neither more nor less."""
    entries = tomllib.loads((ROOT / "src/analysis/cli.toml").read_text(encoding="utf-8"))
    for entry in entries["commands"].values():
        module, _, function = entry["function"].rpartition(".")
        taken = [entries["shared"][each] if isinstance(each, str) else each for each in entry["takes"]]
        names = [each.get("dest", each["name"].lstrip("-").replace("-", "_")) for each in taken]
        known = inspect.signature(getattr(import_module(f"analysis.{module}"), function)).parameters
        assert set(names) <= set(known), entry["function"]
        assert all(each.default is not each.empty for name, each in known.items() if name not in names)


def test_the_terminal_says_of_which_years_the_marks_are_made_up(workbook: Workbook, copied_data: Path) -> None:
    data = str(give_origins(copied_data, {2020: "reconstructed", 2021: "official"}))
    scored = workbook("score", "--year", "2021", "--data", data).stdout
    assert "评分为正式数据" in scored and "重构" not in scored
    compared = workbook("compare", "--base", "2020", "--year", "2021", "--data", data).stdout
    assert "2020年评分为重构数据，不是任何单位的真实得分；2021年评分为正式数据" in compared
    assert "2020年评分为重构，2021年评分为正式，总分不可比，不列增减" in compared
