"""A tiny bot for the tests of the server: the unmodified discord.py, and what it did."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import discord
from discord import app_commands
from discord.http import Route

from tests.servers.discord_server import (
    Channel,
    Guild,
    LoopbackDiscord,
    Message,
    Person,
    UserAction,
)
from tests.waiting import PATIENCE_S

NOBODY = discord.AllowedMentions.none()

Interaction = discord.Interaction[Any]
On = Callable[[Interaction], Awaitable[object]]


async def hello(interaction: Interaction) -> None:
    await interaction.response.send_message("hello")


class Bot(discord.AutoShardedClient):
    """Answers interactions with whatever function a test gives it."""

    def __init__(self, **options: Any) -> None:
        settings: dict[str, Any] = {
            "intents": discord.Intents(guilds=True),
            "allowed_mentions": NOBODY,
            "guild_ready_timeout": 0.1,
        }
        super().__init__(**settings | options)
        self.tree = app_commands.CommandTree(self)
        self.on: On | None = None
        """Gets every interaction that is no command of the tree."""
        self.failures: asyncio.Queue[Exception] = asyncio.Queue()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify at once: discord.py would wait five seconds before each further shard."""

    async def failed(self) -> discord.HTTPException:
        """Wait until one of its requests has failed."""
        failure = await asyncio.wait_for(self.failures.get(), PATIENCE_S)
        if not isinstance(failure, discord.HTTPException):
            raise failure
        return failure

    async def on_interaction(self, interaction: Interaction) -> None:
        if self.on is not None:
            try:
                await self.on(interaction)
            except Exception as failure:
                self.failures.put_nowait(failure)


@dataclass
class Place:
    """What most tests need."""

    discord: LoopbackDiscord
    bot: Bot
    guild: Guild
    channel: Channel
    mina: Person

    async def ask(self, on: On) -> UserAction:
        """Ask something that no command of the tree is for."""
        self.bot.on = on
        return await self.mina.slash(self.channel, "ask", check=False)

    async def press(self, message: Message, custom_id: str, on: On) -> UserAction:
        """Press a button."""
        self.bot.on = on
        return await self.mina.press(message, custom_id)

    async def http(self, method: str, path: str, body: Any = None, **names: Any) -> Any:
        """Send a request as discord.py does, with a body that it would not let through."""
        return await self.bot.http.request(Route(method, path, **names), json=body)


@contextlib.asynccontextmanager
async def running(server: LoopbackDiscord, bot: Bot) -> AsyncIterator[asyncio.Task[None]]:
    """Run a bot against a server until the block ends."""
    task = asyncio.create_task(bot.start(server.token))
    ready = asyncio.create_task(server.ready())
    try:
        await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            ready.cancel()
            await task
        await ready
        yield task
    finally:
        await bot.close()
        with contextlib.suppress(Exception):
            await asyncio.wait_for(task, PATIENCE_S)
    if not bot.failures.empty():
        raise bot.failures.get_nowait()


def command(name: str, **more: Any) -> dict[str, Any]:
    """Describe a slash command."""
    return {"name": name, "description": name, "type": 1, **more}
