"""Refits: a model's settings, fitted again to other documents, labels or starts."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.base import clone

from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.inference import Integers
from framing.inference.blocks import in_turn
from framing.topics.fitted import counts_of, topics_of, used_of
from framing.topics.structural import StructuralTopicModel
from framing.wording import count_of

Job = TypeVar("Job")
Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class Given:
    """What a model was fitted to.

    Attributes
    ----------
    counts : sparse array, shape (n_segments, n_terms)
        In the order of the model's terms.
    table : pandas.DataFrame or None
        Metadata of the segments.
    """

    counts: sparse.csr_array
    table: pd.DataFrame | None

    @classmethod
    def of(cls, model: Any, X: Any = None, covariates: pd.DataFrame | None = None) -> Given:
        """Take the segments that a model used, or others, counted in the same terms.

        Parameters
        ----------
        model : TopicModel
            Fitted.
        X : Features of terms, DataFrame, array or sparse array, optional
            Default what the model was fitted to.
        covariates : pandas.DataFrame, optional
            A row a segment; default the metadata of the Features.
        """
        topics_of(model)
        if X is None:
            counts, table = counts_of(model), model.segments_
        else:
            counts = model._counts(X, reset=False)
            table = X.segments if isinstance(X, Features) else None
        table = table if covariates is None else covariates
        if table is not None and len(table) != counts.shape[0]:
            raise InputError(
                f"covariates has {len(table)} rows, but there are {counts.shape[0]} segments."
            )
        given = cls(counts, None if table is None else table.reset_index(drop=True))
        return given.take(np.flatnonzero(used_of(model))) if X is None else given

    def take(self, rows: Integers) -> Given:
        """Take some segments, or the same several times."""
        table = None if self.table is None else self.table.iloc[rows].reset_index(drop=True)
        return Given(sparse.csr_array(self.counts[rows]), table)

    def with_columns(self, **columns: Any) -> Given:
        """Put other values in columns of the metadata."""
        table = pd.DataFrame(index=range(len(self))) if self.table is None else self.table
        return replace(self, table=table.assign(**columns))

    def __len__(self) -> int:
        return int(self.counts.shape[0])


def refit(model: Any, given: Given, *, start: Any = None, **settings: Any) -> Any:
    """Fit a model's settings again, without a word.

    Parameters
    ----------
    model : TopicModel
    given : Given
    start : array, shape (n_topics, n_terms), optional
        Topics to start from; only structural topic models take it.
    **settings
        In place of the model's own.

    Raises
    ------
    KeyboardInterrupt
        If the fit was stopped by hand: a model keeps its last iteration, which is no refit.
    """
    again = clone(model).set_params(**settings)
    how: dict[str, Any] = {}
    if isinstance(again, StructuralTopicModel):
        how = {"covariates": given.table, "start": start}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        again.fit(given.counts, **how)
    if stopped(again):
        raise KeyboardInterrupt
    return again


@contextmanager
def overheard() -> Iterator[list[warnings.WarningMessage]]:
    """List what a fit warns of, in place of saying it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", InputWarning)
        yield caught


def say_once(texts: Iterable[str]) -> None:
    """Pass on what fits warned of, once for all; that one did not converge is for the caller."""
    for text in dict.fromkeys(texts):
        if not text.startswith(("no convergence", "stopped by hand")):
            warnings.warn(text, InputWarning, stacklevel=3)


def stopped(model: Any) -> bool:
    """Whether a fit was stopped by hand, before it converged or ran out of iterations."""
    return not getattr(model, "converged_", True) and model.n_iter_ < model.max_iter


def until_stopped(
    work: Callable[[Job], Result],
    jobs: Sequence[Job],
    *,
    title: str,
    unit: str = "fit",
    client: Any = None,
) -> list[Result]:
    """Do the work job by job, with a bar; an interrupt ends it and keeps what is done.

    Parameters
    ----------
    work : callable
        It must not write to anything outside of itself.
    jobs : sequence
    title, unit : str
        Of the bar.
    client : distributed.Client, optional
        See :func:`framing.inference.blocks.in_turn`.

    Raises
    ------
    KeyboardInterrupt
        If nothing was done yet.

    Warns
    -----
    InputWarning
        Of what was left undone.

    Examples
    --------
    >>> until_stopped(lambda job: job**2, [1, 2, 3], title="squares")
    [1, 4, 9]
    """
    done: list[Result] = []
    try:
        for result in in_turn(work, jobs, title=title, unit=unit, client=client):
            done.append(result)
    except KeyboardInterrupt:
        if not done:
            raise
        warnings.warn(
            f"stopped by hand after {len(done)} of {count_of(len(jobs), unit)}; the result is "
            "of these.",
            InputWarning,
            stacklevel=3,
        )
    return done


def settings_of(model: Any) -> Any:
    """Copy a fitted model without what it was fitted to, which others have and workers need not."""
    light = copy(model)
    light.counts_, light.segments_, light.corpus_ = None, None, None
    return light


def tell_unconverged(models_converged: Sequence[bool], max_iter: int) -> None:
    """Warn of refits that ran out of iterations."""
    lost = len(models_converged) - sum(models_converged)
    if lost and max_iter > 1:  # one iteration is asked for to look at it
        warnings.warn(
            f"{lost} of {count_of(len(models_converged), 'refit')} did not converge in {max_iter} "
            "iterations; raise max_iter of the model.",
            InputWarning,
            stacklevel=3,
        )
