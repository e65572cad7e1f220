"""Coding sheets: what coders read, and a column a frame for their codes."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Sequence
from numbers import Integral
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd

from framing.coding.sample import Sample
from framing.coding.spreadsheet import csv_text, cut, workbooks, writable
from framing.corpus import some
from framing.dates import format_date
from framing.errors import InputError, InputWarning, one_of
from framing.features import Features
from framing.files import new_file, write_whole
from framing.frames import Codebook

FORMATS = (".csv", ".xlsx")
NAMES = ("segment", "document")
"""Columns of a sheet that name what is coded."""

ABOUT = (*NAMES, "coder", "title", "date", "paragraph", "words", "url", "text")
FILLED = ("done", "note")
GUIDE = {
    "done": "1 once you have judged every frame; what you left blank then counts as 0. Leave it "
    "blank where you wrote every 0 and 1.",
    "note": "Whatever you want to remember: doubts, words you decided by.",
}
_SHOWN = ("title", "date")
_WORDS = 8


def write_sheet(
    sample: Sample,
    path: str | PathLike[str],
    codebook: Codebook | str | PathLike[str],
    coder: str = "",
    *,
    show: Sequence[str] | None = None,
    highest: int = 1,
    overwrite: bool = False,
) -> None:
    r"""Write a sheet to code a sample by hand, in a spreadsheet program or on paper.

    Parameters
    ----------
    sample : Sample
    path : path
        Ending in ``.csv`` or ``.xlsx`` (which needs the extra ``xlsx``). With a CSV the codebook's
        definitions go into a text file beside it, named like it with ``-codebook.txt``.
    codebook : Codebook, str or path
        A codebook, or what :meth:`Codebook.load` takes.
    coder : str
        Who will code; else :func:`framing.read_codes` takes the name from the file's.
    show : sequence of str, optional
        Columns of metadata that the coder sees, such as those of ``corpus.table()``. Default
        ``title`` and ``date``, where there are.
    highest : int
        The highest code: 1 where a frame is there or not, more for ranks.
    overwrite : bool
        Replace a file that is there already. It may hold codes.

    Raises
    ------
    InputError
        For a file that is there already, a column that is not, or a frame named like a column of
        the sheet.

    Notes
    -----
    One row a segment, in the order of the sample: ``segment``, ``document``, ``coder`` (if given),
    the metadata, ``text``, an empty column a frame, ``done`` and ``note``. Who spoke, and for which
    side, is not shown unless asked for: a coder who knows may find what they expect of that side,
    and sides are what will be compared. Title and date are shown, because without them a paragraph
    out of its context is often not understood; ``show=[]`` leaves them out, which is safer where
    dates are compared. In XLSX the columns ``segment`` and ``document`` are hidden where the texts
    are at hand, because names of documents often tell the side.

    Where the corpus holds no texts, the sheet links to the source (``url``) instead, and gives the
    number of the ``paragraph``, counted from 1, and ``words`` to find it by: those of its words
    that stand in the fewest other segments.

    Examples
    --------
    >>> import tempfile
    >>> import framing as fr
    >>> sample = fr.draw(fr.load("statements"), 5, seed=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     fr.write_sheet(sample, f"{folder}/ana.csv", "critical-technology", show=["date"])
    ...     header = Path(folder, "ana.csv").read_text("utf-8-sig").split("\n")[0]
    >>> header
    'segment,document,date,paragraph,words,url,security,dependence,...,done,note'
    """
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in FORMATS:
        raise one_of("the ending of a sheet", target.suffix, FORMATS)
    if not isinstance(highest, Integral) or highest < 1:
        raise InputError(f"highest must be a whole number from 1 on; got {highest!r}.")
    if not isinstance(codebook, Codebook):
        codebook = Codebook.load(codebook)
    frames = frame_names(codebook)
    guide = target.with_name(f"{target.stem}-codebook.txt")
    for file in (target, guide) if ending == ".csv" else (target,):
        new_file(file, "codes", overwrite=overwrite)
    table = passages(sample, show)
    clash = [column for column in table if column in frames]
    if clash:
        raise InputError(f"{clash[0]!r} is a frame of {codebook.name!r}; leave it out of show=.")
    if coder:
        table.insert(table.columns.get_loc("document") + 1, "coder", coder)
    table = table.assign(**dict.fromkeys([*frames, *FILLED], ""))
    advice = "code paragraphs, or use code_by_hand"
    table = cut(table.map(writable), "segments have a cell", "segment", advice)
    if ending == ".csv":
        write_whole(guide, _guide_text(codebook, highest))
        write_whole(target, csv_text(list(table), table.to_numpy().tolist(), NAMES))
        return
    seen = list(show or ()) if "text" in table else NAMES
    book = workbooks(f"{target}: writing XLSX").workbook(
        table,
        _guide(codebook).map(writable),
        {**dict.fromkeys(frames, int(highest)), "done": 1},
        hidden=[column for column in NAMES if column not in seen],
        title=codebook.title or codebook.name,
    )
    write_whole(target, book)


def frame_names(codebook: Codebook) -> list[str]:
    """Name the frames of a codebook, none of which may be named like another column of a sheet."""
    for name in codebook.names:
        if name in ABOUT or name in FILLED:
            raise InputError(
                f"codebook {codebook.name!r}: a frame is named {name!r}, like a column of coding "
                "sheets; rename it."
            )
    return list(codebook.names)


def passages(sample: Sample, show: Sequence[str] | None = None) -> pd.DataFrame:
    """List what there is to read of each segment of a sample, in its order.

    Parameters
    ----------
    sample : Sample
    show : sequence of str, optional
        As in :func:`write_sheet`.

    Returns
    -------
    pandas.DataFrame of str
        ``segment``, ``document``, the metadata to show, and ``text``; without texts ``paragraph``,
        ``words`` and ``url`` as far as known.
    """
    corpus = sample.corpus
    about = metadata(sample).set_index("segment", drop=False).loc[sample.segments["segment"]]
    if show is None:
        show = [column for column in _SHOWN if column in about]
    for column in show:
        if column not in about:
            raise one_of("show", column, about.columns)
        if column in (*FILLED, "coder", "paragraph", "words"):
            raise InputError(f"show={column!r} is named like a column of the sheet; rename it.")
    table = about[[*NAMES, *(column for column in show if column not in NAMES)]].copy()
    if "date" in show and "date_precision" in about:
        dates = zip(about["date"], about["date_precision"], strict=True)
        table["date"] = [format_date(date, precision) for date, precision in dates]
    if corpus is not None and corpus.has_texts:
        texts = corpus.segments.set_index("segment")["text"]
        table["text"] = texts.loc[table["segment"]].to_numpy()
    else:
        if "position" in about and (about["position"] > 0).any():
            table["paragraph"] = about["position"] + 1
        if corpus is not None and corpus.terms is not None:
            table["words"] = _telling(corpus.terms, table["segment"])
        links = about["url"] if "url" in about else pd.Series("", about.index)
        links = links.astype(object).where(links.notna(), "").astype(str).str.strip()
        if (links != "").any():
            table["url"] = links
        _tell_unlinked(sample.name, table["document"], links == "")
    return table.astype(object).where(table.notna(), "").astype(str).reset_index(drop=True)


def metadata(sample: Sample) -> pd.DataFrame:
    """Give the segments that a sample was drawn from, with all that is known of them."""
    source = sample.source
    return source.segments if isinstance(source, Features) else source.table()


def _telling(terms: Features, segments: pd.Series[str]) -> list[str]:
    """Find words that stand in few other segments, to find a paragraph by in its source."""
    names = np.asarray(terms.names, dtype=object)
    matrix = terms.matrix
    word = np.unique([name.lower() for name in names], return_inverse=True)[1]
    used = np.bincount(word[matrix.indices], minlength=len(names))[word]
    found = []
    for row in pd.Index(terms.segments["segment"]).get_indexer(pd.Index(segments)):
        here = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        words = [i for i in here if names[i].isalpha() and len(names[i]) > 2]
        rarest = sorted((used[i], names[i]) for i in words)[:_WORDS]
        found.append(", ".join(name for _, name in rarest))
    return found


def _tell_unlinked(name: str, documents: pd.Series[str], unlinked: pd.Series[bool]) -> None:
    if unlinked.any():
        names = documents[unlinked].unique().tolist()
        warnings.warn(
            f"corpus {name!r} has neither text nor link (column 'url') for {unlinked.sum()} of "
            f"{len(documents)} segments ({some(names)}); coders must find the sources themselves.",
            InputWarning,
            stacklevel=4,
        )


def _guide(codebook: Codebook) -> pd.DataFrame:
    """List the columns to be filled in, and what each means."""
    rows = [(frame.name, frame.label, frame.definition) for frame in codebook.frames]
    rows += [(name, name.capitalize(), GUIDE[name]) for name in FILLED]
    return pd.DataFrame(rows, columns=["name", "label", "definition"])


def _guide_text(codebook: Codebook, highest: int) -> str:
    choice = "1 if the segment uses the frame, 0 if not" if highest == 1 else f"0 to {highest}"
    title = codebook.title or codebook.name
    title += f", version {codebook.version}" if codebook.version else ""
    lines = [title, "", f"Write in a frame's column: {choice}."]
    for name, label, definition in _guide(codebook).itertuples(index=False):
        lines += ["", name if label == name else f"{name}: {label}"]
        lines += textwrap.wrap(definition, 76, initial_indent="    ", subsequent_indent="    ")
    return "\n".join(lines) + "\n"
