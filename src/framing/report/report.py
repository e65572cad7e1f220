"""One corpus, one folder: a page to read, its figures, its tables, and a record of all of it."""

from __future__ import annotations

import hashlib
import json
import platform
import warnings
from collections.abc import Callable, Iterable
from functools import partial
from importlib.metadata import version
from os import PathLike
from pathlib import Path
from typing import Any

from framing.analysis import Analysis, Plan, analyse
from framing.cache import Cache
from framing.corpus import Corpus
from framing.errors import InputError, InputWarning, one_of
from framing.files import digest, inside, write_whole
from framing.findings import Finding, findings, on_topics, trust
from framing.groups import groups
from framing.report.folder import MANIFEST, SCHEMA, check, digests, staged
from framing.report.page import Drawn, render_page
from framing.report.tables import documents_table, write_csv

PAGE = "report.html"
STEPS = 26
"""Steps of a report, about: how often `progress` is told."""

_PACKAGES = (
    "framing",
    "numpy",
    "scipy",
    "pandas",
    "scikit-learn",
    "matplotlib",
    "nltk",
    "formulaic",
    "numba",
)
_INPUTS = (
    "README.md",
    "actors.csv",
    "documents.csv",
    "features.json",
    "frames.csv",
    "report.toml",
)


def write_report(
    source: Analysis | Corpus,
    out: str | PathLike[str],
    *,
    plan: Plan | None = None,
    overwrite: bool = False,
    notes: Iterable[str] = (),
    progress: Callable[[str], None] = lambda step: None,
    cache: bool = True,
) -> Path:
    """Write a report: one self-contained page, figures, tables and a manifest.

    Parameters
    ----------
    source : Analysis or Corpus
        A corpus is analysed first; warnings met then stand in the report and are given again.
    out : path
        Folder to write. It must not exist, or be empty.
    plan : Plan, optional
        How a corpus is analysed; default ``Plan.of(corpus)``.
    overwrite : bool
        Replace a report that stands in `out`; nothing else is ever replaced.
    notes : iterable of str
        Warnings met on the way, such as when the corpus was read; shown in the data card.
    progress : callable
        Told the name of each step as it begins.
    cache : bool
        Take from :mod:`framing.cache` the tables and figures that were made from the same before,
        and keep the others there. The report is the same to the byte.

    Returns
    -------
    pathlib.Path
        Of ``report.html``. Beside it lie ``figures/*.svg`` and ``*.png``, ``tables/*.csv`` and
        ``report.json``: settings, versions, findings and the SHA-256 of what was read and written.

    Raises
    ------
    InputError
        If `out` is taken, before anything is computed.

    Notes
    -----
    The same input, settings and versions of packages give the same bytes. The folder appears
    whole or not at all: it is written beside its place under another name, then renamed.
    """
    target = check(out, overwrite=overwrite)
    told, results = list(notes), Cache.of_user(cache)
    if isinstance(source, Corpus):
        plan = plan or Plan.of(source)
        _check(source, plan, results)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", InputWarning)
            source = analyse(source, plan, progress=progress, cache=cache)
        for one in caught:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
        told += [str(one.message) for one in caught if issubclass(one.category, InputWarning)]
    with staged(target) as folder:
        _write(source, folder, list(dict.fromkeys(told)), progress, results)
    return target / PAGE


def _check(corpus: Corpus, plan: Plan, results: Cache) -> None:
    """Refuse sides and columns that are not there, before the long work begins."""
    results.kept(groups, corpus, plan.by)
    columns = [str(name) for name in corpus.documents]
    for name, column in (("within", plan.within), ("cluster", plan.cluster)):
        if column is not None and column not in columns:
            raise one_of(name, column, columns)
    if plan.subset is not None and plan.subset.get("column") not in columns:
        raise one_of("subset column", plan.subset.get("column"), columns)


def _write(
    analysis: Analysis,
    folder: Path,
    notes: list[str],
    progress: Callable[[str], None],
    results: Cache,
) -> None:
    (folder / "tables").mkdir()
    for name, table in analysis.tables.items():
        write_csv(table, folder / "tables" / f"{name}.csv")
    write_csv(documents_table(analysis.corpus), folder / "tables" / "documents.csv")
    drawn, undrawn = _draw(analysis, folder / "figures", progress, results)
    progress("page")
    found = findings(analysis)
    page = render_page(analysis, found, drawn, undrawn, notes)
    (folder / PAGE).write_bytes(page.encode("utf-8", errors="replace"))
    manifest = _manifest(analysis, found, notes) | {"files": digests(folder)}
    text = json.dumps(manifest, indent=1, ensure_ascii=False, default=str)
    (folder / MANIFEST).write_bytes(text.encode("utf-8", errors="replace") + b"\n")


