"""One of the processes on a database: gives signs of life, and hears what the others tell.

What a process holds is a lease by the database's clock; how long it may be sure of that, it counts
on its own clock that never goes back. So clocks that are apart change nothing.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from uuid import uuid4

from handlers.services import HeldBy
from models.package_version import package_version
from storage.database import Database
from storage.errors import StorageError
from storage.migrations import known_revisions
from storage.records import NewProcess, News, Process

TTL_S = 12.0
"""Who has given no sign of life for so long is gone, and what they held is others'."""
_BEAT_S = 3.0
_LOOK_S = 1.0
_BACK_S = 2 * _BEAT_S
"""Who could not look for so long finds no signs of life; within as long again all give one."""
_HEARD_S = 30.0
"""News is heard for so long: a look that fails misses none."""

Hear = Callable[[Mapping[str, object]], None]

log = logging.getLogger(__name__)


class NotAlone(Exception):
    """Others serve this database already, and do not share it, or would have to."""

    def __init__(self, others: Sequence[Process]) -> None:
        super().__init__(others)
        self.others = others


class Membership:
    """`handlers.services.Others`."""

    def __init__(self, storage: Database, jobs: Callable[[], int]) -> None:
        """`jobs` tells how many this process carries. One that does not join only hears."""
        self.id = uuid4().hex
        self._storage = storage
        self._jobs = jobs
        self._me: NewProcess | None = None
        self._is_leaving = False
        self._sure_until_s: dict[str, float] = {}
        self._beaten_at_s = float("-inf")
        self._heard: set[int] = set()
        self._hearing: dict[str, Hear] = {}
        self._each_second: list[Callable[[], Awaitable[None]]] = []
        self._on_newer: list[Callable[[], None]] = []
        self._is_told = False
        self._seen_at_s = self._back_at_s = float("-inf")
        self._looking: asyncio.Task[None] | None = None
        self.processes: Sequence[Process] = ()
        """All that were there at the last look, this one too, the longest there first."""
        self.newer: str | None = None
        """The version or the migration that is newer than ours."""

    @property
    def is_shared(self) -> bool:
        """Whether others may share the database with this process."""
        return self._me is not None and not self._me.is_alone

    async def join(self, place: str, *, is_alone: bool, patience_s: float = TTL_S) -> None:
        """Be there from now on. Who has just been killed is waited for.

        Raises:
            NotAlone: somebody has to go first.
        """
        version = package_version("tokki")
        me = NewProcess(self.id, place, version, known_revisions()[-1], is_alone)
        deadline = time.monotonic() + patience_s
        while others := await self._storage.processes.join(me, TTL_S):
            if time.monotonic() > deadline:
                raise NotAlone(others)
            await asyncio.sleep(_LOOK_S)
        self._me = me
        self._beaten_at_s = time.monotonic()
        # Now, and not at the first look: what is told in between is for us as well.
        self._heard = {each.id for each in await self._storage.news.lately(_HEARD_S)}

    def begin(self) -> None:
        """Look every second, beside everything else."""
        self._looking = asyncio.create_task(self._look_again_and_again())

    def on(self, kind: str, hear: Hear) -> None:
        """Call this with the facts of each such news that another process tells."""
        self._hearing[kind] = hear

    def each_second(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do this at each look; it may raise a `StorageError`."""
        self._each_second.append(work)

    def on_newer(self, work: Callable[[], None]) -> None:
        """Do this once something newer than this process is on the database."""
        self._on_newer.append(work)

    async def tell(self, kind: str, **facts: object) -> None:
        """Let all other processes hear something; what cannot be told is logged."""
        try:
            await self._storage.news.tell(kind, {**facts, "by": self.id})
        except StorageError:
            log.warning("other processes could not be told: %s", kind, exc_info=True)

    async def take(self, name: str) -> bool:
        """Take a lease, and keep it until it is given back, or lost.

        Who has not joined holds nothing, and is not kept from anything.
        """
        if self._me is None:
            return True
        asked_s = time.monotonic()
        if not await self._storage.leases.take(name, self.id, TTL_S):
            return False
        self._sure_until_s[name] = asked_s + TTL_S
        return True

    async def take_turn(self, name: str, for_s: float) -> bool:
        """Take a lease for so long that nobody has another turn before, not even this process."""
        return await self._storage.leases.take(name, uuid4().hex, for_s)

    async def held(self, prefix: str) -> Mapping[str, str]:
        """Return who holds each lease whose name begins like this."""
        return await self._storage.leases.held(prefix)

    def holds(self, name: str) -> bool:
        """Tell whether a lease is surely ours at this moment."""
        return time.monotonic() < self._sure_until_s.get(name, float("-inf"))

    async def release(self, name: str) -> None:
        """Give a lease back."""
        self._sure_until_s.pop(name, None)
        await self._storage.leases.release(name, self.id)

    async def begin_to_leave(self) -> None:
        """From now on others take what is new."""
        self._is_leaving = True
        with suppress(StorageError):
            await self._beat()

    async def look(self) -> Sequence[HeldBy]:
        """Return all processes, and what each holds; none where there can be but one."""
        if not self.is_shared:
            return ()
        held = await self.held("")
        return [
            HeldBy(
                each,
                each.id == self.id,
                sorted(name for name, owner in held.items() if owner == each.id),
            )
            for each in await self._storage.processes.alive(TTL_S)
        ]

    async def close(self) -> None:
        """Be gone."""
        if self._looking:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        if self._me:
            with suppress(StorageError):
                await self._storage.processes.leave(self.id)

    async def _look_again_and_again(self) -> None:
        while True:
            try:
                await self._look()
                self._is_told = False
            except StorageError as error:
                self._complain(error)
            except Exception:  # nobody waits for it, so nobody else would tell of it
                log.exception("a look at the other processes broke")
            await asyncio.sleep(_LOOK_S)

    async def _look(self) -> None:
        if self._me and time.monotonic() - self._beaten_at_s >= _BEAT_S:
            await self._beat()
        lately = await self._storage.news.lately(_HEARD_S)
        for each in lately:
            self._hear(each)
        self._heard &= {each.id for each in lately}
        if self.is_shared:
            self.processes = await self._alive()
        await self._compare()
        for work in self._each_second:
            await work()

    async def _alive(self) -> Sequence[Process]:
        """Who is there; for a moment also whoever was before nobody reached the database."""
        alive, now_s = await self._storage.processes.alive(TTL_S), time.monotonic()
        if now_s - self._seen_at_s > _BACK_S:
            self._back_at_s = now_s
        self._seen_at_s = now_s
        if now_s - self._back_at_s > _BACK_S:
            return alive
        known = {each.id: each for each in (*self.processes, *alive)}
        return sorted(known.values(), key=lambda each: (each.started_at, each.id))

    async def _beat(self) -> None:
        assert self._me
        begun_s, kept = time.monotonic(), frozenset(self._sure_until_s)
        ours = await self._storage.processes.beat(
            self._me, self._jobs(), kept, TTL_S, is_leaving=self._is_leaving
        )
        self._beaten_at_s = begun_s
        for name in kept & self._sure_until_s.keys():
            if name in ours:
                self._sure_until_s[name] = begun_s + TTL_S
            else:
                log.warning("the lease of %s is lost", name)
                del self._sure_until_s[name]

    def _hear(self, news: News) -> None:
        if news.id in self._heard:
            return
        self._heard.add(news.id)
        if news.facts.get("by") != self.id and (hear := self._hearing.get(news.kind)):
            hear(news.facts)

    async def _compare(self) -> None:
        """See whether this process has been outdated meanwhile."""
        if self.newer is not None:
            return
        revision, known = await self._storage.processes.revision(), known_revisions()[-1]
        version = package_version("tokki")
        others = (each for each in self.processes if each.id != self.id)
        ahead = [each for each in others if is_newer(each, version, known)]
        if revision > known:
            self.newer = f"migration {revision}"
        elif ahead:
            self.newer = f"{ahead[0].version}, migration {ahead[0].revision}"
        else:
            return
        log.warning(
            "the database is shared with a newer Tokki (%s) than this one (%s, migration %s): "
            "it takes no jobs any more, and answers until it is stopped",
            self.newer, version, known,
        )  # fmt: skip
        for work in self._on_newer:
            work()

    def _complain(self, error: StorageError) -> None:
        """Once, until it goes well again."""
        if not self._is_told:
            log.warning("the other processes cannot be looked at: %s", error)
        self._is_told = True


def is_newer(one: NewProcess, version: str, revision: str) -> bool:
    """Tell whether a process knows more migrations than ours, or is of a later version."""
    if one.revision != revision:
        return one.revision > revision
    return _numbers(one.version) > _numbers(version)


def _numbers(version: str) -> list[int]:
    """Those of a version, such as of 0.12.1; none of a source that is no version."""
    return [int(part) for part in re.findall(r"\d+", version)]
