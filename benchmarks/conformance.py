"""Set our numbers beside those of other software, and write docs/conformance.md.

    make conformance

R's numbers were computed once, on the inaugural addresses of US presidents, and lie beside the
checkout (`--reference`); the Python packages of requirements/peers.txt run on the same counts.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path
from textwrap import fill

import pandas as pd
import peers

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT.parent / "shared" / "reference" / "quanteda"
PAGE = ROOT / "docs" / "conformance.md"


def page(folder: Path) -> str:
    """Compute every comparison, and write it down."""
    counts = peers.wide(folder / "dfm_nopunct.csv.gz").astype(int)
    trimmed = peers.wide(folder / "dfm_trim.csv.gz").astype(int)
    target = pd.Series(counts.index.str[:4].astype(int) > 1945, index=counts.index)
    first, second = counts[~target].sum(), counts[target].sum()
    sections = {
        "χ² and G²: quanteda": peers.quanteda_keyness(folder),
        "tf-idf: quanteda": peers.quanteda_tf_idf(folder),
        "tf-idf: scikit-learn": peers.scikit_learn_tf_idf(trimmed),
        "Word shifts and divergences: shifterator, scipy, scattertext": peers.shifts(first, second),
        "Log-odds: scattertext": peers.log_odds_ratios(first, second),
        "Log-odds: ConvoKit": peers.convokit(trimmed, target),
        "Tests and intervals: scipy, statsmodels": peers.inference(first, second),
    }
    head = "| theirs | ours | numbers | largest difference | relative | why they differ |"
    lines = [INTRODUCTION.format(versions=fill(versions(), 100, break_on_hyphens=False))]
    for title, rows in sections.items():
        print(title, file=sys.stderr)
        note = fill(NOTES[title], 100, break_on_hyphens=False)
        lines += [f"## {title}", "", note, "", head, "|---|---|---:|---:|---:|---|"]
        lines += [row.text() for row in rows] + [""]
    return "\n".join([*lines, ONE_NAME])


def versions() -> str:
    """Name what ran, with versions."""
    names = "convokit scattertext scikit-learn scipy shifterator statsmodels".split()
    return ", ".join(f"{name} {version(name)}" for name in names)


INTRODUCTION = """# Our numbers beside those of other software

`make conformance` writes this page. The counts are those of the inaugural addresses of US
presidents from 1789 to 2025 (60 texts, 140,571 words; quanteda's `data_corpus_inaugural`). R's
numbers come from R 4.2.2, quanteda 4.3.1 and quanteda.textstats 0.97.3; the others from
{versions}.

A relative difference below 10⁻⁶ is rounding. Everything larger is explained in the last column;
where a peer does something else, on purpose or by mistake, and it can be undone, the next row does
the same and agrees. `tests/test_conformance.py` holds a few of these numbers, and needs
none of the packages.

None of the peers' p-values and z is ours: they take tokens to be independent. See
[methods](methods.md).
"""

ONE_NAME = """## Different things that go by one name

* **idf**: scikit-learn ln[(1+N)/(1+df)] + 1, and vectors of length 1 (our default); quanteda
  log₁₀(N/df); tidytext ln(N/df), which is `idf="inverse", normalise=False`.
* **Variance of log-odds**: two terms (the paper, ConvoKit) or four (scattertext). Common words have
  a slightly smaller ζ with four. Neither allows for words that come in bursts, so the library uses
  neither.
* **Log-odds against what**: ours set each group against the *rest*; R's tidylo, not measured here,
  against a pool that contains the group.
* **Jensen–Shannon**: a divergence (ours, shifterator's), its root, a distance (scipy's
  `jensenshannon`), or scattertext's scores, which are neither. Base 2 and weights of ½ unless said.
* **Entropy of order α**: the scores of shifterator and ours are those of Tsallis, not of Rényi.
"""

NOTES = {
    "χ² and G²: quanteda": (
        'All 9,573 words; target: addresses after 1945. "default" gives the numbers of "yates", in '
        "both measures: ½ off every |O − E|, but only where one of the four expectations is below "
        "5 and |O − E| is more than ½; elsewhere nothing is corrected. Williams' q is applied only "
        "where no cell is empty. quanteda's `pmi` and `exact` have no counterpart here: a p-value "
        "from tokens would not be one, and one for PMI has no meaning."
    ),
    "tf-idf: quanteda": (
        "1,548 words used at least ten times and in three addresses; base 10, vectors not divided "
        "by their length. The last row has all 9,573."
    ),
    "tf-idf: scikit-learn": "The same words; natural logarithms, vectors of length 1.",
    "Word shifts and divergences: shifterator, scipy, scattertext": (
        "p: addresses up to 1945; q: later ones. Shifterator divides its scores by their sum "
        "without sign (`norm`); here they are multiplied by it again. Base 2."
    ),
    "Log-odds: scattertext": (
        "y: addresses after 1945; z: earlier ones; prior: the counts of both. Monroe, Colaresi & "
        "Quinn (2008) give ζ = δ/√Var with a variance of two terms (eqs 18–22)."
    ),
    "Log-odds: ConvoKit": (
        "The 1,548 words; `p`: their shares in all addresses. ConvoKit is installed without most "
        "of what it asks for, torch among it, which its log-odds do not use."
    ),
    "Tests and intervals: scipy, statsmodels": (
        "The 1,000 commonest words for χ² and G²; otherwise simulated documents: 40 for the "
        "standard error, 6 against 5 (462 relabellings) for the permutation test."
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reference", type=Path, default=REFERENCE, help="folder of R's numbers")
    parser.add_argument("--out", type=Path, default=PAGE)
    options = parser.parse_args()
    if not (options.reference / "keyness.csv.gz").exists():
        sys.exit(f"R's numbers are not in {options.reference}; name their folder with --reference.")
    warnings.filterwarnings("ignore")  # of the peers
    with tempfile.TemporaryDirectory() as home:  # ConvoKit writes its settings to the home folder
        os.environ["HOME"] = os.environ["USERPROFILE"] = home
        with contextlib.redirect_stdout(io.StringIO()):  # and tells what it does
            text = page(options.reference)
    options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
