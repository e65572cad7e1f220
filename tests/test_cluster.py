"""The same numbers on a cluster as on this machine, also where workers are lost on the way."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import warnings
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

import framing as fr
from framing.cells import Cells
from framing.coders import FrameClassifier, cross_code
from framing.errors import InputError, InputWarning
from framing.features import Features
from framing.inference import band_factor, bootstrap, check_client, cluster
from framing.inference.blocks import in_blocks, in_turn
from framing.inference.parcels import Parcel
from framing.settings import Settings
from framing.topics import (
    StructuralTopicModel,
    covariate_test,
    effects,
    search_topics,
    stability,
    structural,
)

pytest.importorskip("distributed", reason="framing[cluster] is not installed")

import dask
from distributed import Client, LocalCluster

REPLICATES = 200  # four blocks
pytestmark = pytest.mark.filterwarnings("ignore::framing.errors.InputWarning")


@pytest.fixture(scope="module")
def client():
    """Two workers, which are started again where they are lost; a task may lose two."""
    patient = {"distributed.deploy.lost-worker-timeout": "1h"}  # else twice lost is given up
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 2, **patient}),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as here,
        Client(here) as client,
    ):
        yield client


@pytest.fixture
def whole(client):
    """The same, once both workers are there."""
    client.wait_for_workers(2, timeout=30)
    return client


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(cluster, "_LOOK", 0.3)
    monkeypatch.setattr(cluster, "_FETCH", 1.0)
    monkeypatch.setattr(cluster, "PATIENCE", 1.0)


def left(client):
    """How many tasks the scheduler knows, once it had time to drop them."""
    for _ in range(50):
        if not (n := client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks))):
            return 0
        time.sleep(0.1)
    return n


def kill(*pids):
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


# --- corpora -------------------------------------------------------------------------------------


def corpus(n=120, terms=30, seed=0):
    rng = np.random.default_rng(seed)
    document = np.arange(n) // 2
    rows = pd.DataFrame({"document": document, "kind": document // 3 % 2, "outlet": document % 17})
    rows["region"] = np.array(["US", "EU", "Japan"])[document % 3]
    rows["date"] = [pd.Timestamp(2001 + d % 4, 1 + d % 12, 1 + d % 28) for d in document]
    counts = rng.poisson(rng.gamma(0.5, 2, size=terms) * rng.gamma(1, 1, size=(n, 1)))
    return Features(counts, [f"w{i}" for i in range(terms)], rows, kind="term")


def frames(n=120, seed=1):
    rng, rows = np.random.default_rng(seed), corpus(n).segments
    codes = rng.random((n, 3)) < [0.5, 0.3, 0.1]
    return Features(codes.astype(int), ["rules", "trade", "values"], rows, kind="frame")


def series(years=14, documents=4):
    rng = np.random.default_rng(2)
    year = np.repeat(2000 + np.arange(years), documents)
    rows = pd.DataFrame({"document": np.arange(len(year)), "year": year})
    used = rng.random((len(year), 3)) < np.where(year < 2007, 0.2, 0.7)[:, None]
    return Features(used.astype(int), ["a", "b", "c"], rows, kind="frame")


def codes():
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"segment": [f"s{i}" for i in range(60)] * 2, "coder": [*"xy"] * 60})
    rows["coder"] = ["x"] * 60 + ["y"] * 60
    rows["document"] = [i // 3 for i in range(60)] * 2
    parts = [rows.assign(frame=name, code=rng.integers(0, 2, 120)) for name in ("one", "two")]
    return pd.concat(parts)


def words(n=120, seed=0):
    mixes = np.array([[8, 6, 1, 1, 2, 3], [1, 1, 6, 8, 3, 2], [2, 2, 2, 2, 7, 7]])
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame({"document": range(n), "region": ["US", "EU"] * (n // 2)})
    counts = rng.poisson(mixes[rng.integers(0, 3, n)])
    return Features(counts, [f"w{i}" for i in range(6)], rows, kind="term")


def fitted(**settings):
    return StructuralTopicModel(3, "~ region", max_iter=15, **settings).fit(words())


# --- the same numbers ----------------------------------------------------------------------------


def ask(given, within, weights):
    settings = {"levels": ["US", "EU"], "replicates": 100}
    return fr.contrast(given, "region", within=within, weights=weights, **settings)


WAYS = {"within": [None, "kind"], "weights": ["document", "segment"]}
FEW = {"replicates": REPLICATES}
MEASURES = {
    "keyness": lambda c: fr.keyness(corpus(), "region", **FEW, client=c),
    "keyness, pairs": lambda c: fr.keyness(corpus(), "region", against="pairs", **FEW, client=c),
    "contrast within": lambda c: fr.contrast(frames(), "region", within="kind", **FEW, client=c),
    "contrast, exact": lambda c: fr.contrast(
        frames(16), "region", levels=["US", "EU"], **FEW, client=c
    ),
    "wild bootstrap": lambda c: fr.contrast(frames(), "region", cluster="outlet", **FEW, client=c),
    "trend": lambda c: fr.trend(frames(), by="region", **FEW, client=c),
    "bands": lambda c: fr.change(frames(), **FEW, client=c),
    "divergence": lambda c: fr.divergence(frames(), "region", **FEW, client=c),
    "shift": lambda c: fr.shift(frames(), **FEW, client=c),
    "agreement": lambda c: fr.agreement(codes(), **FEW, client=c),
    "change points": lambda c: fr.change_points(series(), **FEW, client=c),
    "resonance": lambda c: fr.resonance(corpus(), 5, client=c),
    "power": lambda c: fr.simulate.power(
        (0.2, 0.6), [8, 12], corpora=3, replicates=100, client=c
    ),
    "multiverse": lambda c: fr.multiverse(
        ask, WAYS, frames(), row={"frame": "rules"}, client=c
    ),
    "multiverse test": lambda c: fr.multiverse_test(
        ask, WAYS, frames(), "region", levels=["US", "EU"], row={"frame": "rules"},
        replicates=3, client=c,
    ),
    "stability": lambda c: stability(fitted(), runs=3, effect="region[T.US]", client=c),
    "stability, documents": lambda c: stability(fitted(), over="documents", runs=3, client=c),
    "search": lambda c: search_topics(words(), (2, 3), m=3, client=c),
    "covariate": lambda c: covariate_test(fitted(), "region", replicates=3, client=c),
    "covariate, blind": lambda c: covariate_test(
        fitted(), "region", refit=False, replicates=9, client=c
    ),
    "effects": lambda c: effects(
        fitted(), "~ region", draws=3, test="wild bootstrap", **FEW, client=c
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MEASURES)
def test_measures_are_the_same_on_a_cluster(client, name, monkeypatch):
    monkeypatch.setattr(import_module("framing.resonance"), "_BLOCK", 1000)
    here = MEASURES[name](None)
    pd.testing.assert_frame_equal(MEASURES[name](client), here, check_exact=True)


def test_draws_are_the_same_byte_by_byte(client):
    cells = Cells.of(corpus(), "region", Settings())
    settings = {"replicates": REPLICATES, "seed": 5}

    def draws(client):
        drawn = bootstrap(
            cells.sums, lambda shares: shares[:, :2].copy(), client=client, **settings
        )
        return np.concatenate(list(drawn)).tobytes()

    assert draws(client) == draws(None)
    several = np.array([[1.0, -1.0, 0.0], [0.0, 1.0, -1.0]])
    bands = [
        band_factor(cells.sums, [0, 1, 2], several, level=0.95, client=one, **settings)
        for one in (client, None)
    ]
    assert bands[0].tobytes() == bands[1].tobytes()


def test_folds_are_the_same(client):
    source = corpus(60)
    hand = Features(np.arange(40)[:, None] % 2, ["rules"], source.segments[:40], kind="frame")
    given = source, hand, FrameClassifier()
    found = [cross_code(*given, folds=4, client=one).matrix.toarray() for one in (client, None)]
    assert found[0].tobytes() == found[1].tobytes()


SETTINGS = [{}, {"content": "~ region"}, {"prevalence_prior": "l1"}, {"init": "random"}]
FITTED = ("beta_", "theta_", "eta_", "mu_", "gamma_", "sigma_", "bound_")


@pytest.mark.parametrize("settings", SETTINGS)
def test_a_topic_model_is_the_same_byte_by_byte(client, settings):
    model = StructuralTopicModel(3, "~ region", max_iter=8, **settings)
    here, there = clone(model).fit(words()), clone(model).fit(words(), client=client)
    for name in FITTED:
        assert getattr(there, name).tobytes() == getattr(here, name).tobytes(), name
    other = words(90, seed=1)
    shares = [there.transform(other, client=one).tobytes() for one in (client, None)]
    assert shares[0] == shares[1]
    for prior in ("fitted", "average"):
        laid = [there.on(other, prior=prior, client=one).theta_ for one in (client, None)]
        assert laid[0].tobytes() == laid[1].tobytes()
    assert left(client) == 0


def test_documents_are_sent_once_and_then_parameters_alone(client, monkeypatch):
    sent = []

    class Weighed(Parcel):
        def __init__(self, value, what):
            super().__init__(value, what)
            sent.append(self.__sizeof__())

    monkeypatch.setattr(cluster, "Parcel", Weighed)
    given, many = words(2000), 5
    StructuralTopicModel(3, "~ region", max_iter=many).fit(given, client=client)
    documents, first, later = sent[:2], sent[2:5], sent[5:]
    assert sum(documents) > 2000 * 6 * 8  # counts
    assert sum(first) > 2000 * 2 * 8  # where to start
    assert len(later) == 3 * (many - 1)  # β, γ and Σ, and what step it is, for two workers
    assert max(later) < 2000


def test_a_model_keeps_no_client(client, tmp_path):
    model = StructuralTopicModel(3, "~ region", max_iter=3).fit(words(), client=client)
    assert "client" not in model.get_params()
    model.save(tmp_path / "model.zip")
    again = StructuralTopicModel.load(tmp_path / "model.zip")
    assert again.theta_.tobytes() == model.theta_.tobytes()
    pickle.dumps(model)


# --- what a block sees and says ------------------------------------------------------------------


class Counted:
    """Leaves a mark wherever it is unpacked."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return _unpacked, (self.folder,)


