"""Whether walks have forgotten where they began: split-R̂ and effective sample sizes, on ranks.

Vehtari, Gelman, Simpson, Carpenter & Bürkner, Rank-normalization, folding, and localization: an improved R̂ for
assessing convergence of MCMC, Bayesian Analysis 16 (2021). Arrays are of shape (walks, points, totals).
"""

from statistics import NormalDist

import numpy as np
import pandas as pd

from analysis.methods.bounds.polytope import Vector


def find_rhat(walks: Vector) -> Vector:
    """Compare walks with each other: how much wider all together are than each half walk by itself.

    Parameters
    ----------
    walks : array of shape (walks, points, totals)

    Returns
    -------
    array, one R̂ a total
        The larger one of the ranks, and of the ranks of distances from the median; 1 where all walks tell the same.
    """
    distances = np.abs(walks - np.median(walks, axis=(0, 1)))
    return np.maximum(_compare_halves(walks), _compare_halves(distances))


def find_effective_size(walks: Vector) -> Vector:
    """Say how many independent points would tell as much as those of the walks.

    Parameters
    ----------
    walks : array of shape (walks, points, totals)

    Returns
    -------
    array, one size a total
        The least one of the bulk (of the ranks) and of the two ends of the middle 90 %.
    """
    ends = np.quantile(walks, [0.05, 0.95], axis=(0, 1))
    told = [_rank_normally(walks), *(np.where(walks <= end, 1.0, 0.0) for end in ends)]
    return np.min([_count_independent(_halve(each)) for each in told], axis=0)


def _halve(walks: Vector) -> Vector:
    """Take every walk for two."""
    half = walks.shape[1] // 2
    return np.concatenate([walks[:, :half], walks[:, -half:]])


def _rank_normally(walks: Vector) -> Vector:
    """Put normal scores in the place of values, by their rank among all (Blom 1958)."""
    ranks = pd.DataFrame(walks.reshape(-1, walks.shape[2])).rank().to_numpy()
    at = np.arange(2, 2 * len(ranks) + 1) / 2  # a tie has half a rank
    scores = np.array([NormalDist().inv_cdf((rank - 0.375) / (len(ranks) + 0.25)) for rank in at])
    return scores[(2 * ranks).astype(int) - 2].reshape(walks.shape)


def _compare_halves(walks: Vector) -> Vector:
    within, total = _find_variances(_halve(_rank_normally(walks)))
    return np.asarray(np.sqrt(total / within))


def _find_variances(walks: Vector) -> tuple[Vector, Vector]:
    """Return the variance within walks, and that of all as it is estimated from within and between them."""
    points, within = walks.shape[1], walks.var(axis=1, ddof=1).mean(axis=0)
    return within, (points - 1) / points * within + walks.mean(axis=1).var(axis=0, ddof=1)


def _count_independent(walks: Vector) -> Vector:
    """Divide the points by the sum of their correlations, up to where those are noise (Geyer 1992)."""
    count, points, _ = walks.shape
    within, total = _find_variances(walks)
    spectrum = np.fft.rfft(walks - walks.mean(axis=1, keepdims=True), 2 * points, axis=1)
    covariances = np.fft.irfft(np.abs(spectrum) ** 2, axis=1)[:, :points].mean(axis=0) / points
    correlations = 1 - (within - covariances * points / (points - 1)) / total
    correlations[0] = 1.0
    pairs = correlations[: points // 2 * 2].reshape(-1, 2, walks.shape[2]).sum(axis=1)
    pairs = np.minimum.accumulate(np.where(np.logical_and.accumulate(pairs > 0), pairs, 0.0))
    size = count * points
    return np.asarray(size / np.maximum(2 * pairs.sum(axis=0) - 1, 1 / np.log10(size)))
