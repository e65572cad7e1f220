"""Tables of docs/topic-speed.md, each from processes that take turns; see benchmarks/topics.py."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import fill

import numpy as np
import pandas as pd
from clock import complaint, run
from scipy.optimize import linear_sum_assignment

FITS = Path(__file__).with_name("topic_fits.py")
POLIBLOG = "reference/stm/poliblog"
DEBATES = "data/un-debates-1946-2024.parquet"
MEMORY_OF_R = 750  # MB; the reference's README


class Runs:
    """Processes that measure, and the files that they share."""

    def __init__(
        self, shared: Path, folder: Path, rounds: int, stm: str | None, documents: int | None = None
    ) -> None:
        self.shared, self.folder, self.rounds, self.stm = shared, folder, rounds, stm
        self.data, self.cache = folder / "poliblog.npz", folder / "compiled"
        self.r = json.loads((shared / POLIBLOG / "K20_prev/summary.json").read_text())
        logs = np.loadtxt(shared / POLIBLOG / "K20_prev/logbeta_1.csv.gz", delimiter=",")
        self.beta_of_r = np.exp(logs)
        self.write(documents)

    def write(self, documents: int | None) -> None:
        """Put the blog posts, or the first of them, into a form that numpy alone can read."""
        blogs = self.shared / POLIBLOG
        rows = pd.read_csv(blogs / "docs.csv.gz")
        meta = pd.read_csv(blogs / "meta.csv.gz")[:documents]
        rows = rows[rows["doc"] <= len(meta)]
        names = (blogs / "vocab.txt").read_text(encoding="utf-8").splitlines()
        bounds = np.searchsorted(rows["doc"], np.arange(1, len(meta) + 2))
        np.savez(
            self.data,
            data=rows["count"].to_numpy(float),
            indices=rows["term"].to_numpy() - 1,
            indptr=bounds,
            shape=(len(meta), len(names)),
            names=np.array(names),
            rating=meta["rating"].to_numpy(str),
            day=meta["day"].to_numpy(float),
            design=np.loadtxt(blogs / "K20_prev/X.csv.gz", delimiter=",")[:documents],
        )

    def one(self, what: str, python: str = sys.executable, data: str = "", **given) -> dict:
        """Measure in a process of its own; where another's software fails, tell why."""
        settings = [f"{name}={value}" for name, value in given.items()]
        command = [python, str(FITS), what, str(data or self.data), *settings]
        print(" ".join([what, *settings]), file=sys.stderr)
        try:
            return run(command, self.cache)
        except RuntimeError as error:
            if what not in ("topica", "stm"):
                raise
            return {"error": complaint(error)}

    def cosines(self, beta: Path) -> np.ndarray:
        """Cosine of each topic to R's, assigned one to one."""
        both = (np.load(beta), self.beta_of_r)
        one, two = (topics / np.linalg.norm(topics, axis=1, keepdims=True) for topics in both)
        return (one @ two.T)[linear_sum_assignment(-one @ two.T)]


# --- parts of the page -----------------------------------------------------------------------


