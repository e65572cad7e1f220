"""Speeches in the General Debate of the United Nations."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pandas as pd

from recipes.card import listed
from recipes.publish import by_year, cut, publish, sizes, spoken_of, subjects

SOURCE = "data/un-debates-us-eu-jp-2021-2024.csv.gz"

COUNTRIES = {
    "Czech Republic": "Czechia",
    "USA": "United States",
    "United States of America": "United States",
}
SPEAKERS = {
    "Alexander De Croo": "Alexander de Croo",
    "Andrej Plenkovic": "Andrej Plenković",
    "Ann Christin Linde": "Ann Linde",
    "Antonio Costa": "António Costa",
    "Dan Jorgensen": "Dan Jørgensen",
    "Edgars Rinkevics": "Edgars Rinkēvičs",
    "Frank Walter Steinmeier": "Frank-Walter Steinmeier",
    "Gitanas Nauseda": "Gitanas Nausėda",
    "Jan Lipavsky": "Jan Lipavský",
    "Jean Yves Le Drian": "Jean-Yves Le Drian",
    "Joseph R. Biden": "Joe Biden",
    "Joseph R. Biden, Jr": "Joe Biden",
    "Katalin Novak": "Katalin Novák",
    "Kishida Fumio": "Fumio Kishida",
    "Klaus Werner Iohannis": "Klaus Iohannis",
    "Micheal Martin": "Micheál Martin",
    "Natasa Pirc Musar": "Nataša Pirc Musar",
    "Pedro Sanchez Perez-Castejon": "Pedro Sánchez",
    "Pedro Sánchez Pérez-Castejón": "Pedro Sánchez",
    "Sauli Niinisto": "Sauli Niinistö",
    "Tobias Billstrom": "Tobias Billström",
    "Yamazaki Kazuyuki": "Kazuyuki Yamazaki",
    "Zoran Milanovic": "Zoran Milanović",
    "Zuzana Caputova": "Zuzana Čaputová",
}


def make(shared: Path, folder: Path) -> dict[str, str]:
    """Write the features of the speeches."""
    table = pd.read_csv(shared / SOURCE, keep_default_na=False)
    country = table["country_name"].str.strip()
    speaker = table["speaker"].map(_plain)
    rows = pd.DataFrame(
        {
            "id": table["id"],
            "date": table["year"].astype(str),
            "region": table["group"],
            "country": country.replace(COUNTRIES),
            "speaker": speaker.replace(SPEAKERS),
            "post": table["post"].map(_plain),
            "session": table["session"],
            "date_basis": "session",
            "language": "en",
            "text": table["text"].map(rejoin).map(cut),
            "source": table["text"],
        }
    )
    corpus = publish(rows, folder)
    posts = corpus.documents["post"].value_counts()
    order = posts.reset_index().sort_values(["count", "post"], ascending=[False, True])
    return {
        "size": sizes(corpus),
        "counts": by_year(corpus, "region"),
        "posts": listed(dict(zip(order["post"], order["count"], strict=True)), "post", "speeches"),
        "actors": spoken_of(corpus, "region"),
        "subjects": subjects(corpus, "region"),
    }


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).replace("\N{NO-BREAK SPACE}", " ").strip(" ,")


def rejoin(text: str) -> str:
    """Join lines that a page's width broke inside a sentence.

    A line goes on in the next where it has no closing mark and either is 60 characters long or the
    next begins in lower case.
    """
    joined: list[str] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        runs_on = joined and not re.search(r"[.!?:;…*][\"”’')\]]*$", joined[-1])
        if runs_on and (len(joined[-1]) >= 60 or line[0].islower()):
            joined[-1] += " " + line
        else:
            joined.append(line)
    return "\n".join(joined)
