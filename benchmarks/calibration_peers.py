"""What others do with the same corpora: bootstraps of documents, and tests of tokens."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from calibration_frames import LEVEL, Answers, Hits, covers, draw, judge, rejects
from calibration_terms import draw as draw_terms
from scipy import stats

import framing as fr

RESAMPLES = 999
TAILS = (1 - LEVEL) / 2, (1 + LEVEL) / 2


def means(one: Any) -> dict[str, np.ndarray]:
    """Share of every frame in every document, by side: shape (n_documents, n_frames)."""
    rows = one.features.segments
    used = pd.DataFrame(one.features.matrix.toarray(), columns=one.features.names)
    mean = used.groupby([rows[one.by].to_numpy(), rows["document"].to_numpy()]).mean()
    return {side: mean.loc[side].to_numpy() for side in one.groups}


def bootstrap_t(samples: tuple[np.ndarray, ...], seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Interval of a mean, or of a difference of two, from the quantiles of (θ* − θ) / se*."""
    rng = np.random.default_rng(seed)
    signs = (1.0, -1.0)[: len(samples)]
    theta, square, drawn, spread = 0.0, 0.0, 0.0, 0.0
    for sign, x in zip(signs, samples, strict=True):
        n = len(x)
        weights = rng.multinomial(n, np.full(n, 1 / n), size=RESAMPLES) / n
        mean = weights @ x
        theta, square = theta + sign * x.mean(axis=0), square + x.var(axis=0, ddof=1) / n
        drawn = drawn + sign * mean
        spread = spread + np.maximum(weights @ x**2 - mean**2, 0) / (n - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (drawn - theta) / np.sqrt(spread)
    few, many = np.nanquantile(np.where(np.isfinite(t), t, np.nan), TAILS, axis=0)
    return theta - many * np.sqrt(square), theta - few * np.sqrt(square)


def difference_of_means(x: np.ndarray, y: np.ndarray, axis: int) -> Any:
    return x.mean(axis=axis) - y.mean(axis=axis)


def bootstraps(seed: int, documents: Mapping[str, int], segments: Any, icc: float) -> Answers:
    """Percentile, BCa and bootstrap-t, of a share or of a difference; none where all agree."""
    one = draw(documents, seed, each=20, segments=segments, icc=icc)
    samples = tuple(means(one).values())
    statistic = np.mean if len(samples) == 1 else difference_of_means
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where all documents agree
        for name in ("percentile", "BCa"):
            ends = stats.bootstrap(
                samples,
                statistic,
                n_resamples=RESAMPLES,
                confidence_level=LEVEL,
                method=name,
                batch=100,
                rng=np.random.default_rng(seed),
            ).confidence_interval
            found[f"theirs: {name}"] = ends.low, ends.high
        found["theirs: bootstrap-t"] = bootstrap_t(samples, seed)
    share = np.array([float(str(name).split(" ")[0]) for name in one.features.names])
    truth = share if len(samples) == 1 else np.zeros_like(share)
    if len(samples) == 1:
        ours = judge(fr.emphasis, seed, one.features, one.by)
    else:
        ours = judge(fr.contrast, seed, one.features, one.by, replicates=100)
    found["ours"] = ours["low"].to_numpy(), ours["high"].to_numpy()
    answers = {}
    for name, (low, high) in found.items():
        hits = covers(low, high, truth).values
        if name.startswith("theirs"):
            hits = np.nan_to_num(hits)
        for value in (0.05, 0.2):
            answers[f"{name} {value}"] = Hits("covers", hits[share == value])
    return answers


# --- tests of tokens ------------------------------------------------------------------------------


def token_tests(seed: int, **design: Any) -> Answers:
    """Fifty terms that neither side uses more, judged by others' packages, and by documents."""
    one = draw_terms(seed=seed, several={"0.01": 10, "0.001": 40}, **design)
    counts = pd.DataFrame(one.features.matrix.toarray(), columns=one.features.names)
    first = (one.features.segments[one.by] == one.groups[0]).to_numpy()
    y, z = counts[first].sum().to_numpy(float), counts[~first].sum().to_numpy(float)
    kept = (y + z > 0) & (counts.columns != "other #0")
    tables = [
        np.array([[a, y.sum() - a], [b, z.sum() - b]])
        for a, b in zip(y[kept], z[kept], strict=True)
    ]
    normal = stats.norm.ppf((1 + LEVEL) / 2)
    answers = {
        "theirs: χ²": rejects([stats.chi2_contingency(t, correction=False).pvalue for t in tables]),
        "theirs: G²": rejects(
            [
                stats.chi2_contingency(t, correction=False, lambda_="log-likelihood").pvalue
                for t in tables
            ]
        ),
        "theirs: scattertext": _two_sided(_scattertext(y, z)[kept]),
        "theirs: ConvoKit": Hits("rejects", np.abs(_convokit(counts, first))[kept] > normal),
    }
    clusters = {"documents": None} | ({"outlets": "outlet"} if "outlets" in design else {})
    for name, cluster in clusters.items():
        table = judge(fr.keyness, seed, one.features, one.by, against="pairs", cluster=cluster)
        table = table[table["term"] != "other #0"]
        answers[f"ours: {name}"] = rejects(table["p_value"], table["test"].iloc[0])
    return answers


def _two_sided(p: np.ndarray) -> Hits:
    """scattertext's p is Φ(z): near 0 or near 1 where sides differ."""
    return rejects(2 * np.minimum(p, 1 - p))


def _scattertext(y: np.ndarray, z: np.ndarray) -> np.ndarray:
    from scattertext.termsignificance.LogOddsRatioInformativeDirichletPiror import (
        LogOddsRatioInformativeDirichletPrior as Informative,
    )

    prior = Informative(pd.Series(y + z), 0.1, "corpus-size")
    return np.asarray(prior.get_p_vals_given_separate_counts(y, z))


def _convokit(counts: pd.DataFrame, first: np.ndarray) -> np.ndarray:
    from convokit import Corpus, Speaker, Utterance
    from convokit.fighting_words import FightingWords
    from sklearn.feature_extraction.text import CountVectorizer

    words = [f"w{i}" for i in range(counts.shape[1])]
    someone = Speaker(id="someone")
    texts = [" ".join(np.repeat(words, row)) for row in counts.to_numpy(int)]
    with contextlib.redirect_stdout(io.StringIO()):
        corpus = Corpus(
            utterances=[
                Utterance(
                    id=str(i),
                    speaker=someone,
                    conversation_id=str(i),
                    text=text,
                    meta={"first": bool(side)},
                )
                for i, (text, side) in enumerate(zip(texts, first, strict=True))
            ]
        )
        model = FightingWords(
            cv=CountVectorizer(analyzer=str.split, vocabulary=words),
            text_func=lambda utterance: utterance.text,
            prior=0.1,
        )
        model.fit(corpus, lambda u: u.meta["first"], lambda u: not u.meta["first"])
    return np.asarray(model.get_ngram_zscores()["z-score"].loc[words])


def share_tests(seed: int, **design: Any) -> Answers:
    """Shares of frames: segments as tokens, documents by least squares, documents, outlets."""
    one = draw(seed=seed, **design)
    rows = one.features.segments
    used = one.features.matrix.toarray()
    first = (rows[one.by] == one.groups[0]).to_numpy()
    x, y = means(one).values()
    residual = ((x - x.mean(0)) ** 2).sum(0) + ((y - y.mean(0)) ** 2).sum(0)
    error = np.sqrt(residual / (len(x) + len(y) - 2) * (1 / len(x) + 1 / len(y)))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.abs(x.mean(0) - y.mean(0)) / error
        tables = [
            [[used[first, f].sum(), (1 - used[first, f]).sum()],
             [used[~first, f].sum(), (1 - used[~first, f]).sum()]]
            for f in range(used.shape[1])
        ]  # fmt: skip
        chi = [stats.chi2_contingency(t, correction=False).pvalue if np.sum(t, 0).all() else np.nan
               for t in map(np.array, tables)]  # fmt: skip
    answers = {
        "theirs: χ²": rejects(chi),
        "theirs: least squares": rejects(2 * stats.norm.sf(z)),
    }
    clusters = {"documents": None} | ({"outlets": "outlet"} if "outlets" in design else {})
    for name, cluster in clusters.items():
        table = judge(fr.contrast, seed, one.features, one.by, cluster=cluster)
        answers[f"ours: {name}"] = rejects(table["p_value"], table["test"].iloc[0])
    return answers
