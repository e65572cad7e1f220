# %% [markdown]
# # 9 · Know the limits
#
# * **Question:** What can counts of frames not show, and how much of a finding was made by whoever
#   found it?
# * **You will learn:** to name what no count holds; to put one question under every choice that
#   could be defended, and to see which choice moves the answer; to measure what cherry-picking can
#   do; to work out how far a choice of articles alone makes sides differ; to see why the findings
#   of small studies are too large.
# * **Time:** about 60 minutes, and 20 to 30 for the exercises.
# * **Needs:** [3 · How sure are we?](03-how-sure-are-we.ipynb) and
#   [4 · Code frames and check the coder](04-code-frames-and-check-the-coder.ipynb); odds.
# * **Data:** `openings` (hand codes), `leaders` (counts of words), corpora made up by
#   `framing.simulate`, and six sentences made up for this lesson.
# * **Method and reference:** multiverse analysis (Steegen et al. 2016,
#   <https://doi.org/10.1177/1745691616658637>); specification curve (Simonsohn, Simmons & Nelson
#   2020, <https://doi.org/10.1038/s41562-020-0912-z>); choices of preprocessing (Denny & Spirling
#   2018, <https://doi.org/10.1017/pan.2017.44>); exaggeration in small studies (Gelman & Carlin
#   2014, <https://doi.org/10.1177/1745691614551642>).
#
# Run the cells from top to bottom. The first one loads everything.

# %%
from dataclasses import replace
from functools import cache

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import display
from scipy import stats

import framing as fr
from framing import simulate
from framing.lesson import points, say
from framing.plot.multiverse import UNCLEAR
from framing.plot.style import NEUTRAL, STYLE

openings, leaders = fr.load("openings"), fr.load("leaders")
frames = fr.code(openings)  # the hand codes: which frames each opening uses
codebook = fr.Codebook.load("critical-technology")
SIDES = ["US", "EU", "JP"]
SHARED = ["semiconductors", "ai", "minerals-batteries", "controls-security", "digital-quantum"]
plt.rcParams.update(STYLE)
plt.rcParams.update({"figure.dpi": 150, "axes.titlelocation": "left", "axes.titleweight": "bold"})


def tell(table):
    """Say in words what a figure of a multiverse shows."""
    say("*In words:* " + " ".join(fr.multiverse_in_words(table)))


# %% [markdown]
# ## The question
#
# Lesson 2 ended with a sentence that had "survived every reading". Which readings? Those that we
# thought of. And lesson 3 ended with a warning: all of it was about chance, and chance is the
# honest part of error. The rest comes from what is counted, from what was collected, and from what
# we decided on the way and might have decided otherwise.
#
# This lesson goes through these in turn. It is the lesson to read before you publish something.
#
# ### The data card
#
# This card does not list what is in `openings`. It lists what somebody decided before any of its
# numbers was there: by whose queries an opening was fetched, what counts as one side, whether a
# doubtful code stays in.

# %%
about = openings.table().assign(
    fetched=lambda t: np.where(
        t["list"].isin(SHARED),
        "by queries put for all sides",
        np.where(t["list"].str.upper() == t["region"], "by its own side's", "by another side's"),
    )
)
card = pd.concat(
    {
        "openings": about.groupby("region").size().to_frame("all").T,
        "of these, fetched": pd.crosstab(about["fetched"], about["region"]),
        "of these": pd.DataFrame(
            {
                "coded with doubt": (about["sure"] == 1).groupby(about["region"]).sum(),
                "by businesses": (about["kind"] == "business").groupby(about["region"]).sum(),
                "by the largest publisher": about.groupby("region")["publisher"].agg(
                    lambda names: names.value_counts().iloc[0]
                ),
            }
        ).T,
    }
)[SIDES]
card

# %% [markdown]
# None of these decisions is wrong, and each could have gone another way.
#
# ## What does no count hold?
#
# Here are three pairs of sentences, made up for this lesson. In each pair the same words stand in
# another order. Count them, and code them.

# %%
pairs = {
    "who depends on whom": (
        "Europe depends on Asia for chips, and Asia hardly depends on Europe.",
        "Asia depends on Europe for chips, and Europe hardly depends on Asia.",
    ),
    "for or against": (
        "We need rules for chips, and we need no export controls.",
        "We need export controls, and we need no rules for chips.",
    ),
    "in whose voice": (
        "The minister said that critics saw a threat to national security.",
        "Critics said that the minister saw a threat to national security.",
    ),
}
rows = [
    {"id": f"{name}, {number}", "pair": name, "text": text}
    for name, both in pairs.items()
    for number, text in enumerate(both, start=1)
]
mini = fr.Corpus.from_frame(pd.DataFrame(rows), date=None, clean=False, name="mini")
in_words, in_frames = fr.count(mini, stop_words=None), fr.code(mini, codebook)
apart = {
    name: {
        "words that differ": int(
            abs(in_words.matrix[[2 * i]] - in_words.matrix[[2 * i + 1]]).sum()
        ),
        "frames that differ": int(
            abs(in_frames.matrix[[2 * i]] - in_frames.matrix[[2 * i + 1]]).sum()
        ),
        "frames found": ", ".join(
            np.array(in_frames.names)[in_frames.matrix[[2 * i]].toarray()[0] > 0]
        ),
    }
    for i, name in enumerate(pairs)
}
pd.DataFrame(apart).T

