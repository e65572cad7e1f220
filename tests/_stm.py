"""R's numbers for structural topic models, where they are at hand beside the checkout."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

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
