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

from framing.topics.composition.draws import theta_draws
from framing.topics.composition.effects import effect_tests, effects
from framing.topics.composition.predicted import prevalence, prevalence_differences
from framing.topics.diagnostics.heldout import HeldOut, heldout_score, hold_out
from framing.topics.diagnostics.labels import topic_terms
from framing.topics.diagnostics.quality import topic_quality
from framing.topics.diagnostics.residuals import residual_dispersion
from framing.topics.diagnostics.summary import topic_summary
from framing.topics.factorised import LDA, NMF
from framing.topics.fitting.content import deviations
from framing.topics.frames.mapping import TopicFrames, frames_of
from framing.topics.frames.suggestions import suggest_frames
from framing.topics.intrusion.answers import answer, read_answers
from framing.topics.intrusion.intruders import topic_intrusion, word_intrusion, word_set_intrusion
from framing.topics.intrusion.scores import score_intrusion
from framing.topics.intrusion.tasks import Tasks
from framing.topics.model import TopicModel
from framing.topics.refitting.alignment import align_topics
from framing.topics.refitting.permutation import covariate_test
from framing.topics.refitting.reruns import stability_runs
from framing.topics.refitting.search import search_topics
from framing.topics.refitting.split import Split, discover_and_estimate
from framing.topics.refitting.stability import stability
from framing.topics.structural import StructuralTopicModel

__all__ = [
    "LDA",
    "NMF",
    "HeldOut",
    "Split",
    "StructuralTopicModel",
    "Tasks",
    "TopicFrames",
    "TopicModel",
    "align_topics",
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
    "stability_runs",
    "suggest_frames",
    "theta_draws",
    "topic_intrusion",
    "topic_quality",
    "topic_summary",
    "topic_terms",
    "word_intrusion",
    "word_set_intrusion",
]
