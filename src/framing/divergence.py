"""Divergence of mixes: between sides, and between periods; with what chance alone would give."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from framing.cells import By, Cells, both, label_cells, with_q
from framing.columns import tidy
from framing.errors import InputError, one_of
from framing.features import Features
from framing.groups import groups
from framing.inference import (
    Drawn,
    Floats,
    Null,
    correlation,
    exchangeable,
    influence,
    permutation_test,
)
from framing.partisanship import partisanship
from framing.settings import Settings
from framing.trend import with_time

Real = TypeVar("Real", bound=Drawn)

MIXING = ("equal", "size")
ALL = "all"


def jensen_shannon(*mixes: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Floats:
    """Contributions of features to the Jensen–Shannon divergence of two or more mixes, in bits.

    ``JSD = Σ_f Σ_g π_g p_gf log₂(p_gf / m_f)``, ``m = Σ_g π_g p_g``.

    Parameters
    ----------
    *mixes : array, shape (..., n_features)
        Not negative; each is divided by its sum.
    weights : array, shape (n_mixes,), optional
        π, adding up to 1; default equal.

    Returns
    -------
    array, shape (..., n_features)
        All at least zero; their sum is the divergence, at most log₂ of the number of mixes.

    References
    ----------
    Lin, J. (1991). Divergence measures based on the Shannon entropy. *IEEE Transactions on
    Information Theory*, 37(1), 145–151.

    Examples
    --------
    >>> float(jensen_shannon([1.0, 0.0], [0.0, 1.0]).sum())
    1.0
    >>> three = [8, 1, 1], [1, 8, 1], [1, 1, 8]
    >>> jensen_shannon(*three).round(3)
    array([0.221, 0.221, 0.221])
    """
    if len(mixes) < 2:
        raise InputError("jensen_shannon needs at least two mixes.")
    shares = np.stack(np.broadcast_arrays(*map(_mix, mixes)))
    pi = np.full(len(mixes), 1 / len(mixes)) if weights is None else np.asarray(weights, float)
    if pi.shape != (len(mixes),) or (pi < 0).any() or not np.isclose(pi.sum(), 1):
        raise InputError(f"weights must be {len(mixes)} numbers that add up to 1; got {weights!r}.")
    return np.asarray(_contributions(shares, pi))


def divergence(
    features: Features,
    by: By,
    *,
    mixing: str = "equal",
    base: float = 2.0,
    **settings: Any,
) -> pd.DataFrame:
    """How far the mixes of two or more groups lie apart, all together and two by two.

    Parameters
    ----------
    features : Features
        Frames, topics or terms; the mix is each one's part of all of them.
    by : str or list of str
        Groups; with a unit of time, groups are compared within each period.
    mixing : {"equal", "size"}
        π: every group weighs the same, or by its documents (segments, with ``weights="segment"``).
    base : float
        Of the logarithm: 2 for bits.
    **settings
        See :class:`framing.settings.Settings`.

    Returns
    -------
    pandas.DataFrame
        ``group`` and ``reference`` name the two groups, or are both "all" where all are compared;
        ``period`` where there are periods. Without a feature, ``statistic`` is

        * "divergence", with ``p_value``, ``q_value`` and ``n_tests``;
        * "null_mean", the mean of the divergence after documents were relabelled: what would be
          found if nothing differed;
        * "excess", divergence less null_mean: an estimate of the true divergence, with the
          interval of that;
        * "partisanship" and "partisanship_leave_out", see :func:`framing.partisanship`.

        With a feature: "contribution", its part of the divergence, with interval, ``p_value`` and
        ``q_value``; and "contribution_null", the mean of that by chance.

    Notes
    -----
    ``JSD = Σ_f Σ_g π_g p_gf log(p_gf / m_f)``, ``m = Σ_g π_g p_g``. It is at least zero, and so
    larger than zero for any two samples of the same texts: read the excess. For two groups the
    interval of a contribution is that of its signed root, which is nearly linear in the two shares
    (:func:`signed_root_interval`); for more, and for the whole, it inverts a noncentral χ²
    (:func:`noncentral_interval`).

    References
    ----------
    Lin, J. (1991). Divergence measures based on the Shannon entropy. *IEEE Transactions on
    Information Theory*, 37(1), 145–151.

    Examples
    --------
    >>> rows = pd.DataFrame({"document": range(24), "region": ["US", "EU", "JP"] * 8})
    >>> frames = Features([[1, 0], [0, 1], [1, 1]] * 8, ["security", "rules"], rows, kind="frame")
    >>> table = divergence(frames, by="region")
    >>> table[table["statistic"] == "divergence"][["group", "reference", "estimate"]].round(2)
       group reference  estimate
    0    all       all      0.67
    9     US        EU      1.00
    18    US        JP      0.31
    27    EU        JP      0.31
    """
    if mixing not in MIXING:
        raise one_of("mixing", mixing, MIXING)
    if not base > 1:
        raise InputError(f"base must be above 1; got {base!r}.")
    cells = Cells.of(features, by, Settings.of(settings), compared="period").mixes()
    periods: dict[str | None, list[int]] = {}
    for cell, (_, period) in enumerate(cells.index):
        periods.setdefault(period, []).append(cell)
    parts = []
    for period, members in periods.items():
        sets = [members] if len(members) > 2 else []
        for some in [*sets, *map(list, combinations(members, 2))]:
            table = _measured(cells, some, mixing, base)
            names = [cells.index[c][0] for c in some]
            table["group"], table["reference"] = names if len(some) == 2 else (ALL, ALL)
            parts.append(table if period is None else table.assign(period=period))
    if not parts:
        raise InputError(f"by={by!r} gives fewer than two groups; nothing can diverge.")
    return tidy(_adjusted(pd.concat(parts, ignore_index=True)))


def shift(
    features: Features,
    over: str = "year",
    by: By | None = None,
    *,
    first: str | None = None,
    last: str | None = None,
    **settings: Any,
) -> pd.DataFrame:
    """How far the mix of frames or terms moved between two periods, and what moved it.

    Parameters
    ----------
    features : Features
    over : {"year", "quarter", "month"}
    by : str or list of str, optional
        Measure the shift inside every group.
    first, last : str, optional
        Periods compared; default the first and the last.
    **settings
        See :class:`framing.settings.Settings`.

    Returns
    -------
    pandas.DataFrame
        For each group found in two periods the rows of :func:`divergence` (without partisanship),
        in bits, both periods weighing ½; and rows with ``statistic`` "change": the part of the
        mix in the last period less that in the first, with interval. ``period`` is "first–last".

    Notes
    -----
    A plug-in divergence is never zero even where nothing changed: read the excess.
    """
    chosen, wanted = Settings.of(settings), with_time(by, over)
    table = groups(features, wanted, actors=chosen.actors, levels=chosen.levels)
    ends, alone = _ends(label_cells(table.columns), over, first, last)
    if not ends:
        raise InputError(f"only {over} {', '.join(alone)} to look at; a shift needs two {over}s.")
    used = table.iloc[:, [cell for pair in ends for cell in pair]]
    some = np.asarray(used.to_numpy() > 0).sum(axis=1) > 0
    cells = Cells.of(features.where(some), wanted, chosen, "group", used.loc[some]).mixes()
    parts = []
    for i in range(0, len(cells.index), 2):
        (group, start), (_, end) = cells.index[i], cells.index[i + 1]
        value, low, high = cells.combined([i, i + 1], np.array([-1.0, 1.0]))
        moved = pd.DataFrame({"estimate": value, "low": low, "high": high})
        moved = moved.assign(statistic="change", note=cells.too_few([i, i + 1]))
        rows = [_measured(cells, [i, i + 1], "equal", 2.0), cells.label(moved, [i, i + 1])]
        both_of = pd.concat(rows, ignore_index=True).assign(period=f"{start}–{end}")
        keep = ~both_of["statistic"].str.startswith("partisanship")
        parts.append(both_of[keep] if group is None else both_of[keep].assign(group=group))
    return tidy(_adjusted(pd.concat(parts, ignore_index=True)))


@dataclass(frozen=True)
class _Contributions:
    """Contributions to the divergence of relabelled sides, shape (1, n_features, n_replicates)."""

    weights: Floats
    needs_sizes: bool = field(default=False, init=False)

    def __call__(self, shares: Drawn, sizes: Drawn | None) -> Drawn:
        return _contributions(shares, self.weights.astype(shares.dtype))[None]


def _measured(cells: Cells, members: list[int], mixing: str, base: float) -> pd.DataFrame:
    """Rows of one divergence: whole, null, excess, partisanship, and every feature's part."""
    settings, kind = cells.settings, cells.features.kind
    n = (
        cells.sums.denominators[:, members].sum(axis=(0, 2))
        if mixing == "size"
        else np.ones(len(members))
    )
    weights, unit = n / (n.sum() or 1.0), np.log2(base)
    parts = _contributions(cells.share[members], weights) / unit
    why = _untestable(cells, members)
    null: Null | None = None
    if not why:
        null = permutation_test(
            cells.sums,
            members,
            _Contributions(weights),
            replicates=settings.replicates,
            seed=settings.seed + 1,
        )
    few = cells.too_few(members)
    low = high = np.full(len(parts), np.nan)
    ends = np.nan, np.nan
    if not few:
        if len(members) == 2:
            low, high = signed_root_interval(cells, members, weights)
        else:
            low, high = noncentral_interval(cells, members, weights)
        ends = noncentral_interval_of_sum(cells, members, weights)
    floor = np.full(len(parts), np.nan) if null is None else null.mean[0] / unit
    note = both(few, why or cells.coarse(null))
    still = "" if few else f"no interval: {cells.units} do not vary"
    whole = float(parts.sum())
    totals = pd.DataFrame(
        {
            "statistic": ["divergence", "null_mean", "excess"],
            "estimate": [whole, floor.sum(), whole - floor.sum()],
            "low": [np.nan, np.nan, ends[0] / unit],
            "high": [np.nan, np.nan, ends[1] / unit],
            "p_value": [np.nan if null is None else null.p_total[0], np.nan, np.nan],
            "test": ["" if null is None else null.test, "", ""],
            "note": [
                both(note, "interval: see excess"),
                note or "what chance gives",
                both(note, still if np.isnan(ends[0]) else ""),
            ],
        }
    )
    plug_in, leave_out = partisanship(cells, members)
    lean = pd.DataFrame(
        {
            "statistic": ["partisanship", "partisanship_leave_out"],
            "estimate": [plug_in, leave_out],
            "note": [
                "biased upwards, most in few documents",
                f"missing: a group has fewer than two {cells.units}"
                if np.isnan(leave_out)
                else "no interval: see excess",
            ],
        }
    )
    contribution = pd.DataFrame(
        {
            kind: np.asarray(cells.features.names),
            "statistic": "contribution",
            "estimate": parts,
            "low": low / unit,
            "high": high / unit,
            "p_value": np.nan if null is None else null.p_value[0],
            "p_min": np.nan if null is None else null.p_min[0],
            "test": "" if null is None else null.test,
            "note": np.where(np.isnan(low), both(note, still), note),
        }
    )
    expected = pd.DataFrame(
        {
            kind: np.asarray(cells.features.names),
            "statistic": "contribution_null",
            "estimate": floor,
            "note": note or "what chance gives",
        }
    )
    table = pd.concat([totals, lean, contribution, expected], ignore_index=True)
    return cells.label(table, members)


