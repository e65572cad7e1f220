"""Coding by hand: which segments to read, where to write the codes, and how to take them in."""

from framing.coding.consensus import one_code
from framing.coding.sample import Sample, draw

__all__ = ["Sample", "draw", "one_code"]
