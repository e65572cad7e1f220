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
CODER = ["agreement", "confusion", "correction"]
TOPICS = ["topics", "topic_prevalence", "topic_differences", "topic_stability"]
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
    assert [figure.name for figure in gallery.FIGURES] == NAMES + CODER + TOPICS
    assert [figure.name for figure in gallery.FIGURES if figure.about == "coder"] == CODER
    assert [figure.name for figure in gallery.FIGURES if figure.about == "topics"] == TOPICS
    with pytest.raises(fr.InputError, match=r"figure must be one of 'timeline', .*; got 'pie'"):
        gallery.entry("pie")


def says_what_it_shows(figure, analysis):
    caption, alt = figure.caption(analysis), figure.alt(analysis)
    assert "Not shown: " in caption or "does not show" in caption
    assert re.search(r"\d", alt)
    assert alt.endswith(".")
    for text in (caption, alt):
        assert "nan" not in text
        assert "  " not in text
    assert "resampl" not in caption
    if figure.name not in ("timeline", "ternary"):
        assert "95% intervals, from how " in caption
    return caption


def needs_the_tables_it_names(figure, analysis):
    tables = {key: table for key, table in analysis.tables.items() if key in figure.needs}
    alone = replace(analysis, tables=tables)
    assert figure.table in tables
    assert figure.caption(alone) == figure.caption(analysis)
    assert figure.alt(alone) == figure.alt(analysis)


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_says_what_it_shows(analysis, name):
    figure = gallery.entry(name)
    if figure.table in analysis.skipped:
        with pytest.raises(fr.InputError, match="a change needs two years"):
            figure.draw(analysis)
        return
    caption = says_what_it_shows(figure, analysis)
    n = len(analysis.corpus.documents)
    assert re.search(rf"\b{n} documents|US \d+ documents", caption)
    if name not in ("timeline", "ternary"):
        assert ("describe these documents only" in caption) == (analysis.unit == "segment")


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_needs_the_tables_it_names(analysis, name):
    figure = gallery.entry(name)
    if figure.table not in analysis.skipped:
        needs_the_tables_it_names(figure, analysis)


@pytest.mark.parametrize("name", CODER)
def test_without_hand_codes_there_are_no_figures_of_a_coder(analysis, name):
    figure = gallery.entry(name)
    assert not figure.asked(analysis)
    with pytest.raises(fr.InputError, match=r"no codes by hand are named in the table \[coding\]"):
        figure.draw(analysis)


@pytest.mark.parametrize("name", TOPICS)
def test_without_a_topic_model_figures_say_why(analysis, name):
    figure = gallery.entry(name)
    assert figure.asked(analysis) == (name == "topics")
    with pytest.raises(fr.InputError, match="a topic model needs"):
        figure.draw(analysis)


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
    assert "a topic model needs words" in undrawn.pop("topics")
    assert set(undrawn) == missing
    assert set(drawn) == set(NAMES) - missing
    for reason in undrawn.values():
        assert f"the table has {n_sides}" in reason


def test_one_side_alone():
    drawn, undrawn = gallery.draw_all(analysed(coded(1)))
    assert set(undrawn) == {"keyness", "ternary", "contrast", "divergence", "change", "topics"}
    assert "no two sides" in undrawn["change"]
    assert "needs at least two" in undrawn["keyness"]
    assert "fewer than two groups" in undrawn["contrast"]
    assert set(drawn) == set(NAMES) - set(undrawn)


# --- a machine coder -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def checked():
    """The corpus that has hand codes, with the tables that its figures need."""
    needs = {table for name in CODER for table in gallery.entry(name).needs}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fr.InputWarning)
        corpus = fr.load("leaders")
        return analyse(corpus, Plan.of(corpus, replicates=100), only={*needs, "contrast"})


@pytest.mark.parametrize("name", CODER)
def test_every_figure_of_a_coder_says_what_it_shows(checked, name):
    figure = gallery.entry(name)
    caption = says_what_it_shows(figure, checked)
    needs_the_tables_it_names(figure, checked)
    assert "240 paragraphs" in caption or "US 80 paragraphs, EU 80 paragraphs" in caption
    assert figure.draw(checked).axes


def test_the_caption_of_agreement_counts_the_frames_that_are_sure(checked):
    table = checked.tables["agreement"]
    alpha = table[(table["statistic"] == "krippendorff_alpha") & (table["frame"] != "all frames")]
    sure = int((alpha["low"] >= 0.8).sum())
    caption = gallery.entry("agreement").caption(checked)
    assert f"lies at 0.8 or above in {sure} of 10 frames, below it in none" in caption
    assert "even an α of 1 tells little" in caption
    unknown = table.assign(estimate=np.nan, low=np.nan, high=np.nan, note="undefined: all alike")
    known = table["frame"] != "rules"
    blank = replace(checked, tables={"agreement": pd.concat([table[known], unknown[~known]])})
    assert "No α for rules, always coded alike." in gallery.entry("agreement").caption(blank)
    assert "rules without an interval (undefined: all alike)" in gallery.entry("agreement").alt(
        blank
    )


def test_the_caption_of_confusion_names_rare_frames_and_counts_favours(checked):
    table = checked.tables["bias"]
    figure = gallery.entry("confusion")
    assert "competition (1)." in figure.caption(checked)
    assert "as in none of 30 comparisons" in figure.caption(checked)
    first = table.index[table["statistic"] == "difference in net error"][0]
    table = table.copy()
    table.loc[first, ["estimate", "low", "high", "q_value"]] = [0.2, 0.1, 0.3, 0.01]
    clear = replace(checked, tables={"bias": table})
    assert "as in 1 of 30 comparisons" in figure.caption(clear)
    table.loc[table["statistic"] == "difference in net error", "p_value"] = np.nan
    untested = replace(checked, tables={"bias": table})
    assert "No side is said to be favoured, for there are no tests" in figure.caption(untested)


def test_the_caption_of_correction_counts_what_misleads(checked):
    wide = checked.tables["correction"].pivot(index=["group", "frame"], columns="statistic")
    machine, low = wide["estimate"]["machine"], wide["low"]["corrected"]
    outside = int(((machine < low) | (machine > wide["high"]["corrected"])).sum())
    assert outside > 1
    caption = gallery.entry("correction").caption(checked)
    assert f"Hollow marks outside their line mislead, as {outside} of 30 do." in caption


def test_alternative_texts_of_a_coder_give_its_shares(checked):
    table = checked.tables["correction"]
    one = table[(table["group"] == "EU") & (table["frame"] == "security")]
    share = {row.statistic: f"{100 * row.estimate:.0f}%" for row in one.itertuples()}
    text = gallery.entry("correction").alt(checked)
    assert f"EU {share['machine']}, {share['corrected']}, JP " in text
    assert "cooperation: US " in gallery.entry("confusion").alt(checked)


def test_corrected_differences_are_no_choice_of_documents(checked):
    statistics = set(checked.tables["contrast"]["statistic"])
    assert statistics == {"difference", "difference by event", "difference with hand codes"}
    figure = gallery.entry("contrast")
    assert "(all documents and by event)" in figure.caption(checked)
    words = [text.get_text() for text in figure.draw(checked).findobj(mpl.text.Text)]
    assert "by event" in words
    assert "with hand codes" not in words


def test_too_many_frames_for_a_figure_of_agreement(checked):
    table = checked.tables["agreement"]
    many = pd.concat([table.assign(frame=table["frame"] + str(i)) for i in range(3)])
    with pytest.raises(fr.InputError, match="33 frames do not fit on a page"):
        gallery.entry("agreement").draw(replace(checked, tables={"agreement": many}))


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
