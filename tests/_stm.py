"""R's numbers for structural topic models, where they are at hand; corpora with known topics."""

from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from framing.features import Features

STM = Path(__file__).resolve().parents[2] / "shared/reference/stm"
needs_stm = pytest.mark.skipif(not STM.exists(), reason="R's numbers are not at hand")


def find(name):
    """The file, or its compressed form."""
    path = STM / name
    return path if path.exists() else path.with_name(f"{path.name}.gz")


def matrix(name):
    return np.loadtxt(find(name), delimiter=",", ndmin=2)


def documents(data):
    """Counts, terms and metadata of "gadarian" or "poliblog"."""
    entries = pd.read_csv(find(f"{data}/docs.csv"))
    terms = find(f"{data}/vocab.txt").read_text(encoding="utf-8").splitlines()
    meta = pd.read_csv(find(f"{data}/meta.csv"))
    at = (entries["doc"] - 1, entries["term"] - 1)
    counts = sparse.csr_array((entries["count"].astype(float), at), shape=(len(meta), len(terms)))
    return counts, terms, meta


def fitted(data, fit):
    """R's fit, with the attributes of ours."""
    counts, terms, meta = documents(data)
    names = sorted(path.name.removesuffix(".gz") for path in find(f"{data}/{fit}").glob("logbeta*"))
    beta = np.exp([matrix(f"{data}/{fit}/{name}") for name in names])
    n, k = len(meta), beta.shape[1]
    model = SimpleNamespace(
        beta_=beta if len(beta) > 1 else beta[0],
        theta_=matrix(f"{data}/{fit}/theta.csv"),
        counts_=counts,
        word_counts_=counts.sum(axis=0),
        used_=np.ones(n, dtype=bool),
        terms_=terms,
        topic_names_=[f"topic {i + 1}" for i in range(k)],
        level_of_=np.zeros(n, dtype=int),
        meta=meta,
    )
    if len(beta) > 1:
        column = {"gadarian": "treatment", "poliblog": "rating"}[data]
        model.levels_ = sorted(meta[column].astype(str).unique())
        model.level_of_ = pd.Categorical(meta[column].astype(str), model.levels_).codes
    return model


def table(name):
    return pd.read_csv(find(name), index_col=0, keep_default_na=False)


@cache
def features(data):
    """The same as Features, with R's covariates in the segments."""
    counts, terms, meta = documents(data)
    covariates = [name for name in ("treatment", "pid_rep", "rating", "day") if name in meta]
    rows = meta[covariates].assign(document=np.arange(len(meta)))
    return Features(counts, terms, rows, kind="term")


def cosines(one, other):
    """Cosine of each row of one with the same row of the other."""
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return (one * other).sum(axis=1) / lengths


def planted(n=200, n_terms=60, n_topics=3, length=80, seed=0):
    """Documents of two sides and four years, drawn from topics with anchor terms 0, 1, 2 ….

    Topic 0 is more of the US than of the EU. Returns Features, β and θ.
    """
    rng = np.random.default_rng(seed)
    beta = rng.gamma(0.2, size=(n_topics, n_terms)) + 1e-4
    beta[:, :n_topics] = np.eye(n_topics) * beta.sum(axis=1).max() / 10
    beta /= beta.sum(axis=1, keepdims=True)
    region = np.where(np.arange(n) % 2, "EU", "US")
    eta = rng.normal(size=(n, n_topics)) * 0.8
    eta[:, 0] += np.where(region == "US", 1.0, -1.0)
    eta[:, -1] = 0.0
    theta = np.exp(eta) / np.exp(eta).sum(axis=1, keepdims=True)
    counts = np.stack([rng.multinomial(length, share @ beta) for share in theta])
    year = 2021 + np.arange(n) // 2 % 4
    rows = pd.DataFrame({"document": np.arange(n), "region": region, "year": year})
    names = [f"term{v:02d}" for v in range(n_terms)]
    return Features(counts, names, rows, kind="term"), beta, theta
