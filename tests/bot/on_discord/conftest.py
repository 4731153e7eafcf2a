"""The real door, over a real database and tiny checkpoints, before a loopback Discord."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import discord
import pytest
import pytest_asyncio

from bot.on_discord.connection.door import serve
from bot.settings import Settings
from models.tasks.classification import TextToClassify
from tests.bot.serving import ServedTokki, lookups
from tests.handlers.conftest import checkpoints
from tests.servers.discord_server import LoopbackDiscord

__all__ = ["checkpoints", "lookups"]

MANAGE_GUILD = 1 << 5
MANAGE_MESSAGES = 1 << 13


class Tokki(ServedTokki):
    """Tokki on Discord."""

    serve = serve

    def __init__(self, server: LoopbackDiscord, data_dir: Path, checkpoints: Path) -> None:
        super().__init__(data_dir, checkpoints)
        self.server = server
        self.api_url = ""

    def settings(self) -> Settings:
        return Settings(
            data_dir=self.data_dir,
            discord_token=self.token or self.server.token,
            discord_api_url=self.api_url or self.server.api_url,
        )

    async def connected(self) -> None:
        await self.server.ready()


@pytest_asyncio.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackDiscord]:
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    async with LoopbackDiscord() as server:
        yield server


@pytest_asyncio.fixture
async def tokki(server: LoopbackDiscord, tmp_path: Path, checkpoints: Path) -> AsyncIterator[Tokki]:
    tokki = Tokki(server, tmp_path, checkpoints)
    try:
        yield tokki
    finally:
        await tokki.stop()


@dataclass
class Lab:
    """A server with Tokki in it, and its people."""

    server: LoopbackDiscord
    guild: object
    channel: object
    mina: object
    """A member who speaks Korean."""
    boss: object
    """Manages the server, in English."""


@pytest_asyncio.fixture
async def lab(tokki: Tokki, server: LoopbackDiscord) -> Lab:
    guild = server.add_guild("Lab")
    channel = guild.add_channel("general")
    mina, boss = server.add_person("mina", locale="ko"), server.add_person("boss")
    guild.join(mina, permissions=0, roles=[])
    guild.join(boss, permissions=MANAGE_GUILD | MANAGE_MESSAGES, roles=[])
    await tokki.start()
    models = tokki.bot.services.models
    await models.ask(
        models.find("sentiment"), TextToClassify("warm")
    )  # or a first answer might say "Loading"
    return Lab(server, guild, channel, mina, boss)