def _draw(
    analysis: Analysis, folder: Path, progress: Callable[[str], None], results: Cache
) -> tuple[list[Drawn], dict[str, str]]:
    """Draw every figure whose table is there; say why the others are not."""
    from framing import gallery

    folder.mkdir()
    drawn, undrawn = [], {}
    for figure in gallery.FIGURES:
        if not figure.asked(analysis):
            continue
        progress(figure.name)
        if figure.table == "topics" and figure.table in analysis.skipped:
            continue  # the section on topics says why
        if figure.table in analysis.skipped:
            undrawn[figure.title] = analysis.skipped[figure.table]
            continue
        try:
            seen = figure.seen(analysis)
            work = partial(figure.rendered, seen)
            svg, png, caption, alt = results.found(["figure", figure.name, seen], work)
        except InputError as reason:
            undrawn[figure.title] = str(reason)
            continue
        write_whole(folder / f"{figure.name}.svg", svg)
        write_whole(folder / f"{figure.name}.png", png)
        named = (figure.name, figure.title, figure.about)
        drawn.append(Drawn(*named, caption, alt, figure.table, svg))
    if not any(folder.iterdir()):
        folder.rmdir()
    return drawn, undrawn


def _manifest(analysis: Analysis, found: Iterable[Finding], notes: list[str]) -> dict[str, Any]:
    """Everything that decides the report, and what it found; no times and no paths."""
    plan, corpus = analysis.plan, analysis.corpus
    settings: dict[str, Any] = {
        key: getattr(plan, key)
        for key in ("title", "question", "by", "over", "within", "cluster", "subset")
    }
    return {
        "schema": SCHEMA,
        "versions": {name: version(name) for name in _PACKAGES} | {"python": _python()},
        "settings": settings
        | {"codebook": _codebook(plan), "coding": _coding(plan), "unit": analysis.unit}
        | {"topics": _topics(analysis)}
        | {"replicates": plan.replicates, "seed": plan.seed},
        "corpus": {"name": corpus.name, "sha256": _fingerprint(corpus)} | _inputs(corpus),
        "warnings": notes,
        "skipped": analysis.skipped,
        "coder": [{"question": question, "answer": text} for question, text in trust(analysis)],
        "topics": [
            {"question": question, "answer": "\n".join(text)}
            for question, text in on_topics(analysis)
        ],
        "findings": [
            {
                "kind": one.kind,
                "strength": one.strength,
                "headline": one.headline,
                "text": one.text,
                "check": one.check,
                "table": one.table,
                "numbers": json.loads(one.numbers.to_json(orient="records", double_precision=10)),
            }
            for one in found
        ],
    }


def _python() -> str:
    return ".".join(platform.python_version_tuple()[:2])


def _codebook(plan: Plan) -> Any:
    path = None if plan.codebook is None else Path(plan.codebook)
    if path is None or not path.is_file():
        return plan.codebook
    return {"name": path.name, "sha256": digest(path)}


def _coding(plan: Plan) -> Any:
    if plan.coding is None:
        return None
    paths = [plan.coding.sample, *plan.coding.codes, plan.coding.settled]
    return {path.name: digest(path) for path in map(Path, filter(None, paths))}


def _topics(analysis: Analysis) -> Any:
    """Settings of the topic model, as it was fitted."""
    fit = analysis.topic_fit
    return None if fit is None else {"n_topics": fit.n_topics, "prevalence": fit.formula}


def _fingerprint(corpus: Corpus) -> str:
    """Hash what was analysed: documents, segments, hand codes, and stored counts."""
    tables = [corpus.documents, corpus.segments, corpus.frames, corpus.mentions]
    seen = hashlib.sha256()
    for table in tables:
        text = "" if table is None else table.to_csv()
        seen.update(text.encode("utf-8", errors="replace") + b"\0")
    if corpus.terms is not None:
        matrix = corpus.terms.matrix
        seen.update("\n".join(corpus.terms.names).encode("utf-8", errors="replace"))
        for part in (matrix.indptr, matrix.indices, matrix.data):
            seen.update(part.astype("<i8").tobytes())
    return seen.hexdigest()


def _inputs(corpus: Corpus) -> dict[str, Any]:
    """Hashes of the files that describe a corpus; its manifest holds those of its features."""
    if corpus.folder is None:
        return {}
    folder = Path(corpus.folder)
    paths = [inside(folder, name, str(folder)) for name in _INPUTS]
    return {"files": {path.name: digest(path) for path in paths if path.is_file()}}
