"""Versions: what changes on the same corpus when a codebook is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from framing.cells import Cells
from framing.codebooks.evidence import Book, Evidence, in_counts, load
from framing.columns import tidy
from framing.errors import InputError, one_of
from framing.features import Features
from framing.frames import Frame
from framing.lexicon import Lexicon, extraction, narrow
from framing.patterns import Pattern, matching
from framing.settings import Settings

if TYPE_CHECKING:
    from framing.corpus import Corpus


def compare_codebooks(
    old: Book, new: Book, source: Corpus | Features, *, per: str = "frame", **settings: Any
) -> pd.DataFrame:
    """Code the same segments with two versions of a codebook, and compare the codes.

    Parameters
    ----------
    old, new : Codebook, str or path
        Frames of one name are compared.
    source : Corpus or Features
    per : {"frame", "term"}
    **settings
        See :class:`framing.settings.Settings`; for the shares per frame.

    Returns
    -------
    pandas.DataFrame
        Per frame, a row a frame of either: ``frame``, ``n_reference`` and ``n`` (segments that use
        it under the old and the new codebook), ``gained``, ``lost`` (segments); ``agreement`` (part
        of the segments coded alike), ``kappa`` (Cohen's); ``before``, ``after`` (shares, in which
        every document counts once by default), ``statistic`` ("difference"), ``estimate`` (after
        minus before), ``low``, ``high``, ``level``, ``unit``, ``n_documents``, ``n_segments``,
        ``note``.

        Per term, a row an edit of a frame that both code: ``frame``, ``term``, ``strength`` (now,
        or what it was if removed), ``edit`` ("added", "removed", "made strong", "made weak"),
        ``n_segments`` that hold the term, of them those ``gained`` and ``lost``, and ``decisive``:
        how many of these would be coded as before were this edit alone undone. Segments that hold
        several edited terms count for each.

    Raises
    ------
    InputError
        When the two have no frame in common that both find by terms.

    Notes
    -----
    The difference is the share gained less the share lost, and its interval combines theirs
    (:func:`framing.inference.combine`), so that the two codes of a segment are paired. Where no
    segment changes there may still be others that would; where edits can only add segments, or
    only take them away, the other share is known to be nought.

    Examples
    --------
    >>> from framing import Codebook
    >>> tea, cup = Pattern.parse("tea"), Pattern.parse("cup")
    >>> old = Codebook("drinks", "", "1", "", (Frame("tea", "", "", (tea,)),))
    >>> new = Codebook("drinks", "", "2", "", (Frame("tea", "", "", (tea, cup)),))
    >>> rows = pd.DataFrame({"document": list("abcd")})
    >>> counts = Features([[1, 0], [1, 1], [0, 1], [0, 0]], ["tea", "cup"], rows, kind="term")
    >>> table = compare_codebooks(old, new, counts)
    >>> table[["n_reference", "n", "gained", "lost", "agreement", "kappa", "before", "after"]]
       n_reference  n  gained  lost  agreement  kappa  before  after
    0            2  3       1     0       0.75    0.5     0.5   0.75
    >>> compare_codebooks(old, new, counts, per="term").drop(columns="frame")
      term strength   edit  gained  lost  decisive  n_segments
    0  cup   strong  added       1     0         1           2
    """
    if per not in ("frame", "term"):
        raise one_of("per", per, ("frame", "term"))
    first, second = load(old), load(new)
    what = f"codebooks {first.name!r} and {second.name!r}"
    counts = extraction(source, first.patterns + second.patterns, what)
    before, after = (
        {found.frame.name: found for found in in_counts(counts, book)} for book in (first, second)
    )
    both = [name for name in before if name in after]
    if not both:
        raise InputError(
            f"{what} have no frame in common that both find by terms; give common frames one name."
        )
    if per == "term":
        edits = [row for name in both for row in _edits(before[name], after[name], counts)]
        return tidy(pd.DataFrame(edits, columns=_EDIT))
    shares = _shares([before, after], both, counts, Settings.of(settings))
    codes = pd.DataFrame(
        [_codes(name, before.get(name), after.get(name)) for name in {**before, **after}]
    )
    table = codes.merge(shares, on="frame", how="left")
    table["note"] = table["note"].fillna(table.pop("only"))
    return tidy(table)


_EDIT = ["frame", "term", "strength", "edit", "n_segments", "gained", "lost", "decisive"]
_ONLY = "only the {} codebook finds this frame"


def _codes(name: str, old: Evidence | None, new: Evidence | None) -> dict[str, Any]:
    """Compare two codes of every segment."""
    if old is None:
        assert new is not None
        return {"frame": name, "n": int(new.used.sum()), "only": _ONLY.format("new")}
    if new is None:
        return {"frame": name, "n_reference": int(old.used.sum()), "only": _ONLY.format("old")}
    a, b = old.used, new.used
    return {
        "frame": name,
        "n_reference": int(a.sum()),
        "n": int(b.sum()),
        "gained": int((b & ~a).sum()),
        "lost": int((a & ~b).sum()),
        "agreement": float((a == b).mean()),
        "kappa": _kappa(a, b),
        "only": "",
    }


def _kappa(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    """Cohen's κ; missing where both codes are the same for every segment."""
    from sklearn.metrics import cohen_kappa_score

    if (a == a[0]).all() and (b == a[0]).all():
        return float("nan")
    return float(cohen_kappa_score(a, b))


