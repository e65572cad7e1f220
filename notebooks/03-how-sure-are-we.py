# %% [markdown]
# # 3 · How sure are we?
#
# * **Question:** When two sides look different, how much of that would chance alone have made, and
#   how many articles does it take to tell?
# * **You will learn:** to measure the noise floor of a comparison; to do a permutation test by
#   hand; to see why words are not independent, and what it costs to forget it; to make an interval
#   and find out what it promises; to handle many tests and few outlets; to plan a collection.
# * **Time:** about 60 minutes, and 20 to 30 for the exercises.
# * **Needs:** [2 · Compare emphasis](02-compare-emphasis.ipynb); means and standard deviations.
# * **Data:** `openings` (hand codes), `leaders` (counts of words), and corpora made up by
#   `framing.simulate`, of which we know the truth.
# * **Method and reference:** permutation of a studentised difference (Chung & Romano 2013,
#   <https://doi.org/10.1214/13-AOS1090>); design effect (Kish 1965); score intervals (Wilson 1927;
#   Korn & Graubard 1998) and their combination (Zou & Donner 2008); family-wise p (Westfall & Young
#   1993); noise floor of a divergence (Gentzkow, Shapiro & Taddy 2019,
#   <https://doi.org/10.3982/ECTA16566>).
#
# Run the cells from top to bottom. The first one loads everything.

# %%
from dataclasses import replace
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from IPython.display import display
from scipy import stats

import framing as fr
from framing import simulate
from framing.association import g_squared, log_odds, log_odds_variance
from framing.lesson import axes, say
from framing.plot import looks

openings, leaders = fr.load("openings"), fr.load("leaders")
frames = fr.code(openings)  # the hand codes: which frames each opening uses
words = fr.count(leaders, min_documents=5)
SIDES = ["US", "EU", "JP"]
LOOK = looks(["documents", "tokens"])


# %% [markdown]
# ## The question
#
# Collect the articles of two sides, compare them, and you *will* find a difference. You would find
# one between two piles of articles of the same side. So the question is never whether two sides
# differ in our data. It is whether they differ by **more than chance makes**, and by how much.
#
# Lesson 2 used intervals, p-values and q-values. Here we take them apart: each is built by hand,
# checked against the library, and tried on texts of which we know the truth.
#
# ### The data card
#
# What can vary by chance? Not words, and not paragraphs: we collected documents, and other
# documents might have come. Sometimes not even those: several openings come from one publisher, and
# most of the speeches are by very few people. So the card counts all of these.

# %%
card = pd.DataFrame(
    {
        (name, side): {
            "words counted": int(here["n_tokens"].sum()),
            "segments": len(here),
            "documents": here["document"].nunique(),
            "publishers or speakers": here[who].nunique(),
        }
        for name, corpus, who in [
            ("openings", openings, "publisher"),
            ("leaders", leaders, "speaker"),
        ]
        for side, here in corpus.table().groupby("region")
    }
).T.loc[[(name, side) for name in ["openings", "leaders"] for side in SIDES]]
card

# %% [markdown]
# Keep the last row in mind. The words of Japan in `leaders` are many, and its speakers three.
#
# ## How different are two halves of one side?
#
# Take the American openings only, shuffle them, and cut the pile in two. How different are the
# halves? Lesson 2 compared one frame at a time. To compare all ten at once we need one number. Let
# $p_f$ and $q_f$ be the part of frame $f$ in all the frames that each half uses, and
# $m_f = (p_f+q_f)/2$. The **Jensen–Shannon divergence** is
#
# $$
# \sum_f \tfrac12\, p_f \log_2\frac{p_f}{m_f} + \tfrac12\, q_f \log_2\frac{q_f}{m_f}
# $$
#
# in bits: 0 if the two mixes are the same, 1 if they share no frame.

# %%
american = frames.where(frames.segments["region"] == "US")
used = american.matrix.toarray()


def divergence(first, second):
    """Jensen–Shannon divergence of two mixes, in bits."""
    p, q = first / first.sum(), second / second.sum()
    m = (p + q) / 2
    return sum((x[x > 0] * np.log2(x[x > 0] / m[x > 0])).sum() / 2 for x in (p, q))


rng = np.random.default_rng(2024)
floor = {}
for n in [10, 20, 50, 100]:
    order = [rng.permutation(len(used))[: 2 * n] for _ in range(400)]
    floor[n] = np.array([divergence(used[o[:n]].sum(0), used[o[n:]].sum(0)) for o in order])

coin = np.where(np.isin(np.arange(len(used)), order[0][:100]), "heads", "tails")
halves = replace(american, segments=american.segments.assign(coin=coin))
by_library = fr.divergence(halves, by="coin", replicates=200)
assert np.isclose(by_library["estimate"].iloc[0], floor[100][0])

sides = fr.divergence(frames, by="region")
whole = sides[sides["frame"].isna()].set_index(["group", "reference", "statistic"])["estimate"]
us_eu = whole["US", "EU", "divergence"]
ax = axes(5.5, 2.6)
for x, found in enumerate(floor.values()):
    ax.plot([x, x], np.quantile(found, [0.05, 0.95]), color=LOOK["documents"].colour)
    ax.plot(x, found.mean(), marker="D", color=LOOK["documents"].colour)
    ax.annotate(f"{found.mean():.3f}", (x, found.mean()), (6, -2), textcoords="offset points")
