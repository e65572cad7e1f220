"""Intervals of agreement: documents weighted at random, or as shares have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, stdtrit

from framing.agreement.pairs import Pairs, disagreement
from framing.inference import Floats, Integers, effective_size, score_interval
from framing.inference.blocks import in_blocks, sizes


@dataclass(frozen=True, eq=False)
class Question:
    """A statistic of one table of pairs, or of several.

    With several, what is observed and what is expected are added up, so that chance is reckoned
    table by table.
    """

    statistic: str
    tables: Sequence[Pairs]

    def answer(self, totals: Sequence[Floats] | None = None) -> Floats:
        """Compute ``1 − observed / expected``.

        Parameters
        ----------
        totals : sequence of array, shape (..., k, k), optional
            Of each table; default all documents, each once.

        Returns
        -------
        array, shape (...)
            Missing where nothing is expected.
        """
        totals = [one.total for one in self.tables] if totals is None else totals
        observed, expected = np.zeros(()), np.zeros(())
        for pairs, total in zip(self.tables, totals, strict=True):
            found, chance = disagreement(self.statistic, total, pairs)
            observed, expected = observed + found, expected + chance
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(expected > 0, 1 - observed / expected, np.nan))

    def resampled(self, totals: Mapping[Pairs, Floats], rng: np.random.Generator) -> Floats:
        """Compute it from totals of documents weighted at random.

        A prior is added, in parts to the tables (:func:`prior`).
        """
        mass = np.array([one.total.sum() for one in self.tables])
        parts = zip(self.tables, mass / mass.sum(), strict=True)
        return self.answer(
            [totals[one] + prior(one, rng, len(totals[one]), part) for one, part in parts]
        )

    def bias(self) -> float:
        """Mean deviation of the answer where weights vary about 1 with variance 1.

        ``½ Σ_d ∂²θ/∂w_d²``, by second differences. Of one table it is small beside its errors;
        where tables are added up it stays, while errors cancel.
        """
        step = 0.01
        more = [one.total + step * one.matrix for one in self.tables]
        less = [one.total - step * one.matrix for one in self.tables]
        bend = self.answer(more) + self.answer(less) - 2 * self.answer()
        return float(bend.sum() / (2 * step**2))


def prior(pairs: Pairs, rng: np.random.Generator, n: int, part: float = 1.0) -> Floats:
    """Draw what is added to resampled documents, so that what was not seen is not impossible.

    Half a unit on which coders differ, as by chance, and one on which they agree, shared out
    between the codes. For two coders and codes of 0 and 1 that is Jeffreys's prior of the three
    kinds of segments. See :attr:`Pairs.unit`.

    Parameters
    ----------
    n : int
        Draws.
    part : float
        How much of it is added.

    Returns
    -------
    array, shape (n, k, k)
    """
    k = len(pairs.values)
    use = pairs.total.sum(axis=0) + pairs.total.sum(axis=1)
    apart = np.outer(use, use) * (1 - np.eye(k))
    agree = rng.gamma(part / k, size=(n, k))
    differ = rng.gamma(part / 2, size=(n, 1, 1)) * apart / apart.sum()
    return np.asarray(pairs.unit * (differ + np.einsum("bc,ck->bck", agree, np.eye(k))))


def resampled(
    questions: Sequence[Question], *, replicates: int, seed: int, client: Any = None
) -> Floats:
    """Answer questions in documents weighted at random: the Bayesian bootstrap.

    Parameters
    ----------
    client : distributed.Client, optional
        See :func:`framing.inference.in_blocks`.

    Returns
    -------
    array, shape (replicates, n_questions)

    References
    ----------
    Rubin, D. B. (1981). The Bayesian bootstrap. *Annals of Statistics*, 9, 130–134.
    """
    blocks = sizes(replicates)
    tables = list(dict.fromkeys(pairs for one in questions for pairs in one.tables))
    flat = np.hstack([pairs.matrix.reshape(len(pairs.matrix), -1) for pairs in tables])
    ends = np.cumsum([len(pairs.values) ** 2 for pairs in tables])[:-1]

    def work(block: int) -> Floats:
        rng = np.random.default_rng([seed, block])
        n = blocks[block]
        drawn = np.split(rng.standard_exponential((n, len(flat))) @ flat, ends, axis=1)
        totals = {
            pairs: some.reshape(n, len(pairs.values), -1)
            for pairs, some in zip(tables, drawn, strict=True)
        }
        return np.column_stack([one.resampled(totals, rng) for one in questions])

    drawn = in_blocks(work, len(blocks), title="resampling", client=client)
    return np.concatenate(list(drawn))


def bounds(drawn: Floats, question: Question, level: float) -> tuple[float, float]:
    """Take the ends of an interval from resampled answers.

    Quantiles of the answers, further out where documents are not each of one kind (coders agree in
    all of it or in nothing): how much such documents vary is itself an estimate, and t stands for
    the normal distribution. Its degrees of freedom follow from the kurtosis of what each document
    bears (Satterthwaite), known by leaving it out.

    References
    ----------
    Hesterberg, T. C. (2015). What teachers should know about the bootstrap. *American
    Statistician*, 69, 371–386.
    """
    tail = (1 + level) / 2
    documents = _Documents.of(question.tables)
    if not documents.of_one_kind:
        held = documents.marks > 0
        without = question.answer([one.total - one.matrix[held] for one in question.tables])
        n = int(held.sum())
        degrees = _degrees(without - np.nanmean(without))
        tail = float(ndtr(np.sqrt(n / (n - 1)) * stdtrit(degrees, tail)))
    low, high = np.nanquantile(drawn, [1 - tail, tail])
    bias = question.bias() if len(question.tables) > 1 else 0.0
    return float(low) - bias, min(float(high) - bias, 1.0)


def share_bounds(question: Question, level: float) -> tuple[float, float]:
    """Wilson's interval of percent agreement: a share, as shares of frames have it."""
    documents = _Documents.of(question.tables)
    held = documents.marks > 0
    n, size, same = int(held.sum()), documents.pairs[held], documents.same[held]
    share = np.array([same.sum() / size.sum()])
    errors = (same - share * size) / size.sum()
    variance = np.array([(errors**2).sum() * n / max(n - 1, 1)])
    degrees = np.array([n - 1.0 if documents.of_one_kind else _degrees(errors)])
    most = np.array([sum(one.others for one in question.tables)])
    effective = effective_size(share, variance, np.array([n]), most)
    low, high = score_interval(share, effective, degrees, level)
    return float(low[0]), float(high[0])


@dataclass(frozen=True, eq=False)
class _Documents:
    """Pairs of codes in each document, pairs that are the same, and segments, in all tables."""

    pairs: Floats
    same: Floats
    marks: Integers

    @classmethod
    def of(cls, tables: Sequence[Pairs]) -> _Documents:
        pairs = np.sum([one.matrix.sum(axis=(1, 2)) for one in tables], axis=0)
        same = np.sum([np.trace(one.matrix, axis1=1, axis2=2) for one in tables], axis=0)
        return cls(pairs, same, np.sum([one.segments for one in tables], axis=0))

    @property
    def of_one_kind(self) -> bool:
        """Whether each document is one segment in which all coders agree, or all differ."""
        return bool(self.marks.max() == 1 and not (self.same * (self.pairs - self.same)).any())


def _degrees(errors: Floats) -> float:
    """Degrees of freedom of a variance, from what each document adds to the error."""
    n = len(errors)
    second, fourth = np.nansum(errors**2), np.nansum(errors**4)
    if second <= 1e-24:
        return float(n - 1)
    kurtosis = n * fourth / second**2
    return float(np.clip(2 * n / max(kurtosis - (n - 3) / (n - 1), 1e-9), 1, n - 1))
