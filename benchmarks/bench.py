"""Time and memory of our work and of others', side by side in one run; writes docs/bench/DATE.md.

    make bench
    .venv-peers/bin/python benchmarks/bench.py [--quick] [--rounds 3] [--stm PYTHON] [--only TASK …]

Every contender runs in a process of its own (benchmarks/bench_one.py), and they take turns. Tasks
are in benchmarks/bench_tasks.py, how costs grow in bench_growth.py. ``--stm`` names an interpreter
with ``structural-topic-model==1.0.0``, which needs Python 3.12. ``--quick`` takes a part of the
data, and one round; with it, or with ``--only``, tables are printed and no page is written. What
was measured is kept in build/bench.json, from which ``--again`` writes the page anew. Run it on a
machine that does nothing else; the page tells how busy others kept it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench_growth import MEASURES, STM
from bench_page import growth, page, side_by_side
from bench_tasks import TASKS, Bench, Task
from clock import complaint
from topic_tables import POLIBLOG

ROOT = Path(__file__).resolve().parents[1]
PAGES, KEPT = ROOT / "docs" / "bench", ROOT / "build" / "bench.json"
PACKAGES = "numpy scipy pandas numba pyarrow scikit-learn gensim shifterator topica".split()
TICKS = os.sysconf("SC_CLK_TCK")


# --- measuring --------------------------------------------------------------------------------


class Others:
    """Cores that other programs keep busy, on average since the start; Linux alone tells."""

    def __init__(self) -> None:
        self.start, self.at = self.used(), time.perf_counter()

    @staticmethod
    def used() -> float:
        """CPU seconds of the whole machine, less those of our own finished processes."""
        stat = Path("/proc/stat")
        if not stat.exists():
            return float("nan")
        user, nice, system, _, _, irq, soft, steal, *_ = map(
            int, stat.read_text().split("\n", 1)[0].split()[1:]
        )
        busy = (user + nice + system + irq + soft + steal) / TICKS
        mine = os.times()
        return busy - sum(mine[:4])

    def read(self) -> float:
        return max(0.0, (self.used() - self.start) / (time.perf_counter() - self.at))


def measured(task: Task, rounds: int) -> dict[str, Any]:
    """Let the contenders of a task take turns."""
    others = Others()
    found: list[list[dict]] = [[] for _ in task.contenders]
    for number in range(rounds):
        for one, mine in zip(task.contenders, found, strict=True):
            if number and (one.once or "error" in mine[-1]):
                continue
            try:
                mine.append(one.run())
            except RuntimeError as error:
                print(error, file=sys.stderr)
                mine.append({"error": complaint(error)})
    if task.same:
        agree(task, found)
    rows = [
        {"name": one.name, "rounds": mine} for one, mine in zip(task.contenders, found, strict=True)
    ]
    return {"name": task.name, "title": task.title, "rows": rows, "others": others.read()}


def agree(task: Task, found: list[list[dict]]) -> None:
    """Check that all who tell a result tell the same."""
    told = [one[task.same] for mine in found for one in mine if task.same in one]
    for one in told:
        if one != told[0] and (isinstance(one, str) or abs(one - told[0]) > 1e-9 * abs(told[0])):
            raise ValueError(f"{task.name}: results differ, {told}")


def grown(bench: Bench) -> list[dict[str, Any]]:
    """Go through all series, round by round."""
    jobs: list[tuple[str, str, tuple[int, ...], Callable[[], list[dict]]]] = []
    for name, measure in (MEASURES | {"topics": STM}).items():
        for what, sizes in measure.grown.items():
            if bench.quick and what != "documents":
                continue
            some = sizes[: 3 if bench.quick else None]
            given = {"name": name, "grown": what, "sizes": some, "folder": str(bench.folder)}
            run = partial(bench.one, "bench_growth.series", **given)
            if measure is STM:
                run = partial(fits, bench, what, some)
            jobs.append((measure.title, what, some, run))
    rounds = [[run() for *_, run in jobs] for _ in range(bench.rounds)]
    found = []
    for number, (title, what, sizes, _) in enumerate(jobs):
        points = [one[number] for one in rounds]
        each = {"grown": what, "sizes": sizes}
        if title != STM.title:
            points = [[taken(one) for one in some] for some in points]
            found.append(each | {"title": title, "rounds": points})
            continue
        for step, times in (("spectral start", 1), ("iterations", ITERATIONS)):
            some = [[part(one, step, times) for one in point] for point in points]
            shown = f"{title}: {'an iteration' if times > 1 else step}"
            found.append(each | {"title": shown, "rounds": some})
    return found


ITERATIONS = 5


def fits(bench: Bench, what: str, sizes: tuple[int, ...]) -> list[dict]:
    """Time the steps of fits that grow."""
    found = []
    for n in sizes:
        given = STM.sizes | {what: n}
        path = bench.folder / ("blogs-" + "-".join(map(str, given.values())) + ".npz")
        if not path.exists():
            bench.one("bench_growth.blogs", out=str(path), **given)
        settings = {"threads": 1, "iterations": ITERATIONS, "topics": given["topics"]}
        found.append(
            bench.runs.one("steps", data=str(path), documents=given["documents"], **settings)
        )
    return found


def taken(one: dict) -> dict[str, float]:
    return {"wall": one["wall"], "cpu": one["cpu"], "added": one["memory"] - one["before"]}


def part(one: dict, step: str, times: int) -> dict[str, float]:
    """Take a step of a fit; memory is that of the whole."""
    whole = one["memory"] - one["before"] if times == 1 else float("nan")
    return {name: one[step][name] / times for name in ("wall", "cpu")} | {"added": whole}


# --- where and with what ----------------------------------------------------------------------


def machine() -> dict[str, Any]:
    from threadpoolctl import threadpool_info

    processor = platform.processor() or platform.machine()
    known = Path("/proc/cpuinfo")
    if known.exists():
        names = re.findall(r"model name\s*:\s*(.+)", known.read_text())
        processor = names[0] if names else processor
    blas = {
        one.get("architecture", "own") for one in threadpool_info() if one["user_api"] == "blas"
    }
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "memory": memory,
        "system": system,
        "blas": " and ".join(sorted(blas)),
    }


def versions(stm: str | None) -> dict[str, str]:
    """Versions of everything; of ours also the commit that was measured."""
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%h", "--", "src", "benchmarks"]
    done = subprocess.run(command, capture_output=True, text=True)
    ours = version("framing") + (f" ({done.stdout.strip()})" if done.stdout else "")
    found = {"framing": ours, "Python": platform.python_version()}
    found |= {name: version(name) for name in PACKAGES}
    if stm:
        asked = "from importlib.metadata import version as v; import platform; "
        asked += "print(v('structural-topic-model'), platform.python_version(), v('numpy'))"
        done = subprocess.run([stm, "-c", asked], capture_output=True, text=True, check=True)
        own, python, numpy = done.stdout.split()
        found["structural-topic-model"] = f"{own} on Python {python} with numpy {numpy}"
    return found


def listed() -> str:
    """List the pages, the newest first."""
    lines = [
        "# Side by side with other software",
        "",
        "`make bench` measures our work and that of others in one run, time and memory, and how",
        "our costs grow. Each page is of one day and one machine. The speed of topic models has",
        "[a page of its own](../topic-speed.md).",
        "",
    ]
    days = sorted((path.stem for path in PAGES.glob("[0-9]*.md")), reverse=True)
    return "\n".join([*lines, *(f"* [{one}]({one}.md)" for one in days), ""])


# --- all of it --------------------------------------------------------------------------------


def everything(given: argparse.Namespace) -> dict[str, Any]:
    """Measure what is asked for; what is measured is kept after each task."""
    start, rounds = time.perf_counter(), 1 if given.quick else given.rounds
    found: dict[str, Any] = {"day": str(date.today()), "rounds": rounds, "tasks": [], "growth": []}
    found |= {"machine": machine(), "versions": versions(given.stm)}
    load = os.getloadavg()[0]

    def keep() -> None:
        found["load"] = [load, os.getloadavg()[0]]
        found["minutes"] = (time.perf_counter() - start) / 60
        if not (given.quick or given.only):
            KEPT.parent.mkdir(exist_ok=True)
            KEPT.write_text(json.dumps(found, default=float))

    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(given.shared, Path(folder), rounds, given.quick, given.stm)
        found["text"] = bench.one("bench_counting.size", **bench.debates)
        for name, task in TASKS.items():
            if name in (given.only or TASKS):
                found["tasks"].append(measured(task(bench), rounds))
                keep()
        others = Others()
        found["growth"] = grown(bench) if "growth" in (given.only or ["growth"]) else []
        found["others"] = others.read()
        keep()
    return json.loads(json.dumps(found, default=float))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stm", metavar="PYTHON", help="has structural-topic-model")
    parser.add_argument("--quick", action="store_true", help="a part of the data, one round")
    parser.add_argument("--only", nargs="+", choices=[*TASKS, "growth"], help="tasks to measure")
    parser.add_argument("--said", help="what else the page is to say of this run")
    parser.add_argument("--again", action="store_true", help="write the page from build/bench.json")
    given = parser.parse_args()
    if not (given.shared / POLIBLOG).exists():
        sys.exit(f"{POLIBLOG} is not in {given.shared}; name the folder with --shared.")
    found = json.loads(KEPT.read_text()) if given.again else everything(given)
    if (given.quick or given.only) and not given.again:
        print("\n".join([*side_by_side(found), "", *growth(found)]))
        return
    found |= {"said": given.said} if given.said else {}
    PAGES.mkdir(exist_ok=True)
    (PAGES / f"{found['day']}.md").write_text(page(found), encoding="utf-8")
    (PAGES / "README.md").write_text(listed(), encoding="utf-8")


if __name__ == "__main__":
    main()
