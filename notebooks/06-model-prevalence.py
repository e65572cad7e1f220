# %% [markdown]
# # 6 · Model prevalence
#
# * **Question:** Who talks how much of what, and when, and how sure are we?
# * **You will learn:** to let the shares of topics depend on side and time; why shares that were
#   estimated must not be used as if they had been measured, and the method of composition by hand;
#   to say who differs, by how much and when; what must vary for an interval to be honest; how sides
#   word one topic; to put a finding through tests before you believe it.
# * **Time:** about 60 minutes, and 20 to 30 for the exercises.
# * **Needs:** [5 · Find topics](05-find-topics.ipynb); a regression with a dummy variable; the
#   intervals of [3 · How sure are we?](03-how-sure-are-we.ipynb).
# * **Data:** `leaders` (counts of words), and a toy corpus.
# * **Method and reference:** the structural topic model (Roberts, Stewart & Airoldi 2016,
#   <https://doi.org/10.1080/01621459.2016.1141684>); the method of composition (Treier & Jackman
#   2008, <https://doi.org/10.1111/j.1540-5907.2007.00308.x>); few clusters (Tipton 2015,
#   <https://doi.org/10.1037/met0000011>); discovery and estimation apart (Egami et al. 2022,
#   <https://doi.org/10.1126/sciadv.abg2652>).
#
# Run the cells from top to bottom. The first one loads everything.

# %%
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
from IPython.display import display

import framing as fr
from framing.lesson import axes, points, say
from framing.plot import looks, small_multiples

leaders = fr.load("leaders")
words = fr.count(leaders, min_documents=8)
words = words.where(words.matrix.sum(axis=1) >= 5)
SIDES = ["US", "EU", "JP"]
LOOK = looks(SIDES)


def written(row):
    """Write a difference with its interval, in points."""
    if np.isnan(row["low"]):
        return f"{points(row['estimate'])} (no interval)"
    return f"{points(row['estimate'])} ({points(row['low'])} to {points(row['high'])})"


# %% [markdown]
# ## The question
#
# Lesson 5 found topics. Now we ask **who** talks how much of them, and **when**. The answer of most
# programs is a bar for each side. We want the bar, what the words leave open about it, and what
# other speeches would have done to it. And then we shall try hard to make the finding go away.
#
# ### The data card
#
# What American, European and Japanese leaders say when they meet. An American speaks at nearly
# every event; no event has both the EU and Japan. For the US and for Japan three people speak.

# %%
about = words.segments
card = pd.DataFrame(
    {
        side: {
            "documents": here["document"].nunique(),
            "paragraphs": len(here),
            "events": here["event"].nunique(),
            "speakers": here["speaker"].nunique(),
            "most by one speaker": here.groupby("speaker")["document"].nunique().max(),
        }
        for side, here in about.groupby("region")
    }
).T.loc[SIDES]
by_year = about.groupby(["region", about["date"].dt.year])["document"].nunique().unstack()
met = pd.crosstab(about["event"], about["region"]) > 0
say(
    f"Of {len(met)} events, {met['US'].sum()} have an American, and "
    f"{(met['EU'] & met['JP']).sum()} both the EU and Japan."
)
pd.concat([card, by_year.loc[SIDES]], axis=1)

# %% [markdown]
# ## Topics that may depend on who speaks, and when
#
# A structural topic model takes a formula, as regressions do. `~ region * s(date, df=3)` says: let
# every side have its own curve over time, a smooth one with two turns at most. The model then
# *expects* more of a topic where side and date speak for it, and the words of a paragraph decide
# how far it is right.

# %%
FORMULA = "~ region * s(date, df=3)"
settings = {"n_topics": 8, "tol": 3e-5}
model = fr.topics.StructuralTopicModel(prevalence=FORMULA, **settings).fit(words)
summary = fr.topics.topic_summary(model, 8)
NAMES = {
    "topic 1": "thanks",
    "topic 2": "questions",
    "topic 3": "the Indo-Pacific",
    "topic 4": "the war on Ukraine",
    "topic 5": "Ireland",
    "topic 6": "Poland and troops",
    "topic 7": "economy, space, climate",
    "topic 8": "history and values",
}
say(
    f"{len(words.segments):,} paragraphs, {len(words.names):,} terms. Names we give, from words "
    "alone: " + "; ".join(f"{k[-1]} *{name}*" for k, name in NAMES.items()) + "."
)
fr.plot_topics(summary)

