"""Intrusion tasks hold what they say, hide their key, and are scored as by hand."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.special import ndtr
from scipy.stats import binom, norm, t

import framing as fr
from framing.errors import InputError, InputWarning
from framing.topics.intrusion.answers import answer, read_answers
from framing.topics.intrusion.averages import Average
from framing.topics.intrusion.intruders import topic_intrusion, word_intrusion, word_set_intrusion
from framing.topics.intrusion.scores import ALL_TOPICS, guessed, score_intrusion
from framing.topics.intrusion.tasks import Tasks

K, V = 8, 240


def fitted(beta, theta=None, corpus=None, **more):
    """What intrusion tasks take from a fitted model."""
    beta = np.asarray(beta, dtype=float)
    terms = [f"{'abcdefgh'[v % 8]}{v:03d}" for v in range(beta.shape[-1])]
    n = beta.shape[-2]
    model = SimpleNamespace(
        beta_=beta, terms_=terms, topic_names_=[f"topic {k}" for k in range(1, n + 1)], **more
    )
    if theta is not None:
        theta = np.asarray(theta, dtype=float)
        segments = corpus.table() if corpus else pd.DataFrame(
            {"document": [f"d{i:02d}" for i in range(len(theta))], "url": "https://example.org/"}
        )  # fmt: skip
        model.topics = lambda: fr.Features(theta, model.topic_names_, segments, "topic", corpus)
        model.used_ = np.ones(len(theta), dtype=bool)
        rng = np.random.default_rng(3)
        model.counts_ = sparse.csr_array(rng.poisson(0.1, (len(theta), beta.shape[-1])))
    return model


def peaked(n=K, terms=V, seed=0):
    """Topics, each of which gives most to thirty terms of its own."""
    rng = np.random.default_rng(seed)
    beta = rng.dirichlet(np.full(terms, 0.5), size=n) * 0.1
    for k in range(n):
        beta[k, k * terms // n : (k + 1) * terms // n] += 0.9 * rng.dirichlet(np.ones(terms // n))
    return beta / beta.sum(axis=1, keepdims=True)


BETA = peaked()
THETA = np.random.default_rng(1).dirichlet(np.full(K, 0.4), size=40)
MODEL = fitted(BETA, THETA)
WORDS = {word: v for v, word in enumerate(MODEL.terms_)}
TEXTS = [f"Invented text number {i}." for i in range(40)]
CORPUS = fr.Corpus.from_frame(
    pd.DataFrame({"id": [f"d{i:02d}" for i in range(40)], "text": TEXTS}), date=None, clean=False
)
TOLD = fitted(BETA, THETA, CORPUS)


def options(tasks):
    return tasks.table[list(tasks.options)].to_numpy()


def top(k, n):
    return set(np.argsort(-BETA[k])[:n])


def rows(tasks):
    """Options of every task, the intruder apart, and the number of its topic."""
    for shown, (_, key) in zip(options(tasks), tasks.key.iterrows(), strict=True):
        place = int(key["answer"]) - 1
        k, home = (tasks.topics.index(key[name]) for name in ("topic", "intruder"))
        yield [one for i, one in enumerate(shown) if i != place], shown[place], k, home


# --- tasks ------------------------------------------------------------------------------------


def test_words_are_the_most_probable_and_the_intruder_is_not_of_the_topic():
    tasks = word_intrusion(MODEL, seed=3)
    assert sorted(tasks.key["topic"]) == list(tasks.topics)
    assert len(tasks.options) == 6
    for shown, intruder, k, home in rows(tasks):
        assert {WORDS[word] for word in shown} == top(k, 5)
        assert BETA[k, WORDS[intruder]] <= np.median(BETA[k])
        assert WORDS[intruder] in top(home, 5)
        assert home != k


def test_several_tasks_of_a_topic_have_no_word_in_common():
    tasks = word_intrusion(MODEL, n_words=4, per_topic=3, seed=3)
    assert len(tasks) == 3 * K
    for k in range(K):
        words = [WORDS[one] for shown, _, topic, _ in rows(tasks) if topic == k for one in shown]
        assert len(words) == len(set(words)) == 12
        assert set(words) == top(k, 12)
        intruders = [one for _, one, topic, _ in rows(tasks) if topic == k]
        assert len(set(intruders)) == 3


def test_sets_are_of_one_topic_but_for_the_intruder():
    tasks = word_set_intrusion(MODEL, per_topic=2, seed=5)
    assert len(tasks) == 2 * K
    for shown, intruder, k, home in rows(tasks):
        words = [WORDS[word] for one in shown for word in one.split(", ")]
        assert len(words) == len(set(words)) == 12
        assert set(words) <= top(k, 20)
        strange = {WORDS[word] for word in intruder.split(", ")}
        assert len(strange) == 4
        assert strange <= top(home, 20) - top(k, 20)


def test_words_of_sets_are_drawn_by_their_probability():
    beta = np.full((2, 40), 1e-9)
    beta[0, :20], beta[1, 20:] = np.linspace(1, 39, 20), 1.0
    model = fitted(beta / beta.sum(axis=1, keepdims=True))
    drawn = np.zeros(40)
    for seed in range(60):
        for shown, _, k, _ in rows(word_set_intrusion(model, seed=seed)):
            for word in ", ".join(shown).split(", "):
                drawn[model.terms_.index(word)] += k == 0
    assert drawn[:5].sum() < 0.55 * drawn[15:20].sum()
    assert drawn[20:].sum() == 0


def test_a_text_comes_with_its_largest_topics_and_a_small_one():
    tasks = topic_intrusion(TOLD, 15, n_words=4, seed=2)
    assert len(tasks) == 15
    assert tasks.table["document"].nunique() == 15
    texts = dict(zip(CORPUS.segments["segment"], CORPUS.segments["text"], strict=True))
    assert tasks.table["text"].tolist() == [texts[name] for name in tasks.table["segment"]]
    place = {name: i for i, name in enumerate(CORPUS.segments["segment"])}
    shown = {", ".join(MODEL.terms_[v] for v in np.argsort(-row)[:4]): k
             for k, row in enumerate(BETA)}  # fmt: skip
    for i, (others, intruder, k, home) in enumerate(rows(tasks)):
        shares = THETA[place[tasks.table["segment"][i]]]
        order = np.argsort(-shares)
        assert {shown[one] for one in others} == set(order[:3])
        assert shown[intruder] == home in order[4:]
        assert k == order[0]
        told = tasks.key.loc[i, list(tasks.shares)].to_numpy(dtype=float)
        np.testing.assert_allclose(told, [shares[shown[one]] for one in options(tasks)[i]])


def test_without_texts_there_are_links_and_frequent_terms():
    tasks = topic_intrusion(MODEL, 4, seed=2)
    assert "text" not in tasks.table
    assert set(tasks.table["url"]) == {"https://example.org/"}
    row = int(tasks.table["document"][0][1:])
    counts = MODEL.counts_.toarray()
    df = (counts > 0).sum(axis=0)
    ranked = sorted((-counts[row, v], df[v], MODEL.terms_[v]) for v in np.flatnonzero(counts[row]))
    assert tasks.table["words"][0] == ", ".join(name for _, _, name in ranked[:12])


def test_labels_can_be_put_to_the_test():
    names = {f"topic {k}": f"Label {k}" for k in range(1, K + 1)}
    tasks = topic_intrusion(MODEL, 5, labels=names, seed=2)
    assert set(options(tasks).ravel()) <= set(names.values())
    again = topic_intrusion(MODEL, 5, labels=list(names.values()), seed=2)
    pd.testing.assert_frame_equal(tasks.table, again.table)
    for shown, intruder, k, home in rows(tasks):
        assert intruder == f"Label {home + 1}"
        assert f"Label {k + 1}" in shown
    for wrong, message in (
        ({"topic 99": "x"}, "topic of labels must be one of"),
        ({"topic 1": "x"}, "labels lack topic 2, topic 3, topic 4 and 4 more"),
        (["x"], "labels has 1 names for 8 topics"),
        (["x"] * 8, "two topics are both shown as 'x'"),
    ):
        with pytest.raises(InputError, match=message):
            topic_intrusion(MODEL, 5, labels=wrong)


def test_segments_without_topics_enough_are_left_out_and_counted():
    theta = np.vstack([np.eye(K)[:5], THETA])
    with pytest.warns(InputWarning, match="5 of 45 segments do not have 3 topics"):
        tasks = topic_intrusion(fitted(BETA, theta), 40, seed=0)
    assert min(tasks.table["document"]) == "d05"
    with pytest.warns(InputWarning, match="segments do not have 3 topics"):
        tasks = topic_intrusion(MODEL, 5, min_share=0.1, seed=0)
    assert (np.sort(tasks.key[list(tasks.shares)].to_numpy(), axis=1)[:, 1] >= 0.1).all()
    with pytest.raises(InputError, match="no segment has 3 topics"):
        topic_intrusion(fitted(BETA, np.eye(K)), 2)


MAKERS = [word_intrusion, word_set_intrusion, topic_intrusion]


@pytest.mark.parametrize("make", MAKERS)
def test_the_same_seed_makes_the_same_tasks(make):
    one, same, other = make(MODEL, seed=4), make(MODEL, seed=4), make(MODEL, seed=5)
    pd.testing.assert_frame_equal(one.table, same.table)
    pd.testing.assert_frame_equal(one.key, same.key)
    assert not one.table.equals(other.table)


@pytest.mark.parametrize("make", MAKERS)
def test_the_place_of_the_intruder_tells_nothing(make):
    answers = np.concatenate([make(MODEL, seed=seed).key["answer"] for seed in range(30)])
    n = len(make(MODEL).options)
    found = np.bincount(answers, minlength=n + 1)[1:]
    expected = len(answers) / n
    assert ((found - expected) ** 2 / expected).sum() < 20  # χ² of 3 or 5 degrees: p < 0.002


def test_tasks_come_in_random_order():
    first = {word_intrusion(MODEL, seed=seed).key["topic"][0] for seed in range(30)}
    assert len(first) > 4


def test_a_content_model_is_shown_by_all_its_levels():
    other = peaked(seed=9)
    level_of, used = np.array([0, 0, 0, 1, 1]), np.array([True, True, True, True, False])
    model = fitted(np.stack([BETA, other]), level_of_=level_of, used_=used)
    mean = fitted(0.75 * BETA + 0.25 * other)
    pd.testing.assert_frame_equal(word_intrusion(model).table, word_intrusion(mean).table)


def test_an_intruder_that_may_be_of_the_topic_is_told():
    beta = np.zeros((2, 9))
    beta[0, :4], beta[1, :4] = [5, 4, 3, 2], [5, 4, 2, 3]  # and five words that neither uses
    with pytest.warns(InputWarning, match=r"frequent in topic 1, topic 2 too \(2 of 2 topics\)"):
        tasks = word_intrusion(fitted(beta / 14), n_words=3)
    assert sorted(one for _, one, _, _ in rows(tasks)) == ["c002", "d003"]


@pytest.mark.parametrize(
    ("make", "model", "given", "message"),
    [
        (word_intrusion, SimpleNamespace(), {}, "SimpleNamespace is not fitted; call fit first"),
        (word_intrusion, fitted(BETA[:1]), {}, "the model has 1 topic; a task needs 2"),
        (word_intrusion, fitted(BETA), {"n_words": 1}, "n_words must be a whole number from 2 on"),
        (word_intrusion, fitted(BETA), {"n_words": V}, "240 terms; these tasks need 241"),
        (word_intrusion, fitted(BETA), {"per_topic": 0}, "per_topic must be a whole number from 1"),
        (word_intrusion, fitted(BETA), {"seed": -1}, "seed must be a whole number from 0 on"),
        (word_intrusion, fitted(BETA[[0, 0]]), {}, "topic 1 has the same 5 most probable words"),
        (word_set_intrusion, fitted(BETA[[0, 0]]), {}, "topic 1: there are not 12 words of its"),
        (word_set_intrusion, fitted(BETA), {"top": 11}, "top must be a whole number from 12 on"),
        (word_set_intrusion, fitted(np.eye(2, 40)), {}, "topic 1: there are not 12 words"),
        (topic_intrusion, fitted(BETA[:3], THETA[:, :3]), {}, "has 3 topics; a task needs 4"),
        (topic_intrusion, MODEL, {"n": 41}, "n=41 segments cannot be drawn from 40"),
        (topic_intrusion, MODEL, {"min_share": 1}, "min_share must be from 0 to below 1; got 1"),
    ],
)
def test_what_cannot_be_made_is_said(make, model, given, message):
    with pytest.raises(InputError, match=message):
        make(model, **given)


# --- record and sheet -------------------------------------------------------------------------


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("model", [MODEL, TOLD])
def test_tasks_come_back_from_their_file(make, model, tmp_path):
    tasks = make(model, seed=4)
    tasks.write(tmp_path / "tasks.json")
    again = Tasks.load(tmp_path / "tasks.json", CORPUS if model is TOLD else None)
    pd.testing.assert_frame_equal(again.table, tasks.table)
    pd.testing.assert_frame_equal(again.key, tasks.key)
    assert (again.kind, again.seed, again.topics) == (tasks.kind, tasks.seed, tasks.topics)
    again.write(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "tasks.json").read_bytes()


def test_the_file_holds_no_text(tmp_path):
    tasks = topic_intrusion(TOLD, 6)
    tasks.write(tmp_path / "tasks.json")
    assert "Invented" not in (tmp_path / "tasks.json").read_text()
    bare = Tasks.load(tmp_path / "tasks.json")
    answers = bare.key[["task", "answer"]].assign(coder="Ana")
    assert (score_intrusion(bare, answers)["estimate"].dropna() >= 0).all()  # scored all the same
    for show in (lambda: bare.write_sheet(tmp_path / "a.csv"),
                 lambda: answer(bare, "Ana", tmp_path / "a.csv")):  # fmt: skip
        with pytest.raises(InputError, match=r"read without the texts .* Tasks\.load"):
            show()
    other = fr.Corpus.from_frame(
        pd.DataFrame({"id": ["x"], "text": ["One."]}), date=None, clean=False
    )
    with pytest.raises(InputError, match=r"segment 'd\d\d/000' is not in corpus"):
        Tasks.load(tmp_path / "tasks.json", other)


def test_the_key_is_hidden_from_those_who_answer(tmp_path):
    tasks = word_intrusion(MODEL)
    assert not {"topic", "intruder", "share 1"} & set(tasks.table)
    assert "topic 1" not in repr(tasks)
    tasks.write_sheet(tmp_path / "ana.csv", "Ana")
    text = (tmp_path / "ana.csv").read_text("utf-8-sig")
    assert (
        text.split("\n")[0]
        == "task,coder,option 1,option 2,option 3,option 4,option 5,option 6,answer"
    )
    assert "topic" not in text
    assert all(line.endswith(",") for line in text.splitlines()[1:])


def broken(change):
    record = {
        "schema": "framing-tasks/1",
        "kind": "word intrusion",
        "seed": 0,
        "topics": ["a", "b"],
        "tasks": [
            {"task": f"t{i}", "options": ["x", "y"], "topic": "a", "intruder": "b", "answer": 1}
            for i in range(2)
        ],
    }
    change(record)
    return json.dumps(record)


def first(**changes):
    return lambda record: record["tasks"][0].update(changes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "must be a table"),
        (broken(lambda r: r.update(more=1)), "a key must be one of 'schema', 'kind'"),
        (broken(lambda r: r.update(schema="x")), "'schema' must be 'framing-tasks/1'; got 'x'"),
        (broken(lambda r: r.update(kind=[])), "'kind' must be one of 'word intrusion'"),
        (broken(lambda r: r.update(seed=True)), "'seed' must be a whole number from 0 on"),
        (broken(lambda r: r.update(tasks={})), "'tasks' must be a list of tasks"),
        (broken(lambda r: r.update(topics=["a", "a"])), "two topics named 'a'"),
        (broken(lambda r: r["tasks"].append(3)), "task 3 must be a table; got 3"),
        (broken(lambda r: r["tasks"].append(r["tasks"][0])), "two tasks named 't0'"),
        (broken(first(key=1)), "task 1: a key must be one of 'task'"),
        (broken(first(topic="c")), "task 1: 'topic' is 'c', which is not among 'topics'"),
        (broken(first(options="xy")), "task 1: 'options' must be a list of texts"),
        (broken(first(options=["x", "x"])), "task 1: 'options' must be two or more, all differ"),
        (broken(first(options=["x", "y", "z"])), "task 2: 'options' has another length than in"),
        (broken(first(answer=3)), "task 1: 'answer' must be from 1 to 2; got 3"),
        (broken(first(answer=True)), "task 1: 'answer' must be from 1 to 2; got True"),
        (broken(first(shares=[0.5, float("nan")])), "task 1: 'shares' must be a list of numbers"),
        (broken(first(shares=[0.5])), "task 1: 'shares' must have a number for each"),
        (broken(first(shares=[0.5, 0.5])), "task 2: 'shares' has another length than in task 1"),
        (broken(first(url=3)), "task 1: 'url' must be text; got 3"),
        (broken(first(url="x")), "task 2: the keys are not those of task 1"),
    ],
)
def test_a_file_that_was_tampered_with_is_refused(text, message, tmp_path):
    (tmp_path / "tasks.json").write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        Tasks.load(tmp_path / "tasks.json")
    assert "tasks.json" in str(caught.value)


def test_there_must_be_a_file_of_bounded_size(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="there is no file"):
        Tasks.load(tmp_path / "no.json")
    (tmp_path / "much.json").write_text("[]")
    monkeypatch.setattr("framing.resources.LINE_CHARACTERS", 1)
    with pytest.raises(InputError, match="too large for tasks"):
        Tasks.load(tmp_path / "much.json")


def worded(*words, kind="word intrusion"):
    """One task with these options, of which the last is the intruder."""
    table = pd.DataFrame([["task 1", *words]])
    table.columns = ["task", *(f"option {i}" for i in range(1, len(words) + 1))]
    key = pd.DataFrame({"task": ["task 1"], "topic": "a", "intruder": "b", "answer": len(words)})
    return Tasks(kind, 0, ("a", "b"), table, key)


def test_no_cell_of_a_sheet_runs_and_every_word_comes_back(tmp_path):
    words = ["=1+1", "+port", "@home", "5g", "1/2", "12", "2024-05-01", "Straße", "a,b"]
    tasks = worded(*words)
    tasks.write_sheet(tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_text("utf-8-sig")
    assert ",=1" not in text
    assert "'=1+1,'+port,'@home,5g,'1/2,'12,'2024-05-01" in text
    assert read_answers(tmp_path / "a.csv", tasks)["answer"].isna().all()


def test_a_sheet_with_answers_is_not_replaced(tmp_path):
    tasks = worded("x", "y")
    (tmp_path / "a.csv").write_text("mine")
    with pytest.raises(InputError, match=r"a\.csv is there already and may hold answers"):
        tasks.write_sheet(tmp_path / "a.csv")
    tasks.write_sheet(tmp_path / "a.csv", overwrite=True)
    with pytest.raises(InputError, match=r"must end in \.csv"):
        tasks.write_sheet(tmp_path / "a.txt")


def test_a_text_too_long_for_a_cell_is_cut_and_told(tmp_path):
    tasks = worded("x" * 40_000, "y")
    with pytest.warns(InputWarning, match=r"1 of 1 tasks have a text .* \(task 1\)"):
        tasks.write_sheet(tmp_path / "a.csv")


# --- answers ----------------------------------------------------------------------------------


def test_answers_are_read(tmp_path):
    tasks = word_intrusion(MODEL)
    (tmp_path / "ana.csv").write_text("task;answer\ntask 1;2\ntask 2;\ntask 3; 4,0\n")
    tasks.write_sheet(tmp_path / "ben.csv", "Ben")
    text = (tmp_path / "ben.csv").read_text("utf-8-sig")
    (tmp_path / "ben.csv").write_text(text.replace(",\n", ",6\n", 1))
    table = read_answers([tmp_path / "ana.csv", tmp_path / "ben.csv"], tasks)
    assert list(table) == ["task", "coder", "answer"]
    assert table["coder"].value_counts().to_dict() == {"Ben": 8, "ana": 3}
    assert table["answer"].tolist()[:4] == [2, pytest.approx(np.nan, nan_ok=True), 4, 6]
    assert table["answer"][4:].isna().all()
    assert set(read_answers(tmp_path / "ana.csv", tasks, coder="Zoe")["coder"]) == {"Zoe"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("task,choice\ntask 1,2\n", r"ana\.csv, row 1: no column 'answer'"),
        ("task,answer\ntask 1,2\ntask 9,2\n", "row 3, column 'task': 'task 9' is not one of these"),
        ("task,answer\ntask 1,7\n", "row 2, column 'answer': '7' is no option; write 1 to 6"),
        ("task,answer\ntask 1,0\n", "row 2, column 'answer': '0' is no option"),
        ("task,answer\ntask 1,=1+1\n", "row 2, column 'answer': '=1.1' is no option"),
        ("task,answer,option 2\ntask 1,2,boat\n", "row 2, column 'option 2': 'boat' is not what"),
        ("task,answer\ntask 1,2\ntask 1,3\n", "row 2, and .*row 3: both answer 'task 1' by 'ana'"),
    ],
)
def test_a_wrong_answer_sheet_is_told(text, message, tmp_path):
    (tmp_path / "ana.csv").write_text(text)
    with pytest.raises(InputError, match=message):
        read_answers(tmp_path / "ana.csv", word_intrusion(MODEL))


def test_files_and_names_must_match(tmp_path):
    with pytest.raises(InputError, match="paths is empty"):
        read_answers([], worded("x", "y"))
    with pytest.raises(InputError, match="coder has 2 names for 1 files"):
        read_answers(tmp_path / "a.csv", worded("x", "y"), coder=["a", "b"])


# --- scores -----------------------------------------------------------------------------------

TASKS = word_intrusion(MODEL, seed=1)


def said(tasks, rights, coders):
    """Answers of coders of whom each is right (1), wrong (0) or silent (None) in each task."""
    rows = []
    for coder, right in zip(coders, rights, strict=True):
        for task, truth, one in zip(tasks.key["task"], tasks.key["answer"], right, strict=True):
            wrong = truth % len(tasks.options) + 1
            given = np.nan if one is None else truth if one else wrong
            rows.append((task, coder, given))
    return pd.DataFrame(rows, columns=["task", "coder", "answer"])


def total(table, statistic="model_precision"):
    return table[(table["topic"] == ALL_TOPICS) & (table["statistic"] == statistic)].iloc[0]


def test_precision_by_hand():
    answers = said(TASKS, [[1, 1, 0, 1, 1, 1, 1, 0]], ["Ana"])
    table = score_intrusion(TASKS, answers)
    one = total(table)
    n, p, q = 8, 0.75, t.ppf(0.975, 7) ** 2 * 7 / 7
    # Wilson's interval at the effective size p(1 − p)/v, v = p(1 − p)/(n − 1) as units vary
    size = n - 1
    middle, half = p + q / (2 * size), np.sqrt(q * (p * (1 - p) / size + q / (4 * size**2)))
    expected = np.array([middle - half, middle + half]) / (1 + q / size)
    np.testing.assert_allclose(one[["estimate"]].astype(float), p)
    np.testing.assert_allclose(one[["low", "high"]].astype(float), expected)
    assert one["p_value"] == pytest.approx(binom.sf(5, 8, 1 / 6))
    assert one["p_min"] == pytest.approx(6.0**-8)
    assert one["q_value"] == one["p_value"]
    assert one[["n", "n_missing", "n_coders", "n_tasks", "n_tests"]].tolist() == [8, 0, 1, 8, 1]
    assert (one["chance"], one["unit"], one["note"]) == (pytest.approx(1 / 6), "task", "")
    by = table[table["topic"] != ALL_TOPICS]
    assert by["topic"].tolist() == list(TASKS.topics)
    right = dict(zip(TASKS.key["topic"], [1, 1, 0, 1, 1, 1, 1, 0], strict=True))
    assert by["estimate"].tolist() == [right[topic] for topic in TASKS.topics]
    assert by[["low", "high"]].isna().all(axis=None)
    assert set(by["note"]) == {"only 1 coder and 1 task; an interval needs 6 of either"}
    assert (by["n_tests"] == 8).all()


def test_missing_answers_are_counted_not_scored():
    answers = said(TASKS, [[1, None, 0, 1, 1, 1, 1, 0], [1] * 8], ["Ana", "Ben"])
    one = total(score_intrusion(TASKS, answers))
    assert one["estimate"] == pytest.approx(13 / 15)
    assert (one["n"], one["n_missing"]) == (15, 1)
    fewer = total(score_intrusion(TASKS, answers.iloc[:-2]))  # rows that are not there at all
    assert (fewer["n"], fewer["n_missing"]) == (13, 3)
    only = score_intrusion(TASKS, answers[answers["task"] == "task 1"])
    silent = only[only["n"] == 0]
    assert len(silent) == 7
    assert set(silent["note"]) == {"no answer"}
    assert silent[["estimate", "low", "p_value"]].isna().all(axis=None)
    assert (silent["n_missing"] == 2).all()


def test_what_varies_is_what_there_is_enough_of():
    rng = np.random.default_rng(0)
    marks = rng.random((7, 8)) < 0.8
    coders = [f"coder {i}" for i in range(7)]
    assert total(score_intrusion(TASKS, said(TASKS, marks, coders)))["unit"] == "coder and task"
    few = score_intrusion(TASKS, said(TASKS, marks[:3], coders[:3]))
    assert total(few)["unit"] == "task"
    topics = score_intrusion(TASKS, said(TASKS, marks, coders))
    assert set(topics.loc[topics["topic"] != ALL_TOPICS, "unit"]) == {"coder"}


def test_two_kinds_of_clusters_by_hand():
    rng = np.random.default_rng(4)
    values = (rng.random((9, 12)) < 0.4 + 0.5 * rng.random((9, 1)) * rng.random(12)).astype(float)
    task, coder = (one.ravel() for one in np.meshgrid(np.arange(12), np.arange(9)))
    one = Average.of(values.ravel(), {"coder": coder, "task": task})
    error = (values - values.mean()) / values.size
    by_coder = (error.sum(axis=1) ** 2).sum() * 9 / 8
    by_task = (error.sum(axis=0) ** 2).sum() * 12 / 11
    single = (error**2).sum() * 108 / 107
    assert one.variance == pytest.approx(max(by_coder + by_task - single, by_coder, by_task))
    assert one.value == pytest.approx(values.mean())


def test_log_odds_by_hand():
    tasks = topic_intrusion(MODEL, 8, seed=3)
    key = tasks.key.copy()
    shares = np.tile([0.5, 0.3, 0.15, 0.05], (8, 1))
    key[list(tasks.shares)], key["answer"] = shares, 4
    tasks = Tasks(tasks.kind, 0, tasks.topics, tasks.table, key)
    chosen = [4, 4, 1, 4, 2, 4, 4, 4]
    answers = key[["task"]].assign(coder="Ana", answer=chosen)
    one = total(score_intrusion(tasks, answers), "topic_log_odds")
    lost = np.array([0, 0, np.log(0.05 / 0.5), 0, np.log(0.05 / 0.3), 0, 0, 0])
    assert one["estimate"] == pytest.approx(lost.mean())
    assert one["low"] < one["estimate"] < one["high"] <= 0
    assert one["low"] <= lost.mean() - 1.96 * lost.std(ddof=1) / np.sqrt(8)
    assert one["unit"] == "document"
    assert np.isnan(one["p_value"])
    assert total(score_intrusion(tasks, answers))["p_value"] == pytest.approx(binom.sf(5, 8, 0.25))
    perfect = score_intrusion(tasks, answers.assign(answer=4))
    perfect = total(perfect, "topic_log_odds")
    assert (perfect["estimate"], perfect["note"]) == (0, "no interval: all are alike")
    assert np.isnan(perfect["low"])


def test_log_odds_without_a_share_are_undefined_only_where_it_matters():
    tasks = topic_intrusion(MODEL, 8, seed=3)
    key = tasks.key.copy()
    key[list(tasks.shares)], key["answer"] = np.tile([0.6, 0.3, 0.1, 0.0], (8, 1)), 4
    tasks = Tasks(tasks.kind, 0, tasks.topics, tasks.table, key)
    answers = key[["task", "answer"]].assign(coder="Ana")
    assert total(score_intrusion(tasks, answers), "topic_log_odds")["estimate"] == 0
    answers.loc[0, "answer"] = 1
    one = total(score_intrusion(tasks, answers), "topic_log_odds")
    assert np.isnan(one["estimate"])
    assert one["note"] == "undefined: a wrong answer meets an intruder with θ = 0"


def test_agreement_is_that_of_agreement():
    rng = np.random.default_rng(1)
    answers = said(TASKS, rng.random((3, 8)) < 0.7, ["Ana", "Ben", "Cem"])
    table = score_intrusion(TASKS, answers, seed=2)
    codes = answers.rename(columns={"task": "segment", "answer": "code"})
    codes = codes.assign(document=codes["segment"], frame="x")
    expected = fr.agreement(codes, seed=2).set_index("statistic")
    for name in ("krippendorff_alpha", "percent_agreement"):
        found = total(table, name)
        for column in ("estimate", "low", "high"):
            assert found[column] == expected.loc[name, column]
        assert (found["n_tasks"], found["n_coders"], found["unit"]) == (8, 3, "task")
    assert "cohen_kappa" not in set(table["statistic"])
    alone = score_intrusion(TASKS, answers[answers["coder"] == "Ana"])
    assert set(alone["statistic"]) == {"model_precision"}
    apart = answers[(answers["coder"] == "Ana") == (answers["task"] < "task 4")]
    assert (
        total(score_intrusion(TASKS, apart[apart["coder"] != "Cem"]), "krippendorff_alpha")["note"]
        == "undefined: no task is coded twice"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda a: a.to_dict(), "answers must be a table"),
        (lambda a: a.drop(columns="coder"), "answers have no column 'coder'"),
        (lambda a: a.assign(task="task 77"), "'task 77' by 'Ana' is not one of these tasks"),
        (lambda a: a.assign(answer=7), "has an answer that is no option; give 1 to 6"),
        (lambda a: a.assign(answer=1.5), "has an answer that is no option"),
        (lambda a: a.assign(answer="x"), "has an answer that is no option"),
        (lambda a: pd.concat([a, a]), "is answered twice"),
        (lambda a: a.assign(coder=None), "has no coder; say who answered"),
        (lambda a: a.assign(answer=np.nan), "no task is answered"),
        (lambda a: a.iloc[:0], "no task is answered"),
    ],
)
def test_answers_that_cannot_be_are_told(change, message):
    answers = said(TASKS, [[1] * 8], ["Ana"])
    with pytest.raises(InputError, match=message):
        score_intrusion(TASKS, change(answers))
    with pytest.raises(InputError, match="level must lie between 0 and 1"):
        score_intrusion(TASKS, answers, level=2)


def test_columns_are_of_the_vocabulary():
    table = score_intrusion(TASKS, said(TASKS, [[1] * 8] * 2, ["Ana", "Ben"]))
    assert set(table) <= set(fr.COLUMNS)
    assert table["test"].tolist() == ["exact permutation"] * 9 + ["", ""]


# --- chance -----------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_chance_is_what_all_places_of_the_intruders_give(data):
    n_tasks, n_options = data.draw(st.integers(1, 3)), data.draw(st.integers(2, 4))
    choice = st.integers(1, n_options)
    task = np.array(data.draw(st.lists(st.integers(0, n_tasks - 1), min_size=1, max_size=8)))
    chosen = np.array([data.draw(choice) for _ in task])
    truth = np.array([data.draw(choice) for _ in range(n_tasks)])
    places = np.indices((n_options,) * n_tasks).reshape(n_tasks, -1) + 1  # every way to place them
    hits = (chosen[:, None] == places[task]).sum(axis=0)
    p_value, p_min = guessed(task, chosen, truth[task], n_options)
    assert p_value == pytest.approx((hits >= (chosen == truth[task]).sum()).mean())
    assert p_min == pytest.approx((hits == hits.max()).mean())


def test_coders_who_choose_alike_are_not_many():
    task, truth = np.tile(np.arange(8), 6), np.ones(48, dtype=int)
    chosen = np.where(task < 3, 1, 2)  # six coders, all right in the same three tasks of eight
    p_value, p_min = guessed(task, chosen, truth, 6)
    assert p_value == pytest.approx(binom.sf(2, 8, 1 / 6))
    assert p_value > 0.1 > 100 * binom.sf(17, 48, 1 / 6)  # what independent answers would give
    assert p_min == pytest.approx(6.0**-8)


# --- coverage ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n_tasks", "n_coders", "mean"), [(20, 2, 1.2), (12, 8, 1.0), (30, 10, 2.0)]
)
def test_intervals_hold_the_truth(n_tasks, n_coders, mean):
    """Coders and tasks differ by a probit model; the truth is of all such tasks, and coders."""
    rng, held, n = np.random.default_rng(7), 0, 150
    task, coder = (one.ravel() for one in np.meshgrid(np.arange(n_tasks), np.arange(n_coders)))
    for _ in range(n):
        hard, able = rng.normal(0, 0.9, n_tasks), rng.normal(0, 0.6, n_coders)
        right = rng.normal(size=len(task)) < mean + hard[task] + able[coder]
        # with few coders the interval is about them
        truth = ndtr((mean + able) / np.hypot(1, 0.9)).mean() if n_coders < 6 else norm.cdf(
            mean / np.sqrt(1 + 0.9**2 + 0.6**2))  # fmt: skip
        found = Average.of(right.astype(float), {"coder": coder, "task": task}).share(0.95)
        held += found["low"] <= truth <= found["high"]
    assert held / n >= 0.9
