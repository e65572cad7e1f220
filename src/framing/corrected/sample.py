"""Hand codes of a sample, summed in the cells and units of the machine codes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from framing.cells import Cells
from framing.errors import InputError
from framing.features import Features
from framing.inference import Floats, Integers, Sums, sum_units
from framing.nesting import clusters, levels
from framing.settings import Settings


def hand_sums(plain: Cells, settings: Settings, labelled: Features) -> Sums:
    """Sums of y, (y−m)₊ and (m−y)₊ over the sample, in the units and cells of the machine codes."""
    features = plain.features
    rows, y, stands_for = aligned(features, labelled)
    m = features.matrix[rows].toarray().astype(float)
    marks = np.hstack([y, np.maximum(y - m, 0.0), np.maximum(m - y, 0.0)])
    column = np.tile(np.arange(marks.shape[1]), len(rows))
    row = np.repeat(rows, marks.shape[1])
    matrix = sparse.csr_array((marks.ravel(), (row, column)), shape=(len(features), marks.shape[1]))
    weight = np.zeros(len(features))
    weight[rows] = stands_for
    held = np.concatenate(plain.held)
    cell = np.repeat(np.arange(len(plain.held)), [len(some) for some in plain.held])
    member = sparse.csc_array(
        (np.ones(len(held), dtype=np.int8), (held, cell)), shape=(len(features), len(plain.held))
    )
    return sum_units(
        matrix,
        np.ones(len(features)),
        member,
        plain.documents,
        clusters=clusters(features, settings.cluster, plain.documents),
        strata=levels(features, settings.within, "within"),
        compared=plain.sums.compared.astype(np.int64),
        weights=settings.weights,
        stands_for=weight,
    )


def aligned(features: Features, labelled: Features) -> tuple[Integers, Floats, Floats]:
    """Find the segments coded by hand.

    Returns
    -------
    rows : array of int, shape (n,)
        Of `features`.
    codes : array, shape (n, n_features)
    stands_for : array, shape (n,)
        1/probability.
    """
    if not isinstance(labelled, Features):
        raise InputError("labelled must be Features, as Sample.labelled returns them.")
    if features.kind != "frame" or labelled.kind != "frame":
        raise InputError("labelled= corrects shares of frames; both must be Features of frames.")
    if "probability" not in labelled.segments:
        raise InputError(
            "labelled has no column 'probability', the chance of each segment to be coded; draw "
            "the sample with framing.draw, and join the codes by Sample.labelled."
        )
    for name in features.names:
        if name not in labelled.names:
            raise InputError(
                f"frame {name!r} has no hand codes; keep frames that have "
                f"(Features.select): {', '.join(map(str, labelled.names))}."
            )
    chance = labelled.segments["probability"].to_numpy(dtype=float)
    if not ((chance > 0) & (chance <= 1)).all():
        segment = labelled.segments["segment"].iloc[int(np.argmin((chance > 0) & (chance <= 1)))]
        raise InputError(f"labelled, segment {segment!r}: probability must lie in (0, 1].")
    place = pd.Index(features.segments["segment"]).get_indexer(labelled.segments["segment"])
    known = place >= 0
    if not known.any():
        raise InputError(
            "no segment coded by hand is among the segments compared; compare the same corpus, "
            "with the same segment=."
        )
    codes = labelled.select(list(features.names)).matrix[np.flatnonzero(known)].toarray()
    return place[known].astype(np.int64), codes.astype(float), 1 / chance[known]


def check_strata(plain: Cells, hand: Sums, settings: Settings) -> None:
    """Refuse to standardise over a level of which a cell has no hand codes."""
    if settings.within is None:
        return
    bare = (plain.sums.standard > 0) & (hand.denominators.sum(axis=0) == 0)
    if bare.any():
        cell, stratum = map(int, np.argwhere(bare)[0])
        values = plain.features.segments[settings.within]
        name = sorted(values.unique())[stratum]
        who = " in ".join(part for part in plain.index[cell] if part is not None)
        raise InputError(
            f"within={settings.within!r}: no segment of {who} in {name!r} is coded by hand; code "
            f"some (draw with strata={settings.within!r}), or leave out within=."
        )