def _untestable(cells: Cells, members: list[int]) -> str:
    """Why labels cannot be permuted; empty if they can."""
    if (cells.sums.n_units[members] == 0).any():
        return "no p-value: a group holds nothing to compare"
    if cells.settings.unit == "segment":
        return "no p-value: the interval describes these documents only"
    if not exchangeable(cells.sums, members):
        if cells.sums.partitions(members):
            return f"no p-value: {cells.units} lie in several levels of {cells.settings.within!r}"
        return f"no p-value: {cells.units} belong to several groups"
    return ""


def signed_root_interval(
    cells: Cells, members: list[int], weights: Floats
) -> tuple[Floats, Floats]:
    """Interval of every contribution to the divergence of two mixes.

    ``s = sign(q − p) √c(p, q)`` falls with p and rises with q, nearly as a straight line does, and
    is 0 where they are equal. Its interval is recovered from those of p and q (as in
    :func:`framing.inference.combine`); its square is the contribution's, from 0 if it holds 0.

    Returns
    -------
    low, high : array, shape (n_features,)
        In bits.
    """
    (p, q), (p_low, q_low), (p_high, q_high) = (
        ends[members] for ends in (cells.share, cells.low, cells.high)
    )
    related = correlation(cells.sums, members)[:, 0, 1]

    def root(p: Floats, q: Floats) -> Floats:
        return np.asarray(np.sign(q - p) * np.sqrt(_contributions(np.stack([p, q]), weights)))

    s = root(p, q)

    def spread(a: Floats, b: Floats) -> Floats:
        return np.asarray(np.sqrt(np.maximum(a**2 + b**2 - 2 * related * a * b, 0.0)))

    low = s - spread(s - root(p_high, q), s - root(p, q_low))
    high = s + spread(root(p_low, q) - s, root(p, q_high) - s)
    nearest = np.where((low <= 0) & (high >= 0), 0.0, np.minimum(low**2, high**2))
    return nearest, np.maximum(low**2, high**2)