# %% [markdown]
# **What it shows.** Eight topics of diplomacy. Two are about its manners (1 and 5 in part), one is
# the sound of a press conference (2), and the others have a subject. With eight a class can keep
# them all in mind; with more they would be narrower.
#
# **What it does not show.** Frames. And the names are ours: you have not read the paragraphs.
#
# ## Shares are estimates: the method of composition
#
# In the average of many short paragraphs it seems harmless to take θ for data, and to regress it on
# the side. But lesson 5 has shown how much a short text leaves open. What was estimated has an
# error, and the regression must know of it. The **method of composition** lets it know, in the
# simplest way:
#
# 1. **draw** a θ for every text, from what is known of it;
# 2. **regress** it on the covariates, as if it were data;
# 3. do so again and again, and **pool**: the mean of the coefficients is the estimate. Its variance
#    has two parts: that *within* a draw (the textbook's), and that *between* draws.
#
# Here are 16 texts of twelve words, eight of each side, about the sea and a garden. Two hundred
# draws.

# %%
rng = np.random.default_rng(1)
side = np.repeat(["EU", "US"], 8)
sea = np.clip(np.where(side == "US", 0.6, 0.35) + rng.normal(0, 0.15, 16), 0.05, 0.95)
beta = np.array([[0.45, 0.35, 0.2, 0, 0], [0, 0, 0.2, 0.35, 0.45]])
counts = np.stack([rng.multinomial(12, p) for p in np.column_stack([sea, 1 - sea]) @ beta])
table = pd.DataFrame({"document": range(16), "region": side})
toy = fr.Features(counts, ["port", "ship", "water", "rose", "tulip"], table, kind="term")
small = fr.topics.StructuralTopicModel(2, prevalence="~ region").fit(toy, start=beta)

known = (small.eta_, small.mu_, small.sigma_)
draws = np.stack(list(fr.topics.theta_draws(*known, draws=200, seed=0)))
y = draws[:, :, 0]  # the share of the sea: 200 draws of 16 texts
X = np.column_stack([np.ones(16), side == "US"]).astype(float)
inverse = np.linalg.inv(X.T @ X)
one = inverse @ X.T @ y[0]  # least squares of the first draw
each = y @ X @ inverse
assert np.allclose(one, each[0])
pooled = each.mean(axis=0)
residual = ((y - each @ X.T) ** 2).sum(axis=1) / (16 - 2)
within = residual.mean() * inverse
# Texts are drawn apart, so that the variance of their weighted sum is known without counting:
between = (inverse @ X.T * y.var(axis=0, ddof=1)) @ X @ inverse
error = np.sqrt(np.diag(within + between))

textbook = fr.topics.effects(small, "~ region", variance="classical", draws=200)
textbook = textbook[textbook["topic"] == "topic 1"]
assert np.allclose(textbook["estimate"], pooled)
assert np.allclose(textbook["error"], error)
assert np.allclose(each.std(axis=0, ddof=1), np.sqrt(np.diag(between)), rtol=0.1)
plug_in = fr.topics.effects(small, "~ region", variance="classical", uncertainty="none")
honest = fr.topics.effects(small, "~ region", draws=200)
of_us = {
    name: found[(found["topic"] == "topic 1") & (found["coefficient"] == "region[T.US]")].iloc[0]
    for name, found in [("θ as data", plug_in), ("composition", textbook), ("robust", honest)]
}

ax = axes(4.6, 2.5)
jitter = np.random.default_rng(0).uniform(-0.15, 0.15, y.shape)
for text in range(16):
    x = (side[text] == "US") + 0.055 * (text % 8 - 3.5)
    look = LOOK[side[text]]
    ax.plot([x, x], np.quantile(y[:, text], [0.05, 0.95]), color=look.colour, lw=1)
    ax.plot(x, small.theta_[text, 0], look.marker, color=look.colour, ms=4)
for intercept, slope in each[:40]:
    ax.plot([0.22, 0.78], [intercept, intercept + slope], color="#B9B9B9", lw=0.5, zorder=0)
ax.set(xticks=[0, 1], xticklabels=["EU", "US"], ylim=(0, 1), ylabel="share of the sea")
ax.set(title="16 texts, what is known of each, and 40 regressions")
say(
    f"US − EU: the first draw gives {one[1]:.2f}, all together {pooled[1]:.2f}. Standard error: "
    f"{of_us['θ as data']['error']:.3f} if θ is taken for data; {np.sqrt(within[1, 1]):.3f} within "
    f"draws and {np.sqrt(between[1, 1]):.3f} between them, together "
    f"**{error[1]:.3f}**; and {of_us['robust']['error']:.3f} by the library's own way."
)

