"""The real door, over a real database and tiny checkpoints, before a loopback Slack."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from bot.app import App
from bot.on_slack import socket
from bot.on_slack.door import serve
from bot.on_slack.manifest import manifest
from bot.settings import Settings
from handlers.types import Language
from tests.handlers.conftest import Bot, checkpoints, running
from tests.servers.slack_server import Channel, LoopbackSlack, Person

__all__ = ["checkpoints"]


@dataclass
class Tokki:
    """Tokki on Slack, to be started and stopped as its operator does."""

    server: LoopbackSlack
    data_dir: Path
    checkpoints: Path
    token: str = ""
    prefix: str = ""
    said: list[str] = field(default_factory=list)
    bot: Bot | None = None
    serving: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Start, and wait until it is connected."""
        self.begin()
        await self.server.connected(timeout=20)

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

    async def _serve(self) -> None:
        settings = Settings(
            data_dir=self.data_dir,
            slack_bot_token=self.token or self.server.bot_token,
            slack_app_token=self.server.app_token,
            slack_api_url=self.server.api_url,
            slack_prefix=self.prefix,
        )
        async with AsyncExitStack() as stack:
            self.bot = await stack.enter_async_context(running(self.data_dir, self.checkpoints))
            app = App(self.bot.dispatcher, self.bot.services, lambda: None)
            await serve(app, settings, Language.ENGLISH, self._stop, self.said.append)


@pytest_asyncio.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackSlack]:
    monkeypatch.setattr(socket, "PING_INTERVAL_S", 1.0)  # slack_sdk waits as long to reconnect
    async with LoopbackSlack() as server:
        server.manifest = manifest()
        yield server


@pytest_asyncio.fixture
async def tokki(server: LoopbackSlack, tmp_path: Path, checkpoints: Path) -> AsyncIterator[Tokki]:
    tokki = Tokki(server, tmp_path, checkpoints)
    try:
        yield tokki
    finally:
        await tokki.stop()


@dataclass
class Lab:
    """A workspace with Tokki in it, and its people."""

    server: LoopbackSlack
    channel: Channel
    mina: Person
    """A member who speaks Korean."""
    boss: Person
    """Owns the workspace, in English."""


@pytest_asyncio.fixture
async def lab(tokki: Tokki, server: LoopbackSlack) -> Lab:
    channel = server.add_channel("general")
    mina = server.add_person("mina", locale="ko-KR")
    boss = server.add_person("boss", is_owner=True, is_admin=True)
    await tokki.start()
    return Lab(server, channel, mina, boss)
