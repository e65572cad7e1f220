"""Figures of topics: what is drawn, what is said in words, and what is refused."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from framing.errors import InputError
from framing.plot import (
    plot_effects,
    plot_perspectives,
    plot_prevalence,
    plot_search,
    plot_stability,
    plot_topics,
    small_multiples,
)
from framing.plot.effects import far_enough
from framing.plot.perspectives import packed
from framing.plot.style import GREY, NEUTRAL, SIDES
from framing.plot.words import words_of

pytestmark = pytest.mark.usefixtures("nothing_global")

TOPICS = ["topic 1", "topic 2", "topic 3"]


def summary(**columns):
    rows = {"topic": TOPICS, "terms": ["chip, fab, wafer", "rule, law", "energy, gas, pipeline"]}
    rows |= {"estimate": [0.2, 0.5, 0.3], "low": [0.1, 0.4, 0.2], "high": [0.3, 0.6, 0.4]}
    rows |= {"level": 0.95, "n_documents": 40, "n_segments": 200, "note": ""}
    return pd.DataFrame(rows | columns)


def prevalence(periods=("2021", "2022", "2023"), groups=("US", "EU"), topics=TOPICS, **columns):
    index = pd.MultiIndex.from_product(
        [topics, groups, periods], names=["topic", "group", "period"]
    )
    rows = index.to_frame(False).assign(statistic="share", level=0.95, note="")
    rows["estimate"] = 0.1 + 0.2 * np.linspace(0, 1, len(rows))
    for name, half in (("low", -0.03), ("high", 0.03), ("band_low", -0.05), ("band_high", 0.05)):
        rows[name] = rows["estimate"] + half
    return rows.assign(**columns)


def differences(**columns):
    rows = {"group": "US", "reference": "EU", "topic": TOPICS, "statistic": "difference"}
    rows |= {"estimate": [0.05, -0.1, 0.01], "low": [0.02, -0.13, -0.03]}
    rows |= {"high": [0.08, -0.07, 0.05], "q_value": [0.01, 0.001, 0.6], "level": 0.95}
    rows |= {"p_value": [0.005, 0.001, 0.6], "note": ""}
    return pd.DataFrame(rows | columns)


def wording(left, right, names=("EU", "US"), topic="topic 1"):
    parts = [
        pd.DataFrame({"group": name, "term": list(words), "estimate": list(words.values())})
        for name, words in zip(names, (left, right), strict=True)
    ]
    return pd.concat(parts).assign(topic=topic, statistic="probability")


def words(ax):
    """Texts in and around axes, by what they say."""
    return {text.get_text(): text for text in ax.texts if text.get_text()}


def drawn(figure, monkeypatch):
    """Every text that is drawn, with its box in pixels."""
    found, plain = [], Text.draw

    def record(self, renderer):
        if self.get_visible() and self.get_text().strip():
            found.append((self.get_text(), self.get_window_extent(renderer)))
        plain(self, renderer)

    monkeypatch.setattr(Text, "draw", record)
    figure.canvas.draw()
    return found


def labels(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def below(ax):
    return ax.get_xlabel().replace("\n", " ")


# --- topics ----------------------------------------------------------------------------------


def test_the_largest_topic_comes_first_with_its_terms_beside_it():
    ax = plot_topics(summary())
    assert labels(ax) == ["topic 2", "topic 3", "topic 1"]
    assert {"chip, fab, wafer", "rule, law", "energy, gas, pipeline"} <= set(words(ax))
    assert "3 topics in 200 segments of 40 documents" in words_of(ax).lines
    assert "lines: 95% intervals" in words_of(ax).lines


def test_topics_that_are_left_out_are_counted():
    assert "not shown: 2 smaller topics" in below(plot_topics(summary(), n=1))


def test_shares_without_intervals_are_said():
    few = summary(low=np.nan, high=np.nan, note="only 3 documents; an interval needs 6")
    assert "no interval, only 3 documents" in below(plot_topics(few))


def test_terms_stay_on_the_canvas(monkeypatch):
    many = summary(terms=", ".join(f"a rather long phrase {i}" for i in range(9)))
    figure = plot_topics(many).figure
    assert all(box.x1 <= figure.bbox.x1 for _, box in drawn(figure, monkeypatch))


# --- prevalence ------------------------------------------------------------------------------


def test_one_topic_has_a_curve_a_side_named_at_its_end():
    ax = plot_prevalence(prevalence(), "topic 2", terms=summary())
    assert {"US", "EU"} <= set(words(ax))
    assert words(ax)["EU"].get_color() == SIDES["EU"].ink
    assert words_of(ax).lines == ["rule, law"]
    assert "lines: 95% intervals; thin: of the whole curve" in below(ax)


def test_names_keep_apart_where_curves_end_together(monkeypatch):
    table = prevalence(groups=("US", "EU", "JP"), topics=["topic 1"], estimate=0.2)
    figure = plot_prevalence(table).figure
    boxes = {text: box for text, box in drawn(figure, monkeypatch) if text in SIDES}
    order = sorted(boxes.values(), key=lambda box: box.y0)
    assert all(one.y1 <= two.y0 + 2 for one, two in pairwise(order))


def test_a_fine_grid_in_time_has_bands_of_whole_curves():
    ax = plot_prevalence(prevalence(np.linspace(2021, 2024, 40)), "topic 1")
    assert len(ax.collections) == 2
    assert "bands: 95% of whole curves" in below(ax)
    points = prevalence(np.linspace(2021, 2024, 40)).drop(columns=["band_low", "band_high"])
    assert "bands: 95% intervals of each moment" in below(plot_prevalence(points, "topic 1"))


def test_a_side_without_intervals_is_drawn_in_outline_and_said():
    table = prevalence(topics=["topic 1"], groups=("JP",))
    few = {"low": np.nan, "high": np.nan, "note": "only 3 documents; an interval needs 6"}
    ax = plot_prevalence(table.assign(**few))
    outline = [line for line in ax.lines if line.get_markerfacecolor() == "white"]
    assert outline
    assert "no interval, for 3 documents are too few" in below(ax)


def test_prevalence_without_sides_is_drawn_in_one_neutral_curve():
    ax = plot_prevalence(prevalence(groups=("",), topics=["topic 1"]).drop(columns="group"))
    assert {line.get_color() for line in ax.lines if line.get_linestyle() != "None"} == {
        NEUTRAL.colour
    }


def test_panels_of_topics_say_that_scales_differ():
    table = prevalence()
    axes = small_multiples(plot_prevalence, table, "topic", terms=summary()).ravel()
    assert [words_of(ax).title for ax in axes] == TOPICS
    assert "scales differ" in axes[0].figure.get_supxlabel()
    same = small_multiples(plot_prevalence, table, "topic", top=0.5).ravel()
    assert {ax.get_ylim() for ax in same} == {(0.0, 0.5)}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (prevalence(), "topic must be one of 'topic 1'"),
        (prevalence().drop(columns="period"), r"no column 'period'; .* prevalence\(\)"),
        (pd.concat([prevalence()] * 2), "several rows for US, 2021"),
    ],
)
def test_a_table_that_is_not_one_prevalence_is_refused(table, message):
    with pytest.raises(InputError, match=message):
        plot_prevalence(table, "topic 1" if "several" in message else None)


# --- effects ---------------------------------------------------------------------------------


def test_clear_differences_are_filled_in_the_colour_of_the_side_with_more():
    ax = plot_effects(differences(), terms=summary())
    assert labels(ax)[0] == "topic 2: rule, law"
    marks = [line for line in ax.lines if len(line.get_xdata()) == 1]
    faces = {line.get_xdata()[0]: line.get_markerfacecolor() for line in marks}
    assert faces == {0.05: SIDES["US"].colour, -0.1: SIDES["EU"].colour, 0.01: "white"}
    assert {"← EU more", "US more →"} <= set(words(ax))


def test_every_pair_of_sides_has_its_section():
    both = pd.concat([differences(), differences(reference="JP")])
    ax = plot_effects(both)
    assert labels(ax) == ["topic 2", "topic 1", "topic 3"] * 2
    assert {"US against EU", "US against JP"} <= set(words(ax))


def test_curves_and_intercepts_are_no_effects():
    columns = ["Intercept", "region[T.US]", "s(year)[1]", "region[T.US]:s(year)[1]"]
    parts = [differences(coefficient=name).drop(columns="reference") for name in columns]
    table = pd.concat(parts).assign(statistic="coefficient")
    ax = plot_effects(table)
    assert labels(ax) == ["topic 2", "topic 1", "topic 3"]
    assert words_of(ax).lines == ["region: US"]
    assert "not drawn: coefficients of curves" in below(ax)
    with pytest.raises(InputError, match="intercepts and curves only"):
        plot_effects(table[table["coefficient"] != "region[T.US]"])


def test_what_lies_beyond_the_scale_is_written_at_the_edge():
    far = differences(
        estimate=[0.05, -0.9, 0.01], low=[0.02, -0.95, -0.03], high=[0.08, -0.8, 0.05]
    )
    assert far_enough(far) == pytest.approx(1.05 * 0.08)
    ax = plot_effects(far)
    assert words(ax)["← −90 (−95 to −80)"].get_fontweight() == "bold"
    assert "filled, or bold at the edge: clear" in below(ax)


def test_effects_on_log_odds_are_not_called_points():
    table = differences(statistic="log-odds coefficient", coefficient="year")
    ax = plot_effects(table.drop(columns="reference"))
    assert "difference of log-odds" in below(ax)


def test_differences_of_several_periods_are_refused():
    with pytest.raises(InputError, match="keep one period and statistic"):
        plot_effects(pd.concat([differences(period="2021"), differences(period="2022")]))


def test_topics_without_an_interval_are_in_outline_and_said():
    few = differences(low=np.nan, high=np.nan, note="no interval: only 5 documents")
    ax = plot_effects(few)
    assert "US against EU: no interval, only 5 documents" in below(ax)
    some = differences(low=[0.02, np.nan, -0.03], note=["", "no interval: it rests on one", ""])
    assert "topic 2: no interval, it rests on one" in below(plot_effects(some))


def test_of_differences_those_of_all_periods_together_are_drawn():
    parts = [differences(period=period) for period in ("2021–2022", "2021", "2022")]
    table = pd.concat([*parts, differences(statistic="difference in change")])
    assert labels(plot_effects(table)) == ["topic 2", "topic 1", "topic 3"]


# --- perspectives ----------------------------------------------------------------------------

LEFT = {"rule": 0.4, "law": 0.3, "chip": 0.1, "state": 0.2}
RIGHT = {"rule": 0.1, "law": 0.3, "chip": 0.4, "state": 0.2}


def test_words_lie_towards_the_side_that_uses_them_more():
    ax = plot_perspectives(wording(LEFT, RIGHT))
    found = words(ax)
    assert found["rule"].get_position()[0] == pytest.approx(-2)  # a quarter: two halvings
    assert found["chip"].get_position()[0] == pytest.approx(2)
    assert found["law"].get_position()[0] == 0
    assert found["rule"].get_color() == SIDES["EU"].ink
    assert found["law"].get_color() == GREY
    assert "no intervals" in below(ax)


def test_words_are_larger_the_more_probable():
    found = words(plot_perspectives(wording({"a": 0.8, "b": 0.2}, {"a": 0.8, "b": 0.2})))
    assert found["a"].get_fontsize() > found["b"].get_fontsize()


def test_words_do_not_overlap(monkeypatch):
    rng = np.random.default_rng(0)
    names = [f"word{i}" for i in range(60)]
    left, right = (dict(zip(names, rng.dirichlet(np.ones(60)), strict=True)) for _ in range(2))
    for ax in (None, plt.figure(figsize=(5, 4)).add_subplot()):
        figure = plot_perspectives(wording(left, right), ax=ax, n=60).figure
        boxes = [box for text, box in drawn(figure, monkeypatch) if text.startswith("word")]
        assert len(boxes) > 20
        for i, one in enumerate(boxes):
            for two in boxes[i + 1 :]:
                wide = min(one.x1, two.x1) - max(one.x0, two.x0)
                assert wide < 1 or min(one.y1, two.y1) - max(one.y0, two.y0) < 1
        monkeypatch.undo()
    plt.close("all")


def test_words_without_room_are_counted():
    names = {f"word{i}": 1 / 40 for i in range(40)}
    figure, ax = plt.subplots(figsize=(4, 2.5))
    plot_perspectives(wording(names, names), ax=ax, n=40)
    left_out = 40 - sum(text.get_text().startswith("word") for text in ax.texts)
    assert left_out > 0
    assert f"for lack of room: {left_out} less probable words" in below(ax)
    plt.close(figure)


def test_a_word_that_is_all_of_one_side_stands_at_the_edge():
    ax = plot_perspectives(wording({"a": 0.999, "b": 0.001}, {"a": 0.5, "b": 0.5}))
    assert words(ax)["b"].get_position()[0] == 3
    ax.figure.draw_without_rendering()
    assert [text.get_text() for text in ax.get_xticklabels()][-1] == "×8 or more"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"levels": ("EU", "JP")}, "level must be one of 'EU', 'US'; got 'JP'"),
        ({"levels": ("EU", "EU")}, "name two levels"),
        ({"topic": "topic 9"}, "topic must be one of 'topic 1'; got 'topic 9'"),
    ],
)
def test_levels_and_topics_that_are_not_there_are_refused(settings, message):
    with pytest.raises(InputError, match=message):
        plot_perspectives(wording(LEFT, RIGHT), **settings)


def test_three_sides_need_a_choice_of_two():
    table = pd.concat([wording(LEFT, RIGHT), wording(LEFT, RIGHT, ("JP", "CN"))])
    with pytest.raises(InputError, match=r"levels=\('EU', …\); the table has 'EU', 'US', 'JP'"):
        plot_perspectives(table)


def test_topics_without_levels_have_no_perspectives():
    with pytest.raises(InputError, match=r"no column 'group'; .* topic_terms\(\)"):
        plot_perspectives(wording(LEFT, RIGHT).drop(columns="group"))


def test_boxes_without_room_have_no_place():
    zero, two = np.zeros(3), np.full(3, 2.0)
    assert packed(zero, two, two, 3.0).tolist() == [0.0, 2.0, -2.0]
    assert np.isnan(packed(zero, two, two, 1.0)).tolist() == [False, True, True]


# --- search and stability --------------------------------------------------------------------


def search(**columns):
    rows = [
        {"n_topics": k, "statistic": name, "estimate": value / k, "level": np.nan, "note": ""}
        for k in (5, 10, 20)
        for name, value in {
            "heldout_score": -34.0,
            "semantic_coherence": -500.0,
            "exclusivity": 45.0,
            "residual_dispersion": 15.0,
            "iterations": 30.0,
        }.items()
    ]
    return pd.DataFrame(rows).assign(**columns)


def test_a_search_has_a_panel_a_statistic_over_the_same_numbers():
    axes = plot_search(search())
    assert [words_of(ax).title for ax in axes.ravel()] == [
        "Held-out likelihood", "Semantic coherence", "Exclusivity", "Residual dispersion",
    ]  # fmt: skip
    assert len({ax.get_xlim() for ax in axes.ravel()}) == 1
    assert "none of these decides by itself" in axes[0, 0].figure.get_supxlabel()


def test_what_a_search_could_not_measure_is_said():
    table = search()
    blank = (table["statistic"] == "residual_dispersion") & (table["n_topics"] == 20)
    table.loc[blank, ["estimate", "note"]] = [np.nan, "degrees of freedom are below nought"]
    ax = plot_search(table).ravel()[-1]
    assert "20 topics: none (degrees of freedom are below nought)" in below(ax)


def test_several_fits_of_a_number_are_dots_about_their_mean():
    many = pd.concat([search(), search().assign(estimate=lambda rows: rows["estimate"] + 1)])
    dots, line = plot_search(many).ravel()[0].lines[:2]
    assert len(dots.get_xdata()) == 6
    assert line.get_ydata() == pytest.approx([-34 / k + 0.5 for k in (5, 10, 20)])


def likeness(**columns):
    parts = {"similarity": [0.7, 0.95, 0.9], "found_again": [0.5, 1.0, 0.75]}
    rows = [
        pd.DataFrame({"topic": TOPICS, "statistic": name, "estimate": values, "n_runs": 4})
        for name, values in parts.items()
    ]
    table = pd.concat(rows, ignore_index=True)
    alike = table["statistic"] == "similarity"
    table["least"] = (table["estimate"] - 0.05).where(alike)
    table["most"] = (table["estimate"] + 0.03).where(alike)
    return table.assign(unit="seed", note="", **columns)


def test_topics_that_come_back_are_filled_and_the_surest_come_first():
    ax = plot_stability(likeness(), terms=summary())
    assert labels(ax) == [
        "topic 2: rule, law",
        "topic 3: energy, gas, pipeline",
        "topic 1: chip, fab, wafer",
    ]
    faces = [line.get_markerfacecolor() for line in ax.lines if len(line.get_xdata()) == 1]
    assert faces == [NEUTRAL.colour, "white", "white"]
    assert {"4 of 4", "3 of 4", "2 of 4"} <= set(words(ax))
    assert words_of(ax).lines == ["4 refits from other starts"]
    assert "a range and no interval" in below(ax)


def test_the_stability_of_an_effect_stands_beside_that_of_its_topic():
    own = likeness()[likeness()["statistic"] == "found_again"]
    parts = [own.assign(statistic=name, estimate=1.0) for name in ("same_sign", "clear_again")]
    ax = plot_stability(pd.concat([likeness(), *parts, own.head(1).assign(topic="all topics")]))
    assert {"effect:\nsame sign", "effect:\nclear"} <= set(words(ax))
    assert len(labels(ax)) == 3


def test_a_topic_without_a_partner_is_said_to_be_never_there():
    table = likeness()
    lost = table["topic"] == "topic 1"
    table.loc[lost, ["estimate", "least", "most"]] = [0.0, np.nan, np.nan]
    table.loc[lost & (table["statistic"] == "similarity"), "estimate"] = np.nan
    assert "never" in words(plot_stability(table))


def test_numbers_are_written_on_every_panel_whose_scale_is_its_own():
    table = prevalence(topics=["topic 1", "topic 2"], estimate=0.2, low=0.15, high=0.25)
    table = table.drop(columns=["band_low", "band_high"])
    table.loc[table["topic"] == "topic 2", "high"] = 0.26
    own = small_multiples(plot_prevalence, table, "topic").ravel()
    assert [ax.yaxis.get_tick_params()["labelleft"] for ax in own] == [True, True]
    same = small_multiples(plot_prevalence, table, "topic", top=0.3).ravel()
    assert [ax.yaxis.get_tick_params()["labelleft"] for ax in same] == [True, False]


# --- all of them -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plot", "table", "maker"),
    [
        (plot_topics, summary(), "topic_summary"),
        (plot_prevalence, prevalence(topics=["topic 1"]), "prevalence"),
        (plot_effects, differences(), "effects"),
        (plot_perspectives, wording(LEFT, RIGHT), "topic_terms"),
        (plot_stability, likeness(), "stability"),
    ],
)
def test_axes_passed_in_are_used_and_wrong_tables_refused(plot, table, maker):
    figure, ax = plt.subplots()
    assert plot(table, ax=ax) is ax
    plt.close(figure)
    assert plot(table)._repr_png_().startswith(b"\x89PNG")
    with pytest.raises(
        InputError, match=rf"got a list; give it the table that {maker}\(\) returns"
    ):
        plot([1])
    with pytest.raises(InputError, match=rf"has no column .*{maker}\(\) returns"):
        plot(pd.DataFrame({"topic": [1]}))
    with pytest.raises(InputError, match="has no rows"):
        plot(table.iloc[:0])
