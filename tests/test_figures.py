"""The committed figures: legible, and what their scripts draw."""

import importlib.util
import platform
import re
import subprocess
import sys
from importlib.metadata import version
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.text import Text

from framing import gallery

FOLDER = Path(__file__).parent.parent / "figures"
PINS = Path(__file__).parent.parent / "requirements" / "core.txt"
DECIDE = ("contourpy", "matplotlib", "mpltern", "numpy", "pandas", "scipy")
"""Packages whose versions decide how a figure comes out, to the byte."""

_spec = importlib.util.spec_from_file_location("figures_common", FOLDER / "_common.py")
common = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(common)
FIGURES = common.drawn()


@pytest.fixture(scope="module")
def draw():
    """Analyse a corpus once, and draw each figure once."""
    analyses, drawn = {}, {}

    def get(corpus, name):
        if corpus not in analyses:
            names = [name for of, name in FIGURES if of == corpus]
            needs = {table for name in names for table in gallery.entry(name).needs}
            analyses[corpus] = common.read(corpus, needs)
        if (corpus, name) not in drawn:
            drawn[corpus, name] = gallery.entry(name).draw(analyses[corpus])
        return analyses[corpus], drawn[corpus, name]

    return get


def texts(figure, monkeypatch):
    """Every text that is drawn, with its box in pixels."""
    found = []
    plain = Text.draw

    def record(self, renderer):
        if self.get_visible() and self.get_text().strip():
            found.append((self.get_text(), self.get_fontsize(), self.get_window_extent(renderer)))
        plain(self, renderer)

    monkeypatch.setattr(Text, "draw", record)
    figure.canvas.draw()
    return found


@pytest.mark.parametrize(("corpus", "name"), FIGURES)
def test_texts_keep_apart_and_on_the_canvas(draw, corpus, name, monkeypatch):
    _, figure = draw(corpus, name)
    found = texts(figure, monkeypatch)
    assert found
    for text, size, box in found:
        assert size >= 7, text
        inside = (
            box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1
        )
        assert inside, f"{text!r} leaves the canvas"
    for (one, _, a), (two, _, b) in combinations(found, 2):
        wide, tall = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        assert wide < 1 or tall < 2, f"{one!r} and {two!r} overlap"


@pytest.mark.parametrize(("corpus", "name"), FIGURES)
def test_figures_fit_a_page(draw, corpus, name):
    _, figure = draw(corpus, name)
    width, height = figure.get_size_inches()
    assert 3.4 <= width <= 7
    assert height <= 6.5


@pytest.mark.parametrize(("corpus", "name"), FIGURES)
def test_the_committed_table_is_remade(draw, corpus, name, tmp_path):
    analysis, _ = draw(corpus, name)
    kept = FOLDER / corpus / f"{common.NAMES[name]}.csv"
    entry = gallery.entry(name)
    common.write_csv(analysis.tables[entry.table], tmp_path / "new.csv")
    new, old = pd.read_csv(tmp_path / "new.csv"), pd.read_csv(kept)
    rtol, atol = 1e-6, 1e-12
    if entry.about == "topics":  # see below; and near-ties of terms come out in either order
        rtol, atol = 1e-2, 1e-3
        if "terms" in old:
            both = zip(
                new.pop("terms").str.split(", "), old.pop("terms").str.split(", "), strict=True
            )
            assert all(len(set(one) ^ set(two)) <= 2 for one, two in both)
    pd.testing.assert_frame_equal(new, old, rtol=rtol, atol=atol)


@pytest.mark.parametrize(("corpus", "name"), FIGURES)
def test_the_committed_figure_is_remade(draw, corpus, name, tmp_path):
    pins = dict(re.findall(r"^([\w-]+)==([\w.]+)", PINS.read_text(encoding="utf-8"), re.M))
    other = [name for name in DECIDE if version(name) != pins[name]]
    if other:
        pytest.skip(f"the bytes hold for the pinned versions; another: {', '.join(other)}")
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        pytest.skip("the bytes hold where they were made: on Linux, x86-64")
    entry = gallery.entry(name)
    if entry.about == "topics":
        pytest.skip("a topic model is compiled for each processor, and its last digits with it")
    analysis, figure = draw(corpus, name)
    new, _ = gallery.save(figure, tmp_path / name, entry.alt(analysis), entry.title)
    kept = FOLDER / corpus / f"{common.NAMES[name]}.svg"
    assert new.read_bytes() == kept.read_bytes(), "run make figures, and look at what changed"


def test_nothing_else_is_committed():
    for corpus in common.CORPORA:
        stems = [common.NAMES[name] for of, name in FIGURES if of == corpus]
        expected = {f"{stem}{end}" for stem in stems for end in (".svg", ".csv")}
        assert expected
        kept = [path for path in (FOLDER / corpus).iterdir() if path.suffix != ".png"]
        assert {path.name for path in kept} == expected
        assert max(path.stat().st_size for path in kept) < 300_000


def test_every_figure_is_committed_of_some_corpus():
    assert {name for _, name in FIGURES} == set(common.NAMES)
    assert {corpus for corpus, _ in FIGURES} == set(common.CORPORA)


def test_every_figure_has_its_script():
    scripts = sorted(path.stem for path in FOLDER.glob("[0-9]*.py"))
    assert scripts == sorted(common.NAMES.values())
    for name, stem in common.NAMES.items():
        assert f'main("{name}")' in (FOLDER / f"{stem}.py").read_text(encoding="utf-8")


def test_a_script_runs_alone(tmp_path):
    command = [sys.executable, FOLDER / "01_timeline.py", "--corpus", "articles", "--out", tmp_path]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "5 documents" in done.stdout
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["01_timeline.csv", "01_timeline.png", "01_timeline.svg"]
