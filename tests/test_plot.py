"""Figures: what they draw, what they refuse, and that they leave the reader's settings alone."""

import warnings
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontEntry, fontManager

import framing as fr
from framing import plot
from framing.analysis import Plan, analyse
from framing.errors import InputError
from framing.plot.bars import Whole, bits
from framing.plot.check import cannot, notes, notes_by_period, untested
from framing.plot.labels import spread
from framing.plot.style import FONT, SIDES
from framing.plot.words import words_of
from framing.verdicts import in_every_reading, verdict, verdicts

TABLES = {
    "timeline": plot.plot_timeline,
    "keyness": plot.plot_keyness,
    "emphasis": plot.plot_emphasis,
    "contrast": plot.plot_contrast,
    "shift": plot.plot_shift,
    "tf_idf": plot.plot_tf_idf,
}
PANELS = {"keyness": "group", "shift": "group", "tf_idf": "period"}


@pytest.fixture(scope="module", params=["openings", "articles"])
def tables(request):
    corpus = fr.load(request.param)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fr.InputWarning)
        return analyse(corpus, Plan.of(corpus, replicates=100)).tables


pytestmark = pytest.mark.usefixtures("nothing_global")


def shares(groups=("US", "EU", "JP"), frames=("rules", "values"), **columns):
    rows = pd.MultiIndex.from_product([groups, frames], names=["group", "frame"]).to_frame(False)
    rows = rows.assign(statistic="share", estimate=np.linspace(0.2, 0.7, len(rows)), note="")
    rows = rows.assign(low=rows["estimate"] - 0.1, high=rows["estimate"] + 0.1, level=0.95)
    return rows.assign(n_documents=40, n_segments=40, unit="document", **columns)


# --- axes in, axes out -----------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_every_plot_takes_its_table_and_returns_axes(tables, name):
    assert isinstance(TABLES[name](tables[name]), Axes)


@pytest.mark.parametrize("name", TABLES)
def test_axes_passed_in_are_used(tables, name):
    figure, ax = plt.subplots()
    assert TABLES[name](tables[name], ax=ax) is ax
    assert figure.axes == [ax]
    plt.close(figure)


@pytest.mark.parametrize("name", PANELS)
def test_small_multiples_have_a_panel_each_on_one_scale(tables, name):
    table = tables[name]
    axes = plot.small_multiples(TABLES[name], table, PANELS[name]).ravel()
    assert [words_of(ax).title for ax in axes] == list(table[PANELS[name]].unique())
    assert len({ax.get_xlim() for ax in axes}) == 1


def test_trends_have_a_row_a_side_and_a_column_a_frame(tables):
    axes = plot.plot_trends(tables["trend"])
    shares = tables["trend"].query("statistic == 'share'")
    assert axes.shape == (shares["group"].nunique(), shares["frame"].nunique())


def test_titles_of_panels_do_not_follow_the_readers_settings(tables):
    with plt.rc_context({"axes.titlelocation": "left", "axes.titleweight": "bold"}):
        ax = plot.plot_trends(tables["trend"])[0, 0]
    assert ax.get_title("center")
    assert not ax.get_title("left")
    assert ax.title.get_fontweight() == "normal"


def test_the_font_is_matplotlibs_own_whatever_list_it_has_kept(tables, tmp_path, monkeypatch):
    copy = tmp_path / "DejaVuSans.ttf"
    copy.write_bytes(Path(fontManager.findfont(FONT)).read_bytes())
    monkeypatch.setattr(fontManager, "ttflist", [FontEntry(fname=str(copy), name=FONT)])
    fontManager._findfont_cached.cache_clear()
    assert Path(fontManager.findfont(FONT)) == copy
    TABLES["emphasis"](tables["emphasis"])
    assert Path(fontManager.findfont(FONT)).is_relative_to(mpl.get_data_path())
    assert len(fontManager.ttflist) > 4  # bold and slanted, too


def test_one_trend_takes_axes_and_a_frame(tables):
    figure, ax = plt.subplots()
    assert plot.plot_trend(tables["trend"], "rules", ax) is ax
    assert "rules" in words_of(ax).title
    plt.close(figure)


