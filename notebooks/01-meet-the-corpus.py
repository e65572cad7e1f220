# %% [markdown]
# # 1 · Meet the corpus
#
# * **Question:** What is in the collections of text that this course uses, and what is not?
# * **You will learn:** to tell documents, segments and features apart; to count words where the
#   texts themselves may not be shared; to tell who speaks from who is spoken of; to ask what a
#   collection cannot show.
# * **Time:** about 45 minutes, and 15 to 30 for the exercises.
# * **Needs:** a little Python: running a cell, changing a word in it. No statistics.
# * **Data:** `articles`, `openings`, and a glance at `statements`, `leaders` and `un-debates`.
#   All come with the library.
# * **Method and reference:** counts in place of texts, after the HathiTrust Extracted Features
#   (Jett et al. 2020, <https://doi.org/10.13012/R2TE-C227>).
#
# Run the cells from top to bottom. The first one loads everything.

# %%
import tempfile
import warnings
from collections import Counter
from pathlib import Path

import pandas as pd
import seaborn as sns
from IPython.display import display

import framing as fr
from framing.lesson import axes, say

NAMES = ["articles", "openings", "statements", "leaders", "un-debates"]
corpora = {name: fr.load(name) for name in NAMES}
articles, openings, statements = (corpora[name] for name in NAMES[:3])
SIDES = ["US", "EU", "JP"]


def show(table):
    """Show a table of words, ranged left."""
    display(table.style.hide(axis="index").set_properties(**{"text-align": "left"}))


# %% [markdown]
# ## The question
#
# We want to know how the **United States**, the **European Union** and **Japan** talk about
# critical technologies: chips, batteries, artificial intelligence, and the supply chains behind
# them. Before any comparison comes a plainer question: *what exactly are we looking at?* Many
# mistakes in text analysis are made here, before the first number.
#
# ### The data card
#
# There are five collections, each called a **corpus**. Every one has a data card in its folder
# (`corpus/<name>/README.md`), which says where it comes from, who was left out and what it cannot
# show. Here are the outlines of all five.

# %%
card = pd.DataFrame(
    {
        name: {
            "documents": len(corpus.documents),
            "segments": len(corpus.segments),
            "words counted": int(corpus.segments["n_tokens"].sum()),
            "first year": corpus.documents["date"].dt.year.min(),
            "last year": corpus.documents["date"].dt.year.max(),
            "texts at hand": corpus.has_texts,
            "hand codes": corpus.frames is not None,
        }
        for name, corpus in corpora.items()
    }
).T
card

# %% [markdown]
# * `articles`: analytical articles about Japan, the US and the EU. So few that one could read
#   them all.
# * `openings`: the openings of articles by American, European and Japanese publishers. Each one
#   was read, and the aspects that it puts forward were noted. The corpus holds those notes and
#   **not one word** of the articles, which is why its words counted are zero.
# * `statements`, `leaders`, `un-debates`: official speech. There is more of it, and less of it is
#   about technology.
#
# The column *texts at hand* says no in every row. That needs explaining.
#
# ## Documents, segments, features
#
# Articles are under copyright: they may be read and counted, but not passed on. What may be
# passed on is *what was counted in them*. (Official speech may be passed on as it is. Here it
# comes in the same form, so that everything works alike.) Three words to keep apart:
#
# * a **document** is one article, speech or statement. It has a date, a source, a side;
# * a **segment** is a part of it that is counted on its own, here a paragraph;
# * a **feature** is something that can be counted in a segment: a word, a phrase, an aspect.
#
# Here are two small documents, made up for this course so that we can see their texts as well.
# The memo has two paragraphs, so the two documents make three segments. Counting turns each
# segment into a column of numbers, a row for each word.

# %%
letters = pd.DataFrame(
    {
        "id": ["memo", "reply"],
        "date": ["2023-05-12", "2023-06"],
        "region": ["JP", "EU"],
        "text": [
            "Chips matter. Supply chains matter more.\n\nTokyo and Brussels will talk about chips.",
            "Brussels agrees: talk is cheap, and chips are not.",
        ],
    }
)
toy = fr.Corpus.from_frame(letters, name="toy")
show(toy.segments)

