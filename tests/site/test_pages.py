"""What notebooks/workbook.yml may say of pages, and what is told of the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analysis.data.dataset import Dataset
from analysis.data.documents import check_document
from analysis.problems import InputError
from analysis.site import pages as pages_module
from analysis.site.pages import Contents


def _contents(*pages: dict[str, Any], **others: Any) -> Contents:
    default = {"notebook": "a.ipynb", "page": "p", "title": "页", "summary": "页", "repeat": "latest"}
    return check_document({"title": "册", "pages": [default | page for page in pages], **others}, "册", Contents)


@pytest.mark.parametrize("title", ["{year:s}", "{year!x}", "{year:{foo}}", "{year:>99999999}", "{foo}", "{", "{0}"])
def test_what_cannot_be_filled_in_is_refused(title: str) -> None:
    with pytest.raises(InputError, match="大括号"):
        _contents({"title": title})


@pytest.mark.parametrize("seconds", [True, "60", 0, 1.5])
def test_a_cell_has_whole_seconds(seconds: object) -> None:
    with pytest.raises(InputError, match="cell_seconds"):
        _contents({}, cell_seconds=seconds)


@pytest.mark.parametrize(
    ("pages", "told"),
    [
        ([{}, {}], "（值：.p.）：几页同名"),
        ([{"page": "index"}], "与首页 index.html 同名"),
        ([{"repeat": "year"}], "（值：.p.）：几页同名"),
        ([], "没有一页可做"),
    ],
)
def test_every_page_has_its_own_name(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pages: list[dict[str, Any]], told: str
) -> None:
    (tmp_path / "a.ipynb").touch()
    monkeypatch.setattr(pages_module, "load_contents", lambda _: (tmp_path, _contents(*pages)))
    with pytest.raises(InputError, match=told):
        pages_module.plan_site(dataset, [2020, 2021])