def _unpacked(folder):
    (Path(folder) / f"{os.getpid()}-{time.monotonic_ns()}").touch()
    return Counted(folder)


def test_what_blocks_need_is_opened_once_a_worker(whole, tmp_path):
    held = Counted(str(tmp_path))
    unpacked = _unpacked

    def work(block):
        assert unpacked
        time.sleep(0.02)
        return os.getpid() if held else None

    pids = set(in_blocks(work, 30, client=whole))
    assert len(pids) == 2
    opened = [int(path.name.split("-")[0]) for path in tmp_path.iterdir()]
    assert set(opened) == pids
    assert len(opened) <= 4  # a worker that is idle for seconds may drop it, and be sent it again
    assert left(whole) == 0


def test_few_results_wait_at_a_time(whole, tmp_path):
    folder = str(tmp_path)

    def work(block):
        (Path(folder) / str(block)).touch()

    for taken, _ in enumerate(in_blocks(work, 40, client=whole), start=1):
        assert len(list(tmp_path.iterdir())) - taken <= 5


def test_a_block_has_one_core_and_work_in_turn_all_of_a_worker(client):
    def work(_):
        from threadpoolctl import threadpool_info

        from framing.inference.blocks import cores

        return cores(), {one["num_threads"] for one in threadpool_info()}

    for found in (
        list(in_blocks(work, 3, client=client)),
        list(in_turn(work, range(3), title="", unit="", client=client)),
    ):
        assert all(one == 1 and threads <= {1} for one, threads in found)


