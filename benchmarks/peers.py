"""Our numbers and those of other software, side by side."""

from __future__ import annotations

import collections
import collections.abc
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import shifterator
from scipy import sparse, stats
from scipy.spatial.distance import jensenshannon
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

import framing as fr
from framing.association import chi_squared, g_squared, log_odds, log_odds_variance
from framing.inference import adjust, score_interval, sum_units, variance
from framing.tf_idf import TF, inverse_document_frequency, term_frequency
from framing.word_shift import word_shift

CORRECTIONS = {"none": None, "yates": "yates", "default": "yates", "williams": "williams"}
TF_OF = {
    **{"share": "prop", "count": "count", "share_of_max": "propmax", "logarithm": "logcount"},
    **{"log_average": "logave", "augmented": "augmented", "presence": "boolean"},
}
IDF_OF = {
    **{"inverse": "inverse", "inverse_max": "inversemax", "probabilistic": "inverseprob"},
    **{"frequency": "count", "none": "unary"},
}


@dataclass(frozen=True)
class Row:
    """One comparison: the call on either side, the numbers, and why they differ if they do."""

    theirs: str
    ours: str
    their_numbers: object
    our_numbers: object
    why: str = ""

    def text(self) -> str:
        """Write the row of the table."""
        a, b = (np.asarray(x, dtype=float).ravel() for x in (self.our_numbers, self.their_numbers))
        if a.shape != b.shape or not np.isfinite([a, b]).all():
            raise ValueError(f"{self.theirs}: numbers are missing")
        absolute = np.abs(a - b)
        relative = absolute[b != 0] / np.abs(b[b != 0])
        largest = float(relative.max(initial=0.0))
        if largest > 1e-6 and not self.why:
            raise ValueError(f"{self.theirs}: differs by {largest:.1e}, and nothing says why")
        numbers = f"{len(a):,} | {size(absolute.max())} | {size(largest)}"
        return f"| {self.theirs} | {self.ours} | {numbers} | {self.why} |"


def size(difference: float) -> str:
    """Write a difference; of rounding only the order, which other machines share."""
    if difference == 0 or difference > 1e-6:
        return f"{difference:.2g}"
    return f"< 1e{np.floor(np.log10(difference)) + 1:.0f}"


def read(path: Path) -> pd.DataFrame:
    """Read a table of R's in which the word "NA" is a word."""
    return pd.read_csv(path, keep_default_na=False)


def wide(path: Path) -> pd.DataFrame:
    """Read a matrix of R's: documents × terms."""
    return read(path).pivot(index="doc", columns="feature", values="value").fillna(0)


# --- quanteda ---------------------------------------------------------------------------------


def quanteda_keyness(folder: Path) -> Iterator[Row]:
    """χ² and G² of addresses after 1945 against the earlier ones, with every correction."""
    table = read(folder / "keyness.csv.gz")
    for measure, function in (("chi2", chi_squared), ("lr", g_squared)):
        for name, correction in CORRECTIONS.items():
            rows = table[(table["measure"] == measure) & (table["correction"] == name)]
            y, y_reference = rows["n_target"].to_numpy(), rows["n_reference"].to_numpy()
            n, n_reference = y.sum(), y_reference.sum()
            counts, theirs = (y, n, y_reference, n_reference), rows["stat"].to_numpy()
            call = f'`textstat_keyness(measure = "{measure}", correction = "{name}")`'
            our_call = f"`{function.__name__}(…, correction={correction!r})`".replace("'", '"')
            ours, why = function(*counts, correction), ""
            if measure == "lr":
                above = np.sign(theirs) * (theirs - ours) / (n + n_reference)
                assert 0 < above.min() < above.max() < 2.0001e-9
                why = (
                    "it takes ln(O/E + 10⁻⁹); each of its numbers is larger, by at most 2 · 10⁻⁹ N"
                )
            elif name == "williams":
                why = "it multiplies by Williams' q, where the correction divides"
            yield Row(call, our_call, theirs, ours, why)
            if measure == "chi2" and name == "williams":
                yield Row(call, "`chi_squared` times q", theirs, chi_squared(*counts) ** 2 / ours)


