"""Corpora larger than memory: read once in batches, counted from a folder of numbered words."""

from framing.indexed.folder import index

__all__ = ["index"]
