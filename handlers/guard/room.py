"""How much room a community takes: measured now and then beside everything else.

No question waits for that, unless there was no room a while ago and there may be some by now.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass

from handlers.guard.limits import MEGABYTES, limit_of
from handlers.services import Services
from handlers.types import UserError
from models.errors import BrokenCheckpoint
from models.units import MB

_SOON_S, _LATER_S = 60.0, 600.0
"""What is much waits for what was measured so shortly ago; little by little may go on for longer,
in which all of a community together ask 12,000 questions at the most."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Bytes of each kind."""

    questions: int
    texts: int
    imports: int
    versions: int
    hub_models: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.questions + self.texts + self.imports + self.versions + self.hub_models


class RoomFull(UserError):
    """A community keeps as much as it may."""

    def __init__(self, taken: Taken, coming_bytes: int, most: int) -> None:
        parts = {name: _mb(size) for name, size in asdict(taken).items()}
        super().__init__("room_full", mb=_mb(taken.total + coming_bytes), most=most, **parts)


class Room:
    """Measures for this process. It belongs to one event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, tuple[float, Taken]] = {}
        self._looking: dict[str, asyncio.Task[Taken]] = {}
        self._texts: dict[str, tuple[float, int]] = {}

    async def look(self, services: Services, community: str) -> Taken:
        """Return what is taken, as it was within the last minute."""
        known = self._known_within(_SOON_S, community)
        if known is not None:
            return known
        return await asyncio.shield(self._begin(services, community))

    async def check(self, services: Services, community: str) -> None:
        """Refuse a question or a text where there was no room and is none now.

        Raises:
            RoomFull: there is none.
        """
        if self._known_within(_LATER_S, community) is None:
            self._begin(services, community)
        if community in self._known:
            _, taken = self._known[community]
            if taken.total >= await self._most(services, community) * MB:
                await self.check_coming(services, community, 0)

    async def check_coming(self, services: Services, community: str, coming_bytes: int) -> None:
        """Refuse what is much, such as a file, a training or a model, where it does not fit.

        Raises:
            RoomFull: it does not.
        """
        most = await self._most(services, community)
        taken = await self.look(services, community)
        if taken.total + coming_bytes >= most * MB:
            raise RoomFull(taken, coming_bytes, most)

    async def texts(self, services: Services, community: str, coming: int, most: int) -> int:
        """Return how many texts the datasets of a community have, or a few more; some come now.

        To count very many takes longer than all else that a press does. So those are added up that
        came within a minute of a count, and what is gone since matters only near the most.
        """
        at, there = self._texts.get(community, (float("-inf"), 0))
        if self._clock() - at > _SOON_S or there + coming > most:
            at = self._clock()
            there = sum((await services.storage.examples.sizes(community)).values())
        self._texts[community] = at, there + coming
        return there

    async def close(self) -> None:
        """Measure no more."""
        tasks = [*self._looking.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _known_within(self, seconds: float, community: str) -> Taken | None:
        at, taken = self._known.get(community, (float("-inf"), None))
        return taken if self._clock() - at < seconds else None

    def _begin(self, services: Services, community: str) -> asyncio.Task[Taken]:
        """Return the measuring that is under way, or begin it."""
        task = self._looking.get(community)
        if task is None:
            task = asyncio.create_task(self._measure(services, community))
            self._looking[community] = task
            task.add_done_callback(lambda done: self._over(community, done))
        return task

    def _over(self, community: str, task: asyncio.Task[Taken]) -> None:
        del self._looking[community]
        if not task.cancelled():
            task.exception()  # whoever waits is told; nobody may be there

    async def _measure(self, services: Services, community: str) -> Taken:
        at = self._clock()
        kept = await services.storage.kept_bytes.of(community)
        versions = 0
        for version in await services.storage.versions.all(community):
            with suppress(BrokenCheckpoint):  # what is gone takes no room
                versions += sum((await services.releases.sizes(version.folder, "")).values())
        taken = Taken(kept.questions, kept.texts, kept.imports, versions, kept.hub_models)
        self._known[community] = at, taken
        return taken

    async def _most(self, services: Services, community: str) -> int:
        return await limit_of(MEGABYTES, community, services.storage.settings, services.rules)


def _mb(size_bytes: int) -> int:
    return -(-size_bytes // MB)
