# %% [markdown]
# # 6 · Model prevalence
#
# * **Question:** Who talks how much of what, and when, and how sure are we?
# * **You will learn:** to let the prevalence of topics depend on sides and years; what the method
#   of composition does, by hand; why paragraphs are not the unit, and what changes when events are;
#   to ask a difference three hard questions: does it come back in another fit, would labels dealt
#   at random give as much, and does it hold in texts in which the topics were not found?
# * **Time:** about 60 minutes, and 20 to 30 for the exercises.
# * **Needs:** [5 · Find topics](05-find-topics.ipynb); linear regression with a category in it.
# * **Data:** `leaders`: US, EU-side and Japanese leaders who speak at common events, 2021–2024; and
#   forty made-up documents.
# * **Method and reference:** the structural topic model (Roberts, Stewart & Airoldi 2016,
#   <https://doi.org/10.1080/01621459.2016.1141684>); the method of composition (Treier & Jackman
#   2008); discovery apart from estimation (Egami et al. 2022,
#   <https://doi.org/10.1126/sciadv.abg2652>).
#
# Run the cells from top to bottom. The first one loads everything.

# %%
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import Markdown, display

import framing as fr
from framing.plot.style import STYLE
from framing.topics.draws import theta_draws

leaders = fr.load("leaders")
SIDES = ["US", "EU", "JP"]
FORMULA = "~ region + s(year)"
plt.rcParams.update(STYLE)
plt.rcParams.update({"figure.dpi": 150, "axes.titlelocation": "left", "axes.titleweight": "bold"})


def say(text):
    """Show a sentence that holds numbers computed in this notebook."""
    display(Markdown(text))


def points(row):
    """Write a difference of shares in percentage points, with its interval."""
    return f"{100 * row.estimate:+.0f} ({100 * row.low:+.0f} to {100 * row.high:+.0f})"


# %% [markdown]
# ## The question
#
# Lesson 5 found topics. Now they are to tell something: **does one side speak more of a topic than
# another, and did that change?** One could add up the shares of lesson 5 by side, as lesson 2 added
# up frames. Two things are wrong with that. The shares are guesses from short paragraphs, and a
# guess is not a fact. And topics were found without knowing who spoke, although that would have
# helped to tell them apart.
#
# The **structural topic model** mends the second: what is expected of a paragraph, before it is
# read, depends on its **covariates**, here the side and the year. The **method of composition**
# mends the first.
#
# ### The data card
#
# Leaders of three sides at the same events. Words in fewer than five documents, stop words, and
# paragraphs of fewer than ten such words are left out.

# %%
counts = fr.count(leaders, stop_words="english", min_documents=5)
counts = counts.where(counts.matrix.sum(axis=1) >= 10)
rows = counts.segments
card = pd.DataFrame(
    {
        "documents": rows.groupby("region")["document"].nunique(),
        "paragraphs": rows.groupby("region").size(),
        "events": rows.groupby("region")["event"].nunique(),
    }
).loc[SIDES]
display(card)
say(
    f"{len(counts.names):,} terms. Japan speaks in {card.loc['JP', 'documents']} documents at "
    f"{card.loc['JP', 'events']} events. Whatever is said of Japan rests on those."
)

# %% [markdown]
# ## The model
#
# `~ region + s(year)` reads: sides differ, and a smooth curve runs through the years, the same for
# all. With `*` in place of `+` every side would have a curve of its own. Japan has too
# few documents for that, so we do not ask it.

# %%
model = fr.topics.StructuralTopicModel(10, prevalence=FORMULA).fit(counts)
summary = fr.topics.topic_summary(model)
words = summary.set_index("topic")["terms"]
say(
    f"The fit took {model.n_iter_} iterations. Bars: how much of a document each topic is; words: "
    "those that are frequent in a topic and rare in others (FREX)."
)
fr.plot_topics(summary)

# %% [markdown]
# ## The method of composition, by hand
#
# The model does not know the share θ of a topic in a paragraph; it knows a **mode** and how far it
# may be off. So: draw θ from what is known, regress the draw on the covariates as if it were the
# truth, and do so again and again. The estimate is the mean over the draws. Its variance has two
# parts: that of a regression, and that of θ being a guess.
#
# Forty made-up documents, two sides, two topics. The library's `variance="classical"` is this
# textbook version, which R's stm uses.