# %% [markdown]
# To whatever counts words, the two sentences of a pair are one sentence; and so they are to a
# dictionary, since its codes come from the words. A model that reads word order can do better, and
# so can you. But even the best codes of frames, made by hand, hold only *that* an aspect was put
# forward. They do not hold
#
# * **who does what to whom**: two sides can use *dependence* equally, each meaning the other's;
# * **for or against**: *rules* are called for in one article, and mocked in the next;
# * **in whose voice**: an article that quotes a minister's warning has it too;
# * **what is not said**, unless you know what could have been said;
# * **what it does to readers**. A frame in a text is not a frame in a mind.
#
# So write "put forward", "mention" or "speak of". Words such as "blame", "fear" or "want" need
# codes of their own, and readers to make them.
#
# ## How many ways lead to one number?
#
# Ask a plain question of `openings`: *how much more do European publishers speak of security than
# American ones?* Before there is a number, decide: all openings, or those fetched by the shared
# queries? Raw, or within topics? With the doubtful codes? With the newsletters of law firms and
# other businesses? With the largest publishers? Each option could be defended in a seminar. Every
# combination of options is a **specification**, and all of them together are the **multiverse** of
# results that you might have reported (Steegen et al. 2016).
#
# Which choice moves the answer? Take a small example first: three ways to choose articles, and two
# to compare, with a difference in points for each.

# %%
GAPS = {
    ("all", "raw"): 20,
    ("all", "within topic"): 24,
    ("sure", "raw"): 16,
    ("sure", "within topic"): 18,
    ("shared", "raw"): 2,
    ("shared", "within topic"): 4,
}
toy = pd.DataFrame([(*key, gap) for key, gap in GAPS.items()], columns=["articles", "how", "gap"])
display(toy.pivot(index="articles", columns="how", values="gap").loc[["all", "sure", "shared"]])
means = {choice: toy.groupby(choice)["gap"].mean() for choice in ["articles", "how"]}
part = {
    choice: ((mean - toy["gap"].mean()) ** 2).mean() / toy["gap"].var(ddof=0)
    for choice, mean in means.items()
}

asked = fr.multiverse(
    lambda articles, how: {"estimate": GAPS[articles, how]},
    {"articles": ["all", "sure", "shared"], "how": ["raw", "within topic"]},
)
library = fr.multiverse_summary(asked)
parts = library[library["statistic"] == "part"].set_index("choice")["estimate"]
assert np.allclose(parts[["articles", "how"]], [part["articles"], part["how"]])
assert np.isclose(parts["(together)"], 1 - part["articles"] - part["how"])
say(
    "Means: "
    + ", ".join(
        f"*{name}* {mean:.1f}" for mean_of in means.values() for name, mean in mean_of.items()
    )
    + f". The choice of articles makes **{part['articles']:.1%}** of the variance, the way to "
    f"compare {part['how']:.1%}, and {parts['(together)']:.1%} is left for what they do together."
)

# %% [markdown]
# That was an analysis of variance, in three steps. Take the mean of the estimates with each option
# $o$ of a choice $c$; take the variance of these means; divide it by the variance of all estimates:
#
# $$
# \text{part}_c = \frac{\frac{1}{O_c}\sum_o (m_{co} - m)^2}{\frac{1}{S}\sum_s (y_s - m)^2}
# $$
#
# with $O_c$ options, $S$ specifications with the estimates $y_s$, and their mean $m$. What is left
# over is what choices do in combination only. The parts speak of *these options*: list two that are
# nearly the same, and the choice between them will move nothing.
#
# ## The multiverse of one question
#
# Now the real one. A specification is a function: of the data, and of the choices by name. Inside
# stands what you would have written anyway. `fr.multiverse` calls it with every combination. Put
# first the options that you would have taken yourself: they make specification 1.

# %%
largest = {
    side: openings.documents.loc[openings.documents["region"] == side, "publisher"]
    .value_counts()
    .index[0]
    for side in SIDES
}


def european_less_american(
    frames, articles, within, codes, businesses, largest_publishers="kept", replicates=1000
):
    """Differences in all frames, under one combination of choices."""
    about = frames.segments
    keep = pd.Series(True, index=about.index)
    if articles == "shared queries":
        keep &= about["list"].isin(SHARED)
    if codes == "sure ones":
        keep &= about["sure"] == 2
    if businesses == "left out":
        keep &= about["kind"] != "business"
    if largest_publishers == "left out":
        keep &= ~about["publisher"].isin(list(largest.values()))
    return fr.contrast(
        frames.where(keep), by="region", levels=["EU", "US"], within=within, replicates=replicates
    )


