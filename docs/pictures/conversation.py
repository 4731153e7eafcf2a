"""Asks Tokki on a loopback Discord: the real `tokki run`, the bundled models, real answers."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.discord_server import Asked, LoopbackDiscord, Message

ROOT = Path(__file__).parents[2]
_START_S = 60
_ANSWER_S = 60


@dataclass(frozen=True, slots=True)
class Scene:
    """What somebody types on Discord, and what they press under the answer."""

    person: str
    locale: str
    command: str
    option: str
    """The command and its option as this person reads them."""
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What Discord was sent."""

    answer: Message
    pressed: Message


async def take(scene: Scene) -> Taken:
    """Play a scene with a Tokki of its own."""
    async with LoopbackDiscord() as discord, _tokki(discord):
        guild = discord.add_guild("Lab")
        channel = guild.add_channel("general")
        person = discord.add_person(scene.person, locale=scene.locale)
        guild.join(person, permissions=0, roles=[])
        await discord.ready(_START_S)
        for _ in range(2):  # the first answer waits for the model
            asked = await person.slash(channel, "classify", {"text": scene.text})
            answer = await _end(asked)
        pressed = await person.press(answer, answer.button(scene.label))
        return Taken(answer, await _end(pressed))


async def _end(asked: Asked) -> Message:
    """Wait for an answer with buttons: what tells of progress has none."""
    return await asked.until(lambda message: message.controls, _ANSWER_S)


@asynccontextmanager
async def _tokki(discord: LoopbackDiscord) -> AsyncIterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            cwd=folder,  # where no .env of a developer lies
            env=os.environ
            | {
                "PYTHONPATH": str(ROOT),
                "DISCORD_TOKEN": discord.token,
                "DISCORD_API_URL": discord.api_url,
                "TOKKI_DATA_DIR": folder,
            },
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            yield
        finally:
            process.terminate()
            await process.wait()
