"""Machine codes corrected by hand codes: right on average, and as sure as they can be."""

import warnings

import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing import simulate
from framing.actors import ActorList
from framing.corrected import cells_of
from framing.corrected.sample import HandCodes
from framing.inference import score_interval, score_limits
from framing.settings import Settings

ACTORS = ActorList.load("us-eu-japan")


def single(codes, name="rules", region="US"):
    """Documents of one segment each."""
    rows = pd.DataFrame({"document": [f"d{i:03d}" for i in range(len(codes))], "region": region})
    return fr.Features(np.asarray(codes)[:, None], [name], rows, kind="frame")


def sampled(codes, rows, probability=None):
    """Some of the codes, with the chance that each was drawn with."""
    chance = len(rows) / len(codes) if probability is None else probability
    some = codes.where(np.isin(np.arange(len(codes)), rows))
    return fr.Features(
        some.matrix, list(some.names), some.segments.assign(probability=chance), kind="frame"
    )


def corpus(seed=0, documents=40, **how):
    shares = {f"{p} #{i}": p for p in (0.2, 0.5) for i in range(8)}
    return simulate.frames({"US": documents, "EU": documents}, shares, seed=seed, **how).features


MACHINE = single([1, 1, 1, 0, 0, 0, 1, 0] * 5)
TRUTH = single([1, 1, 0, 0, 1, 0, 1, 0] * 5)
LABELLED = sampled(TRUTH, np.arange(16))


@pytest.mark.parametrize("power", [0.0, 0.4, 1.0])
def test_the_estimate_by_hand(power):
    """λ·M(m) + H(y − λm), on documents of one segment."""
    table = fr.emphasis(MACHINE, "region", labelled=LABELLED, power=power)
    m, y = MACHINE.matrix.toarray()[:, 0], TRUTH.matrix.toarray()[:16, 0]
    expected = power * m.mean() + (y - power * m[:16]).mean()
    assert table["estimate"].iloc[0] == pytest.approx(expected)
    assert table["n_labelled"].iloc[0] == 16
    assert table["power"].iloc[0] == power


def test_unequal_chances_by_hand():
    """Each segment stands for 1/probability."""
    labelled = sampled(TRUTH, np.arange(10), np.repeat([0.5, 0.125], 5))
    table = fr.emphasis(MACHINE, "region", labelled=labelled, power=1.0)
    m, y = MACHINE.matrix.toarray()[:, 0], TRUTH.matrix.toarray()[:10, 0]
    stands_for = np.repeat([2.0, 8.0], 5)
    expected = m.mean() + np.average(y - m[:10], weights=stands_for)
    assert table["estimate"].iloc[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("power", "estimate", "low", "high"),
    [(None, 0.50977262, 0.48374115, 0.53580408), (0.6, 0.5097, 0.48366789, 0.53573211)],
)
def test_against_ppi_python(power, estimate, low, high):
    """Numbers of ppi-python 0.2.3, whose λ is of the segments not in the sample: None, or 0.5.

    ``ppi_mean_pointestimate(Y, Yhat, Yhat_unlabeled, lam=lam)`` and
    ``ppi_mean_ci(Y, Yhat, Yhat_unlabeled, alpha=0.05, lam=lam)``.
    """
    rng = np.random.default_rng(7)
    y = rng.integers(0, 2, 6000)
    m = np.where(rng.random(6000) < 0.8, y, 1 - y)
    labelled = sampled(single(y), np.arange(1000), 1 / 6)
    row = fr.emphasis(single(m), "region", labelled=labelled, power=power).iloc[0]
    assert row["estimate"] == pytest.approx(estimate, abs=1e-5)
    assert (row["low"], row["high"]) == pytest.approx((low, high), abs=2e-4)


def test_power_nought_is_the_sample_alone():
    """The same as emphasis of the hand codes, where all segments have the same chance."""
    alone = fr.emphasis(LABELLED, "region")
    table = fr.emphasis(MACHINE, "region", labelled=LABELLED, power=0.0)
    for column in ("estimate", "low", "high"):
        assert table[column].iloc[0] == pytest.approx(alone[column].iloc[0], rel=1e-6)


def test_everything_coded_by_hand_is_the_truth():
    truth = corpus(3)
    codes = simulate.machine(truth, 0.6, 0.8, seed=1)
    labelled = sampled(truth, np.arange(len(truth)))
    for weights in ("document", "segment"):
        whole = fr.emphasis(truth, "region", weights=weights)
        table = fr.emphasis(codes, "region", labelled=labelled, weights=weights)
        assert np.allclose(table["estimate"], whole["estimate"])


