# %% [markdown]
# # 4 · Code frames and check the coder
#
# * **Question:** How far can we trust a coder, and what do we do when it errs?
# * **You will learn:** to see where the codes of a dictionary come from; to draw a sample and code
#   it by hand; to measure agreement so that luck does not count; to tell what a machine misses and
#   what it codes too much, and whom that favours; to correct shares, so that they hold however bad
#   the coder is.
# * **Time:** about 60 minutes, and 20 to 30 for the exercises. *Learning from people instead* takes
#   ten minutes more, and can wait.
# * **Needs:** [3 · How sure are we?](03-how-sure-are-we.ipynb); intervals and q-values.
# * **Data:** `leaders` (counts of words, and 240 paragraphs coded twice by hand), `climate` (codes
#   of articles by four people), `articles`, and six sentences made up for this lesson.
# * **Method and reference:** content analysis (Krippendorff 2019,
#   <https://doi.org/10.4135/9781071878781>); cross-fitting (Zrnic & Candès 2024,
#   <https://doi.org/10.1073/pnas.2322083121>); correction of machine codes by hand codes
#   (Angelopoulos et al. 2023, <https://doi.org/10.1126/science.adi6000>; Egami et al. 2023).
#
# Run the cells from top to bottom. The first one loads everything.

# %%
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from IPython.display import display

import framing as fr
from framing import simulate
from framing.lesson import axes, points, say
from framing.plot import looks

leaders, climate, articles = (fr.load(name) for name in ["leaders", "climate", "articles"])
codebook = fr.Codebook.load("critical-technology")
temporary = tempfile.TemporaryDirectory()  # emptied when the kernel stops
folder = Path(temporary.name)
SIDES = ["US", "EU", "JP"]
LOOK = looks(["machine", "corrected"])


def written(row):
    """Write an estimate in percent, with its interval if it has one."""
    interval = "" if np.isnan(row.low) else f" ({row.low:.0%}–{row.high:.0%})"
    return f"{row.estimate:.0%}{interval}"


# %% [markdown]
# ## The question
#
# A **coder** is whoever says which frames a paragraph uses: a person with a codebook, a list of
# words, a program that learned from people. In lesson 2 the openings had been read by a person. In
# `leaders` a list of words did the coding, and we looked away. Now we look.
#
# There are three things that one can do about a coder that errs: *look* where its codes come from,
# *measure* how often and in whose favour it errs, and *correct* what is computed from its codes.
# This lesson does all three.
#
# ### The data card
#
# Three corpora, each coded by hand in another way.

# %%
sample = fr.Sample.load(leaders.folder / "coding/sample.json", leaders)
two_coders = fr.read_codes(
    [leaders.folder / f"coding/{name}.csv" for name in ["first", "second"]], sample=sample
)
annotators = fr.read_codes(climate.folder / "codes.csv")
read = pd.read_csv(articles.folder / "hand-codes.csv").rename(columns={"id": "document"})
card = pd.DataFrame(
    {
        name: {
            "documents": len(corpus.documents),
            "segments": len(corpus.segments),
            "coded by hand": n,
            "coders": coders,
            "frames": frames,
        }
        for name, corpus, n, coders, frames in [
            ("leaders", leaders, two_coders["segment"].nunique(), 2, two_coders["frame"].nunique()),
            ("climate", climate, annotators["segment"].nunique(), 4, annotators["frame"].nunique()),
            ("articles", articles, len(read), 1, len(codebook.names)),
        ]
    }
).T
card

# %% [markdown]
# * `leaders`: a sample of paragraphs, drawn by this library with a recorded seed. Two readers coded
#   it apart, from the definitions of the codebook alone; where they differed, the paragraph was
#   read once more (`settled.csv`).
# * `climate`: whole articles of the news about climate change, by other people, with another
#   codebook. Its coders do not agree as well, which makes it a good teacher.
# * `articles`: all paragraphs of three articles. The list of words was improved on them, so they
#   are no test of it.
#
# None of the three holds a sentence of its sources.
#
# ## Why keywords are not frames
#
# A codebook for a machine says: *this frame is used where one of these words is, or two of those
# weaker ones*. The words were chosen with care. But a frame is a way to say why something matters,
# and a word is a word. Here are six sentences, made up to be nasty. What does the dictionary make
# of them, and what would you?

# %%
sentences = {
    "soup": "The harbour town has a monopoly on crab soup, and nobody minds.",
    "plant": "If that one factory in the valley ever stops, every phone maker stops with it.",
    "pipe": "No neighbour should ever again be able to turn off our lights by closing a pipe.",
    "cable": "The navy will guard the cable, because an enemy who cuts it needs no soldiers.",
    "sensor": "Three laboratories, one in each of our countries, will build the sensor together.",
    "chess": "The chess club announced a race to the top and a partnership with the bakery.",
}
mini = fr.Corpus.from_frame(
    pd.DataFrame({"id": sentences.keys(), "text": sentences.values()}),
    date=None,
    clean=False,
    name="mini",
)
as_read = {
    "plant": "dependence",
    "pipe": "dependence",
    "cable": "security",
    "sensor": "cooperation",
}
words_found = fr.hits(mini, codebook)
by_words = words_found[words_found["code"] == 1].groupby("document")
table_of_six = pd.DataFrame(
    {
        "sentence": sentences,
        "dictionary": by_words["frame"].agg(lambda names: ", ".join(dict.fromkeys(names))),
        "because of": by_words["term"].agg(", ".join),
        "a reader": as_read,
    }
).loc[list(sentences)]
table_of_six.fillna("–").style.hide(axis="index").set_properties(**{"text-align": "left"})

