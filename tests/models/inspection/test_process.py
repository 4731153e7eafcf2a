"""The reading process: what ends it is one sentence, and what it took is given back."""

import asyncio
from collections.abc import Callable

import psutil
import pytest

from models.errors import BrokenCheckpoint, UnknownModel
from models.inspection.allowance import OF_PLAIN_FILES, Allowance
from models.inspection.inspector import Inspector
from models.inspection.order import Found, Look, Order
from models.inspection.process import ReadingProcess
from models.reasons import Reason
from models.results import Checkpoint, Origin, Task
from tests.models.inspection.folders import changed, spoiled
from tests.models.tiny import Tiny
from tests.waiting import until

Readers = Callable[[], list[psutil.Process]]


@pytest.fixture
def readers() -> Readers:
    """The reading processes that a test has begun; others may have left some of theirs."""
    before = {each.pid for each in psutil.Process().children()}

    def begun() -> list[psutil.Process]:
        children = [each for each in psutil.Process().children() if each.pid not in before]
        return [each for each in children if each.status() != psutil.STATUS_ZOMBIE]

    return begun


@pytest.fixture
def order(stranger: Checkpoint) -> Order:
    return Order(Look.OVERVIEW, stranger)


async def test_what_takes_too_much_memory_is_one_sentence(order: Order) -> None:
    spoiled(order.checkpoint, changed("config.json", filler=["word"] * 500_000))
    process = ReadingProcess(Allowance(memory_bytes=100_000, cpu_s=30, wall_s=60))
    with pytest.raises(BrokenCheckpoint) as caught:
        await process.carry_out(order)
    assert caught.value.facts["reason"] in (Reason.FILES_TOO_HEAVY, Reason.FILES_END_READER)
    await process.close()


async def test_what_takes_too_long_is_one_sentence_and_the_next_is_read(order: Order) -> None:
    process = ReadingProcess(Allowance(memory_bytes=1 << 30, cpu_s=30, wall_s=1e-5))
    with pytest.raises(BrokenCheckpoint) as caught:
        await process.carry_out(order)
    assert caught.value.facts["reason"] == Reason.FILES_TOO_SLOW
    await process.close()


async def test_who_dies_takes_nobody_along(order: Order, readers: Readers) -> None:
    process = ReadingProcess(OF_PLAIN_FILES)
    assert await process.carry_out(order)
    (child,) = readers()
    child.kill()
    child.wait()
    with pytest.raises(BrokenCheckpoint) as caught:
        await process.carry_out(order)
    assert caught.value.facts["reason"] == Reason.FILES_END_READER
    assert await process.carry_out(order)
    await process.close()
    assert not readers()


async def test_what_nobody_needs_gives_its_memory_back(order: Order, readers: Readers) -> None:
    process = ReadingProcess(OF_PLAIN_FILES, idle_s=0.01)
    assert await process.carry_out(order)
    await until(lambda: not readers(), "the process ends")
    assert await process.carry_out(order)
    await process.close()


async def test_whoever_leaves_takes_nothing_from_the_others(
    stranger: Checkpoint, readers: Readers
) -> None:
    inspector = Inspector()
    first, second = (asyncio.create_task(inspector.overview(stranger)) for _ in range(2))
    await until(lambda: bool(readers()), "a process reads")
    first.cancel()
    assert (await second).task == Task.CLASSIFY
    assert len(readers()) == 1
    await inspector.close()


async def test_our_own_are_read_here(tiny: Tiny, readers: Readers) -> None:
    inspector = Inspector()
    for origin in (Origin.BUNDLED, Origin.TRAINED):
        checkpoint = tiny.get("bert", origin)
        assert await inspector.require_usable(checkpoint, Task.CLASSIFY) is None
        assert (await inspector.overview(checkpoint)).labels
        assert await inspector.card(checkpoint)
    assert not readers()
    await inspector.close()


def test_the_names_of_errors_pass_the_line() -> None:
    told = Found.failure(UnknownModel(name="a", nearest=["b"]))
    assert isinstance(told.known_error(), UnknownModel)
    assert Found.failure(MemoryError()).known_error() is None
