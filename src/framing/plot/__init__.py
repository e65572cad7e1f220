"""Figures: each function draws the table that its measure returned, and returns the axes.

With ``ax=None`` the axes stand in a figure of their own, which a notebook shows when they end a
cell and which ``.figure.savefig`` saves; pyplot does not know of it, and no setting is changed.
US, EU and Japan have one colour, marker and line each throughout.

>>> from framing import Features, emphasis
>>> import pandas as pd
>>> rows = pd.DataFrame({"document": range(9), "region": ["US", "EU", "JP"] * 3})
>>> frames = Features([[1], [0], [1]] * 3, ["security"], rows, kind="frame")
>>> ax = plot_emphasis(emphasis(frames, by="region"))
>>> print(ax.get_xlabel())
share of documents
US, EU and JP: no interval, only 3 documents
"""

from framing.plot.agreement import plot_agreement
from framing.plot.change import plot_change
from framing.plot.change_points import plot_change_points
from framing.plot.confusion import plot_confusion
from framing.plot.contrast import plot_contrast
from framing.plot.correction import plot_correction
from framing.plot.divergence import plot_divergence
from framing.plot.effects import plot_effects
from framing.plot.emphasis import plot_emphasis
from framing.plot.keyness import plot_keyness
from framing.plot.multiverse import plot_multiverse
from framing.plot.panels import small_multiples
from framing.plot.perspectives import plot_perspectives
from framing.plot.prevalence import plot_prevalence
from framing.plot.resonance import plot_resonance
from framing.plot.search import plot_search
from framing.plot.shift import plot_shift
from framing.plot.stability import plot_stability
from framing.plot.style import looks
from framing.plot.ternary import plot_ternary
from framing.plot.tf_idf import plot_tf_idf
from framing.plot.timeline import plot_timeline
from framing.plot.topics import plot_topics
from framing.plot.trend import plot_trend
from framing.plot.trends import plot_trends

__all__ = [
    "looks",
    "plot_agreement",
    "plot_change",
    "plot_change_points",
    "plot_confusion",
    "plot_contrast",
    "plot_correction",
    "plot_divergence",
    "plot_effects",
    "plot_emphasis",
    "plot_keyness",
    "plot_multiverse",
    "plot_perspectives",
    "plot_prevalence",
    "plot_resonance",
    "plot_search",
    "plot_shift",
    "plot_stability",
    "plot_ternary",
    "plot_tf_idf",
    "plot_timeline",
    "plot_topics",
    "plot_trend",
    "plot_trends",
    "small_multiples",
]