# %% [markdown]
# The bars hold nine tenths of the draws of each text, the grey lines are the regressions. Taken for
# data, θ gives a standard error less than half as large as the honest one: the marks scatter less
# than the truth does, since the model has drawn each of them towards what it expects of its side.
#
# That is also the fault of the textbook's formula, the one that R's `stm` has. The prior that draws
# texts of a side together was *itself* estimated from these texts; had they been others, all of
# them would have moved together. The library follows what each text did to the prior, too
# ("robust"). And it lets documents vary, or clusters of them, where the textbook takes paragraphs
# for independent.
#
# ## Who differs from whom?
#
# `prevalence_differences` gives every text every side in turn, and compares what the regression
# expects: sides at the same mix of dates. Families of tests have q-values, and *clear* means what
# it meant in lesson 2. `cluster` says what varies by chance; we take **events**, for what two
# leaders say at one table is not independent.

# %%
found = fr.topics.prevalence_differences(model, FORMULA, by="region", cluster="event")
differences = found[found["statistic"] == "difference"]
ukraine = (differences["topic"] == "topic 4") & (differences["group"] == "EU")
ukraine = differences[ukraine].set_index("reference").loc["US"]
pacific = (differences["topic"] == "topic 3") & (differences["group"] == "JP")
pacific = differences[pacific].set_index("reference").loc["US"]
clear = (differences["q_value"] < 0.05) & ((differences["low"] > 0) | (differences["high"] < 0))
say(
    f"Clear: {clear.sum()} of {differences['n_tests'].iloc[0]} differences. Two to watch:\n\n"
    f"* *the Indo-Pacific*, JP − US: **{written(pacific)}** points, q = {pacific['q_value']:.4f};\n"
    f"* *the war on Ukraine*, EU − US: **{written(ukraine)}** points, q = {ukraine['q_value']:.3f}."
)
fr.plot_effects(differences, terms=summary)

# %% [markdown]
# **What it shows.** Nearly everything differs from everything. Japan speaks of the Indo-Pacific,
# and of little else. The EU side speaks more of the war and of Poland than the US does, and the US
# more of the press conference.
#
# **What it does not show.** Why. With three sides that meet at separate tables, "Japan" is also "a
# table with Japan". We come to that.
#
# ## And when?
#
# `prevalence` predicts shares by side and year. A share cannot leave 0 to 1, and neither should its
# interval; so the regression works on the log-odds (`link="logit"` is the default here).

# %%
course = fr.topics.prevalence(model, FORMULA, by="region", over="year", cluster="event")
shown = course[course["topic"].isin(["topic 3", "topic 4"])]
timed = fr.topics.prevalence_differences(
    model, FORMULA, by="region", over="year", cluster="event"
).query("statistic == 'change'")
missing = course[course["low"].isna()].drop_duplicates(["group", "period"])
say(
    "No interval, for some topics: "
    + "; ".join(
        f"{r.group} in {r.period} ({r.note.split(': ', 1)[1]})" for r in missing.itertuples()
    )
    + f". Changes from 2021 with q below 0.05: {(timed['q_value'] < 0.05).sum()} of "
    f"{timed['n_tests'].iloc[0]}."
)
small_multiples(
    fr.plot_prevalence,
    shown,
    "topic",
    columns=2,
    share=False,
    title="The Indo-Pacific (topic 3) and the war on Ukraine (topic 4)",
    terms=summary,
)[0, 0]  # any panel shows all

# %% [markdown]
# **What it shows.** The lines are intervals of each year; the thin ones, called **bands**, hold the
# whole curve of a side. Japan stays above the others on the Indo-Pacific in every year. On the war,
# Japan stays below them. Where too few events bear on a number there is no interval: none would be
# honest.
#
# **What it does not show.** A trend: the table has no clear change. And who visits whom in a year
# decides what is talked about, whatever anybody thinks.
#
# ## What varies?
#
# The estimates stay the same whatever we let vary, and the intervals do not. Four ways: paragraphs,
# each for itself (the textbook); documents; events; speakers.

# %%
ways = {
    "paragraphs": {"variance": "classical"},
    "documents": {},
    "events": {"cluster": "event"},
    "speakers": {"cluster": "speaker"},
}
pairs = [("topic 3", "JP"), ("topic 4", "EU"), ("topic 5", "EU"), ("topic 6", "EU")]
varied = {}
for way, how in ways.items():
    rows = fr.topics.prevalence_differences(model, FORMULA, by="region", **how)
    rows = rows[(rows["statistic"] == "difference") & (rows["reference"] == "US")]
    rows = rows.set_index(["topic", "group"]).loc[pairs]
    varied[way] = rows.apply(written, axis=1)
    if way == "speakers":
        why = rows.loc[("topic 3", "JP"), "note"]
    varied[f"width, {way}"] = 100 * (rows["high"] - rows["low"])