ax.axhline(us_eu, color="#222222", lw=0.8)
ax.annotate(
    "the US and the EU, all openings", (3.4, us_eu), (0, 3), ha="right", textcoords="offset points"
)
ax.set(xticks=range(4), xticklabels=floor, xlim=(-0.4, 3.4), ylim=0, ylabel="divergence, bits")
ax.set(xlabel="openings in each half", title="Two random halves of the American openings")
say(
    f"Two halves of 100: {floor[100].mean():.3f} bits on average, and never less than "
    f"{floor[100].min():.4f}. The US and the EU, with 200 and 91 openings: {us_eu:.3f}."
)

# %% [markdown]
# The marks are means of 400 shuffles, the lines hold nine tenths of them. There is nothing to be
# found here, for all are American; and yet no divergence is zero. Only two mixes that agree to the
# last frame would give that: every difference adds to the sum, whichever way it goes, so that luck
# in one frame is never made good by another. This is the **noise floor**. It sinks as documents
# come in, to about half when their number doubles, and with 20 a side it stands higher than the
# divergence of the US and the EU.
#
# So a divergence by itself says nothing. The library measures the floor that belongs to *these*
# numbers of documents: it deals the labels of the sides out anew, again and again, and takes the
# mean. What is left after the floor is taken off is the **excess**.

# %%
pair = frames.where(frames.segments["region"].isin(["US", "EU"]))
both, is_us = pair.matrix.toarray(), (pair.segments["region"] == "US").to_numpy()
dealt = rng.permuted(np.tile(is_us, (2000, 1)), axis=1)
null_mean = np.mean([divergence(both[one].sum(0), both[~one].sum(0)) for one in dealt])
assert np.isclose(null_mean, whole["US", "EU", "null_mean"], rtol=0.05)  # both deal at random

in_words = fr.divergence(words, by="region", levels=["US", "JP"], replicates=500)
tables = {"openings, 10 frames": sides, f"leaders, {len(words.names):,} words": in_words}
rows = pd.concat(tables, names=["what", "row"]).reset_index()
rows = rows[rows["group"] != "all"].set_index(["what", "group", "reference"])
observed, null, excess = (
    rows[rows["statistic"] == name] for name in ["divergence", "null_mean", "excess"]
)
noise = pd.DataFrame(
    {
        "divergence": observed["estimate"],
        "null_mean": null["estimate"],
        "excess": excess["estimate"],
        "low": excess["low"],
        "high": excess["high"],
        "p_value": observed["p_value"],
    }
)
assert np.allclose(noise["excess"], noise["divergence"] - noise["null_mean"])
noise.style.format("{:.3f}").format("{:.4f}", subset="p_value")

# %% [markdown]
# **What it shows.** The EU stands apart from both others: its excess is well above zero, and hardly
# any deal of the labels did as much. Most of what seems to separate the US from Japan is floor. In
# words the floor is far higher, because every word adds its own bit of luck.
#
# **What it does not show.** That the US and Japan put forward the same. Their excess may be zero,
# and it may be as large as *high* says. (And what the leaders' words differ in, lesson 2 has told:
# host and guest.)
#
# ## What would the labels do by chance?
#
# Lesson 2 dealt labels out like cards, and took p from that. This is a **permutation test**. Here
# are so few documents that every deal can be looked at. Three are American and three Japanese, each
# of ten paragraphs, of which so many use a frame:

# %%
six = pd.DataFrame(
    {"document": list("abcdef"), "region": ["US"] * 3 + ["JP"] * 3, "used": [1, 2, 6, 5, 8, 9]}
)
share = six["used"].to_numpy() / 10


def all_deals(n, k):
    """Every way to deal k of n documents to the first side."""
    return [np.isin(np.arange(n), chosen) for chosen in combinations(range(n), k)]


deals = all_deals(6, 3)
difference = np.array([share[~deal].mean() - share[deal].mean() for deal in deals])
as_large = abs(difference) >= abs(difference[0]) - 1e-9  # the first deal is the one observed
p_by_hand = as_large.mean()

paragraphs = six.loc[six.index.repeat(10), ["document", "region"]]
codes = np.concatenate([np.arange(10) < k for k in six["used"]]).astype(int)
toy = fr.Features(codes[:, None], ["rules"], paragraphs, kind="frame")
tested = fr.contrast(toy, by="region").iloc[0]
assert np.isclose(tested["p_value"], p_by_hand)
assert tested["test"] == "exact permutation"
assert np.isclose(tested["p_min"], 2 / len(deals))

