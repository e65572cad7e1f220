"""One engine for uncertainty: sums over documents, their variance, and their permutation.

Every comparison is a ratio of sums over units (documents, or clusters of documents),
``Gᵀ diag(w) F`` divided by ``Gᵀ diag(w) 1``. The estimate has w = 1. Intervals follow from how
units differ (:func:`variance`), which for a ratio of sums is known in closed form; a bootstrap
(:func:`bootstrap`) draws w where it is not. A test permutes G (:func:`permutation_test`) or, where
units lie in several groups, turns the signs of their errors (:func:`wild_test`).
"""

from framing.inference.blocks import in_blocks
from framing.inference.bootstrap import (
    BEARING,
    band_factor,
    bootstrap,
    effective_units,
    wild_test,
)
from framing.inference.cluster import check_client
from framing.inference.intervals import (
    MINIMUM,
    adjust,
    combine,
    effective_size,
    invert,
    score_interval,
)
from framing.inference.limits import score_limits
from framing.inference.null import Drawn, Null
from framing.inference.permutation import Statistic, Studentised, permutation_test
from framing.inference.relabelled import exchangeable
from framing.inference.relabelling import Relabelling
from framing.inference.sums import (
    UNITS,
    WEIGHTS,
    Floats,
    Integers,
    Sums,
    estimate,
    shares,
    sum_units,
)
from framing.inference.variance import (
    correlation,
    errors,
    feature_blocks,
    influence,
    related,
    variance,
)

__all__ = [
    "BEARING",
    "MINIMUM",
    "UNITS",
    "WEIGHTS",
    "Drawn",
    "Floats",
    "Integers",
    "Null",
    "Relabelling",
    "Statistic",
    "Studentised",
    "Sums",
    "adjust",
    "band_factor",
    "bootstrap",
    "check_client",
    "combine",
    "correlation",
    "effective_size",
    "effective_units",
    "errors",
    "estimate",
    "exchangeable",
    "feature_blocks",
    "in_blocks",
    "influence",
    "invert",
    "permutation_test",
    "related",
    "score_interval",
    "score_limits",
    "shares",
    "sum_units",
    "variance",
    "wild_test",
]
