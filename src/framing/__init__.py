"""Compare which aspects of an issue each side puts forward, how surely, and how that changed.

Everything is one product of three matrices, ``Gᵀ · diag(w) · F``:

* **F**, features: segments × terms (:func:`count`), frames (:func:`code`) or topics;
* **G**, groups: segments × sides or periods (:func:`groups`), from metadata or actors mentioned;
* **w**, weights of documents: ones for an estimate, random draws for its interval.

Data flow one way: ``load`` or ``read`` a corpus → ``count`` its terms → ``code`` its frames →
compare (``emphasis``, ``contrast``, ``keyness``, ``tf_idf``, ``trend``, ``shift``) → plot → report.
Every comparison returns a table; :data:`COLUMNS` says what each of its columns means.

>>> import framing as fr
>>> frames = fr.code(fr.load("openings"))
>>> table = fr.emphasis(frames, by="region", replicates=200)
>>> sorted(table["group"].unique())
['EU', 'JP', 'US']
"""

import sys
from importlib import import_module
from importlib.metadata import version
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from framing._facade import *  # noqa: F403
    from framing._facade import __all__ as __all__

__version__ = version("framing")


class _Package(ModuleType):
    """Import what the package offers when it is first asked for, so that a command starts at once.

    ``count``, ``groups`` and ``timeline`` name a function and the module it is in; importing the
    module must not put it in the function's place.
    """

    def __getattr__(self, name: str) -> Any:
        if name == "__all__" or not name.startswith("_"):
            facade = import_module("framing._facade")
            for known in ("__all__", *facade.__all__):
                super().__setattr__(known, getattr(facade, known))
            if name in self.__dict__:
                return self.__dict__[name]
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in ("count", "groups", "timeline") and isinstance(value, ModuleType)):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *self.__all__})


sys.modules[__name__].__class__ = _Package
