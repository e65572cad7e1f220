"""Codebooks, and coding: which frames a segment uses."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.lexicon import Lexicon, extraction, parse_terms
from framing.patterns import Pattern
from framing.resources import bundled, distinct, find, known_keys, read_toml, tables, text

if TYPE_CHECKING:
    from framing.corpus import Corpus

KEYS = ("name", "title", "version", "source", "frame")
FRAME_KEYS = ("name", "label", "definition", "terms", "case_sensitive", "weak", "exclude")


@dataclass(frozen=True)
class Frame:
    """One frame of a codebook: what it means, and the terms it is recognised by.

    A segment uses the frame when it holds one of `terms`, or two different ones of `weak`, outside
    the phrases of `exclude`. A frame without terms is for hand coding only.

    Parameters
    ----------
    name, label, definition : str
    terms : tuple of Pattern
        Any one of them is enough.
    weak : tuple of Pattern
        Terms that only together say enough: two different ones are needed.
    exclude : tuple of Pattern
        Phrases that cancel the terms inside them.
    """

    name: str
    label: str
    definition: str
    terms: tuple[Pattern, ...]
    weak: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()

    @property
    def lexicon(self) -> Lexicon:
        """Terms, then weak terms, and what cancels them."""
        return Lexicon(self.terms + self.weak, self.exclude)

    def used(self, counts: Features) -> NDArray[np.bool_]:
        """Tell which segments of an extraction use the frame."""
        return self.decide(self.lexicon.found(counts))

    def decide(self, found: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell which segments use the frame from the terms, then weak terms, found in them."""
        strong, weak = found[:, : len(self.terms)], found[:, len(self.terms) :]
        return np.asarray(strong.any(axis=1) | (weak.sum(axis=1) >= 2))


@dataclass(frozen=True)
class Codebook:
    """The frames of an issue, each with a definition and the terms it is recognised by.

    Parameters
    ----------
    name, title, version, source : str
    frames : tuple of Frame

    Examples
    --------
    >>> codebook = Codebook.load("critical-technology")
    >>> codebook
    Codebook('critical-technology', 10 frames)
    >>> codebook.names[:3]
    ('security', 'dependence', 'resilience')
    """

    name: str
    title: str
    version: str
    source: str
    frames: tuple[Frame, ...]

    def __repr__(self) -> str:
        return f"Codebook({self.name!r}, {len(self.frames)} frames)"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the frames, in the codebook's order."""
        return tuple(frame.name for frame in self.frames)

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """Every pattern, exclusions too: what a closed list of phrases must hold."""
        parts = (frame.terms + frame.weak + frame.exclude for frame in self.frames)
        return tuple(dict.fromkeys(pattern for part in parts for pattern in part))

    def to_frame(self) -> pd.DataFrame:
        """List the frames: ``frame``, ``label``, ``definition``, ``terms`` (their number)."""
        return pd.DataFrame(
            [(f.name, f.label, f.definition, len(f.terms) + len(f.weak)) for f in self.frames],
            columns=["frame", "label", "definition", "terms"],
        )

    @classmethod
    def load(cls, source: str | PathLike[str]) -> Codebook:
        """Read a codebook.

        Parameters
        ----------
        source : str or path
            The name of a bundled codebook (``"critical-technology"``, ``"news-frames"``,
            ``"policy-frames"``), or the path of a TOML file; docs/codebooks.md tells the format.

        Returns
        -------
        Codebook

        Raises
        ------
        InputError
            When there is no such codebook, or the file breaks the format: the message names the
            file, the frame and the key.
        """
        path = find("codebooks", source)
        table = known_keys(read_toml(path), KEYS, str(path))
        frames = tuple(
            _frame(entry, f"{path}, frame {position}")
            for position, entry in enumerate(tables(table, "frame", str(path)), start=1)
        )
        if not frames:
            raise InputError(f"{path} has no frames; write [[frame]] for each.")
        distinct((frame.name for frame in frames), "frame", str(path))
        name = text(table, "name", str(path))
        title, version, origin = (
            text(table, key, str(path), default="") for key in ("title", "version", "source")
        )
        return cls(name, title, version, origin, frames)


def _frame(entry: Any, where: str) -> Frame:
    if isinstance(entry, dict) and isinstance(entry.get("name"), str):
        where = f"{where} ({entry['name']})"
    table = known_keys(entry, FRAME_KEYS, where)
    name = text(table, "name", where)
    terms = parse_terms(table, "terms", where) + parse_terms(table, "case_sensitive", where, True)
    weak = parse_terms(table, "weak", where)
    if not terms and len(weak) < 2 and table.get("terms") != []:
        raise InputError(
            f"{where} has nothing to be recognised by; give it 'terms', "
            "or write terms = [] if it is for hand coding only."
        )
    return Frame(
        name,
        text(table, "label", where, default=name),
        text(table, "definition", where, default=""),
        terms,
        weak,
        parse_terms(table, "exclude", where),
    )


