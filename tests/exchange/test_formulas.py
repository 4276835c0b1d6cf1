"""What a formula came to is a value only if it is made of the workbook itself, and the same every time."""

from __future__ import annotations

import pytest
from openpyxl import Workbook

from analysis.exchange.forms.formulas import find_formula_fault

ELSEWHERE = [
    "[1]Sheet1!A1", "[1]!总分", "[b]S!A1", "'[b.ods]S 1'!A1", "'C:\\[b.xls]S'!A1", "'file:///tmp/b.ods'#$S.A1",
    'INDIRECT("[b.xlsx]S!A1")', 'SUM(INDIRECT("\'[b.xlsx]S\'!A"&ROW()))',
]  # fmt: skip
CHANGING = {
    "RAND()": "RAND", "TODAY ()": "TODAY", "_xlfn.RANDARRAY()": "RANDARRAY", '_xlfn.WEBSERVICE("x")': "WEBSERVICE",
    '_xlfn._xlws.PY("x")': "PY", "_xll.FOO(1)": "FOO", 'IFERROR(__xludf.DUMMYFUNCTION("x"),18)': "DUMMYFUNCTION",
}  # fmt: skip
OWN = [
    "SUM(S!A1:A3)", "'2023 年'!B2", "[0]!总分", "T[a]+S!A1", "T[1]-'S'!B2", "T[[#This Row],[得分]]*2", "MYRAND(1)",
    '"[b]S!"&A1', 'INDIRECT("A"&1)', 'T[a]&INDIRECT("A1")', "_xlfn.XLOOKUP(1,A1:A2,B1:B2)", "'甲|乙'!A1",
]  # fmt: skip


def _fault_of(formula: str) -> tuple[str, str] | None:
    sheet = Workbook().active
    sheet["A1"] = 18
    return find_formula_fault(f"={formula}", sheet["A1"], "")


@pytest.mark.parametrize("formula", ELSEWHERE)
def test_a_formula_that_names_another_workbook_is_refused(formula: str) -> None:
    assert _fault_of(formula) == ("公式引用了别的文件，数值靠不住", "换成数值")


@pytest.mark.parametrize("formula", CHANGING)
def test_a_formula_that_changes_or_asks_elsewhere_is_refused_however_it_is_written(formula: str) -> None:
    assert _fault_of(formula) == (f"公式里有 {CHANGING[formula]}，每次打开都可能变，或取自别处", "换成数值")


@pytest.mark.parametrize("formula", OWN)
def test_a_formula_of_the_workbook_itself_is_none(formula: str) -> None:
    assert _fault_of(formula) is None
