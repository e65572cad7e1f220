"""The multiverse: one question under every combination of defensible choices."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from framing.columns import tidy
from framing.errors import InputError, InputWarning
from framing.inference import check_client
from framing.multiverse.asking import ALWAYS, Question, answers
from framing.multiverse.choices import Choices, Given
from framing.wording import count_of

MOST = 5000
"""Specifications that are asked for without further question."""
NOT_ASKED = "not asked: stopped by hand"


def multiverse(
    ask: Callable[..., Any],
    choices: Given,
    data: object = None,
    *,
    row: Mapping[str, Any] | None = None,
    seed: int = 0,
    most: int = MOST,
    client: Any = None,
) -> pd.DataFrame:
    """Ask the same question under every combination of choices that could be defended.

    Parameters
    ----------
    ask : callable
        A function of the choices, by name, that returns a table as :func:`framing.contrast` does,
        or one row of it. It may be any measure of the library, with whatever counting, coding and
        leaving out comes before it. If it has a parameter `seed`, the seed is handed on.
    choices : mapping
        Names of choices, each with its options: a list, or a mapping from a name to what is handed
        to `ask`. Give first the options that you would have taken: specification 1 is made of them.
    data : Corpus or Features, optional
        Handed to `ask` before the choices. :func:`framing.multiverse_test` needs it.
    row : mapping, optional
        Which row of the table answers the question, such as ``{"frame": "rules"}``.
    seed : int
        The same for all specifications, so that they differ by choices alone.
    most : int
        Refuse more specifications than these.
    client : distributed.Client, optional
        A cluster whose workers ask, a specification each; default this machine. `ask` and `data`
        are sent to them, with the texts of a corpus that has any.

    Returns
    -------
    pandas.DataFrame
        A row a specification and choice: ``specification``, ``choice``, ``option``, and what `ask`
        returned, with ``estimate``, ``low``, ``high``, ``p_value`` and ``note`` in any case. All
        specifications have as many rows, so that means and shares of rows are those of
        specifications; ``drop_duplicates("specification")`` gives one row each, and
        ``pivot(index="specification", columns="choice", values="option")`` the choices side by
        side. A specification that failed has no estimate, and its note says why.

    Raises
    ------
    InputError
        For choices without options, for options that share a name, if there are too many
        specifications, if `ask` does not take the choices or returns several rows, and if every
        specification fails.

    Warns
    -----
    InputWarning
        If stopped by hand (Ctrl-C, or ■ in JupyterLab). Specifications are asked in random order,
        so that those that were are a sample; the others have no estimate.

    Notes
    -----
    The choices that precede an analysis are many, and most could have been made otherwise. Whoever
    reports one combination reports a draw from a *multiverse* of results (Steegen et al. 2016);
    drawn in order these are a *specification curve* (Simonsohn, Simmons & Nelson 2020;
    :func:`framing.plot_multiverse`). With texts the first choices, of what to count, move results
    most and are justified least (Denny & Spirling 2018).

    Specifications are no independent evidence: they read the same documents. That nearly all of
    them agree says that the choices listed do not matter. It does not say that the finding is true,
    and it says nothing of choices that were not listed. Nor are all of them equally good: list only
    what you would defend.

    References
    ----------
    Denny, M. J. & Spirling, A. (2018). Text preprocessing for unsupervised learning: why it
    matters, when it misleads, and what to do about it. *Political Analysis*, 26, 168–189.

    Simonsohn, U., Simmons, J. P. & Nelson, L. D. (2020). Specification curve analysis. *Nature
    Human Behaviour*, 4, 1208–1214.

    Steegen, S., Tuerlinckx, F., Gelman, A. & Vanpaemel, W. (2016). Increasing transparency through
    a multiverse analysis. *Perspectives on Psychological Science*, 11, 702–712.

    Examples
    --------
    >>> from framing import Features, contrast
    >>> rows = pd.DataFrame({"document": range(12), "region": ["US", "EU"] * 6})
    >>> rows["kind"] = ["news"] * 8 + ["speech"] * 4
    >>> frames = Features([[1], [0]] * 4 + [[0], [1]] * 2, ["rules"], rows, kind="frame")
    >>> def ask(frames, within, speeches):
    ...     kept = frames if speeches else frames.where(frames.segments["kind"] == "news")
    ...     return contrast(kept, by="region", within=within)
    >>> table = multiverse(ask, {"within": [None, "kind"], "speeches": [True, False]}, frames)
    >>> table[["specification", "choice", "option", "estimate"]].head(4)
       specification    choice option  estimate
    0              1    within   none  0.333333
    1              1  speeches    yes  0.333333
    2              2    within   none  1.000000
    3              2  speeches     no  1.000000
    """
    every = Choices.of(choices, most)
    question = Question.of(ask, every, data, row, seed)
    check_client(client)
    which = list(every.combinations())
    order = np.random.default_rng(seed).permutation(len(which))
    found = answers(question, every, data, [which[i] for i in order], client)
    if not any(error is None for _, error in found):
        raise InputError(
            f"every specification failed; one of them with {every.words(which[order[0]])}: "
            f"{found[0][1]}"
        ) from found[0][1]
    if len(found) < len(which):
        warnings.warn(
            f"stopped by hand after {len(found)} of {count_of(len(which), 'specification')}; the "
            "others have no estimate.",
            InputWarning,
            stacklevel=2,
        )
    rows: list[dict[str, Any]] = [ALWAYS | {"note": NOT_ASKED} for _ in which]
    for place, (answer, _) in zip(order, found, strict=False):
        rows[place] = answer
    table = pd.DataFrame(rows)
    long = table.loc[np.repeat(np.arange(len(table)), len(every.names))]
    return tidy(
        long.assign(
            specification=long.index + 1,
            choice=list(every.names) * len(which),
            option=[label for one in which for label in every.words(one)],
        )
    )
