"""What the documents promise is run."""

from __future__ import annotations

import doctest

import pytest

from tests.conftest import ROOT


def test_the_examples_of_the_public_face_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = doctest.testfile(str(ROOT / "docs/api.md"), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert found.attempted > 15
    assert found.failed == 0
