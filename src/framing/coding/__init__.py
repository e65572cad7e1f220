"""Coding by hand: which segments to read, where to write the codes, and how to take them in."""

from framing.coding.codes import read_codes
from framing.coding.consensus import one_code
from framing.coding.desk import code_by_hand
from framing.coding.sample import Sample, draw
from framing.coding.sheet import write_sheet

__all__ = ["Sample", "code_by_hand", "draw", "one_code", "read_codes", "write_sheet"]