varied = pd.DataFrame(varied)
varied.index = [f"{NAMES[topic]}, {group} − US" for topic, group in varied.index]
wide = varied.filter(like="width").rename(columns=lambda name: name.split(", ")[1])
wider = wide["documents"] / wide["paragraphs"]
of_poland = pd.Series(model.theta_[:, 5]).groupby(about["document"].to_numpy()).mean()
of_poland = of_poland.groupby(about.drop_duplicates("document").set_index("document")["speaker"])
of_poland = (
    of_poland.sum().drop(["Joe Biden", "Kamala Harris", "Antony Blinken"]).sort_values()[::-1]
)
leading = of_poland.head(3) / of_poland.sum()
say(
    f"Intervals of documents are {wider.min():.1f} to {wider.max():.1f} times as wide as those of "
    f"paragraphs. Japan, speakers: *{why}*. Of all that guests say on *Poland*: "
    + ", ".join(f"{speaker} {part:.0%}" for speaker, part in leading.items())
    + "."
)
varied[list(ways)]

# %% [markdown]
# Paragraphs of one document are alike, so that letting them vary one by one makes intervals far too
# narrow. How often either kind holds the truth is measured in
# [docs/calibration-topics.md](../docs/calibration-topics.md).
#
# Are clusters always wider? No: for *Ireland*, events give a **narrower** interval than documents
# do. Both leaders were at the same St Patrick's Day; what the day did to both cancels in the
# difference. An interval for documents does not know that.
#
# And **speakers**? On the EU side, one president has most to do with the topic of Poland. If we ask
# how *such people* speak, we have three of the US, two dozen of the EU side, and three of Japan.
# Hardly anything is left to say, and for Japan nothing at all. Say what your interval is about:
# these leaders at other such events, or other leaders.
#
# ## The same table
#
# The US speaks at every table, so compare like with like: Japan with the US *at Japan's table*, and
# the EU with the US *at Europe's*. That takes a column of our own with four seats, and a model that
# knows it.

# %%
guests = {side: set(about.loc[about["region"] == side, "event"]) for side in ["EU", "JP"]}
seat = about["region"].mask(about["region"] == "US", "US alone")
for side, events in guests.items():
    seat = seat.mask((about["region"] == "US") & about["event"].isin(events), f"US with {side}")
seated = replace(words, segments=about.assign(seat=seat)).where(seat != "US alone")
SEATS = "~ seat + s(date, df=3)"
at_table = fr.topics.StructuralTopicModel(prevalence=SEATS, **settings).fit(seated)
pairing = fr.topics.align_topics(model, at_table)
same = fr.topics.prevalence_differences(at_table, SEATS, by="seat", cluster="event")
same = same[same["statistic"] == "difference"].set_index(["topic", "group", "reference"])
partner = pairing.set_index("topic")["reference"]
tables = {
    "JP − US with JP": same.loc[(partner["topic 3"], "JP", "US with JP")],
    "JP − US with EU": same.loc[(partner["topic 3"], "JP", "US with EU")],
    "EU − US with EU": same.loc[(partner["topic 4"], "EU", "US with EU")],
}
compared = pd.DataFrame(tables).T
compared["topic"] = ["the Indo-Pacific"] * 2 + ["the war on Ukraine"]
compared["points"] = compared.apply(written, axis=1)
tiny = same.loc[(partner["topic 3"], "EU", "US with EU")]
say(
    f"The topics are the same as before (cosine {pairing['estimate'][2]:.2f} and "
    f"{pairing['estimate'][3]:.2f}). Of the Indo-Pacific, EU − US at Europe's table: "
    f"{100 * tiny['estimate']:.1f} points, q = {tiny['q_value']:.4f}."
)
compared[["topic", "points", "q_value"]].style.format("{:.3f}", subset="q_value")

# %% [markdown]
# **What it shows.** A part of the gap between Japan and the US was one of tables: where Japan sits,
# the US speaks more of the Indo-Pacific as well. But most of it stays. For the war on Ukraine,
# about two thirds of a small difference stay, and their interval barely leaves out zero.
#
# **What it does not show.** That a q near zero means something. Look at the sentence above the
# table: a difference of less than a point, beyond all doubt. Near zero a model hardly lets shares
# vary, and what does not vary is soon "clear". Read the size first.
#
# ## How sides word a topic
#
# Two sides may talk as much of the war, and in other words. A **content** model lets each side word
# each topic in its own way: `content="~ region"`. Every word of a topic gets a deviation for a
# side, which is shrunk, and set to zero where the texts do not call for it (a lasso).

