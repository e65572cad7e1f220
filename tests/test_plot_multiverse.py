"""The specification curve: what is drawn, what is said in words, and what is refused."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex, to_rgb

from framing.errors import InputError
from framing.multiverse import multiverse
from framing.plot import plot_multiverse
from framing.plot.multiverse import UNCLEAR
from framing.plot.style import NEUTRAL
from framing.plot.words import words_of

pytestmark = pytest.mark.usefixtures("nothing_global")

ESTIMATES = {("x", "p"): 0.3, ("x", "q"): -0.1, ("y", "p"): 0.2, ("y", "q"): 0.1}


def curve(estimates=ESTIMATES, half=0.15, **columns):
    rows = []
    for number, ((first, second), value) in enumerate(estimates.items(), start=1):
        own = {"specification": number, "estimate": value, "low": value - half}
        own |= {"high": value + half, "p_value": 0.01 if abs(value) > half else 0.4}
        own |= {"note": "failed: no such column" if np.isnan(value) else ""}
        rows += [own | {"choice": "a", "option": first}, own | {"choice": "b", "option": second}]
    table = pd.DataFrame(rows).assign(statistic="difference", group="EU", reference="US")
    return table.assign(level=0.95, **columns)


def strokes(ax, colour):
    """Middles of the upright strokes of a colour."""
    found = []
    for lines in ax.collections:
        if isinstance(lines, LineCollection) and to_hex(lines.get_colors()[0]) == colour.lower():
            found += [tuple(segment.mean(axis=0)) for segment in lines.get_segments()]
    return sorted(found)


def test_estimates_stand_in_order_with_their_options_below():
    top, below = plot_multiverse(curve())
    marks = [line for line in top.lines if line.get_marker() == "o"]
    drawn = {round(x): y for line in marks for x, y in line.get_xydata()}
    assert drawn == pytest.approx({0: -0.1, 1: 0.1, 2: 0.2, 3: 0.3})
    assert [label.get_text() for label in below.get_yticklabels()] == ["x", "y", "p", "q"]
    places = dict(zip(["x", "y", "p", "q"], below.get_yticks(), strict=True))
    clear = {(2, places["y"]), (2, places["p"]), (3, places["x"]), (3, places["p"])}
    unclear = {(0, places["x"]), (0, places["q"]), (1, places["y"]), (1, places["q"])}
    assert {(x, round(y, 6)) for x, y in strokes(below, NEUTRAL.colour)} == clear
    assert {(x, round(y, 6)) for x, y in strokes(below, UNCLEAR)} == unclear


def test_clear_ones_are_filled_and_the_first_options_named():
    top, _ = plot_multiverse(curve())
    filled = {
        round(x): line.get_markerfacecolor()
        for line in top.lines
        if line.get_marker() == "o" and line.get_markerfacecolor() != "none"
        for x, _ in line.get_xydata()
    }
    assert filled == {0: "white", 1: "white", 2: NEUTRAL.colour, 3: NEUTRAL.colour}
    assert [label.get_text() for label in top.get_xticklabels()] == ["first options"]
    assert top.get_xticks().tolist() == [3]


def test_means_and_parts_stand_beside_their_choices():
    """a: 0.1 and 0.15; b: 0.25 and 0; the variance is 0.021875, of which b has 0.015625."""
    top, below = plot_multiverse(curve())
    said = [text.get_text() for text in below.texts]
    assert [text for text in said if text.startswith(("+", "0"))] == ["+10", "+15", "+25", "0"]
    assert "b: 71% of the variance" in said
    assert "a: 3% of the variance" in said
    assert words_of(top).lines == [
        "4 specifications: 0 clear below nought, 2 clear above, 2 open",
        "EU − US: difference of shares, percentage points",
    ]
    remarks = words_of(below).remarks
    assert remarks[1:] == ["lines: 95% intervals", "choices together only: 26%"]


def test_failed_ones_are_counted_in_words():
    lost = curve(ESTIMATES | {("z", "p"): np.nan, ("z", "q"): np.nan})
    top, below = plot_multiverse(lost)
    assert top.get_xlim()[1] < 4
    assert words_of(below).remarks[-1] == "not drawn: 2 specifications (failed: no such column)"
    assert "none" in [text.get_text() for text in below.texts]  # the mean with z
    nothing = curve(dict.fromkeys(ESTIMATES, np.nan))
    with pytest.raises(InputError, match="no specification has an estimate"):
        plot_multiverse(nothing)


def test_without_tests_or_intervals_it_says_so():
    bare = curve(low=np.nan, high=np.nan, p_value=np.nan)
    top, below = plot_multiverse(bare)
    assert words_of(top).lines[0] == "none was tested"
    assert words_of(below).remarks == ["choices together only: 26%"]
    assert strokes(below, NEUTRAL.colour) == []


def test_only_the_table_of_a_multiverse_is_drawn():
    with pytest.raises(InputError, match=r"plot_multiverse: give it the table that multiverse\(\)"):
        plot_multiverse(curve().drop(columns="option"))


def test_clear_and_unclear_differ_in_greyscale():
    def grey(colour):
        return np.dot([0.299, 0.587, 0.114], to_rgb(colour))

    assert grey(UNCLEAR) - grey(NEUTRAL.colour) > 0.35


@pytest.mark.parametrize("n", [1, 4, 20])
def test_any_number_fits_and_pyplot_knows_of_none(n):
    rng = np.random.default_rng(1)
    choices = {"a": list(range(n)), "b": ["a rather long name of an option", "short"]}
    choices |= {"c": list(range(n))}
    table = multiverse(lambda **_: {"estimate": float(rng.normal())}, choices)
    top, below = plot_multiverse(table, title="A title")
    assert words_of(top).title == "A title"
    assert plt.get_fignums() == []
    if n == 4:
        figure = below.figure
        figure.draw_without_rendering()
        box = figure.bbox
        for text in below.texts:
            if text.get_text() and text is not words_of(below):
                assert text.get_window_extent().x1 <= box.x1 + 1
