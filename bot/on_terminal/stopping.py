"""Runs something until it ends or a signal stops it."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from signal import Signals
from typing import Any

INTERRUPT = (signal.SIGINT,)
TERMINATE: tuple[Signals, ...] = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
)


async def until_stopped(
    work: Coroutine[Any, Any, int],
    signals: Sequence[Signals],
    before: Callable[[Signals], None] = lambda _: None,
) -> int:
    """Return the exit code of `work`, or 128 + the number of the signal that cancelled it.

    `before` is called with the signal, before anything is cancelled.
    """
    task = asyncio.ensure_future(work)
    received: list[Signals] = []

    def stop(number: Signals) -> None:
        received.append(number)
        before(number)
        task.cancel()
        _forget(signals)  # a second signal finds the default action, and ends us at once

    with heard(signals, stop):
        try:
            return await task
        except asyncio.CancelledError:
            if not received:
                raise
            return 128 + received[0]


@contextmanager
def heard(signals: Sequence[Signals], act: Callable[[Signals], None]) -> Iterator[None]:
    """Call `act` in the event loop at each of the signals, where the platform can."""
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError, RuntimeError):  # Windows; not the main thread
        for number in signals:
            loop.add_signal_handler(number, act, number)
    try:
        yield
    finally:
        _forget(signals)


def _forget(signals: Sequence[Signals]) -> None:
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError, RuntimeError):
        for number in signals:
            loop.remove_signal_handler(number)