def noncentral_interval(cells: Cells, members: list[int], weights: Floats) -> tuple[Floats, Floats]:
    """Interval of every contribution to the divergence of several mixes.

    A contribution is about ``Σ_g π_g (p_g − m)² / (2m ln 2)``, a quadratic form of the errors of
    the shares: about ``scale · χ²(ν, λ)``, with scale and ν from its mean and variance were there
    no difference (Satterthwaite 1946). λ is bounded as the noncentral distribution allows.

    Returns
    -------
    low, high : array, shape (n_features,)
        In bits.

    References
    ----------
    Steiger, J. H. (2004). Beyond the F test: effect size confidence intervals. *Psychological
    Methods*, 9, 164–182.
    """
    shares = cells.share[members]
    found = _contributions(shares, weights)
    spread = cells.variance[members] * cells.widening[members]
    form = np.diag(weights) - np.outer(weights, weights)
    scale = 2 * np.log(2) * np.tensordot(weights, shares, 1)
    product = form[:, :, None] * spread[None]
    mean = np.einsum("ggf->f", product)
    square = 2 * np.einsum("ghf,hgf->f", product, product)
    known = (mean > 0) & (scale > 0)
    mean = np.divide(mean, scale, out=np.full_like(mean, np.nan), where=known)
    square = np.divide(square, scale**2, out=np.full_like(mean, np.nan), where=known)
    return _noncentral(found, mean, square, cells.settings.level)