# %% [markdown]
# One sentence of six is coded as it was read. The others show both kinds of error. A coder
# **over-codes** (*monopoly* on soup, a *race* of the chess club) and it **misses** (nobody says
# "dependence" when the lights may go out). More words would cure the second and worsen the first.
#
# Real speeches are kinder to a dictionary than we were, because officials speak in formulas. But
# the question is the same, and three functions put it to every single code. `fr.hits` tells which
# words stand behind it: *decisive* is 1 where the paragraph would lose the frame without this word.
# `fr.coverage` tells how much of the corpus a frame covers, and on how many words it rests.
# `fr.leave_terms_out` computes shares and differences again without each word in turn. (And
# `fr.lint` lists what is questionable in the list itself.)

# %%
machine = fr.code(leaders, codebook)
where = fr.hits(leaders, codebook)
display(where[where["segment"] == "2021-03-12-suga/000"].drop(columns=["document", "date"]))

covered = fr.coverage(leaders, codebook).set_index("frame")
about = ["estimate", "n", "n_terms", "n_found", "term", "concentration"]
percent = {"estimate": "{:.0%}", "concentration": "{:.0%}"}
display(covered.loc[list(codebook.names), about].style.format(percent))
warned = fr.lint(codebook, leaders).query("severity == 'warning'")

largest = covered.drop(index="(no frame)")["n"].nlargest(3).index
short = replace(codebook, frames=tuple(f for f in codebook.frames if f.name in largest))
without = fr.leave_terms_out(leaders, short, by="region")
turned = without[without["verdict"] == "no longer leaves out nought"]
shares = without[(without["statistic"] == "share") & (without["term"] != "")]
japan = shares[shares["group"] == "JP"].set_index(["frame", "term"])["part"]
say(
    f"* Without any frame: {covered.loc['(no frame)', 'estimate']:.0%} of the average document.\n"
    f"* Of {covered['n_terms'].sum():,} words and phrases, {covered['n_found'].sum()} occur here: "
    "the list was written for articles on technology.\n"
    f"* `fr.lint` warns of {', '.join(f'*{r.term}* ({r.finding})' for r in warned.itertuples())}: "
    "an exclusion cancels every use.\n"
    f"* Of Japan's *values*, {japan['values', 'free and open']:.0%} rest on “free and open”.\n"
    "* Differences whose interval leaves out zero only thanks to one word: "
    + "; ".join(
        f"{r.group} and {r.reference} in *{r.frame}* (“{r.term}”)" for r in turned.itertuples()
    )
    + "."
)

# %% [markdown]
# The paragraph by Mr Suga has *cooperation* from several words, and would keep it without any one
# of them. It has *values* from a single phrase, "free and open", which has become a name for a
# region. Is naming the region an appeal to values? Only reading can tell. But we see what hangs on
# it: leave the phrase out, and two differences between Japan and the others are no longer sure.
#
# *concentration* is the part of its commonest word in all the hits of a frame: *protection* is
# mostly the word "sanctions". What hangs on a single word should not be believed on account of the
# word.
#
# ## Drawing a sample, and coding it by hand
#
# To know how good the codes are, people must code some of the same paragraphs. Which ones? Not
# those that somebody finds interesting. If every paragraph has a **known chance** to be drawn, then
# one that was drawn with the chance 1/16 stands for 16, and what we find in the sample holds for
# the corpus, within a margin that can be computed. The **seed** is written down, so that anybody
# can draw the same sample and see that nobody picked.
#
# Two more choices. `strata="region"` with equal allocation draws 80 of each side, because we want
# to compare sides and Japan has the fewest paragraphs. And documents take turns
# (`weights="document"`, the default): our shares count every document once, so a long speech
# should not use up the coders' time.
#
# Then somebody has to read. `fr.write_sheet` makes a sheet for a spreadsheet program: a row a
# paragraph, in random order, and a column a frame. It does not say who spoke, because a coder who
# knows may find what they expect of that side. `fr.code_by_hand` does the same in JupyterLab, by
# keyboard, and saves every change at once. Try it on the six sentences: digits switch frames on and
# off, Enter goes on, `?` lists the keys, `d` shows the definitions. (On a page without a kernel you
# see no more than a name.)

# %%
drawn = fr.draw(leaders, 240, strata="region", allocation="equal", seed=2024)
assert drawn.segments.equals(sample.segments)  # the sample that comes with the corpus

length = leaders.segments.groupby("document").size()
designs = {
    "documents take turns": drawn.segments,
    "every paragraph alike": fr.draw(
        leaders, 240, strata="region", allocation="equal", weights="segment", seed=2024
    ).segments,
}
american = drawn.segments[drawn.segments["stratum"] == "US"]
of_its_document = american["document"].map(length)
n_documents = (leaders.documents["region"] == "US").sum()
assert np.allclose(american["probability"], 80 / n_documents / of_its_document)

rows = {}
for name, segments in designs.items():
    weight = 1 / segments["probability"] / segments["document"].map(length)
    for side, w in weight.groupby(segments["stratum"]):
        held = segments.loc[w.index, "document"].value_counts()
        rows[name, side] = {
            "drawn": len(w),
            "documents": len(held),
            "most from one document": held.max(),
            "worth": w.sum() ** 2 / (w**2).sum(),
        }
worth = pd.DataFrame(rows).T.loc[[(name, side) for name in designs for side in SIDES]]
display(worth.style.format("{:.0f}"))

six = fr.draw(mini, 6, seed=1)
fr.write_sheet(six, folder / "sheet.csv", codebook)
say(f"Columns of a sheet: {', '.join(pd.read_csv(folder / 'sheet.csv').columns)}.")
fr.code_by_hand(six, codebook, "me", folder / "six.csv")

