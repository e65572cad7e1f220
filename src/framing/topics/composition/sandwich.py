"""Variances of least squares where units differ: CR2, and the degrees of freedom it has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import solve_triangular

from framing.inference import Floats, Integers

_ALONE = 1 - 1e-8  # a unit with a leverage above this determines something by itself


@dataclass(frozen=True, eq=False)
class Leverage:
    """How much each unit bears on a regression: all that small samples need to be allowed for.

    With X = QR, a unit's hat matrix is ``H_u = Q_u Q_uᵀ``, and residuals times
    ``A_u = (I − H_u)^(−½)`` have the variance of errors that are alike. Since
    ``Q_uᵀ A_u = (I − Q_uᵀ Q_u)^(−½) Q_uᵀ``, sums over the unit are all that is needed, and the
    eigenvectors of ``G_u = Q_uᵀ Q_u``.

    Attributes
    ----------
    q : array, shape (n_rows, n_columns)
    r_inverse : array, shape (n_columns, n_columns)
        R⁻¹, so that coefficients are ``R⁻¹ Qᵀ y``.
    units : array of int, shape (n_rows,)
    values : array, shape (n_units, rank)
        Eigenvalues of G_u that are not nought.
    vectors : array, shape (n_units, n_columns, rank)

    References
    ----------
    Bell, R. M. & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression
    with multi-stage samples. *Survey Methodology*, 28, 169–181.
    Pustejovsky, J. E. & Tipton, E. (2018). Small-sample methods for cluster-robust variance
    estimation and hypothesis testing in fixed effects models. *Journal of Business & Economic
    Statistics*, 36, 672–683.
    """

    q: Floats
    r_inverse: Floats
    units: Integers
    values: Floats
    vectors: Floats

    @classmethod
    def of(cls, x: Floats, units: Integers) -> Leverage:
        """Decompose a design.

        Parameters
        ----------
        x : array, shape (n_rows, n_columns)
            Of full rank; rows are multiplied by the square roots of their weights.
        units : array of int, shape (n_rows,)
            To which unit each row belongs, numbered from 0.
        """
        q, r = np.linalg.qr(x)
        return cls(q, solve_triangular(r, np.eye(len(r))), units, *_spectrum(q, units))

    @property
    def n_units(self) -> int:
        """Number of units."""
        return len(self.values)

    def coefficients(self, y: Floats) -> Floats:
        """Regress, shape (n_columns, n_outcomes)."""
        return np.asarray(self.r_inverse @ (self.q.T @ y))

    def scores(self, residuals: Floats, *, adjusted: bool = True) -> Floats:
        """What each unit's residuals add to the coefficients' errors.

        ``R⁻¹ Q_uᵀ A_u e_u``; the sum of their squares is the CR2 variance.

        Parameters
        ----------
        residuals : array, shape (n_rows, n_outcomes)
        adjusted : bool
            Without it A_u = I, and scores add up to nought.

        Returns
        -------
        array, shape (n_units, n_columns, n_outcomes)
        """
        sums = np.zeros((self.n_units, self.q.shape[1], residuals.shape[1]))
        if self._single:
            sums[self.units] = self.q[:, :, None] * residuals[:, None, :]
        else:
            for unit, rows in enumerate(rows_of_units(self.units, self.n_units)):
                sums[unit] = self.q[rows].T @ residuals[rows]
        if adjusted:
            along = np.einsum("upr,upt->urt", self.vectors, sums)
            sums += np.einsum("upr,urt->upt", self.vectors, (self._root - 1)[..., None] * along)
        return np.asarray(np.einsum("cp,upt->uct", self.r_inverse, sums, optimize=True))

    def degrees(self, contrasts: Floats) -> Floats:
        """Degrees of freedom of the CR2 variance of each contrast, by Satterthwaite's rule.

        ``(tr Ψ)² / tr Ψ²`` where ``Ψ_uv = 1[u = v] v_u − y_uᵀ y_v`` is the covariance of the units'
        adjusted scores, were errors alike.

        Parameters
        ----------
        contrasts : array, shape (n_contrasts, n_columns)

        Returns
        -------
        array, shape (n_contrasts,)
            Missing for a contrast of nought.
        """
        found = np.full(len(contrasts), np.nan)
        along = self._along(contrasts)
        own = (self.values * self._root**2 * along**2).sum(axis=2)
        weighted = self.values * self._root * along
        squares = (weighted**2).sum(axis=2)  # |y_u|², the eigenvectors being orthonormal
        for i in range(len(contrasts)):
            shared = np.einsum("upr,ur->up", self.vectors, weighted[i])
            trace = (own[i] - squares[i]).sum()
            second = (own[i] ** 2 - 2 * own[i] * squares[i]).sum()
            second += ((shared.T @ shared) ** 2).sum()
            if second > 0:
                found[i] = trace**2 / second
        return found

    def joint_degrees(self, contrasts: Floats) -> float:
        """η of Hotelling's T² that the CR2 Wald test of several contrasts resembles.

        ``q(q+1) / Σ_st Var(d_st)``, d the CR2 covariance of contrasts that are standardised, were
        errors alike; ``(η − q + 1)/(ηq) · Q`` is then nearly F with q and η − q + 1 degrees.
        """
        covariance = contrasts @ self.r_inverse
        values, vectors = np.linalg.eigh(covariance @ covariance.T)
        standard = (vectors / np.sqrt(values)) @ vectors.T @ contrasts
        n, p = standard.shape
        own, shared = self._parts(standard)
        weighted = np.sqrt(self.values) * self._root * self._along(standard)
        cross = np.einsum("sur,tur->stu", weighted, weighted, optimize=True)
        both = np.einsum("sup,tup->stu", shared, shared, optimize=True)
        squares = np.einsum("ssu->su", both)
        flat = shared.transpose(1, 0, 2).reshape(self.n_units, n * p)
        mixed = (flat.T @ flat).reshape(n, p, n, p).transpose(0, 2, 1, 3)
        total = (own @ own.T - 2 * own @ squares.T).sum() + (mixed**2).sum()
        total += (cross**2 - 2 * cross * both).sum()
        total += np.einsum("stab,stba->", mixed, mixed)
        return float(n * (n + 1) / total) if total > 0 else np.nan

    def alone(self, contrasts: Floats) -> Integers:
        """Find the unit without which a contrast could not be estimated; −1 where there is none.

        Returns
        -------
        array of int, shape (n_contrasts,)
        """
        found = np.full(len(contrasts), -1)
        heavy = np.flatnonzero((self.values > _ALONE).any(axis=1))
        if len(heavy):
            held = self._along(contrasts)[:, heavy] * (self.values[heavy] > _ALONE)
            length = ((contrasts @ self.r_inverse) ** 2).sum(axis=1)
            part = (held**2).sum(axis=2) / np.maximum(length, 1e-300)[:, None]
            found = np.where(part.max(axis=1) > 1e-6, heavy[part.argmax(axis=1)], -1)
        return found.astype(np.int64)

    def bearing(self, contrast: Floats) -> Floats:
        """Part that each unit has in a contrast, shape (n_units,); parts add up to 1."""
        part = (self.values * self._along(contrast[None])[0] ** 2).sum(axis=1)
        return np.asarray(part / part.sum())

    @property
    def _single(self) -> bool:
        return len(self.units) == self.n_units

    @cached_property
    def _root(self) -> Floats:
        """Eigenvalues of (I − G_u)^(−½); nought along what the unit determines by itself."""
        left = np.where(self.values > _ALONE, np.inf, 1 - self.values)
        return np.asarray(1 / np.sqrt(left))

    def _parts(self, contrasts: Floats) -> tuple[Floats, Floats]:
        """v_u, shape (n_contrasts, n_units), and y_u = G_u D_u q, with an axis of columns."""
        along = self._along(contrasts)
        own = (self.values * self._root**2 * along**2).sum(axis=2)
        weighted = self.values * self._root * along
        return own, np.einsum("upr,cur->cup", self.vectors, weighted, optimize=True)

    def _along(self, contrasts: Floats) -> Floats:
        """Contrasts along the eigenvectors of each unit, shape (n_contrasts, n_units, rank)."""
        q = contrasts @ self.r_inverse
        return np.asarray(np.einsum("upr,cp->cur", self.vectors, q, optimize=True))


def rows_of_units(units: Integers, n_units: int) -> list[Integers]:
    """Rows of each unit."""
    order = np.argsort(units, kind="stable")
    return np.split(order, np.cumsum(np.bincount(units, minlength=n_units))[:-1])


def _spectrum(q: Floats, units: Integers) -> tuple[Floats, Floats]:
    """Eigenvalues and eigenvectors of Q_uᵀ Q_u, as many as a unit has rows."""
    sizes = np.bincount(units)
    n, p, rank = len(sizes), q.shape[1], min(int(sizes.max()), q.shape[1])
    values, vectors = np.zeros((n, rank)), np.zeros((n, p, rank))
    if sizes.max() == 1:
        values[units, 0] = np.minimum((q**2).sum(axis=1), 1.0)
        vectors[units, :, 0] = q / np.sqrt(np.maximum(values[units], 1e-300))
        return values, vectors
    for unit, rows in enumerate(rows_of_units(units, n)):
        found, along = np.linalg.eigh(q[rows].T @ q[rows])
        values[unit], vectors[unit] = np.clip(found[-rank:], 0.0, 1.0), along[:, -rank:]
    return values, vectors
