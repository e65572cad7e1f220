"""Scores of answers to intrusion tasks.

The *model precision* is the part of the answers that find the intruder (Chang et al. 2009); the
*topic log odds* say by how much wrong answers miss it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from framing.agreement import agreement
from framing.cells import with_q
from framing.columns import tidy
from framing.errors import InputError
from framing.inference import Floats, Integers
from framing.settings import Settings
from framing.topics.intrusion.averages import Average
from framing.topics.intrusion.tasks import Tasks

ALL_TOPICS = "all topics"
"""What stands in column "topic" where all topics are taken together."""

PRECISION, LOG_ODDS = "model_precision", "topic_log_odds"
_AGREEMENT = ("krippendorff_alpha", "percent_agreement")


def score_intrusion(
    tasks: Tasks, answers: pd.DataFrame, *, level: float = 0.95, seed: int = 0
) -> pd.DataFrame:
    """Score answers: how often people find the intruder, topic by topic and in all.

    Parameters
    ----------
    tasks : Tasks
    answers : pandas.DataFrame
        As :func:`framing.topics.read_answers` returns: ``task``, ``coder``, ``answer``
        (from 1, or missing).
    level : float
        Nominal coverage of intervals.
    seed : int
        Of the bootstrap behind the intervals of agreement.

    Returns
    -------
    pandas.DataFrame
        A row a ``topic`` and ``statistic``, then the same for "all topics":

        * "model_precision": part of the answers that find the intruder, with ``chance``, that part
          if all guess, ``p_value`` against it, ``p_min`` and ``q_value``;
        * "topic_log_odds", of topic intrusion: nought where all find it, below where not;
        * for all topics and two or more coders, "krippendorff_alpha" and "percent_agreement" of the
          options chosen (:func:`framing.agreement`).

        ``unit`` says what varies by chance, ``note`` why an interval is missing; ``n`` counts
        answers, ``n_missing`` those that a coder did not give, ``n_coders`` and ``n_tasks`` who
        gave them to what.

    Raises
    ------
    InputError
        For an unknown task, what is no option, a task that a coder answers twice, no answer at all.

    Notes
    -----
    The topic of a task is the one whose words are shown, or the largest of the segment.

    *Intervals* are as wide as the claim. Answers are not independent: one task is harder than
    another, one coder better. Where six or more of both stand behind a row, both vary (``unit`` is
    "coder and task"), and the interval is about other coders and other tasks of the kind; with six
    tasks and fewer coders it is about these coders, with six coders and fewer tasks about these
    tasks, and with fewer of both there is none. Segments of one document vary together. The
    variance of a share is the engine's for clusters (:func:`framing.inference.variance`); for two
    kinds of clusters those of either are added, and that of single answers taken off, as it is in
    both (Cameron, Gelbach & Miller 2011). The interval is Wilson's at the effective size.

    *p against chance* is exact, and one-sided. Whoever cannot tell the intruder chooses as if its
    place had been drawn after they chose: of the options of a task each was as likely to be it.
    The number of hits of a task then is that of the coders who chose a random option, and tasks
    are independent. So coders who guess alike, all for the strangest word, do not count as many.
    ``q_value`` is adjusted for the number of topics; the row of all topics is a test of its own.

    *Topic log odds* of an answer: ``log θ(intruder) − log θ(chosen)``, θ of the segment. Its mean
    has an interval of t, none where every answer is right, and is missing where a wrong answer
    meets an intruder with θ = 0, as sparse models give it.

    References
    ----------
    Chang, J. et al. (2009). Reading tea leaves: how humans interpret topic models. *NIPS* 22.

    Cameron, A. C., Gelbach, J. B. & Miller, D. L. (2011). Robust inference with multiway
    clustering. *Journal of Business & Economic Statistics*, 29, 238–249.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from framing.topics.intrusion.intruders import word_intrusion
    >>> model = SimpleNamespace(
    ...     beta_=np.repeat(np.eye(8), 3, axis=1) / 3,
    ...     terms_=[f"word {v}" for v in range(24)],
    ...     topic_names_=[f"topic {k}" for k in range(1, 9)],
    ... )
    >>> tasks = word_intrusion(model, n_words=3, seed=0)
    >>> answers = tasks.key[["task", "answer"]].assign(coder="Ana")  # all right
    >>> table = score_intrusion(tasks, answers).tail(1)
    >>> table[["topic", "estimate", "low", "high", "chance", "unit", "n_tasks"]].round(2)
            topic  estimate   low  high  chance  unit  n_tasks
    8  all topics       1.0  0.59   1.0    0.25  task        8
    """
    Settings(level=level, seed=seed)  # checks them
    table = _checked(tasks, answers)
    topics = [name for name in tasks.topics if (tasks.key["topic"] == name).any()]
    coders = int(table["coder"].nunique())
    rows = []
    for topic in [*topics, ALL_TOPICS]:
        held = tasks.key["topic"].isin(topics if topic == ALL_TOPICS else [topic])
        part = table[table["place"].isin(np.flatnonzero(held))]
        for row in _rows(tasks, part, level):
            missing = int(held.sum()) * coders - row["n"]
            rows.append({"topic": topic, **row, "n_missing": missing, "level": level})
    scored = pd.DataFrame(rows)
    alone = scored["topic"] == ALL_TOPICS
    scored = pd.concat([with_q(scored[~alone]), with_q(scored[alone])], ignore_index=True)
    if coders > 1:
        agreed = _agreement(table, level, seed)
        agreed = agreed.assign(topic=ALL_TOPICS, n_missing=len(tasks) * coders - len(table))
        scored = pd.concat([scored, agreed], ignore_index=True)
    return tidy(scored.fillna({"test": ""}))


def guessed(
    tasks: Integers, chosen: Integers, truth: Integers, n_options: int
) -> tuple[float, float]:
    """Chance of as many hits or more, if the intruders' places had been drawn after the answers.

    The hits of a task are then the answers for an option drawn at random; tasks are independent,
    so that the hits of all are distributed as the convolution of theirs.

    Parameters
    ----------
    tasks, chosen, truth : array of int, shape (n_answers,)
        The task of each answer, the option chosen and that of the intruder, both from 1.
    n_options : int
        Options of each task.

    Returns
    -------
    p_value, p_min : float
        And its smallest value that these answers allow. Missing without answers.

    Examples
    --------
    Two coders choose alike in two tasks of three options; they are right in one.

    >>> tasks, chosen = np.array([0, 0, 1, 1]), np.array([1, 1, 2, 2])
    >>> p_value, p_min = guessed(tasks, chosen, np.array([1, 1, 3, 3]), 3)
    >>> round(p_value, 4), round(p_min, 4)  # 1 − (2/3)², (1/3)²
    (0.5556, 0.1111)
    """
    if not len(tasks):
        return float("nan"), float("nan")
    _, place = np.unique(tasks, return_inverse=True)
    counts = np.zeros((int(place.max()) + 1, n_options), dtype=np.int64)
    np.add.at(counts, (place, chosen - 1), 1)
    chances, least = np.ones(1), 1.0
    for row in counts:
        chances = np.convolve(chances, np.bincount(row) / n_options)
        least *= (row == row.max()).sum() / n_options
    hits = int((chosen == truth).sum())
    return float(min(chances[hits:].sum(), 1.0)), float(least)


def _rows(tasks: Tasks, table: pd.DataFrame, level: float) -> Iterator[dict[str, Any]]:
    """Score the answers to some tasks."""
    coder, task = pd.factorize(table["coder"])[0], table["place"].to_numpy()
    kind, held = "task", task
    if "document" in tasks.table:
        kind, held = "document", pd.factorize(tasks.table["document"])[0][task]
    n_options = len(tasks.options)
    chosen = table["answer"].to_numpy(dtype=np.int64)
    truth = tasks.key["answer"].to_numpy()[task]
    right = (chosen == truth).astype(float)
    about = {"n": len(table), "n_coders": len(set(coder)), "n_tasks": len(set(task))}
    units = {"coder": coder, kind: held}
    p_value, p_min = guessed(task, chosen, truth, n_options)
    yield {
        **about,
        **Average.of(right, units).share(level),
        "statistic": PRECISION,
        "chance": 1 / n_options,
        "p_value": p_value,
        "p_min": p_min,
        "test": "exact permutation" if len(table) else "",
    }
    if tasks.shares:
        shares = tasks.key[list(tasks.shares)].to_numpy(dtype=float)[task]
        yield {**about, **_log_odds(shares, chosen, truth, units, level), "statistic": LOG_ODDS}


def _log_odds(
    shares: Floats, chosen: Integers, truth: Integers, units: dict[str, Integers], level: float
) -> dict[str, Any]:
    """Average log θ of the intruder less that of the option chosen."""
    wrong = np.flatnonzero(chosen != truth)
    its, ours = shares[wrong, truth[wrong] - 1], shares[wrong, chosen[wrong] - 1]
    if (its == 0).any():
        note = "undefined: a wrong answer meets an intruder with θ = 0"
        return {"estimate": np.nan, "low": np.nan, "high": np.nan, "unit": "", "note": note}
    lost = np.zeros(len(shares))
    lost[wrong] = np.log(its) - np.log(ours)
    found = Average.of(lost, units).mean(level)
    return found | {"high": min(found["high"], 0.0)}


def _agreement(table: pd.DataFrame, level: float, seed: int) -> pd.DataFrame:
    """Agreement of coders on the options, with tasks in the place of documents."""
    codes = table.assign(segment=table["task"], document=table["task"], frame="intruder")
    codes = codes.rename(columns={"answer": "code"})
    found = agreement(codes, level=level, seed=seed)
    found = found[found["statistic"].isin(_AGREEMENT)].rename(columns={"n_segments": "n_tasks"})
    for word in ("document", "segment"):
        found["note"] = found["note"].str.replace(word, "task")
    compared = int(table.duplicated("task", keep=False).sum())
    return found.drop(columns=["frame", "n_documents"]).assign(unit="task", n=compared)


def _checked(tasks: Tasks, answers: pd.DataFrame) -> pd.DataFrame:
    """Keep the answers that were given, with the place of their task."""
    if not isinstance(answers, pd.DataFrame):
        raise InputError(f"answers must be a table, as read_answers returns; got {answers!r}.")
    for column in ("task", "coder", "answer"):
        if column not in answers:
            raise InputError(f"answers have no column {column!r}; see read_answers.")
    table = answers[["task", "coder", "answer"]].reset_index(drop=True)
    table["place"] = pd.Index(tasks.table["task"]).get_indexer(table["task"])
    n = len(tasks.options)
    number = pd.to_numeric(table["answer"], errors="coerce")
    strange = table["place"] < 0
    wrong = table["answer"].notna() & ~number.isin(range(1, n + 1))
    twice = table.duplicated(["task", "coder"])
    for fault, why in (
        (strange, "is not one of these tasks"),
        (wrong, f"has an answer that is no option; give 1 to {n}, or nothing"),
        (twice, "is answered twice; keep one answer a coder"),
        (table["coder"].isna(), "has no coder; say who answered"),
    ):
        if fault.any():
            row = table[fault].iloc[0]
            raise InputError(f"answers: {row['task']!r} by {row['coder']!r} {why}.")
    table = table.assign(answer=number)[number.notna()]
    if table.empty:
        raise InputError("answers: no task is answered.")
    return table
