"""Which frames of a codebook topics may speak of, by the words they give most to."""

from __future__ import annotations

import warnings
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from framing.columns import tidy
from framing.corpus import some
from framing.errors import InputError, InputWarning
from framing.frames import Codebook
from framing.inference import Floats
from framing.patterns import matching
from framing.topics.intrusion.shown import words_of

if TYPE_CHECKING:
    from framing.topics.model import TopicModel


def suggest_frames(
    model: TopicModel, codebook: Codebook | str | PathLike[str], *, n_terms: int = 5
) -> pd.DataFrame:
    """Suggest which topics speak of which frames of a codebook.

    Parameters
    ----------
    model : TopicModel
        Fitted.
    codebook : Codebook, str or path
        A codebook, or what :meth:`Codebook.load` takes.
    n_terms : int
        Terms to name.

    Returns
    -------
    pandas.DataFrame
        A row a ``topic`` and ``frame``; of each topic the frames that speak loudest come first, by
        ``mass × log(lift)``. Columns ``mass``, ``lift`` (missing where the corpus uses no term of
        the frame) and ``terms``, those that give most to the mass, of the ones that the topic uses
        more than the corpus.

    Raises
    ------
    InputError
        When the model has no term of any frame.

    Notes
    -----
    ``mass = Σ_v β_kv`` over the terms v of the model that match a term of the frame, weak ones too,
    and no exclusion; ``lift = mass / Σ_v p(v)``, p the frequency in the corpus. Terms are looked
    for among those of the model: what was pruned, stemmed or folded away cannot be found (``US``
    is not ``us``), and two weak terms are not asked for together. A frame is more than its terms:
    read the segments of a topic before you believe a suggestion.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from framing.frames import Frame
    >>> from framing.patterns import Pattern
    >>> frame = Frame("trade", "Trade", "", (Pattern.parse("tariff*"), Pattern.parse("export*")))
    >>> model = SimpleNamespace(
    ...     beta_=np.array([[0.6, 0.1, 0.3], [0.0, 0.5, 0.5]]),
    ...     terms_=["tariffs", "research", "year"],
    ...     topic_names_=["topic 1", "topic 2"],
    ...     word_counts_=np.array([30, 30, 40]),
    ... )
    >>> suggest_frames(model, Codebook("trade", "", "", "", (frame,)))
       frame    topic  mass  lift    terms
    0  trade  topic 1   0.6   2.0  tariffs
    1  trade  topic 2   0.0   0.0
    """
    if not isinstance(codebook, Codebook):
        codebook = Codebook.load(codebook)
    beta, terms, topics = words_of(model)
    counts = np.asarray(model.word_counts_, dtype=float)
    frequency = counts / counts.sum()
    found = _found(codebook, terms)
    parts: list[pd.DataFrame] = []
    for frame, here in found.items():
        mass, usual = beta[:, here].sum(axis=1), float(frequency[here].sum())
        lift = mass / usual if usual > 0 else np.full(len(beta), np.nan)
        spoken = [_telling(row, frequency, here, terms, n_terms) for row in beta]
        part = {"topic": topics, "frame": frame, "mass": mass, "lift": lift, "terms": spoken}
        parts.append(pd.DataFrame(part).assign(k=range(len(topics)), f=len(parts)))
    table = pd.concat(parts, ignore_index=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = table["mass"] * np.log(table["lift"])
    table["weight"] = weight.fillna(-np.inf)
    table = table.sort_values(["k", "weight", "f"], ascending=[True, False, True], kind="stable")
    return tidy(table.drop(columns=["k", "f", "weight"]))


def _found(codebook: Codebook, terms: list[str]) -> dict[str, np.ndarray[Any, Any]]:
    """Find the terms of each frame in the model; frames for hand coding only are left out."""
    found = {
        frame.name: np.flatnonzero(
            matching(frame.terms + frame.weak, terms) & ~matching(frame.exclude, terms)
        )
        for frame in codebook.frames
        if frame.terms or frame.weak
    }
    lacking = [name for name, here in found.items() if not len(here)]
    if len(lacking) == len(found):
        raise InputError(
            f"no term of codebook {codebook.name!r} is among the {len(terms)} terms of the model; "
            "was it fitted to stems, or to another language?"
        )
    if lacking:
        warnings.warn(
            f"{len(lacking)} of {len(found)} frames of codebook {codebook.name!r} have no term "
            f"among those of the model ({some(lacking)}), so that nothing can speak for them.",
            InputWarning,
            stacklevel=3,
        )
    return found


def _telling(
    row: Floats, frequency: Floats, here: np.ndarray[Any, Any], terms: list[str], most: int
) -> str:
    """Name the terms that a topic gives most to, of those it gives more to than the corpus."""
    over = here[row[here] > frequency[here]]
    order = sorted(over.tolist(), key=lambda v: (-row[v], terms[v]))
    return ", ".join(terms[v] for v in order[:most])