# %%
worded = fr.topics.StructuralTopicModel(prevalence="~ region", content="~ region", **settings)
worded.fit(words)
every = pd.DataFrame.sparse.from_spmatrix(words.matrix, columns=words.names)
by_side = dict(list(every.groupby(about["region"].to_numpy())))
partner_c = fr.topics.align_topics(model, worded).set_index("topic")
war = partner_c.loc["topic 4", "reference"]
perspective = fr.topics.topic_terms(worded, None, "probability")
of_war = perspective[perspective["topic"] == war]
times = of_war.pivot(index="term", columns="group", values="estimate")
often = times[times[["US", "EU"]].max(axis=1).rank(ascending=False) <= 40]
ratio = (often["US"] / often["EU"]).sort_values()
say(
    f"The topic of the war (cosine {partner_c.loc['topic 4', 'estimate']:.2f} with that above). "
    "Of its forty most probable words, those most on the side of the EU: "
    + ", ".join(f"*{word}* (×{1 / r:.1f})" for word, r in ratio.head(5).items())
    + "; of the US: "
    + ", ".join(f"*{word}* (×{r:.1f})" for word, r in ratio.tail(5)[::-1].items())
    + "."
)
homes = {
    side: worded.topic_names_[worded.beta_[at][:, worded.terms_.index("NATO")].argmax()]
    for at, side in enumerate(worded.levels_)
}
share = {side: here["NATO"].sum() / here.sum().sum() for side, here in by_side.items()}
say(
    f"*NATO* is {1000 * share['EU']:.1f} of 1,000 counted words on the EU side, and "
    f"{1000 * share['US']:.1f} on the US side. Its topic: {homes['EU']} for the EU, {homes['US']} "
    "for the US."
)
fr.plot_perspectives(perspective, war, ("EU", "US"))

# %% [markdown]
# **What it shows.** The EU side says *need*, *peace* and *freedom*, the US *NATO*, *commitment* and
# *allies*. That is nearer to framing than anything above: one subject, two ways to put it.
#
# **What it does not show.** How sure that is: there are no intervals here. It is a list of places
# to look, as keyness was (lesson 2), within one topic. And beware of large numbers. *NATO* is not
# missing from European speech. In the EU's wording of these topics it has another home, so that it
# counts there; and whoever moves a word from topic to topic has moved it for one side only.
#
# ## Try to make it go away
#
# We have two findings. Before you print one, try to destroy it:
#
# * **another number of topics**, and **other events** (a bootstrap): is the topic found again, and
#   has the difference the same sign?
# * **a permutation test**: deal the sides out to the documents at random, *fit the model again*,
#   and look whether such a model finds as much. That tests the model as well: what would it make of
#   a covariate that means nothing?
# * the same **within events**: swap the sides of the two leaders at a table;
# * **a split** (Egami et al. 2022): find topics in half of the events, measure them in the other.
#   Whoever chooses topics by looking at the very texts that they then test has looked at the answer
#   first.

# %%
FINDINGS = {"the Indo-Pacific, JP − US": ("topic 3", "JP"), "the war, EU − US": ("topic 4", "EU")}
versus = about.assign(side=about["region"].replace("US", "(US)"))  # "(" sorts first: the reference
checks, halves = {}, {finding: [] for finding in FINDINGS}
for finding, (topic, group) in FINDINGS.items():
    rows = {"as it was": written(pacific if group == "JP" else ukraine)}
    for name, how in [
        ("6 and 12 topics", {"over": "n_topics", "n_topics": (6, 12)}),
        ("other events, 4 times", {"over": "documents", "runs": 4, "seed": 1}),
    ]:
        again = fr.topics.stability(
            model, effect=("~ side", f"side[T.{group}]"), cluster="event", covariates=versus, **how
        )
        told = again[again["topic"] == topic].set_index("statistic")
        least, most = told.loc["effect", ["least", "most"]]
        rows[name] = (
            f"{points(least)} to {points(most)}; clear in {told.loc['clear_again', 'estimate']:.0%}"
        )
    rows["the same table"] = written(
        tables["JP − US with JP" if group == "JP" else "EU − US with EU"]
    )
    checks[finding] = rows