def noncentral_interval_of_sum(
    cells: Cells, members: list[int], weights: Floats
) -> tuple[float, float]:
    """Interval of the whole divergence, as :func:`noncentral_interval` for one part, in bits."""
    shares = cells.share[members]
    found = float(_contributions(shares, weights).sum())
    middle = np.tensordot(weights, shares, 1)
    used = np.flatnonzero(middle > 0)
    scale = np.sqrt(2 * np.log(2) * middle[used])
    form = np.diag(weights) - np.outer(weights, weights)
    errors = []
    for cell in members:
        units = np.flatnonzero((cells.sums.denominators[:, cell] > 0).any(axis=1))
        z = influence(cells.sums, cell, units, slice(None), unbiased=True)
        errors.append(z[:, used] / scale)
    few = len(used) <= max(map(len, errors))
    if few:
        spreads = [z.T @ z for z in errors]
        traces = np.array([[(a * b).sum() for b in spreads] for a in spreads])
    else:
        traces = np.array([[((a @ b.T) ** 2).sum() for b in errors] for a in errors])
    mean = float(sum(form[g, g] * (z**2).sum() for g, z in enumerate(errors)))
    square = float(2 * (form**2 * traces).sum())
    low, high = _noncentral(
        np.array([found]), np.array([mean]), np.array([square]), cells.settings.level
    )
    return float(low[0]), float(high[0])


