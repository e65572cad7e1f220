"""Machine coders: which segments use which frames, by a codebook's terms or learned from people.

A coder is an estimator of scikit-learn: ``fit(X, y)``, ``predict(X)`` and, where it can,
``predict_proba(X)``. X holds counts of terms and y codes of frames, as Features or as matrices.

>>> import framing as fr
>>> counts = fr.count(fr.load("articles"))
>>> fr.code(counts, DictionaryCoder("critical-technology").fit(counts))
Features(83 segments of 5 documents × 10 frames)
"""

from framing.coders.calibration import calibration_curve
from framing.coders.classifier import FrameClassifier
from framing.coders.cross import cross_code
from framing.coders.dictionary import DictionaryCoder

__all__ = ["DictionaryCoder", "FrameClassifier", "calibration_curve", "cross_code"]
