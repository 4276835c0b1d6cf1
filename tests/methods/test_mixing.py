"""Whether walks have settled, as another program told it, and as it is written down step by step in plain Python."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from statistics import NormalDist, fmean, median, variance

import numpy as np
import pytest

from analysis.methods.bounds.mixing import find_effective_size, find_rhat

Walks = list[list[float]]


def _draw(memory: float, apart: float = 0.0, seed: int = 1) -> Walks:
    """Seven walks that remember a share of where they were; every second one is moved aside."""
    random, walks = Random(seed), []
    for walk in range(7):
        at, points = 0.0, []
        for _ in range(81):
            at = memory * at + random.gauss(0, 1)
            points.append(at + apart * (walk % 2))
        walks.append(points)
    return walks


def _halve(walks: Walks) -> Walks:
    half = len(walks[0]) // 2
    return [walk[:half] for walk in walks] + [walk[-half:] for walk in walks]


def _rank(walks: Walks) -> Walks:
    """Blom's scores; there are no ties, as the median of an odd number of values is one of them."""
    ordered = sorted(value for walk in walks for value in walk)
    places = {value: place for place, value in enumerate(ordered, 1)}
    return [
        [NormalDist().inv_cdf((places[value] - 3 / 8) / (len(ordered) + 1 / 4)) for value in walk] for walk in walks
    ]


def _spread(walks: Walks) -> tuple[float, float]:
    points = len(walks[0])
    within = fmean(map(variance, walks))
    return within, (points - 1) / points * within + variance(map(fmean, walks))


def _rhat(walks: Walks) -> float:
    middle = median(value for walk in walks for value in walk)
    found = []
    for each in (walks, [[abs(value - middle) for value in walk] for walk in walks]):
        within, total = _spread(_halve(_rank(each)))
        found.append((total / within) ** 0.5)
    return max(found)


def _size(walks: Walks) -> float:
    """Geyer's initial monotone sequence."""
    points, (within, total) = len(walks[0]), _spread(walks)

    def correlation(lag: int) -> float:
        covariances = []
        for walk in walks:
            mean = fmean(walk)
            products = [(walk[at] - mean) * (walk[at + lag] - mean) for at in range(points - lag)]
            covariances.append(sum(products) / (points - 1))
        return 1 - (within - fmean(covariances)) / total if lag else 1.0

    taken: list[float] = []
    for lag in range(0, points - 1, 2):
        pair = correlation(lag) + correlation(lag + 1)
        if pair <= 0:
            break
        taken.append(min([pair, *taken[-1:]]))
    count = len(walks) * points
    return float(count / max(2 * sum(taken) - 1, 1 / np.log10(count)))


@pytest.mark.parametrize("memory", [-0.4, 0.0, 0.6, 0.95])
@pytest.mark.parametrize("apart", [0.0, 1.5])
def test_as_written_down_step_by_step(memory: float, apart: float) -> None:
    walks = _draw(memory, apart)
    given = np.array(walks)[..., None]
    assert find_rhat(given) == pytest.approx([_rhat(walks)], abs=1e-9)
    low, high = np.quantile(given, [0.05, 0.95])
    ends = [[[float(value <= end) for value in walk] for walk in _halve(walks)] for end in (low, high)]
    expected = min(_size(_halve(_rank(walks))), *map(_size, ends))
    assert find_effective_size(given) == pytest.approx([expected], rel=1e-6)


def test_as_another_program_told_it() -> None:
    """arviz-stats 0.8.0: rhat "rank", and the least of ess "bulk" and "tail" at 5 % and 95 %."""
    steps = np.random.default_rng(20210301).standard_normal((8, 250, 3))
    walks = steps.copy()
    for before, now in pairwise(range(250)):
        walks[:, now] += np.array([0.0, 0.5, 0.9]) * walks[:, before]
    assert find_rhat(walks) == pytest.approx([1.00115, 1.01552, 1.05469], abs=1e-4)
    assert find_effective_size(walks) == pytest.approx([1731.5, 550.6, 142.5], rel=0.02)  # it ends the sum a step later


def test_walks_that_went_different_ways_are_told_apart() -> None:
    """Each in a place of its own, or each as wide as it likes: neither is one even sample."""
    alike = np.random.default_rng(4).standard_normal((10, 200, 1))
    assert find_rhat(alike)[0] < 1.01 and find_effective_size(alike)[0] > 400
    assert find_rhat(alike + 0.5 * np.arange(10)[:, None, None])[0] > 1.1
    assert find_rhat(alike * np.linspace(0.5, 2, 10)[:, None, None])[0] > 1.05
