"""The tables of docs/calibration.md: which corpora are drawn, how many, and what is to be known."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any, NamedTuple

import calibration_frames as frames
import calibration_multiverse as multiverse
import calibration_peers as peers
import calibration_terms as terms

Design = dict[str, Any]
THEIRS = "theirs: "


class Table(NamedTuple):
    """A study in several designs, a row each.

    Columns that begin with `others` are not ours, or show what not to do; so does all of a table in
    which others are compared with.
    """

    title: str
    note: str
    measure: Callable[..., frames.Answers]
    rows: list[Design]
    corpora: int
    others: str = ""

    def judged(self, column: str) -> bool:
        """Whether a column must keep to the targets."""
        return self.others != THEIRS and not (self.others and column.startswith(self.others))


def grid(**options: list[Any]) -> list[Design]:
    """Combine all options.

    >>> grid(a=[1, 2], b=[3])
    [{'a': 1, 'b': 3}, {'a': 2, 'b': 3}]
    """
    return [dict(zip(options, chosen, strict=True)) for chosen in product(*options.values())]


def sides(*n: int) -> dict[str, int]:
    """Documents of sides A, B, C."""
    return dict(zip("ABC", n, strict=False))


def unlike(first: Any, second: Any) -> Design:
    """Lengths that differ between sides."""
    return {"A": first, "B": second}


SIZES = [5, 10, 20, 50, 200]
SHORT, USUAL, LONG = (3, 2), (8, 5), (20, 15)
BRIEF, TEXT, BOOK = (100, 50), (300, 200), (1000, 600)
ALIKE = [sides(n, n) for n in SIZES] + [sides(8, 60)]
UNLIKE = grid(
    documents=[sides(8, 60), sides(20, 20)], segments=[unlike(SHORT, LONG), unlike(LONG, SHORT)]
)[:3] + grid(documents=[sides(50, 50)], segments=[unlike(SHORT, LONG)])
LEANING = {"outlet_icc": 0.1, "icc": 0.1}
CROSSING = [{"periods": 4, "documents": 20, "outlets": k, **LEANING} for k in (6, 10, 20)]

COMPARISONS = [
    Table(
        "Terms: by tokens, by documents, by outlets",
        "Fifty terms (shares .01 and .001) that neither side uses more, and how often a test at 5 "
        "% says that one does. In real texts tokens of a document are alike (icc above 0), and so "
        "may be documents of an outlet (so many a side). χ² and G² are scipy's, on counts of "
        "tokens; scattertext's p are those of "
        '`LogOddsRatioInformativeDirichletPrior(…, 0.1, "corpus-size")`, taken on both sides; '
        "ConvoKit's z those of `FightingWords(prior=0.1)`, against 1.96.",
        peers.token_tests,
        grid(documents=[sides(20, 20)], length=[TEXT], icc=[0.0])
        + grid(documents=[sides(20, 20), sides(200, 200)], length=[TEXT], icc=[0.001, 0.003, 0.01])
        + grid(documents=[sides(8, 60)], length=[unlike(BRIEF, BOOK)], icc=[0.003])
        + [
            {"documents": sides(10 * k, 10 * k), "length": TEXT, "icc": 0.003, "outlets": k}
            | {"outlet_icc": 0.003}
            for k in (3, 5, 10)
        ],
        60,
        others=THEIRS,
    ),
    Table(
        "Shares: by segments, by documents, by outlets",
        "Ninety frames (shares .05, .2, .5) that neither side uses more. Least squares: shares of "
        "documents on the side, with the normal quantile and without clusters, as in R's stm. With "
        "three outlets a side no test can reject at 5 %, since labels can be dealt out in 20 ways.",
        peers.share_tests,
        grid(documents=[sides(n, n) for n in (5, 20, 200)], icc=[0.1, 0.3])
        + [{"documents": sides(10 * k, 10 * k), "outlets": k, **LEANING} for k in (3, 5, 10)],
        60,
        others=THEIRS,
    ),
    Table(
        "Intervals that were not kept",
        "Shares of one side, then differences of two. The bootstraps draw documents, 999 times; "
        "percentile and BCa are `scipy.stats.bootstrap`. Where all documents agree they have no "
        "width, and miss. BCa and bootstrap-t mend what is skewed, not that.",
        peers.bootstraps,
        grid(documents=[sides(n) for n in SIZES[1:]], segments=[1], icc=[0.0])
        + grid(documents=[sides(n) for n in SIZES[1:]], segments=[USUAL], icc=[0.1, 0.3])
        + grid(
            documents=[sides(10, 10), sides(20, 20), sides(50, 50), sides(8, 60)],
            segments=[USUAL],
            icc=[0.1],
        ),
        50,
        others=THEIRS,
    ),
    Table(
        "emphasis: frames",
        "With fewer than six documents no interval is given. The share of ten documents of one "
        "segment can only be 0, .1, .2 …, and then no interval covers exactly 95 %.",
        frames.shares,
        grid(documents=[5, 6, 10, 20, 50, 200], segments=[1], icc=[0.0])
        + grid(documents=[6, 10, 20, 50, 200], segments=[USUAL], icc=[0.0, 0.1, 0.3]),
        100,
    ),
    Table(
        "emphasis: terms",
        "300±200 tokens a document.",
        terms.shares,
        grid(documents=[6, 10, 20, 50, 200], icc=[0.001, 0.003, 0.01]),
        80,
    ),
    Table(
        "contrast: where nothing differs",
        "Two sides; where two lengths are given, they are those of the two.",
        frames.differences,
        grid(documents=ALIKE, segments=[USUAL], icc=[0.0, 0.1, 0.3])
        + [{**row, "icc": icc} for row in UNLIKE for icc in (0.0, 0.1, 0.3)]
        + grid(documents=[sides(8, 60)], segments=[USUAL], icc=[unlike(0.3, 0.02)]),
        80,
    ),
    Table(
        "contrast: where sides differ",
        "The log-odds of the second side are higher by 1.",
        frames.differences,
        grid(documents=ALIKE[1:], segments=[USUAL], icc=[0.1], effect=[1.0])
        + [{**row, "icc": 0.1, "effect": 1.0} for row in UNLIKE],
        80,
    ),
    Table(
        "contrast: within=",
        "One side writes three quarters of its documents on topic 1, the other on topic 2, in "
        "which all frames are commoner; within topics the sides are equal. `plain`: without "
        "`within=`.",
        frames.within_topics,
        grid(documents=[20, 60, 200], icc=[0.2]),
        80,
        others="plain ",
    ),
    Table(
        "contrast: cluster=, outlets of one side each",
        "So many outlets in all, of ten documents in the mean; outlets lean (.1). With fewer than "
        "six a side no interval is given. Dominance: the k-th outlet publishes in proportion to "
        "1/k to that power. `without`: documents taken to be independent.",
        frames.clusters,
        grid(clusters=[4, 6, 10, 12, 20, 40], crossed=[False], dominance=[0, 1]),
        60,
        others="without ",
    ),
    Table(
        "contrast: cluster=, outlets that publish on both sides",
        "They lean alike on both, so that this cancels, and documents without clusters are too "
        "cautious. Tests turn signs (wild bootstrap).",
        frames.clusters,
        grid(clusters=[4, 6, 10, 20], crossed=[True], dominance=[0, 1]),
        60,
        others="without ",
    ),
    Table(
        "contrast: groups that overlap",
        "Most documents speak of both sides, as where groups are actors; labels cannot change "
        "hands, and tests turn signs (wild bootstrap).",
        frames.overlapping,
        grid(documents=[10, 20, 50, 200], icc=[0.1, 0.3], effect=[0.0])
        + grid(documents=[10, 20, 50, 200], icc=[0.3], effect=[1.0]),
        60,
    ),
    Table(
        "contrast: false discoveries",
        "Of sixty frames of share .2 twenty differ (log-odds .8): which part of those with q ≤ .05 "
        "do not differ, and which part of the twenty is found.",
        frames.discoveries,
        grid(documents=[10, 20, 50, 200], icc=[0.1]),
        100,
    ),
    Table(
        "trend",
        "One side; so many documents a period, and log-odds that change by so much each. Coverage "
        "of slopes of shares, and of slopes of log-odds. Outlets (.1) publish in every period.",
        frames.slopes,
        grid(periods=[4, 8], documents=[6, 10, 20, 50], icc=[0.2], change=[0.0, 0.2]) + CROSSING,
        40,
    ),
    Table(
        "change",
        "Two sides that do not move; so many documents a side and period. A band covers if it "
        "holds the truth in all periods at once. Outlets, so many a side, publish in every period.",
        frames.changes,
        grid(periods=[2, 4], documents=[6, 10, 20, 50], icc=[0.2]) + CROSSING,
        50,
    ),
    Table(
        "change_points",
        "p that a series breaks anywhere, where it does not: of the mix, and of single frames.",
        frames.breaks,
        grid(periods=[12, 30], documents=[3, 10], icc=[0.2]),
        250,
    ),
    Table(
        "keyness: terms that nobody uses more",
        "Each side against the rest, or by pairs. Coverage of log-odds ratios and of log ratios.",
        terms.keyness,
        grid(
            documents=[sides(n, n, n) for n in SIZES],
            length=[TEXT],
            icc=[0.001, 0.01],
            against=["rest"],
        )
        + grid(
            documents=[sides(n, n, n) for n in (10, 50)],
            length=[TEXT],
            icc=[0.003],
            against=["pairs"],
        )
        + grid(
            documents=[sides(8, 60)],
            length=[TEXT, unlike(BRIEF, BOOK), unlike(BOOK, BRIEF)],
            icc=[0.003],
            against=["rest"],
        ),
        40,
    ),
    Table(
        "keyness: terms that one side uses more",
        "By 1 in log-odds. The prior pulls log-odds ratios towards nought, on purpose, and their "
        "interval is one of the difference so reduced (`covers`); it is not one of the whole "
        "difference (`whole`).",
        terms.planted_keyness,
        grid(documents=[sides(n, n, n) for n in SIZES[1:]], icc=[0.001, 0.01]),
        80,
        others="whole ",
    ),
    Table(
        "keyness: families of tests",
        "Fifty terms, three sides: how often p_family or q calls any of them different where none "
        "is; then, where ten of each frequency differ, false discoveries and what is found.",
        terms.families,
        grid(documents=[sides(n, n, n) for n in (10, 50, 200)], icc=[0.003], against=["rest"])
        + grid(documents=[sides(50, 50, 50)], icc=[0.003], against=["pairs"]),
        500,
    ),
    *[
        Table(
            f"divergence of {kind}",
            f"{what} of two or three groups, all together; with an effect, the last differs. If "
            "the truth is nought, intervals of the excess, and of parts in three groups, can miss "
            "it at one end only: 97.5 % is what to expect, and 96–99 % the target.",
            terms.divergence,
            grid(kind=[kind], groups=[2, 3], documents=[10, 50, 200], effect=[0.0, 1.0]),
            400,
        )
        for kind, what in (("frames", "Nine frames (icc .2)"), ("terms", "Fifty terms (icc .003)"))
    ],
    Table(
        "divergence: by how much estimates are off",
        "In thousandths, two groups. Partisanship as plugged in, and the divergence, are too "
        "large, the more so the fewer the documents; leaving out a document's own words, and "
        "taking off what chance gives (excess), mends that.",
        terms.partisanship,
        grid(kind=["frames", "terms"], documents=[10, 50], effect=[0.0, 1.0]),
        200,
    ),
    Table(
        "shift",
        "Terms of one side in two years, between which nothing moves; documents a year.",
        terms.shift,
        grid(documents=[10, 20, 50], icc=[0.003]),
        250,
    ),
    Table(
        "multiverse: the joint test",
        "A frame (share .3) that neither side uses more, asked for in four ways: of all documents, "
        "or of two thirds of them, by documents or by segments. 39 relabellings. The median of the "
        "estimates, and the number that are clear one way: few values, and so cautious.",
        multiverse.joint,
        grid(documents=[sides(10, 14)], segments=[3], icc=[0.2])
        + grid(documents=[sides(15, 60)], segments=[unlike(2, 12)], icc=[unlike(0.1, 0.3)])
        + grid(documents=[sides(15, 60)], segments=[unlike(12, 2)], icc=[unlike(0.3, 0.1)]),
        200,
    ),
]
