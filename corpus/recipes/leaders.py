"""What leaders of the United States, the European Union and Japan said at common events."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pandas as pd

from recipes.card import listed, markdown
from recipes.publish import SIDES, by_year, cut, publish, sizes, spoken_of, subjects

SOURCE = "data/leaders-2021-2024.csv.gz"
SHORTEST = 50
"""Fewest words of what one speaker said at one event."""

NAMES = {
    "CHANCELLOR MERKEL": "Angela Merkel",
    "CHANCELLOR SCHOLZ": "Olaf Scholz",
    "PRESIDENT BIDEN": "Joe Biden",
    "PRESIDENT DUDA": "Andrzej Duda",
    "PRESIDENT IOHANNIS": "Klaus Iohannis",
    "PRESIDENT LEVITS": "Egils Levits",
    "PRESIDENT MACRON": "Emmanuel Macron",
    "PRESIDENT MICHEL": "Charles Michel",
    "PRESIDENT NIINISTÖ": "Sauli Niinistö",
    "PRESIDENT SÁNCHEZ": "Pedro Sánchez",
    "PRESIDENT VON DER LEYEN": "Ursula von der Leyen",
    "PRIME MINISTER ANDERSSON": "Magdalena Andersson",
    "PRIME MINISTER DRAGHI": "Mario Draghi",
    "PRIME MINISTER FIALA": "Petr Fiala",
    "PRIME MINISTER FREDERIKSEN": "Mette Frederiksen",
    "PRIME MINISTER ISHIBA": "Shigeru Ishiba",
    "PRIME MINISTER KALLAS": "Kaja Kallas",
    "PRIME MINISTER KISHIDA": "Fumio Kishida",
    "PRIME MINISTER KRISTERSSON": "Ulf Kristersson",
    "PRIME MINISTER MARTIN": "Micheál Martin",
    "PRIME MINISTER MELONI": "Giorgia Meloni",
    "PRIME MINISTER MITSOTAKIS": "Kyriakos Mitsotakis",
    "PRIME MINISTER MORAWIECKI": "Mateusz Morawiecki",
    "PRIME MINISTER RUTTE": "Mark Rutte",
    "PRIME MINISTER SUGA": "Yoshihide Suga",
    "PRIME MINISTER TUSK": "Donald Tusk",
    "SECRETARY BLINKEN": "Antony Blinken",
    "TAOISEACH VARADKAR": "Leo Varadkar",
    "THE PRESIDENT": "Joe Biden",
    "THE VICE PRESIDENT": "Kamala Harris",
    "VICE PRESIDENT HARRIS": "Kamala Harris",
}
COUNTRIES = {"EU": "European Union"}
TITLES = {
    "President of the European Commission": "European Commission President",
    "Prime Minister": "PM",
}
"""Abbreviated, because a title may not repeat nine words of another source."""


def make(shared: Path, folder: Path) -> dict[str, str]:
    """Write the features of what was said, one document a speaker and event."""
    table = pd.read_csv(shared / SOURCE, keep_default_na=False)
    table = table.assign(
        speaker=table["speaker"].map(NAMES), country=table["country"].replace(COUNTRIES)
    )
    kept, replaced = without_replaced(table)
    said = merged(kept)
    long = said["text"].str.split().str.len() >= SHORTEST
    rows = said[long].reset_index(drop=True)
    rows = rows.assign(
        id=identifiers(rows),
        event=events(rows),
        source=rows["text"],
        text=rows["text"].map(cut),
    ).drop(columns="event_id")
    corpus = publish(rows, folder)
    documents = corpus.documents
    sides = documents.groupby("event")["region"].agg(lambda found: " and ".join(sorted(set(found))))
    people = documents.groupby(["region", "country", "speaker"], sort=False).size().rename("n")
    people = people.reset_index().sort_values("region", key=lambda one: one.map(SIDES.index))
    named = {
        side: ", ".join(
            f"{row.speaker} {row.n}"
            for row in group.sort_values(["n", "speaker"], ascending=[False, True]).itertuples()
        )
        for side, group in people.groupby("region", sort=False)
    }
    return {
        "size": sizes(corpus),
        "counts": by_year(corpus, "region"),
        "events": listed(sides.value_counts().sort_index().to_dict(), "who speaks", "events"),
        "speakers": markdown(pd.DataFrame({"speaker and documents": named}), "region"),
        "actors": spoken_of(corpus, "region"),
        "subjects": subjects(corpus, "region"),
        "left-out": listed(
            {
                "documents in the source": len(table),
                "in a transcript that a corrected one replaces": replaced,
                "second label of one speaker at one event (joined to the first)": (
                    len(kept) - len(said)
                ),
                f"fewer than {SHORTEST} words": int((~long).sum()),
                "documents here": len(documents),
            },
            "",
        ),
    }


def without_replaced(table: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Leave out transcripts of which the source also has a corrected version."""
    event = table["event_id"]
    corrected = set(event[event.str.contains("-corrected-")].str.replace("-corrected-", "-"))
    replaced = event.isin(corrected)
    return table[~replaced], int(replaced.sum())


def merged(table: pd.DataFrame) -> pd.DataFrame:
    """Join what one speaker said at one event under two labels."""
    groups = table.groupby(["event_id", "speaker"], sort=False)
    first = groups[["date", "title", "group", "country"]].first()
    said = first.assign(text=groups["text"].agg("\n\n".join)).reset_index()
    said = said.rename(columns={"group": "region"})
    title = said["title"].replace(TITLES, regex=True)
    return said.assign(title=title, date_basis="printed", language="en")


def events(rows: pd.DataFrame) -> pd.Series:
    """Name events by date, and number those of one day."""
    firsts = rows.drop_duplicates("event_id")
    number = firsts.groupby("date").cumcount() + 1
    names = firsts["date"] + "/" + number.astype(str)
    return rows["event_id"].map(dict(zip(firsts["event_id"], names, strict=True)))


def identifiers(rows: pd.DataFrame) -> pd.Series:
    """Name documents by date and speaker, numbered where that is not enough."""
    surname = rows["speaker"].str.split().str[-1].map(_ascii)
    names = rows["date"] + "-" + surname
    number = names.groupby(names).cumcount() + 1
    return names.where(~names.duplicated(keep=False), names + "-" + number.astype(str))


def _ascii(name: str) -> str:
    return re.sub(r"[^a-z]", "", unicodedata.normalize("NFD", name.lower()))
