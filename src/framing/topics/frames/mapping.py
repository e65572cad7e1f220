"""Frames above topics: which topics make up which frame, told in a file that a person edits."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from framing.corpus import some
from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.files import new_file, write_whole
from framing.frames import Codebook
from framing.inference import Floats
from framing.resources import distinct
from framing.topics.frames.file import Topic, TopicFrame, mapping_text, read_mapping
from framing.topics.frames.suggestions import suggest_frames
from framing.topics.intrusion.shown import words_of
from framing.wording import count_of

if TYPE_CHECKING:
    from framing.topics.model import TopicModel

_TOP_WORDS = 8


@dataclass(frozen=True)
class TopicFrames:
    """Which topics make up which frame: read by :meth:`load`, drafted by :meth:`from_codebook`.

    Parameters
    ----------
    frames : tuple of TopicFrame
    none : tuple of int or str
        Topics that belong to no frame, and are meant to.
    source : str
        Where they come from, for messages.
    words : {topic: str}
        The most probable words of topics, for the comments of a file.

    Examples
    --------
    >>> frames = TopicFrames((TopicFrame("security", "Security", (1, "topic 3")),), none=(2,))
    >>> frames
    TopicFrames(1 frame of 2 topics)
    >>> frames.matrix(["topic 1", "topic 2", "topic 3"]).tolist()
    [[1.0], [0.0], [1.0]]
    """

    frames: tuple[TopicFrame, ...]
    none: tuple[Topic, ...] = ()
    source: str = "mapping"
    words: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.frames:
            raise InputError(f"{self.source} has no frames; write [[frame]] for each.")
        distinct((frame.name for frame in self.frames), "frame", self.source)

    def __repr__(self) -> str:
        used = {topic for frame in self.frames for topic in frame.topics}
        of = count_of(len(used), "topic")
        return f"TopicFrames({count_of(len(self.frames), 'frame')} of {of})"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the frames that have topics, in order."""
        return tuple(frame.name for frame in self.frames if frame.topics)

    @classmethod
    def load(cls, path: str | PathLike[str], model: TopicModel | None = None) -> TopicFrames:
        """Read frames above topics from a TOML file.

        Parameters
        ----------
        path : path
            ``[[frame]]`` for each, with ``name``, ``label`` (optional) and ``topics``, a list of
            numbers from 1 or of names; before them ``none``, a list of topics that are meant to
            belong to no frame (optional).
        model : TopicModel, optional
            Whose topics they are: topics that it does not have are then refused, and those that
            serve two frames or none are told.

        Raises
        ------
        InputError
            The message names the file, the frame and the key.
        """
        where = str(path)
        frames, none = read_mapping(Path(path))
        mapping = cls(frames, none, where)
        if model is None:
            return mapping
        beta, terms, topics = words_of(model)
        mapping.tell(topics)
        return cls(frames, none, where, _top_words(beta, terms, topics))

    @classmethod
    def from_codebook(
        cls,
        model: TopicModel,
        codebook: Codebook | str | PathLike[str],
        *,
        min_lift: float = 2.0,
        min_mass: float = 0.01,
    ) -> TopicFrames:
        """Suggest frames from a codebook: a draft that a person reads, edits and answers for.

        Parameters
        ----------
        model : TopicModel
        codebook : Codebook, str or path
        min_lift : float
            A topic goes to a frame only if it uses the frame's terms so many times as often as the
            corpus.
        min_mass : float
            And if at least this part of its words are such terms.

        Returns
        -------
        TopicFrames
            Each topic in the first frame that :func:`suggest_frames` gives for it, if that passes
            both bounds; the others under ``none``. Frames without a topic are kept, empty.
        """
        if not isinstance(codebook, Codebook):
            codebook = Codebook.load(codebook)
        beta, terms, topics = words_of(model)
        table = suggest_frames(model, codebook)
        fit = table[(table["lift"] >= min_lift) & (table["mass"] >= min_mass)]
        best = fit.drop_duplicates("topic").set_index("topic")["frame"]
        frames = tuple(
            TopicFrame(name, label, tuple(t for t in topics if best.get(t) == name))
            for name, label in ((frame.name, frame.label) for frame in codebook.frames)
        )
        none = tuple(topic for topic in topics if topic not in best.index)
        words = _top_words(beta, terms, topics)
        return cls(frames, none, f"frames of codebook {codebook.name!r}", words)

    def write(self, path: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Write a TOML file to be edited, with the most probable words of each topic beside it.

        Parameters
        ----------
        path : path
            Ending in ``.toml``.
        overwrite : bool
            Replace a file that is there already. It may hold your decisions.
        """
        target = Path(path)
        if target.suffix.lower() != ".toml":
            raise InputError(f"{target}: the file of frames above topics must end in .toml.")
        new_file(target, "decisions", overwrite=overwrite)
        write_whole(target, mapping_text(self.frames, self.none, self.words))

    def matrix(self, topic_names: Sequence[str]) -> Floats:
        """Tell which topics make up which frame: 0 or 1, shape (n_topics, n_frames).

        A frame's share is ``θ @ matrix``; its effects are sums of the topics' inside each draw. The
        columns are those of :attr:`names`: a frame without topics has none.

        Parameters
        ----------
        topic_names : sequence of str
            In the order of the model.

        Raises
        ------
        InputError
            For a topic that is not among them, and if no frame has any.
        """
        columns = []
        for i, frame in enumerate(self.frames, start=1):
            column = np.zeros(len(topic_names))
            for topic in frame.topics:
                column[self._place(topic, topic_names, f"frame {i} ({frame.name})")] = 1.0
            columns += [column] if frame.topics else []
        if not columns:
            raise InputError(f"{self.source}: no frame has a topic; give some frame topics.")
        return np.stack(columns, axis=1)

    def tell(self, topic_names: Sequence[str]) -> None:
        """Warn of topics that serve several frames, and of those that serve none unasked."""
        serves = self.matrix(topic_names).sum(axis=1)
        none = {self._place(topic, topic_names, "'none'") for topic in self.none}
        both = [name for i, name in enumerate(topic_names) if i in none and serves[i]]
        if both:
            raise InputError(f"{self.source}: {both[0]!r} is in a frame and in 'none'; choose.")
        several = [name for name, n in zip(topic_names, serves, strict=True) if n > 1]
        if several:
            _warn(
                f"{self.source}: {len(several)} of {len(topic_names)} topics serve several frames "
                f"({some(several)}) and count in each, so that shares can add up to more than 1."
            )
        rest = [name for i, name in enumerate(topic_names) if not serves[i] and i not in none]
        if rest:
            _warn(
                f"{self.source}: {len(rest)} of {len(topic_names)} topics are in no frame "
                f"({some(rest)}); list them under none if that is meant."
            )

    def _place(self, topic: Topic, topic_names: Sequence[str], where: str) -> int:
        names, where = list(topic_names), f"{self.source}, {where}"
        if isinstance(topic, str) and topic not in names:
            raise InputError(
                f"{where}: there is no topic {topic!r}; the topics are {some(names, 20)}."
            )
        if isinstance(topic, int) and not 1 <= topic <= len(names):
            raise InputError(f"{where}: topic {topic} is not one of 1 to {len(names)}.")
        return names.index(topic) if isinstance(topic, str) else topic - 1


def frames_of(
    source: TopicModel | Features, mapping: TopicFrames | str | PathLike[str]
) -> Features:
    """Sum topics into frames, so that frames can be compared as any others.

    Parameters
    ----------
    source : TopicModel or Features
        A fitted model, or Features of kind "topic" as its ``topics`` returns them.
    mapping : TopicFrames, or the path of one

    Returns
    -------
    Features
        Of kind "frame": ``θ @ M`` with M of :meth:`TopicFrames.matrix`, the part of a segment that
        the topics of the frame have in it. A frame without topics is left out.

    Raises
    ------
    InputError
        For features that are no topics, and as :meth:`TopicFrames.load` and
        :meth:`TopicFrames.matrix`.

    Notes
    -----
    A topic that serves two frames counts in each, and it is told. To halve it between them would
    invent a division that nobody measured, and make the share of one frame depend on whether
    another claims the topic. Each frame's share, and every comparison of it, means the same either
    way: only shares of different frames must not be added up.

    These frames are parts of texts, those of :func:`framing.code` are found or not. Intervals that
    allow for the uncertainty of the topics themselves come from the effects of a structural model,
    where the same sums are taken inside each draw.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"document": ["a", "b"]})
    >>> theta = Features([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]], ["t1", "t2", "t3"], rows, kind="topic")
    >>> frames = TopicFrames((TopicFrame("trade", "", (1, 2)), TopicFrame("rules", "", ("t3",))))
    >>> frames_of(theta, frames).matrix.toarray().round(1).tolist()
    [[0.8, 0.2], [0.2, 0.8]]
    """
    features = source if isinstance(source, Features) else source.topics()
    if features.kind != "topic":
        raise InputError(f"frames are made of topics, but these features are {features.kind}s.")
    if not isinstance(mapping, TopicFrames):
        mapping = TopicFrames.load(mapping)
    topics = list(features.names)
    mapping.tell(topics)
    matrix = sparse.csr_array(features.matrix @ sparse.csr_array(mapping.matrix(topics)))
    return Features(
        matrix, mapping.names, features.segments, "frame", features.corpus, features.size
    )


def _top_words(beta: Floats, terms: Sequence[str], topics: Sequence[str]) -> dict[str, str]:
    order = np.argsort(-beta, axis=1, kind="stable")[:, :_TOP_WORDS]
    rows = [", ".join(terms[v] for v in row) for row in order]
    numbered = dict(zip(map(str, range(1, len(rows) + 1)), rows, strict=True))
    return numbered | dict(zip(topics, rows, strict=True))


def _warn(message: str) -> None:
    warnings.warn(message, InputWarning, stacklevel=4)