def quanteda_tf_idf(folder: Path) -> Iterator[Row]:
    """Terms used at least ten times and in three addresses: 35 schemes, base 10."""
    table = read(folder / "tfidf_all.csv.gz")
    counts = table.pivot(index="doc", columns="feature", values="w_count").fillna(0)
    at = counts.index.get_indexer(table["doc"]), counts.columns.get_indexer(table["feature"])
    df, n = (counts > 0).sum().to_numpy(), len(counts)
    for tf, theirs in TF_OF.items():
        ours = term_frequency(counts, tf, base=10)[at]
        call = f'`dfm_weight(scheme = "{theirs}")`'
        yield Row(call, f'`term_frequency("{tf}")`', table[f"w_{theirs}"], ours)
    rarity = read(folder / "docfreq_all.csv").set_index("feature").loc[counts.columns]
    for idf, theirs in IDF_OF.items():
        ours = inverse_document_frequency(df, n, idf, base=10)
        call = f'`docfreq(scheme = "{theirs}")`'
        yield Row(call, f'`inverse_document_frequency("{idf}")`', rarity[theirs], ours)
    both = [
        (
            table[f"tfidf_{TF_OF[tf]}_{IDF_OF[idf]}"],
            (term_frequency(counts, tf, 10) * inverse_document_frequency(df, n, idf, 10))[at],
        )
        for tf, idf in product(TF, IDF_OF)
    ]
    call = "`dfm_tfidf(scheme_tf = …, scheme_df = …)`, all 35"
    yield Row(call, "the products", *(np.concatenate(side) for side in zip(*both, strict=True)))
    theirs = wide(folder / "dfm_tfidf_default.csv.gz")
    how = {"tf": "count", "idf": "inverse", "base": 10, "normalise": False}
    ours = weigh(wide(folder / "dfm_nopunct.csv.gz"), **how)[theirs.columns]
    call = '`tf_idf(x, …, tf="count", idf="inverse", base=10, normalise=False)`'
    yield Row("`dfm_tfidf(x)`", call, theirs, ours)


def weigh(counts: pd.DataFrame, **how: object) -> pd.DataFrame:
    """tf-idf of every document by itself, as a matrix."""
    rows = pd.DataFrame({"document": counts.index})
    features = fr.Features(counts.to_numpy(dtype=int), list(counts), rows, kind="term")
    table = fr.tf_idf(features, "document", weights="segment", replicates=100, **how)
    return table.pivot(index="group", columns="term", values="estimate").fillna(0)[counts.columns]


def scikit_learn_tf_idf(counts: pd.DataFrame) -> Iterator[Row]:
    """The same counts, documents as vectors of length one."""
    for call, how in (("", {}), ("sublinear_tf=True", {"tf": "logarithm"})):
        theirs = TfidfTransformer(**({"sublinear_tf": True} if how else {}))
        theirs = theirs.fit_transform(counts.to_numpy()).toarray()
        ours = '`tf_idf(x, …, tf="logarithm")`' if how else "`tf_idf(x, …)`"
        yield Row(
            f"`TfidfTransformer({call}).fit_transform(x)`", ours, theirs, weigh(counts, **how)
        )
    theirs = TfidfTransformer(smooth_idf=False).fit(counts.to_numpy()).idf_
    ours = inverse_document_frequency((counts > 0).sum(), len(counts), "inverse")
    call = "`TfidfTransformer(smooth_idf=False).fit(x).idf_`"
    why = "it adds 1, so that terms of every document count"
    yield Row(call, '`inverse_document_frequency("inverse")`', theirs, ours, why)
    yield Row(call, "the same, plus 1", theirs, ours + 1)


# --- word shifts and divergences --------------------------------------------------------------


