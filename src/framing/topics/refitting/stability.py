"""Stability: which topics, and which effects, other fits find again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from framing.columns import tidy
from framing.errors import InputError
from framing.inference import Floats
from framing.topics.refitting.reruns import ALL_TOPICS, stability_runs


def stability(
    model: Any,
    X: Any = None,
    over: str = "seeds",
    runs: int = 10,
    *,
    effect: str | tuple[str, str] | None = None,
    n_topics: Sequence[int] | None = None,
    threshold: float = 0.8,
    n_terms: int = 10,
    cluster: str | None = None,
    covariates: pd.DataFrame | None = None,
    seed: int = 0,
    client: Any = None,
    **settings: Any,
) -> pd.DataFrame:
    """Fit a model's settings again, otherwise, and see which topics and effects are found again.

    Parameters
    ----------
    model : TopicModel
        Fitted.
    X : Features of terms, DataFrame, array or sparse array, optional
        Default what the model was fitted to.
    over : {"seeds", "n_topics", "documents"}
        What is otherwise.

        * ``"seeds"``: the start. Structural models start from topics drawn at random
          (``init="random"``), never from those found before: is this the only solution?
        * ``"n_topics"``: their number, all else being as it was.
        * ``"documents"``: whole documents (or clusters) are drawn with replacement, as many as
          there are: how far does the solution hang on these documents? Structural models start from
          the topics of `model`, which saves most of the time and asks about this solution alone;
          it says nothing of others, for which there is ``"seeds"``.
    runs : int
        Refits, over seeds and documents.
    effect : str or (str, str), optional
        A coefficient, such as ``"region[T.US]"``, of the model's own formula, or a formula and a
        coefficient: how far does the effect on each topic hang on the fit?
    n_topics : sequence of int, optional
        Over numbers of topics: those to try; default a half, three quarters, five quarters and
        three halves of the model's.
    threshold : float
        Cosine from which on a topic counts as found again.
    n_terms : int
        Most probable terms that are compared.
    cluster : str, optional
        A column of clusters, such as ``"outlet"``, that are drawn whole, and vary in effects.
    covariates : pandas.DataFrame, optional
        A row a segment; default the metadata of Features.
    seed : int
    client : distributed.Client, optional
        A cluster whose workers make a refit each; default this machine.
    **settings
        Of :func:`framing.topics.effects`.

    Returns
    -------
    pandas.DataFrame
        Rows for each topic, then for "all topics": ``topic``, ``statistic``, ``estimate``,
        ``least`` and ``most`` (over the refits), ``n_runs`` (the refits behind it), ``unit`` (what
        was otherwise: "seed", "number of topics", "document" or the column of clusters), ``note``.
        Statistics are

        * "similarity": mean cosine of β with the topic's partner;
        * "found_again": part of the refits where it is `threshold` or more;
        * "shared_terms": mean part of the most probable terms that both have (Jaccard);
        * with `effect`, "effect": as `model` has it, with ``low``, ``high`` and ``level``; its
          ``least`` and ``most`` are over the refits;
        * "same_sign": part of the refits where the effect has the same sign;
        * "clear_again": part where, besides, its interval leaves out nought.

        Over seeds, "all topics" also has the "bound" of structural models: the model's, and its
        range over the refits.

    Raises
    ------
    InputError
        For settings that cannot be used, and for a coefficient that is none.

    Warns
    -----
    InputWarning
        Of refits that did not converge, and if stopped by hand (Ctrl-C, or ■ in JupyterLab): the
        table is then of the refits that were done.

    Notes
    -----
    Topic models have many solutions that fit nearly as well: two fits of R's stm to the same
    documents, whose bounds differ by 44 in 869,000, have topics of which some are alike at a cosine
    of .76 only. A finding about a topic stands only if the topic does, so report this beside it.

    Topics are paired by :func:`framing.topics.align_topics`. Where a refit has fewer topics, one
    without a partner counts as not found again; its effect is missing in that refit, and `n_runs`
    says in how many it is there. The threshold is a convention. A cosine is ruled by the most
    frequent terms: two topics can be alike at .95 and share five of their first ten terms,
    so look at "shared_terms" too.

    Over seeds, look at the bounds first: refits that fit much worse than `model` say that good
    solutions are hard to find from a random start, rather than that this one is in doubt.

    Least and most are a range, not an interval: they widen with every refit.

    References
    ----------
    Roberts, M. E., Stewart, B. M. & Tingley, D. (2016). Navigating the local modes of big data: the
    case of topic models. In *Computational Social Science*, Cambridge University Press, 51–97.

    Greene, D., O'Callaghan, D. & Cunningham, P. (2014). How many topics? Stability analysis for
    topic models. *ECML PKDD*, 498–513.

    Examples
    --------
    >>> from framing.topics import StructuralTopicModel
    >>> words = np.random.default_rng(0).poisson([[8, 6, 4, 1, 1], [1, 1, 4, 6, 8]] * 30)
    >>> model = StructuralTopicModel(2).fit(words)
    >>> found = stability(model, over="documents", runs=3, n_terms=2)
    >>> found.loc[found["statistic"] == "found_again", ["topic", "estimate", "n_runs", "unit"]]
            topic  estimate  n_runs      unit
    1     topic 1       1.0       3  document
    4     topic 2       1.0       3  document
    7  all topics       1.0       3  document
    """
    if not isinstance(threshold, Real) or not 0 < threshold <= 1:
        raise InputError(f"threshold must lie above 0, and be at most 1; got {threshold!r}.")
    refits = stability_runs(
        model,
        X,
        over,
        runs,
        effect=effect,
        n_topics=n_topics,
        n_terms=n_terms,
        cluster=cluster,
        covariates=covariates,
        seed=seed,
        client=client,
        **settings,
    )
    return summarise(refits, threshold)


def summarise(refits: pd.DataFrame, threshold: float = 0.8) -> pd.DataFrame:
    """Sum up refits topic by topic; see :func:`stability`.

    Parameters
    ----------
    refits : pandas.DataFrame
        As :func:`framing.topics.stability_runs` returns it.
    threshold : float
        Cosine from which on a topic counts as found again.
    """
    runs = np.sort(refits.loc[refits["run"] > 0, "run"].unique())
    topics = [name for name in refits["topic"].unique() if name != ALL_TOPICS]
    known = set(refits["statistic"])

    def values(statistic: str, column: str = "estimate", names: Any = topics) -> Floats:
        """Shape (n_topics, 1 + n_runs), the model itself first."""
        rows = refits[refits["statistic"] == statistic]
        table = rows.pivot(index="topic", columns="run", values=column)
        return np.asarray(table.reindex(index=names, columns=[0, *runs]), dtype=float)

    similarity, shared = values("similarity")[:, 1:], values("shared_terms")[:, 1:]
    again = np.where(np.isnan(similarity), 0.0, similarity >= threshold)
    rows: list[dict[str, Any]] = []
    for k, topic in enumerate([*topics, ALL_TOPICS]):
        some = slice(k, k + 1) if k < len(topics) else slice(None)
        lost = int(np.isnan(similarity[some]).all(axis=0).sum())
        note = f"no partner in {lost} of {len(runs)} refits" if lost else ""
        found = _over(again[some])
        if k < len(topics):
            found = {"estimate": found["estimate"], "n_runs": found["n_runs"]}
        rows += [
            {"topic": topic, "statistic": "similarity", "note": note} | _over(similarity[some]),
            {"topic": topic, "statistic": "found_again", "note": ""} | found,
            {"topic": topic, "statistic": "shared_terms", "note": note} | _over(shared[some]),
        ]
        if k < len(topics) and "effect" in known:
            estimate, low, high = (values("effect", end)[k] for end in ("estimate", "low", "high"))
            own = refits[(refits["statistic"] == "effect") & (refits["topic"] == topic)].iloc[0]
            effect = _of_effect(estimate, low, high, {"level": own["level"], "note": own["note"]})
            rows += [{"topic": topic} | row for row in effect]
    if "bound" in known:
        bound = values("bound", names=[ALL_TOPICS])
        worse = int((bound[0, 1:] < bound[0, 0]).sum())
        about = {"topic": ALL_TOPICS, "statistic": "bound", "estimate": bound[0, 0]}
        about["note"] = f"{worse} of {len(runs)} refits fit worse than the model"
        rows.append(_over(bound[:, 1:]) | about)
    return tidy(pd.DataFrame(rows).assign(unit=refits["unit"].iloc[0]))


def _over(values: Floats) -> dict[str, Any]:
    """Mean, least and most over the refits, of the mean of some topics in each."""
    known = ~np.isnan(values)
    there = known.any(axis=0)
    each = np.where(known, values, 0.0)[:, there].sum(axis=0) / known[:, there].sum(axis=0)
    if not len(each):
        return {"estimate": np.nan, "least": np.nan, "most": np.nan, "n_runs": 0}
    ends = {"least": each.min(), "most": each.max()}
    return {"estimate": each.mean(), **ends, "n_runs": len(each)}


def _of_effect(
    estimate: Floats, low: Floats, high: Floats, about: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Rows of an effect: of the model, which comes first, then how refits bear it out."""
    own = {"estimate": estimate[0], "low": low[0], "high": high[0]} | about
    yield {"statistic": "effect"} | _over(estimate[None, 1:]) | own
    same = np.sign(estimate[1:]) == np.sign(estimate[0])
    clear = same & ((low[1:] > 0) | (high[1:] < 0))
    for statistic, held, there, lacking in (
        ("same_sign", same, ~np.isnan(estimate[1:]), "no refit has the effect"),
        ("clear_again", clear, ~np.isnan(low[1:]), "no refit has an interval"),
    ):
        part = float(held[there].mean()) if there.any() else np.nan
        note = "" if there.any() else lacking
        yield {"statistic": statistic, "estimate": part, "n_runs": int(there.sum()), "note": note}
