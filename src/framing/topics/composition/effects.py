"""Effects of covariates on the prevalence of topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import fdtrc

from framing.columns import tidy
from framing.topics.composition.coefficients import FEWEST_DEGREES, Composition
from framing.topics.composition.contrasts import Numbers, permuted, with_q_in
from framing.topics.composition.settings import EffectSettings
from framing.wording import count_of

if TYPE_CHECKING:
    from framing.topics.model import TopicModel


def effects(model: TopicModel, formula: str, **settings: Any) -> pd.DataFrame:
    """How the prevalence of every topic depends on covariates: coefficients of a regression.

    Parameters
    ----------
    model : TopicModel
        Fitted; with the same covariates as in `formula`, so that these are not shrunk.
    formula : str
        ``"~ region * s(year)"``; see :meth:`framing.topics.fitting.design.Design.fit`.
    **settings
        See :class:`framing.topics.composition.settings.EffectSettings`: `frames`, `uncertainty`,
        `draws`, `variance`, `cluster`, `weights`, `link`, `test`, `level`, `replicates`, `seed`,
        `covariates`.

    Returns
    -------
    pandas.DataFrame
        A row a coefficient and topic (or frame): ``topic``, ``coefficient`` (a column of the
        design), ``statistic`` ("coefficient", or "log-odds coefficient"), ``estimate``, ``error``
        (its standard error), ``low``, ``high``, ``p_value``, ``degrees``, ``test``, ``p_min``;
        ``q_value`` and ``n_tests`` over the topics of one coefficient: which topics does it
        concern? Also ``level``, ``unit``, ``n_documents``, ``n_segments``, ``note`` and, with
        `cluster`, ``n_clusters``: see :data:`framing.COLUMNS`.

    Raises
    ------
    InputError
        For a formula that cannot be used, clusters that part documents, or a model without the
        uncertainty asked for.

    Warns
    -----
    InputWarning
        Of segments left out because they lack a covariate, of levels with a single row, and of
        covariates that the model was fitted without.

    Notes
    -----
    The method of composition (Treier & Jackman 2008): θ is drawn from what is known of each
    segment, every draw is regressed, and results are pooled. Least squares are linear, so that the
    pooled estimate is the regression of the mean of the draws.

    *The variance.* That of R's stm is the textbook variance within draws plus the variance between
    them (``variance="classical"``). It takes segments to be independent, and the fitted γ to be
    known: but λ_d is drawn towards X_d γ, so that residuals are too small wherever the words leave
    θ open, and so is the variance. On 150 simulated segments whose words leave as much of η open
    as there is of it, its tests at 5 % reject 10 %, and where six outlets make up the sides 42 %;
    these reject 4 % and, for want of outlets, none (benchmarks/calibration_topics.py). Here each
    unit's influence is followed twice: by its own draws, and by what it did to γ and thereby to
    all draws (:class:`framing.topics.composition.shrinkage.Prior`). Units are documents or
    clusters, with the CR2 correction and Satterthwaite's degrees of freedom (Bell & McCaffrey
    2002). With the latter below four, or fewer than six units, there is no interval (Tipton 2015).

    *Few clusters.* Where whole clusters are compared, such as outlets of two regions, p is from
    dealing out the regions to the outlets in every way there is; with three outlets a side there
    are 20, no p is below .1, and the note says so.

    Topics themselves are taken as given: another fit could find others.

    References
    ----------
    Bell, R. M. & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression
    with multi-stage samples. *Survey Methodology*, 28, 169–181.
    Treier, S. & Jackman, S. (2008). Democracy as a latent variable. *American Journal of Political
    Science*, 52, 201–217.
    Roberts, M. E., Stewart, B. M. & Airoldi, E. M. (2016). A model of text for experimentation in
    the social sciences. *JASA*, 111, 988–1003.
    Tipton, E. (2015). Small sample adjustments for robust variance estimation with
    meta-regression. *Psychological Methods*, 20, 375–393.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> table = pd.DataFrame({"document": range(8), "side": ["A"] * 4 + ["B"] * 4})
    >>> share = np.array([0.2, 0.3, 0.4, 0.3, 0.6, 0.5, 0.7, 0.6])
    >>> model = SimpleNamespace(
    ...     theta_=np.column_stack([share, 1 - share]),
    ...     used_=np.ones(8, dtype=bool),
    ...     topic_names_=["topic 1", "topic 2"],
    ...     segments_=table,
    ... )
    >>> found = effects(model, "~ side", uncertainty="none")
    >>> found.loc[found["coefficient"] == "side[T.B]", ["topic", "estimate", "low", "high"]].round(
    ...     2
    ... )
         topic  estimate   low  high
    2  topic 1       0.3  0.16  0.44
    3  topic 2      -0.3 -0.44 -0.16
    """
    found = Composition.of(model, formula, EffectSettings.of(settings))
    columns = found.rows.design.columns
    each = np.eye(len(columns))
    numbers = Numbers.of(found, found.coefficients, found.gradients(each))
    log = "" if found.settings.link == "identity" else "log-odds "
    keys = pd.DataFrame({"coefficient": columns, "statistic": f"{log}coefficient"})
    return tidy(with_q_in(numbers.table(keys, numbers.tests(each)), ["coefficient"]))


def effect_tests(model: TopicModel, formula: str, **settings: Any) -> pd.DataFrame:
    """Whether a variable has to do with the prevalence of each topic at all.

    All coefficients of a variable, its interactions included, are tested together: for a side with
    three levels or more, or a curve.

    Parameters
    ----------
    model, formula, **settings
        As in :func:`effects`.

    Returns
    -------
    pandas.DataFrame
        A row a variable and topic (or frame): ``topic``, ``coefficient`` (the variable),
        ``statistic`` ("F"), ``estimate``, ``p_value``, ``degrees`` (of the denominator),
        ``n_coefficients`` (degrees of the numerator), ``test``, ``p_min``, ``q_value`` and
        ``n_tests`` over the topics of one variable; and the others of :func:`effects`.

    Notes
    -----
    Wald's test with the variance of :func:`effects`; Hotelling's T² with degrees of freedom from
    the design (Pustejovsky & Tipton 2018). Where whole clusters are compared, as in
    :func:`effects`, an exact permutation test.

    References
    ----------
    Pustejovsky, J. E. & Tipton, E. (2018). Small-sample methods for cluster-robust variance
    estimation and hypothesis testing in fixed effects models. *Journal of Business & Economic
    Statistics*, 36, 672–683.
    """
    found = Composition.of(model, formula, EffectSettings.of(settings))
    parts = [_joint(found, variable) for variable in found.rows.design.variables]
    table = found.label(pd.concat(parts, ignore_index=True))
    return tidy(with_q_in(table, ["coefficient"]))


def _joint(found: Composition, variable: str) -> pd.DataFrame:
    """Test all coefficients of a variable."""
    chosen = np.eye(len(found.coefficients))[found.columns_of(variable)]
    n, gradients = len(chosen), found.gradients(chosen)
    statistic, left = found.wald(chosen)
    why = found.lacking(gradients, np.full((n, len(statistic)), np.inf))
    many = f"{count_of(n, 'coefficient')} are too many for the {found.settings.unit}s"
    notes = []
    for t, spare in enumerate(left):
        reason = next((row[t] for row in why if row[t]), "")
        notes.append(reason or ("" if spare >= FEWEST_DEGREES - 1e-6 else many))
    known = np.array([not note for note in notes])
    columns: dict[str, Any] = {
        "p_value": np.where(known, fdtrc(n, left, statistic), np.nan),
        "p_min": np.nan,
        "test": np.where(known, "F", ""),
        "degrees": left,
        "note": [f"no p-value: {note}" if note else "" for note in notes],
    }
    for sides in found.sides if found.settings.test == "auto" else []:
        if sides.variable == variable and found.clusters is not None:
            every = list(range(len(sides.levels)))
            draws = found.settings.replicates, 0, found.settings.client
            null = found.clusters.relabel(sides, every, *draws)
            if null is not None:
                columns |= permuted(null, found.settings.level)
                columns["note"] = columns.pop("said")
    table = pd.DataFrame({found.kind: found.names, "estimate": statistic, **columns})
    return table.assign(coefficient=variable, statistic="F", n_coefficients=n)
