"""Fitted topic models as files: arrays and JSON in a zip, no pickle."""

from __future__ import annotations

import io
import json
import math
import zipfile
from importlib.metadata import version
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import sparse

from framing.corpus import Corpus
from framing.errors import InputError
from framing.files import FILE_BYTES, write_whole
from framing.topics.factorised import LDA, NMF
from framing.topics.fitting.content import ContentTopics
from framing.topics.fitting.design import Design
from framing.topics.structural import StructuralTopicModel

if TYPE_CHECKING:
    from framing.topics.model import TopicModel

FORMAT = "framing topic model 1"
KINDS: dict[str, type[TopicModel]] = {
    kind.__name__: kind for kind in (StructuralTopicModel, NMF, LDA)
}
_ARRAYS = (
    *("beta_", "theta_", "used_", "word_counts_", "components_", "idf_"),
    *("eta_", "mu_", "gamma_", "sigma_", "bound_", "level_of_"),
)
_PLAIN = ("topic_names_", "levels_", "anchors_", "n_iter_", "converged_", "n_features_in_")
_COUNTS = ("data", "indices", "indptr")
_CONTENT = ("beta", "kappa", "intercept")


def save(model: TopicModel, path: str | PathLike[str], *, overwrite: bool = False) -> None:
    """Write a fitted model: its settings, what it found, its counts and its covariates.

    Parameters
    ----------
    model : TopicModel
    path : path
    overwrite : bool
        Replace a file that is there.

    Notes
    -----
    The file holds counts and metadata of the segments, never texts. The same model gives the same
    bytes.
    """
    path = Path(path)
    if path.exists() and not overwrite:
        raise InputError(f"{path} is there already; pass overwrite=True to replace it.")
    arrays = {name: getattr(model, name) for name in _ARRAYS if _held(model, name)}
    arrays |= {f"counts.{name}": getattr(model.counts_, name) for name in _COUNTS}
    about: dict[str, Any] = {
        "format": FORMAT,
        "framing": version("framing"),
        "model": type(model).__name__,
        "settings": model.get_params(deep=False),
        "fitted": {name: getattr(model, name) for name in _PLAIN if _held(model, name)},
        "terms": model.terms_ if hasattr(model, "feature_names_in_") else None,
        "segments": None if model.segments_ is None else _columns(model.segments_),
        "design": None,
        "content": None,
    }
    if isinstance(model, StructuralTopicModel):
        if model.design_ is not None:
            about["design"] = _columns(model.design_.covariates)
        if model.content_ is not None:
            about["content"] = list(model.content_.names)
            arrays |= {f"content.{name}": getattr(model.content_, name) for name in _CONTENT}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(about, ensure_ascii=False, allow_nan=False)
        archive.writestr(zipfile.ZipInfo("model.json"), text, zipfile.ZIP_DEFLATED)
        for name, values in sorted(arrays.items()):
            held = io.BytesIO()
            np.lib.format.write_array(held, np.ascontiguousarray(values), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy")
            archive.writestr(entry, held.getvalue(), zipfile.ZIP_DEFLATED)
    write_whole(path, target.getvalue())


def load(path: str | PathLike[str], *, corpus: Corpus | None = None) -> TopicModel:
    """Read a model that :func:`save` wrote.

    Parameters
    ----------
    path : path
    corpus : Corpus, optional
        Where the segments come from, so that representative ones can be read.

    Returns
    -------
    TopicModel

    Raises
    ------
    InputError
        For a file that is not such a model, is damaged, or would unpack to more than a gigabyte.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"there is no file {str(path)!r}; give the path of a saved model.")
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > FILE_BYTES:
                raise InputError(f"{path} would unpack to more than {FILE_BYTES:,} bytes.")
            about = json.loads(archive.read("model.json"))
            arrays = {
                entry.filename.removesuffix(".npy"): _array(archive.read(entry), path)
                for entry in archive.infolist()
                if entry.filename.endswith(".npy")
            }
        return _assembled(about, arrays, corpus, path)
    except InputError:
        raise
    except (
        zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError,
        EOFError, RecursionError, NotImplementedError, zipfile.LargeZipFile,
    ) as error:  # fmt: skip
        raise InputError(
            f"{path} is not a whole topic model of this library ({error}); write it again with "
            "model.save(path)."
        ) from None


def _held(model: Any, name: str) -> bool:
    return getattr(model, name, None) is not None


def _array(data: bytes, path: Path) -> np.ndarray[Any, Any]:
    """Read one array, no larger than the bytes that are there."""
    stream = io.BytesIO(data)
    major, _ = np.lib.format.read_magic(stream)
    read = (
        np.lib.format.read_array_header_1_0 if major == 1 else np.lib.format.read_array_header_2_0
    )
    shape, _, kind = read(stream)
    if kind.hasobject or math.prod(shape) * kind.itemsize != len(data) - stream.tell():
        raise InputError(f"{path} holds an array that is not what it says; write it again.")
    return np.asarray(np.lib.format.read_array(io.BytesIO(data), allow_pickle=False))


def _assembled(about: Any, arrays: dict[str, Any], corpus: Corpus | None, path: Path) -> TopicModel:
    if about.get("format") != FORMAT or about.get("model") not in KINDS:
        raise InputError(
            f"{path} is a {str(about.get('format'))[:40]!r} of kind "
            f"{str(about.get('model'))[:40]!r}; this version reads {FORMAT!r} of "
            f"{', '.join(KINDS)}."
        )
    model: Any = KINDS[about["model"]](**about["settings"])
    for name in _PLAIN:
        if name in about["fitted"]:
            setattr(model, name, about["fitted"][name])
    for name in _ARRAYS:
        if name in arrays:
            setattr(model, name, arrays[name])
    shape = len(model.used_), model.n_features_in_
    parts = tuple(arrays[f"counts.{name}"] for name in _COUNTS)
    model.counts_ = sparse.csr_array(parts, shape=shape)
    model.counts_.check_format(full_check=True)
    if about["terms"] is not None:
        model.feature_names_in_ = np.asarray(about["terms"], dtype=object)
    model.segments_ = None if about["segments"] is None else _table(about["segments"])
    model.corpus_ = corpus
    if isinstance(model, StructuralTopicModel):
        model.design_ = model.content_ = None
        if about["design"] is not None:
            model.design_ = Design.fit(str(model.prevalence), _table(about["design"]))
        if about["content"] is not None:
            found = {name: arrays[f"content.{name}"] for name in _CONTENT}
            model.content_ = ContentTopics(names=about["content"], **found)
    elif isinstance(model, NMF) and model.weights == "count":
        model.idf_ = None
    _check(model, path)
    return model  # type: ignore[no-any-return]


def _check(model: Any, path: Path) -> None:
    """Refuse parts that do not belong together, or are not there."""
    needed: tuple[str, ...] = ("beta_", "theta_", "word_counts_")
    if isinstance(model, StructuralTopicModel):
        needed += ("eta_", "mu_", "gamma_", "sigma_", "bound_", "level_of_")
    for name in needed:
        if not _held(model, name):
            raise InputError(f"{path}: there is no {name}; write the model again.")
    n, v, k = len(model.used_), model.n_features_in_, len(model.topic_names_)
    wanted = {"theta_": (n, k), "word_counts_": (v,), "eta_": (n, k - 1), "mu_": (n, k - 1)}
    wanted |= {"sigma_": (k - 1, k - 1), "components_": (k, v), "idf_": (v,), "level_of_": (n,)}
    levels = getattr(model, "levels_", [])
    wanted["beta_"] = (len(levels), k, v) if levels else (k, v)
    for name, shape in wanted.items():
        if _held(model, name) and getattr(model, name).shape != shape:
            raise InputError(f"{path}: {name} should have shape {shape}; write the model again.")
    for what, held, size in (("terms", model.terms_, v), ("segments", model.segments_, n)):
        if held is not None and len(held) != size:
            raise InputError(f"{path}: there should be {size} {what}; write the model again.")


def _columns(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Write a table column by column, as JSON can hold it."""
    found = []
    for name in table.columns:
        column = table[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            kind, values = "date", column.dt.strftime("%Y-%m-%dT%H:%M:%S")
        elif pd.api.types.is_bool_dtype(column):
            kind, values = "flag", column.astype(object)
        elif pd.api.types.is_integer_dtype(column):
            kind, values = "whole", column.astype(object)
        elif pd.api.types.is_numeric_dtype(column):
            kind, values = "number", column.astype(object)
        else:
            kind, values = "text", column.astype(object).map(str, na_action="ignore")
        plain = [None if pd.isna(value) else value for value in values.tolist()]
        found.append({"name": str(name), "kind": kind, "values": plain})
    return found


def _table(columns: list[dict[str, Any]]) -> pd.DataFrame:
    found: dict[str, Any] = {}
    for column in columns:
        kind, values = column["kind"], column["values"]
        if kind == "date":
            found[column["name"]] = pd.to_datetime(pd.Series(values, dtype="str")).astype(
                "datetime64[s]"
            )
        elif kind == "number":
            found[column["name"]] = pd.Series(values, dtype=float)
        elif kind == "whole" and None not in values:
            found[column["name"]] = pd.Series(values, dtype=np.int64)
        elif kind == "flag" and None not in values:
            found[column["name"]] = pd.Series(values, dtype=bool)
        elif kind == "text":
            found[column["name"]] = pd.Series(values)
        else:
            found[column["name"]] = pd.Series(values, dtype=object)
    return pd.DataFrame(found)
