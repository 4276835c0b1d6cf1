"""The head of a circular."""

from __future__ import annotations

import pytest

from analysis.exchange.circulars.reader import read_circular


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2032江关省直部门法治建设评估结果\n平均得分742.6分，比2031年提高18.9分。\n", "2032"),
        ("市政务公开评估报告（2031）\n2030年12月，受市政府委托，课题组进行评估。\n", "2031"),
        ("关于第四季度网站抽查情况的报告\n现将2032年第四季度情况汇报如下。力争2033年一季度合格率达到95%。\n", "2032Q4"),
        ("关于第一季度考评排名的通报\n各乡镇：\n考评排名如下。\n2033年4月8日\n", "2033Q1"),
        ("关于全区第四季度考评排名的通报\n考评排名如下。\n2033年1月8日\n", "2032Q4"),
        ("8月份城市管理考核通报\n现将结果通报如下。\n2031-09-21\n", "2031"),
        ("根据《关于开展2032年度考核的通知》要求，开展了2032年第二季度自查工作。\n", "2032Q2"),
        ("首张成绩单出炉\n对各区2034年4至6月的情况综合排名。\n", "2034Q2"),
        ("关于考核结果的通报\n上年度考核已经结束。\n2033年5月8日\n", "None"),
        ("考核结果公布\n平均得分提高。\n2033年2月8日\n", "None"),
    ],
)
def test_the_year_assessed(text: str, year: str) -> None:
    assert str(read_circular(text).year) == year


def test_the_number_of_a_telegram_stands_in_a_line() -> None:
    text = "区发电\n等级 ·明电 瑶政办电〔2033〕76 号 瑶机发 号\n关于2032年度考核情况的通报\n"
    assert read_circular(text).document == "瑶政办电〔2033〕76号"
