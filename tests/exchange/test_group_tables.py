"""Tables whose rows are groups."""

from __future__ import annotations

import pytest

from analysis.exchange.circulars.reader import read_circular

_HEAD = "关于2033年度绩效考核情况的通报\n"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            "考评类别\t参评单位数\t2032年度平均分\t2033年度平均分\t增减\t最高分\n党群部门\t47\t92.96\t92.68\t-0.28\t97.30\n"
            "政府部门\t48\t91.05\t91.80\t0.75\t98.02\n",
            {("unit_count", "47"), ("average", "92.96"), ("average_delta", "-0.28"), ("total_max", "98.02")},
        ),
        (
            "组别\t优秀（个）\t优秀率\t合格率\n部门\t5\t25%\t100%\n乡镇\t3\t30%\t90%\n合计\t8\t26.7%\t96.7%\n",
            {("grade_units", "5"), ("grade_share", "25%"), ("grade_share", "26.7%")},
        ),
    ],
)
def test_columns_of_groups(table: str, expected: set[tuple[str, str]]) -> None:
    figures = read_circular(_HEAD + table).figures
    assert expected <= {(figure["measure"], figure["value"]) for figure in figures}
    assert all("unit" not in figure for figure in figures)


def test_a_rate_of_something_else_is_not_taken() -> None:
    assert not read_circular(_HEAD + "组别\t办结率\t满意率\n部门\t25%\t100%\n乡镇\t30%\t90%\n").figures
