"""Making documents: what the command puts in place, and what it refuses."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from PIL import Image
from tests.papers import APPENDIX

from analysis.assessment import Assessment
from analysis.cli import main
from analysis.commands.starting import start_city
from analysis.data.dataset import load_dataset
from analysis.documents.composing import compose
from analysis.seals import SEAL

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("      - figure: averagse\n", "没有 averagse 这个图表"),
        ("      - {figure: averages, table: averages}\n", "只写一个"),
        ("      - {figure: averages, groups: [county]}\n", "不分组"),
        ("      - {figure: movement, groups: [village]}\n", "没有 village 这一组"),
    ],
)
def test_a_wrong_list_is_told(
    written: str, told: str, copied_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = copied_data.parent
    (project / "notebooks").mkdir()
    kind = f"documents:\n  - name: 附件\n    title: 附\n    items:\n{written}"
    (project / "notebooks/documents.yml").write_text(kind, encoding="utf-8")
    monkeypatch.chdir(project)
    assert main(["document", "附件", "--year", "2021", "--out", "out", "--notebooks", "notebooks"]) == 2
    assert told in capsys.readouterr().err and not (project / "out").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--year", "1998"], "没有1998年度"),
        (["--year", "2021", "--base", "2021"], "基期年度2021应有评分数据或通报，且早于"),
        (["--year", "2021", "--base", "2019"], "可用：2020"),
    ],
)
def test_wrong_years_are_told(
    words: list[str], told: str, data_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["document", "附件", "--data", str(data_folder), "--out", str(tmp_path / "out"), *words]) == 2
    assert told in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_a_folder_with_anything_else_is_left_alone(
    data_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "稿子.docx").write_text("mine", encoding="utf-8")
    assert main(["document", "附件", "--data", str(data_folder), "--year", "2021", "--out", str(tmp_path)]) == 2
    assert "稿子.docx" in capsys.readouterr().err and (tmp_path / "稿子.docx").read_text(encoding="utf-8") == "mine"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The appendix of a small city as the command makes it; the second time, what was there is kept beside it."""
    folder = tmp_path_factory.mktemp("made")
    data = start_city(folder / "data")
    for _ in range(2):
        assert main(["document", "附件", "--data", str(data), "--year", "2023", "--out", str(folder / "附件")]) == 0
    return folder / "附件"


def test_the_command_puts_everything_in_place_together(made: Path) -> None:
    before = made.with_name("附件-previous")
    assert {path.name for path in made.iterdir()} == {"附件.docx", "附件.pdf", "附件.xlsx", "图", SEAL}
    files = {path.relative_to(made): path.read_bytes() for path in made.rglob("*") if path.is_file()}
    assert files == {path.relative_to(before): path.read_bytes() for path in before.rglob("*") if path.is_file()}


def test_every_chart_is_there_as_three_kinds_of_picture_and_in_grey(city: Path, made: Path) -> None:
    figures = compose(APPENDIX, Assessment(load_dataset(city)).latest).figures
    pictures = {path.name for path in (made / "图").iterdir()}
    stems = [item.file_name for item, _ in figures]
    assert len(stems) > 1
    assert pictures == {"".join(each) for each in product(stems, ("", "（灰度）"), (".png", ".svg", ".pdf"))}
    for path in (made / "图").iterdir():
        grey = "（灰度）" in path.stem
        if path.suffix == ".png":
            with Image.open(path) as picture:
                assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
                colours = picture.convert("RGB").getcolors(1 << 20) or []
            assert all(red == green == blue for _, (red, green, blue) in colours) == grey
        elif path.suffix == ".svg":
            found = set(re.findall(r"#([0-9a-f]{6})\b", path.read_text(encoding="utf-8")))
            assert all(each[:2] == each[2:4] == each[4:] for each in found) == grey
            assert "<text" not in path.read_text(encoding="utf-8")
        else:
            assert path.read_bytes().startswith(b"%PDF") and b"/FontFile" in path.read_bytes()