def test_a_perfect_coder_is_believed():
    truth = corpus(4, documents=60)
    labelled = fr.draw(truth, 200, strata="region", seed=1).labelled(truth)
    table = (
        fr.correction(truth, "region", labelled=labelled)
        .set_index(["statistic", "group", "frame"])
        .sort_index()
    )
    width = table["high"] - table["low"]
    assert (table.loc["corrected", "power"] > 0.8).all()
    assert np.allclose(
        table.loc["corrected", "estimate"], table.loc["machine", "estimate"], atol=0.06
    )
    assert width["corrected"].mean() < 0.75 * width["hand"].mean()
    assert (width["corrected"] > 0.95 * width["machine"]).all()


def test_a_useless_coder_does_no_harm():
    truth = corpus(5, documents=60)
    noise = simulate.machine(truth, 0.5, 0.5, seed=1)
    labelled = sampled(truth, np.random.default_rng(1).permutation(len(truth))[:200])
    table = (
        fr.correction(noise, "region", labelled=labelled)
        .set_index(["statistic", "group", "frame"])
        .sort_index()
    )
    width = table["high"] - table["low"]
    assert width["corrected"].mean() < 1.02 * width["hand"].mean()
    assert (width["corrected"] < 1.1 * width["hand"]).all()


def test_pseudo_outcomes_have_the_shares_and_their_variance():
    """Sums of pseudo-outcomes give R, and the variance that a jackknife over documents gives."""
    truth = corpus(6)
    codes = simulate.machine(truth, 0.7, 0.9, seed=1)
    labelled = sampled(truth, np.random.default_rng(1).permutation(len(truth))[:240])
    settings = Settings(actors=ACTORS, labelled=labelled, power=0.5)
    whole = cells_of(codes, "region", settings)
    names = whole.features.segments["document"].unique()
    left = []
    for name in names:
        rest = codes.where(codes.segments["document"] != name)
        left.append(cells_of(rest, "region", settings))
    value = np.stack([one.limits([0], np.ones(1), 0.95)[0] for one in left])
    n = len(names) / 2  # documents of a side; leaving out one of the other changes nothing
    jackknife = (n - 1) / n * ((value - value.mean(axis=0)) ** 2).sum(axis=0)
    assert np.allclose(whole.variance[0], jackknife, rtol=0.12)


@pytest.mark.parametrize(("sensitivity", "specificity"), [(1.0, 1.0), (0.8, 0.9), (0.5, 0.5)])
def test_coverage(sensitivity, specificity):
    """Ninety-five per cent for coders from perfect to useless; never fewer than 93.

    docs/calibration.md has the same at length.
    """
    held, rejects = [], []
    for seed in range(6):
        truth = corpus(100 + seed, documents=30, segments=(8, 5), icc=0.15)
        codes = simulate.machine(truth, sensitivity, specificity, seed=seed)
        labelled = fr.draw(truth, 120, strata="region", seed=seed).labelled(truth)
        table = fr.emphasis(codes, "region", labelled=labelled, actors=ACTORS)
        known = table["frame"].str.split(" ").str[0].astype(float)
        held.append((table["low"] <= known) & (known <= table["high"]))
        rejects.append(
            fr.contrast(codes, "region", labelled=labelled, actors=ACTORS)["p_value"] <= 0.05
        )
    assert np.concatenate(held).mean() >= 0.91
    assert np.concatenate(rejects).mean() <= 0.10


def test_a_coder_that_errs_on_one_side_is_seen_through():
    """The machine finds nine in ten on one side and half on the other; the sides are alike."""
    naive, corrected = [], []
    for seed in range(6):
        truth = corpus(200 + seed, documents=80)
        codes = simulate.machine(truth, {"US": 0.9, "EU": 0.5}, 0.95, seed=seed)
        labelled = fr.draw(truth, 240, strata="region", seed=seed).labelled(truth)
        naive.append(fr.contrast(codes, "region", actors=ACTORS, replicates=199)["p_value"])
        corrected.append(fr.contrast(codes, "region", labelled=labelled, actors=ACTORS)["p_value"])
    assert (np.concatenate(naive) <= 0.05).mean() > 0.6
    assert (np.concatenate(corrected) <= 0.05).mean() < 0.12


def test_p_agrees_with_the_interval():
    truth = corpus(7, documents=60)
    codes = simulate.machine(truth, 0.8, 0.9, seed=1)
    labelled = sampled(truth, np.random.default_rng(2).permutation(len(truth))[:200])
    table = fr.contrast(codes, "region", labelled=labelled)
    apart = (table["low"] > 0) | (table["high"] < 0)
    assert (apart == (table["p_value"] < 0.05)).all()
    assert (table["test"] == "inverted interval").all()
    p = table["p_value"].iloc[0]
    at = fr.contrast(codes, "region", labelled=labelled, level=1 - p)
    touching = at[["low", "high"]].iloc[0].abs().min()
    assert touching == pytest.approx(0, abs=1e-6)


