"""What a press asks of the memory, counted: what it knows already it does not ask again."""

import re
import sqlite3
from collections import Counter

import pytest
from sqlalchemy import event

from handlers.types import Role

OF_A_PRESS = {
    "queries": 1,
    "feedback": 2,  # what is said, and what others have said of the model
    "feedback_history": 1,
    "datasets": 3,  # where the text goes, once more while nobody else writes, and what came of it
    "examples": 5,
    "near_duplicate_keys": 2,
    "votes": 2,
    "votes_history": 3,  # where they said something of the answer before, too
    "live_moves": 1,
}
REMEMBERED = ("settings", "choices", "live_versions")
"""For some seconds, which a press may outlast."""
TABLE = re.compile(r"(?:FROM|INTO) (\w+)")


@pytest.fixture
def statements(bot) -> list[str]:
    """Grows with all that SQLite is asked, by SQLAlchemy or past it."""
    found: list[str] = []

    def note(statement: str) -> None:
        is_a_row_more = found and _begins(found[-1]) == _begins(statement)
        if not (is_a_row_more or statement.startswith("--")):  # which triggers are shown as
            found.append(statement)

    def listen(driver: sqlite3.Connection, *_) -> None:
        driver.set_trace_callback(note)

    event.listen(bot.services.storage._connections._engine, "checkout", listen)
    return found


def _begins(statement: str) -> str:
    return statement.partition("VALUES")[0]


@pytest.mark.usefixtures("salted")
async def test_a_press_asks_each_thing_once(bot, statements) -> None:
    await bot.ok("/classify the first")
    await bot.press("fb:1:right")  # makes the dataset, and counts its texts
    await bot.ok("/classify something else")
    await bot.services.watch.settled()
    statements.clear()
    reply = await bot.by("ann", Role.MEMBER).press("fb:2:right")
    assert reply.error is None
    await bot.services.watch.settled()
    tables = Counter(found[1] for one in statements if (found := TABLE.search(one)))
    assert {name: n for name, n in tables.items() if name not in REMEMBERED} == OF_A_PRESS
    assert statements.count("BEGIN IMMEDIATE") == 1
