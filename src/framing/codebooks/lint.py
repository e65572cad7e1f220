"""Lint: everything questionable in a codebook, before it is used."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from os import PathLike
from typing import TYPE_CHECKING

import pandas as pd

from framing.codebooks.checks import corpus_checks, frame_checks, overlaps
from framing.codebooks.draft import Finding, draft
from framing.codebooks.evidence import evidence
from framing.columns import tidy
from framing.features import Features
from framing.frames import Codebook, Frame
from framing.lexicon import uncounted

if TYPE_CHECKING:
    from framing.corpus import Corpus

SEVERITIES = ("error", "warning", "hint")
"""A file with an error is refused; a warning says that codes may not be what was meant; a hint is
about what does no harm."""


def lint(
    codebook: Codebook | str | PathLike[str], source: Corpus | Features | None = None
) -> pd.DataFrame:
    """List everything questionable in a codebook, and what to do about it.

    Parameters
    ----------
    codebook : Codebook, str or path
        A file may hold any number of mistakes: it is read as far as it goes.
    source : Corpus or Features, optional
        Where terms are looked for as well, to tell which are never found.

    Returns
    -------
    pandas.DataFrame
        A row a finding, errors first: ``frame``, ``term``, ``severity``, ``finding``, ``note``
        (what is wrong, and what to do). Findings are

        * errors, for which the file is refused: "unreadable", "unknown key", "bad value", "bad
          term", "twice", "no frames", "no terms";
        * warnings: "no definition"; "pair" (a weak term that always comes with another, so that it
          is enough alone); "lone weak term"; "cancelled" (by an exclusion, everywhere); "no
          capitals" (under ``case_sensitive``); "short wildcard"; and in a corpus "not counted" (a
          phrase that is not in its closed list), "always excluded";
        * hints: "redundant" (another term is found wherever this one is), "nearly redundant" (but
          for hyphenated spellings and exclusions), "overlap" (of frames), "idle exclusion"; and in
          a corpus "never found", and what a "short wildcard" matches.

    Raises
    ------
    InputError
        When there is no such codebook, or `source` has no terms.

    Examples
    --------
    >>> from framing.patterns import Pattern
    >>> terms = tuple(map(Pattern.parse, ("chip*", "chips", "wafer")))
    >>> frame = Frame("f", "", "Small things.", terms, exclude=(Pattern.parse("wood chip"),))
    >>> lint(Codebook("mine", "", "", "", (frame,)))[["term", "severity", "finding"]]
        term severity    finding
    0  chips     hint  redundant
    """
    if isinstance(codebook, Codebook):
        found, frames = _undefined(codebook.frames), codebook.frames
    else:
        found, frames = draft(codebook)
    found.extend(chain.from_iterable(frame_checks(frame) for frame in frames))
    found.extend(overlaps(frames))
    if source is not None:
        found.extend(_in_corpus(frames, source))
    order = {name: place for place, name in enumerate(SEVERITIES)}
    found.sort(key=lambda one: order[one.severity])
    return tidy(pd.DataFrame(found, columns=list(Finding._fields)))


def _undefined(frames: Iterable[Frame]) -> list[Finding]:
    note = "it has no definition; write what a coder by hand would go by."
    return [
        Finding("warning", "no definition", frame.name, "", note)
        for frame in frames
        if not frame.definition
    ]


def _in_corpus(frames: tuple[Frame, ...], source: Corpus | Features) -> Iterable[Finding]:
    book = Codebook("looked over", "", "", "", frames)
    _, found = evidence(source, book, tell=False)
    corpus = source.corpus if isinstance(source, Features) else source
    absent = set() if corpus is None else set(uncounted(corpus, book.patterns))
    return chain.from_iterable(corpus_checks(one, absent) for one in found)
