"""What Binder installs is what the project installs, as far as can be told without Binder."""

import os
import re
import shutil
import stat
import subprocess
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
BINDER = ROOT / "binder"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def lines(path):
    """Lines of a list of requirements, without comments."""
    text = (re.sub(r"(^|\s)#.*", "", line).strip() for line in path.read_text("utf-8").splitlines())
    return [line for line in text if line]


def pins(path):
    """What pip would install: lists that refer to others are followed as pip does."""
    found = {}
    for line in lines(path):
        if line.startswith("-r "):
            found |= pins(path.parent / line.removeprefix("-r ").strip())
        else:
            one = Requirement(line)
            found.setdefault(re.sub(r"[-_.]+", "-", one.name).lower(), []).append(one)
    return found


def python():
    name = (BINDER / "runtime.txt").read_text("utf-8").strip()
    assert re.fullmatch(r"python-3\.\d+", name), "Binder reads python-3.N"
    return name.removeprefix("python-")


def test_it_names_no_version_of_its_own():
    assert lines(BINDER / "requirements.txt") == ["-r ../requirements/dev.txt"]
    assert pins(BINDER / "requirements.txt") == pins(ROOT / "requirements" / "dev.txt")


def test_everything_is_pinned_and_satisfies_what_the_package_asks_for():
    found = pins(BINDER / "requirements.txt")
    for name, requirements in found.items():
        for one in requirements:
            assert [spec.operator for spec in one.specifier] == ["=="], name
    asked = map(Requirement, PROJECT["dependencies"] + PROJECT["optional-dependencies"]["lab"])
    for one in asked:
        held = found[one.name]
        here = [h for h in held if not h.marker or h.marker.evaluate({"python_version": python()})]
        assert here, one.name
        for pinned in here:
            (spec,) = pinned.specifier
            assert spec.version in one.specifier, f"{one} is pinned to {spec.version}"


def test_its_python_is_one_that_the_package_supports():
    assert Version(python()) in SpecifierSet(PROJECT["requires-python"])
    assert f"Programming Language :: Python :: {python()}" in PROJECT["classifiers"]


def test_the_package_is_installed_as_the_makefile_does():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    quiet = re.search(r"^PIP = (.+)$", makefile, re.MULTILINE)[1]
    editable = re.search(r"^EDITABLE = \$\(PIP\) (.+)$", makefile, re.MULTILINE)[1]
    assert f"python {quiet} {editable}\n" in (BINDER / "postBuild").read_text("utf-8")


@pytest.mark.skipif(not shutil.which("bash") or os.name == "nt", reason="there is no bash")
def test_its_script_runs_and_stops_at_the_first_fault(tmp_path):
    script = BINDER / "postBuild"
    assert script.stat().st_mode & stat.S_IXUSR, "git must keep it executable"
    stub = tmp_path / "python"
    stub.write_text('#!/bin/sh\necho "$@" >> "$LOG"\nexit ${FAULT:-0}\n', encoding="utf-8")
    stub.chmod(0o755)
    log = tmp_path / "log"
    path = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "LOG": str(log)}
    ran = subprocess.run([script], env=path, cwd=ROOT, check=False)
    assert ran.returncode == 0
    first, second = log.read_text("utf-8").splitlines()
    assert first.endswith("install --no-deps --no-build-isolation --editable .")
    assert second.startswith("-c import framing")
    log.unlink()
    assert subprocess.run([script], env=path | {"FAULT": "3"}, check=False).returncode == 3
    assert len(log.read_text("utf-8").splitlines()) == 1


def test_no_other_file_would_take_its_place():
    """Binder reads only this folder, and what stands in it."""
    assert not (ROOT / ".binder").exists()
    assert sorted(path.name for path in BINDER.iterdir()) == [
        "postBuild",
        "requirements.txt",
        "runtime.txt",
    ]


def test_the_badge_opens_the_course_in_jupyterlab():
    text = (ROOT / "notebooks" / "README.md").read_text("utf-8")
    (opened,) = re.findall(r"/HEAD\?urlpath=([^)]+)\)", text)
    assert unquote(opened).startswith("lab/tree/notebooks/")
    assert (ROOT / unquote(opened).removeprefix("lab/tree/")).is_file()
