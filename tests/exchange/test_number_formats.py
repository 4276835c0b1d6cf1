"""What Excel shows of a value by a number format: right, rounded, or something else."""

from __future__ import annotations

import pytest

from analysis.exchange.forms.number_formats import show_number, show_text

ACCOUNTS = r'_ * #,##0.00_ ;_ * \-#,##0.00_ ;_ * "-"??_ ;_ @_ '
AS_IT_IS = [
    (18.5, "General"), (18.5, "G/通用格式"), (18.5, "GENERAL"), (18.5, "@"), (18.5, "0.0"), (18.5, "0.00_ "), (18, "0"),
    (18, "000"), (0, "0"), (18.5, "#.##"), (1234.5, "#,##0.0"), (18.5, '0.0"分"'), (18.5, '"得"0.0'),
    (18.5, "[$¥-804]0.00"), (18.5, "[DBNum1][$-804]0.0"), (18.5, "0.0_);[Red]\\(0.0\\)"),
    (-3, "0_);(0)"), (-3, "#,##0_);[Red]\\(#,##0\\)"),
    (-3, "0.0"), (-3, "0;-0"), (18.5, ACCOUNTS), (-18.5, ACCOUNTS), (18.5, "# ?/?"), (18.5, "0.00E+00"),
    (5, '[=0]"";General'), (20, '[>100]"优";0'), (18.4600000000001, "0.00"), (18.5, "[Blue]0.0"), (-2, "[<0]0.0;0"),
    (18.5, '"得分："0.0"分"'), (3, '0"件"'), (0.1 + 0.2, "0.0"), (1e17, "0"), (0.5, "0%"), (18.5, '0.0"%"'),
]  # fmt: skip
ROUNDED = [
    (18.46, "0.0", "18.5"), (18.45, "0.0", "18.5"), (18.44, "0.0", "18.4"), (18.5, "0", "19"), (-18.46, "0.0", "-18.5"),
    (123456, "0.00E+00", "1.23e+5"), (18.46, "# ?/4", "37/2"), (0.004, "0.00", "0.00"), (18.46, ACCOUNTS[:20], "18.46"),
]  # fmt: skip
OTHERWISE = [
    (18.5, ";;;", "什么也不显示"), (18.5, ";;", "什么也不显示"), (18.5, '""', "什么也不显示"),
    (18.5, "", "什么也不显示"), (0, "0.0;;", "什么也不显示"), (0, "#,###", "什么也不显示"),
    (0, '[=0]"";General', "什么也不显示"),
    (18.5, '"18.5"', "显示成“18.5”"), (16.5, '"18.5"', "显示成“18.5”"), (120, '[>100]"优"', "显示成“优”"),
    (0, ACCOUNTS, "显示成“-”"), (90, '[<60]"差";[<90]"中";"优"', "显示成“优”"), (20, '[>100]"优"', "没有认出"),
    (18500, "0,", "按千、百万"), (18_500_000, "0.0,,", "按千、百万"), (18500, "#,##0,", "按千、百万"),
    (5, 'General"万"', "带“万”的数"), (18.5, '0"5"', "带“5”的数"), (18.5, "-0.0", "带“-”的数"),
    (18, '0"年"0', "带“年”的数"), (18, '0".5"', "带“.5”的数"), (18, '0"²"', "带“²”的数"), (-3, "0;0", "不显示负号"),
    (-3, "[Red]0;[Blue]0", "不显示负号"), (45000, "yyyy/m/d", "日期或别的文字"),
    (45000, "aaaa", "日期或别的文字"), (12, "[h]:mm", "日期或别的文字"),
    (18.5, '"<"0.0', "带“<”的数"), (18.5, '"约"0.0', "带“约”的数"), (18.5, '0.0"以下"', "带“以下”的数"),
    (18.5, '0.0"（作废）"', "带“（作废）”的数"), (18.5, '0.0"½"', "带“½”的数"), (18.5, '0.0"μ"', "带“μ”的数"),
    (18.5, "0;0;0;0;0", "没有认出"), (18.5, "0" * 300, "没有认出"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "form"), AS_IT_IS)
def test_what_is_shown_as_it_is(value: float, form: str) -> None:
    shown = show_number(value, form)
    assert (shown.fault, shown.is_exact, shown.is_white) == ("", True, False)


@pytest.mark.parametrize(("value", "form", "text"), ROUNDED)
def test_what_is_shown_rounded(value: float, form: str, text: str) -> None:
    shown = show_number(value, form)
    assert (shown.fault, shown.text, shown.is_exact) == ("", text, float(text) == value if "/" not in text else False)


@pytest.mark.parametrize(("value", "form", "told"), OTHERWISE)
def test_what_is_shown_as_something_else(value: float, form: str, told: str) -> None:
    assert told in show_number(value, form).fault


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("General", ""), ("@", ""), ("0.0", ""), (ACCOUNTS, ""), ("0;0", ""), ('"x"', ""), ("yyyy/m/d", ""),
        (";;;", "什么也不显示"), (";;", "什么也不显示"), ("0;0;0;", "什么也不显示"), ('0;0;0;"良"', "显示成“良”"),
        ('@"区"', "显示成“区”加原来的文字"),
    ],
)  # fmt: skip
def test_texts(form: str, told: str) -> None:
    assert told in show_text(form).fault and bool(told) == bool(show_text(form).fault)


@pytest.mark.parametrize("form", ["[White]0.0", "[白色]0.0", "[白]0.0", "[Color2]0.0", "[颜色2]0.0"])
def test_white(form: str) -> None:
    assert show_number(18.5, form).is_white and show_text(form.replace("0.0", "@")).is_white
