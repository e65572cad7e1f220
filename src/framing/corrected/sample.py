"""Hand codes of a sample, summed in the cells and units of the machine codes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from framing.cells import Cells
from framing.errors import InputError
from framing.features import Features
from framing.inference import Floats, Integers, Sums, sum_units
from framing.nesting import clusters, levels
from framing.settings import Settings


class HandCodes(NamedTuple):
    """Segments coded by hand, among those compared.

    Attributes
    ----------
    rows : array of int, shape (n,)
    codes, machine : array, shape (n, n_features)
        y and m.
    stands_for : array, shape (n_segments,)
        1/probability where a segment is coded, else nought.
    marks, machine_marks : bool
        Whether people, and people and machine, say 0 or 1 and nothing between.
    """

    rows: Integers
    codes: Floats
    machine: Floats
    stands_for: Floats
    marks: bool
    machine_marks: bool

    @property
    def coded(self) -> npt.NDArray[np.bool_]:
        """Which segments are coded."""
        return self.stands_for > 0

    @classmethod
    def of(cls, features: Features, labelled: Features) -> HandCodes:
        """Find the segments coded by hand, and check that they can speak of all."""
        _check_kinds(features, labelled)
        chance = labelled.segments["probability"].to_numpy(dtype=float)
        fine = (chance > 0) & (chance <= 1)
        if not fine.all():
            segment = labelled.segments["segment"].iloc[int(np.argmin(fine))]
            raise InputError(f"labelled, segment {segment!r}: probability must lie in (0, 1].")
        place = pd.Index(features.segments["segment"]).get_indexer(labelled.segments["segment"])
        known = place >= 0
        if not known.any():
            raise InputError(
                "no segment coded by hand is among the segments compared; compare the same corpus, "
                "with the same segment=."
            )
        hand = labelled.select(list(features.names)).matrix
        codes = hand[np.flatnonzero(known)].toarray().astype(float)
        if codes.max(initial=0.0) > 1:
            raise InputError(f"labelled holds a code of {codes.max():g}; codes lie from 0 to 1.")
        rows = place[known].astype(np.int64)
        _check_population(len(features), chance[known])
        stands_for = np.zeros(len(features))
        stands_for[rows] = 1 / chance[known]
        values = features.matrix.data
        marks = bool(np.isin(codes, (0, 1)).all())
        machine = features.matrix[rows].toarray().astype(float)
        whole = marks and bool((values == np.floor(values)).all())
        return cls(rows, codes, machine, stands_for, marks, whole)


def _check_kinds(features: Features, labelled: object) -> None:
    """Refuse what cannot be corrected."""
    if not isinstance(labelled, Features):
        raise InputError("labelled must be Features, as Sample.labelled returns them.")
    if features.kind != "frame" or labelled.kind != "frame":
        raise InputError("labelled= corrects shares of frames; both must be Features of frames.")
    if (np.asarray(features.size) != 1).any():
        raise InputError("labelled= corrects shares of segments; these features have a size=.")
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


def _check_population(n: int, chance: Floats) -> None:
    """Refuse a sample that stands for many more segments than are compared, or many fewer.

    Σ 1/probability is n on average, with variance Σ (1 − probability)/probability².
    """
    stands_for, spread = (1 / chance).sum(), np.sqrt(((1 - chance) / chance**2).sum())
    if abs(stands_for - n) > 5 * spread + 1:
        raise InputError(
            f"the hand codes stand for about {stands_for:.0f} segments, but {n} are compared; "
            "compare what the sample was drawn from, or part of it, or draw from all of it."
        )


def hand_sums(plain: Cells, settings: Settings, sample: HandCodes) -> Sums:
    """Sums of y, (y−m)₊ and (m−y)₊ over the sample, in the units and cells of the machine codes."""
    features, (rows, y, m, stands_for, *_) = plain.features, sample
    marks = np.hstack([y, np.maximum(y - m, 0.0), np.maximum(m - y, 0.0)])
    column = np.tile(np.arange(marks.shape[1]), len(rows))
    row = np.repeat(rows, marks.shape[1])
    matrix = sparse.csr_array((marks.ravel(), (row, column)), shape=(len(features), marks.shape[1]))
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
        stands_for=stands_for,
    )


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
