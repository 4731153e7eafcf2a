"""Looks at a model whenever people have judged or asked it some more, beside everything else.

What it sees becomes a notice, which is kept once: nobody is told the same twice. It remembers
nothing but how many answers there were since the last look.
"""

import asyncio
import logging
from collections import Counter

from handlers.learning.watch.alarms import Alarm, alarms, to_roll_back
from handlers.services import Services
from handlers.types import UserError
from handlers.versions.moving import live_version
from handlers.watching.evidence import Live, evidence_of, live_of
from handlers.watching.rolling_back import roll_back
from models.errors import ModelError
from storage.errors import StorageError
from storage.records import NewNotice, NoticeKind

_ANSWERS = 50
"""After so many, other questions would be noticed."""

log = logging.getLogger(__name__)

Watched = tuple[str, str]
"""A community, and the full name of a model."""


class Watcher:
    """The looks of this process; `handlers.services.Watch`. One model is looked at once a time."""

    def __init__(self) -> None:
        self._answers: Counter[Watched] = Counter()
        self._looking: dict[Watched, asyncio.Task[None]] = {}
        self._again: dict[Watched, bool] = {}

    def judged(self, services: Services, community: str, model: str) -> None:
        """Take note that somebody has judged an answer."""
        self._begin(services, (community, model), asks_for_answers=False)

    def answered(self, services: Services, community: str, model: str) -> None:
        """Take note of an answer."""
        which = (community, model)
        self._answers[which] += 1
        if self._answers[which] >= _ANSWERS:
            del self._answers[which]
            self._begin(services, which, asks_for_answers=True)

    async def settled(self) -> None:
        """Return once nothing is being looked at."""
        while self._looking:
            await asyncio.wait([*self._looking.values()])

    async def close(self) -> None:
        """Stop."""
        self._again.clear()
        looking = [*self._looking.values()]
        for task in looking:
            task.cancel()
        await asyncio.gather(*looking, return_exceptions=True)

    def _begin(self, services: Services, which: Watched, *, asks_for_answers: bool) -> None:
        if which in self._looking:
            self._again[which] = asks_for_answers or self._again.get(which, False)
            return
        task = asyncio.create_task(self._look(services, which, asks_for_answers))
        self._looking[which] = task

    async def _look(self, services: Services, which: Watched, asks_for_answers: bool) -> None:
        try:
            await look(services, *which, asks_for_answers=asks_for_answers)
        except (UserError, ModelError, StorageError):
            log.warning("%s could not be watched", which[1], exc_info=True)
        except Exception:  # nobody waits for it, so nobody else would tell of it
            log.exception("watching %s broke", which[1])
        finally:
            del self._looking[which]
        if which in self._again:
            self._begin(services, which, asks_for_answers=self._again.pop(which))


async def look(
    services: Services, community: str, model: str, *, asks_for_answers: bool = True
) -> None:
    """Tell what speaks against a model, if it is the one that its name means here.

    Args:
        services: what there is.
        community: whose model it is.
        model: its full name.
        asks_for_answers: look at what it answered too; with many texts to learn from that takes
            longer than whoever judges one answer after another would wait.

    """
    checkpoint = await live_version(services, community, model.partition("@")[0])
    if checkpoint is None or checkpoint.full_name != model:
        return
    live = await live_of(services, community, checkpoint)
    evidence = await evidence_of(services, live, asks_for_answers=asks_for_answers)
    fall = await asyncio.to_thread(to_roll_back, evidence)
    if fall and await roll_back(services, live, fall):
        return
    for alarm in await asyncio.to_thread(lambda: list(alarms(evidence))):
        await services.storage.notices.add(_notice(live, alarm))


def _notice(live: Live, alarm: Alarm) -> NewNotice:
    facts = {"amount": alarm.amount, "usual": alarm.usual}
    return NewNotice(live.community, NoticeKind(alarm.sign), live.model, facts)
