"""What is read once for many, with a reader that the test holds in its hand."""

import asyncio
from collections.abc import Callable

import pytest

from storage.sql.read_cache import ReadCache
from tests.waiting import turns


class Slow:
    """Answers "<key><number of the read>", when it is let."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.error: Exception | None = None

    async def read(self, key: str) -> str:
        self.started.append(key)
        answer = f"{key}{len(self.started)}"
        await self.may_end.wait()
        if self.error:
            raise self.error
        return answer


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def remember(database, slow: Slow) -> Callable[..., ReadCache[str, str]]:
    def make(kept_s: float = 60, most: int = 100) -> ReadCache[str, str]:
        return ReadCache(database._connections, slow.read, kept_s, most)

    return make


async def test_a_read_is_good_for_a_while(remember, slow, clock) -> None:
    remembered = remember(kept_s=60)
    assert [await remembered.get("a") for _ in range(3)] == ["a1"] * 3
    clock.now_s += 60
    assert await remembered.get("a") == "a2"


async def test_a_slow_read_is_as_old_as_its_beginning(remember, slow, clock) -> None:
    remembered = remember(kept_s=60)
    slow.may_end.clear()
    first = asyncio.create_task(remembered.get("a"))
    await turns()
    clock.now_s += 60
    slow.may_end.set()
    assert await first == "a1"
    assert await remembered.get("a") == "a2"


async def test_a_read_from_before_is_never_kept(remember, slow) -> None:
    remembered = remember()
    slow.may_end.clear()
    before = asyncio.create_task(remembered.get("a"))
    await turns()
    remembered.forget("a")
    after = asyncio.create_task(remembered.get("a"))
    slow.may_end.set()
    assert (await before, await after) == ("a1", "a2")
    assert await remembered.get("a") == "a2"


async def test_who_goes_away_ends_no_read_of_others(remember, slow) -> None:
    remembered = remember()
    slow.may_end.clear()
    callers = [asyncio.create_task(remembered.get("a")) for _ in range(10)]
    await turns()
    for caller in callers[:9]:
        caller.cancel()
    await turns()
    slow.may_end.set()
    assert await callers[9] == await remembered.get("a") == "a1"
    assert all(caller.cancelled() for caller in callers[:9])


async def test_a_failure_is_told_to_all_and_not_remembered(remember, slow) -> None:
    remembered = remember()
    slow.error = ZeroDivisionError()
    callers = (remembered.get("a") for _ in range(5))
    assert await asyncio.gather(*callers, return_exceptions=True) == [slow.error] * 5
    slow.error = None
    assert await remembered.get("a") == "a2"


async def test_a_late_failure_leaves_a_newer_read_alone(remember, slow) -> None:
    remembered = remember()
    slow.may_end.clear()
    slow.error = ZeroDivisionError()
    failing = asyncio.create_task(remembered.get("a"))
    await turns()
    remembered.forget("a")
    end_of_first, slow.may_end = slow.may_end, asyncio.Event()
    newer = asyncio.create_task(remembered.get("a"))
    await turns()
    end_of_first.set()
    with pytest.raises(ZeroDivisionError):
        await failing
    slow.error = None
    slow.may_end.set()
    assert await newer == await remembered.get("a") == "a2"


async def test_those_asked_for_least_recently_are_let_go(remember, slow) -> None:
    remembered = remember(most=3)
    for key in "abcadb":  # b is gone when d comes, then c when b comes back
        await remembered.get(key)
    assert slow.started == list("abcdb")
    for key in "adb":
        await remembered.get(key)
    assert slow.started == list("abcdb")
    assert len(remembered._reads) == 3
