"""What ``import framing as fr`` offers, and what it loads."""

import ast
import importlib
import pickle
import subprocess
import sys
import threading
import time
import types
from pathlib import Path
from unittest import mock

import pytest
from joblib import wrap_non_picklable_objects

import framing as fr
from framing import plot, topics
from framing.facade import Facade

ROOT = Path(fr.__file__).parent
FACADES = {"framing": fr, "framing.plot": plot, "framing.topics": topics}
MODULES = ("simulate", "topics")
KNOWN = {"framing", *sys.stdlib_module_names}
HIDDEN = sorted(set(fr.__all__) & {path.stem for path in ROOT.iterdir()} - set(MODULES))


def run(code, *arguments):
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    ).stdout.strip()


def loaded(code):
    """Every module that code loads in a fresh process, but for Python's own and ours."""
    found = run(f"""
import sys
before = set(sys.modules)
{code}
print(*sys.modules.keys() - before)
""").split()
    return {name for name in found if name.partition(".")[0] not in KNOWN}


# --- names ------------------------------------------------------------------------------------


def test_every_name_is_there_and_listed():
    functions = [name for name in fr.__all__ if name not in ("COLUMNS", *MODULES)]
    assert all(callable(getattr(fr, name)) for name in functions)
    assert fr.simulate.frames.__module__.startswith("framing.simulate")
    for package in (plot, topics):
        assert all(callable(getattr(package, name)) for name in package.__all__)
    for package in FACADES.values():
        assert dir(package) == sorted(package.__all__)
    assert fr.__version__.startswith("0.")


@pytest.mark.parametrize("name", FACADES)
def test_a_stub_is_read_as_type_checkers_read_it(name):
    stub = Path(FACADES[name].__file__).with_suffix(".pyi").read_text("utf-8")
    homes = {
        one.asname: node.module
        for node in ast.parse(stub).body
        for one in node.names
        if one.asname == one.name
    }
    assert FACADES[name]._homes == homes
    assert len(homes) == sum(line.startswith("from ") for line in stub.splitlines())


def test_what_is_not_there_is_said():
    with pytest.raises(AttributeError, match="module 'framing' has no attribute 'nothing'"):
        _ = fr.nothing
    with pytest.raises(ImportError, match="cannot import name 'nothing' from 'framing'"):
        from framing import nothing  # noqa: F401
    assert not hasattr(fr, "_nothing")
    with pytest.raises(AttributeError) as missed:
        _ = fr.emphasos
    assert (missed.value.name, missed.value.obj) == ("emphasos", fr)  # so that Python can suggest


def test_everything_can_be_imported_at_once():
    code = "from framing import *; import framing; print(set(framing.__all__) <= set(globals()))"
    assert run(code) == "True"


def test_modules_are_found_without_an_import_of_their_own():
    assert run("import framing; print(framing.settings.Settings.__name__)") == "Settings"


# --- a function named like its module hides it ------------------------------------------------


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


@pytest.mark.parametrize(
    "order",
    [
        "importlib.import_module(f'framing.{name}')",
        "getattr(framing, name); importlib.import_module(f'framing.{name}')",
        "exec(f'import framing.{name}')",
        "exec(f'import framing.{name} as module')",
        "exec(f'from framing.{name} import {name}')",
        "exec(f'from framing import {name}')",
        "importlib.import_module(f'framing.{name}'); importlib.reload(framing)",
        "importlib.reload(importlib.import_module(f'framing.{name}'))",
    ],
)
def test_a_function_hides_its_module_whatever_is_imported_first(order):
    assert len(HIDDEN) > 10
    code = f"""
import importlib, inspect, sys
import framing
for name in sys.argv[1:]:
    {order}
    function, module = getattr(framing, name), sys.modules[f"framing.{{name}}"]
    assert inspect.isfunction(function) and inspect.ismodule(module), name
    assert getattr(module, name) is function or "reload(importlib" in {order!r}, name
"""
    run(code, *HIDDEN)


def test_what_else_a_module_holds_is_imported_by_name():
    from framing.tf_idf import term_frequency

    assert callable(term_frequency)
    assert not hasattr(fr.tf_idf, "term_frequency")


# --- as other modules are ---------------------------------------------------------------------


def test_functions_and_the_library_itself_go_to_other_processes(tmp_path):
    def ask():
        return fr.trend.__module__

    for name, dumped in {
        "functions": pickle.dumps([fr.count, fr.agreement, fr.plot_trend, fr.topics.effects]),
        "library": pickle.dumps([fr, fr.topics]),
        "closure": pickle.dumps(wrap_non_picklable_objects(ask)),
    }.items():
        (tmp_path / name).write_bytes(dumped)
    code = """
import pickle, sys
from pathlib import Path
functions, library, closure = (
    pickle.loads((Path(sys.argv[1]) / name).read_bytes())
    for name in ("functions", "library", "closure")
)
import framing
print(functions[:3] == [framing.count, framing.agreement, framing.plot_trend])
print(library == [framing, framing.topics], closure())
"""
    assert run(code, str(tmp_path)) == "True\nTrue framing.trend"
    assert b"framing.count" in pickle.dumps(fr.count)


