"""The structural topic model's speed beside other software's; writes docs/topic-speed.md.

    make topic-speed
    .venv-peers/bin/python benchmarks/topics.py [--rounds 3] [--stm PYTHON] [--only PART …]

5,000 blog posts (poliblog5k: 2,632 terms, a million tokens), 20 topics, ``~ rating + s(day)``,
spectral start. Every fit is a process of its own (benchmarks/topic_fits.py); the software takes
turns, so that a slow minute of the machine strikes all. Parts of the page:

* ``fits``: ours on two threads and on one; topica (requirements/peers.txt);
  structural-topic-model, which needs Python 3.12, by the interpreter named with ``--stm``, of an
  environment with ``structural-topic-model==1.0.0``, once;
* ``steps``: what our fit is made of;
* ``growth``: how it grows with documents, tokens and topics;
* ``effects``: of 20 topics, 25 draws;
* ``debates``: the UN debates 1946–2024 with 50 topics, only where ``--debates`` asks for them.

What is not run stays on the page as it was. Run it on a machine that does nothing else; the page
tells its load.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import re
import sys
import tempfile
from datetime import date
from importlib.metadata import version
from pathlib import Path
from textwrap import fill

from topic_tables import PARTS, POLIBLOG, Runs

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "topic-speed.md"

INTRODUCTION = """# How fast the structural topic model is

`make topic-speed` writes this page; each part says when, and on what machine. 5,000 blog posts
(poliblog5k, which comes with R's stm: 2,632 terms, 1,005,745 tokens), 20 topics, prevalence
`~ rating + s(day)`, spectral start, everything else by default. Every fit is a process of its own,
and the software takes turns. A time is that of the fit alone: reading, imports, the form in which
the software wants its counts, and the compilation of ours (once, then kept on disk) come before.
CPU seconds are those of all threads, user and system. Times on a busy machine are longer, wall
times most of all; their ratios, of one run, say more.
"""

TITLES = {
    "fits": "Beside other software",
    "steps": "What a fit is made of",
    "growth": "How it grows",
    "effects": "Effects",
    "debates": "The UN debates",
}


def machine(load: float) -> str:
    """Say when and where a part was measured."""
    processor = platform.processor() or platform.machine()
    known = Path("/proc/cpuinfo")
    if known.exists():
        names = re.findall(r"model name\s*:\s*(.+)", known.read_text())
        processor = names[0] if names else processor
    packages = ", ".join(f"{name} {version(name)}" for name in ("numba", "numpy", "topica"))
    day = date.today()
    busy = "" if math.isnan(load) else f"; load {load:.1f} before, {os.getloadavg()[0]:.1f} after"
    text = (
        f"Measured on {day.day} {day:%B %Y}: {processor}, {os.cpu_count()} cores, "
        f"{platform.system()}, Python {platform.python_version()}, {packages}{busy}."
    )
    return fill(text, 100, break_on_hyphens=False)


def between(page: str, name: str) -> str:
    """Take what a page says in one part."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- end of {name} -->", page, re.DOTALL)
    return found[1] if found else "Not measured yet."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stm", metavar="PYTHON", help="has structural-topic-model")
    parser.add_argument("--only", nargs="+", choices=PARTS, help="parts to measure")
    parser.add_argument("--debates", action="store_true", help="the UN debates too; 10 minutes")
    parser.add_argument("--out", type=Path, default=PAGE)
    chosen = parser.parse_args()
    if not (chosen.shared / POLIBLOG).exists():
        sys.exit(f"{POLIBLOG} is not in {chosen.shared}; name the folder with --shared.")
    parts = chosen.only or [name for name in PARTS if name != "debates"]
    parts += ["debates"] * (chosen.debates and "debates" not in parts)
    with tempfile.TemporaryDirectory() as folder:
        runs = Runs(chosen.shared, Path(folder), chosen.rounds, chosen.stm)
        if "fits" not in parts:
            runs.one("ours", threads=2)  # compiles
        for part in parts:
            load = os.getloadavg()[0] if hasattr(os, "getloadavg") else math.nan
            text = f"{PARTS[part](runs)}\n\n{machine(load)}"
            page = chosen.out.read_text(encoding="utf-8") if chosen.out.exists() else ""
            lines = [INTRODUCTION]
            for name, title in TITLES.items():
                said = text if name == part else between(page, name)
                lines += [
                    f"## {title}",
                    "",
                    f"<!-- {name} -->",
                    said,
                    f"<!-- end of {name} -->",
                    "",
                ]
            chosen.out.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
