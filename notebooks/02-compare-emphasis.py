# %% [markdown]
# # 2 · Compare emphasis
#
# * **Question:** Which aspects of critical technologies do American, European and Japanese
#   publishers put forward, and which differences between them can we be sure of?
# * **You will learn:** to compute a share in which every document counts once; to read an
#   interval, a p-value and a q-value; to compare like with like; to say what is clear, what is
#   similar and what stays open; to recognise two traps, a lopsided choice of subjects and
#   paragraphs taken for independent evidence.
# * **Time:** about 60 minutes, and 20 to 30 for the exercises.
# * **Needs:** [1 · Meet the corpus](01-meet-the-corpus.ipynb); averages and percentages.
# * **Data:** `openings` (hand codes of article openings) and `leaders` (counts of words).
# * **Method and reference:** emphasis framing (Entman 1993,
#   <https://doi.org/10.1111/j.1460-2466.1993.tb01304.x>); score intervals (Wilson 1927); false
#   discovery rate (Benjamini & Hochberg 1995); Fightin' Words (Monroe, Colaresi & Quinn 2008,
#   <https://doi.org/10.1093/pan/mpn018>).
#
# Run the cells from top to bottom. The first one loads everything.

# %%
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
from IPython.display import display
from scipy import stats

import framing as fr
from framing.inference import score_interval
from framing.lesson import points, say

openings, leaders = fr.load("openings"), fr.load("leaders")
frames = fr.code(openings)  # the hand codes: which frames each opening uses
SIDES = ["US", "EU", "JP"]


# %% [markdown]
# ## The question
#
# To **frame** an issue is to choose some aspects of it and to make them more prominent than
# others. A chip factory can be told as a matter of national security, of jobs, of rules or of
# friendship among allies. None of these need be false. What differs is the *emphasis*, and
# emphasis can be counted: in what share of its articles does a side put forward this aspect?
#
# ### The data card
#
# `openings` holds codes for the openings of articles on critical technologies and supply chains,
# by publishers at home in the US, the EU and Japan. Each was read once and coded for ten frames:
# 1 if the opening uses this aspect to say why the issue matters or what should be done, else 0.
# An opening can use several frames or none. The articles were found with queries, in English. Its
# card, `corpus/openings/README.md`, says more.

# %%
codebook = fr.Codebook.load("critical-technology")
side_of = frames.segments["region"]
say(
    "Openings coded: "
    + ", ".join(f"**{side}** {(side_of == side).sum()}" for side in SIDES)
    + f". Frames in an opening, on average: {frames.matrix.sum() / len(frames):.1f}."
)
definitions = codebook.to_frame()[["frame", "definition"]]
definitions.style.hide(axis="index").set_properties(**{"text-align": "left"})

# %% [markdown]
# ## A share, by hand
#
# Suppose Japan had three documents: a *report* of eight paragraphs, six of which use the frame
# *rules*, and two short pieces of one paragraph each which do not. What share of what Japan says
# is about rules? There are two answers.
#
# * Throw all paragraphs into one bag: 6 of 10, or 60%. The report alone decides.
# * Take the share within each document, then the average of the documents: (6/8 + 0 + 0) / 3 =
#   25%.
#
# Both are right answers, to different questions. The second asks what a *document* by this side
# is like. It is the library's default, because the long documents of a corpus are long for
# reasons of their own (a report, a transcript), and because documents are what was collected.
# `weights="segment"` gives the first.

# %%
toy = pd.DataFrame(
    {
        "document": ["report"] * 8 + ["brief", "note"],
        "region": "JP",
        "rules": [1, 1, 1, 1, 1, 1, 0, 0, 0, 0],
    }
)
in_one_bag = toy["rules"].mean()
documents_once = toy.groupby("document")["rules"].mean().mean()