def _shares(
    versions: Sequence[Mapping[str, Evidence]],
    names: Sequence[str],
    counts: Features,
    settings: Settings,
) -> pd.DataFrame:
    """Shares before and after, and their difference: the share gained less the share lost."""
    before, after = versions
    old, new = (np.column_stack([found[name].used for name in names]) for found in versions)
    codes = np.vstack([new & ~old, old & ~new, old, new]).astype(float)
    rows = pd.concat([counts.segments.assign(segment=range(i, 4 * len(old), 4)) for i in range(4)])
    group = np.repeat(np.eye(4, dtype=int), len(old), axis=0)
    table = pd.DataFrame(group, columns=["gained", "lost", "old", "new"])
    frames = Features(sparse.csr_array(codes), names, rows, "frame")
    cells = Cells.of(frames, "", settings, table=table.rename_axis(columns="group"))
    impossible = ~np.array([_can_change(before[one].frame, after[one].frame) for one in names]).T
    never = impossible & (cells.share[:2] == 0) & ~np.isnan(cells.low[:2])
    low, high = (np.where(never, 0.0, end[:2]) for end in (cells.low, cells.high))
    ends = cells.share[:2], low, high
    estimate, low, high = cells.combined([0, 1], np.array([1.0, -1.0]), ends)
    shares = pd.DataFrame({"before": cells.share[2], "after": cells.share[3]})
    shares = shares.assign(statistic="difference", estimate=estimate, low=low, high=high)
    shares["note"] = cells.no_interval([0, 1], low)
    return cells.label(shares, [0, 1]).assign(n_segments=len(cells.held[0]))


def _can_change(old: Frame, new: Frame) -> tuple[bool, bool]:
    """Whether the edits of a frame are such that segments can gain it, and lose it."""
    loosening = {("exclusion", "removed"), ("strong", "added"), ("weak", "added")}
    loosening.add(("strong", "made strong"))
    edits = {(strength, done) for _, strength, done, _ in _undo(old, new)}
    return bool(edits & loosening), bool(edits - loosening)


def _edits(old: Evidence, new: Evidence, counts: Features) -> Iterator[tuple[object, ...]]:
    """Tell of every edit of a frame which segments it bears on."""
    here = narrow(counts, old.patterns + new.patterns)
    gained, lost = new.used & ~old.used, old.used & ~new.used
    for pattern, strength, edit, undone in _undo(old.frame, new.frame):
        version = old if edit == "removed" else new
        holds = (
            here.matrix[:, np.flatnonzero(matching([pattern], list(here.names)))].sum(axis=1) > 0
            if strength == "exclusion"
            else Lexicon((pattern,), version.frame.exclude).found(here)[:, 0]
        )
        changed = (gained | lost) & holds
        decisive = undone.used(here.where(changed)) == old.used[changed]
        n = (int(rows.sum()) for rows in (holds, gained & holds, lost & holds, decisive))
        yield (new.frame.name, str(pattern), strength, edit, *n)


def _undo(old: Frame, new: Frame) -> Iterator[tuple[Pattern, str, str, Frame]]:
    """List the edits that made one version of a frame into another, and the new one without each.

    Yields the pattern, its strength, what was done, and the new frame with that undone.
    """
    for pattern in dict.fromkeys(old.terms + old.weak + new.terms + new.weak):
        was, now = _strength(old, pattern), _strength(new, pattern)
        if was == now:
            continue
        undone = replace(
            new,
            terms=_with(new.terms, pattern, was == "strong"),
            weak=_with(new.weak, pattern, was == "weak"),
        )
        done = "added" if not was else f"made {now}" if now else "removed"
        yield pattern, now or was, done, undone
    for pattern in dict.fromkeys(old.exclude + new.exclude):
        if (pattern in old.exclude) != (pattern in new.exclude):
            undone = replace(new, exclude=_with(new.exclude, pattern, pattern in old.exclude))
            done = "removed" if pattern in old.exclude else "added"
            yield pattern, "exclusion", done, undone


def _strength(frame: Frame, pattern: Pattern) -> str:
    return "strong" if pattern in frame.terms else "weak" if pattern in frame.weak else ""


def _with(patterns: tuple[Pattern, ...], pattern: Pattern, wanted: bool) -> tuple[Pattern, ...]:
    others = tuple(one for one in patterns if one != pattern)
    return (*others, pattern) if wanted else others
