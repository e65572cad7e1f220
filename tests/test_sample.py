"""Samples are drawn as designed, and say with what chance."""

import json

import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing.coding import Sample, draw, one_code

ROWS = pd.DataFrame(
    {
        "document": [f"{side}{i // 4}" for side, n in (("US", 40), ("EU", 20)) for i in range(n)],
        "region": ["US"] * 40 + ["EU"] * 20,
    }
)
TRUE = fr.Features(np.arange(60)[:, None] % 3 == 0, ["rules"], ROWS, kind="frame")


def codes_of(sample, code=1.0, coder="A", frame="rules"):
    table = sample.segments[["segment", "document"]]
    return table.assign(coder=coder, frame=frame, code=code)


def draw_segments(*args, **settings):
    return draw(*args, weights="segment", **settings)


def test_allocation_and_probability():
    equal = draw_segments(TRUE, 12, strata="region", allocation="equal", seed=3)
    assert equal.segments["stratum"].value_counts().to_dict() == {"US": 6, "EU": 6}
    chance = equal.segments.groupby("stratum")["probability"].first()
    assert chance.to_dict() == {"US": 6 / 40, "EU": 6 / 20}
    proportional = draw(TRUE, 12, strata="region", seed=3)
    assert proportional.segments["stratum"].value_counts().to_dict() == {"US": 8, "EU": 4}
    given = draw(TRUE, 7, strata="region", allocation={"US": 5, "EU": 2}, seed=3)
    assert given.segments["stratum"].value_counts().to_dict() == {"US": 5, "EU": 2}
    simple = draw_segments(TRUE, 12, seed=3)
    assert (simple.segments["probability"] == 12 / 60).all()
    assert simple.segments["segment"].is_unique


def test_a_small_stratum_is_taken_whole():
    sample = draw(TRUE, 50, strata="region", allocation="equal", seed=0)
    assert sample.segments["stratum"].value_counts().to_dict() == {"US": 30, "EU": 20}
    assert sample.segments.groupby("stratum")["probability"].first()["EU"] == 1.0


LENGTHS = fr.Features(
    np.ones((21, 1)),
    ["rules"],
    pd.DataFrame({"document": np.repeat(list("abcdef"), [1, 2, 3, 4, 5, 6]), "region": "US"}),
    kind="frame",
)


@pytest.mark.parametrize("weights", ["document", "segment"])
@pytest.mark.parametrize(("source", "n"), [(TRUE, 12), (LENGTHS, 8), (LENGTHS, 16)])
def test_segments_are_drawn_as_often_as_their_chance_says(source, n, weights):
    names = pd.Index(source.segments["segment"])
    drawn, chance, runs = np.zeros(len(source)), np.zeros(len(source)), 200
    for seed in range(runs):
        sample = draw(source, n, strata="region", allocation="equal", weights=weights, seed=seed)
        assert len(sample) == n
        place = names.get_indexer(sample.segments["segment"])
        drawn[place] += 1
        chance[place] = sample.segments["probability"]
    error = np.sqrt(chance * (1 - chance) / runs)
    assert (abs(drawn / runs - chance) <= 4.5 * error + 1e-12).all()
    assert chance.sum() == pytest.approx(n)


def test_documents_take_turns():
    """Eight from documents of 1 to 6 segments: all six once, then two of five once more."""
    sample = draw(LENGTHS, 8, seed=1)
    given = sample.segments["document"].value_counts()
    assert sorted(given) == [1, 1, 1, 1, 2, 2]
    chance = sample.segments.groupby("document")["probability"].first()
    expected = {
        "a": 1,
        **{name: 1.4 / size for name, size in zip("bcdef", range(2, 7), strict=True)},
    }
    assert chance.to_dict() == pytest.approx(expected)


def test_a_larger_sample_holds_the_smaller():
    small = set(draw(TRUE, 12, strata="region", seed=5).segments["segment"])
    assert small < set(draw(TRUE, 30, strata="region", seed=5).segments["segment"])


def test_the_order_mixes_strata():
    head = draw(TRUE, 40, strata="region", allocation="equal", seed=1).segments["stratum"].head(10)
    assert head.value_counts().to_dict() == {"US": 5, "EU": 5}