toy_frames = fr.Features(toy[["rules"]], ["rules"], toy[["document", "region"]], kind="frame")
bag = fr.emphasis(toy_frames, by="region", weights="segment")
once = fr.emphasis(toy_frames, by="region")
assert np.isclose(in_one_bag, 0.60)
assert np.isclose(documents_once, 0.25)
assert np.isclose(bag["estimate"].item(), in_one_bag)
assert np.isclose(once["estimate"].item(), documents_once)
once[["group", "frame", "n", "estimate", "low", "high", "n_documents", "n_segments", "note"]]

# %% [markdown]
# Look at *low* and *high*: they are empty, and *note* says why. Three documents are too few to
# say how far the share might be off, so the library says nothing rather than something that looks
# known.
#
# ## An interval, by hand
#
# If 6 of 20 documents use a frame, the share is 30%. Had we happened to collect 20 others of the
# same kind, it would have been a little different. An **interval** says how different: the values
# that would not make our 6 of 20 surprising. The textbook formula, $p \pm t\sqrt{p(1-p)/n}$,
# breaks down at the edges: for 0 of 20 it gives an interval of no width at all, as if we knew
# that nobody *ever* uses the frame. Wilson's does not. It asks which true shares $\pi$ fit what
# we saw, $(p-\pi)^2 = t^2\,\pi(1-\pi)/n$, and solves for $\pi$:
#
# $$
# \frac{p + \frac{t^2}{2n} \;\pm\; t\sqrt{\frac{p(1-p)}{n} + \frac{t^2}{4n^2}}}
# {1 + \frac{t^2}{n}}
# $$
#
# where $t$ is about 2 (for 95%, and a little more when there are few documents).

# %%
n = 20
t = stats.t.ppf(0.975, n - 1)
lines = []
for k in [0, 1, 6, 10, 20]:
    p = k / n
    textbook = t * np.sqrt(p * (1 - p) / n)
    half = t * np.sqrt(p * (1 - p) / n + t**2 / (4 * n**2)) / (1 + t**2 / n)
    middle = (p + t**2 / (2 * n)) / (1 + t**2 / n)
    lines.append([k, p, p - textbook, p + textbook, middle - half, middle + half])
columns = ["of 20", "share", "textbook low", "textbook high", "Wilson low", "Wilson high"]
by_hand = pd.DataFrame(lines, columns=columns)

low, high = score_interval(by_hand["share"].to_numpy(), np.full(5, 1.0 * n), n - 1, 0.95)
assert np.allclose(by_hand["Wilson low"], low)
assert np.allclose(by_hand["Wilson high"], high)

# The whole way through the library: 20 documents of one segment, 6 with the frame.
twenty = pd.DataFrame({"document": range(n), "region": "JP"})
six = fr.Features(np.repeat([[1], [0]], [6, 14], axis=0), ["rules"], twenty, kind="frame")
whole = fr.emphasis(six, by="region").iloc[0]
assert np.allclose([whole["low"], whole["high"]], by_hand.loc[2, columns[4:]], atol=0.015)
by_hand.style.format("{:.0%}", subset=columns[1:]).hide(axis="index")

# %% [markdown]
# In the real computation a document may have many paragraphs that resemble each other, so $n$ is
# not simply the number of paragraphs. The library looks at how much the *documents* of a side
# differ from each other, works out how far their average would move with other documents of the
# same kind, and puts into Wilson's formula the number of independent observations that would move
# as much. With one segment a document, as here and in `openings`, that is about the number of
# documents. [Lesson 3](03-how-sure-are-we.ipynb) does it by hand.
#
# ## The shares
#
# Now the real data. Every opening is one segment, so each counts once.

# %%
shares = fr.emphasis(frames, by="region")
contrasts = fr.contrast(frames, by="region")
written = shares.assign(
    text=[f"{r.estimate:.0%} ({r.low:.0%}–{r.high:.0%})" for r in shares.itertuples()]
).pivot(index="frame", columns="group", values="text")
display(written.loc[list(codebook.names), SIDES])
fr.plot_emphasis(shares, contrasts=contrasts)

