"""The cache: one load for many, a budget that holds, pins, and what is in use."""

import asyncio
import gc
import weakref
from pathlib import Path

import pytest

from models.errors import BrokenCheckpoint, MachineTooSmall, TooLarge
from models.results import Checkpoint, Origin, Task
from models.serving.cache import ModelCache
from models.serving.slots import Slot
from models.tasks.classification import TextToClassify
from models.units import MB
from tests.models.engine_help import running
from tests.waiting import turns, within


class Box:
    """Something to keep, of a size."""

    def __init__(self, memory_bytes: int) -> None:
        self.memory_bytes = memory_bytes
        self.is_closed = False
        self.is_spent = False

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


async def test_what_is_spent_is_loaded_anew():
    source = Boxes()
    cache = ModelCache(source, 100 * MB)
    spent = await touch(cache, "a-10")
    spent.is_spent = True
    both = await asyncio.gather(touch(cache, "a-10"), touch(cache, "a-10"))
    assert spent.is_closed
    assert both[0] is both[1] is not spent
    assert source.made == ["a-10"] * 2


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
    await turns()
    assert cache.state(slot("a-10")).is_loading
    first.cancel()
    await turns()
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
        await turns()
        assert not later.done()
        assert not used.is_closed
    async with within("room, now that nobody uses the other"):
        assert (await later).memory_bytes == 20 * MB
    assert used.is_closed


async def test_two_loads_at_once_share_the_budget():
    cache = ModelCache(Boxes(), 30 * MB)
    most = 0

    async def use(name: str) -> None:
        nonlocal most
        async with cache.use(slot(name)):
            held = sum(cache.state(slot(each)).memory_bytes for each in names)
            most = max(most, held)
            await turns()

    names = [f"{letter}-12" for letter in "abcdefgh"]
    async with within("24 uses of a cache that has room for two"):
        await asyncio.gather(*map(use, names * 3))
    assert 0 < most <= 30 * MB


async def test_the_machine_must_have_the_memory_too():
    free = 0
    cache = ModelCache(Boxes(), 10_000 * MB, free_bytes=lambda: free * MB)
    with pytest.raises(MachineTooSmall) as error:
        await touch(cache, "a-100")
    needed = error.value.facts["size_mb"]
    assert error.value.facts == {"name": "a-100@1", "size_mb": needed, "free_mb": 0}
    assert 100 < needed < 1000
    free = needed + 1
    await touch(cache, "a-100")


async def test_what_is_loaded_can_be_given_back_and_a_load_under_way_cannot():
    source = Boxes()
    cache = ModelCache(source, 10_000 * MB, free_bytes=lambda: 1000 * MB)
    await touch(cache, "a-400")
    cache.room().require("new", 700 * MB)  # 1000 + 400 for 700 * 3 / 2 + 350
    source.may_load.clear()
    loading = asyncio.ensure_future(touch(cache, "b-400"))
    await turns()
    await cache.drop(slot("a-400"))
    with pytest.raises(MachineTooSmall):
        cache.room().require("new", 700 * MB)
    source.may_load.set()
    await loading


async def test_what_is_pinned_stays_while_it_is_loaded():
    source = Boxes()
    source.may_load.clear()
    cache = ModelCache(source, 100 * MB, frozenset({"pin-60"}))
    loading = asyncio.ensure_future(touch(cache, "pin-60"))
    await turns()
    with pytest.raises(TooLarge) as error:
        cache.room().require("new", 50 * MB)
    assert error.value.facts["limit_mb"] == 40
    source.may_load.set()
    await loading


async def test_what_there_was_room_for_stays_told_whatever_is_loaded_since():
    cache = ModelCache(Boxes(), 100 * MB, frozenset({"pin-60"}))
    room = cache.room()
    await touch(cache, "pin-60")
    room.require("new", 50 * MB)
    with pytest.raises(TooLarge):
        cache.room().require("new", 50 * MB)


