"""The tables behind a report, and the plan that asks for them."""

import numpy as np
import pandas as pd
import pytest

import framing as fr
from framing.analysis import Plan, analyse, quietly


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
    assert result.skipped == {}


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


@pytest.mark.parametrize(
    ("plan", "words"),
    [
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
