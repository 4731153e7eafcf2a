"""The life of one answer: acknowledged in time, shown as it comes along, and brought to its end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.answering.screen import Screen
from handlers.services import Jobs
from handlers.texts import say
from handlers.types import Language, ProgressSink, Reply
from storage.errors import StorageError
from storage.records import JobMessage

Work = Callable[[ProgressSink], Awaitable[Reply]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a platform wants its answers."""

    acknowledge_after_s: float
    """An answer that takes longer is acknowledged."""
    between_edits_s: float
    """How it comes along is shown after as long, and no more often."""
    crowd: int
    """From so many answers under way on, each is acknowledged at once: it takes long anyway."""


class Answer:
    """Does some work and shows what it says on a screen."""

    def __init__(self, screen: Screen, language: Language, jobs: Jobs, pace: Pace) -> None:
        self._screen = screen
        self._language = language
        self._jobs = jobs
        self._pace = pace
        self._latest: Reply | None = None
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()
        self._known: JobMessage | None = None

    async def give(self, work: Work, *, is_crowded: bool = False) -> None:
        """Work, and show the end. Cancelled, it says that Tokki was stopped."""
        patience_s = 0.0 if is_crowded else self._pace.acknowledge_after_s
        working = asyncio.ensure_future(work(self._progress))
        painting: asyncio.Task[None] | None = None
        try:
            await asyncio.wait({working}, timeout=patience_s)
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
        await self._show(reply, is_last=True)

    async def _progress(self, reply: Reply) -> None:
        """Take note: what is slow to show does not hold up who works."""
        self._latest = reply
        self._changed.set()

    async def _paint(self) -> None:
        """Show how it comes along, unless it ends soon."""
        await _first(self._ended, timeout_s=self._pace.between_edits_s)
        while not self._ended.is_set():
            await _first(self._changed, self._ended)
            if self._latest and not self._ended.is_set():
                self._changed.clear()
                await self._show(self._latest, is_last=False)
                await asyncio.sleep(self._pace.between_edits_s)  # for the last state as well

    async def _show(self, reply: Reply, *, is_last: bool) -> None:
        await self._safely(self._screen.show(reply, is_last=is_last))
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

    async def _safely(self, showing: Awaitable[None]) -> None:
        try:
            await showing
        except Exception:  # whatever a platform's library raises, the work goes on
            log.exception("an answer could not be shown")


async def _first(*events: asyncio.Event, timeout_s: float | None = None) -> None:
    """Wait for the first of some events."""
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()
