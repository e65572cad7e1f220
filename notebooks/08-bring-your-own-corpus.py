# %% [markdown]
# # 8 · Bring your own corpus
#
# * **Question:** How do I do all this with my own texts and my own sides?
# * **You will learn:** to put texts into files that can be read, and to understand what is said
#   when they cannot; to look at what was read; to write a codebook and a list of actors, and to put
#   them to the test; to see how many texts a difference needs; to have a sample coded in a
#   spreadsheet; to make a report; to publish counts in place of texts; to write the methods
#   section.
# * **Time:** about 60 minutes, and 20 to 30 for the exercises. Your own corpus takes longer.
# * **Needs:** [4 · Code frames and check the coder](04-code-frames-and-check-the-coder.ipynb).
# * **Data:** 72 letters about a river, made up in the first cell. Put your own texts in their
#   place.
# * **Method and reference:** coding by terms, with what hinges on each (the rule is worked out
#   below); correction of machine codes by hand codes (Angelopoulos et al. 2023,
#   <https://doi.org/10.1126/science.adi6000>); reporting content analysis (Krippendorff 2019,
#   <https://doi.org/10.4135/9781071878781>).
#
# Run the cells from top to bottom. The first one makes the letters up. All files are written to a
# temporary folder, which is emptied when the kernel stops.

# %%
import contextlib
import io
import json
import os
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from IPython.display import SVG, display

import framing as fr
from framing import simulate
from framing.card import describe
from framing.cli import main
from framing.lesson import say

temporary = tempfile.TemporaryDirectory()  # emptied when the kernel stops
folder = Path(temporary.name)
SIDES = ["growers", "anglers", "town"]  # your sides, as many as you like
COLUMN = "association"  # the column that tells them apart
YEARS = [2021, 2022, 2023, 2024]

# Of each theme, four sentences that say the word, then two that do without.
SENTENCES = {
    "scarcity": [
        "Another drought like this one and half the gardens at {place} are gone.",
        "There was a water shortage at {place} again, for {n} days this time.",
        "The wells behind {place} gave out {n} days before the rain came.",
        "At {place} the gauge fell to its lowest mark in {n} years.",
        "By midsummer you could walk across at {place} in your shoes.",
        "There was more stone than stream at {place} for {n} weeks.",
    ],
    "living": [
        "Most of our income at {place} is earned in {n} weeks of the year.",
        "The harvest at {place} was sold before it was cut, and at a poor price.",
        "There are {n} jobs at {place} that hang on one old pump.",
        "Our business at {place} cannot wait until everybody has been heard.",
        "Nobody at {place} can feed {n} children on what is left over.",
        "Young people leave {place} on the early bus and do not come back.",
    ],
    "nature": [
        "Salmon were seen below {place}, the first of them in {n} years.",
        "The spawning beds under {place} lay covered with grey mud.",
        "The river lives, and its fish need every mile of it above {place}.",
        "At {place} a heron stood about for {n} days with nothing to catch.",
        "Nothing moved at {place} when we turned {n} of the stones over.",
        "The children of {place} have never seen anything swim there.",
    ],
    "rules": [
        "The permit for {place} was signed without a word to any of us.",
        "One quota for {place} and for all others is not fair to {n} of us.",
        "The river board met at {place} and put its decision off for {n} weeks.",
        "The law gives {place} a right that it has not used in {n} years.",
        "Whoever turns the tap at {place} should have to ask the others first.",
        "Our {n} letters from {place} to those in charge were never answered.",
    ],
}
THEMES = list(SENTENCES)
ASIDES = [
    "We thank the {n} people who baked for the harvest festival at {place}.",
    "The fish supper at {place} brought in more than it did last year.",
    "Our chairman has a dry humour, and {place} has heard {n} samples of it.",
    "The {n} new members from {place} were welcomed with a song.",
    "The outing to {place} will be repeated if {n} people put their names down.",
    "Somebody left a green umbrella at {place} after the last meeting.",
]
OTHERS = {
    "growers": ["The Growers' Union calls all this a misunderstanding.", "The growers disagree."],
    "anglers": ["The Anglers' Club was asked and said nothing.", "The anglers were there too."],
    "town": ["The Town Hall blames the weather.", "Mayor {mayor} promised to look into it."],
}
PLACES = ["Orr", "Nether Mill", "Sandwick", "Hale Bridge", "Old Lock", "Mörby"]
SPOKEN = {"growers": [5, 5, 1, 2], "anglers": [2, 1, 7, 2], "town": [4, 2, 2, 4]}  # by theme
QUIET = {"growers": 0.15, "anglers": 0.6, "town": 0.3}  # how often a side avoids the word
rng = np.random.default_rng(8)


def letter(side, year):
    """Make up a letter of four paragraphs, and tell the theme of each (or none)."""
    share = rng.dirichlet(np.array(SPOKEN[side]))
    lines, themes = [], []
    for _ in range(4):
        theme = rng.choice(THEMES, p=share) if rng.random() < 0.9 else None
        said = []
        for _ in range(rng.integers(1, 3) if theme else 0):
            which = rng.integers(4, 6) if rng.random() < QUIET[side] else rng.integers(4)
            said.append(SENTENCES[theme][which])
        other = rng.choice([name for name in SIDES if name != side])
        said += [rng.choice(ASIDES), rng.choice(OTHERS[other])]
        mayor = "Holm" if year < 2023 else "Brandt"
        blanks = [{"place": rng.choice(PLACES), "n": rng.integers(3, 40)} for _ in said]
        filled = [one.format(mayor=mayor, **b) for one, b in zip(said, blanks, strict=True)]
        lines.append(" ".join(dict.fromkeys(filled)))
        themes.append(theme)
    return lines, themes


