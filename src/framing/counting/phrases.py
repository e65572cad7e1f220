"""Phrases of numbered words: where patterns find them, and how often in every segment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from framing.counting.automaton import Automaton
from framing.counting.tallies import blocks_of
from framing.counting.tokenised import Tokens
from framing.inference.blocks import in_blocks
from framing.patterns import Pattern

Integers = npt.NDArray[Any]


def count_phrases(
    tokens: Tokens, patterns: Iterable[Pattern]
) -> tuple[sparse.csr_array, list[str]]:
    """Count the phrases that some pattern matches, as they are written.

    Parameters
    ----------
    tokens : Tokens
    patterns : iterable of Pattern

    Returns
    -------
    csr_array of int32, shape (n_segments, n_phrases)
    list of str
        The phrases, sorted; words joined by blanks.

    Examples
    --------
    >>> from framing.counting.tokenised import of_words
    >>> tokens = of_words([["supply", "chain"], ["Supply", "chain", "reaction"]])
    >>> counts, names = count_phrases(tokens, [Pattern.parse("supply chain")])
    >>> names, counts.toarray().tolist()
    (['Supply chain', 'supply chain'], [[0, 1], [1, 0]])
    """
    several = [one for one in patterns if len(one.parts) > 1]
    if not several:
        return sparse.csr_array(np.empty((len(tokens), 0), dtype=np.int32)), []
    automaton = Automaton.of(several, tokens.vocabulary)
    blocks = blocks_of(tokens.ends)

    def work(block: int) -> tuple[Integers, Integers, Integers]:
        first, last = blocks[block]
        ends = tokens.ends[first : last + 1]
        places, lengths = automaton.search(tokens.ids[ends[0] : ends[-1]], ends - ends[0])
        places += ends[0]
        return places, lengths, np.searchsorted(ends, places, side="right") - 1 + first

    parts = zip(*in_blocks(work, len(blocks), title="finding phrases"), strict=True)
    places, lengths, segments = (np.concatenate(part) for part in parts)
    columns, names = _spelt(tokens, places, lengths)
    shape = (len(tokens), len(names))
    ones = np.ones(len(columns), dtype=np.int32)
    counts = sparse.coo_array((ones, (segments, columns)), shape=shape).tocsr()
    counts.sum_duplicates()
    return counts, names


def _spelt(tokens: Tokens, places: Integers, lengths: Integers) -> tuple[Integers, list[str]]:
    """Give each distinct phrase a number, in the order of letters."""
    code = np.zeros(len(places), dtype=np.int64)
    names: list[str] = []
    for length in np.unique(lengths).tolist():
        chosen = np.flatnonzero(lengths == length)
        stretch = tokens.ids[places[chosen, None] + np.arange(length)]
        key = stretch[:, 0].astype(np.int64)
        for word in stretch.T[1:]:
            _, key = np.unique(key * len(tokens.types) + word, return_inverse=True)
        _, where, key = np.unique(key, return_index=True, return_inverse=True)
        code[chosen] = key + len(names)
        names += [" ".join(tokens.types[i] for i in one) for one in stretch[where].tolist()]
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    return rank[code], [names[i] for i in order]
