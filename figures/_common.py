"""What every figure's script does: analyse a corpus, draw, save, and write the table behind it."""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Collection
from pathlib import Path

import framing as fr
from framing import gallery
from framing.analysis import Analysis, analyse
from framing.report.tables import write_csv

HERE = Path(__file__).parent
CORPORA = {"openings": ("sides",), "articles": ("sides",), "leaders": ("coder", "topics")}
"""Corpora drawn, and what the figures drawn of each are about."""

NAMES = {name: f"{i:02d}_{name}" for i, name in enumerate((f.name for f in gallery.FIGURES), 1)}


def main(name: str) -> None:
    """Run one figure's script."""
    figure = gallery.entry(name)
    corpora = [corpus for corpus, about in CORPORA.items() if figure.about in about]
    parser = argparse.ArgumentParser(description=f"{figure.title}: SVG, PNG and CSV.")
    usual = " and ".join(corpora)
    parser.add_argument("--corpus", help=f"a bundled corpus, or the path of one (default: {usual})")
    parser.add_argument("--out", type=Path, help="folder to write to (default: figures/CORPUS)")
    chosen = parser.parse_args()
    for corpus in [chosen.corpus] if chosen.corpus else corpora:
        folder = chosen.out or HERE / Path(corpus).name
        write(read(corpus, figure.needs), name, folder)


def drawn() -> list[tuple[str, str]]:
    """Corpora and names of the figures that are committed."""
    return [
        (corpus, figure.name)
        for corpus, about in CORPORA.items()
        for figure in gallery.FIGURES
        if figure.about in about
    ]


def read(corpus: str, only: Collection[str] | None = None) -> Analysis:
    """Analyse a bundled corpus, or a folder or table."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fr.InputWarning)  # captions say what is left out
        return analyse(fr.read(corpus) if Path(corpus).exists() else fr.load(corpus), only=only)


def write(analysis: Analysis, name: str, folder: Path) -> None:
    """Draw one figure; write it, its table, and what it says."""
    figure = gallery.entry(name)
    stem = folder / NAMES[name]
    try:
        drawing = figure.draw(analysis)
    except fr.InputError as reason:
        print(f"{stem.name}: not drawn for {analysis.corpus.name}: {reason}")
        return
    folder.mkdir(parents=True, exist_ok=True)
    gallery.save(drawing, stem, figure.alt(analysis), figure.title)
    write_csv(analysis.tables[figure.table], stem.with_suffix(".csv"))
    print(f"{stem}.svg\n  {figure.caption(analysis)}")
