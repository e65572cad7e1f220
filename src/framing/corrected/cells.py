"""Cells whose shares are those of a machine coder, corrected by a sample coded by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.cells import By, Cells
from framing.columns import tidy
from framing.corrected.parts import Parts, part_errors, parts_of, pseudo_sums, tuned_power
from framing.corrected.sample import HandCodes, check_strata, hand_sums
from framing.errors import InputError
from framing.features import Features
from framing.inference import Floats, Sums, invert, related, score_limits, variance
from framing.settings import Settings


def cells_of(features: Features, by: By, settings: Settings, compared: str | None = None) -> Cells:
    """Sum features over the cells of a comparison, corrected where there are hand codes."""
    if settings.labelled is None:
        if settings.power is not None:
            raise InputError("power= tells how to use hand codes; give them with labelled=.")
        return Cells.of(features, by, settings, compared)
    return CorrectedCells.correct(features, by, settings, settings.labelled, compared)


def correction(features: Features, by: By, **settings: Any) -> pd.DataFrame:
    """What a machine coder says, what a hand-coded sample says, and what both say together.

    Parameters
    ----------
    features : Features
        Machine codes of all segments.
    by : str or list of str
    **settings
        As in :func:`framing.emphasis`; `labelled` is needed.

    Returns
    -------
    pandas.DataFrame
        A row a group (and period), frame and ``statistic``: "machine" (the codes taken at their
        word), "hand" (the sample alone) and "corrected"; ``estimate``, ``low``, ``high``, ``power``
        and ``n_labelled``.
        Like every comparison it also has ``level``, ``unit``, ``n_documents``, ``n_segments``,
        ``note`` and, with `cluster`, ``n_clusters``: see :data:`framing.COLUMNS`.

    Notes
    -----
    The interval of "machine" tells how documents vary, and nothing of how the machine errs.
    """
    chosen = Settings.of(settings)
    if chosen.labelled is None:
        raise InputError("correction needs hand codes; give them with labelled= (Sample.labelled).")
    tables = {
        "machine": Cells.of(features, by, replace(chosen, labelled=None, power=None)),
        "hand": cells_of(features, by, replace(chosen, power=0.0)),
        "corrected": cells_of(features, by, chosen),
    }
    parts = [cells.shares().assign(statistic=name) for name, cells in tables.items()]
    return tidy(pd.concat(parts, ignore_index=True))


@dataclass(frozen=True, eq=False)
class CorrectedCells(Cells):
    """Cells with shares that are right on average, however bad the machine coder.

    Let m be the machine code of a segment, y its hand code, M a mean over all segments, H a mean
    over the sample, each segment standing for 1/probability. The share of a cell is

    ``R = λ·M(m) + H(y − λm) = (1 − λ)·H(y) + λ·[M(m) + H((y−m)₊) − H((m−y)₊)]``

    that is, the machine's share plus what it missed less what it coded too much, weighed against
    the share in the sample. H(y − λm) has the expectation of y less that of λm for any λ, so the
    coder need not be good; the better it is, the nearer λ is to 1, and the narrower the interval.

    Attributes
    ----------
    parts : Parts
    power : array, shape (n_cells, n_features)
        λ.
    hand_sums : Sums
        Of y, (y−m)₊ and (m−y)₊, one after the other, over the sample.
    machine_sums : Sums
        Of m, over all segments.
    coded : array of bool, shape (n_segments,)
        Which segments are in the sample.

    Notes
    -----
    Intervals are score limits of a combination of the four parts
    (:func:`framing.inference.score_limits`), so that errors of a kind that the sample happens not
    to hold are reckoned with; with λ = 0 they are those of the sample alone. p is 1 less the level
    at which the interval touches nought. `sums` are those of pseudo-outcomes
    ``λm + H + (y − λm − H)/probability``, of which shares and influences are those of R.

    References
    ----------
    Angelopoulos, A. N., Bates, S., Fannjiang, C., Jordan, M. I. & Zrnic, T. (2023).
    Prediction-powered inference. *Science*, 382, 669–674.
    Angelopoulos, A. N., Duchi, J. C. & Zrnic, T. (2023). PPI++: efficient prediction-powered
    inference. arXiv:2311.01453.
    Egami, N., Hinck, M., Stewart, B. M. & Wei, H. (2023). Using imperfect surrogates for downstream
    inference: design-based supervised learning for social science applications of large language
    models. *NeurIPS 36*.
    """

    parts: Parts
    power: Floats
    hand_sums: Sums
    machine_sums: Sums
    coded: npt.NDArray[np.bool_]

    @classmethod
    def correct(
        cls,
        features: Features,
        by: By,
        settings: Settings,
        labelled: Features,
        compared: str | None = None,
    ) -> CorrectedCells:
        """Sum machine codes and hand codes, find λ, and give every share its interval."""
        plain = Cells.of(features, by, replace(settings, labelled=None, power=None), compared)
        sample = HandCodes.of(plain.features, labelled)
        hand = hand_sums(plain, settings, sample)
        check_strata(plain, hand, settings)
        power = tuned_power(plain.sums, hand, plain.share)
        if settings.power is not None:
            power[:] = settings.power
        made = cls(
            **{one.name: getattr(plain, one.name) for one in fields(Cells)},
            parts=parts_of(plain, hand, sample.marks, sample.machine_marks),
            power=power,
            hand_sums=hand,
            machine_sums=plain.sums,
            coded=sample.coded,
        )
        made = replace(made, settings=settings, sums=pseudo_sums(plain.sums, hand, power))
        found = [made.limits([c], np.ones(1), settings.level) for c in range(len(plain.index))]
        share, low, high = (np.stack(ends) for ends in zip(*found, strict=True))
        return replace(made, share=share, low=low, high=high, variance=variance(made.sums)[0])

    def limits(
        self, cells: list[int], coefficients: Floats, level: float | Floats
    ) -> tuple[Floats, Floats, Floats]:
        """Value and interval of a linear combination of corrected shares, for every feature."""
        return self._limits(cells, coefficients, self._correlation(cells), level)

    def _limits(
        self, cells: list[int], coefficients: Floats, correlation: Floats, level: float | Floats
    ) -> tuple[Floats, Floats, Floats]:
        power, c = self.power[cells], coefficients[:, None]
        share, effective, degrees = (one[:, cells].reshape(4 * len(c), -1) for one in self.parts)
        if self.too_few(cells):
            effective = np.full_like(effective, np.nan)
        weights = np.concatenate([c * (1 - power), c * power, c * power, -c * power])
        _, low, high = score_limits(weights, share, effective, degrees, correlation, level)
        value = (c * self._shares()[cells]).sum(axis=0)
        least, most = np.minimum(c, 0).sum(), np.maximum(c, 0).sum()
        low, high = np.clip(low, least, value), np.clip(high, value, most)
        return value, low, high

    def combined(
        self, cells: list[int], coefficients: Floats, ends: Sequence[Floats] | None = None
    ) -> tuple[Floats, Floats, Floats]:
        """Value and interval of a linear combination of corrected shares, for every feature."""
        if ends is not None:
            raise InputError("labelled= corrects shares, not log-odds; use scale='share'.")
        return self.limits(cells, coefficients, self.settings.level)

    def linear(self, cells: list[int], coefficients: Floats, statistic: str) -> pd.DataFrame:
        """Rows for a linear combination of cells: value, interval, and the p that it implies."""
        related = self._correlation(cells)
        value, low, high = self._limits(cells, coefficients, related, self.settings.level)
        p_value = invert(
            lambda level: self._limits(cells, coefficients, related, level)[1:], len(value)
        )
        table = pd.DataFrame({"estimate": value, "low": low, "high": high, "p_value": p_value})
        table = table.assign(p_min=np.nan, test="inverted interval", statistic=statistic)
        table["note"] = self.no_interval(cells, low)
        return self.label(table, cells)

    def _shares(self) -> Floats:
        """R of every cell, kept between 0 and 1."""
        hand, machine, missed, overcoded = self.parts.share
        whole = (1 - self.power) * hand + self.power * (machine + missed - overcoded)
        return np.asarray(np.clip(whole, 0.0, 1.0))

    def shares(self) -> pd.DataFrame:
        """Rows with ``statistic`` "share", cell by cell; `n` and `df` are the machine's."""
        return super().shares().assign(power=self.power.ravel())

    def label(
        self,
        table: pd.DataFrame,
        cells: list[int],
        group: str | None = None,
        period: str | None = None,
    ) -> pd.DataFrame:
        """Add what every row of a result carries."""
        held = np.unique(np.concatenate([self.held[cell] for cell in cells]))
        n = int(self.coded[held].sum())
        return super().label(table, cells, group, period).assign(n_labelled=n)

    def no_interval(self, cells: list[int], low: Floats) -> npt.NDArray[np.str_]:
        """Why intervals are missing; empty where there is one."""
        few = self.too_few(cells)
        return np.where(np.isnan(low), few or "no interval: the hand codes do not vary", few)

    def too_few(self, cells: list[int]) -> str:
        """Why there is no interval; empty if there is one."""
        why = super().too_few(cells)
        return why.replace(";", " coded by hand;") if why else ""

    def _correlation(self, cells: list[int]) -> Floats:
        """Correlation of the parts of some cells, shape (n_features, 4k, 4k)."""
        z = np.stack([part_errors(self.machine_sums, self.hand_sums, c) for c in cells], axis=1)
        return related(z.reshape(-1, *z.shape[2:]))
