"""Permutation: whether a covariate has to do with topics, tested by dealing it out at random."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd

from framing.cells import both
from framing.columns import tidy
from framing.errors import InputError
from framing.inference import Null, Relabelling, adjust, check_client
from framing.inference.null import EXACT, Tally, gather
from framing.topics.refitting.labelled import Blind, Labelled, Refitted
from framing.topics.refitting.refits import until_stopped
from framing.topics.structural import StructuralTopicModel
from framing.wording import count_of

_SLACK = 1e-9
_CLEAR = 0.05


def covariate_test(
    model: Any,
    variable: str,
    X: Any = None,
    *,
    formula: str | None = None,
    refit: bool = True,
    replicates: int | None = None,
    cluster: str | None = None,
    within: str | None = None,
    covariates: pd.DataFrame | None = None,
    seed: int = 0,
    client: Any = None,
) -> pd.DataFrame:
    """Test whether a covariate has to do with the prevalence of topics, by permuting it.

    Its values are dealt out anew to the documents, and the model is fitted again with them: what
    the model makes of a covariate that means nothing is what chance, and the model, can do.

    Parameters
    ----------
    model : StructuralTopicModel, or another TopicModel
        Fitted.
    variable : str
        A covariate of the formula: a category with any number of levels, or a number. It must be
        the same all over each document (or cluster).
    X : Features of terms, DataFrame, array or sparse array, optional
        Default what the model was fitted to.
    formula : str, optional
        Default the model's own.
    refit : bool
        Whether topics are found anew under every relabelling, as they were under the labels
        observed. If not, they are found once, without covariates, and only the regression is done
        anew: a hundred times faster. Models other than the structural one found their topics
        without labels, so that nothing need be fitted again.
    replicates : int, optional
        Relabellings; default 99 with refits, 999 without. All of them are taken where there are no
        more than so many.
    cluster : str, optional
        A column of clusters, such as ``"outlet"``, that keep one value and are relabelled whole.
    within : str, optional
        A column of strata, such as ``"year"``, within which values are exchanged.
    covariates : pandas.DataFrame, optional
        A row a segment; default the metadata of Features.
    seed : int
    client : distributed.Client, optional
        A cluster whose workers look at a relabelling each; default this machine. It is worth it
        with refits.

    Returns
    -------
    pandas.DataFrame
        A row a topic: ``topic``, ``coefficient`` (the variable), ``statistic`` ("F"),
        ``estimate``, ``p_value``, ``p_min`` (the smallest that these data and so many relabellings
        could give), ``p_family`` (against the largest of all topics), ``q_value``, ``n_tests``,
        ``n_coefficients``, ``test`` ("permutation" or "exact permutation"), ``unit``, ``n_runs``
        (refits; not without any), ``n_documents``, ``n_segments``, ``note`` and, with `cluster`,
        ``n_clusters``.

    Raises
    ------
    InputError
        For a variable that is not in the formula, or not the same all over each unit, and where
        there is nothing to exchange.

    Warns
    -----
    InputWarning
        Of refits that did not converge or could not be made (these count against the effect), and
        if stopped by hand (Ctrl-C, or ■ in JupyterLab): p is then of the relabellings done.

    Notes
    -----
    θ is regressed on the formula, every document counting once, and F is that of all columns that
    the variable bears on, its interactions included:

        F_k = [(RSS_k without − RSS_k) / q] / [RSS_k / (n − p)].

    p is (1 + #{F* ≥ F}) / (1 + B), exact if documents (or clusters) could as well have had each
    other's values: in an experiment, or when none differ otherwise. Where the variable goes with
    others of the formula, F allows for these, and p is valid in large samples; `within` exchanges
    values only among documents that are alike in one of them. Under the null hypothesis documents
    are alike in every respect, so that sides that differ in spread alone can also be told apart;
    for means, see :func:`framing.topics.effect_tests`.

    p_family compares F with the largest F* of all topics, each over its own median (Westfall &
    Young 1993): where segments of a document are alike, chance makes F many times as large in one
    topic as in another.

    *Refits* all start from the same topics, found without labels, and so does that with the labels
    observed. Topic 3 of one is therefore topic 3 of the other, and F of topic 3 is one function of
    texts and labels, whatever it is made of: p is exact without any matching of topics. Where a
    topic mostly turns into another, the note says so. Nothing is warm-started from the topics of
    `model`: these have seen the labels.

    *Without refits* topics and θ come from a fit that saw no labels, so that p is exact too; the
    topics are those nearest to the model's, and the note says where they are not near. To keep the
    topics of `model` would be simpler, but they have seen the labels as well: on 300 simulated
    corpora of 40 short documents, without any effect, such a test at 5 % rejected 8 % of the
    topics, and some topic in 11 % of the corpora.

    R stm's ``permutationTest`` does this for two levels.

    References
    ----------
    Westfall, P. H. & Young, S. S. (1993). *Resampling-based multiple testing*. Wiley.

    Examples
    --------
    >>> from framing import Features
    >>> rows = pd.DataFrame({"document": range(40), "region": ["US", "EU"] * 20})
    >>> words = np.random.default_rng(0).poisson([[8, 6, 1, 1], [1, 1, 6, 8]] * 20)
    >>> counts = Features(words, ["chip", "fab", "rule", "law"], rows, kind="term")
    >>> model = StructuralTopicModel(2, prevalence="~ region").fit(counts)
    >>> covariate_test(model, "region", replicates=19)[["topic", "p_value", "p_family", "n_runs"]]
         topic  p_value  p_family  n_runs
    0  topic 1     0.05      0.05      19
    1  topic 2     0.05      0.05      19
    """
    check_client(client)
    labelled = Labelled.of(model, variable, X, formula, cluster, within, covariates)
    refit = refit and isinstance(model, StructuralTopicModel)
    number = (99 if refit else 999) if replicates is None else replicates
    for name, value, lowest in (("replicates", number, 1), ("seed", seed, 0)):
        if not isinstance(value, Integral) or value < lowest:
            raise InputError(f"{name} must be a whole number from {lowest} on; got {value!r}.")
    relabelling = Relabelling(labelled.codes, labelled.strata, int(number), seed)
    if relabelling.exact and relabelling.replicates == 1:
        where = "" if within is None else f" within {within!r}"
        raise InputError(f"{variable!r} is the same for all{where}; there is nothing to exchange.")
    statistic: Any = Refitted(model, labelled) if refit else Blind(model, labelled)
    null = _against(statistic, relabelling, seed, client)
    notes = statistic.notes()
    if (least := float(null.p_min.min())) > _CLEAR:
        ways = f"p cannot be below {least:.2g}: {count_of(null.replicates, 'relabelling')} only"
        notes = [both(note, ways) for note in notes]
    table = pd.DataFrame(
        {
            "topic": list(model.topic_names_),
            "estimate": statistic.observed,
            "p_value": null.p_value[0],
            "p_min": null.p_min[0],
            "p_family": null.p_family[0],
            "q_value": adjust(null.p_value[0]),
            "note": notes,
        }
    )
    about: dict[str, Any] = {"coefficient": variable, "statistic": "F", "test": null.test}
    about |= {"n_coefficients": len(labelled.tested), "n_tests": len(table)}
    about |= {"unit": labelled.units.unit, "n_documents": labelled.units.n_documents}
    about |= {"n_segments": len(labelled.given)}
    about |= {"n_runs": null.replicates} if refit else {}
    about |= {"n_clusters": len(labelled.units)} if cluster is not None else {}
    return tidy(table.assign(**about))


def _against(statistic: Any, relabelling: Relabelling, seed: int, client: Any) -> Null:
    """Compare a statistic, Refitted or Blind, with what it is under other labels."""
    drawn = np.concatenate([relabelling.block(b) for b in range(len(relabelling.sizes))])
    if relabelling.exact:  # in no order, so that those done before an interrupt are a sample
        drawn = np.random.default_rng(seed).permutation(drawn)
    how: Any = {"title": "relabelling", "unit": statistic.unit, "client": client}
    found = until_stopped(statistic.under, list(drawn), **how)
    done = [statistic.take(one) for one in found]
    test = EXACT if relabelling.exact and len(done) == len(drawn) else "permutation"
    every = np.stack([statistic.observed, *done], axis=1)
    middle = np.median(every[:, int(test == EXACT) :], axis=1, keepdims=True)
    scaled = every / np.where(middle > 0, middle, 1.0)
    tally = Tally.of(scaled[None, :, 0], scaled[None, :, 1:], _SLACK)
    return gather(scaled[None, :, 0], [tally], test, _SLACK)
