"""Steps of benchmarks/archive.py on a small archive of made-up articles; see bench_one.py."""

from __future__ import annotations

import shutil
from pathlib import Path

import archive
from clock import Ready, seconds

SEGMENT = "document"


def prepare(folder: str, articles: int) -> dict[str, float]:
    """Write the articles, and a few to warm compiled code up."""
    for path, n in ((Path(folder), articles), (Path(folder) / "few", 1000)):
        path.mkdir(parents=True, exist_ok=True)
        archive.make(path / "articles.parquet", n)
    return {"articles": articles}


def step(folder: str, name: str) -> Ready:
    """Do a step on few articles, then by the clock on all; an index is made anew."""
    path = Path(folder)
    work = archive.STEPS[name]
    if name == "index":
        for made in (path / "index", path / "few" / "index"):
            shutil.rmtree(made, ignore_errors=True)
    compiled = seconds(lambda: work(path / "few", SEGMENT))
    return Ready(lambda: work(path, SEGMENT), lambda said: {"said": said}, compiled=compiled)
