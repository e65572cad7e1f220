"""Units: documents, or clusters of them, that are drawn, permuted or parted whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from framing.errors import InputError, one_of
from framing.inference import Integers


@dataclass(frozen=True, eq=False)
class Units:
    """To which document or cluster each segment belongs.

    Attributes
    ----------
    of : array of int, shape (n_segments,)
        Numbered from 0, in the order in which they come.
    names : list of str
    unit : str
        "document", or the column of clusters.
    n_documents : int
    """

    of: Integers
    names: list[str]
    unit: str
    n_documents: int

    @classmethod
    def read(cls, table: pd.DataFrame | None, n: int, cluster: str | None = None) -> Units:
        """Number the documents of segments, or their clusters.

        Parameters
        ----------
        table : pandas.DataFrame or None
            A row a segment. Without ``document`` each segment is one.
        n : int
            Segments.
        cluster : str, optional
            A column of `table`; each document must lie in one.

        Examples
        --------
        >>> table = pd.DataFrame({"document": ["a", "a", "b"], "outlet": ["X", "X", "X"]})
        >>> Units.read(table, 3).of.tolist(), Units.read(table, 3, "outlet").names
        ([0, 0, 1], ['X'])
        """
        column = pd.Series(np.arange(n))
        if table is not None and "document" in table:
            column = column_of(table, "document", "document")
        documents, named = pd.factorize(column)
        if cluster is None:
            return cls(documents.astype(np.int64), [str(x) for x in named], "document", len(named))
        values = column_of(table, cluster, "cluster")
        codes, levels = pd.factorize(values)
        spread = pd.Series(codes).groupby(documents).nunique()
        if (spread > 1).any():
            name = named[int(spread.index[spread > 1][0])]
            raise InputError(
                f"cluster={cluster!r}: document {name!r} lies in several; a document must lie in "
                "one."
            )
        return cls(codes.astype(np.int64), [str(x) for x in levels], cluster, len(named))

    def __len__(self) -> int:
        return len(self.names)

    @property
    def many(self) -> str:
        """What the units are, as a noun in the plural."""
        return "documents" if self.unit == "document" else f"clusters of {self.unit!r}"

    def values(self, column: pd.Series[Any], what: str) -> pd.Series[Any]:
        """Take the one value that each unit has of a column.

        Raises
        ------
        InputError
            Where the segments of a unit have several.
        """
        rows = column.groupby(self.of, sort=True)
        spread = rows.nunique(dropna=False)
        if (spread > 1).any():
            name = self.names[int(spread.index[spread > 1][0])]
            raise InputError(
                f"{what} is not the same in all segments of {name!r}; it must be, since whole "
                f"{self.many} are taken."
            )
        return rows.first()


def column_of(table: pd.DataFrame | None, column: str, setting: str) -> pd.Series[Any]:
    """Find a column that must be there, without gaps."""
    if table is None:
        raise InputError(
            f"{setting}={column!r}: a matrix has no columns of covariates; pass covariates=, a "
            "table with a row a segment."
        )
    if column not in table:
        raise one_of(setting, column, table.columns)
    values = table[column]
    if values.isna().any():
        row = int(np.flatnonzero(values.isna())[0])
        raise InputError(f"{setting}={column!r} is empty in row {row}; fill it, or drop the row.")
    return values