def shifts(first: pd.Series, second: pd.Series) -> Iterator[Row]:
    """Addresses up to 1945, then the later ones."""

    collections.Mapping = collections.abc.Mapping  # shifterator 0.3.0 is older than Python 3.10

    def score(kind, p, q, **options):
        shift = kind(p.to_dict(), q.to_dict(), **options)
        shift.get_shift_scores()
        return [shift.type2shift_score[term] * shift.norm for term in p.index]

    yield Row(
        "`shifterator.ProportionShift(p, q)`",
        '`word_shift(p, q, "proportion")`',
        score(shifterator.ProportionShift, first, second),
        word_shift(first, second, "proportion"),
    )
    for alpha in (1, 0.8, 2):
        p, q = first, second
        yield Row(
            f"`shifterator.EntropyShift(p, q, alpha={alpha})`",
            f'`word_shift(p, q, "entropy", alpha={alpha})`',
            score(shifterator.EntropyShift, p, q, alpha=alpha),
            word_shift(p, q, "entropy", alpha=alpha),
        )
    yield Row(
        "`shifterator.EntropyShift(p, q, reference_value=5)`",
        '`word_shift(p, q, "entropy", reference=5)`',
        score(shifterator.EntropyShift, first, second, reference_value=5),
        word_shift(first, second, "entropy", reference=5),
    )
    common = (first > 0) & (second > 0)
    yield Row(
        "`shifterator.KLDivergenceShift(p, q)`, terms in both",
        '`word_shift(p, q, "kld")`',
        score(shifterator.KLDivergenceShift, first[common], second[common]),
        word_shift(first[common], second[common], "kld"),
    )
    for weights in ((0.5, 0.5), (0.75, 0.25)):
        yield Row(
            f"`shifterator.JSDivergenceShift(p, q, weight_1={weights[0]}, weight_2={weights[1]})`",
            f'`word_shift(p, q, "jsd", weights={weights})`',
            score(
                *(shifterator.JSDivergenceShift, first, second),
                **{"weight_1": weights[0], "weight_2": weights[1]},
            ),
            word_shift(first, second, "jsd", weights=weights),
        )
    p, q = first.to_numpy(float), second.to_numpy(float)
    yield Row(
        "`scipy.spatial.distance.jensenshannon(p, q, base=2)**2`",
        "`jensen_shannon(p, q).sum()`",
        jensenshannon(p, q, base=2) ** 2,
        fr.jensen_shannon(p, q).sum(),
    )
    yield Row(
        "`scipy.stats.entropy(q, base=2) - scipy.stats.entropy(p, base=2)`",
        '`word_shift(p, q, "entropy").sum()`',
        stats.entropy(q, base=2) - stats.entropy(p, base=2),
        word_shift(p, q, "entropy").sum(),
    )
    from scattertext.termscoring.DeltaJSDivergence import DeltaJSDivergence

    yield Row(
        "`scattertext DeltaJSDivergence().get_scores(p, q)`",
        "`jensen_shannon(p, q)`",
        DeltaJSDivergence().get_scores(p, q),
        fr.jensen_shannon(p, q),
        "it adds .001 to every share without dividing by the new sum, and multiplies both "
        "logarithms by p₂; its scores do not add up to the divergence",
    )


# --- log-odds -----------------------------------------------------------------------------------


