"""The column vocabulary of every table the library returns.

A name means the same thing wherever it stands, and a result table holds no other names.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "document": "identifier of a document: what varies by chance unless `unit` names another",
        "segment": "identifier of a segment: a paragraph, a sentence or a whole document",
        "date": "first day of the time the document is dated to",
        "title": "title of the document",
        "period": "a year, quarter or month; 'first–last' where a row speaks of a stretch of time",
        "specification": "number of a combination of choices; 1 takes the first option of each",
        "choice": "what an analyst has to decide: a choice of a multiverse",
        "option": "what was decided",
        "group": "a side, or any other level of the column compared",
        "reference": "what the group is compared with: another group, or 'rest'",
        "feature": "a column of a matrix of features of unstated kind",
        "term": "a word or phrase",
        "frame": "a frame of a codebook",
        "strength": "'strong': the term is enough; 'weak': two are needed; 'exclusion': it cancels",
        "edit": "what a new version of a codebook does to a term",
        "topic": "a topic of a model",
        "n_topics": "number of topics of the model",
        "run": "number of a refit",
        "coefficient": "a column of the design of a regression, or the variable behind several",
        "task": "a question put to people who judge a model",
        "coder": "who coded: a person, or a machine",
        "code": "1 where the coder finds the frame, 0 where not, or a rank; missing: not coded",
        "answer": "number of the option that a coder chose, from 1; missing: not answered",
        "severity": "'error': a file is refused; 'warning': codes may be wrong; 'hint': harmless",
        "finding": "what is questionable in a codebook, by name",
        "n": "how often: occurrences of a term, segments of a frame",
        "n_reference": "how often in what the group is compared with",
        "df": "document frequency: documents of the group that use the feature",
        "df_reference": "document frequency in what the group is compared with",
        "gained": "segments that use the frame under the new codebook only",
        "lost": "segments that use the frame under the old codebook only",
        "decisive": "segments whose code hinges on the term, or on the edit",
        "mass": "part of the words of a topic that are terms of the frame",
        "lift": "that part, over the same in the whole corpus",
        "terms": "terms that mark a topic, or a frame in it, the most telling first",
        "statistic": "what `estimate` is, by name",
        "predicted": "mean of the probabilities that a coder gave",
        "estimate": "the number computed from the data",
        "low": "lower end of the interval; missing where no honest interval exists",
        "high": "upper end of the interval; missing where no honest interval exists",
        "band_low": "lower end of a band that holds a whole curve with the coverage `level`",
        "band_high": "upper end of that band",
        "least": "smallest value over refits, or specifications",
        "most": "largest value over refits, or specifications",
        "level": "nominal coverage of the interval, e.g. 0.95",
        "error": "standard error of `estimate`",
        "chance": "what `estimate` would be if all guessed",
        "p_value": "probability, were there no difference, of one at least as large",
        "degrees": "degrees of freedom of the test",
        "test": "how p_value was found: 'permutation', 'exact permutation', 'wild bootstrap', …",
        "p_min": "the smallest p-value that these data and so many relabellings allow",
        "p_family": "probability, were there no difference anywhere, of one as large in any test",
        "q_value": "p_value adjusted for the number of tests (Benjamini–Hochberg)",
        "n_tests": "size of the family of tests that q_value and p_family are adjusted for",
        "unit": "what varies: 'document', 'segment' (in its document), the column of clusters, …",
        "n_runs": "refits behind the estimate",
        "n_specifications": "specifications behind the estimate",
        "n_clusters": "clusters behind the estimate, where documents are clustered",
        "n_documents": "documents behind the estimate",
        "n_segments": "segments behind the estimate",
        "n_labelled": "segments behind the estimate that were coded by hand",
        "n_coders": "coders behind the estimate",
        "n_tasks": "tasks behind the estimate",
        "n_missing": "answers that coders behind the estimate did not give",
        "power": "how far machine codes bear on the estimate, from 0 (hand codes alone) to 1",
        "n_coefficients": "coefficients that are tested together",
        "n_per_group": "documents in each group, where all groups have as many",
        "agreement": "part of the segments that both code alike",
        "kappa": "Cohen's kappa: agreement beyond chance",
        "before": "share under the old codebook",
        "after": "share under the new codebook",
        "n_terms": "terms of the frame, weak ones too",
        "n_found": "terms of the frame that stand in some segment",
        "concentration": "part of the frame's hits that are of its commonest term, `term`",
        "change": "the estimate less what it is with all terms of the codebook",
        "part": "part of a share that goes with the term left out",
        "verdict": "what becomes of a difference without the term",
        "stratum": "part of a corpus that segments are drawn from",
        "probability": "chance of a segment to be drawn into a sample",
        "left": "words before a keyword",
        "keyword": "a word or phrase as it stands in the text",
        "right": "words after a keyword",
        "text": "the text of the segment, where texts are at hand",
        "url": "where the document was published",
        "note": "why an interval or p-value is missing, or what to do; empty otherwise",
    }
)

KINDS = ("feature", "term", "frame", "topic")
"""What the columns of a matrix of features can be; also the column that names them."""


def tidy(table: pd.DataFrame) -> pd.DataFrame:
    """Put the columns of a result in the vocabulary's order, and refuse any other name.

    Examples
    --------
    >>> list(tidy(pd.DataFrame({"estimate": [0.5], "group": ["EU"]})))
    ['group', 'estimate']
    """
    unknown = [name for name in table.columns if name not in COLUMNS]
    if unknown:
        raise AssertionError(f"columns outside the vocabulary: {unknown}")
    return table[[name for name in COLUMNS if name in table.columns]].reset_index(drop=True)
