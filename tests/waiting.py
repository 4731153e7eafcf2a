"""Waits that end: each says what it waited for, and what was there instead."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from inspect import isawaitable
from typing import TypeVar

PATIENCE_S = 300.0
"""Longer than anything takes that a test waits for, on any machine at any load."""

T = TypeVar("T")


async def until(
    find: Callable[[], T | Awaitable[T]],
    what: str,
    seen: Callable[[], object] | None = None,
    patience_s: float = PATIENCE_S,
) -> T:
    """Ask, of what nobody tells of, until the answer is true; return it.

    `seen` draws what is there instead, for whoever reads the failure.
    """
    async with within(what, seen, patience_s):
        while not (found := await _now(find)):  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.01)
    return found


@asynccontextmanager
async def within(
    what: str, seen: Callable[[], object] | None = None, patience_s: float = PATIENCE_S
) -> AsyncIterator[None]:
    """Let what is awaited inside fail with words where it does not come."""
    limit = asyncio.timeout(patience_s)
    try:
        async with limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
    if limit.expired():  # also where the block has taken the cancellation for another's
        raise AssertionError(story(what, patience_s, seen))


def story(what: str, patience_s: float, seen: Callable[[], object] | None = None) -> str:
    """Say what did not come, and what was there instead."""
    instead = "" if seen is None else f"; instead: {seen()}"
    return f"waited {patience_s:g} s for: {what}{instead}"


async def turns(count: int = 20) -> None:
    """Let everything that is ready go as far as it can without a thread or the network."""
    for _ in range(count):
        await asyncio.sleep(0)


async def _now(find: Callable[[], T | Awaitable[T]]) -> T:
    found = find()
    return await found if isawaitable(found) else found
