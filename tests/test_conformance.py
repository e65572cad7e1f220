"""A few numbers of other software, each with the call that made it; docs/conformance.md has more.

Made in the environment of `make conformance`; none of the packages is needed here.
"""

import re
from pathlib import Path

import numpy as np
import pytest

from framing.association import log_odds, log_odds_variance
from framing.inference import adjust
from framing.tf_idf import IDF, TF, inverse_document_frequency, term_frequency
from framing.word_shift import word_shift

ROOT = Path(__file__).resolve().parents[1]

# quanteda 4.3.1: d <- dfm_trim(dfm(tokens(data_corpus_inaugural, remove_punct = TRUE)),
#   min_termfreq = 10, min_docfreq = 3); the row of 1789-Washington, 1,191 words, of 367 kinds:
#   fellow-citizens, of, government, the; and dfm_weight(d, scheme = …) of the first three.
COUNTS = np.array([1, 71, 8, 116] + [(1191 - 196) / 363] * 363)  # the others at their mean
DFM_WEIGHT = {
    "share": [0.000839630562552477, 0.0596137699412259, 0.00671704450041982],  # "prop"
    "count": [1, 71, 8],
    "share_of_max": [0.00862068965517241, 0.612068965517241, 0.0689655172413793],  # "propmax"
    "logarithm": [1, 2.85125834871908, 1.90308998699194],  # "logcount"
    "log_average": [0.661705771492001, 1.88669410536217, 1.25928562806121],  # "logave"
    "augmented": [0.504310344827586, 0.806034482758621, 0.53448275862069],
    "presence": [1, 1, 1],  # "boolean"
}
# docfreq(d, scheme = …) of the same three, of 60 addresses
DOCFREQ = {
    "inverse": [0.499397649430815, 0, 0.0538753807828546],
    "inverse_max": [0.499397649430815, 0, 0.0538753807828546],  # "inversemax"
    "probabilistic": [0.334030255766907, 0, 0],  # "inverseprob"
    "frequency": [19, 60, 53],  # "count"
    "none": [1, 1, 1],  # "unary"
}


@pytest.mark.parametrize("scheme", TF)
def test_term_frequency_is_quantedas(scheme):
    ours = term_frequency(COUNTS, scheme, base=10)[:3]
    assert ours == pytest.approx(DFM_WEIGHT[scheme], rel=1e-12)


@pytest.mark.parametrize("scheme", sorted(set(IDF) - {"smooth"}))
def test_document_frequency_is_quantedas(scheme):
    ours = inverse_document_frequency([19, 60, 53], 60, scheme, base=10)
    assert ours == pytest.approx(DOCFREQ[scheme], rel=1e-12)


# shifterator 0.3.0: shift = Kind(p, q, …); shift.get_shift_scores() times shift.norm, with
#   p = dict(zip("abcde", P)), q = dict(zip("abcde", Q))
P, Q = [10, 5, 3, 2, 1], [2, 6, 3, 1, 9]
SHIFTS = [
    # ProportionShift(p, q)
    (("proportion", {}), [-0.380952380952, 0.047619047619, 0, -0.047619047619, 0.380952380952]),
    # EntropyShift(p, q)
    (("entropy", {}), [-0.186631353969, 0.023437280614, 0, -0.113919877275, 0.314724493774]),
    # EntropyShift(p, q, alpha=0.8)
    (
        ("entropy", {"alpha": 0.8}),
        [-1.999703313728, 0.249089821635, 0, -0.324393424197, 2.100848520388],
    ),
    # EntropyShift(p, q, alpha=2)
    (
        ("entropy", {"alpha": 2}),
        [0.21768707483, -0.024943310658, 0, 0.006802721088, -0.181405895692],
    ),
    # EntropyShift(p, q, reference_value=2)
    (
        ("entropy", {"reference": 2}),
        [0.575273407935, -0.071800814624, 0, -0.018681782037, -0.447180268131],
    ),
    # KLDivergenceShift(p, q)
    (("kld", {}), [-0.221136009037, 0.075152687381, 0, -0.047619047619, 1.358539286332]),
    # JSDivergenceShift(p, q)
    (("jsd", {}), [0.099993593815, 0.001563516042, 0, 0.005836011853, 0.126429620574]),
    # JSDivergenceShift(p, q, weight_1=0.75, weight_2=0.25)
    (
        ("jsd", {"weights": (0.75, 0.25)}),
        [0.067355271984, 0.001190839872, 0, 0.00414899459, 0.113211607194],
    ),
]