def test_an_error_in_a_block_arrives_as_itself(client):
    for error in (InputError("no such column"), KeyError("x"), TimeoutError("late")):

        def work(block, error=error):
            if block == 3:
                raise error
            return block

        with pytest.raises(type(error), match=str(error)):
            list(in_blocks(work, 20, client=client))
    assert left(client) == 0


def test_warnings_of_work_in_turn_are_passed_on(client):
    def work(one):
        warnings.warn(f"{one} is odd", InputWarning, stacklevel=1)
        return one

    with pytest.warns(InputWarning, match="3 is odd"):
        assert list(in_turn(work, [1, 3], title="", unit="", client=client)) == [1, 3]


def test_what_cannot_be_sent_is_told(client):
    lock = threading.Lock()
    with pytest.raises(InputError, match=r"cannot be sent to the workers.*lock"):
        list(in_blocks(lambda block: lock, 3, client=client))


def test_failed_specifications_are_findings_there_too(client):
    class Odd(Exception):
        def __init__(self, one, two):
            super().__init__(f"{one} {two}")

    def ask(kind):
        if kind == "b":
            raise Odd("not", "had")
        return pd.DataFrame({"estimate": [1.0]})

    found = [fr.multiverse(ask, {"kind": ["a", "b"]}, client=one) for one in (client, None)]
    pd.testing.assert_frame_equal(*found)
    assert found[0]["note"].tolist() == ["", "failed: Odd: not had"]


