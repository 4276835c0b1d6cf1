"""The shape of the house: floors, names, notebooks, environments."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

FLOORS = [
    "texts", "placing", "periods", "problems", "rounding", "words", "origins", "versions", "terminal", "seals",
    "storage", "swaps", "folders", "data", "cluster", "exchange",
    "scoring", "methods", "panel", "assessment", "exhibits", "site", "documents", "commands", "desk", "cli",
]  # fmt: skip
STRANGERS = {("documents", "site")}
"""A floor that does not know one below it."""
TELLING = [
    "documents/composing", "desk/explorer", "desk/views", "site/navigation", "commands/results",
    "commands/data",
]  # fmt: skip
"""Modules that tell results: what they tell is what exhibits hold."""
KNOWN_TO_TELLING = {
    "analysis.methods.what_if.ClausePath",  # where a clause stands, for controls
    "analysis.methods.plausibility.comparable_year",  # what is yet to be done to the data, for who checks them
    "analysis.methods.plausibility.find_idle",
    "analysis.methods.plausibility.find_leftovers",
    "analysis.methods.provenance.list_origins",  # whose marks a page shows, for its frame
    "analysis.methods.reconstruction.reconstruction.find_missing",
    "analysis.methods.reconstruction.reconstruction.reconstruct_inputs",  # makes data, tells nothing
    "analysis.methods.reconstruction.reconstruction.write_inputs",
    "analysis.methods.reconstruction.settings.load_settings",
}
MODULES = sorted((ROOT / "src/analysis").rglob("*.py"))
RUNNING, EVERYTHING = "requirements.lock", "requirements-all.lock"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def _floor(module: Path) -> str:
    return module.relative_to(ROOT / "src/analysis").parts[0].removesuffix(".py")


def _imports(module: Path) -> set[str]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return {name for name in names if name.startswith("analysis.")}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_imports_point_only_down(module: Path) -> None:
    floor = _floor(module)
    if floor == "__init__":
        return
    for name in _imports(module):
        imported = name.split(".")[1]
        assert FLOORS.index(imported) <= FLOORS.index(floor), f"{floor} imports {name}"
        assert (floor, imported) not in STRANGERS, f"{floor} imports {name}"


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {".".join(module.relative_to(ROOT / "src").with_suffix("").parts): _imports(module) for module in MODULES}

    def reaches(start: str, name: str, seen: set[str]) -> bool:
        for imported in graph.get(name, set()) - seen:
            if imported == start or reaches(start, imported, seen | {imported}):
                return True
        return False

    assert not [name for name in graph if reaches(name, name, {name})]


@pytest.mark.parametrize("name", TELLING)
def test_what_is_told_comes_from_exhibits(name: str) -> None:
    """An exhibit that is shown is no other in an appendix, in the explorer, on the first page or in the terminal."""
    tree = ast.parse((ROOT / f"src/analysis/{name}.py").read_text(encoding="utf-8"))
    taken = {
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import) and "analysis" in ast.unparse(node)]
    assert not [each for each in taken if each.startswith(("analysis.scoring", "analysis.methods"))
                and each not in KNOWN_TO_TELLING]  # fmt: skip
    assert {"analysis.exhibits.show"} <= taken or name == "desk/explorer"  # its views show


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_know_only_the_public_face(path: Path) -> None:
    """An assessment is opened, and the rest is asked of it; the notebook to explore has its desk besides."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    imported = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Import | ast.ImportFrom)]
    taken = {f"{getattr(node, 'module', None) or ''}:{alias.name}" for node in imported for alias in node.names}
    desk = {"analysis.desk.explorer:Explorer"} if path.stem == "explore" else set()
    assert "analysis:open_assessment" in taken
    assert taken <= {"analysis:open_assessment", "analysis:list_exhibits"} | desk


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_no_year_or_place_is_written_into_code(module: Path) -> None:
    places = re.findall(
        r"[\u4e00-\u9fff]{2,4}(?=县人民政府|区人民政府|市人民政府)|平顶山|汝州", module.read_text(encoding="utf-8")
    )
    years = [
        node.value
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, int) and 1990 <= node.value <= 2100
    ]
    assert not places
    assert not years
    assert module.stem not in {"utils", "helpers", "common", "misc"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_show_and_hold_no_logic(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = notebook["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert cells[0]["cell_type"] == "markdown" and "".join(cells[0]["source"]).startswith("# ")
    headings = [cell["source"][0].strip() for cell in cells if cell["cell_type"] == "markdown"]
    headings = [heading for heading in headings if heading.startswith("#")]
    assert "## 数据局限" in headings and headings[-1] in {"## 数据局限", "## 数据与方法"}
    assert [cell["metadata"].get("tags") for cell in code].count(["parameters"]) == 1
    assert code[0]["metadata"]["tags"] == ["parameters"]
    for cell in code:
        source = "".join(cell["source"])
        assert not cell["outputs"] and cell["execution_count"] is None
        assert len(source.splitlines()) <= 16
        for banned in (r"\bdef ", r"iterrows|itertuples|read_csv", r"warnings", r"\.\./|data/", r"lambda"):
            assert not re.search(banned, source), f"{banned} in {source}"
    parameters = ast.parse("".join(code[0]["source"]))
    assert all(isinstance(ast.literal_eval(node.value), int | str) for node in parameters.body)  # type: ignore[attr-defined]


def _requirements(lines: list[str]) -> dict[str, str]:
    found = {}
    for line in lines:
        match = re.match(r"([A-Za-z0-9_.-]+)(?:\[[a-z,]+\])?\s*(.*)", line)
        assert match
        found[match[1].lower()] = match[2].strip()
    return found


EXPOSED = {
    "jupyterlab", "ipykernel", "pillow", "nbconvert", "pyyaml", "jinja2", "lxml", "pypdfium2", "openpyxl",
}  # fmt: skip
"""What we ask for that listens to a network or reads what others wrote: an older one may have a known hole."""
EXPOSED_INDIRECTLY = {"jupyter_server", "tornado", "ipython", "mistune", "bleach"}
"""The same of what comes along with it."""


def test_conda_users_get_the_same_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    pip = next(item["pip"] for item in conda if isinstance(item, dict))
    listed = [item for item in conda if isinstance(item, str)] + [item for item in pip if not item.startswith("-")]
    found = _requirements(listed)
    wanted = _requirements(project["dependencies"])
    assert found.pop("python") == project["requires-python"]
    assert found.pop("pip") == ""
    brought = {name: found.pop(name) for name in EXPOSED_INDIRECTLY}
    assert found == wanted

    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {match[1].lower().replace("-", "_"): match[2] for match in re.finditer(r"(?m)^([\w.-]+)==([\w.]+)", lock)}
    lowest = {name: bound.split(",")[0] for name, bound in (brought | found).items()}
    for name in EXPOSED | EXPOSED_INDIRECTLY:
        assert lowest[name] == f">={locked[name]}", f"{name} in environment.yml, and in pyproject.toml if it is there"


def _pinned(lock: str) -> set[str]:
    """Every package that a lock file pins, with its version, its marker and its hashes."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    pins = {
        re.sub(r"\n +#.*", "", block).rstrip() for block in re.split(r"\n(?=\S)", text) if not block.startswith("#")
    }
    assert all("--hash=sha256:" in pin for pin in pins)
    return pins


def test_the_lock_files_pin_every_dependency_by_hash() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    for lock, parts in {RUNNING: ["install"], EVERYTHING: list(extras)}.items():
        wanted = _requirements(sum((extras[part] for part in parts), project["dependencies"]))
        pinned = {pin.split("==")[0].lower() for pin in _pinned(lock)}
        assert {name.replace("_", "-") for name in wanted} <= {name.replace("_", "-") for name in pinned}


def test_what_running_needs_is_the_same_where_everything_is_installed() -> None:
    def versions(lock: str) -> set[str]:
        return {re.split(r"[ ;\\]", pin)[0] for pin in _pinned(lock)}

    assert versions(RUNNING) < versions(EVERYTHING)
    assert not {"pytest", "mypy", "scipy", "pyarrow"} & {pin.split("==")[0] for pin in versions(RUNNING)}


def test_a_clone_has_the_same_texts_whatever_git_is_set_to() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("no clone: nothing to ask git about")
    told = ["git", "-C", str(ROOT), "ls-files", "--eol"]
    rows = subprocess.run(told, capture_output=True, text=True, encoding="utf-8", check=True).stdout.splitlines()
    ends = {tuple(row.split()[:4]) for row in rows}
    assert len(rows) > 100
    assert {each[2:] for each in ends if each[0] == "i/lf"} == {("attr/text=auto", "eol=lf")}
    assert {each[2] for each in ends if each[0] == "i/-text"} == {"attr/-text"}
    assert {each[0] for each in ends} <= {"i/lf", "i/none", "i/-text"}


def test_every_public_function_says_what_it_takes_and_gives() -> None:
    silent = []
    for module in MODULES:
        for node in ast.parse(module.read_text(encoding="utf-8")).body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if public and not ast.get_docstring(node):
                silent.append(f"{module.stem}.{node.name}")
    assert not silent
