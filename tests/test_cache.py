"""Results kept from run to run: nothing damaged, nothing half written, never in the way."""

import errno
import os
import signal
import subprocess
import sys
import time
import warnings
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from _kept import corpus_of, files
from filelock import FileLock

import framing as fr
from framing.cache import VARIABLE, Cache, folder, user_folder
from framing.cache import rules as ruling
from framing.cache.packing import pack
from framing.errors import CacheWarning, InputError, InputWarning

FRAME = pd.DataFrame({"document": ["a", "b"], "n": [1, 2]})


@pytest.fixture
def place(tmp_path):
    return tmp_path / "place"


def cache(place, **options):
    return Cache(place, **{"least": 0.0} | options)


class Work:
    """Work that counts how often it is done."""

    def __init__(self, result=(1, "two", 0.3)):
        self.result, self.times = result, 0

    def __call__(self):
        self.times += 1
        return self.result


# --- found and kept ---------------------------------------------------------------------------


def test_work_is_done_once(place):
    work = Work()
    for _ in range(3):
        assert cache(place).found(["work", 1], work) == work.result
    assert work.times == 1
    assert cache(place).found(["work", 2], work) == work.result
    assert work.times == 2
    assert len(files(place)) == 2


def test_off_neither_reads_nor_writes(place, monkeypatch):
    work = Work()
    cache(place).found(["work"], work)
    before = files(place)
    monkeypatch.setenv(VARIABLE, str(place))
    for off in (Cache(), Cache.of_user(False)):
        assert off.found(["work"], work) == work.result
        assert not off.on
    monkeypatch.setenv(VARIABLE, "off")
    assert Cache.of_user().found(["work"], work) == work.result
    assert work.times == 4
    assert files(place) == before


def test_what_is_soon_done_is_not_kept_unless_more_hangs_on_it(place):
    Cache(place, least=10).found(["work"], Work())
    assert files(place) == []
    Cache(place, least=10).found(["work"], Work(), always=True)
    assert len(files(place)) == 1


def test_what_cannot_be_kept_is_computed(place):
    for result in (object(), {1, 2}, Path("a")):
        work = Work(result)
        for _ in range(2):
            assert cache(place).found(["work"], work) is result
    for key in (object(), [Path("a")], pd.DataFrame({"a": [object()]})):
        assert cache(place).found(key, Work()) == Work().result
    assert files(place) == []
    big = Work(os.urandom(5000))
    assert cache(place, largest=10_000).found(["work"], big) == big.result
    assert files(place) == []


def test_an_error_is_raised_and_nothing_kept(place):
    def work():
        warnings.warn("two left out", InputWarning, stacklevel=2)
        raise InputError("no sides")

    for _ in range(2):
        with (
            pytest.warns(InputWarning, match="two left out"),
            pytest.raises(InputError, match="no sides"),
        ):
            cache(place).found(["work"], work)
    assert files(place) == []


def test_warnings_are_given_again(place):
    def work():
        for n in (1, 2, 1):
            warnings.warn(f"{n} left out", InputWarning, stacklevel=2)
        return 3

    for _ in range(2):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            assert cache(place).found(["work"], work) == 3
        assert [str(one.message) for one in caught] == ["1 left out", "2 left out", "1 left out"]
        assert {one.category for one in caught} == {InputWarning}
        assert len(files(place)) == 1


def test_what_warned_of_anything_else_is_not_kept(place):
    def work():
        warnings.warn("divided by nought", RuntimeWarning, stacklevel=2)
        return 3

    with pytest.warns(RuntimeWarning, match="divided by nought"):
        cache(place).found(["work"], work)
    assert files(place) == []


def test_a_function_is_kept_by_its_arguments(place):
    frames = fr.code(corpus_of(), "critical-technology")
    kept = cache(place).kept
    first = kept(fr.emphasis, frames, "region", level=0.9)
    pd.testing.assert_frame_equal(
        first, cache(place).kept(fr.emphasis, frames, "region", level=0.9)
    )
    assert len(files(place)) == 1
    kept(fr.emphasis, frames, "region", level=0.95)
    kept(fr.emphasis, frames, "outlet", level=0.9)
    kept(partial(fr.emphasis, by="region"), frames, level=0.9)
    kept(fr.emphasis, frames.where(np.arange(len(frames)) > 0), "region", level=0.9)
    assert len(files(place)) == 5


# --- the library, its packages, the machine ---------------------------------------------------