counted = fr.count(toy, stop_words=None, phrases=False)
matrix = pd.DataFrame(
    counted.matrix.toarray(), index=counted.segments["segment"], columns=counted.names
)

# The same by hand, for the first paragraph: drop the full stops, ignore capitals, count.
by_hand = Counter("Chips matter. Supply chains matter more.".lower().replace(".", "").split())
assert by_hand == Counter(matrix.loc["memo/000"][matrix.loc["memo/000"] > 0].to_dict())
matrix.T

# %% [markdown]
# A table like this, *segments × features*, is what the whole course works with. What was lost on
# the way? The order of the words. Two sentences with opposite meanings can leave exactly the same
# counts:

# %%
pair = fr.Corpus.from_frame(
    pd.DataFrame({"id": ["one", "two"], "text": ["Japan warned China.", "China warned Japan."]}),
    date=None,
    clean=False,
)
first, second = pair.extract().matrix.toarray()
assert (first == second).all()
pair.extract().to_frame().pivot(index="segment", columns="term", values="n")

# %% [markdown]
# So counts can tell us *what is talked about together*, and not who did what to whom. Irony and
# quotation go the same way. It is a real price. It buys two things: the counts may be shared, so
# that anybody can check our work, and thousands of pages can be compared at once.
#
# A bundled corpus looks no different. Here is the longest paragraph of the five articles as the
# library holds it, the commonest words first. There is no way back from here to its sentences.

# %%
real = articles.extract().to_frame()
longest = articles.segments.loc[articles.segments["n_tokens"].idxmax(), "segment"]
real[real["segment"] == longest].sort_values("n", ascending=False).head(10)

# %% [markdown]
# ## What cleaning removes
#
# A web page is not an article. Menus, captions and notes about the author are words too, and if
# they stay in, "Advertisement" may turn out to be a favourite topic of the press. When the
# library reads a text it takes such lines out, and it lists what it took. Again a page made up
# for this course:

# %%
page = """Home | Politics | Technology
Why one small island makes so many chips
By Ada Example, staff writer
Published 12 May 2023
Advertisement
A ferry brings engineers to the island each morning. They build machines that no other place \
can build, and two governments would like to have them at home.
A worker looks on as a crane lifts a machine at the harbour. (Photo: A. Example)
The island's mayor is not worried. "They need us more than we need them," she says.
Share this article
Ada Example is a journalist who writes about ferries."""

island = fr.Corpus.from_frame(
    pd.DataFrame({"id": ["island"], "date": ["2023-05-12"], "text": [page]}), name="page"
)
say(f"Of {len(page.splitlines())} lines, **{len(island.segments)}** stay.")
show(island.segments[["position", "n_tokens", "text"]])
show(island.removed[["position", "reason", "text"]])

# %% [markdown]
# Two habits are worth keeping. *Look at what was removed* (`corpus.removed`) before you trust a
# count: a rule that is right about most pages is wrong about some. And *ask whether you agree*:
# the headline is gone too, because it is often an editor's and repeats what the article says. You
# may see that differently; `clean=False` keeps every line. (The bundled corpora were cleaned in
# this way before their texts were put aside.)
#
# ## Dates, and how well we know them
#
# A date can be known to the day, to the month or only to the year. It can be printed on the page,
# or worked out by somebody from what the text reports. The library keeps both facts and never
# invents the missing part. So what becomes of an article "of 2022" when we ask for quarters? It
# is left out, and a warning says so.

# %%
precision = pd.DataFrame(
    {name: corpus.documents["date_precision"].value_counts() for name, corpus in corpora.items()}
)
display(precision.reindex(["day", "month", "year"]).fillna(0).astype(int))

basis = pd.crosstab(openings.documents["date_basis"], openings.documents["region"])
inferred = basis.loc["inferred"] / basis.sum()
say(
    "Dates in `openings` that were inferred: "
    + ", ".join(f"{side} {inferred[side]:.0%}" for side in SIDES)
    + ". The three sides are not equally well dated."
)

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    quarters = fr.timeline(openings, by="region", over="quarter")
say(f"The warning, when `openings` are put into quarters: *{caught[0].message}*")

