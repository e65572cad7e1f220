"""What ``import framing as fr`` offers, each name from the module that holds it."""

from framing.actors import ActorList, mentions
from framing.columns import COLUMNS
from framing.compare import contrast, emphasis, jensen_shannon, shift, trend
from framing.context import keyword_in_context
from framing.corpus import Corpus
from framing.count import closed_list, collocations, count
from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.frames import Codebook, code
from framing.groups import groups
from framing.readers import load, read
from framing.terms import keyness, tf_idf
from framing.timeline import timeline

__all__ = [
    "COLUMNS",
    "ActorList",
    "Codebook",
    "Corpus",
    "Features",
    "InputError",
    "InputWarning",
    "closed_list",
    "code",
    "collocations",
    "contrast",
    "count",
    "emphasis",
    "groups",
    "jensen_shannon",
    "keyness",
    "keyword_in_context",
    "load",
    "mentions",
    "read",
    "shift",
    "tf_idf",
    "timeline",
    "trend",
]
