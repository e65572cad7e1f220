"""Calibrated odds of a frame, and the probability from which it is coded."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, minimize
from scipy.special import expit, logit

from framing.errors import InputError, one_of
from framing.inference import Floats

CUTS = ("f1", "share")

MOST = 2
"""How many times as often as people at most a coder finds a frame, when F1 sets its threshold."""


def fit_odds(scores: Floats, codes: Floats, weight: Floats) -> tuple[Floats, float]:
    """Calibrate scores: log-odds of a frame that are linear in them, and never fall.

    Parameters
    ----------
    scores : array, shape (n_segments, n_scores)
        Of segments that whatever gave the scores had not seen.
    codes : array, shape (n_segments,)
        From 0 to 1.
    weight : array, shape (n_segments,)

    Returns
    -------
    slopes : array, shape (n_scores,)
        Not negative: a score that misleads is given no say.
    offset : float

    Notes
    -----
    The log-likelihood of a logistic regression is largest, with Platt's targets
    ``(n₁ + 1)/(n₁ + 2)`` and ``1/(n₀ + 2)`` in place of 1 and 0, n₁ and n₀ being how many segments
    have the frame and have not. Several scores are stacked, with weights that are not negative.

    References
    ----------
    Platt, J. (2000). Probabilities for SV machines. In *Advances in Large Margin Classifiers*,
    61–74. MIT Press.
    Breiman, L. (1996). Stacked regressions. *Machine Learning*, 24, 49–64.

    Examples
    --------
    >>> slopes, offset = fit_odds(np.array([[-1.0], [1.0]]), np.array([0.0, 1.0]), np.ones(2))
    >>> round(float(expit(slopes[0] + offset)), 3)
    0.667
    """
    total = weight.sum()
    found = float(weight @ codes)
    yes, no = (found + 1) / (found + 2), 1 / (total - found + 2)
    target = no + (yes - no) * codes
    middle = weight @ scores / total
    spread = np.sqrt(weight @ (scores - middle) ** 2 / total)
    scale = np.where(spread > 0, spread, 1.0)
    standard = np.column_stack([(scores - middle) / scale, np.ones(len(scores))])

    def loss(at: Floats) -> tuple[float, Floats]:
        odds = standard @ at
        value = weight @ (np.logaddexp(0.0, odds) - target * odds)
        return float(value / total), standard.T @ (weight * (expit(odds) - target)) / total

    base = float(logit((weight @ target) / total))
    start = np.append(np.zeros(scores.shape[1]), base)
    least = Bounds(np.append(np.zeros(scores.shape[1]), -np.inf), np.inf)
    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=least, tol=1e-12).x
    slopes = np.where(spread > 0, best[:-1] / scale, 0.0)
    return slopes, float(best[-1] - slopes @ middle)


def check_threshold(threshold: object) -> None:
    """Refuse what is no threshold."""
    if isinstance(threshold, str):
        if threshold not in CUTS:
            raise one_of("threshold", threshold, [*CUTS, "a number between 0 and 1"])
    elif not isinstance(threshold, int | float | np.number) or not 0 < threshold < 1:
        raise InputError(f"threshold must lie between 0 and 1; got {threshold!r}.")


def cut(threshold: str | float, chances: Floats, codes: Floats, weight: Floats) -> float:
    """Find the probability above which a frame is coded.

    Parameters
    ----------
    threshold : {"f1", "share"} or float
        See :class:`framing.coders.FrameClassifier`.
    chances : array, shape (n_segments,)
        Calibrated, of segments whose codes their model had not seen.
    codes, weight : array, shape (n_segments,)

    Notes
    -----
    Where p are the chances, coding the segments of a set S has F1 about
    ``2 Σ_S p / (Σ p + |S|)``. The best S holds the segments with p ≥ F*/2, F* being the largest
    F1. As it rests on the chances alone, and these on a few numbers, a rare frame does not make it
    jump as the F1 of the codes themselves does. But where chances tell little, the best S is all
    segments: F1 of a frame that cannot be told is highest when it is coded everywhere. So "f1" is
    not less than what leaves :data:`MOST` times as many segments coded as people coded.

    References
    ----------
    Lipton, Z. C., Elkan, C. & Naryanaswamy, B. (2014). Optimal thresholding of classifiers to
    maximize F1 measure. *ECML PKDD*, 225–239.

    Examples
    --------
    >>> chances, codes = np.array([0.9, 0.4, 0.1]), np.array([1.0, 0.0, 0.0])
    >>> [round(cut(rule, chances, codes, np.ones(3)), 2) for rule in ("f1", "share", 0.5)]
    [0.38, 0.65, 0.5]
    """
    if not isinstance(threshold, str):
        return float(threshold)
    levels, which = np.unique(chances, return_inverse=True)
    held = np.bincount(which, weight)
    # What is coded above each end: all that lies at a level or above it, and nothing.
    ends = np.concatenate([[levels[0] / 2], (levels[1:] + levels[:-1]) / 2, [(1 + levels[-1]) / 2]])
    coded = np.append(np.cumsum(held[::-1])[::-1], 0.0)
    found = np.append(np.cumsum((held * levels)[::-1])[::-1], 0.0)
    people = float(weight @ codes)
    if threshold == "share":
        return float(ends[int(np.argmin(np.abs(coded - people)))])
    best = float((found / (found[0] + coded)).max())
    return max(best, float(ends[int(np.argmax(coded <= MOST * people))]))
