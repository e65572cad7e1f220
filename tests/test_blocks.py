"""Work in blocks: in order, the same on any number of cores, and stopped when asked."""

import os
import signal
import threading
import time

import pytest

from framing.inference.blocks import BLOCK, in_blocks, sizes


def use(monkeypatch, cores):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)), raising=False)


@pytest.mark.parametrize("cores", [1, 2, 7])
def test_results_come_in_order(monkeypatch, cores):
    use(monkeypatch, cores)

    def work(block):
        time.sleep(0.002 * (block % 3))
        return block

    assert list(in_blocks(work, 30)) == list(range(30))


def test_a_machine_may_not_tell_its_cores(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert list(in_blocks(str, 3)) == ["0", "1", "2"]


def test_one_block_needs_no_threads():
    assert list(in_blocks(lambda _: threading.current_thread(), 1)) == [threading.main_thread()]


def test_few_results_wait_at_a_time(monkeypatch):
    use(monkeypatch, 2)
    begun = []
    ahead = [len(begun) - taken for taken, _ in enumerate(in_blocks(begun.append, 40), start=1)]
    assert max(ahead) <= 5


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_in_a_block_stops_the_rest(monkeypatch, error):
    use(monkeypatch, 2)
    begun = []

    def work(block):
        begun.append(block)
        time.sleep(0.002)
        if block == 3:
            raise error("stop")

    with pytest.raises(error, match="stop"):
        list(in_blocks(work, 1000))
    assert len(begun) < 20


def test_an_interrupt_stops_the_rest(monkeypatch):
    use(monkeypatch, 2)
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    begun = []

    def work(block):
        begun.append(block)
        time.sleep(0.005)
        if block == 3:
            os.kill(os.getpid(), signal.SIGINT)

    try:
        with pytest.raises(KeyboardInterrupt):
            list(in_blocks(work, 1000))
    finally:
        signal.signal(signal.SIGINT, heard)
    assert len(begun) < 30


def test_work_stops_when_nobody_takes_the_results(monkeypatch):
    use(monkeypatch, 2)
    begun = []
    results = in_blocks(begun.append, 1000)
    next(results)
    results.close()
    assert len(begun) <= 6


def test_sizes_add_up():
    for n in (1, BLOCK - 1, BLOCK, BLOCK + 1, 1000):
        assert sum(sizes(n)) == n
        assert max(sizes(n)) <= BLOCK
