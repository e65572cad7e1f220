"""Topic models without covariates: scikit-learn's, with the interface of all topic models here."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
from scipy import sparse
from scipy.special import digamma
from sklearn.decomposition import LatentDirichletAllocation, non_negative_factorization
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.utils.validation import check_is_fitted, check_non_negative

from framing.errors import InputError, InputWarning, one_of
from framing.inference import Floats
from framing.topics.model import TopicModel

WEIGHTS = ("tf-idf", "count")
LOSSES = ("frobenius", "kullback-leibler")


class _Factorised(TopicModel):
    """A matrix of counts as a product of two, by scikit-learn."""

    components_: Floats
    n_iter_: int

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : Features of terms, DataFrame, array or sparse array, shape (n_segments, n_terms)
            Counts, not negative.
        y : None
            Ignored; it is there for scikit-learn's sake.
        """
        self._check_settings()
        counts = self._take(X)
        used = sparse.csr_array(counts[np.flatnonzero(self.used_)])
        self._check_number(used)
        self.word_counts_ = np.asarray(used.sum(axis=0), dtype=float)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ConvergenceWarning)
            theta = self._fit(used)
        if any(issubclass(one.category, ConvergenceWarning) for one in caught):
            warnings.warn(
                f"{self._who}: no convergence in {self.max_iter} iterations; raise max_iter.",
                InputWarning,
                stacklevel=2,
            )
        self.theta_ = np.full((counts.shape[0], theta.shape[1]), np.nan)
        self.theta_[self.used_] = theta
        self._name_topics()
        return self

    def transform(self, X: Any) -> Floats:
        """Find the shares of the topics in segments, with the topics as they are.

        Parameters
        ----------
        X : as in :meth:`fit`

        Returns
        -------
        array, shape (n_segments, n_topics)
            Rows sum to 1. A segment that has nothing of any topic gets equal shares; a warning
            says how many there are.
        """
        check_is_fitted(self)
        counts = self._counts(X, reset=False)
        check_non_negative(counts, self._who)
        return self._shares(counts)

    max_iter: int

    def _check_settings(self) -> None:
        if self.max_iter < 1:
            raise InputError(f"max_iter must be at least 1; got {self.max_iter!r}.")

    def _fit(self, counts: sparse.csr_array) -> Floats:
        raise NotImplementedError

    def _shares(self, counts: sparse.csr_array) -> Floats:
        raise NotImplementedError


class NMF(_Factorised):
    """Topics by non-negative matrix factorisation of weighed counts.

    Parameters
    ----------
    n_topics : int
    weights : {"tf-idf", "count"}
        What is factorised: rows of tf-idf of length 1, or counts.
    loss : {"frobenius", "kullback-leibler"}
        What is made small: squares, or the Kullback–Leibler divergence, with which counts give
        the same topics as probabilistic latent semantic analysis.
    max_iter : int
    tol : float
    random_state : int
        The start (``"nndsvda"``) draws its singular vectors with it.

    Attributes
    ----------
    components_ : array, shape (n_topics, n_terms)
        The second factor, H.
    idf_ : array, shape (n_terms,) or None
    n_iter_ : int
    beta_, theta_, used_, topic_names_, word_counts_, counts_, segments_, corpus_
        As in :class:`framing.topics.TopicModel`: β is H with rows scaled to sum to 1, θ is W with
        columns scaled by those sums, then rows to sum to 1.

    References
    ----------
    Lee, D. D. & Seung, H. S. (1999). Learning the parts of objects by non-negative matrix
    factorization. *Nature*, 401, 788–791.

    Examples
    --------
    >>> from framing.topics import NMF
    >>> counts = np.array([[3, 2, 0, 0], [2, 3, 0, 0], [0, 0, 1, 4], [0, 0, 2, 3]])
    >>> NMF(2, weights="count").fit(counts).theta_.round(2).tolist()
    [[0.0, 1.0], [0.0, 1.0], [1.0, 0.0], [1.0, 0.0]]
    """

    idf_: Floats | None

    def __init__(
        self,
        n_topics: int = 10,
        *,
        weights: str = "tf-idf",
        loss: str = "frobenius",
        max_iter: int = 1000,
        tol: float = 1e-4,
        random_state: int = 0,
    ) -> None:
        self.n_topics = n_topics
        self.weights = weights
        self.loss = loss
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def _check_settings(self) -> None:
        super()._check_settings()
        if self.weights not in WEIGHTS:
            raise one_of("weights", self.weights, WEIGHTS)
        if self.loss not in LOSSES:
            raise one_of("loss", self.loss, LOSSES)

    def _fit(self, counts: sparse.csr_array) -> Floats:
        self.idf_ = None
        if self.weights == "tf-idf":
            self.idf_ = np.asarray(TfidfTransformer().fit(counts).idf_)
        weighed = self._weighed(counts)
        factor, self.components_, self.n_iter_ = self._factorise(weighed, init="nndsvda")
        sums = self.components_.sum(axis=1, keepdims=True)
        if (sums == 0).any():
            raise InputError(
                f"only {int((sums > 0).sum())} of {self.n_topics} topics hold any term; ask for "
                "fewer topics."
            )
        self.beta_ = self.components_ / sums
        return _rows(factor * sums.T)

    def _shares(self, counts: sparse.csr_array) -> Floats:
        factor, _, _ = self._factorise(
            self._weighed(counts), H=self.components_, update_H=False, tol=1e-10
        )
        return _rows(factor * self.components_.sum(axis=1))

    def _weighed(self, counts: sparse.csr_array) -> sparse.csr_array:
        if self.idf_ is None:
            return counts
        weighed = counts @ sparse.diags_array(self.idf_)
        length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)))
        return sparse.csr_array(sparse.diags_array(1 / np.where(length > 0, length, 1)) @ weighed)

    def _factorise(self, weighed: sparse.csr_array, **how: Any) -> tuple[Floats, Floats, int]:
        factor, components, n_iter = non_negative_factorization(
            weighed,
            n_components=self.n_topics,
            solver="cd" if self.loss == "frobenius" else "mu",
            beta_loss=self.loss,
            max_iter=self.max_iter,
            random_state=self.random_state,
            **({"tol": self.tol} | how),
        )
        return factor, components, int(n_iter)


