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

>>> import framing as fr
>>> frames = fr.code(fr.load("openings"))
>>> table = fr.emphasis(frames, by="region")
>>> sorted(table["group"].unique())
['EU', 'JP', 'US']
"""

from importlib import import_module
from importlib.metadata import version
from typing import Any

from framing.actors import ActorList, mentions
from framing.agreement import agreement, disagreements
from framing.change_points import change_points
from framing.codebooks import compare_codebooks, coverage, hits, leave_terms_out, lint
from framing.coding import Sample, code_by_hand, draw, read_codes, write_sheet
from framing.columns import COLUMNS
from framing.compare import contrast, emphasis
from framing.context import keyword_in_context
from framing.corpus import Corpus
from framing.corrected import correction
from framing.count import closed_list, collocations, count
from framing.divergence import divergence
from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.frames import Codebook, code
from framing.groups import groups
from framing.keyness import keyness
from framing.mixes import jensen_shannon
from framing.multiverse import (
    multiverse,
    multiverse_in_words,
    multiverse_summary,
    multiverse_test,
)
from framing.readers import load, read
from framing.resonance import resonance
from framing.shift import shift
from framing.tf_idf import tf_idf
from framing.timeline import timeline
from framing.trend import change, trend
from framing.validation import bias, bias_in_words, evaluate
from framing.word_shift import word_shift

__version__ = version("framing")
__all__ = [
    "COLUMNS",
    "ActorList",
    "Codebook",
    "Corpus",
    "DictionaryCoder",
    "Features",
    "FrameClassifier",
    "InputError",
    "InputWarning",
    "Sample",
    "agreement",
    "bias",
    "bias_in_words",
    "calibration_curve",
    "change",
    "change_points",
    "closed_list",
    "code",
    "code_by_hand",
    "collocations",
    "compare_codebooks",
    "contrast",
    "correction",
    "count",
    "coverage",
    "cross_code",
    "disagreements",
    "divergence",
    "draw",
    "emphasis",
    "evaluate",
    "explore",
    "groups",
    "hits",
    "jensen_shannon",
    "keyness",
    "keyword_in_context",
    "leave_terms_out",
    "lint",
    "load",
    "mentions",
    "multiverse",
    "multiverse_in_words",
    "multiverse_summary",
    "multiverse_test",
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
    "read",
    "read_codes",
    "resonance",
    "shift",
    "simulate",
    "tf_idf",
    "timeline",
    "topics",
    "trend",
    "word_shift",
    "write_sheet",
]

_LEARNING = ("DictionaryCoder", "FrameClassifier", "calibration_curve", "cross_code")


def __getattr__(name: str) -> Any:
    """Import what is slow to load when first asked for: plots, simulations, the explorer …."""
    if name in ("simulate", "topics"):
        return import_module(f"framing.{name}")
    if name == "explore":
        return import_module("framing.explorer").explore
    if name in _LEARNING:
        return getattr(import_module("framing.coders"), name)
    if name.startswith("plot_") and name in __all__:
        return getattr(import_module("framing.plot"), name)
    raise AttributeError(f"module 'framing' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
