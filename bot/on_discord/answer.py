"""The life of one answer: acknowledged in time, shown as it comes along, and brought to its end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import aiohttp
import discord

from bot.on_discord.render import Drawn, draw
from bot.on_discord.screen import Screen
from handlers.failures import crash
from handlers.services import Jobs
from handlers.texts import say
from handlers.types import Language, ProgressSink, Reply
from storage.errors import StorageError
from storage.records import JobMessage

ACKNOWLEDGE_AFTER_S = 0.6
"""Discord waits for 3 s, people for 1; the rest is for the way there and a busy loop."""
BETWEEN_EDITS_S = 1.0

Work = Callable[[ProgressSink], Awaitable[Reply]]

log = logging.getLogger(__name__)


class Answer:
    """Does some work and shows what it says on a screen."""

    def __init__(
        self, screen: Screen, language: Language, jobs: Jobs, *, is_shareable: bool = False
    ) -> None:
        self._screen = screen
        self._language = language
        self._jobs = jobs
        self._is_shareable = is_shareable
        self._latest: Reply | None = None
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()
        self._known: JobMessage | None = None

    async def give(self, work: Work, acknowledge_after_s: float = ACKNOWLEDGE_AFTER_S) -> None:
        """Work, and show the end. Cancelled, it says that Tokki was stopped."""
        working = asyncio.ensure_future(work(self._progress))
        painting: asyncio.Task[None] | None = None
        try:
            await asyncio.wait({working}, timeout=acknowledge_after_s)
            if not working.done():
                await self._safely(self._screen.acknowledge())
                painting = asyncio.create_task(self._paint())
            reply = await working
        except asyncio.CancelledError:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            reply = Reply(text=say(self._language, "door.stopped"))
        self._ended.set()
        if painting:
            await painting  # an edit under way must not come after the last one
        await self._show(reply)

    async def _progress(self, reply: Reply) -> None:
        """Take note: what is slow to show does not hold up who works."""
        self._latest = reply
        self._changed.set()

    async def _paint(self) -> None:
        while not self._ended.is_set():
            await _first(self._changed, self._ended)
            if self._latest and not self._ended.is_set():
                self._changed.clear()
                await self._show(self._latest)
                await _first(self._ended, timeout_s=BETWEEN_EDITS_S)

    async def _show(self, reply: Reply) -> None:
        await self._safely(
            self._screen.show(self._drawn(reply), is_refusal=reply.error is not None)
        )
        if reply.job is not None:
            await self._remember(reply.job)

    async def _remember(self, job_id: int) -> None:
        """Keep where a job is told of, so that its end can be told there after a restart."""
        message = self._screen.message
        if message is None or message == self._known:
            return
        try:
            await self._jobs.show_in(job_id, message)
            self._known = message
        except StorageError:
            log.warning("where job %s is told of could not be stored", job_id, exc_info=True)

    def _drawn(self, reply: Reply) -> Drawn:
        try:
            is_shareable = self._is_shareable and reply.error is None
            return draw(reply, self._language, is_shareable=is_shareable)
        except Exception as error:  # an answer that cannot be drawn is still told of
            return draw(crash(error, "drawing an answer", self._language), self._language)

    async def _safely(self, showing: Awaitable[None]) -> None:
        try:
            await showing
        except (discord.DiscordException, aiohttp.ClientError, OSError):
            log.exception("an answer could not be shown")


async def _first(*events: asyncio.Event, timeout_s: float | None = None) -> None:
    """Wait for the first of some events."""
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()
