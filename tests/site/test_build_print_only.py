"""A workbook of circulars alone, built by the real thing. Slow."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from tests.print_only import write_print_only

from analysis.cli import main

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("towns")
    data, out = write_print_only(folder / "data"), folder / "out"
    assert main(["build", "--data", str(data), "--out", str(out)]) == 0
    return out


def _text(path: Path) -> str:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").get_text(" ", strip=True)


def test_the_pages_of_print_are_there_and_no_others(built: Path) -> None:
    made = {path.name for path in built.glob("*.html")}
    years, units = (2031, 2032, 2033), ("dx", "xx", "nx", "bx", "s1", "s2")
    assert made == {
        "index.html", "overview.html", "streaks.html", "all-years.html",
        "compare-2031-2032.html", "compare-2032-2033.html",
        *(f"{page}-{year}.html" for page in ("printed", "audit") for year in years),
        *(f"unit-{unit}-2033.html" for unit in units),
    }  # fmt: skip


def test_no_page_is_broken_or_shows_a_hole(built: Path) -> None:
    for path in built.glob("*.html"):
        text = _text(path)
        assert "Traceback" not in text and "Error" not in text and " nan" not in text, path.name
        assert "没有评分，各数以通报所列为准" in text, path.name


def test_the_front_page_says_what_can_and_cannot_be_known(built: Path) -> None:
    text = _text(built / "index.html")
    assert "2033年度通报公布各单位的等次、各单位得分和名次，未公布各组的平均分" in text
    assert "仅依据通报不能掌握：未公布的得分和名次" in text
    assert "没有“得分与名次”、“变化原因”、“可靠程度”各页：要有逐项评分（数据文件夹的 inputs）才能做。" in text


def test_pages_say_what_is_printed(built: Path) -> None:
    assert "东乡镇、西乡镇" in _text(built / "printed-2032.html")
    assert "2033年度通报总分首尾相差：乡镇20.50分" in (built / "printed-2033.html").read_text(encoding="utf-8")
    compared = _text(built / "compare-2031-2032.html")
    assert "2个等次上升（西乡镇、南乡镇），1个新列入（北乡镇）" in compared
    assert "比2031年的80.00分提高2.10分（增长2.50%）" in compared
    assert "乡镇平均分增减为2.10" in _text(built / "audit-2032.html")
    assert "新获A级1个：一街道" in _text(built / "streaks.html")
    assert "没有“平均分”：2033年度的通报没有公布各组全部单位的平均分。" in _text(built / "overview.html")
