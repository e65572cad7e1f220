"""How many articles a difference needs to be found."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import logit

from framing.columns import tidy
from framing.compare import contrast
from framing.errors import InputError, InputWarning
from framing.inference import check_client
from framing.inference.blocks import in_turn
from framing.simulate.checks import check_count, check_share, generator
from framing.simulate.corpora import frames, terms
from framing.simulate.levels import Amount
from framing.simulate.planted import Planted


def power(
    shares: tuple[float, float] = (0.3, 0.45),
    documents: Sequence[int] = (10, 20, 50, 100),
    *,
    segments: Amount = 10,
    length: Amount | None = None,
    icc: float = 0.2,
    outlets: int | None = None,
    outlet_icc: float = 0.0,
    corpora: int = 200,
    level: float = 0.95,
    replicates: int = 500,
    seed: int = 0,
    client: Any = None,
    **settings: Any,
) -> pd.DataFrame:
    """How many articles do I need? How often a planted difference is found.

    Parameters
    ----------
    shares : (float, float)
        The true shares of two sides. With equal shares the table tells how often a difference is
        found where there is none.
    documents : sequence of int
        Numbers of documents a side to try.
    segments, icc, outlets, outlet_icc
        As in :func:`framing.simulate.frames`; `outlets` counts those of one side. Where outlets
        lean, ``cluster="outlet"`` judges by outlets; without it too much is found.
    length : number or (mean, sd), optional
        Tokens of a document. Where given, the shares are those of a term; else those of a frame.
    corpora : int
        Corpora to draw for each number of documents, at least 2. With 200 a power is known to
        within 7 points, with 800 to within 3½.
    level, replicates, **settings
        Passed to :func:`framing.contrast`, which judges every corpus.
    seed : int
        What is drawn for one number of documents does not depend on the others tried.
    client : distributed.Client, optional
        A cluster whose workers draw and judge a corpus each; default this machine.

    Returns
    -------
    pandas.DataFrame
        Four rows a number of documents (``n_per_group``), by ``statistic``: "power", the share of
        corpora in which the difference is clear (p below 1 − `level`, and an interval without
        nought); "power_p" and "power_interval", the shares for each alone; "width", the mean width
        of the interval. ``low`` and ``high`` are what the number of corpora leaves uncertain;
        ``note`` counts corpora without interval or p, which count as not found.

    Notes
    -----
    Limits are Wilson's for a power, t-limits of the mean for the width. A terminal shows how far it
    is; interrupt it at any time.

    Examples
    --------
    >>> table = power((0.2, 0.7), [10, 30], corpora=10, replicates=100)
    >>> table.query("statistic == 'power'")[["n_per_group", "estimate"]]
       n_per_group  estimate
    0           10       1.0
    4           30       1.0
    """
    generator(seed)
    check_client(client)
    check_count("corpora", corpora, least=2)
    if len(shares) != 2:
        raise InputError(f"shares must be two numbers between 0 and 1; got {shares!r}.")
    for share in shares:
        check_share("shares", share)
    tried = np.atleast_1d(documents).tolist()
    if not tried:
        raise InputError("documents is empty; name the numbers of documents a side to try.")
    for n in tried:
        check_count("documents", n)
    given = {"segments": segments, "icc": icc, "outlets": outlets, "outlet_icc": outlet_icc}
    draw = _frame if length is None else partial(_term, length=length)
    judge = partial(contrast, level=level, replicates=replicates, **settings)

    def work(one: tuple[int, np.random.SeedSequence]) -> pd.Series[Any]:
        n, child = one
        return _judged(draw(shares, n, seed=child, **given), child, judge)

    wanted = [(n, one) for n in tried for one in np.random.SeedSequence([seed, n]).spawn(corpora)]
    rows = list(in_turn(work, wanted, title="power", unit="corpus", client=client))
    tables = [
        _summary(pd.DataFrame(rows[i * corpora : (i + 1) * corpora]), level).assign(n_per_group=n)
        for i, n in enumerate(tried)
    ]
    return tidy(pd.concat(tables, ignore_index=True))


def _frame(shares: tuple[float, float], n: int, **given: Any) -> Planted:
    effects = {"second": {"planted": float(logit(shares[1]) - logit(shares[0]))}}
    sides = {"first": n, "second": n}
    return frames(sides, {"planted": shares[0]}, effects=effects, by="side", **given)


def _term(shares: tuple[float, float], n: int, **given: Any) -> Planted:
    effects = {"second": {"planted": float(logit(shares[1]) - logit(shares[0]))}}
    sides, vocabulary = {"first": n, "second": n}, {"planted": shares[0], "other": 1 - shares[0]}
    return terms(sides, vocabulary, effects=effects, by="side", **given)


def _judged(
    planted: Planted, seed: np.random.SeedSequence, judge: Callable[..., pd.DataFrame]
) -> pd.Series[Any]:
    """What the library says of the planted feature, the first of its corpus."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)  # the notes say it too
        draws = int(seed.generate_state(1)[0])
        return judge(planted.features, by=planted.by, seed=draws).iloc[0]


def _summary(judged: pd.DataFrame, level: float) -> pd.DataFrame:
    """How often the difference was found, and how wide its interval was."""
    from scipy import stats

    low, high, p_value = (judged[name].to_numpy(dtype=float) for name in ("low", "high", "p_value"))
    apart, small, width = (low > 0) | (high < 0), p_value < round(1 - level, 12), high - low
    without = {"power_p": np.isnan(p_value), "power_interval": np.isnan(width)}
    without = {"power": without["power_p"] | without["power_interval"], **without}
    rows: list[tuple[str, float, float, float]] = []
    for statistic, found in zip(without, (apart & small, small, apart), strict=True):
        limits = stats.binomtest(int(found.sum()), len(found)).proportion_ci(level, "wilson")
        rows.append((statistic, found.mean(), limits.low, limits.high))
    known = width[~np.isnan(width)]
    mean = known.mean() if len(known) else np.nan
    half = np.nan
    if len(known) > 1:
        half = stats.t.ppf((1 + level) / 2, len(known) - 1) * stats.sem(known)
    rows.append(("width", mean, mean - half, mean + half))
    table = pd.DataFrame(rows, columns=["statistic", "estimate", "low", "high"])
    why = judged.loc[judged["note"] != "", "note"].mode()
    missing = [int(without.get(name, np.isnan(width)).sum()) for name in table["statistic"]]
    table["note"] = [
        f"{why.iloc[0] if len(why) else 'missing'} ({k} of {len(judged)} corpora)" if k else ""
        for k in missing
    ]
    return table.assign(level=level)
