"""Decisions: from scores of segments to probabilities, and from these to codes."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from framing.coders.odds import cut, fit_odds
from framing.errors import InputWarning
from framing.inference import Floats
from framing.wording import listed


@dataclass(frozen=True, eq=False)
class Decisions:
    """What turns scores into probabilities and codes, frame by frame.

    Attributes
    ----------
    slopes : array, shape (n_frames, n_scores)
    offsets, thresholds : array, shape (n_frames,)
    """

    slopes: Floats
    offsets: Floats
    thresholds: Floats

    @classmethod
    def fit(
        cls,
        scores: Floats,
        codes: Floats,
        weight: Floats,
        threshold: str | float,
        frames: Sequence[str],
        who: str,
    ) -> Decisions:
        """Calibrate scores, and set thresholds; warn of frames that cannot be told.

        Parameters
        ----------
        scores : array, shape (n_segments, n_frames, n_scores)
        codes : array, shape (n_segments, n_frames)
        weight : array, shape (n_segments,)
        threshold : {"f1", "share"} or float
        frames : sequence of str
        who : str
            Names the coder in warnings.
        """
        fitted = [fit_odds(scores[:, f], codes[:, f], weight) for f in range(len(frames))]
        slopes, offsets = zip(*fitted, strict=True)
        made = cls(np.stack(slopes), np.array(offsets), np.full(len(frames), 0.5))
        chances, found = made.chances(scores), weight @ codes
        varies = (found > 0) & (found < weight.sum())
        for f in np.flatnonzero(varies):
            made.thresholds[f] = cut(threshold, chances[:, f], codes[:, f], weight)
        coded = chances > made.thresholds
        alike = coded.all(axis=0) | ~coded.any(axis=0)
        _warn(who, frames, ~varies, "all hand codes are alike, so it is coded so everywhere")
        blind = "coded in all segments or in none, as their words do not tell which use it"
        _warn(who, frames, varies & alike, f"{blind}; take probabilities, or code more by hand")
        return made

    def log_odds(self, scores: Floats) -> Floats:
        """Log-odds of each frame, shape (n_segments, n_frames)."""
        return np.asarray(np.einsum("sfk,fk->sf", scores, self.slopes) + self.offsets)

    def chances(self, scores: Floats) -> Floats:
        """Probabilities, shape (n_segments, n_frames)."""
        return np.asarray(expit(self.log_odds(scores)))


def _warn(who: str, frames: Sequence[str], which: Sequence[bool], why: str) -> None:
    names = [name for name, named in zip(frames, which, strict=True) if named]
    if names:
        warnings.warn(f"{who}: {listed(names)}: {why}.", InputWarning, stacklevel=4)