@pytest.mark.parametrize(("how", "theirs"), SHIFTS)
def test_word_shifts_are_shifterators(how, theirs):
    measure, options = how
    assert word_shift(P, Q, measure, **options) == pytest.approx(theirs, rel=1e-9, abs=1e-12)


Y, Z = np.array([10, 5, 3, 2, 0]), np.array([2, 6, 3, 0, 9])


def test_log_odds_are_scattertexts():
    # scattertext 0.2.2: LogOddsRatioSmoothed().get_scores(Y, Z)
    theirs = [1.845826690498, -0.218689200965, 0, 1.198695747225, -2.862200880929]
    assert log_odds(Y, 20, Z, 20, 1, 2) == pytest.approx(theirs, abs=1e-11)


@pytest.mark.parametrize(
    ("alpha", "theirs"),
    [
        # LogOddsRatioUninformativeDirichletPrior(.01).get_zeta_i_j_given_separate_counts(Y, Z)
        (
            np.full(5, 0.01),
            [2.52636781672, -0.353366439703, 0, 0.539221474296, -0.739042406266],
        ),
        # LogOddsRatioInformativeDirichletPrior(Y + Z, 10, "word")
        #   .get_zeta_i_j_given_separate_counts(Y, Z)
        (
            (Y + Z) / 4,
            [2.187950882122, -0.288991541205, 0, 1.068674056231, -2.536359906337],
        ),
    ],
)
def test_scattertexts_zeta_has_a_variance_of_four_terms(alpha, theirs):
    size = 20 + alpha.sum()
    variance = log_odds_variance(Y, Z, alpha) + 1 / (size - Y - alpha) + 1 / (size - Z - alpha)
    zeta = log_odds(Y, 20, Z, 20, alpha, alpha.sum()) / np.sqrt(variance)
    assert zeta == pytest.approx(theirs, abs=1e-11)


@pytest.mark.parametrize(
    ("alpha", "theirs"),
    [
        # convokit 5.0.0: FightingWords(prior=…, text_func=…, cv=CountVectorizer(analyzer=str.split,
        #   vocabulary=list("abcde"))), fitted on one utterance a side; get_ngram_zscores()
        (
            np.full(5, 0.1),
            [2.823163819472, -0.410305230069, 0, 0.972506609959, -1.601702258447],
        ),
        (
            (Y + Z) / 4,
            [2.548622585043, -0.339256490006, 0, 1.084204359381, -2.740639361276],
        ),
    ],
)
def test_zeta_of_the_paper_is_convokits(alpha, theirs):
    delta = log_odds(Y, 20, Z, 20, alpha, alpha.sum())
    assert delta / np.sqrt(log_odds_variance(Y, Z, alpha)) == pytest.approx(theirs, abs=1e-11)


def test_q_values_are_those_of_statsmodels():
    # statsmodels 0.15.0: multipletests([...], method="fdr_bh")[1]
    q = adjust(np.array([0.001, 0.03, 0.02, 0.5, 0.04, 0.009]))
    assert q == pytest.approx([0.006, 0.045, 0.04, 0.5, 0.048, 0.027])


def test_the_page_was_made_with_the_pinned_versions():
    pins = (ROOT / "requirements" / "peers.txt").read_text("utf-8")
    page = " ".join((ROOT / "docs" / "conformance.md").read_text("utf-8").split())
    for name in ("convokit", "scattertext", "shifterator", "statsmodels"):
        found = re.search(rf"^{name}==(\S+)$", pins, re.MULTILINE)
        assert f"{name} {found[1]}" in page