def test_other_rules_never_meet(place, monkeypatch):
    work = Work()
    cache(place).found(["work"], work)
    for n, (name, value) in enumerate(
        {"NUMBA_CPU_NAME": "generic", "OPENBLAS_CORETYPE": "Haswell"}.items(), start=2
    ):
        monkeypatch.setenv(name, value)
        ruling._surroundings.cache_clear()
        ruling._digest.cache_clear()
        cache(place).found(["work"], work)
        assert work.times == n
    monkeypatch.undo()
    ruling._surroundings.cache_clear()
    ruling._digest.cache_clear()
    cache(place).found(["work"], work)
    assert work.times == 3


def test_changed_source_never_meets_old_results(tmp_path, monkeypatch):
    source = tmp_path / "source.py"
    source.write_text("a = 1\n")
    monkeypatch.setattr(ruling, "_files", lambda: [str(source)])
    monkeypatch.setattr(ruling, "BEGAN", time.time_ns() + 10**12)
    first = ruling.rules()
    assert first == ruling.rules()
    source.write_text("a = 2\n")
    assert ruling.rules() not in (first, None)
    source.unlink()
    assert ruling.rules() is None


def test_source_newer_than_the_process_keeps_nothing(place, tmp_path, monkeypatch):
    source = tmp_path / "source.py"
    source.write_text("a = 1\n")
    monkeypatch.setattr(ruling, "_files", lambda: [str(source)])
    work = Work()
    assert cache(place).found(["work"], work) == work.result
    assert files(place) == []
    monkeypatch.setattr(ruling, "BEGAN", source.stat().st_mtime_ns + 10**6)

    def edited():
        source.write_text("a = 2\n")
        os.utime(source, ns=(0, ruling.BEGAN + 10**9))
        return 1

    assert cache(place).found(["edited"], edited) == 1
    assert files(place) == []


def test_without_source_nothing_is_kept(place, monkeypatch):
    monkeypatch.setattr(Path, "rglob", lambda *_: [])
    ruling._files.cache_clear()
    assert ruling.rules() is None
    assert cache(place).found(["work"], Work()) == Work().result
    assert files(place) == []


def test_every_source_file_is_among_the_rules():
    named = {Path(path) for path in ruling._files()}
    assert set(Path(fr.__file__).parent.rglob("*.py")) <= named
    assert {path.name for path in named} >= {"us-eu-japan.toml", "critical-technology.toml"}
    said = "\n".join(ruling._surroundings())
    assert all(f"{name} " in said for name in ("framing", "numpy", "scipy", "pandas", "python"))


# --- damage -----------------------------------------------------------------------------------


def only(place):
    (path,) = place.iterdir()
    return path


def test_damage_anywhere_is_seen(place):
    work = Work(["chips", np.arange(20.0), FRAME])
    cache(place).found(["work"], work)
    path = only(place)
    whole = path.read_bytes()
    damaged = [whole[:n] for n in range(0, len(whole), 7)]
    damaged += [whole[:n] + bytes([whole[n] ^ 1]) + whole[n + 1 :] for n in range(0, len(whole), 5)]
    damaged += [whole + b"x", whole * 2, b"", b"PK\3\4" + bytes(50), os.urandom(len(whole))]
    for times, data in enumerate(damaged, start=2):
        path.write_bytes(data)
        found = cache(place).found(["work"], work)
        assert work.times == times
        assert found is work.result
        assert path.read_bytes() == whole


def test_what_is_sealed_but_is_no_result_is_dropped(place):
    work = Work()
    cache(place).found(["work"], work)
    key = only(place).name.partition(".")[0]
    for times, body in enumerate(
        [b"", b"nothing", pack(3), pack([1, 2, 3]), pack((1, None)), pack({"a": 1})], start=2
    ):
        folder.write(place, key, body)
        assert cache(place).found(["work"], work) == work.result
        assert work.times == times


def test_a_result_under_another_name_is_not_taken(place):
    cache(place).found(["one"], Work(1))
    one = only(place)
    cache(place).found(["two"], Work(2))
    (two,) = set(place.iterdir()) - {one}
    two.write_bytes(one.read_bytes())
    assert cache(place).found(["two"], Work(2)) == 2
    assert cache(place).found(["one"], Work(7)) == 1


@pytest.mark.skipif(os.name == "nt", reason="links and pipes differ on Windows")
@pytest.mark.parametrize("kind", ["link", "pipe", "large"])
def test_a_file_of_another_kind_is_replaced(place, tmp_path, kind):
    work = Work()
    cache(place).found(["work"], work)
    path = only(place)
    elsewhere = tmp_path / "elsewhere"
    path.replace(elsewhere)
    if kind == "link":
        path.symlink_to(elsewhere)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        with path.open("wb") as file:
            file.truncate(10_001)
    assert cache(place, largest=10_000).found(["work"], work) == work.result
    assert work.times == 2
    assert path.is_file()
    assert not path.is_symlink()
    assert elsewhere.exists()


