"""The real door, over a real database and tiny checkpoints, before a loopback Slack."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.on_slack.connection import socket_mode
from bot.on_slack.connection.door import serve
from bot.on_slack.setup.manifest import manifest
from bot.settings import Settings
from tests.bot.serving import ServedTokki, lookups
from tests.handlers.conftest import checkpoints
from tests.servers.slack_server import Channel, LoopbackSlack, Message, Person

__all__ = ["checkpoints", "lookups"]


class Tokki(ServedTokki):
    """Tokki on Slack."""

    serve = serve

    def __init__(self, server: LoopbackSlack, data_dir: Path, checkpoints: Path) -> None:
        super().__init__(data_dir, checkpoints)
        self.server = server
        self.prefix = ""

    def settings(self) -> Settings:
        return Settings(
            data_dir=self.data_dir,
            slack_bot_token=self.token or self.server.bot_token,
            slack_app_token=self.server.app_token,
            slack_api_url=self.server.api_url,
            slack_prefix=self.prefix,
        )

    async def connected(self) -> None:
        await self.server.connected()


@pytest_asyncio.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackSlack]:
    monkeypatch.setattr(socket_mode, "PING_INTERVAL_S", 1.0)  # slack_sdk waits as long to reconnect
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


@pytest.fixture
def secret(lab: Lab, server: LoopbackSlack) -> Channel:
    """Somewhere that Tokki is not in."""
    return server.add_channel("secret", members=[lab.boss], is_private=True, with_bot=False)


def saying(channel: Channel, word: str) -> list[Message]:
    """Give the messages that hold a word."""
    return [each for each in channel.messages if word in each.text_shown]


def public(channel: Channel) -> list[Message]:
    """Give the messages that all of a channel see."""
    return [each for each in channel.messages if not each.is_ephemeral]
