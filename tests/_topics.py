"""Fitted structural topic models without texts: η is drawn, and read with an error of known size.

What the words of a segment say of η is y ~ N(η, τ²). With the prior N(Xγ, Σ) its posterior is
normal and known, so that γ and Σ can be fitted as a topic model fits them (EM), in milliseconds.
"""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from framing.topics.composition.draws import with_last


def segments(rng, *, outlets=0, per=1, treatment="document", weight=0.5, uneven=False, years=0):
    """A table of segments with the column "side" (A, B) and, if wanted, "outlet" and "year".

    `treatment` tells what has a side: each "document", or each "outlet", of which the part `weight`
    has side B. `uneven` outlets have sizes that differ tenfold. Years are drawn.
    """
    sizes = np.full(max(outlets, 1), per)
    if uneven:
        sizes = np.maximum(2, np.round(per * np.geomspace(0.3, 3, outlets))).astype(int)
        rng.shuffle(sizes)
    n = int(sizes.sum())
    outlet = np.repeat(np.arange(len(sizes)), sizes)
    if treatment == "outlet":
        b = np.zeros(outlets, dtype=bool)
        b[rng.permutation(outlets)[: round(weight * outlets)]] = True
        side = b[outlet]
    else:
        side = rng.random(n) < weight
    table = pd.DataFrame({"document": np.arange(n), "side": np.where(side, "B", "A")})
    if years:
        table["year"] = rng.integers(2021, 2021 + years, n)
    if outlets:
        table["outlet"] = [f"o{i:02d}" for i in outlet]
    return table


def shares(rng, table, *, n_topics=4, effect=0.0, icc=0.0, skewed=False):
    """η of every segment: normal, with a part `icc` of the variance common to an outlet."""
    free = n_topics - 1
    mixing = np.linalg.cholesky(0.6 * np.eye(free) + 0.4)
    noise = rng.standard_normal((len(table), free)) @ mixing.T
    common = np.zeros_like(noise)
    if "outlet" in table:
        codes, names = pd.factorize(table["outlet"])
        drawn = rng.standard_normal((len(names), free))
        if skewed:
            drawn = (np.exp(drawn) - np.exp(0.5)) / np.sqrt(np.exp(2) - np.exp(1))
        common = (drawn @ mixing.T)[codes]
    gamma = np.linspace(0.5, -1.0, free) + np.outer(table["side"] == "B", np.full(free, effect))
    return gamma + np.sqrt(icc) * common + np.sqrt(1 - icc) * noise


def fit(rng, table, eta, *, words=1.0, prior="side", iterations=40):
    """A model of segments with that η, read with a variance of `words` times one half to twice.

    Its prevalence depends on the column `prior`, if any.
    """
    n, free = eta.shape
    tau = words * rng.uniform(0.5, 2.0, n)
    y = eta + np.sqrt(tau)[:, None] * rng.standard_normal(eta.shape)
    x = np.ones((n, 1))
    if prior:
        levels = sorted(table[prior].unique())[1:]
        x = np.column_stack([x, *(table[prior] == level for level in levels)]).astype(float)
    sigma, gamma = 4 * np.eye(free), np.linalg.lstsq(x, y, rcond=None)[0]
    for _ in range(iterations):
        mu, inverse = x @ gamma, np.linalg.inv(sigma)
        own = np.linalg.inv(inverse + np.eye(free) / tau[:, None, None])
        lam = np.einsum("dij,dj->di", own, y / tau[:, None] + mu @ inverse)
        gamma = np.linalg.lstsq(x, lam, rcond=None)[0]
        apart = lam - x @ gamma
        sigma = (own.sum(axis=0) + apart.T @ apart) / n
    return SimpleNamespace(
        eta_=lam,
        mu_=x @ gamma,
        sigma_=sigma,
        theta_=with_last(lam),
        used_=np.ones(n, dtype=bool),
        topic_names_=[f"topic {k + 1}" for k in range(free + 1)],
        segments_=table,
        design_=SimpleNamespace(matrix=x),
        n_iter_=iterations,
        covariances=lambda: own,
    )
