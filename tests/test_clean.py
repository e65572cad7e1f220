"""Body and residue, on invented pages and, where it is at hand, on hand-coded ones."""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framing.clean import REASONS, RULES, residue, strip_marks
from framing.tokens import words

SHARED = Path(__file__).resolve().parents[1].parent / "shared"

BODY = (
    "The two ministries agreed on Tuesday to pool their research on memory chips, and a third is"
    " expected to follow before the summer."
)
MORE = (
    "Officials said that the plan would take four years. Critics doubt that the money suffices, as"
    " an earlier plan of the same size ran out after two."
)
LAST = "Whether the plan works will be known only when the first plant opens its doors in 2031."

# Each page is a list of (expected reason, line); "" is body.
PAGES = {
    "cookie banner and newsletter": [
        ("navigation", "Skip to main content"),
        ("notice", "We use cookies to improve your visit. Accept all cookies or change settings."),
        ("heading", "Chip plan gets a third partner"),
        ("", BODY),
        ("notice", "Sign up for our weekly newsletter and never miss a story."),
        ("", MORE),
        ("notice", "© 2023 Example Times. All rights reserved."),
    ],
    "breadcrumb and tag list": [
        ("navigation", "Home > Economy > Technology"),
        ("navigation", "News | Opinion | Podcasts"),
        ("heading", "Old Rivals, New Plants"),
        ("dateline", "Published: 3 May 2023, 10:15 CET"),
        ("", BODY),
        ("navigation", "Tags: chips, trade, research"),
        ("navigation", "#chips #trade"),
        ("navigation", "RELATED: Why the plants are late"),
        ("navigation", "Read more: A short history of sand"),
    ],
    "photo credits": [
        ("heading", "A Handshake in Lisbon"),
        ("", BODY),
        ("caption", "Minister Ada Vale signs the papers in Lisbon. (AP Photo/Sam Reed)"),
        ("caption", "A worker in a clean room in Porto, May 2, 2023. REUTERS/Kim Lee/File Photo"),
        ("caption", "The new plant in the north of the island (Kyodo)"),
        ("caption", "Ministers at the port of Sines | GETTY IMAGES VIA AFP"),
        ("caption", "Ada Vale and Jun Mori meet the press. (Photo by Lee/AFP via Getty Images)"),
        ("credit", "Photo: Sam Reed"),
        ("credit", "© Example Agency"),
        ("credit", "AFP via Getty Images"),
        ("", MORE),
    ],
    "captions without credit": [
        ("heading", "Ministers Meet Again"),
        ("", BODY),
        ("caption", "Minister Ada Vale, left, and Jun Mori at the gate of the new plant."),
        (
            "caption",
            "Ada Vale shakes hands with Jun Mori outside the town hall of the old port city",
        ),
        ("caption", "Jun Mori speaks during a visit to the plant in Sines on May 2, 2023."),
        ("heading", "The town hall of Sines"),
        ("", MORE),
    ],
    "advertisement, share bar and comment form": [
        ("heading", "Three Questions on the Plan"),
        ("share", "Share this article"),
        ("share", "• Facebook"),
        ("share", "Email Print"),
        ("", BODY),
        ("advertisement", "Advertisement"),
        ("advertisement", "Story continues below"),
        ("", LAST),
        ("comment form", "Click to comment"),
        ("comment form", "Leave a Reply"),
        ("comment form", "Your email address is not shown to other readers."),
        ("comment form", "Required fields are marked *"),
        ("comment form", "Name *"),
        ("navigation", "You May Also Like"),
    ],
    "an essay and its author": [
        ("heading", "What Comes After the Subsidies?"),
        ("author note", "By Ada Vale and Jun Mori"),
        ("dateline", "[Lisbon, 3 May 2023]"),
        ("", "Money alone built no industry. A look at four countries that tried."),  # a standfirst
        ("", BODY),
        ("heading", "A lesson from the north"),
        ("", "“We had the money, and then we had no one to hire,” a former official said."),
        ("", MORE),
        ("duplicate", "Critics doubt that the money suffices, as an earlier plan of the same size"),
        ("separator", "* * *"),
        ("", LAST),
        ("author note", "Ada Vale is a senior fellow at the Example Institute in Porto."),
        ("author note", "Jun Mori (Research Fellow, Example Institute)"),
        ("author note", "The views expressed here are the author's own."),
    ],
    "a title said twice and a lost full stop": [
        ("heading", "A Long Road to the Smallest Chips in the World"),
        ("duplicate", "A Long Road to the Smallest Chips in the World"),
        ("", BODY.rstrip(".")),
        ("", "The road is long, for the machines that draw such lines are made by one firm alone"),
        ("", LAST),
    ],
    "numbered and bulleted lists": [
        ("heading", "1. Aims of the plan"),
        ("", "The plan has four aims:"),
        ("", "1. Train more engineers"),
        ("", "2. Build two plants"),
        ("", "• The ministries will share what they know of stocks and shortages."),
        ("", "• They will warn each other early;"),
        ("", "and the following lines of credit:"),
        ("", "loans to small firms"),
        ("", "guarantees for larger ones"),
        ("", MORE),
        ("heading", "2. Criticism"),
        ("", LAST),
    ],
    "a question-and-answer transcript": [
        ("heading", "Press Room"),
        ("dateline", "10:07 A.M. CET"),
        ("", "MS. VALE:  Good afternoon, everyone.  I have two things to say."),
        ("", "Q    On the plants —"),
        ("", "MS. VALE:  Yes."),
        ("transcript mark", "MS. VALE:  (Laughs.)"),
        ("transcript mark", "(Cross-talk.)"),
        ("stage direction", "(A telephone rings in the room.)"),
        ("", "Go ahead"),
        ("", "Q    Will they open on May 2, right?"),
        ("", "Thank you."),
        ("", "Thank you."),
        ("transcript mark", "END"),
        ("dateline", "11:02 A.M. CET"),
    ],
    "a statement of a press office": [
        ("contact line", "FOR IMMEDIATE RELEASE"),
        ("contact line", "Media contact: Sam Reed, press@example.org"),
        ("dateline", "May 3, 2023"),
        ("heading", "FACT SHEET: A Plan for Memory Chips"),
        ("", BODY),
        ("separator", "<!-- -->"),
        ("heading", "<strong>Building Stocks</strong>"),
        ("", "-   Open a store of rare metals in the north"),
        ("", "-   Share a list of what is short"),
        ("navigation", "Read the full plan here."),
        ("separator", "###"),
    ],
    "a speech with salutations": [
        ("", "Mr. President,"),
        ("", "Excellencies, dear friends"),
        ("", "Our road was long."),
        ("", "Thank you all for this"),
        ("", "12. The number of plants has doubled since we last met in this hall."),
        ("heading", "PEACE AND TRADE"),
        ("", MORE),
        ("", "I thank you."),
    ],
    "lines broken inside sentences": [
        ("", "We have met in this hall for many years and have heard that the"),
        ("", "world is short of chips. It is also short of Patience and"),
        ("", "of engineers. We must train more of them, and"),
        ("", "soon, before 2030 or at the latest before"),
        ("", "2031."),
        ("", "Related Plans of the United"),
        ("", "Nations exist."),
    ],
}