order = np.argsort(difference)
ax = axes(5.5, 1.9)
filled = np.where(as_large[order], LOOK["documents"].colour, "white")
ax.scatter(range(20), 100 * difference[order], c=filled, edgecolor=LOOK["documents"].colour, s=26)
at = int(np.flatnonzero(order == 0)[0])
ax.annotate("observed", (at, 100 * difference[0]), (-6, 3), ha="right", textcoords="offset points")
ax.axhline(0, color="#222222", lw=0.7)
ax.set(xlabel="the 20 deals, in order", ylabel="JP − US, points", xticks=[])
ax.set(title="Filled: at least as large as observed, in either direction")
say(
    f"{len(deals)} ways to deal six documents, three to each side. In {as_large.sum()} of them the "
    f"difference is as large as the one observed, {100 * difference[0]:.0f} points: "
    f"**p = {p_by_hand:.1f}**. The library's note: *{tested['note']}*."
)

# %% [markdown]
# Three things to see here.
#
# * **The test is exact.** It assumes nothing about bell curves. If the labels mean nothing, each of
#   the 20 deals was equally likely.
# * **The library got the same p in another way.** It does not compare the bare differences: it
#   divides each by its margin of error first ("studentised"). With as many documents on both sides
#   that changes little, and here nothing. Where a small side varies more than a large one it does:
#   exercise 3.
# * **There is a smallest p.** Even had the two sides shared no value at all, 2 of the 20 deals
#   would be as extreme: this one, and its mirror image. With three documents against three *no
#   result whatever* reaches p < 0.05. The column `p_min` says so.
#
# ## Why are words not evidence, each for itself?
#
# Lesson 2 tossed a coin over speeches, and saw what becomes of intervals if paragraphs are taken
# for independent. Most programs that look for the words of a side go further: they treat every
# *word* as drawn from a bag, on its own. Then thousands of words are thousands of observations. But
# words come in bursts: a text that has said *chips* once will say it again. How much harm does that
# do?
#
# We need a corpus in which we *know* that nothing differs. `simulate.terms` draws one. Two words of
# one document here correlate by only 0.005. What does that do to the count of a word in a document
# of $n$ words? Its variance is larger than that of words from a bag by the **design effect**
# $1 + (n-1)\cdot 0.005$.

# %%
LENGTH, CORRELATION = 300, 0.005


def by_tokens(features, by):
    """Signed G² and z of the log-odds of every word, as if words were independent."""
    first = (features.segments[by] == features.segments[by].iloc[0]).to_numpy()
    y, y2 = (np.asarray(features.matrix[side].sum(axis=0)).ravel() for side in (first, ~first))
    alpha = 0.1 * (y + y2)
    odds = log_odds(y, y.sum(), y2, y2.sum(), alpha, alpha.sum())
    return g_squared(y, y.sum(), y2, y2.sum()), odds / np.sqrt(log_odds_variance(y, y2, alpha))


alarms = []
for n in [20, 80, 320]:
    for seed in range(5):
        nothing = simulate.terms({"US": n, "EU": n}, 150, length=LENGTH, icc=CORRELATION, seed=seed)
        g2, z = by_tokens(nothing.features, "region")
        table = fr.keyness(nothing.features, by="region", against="pairs", replicates=500)
        alarms.append(
            [n, (abs(g2) > 3.84).mean(), (abs(z) > 1.96).mean(), (table["p_value"] < 0.05).mean()]
        )
alarms = pd.DataFrame(alarms, columns=["documents", "G² > 3.84", "|z| > 1.96", "p < 0.05"])
alarms = alarms.groupby("documents").mean()

counts = nothing.features.matrix.toarray()[:, :20]  # the 20 commonest words
p = counts.mean(axis=0) / LENGTH
inflated = (counts.var(axis=0, ddof=1) / (LENGTH * p * (1 - p))).mean()
effect = 1 + (LENGTH - 1) * CORRELATION
expected = 2 * stats.norm.sf(1.96 / np.sqrt([effect, 1 + (1000 - 1) * CORRELATION]))
assert np.isclose(inflated, effect, rtol=0.1)

ax = axes(5.5, 2.4)
lines = [
    ("G² > 3.84", "tokens", "-"),
    ("|z| > 1.96", "tokens", "--"),
    ("p < 0.05", "documents", "-"),
]
for name, unit, dash in lines:
    ax.plot(range(3), 100 * alarms[name], dash, marker=LOOK[unit].marker, color=LOOK[unit].colour)
    end, ink = (2, 100 * alarms[name].iloc[-1]), LOOK[unit].ink
    ax.annotate(f"{unit}: {name}", end, (8, -3), textcoords="offset points", color=ink)
ax.plot([-0.2, 2.03], [5, 5], color="#222222", lw=0.8)
ax.annotate("promised: 5%", (-0.18, 5), (0, 4), textcoords="offset points")
ax.set(xticks=range(3), xticklabels=alarms.index, xlim=(-0.2, 3), ylim=(0, 30))
ax.set(xlabel="documents on each side", ylabel="% of words")
ax.set(title="“Significant” words where nothing differs")
say(
    f"Design effect: {effect:.2f} by the formula, {inflated:.2f} in the corpus. A test that "
    f"expects 1 must cry wolf for about {expected[0]:.0%} of the words; with texts of 1,000 words, "
    f"for {expected[1]:.0%}."
)

