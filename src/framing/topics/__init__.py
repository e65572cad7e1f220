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
>>> model = StructuralTopicModel(2, prevalence="~ region").fit(counts)
>>> model.topics()
Features(40 segments of 40 documents × 2 topics)
"""

from framing.topics.answers import answer, read_answers
from framing.topics.content import deviations
from framing.topics.effects import effect_tests, effects
from framing.topics.factorised import LDA, NMF
from framing.topics.heldout import HeldOut, heldout_score, hold_out
from framing.topics.intrusion import topic_intrusion, word_intrusion, word_set_intrusion
from framing.topics.labels import topic_terms
from framing.topics.mapping import TopicFrames, frames_of
from framing.topics.model import TopicModel
from framing.topics.permutation import covariate_test
from framing.topics.predicted import prevalence, prevalence_differences
from framing.topics.quality import topic_quality
from framing.topics.residuals import residual_dispersion
from framing.topics.scores import score_intrusion
from framing.topics.search import search_topics
from framing.topics.split import Split, discover_and_estimate
from framing.topics.stability import stability
from framing.topics.structural import StructuralTopicModel
from framing.topics.suggestions import suggest_frames
from framing.topics.summary import topic_summary
from framing.topics.tasks import Tasks

__all__ = [
    "LDA",
    "NMF",
    "HeldOut",
    "Split",
    "StructuralTopicModel",
    "Tasks",
    "TopicFrames",
    "TopicModel",
    "answer",
    "covariate_test",
    "deviations",
    "discover_and_estimate",
    "effect_tests",
    "effects",
    "frames_of",
    "heldout_score",
    "hold_out",
    "prevalence",
    "prevalence_differences",
    "read_answers",
    "residual_dispersion",
    "score_intrusion",
    "search_topics",
    "stability",
    "suggest_frames",
    "topic_intrusion",
    "topic_quality",
    "topic_summary",
    "topic_terms",
    "word_intrusion",
    "word_set_intrusion",
]
