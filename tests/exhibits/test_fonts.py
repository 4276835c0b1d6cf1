"""What the font lacks is known, and shown as a box where nothing else can draw it."""

from __future__ import annotations

import doctest

import pytest

from analysis.exhibits import fonts


def test_the_examples_run() -> None:
    failed, tried = doctest.testmod(fonts)
    assert (failed, tried) == (0, 2)


def test_what_only_says_how_to_draw_is_not_lacking() -> None:
    assert fonts.find_lacking("甲 乙\u3000丙\n丁\u2009☎\ufe0f\u2060") == []
    assert fonts.with_stand_ins('{"title": "[]^-\\\\"}') == '{"title": "[]^-\\\\"}'
    assert fonts.with_stand_ins("\U0001f600]\U0002b739^-\ud55c") == "□]□^-□"


def test_without_the_font_nothing_is_said_to_be_lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts are then drawn in a font of the machine, of which nothing is known here."""
    monkeypatch.setattr(fonts, "font_path", lambda: None)
    fonts._drawn.cache_clear()
    try:
        assert fonts.find_lacking("\U0001f600") == []
    finally:
        fonts._drawn.cache_clear()
