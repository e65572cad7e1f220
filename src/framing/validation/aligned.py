"""Machine codes and hand codes of the same segments, side by side."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.inference import Floats, Integers
from framing.wording import count_of, listed


@dataclass(frozen=True, eq=False)
class Aligned:
    """Machine codes and hand codes of the segments and frames that have both.

    Attributes
    ----------
    source : Features
        All that the machine coded.
    rows : array of int, shape (n_segments,)
        Which of its segments were coded by hand too.
    segments : Features
        The machine's codes of these; metadata that only the hand codes have is added.
    machine, hand : array, shape (n_segments, n_frames)
        Codes from 0 to 1.
    stands_for : array, shape (n_segments,)
        For how many segments each stands: 1/probability, where it is in a sample.
    """

    source: Features
    rows: Integers
    segments: Features
    machine: Floats
    hand: Floats
    stands_for: Floats


def align(machine: Features, hand: Features) -> Aligned:
    """Find the segments and frames that both have; warn of the others.

    Parameters
    ----------
    machine, hand : Features
        Of kind "frame".
    """
    names = _frames(machine, hand)
    rows, theirs = _segments(machine, hand)
    known = np.zeros(len(machine), dtype=bool)
    known[rows] = True
    segments = machine.where(known).select(names)
    about = segments.segments
    for column in hand.segments:
        if column not in about or column in ("stratum", "probability"):
            about[column] = hand.segments[column].to_numpy()[theirs]
    coded = segments.matrix.toarray().astype(float)
    truth = hand.select(names).matrix[theirs].toarray().astype(float)
    by_machine = "0 or 1; use predict() of a coder, or put probabilities above a threshold"
    _check("machine", coded, (coded != 0) & (coded != 1), segments, by_machine)
    _check("hand", truth, truth > 1, segments, "0 or 1, or between where people disagree")
    return Aligned(machine, rows, segments, coded, truth, _stands_for(about))


def _frames(machine: Features, hand: Features) -> list[str]:
    """The frames that both have, in the machine's order."""
    for what, codes in (("machine", machine), ("hand", hand)):
        if not isinstance(codes, Features) or codes.kind != "frame":
            raise InputError(
                f"{what} must be Features of frames, one row a segment: codes of a machine come "
                "from framing.code, those of people from Sample.labelled."
            )
    names = [str(name) for name in machine.names if name in hand.names]
    if not names:
        raise InputError(
            f"machine and hand have no frame in common: {listed(list(machine.names))} against "
            f"{listed(list(hand.names))}."
        )
    for what, codes in (("machine", machine), ("hand", hand)):
        if alone := [str(name) for name in codes.names if name not in names]:
            frames = f"{count_of(len(alone), 'frame')} coded by {what} only"
            _warn(f"{frames} ({listed(alone)}); left out")
    return names


def _segments(machine: Features, hand: Features) -> tuple[Integers, Integers]:
    """Rows of both that hold the same segments, in the machine's order."""
    place = pd.Index(machine.segments["segment"]).get_indexer(hand.segments["segment"])
    known = np.flatnonzero(place >= 0)
    if not len(known):
        first = (codes.segments["segment"].iloc[0] for codes in (hand, machine))
        raise InputError(
            "no segment coded by hand ({!r}, …) is coded by machine ({!r}, …); code the corpus "
            "that the sample was drawn from, with the same segment=.".format(*first)
        )
    if len(known) < len(hand):
        alone = hand.segments["segment"].iloc[int(np.argmin(place))]
        coded = f"{len(hand) - len(known)} of {count_of(len(hand), 'segment')} coded by hand"
        _warn(f"{coded} are not coded by machine ({alone}); left out")
    theirs = known[np.argsort(place[known])]
    return place[theirs], theirs


def _check(
    what: str, codes: Floats, wrong: npt.NDArray[np.bool_], segments: Features, expected: str
) -> None:
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        raise InputError(
            f"{what}: frame {segments.names[column]!r} is {codes[row, column]:g} in segment "
            f"{segments.segments['segment'].iloc[row]!r}; codes must be {expected}."
        )


def _stands_for(segments: pd.DataFrame) -> Floats:
    if "probability" not in segments:
        return np.ones(len(segments))
    chance = segments["probability"].to_numpy(dtype=float)
    wrong = ~((chance > 0) & (chance <= 1))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise InputError(
            f"hand: column 'probability' is {chance[row]:g} for segment "
            f"{segments['segment'].iloc[row]!r}; it must be above 0 and at most 1."
        )
    return np.asarray(1 / chance)


def _warn(text: str) -> None:
    warnings.warn(f"{text}.", InputWarning, stacklevel=5)
