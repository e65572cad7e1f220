"""Shards: documents that a cluster's workers keep, for as long as a model is fitted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from framing.inference import Floats, Integers
from framing.inference.cluster import Cluster
from framing.inference.dealing import PROCESS
from framing.inference.parcels import Parcel
from framing.topics.fitting.em import Documents, Parameters, Posterior, solve
from framing.topics.fitting.workers import blocks_of


@dataclass(frozen=True, eq=False)
class Shard:
    """Consecutive blocks of documents, numbered from the first of them.

    Attributes
    ----------
    rows, level
        As of :class:`framing.topics.fitting.em.Documents`.
    blocks : list of (int, int)
        The first document of each block, and that after its last.
    """

    rows: tuple[Integers, Integers, Floats]
    level: Integers
    blocks: list[tuple[int, int]]

    @classmethod
    def cut(cls, documents: Documents, blocks: list[tuple[int, int]]) -> Shard:
        """Take the documents of some blocks."""
        first, last = blocks[0][0], blocks[-1][1]
        starts, terms, counts = documents.rows
        held = slice(starts[first], starts[last])
        rows = starts[first : last + 1] - starts[first], terms[held], counts[held]
        return cls(rows, documents.level[first:last], [(a - first, b - first) for a, b in blocks])


class Shards:
    """The documents of a fit, dealt out to the threads of a cluster's workers.

    Each worker is sent its documents once, and at every E-step the parameters once. What it finds
    of the documents comes back whole, since all of it is needed where γ and β are found; the modes
    are then sent again, as what to start from. So nothing is known to a worker alone: if it is
    lost, others do its shards, with the same numbers. Blocks are those that threads have, and are
    added up in the same order.

    Parameters
    ----------
    cluster : Cluster
    documents : Documents
    """

    def __init__(self, cluster: Cluster, documents: Documents) -> None:
        self.cluster = cluster
        blocks = blocks_of(documents.shape[0])
        threads = cluster.some_threads()
        count = min(len(blocks), sum(threads.values()))
        self.blocks = [blocks[len(blocks) * i // count : len(blocks) * (i + 1) // count]
                       for i in range(count)]  # fmt: skip
        self.homes = [worker for worker, n in threads.items() for _ in range(n)][:count]
        self.kept = [
            cluster.keep(Shard.cut(documents, some), home)
            for some, home in zip(self.blocks, self.homes, strict=True)
        ]

    @classmethod
    @contextmanager
    def on(cls, client: Any, documents: Documents) -> Iterator[Shards | None]:
        """Send documents to a cluster, and drop them there in the end; None without a client."""
        if client is None:
            yield None
            return
        with Cluster(client, "E-step") as cluster:
            yield cls(cluster, documents)

    def e_step(
        self, parameters: Parameters, mu: Floats, eta: Floats, covariances: bool
    ) -> Posterior:
        """Find the posterior of η; see :func:`framing.topics.fitting.em.e_step`."""
        self._settle()
        sent = self.cluster.keep(parameters)
        asked = []
        for some, kept, home in zip(self.blocks, self.kept, self.homes, strict=True):
            rows = slice(some[0][0], some[-1][1])
            own, what = (mu[rows], eta[rows], covariances), f"documents {rows.start}–{rows.stop}"
            asked.append(self.cluster.submit(_solved, kept, sent, own, home=home, what=what))
        parts: list[tuple[Posterior, list[Floats]]] = [self.cluster.result(one) for one in asked]
        self.cluster.forget(sent)
        each = [part for part, _ in parts]
        return Posterior(
            np.concatenate([part.eta for part in each]),
            np.concatenate([part.weight for part in each]),
            np.concatenate([part.bound for part in each]),
            np.sum([spread for _, spreads in parts for spread in spreads], axis=0),
            np.concatenate([part.covariances for part in each]),
        )

    def _settle(self) -> None:
        """Give shards of a worker that is gone another home, where fewest are."""
        threads = self.cluster.threads()
        for i, home in enumerate(self.homes):
            if threads and home not in threads:
                self.homes[i] = min(threads, key=lambda one: self.homes.count(one) / threads[one])


def _solved(shard: Parcel, parameters: Parcel, own: Parcel) -> Parcel:
    """Find what an E-step wants of a shard, on a worker."""
    some: Shard = shard.open()
    mu, eta, covariances = own.open()
    found = Posterior.room(eta, covariances)
    with PROCESS.shared():
        spreads = [
            solve(*bounds, some.rows, some.level, parameters.open(), mu, found)
            for bounds in some.blocks
        ]
    return Parcel((found, spreads))
