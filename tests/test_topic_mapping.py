"""Frames above topics: read with care, suggested from a codebook, summed as topics are."""

import tomllib
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing as fr
from framing.errors import InputError, InputWarning
from framing.frames import Codebook, Frame
from framing.patterns import Pattern
from framing.topics.frames.file import TopicFrame
from framing.topics.frames.mapping import TopicFrames, frames_of
from framing.topics.frames.suggestions import suggest_frames

TOPICS = ["topic 1", "topic 2", "topic 3"]
TERMS = ["tariff", "tariffs", "export controls", "fair", "US", "year"]
BETA = np.array(
    [
        [0.30, 0.20, 0.10, 0.00, 0.10, 0.30],
        [0.00, 0.00, 0.00, 0.40, 0.10, 0.50],
        [0.05, 0.00, 0.05, 0.10, 0.20, 0.60],
    ]
)
COUNTS = np.array([10, 5, 5, 10, 10, 60])


def fitted(**more):
    given = {"beta_": BETA, "terms_": TERMS, "topic_names_": TOPICS, "word_counts_": COUNTS}
    return SimpleNamespace(**(given | more))


MODEL = fitted()


def frame(name, *terms, exclude=(), weak=()):
    parts = ([Pattern.parse(one) for one in some] for some in (terms, weak, exclude))
    strong, weak, exclude = map(tuple, parts)
    return Frame(name, name.title(), "", strong, weak, exclude)


TWO = Codebook(
    "two", "", "", "", (frame("trade", "tariff*", "export control*"), frame("fair", weak=["fair"]))
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "my.toml"


def load(path, text, **given):
    path.write_text(text, encoding="utf-8")
    return TopicFrames.load(path, **given)


# --- the file ---------------------------------------------------------------------------------

GOOD = """
none = [3]
[[frame]]
name = "trade"
label = "Trade policy"
topics = [1]
[[frame]]
name = "fair"
topics = ["topic 2"]
"""


def test_topics_are_named_by_number_or_name(path):
    frames = load(path, GOOD, model=MODEL)
    assert frames.names == ("trade", "fair")
    assert [one.label for one in frames.frames] == ["Trade policy", "fair"]
    assert frames.matrix(TOPICS).tolist() == [[1, 0], [0, 1], [0, 0]]
    assert repr(frames) == "TopicFrames(2 frames of 2 topics)"
    assert load(path, GOOD) == frames  # without the model as well


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("= 1", "is not valid TOML"),
        ("", "has no frames; write"),
        ("frames = []", "a key must be one of 'frame', 'none'; got 'frames'"),
        ("frame = 3", r"write \[\[frame\]\] for each frame"),
        ("[[frame]]\ntopics = [1]", "frame 1: 'name' is missing"),
        ('[[frame]]\nname = "a"', r"frame 1 \(a\): 'topics' is missing; write topics = \[1, 5\]"),
        ('[[frame]]\nname = "a"\ntopics = 1', r"frame 1 \(a\): 'topics' must be a list of topics"),
        ('[[frame]]\nname = "a"\ntopics = [true]', "'topics' must be a list of topics"),
        ('[[frame]]\nname = "a"\ntopics = [1.5]', "'topics' must be a list of topics"),
        ('[[frame]]\nname = "a"\ntopics = [1, 1]', "'topics' holds 1 twice; delete one"),
        ('[[frame]]\nname = "a"\ntopics = [1]\nweights = [1]', "a key must be one of 'name', 'la"),
        ('[[frame]]\nname = "a"\ntopics = [4]', r"frame 1 \(a\): topic 4 is not one of 1 to 3"),
        ('[[frame]]\nname = "a"\ntopics = [0]', "topic 0 is not one of 1 to 3"),
        ('[[frame]]\nname = "a"\ntopics = ["x"]', "there is no topic 'x'; the topics are topic 1"),
        ('none = ["x"]\n[[frame]]\nname = "a"\ntopics = [1]', "'none': there is no topic 'x'"),
        ('none = [1]\n[[frame]]\nname = "a"\ntopics = [1, 2, 3]', "'topic 1' is in a frame and in"),
        ('none = 1\n[[frame]]\nname = "a"\ntopics = [1]', "'none' must be a list of topics"),
        (GOOD.replace("fair", "trade"), "two frames named 'trade'"),
        ('[[frame]]\nname = "a"\ntopics = []', "no frame has a topic"),
    ],
)
def test_a_wrong_file_is_told_by_frame_and_key(text, message, path):
    with pytest.raises(InputError, match=message) as caught:
        load(path, text, model=MODEL)
    assert str(path) in str(caught.value)


def test_there_must_be_a_file(tmp_path):
    with pytest.raises(InputError, match=r"there is no file '.*no\.toml'"):
        TopicFrames.load(tmp_path / "no.toml")


