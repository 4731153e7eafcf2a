"""What an answer says by itself is said in the language that its reader has chosen."""

import asyncio

import pytest

from bot.answering.answer import Pace
from bot.answering.in_flight import AnswersInFlight
from handlers.types import Language, Reply
from tests.waiting import until


class Board:
    """A screen that keeps what it shows."""

    message = None
    quiet_s = 0.0

    def __init__(self) -> None:
        self.shown: list[Reply] = []

    async def acknowledge(self) -> None: ...

    async def show(self, reply: Reply, *, is_last: bool) -> None:
        self.shown.append(reply)


class NoJobs:
    """There is no long work."""

    async def close(self) -> None: ...


async def korean() -> Language:
    return Language.KOREAN


async def broken() -> Language:
    raise RuntimeError


@pytest.mark.parametrize(("chosen", "said"), [(korean, "멈췄어요"), (broken, "was stopped")])
async def test_a_stop(chosen, said):
    board, desk = Board(), AnswersInFlight(NoJobs(), Pace(0.0, 1.0, 100))
    desk.begin(board, Language.ENGLISH, lambda _: asyncio.sleep(60), is_long=True, chosen=chosen)
    await asyncio.sleep(0)
    await desk.drain()
    (reply,) = board.shown
    assert said in reply.text


async def test_a_stop_says_of_a_job_that_it_goes_on():
    async def follows_a_job(progress):
        await progress(Reply(text="on its way", job=12))
        await asyncio.sleep(60)

    board, desk = Board(), AnswersInFlight(NoJobs(), Pace(0.0, 1.0, 100))
    desk.begin(board, Language.ENGLISH, follows_a_job, is_long=True, chosen=korean)
    await until(lambda: board.shown, "how it comes along")
    await desk.drain()
    assert "저절로 이어져요" in board.shown[-1].text and "/작업 12" in board.shown[-1].text


async def test_a_crash():
    async def crash(_progress):
        await asyncio.sleep(0)
        raise RuntimeError

    board, desk = Board(), AnswersInFlight(NoJobs(), Pace(0.0, 1.0, 100))
    desk.begin(board, Language.ENGLISH, crash, chosen=korean)
    await until(lambda: board.shown, "words on the crash")
    assert "문제" in board.shown[0].text or "고장" in board.shown[0].text
