"""How a comparison is made: what every comparison takes by keyword."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from numbers import Integral, Real
from os import PathLike
from typing import Any

from framing.actors import ActorList
from framing.errors import InputError, one_of, only
from framing.features import Features
from framing.inference import UNITS, WEIGHTS, check_client


@dataclass(frozen=True)
class Settings:
    """How a comparison is made.

    Parameters
    ----------
    weights : {"document", "segment"}
        Whether every document counts once in each group it belongs to (default), or by its
        number of segments (tokens, for terms).
    within : str, optional
        A column to compare within: groups are averaged over the same distribution of its levels
        (direct standardisation), and labels are permuted inside them.
    cluster : str, optional
        A column of clusters, such as ``"outlet"``: documents of one cluster are not independent, so
        clusters vary by chance and not documents. With few of them little can be concluded, and
        the table says how little.
    unit : {"document", "segment"}
        What varies by chance. ``"segment"``: segments inside each document, so that intervals
        describe these documents only.
    replicates : int
        Permutations. If there are no more distinct ones than that, all are taken and the test is
        exact.
    level : float
        Nominal coverage.
    seed : int
    actors : ActorList, str or path
        Actor list, where groups are actors.
    levels : sequence of str, optional
        Groups to compare, in order; default all.
    labelled : Features, optional
        Hand codes of a sample of the segments, as :meth:`framing.Sample.labelled` returns them:
        shares of machine codes are then corrected, and intervals hold however bad the machine
        (:class:`framing.corrected.CorrectedCells`). For :func:`framing.emphasis`,
        :func:`framing.contrast`, :func:`framing.trend` and :func:`framing.change`.
    power : float, optional
        How far machine codes bear on corrected shares, from 0 (the sample alone) to 1. Default:
        as makes the interval narrowest, for each group and frame.
    client : distributed.Client, optional
        A cluster whose workers permute and resample; default the cores of this machine. The
        numbers are the same (docs/cluster.md).
    """

    weights: str = "document"
    within: str | None = None
    cluster: str | None = None
    unit: str = "document"
    replicates: int = 10_000
    level: float = 0.95
    seed: int = 0
    actors: ActorList | str | PathLike[str] = "us-eu-japan"
    levels: Sequence[str] | None = None
    labelled: Features | None = None
    power: float | None = None
    client: Any = None

    def __post_init__(self) -> None:
        if self.weights not in WEIGHTS:
            raise one_of("weights", self.weights, WEIGHTS)
        if self.unit not in UNITS:
            raise one_of("unit", self.unit, UNITS)
        if self.cluster is not None and self.unit == "segment":
            raise InputError("cluster= needs whole documents; leave out unit='segment'.")
        if not isinstance(self.level, Real) or not 0 < self.level < 1:
            raise InputError(f"level must lie between 0 and 1; got {self.level!r}.")
        if not isinstance(self.replicates, Integral) or self.replicates < 100:
            raise InputError(f"replicates must be at least 100; got {self.replicates!r}.")
        if not isinstance(self.seed, Integral) or self.seed < 0:
            raise InputError(f"seed must be a whole number from 0 on; got {self.seed!r}.")
        if self.power is not None and not (isinstance(self.power, Real) and 0 <= self.power <= 1):
            raise InputError(f"power must lie between 0 and 1; got {self.power!r}.")
        if self.labelled is not None and self.unit == "segment":
            raise InputError("labelled= needs whole documents; leave out unit='segment'.")
        check_client(self.client)

    @property
    def varies(self) -> str:
        """What varies by chance: "document", "segment" or the column of clusters."""
        return self.cluster or self.unit

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Settings:
        """Take settings by name, and refuse a name that is none."""
        only(given, [field.name for field in fields(cls)])
        return cls(**given)
