"""From a table of texts to a folder of extracted features, and what its card says of them."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from pathlib import Path

import pandas as pd

import framing as fr
from framing.patterns import Pattern, matching
from recipes.card import crossed, markdown

SIDES = ("US", "EU", "JP")


LONGEST, PIECE = 400, 100
"""A paragraph of more words than the first has lost its line breaks; it is cut into pieces of at
least as many words as the second."""

_SENTENCE_END = re.compile(
    r"(?:(?<=[a-z0-9)%][.!?])|(?<=[.!?][”\"’)]))(?<!\b[MD][rs]\.)(?<!\bMrs\.)(?<!\bSt\.)(?<!\bNo\.)"
    r"\s+(?=[A-Z“\"])"
)


def cut(text: str) -> str:
    """Break paragraphs that lost their line breaks, at ends of sentences."""
    lines: list[str] = []
    for line in text.splitlines():
        if len(line.split()) <= LONGEST:
            lines.append(line)
            continue
        piece: list[str] = []
        for sentence in _SENTENCE_END.split(line):
            piece.append(sentence)
            if len(" ".join(piece).split()) >= PIECE:
                lines += [" ".join(piece), ""]
                piece = []
        lines.append(" ".join(piece))
    return "\n".join(lines)


def publish(table: pd.DataFrame, folder: Path, *, floor: int = 20) -> fr.Corpus:
    """Write the features of texts, and read them back.

    Parameters
    ----------
    table : pandas.DataFrame
        One row a document: ``id``, ``date``, ``text`` and metadata. ``source``, where it is given,
        is the text as it was found, of which the hash is taken.
    folder : Path
    floor : int
        Fewest words of a paragraph.
    """
    source = table["source"] if "source" in table else table["text"]
    corpus = fr.Corpus.from_frame(table.drop(columns="source", errors="ignore"), name=folder.name)
    hashes = pd.Series([fr.corpus.sha256(text) for text in source], index=table["id"].to_list())
    documents = corpus.documents.assign(sha256=corpus.documents["document"].map(hashes))
    replace(corpus, documents=documents).write_features(folder, overwrite=True, floor=floor)
    return fr.read(folder)


def sizes(corpus: fr.Corpus) -> str:
    """Say how large a corpus is."""
    assert corpus.terms is not None
    phrases = sum(" " in name for name in corpus.terms.names)
    segments = corpus.segments
    return (
        f"{len(corpus.documents)} documents, {len(segments):,} paragraphs, "
        f"{int(segments['n_tokens'].sum()):,} words ({len(corpus.terms.names) - phrases:,} "
        f"distinct as written, and {phrases:,} phrases)."
    )


def by_year(corpus: fr.Corpus, side: str) -> str:
    """Count documents by side and year."""
    documents = corpus.documents
    return crossed(in_order(documents[side]), documents["date"].dt.year.rename("year"), side)


def in_order(column: pd.Series) -> pd.Series:
    """Sort sides as everywhere in the library; other values by name."""
    names = [side for side in SIDES if (column == side).any()]
    names += sorted(set(column) - set(names))
    return column.astype(pd.CategoricalDtype(names))


def spoken_of(corpus: fr.Corpus, side: str | None) -> str:
    """Give the share of paragraphs that mention each actor, by side."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fr.InputWarning)
        found = fr.mentions(corpus)
    found = found.set_axis(range(len(found)))
    everything = pd.Series("all paragraphs", index=found.index)
    label = in_order(corpus.table()[side]) if side else everything
    shares = found.groupby(label, observed=True).mean().mul(100).round().astype(int)
    return markdown(shares.map("{} %".format), side or "")


SUBJECTS = {
    "AI": ["artificial intelligence"],
    "semiconductors": ["semiconductor*", "microchip*"],
    "supply chains": ["supply chain*"],
    "critical minerals": ["critical mineral*", "rare earth*", "critical raw material*"],
    "economic security": ["economic security"],
    "export controls": ["export control*"],
}


def subjects(corpus: fr.Corpus, side: str) -> str:
    """Count the documents that use the words of a few subjects, by side."""
    assert corpus.terms is not None
    names = list(corpus.terms.names)
    documents = corpus.terms.segments["document"]
    label = in_order(corpus.documents.set_index("document")[side])
    rows = {"documents": label.value_counts(sort=False)}
    for subject, terms in SUBJECTS.items():
        used = matching([Pattern.parse(term) for term in terms], names)
        if subject == "AI":
            used |= matching([Pattern.parse("AI", case_sensitive=True)], names)
        found = corpus.terms.matrix[:, used].sum(axis=1) > 0
        rows[subject] = label[documents[found].unique()].value_counts(sort=False)
    return markdown(pd.DataFrame(rows).T, "documents that speak of")