def fits(runs: Runs) -> str:
    """Ours beside others."""
    cold = runs.one("ours", threads=2)["compiled"]
    software: dict[str, dict] = {
        "framing, two threads": {"what": "ours", "threads": 2},
        "framing, one thread": {"what": "ours", "threads": 1},
        "topica, default": {"what": "topica"},
        "topica, one thread": {"what": "topica", "threads": 1},
        "topica, one thread, terms in R's order": {"what": "topica", "threads": 1, "terms": "ours"},
        "structural-topic-model": {"what": "stm", "python": runs.stm},
    }
    found: dict[str, list[dict]] = {name: [] for name in software}
    for number in range(runs.rounds):
        for name, how in software.items():
            if how["what"] == "stm" and (number or runs.stm is None):
                continue
            beta = runs.folder / f"{list(software).index(name)}.npy"
            found[name].append(runs.one(**how, beta=beta))
    lines = [
        "| software | wall s | × ours | CPU s | × ours | peak MB | iterations | final bound "
        "| cosine to R, mean / least |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    ours: dict[str, float] = {}
    for index, (name, measured) in enumerate(found.items()):
        good = [one for one in measured if "error" not in one]
        if not good:
            why = measured[0]["error"] if measured else "no interpreter with it was named (`--stm`)"
            lines.append(f"| {name} | not run: {why} | | | | | | | |")
            continue
        wall, cpu = (statistics.median(one[key] for one in good) for key in ("wall", "cpu"))
        ours = ours or {"wall": wall, "cpu": cpu}
        cosine = runs.cosines(runs.folder / f"{index}.npy")
        lines.append(
            f"| {name} | {wall:.2f} | {wall / ours['wall']:.1f} | {cpu:.2f} "
            f"| {cpu / ours['cpu']:.1f} | {max(one['memory'] for one in good):,.0f} "
            f"| {good[-1]['iterations']} | {good[-1]['bound']:,.0f} "
            f"| {cosine.mean():.5f} / {cosine.min():.5f} |"
        )
    r = runs.r
    cpu = r["cpu_user_s"] + r["cpu_sys_s"]
    lines.append(
        f"| R's stm {r['stm_version']}, *not run here* | {r['time_s']:.1f} "
        f"| {r['time_s'] / ours['wall']:.1f} | {cpu:.1f} | {cpu / ours['cpu']:.1f} "
        f"| {MEMORY_OF_R} | {r['its']} | {r['bound_final']:,.0f} | |"
    )
    first = found["framing, two threads"]
    loaded = statistics.median(one["compiled"] for one in first)
    note = (
        f"Medians of {runs.rounds} runs, of structural-topic-model one; memory is that of the "
        f"whole process, of which ours had {first[0]['before']:,.0f} MB before the fit. R's times "
        "are those of an idle two-core machine, quoted. Compiling our loops took "
        f"{cold:.1f} s, once; reading them from disk takes {loaded:.1f} s a process. Prevalence is "
        "given to topica and structural-topic-model as R's design matrix. topica's result depends "
        "on the order of its terms: it stands here with that of its own Corpus, and with R's."
    )
    return "\n".join([*lines, "", fill(note, 100)])


def steps(runs: Runs) -> str:
    """What a fit is made of."""
    names = {
        "spectral start": "spectral start",
        "cooccurrence": "– how terms occur together",
        "greedy_anchors": "– anchors",
        "design": "the formula",
        "iterations": "20 iterations",
        "e_step": "– E-steps",
        "expected_counts": "– M-steps: topics",
        "pooled_prevalence": "– M-steps: prevalence",
    }
    measured = {n: [runs.one("steps", threads=n) for _ in range(runs.rounds)] for n in (1, 2)}
    lines = [
        "| step | wall s, one thread | two threads | CPU s, one thread | part of the fit |",
        "|---|---:|---:|---:|---:|",
    ]

    def median(threads: int, name: str, key: str) -> float:
        return statistics.median(one[name][key] for one in measured[threads])

    whole = sum(median(1, name, "cpu") for name in ("spectral start", "design", "iterations"))
    for name, shown in names.items():
        cpu = median(1, name, "cpu")
        lines.append(
            f"| {shown} | {median(1, name, 'wall'):.3f} | {median(2, name, 'wall'):.3f} "
            f"| {cpu:.3f} | {cpu / whole:.0%} |"
        )
    return "\n".join(lines)


def growth(runs: Runs) -> str:
    """How a fit grows with documents, tokens and topics."""
    sizes: list[dict] = [{"documents": n} for n in (1250, 2500, 5000)]
    sizes += [{"part": part} for part in (0.25, 0.5)] + [{"topics": k} for k in (10, 40)]
    measured: list[list[dict]] = [[] for _ in sizes]
    for _ in range(runs.rounds):
        for found, size in zip(measured, sizes, strict=True):
            found.append(runs.one("steps", threads=1, **size))
    rows = pd.DataFrame(
        {
            **{name: found[0][name] for name in ("documents", "tokens", "entries", "topics")},
            **{
                name: statistics.median(one[name]["cpu"] for one in found)
                for name in ("spectral start", "iterations")
            },
        }
        for found in measured
    )
    lines = [
        "| documents | tokens | topics | spectral start, CPU s | an iteration, CPU s |",
        "|---:|---:|---:|---:|---:|",
    ]
    for row in rows.itertuples(index=False):
        lines.append(
            f"| {row.documents:,.0f} | {row.tokens:,.0f} | {row.topics:.0f} | {row[4]:.3f} "
            f"| {row[5] / 20:.4f} |"
        )
    lines += ["", "Exponents, from straight lines through the logarithms:", ""]
    lines += ["| grows with | spectral start | an iteration |", "|---|---:|---:|"]
    for name, some in (("documents", [0, 1, 2]), ("tokens", [3, 4, 2]), ("topics", [5, 2, 6])):
        x = np.log(rows[name].iloc[some].to_numpy(float))
        fitted = (
            np.polyfit(x, np.log(rows[step].iloc[some].to_numpy(float)), 1)[0]
            for step in ("spectral start", "iterations")
        )
        lines.append(f"| {name} | " + " | ".join(f"{one:.2f}" for one in fitted) + " |")
    note = (
        "One thread, means of 20 iterations from the spectral start. Documents are drawn at "
        "random, which takes their tokens along; with tokens alone, each is kept with probability "
        "¼ or ½. A document costs what its different terms and, for its Hessian, its topics cost, "
        "so that fewer tokens save less than in proportion."
    )
    return "\n".join([*lines, "", fill(note, 100)])


def effects(runs: Runs) -> str:
    """Effects of 20 topics from 25 draws."""
    found = runs.one("effects", times=max(2, runs.rounds))
    lines = ["| software | wall s | CPU s |", "|---|---:|---:|"]
    named = {
        "classical": '`effects(…, variance="classical")`, as in R',
        "robust": "`effects(…)`: variance by documents, with what the prior hides",
    }
    for variance, shown in named.items():
        wall, cpu = (
            statistics.median(one[key] for one in found[variance]) for key in ("wall", "cpu")
        )
        lines.append(f"| {shown} | {wall:.2f} | {cpu:.2f} |")
    theirs = pd.read_csv(runs.shared / POLIBLOG / "effects/times.csv")
    theirs = theirs.loc[theirs["uncertainty"] == "Global", "time_effect_s"]
    lines.append(
        f"| R's `estimateEffect`, *not run here* | {theirs.min():.1f}–{theirs.max():.1f} | |"
    )
    return "\n".join([*lines, "", "20 topics, 25 draws, Global uncertainty; the fit is not timed."])


def debates(runs: Runs) -> str:
    """50 topics of the UN debates."""
    found = runs.one("debates", data=str(runs.shared / DEBATES))
    lines = [
        "| iterations | wall s | CPU s | peak MB | before the fit, MB |",
        "|---:|---:|---:|---:|---:|",
        f"| {found['iterations']} | {found['wall']:,.0f} | {found['cpu']:,.0f} "
        f"| {found['memory']:,.0f} | {found['before']:,.0f} |",
    ]
    state = "converged" if found["converged"] else "not converged"
    note = (
        f"{found['documents']:,} speeches from 1946 to 2024, {found['terms']:,} terms (each in "
        f"{found['few']} speeches or more; scikit-learn counts them, without stop words), "
        f"{found['tokens']:,.0f} tokens; 50 topics, `~ s(year)`, all cores, {state}. One run. "
        "Memory is that of the whole process; reading and counting come before."
    )
    return "\n".join([*lines, "", fill(note, 100, break_on_hyphens=False)])


PARTS: dict[str, Callable[[Runs], str]] = {
    "fits": fits,
    "steps": steps,
    "growth": growth,
    "effects": effects,
    "debates": debates,
}
