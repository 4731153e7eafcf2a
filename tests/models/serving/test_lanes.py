"""The queue: batching, fairness, failures, cancellation, and being full."""

import asyncio
import random
import threading
from collections.abc import Callable, Sequence

import pytest

from models.errors import Busy, TookTooLong, WaitedTooLong
from models.reports import Outlook
from models.serving import lanes
from models.serving.lanes import MOST_WAITING, Lane
from models.serving.workers import Workers
from tests.waiting import PATIENCE_S, turns, within


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
        assert self.gate.wait(PATIENCE_S), "nobody opened the gate"
        self.inside -= 1
        return lambda: [self._double(item) for item in items]

    async def begun(self) -> None:
        assert await asyncio.to_thread(self.began.wait, PATIENCE_S), "no thread began to work"

    def _double(self, item: int) -> int | Exception:
        if item == -1:
            raise ValueError("spoils its whole batch")
        return LookupError(item) if item < 0 else item * 2


@pytest.fixture
def work():
    return Doubling()


class Pool(Workers):
    """Counts what its threads are given."""

    trips = 0

    def submit(self, *asked, **named):
        self.trips += 1
        return super().submit(*asked, **named)


@pytest.fixture
def pool():
    with Pool(4) as pool:
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
        async with within("an answer for each of those who stay"):
            answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(answers[number] == number * 2 for number in range(60) if number not in gone)
    await lane.close()


async def test_who_has_gone_costs_no_work(work, pool):
    lane = Lane("x", work, pool)
    work.gate.clear()
    first = asyncio.ensure_future(lane.ask(1))
    await work.begun()
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
    await work.begun()
    gone.cancel()
    later = asyncio.ensure_future(lane.ask(2))
    await turns()
    assert pool.trips == 1
    work.gate.set()
    assert await later == 4


async def test_a_full_queue_says_how_long(work, pool):
    lane = Lane("crowded@1", work, pool, most_waiting=3)
    await asyncio.gather(lane.ask(1), lane.ask(2))
    work.gate.clear()
    work.began.clear()
    running = asyncio.ensure_future(lane.ask(5))
    await work.begun()
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
    await work.begun()
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
    await work.begun()
    waiting = asyncio.ensure_future(lane.ask(2))
    await asyncio.sleep(0)
    closing = asyncio.ensure_future(lane.close())
    await turns()
    assert not closing.done()
    work.gate.set()
    await closing
    assert await running == 2
    with pytest.raises(asyncio.CancelledError):
        await waiting
    with pytest.raises(Busy):
        await lane.ask(3)


async def held(lane, work):
    """Ask, and return while the thread is still at it."""
    work.gate.clear()
    work.began.clear()
    running = asyncio.ensure_future(lane.ask(1))
    await work.begun()
    return running


async def test_a_crowded_community_delays_another_by_one_batch(work, pool):
    lane = Lane("x", work, pool, most_waiting=10_000)
    running = await held(lane, work)
    loud = [asyncio.ensure_future(lane.ask(64 * each, "loud")) for each in range(5000)]
    await asyncio.sleep(0)
    quiet = asyncio.ensure_future(lane.ask(63, "quiet"))  # alike in length to none of them
    await asyncio.sleep(0)
    work.gate.set()
    assert await quiet == 126
    assert next(place for place, batch in enumerate(work.batches) if 63 in batch) <= 2
    assert await asyncio.gather(running, *loud) == [2, *(128 * each for each in range(5000))]


async def test_a_full_queue_makes_room_for_another_community(work, pool):
    lane = Lane("x", work, pool, most_waiting=4)
    running = await held(lane, work)
    loud = [asyncio.ensure_future(lane.ask(each, "loud")) for each in range(4)]
    await asyncio.sleep(0)
    quiet = asyncio.ensure_future(lane.ask(7, "quiet"))
    with pytest.raises(Busy):
        await loud[3]  # its newest: told at once, not lost
    with pytest.raises(Busy):
        await lane.ask(8, "loud")
    work.gate.set()
    assert await asyncio.gather(running, *loud[:3], quiet) == [2, 0, 2, 4, 14]


async def test_who_has_waited_too_long_is_told_and_costs_no_work(work, pool):
    lane = Lane("late@1", work, pool)
    running = await held(lane, work)
    patient = asyncio.ensure_future(lane.ask(4))
    async with within("word that it took too long"):
        with pytest.raises(WaitedTooLong) as late:
            await lane.ask(3, deadline_s=0.05)
    assert late.value.facts == {"name": "late@1", "seconds": 0}
    brief = [asyncio.ensure_future(lane.ask(each, deadline_s=0.1)) for each in (5, 6)]
    async with within("word that it took too long, for both"):
        told = await asyncio.gather(*brief, return_exceptions=True)
    assert [type(each) for each in told] == [WaitedTooLong] * 2
    work.gate.set()
    assert await asyncio.gather(running, patient) == [2, 8]
    assert [item for batch in work.batches for item in batch] == [1, 4]
    await lane.close()