def test_ternary_takes_ternary_axes(tables):
    figure, ax = plt.subplots(subplot_kw={"projection": "ternary", "ternary_sum": 1.0})
    drawn = plot.plot_ternary(
        tables["emphasis"], ax, contrasts=tables["contrast"], terms=tables.get("terms")
    )
    assert drawn is ax
    plt.close(figure)


def test_axes_of_their_own_show_themselves_in_a_notebook(tables):
    assert plot.plot_timeline(tables["timeline"])._repr_png_().startswith(b"\x89PNG")


# --- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "maker", "column"),
    [
        (plot.plot_timeline, "timeline", "group"),
        (plot.plot_keyness, "keyness", "estimate"),
        (plot.plot_change, "change", "period"),
        (plot.plot_divergence, "divergence", "group"),
        (plot.plot_emphasis, "emphasis", "group"),
        (plot.plot_contrast, "contrast", "group"),
        (plot.plot_ternary, "emphasis", "group"),
        (plot.plot_trend, "trend", "period"),
        (plot.plot_trends, "trend", "period"),
        (plot.plot_shift, "shift", "estimate"),
        (plot.plot_tf_idf, "tf_idf", "estimate"),
    ],
)
def test_a_wrong_table_names_the_column_and_who_makes_the_right_one(function, maker, column):
    said = rf"{function.__name__}: the table has no column '{column}'; .* that {maker}\(\) returns"
    with pytest.raises(InputError, match=said):
        function(pd.DataFrame({"wrong": [1]}))
    with pytest.raises(InputError, match=rf"got a list; give it the table that {maker}\(\)"):
        function([1, 2])


def test_an_empty_table_is_refused():
    with pytest.raises(InputError, match=r"plot_emphasis: the table has no rows; .* emphasis\(\)"):
        plot.plot_emphasis(shares().iloc[:0])


def test_a_table_without_features_is_refused():
    with pytest.raises(InputError, match="no column 'feature', 'term', 'frame' or 'topic'"):
        plot.plot_emphasis(shares().drop(columns="frame"))


def test_a_table_of_another_measure_is_refused():
    with pytest.raises(InputError, match="'statistic' holds 'difference', not 'share'"):
        plot.plot_emphasis(shares().assign(statistic="difference"))


def test_emphasis_by_period_is_sent_to_the_trend():
    twice = pd.concat([shares(period="2021"), shares(period="2022")])
    with pytest.raises(InputError, match=r"several rows for US, rules; .* plot_trend"):
        plot.plot_emphasis(twice)


@pytest.mark.parametrize("groups", [("US", "EU"), ("US", "EU", "JP", "CN")])
def test_a_triangle_needs_three_groups(groups):
    said = rf"three groups, and the table has {len(groups)} \({', '.join(groups)}\)"
    with pytest.raises(InputError, match=said):
        plot.plot_ternary(shares(groups))


def test_a_triangle_needs_ternary_axes():
    figure, ax = plt.subplots()
    with pytest.raises(InputError, match="no ternary projection"):
        plot.plot_ternary(shares(), ax)
    plt.close(figure)


def test_an_unknown_frame_is_named():
    table = shares(period="2021")
    with pytest.raises(InputError, match="frame must be one of 'rules', 'values'; got 'trade'"):
        plot.plot_trend(table, "trade")


def test_small_multiples_need_the_column():
    with pytest.raises(InputError, match="no column 'side' to split it by"):
        plot.small_multiples(plot.plot_emphasis, shares(), "side")


# --- what is drawn ---------------------------------------------------------------------------


def test_the_widest_differences_come_first():
    table = shares(frames=("same", "apart"))
    table["estimate"] = [0.3, 0.1, 0.3, 0.5, 0.3, 0.9]
    labels = [text.get_text() for text in plot.plot_emphasis(table).get_yticklabels()]
    assert labels == ["apart", "same"]


def test_clear_differences_are_written_beside_the_row():
    contrasts = pd.DataFrame(
        {
            "group": ["US", "US", "EU"],
            "reference": ["EU", "JP", "JP"],
            "frame": "rules",
            "statistic": "difference",
            "estimate": [-0.3, -0.3, 0.0],
            "low": [-0.4, -0.4, -0.1],
            "high": [-0.2, -0.2, 0.1],
            "p_value": [0.001, 0.001, 0.9],
            "q_value": [0.01, 0.01, 0.9],
            "note": "",
        }
    )
    ax = plot.plot_emphasis(shares(frames=("rules",)), contrasts=contrasts)
    assert "EU, JP > US" in [text.get_text() for text in ax.texts]