def test_a_folder_in_the_place_of_a_result_is_left_alone(place):
    work = Work()
    cache(place).found(["work"], work)
    path = only(place)
    path.unlink()
    (path / "mine").mkdir(parents=True)
    with pytest.warns(CacheWarning, match="cannot be read in"):
        assert cache(place).found(["work"], work) == work.result
    assert (path / "mine").is_dir()


# --- a folder that will not do ----------------------------------------------------------------


def test_a_file_in_the_place_of_the_folder(place):
    place.write_text("mine")
    work = Work()
    held = cache(place)
    with pytest.warns(CacheWarning, match="Set FRAMING_CACHE to a folder") as told:
        found = [held.found(["work", n], work) for n in range(3)]
    assert found == [work.result] * 3
    assert len(told) == 1
    assert place.read_text() == "mine"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize("mode", [0o500, 0o300, 0o000])
def test_a_folder_without_permissions(place, mode):
    work = Work()
    cache(place).found(["work"], work)
    place.chmod(mode)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CacheWarning)
            assert cache(place).found(["work"], work) == work.result
            assert cache(place).found(["more"], work) == work.result
    finally:
        place.chmod(0o700)


@pytest.mark.parametrize("error", [errno.EACCES, errno.EIO, errno.ESTALE])
@pytest.mark.parametrize("function", ["lstat", "read_bytes"])
def test_a_result_that_cannot_be_read_is_computed(place, monkeypatch, error, function):
    work = Work()
    cache(place).found(["work"], work)

    def fail(*_):
        raise OSError(error, os.strerror(error))

    with monkeypatch.context() as patch:
        patch.setattr(Path, function, fail)
        with pytest.warns(CacheWarning, match="cannot be read in"):
            cache(place).found(["work"], work)
    assert work.times == 2
    assert cache(place).found(["work"], work) == work.result
    assert work.times == 2


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("step", ["write_bytes", "replace", "mkdir"])
def test_what_cannot_be_written_is_not_kept(place, monkeypatch, error, step):
    work = Work(os.urandom(1000))

    def fail(path, data=b"", *_, **__):
        if step == "write_bytes":
            with path.open("wb") as file:
                file.write(data[:10])  # the disk is full after a few bytes
        raise OSError(error, os.strerror(error))

    with monkeypatch.context() as patch:
        patch.setattr(Path, step, fail)
        held = cache(place)
        with pytest.warns(CacheWarning, match="cannot be kept in") as told:
            found = [held.found(["work", n], work) for n in range(2)]
    assert found == [work.result] * 2
    assert len(told) == 1
    assert os.strerror(error) in str(told[0].message)
    assert files(place) == []


@pytest.mark.skipif(sys.platform != "linux", reason="limits differ elsewhere")
def test_a_file_that_may_not_grow_is_not_kept(place):
    """As on a full disk: the system itself refuses to write."""
    code = f"""
import resource, signal, warnings
from pathlib import Path
from framing.cache import Cache
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
warnings.simplefilter("always")
import os
data = os.urandom(5000)
print(Cache(Path({str(place)!r}), least=0).found(["work"], lambda: data) == data)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout == "True\n"
    assert "CacheWarning: results of earlier runs cannot be kept" in done.stderr
    assert files(place) == []


def test_without_a_home_nothing_is_kept(monkeypatch):
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr(Path, "home", lambda: (_ for _ in ()).throw(RuntimeError("no home")))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    assert user_folder() is None


@pytest.mark.parametrize(
    ("system", "variables", "folder"),
    [
        ("linux", {}, ".cache/framing"),
        ("linux", {"XDG_CACHE_HOME": "/elsewhere"}, "/elsewhere/framing"),
        ("linux", {"XDG_CACHE_HOME": "not/absolute"}, ".cache/framing"),
        ("darwin", {}, "Library/Caches/framing"),
        ("win32", {}, "AppData/Local/framing"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/framing"),
        ("linux", {VARIABLE: "/mine"}, "/mine"),
        ("linux", {VARIABLE: " Off "}, None),
        ("linux", {VARIABLE: "~/kept"}, "kept"),
    ],
)
def test_where_results_are_kept(monkeypatch, tmp_path, system, variables, folder):
    for name in (VARIABLE, "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), **variables}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("framing.cache.place.sys.platform", system)
    assert user_folder() == (None if folder is None else tmp_path / folder)


@pytest.mark.skipif(os.name == "nt", reason="permissions differ on Windows")
def test_the_folder_is_for_the_user_alone(place):
    cache(place).found(["work"], Work())
    assert place.stat().st_mode & 0o077 == 0


# --- several at once, and interruptions -------------------------------------------------------

BUSY = """
import sys, hashlib
from pathlib import Path
from framing.cache import Cache
place, seed, largest = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
for n in range(300):
    number = (n * seed) % 17
    data = hashlib.sha256(bytes([number])).digest() * 500
    found = Cache(place, least=0, largest=largest).found(["work", number], lambda: data)
    assert found == data, number
