"""What the tables say, in plain words: generated from the numbers, never written by hand.

:mod:`framing.verdicts` says when a difference is called clear, and how large is large.
"""

from framing.findings.coder import in_short, trust
from framing.findings.summary import cautions, findings, n_tested
from framing.findings.topics import no_topics, on_topics
from framing.findings.voice import KINDS, STRENGTHS, Finding
from framing.verdicts import MARGIN

__all__ = [
    "KINDS",
    "MARGIN",
    "STRENGTHS",
    "Finding",
    "cautions",
    "findings",
    "in_short",
    "n_tested",
    "no_topics",
    "on_topics",
    "trust",
]