choices = {
    "articles": ["all", "shared queries"],
    "within": [None, "topic", "kind"],
    "codes": ["all", "sure ones"],
    "businesses": ["kept", "left out"],
    "largest_publishers": ["kept", "left out"],
}
security = fr.multiverse(
    european_less_american, choices, frames.select(["security"]), row={"frame": "security"}
)
tell(security)
fr.plot_multiverse(security, title="Security: how much more in European openings")[0]

# %% [markdown]
# Read it from above. Each mark is an answer to the same question, from the least to the most.
# Filled ones are clear. Below stands what was decided for each: a stroke in the row of the option
# taken. The ring is specification 1, which a study with the first options would have reported as
# its result.

# %%
dependence = fr.multiverse(
    european_less_american, choices, frames.select(["dependence"]), row={"frame": "dependence"}
)
tell(dependence)
fr.plot_multiverse(dependence, title="Dependence: how much more in European openings")[0]

# %% [markdown]
# **What it shows.** Two differences that both have p < 0.05 with the first options. *Dependence*
# keeps its direction whatever is chosen, and is clear in nearly every specification with all
# openings; with a third of them, intervals are too wide. *Security* is a finding about queries:
# with all openings Americans seem to speak more of it, and with the queries that were put alike
# for all sides, if anything, Europeans do. A study with the first options alone would have
# reported both.
#
# **What it does not show.** That the finding on dependence is true. All specifications read the
# same openings and the same codes, so they are no independent witnesses; and choices that we did
# not think of are not in the figure. Nor are all specifications equally good. For *security* the
# shared queries are the fairer comparison, and the right conclusion is not the median: it is that
# these openings cannot tell.
#
# ## Does it hang on a term, or on a speaker?
#
# Codes made by a dictionary bring a choice of their own: its terms. Lesson 4 found that Japan's
# *values* in `leaders` rest on one phrase, "free and open", which has become a name for a region.
# And most of what Japan says there is said by one prime minister. We put both into a multiverse.


# %%
def without_terms(frame, terms):
    """The codebook, with some terms of one frame left out."""
    kept = {
        one.name: replace(one, terms=tuple(term for term in one.terms if str(term) not in terms))
        for one in codebook.frames
    }
    return replace(codebook, frames=(kept[frame],))


BOOKS = {
    "whole": without_terms("values", []),
    "no “free and open”": without_terms("values", ["free and open"]),
    "no “democra…”": without_terms("values", ["democracy", "democracies", "democratic"]),
}
coded = {name: fr.code(leaders, book) for name, book in BOOKS.items()}


def japanese_less_american(codebook, weights, speakers):
    """The difference in values, under one combination of choices."""
    features = coded[codebook]
    if speakers != "all":
        features = features.where(features.segments["speaker"] != speakers)
    return fr.contrast(features, by="region", levels=["JP", "US"], weights=weights, replicates=1000)


values = fr.multiverse(
    japanese_less_american,
    {
        "codebook": list(BOOKS),
        "weights": ["document", "segment"],
        "speakers": {
            "all": "all",
            "without Mr Kishida": "Fumio Kishida",
            "without Mr Biden": "Joe Biden",
        },
    },
)
tell(values)
clear = (values["p_value"] < 0.05) & ((values["low"] > 0) | (values["high"] < 0))
of_books = values[values["choice"] == "codebook"]
clear_with = clear[of_books.index].groupby(of_books["option"]).sum()
of_japan = leaders.documents.query("region == 'JP'")
say(
    f"Clear, of {len(of_books) // len(BOOKS)} specifications each: "
    + ", ".join(f"*{name}* {clear_with[name]}" for name in BOOKS)
    + f". Mr Kishida has {(of_japan['speaker'] == 'Fumio Kishida').sum()} of Japan's "
    f"{len(of_japan)} documents."
)
fr.plot_multiverse(values, title="Values: how much more in what Japanese leaders say")[0]

# %% [markdown]
# All answers have one sign, and still it makes a difference who is asked. Without its one phrase
# the finding is hardly ever clear; without a word that *everybody* uses for values it is larger.
# Leaving Mr Kishida out does not weaken it: the six documents by others are fuller of values
# still, and too few to be sure of that. A finding that lives on one phrase is a finding about that
# phrase. Say so: "Japanese leaders speak of a *free and open* region" is true, and needs no frame.
#
# ## Is a number a fact about the texts?
#
# Frames hardly feel how words were counted. Measures made of words do. How far apart are American
# and Japanese leaders in their words? Lesson 3 gave the divergence over its noise floor, in bits.
# Here it is with other decisions about what a word is.


# %%
@cache
def counted(stop_words, phrases):
    """Count the speeches of both sides once for each way to do it."""
    return fr.count(leaders, stop_words=stop_words, phrases=phrases, min_documents=2)


def distance(stop_words, phrases, min_documents):
    """The excess of the divergence between two sides, in bits, and the p of the divergence."""
    counts = counted(stop_words, phrases)
    used_in = counts.to_frame().groupby("term")["document"].nunique()
    counts = counts.select(used_in.index[used_in >= min_documents].tolist())
    table = fr.divergence(counts, by="region", levels=["US", "JP"], replicates=100)
    table = table[table["term"].isna()].set_index("statistic").drop(columns="term")
    return table.loc["excess"].to_dict() | {
        "statistic": "excess",
        "p_value": table.loc["divergence", "p_value"],
        "note": "",
    }


