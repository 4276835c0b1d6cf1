"""Files for office software: a table as CSV is what pandas writes, but that no text becomes a formula."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from analysis.cli import main
from analysis.exchange.office import to_csv, to_parquet
from analysis.problems import WorkbookError

FRAMES = {
    "numbers": pd.DataFrame(
        {"points": [80.0, 0.1 + 0.2, 1e-7, 1e22, np.nan, 80.0], "rank": range(6), "vetoed": [True, False] * 3}
    ),
    "texts": pd.DataFrame(
        {"name": ["甲", 'a "b"', "c,d", "e\nf", "", None], "a,b": ["g\rh", " i", "i ", "甲", "'", "x"]}
    ),
    "categories": pd.DataFrame({"grade": pd.Categorical(["好", "中,等", None, "好"], ["好", "差", "中,等"])}),
    "things of all kinds": pd.DataFrame({"value": pd.Series([1, True, 1.0, "1", None, (1, 2), np.nan], dtype=object)}),
    "many rows": pd.DataFrame({"unit_id": [f"u{number}" for number in range(2_500)], "score": np.arange(2_500) / 7}),
    "numbers among what is missing": pd.DataFrame({"value": pd.Series([1, None, 2], dtype=object)}),
    "nothing": pd.DataFrame({"unit_id": pd.Series(dtype=str), "score": pd.Series(dtype=float)}),
}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_cells_are_written_as_pandas_writes_them(frame: pd.DataFrame) -> None:
    beside = frame.assign(year=2023)  # a row of one empty cell would be a blank line
    assert to_csv(beside) == beside.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def test_text_that_looks_like_a_formula_is_quoted_wherever_it_stands() -> None:
    frame = pd.DataFrame({"=a": ["=1+1", "-", "@x", "+,", "1-"], "points": [-1.0, 2.0, -3.0, 4.0, 5.0]})
    written = to_csv(frame).decode("utf-8-sig").split("\r\n")
    assert written == ["'=a,points", "'=1+1,-1.0", "'-,2.0", "'@x,-3.0", '"\'+,",4.0', "1-,5.0", ""]


@pytest.mark.parametrize("name", ["numbers", "texts", "many rows", "nothing"])
def test_parquet_holds_what_the_frame_held(name: str) -> None:
    frame = FRAMES[name].assign(year=2023)
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(to_parquet(frame))), frame)
    assert to_parquet(frame) == to_parquet(frame)


def test_without_pyarrow_parquet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(WorkbookError, match=r"没有安装 pyarrow，不能存成 \.parquet"):
        to_parquet(FRAMES["numbers"])


def test_no_name_is_cut_in_the_workbook_of_scores_nor_in_a_form(tmp_path: Path, copied_data: Path) -> None:
    """A Chinese character is two of a column's width; what stands in the cell beside would cover the rest."""
    units = copied_data / "units.csv"
    long = "平顶山市城乡一体化示范区管理委员会综合行政执法监督协调联席会议办公室第一分局"
    units.write_text(units.read_text(encoding="utf-8").replace("宝丰县人民政府", long), encoding="utf-8")
    assert main(["score", "--data", str(copied_data), "--year", "2021", "--out", str(tmp_path / "s.xlsx")]) == 0
    assert main(["export", "--data", str(copied_data), "--year", "2021", "--out", str(tmp_path / "e.xlsx")]) == 0
    seen = 0
    for sheet in (*openpyxl.load_workbook(tmp_path / "s.xlsx"), *openpyxl.load_workbook(tmp_path / "e.xlsx")):
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value == long):
            assert sheet.column_dimensions[cell.column_letter].width >= 2 * len(long), sheet.title
            seen += 1
    assert seen >= 4
