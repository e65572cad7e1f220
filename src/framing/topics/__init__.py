"""Topics: which terms go together, how much of each side's text they are, and how sure that is.

Three models with one interface (:class:`NMF`, :class:`LDA`, :class:`StructuralTopicModel`) take
counts of terms; ``model.topics()`` are Features, which ``emphasis``, ``trend`` or ``shift`` take.
From a model on:

* what a topic is: :func:`topic_terms`, ``model.representatives()``, :func:`deviations`;
* whether it is any good: :func:`topic_quality`, :func:`heldout_score`, :func:`residual_dispersion`,
  :func:`search_topics`, :func:`stability`, and what people make of it (:func:`word_intrusion` →
  :func:`answer` → :func:`score_intrusion`);
* how prevalence depends on covariates: :func:`effects`, :func:`prevalence`,
  :func:`prevalence_differences`, :func:`covariate_test`, :func:`discover_and_estimate`;
* frames above topics: :class:`TopicFrames`, :func:`suggest_frames`, :func:`frames_of`.

>>> import framing as fr
>>> import pandas as pd
>>> rows = pd.DataFrame({"document": range(40), "region": ["US", "EU"] * 20})
>>> words = [[8, 6, 1, 1], [1, 1, 6, 8]] * 20
>>> counts = fr.Features(words, ["chip", "fab", "rule", "law"], rows, kind="term")
>>> model = fr.topics.StructuralTopicModel(2, prevalence="~ region").fit(counts)
>>> model.topics()
Features(40 segments of 40 documents × 2 topics)
"""

from framing.facade import open_facade

__all__ = open_facade(__name__)
