"""Figures of long series: what they draw and what they refuse."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from framing.change_points import change_points
from framing.errors import InputError
from framing.features import Features
from framing.plot.change_points import plot_change_points
from framing.plot.resonance import plot_resonance
from framing.plot.style import SIDES
from framing.plot.words import words_of
from framing.resonance import resonance

pytestmark = pytest.mark.usefixtures("nothing_global")


@pytest.fixture(scope="module")
def features():
    """The United States speak of rules from 1990 on, and the European Union as ever."""
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"document": [f"d{i:03d}" for i in range(240)]})
    rows["date"] = pd.to_datetime("1975-01-01") + pd.to_timedelta(np.arange(240) * 45, unit="D")
    rows["side"] = np.tile(["US", "EU"], 120)
    later = (rows["side"] == "US") & (rows["date"] >= "1990")
    share = np.column_stack([np.where(later, 0.6, 0.2), np.full(240, 0.4)])
    return Features(rng.binomial(9, share), ["rules", "values"], rows, "frame", size=[9] * 240)


@pytest.fixture(scope="module")
def breaks(features):
    return change_points(features, by="side", replicates=200)


@pytest.fixture(scope="module")
def resonances(features):
    return resonance(features, 12, "documents", by="side")


def written(ax):
    return [text.get_text() for text in ax.texts]


def steps(ax):
    return {line.get_color(): line for line in ax.lines if line.get_linestyle() != "None"}


# --- change points ---------------------------------------------------------------------------


def test_a_step_is_dated_with_its_support(breaks):
    ax = plot_change_points(breaks, "rules")
    assert words_of(ax).title == "When emphasis on rules changed level"
    dates = [text for text in written(ax) if text.startswith("1990\n")]
    assert len(dates) == 1
    assert dates[0].endswith("%")
    assert any(text.startswith("US: 1 break\n(q = 0.0") for text in written(ax))
    x, y = steps(ax)[SIDES["US"].colour].get_data()
    levels = breaks.query("statistic == 'level' and group == 'US' and frame == 'rules'")
    np.testing.assert_allclose(y, levels["estimate"].repeat(2))
    assert x.tolist() == [1974.5, 1989.5, 1989.5, x[-1]]


def test_what_chance_gives_is_dashed_and_undated(breaks):
    ax = plot_change_points(breaks.query("group == 'EU'").assign(q_value=0.4), "rules")
    assert not any(text[:4].isdigit() for text in written(ax))
    assert any("no break that\nchance would not give" in text for text in written(ax))
    assert SIDES["EU"].colour not in steps(ax)


def test_change_points_without_groups(features):
    table = change_points(features.select(["values"]), replicates=100)
    ax = plot_change_points(table)
    assert "values" in words_of(ax).title


def test_a_short_series_says_so(breaks):
    short = breaks.query("group == 'EU' and statistic == ['share', 'changes']").copy()
    short.loc[short["statistic"] == "changes", "q_value"] = np.nan
    short.loc[short["statistic"] == "changes", "note"] = "only 3 years; change points need 10"
    assert "EU: only 3 years,\nchange points need 10" in written(plot_change_points(short, "rules"))


def test_change_points_need_a_frame(breaks):
    with pytest.raises(InputError, match="frame must be one of 'rules', 'values'; got None"):
        plot_change_points(breaks)


# --- resonance -------------------------------------------------------------------------------


def test_a_mark_a_document(resonances):
    ax = plot_resonance(resonances, n=0)
    wide = resonances.pivot(index="document", columns="statistic", values="estimate").dropna()
    marks = [line for line in ax.lines if line.get_marker() in "os"]
    drawn = np.concatenate([np.column_stack(line.get_data()) for line in marks])
    expected = np.column_stack([wide["novelty"] - wide["expected"], wide["resonance"]])
    assert sorted(map(tuple, drawn.round(9))) == sorted(map(tuple, expected.round(9)))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["US", "EU"]
    left_out = 240 - len(wide)
    assert ax.get_xlabel().endswith(f"{left_out} documents without whole windows")


def test_only_clear_documents_are_filled_and_named(resonances):
    rows = resonances["statistic"] == "resonance"
    first = resonances.loc[rows & resonances["estimate"].notna(), "document"].iloc[0]
    table = resonances.assign(q_value=np.where(rows & (resonances["document"] == first), 0.01, 0.9))
    ax = plot_resonance(table)
    assert first in written(ax)
    filled = [line for line in ax.lines if line.get_markerfacecolor() in {"#0B3C7D", "#CA8300"}]
    assert sum(len(line.get_xdata()) for line in filled) == 1
    none = plot_resonance(table.assign(q_value=0.9))
    assert "filled" not in "".join(words_of(none).lines)


def test_resonance_without_groups(features):
    ax = plot_resonance(resonance(features, 12, "documents"))
    assert ax.get_legend() is None


# --- both ------------------------------------------------------------------------------------


def test_axes_passed_in_are_used(breaks, resonances):
    for draw, table in (
        (lambda table, ax: plot_change_points(table, "rules", ax), breaks),
        (lambda table, ax: plot_resonance(table, ax), resonances),
    ):
        figure, ax = plt.subplots()
        assert draw(table, ax) is ax
        assert figure.axes == [ax]
        plt.close(figure)


@pytest.mark.parametrize("dollar", ["A $\\frac$ B"])
def test_a_dollar_in_a_name_is_a_dollar(breaks, resonances, dollar):
    named = breaks.replace({"frame": {"rules": dollar}, "group": {"US": dollar}})
    plot_change_points(named, dollar).figure.draw_without_rendering()
    plot_resonance(resonances.replace({"group": {"US": dollar}})).figure.draw_without_rendering()


@pytest.mark.parametrize(
    ("function", "maker", "column"),
    [(plot_change_points, "change_points", "period"), (plot_resonance, "resonance", "document")],
)
def test_a_wrong_table_names_the_column_and_who_makes_the_right_one(function, maker, column):
    said = rf"{function.__name__}: the table has no column '{column}'; .* that {maker}\(\) returns"
    with pytest.raises(InputError, match=said):
        function(pd.DataFrame({"wrong": [1]}))
