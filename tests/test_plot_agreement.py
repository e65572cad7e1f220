"""The figure of agreement: what it draws, says and refuses."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from framing import plot
from framing.agreement import ALL_FRAMES, agreement
from framing.errors import InputError
from framing.plot.style import root
from framing.plot.words import words_of

ALPHA, PERCENT = "krippendorff_alpha", "percent_agreement"


pytestmark = pytest.mark.usefixtures("nothing_global")


def rows(**frames):
    """A table: by frame α, low, high and percent agreement."""
    found = []
    for frame, (alpha, low, high, same) in frames.items():
        about = {"frame": frame.replace("_", " "), "level": 0.95, "unit": "document"}
        about |= {"n_documents": 40, "n_segments": 80, "n_coders": 3}
        note = "" if low == low else "only 4 documents; an interval needs 6"
        note = note if alpha == alpha else "undefined: every code is 0"
        ends = {"low": low, "high": high, "note": note}
        found.append(about | {"statistic": ALPHA, "estimate": alpha, **ends})
        found.append(about | {"statistic": PERCENT, "estimate": same, **ends, "note": ""})
    return pd.DataFrame(found)


NAN = np.nan
TABLE = rows(
    all_frames=(0.6, 0.5, 0.7, 0.9),
    weak=(0.3, -0.1, 0.6, 0.92),
    never=(NAN, NAN, NAN, 1.0),
    strong=(0.9, 0.8, 0.95, 0.97),
    few=(0.5, NAN, NAN, 0.8),
)


def labels(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def marks(ax, marker):
    """Where marks stand, by row."""
    lines = [line for line in ax.lines if line.get_marker() == marker]
    names = labels(ax)
    return {names[round(line.get_ydata()[0])]: line for line in lines}


def test_the_surest_first_the_unknown_last_and_all_frames_below():
    """ "few" has no interval, and so comes after "weak", whose α is lower."""
    assert labels(plot.plot_agreement(TABLE)) == ["strong", "weak", "few", "never", ALL_FRAMES]


def test_alpha_and_percent_agreement_stand_where_they_should():
    ax = plot.plot_agreement(TABLE)
    alpha, same = marks(ax, "o"), marks(ax, "D")
    found = {name: line.get_xdata()[0] for name, line in alpha.items()}
    assert found == {"strong": 0.9, "few": 0.5, "weak": 0.3, ALL_FRAMES: 0.6}
    found = {name: line.get_xdata()[0] for name, line in same.items()}
    assert found == {"strong": 0.97, "few": 0.8, "weak": 0.92, "never": 1.0, ALL_FRAMES: 0.9}
    assert {line.get_markerfacecolor() for line in same.values()} == {"white"}
    assert "◇ percent agreement, which counts what chance alone gives" in ax.get_xlabel()


def test_intervals_are_lines_and_missing_ones_are_said():
    ax = plot.plot_agreement(TABLE)
    across = [line for line in ax.lines if len(line.get_xdata()) == 2]
    drawn = {
        tuple(line.get_xdata()) for line in across if np.ptp(line.get_ydata()) == 0
    }  # the others are the conventions
    assert {(0.8, 0.95), (-0.1, 0.6), (0.5, 0.7)} <= drawn
    alpha = marks(ax, "o")
    assert alpha["few"].get_markerfacecolor() == "white"
    assert alpha["weak"].get_markerfacecolor() != "white"
    assert "few: no interval, only 4 documents" in ax.get_xlabel()
    assert "never" not in ax.get_xlabel()
    assert "α undefined: every code is 0" in [text.get_text() for text in ax.texts]


def test_conventions_are_drawn_and_named():
    ax = plot.plot_agreement(TABLE)
    upright = [line.get_xdata()[0] for line in ax.lines if list(line.get_ydata()) == [0, 1]]
    assert upright == [0.667, 0.8]
    written = [text.get_text() for text in ax.texts]
    assert "tentative\nfrom .667" in written
    assert "reliable\nfrom .8" in written


def test_words_say_who_and_how_much():
    ax = plot.plot_agreement(TABLE)
    assert words_of(ax).title == "How far coders agree"
    assert words_of(ax).lines == ["80 segments of 40 documents that two or more of 3 coded"]
    assert words_of(ax).label == "Krippendorff’s α, with 95% intervals"
    two = TABLE.assign(group="Ana", reference="Ben", n_coders=2, n_segments=40)
    ax = plot.plot_agreement(two)
    assert words_of(ax).title == "How far Ana and Ben agree"
    assert words_of(ax).lines == ["40 documents that both coded"]
    ax = plot.plot_agreement(TABLE.assign(group="Ana", reference="rest"))
    assert words_of(ax).title == "How far Ana and the others agree"


def test_the_axis_reaches_below_nought_where_it_must():
    assert plot.plot_agreement(TABLE).get_xlim()[0] == pytest.approx(-0.13)
    above = TABLE[~TABLE["frame"].isin(["weak"])]
    ax = plot.plot_agreement(above)
    assert ax.get_xlim()[0] == pytest.approx(-0.03)
    root(ax).draw_without_rendering()
    ticks = [label.get_text() for label in ax.get_xticklabels()]
    assert {"0", ".2", ".8", "1"} <= set(ticks)


def test_nothing_known_can_still_be_drawn():
    ax = plot.plot_agreement(rows(never=(NAN, NAN, NAN, 1.0)))
    assert labels(ax) == ["never"]
    assert not marks(ax, "o")


def test_axes_passed_in_are_used():
    figure, ax = plt.subplots()
    assert plot.plot_agreement(TABLE, ax) is ax
    plt.close(figure)


def test_it_draws_what_agreement_returns():
    rng = np.random.default_rng(0)
    parts = []
    for frame, share in (("rules", 0.5), ("values", 0.1), ("never", 0.0)):
        there = rng.random(30) < share
        for coder in "xyz":
            slip = (rng.random(30) < 0.1) & (share > 0)
            rows = {"segment": range(30), "document": range(30), "coder": coder}
            parts.append(pd.DataFrame(rows | {"frame": frame, "code": (there ^ slip).astype(int)}))
    codes = pd.concat(parts)
    ax = plot.plot_agreement(agreement(codes, replicates=100))
    assert set(labels(ax)) == {"rules", "values", "never", ALL_FRAMES}
    rest = agreement(codes, against="rest", replicates=100)
    panels = plot.small_multiples(plot.plot_agreement, rest, "group").ravel()
    assert len(panels) == 3


def test_wrong_tables_are_refused():
    said = r"plot_agreement: the table has no column 'frame'; give it the table that agreement\(\)"
    with pytest.raises(InputError, match=said):
        plot.plot_agreement(pd.DataFrame({"wrong": [1]}))
    with pytest.raises(InputError, match="'statistic' holds 'share', not 'krippendorff_alpha'"):
        plot.plot_agreement(TABLE.assign(statistic="share"))
    twice = pd.concat([TABLE.assign(group="x"), TABLE.assign(group="y")])
    with pytest.raises(InputError, match=r"several rows for all frames, krip.*; keep the rows of"):
        plot.plot_agreement(twice)