def test_trend_and_change_are_corrected():
    shares = {"rules": 0.3, "values": 0.5}
    truth = simulate.frames(
        {"US": 80, "EU": 80}, shares, periods=[2021, 2022, 2023, 2024], seed=1
    ).features
    codes = simulate.machine(truth, 0.7, 0.9, seed=1)
    everything = sampled(truth, np.arange(len(truth)))
    for measure in (fr.trend, fr.change):
        whole = measure(truth, "region", replicates=199, actors=ACTORS)
        table = measure(codes, "region", labelled=everything, replicates=199, actors=ACTORS)
        assert np.allclose(table["estimate"], whole["estimate"])
        assert table["low"].notna().all()


def test_clusters_and_strata():
    truth = simulate.frames(
        {"US": 60, "EU": 60}, {"rules": 0.3}, outlets=10, outlet_icc=0.1, seed=2
    ).features
    truth = fr.Features(
        truth.matrix,
        list(truth.names),
        truth.segments.assign(topic=np.arange(len(truth)) % 2),
        kind="frame",
    )
    codes = simulate.machine(truth, 0.8, 0.9, seed=1)
    codes = fr.Features(codes.matrix, list(codes.names), truth.segments, kind="frame")
    labelled = sampled(truth, np.arange(0, len(truth), 4))
    by_outlet = fr.emphasis(codes, "region", labelled=labelled, cluster="outlet")
    assert (by_outlet["n_clusters"] == 10).all()
    assert (by_outlet["unit"] == "outlet").all()
    everything = sampled(truth, np.arange(len(truth)))
    within = fr.emphasis(codes, "region", labelled=everything, within="topic")
    assert np.allclose(within["estimate"], fr.emphasis(truth, "region", within="topic")["estimate"])


def test_strata_without_hand_codes_are_refused():
    rows = MACHINE.segments.assign(topic=["a", "b"] * 20)
    machine = fr.Features(MACHINE.matrix, ["rules"], rows, kind="frame")
    odd = sampled(TRUTH, np.arange(0, 40, 2))
    with pytest.raises(fr.InputError, match=r"within='topic': no segment of US in 'b' is coded"):
        fr.emphasis(machine, "region", labelled=odd, within="topic")


def test_few_hand_codes_give_no_interval():
    table = fr.emphasis(MACHINE, "region", labelled=sampled(TRUTH, np.arange(4)))
    assert table["low"].isna().all()
    assert table["note"].iloc[0] == "only 4 documents coded by hand; an interval needs 6"


