"""Threads that compute. One that hangs can be given up, and another takes its place.

`ThreadPoolExecutor` waits at the end of the process for whatever its threads do. Nobody can end a
thread that hangs in a library, so these are daemons: the process goes without it. Some write token
by token, for minutes: half of the cores stay with what answers at once, and none of its threads.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, ParamSpec, TypeVar

from models.machine import Machine

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
_Order = tuple[Future[Any], Callable[[], Any]]


class Workers(Executor):
    """So many threads, begun when there is work for them."""

    def __init__(self, count: int, name: str = "worker") -> None:
        self.count = count
        self._name = name
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads: set[threading.Thread] = set()
        self._doing: dict[Future[Any], threading.Thread] = {}
        self._is_shut = False

    def submit(
        self,
        call: Callable[Arguments, Result],
        /,
        *arguments: Arguments.args,
        **named: Arguments.kwargs,
    ) -> Future[Result]:
        """Have a call done.

        Raises:
            RuntimeError: they are shut down.
        """
        with self._lock:
            if self._is_shut:
                raise RuntimeError("these workers are shut down")
            future: Future[Result] = Future()
            self._orders.put((future, partial(call, *arguments, **named)))
            if len(self._threads) < self.count:
                self._begin_one()
        return future

    def give_up(self, future: Future[Any]) -> None:
        """Have another thread do the work of the one that hangs with this, if it still does.

        Should it ever be done with it, it ends.
        """
        with self._lock:
            thread = self._doing.pop(future, None)
            if thread is not None:
                self._threads.discard(thread)
                if self._is_shut:
                    return
                self._begin_one()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work; wait for those that were not given up."""
        with self._lock:
            self._is_shut = True
            threads = tuple(self._threads)
            if cancel_futures:
                self._cancel_orders()
            for _ in threads:
                self._orders.put(None)
        for thread in threads if wait else ():
            thread.join()

    def _begin_one(self) -> None:
        thread = threading.Thread(target=self._work, name=self._name, daemon=True)
        self._threads.add(thread)
        thread.start()

    def _cancel_orders(self) -> None:
        with suppress(Empty):
            while order := self._orders.get_nowait():
                order[0].cancel()

    def _work(self) -> None:
        me = threading.current_thread()
        while order := self._orders.get():
            future, call = order
            del order
            if not future.set_running_or_notify_cancel():
                continue
            with self._lock:
                self._doing[future] = me
            _carry_out(future, call)
            with self._lock:
                self._doing.pop(future, None)
                if me not in self._threads:
                    return
            del future, call  # nothing of it may stay in memory while there is no work


def _carry_out(future: Future[Any], call: Callable[[], Any]) -> None:
    try:
        result = call()
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)


WRITERS_DEADLINE_S = 600.0
"""How long to wait until a text is begun: who waits sees the line, and may leave it."""
_CORES_OF_TWO = 4
"""From so many cores on two texts are written at a time."""


def writers_on(cores: int) -> int:
    """Return how many texts are written at a time."""
    return 1 if cores < _CORES_OF_TWO else 2


def threads_of_a_writer() -> int:
    """Return how many threads torch may take for each of them on this machine."""
    cores = Machine().cores()
    return max(1, cores // (2 * writers_on(cores)))
