"""What a codebook goes by: which terms of a frame stand in which segments, and what hinges on them.

Every tool of this package is arithmetic on two counts a segment: strong terms found, and weak ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from framing.features import Features
from framing.frames import Codebook, Frame
from framing.lexicon import extraction, narrow
from framing.patterns import Pattern, matching

if TYPE_CHECKING:
    from framing.corpus import Corpus

Book = Codebook | str | PathLike[str]


@dataclass(frozen=True, eq=False)
class Evidence:
    """The terms of one frame in the segments of one extraction.

    Parameters
    ----------
    frame : Frame
    counts : Features
        Counts of the words and phrases that some pattern of the frame matches, case kept.

    Examples
    --------
    >>> import pandas as pd
    >>> trade, ban = Pattern.parse("trade"), Pattern.parse("ban")
    >>> names, rows = ["trade", "ban"], pd.DataFrame({"document": ["a", "b"]})
    >>> counts = Features([[2, 0], [1, 1]], names, rows, kind="term")
    >>> found = Evidence(Frame("f", "", "", (trade, ban)), counts)
    >>> found.n.toarray().astype(int).tolist(), found.hinges.toarray().astype(int).tolist()
    ([[2, 0], [1, 1]], [[1, 0], [0, 0]])
    """

    frame: Frame
    counts: Features

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """Terms, then weak terms, then exclusions."""
        return self.frame.terms + self.frame.weak + self.frame.exclude

    @property
    def strengths(self) -> NDArray[np.str_]:
        """What each pattern is: "strong", "weak" or "exclusion"."""
        sizes = len(self.frame.terms), len(self.frame.weak), len(self.frame.exclude)
        return np.repeat(["strong", "weak", "exclusion"], sizes)

    @cached_property
    def n(self) -> sparse.csr_array:
        """How often each term stands outside exclusions, shape (n_segments, n_terms)."""
        return self.frame.lexicon.counted(self.counts)

    @cached_property
    def used(self) -> NDArray[np.bool_]:
        """Which segments use the frame."""
        return self.frame.decide(self.n.toarray() > 0)

    @cached_property
    def excluded(self) -> sparse.csr_array:
        """How often each exclusion stands, shape (n_segments, n_exclusions)."""
        names = list(self.counts.names)
        held = [matching([pattern], names) for pattern in self.frame.exclude]
        which = np.array(held, dtype=float).reshape(len(held), len(names))
        return sparse.csr_array(self.counts.matrix @ sparse.csr_array(which.T))

    @cached_property
    def hinges(self) -> sparse.csr_array:
        """Which codes hinge on which pattern, shape (n_segments, n_patterns).

        True where the segment would be coded otherwise were the pattern left out: it would lose
        the frame for want of a term, or gain it for want of an exclusion.
        """
        found = self.n.toarray() > 0
        k = len(self.frame.terms)
        strong, weak = found[:, :k].sum(axis=1), found[:, k:].sum(axis=1)
        one_strong, two_weak = (strong == 1) & (weak < 2), (strong == 0) & (weak == 2)
        return sparse.csr_array(
            sparse.hstack(
                [
                    sparse.csr_array(found[:, :k] & one_strong[:, None]),
                    sparse.csr_array(found[:, k:] & two_weak[:, None]),
                    self._hinge_on_exclusions(),
                ],
                dtype=bool,
            )
        )

    def _hinge_on_exclusions(self) -> sparse.csr_array:
        """Code the segments that hold an exclusion again, without each in turn."""
        exclude, names = self.frame.exclude, list(self.counts.names)
        out = np.zeros((len(self.counts), len(exclude)), dtype=bool)
        rows = np.flatnonzero(self.excluded.sum(axis=1))
        some = self.counts.where(self.excluded.sum(axis=1) > 0)
        for column, pattern in enumerate(exclude):
            others = exclude[:column] + exclude[column + 1 :]
            if (matching([pattern], names) & ~matching(others, names)).any():
                used = replace(self.frame, exclude=others).used(some)
                out[rows, column] = used != self.used[rows]
        return sparse.csr_array(out)


def evidence(
    source: Corpus | Features, codebook: Book, *, tell: bool = True
) -> tuple[Features, list[Evidence]]:
    """Look the terms of a codebook up, as :func:`framing.code` does.

    Parameters
    ----------
    source : Corpus or Features
    codebook : Codebook, str or path
    tell : bool
        Warn of phrases that the corpus was never searched for.

    Returns
    -------
    Features
        The counts they are looked up in.
    list of Evidence
        One a frame that has terms.
    """
    book = load(codebook)
    counts = extraction(source, book.patterns, f"codebook {book.name!r}", tell=tell)
    return counts, in_counts(counts, book)


def load(codebook: Book) -> Codebook:
    """Take a codebook as it is, or read it."""
    return codebook if isinstance(codebook, Codebook) else Codebook.load(codebook)


def in_counts(counts: Features, codebook: Codebook) -> list[Evidence]:
    """Look up the terms of every frame that has any."""
    return [
        Evidence(frame, narrow(counts, frame.terms + frame.weak + frame.exclude))
        for frame in codebook.frames
        if frame.terms or frame.weak
    ]