def test_a_side_without_hand_codes_has_no_share():
    two = pd.concat([MACHINE.segments, MACHINE.segments.assign(region="EU")], ignore_index=True)
    two["document"] += two["region"]
    codes = np.tile(MACHINE.matrix.toarray(), (2, 1))
    machine = fr.Features(codes, ["rules"], two.drop(columns="segment"), kind="frame")
    labelled = sampled(machine, np.arange(16), 0.2)
    table = fr.emphasis(machine, "region", labelled=labelled).set_index("group")
    assert np.isnan(table.loc["EU", "estimate"])
    assert table.loc["EU", "note"] == "only 0 documents coded by hand; an interval needs 6"
    contrast = fr.contrast(machine, "region", labelled=labelled)
    assert contrast[["estimate", "p_value"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("labelled", "settings", "message"),
    [
        (TRUTH, {}, "labelled has no column 'probability'"),
        ("codes.csv", {}, "labelled must be Features"),
        (sampled(single([1] * 40, "values"), [1]), {}, "frame 'rules' has no hand codes"),
        (sampled(TRUTH, [1], 0.0), {}, "segment 'd001/000': probability must lie in"),
        (LABELLED, {"unit": "segment"}, "labelled= needs whole documents"),
        (LABELLED, {"power": 1.5}, "power must lie between 0 and 1"),
    ],
)
def test_refused(labelled, settings, message):
    with pytest.raises(fr.InputError, match=message):
        fr.emphasis(MACHINE, "region", labelled=labelled, **settings)


def test_what_cannot_be_corrected():
    with pytest.raises(fr.InputError, match="power= tells how to use hand codes"):
        fr.emphasis(MACHINE, "region", power=0.5)
    with pytest.raises(fr.InputError, match="use them with emphasis, contrast, trend or change"):
        fr.divergence(MACHINE, "region", labelled=LABELLED)
    with pytest.raises(fr.InputError, match="correction needs hand codes"):
        fr.correction(MACHINE, "region")
    elsewhere = sampled(single([1] * 50), np.arange(45, 50), 0.1)
    with pytest.raises(fr.InputError, match="no segment coded by hand is among"):
        fr.emphasis(MACHINE, "region", labelled=elsewhere)
    terms = fr.Features(MACHINE.matrix, ["rules"], MACHINE.segments, kind="term")
    with pytest.raises(fr.InputError, match="corrects shares of frames"):
        fr.emphasis(terms, "region", labelled=LABELLED)


def test_a_sample_of_a_part_cannot_speak_of_the_whole():
    twice = single(np.tile(MACHINE.matrix.toarray()[:, 0], 3))
    with pytest.raises(fr.InputError, match="stand for about 40 segments, but 120 are compared"):
        fr.emphasis(twice, "region", labelled=LABELLED)


def test_hand_codes_are_shares_and_so_are_the_segments():
    ranks = fr.Features(3 * LABELLED.matrix, ["rules"], LABELLED.segments, kind="frame")
    with pytest.raises(fr.InputError, match="labelled holds a code of 3"):
        fr.emphasis(MACHINE, "region", labelled=ranks)
    sized = fr.Features(
        MACHINE.matrix, ["rules"], MACHINE.segments, kind="frame", size=np.full(40, 5.0)
    )
    with pytest.raises(fr.InputError, match="these features have a size="):
        fr.emphasis(sized, "region", labelled=LABELLED)


@pytest.mark.parametrize("used", [0.0, 1.0])
@pytest.mark.parametrize("found", [0.0, 0.3, 1.0])
def test_where_nothing_varies(used, found):
    """People agree on all segments; the machine says the same of each."""
    truth, machine = (single(np.full(60, one)) for one in (used, found))
    table = fr.correction(machine, "region", labelled=sampled(truth, np.arange(0, 60, 2)))
    table = table.set_index("statistic")
    assert (table["low"].notna() & table["high"].notna()).all()
    assert table.loc["corrected", "estimate"] == pytest.approx(used)
    assert table.loc["corrected", "low"] == pytest.approx(table.loc["hand", "low"])
    assert table.loc["corrected", "high"] == pytest.approx(table.loc["hand", "high"])


def test_power_does_not_hang_on_rounding():
    """With everything coded there is nothing to gain, whatever the order of the rows."""
    truth = corpus(8)
    codes = simulate.machine(truth, 0.8, 0.9, seed=1)
    order = np.random.default_rng(1).permutation(len(truth))
    ends = []
    for rows in (np.arange(len(truth)), order):
        given, true = (
            fr.Features(one.matrix[rows], list(one.names), one.segments.iloc[rows], kind="frame")
            for one in (codes, truth)
        )
        table = fr.emphasis(given, "region", labelled=sampled(true, np.arange(len(truth))))
        ends.append(table.sort_values(["group", "frame"])[["low", "high"]].to_numpy())
    assert np.allclose(*ends)


def test_probabilities_narrow_the_interval_too():
    rng = np.random.default_rng(3)
    chance = rng.beta(0.5, 0.8, 400)
    truth = single((rng.random(400) < chance).astype(float))
    table = fr.correction(
        single(chance), "region", labelled=sampled(truth, np.arange(120), 0.3)
    ).set_index("statistic")
    width = table["high"] - table["low"]
    assert width["corrected"] < 0.9 * width["hand"]


def test_segments_outside_the_comparison_are_passed_over():
    part = MACHINE.where(np.arange(40) < 12)
    sample = HandCodes.of(part, LABELLED)
    assert sample.rows.tolist() == list(range(12))
    assert sample.codes[:, 0].tolist() == TRUTH.matrix.toarray()[:12, 0].tolist()
    assert (sample.stands_for == 2.5).all()


def test_score_limits_of_one_share_are_wilsons():
    share = np.array([[0.0, 0.02, 0.3, 0.5, 1.0]])
    n = np.full_like(share, 40.0)
    found = score_limits(np.ones_like(share), share, n, n, np.ones((5, 1, 1)), 0.95)
    low, high = score_interval(share, n, n, 0.95)
    assert np.allclose(found[1], low[0], atol=1e-6)
    assert np.allclose(found[2], high[0], atol=1e-6)


def test_score_limits_of_many_documents_are_walds():
    share, c = np.array([[0.3], [0.6]]), np.array([[1.0], [-0.5]])
    n, rho = np.full_like(share, 1e6), 0.4
    related = np.array([[[1, rho], [rho, 1]]])
    value, low, high = score_limits(c, share, n, np.full_like(n, 1e9), related, 0.95)
    s = np.sqrt(share * (1 - share) / n)[:, 0]
    half = 1.959964 * np.sqrt(s[0] ** 2 + 0.25 * s[1] ** 2 - 2 * 0.5 * rho * s[0] * s[1])
    assert value[0] == pytest.approx(0.0)
    assert low[0] == pytest.approx(-half, rel=1e-3)
    assert high[0] == pytest.approx(half, rel=1e-3)


def test_no_warning_where_nothing_is_wrong():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fr.correction(MACHINE, "region", labelled=LABELLED)
