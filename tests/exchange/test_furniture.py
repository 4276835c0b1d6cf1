"""What stands on pages and is no text is taken out; what may be text stays."""

from __future__ import annotations

import time

import pytest

from analysis.exchange.sources.furniture import is_furniture, strip_pages
from analysis.exchange.sources.parts import Part, join


@pytest.mark.parametrize(
    "line",
    ["- 3 -", "—12—", "-2一", "－ 3 －", "第3页", "第3页 共8页", "第3页，共8页", "共8页 第3页", "Page 3 of 8",
     "2024/3/5 10:22", "https://www.example.gov.cn/a.html", "【打印】【关闭】", "打印本页 | 关闭窗口", "分享到：",
     "发布时间：2024-03-05 10:22 来源：市司法局 浏览次数：123 次",
     "字号：[大 中 小]", "您当前所在位置：首页 > 通知公告",
     "上一篇：关于考核的通知", "豫ICP备12345678号", "版权所有：市司法局 网站标识码：4100000001"],
)  # fmt: skip
def test_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    ["3", "90.5", "甲县", "2024年3月5日", "2024-03-05", "成文日期：2024年3月5日", "第3名", "-3", "一3", "3-5", "大",
     "第一季度", "打印机采购不及时，扣1分", "关闭小煤矿3处", "来源于群众的意见：5条", "优秀（3个）", "编辑部",
     "下一步工作"],
)  # fmt: skip
def test_text(line: str) -> None:
    assert not is_furniture(line)


def test_numbers_of_pages_that_count_on_are_taken_out() -> None:
    """The 89.74 goes on over a page: 89 . 74 with a page number between would be another number."""
    assert strip_pages([["平均得分8", "1"], ["9.74分", "2"], ["完", "3"]]) == [["平均得分8"], ["9.74分"], ["完"]]


@pytest.mark.parametrize("numbers", [("12", "9", "40"), ("12", "13")])
def test_numbers_that_do_not_count_on_or_not_for_long_stay(numbers: tuple[str, ...]) -> None:
    pages = [["甲县", number] for number in numbers]
    assert strip_pages(pages) == pages


def test_running_headers_stay_where_they_stand_first() -> None:
    pages = [["市法治政府建设工作领导小组文件", str(page)] for page in ("甲", "乙", "丙")]
    assert strip_pages(pages) == [["市法治政府建设工作领导小组文件", "甲"], ["乙"], ["丙"]]


def test_a_grade_at_the_foot_of_pages_is_no_running_footer() -> None:
    pages = [["甲县", "优秀"], ["乙县", "优秀"], ["丙县", "优秀"]]
    assert strip_pages(pages) == pages


def test_a_number_that_may_be_a_page_number_is_not_joined_to_what_is_around_it() -> None:
    source = join([Part("第1行", "平均得分8"), Part("第2行", "3"), Part("第3行", "9.74分")])
    assert source.text == "平均得分8\n〔3〕\n9.74分"
    assert source.notes == (
        "第2行的“3”单独一行，分不清是页码还是数，没有和前后的数字连起来读，请对照原文核对",
    )  # fmt: skip


@pytest.mark.parametrize("line", ["打印 " * 40, "浏览 " * 60 + "x", "｜" * 190 + "x", "来源：" * 60, "1" * 100_000])
def test_no_line_takes_long(line: str) -> None:
    started = time.process_time()
    is_furniture(line)
    assert time.process_time() - started < 0.5