rows, truth = [], {}
for side in SIDES:
    for year in YEARS:
        for k in range(6):
            name = f"{side}-{year}-{k + 1}"
            lines, themes = letter(side, year)
            motto = ["Water first, words later"] if side == "growers" else []
            page = [f"River Letter No. {k + 1}", *lines, *motto, "Share this letter"]
            date = f"{year}-{1 + 2 * k:02d}" + (f"-{rng.integers(1, 28):02d}" if k % 2 else "")
            rows.append({"id": name, "date": date, COLUMN: side, "text": "\n\n".join(page)})
            truth |= {f"{name}/{at:03d}": theme for at, theme in enumerate(themes, start=1)}
letters = pd.DataFrame(rows)
truth = pd.DataFrame({theme: {s: int(t == theme) for s, t in truth.items()} for theme in THEMES})


def show(table):
    """Show a table of words, ranged left."""
    display(table.style.hide(axis="index").set_properties(**{"text-align": "left"}))


# %% [markdown]
# ## The question
#
# Three associations write letters about a river: the **growers** beside it, who pump it; the
# **anglers** who fish in it; and the **town**, which drinks it. Which aspects of the water does
# each put forward? That is the question of lesson 2, and it is the question of any three
# newspapers, parties, ministries or churches.
#
# This lesson goes all the way from a heap of texts to a methods section. The letters are made up,
# so that we may print them, and so that we know the truth: the first cell drew a theme for each
# paragraph and wrote it down. At the end we can look how close we came.
#
# ### The data card
#
# One row a text, and three columns that everything needs: **`id`**, a name of its own; **`date`**,
# as `2022`, `2022-07` or `2022-07-14`, no more precisely than you know it; **`text`**. All other
# columns are yours. One of them holds the side. Write the card of your corpus *before* any result:
# where the texts come from, who chose them and how, and who is not in it.

# %%
card = pd.crosstab(letters[COLUMN], letters["date"].str[:4]).loc[SIDES]
display(card)
say(f"The letter `{letters['id'][0]}`:\n\n> " + letters["text"][0].replace("\n\n", "\n>\n> "))

# %% [markdown]
# ## Put it into files
#
# Use the form that is nearest to what you have; `fr.read` takes all of them.
#
# * **A folder**: `documents.csv` with a row a text, and the texts as `texts/<id>.txt`. Best for
#   texts that people will open and mend. It can also hold the codebook, the codes and the plan of a
#   report.
# * **One CSV** with a column `text`, as a spreadsheet program saves it (commas or semicolons). Good
#   for short texts, such as openings or posts.
# * **JSON lines**, one object a line: what programs that collect texts write. (Parquet, too.)
#
# We write the letters in all three forms, and read the same corpus from each. With texts of your
# own, begin here: let `home` be your folder, and name your column and your sides in the first
# cell. What uses `truth` has to go, because nobody will tell you.

# %%
home = folder / "river"
(home / "texts").mkdir(parents=True)
letters.drop(columns="text").to_csv(home / "documents.csv", index=False, encoding="utf-8")
for row in letters.itertuples():
    (home / "texts" / f"{row.id}.txt").write_text(row.text, encoding="utf-8")
letters.to_csv(folder / "river.csv", index=False, encoding="utf-8")
letters.to_json(folder / "river.jsonl", orient="records", lines=True, force_ascii=False)

(home / "report.toml").write_text(f'by = "{COLUMN}"\n', encoding="utf-8")  # what makes a side

corpus = fr.read(home)
for form in ["river.csv", "river.jsonl"]:
    other = fr.read(folder / form)
    pd.testing.assert_frame_equal(other.documents, corpus.documents)
    pd.testing.assert_frame_equal(other.segments, corpus.segments)
say(f"The same each time: `{corpus}`.")
print(describe(corpus))  # in a shell: framing describe river/

# %% [markdown]
# ## What goes wrong, and what is said then
#
# Files are never right the first time. So let us make every common mistake on purpose. An
# **error** names the file, the row and the column, and says what to do; nothing was read. A
# **warning** means that the corpus was read, and what was left out of it. Rows are counted from 1,
# without the line of names.
#
# All that is the harmless kind: you are told. The dangerous mistakes are those that **nobody can
# notice but you**, because what is written is possible. The cell ends with a file that has four:
#
# * a side spelled in two ways is two sides;
# * a wrong date can be a sound one (the third of April, written as `2022-03-04`; a year mistyped);
# * UTF-8 read as if it were an old encoding: nothing fails, and Mörby becomes another place;
# * a text that was cut short when it was copied.
#
# Three small tables find most of them: the values of every column of metadata, the earliest and
# the latest date, and the shortest and longest texts.