# %% [markdown]
# The chance of an American paragraph, by hand: 80 of the 93 documents have their turn, and then one
# paragraph of $N$ is taken, so it is $\frac{80}{93}\cdot\frac{1}{N}$. (The cell has checked it.)
#
# *worth* is how many paragraphs of equal weight would tell as much about the average document,
# $(\sum w)^2/\sum w^2$. Drawn without regard to documents, 80 European paragraphs would be worth
# fewer than 25, and one Japanese speech would take up more than a quarter of the reading.
#
# A sheet for the 240 paragraphs of `leaders`, which holds no texts, has the title, the date, the
# number of the paragraph and its rarest words instead, so that it can be found at its source.
#
# ## Do two coders agree?
#
# If two careful people with the same codebook do not find the same, then "the frame" is in the eye
# of the reader, and no machine can be right about it. So agreement comes first. Count how often
# two coders say the same: that is **percent agreement** $A$. It has a fault. Suppose a frame is
# rare, and both coders write 0 nearly always. They will agree nearly always, even if they never
# find it in the same paragraph.
#
# The cure is to ask what **chance** would have done. Cohen's κ lets each coder $x$ keep the habit
# of writing 1 in a share $p_x$ of cases. Krippendorff's α throws all $2n$ codes into one bag, $n_1$
# ones and $n_0$ zeros, and asks how often two drawn from it differ:
#
# $$
# \kappa = \frac{A - E}{1 - E},\quad E = p_a p_b + (1-p_a)(1-p_b)
# \qquad
# \alpha = 1 - \frac{1 - A}{D},\quad D = \frac{2\, n_1 n_0}{2n(2n-1)}
# $$
#
# Both are 1 if the coders always agree and about 0 if they might as well have tossed coins. Here
# are 20 paragraphs. On a frequent frame and on a rare one, the coders disagree twice each.


# %%
def agreement_by_hand(a, b):
    """Percent agreement, what chance gives, κ and α of two coders' codes, 0 or 1."""
    same, n = (a == b).mean(), len(a)
    chance = a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean())
    ones = a.sum() + b.sum()
    differ = 2 * ones * (2 * n - ones) / (2 * n * (2 * n - 1))
    return [same, chance, (same - chance) / (1 - chance), 1 - (1 - same) / differ]


counts = {"frequent": (9, 1, 1, 9), "rare": (0, 1, 1, 18)}  # both, only Ana, only Ben, neither
ana = {frame: np.repeat([1, 1, 0, 0], n) for frame, n in counts.items()}
ben = {frame: np.repeat([1, 0, 1, 0], n) for frame, n in counts.items()}
by_hand = pd.DataFrame(
    {frame: agreement_by_hand(ana[frame], ben[frame]) for frame in counts},
    index=["percent agreement", "by chance", "κ", "α"],
).T

toy = pd.concat(
    pd.DataFrame({"segment": range(20), "coder": who, "frame": frame, "code": codes[frame]})
    for who, codes in [("Ana", ana), ("Ben", ben)]
    for frame in counts
).assign(document=lambda rows: rows["segment"])
library = fr.agreement(toy).pivot(index="frame", columns="statistic", values="estimate")
for mine, theirs in [("percent agreement", "percent_agreement"), ("κ", "cohen_kappa")]:
    assert np.allclose(by_hand[mine], library.loc[list(counts), theirs])
assert np.allclose(by_hand["α"], library.loc[list(counts), "krippendorff_alpha"])
by_hand.style.format("{:.2f}", subset=["κ", "α"]).format("{:.0%}", subset=by_hand.columns[:2])

# %% [markdown]
# The same percent agreement, and in one case the coders see the same thing, in the other they do
# not at all. Report α. (κ does nearly the same for two coders. α also takes more than two, and
# codes that are missing.)
#
# Now the two coders of `leaders`. The intervals say what α other documents might have given.

# %%
agreed = fr.agreement(two_coders)
disputed = fr.disagreements(two_coders, sample)
alphas = agreed[agreed["statistic"] == "krippendorff_alpha"].set_index("frame")
used = two_coders.pivot(index=["segment", "frame"], columns="coder", values="code")
lines = {}
for frame, codes in used.groupby("frame"):
    same, chance, *_ = agreement_by_hand(codes["first"].to_numpy(), codes["second"].to_numpy())
    lines[frame] = {
        "found by the first": int(codes["first"].sum()),
        "percent agreement": same,
        "by chance": chance,
        "α": f"{alphas.loc[frame, 'estimate']:.2f}",
        "interval": f"{alphas.loc[frame, 'low']:.2f} to {alphas.loc[frame, 'high']:.2f}",
    }
by_frame = pd.DataFrame(lines).T.loc[list(codebook.names)]
say(
    f"Of {len(used):,} codes they differ in **{len(disputed) // 2}**, most often on "
    f"*{disputed['frame'].mode()[0]}*. All frames together: "
    f"α = {alphas.loc['all frames', 'estimate']:.2f}."
)
display(by_frame.style.format("{:.1%}", subset=["percent agreement", "by chance"]))
fr.plot_agreement(agreed)

# %% [markdown]
# **What the figure shows.** For the frequent frames, α is high and its interval narrow. For the
# rare ones percent agreement is higher still, and the interval of α may reach nearly anywhere: in
# 240 paragraphs *dependence* came up three times, and three cases prove nothing about how well two
# people can tell it.
#
# These two readers knew the codebook well. What does it look like elsewhere? In `climate`, four
# people coded news articles on climate change, two or three of them each article. We ask three
# things: how far do they agree; do some find more than others; and if one of them were a *machine*,
# judged by another, how would it do? (The last uses precision and recall, which come below. F1 is
# 100% for a coder that finds what the other found, and nothing else.)

# %%
annotated = fr.agreement(annotators)
alpha_there = annotated[annotated["statistic"] == "krippendorff_alpha"].set_index("frame")
finds = annotators.pivot_table(index="frame", columns="coder", values="code")

