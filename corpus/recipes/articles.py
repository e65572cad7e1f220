"""Five articles on Japan, the United States and the European Union."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from recipes.card import listed, markdown
from recipes.publish import publish, sizes, spoken_of

# Where a date is inferred, `date_reason` names the latest event that the article reports.
ARTICLES = pd.DataFrame(
    [
        (
            "jacobs-2021",
            "2021-12",
            "US–Japan technology cooperation brings a full slate of opportunities in 2022",
            "Erik Jacobs",
            "JAPAN Forward",
            "inferred",
            "reports November 2021, looks ahead to 2022",
        ),
        (
            "nishimura-2023",
            "2023-05",
            "Japan's Search for Strategy Amidst Global High-Tech Competition",
            "Nishimura Rintaro",
            "unknown",
            "inferred",
            "G7 trade ministers met in April",
        ),
        (
            "jacobs-2023",
            "2023-12",
            "US and Japan Focus On Supply Chain Coordination",
            "Erik Jacobs",
            "JAPAN Forward",
            "inferred",
            "reports 26 November 2023",
        ),
        (
            "regalo-2024",
            "2024-06",
            "Deepening EU–Japan–US Cooperation on Critical and Emerging Technologies",
            "Steven Regalo",
            "Global Governance Institute",
            "inferred",
            "after an OECD meeting of May 2024",
        ),
        (
            "takayama-2024",
            "2024-11-28",
            "Economic Security in an Era of International Competition",
            "Yoshiaki Takayama",
            "Japan Institute of International Affairs",
            "printed",
            "",
        ),
    ],
    columns=["id", "date", "title", "author", "outlet", "date_basis", "date_reason"],
).assign(language="en", url="")

CODES = "gold/paragraph-codes.csv"
SOURCES = (*(f"seeds/{name}.txt" for name in ARTICLES["id"]), CODES)


def make(shared: Path, folder: Path) -> dict[str, str]:
    """Write the features of the five articles."""
    texts = [(shared / f"seeds/{name}.txt").read_text("utf-8") for name in ARTICLES["id"]]
    corpus = publish(ARTICLES.assign(text=texts), folder)
    codes = pd.read_csv(shared / CODES).rename(columns={"document": "id", "line": "position"})
    codes.to_csv(folder / "hand-codes.csv", index=False, lineterminator="\n")
    sums = corpus.segments.groupby("document", sort=False)["n_tokens"].agg(["size", "sum"])
    rows = corpus.documents.set_index("document")
    table = pd.DataFrame(
        {
            "author": rows["author"],
            "outlet": rows["outlet"],
            "date": ARTICLES.set_index("id")["date"],
            "date is": rows["date_basis"],
            "paragraphs": sums["size"],
            "words": sums["sum"],
        }
    ).loc[rows.index]
    return {
        "size": sizes(corpus),
        "counts": markdown(table, "document"),
        "actors": spoken_of(corpus, None),
        "codes": listed(codes["id"].value_counts().sort_index().to_dict(), "article", "paragraphs"),
    }