# %%
def attempt(path, **how):
    """Try to read a corpus, and tell what was said."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            fr.read(path, **how)
        except fr.InputError as error:
            return "error", str(error).replace(f"{folder}{os.sep}", "")
    said = " ".join(str(one.message) for one in caught)
    return ("warning" if said else "nothing"), said.replace(f"{folder}{os.sep}", "")


def changed(row, column, value):
    """Copy the first four letters with one cell changed; rows are counted from 1."""
    copy = letters.head(4).copy()
    copy.loc[row - 1, column] = value
    return copy


first = letters.head(4)
wrong = {
    "the text has another name": first.rename(columns={"text": "body"}),
    "a date in another order": changed(2, "date", "14/03/2022"),
    "a day that never was": changed(2, "date", "2022-02-30"),
    "no date": changed(2, "date", ""),
    "an id twice": changed(3, "id", first["id"][0]),
    "a text is empty": changed(4, "text", "  "),
    "a text twice": changed(4, "text", first["text"][0]),
}
said = {}
for mistake, table in wrong.items():
    table.to_csv(folder / "wrong.csv", index=False, encoding="utf-8")
    said[mistake] = attempt(folder / "wrong.csv")

as_bytes = first.to_csv(index=False).replace("Orr", "Mörby")
(folder / "wrong.csv").write_bytes(as_bytes.encode("cp1252"))
said["saved by an old program"] = attempt(folder / "wrong.csv")
said["… and read as what it is"] = attempt(folder / "wrong.csv", encoding="cp1252")
(folder / "wrong.csv").write_text("id,date,text\na,2022,Water, water.\n", encoding="utf-8")
said["a comma without quotes"] = attempt(folder / "wrong.csv")
(home / "texts" / "anglers-2021-1.txt").rename(folder / "lost.txt")
said["a file is not there"] = attempt(home)
(folder / "lost.txt").rename(home / "texts" / "anglers-2021-1.txt")
show(pd.DataFrame([(m, *s) for m, s in said.items()], columns=["mistake", "is", "and says"]))

silent = changed(3, COLUMN, "Growers").replace({"text": {"Orr": "Mörby"}}, regex=True)
silent.loc[3, ["date", "text"]] = ["2031-03-04", "Dear all,"]
silent.to_csv(folder / "silent.csv", index=False, encoding="utf-8")
verdict = attempt(folder / "silent.csv", encoding="cp1252")
odd = fr.read(folder / "silent.csv", encoding="cp1252")
size = odd.segments.groupby("document")["n_tokens"].sum()
strange = odd.segments["text"].str.extractall(r"(\w*[ÃÂâ][^\w\s]\w*)")[0].unique()
say(
    f"What the library said: **{verdict[0]}**. What the tables say: sides "
    f"{odd.documents[COLUMN].value_counts().to_dict()}; dates from "
    f"{odd.documents['date'].min():%Y-%m} to {odd.documents['date'].max():%Y-%m}; the shortest "
    f"text has {size.min()} words; strange letters in {', '.join(strange)}."
)

# %% [markdown]
# ## Look at what was read
#
# Two tables before any result, as in lesson 1: what cleaning took out, and who has how many texts
# when. Cleaning is a set of guesses about web pages. Are they right about *your* pages?

# %%
taken = corpus.removed.groupby(["reason", "text"]).size().rename("times").reset_index()
taken["text"] = taken["text"].str.replace(r"\d+", "…", regex=True)
show(taken.groupby(["reason", "text"], as_index=False)["times"].sum())
fr.plot_timeline(fr.timeline(corpus, by=COLUMN))

# %% [markdown]
# The number of the letter and "Share this letter" are residue, rightly. But *Water first, words
# later* is the growers' motto. The rule took it for a heading, because it is short and has no full
# stop. Should it count? If it did, every letter by growers would hold the word "water" once more
# for a reason that has nothing to do with the letter. We leave it out, **and say so in the methods
# section**. If you decide otherwise, `clean=False` keeps all lines, and you take out the residue
# yourself. What must not happen is that nobody looked.
#
# The timeline is flat, because the letters are made up. Yours will not be: where a side has no
# texts in a year, nothing can be said about its change.
#
# ## Draw the sample first
#
# A list of words gets better by looking at what it finds. But whoever mends it by looking at a
# paragraph can no longer use that paragraph to find out how good it is (lesson 4). So draw the
# sample that people will code **now**, before there is a list, and do not look at it. All mending
# is done outside.
#
# ## Write a codebook and a list of actors
#
# A codebook is a text file in the format TOML. For each frame it has a **definition**, which
# people go by, and **terms**, which the machine goes by (`docs/codebooks.md` lists all keys). Here
# is the first draft of somebody in a hurry. `fr.lint` reads a file to its end and lists everything
# that is wrong with it, while `fr.code` would stop at the first error.

# %%
sample = fr.draw(corpus, 120, strata=COLUMN, allocation="equal", seed=2024)
sample.write(home / "sample.json")
outside = ~corpus.segments["segment"].isin(sample.segments["segment"])
say(
    f"`{sample}`: {sample.segments['stratum'].value_counts().to_dict()}. Left to look at: "
    f"{outside.sum()}."
)

DRAFT = """
name = "river"

[[frame]]
name = "scarcity"
definition = "The water is short: the letter says that there is too little, for whom and how often."
terms = ["drought*", "droughts", "water shortage*", "dr*"]
weak = ["wells"]

[[frame]]
name = "nature"
definition = "The river as a place where animals and plants live, and what they need."
terms = ["salmon", "spawning", "fish"]
exclude = ["bird song"]

[[frame]]
name = "rules"
termz = ["permit*", "quota*"]
"""
(folder / "draft.toml").write_text(DRAFT, encoding="utf-8")
complaints = fr.lint(folder / "draft.toml", corpus)
show(complaints[["severity", "frame", "term", "finding", "note"]])

# %% [markdown]
# Every row is a habit to learn. `dr*` was to find *drought* and *dry*, and a look at what it
# matches is enough. A single weak term does nothing, because two are needed. A frame without a
# definition cannot be coded by people, and then nobody can tell whether the machine is right.
#
# The list of actors has the same format. Its terms say how each side is *spoken of*. The mayor
# stands for the town, but only while in office: `from` and `until` take care of that.

# %%
CODEBOOK = """
name = "river"
title = "Frames of the water of the river"
version = "1"
source = "Written for this lesson, before the letters were read."

[[frame]]
name = "scarcity"
label = "Too little water"
definition = "The water is short: the letter says that there is too little, for whom and how often."
terms = ["drought*", "water shortage*", "wells"]
weak = ["dry", "gauge*", "lowest"]

[[frame]]
name = "living"
label = "Work and income"
definition = "People live by the water: work, harvests, trade, and what becomes of them without it."
terms = ["income*", "harvest*", "jobs", "business*"]

[[frame]]
name = "nature"
label = "Life in the river"
definition = "The river as a place where animals and plants live, and what they need."
terms = ["salmon", "spawning", "fish", "heron*"]

[[frame]]
name = "rules"
label = "Who decides"
definition = "Who may take how much, who decides it, and whether that is fair."
terms = ["permit*", "quota*", "river board", "law", "laws"]
"""
ACTORS = """
name = "river-associations"
title = "Those who live by the river"

[[actor]]
name = "growers"
terms = ["grower*"]

[[actor]]
name = "anglers"
terms = ["angler*"]

[[actor]]
name = "town"
terms = ["Town Hall", "town council*"]
exclude = ["Town Hall concert*"]

