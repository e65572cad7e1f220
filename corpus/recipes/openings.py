"""Hand codes of the openings of 363 articles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import framing as fr
from recipes.card import crossed, listed, markdown
from recipes.publish import in_order

SOURCE = "gold/openings.csv"
FRAMES = (
    "security dependence resilience competition investment protection cooperation rules values "
    "domestic"
).split()
ACTORS = ["US", "EU", "JP", "CN"]
SHARED_LISTS = (
    "semiconductors",
    "ai",
    "minerals-batteries",
    "controls-security",
    "digital-quantum",
)
METADATA = (
    "id date date_basis region publisher kind title url words topic list query sure language"
).split()


def make(shared: Path, folder: Path) -> dict[str, str]:
    """Write the codes of the first and of the second reading, and the metadata."""
    table = pd.read_csv(shared / SOURCE, keep_default_na=False, dtype={"month": str, "sure": str})
    first = table[table["reading"] == "first"].reset_index(drop=True)
    again = table[table["reading"] == "recode"].sort_values("id").reset_index(drop=True)
    year, month = first["year"].astype(str), first["month"].str.zfill(2)
    date = (year + "-" + month).where(first["month"] != "", year)
    documents = first.assign(date=date, language="en")[METADATA]
    _write(documents, folder / "documents.csv")
    for rows, suffix in ((first, ""), (again, "-recode")):
        for columns, name in ((FRAMES, "frames"), (ACTORS, "actors")):
            _write(rows[["id", *columns]], folder / f"{name}{suffix}.csv")
    return blocks(first, again, folder)


def _write(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def blocks(first: pd.DataFrame, again: pd.DataFrame, folder: Path) -> dict[str, str]:
    """Write the tables of the card."""
    region = in_order(first["region"])
    common = first["list"].isin(SHARED_LISTS)
    shared = pd.DataFrame(
        {
            "documents": region.value_counts(sort=False),
            "from the five shared lists": region[common].value_counts(sort=False),
            "from its own list": region[first["list"] == region.str.lower()].value_counts(
                sort=False
            ),
            "from another side's list": region[
                ~common & (first["list"] != region.str.lower())
            ].value_counts(sort=False),
        }
    )
    shared.loc["all"] = shared.sum()
    months = (first["month"] != "").map({True: "month", False: "year"})
    others = ("topic", "kind", "date_basis", "sure")
    return {
        "counts": crossed(region, first["year"], "region"),
        "lists": crossed(first["list"], region, "list"),
        "shared": markdown(shared, "region"),
        "topics": crossed(first["topic"], region, "topic"),
        "strength": listed(
            {name: f"{cramer(first['region'], first[name]):.2f}" for name in ("list", *others)},
            "region and",
            "Cramér's V",
        ),
        "sensitivity": sensitivity(folder),
        "reliability": reliability(first, again),
        "kinds": crossed(first["kind"], region, "kind"),
        "dates": crossed(first["date_basis"], region, "date_basis"),
        "precision": crossed(months.rename("known to the"), region, "date known to the"),
        "sure": crossed(first["sure"], region, "sure"),
        "publishers": markdown(
            first.groupby(region, observed=True)["publisher"]
            .agg(publishers="nunique", largest=lambda names: names.value_counts().iloc[0])
            .rename(columns={"largest": "openings of the largest"}),
            "region",
        ),
        "gaps": listed(
            {
                "no title shown": int((first["title"] == "").sum()),
                "seen on another host (“via”, “on”, repost)": int(
                    first["publisher"].str.contains(r"\bvia\b|\bon \w+\)|repost").sum()
                ),
            },
            "openings with",
        ),
    }


def cramer(one: pd.Series, other: pd.Series) -> float:
    """Measure how far two columns depend on each other: Cramér's V, from 0 to 1."""
    seen = pd.crosstab(one, other).to_numpy()
    expected = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / seen.sum()
    chi_squared = ((seen - expected) ** 2 / expected).sum()
    return float(np.sqrt(chi_squared / seen.sum() / (min(seen.shape) - 1)))


def sensitivity(folder: Path) -> str:
    """Compare shares of frames between sides: raw, within topics, and on the shared lists."""
    frames = fr.code(fr.read(folder))
    shared = frames.where(frames.segments["list"].isin(SHARED_LISTS))
    views = {
        "raw": fr.contrast(frames, by="region", replicates=100),
        "within topic": fr.contrast(frames, by="region", within="topic", replicates=100),
        "shared lists": fr.contrast(shared, by="region", replicates=100),
    }
    estimates = {
        view: table.set_index(["group", "reference", "frame"])["estimate"]
        for view, table in views.items()
    }
    points = pd.DataFrame(estimates).mul(100).round().astype(int).map("{:+d}".format)
    pairs = points.groupby(level=["group", "reference"], sort=False)
    return "\n\n".join(
        markdown(table.droplevel([0, 1]), f"{one} − {other}") for (one, other), table in pairs
    )


def reliability(first: pd.DataFrame, again: pd.DataFrame) -> str:
    """Give Krippendorff's α of the two readings for each code."""
    before = first.set_index("id").loc[again["id"]].reset_index()
    table = pd.DataFrame(
        {
            code: {
                "α": f"{alpha(before[code], again[code]):.2f}",
                "used in the first reading": int(before[code].sum()),
                "in the second": int(again[code].sum()),
            }
            for code in (*FRAMES, *ACTORS)
        }
    ).T
    return markdown(table, "code")


def alpha(one: pd.Series, other: pd.Series) -> float:
    """Compute Krippendorff's α for two complete readings of a 0/1 code."""
    values = np.concatenate([one, other])
    n = len(values)
    expected = 2 * values.sum() * (n - values.sum()) / (n * (n - 1))
    return float(1 - np.mean(np.asarray(one) != np.asarray(other)) / expected)