async def test_what_the_machine_lacks_is_evicted_from_the_cache():
    source = Boxes()

    def free() -> int:
        return 3000 * MB - sum(cache.state(slot(name)).memory_bytes for name in source.made)

    cache = ModelCache(source, 10_000 * MB, frozenset({"pin-1000"}), free)
    boxes = [await touch(cache, name) for name in ("pin-1000", "a-500", "b-500")]
    await touch(cache, "c-800")
    assert [box.is_closed for box in boxes] == [False, True, True]
    with pytest.raises(MachineTooSmall):
        await touch(cache, "d-1500")
    async with cache.use(slot("c-800")):
        later = asyncio.ensure_future(touch(cache, "e-800"))
        await turns()
        assert not later.done()
    async with within("room, now that nobody uses the other"):
        await later


async def test_two_loads_at_once_do_not_count_on_the_same_memory():
    source = Boxes()
    source.may_load.clear()
    cache = ModelCache(source, 10_000 * MB, free_bytes=lambda: 1500 * MB)
    one, two = (asyncio.ensure_future(touch(cache, name)) for name in ("a-700", "b-700"))
    await turns()
    assert source.made == ["a-700"]
    source.may_load.set()
    await asyncio.gather(one, two)


async def test_a_tokenizer_needs_no_room_for_a_network():
    cache = ModelCache(Boxes(), 100 * MB, free_bytes=lambda: 0)
    tokenizer = Slot.of(Checkpoint("a-1", "1", Origin.FOLDER, Path("a")), Task.TOKENIZE)
    async with cache.use(tokenizer) as box:
        assert box.memory_bytes == MB


async def test_what_is_renewed_is_swapped_in_when_it_can_answer():
    source = Boxes()
    cache = ModelCache(source, 30 * MB)
    old = await touch(cache, "a-10")
    source.may_load.clear()
    async with cache.use(slot("a-10")) as used:
        renewals = [asyncio.ensure_future(cache.renew(slot("a-10"))) for _ in range(3)]
        await turns()
        assert await touch(cache, "a-10") is used is old  # who asks meanwhile has an answer
        source.may_load.set()
        await turns()
        new = await touch(cache, "a-10")
        assert new is not old
        assert not old.is_closed  # still in use
        async with cache.use(slot("a-10")):
            other = asyncio.ensure_future(touch(cache, "b-15"))
            await turns()
            assert not other.done()  # both count
    assert await asyncio.gather(*renewals) == [True] * 3
    async with within("room, now that the old one has gone"):
        await other
    assert old.is_closed
    assert source.made.count("a-10") == 2


async def test_what_loads_beside_the_old_counts_too():
    source = Boxes()
    cache = ModelCache(source, 30 * MB)
    async with cache.use(slot("a-10")):
        source.may_load.clear()
        renewal = asyncio.ensure_future(cache.renew(slot("a-10")))
        await turns()
        other = asyncio.ensure_future(touch(cache, "b-15"))
        await turns()
        assert source.made == ["a-10", "a-10"]
        source.may_load.set()
    async with within("the new one and the other"):
        assert await asyncio.gather(renewal, other)


async def test_a_failed_renewal_leaves_the_old(caplog):
    source = Boxes()
    cache = ModelCache(source, 30 * MB)
    old = await touch(cache, "a-10")
    source.fails = True
    assert not await cache.renew(slot("a-10"))
    assert "a-10@1 stays as it is" in caplog.text
    assert await touch(cache, "a-10") is old
    assert not await cache.renew(slot("never-10"))
    source.fails = False
    assert await cache.renew(slot("a-10"))


async def test_a_renewal_without_room_leaves_the_old():
    cache = ModelCache(Boxes(), 30 * MB)
    old = await touch(cache, "a-20")
    async with within("word that there is no room"):
        assert not await cache.renew(slot("a-20"))
    assert await touch(cache, "a-20") is old
    other = await touch(cache, "b-30")  # which may be evicted again, afterwards
    assert old.is_closed
    assert not other.is_closed