[[actor.office_holder]]
name = "Ida Holm"
office = "Mayor"
terms = ["Holm"]
titled = ["Mayor Holm"]
until = 2023-01-01

[[actor.office_holder]]
name = "Per Brandt"
office = "Mayor"
terms = ["Brandt"]
titled = ["Mayor Brandt"]
from = 2023-01-01
"""
(home / "river-1.toml").write_text(CODEBOOK, encoding="utf-8")
(home / "actors.toml").write_text(ACTORS, encoding="utf-8")
first_list = fr.Codebook.load(home / "river-1.toml")
named = fr.mentions(corpus, home / "actors.toml")
speaker = corpus.table().set_index("segment")[COLUMN]
say("Who writes (rows), and who is spoken of (columns), in parts of the paragraphs:")
display(named.groupby(speaker).mean().loc[SIDES].style.format("{:.0%}"))
hints = fr.lint(first_list, corpus)
say(f"Left to complain about: {len(hints)} ({', '.join(hints['finding'].unique())}).")

# %% [markdown]
# ## What hinges on a term, by hand
#
# Before shares are believed, ask what they rest on. The rule of a codebook is a formula. Let a
# paragraph hold $S$ different strong terms of a frame and $W$ weak ones. Its code is
#
# $$
# c = \begin{cases}1 & \text{if } S \ge 1 \text{ or } W \ge 2\\ 0 & \text{otherwise}\end{cases}
# \qquad
# \text{share} = \frac1D\sum_{d=1}^{D} \frac{1}{n_d}\sum_{i \in d} c_i
# \qquad
# \text{part}_t = \frac{\text{share} - \text{share without } t}{\text{share}}
# $$
#
# with $n_d$ paragraphs in document $d$ of $D$. A term is **decisive** in a paragraph that would
# lose the frame without it. Then its *part* says how much of the share goes with it. Three short
# documents, six paragraphs, and the frame *scarcity*:

# %%
toy_texts = {
    "a": "A drought came.\n\nA drought, and wells that fail.",
    "b": "The gauge is dry.\n\nThe gauge is new.\n\nWells are deep.",
    "c": "It rained.",
}
toy = fr.Corpus.from_frame(
    pd.DataFrame({"id": toy_texts.keys(), "text": toy_texts.values(), COLUMN: "town"}),
    date=None,
    clean=False,
)
# paragraph: its document, strong terms, weak terms; read off the texts above
by_eye = [
    ("a", {"drought*"}, set()),
    ("a", {"drought*", "wells"}, set()),
    ("b", set(), {"gauge*", "dry"}),
    ("b", set(), {"gauge*"}),
    ("b", {"wells"}, set()),
    ("c", set(), set()),
]


def codes_without(term):
    """Code the six paragraphs by the rule, as if the term were not in the list."""
    return [int(len(s - {term}) >= 1 or len(w - {term}) >= 2) for _, s, w in by_eye]


def share_of(codes):
    """Average the documents' shares."""
    return pd.Series(codes).groupby([d for d, _, _ in by_eye]).mean().mean()


whole = share_of(codes_without(None))
terms = ["drought*", "wells", "dry", "gauge*"]
by_hand = pd.DataFrame(
    {
        "decisive": [sum(codes_without(None)) - sum(codes_without(t)) for t in terms],
        "part": [(whole - share_of(codes_without(t))) / whole for t in terms],
    },
    index=pd.Index(terms, name="term"),
)
left_out = fr.leave_terms_out(toy, first_list, by=COLUMN).query("frame == 'scarcity'")
left_out = left_out[left_out["statistic"] == "share"].set_index("term")
assert np.isclose(left_out.loc["", "estimate"], whole)
assert np.allclose(left_out.loc[terms, ["decisive", "part"]].astype(float), by_hand)
where = fr.hits(toy, first_list, per="term").query("frame == 'scarcity'").set_index("term")
assert where.loc[terms, "decisive"].tolist() == by_hand["decisive"].tolist()
say(f"The share: (2/2 + 2/3 + 0/1) / 3 = **{whole:.0%}**.")
by_hand.style.format({"part": "{:.0%}"})

# %% [markdown]
# *Wells* stands in two paragraphs and is decisive in one. *Dry* and *gauge* need each other, so
# each of them is decisive where they are together. The parts add up to less than 1, because the
# second paragraph holds two strong terms and hinges on neither.
#
# Now the letters, as far as we may look: which term decides how often, and in what sentences?
# Where a term decides much, read it in its context. It is the quickest way to a better list: the
# harvest *festival* and the fish *supper* are not about the water at all. `exclude` takes a term
# away inside a phrase and nowhere else. That gives version 2, and `fr.compare_codebooks` tells
# what the change does, so that no list is mended in the dark.

# %%
counts = fr.count(corpus)
may_read = counts.where(outside.to_numpy())
rests = fr.hits(may_read, first_list, per="term")
top = rests.sort_values("decisive", ascending=False).head(5)
display(top[["frame", "term", "n", "df", "decisive"]])
for term in ["harvest*", "fish"]:
    lines = fr.keyword_in_context(corpus, term, window=4)
    lines = lines[lines["segment"].isin(may_read.segments["segment"])]
    show(lines.drop_duplicates("right")[["left", "keyword", "right"]].head(4))

SECOND = (
    CODEBOOK.replace('version = "1"', 'version = "2"')
    .replace('"business*"]', '"business*"]\nexclude = ["harvest festival*"]')
    .replace('"heron*"]', '"heron*"]\nexclude = ["fish supper*"]')
)
(home / "river-2.toml").write_text(SECOND, encoding="utf-8")
codebook = fr.Codebook.load(home / "river-2.toml")
change = fr.compare_codebooks(first_list, codebook, may_read).set_index("frame")
display(change[["n_reference", "n", "gained", "lost", "before", "after"]].round(2))

