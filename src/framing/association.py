"""Association: how strongly a term goes with a target rather than a reference.

Every function reads the same table of counts, a term against all other terms::

                   target     reference
    the term       y          y_reference
    other terms    n − y      n_reference − y_reference

and takes arrays of any shapes that broadcast: terms last, whatever comes before (groups, simulated
corpora) in front, so that ``n`` of K groups is given as ``n[:, None]``. Counts may be fractional,
as they are once documents are weighted. Nothing here is a test: tokens of a text are not
independent, so a p-value must come from relabelling documents (:func:`framing.keyness`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import rel_entr

from framing.errors import InputError, one_of

Floats = npt.NDArray[np.float64]

CORRECTIONS = (None, "yates", "williams")


def chi_squared(
    y: npt.ArrayLike,
    n: npt.ArrayLike,
    y_reference: npt.ArrayLike,
    n_reference: npt.ArrayLike,
    correction: str | None = None,
) -> Floats:
    """Pearson's χ² of a 2×2 table, negative where the term is rarer in the target.

    Parameters
    ----------
    y, y_reference : array_like, shape (..., n_terms)
        Occurrences of each term in the target and in the reference.
    n, n_reference : array_like
        Tokens in each, of all terms; more than nought.
    correction : {None, "yates", "williams"}
        "yates" moves every cell by ½ towards its expectation, where one of the four expectations is
        below 5 and the cells are more than ½ away. "williams" divides by Williams' q, where no
        cell is empty. Elsewhere both leave the number as it is.

    Returns
    -------
    numpy.ndarray, shape (..., n_terms)
        Nought where the shares are equal, and for a term that is in neither.

    Notes
    -----
    ``χ² = Σ (O − E)²/E`` over the four cells, and
    ``q = 1 + (N/n + N/n_r − 1)(N/m + N/(N−m) − 1)/6N``, m the occurrences and N the tokens of both.
    None and "yates" are "none" and "yates" of ``quanteda.textstats::textstat_keyness``, whose
    "default" is "yates". Its "williams" multiplies χ² by q, which makes the corrected number the
    larger one; the correction divides (Williams 1976), as quanteda's own G² does.

    References
    ----------
    Williams, D. A. (1976). Improved likelihood ratio tests for complete contingency tables.
    *Biometrika*, 63(1), 33–37.

    Yates, F. (1934). Contingency tables involving small numbers and the χ² test. *Supplement to the
    Journal of the Royal Statistical Society*, 1(2), 217–235.

    Examples
    --------
    >>> chi_squared([30, 10], 100, [10, 30], 100).round(2)
    array([ 12.5, -12.5])
    """
    observed, expected, sign, q = _table(y, n, y_reference, n_reference, correction)
    with np.errstate(invalid="ignore"):
        parts = [(o - e) ** 2 / e for o, e in zip(observed, expected, strict=True)]
    return np.asarray(sign * np.nan_to_num(sum(parts)) / q)


def g_squared(
    y: npt.ArrayLike,
    n: npt.ArrayLike,
    y_reference: npt.ArrayLike,
    n_reference: npt.ArrayLike,
    correction: str | None = None,
) -> Floats:
    """Log-likelihood ratio G² of a 2×2 table, negative where the term is rarer in the target.

    Parameters
    ----------
    y, n, y_reference, n_reference, correction
        As for :func:`chi_squared`.

    Returns
    -------
    numpy.ndarray, shape (..., n_terms)
        Nought where the shares are equal, and for a term that is in neither. An empty cell adds
        nought.

    Notes
    -----
    ``G² = 2 Σ O ln(O/E)`` over all four cells (Dunning 1993). ``textstat_keyness(measure = "lr")``
    adds 10⁻⁹ inside the logarithm, so that its numbers are larger by up to 2 · 10⁻⁹ N; "default" is
    "yates".

    References
    ----------
    Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence.
    *Computational Linguistics*, 19(1), 61–74.

    Examples
    --------
    >>> g_squared([30, 10, 0], 100, [10, 30, 0], 100).round(2)
    array([ 12.97, -12.97,   0.  ])
    """
    observed, expected, sign, q = _table(y, n, y_reference, n_reference, correction)
    parts = [rel_entr(o, e) for o, e in zip(observed, expected, strict=True)]
    return np.asarray(2 * sign * sum(parts) / q)


def log_ratio(
    y: npt.ArrayLike, n: npt.ArrayLike, y_reference: npt.ArrayLike, n_reference: npt.ArrayLike
) -> Floats:
    """Binary logarithm of the ratio of two relative frequencies: 1 is twice as frequent.

    Parameters
    ----------
    y, n, y_reference, n_reference
        As for :func:`chi_squared`.

    Returns
    -------
    numpy.ndarray, shape (..., n_terms)
        Always finite: a count of nought, and no other, is read as ½. Nought for a term that is in
        neither.

    Notes
    -----
    ``log₂[(y/n)/(y_r/n_r)]`` (Hardie 2014). It is an effect size; small counts make it large by
    luck.

    References
    ----------
    Hardie, A. (2014). Log Ratio: an informal introduction. ESRC Centre for Corpus Approaches to
    Social Science, Lancaster University.

    Examples
    --------
    >>> log_ratio([8, 3, 0], 100, [2, 0, 0], 100).round(2)
    array([2.  , 2.58, 0.  ])
    """
    a, n_i, b, n_j = _counts(y, n, y_reference, n_reference)
    ratio = np.log2(np.where(a > 0, a, 0.5) / n_i) - np.log2(np.where(b > 0, b, 0.5) / n_j)
    return np.where(a + b > 0, ratio, 0.0)


def log_odds(
    y: npt.ArrayLike,
    n: npt.ArrayLike,
    y_reference: npt.ArrayLike,
    n_reference: npt.ArrayLike,
    alpha: npt.ArrayLike,
    alpha_0: npt.ArrayLike,
) -> Floats:
    """Log-odds ratio with a Dirichlet prior, in natural logarithms.

    Parameters
    ----------
    y, n, y_reference, n_reference
        As for :func:`chi_squared`.
    alpha : array_like, shape (..., n_terms)
        α_w, the prior's count of each term, added on both sides.
    alpha_0 : array_like
        α₀, the prior's count of all terms. An *informative* prior spreads α₀ by frequency,
        ``α_w = α₀ ·`` (share of w in a background corpus); an uninformative one has all α_w equal.

    Returns
    -------
    numpy.ndarray, shape (..., n_terms)
        δ_w. Where α_w is nought a side that never uses the term makes it infinite; nought where
        neither does.

    Notes
    -----
    ``δ_w = ln[(y+α_w)/(n+α₀−y−α_w)] − ln[(y_r+α_w)/(n_r+α₀−y_r−α_w)]`` (Monroe, Colaresi & Quinn
    2008, eq. 15).

    References
    ----------
    Monroe, B. L., Colaresi, M. P. & Quinn, K. M. (2008). Fightin' words. *Political Analysis*,
    16(4), 372–403.

    Examples
    --------
    >>> log_odds([30, 10], 100, [10, 30], 100, alpha=[5, 5], alpha_0=10).round(3)
    array([ 1.084, -1.084])
    """
    a, n_i, b, n_j = _counts(y, n, y_reference, n_reference)
    alpha, alpha_0 = np.asarray(alpha, dtype=float), np.asarray(alpha_0, dtype=float)
    if (alpha < 0).any() or (alpha > alpha_0).any():
        raise InputError("every alpha must lie between 0 and alpha_0, the sum of them all.")
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = np.log((a + alpha) / (n_i + alpha_0 - a - alpha))
        odds_reference = np.log((b + alpha) / (n_j + alpha_0 - b - alpha))
        difference = odds - odds_reference
    return np.where(np.isnan(difference), 0.0, difference)


def log_odds_variance(y: npt.ArrayLike, y_reference: npt.ArrayLike, alpha: npt.ArrayLike) -> Floats:
    """Variance of :func:`log_odds`, were all tokens independent: they are not.

    It is here to compare with other software, and to show what goes wrong. Words come in bursts: an
    author who writes "chips" once writes it again. Dividing δ by the root of this variance and
    reading the result as z finds differences where there are none, and more documents do not cure
    it. :func:`framing.keyness` looks at how documents differ instead.

    Parameters
    ----------
    y, y_reference, alpha : array_like, shape (..., n_terms)
        As for :func:`log_odds`.

    Returns
    -------
    numpy.ndarray, shape (..., n_terms)
        Infinite where α_w is nought and a side never uses the term.

    Notes
    -----
    ``1/(y+α_w) + 1/(y_r+α_w)`` (Monroe, Colaresi & Quinn 2008, eq. 18), two terms, which neglects
    ``1/(n+α₀−y−α_w)`` of either side; other software adds these.

    Examples
    --------
    >>> log_odds_variance([30, 10], [10, 30], 10)
    array([0.075, 0.075])
    """
    alpha = np.asarray(alpha, dtype=float)
    with np.errstate(divide="ignore"):
        return np.asarray(1 / (np.asarray(y) + alpha) + 1 / (np.asarray(y_reference) + alpha))


def _counts(
    y: npt.ArrayLike, n: npt.ArrayLike, y_reference: npt.ArrayLike, n_reference: npt.ArrayLike
) -> tuple[Floats, Floats, Floats, Floats]:
    sides = []
    for side, count, total in (("", y, n), ("_reference", y_reference, n_reference)):
        held, size = np.asarray(count, dtype=float), np.asarray(total, dtype=float)
        if not (size > 0).all():
            raise InputError(f"n{side} must be more than nought; got {size.min()}.")
        if not ((held >= 0) & (held <= size * (1 + 1e-9))).all():
            raise InputError(
                f"y{side} must lie between nought and n{side}, the tokens of all terms."
            )
        sides += [held, size]
    return sides[0], sides[1], sides[2], sides[3]


def _table(
    y: npt.ArrayLike,
    n: npt.ArrayLike,
    y_reference: npt.ArrayLike,
    n_reference: npt.ArrayLike,
    correction: str | None,
) -> tuple[list[Floats], list[Floats], Floats, Floats]:
    """Four cells as observed (after Yates) and as expected, the sign, and Williams' q."""
    if correction not in CORRECTIONS:
        raise one_of("correction", correction, CORRECTIONS)
    a, n_i, c, n_j = _counts(y, n, y_reference, n_reference)
    total, of_term = n_i + n_j, a + c
    others = np.maximum(total - of_term, 0.0)
    observed = [a, np.maximum(n_i - a, 0.0), c, np.maximum(n_j - c, 0.0)]
    expected = [row * side / total for side in (n_i, n_j) for row in (of_term, others)]
    surplus = (a * n_j - c * n_i) / total
    sign, q = np.sign(surplus), np.ones_like(surplus)
    if correction == "yates":
        rare = np.minimum.reduce(expected) < 5
        half = np.where(rare & (np.abs(surplus) > 0.5), 0.5 * sign, 0.0)
        observed = [cell + step * half for cell, step in zip(observed, (-1, 1, 1, -1), strict=True)]
    elif correction == "williams":
        full = np.minimum.reduce(observed) > 0
        terms = total / np.where(full, of_term, 1.0) + total / np.where(full, others, 1.0) - 1
        q = np.where(full, 1 + (total / n_i + total / n_j - 1) * terms / (6 * total), 1.0)
    return observed, expected, sign, q
