"""What is being answered right now: begins each answer beside the others, and drains them all."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator

from bot.answering.answer import Answer, Pace, Work
from bot.answering.job_messages import Telling, follow
from bot.answering.screen import Screen
from handlers.services import RunningJobs
from handlers.types import Language

_PATIENCE_S = 4.0
"""How long answers under way may take once Tokki is asked to stop; containers kill after 10 s."""
_FAREWELL_S = 3.0
"""How long it may take to say of the rest that Tokki was stopped."""
_LAST_S = 1.0
_AT_ONCE = 64
"""So many acknowledgements are sent at a time; each has a connection of its own."""


class AnswersInFlight:
    """Keeps the answers under way."""

    def __init__(self, jobs: RunningJobs, pace: Pace) -> None:
        self._jobs = jobs
        self._pace = pace
        self._acknowledging = asyncio.Semaphore(_AT_ONCE)
        self._rush = asyncio.Event()
        self._short: dict[asyncio.Task[None], Answer] = {}
        self._long: dict[asyncio.Task[None], Answer] = {}
        self._arriving: set[asyncio.Task[None]] = set()
        self._following: set[asyncio.Task[None]] = set()
        self.is_draining = False

    @property
    def is_idle(self) -> bool:
        return not (self._short or self._long or self._arriving)

    @contextlib.contextmanager
    def preparing(self) -> Iterator[None]:
        """Keep the way out open while something is looked up before its answer begins."""
        task = asyncio.current_task()
        assert task is not None
        self._arriving.add(task)
        try:
            yield
        finally:
            self._arriving.discard(task)

    def begin(
        self,
        screen: Screen,
        language: Language,
        work: Work,
        *,
        is_long: bool = False,
        chosen: Callable[[], Awaitable[Language]] | None = None,
    ) -> None:
        """Begin to answer.

        Args:
            screen: where the answer is shown.
            language: of the one who asks.
            work: makes the reply.
            is_long: it may take minutes, and nobody waits for it on the way out.
            chosen: finds the language that they have chosen, once that is needed.
        """
        answer = Answer(screen, language, self._jobs, self._pace, self._acknowledging, chosen)
        task = asyncio.create_task(answer.give(work, self._rush))
        under_way = self._long if is_long else self._short
        under_way[task] = answer
        self._look_around()
        task.add_done_callback(lambda done: self._leave(under_way, done))

    def follow_jobs(self, platform: str, how: Telling) -> None:
        """Take up the jobs of a platform that nobody carries, and tell of them, until the end."""
        task = asyncio.create_task(follow(self._jobs, platform, how))
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    async def drain(self) -> None:
        """Finish what is being answered, and say of the rest that Tokki was stopped."""
        self.is_draining = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                await self._settle()
        for answer in (*self._short.values(), *self._long.values()):
            answer.stop()
        await self._wait(_FAREWELL_S)
        for task in (*self._arriving, *self._short, *self._long, *self._following):
            task.cancel()
        await self._wait(_LAST_S)

    async def _settle(self) -> None:
        """Wait for what arrives and what is short; what is long ends at once, and tells so."""
        if self._arriving:
            await asyncio.wait(self._arriving)
        await self._jobs.close()
        if telling := {*self._long, *self._following}:
            await asyncio.wait(telling, timeout=_LAST_S)
        for answer in self._long.values():
            answer.stop()
        await self._wait(None)

    async def _wait(self, at_most_s: float | None) -> None:
        under_way = {*self._arriving, *self._short, *self._long}
        if under_way:
            await asyncio.wait(under_way, timeout=at_most_s)

    def _leave(
        self, under_way: dict["asyncio.Task[None]", Answer], task: "asyncio.Task[None]"
    ) -> None:
        del under_way[task]
        self._look_around()

    def _look_around(self) -> None:
        if len(self._short) >= self._pace.crowd:
            self._rush.set()
        else:
            self._rush.clear()