# %% [markdown]
# **What it shows.** A shared core (security and competition are put forward by all), and some
# gaps that are hard to overlook: *dependence* and *rules* in European openings, *domestic*
# politics hardly ever there.
#
# **What it does not show.** How often the sides use a frame in general. These are shares of
# *these openings*, found by *these queries*. And do not judge a difference by whether two
# intervals overlap: two intervals can overlap although the difference is clear. The difference
# has an interval of its own.
#
# ## A difference, by hand
#
# Suppose 6 of 8 Japanese documents use a frame and 2 of 8 European ones: a difference of 50
# percentage points. Could it be luck? Imagine that the side made no difference at all. Then the
# labels JP and EU might as well have been dealt out like cards. So deal them out, in all possible
# ways, and count how often the difference is as large as the one we saw, in either direction.
# That share is the **p-value**.

# %%
used = np.array([1] * 6 + [0] * 2 + [1] * 2 + [0] * 6)  # eight JP documents, then eight EU ones
observed = used[:8].mean() - used[8:].mean()
deals = [used[list(chosen)].sum() for chosen in combinations(range(16), 8)]
differences = np.array([k / 8 - (used.sum() - k) / 8 for k in deals])
as_large = np.abs(differences) >= observed - 1e-12
exact = as_large.mean()

sixteen = pd.DataFrame({"document": range(16), "region": ["JP"] * 8 + ["EU"] * 8})
cards = fr.contrast(
    fr.Features(used[:, None], ["rules"], sixteen, kind="frame"), by="region", replicates=20_000
).iloc[0]
assert np.isclose(abs(cards["estimate"]), observed)
assert np.isclose(cards["p_value"], exact)
assert cards["test"] == "exact permutation"
say(
    f"{len(deals):,} ways to deal; in {as_large.sum():,} of them the difference is "
    f"{100 * observed:.0f} points or more: **p = {exact:.2f}**. (The library says the same. It "
    f"takes EU less JP, {points(cards['estimate'])} points; interval {points(cards['low'])} to "
    f"{points(cards['high'])}.)"
)

# %% [markdown]
# Three quarters against one quarter, and still more than one deal in ten does as well. Small
# samples produce large differences all the time. (With more documents there are too many ways to
# deal; then the library deals 10,000 times at random, or as often as `replicates=` says.)
#
# ## Many differences at once
#
# Ten frames and three pairs of sides make a **family** of 30 differences. If the sides did not
# differ at all, a p-value below 0.05 would still turn up in one of 20, so once or twice in this
# table. Reporting those and keeping quiet about the rest is the commonest way to find something
# in nothing.
#
# The **q-value** (Benjamini & Hochberg) corrects for it. Sort the p-values from small to large;
# multiply the one of rank $r$ by $m/r$, with $m = 30$; and let no q-value be larger than the next
# one down the list. If we call everything with $q < 0.05$ a difference, then at most about 5% of
# what we call so is false, in the long run.

# %%
p_values = contrasts["p_value"].to_numpy()
m = len(p_values)
order = np.argsort(p_values, kind="stable")
scaled = p_values[order] * m / np.arange(1, m + 1)
q_values = np.empty(m)
q_values[order] = np.minimum.accumulate(scaled[::-1])[::-1]
assert m == 30
assert np.allclose(q_values, contrasts["q_value"])

lowest = contrasts.iloc[order[:9]][
    ["group", "reference", "frame", "estimate", "p_value", "q_value"]
]
between = ((p_values < 0.05) & (q_values >= 0.05)).sum()
say(
    f"p below 0.05: **{(p_values < 0.05).sum()}** of {m}, where chance alone would give "
    f"{0.05 * m:.1f} on average. q below 0.05: **{(q_values < 0.05).sum()}**. The other "
    f"{between} would have passed, had we looked at each alone. The first of the list:"
)
lowest.style.format(points, subset="estimate").format("{:.3f}", subset=["p_value", "q_value"])

# %% [markdown]
# ## Three verdicts, not two
#
# "Not significant" is often read as "no difference". It is not the same. We use three verdicts:
#
# * **clear**: $q < 0.05$, and the interval leaves out zero. The table says who has more;
# * **similar**: not clear, *and* the whole interval lies within 15 percentage points either way.
#   Any difference there may be is not a large one. (Fifteen is a choice; say yours before you
#   look.)
# * **open**: the interval is too wide to say either.