# %% [markdown]
# **What it shows.** A correlation that nobody would notice, and tests that count words are wrong
# three to four times as often as they promise. **More documents do not help**: the evidence
# grows, and so does what is made of it. Longer texts make it worse. The library's p, which deals
# out whole documents, keeps its promise at every size.
#
# **What it does not show.** That real texts behave like this. Exercise 2 tries it on speeches.
#
# ## Where does an interval come from?
#
# The same idea gives an interval. Forget the paragraphs and look at the documents: each has a
# share $x_d$ of paragraphs that use the frame. If other documents had come, how far would their
# mean $p$ have moved? Its variance is that of the documents, divided by their number:
#
# $$
# v = \frac{1}{n(n-1)}\sum_d (x_d - p)^2
# $$
#
# How many *independent* paragraphs would have varied as much? Independent ones have the variance
# $p(1-p)/n^*$, so there would be $n^* = p(1-p)/v$ of them: the **effective sample size** (never
# more than there are paragraphs). It goes into Wilson's formula of lesson 2. Last, $t$. The
# variance is an estimate too, and a poor one where a few documents make most of it. The kurtosis
# $\kappa$ of the $x_d$ says how poor: $t$ has $2n/(\kappa - \frac{n-3}{n-1})$ degrees of freedom,
# and $n - 1$ at most.
#
# The interval of a **difference** $a - b$ is made from the two intervals: down it reaches as far
# as $\sqrt{(a - l_a)^2 + (u_b - b)^2}$, and up as far as $\sqrt{(u_a - a)^2 + (b - l_b)^2}$, where
# $l$ and $u$ are the ends of each.


# %%
def wilson(p, n_star, t):
    """The shares that fit p, if it rests on n_star independent observations."""
    middle = (p + t**2 / (2 * n_star)) / (1 + t**2 / n_star)
    half = t * np.sqrt(p * (1 - p) / n_star + t**2 / (4 * n_star**2)) / (1 + t**2 / n_star)
    return middle - half, middle + half


def interval(x, m):
    """Interval for the mean of documents (last axis), each of m paragraphs; and n_star."""
    n, p = x.shape[-1], x.mean(axis=-1)
    squares = (x - p[..., None]) ** 2
    n_star = p * (1 - p) / (squares.sum(axis=-1) / (n * (n - 1)))
    kurtosis = n * (squares**2).sum(axis=-1) / squares.sum(axis=-1) ** 2
    degrees = np.clip(2 * n / (kurtosis - (n - 3) / (n - 1)), 1, n - 1)
    n_star = np.minimum(n_star, n * m)
    return *wilson(p, n_star, stats.t.ppf(0.975, degrees)), n_star


TRUTH, DOCUMENTS, PARAGRAPHS, WITHIN = 0.3, 30, 10, 0.2
many = simulate.frames(
    {f"c{i:04d}": DOCUMENTS for i in range(1000)},
    {"security": TRUTH},
    segments=PARAGRAPHS,
    icc=WITHIN,
    by="corpus",
    seed=3,
)
x = many.features.matrix.toarray().reshape(1000, DOCUMENTS, PARAGRAPHS).mean(axis=2)
low, high, n_star = interval(x, PARAGRAPHS)

first = many.features.where(many.features.segments["corpus"].isin(["c0000", "c0001", "c0002"]))
library = fr.emphasis(first, by="corpus")
assert np.allclose(library["low"], low[:3])
assert np.allclose(library["high"], high[:3])

a, b = x[0].mean(), x[1].mean()
down = np.hypot(a - low[0], high[1] - b)
up = np.hypot(high[0] - a, b - low[1])
apart = fr.contrast(first, by="corpus", levels=["c0000", "c0001"]).iloc[0]
assert np.allclose(apart[["low", "high"]].astype(float), [a - b - down, a - b + up])
say(
    f"The first corpus: {DOCUMENTS * PARAGRAPHS} paragraphs say {x[0].mean():.0%}, interval "
    f"{low[0]:.0%}–{high[0]:.0%}. They are worth {n_star[0]:.0f} independent ones, and "
    f"{n_star.mean():.0f} on average over 1,000 such corpora. By the "
    f"formula of the design effect, {DOCUMENTS * PARAGRAPHS} / (1 + {PARAGRAPHS - 1} · {WITHIN}) = "
    f"{DOCUMENTS * PARAGRAPHS / (1 + (PARAGRAPHS - 1) * WITHIN):.0f}."
)

# %% [markdown]
# The 95% of such an interval is a promise about the **method**, not about this one interval: of all
# the intervals made in this way, 95 in 100 hold the truth. We cannot see whether ours does. But we
# drew 1,000 corpora whose truth is 30%, so we can count how many hold it: the **coverage**. The
# rival takes all paragraphs to be independent, $n^* = 300$.

