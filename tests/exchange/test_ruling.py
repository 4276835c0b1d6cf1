"""Rules of a scanned table are found where they are drawn, though it slants; strokes of characters are none."""

from __future__ import annotations

from importlib.util import find_spec
from math import radians, tan

import numpy as np
import pytest
from PIL import Image, ImageDraw

from analysis.exchange.sources.layout import Placed
from analysis.exchange.sources.ruling import find_rules, find_slant, has_unread, straighten

pytestmark = pytest.mark.skipif(not find_spec("cv2"), reason="the extra for scans is not installed")
ACROSS, DOWN, SHORTEST = (100, 150, 200), (80, 300, 520), 40


def draw(angle: float = 0.0, noise: float = 15.0) -> np.ndarray:
    """Draw a table of two rows and columns, and strokes as long as a character is high."""
    picture = Image.new("L", (600, 400), 255)
    pen = ImageDraw.Draw(picture)
    for y in ACROSS:
        pen.line((DOWN[0], y, DOWN[-1], y), 60)
    for x in DOWN:
        pen.line((x, ACROSS[0], x, ACROSS[-1]), 60)
    pen.line((100, 125, 132, 125), 0, 4)
    turned = np.asarray(picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)).astype(float)
    return (turned + np.random.default_rng(1).normal(0, noise, turned.shape)).clip(0, 255).astype("uint8")


@pytest.mark.parametrize("angle", [0.0, 1.0, -2.0])
def test_rules_are_found_where_they_are_drawn(angle: float) -> None:
    picture = draw(angle)
    slant = find_slant(picture, SHORTEST)
    assert slant is not None
    assert slant == pytest.approx(-tan(radians(angle)), abs=0.003)
    rules = list(find_rules(straighten(picture, slant), SHORTEST, 0.5))
    assert [rule.is_across for rule in rules] == [True] * 3 + [False] * 3
    starts = [sorted(rule.at for rule in rules if rule.is_across is across) for across in (True, False)]
    assert np.diff(starts[0]) == pytest.approx([25, 25], abs=1) and np.diff(starts[1]) == pytest.approx(
        [110, 110], abs=1
    )
    lengths = [rule.end - rule.start for rule in rules]
    assert lengths == pytest.approx([220] * 3 + [50] * 3, abs=8)


def test_a_page_without_rules_has_none() -> None:
    blank = np.full((400, 600), 250, "uint8")
    assert find_slant(blank, SHORTEST) is None and not list(find_rules(blank, SHORTEST, 1.0))


def test_ink_that_is_in_no_text_is_seen_and_noise_is_not() -> None:
    picture = draw()
    rules = list(find_rules(picture, SHORTEST, 1.0))
    read = [Placed(330, 125, 20, 390, "甲县"), Placed(95, 125, 20, 140, "一")]
    written = picture.copy()
    written[165:185, 345:347] = written[165:167, 335:360] = written[183:185, 335:360] = 0
    seen = [has_unread(np.stack([each] * 3, axis=-1), read, rules, 1.0) for each in (picture, written)]
    assert seen == [False, True]
