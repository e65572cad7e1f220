"""Machine codes and hand codes of the same segments, side by side."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from framing.cells import By, Cells
from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.groups import groups
from framing.inference import Floats, Integers
from framing.settings import Settings
from framing.wording import count_of, listed


@dataclass(frozen=True, eq=False)
class Aligned:
    """Machine codes and hand codes of the segments that have both.

    Attributes
    ----------
    segments : Features
        The machine codes, with the metadata of the segments.
    machine, hand : array, shape (n_segments, n_frames)
        Codes from 0 to 1.
    weight : array, shape (n_segments,)
        How many segments each speaks for.
    by : str or list of str, optional
    table : pandas.DataFrame
        What that makes of the segments: see :func:`framing.groups`.
    settings : Settings
    """

    segments: Features
    machine: Floats
    hand: Floats
    weight: Floats
    by: By | None
    table: pd.DataFrame
    settings: Settings

    @classmethod
    def of(cls, machine: Features, hand: Features, by: By | None, settings: Settings) -> Aligned:
        """Find the segments and frames that both have, and what each segment stands for.

        Parameters
        ----------
        machine, hand : Features
            Of kind "frame".
        by : str or list of str, optional
            Default: all documents together.
        settings : Settings
            With ``weights="document"`` each document counts once: its segments by one over how many
            of them the machine coded.
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
        _check(coded, truth, segments)
        weight = _weight(about)
        whole = machine if settings.weights == "document" else segments
        table = _table(whole, by, settings)
        if settings.weights == "document":
            weight = weight * _one_each(machine, table, by)[rows]
            table = table[known].loc[:, table[known].any()]
        # Where all stand for as many, each counts as one: intervals then know how many there are.
        weight = weight / weight.min()
        by_segment = replace(settings, weights="segment")
        return cls(segments, coded, truth, weight, by, table, by_segment)

    def regrouped(self, by: By) -> Aligned:
        """Put the same segments into other groups."""
        return replace(self, by=by, table=_table(self.segments, by, self.settings))

    @property
    def names(self) -> list[str]:
        """The frames."""
        return [str(name) for name in self.segments.names]

    @property
    def found(self) -> Floats:
        """Rightly coded."""
        return self.machine * self.hand

    @property
    def missed(self) -> Floats:
        """Not coded, though the frame is there."""
        return (1 - self.machine) * self.hand

    @property
    def overcoded(self) -> Floats:
        """Coded, though the frame is not there."""
        return self.machine * (1 - self.hand)

    @property
    def left(self) -> Floats:
        """Rightly left alone."""
        return (1 - self.machine) * (1 - self.hand)

    def positives(self) -> Floats:
        """Segments of each cell in which people found each frame, (n_cells, n_frames)."""
        member = self.table.to_numpy(dtype=float)
        return np.asarray(member.T @ self.hand)

    def cells(
        self, part: Floats, whole: Floats, names: list[str], compared: str | None = None
    ) -> Cells:
        """Sum a part, shape (n_segments, n_names), and the whole, shape (n_segments,), by cell."""
        matrix = sparse.csr_array(part * self.weight[:, None])
        size = whole * self.weight
        shares = replace(self.segments, matrix=matrix, names=names, size=size)
        return Cells.of(shares, self.by or "all", self.settings, compared, self.table)


def _frames(machine: Features, hand: Features) -> list[str]:
    """The frames that both have, in the machine's order; name the others."""
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
    for one, codes in (("machine", machine), ("hand", hand)):
        alone = [str(name) for name in codes.names if name not in names]
        if alone:
            _warn(f"{count_of(len(alone), 'frame')} coded by {one} only: {listed(alone)}; left out")
    return names


def _segments(machine: Features, hand: Features) -> tuple[Integers, Integers]:
    """Rows of both that hold the same segments, in the machine's order."""
    place = pd.Index(machine.segments["segment"]).get_indexer(hand.segments["segment"])
    known = np.flatnonzero(place >= 0)
    if not len(known):
        raise InputError(
            f"no segment of hand ({hand.segments['segment'].iloc[0]!r}, …) is one of machine "
            f"({machine.segments['segment'].iloc[0]!r}, …); code the corpus that the sample was "
            "drawn from, with the same segment=."
        )
    if len(known) < len(hand):
        alone = hand.segments["segment"].iloc[int(np.argmin(place))]
        _warn(
            f"{len(hand) - len(known)} of {count_of(len(hand), 'segment')} coded by hand are not "
            f"coded by machine ({alone}); left out"
        )
    theirs = known[np.argsort(place[known])]
    return place[theirs], theirs


def _check(coded: Floats, truth: Floats, segments: Features) -> None:
    for what, codes, wrong, expected in (
        (
            "machine",
            coded,
            (coded != 0) & (coded != 1),
            "0 or 1: code again with framing.code or a coder's predict(), or put probabilities "
            "above a threshold",
        ),
        ("hand", truth, truth > 1, "0, 1, or between where coders disagree"),
    ):
        if wrong.any():
            row, column = (int(places[0]) for places in np.nonzero(wrong))
            raise InputError(
                f"{what}: frame {segments.names[column]!r} is {codes[row, column]:g} in segment "
                f"{segments.segments['segment'].iloc[row]!r}; it must be {expected}."
            )


def _weight(segments: pd.DataFrame) -> Floats:
    """How many segments of the corpus each segment of the sample stands for."""
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


def _table(source: Features, by: By | None, settings: Settings) -> pd.DataFrame:
    if by is None:
        everything = np.ones((len(source), 1), dtype=np.int8)
        return pd.DataFrame(everything, columns=pd.Index(["all"], name="group"))
    return groups(source, by, actors=settings.actors, levels=settings.levels)


def _one_each(machine: Features, table: pd.DataFrame, by: By | None) -> Floats:
    """Weights by which the segments of each document add up to 1."""
    documents = pd.factorize(machine.segments["document"])[0]
    member = pd.DataFrame(table.to_numpy()).groupby(documents)
    divided = (member.min() != member.max()).any(axis=1)
    if divided.any():
        row = int(np.argmax(documents == int(np.argmax(divided))))
        raise InputError(
            f"by={by!r} divides document {machine.segments['document'].iloc[row]!r}, which "
            "weights='document' cannot count once; use weights='segment'."
        )
    return np.asarray(1 / np.bincount(documents)[documents])


def _warn(text: str) -> None:
    warnings.warn(f"{text}.", InputWarning, stacklevel=6)
