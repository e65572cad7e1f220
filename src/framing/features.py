"""Features: segments × terms, frames or topics, with the segments they describe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from framing.columns import KINDS
from framing.errors import InputError, one_of

if TYPE_CHECKING:
    from framing.corpus import Corpus


@dataclass(frozen=True, eq=False)
class Features:
    """A matrix of features: one row a segment, one column a term, frame or topic.

    Parameters
    ----------
    matrix : array or sparse array, shape (n_segments, n_features)
        Counts, indicators or shares; finite and not negative.
    names : sequence of str
        One distinct name a column.
    segments : pandas.DataFrame
        One row a row of `matrix`: at least ``document``; ``segment`` is made if absent; every
        other column is metadata that groups can be made of (``date``, ``year``, ``region`` …).
    kind : {"feature", "term", "frame", "topic"}
        What the columns are; also the name of the column that holds them in result tables.
    size : array, shape (n_segments,), optional
        What shares are shares of: by default a segment's terms in all, and 1 for other kinds. It
        stays when columns are dropped, so that the share of a term does not depend on which other
        terms were kept.
    corpus : Corpus, optional
        Where the features come from. Actors and codebooks are looked for there, so that pruning
        the vocabulary of `matrix` never changes who is mentioned or which frame is used.

    Examples
    --------
    >>> rows = pd.DataFrame({"document": ["a", "a", "b"], "region": ["US", "US", "EU"]})
    >>> features = Features([[1, 0], [0, 2], [1, 1]], ["chips", "trade"], rows, kind="term")
    >>> features
    Features(3 segments of 2 documents × 2 terms)
    >>> features.to_frame()[["document", "term", "n"]].head(2)
      document   term  n
    0        a  chips  1
    1        a  trade  2
    """

    matrix: sparse.csr_array
    names: Sequence[str]
    segments: pd.DataFrame
    kind: str = "feature"
    corpus: Corpus | None = field(default=None, repr=False)
    size: npt.NDArray[np.float64] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise one_of("kind", self.kind, KINDS)
        given = self.matrix
        matrix = sparse.csr_array(given if sparse.issparse(given) else np.asarray(given))
        if not matrix.has_canonical_format or not matrix.data.all():
            matrix = matrix.copy()  # what was given stays as it is
            matrix.sum_duplicates()
            matrix.eliminate_zeros()
        names = pd.Index([str(name) for name in self.names], name=self.kind)
        segments = self.segments.reset_index(drop=True)
        _check(matrix, names, segments)
        if "segment" not in segments:
            segments.insert(0, "segment", _identifiers(segments["document"]))
        elif segments["segment"].duplicated().any():
            twice = segments.loc[segments["segment"].duplicated(), "segment"].iloc[0]
            raise InputError(f"column 'segment' holds {twice!r} twice; name every segment once.")
        size = _size(self.size, matrix, self.kind)
        parts = {"matrix": matrix, "names": names, "segments": segments, "size": size}
        for name, value in parts.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        documents = self.segments["document"].nunique()
        return (
            f"Features({len(self.segments)} segments of {documents} documents"
            f" × {len(self.names)} {self.kind}s)"
        )

    def __len__(self) -> int:
        return len(self.segments)

    def to_frame(self) -> pd.DataFrame:
        """List the non-zero entries: columns ``segment``, ``document``, the kind, and ``n``."""
        entries = self.matrix.tocoo()
        rows, columns = entries.coords
        order = np.lexsort((columns, rows))
        return pd.DataFrame(
            {
                "segment": self.segments["segment"].to_numpy()[rows[order]],
                "document": self.segments["document"].to_numpy()[rows[order]],
                self.kind: np.asarray(self.names)[columns[order]],
                "n": entries.data[order],
            }
        )

    def select(self, names: Sequence[str]) -> Features:
        """Keep the named columns, in the order given."""
        missing = [name for name in names if name not in self.names]
        if missing:
            raise InputError(f"no {self.kind} named {missing[0]!r}; see Features.names.")
        columns = pd.Index(self.names).get_indexer(pd.Index(names))
        if np.array_equal(columns, np.arange(len(self.names))):
            return self
        return replace(self, matrix=self.matrix[:, columns], names=list(names))

    def where_named(self, columns: Any) -> Features:
        """Keep the columns for which `columns` (booleans, one a name) is true."""
        keep = np.flatnonzero(np.asarray(columns, dtype=bool))
        names = [str(self.names[i]) for i in keep.tolist()]
        return replace(self, matrix=self.matrix[:, keep], names=names)

    def where(self, rows: Any) -> Features:
        """Keep the segments for which `rows` (booleans, one a segment) is true."""
        keep = np.asarray(rows, dtype=bool)
        if keep.shape != (len(self),):
            raise InputError(f"rows must be {len(self)} booleans, one a segment; got {keep.shape}.")
        assert self.size is not None
        return replace(
            self,
            matrix=self.matrix[np.flatnonzero(keep)],
            segments=self.segments[keep],
            size=self.size[keep],
        )


def _size(
    given: npt.NDArray[np.float64] | None, matrix: sparse.csr_array, kind: str
) -> npt.NDArray[np.float64]:
    if given is None:
        whole = matrix.sum(axis=1) if kind == "term" else np.ones(matrix.shape[0])
        return np.asarray(whole, dtype=float)
    size = np.asarray(given, dtype=float)
    if size.shape != (matrix.shape[0],) or not np.isfinite(size).all() or (size < 0).any():
        raise InputError(f"size must be {matrix.shape[0]} numbers, one a segment, none negative.")
    return size


def _check(matrix: sparse.csr_array, names: pd.Index, segments: pd.DataFrame) -> None:
    if matrix.shape != (len(segments), len(names)):
        raise InputError(
            f"matrix is {matrix.shape[0]} × {matrix.shape[1]}, but there are {len(segments)} "
            f"segments and {len(names)} names; give one row a segment and one name a column."
        )
    if names.has_duplicates:
        raise InputError(f"names holds {names[names.duplicated()][0]!r} twice; rename one.")
    if "document" not in segments:
        raise InputError("segments has no column 'document'; say which document each row is of.")
    if segments["document"].isna().any():
        row = int(np.flatnonzero(segments["document"].isna())[0])
        raise InputError(f"row {row} of segments has no document.")
    data = matrix.data
    if data.min(initial=0) < 0 or (data.dtype.kind not in "biu" and not np.isfinite(data).all()):
        raise InputError("matrix holds a value that is negative, infinite or missing.")


def _identifiers(documents: pd.Series[Any]) -> list[str]:
    position = documents.groupby(documents, sort=False).cumcount()
    return [f"{name}/{i:03d}" for name, i in zip(documents, position, strict=True)]