@pytest.mark.parametrize("name", PAGES)
def test_every_line_of_an_invented_page(name: str) -> None:
    expected, lines = zip(*PAGES[name], strict=True)
    found = residue(lines)
    assert list(zip(found, lines, strict=True)) == list(zip(expected, lines, strict=True))


@pytest.mark.parametrize(
    "line",
    [
        "The European Commission speaks for 27 states. It delivers a report in May.",
        "The plant is a joint effort (see the photo in the annex) of three firms.",
        "Prices rose by a tenth, according to Reuters.",
        "Websites must ask before they set cookies, the Commission said in 2023.",
        "Contact between the two ministries has grown; it was never closer.",
        "By 2030, half of all chips may come from two islands.",
        "Jake Example is the minister who wrote the plan.",
        "(The minister was not asked about this.)",
        "Share prices fell.",
        "A European plan would cost more.",
        "Next, the firms must agree.",
        "Really?",
        "What is to be done about it?",
        "What do we do in Lisbon?",
        "The alliance stands with its members in Europe.",
        "The reform poses a threat to growth in Asia.",
        "In May 2023 the mayor (R) had declined to attend the opening.",
        "(c) From May 2023 the agencies shall report each year;",
        "Well, right now, two plants are closed.",
        "Related to this, and no less urgent, is the want of engineers.",
    ],
)
def test_sentences_that_look_like_residue_are_kept(line: str) -> None:
    assert residue(["A Title", BODY, MORE, line, MORE + " Again.", LAST])[3] == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We agree.  (Applause.)  And we act.", "We agree. And we act."),
        ("We agree — (laughter) — and act.", "We agree — — and act."),
        ("(As interpreted.)  We agree.", "We agree."),
        ("(In English.) We agree. (No translation provided.)", "We agree."),
        ("Thank you.                    END", "Thank you."),
        ("PRIME MINISTER EXAMPLE:  (As interpreted.)  Yes.", "Yes."),
        ("PRESIDENT LÓPEZ EXAMPLE (via interpreter): Yes.", "Yes."),
        ("Q    And Japan?", "And Japan?"),
        ("Q: And Japan?", "And Japan?"),
        ("A: Japan, too.", "Japan, too."),
        ("12. The plan", "The plan"),
        ("(xxviii) the plan;", "the plan;"),
        ("• The plan", "The plan"),
        ("-   The <b>plan</b>", "The plan"),
        ("TOKYO (Kyodo) — The EU and Japan agreed.", "The EU and Japan agreed."),
        ("TOKYO -- The EU and Japan agreed.", "The EU and Japan agreed."),
        ("WASHINGTON, May 3 (Reuters) - U.S. officials met.", "U.S. officials met."),
        ("BRUSSELS – The Commission agreed.", "The Commission agreed."),
        ("TAIPEI, Taiwan (AP) — Chips matter.", "Chips matter."),
        ("NEW YORK—Chips matter.", "Chips matter."),
        ("Tokyo, May 3 — Japan agreed.", "Japan agreed."),
        ("Tokyo (Kyodo News) – Japan agreed.", "Japan agreed."),
        # what must stay
        ("US — and Japan — agreed.", None),
        ("NATO – The alliance of many – agreed.", None),
        ("SONY – the maker of sensors – agreed.", None),
        ("JAPAN – The plan for chips", None),
        ("EU – Japan relations are good.", None),
        ("BRUSSELS – A NEW START", None),
        ("CHIPS ACT – The law is new.", None),
        ("TOKYO-BEIJING ties are cool.", None),
        ("On Monday, May 3 — The Day of the Law — they met.", None),
        ("Japan – The Best of Friends", None),
        ("A plan for the EU", "A plan for the EU"),
        ("Q4 sales of 5.5 percent", "Q4 sales of 5.5 percent"),
        ("AI: a plan for 2030", "AI: a plan for 2030"),
        ("The plan (in English) and [sic] the rest (2023).", None),
        ("U.S. (United States) aid of 1.5 billion", None),
        ("— and then the plan", None),
        ("until the very end", None),
        ("", ""),
    ],
)
def test_strip_marks(text: str, expected: str | None) -> None:
    assert strip_marks(text) == (text if expected is None else expected)