bits = fr.multiverse(
    distance,
    {
        "stop_words": {"left out": "english", "kept": None},
        "phrases": [True, False],
        "min_documents": [2, 5, 20],
    },
)
tell(bits)
means = fr.multiverse_summary(bits).query("statistic == 'mean'")
means[["choice", "option", "estimate", "least", "most"]].round(2)

# %% [markdown]
# **What it shows.** The two sides are clearly apart in every specification. But the *number* is
# made by the list of stop words, nearly alone: keep words such as *the* and *of*, which all use
# alike, and the distance halves. A divergence in bits is a fact about texts *and* a list. Compare
# it within one study, never between two; and the same goes for any share of words.
#
# **What it does not show.** Which list is right. There is none: it depends on whether you call the
# manner of speaking a difference. Say which you took, and what the other would have given.
#
# ## What could cherry-picking do?
#
# Suppose that nothing differed. Somebody who may choose among many specifications, and reports the
# one that came out best, will find something more often than one time in twenty. How much more
# often? If specifications were independent, with $k$ of them it would be $1 - 0.95^k$. They are
# not: they read the same openings. So the labels of the sides are dealt out anew, as in lesson 3,
# and all specifications asked each time.
#
# `fr.multiverse_test` does this, and compares two things with what dealt labels give: the number of
# clear specifications, and the median of the estimates, each in units of its margin of error. We
# listen at the door: every answer that it gets is noted, first those with the real labels, then
# those of each deal.

# %%
FEWER = {name: choices[name][:2] for name in ["articles", "within", "codes"]}
PUBLISHERS = {"businesses": "kept", "largest_publishers": "kept"}
k, DEALS = 8, 39


def joint_test(frame):
    """The test of all specifications at once; and every answer, shape (1 + deals, k)."""
    noted = []

    def watched(frames, **chosen):
        row = european_less_american(frames, **chosen, **PUBLISHERS, replicates=200).iloc[0]
        noted.append(row[["estimate", "low", "high", "p_value"]])
        return row

    pair = frames.select([frame]).where(frames.segments["region"].isin(["US", "EU"]))
    tested = fr.multiverse_test(watched, FEWER, pair, by="region", replicates=DEALS)
    return tested.set_index("statistic"), pd.DataFrame(noted).astype(float)


joint, heard = {}, {}
for frame in ["security", "dependence"]:
    joint[frame], heard[frame] = joint_test(frame)

# By hand: how many are clear one way, with the real labels and with each deal?
for frame, noted in heard.items():
    clear = (noted["p_value"] < 0.05) & ((noted["low"] > 0) | (noted["high"] < 0))
    way = np.sign(noted["estimate"].to_numpy()).reshape(1 + DEALS, k)
    clear = clear.to_numpy().reshape(1 + DEALS, k)
    number = np.maximum((clear & (way > 0)).sum(axis=1), (clear & (way < 0)).sum(axis=1))
    by_hand = (1 + (number[1:] >= number[0]).sum()) / (1 + DEALS)
    assert np.isclose(joint[frame].loc["clear", "p_value"], by_hand)

dealt = np.concatenate(
    [noted["p_value"].to_numpy().reshape(1 + DEALS, k)[1:] for noted in heard.values()]
)
first, best = (dealt[:, 0] < 0.05).mean(), (dealt.min(axis=1) < 0.05).mean()
as_many_as = np.log(1 - best) / np.log(0.95)
say(
    f"With labels dealt out {len(dealt)} times, specification 1 has p < 0.05 in {first:.0%} of "
    f"them; the best of {k} has in **{best:.0%}**. Were all independent, it would be "
    f"{1 - 0.95**k:.0%}. To choose among these {k} is as bad as to ask {as_many_as:.0f} "
    "independent questions and to tell of one."
)
tested = pd.concat(joint, names=["frame"])[["estimate", "p_value", "p_min"]]
tested.style.format("{:+.2f}", subset="estimate").format("{:.3f}", subset=["p_value", "p_min"])

# %% [markdown]
# *Dependence* stands: not one of the deals has as large a median, or as many clear specifications,
# and p cannot be smaller with so few deals. In *security* the specifications pull two ways, so
# that their median is nothing special; the number of clear ones is at the edge. That is no
# contradiction. The labels do go with something here: with the queries. Dealt labels tell what
# chance makes, and nothing of what the choice of articles makes.
#
# And this was one frame and one pair of sides. With ten frames and three pairs there are thirty
# such multiverses. Nobody needs to cheat: one looks at a few tables, sees where "the pattern is
# strongest", and finds a reason for that specification. So **decide before you look**, and write
# it down with a date; or **report all**, the curve and the test of the whole curve.
#
# ## Can a choice of articles make a difference?
#
# Let a share $p$ of all articles of a side use a frame. A query fetches an article that uses it
# with the chance $s_1$, and one that does not with $s_0$. Then the share among those fetched is
#
# $$
# p' = \frac{p\,s_1}{p\,s_1 + (1-p)\,s_0},
# \qquad\text{or in odds}\qquad
# \frac{p'}{1-p'} = \frac{p}{1-p}\cdot\frac{s_1}{s_0}.
# $$
#
# A query multiplies the odds of a frame by $s_1/s_0$. Put the same query for both sides, and both
# odds are multiplied alike: shares are wrong, and the *ratio of odds* between the sides is right.
# Put different queries, and the ratio is off by the ratio of theirs. Let us make two worlds that
# are the same, 30% in each, and fetch from them.

