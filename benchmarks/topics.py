"""The structural topic model beside other software, side by side in one run.

    python benchmarks/topics.py [--shared ../shared] [--rounds 3] [--stm PYTHON] [--debates]

5,000 blog posts (poliblog5k: 2,632 terms, a million tokens), 20 topics, ``~ rating + s(day)``,
spectral start. Every fit is a process of its own; the software takes turns, so that a slow minute
of the machine strikes all. Ours is compiled before it is timed.

* ours, on all cores and on one;
* topica, in this environment (requirements/peers.txt);
* structural-topic-model, which needs Python 3.12, by the interpreter named with ``--stm``.

Prints tables in Markdown. With ``--debates``, also the UN debates 1946–2024 with 50 topics.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import statistics
import subprocess
import sys
import time
import warnings
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

FORMULA, TOPICS = "~ rating + s(day)", 20
POLIBLOG = "reference/stm/poliblog"
DEBATES = "data/un-debates-1946-2024.parquet"
R = "R's stm took 48.8 s (48.6 s of CPU) on an idle two-core machine; it was not run here."


def blogs(shared: Path) -> tuple[sparse.csr_array, list[str], pd.DataFrame]:
    """Read counts, terms and covariates of the blog posts."""
    rows = pd.read_csv(shared / POLIBLOG / "docs.csv.gz")
    counts = sparse.csr_array((rows["count"].astype(float), (rows["doc"] - 1, rows["term"] - 1)))
    names = (shared / POLIBLOG / "vocab.txt").read_text(encoding="utf-8").split()
    return counts, names, pd.read_csv(shared / POLIBLOG / "meta.csv.gz")[["rating", "day"]]


# --- one fit, in a process of its own --------------------------------------------------------


def fit_ours(shared: Path, threads: int | None, n: int, topics: int) -> dict:
    from framing.features import Features
    from framing.topics import StructuralTopicModel

    counts, names, meta = blogs(shared)
    some = Features(counts[:n], names, meta[:n].assign(document=range(n)), kind="term")
    small = some.where(np.arange(n) < 100)
    settings = {"prevalence": FORMULA, "n_jobs": threads}
    start = time.perf_counter()
    with quiet():
        StructuralTopicModel(3, max_iter=2, n_jobs=threads).fit(small)
    compiled = time.perf_counter() - start
    clock = Clock()
    with quiet():
        model = StructuralTopicModel(topics, **settings).fit(some)
    return clock.read() | {
        "first": compiled,
        "bound": float(model.bound_[-1]),
        "iterations": model.n_iter_,
        "beta": model.beta_.tolist() if (n, topics) == (5000, TOPICS) else None,
    }


def fit_topica(shared: Path) -> dict:
    import topica

    counts, names, meta = blogs(shared)
    texts = [
        [names[v] for v, n in zip(row.indices, row.data, strict=True) for _ in range(int(n))]
        for row in (counts[[d]] for d in range(counts.shape[0]))
    ]
    clock = Clock()
    model = topica.STM(TOPICS, seed=1)
    model = model.fit(texts, formula=FORMULA, data=meta) or model
    found = clock.read()
    place = {name: v for v, name in enumerate(model.vocabulary)}
    beta = np.asarray(model.topic_word)[:, [place[name] for name in names]]
    history = list(getattr(model, "bound_history", []) or [])
    return found | {"bound": float(model.bound), "iterations": len(history), "beta": beta.tolist()}


def fit_stm(shared: Path) -> dict:
    from scipy.interpolate import BSpline
    from stm import StructuralTopicModel

    counts, _, meta = blogs(shared)

    day = meta["day"].to_numpy(dtype=float)
    inner = np.quantile(day, np.linspace(0, 1, 9)[1:-1])
    knots = np.r_[[day.min()] * 4, inner, [day.max()] * 4]
    spline = BSpline.design_matrix(day, knots, 3).toarray()[:, 1:]
    design = np.column_stack([meta["rating"] == "Liberal", spline]).astype(float)
    clock = Clock()
    model = StructuralTopicModel(TOPICS, random_state=1)
    model.fit(sparse.csr_matrix(counts), prevalence=design)
    bound = np.ravel(model.bound_)
    beta = np.asarray(model.components_, dtype=float)
    beta = beta / beta.sum(axis=1, keepdims=True)
    return clock.read() | {
        "bound": float(bound[-1]),
        "iterations": len(bound),
        "beta": beta.tolist(),
    }


def fit_debates(shared: Path) -> dict:
    import framing as fr

    table = pd.read_parquet(shared / DEBATES).reset_index(drop=True)
    table = table.assign(id=[f"speech {i}" for i in range(len(table))])
    clock = Clock()
    with quiet():
        corpus = fr.Corpus.from_frame(
            table[["id", "text", "year"]], date=None, segment="document", clean=False
        )
        counts = fr.count(corpus, stop_words="english", min_documents=60)
    counted = clock.read()
    clock = Clock()
    with quiet():
        model = fr.topics.StructuralTopicModel(50, "~ s(year)").fit(counts)
    return clock.read() | {
        "counting": counted["wall"],
        "documents": len(counts),
        "terms": len(counts.names),
        "tokens": float(counts.matrix.sum()),
        "iterations": model.n_iter_,
        "converged": model.converged_,
    }


class Clock:
    """Wall time and CPU time of a stretch of work, and the peak of memory."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def read(self) -> dict:
        """Seconds since the start; mebibytes held at most."""
        return {
            "wall": time.perf_counter() - self.wall,
            "cpu": time.process_time() - self.cpu,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }


