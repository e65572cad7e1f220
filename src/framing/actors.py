"""Who is spoken of: lists of actors, and their mentions."""

from __future__ import annotations

import datetime as dt
import warnings
from dataclasses import dataclass
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from framing.errors import InputError, InputWarning, one_of
from framing.features import Features
from framing.lexicon import Lexicon, extraction, parse_terms
from framing.patterns import Pattern
from framing.resources import distinct, find, known_keys, read_toml, tables, text, texts

if TYPE_CHECKING:
    from framing.corpus import Corpus

_KEYS = ("name", "title", "version", "source", "compared", "actor")
_ACTOR_KEYS = ("name", "label", "terms", "case_sensitive", "exclude", "office_holder")
_HOLDER_KEYS = ("name", "office", "terms", "titled", "from", "until")


@dataclass(frozen=True)
class OfficeHolder:
    """A person who stands for an actor while in office.

    Parameters
    ----------
    name, office : str
    terms : tuple of Pattern
        The bare name. It counts in documents dated from `start` until the day before `end`.
    titled : tuple of Pattern
        The name beside the office ("President Biden", "Biden administration"). It counts from
        `start` on without end: a former president is still that country's former president.
    start, end : datetime.date or None
        First day in office, and first day out of it. None: unbounded.
    """

    name: str
    office: str
    terms: tuple[Pattern, ...]
    titled: tuple[Pattern, ...] = ()
    start: dt.date | None = None
    end: dt.date | None = None

    def in_office(self, first: pd.Series[Any], after: pd.Series[Any]) -> NDArray[np.bool_]:
        """Tell for each stretch of days [first, after) whether a day of it lies in the term."""
        began = self.began(after)
        if self.end is None:
            return began
        return began & ~(first >= pd.Timestamp(self.end)).to_numpy(dtype=bool)

    def began(self, after: pd.Series[Any]) -> NDArray[np.bool_]:
        """Tell for each stretch of days ending before `after` whether the term had begun."""
        if self.start is None:
            return np.ones(len(after), dtype=bool)
        return ~(after <= pd.Timestamp(self.start)).to_numpy(dtype=bool)


@dataclass(frozen=True)
class Actor:
    """A side that can be spoken of, by name, metonym, institution or office-holder.

    Parameters
    ----------
    name, label : str
    terms : tuple of Pattern
    exclude : tuple of Pattern
        Phrases that cancel the terms inside them (``Washington Post``).
    holders : tuple of OfficeHolder
    """

    name: str
    label: str
    terms: tuple[Pattern, ...]
    exclude: tuple[Pattern, ...] = ()
    holders: tuple[OfficeHolder, ...] = ()

    def mentioned(self, counts: Features) -> NDArray[np.bool_]:
        """Tell which segments of an extraction mention the actor, given their dates."""
        first, after = days(counts.segments)
        found = Lexicon(self.terms, self.exclude).found(counts).any(axis=1)
        for holder in self.holders:
            for terms, when in (
                (holder.terms, holder.in_office(first, after)),
                (holder.titled, holder.began(after)),
            ):
                found |= when & Lexicon(terms, self.exclude).found(counts).any(axis=1)
        return np.asarray(found)