# --- lost workers --------------------------------------------------------------------------------


def test_a_worker_that_is_lost_changes_nothing(whole, tmp_path):
    mark, numbers = str(tmp_path / "killed"), np.random.default_rng(0).random(200_000)

    def work(block):
        time.sleep(0.02)
        if block == 5 and not os.path.exists(mark):
            Path(mark).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return np.random.default_rng(block).choice(numbers, 1000).sum()

    there = list(in_blocks(work, 20, client=whole))
    assert os.path.exists(mark)
    assert there == list(in_blocks(work, 20))


def test_all_workers_lost_at_once_change_nothing(whole, hasty, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 30.0)
    pids = list(whole.run(os.getpid).values())

    def work(block):
        time.sleep(0.05)
        return block

    found = []
    for result in in_blocks(work, 30, client=whole):
        found.append(result)
        if result == 4:
            kill(*pids)
    assert found == list(range(30))
    assert left(whole) == 0


@pytest.mark.parametrize("lost", [1, 2])
def test_a_fit_outlives_its_workers(whole, lost, hasty, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 30.0)
    model = StructuralTopicModel(3, "~ region", max_iter=12)
    here = clone(model).fit(words())
    pids, calls = list(whole.run(os.getpid).values()), []
    plain = structural.pooled_prevalence

    def regress(*given):
        calls.append(len(calls))
        if len(calls) == 5:
            kill(*pids[:lost])
        return plain(*given)

    monkeypatch.setattr(structural, "pooled_prevalence", regress)
    there = clone(model).fit(words(), client=whole)
    assert len(calls) == here.n_iter_
    assert left(whole) == 0
    for name in FITTED:
        assert getattr(there, name).tobytes() == getattr(here, name).tobytes(), name


def test_a_block_that_takes_every_worker_with_it_is_named(whole):
    def work(block):
        if block == 6:
            os.kill(os.getpid(), signal.SIGKILL)
        return block

    with pytest.raises(RuntimeError, match=r"block 7 of 20 \(counting\) was begun on 3 workers"):
        list(in_blocks(work, 20, title="counting", client=whole))
    assert left(whole) == 0
    assert list(in_blocks(lambda block: block, 20, client=whole)) == list(range(20))


@pytest.fixture
def bare(tmp_path):
    """A scheduler without workers, and its client."""
    file = str(tmp_path / "scheduler.json")
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--scheduler-file", file]
    settings = ["--port", "0", "--dashboard-address", ":0", "--no-show"]
    with subprocess.Popen([*command, *settings], stderr=subprocess.DEVNULL) as process:
        while not os.path.exists(file):
            time.sleep(0.05)
        with Client(scheduler_file=file) as client:
            yield process, client
        process.kill()


def test_without_workers_or_scheduler_it_is_given_up(bare, hasty, monkeypatch):
    process, client = bare
    with pytest.raises(RuntimeError, match=r"block 1 of 9 \(work\): the cluster has had no worker"):
        list(in_blocks(lambda block: block, 9, client=client))
    with pytest.raises(RuntimeError, match="has had no worker for 1 seconds"):
        StructuralTopicModel(3).fit(words(), client=client)
    monkeypatch.setattr(cluster, "PATIENCE", 30.0)
    threading.Timer(0.2, process.kill).start()
    with pytest.raises(RuntimeError, match=r"was cancelled|does not answer"):
        list(in_blocks(lambda block: block, 9, client=client))
    with pytest.raises(InputError, match=r"client is \w+; connect again"):
        list(in_blocks(lambda block: block, 9, client=client))


