"""Fitted models on disk: the same when read back, and no danger from strangers' files."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pandas as pd
import pytest
from _stm import planted

from framing.errors import InputError
from framing.features import Features
from framing.topics import LDA, NMF, StructuralTopicModel, TopicModel

MODELS = [
    NMF(3),
    NMF(3, weights="count"),
    LDA(3),
    StructuralTopicModel(3, "~ region * s(year)"),
    StructuralTopicModel(3, "~ region", "~ region", max_iter=3, tol=1e-1),
]


@pytest.fixture(scope="module")
def counts():
    corpus, _, _ = planted(n=120)
    rows = corpus.segments.assign(
        date=pd.date_range("2021-01-01", periods=120).astype("datetime64[s]"),
        score=np.linspace(0, 1, 120),
        note=["é" if i % 2 else None for i in range(120)],
    )
    whole = Features(corpus.matrix, list(corpus.names), rows, kind="term")
    return whole.select(
        [name for name, n in zip(whole.names, whole.matrix.sum(axis=0), strict=True) if n]
    )


@pytest.mark.filterwarnings("ignore::framing.errors.InputWarning")
@pytest.mark.parametrize("model", MODELS, ids=str)
def test_a_model_is_the_same_when_read_back(model, counts, tmp_path):
    model.fit(counts)
    model.save(tmp_path / "model.zip")
    again = type(model).load(tmp_path / "model.zip")
    assert again.get_params() == model.get_params()
    for name in ("beta_", "theta_", "word_counts_", "used_"):
        np.testing.assert_array_equal(getattr(again, name), getattr(model, name))
    np.testing.assert_allclose(again.transform(counts), model.transform(counts), rtol=1e-12)
    assert again.terms_ == model.terms_
    assert again.topic_names_ == model.topic_names_
    pd.testing.assert_frame_equal(again.topic_terms(), model.topic_terms())
    pd.testing.assert_frame_equal(again.representatives(), model.representatives())
    if isinstance(model, StructuralTopicModel):
        np.testing.assert_allclose(again.covariances(), model.covariances())
        np.testing.assert_array_equal(again.design_.matrix, model.design_.matrix)
        other = model.transform(counts, prior="covariates")
        np.testing.assert_allclose(again.transform(counts, prior="covariates"), other)


def test_the_same_model_gives_the_same_bytes(counts, tmp_path):
    model = StructuralTopicModel(3, "~ region").fit(counts)
    model.save(tmp_path / "one")
    model.save(tmp_path / "two")
    TopicModel.load(tmp_path / "one").save(tmp_path / "three")
    content = {(tmp_path / name).read_bytes() for name in ("one", "two", "three")}
    assert len(content) == 1


def test_files_are_not_replaced_unasked(counts, tmp_path):
    model = NMF(3).fit(counts)
    model.save(tmp_path / "model")
    with pytest.raises(InputError, match="is there already; pass overwrite=True"):
        model.save(tmp_path / "model")
    model.save(tmp_path / "model", overwrite=True)
    with pytest.raises(InputError, match="holds a NMF, not a LDA"):
        LDA.load(tmp_path / "model")
    with pytest.raises(InputError, match="there is no file"):
        NMF.load(tmp_path / "nowhere")


@pytest.fixture(scope="module")
def parts(counts, tmp_path_factory):
    """The entries of a saved model."""
    path = tmp_path_factory.mktemp("model") / "model"
    StructuralTopicModel(3, "~ region").fit(counts).save(path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(path, parts):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def npy(values, **settings):
    held = io.BytesIO()
    np.save(held, values, **settings)
    return held.getvalue()


def changed(parts, **entries):
    about = json.loads(parts["model.json"]) | entries
    return parts | {"model.json": json.dumps(about).encode()}


def header(shape):
    """An array that says it is larger than it is."""
    held = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        held, {"descr": "<f8", "fortran_order": False, "shape": shape}
    )
    return held.getvalue()


DAMAGE = {
    "not a zip": (lambda _: None, "not a whole topic model"),
    "no json": (lambda p: {k: v for k, v in p.items() if k != "model.json"}, "not a whole"),
    "not json": (lambda p: p | {"model.json": b"{"}, "not a whole topic model"),
    "a list": (lambda p: p | {"model.json": b"[]"}, "not a whole topic model"),
    "deep": (lambda p: p | {"model.json": b"[" * 200_000}, "not a whole topic model"),
    "another format": (lambda p: changed(p, format="other 2"), "is a 'other 2'"),
    "another class": (lambda p: changed(p, model="Popen"), "of kind 'Popen'"),
    "other settings": (lambda p: changed(p, settings={"shell": True}), "not a whole"),
    "a pickle": (
        lambda p: p | {"beta_.npy": npy(np.array([{}]), allow_pickle=True)},
        "not what it says|not a whole",
    ),
    "a huge array": (lambda p: p | {"beta_.npy": header((10**9, 10**6))}, "not what it says"),
    "another shape": (lambda p: p | {"theta_.npy": npy(np.ones((2, 2)))}, "theta_ should have"),
    "no beta": (lambda p: {k: v for k, v in p.items() if k != "beta_.npy"}, "no beta_|not a whole"),
    "counts out of range": (
        lambda p: p | {"counts.indices.npy": npy(np.full(10, 10**6))},
        "not a whole topic model",
    ),
    "code in a formula": (
        lambda p: changed(
            p,
            settings=json.loads(p["model.json"])["settings"]
            | {"prevalence": "~ s(__import__('os').getpid())"},
        ),
        "formula",
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_and_hostile_files_are_refused(damage, parts, tmp_path):
    change, message = DAMAGE[damage]
    path = tmp_path / "model"
    entries = change(parts)
    if entries is None:
        path.write_bytes(b"PK\x03\x04 nothing")
    else:
        written(path, entries)
    with pytest.raises(InputError, match=message):
        TopicModel.load(path)


def test_a_file_that_unpacks_to_much_is_refused(parts, tmp_path, monkeypatch):
    monkeypatch.setattr("framing.topics.storage.FILE_BYTES", 1000)
    with pytest.raises(InputError, match="would unpack to more than 1,000 bytes"):
        TopicModel.load(written(tmp_path / "model", parts))
