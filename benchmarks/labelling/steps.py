"""How many steps one label takes on Discord: interactions until a vote is in the file.

Tokki runs in a process of its own, before a loopback Discord. Somebody uses what they are offered,
and nothing else, until another connection reads their vote; each interaction is a step.
"""

import asyncio
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures.report import Figure, Report
from tests.parity.doors.process import TokkiRun
from tests.servers.discord_server import Channel, LoopbackDiscord, Message, Person
from tests.servers.discord_server.people.user_action import UserAction

LABELS = ("bug", "question", "praise")
_FROM_QUEUE, _FROM_MESSAGE = 1, 3
_RIVALS = 11
"""Of those that are no part of a chat: copying a message into them, and labelling it there."""
_MANAGES_MESSAGES = 1 << 13
_PATIENCE_S = 60.0
_MOST_STEPS = 20


async def measure(report: Report) -> None:
    """Label a text of the queue, and somebody's message, and add how many steps that took."""
    with tempfile.TemporaryDirectory() as folder:
        queued, written, alone = await _counted(Path(folder))
    report.figures.append(
        Figure(
            "steps for one label on Discord, from an opened queue / from a message",
            f"{queued} / {written}",
            f"{_RIVALS} where labelling is a place of its own",
            f"{_FROM_QUEUE} / {_FROM_MESSAGE}",
            queued <= _FROM_QUEUE and written <= _FROM_MESSAGE,
            f"of a message with two datasets to choose from; with one, {alone}",
        )
    )


async def _counted(folder: Path) -> tuple[int, int, int]:
    async with LoopbackDiscord() as discord:
        guild = discord.add_guild("Lab")
        channel, mina = guild.add_channel("general"), discord.add_person("mina")
        guild.join(mina, permissions=_MANAGES_MESSAGES, roles=[])
        tokki = TokkiRun(folder, discord.settings)
        try:
            await discord.ready()
            labelling = _Labelling(mina, channel, folder / "tokki.sqlite3")
            await labelling.given("dataset create", {"name": "first", "labels": ", ".join(LABELS)})
            alone = await labelling.message("it crashes when I save")
            await labelling.given("dataset add", {"text": "where is the search"})
            queued = await labelling.queue()
            await labelling.given("dataset create", {"name": "second", "labels": ", ".join(LABELS)})
            return queued, await labelling.message("what a lovely album"), alone
        finally:
            await asyncio.to_thread(tokki.stop)


@dataclass(frozen=True)
class _Labelling:
    """Somebody who labels one text after another."""

    person: Person
    channel: Channel
    path: Path

    async def given(self, command: str, options: Mapping[str, str]) -> Message:
        """Give a command."""
        asked = await self.person.slash(self.channel, command, options)
        return await asked.answered(_PATIENCE_S)

    async def queue(self) -> int:
        """Label the text that an opened queue shows; returns the steps."""
        card = await self.given("label", {})
        return await self._until_said(0, card)

    async def message(self, text: str) -> int:
        """Label what somebody has written, from its menu; returns the steps."""
        written = await self.person.write(self.channel, text)
        asked = await self.person.message_action(self.channel, "Add to dataset", written)
        return await self._until_said(1, await asked.answered(_PATIENCE_S))

    async def _until_said(self, steps: int, shown: Message) -> int:
        votes = self._votes()
        while self._votes() == votes:
            assert steps < _MOST_STEPS, shown.text
            shown = await (await self._use(shown)).answered(_PATIENCE_S)
            steps += 1
        return steps

    async def _use(self, shown: Message) -> UserAction:
        """Choose the first label, or else the first dataset, in whatever is offered."""
        for control in shown.controls:
            if options := [each["value"] for each in control.get("options", ())]:
                return await self.person.select(shown, control["custom_id"], options[:1])
        return await self.person.press(shown, shown.button(LABELS[0]))

    def _votes(self) -> int:
        with closing(sqlite3.connect(self.path)) as file:
            (count,) = file.execute("SELECT count(*) FROM votes").fetchone()
        return int(count)
