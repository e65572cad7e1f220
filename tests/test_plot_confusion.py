"""Figures of a coder's errors and of corrected shares: what is drawn, and what is said in words."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Text

import framing as fr
from framing.plot import plot_confusion, plot_correction
from framing.plot.confusion import HATCH
from framing.plot.correction import pale
from framing.plot.style import SIDES
from framing.plot.words import words_of
from framing.simulate import frames, machine
from framing.validation import bias

FRAMES = ["security", "rules", "values"]
TEN = [*FRAMES, "dependence", "resilience", "competition", "investment", "protection"]
TEN += ["cooperation", "domestic"]


pytestmark = pytest.mark.usefixtures("nothing_global")


@pytest.fixture(scope="module")
def errors():
    """Ten frames on three sides, of which a coder misses half of what the US says."""
    shares = dict(zip(TEN, np.linspace(0.4, 0.04, 10), strict=True))
    truth = frames({"US": 70, "EU": 70, "JP": 40}, shares, segments=(3, 2), seed=4).features
    coder = machine(truth, {"US": 0.5, "EU": 0.95, "JP": 0.9}, 0.97, seed=5)
    return bias(coder, truth, "region", replicates=300)


def confusion(found=0.3, missed=0.1, over=0.05, frame="rules", group="EU", note="", **ends):
    parts = {"found": found, "missed": missed, "over-coded": over, "net error": over - missed}
    table = pd.DataFrame(
        {"statistic": list(parts), "estimate": list(parts.values()), "frame": frame}
    )
    table["low"], table["high"] = table["estimate"] - 0.06, table["estimate"] + 0.06
    table = table.assign(group=group, level=0.95, n_documents=40, n_segments=80, note=note)
    return table.assign(**ends)


def correction(groups=("US", "EU", "JP"), names=FRAMES, corrected=0.4, **columns):
    estimates = {"machine": 0.25, "hand": 0.45, "corrected": corrected}
    half = {"machine": 0.02, "hand": 0.15, "corrected": 0.06}
    rows = [
        {"group": group, "frame": frame, "statistic": statistic, "estimate": value}
        | {"low": value - half[statistic], "high": value + half[statistic], "level": 0.95}
        | {"n_labelled": np.nan if statistic == "machine" else 50, "power": 0.8, "note": ""}
        | {"n_documents": 40, "n_segments": 200}
        for group in groups
        for frame in names
        for statistic, value in estimates.items()
    ]
    return pd.DataFrame(rows).assign(**columns)


def bars(ax, colour=None, hatch=None):
    """Bars as (left, width), of one fill."""
    return [
        (patch.get_x(), patch.get_width())
        for container in ax.containers
        for patch in container
        if patch.get_hatch() == hatch
        and (colour is None or patch.get_facecolor()[:3] == pytest.approx(to_rgb(colour)))
    ]


def texts(ax, monkeypatch):
    """Every text that is drawn, with its box in pixels."""
    found, plain = [], Text.draw

    def record(self, renderer):
        if self.get_visible() and self.get_text().strip():
            found.append((self.get_text(), self.get_window_extent(renderer)))
        plain(self, renderer)

    monkeypatch.setattr(Text, "draw", record)
    ax.figure.canvas.draw()
    return found


# --- confusion ------------------------------------------------------------------------------------


def test_a_bar_is_found_and_missed_to_the_right_and_over_coded_to_the_left():
    ax = plot_confusion(confusion(found=0.3, missed=0.1, over=0.05))
    (found,) = bars(ax, pale(SIDES["EU"], 0.4))
    (over,) = bars(ax, hatch=HATCH)
    (missed,) = [one for one in bars(ax, "white") if one != over]
    assert found == pytest.approx((0, 0.3))
    assert missed == pytest.approx((0.3, 0.1))
    assert over == pytest.approx((0, -0.05))


def test_the_mark_is_the_coders_share_and_the_line_its_error():
    ax = plot_confusion(confusion(found=0.3, missed=0.1, over=0.05))
    (mark,) = [line for line in ax.lines if line.get_marker() == "s"]
    assert mark.get_xdata() == pytest.approx([0.35])
    (line,) = [
        line for line in ax.lines
        if len(line.get_xdata()) == 2 and line.get_linewidth() == 1.1
    ]  # fmt: skip
    assert line.get_xdata() == pytest.approx([0.4 - 0.05 - 0.06, 0.4 - 0.05 + 0.06])


def test_frames_that_people_coded_most_come_first():
    table = pd.concat(
        [confusion(0.1, 0.1, 0.4, "seldom"), confusion(0.2, 0.5, 0.0, "often")], ignore_index=True
    )
    labels = [label.get_text() for label in plot_confusion(table).get_yticklabels()]
    assert labels == ["often", "seldom"]
    assert len(plot_confusion(table, n=1).get_yticks()) == 1


def test_whom_errors_favour_stands_beside_the_row(errors):
    ax = plot_confusion(errors)
    said = [text.get_text() for text in ax.texts]
    assert "errors favour" in said
    assert said.count("EU, JP > US") >= 3
    assert "none clearly" in said


def test_without_tests_no_verdict_is_written():
    ax = plot_confusion(confusion())
    assert "errors favour" not in [text.get_text() for text in ax.texts]
    few = confusion().query("statistic == 'net error'")
    few = few.assign(statistic="difference in net error", group="US", reference="EU")
    few = few.assign(p_value=np.nan, q_value=np.nan, note="no p-value: sides overlap")
    ax = plot_confusion(pd.concat([confusion(), confusion(group="US"), few], ignore_index=True))
    assert "no tests: sides overlap" in words_of(ax).lines


def test_where_a_side_is_too_small_nothing_is_called_fair():
    apart = confusion().query("statistic == 'net error'")
    apart = apart.assign(statistic="difference in net error", group="US", reference="EU")
    apart = apart.assign(p_value=0.3, q_value=0.3, low=np.nan, high=np.nan)
    table = pd.concat([confusion(), confusion(group="US"), apart], ignore_index=True)
    assert "too few to say" in [text.get_text() for text in plot_confusion(table).texts]


def test_a_missing_interval_is_said_in_words_and_the_mark_is_hollow():
    few = "only 4 documents; an interval needs 6"
    ax = plot_confusion(confusion(low=np.nan, high=np.nan, note=few))
    assert words_of(ax).remarks == ["EU: no interval, only 4 documents"]
    (mark,) = [line for line in ax.lines if line.get_marker() == "s"]
    assert mark.get_markerfacecolor() == "white"


def test_one_coder_without_sides():
    table = confusion().drop(columns="group")
    ax = plot_confusion(table)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["rules"]


def test_periods_are_left_out():
    plain = confusion()
    timed = pd.concat([plain, confusion(0.9).assign(period="2021")], ignore_index=True)
    assert bars(plot_confusion(timed)) == bars(plot_confusion(plain))
    with pytest.raises(fr.InputError, match="has no rows"):
        plot_confusion(confusion().assign(period="2021"))


def test_the_scale_has_no_signs_and_ends_at_all(errors):
    ax = plot_confusion(errors)
    ax.figure.canvas.draw()
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert "10%" in labels
    assert not any(label.startswith(("-", "−")) for label in labels)
    ax = plot_confusion(confusion(0.9, 0.05, 0.02, group="Frankfurter Rundschau"))
    ax.figure.canvas.draw()
    assert ax.get_xlim()[1] > 1.2  # room for the name
    assert "100%" in [label.get_text() for label in ax.get_xticklabels()]
    assert not any(label.get_text() in ("120%", "150%") for label in ax.get_xticklabels())
    assert max(line.get_xdata()[-1] for line in ax.lines if len(line.get_xdata()) == 2) <= 1


# --- correction -----------------------------------------------------------------------------------


def test_three_readings_of_a_share():
    ax = plot_correction(correction(["EU"], ["rules"]))
    marks = [line for line in ax.lines if line.get_marker() == "s"]
    hollow, filled = sorted(marks, key=lambda line: line.get_xdata()[0])
    assert (hollow.get_xdata()[0], filled.get_xdata()[0]) == pytest.approx((0.25, 0.4))
    assert hollow.get_markerfacecolor() == "white"
    assert filled.get_markerfacecolor() == SIDES["EU"].colour
    spans = {
        round(line.get_linewidth(), 1): line.get_xdata()
        for line in ax.lines
        if len(line.get_xdata()) == 2
    }
    assert spans[4.6] == pytest.approx([0.3, 0.6])
    assert spans[1.3] == pytest.approx([0.34, 0.46])


def test_what_correction_moves_furthest_comes_first():
    table = correction()
    table.loc[(table["frame"] == "values") & (table["statistic"] == "corrected"), "estimate"] = 0.6
    labels = [label.get_text() for label in plot_correction(table).get_yticklabels()]
    assert labels[0] == "values"


def test_the_key_and_the_sides_are_named():
    ax = plot_correction(correction())
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "machine alone", "hand-coded sample alone", "corrected",
    ]  # fmt: skip
    assert {"US", "EU", "JP"} <= {text.get_text() for text in ax.texts}
    assert words_of(ax).lines == ["segments coded by hand: US 50, EU 50, JP 50"]
    assert words_of(ax).remarks[0] == "band and line: 95% intervals"


def test_no_interval_of_a_corrected_share_is_said_in_words():
    table = correction()
    few = (table["group"] == "JP") & (table["statistic"] == "corrected")
    table.loc[few, ["low", "high"]] = np.nan
    table.loc[few, "note"] = "only 3 documents coded by hand; an interval needs 6"
    ax = plot_correction(table)
    assert words_of(ax).remarks[1:] == ["JP: no interval, only 3 documents coded by hand"]


def test_a_table_without_the_machine_is_drawn_too():
    table = correction(["EU"]).query("statistic == 'corrected'")
    assert len(plot_correction(table).get_yticks()) == 3


def test_real_corrections_are_drawn():
    truth = frames({"US": 40, "EU": 40}, {"rules": 0.4, "values": 0.1}, seed=1).features
    coder = machine(truth, 0.7, 0.95, seed=2)
    labelled = fr.draw(coder, 80, strata="region", seed=3).labelled(truth)
    ax = plot_correction(fr.correction(coder, "region", labelled=labelled))
    assert len(ax.get_yticks()) == 2


# --- both -----------------------------------------------------------------------------------------

BOTH = [(plot_confusion, confusion()), (plot_correction, correction())]


@pytest.mark.parametrize(("function", "table"), BOTH)
def test_axes_passed_in_are_used(function, table):
    figure, ax = plt.subplots()
    assert function(table, ax=ax) is ax
    assert figure.axes == [ax]
    plt.close(figure)


@pytest.mark.parametrize(
    ("function", "maker"), [(plot_confusion, "bias"), (plot_correction, "correction")]
)
def test_a_wrong_table_names_who_makes_the_right_one(function, maker):
    with pytest.raises(fr.InputError, match=rf"no column '.*'; .* that {maker}\(\) returns"):
        function(pd.DataFrame({"wrong": [1]}))
    with pytest.raises(fr.InputError, match=rf"got a list; give it the table that {maker}\(\)"):
        function([1])
    with pytest.raises(fr.InputError, match="'statistic' holds 'share', not"):
        function(correction().assign(statistic="share"))


@pytest.mark.parametrize("function", [plot_confusion, plot_correction])
def test_long_names_of_sides_have_room(function, monkeypatch):
    name = "Frankfurter Rundschau"
    ax = function(confusion(group=name) if function is plot_confusion else correction([name]))
    (box,) = [box for text, box in texts(ax, monkeypatch) if text == name]
    assert box.x1 <= ax.get_window_extent().x1


def test_corrections_by_period_are_refused():
    twice = pd.concat([correction(period="2021"), correction(period="2022")])
    with pytest.raises(
        fr.InputError, match=r"several rows for US, security, machine; .* one period"
    ):
        plot_correction(twice)


@pytest.mark.parametrize("which", ["confusion", "correction"])
def test_ten_frames_on_three_sides_fit_half_a_page_and_texts_keep_apart(errors, which, monkeypatch):
    table = errors if which == "confusion" else correction(names=TEN)
    ax = plot_confusion(table) if which == "confusion" else plot_correction(table)
    width, height = ax.figure.get_size_inches()
    assert width <= 5.6
    assert height <= 5.0
    found = texts(ax, monkeypatch)
    canvas = ax.figure.bbox
    for i, (text, box) in enumerate(found):
        assert box.x0 >= canvas.x0 - 1, text
        assert box.x1 <= canvas.x1 + 1, text
        assert box.y0 >= canvas.y0 - 1, text
        assert box.y1 <= canvas.y1 + 1, text
        for other, beside in found[i + 1 :]:
            assert not box.padded(-2).overlaps(beside.padded(-2)), (text, other)
