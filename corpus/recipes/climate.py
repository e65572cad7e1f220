"""Codes of 428 news articles on climate change, by four annotators; no text, no titles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from framing.agreement import ALL_FRAMES, agreement
from framing.coding import read_codes
from recipes.card import crossed, markdown

ARTICLES = "data/narrative-frames-climate/articles.csv.gz"
ANSWERS = "data/narrative-frames-climate/full_annotations.json"
SOURCES = (ARTICLES, ANSWERS)

# How the published labels follow from the answers: a frame is there if so many of its questions
# are answered by "yes". The README of the source names RE1 and RE5 for "resolution", which are the
# paper's numbers: in the file of answers these questions are re2 and re6.
FRAMES = {
    "conflict": ("CO", ("co1", "co2", "co3"), 2),
    "economic": ("EC", ("ec1", "ec2", "ec3"), 2),
    "human_interest": ("HI", ("hi1", "hi2", "hi5"), 2),
    "moral": ("MO", ("mo1", "mo2"), 1),
    "resolution": ("RE", ("re2", "re6"), 2),
}
WRITTEN = {"True": 1, "False": 0, "False)": 0}
"""One label has a stray bracket."""
OUTLETS = (
    "BBC|Bipartisan Report|Breitbart|BuzzFeed|CBS News|CNBC|CNN|Daily Kos|Daily Mail|Drudge Report|"
    "Fox News|Fusion|Mother Jones|National Review|NewsBusters|NPR|Palmer Report|PBS|Politicus USA|"
    "RedState|RT|Shareblue|Slate|Talking Points Memo|TheBlaze|The Daily Caller|The Duran|"
    "The Guardian|The Hill|The Huffington Post|The New York Times|The Political Insider|"
    "The Right Scoop|USA Today|Vox|Yahoo News"
).split("|")


def make(shared: Path, folder: Path) -> dict[str, str]:
    """Write metadata, the published labels, and what every annotator answered."""
    articles = pd.read_csv(shared / ARTICLES, dtype=str).set_index("ID")
    with (shared / ANSWERS).open(encoding="utf-8") as stream:
        records: dict[str, dict[str, Any]] = json.load(stream)
    names = sorted(records, key=int)
    assert set(names) == set(articles.index)
    answers = _answers(records, names)
    published = articles.loc[names, [column for column, *_ in FRAMES.values()]].rename_axis("id")
    published = published.set_axis(list(FRAMES), axis=1)
    published = published.apply(lambda column: column.map(WRITTEN)).astype("Int64")
    unlike = _by_majority(answers).loc[names] != published
    assert not unlike.fillna(False).any(axis=None), "the labels do not follow from the answers"

    outlets = {_key(name): name for name in OUTLETS}
    documents = pd.DataFrame(
        {
            "id": names,
            "date": articles.loc[names, "date"].to_numpy(),
            "outlet": [outlets[_key(name)] for name in articles.loc[names, "source"]],
            "bias": articles.loc[names, "mbfc"].str.removesuffix("_bias").to_numpy(),
            "opinion": [int(records[name]["_opinion"] == "True") for name in names],
            "language": "en",
        }
    )
    codes = _codes(answers)
    _write(documents, folder / "documents.csv")
    _write(published.reset_index(), folder / "frames.csv")
    _write(codes, folder / "codes.csv")
    _write(answers, folder / "answers.csv")
    return blocks(documents, published, codes, folder)


def _key(outlet: str) -> str:
    return outlet.lower().replace(" ", "")


def _answers(records: dict[str, dict[str, Any]], names: list[str]) -> pd.DataFrame:
    """A row an article and annotator, a column a question: 1, 0, or missing if it did not apply."""
    questions = [name for name in records[names[0]] if not name.startswith("_")]
    meaning = {"yes": 1, "no": 0, "n/a: problem is resolved": pd.NA}
    rows = []
    for name in names:
        for coder in range(4):
            given = [records[name][question][1][coder] for question in questions]
            if -1 not in given:
                codes = [meaning[answer] for answer in given]
                rows.append([f"{name}/000", name, str(coder + 1), *codes])
            assert given.count(-1) in (0, len(given))
    table = pd.DataFrame(rows, columns=["segment", "document", "coder", *questions])
    return table.astype(dict.fromkeys(questions, "Int64"))


def _codes(answers: pd.DataFrame) -> pd.DataFrame:
    """Frames of each annotator, by the rule of the labels applied to their own answers."""
    found = {
        frame: (answers[list(questions)].sum(axis=1) >= least).astype(int)
        for frame, (_, questions, least) in FRAMES.items()
    }
    return answers[["segment", "document", "coder"]].assign(**found)


def _by_majority(answers: pd.DataFrame) -> pd.DataFrame:
    """The labels: a question is answered by most annotators, and a tie is no "yes"."""
    share = answers.groupby("document")[[*answers][3:]].mean()
    return pd.DataFrame(
        {
            frame: (share[list(questions)] > 0.5).sum(axis=1) >= least
            for frame, (_, questions, least) in FRAMES.items()
        }
    ).astype("Int64")


def _write(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def blocks(
    documents: pd.DataFrame, published: pd.DataFrame, codes: pd.DataFrame, folder: Path
) -> dict[str, str]:
    """Write the tables of the card."""
    year = documents["date"].str[:4].rename("year")
    coders = codes.groupby("coder")[list(FRAMES)].mean().mul(100).round().astype(int)
    coders.insert(0, "articles", codes["coder"].value_counts())
    rules = {
        frame: [" ".join(questions), least, int(published[frame].sum())]
        for frame, (_, questions, least) in FRAMES.items()
    }
    columns = ["questions", "“yes” needed", "articles"]
    both = codes.groupby("document")["coder"].agg(" ".join).value_counts()
    return {
        "counts": crossed(documents["bias"], year, "bias"),
        "rules": markdown(pd.DataFrame.from_dict(rules, orient="index", columns=columns), "frame"),
        "coders": markdown(coders.rename(columns="{}".format), "annotator"),
        "pairs": markdown(both.rename("articles").to_frame(), "annotators"),
        "outlets": markdown(
            documents.groupby("outlet")
            .size()
            .sort_values(ascending=False, kind="stable")
            .rename("articles")
            .head(12)
            .to_frame(),
            "outlet",
        ),
        "agreement": _agreement(folder / "codes.csv"),
        "questions": _agreement(folder / "answers.csv"),
    }


def _agreement(path: Path) -> str:
    """Say how far annotators agree, best first."""
    table = agreement(read_codes(path))
    wide = table.pivot(index="frame", columns="statistic", values="estimate")
    alpha = table[table["statistic"] == "krippendorff_alpha"].set_index("frame")
    ends = [
        f"{_number(low)} to {_number(high)}" if low == low else note
        for low, high, note in zip(alpha["low"], alpha["high"], alpha["note"], strict=True)
    ]
    shown = pd.DataFrame(
        {
            "α": alpha["estimate"].map(_number),
            "95 % interval": ends,
            "same code": wide["percent_agreement"].reindex(alpha.index).map("{:.0%}".format),
        }
    )
    order = alpha["estimate"].sort_values(ascending=False, kind="stable").index
    what = "question" if "re1" in order else "frame"
    return markdown(shown.loc[order].rename(index={ALL_FRAMES: f"all {what}s"}), what)


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-0.00", "0.00").replace("nan", "–")
