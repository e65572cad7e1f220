"""Cross-coding: a corpus coded so that no segment's hand code has had a say in its machine code."""

from __future__ import annotations

from inspect import signature
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import clone

from framing.coders.coder import Coder
from framing.coders.folds import deal
from framing.coders.matrices import read_groups, rows_of
from framing.errors import InputError
from framing.features import Features
from framing.inference import Floats, Integers, check_client, in_blocks


def cross_code(
    source: Features,
    labelled: Features,
    coder: Any,
    *,
    folds: int = 5,
    groups: str = "document",
    seed: int = 0,
    probabilities: bool = False,
    weighted: bool = False,
    client: Any = None,
) -> Features:
    """Code all segments by models that have not seen the hand codes of their document.

    Parameters
    ----------
    source : Features
        Counts of terms of all segments, those coded by hand among them.
    labelled : Features
        Hand codes, of kind "frame", as from :meth:`framing.Sample.labelled`.
    coder : estimator
        :class:`framing.FrameClassifier`, :class:`framing.DictionaryCoder`, or any classifier of
        scikit-learn that takes several frames. It is fitted in copies, and left as it is.
    folds : int
        So many models are fitted.
    groups : str
        A column of ``source.segments``. Segments of a group are coded by a model that has seen none
        of it: documents, or outlets if the coder is to be judged on outlets that are new to it.
    seed : int
        Deals groups into folds.
    probabilities : bool
        Give probabilities in place of codes.
    weighted : bool
        Let a segment of the sample count 1/probability in the fitting.
    client : distributed.Client, optional
        A cluster whose workers fit a model each; default the cores of this machine.

    Returns
    -------
    Features
        Of kind "frame", with the segments of `source` and the frames of `labelled`: for
        ``emphasis(…, labelled=labelled)``, for :func:`framing.evaluate` and
        :func:`framing.calibration_curve`. Segments of groups with hand codes hold 0 or 1 (or the
        probability) of one model. Others hold the mean over the models, so a code may lie between.

    Raises
    ------
    InputError
        For hand codes of segments that are not in `source`, or of one group only.

    Notes
    -----
    A coder does better on what it has learned from. If the same hand codes train it and then
    measure its errors, the errors look too small, and shares corrected by them are wrong. So groups
    with hand codes are dealt into folds, model k learns from all hand codes but those of fold k,
    and *all* segments of a group in fold k, coded by hand or not, are coded by model k: the errors
    measured on the former are then those made on the latter. A group without hand codes could lie
    in any fold, and it is coded by the mean of the models, which is what the code of a fold drawn
    for it is on average. With groups of one segment this is cross-prediction (Zrnic & Candès 2024):
    in simple random samples and folds of equal size, corrected shares are free of bias. A majority
    of the models in place of their mean would bring bias back, as it finds rare frames more seldom
    than each of the models does.

    References
    ----------
    Zrnic, T. & Candès, E. J. (2024). Cross-prediction-powered inference. *PNAS*, 121(15),
    e2322083121.

    Examples
    --------
    >>> import pandas as pd
    >>> from framing.coders import FrameClassifier
    >>> rows = pd.DataFrame({"document": range(12), "segment": [f"s{i}" for i in range(12)]})
    >>> words = [[i % 2, 1 - i % 2] for i in range(12)]
    >>> counts = Features(words, ["tariff", "river"], rows, kind="term")
    >>> hand = Features([[i % 2] for i in range(8)], ["economic"], rows[:8], kind="frame")
    >>> codes = cross_code(counts, hand, FrameClassifier(), folds=4)
    >>> codes.matrix.toarray().ravel().tolist()
    [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]
    """
    if not (isinstance(source, Features) and isinstance(labelled, Features)):
        raise InputError("source and labelled must be Features: framing.count, Sample.labelled.")
    if labelled.kind != "frame":
        raise InputError(f"labelled must hold codes of frames; these are {labelled.kind}s.")
    method = "predict_proba" if probabilities else "predict"
    if not hasattr(coder, method):
        instead = "leave out probabilities" if probabilities else "choose probabilities=True"
        raise InputError(f"{type(coder).__name__} has no {method}; {instead}.")
    check_client(client)
    rows = rows_of(source, labelled)
    group = read_groups(groups, source, len(source))
    fold = _folds(group, rows, folds, seed)
    n = int(fold.max()) + 1
    weight = _stands_for(labelled) if weighted else None

    def work(k: int) -> tuple[Integers, Floats]:
        train = fold[rows] != k
        target = np.flatnonzero((fold == k) | (fold < 0))
        model = _fit(clone(coder), source, labelled, rows, train, groups, weight)
        return target, _code(model, source, target, method, list(map(str, labelled.names)))

    codes = np.zeros((len(source), len(labelled.names)))
    folds_done = in_blocks(work, n, title="folds", unit="fold", client=client, alone=True)
    for target, found in folds_done:
        codes[target] += found / np.where(fold[target] < 0, n, 1)[:, None]
    return Features(
        sparse.csr_array(codes), labelled.names, source.segments, "frame", source.corpus
    )


