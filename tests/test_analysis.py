"""The tables behind a report, and the plan that asks for them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing.analysis import CODER, Plan, analyse, quietly
from framing.plan import Coding, Topics


def corpus(n=24, folder=None):
    """Documents of two sides and two years, written here, that differ in one frame."""
    rng = np.random.default_rng(0)
    rows = []
    for i in range(n):
        region = ("US", "EU")[i % 2]
        say = "Export controls guard technology." if region == "US" else "Standards and rules help."
        rest = " ".join(rng.choice(["chips", "trade", "plants", "growth"], size=30))
        rows.append(
            (f"d{i:02d}", f"{2021 + i // (n // 2)}", region, "ab"[i % 3 == 0], f"{say} {rest}.")
        )
    table = pd.DataFrame(rows, columns=["id", "date", "region", "topic", "text"])
    made = fr.Corpus.from_frame(table, clean=False)
    object.__setattr__(made, "folder", folder)
    return made


def test_a_plan_comes_from_the_folder_then_from_the_caller(tmp_path):
    (tmp_path / "report.toml").write_text('by = "topic"\nwithin = "region"\n')
    plan = Plan.of(corpus(folder=tmp_path), over="quarter")
    assert (plan.by, plan.within, plan.over) == ("topic", "region", "quarter")
    assert Plan.of(corpus(folder=tmp_path), by="region").by == "region"
    assert Plan.of(corpus()).by == "region"


def test_a_plan_names_what_it_does_not_know(tmp_path):
    (tmp_path / "report.toml").write_text('colour = "red"\n')
    with pytest.raises(fr.InputError, match=r"report.toml.*got 'colour'"):
        Plan.of(corpus(folder=tmp_path))
    with pytest.raises(fr.InputError, match="over must be one of"):
        Plan.of(corpus(), over="decade")


def test_every_table_is_made_and_progress_told():
    steps = []
    plan = Plan.of(
        corpus(),
        within="topic",
        subset={"column": "topic", "levels": ["a"], "label": "topic a"},
        replicates=100,
    )
    result = analyse(corpus(), plan, progress=steps.append)
    assert set(result.tables) == {
        "timeline", "keyness", "emphasis", "contrast", "divergence", "trend", "change", "shift",
        "tf_idf", "terms",
    }  # fmt: skip
    assert steps[:2] == ["frames", "terms"]
    assert set(result.tables) <= set(steps)
    assert result.tables["contrast"]["statistic"].unique().tolist() == [
        "difference",
        "difference within topic",
        "difference in topic a",
    ]
    assert result.unit == "document"
    assert list(result.skipped) == ["topics"]


def test_few_documents_are_resampled_by_segment_and_what_fails_is_said():
    result, said = quietly(
        lambda: analyse(corpus(4), Plan(by="region", over="year", replicates=100))
    )
    assert result.unit == "segment"
    assert said == []
    one_year = fr.Corpus.from_frame(
        pd.DataFrame(
            {"id": ["a", "b"], "region": ["US", "EU"], "date": "2021", "text": ["a chip", "a rule"]}
        ),
        clean=False,
    )
    result, _ = quietly(lambda: analyse(one_year, Plan(by="region", replicates=100)))
    assert "a shift needs two years" in result.skipped["shift"]
    assert "a trend needs two or more" in result.skipped["trend"]
    assert "a change needs two years" in result.skipped["change"]


def test_a_plan_may_choose_a_topic_model(tmp_path):
    text = '[topics]\nn_topics = 4\nprevalence = "~ region"\nmin_documents = 2\n'
    (tmp_path / "report.toml").write_text(text)
    assert Plan.of(corpus(folder=tmp_path)).topics == Topics(4, "~ region", 2)
    assert Plan.of(corpus()).topics is None


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ("topics = 4", "topics must be a table; got 4"),
        ("[topics]\nn_topics = -1", "topics: 'n_topics' must be a whole number from 0 on; got -1"),
        ("[topics]\nn_topics = true", "'n_topics' must be a whole number from 0 on; got True"),
        ("[topics]\nmin_documents = 0", "'min_documents' must be a whole number from 1 on; got 0"),
        ("[topics]\nprevalence = 3", "topics: 'prevalence' must be text; got 3"),
        ("[topics]\nseed = 3", "got 'seed'"),
        ("by = 5", "'by' must be text; got 5"),
        ('by = "year"', "'year' is a unit of time"),
        ('[subset]\ncolumn = "topic"\nlabel = "x"', "subset: 'levels' is missing"),
        ('[subset]\ncolumn = "topic"\nlevels = "a"\nlabel = "x"', "'levels' must be a list"),
        ('codebook = "../other.toml"', "leads out of the folder"),
    ],
)
def test_a_broken_plan_is_named(tmp_path, plan, words):
    (tmp_path / "report.toml").write_text(plan)
    with pytest.raises(fr.InputError, match=words):
        Plan.of(corpus(folder=tmp_path))


def test_a_plan_may_not_lie_elsewhere(tmp_path):
    (tmp_path / "elsewhere.toml").write_text('by = "topic"')
    inside = tmp_path / "corpus"
    inside.mkdir()
    (inside / "report.toml").symlink_to(tmp_path / "elsewhere.toml")
    with pytest.raises(fr.InputError, match="leads out of the folder"):
        Plan.of(corpus(folder=inside))


def test_a_codebook_lies_beside_the_plan(tmp_path):
    (tmp_path / "mine.toml").write_text("")
    (tmp_path / "report.toml").write_text('codebook = "mine.toml"')
    assert Plan.of(corpus(folder=tmp_path)).codebook == str(tmp_path / "mine.toml")


# --- codes by hand ---------------------------------------------------------------------------

CODING = """codebook = "critical-technology"
[coding]
sample = "coding/sample.json"
codes = ["coding/one.csv", "coding/two.csv"]
"""
FRAMES = fr.Codebook.load("critical-technology").names


@pytest.fixture(scope="module")
def coded(tmp_path_factory):
    """A corpus whose folder holds the codes of two people: right in all, and wrong in some."""
    folder = tmp_path_factory.mktemp("coded")
    made = corpus(48, folder)
    sample = fr.draw(made, 32, strata="region", allocation="equal", seed=1)
    truth = fr.code(made, "critical-technology").select(FRAMES)
    rows = pd.Index(truth.segments["segment"]).get_indexer(sample.segments["segment"])
    codes = pd.DataFrame(truth.matrix[rows].toarray().astype(int), columns=FRAMES)
    codes.insert(0, "segment", sample.segments["segment"].to_numpy())
    (folder / "coding").mkdir()
    sample.write(folder / "coding" / "sample.json")
    codes.to_csv(folder / "coding" / "one.csv", index=False)
    codes.loc[:7, "security"] = 1 - codes.loc[:7, "security"]
    codes.to_csv(folder / "coding" / "two.csv", index=False)
    (folder / "report.toml").write_text(CODING)
    return made


def hand(made, *names):
    """The codes of some people, as the analysis should take them."""
    folder = made.folder / "coding"
    sample = fr.Sample.load(folder / "sample.json", made)
    codes = fr.read_codes([folder / f"{name}.csv" for name in names], sample=sample)
    return codes, sample.labelled(codes)


def test_hand_codes_give_their_tables_and_correct_differences_and_slopes(coded):
    plan = Plan.of(coded, replicates=100)
    result = analyse(coded, plan, only=[*CODER, "contrast", "trend"])
    assert result.skipped == {}
    assert list(result.tables) == ["contrast", "trend", *CODER]
    codes, labelled = hand(coded, "one", "two")
    chosen = {"replicates": 100, "seed": 0}
    same = pd.testing.assert_frame_equal
    same(result.tables["agreement"], fr.agreement(codes, **chosen))
    correction = fr.correction(result.frames, "region", labelled=labelled, **chosen)
    same(result.tables["correction"], correction)
    bias = fr.bias(result.frames, labelled, "region", "year", **chosen)
    same(result.tables["bias"], bias)
    contrast = result.tables["contrast"]
    assert contrast["statistic"].unique().tolist() == ["difference", "difference with hand codes"]
    again = contrast[contrast["statistic"] != "difference"].reset_index(drop=True)
    corrected = fr.contrast(result.frames, "region", labelled=labelled, **chosen)
    for name in ("estimate", "low", "high", "q_value", "n_labelled"):
        pd.testing.assert_series_equal(again[name], corrected[name], check_dtype=False)
    slopes = result.tables["trend"]["statistic"].unique().tolist()
    assert slopes == ["share", "slope", "slope with hand codes"]


def test_an_evaluation_is_of_all_sides_together_and_of_each(coded):
    result = analyse(coded, Plan.of(coded, replicates=100), only=["evaluation"])
    table, (_, labelled) = result.tables["evaluation"], hand(coded, "one", "two")
    every = table[table["group"].isna()]
    whole = fr.evaluate(result.frames, labelled)
    assert every["estimate"].tolist() == pytest.approx(whole["estimate"].tolist(), nan_ok=True)
    sides = fr.evaluate(result.frames, labelled, "region")
    assert table["group"].dropna().tolist() == sides["group"].tolist()


def test_what_was_settled_counts_before_the_majority(coded):
    """Of two people a majority is both, and half where they differ: 4 of 8 in US, 4 of 8 in EU."""
    plan = Plan.of(coded, replicates=100)
    settled = replace(plan.coding, settled=plan.coding.codes[0])
    shares = {}
    for name, coding in (("majority", plan.coding), ("settled", settled)):
        result = analyse(coded, replace(plan, coding=coding), only=["bias"])
        table = result.tables["bias"]
        net = table[(table["statistic"] == "net error") & table["period"].isna()]
        shares[name] = net.set_index(["group", "frame"])["estimate"]
    assert (shares["settled"] == 0).all()
    moved = shares["majority"].drop(index="security", level="frame")
    assert (moved == 0).all()
    assert (shares["majority"].xs("security", level="frame") != 0).all()


def test_hand_codes_of_one_year_show_no_drift(coded):
    plan = Plan.of(coded, over="year", replicates=100)
    one_year = corpus(48, coded.folder)
    one_year.documents["date"] = pd.Timestamp("2021-01-01")
    table = analyse(one_year, plan, only=["bias"]).tables["bias"]
    assert "difference in net error" in set(table["statistic"])
    assert not table["statistic"].str.startswith("slope").any()


def test_frames_coded_by_hand_are_no_machine_to_be_checked(coded):
    made = corpus(48, coded.folder)
    codes = fr.code(made, "critical-technology")
    object.__setattr__(made, "frames", pd.DataFrame(
        codes.matrix.toarray(), columns=list(codes.names), index=codes.segments["segment"]
    ))  # fmt: skip
    plan = replace(Plan.of(made, replicates=100), codebook=None)
    result = analyse(made, plan, only=[*CODER, "contrast"])
    assert list(result.tables) == ["contrast"]
    assert set(result.tables["contrast"]["statistic"]) == {"difference"}
    assert set(result.skipped) == set(CODER)
    assert "frames were coded by hand; name a codebook" in result.skipped["correction"]


def test_few_documents_are_checked_but_not_corrected(tmp_path):
    made = corpus(4, tmp_path)
    sample = fr.draw(made, 4, seed=1)
    sample.write(tmp_path / "sample.json")
    rows = pd.DataFrame(1, columns=FRAMES, index=range(4))
    rows.insert(0, "segment", sample.segments["segment"])
    rows.to_csv(tmp_path / "one.csv", index=False)
    coding = Coding(tmp_path / "sample.json", (tmp_path / "one.csv",))
    plan = Plan("region", replicates=100, coding=coding)
    result = analyse(made, plan, only=[*CODER, "contrast"])
    assert result.skipped["correction"] == "hand codes correct shares of 6 documents or more."
    assert "agreement needs two coders" in result.skipped["agreement"]
    assert set(result.tables["contrast"]["statistic"]) == {"difference"}
    assert {"evaluation", "bias"} <= set(result.tables)


def test_hand_codes_are_read_only_where_they_are_needed(coded, tmp_path):
    (tmp_path / "bad.csv").write_text("segment,security\nnowhere,1\n")
    coding = replace(Plan.of(coded).coding, codes=(tmp_path / "bad.csv",))
    plan = Plan("region", coding=coding, replicates=100)
    assert list(analyse(coded, plan, only=["timeline"]).tables) == ["timeline"]
    with pytest.raises(fr.InputError, match=r"bad\.csv, row 2.*'nowhere' is not in the sample"):
        analyse(coded, plan, only=["contrast"])


@pytest.mark.parametrize(
    ("coding", "words"),
    [
        ('coding = "yes"', "coding must be a table; got 'yes'"),
        ('[coding]\ncodes = ["a.csv"]', "coding: 'sample' is missing"),
        ('[coding]\nsample = "there.json"', "coding: 'codes' is missing; list a file for each"),
        ('[coding]\nsample = "there.json"\ncodes = "a.csv"', "'codes' must be a list of texts"),
        ('[coding]\nsample = "there.json"\ncodes = []', "coding: 'codes' is missing"),
        (
            '[coding]\nsample = "there.json"\ncodes = ["no.csv"]',
            r"report\.toml, coding: 'codes' names 'no\.csv'; there is no file .*no\.csv",
        ),
        (
            '[coding]\nsample = "no.json"\ncodes = ["there.json"]',
            r"coding: 'sample' names 'no\.json'; there is no file",
        ),
        (
            '[coding]\nsample = "there.json"\ncodes = ["there.json"]\nsettled = "no.csv"',
            "coding: 'settled' names",
        ),
        (
            '[coding]\nsample = "../there.json"\ncodes = ["there.json"]',
            "coding, 'sample': the path '../there.json' leads out of the folder",
        ),
        ('[coding]\ncoders = 2\nsample = "a"\ncodes = ["b"]', "got 'coders'"),
    ],
)
def test_a_broken_table_of_hand_codes_is_named(tmp_path, coding, words):
    (tmp_path / "there.json").write_text("{}")
    (tmp_path / "report.toml").write_text(coding)
    with pytest.raises(fr.InputError, match=words):
        Plan.of(corpus(folder=tmp_path))
