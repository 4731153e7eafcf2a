"""The queue: batching, fairness, failures, cancellation, and being full."""

import asyncio
import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.errors import Busy
from models.lanes import BATCH_TOKENS, Lane, cut


class Doubling:
    """Real work for a lane: doubles numbers, fails on negative ones, waits where it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.inside = 0
        self.gate = threading.Event()
        self.gate.set()
        self.began = threading.Event()

    def size(self, item: int) -> int:
        return 1 + abs(item) % 64

    def prepare(self, items: Sequence[int]) -> Callable[[], Sequence[int | Exception]]:
        self.inside += 1
        assert self.inside == 1, "two threads in one tokenizer"
        self.batches.append(list(items))
        self.began.set()
        self.gate.wait(30)
        self.inside -= 1
        return lambda: [self._double(item) for item in items]

    def _double(self, item: int) -> int | Exception:
        if item == -1:
            raise ValueError("spoils its whole batch")
        return LookupError(item) if item < 0 else item * 2


@pytest.fixture
def work():
    return Doubling()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(4) as pool:
        yield pool


async def test_every_caller_gets_its_own_answer_from_few_batches(work, pool):
    lane = Lane("x", work, pool)
    answers = await asyncio.gather(*(lane.ask(number) for number in range(200)))
    assert answers == [number * 2 for number in range(200)]
    assert len(work.batches) < 40


async def test_one_bad_item_fails_alone(work, pool):
    lane = Lane("x", work, pool)
    asked = [1, -1, 2, -5, 3]
    answers = await asyncio.gather(*(lane.ask(each) for each in asked), return_exceptions=True)
    assert answers[::2] == [2, 4, 6]
    assert isinstance(answers[1], ValueError)
    assert isinstance(answers[3], LookupError)


@pytest.mark.parametrize("width", [1, 3])
async def test_cancelled_callers_harm_nobody(work, pool, width):
    lane = Lane("x", work, pool, width)
    chance = random.Random(width)
    for _ in range(20):
        tasks = [asyncio.ensure_future(lane.ask(number)) for number in range(60)]
        await asyncio.sleep(chance.random() / 200)
        gone = set(chance.sample(range(60), 30))
        for number in gone:
            tasks[number].cancel()
        answers = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 20)
        assert all(answers[number] == number * 2 for number in range(60) if number not in gone)
    await lane.close()


async def test_who_has_gone_costs_no_work(work, pool):
    lane = Lane("x", work, pool)
    work.gate.clear()
    first = asyncio.ensure_future(lane.ask(1))
    await asyncio.to_thread(work.began.wait, 10)
    waiting = [asyncio.ensure_future(lane.ask(number)) for number in (2, 3, 4)]
    await asyncio.sleep(0)
    waiting[1].cancel()
    await asyncio.sleep(0)
    work.gate.set()
    assert await first == 2
    assert await waiting[2] == 8
    assert all(3 not in batch for batch in work.batches)


async def test_the_tokenizer_stays_taken_until_its_thread_is_done(work, pool):
    lane = Lane("x", work, pool, width=4)
    work.gate.clear()
    gone = asyncio.ensure_future(lane.ask(1))
    await asyncio.to_thread(work.began.wait, 10)
    gone.cancel()
    later = asyncio.ensure_future(lane.ask(2))
    await asyncio.sleep(0.1)
    assert work.batches == [[1]]  # `inside` would have failed, too
    work.gate.set()
    assert await later == 4


async def test_a_full_queue_says_how_long(work, pool):
    lane = Lane("crowded@1", work, pool, most_waiting=3)
    await asyncio.gather(lane.ask(1), lane.ask(2))
    work.gate.clear()
    work.began.clear()
    running = asyncio.ensure_future(lane.ask(5))
    await asyncio.to_thread(work.began.wait, 10)
    waiting = [asyncio.ensure_future(lane.ask(number)) for number in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(Busy) as busy:
        await lane.ask(9)
    assert busy.value.facts["name"] == "crowded@1"
    assert isinstance(busy.value.facts["seconds"], int)
    assert busy.value.facts["seconds"] >= 1
    waiting[0].cancel()  # who leaves makes room
    await asyncio.sleep(0)
    late = asyncio.ensure_future(lane.ask(7))
    await asyncio.sleep(0)
    work.gate.set()
    assert await asyncio.gather(running, *waiting[1:], late) == [10, 2, 4, 14]


async def test_a_long_item_is_not_starved_by_short_ones(work, pool):
    lane = Lane("x", work, pool)
    work.gate.clear()
    first = asyncio.ensure_future(lane.ask(0))
    await asyncio.to_thread(work.began.wait, 10)
    long = asyncio.ensure_future(lane.ask(63))
    short = [asyncio.ensure_future(lane.ask(64 * number)) for number in range(1, 100)]
    await asyncio.sleep(0)
    work.gate.set()
    await asyncio.gather(first, long, *short)
    assert 63 in work.batches[1]


async def test_a_burst_is_shared_among_free_workers(pool):
    work = Doubling()
    lane = Lane("x", work, pool, width=2)
    await asyncio.gather(*(lane.ask(64 * number) for number in range(8)))
    assert [len(batch) for batch in work.batches] == [4, 4]


async def test_closing_cancels_who_waits_and_outlasts_the_thread(work, pool):
    lane = Lane("x", work, pool)
    work.gate.clear()
    running = asyncio.ensure_future(lane.ask(1))
    await asyncio.to_thread(work.began.wait, 10)
    waiting = asyncio.ensure_future(lane.ask(2))
    await asyncio.sleep(0)
    closing = asyncio.ensure_future(lane.close())
    await asyncio.sleep(0.05)
    assert not closing.done()
    work.gate.set()
    await closing
    assert await running == 2
    with pytest.raises(asyncio.CancelledError):
        await waiting
    with pytest.raises(Busy):
        await lane.ask(3)


def test_cuts_keep_to_the_budget_and_to_little_padding():
    chance = random.Random(1)
    for _ in range(200):
        sizes = sorted(chance.randint(1, 700) for _ in range(chance.randint(1, 80)))
        batches = list(cut(sizes, BATCH_TOKENS))
        assert [place for batch in batches for place in batch] == list(range(len(sizes)))
        for batch in batches:
            padded, real = sizes[batch[-1]] * len(batch), sum(sizes[place] for place in batch)
            assert len(batch) == 1 or (padded <= BATCH_TOKENS and padded <= 2 * real)
