# %% [markdown]
# # 7 · Track the shift
#
# * **Question:** How did the emphasis of the US, the EU and Japan move from 2021 to 2024: which
#   moves are clear, which are noise, and did the sides come closer?
# * **You will learn:** to put a slope and its interval together by hand; to tell a trend from a
#   bend, and a break from two odd quarters; to set a whole mix against its noise floor, year by
#   year; to ask whether sides came closer; to hold a finding against other readings, other texts
#   and other measures; to keep a ledger of what was claimed and what is left.
# * **Time:** about 60 minutes, and 20 to 30 for the exercises.
# * **Needs:** [3 · How sure are we?](03-how-sure-are-we.ipynb) and what comes before it; for two
#   sections [4 · Code frames and check the coder](04-code-frames-and-check-the-coder.ipynb) and [6
#   · Model prevalence](06-model-prevalence.ipynb).
# * **Data:** `openings` (hand codes), `leaders` (counts of words, and paragraphs coded by hand),
#   `statements` (counts of words), `articles`, and a toy corpus.
# * **Method and reference:** intervals of linear combinations (Zou & Donner 2008,
#   <https://doi.org/10.1002/sim.3095>); change points by optimal partitioning (Jackson et al. 2005)
#   at Schwarz's price (Yao 1988); noise floor of a divergence, as in lesson 3; resonance (Barron et
#   al. 2018, <https://doi.org/10.1073/pnas.1717729115>).
#
# Run the cells from top to bottom. The first one loads everything.

# %%
import warnings
from dataclasses import replace
from itertools import combinations, pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import display

import framing as fr
from framing.inference import adjust
from framing.lesson import points, say
from framing.plot import looks
from framing.plot.style import STYLE
from framing.verdicts import verdicts

openings, leaders, statements, articles = (
    fr.load(name) for name in ["openings", "leaders", "statements", "articles"]
)
codebook = fr.Codebook.load("critical-technology")
frames = fr.code(openings)  # the hand codes: which frames each opening uses
SIDES, YEARS = ["US", "EU", "JP"], ["2021", "2022", "2023", "2024"]
PAIRS = list(combinations(SIDES, 2))
STEPS = 3  # from the first year to the last
LOOK = looks(["machine", "corrected", "topics"])
plt.rcParams.update(STYLE)
plt.rcParams.update({"figure.dpi": 150, "axes.titlelocation": "left", "axes.titleweight": "bold"})


def written(row, times=1):
    """Write a change with its interval, in points; a slope of four years times three."""
    if np.isnan(row["low"]):
        return f"{points(times * row['estimate'])} (no interval)"
    ends = " to ".join(points(times * row[end]) for end in ("low", "high"))
    return f"{points(times * row['estimate'])} ({ends})"


def slopes_of(table):
    """Slopes of a trend, with a verdict on what they come to from the first year to the last."""
    rows = table[table["statistic"] == "slope"]
    return rows.assign(verdict=verdicts(rows, scale=STEPS))


def whole_of(table):
    """The rows of whole mixes, without those of single frames."""
    keys = [key for key in ["group", "reference", "period"] if key in table]
    return table[table["frame"].isna()].set_index([*keys, "statistic"]).sort_index()


