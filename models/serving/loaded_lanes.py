"""What the service keeps of a loaded checkpoint; its source, which also takes the time."""

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass
from itertools import count
from time import perf_counter
from typing import Any

from models.results import EngineReport, Origin
from models.serving.answers_cache import Question
from models.serving.cache import Slot
from models.serving.lane_factory import LaneFactory, OpenLane
from models.serving.lanes import Lane
from models.serving.load_times import LoadTimes


@dataclass(frozen=True, slots=True)
class LoadedLane:
    """A loaded checkpoint: its lane, and what names its answers."""

    slot: Slot
    inner: OpenLane
    load: int
    """Which load it is; 0 where every load brings the same."""

    @property
    def lane(self) -> Lane[Any, Any]:
        """Where it is asked."""
        return self.inner.lane

    @property
    def memory_bytes(self) -> int:
        """What it takes."""
        return self.inner.memory_bytes

    @property
    def engine(self) -> EngineReport | None:
        """Which engine answers."""
        return self.inner.engine

    def question(self, item: Hashable) -> Question:
        """Return what an answer of it is remembered by."""
        engine = self.engine.name if self.engine else ""
        return Question(self.slot, self.slot.checkpoint.revision, self.load, engine, item)

    async def close(self) -> None:
        """Return when no thread works for it any more."""
        await self.inner.close()


class LaneLoader:
    """The source of the cache (`models.serving.cache.Source`)."""

    def __init__(self, factory: LaneFactory, times: LoadTimes) -> None:
        self._factory = factory
        self._times = times
        self._loads = count(1)
        self._engines: dict[Slot, str] = {}
        """The latest that answered, of those whose answers stay true when they leave memory."""

    async def memory_bytes(self, slot: Slot) -> int:
        """Tell from the files what a slot will take."""
        return await self._factory.memory_bytes(slot)

    async def load(self, slot: Slot) -> LoadedLane:
        """Load a slot, open its lane and write down how long that took."""
        started = perf_counter()
        inner = await self._factory.load(slot)
        if inner.engine:
            name, seconds = slot.checkpoint.full_name, perf_counter() - started
            self._times.note(name, inner.engine.name, seconds)
            asyncio.get_running_loop().run_in_executor(None, self._times.save)
        if not _is_unchanging(slot):
            return LoadedLane(slot, inner, next(self._loads))
        self._engines[slot] = inner.engine.name if inner.engine else ""
        return LoadedLane(slot, inner, 0)

    def question(self, slot: Slot, item: Hashable) -> Question | None:
        """Return what an answer of something that has left memory is remembered by."""
        engine = self._engines.get(slot)
        revision = slot.checkpoint.revision
        return None if engine is None else Question(slot, revision, 0, engine, item)


def _is_unchanging(slot: Slot) -> bool:
    """Whether a checkpoint's files are the same at every load: pinned by a commit, or our own."""
    checkpoint = slot.checkpoint
    return checkpoint.revision is not None or checkpoint.origin is Origin.BUNDLED
