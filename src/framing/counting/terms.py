"""Terms: what words and phrases become once case is folded and phrases have taken their words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from framing.counting.numbered import Integers, Tokens
from framing.counting.overlaps import Overlaps
from framing.counting.tallies import Stack, keep_columns, tally_block, used_in_blocks
from framing.inference.blocks import ROWS, in_blocks

FEW = 20_000
"""Up to so many counts of phrases, plain Python is done before the compiler is loaded."""


@dataclass(frozen=True, eq=False)
class Written:
    """Words and phrases as they are written, before anything is folded.

    Attributes
    ----------
    types : sequence of str
    words : Tokens, or csr_array of shape (n_segments, n_types)
    names : sequence of str
        The phrases.
    phrases : csr_array, shape (n_segments, n_phrases)
    """

    types: Sequence[str]
    words: Tokens | sparse.csr_array
    names: Sequence[str]
    phrases: sparse.csr_array

    def totals(self) -> list[int]:
        """How often each type occurs."""
        held = self.words
        return list(held.totals if isinstance(held, Tokens) else held.sum(axis=0))

    def terms(
        self,
        fold: Mapping[str, str],
        wanted: Callable[[str], bool],
        documents: Integers,
        min_documents: int,
    ) -> tuple[sparse.csr_array, list[str], Integers]:
        """Count terms.

        Parameters
        ----------
        fold : mapping of str to str
            What each type becomes.
        wanted : callable
            Whether a term is counted at all.
        documents : array of int, shape (n_segments,)
        min_documents : int
            Terms found in fewer documents are left out.

        Returns
        -------
        csr_array of int32, shape (n_segments, n_terms)
        list of str
            Words, then phrases, each in order.
        array of int, shape (n_segments,)
            Terms of each segment, those of too few documents among them.
        """
        forms, form_of = numbered(fold)
        whole = {name: " ".join(fold[word] for word in name.split(" ")) for name in self.names}
        names, name_of = numbered(whole)
        phrases = sparse.csr_array(self.phrases @ _indicator(name_of, len(names)))
        overlaps = Overlaps.of(names, {form: i for i, form in enumerate(forms)})
        kept = np.array([wanted(form) for form in forms], dtype=bool)
        column = np.where(kept, np.cumsum(kept) - 1, -1)
        n_words = int(kept.sum())

        def separate(first: int, words: sparse.csr_array) -> sparse.csr_array:
            if not names:
                return keep_columns(words, column, n_words)
            some = phrases[first : first + words.shape[0]]
            left = overlaps.take_out(words, some, few=phrases.nnz <= FEW)
            both = [keep_columns(words, column, n_words), left]
            together = sparse.csr_array(sparse.hstack(both, format="csr"))
            together.eliminate_zeros()
            return together

        terms = [*(form for form, keep in zip(forms, kept, strict=True) if keep), *names]
        held = self.words
        most = int(held.ends[-1]) if isinstance(held, Tokens) else held.nnz
        stack = Stack(phrases.shape[0], len(terms), most + phrases.nnz)
        for block in self._folded(separate, form_of, len(forms)):
            stack.add(block)
        size = np.concatenate([block.sum(axis=1) for block in stack.blocks()])
        often = used_in_blocks(stack.blocks(), documents, len(terms)) >= min_documents
        if not often.all():
            stack.keep(np.where(often, np.cumsum(often) - 1, -1), int(often.sum()))
        chosen = [term for term, keep in zip(terms, often, strict=True) if keep]
        return stack.matrix(), chosen, size

    def _folded(
        self, work: Callable[[int, sparse.csr_array], Any], which: Integers, n: int
    ) -> Iterator[Any]:
        """Work on the folded counts of some segments at a time."""
        held = self.words
        if isinstance(held, Tokens):
            return held.each(
                lambda first, ends, ids: work(first, tally_block(ends, ids, n, which)),
                title="counting",
            )
        fold = _indicator(which, n)

        def some(block: int) -> Any:
            words = sparse.csr_array(held[block * ROWS : (block + 1) * ROWS] @ fold)
            words.sort_indices()
            return work(block * ROWS, words)

        return in_blocks(some, -(-held.shape[0] // ROWS), title="counting")


def numbered(target: Mapping[str, str]) -> tuple[list[str], Integers]:
    """Sort what words become, and tell which of them each word is."""
    names = sorted(set(target.values()))
    number = {name: i for i, name in enumerate(names)}
    return names, np.array([number[one] for one in target.values()], dtype=np.int32)


def _indicator(which: Integers, n: int) -> sparse.csr_array:
    ones = np.ones(len(which), dtype=np.int32)
    return sparse.csr_array((ones, which, np.arange(len(which) + 1)), shape=(len(which), n))
