"""How a chat door opens: again and again until its platform can be reached, unless Tokki stops."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential_jitter

_LONGEST_WAIT_S = 60.0

T = TypeVar("T")


async def patiently(
    work: Callable[[], Awaitable[T]],
    may_pass: Callable[[BaseException], bool],
    tell: Callable[[int, BaseException | None], None],
) -> T:
    """Try until a platform can be reached: a machine may start before its network.

    Args:
        work: raises what stands in the way.
        may_pass: tells whether waiting helps; what does not pass is raised.
        tell: is given the seconds until the next try, and what stood in the way.
    """

    def waiting(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        tell(round(state.next_action.sleep if state.next_action else 0.0), error)

    async for attempt in AsyncRetrying(
        retry=retry_if_exception(may_pass),
        wait=wait_exponential_jitter(initial=1, max=_LONGEST_WAIT_S),
        before_sleep=waiting,
        reraise=True,
    ):
        with attempt:
            return await work()
    raise AssertionError("tries until it returns or raises")


async def unless(stopping: "asyncio.Task[Any]", work: Coroutine[Any, Any, T]) -> T | None:
    """Return what comes of some work, or None if Tokki is asked to stop before."""
    working = asyncio.create_task(work)
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return await working if working.done() else None
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
