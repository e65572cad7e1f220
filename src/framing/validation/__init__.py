"""Validation of a machine coder: how often it errs, and whether that bears on a comparison.

Precision, recall and the like are ratios of sums over documents, so that they come with the
intervals and tests of every other comparison.

>>> from framing import simulate
>>> truth = simulate.frames({"EU": 40, "US": 40}, {"rules": 0.3}, seed=2).features
>>> machine = simulate.machine(truth, sensitivity={"EU": 0.9, "US": 0.5}, seed=2)
>>> print(*bias_in_words(bias(machine, truth, by="region", replicates=500)))
US against EU: errors of the coder favour EU in rules by 16 percentage points (95% interval...
"""

from framing.validation.bias import bias
from framing.validation.rates import evaluate
from framing.validation.sentences import bias_in_words

__all__ = ["bias", "bias_in_words", "evaluate"]
