"""The joint test: what labels dealt out at random would make of the whole multiverse."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd

from framing.cells import both
from framing.columns import tidy
from framing.corpus import Corpus
from framing.errors import InputError, InputWarning, one_of
from framing.features import Features
from framing.inference import Floats, Integers, Relabelling, check_client
from framing.inference.blocks import in_turn
from framing.inference.null import EXACT
from framing.multiverse.asking import FAILED, Question
from framing.multiverse.choices import Choices, Given
from framing.multiverse.table import MOST
from framing.verdicts import verdicts
from framing.wording import count_of

STATISTICS = ("median", "clear")
_SLACK = 1e-9


def multiverse_test(
    ask: Callable[..., Any],
    choices: Given,
    data: Corpus | Features,
    by: str,
    *,
    levels: Sequence[str] | None = None,
    within: str | None = None,
    cluster: str | None = None,
    row: Mapping[str, Any] | None = None,
    replicates: int = 99,
    seed: int = 0,
    most: int = MOST,
    client: Any = None,
) -> pd.DataFrame:
    """Test a whole multiverse at once, by dealing the labels of sides out anew.

    Parameters
    ----------
    ask, choices, row, most
        As in :func:`framing.multiverse`. All that depends on labels must happen in `ask`.
    data : Corpus or Features
        What `ask` takes first. Its labels are dealt out anew, and `ask` sees nothing else.
    by : str
        The column of labels that `ask` compares.
    levels : sequence of str, optional
        The labels that are exchanged, where `ask` compares two of several; default all.
    within : str, optional
        A column within which labels are exchanged, such as ``"topic"``.
    cluster : str, optional
        A column of clusters that keep one label.
    replicates : int
        Relabellings, each of which costs a whole multiverse. All are taken if there are no more.
    seed : int
    client : distributed.Client, optional
        A cluster whose workers ask, under one relabelling each; default this machine.

    Returns
    -------
    pandas.DataFrame
        Two rows: ``statistic`` "median", with the median of the estimates, and "clear", with the
        share of specifications that are clear the way that most of those are; ``p_value``,
        ``p_min``, ``test``, ``n_specifications``, ``unit``, ``note``.

    Raises
    ------
    InputError
        As :func:`framing.multiverse` does, and where a document (or cluster) has several labels.

    Warns
    -----
    InputWarning
        If stopped by hand: p is then of the relabellings done.

    Notes
    -----
    p is (1 + #{as large under other labels}) / (1 + replicates), either way. That of the median
    compares the median of the estimates in units of their margins of error, the half of the
    interval that reaches towards nought, as other tests of this library do. Specifications without
    an interval do not enter it.

    The null hypothesis is that labels have nothing to do with what the documents hold, in any
    specification: then p is exact, whatever `ask` does. Where sides differ in topics, and topics in
    frames, labels do mean something, and the test says so even if nothing differs within topics;
    ``within="topic"`` asks the narrower question.

    A small p says that the multiverse is no work of chance. It does not say that its specifications
    are right, nor make up for a biased choice of documents. This is the inferential part of
    Simonsohn, Simmons & Nelson (2020).

    Examples
    --------
    >>> from framing import contrast
    >>> rows = pd.DataFrame({"document": range(16), "region": ["US", "EU"] * 8})
    >>> frames = Features([[1], [0]] * 8, ["rules"], rows, kind="frame")
    >>> def ask(frames, weights):
    ...     return contrast(frames, by="region", weights=weights, replicates=100)
    >>> ways = {"weights": ["document", "segment"]}
    >>> multiverse_test(ask, ways, frames, by="region", replicates=39)[["statistic", "p_value"]]
      statistic  p_value
    0    median    0.025
    1     clear    0.050
    """
    every = Choices.of(choices, most)
    question = Question.of(ask, every, data, row, seed)
    if not isinstance(replicates, Integral) or replicates < 1:
        raise InputError(f"replicates must be a whole number from 1 on; got {replicates!r}.")
    check_client(client)
    units = _units(data, by, levels, within, cluster)
    codes, names = pd.factorize(units[by], sort=True)
    strata = pd.factorize(units["stratum"])[0]
    relabelling = Relabelling(codes.astype(np.int64), strata, int(replicates), seed)
    if relabelling.exact and relabelling.replicates == 1:
        raise InputError(f"by={by!r}: there is nothing to exchange; one label only, or one a unit.")
    asked = _asked(question, every, data)
    observed, estimates = _statistics(asked), asked["estimate"].to_numpy(dtype=float)
    if np.isnan(estimates).all():
        why = str(asked["note"].iloc[0]).removeprefix(FAILED)
        raise InputError(f"every specification failed; the first of them: {why}")
    drawn = np.concatenate([relabelling.block(b) for b in range(len(relabelling.sizes))])
    if relabelling.exact:  # in no order, so that those done before an interrupt are a sample
        drawn = np.random.default_rng(seed).permutation(drawn)
    null: list[Floats] = []

    def work(labels: Integers) -> Floats:
        new = pd.Series(names[labels], index=units.index)
        dealt = relabelled(data, by, new, cluster or "document")
        return _statistics(_asked(question, every, dealt))

    settings: Any = {"title": "multiverses", "unit": "relabelling", "client": client}
    try:
        for one in in_turn(work, list(drawn), **settings):
            null.append(one)
    except KeyboardInterrupt:
        if not null:
            raise
        warnings.warn(
            f"stopped by hand after {len(null)} of {count_of(len(drawn), 'relabelling')}; p is "
            "of these.",
            InputWarning,
            stacklevel=2,
        )
    exact = relabelling.exact and len(null) == len(drawn)
    as_large = (np.array(null) >= observed - _SLACK).sum(axis=0)
    p_value = as_large / len(null) if exact else (1 + as_large) / (1 + len(null))
    known = int((~np.isnan(estimates)).sum())
    lost = len(estimates) - known
    note = f"{count_of(lost, 'specification')} without an estimate" if lost else ""
    why = "no interval in any specification" if np.isinf(observed[0]) else ""
    table = pd.DataFrame(
        {
            "statistic": STATISTICS,
            "estimate": [float(np.nanmedian(estimates)), float(observed[1]) / known],
            "p_value": p_value if not why else np.nan,
            "p_min": 1 / len(null) if exact else 1 / (1 + len(null)),
            "test": EXACT if exact else "permutation",
            "note": both(note, why),
            "n_specifications": known,
            "unit": cluster or "document",
        }
    )
    return tidy(table)


def _asked(question: Question, choices: Choices, data: object) -> pd.DataFrame:
    """A row a specification: what was answered."""
    which = choices.combinations()
    return pd.DataFrame([question.put(data, choices.options(one))[0] for one in which])


def _statistics(table: pd.DataFrame) -> Floats:
    """Median in margins of error, and number that are clear one way."""
    numbers = table[["estimate", "low", "high", "p_value"]].to_numpy(dtype=float)
    estimate, low, high, p_value = numbers.T
    margin = np.where(estimate > 0, estimate - low, high - estimate)
    t = np.divide(estimate, margin, out=np.full_like(estimate, np.nan), where=margin > 0)
    judged = verdicts(table.assign(q_value=p_value)) == "clear"
    ways = [int((judged & (estimate * way > 0)).sum()) for way in (1, -1)]
    # What cannot be had under other labels counts against the finding.
    middle = abs(float(np.nanmedian(t))) if not np.isnan(t).all() else np.inf
    return np.array([middle, max(ways)])


def relabelled(data: Any, by: str, labels: pd.Series[Any], unit: str) -> Any:
    """Give units other labels, wherever the data hold them.

    Parameters
    ----------
    data : Corpus or Features
    by : str
    labels : pandas.Series
        By unit; the others keep theirs.
    unit : str
        "document", or a column of clusters.
    """
    if isinstance(data, Corpus):
        terms = None if data.terms is None else relabelled(data.terms, by, labels, unit)
        return replace(data, documents=_with(data.documents, by, labels, unit), terms=terms)
    corpus = None if data.corpus is None else relabelled(data.corpus, by, labels, unit)
    return replace(data, segments=_with(data.segments, by, labels, unit), corpus=corpus)


def _with(table: pd.DataFrame, by: str, labels: pd.Series[Any], unit: str) -> pd.DataFrame:
    if by not in table or unit not in table:
        return table
    new = table[unit].map(labels)
    return table.assign(**{by: new.where(new.notna(), table[by])})


def _units(
    data: Any, by: str, levels: Sequence[str] | None, within: str | None, cluster: str | None
) -> pd.DataFrame:
    """Label and stratum of every document or cluster whose label may be exchanged."""
    if not isinstance(data, Corpus | Features):
        raise InputError(
            f"data must be a Corpus or Features, whose labels can be dealt out; got a "
            f"{type(data).__name__}."
        )
    table = data.table() if isinstance(data, Corpus) else data.segments
    unit = cluster or "document"
    for what, column in (("by", by), ("within", within), ("cluster", cluster)):
        if column is not None and column not in table:
            raise InputError(f"{what}={column!r}: no such column; see what the documents have.")
    known = table[by].notna() & table[unit].notna()
    if levels is not None:
        for level in levels:
            if level not in set(table[by]):
                raise one_of("a level", level, sorted(map(str, table[by].dropna().unique())))
        known &= table[by].isin(list(levels))
    stratum = table[within].fillna("(none)") if within is not None else 0
    rows = table.loc[known, [unit, by]].assign(stratum=stratum).drop_duplicates()
    twice = rows[unit].duplicated()
    if twice.any():
        name = rows.loc[twice, unit].iloc[0]
        raise InputError(
            f"{unit} {name} has several labels in {by!r}"
            + (f", or several values of {within!r}" if within is not None else "")
            + "; labels of such cannot change hands."
        )
    return rows.set_index(unit)
