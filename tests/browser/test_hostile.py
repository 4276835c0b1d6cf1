"""Names, reasons and notes that would do harm if anything took them for more than text: shown as text everywhere."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from analysis.assessment import Assessment
from analysis.cli import main
from analysis.commands.starting import start_city
from analysis.data.dataset import load_dataset
from analysis.desk.datatables import library_html
from analysis.desk.explorer import Explorer

pytestmark = pytest.mark.slow

UNITS = {
    "东城区人民政府": "<script>hacked=1</script>东城",
    "西城区人民政府": "=HYPERLINK(1)+cmd|calc",
    "南区管委会": r"$\frac{1}{$ _斜_ **粗** [点](javascript:x)",
    "市司法局": "../../etc/passwd{year}%s${x}{{7*7}}",
    "市财政局": "<img src=x onerror=hacked=1>",
    "市气象局": r"@SUM(A1)\input{很长的名称很长的名称很长的名称很长",
}
OTHERS = {
    "区政府": "-2+3<b>组</b>",
    "市直部门": '+1 $x$ {group}"很长的名称很长的名称很长的名称',
    "材料评审": '材料"$<i>',
    "日常工作": "*工作* _a_",
    "日常考核": "@日常 <u>考核",
    "群众满意度": "满意/td>度$$",
    "依法决策": "依法<svg onload=hacked=1>",
    "执法规范": "=1+1执法 $y_{",
    "省级示范": '=cmd|" /C calc"!A0 <script>hacked=1</script> !!python/object/apply:os.system ' + "长" * 900,
    "优秀": "优<b>秀</b>$",
    "好": "<b>好</b>=1",
    "示例市2023年度法治政府建设考核": r"标题<script>hacked=1</script>$\alpha$",
    "未写同分处理": "<script>hacked=1</script>",
    "示例〔2024〕3号 二": "示例<b onclick=hacked=1>〔2024〕二",
}
NOT_SHOWN = "导出<script>hacked=1</script>"
"""How official marks were obtained stands in no page."""
HOSTILE = UNITS | OTHERS | {"由市司法局评分汇总表导出": NOT_SHOWN}


def _replace(value: Any) -> Any:
    if isinstance(value, dict):
        return {_replace(key): _replace(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_replace(each) for each in value]
    return HOSTILE.get(value, value) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years and a circular that names and quotes."""
    root = start_city(tmp_path_factory.mktemp("hostile") / "data")
    scheme = (root / "schemes/2023.yml").read_text(encoding="utf-8")
    (root / "schemes/2024.yml").write_text(scheme.replace("year: 2023", "year: 2024"), encoding="utf-8")
    shutil.copytree(root / "inputs/2023", root / "inputs/2024")
    circular = {
        "year": 2024,
        "document": "示例〔2024〕3号 二",
        "figures": [{"measure": "average", "group": "county", "value": "1.00", "section": "<script>hacked=1</script>"}],
        "lists": [
            {"list": "graded", "group": "county", "of": "excellent", "names": ["东城区人民政府"], "section": "$x_{"},
            {"list": "consecutive", "of": "excellent", "years": "2", "names": list(UNITS), "section": "<b>"},
        ],
    }
    (root / "published").mkdir(exist_ok=True)
    (root / "published/2024.yml").write_text(yaml.safe_dump(circular, allow_unicode=True), encoding="utf-8")
    with (root / "lineage.csv").open("a", encoding="utf-8") as file:
        file.write("weather,2023,市气象局,enters,,,未写同分处理,示例〔2024〕3号 二\n")
    for path in root.rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".csv":
            rows = [[_replace(cell) for cell in row] for row in csv.reader(io.StringIO(text))]
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(rows)
        else:
            replaced = yaml.safe_dump(_replace(yaml.safe_load(text)), allow_unicode=True, sort_keys=False, width=9999)
            path.write_text(replaced, encoding="utf-8")
    return root


def _sort_and_search(page: Any) -> int:
    """Sort every column of every table both ways, and look for everything hostile; return how many tables there are.

    Where a unit can be looked for, that counts as one more.
    """
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    for button in page.locator("table.sortable thead button").all():
        button.press("Enter")
        button.press("Enter")
    boxes = page.locator("input[type=search]:visible").all()
    for box in boxes:
        for word in [*HOSTILE.values(), ".*", "(", "\\"]:
            box.fill(word[:200])
        box.fill("")
    page.wait_for_timeout(50)
    assert page.evaluate("typeof hacked") == "undefined"
    return len(boxes)


