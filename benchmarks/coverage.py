"""Measure how often nominal 95 % intervals of a share cover it: the table of docs/methods.md.

    python benchmarks/coverage.py [--corpora 400]

Documents of one segment ("one"), and of 1–19 segments with intra-class correlation 0.2 ("many").
Takes about a minute on one core.
"""

from __future__ import annotations

import argparse

import numpy as np
from scipy import sparse

from framing.inference import (
    bootstrap,
    effective_size,
    estimate,
    percentile_interval,
    score_interval,
    sum_units,
)

CASES = [(6, 0.05), (6, 0.5), (10, 0.2), (14, 0.05), (20, 0.2), (50, 0.05), (200, 0.2)]


def simulate(n, share, many, rng):
    """Draw the segments of n documents: which use the frame, and whose they are."""
    length = rng.integers(1, 20, size=n) if many else np.ones(n, dtype=int)
    own = rng.beta(4 * share, 4 * (1 - share), size=n) if many else np.full(n, share)
    documents = np.repeat(np.arange(n), length)
    return rng.random(len(documents)) < own[documents], documents


def cover(n, share, many, corpora):
    """Count how often each interval holds the true share, in per cent."""
    rng = np.random.default_rng(n)
    hits = np.zeros(2)
    for seed in range(corpora):
        uses, documents = simulate(n, share, many, rng)
        everyone = np.ones((len(documents), 1))
        sums = sum_units(
            sparse.csr_array(uses[:, None].astype(float)), everyone[:, 0], everyone, documents
        )
        observed, drawn, units = estimate(sums), bootstrap(sums, 400, seed), sums.n_units[:, None]
        size = effective_size(observed, drawn, units, sums.n_segments[:, None])
        intervals = (
            score_interval(observed, size, units, 0.95),
            percentile_interval(drawn, units, 0.95),
        )
        hits += [low[0, 0] <= share <= high[0, 0] for low, high in intervals]
    return 100 * hits / corpora


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--corpora", type=int, default=400)
    corpora = parser.parse_args().corpora
    print("| documents | share | Wilson, one | Wilson, many | percentile, one | percentile, many |")
    print("|---:|---:|---:|---:|---:|---:|")
    for n, share in CASES:
        one, many = cover(n, share, False, corpora), cover(n, share, True, corpora)
        cells = [one[0], many[0], one[1], many[1]]
        print(f"| {n} | {share} | " + " | ".join(f"{cell:.0f}" for cell in cells) + " |")


if __name__ == "__main__":
    main()