def log_odds_ratios(first: pd.Series, second: pd.Series) -> Iterator[Row]:
    """Addresses after 1945 against the earlier ones."""
    from scattertext.termsignificance.LogOddsRatioInformativeDirichletPiror import (
        LogOddsRatioInformativeDirichletPrior as Informative,
    )
    from scattertext.termsignificance.LogOddsRatioSmoothed import LogOddsRatioSmoothed as Smoothed
    from scattertext.termsignificance.LogOddsRatioUninformativeDirichletPrior import (
        LogOddsRatioUninformativeDirichletPrior as Uninformative,
    )

    y, z = second.to_numpy(float), first.to_numpy(float)
    n, m, both = y.sum(), z.sum(), y + z

    def four(alpha, alpha_0):
        """Variance with the two terms that Monroe et al. leave out."""
        left = 1 / (n + alpha_0 - y - alpha) + 1 / (m + alpha_0 - z - alpha)
        return log_odds_variance(y, z, alpha) + left

    yield Row(
        "`scattertext LogOddsRatioSmoothed().get_scores(y, z)`",
        "`log_odds(…, alpha=1, alpha_0=2)`",
        Smoothed().get_scores(y, z),
        log_odds(y, n, z, m, 1, 2),
    )
    cases = [
        ("LogOddsRatioUninformativeDirichletPrior(0.01)", Uninformative(0.01), 0.01, 0.01 * len(y)),
        (
            'LogOddsRatioInformativeDirichletPrior(prior, 1000, "word")',
            Informative(both, 1000, "word"),
            1000 * both / both.sum(),
            1000,
        ),
        (
            'LogOddsRatioInformativeDirichletPrior(prior, 0.1, "corpus-size")',
            Informative(both, 0.1, "corpus-size"),
            0.1 * both,
            0.1 * both.sum(),
        ),
    ]
    for call, scorer, alpha, alpha_0 in cases:
        delta = log_odds(y, n, z, m, alpha, alpha_0)
        theirs = scorer.get_zeta_i_j_given_separate_counts(y, z)
        call = f"`scattertext {call}`, ζ"
        why = "its variance has four terms, that of the paper two"
        ours = delta / np.sqrt(log_odds_variance(y, z, alpha))
        yield Row(call, "`log_odds / √log_odds_variance`", theirs, ours, why)
        yield Row(call, "`log_odds` / √(four terms)", theirs, delta / np.sqrt(four(alpha, alpha_0)))
    per_class = Informative(both, 0.1, "class-size").get_zeta_i_j_given_separate_counts(y, z)
    alpha_0 = 0.1 * both.sum()
    ours = log_odds(y, n, z, m, alpha_0 * both / both.sum(), alpha_0)
    ours = ours / np.sqrt(four(alpha_0 * both / both.sum(), alpha_0))
    yield Row(
        '`scattertext LogOddsRatioInformativeDirichletPrior(prior, 0.1, "class-size")`, ζ',
        "`log_odds` / √(four terms), one α₀",
        per_class,
        ours,
        "its prior is larger for the larger side; ours, as in the paper, is one for both",
    )


def convokit(counts: pd.DataFrame, target: pd.Series) -> Iterator[Row]:
    """The whole path: utterances made of the counted words, fitted and summarised."""
    from convokit import Corpus, Speaker, Utterance
    from convokit.fighting_words import FightingWords

    speaker = Speaker(id="president")
    corpus = Corpus(
        utterances=[
            Utterance(
                id=str(name),
                speaker=speaker,
                conversation_id=str(name),
                text=" ".join(np.repeat(counts.columns.to_numpy(str), row)),
                meta={"late": bool(target[name])},
            )
            for name, row in zip(counts.index, counts.to_numpy(), strict=True)
        ]
    )
    terms = list(counts.columns)
    y, z = (counts[side].sum().to_numpy(float) for side in (target, ~target))
    n, m = y.sum(), z.sum()
    informative = 500 * (y + z) / (n + m)
    for call, prior in (("prior=0.1", 0.1), ("prior=500 p", informative)):
        words = FightingWords(
            cv=CountVectorizer(analyzer=str.split, vocabulary=terms),
            text_func=lambda utterance: utterance.text,
            prior=prior,
        )
        words.fit(corpus, lambda u: u.meta["late"], lambda u: not u.meta["late"])
        theirs = words.get_ngram_zscores()["z-score"].loc[terms]
        alpha = np.broadcast_to(prior, len(terms))
        delta = log_odds(y, n, z, m, alpha, alpha.sum())
        ours = delta / np.sqrt(log_odds_variance(y, z, alpha))
        yield Row(
            f"`convokit FightingWords({call}).get_ngram_zscores()`",
            "`log_odds / √log_odds_variance`",
            theirs,
            ours,
        )


# --- inference ----------------------------------------------------------------------------------


