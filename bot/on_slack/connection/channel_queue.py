"""One queue for each channel: Slack takes about a message a second there, and short bursts.

Were each answer to wait and try again by itself, all would come back at the same moment.
https://docs.slack.dev/apis/web-api/rate-limits
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.on_slack.connection.refusals import LIMITED, code_of

_BURST = 4.0
_EVERY_S = 1.05
_MOST = 10_000
_LONGEST_WAIT_S = 300.0
"""Slack asks for a minute at most; what asks for a day is not Slack."""

Send = Callable[[], Awaitable[AsyncSlackResponse]]


class ChannelQueue:
    """The queue of one channel, first come, first served."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._left, self._at = _BURST, time.monotonic()
        self._held_until = self._at

    @property
    def is_idle(self) -> bool:
        """Whether it may be forgotten: nothing waits, and nothing has been posted lately."""
        return not self._waiting and self._refilled() >= _BURST

    @property
    def wait_s(self) -> float:
        """How long one more message would have to wait."""
        held_s = max(0.0, self._held_until - time.monotonic())
        return held_s + max(0.0, (self._waiting + 1 - self._refilled()) * _EVERY_S)

    def post(self, send: Send) -> "asyncio.Task[AsyncSlackResponse]":
        """Stand in the queue, at once; Slack's wish to wait holds up all that stand behind.

        The task raises a SlackApiError if Slack does not take it, and waiting does not help.
        """
        self._waiting += 1
        posting = asyncio.ensure_future(self._in_turn(send))
        posting.add_done_callback(self._leave)
        return posting

    def _leave(self, _posting: "asyncio.Task[AsyncSlackResponse]") -> None:
        self._waiting -= 1

    async def _in_turn(self, send: Send) -> AsyncSlackResponse:
        async with self._turn:
            await self._due()
            return await patiently(send, self._hold)

    def _hold(self, seconds: float) -> None:
        self._held_until = time.monotonic() + seconds

    async def _due(self) -> None:
        left = self._refilled()
        if left < 1:
            await asyncio.sleep((1 - left) * _EVERY_S)
        self._left, self._at = max(self._refilled() - 1, 0.0), time.monotonic()

    def _refilled(self) -> float:
        return min(_BURST, self._left + (time.monotonic() - self._at) / _EVERY_S)


class ChannelQueues:
    """The queues of all channels; those of quiet ones are forgotten."""

    def __init__(self) -> None:
        self._boxes: dict[str, ChannelQueue] = {}

    def of(self, channel: str) -> ChannelQueue:
        """Return a channel's queue."""
        if channel not in self._boxes:
            if len(self._boxes) >= _MOST:
                busy = {name: box for name, box in self._boxes.items() if not box.is_idle}
                self._boxes = busy
            self._boxes[channel] = ChannelQueue()
        return self._boxes[channel]


async def patiently(
    send: Send, note: Callable[[float], None] = lambda _: None
) -> AsyncSlackResponse:
    """Send, and again after as long as Slack asks for; that is no failure.

    Args:
        send: sends it.
        note: is told the seconds before each wait.

    Raises:
        SlackApiError: Slack does not take it for another reason.
    """
    while True:
        try:
            return await send()
        except SlackApiError as error:
            if code_of(error) != LIMITED:
                raise
            wait_s = wait_of(getattr(error.response, "headers", None) or {})
            note(wait_s)
            await asyncio.sleep(wait_s)


def wait_of(headers: Mapping[str, object]) -> float:
    """Return the seconds that an answer's `Retry-After` asks for; a second where it is no number.

    slack_sdk gives the values of its own headers in lists.
    """
    asked = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    said = str(asked[0] if isinstance(asked, list) and asked else asked).strip()
    seconds = float(said) if said.isascii() and said.isdecimal() else 0.0
    return min(max(1.0, seconds), _LONGEST_WAIT_S)
