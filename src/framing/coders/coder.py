"""What machine coders have in common."""

from __future__ import annotations

from os import PathLike

from framing.frames import Codebook
from framing.term_estimator import TermEstimator


def read_codebook(given: Codebook | str | PathLike[str]) -> Codebook:
    """Take a codebook, or read it."""
    return given if isinstance(given, Codebook) else Codebook.load(given)


class Coder(TermEstimator):
    """An estimator that codes frames."""

    frames_: list[str]