def test_a_missing_interval_is_said_and_not_drawn():
    few = shares(note="only 3 documents; an interval needs 6")
    few[["low", "high"]] = np.nan
    ax = plot.plot_emphasis(few)
    assert "US, EU and JP: no interval, only 3 documents" in ax.get_xlabel()
    drawn = [line for line in ax.lines if len(line.get_xdata()) == 2]
    assert not drawn
    assert {line.get_markerfacecolor() for line in ax.lines} == {"white"}
    assert notes(few) == ["US, EU and JP: no interval, only 3 documents"]


def test_nothing_is_filled_without_tests(tables):
    table = tables["contrast"]
    if table["p_value"].notna().any():
        pytest.skip("this corpus has tests")
    ax = plot.plot_contrast(table)
    marks = [line for line in ax.lines if line.get_marker() not in ("None", None, "")]
    assert {line.get_markerfacecolor() for line in marks} == {"white"}
    assert any("no tests" in line for line in words_of(ax).lines)


def test_a_difference_clear_in_every_reading_is_shaded():
    rows = {"group": "US", "reference": "EU", "frame": "rules", "estimate": 0.3, "low": 0.2}
    table = pd.DataFrame([rows | {"high": 0.4, "q_value": 0.01, "p_value": 0.01}] * 2)
    table["statistic"] = ["difference", "difference within topic"]
    fragile = table.assign(q_value=[0.01, 0.2])

    def shaded(ax):
        return sum(patch.get_facecolor()[:3] == to_rgb("#DDE3EA") for patch in ax.patches)

    assert shaded(plot.plot_contrast(table)) == 1
    assert shaded(plot.plot_contrast(fragile)) == 0


def test_ticks_of_keyness_are_doublings():
    rows = {"term": ["chips"], "group": "US", "estimate": np.log(4), "low": 0.1, "high": 2.5}
    ax = plot.plot_keyness(pd.DataFrame(rows | {"n": 7, "statistic": "log_odds"}))
    ax.figure.draw_without_rendering()
    ticks = dict(zip(ax.get_xticks(), (t.get_text() for t in ax.get_xticklabels()), strict=True))
    assert (ticks[0.0], ticks[2.0]) == ("×1", "×4")
    marks = [line for line in ax.lines if line.get_marker() == "o"]
    assert marks[0].get_xdata()[0] == pytest.approx(2)


def keyness(*rows, **columns):
    """Rows: (term, estimate, low, high, q), of one side against the rest."""
    table = pd.DataFrame(rows, columns=["term", "estimate", "low", "high", "q_value"])
    table["p_value"] = table["q_value"]
    given = {"group": "US", "reference": "rest", "n": 7, "df": 3, "statistic": "log_odds"}
    return table.assign(**given | {"n_tests": 40, "note": "", **columns})


CLEAR_AND_NOT = (("sure", 1.0, 0.4, 1.6, 0.01), ("wide", 1.0, -0.2, 2.2, 0.01))


def filled(ax, marker="o"):
    marks = [line for line in ax.lines if line.get_marker() == marker]
    return [line.get_markerfacecolor() != "white" for line in marks]


def written(ax):
    return [text.get_text() for text in ax.texts]


def test_a_term_is_filled_only_if_q_and_interval_agree():
    ax = plot.plot_keyness(keyness(*CLEAR_AND_NOT, ("late", 0.9, 0.3, 1.5, 0.2)))
    shown = [label.get_text() for label in ax.get_yticklabels()]
    assert dict(zip(shown, filled(ax), strict=True)) == {"sure": True, "late": False, "wide": False}
    assert words_of(ax).lines == ["1 of 3 clear"]
    assert words_of(ax).remarks == ["filled: q < .05, 40 tests, and the whole interval above ×1"]
    assert written(ax).count("7 in 3") == 3


def test_without_tests_terms_are_filled_by_their_interval_and_that_is_said():
    why = "no p-value: the interval describes these documents only"
    ax = plot.plot_keyness(keyness(*CLEAR_AND_NOT, q_value=np.nan, p_value=np.nan, note=why))
    assert filled(ax) == [True, False]
    assert words_of(ax).lines == ["1 of 2 filled"]
    assert words_of(ax).remarks == [
        "filled: the whole interval above ×1; no tests: the interval describes these documents only"
    ]


