"""Codebooks put to the test: what is wrong in them, what they find, and what hinges on each term.

All of it is arithmetic on one table, :class:`framing.codebooks.evidence.Evidence`: how often each
term of a frame stands in each segment, outside exclusions.
"""

from framing.codebooks.hits import coverage, hits
from framing.codebooks.lint import lint
from framing.codebooks.sensitivity import leave_terms_out
from framing.codebooks.versions import compare_codebooks

__all__ = ["compare_codebooks", "coverage", "hits", "leave_terms_out", "lint"]