# %%
P, FETCH = 0.3, {"US": (0.5, 0.5), "EU": (0.8, 0.4)}  # chances with the frame, and without it
world = simulate.frames(
    {"US": 600, "EU": 600}, {"security": P}, segments=1, icc=0, by="region", seed=5
).features
uses = world.matrix.toarray()[:, 0] > 0
side = world.segments["region"]
chance = np.where(uses, side.map({g: s[0] for g, s in FETCH.items()}), 0) + np.where(
    uses, 0, side.map({g: s[1] for g, s in FETCH.items()})
)
fetched = world.where(np.random.default_rng(5).random(len(world)) < chance)
formula = {g: P * s1 / (P * s1 + (1 - P) * s0) for g, (s1, s0) in FETCH.items()}
shares = fr.emphasis(fetched, by="region").set_index("group")
assert ((shares["low"] < pd.Series(formula)) & (pd.Series(formula) < shares["high"])).all()
both_worlds = pd.DataFrame(
    {
        "all articles": fr.emphasis(world, by="region").set_index("group")["estimate"],
        "fetched": shares["estimate"],
        "by the formula": pd.Series(formula),
    }
)
made_up = fr.contrast(fetched, by="region", levels=["EU", "US"]).iloc[0]
say(
    f"A difference of {points(made_up['estimate'])} points, interval {points(made_up['low'])} to "
    f"{points(made_up['high'])}, p = {made_up['p_value']:.4f}; and none in the worlds."
)
both_worlds.style.format("{:.0%}")

# %% [markdown]
# The interval is honest about chance and knows nothing of the queries. More articles would only
# make it surer. Real archives do it too. American and European leaders put forward *values* and
# *security* about equally in `leaders`. Now pretend that we had fetched only those speeches that
# hold a certain word, of one side or of both:

# %%
words = counted("english", True)
spoken = fr.code(leaders, codebook)
FETCHED = {"values": "democracy", "security": "defense"}
made = {}
for frame, word in FETCHED.items():
    holds = words.segments["document"][words.select([word]).matrix.toarray()[:, 0] > 0]
    holds = spoken.segments["document"].isin(holds)
    for which, sides in {
        "neither": [],
        "only the American": ["US"],
        "only the European": ["EU"],
        "both": ["US", "EU"],
    }.items():
        kept = spoken.select([frame]).where(holds | ~spoken.segments["region"].isin(sides))
        row = fr.contrast(kept, by="region", levels=["EU", "US"], replicates=1000).iloc[0]
        made[f"{frame}, fetched by “{word}”", which] = row[
            ["n_documents", "estimate", "low", "high", "p_value"]
        ]
made = pd.DataFrame(made).T.astype(float)
made.style.format("{:+.0%}", subset=["estimate", "low", "high"]).format(
    "{:.0f}", subset="n_documents"
).format("{:.3f}", subset="p_value")

# %% [markdown]
# The same archive, the same coder, and both directions on demand. Fetch only the American speeches
# by *democracy*, and Americans speak more of values; fetch only the European ones, and Europeans
# do. With *defense* one of the two is even clear. With one rule for both sides what is left lies
# between the two, and nothing is clear. Nobody would do this on purpose. But "European articles on
# *regulation* and American articles on *technology*" is this, and so is a search engine that has
# learned what is popular where.
#
# What can be done? Fetch for all sides by the same rule. Compare within topics. And turn the
# formula round: *how lopsided would the queries have to be, to make all of a difference?*

# %%
share = fr.emphasis(frames, by="region").pivot(index="frame", columns="group", values="estimate")
odds = share / (1 - share)
needed = (odds["EU"] / odds["US"]).loc[["dependence", "rules", "security"]]
alike = frames.where(frames.segments["list"].isin(SHARED))
of_alike = fr.emphasis(alike, by="region").pivot(index="frame", columns="group", values="estimate")
odds_alike = of_alike / (1 - of_alike)
left = (odds_alike["EU"] / odds_alike["US"]).loc[needed.index]
lopsided = pd.DataFrame({"all openings": needed, "shared queries": left, "ratio": needed / left})
lopsided.style.format("{:.2f}")

