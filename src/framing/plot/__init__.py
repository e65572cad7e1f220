"""Figures: each function draws the table that its measure returned, and returns the axes.

With ``ax=None`` the axes stand in a figure of their own, which a notebook shows when they end a
cell and which ``.figure.savefig`` saves; pyplot does not know of it, and no setting is changed.
US, EU and Japan have one colour, marker and line each throughout.

>>> from framing import Features, emphasis, plot_emphasis
>>> import pandas as pd
>>> rows = pd.DataFrame({"document": range(9), "region": ["US", "EU", "JP"] * 3})
>>> frames = Features([[1], [0], [1]] * 3, ["security"], rows, kind="frame")
>>> ax = plot_emphasis(emphasis(frames, by="region"))
>>> print(ax.get_xlabel())
share of documents
US, EU and JP: no interval, only 3 documents
"""

from framing.facade import open_facade

__all__ = open_facade(__name__)
