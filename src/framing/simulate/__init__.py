"""Corpora with a planted truth: for tests, for the course, for "how many articles do I need?".

A corpus is drawn from the top down, and each level has the level above as its mean::

    truth      logit P[g, t, f] = logit base[f] + effect[g, f] + change[g, f] · t
    outlet     Dirichlet with mean P and variance outlet_icc · P (1 − P)
    document   Dirichlet with the mean of its outlet, p, and variance icc · p (1 − p)
    segment    multinomial, with the shares of its document

So the share of a document is P on average, however long it is and wherever it was published, and
P is the mean of every estimate in which documents count once, or by their length.

>>> from framing import simulate
>>> planted = simulate.frames({"US": 40, "EU": 40}, effects={"EU": {"security": 1.0}}, seed=1)
>>> planted.differences().query("group == 'EU' and frame == 'security'")["estimate"].round(3)
4    0.238
Name: estimate, dtype: float64
"""

from framing.simulate.corpora import FRAMES, GROUPS, frames, terms
from framing.simulate.design import Design
from framing.simulate.machine import machine
from framing.simulate.planted import Planted
from framing.simulate.sample_size import power

__all__ = ["FRAMES", "GROUPS", "Design", "Planted", "frames", "machine", "power", "terms"]
