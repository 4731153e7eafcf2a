"""The cache of what is loaded: loads once however many ask, and stays within a byte budget."""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Generic, Protocol, TypeVar

from models.answer_statistics import Statistics
from models.errors import Busy, TooLarge
from models.results import Checkpoint, LoadState, Task

MEMORY_SETTING = "TOKKI_MODEL_MEMORY_MB"
_MEGABYTE = 1024 * 1024
_LONGEST_WAIT_S = 30.0

Identity = tuple[str, str, str | Path | None]


class Loaded(Protocol):
    """What a cache holds."""

    @property
    def memory_bytes(self) -> int:
        """What it takes, measured."""
        ...

    async def close(self) -> None:
        """Return when no thread uses it any more."""
        ...


Thing = TypeVar("Thing", bound=Loaded)
Thing_co = TypeVar("Thing_co", bound=Loaded, covariant=True)


@dataclass(frozen=True, slots=True)
class Slot:
    """A checkpoint loaded for a task; `task` is None for its tokenizer alone."""

    checkpoint: Checkpoint = field(compare=False)
    task: Task | None
    identity: Identity

    @classmethod
    def of(cls, checkpoint: Checkpoint, task: Task | None) -> "Slot":
        """Return the slot; a Hub repository has the same one before and after it is fetched."""
        place = checkpoint.repo_id or checkpoint.folder
        return cls(checkpoint, task, (checkpoint.name, checkpoint.version, place))


class Source(Protocol[Thing_co]):
    """Where a cache gets things from. Both calls may raise a `models.errors.ModelError`."""

    async def memory_bytes(self, slot: Slot) -> int:
        """Return what the thing will take, without loading it."""
        ...

    async def load(self, slot: Slot) -> Thing_co:
        """Load it."""
        ...


@dataclass(slots=True, eq=False)
class _Entry(Generic[Thing]):
    loading: asyncio.Task[Thing]
    users: int = 0
    memory_bytes: int = 0
    """Reserved before the load, measured after it."""

    @property
    def is_idle(self) -> bool:
        return self.users == 0 and self.loading.done()


class ModelCache(Generic[Thing]):
    """Loaded checkpoints, the least recently used first. It belongs to one event loop."""

    def __init__(
        self, source: Source[Thing], budget_bytes: int, pins: frozenset[str] = frozenset()
    ) -> None:
        """`pins` are names (`sentiment`) or full names (`ours@2`) that are never evicted."""
        self._source = source
        self._budget_bytes = budget_bytes
        self._pins = pins
        self._entries: OrderedDict[Slot, _Entry[Thing]] = OrderedDict()
        self._statistics: defaultdict[Slot, Statistics] = defaultdict(Statistics)
        self._released = asyncio.Event()

    @asynccontextmanager
    async def use(self, slot: Slot) -> AsyncIterator[Thing]:
        """Give the loaded thing, which stays in memory inside the block; its time is noted.

        A caller who is cancelled does not end the load, which others may wait for.

        Raises:
            TooLarge: it cannot fit beside what is pinned.
            Busy: others have used all memory for too long.
            ModelError: whatever the load raised; the next caller begins a new one.
        """
        entry = self._entries.get(slot)
        if entry is None:
            entry = self._begin(slot)
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

    async def close(self) -> None:
        """Return when nothing is loading and nothing that was loaded is used by a thread."""
        loading = [entry.loading for entry in self._entries.values()]
        await asyncio.gather(*loading, return_exceptions=True)
        for slot in list(self._entries):
            await self._evict(slot)

    def _begin(self, slot: Slot) -> _Entry[Thing]:
        task = asyncio.get_running_loop().create_task(self._load(slot))
        # Somebody must look at the error even if everyone who asked has gone.
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        entry = self._entries[slot] = _Entry(task)
        return entry

    async def _load(self, slot: Slot) -> Thing:
        entry = self._entries[slot]
        try:
            await self._make_room(entry, slot, await self._source.memory_bytes(slot))
            started = perf_counter()
            thing = await self._source.load(slot)
        except BaseException:
            del self._entries[slot]
            raise
        finally:
            self._tell_those_who_wait()
        self._statistics[slot].load_time_s = perf_counter() - started
        entry.memory_bytes = thing.memory_bytes
        return thing

    async def _make_room(self, entry: _Entry[Thing], slot: Slot, need_bytes: int) -> None:
        """Reserve memory, evicting what nobody uses; wait for a while if everything is used."""
        free_bytes = self._budget_bytes - self._pinned_bytes(slot)
        if need_bytes > free_bytes:
            raise TooLarge(
                name=slot.checkpoint.full_name,
                size_mb=-(-need_bytes // _MEGABYTE),
                limit_mb=free_bytes // _MEGABYTE,
                setting=MEMORY_SETTING,
            )
        try:
            async with asyncio.timeout(_LONGEST_WAIT_S):
                while self._used_bytes() + need_bytes > self._budget_bytes:
                    await self._free_something()
        except TimeoutError:
            raise Busy(name=slot.checkpoint.full_name, seconds=int(_LONGEST_WAIT_S)) from None
        entry.memory_bytes = need_bytes

    async def _free_something(self) -> None:
        for slot, entry in self._entries.items():
            if entry.is_idle and not self._is_pinned(slot):
                await self._evict(slot)
                return
        await self._released.wait()

    async def _evict(self, slot: Slot) -> None:
        # Out of the table first: who asks from now on begins a new load. Then wait for a thread
        # that may still compute for callers who have gone.
        entry = self._entries.pop(slot)
        await entry.loading.result().close()

    def _is_pinned(self, slot: Slot) -> bool:
        return not self._pins.isdisjoint({slot.checkpoint.name, slot.checkpoint.full_name})

    def _used_bytes(self) -> int:
        return sum(entry.memory_bytes for entry in self._entries.values())

    def _pinned_bytes(self, besides: Slot) -> int:
        return sum(
            entry.memory_bytes
            for slot, entry in self._entries.items()
            if slot != besides and self._is_pinned(slot)
        )

    def _tell_those_who_wait(self) -> None:
        self._released.set()
        self._released = asyncio.Event()
