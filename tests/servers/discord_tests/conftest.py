"""A server, with a guild, a channel and a person, and a bot that is ready."""

from collections.abc import AsyncIterator

import discord
import pytest
import yarl

from tests.servers.discord_server import LoopbackDiscord
from tests.servers.discord_tests.bot import Bot, Place, running


def point_at(server: LoopbackDiscord, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let discord.py talk to a server of ours."""
    monkeypatch.setattr(discord.http.Route, "BASE", server.api_url)
    # Where a session is invalid, discord.py begins anew at the default gateway.
    gateway = yarl.URL(server.gateway_url)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway)


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LoopbackDiscord]:
    async with LoopbackDiscord() as one:
        point_at(one, monkeypatch)
        yield one


@pytest.fixture
async def place(server: LoopbackDiscord) -> AsyncIterator[Place]:
    guild = server.add_guild("Lab", locale="ko")
    channel = guild.add_channel("general")
    mina = server.add_person("mina", locale="ko")
    guild.join(mina)
    async with running(server, bot := Bot()):
        yield Place(server, bot, guild, channel, mina)
