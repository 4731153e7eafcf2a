"""What answers somebody on Slack: a message, or a window."""

import asyncio

from tests.servers.slack_server import Message, UserAction, View


async def seen(asked: UserAction, seconds: float) -> Message | View:
    """Return what comes first.

    Raises:
        AssertionError: nothing came in time.
    """
    ways = (asked.answered(seconds), asked.opened(seconds))
    tasks = [asyncio.ensure_future(way) for way in ways]
    done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for other in others:
        other.cancel()
    found: Message | View = done.pop().result()
    return found