def _noncentral(found: Floats, mean: Floats, square: Floats, level: float) -> tuple[Floats, Floats]:
    """Bound what a quadratic form estimates, given its mean and variance by chance."""
    with np.errstate(invalid="ignore", divide="ignore"):
        scale, degrees = square / (2 * mean), 2 * mean**2 / square
        x = found / scale
        low = scale * special.chndtrinc(x, degrees, (1 + level) / 2)
        high = scale * special.chndtrinc(x, degrees, (1 - level) / 2)
        chance = special.chdtr(degrees, x)
    low = np.where(chance <= (1 + level) / 2, 0.0, low)
    high = np.where(chance <= (1 - level) / 2, 0.0, high)
    missing = np.isnan(scale)
    return np.where(missing, np.nan, low), np.where(missing, np.nan, high)


def _contributions(shares: Real, weights: Drawn) -> Real:
    """Σ_g π_g p_g log₂(p_g/m), over the first axis."""
    middle = np.tensordot(weights, shares, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = sum(
            weight * np.where(share == 0, 0.0, share * np.log2(share / middle))
            for weight, share in zip(weights, shares, strict=True)
        )
    return cast(Real, np.maximum(parts, 0.0))


def _mix(shares: npt.ArrayLike) -> Floats:
    shares = np.asarray(shares, dtype=float)
    total = shares.sum(axis=-1, keepdims=True)
    nothing = np.where(np.isnan(total), np.nan, np.zeros_like(shares))
    mix: Floats = np.divide(shares, total, out=nothing, where=total > 0)
    return mix


def _adjusted(table: pd.DataFrame) -> pd.DataFrame:
    """Adjust the p-values of divergences together, and those of contributions."""
    table["q_value"] = np.nan
    for statistic in ("divergence", "contribution"):
        rows = table["statistic"] == statistic
        adjusted = with_q(table[rows])
        table.loc[rows, "q_value"] = adjusted["q_value"]
        table.loc[rows, "n_tests"] = adjusted["n_tests"]
    return table


def _ends(
    index: list[tuple[str | None, str | None]], over: str, first: str | None, last: str | None
) -> tuple[list[tuple[int, int]], list[str]]:
    """Find the cells of each group's first and last period; name groups that have only one."""
    by_group: dict[str | None, list[int]] = {}
    for cell, (group, _) in enumerate(index):
        by_group.setdefault(group, []).append(cell)
    ends, alone = [], []
    for group, cells in by_group.items():
        cells = sorted(cells, key=lambda cell: str(index[cell][1]))
        periods = [str(index[cell][1]) for cell in cells]
        start, end = _position(first, periods, 0, "first"), _position(last, periods, -1, "last")
        if start == end:
            alone.append(periods[start] + (f" ({group})" if group is not None else ""))
        else:
            ends.append((cells[start], cells[end]))
    return ends, alone


def _position(name: str | None, periods: list[str], default: int, what: str) -> int:
    if name is None:
        return default % len(periods)
    if str(name) not in periods:
        raise one_of(what, name, periods)
    return periods.index(str(name))