# %% [markdown]
# The odds of *dependence* are three times as high in European openings. If queries had made all of
# that, those for the European side would have had to favour it three times as much as the American
# ones did. Openings from the queries that were put alike still have nearly twice the odds: so the
# sides' own queries may well have favoured it, and not enough. *Rules* hardly change. With
# *security* they would have done more than all of it, for the odds turn round. (Each ratio has an
# uncertainty of its own, and only 104 openings came from shared queries. This is a way to think,
# not a test.)
#
# ## Why are the findings of small studies large?
#
# Take a true difference $\delta$ of ten points, 30% against 40%, and an estimate that varies about
# it with the standard error $\sigma$. It is called clear if it is further than $c = 1.96\,\sigma$
# from zero. In a small study that is far more than ten points. So the estimates that are clear, and
# get told, are those that luck made too large. How much too large follows from the bell curve: with
# $u = (\delta-c)/\sigma$ and $v = (-\delta-c)/\sigma$, its density $\varphi$ and its distribution
# $\Phi$, the clear ones are, in size, on average
#
# $$
# \frac{\delta\,[\Phi(u)-\Phi(v)] + \sigma\,[\varphi(u)+\varphi(v)]}{\Phi(u)+\Phi(v)}
# $$
#
# and the part $\Phi(v)/[\Phi(u)+\Phi(v)]$ of them has the wrong sign (Gelman & Carlin 2014). We
# compare with 2,000 studies of each size. A difference is called clear here if its interval leaves
# out zero; the interval is that of lesson 3.

# %%
LOW, HIGH, SIZES = 0.3, 0.4, [15, 30, 60, 120, 240]
truth = HIGH - LOW


def told(n):
    """How often a study of n articles a side is clear, how large it then is, and its sign."""
    sigma = np.sqrt((LOW * (1 - LOW) + HIGH * (1 - HIGH)) / n)
    u, v = (truth - 1.96 * sigma) / sigma, (-truth - 1.96 * sigma) / sigma
    clear = stats.norm.cdf(u) + stats.norm.cdf(v)
    size = truth * (stats.norm.cdf(u) - stats.norm.cdf(v))
    size += sigma * (stats.norm.pdf(u) + stats.norm.pdf(v))
    return clear, size / clear, stats.norm.cdf(v) / clear


def differences(n, studies, rng):
    """Shares in studies of n articles a side, and the ends of the intervals of differences."""
    t, ends = stats.t.ppf(0.975, n - 1), []
    for share in (HIGH, LOW):
        p = rng.binomial(n, share, studies) / n
        middle = (p + t**2 / (2 * (n - 1))) / (1 + t**2 / (n - 1))
        half = t * np.sqrt(p * (1 - p) / (n - 1) + t**2 / (4 * (n - 1) ** 2))
        half = half / (1 + t**2 / (n - 1))
        ends.append((p, middle - half, middle + half))
    (a, low_a, high_a), (b, low_b, high_b) = ends
    return a, b, a - b - np.hypot(a - low_a, high_b - b), a - b + np.hypot(high_a - a, b - low_b)


rng, rows = np.random.default_rng(6), []
for n in SIZES:
    a, b, low, high = differences(n, 2000, rng)
    rows.append(pd.DataFrame({"n": n, "estimate": a - b, "clear": (low > 0) | (high < 0)}))
studies = pd.concat(rows, ignore_index=True)

# The library says the same of the last study.
one = pd.DataFrame({"document": range(2 * n), "region": ["EU"] * n + ["US"] * n})
marks = np.concatenate([np.arange(n) < round(n * share) for share in (a[-1], b[-1])])
last = fr.contrast(
    fr.Features(marks.astype(int)[:, None], ["rules"], one, kind="frame"),
    by="region",
    levels=["EU", "US"],
    replicates=100,
).iloc[0]
assert np.allclose(
    last[["estimate", "low", "high"]].astype(float), [a[-1] - b[-1], low[-1], high[-1]]
)

clear = studies[studies["clear"]]
small = pd.DataFrame(
    {
        "clear": studies.groupby("n")["clear"].mean(),
        "by the formula": [told(n)[0] for n in SIZES],
        "mean size of the clear": clear["estimate"].abs().groupby(clear["n"]).mean(),
        "by the formula ": [told(n)[1] for n in SIZES],
        "wrong sign": (clear["estimate"] < 0).groupby(clear["n"]).mean(),
        "by the formula  ": [told(n)[2] for n in SIZES],
    }
)

rng = np.random.default_rng(0)
_, ax = plt.subplots(figsize=(6, 2.7), layout="constrained")
ax.spines[["top", "right"]].set_visible(False)
for place, n in enumerate(SIZES):
    here = studies[studies["n"] == n].iloc[:200]
    x = place + rng.uniform(-0.27, 0.27, len(here))
    for some, look in [
        (~here["clear"], {"mfc": "white", "mec": UNCLEAR}),
        (here["clear"], {"mfc": NEUTRAL.colour, "mec": NEUTRAL.colour}),
    ]:
        ax.plot(x[some], 100 * here["estimate"][some], "o", ms=3, ls="none", **look)
    ax.hlines(
        100 * small["mean size of the clear"][n], place - 0.36, place + 0.36, color="#222222", lw=2
    )
