"""The tables of docs/calibration-coders.md: what is known of coders, and of shares they give."""

from __future__ import annotations

import calibration_agreement as agreement
import calibration_corrected as corrected
import calibration_validation as validation
from calibration_tables import LONG, SHORT, THEIRS, Table, grid, sides, unlike

CODERS = [
    Table(
        "agreement: intervals that were not kept",
        "α of frames that two coders look for in documents of one segment. The bootstraps draw "
        "documents, 999 times.",
        agreement.bootstraps,
        grid(documents=[20, 50, 200], segments=[1], kind=["good", "poor"]),
        20,
        others=THEIRS,
    ),
    Table(
        "agreement",
        "Coders of a kind: `good` ones find 93 in 100 frames that are there, and two in 100 that "
        "are not; `poor` ones 65 and 12; `unlike` ones differ. `coded`: each codes so large a "
        "part. `ranks`: codes are ranks.",
        agreement.coverage,
        grid(documents=[20, 50, 200], segments=[1], kind=["good", "poor"])
        + grid(documents=[50], segments=[4], kind=["good", "unlike"])
        + grid(documents=[50], segments=[1], kind=["good"], coders=[4], coded=[0.6])
        + grid(
            documents=[50],
            segments=[1],
            kind=["good", "poor"],
            ranks=[4],
            scale=["ordinal", "interval"],
        ),
        40,
    ),
    Table(
        "agreement: all frames together",
        "Six frames, two of each true share.",
        agreement.all_frames,
        grid(documents=[10, 20, 50], segments=[1, 5], kind=["good", "poor"]),
        100,
    ),
    Table(
        "labelled=: machine codes corrected by hand codes",
        "Two sides that do not differ; a machine that finds frames, and leaves out others, with "
        "the chances of `CODERS` in benchmarks/calibration_corrected.py; so many segments coded by "
        "hand, evenly from documents, or as `drawn` says (`mostly rich`: three in four where the "
        "machine finds much). `chances`: the machine gives probabilities. `width`: of the "
        "interval, beside that of the hand codes alone. `uncorrected`: how often a test of the "
        "machine's codes finds a difference.",
        corrected.corrected,
        grid(coder=list(corrected.CODERS), documents=[sides(60, 60)], coded=[120])
        + grid(
            coder=["perfect", "good", "useless", "good, but fair on B"],
            documents=[sides(20, 20)],
            coded=[40],
        )
        + grid(
            coder=["nearly perfect", "good", "useless"], documents=[sides(400, 400)], coded=[300]
        )
        + grid(coder=["good"], documents=[sides(20, 20)], coded=[240], segments=[LONG], icc=[0.3])
        + grid(coder=["good"], documents=[sides(60, 60)], coded=[120], weights=["segment"])
        + grid(coder=["good"], documents=[sides(60, 60)], coded=[120], chances=[True])
        + grid(
            coder=["good"],
            documents=[sides(60, 60)],
            coded=[120],
            drawn=["segments", "mostly rich"],
        ),
        60,
        others="differences, uncorrected ",
    ),
    Table(
        "labelled=: over four years",
        "One side that does not move.",
        corrected.by_years,
        grid(coder=["good", "useless"], documents=[80, 200], coded=[160]),
        60,
    ),
    Table(
        "evaluate: how good a coder is",
        "A coder that finds four frames in five, and one in twenty that is not there; so many "
        "segments coded by hand. With `allocation` equal, a fifth of the corpus gives half of "
        "them.",
        validation.report,
        grid(documents=[200], coded=[100, 300], weights=["segment", "document"])
        + grid(documents=[200], coded=[300], weights=["segment"], allocation=["equal"]),
        80,
    ),
    Table(
        "bias: a coder that is as good on both sides",
        "Net error: over-coded less missed. Without `coded` all segments are coded by hand. Called "
        "clear is only what the interval leaves out too: where few documents stand against many "
        "unlike them, the test alone rejects too often.",
        validation.errors,
        grid(documents=[sides(200, 200)], coded=[100, 300, 1000])
        + grid(documents=[sides(10, 90)], coded=[150], allocation=["equal"])
        + grid(documents=[sides(20, 20)])
        + grid(documents=[sides(8, 60)], segments=[unlike(SHORT, LONG), unlike(LONG, SHORT)]),
        60,
    ),
    Table(
        "bias: a coder that finds less on one side",
        "Recall of .8 on one side, and of .65 on the other; how often a test finds it.",
        validation.worse,
        grid(documents=[sides(200, 200)], coded=[100, 300, 1000], recall=[0.65]),
        60,
    ),
    Table(
        "bias: over four years",
        "A coder that is as good in every year: slope of the net error.",
        validation.drift,
        grid(documents=[400], coded=[100, 300, 1000], periods=[4]),
        60,
    ),
]
