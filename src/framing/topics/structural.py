"""The structural topic model: topics whose prevalence, and wording, depend on covariates."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted, check_non_negative

from framing.errors import InputError, InputWarning, one_of
from framing.features import Features
from framing.inference import Floats, Integers, check_client
from framing.topics.fitting.convergence import converge
from framing.topics.fitting.covariates import Covariates, known_levels
from framing.topics.fitting.design import Design
from framing.topics.fitting.em import Documents, Posterior, State, e_step, iterate
from framing.topics.fitting.pooled import pooled_prevalence
from framing.topics.fitting.shards import Shards
from framing.topics.fitting.spectral import random_start, spectral_start
from framing.topics.fitting.workers import Workers, announced
from framing.topics.model import TopicModel

if TYPE_CHECKING:
    from framing.topics.fitting.content import ContentTopics

STARTS = ("spectral", "random")
RECOVERIES = ("gradient", "exact")
PENALTIES = ("pooled", "l1")
PRIORS = ("average", "covariates", "none")
LAID = ("fitted", "average")


class StructuralTopicModel(TopicModel):
    """Topics whose prevalence depends on covariates, and their wording on a group.

    The model of Roberts, Stewart & Airoldi (2016), with the defaults of R's stm and its results.

    Parameters
    ----------
    n_topics : int or "auto"
        ``"auto"`` takes as many as the terms have corners when they are laid out in space (Lee &
        Mimno 2014), which depends on `random_state`.
    prevalence : str, optional
        A formula for how much of a segment each topic is, such as ``"~ region * s(year)"``;
        ``s()`` is a spline. See :meth:`framing.topics.fitting.design.Design.fit`.
    content : str, optional
        ``"~ region"``: each level of the column words every topic in its own way.
    init : {"spectral", "random"}
        Topics to start from: found by anchor words, or drawn.
    recovery : {"gradient", "exact"}
        How the spectral start solves for the topics; exactly takes longer and differs little.
    prevalence_prior : {"pooled", "l1"}
        How coefficients of prevalence are shrunk: together, or by a lasso that may set them to
        nought.
    interactions : bool
        Whether, with `content`, levels change each topic in its own way, or all alike.
    sigma_shrinkage : float
        How far Σ is drawn to a diagonal matrix, 0 to 1.
    max_iter : int
    tol : float
        It has converged when the bound moves by a smaller part than this. (R's stm also stops when
        the bound falls, as after a first iteration it can.)
    random_state : int
        Of a random start, and of ``n_topics="auto"``. The spectral start draws nothing.
    n_jobs : int, optional
        Threads; default all cores. Results do not depend on it.

    Attributes
    ----------
    beta_, theta_, used_, topic_names_, word_counts_, counts_, segments_, corpus_
        As in :class:`framing.topics.TopicModel`.
    eta_ : array, shape (n_segments, n_topics − 1)
        Modes of η; θ = softmax([η, 0]).
    mu_ : array, shape (n_segments, n_topics − 1)
        Prior means Xγ.
    gamma_ : array, shape (n_columns, n_topics − 1)
        Coefficients of prevalence, in the order of ``design_.columns``.
    sigma_ : array, shape (n_topics − 1, n_topics − 1)
    bound_ : array, as long as ``n_iter_``
        The bound after each iteration.
    n_iter_ : int
    converged_ : bool
    design_ : Design or None
        The formula of prevalence, applied to the segments used.
    levels_ : list of str
        With `content`: its levels.
    level_of_ : array of int, shape (n_segments,)
        Which each segment has; −1 where it was not used.
    content_ : ContentTopics or None
        With `content`: the deviations of topics and levels.
    anchors_ : list of str
        With the spectral start: the anchor term of each topic.

    Notes
    -----
    ``η_d ~ N(X_d γ, Σ)``, ``θ_d = softmax([η_d, 0])``, and a token of document d is term v with
    probability ``Σ_k θ_dk β_kv``. η is integrated out by Laplace's approximation at its mode,
    found by Newton's method from where the iteration before ended; β, γ and Σ are then set to
    what maximises the bound. Rows are segments: count documents whole to model documents.

    An interrupt (Ctrl-C, or ■ in JupyterLab) ends the fit with the last whole iteration.

    References
    ----------
    Roberts, M. E., Stewart, B. M. & Airoldi, E. M. (2016). A model of text for experimentation in
    the social sciences. *JASA*, 111, 988–1003.

    Examples
    --------
    >>> from framing import Features
    >>> rows = pd.DataFrame({"document": range(40), "region": ["US", "EU"] * 20})
    >>> words = np.random.default_rng(0).poisson([[8, 6, 1, 1], [1, 1, 6, 8]] * 20)
    >>> counts = Features(words, ["chip", "fab", "rule", "law"], rows, kind="term")
    >>> model = StructuralTopicModel(2, prevalence="~ region").fit(counts)
    >>> model.topic_terms(n=2, statistics=("probability",))["term"].tolist()
    ['law', 'rule', 'chip', 'fab']
    """

    eta_: Floats
    mu_: Floats
    gamma_: Floats
    sigma_: Floats
    bound_: Floats
    n_iter_: int
    converged_: bool
    design_: Design | None
    levels_: list[str]
    level_of_: Integers
    content_: ContentTopics | None

    def __init__(
        self,
        n_topics: int | str = 10,
        prevalence: str | None = None,
        content: str | None = None,
        *,
        init: str = "spectral",
        recovery: str = "gradient",
        prevalence_prior: str = "pooled",
        interactions: bool = True,
        sigma_shrinkage: float = 0.0,
        max_iter: int = 500,
        tol: float = 1e-5,
        random_state: int = 0,
        n_jobs: int | None = None,
    ) -> None:
        self.n_topics = n_topics
        self.prevalence = prevalence
        self.content = content
        self.init = init
        self.recovery = recovery
        self.prevalence_prior = prevalence_prior
        self.interactions = interactions
        self.sigma_shrinkage = sigma_shrinkage
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(
        self,
        X: Any,
        y: Any = None,
        *,
        covariates: pd.DataFrame | None = None,
        start: Any = None,
        client: Any = None,
    ) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : Features of terms, DataFrame, array or sparse array, shape (n_segments, n_terms)
            Counts, not negative.
        y : None
            Ignored; it is there for scikit-learn's sake.
        covariates : pandas.DataFrame, optional
            A row a segment, for the formulas; default the metadata of Features.
        start : array, shape (n_topics, n_terms), optional
            Topics to start from, in place of `init`.
        client : distributed.Client, optional
            A cluster whose workers find the shares of the segments (the E-step); all else is done
            here. The model is the same, bit for bit. Default: the threads of this machine.
        """
        self._check_settings()
        check_client(client)
        counts = self._take(X)
        read = self._read(covariates)
        rows = np.flatnonzero(self.used_)
        counts = sparse.csr_array(counts[rows])
        self.word_counts_ = np.asarray(counts.sum(axis=0), dtype=float)
        _tell_unused(self.word_counts_)
        if self.n_topics != "auto":
            self._check_number(counts)
        with announced(), Workers(self.n_jobs) as workers:
            beta = self._start(counts, start, workers)
            levels = max(1, len(self.levels_))
            documents = Documents.of(counts, self.level_of_[rows])
            tall = np.ascontiguousarray(np.broadcast_to(beta.T, (levels, *beta.T.shape)))
            with Shards.on(client, documents, read.matrix) as shards:
                states = iterate(
                    documents,
                    tall,
                    read.matrix,
                    self._regression(),
                    self._rewording(workers),
                    self.sigma_shrinkage,
                    workers,
                    shards,
                )
                state, self.converged_ = converge(states, self.max_iter, self.tol)
        self._keep(state, rows)
        return self

    def transform(
        self,
        X: Any,
        *,
        prior: str = "average",
        covariates: pd.DataFrame | None = None,
        client: Any = None,
    ) -> Floats:
        """Find the shares of the topics in segments, with the topics as they are.

        Parameters
        ----------
        X : as in :meth:`fit`
        prior : {"average", "covariates", "none"}
            What is expected of a segment before it is read: what the segments of the fit have on
            average, what the formula says of its covariates, or nothing.
        covariates : pandas.DataFrame, optional
            A row a segment, for ``prior="covariates"`` and for models with `content`; default the
            metadata of Features.
        client : distributed.Client, optional
            As in :meth:`fit`.

        Returns
        -------
        array, shape (n_segments, n_topics)
            Rows sum to 1. A segment without any of the terms has what was expected of it; a
            warning says how many there are.
        """
        check_is_fitted(self)
        if prior not in PRIORS:
            raise one_of("prior", prior, PRIORS)
        check_client(client)
        counts = self._told(self._counts(X, reset=False))
        empty = int((counts.sum(axis=1) == 0).sum())
        if empty:
            warnings.warn(
                f"{empty} of {counts.shape[0]} segments hold none of the model's terms; they get "
                "what was expected of them.",
                InputWarning,
                stacklevel=2,
            )
        table = covariates
        if table is None and isinstance(X, Features):
            table = X.segments
        mu, sigma = self._prior(prior, table, counts.shape[0])
        level = self._levels_of(table, counts.shape[0])
        with announced(), Workers(self.n_jobs) as workers:
            documents = Documents.of(counts, level)
            with Shards.on(client, documents) as shards:
                given = documents, self._tall(), mu, sigma, mu, workers
                return e_step(*given, shards=shards).theta

    def on(
        self,
        X: Any,
        *,
        covariates: pd.DataFrame | None = None,
        prior: str = "fitted",
        prevalence: str | None = None,
        client: Any = None,
    ) -> Self:
        """Lay the topics over other segments: their words stay, all else is found anew.

        Parameters
        ----------
        X : as in :meth:`fit`
        covariates : pandas.DataFrame, optional
            As in :meth:`fit`.
        prior : {"fitted", "average"}
            What is expected of a segment before it is read. ``"fitted"``: γ and Σ are fitted to
            these segments and their covariates, β being held; nothing of the covariates of the
            segments before enters. ``"average"``: what the segments before had on average, whoever
            wrote them; shares are then a fixed function of the words, but drawn towards that
            average, and effects towards nought.
        prevalence : str, optional
            A formula for ``prior="fitted"``; default the model's own.
        client : distributed.Client, optional
            As in :meth:`fit`.

        Returns
        -------
        StructuralTopicModel
            Another model, of these segments, with the same ``beta_``; ``effects`` and
            ``topics`` work on it. With ``"average"`` it has no formula of its own.
        """
        check_is_fitted(self)
        if prior not in LAID:
            raise one_of("prior", prior, LAID)
        check_client(client)
        counts = self._told(self._counts(X, reset=False))
        given: Any = counts
        if isinstance(X, Features):
            given = Features(counts, self.terms_, X.segments, "term", X.corpus)
        laid: Self = clone(self)
        laid._take(given)
        if hasattr(self, "feature_names_in_"):
            laid.feature_names_in_ = self.feature_names_in_
        if prior == "average":
            laid.prevalence = None
        elif prevalence is not None:
            laid.prevalence = prevalence
        read = laid._read(covariates, self.levels_)
        rows = np.flatnonzero(laid.used_)
        counts = sparse.csr_array(laid.counts_[rows])
        laid.word_counts_ = np.asarray(counts.sum(axis=0), dtype=float)
        beta, documents = self._tall(), Documents.of(counts, laid.level_of_[rows])
        with (
            announced(),
            Workers(self.n_jobs) as workers,
            Shards.on(client, documents, read.matrix) as shards,
        ):
            if prior == "average":
                mu, sigma = self._prior(prior, None, len(rows))
                found = e_step(documents, beta, mu, sigma, mu, workers, shards=shards)
                state = State(beta, found, mu, mu[:1], sigma, [float(found.bound.sum())])
                laid.converged_ = True
            else:
                held = SimpleNamespace(beta=beta.transpose(0, 2, 1))
                states = iterate(
                    documents,
                    beta,
                    read.matrix,
                    laid._regression(),
                    lambda expected: held,
                    self.sigma_shrinkage,
                    workers,
                    shards,
                )
                state, laid.converged_ = converge(states, self.max_iter, self.tol)
        laid._keep(state, rows)
        if prior == "average":
            laid.n_iter_ = 0  # nothing was fitted to these segments
        laid.content_, laid.topic_names_ = self.content_, list(self.topic_names_)
        return laid

    def covariances(self) -> Floats:
        """How surely η of each segment is known: inverse Hessians at the modes.

        Returns
        -------
        array, shape (n_used, n_topics − 1, n_topics − 1)
            In the order of ``np.flatnonzero(used_)``.
        """
        check_is_fitted(self)
        return self._posterior(close=np.inf, covariances=True).covariances

    def effects(self, formula: str | None = None, **settings: Any) -> pd.DataFrame:
        """How prevalence depends on covariates; see :func:`framing.topics.effects`."""
        from framing.topics.composition.effects import effects

        return effects(self, self._formula(formula), **settings)

    def _regression(self) -> Callable[[Floats, Floats], Floats]:
        """How η is regressed on the design."""
        if self.prevalence_prior == "pooled":
            return pooled_prevalence
        from framing.topics.fitting.lasso import lasso_prevalence

        return lasso_prevalence

    def _rewording(self, workers: Workers) -> Callable[[Floats], ContentTopics] | None:
        """How topics are worded anew, with content."""
        if self.content is None:
            return None
        from framing.topics.fitting.content import update_content

        return partial(
            update_content,
            word_counts=self.word_counts_,
            interactions=self.interactions,
            workers=workers,
        )

    def _formula(self, formula: str | None) -> str:
        if formula is None and self.prevalence is None:
            raise InputError("name a formula, such as '~ region'; the model has none of its own.")
        return str(self.prevalence if formula is None else formula)

    def _check_settings(self) -> None:
        for name, value, allowed in (
            ("init", self.init, STARTS),
            ("recovery", self.recovery, RECOVERIES),
            ("prevalence_prior", self.prevalence_prior, PENALTIES),
        ):
            if value not in allowed:
                raise one_of(name, value, allowed)
        if not 0 <= self.sigma_shrinkage <= 1:
            raise InputError(
                f"sigma_shrinkage must lie between 0 and 1; got {self.sigma_shrinkage!r}."
            )
        if self.max_iter < 1:
            raise InputError(f"max_iter must be at least 1; got {self.max_iter!r}.")

    def _read(self, covariates: pd.DataFrame | None, levels: list[str] | None = None) -> Covariates:
        """Apply the formulas to the segments, and remember which can be used.

        Levels are numbered as those given, of another model.
        """
        table, n = self.segments_ if covariates is None else covariates, len(self.used_)
        if table is None and (self.prevalence or self.content):
            raise InputError(
                f"{self._who}: a matrix has no covariates for the formula; pass covariates=, a "
                "table with a row a segment, or fit it to Features."
            )
        if table is not None and len(table) != n:
            raise InputError(f"covariates has {len(table)} rows, but there are {n} segments.")
        table = None if table is None else table.reset_index(drop=True)
        read = Covariates.read(self.prevalence, self.content, table, self.used_)
        read = read if levels is None else read.numbered_as(levels)
        self.design_, self.levels_ = read.design, read.levels
        self.level_of_, self.used_ = read.level_of, read.used
        return read

    def _told(self, counts: sparse.csr_array) -> sparse.csr_array:
        """Leave out tokens of terms that no topic has: they tell nothing of topics."""
        check_non_negative(counts, self._who)
        never = self.beta_.reshape(-1, self.beta_.shape[-1]).max(axis=0) == 0
        if not never[counts.indices].any():
            return counts
        counts = counts.copy()
        counts.data[never[counts.indices]] = 0
        counts.eliminate_zeros()
        return counts

    def _start(self, counts: sparse.csr_array, start: Any, workers: Workers) -> Floats:
        """Topics to start from, shape (n_topics, n_terms)."""
        n_terms = counts.shape[1]
        if start is not None:
            given = np.asarray(start, dtype=float)
            shape = (self.n_topics, n_terms)
            if given.shape != shape or not (np.isfinite(given).all() and (given >= 0).all()):
                raise InputError(f"start must be {shape[0]} × {shape[1]} numbers, none negative.")
            given = given + 1e-12
            return np.asarray(given / given.sum(axis=1, keepdims=True))
        if self.init == "random":
            if self.n_topics == "auto":
                raise InputError("n_topics='auto' needs init='spectral'.")
            return random_start(int(self.n_topics), n_terms, self.random_state)
        number = None if self.n_topics == "auto" else int(self.n_topics)
        beta, anchors = spectral_start(
            counts, number, workers, recovery=self.recovery, seed=self.random_state
        )
        self.anchors_ = [self.terms_[v] for v in anchors]
        return beta

    def _keep(self, state: State, rows: Integers) -> None:
        """Set what a fitted model has, with missing rows for the segments not used."""
        n = len(self.used_)
        self.beta_ = np.ascontiguousarray(state.beta.transpose(0, 2, 1))
        if self.content is None:
            self.beta_ = self.beta_[0]
        for name, values in (
            ("theta_", state.posterior.theta),
            ("eta_", state.posterior.eta),
            ("mu_", state.mu),
        ):
            whole = np.full((n, values.shape[1]), np.nan)
            whole[rows] = values
            setattr(self, name, whole)
        self.gamma_, self.sigma_ = state.gamma, state.sigma
        self.bound_, self.n_iter_ = np.array(state.bounds), len(state.bounds)
        self.content_ = state.content
        self._name_topics()

    def _tall(self) -> Floats:
        """β as the loops want it, shape (n_levels, n_terms, n_topics)."""
        beta = self.beta_ if self.beta_.ndim == 3 else self.beta_[None]
        return np.ascontiguousarray(beta.transpose(0, 2, 1))

    def _posterior(self, **settings: Any) -> Posterior:
        """An E-step over the segments used, at the fitted parameters."""
        rows = np.flatnonzero(self.used_)
        with announced(), Workers(self.n_jobs) as workers:
            documents = Documents.of(sparse.csr_array(self.counts_[rows]), self.level_of_[rows])
            mu, eta = self.mu_[rows], self.eta_[rows]
            return e_step(documents, self._tall(), mu, self.sigma_, eta, workers, **settings)

    def _prior(self, prior: str, table: pd.DataFrame | None, n: int) -> tuple[Floats, Floats]:
        """Mean and covariance of η before a segment is read."""
        free = self.sigma_.shape[0]
        if prior == "none":
            return np.zeros((n, free)), np.diag(np.full(free, 1e3))
        if prior == "covariates" and self.design_ is not None:
            if table is None:
                raise InputError("prior='covariates' needs covariates=, or Features.")
            return self.design_.transform(table.reset_index(drop=True)) @ self.gamma_, self.sigma_
        mu = self.mu_[self.used_]
        mean = mu.mean(axis=0)
        # Σ is about Xγ; what Xγ itself varies comes on top
        between = (mu - mean).T @ (mu - mean) / len(mu)
        return np.tile(mean, (n, 1)), self.sigma_ + between

    def _levels_of(self, table: pd.DataFrame | None, n: int) -> Integers:
        if self.content is None:
            return np.zeros(n, dtype=np.int64)
        if table is None:
            raise InputError("a model with content needs covariates=, or Features.")
        return known_levels(self.content, self.levels_, table)


def _tell_unused(word_counts: Floats) -> None:
    unused = int((word_counts == 0).sum())
    if unused:
        warnings.warn(
            f"{unused} of {len(word_counts)} terms occur in none of the segments used; no topic "
            "has them.",
            InputWarning,
            stacklevel=3,
        )