# %% [markdown]
# ## The timeline: who has how much to say, and when
#
# This is the first figure to draw of any corpus. It shows no result. It shows where results
# *could* come from.

# %%
timeline = fr.timeline(openings, by="region")
by_year = timeline.pivot(index="group", columns="period", values="n_documents").loc[SIDES]
display(by_year.assign(all=by_year.sum(axis=1)))
fr.plot_timeline(timeline)

# %% [markdown]
# **What it shows.** All three sides are there in every year, and American publishers have more
# openings than the other two together. An average over "all openings" would be mostly American,
# so we shall always compare sides and never pool them.
#
# **What it does not show.** Whether Europeans wrote more about technology in one year than in
# another. The numbers are those of our searches (how many results a search gives, and how many of
# them fit), not those of the world.
#
# ## Who speaks, and who is spoken of
#
# "The US in the corpus" can mean two things:
#
# * **who speaks**: the publisher is American. That is `region`, a column of the documents;
# * **who is spoken of**: the paragraph mentions the US as "the United States", "Washington",
#   "Biden" and so on. `fr.mentions` finds that with a list of names; in `openings` it was noted
#   by hand.
#
# Here are both at once: sides that speak in rows, sides that are spoken of in columns (CN is
# China).

# %%
in_toy = fr.mentions(toy)  # by hand: nobody in the first paragraph; Tokyo and Brussels; Brussels
assert in_toy[SIDES].to_numpy().tolist() == [[0, 0, 0], [0, 1, 1], [0, 1, 0]]

mentions = fr.mentions(openings)
speaker = openings.table().set_index("segment")["region"]
spoken_of = mentions.groupby(speaker).mean().loc[SIDES]
display(spoken_of.style.format("{:.0%}"))

others = {side: spoken_of.loc[side].drop([side, "CN"]) for side in SIDES}
for side, rest in others.items():
    say(
        f"* **{side}** publishers mention {side} in {spoken_of.loc[side, side]:.0%} of their "
        f"openings, China in {spoken_of.loc[side, 'CN']:.0%}, "
        + " and ".join(f"{other} in {share:.0%}" for other, share in rest.items())
        + "."
    )

# %% [markdown]
# Every side speaks mostly of itself. Beyond that the picture is lopsided: in these openings,
# European and Japanese publishers look to the US far more often than to each other, and American
# publishers mention China more often than either of their partners.
#
# In `articles`, who is spoken of is all that we can compare by, because all its authors write
# from or about Japan. There the EU is the weak spot:

# %%
of_articles = fr.mentions(articles)
document = articles.segments.set_index("segment")["document"]
of_eu = of_articles["EU"].groupby(document).sum()
say(
    f"The EU is mentioned in {of_eu.sum()} of {len(of_articles)} paragraphs, and {of_eu.max()} "
    f"of these are in one article, `{of_eu.idxmax()}`. What `articles` says where the EU is "
    "mentioned is mostly what that article says."
)
of_articles.groupby(document, sort=False).mean().style.format("{:.0%}")

# %% [markdown]
# ## First counts, and two traps
#
# **Trap 1: `US` is not `us`.** Most programs put everything into lower case before they count.
# Then the country and the pronoun become one word, *us*. How often would it be the pronoun?

# %%
rows = {}
for name in ["articles", "statements", "leaders", "un-debates"]:
    raw = corpora[name].extract()
    total = pd.Series(raw.matrix.sum(axis=0), index=raw.names)
    rows[name] = {
        "US": total.get("US", 0),
        "us": total.get("us", 0),
        "paragraphs that mention the US": fr.mentions(corpora[name])["US"].sum(),
    }
folded = pd.DataFrame(rows).T
folded.insert(2, "pronoun, share", folded["us"] / (folded["US"] + folded["us"]))
folded.style.format({"pronoun, share": "{:.0%}"})

