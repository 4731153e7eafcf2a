"""What is being answered right now: begins each answer beside the others, and drains them all."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from bot.answering.answer import Answer, Pace, Work
from bot.answering.screen import Screen
from handlers.services import Jobs
from handlers.types import Language

_PATIENCE_S = 10.0
"""How long answers under way may take once Tokki is asked to stop."""


class Desk:
    """Keeps the answers under way."""

    def __init__(self, jobs: Jobs, pace: Pace) -> None:
        self._jobs = jobs
        self._pace = pace
        self._short: set[asyncio.Task[None]] = set()
        self._long: set[asyncio.Task[None]] = set()
        self._arriving: set[asyncio.Task[None]] = set()
        self.is_draining = False

    @contextmanager
    def arrival(self) -> Iterator[None]:
        """Keep the way out open while something is looked up before its answer begins."""
        task = asyncio.current_task()
        assert task is not None
        self._arriving.add(task)
        try:
            yield
        finally:
            self._arriving.discard(task)

    def begin(
        self, screen: Screen, language: Language, work: Work, *, is_long: bool = False
    ) -> None:
        """Begin to answer.

        Args:
            screen: where the answer is shown.
            language: of the one who asks.
            work: makes the reply.
            is_long: it may take minutes, and nobody waits for it on the way out.
        """
        answer = Answer(screen, language, self._jobs, self._pace)
        is_crowded = len(self._short) >= self._pace.crowd
        task = asyncio.create_task(answer.give(work, is_crowded=is_crowded))
        under_way = self._long if is_long else self._short
        under_way.add(task)
        task.add_done_callback(under_way.discard)

    async def drain(self) -> None:
        """Finish what is being answered, and say of the rest that Tokki was stopped."""
        self.is_draining = True
        if self._arriving:
            await asyncio.wait(self._arriving, timeout=_PATIENCE_S)
        for each in self._long:
            each.cancel()
        under_way = self._short | self._long
        if under_way:
            _, late = await asyncio.wait(under_way, timeout=_PATIENCE_S)
            for each in late:
                each.cancel()
            await asyncio.gather(*late, return_exceptions=True)
