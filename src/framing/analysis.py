"""One corpus, every table: the comparisons that the report and the figures show."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from framing.compare import contrast, emphasis
from framing.corpus import Corpus
from framing.count import count
from framing.divergence import divergence
from framing.errors import InputError, one_of
from framing.features import Features
from framing.files import inside
from framing.frames import code
from framing.groups import TIMES
from framing.inference import MINIMUM
from framing.keyness import keyness
from framing.resources import known_keys, read_toml, text, texts
from framing.shift import shift
from framing.tf_idf import tf_idf
from framing.timeline import timeline
from framing.trend import change, trend

_KEYS = ("title", "question", "by", "over", "codebook", "within", "cluster", "subset")
_SUBSET_KEYS = ("column", "levels", "label")
TERMS = 60
"""Terms placed in the ternary plot are chosen among so many of the most frequent."""


@dataclass(frozen=True)
class Plan:
    """What to compare; read from a corpus folder's ``report.toml`` where it has one.

    Parameters
    ----------
    by : str
        ``"actor"`` or a column of metadata.
    over : str
        ``"year"``, ``"quarter"`` or ``"month"``.
    codebook : str, optional
        Name or path; None takes hand codes, else the bundled ``critical-technology``.
    within : str, optional
        A column whose mix differs between sides for reasons of selection: contrasts and slopes are
        repeated within its levels.
    cluster : str, optional
        A column of clusters whose documents are not independent, such as the publisher: contrasts
        and slopes are repeated with clusters, and not documents, varying by chance.
    subset : dict, optional
        ``column``, ``levels``, ``label``: they are repeated on these documents alone.
    title, question : str
    replicates, seed : int
    """

    by: str
    over: str = "year"
    codebook: str | None = None
    within: str | None = None
    cluster: str | None = None
    subset: dict[str, Any] | None = None
    title: str = ""
    question: str = ""
    replicates: int = 10_000
    seed: int = 0

    @classmethod
    def of(cls, corpus: Corpus, **chosen: Any) -> Plan:
        """Take the folder's plan, then what is chosen (not None), then defaults."""
        given = {} if corpus.folder is None else _from_folder(Path(corpus.folder))
        given |= {key: value for key, value in chosen.items() if value is not None}
        given.setdefault("by", "region" if "region" in corpus.documents else "actor")
        if given["by"] in TIMES:
            raise InputError(f"by={given['by']!r} is a unit of time; name sides, and time as over.")
        if given.get("over", "year") not in TIMES:
            raise one_of("over", given["over"], TIMES)
        return cls(**given)


@dataclass(frozen=True, eq=False)
class Analysis:
    """Tables by name, and what they were computed from.

    Attributes
    ----------
    tables : dict of pandas.DataFrame
        ``timeline``, ``keyness``, ``emphasis``, ``contrast``, ``divergence``, ``trend``,
        ``change``, ``shift``, ``tf_idf`` and, where there are terms, ``terms`` (emphasis of
        frequent ones); see the functions of the same names. ``contrast`` and ``trend`` hold the
        plain differences and slopes and, where the plan asks, the same ones within a column, by
        clusters and in a subset, told apart by ``statistic`` ("difference within topic").
    skipped : dict of str
        Tables that could not be made, and why.
    """

    corpus: Corpus
    plan: Plan
    frames: Features
    counts: Features | None
    unit: str
    tables: dict[str, pd.DataFrame]
    skipped: dict[str, str] = field(default_factory=dict)

    @property
    def features(self) -> Features:
        """Terms, or frames where the corpus holds no terms."""
        return self.frames if self.counts is None else self.counts


