"""Search over the number of topics: what each number gains, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.special import gammaln
from sklearn.base import clone

from framing.columns import tidy
from framing.errors import InputError
from framing.features import Features
from framing.inference import MINIMUM, Floats, Integers, check_client
from framing.topics.diagnostics.heldout import HeldOut, hold_out, segment_scores
from framing.topics.diagnostics.quality import topic_quality
from framing.topics.diagnostics.residuals import residual_dispersion
from framing.topics.fitted import topics_of
from framing.topics.intrusion.averages import Average
from framing.topics.refitting.refits import overheard, say_once, stopped, until_stopped
from framing.topics.refitting.units import Units
from framing.topics.structural import StructuralTopicModel
from framing.wording import count_of


def search_topics(
    X: Any,
    n_topics: Sequence[int] = (5, 10, 15, 20),
    model: Any = None,
    *,
    heldout: bool | HeldOut = True,
    m: int = 10,
    convention: str = "mimno",
    covariates: pd.DataFrame | None = None,
    level: float = 0.95,
    seed: int = 0,
    client: Any = None,
) -> pd.DataFrame:
    """Fit a model with several numbers of topics, and measure each fit.

    Parameters
    ----------
    X : Features of terms, DataFrame, array or sparse array, shape (n_segments, n_terms)
        Counts; whole ones if tokens are held out.
    n_topics : sequence of int
    model : TopicModel, optional
        Whose settings are used, but for the number of topics; default a StructuralTopicModel
        without covariates. It stays as it is.
    heldout : bool or HeldOut
        Whether tokens are hidden from the fits, to score them by: see
        :func:`framing.topics.hold_out`. A HeldOut gives the same tokens to several searches; `X` is
        then not looked at.
    m : int
        Most probable terms of a topic that coherence and exclusivity look at.
    convention : {"mimno", "stm"}
        Of semantic coherence: see :func:`framing.topics.topic_quality`.
    covariates : pandas.DataFrame, optional
        A row a segment, for the formulas of the model; default the metadata of Features.
    level : float
        Nominal coverage of the intervals of held-out scores.
    seed : int
        Of the tokens that are hidden.
    client : distributed.Client, optional
        A cluster whose workers fit a number of topics each; default this machine.

    Returns
    -------
    pandas.DataFrame
        A row a number of topics and ``statistic``: ``n_topics``, ``reference``, ``statistic``,
        ``estimate``, ``low``, ``high``, ``level``, ``unit``, ``note``. Statistics are

        * "heldout_score": mean log-probability of the hidden tokens, nearer 0 is better;
        * "heldout_gain": how far it is above that of the next smaller number, in `reference`;
        * "semantic_coherence", "exclusivity": means over the topics;
        * "residual_dispersion": near 1 where the model holds;
        * "bound", "corrected_bound", "iterations": of structural models.

        Only held-out scores have intervals. Where a fit failed, or did not converge, the note says
        so.

    Warns
    -----
    InputWarning
        If stopped by hand (Ctrl-C, or ■ in JupyterLab): the table holds what was done.

    Notes
    -----
    No number of topics is right. Held-out scores rise and level off; coherence falls and
    exclusivity rises with every topic. Choose among those that level off by reading the topics,
    and tell which others you looked at: an effect that holds for one number only is no finding
    (:func:`framing.topics.stability`).

    It is R stm's ``searchK``: all is measured on the fit to what is not hidden, and
    ``corrected_bound = bound + log K!`` allows for the K! orders of the topics. The gain compares
    the same tokens under two fits, so that its interval is far narrower than those of the scores;
    it is that of a mean over documents.

    Examples
    --------
    >>> words = np.random.default_rng(0).poisson([[8, 6, 4, 1, 1], [1, 1, 4, 6, 8]] * 30)
    >>> found = search_topics(words, (2, 3), m=2)
    >>> better = found[found["statistic"] == "heldout_gain"].iloc[0]
    >>> int(better["n_topics"]), better["reference"], bool(better["low"] < 0 < better["high"])
    (3, '2 topics', True)
    """
    numbers = _numbers(n_topics)
    model = StructuralTopicModel() if model is None else model
    held = hold_out(X, seed=seed) if heldout is True else heldout or None
    training = X if held is None else held.training
    n_terms = (training.matrix if isinstance(training, Features) else training).shape[1]
    if not isinstance(m, Integral) or not 1 <= m <= n_terms:
        raise InputError(f"m must be a whole number from 1 to {n_terms}, the terms; got {m!r}.")
    check_client(client)
    how: dict[str, Any] = {}
    if isinstance(model, StructuralTopicModel):
        how["covariates"] = covariates

    plain = replace(training, corpus=None) if isinstance(training, Features) else training
    missing = None if held is None else held.missing

    def work(number: int) -> tuple[pd.DataFrame, Floats | None, list[str]]:
        fit = clone(model).set_params(n_topics=number)
        with overheard() as heard:
            try:
                fit.fit(plain, **how)
            except InputError as error:
                cells = {"statistic": _ALWAYS, "estimate": np.nan, "note": f"no fit: {error}"}
                return pd.DataFrame(cells), None, []
        if stopped(fit):
            raise KeyboardInterrupt
        scores = None if missing is None else _scores(fit, missing)
        return _measured(fit, m, convention), scores, [str(one.message) for one in heard]

    done = until_stopped(work, numbers, title="numbers of topics", client=client)
    say_once(text for _, _, texts in done for text in texts)
    tables = [table for table, _, _ in done]
    if held is not None:
        documents = _documents(training, covariates, held.missing.shape[0])
        parts = _heldout(numbers, [scores for _, scores, _ in done], documents, level)
        tables = [pd.concat(pair) for pair in zip(parts, tables, strict=True)]
    rows = [table.assign(n_topics=k) for k, table in zip(numbers, tables, strict=False)]
    return tidy(pd.concat(rows, ignore_index=True))


_ALWAYS = ["semantic_coherence", "exclusivity", "residual_dispersion"]


def _measured(fit: Any, m: int, convention: str) -> pd.DataFrame:
    """All statistics of a fit but for held-out scores."""
    quality = topic_quality(fit, m, convention=convention)
    dispersion = residual_dispersion(fit).iloc[0]
    found = []
    for name, rows in quality.groupby("statistic", sort=False):
        missing = int(rows["estimate"].isna().sum())
        note = f"{count_of(missing, 'topic')} left out: {rows['note'].max()}" if missing else ""
        found.append((str(name), float(rows["estimate"].mean()), note))
    found.append(("residual_dispersion", dispersion["estimate"], dispersion["note"]))
    if hasattr(fit, "bound_"):
        bound = float(fit.bound_.max())
        said = "" if fit.converged_ else f"no convergence in {fit.n_iter_} iterations"
        found += [
            ("bound", bound, said),
            ("corrected_bound", bound + float(gammaln(len(fit.topic_names_) + 1)), said),
            ("iterations", float(fit.n_iter_), said),
        ]
    return pd.DataFrame(found, columns=["statistic", "estimate", "note"])


def _scores(fit: Any, missing: sparse.csr_array) -> Floats:
    beta = topics_of(fit)
    level_of = np.asarray(fit.level_of_) if beta.ndim == 3 else None
    return segment_scores(np.asarray(fit.theta_), beta, missing, level_of)


def _heldout(
    numbers: Sequence[int], scores: Sequence[Floats | None], documents: Integers, level: float
) -> list[pd.DataFrame]:
    """Held-out score of each fit, and what it gains on the one before."""
    parts, before = [], None
    for number, mine in zip(numbers, scores, strict=False):
        if mine is None:
            lost = {"statistic": ["heldout_score"], "estimate": np.nan, "note": "no fit"}
            parts.append(pd.DataFrame(lost))
            continue
        rows = [{"statistic": "heldout_score"} | _mean(mine, documents, level)]
        if before is not None:
            gain = _mean(mine - before[1], documents, level)
            rows.append({"statistic": "heldout_gain", "reference": f"{before[0]} topics"} | gain)
        parts.append(pd.DataFrame(rows))
        before = number, mine
    return parts


def _mean(values: Floats, documents: Integers, level: float) -> dict[str, Any]:
    """Mean over segments, with the interval of a mean where whole documents vary."""
    known = ~np.isnan(values)
    values, documents = values[known], documents[known]
    if np.isinf(values).any():
        return {"estimate": values.sum(), "note": "a hidden token has no probability"}
    one = Average.of(values, {"document": documents})
    found = one.mean(level) | {"level": level, "unit": "document"}
    if np.isnan(one.variance):
        few = count_of(len(np.unique(documents)), "document")
        found |= {"low": np.nan, "high": np.nan}
        found["note"] = f"no interval: only {few}; {MINIMUM} are needed"
    return found


def _documents(training: Any, covariates: pd.DataFrame | None, n: int) -> Integers:
    table = training.segments if isinstance(training, Features) else covariates
    return Units.read(table, n).of


def _numbers(n_topics: Sequence[int]) -> list[int]:
    given = [n_topics] if isinstance(n_topics, Integral) else list(n_topics)
    for number in given:
        if not isinstance(number, Integral) or number < 2:
            raise InputError(f"n_topics must be whole numbers from 2 on; got {number!r}.")
    if not given:
        raise InputError("n_topics is empty; name the numbers of topics to try.")
    return sorted({int(number) for number in given})
