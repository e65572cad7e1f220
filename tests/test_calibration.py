"""Intervals cover and tests hold their level, in a few simulated corpora.

docs/calibration.md has the same at length. The bounds leave room for chance, four standard errors
or so, and no more: intervals a fifth narrower, or tests of tokens, break them.
"""

import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing.actors import ActorList
from framing.simulate import frames, terms

pytestmark = pytest.mark.filterwarnings("ignore::framing.errors.InputWarning")
ACTORS = ActorList.load("us-eu-japan")
SETTINGS = {"actors": ACTORS, "replicates": 199}
GIVEN = {f"{share} #{i}": share for share in (0.2, 0.5) for i in range(40)}
RARE = {f"0.05 #{i}": 0.05 for i in range(80)}
UNLIKE = {"A": (3, 2), "B": (20, 15)}


def corpora(n, documents, given=GIVEN, **design):
    """Draw n corpora of eighty frames, forty of either share."""
    design = {"segments": (8, 5), "icc": 0.2, **design}
    for seed in range(n):
        yield seed, frames(documents, given, seed=seed, **design)


def tables(function, drawn, *args, truth=0.0, **settings):
    """What the library says of all corpora, with the truth beside it."""
    found = []
    for seed, one in drawn:
        table = function(one.features, *args, seed=seed, **{**SETTINGS, **settings})
        known = truth(one, table) if callable(truth) else truth
        found.append(table.assign(truth=known))
    return pd.concat(found)


def coverage(table):
    assert table[["low", "high"]].notna().all(axis=None)
    return ((table["low"] <= table["truth"]) & (table["truth"] <= table["high"])).mean()


def rejected(table):
    assert table["p_value"].notna().all()
    return (table["p_value"] <= 0.05).mean()


def planted_share(_, table):
    return table["frame"].str.split(" ").str[0].astype(float)


@pytest.mark.parametrize(("documents", "icc"), [(10, 0.3), (20, 0.0), (50, 0.3)])
def test_shares(documents, icc):
    drawn = corpora(8, {"A": documents}, icc=icc)
    table = tables(fr.emphasis, drawn, "region", truth=planted_share)
    assert 0.92 <= coverage(table) <= 0.985


@pytest.mark.parametrize(
    ("documents", "segments"),
    [({"A": 12, "B": 12}, (8, 5)), ({"A": 8, "B": 60}, (8, 5)), ({"A": 8, "B": 60}, UNLIKE)],
)
def test_differences(documents, segments):
    table = tables(fr.contrast, corpora(10, documents, segments=segments), "region")
    assert 0.92 <= coverage(table) <= 0.99
    assert 0.015 <= rejected(table) <= 0.08


def test_rare_frames_in_sides_of_unlike_length():
    """Where eight short documents never use a frame, that must not count as certain."""
    for segments in (UNLIKE, dict(zip("AB", reversed(UNLIKE.values()), strict=True))):
        drawn = corpora(8, {"A": 8, "B": 60}, RARE, segments=segments, icc=0.1)
        table = tables(fr.contrast, drawn, "region")
        assert coverage(table) >= 0.93
        assert rejected(table) <= 0.08


def test_differences_within():
    """A side that writes more on a topic rich in frames differs, but not within topics."""
    sides = {"A1": 30, "A2": 10, "B1": 10, "B2": 30}
    effects = {name: dict.fromkeys(GIVEN, 0.7) for name in ("A2", "B2")}
    drawn = list(corpora(8, sides, effects=effects, by="cell"))
    for _, one in drawn:
        cell = one.features.segments["cell"].str
        one.features.segments["side"], one.features.segments["topic"] = cell[0], cell[1]
    table = tables(fr.contrast, drawn, "side", within="topic")
    assert 0.92 <= coverage(table) <= 0.98
    assert 0.02 <= rejected(table) <= 0.08