# %%
MARGIN = 0.15


def verdict(row):
    """Say what a difference and its interval allow to be said."""
    if row["q_value"] < 0.05 and not row["low"] <= 0 <= row["high"]:
        more, less = row["group"], row["reference"]
        return f"{more} > {less}" if row["estimate"] > 0 else f"{less} > {more}"
    return "similar" if max(-row["low"], row["high"]) <= MARGIN else "open"


def table_of(differences):
    """Give a verdict on every frame (rows) and pair of sides (columns)."""
    named = differences.assign(
        pair=differences["group"] + " and " + differences["reference"],
        verdict=differences.apply(verdict, axis=1),
    )
    wide = named.pivot(index="frame", columns="pair", values="verdict")
    return wide.loc[list(codebook.names), ["US and EU", "US and JP", "EU and JP"]]


plain = table_of(contrasts)
display(plain)
fr.plot_contrast(contrasts[(contrasts["group"] == "US") & (contrasts["reference"] == "EU")])

# %% [markdown]
# **Differs clearly.** European openings speak more of *dependence* than those of either other
# side, and more of *rules* and less of *domestic* politics than American ones.
#
# **Does not differ much.** *Competition* and *values*: the US and the EU, and the US and Japan,
# are alike to within 15 points. That is a finding, and a less boring one than it sounds, if one
# has read that Europe regulates while America competes.
#
# **Cannot be said.** Everything marked *open*. There were too few openings, above all Japanese
# ones, to tell a small difference from a middling one. Some of these have a small p, such as
# *rules* in the EU and Japan. They may be real, but do not build a thesis on them.
#
# ## Is it the side, or the subject?
#
# There is a catch. The queries fetched different subjects for the three sides. If European
# openings are more often about digital regulation, and openings about digital regulation speak
# more of rules wherever they come from, then *rules* would be more frequent in Europe even if
# everybody wrote in the same way about each subject. The side is **confounded** with the topic.
#
# The remedy is to compare like with like: the share of a frame within each topic, and then an
# average over topics with the *same* weights for every side. Here it is by hand for *dependence*.

# %%
coded = frames.segments.assign(dependence=frames.select(["dependence"]).matrix.toarray()[:, 0])
mix = pd.crosstab(coded["topic"], coded["region"], normalize="columns")[SIDES]
in_topic = coded.pivot_table("dependence", index="topic", columns="region")[SIDES]
weight = coded["topic"].value_counts(normalize=True).rename("weight of the topic")
like_with_like = in_topic.mul(weight, axis=0).sum()

library = fr.emphasis(frames.select(["dependence"]), by="region", within="topic")
assert np.allclose(library.set_index("group")["estimate"][SIDES], like_with_like)

parts = {"mix of topics": mix, "dependence in the topic": in_topic, "": weight.to_frame()}
display(pd.concat(parts, axis=1).style.format("{:.0%}"))
raw = coded.groupby("region")["dependence"].mean()
say(
    "Share of *dependence*, as found and (after the arrow) compared like with like: "
    + ", ".join(f"{side} {raw[side]:.0%} → {like_with_like[side]:.0%}" for side in SIDES)
    + "."
)

# %% [markdown]
# The mixes do differ. `within="topic"` does for every frame what we just did for one, and deals
# out the labels within topics only. A third reading goes further and keeps only the openings
# found by the five lists of queries that were put alike for all sides. It is the cleanest
# comparison and the weakest, because few openings are left. Now the three side by side, for the
# US and the EU:

# %%
within = fr.contrast(frames, by="region", within="topic")
shared = "semiconductors ai minerals-batteries controls-security digital-quantum".split()
alike = frames.where(frames.segments["list"].isin(shared))
on_shared = fr.contrast(alike, by="region")

