"""Shards: documents that a cluster's workers keep, for as long as a model is fitted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from framing.inference import Floats, Integers
from framing.inference.cluster import Cluster, Task
from framing.inference.dealing import PROCESS
from framing.inference.parcels import Parcel
from framing.topics.fitting.em import Documents, Modes, Parameters, means
from framing.topics.fitting.workers import blocks_of


@dataclass(eq=False)
class Shard:
    """Consecutive blocks of documents, numbered from the first of them.

    Attributes
    ----------
    rows, level
        As of :class:`framing.topics.fitting.em.Documents`.
    design : array, shape (n_documents, n_columns), or None
    blocks : list of (int, int)
        The first document of each block, and that after its last.
    step : int
        Of the E-step that found `eta`; on a worker alone.
    eta : array, shape (n_documents, n_topics − 1), or None
    """

    rows: tuple[Integers, Integers, Floats]
    level: Integers
    design: Floats | None
    blocks: list[tuple[int, int]]
    step: int = 0
    eta: Floats | None = None

    @classmethod
    def cut(
        cls, documents: Documents, design: Floats | None, blocks: list[tuple[int, int]]
    ) -> Shard:
        """Take the documents of some blocks."""
        first, last = blocks[0][0], blocks[-1][1]
        starts, terms, counts = documents.rows
        held = slice(starts[first], starts[last])
        rows = starts[first : last + 1] - starts[first], terms[held], counts[held]
        some = None if design is None else design[first:last]
        own = [(a - first, b - first) for a, b in blocks]
        return cls(rows, documents.level[first:last], some, own)


class Shards:
    """The documents of a fit, dealt out to the threads of a cluster's workers.

    Each worker is sent its documents once, and the parameters once at every E-step. Modes come
    back, and stay with the worker too, as what it starts from the next time: a worker that is new
    to a shard says so, and is sent them. So nothing is known to a worker alone, and what others do
    in its place is the same. Blocks are those that threads have, and are added up in their order.

    Parameters
    ----------
    cluster : Cluster
    documents : Documents
    design : array, shape (n_documents, n_columns), optional
        Where prior means are to be made of coefficients.
    """

    def __init__(self, cluster: Cluster, documents: Documents, design: Floats | None) -> None:
        self.cluster, self.step = cluster, 0
        self.eta: Floats | None = None  # as workers have it
        blocks = blocks_of(documents.shape[0])
        threads = cluster.some_threads()
        count = min(len(blocks), sum(threads.values()))
        ends = [len(blocks) * i // count for i in range(count + 1)]
        self.blocks = [blocks[a:b] for a, b in pairwise(ends)]
        self.homes = [worker for worker, n in threads.items() for _ in range(n)][:count]
        self.kept = [
            cluster.keep(Shard.cut(documents, design, some), home)
            for some, home in zip(self.blocks, self.homes, strict=True)
        ]

    @classmethod
    @contextmanager
    def on(
        cls, client: Any, documents: Documents, design: Floats | None = None
    ) -> Iterator[Shards | None]:
        """Send documents to a cluster, and drop them there in the end; None without a client."""
        if client is None:
            yield None
            return
        with Cluster(client, "E-step") as cluster:
            yield cls(cluster, documents, design)

    def modes(
        self,
        parameters: Parameters,
        mu: Floats,
        eta: Floats,
        covariances: bool,
        gamma: Floats | None,
    ) -> tuple[Modes, list[Floats]]:
        """Find the modes of η, and the sum of ν_d in each block.

        Parameters
        ----------
        parameters, mu, eta, covariances, gamma
            As in :func:`framing.topics.fitting.em.e_step`.
        """
        self._settle()
        self.step += 1
        sent = self.cluster.keep((parameters, gamma))

        def ask(i: int, start: Floats | None) -> Task:
            rows = slice(self.blocks[i][0][0], self.blocks[i][-1][1])
            own = (
                self.step,
                None if start is None else start[rows],
                mu[rows] if gamma is None else None,
                covariances,
            )
            what = f"documents {rows.start + 1}–{rows.stop}"
            return self.cluster.submit(
                _found, self.kept[i], sent, own, home=self.homes[i], what=what
            )

        every = range(len(self.blocks))
        asked = [ask(i, None if eta is self.eta else eta) for i in every]
        parts = [self.cluster.result(one) for one in asked]
        again = {i: ask(i, eta) for i in every if parts[i] is None}
        parts = [self.cluster.result(again[i]) if i in again else parts[i] for i in every]
        self.cluster.forget(sent)
        found: list[Modes] = [part for part, _ in parts]
        modes = Modes(
            np.concatenate([part.eta for part in found]),
            np.concatenate([part.bound for part in found]),
            np.concatenate([part.covariances for part in found]),
        )
        self.eta = modes.eta
        return modes, [spread for _, spreads in parts for spread in spreads]

    def _settle(self) -> None:
        """Give shards of a worker that is gone another home, where fewest are."""
        threads = self.cluster.threads()
        for i, home in enumerate(self.homes):
            if threads and home not in threads:
                self.homes[i] = min(threads, key=lambda one: self.homes.count(one) / threads[one])


def _found(shard: Parcel, given: Parcel, own: Parcel) -> Parcel:
    """Find what an E-step wants of a shard, on a worker; None where it lacks what to start from."""
    some: Shard = shard.open()
    parameters, gamma = given.open()
    step, eta, mu, covariances = own.open()
    start = some.eta if eta is None and some.step == step - 1 else eta
    if start is None:
        return Parcel(None)
    modes = Modes.room(start, covariances)
    with PROCESS.shared():
        if mu is None:
            assert some.design is not None
            mu = means(some.design, gamma, some.blocks)
        spreads = [
            modes.fill(first, last, some.rows, some.level, parameters, mu)
            for first, last in some.blocks
        ]
    some.step, some.eta = step, modes.eta
    return Parcel((modes, spreads))
