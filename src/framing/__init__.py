"""Compare which aspects of an issue each side puts forward, how surely, and how that changed.

Everything is one product of three matrices, ``Gᵀ · diag(w) · F``:

* **F**, features: segments × terms (:func:`count`), frames (:func:`code`) or topics
  (:mod:`framing.topics`);
* **G**, groups: segments × sides or periods (:func:`groups`), from metadata or actors mentioned;
* **w**, weights of documents: ones for an estimate; how it varies with them gives its interval.

Data flow one way: ``load`` or ``read`` a corpus → ``count`` its terms → ``code`` its frames →
compare (``emphasis``, ``contrast``, ``keyness``, ``tf_idf``, ``divergence``, ``trend``, ``change``,
``shift``) → plot → report. A coder that is not perfect is held against a sample coded by hand
(``draw`` → ``code_by_hand`` → ``agreement``, ``evaluate``), and its shares are corrected by it
(``labelled=``).
Every comparison returns a table; :data:`COLUMNS` says what each of its columns means.

What is offered stands in ``__init__.pyi``, and each name is imported when it is first asked for.

>>> import framing as fr
>>> frames = fr.code(fr.load("openings"))
>>> table = fr.emphasis(frames, by="region")
>>> sorted(table["group"].unique())
['EU', 'JP', 'US']
"""

from framing.facade import open_facade

__all__ = open_facade(__name__)