def test_topics_of_two_frames_and_of_none_are_told(path):
    twice = '[[frame]]\nname = "a"\ntopics = [1, 2]\n[[frame]]\nname = "b"\ntopics = [2, "topic 3"]'
    message = "1 of 3 topics serve several frames .topic 2. and count in each, so that shares can"
    with pytest.warns(InputWarning, match=message):
        load(path, twice, model=MODEL)
    with pytest.warns(InputWarning, match="2 of 3 topics are in no frame .topic 2, topic 3.; list"):
        load(path, '[[frame]]\nname = "a"\ntopics = [1]', model=MODEL)
    load(path, 'none = [2, "topic 3"]\n[[frame]]\nname = "a"\ntopics = [1]', model=MODEL)


def test_a_frame_without_topics_has_no_column():
    frames = TopicFrames((TopicFrame("a", "", ()), TopicFrame("b", "", (1,))), none=(2, 3))
    assert frames.names == ("b",)
    assert frames.matrix(TOPICS).tolist() == [[1], [0], [0]]


# --- writing ----------------------------------------------------------------------------------

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(NAMES, min_size=1, max_size=3, unique=True),
    topic=NAMES,
    words=st.text(st.characters(exclude_categories=["Cs"])),
)
def test_what_is_written_is_read_as_it_was(tmp_path_factory, names, topic, words):
    path = tmp_path_factory.mktemp("any") / "a.toml"
    frames = tuple(TopicFrame(name, name, (i, topic)) for i, name in enumerate(names, start=1))
    mapping = TopicFrames(frames, (9,), words={topic: words, "9": words})
    mapping.write(path)
    again = TopicFrames.load(path)
    assert (again.frames, again.none) == (mapping.frames, mapping.none)
    before = path.read_bytes()
    mapping.write(path, overwrite=True)
    assert path.read_bytes() == before


def test_the_words_of_topics_stand_beside_them(path):
    load(path, GOOD, model=MODEL).write(path, overwrite=True)
    text = path.read_text()
    assert "  1,  # tariff, year, tariffs, export controls, US, fair\n" in text
    assert '  "topic 2",  # year, fair, US, tariff, tariffs, export controls\n' in text
    assert "  3,  # year, US, fair, tariff, export controls, tariffs\n" in text
    assert tomllib.loads(text)["none"] == [3]


def test_decisions_are_not_replaced(path):
    frames = load(path, GOOD)
    with pytest.raises(InputError, match=r"my\.toml is there already and may hold decisions"):
        frames.write(path)
    with pytest.raises(InputError, match=r"must end in \.toml"):
        frames.write(path.with_suffix(".txt"))


# --- suggestions ------------------------------------------------------------------------------


def test_suggestions_by_hand():
    table = suggest_frames(MODEL, TWO)
    assert set(table) <= set(fr.COLUMNS)
    rows = table.set_index(["topic", "frame"])
    np.testing.assert_allclose(rows.loc[("topic 1", "trade"), ["mass", "lift"]].tolist(), [0.6, 3])
    np.testing.assert_allclose(
        rows.loc[("topic 3", "trade"), ["mass", "lift"]].tolist(), [0.1, 0.5]
    )
    np.testing.assert_allclose(rows.loc[("topic 2", "fair"), ["mass", "lift"]].tolist(), [0.4, 4])
    assert rows.loc[("topic 1", "trade"), "terms"] == "tariff, tariffs, export controls"
    assert rows.loc[("topic 3", "trade"), "terms"] == ""  # none above its part of the corpus
    assert table["topic"].tolist() == [name for name in TOPICS for _ in range(2)]
    assert table["frame"].tolist() == ["trade", "fair", "fair", "trade", "fair", "trade"]
    short = suggest_frames(MODEL, TWO, n_terms=1).set_index(["topic", "frame"])
    assert short.loc[("topic 1", "trade"), "terms"] == "tariff"


def test_a_term_counts_once_and_an_exclusion_takes_it_away():
    book = Codebook("b", "", "", "", (frame("t", "tariff*", "tariffs", exclude=["tariffs"]),))
    assert suggest_frames(MODEL, book)["mass"].tolist() == [0.3, 0.0, 0.05]


def test_capitals_count_where_the_codebook_says_so():
    lower = Codebook("b", "", "", "", (Frame("a", "", "", (Pattern.parse("us", True),)),))
    with pytest.raises(InputError, match="no term of codebook 'b' is among the 6 terms of the mod"):
        suggest_frames(MODEL, lower)
    upper = Codebook("b", "", "", "", (Frame("a", "", "", (Pattern.parse("US", True),)),))
    assert suggest_frames(MODEL, upper)["mass"].tolist() == [0.1, 0.1, 0.2]


