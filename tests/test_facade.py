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
    functions = [name for name in fr.__all__ if name not in ("COLUMNS", "simulate")]
    assert all(callable(getattr(fr, name)) for name in functions)
    assert fr.simulate.frames.__module__.startswith("framing.simulate")
    assert set(fr.__all__) <= set(dir(fr))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = fr.nothing


def test_functions_stay_functions_when_their_module_is_imported_first():
    code = "import framing.analysis, framing as fr; print(*map(callable, [{}]))"
    names = ("count", "groups", "timeline")
    assert run(code.format(", ".join(f"fr.{name}" for name in names))) == "True True True"


def test_drawing_libraries_load_only_for_a_plot():
    code = "import sys, framing; print('matplotlib' in sys.modules, 'nltk' in sys.modules)"
    assert run(code) == "False False"
