"""A door at which much is begun at once, and of which Tokki is killed meanwhile."""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any, Protocol

from tests.parity.doors.discord_door import DiscordDoor
from tests.parity.doors.door import Door, VisibleAnswer
from tests.parity.doors.json_chat import Answer
from tests.parity.doors.served import ServedDoor
from tests.parity.doors.slack_door import SlackDoor
from tests.parity.doors.terminal_door import TerminalDoor, seen_of
from tests.servers.discord_server import UserAction

_HELP = re.compile("/classify")
_UNASKED = re.compile("/classify|is trained|is in “|was cancelled|could not be")
"""What a terminal tells of a job that goes on, and what is left of asking for help."""
_ARRIVES_S = 0.3
"""What was sent before the kill is on its way no longer."""


@dataclass(frozen=True)
class Ask:
    """A command."""

    command: str
    options: Mapping[str, str | int]


@dataclass(frozen=True)
class Push:
    """A press of a button that this answer has."""

    seen: VisibleAnswer
    label: str


Work = Ask | Push


class Front(Door, Protocol):
    """A door of which Tokki can be killed amid much."""

    def killed_amid(self, works: Sequence[Work], seconds: float) -> Sequence[VisibleAnswer | None]:
        """Begin all of it, kill Tokki after so long, start it again; return who was answered."""
        ...


def fronts(folder: Path) -> Mapping[str, AbstractContextManager[Front]]:
    """Open each door on a data folder of its own."""
    return {
        "terminal": Terminal(_made(folder / "terminal")),
        "discord": Discord(_made(folder / "discord")),
        "slack": Slack(_made(folder / "slack")),
    }


class Terminal(TerminalDoor):
    """Lines are written without waiting; what came out before the end was answered."""

    def killed_amid(self, works: Sequence[Work], seconds: float) -> Sequence[VisibleAnswer | None]:
        while not _HELP.search(self.ask("help").text):  # it has begun
            pass
        for work in works:
            if isinstance(work, Ask):
                self.begin(work.command, **work.options)
            else:
                self.begin_push(work.seen, work.seen.control(work.label))
        sleep(seconds)
        self.process.kill()
        assert self.process.stdout
        lines = [seen_of(each) for each in map(_read, self.process.stdout) if each]
        self.end()
        answers = [each for each in lines if not _UNASKED.search(each.text)][: len(works)]
        return [*answers, *[None] * (len(works) - len(answers))]


def _read(line: str) -> Answer | None:
    """Return an answer; None for one that was cut."""
    try:
        answer: Answer = json.loads(line)
    except ValueError:
        return None
    return answer


class _Served(ServedDoor[Any]):
    def killed_amid(self, works: Sequence[Work], seconds: float) -> Sequence[VisibleAnswer | None]:
        answers = self.loop.do(self._amid(works, seconds))
        self.begin_anew()
        return answers

    async def _amid(self, works: Sequence[Work], seconds: float) -> Sequence[VisibleAnswer | None]:
        begun = [asyncio.create_task(self._do(work)) for work in works]
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self.kill)
        await asyncio.sleep(_ARRIVES_S)
        for task in begun:
            task.cancel()
        ended = await asyncio.gather(*begun, return_exceptions=True)
        return [None if isinstance(each, BaseException) else each for each in ended]

    async def _do(self, work: Work) -> VisibleAnswer:
        if isinstance(work, Ask):
            return self.seen(await self._answer(work.command, work.options))
        return self.seen(await self._pushed(work.seen, work.seen.control(work.label)))


class Discord(_Served, DiscordDoor):
    """Each command has a channel of its own, so that answers can be told apart."""

    async def typed(self, command: str, options: Mapping[str, str | int]) -> UserAction:
        place = self.guild.add_channel(f"channel-{len(self.guild.channels)}")
        return await self.boss.slash(place, command, options)


class Slack(_Served, SlackDoor):
    """As it is."""


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
