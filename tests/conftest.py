"""No asynchronous test waits for ever: one that would fails at the line that it waits in."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from traceback import extract_tb

import pytest

LONGEST_TEST_S = 240
"""Less than pytest-timeout's, whose traceback ends in the event loop."""

Test = Callable[..., Awaitable[None]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Limit them all."""
    for item in items:
        if isinstance(item, pytest.Function) and asyncio.iscoroutinefunction(item.obj):
            item.obj = limited(item.obj)


def limited(test: Test, longest_s: float = LONGEST_TEST_S) -> Test:
    """Let a test end, with the place where it was."""

    @functools.wraps(test)
    async def run(*arguments: object, **named: object) -> None:
        limit, cancelled = asyncio.timeout(longest_s), None
        try:
            async with limit:
                await test(*arguments, **named)
        except TimeoutError as error:
            if not limit.expired():
                raise
            cancelled = error.__cause__
        if limit.expired():
            raise AssertionError(f"waited {longest_s:g} s {_place(cancelled)}")

    return run


def _place(cancelled: BaseException | None) -> str:
    frames = extract_tb(cancelled.__traceback__) if cancelled else []
    ours = [frame for frame in frames if "/tests/" in frame.filename]
    return f"in {ours[-1].filename}:{ours[-1].lineno} for: {ours[-1].line}" if ours else ""