ax.axhline(0, color="#222222", lw=0.7)
ax.axhline(100 * truth, color="#222222", lw=0.8, ls=(0, (4, 2)))
ax.annotate("truth", (len(SIZES) - 0.5, 100 * truth), (2, -3), textcoords="offset points")
ax.set(xticks=range(len(SIZES)), xticklabels=SIZES, xlim=(-0.5, len(SIZES) - 0.5))
ax.set(xlabel="articles a side", ylabel="EU − US, points")
ax.set(title="Studies of one truth; dark: clear, thick line: their mean size")
small.rename_axis("articles a side").style.format("{:.0%}").format(
    "{:.1%}", subset=["wrong sign", "by the formula  "]
)

# %% [markdown]
# Each mark is a study. Read the dark ones only, as one reads a literature: with 15 articles a
# side, four times the truth, and hardly a study that reports it. With 240 the clear ones are
# nearly right, because nearly any estimate near the truth is clear. (The formula is one for bell
# curves. With 15 articles it is a little off, most for the wrong sign.)
#
# **What it shows.** A clear finding of a small study is too large *because* it is clear. This is no
# fault of the test, which keeps its promise, nor of those who wrote it.
#
# **What it does not show.** How large *your* true difference is. Nobody knows $\delta$. But you can
# put in one that would be worth having, and ask what your study would then report.
#
# ## Exercises
#
# **1 · Warm up.** Write two sentences about *security* in these openings, each true of one
# specification in the multiverse above, that contradict each other. Then write one that is true of
# all of them.

# %% tags=["solution"]
one_each = security.drop_duplicates("specification").set_index("specification")
chosen = security.pivot(index="specification", columns="choice", values="option")
for number, more, less in [
    (one_each["estimate"].idxmin(), "American", "European"),
    (one_each["estimate"].idxmax(), "European", "American"),
]:
    row = one_each.loc[number]
    how = ", ".join(
        f"{choice.replace('_', ' ')}: {chosen.loc[number, choice]}" for choice in choices
    )
    say(
        f"* “{more} publishers speak of security more than {less} ones do, by "
        f"{abs(100 * row['estimate']):.0f} points.” (Specification {number}; {how}; p = "
        f"{row['p_value']:.2f}.)"
    )
say(
    "Of all: “Whether European or American publishers speak more of security depends on which "
    "openings are compared.” Only this one should be printed. Nothing in the first two is wrong, "
    "and each hides the other."
)

# %% [markdown]
# **2 · On your own.** Japanese openings speak more of *resilience* than American ones. One
# newspaper and one ministry wrote many of the Japanese ones. Make a multiverse with the choice of
# leaving either out, and two more choices of your own. Which of them moves the difference most?
# Does `cluster="publisher"` move the estimate, or something else?

# %% tags=["solution"]
in_japan = openings.documents.query("region == 'JP'")["publisher"].value_counts()


def japanese_openings(frames, left_out, within, articles, cluster):
    """The difference in resilience between Japanese and American openings."""
    about = frames.segments
    keep = ~about["publisher"].isin(left_out)
    if articles == "shared queries":
        keep &= about["list"].isin(SHARED)
    return fr.contrast(
        frames.where(keep),
        by="region",
        levels=["JP", "US"],
        within=within,
        cluster=cluster,
        replicates=1000,
    )


resilience = fr.multiverse(
    japanese_openings,
    {
        "left_out": {
            "nobody": [],
            in_japan.index[0]: [in_japan.index[0]],
            in_japan.index[1]: [in_japan.index[1]],
        },
        "within": [None, "topic"],
        "articles": ["all", "shared queries"],
        "cluster": [None, "publisher"],
    },
    frames.select(["resilience"]),
)
of_choice = (
    fr.multiverse_summary(resilience).query("statistic == 'part'").set_index("choice")["estimate"]
)
wide = resilience.drop_duplicates("specification").assign(
    width=lambda t: t["high"] - t["low"],
    cluster=resilience.pivot(index="specification", columns="choice", values="option")[
        "cluster"
    ].to_numpy(),
)
width = wide.groupby("cluster")["width"].mean()
say(
    f"{in_japan.index[0]} wrote {in_japan.iloc[0]} and {in_japan.index[1]} {in_japan.iloc[1]} of "
    f"{in_japan.sum()}. {' '.join(fr.multiverse_in_words(resilience)[1:])} `cluster` moves no "
    f"estimate ({of_choice['cluster']:.0%}): it says what varies. It could have widened the "
    f"intervals; here they are {100 * width['publisher']:.1f} points wide on average in place of "
    f"{100 * width['none']:.1f}, since few publishers have several openings."
)
fr.plot_multiverse(resilience, title="Resilience: how much more in Japanese openings")[0]

# %% [markdown]
# **3 · Further.** Rank the publishers of `openings` by their share of *security*. Who is at the
# top, who at the bottom, and how many openings have they? Shuffle the codes among all openings, so
# that no publisher has a line of its own, and rank again. What does the variance of a share,
# $p(1-p)/n$, say of rankings?