def test_frames_without_a_term_in_the_model_are_told():
    hand = Frame("hand", "", "", ())  # for hand coding only: nothing is missing
    book = Codebook("b", "", "", "", (*TWO.frames, frame("war", "tanks"), hand))
    with pytest.warns(InputWarning, match=r"1 of 3 frames .* have no term .* \(war\)"):
        table = suggest_frames(MODEL, book)
    assert set(table["frame"]) == {"trade", "fair", "war"}
    assert table.loc[table["frame"] == "war", "lift"].isna().all()
    assert table.groupby("topic").tail(1)["frame"].tolist() == ["war"] * 3


def test_a_content_model_is_taken_at_the_mean_of_its_levels():
    more = {"level_of_": np.array([0, 1]), "used_": np.array([True, True])}
    model = fitted(beta_=np.stack([BETA, BETA[::-1]]), **more)
    rows = suggest_frames(model, TWO).set_index(["topic", "frame"])
    np.testing.assert_allclose(rows.loc[("topic 1", "trade"), "mass"], (0.6 + 0.1) / 2)


def test_a_draft_from_a_codebook(path):
    frames = TopicFrames.from_codebook(MODEL, TWO)
    assert [(one.name, one.topics) for one in frames.frames] == [
        ("trade", ("topic 1",)),
        ("fair", ("topic 2",)),
    ]
    assert frames.none == ("topic 3",)
    frames.write(path)
    again = TopicFrames.load(path, MODEL)
    assert (again.frames, again.none) == (frames.frames, frames.none)
    assert "# tariff, year" in path.read_text()
    strict = TopicFrames.from_codebook(MODEL, TWO, min_lift=3.5)
    assert strict.none == ("topic 1", "topic 3")
    assert strict.names == ("fair",)
    heavy = TopicFrames.from_codebook(MODEL, TWO, min_mass=0.5)
    assert heavy.none == ("topic 2", "topic 3")


def test_a_bundled_codebook_will_do():
    model = fitted(terms_=["tariff", "tariffs", "export controls", "chips", "US", "year"])
    with pytest.warns(InputWarning, match="have no term among those of the model"):
        frames = TopicFrames.from_codebook(model, "critical-technology")
    assert "protection" in frames.names


# --- frames of topics -------------------------------------------------------------------------


def shares(n=24, seed=0):
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {"document": [f"d{i}" for i in range(n)], "region": ["US", "EU"] * (n // 2)}
    )
    return fr.Features(rng.dirichlet(np.ones(3), n), TOPICS, rows, kind="topic")


def test_topics_are_summed_into_frames(path):
    theta = shares()
    path.write_text('[[frame]]\nname = "a"\ntopics = [1, 3]\n[[frame]]\nname = "b"\ntopics = [2]')
    frames = frames_of(theta, path)
    assert (frames.kind, list(frames.names)) == ("frame", ["a", "b"])
    dense = theta.matrix.toarray()
    np.testing.assert_allclose(frames.matrix.toarray(), dense @ [[1, 0], [0, 1], [1, 0]])
    assert frames.segments.equals(theta.segments)
    model = fitted(topics=lambda: theta)
    np.testing.assert_array_equal(frames_of(model, path).matrix.toarray(), frames.matrix.toarray())


def test_comparisons_work_on_them_unchanged():
    theta = shares()
    mapping = TopicFrames((TopicFrame("a", "", (1, 3)), TopicFrame("b", "", (2,))))
    table = fr.emphasis(frames_of(theta, mapping), by="region").set_index(["group", "frame"])
    topics = fr.emphasis(theta, by="region").set_index(["group", "topic"])["estimate"]
    for group in ("US", "EU"):
        total = topics[group, "topic 1"] + topics[group, "topic 3"]
        assert table.loc[(group, "a"), "estimate"] == pytest.approx(total)
        assert table.loc[(group, "b"), "low"] < topics[group, "topic 2"]
    found = fr.contrast(frames_of(theta, mapping), by="region", replicates=199)
    assert found["p_value"].notna().all()


def test_a_topic_of_two_frames_counts_in_each():
    mapping = TopicFrames((TopicFrame("a", "", (1, 2)), TopicFrame("b", "", (2, 3))))
    theta = shares()
    with pytest.warns(InputWarning, match="mapping: 1 of 3 topics serve several frames"):
        frames = frames_of(theta, mapping)
    dense = theta.matrix.toarray()
    np.testing.assert_allclose(frames.matrix.toarray().sum(axis=1), 1 + dense[:, 1])
    np.testing.assert_allclose(frames.matrix[:, [0]].toarray()[:, 0], dense[:, :2].sum(axis=1))


def test_only_topics_make_frames():
    mapping = TopicFrames((TopicFrame("a", "", (1,)),))
    rows = pd.DataFrame({"document": ["d"]})
    with pytest.raises(InputError, match="frames are made of topics, but these features are terms"):
        frames_of(fr.Features([[1]], ["x"], rows, kind="term"), mapping)
    with pytest.raises(InputError, match="mapping has no frames"):
        TopicFrames(())