def analyse(
    corpus: Corpus,
    plan: Plan | None = None,
    *,
    only: Collection[str] | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Analysis:
    """Compute every table of the report.

    Parameters
    ----------
    corpus : Corpus
    plan : Plan, optional
        Default ``Plan.of(corpus)``.
    only : collection of str, optional
        Names of the tables wanted, where not all are.
    progress : callable
        Told the name of each step as it begins.

    Returns
    -------
    Analysis

    Notes
    -----
    With fewer documents than an interval needs, segments are taken to vary within documents
    (``unit="segment"``), and intervals describe these documents only.
    """
    plan = plan or Plan.of(corpus)
    progress("frames")
    frames = code(corpus, _codebook(corpus, plan))
    progress("terms")
    has_terms = corpus.has_texts or corpus.terms is not None
    counts = (
        count(corpus, min_documents=2 if len(corpus.documents) > 2 else 1) if has_terms else None
    )
    features = frames if counts is None else counts
    unit = "document" if len(corpus.documents) >= MINIMUM else "segment"
    chosen: dict[str, Any] = {"unit": unit, "replicates": plan.replicates, "seed": plan.seed}
    skipped: dict[str, str] = {}
    steps: dict[str, Callable[[], pd.DataFrame]] = {
        "timeline": lambda: timeline(frames, plan.by, plan.over),
        "keyness": lambda: keyness(features, plan.by, **chosen),
        "emphasis": lambda: emphasis(frames, plan.by, **chosen),
        "contrast": lambda: _guarded(
            frames, plan, partial(contrast, by=plan.by), "difference", chosen, skipped
        ),
        "divergence": lambda: divergence(frames, plan.by, **chosen),
        "trend": lambda: _guarded(
            frames, plan, partial(trend, by=plan.by, over=plan.over), "slope", chosen, skipped
        ),
        "change": lambda: change(frames, plan.by, plan.over, **chosen),
        "shift": lambda: shift(frames, plan.over, plan.by, **chosen),
        "tf_idf": lambda: tf_idf(features, plan.over, **chosen),
    }
    if counts is not None:
        steps["terms"] = lambda: emphasis(_frequent(counts), plan.by, **chosen)
    tables: dict[str, pd.DataFrame] = {}
    for name, step in steps.items():
        if only is not None and name not in only:
            continue
        progress(name)
        try:
            tables[name] = step()
        except InputError as reason:
            skipped[name] = str(reason)
    return Analysis(corpus, plan, frames, counts, unit, tables, skipped)


def _from_folder(folder: Path) -> dict[str, Any]:
    """Read and check ``report.toml``; a codebook's path is relative to the folder."""
    path = inside(folder, "report.toml", str(folder))
    if not path.is_file():
        return {}
    where = str(path)
    given = known_keys(read_toml(path), _KEYS, where)
    for key in given.keys() - {"subset"}:
        text(given, key, where)
    if "codebook" in given and (own := inside(folder, given["codebook"], where)).is_file():
        given["codebook"] = str(own)
    if "subset" in given:
        subset = known_keys(given["subset"], _SUBSET_KEYS, f"{where}, subset")
        for key in ("column", "label"):
            text(subset, key, f"{where}, subset")
        if not texts(subset, "levels", f"{where}, subset"):
            raise InputError(f"{where}, subset: 'levels' is missing; list the levels to keep.")
    return given


def _codebook(corpus: Corpus, plan: Plan) -> str | None:
    if plan.codebook is None and corpus.frames is None:
        return "critical-technology"
    return plan.codebook


def _guarded(
    frames: Features,
    plan: Plan,
    measure: Callable[..., pd.DataFrame],
    statistic: str,
    chosen: dict[str, Any],
    skipped: dict[str, str],
) -> pd.DataFrame:
    """Measure, then measure `statistic` again guarded against the selection of documents."""
    tables = [measure(frames, **chosen)]
    again: dict[str, Callable[[], pd.DataFrame]] = {}
    if plan.within is not None:
        again[f"within {plan.within}"] = lambda: measure(frames, within=plan.within, **chosen)
    if plan.cluster is not None and chosen["unit"] == "document":
        again[f"by {plan.cluster}"] = lambda: measure(frames, cluster=plan.cluster, **chosen)
    if plan.subset is not None:
        column, levels = plan.subset["column"], plan.subset["levels"]
        if column not in frames.segments:
            raise one_of("subset column", column, frames.segments.columns)
        some = frames.where(frames.segments[column].isin(levels))
        again[f"in {plan.subset['label']}"] = lambda: measure(some, **chosen)
    for how, step in again.items():
        try:
            table = step()
        except InputError as reason:
            skipped[f"{statistic} {how}"] = str(reason)
        else:
            rows = table[table["statistic"] == statistic]
            tables.append(rows.assign(statistic=f"{statistic} {how}"))
    return pd.concat(tables, ignore_index=True)


def _frequent(counts: Features) -> Features:
    total = pd.Series(counts.matrix.sum(axis=0), index=list(counts.names))
    order = total.sort_index().sort_values(ascending=False, kind="stable")
    return counts.select(list(order.index[:TERMS]))


def quietly(work: Callable[[], Analysis]) -> tuple[Analysis, list[str]]:
    """Run an analysis, and return its warnings as sentences, each once."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = work()
    return result, list(dict.fromkeys(str(warning.message) for warning in caught))
