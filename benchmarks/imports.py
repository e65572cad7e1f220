"""Time how long the library takes to load and to give a first result, in fresh processes.

    python benchmarks/imports.py [--rounds 15]

What is timed takes turns, so that a slow minute of the machine strikes all. Files have been read
once before. Prints a table in Markdown: the median and the range of the seconds from the start of a
process to its end, with Python's own start, and how many modules it loads.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import subprocess
import sys
import time
from importlib.metadata import version

FIRST = 'import framing as fr; corpus = fr.load("openings")'
SHARES = f'{FIRST}; frames = fr.code(corpus); table = fr.emphasis(frames, by="region")'
CODE = {
    "`python -c pass`": "pass",
    "`import framing`": "import framing",
    "… and `fr.load`": FIRST,
    "… and `fr.code`, `fr.emphasis`": SHARES,
    "… and `fr.contrast`": f'{SHARES}; fr.contrast(frames, by="region", replicates=1000)',
    "… and `fr.plot_emphasis`": f"{SHARES}; fr.plot_emphasis(table)",
    "`framing.topics.effects`": "import framing; framing.topics.effects",
    "`framing.topics.StructuralTopicModel`": "import framing; framing.topics.StructuralTopicModel",
    "`import pandas`": "import pandas",
    "`import sklearn`": "import sklearn",
    "`import matplotlib.pyplot`": "import matplotlib.pyplot",
    "`import numba`": "import numba",
}
COMMANDS = {"`framing --help`": "--help", "`framing --version`": "--version"}


def runs() -> dict[str, list[str]]:
    """Arguments of Python for everything that is timed."""
    commands = {name: ["-m", "framing", option] for name, option in COMMANDS.items()}
    return {name: ["-c", code] for name, code in CODE.items()} | commands


def seconds(arguments: list[str]) -> float:
    """Wait for a process; how long it took."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def modules(arguments: list[str]) -> int:
    """Count what a process loads, as ``-X importtime`` lists it."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments], capture_output=True, text=True, check=True
    )
    return sum(line.startswith("import time:") for line in done.stderr.splitlines()) - 1


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    every = runs()
    loaded = {name: modules(arguments) for name, arguments in every.items()}
    times: dict[str, list[float]] = {name: [] for name in every}
    for _ in range(rounds):
        for name, arguments in every.items():
            times[name].append(seconds(arguments))
    used = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pandas", "scipy"))
    print(f"Python {platform.python_version()}, {used}; {rounds} rounds.\n")
    print("| what | median, s | range, s | modules |\n|---|---|---|---|")
    for name, found in times.items():
        spread = f"{min(found):.2f}–{max(found):.2f}"
        print(f"| {name} | {statistics.median(found):.2f} | {spread} | {loaded[name]} |")


if __name__ == "__main__":
    main()
