"""Samples of segments to be coded by hand: drawn by a recorded design, with known probabilities."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Integral
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from framing.coding.consensus import one_code
from framing.coding.design import allocate, chances, ordered, stratify
from framing.coding.record import SCHEMA, read_record
from framing.corpus import Corpus
from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.files import write_whole


@dataclass(frozen=True, eq=False)
class Sample:
    """Segments drawn to be coded by hand, in the order in which they should be coded.

    Make one with :func:`draw`, or read one with :meth:`load`. The order is random: whoever stops
    early has coded a smaller sample of the same design.

    Attributes
    ----------
    source : Corpus or Features
        What was drawn from; metadata, texts and links are looked up there.
    seed : int
    strata : tuple of str
        Columns whose combinations are the strata; empty for a simple random sample.
    allocation : str or {stratum: int}
    weights : {"document", "segment"}
        As given to :func:`draw`.
    population : {stratum: int}
        Segments that could have been drawn.
    segments : pandas.DataFrame
        One row a segment drawn: ``segment``, ``document``, ``stratum``, ``probability``.
    sha256 : str
        Of the names of all segments that could have been drawn.
    """

    source: Corpus | Features = field(repr=False)
    seed: int
    strata: tuple[str, ...]
    allocation: str | Mapping[str, int]
    weights: str
    population: Mapping[str, int]
    segments: pd.DataFrame
    sha256: str

    def __repr__(self) -> str:
        by = f", by {' × '.join(self.strata)}" if self.strata else ""
        of = f" of {self.name!r}" if self.name else ""
        n = sum(self.population.values())
        return f"Sample({len(self)} of {n} segments{of}{by}, seed {self.seed})"

    def __len__(self) -> int:
        return len(self.segments)

    @property
    def corpus(self) -> Corpus | None:
        """The corpus of the segments, where it is known."""
        return self.source.corpus if isinstance(self.source, Features) else self.source

    @property
    def name(self) -> str:
        """The name of the corpus; empty if it is not known."""
        return self.corpus.name if self.corpus is not None else ""

    def labelled(self, codes: pd.DataFrame | Features, rule: str = "majority") -> Features:
        """Join a sample with its hand codes: what ``labelled=`` of a comparison takes.

        Parameters
        ----------
        codes : pandas.DataFrame or Features
            As :func:`framing.read_codes` returns: ``segment``, ``coder``, ``frame``, ``code``
            (0, 1 or missing). Or Features of frames coded by hand, such as those that come with a
            corpus, of which the segments drawn are taken.
        rule : {"majority", "mean", "any", "all"}, or the name of a coder
            How the codes of several coders become one. With "majority" a tie is ½, with "mean" the
            code is the part of the coders who found the frame: shares are then those that the
            average coder would find.

        Returns
        -------
        Features
            Of kind "frame". Besides the metadata of their documents, segments have ``stratum`` and
            ``probability``: the chance to be drawn *and* coded, where coding stopped early.

        Raises
        ------
        InputError
            For a segment that was not drawn, a code other than 0 and 1, a stratum none of whose
            segments is coded.
        """
        whole = _frame_of(self.source)
        table = self._taken(codes) if isinstance(codes, Features) else one_code(codes, rule)
        strange = table.index.difference(pd.Index(self.segments["segment"]), sort=False)
        if len(strange):
            raise InputError(
                f"codes: segment {strange[0]!r} is not in the sample; compare the codes with the "
                "sample that they were made for."
            )
        table = table.reindex(self.segments["segment"])
        done = table.notna().all(axis=1).to_numpy()
        chosen = self.segments[done].reset_index(drop=True)
        self._tell_uncoded(done, table)
        n = chosen["stratum"].value_counts()
        for stratum, size in self.population.items():
            if stratum not in n:
                raise InputError(
                    f"no segment of stratum {stratum!r} is coded, of {size} that it holds; code "
                    "some, or draw from a corpus without it."
                )
        order = ordered(whole, stratify(whole, self.strata), self.weights, self.seed)
        place = pd.Index(whole["segment"]).get_indexer(chosen["segment"])
        chance = chances(order, {str(name): int(k) for name, k in n.items()}).iloc[place]
        about = whole.iloc[place].reset_index(drop=True)
        about = about.drop(columns=["stratum", "probability"], errors="ignore")
        about = about.assign(stratum=chosen["stratum"], probability=chance.to_numpy(dtype=float))
        matrix = sparse.csr_array(table[done].to_numpy(dtype=float))
        return Features(matrix, list(table.columns), about, kind="frame", corpus=self.corpus)

    def write(self, path: str | PathLike[str]) -> None:
        """Write the design and the names of the segments drawn as JSON, never their texts."""
        record = {
            "schema": SCHEMA,
            "corpus": self.name,
            "seed": self.seed,
            "strata": list(self.strata),
            "allocation": self.allocation
            if isinstance(self.allocation, str)
            else dict(self.allocation),
            "weights": self.weights,
            "population": dict(self.population),
            "sha256": self.sha256,
            "segments": {
                stratum: rows["segment"].tolist()
                for stratum, rows in self.segments.groupby("stratum", sort=False)
            },
        }
        write_whole(Path(path), json.dumps(record, indent=1, ensure_ascii=False) + "\n")

    @classmethod
    def load(cls, path: str | PathLike[str], source: Corpus | Features) -> Sample:
        """Read a sample that was written, and check it against what it was drawn from.

        Raises
        ------
        InputError
            When the file is not a sample, or was drawn from other segments.
        """
        where = str(path)
        record = read_record(Path(path))
        table = _frame_of(source)
        strata = tuple(record["strata"])
        labels = stratify(table, strata)
        population = {str(name): int(n) for name, n in record["population"].items()}
        if record["sha256"] != _digest(table) or population != _sizes(labels):
            raise InputError(
                f"{where} was drawn from {sum(population.values())} segments of "
                f"{record['corpus']!r} that are not those given ({len(table)}); read the same "
                "corpus, with the same segment= and clean=."
            )
        sample = draw(
            source,
            sum(len(names) for names in record["segments"].values()),
            strata=strata,
            allocation={name: len(names) for name, names in record["segments"].items()}
            if strata
            else "proportional",
            weights=record["weights"],
            seed=record["seed"],
        )
        drawn = {
            name: rows["segment"].tolist()
            for name, rows in sample.segments.groupby("stratum", sort=False)
        }
        if drawn != record["segments"]:
            raise InputError(f"{where}: the segments are not those that its seed draws.")
        return replace(sample, allocation=record["allocation"])

    def _taken(self, codes: Features) -> pd.DataFrame:
        """Codes of the segments drawn, of those that are there."""
        place = pd.Index(codes.segments["segment"]).get_indexer(self.segments["segment"])
        known = place >= 0
        return pd.DataFrame(
            codes.matrix[place[known]].toarray().astype(float),
            index=self.segments.loc[known, "segment"],
            columns=list(codes.names),
        )

    def _tell_uncoded(self, done: Any, table: pd.DataFrame) -> None:
        if not done.any():
            raise InputError("codes: no segment has a code for every frame.")
        partly = table.notna().any(axis=1).to_numpy() & ~done
        skipped = 0
        for _, rows in pd.Series(done).groupby(self.segments["stratum"].to_numpy()):
            last = int(np.flatnonzero(rows.to_numpy()).max(initial=-1))
            skipped += int((~rows.to_numpy()[: last + 1]).sum())
        if partly.any():
            names = self.segments.loc[partly, "segment"]
            warnings.warn(
                f"{partly.sum()} segments lack a code for some frame and are left out "
                f"({names.iloc[0]}); finish them.",
                InputWarning,
                stacklevel=4,
            )
        elif skipped:
            warnings.warn(
                f"{skipped} segments were skipped, with later ones coded; the shares hold if what "
                "was skipped is like what was coded. Code in the order of the sample.",
                InputWarning,
                stacklevel=4,
            )


def draw(
    source: Corpus | Features,
    n: int,
    *,
    strata: str | Sequence[str] | None = None,
    allocation: str | Mapping[str, int] = "proportional",
    weights: str = "document",
    seed: int,
) -> Sample:
    """Draw segments to be coded by hand.

    Parameters
    ----------
    source : Corpus or Features
        A corpus, or with ``Features.where`` a part of one.
    n : int
        How many.
    strata : str or list of str, optional
        Columns of metadata; segments are drawn from each of their combinations. Default none.
    allocation : {"proportional", "equal"} or {stratum: int}
        How many segments of each stratum. "equal" is best for comparing strata, "proportional"
        for what all of them together say. A stratum smaller than its part is taken whole.
    seed : int
        The same seed draws the same segments, and with a larger `n` the same and more.

    Returns
    -------
    Sample

    Raises
    ------
    InputError
        For more segments than there are, fewer than strata, or an unknown column.

    Notes
    -----
    The segments of a stratum are put into a random order (:func:`framing.coding.design.ordered`),
    and the first n_h are drawn. The chance of a segment is n_h/N_h where all have the same, and
    else as :func:`framing.coding.design.chances` says.

    Examples
    --------
    >>> import framing as fr
    >>> sample = draw(fr.load("leaders"), 12, strata="region", allocation="equal", seed=7)
    >>> sample
    Sample(12 of 2346 segments of 'leaders', by region, seed 7)
    >>> sorted(sample.segments["stratum"].value_counts().items())
    [('EU', 4), ('JP', 4), ('US', 4)]
    """
    if not isinstance(n, Integral) or isinstance(n, bool) or n < 1:
        raise InputError(f"n must be a whole number from 1 on; got {n!r}.")
    if not isinstance(seed, Integral) or isinstance(seed, bool) or seed < 0:
        raise InputError(f"seed must be a whole number from 0 on; got {seed!r}.")
    columns = () if strata is None else (strata,) if isinstance(strata, str) else tuple(strata)
    table = _frame_of(source)
    labels = stratify(table, columns)
    sizes = _sizes(labels)
    if n > len(table):
        raise InputError(f"n={n} segments cannot be drawn from {len(table)}.")
    parts = allocate(int(n), sizes, allocation)
    order = ordered(table, labels, weights, int(seed))
    size = order["stratum"].map(parts)
    drawn = order[order["rank"] <= size].assign(place=(order["rank"] - 0.5) / size)
    drawn = drawn.sort_values(["place", "stratum"], kind="stable")
    segments = table.loc[drawn.index, ["segment", "document"]].assign(
        stratum=drawn["stratum"], probability=chances(order, parts)[drawn.index]
    )
    given = allocation if isinstance(allocation, str) else dict(allocation)
    return Sample(
        source,
        int(seed),
        columns,
        given,
        weights,
        sizes,
        segments.reset_index(drop=True),
        _digest(table),
    )


def _frame_of(source: Corpus | Features) -> pd.DataFrame:
    table = source.segments if isinstance(source, Features) else source.table()
    return table.reset_index(drop=True)


def _sizes(labels: pd.Series[str]) -> dict[str, int]:
    return {str(name): int(n) for name, n in labels.groupby(labels, sort=False).size().items()}


def _digest(table: pd.DataFrame) -> str:
    return hashlib.sha256("\n".join(table["segment"]).encode()).hexdigest()
