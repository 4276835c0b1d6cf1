"""What the documents promise is run."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT


def test_the_examples_of_the_public_face_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = doctest.testfile(str(ROOT / "docs/api.md"), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert found.attempted > 15
    assert found.failed == 0


DOCUMENTS = [*ROOT.glob("README*.md"), ROOT / "data/README.md", *ROOT.glob("docs/*.md")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_modules_that_a_document_names_are_there(document: Path) -> None:
    named = set(re.findall(r"(?<![\w/.-])([a-z_]+(?:/[a-z_]+)+\.py)\b", document.read_text(encoding="utf-8")))
    missing = [name for name in named if not any((ROOT / start / name).is_file() for start in ("", "src/analysis"))]
    assert not missing
