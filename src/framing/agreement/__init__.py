"""Agreement: how far coders find the same frames, and where they do not.

Codes become tables of pairs (``pairs``): how often one coder said this where
another said that. Each statistic is disagreement observed over that expected by chance, and its
interval comes from weighting documents at random (``intervals``).
"""

from framing.agreement.disagreements import disagreements
from framing.agreement.table import ALL_FRAMES, agreement

__all__ = ["ALL_FRAMES", "agreement", "disagreements"]