frames = fr.code(corpus, codebook)
was, now = (
    pd.DataFrame(f.matrix.toarray(), truth.index, THEMES)
    for f in (fr.code(corpus, first_list), frames)
)
assert frames.segments["segment"].tolist() == truth.index.tolist()
given_up = (was > now)[outside.to_numpy()].to_numpy()
rightly = 1 - truth[outside.to_numpy()].to_numpy()[given_up].mean()
without = fr.leave_terms_out(corpus, codebook, by=COLUMN)
verdicts = without[without["statistic"] == "difference"]["verdict"].value_counts()
shares = without[(without["statistic"] == "share") & (without["term"] != "")]
most = shares.loc[shares.groupby("frame", sort=False)["part"].idxmax()]
show(most.assign(part=most["part"].map("{:.0%}".format))[["frame", "group", "term", "part"]])
covered = fr.coverage(corpus, codebook).set_index("frame")
none = covered.loc["(no frame)", "estimate"]
say(
    f"Without any frame: {none:.0%} of the average letter. Differences that stay what they were, "
    f"whichever term is left out: {verdicts.get('same', 0)} of {verdicts.sum()} checks. Of the "
    f"codes that version 2 gave up, {rightly:.0%} had been wrong."
)

# %% [markdown]
# Version 2 gave up what it should, and a little that had been right by luck, for the wrong word.
# Some of a letter has no frame: umbrellas and songs. How much of that has a frame which the list
# does not know? A list cannot tell. People can.
#
# ## How many texts does a difference need?
#
# Ask before you collect, and again before you code. It depends on four things: how large a
# difference you want to see, how many texts a side, how many paragraphs $m$ each has, and how much
# the paragraphs of one text echo each other, $\rho$. Lesson 3 had the formula for the share within
# a document, whose variance is $p(1-p)\frac{1+(m-1)\rho}{m}$. Turned round, it gives $\rho$ from
# texts at hand. First from made-up texts of which we know $\rho$, then from the letters.


# %%
def echo(features, by):
    """Estimate ρ from documents of equal length: pooled over features and sides."""
    table = pd.DataFrame(features.matrix.toarray())
    keys = [features.segments[by].to_numpy(), features.segments["document"].to_numpy()]
    by_document = table.groupby(keys)
    m = by_document.size().mean()
    inside = by_document.mean().groupby(level=0)
    p = inside.mean()
    inflation = (m * inside.var()).to_numpy().sum() / (p * (1 - p)).to_numpy().sum()
    return (inflation - 1) / (m - 1), m


known = simulate.frames({"A": 200, "B": 200}, segments=4, icc=0.2, seed=3)
rho_known, _ = echo(known.features, known.by)
rho, m = echo(frames, COLUMN)
tried = {
    gap: simulate.power(
        (0.2, 0.2 + gap), [12, 24, 48], segments=4, icc=0.1, corpora=40, replicates=200
    )
    for gap in [0.1, 0.2, 0.3]
}
power = pd.DataFrame(
    {
        f"20% and {20 + 100 * gap:.0f}%": t[t["statistic"] == "power"].set_index("n_per_group")[
            "estimate"
        ]
        for gap, t in tried.items()
    }
)
rho_planted = np.mean([1 / (1 + sum(weights)) for weights in SPOKEN.values()])  # of a Dirichlet
say(
    f"In made-up texts with ρ = 0.20 the formula finds {rho_known:.2f}. In the letters it finds "
    f"**{rho:.2f}**; the first cell planted {rho_planted:.2f}."
)
display(power.rename_axis("texts a side").style.format("{:.0%}"))

# %% [markdown]
# The letters' $\rho$ is small, as it is where a text jumps from one subject to the next; and 72 of
# them do not tell it to the second digit. So the table was reckoned with 0.1, and with 40 corpora
# for each number, which is then good to 15 points or so. (Lesson 3 reckoned with 0.2.)
#
# With 24 letters a side, a difference of 30 points will hardly be missed, one of 20 will be found
# more often than not, and one of 10 mostly not. So if such a one stays open, that is no finding
# about the associations. And this is the optimistic reckoning, for a coder who makes no mistakes
# and a single question.
#
# ## Have the sample coded
#
# Lesson 4 coded in JupyterLab (`fr.code_by_hand`). Here two people use a spreadsheet program:
# `fr.write_sheet` writes a row a paragraph and a column a frame, and the definitions beside it. It
# does not show the side. They write 1 and 0, apart from each other, and `fr.read_codes` checks
# what comes back.
#
# Ana and Ben are made up as well. They know the theme of each paragraph, and slip now and then. In
# Ben's sheet there is a typing error, too.

# %%
for coder in ["ana", "ben"]:
    sheet = home / f"{coder}.csv"
    fr.write_sheet(sample, sheet, codebook, coder=coder)
    filled = pd.read_csv(sheet, dtype=str)
    right = truth.loc[filled["segment"], THEMES].to_numpy()
    slips = rng.random(right.shape) < {"ana": 0.02, "ben": 0.04}[coder]
    filled[THEMES] = np.where(slips, 1 - right, right).astype(str)
    filled.to_csv(sheet, index=False, encoding="utf-8")

typed = filled.copy()
typed.loc[4, "nature"] = "2"
typed.to_csv(folder / "typed.csv", index=False, encoding="utf-8")
try:
    fr.read_codes(folder / "typed.csv", sample=sample, codebook=codebook)
except fr.InputError as error:
    slip = str(error).replace(f"{folder}{os.sep}", "")
say(f"A typing error: *{slip}*")

codes = fr.read_codes([home / "ana.csv", home / "ben.csv"], sample=sample, codebook=codebook)
hand = sample.labelled(codes)
alpha = fr.agreement(codes).query("statistic == 'krippendorff_alpha'").set_index("frame")
report = fr.evaluate(frames, hand, weights="document")
quality = report[report["statistic"].isin(["precision", "recall"])].dropna(subset="frame")
quality = quality.pivot(index="frame", columns="statistic", values="estimate").loc[THEMES]
display(quality.assign(alpha=alpha["estimate"]).style.format("{:.2f}"))
n_there, n_found = (one.groupby(speaker).sum().sum(axis=1) for one in (truth, truth * now))
missed = 1 - n_found / n_there
say(
    "The truth, which only makers of letters know: the list misses "
    + ", ".join(f"{missed[side]:.0%} of what the {side} put forward" for side in SIDES)
    + ". What the sample says of it:"
)
say("\n".join(f"* {sentence}" for sentence in fr.bias_in_words(fr.bias(frames, hand, by=COLUMN))))