class FittedCoder(Protocol):
    """A machine coder that has been fitted, such as :class:`framing.coders.FrameClassifier`."""

    frames_: list[str]

    def predict(self, X: Any, /) -> NDArray[Any]:
        """Code segments: 0 or 1, shape (n_segments, n_frames)."""


def code(
    source: Corpus | Features,
    codebook: Codebook | FittedCoder | str | PathLike[str] | None = None,
    *,
    probabilities: bool = False,
) -> Features:
    """Tell which frames each segment uses.

    Parameters
    ----------
    source : Corpus or Features
        Features that know their corpus are coded there, so that pruning their vocabulary never
        changes a frame; others are matched on their own names. A fitted coder may want counts of
        the terms that it was fitted to.
    codebook : Codebook, str, path or fitted coder, optional
        A codebook, or what :meth:`Codebook.load` takes; or a machine coder, such as a fitted
        :class:`framing.coders.FrameClassifier`. Without one, the hand codes that come with the
        corpus.
    probabilities : bool
        Of a machine coder: give the probability of each frame in place of 0 or 1.

    Returns
    -------
    Features
        Of kind "frame": 1 where the segment uses the frame, else 0. Left out are segments without
        hand codes, and frames without terms when a codebook is applied.

    Raises
    ------
    InputError
        Without a codebook when there are no hand codes, and with one when there are no terms.

    Notes
    -----
    Terms find frames only as far as a frame has words of its own: check the coder against a
    hand-coded sample before the shares are believed.

    Examples
    --------
    >>> rows = pd.DataFrame({"document": ["a", "b"]})
    >>> names = ["coffee", "export controls"]
    >>> frames = code(Features([[2, 0], [0, 1]], names, rows, kind="term"), "critical-technology")
    >>> frames.to_frame()[["document", "frame", "n"]]
      document       frame  n
    0        b  protection  1
    """
    if codebook is not None and hasattr(codebook, "predict"):
        return _machine_codes(source, codebook, "predict_proba" if probabilities else "predict")
    if probabilities:
        raise InputError("probabilities= needs a fitted machine coder that gives them.")
    if codebook is None:
        return _hand_codes(source)
    if not isinstance(codebook, Codebook):
        codebook = Codebook.load(codebook)
    counts = extraction(source, codebook.patterns, f"codebook {codebook.name!r}")
    frames = [frame for frame in codebook.frames if frame.terms or frame.weak]
    used = np.zeros((len(counts), len(frames)), dtype=np.int8)
    for column, frame in enumerate(frames):
        used[:, column] = frame.used(counts)
    corpus = source.corpus if isinstance(source, Features) else source
    names = [frame.name for frame in frames]
    return Features(sparse.csr_array(used), names, counts.segments, "frame", corpus)


def _machine_codes(source: Corpus | Features, coder: Any, method: str) -> Features:
    if not hasattr(coder, method):
        raise InputError(f"{type(coder).__name__} gives no probabilities; leave them out.")
    codes = np.asarray(getattr(coder, method)(source))
    if codes.ndim != 2 or codes.shape[1] != len(coder.frames_):
        raise InputError(
            f"{type(coder).__name__} was fitted to labels; fit it to a column of codes a frame."
        )
    segments = source.segments if isinstance(source, Features) else source.table()
    corpus = source.corpus if isinstance(source, Features) else source
    return Features(sparse.csr_array(codes), coder.frames_, segments, kind="frame", corpus=corpus)


def _hand_codes(source: Corpus | Features) -> Features:
    corpus = source.corpus if isinstance(source, Features) else source
    if corpus is None or corpus.frames is None:
        name = f"corpus {corpus.name!r} has" if corpus is not None else "these features have"
        raise InputError(
            f"{name} no hand codes; name a codebook: "
            f"{', '.join(map(repr, bundled('codebooks')))}, or the path of your own."
        )
    segments = source.segments if isinstance(source, Features) else corpus.table()
    codes = corpus.frames.reindex(segments["segment"])
    missing = codes.isna().any(axis=1).to_numpy()
    if missing.all():
        raise InputError(f"corpus {corpus.name!r}: no segment has a hand code for every frame.")
    if missing.any():
        warnings.warn(
            f"corpus {corpus.name!r}: {missing.sum()} of {len(codes)} segments lack hand codes "
            "and are left out.",
            InputWarning,
            stacklevel=3,
        )
    wrong = ~codes[~missing].isin([0, 1])
    if wrong.to_numpy().any():
        segment = wrong.index[wrong.any(axis=1)][0]
        raise InputError(
            f"corpus {corpus.name!r}, segment {segment!r}: hand codes must be 0, 1 or missing."
        )
    matrix = codes.fillna(0).to_numpy(dtype=np.int8)
    features = Features(
        sparse.csr_array(matrix), list(codes.columns), segments, kind="frame", corpus=corpus
    )
    return features.where(~missing)
