"""A page of one's own: what is written of it, and what people have written that stays."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import openpyxl
import pytest

from analysis.commands import starting
from analysis.commands.starting import new_page, new_year, template
from analysis.data.dataset import load_dataset
from analysis.problems import WorkbookError
from analysis.site.pages import plan_site


def test_what_a_template_keeps_of_last_year_is_said_to_be_the_same(copied_city: Path, tmp_path: Path) -> None:
    new_year(str(copied_city), 2024, None)
    for year, expected in ((2024, ["2023:Q1", "2023:Q2", "2023:B1", "2023:B2"]), (2023, [None] * 4)):
        template(str(copied_city), year, None, tmp_path / f"{year}.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / f"{year}.xlsx")["指标"]
        assert [cell.value for cell in sheet["G"]][2:] == expected


def _pages(data: Path) -> list[str]:
    dataset = load_dataset(data)
    return [page.file for page in plan_site(dataset, dataset.scored_years)[2]]


def test_a_new_page_is_a_notebook_that_the_contents_know(copied_city: Path) -> None:
    new_page(str(copied_city), "名次")
    new_page(str(copied_city), "second")
    assert {"名次.html", "second.html"} <= set(_pages(copied_city))
    notebook = json.loads((copied_city / "notebooks/名次.ipynb").read_text(encoding="utf-8"))
    sources = [cell["source"] for cell in notebook["cells"]]
    assert sources[0].startswith("# 名次\n") and sources[1] == "year = 2023  # 年度"
    assert not any("$" in source for source in sources) and any('f"{year}年' in source for source in sources)
    for source in (cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"):
        compile(source, "cell", "exec")


@pytest.mark.parametrize("name", ["", "a/b", "a b", "名 次", "..", "a.b"])
def test_what_cannot_be_a_name_is_refused(name: str, copied_city: Path) -> None:
    with pytest.raises(WorkbookError, match="不能作页名"):
        new_page(str(copied_city), name)
    assert not (copied_city / "notebooks").exists()


def test_a_name_that_is_taken_is_refused(copied_city: Path) -> None:
    ours = Path(_pages(copied_city)[0]).stem
    new_page(str(copied_city), "mine")
    before = (copied_city / "notebooks/workbook.yml").read_bytes()
    for name in ("mine", ours):
        with pytest.raises(WorkbookError, match=f"已有叫“{name}”的笔记本或页面"):
            new_page(str(copied_city), name)
    assert (copied_city / "notebooks/workbook.yml").read_bytes() == before


def test_contents_that_take_no_entry_stay_as_they_were(copied_city: Path) -> None:
    contents = copied_city / "notebooks/workbook.yml"
    contents.parent.mkdir()
    contents.write_text("pages: []\n", encoding="utf-8")
    with pytest.raises(WorkbookError, match=r"的末尾接不上新的一页，没有改动它。.*\n  - notebook: mine\.ipynb"):
        new_page(str(copied_city), "mine")
    assert contents.read_text(encoding="utf-8") == "pages: []\n"


def test_a_notebook_without_its_entry_is_not_left(copied_city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_on_contents(path: Path, content: bytes) -> None:
        if path.name == "workbook.yml":
            raise OSError(errno.ENOSPC, "full", str(path))
        path.write_bytes(content)

    monkeypatch.setattr(starting, "write_file", fail_on_contents)
    with pytest.raises(OSError, match="full"):
        new_page(str(copied_city), "mine")
    assert list((copied_city / "notebooks").iterdir()) == []


RULE = "rule: {kind: threshold, value: 75}"
SAID = "source: 一, basis: printed"
FUSED = {
    "in one line": f"{{id: fused, name: 优良, {RULE}, formerly: [excellent, good], {SAID}}}",
    "over two lines": f"""{{id: fused, name: 优良, formerly: [excellent,
       good], {RULE}, {SAID}}}""",
    "a clause a line": """id: fused
    name: 优良
    formerly: [excellent, good]  # 合并
    rule: {kind: threshold, value: 75}
    source: 示例
    basis: printed""",
    "a grade a line": """id: fused
    name: 优良
    rule: {kind: threshold, value: 75}
    source: 示例
    basis: printed
    formerly:
    - excellent
    - good  # 合并""",
}


@pytest.mark.parametrize("written", FUSED)
def test_a_draft_has_the_grades_of_its_model_and_not_what_those_were(written: str, copied_city: Path) -> None:
    """The year before its model had 优秀 and 良好, which became 优良."""
    path = copied_city / "schemes/2023.yml"
    text = path.read_text(encoding="utf-8")
    path.with_stem("2022").write_text(text.replace("year: 2023", "year: 2022"), encoding="utf-8")
    start, end = text.index("{id: excellent"), text.index("  - {id: fair")
    path.write_text(f"{text[:start]}{FUSED[written]}\n{text[end:]}", encoding="utf-8")
    new_year(str(copied_city), 2024, None)
    model, draft = (load_dataset(copied_city).year(year).scheme.grades for year in (2023, 2024))
    assert [grade.formerly for grade in model] == [["excellent", "good"], None]
    assert draft == [grade.model_copy(update={"formerly": None}) for grade in model]