# %% [markdown]
# Precision is high, since the exclusions took out what was wrong. Recall is not: who says a thing
# without its word is not found. The anglers do so most often, and so the machine tells less than
# the truth about them. A sample of this size shows such a bias where it is large. Of the rest it
# says that it cannot tell. So do not wait for proof of a bias: let people's codes correct the
# shares in any case (lesson 4).
#
# ## Compare
#
# Three lines, all of which you know: shares, differences, a figure. `labelled=` corrects the
# shares by the sample.

# %%
emphasis = fr.emphasis(frames, by=COLUMN, levels=SIDES, labelled=hand)
gaps = fr.contrast(frames, by=COLUMN, levels=SIDES, labelled=hand)
clear = gaps[(gaps["q_value"] < 0.05) & ((gaps["low"] > 0) | (gaps["high"] < 0))]
true = truth.groupby(speaker).mean().melt(var_name="frame", value_name="truth", ignore_index=False)
true = true.rename_axis("group").set_index("frame", append=True)
naive = fr.emphasis(frames, by=COLUMN, levels=SIDES).set_index(["group", "frame"])["estimate"]
held = emphasis.set_index(["group", "frame"]).join(true).join(naive.rename("machine"))
within = (held["low"] <= held["truth"]) & (held["truth"] <= held["high"])
planted = true["truth"].unstack("group").loc[gaps["frame"]]  # the truth beside each difference
row = np.arange(len(gaps))
at = {which: planted.columns.get_indexer(gaps[which]) for which in ["group", "reference"]}
real = planted.to_numpy()[row, at["group"]] - planted.to_numpy()[row, at["reference"]]
hidden = gaps.assign(truth=real)[(abs(real) > 0.1) & ~gaps.index.isin(clear.index)]
off = {name: (held[name] - held["truth"]).abs().mean() for name in ["machine", "estimate"]}
say(
    f"Clear: {len(clear)} differences of {len(gaps)}. The truth lies inside {within.sum()} of "
    f"{len(held)} intervals. On average the machine is off by {100 * off['machine']:.1f} points, "
    f"the corrected shares by {100 * off['estimate']:.1f}.\n\nDifferences of more than 10 points "
    "that are real and are not called clear: "
    + "; ".join(
        f"{r.group} and {r.reference} in *{r.frame}*, {100 * r.truth:+.0f} points "
        f"({100 * r.low:+.0f} to {100 * r.high:+.0f})"
        for r in hidden.itertuples()
    )
    + "."
)
fr.plot_emphasis(emphasis, contrasts=gaps)

# %% [markdown]
# **What it shows.** Growers put forward their living, anglers the life in the river, and the town
# who decides, each more than both others. That is what the first cell planted.
#
# **What it does not show.** That the others are none. Some differences are real and stay open:
# with so many letters and so many codes they could not be told from luck. In your own corpus
# nobody will tell you which of those that stay open are real. And with letters that somebody
# collected, it would not show what *growers* think: only what is in the letters that were found.
# The figure knows nothing of those that were not.
#
# ## Make a report
#
# One command does all comparisons of the course, writes figures with captions, tables and a page
# that opens without a network, and records every setting. What to compare stands in a file
# `report.toml` in the corpus folder, so that the folder says how it was analysed. In a shell:
#
#     framing report river/ --out reports/river
#
# The next cell runs exactly that, with fewer permutations to save time.

# %%
PLAN = f"""
title = "Letters about the river"
question = "Which aspects of the water does each association put forward?"
by = "{COLUMN}"
over = "year"
codebook = "river-2.toml"

[coding]
sample = "sample.json"
codes = ["ana.csv", "ben.csv"]
"""
(home / "report.toml").write_text(PLAN, encoding="utf-8")
out = folder / "report"
arguments = ["report", str(home), "--out", str(out), "--replicates", "200", "--quiet"]
with contextlib.redirect_stdout(io.StringIO()) as printed:  # the place of the page
    assert main(arguments) == 0
record = json.loads((out / "report.json").read_text("utf-8"))
pictures = sorted(path.stem for path in (out / "figures").glob("*.svg"))
n_tables = len(list((out / "tables").glob("*.csv")))
slopes = pd.read_csv(out / "tables" / "trend.csv").query("statistic == 'slope'")
say(
    f"{len(pictures)} figures, {n_tables} tables, one page. What it says first:\n\n"
    + "\n".join(f"* {one['headline']}" for one in record["findings"][:4])
    + f"\n\nChanges over the years that are clear: {(slopes['q_value'] < 0.05).sum()} of "
    f"{len(slopes)}."
)
SVG(out / "figures" / "trend.svg")

# %% [markdown]
# One of its figures: the years. All of it is grey, which means that it cannot be said whether
# anything changed. Six letters a side and year do not tell. (Nothing did change: the first cell
# draws every year alike.)
#
# ## Publish counts, not texts
#
# Others should be able to check your work, and mostly you may not pass the texts on.
# `corpus.write_features` writes what may be shared: metadata, and how often each word occurs in
# each paragraph, without order. Lesson 1 did it with three short texts. With a codebook of your
# own there is one more thing to mind. **Phrases cannot be put together again from single words.**
# Those of the bundled codebooks are counted, and pairs that are frequent in your texts. Those of
# *your* codebook have to be named.

# %%
corpus.write_features(folder / "unnamed")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    fr.code(fr.read(folder / "unnamed"), codebook)
say(f"Without naming them: `{caught[0].message}`")