# %%
rng = np.random.default_rng(6)
toy_side = np.repeat(["A", "B"], 20)
toy_words = rng.poisson(np.where(toy_side[:, None] == "A", [6, 4, 3, 2], [3, 3, 4, 5]))
toy = fr.Features(
    toy_words,
    ["ship", "port", "rose", "tulip"],
    pd.DataFrame({"document": np.arange(40), "side": toy_side}),
    kind="term",
)
toy_model = fr.topics.StructuralTopicModel(2, prevalence="~ side").fit(toy)

x = np.column_stack([np.ones(40), toy_side == "B"])
inverse = np.linalg.inv(x.T @ x)
drawn = np.stack(
    [theta[:, 0] for theta in theta_draws(toy_model.eta_, toy_model.mu_, toy_model.sigma_, seed=1)]
)
fits = drawn @ x @ inverse  # a row a draw: intercept and side
left = drawn - fits @ x.T
within = (left**2).sum(axis=1).mean() / (40 - 2) * inverse
between = (x @ inverse).T @ (drawn.var(axis=0, ddof=1)[:, None] * (x @ inverse))
error = np.sqrt(np.diag(within + between))

library = fr.topics.effects(toy_model, "~ side", variance="classical", seed=1)
library = library[library["topic"] == "topic 1"]
assert np.allclose(library["estimate"], fits.mean(axis=0))
assert np.allclose(library["error"], error)
guess = between[1, 1] / (within + between)[1, 1]
say(
    f"Side B has {100 * fits[:, 1].mean():+.0f} points of topic 1, give or take "
    f"{100 * error[1]:.0f}. Of the variance, {guess:.0%} come from θ being a guess. "
    f"{len(drawn)} draws; by hand and by the library the same numbers."
)

# %% [markdown]
# One thing the textbook version does not see. The model drew every guess towards what it expects of
# a side. Guesses of one side are therefore too much alike, and the residuals too small, the more so
# the shorter the texts. The library's default follows each *document* twice: by its own residual,
# and by what it did to the expectation of all others. How often either covers the truth is measured
# in [docs/calibration-topics.md](../docs/calibration-topics.md).

# %% [markdown]
# ## Who speaks more of what?
#
# `prevalence_differences` compares every two sides, at the same mix of years.

# %%
differences = fr.topics.prevalence_differences(model, FORMULA, by="region")
fr.plot_effects(differences, terms=summary)

# %%
clear = differences[differences["q_value"] < 0.05]
largest = differences.loc[differences["estimate"].abs().idxmax()]
say(
    f"{len(clear)} of {len(differences)} differences are clear (q < .05). The largest: "
    f"**{largest['topic']}** ({words[largest['topic']]}), {largest['group']} less "
    f"{largest['reference']}: {points(largest)} percentage points."
)

# %% [markdown]
# **What it shows.** Sides speak of themselves: the largest difference is a topic whose words are
# names of one side's region and partners. Few would have bet against that. Topics are what texts
# are *about*, and about whom; how that is *framed* they do not say.
#
# ## What is the unit?
#
# Three answers, from wrong to cautious. *Paragraphs* are independent (R's stm: `"classical"`).
# *Documents* are, whatever their paragraphs (the default). *Events* are: leaders at one event
# answer each other (`cluster="event"`).

# %%
readings = {
    "paragraphs": fr.topics.prevalence_differences(
        model, FORMULA, by="region", variance="classical"
    ),
    "documents": differences,
    "events": fr.topics.prevalence_differences(model, FORMULA, by="region", cluster="event"),
}
units = pd.DataFrame(
    {
        name: {
            "mean width, points": 100 * (table["high"] - table["low"]).mean(),
            "clear": int((table["q_value"] < 0.05).sum()),
        }
        for name, table in readings.items()
    }
).T
display(units.style.format({"mean width, points": "{:.1f}", "clear": "{:.0f}"}))
ratio = units.loc["documents", "mean width, points"] / units.loc["paragraphs", "mean width, points"]
say(
    f"Taking paragraphs to be independent makes intervals {ratio:.1f} times too narrow: a leader "
    "who has begun to speak of a thing goes on. Whether events or documents vary matters little "
    "here, because the sides differ *within* events."
)

# %% [markdown]
# ## And when?
#
# Prevalence by side and year. With `link="logit"` nothing predicted leaves 0 to 100 %. Thick lines
# are the intervals of single points; thin ones hold the whole curve of a side with 95 %.

# %%
curves = fr.topics.prevalence(model, FORMULA, by="region", over="year", link="logit")
moving = curves.groupby("topic")["estimate"].agg(np.ptp).idxmax()
fr.plot_prevalence(curves, topic=moving, terms=summary)

