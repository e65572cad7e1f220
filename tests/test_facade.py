"""What ``import framing as fr`` offers."""

import subprocess
import sys

import framing as fr


def run(code):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_every_name_is_there_and_listed():
    assert all(getattr(fr, name) is not None for name in fr.__all__)
    assert set(fr.__all__) <= set(dir(fr))
    assert not hasattr(fr, "nothing")


def test_functions_stay_functions_when_their_module_is_imported_first():
    code = "import framing.analysis, framing as fr; print(*map(callable, [{}]))"
    names = ("count", "groups", "timeline")
    assert run(code.format(", ".join(f"fr.{name}" for name in names))) == "True True True"


def test_nothing_heavy_is_imported_before_it_is_asked_for():
    assert run("import sys, framing; print('pandas' in sys.modules)") == "False"
