"""Phrases of numbered words: where patterns find them, and how often in every segment."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy import sparse

from framing.counting.automaton import Automaton
from framing.counting.numbered import Integers, Tokens
from framing.patterns import Pattern


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

    def find(first: int, ends: Integers, ids: Integers) -> list[tuple[Integers, Integers]]:
        found = []
        for length, places in automaton.search(ids, ends):
            segments = np.searchsorted(ends, places, side="right") - 1 + first
            found.append((segments, ids[places[:, None] + np.arange(length)]))
        return found

    stretches: dict[int, list[tuple[Integers, Integers]]] = {}
    for part in tokens.each(find, title="finding phrases"):
        for one in part:
            stretches.setdefault(one[1].shape[1], []).append(one)
    segments: list[Integers] = []
    columns: list[Integers] = []
    names: list[str] = []
    for parts in stretches.values():
        rows, words = (np.concatenate(part) for part in zip(*parts, strict=True))
        number, distinct = _distinct(words, len(tokens.types))
        segments.append(rows)
        columns.append(number + len(names))
        names += [" ".join(tokens.types[i] for i in one) for one in distinct.tolist()]
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    column = rank[np.concatenate([*columns, np.empty(0, np.int64)])]
    row = np.concatenate([*segments, np.empty(0, np.int64)])
    ones = np.ones(len(row), dtype=np.int32)
    counts = sparse.coo_array((ones, (row, column)), shape=(len(tokens), len(names))).tocsr()
    counts.sum_duplicates()
    return counts, [names[i] for i in order]


def _distinct(stretches: Integers, n_types: int) -> tuple[Integers, Integers]:
    """Number distinct rows, and give each once."""
    key = stretches[:, 0].astype(np.int64)
    for word in stretches.T[1:]:
        _, key = np.unique(key * n_types + word, return_inverse=True)
    _, where, key = np.unique(key, return_index=True, return_inverse=True)
    return key, stretches[where]
