"""Files for office software: a table as CSV is what pandas writes, but that no text becomes a formula."""

from __future__ import annotations

import io
import sys

import numpy as np
import pandas as pd
import pytest

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
