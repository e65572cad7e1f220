"""Topics: which terms go together, how much of each side's text they are, and how sure that is.

Three models with one interface (:class:`NMF`, :class:`LDA`, :class:`StructuralTopicModel`) take
counts of terms; ``model.topics()`` are Features, which ``emphasis``, ``trend`` or ``shift`` take.

>>> import framing as fr
>>> import pandas as pd
>>> rows = pd.DataFrame({"document": range(40), "region": ["US", "EU"] * 20})
>>> words = [[8, 6, 1, 1], [1, 1, 6, 8]] * 20
>>> counts = fr.Features(words, ["chip", "fab", "rule", "law"], rows, kind="term")
>>> model = StructuralTopicModel(2, prevalence="~ region").fit(counts)
>>> model.topics()
Features(40 segments of 40 documents × 2 topics)
"""

from framing.topics.factorised import LDA, NMF
from framing.topics.model import TopicModel
from framing.topics.structural import StructuralTopicModel

__all__ = ["LDA", "NMF", "StructuralTopicModel", "TopicModel"]
