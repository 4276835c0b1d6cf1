"""Which tests run when, and where they stand: every kind of case always, each file named after what it tests."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import COLLECTED, ROOT, choose_part, is_wide

WHOLE = {"browser", "scenarios", "exhibits/test_show.py"}
"""What is tested as a whole: pages as they are seen, scores as they come out, every exhibit as it is shown."""
BESIDE = {"benchmarks", "docs", "examples", "notebooks", "structure", "tasks", "tests"}
"""What is tested and is no module."""


@pytest.fixture
def tests(pytestconfig: pytest.Config) -> list[pytest.Item]:
    return pytestconfig.stash[COLLECTED]


def _name(test: pytest.Item) -> str:
    return test.nodeid.split("[")[0]


def _given(test: pytest.Item, but_for: set[Any]) -> dict[str, Any]:
    drawn = getattr(test, "callspec", None)  # what a test's parameters are, if it has any
    return {name: value for name, value in drawn.params.items() if name not in but_for} if drawn else {}


def test_every_kind_of_case_always_runs(tests: list[pytest.Item]) -> None:
    always = defaultdict(list)
    for test in tests:
        if not is_wide(test):
            always[_name(test)].append(test)
    for test in filter(is_wide, tests):
        like = {mark.kwargs["like"] for mark in test.iter_markers("wide") if mark.kwargs}
        if like:
            assert all(always[f"{test.nodeid.split('::')[0]}::{other}"] for other in like), test.nodeid
            continue
        over = {name for mark in test.iter_markers("wide") for name in mark.args}
        kind = _given(test, but_for=over)
        assert over and any(_given(other, but_for=over) == kind for other in always[_name(test)]), test.nodeid


def test_the_parts_make_up_the_wide_corpus(tests: list[pytest.Item]) -> None:
    parts = [choose_part(tests, (place, 20)) for place in range(20)]
    whole = [test.nodeid for test in tests if is_wide(test)]
    assert sorted(test.nodeid for part in parts for test in part) == sorted(whole)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert choose_part(tests, None) == []


def _modules(floor: str) -> set[str]:
    source = ROOT / "src/analysis"
    paths = (source / floor).rglob("*.py") if floor else source.glob("*.py")
    return {path.stem for path in paths}


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("test_*.py")), ids=lambda path: path.stem)
def test_a_file_is_named_after_the_module_it_tests(path: Path) -> None:
    """Or after the module and, of what is tested of it, what else: test_build_surviving."""
    place = path.relative_to(ROOT / "tests")
    floor = place.parts[0] if len(place.parts) > 1 else ""
    if floor in WHOLE or place.as_posix() in WHOLE:
        return
    named = place.stem.removeprefix("test_")
    known = _modules(floor) | (BESIDE if not floor else set())
    assert any(named == module or named.startswith(f"{module}_") for module in known)


def test_documents_name_tests_that_are_there() -> None:
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")):
        for named in re.findall(r"tests/[\w/]+\.py", path.read_text(encoding="utf-8")):
            assert (ROOT / named).is_file(), f"{path.name}: {named}"
