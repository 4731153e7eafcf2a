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
    """What somebody types on Discord, in the language that they have set there."""

    name: str
    person: str
    locale: str
    command: str
    shown_command: str
    """The command and its option, as their Discord names them."""
    shown_option: str
    text: str
    presses: str
    """The label of the button that they press then."""


SCENES = (
    Scene("english", "mina", "en-US", "classify", "classify", "text", "I love this", "Right"),
    Scene("korean", "민아", "ko", "classify", "분류", "글", "이 영화 정말 재미있어요", "맞아요"),
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a scene."""

    scene: Scene
    answer: Message
    to_press: Message
    """What pressing the button was answered with."""


async def take(scene: Scene) -> Taken:
    """Play a scene with a Tokki of its own, and return what Discord was sent."""
    async with LoopbackDiscord() as discord, _tokki(discord):
        channel = discord.add_guild("Lab").add_channel("general")
        person = discord.add_person(scene.person, locale=scene.locale)
        channel.guild.join(person, permissions=0, roles=[])
        await discord.ready(_START_S)
        asked = await person.slash(channel, scene.command, {"text": scene.text})
        answer = await _end(asked)
        pressed = await person.press(answer, answer.button(scene.presses))
        return Taken(scene, answer, await _end(pressed))
