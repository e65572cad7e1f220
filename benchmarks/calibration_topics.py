"""Topics with a known truth: whether intervals of effects held it, and what tests reject.

Tables of benchmarks/calibration.py. No text is drawn and no topic model fitted: η is drawn,
and what the words say of it is η with an error of known variance (tests/_topics.py), so that γ and
Σ are fitted in milliseconds.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from calibration_frames import Answers, Hits, covers, judge, rejects
from calibration_tables import Table, grid

from framing.inference import Floats
from framing.topics.composition.draws import with_last
from framing.topics.composition.effects import effect_tests, effects
from framing.topics.composition.predicted import prevalence

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
from _topics import fit, segments, shares

MANY = 100_000
SIDE = "side[T.B]"


def truth(effect: float, n_topics: int) -> Floats:
    """Mean shares on either side, shape (2, n_topics), over all documents there could be."""
    rng = np.random.default_rng(0)
    table = segments(rng, per=MANY)
    theta = with_last(shares(rng, table, effect=effect, n_topics=n_topics))
    return np.stack([theta[table["side"] == side].mean(axis=0) for side in "AB"])


TRUTHS = {(effect, n): truth(effect, n) for effect in (0.0, 0.7) for n in (4, 10)}


def drawn(
    seed: int,
    words: float,
    n_topics: int = 4,
    effect: float = 0.0,
    icc: float = 0.0,
    skewed: bool = False,
    prior: str = "side",
    **design: Any,
) -> Any:
    """Draw segments, and fit a model of them."""
    rng = np.random.default_rng(seed)
    table = segments(rng, **design)
    eta = shares(rng, table, n_topics=n_topics, effect=effect, icc=icc, skewed=skewed)
    return fit(rng, table, eta, words=words, prior=prior)


def answers(model: Any, seed: int, target: Floats, **given: Any) -> tuple[Hits, Hits]:
    """Whether intervals of the effect of the side hold the truth, and whether tests reject."""
    table = judge(effects, seed, model, "~ side", **given)
    table = table[table["coefficient"] == SIDE]
    low, high, p = (table[name] for name in ("low", "high", "p_value"))
    return covers(low, high, target), rejects(p, str(table["test"].iloc[0]))


def independent(
    seed: int, documents: int, words: float, n_topics: int, effect: float, b: float = 0.5
) -> Answers:
    """One segment a document; ours beside what R's stm computes."""
    model = drawn(seed, words, n_topics, effect, per=documents, weight=b)
    sides = TRUTHS[effect, n_topics]
    target, found = sides[1] - sides[0], {}
    for name, given in (("", {}), ("R's ", {"variance": "classical"})):
        held, rejected = answers(model, seed, target, **given)
        found[f"{name}covers"] = held
        if effect == 0:
            found[f"{name}rejects"] = rejected
    return found


def clustered(
    seed: int,
    outlets: int,
    side: str,
    words: float,
    uneven: bool = False,
    b: float = 0.5,
) -> Answers:
    """Outlets that differ (icc .2), and sides that whole outlets, or single documents, have."""
    model = drawn(
        seed,
        words,
        icc=0.2,
        skewed=uneven,
        outlets=outlets,
        per=240 // outlets,
        treatment=side,
        uneven=uneven,
        weight=b,
    )
    found: Answers = {}
    ways = {"cluster": "outlet", "replicates": 999}  # those of twelve outlets are 924
    held, rejected = answers(model, seed, np.zeros(4), **ways)
    found |= {"covers": held, "rejects": rejected}
    for test in ("t", "wild bootstrap"):
        _, rejected = answers(model, seed, np.zeros(4), cluster="outlet", test=test)
        found[f"{'others ' if test != 't' else ''}{test} rejects"] = rejected
    _, rejected = answers(model, seed, np.zeros(4), variance="classical")
    return found | {"others R's rejects": rejected}


def several(seed: int, documents: int, each: int, words: float) -> Answers:
    """Several segments a document, which are alike (icc .3): documents vary, by default."""
    model = drawn(seed, words, icc=0.3, outlets=documents, per=each, treatment="outlet")
    model.segments_["document"] = model.segments_["outlet"]
    held, rejected = answers(model, seed, np.zeros(4))
    _, single = answers(model, seed, np.zeros(4), variance="classical")
    return {"covers": held, "rejects": rejected, "others R's rejects": single}


def predictions(seed: int, documents: int, words: float, link: str, effect: float) -> Answers:
    """Predicted prevalence of two sides."""
    model = drawn(seed, words, effect=effect, per=documents)
    table = judge(prevalence, seed, model, "~ side", by="side", link=link)
    return {"covers": covers(table["low"], table["high"], TRUTHS[effect, 4].ravel())}


def curves(seed: int, documents: int, years: int, words: float, link: str) -> Answers:
    """A curve over years, whose band is to hold all of it, and the joint test of the years."""
    model = drawn(seed, words, per=documents, years=years, prior="year")
    table = judge(prevalence, seed, model, "~ C(year)", over="year", link=link)
    target = np.tile(TRUTHS[0.0, 4][0], years)
    band = covers(table["band_low"], table["band_high"], target).values.reshape(years, 4)
    joint = judge(effect_tests, seed, model, "~ C(year)", link=link)
    return {
        "covers": covers(table["low"], table["high"], target),
        "bands covers": Hits("covers", band.min(axis=0)),
        "F rejects": rejects(joint["p_value"]),
    }


TOPICS = [
    Table(
        "effects: independent documents",
        "The effect of a side on the shares of topics. `words` is the variance with which words "
        "leave η open, whose own is 1. R's: the method of composition with the textbook variance, "
        'as estimateEffect of stm has it (`variance="classical"`).',
        independent,
        grid(documents=[40, 150, 500], words=[0.25, 1.0, 3.0], n_topics=[4], effect=[0.0])
        + grid(documents=[150], words=[1.0], n_topics=[10], effect=[0.0, 0.7])
        + grid(documents=[150], words=[1.0], n_topics=[4], effect=[0.7])
        + grid(documents=[150], words=[1.0], n_topics=[4], effect=[0.0], b=[0.1]),
        400,
        others="R's ",
    ),
    Table(
        "effects: outlets",
        '240 documents of outlets that differ (icc .2), `cluster="outlet"`. Sides of whole '
        "outlets, or of documents in each. Uneven outlets differ tenfold in size, and skewly in "
        "content; then `b` is the part of them, or of their documents, on the other side.",
        clustered,
        grid(outlets=[6, 12, 30], side=["outlet", "document"], words=[1.0])
        + grid(outlets=[12], side=["outlet", "document"], words=[0.25, 3.0])
        + grid(outlets=[12, 30], side=["outlet", "document"], words=[1.0], uneven=[True], b=[0.33]),
        400,
        others="others ",
    ),
    Table(
        "effects: several segments a document",
        "Sides of documents whose segments are alike (icc .3).",
        several,
        grid(documents=[20, 60], each=[5, 15], words=[1.0]),
        300,
        others="others ",
    ),
    Table(
        "prevalence of topics: sides",
        "Predicted shares of four topics on two sides.",
        predictions,
        grid(documents=[40, 150], words=[1.0], link=["identity", "logit"], effect=[0.0, 0.7]),
        300,
    ),
    Table(
        "prevalence of topics: curves",
        "Predicted shares by year, where nothing changes; bands are to hold whole curves.",
        curves,
        grid(documents=[150], years=[4, 8], words=[1.0], link=["identity", "logit"]),
        300,
    ),
]
