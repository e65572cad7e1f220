"""Look around in a corpus: a figure, a table, and where each frame, term or topic comes from.

:func:`explore` shows it in JupyterLab. Everything in it is a plain function as well: choose and
compute with :func:`compare`, then look with :func:`table`, :func:`reading`, :func:`figure`,
:func:`caption`, :func:`alternative`, :func:`sentences`, and go back to the sources with
:func:`evidence` and :func:`origin`.

>>> import framing as fr
>>> seen = compare(fr.load("openings"), years=(2023, 2024), sides=["US", "EU"], replicates=200)
>>> table(seen)[["group", "frame", "n", "n_documents"]].head(2)
  group       frame   n  n_documents
0    US    security  42           98
1    US  dependence  14           98
>>> evidence(seen, "dependence", side="EU", n=1)["group"].item()
'EU'
"""

from __future__ import annotations

from importlib import import_module
from os import PathLike
from typing import TYPE_CHECKING, Any

from framing.corpus import Corpus
from framing.errors import InputError
from framing.explorer.comparison import Coder, Comparison, compare
from framing.explorer.evidence import evidence, origin
from framing.explorer.explorer import Explorer
from framing.explorer.views import (
    alternative,
    caption,
    figure,
    names,
    reading,
    sentences,
    table,
    title,
)
from framing.frames import Codebook
from framing.readers import load, names_of_bundled

if TYPE_CHECKING:
    from framing.topics.model import TopicModel

__all__ = [
    "Comparison",
    "alternative",
    "caption",
    "compare",
    "evidence",
    "explore",
    "figure",
    "names",
    "origin",
    "reading",
    "sentences",
    "table",
    "title",
]

FIRST = "openings"
"""The corpus that is shown where none is named."""


def explore(
    corpus: Corpus | str | None = None,
    *,
    codebook: Coder = None,
    model: TopicModel | None = None,
    replicates: int = 10_000,
    seed: int = 0,
    **choice: Any,
) -> Any:
    """Look around in a corpus, in JupyterLab.

    Choose corpus, codebook, sides, years and level; a figure and a table follow. Choose a frame, a
    term or a topic in either, and read where it comes from.

    Parameters
    ----------
    corpus : Corpus or str, optional
        Your own, or the name of a bundled one. Default the model's, or a bundled corpus. The other
        bundled ones can be chosen as well.
    codebook : Codebook, fitted coder, str or path, optional
        As :func:`framing.code` takes it; of your own corpus, and first in the list.
    model : TopicModel, optional
        Fitted to Features of `corpus`; topics can then be chosen.
    replicates, seed : int
        Of tests; see :class:`framing.settings.Settings`.
    **choice
        What is shown first: `level`, `by`, `sides`, `years`, `show` and `unit` as in
        :func:`framing.explorer.compare`; `name` and `side` as in :func:`framing.explorer.evidence`.

    Returns
    -------
    anywidget.AnyWidget
        Make it the last line of a cell. Tab goes from control to control, arrows go through the
        table, and Enter opens the sources.

    Raises
    ------
    InputError
        When the extra ``lab`` is not installed, or there is no such corpus or codebook.

    Notes
    -----
    Whatever was looked at is remembered for as long as the explorer lives, so that going back costs
    nothing.
    """
    try:
        import_module("anywidget")
    except ImportError as error:
        raise InputError(
            "the explorer needs anywidget and ipywidgets; pip install framing[lab], or use "
            "the functions of framing.explorer, which need neither."
        ) from error
    widget = import_module("framing.explorer.widget")
    if corpus is None and model is not None:
        corpus = model.corpus_
        if corpus is None:
            raise InputError("the model does not know its corpus; name it: explore(corpus, …).")
    first = corpus.name if isinstance(corpus, Corpus) else corpus or FIRST
    corpora: dict[str, Corpus | None] = dict.fromkeys([first, *names_of_bundled()])
    corpora[first] = corpus if isinstance(corpus, Corpus) else load(first)
    own = first if isinstance(corpus, Corpus) or codebook is not None or model is not None else ""
    books: dict[str, Coder] = {}
    if codebook is not None:
        held = Codebook.load(codebook) if isinstance(codebook, (str, PathLike)) else codebook
        name = held.name if isinstance(held, Codebook) else type(held).__name__
        books[name] = held
    explorer = Explorer(
        corpora, own=own, codebooks=books, model=model, replicates=replicates, seed=seed
    )
    return widget.View(explorer, corpus=first, **choice)