def test_written_and_read(tmp_path):
    sample = draw(TRUE, 12, strata=["region"], allocation="equal", seed=3)
    sample.write(tmp_path / "a.json")
    sample.write(tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    again = Sample.load(tmp_path / "a.json", TRUE)
    pd.testing.assert_frame_equal(again.segments, sample.segments)
    assert (again.strata, again.allocation, again.seed) == (("region",), "equal", 3)


def test_a_sample_of_another_corpus_is_refused(tmp_path):
    draw(TRUE, 12, seed=3).write(tmp_path / "s.json")
    other = TRUE.where(np.arange(60) < 50)
    with pytest.raises(fr.InputError, match=r"s\.json was drawn from 60 segments .* \(50\)"):
        Sample.load(tmp_path / "s.json", other)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"segments": {"all": ["x"] * 12}}, "not those that its seed draws"),
        ({"seed": "3"}, "'seed' must be a int"),
        ({"seed": -1}, "not a sample as draw"),
        ({"more": 1}, "a key must be one of"),
        ({"schema": "framing-sample/9"}, "'schema' must be"),
        ({"population": {"all": "60"}}, "not a sample as draw"),
        ({"population": {"all": 61}}, "was drawn from 61"),
    ],
)
def test_a_file_that_was_changed(tmp_path, change, message):
    path = tmp_path / "s.json"
    draw(TRUE, 12, seed=3).write(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(fr.InputError, match=message):
        Sample.load(path, TRUE)


def test_no_file_and_no_json(tmp_path):
    with pytest.raises(fr.InputError, match="there is no file"):
        Sample.load(tmp_path / "s.json", TRUE)
    (tmp_path / "s.json").write_text("[" * 100_000)
    with pytest.raises(fr.InputError, match="is not JSON"):
        Sample.load(tmp_path / "s.json", TRUE)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n": 0, "seed": 1}, "n must be a whole number"),
        ({"n": 61, "seed": 1}, "cannot be drawn from 60"),
        ({"n": 5, "seed": -1}, "seed must be"),
        ({"n": 1, "seed": 1, "strata": "region"}, "draw at least one of each"),
        ({"n": 5, "seed": 1, "strata": "side"}, "strata must be one of"),
        ({"n": 5, "seed": 1, "weights": "word"}, "weights must be one of"),
        ({"n": 5, "seed": 1, "allocation": "best"}, "allocation must be one of"),
        ({"n": 5, "seed": 1, "strata": "region", "allocation": {"JP": 5}}, "a stratum of alloc"),
        ({"n": 5, "seed": 1, "strata": "region", "allocation": {"US": 5}}, "0 segments of str"),
        ({"n": 5, "seed": 1, "strata": "region", "allocation": {"US": 5, "EU": 2}}, "adds up to 7"),
    ],
)
def test_bad_designs(settings, message):
    with pytest.raises(fr.InputError, match=message):
        draw(TRUE, settings.pop("n"), **settings)


def test_an_empty_stratum_column_is_named():
    rows = ROWS.assign(side=[None, *["x"] * 59])
    with pytest.raises(fr.InputError, match="is empty for document 'US0'"):
        draw(fr.Features(TRUE.matrix, ["rules"], rows, kind="frame"), 5, strata="side", seed=1)


def test_labelled_joins_codes_and_metadata():
    sample = draw(TRUE, 12, strata="region", allocation="equal", seed=3)
    labelled = sample.labelled(TRUE)
    place = pd.Index(TRUE.segments["segment"]).get_indexer(labelled.segments["segment"])
    assert (labelled.matrix.toarray() == TRUE.matrix.toarray()[place]).all()
    chance = labelled.segments.groupby("region")["probability"].first()
    assert chance.to_dict() == {"US": 6 / 40, "EU": 6 / 20}


def test_coding_that_stopped_early_is_a_smaller_sample():
    sample = draw(TRUE, 12, strata="region", allocation="equal", seed=3)
    labelled = sample.labelled(codes_of(sample).head(8))
    assert len(labelled) == 8
    chance = labelled.segments.groupby("region")["probability"].first()
    assert chance.to_dict() == {"US": 4 / 40, "EU": 4 / 20}


def test_skipped_and_half_coded_segments_are_told():
    sample = draw(TRUE, 12, seed=3)
    with pytest.warns(fr.InputWarning, match="2 segments were skipped"):
        sample.labelled(codes_of(sample).drop([0, 4]))
    two = pd.concat([codes_of(sample), codes_of(sample, frame="values").head(10)])
    with pytest.warns(fr.InputWarning, match="2 segments lack a code for some frame"):
        assert len(sample.labelled(two)) == 10


def test_labelled_refuses():
    sample = draw(TRUE, 12, strata="region", seed=3)
    codes = codes_of(sample)
    with pytest.raises(fr.InputError, match="segment 'nowhere' is not in the sample"):
        sample.labelled(pd.concat([codes, codes.head(1).assign(segment="nowhere")]))
    with pytest.raises(fr.InputError, match="no segment of stratum 'EU' is coded"):
        sample.labelled(codes[sample.segments["stratum"] == "US"])
    with pytest.raises(fr.InputError, match="no segment has a code"):
        sample.labelled(codes.assign(code=np.nan))
    with pytest.raises(fr.InputError, match="no column 'coder'"):
        sample.labelled(codes.drop(columns="coder"))
    with pytest.raises(fr.InputError, match=r"2\.0 for frame 'rules' in segment"):
        sample.labelled(codes.assign(code=2.0))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("majority", 0.5), ("mean", 0.5), ("any", 1.0), ("all", 0.0), ("A", 1.0), ("B", 0.0)],
)
def test_one_code_of_two(rule, expected):
    codes = pd.DataFrame({"segment": "s", "coder": ["A", "B"], "frame": "f", "code": [1.0, 0.0]})
    assert one_code(codes, rule).loc["s", "f"] == expected


def test_one_code_of_three_and_missing():
    codes = pd.DataFrame(
        {
            "segment": ["s"] * 3 + ["t"] * 3,
            "coder": list("ABC") * 2,
            "frame": "f",
            "code": [1, 1, 0, np.nan, 0, np.nan],
        }
    )
    assert one_code(codes)["f"].to_dict() == {"s": 1.0, "t": 0.0}
    assert one_code(codes, "mean").loc["s", "f"] == pytest.approx(2 / 3)
    with pytest.raises(fr.InputError, match=r"rule must be one of 'majority'.*'C'"):
        one_code(codes, "vote")