phrases = [*codebook.patterns, *fr.ActorList.load(home / "actors.toml").patterns]
corpus.write_features(folder / "shared", closed_list=phrases)
shared = fr.read(folder / "shared")
again = fr.emphasis(fr.code(shared, codebook), by=COLUMN, levels=SIDES)["estimate"]
before = fr.emphasis(frames, by=COLUMN, levels=SIDES)["estimate"]
moved = (again - before).abs().max()
joined = len(corpus.segments) - len(shared.segments)

files = sorted(path.name for path in (folder / "shared").iterdir())
written = "".join((folder / "shared" / name).read_text("utf-8") for name in files)
readable = [text for text in corpus.segments["text"] if " ".join(text.split()[:5]) in written]
say(
    f"With their names: `{shared}`, in {', '.join(f'`{name}`' for name in files)}. Paragraphs "
    f"whose first five words can be found there: {len(readable)}. Largest change of a share: "
    f"{100 * moved:.1f} points, because {joined} short paragraphs were joined to a neighbour."
)

# %% [markdown]
# Joining is done on purpose: the words of a very short paragraph almost give it away. Use the
# folder of features yourself for the final numbers, and everybody will get the same.
#
# ## What to write in the methods section
#
# Somebody who has your counts and your methods section should come to your numbers. That needs
# twelve facts. A program can fill in the numbers, and you write the reasons.

# %%
n_side = corpus.documents[COLUMN].value_counts()
facts = {
    "Texts": f"{len(corpus.documents)} letters, "
    + ", ".join(f"{n_side[side]} by {side}" for side in SIDES)
    + f"; {corpus.documents['date'].min():%Y}–{corpus.documents['date'].max():%Y}. Where from, "
    "chosen by whom, and what is missing: …",
    "Dates": "known to the "
    + ", ".join(f"{p} {n}" for p, n in corpus.documents["date_precision"].value_counts().items())
    + ". Printed or inferred: …",
    "Unit": f"paragraph, {len(corpus.segments)} of them; every document counts once.",
    "Cleaning": f"{len(corpus.removed)} lines removed ("
    + ", ".join(f"{r} {n}" for r, n in corpus.removed["reason"].value_counts().items())
    + "), looked at by: …",
    "Codebook": f"{codebook.name}, version {codebook.version}, {len(codebook.frames)} frames; "
    "written by …, after reading …; attached.",
    "Sample": f"{len(sample)} paragraphs, by {COLUMN}, equal parts, seed {sample.seed}; drawn "
    "before the codebook was changed.",
    "Coders": f"2, apart, without seeing the side; α "
    f"{alpha.drop('all frames')['estimate'].min():.2f} to "
    f"{alpha.drop('all frames')['estimate'].max():.2f}. Who, and how trained: …",
    "Machine": f"precision {quality['precision'].min():.2f}–{quality['precision'].max():.2f}, "
    f"recall {quality['recall'].min():.2f}–{quality['recall'].max():.2f}; shares "
    "corrected by the sample.",
    "Intervals": "95%; what varies by chance is documents. Clusters: none, because …",
    "Tests": f"{len(gaps)} differences; test: {gaps['test'].iloc[0]}; Benjamini–Hochberg, "
    "q < 0.05. Planned before looking: …",
    "Power": f"ρ found {rho:.2f}, reckoned with 0.1; with {n_side.min()} a side, 20 points are "
    f"found in {power.loc[24, '20% and 40%']:.0%} of studies.",
    "Software": f"framing {fr.__version__}, seed {record['settings']['seed']}; counts: …",
}
show(pd.DataFrame(facts.items(), columns=["fact", "what to write"]))

# %% [markdown]
# Wherever the table has three dots, no program can help. The first row is the most important one,
# and in most papers the shortest. Then state the limits, in the words of lessons 1 to 4: what was
# not collected, what a count cannot show, what stayed open.
#
# ## Exercises
#
# **1 · Warm up.** A colleague sends the file that the next lines would write: divided by
# semicolons, saved by an old program, with other names for the columns and dates as `14.03.2022`.
# Make a corpus of it without touching the file.
#
#     odd = letters.head(6).assign(date=[f"{d}.03.2022" for d in range(14, 20)])
#     odd = odd.rename(columns={"id": "nr", "date": "datum", "text": "brief"})
#     odd.to_csv(folder / "odd.csv", sep=";", index=False, encoding="cp1252")

# %% tags=["solution"]
odd = letters.head(6).assign(date=[f"{d}.03.2022" for d in range(14, 20)])
odd = odd.rename(columns={"id": "nr", "date": "datum", "text": "brief"})
odd.to_csv(folder / "odd.csv", sep=";", index=False, encoding="cp1252")

names = {"id": "nr", "text": "brief", "date": "datum"}
kind, message = attempt(folder / "odd.csv", encoding="cp1252", **names)
loaded = pd.read_csv(folder / "odd.csv", sep=";", encoding="cp1252")
loaded["datum"] = pd.to_datetime(loaded["datum"], format="%d.%m.%Y").dt.strftime("%Y-%m-%d")
mended = fr.Corpus.from_frame(loaded, name="odd", **names)
say(
    f"`fr.read` does the encoding, the semicolons and the names. Of the dates it says: *{message}* "
    "It will not guess whether 04.03. is in March or in April, and neither should you. With pandas "
    f"you say which: `{mended}`, {mended.documents['date'].min():%d %B %Y} to "
    f"{mended.documents['date'].max():%d %B %Y}."
)

# %% [markdown]
# **2 · On your own.** Recall is low where people do without the word. Read paragraphs *outside the
# sample* that have no frame, and add terms for what they say: version 3. Does recall rise, and
# what does precision do? By how much do the intervals of the corrected shares shrink? Was it worth
# it?

