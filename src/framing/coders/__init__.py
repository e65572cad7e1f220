"""Machine coders: which segments use which frames, by a codebook's terms or learned from people."""

from framing.coders.classifier import FrameClassifier

__all__ = ["FrameClassifier"]