@dataclass(frozen=True)
class ActorList:
    """The actors of an issue, and which of them are compared.

    Parameters
    ----------
    name, title, version, source : str
    actors : tuple of Actor
    compared : tuple of str
        The sides, in the order in which tables and figures show them.

    Examples
    --------
    >>> actors = ActorList.load("us-eu-japan")
    >>> actors.names, actors.compared
    (('US', 'EU', 'JP', 'CN'), ('US', 'EU', 'JP'))
    """

    name: str
    title: str
    version: str
    source: str
    actors: tuple[Actor, ...]
    compared: tuple[str, ...]

    def __repr__(self) -> str:
        return f"ActorList({self.name!r}, {', '.join(self.names)})"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all actors, the compared ones first."""
        rest = (actor.name for actor in self.actors if actor.name not in self.compared)
        return (*self.compared, *rest)

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """Every pattern, exclusions too: what a closed list of phrases must hold."""
        found: list[Pattern] = []
        for actor in self.actors:
            found.extend(actor.terms + actor.exclude)
            for holder in actor.holders:
                found.extend(holder.terms + holder.titled)
        return tuple(dict.fromkeys(found))

    @classmethod
    def load(cls, source: str | PathLike[str]) -> ActorList:
        """Read a list of actors.

        Parameters
        ----------
        source : str or path
            The name of a bundled list (``"us-eu-japan"``), or the path of a TOML file;
            docs/codebooks.md tells the format.

        Returns
        -------
        ActorList

        Raises
        ------
        InputError
            When there is no such list, or the file breaks the format: the message names the
            file, the actor and the key.
        """
        path = find("actors", source)
        status = path.stat()
        return _load(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=8)
def _load(path: Path, changed: int, size: int) -> ActorList:
    """Read a file once for as long as it stays the same: every comparison asks for it."""
    where = str(path)
    table = known_keys(read_toml(path), _KEYS, where)
    actors = tuple(
        _actor(entry, f"{where}, actor {position}")
        for position, entry in enumerate(tables(table, "actor", where), start=1)
    )
    if not actors:
        raise InputError(f"{where} has no actors; write [[actor]] for each.")
    names = [actor.name for actor in actors]
    distinct(names, "actor", where)
    compared = tuple(texts(table, "compared", where)) or tuple(names)
    for name in compared:
        if name not in names:
            raise one_of(f"{where}: a name in 'compared'", name, names)
    distinct(compared, "compared actor", where)
    name = text(table, "name", where)
    title, version, origin = (
        text(table, key, where, default="") for key in ("title", "version", "source")
    )
    return ActorList(name, title, version, origin, actors, compared)


def _actor(entry: Any, where: str) -> Actor:
    if isinstance(entry, dict) and isinstance(entry.get("name"), str):
        where = f"{where} ({entry['name']})"
    table = known_keys(entry, _ACTOR_KEYS, where)
    name = text(table, "name", where)
    terms = parse_terms(table, "terms", where) + parse_terms(table, "case_sensitive", where, True)
    holders = tuple(
        _holder(one, f"{where}, office_holder {position}")
        for position, one in enumerate(tables(table, "office_holder", where), start=1)
    )
    if not terms and not holders:
        raise InputError(f"{where} has nothing to be recognised by; give it 'terms'.")
    label = text(table, "label", where, default=name)
    return Actor(name, label, terms, parse_terms(table, "exclude", where), holders)


def _holder(entry: Any, where: str) -> OfficeHolder:
    if isinstance(entry, dict) and isinstance(entry.get("name"), str):
        where = f"{where} ({entry['name']})"
    table = known_keys(entry, _HOLDER_KEYS, where)
    terms = parse_terms(table, "terms", where, True)
    titled = parse_terms(table, "titled", where, True)
    if not terms and not titled:
        raise InputError(f"{where} has nothing to be recognised by; give it 'terms' or 'titled'.")
    for key in ("from", "until"):
        if key in table and type(table[key]) is not dt.date:
            raise InputError(
                f"{where}: {key!r} must be a date like 2021-10-04, without quotes; "
                f"got {table[key]!r}."
            )
    start, end = table.get("from"), table.get("until")
    if start and end and end <= start:
        raise InputError(f"{where}: 'until' ({end}) is not after 'from' ({start}).")
    office = text(table, "office", where, default="")
    return OfficeHolder(text(table, "name", where), office, terms, titled, start, end)


def days(segments: pd.DataFrame) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Give the first day each segment's document may be of, and the first day it cannot be of.

    Missing for documents without a date, which are taken to be of any time.
    """
    missing = pd.Series(pd.NaT, index=segments.index, dtype="datetime64[s]")
    if "date" not in segments:
        return missing, missing
    first = pd.to_datetime(segments["date"]).astype("datetime64[s]")
    precision = segments.get("date_precision", pd.Series("day", index=segments.index))
    first = first.where(precision != "unknown")
    day = first.to_numpy().astype("datetime64[s]")
    after = day + np.timedelta64(1, "D")
    for name, unit in (("month", "M"), ("year", "Y")):
        end = (day.astype(f"datetime64[{unit}]") + 1).astype("datetime64[s]")
        after = np.where(precision.to_numpy() == name, end, after)
    return first, pd.Series(after, index=segments.index)


def mentions(
    source: Corpus | Features, actors: ActorList | str | PathLike[str] = "us-eu-japan"
) -> pd.DataFrame:
    """Tell which actors each segment mentions.

    Parameters
    ----------
    source : Corpus or Features
        Features that know their corpus are looked up there, so that pruning their vocabulary never
        changes who is mentioned; others are matched on their own names. A corpus that comes with
        hand-coded mentions gives these.
    actors : ActorList, str or path
        A list of actors, or what :meth:`ActorList.load` takes.

    Returns
    -------
    pandas.DataFrame
        0/1; index ``segment``, one column an actor.

    Notes
    -----
    The bare name of an office-holder counts only in documents dated within the term of office. A
    document dated to a month or a year counts with everyone in office on any day of it, an undated
    one with everyone. The name beside the office ("former President Trump") counts from the first
    day in office on.

    Examples
    --------
    >>> rows = pd.DataFrame({"document": ["a", "b"]})
    >>> counts = Features([[3, 0], [0, 1]], ["us", "US"], rows, kind="term")
    >>> mentions(counts)["US"].tolist()
    [0, 1]
    """
    if not isinstance(actors, ActorList):
        actors = ActorList.load(actors)
    corpus = source.corpus if isinstance(source, Features) else source
    if corpus is not None and corpus.mentions is not None:
        return _hand_codes(source, corpus, actors)
    counts = extraction(source, actors.patterns, f"actor list {actors.name!r}")
    one = {actor.name: actor.mentioned(counts).astype(np.int8) for actor in actors.actors}
    index = pd.Index(counts.segments["segment"], name="segment")
    return pd.DataFrame(one, index=index)[list(actors.names)].rename_axis(columns="actor")


def _hand_codes(source: Corpus | Features, corpus: Corpus, actors: ActorList) -> pd.DataFrame:
    assert corpus.mentions is not None
    segments = source.segments if isinstance(source, Features) else corpus.segments
    codes = corpus.mentions.reindex(pd.Index(segments["segment"], name="segment"))
    missing = codes.isna().any(axis=1)
    if missing.any():
        warnings.warn(
            f"corpus {corpus.name!r}: {missing.sum()} of {len(codes)} segments lack hand codes "
            "of actors; they are taken to mention none.",
            InputWarning,
            stacklevel=3,
        )
    if set(actors.names).isdisjoint(codes.columns):
        raise InputError(
            f"corpus {corpus.name!r} comes with hand-coded mentions of {', '.join(codes.columns)}, "
            f"and actor list {actors.name!r} names none of them; there is no text to look in."
        )
    first = [name for name in actors.names if name in codes]
    rest = [name for name in codes if name not in first]
    return codes[first + rest].fillna(0).astype(np.int8).rename_axis(columns="actor")
