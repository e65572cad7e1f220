"""The page of a report, from an analysis."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from framing.analysis import Analysis
from framing.card import Card
from framing.findings import (
    KINDS,
    MARGIN,
    STRENGTHS,
    Finding,
    cautions,
    in_short,
    n_tested,
    no_topics,
    on_topics,
    trust,
)
from framing.inference import MINIMUM
from framing.report.about import columns, definitions, panel, software, topic_model
from framing.report.markdown import inline, render, web_address
from framing.report.tables import Shown, documents_table, shown, shown_documents
from framing.verdicts import CLEAR
from framing.wording import count_of, listed, percent, points

_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that HTML forbids, or that turn the direction of what follows."""

SELECTION = ("How it was selected", "How they were selected", "Selection")
CANNOT = ("What it cannot show", "What they cannot show", "Limits")
CODED = ("Codes by hand", "Hand codes")
"""Headings of a data card whose text has a place of its own on the page."""


_PROBABILITY = re.compile(r"(?<=\b[pq]) (?=[=<>])|(?<=\b[pq] [=<>]) (?=\d)")
"""Spaces at which a line must not break."""


@dataclass(frozen=True)
class Drawn:
    """A figure that was drawn and saved.

    Attributes
    ----------
    name, title, about, caption, alt, table : str
        See :class:`framing.gallery.Entry`.
    svg : bytes
    """

    name: str
    title: str
    about: str
    caption: str
    alt: str
    table: str
    svg: bytes

    @property
    def width(self) -> int:
        """Width on the page, in pixels: a point becomes 1.75 of them, so that text can be read."""
        found = re.search(rb'<svg[^>]*?\swidth="([\d.]+)pt"', self.svg)
        return round(1.75 * float(found[1])) if found else 800

    @property
    def source(self) -> str:
        """The picture itself, as the address of an image."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.svg).decode("ascii")


def render_page(
    analysis: Analysis,
    found: Sequence[Finding],
    drawn: Sequence[Drawn],
    undrawn: dict[str, str],
    notes: Sequence[str],
) -> str:
    """Render the page.

    Parameters
    ----------
    analysis : Analysis
    found : sequence of Finding
        Those of the analysis.
    drawn : sequence of Drawn
    undrawn : dict of str
        Titles of figures that could not be drawn, and why.
    notes : sequence of str
        Warnings to be shown.

    Returns
    -------
    str
        HTML that needs no other file and asks the network for nothing.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean,
    )
    environment.filters |= {
        "web_address": web_address,
        "inline": inline,
        "percent": percent,
        "points": points,
    }
    style = Path(__file__).with_name("style.css").read_text("utf-8")
    return environment.get_template("page.html.j2").render(
        style=Markup(style),
        style_hash=_hash(style),
        **_about(analysis),
        **_said(analysis, found),
        figures=[one for one in drawn if one.about == "sides"],
        checks=[one for one in drawn if one.about == "coder"],
        topic_figures=[one for one in drawn if one.about == "topics"],
        undrawn=undrawn,
        tables=_tables(analysis),
        made=set(analysis.tables),
        skipped={name: why for name, why in analysis.skipped.items() if name != "topics"},
        notes=notes,
        columns=columns(analysis),
        software=software(),
        clear=CLEAR,
        margin=MARGIN,
        minimum=MINIMUM,
    )


def _clean(value: Any) -> Any:
    if isinstance(value, Markup):
        return Markup(_UNSAFE.sub("", value))
    if isinstance(value, str):
        return _PROBABILITY.sub("\u00a0", _UNSAFE.sub("", value))
    return value


def _hash(style: str) -> str:
    """The hash by which the page's policy knows its own style."""
    return base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")