async def test_the_outlook_comes_from_measured_tokens(pool, monkeypatch):
    class Timed(Doubling):
        """Takes a second for 2,000 tokens, by a clock that nothing else moves."""

        now_s = 0.0

        def prepare(self, items):
            finish = super().prepare(items)
            self.now_s += sum(map(self.size, items)) / 2000
            return finish

    work = Timed()
    monkeypatch.setattr(lanes, "perf_counter", lambda: work.now_s)
    lane = Lane("x", work, pool, most_waiting=1000)
    assert lane.outlook() == Outlook(0, 0.0)  # nobody knows yet
    await lane.ask(63)
    running = await held(lane, work)
    waiting = [asyncio.ensure_future(lane.ask(each, "loud")) for each in [31] * 60]
    await asyncio.sleep(0)
    own, another = lane.outlook("loud"), lane.outlook("quiet")
    half_of_the_running = work.size(1) / 2
    assert own == Outlook(60, pytest.approx((60 * 32 + half_of_the_running) / 2000))
    assert another == Outlook(1, pytest.approx((32 + half_of_the_running) / 2000))
    work.gate.set()
    await asyncio.gather(running, *waiting)
    assert lane.outlook() == Outlook(0, 0.0)


async def test_one_hot_checkpoint_does_not_starve_another():
    """The lanes share a pool; the hot one has a batch for each of its threads at all times."""
    hot_work, cold_work, is_over = Doubling(), Doubling(), asyncio.Event()
    with Workers(2) as pool:
        hot = Lane("hot", hot_work, pool, width=2, most_waiting=10_000)
        cold = Lane("cold", cold_work, pool, width=2)

        async def ask_again_and_again(number: int) -> None:
            while not is_over.is_set():
                assert await hot.ask(number) == 2 * number

        crowd = [asyncio.ensure_future(ask_again_and_again(each)) for each in range(300)]
        for each in range(10):
            hot_work.began.clear()
            await hot_work.begun()
            before = len(hot_work.batches)
            await cold.ask(each)
            assert len(hot_work.batches) - before <= 4  # two ahead of it, two beside it
        is_over.set()
        await asyncio.gather(*crowd)


async def test_a_lone_request_makes_one_trip_to_the_pool():
    for width in (1, 2):
        with Pool(2) as pool:
            lane = Lane("x", Doubling(), pool, width)
            assert [await lane.ask(each) for each in range(10)] == [2 * each for each in range(10)]
            assert pool.trips == 10


async def test_whoever_leaves_before_the_thread_begins_costs_no_work(work):
    with Workers(1) as pool:
        may_go = threading.Event()
        pool.submit(may_go.wait, PATIENCE_S)
        lane = Lane("x", work, pool)
        asked = [asyncio.ensure_future(lane.ask(each)) for each in (1, 2)]
        await turns()
        asked[0].cancel()
        await turns()
        may_go.set()
        assert await asked[1] == 4
        assert work.batches == [[2]]


async def test_too_few_answers_are_an_error_not_a_hang(pool):
    class Short(Doubling):
        def prepare(self, items):
            return lambda: []

    lane = Lane("x", Short(), pool)
    answers = asyncio.gather(*(lane.ask(each) for each in range(3)), return_exceptions=True)
    async with within("an error for each"):
        assert [type(each) for each in await answers] == [ValueError] * 3


async def test_a_pool_that_has_ended_leaves_nobody_waiting(work):
    pool = Workers(1)
    pool.shutdown()
    async with within("word that nobody will answer"):
        with pytest.raises(asyncio.CancelledError):
            await Lane("x", work, pool).ask(1)


async def test_five_thousand_at_once_are_answered_or_refused_with_an_estimate(work, pool):
    lane = Lane("x", work, pool, width=2)
    asked = [lane.ask(each, str(each % 7)) for each in range(5000)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    refused = [each for each in answers if isinstance(each, Busy)]
    right = [each for place, each in enumerate(answers) if each == 2 * place]
    assert len(right) == MOST_WAITING
    assert len(right) + len(refused) == 5000
    assert all(each.facts["seconds"] >= 1 for each in refused)


async def test_a_batch_that_hangs_is_given_up_with_its_lane(work, pool):
    lane = Lane("stuck@1", work, pool, longest_batch_s=0.05)
    work.gate.clear()
    inside = asyncio.ensure_future(lane.ask(1))
    await work.begun()
    waiting = asyncio.ensure_future(lane.ask(2))
    async with within("an answer to those who wait for what hangs"):
        told = await asyncio.gather(inside, waiting, return_exceptions=True)
    assert [type(each) for each in told] == [TookTooLong, Busy]
    assert told[0].facts["name"] == "stuck@1"
    assert lane.is_hung
    with pytest.raises(Busy):
        await lane.ask(3)
    async with within("the end of a lane that hangs"):
        await lane.close()
    work.gate.set()


async def test_what_waits_for_a_thread_does_not_hang(work):
    with Workers(1) as pool:
        release = threading.Event()
        pool.submit(release.wait, PATIENCE_S)
        lane = Lane("x", work, pool, longest_batch_s=0.2)
        asked = asyncio.ensure_future(lane.ask(4))
        await asyncio.sleep(0.5)
        release.set()
        assert await asked == 8
        assert not lane.is_hung