class LDA(_Factorised):
    """Topics by latent Dirichlet allocation (Blei, Ng & Jordan 2003), variational Bayes.

    Parameters
    ----------
    n_topics : int
    alpha, eta : float, optional
        Priors of a segment's topics and of a topic's terms; default 1/n_topics.
    max_iter : int
    tol : float
        It has converged when perplexity falls by less; looked at every fifth iteration.
    random_state : int
        Draws the topics that it starts from.

    Attributes
    ----------
    components_ : array, shape (n_topics, n_terms)
        λ, the variational counts of terms in topics.
    n_iter_ : int
    beta_, theta_, used_, topic_names_, word_counts_, counts_, segments_, corpus_
        As in :class:`framing.topics.TopicModel`.

    References
    ----------
    Blei, D. M., Ng, A. Y. & Jordan, M. I. (2003). Latent Dirichlet allocation. *JMLR*, 3,
    993–1022.

    Examples
    --------
    >>> from framing.topics import LDA
    >>> counts = np.array([[9, 8, 0, 0], [7, 9, 0, 0], [0, 0, 6, 9], [0, 0, 9, 8]])
    >>> LDA(2).fit(counts).theta_.round(1).tolist()
    [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]
    """

    def __init__(
        self,
        n_topics: int = 10,
        *,
        alpha: float | None = None,
        eta: float | None = None,
        max_iter: int = 100,
        tol: float = 0.1,
        random_state: int = 0,
    ) -> None:
        self.n_topics = n_topics
        self.alpha = alpha
        self.eta = eta
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state

    def _fit(self, counts: sparse.csr_array) -> Floats:
        inner = self._inner().fit(counts)
        self.components_, self.n_iter_ = inner.components_, int(inner.n_iter_)
        self.beta_ = self.components_ / self.components_.sum(axis=1, keepdims=True)
        return np.asarray(inner.transform(counts))

    def _shares(self, counts: sparse.csr_array) -> Floats:
        inner = self._inner()
        inner.components_ = self.components_
        sums = digamma(self.components_.sum(axis=1, keepdims=True))
        inner.exp_dirichlet_component_ = np.exp(digamma(self.components_) - sums)
        inner.doc_topic_prior_ = 1 / len(self.components_) if self.alpha is None else self.alpha
        inner.random_state_ = np.random.RandomState(self.random_state)
        inner.n_features_in_ = self.n_features_in_
        return np.asarray(inner.transform(counts))

    def _inner(self) -> LatentDirichletAllocation:
        return LatentDirichletAllocation(
            self.n_topics,
            doc_topic_prior=self.alpha,
            topic_word_prior=self.eta,
            learning_method="batch",
            max_iter=self.max_iter,
            evaluate_every=5,
            perp_tol=self.tol,
            random_state=self.random_state,
        )


def _rows(factor: Floats) -> Floats:
    """Scale rows to sum to 1; rows of nought get equal shares, and a warning."""
    sums = factor.sum(axis=1, keepdims=True)
    empty = int((sums == 0).sum())
    if empty:
        warnings.warn(
            f"{empty} of {len(factor)} segments have nothing of any topic; they get equal shares.",
            InputWarning,
            stacklevel=4,
        )
    return np.where(sums > 0, factor / np.where(sums > 0, sums, 1), 1 / factor.shape[1])
