"""The cache of what is loaded: loads once however many ask, and stays within the memory there is.

What is loaded anew comes beside the old and takes its place when it can answer; the old goes when
its last user has left. Both count until then.
"""

import asyncio
import logging
from collections import OrderedDict, defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from time import perf_counter
from typing import Generic

from models.errors import Busy, ModelError
from models.reports import LoadState
from models.results import Task
from models.serving.cache_entry import (
    Entry,
    Source,
    Statistics,
    Thing,
    is_spent,
    is_well,
    sum_bytes,
)
from models.serving.memory_budget import MemoryBudget, Room
from models.serving.slots import Slot

_LONGEST_WAIT_S = 30.0

log = logging.getLogger(__name__)


class ModelCache(Generic[Thing]):
    """Loaded checkpoints, the least recently used first. It belongs to one event loop."""

    def __init__(
        self,
        source: Source[Thing],
        budget_bytes: int,
        pins: frozenset[str] = frozenset(),
        free_bytes: Callable[[], int] | None = None,
    ) -> None:
        """`pins` are names (`sentiment`) or full names (`ours@2`) that are never evicted.

        `free_bytes` says how much memory the machine has left; without it only the budget counts.
        """
        self._source = source
        self._budget = MemoryBudget(budget_bytes, free_bytes)
        self._pins = pins
        self._entries: OrderedDict[Slot, Entry[Thing]] = OrderedDict()
        self._apart: set[Entry[Thing]] = set()
        """Those that nobody finds: on their way in beside an old one, or on their way out."""
        self._renewals: dict[Slot, asyncio.Task[bool]] = {}
        self._statistics: defaultdict[Slot, Statistics] = defaultdict(Statistics)
        self._released = asyncio.Event()

    @asynccontextmanager
    async def use(self, slot: Slot) -> AsyncIterator[Thing]:
        """Give the loaded thing, which stays in memory inside the block; its time is noted.

        A caller who is cancelled does not end the load, which others may wait for.

        Raises:
            TooLarge: it cannot fit beside what is pinned.
            MachineTooSmall: the machine has not the memory, however much is evicted.
            Busy: others have used all memory for too long.
            ModelError: whatever the load raised; the next caller begins a new one.
        """
        entry = self._entries.get(slot)
        if entry and is_spent(entry):
            await self._evict(entry)
            entry = self._entries.get(slot)
        if entry is None:
            entry = self._entries[slot] = self._begin(slot)
        elif entry.loading.done():
            self._statistics[slot].hits += 1
        self._entries.move_to_end(slot)
        entry.users += 1
        try:
            thing = await asyncio.shield(entry.loading)
            started = perf_counter()
            yield thing
            self._statistics[slot].note_answer((perf_counter() - started) * 1000)
        finally:
            entry.users -= 1
            self._tell_those_who_wait()

    @property
    def budget_bytes(self) -> int:
        """What all of them together may take."""
        return self._budget.budget_bytes

    def room(self) -> Room:
        """Return what could be had now; a load under way has yet to take what it was promised."""
        entries = self._entries.values()
        staying = [one for one in entries if one.is_kept or self._is_pinned(one.slot)]
        going = [one for one in (*entries, *self._apart) if one not in staying]
        promised_bytes = sum_bytes(one for one in staying if not one.loading.done())
        given_back_bytes = sum_bytes(one for one in going if one.loading.done())
        return Room(self._budget, sum_bytes(staying), promised_bytes - given_back_bytes)

    def all_loaded(self) -> Sequence[Thing]:
        """Return what is in memory and can be asked, for a look."""
        entries = [one for one in self._entries.values() if one.loading.done()]
        return [
            one.loading.result()
            for one in entries
            if not one.loading.cancelled() and one.loading.exception() is None
        ]

    def loaded(self, slot: Slot) -> Thing | None:
        """Return the thing if it is there, for a look."""
        entry = self._entries.get(slot)
        return entry.loading.result() if entry and entry.loading.done() else None

    def state(self, slot: Slot) -> LoadState:
        """Say how a slot fares."""
        entry, statistics = self._entries.get(slot), self._statistics.get(slot, Statistics())
        is_loaded = entry is not None and entry.loading.done()
        return LoadState(
            is_loaded=is_loaded,
            is_loading=entry is not None and not is_loaded,
            memory_bytes=entry.memory_bytes if entry else 0,
            hits=statistics.hits,
            load_time_s=statistics.load_time_s,
            p50_ms=statistics.percentile_ms(0.50),
            p95_ms=statistics.percentile_ms(0.95),
        )

    async def renew(self, slot: Slot, by: Slot | None = None) -> bool:
        """Load a slot anew, or another in its place; who asks meanwhile is answered by the old.

        Returns:
            Whether the new one answers now and the old is gone. False where there was nothing to
            renew, or where the new one failed: then the old stays, and the log says why.
        """
        into = by or slot
        renewal = self._renewals.get(into)
        if renewal is None:
            renewal = asyncio.get_running_loop().create_task(self._renew(slot, into))
            self._renewals[into] = renewal
            renewal.add_done_callback(lambda _: self._renewals.pop(into))
        return await asyncio.shield(renewal)

    async def drop(self, slot: Slot) -> None:
        """Let go of a slot once whoever uses it is done; a later caller begins a new load."""
        entry = self._entries.get(slot)
        if entry is None or entry.is_kept:  # what takes its place lets go of it
            return
        del self._entries[slot]
        self._apart.add(entry)
        if await is_well(entry):
            while entry.users:
                await self._released.wait()
            await self._evict(entry)

    async def close(self) -> None:
        """Return when nothing is loading and nothing that was loaded is used by a thread."""
        await asyncio.gather(*self._renewals.values(), return_exceptions=True)
        loading = [entry.loading for entry in self._entries.values()]
        await asyncio.gather(*loading, return_exceptions=True)
        for entry in list(self._entries.values()):
            await self._evict(entry)

    def _begin(self, slot: Slot) -> Entry[Thing]:
        entry = Entry[Thing](slot)
        entry.loading = asyncio.get_running_loop().create_task(self._load(entry))
        # Somebody must look at the error even if everyone who asked has gone.
        entry.loading.add_done_callback(lambda done: done.cancelled() or done.exception())
        return entry

    async def _load(self, entry: Entry[Thing]) -> Thing:
        slot = entry.slot
        try:
            await self._make_room(entry, await self._source.memory_bytes(slot))
            started = perf_counter()
            thing = await self._source.load(slot)
        except BaseException:
            self._forget(entry)
            raise
        finally:
            self._tell_those_who_wait()
        self._statistics[slot].load_time_s = perf_counter() - started
        entry.memory_bytes = thing.memory_bytes
        return thing

    async def _renew(self, slot: Slot, into: Slot) -> bool:
        old = self._entries.get(slot)
        if old is None or not await is_well(old) or self._entries.get(slot) is not old:
            return False
        old.is_kept = True
        try:
            new = await self._beside(old, into)
        except Exception as error:
            is_foreseen = isinstance(error, ModelError)
            name, cause = slot.checkpoint.full_name, None if is_foreseen else error
            log.warning("%s stays as it is: %s", name, error, exc_info=cause)
            return False
        finally:
            old.is_kept = False
            self._tell_those_who_wait()
        self._apart.discard(new)
        self._apart.add(old)
        if slot != into:
            del self._entries[slot]
        self._entries[into] = new
        while old.users:
            await self._released.wait()
        await self._evict(old)
        return True

    async def _beside(self, old: Entry[Thing], into: Slot) -> Entry[Thing]:
        """Return an entry that is loaded; somebody may have asked for another version already."""
        there = self._entries.get(into)
        entry = there if there and there is not old else self._begin(into)
        if entry is not there:
            self._apart.add(entry)
        await asyncio.shield(entry.loading)
        return entry

    async def _make_room(self, entry: Entry[Thing], need_bytes: int) -> None:
        """Reserve memory, evicting what nobody uses; wait for a while if everything is used."""
        name = entry.slot.checkpoint.full_name
        pinned = (other for other in self._others(entry) if self._is_pinned(other.slot))
        self._budget.require_budget(name, need_bytes, sum_bytes(pinned))
        try:
            async with asyncio.timeout(_LONGEST_WAIT_S):
                while not self._fits(entry, need_bytes):
                    await self._free_something(entry, need_bytes)
        except TimeoutError:
            raise Busy(name=name, seconds=int(_LONGEST_WAIT_S)) from None
        entry.memory_bytes = need_bytes

    def _fits(self, entry: Entry[Thing], need_bytes: int) -> bool:
        held_bytes = sum_bytes(self._others(entry))
        # A tokenizer is small, and harmless beside what it is for.
        is_network = entry.slot.task != Task.TOKENIZE
        budget = self._budget if is_network else replace(self._budget, free_bytes=None)
        return budget.fits(need_bytes, held_bytes, self._promised_bytes(entry))

    async def _free_something(self, entry: Entry[Thing], need_bytes: int) -> None:
        others = [other for other in self._others(entry) if other.memory_bytes]
        found = (each for each in others if each.is_idle and each not in self._apart)
        evictable = (each for each in found if not self._stays(each))
        if least_used := next(evictable, None):
            await self._evict(least_used)
        elif all(self._stays(other) for other in others):
            name = entry.slot.checkpoint.full_name
            self._budget.require_budget(name, need_bytes, sum_bytes(others))
            raise self._budget.too_small(name, need_bytes, self._promised_bytes(entry))
        else:
            await self._released.wait()

    async def _evict(self, entry: Entry[Thing]) -> None:
        # Out of the table first: who asks from now on begins a new load. Then wait for a thread
        # that may still compute for callers who have gone.
        if self._entries.get(entry.slot) is entry:
            del self._entries[entry.slot]
        self._apart.add(entry)
        try:
            await entry.loading.result().close()
        finally:
            self._forget(entry)
            self._tell_those_who_wait()

    def _forget(self, entry: Entry[Thing]) -> None:
        self._apart.discard(entry)
        if self._entries.get(entry.slot) is entry:
            del self._entries[entry.slot]

    def _others(self, besides: Entry[Thing]) -> Iterator[Entry[Thing]]:
        entries = (*self._entries.values(), *self._apart)
        return (entry for entry in entries if entry is not besides)

    def _promised_bytes(self, besides: Entry[Thing]) -> int:
        return sum_bytes(other for other in self._others(besides) if not other.loading.done())

    def _stays(self, entry: Entry[Thing]) -> bool:
        """Whether waiting for its memory would be in vain."""
        if entry in self._apart or not entry.loading.done():
            return False
        return entry.is_kept or self._is_pinned(entry.slot)

    def _is_pinned(self, slot: Slot) -> bool:
        return not self._pins.isdisjoint({slot.checkpoint.name, slot.checkpoint.full_name})

    def _tell_those_who_wait(self) -> None:
        self._released.set()
        self._released = asyncio.Event()