simple = fr.topics.StructuralTopicModel(prevalence="~ region", **settings)
for seed in [0, 1]:
    half = fr.topics.discover_and_estimate(simple, words, cluster="event", seed=seed)
    matched = fr.topics.align_topics(model, half.model).set_index("topic")
    there = fr.topics.prevalence_differences(
        half.measured, "~ region", by="region", cluster="event"
    ).set_index(["topic", "group", "reference"])
    for finding, (topic, group) in FINDINGS.items():
        row = there.loc[(matched.loc[topic, "reference"], group, "US")]
        halves[finding].append(row["estimate"])
        checks[finding][f"the other half, split {seed + 1}"] = written(row)

dealt = fr.topics.covariate_test(model, "region", formula="~ region", replicates=39)
swapped = fr.topics.covariate_test(
    model, "region", formula="~ region", within="event", refit=False, replicates=199
)
for finding, (topic, _) in FINDINGS.items():
    for name, test in [("sides dealt out, refitted", dealt), ("sides swapped at tables", swapped)]:
        p = test.set_index("topic").loc[topic, "p_value"]
        checks[finding][name] = f"p = {p:.3f}"
halves = pd.DataFrame(halves)
display(pd.DataFrame(checks))
fr.plot_stability(again, terms=summary)

# %% [markdown]
# (The figure is about *other events*, and the difference between the EU and the US in every topic.)
#
# **What it shows.** Japan's Indo-Pacific stands. Whatever we do, it is 25 points or more above the
# US, and every check is clear. The war is another matter. The sign holds, but with another number
# of topics the difference shrinks, in one half of the events it is next to nothing, and at the same
# table it barely clears zero. One would write: *EU leaders may have spoken a little more of the war
# than the Americans beside them; whether they did hangs on choices that we made.*
#
# **What it does not show.** That permutation is wrong where it says p = 0.025 (the smallest that 39
# deals can give). It answers another question: could labels that mean *nothing* have done this, for
# any of the three sides? They could not. That says little about how large the difference between
# two of them is, and nothing about our choice of topics.
#
# ## Frames above topics, with their intervals
#
# In lesson 5 topics were put under frames. Their shares add up, and so do their differences; their
# intervals do not. Topics compete for the same words, and where one of two takes more, the other
# has less. `frames=` sums *inside each draw*, so that the interval is that of the sum. Let
# *security* be the war and the troops: topics 4 and 6. Beside it, what people and a dictionary
# found in lesson 4.

# %%
security = pd.DataFrame(
    {"security": [name in ("topic 4", "topic 6") for name in NAMES]}, dtype=float
)
both = {
    name: fr.topics.prevalence_differences(
        model, FORMULA, by="region", cluster="event", link="identity", frames=frames
    ).query("statistic == 'difference'")
    for name, frames in [("topics", None), ("frame", security)]
}
summed = both["frame"].set_index(["group", "reference"])
parts = both["topics"][both["topics"]["topic"].isin(["topic 4", "topic 6"])]
parts = parts.assign(half=(parts["high"] - parts["low"]) / 2).groupby(["group", "reference"])
assert np.allclose(summed["estimate"], parts["estimate"].sum())
summed["half"] = (summed["high"] - summed["low"]) / 2

sample = fr.Sample.load(leaders.folder / "coding/sample.json", leaders)
settled = fr.read_codes(leaders.folder / "coding/settled.csv", sample=sample)
people = sample.labelled(settled).select(["security"])
codes = fr.code(leaders, "critical-technology").select(["security"])
coded = fr.contrast(codes, by="region", labelled=people).set_index(["group", "reference"])
rows = {}
for group, reference in summed.index:
    swap = (group, reference) not in coded.index
    row = coded.loc[(reference, group) if swap else (group, reference)]
    if swap:
        row = pd.Series({"estimate": -row["estimate"], "low": -row["high"], "high": -row["low"]})
    rows[f"{group} − {reference}"] = {
        "topics 4 and 6": written(summed.loc[(group, reference)]),
        "±": 100 * summed.loc[(group, reference), "half"],
        "± added up": 100 * parts["half"].sum()[group, reference],
        "people and dictionary": written(row),
    }
framed = pd.DataFrame(rows).T
framed.style.format("{:.0f}", subset=["±", "± added up"])