@pytest.mark.parametrize(("outlets", "crossed"), [(10, False), (12, True)])
def test_clusters(outlets, crossed):
    design = {"outlets": outlets, "outlet_icc": 0.1, "crossed": crossed, "icc": 0.1}
    drawn = list(corpora(10, {"A": 100, "B": 100}, **design))
    table = tables(fr.contrast, drawn, "region", cluster="outlet")
    assert set(table["test"]) == {"wild bootstrap" if crossed else "permutation"}
    assert 0.91 <= coverage(table) <= 0.98
    assert 0.02 <= rejected(table) <= 0.085
    if not crossed:
        assert rejected(tables(fr.contrast, drawn[:3], "region")) > 0.15


def test_overlapping_groups():
    drawn = list(corpora(10, {"A": 60, "B": 60}, icc=0, outlets=20, outlet_icc=0.2, crossed=True))
    for _, one in drawn:
        one.features.segments["document"] = one.features.segments["outlet"]
    table = tables(fr.contrast, drawn, "region")
    assert set(table["test"]) == {"wild bootstrap"}
    assert 0.92 <= coverage(table) <= 0.985
    assert 0.02 <= rejected(table) <= 0.08


def test_exact_tests_never_exceed_their_level():
    table = tables(fr.contrast, corpora(12, {"A": 5, "B": 4}), "region")
    assert set(table["test"]) == {"exact permutation"}
    assert rejected(table) <= 0.06


@pytest.mark.parametrize("scale", ["share", "log_odds"])
def test_slopes(scale):
    moved = {"A": dict.fromkeys(GIVEN, 0.2)}
    drawn = corpora(6, {"A": 60}, periods=[2001, 2002, 2003], change=moved)

    def truth(one, table):
        slopes = one.slopes().set_index("frame")["estimate"]
        return table["frame"].map(slopes) if scale == "share" else 0.2

    table = tables(fr.trend, drawn, "region", scale=scale, truth=truth)
    assert 0.915 <= coverage(table[table["statistic"].str.startswith("slope")]) <= 0.985


def test_changes_and_their_bands():
    drawn = corpora(6, {"A": 45, "B": 45}, periods=[2001, 2002, 2003])
    table = tables(fr.change, drawn, "region")
    for _, rows in table.groupby("statistic"):
        assert 0.92 <= coverage(rows) <= 0.985
        assert 0.02 <= rejected(rows) <= 0.08
        whole = (rows["band_low"] <= 0) & (rows["band_high"] >= 0)
        bands = whole.groupby([rows["group"], rows["frame"], rows.index // len(rows)]).mean()
        assert 0.9 <= bands.mean() <= 0.995


def term_corpora(n, documents, **design):
    """Draw n corpora of a hundred terms, of share .01 and .001, in texts of unlike length."""
    given = {f"{share} #{i}": share for share in (0.01, 0.001) for i in range(50)} | {"other": 0.45}
    for seed in range(n):
        yield seed, terms(documents, given, icc=0.003, length=(300, 200), seed=seed, **design)


@pytest.mark.parametrize("measure", ["log_odds", "log_ratio"])
def test_keyness(measure):
    drawn = term_corpora(4, {"A": 25, "B": 25, "C": 25})
    table = tables(fr.keyness, drawn, "region", measure=measure)
    common = table[table["term"].str.startswith("0.01")]
    assert 0.91 <= coverage(common) <= 0.985
    assert 0.015 <= rejected(common) <= 0.085
    assert coverage(table) >= 0.93
    assert rejected(table) <= 0.06


def test_families():
    drawn = list(term_corpora(40, {"A": 20, "B": 20}))
    tested = [
        fr.keyness(one.features, "region", against="pairs", seed=seed, **SETTINGS)
        for seed, one in drawn
    ]
    assert np.mean([table["p_family"].min() <= 0.05 for table in tested]) <= 0.18
    assert np.mean([table["q_value"].min() <= 0.05 for table in tested]) <= 0.18


def test_divergence():
    """What chance gives is taken off; the interval of what is left holds nought."""
    drawn = list(corpora(40, {"A": 20, "B": 20}, {f"f{i}": 0.3 for i in range(6)}))
    table = tables(fr.divergence, drawn, "region")
    totals, excess = (table[table["statistic"] == name] for name in ("divergence", "excess"))
    assert rejected(totals) <= 0.18
    assert (excess["low"] <= 0).mean() >= 0.87
    assert abs(excess["estimate"].mean()) < 0.25 * totals["estimate"].mean()
