"""What commands do for a year of print alone, and what they say needs marks."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.print_only import write_print_only

from analysis.cli import main


@pytest.fixture
def towns(tmp_path: Path) -> Path:
    return write_print_only(tmp_path / "data")


def _run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    code = main([*map(str, arguments)])
    told = capsys.readouterr()
    return code, told.out + told.err


def test_scores_are_those_of_the_printed_table(towns: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = _run(capsys, "score", "--data", towns, "--year", 2033)
    assert code == 0 and "90.50" in told
    assert "2033年度没有评分数据（inputs/2033），各数以通报所列为准，没有重算。" in told
    out = towns.parent / "scores.csv"
    assert _run(capsys, "score", "--data", towns, "--year", 2033, "--out", out)[0] == 0
    saved = pd.read_csv(out).set_index("unit_id")
    assert saved.loc["xx", ["total", "rank", "grade"]].tolist() == [90.5, 1.0, "a"]


def test_all_years_are_what_is_printed_of_each(towns: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = _run(capsys, "score", "--data", towns, "--all-years")
    assert code == 0 and "？为没有公布名次" in told
    out = towns.parent / "all.csv"
    assert _run(capsys, "score", "--data", towns, "--all-years", "--out", out)[0] == 0
    saved = pd.read_csv(out).set_index(["year", "unit_id"])
    assert saved.loc[(2033, "xx"), ["total", "rank", "grade"]].tolist() == [90.5, 1.0, "a"]
    assert saved.loc[(2031, "xx"), ["total", "rank"]].isna().all() and saved.at[(2031, "xx"), "grade"] == "b"


def test_without_a_table_there_are_no_scores(towns: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = _run(capsys, "score", "--data", towns, "--year", 2031)
    assert code == 2 and "没有评分数据（inputs/2031），通报也没有公布各单位的得分名次表，不能算分。" in told


def test_any_two_years_are_compared_as_printed(towns: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = _run(capsys, "compare", "--data", towns, "--base", 2031, "--year", 2033)
    assert code == 0
    assert "乡镇：2033年1个单位等次不变，2个等次上升（西乡镇、南乡镇），1个新列入（北乡镇）。" in told
    assert "没有“平均分”：2033年度的通报没有公布各组全部单位的平均分。" in told


def test_a_reconstruction_names_what_is_not_printed(towns: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = _run(capsys, "reconstruct", "--data", towns)
    assert code == 2 and "没有可以重构的年度" in told and "Traceback" not in told
    missing = "2032年度：不能重构，通报没有载明乡镇1个单位的等次（等次名单）；乡镇“工作”的三级指标数"
    assert missing in told.replace("\n", "")


def test_an_appendix_leaves_out_what_needs_marks(towns: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = towns.parent / "appendix"
    code, told = _run(capsys, "document", "附件", "--data", towns, "--year", 2032, "--out", out)
    assert code == 0 and (out / "附件.docx").is_file()
    assert "表“加减分”：2032年度没有评分数据（inputs/2032）" in told