def test_a_log_ratio_is_already_in_doublings():
    rows = keyness(("sure", 2.0, 1.0, 3.0, 0.01), statistic="log_ratio")
    ax = plot.plot_keyness(rows)
    assert [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"] == [2.0]
    assert words_of(ax).label.startswith("share of the term, against the rest")


def test_g2_has_no_interval_and_is_filled_by_q():
    note = "no interval: g2 grows with the corpus and estimates nothing"
    rows = keyness(("sure", 20, np.nan, np.nan, 0.01), ("late", 9, np.nan, np.nan, 0.2), note=note)
    ax = plot.plot_keyness(rows.assign(statistic="g2"))
    assert filled(ax) == [True, False]
    assert words_of(ax).remarks == ["filled: q < .05, 40 tests"]
    assert words_of(ax).label == "G², against the rest: it grows with the corpus"


def test_a_pair_shows_the_terms_of_both_each_in_its_colour():
    rows = keyness(*CLEAR_AND_NOT, ("theirs", -1.0, -1.5, -0.5, 0.01), reference="EU")
    two = pd.concat([rows, rows.assign(reference="JP")]).assign(n_reference=2, df_reference=2)
    ax = plot.plot_keyness(two.reset_index(drop=True))
    assert "US against EU" in written(ax)
    assert "US against JP" in written(ax)
    assert filled(ax, "s") == [True]
    assert filled(ax, "^") == [True]
    assert written(ax).count("2 in 2") == 2
    assert words_of(ax).lines == ["4 of 6 clear"]


def test_one_pair_has_no_heading_and_says_which_side_lies_where():
    ax = plot.plot_keyness(keyness(*CLEAR_AND_NOT, reference="EU"))
    where = "to the right: more in US; to the left: more in EU"
    assert words_of(ax).lines == [where, "1 of 2 clear"]


def test_whatever_the_measure_keyness_can_be_drawn(tables):
    rows = pd.DataFrame({"document": range(40), "region": ["US", "EU"] * 20})
    counts = np.random.default_rng(0).poisson(2, (40, 3))
    counts = fr.Features(counts, ["a", "b", "c"], rows, kind="term")
    for measure in ("log_odds", "log_ratio", "g2", "chi2"):
        for against in ("rest", "pairs"):
            table = fr.keyness(counts, "region", measure=measure, against=against, replicates=100)
            assert isinstance(plot.plot_keyness(table), Axes)


def test_the_noise_floor_is_drawn_behind_each_bar_and_the_interval_over_it():
    rows = [
        {"statistic": "divergence", "estimate": 0.05, "p_value": 0.3},
        {"statistic": "null_mean", "estimate": 0.04},
        {"statistic": "excess", "estimate": 0.01, "low": 0.0, "high": 0.03},
        {"statistic": "contribution", "frame": "rules", "estimate": 0.05, "low": 0, "high": 0.08},
        {"statistic": "contribution_null", "frame": "rules", "estimate": 0.04},
        {"statistic": "change", "frame": "rules", "estimate": -0.1},
    ]
    table = pd.DataFrame(rows).assign(period="2021–2024", q_value=0.01)
    ax = plot.plot_shift(table)
    floor, bar = ax.patches
    assert (floor.get_width(), bar.get_width()) == (-0.04, -0.05)  # to the left: it shrank
    assert list(ax.lines[0].get_xdata()) == [0, -0.08]
    assert bar.get_hatch()  # q alone is not enough
    assert words_of(ax).lines == [
        "0.050 bits, 0.040 by chance; p = 0.30",
        "excess 0.010 (0 to 0.030)",
    ]
    ax = plot.plot_shift(table.assign(low=0.01))
    assert ax.patches[1].get_hatch() is None


def test_a_divergence_below_nought_is_nought():
    below = Whole(0.041, 0.043, -0.002, 0.0, 0.086, 0.4, 0.4)
    assert below.in_words() == ["0.041 bits, 0.043 by chance; p = 0.40", "excess 0 (0 to 0.086)"]
    assert not below.clear
    assert bits(np.nan) == "unknown"
    few = Whole(0.041, np.nan, np.nan, 0.0, 0.086, np.nan, np.nan)
    assert few.in_words() == ["0.041 bits", "excess 0 to 0.086"]


def divergences(**columns):
    """Two sides of 60 documents each: rules in a few of one, and in most of the other."""
    rows = pd.DataFrame({"document": range(120), "region": ["US", "EU"] * 60})
    rules = np.tile([0, 1, 1, 1, 0, 1, 0, 1, 0, 0], 12)
    codes = np.column_stack([rules, 1 - rules])
    frames = fr.Features(codes, ["rules", "values"], rows.assign(**columns), kind="frame")
    by = ["region", "year"] if "year" in columns else "region"
    return fr.divergence(frames, by, replicates=200), fr.emphasis(frames, "region")


def test_what_lies_between_two_sides_has_the_colour_of_the_one_that_says_it_more():
    table, shares = divergences()
    ax = plot.plot_divergence(table, shares=shares)
    bars = [patch for patch in ax.patches if patch.get_height() == pytest.approx(0.42)]
    mix = shares.pivot(index="frame", columns="group", values="estimate")
    expected = fr.jensen_shannon(mix["US"], mix["EU"])
    assert [bar.get_width() for bar in bars] == pytest.approx([expected.sum(), *expected])
    assert bars[1].get_facecolor()[:3] == to_rgb(SIDES["EU"].colour)
    assert bars[1].get_hatch() is None
    whole = Whole.of(table)
    left = f"excess {bits(whole.excess)} ({bits(whole.low)} to {bits(whole.high)}), q = 0.005"
    assert {"more in EU", "more in US", "What lies between US and EU", left} <= set(written(ax))


def test_divergences_by_period_are_wholes_only():
    table, _ = divergences(year=np.repeat([2021, 2022], 60))
    ax = plot.plot_divergence(table)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["2021", "2022"]
    assert "2 tests of" in ax.get_xlabel()


def test_many_sides_are_spelt_out_all_together():
    sides = pd.DataFrame({"document": range(40), "region": ["a", "b", "c", "d"] * 10})
    codes = np.random.default_rng(0).integers(0, 2, (40, 3))
    table = fr.divergence(fr.Features(codes, list("xyz"), sides, "frame"), "region", replicates=100)
    heads = [text for text in written(plot.plot_divergence(table)) if "lies between" in text]
    assert heads == ["What lies between all together"]


@pytest.fixture(scope="module")
def changes():
    """Rules rise on the first side only, in the third year."""
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"document": range(300), "region": ["US", "EU"] * 150})
    rows["year"] = np.repeat([2021, 2022, 2023], 100)
    rises = (rows["region"] == "US") & (rows["year"] == 2023)
    codes = rng.random((300, 2)) < np.column_stack([np.where(rises, 0.9, 0.2), np.full(300, 0.4)])
    frames = fr.Features(codes.astype(int), ["rules", "values"], rows, kind="frame")
    return fr.change(frames, "region", replicates=400)