def heard(function, *given, **how):
    """Call a function; give its result, and the warnings in place of showing them."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = function(*given, **how)
    return result, [str(warning.message) for warning in caught]


# %% [markdown]
# ## The question
#
# From 2021 to 2024 much happened: chips ran short, a war began, one government after another put
# controls on exports, and everybody wrote a strategy. Did the *emphasis* move with it? Here are
# five sentences of a kind that one reads about these years:
#
# * **A.** America turned from building up to fencing off: less *investment* and *resilience*, more
#   *protection*.
# * **B.** Europe woke up to its *dependence*.
# * **C.** Japan looked for partners: more *cooperation*.
# * **D.** Everybody came to speak of *security*.
# * **E.** The allies closed ranks: their mixes of frames came closer.
#
# Each says who moved, and which way, so each can fail. **Before you go on, write down which of the
# five you believe, and how many points you expect.** Who looks first will find that the data say
# what they always thought. At the end we settle the account.
#
# ### The data card
#
# How much is there, each year? And who of those who speak is there in more than one year?

# %%
rows = {}
for name, corpus, who in [
    ("openings", openings, "publisher"),
    ("statements", statements, "publisher"),
    ("leaders", leaders, "speaker"),
]:
    held = corpus.documents.assign(year=corpus.documents["date"].dt.year.astype(str))
    for side, here in held.groupby("region"):
        years_of = here.groupby(who)["year"].nunique()
        rows[name, side] = {
            **here["year"].value_counts().reindex(YEARS).to_dict(),
            "publishers or speakers": len(years_of),
            "in several years": (years_of > 1).sum(),
        }
card = pd.DataFrame(rows).T.loc[
    [("openings", s) for s in SIDES] + [("statements", "US")] + [("leaders", s) for s in SIDES]
]
display(card)

about = frames.segments.assign(year=frames.segments["date"].dt.year.astype(str))
american = about[about["region"] == "US"]
subjects = pd.crosstab(american["topic"], american["year"], normalize="columns")
display(subjects.style.format("{:.0%}").set_caption("What American openings are about"))
quarters, told = heard(fr.timeline, openings, by="region", over="quarter")
say(f"By quarter, the library warns: *{told[0]}*")
fr.plot_timeline(quarters)

# %% [markdown]
# **What it shows.** The US is there in every quarter. Europe comes in bursts, and Japan has empty
# quarters. So we compare sides by *year*, and look at quarters for the US alone. Few publishers
# come back in another year: the "US of 2021" and the "US of 2024" are mostly different people.
#
# **What it does not show.** What the years stand for. Look at the table of subjects: chips were
# found in 2022, and artificial intelligence in 2023. If a frame goes with a subject, then it moved
# *because the subject did*. In lesson 2 the side was confounded with the topic. Here the year is,
# too.
#
# ## A slope, by hand
#
# Four shares, one a year. The plainest summary is a straight line, and its **slope** $b$ says how
# many points the share rises in a year. Least squares gives each year a weight,
#
# $$
# b = \sum_t w_t\, p_t, \qquad w_t = \frac{t - \bar t}{\sum_s (s - \bar t)^2}.
# $$
#
# How sure is it? The years are different documents, so their errors are independent, and the
# variance of $b$ is $\sum_t w_t^2 v_t$. As in lesson 3 we can do better than $\pm 2\sqrt{\cdot}$:
# shares near 0 or 1 have lopsided intervals. Downwards, $b$ reaches as far as
# $\sqrt{\sum_t (w_t d_t)^2}$, where $d_t$ is how far the share of year $t$ reaches *in the
# direction that lowers the slope*: down for the late years, up for the early ones. Upwards it is
# the other way round. A difference between two sides is the case $w = (1, -1)$.
#
# Here are twelve documents a year, of which 2, 3, 5 and 8 use a frame.

# %%
used = [2, 3, 5, 8]
toy = fr.Features(
    np.concatenate([np.arange(12) < k for k in used]).astype(int)[:, None],
    ["rules"],
    pd.DataFrame({"document": range(48), "year": np.repeat([2021, 2022, 2023, 2024], 12)}),
    kind="frame",
)
year = fr.emphasis(toy, by="year")  # four shares with their intervals, as in lesson 2
p, low, high = (year[column].to_numpy() for column in ["estimate", "low", "high"])

t = np.arange(2021, 2025)
w = (t - t.mean()) / ((t - t.mean()) ** 2).sum()
b = (w * p).sum()
down = np.where(w > 0, w * (p - low), w * (high - p))
up = np.where(w > 0, w * (high - p), w * (p - low))
by_hand = b, b - np.sqrt((down**2).sum()), b + np.sqrt((up**2).sum())
error = np.sqrt((w**2 * p * (1 - p) / (12 - 1)).sum())  # v of one code a document: p(1−p)/(n−1)

line = fr.trend(toy).query("statistic == 'slope'").iloc[0]
assert np.isclose(b, np.polyfit(t, p, 1)[0])
assert np.allclose(line[["estimate", "low", "high"]].astype(float), by_hand)
halfway = {"down": by_hand[0] - by_hand[1], "up": by_hand[2] - by_hand[0]}
say(
    f"Weights {', '.join(f'{x:+.1f}' for x in w)}; slope {100 * b:.1f} points a year, standard "
    f"error {100 * error:.1f}. Interval: {100 * by_hand[1]:.1f} to {100 * by_hand[2]:.1f}, so "
    f"{100 * halfway['down']:.1f} down and {100 * halfway['up']:.1f} up. "
    f"p = {line['p_value']:.3f}, by {line['test']}: the *years* are dealt out to the documents, as "
    "sides were in lesson 3."
)
flat = {"steady": [2, 3, 5, 6], "peak": [4, 8, 8, 4], "step": [2, 2, 6, 6]}
pd.DataFrame(
    {
        name: {**dict(zip(YEARS, k, strict=True)), "slope, points": 100 * w @ np.array(k) / 12}
        for name, k in flat.items()
    }
).T.style.format("{:.0f}").format("{:.1f}", subset="slope, points")

# %% [markdown]
# Look at the weights. The first and last year count three times as much as those between, and a
# slope is mostly the difference of the ends. It cannot tell a *step* from a *steady* rise, and for
# it a *peak* is flat. It answers one question, and we shall need others.
#
# ## Thirty slopes, four readings
#
# Ten frames on three sides. Lesson 2 taught to read a comparison in several ways, and we do the
# same with slopes: as they are; **within topic**, as if every year had had the same mix of
# subjects; with **publishers** varying, not openings; and on the **shared lists** of queries alone,
# which were put alike for all sides and years.

# %%
SHARED = "semiconductors ai minerals-batteries controls-security digital-quantum".split()
on_lists = frames.where(frames.segments["list"].isin(SHARED))
trends = fr.trend(frames, by="region")
readings, told = {"plain": trends}, {}
readings["within topic"], told["topic"] = heard(fr.trend, frames, by="region", within="topic")
readings["by publisher"], told["publisher"] = heard(
    fr.trend, frames, by="region", cluster="publisher"
)
readings["on shared lists"], told["lists"] = heard(fr.trend, on_lists, by="region")
slopes = {name: slopes_of(table) for name, table in readings.items()}
clear = {name: table[table["verdict"] == "clear"] for name, table in slopes.items()}
say(
    "Clear, of 30 slopes:\n\n"
    + "\n".join(
        f"* **{name}:** "
        + (", ".join(f"{r.group} {r.frame}" for r in table.itertuples()) or "none")
        + f" ({slopes[name]['p_value'].notna().sum()} could be tested, "
        f"{slopes[name]['low'].notna().sum()} have an interval)"
        for name, table in clear.items()
    )
    + f"\n\nWithin topic: *{told['topic'][0]}*"
)
drawn = [trends] + [
    table.assign(statistic=f"slope {name}") for name, table in slopes.items() if name != "plain"
]
fr.plot_trends(pd.concat(drawn), n=10)[0, 0]  # any panel shows all

# %% [markdown]
# **What it shows.** All that is clear as it stands is American: *protection* rises, *resilience*,
# *investment* and *competition* fall. None of the four is clear in every reading, and so all are
# dashed. A fifth, *rules*, is clear on the shared lists and nowhere else. Grey panels cannot be
# said, and most panels are grey.
#
# **What it does not show.** That Europe and Japan stood still. Their intervals are wide. A grey
# panel may hide a move as large as the American ones; exercise 3 asks how large.
#
# How do readings fall out for the sentences? A slope of four years is three steps, so below are
# changes *from first to last*, in points; a star marks what is clear.

# %%
CLAIMS = {
    "A": [("US", "protection", 1), ("US", "investment", -1), ("US", "resilience", -1)],
    "B": [("EU", "dependence", 1)],
    "C": [("JP", "cooperation", 1)],
    "D": [(side, "security", 1) for side in SIDES],
}
claimed = {
    (letter, f"{side} {frame} {'up' if way > 0 else 'down'}"): {
        name: table.set_index(["group", "frame"]).loc[(side, frame)]
        for name, table in slopes.items()
    }
    for letter, some in CLAIMS.items()
    for side, frame, way in some
}
ledger = pd.DataFrame(
    {
        key: {
            name: written(row, STEPS) + (" ★" if row["verdict"] == "clear" else "")
            for name, row in of.items()
        }
        for key, of in claimed.items()
    }
).T
of_protection = claimed["A", "US protection up"]
kept = of_protection["within topic"]["estimate"] / of_protection["plain"]["estimate"]
europe = claimed["B", "EU dependence up"]["plain"]
say(
    f"Within topic, {kept:.0%} of the rise of American *protection* is left. If the interval holds "
    f"the truth, European *dependence* rose by {100 * STEPS * europe['high']:.0f} points at most, "
    "from first to last."
)
ledger

# %% [markdown]
# **A** keeps its direction in every reading, and loses size: a good part of it is that openings
# were about other things. **B** is not just unproved. The interval speaks against any rise worth
# the name; if anything, dependence *fell*. **C** is clear in one reading, and not in the others.
# Whoever reports that one alone is picking cherries. **D** has zero inside its intervals, on every
# side.
#
# ## A line does not see a bend
#
# `fr.change` makes no line. It follows each side from 2021 on, and asks by how much *more* one side
# rose than another. And for the US, which has openings in every quarter, `fr.change_points` looks
# for **breaks**: it cuts the series where that lowers the squared error by more than a stated
# price. Whoever searches for the best cut will find one. So its p deals the documents out over the
# quarters at random, searches *those* series in the same way, and asks how often they do as well.
# Its *support* is how often the cut comes back, to within a quarter, when the series is drawn
# again.

# %%
moves = fr.change(frames, by="region", replicates=5000)
apart = moves[moves["statistic"] == "difference in change"]
uneven = apart[verdicts(apart) == "clear"]
peak = trends.query("group == 'EU' and frame == 'resilience'").set_index("statistic")
breaks, _ = heard(fr.change_points, frames, over="quarter", by="region")
whole = breaks[breaks["frame"].isna()].set_index(["group", "statistic"]).sort_index()
found = breaks[breaks["statistic"] == "changes"].dropna(subset="frame")
american_break = whole.loc["US"]
say(
    "European *resilience*: "
    + ", ".join(f"{share:.0%}" for share in peak.loc["share", "estimate"])
    + f". Its slope: {100 * peak.loc['slope', 'estimate']:+.0f} points a year. Of "
    f"{uneven['n_tests'].iloc[0]} differences in change, {len(uneven)} are clear, "
    f"{(uneven['period'] == '2021–2023').sum()} of them between 2021 and 2023, and "
    f"{((uneven['group'] == 'EU') | (uneven['reference'] == 'EU')).sum()} with the EU."
)
say(
    "Breaks of the whole mix: "
    + "; ".join(
        f"{side} {whole.loc[(side, 'changes'), 'estimate']:.0f} "
        f"(q = {whole.loc[(side, 'changes'), 'q_value']:.3f})"
        for side in SIDES
    )
    + f". The American one begins with {american_break.loc['divergence', 'period']}, with "
    f"a support of {american_break.loc['support', 'estimate']:.0%}. Of single frames with a break, "
    + ", ".join(f"{r.group} {r.frame}" for r in found[found["q_value"] < 0.05].itertuples())
    + f" is the only one of {len(found)} with q below 0.05."
)
display(fr.plot_change(moves, n=8)[0, 0])
fr.plot_change_points(breaks.query("group == 'US'"), "competition")

# %% [markdown]
# **What it shows.** European *resilience* was there in 2023 and gone in 2024, and its slope is next
# to nothing. Where sides changed differently, Europe is always one of the two, and the years are
# 2021 and 2023. The American mix broke once, at the turn of 2022 to 2023, and the search found that
# without being told where to look.
#
# **What it does not show.** That it broke *in* a quarter. A steady drift, cut into steps, looks
# like this too; support tells how well the place is known, if there is a break at all. Nor why:
# export controls on chips were announced in October 2022, and much else happened in that winter.
# And beware of the next step, which is to compare before and after *because* we saw a break there.
# Such a test has looked at the answer.
#
# ## How far did the whole mix move?
#
# Ten frames are ten questions. `fr.shift` asks one: how far is the mix of 2024 from that of 2021,
# in bits, and how far would it be if years meant nothing? It is the divergence of lesson 3, with
# its noise floor, between two years of one side. We ask it of the ends, and of each step.

# %%
shifts = fr.shift(frames, by="region")
every = {"2021–2024": shifts} | {
    f"{a}–{b}": fr.shift(frames, by="region", first=a, last=b) for a, b in pairwise(YEARS)
}
whole_shift = whole_of(pd.concat(every.values()))
p_values = whole_shift["p_value"].xs("divergence", level="statistic")
q_values = pd.Series(adjust(p_values.to_numpy()), p_values.index)  # all twelve are one family


def floor(side, period):
    """Write a divergence, its floor, and what is left, in thousandths of a bit."""
    at = whole_shift.loc[(side, period)]
    some = (at.loc[name, "estimate"] for name in ("divergence", "null_mean"))
    observed, null = (f"{1000 * x:.0f}" for x in some)
    ends = "–".join(f"{1000 * at.loc['excess', end]:.0f}" for end in ("low", "high"))
    star = " ★" if q_values[side, period] < 0.05 and at.loc["excess", "low"] > 0 else ""
    return f"{observed} − {null}, excess {ends}{star}"


steps = pd.DataFrame({side: {period: floor(side, period) for period in every} for side in SIDES})
by_topic, _ = heard(fr.shift, frames, by="region", within="topic")
of_topics = whole_of(by_topic).droplevel("period")
by_topic_us = of_topics.loc["US"]
say(
    "Within topic, the American excess from 2021 to 2024 is "
    f"{1000 * by_topic_us.loc['excess', 'estimate']:.0f} thousandths of a bit "
    f"({1000 * by_topic_us.loc['excess', 'low']:.0f} to "
    f"{1000 * by_topic_us.loc['excess', 'high']:.0f}), p = "
    f"{by_topic_us.loc['divergence', 'p_value']:.3f}; as it stands it is "
    f"{1000 * whole_shift.loc[('US', '2021–2024', 'excess'), 'estimate']:.0f}."
)
display(steps)
fr.plot_shift(shifts, n=5)

# %% [markdown]
# **What it shows.** The American mix moved, and it moved in one step, from 2022 to 2023; before and
# after, it is no further from itself than chance puts it. Europe's divergence from 2021 to 2024
# *is* its noise floor. Japan's is larger than the American one, and most of it is floor: 18
# openings against 18.
#
# **What it does not show.** That Europe is where it was: its excess may be zero, and its interval
# reaches beyond the American estimate. And within topics less of the American move is left. A shift
# is the sum of what was said otherwise and of what else was talked about.
#
# ## Closer, or further apart?
#
# Sentence E needs another comparison: not a side with itself, but the sides with each other, in
# every year.

# %%
distances = fr.divergence(frames, by=["region", "year"], replicates=5000)
same_topics, _ = heard(fr.divergence, frames, by=["region", "year"], within="topic", replicates=500)


def closer(table, first="2021", last="2024"):
    """How the excess of each pair changed: the difference of lesson 3, made from two intervals."""
    rows = {}
    for pair in [*PAIRS, ("all", "all")]:
        x, y = (table.loc[(*pair, when, "excess")] for when in (first, last))
        a, b = x["estimate"], y["estimate"]
        down = np.hypot(b - min(y["low"], b), max(x["high"], a) - a)
        up = np.hypot(max(y["high"], b) - b, a - min(x["low"], a))
        rows["all three" if pair[0] == "all" else " and ".join(pair)] = {
            first: a,
            last: b,
            "change": b - a,
            "low": b - a - down,
            "high": b - a + up,
        }
    return pd.DataFrame(rows).T


raw, within = closer(whole_of(distances)), closer(whole_of(same_topics))

codes, region, year_of = frames.matrix.toarray(), about["region"].to_numpy(), about["year"]


def moved(years):
    """By how much the divergence of each pair grew from 2021 to 2024, with these years."""
    mixes = {
        (side, when): codes[(region == side) & (years == when)].sum(axis=0)
        for side in SIDES
        for when in ("2021", "2024")
    }
    return [
        fr.jensen_shannon(mixes[a, "2024"], mixes[b, "2024"]).sum()
        - fr.jensen_shannon(mixes[a, "2021"], mixes[b, "2021"]).sum()
        for a, b in PAIRS
    ]


rng = np.random.default_rng(2024)
dealt = year_of.to_numpy(copy=True)
observed, null = np.array(moved(dealt)), []
for _ in range(1000):  # deal the four years out anew, inside every side
    for side in SIDES:
        dealt[region == side] = rng.permutation(dealt[region == side])
    null.append(moved(dealt))
null = np.array(null)
beyond = abs(null - null.mean(axis=0)) >= abs(observed - null.mean(axis=0))
p_moved = pd.Series((1 + beyond.sum(axis=0)) / (1 + len(null)), [" and ".join(x) for x in PAIRS])
raw["p"] = p_moved
say(
    "Change of the excess from 2021 to 2024, within topic: "
    + "; ".join(
        f"{pair} {row['change']:+.3f} ({row['low']:+.3f} to {row['high']:+.3f})"
        for pair, row in within.iterrows()
    )
    + "."
)
display(raw.style.format("{:+.3f}").format("{:.3f}", subset="p", na_rep=""))
fr.plot_divergence(distances)

# %% [markdown]
# (p is from dealing out years inside each side: what the distance would do if *no* side had moved.)
#
# **What it shows.** No closing of ranks. All together, the sides are as far apart in 2024 as in
# 2021, as far as can be told. But the pairs changed places: the US stood beside Japan and away from
# Europe, and by 2024 it stands nearer to Europe and away from Japan. That fits what we know: only
# the US is sure to have moved, and when one of three moves, two distances change with it.
#
# **What it does not show.** That this is about emphasis. At the same mix of topics, no change of
# distance leaves out zero. With some twenty openings a year from Europe and from Japan, and their
# topics spread over six, a distance by year is at its limit.
#
# ## Does anybody else say so?
#
# A finding from one corpus is a finding about how it was collected. So look elsewhere. `statements`
# are by the White House, on technology, four years long. There is no sample coded by hand, so that
# the codes of the dictionary stand uncorrected, and we have to assume that it errs alike in all
# years (lesson 4 says what comes of it where it does not). For sentence A: did the US government
# turn to *protection*? And which words moved, of all its words? With thousands of them we read
# `p_family`.

# %%
official = fr.code(statements, codebook)
of_house, _ = heard(fr.trend, official, within="kind")
house = {
    name: slopes_of(table).set_index("frame")
    for name, table in [("as they are", fr.trend(official)), ("within kind", of_house)]
}
terms = fr.count(statements, stop_words="english", min_documents=10)
late = terms.segments["date"].dt.year >= 2023
halves = replace(terms, segments=terms.segments.assign(era=np.where(late, "2023–24", "2021–22")))
key = fr.keyness(halves, by="era", against="pairs", replicates=2000)
key["times"] = np.exp(abs(key["estimate"]))
key["more in"] = np.where(key["estimate"] > 0, key["group"], key["reference"])
sure_words = key[key["p_family"] < 0.05]
fence = key[key["term"].isin(["export controls", "investment screening"])]
asked = ["protection", "investment", "resilience"]
display(
    pd.DataFrame(
        {
            name: {f: f"{written(t.loc[f], STEPS)}, {t.loc[f, 'verdict']}" for f in asked}
            for name, t in house.items()
        }
    )
)
say(
    f"Of {len(key):,} words, those with p_family below 0.05: "
    + ", ".join(
        f"*{r['term']}* (×{r['times']:.0f} in {r['more in']})" for _, r in sure_words.iterrows()
    )
    + ". Words of fencing off: "
    + ", ".join(
        f"*{r['term']}* (×{r['times']:.0f} in {r['more in']}, p_family {r['p_family']:.1f})"
        for _, r in fence.iterrows()
    )
    + "."
)
fr.plot_keyness(key, n=7)

# %% [markdown]
# **What it shows.** Nothing of the kind. *Protection* did not move by much in these statements: the
# interval says so, and it says it within kinds of document as well. *Export controls* and
# *investment screening* are, if anything, words of the earlier years. One word came, *AI*.
#
# **What it does not show.** That sentence A is wrong. These are statements of a government, and
# `openings` are mostly by others: newspapers, think-tanks, law firms. But two corpora that disagree
# have told us something: do not say "America" where you mean these publishers.
#
# ## A trend, or an event?
#
# Sentence D says *everybody*, so ask the leaders of all three sides. How much they speak of
# *security* can be measured in three ways: the dictionary; the dictionary **corrected** by the 240
# paragraphs coded by hand (lesson 4); and the **topics** of the war and of troops (lesson 6).
# Events vary, not documents.

# %%
machine = fr.code(leaders, codebook).select(["security"])
sample = fr.Sample.load(leaders.folder / "coding/sample.json", leaders)
people = sample.labelled(fr.read_codes(leaders.folder / "coding/settled.csv", sample=sample))
people = people.select(["security"])

words = fr.count(leaders, min_documents=8)
words = words.where(words.matrix.sum(axis=1) >= 5)
YEARLY = "~ region * C(year)"  # every side and year has a level of its own
model = fr.topics.StructuralTopicModel(8, prevalence=YEARLY, tol=3e-5).fit(words)
top = fr.topics.topic_summary(model, 8).set_index("topic")["terms"]
of_war = [name for name in model.topic_names_ if {"ukraine", "poland"} & set(top[name].split(", "))]
above = pd.DataFrame({"security": [float(name in of_war) for name in model.topic_names_]})

by_event = {"by": "region", "over": "year", "cluster": "event"}
three = {
    "machine": fr.trend(machine, **by_event),
    "corrected": fr.trend(machine, labelled=people, **by_event),
    "topics": fr.topics.prevalence(model, YEARLY, frames=above, **by_event),
}
levels = {
    name: table[table["statistic"].isin(["share", "prevalence"])].set_index(["group", "period"])
    for name, table in three.items()
}
drift = {name: slopes_of(three[name]).set_index("group") for name in ["machine", "corrected"]}
jump = {
    "machine": fr.change(machine, **by_event),
    "corrected": fr.change(machine, labelled=people, **by_event),
    "topics": fr.topics.prevalence_differences(model, YEARLY, frames=above, **by_event),
}
jump = {
    name: table[(table["statistic"] == "change") & (table["period"] == "2021–2022")]
    .set_index("group")
    .loc[SIDES]
    .assign(verdict=verdicts)
    for name, table in jump.items()
}
SAID = {"machine": "dictionary", "corrected": "corrected", "topics": "topics"}
leapt = [
    (side, SAID[name]) for name, t in jump.items() for side in t.index[t["verdict"] == "clear"]
]

figure, panels = plt.subplots(1, 3, figsize=(7, 2.7), sharey=True, layout="constrained")
for ax, side in zip(panels, SIDES, strict=True):
    for step, (name, table) in enumerate(levels.items()):
        here, x = table.loc[side], np.arange(4) + 0.16 * (step - 1)
        look, label = LOOK[name], SAID[name]
        if name != "machine":
            ax.vlines(x, 100 * here["low"], 100 * here["high"], color=look.colour, lw=1)
        ax.plot(x, 100 * here["estimate"], look.marker, color=look.colour, ms=4.5, label=label)
        ax.plot(x, 100 * here["estimate"], color=look.colour, lw=0.6, ls=look.dashes)
    ax.set(title=side, xticks=range(4), xticklabels=[f"’{y[2:]}" for y in YEARS], ylim=(-2, 100))
    ax.spines[["top", "right"]].set_visible(False)
panels[0].set_ylabel("security, %")
figure.suptitle("How much leaders speak of security", x=0.01, ha="left", fontweight="bold")
panels[1].legend(frameon=False, fontsize=7, loc="upper right")
say(
    "From 2021 to 2022: "
    + "; ".join(
        f"**{side}** dictionary {written(jump['machine'].loc[side])}, corrected "
        f"{written(jump['corrected'].loc[side])}, topics {written(jump['topics'].loc[side])}"
        for side in SIDES
    )
    + f". Clear, of these nine: {', '.join(f'{side} ({name})' for side, name in leapt)}. "
    "Clear slopes: "
    f"{sum((table['verdict'] == 'clear').sum() for table in drift.values())} of "
    f"{sum(len(table) for table in drift.values())}."
)

# %% [markdown]
# **What it shows.** Three measures that have little in common, and one picture: on every side
# *security* is rarest in 2021, leaps up in 2022, and lies lower again by 2024. A slope sees hardly
# anything of it. Levels differ, and should: topics are another thing, a part of the *words*.
#
# **What it does not show.** How large the leap was: the corrected intervals are wide, for 240
# paragraphs are 20 a side and year. Japan has no interval for 2021, with five events.
#
# What happened? The measures do not know. But *when* can be asked without any frame. **Resonance**
# asks of each document how far its words lie from those of the twenty before it (is it new?), and
# whether those of the twenty after it are nearer (did it stay?).

# %%
spoken = fr.count(leaders, min_documents=5)
echo = fr.resonance(spoken, window=20, unit="documents")
judged = echo[(echo["statistic"] == "resonance") & echo["q_value"].notna()]
stayed = judged[judged["q_value"] < 0.05].sort_values("date")
who = leaders.documents.set_index("document")
say(
    f"Resonance clearly other than in a random order: {len(stayed)} of {len(judged)} documents, "
    + ", ".join(
        f"{who.loc[r.document, 'speaker']} ({r.date.day} {r.date:%B %Y})"
        for r in stayed.itertuples()
    )
    + f". They lie within {(stayed['date'].max() - stayed['date'].min()).days} days."
)
fr.plot_resonance(echo, n=4)

# %% [markdown]
# **What it shows.** Out of four years, the measure picks a few weeks, around 24 February 2022, the
# day on which Russia attacked Ukraine; and the speakers are those of the EU side. Nobody told it of
# the war. So sentence D holds an event, and neither a trend nor technology.
#
# **What it does not show.** That these men and women *brought* the change. Two of them spoke at one
# meeting, and all of them about what everybody spoke of. And a random order is a low hurdle where
# language drifts.
#
# ## The ledger
#
# How many questions have we asked? Count, before you believe the answers. Then settle the account.

# %%
asked_of = {
    "slopes, four readings": sum(table["p_value"].notna().sum() for table in slopes.values()),
    "changes and their differences": moves["p_value"].notna().sum(),
    "breaks": breaks["p_value"].notna().sum(),
    "shifts": len(p_values) + of_topics["p_value"].notna().sum(),
    "distances, and their changes": distances.loc[distances["frame"].isna(), "p_value"].count()
    + len(p_moved),
    "statements: slopes": sum(len(table) for table in house.values()),
    "leaders": sum(len(x) for x in drift.values()) + 3 * len(SIDES) + len(judged),
}
n_asked = sum(asked_of.values())


def settle(of, way):
    """What the readings of one slope come to."""
    tested = [row for row in of.values() if row["verdict"] not in ("unknown", "untested")]
    clear_ones = [np.sign(row["estimate"]) == way for row in tested if row["verdict"] == "clear"]
    one_way = all(np.sign(row["estimate"]) == way for row in of.values())
    if clear_ones and all(clear_ones):
        said = f"clear in {len(clear_ones)} of {len(tested)} readings"
        return said + (", one direction in all" if one_way else ", not one direction in all")
    most = STEPS * way * (of["plain"]["high"] if way > 0 else of["plain"]["low"])
    return f"open; at most {100 * most:.0f} points"


elsewhere = {
    f"US {frame} {way}": f"statements: {written(house['as they are'].loc[frame], STEPS)}"
    for frame, way in [("protection", "up"), ("investment", "down"), ("resilience", "down")]
} | {
    f"{side} security up": f"leaders, 2021–2022: {written(jump['corrected'].loc[side])}"
    for side in SIDES
}
account = pd.DataFrame(
    [
        {
            "sentence": letter,
            "claim": claim,
            "openings": settle(of, -1 if claim.endswith("down") else 1),
            "elsewhere": elsewhere.get(claim, "–"),
        }
        for (letter, claim), of in claimed.items()
    ]
    + [
        {
            "sentence": "E",
            "claim": f"{pair} closer",
            "openings": f"change {row['change']:+.2f} ({row['low']:+.2f} to {row['high']:+.2f}); "
            f"within topic {within.loc[pair, 'low']:+.2f} to {within.loc[pair, 'high']:+.2f}",
            "elsewhere": "–",
        }
        for pair, row in raw.iterrows()
    ]
)
say(
    "American shares, 2021 to 2024: "
    + "; ".join(
        f"*{frame}* "
        + ", ".join(
            f"{share:.0%}"
            for share in trends.query("statistic == 'share' and group == 'US' and frame == @frame")[
                "estimate"
            ]
        )
        for frame in asked
    )
    + "."
)
say(
    f"Tests in this lesson, words not counted: **{n_asked}**. If nothing had moved anywhere, about "
    f"{0.05 * n_asked:.0f} of them would still have had p below 0.05."
)
account.style.hide(axis="index").set_properties(**{"text-align": "left"})

# %% [markdown]
# What may be printed?
#
# * **One move is clear.** *Among these openings, American ones spoke more of protection in 2023 and
#   2024 than before, and less of investment and resilience. It seems to have come in one step. A
#   part of it is that they were about other subjects; White House statements do not show it.*
# * **One event shows in all measures**, though hardly a test of it is clear. *When leaders met,
#   security leapt up with the war, on all three sides, and came down again.* On technology that
#   says nothing.
# * **One claim can be turned down.** *In these openings the EU's emphasis on dependence did not
#   grow by any large amount.*
# * **The rest is noise, or cannot be told from it**: every European and Japanese trend, and whether
#   the sides came closer at the same subjects.
#
# ## What all of this cannot do
#
# * **Selection moves too.** Queries named years, and search engines have favourites. That the
#   sample of 2023 differs from that of 2021 in ways nobody recorded cannot be excluded.
# * **Four points make no history.** With four years, a trend, a step and an odd year can be the
#   same numbers.
# * **Events.** A summit or a new rule fills a year with documents about itself. Ask what happened
#   before you ask what changed.
# * **We looked many times.** q-values hold inside a table. Nobody adjusts for the tables that one
#   made and did not show, which is why the sentences came first.
# * **English, and openings**: what lesson 1 said of the corpora holds in every year.
#
# ## Exercises
#
# **1 · Warm up.** Two of the five `articles` are by one author, of 2021 and 2023. Somebody writes:
# "in these articles the picture of Japan moved between 2021 and 2024". What does `fr.shift` say, by
# `"actor"`, and why does it say so little?

# %% tags=["solution"]
five, told_five = heard(fr.shift, fr.code(articles, codebook), by="actor")
japan = five[(five["group"] == "JP") & five["frame"].isna()].set_index("statistic")
say(
    f"The divergence is {japan.loc['divergence', 'estimate']:.3f} bits, and chance gives "
    f"{japan.loc['null_mean', 'estimate']:.3f}: p = {japan.loc['divergence', 'p_value']:.0f}. "
    f"There are {japan.loc['divergence', 'n_documents']} documents in the two years. The note: "
    f"*{japan.loc['divergence', 'note']}*. A change from 2021 to 2024 is here one between single "
    "articles. Read them; there is nothing to compute."
)

# %% [markdown]
# **2 · On your own.** The card of `openings` warns of law firms: a new export rule brings several
# alerts alike, most of them American, and of kind `business`. What is left of sentence A without
# that kind? Is it only that there are fewer openings?

# %% tags=["solution"]
others = frames.where(frames.segments["kind"] != "business")
without = slopes_of(fr.trend(others, by="region")).query("group == 'US'").set_index("frame")
alerts = about[(about["region"] == "US") & (about["kind"] == "business")]
share_of = alerts["year"].value_counts() / american["year"].value_counts()
before = slopes["plain"].query("group == 'US'").set_index("frame")
left = pd.DataFrame(
    {
        "all openings": [written(before.loc[frame], STEPS) for frame in asked],
        "without business": [written(without.loc[frame], STEPS) for frame in asked],
        "verdict": [without.loc[frame, "verdict"] for frame in asked],
        "left": [without.loc[f, "estimate"] / before.loc[f, "estimate"] for f in asked],
    },
    index=asked,
)
wider = without["high"] - without["low"]
wider = (wider / (before["high"] - before["low"])).loc[asked].mean()
say(
    f"Business is {share_of['2021']:.0%} of American openings in 2021 and "
    f"{share_of['2024']:.0%} in 2024. Without it, {left['left'].min():.0%} to "
    f"{left['left'].max():.0%} of the moves are left, in intervals {wider:.1f} times as wide. "
    "So it is not only that there are fewer openings: the moves are smaller. Nobody is wrong to "
    "write alerts. But “America turned” is then, to a good part, “American law firms and companies "
    "wrote of the new rules, and we found more of them”."
)
left.style.format("{:.0%}", subset="left")

# %% [markdown]
# **3 · Further.** How large would a move have to be, to be seen? Draw 200 frames for each side,
# with as many openings in each year as it has, whose share rises steadily around 30 %. For rises of
# 0, 15, 24 and 45 points in all, count how often p is below 0.05. (One call of `fr.trend` tests 200
# frames.) What does that say of "Japan did not move"?

# %% tags=["solution"]
rng = np.random.default_rng(7)
power = {}
for side in SIDES:
    t = np.repeat(range(4), card.loc[("openings", side), YEARS].astype(int))
    for rise in [0, 0.15, 0.24, 0.45]:
        share = 0.30 + rise * (t / 3 - 0.5)
        drawn_codes = (rng.random((len(t), 200)) < share[:, None]).astype(int)
        series = pd.DataFrame({"document": range(len(t)), "year": 2021 + t})
        many = fr.Features(drawn_codes, [f"f{i}" for i in range(200)], series, kind="frame")
        tested = fr.trend(many, replicates=1000).query("statistic == 'slope'")
        power[side, f"{100 * rise:.0f} points"] = (tested["p_value"] < 0.05).mean()
power = pd.Series(power).unstack()[["0 points", "15 points", "24 points", "45 points"]].loc[SIDES]
say(
    f"A rise of 24 points in three years is found in {power.loc['US', '24 points']:.0%} of cases "
    f"for the US, and in {power.loc['JP', '24 points']:.0%} for Japan. And that is one frame "
    "tested by itself; among thirty, it takes more. “Japan did not move” cannot be said. “We would "
    "not have seen it” can."
)
power.style.format("{:.0%}")

# %% [markdown]
# ## Key points
#
# * Write the claims down before you look: side, frame, direction.
# * A slope is a weighted sum of shares; its interval comes from theirs. It is blind to bends.
# * A break that was searched for needs a p that searched as well.
# * A mix always moves. Set it against its noise floor, step by step.
# * Closer or apart is a question about pairs. One side that moves changes two distances.
# * Subjects, senders and events move too. Ask within topics, by publisher, without the loudest
#   kind, and in other texts.
# * Close with a ledger: what was claimed, what was asked, what is left. "We would not have seen it"
#   is a result.
#
# **Next:** [8 · Bring your own corpus](08-bring-your-own-corpus.ipynb) takes all of this to your
# own texts and your own sides.

# %%
# The headline numbers. If the data change, this cell fails, and the prose above is read again.
assert card.loc[("openings", "JP"), YEARS].tolist() == [18, 14, 22, 18]
assert (card.loc["openings", "in several years"] < 0.25 * card.loc["openings"].iloc[:, 4]).all()
assert quarters.query("group == 'US'")["n_documents"].min() > 0
assert quarters.query("group == 'JP'")["n_documents"].min() == 0
assert subjects.loc["semiconductors"].idxmax() == "2022"
assert subjects.loc["ai"].idxmax() == "2023"
assert halfway["down"] > 1.5 * halfway["up"]
assert set(clear["plain"]["group"]) == {"US"}
RISING, FALLING = {"protection"}, {"resilience", "investment", "competition"}
signs = clear["plain"].set_index("frame")["estimate"]
assert (set(signs[signs > 0].index), set(signs[signs < 0].index)) == (RISING, FALLING)
in_all = set.intersection(*(set(t.loc[t["group"] == "US", "frame"]) for t in clear.values()))
assert not in_all
assert ["rules" in set(t["frame"]) for t in clear.values()] == [False, False, False, True]
assert 0.5 < kept < 0.7
assert STEPS * europe["high"] < 0.05
assert [row["verdict"] == "clear" for row in claimed["C", "JP cooperation up"].values()] == [
    False, True, False, False,
]  # fmt: skip
assert not any(
    row["verdict"] == "clear" for (k, _), of in claimed.items() if k in "BD" for row in of.values()
)
assert all(
    np.sign(row["estimate"]) == way
    for f, way in [("protection", 1), ("investment", -1), ("resilience", -1)]
    for row in claimed["A", f"US {f} {'up' if way > 0 else 'down'}"].values()
)
assert abs(peak.loc["slope", "estimate"]) < 0.04
assert set(uneven["period"]) == {"2021–2023"}
assert ((uneven["group"] == "EU") | (uneven["reference"] == "EU")).all()
assert whole.loc[("US", "changes"), "q_value"] < 0.01
assert whole.loc[("US", "divergence"), "period"] == "2023Q1"
assert whole.loc[("US", "support"), "estimate"] > 0.9
assert whole.loc[[("EU", "changes"), ("JP", "changes")], "estimate"].tolist() == [0, 0]
assert found.loc[found["q_value"] < 0.05, "frame"].tolist() == ["competition"]
assert steps.map(lambda text: text.endswith("★")).to_numpy().sum() == 2
assert steps.loc[["2021–2024", "2022–2023"], "US"].str.endswith("★").all()
assert abs(whole_shift.loc[("EU", "2021–2024", "excess"), "estimate"]) < 0.005
american_excess = whole_shift.loc[("US", "2021–2024", "excess"), "estimate"]
assert whole_shift.loc[("EU", "2021–2024", "excess"), "high"] > american_excess
in_three_years = (
    whole_shift["estimate"].xs("divergence", level="statistic").xs("2021–2024", level=1)
)
assert in_three_years["JP"] > in_three_years["US"] > in_three_years["EU"]
assert by_topic_us.loc["excess", "estimate"] < 0.5 * american_excess
assert raw.loc["US and EU", "high"] < 0 < raw.loc["US and JP", "low"]
assert raw.loc["all three", "low"] < 0 < raw.loc["all three", "high"]
assert (p_moved[["US and EU", "US and JP"]] < 0.05 / 3).all()
assert (within["low"] < 0).all()
assert (within["high"] > 0).all()
assert all(table.loc["protection", "verdict"] == "similar" for table in house.values())
assert sure_words["term"].tolist() == ["AI"]
assert set(fence["more in"]) == {"2021–22"}
assert all(len(set(table["verdict"]) & {"clear"}) == 0 for table in drift.values())
assert all((table["estimate"] > 0).all() for table in jump.values())
assert all(
    of["plain"]["low"] < 0 < of["plain"]["high"] for (k, _), of in claimed.items() if k == "D"
)
assert leapt == [("US", "dictionary")]
for table in levels.values():
    by_year = table["estimate"].unstack("period").loc[SIDES]
    assert (by_year.idxmin(axis=1) == "2021").all()
    assert (by_year["2024"] < by_year["2022"]).all()
assert len(of_war) == 2
assert who.loc[stayed["document"], "region"].eq("EU").all()
assert stayed["date"].between("2022-02-01", "2022-03-15").all()
assert 2 <= len(stayed) <= 6
assert who.loc[stayed["document"], "event"].value_counts().max() == 2
assert japan.loc["divergence", "estimate"] < japan.loc["null_mean", "estimate"]
assert share_of["2024"] > 2 * share_of["2021"]
assert left["left"].between(0.4, 0.75).all()
assert not (left["verdict"] == "clear").any()
assert power.loc["US", "24 points"] > 0.7 > 0.45 > power.loc["JP", "24 points"]
assert power["0 points"].max() < 0.12
