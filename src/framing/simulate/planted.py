"""A corpus drawn at random, with the truth it was drawn from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from framing.columns import tidy
from framing.errors import InputError, one_of
from framing.features import Features
from framing.simulate.design import Floats, Integers, read_periods


@dataclass(frozen=True, eq=False)
class Planted:
    """A corpus drawn at random, with the truth it was drawn from.

    Attributes
    ----------
    features : Features
        Its segments have the columns ``document``, that of the groups, ``outlet`` if there are
        outlets, ``date`` and ``year``.
    by : str
        The column of groups.
    groups, periods : tuple of str
    n_documents : array of int, shape (n_groups, n_periods)
    share : array, shape (n_groups, n_periods, n_features)
        The true shares: what a document of this group and period uses on average.
    """

    features: Features
    by: str
    groups: tuple[str, ...]
    periods: tuple[str, ...]
    n_documents: Integers = field(repr=False)
    share: Floats = field(repr=False)

    def shares(self, *, by_period: bool = False) -> pd.DataFrame:
        """List what :func:`framing.emphasis` estimates.

        Parameters
        ----------
        by_period : bool
            Whether to tell periods apart; otherwise shares are means over all documents of a group.

        Returns
        -------
        pandas.DataFrame
            ``period`` (if told apart), ``group``, the feature's kind, ``statistic`` ("share"),
            ``estimate``, ``n_documents``.
        """
        return self._table(
            self._row("share", share[g], period, group=group, n_documents=n[g])
            for period, share, n in self._cells(by_period)
            for g, group in enumerate(self.groups)
        )

    def differences(
        self, reference: str = "each", *, log_odds: bool = False, by_period: bool = False
    ) -> pd.DataFrame:
        """List what :func:`framing.contrast` estimates or, against the rest, keyness.

        Parameters
        ----------
        reference : {"each", "rest"}
            Set a group against each other group (both ways round, so that the table joins any
            table of contrasts), or against the documents of all other groups together.
        log_odds : bool
            Give log-odds ratios instead of differences of shares.
        by_period : bool
            Whether to tell periods apart.

        Returns
        -------
        pandas.DataFrame
            ``period`` (if told apart), ``group``, ``reference``, the feature's kind, ``statistic``
            ("difference" or "log_odds"), ``estimate``.
        """
        if reference not in ("each", "rest"):
            raise one_of("reference", reference, ("each", "rest"))
        if len(self.groups) < 2:
            raise InputError("the corpus has one group only; a difference needs two.")
        scale: Callable[[Floats], Floats] = special.logit if log_odds else np.asarray
        statistic = "log_odds" if log_odds else "difference"
        rows = []
        for (period, share, n), g in product(self._cells(by_period), range(len(self.groups))):
            others = {name: share[i] for i, name in enumerate(self.groups) if i != g}
            if reference == "rest":
                others = {"rest": np.average(np.delete(share, g, 0), 0, np.delete(n, g))}
            for name, other in others.items():
                value, group = scale(share[g]) - scale(other), self.groups[g]
                rows.append(self._row(statistic, value, period, group=group, reference=name))
        return self._table(rows)

    def slopes(self) -> pd.DataFrame:
        """List what :func:`framing.trend` estimates: least-squares change of a share per period.

        Returns
        -------
        pandas.DataFrame
            ``period`` ("first–last"), ``group``, the feature's kind, ``statistic`` ("slope"),
            ``estimate``.
        """
        if len(self.periods) < 2:
            raise InputError("the corpus has one period only; a slope needs two.")
        steps = read_periods(self.periods).steps
        time = (steps - steps.mean()) / ((steps - steps.mean()) ** 2).sum()
        span = f"{self.periods[0]}–{self.periods[-1]}"
        return self._table(
            self._row("slope", time @ share, span, group=group)
            for group, share in zip(self.groups, self.share, strict=True)
        )

    def _cells(self, by_period: bool) -> list[tuple[str | None, Floats, Integers]]:
        """Shares and numbers of documents of every group, in each period or in all together."""
        share, n = self.share, self.n_documents
        if by_period:
            return [(name, share[:, t], n[:, t]) for t, name in enumerate(self.periods)]
        total = n.sum(axis=1)
        return [(None, np.einsum("gt,gtf->gf", n / total[:, None], share), total)]

    def _row(
        self, statistic: str, value: Floats, period: str | None, **columns: Any
    ) -> Mapping[str, Any]:
        names = {self.features.kind: np.asarray(self.features.names)}
        when = {} if period is None else {"period": period}
        return names | when | columns | {"statistic": statistic, "estimate": value}

    def _table(self, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
        return tidy(pd.concat([pd.DataFrame(row) for row in rows], ignore_index=True))
