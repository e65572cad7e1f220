"""Variational EM for the structural topic model (Roberts, Stewart & Airoldi 2016)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from framing.errors import InputError
from framing.inference import Floats, Integers
from framing.topics.fitting import kernels
from framing.topics.fitting.laplace import laplace
from framing.topics.fitting.workers import Workers, blocks_of

if TYPE_CHECKING:
    from framing.topics.fitting.shards import Shards

CLOSE = 1e-6
"""A mode of η is found when Newton's step promises to raise the bound of its document by less."""
_DUST = 1e-150
"""Smaller probabilities are nought: they bear on nothing, and slow down every product."""


@dataclass(frozen=True, eq=False)
class Documents:
    """Counts by rows and by columns, and the content level of each document."""

    rows: tuple[Integers, Integers, Floats]
    columns: tuple[Integers, Integers, Floats]
    level: Integers
    shape: tuple[int, int]

    @classmethod
    def of(cls, counts: sparse.csr_array, level: Integers | None = None) -> Documents:
        """Compress counts, shape (n_documents, n_terms), both ways."""

        def parts(matrix: Any) -> tuple[Integers, Integers, Floats]:
            starts, places = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64)
            return starts, places, matrix.data.astype(float)

        rows, columns = parts(counts), parts(sparse.csc_array(counts))
        if level is None:
            level = np.zeros(counts.shape[0], dtype=np.int64)
        return cls(rows, columns, level, counts.shape)


@dataclass(frozen=True, eq=False)
class Parameters:
    """What the posterior of every document hangs on.

    Attributes
    ----------
    beta : array, shape (n_levels, n_terms, n_topics)
    precision : array, shape (n_topics − 1, n_topics − 1)
        Σ⁻¹; `half_log_det` is ½ log|Σ|.
    close : float
        When a mode is found.
    """

    beta: Floats
    precision: Floats
    half_log_det: float
    close: float

    @classmethod
    def of(cls, beta: Floats, sigma: Floats, close: float) -> Parameters:
        """Invert Σ."""
        chol = np.linalg.cholesky(sigma)
        lower = np.linalg.inv(chol)
        half_log_det = float(np.log(np.diag(chol)).sum())
        return cls(beta, np.ascontiguousarray(lower.T @ lower), half_log_det, close)


@dataclass(frozen=True, eq=False)
class Modes:
    """What is found of every document by itself.

    Attributes
    ----------
    eta : array, shape (n_documents, n_topics − 1)
    bound : array, shape (n_documents,)
    covariances : array, shape (n_documents, n_topics − 1, n_topics − 1)
        ν_d of each, if asked for; else empty.
    """

    eta: Floats
    bound: Floats
    covariances: Floats

    @classmethod
    def room(cls, eta: Floats, covariances: bool) -> Modes:
        """Make room for what will be found from there on."""
        n, free = eta.shape
        each = np.empty((n, free, free) if covariances else (0, 0, 0))
        return cls(np.array(eta, order="C"), np.empty(n), each)

    def fill(
        self,
        first: int,
        last: int,
        rows: tuple[Integers, Integers, Floats],
        level: Integers,
        parameters: Parameters,
        mu: Floats,
    ) -> Floats:
        """Find those of documents `first` to `last`; give the sum of their ν_d."""
        spread = np.zeros_like(parameters.precision)
        settings: Any = (parameters.precision, parameters.half_log_det, parameters.close)
        results: Any = (self.eta, self.bound, spread, self.covariances)
        laplace(first, last, *rows, parameters.beta, level, mu, *settings, *results)
        return spread


@dataclass(frozen=True, eq=False)
class Posterior:
    """What an E-step finds of every document.

    Attributes
    ----------
    eta : array, shape (n_documents, n_topics − 1)
    weight : array, shape (n_documents, n_topics)
        exp([η, 0]) up to a factor.
    bound : array, shape (n_documents,)
    spread : array, shape (n_topics − 1, n_topics − 1)
        Sum of the inverse Hessians ν_d.
    covariances : array, shape (n_documents, n_topics − 1, n_topics − 1)
        ν_d of each, if asked for; else empty.
    """

    eta: Floats
    weight: Floats
    bound: Floats
    spread: Floats
    covariances: Floats

    @property
    def theta(self) -> Floats:
        """Shares of the topics, shape (n_documents, n_topics)."""
        return np.asarray(self.weight / self.weight.sum(axis=1, keepdims=True))


