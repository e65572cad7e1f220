"""What an explorer knows: corpora, codebooks and a model, and every view that was asked for."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from framing.card import segment_name
from framing.corpus import Corpus
from framing.errors import InputError, InputWarning
from framing.explorer import pane
from framing.explorer.choices import HAND, Choice, Offer, offer, settled, sides_of
from framing.explorer.comparison import Coder, Comparison, compare, features_of
from framing.explorer.evidence import SHOWN
from framing.readers import load
from framing.wording import sentence

if TYPE_CHECKING:
    from framing.topics.model import TopicModel

MOST_KEPT = 120
"""Corpora, features, comparisons and panes that are remembered."""


@dataclass
class Pane:
    """What is shown of one choice, in plain values.

    Attributes
    ----------
    choice : Choice or None
        As it was settled.
    options : dict
        What every control offers: lists of ``{"value", "label"}``.
    seen, origin : dict or None
        See :func:`framing.explorer.pane.seen` and :func:`framing.explorer.pane.sources`.
    message : str
        Why there is nothing to see; empty if there is.
    notices : list of str
        What was left out.
    code : str
        The same as calls of functions.
    """

    choice: Choice | None = None
    options: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, Any] | None = None
    origin: dict[str, Any] | None = None
    message: str = ""
    notices: list[str] = field(default_factory=list)
    code: str = ""


Steps = Generator[str, None, Any]


class Explorer:
    """Views of some corpora, each computed once.

    Parameters
    ----------
    corpora : mapping of str to Corpus or None
        By name; None where a bundled corpus is loaded when first asked for. The first is shown
        first.
    own : str
        The name of the reader's own corpus, which `codebook` and `model` belong to; empty: none.
    codebooks : mapping of str to codebook
        The reader's own.
    model : TopicModel, optional
    replicates, seed : int
        See :class:`framing.settings.Settings`.
    """

    def __init__(
        self,
        corpora: Mapping[str, Corpus | None],
        *,
        own: str = "",
        codebooks: Mapping[str, Coder] | None = None,
        model: TopicModel | None = None,
        replicates: int = 10_000,
        seed: int = 0,
    ) -> None:
        self.corpora, self.own, self.model = dict(corpora), own, model
        self.codebooks = dict(codebooks or {})
        self.replicates, self.seed = replicates, seed
        self._kept: OrderedDict[tuple[object, ...], tuple[Any, list[str]]] = OrderedDict()

    def pane(self, **wanted: Any) -> Pane:
        """Compute what a choice shows, at once; see :meth:`steps`."""
        steps = self.steps(wanted)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                done: Pane = end.value
                return done

    def steps(self, wanted: Mapping[str, Any]) -> Generator[str, None, Pane]:
        """Compute what a choice shows, step by step.

        Parameters
        ----------
        wanted : mapping
            By the names of a :class:`framing.explorer.choices.Choice`; what is missing, or not
            offered, takes its default.

        Yields
        ------
        str
            What is done next, before each step that is not known already.

        Returns
        -------
        Pane
            With a message in place of views where the choice leaves nothing to see.
        """
        made = Pane()
        try:
            yield from self._fill(made, wanted)
        except InputError as reason:
            made.message = sentence(str(reason))
        made.notices = [sentence(one) for one in dict.fromkeys(made.notices)]
        return made

    def _fill(self, made: Pane, wanted: Mapping[str, Any]) -> Steps:
        name = str(wanted.get("corpus") or "")
        if name not in self.corpora:
            name = next(iter(self.corpora))

        def step(words: str, key: tuple[object, ...], make: Callable[[], Any]) -> Steps:
            if key not in self._kept:
                yield words
            return self._once(key, make, made.notices)

        corpus = yield from step("reading the corpus", ("corpus", name), lambda: self._load(name))
        offered = self._once(("offer", name), lambda: self._offer(name, corpus), [])
        by = str(wanted.get("by") or "")
        by = by if by in offered.by else (offered.by[0] if offered.by else "")
        made.options = self._options(name, corpus, offered, ())
        if not by:
            raise InputError(
                f"corpus {name!r} has no sides to compare: no column of metadata has two to eight "
                "different values."
            )
        key: tuple[object, ...] = ("sides", name, by)
        sides = yield from step("looking for the sides", key, lambda: sides_of(corpus, by))
        choice = settled(wanted, offered, sides, by, name)
        made.choice, made.options = choice, self._options(name, corpus, offered, sides)
        book = self._codebook(choice)
        key = ("features", name, choice.level, choice.codebook if choice.level == "frame" else "")
        words = {"frame": "coding frames", "term": "counting terms", "topic": "fetching topics"}
        model = self.model if name == self.own else None
        features = yield from step(
            words[choice.level], key, lambda: features_of(corpus, choice.level, book, model)
        )
        key = ("compared", *choice.compared)
        seen: Comparison = yield from step(
            "comparing the sides",
            key,
            lambda: compare(
                corpus,
                choice.level,
                by=by,
                sides=choice.sides,
                years=choice.years,
                show=choice.show,
                codebook=book if choice.level == "frame" else None,
                unit=choice.unit,
                features=features,
                replicates=self.replicates,
                seed=self.seed,
            ),
        )
        made.seen = yield from step("drawing", ("seen", *key), lambda: pane.seen(seen))
        if choice.name not in seen.features.names or choice.level != seen.features.kind:
            choice = replace(choice, name="", side="")
        choice = replace(choice, n=max(choice.n, SHOWN), side=self._side(choice, seen))
        made.choice = choice
        if choice.name:
            key = ("sources", *key, choice.name, choice.side, choice.n)
            made.origin = yield from step(
                "looking where it comes from", key, lambda: pane.sources(seen, choice)
            )
        own_codebook = choice.codebook in self.codebooks
        made.code = pane.as_code(choice, own=name == self.own, own_codebook=own_codebook)

    def _once(self, key: tuple[object, ...], make: Callable[[], Any], notices: list[str]) -> Any:
        """Make something the first time, and remember it with what it warned of."""
        if key not in self._kept:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                value = make()
            said = [str(one.message) for one in caught if issubclass(one.category, InputWarning)]
            self._kept[key] = value, list(dict.fromkeys(said))
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        value, said = self._kept[key]
        notices += said
        return value

    def _load(self, name: str) -> Corpus:
        held = self.corpora[name]
        return load(name) if held is None else held

    def _offer(self, name: str, corpus: Corpus) -> Offer:
        own = name == self.own
        return offer(corpus, list(self.codebooks), topics=own and self.model is not None)

    def _codebook(self, choice: Choice) -> Coder:
        if choice.codebook == HAND:
            return None
        return self.codebooks.get(choice.codebook, choice.codebook or None)

    def _side(self, choice: Choice, seen: Comparison) -> str:
        return choice.side if choice.side in seen.sides else ""

    def _options(
        self, name: str, corpus: Corpus, offered: Offer, sides: tuple[str, ...]
    ) -> dict[str, Any]:
        noun = segment_name(corpus.segments)
        lists = {
            "corpus": tuple(self.corpora),
            "codebook": offered.codebooks,
            "level": offered.levels,
            "show": ("sides", "years") if offered.years else ("sides",),
            "by": offered.by,
            "unit": offered.units,
            "sides": sides,
        }
        options: dict[str, Any] = {
            kind: [{"value": one, "label": pane.label_of(kind, one, noun)} for one in values]
            for kind, values in lists.items()
        }
        return options | {"years": list(offered.years), "own": name == self.own}