keys = ["segment", "document"]
coded_by = annotators.pivot(index=keys, columns=["coder", "frame"], values="code")
together = coded_by[["1", "2"]].dropna()
about = together.index.to_frame(index=False)
first, second = (
    fr.Features(together[who].to_numpy(), list(together[who]), about, kind="frame") for who in "12"
)
as_machine = fr.evaluate(first, second).query("statistic == 'F1'").set_index("frame")["estimate"]
rows = {
    frame: {
        "α": f"{alpha_there.loc[frame, 'estimate']:.2f}",
        **{f"found by {who}": f"{share:.0%}" for who, share in finds.loc[frame].items()},
        "F1 of 1, judged by 2": f"{as_machine[frame]:.0%}",
    }
    for frame in finds.index
}
say(
    f"All frames together: α = {alpha_there.loc['all frames', 'estimate']:.2f}. Articles that both "
    f"1 and 2 coded: {len(together)}. The mean F1 of a person judged by another: "
    f"**{as_machine.mean():.0%}**."
)
display(pd.DataFrame(rows).T)
fr.plot_agreement(annotated)

# %% [markdown]
# Four people with written instructions, and α between a third and six tenths. Krippendorff asks for
# 0.8, and for 0.667 at the very least. To frame is to be indirect, and readers differ.
#
# What does that mean for a machine that learns from such codes? It can never be *seen* to be better
# than the codes it is judged by. One that reaches the F1 of a person judged by another does as well
# as a person, as far as anybody can tell. And *who* codes is part of the result: had annotator 1
# coded the articles of one side and annotator 2 those of the other, the sides would have differed.
# So let every coder code some of every side.

# %% [markdown]
# ## The machine against people
#
# Take the settled codes for the truth, for now. A machine coder can be right in two ways and wrong
# in two: it **found** the frame, or **left** the paragraph alone, rightly; it **missed** the frame
# or **over-coded** it. **Precision** is how much of what it coded was there. **Recall** is how much
# of what was there it found. **F1** is the harmonic mean of both, which is low if either is.
#
# Why not simply the share of codes that are right? For the reason why percent agreement flatters:
# for a rare frame it is high even if the frame is never found.
#
# First by hand, on twelve paragraphs; then for the dictionary on `leaders`, side by side, for the
# frames that people found often enough to say anything (at least 20 of the 240). As in the shares
# that we are going to judge, every document counts once. Last, for comparison, on `articles`.

