"""Draw a corpus of frames, or of terms."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from scipy import sparse, special

from framing.errors import InputError
from framing.features import Features
from framing.simulate.checks import check_count, check_share, generator, is_number, place
from framing.simulate.design import GROUPS, Floats, Integers, Layout, position
from framing.simulate.levels import Amounts, amounts, of_documents
from framing.simulate.planted import Planted

__all__ = ["FRAMES", "GROUPS", "frames", "terms"]

Effects: TypeAlias = Mapping[str, Mapping[str, float]]
Seed: TypeAlias = int | np.random.SeedSequence

FRAMES: Mapping[str, float] = MappingProxyType({"economic": 0.4, "security": 0.3, "values": 0.1})
"""The frames, where none are named, and the shares of segments that use them."""


def frames(
    documents: int | Mapping[str, int] = 50,
    shares: Mapping[str, float] = FRAMES,
    *,
    effects: Effects | None = None,
    change: Effects | None = None,
    segments: Amounts = 10,
    icc: float | Mapping[str, float] = 0.2,
    seed: Seed = 0,
    **design: Any,
) -> Planted:
    """Draw a corpus coded with frames: which segment uses which.

    Parameters
    ----------
    documents : int or {group: int}
        Documents of each group; a number gives so many to each of US, EU and JP.
    shares : {frame: float}
        Share of a document's segments that uses the frame, between 0 and 1.
    effects : {group: {frame: float}}, optional
        What a group adds to the log-odds of a frame; 0.7 doubles the odds.
    change : {group: {frame: float}}, optional
        What every year, quarter or month since the first period adds to the log-odds.
    segments : number, (mean, sd), or {group: either}
        Segments of a document: as many in each, or at random, and at least 1.
    icc : float or {group: float}
        Intra-class correlation of documents, from 0 to below 1: how much two segments of one
        document correlate, beyond what their outlet makes them.
    seed : int or numpy.random.SeedSequence
    **design
        See :class:`framing.simulate.Design`: `periods`, `outlets`, `outlet_icc`, `crossed`,
        `dominance`, `by`.

    Returns
    -------
    Planted

    Notes
    -----
    Frames are independent of each other. Of the n segments of a document a beta-binomial number
    uses a frame, with variance ``n p (1 − p) (1 + (n − 1) icc)`` about n p.

    Examples
    --------
    Three sides, of which the EU speaks more of security each year:

    >>> planted = frames(60, periods=[2021, 2022, 2023], change={"EU": {"security": 0.5}})
    >>> planted.features
    Features(1800 segments of 180 documents × 3 frames)
    >>> truth = planted.shares(by_period=True).query("frame == 'security'")
    >>> truth.pivot(index="group", columns="period", values="estimate").round(2)
    period  2021  2022  2023
    group
    EU       0.3  0.41  0.54
    JP       0.3  0.30  0.30
    US       0.3  0.30  0.30
    """
    rng, layout = generator(seed), Layout.of(documents, design)
    if not shares:
        raise InputError("shares is empty; name at least one frame.")
    for name, share in shares.items():
        check_share(f"shares: {name!r}", share)
    truth, _ = _truth(shares, effects, change, layout)
    n_segments = amounts("segments", segments, layout, rng)
    used_or_not = np.stack([truth, 1 - truth], axis=-1)
    use = of_documents(used_or_not, icc, layout, rng)[..., 0]
    rows = np.repeat(np.arange(len(n_segments)), n_segments)
    matrix = rng.random((len(rows), len(shares))) < use[rows]
    return _plant(matrix.astype(float), list(shares), "frame", rows, truth, layout, rng)


def terms(
    documents: int | Mapping[str, int] = 50,
    vocabulary: int | Mapping[str, float] = 200,
    *,
    effects: Effects | None = None,
    change: Effects | None = None,
    length: Amounts = 300,
    segments: Amounts = 1,
    icc: float | Mapping[str, float] = 0.01,
    seed: Seed = 0,
    **design: Any,
) -> Planted:
    """Draw a corpus of counts of terms.

    Parameters
    ----------
    documents, effects, change, seed, **design
        As in :func:`frames`. The log-odds of the terms named move by exactly what is asked for; the
        other terms make room for them, in proportion to their frequency.
    vocabulary : int or {term: float}
        How many terms, then called ``t001``, ``t002``, … with frequencies in proportion to 1/rank
        (Zipf's law); or terms with their relative frequencies.
    length : number, (mean, sd), or {group: either}
        Tokens of a document, at least 1.
    segments : number, (mean, sd), or {group: either}
        Segments that the tokens of a document are dealt out to evenly; never more than tokens.
    icc : float or {group: float}
        Intra-class correlation of documents, as in :func:`frames`, of two tokens. What a text has
        used once it uses again.

    Returns
    -------
    Planted

    Notes
    -----
    The counts of a document of n tokens are Dirichlet-multinomial: the variance of each is
    ``n p (1 − p) (1 + (n − 1) icc)``, and the concentration ``1/icc − 1``.

    Examples
    --------
    >>> planted = terms({"US": 30, "EU": 20}, 50, effects={"EU": {"t010": 1.0}})
    >>> planted.features
    Features(50 segments of 50 documents × 50 terms)
    >>> truth = planted.differences(log_odds=True)
    >>> truth.query("group == 'EU' and term in ['t001', 't010']")[["term", "estimate"]].round(3)
        term  estimate
    50  t001    -0.048
    59  t010     1.000
    """
    rng, layout, base = generator(seed), Layout.of(documents, design), _frequencies(vocabulary)
    truth, moved = _truth(base, effects, change, layout)
    truth = _make_room(truth, moved, base, layout)
    tokens = amounts("length", length, layout, rng)
    n_segments = np.minimum(amounts("segments", segments, layout, rng), tokens)
    use = of_documents(truth, icc, layout, rng)
    rows = np.repeat(np.arange(len(tokens)), n_segments)
    whole, over = np.divmod(tokens, n_segments)
    counts = rng.multinomial(whole[rows] + (position(rows) < over[rows]), use[rows])
    return _plant(counts.astype(float), list(base), "term", rows, truth, layout, rng)


def _frequencies(vocabulary: int | Mapping[str, float]) -> dict[str, float]:
    """Name terms, with shares that add up to 1."""
    if not isinstance(vocabulary, Mapping):
        check_count("vocabulary", vocabulary, least=2)
        digits = max(3, len(str(vocabulary)))
        vocabulary = {f"t{rank:0{digits}d}": 1 / rank for rank in range(1, vocabulary + 1)}
    if len(vocabulary) < 2:
        raise InputError("vocabulary needs two terms or more: a share is one of all tokens.")
    for name, frequency in vocabulary.items():
        if not is_number(frequency) or frequency <= 0:
            raise InputError(f"vocabulary: {name!r} needs a frequency above 0; got {frequency!r}.")
    total = sum(vocabulary.values())
    return {str(name): frequency / total for name, frequency in vocabulary.items()}


def _truth(
    base: Mapping[str, float], effects: Effects | None, change: Effects | None, layout: Layout
) -> tuple[Floats, Floats]:
    """True shares, shape (n_groups, n_periods, n_features), and which of them were asked for."""
    steps, groups, names = layout.design.calendar.steps, list(layout.groups), list(base)
    if change and len(steps) < 2:
        raise InputError("change needs two periods or more; name them (periods=).")
    rates = np.array(list(base.values()), dtype=float)
    added = np.zeros((len(groups), len(steps), len(rates)))
    asked = np.zeros_like(added)
    for what, given, scale in (
        ("effects", effects, np.ones_like(steps)),
        ("change", change, steps),
    ):
        for group, values in (given or {}).items():
            g = place(f"a group of {what}", group, groups)
            if not isinstance(values, Mapping):
                raise InputError(f"{what} of {group!r} must name features; got {values!r}.")
            for name, value in values.items():
                f = place(f"a feature of {what}", name, names)
                if not is_number(value):
                    raise InputError(f"{what} of {name!r} must be a number; got {value!r}.")
                added[g, :, f] += value * scale
                asked[g, :, f] = 1
    share = np.where(asked > 0, special.expit(special.logit(rates) + added), rates)
    for g, _, f in np.argwhere((share <= 0) | (share >= 1)):
        raise InputError(f"{names[f]!r} in {groups[g]!r} rounds to 0 or 1; plant a smaller effect.")
    return share, asked


def _make_room(share: Floats, asked: Floats, base: Mapping[str, float], layout: Layout) -> Floats:
    """Scale the shares that were not asked for, so that all add up to 1."""
    others = np.array(list(base.values())) * (1 - asked)
    left = 1 - (share * asked).sum(axis=-1, keepdims=True)
    for g, _, _ in np.argwhere((left <= 0) | ~others.any(axis=-1, keepdims=True)):
        raise InputError(
            f"the terms planted in {list(layout.groups)[g]!r} leave no share to the others; "
            "plant fewer, or smaller effects."
        )
    return np.where(asked > 0, share, left * others / others.sum(axis=-1, keepdims=True))


def _plant(
    matrix: Floats,
    names: list[str],
    kind: str,
    rows: Integers,
    truth: Floats,
    layout: Layout,
    rng: np.random.Generator,
) -> Planted:
    """Put counts, metadata and truth together; `rows` says whose each segment is."""
    segments, labels = layout.metadata(rows, rng), layout.design.calendar.labels
    features = Features(sparse.csr_array(matrix), names, segments, kind=kind)
    by, groups = layout.design.by, tuple(layout.groups)
    return Planted(features, by, groups, labels, layout.n_documents, truth)
