"""Hand codes: which frames a paragraph uses, and which actors it mentions, as people judged."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from framing.corpus import Corpus, document_names, some
from framing.errors import InputError, InputWarning
from framing.files import inside
from framing.readers.table import separated

CODES = FRAMES, ACTORS = "frames.csv", "actors.csv"
KEYS = ["document", "position"]
_CELLS = {"1": 1.0, "0": 0.0, "": float("nan")}


def read_codes(folder: Path, file: str, encoding: str, id: str) -> pd.DataFrame | None:
    """Read a table of hand codes, if it is there.

    Returns
    -------
    pandas.DataFrame or None
        Columns ``document``, ``position`` (where paragraphs were coded), and one a code: 1, 0 or
        missing.
    """
    path = inside(folder, file, str(folder))
    if not path.exists():
        return None
    frame = separated(path, encoding, plain=None)
    key = "document" if "document" in frame else id
    if key not in frame:
        raise InputError(f"{path}: no column 'document'; the columns are {some(list(frame), 20)}.")
    names = [name for name in frame if name not in (key, "position")]
    if not names or frame.empty:
        raise InputError(f"{path} has no codes; give a row a paragraph and a column a code.")
    codes = pd.DataFrame({"document": frame[key].str.strip()})
    if "position" in frame:
        wrong = ~frame["position"].str.fullmatch(r"\s*\d{1,9}\s*")
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            raise InputError(
                f"{path}, row {row + 1}, column 'position': {frame['position'].iloc[row]!r} is "
                "not a whole number; count paragraphs from 0."
            )
        codes["position"] = frame["position"].astype("int64")
        twice = codes.duplicated(KEYS)
        if twice.any():
            row = int(twice.to_numpy().argmax())
            raise InputError(
                f"{path}, row {row + 1}: paragraph {codes['position'].iloc[row]} of "
                f"{codes['document'].iloc[row]!r} stands twice; keep one row."
            )
    else:
        document_names(frame[key], str(path))
    for name in names:
        cells = frame[name].str.strip()
        wrong = ~cells.isin(_CELLS)
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            raise InputError(
                f"{path}, row {row + 1}, column {name!r}: {cells.iloc[row]!r} is not a code; "
                "write 1, 0 or nothing."
            )
        codes[name] = cells.map(_CELLS).astype(float)
    return codes


def coded_segments(
    coded: list[pd.DataFrame], documents: pd.Series[str], segment: str, where: str
) -> pd.DataFrame:
    """Make segments of what was coded, where there is nothing else to make them of."""
    if segment == "sentence":
        raise InputError(
            f"{where} holds hand codes without texts, so there are no sentences; use "
            "segment='paragraph' or 'document'."
        )
    keys = pd.concat([table.reindex(columns=KEYS) for table in coded])
    keys["position"] = keys["position"].fillna(0).astype("int64")
    if segment == "document":
        keys["position"] = 0
    place = pd.Series(range(len(documents)), index=documents)
    keys = keys[keys["document"].isin(documents)].drop_duplicates()
    keys = keys.sort_values(KEYS, key=lambda one: one.map(place) if one.name == "document" else one)
    if keys.empty:
        raise InputError(f"{where}: no document of documents.csv has hand codes; compare the ids.")
    uncoded = documents[~documents.isin(keys["document"])].tolist()
    if uncoded:
        warnings.warn(
            f"{where}: {len(uncoded)} of {len(documents)} documents have no hand codes "
            f"({some(uncoded)}).",
            InputWarning,
            stacklevel=5,
        )
    number = keys["position"].astype(str).str.zfill(3)
    return pd.DataFrame(
        {
            "segment": keys["document"] + "/" + number,
            "document": keys["document"],
            "position": keys["position"],
            "n_tokens": float("nan"),
        }
    ).reset_index(drop=True)


def attach(
    corpus: Corpus,
    codes: Mapping[str, pd.DataFrame | None],
    segment: str,
    positions: pd.DataFrame,
) -> Corpus:
    """Give the segments of a corpus their hand codes.

    Parameters
    ----------
    corpus : Corpus
    codes : mapping of str to DataFrame or None
        What :func:`read_codes` made of the files :data:`CODES`.
    segment : {"paragraph", "sentence", "document"}
    positions : pandas.DataFrame
        Columns ``document``, ``position`` and ``segment``: where each paragraph went. A segment
        made of several paragraphs has a code if one of them has it.
    """
    frames, mentions = (
        None if table is None else _by_segment(table, f"{corpus.folder}/{file}", segment, positions)
        for file, table in ((file, codes.get(file)) for file in CODES)
    )
    return replace(corpus, frames=frames, mentions=mentions)


def _by_segment(
    table: pd.DataFrame, where: str, segment: str, positions: pd.DataFrame
) -> pd.DataFrame | None:
    names = [name for name in table if name not in KEYS]
    segments = pd.Index(positions["segment"].unique(), name="segment")
    pairs = positions[["document", "segment"]].drop_duplicates()
    one_each = not pairs["document"].duplicated().any()
    if segment == "sentence" or ("position" not in table and not one_each):
        instead = "paragraph" if "position" in table else "document"
        _left_out(
            f"{where}: the hand codes are of {instead}s, so {segment}s have none; read the corpus "
            f"with segment={instead!r} to use them"
        )
        return None
    known = table["document"].isin(positions["document"])
    if not known.all():
        absent = table.loc[~known, "document"].unique().tolist()
        _left_out(
            f"{where}: {len(absent)} documents with codes are not in the corpus ({some(absent)})"
        )
    by_document = segment == "document" or "position" not in table
    key = ["document"] if by_document else KEYS
    places = positions[[*key, "segment"]].drop_duplicates(key)
    joined = table[known].merge(places, on=key, how="left")
    lost = joined[joined["segment"].isna() & (joined[names] == 1).any(axis=1)]
    if len(lost):
        labels = (lost["document"] + "/" + lost["position"].astype(str)).tolist()
        _left_out(
            f"{where}: {len(lost)} paragraphs with codes are not in the corpus ({some(labels)}); "
            "cleaning may have taken them for residue"
        )
    found = joined.groupby("segment")[names].max().reindex(segments)
    return found if found.isna().to_numpy().any() else found.astype("int64")


def _left_out(message: str) -> None:
    warnings.warn(f"{message}.", InputWarning, stacklevel=6)
