"""The cache: one load for many, a budget that holds, pins, and what is in use."""

import asyncio
import gc
import weakref
from pathlib import Path

import pytest

from models.cache import ModelCache, Slot
from models.errors import BrokenCheckpoint, TooLarge
from models.results import Checkpoint, Origin, Task
from tests.models.engine_help import running

MB = 1024 * 1024


class Box:
    """Something to keep, of a size."""

    def __init__(self, memory_bytes: int) -> None:
        self.memory_bytes = memory_bytes
        self.is_closed = False

    async def close(self) -> None:
        self.is_closed = True


class Boxes:
    """A source that counts what it makes; names are sizes in megabytes, as `a-10`."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.may_load = asyncio.Event()
        self.may_load.set()
        self.fails = False

    async def memory_bytes(self, slot: Slot) -> int:
        return int(slot.checkpoint.name.split("-")[1]) * MB

    async def load(self, slot: Slot) -> Box:
        self.made.append(slot.checkpoint.name)
        await self.may_load.wait()
        if self.fails:
            raise BrokenCheckpoint(name=slot.checkpoint.name, reason="Because.")
        return Box(await self.memory_bytes(slot))


def slot(name: str) -> Slot:
    return Slot.of(Checkpoint(name, "1", Origin.FOLDER, Path(name)), Task.CLASSIFY)


async def touch(cache: ModelCache[Box], name: str) -> Box:
    async with cache.use(slot(name)) as box:
        return box


async def test_fifty_callers_load_once():
    source = Boxes()
    cache = ModelCache(source, 100 * MB)
    boxes = await asyncio.gather(*(touch(cache, "a-10") for _ in range(50)))
    assert source.made == ["a-10"]
    assert len(set(map(id, boxes))) == 1
    await touch(cache, "a-10")
    state = cache.state(slot("a-10"))
    assert (state.is_loaded, state.is_loading, state.memory_bytes) == (True, False, 10 * MB)
    assert state.hits == 1
    assert state.load_time_s is not None
    assert state.p50_ms is not None
    assert state.p95_ms is not None
    assert state.p95_ms >= state.p50_ms


async def test_a_caller_who_leaves_does_not_end_the_load():
    source = Boxes()
    source.may_load.clear()
    cache = ModelCache(source, 100 * MB)
    first, second = (asyncio.ensure_future(touch(cache, "a-10")) for _ in range(2))
    await asyncio.sleep(0.01)
    assert cache.state(slot("a-10")).is_loading
    first.cancel()
    await asyncio.sleep(0)
    source.may_load.set()
    assert (await second).memory_bytes == 10 * MB
    assert source.made == ["a-10"]


async def test_a_failed_load_reaches_all_and_is_forgotten():
    source = Boxes()
    source.fails = True
    cache = ModelCache(source, 100 * MB)
    errors = await asyncio.gather(*(touch(cache, "a-10") for _ in range(5)), return_exceptions=True)
    assert all(isinstance(error, BrokenCheckpoint) for error in errors)
    assert source.made == ["a-10"]
    source.fails = False
    assert (await touch(cache, "a-10")).memory_bytes == 10 * MB


async def test_the_least_recently_used_goes_first():
    cache = ModelCache(Boxes(), 30 * MB)
    old, other = await touch(cache, "a-10"), await touch(cache, "b-10")
    await touch(cache, "a-10")
    await touch(cache, "c-20")
    assert other.is_closed
    assert not old.is_closed
    assert cache.state(slot("a-10")).is_loaded
    assert not cache.state(slot("b-10")).is_loaded


async def test_pins_stay_and_what_cannot_fit_is_refused_before_it_is_loaded():
    source = Boxes()
    cache = ModelCache(source, 30 * MB, frozenset({"a-20"}))
    pinned = await touch(cache, "a-20")
    await touch(cache, "b-10")
    await touch(cache, "c-10")
    assert not pinned.is_closed
    with pytest.raises(TooLarge) as error:
        await touch(cache, "d-15")
    assert error.value.facts == {
        "name": "d-15@1",
        "size_mb": 15,
        "limit_mb": 10,
        "setting": "TOKKI_MODEL_MEMORY_MB",
    }
    assert "d-15" not in source.made


async def test_what_is_in_use_is_waited_for():
    cache = ModelCache(Boxes(), 30 * MB)
    async with cache.use(slot("a-20")) as used:
        later = asyncio.ensure_future(touch(cache, "b-20"))
        await asyncio.sleep(0.02)
        assert not later.done()
        assert not used.is_closed
    assert (await asyncio.wait_for(later, 5)).memory_bytes == 20 * MB
    assert used.is_closed


async def test_two_loads_at_once_share_the_budget():
    cache = ModelCache(Boxes(), 30 * MB)
    most = 0

    async def use(name: str) -> None:
        nonlocal most
        async with cache.use(slot(name)):
            held = sum(cache.state(slot(each)).memory_bytes for each in names)
            most = max(most, held)
            await asyncio.sleep(0.001)

    names = [f"{letter}-12" for letter in "abcdefgh"]
    await asyncio.wait_for(asyncio.gather(*map(use, names * 3)), 30)
    assert 0 < most <= 30 * MB


async def test_closing_closes_everything():
    cache = ModelCache(Boxes(), 30 * MB)
    boxes = [await touch(cache, name) for name in ("a-10", "b-10")]
    await cache.close()
    assert all(box.is_closed for box in boxes)


async def test_real_checkpoints_leave_memory_when_evicted(tiny):
    async with running(tiny.root, budget_bytes=8_000_000) as service:
        first, second = tiny.get("large-1"), tiny.get("large-2")
        await service.classify(first, "good")
        engine = service._cache._entries[Slot.of(first, Task.CLASSIFY)]
        weights = weakref.ref(engine.loading.result().lane.work._engine._model)
        del engine
        assert service.state(first).memory_bytes > 3_000_000
        await service.classify(second, "good")
        assert not service.state(first).is_loaded
        assert service.state(second).is_loaded
        await service.classify(first, "good")
        gc.collect()
        assert weights() is None
