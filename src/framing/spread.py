"""Corpora whose words lie on the workers of a cluster."""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from framing.corpus import Corpus, check_together
from framing.counting.numbered import Integers, T, Tokens, Work
from framing.errors import InputError, InputWarning, NoWords, one_of
from framing.indexed.parts import Part, Reading
from framing.indexed.sources import Batch
from framing.inference.blocks import progress
from framing.inference.cluster import Cluster, Task, check_client
from framing.inference.parcels import Parcel


class SpreadTokens(Tokens):
    """Words on the workers of a cluster, a part of the corpus on each.

    Parameters
    ----------
    types : sequence of str
    ends : array of int64, shape (n_segments + 1,)
    parts : sequence of (Task, Task, int)
        The words of each part, the place in `types` of each of its own types, and the number of its
        first segment.
    cluster : Cluster
        What holds the parts; a part that is lost with a worker is read again.
    """

    def __init__(
        self,
        types: Sequence[str],
        ends: Integers,
        parts: Sequence[tuple[Task, Task, int]],
        cluster: Cluster,
    ) -> None:
        self.types, self.ends, self.parts, self.cluster = types, ends, parts, cluster

    def each(self, work: Work[T], *, title: str) -> Iterator[T]:
        """Work on one part of the corpus after another, where it lies; see :meth:`Tokens.each`."""
        cluster, waiting = self.cluster, deque[Task]()
        cluster.title = title
        kept = cluster.keep(work)
        try:
            with progress(len(self.parts), title, "part") as bar:
                for number, (part, which, first) in enumerate(self.parts, start=1):
                    what = f"part {number} of {len(self.parts)}"
                    waiting.append(cluster.submit(_done, kept, part, which, first, what=what))
                    if len(waiting) > 2 * sum(cluster.some_threads().values()):
                        yield cluster.result(waiting.popleft())
                        bar.update()
                while waiting:
                    yield cluster.result(waiting.popleft())
                    bar.update()
        finally:
            cluster.client.cancel([task.future for task in waiting])
            for task in (*waiting, kept):
                cluster.forget(task)


def from_dask(
    frame: Any,
    client: Any,
    *,
    text: str = "text",
    id: str = "id",
    date: str | None = "date",
    segment: str = "paragraph",
    clean: bool = True,
    name: str = "corpus",
) -> Corpus:
    """Make a corpus of a Dask DataFrame, read and counted by the workers of a cluster.

    Parameters
    ----------
    frame : dask.dataframe.DataFrame
        One row a document. A partition, and what is read of it, must fit a worker's memory several
        times; about 30 MB of text are well.
    client : distributed.Client
    text, id, date, segment, clean, name
        As for :meth:`framing.Corpus.from_frame`; sentences would need all texts at once.

    Returns
    -------
    Corpus
        Metadata are here, words on the workers: terms, phrases and frames are counted there, with
        the same numbers as on one machine. Give the same ``client=`` to comparisons and models, and
        they are computed there as well.

    Raises
    ------
    InputError
        As :meth:`framing.Corpus.from_frame` does; the partition is named.

    Notes
    -----
    Words stay on the workers for as long as the corpus is held. A partition that is lost with a
    worker is read again by another one, from its source, which must still be there and the same.

    Examples
    --------
    >>> import dask.dataframe as dd  # doctest: +SKIP
    >>> speeches = dd.read_parquet("speeches/*.parquet")  # doctest: +SKIP
    >>> corpus = framing.Corpus.from_dask(
    ...     speeches, Client("tcp://scheduler:8786")
    ... )  # doctest: +SKIP
    >>> framing.count(corpus)  # doctest: +SKIP
    """
    if segment not in ("paragraph", "document"):
        raise one_of("segment", segment, ["paragraph", "document"])
    if not hasattr(frame, "to_delayed"):
        raise InputError(
            f"frame must be a Dask DataFrame; got a {type(frame).__name__}. Use Corpus.from_frame "
            "for a table in memory, and framing.index for files that are too large for it."
        )
    reading = Reading(text, id, date, segment, clean)
    check_client(client)
    missing = [one for one in (text, id, date) if one is not None and one not in frame.columns]
    if missing:
        raise InputError(f"there is no column {missing[0]!r}; frame has {list(frame.columns)}.")
    cluster = Cluster(client, "reading")
    read = [
        cluster.submit(_read, piece, reading, number, what=f"partition {number}")
        for number, piece in enumerate(frame.to_delayed())
    ]
    about = [cluster.submit(_about, part, what=f"partition {i}") for i, part in enumerate(read)]
    with progress(len(about), "reading", "partition") as bar:
        found = []
        for task in about:
            found.append(cluster.result(task))
            bar.update()
    _warn([said for *_, warned in found for said in warned])
    full = [one for one in found if len(one[0])]
    if not full:
        raise NoWords("no document has any words; is text= the column that holds the texts?")
    documents = pd.concat([one[0] for one in full], ignore_index=True)
    check_together(documents, name)
    segments = pd.concat([one[1] for one in full], ignore_index=True)
    types = sorted(set().union(*(one[2] for one in found)))
    place = {word: i for i, word in enumerate(types)}
    parts, first = [], 0
    for part, (_, some, own, _) in zip(read, found, strict=True):
        if len(some):
            which = cluster.keep(np.array([place[word] for word in own], dtype=np.int32))
            parts.append((part, which, first))
            first += len(some)
    ends = np.append(0, segments["n_tokens"].to_numpy(dtype=np.int64).cumsum())
    labels = segments["document"] + "/" + segments["position"].astype(str).str.zfill(3)
    segments.insert(0, "segment", labels)
    tokens = SpreadTokens(types, ends, parts, cluster)
    return Corpus(name, documents, segments, indexed=tokens)


def _warn(said: list[str]) -> None:
    if said:
        more = f" (and {len(said) - 1} more such warnings)" if len(said) > 1 else ""
        warnings.warn(said[0] + more, InputWarning, stacklevel=3)


def _read(frame: pd.DataFrame, reading: Parcel, number: Parcel) -> Parcel:
    """Read a partition, on a worker."""
    batch = Batch(number.open(), f"partition {number.open()}", frame.reset_index(drop=True))
    return Parcel(Part.of(batch, reading.open()), "a partition")


def _about(part: Parcel) -> Parcel:
    """What there is to know of a partition apart from its words."""
    held: Part = part.open()
    return Parcel((held.documents, held.segments, held.types, held.warned), "a partition")


def _done(work: Parcel, part: Parcel, which: Parcel, first: Parcel) -> Parcel:
    """Do the work for a partition, on a worker."""
    held: Part = part.open()
    ends = np.append(0, held.segments["n_tokens"].to_numpy(dtype=np.int64).cumsum())
    ids = np.take(which.open(), held.ids)
    return Parcel(work.open()(first.open(), ends, ids), "a result")