def _about(analysis: Analysis) -> dict[str, Any]:
    plan, corpus = analysis.plan, analysis.corpus
    card = Card.of(corpus)
    return {
        "plan": plan,
        "title": plan.title or f"Frames in “{corpus.name}”",
        "question": plan.question,
        "corpus": corpus,
        "card": card,
        "readme": render(card.readme),
        "selected": render(card.section(*SELECTION), top=4),
        "citing": render(card.section("How to cite"), top=4),
        "cannot": render(card.section(*CANNOT), top=4),
        "coded": render(card.section(*CODED), top=4),
        "frames": definitions(analysis),
        "n_frames": len(analysis.frames.names),
        **panel(analysis),
        "by_actor": plan.by == "actor" and "actor" not in corpus.documents,
        "unit": analysis.unit,
        "by_hand": plan.codebook is None and corpus.frames is not None,
        "codebook": Path(plan.codebook).stem if plan.codebook else "critical-technology",
        "has_terms": analysis.counts is not None,
        "subset": plan.subset or {},
    }


def _said(analysis: Analysis, found: Sequence[Finding]) -> dict[str, Any]:
    sections = [
        (kind, title, [one for one in found if one.kind == kind]) for kind, title in KINDS.items()
    ]
    return {
        "sections": [section for section in sections if section[2]],
        "strengths": STRENGTHS,
        "cautions": cautions(analysis),
        "trust": trust(analysis),
        "topics": on_topics(analysis),
        "no_topics": no_topics(analysis),
        "topic_model": topic_model(analysis),
        "summary": summary(analysis, found),
    }


def summary(analysis: Analysis, found: Sequence[Finding]) -> list[str]:
    """Say in a few sentences what was compared, how it came out, and what hand codes make of it.

    Parameters
    ----------
    analysis : Analysis
    found : sequence of Finding
        Those of the analysis.

    Returns
    -------
    list of str
    """
    timeline = analysis.tables.get("timeline")
    n_documents = int(analysis.frames.segments["document"].nunique())
    told = [f"{count_of(n_documents, 'document')}"]
    if timeline is not None:
        sizes = timeline.groupby("group", sort=False)["n_documents"].sum()
        sides = listed([f"{group} {n:,}" for group, n in sizes.items()])
        periods = sorted(set(timeline["period"]))
        span = periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"
        told[0] += f", {span} ({sides})"
    told[0] += "."
    if analysis.unit == "segment":
        return [*told, "The report describes these documents only, and tests nothing."]
    compared = _outcome(analysis, found, "contrast", "difference", "between sides")
    if not compared and "contrast" in analysis.tables:
        compared = ["Sides overlap, so no difference between them is called clear or unclear."]
    changed = _outcome(analysis, found, "trend", "change", "over time")
    checked = in_short(analysis)
    return [*told, *compared, *changed, *([" ".join(checked)] if checked else [])]


def _outcome(
    analysis: Analysis, found: Sequence[Finding], table: str, noun: str, where: str
) -> list[str]:
    """Count in a sentence how the tests on one table came out, if there were any."""
    tested = n_tested(analysis, table)
    if not tested:
        return []
    n = Counter(one.strength for one in found if one.table == table)
    for one in found:  # small changes of a side stand in one finding
        if one.table == table == "trend" and one.strength == "similar":
            n["similar"] += len(one.numbers) - 1
    checked = n["robust"] + n["partly"] + n["fragile"]
    clear = n["clear"] + checked
    parts = [f"{clear} {'is' if clear == 1 else 'are'} clear"]
    if checked:
        parts[0] += f" ({n['robust']} in every check, {n['partly']} in some)"
    if n["guarded"]:
        parts.append(f"{n['guarded']} clear only in a check")
    rest = tested - clear - n["guarded"] - n["similar"]
    parts += [f"{n['similar']} not large", f"{rest} cannot be said"]
    return [f"Of {count_of(tested, noun)} {where}, {listed(parts)}."]


def _tables(analysis: Analysis) -> list[Shown]:
    tables = [shown(name, _tested_first(table)) for name, table in analysis.tables.items()]
    return [*tables, shown_documents(documents_table(analysis.corpus), analysis.plan.by)]


def _tested_first(table: pd.DataFrame) -> pd.DataFrame:
    """Put slopes, and differences in change, before what they were computed from."""
    if "statistic" not in table:
        return table
    named: pd.Series[bool] = (
        table["statistic"].astype(str).str.startswith(("slope", "difference in"))
    )
    return pd.concat([table[named], table[~named]], ignore_index=True)