# %%
changes = fr.topics.prevalence_differences(model, FORMULA, over="year", cluster="event")
changes = changes[changes["statistic"] == "change"]
last = changes[changes["period"].str.endswith("2024")]
moved = last[last["q_value"] < 0.05]
say(
    f"From 2021 to 2024, {len(moved)} of {len(last)} topics moved clearly: "
    + "; ".join(f"{row.topic} ({words[row.topic]}) {points(row)}" for row in moved.itertuples())
    + "."
    if len(moved)
    else "From 2021 to 2024 no topic moved clearly."
)

# %% [markdown]
# **What it does not show.** The formula has no interaction, so it *makes* the sides move alike;
# that they run side by side in the figure is our doing, and no finding. And an event in the news,
# not a change of mind, can move a topic: who visits whom decides what is talked about.
#
# ## Three hard questions
#
# **First: does it come back?** Draw documents anew, fit again, match the topics, and look whether
# each is found again, and the effect with it.

# %%
again = fr.topics.stability(
    model, over="documents", runs=5, effect="region[T.US]", cluster="event", seed=2
)
fr.plot_stability(again, terms=summary)

# %%
found = again[again["statistic"] == "found_again"].set_index("topic")["estimate"]
same = again[again["statistic"] == "same_sign"].set_index("topic")["estimate"]
always = [name for name in model.topic_names_ if found[name] == 1]
say(
    f"{len(always)} of {len(model.topic_names_)} topics came back in all five fits: "
    f"{', '.join(always)}. Of the others nothing should be said with a topic's name."
)

# %% [markdown]
# **Second: would chance give as much?** Deal the sides out at random over the documents, again and
# again, and regress each time. Here the topics are kept (`refit=False`); fitting the model anew for
# each deal is slower, and stricter, since then the covariate has no hand in the topics either.

# %%
dealt = fr.topics.covariate_test(model, "region", refit=False, replicates=199)
beyond = dealt[dealt["p_family"] < 0.05]["topic"].tolist()
say(
    f"For {len(beyond)} of {len(dealt)} topics no more than 5 % of the deals had a difference as "
    f"large *in any topic*. The smallest p that {199} deals can give is "
    f"{dealt['p_min'].min():.3f}."
)

# %% [markdown]
# **Third: does it hold elsewhere?** The topics were found in the texts in which they are now
# compared, and the model knew the sides. So find topics in one half of the events, freeze them, and
# estimate in the other half.

# %%
with warnings.catch_warnings():
    warnings.simplefilter("ignore", fr.InputWarning)
    split = fr.topics.discover_and_estimate(
        fr.topics.StructuralTopicModel(10, prevalence=FORMULA), counts, cluster="event", seed=3
    )
held = split.effects[split.effects["coefficient"] == "region[T.US]"]
elsewhere = held[held["q_value"] < 0.05]
split_words = fr.topics.topic_summary(split.model).set_index("topic")["terms"]
print(split)
say(
    f"US against EU, in the half that had no say in the topics: {len(elsewhere)} of {len(held)} "
    "topics differ clearly. The widest gap: "
    + "; ".join(
        f"{row.topic} ({split_words[row.topic]}) {points(row)}"
        for row in held.reindex(held["estimate"].abs().sort_values().index[-1:]).itertuples()
    )
    + "."
)

# %% [markdown]
# ## From topics to frames
#
# A frame may need several topics. Say which, in a mapping; shares are then summed *inside each
# draw*, so that the interval is that of the sum. Which topics belong together is for a reader to
# decide, and this is one reading, from the words above: topics that name war and alliances.

# %%
WAR = {"NATO", "ukraine", "putin", "war", "alliance", "russia"}
chosen = [name for name in model.topic_names_ if WAR & set(words[name].split(", "))]
numbers = [model.topic_names_.index(name) + 1 for name in chosen]
security = pd.DataFrame({"war and alliances": [name in chosen for name in model.topic_names_]})
summed = fr.topics.prevalence_differences(
    model, FORMULA, by="region", cluster="event", frames=security.astype(float)
)
parts = readings["events"]
parts = parts[parts["topic"].isin(chosen)].groupby(["group", "reference"])["estimate"].sum()
display(summed[["frame", "group", "reference", "estimate", "low", "high", "q_value"]].round(3))
assert np.allclose(summed.set_index(["group", "reference"])["estimate"], parts)
say(
    f"Topics {', '.join(map(str, numbers))} were summed. The sum is that of the parts; the "
    "interval is not."
)

