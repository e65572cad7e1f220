"""Draws of the shares of topics: what the words of a segment leave open about them."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from framing.errors import InputError, InputWarning, one_of
from framing.inference import Floats

UNCERTAINTIES = ("global", "local", "none")
"""How surely η of a segment is known: alike for all, as its own words tell, or wholly."""

_BLOCK = 1024  # segments whose draws are held together; each block has a seed of its own
_SMALL = 1e-8


@dataclass(frozen=True, eq=False)
class ThetaDraws:
    """Shares of the topics, drawn from what is known of each segment.

    Iterate for one draw after another, or take :meth:`blocks`.

    Attributes
    ----------
    centre : array, shape (n_segments, n_topics − 1)
        Modes of η; where nothing is drawn, θ itself, shape (n_segments, n_topics).
    root : array, shape (n_topics − 1, n_topics − 1) or with a leading axis of segments, or None
        A square root of the covariance of η; None where nothing is drawn.
    draws, seed : int
    """

    centre: Floats
    root: Floats | None
    draws: int
    seed: int

    @classmethod
    def of(
        cls,
        eta: Floats,
        mu: Floats,
        sigma: Floats,
        *,
        uncertainty: str = "global",
        covariances: Floats | None = None,
        draws: int = 25,
        seed: int = 0,
    ) -> ThetaDraws:
        """Prepare draws; see :func:`theta_draws`."""
        if uncertainty not in UNCERTAINTIES:
            raise one_of("uncertainty", uncertainty, UNCERTAINTIES)
        if uncertainty == "none":
            return cls.known(with_last(eta))
        if not isinstance(draws, (int, np.integer)) or draws < 2:
            raise InputError(f"draws must be a whole number from 2 on; got {draws!r}.")
        if uncertainty == "global":
            root = square_root(global_covariance(eta, mu, sigma))
        elif covariances is None:
            raise InputError("uncertainty='local' needs the covariances of the segments.")
        elif covariances.shape != (*eta.shape, eta.shape[1]):
            raise InputError(
                f"covariances is {' × '.join(map(str, covariances.shape))}; expected one of "
                f"{eta.shape[1]} × {eta.shape[1]} for each of {len(eta)} segments."
            )
        else:
            root = _lower(covariances)
        return cls(eta, root, int(draws), seed)

    @classmethod
    def known(cls, theta: Floats) -> ThetaDraws:
        """Take shares as they are: one draw, which is θ."""
        return cls(theta, None, 1, 0)

    def __iter__(self) -> Iterator[Floats]:
        """Yield θ, shape (n_segments, n_topics), draw by draw."""
        for draw in range(self.draws):
            yield np.concatenate([self._drawn(draw, block) for block in range(self._n_blocks)])

    def blocks(self) -> Iterator[tuple[slice, Floats]]:
        """Yield all draws of some segments, shape (n_draws, n, n_topics), and which they are."""
        for block in range(self._n_blocks):
            drawn = [self._drawn(draw, block) for draw in range(self.draws)]
            yield self._rows(block), np.stack(drawn)

    @property
    def _n_blocks(self) -> int:
        return -(-len(self.centre) // _BLOCK)

    def _rows(self, block: int) -> slice:
        return slice(block * _BLOCK, min((block + 1) * _BLOCK, len(self.centre)))

    def _drawn(self, draw: int, block: int) -> Floats:
        rows = self._rows(block)
        centre = self.centre[rows]
        if self.root is None:
            return centre
        noise = np.random.default_rng([self.seed, draw, block]).standard_normal(centre.shape)
        if self.root.ndim == 2:
            return with_last(centre + noise @ self.root.T)
        return with_last(centre + np.einsum("dij,dj->di", self.root[rows], noise))


def theta_draws(
    eta: Floats,
    mu: Floats,
    sigma: Floats,
    *,
    uncertainty: str = "global",
    covariances: Floats | None = None,
    draws: int = 25,
    seed: int = 0,
) -> Iterator[Floats]:
    """Draw the shares of the topics from their approximate posterior, one draw after another.

    Parameters
    ----------
    eta, mu : array, shape (n_segments, n_topics − 1)
        Modes λ of η, and prior means.
    sigma : array, shape (n_topics − 1, n_topics − 1)
    uncertainty : {"global", "local", "none"}
        ``η_d ~ N(λ_d, Σ − (1/N) Σ_d (λ_d − μ_d)(λ_d − μ_d)ᵀ)``, which is the average covariance of
        a segment's η; ``η_d ~ N(λ_d, ν_d)``, ν_d the segment's own; or λ_d itself.
    covariances : array, shape (n_segments, n_topics − 1, n_topics − 1), optional
        ν, for ``"local"``.
    draws, seed : int

    Yields
    ------
    array, shape (n_segments, n_topics)
        ``θ = softmax([η, 0])``; once, if nothing is uncertain.

    References
    ----------
    Treier, S. & Jackman, S. (2008). Democracy as a latent variable. *American Journal of Political
    Science*, 52, 201–217.
    Roberts, M. E., Stewart, B. M. & Airoldi, E. M. (2016). A model of text for experimentation in
    the social sciences. *JASA*, 111, 988–1003.

    Examples
    --------
    >>> eta, mu, sigma = np.array([[0.0], [2.0]]), np.ones((2, 1)), np.array([[1.5]])
    >>> [theta.round(2).tolist() for theta in theta_draws(eta, mu, sigma, uncertainty="none")]
    [[[0.5, 0.5], [0.88, 0.12]]]
    >>> len(list(theta_draws(eta, mu, sigma, draws=3)))
    3
    """
    return iter(
        ThetaDraws.of(
            eta,
            mu,
            sigma,
            uncertainty=uncertainty,
            covariances=covariances,
            draws=draws,
            seed=seed,
        )
    )


def global_covariance(eta: Floats, mu: Floats, sigma: Floats) -> Floats:
    """Average covariance of η given the words: what Σ leaves when the spread of λ is taken off.

    Returns
    -------
    array, shape (n_topics − 1, n_topics − 1)
        Positive semidefinite.

    Warns
    -----
    InputWarning
        If λ spread more than Σ allows, in some direction: nothing is drawn along it.
    """
    apart = eta - mu
    left = sigma - apart.T @ apart / len(eta)
    values, vectors = np.linalg.eigh((left + left.T) / 2)
    if values[0] < -_SMALL * max(float(np.trace(sigma)), _SMALL):
        warnings.warn(
            f"the shares of topics spread further than the model's Σ allows, in "
            f"{int((values < 0).sum())} of {len(values)} directions; they are taken as known "
            "there. Use uncertainty='local', or fit with sigma_shrinkage=0.",
            InputWarning,
            stacklevel=4,
        )
    return np.asarray((vectors * np.maximum(values, 0.0)) @ vectors.T)


def square_root(covariance: Floats) -> Floats:
    """Symmetric square root; of what is negative by rounding, nought."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)


def with_last(eta: Floats) -> Floats:
    """θ = softmax([η, 0]), shape (n_segments, n_topics)."""
    return np.asarray(softmax(np.pad(eta, ((0, 0), (0, 1))), axis=1))


def _lower(covariances: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.cholesky(covariances), dtype=float)
    except np.linalg.LinAlgError:
        return np.stack([square_root(one) for one in covariances])
