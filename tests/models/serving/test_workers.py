"""Threads that compute: what they do, what they raise, and what hangs and holds up nobody."""

import threading
from concurrent.futures import CancelledError, wait

import pytest

from models.serving.workers import Workers
from tests.waiting import PATIENCE_S


class Panic(BaseException):
    """What a library in Rust raises."""


def fail() -> None:
    raise Panic("given up")


def test_each_call_has_its_result_or_what_it_raised():
    with Workers(3) as workers:
        results = [workers.submit(pow, number, 2) for number in range(100)]
        assert [each.result() for each in results] == [number**2 for number in range(100)]
        with pytest.raises(Panic):
            workers.submit(fail).result()
        assert workers.submit(max, 1, 2).result() == 2
    with pytest.raises(RuntimeError):
        workers.submit(fail)


def test_another_thread_does_the_work_of_one_that_hangs():
    workers, gate, begun = Workers(1), threading.Event(), threading.Event()

    def hang() -> bool:
        begun.set()
        return gate.wait(PATIENCE_S)

    stuck = workers.submit(hang)
    assert begun.wait(PATIENCE_S)
    later = workers.submit(threading.current_thread)
    assert not stuck.done()
    workers.give_up(stuck)
    assert later.result(PATIENCE_S).daemon
    workers.shutdown()  # waits for nobody who hangs
    gate.set()
    assert stuck.result(PATIENCE_S)


def test_who_is_done_is_not_given_up():
    with Workers(1) as workers:
        done = workers.submit(pow, 2, 3)
        assert done.result() == 8
        workers.give_up(done)
        assert workers.submit(pow, 2, 4).result() == 16


def test_what_waits_at_the_end_is_cancelled():
    workers, gate = Workers(1), threading.Event()
    first = workers.submit(gate.wait, PATIENCE_S)
    second = workers.submit(pow, 2, 3)
    workers.shutdown(wait=False, cancel_futures=True)
    gate.set()
    wait([first], PATIENCE_S)
    with pytest.raises(CancelledError):
        second.result(PATIENCE_S)
