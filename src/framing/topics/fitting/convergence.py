"""Iterating until nothing moves: with progress, and with what is there kept when interrupted."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

from framing.errors import InputWarning
from framing.inference.blocks import tqdm
from framing.topics.fitting.em import State


def converge(states: Iterator[State], max_iter: int, tol: float) -> tuple[State, bool]:
    """Iterate until the bound stands still, showing how it moves.

    Parameters
    ----------
    states : iterator of State
        As :func:`framing.topics.fitting.em.iterate` yields them.
    max_iter : int
    tol : float
        It stands still when it moves by a smaller part of its size.

    Returns
    -------
    State
        After the last whole iteration.
    bool
        Whether it has converged.

    Warns
    -----
    InputWarning
        If it has not, whether for want of iterations or by an interrupt.
    """
    bar = tqdm(
        total=max_iter, desc="topic model", unit="iteration", disable=None, delay=1, leave=None
    )
    state, converged, by_hand = next(states), False, False
    with bar:
        try:
            while True:
                bar.update()
                bar.set_postfix(bound=f"{state.bounds[-1]:.6g}", change=f"{state.change:.1e}")
                converged = abs(state.change) < tol
                if converged or len(state.bounds) == max_iter:
                    break
                state = next(states)
        except KeyboardInterrupt:
            by_hand = True
    if not converged and (by_hand or max_iter > 1):
        n = len(state.bounds)
        why = f"stopped by hand after {n}" if by_hand else f"no convergence in {n}"
        warnings.warn(
            f"{why} iterations: the bound still moves by {state.change:.1e} of its size, more than "
            f"tol={tol:g}; the model is that of the last iteration.",
            InputWarning,
            stacklevel=3,
        )
    return state, converged