# --- stopped -------------------------------------------------------------------------------------


def test_an_interrupt_leaves_nothing_running(whole, tmp_path):
    folder = str(tmp_path)
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)

    def work(block):
        (Path(folder) / str(block)).touch()
        time.sleep(0.05)

    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            list(in_blocks(work, 1000, client=whole))
    finally:
        timer.join()
        signal.signal(signal.SIGINT, heard)
    assert left(whole) == 0
    time.sleep(0.5)  # blocks begun are done to the end
    begun = len(list(tmp_path.iterdir()))
    time.sleep(0.5)
    assert len(list(tmp_path.iterdir())) == begun < 60


def test_an_interrupted_fit_keeps_the_last_iteration(whole, monkeypatch):
    plain, calls = structural.pooled_prevalence, []

    def regress(*given):
        calls.append(len(calls))
        if len(calls) == 4:
            raise KeyboardInterrupt
        return plain(*given)

    monkeypatch.setattr(structural, "pooled_prevalence", regress)
    model = StructuralTopicModel(3, "~ region")
    with pytest.warns(InputWarning, match="stopped by hand after 3 iterations"):
        model.fit(words(), client=whole)
    assert model.n_iter_ == 3
    assert left(whole) == 0


def test_work_stops_when_nobody_takes_the_results(whole):
    results = in_blocks(lambda block: block, 1000, client=whole)
    assert next(results) == 0
    results.close()
    assert left(whole) == 0


# --- clients and parcels -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("tcp://10.0.0.1:8786", "must be a distributed.Client; got a str"),
        (Client, "must be a distributed.Client; got Client"),
        (SimpleNamespace(submit=1, cancel=1, nthreads=1), "got a SimpleNamespace"),
    ],
)
def test_only_clients_are_taken(given, message):
    for use in (
        lambda: check_client(given),
        lambda: fr.keyness(corpus(), "region", client=given),
        lambda: fr.simulate.power(client=given),
        lambda: fr.multiverse(ask, WAYS, frames(), client=given),
        lambda: StructuralTopicModel(3).fit(words(), client=given),
    ):
        with pytest.raises(InputError, match=message):
            use()


def test_an_asynchronous_client_is_refused():
    methods = dict.fromkeys(("submit", "cancel", "nthreads", "processing"))
    with pytest.raises(InputError, match="asynchronous"):
        check_client(SimpleNamespace(**methods, asynchronous=True))


def test_dask_is_loaded_only_for_a_client():
    code = (
        "import sys, framing, framing.inference.blocks;"
        "print([name for name in ('dask', 'distributed') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_arrays_arrive_as_they_left():
    whole = np.arange(120.0).reshape(4, 5, 6)
    for array in (
        whole,
        np.asfortranarray(whole[0]),
        whole.transpose(1, 0, 2),
        whole[:, [0, 2]],
        whole[:, :, ::-1],
        whole[:, 1:3],
        np.broadcast_to(whole[:, :1], (4, 5, 6)),
        whole[:0],
    ):
        sent = pickle.loads(pickle.dumps(Parcel(array))).open()
        np.testing.assert_array_equal(sent, array)
        order = [np.argsort([-abs(s) for s in a.strides], kind="stable") for a in (array, sent)]
        if array.size and min(map(abs, array.strides)) > 0:
            assert (order[0] == order[1]).all()
        assert sent.flags.writeable
    again = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(Parcel(whole)))))
    assert (again.open() == whole).all()
    opened = pickle.loads(pickle.dumps(Parcel(whole)))
    assert opened.open() is opened.open()
    assert (pickle.loads(pickle.dumps(opened)).open() == whole).all()


def test_workers_with_other_packages_are_refused():
    parcel = Parcel(1)
    parcel._versions = parcel._versions | {"numpy": "0.1"}
    with pytest.raises(RuntimeError, match="another numpy than this machine"):
        pickle.loads(pickle.dumps(parcel)).open()
