"""What a report compares, as a corpus folder's ``report.toml`` or its reader says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from framing.corpus import Corpus
from framing.errors import InputError, one_of
from framing.files import inside
from framing.groups import TIMES
from framing.resources import known_keys, read_toml, text, texts

_TEXTS = ("title", "question", "by", "over", "codebook", "within", "cluster")
_TABLES = ("subset", "coding", "topics")
_SUBSET_KEYS = ("column", "levels", "label")
_CODING_KEYS = ("sample", "codes", "settled")
_TOPICS_KEYS = ("n_topics", "prevalence", "min_documents")


@dataclass(frozen=True)
class Coding:
    """Where the codes lie that people gave to a sample of the segments.

    Parameters
    ----------
    sample : path
        As :meth:`framing.Sample.write` writes it.
    codes : tuple of path
        What each coder coded alone, as :func:`framing.read_codes` reads it.
    settled : path, optional
        What the coders agreed on; without it, the majority of `codes` counts.
    """

    sample: Path
    codes: tuple[Path, ...]
    settled: Path | None = None


@dataclass(frozen=True)
class Topics:
    """How a topic model is fitted.

    Parameters
    ----------
    n_topics : int, optional
        0 fits none. Default: by the number of documents
        (:func:`framing.topic_tables.n_topics_for`).
    prevalence : str, optional
        The formula; default sides and a curve over time, with their interaction where every side
        has documents enough.
    min_documents : int
        Terms found in fewer documents are left out.
    """

    n_topics: int | None = None
    prevalence: str | None = None
    min_documents: int = 5


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
    coding : Coding, optional
        Hand codes of a sample. Where frames are a machine's, they tell how far it errs, and
        contrasts and slopes are repeated on shares that they correct.
    topics : Topics, optional
        Default: a topic model where the corpus is large enough for one
        (:data:`framing.topic_tables.FEWEST_DOCUMENTS`). With it, one is fitted to a smaller corpus,
        too.
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
    coding: Coding | None = None
    topics: Topics | None = None

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


def _from_folder(folder: Path) -> dict[str, Any]:
    """Read and check ``report.toml``; paths in it are relative to the folder."""
    path = inside(folder, "report.toml", str(folder))
    if not path.is_file():
        return {}
    where = str(path)
    given = known_keys(read_toml(path), (*_TEXTS, *_TABLES), where)
    for key in given.keys() - set(_TABLES):
        text(given, key, where)
    if "codebook" in given and (own := inside(folder, given["codebook"], where)).is_file():
        given["codebook"] = str(own)
    if "subset" in given:
        subset = known_keys(given["subset"], _SUBSET_KEYS, f"{where}, subset")
        for key in ("column", "label"):
            text(subset, key, f"{where}, subset")
        if not texts(subset, "levels", f"{where}, subset"):
            raise InputError(f"{where}, subset: 'levels' is missing; list the levels to keep.")
    if "coding" in given:
        given["coding"] = _coding(given["coding"], folder, f"{where}, coding")
    if "topics" in given:
        given["topics"] = _topics(given["topics"], f"{where}, topics")
    return given


def _coding(given: Any, folder: Path, where: str) -> Coding:
    """Find the files of a table ``[coding]``."""
    table = known_keys(given, _CODING_KEYS, where)
    names = texts(table, "codes", where)
    if not names:
        raise InputError(f"{where}: 'codes' is missing; list a file for each coder.")

    def there(key: str, name: str) -> Path:
        path = inside(folder, name, f"{where}, {key!r}")
        if not path.is_file():
            raise InputError(f"{where}: {key!r} names {name!r}; there is no file {str(path)!r}.")
        return path

    sample = there("sample", text(table, "sample", where))
    codes = tuple(there("codes", name) for name in names)
    settled = there("settled", text(table, "settled", where)) if "settled" in table else None
    return Coding(sample, codes, settled)


def _topics(given: Any, where: str) -> Topics:
    """Read a table ``[topics]``."""
    table = known_keys(given, _TOPICS_KEYS, where)
    for key, least in (("n_topics", 0), ("min_documents", 1)):
        value = table.get(key, least)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise InputError(
                f"{where}: {key!r} must be a whole number from {least} on; got {value!r}."
            )
    if "prevalence" in table:
        text(table, "prevalence", where)
    return Topics(**table)