def test_a_reload_forgets_what_was_imported():
    code = """
import importlib, sys
import framing
old, version = framing.count, framing.__version__
importlib.reload(sys.modules["framing.count"])
assert framing.count is old
assert importlib.reload(framing) is framing
assert framing.count is sys.modules["framing.count"].count is not old
assert framing.topics.__name__ == "framing.topics"
assert (framing.__version__, type(framing).__name__) == (version, "Facade")
"""
    run(code)


def test_names_can_be_patched_and_come_back(monkeypatch):
    held = fr.emphasis
    for name in ("framing.emphasis", "framing.plot.plot_emphasis", "framing.tf_idf"):
        with mock.patch(name) as patched:
            assert getattr(FACADES[name.rpartition(".")[0]], name.rpartition(".")[2]) is patched
    assert fr.emphasis is held
    with monkeypatch.context() as patch:
        patch.setattr("framing.emphasis", None)
        assert fr.emphasis is None
        patch.setattr(fr, "count", types.ModuleType("count"))
        assert fr.count.__name__ == "count"
    assert fr.emphasis is held
    assert fr.count is sys.modules["framing.count"].count
    code = """
from unittest import mock
import framing, importlib
with mock.patch.object(framing, "trend", 1):
    importlib.import_module("framing.trend")
    assert framing.trend == 1
assert callable(framing.trend)
"""
    run(code)


# --- threads ----------------------------------------------------------------------------------


def test_threads_may_ask_at_the_same_time():
    code = """
import random, sys, threading
import framing
sys.setswitchinterval(1e-5)
start, wrong = threading.Barrier(8), []
def ask(seed):
    names = random.Random(seed).sample(framing.__all__, len(framing.__all__))
    start.wait()
    try:
        wrong.extend(name for name in names if callable(getattr(framing, name)) == (name in {odd}))
    except BaseException as error:
        wrong.append(error)
threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(wrong)
""".replace("{odd}", repr(("COLUMNS", *MODULES)))
    assert run(code) == "[]"


def test_threads_take_turns(tmp_path, monkeypatch):
    """A package imports a module that needs the package, as scikit-learn does, in two threads."""
    package = tmp_path / "invented"
    (package / "whole").mkdir(parents=True)
    wait = "import time\ntime.sleep(0.3)\n"
    homes = "from invented.whole import one as one\nfrom invented.other import two as two\n"
    for name, text in {
        "__init__.py": "from framing.facade import open_facade\n__all__ = open_facade(__name__)\n",
        "__init__.pyi": homes,
        "whole/__init__.py": f"half = 0.5\n{wait}from invented.whole.part import one\n",
        "whole/part.py": "from invented.whole import half\none = 2 * half\n",
        "other.py": "from invented.whole.part import one\ntwo = 2 * one\n",
    }.items():
        (package / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    invented = importlib.import_module("invented")
    found = {}

    def ask(name):
        found[name] = getattr(invented, name)

    threads = [threading.Thread(target=ask, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
        time.sleep(0.1)
    for thread in threads:
        thread.join(30)
    assert found == {"one": 1, "two": 2}
    assert type(invented) is Facade


def asked_at_import(tree):
    """What a module imports while it is itself imported."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module, one.name) for one in node.names)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from asked_at_import(node)


def test_no_module_asks_a_facade_while_it_is_imported():
    for path in ROOT.rglob("*.py"):
        for module, name in asked_at_import(ast.parse(path.read_text("utf-8"))):
            assert module not in FACADES or name not in FACADES[module]._homes, path


# --- what is loaded ---------------------------------------------------------------------------

SLOW = (
    "IPython", "anywidget", "formulaic", "ipywidgets", "jinja2", "llvmlite", "matplotlib.pyplot",
    "mpltern", "nltk", "numba", "openpyxl", "scipy.optimize", "scipy.stats", "seaborn", "sklearn",
)  # fmt: skip
COMPILED = {"llvmlite", "numba"}
STEPS = (
    'import framing as fr; corpus = fr.load("openings")',
    "frames = fr.code(corpus)",
    'table = fr.emphasis(frames, by="region")',
    'fr.contrast(frames, by="region", replicates=100)',
    "fr.plot_emphasis(table)",
)


def test_an_import_loads_nothing_but_python_itself():
    assert loaded("import framing") == set()
    assert loaded("import framing; dir(framing); framing.__version__") == set()


@pytest.mark.parametrize("n", range(1, len(STEPS) + 1))
def test_a_first_result_loads_what_it_needs(n):
    found = loaded("\n".join(STEPS[:n]))
    assert found & set(SLOW) == set()
    assert ("matplotlib" in found) == (n == len(STEPS))


def test_nothing_compiled_is_loaded_before_it_is_needed():
    plain = "from framing import *; topics.NMF; topics.effects"
    assert loaded(plain).isdisjoint(COMPILED)
    counted = "import framing as fr; fr.count(fr.load('articles'))"
    assert loaded(counted).isdisjoint(COMPILED)
    assert loaded("import framing as fr; fr.topics.StructuralTopicModel") >= COMPILED
