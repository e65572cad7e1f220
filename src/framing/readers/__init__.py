"""Files and folders into corpora.

:func:`read` takes what is in front of it: a folder with ``documents.csv`` and ``texts/``, a folder
of extracted features, a folder of hand codes, or a table with one row a document.
"""

from __future__ import annotations

from os import PathLike, fspath
from pathlib import Path

from framing.corpus import SEGMENTS, Corpus
from framing.errors import InputError, one_of
from framing.extracted.shards import MANIFEST
from framing.indexed.opened import MANIFEST as INDEX
from framing.indexed.opened import read_index
from framing.readers.folder import DOCUMENTS_TABLE, read_folder
from framing.readers.table import read_table
from framing.resources import folder as bundled_folder

__all__ = ["load", "read"]


def read(
    path: str | PathLike[str],
    *,
    segment: str = "paragraph",
    clean: bool = True,
    name: str | None = None,
    encoding: str = "utf-8",
    text: str = "text",
    id: str = "id",
    date: str | None = "date",
) -> Corpus:
    r"""Read a corpus from a folder or a table.

    Parameters
    ----------
    path : str or path
        One of

        * a folder with ``documents.csv`` (columns ``id``, ``date``, and metadata) and the texts in
          ``texts/<id>.txt``, or wherever a column ``file`` says;
        * a folder of extracted features (:mod:`framing.extracted`); if it also holds
          ``texts/<id>.txt``, and they are the texts that were counted, they are read;
        * a folder with ``documents.csv`` and hand codes only;
        * a folder that :func:`framing.index` wrote; how it was read is decided already;
        * a folder of ``.txt`` files, named by their files and without dates;
        * a table with one row a document: ``.csv``, ``.tsv`` or ``.jsonl`` (each may end in
          ``.gz``), or ``.parquet``.

        Hand codes are read from ``frames.csv`` and ``actors.csv`` of a folder: columns
        ``document``, ``position`` (of the paragraph, from 0; leave it out where documents were
        coded), and one column a frame or actor, with 1, 0 or nothing.
    segment : {"paragraph", "sentence", "document"}
    clean : bool
        Take out web residue; see :mod:`framing.clean` and ``Corpus.removed``.
    name : str, optional
        A short name for titles; default the name of the folder or file.
    encoding : str
        Of texts and tables.
    text, id, date : str
        Columns of the table (`text` is not used with folders); ``date=None`` if there are no dates.

    Returns
    -------
    Corpus

    Raises
    ------
    InputError
        When something cannot be read: file, row and column are named.

    Notes
    -----
    Files are read within the bounds of :mod:`framing.files`, and only inside the folder.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "speeches.csv")
    ...     _ = path.write_text("id,date,text\na,2023-05,Chips matter.\n")
    ...     read(path)
    Corpus('speeches', 1 documents, 1 segments, texts)
    """
    if segment not in SEGMENTS:
        raise one_of("segment", segment, SEGMENTS)
    source = Path(path)
    if (source / INDEX).is_file():
        return read_index(source, name)
    if source.is_dir():
        return read_folder(source, segment, clean, name, encoding, id, date)
    if not source.exists():
        raise InputError(f"there is no file or folder {fspath(path)!r}.")
    return read_table(source, segment, clean, name, encoding, text, id, date)


def load(name: str, *, segment: str = "paragraph") -> Corpus:
    """Load a corpus that comes with the library.

    Parameters
    ----------
    name : str
    segment : {"paragraph", "sentence", "document"}
        Sentences only where texts are at hand.

    Returns
    -------
    Corpus
    """
    if name not in (names := names_of_bundled()):
        raise one_of("name", name, names)
    return read(bundled_folder() / name, segment=segment)


def names_of_bundled() -> list[str]:
    """Name the corpora that come with the library."""
    found = {path.parent.name for path in bundled_folder().glob("*/*") if path.name in _MARKS}
    return sorted(found)


_MARKS = (MANIFEST, DOCUMENTS_TABLE)