# %% [markdown]
# In written analysis the mistake does little harm. In speeches, where people say "let us" and
# "join us", a program that ignores capitals would report that the UN talks of America all the
# time. The library keeps acronyms as they are (`US`, `AI`, `EU`, `IT`, `WHO`) and puts the rest
# into lower case.
#
# Mind the other half of the trap: `US` is rare in the UN speeches, but the United States are not
# absent, as the last column shows. They go by other names there. Counting a word is not counting a
# thing, and that is why the lists of actors hold many names for each.
#
# **Trap 2: words that belong together.** In "supply chains", neither *supply* nor *chains* says
# much. The library counts a list of phrases as terms of their own, and then no longer counts the
# words inside them. Here is our memo again, first paragraph:

# %%
terms = fr.count(toy).to_frame()
in_memo = terms[terms["segment"] == "memo/000"].set_index("term")["n"]
assert in_memo.to_dict() == {"chips": 1, "matter": 2, "supply chains": 1}
in_memo.to_frame()

# %% [markdown]
# Now the real thing: the commonest terms of `articles`. Words such as *the*, *of* and *and*,
# called stop words, are left out. The figure adds a question to the usual list: *which article
# does a frequent word come from?*

# %%
counts = fr.count(articles).to_frame().groupby(["term", "document"])["n"].sum()
spread = counts.unstack(fill_value=0)[articles.documents["document"]]
top = spread.loc[spread.sum(axis=1).sort_values(ascending=False, kind="stable").index[:14]]
in_one = (top.max(axis=1) / top.sum(axis=1)).sort_values(ascending=False)
mostly = ", ".join(f"*{term}* ({share:.0%})" for term, share in in_one[in_one > 0.5].items())
say(f"Terms with more than half of their uses in a single article: {mostly}.")

ax = axes(7, 3.8)
sns.heatmap(top, annot=True, fmt="d", cmap="Blues", linewidths=0.5, cbar=False, ax=ax)
ax.set(title="How often each article uses the commonest terms", xlabel="", ylabel="")
ax.tick_params(axis="y", rotation=0)

# %% [markdown]
# **What it shows.** The vocabulary is that of diplomacy and industry, with Japan at its centre.
# Some terms run through all the articles; others belong to one author or one event.
#
# **What it does not show.** Importance. A long article weighs more than a short one, and a report
# on one meeting can lift a word to the top. For this reason lesson 2 lets every document count
# once.
#
# ## From a number back to the text
#
# A count should never be the end of the road. The way back is called *keyword in context*: each
# use of a word with its neighbours. Where only features are at hand, the library can say *where*
# a term stands and how often, and give the address of the original, which you then read. (Whoever
# holds the texts lawfully can put them into the folder `texts/` of a corpus, and then the
# neighbours come back too.) First our memo, with its text; then real statements, without. The
# star stands for any ending.

# %%
show(fr.keyword_in_context(toy, "chips", window=3)[["segment", "left", "keyword", "right"]])

uses = fr.keyword_in_context(statements, "export control*")
busiest = uses.sort_values(["n", "segment"], ascending=[False, True]).head(4)
titles = statements.documents.set_index("document")["title"]
places = [
    f"* [{titles[row.document]}]({row.url}), {row.date.day} {row.date:%B %Y}: "
    f"{row.n} uses in one paragraph"
    for row in busiest.itertuples()
]
say(
    f"*Export control* or *export controls* stands in {len(uses)} paragraphs of "
    f"{uses['document'].nunique()} statements. Most often in:\n\n" + "\n".join(places)
)

# %% [markdown]
# ## What these corpora cannot show
#
# Every collection was collected by somebody. For `openings` we know how: with queries to a search
# engine, in lists. Five lists were put for a technology, alike for all sides. Three lists (`us`,
# `eu`, `jp`) were put for the debate of one side.

