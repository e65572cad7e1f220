"""Phrases in numbered words: patterns of several words as steps from state to state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.counting.vocabulary import Vocabulary
from framing.patterns import Pattern

Integers = npt.NDArray[Any]
State = frozenset[tuple[Pattern, int]]
"""Patterns that the words so far may belong to, each with how many of its parts they make up."""


@dataclass(frozen=True, eq=False)
class Automaton:
    """Patterns ready to be looked for in the words of some vocabulary.

    Attributes
    ----------
    start : array of int32, shape (n_types,)
        State after a first word; −1 if no phrase begins with it.
    follows : array of bool, shape (n_types,)
        Whether a phrase may go on with the word.
    steps : array of int64
        ``state · n_types + word`` of every further step, in order.
    goal : array of int32
        Where each step leads; −1 where no phrase is longer.
    ends : array of bool
        Whether a phrase is complete with the step.
    """

    start: npt.NDArray[np.int32]
    follows: npt.NDArray[np.bool_]
    steps: npt.NDArray[np.int64]
    goal: npt.NDArray[np.int32]
    ends: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, patterns: Iterable[Pattern], words: Vocabulary) -> Automaton:
        """Prepare patterns, each of several words."""
        several = list(dict.fromkeys(patterns))
        spans = {one: _spans(one, words) for one in several}
        number: dict[State, int] = {}
        waiting: list[State] = []

        def state_of(items: Iterable[tuple[Pattern, int]]) -> int:
            state = frozenset(items)
            if not state:
                return -1
            if state not in number:
                number[state] = len(number)
                waiting.append(state)
            return number[state]

        start = np.full(len(words), -1, dtype=np.int32)
        for word, items in _moves([(one, 0) for one in several], spans).items():
            start[word] = state_of((one, at) for one, at in items if at < len(one.parts))
        steps: list[tuple[int, int, int, bool]] = []
        for state in waiting:  # grows meanwhile
            for word, items in _moves(state, spans).items():
                goal = state_of((one, at) for one, at in items if at < len(one.parts))
                ends = any(at == len(one.parts) for one, at in items)
                steps.append((number[state], word, goal, ends))
        steps.sort()
        table = np.array(steps, dtype=np.int64).reshape(-1, 4)
        follows = np.zeros(len(words), dtype=bool)
        follows[table[:, 1]] = True
        keys = table[:, 0] * len(words) + table[:, 1]
        return cls(start, follows, keys, table[:, 2].astype(np.int32), table[:, 3].astype(bool))

    def search(self, ids: Integers, ends: Integers) -> Iterator[tuple[int, Integers]]:
        """Find every occurrence of a phrase.

        Parameters
        ----------
        ids : array of int32
        ends : array of int64
            As :meth:`framing.counting.numbered.Tokens.each` gives them.

        Yields
        ------
        length : int
        places : array of int64
            Where phrases of so many words begin. A stretch of words stands once, however many
            patterns match it.
        """
        last = np.zeros(len(ids), dtype=bool)  # of a segment
        last[ends[ends > 0] - 1] = True
        at = np.flatnonzero(np.take(self.start >= 0, ids[:-1]) & ~last[:-1])
        at = at[np.take(self.follows, ids[at + 1])]
        state, length = self.start[ids[at]], 1
        while len(at):
            key = state.astype(np.int64) * len(self.start) + ids[at + length]
            step = np.minimum(np.searchsorted(self.steps, key), len(self.steps) - 1)
            known = self.steps[step] == key
            at, step = at[known], step[known]
            length += 1
            yield length, at[self.ends[step]]
            state = self.goal[step]
            on = (state >= 0) & ~last[at + length - 1]
            at, state = at[on], state[on]


def _spans(pattern: Pattern, words: Vocabulary) -> dict[int, list[tuple[int, list[int]]]]:
    """For each part of a pattern: up to which part one word may reach, and which words do."""
    found: dict[int, list[tuple[int, list[int]]]] = defaultdict(list)
    for first, last in combinations(range(len(pattern.parts) + 1), 2):
        if last - first < len(pattern.parts):
            part = Pattern(pattern.parts[first:last], pattern.case_sensitive)
            found[first].append((last, words.matching(part)))
    return found


def _moves(
    state: Iterable[tuple[Pattern, int]],
    spans: dict[Pattern, dict[int, list[tuple[int, list[int]]]]],
) -> dict[int, set[tuple[Pattern, int]]]:
    """What each word that may come next makes of a state."""
    found: dict[int, set[tuple[Pattern, int]]] = defaultdict(set)
    for pattern, at in state:
        for last, words in spans[pattern][at]:
            for word in words:
                found[word].add((pattern, last))
    return found