"""


@pytest.mark.parametrize("largest", [10**9, 20_000])
def test_processes_share_a_folder(place, largest):
    """They write, read and (where it is small) delete the same files at the same time."""
    arguments = [sys.executable, "-W", "error", "-c", BUSY, str(place)]
    running = [
        subprocess.Popen([*arguments, seed, str(largest)], stderr=subprocess.PIPE)
        for seed in ("1", "3", "5")
    ]
    for process in running:
        _, said = process.communicate(timeout=300)
        assert (process.returncode, said) == (0, b"")
    assert all(folder._RESULT.fullmatch(name) for name in files(place))
    assert sum(path.stat().st_size for path in place.iterdir()) <= largest


KILLED = """
import os, signal, sys
from pathlib import Path
from framing.cache import Cache
if sys.argv[2] == "before":
    Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
else:
    def half(path, data):
        with path.open("wb") as file:
            file.write(data[:20])
            file.flush()
            os.kill(os.getpid(), signal.SIGKILL)
    Path.write_bytes = half
Cache(Path(sys.argv[1]), least=0).found(["work"], lambda: "chips")
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("when", ["before", "while"])
def test_a_killed_process_leaves_no_result(place, when):
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(place), when], check=False, timeout=120
    )
    assert done.returncode == -signal.SIGKILL
    draft = only(place)
    assert folder._DRAFT.fullmatch(draft.name)
    work = Work("chips")
    for _ in range(2):
        assert cache(place).found(["work"], work) == "chips"
    assert work.times == 1
    assert draft.exists()  # somebody may be writing it
    os.utime(draft, (0, 0))
    cache(place).found(["more"], work)
    assert not draft.exists()


def test_ctrl_c_keeps_nothing_of_what_was_not_done(place, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache(place).found(["work"], stop)
    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        cache(place).found(["work"], Work())
    assert files(place) == []


def test_nobody_is_waited_for(place):
    """Whatever is locked by somebody else, and for however long."""
    work = Work()
    cache(place).found(["work"], work)
    locks = [FileLock(path) for path in (only(place), place / ".lock", place / "cache.lock")]
    data = only(place).read_bytes()
    for lock in locks:
        lock.acquire()
    only_result = next(path for path in place.iterdir() if path.suffix == ".kept")
    only_result.write_bytes(data)
    began = time.perf_counter()
    assert cache(place).found(["work"], work) == work.result
    assert cache(place, largest=1000).found(["more"], work) == work.result
    assert time.perf_counter() - began < 5
    for lock in locks:
        lock.release()


def test_a_result_that_somebody_holds_open_stays(place, monkeypatch):
    """On Windows a file in use can be neither replaced nor deleted."""

    def fail(*_):
        raise PermissionError(errno.EACCES, "in use")

    work = Work("x" * 500)
    cache(place).found(["work"], work)
    monkeypatch.setattr(os, "unlink", fail)
    held = files(place)
    folder.prune(place, 1)
    assert files(place) == held


# --- room -------------------------------------------------------------------------------------


def test_what_was_used_last_stays(place):
    sizes = {}
    for n in range(6):
        before = set(files(place))
        cache(place).found(["work", n], Work(os.urandom(1000)))
        (name,) = set(files(place)) - before
        sizes[n] = place / name
        os.utime(sizes[n], (n, n))
    cache(place).found(["work", 0], Work("not asked"))  # used again, so that it is the latest
    one = sizes[0].stat().st_size
    folder.prune(place, 6 * one)
    assert len(files(place)) == 6
    folder.prune(place, 5 * one)
    assert [n for n in range(6) if sizes[n].exists()] == [0, 3, 4, 5]
    folder.prune(place, 0)
    assert files(place) == []


def test_room_is_made_when_something_is_kept(place):
    for n in range(30):
        cache(place, largest=20_000).found(["work", n], Work(os.urandom(1000)))
        assert sum(path.stat().st_size for path in place.iterdir()) <= 20_000
    assert len(files(place)) >= 15


def test_files_of_others_are_left_alone(place):
    place.mkdir()
    mine = ["thesis.txt", "a" * 64, f"{'a' * 63}.kept", f"{'g' * 64}.kept", ".hidden.kept.ab"]
    for name in mine:
        (place / name).write_bytes(bytes(5000))
        os.utime(place / name, (0, 0))
    cache(place, largest=1000).found(["work"], Work())
    folder.prune(place, 0)
    assert files(place) == sorted(mine)
