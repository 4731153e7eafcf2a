"""Lets so many jobs of one kind work at once, of the whole bot, and tells the others to wait.

Who is next is decided in the database, which all processes share: storage/shared/turns.py.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from handlers.needs.jobs import Turns
from storage.errors import StorageError
from storage.records import InLine, Job

WAITING = "waiting"
"""The phase of a job that has no turn yet, beside those that its kind knows."""
_MOST_LOOKS_APART = 10
"""Who is far behind looks less often."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a job has to wait, as far as anybody knows."""

    before: int
    """So many have their turn or get it earlier."""
    seconds: float


class Line:
    """The line of one kind of job, as one process stands in it."""

    def __init__(self, turns: Turns, kind: str, width: int) -> None:
        self._turns = turns
        self._kind = kind
        self._width = width
        self._moved = asyncio.Event()

    @asynccontextmanager
    async def turn(
        self,
        job: Job,
        owner: str,
        ttl_s: float,
        look_s: float,
        report: Callable[[Mapping[str, object]], None],
    ) -> AsyncIterator[None]:
        """Work inside once it is the job's turn; until then `report` is told how long it takes."""
        has_waited = False
        while (wait := await self._ask(job, owner, ttl_s)) is not None:
            has_waited = True
            told = {"phase": WAITING, "before": wait.before, "wait_s": wait.seconds}
            report({**job.progress, **told})
            await self._look_later(look_s * min(wait.before + 1, _MOST_LOOKS_APART))
        if has_waited:
            report(job.progress)
        yield

    def move(self) -> None:
        """Let all that wait in this process look: somebody has gone."""
        self._moved.set()
        self._moved = asyncio.Event()

    async def _ask(self, job: Job, owner: str, ttl_s: float) -> Wait | None:
        """Return how long there is to wait; None: the turn is taken."""
        try:
            line = await self._turns.line(self._kind, ttl_s)
            wait = wait_in(line, job.id, self._width)
            if wait.before >= self._width:
                return wait
            has_turn = await self._turns.take(job.id, owner, self._kind, self._width, ttl_s)
        except StorageError:  # a locked database is no reason to give up
            log.warning("job %s could not be put in line", job.id, exc_info=True)
            return Wait(0, 0.0)
        return None if has_turn else wait

    async def _look_later(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._moved.wait()


def wait_in(line: Sequence[InLine], job_id: int, width: int) -> Wait:
    """Return how long a job waits in a line of which `width` work at once."""
    numbers = [one.job_id for one in line]
    before = line[: numbers.index(job_id)] if job_id in numbers else line
    return Wait(len(before), sum(one.seconds for one in before) / width)