# %%
n_paragraphs = DOCUMENTS * PARAGRAPHS
naive = wilson(x.mean(axis=1), n_paragraphs, stats.t.ppf(0.975, n_paragraphs - 1))
methods = {"by paragraphs": naive, "by documents": (low, high)}
coverage = {
    name: ((below <= TRUTH) & (above >= TRUTH)).mean() for name, (below, above) in methods.items()
}
panels = axes(7, 2.5, panels=2, sharey=True)
panels[0].set(ylabel="share, %")
for ax, (name, (below, above)) in zip(panels, methods.items(), strict=True):
    for i in range(60):
        hit = below[i] <= TRUTH <= above[i]
        colour, width = ("#B9B9B9", 1) if hit else (LOOK["tokens"].colour, 1.8)
        ax.plot([i, i], [100 * below[i], 100 * above[i]], color=colour, lw=width)
    ax.axhline(100 * TRUTH, color="#222222", lw=0.8)
    ax.set(title=f"{name}: {coverage[name]:.0%} hold the truth")
    ax.set(xlabel="60 of 1,000 corpora", xticks=[])

# %% [markdown]
# Every line is one corpus; the dark ones miss. Who takes paragraphs for independent promises 95%
# and misses one time in four. The intervals on the right are wider because we *know less* than
# we thought. Width is not a fault of theirs.
#
# ## What if we ask many questions?
#
# Lesson 2 had 30 differences and used q. With words there are thousands of questions, and there are
# three answers, each with a promise of its own:
#
# * **p < 0.05** promises that of the words that do *not* differ, one in twenty is called different;
# * **q < 0.05** promises that of the words *called* different, no more than one in twenty does not
#   differ, in the long run;
# * **p_family < 0.05** promises that in nineteen *studies* of twenty, or more, not a single word is
#   called different wrongly. It compares each word with the **largest** of all words in every deal.
#
# First `p_family` by hand, with eight documents and three frames. To be compared with each other,
# the differences must be on one scale. So each is divided by its margin of error, anew in every
# deal: by the half of its interval that faces zero (with 1.96 for $t$).


# %%
def studentised(x, first):
    """Differences between two sides, in units of their margins of error."""
    sides = []
    for some in (x[first], x[~first]):
        p, v = some.mean(axis=0), some.var(axis=0, ddof=1) / len(some)
        sides.append((p, *wilson(p, p * (1 - p) / v, 1.96)))
    (a, low_a, high_a), (b, low_b, high_b) = sides
    margin = np.where(a > b, np.hypot(a - low_a, high_b - b), np.hypot(high_a - a, b - low_b))
    return abs(a - b) / margin


tenths = {
    "rules": [0, 2, 1, 3, 6, 9, 7, 8],
    "security": [1, 5, 4, 7, 3, 8, 6, 9],
    "values": [2, 7, 4, 5, 6, 1, 8, 9],
}
eight = pd.DataFrame(tenths).to_numpy() / 10  # documents × frames
deals = all_deals(8, 4)
t = np.array([studentised(eight, deal) for deal in deals])
p_alone = (t >= t[0] - 1e-9).mean(axis=0)
p_largest = (t.max(axis=1)[:, None] >= t[0] - 1e-9).mean(axis=0)

rows = pd.DataFrame({"document": np.repeat(range(8), 10), "region": ["US"] * 40 + ["JP"] * 40})
codes = np.column_stack([[i < k for k in tenths[frame] for i in range(10)] for frame in tenths])
three = fr.Features(codes.astype(int), list(tenths), rows, kind="frame")
table = fr.keyness(three, by="region", against="pairs").set_index("frame").loc[list(tenths)]
assert np.allclose(table["p_value"], p_alone)
assert np.allclose(table["p_family"], p_largest)
assert (p_largest >= p_alone).all()
display(table[["estimate", "p_value", "p_family", "q_value"]].round(3))

# %% [markdown]
# `p_family` is never below p. What do the three find? Now 20 corpora in which we plant a
# difference: for 10 of 150 words the odds are doubled, or halved, on one side.

# %%
planted = {f"t{rank:03d}": np.log(2) * (-1) ** rank for rank in range(5, 55, 5)}
found = []
for seed in range(20):
    alike = {"length": LENGTH, "icc": CORRELATION, "seed": seed}
    truth = simulate.terms({"US": 60, "EU": 60}, 150, effects={"EU": planted}, **alike)
    table = fr.keyness(truth.features, by="region", against="pairs", replicates=2000)
    real = table["term"].isin(list(planted))
    for rule in ["p_value", "q_value", "p_family"]:
        called = table[rule] < 0.05
        found.append([f"{rule} < 0.05", (called & real).sum(), (called & ~real).sum()])
found = pd.DataFrame(found, columns=["rule", "planted, of 10", "others, of 140"])
many_tests = found.groupby("rule", sort=False).mean()
many_tests["studies with any other"] = found["others, of 140"].gt(0).groupby(found["rule"]).mean()
many_tests.style.format("{:.1f}").format("{:.0%}", subset="studies with any other")

# %% [markdown]
# None of the three is *the* right one. To find words worth reading, take q, and know that a few of
# the list are duds. To claim of one word, in public, that a side uses it more, take `p_family`. To
# pick the word with the smallest p out of thousands and report that p is to report luck.
#
# ## What if a few outlets wrote it all?
#
# Documents may depend on each other as paragraphs do: each speaker has a manner, each newspaper a
# line. Then not documents vary by chance but **clusters** of them, and `cluster=` says which.
# Clusters are then what is dealt out, and what the variance is between. Two real differences, with
# and without:

