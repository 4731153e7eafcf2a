"""Asks Tokki on loopback platforms: the real `tokki run`, the bundled models, real answers."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from bot.on_slack.setup.manifest import manifest
from tests.servers import discord_server, slack_server
from tests.servers.discord_server import LoopbackDiscord
from tests.servers.slack_server import LoopbackSlack

ROOT = Path(__file__).parents[2]
_START_S = 60
_ANSWER_S = 60

Message = TypeVar("Message")


@dataclass(frozen=True, slots=True)
class Scene:
    """What somebody types, and what they press under the answer."""

    person: str
    locale: str
    """As Discord says it."""
    command: str
    option: str
    """The command and its option as this person reads them."""
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Taken(Generic[Message]):
    """What a platform was sent."""

    answer: Message
    pressed: Message


async def take(scene: Scene) -> Taken[discord_server.Message]:
    """Play a scene on Discord, with a Tokki of its own."""
    async with LoopbackDiscord() as discord:
        settings = {"DISCORD_TOKEN": discord.token, "DISCORD_API_URL": discord.api_url}
        async with _tokki(settings):
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


async def take_on_slack(scene: Scene) -> Taken[slack_server.Message]:
    """Play a scene on Slack, with a Tokki of its own."""
    async with LoopbackSlack() as slack:
        slack.manifest = manifest()
        settings = {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
        }
        async with _tokki(settings):
            locale = "ko-KR" if scene.locale == "ko" else scene.locale
            person = slack.add_person(scene.person, locale=locale)
            await slack.connected(_START_S)
            for name in ("warm", "general"):  # the first answer waits for the model
                channel = slack.add_channel(name)
                asked = await person.command(channel, f"/{scene.command}", scene.text)
                answer = await _end(asked)
            pressed = await person.press(answer, answer.button(scene.label))
            thanks = await pressed.until(lambda m: m.is_ephemeral and m.controls, _ANSWER_S)
            return Taken(answer, thanks)


async def _end(asked: Any) -> Any:  # noqa: ANN401 - of either platform
    """Wait for an answer with buttons: what tells of progress has none."""
    return await asked.until(lambda message: message.controls, _ANSWER_S)


@asynccontextmanager
async def _tokki(settings: Mapping[str, str]) -> AsyncIterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            cwd=folder,  # where no .env of a developer lies
            env=os.environ | {"PYTHONPATH": str(ROOT), "TOKKI_DATA_DIR": folder} | settings,
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            yield
        finally:
            process.terminate()
            await process.wait()