# %% tags=["solution"]
unframed = may_read.segments["segment"][frames.where(outside.to_numpy()).matrix.sum(axis=1) == 0]
texts = corpus.segments.set_index("segment")["text"]
show(texts[unframed].head(5).to_frame("paragraphs without a frame, outside the sample"))
THIRD = (
    SECOND.replace('version = "2"', 'version = "3"')
    .replace('"wells"]', '"wells", "more stone", "walk across"]')
    .replace('"business*"]', '"business*", "young people", "feed"]')
    .replace('"heron*"]', '"heron*", "swim", "stones"]')
    .replace('"laws"]', '"laws", "ask the others", "in charge"]')
)
(folder / "river-3.toml").write_text(THIRD, encoding="utf-8")
third = fr.code(corpus, folder / "river-3.toml")
better = fr.evaluate(third, hand, weights="document").dropna(subset="frame")
better = better[better["statistic"].isin(["precision", "recall"])]
better = better.pivot(index="frame", columns="statistic", values="estimate").loc[THEMES]
third_emphasis = fr.emphasis(third, by=COLUMN, levels=SIDES, labelled=hand)
widths = [(t["high"] - t["low"]).mean() for t in (emphasis, third_emphasis)]
say(
    f"Recall, on average: {quality['recall'].mean():.2f}, then {better['recall'].mean():.2f}; "
    f"precision: {quality['precision'].mean():.2f}, then {better['precision'].mean():.2f}. The "
    f"intervals: {100 * widths[0]:.0f} points wide, then {100 * widths[1]:.0f}. The corrected "
    "shares were right before, too. A better list makes them surer, not truer. (In real letters "
    "people do without the word in more than two ways, and a list gains less.)"
)

# %% [markdown]
# **3 · Further.** So far a side was who *writes*. Take instead who is *written about*
# (`by="actor"`, with your list of actors, and `home / "actors.toml"`): which frames stand in the
# paragraphs that speak of each association? Then take the mayors out of the list. What changes,
# and for whom? In which sense are these other "sides" than those of the figure above?

# %% tags=["solution"]
mayors = ACTORS[ACTORS.index("[[actor.office_holder]]") :]
(folder / "actors.toml").write_text(ACTORS.replace(mayors, ""), encoding="utf-8")
about = {}
for name, path in [("with mayors", home), ("without", folder)]:
    table = fr.emphasis(frames, by="actor", actors=path / "actors.toml")
    about[name] = table.set_index(["group", "frame"])
columns = {
    (name, what): table[what]
    for name, table in about.items()
    for what in ["estimate", "n_segments"]
}
display(
    pd.DataFrame(columns).style.format("{:.2f}", subset=[c for c in columns if "estimate" in c])
)
n_town = {name: table.loc["town", "n_segments"].iloc[0] for name, table in about.items()}
range_about = about["with mayors"]["estimate"].groupby("frame").agg(np.ptp).max()
range_by = held["estimate"].groupby("frame").agg(np.ptp).max()
say(
    f"Without the mayors the town is spoken of in {n_town['without']:.0f} paragraphs instead of "
    f"{n_town['with mayors']:.0f}; the others stay. By who is written about, the largest "
    f"difference is {100 * range_about:.0f} points; by who writes, {100 * range_by:.0f}. In these "
    "letters an association is named by the other two only. What stands near its name is what "
    "*they* put forward, and so growers seem to be about the fish. These sides say what stands "
    "*near* a name, not what the named one says. (Elsewhere they also overlap: a paragraph that "
    "speaks of two counts for both.)"
)

# %% [markdown]
# ## Key points
#
# * One row a text, with `id`, `date`, `text` and whatever tells your sides apart. A folder, a CSV
#   or JSON lines will do.
# * Errors tell you what to mend. Look yourself for what no program can notice: two spellings, wrong
#   but possible dates, broken letters, texts cut short.
# * Look at what cleaning took out, and decide.
# * Draw the sample before you mend the list, and mend it outside the sample.
# * Ask of every list what hinges on each term, and read the terms that decide most.
# * Ask how many texts a difference needs before you call its absence a finding.
# * Have the sample coded by two people, apart. Correct the shares by it.
# * Publish the counts, the codebook, the sample's design and the codes. Name your phrases.
# * The methods section begins with where the texts come from.
#
# **Next:** [9 · Know the limits](09-know-the-limits.ipynb) asks what all of this cannot show. Then
# come your own texts. Start with ten of them, all the way to the report: it shows what is missing
# before you have collected a thousand.

# %%
# The headline numbers. If the library changes, this cell fails, and the prose above is read again.
assert card.to_numpy().min() == card.to_numpy().max() == 6
kinds = {mistake: kind for mistake, (kind, _) in said.items()}
assert [m for m, k in kinds.items() if k == "warning"] == [
    "no date",
    "a text is empty",
    "a text twice",
]
assert [m for m, k in kinds.items() if k == "nothing"] == ["… and read as what it is"]
assert verdict[0] == "nothing"
assert {"unknown key", "no definition", "lone weak term"} <= set(complaints["finding"])
assert corpus.removed["text"].eq("Water first, words later").sum() == 24
assert np.isclose(whole, 5 / 9)
assert by_hand["part"].sum() < 1
assert change.loc[["living", "nature"], "lost"].min() > 0
assert change.loc[["scarcity", "rules"], ["gained", "lost"]].to_numpy().sum() == 0
assert 0.1 < none < 0.4
assert 0.8 < rightly < 1
assert 0.15 < rho_known < 0.25
assert power.loc[24, "20% and 50%"] > 0.9
assert 0.5 < power.loc[24, "20% and 40%"] < 0.9
assert power.loc[24, "20% and 30%"] < 0.5
assert quality["precision"].min() > quality["recall"].max()
assert len(clear) >= 5
assert within.sum() >= 10
assert off["estimate"] < off["machine"]
assert missed.idxmax() == "anglers"
assert set(clear["frame"]) == {"living", "nature", "rules"}
assert len(hidden) >= 1
assert slopes["q_value"].min() > 0.05
assert len(readable) == 0
assert "are not in its closed list" in str(caught[0].message)
assert 0 < moved < 0.1
assert better["recall"].mean() > quality["recall"].mean()
assert widths[1] < widths[0]
assert n_town["without"] < n_town["with mayors"]
assert range_about < range_by
by_name = about["with mayors"]["estimate"]
assert by_name["growers", "nature"] > by_name["growers", "living"]
