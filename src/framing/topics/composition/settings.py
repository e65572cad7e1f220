"""How effects of covariates on topics are estimated: what may be set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from numbers import Integral, Real
from typing import Any

import pandas as pd

from framing.errors import InputError, one_of, only
from framing.inference import WEIGHTS, check_client
from framing.topics.composition.draws import UNCERTAINTIES

LINKS = ("identity", "logit")
VARIANCES = ("robust", "classical")
TESTS = ("auto", "t", "wild bootstrap")


@dataclass(frozen=True, eq=False)
class EffectSettings:
    """How effects on topics are estimated.

    Parameters
    ----------
    frames : TopicFrames, path, DataFrame or array of 0/1, shape (n_topics, n_frames), optional
        Sums of topics to speak of instead of topics; columns of a DataFrame give their names.
    uncertainty : {"global", "local", "none"}
        How surely the shares of a segment are known: see :func:`framing.topics.theta_draws`.
        Models other than the structural one have only ``"none"``.
    draws : int
        Of the shares.
    variance : {"robust", "classical"}
        ``"robust"``: from how units differ, with what the model's prior hides of it (Notes of
        :func:`framing.topics.effects`). ``"classical"``: as ``estimateEffect`` of R's stm, which
        takes segments to be independent and equally variable; for comparison with it.
    cluster : str, optional
        A column of clusters, such as ``"outlet"``, that vary by chance; default documents.
    weights : {"document", "segment"}
        Whether every document counts once (default), or by its number of segments.
    link : {"identity", "logit"}, optional
        Shares themselves, or their log-odds, so that none predicted leaves 0 to 1. Default
        ``"logit"`` where prevalence is predicted, ``"identity"`` for coefficients.
    test : {"auto", "t", "wild bootstrap"}
        ``"auto"``: with `cluster`, an exact permutation of the clusters' labels where these are
        what is compared and can be dealt out in at most `replicates` ways; otherwise t.
    level : float
        Nominal coverage.
    replicates, seed : int
        Of the wild bootstrap and of bands; `seed` also of the draws.
    covariates : pandas.DataFrame, optional
        A row a segment of the fit; default the metadata of the Features that were fitted.
    client : distributed.Client, optional
        A cluster whose workers permute and turn signs; default the cores of this machine.
    """

    frames: Any = None
    uncertainty: str = "global"
    draws: int = 25
    variance: str = "robust"
    cluster: str | None = None
    weights: str = "document"
    link: str | None = None
    test: str = "auto"
    level: float = 0.95
    replicates: int = 2000
    seed: int = 0
    covariates: pd.DataFrame | None = None
    client: Any = None

    def __post_init__(self) -> None:
        for name, allowed in (
            ("uncertainty", UNCERTAINTIES),
            ("variance", VARIANCES),
            ("weights", WEIGHTS),
            ("link", LINKS if self.link else (None,)),
            ("test", TESTS),
        ):
            if getattr(self, name) not in allowed:
                raise one_of(name, getattr(self, name), allowed)
        if self.variance == "classical" and (self.cluster or self.link == "logit"):
            raise InputError(
                "variance='classical' takes segments to be independent and their shares to be "
                "linear; leave out cluster= and link=, or take variance='robust'."
            )
        if self.variance == "classical" and self.test == "wild bootstrap":
            raise InputError("test='wild bootstrap' turns signs of units; take variance='robust'.")
        if not isinstance(self.level, Real) or not 0 < self.level < 1:
            raise InputError(f"level must lie between 0 and 1; got {self.level!r}.")
        for name, least in (("replicates", 100), ("seed", 0)):
            value = getattr(self, name)
            if not isinstance(value, Integral) or value < least:
                raise InputError(f"{name} must be a whole number from {least} on; got {value!r}.")
        check_client(self.client)

    @property
    def unit(self) -> str:
        """What varies by chance."""
        return "segment" if self.variance == "classical" else self.cluster or "document"

    @classmethod
    def of(cls, given: Mapping[str, Any], link: str = "identity") -> EffectSettings:
        """Take settings by name, and refuse a name that is none.

        Parameters
        ----------
        given : dict
        link : {"identity", "logit"}
            Default of the setting, where the variance allows it.
        """
        only(given, [field.name for field in fields(cls)])
        settings = cls(**given)
        if settings.link is None:
            settings = replace(
                settings, link="identity" if settings.variance == "classical" else link
            )
        return settings
