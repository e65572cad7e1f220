"""The bundled codebook and actor list against hand codes of real articles.

The articles may not be shared, so this runs only where they lie beside the checkout.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from framing.corpus import Corpus
from framing.frames import Codebook, code
from framing.groups import mentions

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
CODES = SHARED / "gold" / "paragraph-codes.csv"
DATES = {"nishimura-2023": "2023-05", "jacobs-2023": "2023-12", "regalo-2024": "2024-06"}

pytestmark = pytest.mark.skipif(
    not CODES.exists(), reason="the hand-coded articles may not be shared and are not here"
)


def f1(true: NDArray[np.bool_], found: NDArray[np.bool_]) -> float:
    return float(2 * (true & found).sum() / (true.sum() + found.sum()))


def hand_coded() -> tuple[pd.DataFrame, Corpus]:
    codes = pd.read_csv(CODES)
    lines = {
        name: [
            line
            for line in (SHARED / "seeds" / f"{name}.txt").read_text("utf-8").splitlines()
            if line.strip()
        ]
        for name in codes["document"].unique()
    }
    table = pd.DataFrame(
        {
            "id": codes["document"] + "-" + codes["line"].astype(str),
            "date": codes["document"].map(DATES),
            "text": [lines[d][i] for d, i in zip(codes["document"], codes["line"], strict=True)],
        }
    )
    return codes, Corpus.from_frame(table, segment="document", clean=False)


def test_frames_and_actors_agree_with_readers(capsys: pytest.CaptureFixture[str]) -> None:
    codes, corpus = hand_coded()
    codebook = Codebook.load("critical-technology")
    true = codes[list(codebook.names)].to_numpy() == 1
    found = code(corpus, codebook).matrix.toarray() == 1
    each = {name: f1(true[:, k], found[:, k]) for k, name in enumerate(codebook.names)}
    micro, macro = f1(true, found), float(np.mean(list(each.values())))
    actors = mentions(corpus)
    spoken = {
        name: f1(codes[name].to_numpy() == 1, actors[name].to_numpy() == 1) for name in actors
    }
    with capsys.disabled():
        print(f"\nframes: micro-F1 {micro:.3f}, macro-F1 {macro:.3f}")
        print("  " + ", ".join(f"{name} {value:.2f}" for name, value in each.items()))
        print("actors: " + ", ".join(f"{name} {value:.2f}" for name, value in spoken.items()))
    assert micro >= 0.85
    assert macro >= 0.80
    assert all(value >= 0.95 for value in spoken.values())