def _folds(group: Integers, rows: Integers, folds: int, seed: int) -> Integers:
    """The fold of each segment; −1 where nothing of its group is coded by hand."""
    if not isinstance(folds, Integral) or isinstance(folds, bool) or folds < 2:
        raise InputError(f"folds must be a whole number from 2 on; got {folds!r}.")
    if not isinstance(seed, Integral) or isinstance(seed, bool) or seed < 0:
        raise InputError(f"seed must be a whole number from 0 on; got {seed!r}.")
    known, numbers = np.unique(group[rows], return_inverse=True)
    if len(known) < 2:
        raise InputError("all hand codes are of one group; code segments of several.")
    dealt = deal(numbers, np.ones((len(rows), 1)), min(int(folds), len(known)), int(seed))
    of_group = np.full(int(group.max()) + 1, -1, dtype=np.int64)
    of_group[group[rows]] = dealt
    return of_group[group]


def _fit(
    coder: Any,
    source: Features,
    labelled: Features,
    rows: Integers,
    train: NDArray[np.bool_],
    groups: str,
    weight: Floats | None,
) -> Any:
    """Fit a coder to some of the hand codes."""
    codes = labelled.where(train)
    taken = signature(coder.fit).parameters
    extra: dict[str, Any] = {}
    if weight is not None:
        if "sample_weight" not in taken:
            raise InputError(f"{type(coder).__name__} takes no sample_weight; leave out weighted.")
        extra["sample_weight"] = weight[train] / weight[train].mean()
    if isinstance(coder, Coder):
        if "groups" in taken:
            extra["groups"] = groups
        return coder.fit(source, codes, **extra)
    dense = codes.matrix.toarray()
    if not np.isin(dense, (0, 1)).all():
        raise InputError(
            f"labelled holds codes between 0 and 1, which {type(coder).__name__} cannot learn "
            "from; join codes by another rule, or take FrameClassifier."
        )
    target = dense.astype(int)
    X = source.matrix[rows[train]]
    return coder.fit(X, target if target.shape[1] > 1 else target.ravel(), **extra)


def _code(coder: Any, source: Features, target: Integers, method: str, frames: list[str]) -> Floats:
    """Code some segments, a column a frame."""
    if isinstance(coder, Coder):
        wanted = np.zeros(len(source), dtype=bool)
        wanted[target] = True
        found = getattr(coder, method)(source.where(wanted))
        lost = [name for name in frames if name not in coder.frames_]
        if lost:
            raise InputError(
                f"{type(coder).__name__} does not code frame {lost[0]!r}; leave it out of labelled "
                "(Features.select), or call it as the codebook does."
            )
        return np.asarray(found[:, [coder.frames_.index(name) for name in frames]], dtype=float)
    found = getattr(coder, method)(source.matrix[target])
    if isinstance(found, list):  # of some classifiers: an array a frame, a column a class
        found = np.column_stack([one[:, -1] for one in found])
    found = np.asarray(found, dtype=float)
    if len(frames) == 1:
        found = found[:, -1:] if found.ndim == 2 else found[:, None]
    return found


def _stands_for(labelled: Features) -> Floats:
    if "probability" not in labelled.segments:
        raise InputError(
            "labelled has no column 'probability' to weigh by; draw the sample with framing.draw, "
            "or leave out weighted."
        )
    return np.asarray(1 / labelled.segments["probability"].to_numpy(dtype=float))
