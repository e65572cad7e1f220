"""Statements and releases of the White House on technology."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from recipes.card import crossed, listed
from recipes.publish import by_year, cut, publish, sizes, spoken_of

SOURCE = "data/whitehouse-technology-2021-2024.csv.gz"
CATEGORY = "statements-releases"

PARTNERS = {
    "EU": r"\bE\.?U\b|European|von der Leyen",
    "JP": r"\bJapan|Kishida|\bQuad\b",
    "EU and JP": r"\bG7\b",
}
"""Who a statement is made or held with, by its title. Japan is one of the four of the Quad; the G7
counts Japan among its members and has the EU at its table."""

KINDS = {
    "fact sheet": r"\bfact sheet\b",
    "readout": r"^readout\b",
    "joint statement": (
        r"\bjoint\b.*\bstatement|leaders’ statement|summit statement"
        r"|communiqué|declaration|phnom penh statement"
    ),
    "statement": r"^statement\b",
}
"""Kinds by title, the first that fits; all else is "other"."""

TERMS = {
    "semiconductor": "semiconductors",
    "ai": "AI",
    "export_control": "export control",
    "economic_security": "economic security",
}
"""Terms whose mentions chose the items of the source."""

LONG_ADDRESS = "japan-the-republic-of-korea"
"""Addresses, like titles, may not repeat nine words of another source."""

LEFT_OUT = {
    "transcripts filed as statements": r"^(?:remarks|background press call)\b",
    "collections of what others said or printed": (
        r"^(?:icymi|what they are|leaders applaud|wide range of constituencies)\b"
    ),
}


def make(shared: Path, folder: Path) -> dict[str, str]:
    """Write the features of the statements."""
    table = pd.read_csv(shared / SOURCE, keep_default_na=False)
    table = table[table["category"] == CATEGORY].reset_index(drop=True)
    reasons = {"items in the source of this category": len(table)}
    for reason, pattern in LEFT_OUT.items():
        out = table["title"].str.contains(pattern, flags=re.IGNORECASE)
        reasons[reason] = int(out.sum())
        table = table[~out]
    copies = table.assign(text=table["text"].map(_letters)).duplicated(["title", "text"])
    reasons["issued twice under one title (the first is kept)"] = int(copies.sum())
    table = table[~copies].reset_index(drop=True)
    title = table["title"].str.replace("\N{WORD JOINER}", "").str.split().str.join(" ")
    title = title.str.replace("Japan, the Republic of Korea", "Japan, ROK")
    rows = pd.DataFrame(
        {
            "id": identifiers(table),
            "date": table["date"],
            "title": title,
            "region": "US",
            "kind": title.map(kind),
            "partner": title.map(partner),
            "publisher": "The White House",
            "date_basis": "printed",
            "language": "en",
            "url": table["url"].mask(table["url"].str.contains(LONG_ADDRESS), ""),
            "text": table["text"].map(itemised).map(cut),
            "source": table["text"],
        }
    )
    corpus = publish(rows, folder)
    reasons["documents here"] = len(corpus.documents)
    documents = corpus.documents
    counted = table[[f"n_{term}" for term in TERMS]].set_axis(list(TERMS.values()), axis=1) > 0
    alone = counted["economic security"] & (counted.sum(axis=1) == 1)
    return {
        "size": sizes(corpus),
        "counts": by_year(corpus, "partner"),
        "kinds": crossed(documents["kind"], documents["partner"], "kind"),
        "actors": spoken_of(corpus, "partner"),
        "left-out": listed(reasons, ""),
        "chosen-by": listed(
            {**counted.sum().to_dict(), "of these four, “economic security” alone": alone.sum()},
            "documents with",
        ),
    }


def itemised(text: str) -> str:
    """Begin a line with every item of a list that the source runs together.

    Items begin with a number and a full stop and two blanks, or a dash and three blanks.
    """
    return re.sub(r"(?<=\S)[^\S\n]+(?=\d{1,3}\.[^\S\n]{2,}[A-Z“]|-[^\S\n]{3,}\S)", "\n", text)


def partner(title: str) -> str:
    """Tell from a title with whom a statement was made.

    Examples
    --------
    >>> partner("U.S.-EU Summit Statement"), partner("G7 Leaders’ Statement"), partner("Chips")
    ('EU', 'EU and JP', 'none')
    """
    found = [name for name, pattern in PARTNERS.items() if re.search(pattern, title)]
    return "EU and JP" if "EU and JP" in found or len(found) > 1 else (found or ["none"])[0]


def kind(title: str) -> str:
    """Tell the kind of a statement from its title."""
    for name, pattern in KINDS.items():
        if re.search(pattern, title, re.IGNORECASE):
            return name
    return "other"


def identifiers(table: pd.DataFrame) -> pd.Series:
    """Name documents by date, numbered where a day has several."""
    number = table.groupby("date").cumcount() + 1
    several = table["date"].duplicated(keep=False)
    return table["date"].where(~several, table["date"] + "-" + number.astype(str))


def _letters(text: str) -> str:
    return "".join(re.findall(r"\w", text))
