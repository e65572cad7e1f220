"""What ``import framing as fr`` offers."""

import subprocess
import sys

import pytest

import framing as fr


def run(code):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_every_name_is_there_and_listed():
    functions = [name for name in fr.__all__ if name not in ("COLUMNS", "simulate", "topics")]
    assert all(callable(getattr(fr, name)) for name in functions)
    assert fr.simulate.frames.__module__.startswith("framing.simulate")
    assert all(callable(getattr(fr.topics, name)) for name in fr.topics.__all__)
    assert dir(fr) == sorted(fr.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = fr.nothing


def test_functions_stay_functions_when_every_module_is_imported_first():
    code = """
import pkgutil
from importlib import import_module
import framing
for module in pkgutil.walk_packages(framing.__path__, "framing."):
    if not module.name.endswith("__main__"):
        import_module(module.name)
print([name for name in framing.__all__ if not callable(getattr(framing, name))])
print([name for name in framing.topics.__all__ if not callable(getattr(framing.topics, name))])
"""
    assert run(code) == "['COLUMNS', 'simulate', 'topics']\n[]"


def test_drawing_libraries_load_only_for_a_plot():
    slow = ("matplotlib", "nltk", "sklearn", "numba", "formulaic", "anywidget", "ipywidgets")
    code = f"import sys, framing; print([name for name in {slow} if name in sys.modules])"
    assert run(code) == "[]"