# %%
codebook = fr.Codebook.load("critical-technology")
spoken = fr.code(leaders, codebook).select(["cooperation"])
read = frames.select(["dependence"])
asked = {
    ("leaders: US and JP, cooperation", "documents"): (spoken, ["US", "JP"], None),
    ("leaders: US and JP, cooperation", "speakers"): (spoken, ["US", "JP"], "speaker"),
    ("openings: US and EU, dependence", "documents"): (read, ["US", "EU"], None),
    ("openings: US and EU, dependence", "publishers"): (read, ["US", "EU"], "publisher"),
}
rows = {}
for name, (features, two, cluster) in asked.items():
    row = fr.contrast(features, by="region", levels=two, cluster=cluster).iloc[0]
    rows[name] = row[["estimate", "low", "high", "p_value", "p_min", "test", "note"]]
clustered = pd.DataFrame(rows).T
percent = dict.fromkeys(["estimate", "low", "high"], "{:+.0%}")
clustered.style.format(percent, na_rep="").format("{:.4f}", subset=["p_value", "p_min"])

# %% [markdown]
# In `openings` there are many publishers, and clustering changes little. In `leaders` the
# difference in *cooperation* seemed beyond doubt. But there are three speakers against three:
# labels can be dealt out in 20 ways, p cannot be below 0.1, and there is no interval. What we know
# is how these six people spoke.
#
# Is that too strict? Take corpora without any difference, whose outlets each have a line of their
# own, and count how often a difference is found. And how many clusters must there be?

# %%
line = {"outlets": 6, "outlet_icc": 0.1, "segments": 5}
alarm = {}
for unit, cluster in [("documents", None), ("outlets", "outlet")]:
    judged = simulate.power((0.3, 0.3), [60], corpora=60, seed=1, cluster=cluster, **line)
    alarm[unit] = judged.set_index("statistic").loc["power_p"]
say(
    "Nothing differs, and 6 outlets a side have a line of their own. Called different: "
    + ", ".join(f"{row['estimate']:.0%} by {unit}" for unit, row in alarm.items())
    + ". The promise was 5%."
)
smallest = pd.DataFrame({"on each side": range(3, 11)})
smallest["smallest p"] = [2 / comb(2 * k, k) for k in smallest["on each side"]]
smallest["tests it survives"] = (0.05 / smallest["smallest p"]).astype(int)
smallest.T.style.format("{:.5f}", subset=pd.IndexSlice["smallest p", :]).format(
    "{:,.0f}", subset=pd.IndexSlice[["on each side", "tests it survives"], :]
).hide(axis="columns")

# %% [markdown]
# **What it shows.** Where outlets have a line, the test by documents finds differences that are
# not there, several times as often as it promises; the test by outlets does not. The price is in
# the table. *Tests it survives* is how many tests there may be, if the smallest p is still to be
# below 0.05 after it was multiplied by their number: with three clusters a side none, with four
# a single one.
#
# **What it does not show.** What the clusters are. A line may belong to an owner, an agency or a
# ministry that feeds several outlets. Decide by how the texts came about, and before you look.
#
# ## How many articles do I need?
#
# Turn the question round, *before* collecting. Say the shares are 30% and 45%, and documents have
# $m = 5$ paragraphs that correlate by $\rho = 0.2$. The share within one document has the variance
# $p(1-p)\,\frac{1+(m-1)\rho}{m}$. To find the difference $\delta$ in four studies of five, the
# textbook asks for
#
# $$
# n = (1.96 + 0.84)^2 \; \frac{p_1(1-p_1) + p_2(1-p_2)}{\delta^2} \; \frac{1+(m-1)\rho}{m}
# $$
#
# documents on each side. `simulate.power` tries it out: it draws corpora, puts each through
# `fr.contrast`, and counts.


# %%
def needed(p1, p2, m=1, rho=0.2, tests=1, power=0.8):
    """Documents on each side, to find a difference with this power."""
    z = stats.norm.ppf(1 - 0.025 / tests) + stats.norm.ppf(power)
    return z**2 * (p1 * (1 - p1) + p2 * (1 - p2)) / (p1 - p2) ** 2 * (1 + (m - 1) * rho) / m


n_formula = int(np.ceil(needed(0.30, 0.45, m=5)))
tried = simulate.power(
    (0.30, 0.45), [15, 30, n_formula, 120], segments=5, corpora=60, replicates=500
)
power = tried[tried["statistic"] == "power"].set_index("n_per_group")
at_formula = power.loc[n_formula]