# %% tags=["solution"]
marks = pd.DataFrame(
    {
        "publisher": frames.segments["publisher"].to_numpy(),
        "as coded": frames.select(["security"]).matrix.toarray()[:, 0],
    }
)
marks["shuffled"] = np.random.default_rng(1).permutation(marks["as coded"])
by_publisher = marks.groupby("publisher").agg(
    n=("as coded", "size"), coded=("as coded", "mean"), shuffled=("shuffled", "mean")
)
extreme = {
    name: by_publisher.loc[by_publisher[name].isin([0, 1]), "n"] for name in ["coded", "shuffled"]
}
overall = marks["as coded"].mean()
several = by_publisher[by_publisher["n"] >= 3]
expected = np.sqrt((overall * (1 - overall) / several["n"]).mean())
say(
    f"{len(extreme['coded'])} of {len(by_publisher)} publishers stand at 0% or 100%; they have "
    f"{extreme['coded'].mean():.1f} openings on average, and {extreme['coded'].max()} at most. "
    f"With the codes shuffled it is {len(extreme['shuffled'])}. Both ends of a ranking belong to "
    f"the small. Of publishers with three openings or more, shares have a standard deviation of "
    f"{several['coded'].std():.2f}; by $p(1-p)/n$ chance alone would give {expected:.2f}. Rank "
    "what has enough documents, or draw intervals, or do not rank."
)

# %% [markdown]
# ## Key points
#
# * Counts hold that an aspect was put forward: not who does what to whom, not for or against, not
#   in whose voice.
# * Whoever reports one specification reports a draw. Ask under every defensible choice, show the
#   curve, and say which choice moves it.
# * Specifications are no independent witnesses, and their median is no verdict. Think about the one
#   choice that matters.
# * The best of many specifications finds something in nothing. Decide before you look, or test the
#   whole curve.
# * Queries multiply odds. Different queries make differences, and more articles make them surer.
# * A clear finding of a small study is too large.
# * Write down what you decided, and when. Readers can forgive a choice that they can see.
#
# **Next:** your own question. [8 · Bring your own corpus](08-bring-your-own-corpus.ipynb) has what
# you need to begin.

# %%
# The headline numbers. If the data change, this cell fails, and the prose above is read again.
assert card.loc[("of these", "by the largest publisher")].tolist() == [5, 3, 11]
assert card.loc[("of these, fetched", "by queries put for all sides")].sum() == 104
assert all(row["words that differ"] == row["frames that differ"] == 0 for row in apart.values())
assert part["articles"] > 0.95


def summed(table):
    """The summary of a multiverse: rows by statistic; parts and means by choice and option."""
    summary = fr.multiverse_summary(table)
    parts = summary[summary["statistic"] == "part"].set_index("choice")["estimate"]
    means = summary[summary["statistic"] == "mean"].set_index(["choice", "option"])["estimate"]
    return summary.set_index("statistic").drop(index=["part", "mean"]), parts, means


of_all, parts, means = summed(security)
assert parts["articles"] > 0.75
assert means["articles", "all"] < -0.1 < 0 < means["articles", "shared queries"]
assert of_all.loc["median", "least"] < -0.15 < 0.15 < of_all.loc["median", "most"]
assert of_all.loc["clear", "estimate"] > 0.15 > of_all.loc["clear_against", "estimate"] == 0
for table in (security, dependence):
    assert table.loc[table["specification"] == 1, "p_value"].max() < 0.05
of_all, parts, means = summed(dependence)
assert of_all.loc["same_sign", "estimate"] == 1
assert of_all.loc["clear", "estimate"] > 0.4
with_all = dependence[dependence["option"].eq("all") & dependence["choice"].eq("articles")]
assert (with_all["p_value"] < 0.05).mean() > 0.85
of_all, parts, means = summed(values)
assert of_all.loc["same_sign", "estimate"] == 1
assert clear_with["no “free and open”"] <= 1 < 4 < clear_with["no “democra…”"]
assert means["codebook", "no “democra…”"] > means["codebook", "whole"]
assert means["speakers", "without Mr Kishida"] > means["speakers", "all"] + 0.05
of_all, parts, means = summed(bits)
assert of_all.loc["clear", "estimate"] == 1
assert parts["stop_words"] > 0.85
assert 1.5 < means["stop_words", "left out"] / means["stop_words", "kept"] < 2.2
assert first < 0.1 < best
assert joint["dependence"]["p_value"].max() < 0.05
assert joint["security"].loc["median", "p_value"] > 0.1
assert made_up["low"] > 0.05
assert abs(both_worlds.loc["EU", "all articles"] - both_worlds.loc["US", "all articles"]) < 0.03
gaps = made["estimate"].unstack()
assert (gaps["only the American"] < gaps[["neither", "both"]].min(axis=1)).all()
assert (gaps["only the European"] > gaps[["neither", "both"]].max(axis=1)).all()
assert (made["p_value"] < 0.05).sum() == 1
assert 2.8 < needed["dependence"] < 3.4
assert 1.7 < left["dependence"] < 2.1
assert needed["security"] < 1 < left["security"]
assert small["mean size of the clear"].iloc[0] > 4 * truth
assert small["mean size of the clear"].iloc[-1] < 1.35 * truth
assert (abs(small["clear"] - small["by the formula"]) < 0.03).all()
assert np.isclose(of_choice["cluster"], 0)
assert of_choice.drop("(together)").idxmax() == "within"
assert extreme["coded"].mean() < 1.5
