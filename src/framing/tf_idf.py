"""tf-idf: the terms that mark groups, weighed by how few documents use them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from framing.cells import By, Cells, whole
from framing.columns import tidy
from framing.errors import InputError, one_of
from framing.features import Features
from framing.settings import Settings

Floats = npt.NDArray[np.float64]

TF = ("share", "count", "share_of_max", "logarithm", "log_average", "augmented", "presence")
IDF = ("smooth", "inverse", "inverse_max", "probabilistic", "frequency", "none")


def tf_idf(
    features: Features,
    by: By,
    *,
    tf: str = "share",
    idf: str = "smooth",
    base: float = np.e,
    normalise: bool = True,
    **settings: Any,
) -> pd.DataFrame:
    """Weigh the terms of each group by how few documents use them.

    Parameters
    ----------
    features : Features
        Counts of terms; frames and topics work too.
    by : str or list of str
        Groups or periods, each read as one text.
    tf : {"share", "count", "share_of_max", "logarithm", "log_average", "augmented", "presence"}
        How often the group uses the term; :func:`term_frequency` gives the formulas.
    idf : {"smooth", "inverse", "inverse_max", "probabilistic", "frequency", "none"}
        How few documents use it; :func:`inverse_document_frequency` gives the formulas.
    base : float
        Of the logarithms.
    normalise : bool
        Whether each group's vector is divided by its Euclidean length.
    **settings
        See :class:`framing.settings.Settings`.

    Returns
    -------
    pandas.DataFrame
        A row a group (and period) and term that it uses, heaviest first: ``group`` and/or
        ``period``, ``term``, ``n``, ``statistic`` ("tf_idf"), ``estimate``, ``low``, ``high``.
        Like every comparison it also has ``level``, ``unit``, ``n_documents``, ``n_segments``,
        ``note`` and, with `cluster`, ``n_clusters``: see :data:`framing.COLUMNS`.

    Notes
    -----
    The default is scikit-learn's convention: ``tf · (ln[(1+N)/(1+df)] + 1)``, N and df counted in
    *documents*, each group's vector divided by its Euclidean length. tf is the term's share of the
    group's tokens, every document counting once; ``weights="segment"`` gives scikit-learn's own
    numbers on the summed counts. Counts, where a scheme asks for them, are scaled in the same way.
    tidytext has ``idf="inverse", normalise=False``; quanteda ``tf="count", idf="inverse", base=10,
    normalise=False``.

    Every tf but "presence" rises with the share, so its interval is that of the share carried
    through the formula; the idf, the length and what a formula divides by are held at what was
    observed. "presence" has none.

    References
    ----------
    Manning, C. D., Raghavan, P. & Schütze, H. (2008). *Introduction to Information Retrieval*,
    §6.4. Cambridge University Press.

    Spärck Jones, K. (1972). A statistical interpretation of term specificity and its application
    in retrieval. *Journal of Documentation*, 28(1), 11–21.
    """
    _check(tf, TF, "tf", base)
    _check(idf, IDF, "idf", base)
    cells = Cells.of(features, by, Settings.of(settings))
    documents = pd.factorize(features.segments["document"])[0]
    gather = sparse.csr_array((np.ones(len(documents)), (documents, np.arange(len(documents)))))
    df = (gather @ features.matrix > 0).sum(axis=0)
    rarity = inverse_document_frequency(df, gather.shape[0], idf, base)
    parts = []
    for c in range(len(cells.index)):
        share, count = cells.share[c], cells.counts[c]
        scale = 1.0 if tf == "share" else count.sum() / max(share.sum(), np.finfo(float).tiny)
        value, low, high = (
            part if tf == "share" else term_frequency(part * scale, tf, base, share * scale)
            for part in (share, cells.low[c], cells.high[c])
        )
        length = float(np.linalg.norm(value * rarity, axis=-1)) if normalise else 1.0
        weight = rarity / (length or 1.0)
        varies = tf != "presence"
        rows = cells.rows(
            c,
            n=whole(count),
            estimate=value * weight,
            low=low * weight if varies else np.nan,
            high=high * weight if varies else np.nan,
            statistic="tf_idf",
            note=cells.too_few([c]) or ("" if varies else "presence does not vary with the share"),
        )
        rows = rows[rows["n"] > 0]
        parts.append(rows.iloc[np.lexsort((rows[features.kind], -rows["estimate"]))])
    return tidy(pd.concat(parts, ignore_index=True))


def term_frequency(
    counts: npt.ArrayLike,
    scheme: str = "share",
    base: float = np.e,
    observed: npt.ArrayLike | None = None,
) -> Floats:
    """How often each text uses each term, in one of seven ways.

    Parameters
    ----------
    counts : array_like, shape (..., n_terms)
        Occurrences y of each term, a row a text; they may be fractional.
    scheme : str
        A name of the table below.
    base : float
        Of the logarithms.
    observed : array_like, shape (..., n_terms), optional
        Counts of the texts that the totals, maxima and means are taken from, where `counts` are
        ends of intervals; default `counts`.

    Returns
    -------
    numpy.ndarray, shape (..., n_terms)
        Nought for a term that a text does not use, and never negative.

    Notes
    -----
    ================ ================================== ========================
    scheme           weight, where y > 0                ``dfm_tfidf(scheme_tf)``
    ================ ================================== ========================
    "share"          ``y / Σy``                         "prop"
    "count"          ``y``                              "count"
    "share_of_max"   ``y / max y``                      "propmax"
    "logarithm"      ``1 + log y``                      "logcount"
    "log_average"    ``(1 + log y) / (1 + log mean y)`` "logave"
    "augmented"      ``½ + ½ y / max y``                "augmented"
    "presence"       ``1``                              "boolean"
    ================ ================================== ========================

    The mean is over the terms that the text uses. Below one occurrence ``1 + log y`` stops at
    nought.

    Examples
    --------
    >>> term_frequency([4, 1, 0], "augmented").tolist()
    [1.0, 0.625, 0.0]
    """
    _check(scheme, TF, "tf", base)
    y = np.asarray(counts, dtype=float)
    seen = y if observed is None else np.asarray(observed, dtype=float)

    most = _divisor(seen.max(axis=-1, keepdims=True, initial=0.0))
    total = seen.sum(axis=-1, keepdims=True)
    match scheme:
        case "share":
            weight = y / _divisor(total)
        case "count":
            weight = y
        case "share_of_max":
            weight = y / most
        case "logarithm":
            weight = _log_count(y, base)
        case "log_average":
            mean = total / _divisor((seen > 0).sum(axis=-1, keepdims=True, dtype=float))
            weight = _log_count(y, base) / _divisor(_log_count(mean, base))
        case "augmented":
            weight = 0.5 + 0.5 * y / most
        case _:
            weight = np.ones_like(y)
    return np.where(y == 0, 0.0, weight)


def inverse_document_frequency(
    df: npt.ArrayLike, n_documents: int, scheme: str = "smooth", base: float = np.e
) -> Floats:
    """How few documents use each term, in one of six ways.

    Parameters
    ----------
    df : array_like, shape (n_terms,)
        Documents that use each term.
    n_documents : int
        N, all documents.
    scheme : str
        A name of the table below.
    base : float
        Of the logarithms.

    Returns
    -------
    numpy.ndarray, shape (n_terms,)
        Never negative. For a term that no document uses "smooth" is largest, and every scheme
        with df as a divisor is nought.

    Notes
    -----
    ================ ============================== ========================
    scheme           weight                         ``dfm_tfidf(scheme_df)``
    ================ ============================== ========================
    "smooth"         ``log[(1+N) / (1+df)] + 1``    – (scikit-learn's)
    "inverse"        ``log(N / df)``                "inverse"
    "inverse_max"    ``log(max df / df)``           "inversemax"
    "probabilistic"  ``max(0, log[(N−df) / df])``   "inverseprob"
    "frequency"      ``df``                         "count"
    "none"           ``1``                          "unary"
    ================ ============================== ========================

    Examples
    --------
    >>> inverse_document_frequency([1, 10, 100], 100, "inverse", base=10).tolist()
    [2.0, 1.0, 0.0]
    """
    _check(scheme, IDF, "idf", base)
    d = np.asarray(df, dtype=float)
    if scheme == "frequency":
        return d
    if scheme == "none":
        return np.ones_like(d)
    if scheme == "smooth":
        return np.asarray(np.log((1 + n_documents) / (1 + d)) / np.log(base) + 1)
    of = {"inverse": n_documents, "inverse_max": d.max(initial=0), "probabilistic": n_documents - d}
    ratio = np.where(d > 0, of[scheme] / _divisor(d), 1.0)
    return np.asarray(np.log(np.maximum(ratio, 1.0)) / np.log(base))


def _log_count(y: Floats, base: float) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(np.maximum(1 + np.log(y) / np.log(base), 0.0))


def _divisor(x: Floats) -> Floats:
    return np.where(x > 0, x, 1.0)


def _check(scheme: str, known: tuple[str, ...], name: str, base: float) -> None:
    if scheme not in known:
        raise one_of(name, scheme, known)
    if not base > 1:
        raise InputError(f"base must be more than 1; got {base!r}.")