def test_a_difference_in_change_has_the_colour_of_the_side_that_rose_more(changes):
    axes = plot.plot_change(changes)
    assert axes.shape == (1, 2)
    ax = axes[0, 0]
    assert ax.get_title() == "rules"
    assert ax.get_ylabel() == "US − EU"
    marks = {line.get_markerfacecolor(): line for line in ax.lines if line.get_marker() == "o"}
    assert set(marks) == {SIDES["US"].colour, "white"}
    row = changes.query("statistic == 'difference in change' and frame == 'rules'").iloc[1]
    assert marks[SIDES["US"].colour].get_ydata() == pytest.approx([row["estimate"]])
    assert written(ax)[0].startswith("’23: +")
    assert not written(axes[0, 1])
    assert len(ax.collections) == 2  # a band of the curve, and one of each period


def test_changes_of_each_side_can_be_drawn_too(changes):
    axes = plot.plot_change(changes, "change")
    assert [ax.get_ylabel() for ax in axes[:, 0]] == ["US", "EU"]
    start = axes[0, 0].lines[1].get_ydata()[0]
    assert start == 0
    with pytest.raises(
        InputError, match="statistic must be one of 'difference in change', 'change'"
    ):
        plot.plot_change(changes, "slope")


def test_changes_without_sides_or_intervals():
    rows = pd.DataFrame({"document": range(8), "year": [2021, 2022] * 4})
    frames = fr.Features(np.eye(8, 2), ["rules", "values"], rows, kind="frame")
    axes = plot.plot_change(fr.change(frames, replicates=100))
    said = axes[0, 0].figure.get_supxlabel()
    assert "in outline: no interval, for 4 documents are too few" in said
    marks = [line for line in axes[0, 0].lines if line.get_marker() == "o"]
    assert {line.get_markerfacecolor() for line in marks} == {"white"}