async def test_another_version_takes_the_place_of_the_old():
    source = Boxes()
    cache = ModelCache(source, 100 * MB)
    old = await touch(cache, "a-10")
    assert await cache.renew(slot("a-10"), slot("b-20"))
    assert old.is_closed
    assert cache.loaded(slot("a-10")) is None
    assert cache.loaded(slot("b-20")) is await touch(cache, "b-20")
    await touch(cache, "c-10")
    assert await cache.renew(slot("c-10"), slot("b-20"))  # which is there already
    assert source.made == ["a-10", "b-20", "c-10"]


async def test_no_request_is_lost_while_versions_are_swapped():
    source = Boxes()
    cache = ModelCache(source, 100 * MB)
    await touch(cache, "a-10")
    answered = 0

    async def ask() -> None:
        nonlocal answered
        for _ in range(200):
            async with cache.use(slot("a-10")) as box:
                await turns(3)
                assert not box.is_closed
                answered += 1

    asking = asyncio.gather(*(ask() for _ in range(20)))
    renewals = [await cache.renew(slot("a-10")) for _ in range(10)]
    await asking
    assert all(renewals)
    assert answered == 4000
    assert len(source.made) == 11


async def test_what_is_dropped_goes_once_nobody_uses_it():
    cache = ModelCache(Boxes(), 30 * MB)
    await cache.drop(slot("never-10"))
    async with cache.use(slot("a-10")) as used:
        dropped = asyncio.ensure_future(cache.drop(slot("a-10")))
        await turns()
        assert not dropped.done() and not used.is_closed
        assert cache.loaded(slot("a-10")) is None
        assert await touch(cache, "a-10") is not used  # a later caller loads anew
    async with within("the end of what was dropped"):
        await dropped
    assert used.is_closed and cache.loaded(slot("a-10")) is not None


async def test_what_fails_to_load_can_be_dropped():
    source = Boxes()
    cache = ModelCache(source, 30 * MB)
    source.fails = True
    source.may_load.clear()
    asking = asyncio.ensure_future(touch(cache, "broken-10"))
    await turns()
    dropped = asyncio.ensure_future(cache.drop(slot("broken-10")))
    await turns()
    source.may_load.set()
    async with within("both"):
        await asyncio.gather(asking, dropped, return_exceptions=True)
    assert cache.loaded(slot("broken-10")) is None


async def test_closing_waits_for_a_renewal():
    source = Boxes()
    cache = ModelCache(source, 100 * MB)
    old = await touch(cache, "a-10")
    source.may_load.clear()
    renewal = asyncio.ensure_future(cache.renew(slot("a-10")))
    await turns()
    closing = asyncio.ensure_future(cache.close())
    await turns()
    assert not closing.done()
    source.may_load.set()
    await closing
    assert await renewal
    assert old.is_closed


async def test_closing_closes_everything():
    cache = ModelCache(Boxes(), 30 * MB)
    boxes = [await touch(cache, name) for name in ("a-10", "b-10")]
    await cache.close()
    assert all(box.is_closed for box in boxes)


async def test_real_checkpoints_leave_memory_when_evicted(tiny):
    async with running(tiny.root, budget_bytes=8_000_000) as service:
        first, second = tiny.get("large-1"), tiny.get("large-2")
        await service.ask(first, TextToClassify("good"))
        engine = service._cache._entries[Slot.of(first, Task.CLASSIFY)]
        weights = weakref.ref(engine.loading.result().lane.pipeline._engine._model)
        del engine
        assert service.state(first).memory_bytes > 3_000_000
        await service.ask(second, TextToClassify("good"))
        assert not service.state(first).is_loaded
        assert service.state(second).is_loaded
        await service.ask(first, TextToClassify("good"))
        gc.collect()
        assert weights() is None