# %%
lists = pd.crosstab(openings.documents["list"], openings.documents["region"])[SIDES]
own = sum(lists.loc[side.lower(), side] for side in SIDES)
languages = sorted(openings.documents["language"].unique())
say(
    f"Of {len(openings.documents)} openings, **{own}** ({own / len(openings.documents):.0%}) were "
    f"found by the list about their own side. Languages: {', '.join(languages)}."
)
at_un = corpora["un-debates"].table().drop_duplicates("document")
at_un = pd.crosstab(at_un["region"], at_un["date"].dt.year)
governments = statements.documents["region"].unique()
say(
    f"Governments in `statements`: {', '.join(governments)}. Speeches at the UN in a year: "
    + ", ".join(f"{side} {at_un.loc[side].max()}" for side in SIDES)
    + "."
)
lists

# %% [markdown]
# * **Selection.** The queries chose the subjects, and chose them differently for each side. If a
#   side seems fond of a theme, ask first whether it was *asked* about it. Lesson 2 shows what
#   can be done.
# * **English only.** European and Japanese publishers are heard through what they publish in
#   English, or in translation.
# * **Openings, not articles.** What an author keeps for the end is not in `openings`.
# * **Few, or unlike.** Five articles are five articles. All of `statements` are by one
#   government. At the UN, the US and Japan speak once a year, and the EU as its member states.
# * **Counts, not meaning.** *Security* is also a part of "social security".
#
# None of this makes the corpora useless. It tells us which sentences may be written about them:
# "in these openings …", and not "Europeans think …".
#
# ## Exercises
#
# **1 · Warm up.** Choose a term and count it in `statements`: how many times does it occur, in
# how many paragraphs, in how many documents? Try one that ends in `*`. What would you miss if you
# had only one of the three numbers?

# %% tags=["solution"]
term = "semiconductor*"
found = fr.keyword_in_context(statements, term)
most = found.groupby("document")["n"].sum().max()
n_documents = found["document"].nunique()
say(
    f"*{term}*: {found['n'].sum()} times, in {len(found)} paragraphs of {n_documents} documents "
    f"({n_documents / len(statements.documents):.0%} of all). One document alone has {most} of "
    "the uses. A total can be the work of a few documents; the number of documents does not say "
    "how much they make of it. (And this corpus was *chosen* by words such as *semiconductor*: "
    "its share says nothing about White House statements in general.)"
)

# %% [markdown]
# **2 · On your own.** Which side is mentioned most in each corpus: the US, the EU or Japan?
# Answer once by paragraphs (in what share of them?) and once by documents (in what share is it
# mentioned at all?). Can the two disagree? What would you report?


# %% tags=["solution"]
def leaders(shares):
    """Name the sides with the largest share: several, if they tie."""
    return " and ".join(shares.index[shares == shares.max()])


answers = {}
for name, corpus in corpora.items():
    by_paragraph = fr.mentions(corpus)[SIDES]
    by_document = by_paragraph.groupby(corpus.segments.set_index("segment")["document"]).max()
    answers[name] = {
        "by paragraphs": leaders(by_paragraph.mean()),
        "share of paragraphs": by_paragraph.mean().max(),
        "by documents": leaders(by_document.mean()),
        "share of documents": by_document.mean().max(),
    }
answers = pd.DataFrame(answers).T
differ = answers.index[answers["by paragraphs"] != answers["by documents"]]
say(
    f"The two answers differ in: {', '.join(differ) or 'none of the corpora'}. They can differ, "
    "because a side may be named in passing by everybody or at length by a few. So report both, "
    "each with its unit. And remember who speaks: wherever Americans speak most, the US is "
    "likely to be spoken of most."
)
answers.style.format({"share of paragraphs": "{:.0%}", "share of documents": "{:.0%}"})

# %% [markdown]
# **3 · Further.** Write three short texts of your own, of 20 words or more each, and turn them
# into a folder of features that you could give away without giving away the texts:
# `corpus.write_features(folder)`. Read it back with `fr.read(folder)`. Show that (a) the counts
# came through unharmed, and (b) no five words of yours stand in the folder in a row. Use a
# temporary directory, so that nothing is left behind.

