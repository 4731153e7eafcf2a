"""The real door, over a real database and tiny checkpoints, before a loopback Discord."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import discord
import pytest
import pytest_asyncio

from bot.app import App
from bot.on_discord.door import serve
from bot.settings import Settings
from handlers.types import Language
from tests.handlers.conftest import Bot, checkpoints, running
from tests.servers.discord_server import LoopbackDiscord

__all__ = ["checkpoints"]

MANAGE_GUILD = 1 << 5
MANAGE_MESSAGES = 1 << 13


async def until(is_so: Callable[[], bool], timeout_s: float = 20) -> None:
    """Wait for what nobody tells of."""
    async with asyncio.timeout(timeout_s):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@dataclass
class Tokki:
    """Tokki on Discord, to be started and stopped as its operator does."""

    server: LoopbackDiscord
    data_dir: Path
    checkpoints: Path
    token: str = ""
    api_url: str = ""
    said: list[str] = field(default_factory=list)
    bot: Bot | None = None
    serving: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Start, and wait until Discord has delivered its servers."""
        self.begin()
        await self.server.ready(timeout=20)

    def begin(self) -> None:
        """Start without waiting."""
        self._stop = asyncio.Event()
        self.serving = asyncio.create_task(self._serve())

    async def stop(self) -> None:
        """Stop as SIGTERM does."""
        if self.serving:
            self._stop.set()
            serving, self.serving = self.serving, None
            await serving

    async def crash(self) -> None:
        """End without a word, as a power cut does."""
        assert self.serving
        self.serving.cancel()
        await asyncio.gather(self.serving, return_exceptions=True)
        self.serving = None

    async def _serve(self) -> None:
        settings = Settings(
            data_dir=self.data_dir,
            discord_token=self.token or self.server.token,
            discord_api_url=self.api_url or self.server.api_url,
        )
        async with AsyncExitStack() as stack:
            self.bot = await stack.enter_async_context(running(self.data_dir, self.checkpoints))
            app = App(self.bot.dispatcher, self.bot.services, lambda: None)
            await serve(app, settings, Language.ENGLISH, self._stop, self.said.append)


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
    return Lab(server, guild, channel, mina, boss)
