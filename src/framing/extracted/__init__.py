"""Extracted features: publishing a corpus whose texts may not be shared.

A features folder holds three kinds of file:

``features.json``
    The manifest: name, rules, and the SHA-256 of every other file.
``phrases.txt``
    The closed list of phrases that were counted, one pattern a line; a line that begins with ``=``
    is case-sensitive. Where phrases would run together, those further down gave way.
``features.jsonl``, or ``features-2021.jsonl.gz`` and so on
    One JSON object a document: its metadata, under the names of Constellate (JSTOR) where it has
    one (:data:`framing.extracted.records.NAMES`), and ``features.paragraphs``, which are like the
    pages of the HathiTrust Extracted Features: ``seq`` (position in the text, from 0),
    ``tokenCount``, ``unigramCount`` and ``phraseCount``; case kept, words sorted, without their
    positions.

No sentence can be read out of it: words have no order, paragraphs shorter than a floor are merged
with a neighbour, phrases have two to four words, and those of one paragraph cannot be laid end to
end (:mod:`framing.extracted.chains`).

References
----------
Constellate, "What format are JSTOR and Portico datasets?", Ithaka (dataset documentation).
Jett, J., Capitanu, B., Kudeki, D., et al. (2020). *The HathiTrust Research Center Extracted
Features Dataset (2.0)*. HathiTrust Research Center. https://doi.org/10.13012/R2TE-C227
"""

from framing.extracted.folder import read_features, write_features

__all__ = ["read_features", "write_features"]
