"""Which tests run when: every kind of case always, more of its kind with the wide corpus or a part of it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from tests.conftest import COLLECTED, choose_part, is_wide


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
        over = {name for mark in test.iter_markers("wide") for name in mark.args}
        kind = _given(test, but_for=over)
        assert over and any(_given(other, but_for=over) == kind for other in always[_name(test)]), test.nodeid


def test_the_parts_make_up_the_wide_corpus(tests: list[pytest.Item]) -> None:
    parts = [choose_part(tests, (place, 20)) for place in range(20)]
    whole = [test.nodeid for test in tests if is_wide(test)]
    assert sorted(test.nodeid for part in parts for test in part) == sorted(whole)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert choose_part(tests, None) == []
