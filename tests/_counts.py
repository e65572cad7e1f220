"""Counting in plain Python, word by word: what the fast way is held against."""

from collections import Counter
from itertools import pairwise

from framing.counting.folding import english, kept
from framing.patterns import Matcher, phrases
from framing.tokens import is_acronym, words


def fold_of(vocabulary):
    spelt = {word.lower() for word in vocabulary if not is_acronym(word)}
    fold = {}
    for word in vocabulary:
        lower = word.lower()
        shouted = len(word) > 5 and lower in spelt
        function = lower in english() and word not in ("US", "IT", "WHO")
        fold[word] = word if is_acronym(word) and not shouted and not function else lower
    return fold


def counts(texts, patterns, stop=frozenset(), numbers=False):
    """Count the terms of each text: a Counter a text."""
    fold = fold_of({word for text in texts for word in words(text)})
    matcher = Matcher(patterns)
    found = []
    for text in texts:
        left = Counter(fold[word] for word in words(text))
        whole = Counter(
            " ".join(fold[word] for word in phrase.split(" "))
            for phrase in phrases(words(text), matcher)
        )
        for phrase in sorted(whole, key=lambda one: (-one.count(" "), one)):
            inside = Counter(phrase.split(" "))
            n = min(whole[phrase], *(left[word] // times for word, times in inside.items()))
            whole[phrase] = n
            for other in whole:
                if other != phrase and f" {other} " in f" {phrase} ":
                    whole[other] = max(whole[other] - n, 0)
            for word, times in inside.items():
                left[word] -= n * times
        total = left + whole
        found.append(Counter({one: n for one, n in total.items() if kept(one, stop, numbers)}))
    return found


def pairs(texts):
    """Count neighbours of each text, folded."""
    fold = fold_of({word for text in texts for word in words(text)})
    return Counter(pair for text in texts for pair in pairwise(fold[one] for one in words(text)))