ax = axes(5.5, 2.5)
ax.plot(power.index, 100 * power["estimate"], ls="none", marker="D", color=LOOK["documents"].colour)
ax.vlines(power.index, 100 * power["low"], 100 * power["high"], color=LOOK["documents"].colour)
grid = np.arange(8, 131)
theory = stats.norm.cdf(np.sqrt(grid / needed(0.30, 0.45, m=5)) * (1.96 + 0.8416) - 1.96)
ax.plot(grid, 100 * theory, color="#6B6B6B", lw=1)
ax.annotate(
    "formula", (100, 100 * theory[92]), (0, -12), textcoords="offset points", color="#555555"
)
ax.axhline(80, color="#222222", lw=0.7, ls=":")
ax.set(xlabel="documents on each side", ylabel="found, % of corpora", ylim=(0, 102))
ax.set(title="30% against 45%: how often the difference is found")
say(f"The formula asks for **{n_formula}** a side. There, {at_formula['estimate']:.0%} were found.")

# %% [markdown]
# The formula holds. So it can be used to plan, without drawing any corpora: for smaller and larger
# differences, for one question and for 30 (each tested at 0.05/30), and for longer documents.

# %%
n_japan = card.loc[("openings", "JP"), "documents"]
visible = next(gap for gap in np.arange(0.01, 0.5, 0.01) if needed(0.3, 0.3 + gap) <= n_japan)
fifteen = stats.norm.cdf(np.sqrt(n_japan / needed(0.30, 0.45)) * (1.96 + 0.8416) - 1.96)
say(
    f"With {n_japan} openings a side, as many as Japan has, the smallest gap that would be found "
    f"four times in five is {100 * visible:.0f} points, if it is the only question. One of 15 "
    f"points would be found in {fifteen:.0%} of studies."
)

gaps = [0.05, 0.10, 0.15, 0.20, 0.25]
plan = pd.DataFrame(
    {
        "documents, one test": [needed(0.3, 0.3 + gap) for gap in gaps],
        "documents, 30 tests": [needed(0.3, 0.3 + gap, tests=30) for gap in gaps],
    },
    index=pd.Index([f"30% and {30 + 100 * gap:.0f}%" for gap in gaps], name="one paragraph each"),
)
display(plan.style.format("{:,.0f}"))
longer = pd.DataFrame({"paragraphs in each": [1, 5, 20, 100]})
longer["documents"] = np.ceil([needed(0.30, 0.45, m=m) for m in longer["paragraphs in each"]])
longer["paragraphs to read, a side"] = longer["documents"] * longer["paragraphs in each"]
longer.style.format("{:,.0f}").hide(axis="index")

# %% [markdown]
# **What it shows.** Half the difference needs four times the documents. One question among 30
# needs twice as many as one alone. And reading *longer* is a poor bargain: from 5 paragraphs a
# document to 100, the documents needed drop by less than half, and the reading grows more than
# tenfold. The openings of Japan have one segment each. They show large gaps only, and this is why
# lesson 2 left so many verdicts open.
#
# **What it does not show.** Anything about a corpus that was badly chosen. All of this lesson is
# about chance. Ten thousand openings fetched by lopsided queries give a very sure answer to the
# wrong question.
#
# ## Exercises
#
# **1 · Warm up.** A paper compares four European with five Japanese articles and reports
# p = 0.003, "by permutation of articles". Can that be? What is the smallest p that such a design
# can give, and why is it not $2/\binom{9}{4}$? Check it with the library.

# %% tags=["solution"]
nine = pd.DataFrame({"document": range(9), "region": ["EU"] * 4 + ["JP"] * 5})
apart = fr.Features(np.repeat([[1], [0]], [4, 5], axis=0), ["rules"], nine, kind="frame")
extreme = fr.contrast(apart, by="region").iloc[0]
assert np.isclose(extreme["p_min"], 1 / comb(9, 4))
say(
    f"It cannot be. There are {comb(9, 4)} ways to deal nine articles, and even where the sides "
    f"share nothing p is {extreme['p_value']:.4f}. There is no mirror image to count: with four "
    "against five, the two piles cannot be exchanged. (Perhaps the paper permuted paragraphs.)"
)

# %% [markdown]
# **2 · On your own.** Is it as bad with real texts? Take the American speeches in `words`, toss a
# coin for each document, and count for which share of the words used in 20 documents or more
# $|z| > 1.96$ by tokens, and for which p < 0.05 by documents. Do it for ten tosses. How large is
# the standard deviation of $z$, which claims to be 1?

# %% tags=["solution"]
speeches = words.where(words.segments["region"] == "US")
spread = pd.DataFrame(speeches.matrix.toarray() > 0).groupby(
    speeches.segments["document"].to_numpy()
)
common = np.flatnonzero(spread.any().sum() >= 20)
speeches = speeches.select([speeches.names[i] for i in common])
names = speeches.segments["document"].unique()
rng = np.random.default_rng(11)
tosses = []
for _ in range(10):
    coin = dict(zip(names, rng.permuted(np.arange(len(names)) % 2), strict=True))
    segments = speeches.segments.assign(coin=speeches.segments["document"].map(coin).astype(str))
    tossed = replace(speeches, segments=segments)
    _, z = by_tokens(tossed, "coin")
    table = fr.keyness(tossed, by="coin", against="pairs", replicates=500)
    tosses.append([(abs(z) > 1.96).mean(), (table["p_value"] < 0.05).mean(), z.std()])
