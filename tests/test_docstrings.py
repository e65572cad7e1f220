"""Whether what docstrings refer to is there."""

import ast
import inspect
import re
import types
from importlib import import_module
from operator import attrgetter
from pathlib import Path

import pytest

import framing

ROOT = Path(framing.__file__).parent
FILES = [path for path in sorted(ROOT.rglob("*.py")) if path.name != "__main__.py"]
MODULES = {
    ".".join(["framing", *path.relative_to(ROOT).with_suffix("").parts]).removesuffix(".__init__")
    for path in FILES
}
REFERENCE = re.compile(r":(func|class|mod|data|meth|attr):`([^`]+)`")
KINDS = {"func": inspect.isroutine, "meth": inspect.isroutine, "class": inspect.isclass}


def references(source):
    """Kind and target of every reference, and the class it stands in."""

    def walk(node, name):
        if isinstance(node, ast.ClassDef):
            name = node.name
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ((*found, name) for found in REFERENCE.findall(node.value))
        for child in ast.iter_child_nodes(node):
            yield from walk(child, name)

    return list(walk(ast.parse(source), ""))


def found(kind, target, module, inside):
    """Look a target up as a reader would: from `framing`, from the module, or from the class."""
    if target.startswith("framing."):
        module, target = framing, target.removeprefix("framing.")
    for place in (module, getattr(module, inside, None)) if inside else (module,):
        try:
            there = attrgetter(target)(place)
        except AttributeError:
            continue
        if kind == "mod":
            return isinstance(there, types.ModuleType)
        return KINDS.get(kind, lambda there: not isinstance(there, types.ModuleType))(there)
    return False


@pytest.mark.parametrize("name", sorted(MODULES))
def test_references_lead_somewhere(name):
    for every in MODULES:
        import_module(every)
    module = import_module(name)
    source = Path(module.__file__).read_text(encoding="utf-8")
    lost = [one for one in references(source) if not found(one[0], one[1], module, one[2])]
    assert not lost, lost