def test_pages_show_it_and_run_nothing(city: Path, browser: Any) -> None:
    reports = city.with_name("reports")
    assert main(["build", "--data", str(city), "--out", str(reports)]) == 0
    context = browser.new_context(offline=True)
    seen, sorted_tables = "", 0
    for path in sorted(reports.glob("*.html")):
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(path.as_uri())
        page.wait_for_timeout(50)
        assert page.evaluate("typeof hacked") == "undefined", path.name
        assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
        assert page.locator("a[href^='javascript' i], a[href^='data' i]:not([download])").count() == 0
        attributes = page.evaluate("[...document.querySelectorAll('*')].flatMap(each => each.getAttributeNames())")
        assert not [name for name in attributes if name.startswith("on")]
        sorted_tables += _sort_and_search(page)
        text = page.evaluate("document.body.textContent")
        assert "Warning" not in text and "Traceback" not in text, path.name
        seen += " ".join(text.split())
    assert sorted_tables > 0
    for word in set(HOSTILE.values()) - {NOT_SHOWN}:
        assert " ".join(word.split()) in seen, word


def test_files_for_spreadsheets_hold_it_as_text(city: Path, tmp_path: Path) -> None:
    assert main(["score", "--year", "2024", "--data", str(city), "--out", str(tmp_path / "s.csv")]) == 0
    text = (tmp_path / "s.csv").read_text(encoding="utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell[:1] in "=+@" and cell] and "'=HYPERLINK(1)+cmd|calc" in cells

    assert main(["export", "--year", "2024", "--data", str(city), "--out", str(tmp_path / "e.xlsx")]) == 0
    book = openpyxl.load_workbook(tmp_path / "e.xlsx")
    formulas = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
    assert formulas and all(formula.startswith(("=SUMPRODUCT((指标!", "=ROUND(")) for formula in formulas)
    assert not any(cell.hyperlink for sheet in book for row in sheet.iter_rows() for cell in row)
    before = load_dataset(city).year(2024).inputs
    assert main(["import", str(tmp_path / "e.xlsx"), "--year", "2024", "--data", str(city)]) == 0
    after = load_dataset(city).year(2024).inputs
    assert before is not None and after is not None
    assert after.marks.equals(before.marks) and after.adjustments.equals(before.adjustments)


def test_the_page_of_problems_shows_it(city: Path, tmp_path: Path, browser: Any) -> None:
    assert main(["export", "--year", "2024", "--data", str(city), "--out", str(tmp_path / "e.xlsx")]) == 0
    book = openpyxl.load_workbook(tmp_path / "e.xlsx")
    book["加减分"]["C3"] = "<script>hacked=1</script>"
    for cell in book.worksheets[5]["A"]:
        cell.value = f"<img src=x onerror=hacked=1>{cell.value}"
    for row in range(4, 16):
        book["加减分"].cell(row, 3).value = f"<script>hacked={row}</script>"
    book.save(tmp_path / "e.xlsx")
    assert main(["import", str(tmp_path / "e.xlsx"), "--year", "2024", "--data", str(city)]) == 2
    (found,) = tmp_path.glob("e-*/*.html")
    page = browser.new_page()
    page.goto(found.as_uri())
    page.wait_for_timeout(50)
    assert page.evaluate("typeof hacked") == "undefined"
    assert _sort_and_search(page) == 1
    assert "<script>hacked=1</script>" in page.evaluate("document.body.textContent")


def test_the_explorer_shows_it_and_runs_nothing(city: Path, browser: Any, tmp_path: Path) -> None:
    explorer = Explorer(Assessment(load_dataset(city)), folder=tmp_path / "导出")
    context = browser.new_context(offline=True)
    page = context.new_page()
    seen = ""
    for kind in ("scores", "unit", "indicator", "years", "what_if"):
        explorer.kind.value = kind
        for _, group in explorer.choosers["group"].options:
            explorer.choosers["group"].value = group
            texts = [explorer.note, explorer.message, explorer.sentences, explorer.chart]
            labels = [row.children[0] for row in (each.box for each in explorer.controls) if row.children]
            shown = "".join(each.value for each in [*texts, *labels] if isinstance(getattr(each, "value", None), str))
            assert explorer.view is not None and explorer.table.outputs
            table = explorer.table.outputs[0]["data"]["text/html"]
            page.set_content(f"<body>{shown}{library_html()}{table}</body>")
            page.locator(".explored table.dataTable tbody tr").first.wait_for()
            page.wait_for_timeout(50)
            assert page.evaluate("typeof hacked") == "undefined"
            attributes = page.evaluate("[...document.querySelectorAll('*')].flatMap(each => each.getAttributeNames())")
            assert not [name for name in attributes if name.startswith("on")]
            assert page.locator("a[href^='javascript' i]").count() == 0
            seen += " ".join(page.evaluate("document.body.innerText").split())
            explorer.save.click()
    for word in UNITS.values():
        assert " ".join(word.split()) in seen, word
    saved = list((tmp_path / "导出").iterdir())
    assert len(saved) > 12 and {path.parent.name for path in saved} == {"导出"}
    for path in saved:
        if path.suffix == ".csv":
            cells = [cell for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))) for cell in row]
            assert not [cell for cell in cells if cell[:1] in "=+@" and cell]
