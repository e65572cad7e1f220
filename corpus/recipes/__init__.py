"""How each bundled corpus is made: its sources, and the function that makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from recipes import articles, climate, leaders, openings, statements, un_debates


@dataclass(frozen=True)
class Recipe:
    """What a corpus is made from, and how.

    Parameters
    ----------
    sources : tuple of str
        Paths in the folder of sources.
    make : callable
        Takes the folder of sources and the folder of the corpus, writes the data, and returns the
        generated parts of the card.
    """

    sources: tuple[str, ...]
    make: Callable[[Path, Path], dict[str, str]]


RECIPES: Mapping[str, Recipe] = {
    "articles": Recipe(articles.SOURCES, articles.make),
    "climate": Recipe(climate.SOURCES, climate.make),
    "openings": Recipe((openings.SOURCE,), openings.make),
    "statements": Recipe((statements.SOURCE,), statements.make),
    "leaders": Recipe((leaders.SOURCE,), leaders.make),
    "un-debates": Recipe((un_debates.SOURCE,), un_debates.make),
}
