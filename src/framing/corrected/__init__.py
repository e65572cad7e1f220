"""Shares of a machine coder, corrected by a sample coded by hand."""

from framing.corrected.cells import CorrectedCells, cells_of, correction

__all__ = ["CorrectedCells", "cells_of", "correction"]
