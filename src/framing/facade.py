"""Packages that import a name when it is first asked for.

What a package offers stands in its stub, ``__init__.pyi``, which type checkers and editors read as
well: one line, ``from module import name as name``, for each.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module
from threading import RLock
from types import ModuleType

_TURNS = RLock()
"""Threads import one after the other. Python locks each module on its own: where one thread imports
a package and another a module of it, each can need what the other holds, and one of them fails.
A module that asked a façade while it is itself imported would hold such a lock: none does."""


BEGAN = time.time_ns()
"""When the library was first imported: source files that are newer are not what runs."""


class Facade(ModuleType):
    """A package whose names are imported when first asked for; see :func:`open_facade`.

    The import system binds every submodule to its package. That would hide a function named like
    its module, and ``__getattr__`` would no longer be asked; so it is not done for such names.
    """

    _homes: dict[str, str]

    def __getattr__(self, name: str) -> object:
        home = self._homes.get(name)
        if home is None:
            return self._module(name)
        with _TURNS:
            if home == self.__name__:
                value: object = import_module(f"{home}.{name}")
            else:
                value = getattr(import_module(home), name)
        self.__dict__[name] = value
        return value

    def _module(self, name: str) -> ModuleType:
        """Import a module of the package that nothing has imported yet."""
        from importlib.util import find_spec

        inside = f"{self.__name__}.{name}"
        if name.startswith("_") or find_spec(inside) is None:
            why = f"module {self.__name__!r} has no attribute {name!r}"
            raise AttributeError(why, name=name, obj=self)
        return import_module(inside)

    def __setattr__(self, name: str, value: object) -> None:
        hidden = self._homes.get(name, self.__name__) != self.__name__
        module = sys.modules.get(f"{self.__name__}.{name}") if hidden else None
        if module is None or value is not module:
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return [name for name in sorted(self._homes) if not name.startswith("_")]

    def __reduce__(self) -> tuple[object, ...]:
        return import_module, (self.__name__,)


def open_facade(name: str) -> list[str]:
    """Make a package that is being imported a façade of the names in its stub.

    Returns
    -------
    list of str
        What becomes its ``__all__``: all names but those that begin with an underscore.
    """
    package = sys.modules[name]
    homes = {}
    with open(f"{package.__path__[0]}/__init__.pyi", encoding="utf-8") as stub:
        for line in stub:
            match line.split():  # ast would take longer to load than all of this
                case "from", home, "import", _, "as", offered:
                    homes[offered] = home
    for known in homes:
        package.__dict__.pop(known, None)  # of before a reload
    package.__dict__["_homes"] = homes
    package.__class__ = Facade
    return dir(package)
