"""Measure how often intervals cover and tests reject, and write three pages in docs/.

    make calibration

calibration.md is on comparisons, calibration-coders.md on coders and the shares that they give,
calibration-topics.md on effects on topics. Corpora are drawn, so that the truth is known.
`--scale 0.1` takes a tenth of them, `--page coders` one page, `--only keyness` the tables whose
title holds the word, which are printed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import warnings
import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path
from textwrap import fill
from typing import NamedTuple

import numpy as np
from calibration_coders import CODERS
from calibration_tables import COMPARISONS, Table
from calibration_topics import TOPICS
from tqdm import tqdm

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = {
    "comparisons": "calibration.md",
    "coders": "calibration-coders.md",
    "topics": "calibration-topics.md",
}
STUDIES = {"comparisons": COMPARISONS, "coders": CODERS, "topics": TOPICS}
TABLES = [study for studies in STUDIES.values() for study in studies]
CHUNK = 10
"""Corpora drawn by a worker at a time."""
TARGETS = {
    "covers": (93, 97),
    "covers nought": (96, 99),
    "rejects": (4, 6),
    "exact": (0, 5),
    "at most": (0, 5),
}

Counts = dict[str, tuple[str, list[tuple[float, int, int]]]]
"""By column: the kind; for every corpus the sum of its answers, how many, and out of how many."""


Found = dict[tuple[int, int], Counts]
"""By table and row."""


class Cell(NamedTuple):
    """A rate in per cent, or a mean; its Monte-Carlo standard error; what part was refused."""

    kind: str
    value: float
    error: float
    refused: float

    @classmethod
    def of(cls, kind: str, corpora: list[tuple[float, int, int]]) -> Cell:
        held, n, asked = np.array(corpora, dtype=float).T
        if not n.sum():
            return cls(kind, np.nan, np.nan, 1.0)
        rate = held.sum() / n.sum()
        error = np.sqrt(((held - rate * n) ** 2).sum() * len(n) / max(len(n) - 1, 1)) / n.sum()
        percent = 1 if kind == "number" else 100
        return cls(kind, percent * rate, percent * error, 1 - n.sum() / asked.sum())

    @property
    def verdict(self) -> int:
        """0 within the target, as far as can be told; 1 cautious, 2 harmful outside of it."""
        if self.kind not in TARGETS or np.isnan(self.value):
            return 0
        low, high = TARGETS[self.kind]
        if self.value < low - 2 * self.error:
            return 2 if self.kind.startswith("covers") else 1
        if self.value > high + 2 * self.error:
            return 1 if self.kind.startswith("covers") else 2
        return 0

    def text(self) -> str:
        if np.isnan(self.value):
            return "–"
        text = f"{self.value:.1f}"
        text = ("", "_", "**")[self.verdict] + text + ("", "_", "**")[self.verdict]
        text += "ᵉ" if self.kind == "exact" else ""
        return text + (f" ({100 * self.refused:.0f} % –)" if self.refused > 0.005 else "")


def measured(table: int, row: int, numbers: range) -> tuple[int, int, Counts]:
    """Draw some corpora of one row, and count."""
    warnings.filterwarnings("ignore", module="convokit|scattertext")
    study = TABLES[table]
    counts: Counts = {}
    for number in numbers:
        entropy = [zlib.crc32(study.title.encode()), row, number]
        seed = int(np.random.SeedSequence(entropy).generate_state(1)[0])
        for name, (kind, values) in study.measure(seed, **study.rows[row]).items():
            some = np.asarray(values, dtype=float)
            known = ~np.isnan(some)
            tally = float(some[known].sum()), int(known.sum()), len(some)
            counts.setdefault(name, (kind, []))[1].append(tally)
    return table, row, counts


def run(scale: float, wanted: str, pages: list[str]) -> Found:
    """Draw all corpora on all cores."""
    jobs = []
    for table, study in enumerate(TABLES):
        if wanted in study.title.lower() and page_of(table) in pages:
            corpora = max(2, round(scale * study.corpora))
            starts = range(0, corpora, CHUNK)
            for row in range(len(study.rows)):
                jobs += [(table, row, range(a, min(a + CHUNK, corpora))) for a in starts]
    found: Found = {}
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0, 1]
    spawn = get_context("spawn")
    free = spawn.Queue()
    for core in cores:
        free.put(core)
    pool = ProcessPoolExecutor(len(cores), mp_context=spawn, initializer=_alone, initargs=(free,))
    with pool, tqdm(total=len(jobs)) as bar:
        for table, row, counts in pool.map(measured, *zip(*jobs, strict=True)):
            bar.update()
            mine = found.setdefault((table, row), {})
            for name, (kind, tallies) in counts.items():
                mine.setdefault(name, (kind, []))[1].extend(tallies)
    return found


def _alone(free: Queue[int]) -> None:
    """Keep a worker to one core: the library would take them all."""
    core = free.get()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})


def label(setting: object) -> str:
    """Write a setting: 8±5 for a mean and its deviation, 8, 60 for two sides.

    >>> label({"A": (3, 2), "B": (20, 15)})
    '3±2, 20±15'
    """
    if isinstance(setting, dict):
        return ", ".join(map(label, setting.values()))
    if isinstance(setting, tuple):
        return "±".join(map(str, setting))
    return f"{setting:g}" if isinstance(setting, float) else str(setting)


def cells_of(found: Found, number: int) -> list[dict[str, Cell]]:
    """What was measured in each row of a table."""
    return [
        {name: Cell.of(kind, tallies) for name, (kind, tallies) in found[number, row].items()}
        for row in range(len(TABLES[number].rows))
    ]


def settings_of(study: Table) -> dict[str, list[str]]:
    """Label every row by what differs between rows."""
    names = dict.fromkeys(name for design in study.rows for name in design)
    labels = {name: [label(row.get(name, "")) for row in study.rows] for name in names}
    return {name: some for name, some in labels.items() if len({*some}) > 1}


def written(study: Table, rows: list[dict[str, Cell]], corpora: int) -> Iterator[str]:
    """Write a table, in parts where its columns say so, and how well its numbers are known."""
    labels = settings_of(study)
    names = list(dict.fromkeys(name for row in rows for name in row))
    for part in dict.fromkeys(name.rpartition(", ")[0] for name in names):
        some = [name for name in names if name.rpartition(", ")[0] == part]
        if part:
            yield from (f"{part.capitalize()}:", "")
        yield f"| {' | '.join([*labels, *(name.rpartition(', ')[2] for name in some)])} |"
        yield "|" + "---|" * len(labels) + "---:|" * len(some)
        for number, row in enumerate(rows):
            settings = [label[number] for label in labels.values()]
            texts = [row[name].text() if name in row else "" for name in some]
            yield f"| {' | '.join([*settings, *texts])} |"
        yield ""
    errors = [cell.error for row in rows for cell in row.values()]
    yield f"{corpora:,} corpora a row; standard errors at most {np.nanmax(errors):.1f}."


def summary(found: Found) -> Iterator[str]:
    """Count the cells of every table that are on target, cautious, and harmful; name the last."""
    yield from ("| table | cells | on target | cautious | harmful |", "|---|---:|---:|---:|---:|")
    harmful = []
    for number in sorted({table for table, _ in found}):
        study, verdicts = TABLES[number], []
        for row, cells in enumerate(cells_of(found, number)):
            for name, cell in cells.items():
                if cell.kind not in TARGETS or np.isnan(cell.value) or not study.judged(name):
                    continue
                verdicts.append(cell.verdict)
                if cell.verdict == 2:
                    where = [f"{k} {v[row]}" for k, v in settings_of(study).items() if v[row]]
                    what = f"{name}: {cell.value:.1f} ± {cell.error:.1f}"
                    harmful.append(f"* {study.title}; {'; '.join(where)}; {what}")
        if verdicts:
            of = [verdicts.count(verdict) for verdict in (0, 1, 2)]
            yield f"| {study.title} | {len(verdicts)} | {of[0]} | {of[1]} | {of[2]} |"
    yield from ("", f"The harmful ones, {len(harmful)} in all, with standard errors:", "", *harmful)


def page_of(table: int) -> str:
    """Which page a table stands on."""
    return next(name for name, studies in STUDIES.items() if TABLES[table] in studies)


def page(found: Found, scale: float, name: str) -> str:
    """Write a page: what others do first, then a summary, then all that is ours."""
    found = {key: counts for key, counts in found.items() if page_of(key[0]) == name}
    head = f"{TITLES[name]}\n\n{OPENINGS[name]}\n{KEY}\n{NAMES[name]}"
    parts = [head if scale == 1 else head + PART.format(scale=scale)]
    for number in sorted({table for table, _ in found}):
        study, corpora = TABLES[number], len(next(iter(found[number, 0].values()))[1])
        note = fill(study.note, 100, break_on_hyphens=False)
        lines = written(study, cells_of(found, number), corpora)
        parts.append("\n".join([f"## {study.title}", "", note, "", *lines, ""]))
    parts.insert(SUMMARY_AT[name], "\n".join(["## In all", "", IN_ALL, *summary(found), ""]))
    return "\n".join(parts)


SUMMARY_AT = {"comparisons": 3, "coders": 1, "topics": 1}
"""After how many parts of a page the summary stands."""

TITLES = {
    "comparisons": "# Calibration: how often intervals cover, and how often tests err",
    "coders": "# Calibration of coders: agreement, validation, corrected shares",
    "topics": "# Calibration of effects on topics",
}

SIMULATED = """\
`make calibration` writes this page: corpora are drawn by `framing.simulate`, so that the truth is
known, and the library is asked about them.
"""

OPENINGS = {
    "comparisons": SIMULATED,
    "coders": SIMULATED,
    "topics": """\