@pytest.mark.parametrize(
    ("note", "blank", "tested"),
    [
        ("only 3 clusters of 'outlet'; an interval needs 6", "only 3 clusters of 'outlet'", ""),
        (
            "only 3 clusters of 'outlet'; an interval needs 6; p cannot be below 0.1: labels can "
            "be dealt out in 20 ways only",
            "only 3 clusters of 'outlet'",
            "p cannot be below 0.1, so nothing can be clear",
        ),
        ("p cannot be below 0.1: labels can", "too few for one", "p cannot be below 0.1, so nothing"
         " can be clear"),
        ("", "too few for one", ""),
    ],
)  # fmt: skip
def test_figures_say_only_what_matters_of_a_note(note, blank, tested):
    table = pd.DataFrame({"group": ["US"], "low": [np.nan], "p_value": [0.4], "note": [note]})
    assert notes(table) == [f"US: no interval, {blank}"]
    assert cannot(table) == tested
    assert untested(table) == ""


def test_some_comparisons_may_be_too_small_to_come_out_clear():
    note = "p cannot be below 0.1: labels can be dealt out in 20 ways only"
    table = pd.DataFrame({"p_value": [0.1, 0.01], "note": [note, ""]})
    assert cannot(table) == "p cannot be below 0.1, so not every comparison can be clear"
    missing = table.assign(p_value=np.nan, note="only 2 documents; no p-value: sides overlap")
    assert cannot(missing) == "no tests: sides overlap"


def test_periods_with_few_clusters_are_said():
    table = pd.DataFrame({"low": [np.nan], "note": ["only 3 clusters of 'outlet'; an interval"]})
    assert notes_by_period(table) == ["in outline: no interval, for 3 clusters are too few"]


def test_a_slope_must_hold_in_every_reading_to_be_solid():
    table = shares(groups=("US",), frames=("rules",))
    years = pd.concat([table.assign(period="2021"), table.assign(period="2022", estimate=0.6)])
    slope = table.assign(period="2021–2022", statistic="slope", estimate=0.4, q_value=0.01)
    again = slope.assign(statistic="slope within topic", q_value=0.5)

    def style(*rows):
        ax = plot.plot_trends(pd.concat([years, *rows], ignore_index=True))[0, 0]
        return ax.lines[0].get_linestyle(), ax.lines[0].get_color()

    assert style(slope) == ("-", SIDES["US"].colour)
    assert style(slope, again) == ("--", SIDES["US"].colour)
    assert style(slope.assign(q_value=0.5)) == ("--", "#939393")


def test_verdicts_by_hand():
    table = pd.DataFrame(
        {
            "low": [0.1, -0.14, -0.14, -0.3, np.nan, 0.2],
            "high": [0.3, 0.14, 0.16, -0.1, np.nan, 0.3],
            "q_value": [0.01, 0.5, 0.5, 0.06, 0.01, np.nan],
        }
    )
    expected = ["clear", "similar", "open", "open", "unknown", "untested"]
    assert verdicts(table).tolist() == expected
    assert verdicts(table, scale=2).tolist() == ["clear", *["open"] * 3, "unknown", "untested"]
    assert verdict(-0.14, 0.14, 0.5, scale=2) == "open"


def test_a_difference_must_be_clear_the_same_way_in_every_reading():
    rows = {"group": "US", "reference": "EU", "estimate": 0.3, "low": 0.2, "high": 0.4}
    table = pd.DataFrame([rows | {"frame": name} for name in "abcde" for _ in range(2)])
    table["statistic"] = ["difference", "difference within topic"] * 5
    table["q_value"] = [0.01, 0.01, 0.01, 0.2, 0.01, 0.01, 0.01, np.nan, 0.01, 0.01]
    table.loc[5, ["estimate", "low", "high"]] = [-0.3, -0.4, -0.2]  # c, the other way
    keys = ["group", "reference", "frame"]
    assert in_every_reading(table.drop(9), keys) == [("US", "EU", "a")]  # e, in one reading only


