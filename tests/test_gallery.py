"""The gallery: every figure of an analysis, what it says, and how it is saved."""

import re
import warnings
import xml.etree.ElementTree as ET
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from PIL import Image

import framing as fr
from framing import gallery
from framing.analysis import Plan, analyse
from framing.corpus import Corpus

NAMES = [
    "timeline", "keyness", "emphasis", "ternary", "trend", "shift", "tf_idf", "contrast",
    "divergence", "change",
]  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"


def analysed(corpus, **plan):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fr.InputWarning)
        return analyse(corpus, Plan.of(corpus, replicates=100, **plan))


@pytest.fixture(scope="module", params=["openings", "articles"])
def analysis(request):
    return analysed(fr.load(request.param))


def coded(n_sides, n=24):
    """A corpus of hand codes, invented: every side in two years."""
    names = [f"d{i:02d}" for i in range(n)]
    dates = pd.to_datetime([f"{2021 + i // n_sides % 2}-01-01" for i in range(n)])
    documents = pd.DataFrame({"document": names, "date": dates, "date_precision": "year"})
    documents["region"] = [("US", "EU", "JP", "CN")[i % n_sides] for i in range(n)]
    segments = pd.DataFrame({"segment": names, "document": names, "position": 0, "n_tokens": 9})
    codes = np.random.default_rng(0).integers(0, 2, (n, 3))
    frames = pd.DataFrame(codes, columns=["rules", "values", "security"], index=names)
    return Corpus("invented", documents, segments, frames=frames)


def test_every_figure_is_there_once():
    assert [figure.name for figure in gallery.FIGURES] == NAMES
    with pytest.raises(fr.InputError, match=r"figure must be one of 'timeline', .*; got 'pie'"):
        gallery.entry("pie")


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_says_what_it_shows(analysis, name):
    figure = gallery.entry(name)
    if figure.table in analysis.skipped:
        with pytest.raises(fr.InputError, match="a change needs two years"):
            figure.draw(analysis)
        return
    caption, alt = figure.caption(analysis), figure.alt(analysis)
    n = len(analysis.corpus.documents)
    assert re.search(rf"\b{n} documents|US \d+ documents", caption)
    assert "Not shown: " in caption or "does not show" in caption
    assert re.search(r"\d", alt)
    assert alt.endswith(".")
    for text in (caption, alt):
        assert "nan" not in text
        assert "  " not in text
    assert "resampl" not in caption
    if name not in ("timeline", "ternary"):
        assert "95% intervals, from how " in caption
        assert ("describe these documents only" in caption) == (analysis.unit == "segment")


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_needs_the_tables_it_names(analysis, name):
    figure = gallery.entry(name)
    if figure.table in analysis.skipped:
        return
    tables = {key: table for key, table in analysis.tables.items() if key in figure.needs}
    alone = replace(analysis, tables=tables)
    assert figure.table in tables
    assert figure.caption(alone) == figure.caption(analysis)
    assert figure.alt(alone) == figure.alt(analysis)


def test_captions_say_that_nothing_was_tested(analysis):
    said = "no tests" in gallery.entry("contrast").caption(analysis)
    assert said == (analysis.unit == "segment")
    for name in ("shift", "divergence"):
        floor = "no noise floor" in gallery.entry(name).caption(analysis)
        assert floor == (analysis.unit == "segment")
    tested = "this is not adjusted" not in gallery.entry("keyness").caption(analysis)
    assert tested == (analysis.unit == "document")


def test_a_side_that_cannot_be_compared_is_named():
    corpus = coded(3)
    alone = corpus.documents["region"] == "JP"
    corpus.documents.loc[alone, "date"] = pd.Timestamp("2022-01-01")
    caption = gallery.entry("shift").caption(analysed(corpus))
    assert "JP: in one year only, so there is nothing to compare." in caption


@pytest.mark.parametrize(("n_sides", "missing"), [(2, {"ternary"}), (3, set()), (4, {"ternary"})])
def test_what_cannot_be_drawn_says_why(n_sides, missing):
    drawn, undrawn = gallery.draw_all(analysed(coded(n_sides)))
    assert set(undrawn) == missing
    assert set(drawn) == set(NAMES) - missing
    for reason in undrawn.values():
        assert f"the table has {n_sides}" in reason


def test_one_side_alone():
    drawn, undrawn = gallery.draw_all(analysed(coded(1)))
    assert set(undrawn) == {"keyness", "ternary", "contrast", "divergence", "change"}
    assert "no two sides" in undrawn["change"]
    assert "needs at least two" in undrawn["keyness"]
    assert "fewer than two groups" in undrawn["contrast"]
    assert set(drawn) == set(NAMES) - set(undrawn)


# --- saving ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def figure():
    return gallery.entry("timeline").draw(analysed(coded(3)))


def test_the_same_figure_gives_the_same_bytes(figure, tmp_path):
    first = [path.read_bytes() for path in gallery.save(figure, tmp_path / "a", "Bars.")]
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "other", "savefig.dpi": 30}):
        second = [path.read_bytes() for path in gallery.save(figure, tmp_path / "b", "Bars.")]
    assert first == second
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "a.svg", "b.png", "b.svg"]


def test_the_readers_settings_do_not_change_a_figure(tmp_path):
    analysis, entry = analysed(coded(3)), gallery.entry("emphasis")
    plain, _ = gallery.save(entry.draw(analysis), tmp_path / "plain", "")
    with mpl.rc_context(
        {"font.size": 20, "axes.grid": True, "figure.dpi": 50, "lines.marker": "x"}
    ):
        odd, _ = gallery.save(entry.draw(analysis), tmp_path / "odd", "")
    assert plain.read_bytes() == odd.read_bytes()


def test_svg_has_words_and_no_traces(figure, tmp_path):
    path, _ = gallery.save(figure, tmp_path / "figure", "Bars: 1 < 2 & more.", "A title")
    root = ET.fromstring(path.read_text(encoding="utf-8"))
    assert root.attrib["role"] == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == "A title"
    assert root[1].tag == f"{SVG}desc"
    assert root[1].text == "Bars: 1 < 2 & more."
    assert not list(root.iter(f"{SVG}text"))  # letters are outlines
    text = path.read_text(encoding="utf-8").lower()
    for trace in ("dc:date", "matplotlib.org", str(tmp_path).lower()):
        assert trace not in text


def test_png_is_sharp_and_says_what_it_shows(figure, tmp_path):
    _, path = gallery.save(figure, tmp_path / "figure", "Bars.")
    with Image.open(path) as image:
        assert image.width >= 200 * figure.get_figwidth()
        assert image.info["Description"] == "Bars."
        assert "Software" not in image.info
        assert "date" not in " ".join(image.info).lower()


def test_a_failed_save_leaves_nothing_behind(figure, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        gallery.save(figure, tmp_path / "figure", "")
    assert not list(tmp_path.iterdir())