`make calibration` writes this page. The truth is drawn: η of every document from the model, and
what its words leave open of it; topics themselves are taken as known, so that γ and Σ are fitted in
milliseconds. See the notes of `framing.topics.effects` for the method.
""",
}

KEY = """\
A 95 % interval should cover the truth in 93–97 % of corpora ("covers"); a test at 5 % should reject
in 4–6 % of those in which nothing differs ("rejects"), and one that takes every relabelling (ᵉ) in
at most 5 %.

* **bold**: outside of that by more than twice the Monte-Carlo standard error, and *harmful*: covers
  too seldom, or rejects too often.
* _italic_: outside by as much, but *cautious*: covers more often, or rejects more seldom.
* –: the library gives no interval, or no p, and says why; after a number, in what part of corpora.
"""

SIZES = """\
Numbers after "covers" and "rejects" are true shares: of segments for frames, of tokens for terms.
`icc` is how much two segments, or tokens, of one document correlate. `8±5` is a mean and a standard
deviation of segments, or of tokens, a document; `8, 60` are two sides. Every corpus has many
features with the same truth; standard errors take corpora to be independent, not features.
"""

NAMES = {
    "comparisons": SIZES,
    "coders": SIZES,
    "topics": """\
`words` is how much the words of a document leave open of its η, as a multiple of what η varies;
`effect` how much η of one topic differs between sides; `b` the part of documents, or of outlets, on
the smaller side. `icc` is how much two documents of one outlet correlate. Standard errors take
corpora to be independent, not their topics.
""",
}

PART = """
This is `--scale {scale:g}`: so large a part of the corpora that `make calibration` draws.
"""

IN_ALL = """\
Everything below that is ours, and used as it should be. Cautious are mostly features that few
documents use: a share that can only be 0, .1, .2 … has no interval that covers exactly 95 %, and no
test that rejects exactly 5 %. Among so many cells some are out by chance.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=1.0, help="part of the corpora to draw")
    parser.add_argument("--only", default="", help="tables whose title holds this")
    parser.add_argument("--page", choices=PAGES, help="one page (default: both)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:  # ConvoKit writes its settings to the home folder
        os.environ["HOME"] = os.environ["USERPROFILE"] = home
        pages = [options.page] if options.page else list(PAGES)
        found = run(options.scale, options.only.lower(), pages)
    for name in sorted({page_of(table) for table, _ in found}, key=list(PAGES).index):
        text = page(found, options.scale, name)
        if options.only:
            sys.stdout.write(text)
        else:
            (DOCS / PAGES[name]).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
