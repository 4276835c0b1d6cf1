"""The real thing: papermill, kernels, pages. Slow."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from tests.conftest import ROOT, widely
from tests.made_up import draw_city, write_city

from analysis.cli import main
from analysis.commands.starting import start_city
from analysis.data.dataset import Dataset, load_dataset
from analysis.site import build as build_module
from analysis.site.pages import Page, load_contents, plan_site
from analysis.site.running import Job, Made
from analysis.storage import NOTEBOOKS_VARIABLE

pytestmark = pytest.mark.slow


def _masked(folder: Path) -> dict[str, str]:
    """Every file, without the declared build stamp."""
    stamp = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|\d{4}年\d+月\d+日 \d\d:\d\d")
    return {path.name: stamp.sub("STAMP", path.read_text(encoding="utf-8")) for path in folder.glob("[!.]*")}


def test_every_page_is_there_and_linked(reports: Path) -> None:
    made = {path.name for path in reports.iterdir()}
    assert made == {
        "index.html", "overview.html",
        "scores-2020.html", "scores-2021.html", "compare-2020-2021.html", "streaks.html",
        "audit-2020.html", "audit-2021.html", "why-2020-2021.html", "certainty-2020.html", "certainty-2021.html",
        "build.json", ".seal.json",
    }  # fmt: skip
    made.remove(".seal.json")
    index, scores = ((reports / f"{name}.html").read_text(encoding="utf-8") for name in ("index", "scores-2020"))
    for page in made - {"index.html", "build.json"}:  # those of the year before from the first of that year
        assert f'href="{page}"' in (scores if "-2020." in page and page != "scores-2020.html" else index)
    manifest = json.loads((reports / "build.json").read_text(encoding="utf-8"))
    assert {page["file"] for page in manifest["pages"]} == made - {"index.html", "build.json"}


def test_pages_show_the_printed_numbers_and_their_provenance(reports: Path) -> None:
    overview = (reports / "overview.html").read_text(encoding="utf-8")
    for words in ("89.74", "+13.28%", "86.06", "+11.81%", "79.22", "评分为重构数据", "数据指纹", "2021年"):
        assert words in overview
    assert 'class="error"' not in overview
    scores = (reports / "scores-2021.html").read_text(encoding="utf-8")
    assert scores.count('scope="row"') > 57
    names = ("headings.js", "tables.js", "charts.js", "find.js")
    ours = [(ROOT / "src/analysis/exhibits/templates" / name).read_text(encoding="utf-8") for name in names]
    for page in reports.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        scripts = re.findall(r"<script[^>]*>(.*?)</script>", text, flags=re.S)
        hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
        assert policy and policy[1].startswith("default-src 'none'; ")
        assert re.findall(r"script-src ([^;]*)", policy[1]) == [f"'sha256-{each}'" for each in hashes]
        headings, tables, charts, find = ours
        assert scripts in ([], [headings + tables + charts + find], [headings + tables + find], [headings + find])
        assert text.count("<script") == len(scripts)
        assert 'lang="zh-CN"' in text
        for image in re.findall(r"<img [^>]*>", text):
            assert re.search(r'alt="[^"]{30,}"', image)


def test_no_page_says_what_is_for_programmers(reports: Path) -> None:
    """No warning, no path of this machine: in the text of a page, its code and what is behind it."""
    told = re.compile(r"Warning|Traceback|/site-packages/|(?<![\w.<])/(?:tmp|home|root|usr|Users)/|[A-Z]:\\\\")
    for page in [*reports.glob("*.html"), reports / "build.json"]:
        shown = re.sub(r"base64,[\w+/=]+", "", page.read_text(encoding="utf-8"))
        assert not told.findall(shown), page.name


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the workbook's notebooks and data, to break."""
    for folder in ("notebooks", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "README.md").write_text("notes", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(NOTEBOOKS_VARIABLE, str(tmp_path / "notebooks"))
    return tmp_path


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _keep_pages(project: Path, *kept: str) -> None:
    """Take the other pages off the list."""
    path = project / "notebooks/workbook.yml"
    contents = yaml.safe_load(path.read_text(encoding="utf-8"))
    contents["pages"] = [page for page in contents["pages"] if page["page"].split("-")[0] in kept]
    path.write_text(yaml.safe_dump(contents, allow_unicode=True), encoding="utf-8")


STREAKS = r"y.show(\"streaks\")"
"""A cell, as it stands in the file."""


def test_a_failing_notebook_is_named_and_leaves_the_reports_alone(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "reports" / "build.json").write_text("{}", encoding="utf-8")
    (project / "reports" / "index.html").write_text("earlier", encoding="utf-8")
    _keep_pages(project, "overview", "streaks")
    _replace(project / "notebooks/03_streaks.ipynb", STREAKS, "(1 / 0)")
    assert main(["build"]) == 1
    told = capfd.readouterr().err
    assert "03_streaks.ipynb" in told and "ZeroDivisionError" in told and "个单元" in told
    assert (project / "reports" / "index.html").read_text(encoding="utf-8") == "earlier"
    assert {path.name for path in (project / "reports").iterdir()} == {"README.md", "build.json", "index.html"}
    assert not list(project.glob(".reports*"))


def test_a_dying_kernel_is_a_failure(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _keep_pages(project, "overview", "streaks")
    _replace(project / "notebooks/03_streaks.ipynb", STREAKS, "import os; os._exit(9)")
    assert main(["build"]) == 1
    told = capfd.readouterr().err
    assert "03_streaks.ipynb" in told and "内核" in told
    assert [path.name for path in (project / "reports").iterdir()] == ["README.md"]


def test_a_parameter_the_notebook_lacks_is_refused(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _replace(project / "notebooks/02_compare_years.ipynb", "base_year = 2020", "base = 2020")
    assert main(["build"]) == 2
    assert "02_compare_years.ipynb" in capfd.readouterr().err


def test_the_next_year_is_made_from_data_alone(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A third, made-up year: the 2021 data under the 2022 scheme, one unit renamed and one gone."""
    data = project / "data"
    shutil.copytree(data / "inputs/2021", data / "inputs/2022")
    scheme = (data / "schemes/2021.yml").read_text(encoding="utf-8").replace("year: 2021", "year: 2022")
    (data / "schemes/2022.yml").write_text(scheme.replace("2021年度", "2022年度"), encoding="utf-8")
    (data / "inputs/2022/provenance.yml").write_text("provenance: official\nmethod: 虚构的次年\n", encoding="utf-8")
    with (data / "lineage.csv").open("a", encoding="utf-8") as file:
        file.write("post,2022,市邮政局,renamed,虚构,虚构\nbank_regulator,2022,平顶山银保监分局,leaves,虚构,虚构\n")
    for table in ("marks", "inspection"):
        path = data / f"inputs/2022/{table}.csv"
        kept = [
            line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("bank_regulator,")
        ]
        path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    _keep_pages(project, "overview", "scores", "compare")
    assert main(["build"]) == 0
    reports = project / "reports"
    made = {path.name for path in reports.glob("*.html")}
    assert {"scores-2022.html", "compare-2021-2022.html", "compare-2020-2021.html", "overview.html"} <= made
    compare = (reports / "compare-2021-2022.html").read_text(encoding="utf-8")
    assert "市邮政局" in compare and "不再列入" in compare
    assert (reports / "README.md").read_text(encoding="utf-8") == "notes"
    official = (reports / "scores-2022.html").read_text(encoding="utf-8")
    assert "评分为重构数据" not in official.split("<main")[0]  # no badge on a page of official marks


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All pages (out) of a small city whose best grade is called otherwise, in a folder of another name (given)."""
    folder = tmp_path_factory.mktemp("small")
    (path,) = (start_city(folder / "given") / "schemes").glob("*.yml")
    path.write_text(path.read_text(encoding="utf-8").replace("优秀", "先进"), encoding="utf-8")
    assert main(["build", "--data", str(folder / "given"), "--out", str(folder / "out")]) == 0
    return folder


def test_no_page_tells_of_another_city(small: Path) -> None:
    told = []
    for file in (small / "out").glob("*.html"):
        words = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser").body.get_text()  # type: ignore[union-attr]
        for alien in ("优秀", "优、良", "data/", "第一份通报", "按数目划线"):
            assert alien not in words, f"{alien} on {file.name}"
        told.append(words)
    assert any("先进、良好按分数线评定（通报所载）" in each for each in told)
    assert any("按等次评的指标（好、较好、一般、差）" in each for each in told)


@widely("city", ["small", "shipped"], always=1)
def test_two_builds_give_the_same_bytes_but_for_the_stamp(
    city: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    small: Path = request.getfixturevalue("small")
    data, once, again, which = small / "given", small / "out", tmp_path / "reports", list[str]()
    if city == "shipped":
        data, once, which = ROOT / "data", request.getfixturevalue("reports"), ["--no-profiles"]
    assert main(["build", "--data", str(data), "--out", str(again), *which]) == 0
    assert _masked(again) == _masked(once)
    pages = {path.name: path.read_bytes() for path in once.glob("*.html") if path.name != "index.html"}
    assert pages == {name: (again / name).read_bytes() for name in pages}  # the stamp is on the index alone


def test_pages_are_planned_over_the_years(copied_data: Path) -> None:
    (copied_data / "published/2021.yml").unlink()
    pages = plan_site(load_dataset(copied_data), [2020, 2021]).pages
    assert {page.file: list(page.years) for page in pages} == {
        "overview.html": [2020, 2021], "scores-2020.html": [2020], "scores-2021.html": [2021],
        "compare-2020-2021.html": [2020, 2021], "streaks.html": [2020, 2021],
        "audit-2020.html": [2020],
        "why-2020-2021.html": [2020, 2021], "certainty-2020.html": [2020], "certainty-2021.html": [2021],
    }  # fmt: skip


def test_every_unit_of_the_latest_year_has_a_profile_on_request(dataset: Dataset) -> None:
    pages = plan_site(dataset, [2020, 2021], profiles=True).pages
    profiles = {page.unit_id: page for page in pages if page.unit_id}
    assert set(profiles) == set(dataset.year(2021).units["unit_id"])
    assert profiles["ruzhou"].file == "unit-ruzhou-2021.html"
    assert profiles["tax"].title == "国家税务局平顶山分局（2021年）"
    assert list(profiles["tax"].years) == [2020, 2021]


def test_profiles_are_linked_from_the_index_and_the_tables(tmp_path: Path) -> None:
    """A made-up city of three units, three grades and two years, from data alone."""
    (tmp_path / "data").mkdir()
    data = write_city(draw_city(2), tmp_path / "data")
    assert main(["build", "--data", str(data), "--out", str(tmp_path / "reports")]) == 0
    reports = tmp_path / "reports"
    units = load_dataset(data).year(2031).units
    index = (reports / "index.html").read_text(encoding="utf-8")
    scores = (reports / "scores-2031.html").read_text(encoding="utf-8")
    for unit, name in zip(units["unit_id"], units["name"], strict=True):
        page = f"unit-{unit}-2031.html"
        assert f'<a href="{page}">{name}</a>' in index
        assert f'<a href="{page}">{name}</a></th>' in scores
        assert name in (reports / page).read_text(encoding="utf-8")


def test_one_profile_is_made_by_name_beside_the_other_pages(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "--unit", "汝州市人民政府", "--year", "2021"]) == 0
    page = project / "reports" / "unit-ruzhou-2021.html"
    text = page.read_text(encoding="utf-8")
    assert "汝州市人民政府列为连续优秀2年的单位" in text and "不符" in text and "不是任何单位的真实得分" in text
    assert "得分率" not in text.split("</header>")[-1] and "总分" not in text.split("<main")[1]  # print has none
    assert main(["profile", "--unit", "汝州", "--year", "2021"]) == 2
    assert "汝州市人民政府" in capfd.readouterr().err
    assert main(["profile", "--unit", "ruzhou", "--year", "2020"]) == 2
    assert "2020年度没有列入考核" in capfd.readouterr().err
    templates = load_contents()[1].pages
    build_module._name_previous(project / "reports", templates)  # its own page is no stranger


def test_a_profile_beside_other_pages_leads_to_those_that_are_there(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also to the pages that the data folder adds; what is on the list and was not made is no place to go."""
    (project / "data/notebooks").mkdir()
    shutil.copy(project / "notebooks/03_streaks.ipynb", project / "data/notebooks/own.ipynb")
    added = "pages:\n  - {notebook: own.ipynb, page: own, title: 自己的, summary: 自己的, repeat: latest}\n"
    (project / "data/notebooks/workbook.yml").write_text(added, encoding="utf-8")
    for name in ("index.html", "own.html", "streaks.html"):
        (project / "reports" / name).touch()
    made: list[Job] = []

    def make(jobs: list[Job], _: Dataset) -> list[tuple[Page, Made]]:
        made.extend(jobs)
        return [(jobs[0].page, Made("profile", ""))]

    monkeypatch.setattr(build_module, "run_jobs", make)
    assert build_module.build_profile(None, "ruzhou", 2021).read_text(encoding="utf-8") == "profile"
    (frame,) = [job.frame for job in made]
    assert [page.file for page in frame["topics"].values()] == ["streaks.html", "own.html"]
    assert frame["home"] == "index.html" and frame.get("next") is None