def e_step(
    documents: Documents,
    beta: Floats,
    mu: Floats,
    sigma: Floats,
    eta: Floats,
    workers: Workers,
    *,
    close: float = CLOSE,
    covariances: bool = False,
    shards: Shards | None = None,
    gamma: Floats | None = None,
) -> Posterior:
    """Find the posterior of η for every document: its mode, and the curvature there.

    Parameters
    ----------
    beta : array, shape (n_levels, n_terms, n_topics)
    mu, eta : array, shape (n_documents, n_topics − 1)
        Prior means, and where to start.
    sigma : array, shape (n_topics − 1, n_topics − 1)
    close : float
        When a mode is found; infinity keeps η where it is.
    covariances : bool
        Keep ν_d of every document.
    shards : Shards, optional
        The documents on a cluster, whose workers do it in place of the threads.
    gamma : array, shape (n_columns, n_topics − 1), optional
        What `mu` is made of; shards that have the design need not be sent more.
    """
    parameters = Parameters.of(beta, sigma, close)
    mu = np.ascontiguousarray(mu)
    if shards is None:
        modes = Modes.room(eta, covariances)
        settings = (documents.rows, documents.level, parameters, mu)
        spreads = workers.blocks(modes.fill, len(eta), *settings)
    else:
        modes, spreads = shards.modes(parameters, mu, eta, covariances, gamma)
    weight = np.empty((len(eta), eta.shape[1] + 1))
    workers.blocks(kernels.weights, len(eta), modes.eta, weight)
    spread = np.sum(spreads, axis=0)
    return Posterior(modes.eta, weight, modes.bound, spread, modes.covariances)


def means(design: Floats, gamma: Floats, blocks: list[tuple[int, int]]) -> Floats:
    """Prior means Xγ, block by block, so that they are the same wherever a block is."""
    return np.concatenate([design[first:last] @ gamma for first, last in blocks])


def expected_counts(documents: Documents, beta: Floats, weight: Floats, workers: Workers) -> Floats:
    """How often each topic used each term, by the posterior; shaped as β is."""
    found = np.empty_like(beta)
    settings = (*documents.columns, beta, documents.level, weight, found)
    workers.blocks(kernels.expected_counts, documents.shape[1], *settings)
    return found


@dataclass(frozen=True, eq=False)
class State:
    """A model after some iterations.

    Attributes
    ----------
    beta : array, shape (n_levels, n_terms, n_topics)
    posterior : Posterior
        Under the parameters before; R's stm returns the same.
    mu : array, shape (n_documents, n_topics − 1)
    gamma : array, shape (n_columns, n_topics − 1)
    sigma : array, shape (n_topics − 1, n_topics − 1)
    bounds : list of float
        After each iteration.
    content : object or None
        What `update_content` returned.
    """

    beta: Floats
    posterior: Posterior
    mu: Floats
    gamma: Floats
    sigma: Floats
    bounds: list[float]
    content: Any = None

    @property
    def change(self) -> float:
        """By how much the bound rose in the last iteration, relative to its size."""
        if len(self.bounds) < 2:
            return np.inf
        before, now = self.bounds[-2:]
        return (now - before) / abs(before)


def iterate(
    documents: Documents,
    beta: Floats,
    design: Floats,
    regress: Callable[[Floats, Floats], Floats],
    update_content: Callable[[Floats], Any] | None,
    shrinkage: float,
    workers: Workers,
    shards: Shards | None = None,
) -> Iterator[State]:
    """Yield the model after every iteration, without end.

    Parameters
    ----------
    documents : Documents
    beta : array, shape (n_levels, n_terms, n_topics)
        Where to start.
    design : array, shape (n_documents, n_columns)
    regress : callable
        (design, η) → γ.
    update_content : callable or None
        Expected counts, shape (n_levels, n_topics, n_terms) → an object whose ``beta`` has that
        shape. None: each topic's counts, divided by their sum.
    shrinkage : float
        How far Σ is drawn to its diagonal, 0 to 1.
    workers, shards
        As in :func:`e_step`. Whatever else is done is done here.
    """
    n, free = documents.shape[0], beta.shape[2] - 1
    gamma, sigma = np.zeros((design.shape[1], free)), np.diag(np.full(free, 20.0))
    mu, eta, blocks = np.zeros((n, free)), np.zeros((n, free)), blocks_of(n)
    bounds: list[float] = []
    while True:
        given = documents, beta, mu, sigma, eta, workers
        posterior = e_step(*given, shards=shards, gamma=gamma)
        if not np.isfinite(posterior.bound).all():
            raise InputError(
                "the bound of a document is not finite; is a count huge, or the model far too "
                "large for so few documents? Ask for fewer topics."
            )
        counts = expected_counts(documents, beta, posterior.weight, workers)
        eta = posterior.eta
        gamma = regress(design, eta)
        mu = means(design, gamma, blocks)
        error = eta - mu
        sigma = (error.T @ error + posterior.spread) / n
        sigma = shrinkage * np.diag(np.diag(sigma)) + (1 - shrinkage) * sigma
        content = None
        if update_content is None:
            beta = counts / counts.sum(axis=1, keepdims=True)
        else:
            content = update_content(np.ascontiguousarray(counts.transpose(0, 2, 1)))
            beta = np.ascontiguousarray(content.beta.transpose(0, 2, 1))
        beta[beta < _DUST] = 0.0
        bounds = [*bounds, float(posterior.bound.sum())]
        yield State(beta, posterior, mu, gamma, sigma, bounds, content)
