"""The waits of the tests themselves: they end, and say what for they waited."""

import asyncio

import pytest

from tests.conftest import limited
from tests.waiting import until, within


async def test_what_comes_is_returned() -> None:
    found: list[int] = []
    asyncio.get_running_loop().call_later(0.02, found.append, 3)
    assert await until(lambda: found, "a number") == [3]

    async def later() -> list[int]:
        return found

    assert await until(later, "a number") == [3]


async def test_what_does_not_come_is_named_beside_what_is_there() -> None:
    with pytest.raises(AssertionError, match=r"waited 0.01 s for: a number; instead: \[\]"):
        await until(lambda: [], "a number", lambda: [], patience_s=0.01)


async def test_a_failure_inside_is_not_taken_for_the_end_of_patience() -> None:
    with pytest.raises(TimeoutError, match="of its own"):
        async with within("a number"):
            raise TimeoutError("of its own")


async def test_who_swallows_the_end_of_patience_fails_all_the_same() -> None:
    with pytest.raises(AssertionError, match=r"waited 0\.01 s for: an end"):
        async with within("an end", patience_s=0.01):
            with pytest.raises(asyncio.CancelledError):
                await asyncio.Event().wait()


async def test_a_test_that_would_wait_for_ever_tells_where() -> None:
    async def waits() -> None:
        await asyncio.Event().wait()

    with pytest.raises(AssertionError, match=r"test_waiting\.py:\d+ for: await asyncio"):
        await limited(waits, longest_s=0.01)()
