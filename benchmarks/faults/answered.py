"""What answers somebody on Slack: a message, or a window."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from tests.servers.slack_server import Message, UserAction, View

Seen = TypeVar("Seen")


async def seen(asked: UserAction, seconds: float) -> Message | View:
    """Return what comes first.

    Raises:
        AssertionError: nothing came in time.
    """
    return await first_of(asked.answered(seconds), asked.opened(seconds))


async def first_of(*ways: Awaitable[Seen]) -> Seen:
    """Return what comes first, on any of these ways.

    Raises:
        AssertionError: nothing came in time.
    """
    tasks = [asyncio.ensure_future(way) for way in ways]
    done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for other in others:
        other.cancel()
    return done.pop().result()
