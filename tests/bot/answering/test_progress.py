"""How an answer comes along is shown, but not where it could not be taken back and ends soon."""

import asyncio
from dataclasses import replace

import pytest

from bot.answering.answer import Pace
from bot.answering.in_flight import AnswersInFlight
from handlers.types import Language, Reply
from tests.bot.answering.test_languages import Board, NoJobs
from tests.waiting import until

PACE = Pace(acknowledge_after_s=0.0, between_edits_s=0.0, crowd=100)
REFUSED = replace(PACE, again_after_s=[0.0], outage_s=[0.0])


async def answered(board, ends):
    """Let an answer say that it is loading, and end once `ends` is set."""

    async def work(progress):
        await progress(Reply(text="loading"))
        await ends.wait()
        return Reply(text="the answer")

    desk = AnswersInFlight(NoJobs(), PACE)
    desk.begin(board, Language.ENGLISH, work)
    await asyncio.sleep(0.05)
    return desk


def texts(board):
    return [reply.text for reply in board.shown]


async def test_what_can_be_edited_says_at_once_that_it_is_loading():
    board, ends = Board(), asyncio.Event()
    await answered(board, ends)
    await until(lambda: texts(board) == ["loading"], "a state on the way")
    ends.set()
    await until(lambda: texts(board) == ["loading", "the answer"], "the end")


async def test_what_stays_for_ever_says_it_only_where_it_takes_long():
    board, ends = Board(), asyncio.Event()
    board.quiet_s = 60.0
    await answered(board, ends)
    ends.set()
    await until(lambda: texts(board) == ["the answer"], "the end alone")


async def test_what_takes_long_is_told_of_even_so():
    board, ends = Board(), asyncio.Event()
    board.quiet_s = 0.1
    await answered(board, ends)
    await until(lambda: texts(board) == ["loading"], "a state on the way")
    ends.set()
    await until(lambda: texts(board) == ["loading", "the answer"], "the end")


@pytest.mark.parametrize(
    ("refusals", "shown"), [(1, ["the answer"]), (2, ["broke"]), (3, ["the answer"]), (5, [])]
)
async def test_an_outage_costs_no_answer(refusals, shown):
    """One try, one again, one to say that it broke, and one once the outage is over."""
    board, desk = Refusing(refusals), AnswersInFlight(NoJobs(), REFUSED)

    async def work(progress):
        return Reply(text="the answer")

    desk.begin(board, Language.ENGLISH, work)
    await until(lambda: desk.is_idle, "the end of the tries")
    assert ["broke" if "broke" in text else text for text in texts(board)] == shown


class Refusing(Board):
    """A platform that takes nothing so many times."""

    def __init__(self, refusals):
        super().__init__()
        self.refusals = refusals

    async def show(self, reply, *, is_last):
        self.refusals -= 1
        if self.refusals >= 0:
            raise ConnectionError("503")
        await super().show(reply, is_last=is_last)
