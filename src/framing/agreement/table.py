"""The table of agreement: three statistics a frame, with their intervals."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd

from framing.agreement.coded import Coded
from framing.agreement.intervals import Question, bounds, resampled, share_bounds
from framing.agreement.pairs import KAPPA, PERCENT, SCALES, STATISTICS, Pairs, disagreement
from framing.columns import tidy
from framing.errors import InputError, one_of
from framing.inference import MINIMUM
from framing.settings import Settings
from framing.wording import count_of

AGAINST = ("all", "pairs", "rest")
ALL_FRAMES = "all frames"
"""What stands in column "frame" where all frames are taken together."""

CODERS = 20
"""Most coders who are compared two by two."""

_Who = tuple[int, ...]
"""All coders, if empty; one against the rest; or two."""


def agreement(
    codes: pd.DataFrame,
    *,
    scale: str = "nominal",
    against: str = "all",
    cluster: str = "document",
    level: float = 0.95,
    replicates: int = 2000,
    seed: int = 0,
    client: Any = None,
) -> pd.DataFrame:
    """Measure how far coders agree on each frame, and on all of them.

    Segments that one coder alone coded tell nothing and stay out; any others count, whoever coded
    them.

    Parameters
    ----------
    codes : pandas.DataFrame
        As :func:`framing.read_codes` returns: ``segment``, ``document``, ``coder``, ``frame``,
        ``code``; a missing code is one not given.
    scale : {"nominal", "ordinal", "interval"}
        Whether codes differ or not, by their ranks, or by their distance.
    against : {"all", "pairs", "rest"}
        All coders together (default), every two coders, or each coder against all others: who
        stands apart.
    cluster : str
        Column of `codes` whose levels vary by chance: segments of one document, or of one outlet,
        are not independent.
    level : float
        Nominal coverage of intervals.
    replicates, seed : int
        Of the bootstrap.
    client : distributed.Client, optional
        A cluster whose workers resample; default the cores of this machine.

    Returns
    -------
    pandas.DataFrame
        A row a frame and ``statistic``: "krippendorff_alpha", "cohen_kappa" (where two coders are
        compared), "percent_agreement"; then the same for "all frames". Columns ``group`` and
        ``reference`` (a coder, and the other or "rest"; not where `against` is "all"), ``frame``,
        ``estimate``, ``low``, ``high``, ``level``, ``unit``, ``n_documents`` and ``n_segments``
        that two coders coded, ``n_coders``, ``note`` and, with `cluster`, ``n_clusters``.

    Raises
    ------
    InputError
        For a missing column, a code that is no number, a segment coded twice by a coder or lying in
        two documents, and codes of one coder only.

    Notes
    -----
    All three are ``1 − D_o / D_e``: disagreement observed, over that expected.

    *Krippendorff's α* expects codes dealt out at random among all coders. It is the one to report:
    any number of coders, codes missing, small samples corrected. With coincidences o_ck of codes c
    and k (each of a segment's m codes paired with the m − 1 others, a pair counting 1/(m − 1)) and
    use n_c = Σ_k o_ck, ``α = 1 − (n − 1) Σ o_ck δ²_ck / Σ n_c n_k δ²_ck``. δ² is 1 (nominal), the
    square of the difference (interval), or of that of mid-ranks (ordinal).

    *Cohen's κ* is of two coders, and expects each to keep their own habits, so that it forgives
    one who finds a frame more often than the other. On the ordinal scale disagreement is steps
    between codes, squared.

    *Percent agreement* is the part of pairs of codes that are the same, as in α. It expects nothing
    and says little: two coders who find a frame by chance in one segment of twenty agree on 90 %.

    For "all frames" D_o and D_e are summed over frames: chance is reckoned frame by frame, so that
    to know which frames are common does not count as agreement.

    A frame that is always coded alike has no chance disagreement: α and κ are missing, not 1,
    because nothing shows that the coders would know it if they saw it.

    *Intervals* of α and κ: documents are weighted at random (Bayesian bootstrap), half a document
    of disagreement and one of agreement being added (Jeffreys's prior), and quantiles taken;
    further out where documents have several segments. So they have width where coders never
    disagreed, and are wide rather than missing where a frame is hardly ever used; percentile, BCa
    and bootstrap-t intervals hold the truth far too seldom there (docs/calibration.md). Where
    frames are added up, the bias of resampling is taken off. Percent agreement is a share, and has
    the interval of shares (:func:`framing.emphasis`).

    References
    ----------
    Cohen, J. (1960). A coefficient of agreement for nominal scales. *Educational and Psychological
    Measurement*, 20, 37–46.

    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.

    Examples
    --------
    >>> codes = pd.DataFrame({"segment": [*"abcdef"] * 2, "document": [*"abcdef"] * 2})
    >>> codes = codes.assign(coder=["x"] * 6 + ["y"] * 6, frame="rules")
    >>> codes["code"] = [1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1]
    >>> agreement(codes)[["frame", "statistic", "estimate", "low", "high"]].round(2)
       frame           statistic  estimate   low  high
    0  rules  krippendorff_alpha      0.69 -0.03  0.96
    1  rules         cohen_kappa      0.67 -0.00  0.96
    2  rules   percent_agreement      0.83  0.30  0.98
    """
    Settings(level=level, replicates=replicates, seed=seed, client=client)  # checks them
    if against not in AGAINST:
        raise one_of("against", against, AGAINST)
    if scale not in SCALES:
        raise one_of("scale", scale, SCALES)
    rows = list(_rows(Coded.of(codes, cluster), against, scale))
    asked = [one for _, one in rows if one and one.statistic != PERCENT]
    draws: Any = {"replicates": replicates, "seed": seed, "client": client}
    drawn = resampled(asked, **draws) if asked else np.empty((1, 0))
    answers = iter(drawn.T)
    for cells, one in rows:
        if one is None:
            continue
        low, high = (
            share_bounds(one, level)
            if one.statistic == PERCENT
            else bounds(next(answers), one, level)
        )
        cells["low"], cells["high"] = min(low, cells["estimate"]), max(high, cells["estimate"])
    table = pd.DataFrame([cells for cells, _ in rows])
    return tidy(table.assign(level=level, unit=cluster))


def _rows(
    coded: Coded, against: str, scale: str
) -> Iterator[tuple[dict[str, Any], Question | None]]:
    """Make the rows of the result, and ask for the interval of each where there can be one."""
    n = len(coded.coders)
    one: list[_Who] = [(i,) for i in range(n)]
    two: list[_Who] = list(combinations(range(n), 2))
    if against == "pairs" and n > CODERS:
        raise InputError(
            f"{n} coders are too many to compare two by two (at most {CODERS}); use against='all' "
            "or 'rest'."
        )
    compared: dict[str, list[_Who]] = {"all": two if n == 2 else [()], "pairs": two, "rest": one}

    @cache
    def pairs(frame: str, who: _Who) -> Pairs:
        return Pairs.of(*coded.frames[frame], coded.gather, scale, who)

    together = [list(coded.frames)] if len(coded.frames) > 1 else []
    for frames, who in product([[frame] for frame in coded.frames] + together, compared[against]):
        whole = [pairs(frame, who) for frame in frames]
        about = _about(coded, frames, who if against != "all" else (), whole)
        for statistic in STATISTICS:
            if statistic != KAPPA or len(who) == 2:
                yield _row(about | {"statistic": statistic}, whole)


def _about(coded: Coded, frames: list[str], who: _Who, tables: list[Pairs]) -> dict[str, Any]:
    """Say what is compared, and how much of it there is."""
    names = [coded.coders[i] for i in who] + ["rest"] * (len(who) == 1)
    paired = np.any([one.paired for one in tables], axis=0)
    cells: dict[str, Any] = dict(zip(("group", "reference"), names, strict=False))
    cells["frame"] = frames[0] if len(frames) == 1 else ALL_FRAMES
    cells["n_documents"] = len(np.unique(coded.documents[paired]))
    cells["n_segments"] = int(paired.sum())
    if coded.clustered:
        cells["n_clusters"] = int((coded.gather @ paired > 0).sum())
    cells["n_coders"] = int(np.any([one.coders for one in tables], axis=0).sum())
    return cells


def _row(about: dict[str, Any], tables: list[Pairs]) -> tuple[dict[str, Any], Question | None]:
    """Estimate, and say why there is no interval if there is none."""
    statistic = about["statistic"]
    cells = about | dict.fromkeys(("estimate", "low", "high"), np.nan)
    known = [one for one in tables if disagreement(statistic, one.total, one)[1] > 0]
    if not known:
        return cells | {"note": _undefined(about, tables)}, None
    question = Question(statistic, known)
    cells |= {"estimate": float(question.answer()), "note": ""}
    few = int(about.get("n_clusters", about["n_documents"]))
    if few >= MINIMUM:
        return cells, question
    unit = "cluster" if "n_clusters" in about else "document"
    return cells | {"note": f"only {count_of(few, unit)}; an interval needs {MINIMUM}"}, None


def _undefined(about: dict[str, Any], tables: list[Pairs]) -> str:
    if not about["n_segments"]:
        return "undefined: no segment is coded twice"
    if about["frame"] == ALL_FRAMES:
        return "undefined: every frame is always coded alike"
    use = np.sum([one.total.sum(axis=0) + one.total.sum(axis=1) for one in tables], axis=0)
    return f"undefined: every code is {tables[0].values[use.argmax()]:g}"
