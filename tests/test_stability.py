"""Stability: sums by hand, planted topics that are found again, and refits that are honest."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from _stm import planted

from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.topics import LDA, NMF, StructuralTopicModel
from framing.topics.refitting import reruns
from framing.topics.refitting.refits import Given
from framing.topics.refitting.reruns import stability_runs
from framing.topics.refitting.stability import stability, summarise
from framing.topics.refitting.units import Units


@pytest.fixture(scope="module")
def corpus():
    return planted()[0]


@pytest.fixture(scope="module")
def model(corpus):
    return StructuralTopicModel(3, "~ region").fit(corpus)


def value(table, topic, statistic, column="estimate"):
    rows = table[(table["topic"] == topic) & (table["statistic"] == statistic)]
    assert len(rows) == 1
    return rows[column].iloc[0]


# --- sums ----------------------------------------------------------------------------------------


def runs_of(rows):
    columns = ["run", "topic", "statistic", "estimate", "low", "high"]
    return pd.DataFrame(rows, columns=columns).assign(level=0.95, note="", unit="seed")


@pytest.fixture
def four():
    """Two topics in four refits; topic b has no partner in the last."""
    rows = [(0, "a", "effect", 0.2, 0.1, 0.3), (0, "b", "effect", -0.1, -0.3, 0.1)]
    for run, (a, b) in enumerate([(0.9, 0.7), (1.0, 0.8), (0.8, 0.3), (0.5, np.nan)], start=1):
        rows += [(run, "a", "similarity", a, np.nan, np.nan)]
        rows += [(run, "b", "similarity", b, np.nan, np.nan)]
        rows += [(run, "a", "shared_terms", a / 2, np.nan, np.nan)]
        rows += [(run, "b", "shared_terms", b / 2, np.nan, np.nan)]
    ends = [(0.3, 0.1, 0.5), (0.1, -0.1, 0.3), (-0.2, -0.3, -0.1), (0.4, np.nan, np.nan)]
    rows += [(run, "a", "effect", *end) for run, end in enumerate(ends, start=1)]
    return runs_of(rows)


def test_sums_by_hand(four):
    table = summarise(four)
    assert value(table, "a", "similarity") == pytest.approx(0.8)
    assert value(table, "a", "similarity", "least") == 0.5
    assert value(table, "a", "similarity", "most") == 1.0
    assert value(table, "a", "found_again") == 0.75
    assert value(table, "a", "shared_terms") == pytest.approx(0.4)
    assert summarise(four, 0.95).pipe(value, "a", "found_again") == 0.25


def test_a_topic_without_a_partner_is_not_found_again(four):
    table = summarise(four)
    assert value(table, "b", "similarity") == pytest.approx(0.6)
    assert value(table, "b", "similarity", "n_runs") == 3
    assert value(table, "b", "similarity", "note") == "no partner in 1 of 4 refits"
    assert value(table, "b", "found_again") == 0.25
    assert value(table, "b", "found_again", "n_runs") == 4


def test_all_topics_are_averaged_within_refits(four):
    table = summarise(four)
    assert value(table, "all topics", "similarity") == pytest.approx(np.mean([0.8, 0.9, 0.55, 0.5]))
    assert value(table, "all topics", "similarity", "least") == 0.5
    assert value(table, "all topics", "found_again") == pytest.approx(0.5)
    assert value(table, "all topics", "found_again", "most") == 1.0


def test_the_effect_is_the_models_and_its_range_that_of_the_refits(four):
    table = summarise(four)
    assert [value(table, "a", "effect", c) for c in ("estimate", "low", "high")] == [0.2, 0.1, 0.3]
    assert [value(table, "a", "effect", c) for c in ("least", "most", "n_runs")] == [-0.2, 0.4, 4]
    assert value(table, "a", "same_sign") == 0.75
    # of three intervals one is clear of nought on the same side
    assert value(table, "a", "clear_again") == pytest.approx(1 / 3)
    assert value(table, "a", "clear_again", "n_runs") == 3


def test_an_effect_that_no_refit_has_is_missing(four):
    table = summarise(four)
    assert np.isnan(value(table, "b", "same_sign"))
    assert value(table, "b", "same_sign", "note") == "no refit has the effect"
    assert value(table, "b", "clear_again", "note") == "no refit has an interval"


# --- planted topics ------------------------------------------------------------------------------


def test_planted_topics_and_their_effect_are_found_again_in_other_documents(model):
    table = stability(model, over="documents", runs=4, effect="region[T.US]")
    assert value(table, "all topics", "found_again") == 1.0
    assert value(table, "all topics", "similarity", "least") > 0.98
    assert value(table, "topic 2", "effect", "low") > 0.3
    assert value(table, "topic 2", "clear_again") == 1.0
    assert (table["unit"] == "document").all()
    own = model.effects("~ region")
    row = own[(own["coefficient"] == "region[T.US]") & (own["topic"] == "topic 2")].iloc[0]
    assert value(table, "topic 2", "effect") == row["estimate"]
    assert value(table, "topic 2", "effect", "high") == row["high"]


def test_topics_of_noise_are_not_found_again():
    noise = np.random.default_rng(1).poisson(1.0, (60, 40))
    table = stability(StructuralTopicModel(4).fit(noise), runs=3)
    assert value(table, "all topics", "found_again") < 0.3


def test_with_fewer_topics_one_is_lost(model):
    table = stability(model, over="n_topics", n_topics=(2, 4), effect="region[T.US]")
    assert sorted(value(table, f"topic {k}", "found_again") for k in (1, 2, 3)) == [0.5, 1, 1]
    assert value(table, "topic 2", "same_sign") == 1.0
    assert (table["unit"] == "number of topics").all()


def test_numbers_of_topics_near_the_models(corpus):
    model = StructuralTopicModel(4, max_iter=1).fit(corpus)
    runs = stability_runs(model, over="n_topics")
    assert sorted(runs["n_topics"].unique()) == [2, 3, 5, 6]


def test_over_seeds_bounds_are_told(model):
    table = stability(model, runs=2)
    assert value(table, "all topics", "bound") == model.bound_[-1]
    assert value(table, "all topics", "bound", "most") < model.bound_[-1] + 1
    assert value(table, "all topics", "bound", "note").endswith(
        "of 2 refits fit worse than the model"
    )
    assert (table["unit"] == "seed").all()


@pytest.mark.parametrize(("made", "over"), [(LDA(2, max_iter=5), "seeds"), (NMF(2), "documents")])
def test_other_models(corpus, made, over):
    some = corpus.where(np.arange(200) < 60)
    table = stability(made.fit(some), over=over, runs=2, effect=("~ region", "region[T.US]"))
    assert value(table, "topic 1", "similarity", "n_runs") == 2
    assert "bound" not in set(table["statistic"])


# --- refits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("over", "warm", "changed"),
    [
        ("seeds", False, {"n_topics", "random_state", "init"}),
        ("n_topics", False, {"n_topics"}),
        ("documents", True, {"n_topics"}),
    ],
)
def test_only_draws_of_documents_start_from_the_topics_found(
    model, monkeypatch, over, warm, changed
):
    seen = []

    def refit(model, given, *, start, **how):
        seen.append((start, how))
        return model

    monkeypatch.setattr(reruns, "refit", refit)
    stability_runs(model, over=over, runs=2)
    assert all((start is not None) == warm for start, _ in seen)
    assert all(set(how) == changed for _, how in seen)
    if over == "seeds":
        assert {how["init"] for _, how in seen} == {"random"}
        assert len({how["random_state"] for _, how in seen}) == 2
    if warm:
        assert seen[0][0].tobytes() == model.beta_.tobytes()


def test_whole_documents_are_drawn_and_one_drawn_twice_is_two():
    table = pd.DataFrame({"document": list("aabbcd"), "outlet": list("XXXXYY")})
    given = Given(Features(np.eye(6), range(6), table, kind="term").matrix, table)
    rng = np.random.default_rng(0)
    drawn = np.sort(np.random.default_rng(0).integers(4, size=4))
    taken = reruns._drawn(given, Units.read(table, 6), rng)
    assert taken.table["document"].nunique() == 4
    held = taken.table.groupby("document").size()
    names = [f"{'abcd'[unit]} ({at})" for at, unit in enumerate(drawn)]
    assert held.reindex(names).tolist() == [2 if unit < 2 else 1 for unit in drawn]
    assert taken.table["outlet"].isin(["X", "Y"]).all()  # left as they are


def test_whole_clusters_are_drawn():
    table = pd.DataFrame({"document": list("aabbcd"), "outlet": list("XXXXYY")})
    given = Given(Features(np.eye(6), range(6), table, kind="term").matrix, table)
    taken = reruns._drawn(given, Units.read(table, 6, "outlet"), np.random.default_rng(3))
    sizes = taken.table.groupby("outlet").size()
    assert all(size == (4 if name.startswith("X") else 2) for name, size in sizes.items())
    assert taken.table.groupby("document")["outlet"].nunique().max() == 1
    assert (taken.counts.sum(axis=1) == 1).all()


def test_clusters_vary_in_effects(corpus):
    rows = corpus.segments.assign(outlet=[f"o{i % 20}" for i in range(200)])
    clustered = Features(corpus.matrix, corpus.names, rows, kind="term")
    model = StructuralTopicModel(3, "~ region").fit(clustered)
    table = stability(
        model, over="documents", runs=2, effect="region[T.US]", cluster="outlet", test="t"
    )
    own = model.effects("~ region", cluster="outlet", test="t")
    row = own[(own["coefficient"] == "region[T.US]") & (own["topic"] == "topic 1")].iloc[0]
    assert value(table, "topic 1", "effect", "low") == row["low"]
    assert (table["unit"] == "outlet").all()


def test_saved_models_can_be_refitted(model, tmp_path):
    model.save(tmp_path / "model.zip")
    loaded = StructuralTopicModel.load(tmp_path / "model.zip")
    one, other = (stability(each, over="documents", runs=2) for each in (model, loaded))
    pd.testing.assert_frame_equal(one, other)


def test_the_same_seed_gives_the_same_bytes(model):
    one, same, other = (
        stability_runs(model, over="documents", runs=2, seed=seed) for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(one, same, check_exact=True)
    assert not one["estimate"].equals(other["estimate"])


def test_an_interrupt_keeps_the_refits_that_were_done(model, monkeypatch):
    refit, calls = reruns.refit, []

    def interrupted(*given, **how):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return refit(*given, **how)

    monkeypatch.setattr(reruns, "refit", interrupted)
    with pytest.warns(InputWarning, match="stopped by hand after 2 of 5 refits"):
        table = stability(model, over="documents", runs=5)
    assert value(table, "topic 1", "found_again", "n_runs") == 2


def test_refits_that_cannot_be_made_are_counted(model, monkeypatch):
    refit, calls = reruns.refit, []

    def failing(*given, **how):
        calls.append(1)
        if len(calls) == 2:
            raise InputError("a level was not drawn")
        return refit(*given, **how)

    monkeypatch.setattr(reruns, "refit", failing)
    with pytest.warns(InputWarning, match="1 of 3 refits could not be made: a level was not drawn"):
        table = stability(model, over="documents", runs=3)
    assert value(table, "topic 1", "found_again", "n_runs") == 2
    calls[:] = [1]
    with pytest.raises(InputError, match="1 of 1 refit could not be made"):
        stability(model, over="documents", runs=1)


def test_refits_without_convergence_are_told(corpus):
    with pytest.warns(InputWarning, match="no convergence in 2 iterations"):
        model = StructuralTopicModel(3, max_iter=2).fit(corpus)
    with pytest.warns(InputWarning, match="3 of 3 refits did not converge in 2 iterations; raise"):
        stability(model, over="documents", runs=3)


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"over": "terms"}, "over must be one of 'seeds', 'n_topics', 'documents'; got 'terms'"),
        ({"runs": 0}, "runs must be a whole number from 1 on; got 0"),
        ({"seed": -1}, "seed must be a whole number from 0 on; got -1"),
        ({"threshold": 2}, "threshold must lie above 0, and be at most 1; got 2"),
        ({"n_terms": 0}, "n_terms must be a whole number from 1 on; got 0"),
        ({"n_topics": (2,)}, "n_topics= is for over='n_topics'; here over='seeds'"),
        ({"over": "n_topics", "n_topics": (1,)}, "whole numbers from 2 on; got 1"),
        ({"over": "n_topics", "n_topics": ()}, "whole numbers from 2 on; got none"),
        (
            {"effect": "region"},
            r"effect must be one of 'Intercept', 'region\[T.US\]'; got",
        ),
        ({"effect": ("~ side", "x")}, "no column 'side'"),
        ({"effect": "region[T.US]", "frames": np.eye(3)}, "stability is that of topics; leave out"),
        ({"cluster": "outlet"}, "cluster must be one of"),
        ({"effect": "region[T.US]", "level": 2}, "level must lie between 0 and 1"),
    ],
)
def test_bad_settings(model, settings, message):
    with pytest.raises(InputError, match=message):
        stability(model, **settings)


def test_bad_models(corpus):
    with pytest.raises(InputError, match="NMF does not start at random"):
        stability(NMF(2).fit(corpus))
    with pytest.raises(InputError, match="not fitted; call fit first"):
        stability(SimpleNamespace(), over="documents")
    plain = StructuralTopicModel(3, max_iter=1).fit(corpus)
    with pytest.raises(InputError, match="the model has no formula of its own; pass a pair, such"):
        stability(plain, over="documents", effect="region[T.US]")
    with pytest.raises(InputError, match="covariates has 3 rows, but there are 200 segments"):
        stability(plain, over="documents", covariates=corpus.segments[:3])