readings = pd.concat(
    [
        contrasts,
        within.assign(statistic="difference within topic"),
        on_shared.assign(statistic="difference on shared lists"),
    ]
)
pair = (readings["group"] == "US") & (readings["reference"] == "EU")
held = (contrasts["q_value"] < 0.05) & (within["q_value"] < 0.05)
names = [f"*{r.frame}* ({r.group} and {r.reference})" for r in contrasts[held].itertuples()]
say(f"Clear in the plain comparison **and** within topic: {', '.join(names)}.")
clear = (on_shared["q_value"] < 0.05).sum()
say(f"The shared lists leave {len(alike)} openings. Clear differences among them: {clear}.")
display(table_of(within))
fr.plot_contrast(readings[pair])

# %% [markdown]
# **What it shows.** The European emphasis on *dependence* does not come from the mix of topics:
# within topics it is as large as before. So are *rules* and (the other way round) *domestic*
# between the US and the EU. All three keep their direction on the shared lists, where no single
# difference is clear any more.
#
# **What it does not show.** That nothing else hides behind the side. Publishers also differ in
# kind (think-tanks, newspapers, governments), and *domestic* is the code on which a first and a
# second reading agreed least (see the card of the corpus). Look also at *security*: more in the
# US than in the EU within topics, and the other way round on the shared lists. A difference that
# turns with the way of looking is not to be reported as a finding.
#
# ## The trap of many paragraphs
#
# Why all the fuss about documents? Because counting paragraphs is so tempting: there are many
# more of them, and intervals get so much narrower. `leaders` shows what is wrong with that. A
# speech about Ukraine may have thirty paragraphs about Ukraine. These are not thirty pieces of
# evidence about the speaker's side; they are more like one.
#
# We let the codebook find frames by their words, count every paragraph once, and compare the US
# with Japan twice: once as if we might have had other documents, once as if only the paragraphs
# within the documents that we have could have been others. (How far such a coder can be trusted
# is a question of its own. Here it serves to compare intervals, in percentage points.)

# %%
spoken = fr.code(leaders, codebook)
two = ["US", "JP"]
by_unit = {}
for unit in ["document", "segment"]:
    found = fr.contrast(spoken, by="region", levels=two, weights="segment", unit=unit)
    by_unit[unit] = found.set_index("frame")
width = {unit: table["high"] - table["low"] for unit, table in by_unit.items()}
narrower = width["segment"] / width["document"]
beyond = {unit: ((table["low"] > 0) | (table["high"] < 0)).sum() for unit, table in by_unit.items()}
say(
    f"{len(spoken):,} paragraphs, but {spoken.segments['document'].nunique()} documents. Width of "
    "the interval, paragraphs against documents: "
    f"{narrower.median():.0%} (the middle one of ten frames), for *cooperation* "
    f"{narrower['cooperation']:.0%}. "
    f"Intervals that leave out zero: {beyond['document']} by documents, {beyond['segment']} by "
    "paragraphs."
)
ends = {unit: table[["estimate", "low", "high"]] for unit, table in by_unit.items()}
pd.concat(ends, axis=1).style.format(points)

# %% [markdown]
# The estimates are the same; only our confidence in them changes, most of all for the frames that
# fill paragraph after paragraph once they come up. Who is right? There is a way to find out: a
# **placebo**. Take American documents only and toss a coin for each: heads or tails. There can be
# no true difference between heads and tails. How often does each method claim one? A 95% interval
# should be wrong one time in twenty.

# %%
american = spoken.where(spoken.segments["region"] == "US")
names = american.segments["document"].unique()
rng = np.random.default_rng(2024)
claims = {"interval, paragraphs vary": [], "interval, documents vary": [], "p below 0.05": []}
for _ in range(40):
    coin = dict(zip(names, rng.permuted(np.arange(len(names)) % 2), strict=True))
    tossed = american.segments["document"].map(coin).map({0: "heads", 1: "tails"})
    fake = replace(american, segments=american.segments.assign(coin=tossed))
    one = fr.contrast(fake, by="coin", weights="segment", unit="segment")
    other = fr.contrast(fake, by="coin", weights="segment", replicates=200)
    claims["interval, paragraphs vary"].append((one["low"] > 0) | (one["high"] < 0))
    claims["interval, documents vary"].append((other["low"] > 0) | (other["high"] < 0))
    claims["p below 0.05"].append(other["p_value"] < 0.05)
