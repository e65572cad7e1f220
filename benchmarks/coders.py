"""Set machine coders beside each other on articles coded by hand, and write docs/coders.md.

    make coders

1. Climate: 427 news articles with five frames (Frermann et al. 2023), which lie beside the checkout
   (`--shared`). Five folds, of outlets or of articles, dealt `--repeats` times.
2. The bundled articles: 48 paragraphs of three articles, ten frames; folds of articles.
3. The bundled leaders: 240 paragraphs of speeches, ten frames; folds of documents.

Every coder meets the same folds. No choice is made by looking at the codes that it is judged on.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline

import framing as fr
from framing.coders import DictionaryCoder, FrameClassifier, calibration_curve, cross_code
from framing.validation import evaluate

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "coders.md"
CLIMATE = "data/narrative-frames-climate/articles.csv.gz"
FRAMES = {
    "RE": "resolution",
    "HI": "human_interest",
    "CO": "conflict",
    "MO": "moral",
    "EC": "economic",
}
NEWS, TECHNOLOGY = "news-frames", "critical-technology"
PLAIN = "tf-idf, logistic regression, p > ½"

Coders = dict[str, Callable[[], Any] | None]


class Coded(NamedTuple):
    """Segments coded by hand: counts for our coders, counts of all words, and the codes."""

    counts: fr.Features
    words: fr.Features
    hand: fr.Features


def climate(shared: Path) -> Coded:
    """Count the articles, and read their codes.

    One article has no codes in the published table, and is left out; in another the last code is
    ``False)``. Outlets are written in two ways, such as CNN and cnn, which are one outlet here.
    """
    table = pd.read_csv(shared / CLIMATE).rename(columns={"ID": "id", **FRAMES})
    said = table[list(FRAMES.values())].astype(str).apply(lambda codes: codes.str.rstrip(")"))
    usable = said.isin(["True", "False"]).all(axis=1)
    table, said = table[usable].reset_index(drop=True), said[usable]
    table["outlet"] = table["source"].str.lower().str.replace("[^a-z]", "", regex=True)
    kept = table[["id", "text", "date", "outlet"]]
    corpus = fr.Corpus.from_frame(kept, segment="document", clean=False, name="climate")
    counts = fr.count(corpus)
    reader = CountVectorizer()
    matrix = reader.fit_transform(table["text"])
    names = list(reader.get_feature_names_out())
    words = fr.Features(matrix, names, counts.segments, kind="term")
    codes = (said == "True").to_numpy(dtype=int)
    hand = fr.Features(codes, list(said.columns), counts.segments, kind="frame")
    return Coded(counts, words, hand)


def leaders() -> Coded:
    """Count the speeches of leaders, and read the codes of a sample of their paragraphs."""
    corpus = fr.load("leaders")
    folder = ROOT / "corpus" / "leaders" / "coding"
    sample = fr.Sample.load(folder / "sample.json", corpus)
    wide = pd.read_csv(folder / "settled.csv").drop(columns="coder")
    codes = wide.melt(id_vars="segment", var_name="frame", value_name="code").assign(coder="people")
    return Coded(fr.count(corpus), all_words(corpus), sample.labelled(codes))


def articles() -> Coded:
    """Count the bundled articles, and read the codes of 48 of their paragraphs."""
    corpus = fr.load("articles")
    counts = fr.count(corpus)
    codes = pd.read_csv(ROOT / "corpus" / "articles" / "hand-codes.csv")
    place = codes["position"].astype(str).str.zfill(3)
    about = counts.segments.set_index("segment").loc[codes["id"] + "/" + place].reset_index()
    names = list(fr.Codebook.load(TECHNOLOGY).names)
    hand = fr.Features(codes[names].to_numpy(), names, about, kind="frame")
    return Coded(counts, all_words(corpus), hand)


def all_words(corpus: fr.Corpus) -> fr.Features:
    """Count words, stop words among them, and no phrases."""
    return fr.count(corpus, stop_words=None, phrases=False)


def plain(**settings: Any) -> Any:
    """Logistic regression on tf-idf of all words, as one would write it down at first."""
    model = LogisticRegression(max_iter=1000, **settings)
    return make_pipeline(TfidfTransformer(), OneVsRestClassifier(model))


def coders(codebook: str) -> Coders:
    """All that are set beside each other, by name; None codes every frame everywhere."""
    rows: Coders = {
        "every frame everywhere": None,
        PLAIN: lambda: plain(class_weight="balanced"),
        "the same, classes not weighted": plain,
        f"`DictionaryCoder({codebook!r})`": lambda: DictionaryCoder(codebook),
        '… `rule="rate"`': lambda: DictionaryCoder(codebook, rule="rate"),
        "`FrameClassifier()`": FrameClassifier,
        "… `threshold=0.5`": lambda: FrameClassifier(threshold=0.5),
        '… `threshold="share"`': lambda: FrameClassifier(threshold="share"),
        f"`FrameClassifier({codebook!r})`": lambda: FrameClassifier(codebook),
    }
    if find_spec("wordllama"):
        vectors = {"vectors": "wordllama"}
        rows['… `vectors="wordllama"`, no codebook'] = lambda: FrameClassifier(**vectors)
        rows["… both"] = lambda: FrameClassifier(codebook, **vectors)
    return rows


def machine(coder: Callable[[], Any] | None, coded: Coded, **how: Any) -> fr.Features:
    """Codes of the segments coded by hand, by models that have not seen their group."""
    hand = coded.hand
    if coder is None:
        ones = np.ones((len(hand), len(hand.names)))
        return fr.Features(ones, hand.names, hand.segments, kind="frame")
    made = coder()
    counts = coded.words if isinstance(made, Pipeline) else coded.counts
    known = counts.where(counts.segments["segment"].isin(set(hand.segments["segment"])))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # frames without a case in some fold
        return cross_code(known, hand, made, **how)


def f1(codes: fr.Features, hand: fr.Features) -> np.ndarray[Any, Any]:
    """F1 of each frame, the segments of all folds together."""
    both, all_ = overlap(codes, hand)
    return np.divide(2 * both, all_, out=np.zeros(len(all_)), where=all_ > 0)


def micro_f1(codes: fr.Features, hand: fr.Features) -> float:
    """F1 of all codes together."""
    both, all_ = overlap(codes, hand)
    return float(2 * both.sum() / all_.sum())


def overlap(codes: fr.Features, hand: fr.Features) -> tuple[Any, Any]:
    """Codes of 1 that both gave, and that either gave, frame by frame."""
    place = pd.Index(codes.segments["segment"]).get_indexer(hand.segments["segment"])
    found = codes.select(list(hand.names)).matrix[place].toarray()
    true = hand.matrix.toarray()
    return (found * true).sum(axis=0), found.sum(axis=0) + true.sum(axis=0)


def compare(
    coded: Coded,
    rows: Coders,
    *,
    groups: str,
    folds: int,
    repeats: int,
    cluster: str | None = None,
) -> pd.DataFrame:
    """Macro-F1 of every coder: mean and spread over dealings of folds, and an interval.

    The interval is that of the first dealing, over documents or clusters. The gain is over
    :data:`PLAIN`, the mean of differences in the same folds and their spread.
    """
    hand = coded.hand
    true = hand.matrix.toarray().astype(int)
    names = [str(name).replace("_", " ") for name in hand.names]
    table = [
        {"coder": "segments with the frame", **dict(zip(names, true.sum(axis=0), strict=True))}
    ]
    found: dict[str, Any] = {}
    for name, coder in rows.items():
        print(f"  {name}", file=sys.stderr)
        codes = [
            machine(coder, coded, groups=groups, folds=folds, seed=seed)
            for seed in range(1 if coder is None else repeats)
        ]
        found[name] = np.array([f1(one, hand) for one in codes])
        if len(codes) == 1:
            found[name] = np.repeat(found[name], repeats, axis=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", fr.InputWarning)
            report = evaluate(codes[0], hand.select(list(codes[0].names)), cluster=cluster)
        whole = report[report["statistic"] == "macro-F1"].iloc[0]
        micro = [micro_f1(one, hand) for one in codes]
        macro = found[name].mean(axis=1)
        gain = macro - found[PLAIN].mean(axis=1) if PLAIN in found else np.full(repeats, np.nan)
        table.append(
            {
                "coder": name,
                "macro-F1": f"**{macro.mean():.3f}**",
                "spread": f"{macro.std():.3f}" if len(codes) > 1 else "",
                "interval": interval(whole["low"], whole["high"]),
                "micro-F1": f"{np.mean(micro):.3f}",
                "gain": "" if len(found) < 3 else plus_minus(gain),
                **dict(zip(names, (f"{one:.2f}" for one in found[name].mean(axis=0)), strict=True)),
            }
        )
    order = ["coder", "macro-F1", "spread", "interval", "gain", "micro-F1", *names]
    return pd.DataFrame(table)[order].fillna("")


def plus_minus(values: np.ndarray[Any, Any]) -> str:
    """Write a mean, and the spread where there is one."""
    return f"{values.mean():+.3f}" + (f" ± {values.std():.3f}" if len(values) > 1 else "")


def interval(low: float, high: float) -> str:
    """Write an interval, where there is one."""
    return "" if np.isnan(low) else f"{low:.2f} to {high:.2f}"


def reference(coded: Coded) -> str:
    """Tell what scikit-learn gives by itself: no part of it is ours."""
    groups = coded.hand.segments["outlet"]
    text = coded.words.matrix
    last = LogisticRegression(class_weight="balanced", solver="liblinear")
    model = make_pipeline(TfidfTransformer(), last)
    found = [
        f1_score(codes, cross_val_predict(model, text, codes, cv=GroupKFold(5), groups=groups))
        for codes in coded.hand.matrix.toarray().T
    ]
    return (
        "With scikit-learn alone (`TfidfVectorizer()`, `LogisticRegression(class_weight="
        f'"balanced", solver="liblinear")`, `GroupKFold(5)` of outlets) it is {np.mean(found):.3f}.'
    )


def calibration(coded: Coded, groups: str) -> pd.DataFrame:
    """Whether probabilities hold: four bins a frame."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fr.InputWarning)
        chances = cross_code(
            coded.counts, coded.hand, FrameClassifier(NEWS), groups=groups, probabilities=True
        )
    curve = calibration_curve(chances, coded.hand, bins=4, cluster=groups)
    return pd.DataFrame(
        {
            "frame": curve["frame"].str.replace("_", " "),
            "predicted": curve["predicted"].map("{:.2f}".format),
            "found": curve["estimate"].map("{:.2f}".format),
            "interval": [
                f"{a:.2f} to {b:.2f}" for a, b in zip(curve["low"], curve["high"], strict=True)
            ],
            "articles": curve["n_segments"],
        }
    )


