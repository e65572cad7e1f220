"""A small corpus of invented sentences, and what is in a folder."""

from dataclasses import replace

import pandas as pd

import framing as fr
from framing.cache.digests import Digests

SAYINGS = {
    "US": "Our national security depends on export controls that keep chips from the military.",
    "EU": "Common rules and standards guard our strategic autonomy and open trade.",
    "JP": "A stable supply of rare earths needs partners and a resilient supply chain.",
}
OTHERS = (
    "The plant will be built with a large subsidy and a new research centre.",
    "Workers and voters at home ask what the programme costs.",
    "Democracies that share values meet again for a dialogue in the spring.",
)


def table_of(per_side=8):
    rows = []
    for s, (side, saying) in enumerate(SAYINGS.items()):
        for i in range(per_side):
            body = [f"{saying} Note {i}.", OTHERS[(i + s) % 3], OTHERS[i % 3]][: 2 + i % 2]
            date = f"{2021 + i % 2}-0{1 + i % 9}-01"
            outlet = f"outlet {i % 4}"
            rows.append((f"{s}-{i}", date, "\n".join(body), side, outlet, i / 3))
    return pd.DataFrame(rows, columns=["id", "date", "text", "region", "outlet", "weight"])


def corpus_of(per_side=8, **options):
    return fr.Corpus.from_frame(table_of(per_side), clean=False, name="invented", **options)


def changed(corpus, column, row, value, table="segments"):
    """A corpus with one cell changed."""
    one = getattr(corpus, table).copy()
    one.loc[row, column] = value
    return replace(corpus, **{table: one})


def digest(value):
    return Digests().of(value)


def files(place):
    return sorted(path.name for path in place.glob("*")) if place.exists() else []