wrong = pd.Series({method: np.mean(found) for method, found in claims.items()}, name="false alarms")
wrong.to_frame().style.format("{:.0%}")

# %% [markdown]
# Letting paragraphs vary finds a "difference" between heads and tails several times as often as
# it should. Letting documents vary comes near the promised 5%, and so does shuffling the labels
# of documents. What varies decides what may be concluded: paragraphs within documents tell us
# about *these* speeches, documents tell us about speeches of this kind. Each table of the library
# says in its column `unit` what was let vary, and gives no p-value for paragraphs.
#
# ## Who is spoken of
#
# So far the sides were those of the publishers. `by="actor"` compares by who is *mentioned*
# instead. An opening may mention several sides, and then it counts for each.

# %%
mentioned = fr.emphasis(frames, by="actor")
overlap = fr.contrast(frames, by="actor")
both = {
    name: table.pivot(index="frame", columns="group", values="estimate")[SIDES]
    for name, table in [("by publisher", shares), ("where mentioned", mentioned)]
}
both = pd.concat(both, axis=1)
several = (fr.mentions(openings)[SIDES].sum(axis=1) > 1).mean()
say(
    f"{several:.0%} of the openings mention more than one of the three sides. How p was found, "
    f"by publisher: {contrasts['test'].iloc[0]}; where mentioned: {overlap['test'].iloc[0]}."
)
both.loc[list(codebook.names)].style.format("{:.0%}")

# %% [markdown]
# The two halves resemble each other, since each side speaks mostly of itself. They still answer
# different questions: *cooperation*, for one, comes up more where Japan is spoken of than where
# the US is, while publishers of these two sides hardly differ in it.
#
# Labels that overlap cannot be dealt out like cards: an opening about both sides would have to
# hold two. So the library tests in another way (a *wild bootstrap*). If the two shares are equal,
# then what each opening adds to their difference is as likely to push one way as the other. Turn
# these pushes round at random, many times, and count how often their sum is as large as the one
# observed. The column `test` says which way was taken.
#
# ## Which words set the sides apart
#
# Frames are given in advance. **Keyness** goes the other way: of all words, which does one side
# use more than the rest? The measure is the log-odds ratio: how much larger are the odds of
# meeting the word in this group? So that a word used once cannot win, every word starts with some
# imaginary uses $\alpha_w$, dealt out as frequently as the word occurs in both groups together (a
# *prior*):
#
# $$
# \delta_w = \log\frac{y_w + \alpha_w}{n + \alpha_0 - y_w - \alpha_w}
# \;-\; \log\frac{y'_w + \alpha_w}{n' + \alpha_0 - y'_w - \alpha_w}
# $$
#
# $y_w$ are the uses among the group's $n$ words, $y'_w$ those among the $n'$ words of the rest.

# %%
uses = np.array([[17, 7], [5, 19]])  # rows: JP and the rest; columns: alliance, market
n_words, prior = uses.sum(axis=1), 0.1
alpha_0 = prior * n_words.sum()
alpha = alpha_0 * uses.sum(axis=0) / uses.sum()
odds = np.log(uses + alpha) - np.log(n_words[:, None] + alpha_0 - uses - alpha)
delta = odds[0] - odds[1]

rows = pd.DataFrame({"document": range(12), "region": ["JP"] * 6 + ["EU"] * 6})
alliance, market = [3, 2, 4, 3, 2, 3, 1, 0, 2, 1, 1, 0], [1, 1, 0, 2, 2, 1, 3, 4, 3, 2, 4, 3]
words = fr.Features(np.c_[alliance, market], ["alliance", "market"], rows, kind="term")
key = fr.keyness(words, by="region", prior=prior, weights="segment")
japan = key[key["group"] == "JP"].set_index("term")
assert np.allclose(japan.loc[["alliance", "market"], "estimate"], delta)
say(f"*alliance*: δ = {delta[0]:.2f}, so the odds are {np.exp(delta[0]):.1f} times as large.")
japan[["n", "estimate", "low", "high"]].round(2)

