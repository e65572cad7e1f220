"""Word shifts: what each term adds to a difference between two mixes of terms."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import entr, rel_entr

from framing.errors import InputError, one_of
from framing.mixes import mix

Floats = npt.NDArray[np.float64]

MEASURES = ("proportion", "entropy", "kld", "jsd")


def word_shift(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    measure: str = "jsd",
    *,
    base: float = 2.0,
    alpha: float = 1.0,
    weights: tuple[float, float] = (0.5, 0.5),
    reference: float = 0.0,
) -> Floats:
    """Contribution of each term to the difference between two mixes.

    Parameters
    ----------
    first, second : array_like, shape (..., n_terms)
        Counts or shares, not negative; each is divided by its sum.
    measure : {"proportion", "entropy", "kld", "jsd"}
        What the contributions add up to; see Notes.
    base : float
        Of the logarithms: 2 for bits.
    alpha : float
        Order of the entropy, for "entropy": 1 is Shannon's, others are those of Tsallis, which
        weigh frequent terms more the larger α is.
    weights : (float, float)
        π₁ and π₂ of "jsd", positive, which add up to 1.
    reference : float
        Φ_ref: terms whose score lies above it raise the total by becoming more frequent, those
        below lower it. It moves contributions between terms; their sum stays.

    Returns
    -------
    numpy.ndarray, shape (..., n_terms)
        Contributions of the terms. "kld" is infinite where `first` lacks a term that `second` has.

    Notes
    -----
    Every term has a share p and a score φ in each mix, and contributes (Gallagher et al. 2021)
    ``δΦ = (p₂−p₁)[½(φ₁+φ₂) − Φ_ref] + ½(p₁+p₂)(φ₂−φ₁)``, which is ``p₂φ₂ − p₁φ₁ − Φ_ref(p₂−p₁)``.

    ============ ===================== ===================== ================================
    measure      φ₁                    φ₂                    sum
    ============ ===================== ===================== ================================
    "proportion" 1                     1                     0
    "entropy"    −log p₁               −log p₂               H(p₂) − H(p₁)
    … of order α −p₁^(α−1) / (α−1)     −p₂^(α−1) / (α−1)     S_α(p₂) − S_α(p₁)
    "jsd"        π₁(log m − log p₁)    π₂(log p₂ − log m)    JSD, m = π₁p₁ + π₂p₂
    "kld"        −log p₂, weighed p₂   −log p₁               D(p₂ ‖ p₁)
    ============ ===================== ===================== ================================

    The contributions to "jsd" are at least nought, and with equal weights and base 2 they are those
    of :func:`framing.jensen_shannon`. Few documents make every divergence large; a shift of terms
    should be read beside its noise floor (:func:`framing.shift`).

    References
    ----------
    Gallagher, R. J., Frank, M. R., Mitchell, L., Schwartz, A. J., Reagan, A. J., Danforth, C. M. &
    Dodds, P. S. (2021). Generalized word shift graphs. *EPJ Data Science*, 10, 4.

    Examples
    --------
    >>> word_shift([3, 1], [1, 3], "kld").round(3)
    array([-0.396,  1.189])
    >>> float(word_shift([1, 0], [0, 1]).sum())
    1.0
    """
    if measure not in MEASURES:
        raise one_of("measure", measure, MEASURES)
    if not base > 1:
        raise InputError(f"base must be more than 1; got {base!r}.")
    if not alpha > 0:
        raise InputError(f"alpha must be positive; got {alpha!r}.")
    if min(weights) <= 0 or abs(sum(weights) - 1) > 1e-12:
        raise InputError(f"weights must be positive and add up to 1; got {weights!r}.")
    p_1, p_2 = mix(first, "first"), mix(second, "second")
    if measure == "kld":
        return _relative(p_2, p_1, base)
    frequency = p_2 - p_1
    if measure == "proportion":
        parts = frequency
    elif measure == "entropy":
        parts = _surprise(p_2, base, alpha) - _surprise(p_1, base, alpha)
    else:
        m = weights[0] * p_1 + weights[1] * p_2
        sides = (
            weight * _relative(p, m, base) for weight, p in zip(weights, (p_1, p_2), strict=True)
        )
        parts = np.maximum(sum(sides), 0.0)  # rounding
    return np.asarray(parts - reference * frequency)


def _relative(p: Floats, q: Floats, base: float) -> Floats:
    """``p log(p/q)``, nought where p is."""
    return np.asarray(rel_entr(p, q) / np.log(base))


def _surprise(p: Floats, base: float, alpha: float) -> Floats:
    """``−p log p``, or ``−p^α / (α−1)``."""
    return np.asarray(entr(p) / np.log(base) if alpha == 1 else -(p**alpha) / (alpha - 1))
