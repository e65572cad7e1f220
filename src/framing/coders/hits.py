"""How densely segments use the terms of a codebook's frames."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from framing.corpus import Corpus
from framing.errors import InputError
from framing.features import Features
from framing.frames import Codebook
from framing.inference import Floats
from framing.lexicon import extraction
from framing.wording import listed

PER = 1000
"""Tokens that rates are counted in."""


def with_terms(codebook: Codebook) -> list[str]:
    """Name the frames of a codebook that have terms to be recognised by."""
    return [frame.name for frame in codebook.frames if frame.terms or frame.weak]


def hit_scores(source: Corpus | Features, codebook: Codebook, frames: Sequence[str]) -> Floats:
    """Logarithm of 1 + hits per 1,000 tokens where the codebook finds a frame, 0 where not.

    Every occurrence of a term of the frame counts, of weak ones too, where no exclusion takes it
    away. Nought for a frame that the codebook has no terms for.

    Returns
    -------
    array, shape (n_segments, n_frames)
    """
    counts = extraction(source, codebook.patterns, f"codebook {codebook.name!r}")
    assert counts.size is not None
    size = np.where(counts.size > 0, counts.size, 1.0)
    known = {frame.name: frame for frame in codebook.frames}
    scores = np.zeros((len(counts), len(frames)))
    for column, name in enumerate(frames):
        if name in known:
            hits = known[name].lexicon.counted(counts).toarray()
            found = known[name].decide(hits > 0)
            scores[:, column] = np.where(found, np.log1p(PER * hits.sum(axis=1) / size), 0.0)
    return scores


def in_common(codebook: Codebook, frames: Sequence[str]) -> list[str]:
    """Name the frames that codes and a codebook share; refuse if there is none."""
    shared = [name for name in frames if name in with_terms(codebook)]
    if not shared:
        raise InputError(
            f"codebook {codebook.name!r} has terms for {listed(with_terms(codebook))}, and none of "
            f"the frames coded: {listed(list(frames))}; call the frames as the codebook does."
        )
    return shared
