"""Promotion and rollback while 64 people ask: what fails, and how soon the one before answers.

Both versions are the bundled `sentiment`, which is large enough to take a while to load. Each
caller asks `/classify` through the dispatcher, as a door does, and asks again once answered.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks.figures.report import Figure, Report
from bot.app import App, running
from bot.data_folder import prepare
from bot.settings import Settings
from handlers.types import Actor, Language, Place, Reply, Request, Role
from models.bundled import __path__ as bundled
from storage.records import NewVersion

CALLERS, MOVES = 64, 5
_GOAL_S = 2.0
_BETWEEN_S = 3.0
_PLACE = Place("terminal", "terminal:local", "terminal", is_private_property=True)
_LABELS = ("negative", "neutral", "positive")

Say = Callable[[str, str], Awaitable[Reply]]


class Answered(NamedTuple):
    """A question that was answered, and by which version."""

    asked: float
    answered: float
    model: str


@dataclass(slots=True)
class Crowd:
    """People who ask until it is over, and what they were told."""

    say: Say
    is_over: bool = False
    answers: list[Answered] = field(default_factory=list)
    failed: int = 0

    async def ask(self, who: int) -> None:
        """Ask text after text, none of them twice."""
        n = 0
        while not self.is_over:
            n += 1
            asked = perf_counter()
            reply = await self.say(f"/classify caller {who} asks for the {n}th time model:ours", "")
            if reply.error:
                self.failed += 1
            else:
                self.answers.append(Answered(asked, perf_counter(), reply.footer["model"]))


async def measure(report: Report) -> None:
    """Promote and roll back under load, and add what came of it."""
    rolled_back: list[float] = []
    promoted: list[float] = []
    async with _two_versions() as say:
        crowd = Crowd(say)
        asking = [asyncio.create_task(crowd.ask(who)) for who in range(CALLERS)]
        await asyncio.sleep(_BETWEEN_S)
        for _ in range(MOVES):
            promoted.append(await _moved(crowd, '/version promote ours@2 reason:"measured"'))
            rolled_back.append(await _moved(crowd, "/version rollback ours"))
        crowd.is_over = True
        await asyncio.gather(*asking)
    total = len(crowd.answers) + crowd.failed
    report.figures.append(
        Figure(
            f"questions failed during {MOVES} promotions and rollbacks, {CALLERS} callers",
            f"{crowd.failed} of {total:,}",
            "–",
            "0",
            crowd.failed == 0,
        )
    )
    slowest = max(rolled_back)
    usual = sorted(one.answered - one.asked for one in crowd.answers)
    report.figures.append(
        Figure(
            f"rollback until whoever asks is answered by the one before, {CALLERS} callers",
            f"{slowest:.2f} s at most",
            "–",
            f"{_GOAL_S:.0f} s",
            slowest <= _GOAL_S,
            f"promotion {max(promoted):.2f} s at most; a question takes "
            f"{usual[len(usual) // 2]:.2f} s in the crowd",
        )
    )


async def _moved(crowd: Crowd, line: str) -> float:
    """Return the seconds until somebody who asked after the command is answered by what it wants.

    Once the command is answered, everybody who asks is answered by that.
    """
    began = perf_counter()
    reply = await crowd.say(line, "admin")
    assert reply.error is None, reply.error
    done = perf_counter()
    wanted = "ours@2" if "promote" in line else "ours@1"
    while not any(one.asked >= began and one.model == wanted for one in crowd.answers):  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.01)
    await asyncio.sleep(_BETWEEN_S)
    since = [one for one in crowd.answers if one.asked >= began]
    assert all(one.model == wanted for one in since if one.asked >= done), "asked after the move"
    return min(one.answered for one in since if one.model == wanted) - began


@asynccontextmanager
async def _two_versions() -> AsyncIterator[Say]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        prepare(settings)
        async with running(settings) as app:
            for number in (1, 2):
                where = f"models/trained/{number}"
                shutil.copytree(Path(bundled[0]) / "sentiment", Path(folder) / where)
                version = NewVersion(_PLACE.community, "ours", where, "sentiment@0", _LABELS)
                await app.services.storage.versions.add(version)
            yield _speaker(app)


def _speaker(app: App) -> Say:
    async def quiet(_: Reply) -> None:
        pass

    async def say(line: str, who: str) -> Reply:
        read = app.dispatcher.read(line)
        assert not isinstance(read, Exception), read
        role = Role.ADMIN if who else Role.MEMBER
        actor = Actor(who or "somebody", who or "somebody", role, Language.ENGLISH)
        request = Request(read.command, read.options, actor, _PLACE, quiet)
        return await app.dispatcher.run(request)

    return say