def quiet() -> warnings.catch_warnings:
    """Keep warnings, of unused terms or too few iterations, out of the output."""
    return warnings.catch_warnings(action="ignore")


# --- many fits ----------------------------------------------------------------------------------


def apart(python: str, shared: Path, *what: str) -> dict:
    """Run one fit in another process, and read what it prints last."""
    command = [python, __file__, "--shared", str(shared), "--one", *what]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        return {"error": done.stderr.strip().splitlines()[-1][:120]}
    return json.loads(done.stdout.strip().splitlines()[-1])


def alike(beta: list | None, shared: Path) -> str:
    """Cosine of topics to R's, each with its partner: mean and least."""
    from scipy.optimize import linear_sum_assignment

    if beta is None:
        return "–"
    theirs = np.exp(np.loadtxt(shared / POLIBLOG / "K20_prev/logbeta_1.csv.gz", delimiter=","))
    ours = np.asarray(beta)
    one, two = (b / np.linalg.norm(b, axis=1, keepdims=True) for b in (ours, theirs))
    cosine = one @ two.T
    pairs = cosine[linear_sum_assignment(-cosine)]
    return f"{pairs.mean():.5f} / {pairs.min():.5f}"


def side_by_side(shared: Path, rounds: int, stm: str | None) -> None:
    software = {
        "framing, all cores": (sys.executable, "ours"),
        "framing, one thread": (sys.executable, "ours-one"),
        "topica": (sys.executable, "topica"),
        "structural-topic-model": (stm, "stm"),
    }
    found: dict[str, list[dict]] = {name: [] for name in software}
    for _ in range(rounds):
        for name, (python, what) in software.items():
            if python is not None:
                found[name].append(apart(python, shared, what))
    print("| | wall s | CPU s | memory MB | iterations | bound | cosine to R: mean / least |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    medians = {}
    for name, runs in found.items():
        good = [run for run in runs if "error" not in run]
        if not good:
            why = runs[0]["error"] if runs else "no interpreter named"
            print(f"| {name} | not run: {why} | | | | | |")
            continue
        medians[name] = [statistics.median(run[key] for run in good) for key in ("wall", "cpu")]
        wall, cpu = medians[name]
        memory = max(run["memory"] for run in good)
        last = good[-1]
        print(
            f"| {name} | {wall:.2f} | {cpu:.2f} | {memory:,.0f} | {last['iterations']} "
            f"| {last['bound']:,.0f} | {alike(last['beta'], shared)} |"
        )
    ours = medians["framing, all cores"]
    ratios = [f"{name} {m[0] / ours[0]:.1f}× the wall, {m[1] / ours[1]:.1f}× the CPU time"
              for name, m in medians.items() if not name.startswith("framing")]  # fmt: skip
    print(f"\nAgainst ours on all cores, medians of {rounds}: {'; '.join(ratios)}. {R}")


def growth(shared: Path) -> None:
    print("\n| documents | topics | wall s | CPU s | iterations | CPU s an iteration |")
    print("|---:|---:|---:|---:|---:|---:|")
    for n, k in ((1250, 20), (2500, 20), (5000, 20), (5000, 10), (5000, 40)):
        run = apart(sys.executable, shared, "ours", str(n), str(k))
        each = run["cpu"] / run["iterations"]
        print(
            f"| {n:,} | {k} | {run['wall']:.2f} | {run['cpu']:.2f} | {run['iterations']} "
            f"| {each:.3f} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stm", help="an interpreter that has structural-topic-model")
    parser.add_argument("--debates", action="store_true")
    parser.add_argument("--one", nargs="+", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        what, *sizes = chosen.one
        n, k = (int(size) for size in sizes) if sizes else (5000, TOPICS)
        work = {
            "ours": lambda: fit_ours(chosen.shared, None, n, k),
            "ours-one": lambda: fit_ours(chosen.shared, 1, n, k),
            "topica": lambda: fit_topica(chosen.shared),
            "stm": lambda: fit_stm(chosen.shared),
            "debates": lambda: fit_debates(chosen.shared),
        }
        print(json.dumps(work[what]()))
        return
    print(f"{date.today()}, Python {platform.python_version()}, {platform.machine()}\n")
    apart(sys.executable, chosen.shared, "ours", "300", "3")  # compiles
    side_by_side(chosen.shared, chosen.rounds, chosen.stm)
    growth(chosen.shared)
    if chosen.debates:
        run = apart(sys.executable, chosen.shared, "debates")
        print(f"\nUN debates 1946–2024, 50 topics, `~ s(year)`: {json.dumps(run)}")


if __name__ == "__main__":
    main()