by_z, by_p, width_of_z = np.mean(tosses, axis=0)
say(
    f"Of {len(common)} words, {by_z:.0%} by tokens and {by_p:.0%} by documents, where 5% were "
    f"promised. z has a standard deviation of {width_of_z:.2f} instead of 1: the words of these "
    f"speeches vary {width_of_z**2:.1f} times as much as words from a bag."
)

# %% [markdown]
# **3 · Further.** Why studentise? Make up a side of 10 documents whose shares vary a lot (standard
# deviation 0.30) and one of 40 whose shares hardly vary (0.05), both with the mean 0.5. Draw 300
# such pairs, and test each by permutation, with the plain difference and with the difference over
# its standard error, which is the plainest of margins. How often is p < 0.05? What is the plain
# difference really testing?

# %% tags=["solution"]
rng = np.random.default_rng(3)
relabel = np.array([rng.permutation(50) < 10 for _ in range(400)])
relabel[0] = np.arange(50) < 10
rejected = []
for _ in range(300):
    x = 0.5 + rng.normal(size=50) * np.where(np.arange(50) < 10, 0.30, 0.05)
    sums, squares = relabel @ x, relabel @ x**2
    a, b = sums / 10, (x.sum() - sums) / 40
    v = (squares / 10 - a**2) / 9 + (((x**2).sum() - squares) / 40 - b**2) / 39
    assert np.isclose(v[0], x[:10].var(ddof=1) / 10 + x[10:].var(ddof=1) / 40)
    plain, student = abs(a - b), abs(a - b) / np.sqrt(v)
    rejected.append([(one >= one[0]).mean() < 0.05 for one in (plain, student)])
plain_wrong, student_wrong = np.mean(rejected, axis=0)
say(
    f"Plain: {plain_wrong:.0%}. Studentised: {student_wrong:.0%}. The means are equal, and the "
    "labels still mean something: who has one of them varies more. The plain difference tests "
    "whether labels may change hands *in every respect*, and finds that they may not. Divided by "
    "its standard error, it tests what we asked: whether the means differ."
)

# %% [markdown]
# ## Key points
#
# * Two piles always differ. A divergence means something only beside its noise floor.
# * A permutation test asks how often luck does as well. It needs documents, not bell curves; and
#   the design sets the smallest p that it can give.
# * Words and paragraphs of one document echo each other. Tests that count them cry wolf, and more
#   texts do not cure it.
# * An interval's 95% is a promise of the method. Simulation can check it.
# * Ask how many questions were asked. p, q and p_family make different promises.
# * What varies by chance may be speakers or outlets. With three against three, nothing can be
#   shown.
# * More documents beat longer ones. Half the difference needs four times the documents.
# * None of this mends a corpus that was badly chosen.
#
# Two random piles of 20 American openings lie further apart than the US and the EU do. To tell 30%
# from 45% takes 58 documents a side, of five paragraphs each; and with as many openings as Japan
# has, such a gap is missed more often than it is found.
#
# **Next:** [4 · Code frames and check the coder](04-code-frames-and-check-the-coder.ipynb) asks how
# far the codes themselves can be trusted, and what to do where they err.

# %%
# The headline numbers. If the data change, this cell fails, and the prose above is read again.
assert card.loc["leaders", "publishers or speakers"].to_dict() == {"US": 3, "EU": 23, "JP": 3}
assert floor[20].mean() > us_eu > floor[50].mean()
assert 1.7 < floor[50].mean() / floor[100].mean() < 2.5
first = noise.loc["openings, 10 frames"]
assert first.loc[[("US", "EU"), ("EU", "JP")], "low"].gt(0).all()
assert first.loc[[("US", "EU"), ("EU", "JP")], "p_value"].lt(0.01).all()
assert first.loc[("US", "JP"), "p_value"] > 0.05
assert first.loc[("US", "JP"), "null_mean"] > first.loc[("US", "JP"), "excess"]
assert noise["null_mean"].iloc[-1] > 5 * first["null_mean"].max()
assert len(as_large) == 20
assert p_by_hand == 0.2
assert alarms[["G² > 3.84", "|z| > 1.96"]].to_numpy().min() > 0.12
assert alarms["p < 0.05"].max() < 0.07
assert coverage["by paragraphs"] < 0.8
assert 0.93 < coverage["by documents"] < 0.97
assert many_tests.loc["p_value < 0.05", "others, of 140"] > 3
assert many_tests.loc["p_family < 0.05", "studies with any other"] < 0.2
assert clustered["p_value"].iloc[0] < 0.01
assert clustered["p_value"].iloc[1] >= 0.1
assert clustered["low"].isna().tolist() == [False, True, False, False]
assert clustered["p_value"].iloc[2:].lt(0.01).all()
assert alarm["documents"]["estimate"] > 0.1 > alarm["outlets"]["estimate"]
assert n_formula == 58
assert at_formula["low"] < 0.8 < at_formula["high"]
assert 0.2 <= visible <= 0.25
assert 0.4 < fifteen < 0.5
assert by_z > by_p + 0.02
assert plain_wrong > 0.15 > 0.1 > student_wrong
