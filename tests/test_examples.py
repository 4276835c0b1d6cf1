"""Examples in docstrings: they run, give what they say, and no function that needs explaining is without one."""

from __future__ import annotations

import ast
import doctest
from importlib import import_module
from pathlib import Path

import pytest

from tests.conftest import ROOT

SOURCE = ROOT / "src"
MODULES = [
    module
    for floor in ("scoring", "methods")
    for module in sorted((SOURCE / "analysis" / floor).rglob("*.py"))
    if module.stem != "__init__"
]
SHOWN = {
    "adjustments", "assessors", "averages", "components", "correlation", "counterfactuals", "decomposition", "examples",
    "grading", "identical", "items", "kernel", "margins", "matrices", "profiles", "regression", "reliability",
    "rescaling", "rules", "uncertainty", "weights", "what_if", "years",
}  # fmt: skip
"""Modules in which every public function has an example, but those that say what they do in one line."""


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_examples_run(module: Path) -> None:
    name = ".".join(module.relative_to(SOURCE).with_suffix("").parts)
    failed, tried = doctest.testmod(import_module(name))
    assert failed == 0
    assert tried > 0 or module.stem not in SHOWN


@pytest.mark.parametrize("module", [each for each in MODULES if each.stem in SHOWN], ids=lambda path: path.stem)
def test_what_is_explained_is_shown(module: Path) -> None:
    explained = {
        node.name: ast.get_docstring(node) or ""
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    mute = {name for name, told in explained.items() if "Parameters\n" in told and ">>>" not in told}
    assert not mute
