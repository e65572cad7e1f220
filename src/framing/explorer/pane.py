"""What the browser is given: views as plain values, texts of strangers as text and never as markup.

Nothing here is HTML: the browser puts every string in place as text. Addresses become links only
where they lead to the web.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from matplotlib.figure import Figure

from framing.card import segment_name
from framing.dates import format_date
from framing.errors import InputError
from framing.explorer import views
from framing.explorer.choices import CLUSTERS, HAND, Choice
from framing.explorer.comparison import Comparison
from framing.explorer.evidence import evidence, found_terms, origin
from framing.frames import Codebook
from framing.gallery.saving import svg
from framing.patterns import Pattern
from framing.resources import bundled
from framing.wording import count_of, percent

PIXELS = 110
"""Of the page, an inch of a figure."""
TERMS = 12
"""Terms listed that a frame was found by."""
_WEB = re.compile(r"https?://[^\s]+", re.IGNORECASE)


def seen(comparison: Comparison) -> dict[str, Any]:
    """The figure with its words, the table to be read, and the findings."""
    read = views.reading(comparison)
    figure, alt = views.figure(comparison), views.alternative(comparison)
    names = views.names(comparison)
    title = views.title(comparison)
    drawn = base64.b64encode(svg(figure, title, alt)).decode()
    return {
        "title": title,
        "kind": comparison.features.kind,
        "figure": {
            "src": f"data:image/svg+xml;base64,{drawn}",
            "alt": alt,
            "width": round(PIXELS * figure.get_figwidth()),
            "places": places(figure, names),
        },
        "caption": views.caption(comparison),
        "sentences": views.sentences(comparison),
        "table": {"columns": list(read.columns), "rows": read.to_numpy().tolist()},
    }


def places(figure: Figure, names: Sequence[str]) -> list[dict[str, Any]]:
    """Find where each frame, term or topic stands in a figure: rows by label, panels by title.

    Returns
    -------
    list of dict
        ``name``, and ``left``, ``top``, ``width`` and ``height`` as percentages of the figure.
    """
    wanted, found = set(names), []
    wide, high = figure.bbox.width, figure.bbox.height

    def place(name: str, left: float, bottom: float, right: float, top: float) -> None:
        box = (left / wide, 1 - top / high, (right - left) / wide, (top - bottom) / high)
        parts = zip(("left", "top", "width", "height"), box, strict=True)
        found.append({"name": name} | {side: round(100 * float(value), 2) for side, value in parts})

    for ax in figure.axes:
        box: Any = ax.get_window_extent()
        if ax.get_title() in wanted:
            place(ax.get_title(), box.x0, box.y0, box.x1, box.y1)
        labels = [label for label in ax.get_yticklabels() if label.get_text() in wanted]
        at = [ax.transData.transform((0, label.get_position()[1]))[1] for label in labels]
        gaps = [abs(one - other) for one, other in pairwise(at)]
        half = min(gaps, default=box.height) / 2
        for label, y in zip(labels, at, strict=True):
            left = label.get_window_extent().x0
            place(label.get_text(), float(left), y - half, box.x1, y + half)
    return found


def sources(comparison: Comparison, choice: Choice) -> dict[str, Any]:
    """Where a frame, a term or a topic comes from: counts, terms, segments with their sources."""
    name, kind = choice.name, comparison.features.kind
    side = choice.side or None
    every = evidence(comparison, name, side=side, n=None)
    rows = every.head(choice.n)
    noun = segment_name(comparison.features.segments)
    found = found_terms(comparison, name)
    by_term: list[str] = []
    if found is not None and len(found):
        counted = found.groupby("term")["n"].sum().sort_values(ascending=False, kind="stable")
        by_term = [f"{term} ×{n:,}" for term, n in counted.head(TERMS).items()]
    patterns = [name] if kind == "term" else []
    what = "share" if kind == "topic" else "hits" if found is not None else "uses"
    first = {"share": "largest share", "hits": "most hits", "uses": "most uses"}[what]
    by_hand = kind == "frame" and found is None
    order = "oldest first" if by_hand else f"{first} first"
    shown = count_of(len(every), noun)
    if len(rows) < len(every):
        shown = f"{len(rows):,} of {shown}, {order}"
    return {
        "name": name,
        "kind": kind,
        "about": definition(comparison, name),
        "counts": counts(comparison, name),
        "terms": by_term,
        "shown": f"{shown}." if len(every) else f"no {noun} here uses it.",
        "more": len(rows) < len(every),
        "note": without_texts(comparison),
        "items": [_item(row, comparison, patterns) for row in rows.to_dict("records")],
    }


def counts(comparison: Comparison, name: str) -> list[str]:
    """Say how many segments and documents of each side use a frame, a term or a topic."""
    noun = segment_name(comparison.features.segments)
    kind, lines = comparison.features.kind, []
    for row in origin(comparison, name).to_dict("records"):
        segments, documents = int(row["n_segments"]), int(row["n_documents"])
        if kind == "topic":
            text = f"{count_of(documents, 'document')}, {count_of(segments, noun)}"
        elif kind == "term":
            uses = count_of(int(row["n"]), "use")
            text = f"{uses} in {int(row['df']):,} of {count_of(documents, 'document')}"
        else:
            text = f"{int(row['n']):,} of {count_of(segments, noun)}"
        if kind == "frame" and noun != "document":
            text += f", in {int(row['df']):,} of {count_of(documents, 'document')}"
        lines.append(f"{row['group']}: {text}")
    return lines


def definition(comparison: Comparison, name: str) -> str:
    """What the codebook says that a frame is; of hand codes, a bundled codebook of these frames."""
    if comparison.features.kind != "frame":
        return ""
    book = comparison.coder
    if book is None:
        frames = {str(one) for one in comparison.features.names}
        loaded = (Codebook.load(one) for one in bundled("codebooks"))
        book = next((one for one in loaded if frames <= set(one.names)), None)
    if not isinstance(book, Codebook):
        return ""
    return next((one.definition for one in book.frames if one.name == name), "")


def without_texts(comparison: Comparison) -> str:
    """Say why no text is shown; empty where texts are at hand."""
    if comparison.corpus.has_texts:
        return ""
    held = "hand codes" if comparison.corpus.terms is None else "counts of words"
    return (
        f"The corpus {comparison.corpus.name!r} holds {held}, not texts: what can be shown are "
        "counts, and links where addresses are known."
    )


def link(url: object) -> str:
    """Give an address if it leads to the web, and nothing otherwise.

    What is not well formed leads nowhere.

    Examples
    --------
    >>> link("https://example.org/a"), link("javascript:alert(1)"), link(float("nan"))
    ('https://example.org/a', '', '')
    """
    if not isinstance(url, str) or not _WEB.fullmatch(url):
        return ""
    try:
        return url if urlsplit(url).hostname else ""
    except ValueError:
        return ""


def marked(text: str, terms: Sequence[str]) -> list[list[Any]]:
    """Split a text where terms stand in it: pairs of a piece, and whether it is a term.

    Examples
    --------
    >>> marked("Export controls on chips.", ["export control*"])
    [['Export controls', True], [' on chips.', False]]
    """
    sources = [source for term in terms if (source := _regex(term))]
    if not sources:
        return [[text, False]]
    pieces, at = [], 0
    for match in re.finditer("|".join(sources), text):
        pieces += [[text[at : match.start()], False], [match.group(), True]]
        at = match.end()
    return [piece for piece in [*pieces, [text[at:], False]] if piece[0]]


def _regex(term: str) -> str:
    """Write a term as it stands in running text; capitals must agree where it has any."""
    try:
        parts = Pattern.parse(term, term != term.lower()).parts
    except InputError:
        return ""
    words = (re.escape(part).replace(r"\*", r"[\w'’-]*") for part in parts)
    flags = "" if term != term.lower() else "i"
    return rf"(?<!\w)(?{flags}:{'[ -]+'.join(words)})(?!\w)"


def _item(row: Any, comparison: Comparison, patterns: Sequence[str]) -> dict[str, Any]:
    """One segment, with what leads back to it."""
    documents = comparison.corpus.documents
    document = documents[documents["document"] == row["document"]].iloc[0]
    date = format_date(document["date"], document["date_precision"])
    who = next((name for one in CLUSTERS[:-1] if (name := _known(document.get(one)))), "")
    terms, address, text = (_known(row.get(name)) for name in ("terms", "url", "text"))
    used = f"found by {terms}" if terms else ""
    if "estimate" in row:
        used = f"{percent(row['estimate'])} of it"
    elif patterns:
        used = count_of(int(row["n"]), "use")
    whole = segment_name(comparison.features.segments) == "document"
    host = urlsplit(address).hostname if link(address) else ""
    facts = [row["group"], date, who, host, row["document" if whole else "segment"], used]
    found = [re.sub(r" ×\d+$", "", one) for one in terms.split(", ") if one]
    return {
        "title": _known(row.get("title")) or who or str(row["document"]),
        "facts": " · ".join(str(fact) for fact in facts if fact),
        "link": link(address),
        "address": address,
        "text": marked(text, [*patterns, *found]) if text else [],
    }


def _known(value: object) -> str:
    """A text, or nothing where it is missing."""
    return value if isinstance(value, str) and value != "unknown" else ""


def as_code(choice: Choice, *, own: bool, own_codebook: bool) -> str:
    """Write the same views as calls of plain functions.

    Parameters
    ----------
    choice : Choice
    own, own_codebook : bool
        Whether the corpus and the codebook are the reader's, and not bundled.

    Examples
    --------
    >>> choice = Choice("openings", HAND, "frame", "sides", "region", ("US",), None, "document")
    >>> print(as_code(choice, own=False, own_codebook=False))
    import framing as fr
    from framing.explorer import compare, evidence, figure, table
    <BLANKLINE>
    seen = compare(fr.load('openings'), by='region', sides=['US'], unit='document')
    table(seen)
    figure(seen)
    """
    given = ["corpus" if own else f"fr.load({choice.corpus!r})"]
    if choice.level != "frame":
        given.append(repr(choice.level))
    given += [f"by={choice.by!r}", f"sides={list(choice.sides)!r}"]
    if choice.years is not None:
        given.append(f"years={choice.years!r}")
    if choice.show != "sides":
        given.append(f"show={choice.show!r}")
    if choice.level == "frame" and choice.codebook != HAND:
        given.append(f"codebook={'codebook' if own_codebook else repr(choice.codebook)}")
    if choice.level == "topic":
        given.append("model=model")
    given.append(f"unit={choice.unit!r}")
    call = f"seen = compare({', '.join(given)})"
    if len(call) > 88:
        call = "\n".join(["seen = compare(", *(f"    {one}," for one in given), ")"])
    lines = [
        "import framing as fr",
        "from framing.explorer import compare, evidence, figure, table",
        "",
        call,
        "table(seen)",
        "figure(seen)",
    ]
    if choice.name:
        side = f", side={choice.side!r}" if choice.side else ""
        lines.append(f"evidence(seen, {choice.name!r}{side})")
    return "\n".join(lines)


def label_of(kind: str, value: str, noun: str) -> str:
    """Name what can be chosen, for whoever chooses."""
    labels = {
        "level": {"frame": "frames", "term": "terms", "topic": "topics"},
        "show": {"sides": "all years together", "years": "year by year"},
        "by": {"actor": "who is spoken of"},
        "unit": {
            "document": "documents",
            "segment": f"{noun}s of these documents",
            **{column: f"documents, of one {column} together" for column in CLUSTERS},
        },
    }
    return labels.get(kind, {}).get(value, value)
