"""The life of one answer: acknowledged in time, shown as it comes along, and brought to its end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace

from bot.answering.screen import Screen
from handlers.guard.failures import crash
from handlers.services import RunningJobs
from handlers.texts import say
from handlers.types import Language, ProgressSink, Reply
from storage.errors import StorageError
from storage.records import JobMessage

_TRY_AGAIN_AFTER_S = (0.5, 2.0, 5.0)
"""A connection that is reset, or a platform that stumbles, should not cost an answer."""
_OUTAGE_S = (15.0, 45.0)
"""Nor one that lets nothing through for a minute, not even that something broke."""
_LAST_EDIT_S = 1.0
"""How long an edit under way may hold up the last one, once Tokki has to stop."""

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
    again_after_s: Sequence[float] = _TRY_AGAIN_AFTER_S
    outage_s: Sequence[float] = _OUTAGE_S


class Answer:
    """Does some work and shows what it says on a screen."""

    def __init__(
        self,
        screen: Screen,
        language: Language,
        jobs: RunningJobs,
        pace: Pace,
        acknowledging: asyncio.Semaphore,
        chosen: Callable[[], Awaitable[Language]] | None = None,
    ) -> None:
        """Make one; `chosen` finds the language that its reader has chosen, once it is needed."""
        self._screen = screen
        self._language = language
        self._chosen = chosen
        self._jobs = jobs
        self._pace = pace
        self._acknowledging = acknowledging
        self._working: asyncio.Task[Reply] | None = None
        self._stopping = asyncio.Event()
        self._latest: Reply | None = None
        self._changed = asyncio.Event()
        self._ended = asyncio.Event()
        self._known: JobMessage | None = None

    def stop(self) -> None:
        """End the work; its reader is told, unless it has just come to its end."""
        self._stopping.set()
        if self._working:
            self._working.cancel()

    async def give(self, work: Work, rush: asyncio.Event) -> None:
        """Work, and show the end.

        Args:
            work: makes the reply.
            rush: set while there is a crowd, which is acknowledged at once.
        """
        if rush.is_set():
            await self._acknowledge()
        if self._stopping.is_set():
            reply = await self._stopped()
        else:
            self._working = asyncio.create_task(self._worked(work))
            painting = await self._wait_in_time(self._working, rush)
            reply = await self._working
            self._ended.set()
            await self._finish(painting)
        await self._show_last(reply)

    async def _worked(self, work: Work) -> Reply:
        """Return what comes of the work, whatever it is."""
        try:
            return await work(self._progress)
        except asyncio.CancelledError:
            return await self._stopped()
        except Exception as error:  # dispatch lets nothing through, what stands before it may
            return await self._crash(error, "an answer")

    async def _stopped(self) -> Reply:
        """What is told of a job goes on without whoever tells."""
        language, job = await self._spoken(), self._latest.job if self._latest else None
        if job is None:
            return Reply(text=say(language, "door.stopped"), language=language)
        said = say(language, "door.stopped_job", number=job)
        return Reply(text=said, language=language, job=job)

    async def _crash(self, error: Exception, what: str) -> Reply:
        language = await self._spoken()
        return replace(crash(error, what, language), language=language)

    async def _spoken(self) -> Language:
        """Return the language that its reader has chosen, if that can be found."""
        try:
            return await self._chosen() if self._chosen else self._language
        except Exception:  # it is asked where something has broken already
            log.warning("a language could not be looked up", exc_info=True)
            return self._language

    async def _wait_in_time(
        self, working: "asyncio.Task[Reply]", rush: asyncio.Event
    ) -> "asyncio.Task[None] | None":
        """Wait a moment for the end; acknowledge what takes longer, and begin to show it."""
        rushed = asyncio.create_task(rush.wait())
        try:
            await asyncio.wait(
                {working, rushed},
                timeout=self._pace.acknowledge_after_s,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            rushed.cancel()
        if working.done():
            return None
        await self._acknowledge()
        return asyncio.create_task(self._paint())

    async def _acknowledge(self) -> None:
        async with self._acknowledging:
            await self._tried(self._screen.acknowledge())

    async def _progress(self, reply: Reply) -> None:
        """Take note: what is slow to show does not hold up who works."""
        self._latest = reply
        self._changed.set()

    async def _paint(self) -> None:
        """Show how it comes along, unless it ends soon."""
        quiet_s = max(self._pace.between_edits_s, self._screen.quiet_s)
        await _first(self._ended, timeout_s=quiet_s)
        while not self._ended.is_set():
            await _first(self._changed, self._ended)
            if self._latest and not self._ended.is_set():
                self._changed.clear()
                await self._show(self._latest, is_last=False)
                await asyncio.sleep(self._pace.between_edits_s)  # for the last state as well

    async def _finish(self, painting: "asyncio.Task[None] | None") -> None:
        """Let an edit under way come before the last one; only who has to stop cuts it off."""
        if painting is None:
            return
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({painting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({painting}, timeout=_LAST_EDIT_S)
        finally:
            stopping.cancel()
            painting.cancel()
            await asyncio.gather(painting, return_exceptions=True)

    async def _show_last(self, reply: Reply) -> None:
        """Show the end, again and again if need be; what cannot be shown is told of."""
        error = await self._show(reply, is_last=True)
        for pause_s in self._pace.again_after_s:
            if error is None:
                return
            await self._acknowledge()  # keeps the way open, where a first response was refused
            await asyncio.sleep(pause_s)
            error = await self._show(reply, is_last=True)
        if error is None:
            return
        told = replace(await self._crash(error, "showing an answer"), job=reply.job)
        error = await self._show(told, is_last=True)
        for pause_s in self._pace.outage_s:
            if error is None:
                return
            await asyncio.sleep(pause_s)
            error = await self._show(reply, is_last=True)

    async def _show(self, reply: Reply, *, is_last: bool) -> Exception | None:
        error = await self._tried(self._screen.show(reply, is_last=is_last))
        if reply.job is not None:
            await self._remember(reply.job, is_told=is_last and error is None)
        return error

    async def _remember(self, job_id: int, *, is_told: bool) -> None:
        """Keep where a job is told of, so that its end can be told there after a restart."""
        message = self._screen.message
        if message is None:
            return
        try:
            if message != self._known:
                await self._jobs.show_in(job_id, message)
            self._known = message
            if is_told:
                await self._jobs.told(job_id)
        except StorageError:
            log.warning("where job %s is told of could not be stored", job_id, exc_info=True)

    async def _tried(self, showing: Coroutine[None, None, None]) -> Exception | None:
        try:
            await showing
        except Exception as error:  # whatever a platform's library raises, the work goes on
            log.warning("an answer could not be shown", exc_info=True)
            return error
        return None


async def _first(*events: asyncio.Event, timeout_s: float | None = None) -> None:
    """Wait for the first of some events."""
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()