# %%
people = np.array([1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
coder = np.array([1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
hits, coded, there = (people & coder).sum(), coder.sum(), people.sum()
twelve = pd.DataFrame({"document": range(12), "region": ["EU", "JP"] * 6})
pair = [fr.Features(codes[:, None], ["rules"], twelve, kind="frame") for codes in (coder, people)]
checked = fr.evaluate(*pair).set_index("statistic")["estimate"]
assert np.isclose(checked["precision"], hits / coded)
assert np.isclose(checked["recall"], hits / there)
assert np.isclose(checked["F1"], 2 * hits / (coded + there))
assert np.isclose(checked["accuracy"], (people == coder).mean())
net_error = fr.bias(*pair, by="region").query("statistic == 'net error'").set_index("group")
for i, side in enumerate(["EU", "JP"]):  # over-coded less missed, of six paragraphs
    assert np.isclose(net_error.loc[side, "estimate"], (coder - people)[i::2].mean())

settled = sample.labelled(fr.read_codes(leaders.folder / "coding/settled.csv", sample=sample))
n_found = pd.Series(settled.matrix.sum(axis=0), settled.names).astype(int)
OFTEN = n_found.index[n_found >= 20].tolist()
hand, dictionary = settled.select(OFTEN), machine.select(OFTEN)

in_articles = articles.segments.merge(read, on=["document", "position"])
hand_articles = fr.Features(in_articles[OFTEN], OFTEN, in_articles[keys], kind="frame")
reports = {
    "leaders": fr.evaluate(dictionary, hand, weights="document"),
    **{
        side: fr.evaluate(dictionary, hand, by="region", levels=[side], weights="document")
        for side in SIDES
    },
    "articles": fr.evaluate(fr.code(articles, codebook).select(OFTEN), hand_articles),
}
rates = pd.concat(reports, names=["of", "row"]).reset_index("of")
rates = rates[rates["frame"].notna() & rates["statistic"].isin(["precision", "recall", "F1"])]
rates["text"] = rates.apply(written, axis=1)
say(
    "People found in the sample: "
    + ", ".join(f"{frame} {n}" for frame, n in n_found.sort_values(ascending=False).items())
    + "."
)
rates.pivot(index=["frame", "of"], columns="statistic", values="text").loc[
    [(frame, name) for frame in OFTEN for name in reports], ["precision", "recall", "F1"]
]

# %% [markdown]
# Not bad for a list of words. On `articles` it looks better still, but that is **in sample**: the
# list was improved on those very paragraphs, and a coder always does well on what it was made from.
# Only texts that had no say in the making tell how good it is.
#
# F1 hardly differs between the US and the EU, and hides that their errors do: compare precision and
# recall. For comparing sides the question is: **whom do the errors favour?** What is missed lowers
# a side's share, what is over-coded raises it. Over-coded less missed is the **net error**, by how
# much the machine's share is too high. If it is the same for all sides, it cancels in the
# difference between them. If not, the comparison is biased.

# %%
errors = fr.bias(dictionary, hand, by="region")
net = errors[errors["statistic"] == "net error"].set_index(["frame", "group"])
lopsided = errors[errors["statistic"] == "difference in net error"].set_index(
    ["frame", "group", "reference"]
)

place = pd.Index(dictionary.segments["segment"]).get_indexer(hand.segments["segment"])
mine, theirs = (codes.toarray() for codes in (dictionary.matrix[place], hand.matrix))
terms = where.groupby("frame")
wrong = {}
for f, frame in enumerate(OFTEN):
    names = hand.segments["segment"]
    over, missed = names[mine[:, f] > theirs[:, f]], names[mine[:, f] < theirs[:, f]]
    here = terms.get_group(frame)
    because = here[here["segment"].isin(over)].groupby("term")["segment"].nunique()
    wrong[frame] = {
        "over-coded": len(over),
        "by the words": ", ".join(because.nlargest(4).index),
        "missed": len(missed),
        "without a single word of the frame": (~missed.isin(here["segment"])).sum(),
    }
display(pd.DataFrame(wrong).T)
slogan = terms.get_group("values").query("term == 'free and open' and decisive == 1")["segment"]
agree = theirs[names.isin(slogan), OFTEN.index("values")]
say(
    f"“Free and open” alone decided in {len(agree)} paragraphs of the sample; in "
    f"{agree.sum():.0f} of them people found *values* too.\n\n"
    "Do errors favour a side?\n\n"
    + "\n".join(f"* {sentence}" for sentence in fr.bias_in_words(errors))
)
fr.plot_confusion(errors)

# %% [markdown]
# **What it shows.** Each bar is what people found, its white end what the dictionary missed;
# hatched, what it over-coded. The mark is the share that the dictionary reports. For *cooperation*
# it is too low for the EU, where much is missed, and too high for Japan, where hardly anything is.
# The words tell why it over-codes: who "meets", "visits" and "discusses" follows protocol, and need
# not cooperate. "Free and open", on the other hand, mostly did stand for *values*: what hangs on
# one word need not be wrong. About half of what is missed has no word of the frame at all, so that
# no looser rule would find it.
#
# **What it does not show.** That this bias is established. The interval for the difference between
# the EU and Japan leaves out zero, but it is one of nine, and its q is above 0.05. The sentences
# say so, and how many paragraphs it would take. Mind the other half of this: that no bias was
# *shown* does not mean that there is none. So we shall not test for bias and then forget about it.
# We shall correct in any case.
#
# ## Learning from people instead
#
# A list of words is made by thinking. The alternative is to let a program **learn** from paragraphs
# that people coded which words go with a frame. `fr.FrameClassifier` weighs the words of a
# paragraph and adds the weights up; who wants to know why it decided so can look them up.
#
# There is a trap. Whatever has learned from 240 paragraphs is good at those 240. Judge it by them,
# and it will look far too good (exercise 3). The way out is **cross-fitting**: deal the *documents*
# into five folds, let a model learn from four of them and code the fifth, and go round. Every
# paragraph is then coded by a model that has seen nothing of its document. `fr.cross_code` does it.

# %%
words = fr.count(leaders, min_documents=5)
learned = fr.cross_code(words, hand, fr.FrameClassifier())
both = fr.cross_code(words, hand, fr.FrameClassifier(codebook))
coders = {"dictionary": dictionary, "learned": learned, "learned, with the dictionary": both}
scores = {}
for name, codes in coders.items():
    report = fr.evaluate(codes, hand, weights="document")
    chosen = report[report["statistic"].isin(["F1", "macro-F1"])]
    chosen = chosen.assign(frame=chosen["frame"].fillna("mean of the three"))
    scores[name] = chosen.set_index("frame").apply(written, axis=1)
display(pd.DataFrame(scores).T)

model = fr.FrameClassifier().fit(words, hand)
weights = model.terms(n=7).query("estimate > 0")
say(
    "Words that speak most for a frame:\n\n"
    + "\n".join(
        f"* *{frame}*: {', '.join(rows['term'])}" for frame, rows in weights.groupby("frame")
    )
)
reasons = model.explain(words, ["2021-03-12-suga/000"], n=4)
reasons = reasons[reasons["frame"] == "values"]
reasons[["segment", "frame", "term", "estimate"]].round(2)

# %% [markdown]
# **What it shows.** Learned from 240 paragraphs, words alone do worse than the list. Most words of
# the list occur in so few paragraphs once or never, and what was learned instead is partly the
# occasion: a country, a war, the sound of a summit. (The table tells how far each word of Mr Suga's
# paragraph raises the log-odds of *values*.) Learning *with* the hits of the dictionary does about
# as well as the dictionary, and no better.
#
# **What it does not show.** That dictionaries are better. This one was written by people who knew
# the language of diplomacy; for another subject there may be no such list, and with more paragraphs
# a program goes on learning, while a list stays as it is. Try both, and judge both by codes that
# had no say in their making.
#
# ## Correcting the shares
#
# No coder at hand is perfect. But we know from the sample *how* it errs, and so we can take its
# errors off. Let $m$ be the machine's code of a paragraph and $y$ that of people. The machine's
# share is a mean over **all** paragraphs; the error is a mean over the **sample**:
#
# $$
# \text{corrected share} \;=\; \underbrace{\overline{m}}_{\text{all paragraphs}} \;+\;
# \underbrace{\overline{(y - m)}}_{\text{the sample}}
# $$
#
# If the machine finds everything rightly, the second part is zero, and its share stands. If it is
# useless, the first part cancels, and the share of the sample remains. Here are ten documents of
# four paragraphs. The machine coded all 40, people one of each document.

# %%
by_machine = ["1101", "0000", "1000", "1111", "0100", "0000", "1010", "0000", "1100", "1000"]
by_people = ["1100", "0100", "1001", "1111", "0110", "0000", "1011", "0010", "1110", "1001"]
paragraphs = pd.DataFrame(
    {
        "segment": [f"{d}{k}" for d in "abcdefghij" for k in range(4)],
        "document": [d for d in "abcdefghij" for k in range(4)],
        "region": "EU",
    }
)
m, y = (np.array([[int(code)] for code in "".join(rows)]) for rows in (by_machine, by_people))
coded, read_all = (fr.Features(codes, ["rules"], paragraphs, kind="frame") for codes in (m, y))
ten = fr.draw(coded, 10, seed=33)
labelled = ten.labelled(read_all)  # of what people would say, only the ten drawn are used

at = pd.Index(paragraphs["segment"]).get_indexer(labelled.segments["segment"])
error = (y[at] - m[at]).mean()
share_corrected = m.mean() + error
assert ten.segments["document"].is_unique
result = fr.emphasis(coded, by="region", labelled=labelled, power=1)
assert np.isclose(result["estimate"].item(), share_corrected)
mixed = fr.emphasis(coded, by="region", labelled=labelled, power=0.4)  # λ, see below
assert np.isclose(mixed["estimate"].item(), 0.4 * share_corrected + 0.6 * y[at].mean())
say(
    f"The machine's share is {m.mean():.0%}. In the ten paragraphs of the sample it missed "
    f"{(y[at] > m[at]).sum()} and over-coded {(y[at] < m[at]).sum()}, so the correction is "
    f"{points(error)} points: **{share_corrected:.0%}**. (Had people read all 40: {y.mean():.0%}. "
    f"The library's interval: {result['low'].item():.0%} to {result['high'].item():.0%}.)"
)

# %% [markdown]
# Does it hold what it promises? Lesson 3 taught us how to find out: make up texts whose truth we
# know. In this corpus there are 300 frames, and the EU and Japan use each of them in exactly 30% of
# their paragraphs, on average. The machine finds nine tenths of that where Japan speaks, and six
# tenths where the EU does. People code 60 paragraphs of each side.

# %%
even = {f"frame {i}": 0.3 for i in range(300)}
truth = simulate.frames({"EU": 60, "JP": 60}, even, segments=6, icc=0.1, seed=1).features
lopsided_machine = simulate.machine(truth, {"EU": 0.6, "JP": 0.9}, 0.97, seed=2)
read_by_people = fr.draw(truth, 120, strata="region", allocation="equal", seed=3).labelled(truth)
intervals = {
    name: fr.contrast(lopsided_machine, by="region", replicates=1000, **how)
    for name, how in [("machine", {}), ("corrected", {"labelled": read_by_people})]
}
holds = {name: ((t["low"] <= 0) & (t["high"] >= 0)).mean() for name, t in intervals.items()}
cries = {name: (t["p_value"] < 0.05).mean() for name, t in intervals.items()}

panels = axes(7, 2.4, panels=2, sharey=True)
for ax, (name, t) in zip(panels, intervals.items(), strict=True):
    for i, (low, high) in enumerate(zip(100 * t["low"][:60], 100 * t["high"][:60], strict=True)):
        hit = low <= 0 <= high
        colour, width = ("#B9B9B9", 1) if hit else (LOOK["machine"].colour, 1.8)
        ax.plot([i, i], [low, high], color=colour, lw=width)
    ax.axhline(0, color="#222222", lw=0.8)
    ax.set(title=f"{name}: {holds[name]:.0%} hold the truth", xticks=[])
    ax.set(xlabel="60 of 300 frames, none with a difference")
panels[0].set(ylabel="EU − JP, points")
say(
    f"p below 0.05, where nothing differs: {cries['machine']:.0%} by the machine's codes, "
    f"{cries['corrected']:.0%} corrected."
)

# %% [markdown]
# Dark lines miss the truth, which is zero. By the machine's codes, Japan puts forward two frames
# of three more than the EU does, and none of it is true. These intervals are narrow and wrong:
# they know how documents vary, and nothing of how the machine errs. More documents would make
# them narrower and no better. The corrected intervals are wider, and they keep their promise.
#
# One refinement. How much should the machine's codes count? The library mixes the corrected share
# with that of the sample alone, in the parts $\lambda$ and $1-\lambda$, and chooses $\lambda$ (the
# column `power`) so that the interval becomes as narrow as possible: near 1 for a good coder, near
# 0 for a useless one, who then does no harm. `power=1` is the formula by hand, `power=0` the sample
# alone; the cell above has checked one in between. Now the leaders.

# %%
corrected = fr.correction(dictionary, by="region", labelled=hand)
gain = {}
for name, codes in coders.items():
    one = fr.correction(codes, by="region", labelled=hand)
    one = one.assign(width=one["high"] - one["low"]).set_index(["frame", "group", "statistic"])
    width = one["width"].unstack("statistic")
    gain[name] = {
        "λ, mean": one["power"].unstack("statistic")["corrected"].mean(),
        "width of intervals": width["corrected"].mean(),
        "as if so many were coded": 240 * ((width["hand"] / width["corrected"]) ** 2).mean(),
    }
gain = pd.DataFrame(gain).T
alone = corrected[corrected["statistic"] == "hand"]
alone = (alone["high"] - alone["low"]).mean()
more = gain.loc["dictionary", "as if so many were coded"] - 240
say(
    f"Intervals of the sample alone are {100 * alone:.0f} points wide on average. The dictionary "
    f"makes them as narrow as if about {round(more, -1):.0f} more paragraphs had been coded."
)
display(gain.style.format("{:.2f}").format("{:.0f}", subset=gain.columns[-1]))
fr.plot_correction(corrected)

# %% [markdown]
# The hollow marks are what the machine says, the pale bands what the sample says, the filled marks
# what both say together. (Intervals shrink with the root of the number of paragraphs coded; so a
# width can be turned into a number.) The coder that learned little helps little, and does no harm.
# And what becomes of the *differences*? (They are *clear* as in lesson 2: q below 0.05, and an
# interval that leaves out zero.)

# %%
tests = {
    "machine": fr.contrast(dictionary, by="region"),
    "corrected": fr.contrast(dictionary, by="region", labelled=hand),
}
judged = {}
for name, t in tests.items():
    t = t.set_index(["frame", "group", "reference"])
    clear = (t["q_value"] < 0.05) & ((t["low"] > 0) | (t["high"] < 0))
    judged[name] = pd.DataFrame(
        {
            "points": [
                f"{points(r.estimate)} ({points(r.low)} to {points(r.high)})"
                for r in t.itertuples()
            ],
            "q": t["q_value"].round(3),
            "clear": clear.map({True: "clear", False: "–"}),
        },
        index=t.index,
    )
differences = pd.concat(judged, axis=1)
change = {
    name: t.set_index(["frame", "group", "reference"])["estimate"] for name, t in tests.items()
}
was, now = (differences[name, "clear"] == "clear" for name in tests)
security = corrected[corrected["frame"] == "security"].set_index(["group", "statistic"])
of_eu = {name: security.loc[("EU", name), "estimate"] for name in ["machine", "corrected"]}
apart = {name: t["cooperation", "EU", "JP"] for name, t in change.items()}
lost = ", ".join(
    f"{group} and {reference} in *{frame}*" for frame, group, reference in was.index[was & ~now]
)
say(
    f"* *Security* of the EU: {of_eu['machine']:.0%} by the machine, {of_eu['corrected']:.0%} "
    "corrected.\n"
    f"* EU − JP in *cooperation*: {points(apart['machine'])} points by the machine, "
    f"{points(apart['corrected'])} corrected.\n"
    f"* Clear by the machine: {was.sum()} differences of {len(was)}. Still clear: {now.sum()}. No "
    f"longer: {lost}."
)
differences

# %% [markdown]
# **What it shows.** The dictionary undercounts how much the EU side speaks of *security*: there it
# misses far more than it over-codes. By our best guess, about half of the gap between the EU and
# Japan in *cooperation* was of its own making. Three differences that seemed beyond doubt are open,
# because we now reckon with what the coder gets wrong. And one that the dictionary had hidden comes
# up: the interval for *security* between the US and the EU leaves out zero, if not clearly among
# nine.
#
# **What it does not show.** That the open ones are gone: *open* is no verdict of "no difference".
# What stays clear is that Japan speaks of cooperation more than the US, in documents of this kind;
# and lesson 3 has shown how little three Japanese speakers allow us to conclude beyond them.
#
# ## What all of this cannot do
#
# * **Who were the coders?** Both knew what the authors of the codebook had in mind. Their α says
#   that the definitions *can* be followed, not that any two people would follow them. Compare
#   `climate`.
# * **Agreement is not validity.** Two coders may agree on what is not there. Corrected shares are
#   right *about these codes*: what these people would have found, had they read everything.
# * **Rare frames.** *dependence* was found in 3 of 240 paragraphs. No α, no F1 and no correction
#   rests on three. To study a rare frame, draw more where the machine finds it (as a stratum).
# * **Paragraphs out of their context.** A coder who reads one paragraph misses what the one before
#   it said. That is a choice, and it is the same for all sides.
# * **Do not tune on the sample.** The 240 paragraphs did not help to choose the words of the list.
#   Whoever now mends the list by looking at its errors has used them up, and needs new ones.
#
# ## Exercises
#
# **1 · Warm up.** Code the six sentences above with the keys, and compute your agreement with the
# reading in the table, over all frames. Where do you differ, and which words of the *definition*
# would settle it? What can six sentences tell about a coder?

# %% tags=["solution"]
mine = {**as_read, "plant": "resilience"}  # "resilience" also covers supply that may stop
if pd.read_csv(folder / "six.csv")["done"].any():
    own = fr.read_codes(folder / "six.csv", codebook=codebook)
else:  # nobody has coded: this is how I might have done
    own = pd.DataFrame(
        [
            (f"{name}/000", name, "me", frame, 1.0 * (mine.get(name) == frame))
            for name in sentences
            for frame in codebook.names
        ],
        columns=["segment", "document", "coder", "frame", "code"],
    )
theirs = own.assign(
    coder="table", code=[1.0 * (as_read.get(r.document) == r.frame) for r in own.itertuples()]
)
six_agreed = fr.agreement(pd.concat([own, theirs]))
alpha = six_agreed.query("frame == 'all frames' and statistic == 'krippendorff_alpha'").iloc[0]
say(
    f"α = {alpha['estimate']:.2f}, but the interval begins at {alpha['low']:.2f}: six sentences "
    "tell next to nothing. If one factory makes a part for all, is that *dependence* on "
    "a supplier, or the *resilience* of supply? The definitions overlap. Either a rule says which "
    "comes first, or such a paragraph has both."
)

# %% [markdown]
# **2 · On your own.** Corrected, the difference between the EU and Japan in *values* is open. Would
# it help to code more paragraphs? Find out how wide its interval would be if *every* paragraph were
# coded, and by a perfect coder. What else would have to grow?

# %% tags=["solution"]
ends = {
    name: t.set_index(["frame", "group", "reference"]).loc[("values", "EU", "JP"), ["low", "high"]]
    for name, t in tests.items()
}
half = {name: (row["high"] - row["low"]) / 2 for name, row in ends.items()}
n_japan = (leaders.documents["region"] == "JP").sum()
say(
    f"Now it is ±{100 * half['corrected']:.0f} points. If all paragraphs were coded rightly, "
    "the only uncertainty left would be that of the documents, which is what the interval of the "
    f"machine's codes holds: about ±{100 * half['machine']:.0f} points. More coding takes it no "
    f"further down. Japan has {n_japan} documents; only more of them would help, and they do not "
    "exist."
)

# %% [markdown]
# **3 · Further.** What if we had not cross-fitted? Let the classifier learn from all 240 codes,
# code everything with it, and judge and correct it by the same 240. Compare with `learned`.

# %% tags=["solution"]
naive = fr.code(words, model).select(OFTEN)
told = {}
for name, codes in {"cross-fitted": learned, "not cross-fitted": naive}.items():
    report = fr.evaluate(codes, hand, weights="document")
    table = fr.correction(codes, by="region", labelled=hand)
    table = table[table["statistic"] == "corrected"]
    told[name] = {
        "macro-F1": report.loc[report["statistic"] == "macro-F1", "estimate"].item(),
        "λ, mean": table["power"].mean(),
        "width of intervals": (table["high"] - table["low"]).mean(),
    }
told = pd.DataFrame(told).T
say(
    "Judged by what it has learned from, it seems nearly perfect. So the library finds next to no "
    "errors to correct, takes its codes at their word (λ near 1), and gives intervals that are far "
    "too narrow. They would be right for a coder as good as that. There is none."
)
told.style.format("{:.2f}")

# %% [markdown]
# ## Key points
#
# * A word is not a frame. Look where codes come from before you count them.
# * Draw what is coded by hand at random, with known chances and a recorded seed.
# * Report α with its interval. Percent agreement flatters rare frames.
# * Precision and recall say how good a coder is; the net error says whom it favours.
# * Judge a coder by codes that had no say in its making. Cross-fit what learns.
# * Correct shares by the sample. Then the interval holds however bad the coder is, and a good coder
#   makes it narrower.
# * Corrected shares are as good as the people who coded, and no better.
#
# In `leaders`, a list of words finds three frames well enough to be of use. But what it misses and
# codes too much has to be reckoned with: of four differences that its codes call clear, one stands
# when they are corrected. Japan speaks of cooperation more than the US.
#
# **Next:** [5 · Find topics](05-find-topics.ipynb) begins at the other end. Without a codebook,
# what do they talk about?

# %%
# The headline numbers. If the data change, this cell fails, and the prose above is read again.
assert card["coded by hand"].to_dict() == {"leaders": 240, "climate": 428, "articles": 48}
assert table_of_six["a reader"].eq(table_of_six["dictionary"]).sum() == 1
suga = where[where["segment"] == "2021-03-12-suga/000"]
assert suga.loc[suga["decisive"] == 1, "term"].tolist() == ["free and open"]
doubtful = set(zip(turned["group"], turned["reference"], turned["frame"], strict=True))
assert {("US", "JP", "values"), ("EU", "JP", "values")} <= doubtful
assert japan["values", "free and open"] > 0.2
assert warned["finding"].eq("always excluded").all()
assert covered.loc["protection", "concentration"] > 0.5
assert worth.loc[("every paragraph alike", "EU"), "worth"] < 25
assert worth.loc[("every paragraph alike", "JP"), "most from one document"] > 20
assert worth.loc["documents take turns", "worth"].min() > 60
assert np.ptp(by_hand["percent agreement"]) == 0
assert by_hand.loc["frequent", "α"] > 0.8 > 0 > by_hand.loc["rare", "α"]
assert len(disputed) == 50
assert alphas.loc[["security", "cooperation", "values"], "low"].min() > 0.8
assert alphas.loc["dependence", "low"] < 0.4
assert alpha_there["estimate"].between(0.3, 0.6).all()
assert alpha_there["high"].max() < 0.667
assert 0.55 < as_machine.mean() < 0.75
assert OFTEN == ["security", "cooperation", "values"]
assert n_found["dependence"] == 3
assert "free and open" in reasons["term"].tolist()
assert agree.mean() > 0.6
f1 = rates[rates["statistic"] == "F1"].pivot(index="frame", columns="of", values="estimate")
assert (f1["US"] - f1["EU"]).abs().max() < 0.05
found = rates[rates["statistic"] == "recall"].pivot(index="frame", columns="of", values="estimate")
assert (found["US"] > found["EU"] + 0.04).all()
macro = {name: float(column["mean of the three"].split("%")[0]) for name, column in scores.items()}
assert f1["leaders"].min() > 0.75
assert (f1["articles"] > f1["leaders"]).all()
assert net.loc[("cooperation", "EU"), "estimate"] < 0 < net.loc[("cooperation", "JP"), "low"]
assert lopsided.loc[("cooperation", "EU", "JP"), "high"] < 0
assert lopsided["q_value"].min() > 0.05
missed_in_all = sum(row["missed"] for row in wrong.values())
wordless = sum(row["without a single word of the frame"] for row in wrong.values())
assert 0.4 < wordless / missed_in_all < 0.65
assert macro["learned"] + 8 < macro["dictionary"]
assert abs(macro["learned, with the dictionary"] - macro["dictionary"]) < 5
assert np.isclose(m.mean(), 0.35)
assert 0.5 < share_corrected < 0.6
assert holds["machine"] < 0.5
assert 0.92 < holds["corrected"] < 0.98
assert cries["machine"] > 0.55 > 0.09 > cries["corrected"]
assert gain.loc["dictionary", "λ, mean"] > gain.loc["learned", "λ, mean"] + 0.15
assert gain["λ, mean"].idxmin() == "learned"
assert (gain["width of intervals"] < alone).all()
assert 30 < more < 150
assert of_eu["corrected"] > of_eu["machine"] + 0.07
assert 0.35 < apart["corrected"] / apart["machine"] < 0.7
assert now[now].index.tolist() == [("cooperation", "US", "JP")]
assert ("values", "EU", "JP") in was.index[was & ~now]
assert was.sum() == 4
assert (was & ~now).sum() == 3
assert tests["corrected"].query("frame == 'security' and reference == 'EU'")["high"].item() < 0
assert half["corrected"] > half["machine"] > 0.1
assert told.loc["not cross-fitted", "macro-F1"] > told.loc["cross-fitted", "macro-F1"] + 0.15
assert told.loc["not cross-fitted", "λ, mean"] > 0.85
assert told["width of intervals"].idxmin() == "not cross-fitted"