NOTE = "The author, a former official at a ministry of trade, teaches in Lisbon."


@pytest.mark.parametrize(("place", "reason"), [(0, "author note"), (10, ""), (19, "author note")])
def test_a_note_on_the_author_stands_at_the_top_or_the_foot(place: int, reason: str) -> None:
    page = [f"Minister {chr(97 + i)} said that cables and copper matter." for i in range(19)]
    page.insert(place, NOTE)
    assert residue(page)[place] == reason


def seconds(work: Callable[..., object], *given: object) -> float:
    """Take the best of three."""
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        work(*given)
        taken.append(time.perf_counter() - start)
    return min(taken)


N = 20_000
PLAIN = "Ministers of trade spoke about copper. "


@pytest.mark.parametrize(
    "line",
    [
        "a" * N,
        "a@" * N,
        "<!--" * N,
        "<" * N,
        " " * N + "x",
        "x" + " " * N + "END x",
        "[" * N,
        "[photo " * N,
        "|AP/" * N,
        "(a.)" * N + "x",
        "." * N + "x",
        "1. " * N,
        "Q: " * N,
        "A.A." * N,
        "#a " * N,
        "TOKYO " * N,
        "W" * N + " —",
    ],
    ids=lambda line: f"{line[:8]}…",
)
def test_no_line_takes_much_longer_than_prose(line: str) -> None:
    prose = (PLAIN * (len(line) // len(PLAIN) + 1))[: len(line)]
    for one in (line, line[:15_000]):
        assert seconds(residue, [one]) < 50 * seconds(residue, [prose])
        assert seconds(strip_marks, one) < 50 * seconds(strip_marks, prose)
        assert seconds(words, one) < 50 * seconds(words, prose)


def test_many_short_lines_that_are_alike_take_little_longer_than_prose() -> None:
    prose = [f"{PLAIN} {i}, {i * 7}." for i in range(4000)]
    alike = [
        f"Ministers of trade and of finance spoke about copper and cables {i}" for i in range(4000)
    ]
    for page in (alike, [PLAIN * 2] * 4000, ["* * *"] * 4000):
        assert seconds(residue, page) < 20 * seconds(residue, prose)


def test_a_line_within_a_longer_one_is_a_duplicate() -> None:
    pull = "the ministers of trade and of finance spoke about copper and cables in May"
    page = [
        BODY,
        f"{pull.capitalize()}.",
        MORE,
        f"She said that {pull}, and left for Lisbon.",
        LAST,
    ]
    assert residue(page)[1] == "duplicate"


@given(st.lists(st.text() | st.sampled_from([line for page in PAGES.values() for _, line in page])))
def test_one_known_reason_per_paragraph(paragraphs: list[str]) -> None:
    reasons = residue(paragraphs)
    assert len(reasons) == len(paragraphs)
    assert set(reasons) <= {"", *REASONS}


@given(st.text(alphabet="aAQ1. ():-•—\n[]", max_size=30))
def test_strip_marks_twice_changes_nothing(text: str) -> None:
    once = strip_marks(text)
    assert strip_marks(once) == once
    assert len(once) <= len(text)


def test_reasons_are_those_of_the_rules_and_of_the_docstring() -> None:
    assert set(REASONS) == {reason for reason, _ in RULES} - {""}
    documented = " ".join((residue.__doc__ or "").split())
    assert ", ".join(REASONS) in documented


def test_an_empty_document_and_empty_paragraphs() -> None:
    assert residue([]) == []
    assert residue(["", "  "]) == ["separator", "separator"]


@pytest.mark.skipif(
    not (SHARED / "gold" / "body-lines.csv").exists(),
    reason="the hand-coded lines are not part of the repository",
)
def test_precision_and_recall_on_hand_coded_lines(capsys: pytest.CaptureFixture[str]) -> None:
    gold: dict[str, list[bool]] = {}
    with open(SHARED / "gold" / "body-lines.csv", encoding="utf-8", newline="") as file:
        for row in sorted(csv.DictReader(file), key=lambda row: int(row["line"])):
            gold.setdefault(row["doc"], []).append(row["is_body"] == "1")
    counts: Counter[tuple[bool, bool]] = Counter()
    for document, truth in gold.items():
        text = (SHARED / "seeds" / f"{document}.txt").read_text(encoding="utf-8")
        lines = [line for line in text.split("\n") if line.strip()]
        found = [not reason for reason in residue(lines)]
        counts.update(zip(truth, found, strict=True))
    with capsys.disabled():
        for label, kind in (("body", True), ("residue", False)):
            right = counts[kind, kind]
            precision = right / (right + counts[not kind, kind])
            recall = right / (right + counts[kind, not kind])
            print(f"\n{label}: precision {precision:.3f}, recall {recall:.3f}, n {right}", end="")
            assert precision >= 0.98
            assert recall >= 0.98


def test_the_dot_of_an_acronym_closes_no_heading():
    page = [
        "Ministers talked about chips for two days in May.",
        "Trade with the U.S.",
        "They will meet again in the U.S.",
    ]
    assert residue(page) == ["", "heading", ""]