# %% [markdown]
# Now the words of `leaders`, whom we hear at meetings with the US president or his cabinet. Terms
# are ordered by the *lower end* of the interval, so that those come first of which we can be most
# certain.

# %%
counts = fr.count(leaders, min_documents=5)
apart = fr.keyness(counts, by="region", replicates=500)
leading = {side: part["term"].head(8).tolist() for side, part in apart.groupby("group", sort=False)}
say(
    f"{len(counts.names):,} terms were compared. The first of each side:\n\n"
    + "\n".join(f"* **{side}:** {', '.join(terms)}" for side, terms in leading.items())
)
fr.plot_keyness(apart, n=8)

# %% [markdown]
# **What it shows.** Mostly *who is host and who is guest*: thanks, forms of address, the manner
# of speaking of one or two people and of their interpreters. In Japan's words a subject shows as
# well: the *rule of law*, the *international community*, a region *free and open*.
#
# **What it does not show.** Frames. Keyness is a list of places to look, not a list of findings:
# with so many words compared, some lead by luck, and only reading tells why a word leads. The marks
# are hollow, for no word is clear: with 500 deals, no p is small enough among so many tests. These
# documents also come in pairs, two speakers at one event, and Japan has few.
#
# ## Exercises
#
# **1 · Warm up.** Choose a frame and write one sentence for each side, with the share and its
# interval, in words for somebody who never took statistics. Then one sentence on what the
# comparison allows you to say.

# %% tags=["solution"]
frame = "cooperation"
for r in shares[shares["frame"] == frame].itertuples():
    say(
        f"* Of 100 openings by {r.group} publishers, {100 * r.estimate:.0f} speak of {frame}; "
        f"what we found would also fit any number from {100 * r.low:.0f} to {100 * r.high:.0f}."
    )
say(f"Verdicts: {'; '.join(f'{pair}: {word}' for pair, word in plain.loc[frame].items())}.")

# %% [markdown]
# **2 · On your own.** Does the difference in *dependence* between the EU and the US survive (a)
# if only openings count that were coded with confidence (`sure` is 2), and (b) if publishers of
# the same `kind` are compared? Which of the two worries you more, and why?

# %% tags=["solution"]
confident = frames.where(frames.segments["sure"] == 2)
two = ["US", "EU"]
checks = {
    "all openings": fr.contrast(frames, by="region", levels=two),
    "sure = 2": fr.contrast(confident, by="region", levels=two),
    "within kind": fr.contrast(frames, by="region", levels=two, within="kind"),
}
rows = {}
for name, table in checks.items():
    row = table.set_index(["group", "reference", "frame"]).loc[("US", "EU", "dependence")]
    rows[name] = {
        "openings": row["n_documents"],
        "EU − US": -row["estimate"],
        "low": -row["high"],
        "high": -row["low"],
        "q": row["q_value"],
    }
checked = pd.DataFrame(rows).T.astype(float).astype({"openings": int})
unsure = (frames.segments["sure"] == 1).groupby(side_of).mean()
hesitant = ", ".join(f"{unsure[side]:.0%} of the {side} openings" for side in SIDES)
say(
    "The direction stays, and the size nearly so. With fewer openings the interval is wider and "
    f"q larger ({checked.loc['sure = 2', 'q']:.2f} in a family of {len(table)}): less to go by, "
    "rather than another result. Hesitation is the bigger worry, because it is not spread alike: "
    "the coder "
    f"hesitated over {hesitant}."
)
checked.style.format(points, subset=["EU − US", "low", "high"]).format("{:.3f}", subset="q")

# %% [markdown]
# **3 · Further.** Make a placebo for the whole table: shuffle the column `region` among the
# openings 40 times, and count in how many of the 40 tables *at least one* of the 30 differences
# has p < 0.05, and in how many at least one has q < 0.05. (Keep 1,000 replicates. Why would 100
# be too few?)

