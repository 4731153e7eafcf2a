"""Two processes on one database, each with its own memory: what one is told holds in both."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from handlers.types import Role, UserError
from models.checkpoints.catalog import AllowedModel
from models.units import MB
from storage.records import NewJob
from tests.handlers.conftest import ELSEWHERE, Bot, running
from tests.models.writers import endless
from tests.waiting import until


@pytest_asyncio.fixture
async def both(tmp_path: Path, checkpoints: Path) -> AsyncIterator[tuple[Bot, Bot]]:
    endless(tmp_path / "endless")
    models = [AllowedModel("endless", folder=tmp_path / "endless")]
    async with (
        running(tmp_path / "data", checkpoints, models, joins=True, answers_bytes=MB) as here,
        running(tmp_path / "data", checkpoints, models, joins=True, answers_bytes=MB) as there,
    ):
        yield here, there


async def test_what_one_is_told_holds_in_both(both):
    here, there = both
    ann, admin = here.by("ann", place=ELSEWHERE), there.by("boss", Role.ADMIN, ELSEWHERE)
    await ann.ok("/classify I love this")
    assert here.services.models.usage().answers_bytes
    await there.by("ann", place=ELSEWHERE).press("mine:erase_now")
    await until(lambda: not here.services.models.usage().answers_bytes, "it forgets its answers")
    assert not await _settings(here)
    await admin.ok("/settings limit:letters to:1000")
    await admin.ok("/settings who:@ann may:shut_out")
    await until(lambda: _knows(here, 2), "what was set elsewhere")
    assert await _code(ann, "/classify I love this") == "shut_out"


async def test_one_is_as_often_asked_as_both_together(both):
    here, there = both
    codes = [await _code(here.by("bob", place=ELSEWHERE), "/help") for _ in range(31)]
    assert codes == [None] * 30 + ["too_often"]
    minute = there.dispatcher.limits["minute"]
    await until(lambda: minute.too_early_s("bob"), "what was counted elsewhere")
    assert await _code(there.by("bob", place=ELSEWHERE), "/help") == "too_often"


async def test_a_button_under_a_text_stops_it_wherever_it_is_pressed(both):
    here, there = both
    asked = asyncio.create_task(here.ok("/generate good movie model:endless length:512"))
    button = await until(lambda: _stop_button(here), "a text that comes along")
    await there.by("stranger").press(button)
    assert "stops" in (await there.press(button)).text
    assert "Stopped after" in (await asked).text


async def test_an_older_one_takes_no_jobs_any_more_and_says_so(both, tmp_path):
    here, there = both
    with closing(sqlite3.connect(tmp_path / "data" / "tokki.sqlite3")) as file, file:
        file.execute(
            "UPDATE processes SET revision = '9999' WHERE id = ?", [there.services.others.id]
        )
    others = here.services.others
    await until(lambda: others.newer, "a newer process is noticed")
    with pytest.raises(UserError, match="jobs_paused"):
        await here.services.jobs.start(NewJob("terminal:local", "ann", "batch", {}), {})
    text = str((await here.ok("/status")).table)
    assert "takes no jobs" in text and "migration 9999" in text
    assert "process 1" in text and "process 2" in text
    assert there.services.others.newer is None


def _stop_button(bot: Bot) -> str | None:
    """That of a text of which something is there; what is told of a load ends in dots as well."""
    written = [one for one in bot.progress if one.text.endswith(" …") and "@" not in one.text]
    return written[-1].controls[0].id if written else None


async def _code(bot: Bot, line: str) -> str | None:
    error = (await bot.say(line)).error
    return error.code if error else None


async def _settings(bot: Bot) -> dict:
    return await bot.services.storage.settings.all(ELSEWHERE.community)


async def _knows(bot: Bot, many: int) -> bool:
    return len(await _settings(bot)) == many
