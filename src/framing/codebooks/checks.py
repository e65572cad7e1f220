"""Checks: what may be wrong with the terms of a codebook that can be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from framing.codebooks.draft import Finding
from framing.codebooks.evidence import Evidence
from framing.codebooks.overlap import can_stand_in, covers, stands_in
from framing.frames import Frame
from framing.lexicon import Lexicon
from framing.patterns import Pattern, matching

SHORT = 4
"""A wildcard beside fewer letters than these is short."""


def frame_checks(frame: Frame) -> Iterator[Finding]:
    """Check the terms of one frame against each other."""
    yield from _redundant(frame)
    yield from _useless(frame)
    for pattern in frame.terms + frame.weak:
        words = str(pattern)
        if pattern.case_sensitive and words == words.lower() != words.upper():
            note = "under case_sensitive, but without capitals: capitals in texts are not matched."
            yield Finding("warning", "no capitals", frame.name, words, note)
        if is_short(pattern):
            note = f"'*' beside fewer than {SHORT} letters matches much else; write the words out."
            yield Finding("warning", "short wildcard", frame.name, words, note)


def is_short(pattern: Pattern) -> bool:
    """Whether a pattern is one word with a wildcard and few letters.

    Examples
    --------
    >>> [is_short(Pattern.parse(term)) for term in ("war*", "mine*", "K* Program")]
    [True, False, False]
    """
    word = pattern.parts[0]
    return len(pattern.parts) == 1 and "*" in word and len(word.strip("*")) < SHORT


def _redundant(frame: Frame) -> Iterator[Finding]:
    """Find terms that come with another term whatever the text."""
    every = [(one, "strong") for one in frame.terms] + [(one, "weak") for one in frame.weak]
    begins: dict[str, list[int]] = {}
    for place, (term, _) in enumerate(every):
        begins.setdefault(term.parts[0][0].lower(), []).append(place)
    for place, (term, strength) in enumerate(every):
        letters = {"*", *(part[0].lower() for part in term.parts)}
        near = sorted({at for letter in letters for at in begins.get(letter, ())} - {place})
        others = [
            every[at]
            for at in near
            if stands_in(every[at][0], term, hyphens=False)
            and not (at > place and _same(every[at][0], term))
        ]
        enough = [other for other, kind in others if kind == "strong"]
        always = [other for other in enough if not _unless(other, term, frame)]
        if always:
            note = f"{str(always[0])!r} is found wherever it is: leave it out, no code will change."
            yield Finding("hint", "redundant", frame.name, str(term), note)
        elif enough:
            but = " and ".join(_unless(enough[0], term, frame))
            note = (
                f"{str(enough[0])!r} is found wherever it is, but for {but}: leave it out unless "
                "that matters."
            )
            yield Finding("hint", "nearly redundant", frame.name, str(term), note)
        elif others and strength == "weak":
            note = (
                f"it comes with the weak term {str(others[0][0])!r}, and the pair is enough: call "
                "it strong, or leave one out."
            )
            yield Finding("warning", "pair", frame.name, str(term), note)


def _same(one: Pattern, other: Pattern) -> bool:
    return covers(one, other) and covers(other, one)


def _unless(other: Pattern, term: Pattern, frame: Frame) -> list[str]:
    """Say where `term` may be found without `other`, though it stands in it."""
    if covers(other, term):
        return []
    reasons = [] if stands_in(other, term) else ["hyphenated spellings"]
    if any(can_stand_in(other, exclusion) for exclusion in frame.exclude):
        reasons.append("exclusions")
    return reasons


def _useless(frame: Frame) -> Iterator[Finding]:
    """Find terms and exclusions that can do nothing."""
    every = frame.terms + frame.weak
    for term in every:
        by = next((one for one in frame.exclude if covers(one, term)), None)
        if by is not None:
            note = f"the exclusion {str(by)!r} cancels it everywhere: leave one of the two out."
            yield Finding("warning", "cancelled", frame.name, str(term), note)
    for exclusion in frame.exclude:
        if not any(can_stand_in(term, exclusion) for term in every):
            note = "an exclusion that holds no term of the frame: it cancels nothing; leave it out."
            yield Finding("hint", "idle exclusion", frame.name, str(exclusion), note)
    if len(frame.weak) == 1:
        note = "the only weak term: two are needed, so it does nothing; add others, or leave it out"
        yield Finding("warning", "lone weak term", frame.name, str(frame.weak[0]), f"{note}.")


def overlaps(frames: Sequence[Frame]) -> Iterator[Finding]:
    """Find terms of several frames."""
    users: dict[Pattern, list[tuple[str, str]]] = {}
    for frame in frames:
        for kind, patterns in (("strong", frame.terms), ("weak", frame.weak)):
            for pattern in patterns:
                users.setdefault(pattern, []).append((frame.name, kind))
    for pattern, found in users.items():
        first, others = found[0], [one for one in found if one[0] != found[0][0]]
        if others:
            where = ", ".join(f"{name} ({kind})" for name, kind in others)
            note = f"{first[1]} here, and a term of {where}: frames that share terms go together."
            yield Finding("hint", "overlap", first[0], str(pattern), note)


def corpus_checks(found: Evidence, uncounted: set[Pattern]) -> Iterator[Finding]:
    """Check the terms of one frame against a corpus."""
    frame = found.frame
    every = frame.terms + frame.weak
    anywhere = Lexicon(every).counted(found.counts).sum(axis=0)
    outside, excluded = found.n.sum(axis=0), found.excluded.sum(axis=0)
    left = np.concatenate([outside, excluded])
    for pattern, all_, some in zip(
        found.patterns, np.concatenate([anywhere, excluded]), left, strict=True
    ):
        if pattern in uncounted:
            note = "the corpus was published without it: it cannot be found there."
            yield Finding("warning", "not counted", frame.name, str(pattern), note)
        elif not all_:
            yield Finding("hint", "never found", frame.name, str(pattern), "not in this corpus.")
        elif not some:
            note = "found in this corpus, but only where exclusions cancel it."
            yield Finding("warning", "always excluded", frame.name, str(pattern), note)
        elif is_short(pattern):
            words = _matched(pattern, found)
            note = f"matches {len(words)} words here: {', '.join(words[:5])}."
            yield Finding("hint", "short wildcard", frame.name, str(pattern), note)


def _matched(pattern: Pattern, found: Evidence) -> list[str]:
    """List the words that a pattern matches, the commonest first."""
    names = np.array(found.counts.names, dtype=object)
    which = np.flatnonzero(matching([pattern], list(names)))
    n = found.counts.matrix[:, which].sum(axis=0)
    return [str(name) for name in names[which[np.argsort(-n, kind="stable")]]]