# %% [markdown]
# The sums are exact (with `link="identity"`; on the scale of log-odds nearly so), and their
# intervals narrower than those of the two topics added up. Both ways of counting agree that the EU
# side speaks more of security than the US. On Japan they part: last by topics, open by people. They
# are different things. One is the part of the words that goes to two topics of war and troops; the
# other the part of paragraphs in which people found that security is *why something matters*. The
# first is cheap, and the second is the frame.
#
# ## What all of this cannot do
#
# * **Topics are taken as found.** No interval here knows that another fit, or another number, could
#   have found others. That is what the section above is for.
# * **The covariates do the drawing.** The model draws shares towards what it expects of a side. So
#   it must know what is compared, and nothing that it does not know can be compared (exercise 2).
# * **Three Japanese speakers.** About Japan's leaders in general we know nothing.
# * **No cause.** Who meets whom, and why, decides most of what is said. A difference between sides
#   here is one between occasions as well.
# * **Prevalence is not emphasis, and a topic no frame.** How much is said of the war is not how it
#   is put.
#
# ## Exercises
#
# **1 · Warm up.** Choose a topic and two sides. Write one sentence with the difference and its
# interval, for somebody who never took statistics, and one on what may vary.

# %% tags=["solution"]
chosen = differences.set_index(["topic", "group", "reference"]).loc[("topic 2", "EU", "US")]
say(
    "In an average document, the US has "
    f"{-100 * chosen['estimate']:.0f} of 100 words more in the topic *questions* than the EU side; "
    f"what we found would also fit any number from {-100 * chosen['high']:.0f} to "
    f"{-100 * chosen['low']:.0f}. That is about these leaders at other such events. It is about "
    "other leaders only if we let speakers vary, and then next to nothing can be said."
)

# %% [markdown]
# **2 · On your own.** Fit the model without `region` (`prevalence="~ s(date, df=3)"`), and compare
# the sides with it. Pair its topics with ours. How large are its differences? What does the library
# warn of?

# %% tags=["solution"]
blind = fr.topics.StructuralTopicModel(prevalence="~ s(date, df=3)", **settings).fit(words)
with warnings.catch_warnings(record=True) as heard:
    warnings.simplefilter("always")
    unseen = fr.topics.prevalence_differences(blind, FORMULA, by="region", cluster="event")
    warned = [str(one.message) for one in heard]
unseen = unseen[unseen["statistic"] == "difference"].set_index(["topic", "group", "reference"])
to_blind = fr.topics.align_topics(model, blind).set_index("topic")
of_both = {
    f"{NAMES[topic]}, {group} − US": (
        row["estimate"],
        unseen.loc[(to_blind.loc[topic, "reference"], group, "US"), "estimate"],
        to_blind.loc[topic, "estimate"],
    )
    for (topic, group, reference), row in differences.set_index(
        ["topic", "group", "reference"]
    ).iterrows()
    if reference == "US" and abs(row["estimate"]) > 0.05
}
of_both = pd.DataFrame(of_both, index=["knows the sides", "does not", "cosine"]).T
alike = of_both[of_both["cosine"] > 0.9]
part = (alike["does not"].abs() / alike["knows the sides"].abs()).mean()
say(
    f"Where topics are nearly the same (cosine above 0.9), its differences are {part:.0%} of ours "
    f"on average: it expects the same of all sides, and draws short paragraphs to it. *{warned[0]}*"
)
of_both.style.format("{:+.0%}", subset=of_both.columns[:2]).format("{:.2f}", subset="cosine")

# %% [markdown]
# **3 · Further.** A placebo: toss a coin for every *event*, and give all its paragraphs heads or
# tails. Let the coin explain prevalence (`effects` takes a table `covariates=`), 25 times, with
# paragraphs, documents and events varying. How often is p below 0.05?

# %% tags=["solution"]
rng = np.random.default_rng(2024)
events = about["event"].unique()
alarms = {way: [] for way in ["paragraphs", "documents", "events"]}
for _ in range(25):
    coin = pd.Series(rng.permutation(np.arange(len(events)) % 2), index=events)
    tossed = about.assign(coin=about["event"].map(coin).map({0: "heads", 1: "tails"}))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fr.InputWarning)  # the model was fitted without the coin
        for way, held in alarms.items():
            rows = fr.topics.effects(
                model, "~ coin", covariates=tossed, uncertainty="none", **ways[way]
            )
            held.append((rows.loc[rows["coefficient"] == "coin[T.tails]", "p_value"] < 0.05).mean())
alarms = pd.Series({way: np.mean(held) for way, held in alarms.items()}, name="false alarms")
say(
    "A test should be wrong one time in twenty. With paragraphs it is wrong many times as often. "
    "The coin was tossed for events, so that events are what varies; documents come near, as a "
    "table has few of them. Cluster by whatever the labels came by."
)
alarms.to_frame().style.format("{:.0%}")