# %% tags=["solution"]
rng = np.random.default_rng(7)
any_p, any_q = [], []
for _ in range(40):
    shuffled = frames.segments.assign(region=rng.permutation(frames.segments["region"]))
    table = fr.contrast(replace(frames, segments=shuffled), by="region", replicates=1000)
    any_p.append((table["p_value"] < 0.05).any())
    any_q.append((table["q_value"] < 0.05).any())
say(
    f"Tables with a p below 0.05: **{np.mean(any_p):.0%}**. With a q below 0.05: "
    f"**{np.mean(any_q):.0%}**. Whoever looks through 30 p-values will often find something "
    "where there is nothing. With 100 replicates no p can be smaller than 1/101; the q of a "
    "difference that stands alone would be 30/101 at best, and it could never be clear."
)

# %% [markdown]
# ## Key points
#
# * A share has a unit. Here every document counts once.
# * Give every share its interval, every difference its own interval, and every table the size of
#   its family.
# * Clear, similar and open are three verdicts. "Not significant" is none of them.
# * Compare like with like: a difference that does not survive within topics may be one of
#   subjects.
# * Paragraphs of one document are not independent. What varies decides what may be concluded.
# * Keyness tells where to look. Reading tells what it means.
#
# In these openings, European publishers put forward *dependence* more than American and Japanese
# ones do. That sentence has survived every reading above except the weakest, and it is about
# these openings.
#
# **Next:** [3 · How sure are we?](03-how-sure-are-we.ipynb) takes the intervals and tests apart:
# where they come from, what they promise, and how many articles it takes.
#
# ## Go on looking
#
# `fr.explore` puts into one place what this lesson did by functions: choose sides, years and a
# level, see the figure and the table, and open a frame to read where it comes from, each opening
# with a link to its source. (Tab, arrows and Enter do what the mouse does.) It starts with those
# behind the European emphasis on *dependence*. Do the titles fit the definition? Where no kernel
# runs, there is the figure alone.

# %%
fr.explore("openings", name="dependence", side="EU")

# %%
# The headline numbers. If the data change, this cell fails, and the prose above is read again.
estimates = shares.pivot(index="frame", columns="group", values="estimate")
assert (round(100 * estimates.loc["dependence", SIDES]) == [20, 43, 18]).all()
assert (round(100 * estimates.loc["rules", SIDES]) == [18, 38, 19]).all()
assert estimates.loc["domestic", "EU"] < 0.05
assert 0.1 < exact < 0.2
assert estimates.loc[["security", "competition"]].min().min() > 0.25
for table in (plain, table_of(within)):
    assert table.loc["dependence"].tolist() == ["EU > US", "similar", "EU > JP"]
    assert table.loc[["rules", "domestic"], "US and EU"].tolist() == ["EU > US", "US > EU"]
    assert (table.loc[["competition", "values"], "US and EU"] == "similar").all()
assert (plain.loc[["competition", "values"], "US and JP"] == "similar").all()
direction = readings[pair].pivot(index="frame", columns="statistic", values="estimate")
same_side = direction.lt(0).sum(axis=1).isin([0, 3])
assert same_side[["dependence", "rules", "domestic"]].all()
assert not same_side["security"]
assert not (on_shared["q_value"] < 0.05).any()
assert narrower["cooperation"] < 0.6 < narrower.median() < 0.95
assert wrong["interval, paragraphs vary"] > 0.15
assert wrong["interval, documents vary"] < 0.1
assert wrong["p below 0.05"] < 0.08
assert (contrasts["test"] == "permutation").all()
assert (overlap["test"] == "wild bootstrap").all()
assert overlap["p_value"].notna().all()
mentioning = both.loc["cooperation", "where mentioned"]
assert mentioning["JP"] > mentioning["US"] + 0.1
assert abs(estimates.loc["cooperation", "JP"] - estimates.loc["cooperation", "US"]) < 0.05
assert not (apart["q_value"] < 0.05).any()
assert {"rule of law", "international community", "free and open"} <= set(leading["JP"])
assert (checked["EU − US"] > 0.15).all()
assert np.mean(any_p) > 2 * np.mean(any_q)
