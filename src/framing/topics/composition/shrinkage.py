"""What a prior does to errors: shares of topics are drawn towards what covariates let expect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from framing.inference import Floats
from framing.topics.composition.draws import ThetaDraws, square_root
from framing.topics.composition.sandwich import Leverage


@dataclass(frozen=True, eq=False)
class Prior:
    """What a structural topic model expects of its segments before it reads them.

    Attributes
    ----------
    x : array, shape (n_segments, n_prior)
        Its own design: μ = Xγ.
    eta : array, shape (n_segments, n_topics − 1)
        Modes λ of η.
    sigma : array, shape (n_topics − 1, n_topics − 1)
    known : array, shape (n_topics − 1, n_topics − 1)
        S, the average covariance of η once the words are read.
    own : array, shape (n_segments, n_topics − 1, n_topics − 1), or None
        The same of each segment, where it is to be used.
    iterations : int
        Over which γ and λ were fitted in turn.
    """

    x: Floats
    eta: Floats
    sigma: Floats
    known: Floats
    own: Floats | None
    iterations: int

    def errors(self, leverage: Leverage, *, adjusted: bool = True) -> Floats:
        """What each unit adds to the error of γ, times Σ⁻¹; shape (n_units, n_prior, n_topics − 1).

        In the fit λ = μ + κ(y − μ), y being what the words say and ``κ = I − SΣ⁻¹``: residuals
        λ − Xγ are κ times those of y, which made γ. Hence
        ``(XᵀX)⁻¹ X_uᵀ(λ_u − X_u γ) κ⁻ᵀ Σ⁻¹``, where ``κ⁻ᵀ Σ⁻¹ = Σ^(−½) (I − J)⁻¹ Σ^(−½)`` with
        ``J = Σ^(−½) S Σ^(−½)``. The fit is an EM algorithm, which takes J to the power of its
        iterations: what these have not reached has not moved γ either.

        Parameters
        ----------
        leverage : Leverage
            Of `x`, with the units.
        adjusted : bool
            As in :meth:`framing.topics.composition.sandwich.Leverage.scores`.
        """
        residuals = self.eta - self.x @ leverage.coefficients(self.eta)
        half = np.linalg.pinv(square_root(self.sigma), hermitian=True)
        values, vectors = np.linalg.eigh(half @ self.known @ half)
        pulled = np.clip(values, 0.0, 1 - 1e-12)
        undone = (1 - pulled**self.iterations) / (1 - pulled)
        scores = leverage.scores(residuals, adjusted=adjusted)
        return np.asarray(scores @ (half @ (vectors * undone) @ vectors.T @ half))

    def pull(self, draws: ThetaDraws, x: Floats, weights: Floats) -> tuple[Floats, Floats]:
        """Average draws, and tell how they follow γ.

        Parameters
        ----------
        draws : ThetaDraws
        x : array, shape (n_segments, n_columns)
            The design of a regression of θ.
        weights : array, shape (n_segments,)

        Returns
        -------
        mean : array, shape (n_segments, n_topics)
        pull : array, shape (n_columns, n_prior, n_topics − 1, n_topics)
            ``Σ_d w_d x_d ⊗ x°_d ⊗ Cov(η_d, θ_d)``, x° the rows of the prior's design: times Σ⁻¹ and
            a change of γ, the change of ``Σ_d w_d x_d θ_d``.

        Notes
        -----
        A posterior of η with the prior N(μ, Σ) has ∂E[θ]/∂μ = Cov(θ, η) Σ⁻¹. By Stein's lemma, for
        a normal η, Cov(η, θ) = S E[∂θ/∂η]ᵀ, and ∂θ/∂η = diag θ − θθᵀ.
        """
        n_topics, free = self.sigma.shape[0] + 1, self.sigma.shape[0]
        mean = np.empty((len(x), n_topics))
        total = np.zeros((x.shape[1] * self.x.shape[1], free * n_topics))
        for rows, drawn in draws.blocks():
            mean[rows] = drawn.mean(axis=0)
            squares = drawn.transpose(1, 2, 0) @ drawn.transpose(1, 0, 2) / len(drawn)
            slope = -squares[:, :free]
            slope[:, range(free), range(free)] += mean[rows, :free]
            if self.own is not None:
                slope = self.own[rows] @ slope
            pairs = (weights[rows, None] * x[rows])[:, :, None] * self.x[rows, None, :]
            total += pairs.reshape(len(slope), -1).T @ slope.reshape(len(slope), -1)
        pull = total.reshape(x.shape[1], self.x.shape[1], free, n_topics)
        return mean, pull if self.own is not None else np.einsum("lm,ijmt->ijlt", self.known, pull)