def markdown(table: pd.DataFrame) -> str:
    """Write a table."""
    rule = ["---" if i == 0 else "---:" for i in range(table.shape[1])]
    rows = [list(table.columns), rule, *table.astype(str).to_numpy().tolist()]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in rows)


def fill_in(page: Path, tables: dict[str, str]) -> None:
    """Put tables between their markers."""
    text = page.read_text(encoding="utf-8")
    for name, table in tables.items():
        before, start, rest = text.partition(f"<!-- table {name} -->")
        _, end, after = rest.partition(f"<!-- end {name} -->")
        if not (start and end):
            raise SystemExit(f"{page} has no place for table {name!r}.")
        text = f"{before}{start}\n\n{table}\n\n{end}{after}"
    page.write_text(text, encoding="utf-8")


def main() -> None:
    """Run all comparisons, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--only", nargs="*", help="tables to write; default all")
    given = parser.parse_args()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fr.InputWarning)  # one text stands there twice
        news = climate(given.shared)

    def by(groups: str, cluster: str | None = None) -> str:
        rows = coders(NEWS)
        how = {"groups": groups, "folds": 5, "repeats": given.repeats, "cluster": cluster}
        return markdown(compare(news, rows, **how))

    def small(coded: Coded, folds: int, repeats: int) -> str:
        how = {"groups": "document", "folds": folds, "repeats": repeats}
        return markdown(compare(coded, coders(TECHNOLOGY), **how))

    tasks: dict[str, Callable[[], str]] = {
        "reference": lambda: reference(news),
        "outlets": lambda: by("outlet", "outlet"),
        "documents": lambda: by("document"),
        "calibration": lambda: markdown(calibration(news, "outlet")),
        "articles": lambda: small(articles(), 3, 1),
        "leaders": lambda: small(leaders(), 5, given.repeats),
    }
    for name in given.only or tasks:
        print(name, file=sys.stderr)
        fill_in(given.page, {name: tasks[name]()})


if __name__ == "__main__":
    main()