# %% [markdown]
# ## Exercises
#
# **1 · Warm up.** A difference of the figure says *EU less US*. What is it for the topic with the
# largest share of the EU, and is it clear when events vary?

# %% tags=["solution"]
shares = fr.emphasis(model.topics(), by="region")
of_eu = shares[shares["group"] == "EU"]
top = of_eu.loc[of_eu["estimate"].idxmax(), "topic"]
events = readings["events"]
row = events[
    (events["topic"] == top) & (events["group"] == "EU") & (events["reference"] == "US")
].iloc[0]
say(
    f"{top} ({words[top]}): {points(row)} points, q = {row['q_value']:.3f}: "
    f"{'clear' if row['q_value'] < 0.05 else 'not clear'}."
)

# %% [markdown]
# **2 · On your own.** Would a model that does not know the sides find the same? Fit one with
# `prevalence="~ s(year)"`, match its topics to ours by hand (the cosine of β), and compare the
# difference between the US and the EU. What does the warning say?

# %% tags=["solution"]
blind = fr.topics.StructuralTopicModel(10, prevalence="~ s(year)").fit(counts)
length = [np.linalg.norm(m.beta_, axis=1, keepdims=True) for m in (model, blind)]
cosine = (model.beta_ / length[0]) @ (blind.beta_ / length[1]).T
partner = cosine.argmax(axis=1)
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    unseen = fr.topics.effects(blind, FORMULA, cluster="event")
unseen = unseen[unseen["coefficient"] == "region[T.US]"]["estimate"].to_numpy()
seen = fr.topics.effects(model, FORMULA, cluster="event")
seen = seen[seen["coefficient"] == "region[T.US]"]["estimate"].to_numpy()
likely = cosine.max(axis=1) > 0.8
toward = np.abs(unseen[partner][likely]).mean() / np.abs(seen[likely]).mean()
say(
    f"{likely.sum()} topics have a partner. There, differences are {toward:.0%} of ours on "
    "average: a model that expects the same of both sides draws them together. The warning says "
    f"so: “{told[0].message if told else ''}”."
)

# %% [markdown]
# **3 · Further.** Let the sides word the topics in their own way (`content="~ region"`), without
# Japan, and draw the words of one topic between the US and the EU. Is that framing?

# %% tags=["solution"]
two = counts.where(rows["region"].isin(["US", "EU"]))
with warnings.catch_warnings():
    warnings.simplefilter("ignore", fr.InputWarning)  # terms that only Japan used; few iterations
    worded = fr.topics.StructuralTopicModel(
        6, prevalence="~ region", content="~ region", max_iter=30, tol=1e-4
    ).fit(two)
sided = worded.topic_terms(n=None, statistics=("probability",))
first = worded.topic_names_[int(np.nanmean(worded.theta_, axis=0).argmax())]
say(
    "Nearly: it is how two sides speak of *one* thing, which is closer to a frame than a topic is. "
    "But names and habits of speech differ too, and the model cannot tell them from framing."
)
fr.plot_perspectives(sided, topic=first, levels=["US", "EU"])

# %% [markdown]
# ## Key points
#
# * Shares of topics are guesses; the method of composition carries the guess into the interval.
# * Paragraphs of one speech are not independent. Let documents vary, or what holds documents.
# * Fit the model with the covariates that you will compare, or differences shrink.
# * A difference between topics stands only if the topics do. Report stability beside it.
# * Find topics in some texts and test them in others, where there are enough.
# * What the formula does not hold, the figure cannot show: without an interaction all move alike.
# * A topic is what is talked about. For frames, code (lesson 4).
#
# **Next:** how the emphasis changes from 2021 to 2024, with all the figures.

# %%
# The headline numbers. If the data change, this cell fails, and the prose above is read again.
assert card["documents"].sum() == len(set(rows["document"]))
assert card["documents"].idxmin() == "JP"
assert model.converged_
assert 0 < guess < 1
assert len(clear) >= len(differences) / 3
assert abs(largest["estimate"]) > 0.3
assert "JP" in (largest["group"], largest["reference"])
assert ratio > 1.3
assert units.loc["paragraphs", "clear"] >= units.loc["events", "clear"]
assert curves["low"].ge(0).all()
assert curves["high"].le(1).all()
assert 1 <= len(always) < len(model.topic_names_)
assert len(beyond) >= 3
assert len(held) == 10
assert len(chosen) >= 2
assert toward < 1