# %% tags=["solution"]
mine = pd.DataFrame(
    {
        "id": ["harbour", "valley", "coast"],
        "date": ["2022-03", "2023-07-01", "2024"],
        "region": ["US", "EU", "JP"],
        "text": [
            "The harbour town wants a chip plant. Its mayor speaks of jobs, of clean water and "
            "of a bridge that was promised twenty years ago and never came.",
            "Nobody in the valley speaks of chips. People speak of the mine, of dust on the "
            "laundry, and of the minister from Brussels who came for an hour.",
            "On the coast the old shipyard is to be a data centre. The prefecture pays for the "
            "cables, and Tokyo pays for the opinion polls about the cables.",
        ],
    }
)
three = fr.Corpus.from_frame(mine, name="three-places")
with tempfile.TemporaryDirectory() as temporary:
    folder = Path(temporary) / "three-places"
    three.write_features(folder)
    returned = fr.read(folder)
    files = {path.name: path.read_text("utf-8") for path in sorted(folder.iterdir())}

before = three.extract(returned.phrases).to_frame()
pd.testing.assert_frame_equal(before, returned.extract().to_frame())  # (a)
for text in mine["text"]:
    tokens = text.split()
    for start in range(len(tokens) - 4):
        five = " ".join(tokens[start : start + 5])
        assert not any(five in written for written in files.values())  # (b)
say(
    f"The folder holds {', '.join(f'`{name}`' for name in files)}. The counts agree to the last "
    "word, and no five words in a row can be found. It also records the SHA-256 of each text, a "
    "fingerprint: whoever holds the text can check that these are its counts."
)

# %% [markdown]
# ## Key points
#
# * A corpus is documents with dates and sources, cut into segments, counted as features.
# * Counts can be shared where texts cannot. They keep what is talked about and lose the order of
#   words.
# * Look at what cleaning removed, at how dates are known, and at the timeline before anything
#   else.
# * Who speaks and who is spoken of are two questions.
# * `US` is not `us`, a phrase is not its words, and a word is not the thing.
# * How the documents were found decides what may be concluded from them.
#
# Of these collections, `openings` is the only one in which all three sides write about one subject,
# and it holds codes and no words. The others hold words, of few authors or about much else. So we
# begin with `openings`, and come back to words where it cannot help.
#
# **Next:** [2 · Compare emphasis](02-compare-emphasis.ipynb) asks how often each side puts
# forward security, dependence, rules and so on, and how sure we can be that the sides differ.

# %%
# The headline numbers. If the data change, this cell fails, and the prose above is read again.
sizes = {"articles": 5, "openings": 363, "statements": 198, "leaders": 189, "un-debates": 120}
assert card["documents"].to_dict() == sizes
assert card.index[card["hand codes"].astype(bool)].tolist() == ["openings"]
assert card.loc["openings", "words counted"] == 0
assert not card["texts at hand"].any()
assert quarters["n_documents"].sum() == 363 - (precision.loc["year", "openings"])
assert timeline["n_documents"].min() > 0
assert timeline.groupby("group")["n_documents"].sum()[SIDES].tolist() == [200, 91, 72]
assert (spoken_of.idxmax(axis=1) == spoken_of.index).all()
assert others["EU"]["US"] > 2 * others["EU"]["JP"]
assert others["JP"]["US"] > 2 * others["JP"]["EU"]
assert spoken_of.loc["US", "CN"] > others["US"].max()
assert of_eu["regalo-2024"] > of_eu.sum() / 2
assert folded.loc["articles", "us"] == 0
assert folded.loc["un-debates", "pronoun, share"] > 0.95
assert top.index[0] == "japan"
assert (top > 0).all(axis=1)["japan"]
assert in_one.max() > 0.5
assert languages == ["en"]
assert own > len(openings.documents) / 2
assert by_year.loc["US"].sum() > by_year.loc[["EU", "JP"]].to_numpy().sum()
assert folded.loc["un-debates", "paragraphs that mention the US"] > 100
assert governments.tolist() == ["US"]
assert (at_un.loc[["US", "JP"]] == 1).all(axis=None)
