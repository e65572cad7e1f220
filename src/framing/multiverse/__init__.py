"""Multiverse: the same question under every combination of choices that could be defended.

``multiverse`` asks and returns one table, ``multiverse_summary`` tells how far it agrees and which
choice moves it, ``multiverse_in_words`` says so in sentences, ``multiverse_test`` deals the labels
of sides out anew and asks again.

>>> from framing import Features, contrast
>>> from framing.multiverse import multiverse, multiverse_in_words
>>> import pandas as pd
>>> rows = pd.DataFrame({"document": range(12), "region": ["US", "EU"] * 6})
>>> frames = Features([[1], [0]] * 5 + [[0], [1]], ["rules"], rows, kind="frame")
>>> def ask(level, replicates):
...     return contrast(frames, by="region", level=level, replicates=replicates)
>>> table = multiverse(ask, {"level": [0.95, 0.9], "replicates": [1000, 500]})
>>> print(multiverse_in_words(table)[1])
Estimates run from +67 to +67 percentage points, with the median at +67.
"""

from framing.multiverse.joint import multiverse_test
from framing.multiverse.sentences import multiverse_in_words
from framing.multiverse.specifications import Specifications
from framing.multiverse.summary import TOGETHER, multiverse_summary
from framing.multiverse.table import multiverse

__all__ = [
    "TOGETHER",
    "Specifications",
    "multiverse",
    "multiverse_in_words",
    "multiverse_summary",
    "multiverse_test",
]