def inference(first: pd.Series, second: pd.Series) -> Iterator[Row]:
    """Tests and intervals; documents are simulated."""
    from statsmodels.stats.multitest import multipletests

    y, z = second.to_numpy(), first.to_numpy()
    n, m = y.sum(), z.sum()
    some = np.argsort(-(y + z), kind="stable")[:1000]
    tables = [np.array([[y[i], z[i]], [n - y[i], m - z[i]]]) for i in some]
    for name, ours in (("pearson", chi_squared), ("log-likelihood", g_squared)):
        theirs = [
            stats.chi2_contingency(t, correction=False, lambda_=name).statistic for t in tables
        ]
        yield Row(
            f'`scipy.stats.chi2_contingency(correction=False, lambda_="{name}")`',
            f"`abs({ours.__name__}(…))`",
            theirs,
            np.abs(ours(y[some], n, z[some], m)),
        )
    rng = np.random.default_rng(0)
    trials = np.repeat([5, 20, 100], 20)
    hits = rng.binomial(trials, 0.2)
    theirs = [
        stats.binomtest(int(k), int(size)).proportion_ci(0.95, method="wilson")
        for k, size in zip(hits, trials, strict=True)
    ]
    ours = score_interval(hits / trials, trials, np.full(len(trials), 1e12), 0.95)
    yield Row(
        '`scipy.stats.binomtest(k, n).proportion_ci(0.95, method="wilson")`',
        "`score_interval(k/n, n, ∞, 0.95)`",
        np.transpose([[one.low, one.high] for one in theirs]),
        ours,
    )
    p_values = np.concatenate([rng.uniform(size=200), rng.uniform(0, 0.01, size=20)])
    yield Row(
        '`statsmodels multipletests(p, method="fdr_bh")`',
        "`adjust(p)`",
        multipletests(p_values, method="fdr_bh")[1],
        adjust(p_values),
    )
    size = rng.integers(50, 150, size=40)
    values = rng.binomial(size, rng.beta(2, 6, size=40))
    share = values / size
    sums = sum_units(
        sparse.csr_array(values[:, None].astype(float)), size.astype(float), np.ones((40, 1)),
        np.arange(40), strata=None, compared=None, weights="segment", unit="document",
    )  # fmt: skip
    ratio = stats.bootstrap(
        (values, size),
        lambda k, of, axis: k.sum(axis=axis) / of.sum(axis=axis),
        **{"paired": True, "n_resamples": 200_000, "vectorized": True, "batch": 20_000},
        **{"method": "percentile", "rng": np.random.default_rng(1)},
    ).standard_error
    call = "`scipy.stats.bootstrap((k, n), ratio of sums, paired=True).standard_error`"
    ours = np.sqrt(variance(sums)[0].item())
    yield Row(
        call, "`√variance(…)`", ratio, ours, "ours has n/(n − 1), which the bootstrap leaves out"
    )
    ours, why = ours * np.sqrt(39 / 40), "the bootstrap is random, and the ratio slightly curved"
    yield Row(call, "the same, times √(39/40)", ratio, ours, why)
    yield from permutation(values, size, share)


def permutation(values, size, share) -> Iterator[Row]:
    """Two sides of six and five documents: all 462 relabellings."""
    from statsmodels.stats.proportion import proportion_confint

    def against_margin(x, y, axis):
        """|difference| over the half of its Newcombe interval that faces nought."""
        means, margins = [], []
        for one in (x, y):
            mean, n = one.mean(axis=axis), one.shape[axis]
            spread = one.var(axis=axis, ddof=1) / n
            size = np.where(spread > 0, mean * (1 - mean) / np.where(spread > 0, spread, 1), n)
            ends = proportion_confint(mean * size, size, alpha=0.05, method="wilson")
            means.append(mean)
            margins.append((mean - ends[0], ends[1] - mean))
        falls = means[0] > means[1]
        first = np.where(falls, margins[0][0], margins[0][1])
        second = np.where(falls, margins[1][1], margins[1][0])
        return np.abs(means[0] - means[1]) / np.hypot(first, second)

    theirs, ours = [], []
    for start in range(0, 33, 11):
        part = slice(start, start + 11)
        sides = share[part][:6], share[part][6:]
        test = stats.permutation_test(
            sides, against_margin, vectorized=True, n_resamples=np.inf, alternative="greater"
        )
        theirs.append(test.pvalue)
        rows = pd.DataFrame({"document": range(11), "side": ["a"] * 6 + ["b"] * 5})
        counts = np.column_stack([values[part], size[part] - values[part]])
        features = fr.Features(counts, ["term", "other"], rows, kind="term")
        table = fr.contrast(features, "side", replicates=2000)
        ours.append(table.set_index("term")["p_value"]["term"])
    yield Row(
        "`scipy.stats.permutation_test((x, y), difference over its margin, n_resamples=inf)`",
        "`contrast(x, by)`, `p_value`",
        theirs,
        ours,
    )