# %% [markdown]
# ## Key points
#
# * Let prevalence depend on what you compare, or differences shrink.
# * Shares of topics are estimates. The method of composition carries their error into the answer.
# * Say what varies: paragraphs never, documents or events or speakers according to your claim.
# * Compare at the same table. Read the size before the q.
# * Report what a finding survives: other numbers of topics, other documents, dealt labels, a split.
# * Frames above topics are summed inside each draw. They remain sums of topics.
#
# Japan's leaders speak far more of the Indo-Pacific than the Americans do, whatever we try. That
# leaders of the EU side speak more of the war hangs on choices of ours. Both sentences are about
# these people, at these tables.
#
# **Next:** [7 · Track the shift](07-track-the-shift.ipynb) follows the emphasis of the three sides
# from 2021 to 2024, and asks when a change is more than noise.

# %%
# The headline numbers. If the data change, this cell fails, and the prose above is read again.
assert card["documents"].tolist() == [93, 69, 27]
assert card.loc[["US", "JP"], "speakers"].tolist() == [3, 3]
assert met["US"].mean() > 0.9
assert not (met["EU"] & met["JP"]).any()
first_words = summary.set_index("topic")["terms"].str.split(", ").str[:3].str.join(" ")
MARKS = {
    "1": "thank",
    "2": "going",
    "3": "indo-pacific",
    "4": "ukraine",
    "5": "ireland",
    "6": "poland",
}
assert all(mark in first_words[f"topic {k}"] for k, mark in MARKS.items())
assert of_us["θ as data"]["error"] < 0.5 * error[1] < 0.5 * of_us["robust"]["error"]
assert pacific["low"] > 0.15
assert pacific["q_value"] < 0.01
assert 0 < ukraine["low"] < ukraine["estimate"] < 0.1
assert ukraine["q_value"] < 0.05
assert clear.sum() > 14
assert set(missing["group"]) == {"EU"}
assert "2021" in set(missing["period"])
assert not (timed["q_value"] < 0.05).any()
japan = course[course["topic"] == "topic 3"].pivot(
    index="period", columns="group", values="estimate"
)
assert (japan["JP"] > japan[["US", "EU"]].max(axis=1) + 0.2).all()
war_course = course[course["topic"] == "topic 4"].pivot(
    index="period", columns="group", values="estimate"
)
assert (war_course["JP"] < war_course[["US", "EU"]].min(axis=1)).all()
assert (wide["documents"] > 1.3 * wide["paragraphs"]).all()
assert wide.loc["Ireland, EU − US", "events"] < 0.7 * wide.loc["Ireland, EU − US", "documents"]
assert np.isnan(wide.loc["the Indo-Pacific, JP − US", "speakers"])
assert leading.index[0] == "Andrzej Duda"
assert "degrees of freedom" in why
at_japan, at_europe, of_the_war = tables.values()
assert at_japan["low"] > 0.1
assert at_japan["estimate"] < at_europe["estimate"] - 0.1
assert of_the_war["estimate"] < 0.75 * ukraine["estimate"]
assert of_the_war["low"] < 0.01
assert abs(tiny["estimate"]) < 0.01
assert tiny["q_value"] < 0.05
assert {"NATO", "commitment"} <= set(ratio.tail(5).index)
assert {"want", "need"} <= set(ratio.head(6).index)
assert homes["EU"] != homes["US"] == war
assert abs(share["EU"] / share["US"] - 1) < 0.2
shown_checks = pd.DataFrame(checks)
least = shown_checks.loc["6 and 12 topics"].str.split(" ").str[0].astype(float)
assert least.iloc[0] >= 25
assert least.iloc[1] < 100 * ukraine["estimate"]
assert shown_checks.iloc[1:3, 0].str.endswith("100%").all()
assert halves["the war, EU − US"].min() < 0.02
assert halves["the Indo-Pacific, JP − US"].min() > 0.25
assert dealt["p_min"].max() == 1 / 40
assert summed.loc[("EU", "US"), "low"] > 0.05
assert summed.loc[("JP", "US"), "high"] < 0 < coded.loc[("US", "JP"), "high"]
assert (framed["±"] < framed["± added up"]).all()
assert coded.loc[("US", "EU"), "high"] < 0
assert chosen["high"] < -0.02
assert part < 0.95
assert len(warned) >= 1
assert alarms["paragraphs"] > 0.2
assert alarms[["documents", "events"]].max() < 0.15