MATH = "A $\\frac$ B"


def math_tables():
    """A table for every plot, with names that matplotlib would read as broken formulas."""
    groups, frames = (MATH, "EU", "JP"), (MATH, "values")
    share = shares(groups, frames)
    years = pd.concat([share.assign(period=year, estimate=0.4) for year in ("2021", "2022")])
    slope = share.assign(period="2021–2022", statistic="slope", q_value=0.01, p_value=0.01)
    contrast = share[share["group"] != "EU"].assign(
        reference="EU", statistic="difference", q_value=0.01, p_value=0.01
    )
    contribution = share[share["group"] == MATH].assign(
        statistic="contribution", period="2021–2022", q_value=0.3
    )
    whole = contribution.assign(statistic=["divergence", "null_mean"], frame=None, p_value=0.3)
    change = contribution.assign(statistic="change")
    floor = contribution.assign(statistic="contribution_null")
    trend = pd.concat([years, slope], ignore_index=True)
    apart = pd.concat([whole, contribution, floor], ignore_index=True).drop(columns="period")
    moved = slope.assign(statistic="change", q_value=0.01)
    return {
        plot.plot_timeline: years.drop_duplicates(["group", "period"]),
        plot.plot_keyness: share[share["group"] == MATH].assign(statistic="log_odds", n=7),
        plot.plot_change: moved,
        plot.plot_divergence: apart.assign(reference="EU"),
        plot.plot_emphasis: share,
        plot.plot_contrast: contrast[contrast["group"] == MATH],
        plot.plot_ternary: share,
        plot.plot_trend: trend[trend["frame"] == MATH],
        plot.plot_trends: trend,
        plot.plot_shift: pd.concat([whole, contribution, floor, change], ignore_index=True),
        plot.plot_tf_idf: years[years["group"] == MATH].assign(statistic="tf_idf"),
    }


@pytest.mark.parametrize("function", math_tables(), ids=lambda function: function.__name__)
@pytest.mark.parametrize("own", [True, False], ids=["own axes", "axes passed in"])
def test_a_dollar_in_a_name_is_a_dollar(function, own):
    table = math_tables()[function]
    if own or function in (plot.plot_change, plot.plot_trends):
        np.ravel(function(table))[0].figure.draw_without_rendering()
        return
    keyed = {"subplot_kw": {"projection": "ternary"}} if function is plot.plot_ternary else {}
    figure, ax = plt.subplots(**keyed)
    function(table, ax=ax)
    figure.draw_without_rendering()
    plt.close(figure)


# --- colours and labels ----------------------------------------------------------------------


def luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 116 * (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]) ** (1 / 3) - 16


def test_sides_differ_in_grey_marker_and_line():
    grey = sorted(luminance(look.colour) for look in SIDES.values())
    assert np.diff(grey).min() > 15
    assert len({look.marker for look in SIDES.values()}) == 3
    assert len({str(look.dashes) for look in SIDES.values()}) == 3


def test_text_stands_out_from_white():
    for look in plot.looks(["US", "EU", "JP", "a", "b", "c", "d", "e", "f"]).values():
        y = ((luminance(look.ink) + 16) / 116) ** 3
        assert 1.05 / (y + 0.05) > 4.5


def test_colours_are_constant():
    assert plot.looks(["JP"])["JP"] == plot.looks(["US", "EU", "JP", "CN"])["JP"]
    assert plot.looks(["Japan"])["Japan"] == SIDES["JP"]
    assert plot.looks(["b", "a"]) == plot.looks(["a", "b"])
    several = plot.looks(["US", "EU", "JP", "a", "b", "c", "d", "e", "f"])
    assert len({look.colour for look in several.values()}) == 9


def test_labels_are_spread_as_little_as_possible():
    assert spread([0.0, 0.0, 10.0], 2).tolist() == [-1, 1, 10]
    assert spread([3.0, 1.0], 1).tolist() == [3, 1]
    assert spread([0.0, 0.0], 2, low=0).tolist() == [0, 2]
    assert spread([], 1).tolist() == []
